//! For whom else a fix does something: whoever holds the policy that it edits, whoever is in the group that it takes a policy from, and,
//! where it edits what a bucket or a role says itself, everybody in the accounts of both.

use std::sync::Arc;

use acslab_policy::{Principal, Request, Verdict};

use super::plan::{Planned, Reaches};
use crate::cloud::directory::{PolicyKey, PolicyType};
use crate::cloud::{Account, Cloud};
use crate::gateway::{Caller, Decided, Gateway, decide, suppose};
use crate::operation::Needed;

/// Others that are told of at most. CHOICE: more are no list that a person reads.
pub(super) const OTHERS: usize = 200;
/// The session that stands for a role.
const SESSION: &str = "acslab";
/// The condition key that tells the caller itself.
const PRINCIPAL: &str = "acs:PrincipalArn";

/// The others who hold what these calls change.
pub(super) fn others(cloud: &Cloud, decided: &Decided, calls: &[Planned]) -> Vec<Caller> {
    let mut found: Vec<Caller> = Vec::new();
    for call in calls {
        let Some(account) = cloud.account(&call.account) else { continue };
        let those = match &call.reaches {
            Reaches::Holders(policy) => holders(&account, policy),
            Reaches::Members(group) => members(&account, group),
            // What a resource says itself nobody holds.
            Reaches::Caller | Reaches::Everybody => Vec::new(),
        };
        found.extend(those);
    }
    but_the_caller(found, decided)
}

/// The others that what these calls change may be in force for: whoever holds it, and everybody where a resource says it itself.
pub(super) fn reached(cloud: &Cloud, decided: &Decided, calls: &[Planned]) -> Vec<Caller> {
    let mut found = others(cloud, decided, calls);
    let own = calls.iter().filter(|call| call.reaches == Reaches::Everybody);
    for owner in own.map(|call| call.account.as_str()) {
        let caller = decided.question.request.principal().account();
        let accounts = [Some(owner), caller.filter(|caller| *caller != owner)];
        found.extend(accounts.into_iter().flatten().filter_map(|id| cloud.account(id)).flat_map(|it| everybody(&it)));
    }
    but_the_caller(found, decided)
}

/// Each of these once, without whoever asked.
fn but_the_caller(mut found: Vec<Caller>, decided: &Decided) -> Vec<Caller> {
    let own = decided.question.request.principal();
    // Of the caller's own role another session is no other.
    let is_own = |caller: &Caller| match (caller.principal(), own) {
        (Principal::RoleSession { role, .. }, Principal::RoleSession { role: own, .. }) => role == *own,
        (other, own) => other == *own,
    };
    found.retain(|caller| !is_own(caller));
    found.sort_by_cached_key(who);
    found.dedup_by_key(|caller| who(caller));
    found
}

/// Somebody as policies name them: a user, or a role whatever its session is called.
pub(super) fn who(caller: &Caller) -> String {
    match caller {
        Caller::Session { account, session } => format!("acs:ram::{}:role/{}", account.id, session.role_name),
        caller => caller.arn(),
    }
}

/// Who has a custom policy attached, or is in a group that has.
fn holders(account: &Arc<Account>, policy: &str) -> Vec<Caller> {
    let policy = PolicyKey { kind: PolicyType::Custom, name: policy.to_owned() };
    let directory = account.directory.read();
    let users = directory.users().filter(|user| {
        user.attached.has(&policy) || directory.groups_of(user).any(|group| group.attached.has(&policy))
    });
    let roles = directory.roles().filter(|role| role.attached.has(&policy));
    let users = users.map(|user| Caller::user(account, user));
    users.chain(roles.map(|role| Caller::session_of(account, role, SESSION))).collect()
}

/// The users and the roles of an account.
fn everybody(account: &Arc<Account>) -> Vec<Caller> {
    let directory = account.directory.read();
    let users = directory.users().map(|user| Caller::user(account, user));
    users.chain(directory.roles().map(|role| Caller::session_of(account, role, SESSION))).collect()
}

fn members(account: &Arc<Account>, group: &str) -> Vec<Caller> {
    let directory = account.directory.read();
    let is_in = |user: &&_| directory.groups_of(user).any(|one| one.name.eq_ignore_ascii_case(group));
    directory.users().filter(is_in).map(|user| Caller::user(account, user)).collect()
}

/// The same in another cloud.
fn found_in(cloud: &Cloud, caller: &Caller) -> Option<Caller> {
    match caller {
        Caller::User { account, name, .. } => {
            let account = cloud.account(&account.id)?;
            let directory = account.directory.read();
            directory.user(name).ok().map(|user| Caller::user(&account, user))
        }
        Caller::Session { account, session } => {
            let account = cloud.account(&account.id)?;
            let directory = account.directory.read();
            directory.role(&session.role_name).ok().map(|role| Caller::session_of(&account, role, SESSION))
        }
        _ => None,
    }
}

/// What is asked of a call, asked by somebody else in this cloud.
pub(super) fn verdict(gateway: &Gateway, cloud: &Arc<Cloud>, caller: &Caller, decided: &Decided) -> Option<Verdict> {
    let caller = &found_in(cloud, caller)?;
    let mut request = Request::new(caller.principal(), decided.action(), decided.resource()).ok()?;
    for (key, values) in decided.context() {
        if !key.eq_ignore_ascii_case(PRINCIPAL) {
            request.set_many(key, values);
        }
    }
    if let Some(arn) = caller.principal().arn_key() {
        request.set(PRINCIPAL, arn);
    }
    let mut need = Needed::new(vec![request]);
    suppose(&mut need, (gateway.registry(), cloud), caller, decided.action(), decided.resource());
    // What the call said itself it says again; what it left unsaid is supposed.
    let unsaid =
        gateway.registry().plain(decided.action()).map(|plain| plain.unless_said.as_slice()).unwrap_or_default();
    for (key, values) in decided.context() {
        if unsaid.iter().any(|(name, _)| key.eq_ignore_ascii_case(name)) {
            let values: Vec<_> = values.into_iter().map(str::to_owned).collect();
            need.set_many(key, &values);
        }
    }
    need.default = decided.question.layers.default;
    Some(decide(cloud, caller, need).verdict)
}
