//! Closed by construction: no operation of the tables answers to somebody who may not call it.
//!
//! The walk asks every operation the same questions, whatever its service: unsigned, wrongly signed, by a user without a
//! policy, by a user with the least policy that does, and by the same user with a Deny beside it. What the least policy is
//! it learns from the audit trail, as a person would: by allowing what the last refusal named. A row that asks nothing, or
//! whose sample parameters do not reach the question, fails here.
#![allow(clippy::expect_used, reason = "a test that cannot go on fails")]

mod bodies;
#[path = "../kit/mod.rs"]
mod kit;
mod ledger;
mod place;
mod requests;

use std::sync::Mutex;

use acslab_emulator::gateway::{Asked, Decided, Stage};
use acslab_emulator::ledger::{Allow, Allowed, Deny, Exercised};
use acslab_emulator::{Access, Check, Operation, Perform, Style, operations};
use acslab_policy::{DefaultRule, Verdict};
use place::{Heard, Outcome, Place, SAMPLE, Sends};
use serde_json::json;

#[test]
fn every_operation_asks_before_it_acts() {
    let all: Vec<_> = operations().collect();
    let (next, faults, found) = (Mutex::new(all.iter()), Mutex::new(Vec::new()), Mutex::new(Vec::new()));
    let take = || next.lock().ok().and_then(|mut next| next.next().copied());
    std::thread::scope(|scope| {
        for _ in 0..4 {
            scope.spawn(|| {
                while let Some(operation) = take() {
                    match walk(operation) {
                        Ok(exercised) => found.lock().expect("no walk panics").extend(exercised),
                        Err(fault) => {
                            let fault = format!("{}.{}: {fault}", operation.product.name, operation.name);
                            faults.lock().expect("no walk panics").push(fault);
                        }
                    }
                }
            });
        }
    });
    let faults = faults.into_inner().expect("no walk panics");
    assert!(!all.is_empty());
    assert!(faults.is_empty(), "{} of {} operations\n{}", faults.len(), all.len(), faults.join("\n"));
    ledger::holds(&all, found.into_inner().expect("no walk panics"));
}

/// Rows that ask no policy of the caller's. Each is open in the cloud as well; another one here is a decision, not an oversight.
const OPEN: &[&str] = &[
    "Sts.GetCallerIdentity",
    "Sts.AssumeRoleWithOIDC",
    "Sts.AssumeRoleWithSAML",
    "Oss.OptionObject",
    "Oss.OptionObject",
    "Oss.PostObject",
    "Sls.PutWebtracking",
    "PaiConsole.ActivateForFree",
];

#[test]
fn what_is_open_is_known_to_be() {
    let known = |access: &Access| matches!(access, Access::Anyone(_) | Access::SignedOnly(_) | Access::Federated(..));
    let open = operations().filter(|row| known(&row.access));
    let open: Vec<_> = open.map(|row| format!("{}.{}", row.product.name, row.name)).collect();
    assert_eq!(open, OPEN);
}

/// What the walk has found of an operation; of one that is not performed, nothing.
type Found = Result<Option<Exercised>, String>;

fn found(operation: &Operation, allow: Option<(Allow, &Heard)>, deny: &[Deny]) -> Exercised {
    let allow = allow.map(|(by, last)| {
        let answer = format!("{} {}", last.answer.status, last.answer.code());
        Allowed { by, answer: answer.trim_end().to_owned() }
    });
    Exercised { operation: acslab_emulator::ledger::name(operation), allow, deny: deny.to_vec() }
}

fn walk(operation: &'static Operation) -> Found {
    match (&operation.perform, &operation.access) {
        (Perform::Missing, _) => missing(operation),
        (_, Access::Anyone(_)) => open_to_anyone(operation),
        (_, Access::SignedOnly(_)) => open_to_the_signed(operation),
        (_, Access::OwnerOnly(_)) => open_to_the_owner(operation),
        (_, Access::Federated(..)) => open_to_the_vouched_for(operation),
        (_, Access::Checks(checks)) => {
            let silent = checks.iter().all(|check| check.default == DefaultRule::AllowUnlessDenied);
            let found = checked(operation, silent, Sends::Least)?;
            // What is asked only where a call says more is asked when it does.
            if checks.iter().any(is_conditional) {
                checked(operation, silent, Sends::All)?;
            }
            Ok(found)
        }
    }
}

/// Known and not performed: asked for like every other, and told to those alone who may.
fn missing(operation: &'static Operation) -> Found {
    match &operation.access {
        Access::Checks(_) => checked(operation, false, Sends::Least).map(drop)?,
        Access::OwnerOnly(_) => open_to_the_owner(operation).map(drop)?,
        Access::SignedOnly(_) => open_to_the_signed(operation).map(drop)?,
        Access::Anyone(_) => open_to_anyone(operation).map(drop)?,
        Access::Federated(..) => open_to_the_vouched_for(operation).map(drop)?,
    }
    let place = Place::new();
    let answer = place.send(&place.request(operation, Some(&place.owner())));
    if (answer.status, answer.code().as_str()) != (501, "AcslabNotPerformed") {
        return Err(format!("missing, and answers {} {}", answer.status, answer.text()));
    }
    Ok(None)
}

fn open_to_anyone(operation: &'static Operation) -> Found {
    let place = Place::new();
    let asked = place.ask(operation, None)?;
    asked.answered_by(Stage::Perform)?;
    // OSS looks at no signature there.
    if operation.product.style != Style::Oss {
        place.wrongly_signed(operation)?;
    }
    Ok(Some(found(operation, Some((Allow::Nothing, &asked)), &[])))
}

fn open_to_the_signed(operation: &'static Operation) -> Found {
    let place = Place::new();
    place.unsigned(operation)?;
    place.wrongly_signed(operation)?;
    let user = place.owner().user("walker");
    place.ask(operation, Some(&user))?.answered_by(Stage::Perform)?;
    place.owner().grant("walker", "Block", &kit::policy("Deny", "*", "*"));
    let asked = place.ask(operation, Some(&user))?;
    asked.answered_by(Stage::Perform)?;
    Ok(Some(found(operation, Some((Allow::Signature, &asked)), &[])))
}

/// Nobody comes in without the proof of an identity provider, signed or not; with it, whom the role trusts.
fn open_to_the_vouched_for(operation: &'static Operation) -> Found {
    let mut place = Place::new();
    place.unsigned(operation)?;
    place.wrongly_signed(operation)?;
    place.ask(operation, Some(&place.owner()))?.answered_by(Stage::Authenticate)?;
    let provider = place.prove();
    let refused = |verdict| {
        let before = place.state();
        let asked = place.ask(operation, None)?;
        asked.answered_by(Stage::Authorize)?;
        place.unchanged(&before, "a refused call")?;
        let last = asked.entry.decided.last().map(|last| last.decision.verdict);
        if last == Some(verdict) { Ok(()) } else { Err(format!("{verdict:?} was due, it was {last:?}")) }
    };
    refused(Verdict::ImplicitDeny)?;
    let statement = |effect: &str| {
        let principal = json!({ "Federated": provider });
        json!({"Effect": effect, "Action": "sts:AssumeRole", "Principal": principal})
    };
    let trust = |effects: &[&str]| {
        let statements: Vec<_> = effects.iter().map(|effect| statement(effect)).collect();
        let document = json!({"Version": "1", "Statement": statements}).to_string();
        let change = [("RoleName", SAMPLE), ("NewAssumeRolePolicyDocument", document.as_str())];
        place.owner().ram("UpdateRole", &change).ok();
    };
    trust(&["Allow"]);
    let asked = place.ask(operation, None)?;
    asked.answered_by(Stage::Perform)?;
    trust(&["Allow", "Deny"]);
    refused(Verdict::ExplicitDeny)?;
    let deny = [Deny::NoProof, Deny::NoPolicy, Deny::ExplicitDeny];
    Ok(Some(found(operation, Some((Allow::Proof, &asked)), &deny)))
}

fn open_to_the_owner(operation: &'static Operation) -> Found {
    let place = Place::new();
    place.unsigned(operation)?;
    place.wrongly_signed(operation)?;
    let user = place.owner().user("walker");
    place.owner().attach("walker", "System", "AdministratorAccess");
    let before = place.state();
    let asked = place.ask(operation, Some(&user))?;
    asked.answered_by(Stage::Authorize)?;
    place.unchanged(&before, "a refused call")?;
    let asked = place.ask(operation, Some(&place.owner()))?;
    asked.answered_by(Stage::Perform)?;
    Ok(Some(found(operation, Some((Allow::Owner, &asked)), &[Deny::Administrator])))
}

/// Is a check asked of some calls only?
fn is_conditional(check: &Check) -> bool {
    matches!(check.asked, Asked::When(_)) || TAGS.contains(&check.actions.first().unwrap_or_default())
}

/// An action that only a header or a body asks for which names a version: tests of OSS's own do, and of what is asked for by what is known of
/// the resource, such as a symlink's target or a key of KMS.
const NAMED_BY_HEADER: [(&str, &str); 3] = [
    ("CopyObject", "oss:GetObjectVersion"),
    ("UploadPartCopy", "oss:GetObjectVersion"),
    ("DeleteMultipleObjects", "oss:DeleteObjectVersion"),
];

/// Actions that are asked for besides where a header carries tags.
const TAGS: [&str; 1] = ["oss:PutObjectTagging"];

fn checked(operation: &'static Operation, silent: bool, sends: Sends) -> Found {
    let place = Place::sending(sends);
    place.unsigned(operation)?;
    place.wrongly_signed(operation)?;
    let owner = place.owner();
    let user = owner.user("walker");
    let mut granted: Vec<Decided> = Vec::new();
    let last = loop {
        let before = place.state();
        let asked = place.ask(operation, Some(&user))?;
        let entry = asked.entry.clone();
        match (entry.stage, entry.decided.last()) {
            (_, None) => return Err(format!("nothing was decided: {}", asked.answer.text())),
            (Stage::Perform, _) => break asked,
            (Stage::Authorize, Some(refused)) => {
                if asked.answer.status < 400 || refused.decision.verdict != Verdict::ImplicitDeny {
                    return Err(format!("a refusal that is none: {} {refused:?}", asked.answer.status));
                }
                place.unchanged(&before, "a refused call")?;
                if granted.iter().any(|old| old.action() == refused.action() && old.resource() == refused.resource()) {
                    return Err(format!("refused again with `{}` on `{}`", refused.action(), refused.resource()));
                }
                granted.push(refused.clone());
                place.set_policy("Least", &document("Allow", &granted));
            }
            (stage, _) => return Err(format!("answered by {stage:?}: {}", asked.answer.text())),
        }
    };
    if granted.is_empty() != silent {
        return Err(format!("a user without a policy: {} were needed", granted.len()));
    }
    denied(operation, &granted, &last.entry.decided, sends)?;
    if sends == Sends::All {
        let asked = |action: &str| last.entry.decided.iter().any(|one| one.action() == action);
        // What is asked of a call that names no version was asked of the one before.
        let due = |check: &&Check| {
            !matches!(check.asked, Asked::Unless(_) | Asked::Located(..))
                && !NAMED_BY_HEADER.contains(&(&*operation.name, check.actions.first().unwrap_or_default()))
        };
        for check in operation.access.checks().iter().filter(due) {
            if !check.actions.iter().any(asked) {
                return Err(format!("`{check}` was never asked"));
            }
        }
    }
    if silent {
        Ok(Some(found(operation, Some((Allow::NoPolicy, &last)), &[Deny::ExplicitDeny])))
    } else {
        Ok(Some(found(operation, Some((Allow::LeastPolicy, &last)), &[Deny::NoPolicy, Deny::ExplicitDeny])))
    }
}

/// In a cloud where nothing has happened yet, the least policy is there and each of the questions is answered with a Deny.
fn denied(operation: &'static Operation, granted: &[Decided], decided: &[Decided], sends: Sends) -> Outcome {
    let place = Place::sending(sends);
    let user = place.owner().user("walker");
    if !granted.is_empty() {
        place.set_policy("Least", &document("Allow", granted));
    }
    for one in decided {
        place.set_policy("Block", &document("Deny", std::slice::from_ref(one)));
        let before = place.state();
        let asked = place.ask(operation, Some(&user))?;
        asked.answered_by(Stage::Authorize)?;
        let verdict = asked.entry.decided.last().map(|last| last.decision.verdict);
        if asked.answer.status < 400 || verdict != Some(Verdict::ExplicitDeny) {
            return Err(format!("`{}` on `{}` was denied, and: {}", one.action(), one.resource(), asked.answer.text()));
        }
        place.unchanged(&before, "a denied call")?;
    }
    Ok(())
}

fn document(effect: &str, of: &[Decided]) -> String {
    let statement = |one: &Decided| json!({"Effect": effect, "Action": one.action(), "Resource": one.resource()});
    json!({"Version": "1", "Statement": of.iter().map(statement).collect::<Vec<_>>()}).to_string()
}
