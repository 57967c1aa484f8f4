//! A fix in a fork of the cloud: its calls are made there as the owner, then the same questions are asked again.

use std::sync::Arc;

use acslab_policy::{OwnedResourceLayer, Principal, Question, Verdict};
use jiff::Timestamp;
use serde_json::{Value, json};

use super::others;
use super::plan::Planned;
use crate::cloud::{Cloud, Session};
use crate::control::decisions::brief;
use crate::control::environment::REGION;
use crate::gateway::{Caller, Decided, Entry, Gateway, HttpRequest, decide, locate_for};
use crate::operation::{Inside, Needed};
use crate::signature::Secret;

/// Makes the calls in a fork and asks again there. The cloud itself and what is remembered of it stay as they are.
pub(super) fn attempt(gateway: &Gateway, entry: &Entry, of: &Decided, calls: &[Planned]) -> Result<Value, String> {
    let now = gateway.cloud();
    // Who is let do the same by it, of those for whom it does something and who are not let do so now.
    let others = others::reached(&now, of, calls);
    let before = gateway;
    let denied = |caller: &&Caller| others::verdict(before, &now, caller, of).is_some_and(|now| now != Verdict::Allow);
    let fork = now.fork().map_err(|error| error.to_string())?;
    let gateway = gateway.beside(fork);
    let fork = gateway.cloud();
    let mut made = Vec::new();
    for call in calls {
        let mut shown = call.shown();
        let answer = perform(&gateway, &fork, call)?;
        shown["answer"] = json!(answer.as_ref().map_or_else(|(code, _)| code.as_str(), |()| "OK"));
        shown["message"] = json!(answer.err().map(|(_, message)| message));
        made.push(shown);
    }
    let (mut asked, mut verdicts) = (Vec::new(), Vec::<Vec<Verdict>>::new());
    for decided in &entry.decided {
        let again = ask_again(&gateway, &fork, decided).ok_or("this call cannot be asked again by itself")?;
        match verdicts.last_mut().filter(|_| decided.instead) {
            Some(names) => names.push(again.decision.verdict),
            None => verdicts.push(vec![again.decision.verdict]),
        }
        asked.push(brief(&again));
    }
    let allowed = |caller: &&Caller| others::verdict(&gateway, &fork, caller, of) == Some(Verdict::Allow);
    // No more are asked than are told of.
    let also_for: Vec<_> = others.iter().filter(allowed).filter(denied).map(others::who).take(others::OTHERS).collect();
    // Of the names of one action an allow of one suffices, and a Deny of one outweighs it.
    let is_allowed = |names: &Vec<Verdict>| names.contains(&Verdict::Allow) && !names.contains(&Verdict::ExplicitDeny);
    Ok(json!({"calls": made, "decisions": asked, "allowed": verdicts.iter().all(is_allowed), "also_for": also_for}))
}

type Refused = (String, String);

fn perform(gateway: &Gateway, fork: &Arc<Cloud>, call: &Planned) -> Result<Result<(), Refused>, String> {
    let account = fork.account(&call.account).ok_or_else(|| format!("there is no account {}", call.account))?;
    let owner = Caller::Owner(account);
    let parameters: Vec<(&str, &str)> = call.parameters.iter().map(|(name, value)| (*name, value.as_str())).collect();
    let by_name = || HttpRequest::action(call.operation, call.version, &parameters);
    let request = call.oss.map_or_else(by_name, |oss| oss.request(&call.parameters));
    let answer = gateway.enter(fork, request, owner, REGION);
    Ok(answer.map(|_| ()).map_err(|error| (error.code().to_owned(), error.message().to_owned())))
}

/// The same question to the policies that are in force in another cloud.
fn ask_again(gateway: &Gateway, cloud: &Arc<Cloud>, before: &Decided) -> Option<Decided> {
    let Question { request, layers } = &before.question;
    if matches!(layers.resource, OwnedResourceLayer::Gate(_)) {
        return None;
    }
    let caller = asking(cloud, &before.question)?;
    let mut need = Needed::new(vec![request.clone()]);
    need.default = layers.default;
    need.know(&locate_for(gateway.registry(), cloud, &caller, before.action(), before.resource()));
    need.known = before.known;
    let answer = decide(cloud, &caller, need);
    let again = answer.settled()?;
    Some(again.clone())
}

/// Who asked, found again by what it goes by.
pub(in crate::control) fn asking(cloud: &Cloud, question: &Question) -> Option<Caller> {
    let principal = question.request.principal();
    if matches!(principal, Principal::Anonymous) {
        return Some(Caller::Anonymous);
    }
    let account = cloud.account(principal.account()?)?;
    match principal {
        Principal::Account { .. } => Some(Caller::Owner(account)),
        Principal::RamUser { name, .. } => {
            let directory = account.directory.read();
            directory.user(name).ok().map(|user| Caller::user(&account, user))
        }
        Principal::RoleSession { role, session, service_linked, .. } => {
            let directory = account.directory.read();
            let role = directory.role(role).ok()?;
            let nothing = || Secret::new(String::new());
            let session = Session {
                key_id: String::new(),
                secret: nothing(),
                token: nothing(),
                account: account.id.clone(),
                role_id: role.id.clone(),
                role_name: role.name.clone(),
                service_linked: *service_linked,
                name: session.to_string(),
                policy: question.layers.session.clone(),
                source_identity: None,
                expires: Timestamp::MAX,
            };
            Some(Caller::Session { account: Arc::clone(&account), session: Arc::new(session) })
        }
        Principal::Service { .. } | Principal::Federated { .. } | Principal::Anonymous => None,
    }
}
