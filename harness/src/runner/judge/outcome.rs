//! The answer against what the step expects.

use serde_json::Value;

use super::decided::{is_write, judge_decided};
use super::field::{judge_field, judge_test};
use crate::client::Answer;
use crate::runner::decision::{Decision, unmet};
use crate::scenario::{Denied, Expect, Outcome, Refusal, Unfilled, Variables, layer_word};

/// One thing that is not as expected.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Difference {
    /// What was expected: "`Role.RoleName` to be `builder`".
    pub expected: String,
    /// What came instead.
    pub found: String,
}

impl Difference {
    pub(super) fn new(expected: impl Into<String>, found: impl Into<String>) -> Self {
        Self { expected: expected.into(), found: found.into() }
    }
}

/// What came of a step.
#[derive(Clone, Copy, Debug)]
pub(in crate::runner) struct Evidence<'a> {
    /// The answer.
    pub(in crate::runner) answer: &'a Answer,
    /// What the policies were asked because of it, where that matters.
    pub(in crate::runner) decided: &'a [Decision],
}

pub(super) type Judged = Result<Vec<Difference>, Unfilled>;

/// All differences; none means that the step went as expected.
pub(in crate::runner) fn judge(expect: &Expect, evidence: &Evidence<'_>, variables: &Variables) -> Judged {
    let mut differences = judge_outcome(&expect.outcome, evidence, variables)?;
    for (name, test) in &expect.headers {
        let found = evidence.answer.headers.get(name);
        differences.extend(judge_test(
            &format!("header {name}"),
            test,
            &found.into_iter().collect::<Vec<_>>(),
            variables,
        )?);
    }
    if let Some(set) = &expect.decided {
        differences.extend(judge_decided(set, evidence.decided.iter().collect(), "decision", variables)?);
    }
    if let Some(set) = &expect.writes {
        let writes = evidence.decided.iter().filter(|one| one.verdict == "Allow" && is_write(&one.action));
        differences.extend(judge_decided(set, writes.collect(), "write", variables)?);
    }
    Ok(differences)
}

fn judge_outcome(outcome: &Outcome, evidence: &Evidence<'_>, variables: &Variables) -> Judged {
    let answer = evidence.answer;
    match outcome {
        Outcome::Success(_) if !answer.is_success() => Ok(vec![Difference::new("success", said(answer))]),
        Outcome::Success(tests) | Outcome::Answer(tests) => {
            let mut differences = Vec::new();
            for test in tests {
                differences.extend(judge_field(test, answer, variables)?);
            }
            Ok(differences)
        }
        Outcome::Refusal(refusal) => judge_refusal(refusal, evidence, variables),
        Outcome::OneOf(all) => {
            let mut expected = Vec::new();
            for one in all {
                let differences = judge_outcome(one, evidence, variables)?;
                if differences.is_empty() {
                    return Ok(differences);
                }
                expected.extend(differences.into_iter().map(|one| one.expected));
            }
            Ok(vec![Difference::new(format!("one of: {}", expected.join("; ")), said(answer))])
        }
        Outcome::Status(status, inner) => {
            let mut differences = judge_outcome(inner, evidence, variables)?;
            if answer.status != *status {
                differences.push(Difference::new(format!("status {status}"), said(answer)));
            }
            Ok(differences)
        }
        Outcome::Not(inner) => {
            let same = judge_outcome(inner, evidence, variables)?.is_empty();
            Ok(if same { vec![Difference::new("another outcome", said(answer))] } else { Vec::new() })
        }
    }
}

/// "status 403, `NoPermission`: You are not …", or "success, status 200".
fn said(answer: &Answer) -> String {
    let status = answer.status;
    // What a program came to is no status of HTTP.
    if let (Some(code), None) = (answer.fields.get("Exit"), &answer.request_id) {
        return format!("exit {code}");
    }
    if answer.is_success() {
        return format!("success, status {status}");
    }
    match (answer.code(), answer.message()) {
        (Some(code), Some(message)) => format!("status {status}, `{code}`: {message}"),
        (Some(code), None) => format!("status {status}, `{code}`"),
        _ => format!("status {status} without an error code"),
    }
}

fn judge_refusal(refusal: &Refusal, evidence: &Evidence<'_>, variables: &Variables) -> Judged {
    let answer = evidence.answer;
    let mut differences = Vec::new();
    if answer.is_success() {
        let expected = match (&refusal.error, &refusal.denied) {
            (Some(code), _) => format!("error `{code}`"),
            (None, _) => "a denial".to_owned(),
        };
        return Ok(vec![Difference::new(expected, said(answer))]);
    }
    if let Some(code) = &refusal.error
        && answer.code() != Some(code)
    {
        differences.push(Difference::new(format!("error `{code}`"), said(answer)));
    }
    if let Some(status) = refusal.status
        && answer.status != status
    {
        differences.push(Difference::new(format!("status {status}"), said(answer)));
    }
    if let Some(message) = &refusal.message {
        let part = message.fill(variables)?;
        let found = answer.message().unwrap_or_default();
        if !found.contains(&part) {
            let expected = format!("a message that contains `{part}`");
            differences.push(Difference::new(expected, format!("`{found}`")));
        }
    }
    if let Some(denied) = &refusal.denied {
        differences.extend(judge_denial(denied, evidence, variables)?);
    }
    Ok(differences)
}

fn judge_denial(denied: &Denied, evidence: &Evidence<'_>, variables: &Variables) -> Judged {
    let answer = evidence.answer;
    let settled = evidence.refused();
    let told = answer.status == 403 && (answer.denied().is_some() || answer.code().is_some_and(is_refusal));
    if settled.is_none() && !told {
        return Ok(vec![Difference::new("a denial by the policies", said(answer))]);
    }
    let mut differences = Vec::new();
    for (field, expected) in &denied.details {
        let expected = expected.fill(variables)?;
        // Not every denial comes with details; the decision has them all the same.
        let found = match answer.denied() {
            Some(detail) => detail.get(field).and_then(Value::as_str).map(str::to_owned),
            None => settled.and_then(|decision| decision.detail(field)),
        };
        if found.as_deref() != Some(&*expected) {
            let found = found.map_or("nothing".to_owned(), |found| format!("`{found}`"));
            differences.push(Difference::new(format!("`{field}` to be `{expected}`"), found));
        }
    }
    differences.extend(judge_settled(denied, settled, variables)?);
    Ok(differences)
}

impl Evidence<'_> {
    /// The decision that refused the call: one on the call itself, or, where the answer says that it was refused, one on a call that was
    /// made because of it.
    fn refused(&self) -> Option<&Decision> {
        let own = |one: &&Decision| self.answer.request_id.as_deref() == Some(&*one.request_id);
        let found = unmet(self.decided).find(own);
        found.or_else(|| unmet(self.decided).next().filter(|_| matches!(self.answer.status, 401 | 403)))
    }
}

/// Is it what products say to somebody whom the policies do not allow something?
fn is_refusal(code: &str) -> bool {
    ["AccessDenied", "NoPermission", "Forbidden", "Unauthorized", "NoAuth"].iter().any(|known| code.starts_with(known))
}

/// What settled a denial, as the cloud remembers it.
fn judge_settled(denied: &Denied, settled: Option<&Decision>, variables: &Variables) -> Judged {
    let mut differences = Vec::new();
    if denied.layer.is_none() && denied.policy.is_none() && denied.statement.is_none() {
        return Ok(differences);
    }
    let Some(decision) = settled else {
        differences.push(Difference::new("a denial that the cloud remembers", "none"));
        return Ok(differences);
    };
    let mut compare = |what: &str, expected: String, found: String| {
        if expected != found {
            differences.push(Difference::new(format!("{what} `{expected}`"), format!("`{found}`")));
        }
    };
    if let Some(layer) = denied.layer {
        compare("layer", layer_word(layer).to_owned(), layer_word(&decision.layer).to_owned());
    }
    if let Some(policy) = &denied.policy {
        let found = decision.policy.as_ref().map_or("none", |policy| policy.name.as_str());
        compare("policy", policy.fill(variables)?, found.to_owned());
    }
    if let Some(statement) = denied.statement {
        let found = decision.statement.map_or_else(|| "none".to_owned(), |statement| statement.to_string());
        compare("statement", statement.to_string(), found);
    }
    Ok(differences)
}
