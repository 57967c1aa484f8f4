//! Formats of answers, errors, and what cannot be read.

use acslab_emulator::Route;
use acslab_emulator::signature::pe;
use serde_json::json;

use crate::kit::{self, Answer, Client, Raw, policy, text};
use crate::tools::{ACCOUNT, WHO, get, roa_path, signed};

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

/// A misspelt action is what somebody looks for who sees that a program's calls come to nothing.
#[test]
fn what_names_no_operation_is_remembered_and_counted() {
    let cloud = kit::start();
    let owner = Client::owner(&cloud);
    owner.ram("LstUsers", &[("Secret", "s3cret")]).refused(404, "InvalidAction.NotFound");
    owner
        .send(&owner.rpc_request("POST", &[("Action", "ListUsers"), ("Format", "JSON")]))
        .refused(400, "MissingVersion");
    owner.roa("GET", "1999-12-31", "/no/such/path", &[], "").refused(400, "InvalidVersion");
    let entries = cloud.decisions(3);
    let told: Vec<_> = entries.iter().map(|entry| (entry.operation.name.to_string(), entry.status)).collect();
    assert_eq!(told, [("GET /no/such/path".into(), 400), ("ListUsers".into(), 400), ("LstUsers".into(), 404)]);
    assert!(entries.iter().all(|entry| entry.stage == acslab_emulator::Stage::Route && entry.caller.is_none()));
    assert!(!format!("{entries:?}").contains("s3cret"));
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
