//! Findings as SARIF 2.1.0, the format that code hosts and editors read.

use serde_json::{Value, json};

use super::Report;
use super::finding::{Finding, Severity};
use super::rule::{RULES, Rule};
use crate::text::{Position, Span};

/// A file that was looked at.
#[derive(Debug, Clone, Copy)]
pub struct Artifact<'a> {
    /// Its address, as the reader of the log shall find it: a relative path, or a `file:` URI.
    pub uri: &'a str,
    /// Its text.
    pub text: &'a str,
    /// What was found in it.
    pub report: &'a Report,
}

/// Writes a SARIF log of one run over several files. `version` is that of the program that ran.
pub fn sarif(version: &str, artifacts: &[Artifact<'_>]) -> Value {
    let rules: Vec<&Rule> = RULES.iter().copied().flatten().copied().collect();
    let results: Vec<Value> = artifacts
        .iter()
        .flat_map(|artifact| artifact.report.findings.iter().map(|finding| result(*artifact, finding, &rules)))
        .collect();
    json!({
        "$schema": "https://json.schemastore.org/sarif-2.1.0.json",
        "version": "2.1.0",
        "runs": [{
            "tool": { "driver": { "name": "acslab", "version": version, "rules": rules.iter().map(|rule| described(rule)).collect::<Vec<_>>() } },
            "columnKind": "unicodeCodePoints",
            "results": results,
        }],
    })
}

fn described(rule: &Rule) -> Value {
    json!({
        "id": rule.id,
        "shortDescription": { "text": rule.summary },
        "fullDescription": { "text": rule.why },
        "defaultConfiguration": { "level": rule.severity.as_str() },
    })
}

fn result(artifact: Artifact<'_>, finding: &Finding, rules: &[&Rule]) -> Value {
    let mut text = finding.message.clone();
    if let Some(help) = &finding.help {
        text.push_str("; ");
        text.push_str(help);
    }
    let related: Vec<Value> = finding
        .related
        .iter()
        .map(|related| {
            let mut location = location(artifact, related.span, &related.path);
            if let Some(object) = location.as_object_mut() {
                object.insert("message".into(), json!({ "text": related.message }));
            }
            location
        })
        .collect();
    let level = match finding.severity {
        Severity::Error => "error",
        Severity::Warning => "warning",
        Severity::Note => "note",
    };
    let mut result = json!({
        "ruleId": finding.rule.id,
        "ruleIndex": rules.iter().position(|rule| rule.id == finding.rule.id),
        "level": level,
        "message": { "text": text },
        "locations": [location(artifact, finding.span, &finding.path)],
    });
    if let (Some(object), false) = (result.as_object_mut(), related.is_empty()) {
        object.insert("relatedLocations".into(), Value::Array(related));
    }
    result
}

fn location(artifact: Artifact<'_>, span: Span, path: &str) -> Value {
    let start = Position::of(artifact.text, span.start);
    let end = Position::of(artifact.text, span.end);
    json!({
        "physicalLocation": {
            "artifactLocation": { "uri": artifact.uri },
            "region": {
                "startLine": start.line, "startColumn": start.column,
                "endLine": end.line, "endColumn": end.column,
            },
        },
        "logicalLocations": [{ "fullyQualifiedName": path }],
    })
}
