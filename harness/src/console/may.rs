//! `POST may`: what somebody of a state may do by all policies in force, or what a group or a policy gives whoever has it.

use acslab_emulator::Extension;
use acslab_emulator::state::AuthorizationState;
use serde::Deserialize;
use serde_json::{Value, json};

use super::problem::problem;
use crate::ask::{given, may};
use crate::authorization::Kept;
use crate::import::Standing;

/// The answer of `acslab may`, for a state that is sent.
#[derive(Debug)]
pub(crate) struct WhatMay;

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Wanted {
    /// The state, as `POST state` answers it.
    state: AuthorizationState,
    /// Who: an ARN of a user, a role, a group or a policy, or a name as `acslab may` takes it.
    who: String,
}

impl Extension for WhatMay {
    fn takes(&self, path: &str) -> bool {
        path == "may"
    }

    fn only_reads(&self) -> bool {
        true
    }

    fn answer(&self, method: &str, _: &str, body: &[u8]) -> (u16, Value) {
        if method != "POST" {
            return problem(405, "what somebody may do is asked with POST");
        }
        let wanted: Wanted = match serde_json::from_slice(body) {
            Ok(wanted) => wanted,
            Err(error) => return problem(400, &format!("not a state and somebody in it: {error}")),
        };
        let standing = Standing::of(Kept::from(wanted.state), Vec::new());
        let known = match standing.known(&wanted.who) {
            Ok(known) => known.and_then(|who| Some((may(&standing, &who).ok()?, who))),
            Err(several) => return problem(400, &several.to_string()),
        };
        let found = known.or_else(|| Some((given(&standing, &wanted.who)?, wanted.who.clone())));
        match found {
            Some((grants, who)) => (200, json!({"principal": who, "grants": grants})),
            None => problem(404, &format!("nobody is called `{}`", wanted.who)),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_somebody_may_and_what_a_group_or_a_policy_gives() {
        let ask = |body: &Value| WhatMay.answer("POST", "may", body.to_string().as_bytes());
        let own = json!({"Version": "1", "Statement": [
            {"Effect": "Allow", "Action": "oss:Get*", "Resource": "*"},
            {"Effect": "Deny", "Action": "oss:GetObject", "Resource": "acs:oss:*:*:secret/*"}]});
        let state = json!({"accounts": {"company": {"account_id": "1234567890123456",
            "policies": {"Photos": {"default_version": "v1", "versions": {"v1": own}}},
            "groups": {"dev": {"members": ["alice"], "policies": [{"name": "Photos", "type": "Custom"}]}},
            "users": {"alice": {"groups": ["dev"], "policies": [{"name": "AliyunRAMReadOnlyAccess", "type": "System"}]}}}}});
        let of = |who: &str| ask(&json!({"state": state, "who": who}));
        let (status, alice) = of("acs:ram::1234567890123456:user/alice");
        assert_eq!(status, 200);
        let services = |answer: &Value| -> Vec<String> {
            let grants = answer["grants"].as_array().unwrap().iter();
            grants.map(|grant| grant["service"].as_str().unwrap().to_owned()).collect()
        };
        assert!(["oss", "ram"].iter().all(|code| services(&alice).iter().any(|known| known == code)), "{alice}");
        let (_, group) = of("acs:ram::1234567890123456:group/dev");
        assert_eq!(services(&group), ["oss", "oss"]);
        assert_eq!(group["grants"][1]["allows"], false);
        assert_eq!(group["grants"][1]["statement"]["number"], 2);
        assert_eq!(group["grants"][1]["statement"]["policy"]["name"], "Photos");
        assert_eq!(group["grants"][1]["statement"]["policy"]["attached"], json!({"Group": "dev"}));
        assert!(group["grants"][1]["statement"]["text"].as_str().unwrap().contains("secret"));
        assert_eq!(services(&of("acs:ram::1234567890123456:policy/Photos").1), ["oss", "oss"]);
        let (_, system) = of("acs:ram::1234567890123456:system-policy/AliyunOSSReadOnlyAccess");
        assert!(services(&system).iter().all(|code| code == "oss") && !services(&system).is_empty());
        assert_eq!(of("acs:ram::1234567890123456:policy/None").0, 404);
        assert_eq!(of("nobody").0, 404);
        assert_eq!(ask(&json!({"state": 5, "who": "alice"})).0, 400);
        assert_eq!(WhatMay.answer("GET", "may", b"").0, 405);
    }
}
