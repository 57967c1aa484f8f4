//! What LangStudio does in other products: runtimes, deployments, knowledge bases, each as the service role.

use acslab_emulator::cloud::Service;
use serde_json::{Value, json};

use crate::kit::{self, Client, Raw, headers, policy, text};
use crate::{DEFAULT, OkText, Place, ROLE, ROLE_ARN};

const LLMTRACE: &str = "2024-03-11";
const EAS: &str = "2021-07-01";
const RESOURCE_MANAGER: &str = "2020-03-31";
const SESSION: &str = "acs:ram::1234567890123456:assumed-role/aliyunpailangstudiodefaultrole/LangStudio";

/// With everything open that LangStudio asks for.
fn place() -> Place {
    let place = Place::authorized();
    let cloud = place.emulator.gateway().cloud();
    for service in [Service::Sls, Service::Xtrace, Service::DataWorks("cn-hangzhou".to_owned())] {
        cloud.accounts()[0].activations.write().open(service, cloud.clock.now());
    }
    place.owner().roa("POST", LLMTRACE, "/api/v1/PAILLMTrace/ServiceIdentityRole", &[], "").ok();
    place
}

impl Place {
    fn wait(&self, seconds: i64) {
        assert!(self.emulator.gateway().cloud().clock.advance(seconds * 1000).is_ok());
    }

    /// Takes one action out of what the service role may do.
    fn without(&self, action: &str) {
        self.custom_policy(&format!("Without{}", action.replace(':', "")), &policy("Deny", action, "*"));
    }

    fn made(&self, client: &Client<'_>, path: &str, body: &Value, id: &str) -> String {
        format!("{path}/{}", text(&self.call(client, "POST", path, body).ok(), id))
    }

    fn get(&self, path: &str) -> Value {
        self.call(&self.owner(), "GET", path, &json!({})).ok()
    }

    /// Who last called an operation.
    fn last_caller(&self, operation: &str) -> Option<String> {
        let entries = self.emulator.gateway().trail().latest(200);
        entries.iter().find(|entry| entry.operation.name == operation).and_then(|entry| entry.caller.clone())
    }
}

/// A refusal of a product to the role, as LangStudio tells it.
#[track_caller]
fn names(error: &str, action: &str) {
    for part in [action, ROLE_ARN] {
        assert!(error.contains(part), "{error}");
    }
}

fn runtime() -> Value {
    json!({"RuntimeName": "runtime", "RuntimeType": "DSW", "WorkDir": "oss://flows/work/", "EcsSpec": {"InstanceType": "ecs.c6.large"},
        "Envs": [{"Key": "MODE", "Value": "test"}], "RunTimeout": 60})
}

#[test]
fn a_runtime_is_an_instance_that_the_service_role_makes() {
    let place = place();
    let alice = place.member("alice", &["PAI.AlgoDeveloper"]);
    let path = place.made(&alice, "/runtimes", &runtime(), "/RuntimeId");
    assert_eq!(place.last_caller("CreateInstance").as_deref(), Some(SESSION));
    assert_eq!(place.last_caller("AssumeUser").as_deref(), Some(SESSION));
    place.wait(600);
    let shown = place.get(&path);
    assert_eq!((text(&shown, "/RuntimeStatus"), text(&shown, "/Envs/0/Value")), ("Running", "test"));
    assert_eq!((&shown["RunTimeout"], text(&shown, "/EcsSpec/InstanceType")), (&json!(60), "ecs.c6.large"));
    place.call(&alice, "PUT", &path, &json!({"Action": "Stop"})).ok();
    place.wait(600);
    assert_eq!(text(&place.get(&path), "/RuntimeStatus"), "Stopped");
    let listed = place.call(&alice, "GET", "/runtimes", &json!({"RuntimeStatus": "Stopped"})).ok();
    assert_eq!(kit::names(&listed, "/Runtimes", "RuntimeName"), ["runtime"]);
    place.call(&alice, "PUT", &path, &json!({"Action": "Start", "Version": "2"})).ok();
    place.wait(600);
    let shown = place.get(&path);
    assert_eq!((text(&shown, "/RuntimeStatus"), text(&shown, "/Version")), ("Running", "2"));
    place.call(&alice, "POST", "/runtimes", &runtime()).refused(400, "RuntimeNameAlreadyExists");
    place.call(&alice, "DELETE", &path, &json!({})).ok();
    place.call(&alice, "GET", &path, &json!({})).refused(404, "RuntimeNotExists");
}

#[test]
fn what_the_role_may_not_do_with_instances_is_named() {
    let place = place();
    let owner = place.owner();
    let path = place.made(&owner, "/runtimes", &runtime(), "/RuntimeId");
    place.wait(600);
    let other = json!({"RuntimeName": "other", "RuntimeType": "DSW", "WorkDir": "oss://flows/", "EcsSpec": {"InstanceType": "ecs.c6.large"}});
    for (action, method, path, body) in [
        ("paidsw:CreateInstance", "POST", "/runtimes", &other),
        ("paidsw:GetInstance", "GET", path.as_str(), &json!({})),
        ("paidsw:ListInstances", "GET", "/runtimes", &json!({})),
        ("paidsw:UpdateInstance", "PUT", &path, &json!({"Version": "2"})),
        ("paidsw:StopInstance", "PUT", &path, &json!({"Action": "Stop"})),
        ("paidsw:StartInstance", "PUT", &path, &json!({"Action": "Start"})),
        ("paidsw:DeleteInstance", "DELETE", &path, &json!({})),
        ("pai:AssumeUser", "POST", "/runtimes", &other),
    ] {
        place.without(action);
        let refusal = place.call(&owner, method, path, body);
        assert_eq!(refusal.status, 403, "{action}: {}", refusal.text());
        names(&refusal.message(), action);
        assert_eq!(text(&refusal.json(), "/AccessDeniedDetail/AuthPrincipalDisplayName"), format!("{ROLE}:LangStudio"));
        place
            .owner()
            .ram(
                "DetachPolicyFromRole",
                &[
                    ("PolicyType", "Custom"),
                    ("PolicyName", &format!("Without{}", action.replace(':', ""))),
                    ("RoleName", ROLE),
                ],
            )
            .ok();
    }
    assert_eq!(place.get("/runtimes")["TotalCount"], 1);
}

fn deployment(flow: &str) -> Value {
    json!({"ServiceName": "chat", "ResourceType": "Flow", "ResourceId": flow.trim_start_matches("/flows/"), "WorkDir": "oss://flows/work/",
        "EnableTrace": true, "DeploymentConfig": r#"{"metadata":{"instance":1,"cpu":1,"memory":1000}}"#})
}

fn stages(deployment: &Value) -> Vec<&str> {
    kit::names(deployment, "/DeploymentStages", "StageStatus")
}

const CONFIRM: &str = r#"{"Stage":3,"Action":"Confirm"}"#;

#[test]
fn a_deployment_waits_to_be_confirmed_and_becomes_a_service() {
    let place = place();
    let owner = place.owner();
    let flow = place.flow(&owner, "chat", "PRIVATE");
    let path = place.made(&owner, "/deployments", &deployment(&flow), "/DeploymentId");
    let shown = place.get(&path);
    assert_eq!((text(&shown, "/DeploymentStatus"), text(&shown, "/OperationType")), ("WaitForConfirm", "Create"));
    assert_eq!(stages(&shown), ["Succeed", "Succeed", "WaitForConfirm"]);
    assert!(text(&shown, "/DeploymentStages/1/StageInfo").contains("TraceEndpoint"));
    assert_eq!(place.last_caller("GetXtraceToken").as_deref(), Some(SESSION));
    let snapshot = place.get(&format!("/snapshots/{}", text(&shown, "/ResourceSnapshotId")));
    assert_eq!(text(&snapshot, "/CreationType"), "DeploymentAutoCreated");
    // Nothing runs yet, and EAS has no role.
    let service = || owner.roa("GET", EAS, "/api/v2/services/cn-hangzhou/chat", &[], "");
    service().refused(404, "InvalidService.NotFound");
    let eas_role = || owner.ram("GetRole", &[("RoleName", "AliyunServiceRoleForPaiEas")]);
    eas_role().refused(404, "EntityNotExist.Role");

    place.call(&owner, "PUT", &path, &json!({"StageAction": CONFIRM})).ok();
    assert_eq!(place.last_caller("CreateService").as_deref(), Some(SESSION));
    assert_eq!(place.last_caller("CreateServiceLinkedRole").as_deref(), Some(SESSION));
    eas_role().ok();
    assert_eq!(text(&place.get(&path), "/DeploymentStatus"), "Running");
    place.call(&owner, "PUT", &path, &json!({"StageAction": CONFIRM})).refused(400, "InvalidDeploymentStatus");
    place.wait(600);
    let shown = place.get(&path);
    assert_eq!((text(&shown, "/DeploymentStatus"), stages(&shown)), ("Succeed", vec!["Succeed"; 3]));
    assert_eq!(text(&service().ok(), "/Status"), "Running");

    // A second deployment of the same name changes the service.
    let second = place.made(&owner, "/deployments", &deployment(&flow), "/DeploymentId");
    assert_eq!(text(&place.get(&second), "/OperationType"), "Update");
    place.call(&owner, "PUT", &second, &json!({"AutoApproval": true})).ok();
    assert_eq!(place.last_caller("UpdateService").as_deref(), Some(SESSION));
    place.wait(600);
    let listed = place.get("/deployments");
    assert_eq!(kit::names(&listed, "/Deployments", "DeploymentStatus"), ["Succeed", "Succeed"]);

    // While there is a service, its role stays.
    let task = owner.ram("DeleteServiceLinkedRole", &[("RoleName", "AliyunServiceRoleForPaiEas")]).ok();
    let task = text(&task, "/DeletionTaskId");
    let status = owner.rpc(RESOURCE_MANAGER, "GetServiceLinkedRoleDeletionStatus", &[("DeletionTaskId", task)]).ok();
    assert_eq!(text(&status, "/Status"), "FAILED");
    assert!(status.to_string().contains("chat"), "{status}");
    eas_role().ok();

    // The record goes, the service stays.
    place.call(&owner, "DELETE", &path, &json!({})).ok();
    place.call(&owner, "GET", &path, &json!({})).refused(404, "DeploymentNotExists");
    service().ok();
}

#[test]
fn a_deployment_can_be_canceled_and_changed_before() {
    let place = place();
    let owner = place.owner();
    let flow = place.flow(&owner, "chat", "PRIVATE");
    let path = place.made(&owner, "/deployments", &deployment(&flow), "/DeploymentId");
    place
        .call(
            &owner,
            "PUT",
            &path,
            &json!({"DeploymentConfig": r#"{"metadata":{"instance":2}}"#, "Description": "two"}),
        )
        .ok();
    assert!(text(&place.get(&path), "/DeploymentConfig").contains(r#""instance":2"#));
    for wrong in [r#"{"Stage":2,"Action":"Confirm"}"#, r#"{"Stage":3,"Action":"Go"}"#, "3"] {
        assert_eq!(place.call(&owner, "PUT", &path, &json!({"StageAction": wrong})).status, 400, "{wrong}");
    }
    place.call(&owner, "PUT", &path, &json!({"StageAction": r#"{"Stage":3,"Action":"Cancel"}"#})).ok();
    let shown = place.get(&path);
    assert_eq!((text(&shown, "/DeploymentStatus"), stages(&shown)[2]), ("Canceled", "Canceled"));
    place.call(&owner, "PUT", &path, &json!({"StageAction": CONFIRM})).refused(400, "InvalidDeploymentStatus");
    place.call(&owner, "PUT", &path, &json!({"DeploymentConfig": "{}"})).refused(400, "InvalidDeploymentStatus");
    for (field, value) in
        [("ServiceName", json!("Chat")), ("ResourceId", json!(null)), ("DeploymentConfig", json!("[]"))]
    {
        let mut wrong = deployment(&flow);
        wrong[field] = value;
        place.call(&owner, "POST", "/deployments", &wrong).refused(400, "InvalidParameter");
    }
    let mut wrong = deployment(&flow);
    wrong["ChatHistoryConfig"] = json!({"StorageType": "RDS"});
    place.call(&owner, "POST", "/deployments", &wrong).refused(400, "InvalidParameter");
}

#[test]
fn a_stage_fails_where_the_role_may_not_go_on() {
    for (action, stage) in [
        ("oss:ListObjects", 0),
        ("oss:PutObject", 0),
        ("eas:DescribeService", 1),
        ("paillmtrace:GetXtraceToken", 1),
        ("ram:CreateServiceLinkedRole", 2),
        ("pai:AssumeUser", 2),
        ("eas:CreateService", 2),
    ] {
        let place = place();
        let owner = place.owner();
        let flow = place.flow(&owner, "chat", "PRIVATE");
        place.without(action);
        let mut wanted = deployment(&flow);
        wanted["AutoApproval"] = json!(true);
        let path = place.made(&owner, "/deployments", &wanted, "/DeploymentId");
        let shown = place.get(&path);
        assert_eq!(text(&shown, "/DeploymentStatus"), "Failed", "{action}: {shown}");
        let expected: Vec<_> = (0..3)
            .map(|at| match at.cmp(&stage) {
                std::cmp::Ordering::Less => "Succeed",
                std::cmp::Ordering::Equal => "Failed",
                std::cmp::Ordering::Greater => "NotStarted",
            })
            .collect();
        assert_eq!(stages(&shown), expected, "{action}");
        names(text(&shown, "/ErrorMessage"), action);
    }
}

fn base(place: &Place) -> Value {
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
        place
            .owner()
            .ram(
                "DetachPolicyFromRole",
                &[
                    ("PolicyType", "Custom"),
                    ("PolicyName", &format!("Without{}", action.replace(':', ""))),
                    ("RoleName", ROLE),
                ],
            )
            .ok();
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

/// LangStudio's role may not look at networks: the person looks.
#[test]
fn a_network_is_looked_for_by_the_person() {
    let place = place();
    let owner = place.owner();
    let alice = place.member("alice", &["PAI.AlgoDeveloper"]);
    let vpc =
        owner.at("vpc.cn-hangzhou.aliyuncs.com").rpc("2016-04-28", "CreateVpc", &[("RegionId", "cn-hangzhou")]).ok();
    let vpc = text(&vpc, "/VpcId");
    let with = |vpc: &str| {
        let mut wanted = runtime();
        wanted["UserVpc"] = json!({"VpcId": vpc});
        place.call(&alice, "POST", "/runtimes", &wanted)
    };
    let refusal = with(vpc);
    assert_eq!(refusal.status, 403);
    assert_eq!(text(&refusal.json(), "/AccessDeniedDetail/AuthAction"), "vpc:DescribeVpcs");
    owner.attach("alice", "System", "AliyunVPCReadOnlyAccess");
    with("vpc-none").refused(400, "InvalidParameter");
    with(vpc).ok();
}

#[test]
fn what_langstudio_keeps_is_saved_and_restored() {
    let place = place();
    let owner = place.owner();
    let flow = place.flow(&owner, "chat", "PRIVATE");
    let made = [
        place.made(&owner, "/runtimes", &runtime(), "/RuntimeId"),
        place.made(&owner, "/deployments", &deployment(&flow), "/DeploymentId"),
        place.made(&owner, "/knowledgebases", &base(&place), "/KnowledgeBaseId"),
    ];
    place.made(&owner, &format!("{}/knowledgebasejobs", made[2]), &json!({}), "/KnowledgeBaseJobId");
    place.emulator.gateway().cloud().set_strict_workspace_roles(true);
    let shown = || {
        made.iter()
            .map(|path| {
                let mut shown = place.get(path);
                shown["RequestId"] = json!(null);
                shown
            })
            .collect::<Vec<_>>()
    };
    place.wait(900);
    let before = shown();
    let control = |method: &str, path: &str| {
        let raw = Raw::new(method, &format!("/_acslab/checkpoints/{path}")).headers(headers(&[("host", "127.0.0.1")]));
        assert_eq!(owner.send(&raw).status, 200, "{path}");
    };
    control("PUT", "whole");
    for path in &made {
        place.call(&owner, "DELETE", path, &json!({})).ok();
    }
    place.emulator.gateway().cloud().set_strict_workspace_roles(false);
    control("POST", "whole/restore");
    assert_eq!(shown(), before);
    assert!(place.emulator.gateway().cloud().strict_workspace_roles());
    assert_eq!(DEFAULT, format!("{ROLE}Policy"));
}
