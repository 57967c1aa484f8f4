//! The answer against what the step expects.

use serde_json::Value;

use crate::client::Answer;
use crate::scenario::{Argument, Denied, Expect, FieldTest, Refusal, Test, Unfilled, Variables};

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

/// All differences; none means that the step went as expected.
pub(super) fn judge(expect: &Expect, answer: &Answer, variables: &Variables) -> Result<Vec<Difference>, Unfilled> {
    match expect {
        Expect::Success(_) if !answer.is_success() => Ok(vec![Difference::new("success", outcome(answer))]),
        Expect::Success(tests) => {
            let mut differences = Vec::new();
            for test in tests {
                differences.extend(judge_field(test, answer, variables)?);
            }
            Ok(differences)
        }
        Expect::Refusal(refusal) => judge_refusal(refusal, answer, variables),
    }
}

/// "status 403, `NoPermission`: You are not …", or "success, status 200".
fn outcome(answer: &Answer) -> String {
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

fn judge_refusal(refusal: &Refusal, answer: &Answer, variables: &Variables) -> Result<Vec<Difference>, Unfilled> {
    let mut differences = Vec::new();
    if answer.is_success() {
        let expected = match (&refusal.error, &refusal.denied) {
            (Some(code), _) => format!("error `{code}`"),
            (None, _) => "a denial".to_owned(),
        };
        return Ok(vec![Difference::new(expected, outcome(answer))]);
    }
    if let Some(code) = &refusal.error
        && answer.code() != Some(code)
    {
        differences.push(Difference::new(format!("error `{code}`"), outcome(answer)));
    }
    if let Some(status) = refusal.status
        && answer.status != status
    {
        differences.push(Difference::new(format!("status {status}"), outcome(answer)));
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
        differences.extend(judge_denial(denied, answer, variables)?);
    }
    Ok(differences)
}

fn judge_denial(denied: &Denied, answer: &Answer, variables: &Variables) -> Result<Vec<Difference>, Unfilled> {
    let Some(detail) = answer.denied().filter(|_| answer.status == 403) else {
        let expected = "a denial: status 403 with `AccessDeniedDetail`";
        return Ok(vec![Difference::new(expected, outcome(answer))]);
    };
    let mut differences = Vec::new();
    for (field, expected) in &denied.0 {
        let expected = expected.fill(variables)?;
        let found = detail.get(field).and_then(Value::as_str);
        if found != Some(&expected) {
            let found = found.map_or("nothing".to_owned(), |found| format!("`{found}`"));
            differences.push(Difference::new(format!("`{field}` to be `{expected}`"), found));
        }
    }
    Ok(differences)
}

fn judge_field(test: &FieldTest, answer: &Answer, variables: &Variables) -> Result<Option<Difference>, Unfilled> {
    let path = &test.path;
    let found = path.find(&answer.fields);
    let differs = |expected: String| Some(Difference::new(expected, display(&found)));
    let plain = |argument: &Argument| argument.to_json(variables);
    Ok(match &test.test {
        Test::Present(true) if found.is_empty() => differs(format!("`{path}` to be there")),
        Test::Present(false) if !found.is_empty() => differs(format!("`{path}` not to be there")),
        Test::Present(_) => None,
        Test::Count(count) => {
            (values(&found).len() != *count).then(|| differs(format!("{count} of `{path}`"))).flatten()
        }
        Test::Equals(expected) => {
            let expected = plain(expected)?;
            let equal = match &expected {
                Value::Array(items) => same_list(items, &values(&found)),
                single => matches!(found.as_slice(), [only] if same(single, only)),
            };
            (!equal).then(|| differs(format!("`{path}` to be {}", quoted(&expected)))).flatten()
        }
        Test::Contains(part) => {
            let part = plain(part)?;
            (!contains(&found, &part)).then(|| differs(format!("`{path}` to contain {}", quoted(&part)))).flatten()
        }
        Test::Lacks(part) => {
            let part = plain(part)?;
            contains(&found, &part).then(|| differs(format!("`{path}` not to contain {}", quoted(&part)))).flatten()
        }
    })
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

    use super::{Answer, Difference, Variables, judge};
    use crate::scenario::{Argument, Denied, Expect, FieldPath, FieldTest, Refusal, Template, Test};

    fn answer(status: u16, fields: serde_json::Value) -> Answer {
        Answer { status, fields, request_id: None }
    }

    fn differences(expect: &Expect, answer: &Answer) -> Vec<Difference> {
        judge(expect, answer, &Variables::new()).unwrap()
    }

    fn field(path: &str, test: Test) -> Expect {
        let path = FieldPath::parse(path).unwrap();
        Expect::Success(vec![FieldTest { path, test }])
    }

    #[test]
    fn a_refusal_must_be_the_one_expected() {
        let denied = answer(
            403,
            json!({"Code": "NoPermission", "Message": "no", "AccessDeniedDetail": {"AuthAction": "ram:GetRole"}}),
        );
        let expect = |error: Option<&str>, action: &str| {
            let action = Template::literal(action);
            Expect::Refusal(Refusal {
                error: error.map(Into::into),
                denied: Some(Denied(vec![("AuthAction", action)])),
                ..Refusal::default()
            })
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
        let found = differences(&Expect::Success(Vec::new()), &answer);
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
}
