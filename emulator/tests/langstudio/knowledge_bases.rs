//! Knowledge bases: what LangStudio reads, indexes and keeps up to date, each step as the service role.

use serde_json::{Value, json};

use crate::behind::{SESSION, names, place};
use crate::kit::text;
use crate::{OkText, Place};

pub(crate) fn base(place: &Place) -> Value {
    let connection = json!({"WorkspaceId": place.workspace, "ConnectionName": "embedding", "ConnectionType": "DashScopeConnection",
        "Configs": {"base_url": "https://dashscope.aliyuncs.com"}});
    let made = place.owner().roa("POST", crate::AIWORKSPACE, "/api/v1/connections", &[], &connection.to_string()).ok();
    json!({"Name": "roles", "KnowledgeBaseType": "TEXT", "DataSources": [{"Uri": "oss://flows/docs/"}], "OutputDir": "oss://flows/knowledge/",
        "ChunkConfig": {"ChunkSize": 40}, "EmbeddingConfig": {"ConnectionId": text(&made, "/ConnectionId"), "Model": "text-embedding-v4"},
        "VectorDBConfig": {"VectorDBType": "Faiss"}})
}

#[test]
fn a_knowledge_base_is_indexed_and_answers() {
    let place = place();
    let owner = place.owner();
    let put = |key: &str, text: &str| owner.oss("PUT", Some("flows"), key, &[], &[], text.as_bytes()).ok_text();
    put("docs/roles.txt", "A role is an identity that a service assumes.");
    put("docs/buckets.txt", "A bucket holds objects.");
    let path = place.made(&owner, "/knowledgebases", &base(&place), "/KnowledgeBaseId");
    assert_eq!(place.last_caller("CreateDataset").as_deref(), Some(SESSION));
    let shown = place.get(&path);
    assert_eq!(
        (text(&shown, "/OutputDir"), &shown["ChunkConfig"]["ChunkSize"]),
        ("oss://flows/knowledge/", &json!(40))
    );
    assert!(text(&shown, "/DatasetId").starts_with("d-"));
    let retrieve =
        |query: &str| place.call(&owner, "POST", &format!("{path}/action/retrieve"), &json!({"Query": query})).ok();
    assert_eq!(retrieve("role")["KnowledgeBaseFileChunks"], json!([]));

    let jobs = format!("{path}/knowledgebasejobs");
    let job = place.made(&owner, &jobs, &json!({"JobAction": "SyncIndex"}), "/KnowledgeBaseJobId");
    assert_eq!(place.last_caller("CreatePipelineRun").as_deref(), Some(SESSION));
    assert_eq!(text(&place.get(&job), "/Status"), "Running");
    place.wait(3600);
    let shown = place.get(&job);
    assert_eq!(text(&shown, "/Status"), "Success");
    assert_eq!(
        shown["KnowledgeBaseJobResult"],
        json!({"TotalFileCount": 2, "AddChunkCount": 3, "DeleteChunkCount": 0})
    );
    let found = retrieve("What holds objects?");
    assert_eq!(text(&found, "/KnowledgeBaseFileChunks/0/MetaData/FileUri"), "oss://flows/docs/buckets.txt");
    assert!(
        text(&found, "/KnowledgeBaseFileChunks/0/DownloadUrl")
            .starts_with("https://flows.oss-cn-hangzhou.aliyuncs.com/docs/")
    );

    // A chunk that is disabled answers nothing.
    let chunks = format!("{path}/knowledgebasechunks");
    let listed = place.call(&owner, "GET", &chunks, &json!({"PageSize": "1"})).ok();
    assert_eq!(listed["TotalCount"], 3);
    let id = text(&found, "/KnowledgeBaseFileChunks/0/ChunkId");
    place.call(&owner, "PUT", &format!("{chunks}/{id}"), &json!({"ChunkStatus": "Disable"})).ok();
    assert!(!retrieve("What holds objects?").to_string().contains("bucket holds"));
    place
        .call(&owner, "PUT", &format!("{chunks}/chunk-0"), &json!({"ChunkStatus": "Enable"}))
        .refused(404, "KnowledgeBaseChunkNotExists");

    // A second index takes the place of the first.
    put("docs/more.txt", "More.");
    let second = place.made(&owner, &jobs, &json!({}), "/KnowledgeBaseJobId");
    place.wait(3600);
    let shown = place.get(&second);
    assert_eq!(
        shown["KnowledgeBaseJobResult"],
        json!({"TotalFileCount": 3, "AddChunkCount": 4, "DeleteChunkCount": 3})
    );
    place.call(&owner, "DELETE", &job, &json!({})).ok();
    assert_eq!(place.get(&jobs)["TotalCount"], 1);
    place.call(&owner, "DELETE", &path, &json!({})).ok();
    place.call(&owner, "GET", &path, &json!({})).refused(404, "KnowledgeBaseNotExists");
}

#[test]
fn a_knowledge_base_that_cannot_be_is_refused() {
    let place = place();
    let owner = place.owner();
    let whole = base(&place);
    for (field, value) in [
        ("Name", json!("1")),
        ("DataSources", json!([])),
        ("OutputDir", json!("/knowledge")),
        ("EmbeddingConfig", json!({"ConnectionId": "conn-0", "Model": "text-embedding-v4"})),
        ("EmbeddingConfig", json!({"Model": "text-embedding-v4"})),
        ("VectorDBConfig", json!({"VectorDBType": "Other"})),
        ("RuntimeId", json!("runtime-0")),
    ] {
        let mut wrong = whole.clone();
        wrong[field] = value;
        place.call(&owner, "POST", "/knowledgebases", &wrong).refused(400, "InvalidParameter");
    }
    let mut wrong = whole;
    wrong["KnowledgeBaseType"] = json!("VIDEO");
    place.call(&owner, "POST", "/knowledgebases", &wrong).refused(400, "InvalidParameter");
}

#[test]
fn a_knowledge_base_is_kept_up_to_date_by_dataworks() {
    let place = place();
    let owner = place.owner();
    let path = place.made(&owner, "/knowledgebases", &base(&place), "/KnowledgeBaseId");
    let workflows = || {
        let parameters = [("ProjectId", place.workspace.as_str())];
        let listed = owner
            .at("dataworks.cn-hangzhou.aliyuncs.com")
            .rpc("2024-05-18", "ListWorkflowDefinitions", &parameters)
            .ok();
        listed["PagingInfo"]["TotalCount"].clone()
    };
    let set = |status: &str| place.call(&owner, "PUT", &path, &json!({"AutoUpdateConfig": {"Status": status}}));
    set("Sometimes").refused(400, "InvalidParameter");
    set("Enable").ok();
    assert_eq!(workflows(), 1);
    for operation in ["CreateWorkflowDefinition", "CreatePipelineRun", "GetPipelineRun", "ExecPipelineRunStage"] {
        assert_eq!(place.last_caller(operation).as_deref(), Some(SESSION), "{operation}");
    }
    set("Enable").ok();
    assert_eq!((workflows(), place.last_caller("UpdateWorkflowDefinition").as_deref()), (json!(1), Some(SESSION)));
    set("Disable").ok();
    assert_eq!((workflows(), text(&place.get(&path), "/AutoUpdateConfig/Status")), (json!(0), "Disable"));
    for action in [
        "dataworks:CreateWorkflowDefinition",
        "dataworks:ExecDeploymentStage",
        "dataworks:GetDeployment",
        "dataworks:CreateDeployment",
    ] {
        place.without(action);
        let refusal = set("Enable");
        assert_eq!(refusal.status, 403, "{action}");
        names(&refusal.message(), action);
        assert_eq!(workflows(), 0, "{action}");
        place.allow_again(action);
    }
    set("Enable").ok();
    place.call(&owner, "DELETE", &path, &json!({})).ok();
    assert_eq!(workflows(), 0);
}

#[test]
fn a_schedule_needs_dataworks_to_be_open() {
    let place = Place::authorized();
    let owner = place.owner();
    let path = place.made(&owner, "/knowledgebases", &base(&place), "/KnowledgeBaseId");
    let refusal = place.call(&owner, "PUT", &path, &json!({"AutoUpdateConfig": {"Status": "Enable"}}));
    refusal.refused(400, "ServiceNotOpen");
    assert_eq!(text(&refusal.json(), "/Detail/Service"), "dataworks");
}

#[test]
fn a_job_fails_where_the_role_may_not_read() {
    let place = place();
    let owner = place.owner();
    owner.oss("PUT", Some("flows"), "docs/roles.txt", &[], &[], b"A role.").ok_text();
    let path = place.made(&owner, "/knowledgebases", &base(&place), "/KnowledgeBaseId");
    let jobs = format!("{path}/knowledgebasejobs");
    for action in ["oss:GetObject", "paidataset:CreateDatasetVersion"] {
        place.without(action);
        let job = place.made(&owner, &jobs, &json!({}), "/KnowledgeBaseJobId");
        let shown = place.get(&job);
        assert_eq!(text(&shown, "/Status"), "Failed", "{action}");
        names(text(&shown, "/ErrorMessage"), action);
    }
    place.without("paiflow:CreatePipelineRun");
    let refusal = place.call(&owner, "POST", &jobs, &json!({}));
    assert_eq!(refusal.status, 403);
    names(&refusal.message(), "paiflow:CreatePipelineRun");
}
