//! Function Compute 2.0: its signature, its paths, its errors.

use acslab_emulator::signature::{Credentials, SignedView, fc};
use jiff::{SignedDuration, Timestamp};

use crate::kit::{self, Answer, Client, Raw, policy, text};
use crate::tools::ACCOUNT;

const SERVICES: &str = "/2021-04-06/services";

fn signed(by: &Client<'_>, raw: Raw, at: Timestamp) -> Raw {
    let query = raw.parsed_query();
    let (method, path) = (raw.method.clone(), raw.path.clone());
    let view = SignedView { method: &method, path: &path, query: &query, headers: &raw.headers, body: &raw.body };
    let who = Credentials { access_key_id: &by.key_id, secret: &by.secret, security_token: by.token.as_deref() };
    let added = fc::sign(&view, &who, at).expect("signed");
    let mut raw = raw;
    raw.headers.extend(added);
    raw
}

fn raw(by: &Client<'_>, method: &str, path: &str, body: &str) -> Raw {
    let host = by.host();
    let lines = [("host", host.as_str()), ("content-type", "application/json")];
    Raw::new(method, path).headers(kit::headers(&lines)).body(body)
}

fn call(by: &Client<'_>, method: &str, path: &str, body: &str) -> Answer {
    by.send(&signed(by, raw(by, method, path, body), by.now()))
}

#[test]
fn who_signed_is_found_out_and_decided_upon() {
    let cloud = kit::start();
    let owner = Client::owner(&cloud);
    let answer = call(&owner, "GET", SERVICES, "");
    answer.refused(501, "AcslabNotPerformed");
    assert!(!answer.headers["x-fc-request-id"].is_empty());
    assert!(answer.json().get("ErrorMessage").is_some(), "{}", answer.text());
    // As the first SDKs call it.
    call(&owner, "GET", "/2016-08-15/services", "").refused(501, "AcslabNotPerformed");
    let alice = owner.user("alice");
    call(&alice, "GET", SERVICES, "").refused(403, "AccessDenied");
    // The region is the host's.
    let resource = format!("acs:fc:cn-shanghai:{ACCOUNT}:services/*");
    owner.grant("alice", "lists", &policy("Allow", "fc:ListServices", &resource));
    for (host, status, code) in [
        ("cn-shanghai.fc.aliyuncs.com", 501, "AcslabNotPerformed"),
        ("cn-shanghai-internal.fc.aliyuncs.com", 501, "AcslabNotPerformed"),
        ("cn-hangzhou.fc.aliyuncs.com", 403, "AccessDenied"),
    ] {
        call(&alice.at(&format!("{ACCOUNT}.{host}")), "GET", SERVICES, "").refused(status, code);
    }
    // So signed as otherwise: the other signature of the same operation.
    owner.acs3("GET", "2021-04-06", "ListServices", SERVICES, &[], "").refused(501, "AcslabNotPerformed");
}

#[test]
fn a_session_carries_its_token() {
    let cloud = kit::start();
    let owner = Client::owner(&cloud);
    let trust = kit::trust("RAM", &format!("acs:ram::{ACCOUNT}:root"));
    let role = owner.ram("CreateRole", &[("RoleName", "r"), ("AssumeRolePolicyDocument", &trust)]).ok();
    let alice = owner.user("alice");
    owner.attach("alice", "System", "AliyunSTSAssumeRoleAccess");
    let full = [("PolicyType", "System"), ("PolicyName", "AliyunFCFullAccess"), ("RoleName", "r")];
    owner.ram("AttachPolicyToRole", &full).ok();
    let session = alice.assume(text(&role, "/Role/Arn"), &[]);
    call(&session, "GET", SERVICES, "").refused(501, "AcslabNotPerformed");
    let without = Client { token: None, ..session.clone() };
    call(&without, "GET", SERVICES, "").refused(400, "MissingRequiredHeader");
    let other = Client { token: Some("other".to_owned()), ..session };
    call(&other, "GET", SERVICES, "").refused(403, "InvalidAccessKeyID");
}

#[test]
fn what_does_not_hold_is_refused_in_its_own_words() {
    let cloud = kit::start();
    let owner = Client::owner(&cloud);
    let host = format!("{ACCOUNT}.cn-hangzhou.fc.aliyuncs.com");
    let at_home = owner.at(&host);
    let unsigned = at_home.send(&raw(&at_home, "GET", SERVICES, ""));
    assert_eq!(
        unsigned.refused(400, "MissingRequiredHeader").message(),
        "required HTTP header Authorization was not specified"
    );
    let stranger = owner.with_key("LTAI5tNobody", "secret", None);
    let unknown = call(&stranger, "GET", SERVICES, "");
    assert_eq!(unknown.refused(403, "InvalidAccessKeyID").message(), "invalid access key ID 'LTAI5tNobody'");
    let impostor = owner.with_key(&owner.key_id, "another secret", None);
    call(&impostor, "GET", SERVICES, "").refused(403, "SignatureNotMatch");
    for (seconds, status, code) in [
        (900, 501, "AcslabNotPerformed"),
        (-900, 501, "AcslabNotPerformed"),
        (901, 403, "AccessDenied"),
        (-901, 403, "AccessDenied"),
    ] {
        let at = owner.now() + SignedDuration::from_secs(seconds);
        owner.send(&signed(&owner, raw(&owner, "GET", SERVICES, ""), at)).refused(status, code);
    }
    let mut changed = signed(&owner, raw(&owner, "POST", SERVICES, r#"{"serviceName":"a"}"#), owner.now());
    changed.body = br#"{"serviceName":"b"}"#.to_vec();
    owner.send(&changed).refused(400, "InvalidArgument");
    let mut malformed = raw(&owner, "GET", SERVICES, "");
    malformed.headers.extend(kit::headers(&[("authorization", "FC nothing")]));
    owner.send(&malformed).refused(400, "InvalidArgument");
    for path in ["/", "/services", "/2021-04-06", "/2021-04-06/nothing", "/2099-01-01/services"] {
        let answer = call(&owner, "GET", path, "");
        let message = format!("'GET' against '{path}' is not supported");
        assert_eq!(answer.refused(400, "PathNotSupported").message(), message);
    }
    // Nor is it a way to other products.
    call(&owner, "GET", "/api/v1/workspaces", "").refused(400, "PathNotSupported");
}

/// What stands in a body names nothing that the path names, and what a function is called with may be anything.
#[test]
fn a_body_names_no_other_function() {
    let cloud = kit::start();
    let owner = Client::owner(&cloud);
    let invocations = format!("{SERVICES}/demo/functions/own/invocations");
    for payload in ["no json", r#"{"functionName":7}"#, "[]"] {
        call(&owner, "POST", &invocations, payload).refused(501, "AcslabNotPerformed");
    }
    let alice = owner.user("alice");
    let resource = |name: &str| format!("acs:fc:*:{ACCOUNT}:{name}");
    owner.grant("alice", "own", &policy("Allow", "fc:CreateTrigger", &resource("functions/own/triggers/*")));
    owner.grant("alice", "services", &policy("Allow", "fc:CreateTrigger", &resource("services/*")));
    let trigger = |function: &str, other: &str| {
        let body =
            format!(r#"{{"functionName":"{other}","triggerName":"t","triggerType":"http","triggerConfig":"{{}}"}}"#);
        call(&alice, "POST", &format!("{SERVICES}/demo/functions/{function}/triggers"), &body)
    };
    trigger("own", "other").refused(501, "AcslabNotPerformed");
    trigger("other", "own").refused(403, "AccessDenied");
}
