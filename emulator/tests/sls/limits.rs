//! What may not grow without end.

use acslab_emulator::cloud::Quota;
use serde_json::json;

use crate::kit::{Client, logs};
use crate::tools::{start, told};

#[test]
fn quotas_of_projects_logstores_and_shards() {
    let emulator = start();
    let owner = Client::owner(&emulator);
    let cloud = emulator.gateway().cloud();
    assert_eq!(
        [Quota::LogProjects, Quota::LogStoresPerProject, Quota::LogShardsPerProject]
            .map(|quota| cloud.quotas().get(quota)),
        [50, 200, 400]
    );
    cloud.set_quota(Quota::LogProjects, 2);
    owner.furnish("photos");
    owner.furnish("videos");
    owner.log("POST", "", "/", &json!({"projectName": "more", "description": ""})).refused(400, "ProjectQuotaExceed");
    cloud.set_quota(Quota::LogStoresPerProject, 2);
    let store = |name: &str, shards: usize| {
        owner.log("POST", "photos", "/logstores", &json!({"logstoreName": name, "shardCount": shards, "ttl": 1}))
    };
    store("second", 1).ok_status();
    told(&store("third", 1), 400, "ProjectQuotaExceed", "Project Quota Exceed.");
    cloud.set_quota(Quota::LogStoresPerProject, 9);
    cloud.set_quota(Quota::LogShardsPerProject, 5);
    store("third", 3).refused(400, "ProjectQuotaExceed");
    store("third", 2).ok_status();
    let split = owner.sls("POST", "photos", "/logstores/app/shards/0", &[("action", "split")], b"");
    split.refused(400, "ProjectQuotaExceed");
}

#[test]
fn logs_take_only_so_much_room() {
    let emulator = start();
    let owner = Client::owner(&emulator);
    owner.furnish("photos");
    let cloud = emulator.gateway().cloud();
    // All but a little of it is somebody else's.
    let most = 256 << 20;
    let held = cloud.log_projects.space.take(most - 500).expect("room");
    let group = logs::group("trace", &[logs::log(owner.now().as_second(), &[("message", &"x".repeat(1000))])]);
    told(&owner.put("photos", "app", &group), 403, "WriteQuotaExceed", "Write quota is exceeded.");
    drop(held);
    owner.put("photos", "app", &group).ok_status();
    assert!(cloud.log_projects.space.taken() > 1000);
}

/// What is kept in a project: so many of a kind, so large each, however it comes to be so, and no more together than there is room for.
#[test]
fn what_a_project_keeps_is_bounded() {
    let emulator = start();
    let owner = Client::owner(&emulator);
    owner.furnish("photos");
    let groups = |name: &str| json!({"groupName": name, "machineIdentifyType": "ip", "machineList": []});
    for at in 0..200 {
        owner.log("POST", "photos", "/machinegroups", &groups(&format!("g{at}"))).ok_status();
    }
    owner.log("POST", "photos", "/machinegroups", &groups("more")).refused(400, "ProjectQuotaExceed");
    let space = || emulator.gateway().cloud().log_projects.space.taken();
    let small = space();
    let change = |member: &str, bytes: usize| {
        owner.log("PUT", "photos", "/machinegroups/g0", &json!({member: "x".repeat(bytes)}))
    };
    change("a", 256 << 10).refused(413, "PostBodyTooLarge");
    for member in ["a", "b"] {
        change(member, 120_000).ok_status();
    }
    let before = owner.look("photos", "/machinegroups/g0", &[]).ok();
    change("c", 120_000).refused(413, "PostBodyTooLarge");
    assert_eq!(owner.look("photos", "/machinegroups/g0", &[]).ok(), before);
    assert!((240_000..240_100).contains(&(space() - small)), "{}", space() - small);
    let held = emulator.gateway().cloud().log_projects.space.take((256 << 20) - space() - 1000).expect("room");
    told(&change("a", 1), 403, "WriteQuotaExceed", "Write quota is exceeded.");
    drop(held);
    change("a", 1).ok_status();
    // What is saved and loaded takes its room again.
    let saved = emulator.gateway().cloud().fork();
    assert!(saved.is_ok_and(|copy| copy.log_projects.space.taken() == space()));
    owner.log("DELETE", "photos", "/", &serde_json::Value::Null).ok_status();
    assert_eq!(space(), 0);
}

/// The expired logs of a Logstore that nobody asks for make room for those of another.
#[test]
fn what_is_expired_makes_room_for_others() {
    let emulator = start();
    let owner = Client::owner(&emulator);
    owner.furnish("photos");
    owner.furnish("videos");
    let cloud = emulator.gateway().cloud();
    let group = |day: i64| {
        let now = owner.now().as_second() + day * 86_400;
        logs::group("trace", &[logs::log(now, &[("message", &"x".repeat(1000))])])
    };
    owner.put("photos", "app", &group(0)).ok_status();
    let each = cloud.log_projects.space.taken();
    let _held = cloud.log_projects.space.take((256 << 20) - each - 1).expect("room");
    owner.put("videos", "app", &group(0)).refused(403, "WriteQuotaExceed");
    cloud.clock.advance(7 * 86_400_000 + 1_000).expect("a time");
    owner.put("videos", "app", &group(0)).ok_status();
    assert_eq!(owner.find("photos", "", "message"), [""; 0]);
}

#[test]
fn ten_megabytes_are_taken_and_no_more() {
    let emulator = start();
    let owner = Client::owner(&emulator);
    owner.furnish("photos");
    let of = |bytes: usize| {
        // A log may have 1 MB.
        let value = "x".repeat(500_000);
        let mut all: Vec<_> =
            (0..bytes / 500_100).map(|_| logs::log(owner.now().as_second(), &[("message", value.as_str())])).collect();
        let rest = bytes - logs::group("trace", &all).len() - 64;
        all.push(logs::log(owner.now().as_second(), &[("message", &"x".repeat(rest))]));
        let group = logs::group("trace", &all);
        let lines = [("content-type", "application/x-protobuf"), ("x-log-bodyrawsize", "0")];
        let raw = owner.sls_unsigned("POST", "photos", "/logstores/app/shards/lb", &[], &lines, &group);
        (group.len(), owner.send(&owner.sls_v1(raw)))
    };
    let (size, taken) = of(10 << 20);
    assert!(size > (10 << 20) - 100 && size <= 10 << 20, "{size}");
    taken.ok_status();
    of((10 << 20) + 1000).1.refused(413, "PostBodyTooLarge");
}

#[test]
fn settings_and_policies_are_not_endless() {
    let emulator = start();
    let owner = Client::owner(&emulator);
    owner.furnish("photos");
    let keys: serde_json::Map<_, _> =
        (0..8000).map(|n| (format!("key-{n}"), json!({"type": "text", "token": [" ", ","]}))).collect();
    owner.log("PUT", "photos", "/logstores/app/index", &json!({"keys": keys})).refused(400, "IndexInfoInvalid");
    // Those within JSON are keys too.
    let index = |count: usize| {
        let inside: serde_json::Map<_, _> = (0..count).map(|n| (format!("k{n}"), json!({"type": "text"}))).collect();
        let key = json!({"type": "json", "token": [" "], "json_keys": inside});
        owner.log("PUT", "photos", "/logstores/app/index", &json!({"keys": {"message": key}}))
    };
    index(999).ok_status();
    index(1000).refused(400, "IndexInfoInvalid");
    let resources: Vec<_> = (0..1000).map(|n| format!("acs:log:*:*:project/photos/logstore/{n}")).collect();
    let long =
        json!({"Version": "1", "Statement": [{"Effect": "Deny", "Action": "log:Delete*", "Resource": resources}]});
    owner.log("POST", "photos", "/policy", &long).refused(400, "ParameterInvalid");
}
