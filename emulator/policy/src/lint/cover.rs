//! Whether one pattern, element or statement covers another: whatever fits the second fits the first.
//! Where that cannot be told, the answer is no.

use crate::catalogue::{fields, patterns_meet};
use crate::condition::Clause;
use crate::document::{Actions, PrincipalPattern, Principals, Resources, Statement};
use crate::glob::{self, Shape};

/// Whether what fits the pattern `inner` fits `outer`. The stars of `inner` are met by stars of `outer` only.
fn text(outer: &str, inner: &str) -> bool {
    // A `?` of the outer pattern would take a `*` of the inner one for one character.
    let told = !(outer.contains('?') && inner.contains('*'));
    outer == inner || (told && glob::matches(outer.as_bytes(), Shape::of(outer.as_bytes()), inner.as_bytes()))
}

/// Whether one pattern over actions covers another; letter case is disregarded.
pub(super) fn action(outer: &str, inner: &str) -> bool {
    text(&outer.to_ascii_lowercase(), &inner.to_ascii_lowercase())
}

/// Whether one pattern over resources covers another, field by field.
pub(super) fn resource(outer: &str, inner: &str) -> bool {
    if outer == inner || (!outer.is_empty() && outer.bytes().all(|b| b == b'*')) {
        return true;
    }
    let (Some(outer), Some(inner)) = (fields(outer), fields(inner)) else { return false };
    outer.into_iter().zip(inner).enumerate().all(|(index, (outer, inner))| {
        // An empty region or account of a pattern is any.
        let open = |field: &str| field.is_empty() && matches!(index, 2 | 3);
        open(outer) || outer == "*" || (!open(inner) && text(outer, inner))
    })
}

/// Whether `outer` covers the pattern `inner` of some `Action` element.
pub(super) fn covers_action(outer: &Actions, inner: &str) -> bool {
    match outer {
        Actions::Action(patterns) => patterns.iter().any(|pattern| action(pattern.value.as_str(), inner)),
        Actions::NotAction(patterns) => !patterns.iter().any(|pattern| patterns_meet(pattern.value.as_str(), inner)),
    }
}

fn actions(outer: &Actions, inner: &Actions) -> bool {
    match (outer, inner) {
        (_, Actions::Action(patterns)) => {
            !patterns.is_empty() && patterns.iter().all(|pattern| covers_action(outer, pattern.value.as_str()))
        }
        (Actions::Action(patterns), Actions::NotAction(_)) => patterns.iter().any(|pattern| pattern.value.is_any()),
        // What the outer leaves out must be left out by the inner.
        (Actions::NotAction(outer), Actions::NotAction(inner)) => {
            outer.iter().all(|pattern| inner.iter().any(|other| action(other.value.as_str(), pattern.value.as_str())))
        }
    }
}

/// Whether one `Resource` element covers another.
pub(super) fn resources(outer: &Resources, inner: &Resources) -> bool {
    match (outer, inner) {
        (Resources::Unstated, Resources::Unstated) => true,
        (Resources::Resource(outer), Resources::Resource(inner)) => {
            !inner.is_empty()
                && inner
                    .iter()
                    .all(|inner| outer.iter().any(|outer| resource(outer.value.as_str(), inner.value.as_str())))
        }
        _ => false,
    }
}

/// Whether one `Principal` element covers another. `conditional`: everyone under a condition is more than without.
fn principals(outer: &Principals, inner: &Principals, conditional: bool) -> bool {
    match (outer, inner) {
        (Principals::Unstated, Principals::Unstated) => true,
        (Principals::Principal(outer), Principals::Principal(inner)) => inner.iter().all(|inner| {
            outer
                .iter()
                .any(|outer| outer.value == inner.value || (conditional && outer.value == PrincipalPattern::Everyone))
        }),
        _ => false,
    }
}

/// Whether every clause of `outer` stands in `inner`: then whatever meets the conditions of `inner` meets those of `outer`.
pub(super) fn conditions(outer: &Statement, inner: &Statement) -> bool {
    outer.clauses().iter().all(|clause| inner.clauses().iter().any(|other| same(clause, other)))
}

fn same(a: &Clause, b: &Clause) -> bool {
    let values = |clause: &Clause| {
        let mut values: Vec<String> = clause.operands().iter().map(|operand| operand.as_str().to_owned()).collect();
        values.sort_unstable();
        values
    };
    a.operator() == b.operator() && a.key().as_str().eq_ignore_ascii_case(b.key().as_str()) && values(a) == values(b)
}

/// Whether whatever fits `inner` fits `outer`; their effects are not looked at.
pub(super) fn statement(outer: &Statement, inner: &Statement) -> bool {
    actions(outer.actions(), inner.actions()) && elements(outer, inner)
}

/// The same, actions aside.
pub(super) fn elements(outer: &Statement, inner: &Statement) -> bool {
    resources(outer.resources(), inner.resources())
        && principals(outer.principals(), inner.principals(), !outer.clauses().is_empty())
        && conditions(outer, inner)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn patterns() {
        for (outer, inner, covers) in [
            ("oss:*", "oss:Get*", true),
            ("oss:Get*", "oss:*", false),
            ("OSS:get*", "oss:GetObject", true),
            ("oss:Get*t", "oss:GetObject", true),
            ("oss:Get*t", "oss:Get*", false),
            ("oss:?etObject", "oss:GetObject", true),
            ("oss:Get?", "oss:Get*", false),
            ("*", "*", true),
        ] {
            assert_eq!(action(outer, inner), covers, "{outer} over {inner}");
        }
        for (outer, inner, covers) in [
            ("*", "acs:oss:*:*:b", true),
            ("acs:oss:*:*:*", "*", false),
            ("acs:oss:*:*:*", "acs:oss:*:1234:b/*", true),
            ("acs:oss:*:1234:*", "acs:oss:*:*:b", false),
            ("acs:oss::1234:b/*", "acs:oss:cn-hangzhou:1234:b/x", true),
            ("acs:oss:cn-hangzhou:*:b", "acs:oss::*:b", false),
            ("acs:oss:*:*:b/*", "acs:oss:*:*:b", false),
            ("acs:oss:*:*:b*", "acs:oss:*:*:b/*", true),
            ("acs:oss:*", "acs:oss:*", true),
            ("acs:oss:*", "acs:oss:*:*:b", false),
        ] {
            assert_eq!(resource(outer, inner), covers, "{outer} over {inner}");
        }
        for (a, b, meet) in [
            ("oss:Get*", "oss:GetObject", true),
            ("oss:Get*", "oss:Put*", false),
            ("oss:*", "oss:Put*", true),
            ("*:List*", "oss:ListObjects", true),
            ("ram:*", "oss:GetObject", false),
            ("oss:GetObject", "OSS:getobject", true),
        ] {
            assert_eq!(patterns_meet(a, b), meet, "{a} and {b}");
            assert_eq!(patterns_meet(b, a), meet, "{b} and {a}");
        }
    }
}
