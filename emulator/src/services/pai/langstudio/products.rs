//! What LangStudio asks of other products, as the service role: a place for each, named by what comes of it.

use http::Method;
use serde_json::{Map, Value, json};

use super::backend::{Asked, Backend, Product};
use crate::gateway::{ApiError, Call, Caller, HttpRequest};
use crate::services::common::inside::VPC;
use crate::services::pai::locate::person;
use crate::signature::query::pe_path;

const AIWORKSPACE: Product = Product { name: "AIWorkSpace", host: "aiworkspace", version: "2021-02-04" };
const DSW: Product = Product { name: "DSW", host: "pai-dsw", version: "2022-01-01" };
const EAS: Product = Product { name: "EAS", host: "pai-eas", version: "2021-07-01" };
const PAIFLOW: Product = Product { name: "PAIFlow", host: "paiflow", version: "2021-02-02" };
const LLMTRACE: Product = Product { name: "LLM trace", host: "paillmtrace", version: "2024-03-11" };
const DATAWORKS: Product = Product { name: "DataWorks", host: "dataworks", version: "2024-05-18" };
const RAM: Product = Product { name: "RAM", host: "ram", version: "2015-05-01" };
const ECS: &str = "2014-05-26";

/// The role that EAS works through, and the name by which it is made.
const EAS_ROLE: (&str, &str) = ("AliyunServiceRoleForPaiEas", "eas.pai.aliyuncs.com");

type Answer = Result<Map<String, Value>, ApiError>;

/// The text of a member of an answer; an answer without it is a fault of ours.
fn told(answer: &Map<String, Value>, member: &str) -> Result<String, ApiError> {
    match answer.get(member) {
        Some(Value::String(text)) => Ok(text.clone()),
        Some(Value::Number(number)) => Ok(number.to_string()),
        _ => Err(ApiError::internal()),
    }
}

/// So many items a page, of lists that are read whole.
const PAGE: usize = 100;

impl Backend<'_, '_> {
    /// What LangStudio makes from now on is the caller's: PAI asks itself whether the role may act for that one.
    pub(super) fn act_for_the_caller(&self) -> Result<(), ApiError> {
        let path = format!("/api/v1/users/{}/action/assume", person(&self.call.caller));
        self.to(AIWORKSPACE, "pai:AssumeUser", Method::POST, path, None)?;
        self.act_for(person(&self.call.caller));
        Ok(())
    }

    fn to(&self, product: Product, action: &'static str, method: Method, path: String, body: Option<Value>) -> Answer {
        self.ask(Asked { product, action, method, path, query: &[], body })
    }

    fn look(&self, product: Product, action: &'static str, path: String, query: &[(&str, &str)]) -> Answer {
        self.ask(Asked { product, action, method: Method::GET, path, query, body: None })
    }

    /// All items of a list, page by page.
    fn all(
        &self,
        product: Product,
        action: &'static str,
        path: &str,
        list: &str,
    ) -> Result<Vec<Map<String, Value>>, ApiError> {
        let (mut all, size) = (Vec::new(), PAGE.to_string());
        for page in 1.. {
            let page = usize::to_string(&page);
            let workspace = ("WorkspaceId", self.call.arguments.text("WorkspaceId"));
            let query = [("PageNumber", page.as_str()), ("PageSize", size.as_str()), workspace];
            let mut answer = self.look(product, action, path.to_owned(), &query)?;
            let Some(Value::Array(items)) = answer.remove(list) else { break };
            let last = items.len() < PAGE;
            all.extend(items.into_iter().filter_map(|item| match item {
                Value::Object(item) => Some(item),
                _ => None,
            }));
            if last {
                break;
            }
        }
        Ok(all)
    }
}

/// DSW: the instances that runtimes are.
impl Backend<'_, '_> {
    pub(super) fn create_instance(&self, instance: Value) -> Result<String, ApiError> {
        let made =
            self.to(DSW, "paidsw:CreateInstance", Method::POST, "/api/v2/instances".to_owned(), Some(instance))?;
        told(&made, "InstanceId")
    }

    pub(super) fn instance(&self, id: &str) -> Answer {
        self.look(DSW, "paidsw:GetInstance", format!("/api/v2/instances/{id}"), &[])
    }

    pub(super) fn instances(&self) -> Result<Vec<Map<String, Value>>, ApiError> {
        self.all(DSW, "paidsw:ListInstances", "/api/v2/instances", "Instances")
    }

    pub(super) fn update_instance(&self, id: &str, changes: Value) -> Result<(), ApiError> {
        let path = format!("/api/v2/instances/{id}");
        self.to(DSW, "paidsw:UpdateInstance", Method::PUT, path, Some(changes)).map(|_| ())
    }

    pub(super) fn start_instance(&self, id: &str) -> Result<(), ApiError> {
        self.to(DSW, "paidsw:StartInstance", Method::PUT, format!("/api/v2/instances/{id}/start"), None).map(|_| ())
    }

    pub(super) fn stop_instance(&self, id: &str) -> Result<(), ApiError> {
        self.to(DSW, "paidsw:StopInstance", Method::PUT, format!("/api/v2/instances/{id}/stop"), None).map(|_| ())
    }

    pub(super) fn delete_instance(&self, id: &str) -> Result<(), ApiError> {
        self.to(DSW, "paidsw:DeleteInstance", Method::DELETE, format!("/api/v2/instances/{id}"), None).map(|_| ())
    }
}

/// EAS: the services that deployments become.
impl Backend<'_, '_> {
    /// The service of a name, if there is one.
    pub(super) fn service(&self, name: &str) -> Result<Option<Map<String, Value>>, ApiError> {
        match self.look(EAS, "eas:DescribeService", self.service_path(name), &[]) {
            Ok(service) => Ok(Some(service)),
            Err(error) if error.status() == http::StatusCode::NOT_FOUND => Ok(None),
            Err(error) => Err(error),
        }
    }

    pub(super) fn services(&self) -> Result<Vec<Map<String, Value>>, ApiError> {
        self.all(EAS, "eas:ListServices", "/api/v2/services", "Services")
    }

    pub(super) fn create_service(&self, service: Value) -> Result<(), ApiError> {
        let path = "/api/v2/services".to_owned();
        let query = [("WorkspaceId", self.call.arguments.text("WorkspaceId"))];
        let (action, method, body) = ("eas:CreateService", Method::POST, Some(service));
        self.ask(Asked { product: EAS, action, method, path, query: &query, body }).map(|_| ())
    }

    pub(super) fn update_service(&self, name: &str, service: Value) -> Result<(), ApiError> {
        self.to(EAS, "eas:UpdateService", Method::PUT, self.service_path(name), Some(service)).map(|_| ())
    }

    fn service_path(&self, name: &str) -> String {
        pe_path(&format!("/api/v2/services/{}/{name}", self.call.region))
    }

    /// EAS works through a role of its own; whoever makes the first service of an account makes the role as well.
    pub(super) fn link_eas(&self) -> Result<(), ApiError> {
        let (role, service) = EAS_ROLE;
        if self.call.account()?.directory.read().role(role).is_ok() {
            return Ok(());
        }
        let (action, operation) = ("ram:CreateServiceLinkedRole", "CreateServiceLinkedRole");
        self.ask_by_name(RAM, action, operation, &[("ServiceName", service)]).map(|_| ())
    }
}

/// LLM trace: the token that a traced service sends its traces with.
impl Backend<'_, '_> {
    pub(super) fn trace_token(&self) -> Answer {
        self.look(LLMTRACE, "paillmtrace:GetXtraceToken", "/api/v1/PAILLMTrace/XtraceToken".to_owned(), &[])
    }
}

/// Datasets, of which each knowledge base is one.
impl Backend<'_, '_> {
    pub(super) fn create_dataset(&self, dataset: Value) -> Result<String, ApiError> {
        let path = "/api/v1/datasets".to_owned();
        told(&self.to(AIWORKSPACE, "paidataset:CreateDataset", Method::POST, path, Some(dataset))?, "DatasetId")
    }

    pub(super) fn dataset(&self, id: &str) -> Answer {
        self.look(AIWORKSPACE, "paidataset:GetDataset", format!("/api/v1/datasets/{id}"), &[])
    }

    pub(super) fn datasets(&self) -> Result<Vec<Map<String, Value>>, ApiError> {
        self.all(AIWORKSPACE, "paidataset:ListDatasets", "/api/v1/datasets", "Datasets")
    }

    pub(super) fn update_dataset(&self, id: &str, changes: Value) -> Result<(), ApiError> {
        let path = format!("/api/v1/datasets/{id}");
        self.to(AIWORKSPACE, "paidataset:UpdateDataset", Method::PUT, path, Some(changes)).map(|_| ())
    }

    pub(super) fn delete_dataset(&self, id: &str) -> Result<(), ApiError> {
        let path = format!("/api/v1/datasets/{id}");
        self.to(AIWORKSPACE, "paidataset:DeleteDataset", Method::DELETE, path, None).map(|_| ())
    }

    pub(super) fn create_version(&self, dataset: &str, version: Value) -> Result<String, ApiError> {
        let path = format!("/api/v1/datasets/{dataset}/versions");
        let made = self.to(AIWORKSPACE, "paidataset:CreateDatasetVersion", Method::POST, path, Some(version))?;
        told(&made, "VersionName")
    }

    pub(super) fn version(&self, dataset: &str, version: &str) -> Answer {
        let path = pe_path(&format!("/api/v1/datasets/{dataset}/versions/{version}"));
        self.look(AIWORKSPACE, "paidataset:GetDatasetVersion", path, &[])
    }
}

/// Pipelines: the runs that index knowledge bases.
impl Backend<'_, '_> {
    pub(super) fn create_run(&self, run: Value) -> Result<String, ApiError> {
        let path = "/api/v1/pipelineruns".to_owned();
        told(&self.to(PAIFLOW, "paiflow:CreatePipelineRun", Method::POST, path, Some(run))?, "PipelineRunId")
    }

    pub(super) fn run(&self, id: &str) -> Answer {
        self.look(PAIFLOW, "paiflow:GetPipelineRun", format!("/api/v1/pipelineruns/{id}"), &[])
    }

    pub(super) fn delete_run(&self, id: &str) -> Result<(), ApiError> {
        let path = format!("/api/v1/pipelineruns/{id}");
        self.to(PAIFLOW, "paiflow:DeletePipelineRun", Method::DELETE, path, None).map(|_| ())
    }
}

/// DataWorks: the workflows that keep knowledge bases up to date.
impl Backend<'_, '_> {
    pub(super) fn create_workflow(&self, project: &str, spec: &str) -> Result<String, ApiError> {
        let (action, operation) = ("dataworks:CreateWorkflowDefinition", "CreateWorkflowDefinition");
        let parameters = [("ProjectId", project), ("Spec", spec)];
        told(&self.ask_by_name(DATAWORKS, action, operation, &parameters)?, "Id")
    }

    pub(super) fn update_workflow(&self, project: &str, id: &str, spec: &str) -> Result<(), ApiError> {
        let (action, operation) = ("dataworks:UpdateWorkflowDefinition", "UpdateWorkflowDefinition");
        let parameters = [("ProjectId", project), ("Id", id), ("Spec", spec)];
        self.ask_by_name(DATAWORKS, action, operation, &parameters).map(|_| ())
    }

    pub(super) fn delete_workflow(&self, project: &str, id: &str) -> Result<(), ApiError> {
        let (action, operation) = ("dataworks:DeleteWorkflowDefinition", "DeleteWorkflowDefinition");
        self.ask_by_name(DATAWORKS, action, operation, &[("ProjectId", project), ("Id", id)]).map(|_| ())
    }

    /// Brings a workflow into operation: a deployment of DataWorks, each stage of which is carried out.
    pub(super) fn publish_workflow(&self, project: &str, id: &str) -> Result<(), ApiError> {
        let objects = json!([id]).to_string();
        let parameters = [("ProjectId", project), ("Type", "Online"), ("ObjectIds", objects.as_str())];
        let made = self.ask_by_name(DATAWORKS, "dataworks:CreateDeployment", "CreatePipelineRun", &parameters)?;
        let run = told(&made, "Id")?;
        let named = [("ProjectId", project), ("Id", run.as_str())];
        let shown = self.ask_by_name(DATAWORKS, "dataworks:GetDeployment", "GetPipelineRun", &named)?;
        let stages = shown.get("Pipeline").and_then(|pipeline| pipeline.get("Stages")?.as_array());
        let codes: Vec<_> = stages.into_iter().flatten().filter_map(|stage| stage.get("Code")?.as_str()).collect();
        for code in codes {
            let parameters = [("ProjectId", project), ("Id", run.as_str()), ("Code", code)];
            self.ask_by_name(DATAWORKS, "dataworks:ExecDeploymentStage", "ExecPipelineRunStage", &parameters)?;
        }
        Ok(())
    }
}

/// A network that a person names for something to run in. The person looks for it, since LangStudio's role may not.
pub(super) fn find_network(call: &Call<'_>, parameter: &str, network: &Value) -> Result<(), ApiError> {
    let text = |names: [&str; 2]| names.iter().find_map(|name| network.get(name)?.as_str()).filter(|id| !id.is_empty());
    let vpc = text(["VpcId", "vpc_id"]);
    let (switch, group) = (text(["VSwitchId", "vswitch_id"]), text(["SecurityGroupId", "security_group_id"]));
    let in_vpc = vpc.map(|id| ("VpcId", id));
    let looks = [
        ("VPC", VPC, "vpc", "DescribeVpcs", vpc.map(|id| ("VpcId", id))),
        ("vSwitch", VPC, "vpc", "DescribeVSwitches", switch.map(|id| ("VSwitchId", id))),
        ("security group", ECS, "ecs", "DescribeSecurityGroups", group.map(|id| ("SecurityGroupId", id))),
    ];
    for (what, version, host, operation, named) in looks {
        let Some(named) = named else { continue };
        let mut parameters = vec![named];
        parameters.extend(in_vpc.filter(|vpc| *vpc != named));
        parameters.push(("RegionId", &call.region));
        let mut request = HttpRequest::action(operation, version, &parameters);
        let host = format!("{host}.{}.aliyuncs.com", call.region);
        let host = http::HeaderValue::from_str(&host).map_err(|_| ApiError::internal())?;
        request.headers.insert(http::header::HOST, host);
        let answer = call.call_inside(request, Caller::clone(&call.caller))?;
        let found = answer.members().and_then(|members| members.get("TotalCount")?.as_u64());
        if found.unwrap_or_default() == 0 {
            let place = vpc.filter(|vpc| *vpc != named.1).unwrap_or(&call.region);
            let why = format!("there is no {what} `{}` in {place}", named.1);
            return Err(crate::services::pai::errors::invalid(parameter, &why));
        }
    }
    Ok(())
}
