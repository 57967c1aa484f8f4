//! The search that looks nothing up and leaves nothing out.

use std::collections::BTreeSet;

use acslab::paths::{Goal, Step, World};
use acslab_emulator::state::{AccountState, Attachment, AuthorizationState};
use serde_json::{Value, json};

use crate::ACCOUNT;
use crate::performed::Performed;

/// What the statements do of policies that are attached in an account: do they allow, do they deny?
fn effects(account: &AccountState, attached: &[Attachment]) -> (bool, bool) {
    let policies = attached.iter().filter_map(|one| account.policies.get(&one.name));
    let texts: Vec<String> = policies.map(|policy| policy.versions[&policy.default_version].to_string()).collect();
    let system = attached.iter().any(|one| one.kind == "System");
    (system || texts.iter().any(|text| text.contains("Allow")), texts.iter().any(|text| text.contains("Deny")))
}

/// Every step that there is, by everybody who is held: nothing is looked up, and nothing left out. `losing`: those that may take something
/// from somebody, and no others.
fn every_step(state: &AuthorizationState, held: &BTreeSet<String>, losing: bool) -> Vec<Step> {
    let account = state.account(ACCOUNT).unwrap();
    let arn = |kind: &str, name: &str| format!("acs:ram::{ACCOUNT}:{kind}/{name}");
    let id = || ACCOUNT.to_owned();
    let is_held = |kind: &str, name: &str| held.contains(&arn(kind, name));
    let is_member = |user: &String, group: &String| {
        account.users[user].groups.contains(group) || account.groups[group].members.contains(user)
    };
    let users = account.users.iter().filter(|(name, _)| is_held("user", name));
    let roles = account.roles.iter().filter(|(name, _)| is_held("role", name));
    let groups = account
        .groups
        .iter()
        .filter(|(group, _)| account.users.keys().any(|user| is_held("user", user) && is_member(user, group)));
    let places: Vec<(String, &Vec<Attachment>)> = users
        .map(|(name, user)| (format!("user/{name}"), &user.policies))
        .chain(roles.map(|(name, role)| (format!("role/{name}"), &role.policies)))
        .chain(groups.map(|(name, group)| (format!("group/{name}"), &group.policies)))
        .collect();
    let mut all = Vec::new();
    for by in held {
        let by = || by.clone();
        for (place, attached) in &places {
            for one in *attached {
                let (allows, denies) = effects(account, std::slice::from_ref(one));
                if denies && allows == losing {
                    all.extend([false, true].map(|manager| Step::Detach {
                        by: by(),
                        account: id(),
                        from: place.clone(),
                        policy: one.name.clone(),
                        kind: one.kind.clone(),
                        manager,
                    }));
                }
                if let Some(policy) = account.policies.get(&one.name).filter(|_| losing) {
                    for version in policy.versions.keys().filter(|version| **version != policy.default_version) {
                        let (policy, version) = (one.name.clone(), version.clone());
                        all.push(Step::SetVersion { by: by(), account: id(), policy, version });
                    }
                }
            }
        }
        for user in account.users.keys().filter(|user| is_held("user", user)) {
            for (group, of) in &account.groups {
                let (allows, denies) = effects(account, &of.policies);
                let (user, group, member) = (arn("user", user), group.clone(), is_member(user, group));
                if member && denies && allows == losing {
                    all.push(Step::LeaveGroup { by: by(), user, group, ims: false });
                } else if !member && (denies == losing) {
                    all.push(Step::JoinGroup { by: by(), user, group, ims: false });
                }
            }
        }
        if losing {
            continue;
        }
        let users = account.users.iter().map(|(name, user)| (format!("user/{name}"), &user.policies));
        let roles = account.roles.iter().map(|(name, role)| (format!("role/{name}"), &role.policies));
        let groups = account.groups.iter().map(|(name, group)| (format!("group/{name}"), &group.policies));
        for (to, attached) in users.chain(roles).chain(groups) {
            if attached.iter().any(|one| one.kind == "System") {
                continue;
            }
            let attach = |manager| Step::AttachAdministrator { by: by(), account: id(), to: to.clone(), manager };
            all.extend([attach(false), attach(true)]);
            for policy in NEW.iter().filter(|name| account.policies.contains_key(**name)) {
                let policy = (*policy).to_owned();
                if !attached.iter().any(|one| one.name == policy) {
                    let new = |manager| Step::AttachNew {
                        by: by(),
                        account: id(),
                        policy: policy.clone(),
                        to: to.clone(),
                        manager,
                    };
                    all.extend([new(false), new(true)]);
                }
            }
        }
        for name in account.roles.keys() {
            let role = || arn("role", name);
            all.push(Step::AssumeRole { by: by(), role: role() });
            all.push(Step::RewriteTrust { by: by(), role: role() });
        }
        for name in account.users.keys() {
            let user = || arn("user", name);
            all.push(Step::CreateAccessKey { by: by(), user: user(), ims: false });
            all.extend([false, true].map(|again| Step::Login { by: by(), user: user(), again, ims: false }));
        }
        for policy in account.policies.keys() {
            all.push(Step::RewritePolicy { by: by(), account: id(), policy: policy.clone() });
        }
        for name in NEW.iter().filter(|name| !account.policies.contains_key(**name)) {
            all.push(Step::NewPolicy { by: by(), account: id(), policy: (*name).to_owned() });
        }
        for name in NEW.iter().filter(|name| !account.users.contains_key(**name)) {
            all.push(Step::NewUser { by: by(), user: arn("user", name), ims: false });
        }
        for name in NEW.iter().filter(|name| !account.roles.contains_key(**name)) {
            all.push(Step::NewRole { by: by(), role: arn("role", name) });
        }
    }
    all
}

/// What new users and roles are called; no statement of these accounts tells more names apart.
const NEW: [&str; 2] = ["fresh", "svc-fresh"];

/// What somebody comes to who calls whatever there is, until nothing more comes of it; and then so many calls that may take something,
/// each with all that comes of it.
pub(crate) fn exhausted(world: &mut Performed, mut held: BTreeSet<String>, losing: usize) -> BTreeSet<Goal> {
    let mut taken = BTreeSet::new();
    loop {
        let mut more = false;
        for step in every_step(&world.state().clone(), &held, false) {
            // Nobody does twice what somebody did.
            let mut once = json!(step);
            once["by"] = Value::Null;
            once["manager"] = Value::Null;
            if taken.contains(&once.to_string())
                || step.becomes().is_some_and(|who| held.contains(who))
                || !world.take(&step)
            {
                continue;
            }
            taken.insert(once.to_string());
            held.extend(step.becomes().map(str::to_owned));
            more = true;
        }
        if !more {
            break;
        }
    }
    let is_new = |who: &str| NEW.iter().any(|name| who.ends_with(&format!("/{name}")));
    let mut goals: BTreeSet<Goal> = held.iter().filter(|who| !is_new(who)).cloned().map(Goal::Become).collect();
    if held.iter().any(|who| world.administers(who)) {
        goals.insert(Goal::Administer(ACCOUNT.to_owned()));
        return goals;
    }
    if losing == 0 {
        return goals;
    }
    let mut taken = BTreeSet::new();
    for step in every_step(&world.state().clone(), &held, true) {
        let mut once = json!(step);
        once["by"] = Value::Null;
        once["manager"] = Value::Null;
        let mut fork = world.fork();
        if !taken.contains(&once.to_string()) && fork.take(&step) {
            taken.insert(once.to_string());
            goals.extend(exhausted(&mut fork, held.clone(), losing - 1));
        }
    }
    goals
}
