//! Questions to a large state: 10,000 principals with 50,000 attachments, and no answer takes longer than it may.
//! `cargo bench -p acslab --bench asking`, which `./test --only proofs` runs.

#![expect(clippy::unwrap_used, clippy::print_stdout, reason = "a bench prints, and ends where it cannot go on")]

use std::time::Instant;

use acslab::ask::{may, who};
use acslab::authorization::Kept;
use acslab::explain::{Given, Recognised, reason, recognise};
use acslab::import::Standing;
use acslab_emulator::state::AuthorizationState;
use serde_json::{Map, Value, json};

const ACCOUNT: &str = "1234567890123456";
const PRINCIPALS: usize = 10_000;
const POLICIES: usize = 500;
const EACH: usize = 5;
const TRIES: usize = 3;

fn main() {
    let mut policies = Map::new();
    for number in 0..POLICIES {
        let statements = json!([
            {"Effect": "Allow", "Action": ["oss:GetObject", "oss:PutObject"], "Resource": format!("acs:oss:*:*:bucket-{number}/*")},
            {"Effect": "Allow", "Action": "ecs:Describe*", "Resource": "*", "Condition": {"IpAddress": {"acs:SourceIp": "10.0.0.0/8"}}},
        ]);
        let text = json!({"Version": "1", "Statement": statements});
        policies.insert(format!("p{number}"), json!({"default_version": "v1", "versions": {"v1": text}}));
    }
    let attached = |number: usize| -> Vec<Value> {
        (0..EACH)
            .map(|each| json!({"name": format!("p{}", (number * 7 + each * 101) % POLICIES), "type": "Custom"}))
            .collect()
    };
    let users: Map<String, Value> = (0..PRINCIPALS)
        .map(|number| {
            (format!("u{number}"), json!({"user_id": format!("2{number:017}"), "policies": attached(number)}))
        })
        .collect();
    let account = json!({"account_id": ACCOUNT, "users": users, "policies": policies});
    let state: AuthorizationState = serde_json::from_value(json!({"accounts": {"company": account}})).unwrap();
    // Of several tries the fastest: the machine does other things, too.
    let timed = |what: &str, most: u128, ask: &mut dyn FnMut()| {
        let once = |_| {
            let start = Instant::now();
            ask();
            start.elapsed().as_millis()
        };
        let took = (0..TRIES).map(once).min().unwrap();
        println!("{what:40} {took:6} ms (at most {most})");
        assert!(took <= most, "{what}: {took} ms");
    };
    let start = Instant::now();
    let standing = Standing::of(Kept::from(state), Vec::new());
    println!("{:40} {:6} ms", "the state is put in place", start.elapsed().as_millis());
    assert!(standing.unused.is_empty(), "{:?}", standing.unused.first());
    let resource = format!("acs:oss:*:{ACCOUNT}:bucket-7/a");
    timed("who", 1000, &mut || {
        let holders = who(&standing, "oss:GetObject", &resource, &[]).unwrap();
        assert_eq!(holders.len(), PRINCIPALS);
    });
    timed("may", 100, &mut || {
        assert_eq!(may(&standing, &format!("acs:ram::{ACCOUNT}:user/u77")).unwrap().len(), EACH * 3);
    });
    let body = json!({"Code": "NoPermission", "Message": "x", "AccessDeniedDetail": {"AuthAction": "oss:DeleteObject", "AuthPrincipalType": "SubUser",
        "AuthPrincipalDisplayName": format!("2{:017}", 77), "AuthPrincipalOwnerId": ACCOUNT, "NoPermissionType": "ImplicitDeny",
        "PolicyType": "AccountLevelIdentityBasedPolicy"}});
    let given = Given { resource: Some(resource), ..Given::default() };
    timed("explain", 50, &mut || {
        let Recognised::Refusals { refusals, .. } = recognise(&body.to_string()) else { return };
        let refusal = refusals.first().unwrap();
        assert!(!reason(&standing, refusal, &given).unwrap().remedies.remedies.is_empty());
    });
}
