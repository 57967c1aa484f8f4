//! Consumer groups at work: heartbeats, checkpoints, and who may.

use acslab_emulator::EmulatorHandle;
use serde_json::{Value, json};

use crate::kit::{Answer, Client, policy};
use crate::tools::{start, told};

const GROUP: &str = "/logstores/app/consumergroups/readers";

fn beat(client: &Client<'_>, consumer: &str, holds: &Value) -> Answer {
    let query = [("type", "heartbeat"), ("consumer", consumer)];
    client.sls("POST", "photos", GROUP, &query, holds.to_string().as_bytes())
}

fn save(client: &Client<'_>, consumer: &str, forced: &str, shard: u32, cursor: &str) -> Answer {
    let query = [("type", "checkpoint"), ("consumer", consumer), ("forceSuccess", forced)];
    let body = json!({"shard": shard, "checkpoint": cursor}).to_string();
    client.sls("POST", "photos", GROUP, &query, body.as_bytes())
}

fn ready() -> EmulatorHandle {
    let emulator = start();
    let owner = Client::owner(&emulator);
    owner.furnish("photos");
    let made = json!({"consumerGroup": "readers", "timeout": 30, "order": false});
    owner.log("POST", "photos", "/logstores/app/consumergroups", &made).ok_status();
    emulator
}

#[test]
fn shards_are_shared_out_among_consumers() {
    let emulator = ready();
    let owner = Client::owner(&emulator);
    assert_eq!(beat(&owner, "one", &json!([])).ok(), json!([0, 1]));
    assert_eq!(beat(&owner, "two", &json!([])).ok(), json!([]));
    assert_eq!(beat(&owner, "one", &json!([0, 1])).ok(), json!([0]));
    assert_eq!(beat(&owner, "one", &json!([0])).ok(), json!([0]));
    assert_eq!(beat(&owner, "two", &json!([])).ok(), json!([1]));
    // Who is not heard of for as long as the group says has nothing any more.
    emulator.gateway().cloud().clock.advance(31_000).expect("a time");
    assert_eq!(beat(&owner, "two", &json!([1])).ok(), json!([0, 1]));
    beat(&owner, "", &json!([])).refused(400, "ParameterInvalid");
    beat(&owner, "one", &json!({"a": 1})).refused(400, "PostBodyInvalid");
    let other = "/logstores/app/consumergroups/others";
    let answer = owner.sls("POST", "photos", other, &[("type", "heartbeat"), ("consumer", "one")], b"[]");
    told(&answer, 404, "ConsumerGroupNotExist", "consumer group not exist");
}

#[test]
fn how_far_a_shard_is_consumed_is_kept() {
    let emulator = ready();
    let owner = Client::owner(&emulator);
    let shown = |query: &[(&str, &str)]| owner.look("photos", GROUP, query).ok();
    assert_eq!(shown(&[]), json!([]));
    beat(&owner, "one", &json!([])).ok();
    let begun = json!({"shard": 1, "checkpoint": "", "updateTime": 0, "consumer": "one"});
    assert_eq!(shown(&[])[1], begun);
    save(&owner, "one", "false", 1, "MTIz").ok_status();
    let at = owner.now().as_microsecond();
    let saved = json!([{"shard": 1, "checkpoint": "MTIz", "updateTime": at, "consumer": "one"}]);
    assert_eq!(shown(&[("shard", "1")]), saved);
    assert_eq!(shown(&[("shard", "9")]), json!([]));
    // Whoever has lost a shard does not overwrite what its new consumer saved, unless it insists.
    told(&save(&owner, "none", "false", 1, "MTIz"), 400, "ConsumerNotExsit", "consumer not exist");
    beat(&owner, "two", &json!([])).ok();
    told(&save(&owner, "two", "False", 1, "MTIz"), 400, "ConsumerNotMatch", "consumer not match");
    save(&owner, "", "true", 1, "NDU2").ok_status();
    assert_eq!(shown(&[("shard", "1")])[0]["checkpoint"], "NDU2");
    told(&save(&owner, "one", "true", 1, "%"), 400, "InvalidShardCheckPoint", "shard checkpoint not encoded by base64");
    told(&save(&owner, "one", "true", 9, "MTIz"), 404, "ShardNotExist", "shard not exist");
    // All of it goes with the group.
    owner.log("DELETE", "photos", GROUP, &Value::Null).ok_status();
    owner.look("photos", GROUP, &[]).refused(404, "ConsumerGroupNotExist");
}

#[test]
fn a_policy_may_name_the_group() {
    let emulator = ready();
    let owner = Client::owner(&emulator);
    let group = "acs:log:*:*:project/photos/logstore/app/consumergroup/readers";
    let user = owner.user("reader");
    beat(&user, "one", &json!([])).refused(401, "Unauthorized");
    owner.grant("reader", "reader", &policy("Allow", "log:ConsumerGroup*", group));
    beat(&user, "one", &json!([])).ok();
    save(&user, "one", "false", 0, "MTIz").ok_status();
    user.look("photos", GROUP, &[]).refused(401, "Unauthorized");
    owner.grant("reader", "looks", &policy("Allow", "log:GetConsumerGroupCheckPoint", group));
    user.look("photos", GROUP, &[]).ok();
}
