//! What OSS does by itself, by the clock. Replication.

use crate::chores::{by_itself, forward, keys, put_setting, role};
use crate::kit::{Client, policy};
use crate::logging::logged;
use crate::tools::{done, element, elements, header, open, start};

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
    role(&owner, "any", &policy("Allow", "*", "*"));
    let with_key = "<SyncRole>any</SyncRole><SourceSelectionCriteria><SseKmsEncryptedObjects><Status>Enabled</Status></SseKmsEncryptedObjects></SourceSelectionCriteria><EncryptionConfiguration><ReplicaKmsKeyID>key-there</ReplicaKmsKeyID></EncryptionConfiguration>";
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
    logged(&owner);
    done(&owner.put("photos", "a", "1"));
    emulator.save_checkpoint("before").expect("a checkpoint");
    emulator.restore_checkpoint("before").expect("the checkpoint");
    forward(&emulator, 3600);
    assert_eq!(keys(&owner, "logs").len(), 1);
}

#[test]
fn who_replicates_as_a_role_or_to_another_account_must_be_able_to_read_so() {
    let emulator = start();
    let owner = Client::owner(&emulator);
    let partner = Client::owner_of(&emulator, 1);
    for bucket in ["photos", "copies", "more"] {
        owner.make(bucket);
    }
    partner.make("theirs");
    role(&owner, "copier", COPIES);
    let user = owner.user("alice");
    let put = |target: &str, more: &str| {
        let query = [("replication", ""), ("comp", "add")];
        user.oss("POST", Some("photos"), "", &query, &[], rule(target, more).as_bytes())
    };
    let as_role = "<SyncRole>copier</SyncRole>";
    owner.grant("alice", "Puts", &policy("Allow", "oss:PutBucketReplication", "acs:oss:*:*:photos"));
    for (target, more) in [("copies", as_role), ("theirs", "")] {
        let refused = put(target, more);
        refused.refused(403, "AccessDenied");
        assert_eq!(element(&refused, "AuthAction"), "oss:ReplicateGet");
    }
    // Within an account, and as nobody else, that is all.
    done(&put("more", ""));
    owner.grant("alice", "Reads", &policy("Allow", "oss:ReplicateGet", "acs:oss:*:*:photos"));
    done(&put("theirs", ""));
    put("copies", as_role).refused(403, "AccessDenied");
    owner.grant("alice", "ReadsThere", &policy("Allow", "oss:ReplicateGet", "acs:oss:*:*:copies"));
    done(&put("copies", as_role));
}
