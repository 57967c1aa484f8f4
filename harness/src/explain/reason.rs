//! What a state says to what was asked: the whole reasoning, what nearly fits, what would allow it.

use acslab_emulator::{Keys, NotAsked};
use acslab_policy::{Explanation, NearMiss, Question, Remedies, Verdict, explain, near_misses, would_allow};

use super::known::known;
use super::refusal::Refusal;
use crate::authorization::Standing;
use crate::simulate::remedies::known_actions;

/// What is given beside the refusal, in its place where it says something else.
#[derive(Clone, Debug, Default)]
pub struct Given {
    /// Who asked.
    pub principal: Option<String>,
    /// For which action.
    pub action: Option<String>,
    /// On which resource.
    pub resource: Option<String>,
    /// With which condition keys.
    pub keys: Vec<(String, Vec<String>)>,
}

/// What a state says.
#[derive(Debug)]
pub struct Reasoned {
    /// Who asked, by ARN.
    pub principal: String,
    /// The question with the policies in force.
    pub question: Question,
    /// Why it is decided so.
    pub explanation: Explanation,
    /// What nearly fits.
    pub near: Vec<NearMiss>,
    /// What would allow it.
    pub remedies: Remedies,
    /// Roles that the caller may assume, and that may do it.
    pub roles: Vec<String>,
    /// What was assumed, because nobody said it.
    pub assumed: Vec<String>,
    /// The state allows what the error says was refused.
    pub differs: bool,
}

/// Asks a state for what a refusal says was asked.
///
/// # Errors
/// It is not known whom or what to ask for, in words.
pub fn reason(standing: &Standing, refusal: &Refusal, given: &Given) -> Result<Reasoned, String> {
    let mut assumed = Vec::new();
    let principal = principal(standing, refusal, given, &mut assumed)?;
    let of_text = || known(refusal).and_then(|known| known.action).map(str::to_owned);
    let action = given.action.clone().or_else(|| refusal.action.clone()).or_else(of_text);
    let action = action.ok_or("which action was asked for is not said: name it with `--action`")?;
    let resource = resource(standing, refusal, given, &principal, &mut assumed);
    let mut keys = refusal.conditions.clone();
    for (key, values) in &given.keys {
        keys.retain(|(known, _)| !known.eq_ignore_ascii_case(key));
        keys.push((key.clone(), values.clone()));
    }
    let ask = |who: &str| standing.authority.ask(who, &action, &resource, &keys);
    let answer = ask(&principal).map_err(|error| told(&error))?;
    let question = answer.question;
    let layers = question.layers.as_layers();
    let explanation = explain(&layers, &question.request);
    let near = near_misses(&explanation);
    let remedies = would_allow(&layers, &question.request, &known_actions());
    let allowed = answer.decision.verdict == Verdict::Allow;
    let roles = if allowed { Vec::new() } else { roles(standing, &principal, &action, &resource, &keys) };
    Ok(Reasoned { principal, explanation, near, remedies, roles, assumed, differs: allowed, question })
}

fn told(error: &NotAsked) -> String {
    match error {
        NotAsked::Nobody { kind, name, .. } => {
            format!("{error}: gather it with `acslab import --how {kind}/{name}`, or name somebody with `--as`")
        }
        other => other.to_string(),
    }
}

fn principal(
    standing: &Standing,
    refusal: &Refusal,
    given: &Given,
    assumed: &mut Vec<String>,
) -> Result<String, String> {
    if let Some(named) = &given.principal {
        return Ok(standing.principal(named));
    }
    let caller = &refusal.caller;
    let owner = caller.owner.as_deref();
    match (caller.kind.as_deref(), caller.name.as_deref()) {
        (Some("SubUser"), Some(id)) => {
            if let Some(arn) = standing.authority.user_with_id(id) {
                return Ok(arn);
            }
            only(standing, "user/").inspect(|arn| {
                assumed.push(format!("no user of the state has the id {id}; `{arn}` is the only one and taken for it"));
            }).ok_or_else(|| {
                format!("no user of the state has the id {id}: the output of `aliyun ram GetUser` tells ids; or name the user with `--as`")
            })
        }
        (Some("AssumedRoleUser"), Some(name)) => {
            let (role, session) = name.split_once(':').unwrap_or((name, "session"));
            let account = owner.map_or_else(
                || standing.account().map_or_else(String::new, |one| one.account_id.clone()),
                str::to_owned,
            );
            Ok(format!("acs:ram::{account}:assumed-role/{role}/{session}"))
        }
        (Some("Account" | "RootUser"), Some(id)) => Ok(format!("acs:ram::{id}:root")),
        _ => {
            let arn = only(standing, "user/").or_else(|| only(standing, "role/"));
            let arn = arn.ok_or("who asked is not said, and the state has several: name somebody with `--as`")?;
            assumed.push(format!("who asked is not said; `{arn}` is taken for it"));
            Ok(arn)
        }
    }
}

/// The only principal of a kind.
fn only(standing: &Standing, kind: &str) -> Option<String> {
    let all = standing.authority.principals();
    let mut of_kind = all.into_iter().filter(|arn| arn.contains(&format!(":{kind}")));
    let first = of_kind.next()?;
    of_kind.next().is_none().then_some(first)
}

/// The resource; one whose account is open belongs to the state's, and one that is not said is all.
fn resource(
    standing: &Standing,
    refusal: &Refusal,
    given: &Given,
    principal: &str,
    assumed: &mut Vec<String>,
) -> String {
    let Some(named) = given.resource.as_ref().or(refusal.resource.as_ref()) else {
        assumed.push("the resource is not said: asked for `*`; `--resource` names it".to_owned());
        return "*".to_owned();
    };
    let mut fields: Vec<&str> = named.splitn(5, ':').collect();
    if let [_, service, _, account, id] = fields.as_mut_slice()
        && (*account == "*" || account.is_empty())
    {
        let bucket = id.split('/').next().unwrap_or(id);
        let owner =
            standing.kept.state.accounts.values().find(|one| *service == "oss" && one.buckets.contains_key(bucket));
        let own = principal.split(':').nth(3).unwrap_or_default();
        let owner = owner.map_or(own, |one| one.account_id.as_str());
        if !owner.is_empty() {
            return named.replacen(&format!(":{account}:{id}"), &format!(":{owner}:{id}"), 1);
        }
    }
    named.clone()
}

/// The roles that the caller may assume, and that may do it.
fn roles(standing: &Standing, principal: &str, action: &str, resource: &str, keys: &Keys) -> Vec<String> {
    if action.to_ascii_lowercase().starts_with("sts:") {
        return Vec::new();
    }
    let may = |who: &str, action: &str, resource: &str| {
        standing.authority.ask(who, action, resource, keys).is_ok_and(|answer| answer.decision.is_allowed())
    };
    let all = standing.authority.principals();
    let others = all.into_iter().filter(|arn| arn.contains(":role/") && arn != principal);
    let fits = others.filter(|role| {
        let target = role.replacen("acs:ram::", "acs:ram:*:", 1);
        may(role, action, resource) && may(principal, "sts:AssumeRole", &target)
    });
    fits.take(8).collect()
}
