//! What can be said of a refusal by itself.

use super::codes::code;
use super::fetch::commands;
use super::known::known;
use super::refusal::{Form, Refusal};
use crate::page::Page;

/// The refusal in words: who asked for what, what it means, what is not said. With `open`, the commands that fetch the rest.
pub fn answer(refusal: &Refusal, open: bool) -> String {
    let mut page = Page::default();
    page.line(0, title(refusal));
    facts(&mut page, refusal);
    for line in meaning(refusal) {
        page.line(0, line);
    }
    for matched in &refusal.matched {
        page.line(0, format_args!("matched: {matched}"));
    }
    let missing = missing(refusal);
    if !missing.is_empty() {
        page.line(0, format_args!("Not said: {}", missing.join(", ")));
    }
    let commands = commands(refusal, missing.contains(&WHO));
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
    // Of a text the line that names the action says the most.
    let telling = refusal.message.iter().flat_map(|message| message.lines());
    let telling = telling
        .filter(|_| refusal.form == Form::Text)
        .find(|line| refusal.action.as_ref().is_some_and(|action| line.contains(action.as_str())));
    let first = telling.or_else(|| lines.next());
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

fn meaning(refusal: &Refusal) -> Vec<String> {
    let mut lines = Vec::new();
    if let (Some(kind), Some(policy)) = (&refusal.why.no_permission, &refusal.why.policy) {
        lines.push(format!("{kind} / {policy}: {}", level(kind, policy)));
    }
    if let Some(code) = refusal.ec.as_deref().and_then(code) {
        lines.push(format!("EC {}: {}", code.code, code.means));
        lines.push(format!("What helps: {}", code.then));
    }
    if let Some(known) = known(refusal) {
        lines.push(format!("It comes of this: {}", known.cause));
        lines.push(format!("What helps: {}", known.fix));
    }
    if lines.is_empty() {
        let says = refusal.code.is_some() || refusal.form != Form::Text;
        let text = if says {
            "It was refused; the error does not say by which policy"
        } else {
            "It does not say that anything was refused"
        };
        lines.push(text.to_owned());
    }
    lines
}

/// What a pair of words in `AccessDeniedDetail` says.
fn level(kind: &str, policy: &str) -> &'static str {
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
        (true, "AssumeRolePolicy") => "the role's trust policy denies it",
        (false, "AssumeRolePolicy") => {
            "the caller's own policies allow it, and the role's trust policy does not name the caller or its conditions do not hold"
        }
        (true, "ResourceBasedPolicy") => "the resource's own policy denies it",
        _ => "the layer that settled it",
    }
}

const WHO: &str = "who asked";

fn missing(refusal: &Refusal) -> Vec<&'static str> {
    let of_text = known(refusal);
    // Of what no policy decides, nothing is missing.
    if of_text.is_some_and(|known| known.action.is_none())
        || refusal.ec.as_deref().is_some_and(|ec| !ec.starts_with("0003-0000"))
    {
        return Vec::new();
    }
    let mut missing = Vec::new();
    if refusal.caller.name.is_none() {
        missing.push(WHO);
    }
    if refusal.action.is_none() && of_text.and_then(|known| known.action).is_none() {
        missing.push("the action");
    }
    if refusal.resource.is_none() {
        missing.push("the resource");
    }
    if refusal.why.no_permission.is_none() && refusal.ec.is_none() {
        missing.push("whether a statement denies it or nothing allows it");
    }
    missing
}
