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

#[test]
fn settings_and_policies_are_not_endless() {
    let emulator = start();
    let owner = Client::owner(&emulator);
    owner.furnish("photos");
    let keys: serde_json::Map<_, _> =
        (0..8000).map(|n| (format!("key-{n}"), json!({"type": "text", "token": [" ", ","]}))).collect();
    owner.log("PUT", "photos", "/logstores/app/index", &json!({"keys": keys})).refused(400, "IndexInfoInvalid");
    let resources: Vec<_> = (0..1000).map(|n| format!("acs:log:*:*:project/photos/logstore/{n}")).collect();
    let long =
        json!({"Version": "1", "Statement": [{"Effect": "Deny", "Action": "log:Delete*", "Resource": resources}]});
    owner.log("POST", "photos", "/policy", &long).refused(400, "ParameterInvalid");
}
