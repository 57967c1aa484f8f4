//! What OSS does by itself, by the clock. Access logs, written by the hour.

use crate::chores::{by_itself, forward, keys, put_setting, role};
use crate::kit::{Client, policy};
use crate::tools::{detail, done, element, start, unsigned};

pub(crate) fn log_to(owner: &Client<'_>, role: &str) {
    let role = if role.is_empty() { String::new() } else { format!("<LoggingRole>{role}</LoggingRole>") };
    let body = format!(
        "<BucketLoggingStatus><LoggingEnabled><TargetBucket>logs</TargetBucket><TargetPrefix>of/</TargetPrefix>{role}</LoggingEnabled></BucketLoggingStatus>"
    );
    put_setting(owner, "photos", &[("logging", "")], &body);
}

/// `photos`, which is logged to `logs` as the log role.
pub(crate) fn logged(owner: &Client<'_>) {
    for bucket in ["photos", "logs"] {
        owner.make(bucket);
    }
    role(owner, "AliyunOSSLoggingDefaultRole", &policy("Allow", "oss:PutObject", "acs:oss:*:*:logs/*"));
    log_to(owner, "");
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
    logged(&owner);
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
    logged(&owner);
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

/// It is not by the log role that somebody could write where they may not.
#[test]
fn a_log_to_another_bucket_needs_the_permission_to_write_there() {
    let emulator = start();
    let owner = Client::owner(&emulator);
    let partner = Client::owner_of(&emulator, 1);
    for bucket in ["photos", "logs"] {
        owner.make(bucket);
    }
    partner.make("theirs");
    let user = owner.user("alice");
    let log = |to: &str| {
        let target = format!("<TargetBucket>{to}</TargetBucket><TargetPrefix>x/</TargetPrefix>");
        let body = format!("<BucketLoggingStatus><LoggingEnabled>{target}</LoggingEnabled></BucketLoggingStatus>");
        user.oss("PUT", Some("photos"), "", &[("logging", "")], &[], body.as_bytes())
    };
    let puts = policy("Allow", "oss:PutBucketLogging", "acs:oss:*:*:photos");
    owner.grant("alice", "Puts", &puts);
    let refused = log("logs");
    refused.refused(403, "AccessDenied");
    assert_eq!(
        (detail(&refused).as_str(), element(&refused, "AuthAction").as_str()),
        ("0003-00000001", "oss:PutObject")
    );
    // Where no log can go to nothing is asked of anybody, and neither is what it may do in its own bucket.
    for wrong in ["theirs", "none"] {
        log(wrong).refused(400, "InvalidTargetBucketForLogging");
    }
    done(&log("photos"));
    let off = user.oss("PUT", Some("photos"), "", &[("logging", "")], &[], b"<BucketLoggingStatus/>");
    done(&off);
    owner.grant("alice", "Writes", &policy("Allow", "oss:PutObject", "acs:oss:*:*:logs/x/photos*"));
    done(&log("logs"));
    owner.grant("alice", "DoesNot", &policy("Deny", "oss:PutObject", "acs:oss:*:*:logs/*"));
    let denied = log("logs");
    denied.refused(403, "AccessDenied");
    assert_eq!(detail(&denied), "0003-00000201");
}
