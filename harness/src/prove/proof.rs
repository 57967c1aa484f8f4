//! Every request of everybody of whom an invariant speaks.

use std::sync::Arc;

use acslab_emulator::NotAsked;
use acslab_policy::{Action, Document, PrincipalPattern};

use super::invariant::{Invariant, Subject};
use super::outcome::{Outcome, Proof};
use super::requests::{is_there, policies_of};
use super::search::{Search, Tally, Tried};
use super::subjects::{account_of, outsiders, with_outsiders, with_sessions};
use crate::ask::groups_of;
use crate::ask::own::{apart, own_documents};
use crate::ask::strangers::named;
use crate::import::{Concern, Standing};
use crate::simulate::remedies::known_actions;

/// Proves or breaks each invariant.
pub fn prove(standing: &Standing, invariants: &[Invariant]) -> Vec<Proof> {
    let with = with_outsiders(standing);
    let own = own_documents(&with);
    let scene = Scene {
        standing,
        named: named(own.iter().map(Arc::as_ref)),
        own,
        apart: apart(&with),
        with: &with,
        known: known_actions(),
    };
    invariants.iter().map(|invariant| one(&scene, invariant)).collect()
}

/// What is the same for every invariant.
struct Scene<'s> {
    standing: &'s Standing,
    /// The same with somebody outside.
    with: &'s Standing,
    /// The policies that resources have of their own.
    own: Vec<Arc<Document>>,
    /// Whom they name.
    named: Vec<PrincipalPattern>,
    /// What tells resources with a policy of their own from all others.
    apart: Vec<Document>,
    known: Vec<Action>,
}

fn one(scene: &Scene<'_>, invariant: &Invariant) -> Proof {
    let Scene { standing, with, own, named, apart, known } = scene;
    let proof = |outcome, requests| Proof { invariant: invariant.clone(), outcome, requests };
    let subjects = match subjects(standing, with, &invariant.subject) {
        Ok(subjects) => with_sessions(named, subjects),
        Err(nobody) => return proof(Outcome::Nobody(nobody), 0),
    };
    let mut tally = Tally::default();
    for principal in &subjects {
        if with.authority.in_force(principal).is_err() {
            return proof(Outcome::Nobody(nobody(principal)), tally.requests);
        }
        let policies = policies_of(with, principal);
        let others = policies.iter().chain(own).map(Arc::as_ref).chain(apart).collect();
        let groups = groups_of(with, principal);
        let is_meant = |resource: &str| is_meant(standing, invariant, principal, resource);
        let search = Search { with, principal, is_meant: &is_meant, asked: &invariant.covered, others, known, groups };
        if let Some(outcome) = search.first(&mut tally, &|tried| breaks(with, invariant, principal, tried)) {
            return proof(outcome, tally.requests);
        }
    }
    let too_many = (!tally.complete).then(|| "there are too many combinations to look at all".to_owned());
    let unseen = too_many.or(tally.not_asked).or_else(|| left_out(standing, &subjects, invariant));
    proof(unseen.map_or(Outcome::Holds, Outcome::NotDecided), tally.requests)
}

/// Is there such a resource, and one of which it is spoken? Whoever is of the state is outside of its other accounts alone.
fn is_meant(standing: &Standing, invariant: &Invariant, principal: &str, resource: &str) -> bool {
    let abroad = invariant.subject == Subject::Outside;
    let own = account_of(principal);
    let of_the_state = abroad && standing.kept.state.account(own).is_some();
    let owner = account_of(resource);
    is_there(standing, resource, abroad) && (!of_the_state || (owner != own && owner != "system"))
}

/// Does a request break the invariant?
fn breaks(
    with: &Standing,
    invariant: &Invariant,
    principal: &str,
    tried: &Tried<'_>,
) -> Result<Option<Outcome>, NotAsked> {
    let answer = with.authority.ask_in(principal, tried.action, tried.resource, &tried.keys, tried.group)?;
    Ok((answer.decision.is_allowed() != invariant.always).then(|| Outcome::Broken {
        principal: principal.to_owned(),
        action: tried.action.to_owned(),
        known: tried.known,
        resource: tried.resource.to_owned(),
        resource_group: tried.group.map(str::to_owned),
        keys: tried.context.to_vec(),
        explanation: Box::new(answer.question.explain()),
    }))
}

/// What the state has not, or could not be taken of it, that the invariant may hang on: nothing was asked of that.
fn left_out(standing: &Standing, subjects: &[String], invariant: &Invariant) -> Option<String> {
    let concern = Concern { whom: subjects, actions: &invariant.actions };
    let missing = standing.missing(concern).into_iter().next();
    let missing = missing.map(|one| format!("not in the state: {}; `{}` fetches it", one.what, one.get));
    missing.or_else(|| standing.left_out(concern).into_iter().next())
}

fn nobody(name: &str) -> String {
    format!("nobody is called `{name}`")
}

fn subjects(standing: &Standing, with: &Standing, subject: &Subject) -> Result<Vec<String>, String> {
    let named = |names: &[String]| -> Result<Vec<String>, String> {
        let all = standing.authority.principals();
        names
            .iter()
            .map(|name| {
                let arn = standing.principal(name).map_err(|several| several.to_string())?;
                let there = all.iter().find(|known| known.eq_ignore_ascii_case(&arn));
                there.cloned().or_else(|| arn.ends_with(":root").then(|| arn.clone())).ok_or_else(|| nobody(name))
            })
            .collect()
    };
    match subject {
        Subject::Only(names) => named(names),
        Subject::Outside => Ok(outsiders(with, standing)),
        Subject::AllBut(names) => {
            let but = named(names)?;
            Ok(standing.authority.principals().into_iter().filter(|arn| !but.contains(arn)).collect())
        }
    }
}

#[cfg(test)]
mod tests;
