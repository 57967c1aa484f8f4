//! One pool of statements: actions, resources, wildcards.

use acslab_policy::{Dialect, LetterCase, ResourceCase};
use serde_json::Value;

use super::super::world::Asked;
use super::condition::clause;
use super::principal::{bucket_principal, trust_principal};
use super::{Hit, Tri};

/// The first Deny, or else the first Allow.
pub(super) fn unit(documents: &[Value], asked: &Asked, dialect: &Dialect) -> Option<Hit> {
    for wanted in ["Deny", "Allow"] {
        for (p, document) in documents.iter().enumerate() {
            for (s, statement) in document["Statement"].as_array().unwrap().iter().enumerate() {
                if statement["Effect"] != wanted {
                    continue;
                }
                let fit = statement_fits(statement, asked, dialect);
                if fit == Tri::Yes || (fit == Tri::Broken && wanted == "Deny") {
                    return Some((wanted == "Deny", p, s));
                }
            }
        }
    }
    None
}

fn statement_fits(statement: &Value, asked: &Asked, dialect: &Dialect) -> Tri {
    let condition = statement.get("Condition").and_then(Value::as_object);
    let clauses: Vec<(&String, &String, &Value)> = condition
        .into_iter()
        .flatten()
        .flat_map(|(operator, keys)| keys.as_object().unwrap().iter().map(move |(key, values)| (operator, key, values)))
        .collect();

    if let Some(principal) = statement.get("Principal") {
        let named = match principal {
            Value::Array(entries) if entries.is_empty() => bucket_principal("*", clauses.is_empty(), asked, dialect),
            Value::Array(_) => {
                list(principal).iter().any(|entry| bucket_principal(entry, clauses.is_empty(), asked, dialect))
            }
            _ => principal
                .as_object()
                .unwrap()
                .iter()
                .any(|(kind, entries)| list(entries).iter().any(|entry| trust_principal(kind, entry, asked))),
        };
        if !named {
            return Tri::No;
        }
    }
    let action = match (statement.get("Action"), statement.get("NotAction")) {
        (Some(patterns), None) => list(patterns).iter().any(|pattern| action_fits(pattern, &asked.action, dialect)),
        (None, Some(patterns)) => !list(patterns).iter().any(|pattern| action_fits(pattern, &asked.action, dialect)),
        _ => panic!("one of Action and NotAction"),
    };
    if !action {
        return Tri::No;
    }
    let resource = match (statement.get("Resource"), statement.get("NotResource")) {
        (None, None) => true,
        (Some(patterns), None) => list(patterns).iter().any(|pattern| resource_fits(pattern, &asked.resource, dialect)),
        // An operation without a resource is not "any other resource".
        (None, Some(_)) if asked.resource == "*" => false,
        (None, Some(patterns)) => {
            !list(patterns).iter().any(|pattern| resource_fits(pattern, &asked.resource, dialect))
        }
        _ => panic!("one of Resource and NotResource"),
    };
    if !resource {
        return Tri::No;
    }
    // OSS lets addresses have stars.
    let only_oss = statement.get("Action").is_some_and(|actions| {
        list(actions).iter().all(|action| action.to_ascii_lowercase().split(':').next() == Some("oss"))
    });
    // Bucket policies are never told some keys, and a condition on one is never met.
    let of_bucket = matches!(statement.get("Principal"), Some(Value::Array(_)));
    let patterns = only_oss || of_bucket;
    let untold = |key: &str| {
        let key = key.to_ascii_lowercase();
        let (whole, families) =
            (["acs:principalarn", "acs:principalrdid", "acs:principalrdpath"], ["acs:resourcetag/", "acs:requesttag/"]);
        whole.contains(&key.as_str()) || families.iter().any(|family| key.starts_with(family))
    };
    let outcomes: Vec<Tri> = clauses
        .iter()
        .map(|(operator, key, values)| {
            if of_bucket && untold(key) {
                Tri::No
            } else {
                clause(operator, key, &list(values), asked, dialect, patterns)
            }
        })
        .collect();
    if outcomes.contains(&Tri::No) {
        Tri::No
    } else if outcomes.contains(&Tri::Broken) {
        Tri::Broken
    } else {
        Tri::Yes
    }
}

/// One or many; bare numbers and booleans as their text.
fn list(value: &Value) -> Vec<String> {
    let text = |value: &Value| match value {
        Value::String(text) => text.clone(),
        other => other.to_string(),
    };
    match value {
        Value::Array(values) => values.iter().map(text).collect(),
        single => vec![text(single)],
    }
}

/// Wildcards: which lengths of the text the pattern so far fits.
pub(super) fn glob(pattern: &str, text: &str) -> bool {
    glob_folding_from(pattern, text, text.len())
}

/// The same, but the characters of the text from a place on match either case.
fn glob_folding_from(pattern: &str, text: &str, from: usize) -> bool {
    let text: Vec<(usize, char)> = text.char_indices().collect();
    let mut fits = vec![false; text.len() + 1];
    fits[0] = true;
    for wanted in pattern.chars() {
        if wanted == '*' {
            // From the shortest length that fits on, all do.
            let shortest = fits.iter().position(|fit| *fit).unwrap_or(fits.len());
            fits[shortest..].fill(true);
            continue;
        }
        // Right to left, so that each length still sees the pattern without this character.
        for length in (1..fits.len()).rev() {
            let (offset, own) = text[length - 1];
            let same = wanted == '?' || wanted == own || (offset >= from && wanted.eq_ignore_ascii_case(&own));
            fits[length] = same && fits[length - 1];
        }
        fits[0] = false;
    }
    fits[text.len()]
}

fn action_fits(pattern: &str, action: &str, dialect: &Dialect) -> bool {
    match dialect.action_case {
        LetterCase::Insensitive => glob(&pattern.to_ascii_lowercase(), &action.to_ascii_lowercase()),
        LetterCase::Sensitive => glob(pattern, action),
    }
}

fn resource_fits(pattern: &str, resource: &str, dialect: &Dialect) -> bool {
    if pattern.chars().all(|c| c == '*') {
        return true;
    }
    let p: Vec<&str> = pattern.splitn(5, ':').collect();
    let r: Vec<&str> = resource.splitn(5, ':').collect();
    if resource == "*" {
        let open = |field: &str| field.chars().all(|c| c == '*');
        return p.len() == 5 && open(p[2]) && open(p[3]) && open(p[4]);
    }
    // The name of a role counts without regard to case.
    let role = dialect.resource_case == ResourceCase::SensitiveButRoles && r[1] == "ram" && r[4].starts_with("role/");
    let relative = |pattern: &str, text: &str, name_at: usize| {
        if !role {
            return glob(pattern, text);
        }
        glob_folding_from(pattern, text, name_at)
    };
    if p.len() < 5 {
        return relative(pattern, resource, resource.len() - r[4].len() + "role/".len());
    }
    let region = p[2].is_empty() || glob(p[2], r[2]) || (["", "*"].contains(&r[2]) && glob(p[2], "*"));
    let account = p[3].is_empty() || glob(p[3], r[3]);
    glob(p[0], r[0]) && glob(p[1], r[1]) && region && account && relative(p[4], r[4], "role/".len())
}
