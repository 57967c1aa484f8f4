//! PAILangStudio, 2024-07-10: application flows and their snapshots.
//!
//! What LangStudio keeps lies in the account's own OSS, where LangStudio reaches it through its service role and nothing
//! else: what the role may not do fails, whoever the person is.

mod backend;
mod flows;
mod snapshots;
mod storage;

use http::Method;

use super::page::{PAGE_NUMBER, PAGE_SIZE};
use super::{Handler, gate};
use crate::gateway::{
    Access, Check, Describe, Form, Operation, Parameter, Perform, Product, Refusal, Route, Source, Style,
};

/// LangStudio.
pub static LANGSTUDIO: Product = Product {
    name: "PAILangStudio",
    version: "2024-07-10",
    style: Style::Roa,
    hosts: &["pailangstudio.{region}.aliyuncs.com"],
    refusal: Refusal::ForbiddenRam,
};

const WORKSPACE_ID: Parameter = Parameter::required("WorkspaceId", Form::Any);
const FLOW_ID: Parameter = Parameter::required("FlowId", Form::Any);
const SNAPSHOT_ID: Parameter = Parameter::required("SnapshotId", Form::Any);
const ACCESSIBILITY: Parameter = Parameter::optional("Accessibility", Form::OneOf(&["PRIVATE", "PUBLIC"]));
const DESCRIPTION: Parameter = Parameter::optional("Description", Form::Text(1024));
const WORK_DIR: Parameter = Parameter::optional("WorkDir", Form::Own(storage::check, "oss://sample/work/"));

const CONSOLE: Source = Source::Acslab("the console makes flows, and no operation for it is published");

/// An action of LangStudio: its granularity is the operation, so the resource is always `*`.
const fn action(names: &'static [&'static str], describe: Describe) -> Check {
    Check::new(names, "*").describe(describe)
}

const fn row(
    name: &'static str,
    method: Method,
    path: &'static str,
    checks: &'static [Check],
    parameters: &'static [Parameter],
    handler: Handler,
    source: Source,
) -> Operation {
    let route = Route::Path(method, path);
    let access = Access::Checks(checks);
    let perform = Perform::Handler(handler);
    Operation { product: &LANGSTUDIO, name, route, access, parameters, perform, source }
}

const fn missing(name: &'static str, method: Method, path: &'static str, checks: &'static [Check]) -> Operation {
    let route = Route::Path(method, path);
    let access = Access::Checks(checks);
    let (perform, source) = (Perform::Missing, Source::Documented(name));
    Operation { product: &LANGSTUDIO, name, route, access, parameters: &[], perform, source }
}

/// The operations: those of flows are the console's, the others are public.
pub static TABLE: &[Operation] = &[
    row(
        "CreateFlow",
        Method::POST,
        "/api/v1/langstudio/flows",
        &[action(&["pailangstudio:CreateFlow"], gate::new_entity)],
        &[
            WORKSPACE_ID,
            Parameter::required("FlowName", Form::Own(flows::check_name, "sample")),
            Parameter::optional("FlowType", Form::Text(64)),
            WORK_DIR,
            DESCRIPTION,
            ACCESSIBILITY,
            Parameter::optional("Content", Form::Any),
        ],
        flows::create,
        CONSOLE,
    ),
    row(
        "GetFlow",
        Method::GET,
        "/api/v1/langstudio/flows/{FlowId}",
        &[action(&["pailangstudio:GetFlow"], gate::flow)],
        &[WORKSPACE_ID, FLOW_ID],
        flows::get,
        CONSOLE,
    ),
    row(
        "ListFlows",
        Method::GET,
        "/api/v1/langstudio/flows",
        &[action(&["pailangstudio:ListFlows"], gate::list)],
        &[WORKSPACE_ID, PAGE_NUMBER, PAGE_SIZE, Parameter::optional("FlowName", Form::Any)],
        flows::list,
        CONSOLE,
    ),
    row(
        "UpdateFlow",
        Method::PUT,
        "/api/v1/langstudio/flows/{FlowId}",
        &[action(&["pailangstudio:UpdateFlow"], gate::flow)],
        &[WORKSPACE_ID, FLOW_ID, DESCRIPTION, ACCESSIBILITY, Parameter::optional("Content", Form::Any)],
        flows::update,
        CONSOLE,
    ),
    row(
        "DeleteFlow",
        Method::DELETE,
        "/api/v1/langstudio/flows/{FlowId}",
        &[action(&["pailangstudio:DeleteFlow"], gate::flow)],
        &[WORKSPACE_ID, FLOW_ID],
        flows::delete,
        CONSOLE,
    ),
    row(
        "CreateSnapshot",
        Method::POST,
        "/api/v1/langstudio/snapshots",
        &[action(&["pailangstudio:CreateSnapshot"], gate::new_entity)],
        &[
            WORKSPACE_ID,
            Parameter::required("SnapshotName", Form::Own(flows::check_name, "sample")),
            Parameter::required("SnapshotResourceType", Form::OneOf(&["Flow"])),
            Parameter::required("SnapshotResourceId", Form::Any),
            Parameter::optional("SourceStoragePath", Form::Own(storage::check, "oss://sample/work/sample/")),
            WORK_DIR,
            Parameter::optional("CreationType", Form::OneOf(snapshots::CREATION_TYPES)),
            DESCRIPTION,
            ACCESSIBILITY,
        ],
        snapshots::create,
        Source::Documented("CreateSnapshot"),
    ),
    row(
        "GetSnapshot",
        Method::GET,
        "/api/v1/langstudio/snapshots/{SnapshotId}",
        &[action(&["pailangstudio:GetSnapshot"], gate::snapshot)],
        &[WORKSPACE_ID, SNAPSHOT_ID],
        snapshots::get,
        Source::Documented("GetSnapshot"),
    ),
    row(
        "ListSnapshots",
        Method::GET,
        "/api/v1/langstudio/snapshots",
        &[action(&["pailangstudio:ListSnapshots"], gate::list)],
        &[WORKSPACE_ID, PAGE_NUMBER, PAGE_SIZE, Parameter::optional("SnapshotResourceId", Form::Any)],
        snapshots::list,
        Source::Documented("ListSnapshots"),
    ),
    row(
        "UpdateSnapshot",
        Method::PUT,
        "/api/v1/langstudio/snapshots/{SnapshotId}",
        &[action(&["pailangstudio:UpdateSnapshot"], gate::snapshot)],
        &[
            WORKSPACE_ID,
            SNAPSHOT_ID,
            Parameter::optional("SnapshotName", Form::Own(flows::check_name, "sample")),
            DESCRIPTION,
        ],
        snapshots::update,
        Source::Documented("UpdateSnapshot"),
    ),
    row(
        "DeleteSnapshot",
        Method::DELETE,
        "/api/v1/langstudio/snapshots/{SnapshotId}",
        &[action(&["pailangstudio:DeleteSnapshot"], gate::snapshot)],
        &[WORKSPACE_ID, SNAPSHOT_ID],
        snapshots::delete,
        Source::Documented("DeleteSnapshot"),
    ),
    missing(
        "CreateRuntime",
        Method::POST,
        "/api/v1/langstudio/runtimes",
        &[action(&["pailangstudio:CreateRuntime"], gate::new_entity)],
    ),
    missing(
        "GetRuntime",
        Method::GET,
        "/api/v1/langstudio/runtimes/{RuntimeId}",
        &[action(&["pailangstudio:GetRuntime"], gate::list)],
    ),
    missing(
        "ListRuntimes",
        Method::GET,
        "/api/v1/langstudio/runtimes",
        &[action(&["pailangstudio:ListRuntimes"], gate::list)],
    ),
    missing(
        "UpdateRuntime",
        Method::PUT,
        "/api/v1/langstudio/runtimes/{RuntimeId}",
        &[action(&["pailangstudio:UpdateRuntime"], gate::list)],
    ),
    missing(
        "DeleteRuntime",
        Method::DELETE,
        "/api/v1/langstudio/runtimes/{RuntimeId}",
        &[action(&["pailangstudio:DeleteRuntime"], gate::list)],
    ),
    missing(
        "CreateDeployment",
        Method::POST,
        "/api/v1/langstudio/deployments",
        &[action(&["pailangstudio:CreateDeployment"], gate::new_entity)],
    ),
    missing(
        "GetDeployment",
        Method::GET,
        "/api/v1/langstudio/deployments/{DeploymentId}",
        &[action(&["pailangstudio:GetDeployment"], gate::list)],
    ),
    missing(
        "ListDeployments",
        Method::GET,
        "/api/v1/langstudio/deployments",
        &[action(&["pailangstudio:ListDeployments"], gate::list)],
    ),
    missing(
        "UpdateDeployment",
        Method::PUT,
        "/api/v1/langstudio/deployments/{DeploymentId}",
        &[action(&["pailangstudio:UpdateDeployment"], gate::list)],
    ),
    missing(
        "DeleteDeployment",
        Method::DELETE,
        "/api/v1/langstudio/deployments/{DeploymentId}",
        // The permission table spells it the second way.
        &[action(&["pailangstudio:DeleteDeployment", "pailangstudio:DeleteDeplpoyment"], gate::list)],
    ),
    missing(
        "CreateKnowledgeBase",
        Method::POST,
        "/api/v1/langstudio/knowledgebases",
        &[action(&["pailangstudio:CreateKnowledgeBase"], gate::new_entity)],
    ),
    missing(
        "GetKnowledgeBase",
        Method::GET,
        "/api/v1/langstudio/knowledgebases/{KnowledgeBaseId}",
        &[action(&["pailangstudio:GetKnowledgeBase"], gate::list)],
    ),
    missing(
        "ListKnowledgeBases",
        Method::GET,
        "/api/v1/langstudio/knowledgebases",
        &[action(&["pailangstudio:ListKnowledgeBases"], gate::list)],
    ),
    missing(
        "UpdateKnowledgeBase",
        Method::PUT,
        "/api/v1/langstudio/knowledgebases/{KnowledgeBaseId}",
        &[action(&["pailangstudio:UpdateKnowledgeBase"], gate::list)],
    ),
    missing(
        "DeleteKnowledgeBase",
        Method::DELETE,
        "/api/v1/langstudio/knowledgebases/{KnowledgeBaseId}",
        &[action(&["pailangstudio:DeleteKnowledgeBase"], gate::list)],
    ),
    missing(
        "RetrieveKnowledgeBase",
        Method::POST,
        "/api/v1/langstudio/knowledgebases/{KnowledgeBaseId}/action/retrieve",
        &[action(&["pailangstudio:RetrieveKnowledgeBase"], gate::list)],
    ),
    missing(
        "CreateKnowledgeBaseJob",
        Method::POST,
        "/api/v1/langstudio/knowledgebases/{KnowledgeBaseId}/knowledgebasejobs",
        &[action(&["pailangstudio:CreateKnowledgeBaseJob"], gate::list)],
    ),
    missing(
        "GetKnowledgeBaseJob",
        Method::GET,
        "/api/v1/langstudio/knowledgebases/{KnowledgeBaseId}/knowledgebasejobs/{KnowledgeBaseJobId}",
        &[action(&["pailangstudio:GetKnowledgeBaseJob"], gate::list)],
    ),
    missing(
        "ListKnowledgeBaseJobs",
        Method::GET,
        "/api/v1/langstudio/knowledgebases/{KnowledgeBaseId}/knowledgebasejobs",
        &[action(&["pailangstudio:ListKnowledgeBaseJobs"], gate::list)],
    ),
    missing(
        "UpdateKnowledgeBaseJob",
        Method::PUT,
        "/api/v1/langstudio/knowledgebases/{KnowledgeBaseId}/knowledgebasejobs/{KnowledgeBaseJobId}",
        &[action(&["pailangstudio:UpdateKnowledgeBaseJob"], gate::list)],
    ),
    missing(
        "DeleteKnowledgeBaseJob",
        Method::DELETE,
        "/api/v1/langstudio/knowledgebases/{KnowledgeBaseId}/knowledgebasejobs/{KnowledgeBaseJobId}",
        &[action(&["pailangstudio:DeleteKnowledgeBaseJob"], gate::list)],
    ),
    missing(
        "ListKnowledgeBaseChunks",
        Method::GET,
        "/api/v1/langstudio/knowledgebases/{KnowledgeBaseId}/knowledgebasechunks",
        &[action(&["pailangstudio:ListKnowledgeBaseChunks"], gate::list)],
    ),
    missing(
        "UpdateKnowledgeBaseChunk",
        Method::PUT,
        "/api/v1/langstudio/knowledgebases/{KnowledgeBaseId}/knowledgebasechunks/{KnowledgeBaseChunkId}",
        &[action(&["pailangstudio:UpdateKnowledgeBaseChunk"], gate::list)],
    ),
];

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn all_public_operations_are_there() {
        let public = TABLE.iter().filter(|operation| matches!(operation.source, Source::Documented(_)));
        assert_eq!(public.count(), 28);
    }
}
