//! Every request, by those that stand for all.

use acslab_policy::{Action, Dialect, Document, DocumentKind, Explanation, Representative, representatives_of};
use serde_json::json;

use super::invariant::{Invariant, Subject};
use super::subjects::{inside, outside, with_outsiders};
use crate::import::Standing;
use crate::simulate::remedies::known_actions;

/// What became of an invariant.
#[derive(Debug)]
pub struct Proof {
    /// The invariant.
    pub invariant: Invariant,
    /// What became of it.
    pub outcome: Outcome,
    /// How many requests were decided, each standing for all that are treated alike.
    pub requests: usize,
}

/// Whether an invariant holds.
#[derive(Debug)]
pub enum Outcome {
    /// It does, for every request.
    Holds,
    /// It does not: this request breaks it.
    Broken {
        /// Who.
        principal: String,
        /// The action.
        action: String,
        /// Is it a known action? Otherwise one that stands for others.
        known: bool,
        /// The resource.
        resource: String,
        /// The condition keys that it has to carry.
        keys: Vec<(String, String)>,
        /// Why it is decided so.
        explanation: Box<Explanation>,
    },
    /// There were too many requests to see them all, and none that was seen breaks it.
    NotDecided,
    /// It speaks of somebody who is not there.
    Nobody(String),
}

/// Proves or breaks each invariant.
pub fn prove(standing: &Standing, invariants: &[Invariant]) -> Vec<Proof> {
    let with = with_outsiders(standing);
    let known = known_actions();
    invariants.iter().map(|invariant| one(standing, &with, invariant, &known)).collect()
}

fn one(standing: &Standing, with: &Standing, invariant: &Invariant, known: &[Action]) -> Proof {
    let proof = |outcome, requests| Proof { invariant: invariant.clone(), outcome, requests };
    let subjects = match subjects(standing, with, &invariant.subject) {
        Ok(subjects) => subjects,
        Err(nobody) => return proof(Outcome::Nobody(nobody), 0),
    };
    let (mut requests, mut complete) = (0, true);
    let own = own_documents(with);
    for principal in &subjects {
        let Some((found, seen)) = representatives(with, principal, invariant, &own, known) else {
            return proof(Outcome::Nobody(principal.clone()), requests);
        };
        complete &= seen;
        let abroad = invariant.subject == Subject::Outside;
        for one in found.iter().filter(|one| is_there(standing, one.resource.as_str(), abroad)) {
            for context in &one.contexts {
                requests += 1;
                let mut keys: Vec<(String, Vec<String>)> =
                    context.iter().map(|(key, value)| (key.clone(), vec![value.clone()])).collect();
                // A request is always of some time; where a statement looks at it, the others are tried too.
                if !keys.iter().any(|(key, _)| key.eq_ignore_ascii_case(TIME.0)) {
                    keys.push((TIME.0.to_owned(), vec![TIME.1.to_owned()]));
                }
                let (action, resource) = (one.action.as_str(), one.resource.as_str());
                let Ok(answer) = with.authority.ask(principal, action, resource, &keys) else { continue };
                if answer.decision.is_allowed() == invariant.always {
                    continue;
                }
                let outcome = Outcome::Broken {
                    principal: principal.clone(),
                    action: action.to_owned(),
                    known: one.known,
                    resource: resource.to_owned(),
                    keys: context.clone(),
                    explanation: Box::new(answer.question.explain()),
                };
                return proof(outcome, requests);
            }
        }
    }
    proof(if complete { Outcome::Holds } else { Outcome::NotDecided }, requests)
}

const TIME: (&str, &str) = ("acs:CurrentTime", "2026-01-01T00:00:00Z");

/// Can a resource be there: is it one of the state's accounts, and of the one that has the bucket? What is on no single resource is
/// in the caller's own account.
fn is_there(standing: &Standing, resource: &str, abroad: bool) -> bool {
    let fields: Vec<&str> = resource.splitn(5, ':').collect();
    let [_, service, _, account, id] = fields.as_slice() else { return !abroad };
    let accounts = &standing.kept.state.accounts;
    let bucket = id.split('/').next().unwrap_or(id);
    let owner = accounts.values().find(|one| *service == "oss" && one.buckets.contains_key(bucket));
    match owner {
        Some(owner) => owner.account_id == *account,
        None => *account == "system" || accounts.values().any(|one| one.account_id == *account),
    }
}

fn subjects(standing: &Standing, with: &Standing, subject: &Subject) -> Result<Vec<String>, String> {
    let named = |names: &[String]| -> Result<Vec<String>, String> {
        let all = standing.authority.principals();
        names
            .iter()
            .map(|name| {
                let arn = standing.principal(name);
                let there = all.iter().find(|known| known.eq_ignore_ascii_case(&arn));
                there.cloned().or_else(|| arn.ends_with(":root").then(|| arn.clone())).ok_or_else(|| name.clone())
            })
            .collect()
    };
    match subject {
        Subject::Only(names) => named(names),
        Subject::Outside => Ok(outside(with, standing)),
        Subject::AllBut(names) => {
            let but = named(names)?;
            Ok(inside(standing).into_iter().filter(|arn| !but.contains(arn)).collect())
        }
    }
}

/// What resources say themselves, and statements that tell each such resource from all others.
fn own_documents(standing: &Standing) -> Vec<Document> {
    let mut all = Vec::new();
    let read = |kind, text: &str| Document::parse_with(kind, text, &Dialect::STORED).ok();
    let apart = |resources: Vec<String>| {
        let statement = json!({"Effect": "Allow", "Action": "*", "Resource": resources});
        read(DocumentKind::Identity, &json!({"Version": "1", "Statement": [statement]}).to_string())
    };
    for account in standing.kept.state.accounts.values() {
        let id = &account.account_id;
        // What is abroad is out of reach.
        all.extend(apart(vec![format!("acs:*:*:{id}:*")]));
        for (name, bucket) in &account.buckets {
            all.extend(bucket.policy.as_ref().and_then(|policy| read(DocumentKind::Bucket, &policy.pretty())));
            all.extend(apart(vec![format!("acs:oss:*:{id}:{name}")]));
            all.extend(apart(vec![format!("acs:oss:*:{id}:{name}/*")]));
        }
        for (name, role) in &account.roles {
            all.extend(read(DocumentKind::Trust, &role.trust.pretty()));
            all.extend(apart(vec![format!("acs:ram:*:{id}:role/{}", name.to_ascii_lowercase())]));
        }
    }
    all
}

/// The requests of a principal that an invariant covers, one for each way to treat them. None if nobody is called so.
fn representatives(
    standing: &Standing,
    principal: &str,
    invariant: &Invariant,
    own: &[Document],
    known: &[Action],
) -> Option<(Vec<Representative>, bool)> {
    let asked = json!({"Version": "1", "Statement": [
        {"Effect": "Allow", "Action": invariant.actions, "Resource": invariant.resources}]});
    let asked = Document::parse_with(DocumentKind::Identity, &asked.to_string(), &Dialect::STORED).ok()?;
    // Any question has the policies in force with it.
    let answer = standing.authority.ask(principal, "none:None", "*", &[]).ok()?;
    let sets = answer.question.sets().flat_map(acslab_policy::PolicySet::policies);
    let mut others: Vec<&Document> = sets.map(|policy| policy.document.as_ref()).collect();
    let groups = groups(standing, principal);
    others.extend(&groups);
    others.extend(own);
    Some(representatives_of(&asked, &others, known, varies))
}

/// What is attached for resource groups alone.
fn groups(standing: &Standing, principal: &str) -> Vec<Document> {
    let name = principal.splitn(5, ':').nth(4).unwrap_or_default();
    let mut found = Vec::new();
    for account in standing.kept.state.accounts.values() {
        let users = account.users.iter().map(|(name, user)| (format!("user/{name}"), &user.policies));
        let roles = account.roles.iter().map(|(name, role)| (format!("role/{name}"), &role.policies));
        let groups = account
            .groups
            .iter()
            .filter(|(_, group)| group.members.iter().any(|member| name == format!("user/{member}")));
        let groups = groups.map(|(_, group)| (name.to_owned(), &group.policies));
        for (_, policies) in users.chain(roles).chain(groups).filter(|(who, _)| who == name) {
            for attachment in policies.iter().filter(|one| one.resource_group.is_some()) {
                let policy = account.policies.get(&attachment.name);
                let text = policy.and_then(|policy| policy.versions.get(&policy.default_version));
                found.extend(text.and_then(|text| {
                    Document::parse_with(DocumentKind::Identity, &text.pretty(), &Dialect::STORED).ok()
                }));
            }
        }
    }
    found
}

/// The keys that a request fills as it likes: not who asks, and not what the resource's tags fill.
fn varies(key: &str) -> bool {
    let lower = key.to_ascii_lowercase();
    let given = ["acs:principalarn", "acs:principaltype", "acs:principaldomain", "acs:mfapresent"];
    let tags = ["oss:buckettag/", "oss:existingobjecttag/", "acs:resourcetag/"];
    !given.contains(&lower.as_str()) && !tags.iter().any(|tag| lower.starts_with(tag))
}
