//! Parts of records have names of their own in ARNs, behind the record that they are of.

use serde_json::{Value, json};

use crate::kit::{Client, text};
use crate::{AIWORKSPACE, DLC, DSW, Place, allow, document, get, send};

fn deny(action: &str, resource: &str) -> Value {
    json!({"Effect": "Deny", "Action": action, "Resource": resource})
}

#[test]
fn a_part_is_named_behind_its_record() {
    let place = Place::new();
    let owner = place.owner();
    let dataset = text(&place.dataset(&owner, "set", &json!({})).ok(), "/DatasetId").to_owned();
    let job = text(&place.job(&owner, &json!({})).ok(), "/JobId").to_owned();
    let instance = place.instance(&owner, &json!({"InstanceName": "one", "EcsSpec": "ecs.c6.large"})).ok();
    let instance = text(&instance, "/InstanceId").to_owned();
    let post = |version, path: &str, body: Value| send(&owner, version, "POST", path, &body).ok();
    let image = json!({"Name": "img", "ImageUri": "r/i:1", "WorkspaceId": place.workspace, "Labels": [{"Key": "a", "Value": "1"}, {"Key": "b", "Value": "2"}]});
    let image = text(&post(AIWORKSPACE, "/api/v1/images", image), "/ImageId").to_owned();
    let model = json!({"ModelName": "m", "WorkspaceId": place.workspace});
    let model = text(&post(AIWORKSPACE, "/api/v1/models", model), "/ModelId").to_owned();
    post(AIWORKSPACE, &format!("/api/v1/models/{model}/versions"), json!({"Uri": "oss://b/m/"}));
    let board = json!({"WorkspaceId": place.workspace, "DisplayName": "tb", "SummaryPath": "/x", "JobId": job});
    let board = text(&post(DLC, "/api/v1/tensorboards", board), "/TensorboardId").to_owned();
    place.later(60);
    let snapshot = json!({"SnapshotName": "s", "ImageUrl": "r/s:1"});
    let snapshot = post(DSW, &format!("/api/v2/instances/{instance}/snapshots"), snapshot);
    let snapshot = text(&snapshot, "/SnapshotId").to_owned();
    let calls: [(&str, &str, &str, String, String); 8] = [
        ("paidlc", DLC, "GET", format!("/api/v1/tensorboards/{board}"), format!("tensorboard/{board}")),
        (
            "paidlc",
            DLC,
            "GET",
            format!("/api/v1/jobs/{job}/pods/{job}-worker-0/logs"),
            format!("dlcjob/{job}/pod/{job}-worker-0"),
        ),
        (
            "paidataset",
            AIWORKSPACE,
            "GET",
            format!("/api/v1/datasets/{dataset}/versions/v1"),
            format!("dataset/{dataset}/datasetVersion/v1"),
        ),
        (
            "paidataset",
            AIWORKSPACE,
            "GET",
            format!("/api/v1/datasets/{dataset}/versions"),
            format!("dataset/{dataset}/datasetVersion/*"),
        ),
        (
            "paidataset",
            AIWORKSPACE,
            "GET",
            format!("/api/v1/datasets/{dataset}/datasetjobs"),
            format!("dataset/{dataset}/datasetjob/*"),
        ),
        (
            "paimodel",
            AIWORKSPACE,
            "GET",
            format!("/api/v1/models/{model}/versions/0.1.0"),
            format!("model/{model}/modelVersion/0.1.0"),
        ),
        (
            "paidsw",
            DSW,
            "GET",
            format!("/api/v2/instances/{instance}/snapshots/{snapshot}"),
            format!("dswinstance/{instance}/snapshot/{snapshot}"),
        ),
        (
            "paiimage",
            AIWORKSPACE,
            "DELETE",
            format!("/api/v1/images/{image}/labels/a"),
            format!("image/{image}/imagelabel/a"),
        ),
    ];
    for (number, (code, version, method, path, name)) in calls.iter().enumerate() {
        let all = allow(&[&format!("{code}:*")], "*");
        let resource = format!("acs:{code}:*:*:workspace/{}/{name}", place.workspace);
        let denied = place.user(&format!("no{number}"), &document(&[all, deny(&format!("{code}:*"), &resource)]));
        let pages = [("PageNumber", "1"), ("PageSize", "10")];
        let query = if name.ends_with('*') { &pages[..] } else { &[] };
        let call = |client: &Client<'_>| client.roa(method, version, path, query, "");
        assert_eq!(call(&denied).status, 403, "{resource}");
        let allowed = place.user(&format!("yes{number}"), &document(&[allow(&[&format!("{code}:*")], &resource)]));
        call(&allowed).ok();
    }
}

#[test]
fn each_label_that_is_taken_away_is_decided() {
    let place = Place::new();
    let owner = place.owner();
    let image = json!({"Name": "img", "ImageUri": "r/i:1", "WorkspaceId": place.workspace, "Labels": [{"Key": "a", "Value": "1"}, {"Key": "b", "Value": "2"}]});
    let made = send(&owner, AIWORKSPACE, "POST", "/api/v1/images", &image).ok();
    let path = format!("/api/v1/images/{}", text(&made, "/ImageId"));
    let kept = format!(
        "acs:paiimage:*:*:workspace/{}/{}/imagelabel/b",
        place.workspace,
        path.trim_start_matches("/api/v1/").replacen("images", "image", 1)
    );
    let user = place.user("alice", &document(&[allow(&["paiimage:*"], "*"), deny("paiimage:*", &kept)]));
    assert_eq!(user.roa("DELETE", AIWORKSPACE, &format!("{path}/labels/a,b"), &[], "").status, 403);
    let labels = || get(&owner, AIWORKSPACE, &path, &[]).ok()["Labels"].as_array().map(Vec::len);
    assert_eq!(labels(), Some(2));
    user.roa("DELETE", AIWORKSPACE, &format!("{path}/labels/a"), &[], "").ok();
    assert_eq!(labels(), Some(1));
}
