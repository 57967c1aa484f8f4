//! A search has an end, and says where it was cut.

use acslab::paths::{Powers, Step, World, closure};
use acslab_emulator::state::AuthorizationState;
use serde_json::json;

use crate::ACCOUNT;

/// A world in which every version may be put in force, and nothing comes of it.
struct Versions {
    state: AuthorizationState,
    cut: bool,
}

impl World for Versions {
    fn state(&self) -> &AuthorizationState {
        &self.state
    }

    fn powers(&mut self, _: &str) -> Powers {
        Powers::all()
    }

    fn take(&mut self, step: &Step) -> bool {
        matches!(step, Step::SetVersion { .. })
    }

    fn administers(&mut self, _: &str) -> bool {
        false
    }

    fn was_cut(&self) -> bool {
        self.cut
    }

    fn fork(&self) -> Self {
        Self { state: self.state.clone(), cut: self.cut }
    }
}

#[test]
fn too_many_ways_are_told() {
    for (versions, cut, incomplete) in [(20, false, false), (20, true, true), (60, false, true)] {
        let document = json!({"Version": "1", "Statement": []});
        let versions: serde_json::Map<_, _> = (0..=versions).map(|one| (format!("v{one}"), document.clone())).collect();
        let state = json!({"accounts": {"company": {"account_id": ACCOUNT,
            "policies": {"Own": {"default_version": "v0", "versions": versions}},
            "users": {"u0": {"policies": [{"name": "Own", "type": "Custom"}]}}}}});
        let mut world = Versions { state: serde_json::from_value(state).unwrap(), cut };
        let found = closure(&mut world, &format!("acs:ram::{ACCOUNT}:user/u0"));
        assert_eq!((found.goals().count(), found.is_incomplete()), (0, incomplete));
    }
}
