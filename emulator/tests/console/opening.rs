//! What a bucket says itself, taken apart, and what would open it: its policy, its ACL, and block public access.

use acslab_emulator::{EmulatorHandle, Service};
use serde_json::{Value, json};

use super::{ask, builder, json};
use crate::kit::{Answer, Client, Raw, headers};

const BLOCK: &[(&str, &str)] = &[("publicAccessBlock", "")];
const ON: &[u8] =
    b"<PublicAccessBlockConfiguration><BlockPublicAccess>true</BlockPublicAccess></PublicAccessBlockConfiguration>";

/// A bucket `photos` with an object `a`, public access not blocked.
fn start() -> EmulatorHandle {
    let cloud = builder().open(Service::Oss).oss_public_access_blocked(false).start().expect("an emulator");
    let owner = Client::owner(&cloud);
    owner.oss("PUT", Some("photos"), "", &[], &[], b"").ok_status();
    owner.oss("PUT", Some("photos"), "a", &[], &[], b"x").ok_status();
    cloud
}

fn anybody(cloud: &EmulatorHandle, method: &str) -> Answer {
    anybody_at(cloud, method, "/photos/a")
}

fn anybody_at(cloud: &EmulatorHandle, method: &str, path: &str) -> Answer {
    let host = cloud.address().to_string();
    Raw::new(method, path).headers(headers(&[("host", &host)])).send(cloud.address())
}

/// What is told of the call that was decided last, and its fixes.
fn told(cloud: &EmulatorHandle) -> (String, Value, Value) {
    let id = cloud.decisions(1)[0].request_id.to_string();
    let of = |part: &str| json(&ask(cloud, "GET", &format!("decisions/{id}{part}"), ""));
    let (full, fixes) = (of(""), of("/fixes"));
    (id, full["decided"][0].clone(), fixes["questions"][0]["fixes"].clone())
}

fn tried(cloud: &EmulatorHandle, id: &str, fix: usize) -> Value {
    json(&ask(cloud, "POST", &format!("decisions/{id}/try"), &json!({"fix": fix}).to_string()))
}

fn operations(fix: &Value) -> Vec<&str> {
    fix["calls"].as_array().expect("calls").iter().filter_map(|call| call["operation"].as_str()).collect()
}

/// The fix that changes no policy, and its place.
fn setting(fixes: &Value) -> (usize, &Value) {
    let all = fixes.as_array().expect("fixes");
    let at = all.iter().position(|fix| fix["changes"][0]["change"] == "setting");
    at.map_or_else(|| panic!("none in {fixes}"), |at| (at, &all[at]))
}

#[test]
fn a_private_bucket_is_opened_by_its_acl() {
    let cloud = start();
    assert_eq!(anybody(&cloud, "GET").status, 403);
    let (id, decided, fixes) = told(&cloud);
    let private = json!({"policies": [], "acl": {"value": "private", "of": "bucket"}, "public_access_blocked": null});
    assert_eq!(decided["own"], private);
    let (at, fix) = setting(&fixes);
    let change =
        json!({"change": "setting", "setting": "acl", "level": "bucket", "name": "photos", "value": "public-read"});
    assert_eq!((&fix["changes"], &fix["wider"]), (&json!([change]), &json!(true)));
    assert_eq!(operations(fix), ["PutBucketAcl"]);
    let objects = json!({"action": "oss:GetObject", "resource": "acs:oss:*:1234567890123456:photos/*"});
    assert_eq!(fix["opens"][0], objects, "{fix}");
    assert_eq!(tried(&cloud, &id, at)["allowed"], true);
    assert_eq!(anybody(&cloud, "GET").status, 403, "nothing was changed");
    // To write takes the wider of the two.
    assert_eq!(anybody(&cloud, "DELETE").status, 403);
    let (id, _, fixes) = told(&cloud);
    let (at, fix) = setting(&fixes);
    assert_eq!(fix["changes"][0]["value"], "public-read-write");
    assert_eq!(tried(&cloud, &id, at)["allowed"], true);
    // Of an object with an ACL of its own, that one.
    let owner = Client::owner(&cloud);
    owner.oss("PUT", Some("photos"), "a", &[("acl", "")], &[("x-oss-object-acl", "private")], b"").ok_status();
    assert_eq!(anybody(&cloud, "GET").status, 403);
    let (id, decided, fixes) = told(&cloud);
    assert_eq!(decided["own"]["acl"], json!({"value": "private", "of": "object"}));
    let (at, fix) = setting(&fixes);
    assert_eq!((operations(fix), fix["changes"][0]["level"].as_str()), (vec!["PutObjectAcl"], Some("object")));
    assert_eq!(tried(&cloud, &id, at)["allowed"], true);
    // Whoever may be granted it by a policy is not told to open it to everybody.
    let alice = owner.user("alice");
    assert_eq!(alice.oss("GET", Some("photos"), "a", &[], &[], b"").status, 403);
    let (_, _, fixes) = told(&cloud);
    let all = fixes.as_array().expect("fixes");
    assert!(!all.is_empty() && all.iter().all(|fix| fix["changes"][0]["change"] != "setting"), "{fixes}");
}

/// A key is told as it is, and asked for as it is, whatever stands in it.
#[test]
fn an_object_with_a_percent_sign_in_its_key_is_opened_itself() {
    let cloud = start();
    let owner = Client::owner(&cloud);
    for key in ["a%2Fb", "100%"] {
        owner.oss("PUT", Some("photos"), key, &[], &[("x-oss-object-acl", "private")], b"x").ok_status();
        assert_eq!(anybody_at(&cloud, "GET", &format!("/photos/{}", key.replace('%', "%25"))).status, 403);
        let (id, _, fixes) = told(&cloud);
        let (at, fix) = setting(&fixes);
        assert_eq!((operations(fix), fix["changes"][0]["name"].as_str()), (vec!["PutObjectAcl"], Some(key)));
        assert_eq!(tried(&cloud, &id, at)["allowed"], true, "{key}");
    }
}

/// An ACL that is put is that of the current version: of another one, which has its own, no ACL opens anything.
#[test]
fn an_older_version_with_an_acl_of_its_own_is_opened_by_no_acl() {
    const VERSIONED: &[u8] = b"<VersioningConfiguration><Status>Enabled</Status></VersioningConfiguration>";
    let cloud = start();
    let owner = Client::owner(&cloud);
    owner.oss("PUT", Some("photos"), "", &[("versioning", "")], &[], VERSIONED).ok_status();
    let put = |acl: &[(&str, &str)]| {
        let answer = owner.oss("PUT", Some("photos"), "a", &[], acl, b"x");
        answer.headers["x-oss-version-id"].to_str().expect("text").to_owned()
    };
    let changes = |version: &str| {
        assert_eq!(anybody_at(&cloud, "GET", &format!("/photos/a?versionId={version}")).status, 403);
        let (_, _, fixes) = told(&cloud);
        let fix = fixes.as_array().expect("fixes").iter().find(|fix| fix["changes"][0]["change"] == "setting");
        fix.map(|fix| operations(fix).join(" "))
    };
    let private = put(&[("x-oss-object-acl", "private")]);
    let plain = put(&[]);
    assert_eq!(changes(&private), None);
    assert_eq!(changes(&plain), Some("PutBucketAcl".to_owned()));
    let public = put(&[("x-oss-object-acl", "public-read")]);
    assert_eq!(changes(&private), None, "the current one has an ACL, and it is not the one that refused");
    put(&[]);
    owner.oss("PUT", Some("photos"), "", BLOCK, &[], ON).ok_status();
    assert_eq!(changes(&private), None);
    assert_eq!(changes(&public), Some("DeleteBucketPublicAccessBlock".to_owned()));
    owner.oss("DELETE", Some("photos"), "", BLOCK, &[], b"").ok_status();
    assert_eq!(anybody_at(&cloud, "GET", &format!("/photos/a?versionId={public}")).status, 200);
}

#[test]
fn what_is_public_and_blocked_is_nearest_and_the_block_can_be_lifted() {
    let cloud = start();
    let owner = Client::owner(&cloud);
    owner.oss("PUT", Some("photos"), "", &[("acl", "")], &[("x-oss-acl", "public-read")], b"").ok_status();
    assert_eq!(anybody(&cloud, "GET").status, 200);
    let (_, decided, _) = told(&cloud);
    let open =
        json!({"policies": ["acl"], "acl": {"value": "public-read", "of": "bucket"}, "public_access_blocked": false});
    assert_eq!(decided["own"], open);
    owner.oss("PUT", Some("photos"), "", BLOCK, &[], ON).ok_status();
    owner.oss("PUT", None, "", BLOCK, &[], ON).ok_status();
    assert_eq!(anybody(&cloud, "GET").status, 403);
    let (id, decided, fixes) = told(&cloud);
    assert_eq!(decided["own"]["public_access_blocked"], true);
    assert_eq!(decided["near"][0]["kind"], "public-access-blocked", "{}", decided["near"]);
    let (at, fix) = setting(&fixes);
    assert_eq!(operations(fix), ["DeletePublicAccessBlock", "DeleteBucketPublicAccessBlock"], "{fixes}");
    let tried = tried(&cloud, &id, at);
    assert_eq!((&tried["allowed"], &tried["calls"][1]["answer"]), (&json!(true), &json!("OK")), "{tried}");
    assert_eq!(anybody(&cloud, "GET").status, 403, "nothing was changed");
    // What the block refuses to set is refused by it, and by no ACL.
    owner
        .oss("PUT", Some("photos"), "", &[("acl", "")], &[("x-oss-acl", "public-read-write")], b"")
        .refused(403, "AccessDenied");
    let (_, _, _) = told(&cloud);
    let id = cloud.decisions(1)[0].request_id.to_string();
    let full = json(&ask(&cloud, "GET", &format!("decisions/{id}"), ""));
    let last = full["decided"].as_array().and_then(|all| all.last()).expect("one").clone();
    assert_eq!((&last["own"]["policies"], &last["own"]["acl"]), (&json!(["block"]), &Value::Null), "{last}");
}

#[test]
fn what_is_no_bucket_says_nothing_of_the_kind() {
    let cloud = start();
    let alice = Client::owner(&cloud).user("alice");
    assert_eq!(alice.ram("ListUsers", &[]).status, 403);
    assert_eq!(told(&cloud).1["own"], Value::Null);
}
