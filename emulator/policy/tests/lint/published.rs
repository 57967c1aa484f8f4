//! What is found in the documents that Alibaba Cloud itself publishes, and in damaged ones.

use std::collections::{BTreeMap, BTreeSet};

use acslab_policy::DocumentKind::{Bucket, Control, Identity, Session, Trust};
use acslab_policy::lint::{self, Finding, Severity};
use serde_json::Value;

use crate::case::under;

/// The policies that Alibaba Cloud publishes. Each finding was looked at: policies that are meant to give everything
/// away say so; the others carry names that no published page has, or the same thing twice.
#[test]
fn published_system_policies() {
    let policies: Vec<Value> = serde_json::from_str(include_str!("../../../data/system_policies.json")).unwrap();
    let mut found: Vec<(String, String)> = Vec::new();
    for policy in &policies {
        for version in policy["versions"].as_array().unwrap() {
            let text = serde_json::to_string_pretty(&version["document"]).unwrap();
            for finding in lint::lint(Identity, &text).findings {
                let line = format!("{} {} {}", finding.severity.as_str(), finding.rule.id, finding.path);
                found.push((policy["name"].as_str().unwrap().to_owned(), line));
            }
        }
    }
    let warnings: Vec<String> = found
        .iter()
        .filter(|(_, line)| !line.starts_with("note"))
        .map(|(name, line)| format!("{name}: {line}"))
        .collect();
    assert_eq!(
        warnings,
        [
            "AdministratorAccess: warning full-access Statement[0].Action",
            // The operation needs `log:GetLogStoreContextLogs`, which the policy has not.
            "AliyunAnalyticDBAccessingLogRolePolicy: warning operation-name Statement[0].Action[5]",
            // The code of the Simple Log Service is `log`.
            "AliyunCSManagedCmsRolePolicy: warning unknown-service Statement[0].Action[21]",
            "AliyunCSManagedCmsRolePolicy: warning unknown-service Statement[0].Action[22]",
            // `oss:HeadBucket`, which OSS checks as `oss:GetBucketInfo`; the policy has not that.
            "AliyunDianJinAccessingOSSRolePolicy: warning operation-name Statement[0].Action[8]",
            // Inferred from the console: no operation of the API is so called.
            "AliyunPAIDSWReadOnlyAccess: warning unknown-action Statement[0].Action[2]",
            "AliyunRAMFullAccess: warning pass-any-role Statement[0].Action[0]",
            "AliyunRAMFullAccess: warning privilege-escalation Statement[0].Action[0]",
            "AliyunSTSAssumeRoleAccess: warning assume-any-role Statement[0].Action",
            "AliyunSupportFullAccess: warning unknown-service Statement[0].Action[0]",
            "PowerUserAccess: warning allow-not-action Statement[0].NotAction",
            // Actions of BSS under the code of its older API.
            "PowerUserAccess: warning wrong-service Statement[2].Action[3]",
            "PowerUserAccess: warning wrong-service Statement[2].Action[4]",
            "PowerUserAccess: warning wrong-service Statement[2].Action[5]",
            "PowerUserAccess: warning wrong-service Statement[2].Action[6]",
            "PowerUserAccess: warning wrong-service Statement[2].Action[7]",
        ]
    );
    let mut notes: BTreeMap<&str, usize> = BTreeMap::new();
    for (_, line) in found.iter().filter(|(_, line)| line.starts_with("note")) {
        *notes.entry(line.split(' ').nth(1).unwrap()).or_default() += 1;
    }
    let expected = [
        ("action-case", 1),
        ("bucket-list-tag", 2),
        ("operation-name", 10),
        ("redundant-action", 10),
        ("renamed-action", 6),
        ("shadowed-statement", 1),
        // Patterns of services whose operations are known, which cover none of them.
        ("unknown-action", 6),
    ];
    assert_eq!(notes.into_iter().collect::<Vec<_>>(), expected);
}

/// The documents of the decision cases, most of them samples from the documentation. Those that find something grave
/// are made to: they show what does not match.
#[test]
fn documents_of_the_cases() {
    let cases: Vec<Value> = serde_json::from_str(include_str!("../data/cases.json")).unwrap();
    let documents = cases.iter().flat_map(|case| {
        let assumes = case["request"]["action"] == "sts:AssumeRole";
        case["policies"].as_object().unwrap().iter().flat_map(move |(layer, documents)| {
            let kind = match layer.as_str() {
                "session" => Session,
                "control" => Control,
                "resource" if assumes => Trust,
                "resource" => Bucket,
                _ => Identity,
            };
            documents.as_array().unwrap().iter().map(move |document| (kind, document))
        })
    });
    // For each rule and severity, in how many documents.
    let mut tally: BTreeMap<String, usize> = BTreeMap::new();
    for (kind, document) in documents {
        let text = serde_json::to_string_pretty(document).unwrap();
        let findings = lint::lint(kind, &text).findings;
        let key = |finding: &Finding| format!("{} {}", finding.severity.as_str(), finding.rule.id);
        for key in findings.iter().map(key).collect::<BTreeSet<_>>() {
            *tally.entry(key).or_default() += 1;
        }
    }
    let expected: BTreeMap<String, usize> = [
        ("note action-case", 4),
        ("note pai-namespace", 5),
        ("note renamed-action", 23),
        ("note resource-never-matches", 18),
        ("note trusts-account", 11),
        ("warning allow-not-action", 9),
        ("warning assume-any-role", 16),
        ("warning condition-key-never-present", 1),
        ("warning full-access", 38),
        ("warning negation-without-key", 17),
        ("warning no-account", 1),
        ("warning pai-namespace", 1),
        ("warning public-bucket", 7),
        ("warning resource-never-matches", 4),
        ("warning role-case", 1),
        ("warning unknown-action", 1),
        ("warning useless-allow", 1),
        ("warning wildcard-in-equals", 2),
    ]
    .map(|(key, count)| (key.to_owned(), count))
    .into();
    assert_eq!(tally, expected);
}

/// Whatever is done to a document, linting ends, and the findings lie within it.
#[test]
fn damaged_documents() {
    let sound =
        under("Allow", r#"["oss:Get*", "ram:PassRole"]"#, r#"{ "IpAddress": { "acs:SourceIp": "10.0.0.1/8" } }"#);
    for at in 0..sound.len() {
        for patch in ["", "\"", "{", "*", "\\", "é", "//", "\u{0}"] {
            let (start, rest) = sound.split_at(at);
            let text = format!("{start}{patch}{}", rest.get(1..).unwrap_or_default());
            for kind in [Identity, Trust, Bucket] {
                for finding in lint::lint(kind, &text).findings {
                    assert!(
                        finding.span.start <= finding.span.end && finding.span.end as usize <= text.len(),
                        "{text}"
                    );
                    assert!(finding.severity != Severity::Error || finding.help != Some(String::new()));
                }
            }
        }
    }
}
