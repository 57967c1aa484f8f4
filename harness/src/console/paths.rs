//! `POST paths`: by which steps somebody of a state can come to be somebody else, or to administer an account.

use acslab_emulator::Extension;
use acslab_emulator::state::AuthorizationState;
use serde::Deserialize;
use serde_json::{Value, json};

use super::problem::problem;
use crate::authorization::Kept;
use crate::import::Standing;
use crate::paths::paths;

/// The search of `acslab paths`, for a state that is sent.
#[derive(Debug)]
pub(crate) struct PathsToMore;

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Wanted {
    /// The state, as `POST state` answers it.
    state: AuthorizationState,
    /// Who: an ARN, or a name as `acslab paths` takes it.
    from: String,
}

impl Extension for PathsToMore {
    fn takes(&self, path: &str) -> bool {
        path == "paths"
    }

    fn only_reads(&self) -> bool {
        true
    }

    fn answer(&self, method: &str, _: &str, body: &[u8]) -> (u16, Value) {
        if method != "POST" {
            return problem(405, "paths are asked for with POST");
        }
        let wanted: Wanted = match serde_json::from_slice(body) {
            Ok(wanted) => wanted,
            Err(error) => return problem(400, &format!("not a state and somebody in it: {error}")),
        };
        let standing = Standing::of(Kept::from(wanted.state), Vec::new());
        let from = match standing.known(&wanted.from) {
            Ok(Some(from)) => from,
            Ok(None) => return problem(404, &format!("nobody is called `{}`", wanted.from)),
            Err(several) => return problem(400, &several.to_string()),
        };
        (200, json!(paths(&standing.kept.state, &[from], |_| true)))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::paths::Step;

    #[test]
    fn what_is_asked_badly_is_said_and_what_is_found_is_told_in_steps() {
        let ask = |body: &Value| PathsToMore.answer("POST", "paths", body.to_string().as_bytes());
        let own = json!({"Version": "1", "Statement": [{"Effect": "Allow", "Action": "ram:CreateAccessKey", "Resource": "*"}]});
        let state = json!({"accounts": {"company": {"account_id": "1234567890123456",
            "policies": {"Keys": {"default_version": "v1", "versions": {"v1": own}}},
            "users": {"alice": {"policies": [{"name": "Keys", "type": "Custom"}]},
                      "root2": {"policies": [{"name": "AdministratorAccess", "type": "System"}]}}}}});
        let (status, answer) = ask(&json!({"state": state, "from": "alice"}));
        assert_eq!((status, answer["paths"].as_array().map(Vec::len)), (200, Some(2)), "{answer}");
        assert_eq!(answer["incomplete"], json!([]));
        assert_eq!(answer["paths"][0]["goal"], json!({"become": "acs:ram::1234567890123456:user/root2"}));
        assert_eq!(answer["paths"][0]["steps"][0]["step"], "create-access-key");
        assert_eq!(ask(&json!({"state": state, "from": "nobody"})).0, 404);
        assert_eq!(ask(&json!({"state": 5, "from": "alice"})).0, 400);
        assert_eq!(PathsToMore.answer("GET", "paths", b"").0, 405);
    }

    #[test]
    fn every_kind_of_step_is_in_the_published_form() {
        let s = String::new;
        let steps = [
            Step::AssumeRole { by: s(), role: s() },
            Step::CreateAccessKey { by: s(), user: s(), ims: false },
            Step::Login { by: s(), user: s(), again: false, ims: false },
            Step::AttachAdministrator { by: s(), account: s(), to: s(), manager: false },
            Step::RewritePolicy { by: s(), account: s(), policy: s() },
            Step::SetVersion { by: s(), account: s(), policy: s(), version: s() },
            Step::Detach { by: s(), account: s(), from: s(), policy: s(), kind: s(), manager: false },
            Step::RewriteTrust { by: s(), role: s() },
            Step::JoinGroup { by: s(), user: s(), group: s(), ims: false },
            Step::LeaveGroup { by: s(), user: s(), group: s(), ims: false },
            Step::NewUser { by: s(), user: s(), ims: false },
            Step::NewRole { by: s(), role: s() },
            Step::RunAs { by: s(), role: s(), service: s(), action: s() },
            Step::NewPolicy { by: s(), account: s(), policy: s() },
            Step::AttachNew { by: s(), account: s(), policy: s(), to: s(), manager: false },
            Step::Forge { by: s(), role: s(), provider: s(), ims: false },
        ];
        let kinds = json!(steps.map(|step| json!(step)["step"].clone()));
        let api: Value = serde_json::from_str(include_str!("../../../docs/control.openapi.json")).unwrap();
        let answer = "/paths/~1paths/post/responses/200/content/application~1json/schema/properties";
        let published = api.pointer(&format!("{answer}/paths/items/properties/steps/items/properties/step/enum"));
        assert_eq!(published, Some(&kinds));
    }
}
