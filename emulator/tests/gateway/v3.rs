//! Signatures of V3.

use acslab_emulator::signature::{SignedView, acs3};

use crate::kit::{self, Client, MOMENT, Raw, text};
use crate::tools::FORM;

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

/// Two hundred published operations have parameters of these names.
#[test]
fn in_v3_the_operation_is_named_by_the_header_alone() {
    let cloud = kit::start();
    let owner = Client::owner(&cloud);
    let own = [("Action", "ListUsers"), ("Version", "2015-05-01"), ("Format", "QCOW2")];
    let answer = owner.send(&owner.acs3_request("POST", "2015-04-01", "GetCallerIdentity", "/", &own, ""));
    assert_eq!(text(&answer.ok(), "/AccountId"), crate::tools::ACCOUNT);
    let image = [("Format", "QCOW2"), ("ImageName", "x"), ("OssBucket", "b")];
    let answer = owner.send(&owner.acs3_request("POST", "2020-12-30", "ImportImage", "/", &image, ""));
    assert_ne!(answer.code(), "InvalidParameter.Format");
}
