//! The `Condition` element.

use super::lower::Lowering;
use super::suggest;
use crate::condition::{Clause, Comparison, ConditionKey, Operand, Operator};
use crate::fault::{Draft, FaultCode, Path};
use crate::json::{Member, Node, Value};
use crate::kind::DocumentKind;
use crate::text::{Span, shorten};

/// Reads `{ operator: { key: values } }` into clauses.
///
/// `address_patterns`: whether addresses may have wildcards.
pub(super) fn conditions(
    lowering: &mut Lowering<'_>,
    node: &Node<'_>,
    path: &Path<'_>,
    address_patterns: bool,
) -> Vec<Clause> {
    let Some(operators) = lowering.object(node, path, "an object of operators") else { return Vec::new() };
    let mut clauses = Vec::new();
    for member in operators {
        let path = Path::Member(path, &member.name);
        let operator = operator(lowering, member, &path);
        let Some(keys) = lowering.object(&member.value, &path, "an object of condition keys") else { continue };
        let Some(operator) = operator else { continue };
        let reading = Reading { operator, address_patterns };
        for key in keys {
            let path = Path::Member(&path, &key.name);
            clauses.extend(clause(lowering, reading, member.name_span, key, &path));
        }
    }
    check_source_vpc(lowering, &clauses, path);
    clauses
}

/// How the values under an operator are to be read.
#[derive(Clone, Copy)]
struct Reading {
    operator: Operator,
    address_patterns: bool,
}

fn operator(lowering: &mut Lowering<'_>, member: &Member<'_>, path: &Path<'_>) -> Option<Operator> {
    let name = &*member.name;
    let found = Operator::parse(name, lowering.dialect.extended_operators);
    if found.is_none() {
        let span = member.name_span;
        let draft = if Operator::parse(name, true).is_some() {
            let message = format!("RAM does not support the operator `{}`", shorten(name));
            Draft::new(FaultCode::UnsupportedOperator, span, message).help(unsupported_help(name))
        } else {
            let message = format!("there is no operator `{}`", shorten(name));
            let mut draft = Draft::new(FaultCode::UnknownOperator, span, message);
            if name.starts_with("Arn") {
                draft = draft.help("ARNs are compared with `StringLike`");
            } else if let Some(near) = suggest::nearest(name, Operator::names()) {
                draft = draft.help(format!("did you mean `{near}`? letter case counts"));
            }
            draft
        };
        lowering.fault(draft.expected("a condition operator such as `StringEquals`"), path);
    }
    found
}

fn unsupported_help(name: &str) -> &'static str {
    if name == "Null" {
        "to test that a key is missing, use `StringNotLike` with `*`"
    } else if name.ends_with("IfExists") {
        "a negated operator is met when the key is missing; a positive one is not"
    } else {
        "with several request values, one fitting value is enough"
    }
}

/// Keys that RAM fills and OSS does not, for policies of its own.
const NEVER_IN_BUCKET_POLICIES: [&str; 5] =
    ["acs:PrincipalArn", "acs:PrincipalRDId", "acs:PrincipalRDPath", "acs:ResourceTag/", "acs:RequestTag/"];

fn clause(
    lowering: &mut Lowering<'_>,
    reading: Reading,
    operator_span: Span,
    member: &Member<'_>,
    path: &Path<'_>,
) -> Option<Clause> {
    let key = ConditionKey::parse(&member.name, lowering.dialect);
    if key.is_none() {
        let message = format!("`{}` is not a condition key", shorten(&member.name));
        let draft = Draft::new(FaultCode::InvalidConditionKey, member.name_span, message);
        lowering.fault(draft.expected("`service:Name`, such as `acs:SourceIp`"), path);
    }
    let operands = operands(lowering, reading, &member.value, path);
    // INFERRED: measured, a bucket policy's Deny that negates one of these did not fire.
    let never_filled = lowering.kind == DocumentKind::Bucket
        && key.as_ref().is_some_and(|key| NEVER_IN_BUCKET_POLICIES.iter().any(|lacking| key.is_among(lacking)));
    Some(Clause {
        operator: reading.operator,
        operator_span,
        key: key?,
        key_span: member.name_span,
        operands: operands.into_boxed_slice(),
        missing_meets_negation: lowering.dialect.missing_key_meets_negation,
        never_filled,
    })
}

fn operands(lowering: &mut Lowering<'_>, reading: Reading, node: &Node<'_>, path: &Path<'_>) -> Vec<Operand> {
    match &node.value {
        Value::Array(nodes) if nodes.is_empty() => {
            let draft = Draft::new(FaultCode::Empty, node.span, "the array is empty");
            lowering.fault(draft.expected("one or more values"), path);
            Vec::new()
        }
        Value::Array(nodes) => nodes
            .iter()
            .enumerate()
            .filter_map(|(index, node)| operand(lowering, reading, node, &Path::Index(path, index)))
            .collect(),
        _ => operand(lowering, reading, node, path).into_iter().collect(),
    }
}

fn operand(lowering: &mut Lowering<'_>, reading: Reading, node: &Node<'_>, path: &Path<'_>) -> Option<Operand> {
    let text = match &node.value {
        Value::String(text) => &**text,
        Value::Number(text) if lowering.dialect.bare_condition_values => text,
        Value::Bool(true) if lowering.dialect.bare_condition_values => "true",
        Value::Bool(false) if lowering.dialect.bare_condition_values => "false",
        _ => {
            lowering.wrong_type(node, path, "a string");
            return None;
        }
    };
    lowering.check_variables(text, node.span, path);
    let operator = reading.operator;
    let operand = Operand::parse(operator, text, node.span, reading.address_patterns);
    if operand.is_malformed() && lowering.dialect.refuse_malformed_values {
        let message = format!("`{}` is not a value for `{operator}`", shorten(text));
        let draft = Draft::new(FaultCode::InvalidConditionValue, node.span, message).expected(expected(operator));
        lowering.fault(draft, path);
    }
    Some(operand)
}

fn expected(operator: Operator) -> &'static str {
    match operator.comparison {
        Comparison::Numeric(_) => "a number such as `10` or `-1.5`",
        Comparison::Date(_) => "a time such as `2012-11-11T23:59:59Z` or `2012-11-11T23:59:59+08:00`",
        Comparison::Bool | Comparison::Null => "`true` or `false`",
        Comparison::Ip | Comparison::IpWithBorder => "an address or a range such as `10.0.0.0/8`",
        Comparison::Equals | Comparison::EqualsIgnoreCase | Comparison::Like => "a string",
    }
}

/// *Bucket Policy* of OSS: a condition on `acs:SourceIp` needs one on `acs:SourceVpc` beside it.
fn check_source_vpc(lowering: &mut Lowering<'_>, clauses: &[Clause], path: &Path<'_>) {
    if lowering.kind != DocumentKind::Bucket || !lowering.dialect.source_ip_needs_source_vpc {
        return;
    }
    let names = |wanted: &str| clauses.iter().find(|clause| clause.key.as_str().eq_ignore_ascii_case(wanted));
    if let (Some(clause), None) = (names("acs:SourceIp"), names("acs:SourceVpc")) {
        let draft = Draft::new(
            FaultCode::SourceVpcRequired,
            clause.key_span,
            "acs:SourceVpc should be set if acs:SourceIp is set",
        );
        lowering.fault(draft.help("add `\"StringLike\": { \"acs:SourceVpc\": [\"*\"] }` for any network"), path);
    }
}
