//! Statements and conditions in a line.

use acslab_policy::{
    Attachment, Clause, ClauseTrace, Document, PolicyRef, Question, Statement, StatementRef, StatementTrace,
};

/// "statement 2 of `Photos` v1 (line 7), attached to group dev".
pub fn by_statement(policy: &PolicyRef, statement: u32, line: u32) -> String {
    let version = policy.version.as_ref().map_or_else(String::new, |version| format!(" {version}"));
    let attached = match &policy.attached {
        Attachment::User(name) => format!(", attached to user {name}"),
        Attachment::Group(name) => format!(", attached to group {name}"),
        Attachment::Role(name) => format!(", attached to role {name}"),
        Attachment::Target(name) => format!(", attached to {name}"),
        Attachment::Bucket(name) => format!(", of bucket {name}"),
        _ => String::new(),
    };
    format!("statement {} of `{}`{version} (line {line}){attached}", statement + 1, policy.name)
}

/// The statement of a trace, in words.
pub(super) fn by_trace(trace: &StatementTrace) -> String {
    by_statement(&trace.policy, trace.statement.statement, trace.place.position.line)
}

/// The line in which a statement begins.
pub(super) fn line_of(document: &Document, statement: &Statement) -> u32 {
    let before = document.text().get(..statement.span().start as usize).unwrap_or_default();
    u32::try_from(before.matches('\n').count()).unwrap_or_default() + 1
}

/// The statement that settles a question, in words.
pub(super) fn by_question(question: &Question, statement: StatementRef) -> Option<String> {
    question.layers.as_layers().policy(statement).map(|policy| {
        let statements = policy.document.statements();
        let line = statements.get(statement.statement as usize).map_or(1, |one| line_of(&policy.document, one));
        by_statement(&policy.reference, statement.statement, line)
    })
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
