//! `acslab import`

use std::io::Write;
use std::path::PathBuf;

use clap::Args;
use miette::Diagnostic;

use super::out::{stderr, stdout};
use crate::authorization::{self, FolderError};
use crate::exit::Exit;
use crate::import::read_sources;
use crate::import::{Asked, Collected, Options, how, import};
use crate::words::{count, plain, visible};

const EXAMPLES: &str = "\
Examples:
  acslab import --how > gather.sh              the commands that gather all of an account; they read, and change nothing
  acslab import --how user/alice > gather.sh   those of one user
  acslab import transcript.txt --to state      what they printed, or any other session in a terminal
  acslab import GetRole-ops.json ListPoliciesForRole-ops.json --to state
                                               a file each: the name says what was asked where the answer does not
  terraform show -json | acslab import - --to state
  acslab import policy.json --for user/alice --to state
                                               a document, attached to somebody

The folder is written whole or not at all. One that is there already is added to; `--fresh` begins anew.

Exit codes: 0 all was taken, 1 something was left out, 2 nothing could be taken or written";

/// Make an authorization state of what you have: outputs of the aliyun CLI and ossutil, Terraform's, policy documents
#[derive(Debug, Args)]
#[command(after_help = EXAMPLES)]
pub(super) struct Import {
    /// Files, folders of them, or `-` for standard input
    #[arg(value_name = "SOURCE", required_unless_present = "how")]
    sources: Vec<PathBuf>,
    /// The folder to make
    #[arg(long, value_name = "FOLDER", required_unless_present = "how")]
    to: Option<PathBuf>,
    /// The account of what does not say whose it is [default: the one that the sources name]
    #[arg(long, value_name = "ID")]
    account: Option<String>,
    /// To whom documents are attached that nobody is named for: user/NAME, group/NAME or role/NAME
    #[arg(long = "for", value_name = "WHO")]
    attach_to: Option<String>,
    /// Begin anew, whatever is in the folder
    #[arg(long)]
    fresh: bool,
    /// Print the commands that gather a state, of user/NAME, role/NAME or, without a name, the account
    #[arg(long, value_name = "WHO", num_args = 0..=1, default_missing_value = "", conflicts_with_all = ["sources", "to"])]
    how: Option<String>,
}

/// Why nothing was made.
#[derive(Debug, thiserror::Error, Diagnostic)]
pub(super) enum ImportError {
    #[error(transparent)]
    #[diagnostic(transparent)]
    Folder(#[from] FolderError),
    #[error("nothing of it is understood")]
    #[diagnostic(help("`acslab import --how` prints commands whose output is"))]
    Nothing,
    #[error("`{0}` is no account id: expected 16 digits")]
    NotAnAccount(String),
    #[error("`{0}` is nobody: expected `user/NAME`, `group/NAME` or `role/NAME`")]
    NotSomebody(String),
    #[error("`{0}` is nobody who calls: expected `user/NAME` or `role/NAME`")]
    #[diagnostic(help(
        "what a group has is gathered with its users: `acslab import --how` without a name gathers all of the account"
    ))]
    NotACaller(String),
    #[error("cannot write: {0}")]
    Output(#[from] std::io::Error),
}

impl Import {
    pub(super) fn execute(self) -> Result<Exit, ImportError> {
        if let Some(asked) = &self.how {
            write!(stdout(), "{}", how(&asked_of(asked)?))?;
            return Ok(Exit::Holds);
        }
        let digits = |id: &String| id.len() == 16 && id.bytes().all(|byte| byte.is_ascii_digit());
        if let Some(id) = self.account.as_ref().filter(|id| !digits(id)) {
            return Err(ImportError::NotAnAccount(id.clone()));
        }
        if let Some(whom) = &self.attach_to {
            let known =
                ["user/", "group/", "role/"].iter().any(|kind| whom.len() > kind.len() && whom.starts_with(kind));
            if !known {
                return Err(ImportError::NotSomebody(whom.clone()));
            }
        }
        let sources = read_sources(&self.sources)?;
        let Some(to) = &self.to else { return Err(ImportError::Nothing) };
        let before = if authorization::is_state(to) && !self.fresh { Some(authorization::read(to)?) } else { None };
        let had = before.is_some();
        let collected = import(&sources, Options { account: self.account, attach_to: self.attach_to }, before);
        tell(&collected)?;
        if collected.taken.is_empty() && !had {
            return Err(ImportError::Nothing);
        }
        authorization::write(to, &collected.kept)?;
        let taken: Vec<_> = collected.taken.iter().map(|(number, what)| counted(*number, what)).collect();
        let accounts: Vec<_> = collected.kept.named().map(|one| one.account_id.as_str()).collect();
        let assumed = if collected.assumed { ", which no source names: `--account ID` says it" } else { "" };
        let text = format!("{}: {} of account {}{assumed}\n", to.display(), taken.join(", "), accounts.join(", "));
        write!(stdout(), "{}", plain(&text))?;
        Ok(Exit::held(!collected.notes.iter().any(|note| note.left_out)))
    }
}

/// "1 custom policy", "2 custom policies".
fn counted(number: usize, what: &str) -> String {
    match what.strip_suffix("policy") {
        Some(kind) if number != 1 => format!("{number} {kind}policies"),
        _ => count(number, what),
    }
}

fn asked_of(asked: &str) -> Result<Asked, ImportError> {
    match asked.split_once('/') {
        None if asked.is_empty() => Ok(Asked::Account),
        Some(("user", name)) if !name.is_empty() => Ok(Asked::User(name.to_owned())),
        Some(("role", name)) if !name.is_empty() => Ok(Asked::Role(name.to_owned())),
        _ => Err(ImportError::NotACaller(asked.to_owned())),
    }
}

/// What there is to know, and what is known to be missing with the commands that fetch it.
fn tell(collected: &Collected) -> std::io::Result<()> {
    let mut err = stderr();
    for note in &collected.notes {
        let word = if note.left_out { "left out" } else { "note" };
        write!(err, "{}", visible(&format!("{word}: {}: {}\n", note.place, note.what)))?;
    }
    for missing in &collected.kept.missing {
        write!(err, "{}", visible(&format!("missing: {}\n  {}\n", missing.what, missing.get)))?;
    }
    Ok(())
}
