//! Answers and decisions against expectations.

use serde_json::json;

use super::decided::{covers, judge_decided};
use super::outcome::{Difference, Evidence, judge};
use crate::client::Answer;
use crate::runner::decision::Decision;
use crate::scenario::{
    Argument, DecidedLine, DecidedSet, Denied, Expect, FieldPath, FieldTest, Outcome, Pattern, Refusal, Template, Test,
    Variables, Who,
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
fn a_denial_is_told_by_its_decision_where_the_answer_does_not() {
    let refused = Decision {
        action: "log:DeleteProject".into(),
        verdict: "ImplicitDeny".into(),
        layer: "None".into(),
        caller: "acs:ram::1:user/u".into(),
        request_id: "R".into(),
        ..Decision::default()
    };
    let holds = |denied: Denied, answer: &Answer| {
        let expect = Expect::from(Outcome::Refusal(Refusal { denied: Some(denied), ..Refusal::default() }));
        let evidence = Evidence { answer, decided: std::slice::from_ref(&refused) };
        judge(&expect, &evidence, &Variables::new()).unwrap().is_empty()
    };
    let with = |details: &[(&'static str, &str)]| Denied {
        details: details.iter().map(|(name, value)| (*name, Template::literal(*value))).collect(),
        ..Denied::default()
    };
    // Log Service says 401, OSS says nothing of a bucket policy's denial.
    let log = Answer { request_id: Some("R".into()), ..answer(401, json!({"errorCode": "Unauthorized"})) };
    let oss = Answer { request_id: Some("R".into()), ..answer(403, json!({"Code": "AccessDenied"})) };
    for answer in [&log, &oss] {
        assert!(holds(Denied::default(), answer));
        let told = [("AuthAction", "log:DeleteProject"), ("NoPermissionType", "ImplicitDeny")];
        assert!(holds(with(&told), answer));
        assert!(holds(with(&[("AuthPrincipalType", "SubUser"), ("AuthPrincipalDisplayName", "u")]), answer));
        assert!(!holds(with(&[("AuthAction", "log:GetProject")]), answer));
        assert!(holds(Denied { layer: Some("None"), ..with(&told) }, answer));
    }
    // What fails for another reason is no denial, whatever a call inside of it was refused.
    let other = Answer { request_id: Some("S".into()), ..answer(404, json!({"Code": "NoSuchBucket"})) };
    assert!(!holds(Denied::default(), &other));
}

#[test]
fn an_answer_that_is_neither_a_success_nor_a_refusal_has_its_status() {
    let not_modified = answer(304, json!({}));
    let with = |status, outcome| Expect::from(Outcome::Status(status, Box::new(outcome)));
    assert!(differences(&with(304, Outcome::Answer(Vec::new())), &not_modified).is_empty());
    assert_eq!(differences(&with(302, Outcome::Answer(Vec::new())), &not_modified).len(), 1);
    let path = FieldPath::parse("Status").unwrap();
    let field = |status: u16| {
        let test = Test::Equals(Argument::Plain(json!(status)));
        Expect::from(Outcome::Answer(vec![FieldTest { path: path.clone(), test }]))
    };
    assert!(differences(&field(304), &not_modified).is_empty() && !differences(&field(200), &not_modified).is_empty());
    // A field of the answer's own comes first, and whether there is one is asked of the fields alone.
    assert!(!differences(&field(304), &answer(304, json!({"Status": "Active"}))).is_empty());
    let is_there =
        |there| Expect::from(Outcome::Answer(vec![FieldTest { path: path.clone(), test: Test::Present(there) }]));
    assert!(differences(&is_there(false), &not_modified).is_empty());
    assert_eq!(differences(&is_there(true), &not_modified).len(), 1);
}

#[test]
fn several_tests_of_a_field_hold_all_together() {
    let answer = answer(200, json!({"A": "red and blue"}));
    let test = |lacks: &str| {
        let tests = vec![Test::Contains(Argument::text("red")), Test::Lacks(Argument::text(lacks))];
        differences(&field("A", Test::All(tests)), &answer).len()
    };
    assert_eq!((test("green"), test("blue")), (0, 1));
    let absent = differences(&field("B", Test::Equals(Argument::text("absent"))), &answer);
    assert!(absent[0].found.contains("{absent: true}"), "{absent:?}");
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
    assert!(holds(Outcome::Not(Box::new(success()))) && !holds(Outcome::Not(Box::new(error("EntityNotExist.Role")))));
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
