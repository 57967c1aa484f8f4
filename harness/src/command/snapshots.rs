//! `acslab snapshots`

use std::io::Write;
use std::path::PathBuf;

use clap::{Args, Subcommand};
use miette::Diagnostic;

use super::out::stdout;
use crate::exit::Exit;
use crate::report::{Paint, unified};
use crate::snapshot::{Pending, Store};

const EXAMPLES: &str = "\
Examples:
  acslab snapshots list --diff                  what waits, and how it differs
  acslab snapshots accept                       take all new states
  acslab snapshots reject langstudio__owner     drop those whose names contain this

The files are insta's: `cargo insta review` works on them, too.

Exit codes: 0 done, 2 a name fits no new state, or the folder cannot be used";

/// Review the states that a run left beside its snapshots
#[derive(Debug, Args)]
#[command(after_help = EXAMPLES)]
pub(super) struct Snapshots {
    #[command(subcommand)]
    action: Action,
    /// The folder of the snapshots
    #[arg(long, global = true, default_value = "snapshots", value_name = "FOLDER")]
    snapshots: PathBuf,
}

#[derive(Debug, Subcommand)]
enum Action {
    /// List the new states
    List {
        /// Show how each differs from its snapshot
        #[arg(long)]
        diff: bool,
    },
    /// Make new states the snapshots
    Accept {
        /// Only those whose names contain one of these
        names: Vec<String>,
    },
    /// Drop new states
    Reject {
        /// Only those whose names contain one of these
        names: Vec<String>,
    },
}

/// Why snapshots cannot be reviewed.
#[derive(Debug, thiserror::Error, Diagnostic)]
pub(super) enum SnapshotsError {
    #[error("no new state matches `{0}`")]
    #[diagnostic(help("`acslab snapshots list` shows what waits"))]
    NothingPending(String),
    #[error("cannot use the snapshots in `{path}`: {why}")]
    #[diagnostic(help("`--snapshots FOLDER` names another folder"))]
    Folder { path: String, why: String },
    #[error("cannot write: {0}")]
    Output(#[from] std::io::Error),
}

impl Snapshots {
    pub(super) fn execute(self) -> Result<Exit, SnapshotsError> {
        let mut out = stdout();
        let folder = self.snapshots.display().to_string();
        let trouble = |error: std::io::Error| SnapshotsError::Folder {
            path: folder.clone(),
            why: crate::words::io_reason(&error),
        };
        let pending = Store::new(self.snapshots.clone()).pending().map_err(trouble)?;
        match self.action {
            Action::List { diff } => {
                for one in &pending {
                    writeln!(out, "{}", one.name)?;
                    if diff {
                        let (stored, new) = one.texts().map_err(trouble)?;
                        write!(out, "{}", unified(&stored, &new, Paint::auto()))?;
                    }
                }
            }
            Action::Accept { names } => {
                for one in chosen(&pending, &names)? {
                    one.accept().map_err(trouble)?;
                    writeln!(out, "accepted {}", one.name)?;
                }
            }
            Action::Reject { names } => {
                for one in chosen(&pending, &names)? {
                    one.reject().map_err(trouble)?;
                    writeln!(out, "rejected {}", one.name)?;
                }
            }
        }
        Ok(Exit::Holds)
    }
}

/// Those whose names contain one of `names`, or all; a name that fits none is an error.
fn chosen<'p>(pending: &'p [Pending], names: &[String]) -> Result<Vec<&'p Pending>, SnapshotsError> {
    let fits = |one: &Pending, name: &String| one.name.contains(name.as_str());
    for name in names {
        if !pending.iter().any(|one| fits(one, name)) {
            return Err(SnapshotsError::NothingPending(name.clone()));
        }
    }
    let all = names.is_empty();
    Ok(pending.iter().filter(|one| all || names.iter().any(|name| fits(one, name))).collect())
}
