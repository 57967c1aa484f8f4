//! Objects that are encrypted with a key of KMS: whoever writes and reads them needs the key too.

use crate::kit::{Client, text};
use crate::tools::{detail, done, header, start};

const KMS: &str = "2016-01-20";
const WITH_KEY: &str = "x-oss-server-side-encryption-key-id";

fn key(owner: &Client<'_>) -> String {
    let made = owner.rpc(KMS, "CreateKey", &[]).ok();
    text(&made, "/KeyMetadata/KeyId").to_owned()
}

fn lines(key: &str) -> [(&str, &str); 2] {
    [("x-oss-server-side-encryption", "KMS"), (WITH_KEY, key)]
}

fn document(actions: &[&str], resource: &str) -> String {
    let actions: Vec<_> = actions.iter().map(|action| format!("\"{action}\"")).collect();
    format!(
        r#"{{"Version":"1","Statement":[{{"Effect":"Allow","Action":["oss:*"],"Resource":"*"}},{{"Effect":"Allow","Action":[{}],"Resource":"{resource}"}}]}}"#,
        actions.join(",")
    )
}

#[test]
fn who_writes_with_a_key_may_use_it_and_who_reads_may_decrypt_with_it() {
    let emulator = start();
    let owner = Client::owner(&emulator);
    owner.make("photos");
    let (key, other) = (key(&owner), key(&owner));
    let arn = format!("acs:kms:cn-hangzhou:1234567890123456:key/{key}");
    let people = [
        ("none", vec!["kms:DescribeKey"]),
        ("half", vec!["kms:GenerateDataKey"]),
        ("reader", vec!["kms:Decrypt"]),
        ("both", vec!["kms:GenerateDataKey", "kms:Decrypt"]),
    ];
    let people = people.map(|(name, actions)| {
        let user = owner.user(name);
        owner.grant(name, name, &document(&actions, &arn));
        user
    });
    let [none, half, reader, both] = &people;
    let put = |who: &Client<'_>, lines: &[(&str, &str)]| who.oss("PUT", Some("photos"), "k", &[], lines, b"x");
    for who in [none, half, reader] {
        let refused = put(who, &lines(&key));
        assert_eq!(refused.refused(403, "AccessDenied").message(), "This request is forbidden by kms.");
    }
    let stored = put(both, &lines(&key));
    assert_eq!(header(done(&stored), WITH_KEY), key);
    put(both, &lines(&other)).refused(403, "AccessDenied");
    // Without a key of one's own nobody is asked for one.
    done(&none.oss("PUT", Some("photos"), "plain", &[], &[("x-oss-server-side-encryption", "KMS")], b"x"));
    done(&none.on_object("GET", "photos", "plain"));
    for (who, may) in [(none, false), (half, false), (reader, true), (both, true)] {
        assert_eq!(who.on_object("GET", "photos", "k").status == 200, may);
        // What is said of it is read without.
        done(&who.on_object("HEAD", "photos", "k"));
        let meta = who.oss("GET", Some("photos"), "k", &[("objectMeta", "")], &[], b"");
        assert_eq!((meta.status, meta.text().as_str()), (200, ""));
        let copy = [("x-oss-copy-source", "/photos/k"), ("x-oss-server-side-encryption", "AES256")];
        assert_eq!(who.with("PUT", "photos", "copy", &copy).status == 200, may);
    }
    let begin = |who: &Client<'_>| who.oss("POST", Some("photos"), "big", &[("uploads", "")], &lines(&key), b"");
    begin(half).refused(403, "AccessDenied");
    done(&begin(both));
}

/// By whatever name, and in whatever version.
#[test]
fn a_link_is_read_with_the_key_of_what_it_stands_for() {
    let emulator = start();
    let owner = Client::owner(&emulator);
    owner.make("photos");
    let versioning = "<VersioningConfiguration><Status>Enabled</Status></VersioningConfiguration>";
    done(&owner.oss("PUT", Some("photos"), "", &[("versioning", "")], &[], versioning.as_bytes()));
    let key = key(&owner);
    let arn = format!("acs:kms:cn-hangzhou:1234567890123456:key/{key}");
    let [none, reader] = [("none", "kms:DescribeKey"), ("reader", "kms:Decrypt")].map(|(name, action)| {
        let user = owner.user(name);
        owner.grant(name, name, &document(&[action], &arn));
        user
    });
    done(&owner.put("photos", "plain", "plain"));
    done(&owner.oss("PUT", Some("photos"), "secret", &[], &lines(&key), b"secret"));
    let link = |target: &str, lines: &[(&str, &str)]| {
        let lines = [&[("x-oss-symlink-target", target)], lines].concat();
        let made = owner.oss("PUT", Some("photos"), "link", &[("symlink", "")], &lines, b"");
        header(done(&made), "x-oss-version-id").to_owned()
    };
    let get = |who: &Client<'_>, query: &[(&str, &str)]| who.oss("GET", Some("photos"), "link", query, &[], b"");
    let to_secret = link("secret", &[]);
    get(&none, &[]).refused(403, "AccessDenied");
    assert_eq!(get(&reader, &[]).text(), "secret");
    // An older link is asked about as what it was, whatever the newest is.
    let to_plain = link("plain", &lines(&key));
    assert_eq!(get(&none, &[]).text(), "plain");
    assert_eq!(get(&none, &[("versionId", &to_plain)]).text(), "plain");
    get(&none, &[("versionId", &to_secret)]).refused(403, "AccessDenied");
    assert_eq!(get(&reader, &[("versionId", &to_secret)]).text(), "secret");
}

#[test]
fn the_key_of_a_buckets_rule_counts_where_nothing_is_said() {
    let emulator = start();
    let owner = Client::owner(&emulator);
    owner.make("photos");
    let key = key(&owner);
    let rule = format!(
        "<ServerSideEncryptionRule><ApplyServerSideEncryptionByDefault><SSEAlgorithm>KMS</SSEAlgorithm><KMSMasterKeyID>{key}</KMSMasterKeyID></ApplyServerSideEncryptionByDefault></ServerSideEncryptionRule>"
    );
    done(&owner.oss("PUT", Some("photos"), "", &[("encryption", "")], &[], rule.as_bytes()));
    let user = owner.user("writer");
    owner.grant("writer", "writer", &document(&["kms:ListKeys"], "*"));
    user.put("photos", "k", "x").refused(403, "AccessDenied");
    done(&user.oss("PUT", Some("photos"), "k", &[], &[("x-oss-server-side-encryption", "AES256")], b"x"));
    owner.grant("writer", "more", &document(&["kms:GenerateDataKey", "kms:Decrypt"], "*"));
    assert_eq!(header(done(&user.put("photos", "k", "x")), WITH_KEY), key);
}

#[test]
fn a_key_must_be_there_and_enabled() {
    let emulator = start();
    let owner = Client::owner(&emulator);
    owner.make("photos");
    let key = key(&owner);
    let put = |key: &str| owner.oss("PUT", Some("photos"), "k", &[], &lines(key), b"x");
    let missing = put("key-that-nobody-has");
    missing.refused(404, "KeyNotFound");
    assert_eq!(detail(&missing), "0005-00000208");
    owner.on_object("GET", "photos", "k").refused(404, "NoSuchKey");
    done(&put(&key));
    owner.rpc(KMS, "CreateAlias", &[("KeyId", &key), ("AliasName", "alias/mine")]).ok();
    done(&put("alias/mine"));
    done(&put(&key));
    owner.rpc(KMS, "DisableKey", &[("KeyId", &key)]).ok();
    for refused in [put(&key), owner.on_object("GET", "photos", "k")] {
        let message = refused.refused(409, "KeyDisabled").message();
        assert_eq!(message, "The request was rejected because the key state is Disabled.");
    }
    owner.rpc(KMS, "EnableKey", &[("KeyId", &key)]).ok();
    assert_eq!(owner.on_object("GET", "photos", "k").text(), "x");
    owner.rpc(KMS, "ScheduleKeyDeletion", &[("KeyId", &key), ("PendingWindowInDays", "30")]).ok();
    put(&key).refused(409, "KeyPendingDeletion");
}
