//! What is in a project of DataWorks is found there alone; PAI's workspaces are projects.

use crate::kit::{Answer, text};
use crate::{DATAWORKS, Place};

const SPEC: (&str, &str) = ("Spec", r#"{"spec":{"workflows":[{"name":"w"}]}}"#);

#[test]
fn a_project_has_its_own() {
    let place = Place::new();
    let owner = place.owner();
    let call = |action: &str, more: &[(&str, &str)]| -> Answer { owner.rpc(DATAWORKS, action, more) };
    let project = |name| call("CreateProject", &[("Name", name), ("DisplayName", name)]).ok()["Id"].to_string();
    let (one, other) = (project("one"), project("other"));
    let absent = "Invalid.Tenant.ProjectNotExists";
    for project in [&one, &place.workspace] {
        let made = call("CreateWorkflowDefinition", &[("ProjectId", project), SPEC]).ok();
        let id = made["Id"].to_string();
        for action in ["GetWorkflowDefinition", "DeleteWorkflowDefinition"] {
            call(action, &[("ProjectId", &other), ("Id", &id)]).refused(404, "Invalid.WorkflowDefinition.NotExist");
            call(action, &[("ProjectId", "12345"), ("Id", &id)]).refused(404, absent);
        }
        let update = [("ProjectId", other.as_str()), ("Id", &id), SPEC];
        call("UpdateWorkflowDefinition", &update).refused(404, "Invalid.WorkflowDefinition.NotExist");
        let objects = format!("[\"{id}\"]");
        let deploy = |project| [("ProjectId", project), ("Type", "Online"), ("ObjectIds", &*objects)];
        call("CreatePipelineRun", &deploy(&other)).refused(404, "Invalid.WorkflowDefinition.NotExist");
        let run = call("CreatePipelineRun", &deploy(project)).ok();
        let run = [("Id", text(&run, "/Id")), ("ProjectId", other.as_str())];
        call("GetPipelineRun", &run).refused(404, "Invalid.PipelineRun.NotExist");
        let list = |project| {
            call("ListWorkflowDefinitions", &[("ProjectId", project)]).ok()["PagingInfo"]["TotalCount"].clone()
        };
        assert_eq!((list(project), list(&other)), (1.into(), 0.into()));
        // Who names no project looks wherever it is.
        call("GetWorkflowDefinition", &[("Id", &id)]).ok();
        call("DeleteWorkflowDefinition", &[("ProjectId", project), ("Id", &id)]).ok();
    }
    for action in ["CreateWorkflowDefinition", "ImportWorkflowDefinition"] {
        call(action, &[("ProjectId", "12345"), SPEC]).refused(404, absent);
    }
    call("ListWorkflowDefinitions", &[("ProjectId", "12345")]).refused(404, absent);
    call("ListNodes", &[("ProjectId", "12345")]).refused(404, absent);
}
