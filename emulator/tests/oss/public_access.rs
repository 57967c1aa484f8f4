//! Block public access: on in new buckets, in what it refuses to set and in what it takes away.

use crate::kit::{self, Answer, Client};
use crate::tools::{detail, done, element, open, unsigned};

const ON: &[u8] =
    b"<PublicAccessBlockConfiguration><BlockPublicAccess>true</BlockPublicAccess></PublicAccessBlockConfiguration>";
const OFF: &[u8] =
    b"<PublicAccessBlockConfiguration><BlockPublicAccess>false</BlockPublicAccess></PublicAccessBlockConfiguration>";
const HERE: &[(&str, &str)] = &[("publicAccessBlock", "")];

/// An emulator as it comes: public access is blocked in new buckets.
fn start() -> acslab_emulator::EmulatorHandle {
    let builder = kit::builder().account("company", "1234567890123456").account("partner", "6543210987654321");
    let emulator = builder.start().expect("an emulator");
    for ready in emulator.accounts() {
        open(&emulator, &ready.account_id);
    }
    emulator
}

#[track_caller]
fn not_allowed(answer: &Answer, what: &str) {
    answer.refused(403, "AccessDenied");
    assert_eq!(answer.message(), format!("Put public {what} is not allowed"));
}

fn set_acl(client: &Client<'_>, acl: &str) -> Answer {
    client.oss("PUT", Some("photos"), "", &[("acl", "")], &[("x-oss-acl", acl)], b"")
}

#[test]
fn a_new_bucket_refuses_what_is_public() {
    let emulator = start();
    let owner = Client::owner(&emulator);
    let public = |acl: &str| owner.oss("PUT", Some("other"), "", &[], &[("x-oss-acl", acl)], b"");
    not_allowed(&public("public-read"), "bucket acl");
    owner.on_bucket("GET", "other", &[]).refused(404, "NoSuchBucket");
    owner.make("photos");
    // Whether somebody else's is blocked is not told: it is taken.
    let partner = Client::owner_of(&emulator, 1);
    let taken = partner.oss("PUT", Some("photos"), "", &[], &[("x-oss-acl", "public-read")], b"");
    taken.refused(409, "BucketAlreadyExists");
    let block = || element(&owner.on_bucket("GET", "photos", HERE), "BlockPublicAccess");
    assert_eq!(block(), "true");
    assert_eq!(element(&owner.on_bucket("GET", "photos", &[("bucketInfo", "")]), "BlockPublicAccess"), "true");
    for acl in ["public-read", "public-read-write"] {
        not_allowed(&set_acl(&owner, acl), "bucket acl");
        let write = |query: &[(&str, &str)], method: &str| {
            owner.oss(method, Some("photos"), "a", query, &[("x-oss-object-acl", acl)], b"")
        };
        for answer in [write(&[], "PUT"), write(&[("uploads", "")], "POST")] {
            not_allowed(&answer, "object acl");
            assert_eq!(detail(&answer), "0016-00000901");
        }
    }
    assert_eq!(set_acl(&owner, "private").status, 200);
    done(&owner.put("photos", "a", "a"));
    let of_object =
        |acl: &str| owner.oss("PUT", Some("photos"), "a", &[("acl", "")], &[("x-oss-object-acl", acl)], b"");
    not_allowed(&of_object("public-read"), "object acl");
    assert_eq!((of_object("private").status, of_object("default").status), (200, 200));
    let policy = |who: &str, effect: &str| {
        let text = format!(
            r#"{{"Version":"1","Statement":[{{"Effect":"{effect}","Action":"oss:GetObject","Principal":["{who}"],"Resource":"acs:oss:*:*:photos/*"}}]}}"#
        );
        owner.oss("PUT", Some("photos"), "", &[("policy", "")], &[], text.as_bytes())
    };
    not_allowed(&policy("*", "Allow"), "bucket policy");
    assert_eq!((policy("*", "Deny").status, policy("6543210987654321", "Allow").status), (200, 200));
    // Lifted, all of it may be set; asked for again, what is set does not count, and is there still.
    done(&owner.oss("PUT", Some("photos"), "", HERE, &[], OFF));
    assert_eq!((block().as_str(), set_acl(&owner, "public-read").status), ("false", 200));
    assert_eq!(policy("*", "Allow").status, 200);
    assert_eq!(owner.on_bucket("DELETE", "photos", HERE).status, 204);
    assert_eq!(unsigned(&owner, "GET", "/photos/a", "").text(), "a");
    done(&owner.oss("PUT", Some("photos"), "", HERE, &[], ON));
    let refused = unsigned(&owner, "GET", "/photos/a", "");
    refused.refused(403, "AccessDenied");
    assert_eq!(refused.message(), "You have no right to access this object because of bucket acl.");
    assert_eq!(element(&owner.on_bucket("GET", "photos", &[("acl", "")]), "Grant"), "public-read");
    // It takes grants to everybody, and no others.
    assert_eq!(owner.on_object("GET", "photos", "a").status, 200);
    let user = owner.nobody("alice");
    owner.grant("alice", "Read", &kit::policy("Allow", "oss:GetObject", "*"));
    assert_eq!(user.on_object("GET", "photos", "a").status, 200);
}

#[test]
fn the_account_stands_above_its_buckets() {
    let emulator = start();
    let owner = Client::owner(&emulator);
    let service = |method: &str, body: &[u8]| owner.oss(method, None, "", HERE, &[], body);
    assert_eq!(element(&service("GET", b""), "BlockPublicAccess"), "false");
    owner.make("photos");
    done(&owner.oss("PUT", Some("photos"), "", HERE, &[], OFF));
    done(&owner.put("photos", "a", "a"));
    done(&set_acl(&owner, "public-read"));
    assert_eq!(unsigned(&owner, "GET", "/photos/a", "").status, 200);
    done(&service("PUT", ON));
    assert_eq!(unsigned(&owner, "GET", "/photos/a", "").status, 403);
    not_allowed(&set_acl(&owner, "public-read"), "bucket acl");
    // Of the bucket it is told what was set for it.
    assert_eq!(element(&owner.on_bucket("GET", "photos", HERE), "BlockPublicAccess"), "false");
    assert_eq!(service("DELETE", b"").status, 204);
    assert_eq!(unsigned(&owner, "GET", "/photos/a", "").status, 200);
    for wrong in [
        &b"<PublicAccessBlockConfiguration>"[..],
        b"",
        b"<PublicAccessBlockConfiguration><BlockPublicAccess>yes</BlockPublicAccess></PublicAccessBlockConfiguration>",
    ] {
        service("PUT", wrong).refused(400, "MalformedXML");
        owner.oss("PUT", Some("photos"), "", HERE, &[], wrong).refused(400, "MalformedXML");
    }
    done(&service("PUT", b"<PublicAccessBlockConfiguration></PublicAccessBlockConfiguration>"));
    assert_eq!(element(&service("GET", b""), "BlockPublicAccess"), "false");
    // It is the account's own business.
    let user = owner.nobody("alice");
    user.oss("PUT", None, "", HERE, &[], ON).refused(403, "AccessDenied");
}

#[test]
fn what_is_public() {
    let emulator = start();
    let owner = Client::owner(&emulator);
    owner.make("photos");
    done(&owner.on_bucket("DELETE", "photos", HERE));
    let public = |effect: &str, principal: &str, condition: &str| {
        let text = format!(
            r#"{{"Version":"1","Statement":[{{"Effect":"{effect}","Action":"oss:GetObject","Principal":{principal},"Resource":"*","Condition":{{{condition}}}}}]}}"#
        );
        done(&owner.oss("PUT", Some("photos"), "", &[("policy", "")], &[], text.as_bytes()));
        element(&owner.on_bucket("GET", "photos", &[("policyStatus", "")]), "IsPublic") == "true"
    };
    let everyone = r#"["*"]"#;
    let any_vpc = r#""StringLike":{"acs:SourceVpc":["*"]}"#;
    assert!(public("Allow", everyone, ""));
    assert!(!public("Deny", everyone, ""));
    for fixed in [r#"["6543210987654321"]"#, r#""204567890123450001""#, r#"["arn:sts::1:assumed-role/r/s"]"#] {
        assert!(!public("Allow", fixed, ""), "{fixed}");
    }
    for open in [r#""*""#, "[]", r#"["1","*"]"#, r#"["arn:sts::1:assumed-role/r/*"]"#] {
        assert!(public("Allow", open, ""), "{open}");
    }
    for narrow in [
        r#""StringEquals":{"acs:SourceVpc":["vpc-1","vpc-2"]}"#,
        r#""StringLike":{"acs:SourceVpc":["vpc-1"]}"#,
        r#""StringEquals":{"acs:SourceVpcId":["vpc-1"]}"#,
        r#""StringEquals":{"acs:AccessId":["LTAI5t"]}"#,
    ] {
        assert!(!public("Allow", everyone, narrow), "{narrow}");
    }
    for narrow in ["10.0.0.0/8", "203.0.113.5", "2001:db8::/32"] {
        assert!(
            !public("Allow", everyone, &format!(r#""IpAddress":{{"acs:SourceIp":["{narrow}"]}},{any_vpc}"#)),
            "{narrow}"
        );
    }
    for wide in ["10.0.0.0/7", "0.0.0.0/0", "2001::/31"] {
        assert!(
            public("Allow", everyone, &format!(r#""IpAddress":{{"acs:SourceIp":["{wide}"]}},{any_vpc}"#)),
            "{wide}"
        );
    }
    for wide in [
        any_vpc,
        r#""StringLike":{"acs:SourceVpc":["vpc-*"]}"#,
        r#""StringNotEquals":{"acs:SourceVpc":["vpc-1"]}"#,
        r#""StringEquals":{"acs:SourceVpc":["vpc-1","*"]}"#,
        r#""StringEquals":{"acs:UserAgent":["me"]}"#,
        r#""Bool":{"acs:SecureTransport":"true"}"#,
        r#""StringEquals":{"oss:AccessPointNetworkOrigin":["vpc"]}"#,
    ] {
        assert!(public("Allow", everyone, wide), "{wide}");
    }
}

/// What refuses is among the decisions on a call, whoever calls, and so is an object's own ACL.
#[test]
fn decisions_tell_of_the_block_and_of_the_acl_of_an_object() {
    let emulator = start();
    let owner = Client::owner(&emulator);
    owner.make("photos");
    done(&owner.put("photos", "a", "a"));
    let explained = |answer: &Answer| -> Vec<String> {
        let id = answer.headers["x-oss-request-id"].to_str().expect("text");
        let entry = kit::Raw::new("GET", &format!("/_acslab/decisions/{id}")).send(emulator.address()).ok();
        let all = entry["decided"].as_array().expect("decisions").iter();
        all.filter_map(|one| Some(one["text"].as_str()?.to_owned())).collect()
    };
    let lets = |who: &str| {
        let text = format!(
            r#"{{"Version":"1","Statement":[{{"Effect":"Allow","Action":"oss:GetObject","Principal":["{who}"],"Resource":"acs:oss:*:*:photos/*"}}]}}"#
        );
        owner.oss("PUT", Some("photos"), "", &[("policy", "")], &[], text.as_bytes())
    };
    let user = owner.user("alice");
    owner.attach("alice", "System", "AliyunOSSFullAccess");
    let of_object = |client: &Client<'_>, acl: &str| {
        client.oss("PUT", Some("photos"), "a", &[("acl", "")], &[("x-oss-object-acl", acl)], b"")
    };
    let refused = [
        (of_object(&owner, "public-read"), "oss:PutObjectAcl"),
        (of_object(&user, "public-read"), "oss:PutObjectAcl"),
        (owner.with("PUT", "photos", "b", &[("x-oss-object-acl", "public-read")]), "oss:PutObject"),
        (set_acl(&user, "public-read"), "oss:PutBucketAcl"),
        (owner.oss("PUT", Some("other"), "", &[], &[("x-oss-acl", "public-read")], b""), "oss:PutBucket"),
        (lets("*"), "oss:PutBucketPolicy"),
    ];
    for (answer, action) in &refused {
        answer.refused(403, "AccessDenied");
        let texts = explained(answer);
        let [first, .., last] = texts.as_slice() else { panic!("{texts:?}") };
        assert!(first.starts_with("Allow") && last.starts_with("ExplicitDeny: resource policy"), "{texts:?}");
        assert!(last.contains(action) && last.contains("denied by statement 1 of `block public access`"), "{last}");
    }
    // What is not public is refused by nobody.
    for allowed in [of_object(&owner, "private"), lets("6543210987654321")] {
        let texts = explained(done(&allowed));
        assert!(texts.len() == 1 && texts[0].starts_with("Allow"), "{texts:?}");
    }
    done(&owner.on_bucket("DELETE", "photos", HERE));
    done(&set_acl(&owner, "public-read"));
    let texts = explained(&unsigned(&owner, "GET", "/photos/a", ""));
    // Of nobody no identity policies are asked, and none are said to be missing.
    assert!(texts[0].starts_with("ImplicitDeny: nothing allows it\n"), "{texts:?}");
    assert!(
        texts[0].contains("`object ACL private`, of bucket `photos`") && !texts[0].contains("ACL public"),
        "{texts:?}"
    );
}
