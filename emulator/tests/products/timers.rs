//! Instances of DSW that a timer stops, by the cloud's clock.

use serde_json::{Value, json};

use crate::kit::{Answer, text};
use crate::{DSW, Place, get, send};

#[test]
fn an_instance_is_stopped_when_its_time_has_come() {
    let place = Place::new();
    let owner = place.owner();
    let made = place.instance(&owner, &json!({"InstanceName": "one", "EcsSpec": "ecs.c6.large"})).ok();
    let path = format!("/api/v2/instances/{}", text(&made, "/InstanceId"));
    let timer = format!("{path}/shutdowntimer");
    let state = || text(&get(&owner, DSW, &path, &[]).ok(), "/Status").to_owned();
    let set = |body: Value| -> Answer { send(&owner, DSW, "POST", &timer, &body) };
    for wrong in [
        json!({}),
        json!({"DueTime": "tomorrow"}),
        json!({"DueTime": "2020-01-01T00:00:00Z"}),
        json!({"RemainingTimeInMs": -1}),
    ] {
        set(wrong).refused(400, "ValidationError");
    }
    // One that is on its way to run is stopped too.
    set(json!({"RemainingTimeInMs": 600_000})).ok();
    place.later(500);
    let shown = get(&owner, DSW, &timer, &[]).ok();
    assert_eq!((shown["RemainingTimeInMs"].clone(), state()), (json!(100_000), "Running".to_owned()));
    assert!(text(&shown, "/DueTime").starts_with("2026-"), "{shown}");
    place.later(200);
    assert_eq!(state(), "Stopped");
    get(&owner, DSW, &timer, &[]).refused(404, "ValidationError");
    // Another one counts in the place of the first, and none where it is taken away.
    let start = || send(&owner, DSW, "PUT", &format!("{path}/start"), &json!({})).ok();
    start();
    place.later(60);
    set(json!({"RemainingTimeInMs": 60_000})).ok();
    set(json!({"RemainingTimeInMs": 900_000})).ok();
    place.later(120);
    assert_eq!(state(), "Running");
    owner.roa("DELETE", DSW, &timer, &[], "").ok();
    place.later(900);
    assert_eq!(state(), "Running");
    // One that is started again is stopped by the timer that it has.
    set(json!({"RemainingTimeInMs": 900_000})).ok();
    send(&owner, DSW, "PUT", &format!("{path}/stop"), &json!({})).ok();
    place.later(60);
    start();
    place.later(60);
    assert_eq!(state(), "Running");
    place.later(900);
    assert_eq!(state(), "Stopped");
}
