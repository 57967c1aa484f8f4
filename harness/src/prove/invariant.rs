//! Invariants as people write them, a line each.
//!
//! ```text
//! # comments and empty lines count for nothing
//! nobody may ram:* on *
//! nobody but role ops, user alice may oss:DeleteObject on acs:oss:*:*:prod/*
//! no principal outside the account may read acs:oss:*:*:prod/*
//! user bob may never oss:DeleteObject
//! user alice may always oss:GetObject on acs:oss:*:1234567890123456:photos/*
//! ```

use std::sync::Arc;

use acslab_policy::{Dialect, Document, DocumentKind};
use serde_json::json;

/// One invariant.
#[derive(Clone, Debug)]
pub struct Invariant {
    /// Its line, from 1.
    pub line: usize,
    /// As it was written.
    pub text: String,
    /// Of whom it speaks.
    pub subject: Subject,
    /// Must it be allowed, in the place of never?
    pub always: bool,
    /// The actions, as patterns.
    pub actions: Vec<String>,
    /// The resources, as patterns.
    pub resources: Vec<String>,
    /// What it covers, as a policy.
    pub(super) covered: Arc<Document>,
}

/// Of whom an invariant speaks.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Subject {
    /// Everybody in the state but these.
    AllBut(Vec<String>),
    /// Everybody who is not in the account, nobody's requests among them.
    Outside,
    /// These.
    Only(Vec<String>),
}

/// A line that is none.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("line {line}: {why}")]
pub struct NotAnInvariant {
    /// The line.
    pub line: usize,
    /// What was expected.
    pub why: String,
}

/// Reads a file of invariants.
///
/// # Errors
/// A line is none; the first that is.
pub fn read(text: &str) -> Result<Vec<Invariant>, NotAnInvariant> {
    let mut invariants = Vec::new();
    for (line, written) in (1..).zip(text.lines()) {
        let written = written.split(" #").next().unwrap_or_default().trim();
        if written.is_empty() || written.starts_with('#') {
            continue;
        }
        invariants
            .push(one(written).map_err(|why| NotAnInvariant { line, why }).map(|found| Invariant { line, ..found })?);
    }
    Ok(invariants)
}

const FORMS: &str = "expected `nobody may ACTIONS on RESOURCES`, `nobody but WHO may …`, `no principal outside the account may …`, \
                     `WHO may never …` or `WHO may always …`";

fn one(text: &str) -> Result<Invariant, String> {
    let (who, what) = text.split_once(" may ").ok_or(FORMS)?;
    let (always, what, never) = match what.trim().split_once(' ') {
        Some(("always", rest)) => (true, rest, false),
        Some(("never" | "not", rest)) => (false, rest, true),
        _ => (false, what.trim(), false),
    };
    let subject = subject(who.trim(), always || never)?;
    let (actions, resources) = match what.split_once(" on ") {
        Some((actions, resources)) => (actions, list(resources)),
        // `read acs:oss:…`
        None => match what.split_once(" acs:") {
            Some((actions, resource)) => (actions, vec![format!("acs:{resource}")]),
            None => (what, vec!["*".to_owned()]),
        },
    };
    let mut all = Vec::new();
    for action in list(actions) {
        all.extend(patterns(&action, &resources)?);
    }
    if let Some(wrong) = resources.iter().find(|resource| *resource != "*" && !resource.starts_with("acs:")) {
        return Err(format!("`{wrong}` is no resource: expected `*` or an ARN, perhaps with `*` in it"));
    }
    let covered = Arc::new(covered(&all, &resources)?);
    Ok(Invariant { line: 0, text: text.to_owned(), subject, always, actions: all, resources, covered })
}

/// What these actions on these resources cover, as a policy: what is no pattern covers nothing, and everything would hold of it.
fn covered(actions: &[String], resources: &[String]) -> Result<Document, String> {
    let text = json!({"Version": "1", "Statement": [{"Effect": "Allow", "Action": actions, "Resource": resources}]});
    Document::parse_with(DocumentKind::Identity, &text.to_string(), &Dialect::STORED)
        .map_err(|malformed| format!("the actions or resources are no patterns: {malformed}"))
}

fn subject(who: &str, named: bool) -> Result<Subject, String> {
    // `nobody may never …` says that everybody may, and was hardly meant so.
    if named && (who == "nobody" || who.starts_with("nobody ") || who.starts_with("no ")) {
        return Err(format!("`{who} may` has its `never` or `always` too many: {FORMS}"));
    }
    if let Some(but) = who.strip_prefix("nobody but ").or_else(|| who.strip_prefix("nobody except ")) {
        return Ok(Subject::AllBut(people(but)));
    }
    match who {
        "nobody" => Ok(Subject::AllBut(Vec::new())),
        "no principal outside the account" | "nobody outside the account" | "no principal outside" => {
            Ok(Subject::Outside)
        }
        "everybody" if named => Ok(Subject::AllBut(Vec::new())),
        _ if named => Ok(Subject::Only(people(who))),
        _ => Err(format!("`{who} may …` says nothing to prove: {FORMS}")),
    }
}

/// `role ops, user alice and bob`
fn people(text: &str) -> Vec<String> {
    let names = text.split(',').flat_map(|part| part.split(" and "));
    names
        .map(|name| name.trim().replacen("role ", "role/", 1).replacen("user ", "user/", 1))
        .filter(|name| !name.is_empty())
        .collect()
}

fn list(text: &str) -> Vec<String> {
    let all = text.split([',', ' ']).map(str::trim);
    all.filter(|word| !word.is_empty() && *word != "and" && *word != "or").map(str::to_owned).collect()
}

/// `read` and `write` stand for what the resource's service calls so.
fn patterns(action: &str, resources: &[String]) -> Result<Vec<String>, String> {
    let verbs: &[&str] = match action {
        "read" => &["Get*", "List*", "Describe*", "Head*", "Query*"],
        "write" => &["Put*", "Post*", "Create*", "Update*", "Modify*", "Append*", "Set*", "Copy*"],
        "delete" => &["Delete*", "Remove*"],
        _ if action.contains(':') || action == "*" => return Ok(vec![action.to_owned()]),
        _ => {
            return Err(format!(
                "`{action}` is no action: expected `service:Name`, perhaps with `*`, or `read`, `write`, `delete`"
            ));
        }
    };
    let mut found = Vec::new();
    for resource in resources {
        let service = resource.split(':').nth(1).filter(|service| !service.contains('*')).unwrap_or("*");
        found.extend(verbs.iter().map(|verb| format!("{service}:{verb}")));
    }
    Ok(found)
}

#[cfg(test)]
mod tests {
    use super::{Subject, read};

    #[test]
    fn what_a_line_says() {
        let text = "# c\n\nnobody but role ops, user alice may ram:* on *\nno principal outside the account may read acs:oss:*:*:prod/*\nbob may never oss:DeleteObject # why\n";
        let all = read(text).unwrap();
        assert_eq!(all.iter().map(|one| one.line).collect::<Vec<_>>(), [3, 4, 5]);
        assert_eq!(all[0].subject, Subject::AllBut(vec!["role/ops".into(), "user/alice".into()]));
        assert_eq!((all[1].subject.clone(), all[1].actions[0].as_str()), (Subject::Outside, "oss:Get*"));
        assert_eq!(all[1].resources, ["acs:oss:*:*:prod/*"]);
        assert_eq!((all[2].subject.clone(), all[2].resources[0].as_str()), (Subject::Only(vec!["bob".into()]), "*"));
        assert!(
            read("alice may oss:GetObject").is_err() && read("hello").is_err() && read("bob may never fly").is_err()
        );
        // What covers nothing would hold of everything.
        for action in ["oss:", ":Get*", "user alice may always oss:"] {
            let line =
                if action.contains("may") { format!("{action} on *") } else { format!("nobody may {action} on *") };
            let wrong = read(&line).unwrap_err();
            assert!(wrong.line == 1 && wrong.why.contains("are no patterns"), "{wrong}");
        }
    }

    #[test]
    fn a_double_negation_is_refused_with_the_forms() {
        for who in ["nobody", "nobody but role ops", "nobody except bob", "no principal outside the account"] {
            for word in ["never", "not", "always"] {
                let wrong = read(&format!("{who} may {word} oss:DeleteObject")).unwrap_err();
                assert!(wrong.why.contains(who) && wrong.why.contains("`nobody may ACTIONS on RESOURCES`"), "{wrong}");
            }
            assert!(read(&format!("{who} may oss:DeleteObject")).is_ok());
        }
        assert!(read("everybody may never oss:DeleteObject").is_ok());
    }
}
