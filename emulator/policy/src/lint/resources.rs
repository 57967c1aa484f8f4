//! Resources that an action can never act on.

use std::collections::BTreeMap;

use super::cover;
use super::finding::{Draft, Findings};
use super::rule::Rule;
use super::subject::{Named, Subject, actions, listed, resources};
use crate::action::ActionPattern;
use crate::catalogue::{ArnShape, ResourceShapes};
use crate::document::{Effect, Statement};
use crate::kind::DocumentKind;
use crate::resource::ResourcePattern;
use crate::text::Spanned;

static RESOURCE_NEVER_MATCHES: Rule = Rule::warning(
    "resource-never-matches",
    "no resource of the statement can be one that the action acts on",
    "action and resource must match together; this entry takes no effect",
);
static NO_RESOURCE_LEVEL: Rule = Rule::warning(
    "no-resource-level",
    "the action has no resource-level authorization, and the statement names resources",
    "such an operation is checked against `*`, which a narrower resource never matches",
);
static RESOURCE_UNUSED: Rule =
    Rule::note("resource-unused", "none of the statement's actions acts on this resource", "the entry takes no effect");
static SHORT_ARN: Rule = Rule::note(
    "short-arn",
    "a resource with fewer than the five fields of an ARN",
    "what it matches is not documented",
);

pub(super) const RULES: &[&Rule] = &[&RESOURCE_NEVER_MATCHES, &NO_RESOURCE_LEVEL, &RESOURCE_UNUSED, &SHORT_ARN];

pub(super) fn check(subject: &Subject<'_>, findings: &mut Findings<'_>) {
    for statement in &subject.sound {
        for pattern in resources(statement).iter().filter(|pattern| pattern.value.is_short()) {
            let message = format!("`{}` is not a whole ARN", pattern.value.as_str());
            let help = format!("write all five fields, e.g. `{}`", completed(pattern.value.as_str()));
            findings.push(Draft::new(&SHORT_ARN, pattern.span, message).help(help));
        }
        if subject.kind != DocumentKind::Trust {
            statement_resources(subject, statement, findings);
        }
    }
}

fn completed(short: &str) -> String {
    let mut whole = short.trim_end_matches(':').to_owned();
    while whole.matches(':').count() < 4 {
        whole.push_str(":*");
    }
    whole
}

/// What a pattern over actions can act on, if all of that is known.
struct Reach<'p> {
    written: &'p str,
    /// Each once, though many actions share one.
    shapes: Vec<&'static ResourceShapes>,
}

impl<'p> Reach<'p> {
    fn of(subject: &Subject<'_>, action: &'p Spanned<ActionPattern>) -> Option<Self> {
        let mut shapes: Vec<&ResourceShapes> = Vec::new();
        for known in Named::of(&action.value, subject.catalogue)?.all_known() {
            let own = known.resources();
            if !own.is_published() {
                return None;
            }
            if !shapes.iter().any(|shared| std::ptr::eq(*shared, own)) {
                shapes.push(own);
            }
        }
        (!shapes.is_empty()).then_some(Self { written: action.value.as_str(), shapes })
    }

    fn may_act_on(&self, pattern: &ResourcePattern) -> bool {
        self.shapes.iter().any(|shapes| {
            (shapes.has_all() && is_open(pattern)) || shapes.arns().iter().any(|arn| arn.may_match(pattern.as_str()))
        })
    }

    fn only_all(&self) -> bool {
        self.shapes.iter().all(|shapes| shapes.has_all() && shapes.arns().is_empty())
    }

    fn arns(&self) -> Vec<ArnShape> {
        let mut arns: Vec<ArnShape> = Vec::new();
        for arn in self.shapes.iter().flat_map(|shapes| shapes.arns()).filter(|arn| !arn.is_rare()) {
            if !arns.contains(arn) {
                arns.push(*arn);
            }
        }
        arns
    }
}

/// Whether a pattern matches the `*` of operations without resource-level authorization: it is `*`, or has nothing but
/// stars after the service.
fn is_open(pattern: &ResourcePattern) -> bool {
    pattern.is_any()
        || crate::catalogue::fields(pattern.as_str())
            .is_some_and(|[_, _, rest @ ..]| rest.iter().all(|field| field.bytes().all(|b| b == b'*')))
}

fn statement_resources(subject: &Subject<'_>, statement: &Statement, findings: &mut Findings<'_>) {
    let patterns = resources(statement);
    if patterns.is_empty() || patterns.iter().any(|pattern| pattern.value.is_any()) {
        return;
    }
    let mut unknown = false;
    // Entries that need the same kind of resource make one finding.
    let mut stranded: BTreeMap<Vec<String>, Vec<(&Spanned<_>, Reach<'_>)>> = BTreeMap::new();
    let mut reaching: Vec<Reach<'_>> = Vec::new();
    for action in actions(statement) {
        let Some(reach) = Reach::of(subject, action) else {
            unknown = true;
            continue;
        };
        if patterns.iter().any(|pattern| reach.may_act_on(&pattern.value)) {
            reaching.push(reach);
        } else {
            let needs =
                if reach.only_all() { Vec::new() } else { reach.arns().iter().map(ToString::to_string).collect() };
            stranded.entry(needs).or_default().push((action, reach));
        }
    }
    for (needs, entries) in stranded {
        let draft = strand(statement, &needs, &entries);
        // What another statement makes good is untidy, not wrong.
        let elsewhere = entries.iter().all(|(action, _)| takes_effect_elsewhere(subject, statement, action));
        findings.extend(draft.map(|draft| if elsewhere { draft.note() } else { draft }));
    }
    if unknown || reaching.is_empty() {
        return;
    }
    for pattern in patterns.iter().filter(|pattern| !pattern.value.is_short()) {
        if !reaching.iter().any(|reach| reach.may_act_on(&pattern.value)) {
            let message = format!("no action of this statement acts on `{}`", pattern.value.as_str());
            findings.push(Draft::new(&RESOURCE_UNUSED, pattern.span, message));
        }
    }
}

/// Whether some resource of the statement may be one that the action acts on, as far as that is known.
pub(super) fn takes_effect(subject: &Subject<'_>, statement: &Statement, action: &Spanned<ActionPattern>) -> bool {
    Reach::of(subject, action)
        .is_none_or(|reach| resources(statement).iter().any(|pattern| reach.may_act_on(&pattern.value)))
}

fn takes_effect_elsewhere(subject: &Subject<'_>, statement: &Statement, action: &Spanned<ActionPattern>) -> bool {
    subject.sound.iter().any(|other| {
        other.effect() == statement.effect()
            && other.span() != statement.span()
            && cover::covers_action(other.actions(), action.value.as_str())
            && takes_effect(subject, other, action)
    })
}

fn strand<'p>(
    statement: &'p Statement,
    needs: &[String],
    entries: &[(&'p Spanned<ActionPattern>, Reach<'p>)],
) -> Option<Draft> {
    let ((first, reach), others) = entries.split_first()?;
    let names: Vec<&str> = entries.iter().map(|(_, reach)| reach.written).collect();
    let verb = if names.len() == 1 { "acts" } else { "act" };
    let narrow = resources(statement).first()?.value.as_str();
    let mut draft = if needs.is_empty() {
        let message = format!("{} cannot be limited to `{narrow}`", listed(&names));
        let help = match statement.effect() {
            Effect::Allow => "allow it in a statement of its own, on `*`",
            Effect::Deny => "deny it in a statement of its own, on `*`",
        };
        Draft::new(&NO_RESOURCE_LEVEL, first.span, message).help(help)
    } else {
        let message = format!("{} {verb} on {}, which no resource here is", listed(&names), listed(needs));
        Draft::new(&RESOURCE_NEVER_MATCHES, first.span, message).help(mended(statement, reach, needs))
    };
    for (other, reach) in others {
        draft = draft.related(other.span, format!("`{}` likewise", reach.written));
    }
    Some(draft)
}

/// What to write instead: the resource that is there, with the objects under it added or taken away, if that fits.
fn mended(statement: &Statement, reach: &Reach<'_>, needs: &[String]) -> String {
    let fits = |candidate: &str| {
        crate::catalogue::fields(candidate).is_some_and(|fields| !fields[4].is_empty())
            && reach.arns().iter().any(|arn| arn.may_match(candidate))
    };
    for pattern in resources(statement) {
        let written = pattern.value.as_str();
        let with = format!("{}/*", written.trim_end_matches('/'));
        let [.., relative] = crate::catalogue::fields(written).unwrap_or_default();
        let without = relative
            .split_once('/')
            .map(|(start, _)| format!("{}{start}", written.get(..written.len() - relative.len()).unwrap_or_default()));
        for candidate in [Some(with), without].into_iter().flatten() {
            if fits(&candidate) {
                return format!("write `{candidate}`");
            }
        }
    }
    format!("name {}", listed(needs))
}
