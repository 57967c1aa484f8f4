//! What the Python SDK of PAI (alipai) looks at: words, names and lists that its flows wait for or look something up in.

use serde_json::{Value, json};

use crate::kit::{names, text};
use crate::{AIWORKSPACE, DLC, EAS, Place, STUDIO, get, send};

#[test]
fn a_training_job_ends_in_the_words_that_it_waits_for() {
    let place = Place::new();
    let owner = place.owner();
    let job = || {
        let body = json!({"TrainingJobName": "train", "WorkspaceId": place.workspace, "AlgorithmSpec": {"Image": "i", "JobType": "PyTorchJob", "Command": ["true"]}});
        let made = send(&owner, STUDIO, "POST", "/api/v1/trainingjobs", &body).ok();
        format!("/api/v1/trainingjobs/{}", text(&made, "/TrainingJobId"))
    };
    let (done, stopped) = (job(), job());
    owner.roa("PUT", STUDIO, &format!("{stopped}/stop"), &[], "").ok();
    place.later(120);
    let shown = get(&owner, STUDIO, &done, &[]).ok();
    assert_eq!(shown["Status"], "Succeed");
    let id = text(&shown, "/TrainingJobId");
    let console = format!(
        "https://pai.console.aliyun.com/?regionId=cn-hangzhou&workspaceId={}#/training/jobs/{id}",
        place.workspace
    );
    assert_eq!(shown["TrainingJobUrl"], json!(console));
    assert_eq!(get(&owner, STUDIO, &stopped, &[]).ok()["Status"], "Terminated");
    owner.roa("DELETE", STUDIO, &stopped, &[], "").ok();
}

#[test]
fn a_model_is_found_by_its_whole_name_in_quotation_marks() {
    let place = Place::new();
    let owner = place.owner();
    for name in ["bert", "bert-large"] {
        let body = json!({"ModelName": name, "WorkspaceId": place.workspace});
        send(&owner, AIWORKSPACE, "POST", "/api/v1/models", &body).ok();
    }
    let found = |name: &str| {
        let shown = get(&owner, AIWORKSPACE, "/api/v1/models", &[("ModelName", name), ("SortBy", "ModelName")]).ok();
        names(&shown, "/Models", "ModelName").into_iter().map(str::to_owned).collect::<Vec<_>>()
    };
    assert_eq!(found("\"bert\""), ["bert"]);
    assert_eq!(found("bert").len(), 2);
    assert_eq!(found("\"ber\""), Vec::<String>::new());
}

#[test]
fn what_an_experiment_draws_is_in_a_folder_of_its_artifacts() {
    let place = Place::new();
    let owner = place.owner();
    let body = json!({"Name": "exp", "ArtifactUri": "oss://b/exp/", "WorkspaceId": place.workspace});
    let made = send(&owner, AIWORKSPACE, "POST", "/api/v1/experiments", &body).ok();
    let shown = get(&owner, AIWORKSPACE, &format!("/api/v1/experiments/{}", text(&made, "/ExperimentId")), &[]).ok();
    assert_eq!(shown["TensorboardLogUri"], "oss://b/exp/tensorboard/");
}

#[test]
fn a_tensorboard_that_stops_may_be_started() {
    let place = Place::new();
    let owner = place.owner();
    let body = json!({
        "DisplayName": "board", "WorkspaceId": place.workspace, "DataSourceType": "OSS", "SummaryRelativePath": "/",
        "Uri": "oss://b.oss-cn-hangzhou.aliyuncs.com/logs/",
    });
    let made = send(&owner, DLC, "POST", "/api/v1/tensorboards", &body).ok();
    let path = format!("/api/v1/tensorboards/{}", text(&made, "/TensorboardId"));
    place.later(60);
    owner.roa("PUT", DLC, &format!("{path}/stop"), &[], "").ok();
    owner.roa("PUT", DLC, &format!("{path}/start"), &[], "").ok();
    place.later(60);
    assert_eq!(get(&owner, DLC, &path, &[]).ok()["Status"], "Running");
}

#[test]
fn official_images_are_listed_by_their_labels() {
    let place = Place::new();
    let owner = place.owner();
    let body = json!({"Name": "xgboost-own", "ImageUri": "r/i:1", "WorkspaceId": place.workspace});
    send(&owner, AIWORKSPACE, "POST", "/api/v1/images", &body).ok();
    let found = |query: &[(&str, &str)]| {
        let shown = get(&owner, AIWORKSPACE, "/api/v1/images", query).ok();
        names(&shown, "/Images", "ImageUri").into_iter().map(str::to_owned).collect::<Vec<_>>()
    };
    let labelled =
        |name, labels| found(&[("Name", name), ("WorkspaceId", "0"), ("Verbose", "true"), ("Labels", labels)]);
    let xgboost = "registry.cn-hangzhou.aliyuncs.com/pai-dlc/xgboost-training:1.6.0-cpu-py36-ubuntu18.04";
    let cpu = "system.official=true,system.supported.dlc=true,system.chipType=CPU";
    assert_eq!(labelled("xgboost", cpu), [xgboost]);
    assert_eq!(labelled("xgboost", "system.official=true,system.chipType=GPU"), Vec::<String>::new());
    assert_eq!(labelled("vllm", "system.official=true,system.supported.eas=true").len(), 1);
    // In a workspace there is what was added to it.
    assert_eq!(found(&[("Name", "xgboost"), ("WorkspaceId", &place.workspace)]), ["r/i:1"]);
}

#[test]
fn a_machine_is_looked_up_and_says_whether_it_has_an_accelerator() {
    let place = Place::new();
    let owner = place.owner();
    let all = get(&owner, EAS, "/api/v2/public/instance_types", &[]).ok();
    let gpu = |name: &str| {
        let machines = all["InstanceMetas"].as_array().expect("a list");
        machines.iter().find(|machine| machine["InstanceType"] == name).map(|machine| machine["GPU"].clone())
    };
    assert_eq!(gpu("ecs.c7.2xlarge"), Some(json!("")));
    assert_eq!(gpu("ecs.gn7i-c8g1.2xlarge"), Some(json!("NVIDIA A10")));
    assert_eq!(gpu("ecs.abc.defg"), None);
    assert!(all["Types"].is_array() && all.get("TotalCount").is_none(), "{all}");
    let one = [("InstanceTypes", "ecs.c7.large")];
    let one = get(&owner, EAS, "/api/v2/public/instance_types", &one).ok();
    assert_eq!(names(&one, "/InstanceMetas", "InstanceType"), ["ecs.c7.large"]);
    let trains = [("InstanceTypes", "ecs.c6.large,ecs.gn6i-c8g1.2xlarge")];
    let trains: Value = get(&owner, DLC, "/api/v1/ecsspecs", &trains).ok();
    assert_eq!(names(&trains, "/EcsSpecs", "AcceleratorType"), ["CPU", "GPU"]);
}
