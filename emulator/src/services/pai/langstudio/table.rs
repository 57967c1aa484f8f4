//! LangStudio as a product, and its operations.

use http::Method;

use super::super::page::{PAGE_NUMBER, PAGE_SIZE};
use super::super::{gate, locate};
use super::{flows, snapshots, storage};
use crate::gateway::{Check, Form, Operation, Parameter, Product, Route, Source, Style, forbidden_ram};
use crate::operation::Context;

/// LangStudio.
pub static LANGSTUDIO: Product = Product::new("PAILangStudio", "2024-07-10", &["pailangstudio.{region}.aliyuncs.com"])
    .style(Style::Roa)
    .refuses(forbidden_ram)
    .locates(&[], locate::locate);

const WORKSPACE_ID: Parameter = Parameter::required("WorkspaceId", Form::Any);
const FLOW_ID: Parameter = Parameter::required("FlowId", Form::Any);
const SNAPSHOT_ID: Parameter = Parameter::required("SnapshotId", Form::Any);
const ACCESSIBILITY: Parameter = Parameter::optional("Accessibility", Form::OneOf(&["PRIVATE", "PUBLIC"]));
const DESCRIPTION: Parameter = Parameter::optional("Description", Form::Text(1024));
const WORK_DIR: Parameter = Parameter::optional("WorkDir", Form::Own(storage::check, "oss://sample/work/"));

const CONSOLE: Source = Source::acslab("the console makes flows, and no operation for it is published");

/// An action of LangStudio: its granularity is the operation, so the resource is always `*`. What it is about has a place in a
/// workspace all the same.
const fn action(names: &'static [&'static str], about: &'static str, context: Context) -> Check {
    Check::new(names, "*").about(about).context(context)
}

const WORKSPACE: &str = "workspace/{WorkspaceId}";
const FLOW: &str = "workspace/{WorkspaceId}/flow/{FlowId}";
const SNAPSHOT: &str = "workspace/{WorkspaceId}/snapshot/{SnapshotId}";

fn missing(name: &'static str, method: Method, path: &'static str, checks: &[Check]) -> Operation {
    Operation::missing(&LANGSTUDIO, name, Route::Path(method, path.into()), checks, Source::documented(name))
}

/// The operations: those of flows are the console's, the others are public.
pub fn table() -> Vec<Operation> {
    vec![
        LANGSTUDIO
            .path(
                "CreateFlow",
                (Method::POST, "/api/v1/langstudio/flows"),
                &[action(&["pailangstudio:CreateFlow"], WORKSPACE, gate::new_entity)],
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
            )
            .known_from(CONSOLE),
        LANGSTUDIO
            .path(
                "GetFlow",
                (Method::GET, "/api/v1/langstudio/flows/{FlowId}"),
                &[action(&["pailangstudio:GetFlow"], FLOW, gate::purchased)],
                &[WORKSPACE_ID, FLOW_ID],
                flows::get,
            )
            .known_from(CONSOLE),
        LANGSTUDIO
            .path(
                "ListFlows",
                (Method::GET, "/api/v1/langstudio/flows"),
                &[action(&["pailangstudio:ListFlows"], WORKSPACE, gate::list)],
                &[WORKSPACE_ID, PAGE_NUMBER, PAGE_SIZE, Parameter::optional("FlowName", Form::Any)],
                flows::list,
            )
            .known_from(CONSOLE),
        LANGSTUDIO
            .path(
                "UpdateFlow",
                (Method::PUT, "/api/v1/langstudio/flows/{FlowId}"),
                &[action(&["pailangstudio:UpdateFlow"], FLOW, gate::purchased)],
                &[WORKSPACE_ID, FLOW_ID, DESCRIPTION, ACCESSIBILITY, Parameter::optional("Content", Form::Any)],
                flows::update,
            )
            .known_from(CONSOLE),
        LANGSTUDIO
            .path(
                "DeleteFlow",
                (Method::DELETE, "/api/v1/langstudio/flows/{FlowId}"),
                &[action(&["pailangstudio:DeleteFlow"], FLOW, gate::purchased)],
                &[WORKSPACE_ID, FLOW_ID],
                flows::delete,
            )
            .known_from(CONSOLE),
        LANGSTUDIO.path(
            "CreateSnapshot",
            (Method::POST, "/api/v1/langstudio/snapshots"),
            &[action(&["pailangstudio:CreateSnapshot"], WORKSPACE, gate::new_entity)],
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
        ),
        LANGSTUDIO.path(
            "GetSnapshot",
            (Method::GET, "/api/v1/langstudio/snapshots/{SnapshotId}"),
            &[action(&["pailangstudio:GetSnapshot"], SNAPSHOT, gate::purchased)],
            &[WORKSPACE_ID, SNAPSHOT_ID],
            snapshots::get,
        ),
        LANGSTUDIO.path(
            "ListSnapshots",
            (Method::GET, "/api/v1/langstudio/snapshots"),
            &[action(&["pailangstudio:ListSnapshots"], WORKSPACE, gate::list)],
            &[WORKSPACE_ID, PAGE_NUMBER, PAGE_SIZE, Parameter::optional("SnapshotResourceId", Form::Any)],
            snapshots::list,
        ),
        LANGSTUDIO.path(
            "UpdateSnapshot",
            (Method::PUT, "/api/v1/langstudio/snapshots/{SnapshotId}"),
            &[action(&["pailangstudio:UpdateSnapshot"], SNAPSHOT, gate::purchased)],
            &[
                WORKSPACE_ID,
                SNAPSHOT_ID,
                Parameter::optional("SnapshotName", Form::Own(flows::check_name, "sample")),
                DESCRIPTION,
            ],
            snapshots::update,
        ),
        LANGSTUDIO.path(
            "DeleteSnapshot",
            (Method::DELETE, "/api/v1/langstudio/snapshots/{SnapshotId}"),
            &[action(&["pailangstudio:DeleteSnapshot"], SNAPSHOT, gate::purchased)],
            &[WORKSPACE_ID, SNAPSHOT_ID],
            snapshots::delete,
        ),
        missing(
            "CreateRuntime",
            Method::POST,
            "/api/v1/langstudio/runtimes",
            &[action(&["pailangstudio:CreateRuntime"], WORKSPACE, gate::new_entity)],
        ),
        missing(
            "GetRuntime",
            Method::GET,
            "/api/v1/langstudio/runtimes/{RuntimeId}",
            &[action(&["pailangstudio:GetRuntime"], WORKSPACE, gate::list)],
        ),
        missing(
            "ListRuntimes",
            Method::GET,
            "/api/v1/langstudio/runtimes",
            &[action(&["pailangstudio:ListRuntimes"], WORKSPACE, gate::list)],
        ),
        missing(
            "UpdateRuntime",
            Method::PUT,
            "/api/v1/langstudio/runtimes/{RuntimeId}",
            &[action(&["pailangstudio:UpdateRuntime"], WORKSPACE, gate::list)],
        ),
        missing(
            "DeleteRuntime",
            Method::DELETE,
            "/api/v1/langstudio/runtimes/{RuntimeId}",
            &[action(&["pailangstudio:DeleteRuntime"], WORKSPACE, gate::list)],
        ),
        missing(
            "CreateDeployment",
            Method::POST,
            "/api/v1/langstudio/deployments",
            &[action(&["pailangstudio:CreateDeployment"], WORKSPACE, gate::new_entity)],
        ),
        missing(
            "GetDeployment",
            Method::GET,
            "/api/v1/langstudio/deployments/{DeploymentId}",
            &[action(&["pailangstudio:GetDeployment"], WORKSPACE, gate::list)],
        ),
        missing(
            "ListDeployments",
            Method::GET,
            "/api/v1/langstudio/deployments",
            &[action(&["pailangstudio:ListDeployments"], WORKSPACE, gate::list)],
        ),
        missing(
            "UpdateDeployment",
            Method::PUT,
            "/api/v1/langstudio/deployments/{DeploymentId}",
            &[action(&["pailangstudio:UpdateDeployment"], WORKSPACE, gate::list)],
        ),
        missing(
            "DeleteDeployment",
            Method::DELETE,
            "/api/v1/langstudio/deployments/{DeploymentId}",
            // The permission table spells it the second way.
            &[action(&["pailangstudio:DeleteDeployment", "pailangstudio:DeleteDeplpoyment"], WORKSPACE, gate::list)],
        ),
        missing(
            "CreateKnowledgeBase",
            Method::POST,
            "/api/v1/langstudio/knowledgebases",
            &[action(&["pailangstudio:CreateKnowledgeBase"], WORKSPACE, gate::new_entity)],
        ),
        missing(
            "GetKnowledgeBase",
            Method::GET,
            "/api/v1/langstudio/knowledgebases/{KnowledgeBaseId}",
            &[action(&["pailangstudio:GetKnowledgeBase"], WORKSPACE, gate::list)],
        ),
        missing(
            "ListKnowledgeBases",
            Method::GET,
            "/api/v1/langstudio/knowledgebases",
            &[action(&["pailangstudio:ListKnowledgeBases"], WORKSPACE, gate::list)],
        ),
        missing(
            "UpdateKnowledgeBase",
            Method::PUT,
            "/api/v1/langstudio/knowledgebases/{KnowledgeBaseId}",
            &[action(&["pailangstudio:UpdateKnowledgeBase"], WORKSPACE, gate::list)],
        ),
        missing(
            "DeleteKnowledgeBase",
            Method::DELETE,
            "/api/v1/langstudio/knowledgebases/{KnowledgeBaseId}",
            &[action(&["pailangstudio:DeleteKnowledgeBase"], WORKSPACE, gate::list)],
        ),
        missing(
            "RetrieveKnowledgeBase",
            Method::POST,
            "/api/v1/langstudio/knowledgebases/{KnowledgeBaseId}/action/retrieve",
            &[action(&["pailangstudio:RetrieveKnowledgeBase"], WORKSPACE, gate::list)],
        ),
        missing(
            "CreateKnowledgeBaseJob",
            Method::POST,
            "/api/v1/langstudio/knowledgebases/{KnowledgeBaseId}/knowledgebasejobs",
            &[action(&["pailangstudio:CreateKnowledgeBaseJob"], WORKSPACE, gate::list)],
        ),
        missing(
            "GetKnowledgeBaseJob",
            Method::GET,
            "/api/v1/langstudio/knowledgebases/{KnowledgeBaseId}/knowledgebasejobs/{KnowledgeBaseJobId}",
            &[action(&["pailangstudio:GetKnowledgeBaseJob"], WORKSPACE, gate::list)],
        ),
        missing(
            "ListKnowledgeBaseJobs",
            Method::GET,
            "/api/v1/langstudio/knowledgebases/{KnowledgeBaseId}/knowledgebasejobs",
            &[action(&["pailangstudio:ListKnowledgeBaseJobs"], WORKSPACE, gate::list)],
        ),
        missing(
            "UpdateKnowledgeBaseJob",
            Method::PUT,
            "/api/v1/langstudio/knowledgebases/{KnowledgeBaseId}/knowledgebasejobs/{KnowledgeBaseJobId}",
            &[action(&["pailangstudio:UpdateKnowledgeBaseJob"], WORKSPACE, gate::list)],
        ),
        missing(
            "DeleteKnowledgeBaseJob",
            Method::DELETE,
            "/api/v1/langstudio/knowledgebases/{KnowledgeBaseId}/knowledgebasejobs/{KnowledgeBaseJobId}",
            &[action(&["pailangstudio:DeleteKnowledgeBaseJob"], WORKSPACE, gate::list)],
        ),
        missing(
            "ListKnowledgeBaseChunks",
            Method::GET,
            "/api/v1/langstudio/knowledgebases/{KnowledgeBaseId}/knowledgebasechunks",
            &[action(&["pailangstudio:ListKnowledgeBaseChunks"], WORKSPACE, gate::list)],
        ),
        missing(
            "UpdateKnowledgeBaseChunk",
            Method::PUT,
            "/api/v1/langstudio/knowledgebases/{KnowledgeBaseId}/knowledgebasechunks/{KnowledgeBaseChunkId}",
            &[action(&["pailangstudio:UpdateKnowledgeBaseChunk"], WORKSPACE, gate::list)],
        ),
    ]
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn all_public_operations_are_there() {
        let public = table().into_iter().filter(|operation| matches!(operation.source, Source::Documented(_)));
        assert_eq!(public.count(), 28);
    }
}
