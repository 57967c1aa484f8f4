//! `acslab policy`

use std::io::Write;

use acslab_emulator::SystemPolicies;
use clap::{Args, Subcommand};
use miette::Diagnostic;
use serde_json::json;

use super::doubted;
use super::format::Format;
use super::from::From;
use super::out::stdout;
use crate::ask::{Found, PolicyText, find, show};
use crate::exit::Exit;
use crate::import::{Standing, StandingError};
use crate::page::Page;
use crate::simulate::asked_instead;
use crate::words::{nearest, plain};

const EXAMPLES: &str = "\
Examples:
  acslab policy show AliyunOSSReadOnlyAccess        the text of a system policy
  acslab policy show AliyunKMSCryptoUserAccess@v1   as it was
  acslab policy show Photos --from state            a custom one, and to whom it is attached
  acslab policy find oss:PutObject                  the system policies that speak of an action
  acslab policy find ram:PassRole --from state      and those of a state

Exit codes: 0 there it is; 1 no policy speaks of the action; 2 no policy has the name, or the input is wrong";

/// Show a policy, or find those that speak of an action
#[derive(Debug, Args)]
#[command(after_help = EXAMPLES)]
pub(super) struct Policy {
    #[command(subcommand)]
    what: What,
}

#[derive(Debug, Subcommand)]
enum What {
    /// The text of a policy, and to whom it is attached
    Show {
        /// The name, perhaps with `@VERSION`
        name: String,
        #[command(flatten)]
        from: From,
        /// How to print the answer
        #[arg(long, value_enum, default_value_t = Format::Text)]
        format: Format,
    },
    /// The policies that allow or deny an action
    Find {
        /// The action
        action: String,
        #[command(flatten)]
        from: From,
        /// How to print the answer
        #[arg(long, value_enum, default_value_t = Format::Text)]
        format: Format,
    },
}

/// Why nothing is shown.
#[derive(Debug, thiserror::Error, Diagnostic)]
pub(super) enum PolicyCommandError {
    #[error(transparent)]
    #[diagnostic(transparent)]
    Standing(#[from] StandingError),
    #[error("there is no policy `{name}`")]
    NoPolicy {
        name: String,
        #[help]
        help: String,
    },
    #[error("cannot write: {0}")]
    Output(#[from] std::io::Error),
}

impl Policy {
    pub(super) fn execute(self) -> Result<Exit, PolicyCommandError> {
        let mut out = stdout();
        match self.what {
            What::Show { name, from, format } => {
                let standing = standing(&from)?;
                match (format, show(standing.as_ref(), &name).as_slice()) {
                    (_, []) => return Err(no_policy(&name, standing.as_ref())),
                    (Format::Json, [policy]) => writeln!(out, "{:#}", json!(policy))?,
                    (Format::Json, policies) => writeln!(out, "{:#}", json!(policies))?,
                    (Format::Text, policies) => {
                        write!(out, "{}", plain(&shown(policies, standing.is_some())))?;
                    }
                }
                Ok(Exit::Holds)
            }
            What::Find { action, from, format } => {
                doubted::tell(std::slice::from_ref(&action), &[])?;
                let action = asked_instead(&action).unwrap_or(action);
                let found = find(standing(&from)?.as_ref(), &action);
                match format {
                    Format::Json => writeln!(out, "{:#}", json!(found))?,
                    Format::Text => write!(out, "{}", plain(&text(&found, &action)))?,
                }
                Ok(Exit::held(!found.is_empty()))
            }
        }
    }
}

fn shown(policies: &[PolicyText], of_state: bool) -> String {
    let mut page = Page::default();
    for policy in policies {
        let in_force = if policy.default { ", in force" } else { "" };
        let of = policy.account.as_ref().map_or_else(String::new, |account| format!(", of account {account}"));
        page.line(0, format_args!("{} policy {} {}{in_force}{of}", policy.kind, policy.name, policy.version));
        if policy.versions.len() > 1 {
            page.line(1, format_args!("versions: {}", policy.versions.join(", ")));
        }
        if of_state {
            let nobody = || "nobody".to_owned();
            let to = if policy.attached_to.is_empty() { nobody() } else { policy.attached_to.join(", ") };
            page.line(1, format_args!("attached to: {to}"));
        }
        page.block(0, &policy.text);
    }
    page.into_text()
}

/// System policies need no state.
fn standing(from: &From) -> Result<Option<Standing>, StandingError> {
    if from.from.is_empty() && from.endpoint.is_none() { Ok(None) } else { from.standing().map(Some) }
}

fn no_policy(named: &str, standing: Option<&Standing>) -> PolicyCommandError {
    let name = named.split('@').next().unwrap_or(named);
    let shipped = SystemPolicies::shipped();
    let system = shipped.iter().map(|policy| policy.name.clone());
    let accounts = standing.into_iter().flat_map(|standing| standing.kept.state.accounts.values());
    let custom: Vec<String> = accounts.flat_map(|account| account.policies.keys().cloned()).collect();
    let known: Vec<String> = system.chain(custom).collect();
    let help = match nearest(name, known.iter().map(String::as_str)) {
        Some(near) if near == name => format!("`{name}` has no such version"),
        Some(near) => format!("did you mean `{near}`?"),
        None => "the cloud may have it: `aliyun ram GetPolicy` shows it".to_owned(),
    };
    PolicyCommandError::NoPolicy { name: named.to_owned(), help }
}

fn text(found: &[Found], action: &str) -> String {
    let mut page = Page::default();
    if found.is_empty() {
        page.line(0, format_args!("no policy that is known speaks of {action}"));
    }
    for one in found {
        let word = if one.allows { "allows" } else { "denies" };
        let condition = if one.conditional { ", on a condition" } else { "" };
        let Found { name, kind, version, statement, pattern, .. } = one;
        page.line(
            0,
            format_args!("{kind} {name} {version} {word} it by `{pattern}` (statement {statement}){condition}"),
        );
    }
    page.into_text()
}
