//! Proposals as text: what to change, and what that opens besides.

use std::collections::BTreeSet;

use acslab_emulator::operations;
use acslab_policy::catalogue::{ActionNames as _, Catalogue};
use acslab_policy::{
    Action, Actions, Attachment, Change, ClauseTrace, Effect, Explanation, KeyOf, Layer, Layers, NearMiss, PolicySet,
    PolicyType, Principal, Reason, Remedies, Remedy, Request, ResourceLayer, Setting, node_name,
};

use crate::catalogue;
use crate::page::Page;
use crate::words::count;

/// How many of the actions that a proposal opens besides are named.
const NAMED: usize = 6;

/// The actions that the emulator's own operations ask for.
pub fn known_actions() -> Vec<Action> {
    own_actions().iter().filter_map(|name| Action::parse(name)).collect()
}

fn own_actions() -> BTreeSet<String> {
    let own = operations().flat_map(|operation| operation.access.checks()).flat_map(|check| check.actions.iter());
    own.map(str::to_owned).collect()
}

/// What a proposal is tried on: the emulator's own actions, and all that are published of the services that the request and the
/// policies in force name.
pub fn tried_actions(layers: &Layers<'_>, request: &Request) -> Vec<Action> {
    let mut names = own_actions();
    let mut services = BTreeSet::from([request.action().service().to_ascii_lowercase()]);
    let resource = match layers.resource {
        ResourceLayer::None => None,
        ResourceLayer::Grants(set) | ResourceLayer::Trust(set) | ResourceLayer::Gate(set) => Some(set),
    };
    let sets = layers.control.iter().chain(layers.session).chain([layers.identity]);
    let sets = sets.chain(layers.identity_resource_group).chain(resource);
    for statement in sets.flat_map(PolicySet::policies).flat_map(|policy| policy.document.statements()) {
        let (Actions::Action(patterns) | Actions::NotAction(patterns)) = statement.actions();
        let codes = patterns.iter().filter_map(|pattern| pattern.value.as_str().split_once(':')).map(|(code, _)| code);
        services.extend(codes.filter(|code| !code.contains(['*', '?'])).map(str::to_ascii_lowercase));
    }
    for code in &services {
        let published = Catalogue::published().service(code);
        let published = published.iter().flat_map(|service| service.actions()).map(|action| action.name().to_owned());
        let all = published.chain(catalogue::Published.names(code));
        names.extend(all.map(|name| format!("{code}:{name}")));
    }
    let mut seen = BTreeSet::new();
    let once = |name: &String| seen.insert(name.to_ascii_lowercase());
    names.into_iter().filter(once).filter_map(|name| Action::parse(&name)).collect()
}

/// The proposals; empty for a request that is allowed. With `wider`, those too that open more than is needed.
pub fn text(remedies: &Remedies, explanation: &Explanation, wider: bool) -> String {
    let mut text = causes(explanation) + &listed(remedies.impossible, &remedies.remedies, &remedies.wider, wider);
    let nothing = remedies.remedies.is_empty() && remedies.wider.is_empty() && remedies.impossible.is_none();
    if nothing && !remedies.decision.is_allowed() {
        text.push_str(no_way(explanation));
        text.push('\n');
    }
    text
}

/// What no proposal says: that a Deny only stands since nobody can judge it, and that an Allow fits at other times.
fn causes(explanation: &Explanation) -> String {
    let mut page = Page::default();
    for trace in explanation.units().flat_map(|unit| &unit.statements) {
        let number = trace.statement.statement + 1;
        let (policy, line) = (&trace.policy.name, trace.place.position.line);
        if let (Effect::Deny, true, Some(fault)) = (trace.effect, trace.counts, trace.fault()) {
            let why = format!("statement {number} of `{policy}` (line {line}) denies it since it cannot be judged");
            page.line(0, format_args!("To mend: {why}: {fault}."));
        }
        let unmet: Vec<&ClauseTrace> = trace.condition.iter().filter(|clause| !clause.met).collect();
        let fits = trace.effect == Effect::Allow
            && trace.fault().is_none()
            && trace.action.fits
            && [&trace.resource, &trace.principal].into_iter().flatten().all(|element| element.fits);
        let is_time = |clause: &&ClauseTrace| clause.key.eq_ignore_ascii_case("acs:CurrentTime");
        if fits && !unmet.is_empty() && unmet.iter().all(is_time) && !explanation.decision.is_allowed() {
            let wants = unmet.iter().flat_map(|clause| {
                clause.values.iter().map(move |value| format!("{} `{}`", clause.operator, value.expected))
            });
            let (wants, was) =
                (wants.collect::<Vec<_>>().join(" and "), unmet.iter().flat_map(|clause| &clause.actual));
            let was = was.take(1).map(|time| format!(", and it is asked at `{time}`")).collect::<String>();
            page.line(
                0,
                format_args!(
                    "It hangs on the time alone: statement {number} of `{policy}` (line {line}) allows it where `acs:CurrentTime` is {wants}{was}."
                ),
            );
        }
    }
    page.into_text()
}

/// Leaves what the request can change: a grant on `*` is none where the action is on something that nobody named.
pub fn without_grants(remedies: &mut Remedies) {
    let of_request = |remedy: &Remedy| {
        remedy.changes.iter().all(|change| matches!(change, Change::SetKey { of: KeyOf::Request, .. }))
    };
    remedies.remedies.retain(of_request);
    remedies.wider.clear();
}

/// The same where what the action is on is not known: whatever allowed it on `*` might not allow it.
pub fn unnamed(remedies: &Remedies, explanation: &Explanation) -> String {
    let mut text = listed(remedies.impossible, &remedies.remedies, &[], false);
    if !remedies.decision.is_allowed() && remedies.impossible.is_none() {
        let action = &explanation.request.action;
        let told = format!(
            "No change of a policy is proposed: which resource `{action}` was asked for is not known. Name it with `--resource`.\n"
        );
        text.push_str(&told);
    }
    text
}

/// The same of the proposals themselves, as a server lists them.
pub fn listed(impossible: Option<&str>, narrow: &[Remedy], wide: &[Remedy], wider: bool) -> String {
    let mut page = Page::default();
    if let Some(why) = impossible {
        page.line(0, format_args!("No policy can allow it: {why}"));
    }
    for (number, remedy) in (1..).zip(narrow) {
        page.line(0, if number == 1 { "To allow it:" } else { "or:" });
        one(&mut page, remedy);
    }
    if wider {
        for remedy in wide {
            page.line(0, "or, wider than is needed:");
            one(&mut page, remedy);
        }
    } else if narrow.is_empty() && !wide.is_empty() {
        page.line(0, "Nothing allows this and no more; `--wider` shows what allows it and more besides.");
    }
    page.into_text()
}

/// Why nothing is proposed, as far as it is known.
fn no_way(explanation: &Explanation) -> &'static str {
    let request = &explanation.request;
    let statements = explanation.units().flat_map(|unit| &unit.statements);
    let mut failed = statements.filter_map(|trace| trace.failed.as_ref());
    if failed.any(|failed| failed.reason == Reason::PublicAccessBlocked) {
        return "Public access to the bucket is blocked: lift the block for bucket and account, if it is to be public, or sign the request.";
    }
    match &request.principal {
        Principal::RamUser { user_id, account, .. }
            if user_id.is_empty() && request.resource.split(':').nth(3) != Some(account) =>
        {
            "The resource's own policy can let it in. It names a RAM user by its id, which is not said here: ask as `acs:ram::ACCOUNT:user/ID`."
        }
        _ => "No single change is known that would allow it.",
    }
}

/// What nearly fits, in words: empty where nothing does.
pub fn near_text(near: &[NearMiss]) -> String {
    let mut page = Page::default();
    for (number, miss) in near.iter().take(NAMED).enumerate() {
        if number == 0 {
            page.line(0, "Nearly:");
        }
        page.line(1, miss);
        let statement = miss.statement.statement + 1;
        page.line(2, format_args!("statement {statement} of `{}`, line {}", miss.policy.name, miss.line));
    }
    page.into_text()
}

/// A statement, and of a long one its beginning: what is to be copied whole is in the JSON.
fn statement_text(page: &mut Page, statement: &serde_json::Value) {
    const LINES: usize = 60;
    let text = pretty(statement);
    let shown: Vec<_> = text.lines().take(LINES).collect();
    let rest = text.lines().count() - shown.len();
    page.block(2, &shown.join("\n"));
    if rest > 0 {
        page.line(2, format_args!("… {rest} lines more; `--format json` has all of it"));
    }
}

fn one(page: &mut Page, remedy: &Remedy) {
    for change in &remedy.changes {
        match change {
            Change::SetKey { key, values, of } => page.line(1, how_to_set(key, &values.join("`, `"), *of)),
            Change::Setting(Setting { setting, level, name, value }) => {
                page.line(1, format_args!("set {setting} of the {level} `{name}` to {value}"));
            }
            Change::RemoveStatement(target) => page.line(
                1,
                format_args!(
                    "remove statement {} of `{}` (line {})",
                    target.statement + 1,
                    target.policy.name,
                    target.line
                ),
            ),
            Change::ReplaceStatement { target, statement } => {
                page.line(
                    1,
                    format_args!(
                        "let statement {} of `{}` (line {}) say",
                        target.statement + 1,
                        target.policy.name,
                        target.line
                    ),
                );
                statement_text(page, statement);
                if target.policy.kind == PolicyType::System {
                    let why = "a system policy cannot be changed: attach a custom one with this in its place";
                    page.line(2, format_args!("({why})"));
                }
            }
            Change::AddStatement { layer, node, statement } => {
                page.line(1, format_args!("add to {}", place(*layer, *node)));
                statement_text(page, statement);
            }
        }
    }
    if remedy.changes.iter().all(|change| matches!(change, Change::SetKey { of: KeyOf::Request, .. })) {
        page.line(1, "no policy changes");
        return;
    }
    let denies = |change: &Change| match change {
        Change::ReplaceStatement { statement, .. } => {
            statement.get(0).unwrap_or(statement).get("Effect").is_some_and(|effect| effect == "Deny")
        }
        _ => false,
    };
    let does = if remedy.changes.iter().any(denies) { "opens" } else { "covers" };
    for opened in remedy.opens.iter().take(NAMED) {
        page.line(1, format_args!("this {does} {} on {} as well", opened.action, opened.resource));
    }
    if !remedy.loosened.is_empty() {
        let keys = remedy.loosened.join("` and `");
        page.line(
            1,
            format_args!(
                "this opens the same call with other values of `{keys}`, and by others whom this policy binds"
            ),
        );
    }
    let mut reach: Vec<String> = remedy.reaches.iter().filter_map(whoever_is_under).collect();
    if remedy.changes.iter().any(|change| matches!(change, Change::AddStatement { layer: Layer::Control, .. })) {
        reach.push("every account that is below the node".to_owned());
    }
    for whom in &reach {
        page.line(1, format_args!("this holds for {whom}, and not for the caller alone"));
    }
    let others = remedy.also_allows.len();
    if others == 0 {
        if remedy.opens.is_empty() && remedy.loosened.is_empty() {
            let whom = if reach.is_empty() { "" } else { " the caller" };
            page.line(1, format_args!("this allows{whom} nothing else of the operations that acslab knows"));
        }
        return;
    }
    page.line(1, format_args!("this also allows {} of those that acslab knows:", count(others, "other call")));
    for other in remedy.also_allows.iter().take(NAMED) {
        page.line(2, format_args!("{} on {}", other.action, other.resource));
    }
    if others > NAMED {
        page.line(2, format_args!("and {} more", others - NAMED));
    }
}

/// Who is under what a changed policy is attached to.
fn whoever_is_under(attached: &Attachment) -> Option<String> {
    Some(match attached {
        Attachment::Group(name) => format!("everybody in group `{name}`"),
        Attachment::Target(name) => format!("every account that control policies of `{name}` bind"),
        Attachment::Bucket(name) => format!("everybody who asks for something of bucket `{name}`"),
        Attachment::Project(name) => format!("everybody who asks for something of project `{name}`"),
        _ => return None,
    })
}

/// What somebody does for a key to have a value.
fn how_to_set(key: &str, value: &str, of: KeyOf) -> String {
    if of == KeyOf::Resource {
        let tag = key.split_once('/').map_or(key, |(_, tag)| tag);
        let on = if key.to_ascii_lowercase().starts_with("oss:buckettag/") { "the bucket" } else { "the resource" };
        return format!("tag {on}: `{tag}` = `{value}` (it fills `{key}`)");
    }
    match key.to_ascii_lowercase().as_str() {
        "sts:externalid" => format!("send the ExternalId `{value}` with AssumeRole (it fills `{key}`)"),
        "acs:sourcevpc" => format!("send the request from within the VPC `{value}` (it fills `{key}`)"),
        "acs:sourceip" => format!("send the request from an address such as `{value}` (it fills `{key}`)"),
        "acs:securetransport" if value == "true" => format!("use https (it fills `{key}`)"),
        "acs:mfapresent" if value == "true" => format!("log on with MFA and ask from the console (it fills `{key}`)"),
        "oidc:sub" => {
            let of = match value {
                pod if pod.starts_with("system:serviceaccount:") => ": of a pod its namespace and its service account",
                workflow if workflow.starts_with("repo:") => {
                    ": of a workflow its repository, with branch or environment"
                }
                _ => "",
            };
            format!("ask with a token of the subject `{value}`{of} (it fills `{key}`)")
        }
        lower if lower.starts_with("oss:x-oss-") => {
            format!("send the header `{}: {value}` (it fills `{key}`)", key.trim_start_matches("oss:"))
        }
        lower if lower.starts_with("oss:buckettag/") => {
            let tag = key.split_once('/').map_or(key, |(_, tag)| tag);
            format!(
                "list with the parameters `tag-key={tag}` and `tag-value={value}` (they fill `{key}`); the console sends none"
            )
        }
        lower if ["oss:prefix", "oss:delimiter", "oss:max-keys"].contains(&lower) => {
            format!("send the parameter `{}={value}` (it fills `{key}`)", lower.trim_start_matches("oss:"))
        }
        _ => format!("make the request with `{key}` = `{value}`"),
    }
}

fn place(layer: Layer, node: u32) -> String {
    match layer {
        Layer::Control => format!("the control policies of {}", node_name(node)),
        Layer::Session => "the session policy".to_owned(),
        Layer::IdentityResourceGroup => "an identity policy for the resource group".to_owned(),
        Layer::Resource => "the resource's own policy".to_owned(),
        Layer::Trust => "the role's trust policy".to_owned(),
        _ => "an identity policy of the caller".to_owned(),
    }
}

fn pretty(statement: &serde_json::Value) -> String {
    format!("{statement:#}")
}
