//! What a state says to what was asked: the whole reasoning, what nearly fits, what would allow it.

use acslab_emulator::{Keys, NotAsked};
use acslab_policy::{
    Dialect, Document, DocumentKind, Effect, Explanation, NearMiss, PrincipalPattern, Principals, Question, Remedies,
    Verdict, explain, near_misses, would_allow,
};

use super::known::known;
use super::refusal::Refusal;
use crate::import::{Standing, word};
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
    /// What was meant to deny it and does not, in words.
    pub toothless: Vec<String>,
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
    if let Some(service) = passed_to(standing, &action, &resource, &keys) {
        assumed.push(format!(
            "the role trusts `{service}` alone: taken as the service that it is passed to, `acs:Service`"
        ));
        keys.push(("acs:Service".to_owned(), vec![service]));
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
    let toothless = if allowed { toothless(standing, &principal, &explanation) } else { Vec::new() };
    Ok(Reasoned { principal, explanation, near, remedies, roles, assumed, differs: allowed, toothless, question })
}

/// The service that a role is passed to, where the role's trust policy leaves one alone and nobody says another.
fn passed_to(standing: &Standing, action: &str, resource: &str, keys: &Keys) -> Option<String> {
    let role = resource.splitn(5, ':').nth(4)?.strip_prefix("role/")?;
    let said = keys.iter().any(|(key, _)| key.eq_ignore_ascii_case("acs:Service"));
    if said || !action.eq_ignore_ascii_case("ram:PassRole") {
        return None;
    }
    let mut roles = standing.kept.state.accounts.values().flat_map(|account| &account.roles);
    let (_, role) = roles.find(|(name, _)| name.eq_ignore_ascii_case(role))?;
    let document = Document::parse_with(DocumentKind::Trust, &role.trust.pretty(), &Dialect::STORED).ok()?;
    let [statement] = document.statements() else { return None };
    let Principals::Principal(entries) = statement.principals() else { return None };
    match &**entries {
        [only] => match &only.value {
            PrincipalPattern::Service { name, .. } => Some(name.to_string()),
            _ => None,
        },
        _ => None,
    }
}

/// What speaks against it and does not bite: a Deny whose conditions do not hold, one that is attached for a resource group alone.
fn toothless(standing: &Standing, principal: &str, explanation: &Explanation) -> Vec<String> {
    let mut found = Vec::new();
    for trace in explanation.units().flat_map(|unit| &unit.statements) {
        let fits = trace.action.fits && trace.resource.as_ref().is_none_or(|element| element.fits);
        let failed = trace.failed.as_ref().filter(|_| trace.effect == Effect::Deny && fits && !trace.counts);
        if let Some(failed) = failed {
            let why = if failed.actual.is_empty() { "the request does not carry the key" } else { "it does not hold" };
            let (policy, statement) = (&trace.policy.name, trace.statement.statement + 1);
            found.push(format!(
                "statement {statement} of `{policy}` denies it only where {} holds: {why}",
                failed.element
            ));
        }
    }
    let name = principal.splitn(5, ':').nth(4).unwrap_or_default();
    for account in standing.kept.state.accounts.values() {
        let of_users = account.users.iter().map(|(name, user)| (format!("user/{name}"), &user.policies));
        let of_roles = account.roles.iter().map(|(name, role)| (format!("role/{name}"), &role.policies));
        for attachment in of_users.chain(of_roles).filter(|(who, _)| who == name).flat_map(|(_, policies)| policies) {
            if let Some(group) = &attachment.resource_group {
                found.push(format!(
                    "`{}` is attached for resource group {group} alone: the account's scope is asked first, and an Allow there ends it",
                    attachment.name
                ));
            }
        }
    }
    found
}

fn told(error: &NotAsked) -> String {
    match error {
        NotAsked::Nobody { kind, name, .. } => {
            let who = word(&format!("{kind}/{name}"));
            format!("{error}: gather it with `acslab import --how {who}`, or name somebody with `--as`")
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
