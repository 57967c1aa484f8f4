//! What OSS does by itself, by the clock: access logs, inventories, replication.

use std::io::Read;

use acslab_emulator::EmulatorHandle;
use acslab_emulator::cloud::{Object, Versioning};
use flate2::read::GzDecoder;

use crate::kit::{Client, policy, trust};
use crate::tools::{done, element, elements, header, open, start, unsigned};

fn forward(emulator: &EmulatorHandle, seconds: i64) {
    emulator.advance_clock(seconds).map(|_| ()).expect("a time");
}

/// A role that OSS may assume, with a policy.
fn role(owner: &Client<'_>, name: &str, document: &str) {
    let trust = trust("Service", "oss.aliyuncs.com");
    owner.ram("CreateRole", &[("RoleName", name), ("AssumeRolePolicyDocument", &trust)]).ok();
    owner.ram("CreatePolicy", &[("PolicyName", name), ("PolicyDocument", document)]).ok();
    let attach = [("PolicyType", "Custom"), ("PolicyName", name), ("RoleName", name)];
    owner.ram("AttachPolicyToRole", &attach).ok();
}

fn put_setting(owner: &Client<'_>, bucket: &str, query: &[(&str, &str)], body: &str) {
    let method = if query.iter().any(|(name, _)| *name == "comp") { "POST" } else { "PUT" };
    done(&owner.oss(method, Some(bucket), "", query, &[], body.as_bytes()));
}

fn keys(owner: &Client<'_>, bucket: &str) -> Vec<String> {
    elements(&owner.on_bucket("GET", bucket, &[]), "Key")
}

/// What the trail has of the last calls that a service made itself: the operation, the caller, the code.
fn by_itself(emulator: &EmulatorHandle) -> Vec<String> {
    let entries = emulator.decisions(100).into_iter().rev().filter(|entry| entry.source_ip.is_none());
    let text = |code: Option<&str>| code.map(|code| format!(" {code}")).unwrap_or_default();
    entries.map(|entry| format!("{}{}", entry.operation.name, text(entry.code.as_deref()))).collect()
}

fn log_to(owner: &Client<'_>, role: &str) {
    let role = if role.is_empty() { String::new() } else { format!("<LoggingRole>{role}</LoggingRole>") };
    let body = format!(
        "<BucketLoggingStatus><LoggingEnabled><TargetBucket>logs</TargetBucket><TargetPrefix>of/</TargetPrefix>{role}</LoggingEnabled></BucketLoggingStatus>"
    );
    put_setting(owner, "photos", &[("logging", "")], &body);
}

/// A line as its fields: those in quotes and in brackets are one.
fn fields(line: &str) -> Vec<String> {
    let (mut fields, mut rest) = (Vec::new(), line);
    while !rest.is_empty() {
        let end = match rest.as_bytes()[0] {
            b'"' => rest[1..].find('"').map_or(rest.len(), |at| at + 2),
            b'[' => rest.find(']').map_or(rest.len(), |at| at + 1),
            _ => rest.find(' ').unwrap_or(rest.len()),
        };
        fields.push(rest[..end].trim_matches(['"', '[', ']']).to_owned());
        rest = rest[end..].trim_start();
    }
    fields
}

#[test]
fn who_asked_for_what_is_written_each_hour_as_the_log_role() {
    let emulator = start();
    let owner = Client::owner(&emulator);
    for bucket in ["photos", "logs"] {
        owner.make(bucket);
    }
    role(&owner, "AliyunOSSLoggingDefaultRole", &policy("Allow", "oss:PutObject", "acs:oss:*:*:logs/*"));
    log_to(&owner, "");
    done(&owner.put("photos", "a b", "12345"));
    done(&owner.put("photos", "a b", "123"));
    done(&owner.with("GET", "photos", "a b", &[("referer", "http://page/"), ("user-agent", "me \"1\"")]));
    owner.nobody("alice").on_object("GET", "photos", "a b").refused(403, "AccessDenied");
    unsigned(&owner, "GET", "/photos/none", "").refused(403, "AccessDenied");
    let stranger = owner.with_key(&owner.key_id, "wrong", None);
    stranger.on_object("GET", "photos", "a b").refused(403, "SignatureDoesNotMatch");
    assert_eq!(keys(&owner, "logs"), [""; 0]);
    forward(&emulator, 3600);
    // The first request that could see it finds it there. The hour is China's, of the beginning.
    assert_eq!(keys(&owner, "logs"), ["of/photos2026-01-02-11-00-00-0001"]);
    let log = owner.on_object("GET", "logs", "of/photos2026-01-02-11-00-00-0001").text();
    let lines: Vec<_> = log.lines().map(fields).collect();
    assert!(lines.iter().all(|line| line.len() == 29), "{log}");
    let of = |line: usize, field: usize| lines[line][field].as_str();
    assert_eq!(lines.len(), 7, "{log}");
    // What switched the log on is the first that it has.
    assert_eq!((of(0, 14), of(1, 14), of(3, 14)), ("PutBucketLogging", "PutObject", "GetObject"));
    assert_eq!((of(0, 16), of(1, 16)), ("-", "a%20b"));
    assert_eq!((of(1, 0), of(1, 3)), ("127.0.0.1", "02/Jan/2026:11:04:05 +0800"));
    assert!(of(1, 4).starts_with("PUT /photos/a%20b") && of(1, 4).ends_with(" HTTP/1.1"), "{log}");
    // Sizes: what was sent, what is there, by how much that has grown.
    assert_eq!((of(1, 6), of(1, 17), of(1, 22)), ("0", "5", "5"));
    assert_eq!((of(2, 6), of(2, 17), of(2, 22)), ("0", "3", "-2"));
    assert_eq!((of(3, 5), of(3, 6), of(3, 17), of(3, 22)), ("200", "3", "3", "-"));
    assert_eq!((of(3, 8), of(3, 9)), ("http://page/", "me _1_"));
    assert_eq!((of(3, 12), of(3, 13), of(3, 21)), ("true", "1234567890123456", "1234567890123456"));
    assert_eq!((of(3, 24), of(3, 27)), ("Standard", owner.key_id.as_str()));
    assert_eq!(of(3, 28), "acs:oss:cn-hangzhou:1234567890123456:photos");
    for (line, code) in [(4, "AccessDenied"), (5, "AccessDenied"), (6, "SignatureDoesNotMatch")] {
        assert_eq!((of(line, 5), of(line, 19)), ("403", code));
        assert!(of(line, 6).parse::<u64>().is_ok_and(|bytes| bytes > 200), "{log}");
    }
    assert_eq!((of(5, 13), of(5, 27), of(6, 13)), ("-", "-", "-"));
    // An hour in which nobody asked for anything has no file, and what writes the files is asked for by nobody.
    forward(&emulator, 7200);
    assert_eq!(keys(&owner, "logs").len(), 1);
}

/// A request that began in an hour may end behind it, when the hour's file is written already.
#[test]
fn a_line_that_comes_late_has_a_file_of_its_own() {
    let emulator = start();
    let owner = Client::owner(&emulator);
    for bucket in ["photos", "logs"] {
        owner.make(bucket);
    }
    role(&owner, "AliyunOSSLoggingDefaultRole", &policy("Allow", "oss:PutObject", "acs:oss:*:*:logs/*"));
    log_to(&owner, "");
    done(&owner.put("photos", "a", "1"));
    let began = owner.now();
    forward(&emulator, 3600);
    let file = |number: u32| format!("of/photos2026-01-02-11-00-00-{number:04}");
    assert_eq!(keys(&owner, "logs"), [file(1)]);
    let before = owner.on_object("GET", "logs", &file(1)).text();
    for number in 2..4 {
        let cloud = emulator.gateway().cloud();
        cloud.buckets.change("photos", |bucket| bucket.chores.log(began, &format!("late {number}"))).expect("a bucket");
        assert_eq!(owner.on_object("GET", "logs", &file(number)).text(), format!("late {number}\n"));
    }
    assert_eq!((keys(&owner, "logs").len(), owner.on_object("GET", "logs", &file(1)).text()), (3, before));
}

#[test]
fn a_log_whose_role_may_not_write_it_is_lost_and_that_can_be_read() {
    let emulator = start();
    let owner = Client::owner(&emulator);
    for bucket in ["photos", "logs"] {
        owner.make(bucket);
    }
    log_to(&owner, "nobody");
    done(&owner.put("photos", "a", "1"));
    forward(&emulator, 3600);
    assert_eq!(keys(&owner, "logs"), [""; 0]);
    assert_eq!(by_itself(&emulator), ["AssumeRole EntityNotExist.Role"]);
    role(&owner, "writer", &policy("Allow", "oss:PutObject", "acs:oss:*:*:logs/other/*"));
    log_to(&owner, "writer");
    forward(&emulator, 3600);
    assert_eq!(keys(&owner, "logs"), [""; 0]);
    assert_eq!(by_itself(&emulator)[1..], ["AssumeRole", "PutObject AccessDenied"]);
    // Nothing is tried again, and a log that was switched off is not written.
    done(&owner.put("photos", "a", "1"));
    assert_eq!(owner.on_bucket("DELETE", "photos", &[("logging", "")]).status, 204);
    forward(&emulator, 3600);
    assert_eq!(keys(&owner, "logs"), [""; 0]);
    assert_eq!(by_itself(&emulator).len(), 3);
}

fn inventory(frequency: &str, versions: &str, more: &str) -> String {
    let fields =
        ["Size", "LastModifiedDate", "ETag", "StorageClass", "IsMultipartUploaded", "EncryptionStatus", "Crc64"];
    let fields: String = fields.iter().map(|field| format!("<Field>{field}</Field>")).collect();
    format!(
        "<InventoryConfiguration><Id>all</Id><IsEnabled>true</IsEnabled>{more}<Destination><OSSBucketDestination>\
         <Format>CSV</Format><AccountId>1234567890123456</AccountId><RoleArn>acs:ram::1234567890123456:role/lister</RoleArn>\
         <Bucket>acs:oss:::lists</Bucket><Prefix>of</Prefix></OSSBucketDestination></Destination>\
         <Schedule><Frequency>{frequency}</Frequency></Schedule><IncludedObjectVersions>{versions}</IncludedObjectVersions>\
         <OptionalFields>{fields}</OptionalFields></InventoryConfiguration>"
    )
}

/// The manifest of the list that was scanned at a time, and the list.
fn listed(owner: &Client<'_>, scanned: &str) -> (serde_json::Value, String) {
    let folder = format!("of/photos/all/{scanned}");
    let manifest = owner.on_object("GET", "lists", &format!("{folder}/manifest.json"));
    let checksum = owner.on_object("GET", "lists", &format!("{folder}/manifest.checksum")).text();
    assert_eq!(header(&manifest, "etag").trim_matches('"'), checksum);
    let manifest: serde_json::Value = serde_json::from_str(&manifest.text()).expect("JSON");
    let file = &manifest["files"][0];
    let packed = owner.on_object("GET", "lists", file["key"].as_str().expect("a key"));
    assert_eq!(file["size"], packed.body.len());
    assert_eq!(header(&packed, "etag").trim_matches('"'), file["MD5checksum"].as_str().unwrap_or_default());
    let mut list = String::new();
    GzDecoder::new(&packed.body[..]).read_to_string(&mut list).expect("what was packed");
    (manifest, list)
}

#[test]
fn objects_are_listed_by_the_day_as_the_role_of_the_inventory() {
    let emulator = start();
    let owner = Client::owner(&emulator);
    for bucket in ["photos", "lists"] {
        owner.make(bucket);
    }
    role(&owner, "lister", &policy("Allow", "oss:PutObject", "acs:oss:*:*:lists/*"));
    done(&owner.put("photos", "dir/a b", "12345"));
    done(&owner.oss("PUT", Some("photos"), "b", &[], &[("x-oss-server-side-encryption", "AES256")], b"1"));
    let put = |body: &str| put_setting(&owner, "photos", &[("inventory", ""), ("inventoryId", "all")], body);
    put(&inventory("Daily", "Current", ""));
    assert_eq!(keys(&owner, "lists"), [""; 0]);
    forward(&emulator, 13 * 3600);
    assert_eq!(keys(&owner, "lists").len(), 3);
    let (manifest, list) = listed(&owner, "2026-01-02T16-04Z");
    assert_eq!(
        (manifest["sourceBucket"].as_str(), manifest["destinationBucket"].as_str(), manifest["version"].as_str()),
        (Some("photos"), Some("lists"), Some("2019-09-01"))
    );
    assert_eq!(
        manifest["fileSchema"],
        "Bucket, Key, Size, LastModifiedDate, ETag, StorageClass, IsMultipartUploaded, EncryptionStatus, CRC64"
    );
    let lines: Vec<_> = list.lines().collect();
    assert!(
        lines[0].starts_with("photos,\"b\",\"1\",\"2026-01-02T03-04-05Z\",\"C4CA4238A0B923820DCC509A6F75849B\""),
        "{list}"
    );
    assert!(lines[0].contains("\"Standard\",\"false\",\"true\","), "{list}");
    assert!(lines[1].starts_with("photos,\"dir%2Fa%20b\",\"5\",") && lines.len() == 2, "{list}");
    // However many days nobody looked: the list of the last.
    forward(&emulator, 3 * 86_400);
    assert_eq!(keys(&owner, "lists").len(), 6);
    let none = owner.on_bucket("DELETE", "photos", &[("inventory", ""), ("inventoryId", "all")]);
    assert_eq!(none.status, 204);
    forward(&emulator, 86_400);
    assert_eq!(keys(&owner, "lists").len(), 6);
    // By the week, all versions, of some objects.
    let versioning = "<VersioningConfiguration><Status>Enabled</Status></VersioningConfiguration>";
    put_setting(&owner, "photos", &[("versioning", "")], versioning);
    done(&owner.put("photos", "b", "22"));
    assert_eq!(owner.on_object("DELETE", "photos", "b").status, 204);
    put(&inventory("Weekly", "All", "<Filter><Prefix>b</Prefix></Filter>"));
    forward(&emulator, 3 * 86_400);
    assert_eq!(keys(&owner, "lists").len(), 6);
    forward(&emulator, 3 * 86_400);
    let newest = keys(&owner, "lists").into_iter().rfind(|key| key.ends_with("manifest.json"));
    let newest = newest.and_then(|key| key.split('/').nth(3).map(str::to_owned)).expect("a folder");
    let (manifest, list) = listed(&owner, &newest);
    assert!(
        manifest["fileSchema"]
            .as_str()
            .is_some_and(|schema| schema.starts_with("Bucket, Key, VersionId, IsLatest, IsDeleteMarker, "))
    );
    let told = |line: &str| line.split(',').skip(3).take(3).collect::<Vec<_>>().join(",");
    let lines: Vec<_> = list.lines().map(told).collect();
    assert_eq!(lines, ["\"true\",\"true\",\"\"", "\"false\",\"false\",\"2\"", "\"false\",\"false\",\"1\""]);
    assert!(list.lines().nth(2).is_some_and(|line| line.contains("\"null\"")), "{list}");
}

/// Page by page, one inventory before each request.
#[test]
fn long_lists_are_written_one_by_one() {
    let emulator = start();
    let owner = Client::owner(&emulator);
    for bucket in ["photos", "lists"] {
        owner.make(bucket);
    }
    role(&owner, "lister", &policy("Allow", "oss:PutObject", "acs:oss:*:*:lists/*"));
    let body = inventory("Daily", "All", "");
    put_setting(&owner, "photos", &[("inventory", ""), ("inventoryId", "all")], &body);
    let some = inventory("Daily", "Current", "<Filter><Prefix>b</Prefix></Filter>").replace("<Id>all", "<Id>some");
    put_setting(&owner, "photos", &[("inventory", ""), ("inventoryId", "some")], &some);
    let cloud = emulator.gateway().cloud();
    let filled = cloud.buckets.change("photos", |bucket| {
        bucket.versioning = Versioning::Enabled;
        let mut put = |key: String| drop(bucket.objects.put(&key, Object::default(), Versioning::Enabled));
        (0..1500).for_each(|_| put("a".to_owned()));
        (0..2500).for_each(|number| put(format!("b{number:04}")));
    });
    assert_eq!(filled, Some(()));
    forward(&emulator, 13 * 3600);
    assert_eq!([3, 6, 6].map(|_| keys(&owner, "lists").len()), [3, 6, 6]);
    let (_, list) = listed(&owner, "2026-01-02T16-04Z");
    let keys: Vec<_> = list.lines().map(|line| line.split(',').nth(1).unwrap_or_default()).collect();
    let wanted = (0..1500).map(|_| "\"a\"".to_owned()).chain((0..2500).map(|number| format!("\"b{number:04}\"")));
    assert!(keys.iter().copied().eq(wanted), "{} lines", keys.len());
    let ids: std::collections::BTreeSet<_> = list.lines().map(|line| line.split(',').nth(2)).collect();
    assert_eq!(ids.len(), 4000);
}

fn rule(target: &str, more: &str) -> String {
    format!(
        "<ReplicationConfiguration><Rule>{more}<Destination><Bucket>{target}</Bucket><Location>oss-cn-hangzhou</Location>\
         </Destination></Rule></ReplicationConfiguration>"
    )
}

fn replicate(owner: &Client<'_>, bucket: &str, rule: &str) {
    put_setting(owner, bucket, &[("replication", ""), ("comp", "add")], rule);
}

const COPIES: &str = r#"{"Version":"1","Statement":[{"Effect":"Allow","Action":["oss:ReplicateList","oss:ReplicateGet"],"Resource":["acs:oss:*:*:photos","acs:oss:*:*:photos/*"]},{"Effect":"Allow","Action":["oss:ReplicatePut","oss:ReplicateDelete"],"Resource":"acs:oss:*:*:copies/*"}]}"#;

#[test]
fn what_is_written_is_copied_by_prefixes_and_actions() {
    let emulator = start();
    let owner = Client::owner(&emulator);
    for bucket in ["photos", "copies", "kept"] {
        owner.make(bucket);
    }
    done(&owner.put("photos", "a/before", "0"));
    role(&owner, "copier", COPIES);
    let prefix = "<PrefixSet><Prefix>a/</Prefix></PrefixSet>";
    replicate(&owner, "photos", &rule("copies", &format!("{prefix}<Action>ALL</Action><SyncRole>copier</SyncRole>")));
    let without =
        format!("{prefix}<Action>PUT</Action><HistoricalObjectReplication>disabled</HistoricalObjectReplication>");
    replicate(&owner, "photos", &rule("kept", &without));
    // What was there before goes first, and for the rule alone that says so.
    assert_eq!((keys(&owner, "copies"), keys(&owner, "kept").len()), (vec!["a/before".to_owned()], 0));
    let sent = [("x-oss-meta-one", "1"), ("x-oss-tagging", "t=1"), ("content-type", "text/x")];
    done(&owner.oss("PUT", Some("photos"), "a/1", &[], &sent, b"new"));
    done(&owner.put("photos", "b/1", "not"));
    for copy in ["copies", "kept"] {
        let read = owner.on_object("GET", copy, "a/1");
        assert_eq!((read.text().as_str(), header(&read, "x-oss-meta-one")), ("new", "1"));
        assert_eq!((header(&read, "content-type"), header(&read, "x-oss-tagging-count")), ("text/x", "1"));
        owner.on_object("GET", copy, "b/1").refused(404, "NoSuchKey");
    }
    // What is changed of an object, and what is appended, goes along.
    done(&owner.oss("PUT", Some("photos"), "a/1", &[("acl", "")], &[("x-oss-object-acl", "public-read")], b""));
    assert_eq!(element(&owner.oss("GET", Some("copies"), "a/1", &[("acl", "")], &[], b""), "Grant"), "public-read");
    let append = |position: &str| {
        owner.oss("POST", Some("photos"), "a/log", &[("append", ""), ("position", position)], &[], b"xy")
    };
    done(&append("0"));
    done(&append("2"));
    assert_eq!(owner.on_object("GET", "copies", "a/log").text(), "xyxy");
    // Deletions are copied by the rule that says so.
    assert_eq!(owner.on_object("DELETE", "photos", "a/1").status, 204);
    owner.on_object("GET", "copies", "a/1").refused(404, "NoSuchKey");
    assert_eq!(owner.on_object("GET", "kept", "a/1").text(), "new");
    assert_eq!(element(&owner.on_bucket("GET", "photos", &[("replication", "")]), "Status"), "doing");
    let progress = owner.on_bucket("GET", "photos", &[("replicationProgress", "")]);
    assert_eq!(elements(&progress, "HistoricalObject"), ["1"]);
    // What arrives is not copied on.
    owner.make("third");
    replicate(&owner, "copies", &rule("third", "<HistoricalObjectReplication>disabled</HistoricalObjectReplication>"));
    done(&owner.put("photos", "a/2", "2"));
    assert_eq!(owner.on_object("GET", "copies", "a/2").text(), "2");
    assert_eq!(keys(&owner, "third"), [""; 0]);
}

#[test]
fn versions_are_copied_with_their_ids_and_so_are_their_ends() {
    let emulator = start();
    let owner = Client::owner(&emulator);
    let versioning = "<VersioningConfiguration><Status>Enabled</Status></VersioningConfiguration>";
    for bucket in ["photos", "copies"] {
        owner.make(bucket);
        put_setting(&owner, bucket, &[("versioning", "")], versioning);
    }
    done(&owner.put("photos", "a", "1"));
    done(&owner.put("photos", "a", "2"));
    replicate(&owner, "photos", &rule("copies", "<Action>ALL</Action>"));
    let versions = |bucket: &str| {
        let listed = owner.on_bucket("GET", bucket, &[("versions", "")]);
        (elements(&listed, "VersionId"), elements(&listed, "IsLatest"))
    };
    done(&owner.put("photos", "a", "3"));
    assert_eq!(owner.on_object("DELETE", "photos", "a").status, 204);
    assert_eq!(versions("copies"), versions("photos"));
    assert_eq!(versions("copies").0.len(), 4);
    owner.on_object("GET", "copies", "a").refused(404, "NoSuchKey");
    // The marker and the middle one go for good.
    let (ids, _) = versions("photos");
    for id in [&ids[0], &ids[2]] {
        assert_eq!(owner.oss("DELETE", Some("photos"), "a", &[("versionId", id)], &[], b"").status, 204);
    }
    assert_eq!(versions("copies"), versions("photos"));
    assert_eq!(owner.on_object("GET", "copies", "a").text(), "3");
    // What is written there besides is a version like any other.
    done(&owner.put("copies", "a", "own"));
    done(&owner.put("photos", "a", "4"));
    assert_eq!(versions("copies").0.len(), 4);
}

#[test]
fn a_role_that_may_not_copies_nothing_and_a_bucket_of_another_account_lets_it_in() {
    let emulator = start();
    let owner = Client::owner(&emulator);
    let partner = Client::owner_of(&emulator, 1);
    open(&emulator, "6543210987654321");
    owner.make("photos");
    partner.make("copies");
    role(&owner, "copier", COPIES);
    let history = "<HistoricalObjectReplication>disabled</HistoricalObjectReplication>";
    replicate(&owner, "photos", &rule("copies", &format!("<SyncRole>copier</SyncRole>{history}")));
    done(&owner.put("photos", "a", "1"));
    partner.on_object("GET", "copies", "a").refused(404, "NoSuchKey");
    assert_eq!(by_itself(&emulator), ["AssumeRole", "ReplicateObject AccessDenied"]);
    let lets = r#"{"Version":"1","Statement":[{"Effect":"Allow","Action":["oss:ReplicatePut"],"Principal":["arn:sts::1234567890123456:assumed-role/copier/*"],"Resource":["acs:oss:*:6543210987654321:copies/*"]}]}"#;
    done(&partner.oss("PUT", Some("copies"), "", &[("policy", "")], &[], lets.as_bytes()));
    done(&owner.put("photos", "b", "2"));
    assert_eq!(partner.on_object("GET", "copies", "b").text(), "2");
    // To delete is another permission.
    assert_eq!(owner.on_object("DELETE", "photos", "b").status, 204);
    assert_eq!(partner.on_object("GET", "copies", "b").text(), "2");
    assert_eq!(by_itself(&emulator).last().map(String::as_str), Some("ReplicateDeletion AccessDenied"));
    // Without a role nothing goes to another account, and no request can ask for what OSS does itself.
    let replaced = partner.oss("POST", Some("copies"), "b", &[("target", "copies"), ("version", "null")], &[], b"");
    assert_eq!((replaced.status, partner.on_object("GET", "copies", "b").text().as_str()), (405, "2"));
}

#[test]
fn what_is_encrypted_with_a_key_is_copied_where_the_rule_says_so() {
    let emulator = start();
    let owner = Client::owner(&emulator);
    for bucket in ["photos", "copies", "all"] {
        owner.make(bucket);
    }
    let history = "<HistoricalObjectReplication>disabled</HistoricalObjectReplication>";
    replicate(&owner, "photos", &rule("copies", history));
    let with_key = "<SourceSelectionCriteria><SseKmsEncryptedObjects><Status>Enabled</Status></SseKmsEncryptedObjects></SourceSelectionCriteria><EncryptionConfiguration><ReplicaKmsKeyID>key-there</ReplicaKmsKeyID></EncryptionConfiguration>";
    replicate(&owner, "photos", &rule("all", &format!("{history}{with_key}")));
    done(&owner.oss("PUT", Some("photos"), "a", &[], &[("x-oss-server-side-encryption", "KMS")], b"1"));
    owner.on_object("GET", "copies", "a").refused(404, "NoSuchKey");
    let read = owner.on_object("HEAD", "all", "a");
    assert_eq!(header(&read, "x-oss-server-side-encryption-key-id"), "key-there");
}

/// As whoever reads and writes with a key needs it.
#[test]
fn a_rule_needs_the_keys_that_it_copies_with() {
    let emulator = start();
    let owner = Client::owner(&emulator);
    for bucket in ["photos", "copies"] {
        owner.make(bucket);
    }
    let key = crate::kit::text(&owner.rpc("2016-01-20", "CreateKey", &[]).ok(), "/KeyMetadata/KeyId").to_owned();
    role(&owner, "copier", COPIES);
    let with_key = "<HistoricalObjectReplication>disabled</HistoricalObjectReplication><SyncRole>copier</SyncRole><SourceSelectionCriteria><SseKmsEncryptedObjects><Status>Enabled</Status></SseKmsEncryptedObjects></SourceSelectionCriteria><EncryptionConfiguration><ReplicaKmsKeyID>key-there</ReplicaKmsKeyID></EncryptionConfiguration>";
    replicate(&owner, "photos", &rule("copies", with_key));
    let sent = [("x-oss-server-side-encryption", "KMS"), ("x-oss-server-side-encryption-key-id", key.as_str())];
    let copied = |object: &str| {
        done(&owner.oss("PUT", Some("photos"), object, &[], &sent, b"1"));
        owner.on_object("HEAD", "copies", object).status == 200
    };
    let let_role = |name: &str, action: &str, key: &str| {
        let document = policy("Allow", action, &format!("acs:kms:cn-hangzhou:1234567890123456:key/{key}"));
        owner.ram("CreatePolicy", &[("PolicyName", name), ("PolicyDocument", &document)]).ok();
        let attach = [("PolicyType", "Custom"), ("PolicyName", name), ("RoleName", "copier")];
        owner.ram("AttachPolicyToRole", &attach).ok();
    };
    assert!(!copied("none"));
    let_role("reads", "kms:Decrypt", &key);
    assert!(!copied("reads"));
    let_role("writes", "kms:GenerateDataKey", "key-there");
    assert!(copied("both"));
    // Without a key of one's own nothing is read with one.
    done(&owner.put("photos", "plain", "1"));
    assert_eq!(owner.on_object("HEAD", "copies", "plain").status, 200);
    let refused = by_itself(&emulator).into_iter().filter(|told| told == "ReplicateObject AccessDenied");
    assert_eq!(refused.count(), 2);
}

fn progress(owner: &Client<'_>) -> Vec<String> {
    elements(&owner.on_bucket("GET", "photos", &[("replicationProgress", "")]), "HistoricalObject")
}

#[test]
fn a_long_history_is_copied_bit_by_bit() {
    let emulator = start();
    let owner = Client::owner(&emulator);
    for bucket in ["photos", "copies", "more", "third", "logs"] {
        owner.make(bucket);
    }
    for n in 0..203 {
        done(&owner.put("photos", &format!("{n:04}"), "x"));
    }
    replicate(&owner, "photos", &rule("copies", ""));
    assert_eq!([0, 1, 2].map(|_| progress(&owner)), [["0.49"], ["0.98"], ["1"]]);
    assert_eq!(keys(&owner, "copies").len(), 100);
    let counted = owner.on_bucket("GET", "copies", &[("stat", "")]);
    assert_eq!(element(&counted, "ObjectCount"), "203");
    // However many rules and buckets: so many keys before each request.
    replicate(&owner, "photos", &rule("more", ""));
    replicate(&owner, "copies", &rule("third", ""));
    let cloud = emulator.gateway().cloud();
    let copied = || {
        let count = |name: &str| cloud.buckets.read(name, |bucket| bucket.objects.statistics().count());
        count("more").expect("a bucket") + count("third").expect("a bucket")
    };
    // The first rule has begun before the second was there.
    assert_eq!(copied(), 100);
    for more in [200, 300, 400, 406] {
        done(&owner.on_bucket("GET", "logs", &[("acl", "")]));
        assert_eq!(copied(), more);
    }
}

/// Of several keys the others are copied, and what is not copied is not said to be.
#[test]
fn one_key_that_is_refused_keeps_no_other_from_being_copied() {
    let emulator = start();
    let owner = Client::owner(&emulator);
    for bucket in ["photos", "copies"] {
        owner.make(bucket);
    }
    for key in ["a", "b", "c"] {
        done(&owner.put("photos", key, key));
    }
    let but_b = r#""Statement":[{"Effect":"Deny","Action":"oss:Replicate*","Resource":"acs:oss:*:*:copies/b"},"#;
    role(&owner, "copier", &COPIES.replace("\"Statement\":[", but_b));
    replicate(&owner, "photos", &rule("copies", "<Action>ALL</Action><SyncRole>copier</SyncRole>"));
    assert_eq!(progress(&owner), ["0.66"]);
    assert_eq!(keys(&owner, "copies"), ["a", "c"]);
    // Nothing is tried again.
    let told = by_itself(&emulator);
    assert_eq!((progress(&owner), by_itself(&emulator)), (vec!["0.66".to_owned()], told));
    // So it is with several changes at once.
    done(&owner.put("copies", "b", "own"));
    let objects = ["a", "b", "c"].map(|key| format!("<Object><Key>{key}</Key></Object>")).concat();
    let body = format!("<Delete><Quiet>true</Quiet>{objects}</Delete>");
    done(&owner.oss("POST", Some("photos"), "", &[("delete", "")], &[], body.as_bytes()));
    assert_eq!(keys(&owner, "copies"), ["b"]);
}

#[test]
fn a_history_that_may_not_be_listed_is_not_done() {
    let emulator = start();
    let owner = Client::owner(&emulator);
    for bucket in ["photos", "copies"] {
        owner.make(bucket);
    }
    done(&owner.put("photos", "a", "a"));
    role(&owner, "copier", &COPIES.replace("oss:ReplicateList", "oss:ListObjects"));
    replicate(&owner, "photos", &rule("copies", "<ID>one</ID><SyncRole>copier</SyncRole>"));
    assert_eq!([progress(&owner), progress(&owner)], [["0.00"], ["0.00"]]);
    assert_eq!(by_itself(&emulator), ["AssumeRole", "ReplicateList AccessDenied"]);
    // What is new is copied all the same, and the rule goes as any other.
    done(&owner.put("photos", "b", "b"));
    assert_eq!(keys(&owner, "copies"), ["b"]);
    let gone = "<ReplicationRules><ID>one</ID></ReplicationRules>";
    put_setting(&owner, "photos", &[("replication", ""), ("comp", "delete")], gone);
    let again = "<ID>one</ID><HistoricalObjectReplication>disabled</HistoricalObjectReplication>";
    replicate(&owner, "photos", &rule("copies", again));
    let histories = |bucket: &acslab_emulator::cloud::Bucket| bucket.chores.histories().len();
    assert_eq!(emulator.gateway().cloud().buckets.read("photos", histories), Some(0));
}

#[test]
fn what_is_still_to_be_done_is_part_of_the_state() {
    let emulator = start();
    let owner = Client::owner(&emulator);
    for bucket in ["photos", "logs"] {
        owner.make(bucket);
    }
    role(&owner, "AliyunOSSLoggingDefaultRole", &policy("Allow", "oss:PutObject", "acs:oss:*:*:logs/*"));
    log_to(&owner, "");
    done(&owner.put("photos", "a", "1"));
    emulator.save_checkpoint("before").expect("a checkpoint");
    emulator.restore_checkpoint("before").expect("the checkpoint");
    forward(&emulator, 3600);
    assert_eq!(keys(&owner, "logs").len(), 1);
}
