//! Bucket policies: put, read, deleted; what they grant and deny, and to whom; what is none.
#![allow(clippy::sliced_string_as_bytes, reason = "half a document is sent")]

use acslab_emulator::EmulatorHandle;

use crate::kit::{self, Answer, Client, policy, trust};
use crate::tools::{detail, done, element, elements, header, start, unsigned};

const ANYONE: &str = r#""Principal":["*"]"#;

/// A bucket policy of these statements.
fn document(statements: &[String]) -> String {
    format!(r#"{{"Version":"1","Statement":[{}]}}"#, statements.join(","))
}

/// A statement on the bucket and on what is in it.
fn statement(effect: &str, action: &str, who: &str, more: &str) -> String {
    format!(
        r#"{{"Effect":"{effect}","Action":["{action}"],{who},"Resource":["acs:oss:*:*:photos","acs:oss:*:*:photos/*"]{more}}}"#
    )
}

fn put(client: &Client<'_>, text: &str) -> Answer {
    client.oss("PUT", Some("photos"), "", &[("policy", "")], &[], text.as_bytes())
}

fn set(client: &Client<'_>, statements: &[String]) {
    done(&put(client, &document(statements)));
}

fn named(uid: &str) -> String {
    format!(r#""Principal":["{uid}"]"#)
}

/// The id of a user, which bucket policies name.
fn uid(owner: &Client<'_>, name: &str) -> String {
    kit::text(&owner.ram("GetUser", &[("UserName", name)]).ok(), "/User/UserId").to_owned()
}

fn furnished(emulator: &EmulatorHandle) -> (Client<'_>, Client<'_>) {
    let (owner, partner) = (Client::owner(emulator), Client::owner_of(emulator, 1));
    owner.make("photos");
    done(&owner.put("photos", "a.jpg", "picture"));
    (owner, partner)
}

#[track_caller]
fn denied(answer: &Answer, code: &str) {
    answer.refused(403, "AccessDenied");
    assert_eq!(detail(answer), code, "{}", answer.text());
}

#[test]
fn a_policy_from_its_making_to_its_end() {
    let emulator = start();
    let (owner, partner) = furnished(&emulator);
    let on = |client: &Client<'_>, method: &str| client.on_bucket(method, "photos", &[("policy", "")]);
    let none = on(&owner, "GET");
    none.refused(404, "NoSuchBucketPolicy");
    assert_eq!(
        (none.message().as_str(), detail(&none).as_str()),
        ("The specified bucket policy does not exist.", "0030-00000006")
    );
    // As it was put, byte for byte.
    let text =
        format!("{{\n  \"Version\": \"1\", \"Statement\": [{}] }}\n", statement("Allow", "oss:Get*", ANYONE, ""));
    let answer = put(&owner, &text);
    assert_eq!((answer.status, answer.body.len()), (200, 0));
    let read = on(&owner, "GET");
    assert_eq!((read.text(), header(&read, "content-type")), (text, "application/json"));
    assert_eq!(partner.on_object("GET", "photos", "a.jpg").text(), "picture");
    assert_eq!(on(&owner, "DELETE").status, 204);
    assert_eq!(on(&owner, "DELETE").status, 204, "what is not there is deleted all the same");
    denied(&partner.on_object("GET", "photos", "a.jpg"), "0003-00000001");
    // Who may set it is asked like everything else.
    let user = owner.nobody("alice");
    denied(&put(&user, "{}"), "0003-00000001");
    denied(&put(&partner, "{}"), "0003-00000001");
    denied(&on(&partner, "GET"), "0003-00000001");
    let status = || element(&owner.on_bucket("GET", "photos", &[("policyStatus", "")]), "IsPublic");
    assert_eq!(status(), "false");
    set(&owner, &[statement("Allow", "oss:GetObject", ANYONE, "")]);
    assert_eq!(status(), "true");
}

#[test]
fn whom_a_policy_means() {
    let emulator = start();
    let (owner, partner) = furnished(&emulator);
    let (company, other) = ("1234567890123456", "6543210987654321");
    let user = owner.nobody("alice");
    let (stranger, admin) = (partner.nobody("bob"), partner.nobody("root"));
    partner.attach("root", "System", "AdministratorAccess");
    let trusted = trust("RAM", &format!("acs:ram::{other}:root"));
    partner.ram("CreateRole", &[("RoleName", "Guest"), ("AssumeRolePolicyDocument", &trusted)]).ok();
    let session = admin.assume(&format!("acs:ram::{other}:role/Guest"), &[]);
    let sent = |principal: &str, client: &Client<'_>| {
        set(&owner, &[statement("Allow", "oss:GetObject", principal, "")]);
        client.on_object("GET", "photos", "a.jpg").status
    };
    let get = |principal: &str, client: &Client<'_>| sent(&named(principal), client);
    // An account's UID is its owner, and none of its users.
    assert_eq!((get(other, &partner), get(other, &admin), get(other, &session)), (200, 403, 403));
    assert_eq!((get(&uid(&partner, "bob"), &stranger), get(&uid(&partner, "bob"), &admin)), (200, 403));
    assert_eq!((get(&uid(&owner, "alice"), &user), get(&uid(&owner, "alice"), &stranger)), (200, 403));
    // A session by account, role and name; roles are written in lower case.
    let of_role = |role: &str, name: &str| format!("arn:sts::{other}:assumed-role/{role}/{name}");
    assert_eq!((get(&of_role("guest", "*"), &session), get(&of_role("guest", "session"), &session)), (200, 200));
    assert_eq!((get(&of_role("Guest", "*"), &session), get(&of_role("guest", "other"), &session)), (403, 403));
    assert_eq!((get("arn:sts::*:*/*/*", &session), get("arn:sts::*:*/*/*", &stranger)), (200, 403));
    // Everyone, in each of its forms.
    for everyone in [r#""Principal":["*"]"#, r#""Principal":"*""#, r#""Principal":[]"#] {
        assert_eq!(sent(everyone, &stranger), 200, "{everyone}");
        assert_eq!(unsigned(&owner, "GET", "/photos/a.jpg", "").status, 200, "{everyone}");
    }
    // What RAM calls principals is not in the language: its object is refused, any other text is kept and means nobody.
    let wrong = r#""Principal":{"RAM":["acs:ram::1:root"]}"#;
    let answer = put(&owner, &document(&[statement("Allow", "oss:GetObject", wrong, "")]));
    answer.refused(400, "InvalidPolicyDocument");
    assert_eq!(detail(&answer), "0030-00000005");
    for nobody in ["[123456790]", "acs:ram::1:root", ":user/x", &format!("arn:sts::{other}:role/guest"), "alice b"] {
        assert_eq!((get(nobody, &session), get(nobody, &stranger)), (403, 403), "{nobody}");
        assert!(owner.on_bucket("GET", "photos", &[("policy", "")]).text().contains(nobody), "{nobody}");
    }
    // Everyone is not the owner of the bucket, unless there is a condition; by its UID it is meant as anybody is.
    let condition = r#","Condition":{"StringLike":{"acs:SourceVpc":"*"}}"#;
    set(&owner, &[statement("Deny", "oss:GetObject", ANYONE, "")]);
    assert_eq!(owner.on_object("GET", "photos", "a.jpg").status, 200);
    set(&owner, &[statement("Deny", "oss:GetObject", ANYONE, condition)]);
    denied(&owner.on_object("GET", "photos", "a.jpg"), "0003-00000101");
    set(&owner, &[statement("Deny", "oss:GetObject", &named(company), "")]);
    denied(&owner.on_object("GET", "photos", "a.jpg"), "0003-00000101");
    assert_eq!(owner.on_bucket("DELETE", "photos", &[("policy", "")]).status, 204);
}

#[test]
fn every_cause_has_its_code() {
    let emulator = start();
    let (owner, _) = furnished(&emulator);
    let user = owner.nobody("alice");
    let get = || user.on_object("GET", "photos", "a.jpg");
    let batch = || {
        let body = "<Delete><Object><Key>b</Key></Object></Delete>";
        user.oss("POST", Some("photos"), "", &[("delete", "")], &[], body.as_bytes())
    };
    denied(&get(), "0003-00000001");
    assert_eq!(element(&get(), "NoPermissionType"), "ImplicitDeny");
    set(&owner, &[statement("Deny", "oss:*Object", ANYONE, "")]);
    denied(&get(), "0003-00000101");
    denied(&batch(), "0003-00000204");
    assert!(elements(&get(), "AccessDeniedDetail").is_empty(), "RAM was not what denied");
    owner.grant("alice", "Never", &policy("Deny", "oss:*Object", "*"));
    denied(&get(), "0003-00000203");
    denied(&batch(), "0003-00000204");
    set(&owner, &[statement("Allow", "oss:*Object", ANYONE, "")]);
    denied(&get(), "0003-00000201");
    assert_eq!(element(&get(), "NoPermissionType"), "ExplicitDeny");
    assert_eq!(get().message(), "Access denied by bucket policy.");
}

#[test]
fn lists_settings_and_conditions() {
    let emulator = start();
    let (owner, partner) = furnished(&emulator);
    let under = r#","Condition":{"StringLike":{"oss:Prefix":"dir/*"}}"#;
    set(&owner, &[statement("Allow", "oss:ListObjects", &named("6543210987654321"), under)]);
    let list = |query: &[(&str, &str)]| partner.on_bucket("GET", "photos", query).status;
    assert_eq!((list(&[("prefix", "dir/")]), list(&[("prefix", "other/")]), list(&[])), (200, 403, 403));
    // No ACL opens a list; a policy does, without a signature too.
    set(&owner, &[statement("Allow", "oss:ListObjects", ANYONE, "")]);
    assert_eq!(unsigned(&owner, "GET", "/photos", "").status, 200);
    // Settings as well; of the list of buckets no bucket has the say.
    set(&owner, &[statement("Allow", "oss:*", ANYONE, "")]);
    assert_eq!(partner.on_bucket("GET", "photos", &[("bucketInfo", "")]).status, 200);
    assert_eq!(unsigned(&owner, "GET", "/", "").status, 403);
    let conditional = |condition: &str| {
        let more = format!(r#","Condition":{condition}"#);
        set(&owner, &[statement("Allow", "oss:GetObject", &named("6543210987654321"), &more)]);
        partner.on_object("GET", "photos", "a.jpg").status
    };
    let any_vpc = r#""StringLike":{"acs:SourceVpc":["*"]}"#;
    assert_eq!(conditional(&format!(r#"{{"IpAddress":{{"acs:SourceIp":["127.0.0.0/8"]}},{any_vpc}}}"#)), 200);
    assert_eq!(conditional(&format!(r#"{{"IpAddress":{{"acs:SourceIp":["127.*.*.1"]}},{any_vpc}}}"#)), 200);
    assert_eq!(
        conditional(&format!(r#"{{"IpAddressIncludeBorder":{{"acs:SourceIp":["127.0.0.1"]}},{any_vpc}}}"#)),
        200
    );
    assert_eq!(conditional(&format!(r#"{{"NotIpAddress":{{"acs:SourceIp":["127.0.0.0/8"]}},{any_vpc}}}"#)), 403);
    // The asterisk stands for itself where texts must be equal.
    assert_eq!(conditional(r#"{"StringEquals":{"acs:SourceVpc":["*"]}}"#), 403);
    assert_eq!(conditional(r#"{"Bool":{"acs:SecureTransport":"false"}}"#), 200);
    // What RAM fills in policies of its own is never there, whatever the operator.
    assert_eq!(conditional(r#"{"StringNotEquals":{"acs:PrincipalArn":"nobody"}}"#), 403);
    assert_eq!(conditional(r#"{"StringNotEquals":{"acs:ResourceTag/k":"v"}}"#), 403);
    assert_eq!(conditional(r#"{"StringNotEquals":{"acs:UserAgent":"nobody"}}"#), 200);
}

#[test]
fn bad_policies() {
    let emulator = start();
    let (owner, _) = furnished(&emulator);
    let fine = document(&[statement("Allow", "oss:GetObject", ANYONE, "")]);
    let long = |most: usize| {
        let resources = |count: usize| vec![r#""acs:oss:*:*:photos/0123456789""#; count].join(",");
        let statements: Vec<_> = (0..most)
            .map(|_| {
                format!(r#"{{"Effect":"Allow",{ANYONE},"Action":"oss:GetObject","Resource":[{}]}}"#, resources(100))
            })
            .collect();
        document(&statements)
    };
    let field = vec![r#""acs:oss:*:*:photos/0123456789""#; 200].join(",");
    let cases: Vec<(Vec<u8>, &str)> = vec![
        (long(5).into_bytes(), "0030-00000001"),
        (fine.replace(r#""Version":"1""#, r#""Version":"2""#).into_bytes(), "0030-00000002"),
        (fine.replace(r#""Version":"1""#, r#""Version":1"#).into_bytes(), "0030-00000005"),
        (
            fine.replace(r#"["acs:oss:*:*:photos","acs:oss:*:*:photos/*"]"#, &format!("[{field}]")).into_bytes(),
            "0030-00000003",
        ),
        ([fine.as_bytes(), b"\xff"].concat(), "0030-00000004"),
        (fine.replace("photos/*", "photos/**").into_bytes(), "0030-00000007"),
        (fine[..fine.len() / 2].as_bytes().to_vec(), "0030-00000005"),
        (b"".to_vec(), "0030-00000005"),
        (b"[]".to_vec(), "0030-00000005"),
        (b"{}".to_vec(), "0030-00000005"),
        (b"<Policy/>".to_vec(), "0030-00000005"),
        (fine.replace("\"Action\"", "\"NotAction\"").into_bytes(), "0030-00000005"),
        (fine.replace("\"Resource\"", "\"NotResource\"").into_bytes(), "0030-00000005"),
        (fine.replace("\"Principal\"", "\"NotPrincipal\"").into_bytes(), "0030-00000005"),
        (fine.replace("Allow", "allow").into_bytes(), "0030-00000005"),
        ("[".repeat(5000).into_bytes(), "0030-00000005"),
    ];
    for (body, code) in &cases {
        let answer = owner.oss("PUT", Some("photos"), "", &[("policy", "")], &[], body);
        let shown = String::from_utf8_lossy(&body[..body.len().min(80)]).into_owned();
        answer.refused(400, "InvalidPolicyDocument");
        assert_eq!(detail(&answer), *code, "{shown}: {}", answer.text());
    }
    let alone = r#","Condition":{"IpAddress":{"acs:SourceIp":"10.0.0.0/8"}}"#;
    let answer = put(&owner, &document(&[statement("Allow", "oss:GetObject", ANYONE, alone)]));
    answer.refused(400, "InvalidPolicyDocument");
    assert_eq!(answer.message(), "acs:SourceVpc should be set if acs:SourceIp is set");
    // Nothing of what was refused is there.
    owner.on_bucket("GET", "photos", &[("policy", "")]).refused(404, "NoSuchBucketPolicy");
    // Sixteen kilobytes to the byte are not too many. Without a principal it is everyone's, as with an empty list.
    let padded = format!("{fine}{}", " ".repeat(16 * 1024 - fine.len()));
    done(&put(&owner, &padded));
    put(&owner, &format!("{padded} ")).refused(400, "InvalidPolicyDocument");
    done(&put(&owner, &fine.replace(&format!("{ANYONE},"), "")));
    assert_eq!(unsigned(&owner, "GET", "/photos/a.jpg", "").status, 200);
}

#[test]
fn policies_are_kept_with_the_state() {
    let emulator = start();
    let (owner, partner) = furnished(&emulator);
    set(&owner, &[statement("Allow", "oss:GetObject", &named("6543210987654321"), "")]);
    let point = "<CreateAccessPointConfiguration><AccessPointName>way-in</AccessPointName><NetworkOrigin>internet</NetworkOrigin></CreateAccessPointConfiguration>";
    let made = owner.oss("PUT", Some("photos"), "", &[("accessPoint", "")], &[], point.as_bytes());
    let alias = element(done(&made), "Alias");
    let body =
        b"<PublicAccessBlockConfiguration><BlockPublicAccess>true</BlockPublicAccess></PublicAccessBlockConfiguration>";
    done(&owner.oss("PUT", None, "", &[("publicAccessBlock", "")], &[], body));
    let fork = emulator.gateway().cloud().fork().expect("another cloud");
    emulator.gateway().replace(fork.into());
    assert_eq!(partner.on_object("GET", "photos", "a.jpg").text(), "picture");
    let block = owner.oss("GET", None, "", &[("publicAccessBlock", "")], &[], b"");
    assert_eq!(element(&block, "BlockPublicAccess"), "true");
    let host = format!("{alias}.oss-cn-hangzhou.aliyuncs.com");
    assert_eq!(owner.at(&host).through(&alias, "GET", "a.jpg").text(), "picture");
}

#[test]
fn the_state_shows_policies_and_blocks_as_they_are() {
    let emulator = start();
    let (owner, _) = furnished(&emulator);
    set(&owner, &[statement("Allow", "oss:GetObject", ANYONE, r#","Condition":{"StringLike":{"acs:SourceVpc":"*"}}"#)]);
    let user = owner.nobody("alice");
    let state = || {
        let query = serde_json::json!({
            "actions": ["oss:GetObject"], "resources": ["acs:oss:cn-hangzhou:1234567890123456:photos/a.jpg"],
        });
        kit::Raw::new("POST", "/_acslab/state").body(query.to_string()).send(emulator.address()).ok()
    };
    let permission = || state()["accounts"]["company"]["permissions"]["user/alice"][0].clone();
    let bucket = state()["accounts"]["company"]["buckets"]["photos"].clone();
    assert_eq!(bucket["policy"]["Statement"][0]["Action"][0], "oss:GetObject");
    assert_eq!(bucket["public_access_blocked"], false);
    assert_eq!(
        (permission()["verdict"].as_str(), permission()["policy"].as_str()),
        (Some("Allow"), Some("bucket policy"))
    );
    assert_eq!(user.on_object("GET", "photos", "a.jpg").status, 200);
    let body =
        b"<PublicAccessBlockConfiguration><BlockPublicAccess>true</BlockPublicAccess></PublicAccessBlockConfiguration>";
    done(&owner.oss("PUT", Some("photos"), "", &[("publicAccessBlock", "")], &[], body));
    assert_eq!(permission()["verdict"], "ImplicitDeny");
    assert_eq!(state()["accounts"]["company"]["buckets"]["photos"]["public_access_blocked"], true);
    // An explanation names the statement, and why it does not count.
    let refused = user.on_object("GET", "photos", "a.jpg");
    let id = refused.headers["x-oss-request-id"].to_str().expect("text").to_owned();
    let explained = kit::Raw::new("GET", &format!("/_acslab/decisions/{id}")).send(emulator.address()).ok();
    let text = explained["decided"][0]["text"].as_str().expect("an explanation").to_owned();
    assert!(text.contains("`bucket policy`") && text.contains("block public access is on"), "{text}");
}
