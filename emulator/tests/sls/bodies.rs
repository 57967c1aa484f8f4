//! Bodies that are not what they say, and nothing of them kept.

use std::io::Write;

use flate2::Compression;
use flate2::write::ZlibEncoder;
use serde_json::json;

use crate::kit::{Answer, Client, logs};
use crate::tools::{start, told};

const FAILED: &str = "Failed to decompress logs.";

fn zlib(bytes: &[u8]) -> Vec<u8> {
    let mut encoder = ZlibEncoder::new(Vec::new(), Compression::default());
    encoder.write_all(bytes).expect("written");
    encoder.finish().expect("finished")
}

/// Sends bytes to a Logstore, with what the headers say of them.
fn send(owner: &Client<'_>, body: &[u8], kind: Option<&str>, size: Option<&str>) -> Answer {
    let mut lines = vec![("content-type", "application/x-protobuf")];
    lines.extend(kind.map(|kind| ("x-log-compresstype", kind)));
    lines.push(("x-log-bodyrawsize", size.unwrap_or("0")));
    let mut raw = owner.sls_unsigned("POST", "photos", "/logstores/app/shards/lb", &[], &lines, body);
    if size.is_none() {
        raw.headers.remove("x-log-bodyrawsize");
    }
    owner.send(&owner.sls_v1(raw))
}

#[test]
fn every_way_to_pack_a_body() {
    let emulator = start();
    let owner = Client::owner(&emulator);
    owner.furnish("photos");
    let group = logs::group("trace", &[logs::log(owner.now().as_second(), &[("level", "error")])]);
    let size = group.len().to_string();
    for (kind, body) in [
        ("lz4", lz4_flex::block::compress(&group)),
        ("zstd", zstd::bulk::compress(&group, 1).expect("compressed")),
        ("deflate", zlib(&group)),
        ("gzip", zlib(&group)),
        ("", group.clone()),
    ] {
        send(&owner, &body, Some(kind), Some(&size)).ok_status();
    }
    send(&owner, &group, None, None).ok_status();
    assert_eq!(owner.find("photos", "*", "level").len(), 6);
}

#[test]
fn what_is_wrong_with_a_packed_body() {
    let emulator = start();
    let owner = Client::owner(&emulator);
    owner.furnish("photos");
    let group = logs::group("trace", &[logs::log(owner.now().as_second(), &[("level", "error")])]);
    let (size, packed) = (group.len(), lz4_flex::block::compress(&group));
    for wrong in [0, 1, size - 1, size + 1, 10 << 20] {
        told(&send(&owner, &packed, Some("lz4"), Some(&wrong.to_string())), 400, "PostBodyUncompressError", FAILED);
    }
    for kind in ["lz4", "zstd", "deflate"] {
        for body in [&b"\xff\xff\xff\xff"[..], b"", &packed[..packed.len() / 2]] {
            told(&send(&owner, body, Some(kind), Some(&size.to_string())), 400, "PostBodyUncompressError", FAILED);
        }
    }
    for (kind, packed) in [("zstd", zstd::bulk::compress(&group, 1).expect("compressed")), ("deflate", zlib(&group))] {
        for wrong in [size - 1, size + 1] {
            let answer = send(&owner, &packed, Some(kind), Some(&wrong.to_string()));
            told(&answer, 400, "PostBodyUncompressError", FAILED);
        }
    }
    for wrong in ["-1", "x", "", "1e3", "99999999999999999999999"] {
        send(&owner, &packed, Some("lz4"), Some(wrong)).refused(400, "ParameterInvalid");
    }
    send(&owner, &packed, Some("lz4"), None).refused(400, "MissingBodyRawSize");
    told(
        &send(&owner, &packed, Some("snappy"), Some("9")),
        400,
        "InvalidCompressType",
        "x-log-compresstype snappy is unsupported.",
    );
    assert_eq!(emulator.gateway().cloud().log_projects.space.taken(), 0);
}

#[test]
fn a_bomb_is_no_larger_than_it_says_and_says_no_more_than_may_be() {
    let emulator = start();
    let owner = Client::owner(&emulator);
    owner.furnish("photos");
    let large = vec![0_u8; 64 << 20];
    for (kind, bomb) in [
        ("lz4", lz4_flex::block::compress(&large)),
        ("zstd", zstd::bulk::compress(&large, 1).expect("compressed")),
        ("deflate", zlib(&large)),
    ] {
        assert!(bomb.len() < 1 << 20, "{kind}");
        send(&owner, &bomb, Some(kind), Some("1000")).refused(400, "PostBodyUncompressError");
        send(&owner, &bomb, Some(kind), Some("10485760")).refused(400, "PostBodyUncompressError");
        told(
            &send(&owner, &bomb, Some(kind), Some(&large.len().to_string())),
            413,
            "PostBodyTooLarge",
            "Body size 67108864 must little than 10485760.",
        );
    }
    assert_eq!(emulator.gateway().cloud().log_projects.space.taken(), 0);
}

#[test]
fn what_is_no_log_group() {
    let emulator = start();
    let owner = Client::owner(&emulator);
    owner.furnish("photos");
    let now = owner.now().as_second();
    let good = logs::log(now, &[("level", "error")]);
    let of = |log: &[u8]| logs::group("trace", &[good.clone(), log.to_vec()]);
    let pair = |key: &[u8], value: &[u8]| {
        let pair = [logs::field(1, key), logs::field(2, value)].concat();
        of(&[logs::log(now, &[]), logs::field(2, pair)].concat())
    };
    let malformed = "Protobuffer content cannot be parsed.";
    let range = "The post data time is out of range";
    for (group, code, message) in [
        (b"\xff\xff\xff".to_vec(), "PostBodyInvalid", malformed),
        (b"not a group".to_vec(), "PostBodyInvalid", malformed),
        (of(b""), "PostBodyInvalid", malformed),
        (of(&logs::field(2, b"")), "PostBodyInvalid", malformed),
        (of(&[0x0B]), "PostBodyInvalid", malformed),
        (of(&logs::log(0, &[])), "InvalidTimestamp", "Invalid timestamps are in logs."),
        (of(&logs::log(1 << 40, &[])), "InvalidTimestamp", "Invalid timestamps are in logs."),
        (of(&logs::log(now - 7 * 86_400 - 1, &[])), "PostBodyInvalid", range),
        (of(&logs::log(now + 15 * 60 + 1, &[])), "PostBodyInvalid", range),
        (pair(b"", b"v"), "InvalidKey", "Invalid keys are in logs."),
        (pair(&[b'k'; 129], b"v"), "InvalidKey", "Invalid keys are in logs."),
        (pair(b"k", b"\xff"), "InvalidEncoding", "Non-UTF8 characters are in logs."),
        (pair(b"\xfe", b"v"), "InvalidEncoding", "Non-UTF8 characters are in logs."),
    ] {
        told(&owner.put("photos", "app", &group), 400, code, message);
    }
    // Not even the log that was good.
    assert_eq!(owner.find("photos", "*", "level"), [""; 0]);
    assert_eq!(emulator.gateway().cloud().log_projects.space.taken(), 0);
    owner.put("photos", "app", &of(&logs::log(now - 7 * 86_400, &[]))).ok_status();
    owner.put("photos", "app", b"").ok_status();
    owner.put("photos", "none", &of(&good)).refused(404, "LogStoreNotExist");
    owner.put("none", "app", &of(&good)).refused(404, "ProjectNotExist");
}

#[test]
fn whatever_bytes_come_are_answered_as_the_clients_fault() {
    let emulator = start();
    let owner = Client::owner(&emulator);
    owner.furnish("photos");
    let group = logs::group("trace", &[logs::log(owner.now().as_second(), &[("level", "error"), ("took", "1")])]);
    let mut seed = 7_u64;
    let mut next = || {
        seed = seed.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        (seed >> 33) as usize
    };
    for turn in 0..400 {
        let mut bytes = if turn % 2 == 0 { group.clone() } else { lz4_flex::block::compress(&group) };
        for _ in 0..=next() % 4 {
            let at = next() % bytes.len();
            match next() % 3 {
                0 => bytes[at] ^= 1 << (next() % 8),
                1 => bytes.truncate(at.max(1)),
                _ => bytes.insert(at, next() as u8),
            }
        }
        let kind = [None, Some("lz4"), Some("zstd"), Some("deflate")][next() % 4];
        let size = [group.len(), next() % 1000, usize::MAX][next() % 3].to_string();
        let answer = send(&owner, &bytes, kind, Some(&size));
        assert!(answer.status < 500, "{} {}", answer.status, answer.text());
    }
    // Whatever of it was a log group is still one.
    owner.search("photos", "*").ok();
    emulator.gateway().cloud().fork().expect("a cloud that can be saved and loaded");
}

#[test]
fn a_body_that_is_no_json_where_it_must_be() {
    let emulator = start();
    let owner = Client::owner(&emulator);
    owner.furnish("photos");
    for body in [&b"{"[..], b"[]", b"\"x\"", b"\xff", b"{\"logstoreName\":\"other\",\"ttl\":\"x\",\"shardCount\":1}"] {
        for (method, project, path) in [
            ("POST", "", "/"),
            ("PUT", "photos", "/"),
            ("POST", "photos", "/logstores"),
            ("PUT", "photos", "/logstores/app"),
            ("POST", "photos", "/logstores/app/index"),
            ("PUT", "", "/resourcegroup"),
        ] {
            let answer = owner.sls(method, project, path, &[], body);
            let known = ["PostBodyInvalid", "ParameterInvalid", "IndexInfoInvalid", "ProjectNotExist"];
            let fine = answer.status == 200 && (method, path) == ("PUT", "/");
            assert!(fine || known.contains(&answer.code().as_str()), "{method} {path}: {}", answer.text());
        }
    }
    assert_eq!(owner.look("photos", "/logstores", &[]).ok()["logstores"], json!(["app"]));
    owner.sls("POST", "photos", "/logstores", &[], b"{").refused(400, "PostBodyInvalid");
}
