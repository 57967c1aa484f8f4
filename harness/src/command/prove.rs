//! `acslab prove`

use std::io::Write;
use std::path::PathBuf;

use clap::Args;
use miette::Diagnostic;
use serde_json::{Value, json};

use super::doubted;
use super::format::Format;
use super::from::From;
use super::out::stdout;
use crate::exit::Exit;
use crate::import::StandingError;
use crate::page::Page;
use crate::prove::{NotAnInvariant, Outcome, Proof, prove, read};
use crate::words::{count, io_reason, plain};

const EXAMPLES: &str = "\
A file of invariants has one a line:
  # who may touch identities
  nobody but role ops may ram:* on *
  no principal outside the account may read acs:oss:*:*:prod/*
  user bob may never oss:DeleteObject
  user alice may always oss:GetObject on acs:oss:*:1234567890123456:photos/*

`read`, `write` and `delete` stand for the actions of the resource's service that are called so.

Examples:
  acslab prove invariants.txt --from state
  acslab prove invariants.txt                 of a running server

Exit codes: 0 all hold for every request, 1 a request breaks one, 2 the input is wrong";

/// Prove invariants over all requests, or show a request that breaks one
#[derive(Debug, Args)]
#[command(after_help = EXAMPLES)]
pub(super) struct Prove {
    /// The file of invariants
    file: PathBuf,
    #[command(flatten)]
    from: From,
    /// How to print the answer
    #[arg(long, value_enum, default_value_t = Format::Text)]
    format: Format,
}

/// Why nothing can be proven.
#[derive(Debug, thiserror::Error, Diagnostic)]
pub(super) enum ProveError {
    #[error(transparent)]
    #[diagnostic(transparent)]
    Standing(#[from] StandingError),
    #[error("cannot read `{path}`: {why}")]
    Unreadable { path: String, why: String },
    #[error("{path}: {wrong}")]
    Wrong { path: String, wrong: NotAnInvariant },
    #[error("`{0}` has no invariants")]
    Empty(String),
    #[error("line {line}: {why}")]
    Nobody { line: usize, why: String },
    #[error("cannot write: {0}")]
    Output(#[from] std::io::Error),
}

impl Prove {
    pub(super) fn execute(self) -> Result<Exit, ProveError> {
        let path = self.file.display().to_string();
        let text = std::fs::read_to_string(&self.file)
            .map_err(|error| ProveError::Unreadable { path: path.clone(), why: io_reason(&error) })?;
        let invariants = read(&text).map_err(|wrong| ProveError::Wrong { path: path.clone(), wrong })?;
        if invariants.is_empty() {
            return Err(ProveError::Empty(path));
        }
        // What no request asks for, no policy allows: such a line protects nothing.
        for invariant in &invariants {
            for action in invariant.actions.iter().filter(|action| invariant.text.contains(*action)) {
                doubted::tell_of(&format!("line {}", invariant.line), action)?;
            }
        }
        let standing = self.from.standing()?;
        let proofs = prove(&standing, &invariants);
        for proof in &proofs {
            if let Outcome::Nobody(why) = &proof.outcome {
                return Err(ProveError::Nobody { line: proof.invariant.line, why: why.clone() });
            }
        }
        let mut out = stdout();
        match self.format {
            Format::Text => write!(out, "{}", plain(&shown(&proofs)))?,
            Format::Json => writeln!(out, "{:#}", json!(proofs.iter().map(in_json).collect::<Vec<_>>()))?,
        }
        Ok(Exit::held(proofs.iter().all(|proof| matches!(proof.outcome, Outcome::Holds))))
    }
}

fn shown(proofs: &[Proof]) -> String {
    let mut page = Page::default();
    for proof in proofs {
        let (line, text) = (proof.invariant.line, &proof.invariant.text);
        let requests = count(proof.requests, "request");
        match &proof.outcome {
            Outcome::Holds => page.line(0, format_args!("holds   line {line}: {text} ({requests} that stand for all)")),
            Outcome::NotDecided(why) => {
                page.line(0, format_args!("unknown line {line}: {text}"));
                page.line(1, format_args!("{why}; none of {requests} breaks it"));
            }
            Outcome::Nobody(_) => {}
            Outcome::Broken { principal, action, known, resource, resource_group, keys, explanation } => {
                page.line(0, format_args!("BROKEN  line {line}: {text}"));
                let (may, other) = (
                    if proof.invariant.always { "may not" } else { "may" },
                    if *known { "" } else { " (one that stands for others of the same patterns)" },
                );
                let group =
                    resource_group.as_ref().map_or(String::new(), |group| format!(" in resource group {group}"));
                page.line(1, format_args!("{principal} {may} {action}{other} on {resource}{group}"));
                for (key, value) in keys {
                    page.line(2, format_args!("with {key} = `{value}`"));
                }
                page.block(1, &explanation.to_string());
            }
        }
    }
    page.into_text()
}

fn in_json(proof: &Proof) -> Value {
    let mut value =
        json!({"line": proof.invariant.line, "invariant": proof.invariant.text, "requests": proof.requests});
    match &proof.outcome {
        Outcome::Holds => value["holds"] = json!(true),
        Outcome::NotDecided(why) => {
            value["holds"] = Value::Null;
            value["why"] = json!(why);
        }
        Outcome::Nobody(_) => value["holds"] = Value::Null,
        Outcome::Broken { principal, action, known, resource, resource_group, keys, explanation } => {
            value["holds"] = json!(false);
            value["request"] = json!({"principal": principal, "action": action, "known": known, "resource": resource,
                "resource_group": resource_group, "keys": keys});
            value["explanation"] = json!(explanation);
        }
    }
    value
}
