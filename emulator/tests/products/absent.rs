//! What a call names must be there, and what is in use stays.

use serde_json::{Value, json};

use crate::kit::{Answer, text};
use crate::owners::authorized;
use crate::{AIWORKSPACE, DATAWORKS, DSW, EAS, LANGSTUDIO, Place, STUDIO, network, quota, send};

/// A service with this besides, or instead.
fn service(place: &Place, name: &str, metadata: &Value) -> Answer {
    let mut all = json!({"name": name, "instance": 1});
    crate::merge(&mut all, metadata);
    let config = json!({"metadata": all, "containers": [{"image": "a"}]});
    send(&place.owner(), EAS, "POST", "/api/v2/services", &config)
}

#[test]
fn a_service_is_where_something_is() {
    let place = Place::new();
    let owner = place.owner();
    service(&place, "foo", &json!({"resource": "eas-r-none"})).refused(404, "InvalidResource.NotFound");
    service(&place, "foo", &json!({"gateway": "gw-none"})).refused(404, "InvalidGateway.NotFound");
    for name in ["BAD-NAME!", "ab", &"x".repeat(64)] {
        service(&place, name, &json!({})).refused(400, "InvalidParameter");
    }
    service(&place, "foo", &json!({"instance": -1})).refused(400, "InvalidParameter");
    let bought = json!({"ResourceType": "Dedicated", "EcsInstanceType": "ecs.g6.large", "EcsInstanceCount": 1, "ChargeType": "PostPaid"});
    let made = send(&owner, EAS, "POST", "/api/v2/resources", &bought).ok();
    let (group, instance) = (text(&made, "/ResourceId"), text(&made, "/InstanceIds/0"));
    service(&place, "foo", &json!({"resource": group})).ok();
    let path = format!("/api/v2/resources/cn-hangzhou/{group}");
    let delete = || send(&owner, EAS, "DELETE", &path, &json!({}));
    delete().refused(400, "InvalidResource.InUse");
    let query = [("InstanceList", instance)];
    owner.roa("DELETE", EAS, &format!("{path}/instances"), &query, "").ok();
    delete().refused(400, "InvalidResource.InUse");
    send(&owner, EAS, "DELETE", "/api/v2/services/cn-hangzhou/foo", &json!({})).ok();
    place.later(60);
    delete().ok();
}

#[test]
fn a_gateway_is_linked_to_networks_that_there_are() {
    let place = Place::new();
    let owner = place.owner();
    let made = send(&owner, EAS, "POST", "/api/v2/gateways", &json!({"InstanceType": "ecs.c6.large"})).ok();
    let path = format!("/api/v2/gateways/cn-hangzhou/{}/intranet_endpoint_linked_vpc", text(&made, "/GatewayId"));
    let link = |vpc: &str, vswitch: &str, group: &str| {
        let query = [("VpcId", vpc), ("VSwitchId", vswitch), ("SecurityGroupId", group)];
        owner.roa("POST", EAS, &path, &query, "")
    };
    let (vpc, vswitch, group) = network(&owner);
    link("vpc-none", &vswitch, &group).refused(404, "InvalidVpcId.NotFound");
    link(&vpc, "vsw-none", &group).refused(404, "InvalidVSwitchId.NotFound");
    link(&vpc, &vswitch, &group).ok();
}

#[test]
fn jobs_and_instances_name_what_there_is() {
    let place = Place::new();
    let owner = place.owner();
    for more in [
        json!({"UserVpc": {"VpcId": "vpc-none"}}),
        json!({"DataSources": [{"DataSourceId": "d-none"}]}),
        json!({"CodeSource": {"CodeSourceId": "code-none"}}),
        json!({"ResourceId": "quotanone"}),
    ] {
        place.job(&owner, &more).refused(404, "NoSuchObject");
    }
    for more in [
        json!({"UserVpc": {"VpcId": "vpc-none"}}),
        json!({"Datasets": [{"DatasetId": "d-none"}]}),
        json!({"ResourceId": "quotanone"}),
    ] {
        place.instance(&owner, &more).refused(404, "ValidationError");
    }
    place.instance(&owner, &json!({"ImageId": ""})).refused(400, "ValidationError");
    place.instance(&owner, &json!({"EcsSpec": ""})).refused(400, "ValidationError");
    let dataset = place.dataset(&owner, "data", &json!({})).ok();
    let (vpc, vswitch, group) = network(&owner);
    let own = json!({
        "UserVpc": {"VpcId": vpc, "SwitchId": vswitch, "SecurityGroupId": group}, "ResourceId": quota(&owner, "own"),
        "DataSources": [{"DataSourceId": text(&dataset, "/DatasetId")}],
    });
    place.job(&owner, &own).ok();
    place.dataset(&owner, "nowhere", &json!({"Uri": "banana"})).refused(400, "InvalidParameter");
}

#[test]
fn a_quota_that_is_used_stays() {
    let place = Place::new();
    let owner = place.owner();
    let parent = quota(&owner, "parent");
    let child =
        |of: &str| send(&owner, STUDIO, "POST", "/api/v1/quotas", &json!({"QuotaName": "child", "ParentQuotaId": of}));
    child("quotanone").refused(404, "NoSuchObject");
    child(&parent).ok();
    send(&owner, STUDIO, "DELETE", &format!("/api/v1/quotas/{parent}"), &json!({})).refused(400, "QuotaInUse");
    let lent = quota(&owner, "lent");
    let resource = json!({"Resources": [{"Name": "lent", "ProductType": "DLC", "WorkspaceId": place.workspace, "EnvType": "prod", "Quotas": [{"Id": lent}]}]});
    send(&owner, AIWORKSPACE, "POST", &format!("/api/v1/workspaces/{}/resources", place.workspace), &resource).ok();
    send(&owner, STUDIO, "DELETE", &format!("/api/v1/quotas/{lent}"), &json!({})).refused(400, "QuotaInUse");
}

#[test]
fn a_training_job_has_an_algorithm() {
    let place = Place::new();
    let owner = place.owner();
    let train = |more: &Value| {
        let mut body = json!({"TrainingJobName": "train", "WorkspaceId": place.workspace});
        crate::merge(&mut body, more);
        send(&owner, STUDIO, "POST", "/api/v1/trainingjobs", &body)
    };
    train(&json!({})).refused(400, "InvalidParameter");
    train(&json!({"AlgorithmName": "nobodys"})).refused(404, "NoSuchObject");
    train(&json!({"AlgorithmName": "llm_train", "AlgorithmProvider": "pai"})).ok();
    let own = json!({"AlgorithmName": "own", "WorkspaceId": place.workspace});
    send(&owner, STUDIO, "POST", "/api/v1/algorithms", &own).ok();
    train(&json!({"AlgorithmName": "own"})).ok();
}

#[test]
fn a_knowledge_base_is_what_it_may_be_and_stays_while_it_is_indexed() {
    let place = Place::new();
    authorized(&place);
    let owner = place.owner();
    let base = crate::owners::base(&place);
    let create = |more: &Value| {
        let mut body = base.clone();
        body["WorkspaceId"] = json!(place.workspace);
        crate::merge(&mut body, more);
        send(&owner, LANGSTUDIO, "POST", "/api/v1/langstudio/knowledgebases", &body)
    };
    create(&json!({"ChunkConfig": {"ChunkSize": -5}})).refused(400, "InvalidParameter");
    create(&json!({"VectorDBConfig": {"VectorDBType": "Milvus"}})).refused(400, "InvalidParameter");
    let made = create(&json!({})).ok();
    let path = format!("/api/v1/langstudio/knowledgebases/{}", text(&made, "/KnowledgeBaseId"));
    let job = json!({"WorkspaceId": place.workspace});
    send(&owner, LANGSTUDIO, "POST", &format!("{path}/knowledgebasejobs"), &job).ok();
    let query = [("WorkspaceId", place.workspace.as_str())];
    let delete = || owner.roa("DELETE", LANGSTUDIO, &path, &query, "");
    assert_eq!(delete().status, 400);
    place.later(3600);
    delete().ok();
    let runtime = json!({
        "WorkspaceId": place.workspace, "RuntimeName": "run", "RuntimeType": "DSW", "WorkDir": "oss://flows/work/",
        "EcsSpec": {"InstanceType": "ecs.c6.large"}, "DataSources": [{"DatasetId": "d-none"}],
    });
    send(&owner, LANGSTUDIO, "POST", "/api/v1/langstudio/runtimes", &runtime).refused(404, "ValidationError");
    let none = crate::get(&owner, DSW, "/api/v2/instances", &query).ok();
    assert_eq!(none["TotalCount"], json!(0));
}

#[test]
fn of_a_workspace_that_is_gone_every_list_says_so() {
    let place = Place::new();
    let owner = place.owner();
    place.dataset(&owner, "data", &json!({})).ok();
    let made = place.instance(&owner, &json!({})).ok();
    send(&owner, AIWORKSPACE, "DELETE", &format!("/api/v1/workspaces/{}", place.workspace), &json!({})).ok();
    let query = [("WorkspaceId", place.workspace.as_str())];
    for (version, path) in [(AIWORKSPACE, "/api/v1/datasets"), (DSW, "/api/v2/instances"), (EAS, "/api/v2/services")] {
        crate::get(&owner, version, path, &query).refused(404, "100400027");
    }
    // What was in it stays, each by its id.
    crate::get(&owner, DSW, &format!("/api/v2/instances/{}", text(&made, "/InstanceId")), &[]).ok();
}

#[test]
fn a_deployment_of_dataworks_is_online_or_offline() {
    let place = Place::new();
    let owner = place.owner();
    let project = owner.rpc(DATAWORKS, "CreateProject", &[("Name", "one"), ("DisplayName", "one")]).ok();
    let id = project["Id"].to_string();
    let run = [("ProjectId", id.trim_matches('"')), ("ObjectIds", r#"["1"]"#), ("Type", "Banana")];
    assert_eq!(owner.rpc(DATAWORKS, "CreatePipelineRun", &run).status, 400);
}
