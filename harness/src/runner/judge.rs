//! The answer against what the step expects.

use std::collections::VecDeque;

use serde_json::{Map, Value};

use super::decision::Decision;
use crate::client::Answer;
use crate::scenario::{
    Argument, DecidedLine, DecidedSet, Denied, Expect, FieldTest, Outcome, Refusal, Test, Unfilled, Variables, Who,
};

/// One thing that is not as expected.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Difference {
    /// What was expected: "`Role.RoleName` to be `builder`".
    pub expected: String,
    /// What came instead.
    pub found: String,
}

impl Difference {
    fn new(expected: impl Into<String>, found: impl Into<String>) -> Self {
        Self { expected: expected.into(), found: found.into() }
    }
}

/// What came of a step.
#[derive(Clone, Copy, Debug)]
pub(super) struct Evidence<'a> {
    /// The answer.
    pub(super) answer: &'a Answer,
    /// What the policies were asked because of it, where that matters.
    pub(super) decided: &'a [Decision],
}

type Judged = Result<Vec<Difference>, Unfilled>;

/// All differences; none means that the step went as expected.
pub(super) fn judge(expect: &Expect, evidence: &Evidence<'_>, variables: &Variables) -> Judged {
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
        Outcome::Not(inner) => {
            let same = judge_outcome(inner, evidence, variables)?.is_empty();
            Ok(if same { vec![Difference::new("another outcome", said(answer))] } else { Vec::new() })
        }
    }
}

/// Is it the name of an action that changes something?
///
/// CHOICE: no list of access levels is published for all products; the words with which reading begins are the same in all of them.
fn is_write(action: &str) -> bool {
    const READS: &[&str] =
        &["Get", "List", "Describe", "Query", "Check", "Head", "Search", "Read", "Select", "BatchGet", "Verify"];
    let name = action.split_once(':').map_or(action, |(_, name)| name);
    !READS.iter().any(|read| name.starts_with(read))
}

/// Each line must be among what was decided, once for each time that it is written; where it says so, nothing else may be.
fn judge_decided(set: &DecidedSet, mut found: VecDeque<&Decision>, what: &str, variables: &Variables) -> Judged {
    let mut differences = Vec::new();
    let all: Vec<_> = found.iter().map(|one| shown(one)).collect();
    for line in &set.lines {
        let mut at = None;
        for (index, one) in found.iter().enumerate() {
            if fits(line, one, variables)? {
                at = Some(index);
                break;
            }
        }
        match at {
            Some(at) => {
                found.remove(at);
            }
            None => {
                let all = if all.is_empty() { format!("no {what}") } else { all.join("; ") };
                differences.push(Difference::new(format!("the {what} `{}`", line.text), all));
            }
        }
    }
    if set.exactly {
        let others = found.iter().map(|one| Difference::new(format!("no other {what}"), shown(one)));
        differences.extend(others);
    }
    Ok(differences)
}

fn fits(line: &DecidedLine, decision: &Decision, variables: &Variables) -> Result<bool, Unfilled> {
    let action = line.action.fill(variables)?;
    let resource = line.resource.as_ref().map(|resource| resource.fill(variables)).transpose()?;
    Ok((decision.verdict == "Allow") == line.allowed
        && covers(&action.to_ascii_lowercase(), &decision.action.to_ascii_lowercase())
        && resource.is_none_or(|resource| covers(&resource, &decision.resource))
        && line.who.as_ref().is_none_or(|who| is_caller(who, &decision.caller)))
}

/// Whose ARN is it?
fn is_caller(who: &Who, arn: &str) -> bool {
    match who {
        Who::Owner => arn.ends_with(":root"),
        Who::Anonymous => arn == "*",
        Who::User(name) => arn.ends_with(&format!(":user/{name}")),
        Who::Role(name) => {
            let name = name.to_ascii_lowercase();
            let arn = arn.to_ascii_lowercase();
            arn.ends_with(&format!(":role/{name}")) || arn.contains(&format!(":assumed-role/{name}/"))
        }
        Who::Service(name) => arn == name,
    }
}

/// "oss:PutObject on acs:oss:…: Allow as acs:ram::1:user/alice".
fn shown(decision: &Decision) -> String {
    let Decision { action, resource, verdict, caller, .. } = decision;
    format!("{action} on {resource}: {verdict} as {caller}")
}

/// Does a pattern with `*` in it cover a text?
fn covers(pattern: &str, text: &str) -> bool {
    let mut parts = pattern.split('*');
    let Some(mut rest) = text.strip_prefix(parts.next().unwrap_or_default()) else { return false };
    let Some(last) = parts.next_back() else { return rest.is_empty() };
    for part in parts {
        match rest.split_once(part) {
            Some((_, after)) => rest = after,
            None => return false,
        }
    }
    rest.ends_with(last)
}

/// "status 403, `NoPermission`: You are not …", or "success, status 200".
fn said(answer: &Answer) -> String {
    let status = answer.status;
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
    let Some(detail) = answer.denied().filter(|_| answer.status == 403) else {
        let expected = "a denial: status 403 with `AccessDeniedDetail`";
        return Ok(vec![Difference::new(expected, said(answer))]);
    };
    let mut differences = Vec::new();
    for (field, expected) in &denied.details {
        let expected = expected.fill(variables)?;
        let found = detail.get(field).and_then(Value::as_str);
        if found != Some(&expected) {
            let found = found.map_or("nothing".to_owned(), |found| format!("`{found}`"));
            differences.push(Difference::new(format!("`{field}` to be `{expected}`"), found));
        }
    }
    if denied.layer.is_none() && denied.policy.is_none() && denied.statement.is_none() {
        return Ok(differences);
    }
    let Some(decision) = evidence.decided.iter().find(|one| one.verdict != "Allow") else {
        differences.push(Difference::new("a denial that the cloud remembers", "none"));
        return Ok(differences);
    };
    let mut compare = |what: &str, expected: String, found: String| {
        if expected != found {
            differences.push(Difference::new(format!("{what} `{expected}`"), format!("`{found}`")));
        }
    };
    if let Some(layer) = denied.layer {
        compare("layer", layer.to_owned(), decision.layer.clone());
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

fn judge_field(test: &FieldTest, answer: &Answer, variables: &Variables) -> Judged {
    let path = &test.path;
    let headers;
    // Not every product's fields have the headers among them.
    let found = if path.starts_at("Headers") && answer.fields.get("Headers").is_none() {
        headers = Value::Object(Map::from_iter([("Headers".to_owned(), Value::Object(answer.headers.clone()))]));
        path.find(&headers)
    } else {
        path.find(&answer.fields)
    };
    judge_test(&format!("`{path}`"), &test.test, &found, variables)
}

fn judge_test(what: &str, test: &Test, found: &[&Value], variables: &Variables) -> Judged {
    let difference = |expected: String| vec![Difference::new(expected, display(found))];
    let plain = |argument: &Argument| argument.to_json(variables);
    let (holds, expected) = match test {
        Test::Present(true) => (!found.is_empty(), format!("{what} to be there")),
        Test::Present(false) => (found.is_empty(), format!("{what} not to be there")),
        Test::Count(count) => (values(found).len() == *count, format!("{count} of {what}")),
        Test::Equals(expected) => {
            let expected = plain(expected)?;
            let equal = match &expected {
                Value::Array(items) => same_list(items, &values(found)),
                single => matches!(found, [only] if same(single, only)),
            };
            (equal, format!("{what} to be {}", quoted(&expected)))
        }
        Test::Contains(part) => {
            let part = plain(part)?;
            (contains(found, &part), format!("{what} to contain {}", quoted(&part)))
        }
        Test::Lacks(part) => {
            let part = plain(part)?;
            (!contains(found, &part), format!("{what} not to contain {}", quoted(&part)))
        }
        Test::Matches(pattern) => {
            let fits = matches!(found, [only] if pattern.is_in(&as_text(only)));
            (fits, format!("{what} to match `{}`", pattern.as_str()))
        }
        Test::Type(kind) => (matches!(found, [only] if kind_of(only) == *kind), format!("{what} to be a {kind}")),
        Test::Each(inner) => {
            let all = values(found);
            if all.is_empty() {
                return Ok(difference(format!("at least one of {what}")));
            }
            let mut differences = Vec::new();
            for (number, one) in (1..).zip(all) {
                differences.extend(judge_test(&format!("{what}, number {number},"), inner, &[one], variables)?);
            }
            return Ok(differences);
        }
        Test::Any(inner) => {
            let mut expected = format!("at least one of {what}");
            for one in values(found) {
                let differences = judge_test(&format!("one of {what}"), inner, &[one], variables)?;
                match differences.into_iter().next() {
                    None => return Ok(Vec::new()),
                    Some(first) => expected = first.expected,
                }
            }
            (false, expected)
        }
        Test::InAnyOrder(items) => {
            let items = items.iter().map(plain).collect::<Result<Vec<_>, _>>()?;
            let mut left = values(found);
            let all_there = items.iter().all(|item| {
                let at = left.iter().position(|value| same(item, value));
                at.map(|at| left.remove(at)).is_some()
            });
            let expected = format!("{what} to be, in any order, {}", quoted(&Value::Array(items)));
            (all_there && left.is_empty(), expected)
        }
        Test::Not(inner) => {
            let said = judge_test(what, inner, &[], variables)?.into_iter().next();
            let holds = !judge_test(what, inner, found, variables)?.is_empty();
            let said = said.map_or_else(|| what.to_owned(), |one| one.expected);
            (holds, format!("not: {said}"))
        }
    };
    Ok(if holds { Vec::new() } else { difference(expected) })
}

fn kind_of(value: &Value) -> &'static str {
    match value {
        Value::Null => "nothing",
        Value::Bool(_) => "boolean",
        Value::Number(_) => "number",
        Value::String(_) => "text",
        Value::Array(_) => "list",
        Value::Object(_) => "map",
    }
}

/// The values behind a path: a list found whole stands for its items.
fn values<'v>(found: &[&'v Value]) -> Vec<&'v Value> {
    match found {
        [Value::Array(items)] => items.iter().collect(),
        several => several.to_vec(),
    }
}

fn contains(found: &[&Value], part: &Value) -> bool {
    match found {
        [Value::String(text)] => text.contains(&as_text(part)),
        several => values(several).into_iter().any(|value| same(part, value)),
    }
}

fn same_list(expected: &[Value], found: &[&Value]) -> bool {
    expected.len() == found.len() && expected.iter().zip(found).all(|(a, b)| same(a, b))
}

/// The wire decides whether an id is a number or a text; a scenario need not.
fn same(expected: &Value, found: &Value) -> bool {
    match (expected, found) {
        (Value::Array(a), Value::Array(b)) => same_list(a, &b.iter().collect::<Vec<_>>()),
        (Value::Object(_), _) | (_, Value::Object(_) | Value::Array(_)) => expected == found,
        _ => as_text(expected) == as_text(found),
    }
}

fn as_text(value: &Value) -> String {
    match value {
        Value::String(text) => text.clone(),
        Value::Null => String::new(),
        other => other.to_string(),
    }
}

fn quoted(value: &Value) -> String {
    match value {
        Value::String(text) => format!("`{text}`"),
        other => format!("`{other}`"),
    }
}

fn display(found: &[&Value]) -> String {
    match found {
        [] => "nothing".into(),
        [only] => quoted(only),
        several => {
            let all: Vec<_> = several.iter().map(|value| quoted(value)).collect();
            all.join(", ")
        }
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::{Answer, Decision, Difference, Evidence, Outcome, Variables, covers, judge, judge_decided};
    use crate::scenario::{
        Argument, DecidedLine, DecidedSet, Denied, Expect, FieldPath, FieldTest, Pattern, Refusal, Template, Test, Who,
    };

    fn answer(status: u16, fields: serde_json::Value) -> Answer {
        Answer { status, fields, headers: serde_json::Map::new(), request_id: None }
    }

    fn differences(expect: &Expect, answer: &Answer) -> Vec<Difference> {
        judge(expect, &Evidence { answer, decided: &[] }, &Variables::new()).unwrap()
    }

    fn field(path: &str, test: Test) -> Expect {
        let path = FieldPath::parse(path).unwrap();
        Outcome::Success(vec![FieldTest { path, test }]).into()
    }

    #[test]
    fn a_refusal_must_be_the_one_expected() {
        let denied = answer(
            403,
            json!({"Code": "NoPermission", "Message": "no", "AccessDeniedDetail": {"AuthAction": "ram:GetRole"}}),
        );
        let expect = |error: Option<&str>, action: &str| {
            let action = Template::literal(action);
            Expect::from(Outcome::Refusal(Refusal {
                error: error.map(Into::into),
                denied: Some(Denied { details: vec![("AuthAction", action)], ..Denied::default() }),
                ..Refusal::default()
            }))
        };
        assert!(differences(&expect(None, "ram:GetRole"), &denied).is_empty());
        assert!(differences(&expect(Some("NoPermission"), "ram:GetRole"), &denied).is_empty());
        let other = differences(&expect(Some("Forbidden.RAM"), "ram:GetUser"), &denied);
        assert_eq!(other.len(), 2);
        assert_eq!(other[1].expected, "`AuthAction` to be `ram:GetUser`");
        let open = answer(200, json!({}));
        assert_eq!(differences(&expect(None, "ram:GetRole"), &open)[0].found, "success, status 200");
    }

    #[test]
    fn a_refusal_is_no_success() {
        let answer = answer(404, json!({"Code": "EntityNotExist.Role"}));
        let found = differences(&Expect::success(), &answer);
        assert_eq!(found[0].found, "status 404, `EntityNotExist.Role`");
    }

    #[test]
    fn fields_are_compared_by_their_text() {
        let answer = answer(200, json!({"A": {"Id": "42", "On": true}, "L": {"X": [{"N": "a"}, {"N": "b"}]}}));
        let holds = |path: &str, test: Test| differences(&field(path, test), &answer).is_empty();
        let plain = |value| Argument::Plain(value);
        assert!(holds("A.Id", Test::Equals(plain(json!(42)))));
        assert!(!holds("A.Id", Test::Equals(plain(json!(4)))));
        assert!(holds("A.On", Test::Equals(plain(json!(true)))));
        assert!(holds("L.X", Test::Count(2)));
        assert!(holds("L.X[].N", Test::Contains(Argument::text("b"))));
        assert!(!holds("L.X[].N", Test::Lacks(Argument::text("b"))));
        assert!(holds("A.None", Test::Present(false)));
        let both = Argument::List(vec![Argument::text("a"), Argument::text("b")]);
        assert!(holds("L.X[].N", Test::Equals(both)));
    }

    #[test]
    fn lists_and_texts_have_tests_of_their_own() {
        let answer = answer(200, json!({"L": ["b", "a"], "T": "request-7", "N": 3, "E": []}));
        let holds = |path: &str, test: Test| differences(&field(path, test), &answer).is_empty();
        let matches = |pattern: &str| Test::Matches(Pattern::new(pattern).unwrap());
        let texts = |all: &[&str]| all.iter().map(|text| Argument::text(*text)).collect::<Vec<_>>();
        assert!(holds("T", matches("^request-[0-9]$")) && !holds("T", matches("^[0-9]")));
        assert!(holds("L", Test::InAnyOrder(texts(&["a", "b"]))) && !holds("L", Test::InAnyOrder(texts(&["a"]))));
        assert!(holds("L", Test::Each(Box::new(matches("[ab]")))) && !holds("L", Test::Each(Box::new(matches("a")))));
        assert!(!holds("E", Test::Each(Box::new(matches("a")))), "there is none");
        assert!(holds("L", Test::Any(Box::new(matches("a")))) && !holds("L", Test::Any(Box::new(matches("c")))));
        assert!(holds("N", Test::Type("number")) && !holds("N", Test::Type("text")));
        assert!(holds("N", Test::Not(Box::new(Test::Count(2)))) && !holds("N", Test::Not(Box::new(Test::Count(1)))));
    }

    #[test]
    fn one_of_several_or_anything_but_one() {
        let gone = answer(404, json!({"Code": "EntityNotExist.Role"}));
        let error = |code: &str| Outcome::Refusal(Refusal { error: Some(code.into()), ..Refusal::default() });
        let success = || Outcome::Success(Vec::new());
        let holds = |outcome: Outcome| differences(&outcome.into(), &gone).is_empty();
        assert!(holds(Outcome::OneOf(vec![success(), error("EntityNotExist.Role")])));
        assert!(!holds(Outcome::OneOf(vec![success(), error("NoPermission")])));
        assert!(
            holds(Outcome::Not(Box::new(success()))) && !holds(Outcome::Not(Box::new(error("EntityNotExist.Role"))))
        );
    }

    #[test]
    fn decisions_are_found_by_action_resource_and_caller() {
        let decision = |action: &str, caller: &str| Decision {
            action: action.into(),
            resource: "acs:oss:*:1:flows/work/a".into(),
            verdict: "Allow".into(),
            caller: caller.into(),
            ..Decision::default()
        };
        let role = "acs:ram::1:assumed-role/builder/session";
        let found = [decision("oss:PutObject", role), decision("oss:GetObject", "acs:ram::1:user/alice")];
        let line = |action: &str, who: Who| DecidedLine {
            text: action.into(),
            allowed: true,
            action: Template::literal(action),
            resource: Some(Template::literal("acs:oss:*:*:flows/*")),
            who: Some(who),
        };
        let differences = |lines: Vec<DecidedLine>, exactly: bool| {
            let set = DecidedSet { lines, exactly };
            judge_decided(&set, found.iter().collect(), "decision", &Variables::new()).unwrap().len()
        };
        assert_eq!(differences(vec![line("oss:putobject", Who::Role("Builder".into()))], false), 0);
        assert_eq!(differences(vec![line("oss:*", Who::Role("Builder".into()))], true), 1, "another one is there");
        assert_eq!(differences(vec![line("oss:PutObject", Who::User("alice".into()))], false), 1);
        assert!(covers("a*c*e", "abcde") && covers("*", "") && !covers("a*b", "ac") && !covers("ab", "abc"));
    }
}
