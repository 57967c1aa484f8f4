//! The protocol: hosts, signatures, dates, headers, and the form of answers.

use acslab_emulator::cloud::Service;
use http::HeaderValue;
use serde_json::json;

use crate::kit::{Client, Raw, headers};
use crate::tools::{closed, start, told};

#[test]
fn an_answer_has_its_id_in_a_header_and_an_error_the_words_of_the_service() {
    let emulator = start();
    let owner = Client::owner(&emulator);
    let answer = owner.look("absent", "/", &[]);
    told(&answer, 404, "ProjectNotExist", "The Project does not exist : absent");
    assert_eq!(answer.json().as_object().expect("an object").len(), 2);
    let id = answer.headers["x-log-requestid"].to_str().expect("a text");
    assert!(id.len() == 24 && id.bytes().all(|byte| b"0123456789ABCDEF".contains(&byte)), "{id}");
    assert_eq!(answer.headers["content-type"], "application/json");
    assert_eq!(answer.headers["access-control-allow-origin"], "*");
    owner.furnish("photos");
    let done = owner.log("PUT", "photos", "/", &json!({"description": "new"}));
    assert_eq!((done.status, done.body.len()), (200, 0));
}

#[test]
fn the_project_is_in_front_of_whatever_host() {
    let emulator = start();
    let owner = Client::owner(&emulator);
    owner.furnish("photos");
    for endpoint in [
        "cn-hangzhou.log.aliyuncs.com",
        "cn-hangzhou-intranet.log.aliyuncs.com",
        "cn-hangzhou-internal.log.aliyuncs.com",
        "cn-hangzhou-vpc.log.aliyuncs.com",
        "cn-hangzhou-share.log.aliyuncs.com",
        "cn-hangzhou.sls.aliyuncs.com",
        "log-global.aliyuncs.com",
        "localhost:8080",
        "127.0.0.1",
        "127.0.0.1:8080",
        "emulator",
    ] {
        let answer = owner.at(endpoint).look("photos", "/", &[]);
        assert_eq!(answer.ok()["projectName"], "photos", "{endpoint}");
        let answer = owner.at(endpoint).look("", "/", &[]);
        assert_eq!(answer.ok()["total"], 1, "{endpoint}");
    }
    // Another region has no such project, and a name may be had there once more.
    owner.at("cn-beijing.log.aliyuncs.com").look("photos", "/", &[]).refused(404, "ProjectNotExist");
    owner.at("cn-beijing.log.aliyuncs.com").furnish("photos");
    let beijing = owner.at("cn-beijing.log.aliyuncs.com").look("photos", "/", &[]).ok();
    assert_eq!(beijing["region"], "cn-beijing");
    owner.log("DELETE", "photos", "/", &json!(null)).ok_status();
    assert_eq!(
        owner.at("cn-beijing.log.aliyuncs.com").look("photos", "/", &[]).ok()["resourceGroupId"],
        beijing["resourceGroupId"]
    );
    owner.look("a.b", "/", &[]).refused(400, "InvalidHost");
}

#[test]
fn both_signatures_and_a_session_with_its_token() {
    let emulator = start();
    let owner = Client::owner(&emulator);
    owner.furnish("photos");
    let trust = crate::kit::trust("RAM", "acs:ram::1234567890123456:root");
    owner.ram("CreateRole", &[("RoleName", "reader"), ("AssumeRolePolicyDocument", &trust)]).ok();
    let attach = [("RoleName", "reader"), ("PolicyType", "System"), ("PolicyName", "AliyunLogReadOnlyAccess")];
    owner.ram("AttachPolicyToRole", &attach).ok();
    let user = owner.user("alice");
    owner.grant("alice", "assume", &crate::kit::policy("Allow", "sts:AssumeRole", "*"));
    let session = user.assume("acs:ram::1234567890123456:role/reader", &[]);
    for client in [&owner, &session] {
        let raw =
            || client.sls_unsigned("GET", "photos", "/logstores", &[("offset", "0"), ("logstoreName", "")], &[], b"");
        client.send(&client.sls_v1(raw())).ok();
        client.send(&client.sls_v4(raw(), "cn-hangzhou")).ok();
        told(
            &client.send(&client.sls_v4(raw(), "cn-beijing")),
            400,
            "ParameterInvalid",
            &format!(
                "Http extend authorization : {} pair is invalid.",
                client.sls_v4(raw(), "cn-beijing").headers["authorization"].to_str().expect("a text")
            ),
        );
    }
    let refused = session.log("PUT", "photos", "/", &json!({"description": ""}));
    told(
        &refused,
        401,
        "Unauthorized",
        "denied by sts or ram, action: log:UpdateProject, resource: acs:log:cn-hangzhou:1234567890123456:project/photos",
    );
    assert_eq!(refused.json()["accessDeniedDetail"]["AuthPrincipalType"], "AssumedRoleUser");
    // A session's key is nothing without its token, nor with another one.
    let without = session.with_key(&session.key_id, session.secret.expose(), None);
    told(&without.look("photos", "/", &[]), 401, "Unauthorized", &format!("AccessKeyId not found: {}", session.key_id));
    let other = session.with_key(&session.key_id, session.secret.expose(), Some("CAISother"));
    told(&other.look("photos", "/", &[]), 401, "Unauthorized", "The security token you provided is invalid.");
    emulator.gateway().cloud().clock.advance(7_200_000).expect("a later time");
    told(&session.look("photos", "/", &[]), 401, "Unauthorized", "The security token you provided has expired.");
}

#[test]
fn what_is_wrong_with_a_signature() {
    let emulator = start();
    let owner = Client::owner(&emulator);
    owner.furnish("photos");
    let raw = || owner.sls_request("GET", "photos", "/", &[], b"");
    let with = |name: &'static str, value: Option<&str>| {
        let mut raw = raw();
        match value {
            Some(value) => drop(raw.headers.insert(name, HeaderValue::from_str(value).expect("a value"))),
            None => drop(raw.headers.remove(name)),
        }
        owner.send(&raw)
    };
    owner.send(&raw()).ok();
    with("authorization", None).refused(400, "MissAccessKeyId");
    for broken in ["LOG", "LOG a", "LOG :b", "Bearer x", "SLS4-HMAC-SHA256 x", "acs a:b"] {
        let answer = with("authorization", Some(broken));
        told(&answer, 400, "ParameterInvalid", &format!("Http extend authorization : {broken} pair is invalid."));
    }
    told(&with("authorization", Some("LOG nobody:b")), 401, "Unauthorized", "AccessKeyId not found: nobody");
    let wrong = format!("LOG {}:b", owner.key_id);
    told(&with("authorization", Some(&wrong)), 401, "SignatureNotMatch", "Signature b not matched.");
    with("date", None).refused(400, "MissingDate");
    told(&with("date", Some("yesterday")), 400, "InvalidRequestTime", "Request time yesterday not follow RFC822 spec.");
    told(
        &with("date", Some("Fri, 02 Jan 2026 02:49:04 GMT")),
        400,
        "RequestTimeExpired",
        "Request time Fri, 02 Jan 2026 02:49:04 GMT has been expired while server time is Fri, 02 Jan 2026 03:04:05 GMT.",
    );
    with("x-log-date", Some("Fri, 02 Jan 2026 03:20:05 GMT")).refused(400, "RequestTimeExpired");
    with("date", Some("Fri, 02 Jan 2026 03:04:06 GMT")).refused(401, "SignatureNotMatch");
    with("x-log-signaturemethod", None).refused(400, "MissingSignatureMethod");
    told(
        &with("x-log-signaturemethod", Some("md5")),
        400,
        "InvalidSignatureMethod",
        "signature method md5 is unsupported.",
    );
    with("x-log-signaturemethod", Some("hmac-sha256")).refused(401, "SignatureNotMatch");
    with("x-log-apiversion", None).refused(400, "MissingAPIVersion");
    told(&with("x-log-apiversion", Some("0.1")), 400, "InvalidAPIVersion", "x-log-apiversion 0.1 is unsupported.");
    let user = owner.user("alice");
    owner
        .ram("UpdateAccessKey", &[("UserName", "alice"), ("UserAccessKeyId", &user.key_id), ("Status", "Inactive")])
        .ok();
    told(&user.look("photos", "/", &[]), 401, "Unauthorized", &format!("AccessKeyId is disabled: {}", user.key_id));
}

#[test]
fn a_body_that_was_changed_is_told_and_nothing_is_written() {
    let emulator = start();
    let owner = Client::owner(&emulator);
    owner.furnish("photos");
    let body = json!({"logstoreName": "other", "shardCount": 1, "ttl": 1}).to_string();
    let lines = [("content-type", "application/json")];
    let raw = || owner.sls_unsigned("POST", "photos", "/logstores", &[], &lines, body.as_bytes());
    for signed in [owner.sls_v1(raw()), owner.sls_v4(raw(), "cn-hangzhou")] {
        let changed = signed.clone().body(body.replace("other", "evil1"));
        owner.send(&changed).refused(401, "SignatureNotMatch");
        let cut = signed.body(&body[..body.len() - 1]);
        owner.send(&cut).refused(401, "SignatureNotMatch");
    }
    assert_eq!(owner.look("photos", "/logstores", &[]).ok()["logstores"], json!(["app"]));
}

#[test]
fn what_names_no_operation_and_whose_signature_is_anothers() {
    let emulator = start();
    let owner = Client::owner(&emulator);
    owner.furnish("photos");
    told(&owner.look("photos", "/nothing", &[]), 405, "InvalidMethod", "invalid request method: /nothing");
    owner.log("PATCH", "photos", "/logstores/app", &json!({})).refused(405, "InvalidMethod");
    // A parameter that tells nothing apart is passed over.
    owner.look("photos", "/logstores/app", &[("type", "topic")]).ok();
    owner.log("POST", "photos", "/logstores/app/shards/0", &json!({})).refused(405, "InvalidMethod");
    owner.look("", "/logstores", &[]).refused(405, "InvalidMethod");
    // A signature of another protocol's opens nothing here.
    let roa = owner.at("photos.cn-hangzhou.log.aliyuncs.com").acs3("GET", "2020-12-30", "GetProject", "/", &[], "");
    roa.refused(400, "MissingAPIVersion");
    let raw = Raw::new("GET", "/")
        .headers(headers(&[("host", "photos.cn-hangzhou.log.aliyuncs.com"), ("x-log-apiversion", "0.6.0")]));
    owner.send(&owner.acs3_sign(raw.clone())).refused(400, "ParameterInvalid");
    owner.send(&raw).refused(400, "MissAccessKeyId");
    owner.look("photos", "/logstores/%zz", &[]).refused(400, "ParameterInvalid");
    let mut broken = raw;
    broken.query = "a=%zz".to_owned();
    owner.send(&broken).refused(400, "ParameterInvalid");
}

#[test]
fn a_service_that_is_closed_opens_in_its_own_protocol() {
    let emulator = closed();
    let owner = Client::owner(&emulator);
    let refused = |answer: &crate::kit::Answer| {
        told(answer, 401, "InvalidAccessKeyId", "Your SLS service has not opened.");
    };
    refused(&owner.log("POST", "", "/", &json!({"projectName": "photos", "description": ""})));
    refused(&owner.look("", "/", &[]));
    assert_eq!(owner.look("", "/slsservice", &[]).ok(), json!({"enabled": false, "status": "NotExist"}));
    let user = owner.user("alice");
    user.log("POST", "", "/slsservice", &json!(null)).refused(401, "Unauthorized");
    owner.attach("alice", "System", "AliyunLogFullAccess");
    user.log("POST", "", "/slsservice", &json!(null)).ok_status();
    assert_eq!(owner.look("", "/slsservice", &[]).ok(), json!({"enabled": true, "status": "Opened"}));
    let account = emulator.gateway().cloud().account("1234567890123456").expect("the account");
    assert!(account.activations.read().is_open(&Service::Sls));
    owner.furnish("photos");
    // The other account's stays closed: nobody there has anything, and it is no guest either.
    refused(&Client::owner_of(&emulator, 1).look("photos", "/", &[]));
}
