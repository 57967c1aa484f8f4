//! What the official clients send, as their own tests have it that ask the cloud.

use crate::kit::{Answer, Client, Raw, headers};
use crate::tools::{detail, done, element, elements, header, start};
use acslab_emulator::signature::{Credentials, OrderedQuery, OssResource, Plus, SignedView, oss_v1};

pub(crate) fn put(owner: &Client<'_>, query: &[(&str, &str)], body: &str) -> Answer {
    owner.oss("PUT", Some("photos"), "", query, &[], body.as_bytes())
}

pub(crate) fn get(owner: &Client<'_>, at: &str) -> Answer {
    owner.on_bucket("GET", "photos", &[(at, "")])
}

/// Python writes `True`, and reads `true` alone.
#[test]
fn a_flag_is_of_any_letter_case_and_given_back_in_one() {
    let emulator = start();
    let owner = Client::owner(&emulator);
    owner.make("photos");
    for (at, flag, document) in [
        (
            "publicAccessBlock",
            "BlockPublicAccess",
            "<PublicAccessBlockConfiguration>FLAG</PublicAccessBlockConfiguration>",
        ),
        (
            "transferAcceleration",
            "Enabled",
            "<TransferAccelerationConfiguration>FLAG</TransferAccelerationConfiguration>",
        ),
        (
            "accessmonitor",
            "AllowCopy",
            "<AccessMonitorConfiguration><Status>Enabled</Status>FLAG</AccessMonitorConfiguration>",
        ),
        (
            "lifecycle",
            "ExpiredObjectDeleteMarker",
            "<LifecycleConfiguration><Rule><ID>a</ID><Status>Enabled</Status><Expiration>FLAG</Expiration></Rule></LifecycleConfiguration>",
        ),
        (
            "lifecycle",
            "IsAccessTime",
            "<LifecycleConfiguration><Rule><ID>a</ID><Status>Enabled</Status><Transition><Days>1</Days><StorageClass>IA</StorageClass>FLAG</Transition></Rule></LifecycleConfiguration>",
        ),
        (
            "website",
            "MirrorFollowRedirect",
            "<WebsiteConfiguration><RoutingRules><RoutingRule><RuleNumber>1</RuleNumber><Redirect><RedirectType>Mirror</RedirectType><MirrorURL>http://a.com/</MirrorURL>FLAG</Redirect></RoutingRule></RoutingRules></WebsiteConfiguration>",
        ),
    ] {
        for (sent, read) in [("True", "true"), ("FALSE", "false"), ("true", "true")] {
            done(&put(&owner, &[(at, "")], &document.replace("FLAG", &format!("<{flag}>{sent}</{flag}>"))));
            assert_eq!(element(&get(&owner, at), flag), read, "{at} {sent}");
        }
        let wrong = document.replace("FLAG", &format!("<{flag}>yes</{flag}>"));
        put(&owner, &[(at, "")], &wrong).refused(400, "MalformedXML");
    }
    // Of the account too, which is asked with another reader.
    let block =
        b"<PublicAccessBlockConfiguration><BlockPublicAccess>True</BlockPublicAccess></PublicAccessBlockConfiguration>";
    done(&owner.oss("PUT", None, "", &[("publicAccessBlock", "")], &[], block));
    assert_eq!(
        element(&owner.oss("GET", None, "", &[("publicAccessBlock", "")], &[], b""), "BlockPublicAccess"),
        "true"
    );
    done(&owner.put("photos", "k", "x"));
    let quiet = b"<Delete><Quiet>True</Quiet><Object><Key>k</Key></Object></Delete>";
    let told = owner.oss("POST", Some("photos"), "", &[("delete", "")], &[], quiet);
    assert!(!done(&told).text().contains("<Key>"), "{}", told.text());
}

#[test]
fn an_inventory_says_where_to_and_how_it_is_encrypted() {
    let emulator = start();
    let owner = Client::owner(&emulator);
    owner.make("photos");
    owner.make("logs");
    let inventory = |enabled: &str, bucket: &str, encryption: &str| {
        let body = format!(
            "<InventoryConfiguration><Id>i</Id><IsEnabled>{enabled}</IsEnabled><Destination><OSSBucketDestination><Format>CSV</Format><AccountId>1234567890123456</AccountId><RoleArn>acs:ram::1234567890123456:role/r</RoleArn><Bucket>{bucket}</Bucket><Encryption>{encryption}</Encryption></OSSBucketDestination></Destination><Schedule><Frequency>Daily</Frequency></Schedule><IncludedObjectVersions>All</IncludedObjectVersions></InventoryConfiguration>"
        );
        put(&owner, &[("inventory", ""), ("inventoryId", "i")], &body)
    };
    let (by_oss, by_kms) = ("<SSE-OSS></SSE-OSS>", "<SSE-KMS><KeyId>k</KeyId></SSE-KMS>");
    inventory("true", "test", "").refused(400, "InvalidArgument");
    inventory("true", "acs:oss:::", "").refused(400, "InvalidArgument");
    inventory("true", "acs:oss:::logs", &[by_oss, by_kms].concat()).refused(400, "MalformedXML");
    inventory("yes", "acs:oss:::logs", by_oss).refused(400, "MalformedXML");
    done(&inventory("True", "acs:oss:::logs", by_kms));
    let read = owner.on_bucket("GET", "photos", &[("inventory", ""), ("inventoryId", "i")]);
    assert_eq!(element(&read, "IsEnabled"), "true");
}

#[test]
fn what_a_setting_leaves_out_and_says_twice() {
    let emulator = start();
    let owner = Client::owner(&emulator);
    owner.make("photos");
    let tls = "<HttpsConfiguration><TLS><Enable>true</Enable><TLSVersion>TLSv1.2</TLSVersion><TLSVersion>TLSv1.2</TLSVersion></TLS></HttpsConfiguration>";
    done(&put(&owner, &[("httpsConfig", "")], tls));
    assert_eq!(elements(&get(&owner, "httpsConfig"), "TLSVersion"), ["TLSv1.2"]);

    let acceleration = "<TransferAccelerationConfiguration><Enabled>true</Enabled></TransferAccelerationConfiguration>";
    done(&put(&owner, &[("transferAcceleration", "")], acceleration));
    assert_eq!(owner.on_bucket("DELETE", "photos", &[("transferAcceleration", "")]).status, 204);
    get(&owner, "transferAcceleration").refused(404, "NoSuchTransferAccelerationConfiguration");

    let cors = "<CORSConfiguration><CORSRule><AllowedOrigin>*</AllowedOrigin><AllowedMethod>PUT</AllowedMethod><AllowedHeader>X-OSS-Test</AllowedHeader></CORSRule></CORSConfiguration>";
    done(&put(&owner, &[("cors", "")], cors));
    assert_eq!(element(&get(&owner, "cors"), "AllowedHeader"), "x-oss-test");

    let encryption = |algorithm: &str, data: &str| {
        let body = format!(
            "<ServerSideEncryptionRule><ApplyServerSideEncryptionByDefault><SSEAlgorithm>{algorithm}</SSEAlgorithm><KMSDataEncryption>{data}</KMSDataEncryption></ApplyServerSideEncryptionByDefault></ServerSideEncryptionRule>"
        );
        put(&owner, &[("encryption", "")], &body)
    };
    for (algorithm, kept) in [("KMS", 1), ("AES256", 0), ("SM4", 0)] {
        done(&encryption(algorithm, "SM4"));
        assert_eq!(elements(&get(&owner, "encryption"), "KMSDataEncryption").len(), kept, "{algorithm}");
    }
    encryption("AES256", "RC4").refused(400, "InvalidDataEncryptionAlgorithmError");

    let tagged = |tag: &str| {
        let body = format!(
            "<LifecycleConfiguration><Rule><ID>a</ID><Status>Enabled</Status>{tag}<Expiration><Days>1</Days></Expiration></Rule></LifecycleConfiguration>"
        );
        put(&owner, &[("lifecycle", "")], &body)
    };
    for wrong in ["<Tag><Key>%&amp;</Key><Value>a</Value></Tag>", "<Tag><Key>a</Key><Value>)%</Value></Tag>"] {
        tagged(wrong).refused(400, "InvalidArgument");
    }
    done(&tagged(&format!("<Tag><Key>{}</Key><Value>v</Value></Tag>", "a".repeat(129))));
}

#[test]
fn bandwidths_are_those_of_the_account_at_most() {
    let emulator = start();
    let owner = Client::owner(&emulator);
    owner.make("photos");
    let of_account = owner.oss("GET", None, "", &[("qosInfo", "")], &[], b"");
    assert_eq!(element(&of_account, "Region"), "oss-cn-hangzhou");
    let most: i64 = element(&of_account, "TotalUploadBandwidth").parse().expect("a number");
    let qos =
        |members: &str| put(&owner, &[("qosInfo", "")], &format!("<QoSConfiguration>{members}</QoSConfiguration>"));
    get(&owner, "qosInfo").refused(404, "NoSuchBucketQoSInfo");
    done(&qos(""));
    done(&qos("<IntranetUploadBandwidth>4</IntranetUploadBandwidth>"));
    let read = get(&owner, "qosInfo");
    for (name, value) in [("TotalUploadBandwidth", "-1"), ("IntranetUploadBandwidth", "4"), ("ExtranetQps", "-1")] {
        assert_eq!(element(&read, name), value, "{name}");
    }
    let over = most + 1;
    for wrong in [
        format!("<TotalUploadBandwidth>{over}</TotalUploadBandwidth>"),
        format!("<ExtranetDownloadBandwidth>{over}</ExtranetDownloadBandwidth>"),
        "<TotalQps>5</TotalQps><IntranetQps>6</IntranetQps>".to_owned(),
    ] {
        qos(&wrong).refused(400, "InvalidArgument");
    }
}

#[test]
fn styles_are_of_any_words_and_the_oldest_comes_first() {
    let emulator = start();
    let owner = Client::owner(&emulator);
    owner.make("photos");
    for name in ["b", "a"] {
        let body = "<Style><Content>csdar5324</Content></Style>";
        done(&put(&owner, &[("style", ""), ("styleName", name)], body));
        emulator.gateway().cloud().clock.advance(1000).map(|_| ()).expect("a time");
    }
    assert_eq!(elements(&get(&owner, "style"), "Name"), ["b", "a"]);
}

#[test]
fn a_bucket_is_made_by_its_own_document_alone() {
    let emulator = start();
    let owner = Client::owner(&emulator);
    let refused = put(&owner, &[], "<Foo/>");
    assert_eq!((refused.refused(400, "MalformedXML").status, detail(&refused).as_str()), (400, "0015-00000231"));
    owner.on_bucket("GET", "photos", &[("location", "")]).refused(404, "NoSuchBucket");
    for at in ["overwriteConfig", "objectWorm"] {
        let refused = put(&owner, &[(at, "")], "<OverwriteConfiguration/>");
        assert_eq!((refused.refused(400, "MalformedXML").status, detail(&refused).as_str()), (400, "0015-00000231"));
    }
    get(&owner, "overwriteConfig").refused(404, "NoSuchBucket");
    put(&owner, &[("lifecycle", "")], "<Foo/>").refused(404, "NoSuchBucket");
    done(&put(&owner, &[], "<CreateBucketConfiguration><StorageClass>IA</StorageClass></CreateBucketConfiguration>"));
    // So is everything else.
    put(&owner, &[("tagging", "")], "<Foo><TagSet></TagSet></Foo>").refused(400, "MalformedXML");
    put(&owner, &[("versioning", "")], "<Foo><Status>Enabled</Status></Foo>").refused(400, "MalformedXML");
}

#[test]
fn an_append_may_change_the_acl_and_is_a_version_that_grows() {
    let emulator = start();
    let owner = Client::owner(&emulator);
    owner.make("photos");
    let append = |position: &str, lines: &[(&str, &str)], piece: &[u8]| {
        owner.oss("POST", Some("photos"), "log", &[("append", ""), ("position", position)], lines, piece)
    };
    let acl = || element(&owner.oss("GET", Some("photos"), "log", &[("acl", "")], &[], b""), "Grant");
    done(&append("0", &[("x-oss-object-acl", "public-read-write"), ("x-oss-meta-a", "1")], b"123"));
    done(&append("3", &[("x-oss-object-acl", "public-read"), ("x-oss-meta-a", "2")], b"456"));
    assert_eq!(
        (acl().as_str(), header(&owner.on_object("HEAD", "photos", "log"), "x-oss-meta-a")),
        ("public-read", "1")
    );
    done(&append("6", &[], b"7"));
    assert_eq!(acl(), "public-read");
    append("7", &[("x-oss-object-acl", "open")], b"8").refused(400, "InvalidArgument");
    done(&owner.on_object("DELETE", "photos", "log"));

    done(&put(
        &owner,
        &[("versioning", "")],
        "<VersioningConfiguration><Status>Enabled</Status></VersioningConfiguration>",
    ));
    let first = header(done(&append("0", &[], b"123")), "x-oss-version-id").to_owned();
    assert_ne!(first, "null");
    assert_eq!(header(done(&append("3", &[], b"456")), "x-oss-version-id"), first);
    let marker = header(done(&owner.on_object("DELETE", "photos", "log")), "x-oss-version-id").to_owned();
    owner.on_object("GET", "photos", "log").refused(404, "NoSuchKey");
    let of =
        |method: &str, version: &str| owner.oss(method, Some("photos"), "log", &[("versionId", version)], &[], b"");
    assert_eq!(of("GET", &first).text(), "123456");
    let second = header(done(&append("0", &[], b"789")), "x-oss-version-id").to_owned();
    assert_ne!(second, first);
    done(&of("DELETE", &marker));
    assert_eq!(header(done(&append("3", &[], b"789")), "x-oss-next-append-position"), "6");
    assert_eq!([of("GET", &first).text(), of("GET", &second).text()], ["123456", "789789"]);
}

/// Python's client, and Go's of version 1, do not sign that they ask for regions; others do.
#[test]
fn regions_are_asked_for_signed_or_not() {
    let emulator = start();
    let owner = Client::owner(&emulator);
    let ask = |signed: &str, sent: &str| of_service(&owner, &owner.host(), signed, sent);
    for (signed, sent) in [
        ("regions", "regions"),
        ("", "regions"),
        ("", "regions=oss-cn-hangzhou"),
        ("regions=oss-cn-hangzhou", "regions=oss-cn-hangzhou"),
    ] {
        assert!(!elements(done(&ask(signed, sent)), "InternetEndpoint").is_empty(), "{signed} {sent}");
    }
    // No other may be left out, nor another be signed.
    ask("regions=oss-cn-hangzhou", "regions").refused(403, "SignatureDoesNotMatch");
    ask("", "qosInfo").refused(403, "SignatureDoesNotMatch");
    ask("", "publicAccessBlock").refused(403, "SignatureDoesNotMatch");
}

/// A question to the service, signed by V1 as if this were asked.
fn of_service(owner: &Client<'_>, host: &str, signed: &str, sent: &str) -> Answer {
    let mut raw = Raw::new("GET", "/").query(sent.to_owned()).headers(headers(&[("host", host)]));
    let query = OrderedQuery::parse(signed, Plus::Literal).expect("a query");
    let view = SignedView { method: "GET", path: "/", query: &query, headers: &raw.headers, body: b"" };
    let who = Credentials { access_key_id: &owner.key_id, secret: &owner.secret, security_token: None };
    let added = oss_v1::sign(&view, &OssResource { bucket: None, key: "" }, &who, owner.now()).expect("signed");
    raw.headers.extend(added);
    owner.send(&raw)
}

#[test]
fn a_list_of_buckets_shows_tags_and_keeps_to_a_region() {
    let emulator = start();
    let owner = Client::owner(&emulator);
    owner.make("photos");
    done(&owner.tag("photos", &[("a", "1")]));
    let list = |owner: &Client<'_>, query: &[(&str, &str)]| owner.oss("GET", None, "", query, &[], b"");
    let found = list(&owner, &[("tagging", "\"a\":\"1\"")]);
    assert_eq!([element(&found, "Key"), element(&found, "Value")], ["a", "1"]);
    assert!(elements(&list(&owner, &[]), "TagSet").is_empty());
    for (host, buckets) in [("oss-cn-hangzhou.localhost", 1), ("oss-cn-shanghai.localhost", 0)] {
        let found = of_service(&owner, host, "regionList", "regionList");
        assert_eq!(elements(done(&found), "Name").len(), buckets, "{host}");
    }
}

#[test]
fn a_range_and_something_behind_it() {
    let emulator = start();
    let owner = Client::owner(&emulator);
    owner.make("photos");
    done(&owner.put("photos", "k", "123456789"));
    let range = |range: &str| owner.with("GET", "photos", "k", &[("range", range)]);
    for behind in ["bytes=1-2,a-c", "bytes=1-2,abc", "bytes=1-2,"] {
        let answer = range(behind);
        assert_eq!((answer.status, answer.text().as_str()), (206, "23"), "{behind}");
    }
    assert_eq!(range("bytes=,1-2").status, 200);
}

#[test]
fn channels_that_cannot_be() {
    let emulator = start();
    let owner = Client::owner(&emulator);
    owner.make("photos");
    let long = "a".repeat(65);
    owner.oss("DELETE", Some("photos"), &long, &[("live", "")], &[], b"").refused(400, "InvalidChannelName");
    let times = [("vod", ""), ("startTime", "1"), ("endTime", "9")];
    let none = owner.oss("POST", Some("photos"), "gone/vod.m3u8", &times, &[], b"");
    assert_eq!(none.refused(400, "InvalidArgument").message(), "No ts file found in specified time span.");
    assert_eq!(detail(&none), "0044-00000308");
    // One that is there keeps its bucket.
    let channel = "<LiveChannelConfiguration><Target><Type>HLS</Type></Target></LiveChannelConfiguration>";
    done(&owner.oss("PUT", Some("photos"), "one", &[("live", "")], &[], channel.as_bytes()));
    let kept = owner.on_bucket("DELETE", "photos", &[]);
    assert_eq!((kept.refused(409, "BucketNotEmpty").status, detail(&kept).as_str()), (409, "0015-00000301"));
    assert_eq!(owner.oss("DELETE", Some("photos"), "one", &[("live", "")], &[], b"").status, 204);
    assert_eq!(owner.on_bucket("DELETE", "photos", &[]).status, 204);
}

#[test]
fn an_object_that_is_being_restored_says_which_refusal_it_is() {
    let emulator = start();
    let owner = Client::owner(&emulator);
    owner.make("photos");
    done(&owner.oss("PUT", Some("photos"), "k", &[], &[("x-oss-storage-class", "Archive")], b"x"));
    let restore = || owner.oss("POST", Some("photos"), "k", &[("restore", "")], &[], b"");
    assert_eq!(restore().status, 202);
    let again = restore();
    assert_eq!(
        (again.refused(409, "RestoreAlreadyInProgress").status, detail(&again).as_str()),
        (409, "0016-00000701")
    );
}

#[test]
fn what_is_asked_of_data_that_is_not_indexed() {
    let emulator = start();
    let owner = Client::owner(&emulator);
    owner.make("photos");
    let post = |bucket, name| owner.oss("POST", bucket, "", &[(name, ""), ("action", "createDataset")], &[], b"");
    let known = post(Some("photos"), "metaQuery");
    assert_eq!((known.refused(400, "OperationNotSupported").status, detail(&known).as_str()), (400, "0037-00000001"));
    post(Some("photos"), "MetaQuery").refused(405, "MethodNotAllowed");
    post(None, "dataPipeline").refused(404, "NoSuchDataPipeline");
    let list = [("dataPipeline", ""), ("action", "listDataPipelineConfigurations")];
    done(&owner.oss("POST", None, "", &list, &[], b""));
}

#[test]
fn a_rule_of_replication_that_was_deleted_is_closing_for_a_while() {
    let emulator = start();
    let owner = Client::owner(&emulator);
    owner.make("photos");
    owner.make("copies");
    let post = |comp: &str, body: &str| {
        owner.oss("POST", Some("photos"), "", &[("replication", ""), ("comp", comp)], &[], body.as_bytes())
    };
    let add = |more: &str| {
        let body = format!(
            "<ReplicationConfiguration><Rule><Destination><Bucket>copies</Bucket><Location>oss-cn-hangzhou</Location></Destination>{more}<SourceSelectionCriteria><SseKmsEncryptedObjects><Status>Disabled</Status></SseKmsEncryptedObjects></SourceSelectionCriteria><EncryptionConfiguration><ReplicaKmsKeyID>k</ReplicaKmsKeyID></EncryptionConfiguration></Rule></ReplicationConfiguration>"
        );
        header(done(&post("add", &body)), "x-oss-replication-rule-id").to_owned()
    };
    let progress = |id: &str| owner.on_bucket("GET", "photos", &[("replicationProgress", ""), ("rule-id", id)]);
    let delete = |id: &str| post("delete", &format!("<ReplicationRules><ID>{id}</ID></ReplicationRules>"));
    // Without a role nothing of encryption is kept, and with one that is not to copy what is encrypted no key.
    for (role, criteria) in [("", 0), ("<SyncRole>copier</SyncRole>", 1)] {
        let id = add(role);
        let read = get(&owner, "replication");
        assert_eq!(elements(&read, "SseKmsEncryptedObjects").len(), criteria);
        assert!(!read.text().contains("ReplicaKmsKeyID"));
        assert!(!progress(&id).text().contains("NewObject"));
        done(&delete(&id));
        assert_eq!(elements(&get(&owner, "replication"), "Status").last().map(String::as_str), Some("closing"));
        assert_eq!(element(&progress(&id), "Status"), "closing");
        delete(&id).refused(404, "NoSuchReplicationRule");
        emulator.gateway().cloud().clock.advance(60_000).map(|_| ()).expect("a time");
        get(&owner, "replication").refused(404, "NoSuchReplicationConfiguration");
    }
}

#[test]
fn a_callback_is_asked_for_by_its_name() {
    let emulator = start();
    let owner = Client::owner(&emulator);
    owner.make("photos");
    let base64 = |text: &str| crate::kit::signer::base64(text);
    let at = [("policy", ""), ("comp", "callback")];
    let read = || owner.on_bucket("GET", "photos", &at);
    read().refused(404, "BucketCallbackPolicyNotExist");
    let callback = base64(r#"{"callbackUrl":"http://www.example.com/test","callbackBody":"${etag}"}"#);
    let item = |callback: &str| {
        let item = format!(
            "<PolicyItem><PolicyName>one</PolicyName><Callback>{callback}</Callback><CallbackVar></CallbackVar></PolicyItem>"
        );
        put(&owner, &at, &format!("<BucketCallbackPolicy>{item}</BucketCallbackPolicy>"))
    };
    item("nonsense").refused(400, "InvalidArgument");
    done(&item(&callback));
    assert_eq!(element(&read(), "Callback"), callback);
    let store = |name: &str| {
        let line = base64(&format!(r#"{{"callbackPolicy":"{name}"}}"#));
        owner.oss("PUT", Some("photos"), "k", &[], &[("x-oss-callback", &line)], b"x")
    };
    // Nobody is called here by default.
    assert_eq!(store("one").status, 203);
    store("two").refused(400, "InvalidArgument");
    // It is not the policy of the bucket.
    owner.on_bucket("GET", "photos", &[("policy", "")]).refused(404, "NoSuchBucketPolicy");
    assert_eq!(owner.on_bucket("DELETE", "photos", &at).status, 204);
    read().refused(404, "BucketCallbackPolicyNotExist");
    done(&put(&owner, &at, "<BucketCallbackPolicy></BucketCallbackPolicy>"));
}

#[test]
fn what_is_not_set_says_how_it_is_and_a_page_says_where_it_began() {
    let emulator = start();
    let owner = Client::owner(&emulator);
    owner.make("photos");
    assert_eq!(element(&get(&owner, "referer"), "AllowTruncateQueryString"), "true");
    let list = |token: &str| owner.on_bucket("GET", "photos", &[("inventory", ""), ("continuation-token", token)]);
    for number in 0..2 {
        let id = format!("i{number}");
        let body = format!(
            "<InventoryConfiguration><Id>{id}</Id><IsEnabled>true</IsEnabled><Destination><OSSBucketDestination><Format>CSV</Format><AccountId>1234567890123456</AccountId><RoleArn>acs:ram::1234567890123456:role/r</RoleArn><Bucket>acs:oss:::photos</Bucket><Encryption><SSE-KMS></SSE-KMS></Encryption></OSSBucketDestination></Destination><Schedule><Frequency>Daily</Frequency></Schedule><IncludedObjectVersions>All</IncludedObjectVersions></InventoryConfiguration>"
        );
        done(&put(&owner, &[("inventory", ""), ("inventoryId", &id)], &body));
    }
    assert_eq!(element(&list("i0"), "ContinuationToken"), "i0");
}
