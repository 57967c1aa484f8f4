//! Buckets, their ACLs and tags.

use acslab_emulator::Quota;
use serde_json::json;

use crate::kit::{Client, Raw, policy};
use crate::tools::{detail, done, element, elements, header, order, start, unsigned};

const CONFIGURATION: &str = "<CreateBucketConfiguration><StorageClass>IA</StorageClass><DataRedundancyType>ZRS</DataRedundancyType></CreateBucketConfiguration>";

#[test]
fn a_bucket_from_its_making_to_its_end() {
    let emulator = start();
    let owner = Client::owner(&emulator);
    let account = &emulator.accounts()[0].account_id;
    let made = owner.oss("PUT", Some("photos"), "", &[], &[("x-oss-acl", "public-read")], CONFIGURATION.as_bytes());
    assert_eq!((made.status, made.body.len()), (200, 0));
    assert_eq!(header(&made, "server"), "AliyunOSS");
    assert_eq!(header(&made, "x-oss-request-id").len(), 24);
    let info = owner.on_bucket("GET", "photos", &[("bucketInfo", "")]);
    assert_eq!(header(&info, "content-type"), "application/xml");
    for (name, value) in [
        ("Name", "photos"),
        ("CreationDate", "2026-01-02T03:04:05.000Z"),
        ("Location", "oss-cn-hangzhou"),
        ("ExtranetEndpoint", "oss-cn-hangzhou.aliyuncs.com"),
        ("IntranetEndpoint", "oss-cn-hangzhou-internal.aliyuncs.com"),
        ("StorageClass", "IA"),
        ("DataRedundancyType", "ZRS"),
        ("Grant", "public-read"),
        ("ID", account),
        ("DisplayName", account),
    ] {
        assert_eq!(element(&info, name), value, "{name}");
    }
    assert!(element(&info, "ResourceGroupId").starts_with("rg-"));
    let location = owner.on_bucket("GET", "photos", &[("location", "")]);
    assert_eq!(element(&location, "LocationConstraint"), "oss-cn-hangzhou");
    done(&owner.put("photos", "a", "a"));
    let kept = owner.on_bucket("DELETE", "photos", &[]);
    kept.refused(409, "BucketNotEmpty");
    assert_eq!(
        (kept.message().as_str(), element(&kept, "BucketName").as_str()),
        ("The bucket has objects. Please delete them first.", "photos")
    );
    done(&owner.on_object("DELETE", "photos", "a"));
    assert_eq!(owner.on_bucket("DELETE", "photos", &[]).status, 204);
    let gone = owner.on_bucket("GET", "photos", &[("bucketInfo", "")]);
    gone.refused(404, "NoSuchBucket");
    assert_eq!(order(&gone), ["Error", "Code", "Message", "RequestId", "HostId", "BucketName", "EC", "RecommendDoc"]);
    assert_eq!(detail(&gone), "0015-00000101");
    assert_eq!(element(&gone, "RequestId"), header(&gone, "x-oss-request-id"));
}

#[test]
fn a_name_is_everybodys() {
    let emulator = start();
    let (owner, partner) = (Client::owner(&emulator), Client::owner_of(&emulator, 1));
    owner.make("photos");
    let taken = partner.on_bucket("PUT", "photos", &[]);
    taken.refused(409, "BucketAlreadyExists");
    assert_eq!(detail(&taken), "0015-00000104");
    // One's own may be made again, as long as nothing changes that cannot; an ACL can.
    owner.make("photos");
    done(&owner.oss("PUT", Some("photos"), "", &[], &[("x-oss-acl", "public-read")], b""));
    owner.make("photos");
    assert_eq!(element(&owner.on_bucket("GET", "photos", &[("acl", "")]), "Grant"), "public-read");
    let other = owner.oss("PUT", Some("photos"), "", &[], &[], CONFIGURATION.as_bytes());
    other.refused(409, "BucketAlreadyExists");
    assert_eq!(other.message(), "Cannot modify existing bucket's storage class.");
}

#[test]
fn what_no_bucket_can_be() {
    let emulator = start();
    let owner = Client::owner(&emulator);
    for name in ["ab", "Photos", "-photos", "photos-", "pho.tos", "pho_tos", &"a".repeat(64)] {
        let answer = owner.on_bucket("PUT", name, &[]);
        answer.refused(400, "InvalidBucketName");
        assert_eq!(detail(&answer), "0015-00000001");
    }
    let wrong_acl = owner.oss("PUT", Some("photos"), "", &[], &[("x-oss-acl", "public")], b"");
    wrong_acl.refused(400, "InvalidArgument");
    assert_eq!(wrong_acl.message(), "no such bucket access control exists");
    assert_eq!(
        (element(&wrong_acl, "ArgumentName"), element(&wrong_acl, "ArgumentValue")),
        ("x-oss-acl".into(), "public".into())
    );
    for (body, code) in [
        ("<CreateBucketConfiguration>", "MalformedXML"),
        (
            "<CreateBucketConfiguration><StorageClass>Cheap</StorageClass></CreateBucketConfiguration>",
            "InvalidArgument",
        ),
        (
            "<CreateBucketConfiguration><DataRedundancyType>XRS</DataRedundancyType></CreateBucketConfiguration>",
            "InvalidArgument",
        ),
        (
            "<CreateBucketConfiguration><LocationConstraint>oss-cn-beijing</LocationConstraint></CreateBucketConfiguration>",
            "InvalidLocationConstraint",
        ),
    ] {
        owner.oss("PUT", Some("photos"), "", &[], &[], body.as_bytes()).refused(400, code);
    }
    owner
        .oss("PUT", Some("photos"), "", &[], &[("x-oss-resource-group-id", "rg-none")], b"")
        .refused(400, "ResourceGroupIdPreCheckError");
    owner.on_bucket("GET", "photos", &[("acl", "")]).refused(404, "NoSuchBucket");
}

#[test]
fn a_hundred_buckets_and_no_more() {
    let emulator = start();
    let owner = Client::owner(&emulator);
    for number in 0..100 {
        owner.make(&format!("photos-{number}"));
    }
    let more = owner.on_bucket("PUT", "photos-more", &[]);
    more.refused(400, "TooManyBuckets");
    assert_eq!(more.message(), "You have attempted to create more buckets than allowed.");
}

#[test]
fn the_list_of_buckets() {
    let emulator = start();
    let (owner, partner) = (Client::owner(&emulator), Client::owner_of(&emulator, 1));
    for name in ["b-1", "a-1", "a-2"] {
        owner.make(name);
    }
    partner.make("foreign");
    done(&owner.tag("a-2", &[("Product", "PaiLangStudio")]));
    let list = |query: &[(&str, &str)]| owner.oss("GET", None, "", query, &[], b"");
    let all = list(&[]);
    assert_eq!(elements(&all, "Name"), ["a-1", "a-2", "b-1"]);
    assert_eq!(element(&all, "ID"), emulator.accounts()[0].account_id);
    assert_eq!(element(&all, "Region"), "cn-hangzhou");
    assert!(elements(&all, "IsTruncated").is_empty());
    assert_eq!(elements(&list(&[("prefix", "a-")]), "Name"), ["a-1", "a-2"]);
    assert_eq!(elements(&list(&[("marker", "a-1")]), "Name"), ["a-2", "b-1"]);
    let page = list(&[("max-keys", "2")]);
    assert_eq!(elements(&page, "Name"), ["a-1", "a-2"]);
    assert_eq!(["MaxKeys", "IsTruncated", "NextMarker"].map(|name| element(&page, name)), ["2", "true", "a-2"]);
    let tagged = |tags: &[(&str, &str)]| elements(&list(tags), "Name");
    assert_eq!(tagged(&[("tag-key", "Product"), ("tag-value", "PaiLangStudio")]), ["a-2"]);
    assert_eq!(tagged(&[("tag-key", "Product")]), ["a-2"]);
    assert!(tagged(&[("tag-key", "product")]).is_empty());
    for most in ["-1", "1001", "many"] {
        list(&[("max-keys", most)]).refused(400, "InvalidArgument");
    }
}

#[test]
fn resource_groups_know_their_buckets() {
    let emulator = start();
    let owner = Client::owner(&emulator);
    owner.make("photos");
    let account = emulator.gateway().cloud().account(&emulator.accounts()[0].account_id).expect("an account");
    let default = account.resource_groups.read().default_id().to_owned();
    assert_eq!(element(&owner.on_bucket("GET", "photos", &[("bucketInfo", "")]), "ResourceGroupId"), default);
    let with = |group: &str| owner.oss("GET", None, "", &[], &[("x-oss-resource-group-id", group)], b"");
    assert_eq!(elements(&with(&default), "Name"), ["photos"]);
    assert!(elements(&with("rg-other"), "Name").is_empty());
    assert_eq!(account.resource_groups.read().resources().count(), 1);
    done(&owner.on_bucket("DELETE", "photos", &[]));
    assert_eq!(account.resource_groups.read().resources().count(), 0);
}

#[test]
fn acls() {
    let emulator = start();
    let owner = Client::owner(&emulator);
    owner.make("photos");
    let acl = |line: &[(&str, &str)]| owner.oss("PUT", Some("photos"), "", &[("acl", "")], line, b"");
    let now = || owner.on_bucket("GET", "photos", &[("acl", "")]);
    assert_eq!(order(&now()), ["AccessControlPolicy", "Owner", "ID", "DisplayName", "AccessControlList", "Grant"]);
    for word in ["public-read-write", "public-read", "private"] {
        done(&acl(&[("x-oss-acl", word)]));
        assert_eq!(element(&now(), "Grant"), word);
    }
    acl(&[("x-oss-acl", "Private")]).refused(400, "InvalidArgument");
    // Without the header nothing changes.
    assert_eq!(crate::tools::header(done(&acl(&[])), "location"), "/photos");
    assert_eq!(element(&now(), "Grant"), "private");
    // A new bucket's may be left empty.
    done(&owner.oss("PUT", Some("untold"), "", &[], &[("x-oss-acl", "")], b""));
    assert_eq!(element(&owner.on_bucket("GET", "untold", &[("acl", "")]), "Grant"), "private");
    owner.oss("PUT", Some("other"), "", &[], &[("x-oss-acl", "none")], b"").refused(400, "InvalidArgument");
    // And so may an object's.
    let empty = [("x-oss-object-acl", "")];
    done(&owner.with("PUT", "photos", "k", &empty));
    assert_eq!(element(&owner.oss("GET", Some("photos"), "k", &[("acl", "")], &[], b""), "Grant"), "default");
    done(&owner.oss("POST", Some("photos"), "k", &[("uploads", "")], &empty, b""));
    owner.oss("PUT", Some("photos"), "k", &[("acl", "")], &empty, b"").refused(400, "MissingArgument");
    // Nothing stands in a name that was never allowed, and there is none by one that once was.
    owner.on_bucket("GET", "photos-_1", &[("bucketInfo", "")]).refused(404, "NoSuchBucket");
    owner.on_bucket("GET", "Photos", &[("bucketInfo", "")]).refused(400, "InvalidBucketName");
    owner.on_bucket("PUT", "photos-_1", &[]).refused(400, "InvalidBucketName");
    // A bucket that is not there is made, by whoever may set its ACL.
    done(&owner.oss("PUT", Some("other"), "", &[("acl", "")], &[("x-oss-acl", "public-read")], b""));
    assert_eq!(element(&owner.on_bucket("GET", "other", &[("acl", "")]), "Grant"), "public-read");
    let user = owner.nobody("alice");
    let make = || user.oss("PUT", Some("third"), "", &[("acl", "")], &[], b"");
    make().refused(403, "AccessDenied");
    owner.grant("alice", "Acl", &policy("Allow", "oss:PutBucketAcl", "acs:oss:cn-hangzhou:1234567890123456:third"));
    done(&make());
    // One of somebody else is taken, as it is for who makes one; unless its owner lets others give it an ACL.
    let partner = Client::owner_of(&emulator, 1);
    let opened = || partner.oss("PUT", Some("third"), "", &[("acl", "")], &[("x-oss-acl", "public-read")], b"");
    let taken = opened();
    let message = "The requested bucket name is not available.";
    assert!(taken.refused(409, "BucketAlreadyExists").message().starts_with(message));
    partner.nobody("bob").oss("PUT", Some("third"), "", &[("acl", "")], &[], b"").refused(403, "AccessDenied");
    unsigned(&owner, "PUT", "/third/", "acl").refused(403, "AccessDenied");
    assert_eq!(element(&owner.on_bucket("GET", "third", &[("acl", "")]), "Grant"), "private");
    let lets = r#"{"Version":"1","Statement":[{"Effect":"Allow","Action":"oss:PutBucketAcl","Principal":["6543210987654321"],"Resource":"acs:oss:*:*:third"}]}"#;
    done(&owner.oss("PUT", Some("third"), "", &[("policy", "")], &[], lets.as_bytes()));
    done(&opened());
    assert_eq!(element(&owner.on_bucket("GET", "third", &[("acl", "")]), "Grant"), "public-read");
}

/// Each call goes by one look at whether the bucket is there: none is without a question, and so without a decision.
#[test]
fn a_bucket_that_comes_and_goes_is_given_an_acl_or_made() {
    let emulator = start();
    let owner = &Client::owner(&emulator);
    std::thread::scope(|scope| {
        let comes_and_goes = scope.spawn(move || {
            for _ in 0..200 {
                owner.on_bucket("PUT", "photos", &[]);
                owner.on_bucket("DELETE", "photos", &[]);
            }
        });
        while !comes_and_goes.is_finished() {
            let answer = owner.oss("PUT", Some("photos"), "", &[("acl", "")], &[("x-oss-acl", "private")], b"");
            assert!(matches!(answer.status, 200 | 404), "{}", answer.text());
        }
    });
}

#[test]
fn tags() {
    let emulator = start();
    let owner = Client::owner(&emulator);
    owner.make("photos");
    let now = || {
        let answer = owner.on_bucket("GET", "photos", &[("tagging", "")]);
        elements(&answer, "Key").into_iter().zip(elements(&answer, "Value")).collect::<Vec<_>>()
    };
    let pair = |key: &str, value: &str| (key.to_owned(), value.to_owned());
    assert_eq!(now(), []);
    done(&owner.tag("photos", &[("a", "1"), ("b &amp; c", "")]));
    assert_eq!(now(), [pair("a", "1"), pair("b &amp; c", "")]);
    // New tags take the place of all others.
    done(&owner.tag("photos", &[("x", "1"), ("y", "2"), ("z", "3")]));
    assert_eq!(now(), [pair("x", "1"), pair("y", "2"), pair("z", "3")]);
    assert_eq!(owner.on_bucket("DELETE", "photos", &[("tagging", "x,z,none")]).status, 204);
    assert_eq!(now(), [pair("y", "2")]);
    assert_eq!(owner.on_bucket("DELETE", "photos", &[("tagging", "")]).status, 204);
    assert_eq!(now(), []);
    let many: Vec<_> = (0..21).map(|number| format!("k{number}")).collect();
    let many: Vec<_> = many.iter().map(|key| (key.as_str(), "v")).collect();
    done(&owner.tag("photos", &many[..20]));
    for (tags, code) in [
        (&many[..], "TooManyTags"),
        (&[("", "v")], "InvalidTaggingKey"),
        (&[("Aliyun-x", "v")], "InvalidTaggingKey"),
        (&[("https://x", "v")], "InvalidTaggingKey"),
        (&[(&"k".repeat(65), "v")], "InvalidTaggingKey"),
        (&[("k", &"v".repeat(129))], "InvalidTaggingValue"),
        (&[("k", "1"), ("k", "2")], "RepeatedTags"),
    ] {
        owner.tag("photos", tags).refused(400, code);
    }
    for body in ["", "<Tagging>", "<Tagging/>", "{}"] {
        owner.oss("PUT", Some("photos"), "", &[("tagging", "")], &[], body.as_bytes()).refused(400, "MalformedXML");
    }
    assert_eq!(now().len(), 20);
}

#[test]
fn an_endpoint_of_another_region() {
    let emulator = start();
    let owner = Client::owner(&emulator);
    owner.make("photos");
    let host = ("host", "photos.oss-cn-hangzhou.aliyuncs.com");
    let mut raw = owner.oss_request("GET", Some("photos"), "", &[("acl", "")], &[], b"");
    raw.path = "/".to_owned();
    raw.headers.insert("host", host.1.parse().expect("a host"));
    assert_eq!(owner.send(&raw).status, 200);
    // Signed for the region that it asks, and the bucket is elsewhere.
    let beijing = owner.with_key(&owner.key_id, owner.secret.expose(), None);
    let answer = crate::signatures::get_acl_in(&beijing, "photos", "cn-beijing");
    answer.refused(403, "AccessDenied");
    assert_eq!(detail(&answer), "0003-00001403");
    assert_eq!(
        (element(&answer, "Bucket"), element(&answer, "Endpoint")),
        ("photos".into(), "oss-cn-hangzhou.aliyuncs.com".into())
    );
}

#[test]
fn what_a_request_may_not_carry() {
    let emulator = start();
    let owner = Client::owner(&emulator);
    owner.make("photos");
    done(&owner.put("photos", "a", "a"));
    // What is a sub-resource and none of this is not passed over.
    for query in [("comp", "x"), ("img", ""), ("callback", "e30="), ("uploads", "")] {
        owner.oss("GET", Some("photos"), "a", &[query], &[], b"").refused(405, "MethodNotAllowed");
    }
    let answer = owner.on_object("PATCH", "photos", "a");
    answer.refused(405, "MethodNotAllowed");
    assert_eq!((element(&answer, "Method"), element(&answer, "ResourceType")), ("PATCH".into(), "Object".into()));
    // What is none is of no account.
    assert_eq!(owner.oss("GET", Some("photos"), "a", &[("foo", "bar")], &[], b"").text(), "a");
}

#[test]
fn what_was_never_set() {
    let emulator = start();
    let owner = Client::owner(&emulator);
    owner.make("photos");
    done(&owner.put("photos", "a", "123"));
    let get = |name: &str| owner.on_bucket("GET", "photos", &[(name, "")]);
    for (name, code) in [
        ("cors", "NoSuchCORSConfiguration"),
        ("encryption", "NoSuchServerSideEncryptionRule"),
        ("lifecycle", "NoSuchLifecycle"),
        ("policy", "NoSuchBucketPolicy"),
        ("replication", "NoSuchReplicationConfiguration"),
        ("transferAcceleration", "NoSuchTransferAccelerationConfiguration"),
        ("website", "NoSuchWebsiteConfiguration"),
        ("worm", "NoSuchWORMConfiguration"),
    ] {
        get(name).refused(404, code);
        owner.on_bucket("GET", "none", &[(name, "")]).refused(404, "NoSuchBucket");
    }
    assert_eq!(order(&get("logging")), ["BucketLoggingStatus", "LoggingEnabled"]);
    assert_eq!(order(&get("versioning")), ["VersioningConfiguration"]);
    assert_eq!(element(&get("referer"), "AllowEmptyReferer"), "true");
    assert_eq!(element(&get("requestPayment"), "Payer"), "BucketOwner");
    let stat = get("stat");
    assert_eq!(
        ["Storage", "ObjectCount", "StandardStorage", "ArchiveObjectCount"].map(|name| element(&stat, name)),
        ["3", "1", "3", "0"]
    );
}

#[test]
fn what_counts_in_a_decision_is_in_the_authorization_state() {
    let emulator = start();
    let owner = Client::owner(&emulator);
    let buckets = || {
        let state = owner.send(&Raw::new("POST", "/_acslab/state").body("{}")).ok();
        state["accounts"]["company"]["buckets"].clone()
    };
    assert_eq!(buckets(), json!({}));
    owner.make("photos");
    done(&owner.tag("photos", &[("Product", "PaiLangStudio")]));
    done(&owner.put("photos", "a", "a"));
    let photos = json!({"region": "cn-hangzhou", "acl": "private", "public_access_blocked": false, "tags": {"Product": "PaiLangStudio"}});
    assert_eq!(buckets(), json!({ "photos": photos }));
    done(&owner.oss("PUT", Some("photos"), "a", &[("acl", "")], &[("x-oss-object-acl", "public-read")], b""));
    assert_eq!(buckets()["photos"]["object_acls"], json!({"a": "public-read"}));
    let tags = [("x-oss-tagging", "secret=yes&team=a")];
    done(&owner.oss("PUT", Some("photos"), "b", &[], &tags, b"b"));
    assert_eq!(buckets()["photos"]["object_tags"], json!({"b": {"secret": "yes", "team": "a"}}));
}

#[test]
fn how_many_there_may_be_are_quotas() {
    let emulator = start();
    let owner = Client::owner(&emulator);
    let cloud = emulator.gateway().cloud();
    cloud.set_quota(Quota::BucketsPerRegion, 2);
    cloud.set_quota(Quota::TagsPerBucket, 1);
    cloud.set_quota(Quota::TagsPerObject, 0);
    owner.make("one");
    owner.make("two");
    owner.on_bucket("PUT", "three", &[]).refused(400, "TooManyBuckets");
    // To make one again is to make none.
    done(&owner.on_bucket("PUT", "two", &[]));
    done(&owner.tag("one", &[("a", "1")]));
    owner.tag("one", &[("a", "1"), ("b", "2")]).refused(400, "TooManyTags");
    let tagged = owner.oss("PUT", Some("one"), "k", &[], &[("x-oss-tagging", "a=1")], b"");
    tagged.refused(400, "TooManyTags");
    cloud.set_quota(Quota::BucketsPerRegion, 3);
    owner.make("three");
}
