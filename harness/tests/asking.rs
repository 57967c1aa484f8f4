//! What is asked of a state and of a running server: import, serve, who, decisions, explain by a request's id, record, suggest.

#![expect(clippy::unwrap_used, reason = "a test may fail by panicking")]

use std::fs;
use std::path::Path;
use std::process::Command;

use acslab::ask::may;
use acslab::authorization::read;
use acslab::import::Standing;
use acslab_emulator::state::AuthorizationState;
use acslab_emulator::{Emulator, EmulatorHandle, Service};
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
  - as: owner
    call: Oss.PutBucket
    with: {Bucket: photos}
    expect: success
  - as: owner
    call: Oss.PutBucketPolicy
    with: {Bucket: photos, Body: '{\"Version\":\"1\",\"Statement\":[{\"Effect\":\"Deny\",\"Action\":[\"oss:GetObject\"],\"Principal\":[\"*\"],\"Resource\":[\"acs:oss:*:*:photos/*\"]}]}'}
    expect: success
  - as: bob
    call: Oss.GetObject
    with: {Bucket: photos, Key: a}
    expect: {error: AccessDenied}
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
        let emulator = Emulator::builder().authorization_state(kept.state).open(Service::Oss).start().unwrap();
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
fn decisions_are_filtered_however_names_are_written() {
    let server = Server::start();
    fs::create_dir(server.folder.path().join("made")).unwrap();
    server.flow();
    let lines = |filters: &str| server.acslab(&format!("decisions --endpoint ENDPOINT {filters}")).0.lines().count();
    let all = lines("--action ram:GetUser");
    assert!(all >= 2, "{all}");
    for same in ["--action RAM:getuser", "--action ram:GetU*", "--operation ram.getuser", "--operation Ram.GetU*"] {
        assert_eq!(lines(same), all, "{same}");
    }
    // The time that the list prints is within what it limits.
    let (text, _) = server.acslab("decisions --endpoint ENDPOINT --action ram:GetUser --format json");
    let newest: Value = serde_json::from_str(text.lines().next().unwrap()).unwrap();
    let time = newest["time"].as_str().unwrap();
    assert_eq!(lines(&format!("--action ram:GetUser --until {time}")), all);
    // What fits nothing is said to, and what the server refuses is no server that is not there.
    let (text, code) = server.acslab("decisions --endpoint ENDPOINT --action ram:GetUserr");
    assert_eq!((code, text.trim()), (1, "nothing was decided that all of this fits"));
    for wrong in ["decisions --endpoint ENDPOINT --since 2026-13-01", "decisions --endpoint ENDPOINT --request-id nope"]
    {
        let (text, code) = server.acslab(wrong);
        assert!(code == 2 && !text.contains("acslab serve"), "{text}");
    }
    let (text, code) = server.acslab("decisions --endpoint http://127.0.0.1:1");
    assert!(code == 2 && text.contains("acslab serve"), "{text}");
    let (text, code) = server.acslab("suggest nobody-at-all --endpoint ENDPOINT");
    assert!(code == 2 && text.contains("nobody is called `nobody-at-all`"), "{text}");
}

#[test]
fn actions_that_nobody_publishes_are_said() {
    let server = Server::start();
    fs::write(server.folder.path().join("inv.txt"), "nobody may oss:GetObjct on *\n").unwrap();
    for command in
        ["prove inv.txt --from state", "who oss:GetObjct --from state", "policy find oss:GetObjct --from state"]
    {
        let (text, _) = server.acslab(command);
        assert!(text.contains("note: ") && text.contains("did you mean `oss:GetObject`?"), "{command}: {text}");
    }
    let (text, _) = server.acslab("who oss:HeadObject --from state");
    assert!(text.contains("what it asks for is `oss:GetObject`"), "{text}");
}

/// All that makes a call another one than its names say: whose it is, by which key and session, with what in its body.
const STORY: &str = r#"
title: A story of two accounts
story: It is recorded.
given:
  accounts: [company, partner]
steps:
  - {as: owner of partner, call: Ram.CreateUser, with: {UserName: eve}, expect: success}
  - {as: owner of partner, call: Ram.CreateAccessKey, with: {UserName: eve}, expect: success, save_credentials_as: eve of partner}
  - {as: eve of partner, call: Ram.GetUser, with: {UserName: eve}, expect: {denied: ram:GetUser}}
  - as: owner of partner
    call: Ram.CreateRole
    with:
      RoleName: Guests
      AssumeRolePolicyDocument: {Version: "1", Statement: [{Effect: Allow, Action: sts:AssumeRole, Principal: {RAM: ["acs:ram::${account}:root"]}}]}
    expect: success
  - {role_sessions: {old: DeployRole}}
  - {as: old, call: Oss.PutBucket, with: {Bucket: plain}, expect: success}
  - {as: bob, call: Sts.AssumeRole, with: {RoleArn: "acs:ram::${account}:role/deployrole", RoleSessionName: wide}, expect: success, save_credentials_as: wide}
  - as: bob
    call: Sts.AssumeRole
    with:
      RoleArn: acs:ram::${account}:role/deployrole
      RoleSessionName: wide
      Policy: {Version: "1", Statement: [{Effect: Allow, Action: "oss:List*", Resource: "*"}]}
    expect: success
    save_credentials_as: narrow
  - {as: bob, call: Sts.AssumeRole, with: {RoleArn: "acs:ram::${account.partner}:role/guests", RoleSessionName: guest}, expect: success, save_credentials_as: guest of partner}
  - {as: guest of partner, call: Sts.GetCallerIdentity, expect: success}
  - {as: wide, call: Oss.PutObject, with: {Bucket: plain, Key: k, Body: hello world}, expect: success}
  - {as: wide, call: Oss.GetObject, with: {Bucket: plain, Key: k}, expect: success}
  - {as: narrow, call: Oss.GetObject, with: {Bucket: plain, Key: k}, expect: {denied: oss:GetObject}}
  - {as: wide, call: Oss.GetObject, with: {Bucket: plain, Key: k, Range: bytes=6-10}, expect: {success: {Body: world}}}
  - {as: wide, call: Oss.GetObject, with: {Bucket: plain, Key: k, Range: bytes=20-30, x-oss-range-behavior: standard}, expect: {error: InvalidRange}}
  - {as: anonymous, call: Oss.GetObject, with: {Bucket: plain, Key: k}, expect: {error: AccessDenied}}
  - {as: wide, call: Oss.InitiateMultipartUpload, with: {Bucket: plain, Key: big}, expect: success, save: {upload: UploadId}}
  - {as: wide, call: Oss.UploadPart, with: {Bucket: plain, Key: big, partNumber: "1", uploadId: "${upload}", Body: zzz}, expect: success, save: {part: Headers.etag}}
  - as: wide
    call: Oss.CompleteMultipartUpload
    with: {Bucket: plain, Key: big, uploadId: "${upload}", Body: {CompleteMultipartUpload: {Part: [{PartNumber: "1", ETag: "${part}"}]}}}
    expect: success
  - {as: old, call: Oss.GetObject, with: {Bucket: elsewhere, Key: early}, expect: success}
  - {as: owner, call: Ram.CreateUser, with: {UserName: tmp}, expect: success}
  - {as: owner, call: Ram.CreateAccessKey, with: {UserName: tmp}, expect: success, save: {first: AccessKey.AccessKeyId}, save_credentials_as: tmp}
  - {as: owner, call: Ram.CreateAccessKey, with: {UserName: tmp}, expect: success, save: {second: AccessKey.AccessKeyId}, save_credentials_as: other}
  - {as: owner, call: Ram.UpdateAccessKey, with: {UserName: tmp, UserAccessKeyId: "${first}", Status: Inactive}, expect: success}
  - {as: other, call: Sts.GetCallerIdentity, expect: success}
  - {as: owner, call: Ram.DeleteAccessKey, with: {UserName: tmp, UserAccessKeyId: "${second}"}, expect: success}
"#;

#[test]
fn whatever_is_called_plays_as_it_was_recorded() {
    let folder = tempfile::tempdir().unwrap();
    let trust = json!({"Version": "1", "Statement": [{"Effect": "Allow", "Action": "sts:AssumeRole", "Principal": {"RAM": ["acs:ram::1234567890123456:root"]}}]});
    let attached = |name: &str| json!([{"name": name, "type": "System"}]);
    let state: AuthorizationState = serde_json::from_value(json!({"accounts": {
        "company": {"account_id": "1234567890123456", "activated": ["oss"],
            "users": {"bob": {"policies": attached("AliyunSTSAssumeRoleAccess")}, "unused": {"policies": attached("AliyunOSSFullAccess")}},
            "roles": {"DeployRole": {"trust": trust, "policies": attached("AliyunOSSFullAccess"), "max_session_duration": 3600}},
            "buckets": {"elsewhere": {"region": "cn-hangzhou", "acl": "private"},
                "other": {"region": "cn-hangzhou", "acl": "private"}}},
        "partner": {"account_id": "2234567890123456"},
    }}))
    .unwrap();
    let emulator = Emulator::builder().authorization_state(state).start().unwrap();
    let server = Server { emulator, folder };
    let bob =
        "{as: owner, call: Ram.CreateAccessKey, with: {UserName: bob}, expect: success, save_credentials_as: bob}";
    let story = STORY.replacen("steps:", &format!("steps:\n  - {bob}"), 1);
    fs::write(server.folder.path().join("flow.yaml"), story).unwrap();
    let owners: Vec<String> = server
        .emulator
        .accounts()
        .iter()
        .map(|owner| format!("--owner {}:{}", owner.access_key_id, owner.access_key_secret.expose()))
        .collect();
    let early = "title: Before\nstory: An object is put.\nsteps:\n  - {as: owner, call: Oss.PutObject, with: {Bucket: elsewhere, Key: early, Body: x}, expect: success}\n";
    fs::write(server.folder.path().join("early.yaml"), early).unwrap();
    let (text, code) =
        server.acslab(&format!("run early.yaml --endpoint ENDPOINT {} --snapshots early --accept", owners.join(" ")));
    assert_eq!(code, 0, "{text}");
    let program = env!("CARGO_BIN_EXE_acslab");
    let (text, code) = server.acslab(&format!(
        "record --endpoint ENDPOINT --to recorded.yaml -- {program} run flow.yaml --endpoint ENDPOINT {} --snapshots played",
        owners.join(" ")
    ));
    let recorded = fs::read_to_string(server.folder.path().join("recorded.yaml")).unwrap();
    assert_eq!(code, 0, "{text}\n{recorded}");
    assert!(recorded.matches("as: ").count() >= 25, "{recorded}");
    // No more is given than what was called needs.
    let kept = read(&server.folder.path().join("recorded.state")).unwrap();
    let company = &kept.state.accounts["company"];
    assert_eq!(company.users.keys().collect::<Vec<_>>(), ["bob"]);
    assert!(company.buckets.keys().eq(["elsewhere"]) && company.roles.contains_key("DeployRole"));
    let (text, code) = server.acslab("run recorded.yaml --snapshots taken --accept");
    assert_eq!(code, 0, "{text}");
}

/// A server keeps a limited number of calls: where it forgot some of those that were recorded, that is told.
#[test]
fn a_forgotten_beginning_is_told() {
    let folder = tempfile::tempdir().unwrap();
    let emulator = Emulator::builder().decisions_bytes(1).account("company", "1234567890123456").start().unwrap();
    let server = Server { emulator, folder };
    let flow = "title: Users\nstory: Users are made.\nsteps:\n  - {as: owner, call: Ram.CreateUser, with: {UserName: a}, expect: success}\n  - {as: owner, call: Ram.CreateUser, with: {UserName: b}, expect: success}\n";
    fs::write(server.folder.path().join("flow.yaml"), flow).unwrap();
    let owner = &server.emulator.accounts()[0];
    let owner = format!("{}:{}", owner.access_key_id, owner.access_key_secret.expose());
    let program = env!("CARGO_BIN_EXE_acslab");
    let (text, code) = server.acslab(&format!(
        "record --endpoint ENDPOINT --to recorded.yaml -- {program} run flow.yaml --endpoint ENDPOINT --owner {owner} --snapshots played --accept"
    ));
    assert!(text.contains("left out: the beginning, which the server has forgotten") && code < 2, "{text}");
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
    // With what would have allowed it, in whatever letters the id is written, in a text as well, and of a whole error that names it.
    fs::write(server.folder.path().join("id.txt"), format!("request id: {id}\n")).unwrap();
    let body = json!({"Code": "NoPermission", "Message": "You are not authorized.", "RequestId": id});
    fs::write(server.folder.path().join("body.json"), body.to_string()).unwrap();
    for what in [id.clone(), id.to_lowercase(), "id.txt".to_owned(), "body.json".to_owned()] {
        let (text, code) = server.acslab(&format!("explain {what} --endpoint ENDPOINT"));
        let told = text.contains("To allow it:") && text.contains("\"Action\": \"ram:GetUser\"");
        assert!(code == 0 && told && !text.contains("aliyun "), "{text}");
    }
    let (text, code) = server.acslab("decisions --endpoint ENDPOINT --since 2999-01-01T00:00:00Z");
    assert_eq!((code, text.as_str()), (1, "nothing was decided that all of this fits\n"));
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
        let grants = may(&standing, &standing.principal(name).unwrap()).unwrap();
        let told: Vec<_> =
            grants.iter().map(|grant| (grant.action.as_str(), grant.resource_group.as_deref())).collect();
        assert_eq!(told, [("ecs:StopInstance", Some("research"))], "{name}");
    }
}

#[test]
fn a_server_that_is_named_and_does_not_answer_is_told() {
    let server = Server::start();
    let body = json!({"Code": "NoPermission", "Message": "no", "RequestId": "6A2B3C4D-0000-4000-8000-000000000001"});
    fs::write(server.folder.path().join("body.json"), body.to_string()).unwrap();
    // One that has forgotten it, or that nobody named, is not worth a word.
    for (endpoint, told) in [("--endpoint http://127.0.0.1:1", true), ("--endpoint ENDPOINT", false), ("", false)] {
        let (text, code) = server.acslab(&format!("explain body.json {endpoint}"));
        assert!(code == 0 && text.contains("NoPermission"), "{code} {text}");
        assert_eq!(text.contains("note: http://127.0.0.1:1 does not tell of request 6A2B3C4D"), told, "{text}");
    }
}

#[test]
fn each_error_has_a_scenario_of_its_own_or_it_is_said() {
    let server = Server::start();
    let error = |action: &str, resource: &str| {
        let message =
            format!("You are not authorized. [Resource:acs:ram:*:1234567890123456:{resource} Action:{action}]");
        json!({"Code": "NoPermission", "Message": message, "AccessDeniedDetail": {"AuthAction": action}}).to_string()
    };
    let two = [error("ram:DeleteUser", "user/x"), error("ram:DeleteRole", "role/x")].join("\n");
    fs::write(server.folder.path().join("two.txt"), two).unwrap();
    let (text, code) = server.acslab("explain two.txt --from state --as alice --as-scenario k.yaml");
    assert_eq!(code, 0, "{text}");
    let written = |name: &str| fs::read_to_string(server.folder.path().join(name)).unwrap_or_default();
    assert!(written("k-1.yaml").contains("DeleteUser") && written("k-2.yaml").contains("DeleteRole"), "{text}");
    assert!(!server.folder.path().join("k.yaml").exists());
    // What cannot be asked, or not be read, has none.
    fs::write(server.folder.path().join("one.txt"), error("ram:DeleteUser", "user/x")).unwrap();
    let message = "AQEAAAAAaAAAAAAAAAAA".repeat(20);
    for command in [
        "explain one.txt --from state --as nobody-at-all".to_owned(),
        format!("explain {message} --from state --as alice"),
    ] {
        let (text, code) = server.acslab(&format!("{command} --as-scenario none.yaml"));
        assert!(code == 2 && text.contains("no scenario can be made"), "{code} {text}");
        assert!(!server.folder.path().join("none.yaml").exists());
    }
}
