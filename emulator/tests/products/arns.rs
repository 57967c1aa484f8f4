//! By which names a policy reaches a thing of PAI: the one that its pages publish, and the one with its workspace.

use serde_json::{Value, json};

use crate::kit::text;
use crate::{EAS, Place, STUDIO, allow, document, get, send};

fn deny(resource: &str) -> Value {
    json!({"Effect": "Deny", "Action": "*", "Resource": resource})
}

#[test]
fn a_thing_of_eas_is_reached_by_each_of_its_names() {
    let place = Place::new();
    let owner = place.owner();
    let make = |path: &str, body: &Value| send(&owner, EAS, "POST", path, body).ok();
    let config = json!({"metadata": {"name": "foo", "instance": 1, "workspace_id": place.workspace}, "containers": [{"image": "a"}]});
    let service = make("/api/v2/services", &config);
    let resource = make("/api/v2/resources", &json!({"ResourceType": "Dedicated"}));
    let gateway = make("/api/v2/gateways", &json!({"InstanceType": "ecs.c6.large", "Name": "front"}));
    let pool = make("/api/v2/virtualresources", &json!({"VirtualResourceName": "pool"}));
    let task = make("/api/v2/benchmark-tasks", &json!({"service": {"serviceName": "foo"}}));
    let within = |name: &str| format!("workspace/{}/{name}", place.workspace);
    let mut users = 0;
    let mut status = |path: &str, statements: &[Value]| {
        users += 1;
        get(&place.user(&format!("user-{users}"), &document(statements)), EAS, path, &[]).status
    };
    let (resource, gateway) = (text(&resource, "/ResourceId"), text(&gateway, "/GatewayId"));
    let (pool, task) = (text(&pool, "/VirtualResourceId"), text(&task, "/TaskName"));
    for (path, names) in [
        ("services/cn-hangzhou/foo".to_owned(), vec!["service/foo".to_owned(), within("service/foo")]),
        (
            format!("services/cn-hangzhou/{}", text(&service, "/ServiceId")),
            vec!["service/foo".to_owned(), within("service/foo")],
        ),
        ("services/cn-hangzhou/foo/versions".to_owned(), vec!["service/*".to_owned(), within("*")]),
        (format!("resources/cn-hangzhou/{resource}"), vec![format!("resource/{resource}")]),
        (format!("resources/cn-hangzhou/{resource}/instances"), vec![format!("resource/{resource}")]),
        (format!("gateways/cn-hangzhou/{gateway}"), vec![format!("gateway/{gateway}")]),
        (format!("gateways/cn-hangzhou/{gateway}/acl_policy"), vec![format!("gateway/{gateway}")]),
        (format!("virtualresources/cn-hangzhou/{pool}"), vec![format!("virtualresource/{pool}")]),
        (format!("benchmark-tasks/cn-hangzhou/{task}"), vec![format!("benchmarktask/{task}")]),
        ("services".to_owned(), vec!["service/*".to_owned()]),
        ("resources".to_owned(), vec!["resource/*".to_owned()]),
        ("virtualresources".to_owned(), vec!["virtualresource/*".to_owned()]),
        ("benchmark-tasks".to_owned(), vec!["benchmarktask/*".to_owned()]),
    ] {
        let path = format!("/api/v2/{path}");
        for name in names {
            let name = format!("acs:eas:cn-hangzhou:1234567890123456:{name}");
            assert_eq!(status(&path, &[allow(&["eas:*"], &name)]), 200, "allowed on {name}: {path}");
            assert_eq!(status(&path, &[allow(&["eas:*"], "*"), deny(&name)]), 403, "denied on {name}: {path}");
        }
        let other = allow(&["eas:*"], "acs:eas:*:*:other/thing");
        assert_eq!(status(&path, &[other]), 403, "{path}");
    }
}

#[test]
fn a_deny_of_one_service_keeps_it() {
    let place = Place::new();
    let owner = place.owner();
    let config = json!({"metadata": {"name": "foo", "instance": 1}, "containers": [{"image": "a"}]});
    send(&owner, EAS, "POST", "/api/v2/services", &config).ok();
    let but = deny("acs:eas:*:*:service/foo");
    let user = place.user("alice", &document(&[allow(&["eas:*"], "*"), but]));
    send(&user, EAS, "DELETE", "/api/v2/services/cn-hangzhou/foo", &json!({})).refused(403, "Forbidden.RAM");
    get(&owner, EAS, "/api/v2/services/cn-hangzhou/foo", &[]).ok();
}

#[test]
fn a_resource_group_of_pai_is_reached_by_its_published_name() {
    let place = Place::new();
    let made = send(&place.owner(), STUDIO, "POST", "/api/v1/resources", &json!({"Name": "group"})).ok();
    let group = text(&made, "/ResourceGroupID");
    let name = format!("acs:pai:*:*:resourcegroup/{group}");
    let path = format!("/api/v1/resources/{group}");
    get(&place.user("alice", &document(&[allow(&["pai:*"], &name)])), STUDIO, &path, &[]).ok();
    let denied = place.user("bob", &document(&[allow(&["pai:*"], "*"), deny(&name)]));
    assert_eq!(get(&denied, STUDIO, &path, &[]).status, 403);
}
