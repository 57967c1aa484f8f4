//! What can be said of a refusal by itself.

use super::codes::{By, by, code};
use super::fetch::commands;
use super::known::known;
use super::messages::{Message, message};
use super::operation;
use super::refusal::{Form, Refusal, says_refused};
use super::unasked::unasked;
use crate::page::Page;

/// The refusal in words: who asked for what, what it means, what is not said. With `open`, the commands that fetch the rest; where a state
/// tells the cause, without what it mostly is.
pub fn answer(refusal: &Refusal, open: bool, caused: bool) -> String {
    let mut page = Page::default();
    page.line(0, title(refusal));
    facts(&mut page, refusal);
    for line in meaning(refusal, caused) {
        page.line(0, line);
    }
    for matched in &refusal.matched {
        page.line(0, format_args!("matched: {matched}"));
    }
    let missing = missing(refusal);
    if !missing.is_empty() {
        let code = refusal.host.as_deref().and_then(operation::code);
        let in_words = missing.iter().map(|what| match &code {
            Some(code) if *what == ACTION => format!("{ACTION}, one of `{code}:…`"),
            _ => (*what).to_owned(),
        });
        page.line(0, format_args!("Not said: {}", in_words.collect::<Vec<_>>().join(", ")));
    }
    // Of what no policy made, no policies tell.
    let none =
        (unasked(refusal).is_some() || !tells_refusal(refusal) || is_by_nobody(refusal)) && known(refusal).is_none();
    let commands = if none { Vec::new() } else { commands(refusal, missing.contains(&WHO)) };
    if open && !commands.is_empty() {
        page.line(0, "To know more (these read, and change nothing):");
        for (command, tells) in commands {
            page.line(1, format_args!("{command}"));
            page.line(2, format_args!("# {tells}"));
        }
        page.line(0, "Then `acslab import transcript.txt --to state` and `acslab explain THIS --from state`.");
    }
    page.into_text()
}

/// "NoPermission: You are not authorized …".
fn title(refusal: &Refusal) -> String {
    let code = refusal.code.as_deref().or(refusal.ec.as_deref());
    let mut lines = refusal.message.iter().flat_map(|message| message.lines()).filter(|line| !line.trim().is_empty());
    // Of a text the line that names the action says the most; else the one that has the message, or the code with some words.
    let all: Vec<&str> = refusal.message.iter().flat_map(|message| message.lines()).collect();
    let named = |what: Option<&String>, line: &str| what.is_some_and(|what| line.contains(what.as_str()));
    let worded = |line: &&&str| line.split_whitespace().count() > 3 && !line.trim_start().starts_with('<');
    let telling = all
        .iter()
        .find(|line| named(refusal.action.as_ref(), line))
        .or_else(|| all.iter().find(|line| message(line).is_some()))
        .or_else(|| all.iter().filter(worded).find(|line| named(refusal.code.as_ref(), line)))
        .or_else(|| all.iter().filter(worded).find(|line| says_refused(line)));
    let first = telling.copied().filter(|_| refusal.form == Form::Text).or_else(|| lines.next());
    match (code, first) {
        (Some(code), Some(message)) if !message.contains(code) => format!("{code}: {}", message.trim()),
        (_, Some(message)) => message.trim().to_owned(),
        (Some(code), None) => code.to_owned(),
        (None, None) => {
            refusal.action.as_ref().map_or_else(|| "a refusal".to_owned(), |action| format!("{action} was refused"))
        }
    }
}

fn facts(page: &mut Page, refusal: &Refusal) {
    if let Some(name) = &refusal.caller.name {
        let of = refusal.caller.owner.as_ref().map_or_else(String::new, |owner| format!(" of account {owner}"));
        let kind = match refusal.caller.kind.as_deref() {
            Some("SubUser") => "RAM user",
            Some("AssumedRoleUser") => "role session",
            Some("Account" | "RootUser") => "account owner",
            Some("Federated") => "federated user",
            other => other.unwrap_or("somebody"),
        };
        page.line(1, format_args!("{:10} {kind} {name}{of}", "principal"));
    }
    let of_text = known(refusal).and_then(|known| known.action).map(str::to_owned);
    if let Some(action) = refusal.action.clone().or(of_text) {
        page.line(1, format_args!("{:10} {action}", "action"));
    }
    if let Some(resource) = &refusal.resource {
        page.line(1, format_args!("{:10} {resource}", "resource"));
    }
    for (key, values) in &refusal.conditions {
        page.line(1, format_args!("{:10} {key} = `{}`", "with", values.join("`, `")));
    }
    if let Some(ec) = &refusal.ec {
        page.line(1, format_args!("{:10} {ec}", "EC"));
    }
    if let Some(id) = &refusal.request_id {
        page.line(1, format_args!("{:10} {id}", "request"));
    }
}

fn meaning(refusal: &Refusal, caused: bool) -> Vec<String> {
    let mut lines = Vec::new();
    if let (Some(kind), Some(policy)) = (&refusal.why.no_permission, &refusal.why.policy) {
        lines.push(format!("{kind} / {policy}: {}", level(kind, policy, refusal)));
    }
    if let Some(code) = refusal.ec.as_deref().and_then(code) {
        lines.push(format!("EC {}: {}", code.code, code.means));
        lines.push(format!("What helps: {}", code.then));
    }
    if let Some(known) = known(refusal) {
        let (cause, helps) = (format!("It comes of this: {}", known.cause), format!("What helps: {}", known.fix));
        // A detail code may have said the same already.
        if !lines.contains(&helps) {
            lines.extend([cause, helps]);
        }
    }
    // Where the detail or its code tells, the message is no guide.
    if lines.is_empty()
        && let Some((means, then)) = message(&refusal.text()).and_then(Message::says)
    {
        lines.push(format!("It comes of this: {means}"));
        lines.push(format!("What helps: {then}"));
    }
    // A code says less than the message beside it.
    if lines.is_empty()
        && let Some(error) = unasked(refusal)
    {
        lines.push(format!("No policy was asked: {}", error.means));
        lines.push(format!("What helps: {}", error.then));
    }
    // What the error says is a fact; what mostly helps is not what the state says.
    if caused {
        let sure = known(refusal).is_some_and(|known| !known.is_guess());
        let is_guess = |line: &String| line.starts_with("What helps: ") || line.starts_with("It comes of this: ");
        lines.retain(|line| sure || !is_guess(line));
        return lines;
    }
    if lines.is_empty() {
        let text = if refusal.says_refused() {
            "It was refused; the error does not say by which policy"
        } else {
            "It does not say that anything was refused"
        };
        lines.push(text.to_owned());
    }
    lines
}

/// What a pair of words in `AccessDeniedDetail` says.
fn level(kind: &str, policy: &str, refusal: &Refusal) -> &'static str {
    match (kind == "ExplicitDeny", policy) {
        (true, "ControlPolicy") => {
            "a control policy of the resource directory denies it; no policy of the account can give it back"
        }
        (false, "ControlPolicy") => "no control policy of a node above the account allows it: each node has to",
        (true, "SessionPolicy") => "the session policy, given with AssumeRole, denies it",
        (false, "SessionPolicy") => {
            "the session policy, given with AssumeRole, does not allow it: it has to, beside the role"
        }
        (true, "AccountLevelIdentityBasedPolicy") => {
            "a policy attached to the caller, or to one of its groups, denies it; another Allow does not help"
        }
        (false, "AccountLevelIdentityBasedPolicy") => {
            "nothing that is attached to the caller, or to its groups, allows it with these resources and conditions"
        }
        (true, "ResourceGroupLevelIdentityBasedPolicy") => "a policy attached for the resource group denies it",
        (false, "ResourceGroupLevelIdentityBasedPolicy") => {
            "nothing allows it, neither for the account nor for the resource group, which was looked at last"
        }
        (false, "AssumeRolePolicy") if refusal.is_of_provider() => {
            "the role's trust policy does not let the token in: it does not name the identity provider, or its conditions do not hold"
        }
        (true, "AssumeRolePolicy") => "the role's trust policy denies it",
        (false, "AssumeRolePolicy") => {
            "the caller's own policies allow it, and the role's trust policy does not name the caller or its conditions do not hold"
        }
        (true, "ResourceBasedPolicy") => "the resource's own policy denies it",
        _ => "the layer that settled it",
    }
}

/// Is it the error of a refusal, as far as anybody knows?
fn tells_refusal(refusal: &Refusal) -> bool {
    refusal.says_refused() || refusal.action.is_some() || known(refusal).is_some() || message(&refusal.text()).is_some()
}

/// Does the message tell of what no policy decides?
fn is_by_nobody(refusal: &Refusal) -> bool {
    message(&refusal.text()).is_some_and(|known| !known.by_policy)
}

const WHO: &str = "who asked";
const ACTION: &str = "the action";

fn missing(refusal: &Refusal) -> Vec<&'static str> {
    let of_text = known(refusal);
    // Of what no policy decides, nothing is missing.
    if of_text.is_some_and(|known| !known.is_by_policy())
        || unasked(refusal).is_some()
        || !tells_refusal(refusal)
        || is_by_nobody(refusal)
        || refusal.ec.as_deref().is_some_and(|ec| by(ec) == By::Nobody)
    {
        return Vec::new();
    }
    let mut missing = Vec::new();
    if refusal.caller.name.is_none() {
        missing.push(WHO);
    }
    if refusal.action.is_none() && of_text.and_then(|known| known.action).is_none() {
        missing.push(ACTION);
    }
    if refusal.resource.is_none() {
        missing.push("the resource");
    }
    if refusal.why.no_permission.is_none() && refusal.ec.is_none() {
        missing.push("whether a statement denies it or nothing allows it");
    }
    missing
}
