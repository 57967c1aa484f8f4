//! Credentials for programs on an instance: by URI and by metadata, only for attached roles and only on this machine.

use acslab_emulator::EmulatorHandle;
use serde_json::json;

use crate::kit::{self, Answer, Client, Raw, names, policy, text, trust};
use crate::{ACCOUNT, allow_role, make_role};

const ECS: &str = "ecs.aliyuncs.com";
const URI: &str = "/_acslab/credentials/app";
const METADATA: &str = "/latest/meta-data/ram/security-credentials/";

fn ask(cloud: &EmulatorHandle, method: &str, path: &str, lines: &[(&str, &str)]) -> Answer {
    let host = cloud.address().to_string();
    let mut all = vec![("host", host.as_str())];
    all.retain(|_| !lines.iter().any(|(name, _)| *name == "host"));
    let (path, query) = path.split_once('?').unwrap_or((path, ""));
    let raw = Raw::new(method, path).query(query.to_owned());
    raw.headers(kit::headers(&[&all, lines].concat())).send(cloud.address())
}

fn get(cloud: &EmulatorHandle, path: &str) -> Answer {
    ask(cloud, "GET", path, &[])
}

/// A cloud with the role `app`, which trusts ECS and may list users.
fn with_app() -> EmulatorHandle {
    let cloud = kit::start();
    let owner = Client::owner(&cloud);
    make_role(&owner, "app", &trust("Service", ECS));
    allow_role(&owner, "app", "Read", &policy("Allow", "ram:ListUsers", "*"));
    cloud
}

fn attach(cloud: &EmulatorHandle, role: &str) {
    assert_eq!(ask(cloud, "PUT", &format!("/_acslab/instance-roles/{role}"), &[]).status, 200);
}

#[test]
fn nothing_is_given_until_a_role_is_attached() {
    let cloud = with_app();
    assert_eq!(get(&cloud, URI).status, 404);
    // The paths of the metadata service are those of a bucket.
    assert_eq!(get(&cloud, METADATA).code(), "NoSuchBucket");
    assert_eq!(ask(&cloud, "GET", METADATA, &[("host", "100.100.100.200")]).status, 404);
    attach(&cloud, "app");
    assert_eq!(get(&cloud, URI).status, 200);
    assert_eq!(get(&cloud, METADATA).text(), "app");
    let remove = || ask(&cloud, "DELETE", "/_acslab/instance-roles/app", &[]);
    assert_eq!((remove().status, remove().status), (200, 404));
    assert_eq!(get(&cloud, URI).status, 404);
    assert_eq!(get(&cloud, METADATA).code(), "NoSuchBucket");
}

#[test]
fn a_credentials_uri_gives_a_session_of_the_role() {
    let cloud = with_app();
    attach(&cloud, "app");
    let given = get(&cloud, URI).ok();
    assert_eq!(
        given.as_object().unwrap().keys().collect::<Vec<_>>(),
        ["AccessKeyId", "AccessKeySecret", "SecurityToken", "Expiration", "Code"]
    );
    assert_eq!((text(&given, "/Code"), text(&given, "/Expiration")), ("Success", "2026-01-02T04:04:05Z"));
    let session = Client::owner(&cloud).session(&json!({ "Credentials": given }));
    let arn = format!("acs:ram::{ACCOUNT}:assumed-role/app/vm-ram-i-acslab00000000000000");
    assert_eq!(text(&session.sts("GetCallerIdentity", &[]).ok(), "/Arn"), arn);
    session.ram("ListUsers", &[]).ok();
    session.ram("ListGroups", &[]).refused(403, "NoPermission");
    // Each time another one.
    assert_ne!(get(&cloud, URI).ok(), given);
}

#[test]
fn the_role_must_be_there_and_trust_the_instance() {
    let cloud = kit::start();
    attach(&cloud, "app");
    let code = |path: &str| text(&get(&cloud, path).json(), "/Code").to_owned();
    let metadata = format!("{METADATA}app");
    for path in [URI, &metadata] {
        assert_eq!((get(&cloud, path).status, code(path).as_str()), (404, "EntityNotExist.Role"));
    }
    make_role(&Client::owner(&cloud), "app", &trust("RAM", &format!("acs:ram::{ACCOUNT}:root")));
    for path in [URI, &metadata] {
        assert_eq!((get(&cloud, path).status, code(path).as_str()), (403, "NoPermission"));
    }
    // A role that exists, trusts ECS and is not attached.
    make_role(&Client::owner(&cloud), "other", &trust("Service", ECS));
    assert_eq!(get(&cloud, "/_acslab/credentials/other").status, 404);
    assert_eq!(get(&cloud, &format!("{METADATA}other")).status, 404);
}

#[test]
fn the_metadata_service_takes_tokens_and_does_without() {
    let cloud = with_app();
    attach(&cloud, "app");
    attach(&cloud, "second");
    let ttl = |seconds: &str| {
        ask(&cloud, "PUT", "/latest/api/token", &[("x-aliyun-ecs-metadata-token-ttl-seconds", seconds)])
    };
    for bad in ["0", "21601", "soon"] {
        assert_eq!(ttl(bad).status, 400);
    }
    assert_eq!(ask(&cloud, "PUT", "/latest/api/token", &[]).status, 400);
    let token = ttl("60").text();
    let with = |path: &str, token: &str| {
        ask(&cloud, "GET", path, &[("x-aliyun-ecs-metadata-token", token), ("host", "100.100.100.200")])
    };
    // One role, the first.
    assert_eq!(with(METADATA, &token).text(), "app");
    assert_eq!(with("/latest/meta-data/region-id", &token).text(), "cn-hangzhou");
    assert_eq!(with("/latest/meta-data/instance-id", &token).text(), "i-acslab00000000000000");
    assert_eq!(with("/latest/meta-data/", &token).status, 404);
    assert_eq!(with(METADATA, "other").status, 401);
    let given = with(&format!("{METADATA}app"), &token).ok();
    assert_eq!((text(&given, "/Code"), text(&given, "/LastUpdated")), ("Success", kit::MOMENT));
    Client::owner(&cloud).session(&json!({ "Credentials": given })).ram("ListUsers", &[]).ok();
    cloud.gateway().cloud().clock.advance(60_000).unwrap();
    assert_eq!(with(METADATA, &token).status, 401);
    assert_eq!(get(&cloud, METADATA).text(), "app");
    assert_eq!(ask(&cloud, "POST", METADATA, &[]).status, 405);
}

#[test]
fn a_bucket_may_be_called_like_the_metadata_service() {
    let cloud = with_app();
    attach(&cloud, "app");
    let owner = Client::owner(&cloud);
    let answer = owner.oss("GET", Some("latest"), "meta-data/ram/security-credentials/app", &[], &[], b"");
    assert_eq!(answer.code(), "NoSuchBucket", "{}", answer.text());
}

#[test]
fn strangers_are_given_nothing() {
    let cloud = with_app();
    attach(&cloud, "app");
    let port = cloud.address().port();
    let hosts = ["rebound.example.com", "oss-cn-hangzhou.aliyuncs.com", "192.0.2.1", "localhost.example.com"];
    let hosts: Vec<_> = hosts.iter().map(|host| format!("{host}:{port}")).collect();
    let metadata = format!("{METADATA}app");
    for host in &hosts {
        for method in ["PUT", "DELETE"] {
            assert_eq!(ask(&cloud, method, "/_acslab/instance-roles/app", &[("host", host)]).status, 403, "{host}");
        }
    }
    for path in [URI, &metadata] {
        for host in &hosts {
            assert_eq!(ask(&cloud, "GET", path, &[("host", host)]).status, 403, "{path} {host}");
        }
        for line in [
            ("origin", "http://localhost"),
            ("sec-fetch-site", "none"),
            ("x-forwarded-for", "192.0.2.1"),
            ("forwarded", "for=192.0.2.1"),
        ] {
            assert_eq!(ask(&cloud, "GET", path, &[line]).status, 403, "{path} {line:?}");
        }
        for host in ["localhost", "127.0.0.1", "[::1]", "127.0.0.1:80", "[::1]:80"] {
            assert_eq!(ask(&cloud, "GET", path, &[("host", host)]).status, 200, "{path} {host}");
        }
    }
}

#[test]
fn roles_of_several_accounts() {
    let cloud = kit::builder().account("one", "1111111111111111").account("two", "2222222222222222").start().unwrap();
    make_role(&Client::owner_of(&cloud, 1), "app", &trust("Service", ECS));
    let put = |path: &str| ask(&cloud, "PUT", &format!("/_acslab/instance-roles/{path}"), &[]);
    put("app?account=two").ok();
    let listed = put("app?account=2222222222222222").ok();
    assert_eq!(names(&listed, "/attached", "account"), ["2222222222222222"]);
    assert_eq!(get(&cloud, URI).status, 404);
    get(&cloud, &format!("{URI}?account=two")).ok();
    assert_eq!(put("app?account=three").status, 404);
    assert_eq!(put("").status, 404);
    assert_eq!(put("a%2Fb").status, 404);
    assert_eq!(get(&cloud, "/_acslab/instance-roles").ok(), listed);
}
