//! The rules, one by one, and what they find in the documents that Alibaba Cloud itself publishes.

mod case;
mod cases;
mod published;

use std::collections::BTreeSet;

use acslab_policy::DocumentKind::{self, Bucket, Identity, Trust};
use acslab_policy::lint::{self, RULES};

use case::identity;
use cases::cases;

/// The rules that find something, with where: `rule path`.
fn found(kind: DocumentKind, text: &str) -> Vec<String> {
    let report = lint::lint(kind, text);
    report
        .findings
        .iter()
        .map(|finding| format!("{} {}", finding.rule.id, finding.path).trim_end().to_owned())
        .collect()
}

#[test]
fn each_rule_finds_what_it_looks_for() {
    for case in cases() {
        let report = lint::lint(case.kind, &case.text);
        assert_eq!(found(case.kind, &case.text), case.finds, "{}\n{:#?}", case.text, report.findings);
        if let Some(help) = case.help {
            assert_eq!(
                report.findings.first().and_then(|finding| finding.help.as_deref()),
                Some(help),
                "{}",
                case.text
            );
        }
    }
}

#[test]
fn every_rule_is_shown_to_find_something() {
    let mut seen: BTreeSet<&str> = BTreeSet::new();
    for case in cases() {
        seen.extend(lint::lint(case.kind, &case.text).findings.iter().map(|finding| finding.rule.id));
    }
    seen.extend(
        lint::lint_bytes(Identity, b"\xff", &acslab_policy::catalogue::NoMore)
            .findings
            .iter()
            .map(|finding| finding.rule.id),
    );
    let unseen: Vec<&str> =
        RULES.iter().copied().flatten().map(|rule| rule.id).filter(|id| !seen.contains(id)).collect();
    // Variables are refused by a dialect that nobody lints in; here they are a warning of their own.
    assert_eq!(unseen, ["variable"]);
}

#[test]
fn rules_are_named_once_and_described() {
    let mut ids: BTreeSet<&str> = BTreeSet::new();
    for rule in RULES.iter().copied().flatten() {
        assert!(ids.insert(rule.id), "{} twice", rule.id);
        assert!(rule.id.chars().all(|c| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '-'), "{}", rule.id);
        assert!(!rule.summary.is_empty() && !rule.why.is_empty(), "{}", rule.id);
        assert!(!rule.summary.ends_with('.') && !rule.why.ends_with('.'), "{}", rule.id);
        assert_eq!(lint::rule(rule.id), Some(*rule));
    }
    assert_eq!(lint::rule("nothing"), None);
}

#[test]
fn places_are_exact() {
    let text = "{\n  \"Version\": \"1\",\n  \"Statement\": [{\n    \"Effect\": \"Allow\",\n    \"Action\": [\"oss:GetObject\", \"é*:x\", \"oss:HeadObjekt\"],\n    \"Resource\": \"*\"\n  }]\n}";
    let report = lint::lint(Identity, text);
    let [finding] = &*report.findings else { panic!("{:#?}", report.findings) };
    assert_eq!((finding.position.line, finding.position.column), (5, 41));
    assert_eq!(finding.span.of(text), "\"oss:HeadObjekt\"");
    let value = serde_json::to_value(&report).unwrap();
    assert_eq!(value["findings"][0]["rule"], "unknown-action");
    assert_eq!(value["findings"][0]["line"], 5);
    assert_eq!(value["findings"][0]["severity"], "warning");
    assert_eq!(value["kind"], "Identity");
}

#[test]
fn kinds_are_guessed() {
    let with = |principal: &str| identity(&format!(r#"{{ "Effect": "Allow"{principal} }}"#));
    assert_eq!(lint::guess_kind(&with("")), Identity);
    assert_eq!(lint::guess_kind(&with(r#", "Principal": { "RAM": "x" }"#)), Trust);
    assert_eq!(lint::guess_kind(&with(r#", "Principal": ["*"]"#)), Bucket);
    assert_eq!(lint::guess_kind("nothing"), Identity);
}

#[test]
fn sarif_names_rules_places_and_related_places() {
    let text = identity(
        r#"{ "Effect": "Allow", "Action": "oss:GetObject", "Resource": "acs:oss:*:*:b/*" },
           { "Effect": "Deny", "Action": "oss:*", "Resource": "*" }"#,
    );
    let report = lint::lint(Identity, &text);
    let artifact = lint::Artifact { uri: "policies/photos.json", text: &text, report: &report };
    let log = lint::sarif("1.2.3", &[artifact]);
    assert_eq!(log["version"], "2.1.0");
    let run = &log["runs"][0];
    assert_eq!(run["tool"]["driver"]["name"], "acslab");
    assert_eq!(run["tool"]["driver"]["version"], "1.2.3");
    let result = &run["results"][0];
    assert_eq!(result["ruleId"], "useless-allow");
    let index = usize::try_from(result["ruleIndex"].as_u64().unwrap()).unwrap();
    assert_eq!(run["tool"]["driver"]["rules"][index]["id"], "useless-allow");
    assert_eq!(run["tool"]["driver"]["rules"][index]["defaultConfiguration"]["level"], "warning");
    assert_eq!(result["level"], "warning");
    let location = &result["locations"][0];
    assert_eq!(location["physicalLocation"]["artifactLocation"]["uri"], "policies/photos.json");
    assert_eq!(
        location["physicalLocation"]["region"],
        serde_json::json!({ "startLine": 1, "startColumn": 33, "endLine": 1, "endColumn": 112 })
    );
    assert_eq!(location["logicalLocations"][0]["fullyQualifiedName"], "Statement[0]");
    let related = &result["relatedLocations"][0];
    assert_eq!(related["physicalLocation"]["region"]["startLine"], 2);
    assert_eq!(related["message"]["text"], "all of it is denied here");
}

/// Names of one service that the crate knows by its code alone.
struct Widgets;

impl acslab_policy::catalogue::ActionNames for Widgets {
    fn names(&self, code: &str) -> Vec<String> {
        if code == "aigen" { vec!["CreateDBInstance".to_owned(), "DeleteDBInstance".to_owned()] } else { Vec::new() }
    }
}

#[test]
fn names_from_beyond_the_crate_are_known_and_slips_of_them_found() {
    let found = |action: &str| {
        let text = format!(
            r#"{{"Version":"1","Statement":[{{"Effect":"Allow","Action":"{action}","Resource":"acs:aigen:*:*:dbinstance/a"}}]}}"#
        );
        let report = lint::lint_with(Identity, &text, &Widgets);
        let names = report.findings.into_iter().filter(|finding| finding.rule.id == "unknown-action");
        names.map(|finding| (finding.severity, finding.help.unwrap_or_default())).collect::<Vec<_>>()
    };
    assert_eq!(found("aigen:CreateDBInstance"), []);
    assert_eq!(found("aigen:*"), []);
    assert_eq!(
        found("aigen:CreateDBInstanc"),
        [(lint::Severity::Warning, "did you mean `aigen:CreateDBInstance`?".to_owned())]
    );
    assert_eq!(found("aigen:Whatever"), [(lint::Severity::Note, String::new())]);
    assert_eq!(found("aigen:Describe*"), [(lint::Severity::Note, String::new())]);
    assert_eq!(found("aidge:Whatever"), []);
}
