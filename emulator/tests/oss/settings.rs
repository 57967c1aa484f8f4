//! Settings of buckets: put, checked, given back.

use crate::kit::{Answer, Client};
use crate::tools::{detail, done, element, elements, header, start};

fn put(owner: &Client<'_>, at: &str, body: &str) -> Answer {
    owner.oss("PUT", Some("photos"), "", &[(at, "")], &[], body.as_bytes())
}

fn get(owner: &Client<'_>, at: &str) -> Answer {
    owner.on_bucket("GET", "photos", &[(at, "")])
}

/// A document with its blanks taken out, and its declaration.
fn plain(answer: &Answer) -> String {
    let text = answer.text();
    let lines = text.lines().skip(1).map(str::trim);
    lines.collect::<Vec<_>>().concat()
}

/// The sub-resource, a document, what is read of it; the code before it was put, and wrong documents with their codes.
type Case = (&'static str, &'static str, &'static str, &'static str, &'static [(&'static str, &'static str)]);

const CASES: &[Case] = &[
    (
        "cors",
        "<CORSConfiguration><CORSRule><AllowedOrigin>*</AllowedOrigin><AllowedMethod>GET</AllowedMethod></CORSRule></CORSConfiguration>",
        "<CORSConfiguration><CORSRule><AllowedOrigin>*</AllowedOrigin><AllowedMethod>GET</AllowedMethod></CORSRule><ResponseVary>false</ResponseVary></CORSConfiguration>",
        "NoSuchCORSConfiguration",
        &[
            ("<CORSConfiguration></CORSConfiguration>", "MalformedXML"),
            (
                "<CORSConfiguration><CORSRule><AllowedOrigin>*</AllowedOrigin><AllowedMethod>OPTIONS</AllowedMethod></CORSRule></CORSConfiguration>",
                "InvalidArgument",
            ),
            (
                "<CORSConfiguration><CORSRule><AllowedOrigin>*</AllowedOrigin><AllowedMethod>GET</AllowedMethod><MaxAgeSeconds>-1</MaxAgeSeconds></CORSRule></CORSConfiguration>",
                "InvalidArgument",
            ),
            ("<Other/>", "MalformedXML"),
        ],
    ),
    (
        "encryption",
        "<ServerSideEncryptionRule><ApplyServerSideEncryptionByDefault><SSEAlgorithm>KMS</SSEAlgorithm><KMSMasterKeyID></KMSMasterKeyID></ApplyServerSideEncryptionByDefault></ServerSideEncryptionRule>",
        "<ServerSideEncryptionRule><ApplyServerSideEncryptionByDefault><SSEAlgorithm>KMS</SSEAlgorithm></ApplyServerSideEncryptionByDefault></ServerSideEncryptionRule>",
        "NoSuchServerSideEncryptionRule",
        &[
            (
                "<ServerSideEncryptionRule><ApplyServerSideEncryptionByDefault><SSEAlgorithm>RC4</SSEAlgorithm></ApplyServerSideEncryptionByDefault></ServerSideEncryptionRule>",
                "InvalidEncryptionAlgorithmError",
            ),
            (
                "<ServerSideEncryptionRule><ApplyServerSideEncryptionByDefault><SSEAlgorithm>AES256</SSEAlgorithm><KMSMasterKeyID>1</KMSMasterKeyID></ApplyServerSideEncryptionByDefault></ServerSideEncryptionRule>",
                "InvalidArgument",
            ),
        ],
    ),
    (
        "website",
        "<WebsiteConfiguration><IndexDocument><Suffix>index.html</Suffix></IndexDocument></WebsiteConfiguration>",
        "<WebsiteConfiguration><IndexDocument><Suffix>index.html</Suffix></IndexDocument></WebsiteConfiguration>",
        "NoSuchWebsiteConfiguration",
        &[
            (
                "<WebsiteConfiguration><IndexDocument><Suffix></Suffix></IndexDocument></WebsiteConfiguration>",
                "InvalidArgument",
            ),
            (
                "<WebsiteConfiguration><RoutingRules><RoutingRule><RuleNumber>1</RuleNumber><Redirect><RedirectType>Teleport</RedirectType></Redirect></RoutingRule></RoutingRules></WebsiteConfiguration>",
                "MalformedXML",
            ),
        ],
    ),
    (
        "transferAcceleration",
        "<TransferAccelerationConfiguration><Enabled>true</Enabled></TransferAccelerationConfiguration>",
        "<TransferAccelerationConfiguration><Enabled>true</Enabled></TransferAccelerationConfiguration>",
        "NoSuchTransferAccelerationConfiguration",
        &[(
            "<TransferAccelerationConfiguration><Enabled>yes</Enabled></TransferAccelerationConfiguration>",
            "MalformedXML",
        )],
    ),
    (
        "requestPayment",
        "<RequestPaymentConfiguration><Payer>Requester</Payer></RequestPaymentConfiguration>",
        "<RequestPaymentConfiguration><Payer>Requester</Payer></RequestPaymentConfiguration>",
        "",
        &[("<RequestPaymentConfiguration><Payer>Nobody</Payer></RequestPaymentConfiguration>", "MalformedXML")],
    ),
    (
        "accessmonitor",
        "<AccessMonitorConfiguration><Status>Enabled</Status></AccessMonitorConfiguration>",
        "<AccessMonitorConfiguration><Status>Enabled</Status></AccessMonitorConfiguration>",
        "",
        &[("<AccessMonitorConfiguration><Status>On</Status></AccessMonitorConfiguration>", "MalformedXML")],
    ),
    (
        "httpsConfig",
        "<HttpsConfiguration><TLS><Enable>true</Enable><TLSVersion>TLSv1.2</TLSVersion></TLS></HttpsConfiguration>",
        "<HttpsConfiguration><TLS><Enable>true</Enable><TLSVersion>TLSv1.2</TLSVersion></TLS></HttpsConfiguration>",
        "",
        &[("<HttpsConfiguration><TLS><Enable>true</Enable></TLS></HttpsConfiguration>", "MalformedXML")],
    ),
    (
        "referer",
        "<RefererConfiguration><AllowEmptyReferer>false</AllowEmptyReferer><RefererList><Referer>http://阿里.com+</Referer></RefererList></RefererConfiguration>",
        "<RefererConfiguration><AllowEmptyReferer>false</AllowEmptyReferer><AllowTruncateQueryString>true</AllowTruncateQueryString><RefererList><Referer>http://阿里.com+</Referer></RefererList></RefererConfiguration>",
        "",
        &[("<RefererConfiguration><RefererList/></RefererConfiguration>", "MalformedXML")],
    ),
    (
        "qos",
        "<BucketUserQos><StorageCapacity>10</StorageCapacity></BucketUserQos>",
        "<BucketUserQos><StorageCapacity>10</StorageCapacity></BucketUserQos>",
        "",
        &[("<BucketUserQos><StorageCapacity>-2</StorageCapacity></BucketUserQos>", "InvalidArgument")],
    ),
    (
        "overwriteConfig",
        "<OverwriteConfiguration><Rule><ID>1</ID><Action>forbid</Action><Prefix>keep/</Prefix></Rule></OverwriteConfiguration>",
        "<OverwriteConfiguration><Rule><ID>1</ID><Action>forbid</Action><Prefix>keep/</Prefix></Rule></OverwriteConfiguration>",
        "NoSuchBucketOverwriteConfig",
        &[("<OverwriteConfiguration></OverwriteConfiguration>", "MalformedXML")],
    ),
];

#[test]
fn what_is_put_is_given_back_and_what_is_wrong_is_not_kept() {
    let emulator = start();
    let owner = Client::owner(&emulator);
    owner.make("photos");
    for (at, document, read, unset, wrong) in CASES {
        let before = get(&owner, at);
        assert_eq!(if before.status == 200 { String::new() } else { element(&before, "Code") }, *unset, "{at}");
        for (body, code) in *wrong {
            put(&owner, at, body).refused(400, code);
        }
        assert!(plain(&get(&owner, at)).contains("<Code>") || before.status == 200);
        done(&put(&owner, at, document));
        assert_eq!(plain(&get(&owner, at)), *read, "{at}");
    }
    for at in ["cors", "encryption", "website", "overwriteConfig"] {
        for _ in 0..2 {
            assert_eq!(owner.on_bucket("DELETE", "photos", &[(at, "")]).status, 204, "{at}");
        }
        assert_eq!(get(&owner, at).status, 404, "{at}");
    }
}

#[test]
fn logs_go_to_a_bucket_of_ones_own() {
    let emulator = start();
    let owner = Client::owner(&emulator);
    owner.make("photos");
    owner.make("logs");
    assert_eq!(
        plain(&get(&owner, "logging")),
        "<BucketLoggingStatus><LoggingEnabled></LoggingEnabled></BucketLoggingStatus>"
    );
    let to = |bucket: &str| {
        format!(
            "<BucketLoggingStatus><LoggingEnabled><TargetBucket>{bucket}</TargetBucket><TargetPrefix>日志+/</TargetPrefix></LoggingEnabled></BucketLoggingStatus>"
        )
    };
    put(&owner, "logging", &to("nowhere")).refused(400, "InvalidTargetBucketForLogging");
    done(&put(&owner, "logging", &to("logs")));
    let read = get(&owner, "logging");
    assert_eq!(
        [element(&read, "TargetPrefix"), element(&read, "LoggingRole")],
        ["日志+/", "AliyunOSSLoggingDefaultRole"]
    );
    let info = get(&owner, "bucketInfo");
    assert_eq!([element(&info, "LogBucket"), element(&info, "LogPrefix")], ["logs", "日志+/"]);
    assert_eq!(owner.on_bucket("DELETE", "photos", &[("logging", "")]).status, 204);
}

#[test]
fn a_bucket_encrypts_by_its_rule() {
    let emulator = start();
    let owner = Client::owner(&emulator);
    let lines = [("x-oss-server-side-encryption", "KMS"), ("x-oss-server-side-data-encryption", "SM4")];
    done(&owner.oss("PUT", Some("photos"), "", &[], &lines, b""));
    let info = get(&owner, "bucketInfo");
    assert_eq!([element(&info, "SSEAlgorithm"), element(&info, "KMSDataEncryption")], ["KMS", "SM4"]);
    let stored = owner.put("photos", "k", "x");
    assert_eq!(header(done(&stored), "x-oss-server-side-encryption"), "KMS");
    let own = owner.oss("PUT", Some("photos"), "own", &[], &[("x-oss-server-side-encryption", "AES256")], b"x");
    assert_eq!(header(done(&own), "x-oss-server-side-encryption"), "AES256");
    let begun = owner.oss("POST", Some("photos"), "big", &[("uploads", "")], &[], b"");
    assert_eq!(header(done(&begun), "x-oss-server-side-encryption"), "KMS");
}

#[test]
fn keys_that_may_not_be_overwritten() {
    let emulator = start();
    let owner = Client::owner(&emulator);
    owner.make("photos");
    let rule = "<OverwriteConfiguration><Rule><ID>1</ID><Action>forbid</Action><Prefix>keep/</Prefix></Rule></OverwriteConfiguration>";
    done(&put(&owner, "overwriteConfig", rule));
    done(&owner.put("photos", "keep/a", "1"));
    owner.put("photos", "keep/a", "2").refused(409, "FileAlreadyExists");
    done(&owner.put("photos", "b", "1"));
    done(&owner.put("photos", "b", "2"));
}

#[test]
fn a_bucket_that_keeps_what_is_written() {
    let emulator = start();
    let owner = Client::owner(&emulator);
    owner.make("photos");
    let days =
        |root: &str, days: &str| format!("<{root}><RetentionPeriodInDays>{days}</RetentionPeriodInDays></{root}>");
    let post = |query: &[(&str, &str)], body: &str| owner.oss("POST", Some("photos"), "", query, &[], body.as_bytes());
    get(&owner, "worm").refused(404, "NoSuchWORMConfiguration");
    for wrong in ["0", "25551", "x"] {
        post(&[("worm", "")], &days("InitiateWormConfiguration", wrong)).refused(400, "InvalidWORMConfiguration");
    }
    let id = header(done(&post(&[("worm", "")], &days("InitiateWormConfiguration", "1"))), "x-oss-worm-id").to_owned();
    assert_eq!(element(&get(&owner, "worm"), "State"), "InProgress");
    assert_eq!(owner.on_bucket("DELETE", "photos", &[("worm", "")]).status, 204);
    let again = post(&[("worm", "")], &days("InitiateWormConfiguration", "1"));
    let other = header(done(&again), "x-oss-worm-id").to_owned();
    post(&[("wormId", &id)], "").refused(404, "NoSuchWORMConfiguration");
    done(&post(&[("wormId", &other)], ""));
    assert_eq!(owner.on_bucket("DELETE", "photos", &[("worm", "")]).status, 403);
    post(&[("worm", "")], &days("InitiateWormConfiguration", "1")).refused(409, "WORMConfigurationLocked");
    let extend = |to: &str| post(&[("wormExtend", ""), ("wormId", &other)], &days("ExtendWormConfiguration", to));
    extend("1").refused(400, "InvalidWORMConfiguration");
    done(&extend("2"));
    done(&owner.put("photos", "k", "x"));
    owner.put("photos", "k", "y").refused(409, "FileImmutable");
    owner.on_object("DELETE", "photos", "k").refused(409, "FileImmutable");
    let versioning = "<VersioningConfiguration><Status>Enabled</Status></VersioningConfiguration>";
    assert_eq!(put(&owner, "versioning", versioning).status, 400);
    emulator.gateway().cloud().clock.advance(2 * 24 * 3_600_000).map(|_| ()).expect("a time");
    assert_eq!(owner.on_object("DELETE", "photos", "k").status, 204);
}

#[test]
fn inventories_are_listed_by_the_hundred() {
    let emulator = start();
    let owner = Client::owner(&emulator);
    owner.make("photos");
    let document = |id: &str| {
        format!(
            "<InventoryConfiguration><Id>{id}</Id><IsEnabled>true</IsEnabled><Destination><OSSBucketDestination><Format>CSV</Format><AccountId>1234567890123456</AccountId><RoleArn>acs:ram::1234567890123456:role/r</RoleArn><Bucket>acs:oss:::photos</Bucket></OSSBucketDestination></Destination><Schedule><Frequency>Daily</Frequency></Schedule><IncludedObjectVersions>All</IncludedObjectVersions></InventoryConfiguration>"
        )
    };
    let put = |id: &str, body: &str| {
        owner.oss("PUT", Some("photos"), "", &[("inventory", ""), ("inventoryId", id)], &[], body.as_bytes())
    };
    get(&owner, "inventory").refused(404, "NoSuchInventory");
    put("a", &document("b")).refused(400, "InvalidArgument");
    put("a", &document("a").replace("Daily", "Hourly")).refused(400, "MalformedXML");
    for number in 0..120 {
        let id = format!("id{number:03}");
        done(&put(&id, &document(&id)));
    }
    put("id000", &document("id000")).refused(409, "InventoryAlreadyExist");
    let first = get(&owner, "inventory");
    assert_eq!((elements(&first, "Id").len(), element(&first, "IsTruncated").as_str()), (100, "true"));
    let token = element(&first, "NextContinuationToken");
    let second = owner.on_bucket("GET", "photos", &[("inventory", ""), ("continuation-token", &token)]);
    assert_eq!((elements(&second, "Id").len(), element(&second, "IsTruncated").as_str()), (20, "false"));
    let one = owner.on_bucket("GET", "photos", &[("inventory", ""), ("inventoryId", "id007")]);
    assert_eq!(plain(&one), document("id007"));
    for _ in 0..2 {
        let gone = owner.on_bucket("DELETE", "photos", &[("inventory", ""), ("inventoryId", "id007")]);
        assert_eq!(gone.status, 204);
    }
}

#[test]
fn replication_styles_names_and_transitions() {
    let emulator = start();
    let owner = Client::owner(&emulator);
    owner.make("photos");
    owner.make("copies");
    let rule = |bucket: &str, location: &str| {
        format!(
            "<ReplicationConfiguration><Rule><Action>ALL</Action><Destination><Bucket>{bucket}</Bucket><Location>{location}</Location></Destination></Rule></ReplicationConfiguration>"
        )
    };
    let post = |query: &[(&str, &str)], body: &str| owner.oss("POST", Some("photos"), "", query, &[], body.as_bytes());
    let add = |body: &str| post(&[("replication", ""), ("comp", "add")], body);
    get(&owner, "replication").refused(404, "NoSuchReplicationConfiguration");
    add(&rule("copies", "oss-cn-beijing")).refused(400, "InvalidTargetLocation");
    add(&rule("nowhere", "oss-cn-hangzhou")).refused(400, "InvalidTargetBucket");
    let id = header(done(&add(&rule("copies", "oss-cn-hangzhou"))), "x-oss-replication-rule-id").to_owned();
    add(&rule("copies", "oss-cn-hangzhou")).refused(400, "BucketReplicationAlreadyExist");
    assert_eq!(element(&get(&owner, "replication"), "Status"), "starting");
    let progress = |id: &str| owner.on_bucket("GET", "photos", &[("replicationProgress", ""), ("rule-id", id)]);
    assert_eq!(element(&progress(&id), "HistoricalObject"), "1");
    progress("x").refused(404, "NoSuchReplicationRule");
    let delete = |id: &str| {
        post(&[("replication", ""), ("comp", "delete")], &format!("<ReplicationRules><ID>{id}</ID></ReplicationRules>"))
    };
    delete("x").refused(404, "NoSuchReplicationRule");
    assert_eq!(delete(&id).status, 200);

    let style = |name: &str, content: &str| {
        let body = format!("<Style><Content>{content}</Content></Style>");
        owner.oss("PUT", Some("photos"), "", &[("style", ""), ("styleName", name)], &[], body.as_bytes())
    };
    style("thumb", "").refused(400, "InvalidArgument");
    style("a b", "image/resize,w_1").refused(400, "InvalidArgument");
    done(&style("thumb", "image/resize,w_1"));
    let named = |name: &str| owner.on_bucket("GET", "photos", &[("style", ""), ("styleName", name)]);
    assert_eq!(element(&named("thumb"), "Content"), "image/resize,w_1");
    named("none").refused(404, "NoSuchStyle");
    assert_eq!(elements(&get(&owner, "style"), "Name"), ["thumb"]);
    done(&owner.put("photos", "k.jpg", "x"));
    for process in ["image/resize,w_1", "style/thumb"] {
        let query = [("x-oss-process", process)];
        owner.oss("GET", Some("photos"), "k.jpg", &query, &[], b"").refused(400, "InvalidArgument");
    }

    let cname = "<BucketCnameConfiguration><Cname><Domain>www.example.com</Domain></Cname></BucketCnameConfiguration>";
    let bound = post(&[("cname", ""), ("comp", "add")], cname);
    assert_eq!((bound.status, detail(&bound).as_str()), (403, "0018-00000115"));
    let token = || element(&post(&[("cname", ""), ("comp", "token")], cname), "Token");
    assert_eq!(token(), token());
    done(&post(&[("cname", ""), ("comp", "delete")], cname));
}

/// A bucket that was moved into several zones is there; what a page says cannot be moved is not.
#[test]
fn a_transition_that_is_finished_is_in_force() {
    let emulator = start();
    let owner = Client::owner(&emulator);
    owner.make("photos");
    let forward = |hours: i64| emulator.gateway().cloud().clock.advance(hours * 3_600_000).map(|_| ()).expect("a time");
    let begin = |bucket: &str| {
        let query = [("redundancyTransition", ""), ("x-oss-target-redundancy-type", "ZRS")];
        owner.oss("POST", Some(bucket), "", &query, &[], b"")
    };
    let one = |method: &str, task: &str| {
        let query = [("redundancyTransition", ""), ("x-oss-redundancy-transition-taskid", task)];
        owner.on_bucket(method, "photos", &query)
    };
    let redundancy = || element(&get(&owner, "bucketInfo"), "DataRedundancyType");
    let make = |redundancy: &str| {
        let body = format!(
            "<CreateBucketConfiguration><DataRedundancyType>{redundancy}</DataRedundancyType></CreateBucketConfiguration>"
        );
        owner.oss("PUT", Some("photos"), "", &[], &[], body.as_bytes())
    };
    let task = element(done(&begin("photos")), "TaskId");
    assert_eq!(element(&one("GET", &task), "Status"), "Queueing");
    begin("photos").refused(400, "InvalidArgument");
    forward(2);
    assert_eq!(element(&one("GET", &task), "Status"), "Processing");
    one("DELETE", &task).refused(409, "BucketDataRedundancyTransitionTaskStatusConflict");
    assert_eq!(redundancy(), "LRS");
    make("ZRS").refused(409, "BucketAlreadyExists");
    forward(24);
    assert_eq!(element(&one("GET", &task), "Status"), "Finished");
    assert_eq!(redundancy(), "ZRS");
    make("LRS").refused(409, "BucketAlreadyExists");
    done(&make("ZRS"));
    begin("photos").refused(400, "InvalidArgument");
    assert_eq!(one("DELETE", &task).status, 204);
    one("GET", &task).refused(404, "BucketDataRedundancyTransitionTaskNotExist");
    assert_eq!(redundancy(), "ZRS");

    let cold = b"<CreateBucketConfiguration><StorageClass>ColdArchive</StorageClass></CreateBucketConfiguration>";
    done(&owner.oss("PUT", Some("cold"), "", &[], &[], cold));
    begin("cold").refused(400, "InvalidArgument");
}

#[test]
fn channels_are_idle() {
    let emulator = start();
    let owner = Client::owner(&emulator);
    owner.make("photos");
    assert_eq!(elements(&get(&owner, "live"), "Name"), Vec::<String>::new());
    let channel = |method: &str, query: &[(&str, &str)], body: &str| {
        owner.oss(method, Some("photos"), "ch", &[&[("live", "")][..], query].concat(), &[], body.as_bytes())
    };
    channel("GET", &[], "").refused(404, "NoSuchLiveChannel");
    let body = "<LiveChannelConfiguration><Description>d</Description><Target><Type>HLS</Type></Target></LiveChannelConfiguration>";
    let made = channel("PUT", &[], body);
    assert_eq!(elements(done(&made), "Url")[0], "rtmp://photos.oss-cn-hangzhou.aliyuncs.com/live/ch");
    assert_eq!(element(&channel("GET", &[], ""), "FragDuration"), "5");
    assert_eq!(element(&channel("GET", &[("comp", "stat")], ""), "Status"), "Idle");
    done(&channel("PUT", &[("status", "disabled")], ""));
    assert_eq!(element(&channel("GET", &[("comp", "stat")], ""), "Status"), "Disabled");
    assert_eq!(elements(&get(&owner, "live"), "Name"), ["ch"]);
    for _ in 0..2 {
        assert_eq!(channel("DELETE", &[], "").status, 204);
    }
}

#[test]
fn buckets_and_regions_that_are_asked_for() {
    let emulator = start();
    let owner = Client::owner(&emulator);
    for (bucket, tags) in [("one", &[("a", "1"), ("b", "2")][..]), ("two", &[("a", "1")]), ("three", &[])] {
        owner.make(bucket);
        done(&owner.tag(bucket, tags));
    }
    let list = |query: &[(&str, &str)]| owner.oss("GET", None, "", query, &[], b"");
    assert_eq!(elements(&list(&[("tagging", "\"a\":\"1\",\"b\":\"2\"")]), "Name"), ["one"]);
    assert_eq!(elements(&list(&[("tag-key", "a")]), "Name"), ["one", "two"]);
    assert_eq!(elements(&list(&[("regionList", "")]), "Name").len(), 3);
    for wrong in [("tagging", "nonsense"), ("max-keys", "0"), ("prefix", "BucketName"), ("tag-value", "1")] {
        list(&[wrong]).refused(400, "InvalidArgument");
    }
    let regions = |asked: &str| list(&[("regions", asked)]);
    assert!(elements(&regions(""), "Region").len() > 20);
    assert_eq!(elements(&regions("oss-cn-hangzhou"), "InternetEndpoint"), ["oss-cn-hangzhou.aliyuncs.com"]);
    assert_eq!(regions("oss-nowhere").refused(404, "NoSuchRegion").message(), "oss-nowhere");
    let stat = owner.on_bucket("GET", "one", &[("stat", "")]);
    assert_eq!([element(&stat, "LastModifiedTime"), element(&stat, "ObjectCount")], ["0", "0"]);
    done(&owner.put("one", "k", "1234567"));
    let stat = owner.on_bucket("GET", "one", &[("stat", "")]);
    assert_eq!([element(&stat, "StandardStorage"), element(&stat, "ObjectCount")], ["7", "1"]);
}
