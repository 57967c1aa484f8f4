//! A cloud for these tests, and what is asked of it.

use acslab_emulator::EmulatorHandle;
use acslab_emulator::cloud::Service;
use serde_json::{Value, json};

use crate::kit::{self, Answer, Client, start, text};

pub(crate) const AIWORKSPACE: &str = "2021-02-04";
pub(crate) const LANGSTUDIO: &str = "2024-07-10";
pub(crate) const CONSOLE: &str = "2015-05-01-console";
pub(crate) const ROLE: &str = "AliyunPAILangStudioDefaultRole";
pub(crate) const ROLE_ARN: &str = "acs:ram::1234567890123456:role/aliyunpailangstudiodefaultrole";
pub(crate) const DEFAULT: &str = "AliyunPAILangStudioDefaultRolePolicy";

/// What the service role's default policy says, but for OSS, where it asks for a tag of the bucket.
pub(crate) fn tagged_policy() -> String {
    let condition = r#"{"StringEquals":{"oss:BucketTag/Product":"PaiLangStudio"}}"#;
    format!(
        r#"{{"Version":"1","Statement":[{{"Effect":"Allow","Resource":"*","Condition":{condition},
        "Action":["oss:GetObject","oss:PutObject","oss:DeleteObject","oss:ListObjects"]}}]}}"#
    )
}

/// A cloud with OSS and PAI open, a workspace, and a bucket `flows`. The service role is not there yet.
pub(crate) struct Place {
    pub(crate) emulator: EmulatorHandle,
    pub(crate) workspace: String,
}

impl Place {
    pub(crate) fn new() -> Self {
        let emulator = start();
        let cloud = emulator.gateway().cloud();
        for service in [Service::Oss, Service::Pai("cn-hangzhou".to_owned())] {
            cloud.accounts()[0].activations.write().open(service, cloud.clock.now());
        }
        let mut place = Self { emulator, workspace: String::new() };
        let body = json!({"WorkspaceName": "team", "Description": "for tests", "EnvTypes": ["prod"]}).to_string();
        let made = place.owner().roa("POST", AIWORKSPACE, "/api/v1/workspaces", &[], &body).ok();
        text(&made, "/WorkspaceId").clone_into(&mut place.workspace);
        place.bucket("flows");
        place
    }

    /// The same, with the service role assigned.
    pub(crate) fn authorized() -> Self {
        let place = Self::new();
        let role = json!({"RoleName": ROLE, "TemplateId": ROLE});
        let request = json!({"Services": [{"Service": "PAI", "Roles": [role]}]}).to_string();
        place.owner().rpc(CONSOLE, "QuickAuthorization", &[("Request", &request)]).ok();
        place
    }

    pub(crate) fn owner(&self) -> Client<'_> {
        Client::owner(&self.emulator)
    }

    pub(crate) fn bucket(&self, name: &str) {
        self.owner().oss("PUT", Some(name), "", &[], &[], b"").ok_text();
    }

    pub(crate) fn tag(&self, bucket: &str, key: &str, value: &str) {
        let body = format!("<Tagging><TagSet><Tag><Key>{key}</Key><Value>{value}</Value></Tag></TagSet></Tagging>");
        self.owner().oss("PUT", Some(bucket), "", &[("tagging", "")], &[], body.as_bytes()).ok_text();
    }

    /// A new RAM user that has these roles in the workspace.
    pub(crate) fn member(&self, name: &str, roles: &[&str]) -> Client<'_> {
        let owner = self.owner();
        let client = owner.user(name);
        let user = owner.ram("GetUser", &[("UserName", name)]).ok();
        let body = json!({"Members": [{"UserId": text(&user, "/User/UserId"), "Roles": roles}]}).to_string();
        let path = format!("/api/v1/workspaces/{}/members", self.workspace);
        owner.roa("POST", AIWORKSPACE, &path, &[], &body).ok();
        client
    }

    pub(crate) fn attach_to_role(&self, kind: &str, name: &str) {
        let parameters = [("PolicyType", kind), ("PolicyName", name), ("RoleName", ROLE)];
        self.owner().ram("AttachPolicyToRole", &parameters).ok();
    }

    pub(crate) fn detach_from_role(&self, kind: &str, name: &str) {
        let parameters = [("PolicyType", kind), ("PolicyName", name), ("RoleName", ROLE)];
        self.owner().ram("DetachPolicyFromRole", &parameters).ok();
    }

    /// A custom policy on the service role.
    pub(crate) fn custom_policy(&self, name: &str, document: &str) {
        self.owner().ram("CreatePolicy", &[("PolicyName", name), ("PolicyDocument", document)]).ok();
        self.attach_to_role("Custom", name);
    }

    /// Replaces the service role's trust policy.
    pub(crate) fn trust(&self, service: &str) {
        let document = kit::trust("Service", service);
        let parameters = [("RoleName", ROLE), ("NewAssumeRolePolicyDocument", document.as_str())];
        self.owner().ram("UpdateRole", &parameters).ok();
    }

    pub(crate) fn call(&self, client: &Client<'_>, method: &str, path: &str, parameters: &Value) -> Answer {
        let path = format!("/api/v1/langstudio{path}");
        let mut parameters = parameters.clone();
        parameters["WorkspaceId"] = json!(self.workspace);
        if matches!(method, "POST" | "PUT") {
            return client.roa(method, LANGSTUDIO, &path, &[], &parameters.to_string());
        }
        let members = parameters.as_object().into_iter().flatten();
        let query: Vec<_> = members.filter_map(|(name, value)| Some((name.as_str(), value.as_str()?))).collect();
        client.roa(method, LANGSTUDIO, &path, &query, "")
    }

    pub(crate) fn create_in(&self, client: &Client<'_>, bucket: &str, name: &str) -> Answer {
        let work_dir = format!("oss://{bucket}/work/");
        self.call(client, "POST", "/flows", &json!({"FlowName": name, "WorkDir": work_dir, "Content": "nodes: []"}))
    }

    pub(crate) fn create(&self, client: &Client<'_>, name: &str) -> Answer {
        self.create_in(client, "flows", name)
    }

    /// The path of a new flow.
    pub(crate) fn flow(&self, client: &Client<'_>, name: &str, accessibility: &str) -> String {
        let parameters = json!({"FlowName": name, "WorkDir": "oss://flows/work/", "Accessibility": accessibility});
        format!("/flows/{}", text(&self.call(client, "POST", "/flows", &parameters).ok(), "/FlowId"))
    }

    pub(crate) fn flows(&self, client: &Client<'_>) -> Vec<String> {
        let answer = self.call(client, "GET", "/flows", &json!({})).ok();
        kit::names(&answer, "/Flows", "FlowName").into_iter().map(str::to_owned).collect()
    }

    /// A file in OSS as its owner reads it.
    pub(crate) fn file(&self, key: &str) -> Option<String> {
        let answer = self.owner().oss("GET", Some("flows"), key, &[], &[], b"");
        (answer.status == 200).then(|| answer.text())
    }
}

pub(crate) trait OkText {
    fn ok_text(&self);
}

impl OkText for Answer {
    /// OSS answers XML.
    #[track_caller]
    fn ok_text(&self) {
        assert!(self.status < 300, "refused: {} {}", self.status, self.text());
    }
}

/// What the service role was refused, as LangStudio reports it.
#[track_caller]
pub(crate) fn refused_to_the_role(answer: &Answer, action: &str, resource: &str) {
    answer.refused(403, "AccessDenied");
    let body = answer.json();
    assert_eq!(text(&body, "/Detail/Role"), ROLE_ARN);
    assert_eq!(text(&body, "/Detail/Action"), action);
    assert_eq!(text(&body, "/Detail/Resource"), resource);
    assert_eq!(text(&body, "/AccessDeniedDetail/AuthAction"), action);
    assert_eq!(text(&body, "/AccessDeniedDetail/AuthPrincipalType"), "AssumedRoleUser");
    assert_eq!(text(&body, "/AccessDeniedDetail/AuthPrincipalDisplayName"), format!("{ROLE}:LangStudio"));
    assert_eq!(text(&body, "/AccessDeniedDetail/NoPermissionType"), "ImplicitDeny");
    for part in [action, resource, ROLE_ARN] {
        assert!(answer.message().contains(part), "{}", answer.message());
    }
}
