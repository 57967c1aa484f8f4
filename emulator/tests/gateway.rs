//! The OpenAPI gateway over HTTP: signatures, replay, time, keys, tokens, formats, and the errors of each.

mod kit;

use acslab_emulator::signature::{Credentials, EmptyValue, HmacMethod, Secret, SignedView, acs3, pe, roa, rpc};
use acslab_emulator::{Form, Need, Operation, Parameter, Route, Style};
use jiff::{SignedDuration, Timestamp};
use kit::{Answer, Client, MOMENT, Raw, policy, text, trust};
use serde_json::json;

const ACCOUNT: &str = "1234567890123456";
const WHO: [(&str, &str); 3] = [("Action", "GetCallerIdentity"), ("Version", "2015-04-01"), ("Format", "JSON")];
const FORM: &str = "application/x-www-form-urlencoded";

fn owned(pairs: &[(&str, &str)]) -> Vec<(String, String)> {
    pairs.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())).collect()
}

/// Signs parameters for a method, as of a time, with a nonce.
fn signed(by: &Client<'_>, method: &str, pairs: &[(&str, &str)], at: Timestamp, nonce: &str) -> Vec<(String, String)> {
    let mut all = owned(pairs);
    let who = Credentials { access_key_id: &by.key_id, secret: &by.secret, security_token: by.token.as_deref() };
    all.extend(rpc::sign(method, &all, &who, HmacMethod::Sha1, at, nonce));
    all
}

fn string_to_sign(pairs: &[(String, String)]) -> String {
    rpc::string_to_sign("GET", &pairs.iter().map(|(name, value)| (name, value)).collect())
}

fn get(by: &Client<'_>, pairs: &[(String, String)]) -> Answer {
    by.send(&Raw::new("GET", "/").query(kit::encode(pairs)).headers(kit::headers(&[("host", &by.host())])))
}

fn post(by: &Client<'_>, in_query: &[(String, String)], in_body: &[(String, String)]) -> Answer {
    let lines = [("host", by.host()), ("content-type", FORM.to_owned())];
    let lines: Vec<_> = lines.iter().map(|(name, value)| (*name, value.as_str())).collect();
    by.send(
        &Raw::new("POST", "/").query(kit::encode(in_query)).headers(kit::headers(&lines)).body(kit::encode(in_body)),
    )
}

/// An RPC call whose parameters the test changes after they were signed.
fn tampered(by: &Client<'_>, change: impl FnOnce(&mut Vec<(String, String)>)) -> Answer {
    let mut all = signed(by, "GET", &WHO, by.now(), &kit::nonce());
    change(&mut all);
    get(by, &all)
}

fn set(all: &mut Vec<(String, String)>, name: &str, value: &str) {
    all.retain(|(old, _)| old != name);
    all.push((name.to_owned(), value.to_owned()));
}

#[test]
fn an_rpc_call_may_carry_its_parameters_anywhere() {
    let cloud = kit::start();
    let owner = Client::owner(&cloud);
    let odd = [("SignatureType", ""), ("Comment", "A B*~/测试 a=b&c+d"), ("RegionId", "cn-hangzhou")];
    let pairs = [&WHO[..], &odd].concat();
    let all = |method| signed(&owner, method, &pairs, owner.now(), &kit::nonce());
    let is_owner = |answer: &Answer| assert_eq!(text(&answer.ok(), "/Arn"), format!("acs:ram::{ACCOUNT}:root"));
    is_owner(&get(&owner, &all("GET")));
    is_owner(&post(&owner, &[], &all("POST")));
    is_owner(&post(&owner, &all("POST"), &[]));
    let both = all("POST");
    is_owner(&post(&owner, &both[..5], &both[5..]));
    // A POST without a body and without a content type.
    is_owner(&owner.send(&Raw::new("POST", "/").query(kit::encode(&all("POST")))));
    // HMAC-SHA256 is served as well.
    let who = Credentials { access_key_id: &owner.key_id, secret: &owner.secret, security_token: None };
    let mut stronger = owned(&WHO);
    stronger.extend(rpc::sign("GET", &stronger, &who, HmacMethod::Sha256, owner.now(), &kit::nonce()));
    is_owner(&get(&owner, &stronger));
}

#[test]
fn a_blank_may_come_as_a_plus_and_of_several_values_the_last_counts() {
    let cloud = kit::start();
    let owner = Client::owner(&cloud);
    let create = [("Action", "CreateUser"), ("Version", "2015-05-01"), ("Format", "JSON"), ("Comments", "a b")];
    let mut all =
        signed(&owner, "POST", &[&create[..], &[("UserName", "x"), ("UserName", "y")]].concat(), owner.now(), "n");
    let body = kit::encode(&all).replace("%20", "+");
    let answer = owner.send(&Raw::new("POST", "/").headers(kit::headers(&[("content-type", FORM)])).body(body));
    assert_eq!(text(&answer.ok(), "/User/UserName"), "y");
    assert_eq!(text(&answer.ok(), "/User/Comments"), "a b");
    // The body's value counts over the query's.
    all = signed(&owner, "POST", &[&create[..], &[("UserName", "q"), ("UserName", "b")]].concat(), owner.now(), "m");
    let at = all.iter().position(|(_, value)| value == "q").unwrap();
    let in_query = vec![all.remove(at)];
    assert_eq!(text(&post(&owner, &in_query, &all).ok(), "/User/UserName"), "b");
}

#[test]
fn every_part_of_an_rpc_signature_must_be_there() {
    let cloud = kit::start();
    let owner = Client::owner(&cloud);
    for name in ["AccessKeyId", "Signature", "SignatureMethod", "SignatureVersion", "SignatureNonce", "Timestamp"] {
        let gone = tampered(&owner, |all| all.retain(|(old, _)| old != name));
        assert_eq!(
            gone.refused(400, &format!("Missing{name}")).message(),
            format!("{name} is mandatory for this action.")
        );
        let empty = tampered(&owner, |all| set(all, name, ""));
        empty.refused(400, &format!("Missing{name}"));
    }
    let wrong = |name: &str, value: &str| tampered(&owner, |all| set(all, name, value));
    wrong("SignatureMethod", "HMAC-MD5").refused(400, "InvalidSignatureMethod");
    wrong("SignatureVersion", "2.0").refused(400, "InvalidSignatureVersion");
    wrong("Timestamp", "yesterday").refused(400, "InvalidTimeStamp.Format");
    wrong("AccessKeyId", "LTAI5tNobodysKey0000000001").refused(404, "InvalidAccessKeyId.NotFound");
    // Whatever is changed, taken away or added, the signature is another.
    wrong("Timestamp", "2026-01-02T03:04:06Z").refused(400, "SignatureDoesNotMatch");
    wrong("SignatureNonce", "other").refused(400, "SignatureDoesNotMatch");
    wrong("Extra", "").refused(400, "SignatureDoesNotMatch");
    wrong("Signature", "AAAAAAAAAAAAAAAAAAAAAAAAAAA=").refused(400, "SignatureDoesNotMatch");
    tampered(&owner, |all| all.retain(|(name, _)| name != "Format")).refused(400, "SignatureDoesNotMatch");
    let other_method = signed(&owner, "POST", &WHO, owner.now(), &kit::nonce());
    get(&owner, &other_method).refused(400, "SignatureDoesNotMatch");
}

/// As JavaScript's `toISOString` writes it.
#[test]
fn the_time_of_an_rpc_call_may_have_a_fraction_of_a_second() {
    let cloud = kit::start();
    let owner = Client::owner(&cloud);
    let stamped = |timestamp: &str| {
        let mut all = signed(&owner, "GET", &WHO, owner.now(), &kit::nonce());
        all.retain(|(name, _)| name != "Signature");
        set(&mut all, "Timestamp", timestamp);
        let signature = rpc::signature(&owner.secret, HmacMethod::Sha1, &string_to_sign(&all));
        all.push(("Signature".to_owned(), signature));
        get(&owner, &all)
    };
    stamped("2026-01-02T03:04:05.123Z").ok();
    stamped("2026-01-02T02:04:05.123Z").refused(400, "InvalidTimeStamp.Expired");
    stamped("2026-01-02T03:04:05.Z").refused(400, "InvalidTimeStamp.Format");
}

#[test]
fn a_wrong_secret_is_told_the_string_to_sign() {
    let cloud = kit::start();
    let owner = Client::owner(&cloud);
    let forger = owner.with_key(&owner.key_id, "WrongSecret0000000000000000000", None);
    let all = signed(&forger, "GET", &WHO, owner.now(), &kit::nonce());
    let string_to_sign = string_to_sign(&all);
    let message = get(&owner, &all).refused(400, "SignatureDoesNotMatch").message();
    let begin = "Specified signature is not matched with our calculation. server string to sign is:";
    assert_eq!(message, format!("{begin}{string_to_sign}"));
    // Letter case counts.
    let folded = owner.secret.expose().to_lowercase();
    let all = signed(&owner.with_key(&owner.key_id, &folded, None), "GET", &WHO, owner.now(), &kit::nonce());
    get(&owner, &all).refused(400, "SignatureDoesNotMatch");
}

#[test]
fn a_request_is_taken_once() {
    let cloud = kit::start();
    let owner = Client::owner(&cloud);
    let all = signed(&owner, "GET", &WHO, owner.now(), "once");
    get(&owner, &all).ok();
    let again = get(&owner, &all);
    assert_eq!(again.refused(400, "SignatureNonceUsed").message(), "Specified signature nonce was used already.");
    // The nonce of a request that was not signed right is not used up, and another key has nonces of its own.
    let forger = owner.with_key(&owner.key_id, "WrongSecret0000000000000000000", None);
    get(&owner, &signed(&forger, "GET", &WHO, owner.now(), "twice")).refused(400, "SignatureDoesNotMatch");
    get(&owner, &signed(&owner, "GET", &WHO, owner.now(), "twice")).ok();
    let alice = owner.user("alice");
    get(&alice, &signed(&alice, "GET", &WHO, alice.now(), "once")).ok();
    // V3 has the same rule, and the same memory.
    let raw = owner.acs3_request("POST", "2015-04-01", "GetCallerIdentity", "/", &[], "");
    owner.send(&raw).ok();
    owner.send(&raw).refused(400, "SignatureNonceUsed");
}

#[test]
fn a_request_is_as_old_or_as_early_as_a_quarter_of_an_hour() {
    let cloud = kit::start();
    let owner = Client::owner(&cloud);
    for (minutes, fine) in [(-16, false), (-14, true), (0, true), (14, true), (16, false)] {
        let at = owner.now() + SignedDuration::from_mins(minutes);
        let rpc = get(&owner, &signed(&owner, "GET", &WHO, at, &kit::nonce()));
        // V3 signs as of the same clock, moved before and back after.
        let clock = &cloud.gateway().cloud().clock;
        clock.advance(minutes * 60_000).unwrap();
        let raw = owner.acs3_request("POST", "2015-04-01", "GetCallerIdentity", "/", &[], "");
        clock.advance(-minutes * 60_000).unwrap();
        for answer in [rpc, owner.send(&raw)] {
            if fine {
                answer.ok();
            } else {
                let message = "Specified time stamp or date value is expired.";
                assert_eq!(answer.refused(400, "InvalidTimeStamp.Expired").message(), message, "{minutes}");
            }
        }
    }
}

#[test]
fn v3_checks_what_the_client_listed_and_that_it_listed_enough() {
    let cloud = kit::start();
    let owner = Client::owner(&cloud);
    let who = |raw: &Raw| owner.send(raw);
    let fresh = || owner.acs3_request("POST", "2015-04-01", "GetCallerIdentity", "/", &[], "");
    who(&fresh()).ok();
    // Signed besides: what Python sends.
    let listing = |names: &str| {
        let host = owner.host();
        let (nonce, hash) = (kit::nonce(), "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855");
        let lines = [
            ("host", host.as_str()),
            ("accept", "application/json"),
            ("user-agent", "AlibabaCloud (linux) Python/3 Core/1 TeaDSL/1"),
            ("x-acs-action", "GetCallerIdentity"),
            ("x-acs-version", "2015-04-01"),
            ("x-acs-date", MOMENT),
            ("x-acs-signature-nonce", &nonce),
            ("x-acs-content-sha256", hash),
        ];
        let mut raw = Raw::new("POST", "/").headers(kit::headers(&lines));
        let query = raw.parsed_query();
        let view = SignedView { method: "POST", path: "/", query: &query, headers: &raw.headers, body: b"" };
        let string = acs3::string_to_sign(&acs3::canonical_request(&view, names));
        let signature = acs3::signature(&owner.secret, &string);
        let authorization =
            format!("ACS3-HMAC-SHA256 Credential={},SignedHeaders={names},Signature={signature}", owner.key_id);
        raw.headers.extend(kit::headers(&[("authorization", &authorization)]));
        raw
    };
    let least = "host;x-acs-action;x-acs-content-sha256;x-acs-date;x-acs-signature-nonce;x-acs-version";
    who(&listing(least)).ok();
    who(&listing(&least.replace("host;", "accept;host;user-agent;"))).ok();
    for name in least.split(';') {
        let fewer = least.replace(&format!("{name};"), "").replace(&format!(";{name}"), "");
        who(&listing(&fewer)).refused(400, "IncompleteSignature");
    }
    let without = |name: &str| {
        let mut raw = fresh();
        raw.headers.remove(name);
        who(&raw)
    };
    without("x-acs-date").refused(400, "MissingTimestamp");
    without("x-acs-signature-nonce").refused(400, "MissingSignatureNonce");
    without("x-acs-content-sha256").refused(400, "IncompleteSignature");
    without("authorization").refused(400, "IncompleteSignature");
    without("x-acs-action").refused(400, "MissingAction");
    without("x-acs-version").refused(400, "MissingVersion");

    let changed = |change: fn(&mut Raw)| {
        let mut raw = fresh();
        change(&mut raw);
        who(&raw)
    };
    changed(|raw| raw.body = b"x".to_vec()).refused(400, "InvalidContentSHA256");
    changed(|raw| raw.query = "a=b".to_owned()).refused(400, "SignatureDoesNotMatch");
    changed(|raw| raw.method = "GET".to_owned()).refused(400, "SignatureDoesNotMatch");
    changed(|raw| raw.headers.extend(kit::headers(&[("x-acs-version", "2015-05-01"), ("x-acs-action", "ListUsers")])))
        .refused(400, "SignatureDoesNotMatch");
    changed(|raw| raw.headers.extend(kit::headers(&[("x-acs-extra", "1")]))).refused(400, "IncompleteSignature");
    changed(|raw| raw.headers.extend(kit::headers(&[("authorization", "ACS3-HMAC-SM3 Credential=a")])))
        .refused(400, "InvalidSignatureMethod");
    changed(|raw| raw.headers.extend(kit::headers(&[("authorization", "Basic YTpi")])))
        .refused(400, "InvalidSignatureMethod");
    let message = changed(|raw| raw.query = "a=b".to_owned()).message();
    assert!(message.contains("server StringToSign is [ACS3-HMAC-SHA256\n"), "{message}");
    assert!(message.contains("server CanonicalRequest is [POST\n/\na=b\n"), "{message}");
}

#[test]
fn v3_parameters_come_in_the_query_or_in_a_form() {
    let cloud = kit::start();
    let owner = Client::owner(&cloud);
    let made =
        owner.acs3("POST", "2015-05-01", "CreateUser", "/", &[("UserName", "a"), ("Comments", "A B*~/测试")], "");
    assert_eq!(text(&made.ok(), "/User/Comments"), "A B*~/测试");
    let host = owner.host();
    let lines = [
        ("host", host.as_str()),
        ("x-acs-version", "2015-05-01"),
        ("x-acs-action", "CreateUser"),
        ("content-type", FORM),
    ];
    let raw = Raw::new("POST", "/").headers(kit::headers(&lines)).body("UserName=b&Comments=c%26d");
    let made = owner.send(&owner.acs3_sign(raw.clone()));
    assert_eq!(text(&made.ok(), "/User/Comments"), "c&d");
    let mut changed = owner.acs3_sign(raw);
    changed.body = b"UserName=z&Comments=c%26d".to_vec();
    owner.send(&changed).refused(400, "InvalidContentSHA256");
}

/// A call to a ROA product that anybody of an account may make, signed the old way.
fn products(by: &Client<'_>, query: &str) -> Raw {
    by.old_roa_request("GET", "2021-02-04", "/api/v1/products", query, "")
}

#[test]
fn the_old_signature_of_roa_is_served() {
    let cloud = kit::start();
    let owner = Client::owner(&cloud);
    let alice = owner.user("alice");
    let now = || alice.now();
    for query in ["", "Flag", "Flag=", "Flag&B=2&A=1"] {
        alice.send(&products(&alice, query)).ok();
    }
    // Clients disagree on how a parameter without a value is signed.
    let mut raw = products(&alice, "Flag=");
    let query = raw.parsed_query();
    raw.headers.remove("authorization");
    let view = SignedView { method: "GET", path: &raw.path, query: &query, headers: &raw.headers, body: b"" };
    let text = roa::string_to_sign(&view, EmptyValue::WithEquals);
    let signature = roa::signature(&alice.secret, HmacMethod::Sha1, &text);
    raw.headers.extend(kit::headers(&[("authorization", &format!("acs {}:{signature}", alice.key_id))]));
    alice.send(&raw).ok();
    alice.send(&raw).refused(400, "SignatureNonceUsed");

    let changed = |change: fn(&mut Raw)| {
        let mut raw = products(&alice, "");
        change(&mut raw);
        alice.send(&raw)
    };
    changed(|raw| raw.query = "A=1".to_owned()).refused(400, "SignatureDoesNotMatch");
    changed(|raw| raw.path = "/api/v1/workspaces".to_owned()).refused(400, "SignatureDoesNotMatch");
    changed(|raw| raw.headers.extend(kit::headers(&[("x-acs-extra", "1")]))).refused(400, "SignatureDoesNotMatch");
    changed(|raw| drop(raw.headers.remove("date"))).refused(400, "MissingDate");
    changed(|raw| drop(raw.headers.remove("x-acs-signature-nonce"))).refused(400, "SignatureDoesNotMatch");
    changed(|raw| drop(raw.headers.remove("authorization"))).refused(400, "IncompleteSignature");
    changed(|raw| raw.headers.extend(kit::headers(&[("authorization", "acs nobody:AAAA")])))
        .refused(404, "InvalidAccessKeyId.NotFound");
    changed(|raw| raw.headers.extend(kit::headers(&[("authorization", "acs nobody")])))
        .refused(400, "IncompleteSignature");
    let message = changed(|raw| raw.query = "A=1".to_owned()).message();
    assert!(message.contains("server string to sign is:GET\napplication/json\n"), "{message}");

    let clock = &cloud.gateway().cloud().clock;
    for (minutes, fine) in [(-16, false), (-14, true), (14, true), (16, false)] {
        clock.advance(minutes * 60_000).unwrap();
        let raw = products(&alice, "");
        clock.advance(-minutes * 60_000).unwrap();
        if fine {
            alice.send(&raw).ok();
        } else {
            alice.send(&raw).refused(400, "InvalidTimeStamp.Expired");
        }
    }
    assert_eq!(now().to_string(), MOMENT);
}

/// As the `aliyun` CLI signs every call to a ROA product.
#[test]
fn the_old_signature_of_roa_needs_no_nonce() {
    let cloud = kit::start();
    let owner = Client::owner(&cloud);
    let without = |by: &Client<'_>| {
        let mut raw = products(&owner, "");
        raw.headers.remove("authorization");
        raw.headers.remove("x-acs-signature-nonce");
        let kind = ("content-type", "application/octet-stream");
        raw.headers.extend(kit::headers(&[kind, ("content-md5", "1B2M2Y8AsgTpgAmY7PhCfg==")]));
        let query = raw.parsed_query();
        let view = SignedView { method: "GET", path: &raw.path, query: &query, headers: &raw.headers, body: b"" };
        let text = roa::string_to_sign(&view, EmptyValue::Bare);
        let signature = roa::signature(&by.secret, HmacMethod::Sha1, &text);
        raw.headers.extend(kit::headers(&[("authorization", &format!("acs {}:{signature}", by.key_id))]));
        raw
    };
    let raw = without(&owner);
    owner.send(&raw).ok();
    // Nothing tells a second one from the first.
    owner.send(&raw).ok();
    let forger = owner.with_key(&owner.key_id, "WrongSecret0000000000000000000", None);
    owner.send(&without(&forger)).refused(400, "SignatureDoesNotMatch");
    cloud.gateway().cloud().clock.advance(16 * 60_000).unwrap();
    owner.send(&raw).refused(400, "InvalidTimeStamp.Expired");
}

#[test]
fn a_body_is_what_was_signed() {
    let cloud = kit::start();
    let owner = Client::owner(&cloud);
    let body = r#"{"Products":[]}"#;
    let old = || owner.old_roa_request("POST", "2021-02-04", "/api/v1/productorders", "", body);
    let v3 = || owner.acs3_request("POST", "2021-02-04", "CreateProductOrders", "/api/v1/productorders", &[], body);
    // Both get as far as the operation, which does not want an empty order.
    assert_eq!(owner.send(&old()).code(), owner.send(&v3()).code());
    let changed = |mut raw: Raw| {
        raw.body = br#"{"Products":[1]}"#.to_vec();
        owner.send(&raw)
    };
    changed(old()).refused(400, "ContentMD5NotMatched");
    changed(v3()).refused(400, "InvalidContentSHA256");
    let mut broken = v3();
    broken.body = b"{".to_vec();
    owner.send(&broken).refused(400, "InvalidParameter.Format");
    let formless = owner.acs3_request("POST", "2021-02-04", "CreateProductOrders", "/api/v1/productorders", &[], "[1]");
    owner.send(&formless).refused(400, "MissingProducts");
}

#[test]
fn a_host_with_a_scheme_in_it_is_taken_as_it_is() {
    let cloud = kit::start();
    let owner = Client::owner(&cloud);
    let odd = owner.at(&format!("http://{}", cloud.address()));
    odd.acs3("POST", "2015-04-01", "GetCallerIdentity", "/", &[], "").ok();
    odd.sts("GetCallerIdentity", &[]).ok();
}

#[test]
fn keys_that_may_not_sign() {
    let cloud = kit::start();
    let owner = Client::owner(&cloud);
    let alice = owner.user("alice");
    let key = [("UserName", "alice"), ("UserAccessKeyId", alice.key_id.as_str())];
    let v3 = |by: &Client<'_>| by.acs3("POST", "2015-04-01", "GetCallerIdentity", "/", &[], "");
    owner.ram("UpdateAccessKey", &[&key[..], &[("Status", "Inactive")]].concat()).ok();
    alice.sts("GetCallerIdentity", &[]).refused(400, "InvalidAccessKeyId.Inactive");
    v3(&alice).refused(400, "InvalidAccessKeyId.Inactive");
    owner.ram("DeleteAccessKey", &key).ok();
    owner.ram("DeleteUser", &[("UserName", "alice")]).ok();
    alice.sts("GetCallerIdentity", &[]).refused(404, "InvalidAccessKeyId.NotFound");
    v3(&alice).refused(404, "InvalidAccessKeyId.NotFound");
    // Somebody of the same name is somebody else.
    owner.user("alice");
    alice.sts("GetCallerIdentity", &[]).refused(404, "InvalidAccessKeyId.NotFound");
    // Key ids are case-sensitive.
    let folded = owner.with_key(&owner.key_id.to_lowercase(), owner.secret.expose(), None);
    folded.sts("GetCallerIdentity", &[]).refused(404, "InvalidAccessKeyId.NotFound");
}

#[test]
fn tokens_that_do_not_hold() {
    let cloud = kit::start();
    let owner = Client::owner(&cloud);
    let alice = owner.user("alice");
    owner.attach("alice", "System", "AliyunSTSAssumeRoleAccess");
    let document = trust("RAM", &format!("acs:ram::{ACCOUNT}:root"));
    owner.ram("CreateRole", &[("RoleName", "r"), ("AssumeRolePolicyDocument", &document)]).ok();
    let arn = format!("acs:ram::{ACCOUNT}:role/r");
    let (one, two) = (alice.assume(&arn, &[]), alice.assume(&arn, &[("DurationSeconds", "900")]));
    let with = |token: Option<&str>| one.with_key(&one.key_id, one.secret.expose(), token);
    let v3 = |by: &Client<'_>| by.acs3("POST", "2015-04-01", "GetCallerIdentity", "/", &[], "");
    let both = |by: &Client<'_>, status, code: &str| {
        by.sts("GetCallerIdentity", &[]).refused(status, code);
        v3(by).refused(status, code);
    };
    one.sts("GetCallerIdentity", &[]).ok();
    v3(&one).ok();
    both(&with(None), 400, "MissingSecurityToken");
    both(&with(Some("CAISnothing")), 400, "InvalidSecurityToken.Malformed");
    let token = one.token.clone().unwrap();
    let last = if token.ends_with('A') { "B" } else { "A" };
    both(&with(Some(&format!("{}{last}", &token[..token.len() - 1]))), 400, "InvalidSecurityToken.Malformed");
    both(&with(two.token.as_deref()), 400, "InvalidSecurityToken.MismatchWithAccessKey");
    let with_token = alice.with_key(&alice.key_id, alice.secret.expose(), Some(&token));
    both(&with_token, 400, "InvalidSecurityToken.MismatchWithAccessKey");
    both(&one.with_key("STS.NoSuchKey00000000000000000", "x", Some(&token)), 404, "InvalidAccessKeyId.NotFound");
    // The token is signed with the rest.
    let mut all = signed(&one, "GET", &WHO, one.now(), &kit::nonce());
    set(&mut all, "SecurityToken", &format!("{token} "));
    get(&one, &all).refused(400, "InvalidSecurityToken.Malformed");

    cloud.gateway().cloud().clock.advance(901_000).unwrap();
    both(&two, 400, "InvalidSecurityToken.Expired");
    one.sts("GetCallerIdentity", &[]).ok();
    owner.ram("DeleteRole", &[("RoleName", "r")]).ok();
    both(&one, 404, "InvalidAccessKeyId.NotFound");
}

#[test]
fn the_answer_has_the_format_that_was_asked_for() {
    let cloud = kit::start();
    let owner = Client::owner(&cloud);
    owner
        .ram("CreateUser", &[("UserName", "a<b"), ("Comments", "")])
        .refused(400, "InvalidParameter.UserName.InvalidChars");
    owner.ram("CreateUser", &[("UserName", "a"), ("Comments", "1 < 2 & 3")]).ok();
    let call = |parameters: &[(&str, &str)]| {
        let named = [("Version", "2015-05-01")];
        owner.send(&owner.rpc_request("GET", &[&named[..], parameters].concat()))
    };
    let kind = |answer: &Answer| answer.headers["content-type"].to_str().unwrap().to_owned();
    let list = ("Action", "ListUsers");
    // XML unless asked otherwise.
    for format in [&[][..], &[("Format", "XML")], &[("Format", "xml")]] {
        let answer = call(&[&[list], format].concat());
        assert_eq!((answer.status, kind(&answer).as_str()), (200, "text/xml;charset=utf-8"));
        let body = answer.text();
        assert!(
            body.starts_with("<?xml version='1.0' encoding='UTF-8'?><ListUsersResponse><Users><User><UserId>2"),
            "{body}"
        );
        assert!(body.contains("<Comments>1 &lt; 2 &amp; 3</Comments>"), "{body}");
        assert!(body.contains("<IsTruncated>false</IsTruncated><RequestId>"), "{body}");
    }
    let error = call(&[("Action", "GetUser"), ("UserName", "b")]);
    assert_eq!((error.status, kind(&error).as_str()), (404, "text/xml;charset=utf-8"));
    assert!(error.text().starts_with("<?xml version='1.0' encoding='UTF-8'?><Error><RequestId>"), "{}", error.text());
    assert_eq!(error.code(), "EntityNotExist.User");
    for format in ["JSON", "json", "Json"] {
        let answer = call(&[list, ("Format", format)]);
        assert_eq!(kind(&answer), "application/json;charset=utf-8");
        assert_eq!(text(&answer.ok(), "/Users/User/0/UserName"), "a");
    }
    call(&[list, ("Format", "YAML")]).refused(400, "InvalidParameter.Format");
    // V3 has JSON only.
    let v3 = owner.acs3("POST", "2015-05-01", "ListUsers", "/", &[], "");
    assert_eq!(kind(&v3), "application/json;charset=utf-8");
    // The request id is in the header too.
    let id = v3.headers["x-acs-request-id"].to_str().unwrap().to_owned();
    assert_eq!(text(&v3.ok(), "/RequestId"), id);
}

#[test]
fn an_error_says_what_the_cloud_says() {
    let cloud = kit::start();
    let owner = Client::owner(&cloud);
    let alice = owner.user("alice");
    let denied = alice.at("ram.aliyuncs.com").ram("CreateUser", &[("UserName", "bob")]);
    let error = denied.refused(403, "NoPermission").json();
    let id = text(&error, "/RequestId").to_owned();
    let detail = &error["AccessDeniedDetail"];
    assert_eq!(error["HostId"], "ram.aliyuncs.com");
    assert_eq!(
        error["Message"],
        format!(
            "You are not authorized to do this action. [Resource:acs:ram:*:{ACCOUNT}:user/* Action:ram:CreateUser]"
        )
    );
    assert!(text(&error, "/Recommend").contains("NoPermission"));
    let user = owner.ram("GetUser", &[("UserName", "alice")]).ok();
    assert_eq!(
        *detail,
        json!({
            "PolicyType": "AccountLevelIdentityBasedPolicy", "AuthPrincipalOwnerId": ACCOUNT,
            "AuthPrincipalType": "SubUser", "AuthPrincipalDisplayName": text(&user, "/User/UserId"),
            "NoPermissionType": "ImplicitDeny", "AuthAction": "ram:CreateUser",
            "EncodedDiagnosticMessage": text(detail, "/EncodedDiagnosticMessage"),
        })
    );
    owner.grant("alice", "No", &policy("Deny", "ram:*", "*"));
    let denied = alice.ram("CreateUser", &[("UserName", "bob")]).json();
    assert_eq!(denied["AccessDeniedDetail"]["NoPermissionType"], "ExplicitDeny");
    assert_ne!(text(&denied, "/RequestId"), id);
}

#[test]
fn the_case_of_an_action_does_not_count() {
    let cloud = kit::start();
    let owner = Client::owner(&cloud);
    owner.ram("createuser", &[("UserName", "alice")]).ok();
    assert_eq!(text(&owner.ram("GETUSER", &[("UserName", "alice")]).ok(), "/User/UserName"), "alice");
    // But that of a parameter does.
    owner.ram("GetUser", &[("userName", "alice")]).refused(400, "MissingUserName");
}

#[test]
fn what_is_not_there_to_be_called() {
    let cloud = kit::start();
    let owner = Client::owner(&cloud);
    owner.ram("CreateUsers", &[]).refused(404, "InvalidAction.NotFound");
    owner.rpc("2015-05-02", "CreateUser", &[]).refused(400, "InvalidVersion");
    owner
        .send(&owner.rpc_request("POST", &[("Action", "CreateUser"), ("Format", "JSON")]))
        .refused(400, "MissingVersion");
    owner.rpc("2015-05-01", "", &[]).refused(400, "MissingAction");
    owner.roa("GET", "1999-12-31", "/no/such/path", &[], "").refused(400, "InvalidVersion");
    let roa = acslab_emulator::operations().find(|row| row.product.style == acslab_emulator::Style::Roa).unwrap();
    owner.roa("GET", &roa.product.version, "/no/such/path", &[], "").refused(404, "InvalidAction.NotFound");
    // A path of a product by a method that it does not take.
    let patch =
        acslab_emulator::operations().any(|row| matches!(&row.route, Route::Path(method, _) if method == "PATCH"));
    assert!(!patch, "the method below would be one of the product's");
    let path = roa_path(roa);
    owner.roa("PATCH", &roa.product.version, &path, &[], "").refused(404, "InvalidAction.NotFound");
    let named = acslab_emulator::operations().filter(|row| row.product.style == acslab_emulator::Style::Roa);
    let named = named.into_iter().find(|row| matches!(&row.route, Route::Path(_, path) if path.ends_with('}')));
    let named = named.unwrap();
    let Route::Path(method, _) = &named.route else { unreachable!("found by its path") };
    let path = format!("{}%zz", roa_path(named));
    owner.roa(method.as_str(), &named.product.version, &path, &[], "").refused(400, "InvalidParameter.Format");
    for method in ["PUT", "DELETE", "PATCH"] {
        let raw = owner.rpc_request(method, &[("Action", "ListUsers"), ("Version", "2015-05-01"), ("Format", "JSON")]);
        owner.send(&raw).refused(400, "UnsupportedHTTPMethod");
    }
}

#[test]
fn a_request_that_cannot_be_read_changes_nothing() {
    let cloud = kit::start();
    let owner = Client::owner(&cloud);
    let create = [("Action", "CreateUser"), ("Version", "2015-05-01"), ("Format", "JSON"), ("UserName", "a")];
    // Percent-encoding that is none, in the form and in the query.
    let raw = owner.rpc_request("POST", &create);
    for broken in ["%", "%2", "%zz", "%ff"] {
        let mut in_form = raw.clone();
        in_form.body.extend_from_slice(format!("&Comments={broken}").as_bytes());
        owner.send(&in_form).refused(400, "InvalidParameter.Format");
        let mut in_query = raw.clone();
        in_query.query = format!("Comments={broken}");
        owner.send(&in_query).refused(400, "InvalidParameter.Format");
    }
    let mut no_text = raw.clone();
    no_text.body.extend_from_slice(b"&Comments=\xff\xfe");
    owner.send(&no_text).refused(400, "InvalidParameter.Format");
    // A form beyond every use.
    let huge = Raw { body: vec![b'a'; (16 << 20) + 1], ..raw };
    assert_eq!(owner.send(&huge).status, 413);
    assert_eq!(owner.ram("ListUsers", &[]).ok()["Users"]["User"], json!([]));
}

#[test]
fn ten_thousand_parameters_are_signed_and_otherwise_ignored() {
    let cloud = kit::start();
    let owner = Client::owner(&cloud);
    let names: Vec<_> = (0..10_000).map(|number| format!("Tag.{number}.Key")).collect();
    let mut all = vec![("UserName", "a")];
    all.extend(names.iter().map(|name| (name.as_str(), pe(name).len().to_string())).map(|(name, _)| (name, "v")));
    owner.ram("CreateUser", &all).ok();
    let forger = owner.with_key(&owner.key_id, "WrongSecret0000000000000000000", None);
    forger.ram("DeleteUser", &all).refused(400, "SignatureDoesNotMatch");
    // In a request line they are too many for any server.
    let all = signed(&owner, "GET", &[&WHO[..], &all].concat(), owner.now(), &kit::nonce());
    assert_eq!(get(&owner, &all).status, 414);
}

#[test]
fn parameters_before_permissions_and_permissions_before_existence() {
    let cloud = kit::start();
    let owner = Client::owner(&cloud);
    let alice = owner.user("alice");
    alice.ram("GetUser", &[]).refused(400, "MissingUserName");
    alice.ram("GetUser", &[("UserName", "a b")]).refused(400, "InvalidParameter.UserName.InvalidChars");
    alice.ram("GetUser", &[("UserName", "nobody")]).refused(403, "NoPermission");
    owner.grant("alice", "Read", &policy("Allow", "ram:GetUser", "*"));
    alice.ram("GetUser", &[("UserName", "nobody")]).refused(404, "EntityNotExist.User");
}

#[test]
fn a_secret_is_nowhere_to_be_read() {
    let cloud = kit::start();
    let owner = Client::owner(&cloud);
    let alice = owner.user("alice");
    let secrets = |secret: &Secret| secret.expose().to_owned();
    let seen = [
        owner.ram("ListAccessKeys", &[("UserName", "alice")]).text(),
        owner.send(&Raw::new("GET", "/_acslab/decisions")).text(),
        owner.send(&Raw::new("POST", "/_acslab/state").body("{}")).text(),
        format!("{cloud:?}"),
    ];
    for text in seen {
        assert!(!text.contains(&secrets(&alice.secret)) && !text.contains(&secrets(&owner.secret)));
    }
}

/// A path that fits the operation's template.
fn roa_path(operation: &Operation) -> String {
    let Route::Path(_, template) = &operation.route else { return String::new() };
    template.split('/').map(|part| if part.starts_with('{') { "x" } else { part }).collect::<Vec<_>>().join("/")
}

/// What is wrong with a parameter in each way that its form knows, and the code for it.
fn wrong_values(parameter: &Parameter) -> Vec<(String, String)> {
    let long = |most: usize| "x".repeat(most + 1);
    let values = match &parameter.form {
        Form::Any | Form::Own(..) | Form::Shaped(_) => Vec::new(),
        Form::Text(most) => vec![(long(*most), ".Length")],
        Form::Name(_, most) => {
            vec![(long(*most), ".Length"), ("a b".to_owned(), ".InvalidChars"), ("测".to_owned(), ".InvalidChars")]
        }
        Form::OneOf(_) | Form::Word(_) => vec![("Nothing".to_owned(), "")],
        Form::Boolean => vec![("maybe".to_owned(), ".Format")],
        Form::Integer(least, most) => {
            let beyond = [least.checked_sub(1), most.checked_add(1)].into_iter().flatten();
            let beyond = beyond.map(|number| (number.to_string(), ""));
            beyond.chain([("soon".to_owned(), ".Format"), ("1.5".to_owned(), ".Format")]).collect()
        }
        Form::Document(_) => vec![(" ".repeat(1 << 20), ".Length")],
        // No native row has one.
    };
    let named = |suffix: &str| format!("InvalidParameter.{}{suffix}", parameter.name);
    let mut values: Vec<_> = values.into_iter().map(|(value, suffix)| (value, named(suffix))).collect();
    if let Form::Document(_) = parameter.form {
        values.push(("{}".to_owned(), "MalformedPolicyDocument".to_owned()));
    }
    if parameter.need == Need::Required {
        values.push((String::new(), format!("Missing{}", parameter.name)));
    }
    values
}

#[test]
fn every_parameter_of_every_operation_is_checked() {
    let cloud = kit::start();
    let owner = Client::owner(&cloud);
    let mut checked = 0;
    for row in acslab_emulator::operations().filter(|row| row.product.style == Style::Rpc && row.is_performed()) {
        for parameter in &row.parameters {
            let others =
                row.parameters.iter().filter(|other| other.need == Need::Required && other.name != parameter.name);
            let others: Vec<_> = others.map(|other| (&*other.name, other.sample())).collect();
            for (value, code) in wrong_values(parameter) {
                let mut all: Vec<_> = others.iter().map(|(name, sample)| (*name, sample.as_ref())).collect();
                all.push((&*parameter.name, &value));
                let answer = owner.rpc(&row.product.version, &row.name, &all);
                assert_eq!(
                    (answer.status, answer.code()),
                    (400, code),
                    "{}: {} = {value:.40}",
                    row.name,
                    parameter.name
                );
                checked += 1;
            }
        }
    }
    assert!(checked > 600, "{checked}");
}

#[test]
fn a_marker_that_was_never_given_out_is_refused_wherever_there_are_pages() {
    let cloud = kit::start();
    let owner = Client::owner(&cloud);
    let document = policy("Allow", "*", "*");
    owner.ram("CreateUser", &[("UserName", "sample")]).ok();
    owner.ram("CreateGroup", &[("GroupName", "sample")]).ok();
    owner.ram("CreatePolicy", &[("PolicyName", "sample"), ("PolicyDocument", &document)]).ok();
    let mut pages = 0;
    for row in acslab_emulator::operations().filter(|row| row.parameters.iter().any(|one| one.name == "Marker")) {
        let sample = |one: &Parameter| match &*one.name {
            "UserPrincipalName" => format!("sample@{ACCOUNT}.onaliyun.com").into(),
            "GroupName" | "UserName" | "PolicyName" => "sample".into(),
            "PolicyType" => "Custom".into(),
            _ => one.sample(),
        };
        let needed = row.parameters.iter().filter(|one| one.need == Need::Required || one.name.starts_with("User"));
        let needed: Vec<_> = needed.map(|one| (&*one.name, sample(one))).collect();
        for marker in ["?", "/w=="] {
            let mut all: Vec<_> = needed.iter().map(|(name, value)| (*name, value.as_ref())).collect();
            all.push(("Marker", marker));
            let answer = owner.rpc(&row.product.version, &row.name, &all);
            assert_eq!((answer.status, answer.code()), (400, "InvalidParameter.Marker".to_owned()), "{}", row.name);
        }
        pages += 1;
    }
    assert!(pages >= 12, "{pages}");
}
