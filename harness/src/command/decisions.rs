//! `acslab decisions`

use std::collections::HashSet;
use std::io::Write;
use std::time::Duration;

use clap::Args;
use miette::Diagnostic;
use percent_encoding::{NON_ALPHANUMERIC, utf8_percent_encode};
use serde_json::Value;

use super::format::Format;
use super::from::client;
use super::out::{stderr, stdout};
use crate::client::{Client, ControlError};
use crate::exit::Exit;
use crate::page::Page;
use crate::words::plain;

const EXAMPLES: &str = "\
Examples:
  acslab decisions                                  the last 20 of the server at http://127.0.0.1:8820, newest first
  acslab decisions --verdict ExplicitDeny --full    with statement, context and reasoning
  acslab decisions --caller acs:ram::1234567890123456:user/alice --action oss:PutObject
  acslab decisions --resource 'acs:oss:*:*:photos/*' --since 2026-01-01T00:00:00Z
  acslab decisions --follow                         as they come, until Ctrl-C
  acslab decisions --format json                    a line of JSON each

Exit codes: 0 there are some, 1 there are none, 2 the server does not answer";

/// How often new decisions are looked for.
const EVERY: Duration = Duration::from_millis(300);

/// Show what a running server decided, newest first, or as it comes
#[derive(Debug, Args)]
#[command(after_help = EXAMPLES)]
pub(super) struct Decisions {
    /// The server [default: `$ACSLAB_ENDPOINT`, or http://127.0.0.1:8820]
    #[arg(long, value_name = "URL")]
    endpoint: Option<String>,
    /// By whom: an ARN; a role is each of its sessions, and `*` stands for anything
    #[arg(long, value_name = "ARN")]
    caller: Option<String>,
    /// Which action; `*` stands for anything
    #[arg(long)]
    action: Option<String>,
    /// On which resource; `*` stands for anything
    #[arg(long, value_name = "ARN")]
    resource: Option<String>,
    /// How it was decided: Allow, ExplicitDeny or ImplicitDeny
    #[arg(long, value_parser = clap::builder::PossibleValuesParser::new(["Allow", "ExplicitDeny", "ImplicitDeny"]))]
    verdict: Option<String>,
    /// Of which product: Ram, Oss
    #[arg(long)]
    product: Option<String>,
    /// Which operation: Ram.CreateUser, Oss.*
    #[arg(long)]
    operation: Option<String>,
    /// With which error code
    #[arg(long)]
    code: Option<String>,
    /// Since when, by the cloud's clock
    #[arg(long, value_name = "TIME")]
    since: Option<String>,
    /// Until when
    #[arg(long, value_name = "TIME")]
    until: Option<String>,
    /// One request, by its id
    #[arg(long, value_name = "ID")]
    request_id: Option<String>,
    /// How many at most
    #[arg(long, default_value_t = 20)]
    limit: usize,
    /// Go on with those to come, the oldest first
    #[arg(long)]
    follow: bool,
    /// With statement, context and reasoning
    #[arg(long)]
    full: bool,
    /// How to print them
    #[arg(long, value_enum, default_value_t = Format::Text)]
    format: Format,
}

/// Why there are none.
#[derive(Debug, thiserror::Error, Diagnostic)]
pub(super) enum DecisionsError {
    #[error(transparent)]
    #[diagnostic(transparent)]
    Server(#[from] ControlError),
    #[error("cannot write: {0}")]
    Output(#[from] std::io::Error),
}

impl Decisions {
    pub(super) fn execute(self) -> Result<Exit, DecisionsError> {
        let client = client(self.endpoint.as_deref());
        if let Some(id) = &self.request_id {
            let found: Value = client.control_get(&format!("decisions/{id}"))?;
            self.print(&found, true)?;
            return Ok(Exit::Holds);
        }
        let mut found = page(&client, &self.query(), self.limit)?;
        let some = !found.is_empty();
        if !self.follow {
            for decision in &found {
                self.show(&client, decision)?;
            }
            if !some {
                writeln!(stderr(), "nothing was decided that all of this fits")?;
            }
            return Ok(Exit::held(some));
        }
        let mut seen = HashSet::new();
        found.reverse();
        loop {
            for decision in &found {
                if seen.insert(id_of(decision)) {
                    self.show(&client, decision)?;
                }
            }
            std::io::stdout().flush()?;
            std::thread::sleep(EVERY);
            found = page(&client, &self.query(), 1000)?;
            found.reverse();
            if seen.len() > 100_000 {
                seen = found.iter().map(id_of).collect();
            }
        }
    }

    fn show(&self, client: &Client, decision: &Value) -> Result<(), DecisionsError> {
        if !self.full {
            return self.print(decision, false);
        }
        // One that is forgotten meanwhile is shown as the page had it.
        let whole: Option<Value> = client.control_get(&format!("decisions/{}", id_of(decision))).ok();
        self.print(whole.as_ref().unwrap_or(decision), true)
    }

    fn print(&self, decision: &Value, full: bool) -> Result<(), DecisionsError> {
        let mut out = stdout();
        match self.format {
            Format::Json => writeln!(out, "{decision}")?,
            Format::Text if full => writeln!(out, "{}", plain(&in_full(decision)))?,
            Format::Text => write!(out, "{}", plain(&brief(decision)))?,
        }
        Ok(())
    }

    fn query(&self) -> String {
        let filters = [
            ("caller", &self.caller),
            ("action", &self.action),
            ("resource", &self.resource),
            ("verdict", &self.verdict),
            ("product", &self.product),
            ("operation", &self.operation),
            ("code", &self.code),
            ("since", &self.since),
            ("until", &self.until),
        ];
        let given = filters.iter().filter_map(|(name, value)| {
            value.as_ref().map(|value| format!("&{name}={}", utf8_percent_encode(value, NON_ALPHANUMERIC)))
        });
        given.collect()
    }
}

/// The newest so many that a query asks for, page by page.
pub(super) fn page(client: &Client, query: &str, most: usize) -> Result<Vec<Value>, ControlError> {
    let mut found: Vec<Value> = Vec::new();
    let mut before: Option<u64> = None;
    while found.len() < most {
        let limit = (most - found.len()).min(1000);
        let before_text = before.map_or_else(String::new, |before| format!("&before={before}"));
        let answer: Value = client.control_get(&format!("decisions?limit={limit}{query}{before_text}"))?;
        let page = answer.get("decisions").and_then(Value::as_array).cloned().unwrap_or_default();
        let empty = page.is_empty();
        found.extend(page);
        before = answer.get("before").and_then(Value::as_u64);
        if before.is_none() || empty {
            break;
        }
    }
    Ok(found)
}

pub(super) fn id_of(decision: &Value) -> String {
    text(decision, "request_id").to_owned()
}

/// Which one of all it is, counted from 0: the end of its event, `PROCESS.CLOUD.NUMBER`.
pub(super) fn number_of(decision: &Value) -> Option<u64> {
    text(decision, "event").rsplit('.').next()?.parse().ok()
}

fn text<'v>(value: &'v Value, name: &str) -> &'v str {
    value.get(name).and_then(Value::as_str).unwrap_or_default()
}

fn policy(decided: &Value) -> String {
    match decided.get("policy").and_then(|policy| policy.get("name")).and_then(Value::as_str) {
        Some(name) => format!(", by `{name}`"),
        None => String::new(),
    }
}

/// A line for the call, and one for each thing that was decided.
fn brief(decision: &Value) -> String {
    let mut page = Page::default();
    let (status, code) = (decision.get("status").map(Value::to_string).unwrap_or_default(), text(decision, "code"));
    let caller = decision.get("caller").and_then(Value::as_str).unwrap_or("not known");
    let [time, operation, id] = ["time", "operation", "request_id"].map(|name| text(decision, name));
    page.line(
        0,
        format_args!("{time} {operation} by {caller}: {status} {code}{}{id}", if code.is_empty() { "" } else { " " }),
    );
    if let Some(cause) = decision.get("cause").and_then(Value::as_str) {
        page.line(1, format_args!("made for request {cause}"));
    }
    for decided in decision.get("decided").and_then(Value::as_array).into_iter().flatten() {
        let [verdict, action, resource] = ["verdict", "action", "resource"].map(|name| text(decided, name));
        page.line(1, format_args!("{verdict} {action} on {resource}{}", policy(decided)));
    }
    page.into_text()
}

/// The same with context, near misses and the reasoning.
pub(super) fn in_full(decision: &Value) -> String {
    let mut page = Page::default();
    page.raw(&brief(decision));
    for decided in decision.get("decided").and_then(Value::as_array).into_iter().flatten() {
        let near = decided.get("near").and_then(Value::as_array).into_iter().flatten();
        let near: Vec<&str> = near.map(|miss| text(miss, "text")).collect();
        if !near.is_empty() {
            page.line(0, "Nearly:");
            near.iter().for_each(|near| page.line(1, near));
        }
        page.raw(text(decided, "text"));
    }
    page.into_text()
}
