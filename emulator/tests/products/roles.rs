//! What roles in a workspace allow outside LangStudio, as PAI's page of roles says it.

use serde_json::json;

use crate::kit::Client;
use crate::{AIWORKSPACE, EAS, FLOW, Place, get, send};

#[test]
fn of_services_accessibility_does_not_matter() {
    let place = Place::new();
    let config = json!({"metadata": {"name": "svc", "instance": 1}, "processor": "x"}).to_string();
    let in_workspace = [("WorkspaceId", place.workspace.as_str())];
    place.owner().roa("POST", EAS, "/api/v2/services", &in_workspace, &config).ok();
    place.later(60);
    let path = "/api/v2/services/cn-hangzhou/svc";
    let stop = |client: &Client<'_>| client.roa("PUT", EAS, &format!("{path}/stop"), &[], "");
    let (operator, _) = place.member("operator", "PAI.AlgoOperator");
    let (developer, _) = place.member("developer", "PAI.AlgoDeveloper");
    let (guest, _) = place.member("guest", "PAI.WorkspaceGuest");
    get(&operator, EAS, path, &[]).ok();
    assert_eq!(stop(&operator).status, 403);
    get(&developer, EAS, path, &[]).ok();
    stop(&developer).ok();
    assert_eq!(get(&guest, EAS, path, &[]).status, 403);
    // A service keeps its name.
    let named = json!({"metadata": {"name": "other", "instance": 2}}).to_string();
    developer.roa("PUT", EAS, path, &[], &named).ok();
    assert!(get(&developer, EAS, path, &[]).ok()["ServiceConfig"].to_string().contains("svc"));
}

#[test]
fn engineers_and_labelling_administrators_have_assets_of_their_own() {
    let place = Place::new();
    let (operator, _) = place.member("operator", "PAI.AlgoOperator");
    let (labels, _) = place.member("labels", "PAI.LabelManager");
    let (warehouse, _) = place.member("warehouse", "PAI.MaxComputeDeveloper");
    let here = [("WorkspaceId", place.workspace.as_str())];
    for (path, body) in [
        ("models", json!({"ModelName": "m"})),
        ("images", json!({"Name": "i", "ImageUri": "r/i:1"})),
        ("experiments", json!({"Name": "e"})),
        ("codesources", json!({"DisplayName": "c"})),
        ("connections", json!({"ConnectionName": "c", "Configs": {}})),
    ] {
        let mut body = body;
        body["WorkspaceId"] = json!(place.workspace);
        let path = format!("/api/v1/{path}");
        assert_eq!(send(&labels, AIWORKSPACE, "POST", &path, &body).status, 403, "{path}");
        send(&operator, AIWORKSPACE, "POST", &path, &body).ok();
    }
    place.dataset(&operator, "mine", &json!({})).ok();
    place.dataset(&labels, "labelled", &json!({})).ok();
    assert_eq!(place.dataset(&warehouse, "none", &json!({})).status, 403);
    let seen = |client: &Client<'_>| get(client, AIWORKSPACE, "/api/v1/datasets", &here).ok()["TotalCount"].clone();
    assert_eq!((seen(&operator), seen(&labels)), (json!(1), json!(1)));
    get(&warehouse, FLOW, "/api/v1/pipelineruns", &here).ok();
    let run = json!({"WorkspaceId": place.workspace, "PipelineManifest": "{}", "Name": "run"});
    for client in [&operator, &warehouse] {
        send(client, FLOW, "POST", "/api/v1/pipelineruns", &run).ok();
    }
    assert_eq!(send(&labels, FLOW, "POST", "/api/v1/pipelineruns", &run).status, 403);
    // A visitor sees what is public.
    let (guest, _) = place.member("guest", "PAI.WorkspaceGuest");
    place.dataset(&place.owner(), "public", &json!({"Accessibility": "PUBLIC"})).ok();
    assert_eq!(seen(&guest), json!(1));
}
