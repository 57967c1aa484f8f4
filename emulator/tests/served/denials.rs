//! Denials that are reported and not refused.

use acslab_emulator::{Denials, Service};

use crate::kit::{self, Client, Raw, headers};

#[test]
fn what_would_be_refused_is_performed_and_said() {
    let emulator = kit::builder().denials(Denials::Reported).open(Service::Oss).start().expect("an emulator");
    let owner = Client::owner(&emulator);
    let alice = owner.user("alice");
    let answer = alice.ram("CreateUser", &[("UserName", "bob")]);
    answer.ok();
    assert_eq!(answer.headers["x-acslab-mode"], "would-deny");
    assert_eq!(answer.headers["x-acslab-would-deny"], "ram:CreateUser on acs:ram:*:1234567890123456:user/*");
    // It was done.
    let asked = owner.ram("GetUser", &[("UserName", "bob")]);
    asked.ok();
    // Every answer says that it is none of the cloud, errors as well.
    assert_eq!(asked.headers["x-acslab-mode"], "would-deny");
    assert!(!asked.headers.contains_key("x-acslab-would-deny"));
    let error = owner.ram("GetUser", &[("UserName", "carol")]);
    error.refused(404, "EntityNotExist.User");
    assert_eq!(error.headers["x-acslab-mode"], "would-deny");
    let oss = alice.oss("PUT", Some("photos"), "", &[], &[], b"");
    assert_eq!((oss.status, &oss.headers["x-acslab-mode"]), (200, &"would-deny".parse().expect("a value")));
    assert!(oss.headers["x-acslab-would-deny"].to_str().expect("text").starts_with("oss:PutBucket on "));

    // It is recorded as what it is.
    let host = emulator.address().to_string();
    let ask = |path: &str, query: &str| {
        Raw::new("GET", path).query(query.to_owned()).headers(headers(&[("host", &host)])).send(emulator.address()).ok()
    };
    let told = ask("/_acslab/decisions", "operation=Ram.CreateUser&caller=acs:ram::1234567890123456:user/alice");
    assert_eq!(told["decisions"][0]["would_deny"], true, "{told}");
    assert_eq!(told["decisions"][0]["decided"][0]["verdict"], "ImplicitDeny");
    assert_eq!(ask("/_acslab/health", "")["mode"], "would-deny");
}

/// A call that makes others in its sender's name says what those would have been refused for.
#[test]
fn what_a_call_asks_on_its_way_is_said_as_well() {
    let emulator = kit::builder().denials(Denials::Reported).start().expect("an emulator");
    let owner = Client::owner(&emulator);
    let activate = |client: &Client<'_>| client.rpc("2024-07-10-console", "ActivateForFree", &[]);
    let answer = activate(&owner.user("alice"));
    answer.ok();
    let said = answer.headers["x-acslab-would-deny"].to_str().expect("text");
    assert_eq!(said, "oss:ActivateProduct on acs:oss:*:1234567890123456:*");
    assert!(!activate(&owner).headers.contains_key("x-acslab-would-deny"));
}

#[test]
fn only_what_policies_decide_is_let_through() {
    let emulator = kit::builder().denials(Denials::Reported).open(Service::Oss).start().expect("an emulator");
    let owner = Client::owner(&emulator);
    owner.oss("PUT", Some("photos"), "", &[], &[], b"");
    owner.oss("PUT", Some("photos"), "a", &[], &[], b"a");
    // Nobody is nobody still, and a wrong signature is wrong.
    let host = "photos.oss-cn-hangzhou.aliyuncs.com";
    let nobody = Raw::new("GET", "/a").headers(headers(&[("host", host)])).send(emulator.address());
    assert_eq!(nobody.status, 403, "{}", nobody.text());
    let wrong = Client::owner(&emulator).with_key(&owner.key_id, "wrong", None);
    assert!(wrong.ram("ListUsers", &[]).status >= 400);
    // What is not there is not there.
    owner.user("alice").ram("DeleteUser", &[("UserName", "nobody")]).refused(404, "EntityNotExist.User");
}

#[test]
fn unless_it_is_asked_for_nothing_is_let_through_or_said() {
    let emulator = kit::start();
    let refused = Client::owner(&emulator).user("alice").ram("ListUsers", &[]);
    refused.refused(403, "NoPermission");
    assert!(!refused.headers.contains_key("x-acslab-mode"));
}
