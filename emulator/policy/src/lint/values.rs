//! Values that a condition compares otherwise than its author thinks.

use std::net::IpAddr;

use super::finding::{Draft, Findings};
use super::rule::Rule;
use super::subject::{Subject, resources};
use crate::catalogue::KeyClass;
use crate::condition::{Clause, Comparison, Operand};
use crate::document::Effect;

static WILDCARD_IN_EQUALS: Rule = Rule::warning(
    "wildcard-in-equals",
    "a wildcard under an operator that compares exactly",
    "`*` and `?` are wildcards under StringLike and StringNotLike only",
);
static OPERATOR_CLASS: Rule = Rule::warning(
    "operator-class",
    "an operator of another class than the condition key's values",
    "the comparison fails, or compares the text instead of its meaning",
);
static HOST_BITS: Rule = Rule::note(
    "host-bits",
    "an address range whose address is not the start of the range",
    "the bits beyond the prefix are disregarded: the range is wider than its address suggests",
);
static ANY_ADDRESS: Rule =
    Rule::note("any-address", "an address range that holds every address", "such a condition does not narrow anything");
static POLICY_VARIABLE: Rule = Rule::warning(
    "policy-variable",
    "a policy variable",
    "RAM has no policy variables: `${...}` is compared as it is written",
);
static BLANK: Rule = Rule::warning(
    "blank",
    "a blank at an end of a resource or a value",
    "it is compared like any other letter, so what is meant never matches",
);
static LANGSTUDIO_TAG: Rule = Rule::warning(
    "langstudio-tag",
    "the bucket tag of LangStudio in other letters",
    "tags compare exactly: LangStudio's buckets carry `Product` = `PaiLangStudio`",
);

pub(super) const RULES: &[&Rule] =
    &[&WILDCARD_IN_EQUALS, &OPERATOR_CLASS, &HOST_BITS, &ANY_ADDRESS, &POLICY_VARIABLE, &BLANK, &LANGSTUDIO_TAG];

pub(super) fn check(subject: &Subject<'_>, findings: &mut Findings<'_>) {
    for statement in &subject.sound {
        for pattern in resources(statement) {
            findings.extend(variable(pattern.value.as_str(), pattern.span));
            findings.extend(blank(pattern.value.as_str(), pattern.span));
        }
        for clause in statement.clauses() {
            findings.extend(class(subject, clause));
            findings.extend(langstudio(clause));
            for operand in clause.operands() {
                findings.extend(variable(operand.as_str(), operand.span()));
                findings.extend(blank(operand.as_str(), operand.span()));
                findings.extend(wildcard(clause, operand));
                findings.extend(range(clause, operand, statement.effect()));
            }
        }
    }
}

fn variable(text: &str, span: crate::text::Span) -> Option<Draft> {
    let (_, rest) = text.split_once("${")?;
    let (name, _) = rest.split_once('}')?;
    let message = format!("`${{{name}}}` is plain text here");
    Some(Draft::new(&POLICY_VARIABLE, span, message).help("write the value out"))
}

fn blank(text: &str, span: crate::text::Span) -> Option<Draft> {
    let meant = text.trim();
    if meant == text || meant.is_empty() {
        return None;
    }
    let draft = Draft::new(&BLANK, span, format!("`{text}` has a blank at an end"));
    Some(draft.help(format!("write `{meant}`")))
}

fn wildcard(clause: &Clause, operand: &Operand) -> Option<Draft> {
    let exact = matches!(clause.operator().comparison, Comparison::Equals | Comparison::EqualsIgnoreCase);
    if !exact || !operand.as_str().contains(['*', '?']) {
        return None;
    }
    let like = if clause.operator().negated { "StringNotLike" } else { "StringLike" };
    let message = format!("`{}` is compared letter by letter", operand.as_str());
    Some(Draft::new(&WILDCARD_IN_EQUALS, operand.span(), message).help(format!("use `{like}`")))
}

fn class(subject: &Subject<'_>, clause: &Clause) -> Option<Draft> {
    let (class, _) = subject.catalogue.key(clause.key().as_str())?;
    let operator = clause.operator();
    let fits = match (class, operator.comparison) {
        // The text of numbers and truth values is what one would write.
        (KeyClass::String | KeyClass::Bool, Comparison::Equals | Comparison::EqualsIgnoreCase | Comparison::Like)
        | (KeyClass::Bool, Comparison::Bool)
        | (KeyClass::Number, Comparison::Numeric(_))
        | (KeyClass::Date, Comparison::Date(_))
        | (KeyClass::Ip, Comparison::Ip | Comparison::IpWithBorder)
        | (_, Comparison::Null) => true,
        // An exact address compares as text as well.
        (KeyClass::Ip, Comparison::Equals) => clause.operands().iter().all(|operand| !operand.as_str().contains('/')),
        // Tag values are text, whatever the text says.
        (KeyClass::String, _) => clause.key().as_str().contains('/'),
        _ => false,
    };
    if fits {
        return None;
    }
    let (what, instead) = match class {
        KeyClass::String => ("text", "an operator such as `StringEquals`"),
        KeyClass::Number => ("a number", "an operator such as `NumericLessThan`"),
        KeyClass::Date => ("a point in time", "an operator such as `DateLessThan`"),
        KeyClass::Bool => ("`true` or `false`", "`Bool`"),
        KeyClass::Ip => ("an address", "`IpAddress` or `NotIpAddress`"),
    };
    let message = format!("`{}` is {what}, and `{operator}` compares something else", clause.key().as_str());
    Some(Draft::new(&OPERATOR_CLASS, clause.operator_span(), message).help(format!("use {instead}")))
}

fn range(clause: &Clause, operand: &Operand, effect: Effect) -> Option<Draft> {
    if !matches!(clause.operator().comparison, Comparison::Ip | Comparison::IpWithBorder) {
        return None;
    }
    let (address, prefix) = operand.as_str().split_once('/')?;
    let address: IpAddr = address.parse().ok()?;
    let prefix: u32 = prefix.parse().ok()?;
    let (bits, width) = match address {
        IpAddr::V4(v4) => (u128::from(v4.to_bits()), 32u32),
        IpAddr::V6(v6) => (v6.to_bits(), 128),
    };
    let host = width.checked_sub(prefix)?;
    if host == width {
        let narrowing = (effect == Effect::Allow) != clause.operator().negated;
        let message = format!("`{}` is every address", operand.as_str());
        return narrowing.then(|| Draft::new(&ANY_ADDRESS, operand.span(), message));
    }
    let mask = u128::MAX.checked_shl(host).unwrap_or(0);
    if bits & !mask == 0 {
        return None;
    }
    let start = bits & mask;
    let start = match address {
        IpAddr::V4(_) => IpAddr::V4(u32::try_from(start).unwrap_or_default().into()),
        IpAddr::V6(_) => IpAddr::V6(start.into()),
    };
    let message = format!("`{}` is the range that starts at `{start}`", operand.as_str());
    let help = format!("write `{start}/{prefix}`, or `{address}` for the one address");
    Some(Draft::new(&HOST_BITS, operand.span(), message).help(help))
}

fn langstudio(clause: &Clause) -> Option<Draft> {
    const TAG: &str = "oss:BucketTag/Product";
    const VALUE: &str = "PaiLangStudio";
    let key = clause.key().as_str();
    let exact = matches!(clause.operator().comparison, Comparison::Equals | Comparison::Like);
    if !exact || !key.eq_ignore_ascii_case(TAG) {
        return None;
    }
    let operand = clause.operands().iter().find(|operand| operand.as_str().eq_ignore_ascii_case(VALUE))?;
    // The name of the key is folded, the name of the tag in it is not.
    let (_, tag) = key.split_once('/')?;
    if tag == "Product" && operand.as_str() == VALUE {
        return None;
    }
    let message = format!("`{tag}` = `{}` is not LangStudio's tag", operand.as_str());
    Some(Draft::new(&LANGSTUDIO_TAG, operand.span(), message).help(format!("write `{TAG}` and `{VALUE}`")))
}
