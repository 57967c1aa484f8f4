//! An explanation as text for a terminal.

use std::fmt;

use super::excerpt;
use super::{Explanation, Failure, StatementTrace, Step, Unit};
use crate::layers::{Decision, Layer, Verdict};
use crate::printable::printable;
use crate::reason::Reason;
use crate::sequence::Skip;
use crate::set::{Attachment, PolicyRef};
use crate::shown::quotable;

/// How many statements that do not fit are shown for a layer.
const SHOWN: usize = 5;

impl fmt::Display for Explanation {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let asked = |unit: &Unit| matches!(unit.layer, Layer::Identity | Layer::IdentityResourceGroup);
        headline(f, &self.decision, self.units().any(asked))?;
        writeln!(f, "  principal  {}", printable(&self.request.principal.to_string()))?;
        writeln!(f, "  action     {}", printable(&self.request.action))?;
        writeln!(f, "  resource   {}", printable(&self.request.resource))?;
        if let Some(group) = &self.request.resource_group {
            writeln!(f, "  group      {}", printable(group))?;
        }
        for key in &self.request.context {
            writeln!(f, "  context    {} = {}", printable(&key.key), list(&key.values))?;
        }
        for step in &self.steps {
            writeln!(f)?;
            match step {
                Step::Skipped { layer, why } => writeln!(f, "{}: not asked, {}", layer_name(*layer), skip_text(*why))?,
                Step::Asked(unit) => self.unit(f, unit)?,
            }
        }
        Ok(())
    }
}

/// Whose control policies those of a node are: the account's own come first, then those of its folders up to the root.
pub fn node_name(node: u32) -> String {
    match node {
        0 => "the account".to_owned(),
        1 => "the folder above the account".to_owned(),
        above => format!("folder {above} above the account"),
    }
}

impl Explanation {
    fn unit(&self, f: &mut fmt::Formatter<'_>, unit: &Unit) -> fmt::Result {
        write!(f, "{}", layer_name(unit.layer))?;
        if unit.layer == Layer::Control {
            write!(f, " of {}", node_name(unit.node))?;
        }
        let settled = unit.statements.iter().find(|trace| Some(trace.statement) == unit.settled_by);
        if let Some(trace) = settled {
            let verb = if unit.verdict == Verdict::Allow { "allowed" } else { "denied" };
            writeln!(f, ": {verb} by {}", statement_name(trace))?;
            self.settling(f, trace)
        } else {
            writeln!(f, ": no statement speaks, of {}", count(unit.statements.len(), "statement"))?;
            nearest(f, unit)
        }
    }

    /// The statement that settles a layer: with its text if it settles the request.
    fn settling(&self, f: &mut fmt::Formatter<'_>, trace: &StatementTrace) -> fmt::Result {
        if self.decision.statement != Some(trace.statement) {
            return Ok(());
        }
        let text = trace.document.text();
        let (place, note) = if let Some(failure) = &trace.failed {
            // Only a Deny that cannot be judged counts without fitting.
            (failure.place, "cannot be judged, so this Deny applies")
        } else {
            let pattern = trace.action.patterns.iter().find(|pattern| pattern.matches);
            (pattern.map_or(trace.action.place, |pattern| pattern.place), "this statement decides")
        };
        excerpt::write(f, text, trace.place.span, place, note)?;
        for clause in trace.condition.iter().filter(|clause| clause.met && clause.reason == Some(Reason::KeyMissing)) {
            writeln!(
                f,
                "  Condition.{}.{} is met because the request does not carry the key",
                clause.operator,
                printable(&clause.key)
            )?;
        }
        Ok(())
    }
}

/// The statements that came closest.
fn nearest(f: &mut fmt::Formatter<'_>, unit: &Unit) -> fmt::Result {
    let mut candidates: Vec<_> =
        unit.statements.iter().filter_map(|trace| Some((obstacles(trace), trace, trace.failed.as_ref()?))).collect();
    candidates.sort_by_key(|(obstacles, trace, _)| (*obstacles, trace.statement.policy, trace.statement.statement));
    for (index, (_, trace, failure)) in candidates.iter().take(SHOWN).enumerate() {
        writeln!(f, "  {} ({:?}) does not fit: {}", statement_name(trace), trace.effect, failure_text(failure))?;
        if index == 0 {
            excerpt::write(f, trace.document.text(), trace.place.span, failure.place, failure.reason.as_str())?;
        }
    }
    if candidates.len() > SHOWN {
        writeln!(f, "  and {} that fit no better", count(candidates.len() - SHOWN, "more statement"))?;
    }
    Ok(())
}

/// How far a statement is from fitting. An action that differs is the greatest distance.
fn obstacles(trace: &StatementTrace) -> usize {
    let differs = |fits: bool, weight: usize| if fits { 0 } else { weight };
    differs(trace.action.fits, 100)
        + differs(trace.resource.as_ref().is_none_or(|element| element.fits), 10)
        + differs(trace.principal.as_ref().is_none_or(|element| element.fits), 10)
        + trace.condition.iter().filter(|clause| !clause.met).count()
}

/// What came of it. Of what nothing allows, the cloud reports a kind of identity policies, which says nothing where those were not asked.
fn headline(f: &mut fmt::Formatter<'_>, decision: &Decision, asked: bool) -> fmt::Result {
    let verdict = match decision.verdict {
        Verdict::Allow => "Allow",
        Verdict::ExplicitDeny => "ExplicitDeny",
        Verdict::ImplicitDeny => "ImplicitDeny",
    };
    write!(f, "{verdict}")?;
    match decision.layer {
        Layer::None => write!(f, ": nothing allows it")?,
        Layer::Owner if decision.is_allowed() => write!(f, ": the account owner needs no policy")?,
        Layer::Owner => write!(f, ": the account owner may not assume roles")?,
        Layer::Default => write!(f, ": allowed unless denied, and nothing denies it")?,
        layer => write!(f, ": {}", layer_name(layer))?,
    }
    let tells = |reported: &&str| asked || decision.layer != Layer::None || !reported.ends_with("IdentityBasedPolicy");
    match decision.policy_type().filter(tells) {
        Some(reported) => writeln!(f, " ({reported})"),
        None => writeln!(f),
    }
}

fn layer_name(layer: Layer) -> &'static str {
    match layer {
        Layer::Owner => "account owner",
        Layer::Control => "control policies",
        Layer::Session => "session policy",
        Layer::Identity => "identity policies",
        Layer::IdentityResourceGroup => "identity policies of the resource group",
        Layer::Resource => "resource policy",
        Layer::Trust => "trust policy",
        Layer::Default => "default",
        Layer::None => "no layer",
    }
}

fn skip_text(why: Skip) -> &'static str {
    match why {
        Skip::OwnerNeedsNone => "the account owner needs none for what is its own",
        Skip::OwnerMayNotAssume => "the account owner may not assume roles",
        Skip::ControlSparesOwner => "they do not bind the account owner",
        Skip::ControlSparesServiceLinkedRoles => "they do not bind service-linked roles",
        Skip::TrustDecidesAlone => "the trust policy decides alone about services and identity providers",
        Skip::NoIdentity => "the caller has none",
        Skip::ForeignResource => "they do not reach the resources of another account",
        Skip::GateDecidesAlone => "the access point's policy is asked for itself",
        Skip::AccountScopeSettled => "the account scope has settled it",
    }
}

fn statement_name(trace: &StatementTrace) -> String {
    format!(
        "statement {} of {} (line {})",
        trace.statement.statement + 1,
        policy_name(&trace.policy),
        trace.place.position.line
    )
}

fn policy_name(policy: &PolicyRef) -> String {
    let version = policy.version.as_ref().map(|version| format!(" {}", printable(version))).unwrap_or_default();
    let of = match &policy.attached {
        Attachment::User(_) => ", attached to user",
        Attachment::Group(_) => ", attached to group",
        Attachment::Role(_) => ", attached to role",
        Attachment::Target(_) => ", attached to",
        Attachment::WorkspaceRole(_) => ", of workspace role",
        Attachment::Bucket(_) => ", of bucket",
        Attachment::Project(_) => ", of project",
        Attachment::Trust(_) => ", of role",
        Attachment::Session | Attachment::None => "",
    };
    let attached = policy.attached.name().map(|name| format!("{of} `{}`", printable(name))).unwrap_or_default();
    format!("`{}`{version}{attached}", printable(&policy.name))
}

fn failure_text(failure: &Failure) -> String {
    let expected = list(&failure.expected);
    let actual = list(&failure.actual);
    let element = printable(&failure.element);
    match failure.reason {
        Reason::KeyMissing => format!("{element} wants {expected}, the request does not carry the key"),
        Reason::KeyUnknown => format!("{element} wants {expected}, the product never fills the key"),
        Reason::KeyPresent => format!("{element} wants the key missing, the request has {actual}"),
        Reason::ValueUnreadable => format!("{element} cannot compare {actual} with {expected}"),
        Reason::UnusableStatement => {
            format!("it cannot be used and counts for nothing: {}", failure.actual.join(", "))
        }
        Reason::NotAPrincipal => format!("{element} {expected} is of a form that means nobody in such a policy"),
        Reason::MalformedValue => format!("{element} lists a value that it cannot read among {expected}"),
        Reason::ActionExcluded | Reason::ResourceExcluded | Reason::ValueExcluded => {
            format!("{element} excludes {expected}, the request has {actual}")
        }
        Reason::NoSuchResource => {
            format!("{element} names {expected}, the request is on `*`, which is no single resource")
        }
        Reason::OwnerNotMeant => format!("{element} does not mean the bucket owner, there being no condition"),
        Reason::PublicAccessBlocked => {
            format!("{element} {expected} is public, and block public access is on")
        }
        Reason::OtherAccount => format!("{element} wants {expected}, {actual} is of another account"),
        _ => format!("{element} wants {expected}, the request has {actual}"),
    }
}

/// Values in backticks; a few of many.
fn list(values: &[String]) -> String {
    const FEW: usize = 4;
    let text = values.iter().take(FEW).map(|value| format!("`{}`", quotable(value))).collect::<Vec<_>>().join(", ");
    match values.len() {
        0 => "nothing".to_owned(),
        1..=FEW => text,
        more => format!("{text} and {} more", more - FEW),
    }
}

fn count(number: usize, thing: &str) -> String {
    format!("{number} {thing}{}", if number == 1 { "" } else { "s" })
}
