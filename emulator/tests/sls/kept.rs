//! What is kept in a project as it was given: made, shown, listed, changed, deleted, and by whom.

use serde_json::{Value, json};

use crate::kit::{Client, policy};
use crate::tools::{start, told};

/// A kind: where it is, its ARN behind the project, the thing that is made, and what else is to be said when it is changed.
fn kinds() -> [(&'static str, &'static str, &'static str, Value); 6] {
    [
        (
            "/configs",
            "logtailconfig",
            "configName",
            json!({"configName": "one", "inputType": "file", "outputType": "LogService", "inputDetail": {}, "outputDetail": {"logstoreName": "app"}}),
        ),
        (
            "/machinegroups",
            "machinegroup",
            "groupName",
            json!({"groupName": "one", "machineIdentifyType": "ip", "machineList": ["10.0.0.1"]}),
        ),
        (
            "/dashboards",
            "dashboard",
            "dashboardName",
            json!({"dashboardName": "one", "displayName": "One", "charts": []}),
        ),
        (
            "/savedsearches",
            "savedsearch",
            "savedsearchName",
            json!({"savedsearchName": "one", "searchQuery": "*", "logstore": "app", "topic": "", "displayName": "One"}),
        ),
        (
            "/alerts",
            "alert",
            "name",
            json!({"name": "one", "displayName": "One", "configuration": {}, "schedule": {"type": "FixedRate"}}),
        ),
        (
            "/logstores/app/consumergroups",
            "logstore/app/consumergroup",
            "consumerGroup",
            json!({"consumerGroup": "one", "timeout": 30, "order": true}),
        ),
    ]
}

#[test]
fn the_life_of_what_is_kept_in_a_project() {
    let emulator = start();
    let owner = Client::owner(&emulator);
    owner.furnish("photos");
    for (path, arn, name, thing) in kinds() {
        let (one, everything) = (format!("{path}/one"), format!("acs:log:*:*:project/photos/{arn}/*"));
        let user = owner.user(&format!("of-{name}"));
        owner.grant(&format!("of-{name}"), name, &policy("Allow", "log:*", &everything));
        let other = owner.user(&format!("not-{name}"));
        owner.grant(
            &format!("not-{name}"),
            &format!("not-{name}"),
            &policy("Allow", "log:*", "acs:log:*:*:project/photos/other/*"),
        );
        other.log("POST", "photos", path, &thing).refused(401, "Unauthorized");
        user.log("POST", "photos", path, &thing).ok_status();
        assert_eq!(user.log("POST", "photos", path, &thing).status, 400, "{path}");
        assert_eq!(owner.log("POST", "photos", path, &json!({})).code(), "ParameterInvalid", "{path}");
        let listed = user.look("photos", path, &[]).ok();
        assert!(listed.to_string().contains("one"), "{listed}");
        if name != "consumerGroup" {
            assert_eq!(user.look("photos", &one, &[]).ok()[name], json!("one"));
            assert_eq!((&listed["count"], &listed["total"]), (&json!(1), &json!(1)));
        }
        user.log("PUT", "photos", &one, &json!({"more": 1})).ok_status();
        let listed = user.look("photos", path, &[("offset", "1"), ("size", "10")]).ok();
        assert!(!listed.to_string().contains("one"), "{listed}");
        other.log("DELETE", "photos", &one, &Value::Null).refused(401, "Unauthorized");
        user.log("DELETE", "photos", &one, &Value::Null).ok_status();
        user.log("DELETE", "photos", &one, &Value::Null)
            .refused(404, &user.log("PUT", "photos", &one, &json!({})).code());
    }
}

/// The path of a change names what is changed: no name in the query or in the body leads to another thing than the one decided about.
#[test]
fn what_is_changed_is_what_was_decided() {
    let emulator = start();
    let owner = Client::owner(&emulator);
    owner.furnish("photos");
    let user = owner.user("mine");
    owner.grant("mine", "most", &policy("Allow", "log:*", "acs:log:*:*:project/photos/*"));
    for (path, arn, name, thing) in kinds() {
        for one in ["mine", "boss"] {
            let mut thing = thing.clone();
            thing[name] = json!(one);
            owner.log("POST", "photos", path, &thing).ok_status();
        }
        let boss = format!("acs:log:*:*:project/photos/{arn}/boss");
        owner.grant("mine", &format!("not-{name}"), &policy("Deny", "log:*", &boss));
    }
    let names = [
        "machineGroup",
        "groupName",
        "configName",
        "alertName",
        "dashboardName",
        "savedsearchName",
        "consumerGroup",
        "name",
    ];
    for (path, _, name, _) in kinds() {
        let listed = |of: &str| {
            if name != "consumerGroup" {
                return owner.look("photos", &format!("{path}/{of}"), &[]).ok();
            }
            let all = owner.look("photos", path, &[]).ok();
            all.as_array().expect("a list").iter().find(|one| one["name"] == json!(of)).cloned().expect("one of them")
        };
        let before = listed("boss");
        user.log("PUT", "photos", &format!("{path}/boss"), &json!({"timeout": 1})).refused(401, "Unauthorized");
        let mine = format!("{path}/mine");
        for other in names {
            let body = json!({other: "boss", "timeout": 7, "by": other}).to_string();
            user.sls("PUT", "photos", &mine, &[], body.as_bytes()).ok_status();
            let body = json!({"timeout": 7, "by": other}).to_string();
            user.sls("PUT", "photos", &mine, &[(other, "boss")], body.as_bytes()).ok_status();
            // Deletes, reads and switches are led elsewhere as little.
            if name != "consumerGroup" {
                assert_eq!(
                    user.sls("GET", "photos", &mine, &[(other, "boss")], b"").ok()[name],
                    json!("mine"),
                    "{path}"
                );
            }
            assert_eq!(listed("boss"), before, "{path} {other}");
        }
        if path == "/alerts" {
            let aside = json!({"alertName": "boss", "name": "boss"}).to_string();
            user.sls("PUT", "photos", &mine, &[("action", "disable")], aside.as_bytes()).ok_status();
            assert_eq!(listed("mine")["status"], json!("DISABLED"));
            user.sls("PUT", "photos", &mine, &[("action", "enable")], b"").ok_status();
        }
        assert_eq!(listed("mine")["timeout"], json!(7), "{path}");
        let aside: Vec<_> = names.map(|name| (name, "boss")).into();
        user.sls("DELETE", "photos", &mine, &aside, b"").ok_status();
        assert_eq!(listed("boss"), before, "{path}");
    }
}

#[test]
fn a_configuration_applies_to_machine_groups() {
    let emulator = start();
    let owner = Client::owner(&emulator);
    owner.furnish("photos");
    for (path, _, _, thing) in kinds().into_iter().take(2) {
        owner.log("POST", "photos", path, &thing).ok_status();
    }
    let apply = |method: &str, config: &str| {
        owner.log(method, "photos", &format!("/machinegroups/one/configs/{config}"), &Value::Null)
    };
    told(&apply("PUT", "none"), 404, "ConfigNotExist", "config none does not exist");
    apply("PUT", "one").ok_status();
    assert_eq!(owner.look("photos", "/machinegroups/one/configs", &[]).ok()["configs"], json!(["one"]));
    assert_eq!(owner.look("photos", "/configs/one/machinegroups", &[]).ok()["machinegroups"], json!(["one"]));
    // What SDKs list without a Logstore, and with one.
    for (store, count) in [("", 1), ("app", 1), ("other", 0)] {
        assert_eq!(owner.look("photos", "/configs", &[("logstoreName", store)]).ok()["total"], json!(count), "{store}");
    }
    apply("DELETE", "one").ok_status();
    assert_eq!(owner.look("photos", "/machinegroups/one/configs", &[]).ok()["count"], json!(0));
    apply("PUT", "one").ok_status();
    owner.log("DELETE", "photos", "/configs/one", &Value::Null).ok_status();
    assert_eq!(owner.look("photos", "/machinegroups/one/configs", &[]).ok()["count"], json!(0));
    // Consumer groups go with their Logstore.
    let (path, _, _, thing) = &kinds()[5];
    owner.log("POST", "photos", path, thing).ok_status();
    owner.log("DELETE", "photos", "/logstores/app", &Value::Null).ok_status();
    owner.look("photos", path, &[]).refused(404, "LogStoreNotExist");
}

/// What is decided and not performed has Log Service's words for what is missing, too.
#[test]
fn a_parameter_that_is_missing_is_told_as_log_service_tells_it() {
    let emulator = start();
    let owner = Client::owner(&emulator);
    owner.furnish("photos");
    let around = owner.look("photos", "/logstores/app", &[("type", "context_log")]);
    around.refused(400, "ParameterInvalid");
}

#[test]
fn what_its_own_sdk_lists_besides_is_decided() {
    let emulator = start();
    let owner = Client::owner(&emulator);
    owner.furnish("photos");
    let user = owner.user("nobody");
    for path in ["/jobs", "/logstores/app/shipper"] {
        owner.look("photos", path, &[]).refused(501, "AcslabNotPerformed");
        user.look("photos", path, &[]).refused(401, "Unauthorized");
    }
}

#[test]
fn an_alert_is_on_until_it_is_switched_off() {
    let emulator = start();
    let owner = Client::owner(&emulator);
    owner.furnish("photos");
    let alert = json!({"name": "one", "displayName": "One", "configuration": {}, "schedule": {"type": "FixedRate"}});
    owner.log("POST", "photos", "/alerts", &alert).ok_status();
    let shown = || owner.sls("GET", "photos", "/alerts/one", &[], b"").ok();
    assert_eq!(shown()["status"], json!("ENABLED"));
    assert!(shown()["lastModifiedTime"].is_u64(), "{}", shown());
    for (action, status) in [("disable", "DISABLED"), ("enable", "ENABLED")] {
        owner.sls("PUT", "photos", "/alerts/one", &[("action", action)], b"").ok_status();
        assert_eq!(shown()["status"], json!(status));
    }
}
