//! Statements and conditions in a line.

use acslab_policy::{Attachment, Clause, ClauseTrace, PolicyRef};

/// "statement 2 of `Photos` v1 (line 7), attached to group dev".
pub fn by_statement(policy: &PolicyRef, statement: u32, line: u32) -> String {
    let version = policy.version.as_ref().map_or_else(String::new, |version| format!(" {version}"));
    let attached = match &policy.attached {
        Attachment::User(name) => format!(", attached to user {name}"),
        Attachment::Group(name) => format!(", attached to group {name}"),
        Attachment::Role(name) => format!(", attached to role {name}"),
        Attachment::Target(name) => format!(", attached to {name}"),
        _ => String::new(),
    };
    format!("statement {} of `{}`{version} (line {line}){attached}", statement + 1, policy.name)
}

/// "acs:SourceIp IpAddress `10.0.0.0/8` or `11.0.0.0/8`".
pub fn condition(clause: &Clause) -> String {
    let values: Vec<_> = clause.operands().iter().map(|operand| format!("`{}`", operand.as_str())).collect();
    format!("{} {} {}", clause.key().as_str(), clause.operator(), values.join(" or "))
}

/// The same of a clause in a trace.
pub(super) fn traced(clause: &ClauseTrace) -> String {
    let values: Vec<_> = clause.values.iter().map(|value| format!("`{}`", value.expected)).collect();
    format!("{} {} {}", clause.key, clause.operator, values.join(" or "))
}
