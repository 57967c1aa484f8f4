//! Whose a record is: who is shown as its maker, even where somebody else called.

use serde_json::{Value, json};

use crate::kit::{Client, names, text};
use crate::{AIWORKSPACE, DSW, FLOW, LANGSTUDIO, Place, get, send};

const CONSOLE: &str = "2015-05-01-console";

/// The service role, and a bucket `flows` with a file to index.
pub(crate) fn authorized(place: &Place) {
    let owner = place.owner();
    let role = "AliyunPAILangStudioDefaultRole";
    let request =
        json!({"Services": [{"Service": "PAI", "Roles": [{"RoleName": role, "TemplateId": role}]}]}).to_string();
    owner.rpc(CONSOLE, "QuickAuthorization", &[("Request", &request)]).ok();
    assert_eq!(owner.oss("PUT", Some("flows"), "", &[], &[], b"").status, 200);
    assert_eq!(owner.oss("PUT", Some("flows"), "docs/a.txt", &[], &[], b"Some text.").status, 200);
}

fn studio(place: &Place, client: &Client<'_>, path: &str, mut body: Value) -> Value {
    body["WorkspaceId"] = json!(place.workspace);
    send(client, LANGSTUDIO, "POST", &format!("/api/v1/langstudio{path}"), &body).ok()
}

pub(crate) fn base(place: &Place) -> Value {
    let connection = json!({
        "WorkspaceId": place.workspace, "ConnectionName": "embedding", "ConnectionType": "DashScopeConnection",
        "Configs": {"base_url": "https://dashscope.aliyuncs.com"},
    });
    let made = send(&place.owner(), AIWORKSPACE, "POST", "/api/v1/connections", &connection).ok();
    json!({
        "Name": "docs", "KnowledgeBaseType": "TEXT", "DataSources": [{"Uri": "oss://flows/docs/"}], "OutputDir": "oss://flows/kb/",
        "ChunkConfig": {"ChunkSize": 40}, "VectorDBConfig": {"VectorDBType": "Faiss"},
        "EmbeddingConfig": {"ConnectionId": text(&made, "/ConnectionId"), "Model": "text-embedding-v4"},
    })
}

#[test]
fn what_langstudio_makes_for_a_person_is_the_persons() {
    let place = Place::new();
    authorized(&place);
    let (dev, id) = place.member("dev", "PAI.AlgoDeveloper");
    let (other, _) = place.member("other", "PAI.AlgoDeveloper");
    let runtime = json!({
        "RuntimeName": "run", "RuntimeType": "DSW", "WorkDir": "oss://flows/work/",
        "EcsSpec": {"InstanceType": "ecs.c6.large"},
    });
    studio(&place, &dev, "/runtimes", runtime);
    let list = |client: &Client<'_>| {
        let query = [("WorkspaceId", place.workspace.as_str()), ("ResourceId", "ALL")];
        get(client, DSW, "/api/v2/instances", &query).ok()
    };
    let (mine, theirs) = (list(&dev), list(&other));
    assert_eq!((mine["TotalCount"].clone(), theirs["TotalCount"].clone()), (json!(1), json!(0)));
    assert_eq!(names(&mine, "/Instances", "UserId"), [id.as_str()]);
    let path = format!("/api/v2/instances/{}", text(&mine, "/Instances/0/InstanceId"));
    get(&dev, DSW, &path, &[]).ok();
    assert_eq!(get(&other, DSW, &path, &[]).status, 403);

    let made = studio(&place, &dev, "/knowledgebases", base(&place));
    let of = text(&made, "/KnowledgeBaseId").to_owned();
    studio(&place, &dev, &format!("/knowledgebases/{of}/knowledgebasejobs"), json!({"JobAction": "SyncIndex"}));
    let query = [("WorkspaceId", place.workspace.as_str())];
    let datasets = get(&dev, AIWORKSPACE, "/api/v1/datasets", &query).ok();
    assert_eq!(names(&datasets, "/Datasets", "UserId"), [id.as_str()]);
    get(&dev, AIWORKSPACE, &format!("/api/v1/datasets/{}", text(&datasets, "/Datasets/0/DatasetId")), &[]).ok();
    let runs = get(&dev, FLOW, "/api/v1/pipelineruns", &query).ok();
    assert_eq!(names(&runs, "/PipelineRuns", "UserId"), [id.as_str()]);
}

#[test]
fn a_job_of_a_knowledge_base_ended_when_its_run_did() {
    let place = Place::new();
    authorized(&place);
    let owner = place.owner();
    let made = studio(&place, &owner, "/knowledgebases", base(&place));
    let jobs = format!("/knowledgebases/{}/knowledgebasejobs", text(&made, "/KnowledgeBaseId"));
    let job = studio(&place, &owner, &jobs, json!({"JobAction": "SyncIndex"}));
    place.later(7200);
    let path = format!("/api/v1/langstudio{jobs}/{}", text(&job, "/KnowledgeBaseJobId"));
    let shown = get(&owner, LANGSTUDIO, &path, &[("WorkspaceId", place.workspace.as_str())]).ok();
    assert_eq!(text(&shown, "/Status"), "Success");
    assert_eq!(text(&shown, "/GmtFinishTime").get(..19), Some("2026-01-02T03:05:05"), "{shown}");
}

#[test]
fn a_dataset_that_an_owner_makes_for_somebody_is_that_ones() {
    let place = Place::new();
    let (dev, id) = place.member("dev", "PAI.AlgoDeveloper");
    let (other, _) = place.member("other", "PAI.AlgoDeveloper");
    let made = place.dataset(&place.owner(), "for_dev", &json!({"UserId": id})).ok();
    let path = format!("/api/v1/datasets/{}", text(&made, "/DatasetId"));
    assert_eq!(text(&get(&dev, AIWORKSPACE, &path, &[]).ok(), "/UserId"), id);
    assert_eq!(get(&other, AIWORKSPACE, &path, &[]).status, 403);
}

#[test]
fn a_public_dataset_is_deleted_by_administrators_alone() {
    let place = Place::new();
    let (dev, _) = place.member("dev", "PAI.AlgoDeveloper");
    let (admin, _) = place.member("admin", "PAI.WorkspaceAdmin");
    let make = |name: &str, see: &str| {
        let made = place.dataset(&dev, name, &json!({"Accessibility": see})).ok();
        format!("/api/v1/datasets/{}", text(&made, "/DatasetId"))
    };
    let (public, private) = (make("public", "PUBLIC"), make("private", "PRIVATE"));
    let delete = |client: &Client<'_>, path: &str| client.roa("DELETE", AIWORKSPACE, path, &[], "");
    assert_eq!(delete(&dev, &public).status, 403);
    // So is it changed, by the same boxes of the page of roles.
    let change =
        |client: &Client<'_>, path: &str| send(client, AIWORKSPACE, "PUT", path, &json!({"Description": "new"}));
    assert_eq!(change(&dev, &public).status, 403);
    change(&dev, &private).ok();
    delete(&dev, &private).ok();
    delete(&admin, &public).ok();
}
