//! Signatures of ROA 1.0.

use acslab_emulator::signature::{EmptyValue, HmacMethod, SignedView, roa};

use crate::kit::{self, Client, MOMENT, Raw};

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
