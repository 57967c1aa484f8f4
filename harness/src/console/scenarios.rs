//! `GET scenarios` and `POST scenarios/replay`: the scenarios of some paths, and one of them replayed in a cloud of its own with all that
//! happened in each step.

use std::path::PathBuf;

use acslab_emulator::Extension;
use serde::Deserialize;
use serde_json::{Value, json};

use super::problem::problem;
use crate::runner::record;
use crate::scenario::{self, Loaded};
use crate::words::io_reason;

/// The scenarios below some paths, read anew each time somebody asks: who writes one sees it at once.
#[derive(Debug)]
pub(crate) struct Scenarios {
    paths: Vec<PathBuf>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Replay {
    name: String,
}

type Answer = (u16, Value);

impl Scenarios {
    pub(crate) fn of(paths: Vec<PathBuf>) -> Self {
        Self { paths }
    }

    fn load(&self) -> Result<Loaded, String> {
        let there: Vec<_> = self.paths.iter().filter(|path| path.exists()).cloned().collect();
        if there.is_empty() { Ok(Loaded::default()) } else { scenario::load(&there).map_err(|error| error.to_string()) }
    }

    fn list(&self) -> Answer {
        match self.load() {
            Ok(loaded) => {
                let scenarios = loaded.scenarios.iter().map(|scenario| {
                    let (title_zh, story_zh) = scenario.in_chinese();
                    json!({
                        "name": scenario.name,
                        "title": scenario.title.value,
                        "story": scenario.story,
                        "title_zh": title_zh,
                        "story_zh": story_zh,
                    })
                });
                let mistakes: Vec<_> = loaded.mistakes().iter().map(ToString::to_string).collect();
                (200, json!({"scenarios": scenarios.collect::<Vec<_>>(), "mistakes": mistakes}))
            }
            Err(why) => problem(500, &why),
        }
    }

    fn replay(&self, body: &[u8]) -> Answer {
        let wanted: Replay = match serde_json::from_slice(body) {
            Ok(wanted) => wanted,
            Err(error) => return problem(400, &format!("not a scenario to replay: {error}")),
        };
        let loaded = match self.load() {
            Ok(loaded) => loaded,
            Err(why) => return problem(500, &why),
        };
        let Some(scenario) = loaded.scenarios.iter().find(|scenario| scenario.name == wanted.name) else {
            return problem(404, &format!("there is no scenario `{}`", wanted.name));
        };
        match record(scenario) {
            Ok(recording) => (200, recording),
            Err(error) => problem(500, &io_reason(&error)),
        }
    }
}

impl Extension for Scenarios {
    fn takes(&self, path: &str) -> bool {
        ["scenarios", "scenarios/replay"].contains(&path)
    }

    fn answer(&self, method: &str, path: &str, body: &[u8]) -> Answer {
        match (method, path) {
            ("GET", "scenarios") => self.list(),
            ("POST", "scenarios/replay") => self.replay(body),
            _ => problem(405, "scenarios are listed with GET and replayed with POST"),
        }
    }
}
