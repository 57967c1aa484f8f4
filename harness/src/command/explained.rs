//! What a state says of a refusal, in words and in JSON.

use serde_json::{Value, json};

use crate::ask::scoped_text;
use crate::explain::{Reasoned, Refusal};
use crate::page::Page;
use crate::simulate::{doubts_of_answer, remedies};

/// Where the error names another layer or another verdict than the state comes to: it cannot be the state that was there.
pub(super) fn otherwise(refusal: &Refusal, reasoned: &Reasoned) -> String {
    let decision = &reasoned.explanation.decision;
    let said = (refusal.why.no_permission.as_deref(), refusal.why.policy.as_deref());
    // Of what nobody named nothing can be compared.
    if reasoned.unnamed {
        return String::new();
    }
    let (Some(kind), Some(policy)) = (decision.no_permission_type(), decision.policy_type()) else {
        return String::new();
    };
    let (said_kind, said_policy) = (said.0.unwrap_or(kind), said.1.unwrap_or(policy));
    if said_kind == kind && layer(kind, said_policy) == layer(kind, policy) {
        return String::new();
    }
    format!(
        "The error says {said_kind} / {said_policy}, by this state it is {kind} / {policy}: something of what was there is not in the \
         state, or was changed since.\n"
    )
}

/// The layer that is told. Silence is told of the scope that was asked last, which depends on the operation.
fn layer<'p>(kind: &str, policy: &'p str) -> &'p str {
    match (kind, policy) {
        ("ImplicitDeny", "ResourceGroupLevelIdentityBasedPolicy") => "AccountLevelIdentityBasedPolicy",
        (_, other) => other,
    }
}

/// What a state says, for people.
pub(super) fn shown(reasoned: &Reasoned, wider: bool) -> String {
    let mut head = Page::default();
    for assumed in &reasoned.assumed {
        head.line(0, format_args!("assumed: {assumed}"));
    }
    for unusable in &reasoned.unusable {
        head.line(0, format_args!("not usable: {unusable}"));
    }
    for unknown in &reasoned.unknown {
        head.line(0, format_args!("not in the state, and it may decide: {unknown}"));
    }
    if reasoned.differs {
        head.line(0, "By this state it is allowed.");
        if reasoned.toothless.is_empty() {
            head.line(0, "If it was refused, something is not in the state that was there: another key, a session or control policy,");
            head.line(0, "conditions that `--context` can name, a bucket policy, or a change since.");
        }
        for toothless in &reasoned.toothless {
            head.line(1, format_args!("no obstacle: {toothless}"));
        }
    }
    let open = doubts_of_answer(&reasoned.explanation);
    let mut parts = vec![head.into_text(), open, remedies::near_text(&reasoned.near), reasoned.explanation.to_string()];
    parts.push(scoped_text(&reasoned.scoped));
    let mut tail = Page::default();
    for role in &reasoned.roles {
        tail.line(0, format_args!("Without any change: assume {role}, which the caller may, and which may do it."));
    }
    parts.push(tail.into_text());
    parts.push(if reasoned.unnamed {
        remedies::unnamed(&reasoned.remedies, &reasoned.explanation)
    } else {
        remedies::text(&reasoned.remedies, &reasoned.explanation, wider)
    });
    let mut shared = Page::default();
    reasoned.shared.iter().for_each(|line| shared.line(0, line));
    parts.push(shared.into_text());
    parts.retain(|part| !part.is_empty());
    parts.join("\n")
}

pub(super) fn in_json(reasoned: &Reasoned) -> Value {
    json!({
        "principal": reasoned.principal,
        "assumed": reasoned.assumed,
        "allowed": reasoned.differs,
        "toothless": reasoned.toothless,
        "unusable": reasoned.unusable,
        "not_in_state": reasoned.unknown,
        "shared": reasoned.shared,
        "resource_groups": reasoned.scoped,
        "near": reasoned.near,
        "explanation": reasoned.explanation,
        "assume": reasoned.roles,
        "remedies": reasoned.remedies,
    })
}
