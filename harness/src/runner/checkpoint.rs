//! A step that makes a checkpoint, or goes back to one: the cloud, and what the scenario had saved.

use std::collections::BTreeMap;

use jiff::Timestamp;
use serde_json::{Value, json};

use super::control::why;
use super::permissions::Remembered;
use super::replay::{Happened, Replay};
use crate::client::Key;
use crate::scenario::{Caller, Checkpoint, Variables};

/// What a scenario had saved at a checkpoint.
#[derive(Clone, Debug)]
pub(super) struct Kept {
    keys: BTreeMap<Caller, Key>,
    variables: Variables,
    time: Option<Timestamp>,
    /// The authorization state, where the scenario looks back at it.
    pub(super) state: Option<Remembered>,
}

impl Replay<'_> {
    pub(super) fn checkpoint(&mut self, checkpoint: &Checkpoint) -> Happened {
        match checkpoint {
            Checkpoint::Keep(name) => {
                let happened = Happened { what: format!("checkpoint {name} is made"), ..Happened::default() };
                match self.client.control_put::<Value>(&format!("checkpoints/{name}"), &json!({})) {
                    Ok(_) => {
                        let kept = Kept {
                            keys: self.keys.clone(),
                            variables: self.variables.clone(),
                            time: self.time,
                            state: self.remembered(),
                        };
                        self.kept.insert(name.clone(), kept);
                        happened
                    }
                    Err(error) => happened.stop(format!("checkpoint {name}"), why(error)),
                }
            }
            Checkpoint::BackTo(name) => {
                let happened = Happened { what: format!("back to checkpoint {name}"), ..Happened::default() };
                let Some(kept) = self.kept.get(name).cloned() else {
                    return happened.stop(format!("checkpoint {name}"), "it was not made");
                };
                match self.client.control_post::<Value>(&format!("checkpoints/{name}/restore"), &json!({})) {
                    Ok(_) => {
                        (self.keys, self.variables, self.time) = (kept.keys, kept.variables, kept.time);
                        happened
                    }
                    Err(error) => happened.stop(format!("checkpoint {name}"), why(error)),
                }
            }
        }
    }
}
