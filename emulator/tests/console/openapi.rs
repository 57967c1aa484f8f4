//! `docs/control.openapi.json` against what is really answered: each path that it names is asked, and the answer held to its schema.

use std::collections::BTreeSet;

use acslab_emulator::EmulatorHandle;
use serde_json::Value;

use super::judge::{misfits, root};
use super::{TOKEN, json, start, with};
use crate::kit::{Answer, Client, policy, trust};

/// What whoever starts the emulator answers besides.
fn is_of_extension(path: &str) -> bool {
    ["/may", "/paths"].contains(&path) || path.starts_with("/scenarios")
}

/// A path with what its parameters give as examples: those in the path, and those of the query that are required.
fn with_examples(path: String, operation: &Value) -> String {
    let mut path = path;
    for parameter in operation["parameters"].as_array().into_iter().flatten() {
        let (Some(name), Some(example)) = (parameter["name"].as_str(), parameter["example"].as_str()) else { continue };
        if parameter["in"] == "path" {
            path = path.replace(&format!("{{{name}}}"), example);
        } else if parameter["required"] == true {
            path = format!("{path}?{name}={example}");
        }
    }
    path
}

fn ask_as_program(cloud: &EmulatorHandle, method: &str, path: &str) -> Answer {
    with(cloud, method, path, "", &[])
}

#[test]
fn all_that_can_be_asked_is_described_and_nothing_else() {
    let root = root();
    let cloud = start();
    let answer = ask_as_program(&cloud, "GET", "nothing").text();
    let error: Value = serde_json::from_str(&answer).expect("JSON");
    let list = error["error"].as_str().and_then(|text| text.split_once("there are ")).expect("a list").1;
    let there: BTreeSet<_> = list.split(", ").map(str::to_owned).collect();
    let paths = root["paths"].as_object().expect("paths").iter().filter(|(path, _)| !is_of_extension(path));
    let told = paths.flat_map(|(path, methods)| {
        let path = path.trim_start_matches('/').replace(['{', '}'], "");
        methods.as_object().into_iter().flatten().map(move |(method, _)| format!("{} {path}", method.to_uppercase()))
    });
    assert_eq!(told.collect::<BTreeSet<_>>(), there);
    // And so are the parameters of a page of decisions.
    let answer = ask_as_program(&cloud, "GET", "decisions?nothing=1").text();
    let error: Value = serde_json::from_str(&answer).expect("JSON");
    let list = error["error"].as_str().and_then(|text| text.split_once("there are ")).expect("a list").1;
    let parameters = root["paths"]["/decisions"]["get"]["parameters"].as_array().expect("parameters");
    let told: BTreeSet<_> = parameters.iter().filter_map(|parameter| parameter["name"].as_str()).collect();
    assert_eq!(told, list.split(", ").collect());
}

#[test]
fn every_path_answers_as_it_says() {
    let root = root();
    let cloud = start();
    let owner = Client::owner(&cloud);
    let alice = owner.user("alice");
    owner.grant("alice", "some", &policy("Allow", "ram:Get*", "acs:ram:*:*:user/bob"));
    owner
        .ram(
            "CreateRole",
            &[("RoleName", "worker"), ("AssumeRolePolicyDocument", &trust("RAM", "acs:ram::1234567890123456:root"))],
        )
        .ok();
    owner.attach("alice", "System", "AliyunSTSAssumeRoleAccess");
    alice.assume("acs:ram::1234567890123456:role/worker", &[]);
    owner
        .ram("CreateRole", &[("RoleName", "app"), ("AssumeRolePolicyDocument", &trust("Service", "ecs.aliyuncs.com"))])
        .ok();
    ask_as_program(&cloud, "PUT", "instance-roles/app").ok();
    // Refused, and nearly allowed.
    assert_eq!(alice.ram("GetUser", &[("UserName", "Bob")]).status, 403);
    let id = cloud.decisions(1)[0].request_id.to_string();
    let ask = |method: &str, path: &str, body: &str| with(&cloud, method, path, body, &[("x-acslab-token", TOKEN)]);
    ask("PUT", "checkpoints/before", "").ok();
    let (mut asked, mut faults) = (0, Vec::new());
    let paths = root["paths"].as_object().expect("paths");
    let mut operations: Vec<_> = paths
        .iter()
        .flat_map(|(path, methods)| {
            methods
                .as_object()
                .into_iter()
                .flatten()
                .map(move |(method, operation)| (path.as_str(), method.as_str(), operation))
        })
        .collect();
    // What is deleted was there, and what resets the cloud comes last.
    operations.sort_by_key(|(path, method, _)| {
        let order = match *method {
            "delete" if path.starts_with("/checkpoints") => 3,
            "delete" => 1,
            _ if path.contains("restore") => 2,
            _ if path.contains("reset") => 4,
            _ => 0,
        };
        (order, *path, *method)
    });
    for (name, method, operation) in operations {
        if name == "/decisions/stream" || is_of_extension(name) {
            // The one never ends and has tests of its own; the others are the harness's.
            continue;
        }
        let path = name.trim_start_matches('/').replace("{REQUEST_ID}", &id).replace("{NAME}", "before");
        let path = with_examples(path, operation);
        let content = &operation["requestBody"]["content"]["application/json"];
        let body = content.get("example").map(ToString::to_string).unwrap_or_default();
        if let Some(example) = content.get("example") {
            misfits(&root, &content["schema"], example, &format!("{method} {name}: the example"), &mut faults);
        }
        let answer = ask(&method.to_uppercase(), &path, &body);
        assert_eq!(answer.status, 200, "{method} {name}: {}", answer.text());
        asked += 1;
        let (kind, content) =
            operation["responses"]["200"]["content"].as_object().and_then(|kinds| kinds.iter().next()).expect("a kind");
        let told = answer.headers["content-type"].to_str().expect("text");
        assert!(told.starts_with(kind.as_str()), "{method} {name}: {told}");
        if kind == "application/json" {
            misfits(&root, &content["schema"], &json(&answer), &format!("{method} {name}"), &mut faults);
        }
    }
    assert_eq!(faults, Vec::<String>::new());
    assert!(asked >= 40, "{asked}");
    // What is wrong is told as it says.
    let refused = json(&ask("POST", "clock", "{"));
    misfits(&root, &root["components"]["schemas"]["Error"], &refused, "an error", &mut faults);
    assert_eq!(faults, Vec::<String>::new());
    // And the judge can tell: an answer that lacks something does not hold.
    misfits(&root, &root["components"]["schemas"]["Time"], &serde_json::json!({}), "nothing", &mut faults);
    assert_eq!(faults.len(), 1);
    // As one that has something which nobody described.
    let more = serde_json::json!({"time": "now", "zone": "none"});
    misfits(&root, &root["components"]["schemas"]["Time"], &more, "more", &mut faults);
    assert_eq!(faults.pop().as_deref(), Some("more: `zone` is described nowhere"));
}
