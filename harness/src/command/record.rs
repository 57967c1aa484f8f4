//! `acslab record`

use std::io::Write;
use std::path::PathBuf;
use std::process::Command;
use std::sync::mpsc;

use clap::Args;
use miette::Diagnostic;
use serde_json::{Value, json};

use super::decisions::{id_of, number_of, page};
use super::from::client;
use super::out::{stderr, stdout};
use super::scenario_file::{self, ScenarioFileError};
use crate::client::{Client, ControlError};
use crate::exit::Exit;
use crate::record::of_decisions;
use crate::words::{count, io_reason, plain, visible};

const EXAMPLES: &str = "\
Examples:
  acslab record --to flow.yaml                      records until Ctrl-C what is called against the server
  acslab record --to flow.yaml -- ./onboard.sh      records while a command runs
  acslab run flow.yaml                              replays it

Secrets are left out; bodies longer than 16 KB too. Ids that the cloud gave become saved values, callers users and sessions.

What is written is played once, in a cloud of its own, to see whether it comes to the same.

Exit codes: 0 it is written, 1 nothing was called, or it comes to something else when it is played, 2 the server does not answer, or the file cannot be written";

/// Record what is called against a running server, as a scenario
#[derive(Debug, Args)]
#[command(after_help = EXAMPLES)]
pub(super) struct Record {
    /// The server [default: `$ACSLAB_ENDPOINT`, or http://127.0.0.1:8820]
    #[arg(long, value_name = "URL")]
    endpoint: Option<String>,
    /// The scenario to write
    #[arg(long, value_name = "FILE")]
    to: PathBuf,
    /// Its title
    #[arg(long, default_value = "A recorded flow")]
    title: String,
    /// A command to run meanwhile, in the place of waiting for Ctrl-C
    #[arg(last = true, value_name = "COMMAND")]
    command: Vec<String>,
}

/// Why nothing was recorded.
#[derive(Debug, thiserror::Error, Diagnostic)]
pub(super) enum RecordError {
    #[error(transparent)]
    #[diagnostic(transparent)]
    Server(#[from] ControlError),
    #[error("cannot run `{command}`: {why}")]
    Command { command: String, why: String },
    #[error("cannot wait for Ctrl-C: {0}")]
    Signal(#[from] ctrlc::Error),
    #[error(transparent)]
    #[diagnostic(transparent)]
    Scenario(#[from] ScenarioFileError),
    #[error("cannot write: {0}")]
    Output(#[from] std::io::Error),
}

impl Record {
    pub(super) fn execute(self) -> Result<Exit, RecordError> {
        let client = client(self.endpoint.as_deref());
        // What was called before is none of it.
        let first = page(&client, "", 1)?.first().and_then(number_of).map_or(0, |newest| newest + 1);
        let state = client.whole_state()?;
        client.control_put::<Value>("recording", &json!({"on": true}))?;
        let waited = self.wait();
        let off = client.control_put::<Value>("recording", &json!({"on": false}));
        waited?;
        off?;
        let (calls, forgotten) = recorded(&client, first)?;
        if forgotten {
            writeln!(
                stderr(),
                "left out: the beginning, which the server has forgotten: it keeps a limited number of calls; record less at once"
            )?;
        }
        if calls.is_empty() {
            writeln!(stderr(), "nothing was called; nothing is written")?;
            return Ok(Exit::Differs);
        }
        let recorded = of_decisions(&calls, &self.title, &state, &scenario_file::state_of(&self.to));
        for skipped in &recorded.skipped {
            write!(stderr(), "{}", visible(&format!("left out: {}: {}\n", skipped.what, skipped.why)))?;
        }
        scenario_file::write(&self.to, &recorded.made)?;
        let text = format!("{}: {}\n", self.to.display(), count(recorded.calls, "step"));
        write!(stdout(), "{}", plain(&text))?;
        let Err(why) = scenario_file::played(&self.to, &recorded.made.text) else { return Ok(Exit::Holds) };
        write!(stderr(), "{}", visible(&format!("played again it does not come to the same: {why}\n")))?;
        Ok(Exit::Differs)
    }

    fn wait(&self) -> Result<(), RecordError> {
        let Some((program, arguments)) = self.command.split_first() else {
            let (stop, stopped) = mpsc::channel();
            ctrlc::set_handler(move || {
                let _ = stop.send(());
            })?;
            writeln!(stderr(), "recording; Ctrl-C ends it")?;
            let _ = stopped.recv();
            return Ok(());
        };
        let failed = |why: &std::io::Error| RecordError::Command { command: program.clone(), why: io_reason(why) };
        Command::new(program).args(arguments).status().map_err(|error| failed(&error))?;
        Ok(())
    }
}

/// The calls from a number on, the first first, in full; and whether the server has forgotten some, to make room for others.
fn recorded(client: &Client, first: u64) -> Result<(Vec<Value>, bool), ControlError> {
    let newest = page(client, "", usize::MAX)?;
    let since: Vec<&Value> =
        newest.iter().take_while(|one| number_of(one).is_some_and(|number| number >= first)).collect();
    let mut forgotten = since.last().and_then(|oldest| number_of(oldest)).is_some_and(|oldest| oldest > first);
    let mut calls = Vec::new();
    for one in since.iter().rev() {
        let event = one.get("event").and_then(Value::as_str).unwrap_or_default();
        match client.control_get(&format!("decisions/{}?event={event}", id_of(one))) {
            Ok(call) => calls.push(call),
            Err(ControlError::Refused { status: 404, .. }) => forgotten = true,
            Err(error) => return Err(error),
        }
    }
    Ok((calls, forgotten))
}
