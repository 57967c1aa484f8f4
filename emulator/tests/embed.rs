//! What an embedder sees: the builder and the handle.
#![allow(clippy::expect_used, reason = "a test that cannot go on fails")]

mod kit;

use acslab_emulator::{EmulatorHandle, HandleError, Service};
use kit::{Client, trust};

const OBJECTS: &str = r#"{
  "product": "Widget", "version": "2024-01-01",
  "operations": [
    {"name": "CreateWidget",
     "parameters": [{"name": "Name", "required": true}],
     "needs": [{"action": "widget:CreateWidget", "resource": "acs:widget:*:{account}:widget/{Name}"}],
     "record": {"verb": "create", "kind": "Widget", "id": "Name"}},
    {"name": "RepaintWidget",
     "parameters": [{"name": "Name", "required": true}],
     "needs": [{"action": "widget:RepaintWidget", "resource": "acs:widget:*:{account}:widget/{Name}"}]}
  ]
}"#;

fn client<'e>(emulator: &'e EmulatorHandle, key: &acslab_emulator::Key) -> Client<'e> {
    Client::owner(emulator).with_key(&key.access_key_id, key.access_key_secret.expose(), None)
}

#[test]
fn a_product_of_a_file_answers_in_one_emulator_and_not_in_the_other() {
    let with = kit::builder().operations("widget.json", OBJECTS).start().expect("an emulator");
    let without = kit::start();
    let widget = [("Name", "a")];
    Client::owner(&with).rpc("2024-01-01", "CreateWidget", &widget).ok();
    Client::owner(&without).rpc("2024-01-01", "CreateWidget", &widget).refused(404, "InvalidAction.NotFound");
    // The native ones answer beside it, and it is decided like them.
    let nobody = with.create_user("company", "nobody", &[]).expect("a user");
    client(&with, &nobody).rpc("2024-01-01", "CreateWidget", &widget).refused(403, "Forbidden.RAM");
    let allowed = kit::policy("Allow", "widget:CreateWidget", "acs:widget:*:*:widget/b");
    let maker = with.create_user("company", "maker", &[&allowed]).expect("a user");
    client(&with, &maker).rpc("2024-01-01", "CreateWidget", &[("Name", "b")]).ok();
    client(&with, &maker).rpc("2024-01-01", "CreateWidget", &[("Name", "c")]).refused(403, "Forbidden.RAM");
    Client::owner(&with).ram("ListUsers", &[]).ok();
}

#[test]
fn a_file_that_clashes_starts_nothing() {
    let clash = OBJECTS
        .replace("Widget\", \"version\": \"2024-01-01", "Ram\", \"version\": \"2015-05-01")
        .replace("CreateWidget\",\n", "CreateUser\",\n");
    let error = kit::builder().operations("widget.json", &clash).start().expect_err("a clash");
    assert_eq!(
        error.to_string(),
        "widget.json:4: a request for Action=CreateUser Version=2015-05-01 already means Ram.CreateUser (2015-05-01)"
    );
}

#[test]
fn people_are_made_by_the_handle_and_act_over_http() {
    let emulator = kit::builder().open(Service::Oss).start().expect("an emulator");
    let reader = emulator.create_user("company", "reader", &["AliyunRAMReadOnlyAccess"]).expect("a user");
    let reader = client(&emulator, &reader);
    reader.ram("ListUsers", &[]).ok();
    reader.ram("CreateUser", &[("UserName", "other")]).refused(403, "NoPermission");
    let document = trust("RAM", "acs:ram::1234567890123456:root");
    let own = kit::policy("Allow", "ram:CreateUser", "*");
    let arn = emulator.create_role("company", "maker", &document, &[&own]).expect("a role");
    assert_eq!(arn, "acs:ram::1234567890123456:role/maker");
    let assume = kit::policy("Allow", "sts:AssumeRole", &arn);
    let assumer = emulator.create_user("company", "assumer", &[&assume]).expect("a user");
    client(&emulator, &assumer).assume(&arn, &[]).ram("CreateUser", &[("UserName", "other")]).ok();

    // A role may have the name of a user, each with policies of its own.
    let document = kit::policy("Allow", "ram:ListUsers", "*");
    emulator.create_user("company", "both", &[&document]).expect("a user");
    let trusts = kit::trust("Service", "ecs.aliyuncs.com");
    emulator.create_role("company", "both", &trusts, &[&document]).expect("a role");
    let refused = emulator.create_user("company", "reader", &[]).expect_err("there is one");
    assert!(matches!(&refused, HandleError::Refused { code, .. } if code == "EntityAlreadyExists.User"), "{refused}");
    assert!(matches!(emulator.create_user("nowhere", "a", &[]), Err(HandleError::NoAccount(_))));

    let env = emulator.env("company").expect("an account");
    assert_eq!(env["ALIBABA_CLOUD_ACCESS_KEY_ID"], emulator.accounts()[0].access_key_id);
    assert_eq!(env["ACSLAB_ENDPOINT"], emulator.endpoint());
}

#[test]
fn what_was_decided_can_be_explained_whatever_became_of_the_policies() {
    let emulator = kit::start();
    let allowed = kit::policy("Allow", "ram:ListUsers", "*");
    let user = emulator.create_user("company", "user", &[&allowed]).expect("a user");
    let answer = client(&emulator, &user).ram("ListUsers", &[]);
    let id = answer.ok()["RequestId"].as_str().expect("an id").to_owned();
    let owner = Client::owner(&emulator);
    let policy = [("PolicyType", "Custom"), ("PolicyName", "user-1")];
    owner.ram("DetachPolicyFromUser", &[policy[0], policy[1], ("UserName", "user")]).ok();
    owner.ram("DeletePolicy", &policy[1..]).ok();
    client(&emulator, &user).ram("ListUsers", &[]).refused(403, "NoPermission");
    let entry = emulator.decision(&id).expect("remembered");
    let explained = entry.decided[0].question.explain();
    assert_eq!(explained.decision, entry.decided[0].decision);
    assert!(explained.to_string().contains("user-1"), "{explained}");
    // The control surface tells the same.
    let shown = kit::Raw::new("GET", &format!("/_acslab/decisions/{id}")).send(emulator.address()).ok();
    let text = format!("{explained}\nKnown: documented.\n");
    assert_eq!(
        (&shown["decided"][0]["text"], &shown["decided"][0]["known"]["resource"]),
        (&text.into(), &"documented".into())
    );
    let page = kit::Raw::new("GET", "/_acslab/decisions").query("action=ram:ListUsers&limit=1".to_owned());
    let page = page.send(emulator.address()).ok();
    assert_eq!((page["decisions"].as_array().map(Vec::len), &page["decisions"][0]["status"]), (Some(1), &403.into()));
    let next = format!("action=ram:ListUsers&limit=5&before={}", page["before"]);
    let next = kit::Raw::new("GET", "/_acslab/decisions").query(next).send(emulator.address()).ok();
    assert_eq!(
        (next["decisions"].as_array().map(Vec::len), &next["decisions"][0]["request_id"]),
        (Some(1), &id.into())
    );
    kit::Raw::new("GET", "/_acslab/decisions").query("limt=1".to_owned()).send(emulator.address()).refused(400, "");
}

#[test]
fn decisions_are_bounded_in_bytes() {
    let emulator = kit::builder().decisions_bytes(200_000).start().expect("an emulator");
    let owner = Client::owner(&emulator);
    for _ in 0..2000 {
        owner.ram("ListUsers", &[]).ok();
    }
    let trail = emulator.gateway().trail();
    assert!(trail.bytes() <= 200_000, "{}", trail.bytes());
    let kept = emulator.decisions(usize::MAX).len();
    assert!((20..1000).contains(&kept), "{kept}");
}

#[test]
fn a_state_is_kept_under_a_name_and_gone_back_to() {
    let emulator = kit::start();
    emulator.create_user("company", "before", &[]).expect("a user");
    emulator.save_checkpoint("one").expect("a checkpoint");
    let key = emulator.create_user("company", "after", &[]).expect("a user");
    let later = emulator.advance_clock(60).expect("a time");
    assert_eq!(emulator.checkpoints(), ["one"]);
    emulator.restore_checkpoint("one").expect("it is there");
    assert!(emulator.now() < later);
    client(&emulator, &key).sts("GetCallerIdentity", &[]).refused(404, "InvalidAccessKeyId.NotFound");
    Client::owner(&emulator).ram("GetUser", &[("UserName", "before")]).ok();
    emulator.delete_checkpoint("one").expect("it is there");
    assert!(matches!(emulator.restore_checkpoint("one"), Err(HandleError::Keep(_))));
    emulator.reset().expect("the start");
    Client::owner(&emulator).ram("GetUser", &[("UserName", "before")]).refused(404, "EntityNotExist.User");
    assert!(emulator.advance_clock(i64::MAX).is_err());
    emulator.shutdown().expect("nothing to save");
}

#[test]
fn a_state_is_asked_as_calls_are_decided() {
    let document = r#"{"Version": "1", "Statement": [{"Effect": "Allow", "Action": "oss:GetObject", "Principal": "*",
        "Resource": "acs:oss:*:*:photos/*"}]}"#;
    let trusts = kit::trust("Service", "ecs.aliyuncs.com");
    let state = serde_json::json!({"accounts": {"company": {
        "account_id": "1234567890123456",
        "users": {"alice": {"policies": [{"type": "System", "name": "AliyunSTSAssumeRoleAccess"}]}},
        "roles": {"ops": {"trust": trusts}},
        "buckets": {"photos": {"region": "cn-hangzhou", "acl": "private", "policy": document}},
    }}});
    let (authority, unused) = acslab_emulator::Authority::of(&serde_json::from_value(state).expect("a state"));
    assert!(unused.is_empty(), "{unused:?}");
    let (role, object) = ("acs:ram::1234567890123456:role/ops", "acs:oss:*:1234567890123456:photos/a");
    let may =
        |who: &str, action: &str, on: &str| authority.ask(who, action, on, &[]).expect("asked").decision.is_allowed();
    // A role trusts a service, and not whoever may assume roles.
    assert!(may("ecs.aliyuncs.com", "sts:AssumeRole", role));
    assert!(!may("fc.aliyuncs.com", "sts:AssumeRole", role));
    assert!(!may("acs:ram::1234567890123456:user/alice", "sts:AssumeRole", role));
    // What a bucket says counts for a service as for anybody.
    assert!(may("fc.aliyuncs.com", "oss:GetObject", object));
    assert!(!may("fc.aliyuncs.com", "oss:PutObject", object));
}

#[test]
fn a_state_with_more_members_than_a_directory_may_first_have_is_taken_whole() {
    let ids: Vec<String> = (0..21).map(|n| format!("12345678901235{n:02}")).collect();
    let mut accounts: serde_json::Map<_, _> =
        ids.iter().map(|id| (format!("m{id}"), serde_json::json!({"account_id": id}))).collect();
    let members: serde_json::Map<_, _> = ids
        .iter()
        .map(|id| (format!("m{id}"), serde_json::json!({"folder": "root", "type": "ResourceAccount"})))
        .collect();
    accounts.insert(
        "management".to_owned(),
        serde_json::json!({"account_id": "1234567890123456", "resource_directory": {"members": members}}),
    );
    let state = serde_json::from_value(serde_json::json!({"accounts": accounts})).expect("a state");
    let (_, unused) = acslab_emulator::Authority::of(&state);
    assert!(unused.is_empty(), "{unused:?}");
}
