//! Who may do what: RAM policies with OSS's condition keys, session policies, ACLs, accounts, and a service that is closed.

use crate::kit::{Answer, Client, policy, trust};
use crate::tools::{closed, detail, done, element, elements, header, open, order, start, unsigned};

const NOT_YOURS: &str = "The bucket you access does not belong to you.";
const BUCKET_ACL: &str = "You have no right to access this object because of bucket acl.";

fn furnished(owner: &Client<'_>) {
    owner.make("photos");
    done(&owner.put("photos", "a.jpg", "picture"));
}

#[track_caller]
fn denied(answer: &Answer, message: &str, code: &str) {
    answer.refused(403, "AccessDenied");
    assert_eq!((answer.message().as_str(), detail(answer).as_str()), (message, code));
}

/// A policy document of these statements.
fn document(statements: &str) -> String {
    format!(r#"{{"Version":"1","Statement":[{statements}]}}"#)
}

#[test]
fn a_user_without_a_policy_is_told_what_lacks() {
    let emulator = start();
    let owner = Client::owner(&emulator);
    furnished(&owner);
    let user = owner.nobody("alice");
    let answer = user.on_object("GET", "photos", "a.jpg");
    denied(&answer, BUCKET_ACL, "0003-00000001");
    let expected = [
        "Error",
        "Code",
        "Message",
        "RequestId",
        "HostId",
        "AccessDeniedDetail",
        "PolicyType",
        "AuthPrincipalOwnerId",
        "AuthPrincipalType",
        "AuthPrincipalDisplayName",
        "NoPermissionType",
        "AuthAction",
        "EncodedDiagnosticMessage",
        "EC",
        "RecommendDoc",
    ];
    assert_eq!(order(&answer), expected);
    // Buckets are in resource groups, and silence is reported where it was last met.
    assert_eq!(element(&answer, "PolicyType"), "ResourceGroupLevelIdentityBasedPolicy");
    assert_eq!(element(&answer, "NoPermissionType"), "ImplicitDeny");
    assert_eq!(element(&answer, "AuthAction"), "oss:GetObject");
    assert_eq!(element(&answer, "AuthPrincipalType"), "SubUser");
    denied(&user.on_bucket("GET", "photos", &[]), NOT_YOURS, "0003-00000001");
    denied(&user.on_bucket("GET", "photos", &[("bucketInfo", "")]), NOT_YOURS, "0003-00000001");
    denied(&user.on_bucket("PUT", "more-photos", &[]), NOT_YOURS, "0003-00000202");
    denied(&user.oss("GET", None, "", &[], &[], b""), "You are forbidden to list buckets.", "0003-00000001");
    // What is not there is not told apart from what is, but for buckets, whose names everybody may know.
    denied(&user.on_object("GET", "photos", "none"), BUCKET_ACL, "0003-00000001");
    user.on_object("GET", "none", "none").refused(404, "NoSuchBucket");
    let acl = user.oss("GET", Some("photos"), "a.jpg", &[("acl", "")], &[], b"");
    denied(&acl, "You do not have read acl permission on this object.", "0003-00000007");
}

#[test]
fn each_operation_asks_for_its_own_action_and_resource() {
    let emulator = start();
    let owner = Client::owner(&emulator);
    furnished(&owner);
    let account = &emulator.accounts()[0].account_id;
    let (bucket, object) =
        (format!("acs:oss:cn-hangzhou:{account}:photos"), format!("acs:oss:cn-hangzhou:{account}:photos/a.jpg"));
    let delete = "<Delete><Object><Key>a.jpg</Key></Object></Delete>";
    let cases: &[(&str, &str, &str, &str, &str, &str)] = &[
        ("GET", "", "", "", "oss:ListObjects", &bucket),
        ("GET", "", "list-type=2", "", "oss:ListObjects", &bucket),
        ("GET", "", "bucketInfo", "", "oss:GetBucketInfo", &bucket),
        ("GET", "", "location", "", "oss:GetBucketLocation", &bucket),
        ("GET", "", "acl", "", "oss:GetBucketAcl", &bucket),
        ("PUT", "", "acl", "", "oss:PutBucketAcl", &bucket),
        ("PUT", "", "tagging", "", "oss:PutBucketTagging", &bucket),
        ("GET", "", "tagging", "", "oss:GetBucketTagging", &bucket),
        ("DELETE", "", "tagging", "", "oss:DeleteBucketTagging", &bucket),
        ("GET", "", "uploads", "", "oss:ListMultipartUploads", &bucket),
        ("PUT", "", "", "", "oss:PutBucket", &bucket),
        ("DELETE", "", "", "", "oss:DeleteBucket", &bucket),
        ("GET", "a.jpg", "", "", "oss:GetObject", &object),
        ("HEAD", "a.jpg", "", "", "oss:GetObject", &object),
        ("HEAD", "a.jpg", "objectMeta", "", "oss:GetObject", &object),
        ("PUT", "a.jpg", "", "", "oss:PutObject", &object),
        ("POST", "a.jpg", "uploads", "", "oss:PutObject", &object),
        ("PUT", "a.jpg", "partNumber=1&uploadId=x", "", "oss:PutObject", &object),
        ("POST", "a.jpg", "uploadId=x", "", "oss:PutObject", &object),
        ("DELETE", "a.jpg", "uploadId=x", "", "oss:AbortMultipartUpload", &object),
        ("GET", "a.jpg", "uploadId=x", "", "oss:ListParts", &object),
        ("GET", "a.jpg", "acl", "", "oss:GetObjectAcl", &object),
        ("PUT", "a.jpg", "acl", "", "oss:PutObjectAcl", &object),
        ("GET", "a.jpg", "tagging", "", "oss:GetObjectTagging", &object),
        ("PUT", "a.jpg", "tagging", "", "oss:PutObjectTagging", &object),
        ("DELETE", "a.jpg", "tagging", "", "oss:DeleteObjectTagging", &object),
        ("DELETE", "a.jpg", "", "", "oss:DeleteObject", &object),
        ("POST", "", "delete", delete, "oss:DeleteObject", &object),
    ];
    for (index, (method, key, query, body, action, resource)) in cases.iter().enumerate() {
        let ask = |client: &Client<'_>| {
            let query: Vec<_> = query
                .split('&')
                .filter(|piece| !piece.is_empty())
                .map(|piece| piece.split_once('=').unwrap_or((piece, "")))
                .collect();
            client.oss(method, Some("photos"), key, &query, &[], body.as_bytes())
        };
        let name = format!("user{index}");
        let user = owner.nobody(&name);
        assert_eq!(ask(&user).status, 403, "{method} {key} {query}");
        let entry = emulator.gateway().trail().latest(1).remove(0);
        let asked: Vec<_> = entry.decided.iter().map(|one| (one.action(), one.resource())).collect();
        assert_eq!(asked, [(*action, *resource)], "{method} {key} {query}");
        // The least policy is enough to be heard, and with a Deny it is not.
        owner.grant(&name, &format!("Least{index}"), &policy("Allow", action, resource));
        assert_ne!(ask(&user).status, 403, "{method} {key} {query}");
        owner.grant(&name, &format!("Block{index}"), &policy("Deny", action, resource));
        assert_eq!(ask(&user).status, 403, "{method} {key} {query}");
        // Some of them change something.
        owner.make("photos");
        done(&owner.put("photos", "a.jpg", "picture"));
    }
}

#[test]
fn a_deny_is_reported_as_one() {
    let emulator = start();
    let owner = Client::owner(&emulator);
    furnished(&owner);
    let user = owner.nobody("alice");
    owner.attach("alice", "System", "AliyunOSSFullAccess");
    assert_eq!(user.on_object("GET", "photos", "a.jpg").text(), "picture");
    owner.grant("alice", "NoDelete", &policy("Deny", "oss:DeleteObject", "acs:oss:*:*:photos/*"));
    let answer = user.on_object("DELETE", "photos", "a.jpg");
    denied(&answer, "Access denied by bucket policy.", "0003-00000201");
    assert_eq!(
        (element(&answer, "NoPermissionType"), element(&answer, "PolicyType")),
        ("ExplicitDeny".into(), "AccountLevelIdentityBasedPolicy".into())
    );
    let body = "<Delete><Object><Key>other</Key></Object><Object><Key>a.jpg</Key></Object></Delete>";
    let batch = user.oss("POST", Some("photos"), "", &[("delete", "")], &[], body.as_bytes());
    denied(&batch, "Access denied by bucket policy.", "0003-00000204");
    assert_eq!(owner.on_object("GET", "photos", "a.jpg").text(), "picture");
}

#[test]
fn one_object_that_may_not_go_keeps_all() {
    let emulator = start();
    let owner = Client::owner(&emulator);
    furnished(&owner);
    done(&owner.put("photos", "b.jpg", "b"));
    let user = owner.nobody("alice");
    owner.grant("alice", "DeleteA", &policy("Allow", "oss:DeleteObject", "acs:oss:*:*:photos/a.jpg"));
    let delete = |keys: &[&str]| {
        let objects: Vec<_> = keys.iter().map(|key| format!("<Object><Key>{key}</Key></Object>")).collect();
        let objects = objects.concat();
        user.oss("POST", Some("photos"), "", &[("delete", "")], &[], format!("<Delete>{objects}</Delete>").as_bytes())
    };
    denied(&delete(&["a.jpg", "b.jpg"]), BUCKET_ACL, "0003-00000001");
    assert_eq!(elements(&owner.on_bucket("GET", "photos", &[]), "Key"), ["a.jpg", "b.jpg"]);
    done(&delete(&["a.jpg"]));
    assert_eq!(elements(&owner.on_bucket("GET", "photos", &[]), "Key"), ["b.jpg"]);
}

#[test]
fn the_tags_of_a_bucket_are_read_at_each_request() {
    let emulator = start();
    let owner = Client::owner(&emulator);
    furnished(&owner);
    let user = owner.nobody("alice");
    let condition = r#"{"Effect":"Allow","Action":["oss:GetObject","oss:PutObject","oss:ListObjects","oss:ListBuckets"],"Resource":"*",
        "Condition":{"StringEquals":{"oss:BucketTag/Product":"PaiLangStudio"}}}"#;
    owner.grant("alice", "Tagged", &document(condition));
    let get = || user.on_object("GET", "photos", "a.jpg").status;
    assert_eq!(get(), 403);
    done(&owner.tag("photos", &[("Product", "PaiLangStudio")]));
    assert_eq!(
        (get(), user.put("photos", "b", "b").status, user.on_bucket("GET", "photos", &[]).status),
        (200, 200, 200)
    );
    done(&owner.tag("photos", &[("Product", "Other")]));
    assert_eq!(get(), 403);
    done(&owner.tag("photos", &[("product", "PaiLangStudio")]));
    assert_eq!(get(), 403);
    // The list of buckets is allowed to whoever asks for the tag.
    let list = |query: &[(&str, &str)]| user.oss("GET", None, "", query, &[], b"");
    assert_eq!(list(&[]).status, 403);
    assert_eq!(list(&[("tag-key", "Product"), ("tag-value", "Other")]).status, 403);
    assert_eq!(list(&[("tag-key", "Product"), ("tag-value", "PaiLangStudio")]).status, 200);
}

#[test]
fn prefixes_and_delimiters() {
    let emulator = start();
    let owner = Client::owner(&emulator);
    furnished(&owner);
    let (reader, forced) = (owner.nobody("reader"), owner.nobody("forced"));
    let under = r#"{"Effect":"Allow","Action":"oss:ListObjects","Resource":"acs:oss:*:*:photos","Condition":{"StringLike":{"oss:Prefix":["dir/*"]},"StringEquals":{"oss:Delimiter":"/"}}}"#;
    owner.grant("reader", "Under", &document(under));
    // The tutorial's way to force callers to send the parameter: one that is sent and empty is not one that is left out.
    let must = r#"{"Effect":"Allow","Action":"oss:ListObjects","Resource":"*"},
        {"Effect":"Deny","Action":"oss:ListObjects","Resource":"*","Condition":{"StringNotLike":{"oss:Prefix":["dir/*",""]}}}"#;
    owner.grant("forced", "Must", &document(must));
    let status = |client: &Client<'_>, query: &str| {
        let query: Vec<_> = query
            .split('&')
            .filter(|piece| !piece.is_empty())
            .map(|piece| piece.split_once('=').unwrap_or((piece, "")))
            .collect();
        client.on_bucket("GET", "photos", &query).status
    };
    assert_eq!(status(&reader, "prefix=dir/a&delimiter=/"), 200);
    assert_eq!(status(&reader, "list-type=2&prefix=dir/a&delimiter=/"), 200);
    assert_eq!(status(&reader, "prefix=dir/a"), 403);
    assert_eq!(status(&reader, "prefix=other/&delimiter=/"), 403);
    assert_eq!(status(&reader, ""), 403);
    assert_eq!(status(&forced, "prefix=dir/a"), 200);
    assert_eq!(status(&forced, "prefix"), 200);
    assert_eq!(status(&forced, ""), 403);
    assert_eq!(status(&forced, "prefix=other"), 403);
}

#[test]
fn more_keys_of_a_condition() {
    let emulator = start();
    let owner = Client::owner(&emulator);
    furnished(&owner);
    let user = owner.nobody("alice");
    let allows = |key: &str, operator: &str, value: &str| {
        let name = "Allow";
        let text = document(&format!(
            r#"{{"Effect":"Allow","Action":"oss:*","Resource":"*","Condition":{{"{operator}":{{"{key}":"{value}"}}}}}}"#
        ));
        owner.ram("DetachPolicyFromUser", &[("UserName", "alice"), ("PolicyType", "Custom"), ("PolicyName", name)]);
        owner.ram("DeletePolicy", &[("PolicyName", name)]);
        owner.grant("alice", name, &text);
    };
    let get = |lines: &[(&str, &str)]| user.with("GET", "photos", "a.jpg", lines).status;
    allows("acs:UserAgent", "StringLike", "aliyun-sdk-*");
    assert_eq!((get(&[]), get(&[("user-agent", "aliyun-sdk-python/2")])), (403, 200));
    allows("acs:AccessId", "StringEquals", &user.key_id);
    assert_eq!(get(&[]), 200);
    allows("acs:AccessId", "StringEquals", "LTAI5tOther");
    assert_eq!(get(&[]), 403);
    allows("acs:SourceIp", "IpAddress", "127.0.0.0/8");
    assert_eq!(get(&[]), 200);
    allows("acs:SecureTransport", "Bool", "true");
    assert_eq!(get(&[]), 403);
    // Public traffic comes from no VPC, and says so.
    allows("acs:SourceVpc", "StringNotLike", "vpc-*");
    assert_eq!(get(&[]), 200);
    allows("acs:SourceVpc", "StringLike", "*");
    assert_eq!(get(&[]), 200);
    allows("acs:SourceVpc", "StringLike", "vpc-*");
    assert_eq!(get(&[]), 403);
    allows("oss:x-oss-acl", "StringEquals", "private");
    let put = |acl: &[(&str, &str)]| user.oss("PUT", Some("more-photos"), "", &[], acl, b"").status;
    // Without the header a bucket is private, and the key says so.
    assert_eq!((put(&[("x-oss-acl", "public-read")]), put(&[]), put(&[("x-oss-acl", "private")])), (403, 200, 200));
    let as_is = |acl: &[(&str, &str)]| user.oss("PUT", Some("photos"), "", &[("acl", "")], acl, b"").status;
    assert_eq!((as_is(&[]), as_is(&[("x-oss-acl", "private")])), (403, 200));
    // So with objects, which have the ACL `default`.
    let write = |acl: &[(&str, &str)]| user.with("PUT", "photos", "w", acl).status;
    allows("oss:x-oss-object-acl", "StringEquals", "default");
    assert_eq!((write(&[]), write(&[("x-oss-object-acl", "private")]), get(&[])), (200, 403, 403));
    allows("oss:x-oss-object-acl", "StringNotEquals", "public-read");
    assert_eq!((write(&[]), write(&[("x-oss-object-acl", "public-read")])), (200, 403));
    // What OSS does not know is never met, whatever the operator.
    for operator in ["StringEquals", "StringNotEquals", "StringNotLike"] {
        allows("acs:Referer", operator, "none");
        assert_eq!(get(&[]), 403, "{operator}");
    }
    allows("acs:PrincipalArn", "StringLike", "acs:ram::*:user/alice");
    assert_eq!(get(&[]), 200);
    allows("oss:RequestObjectTag/k", "StringEquals", "v");
    assert_eq!(
        (user.put("photos", "t", "").status, user.with("PUT", "photos", "t", &[("x-oss-tagging", "k=v")]).status),
        (403, 200)
    );
    allows("oss:ExistingObjectTag/k", "StringEquals", "v");
    assert_eq!((get(&[]), user.on_object("GET", "photos", "t").status), (403, 200));
}

#[test]
fn tags_of_a_new_object_are_a_permission_of_their_own() {
    let emulator = start();
    let owner = Client::owner(&emulator);
    furnished(&owner);
    let user = owner.nobody("alice");
    owner.grant("alice", "Put", &policy("Allow", "oss:PutObject", "*"));
    assert_eq!(user.put("photos", "b", "").status, 200);
    let tagged = || user.with("PUT", "photos", "b", &[("x-oss-tagging", "k=v")]);
    assert_eq!(element(tagged().refused(403, "AccessDenied"), "AuthAction"), "oss:PutObjectTagging");
    owner.grant("alice", "Tag", &policy("Allow", "oss:PutObjectTagging", "*"));
    assert_eq!(tagged().status, 200);
}

#[test]
fn a_copy_needs_both_ends() {
    let emulator = start();
    let owner = Client::owner(&emulator);
    furnished(&owner);
    owner.make("prints");
    let user = owner.nobody("alice");
    let copy = || user.with("PUT", "prints", "b", &[("x-oss-copy-source", "/photos/a.jpg")]);
    owner.grant("alice", "Write", &policy("Allow", "oss:PutObject", "acs:oss:*:*:prints/*"));
    assert_eq!(element(copy().refused(403, "AccessDenied"), "AuthAction"), "oss:GetObject");
    owner.grant("alice", "Read", &policy("Allow", "oss:GetObject", "acs:oss:*:*:photos/a.jpg"));
    assert_eq!(copy().status, 200);
    let other = user.with("PUT", "photos", "b", &[("x-oss-copy-source", "/photos/a.jpg")]);
    assert_eq!(element(other.refused(403, "AccessDenied"), "AuthAction"), "oss:PutObject");
}

#[test]
fn a_session_policy_takes_away() {
    let emulator = start();
    let owner = Client::owner(&emulator);
    furnished(&owner);
    let account = &emulator.accounts()[0].account_id;
    let trusted = trust("RAM", &format!("acs:ram::{account}:root"));
    owner.ram("CreateRole", &[("RoleName", "Studio"), ("AssumeRolePolicyDocument", &trusted)]).ok();
    let attach = [("RoleName", "Studio"), ("PolicyType", "System"), ("PolicyName", "AliyunOSSFullAccess")];
    owner.ram("AttachPolicyToRole", &attach).ok();
    let user = owner.nobody("alice");
    owner.grant("alice", "Assume", &policy("Allow", "sts:AssumeRole", "*"));
    let arn = format!("acs:ram::{account}:role/Studio");
    let free = user.assume(&arn, &[]);
    let bound = user.assume(&arn, &[("Policy", &policy("Allow", "oss:GetObject", "acs:oss:*:*:photos/*"))]);
    assert_eq!((free.put("photos", "b", "b").status, bound.on_object("GET", "photos", "b").status), (200, 200));
    let answer = bound.put("photos", "c", "c");
    denied(&answer, "Access denied by authorizer's policy.", "0003-00000301");
    assert_eq!(
        (element(&answer, "PolicyType"), element(&answer, "AuthPrincipalType")),
        ("SessionPolicy".into(), "AssumedRoleUser".into())
    );
    // What is detached from the role counts no more for sessions that were given out.
    owner.ram("DetachPolicyFromRole", &attach).ok();
    denied(&free.put("photos", "c", "c"), BUCKET_ACL, "0003-00000001");
}

#[test]
fn public_acls() {
    let emulator = start();
    let (owner, partner) = (Client::owner(&emulator), Client::owner_of(&emulator, 1));
    furnished(&owner);
    let acl =
        |word: &str| done(&owner.oss("PUT", Some("photos"), "", &[("acl", "")], &[("x-oss-acl", word)], b"")).status;
    let anybody = |method: &str, path: &str| unsigned(&owner, method, path, "");
    let user = owner.nobody("alice");
    denied(&anybody("GET", "/photos/a.jpg"), BUCKET_ACL, "0003-00000905");
    assert!(elements(&anybody("GET", "/photos/a.jpg"), "AccessDeniedDetail").is_empty());
    acl("public-read");
    assert_eq!(anybody("GET", "/photos/a.jpg").text(), "picture");
    assert_eq!(anybody("HEAD", "/photos/a.jpg").status, 200);
    assert_eq!(
        (partner.on_object("GET", "photos", "a.jpg").status, user.on_object("GET", "photos", "a.jpg").status),
        (200, 200)
    );
    denied(&anybody("PUT", "/photos/a.jpg"), BUCKET_ACL, "0003-00000905");
    acl("public-read-write");
    assert_eq!((anybody("PUT", "/photos/b").status, anybody("DELETE", "/photos/b").status), (200, 204));
    // No ACL opens the list, or anything but objects.
    denied(&anybody("GET", "/photos"), NOT_YOURS, "0003-00000905");
    denied(&anybody("DELETE", "/photos"), "Anonymous user has no right to access this bucket.", "0003-00000002");
    denied(&anybody("PUT", "/more-photos"), "Anonymous access is forbidden for this operation.", "0003-00001201");
    denied(&anybody("GET", "/"), "Anonymous access is forbidden for this operation.", "0003-00001201");
    // A Deny outweighs it.
    owner.grant("alice", "Never", &policy("Deny", "oss:GetObject", "*"));
    user.on_object("GET", "photos", "a.jpg").refused(403, "AccessDenied");
    // The ACL of an object stands in the place of its bucket's, either way.
    let of_object = |word: &str| {
        done(&owner.oss("PUT", Some("photos"), "a.jpg", &[("acl", "")], &[("x-oss-object-acl", word)], b"")).status
    };
    of_object("private");
    denied(&anybody("GET", "/photos/a.jpg"), "You do not have read permission on this object.", "0003-00000005");
    denied(&anybody("PUT", "/photos/a.jpg"), "You do not have write permission on this object.", "0003-00000005");
    acl("private");
    denied(&anybody("GET", "/photos/a.jpg"), BUCKET_ACL, "0003-00000905");
    of_object("public-read");
    assert_eq!(anybody("GET", "/photos/a.jpg").text(), "picture");
    denied(&anybody("PUT", "/photos/a.jpg"), BUCKET_ACL, "0003-00000905");
}

#[test]
fn another_accounts_bucket() {
    let emulator = start();
    let (owner, partner) = (Client::owner(&emulator), Client::owner_of(&emulator, 1));
    furnished(&owner);
    let stranger = partner.nobody("bob");
    partner.attach("bob", "System", "AdministratorAccess");
    for client in [&partner, &stranger] {
        denied(&client.on_object("GET", "photos", "a.jpg"), BUCKET_ACL, "0003-00000001");
        denied(&client.on_bucket("GET", "photos", &[("bucketInfo", "")]), NOT_YOURS, "0003-00000001");
        denied(&client.on_bucket("DELETE", "photos", &[]), NOT_YOURS, "0003-00000001");
        assert!(!elements(&client.oss("GET", None, "", &[], &[], b""), "Name").contains(&"photos".to_owned()));
        client.on_bucket("PUT", "photos", &[]).refused(409, "BucketAlreadyExists");
        client.make("prints");
        denied(
            &client.with("PUT", "prints", "b", &[("x-oss-copy-source", "/photos/a.jpg")]),
            BUCKET_ACL,
            "0003-00000001",
        );
    }
}

#[test]
fn a_service_that_is_closed() {
    let emulator = closed();
    let (owner, partner) = (Client::owner(&emulator), Client::owner_of(&emulator, 1));
    let user = owner.nobody("alice");
    owner.attach("alice", "System", "AliyunOSSFullAccess");
    for client in [&owner, &user] {
        for answer in [client.oss("GET", None, "", &[], &[], b""), client.on_bucket("PUT", "photos", &[])] {
            answer.refused(403, "UserDisable");
            assert_eq!((answer.message().as_str(), detail(&answer).as_str()), ("UserDisable", "0003-00000801"));
        }
        // What is not there is nobody's.
        client.put("photos", "a", "a").refused(404, "NoSuchBucket");
    }
    open(&emulator, &emulator.accounts()[0].account_id);
    for client in [&owner, &user] {
        client.make("photos");
        done(&client.put("photos", "a", "a"));
        assert_eq!(client.oss("GET", None, "", &[], &[], b"").status, 200);
    }
    // It is the owner of the bucket whose service counts.
    done(&owner.oss("PUT", Some("photos"), "", &[("acl", "")], &[("x-oss-acl", "public-read")], b""));
    assert_eq!(partner.on_object("GET", "photos", "a").text(), "a");
    partner.on_bucket("PUT", "prints", &[]).refused(403, "UserDisable");
}

#[test]
fn tags_that_go_along_with_a_copy_are_permissions_of_their_own() {
    let emulator = start();
    let owner = Client::owner(&emulator);
    for bucket in ["photos", "copies"] {
        owner.make(bucket);
    }
    done(&owner.put("photos", "plain", "x"));
    done(&owner.oss("PUT", Some("photos"), "tagged", &[], &[("x-oss-tagging", "t=1")], b"x"));
    let user = owner.user("copier");
    let add =
        |name: &str, action: &str, resource: &str| owner.grant("copier", name, &policy("Allow", action, resource));
    add("read", "oss:GetObject", "acs:oss:*:*:photos/*");
    add("write", "oss:PutObject", "acs:oss:*:*:copies/*");
    let copy = |key: &str, more: &[(&str, &str)]| {
        let source = format!("/photos/{key}");
        let lines = [&[("x-oss-copy-source", source.as_str())], more].concat();
        user.with("PUT", "copies", "k", &lines)
    };
    done(&copy("plain", &[]));
    copy("tagged", &[]).refused(403, "AccessDenied");
    // Other tags, or none, are no copy of them.
    done(&copy("tagged", &[("x-oss-tagging-directive", "Replace")]));
    add("read-tags", "oss:GetObjectTagging", "acs:oss:*:*:photos/*");
    copy("tagged", &[]).refused(403, "AccessDenied");
    add("write-tags", "oss:PutObjectTagging", "acs:oss:*:*:copies/*");
    done(&copy("tagged", &[]));
    assert_eq!(header(&owner.on_object("HEAD", "copies", "k"), "x-oss-tagging-count"), "1");
}
