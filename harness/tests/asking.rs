//! What is asked of a state and of a running server: import, serve, who, decisions, explain by a request's id, record, suggest.

#![expect(clippy::unwrap_used, reason = "a test may fail by panicking")]

use std::fs;
use std::path::Path;
use std::process::Command;

use acslab::ask::may;
use acslab::authorization::read;
use acslab::import::Standing;
use acslab_emulator::state::AuthorizationState;
use acslab_emulator::{Emulator, EmulatorHandle};
use serde_json::{Value, json};

const FLOW: &str = "\
title: A flow
story: It is recorded.
steps:
  - as: owner
    call: Ram.CreateUser
    with: {UserName: bob}
    expect: success
  - as: owner
    call: Ram.CreateAccessKey
    with: {UserName: bob}
    expect: success
    save_credentials_as: bob
  - as: bob
    call: Ram.GetUser
    with: {UserName: alice}
    expect: {denied: ram:GetUser}
  - as: owner
    call: Ram.AttachPolicyToUser
    with: {PolicyType: System, PolicyName: AliyunRAMReadOnlyAccess, UserName: bob}
    expect: success
  - as: bob
    call: Ram.GetUser
    with: {UserName: alice}
    expect: success
";

/// A server whose state was imported, with a folder to work in.
struct Server {
    emulator: EmulatorHandle,
    folder: tempfile::TempDir,
}

impl Server {
    fn start() -> Self {
        let folder = tempfile::tempdir().unwrap();
        let documents = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/explain/way-session-condition.documents.txt");
        let state = folder.path().join("state");
        let ran =
            run(folder.path(), &["import", &documents.display().to_string(), "--to", &state.display().to_string()]);
        assert_eq!(ran.1, 0, "{}", ran.0);
        let kept = read(&state).unwrap();
        let emulator = Emulator::builder().authorization_state(kept.state).start().unwrap();
        fs::write(folder.path().join("flow.yaml"), FLOW).unwrap();
        Self { emulator, folder }
    }

    fn acslab(&self, arguments: &str) -> (String, i32) {
        let endpoint = self.emulator.endpoint();
        let words: Vec<String> = arguments.split_whitespace().map(|word| word.replace("ENDPOINT", &endpoint)).collect();
        run(self.folder.path(), &words.iter().map(String::as_str).collect::<Vec<_>>())
    }

    /// Plays the flow, while it is recorded.
    fn flow(&self) -> (String, i32) {
        let owner = &self.emulator.accounts()[0];
        let owner = format!("{}:{}", owner.access_key_id, owner.access_key_secret.expose());
        let program = env!("CARGO_BIN_EXE_acslab");
        self.acslab(&format!(
            "record --endpoint ENDPOINT --to made/recorded.yaml -- {program} run flow.yaml --endpoint ENDPOINT --owner {owner} --snapshots played"
        ))
    }
}

fn run(folder: &Path, arguments: &[&str]) -> (String, i32) {
    let output =
        Command::new(env!("CARGO_BIN_EXE_acslab")).args(arguments).current_dir(folder).env_clear().output().unwrap();
    let text = String::from_utf8(output.stdout).unwrap() + &String::from_utf8(output.stderr).unwrap();
    (text, output.status.code().unwrap())
}

#[test]
fn what_was_called_is_recorded_and_replayed() {
    let server = Server::start();
    fs::create_dir(server.folder.path().join("made")).unwrap();
    let (text, code) = server.flow();
    assert_eq!(code, 0, "{text}");
    // A new state has no snapshot yet: the first run says so, once it is taken the same state comes again.
    let (text, _) = server.acslab("run made/recorded.yaml --snapshots taken --accept");
    let (text, code) = (text, server.acslab("run made/recorded.yaml --snapshots taken --check").1);
    assert_eq!(code, 0, "{text}");
    let recorded = fs::read_to_string(server.folder.path().join("made/recorded.yaml")).unwrap();
    assert!(recorded.contains("save_credentials_as: bob") && recorded.contains("state: recorded.state"), "{recorded}");
    assert!(!recorded.contains(server.emulator.accounts()[0].access_key_secret.expose()));
}

#[test]
fn decisions_are_found_and_explained_by_their_request() {
    let server = Server::start();
    fs::create_dir(server.folder.path().join("made")).unwrap();
    server.flow();
    let (text, code) = server
        .acslab("decisions --endpoint ENDPOINT --verdict ImplicitDeny --product Ram --resource acs:ram:*:user/alice");
    assert_eq!((code, text.lines().count()), (0, 2), "{text}");
    let id = text.lines().next().unwrap().rsplit(' ').next().unwrap().to_owned();
    let (text, code) = server.acslab(&format!("explain {id} --endpoint ENDPOINT"));
    assert!(code == 0 && text.contains("no policy") || text.contains("identity policies"), "{text}");
    let (text, code) = server.acslab("decisions --endpoint ENDPOINT --since 2999-01-01T00:00:00Z");
    assert_eq!((code, text.as_str()), (1, ""));
    let (text, code) = server.acslab("decisions --endpoint ENDPOINT --since tomorrow");
    assert!(code == 2 && text.contains("is no time"), "{text}");
    let (text, code) = server.acslab("suggest bob --endpoint ENDPOINT");
    assert!(
        code == 0 && text.contains("\"Action\": \"ram:GetUser\"") && text.contains("never used: ram:List*"),
        "{text}"
    );
}

#[test]
fn a_suggestion_keeps_the_condition_that_allowed() {
    let server = Server::start();
    let document = r#"{"Version": "1", "Statement": [{"Effect": "Allow", "Action": "ram:*", "Resource": "*",
        "Condition": {"IpAddress": {"acs:SourceIp": ["127.0.0.0/8", "::1"]}}}]}"#;
    let flow = FLOW.replace(
        "    call: Ram.AttachPolicyToUser\n    with: {PolicyType: System, PolicyName: AliyunRAMReadOnlyAccess, UserName: bob}\n",
        &format!(
            "    call: Ram.CreatePolicy\n    with: {{PolicyName: Local, PolicyDocument: {document}}}\n    expect: success\n  - as: owner\n    \
             call: Ram.AttachPolicyToUser\n    with: {{PolicyType: Custom, PolicyName: Local, UserName: bob}}\n"
        ),
    );
    fs::write(server.folder.path().join("flow.yaml"), flow).unwrap();
    fs::create_dir(server.folder.path().join("made")).unwrap();
    let (text, code) = server.flow();
    assert_eq!(code, 0, "{text}");
    let (text, code) = server.acslab("suggest bob --endpoint ENDPOINT --format json");
    let suggested: Value = serde_json::from_str(&text).unwrap();
    assert_eq!((code, suggested.as_array().map(Vec::len)), (0, Some(1)), "{text}");
    let condition = json!({"IpAddress": {"acs:SourceIp": ["127.0.0.0/8", "::1"]}});
    assert_eq!(suggested[0]["document"]["Statement"][0]["Condition"], condition, "{text}");
    assert_eq!(suggested[0]["document"]["Statement"][0]["Action"], "ram:GetUser");
}

#[test]
fn a_server_and_its_state_answer_alike() {
    let server = Server::start();
    let state = server.folder.path().join("state");
    let folder = Standing::of_paths(&[state]).unwrap();
    let who = "sts:AssumeRole acs:ram:*:1234567890123456:role/ops --context sts:ExternalId=42 --format json";
    let of_folder = server.acslab(&format!("who {who} --from state"));
    let of_server = server.acslab(&format!("who {who} --endpoint ENDPOINT"));
    assert_eq!(of_folder.1, 0, "{}", of_folder.0);
    assert_eq!(of_folder, of_server);
    assert_eq!(folder.authority.principals().len(), 2);
    let (text, code) = server.acslab("may alice --from state");
    assert!(code == 0 && text.contains("allow sts:AssumeRole on *"), "{text}");
    let (text, code) = server.acslab("who oss:DeleteBucket acs:oss:*:1234567890123456:b --from state");
    assert!(code == 1 && text.contains("nobody may oss:DeleteBucket"), "{text}");
}

#[test]
fn what_is_attached_for_a_resource_group_is_said_with_it() {
    let text =
        json!({"Version": "1", "Statement": [{"Effect": "Allow", "Action": "ecs:StopInstance", "Resource": "*"}]});
    let attached = json!([{"name": "Stop", "type": "Custom", "resource_group": "research"}]);
    let state = json!({"accounts": {"company": {"account_id": "1234567890123456", "resource_groups": {"research": {"display_name": "R"}},
        "policies": {"Stop": {"default_version": "v1", "versions": {"v1": text}}},
        "users": {"alice": {"policies": attached}, "bob": {"groups": ["ops"]}}, "groups": {"ops": {"policies": attached}}}}});
    let state: AuthorizationState = serde_json::from_value(state).unwrap();
    let standing = Standing::of(state.into(), Vec::new());
    for name in ["alice", "bob"] {
        let grants = may(&standing, &standing.principal(name)).unwrap();
        let told: Vec<_> =
            grants.iter().map(|grant| (grant.action.as_str(), grant.resource_group.as_deref())).collect();
        assert_eq!(told, [("ecs:StopInstance", Some("research"))], "{name}");
    }
}
