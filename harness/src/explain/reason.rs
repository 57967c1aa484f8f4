//! What a state says to what was asked: the whole reasoning, what nearly fits, what would allow it.

use std::sync::Arc;

use acslab_emulator::{Decided, Keys, NotAsked};
use acslab_policy::{
    Document, DocumentKind, Explanation, NearKind, NearMiss, PolicyRef, PolicySet, PrincipalPattern, Principals,
    Question, Remedies, Verdict, explain, near_misses, would_allow,
};

use super::about::unsaid;
use super::beside::{shared, toothless, unknown, unusable};
use super::codes::{By, by};
use super::known::known;
use super::refusal::Refusal;
use super::whom::{Asked, asked};
use crate::ask::{Scoped, scoped};
use crate::import::{Standing, word};
use crate::simulate::remedies::{self, tried_actions};
use crate::simulate::{asked_of_bucket, is_kept_in, may_carry};

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
    /// In which resource group the resource is.
    pub resource_group: Option<String>,
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
    /// Resource groups in which the caller may do it, by what is attached for them alone.
    pub scoped: Vec<Scoped>,
    /// Roles that the caller may assume, and that may do it.
    pub roles: Vec<String>,
    /// The resource group that the resource is said to be in.
    pub resource_group: Option<String>,
    /// What was assumed, because nobody said it.
    pub assumed: Vec<String>,
    /// The state allows what the error says was refused.
    pub differs: bool,
    /// What was asked for is not said, and nothing tells what the action is on: it was asked for `*`.
    pub unnamed: bool,
    /// What was meant to deny it and does not, in words.
    pub toothless: Vec<String>,
    /// What of the policies counts for nothing since it is not of the grammar, in words.
    pub unusable: Vec<String>,
    /// What is attached to whoever asks and is not in the state, in words.
    pub unknown: Vec<String>,
    /// Who else has the policies that the proposals change, in words.
    pub shared: Vec<String>,
}

/// Asks a state for what a refusal says was asked.
///
/// # Errors
/// It is not known whom or what to ask for, in words.
pub fn reason(standing: &Standing, refusal: &Refusal, given: &Given) -> Result<Reasoned, String> {
    if refusal.ec.as_deref().is_some_and(|ec| ec.starts_with("0003-") && by(ec) == By::Nobody) {
        return Err("no policy decided it".to_owned());
    }
    let of_text = || known(refusal).and_then(|known| known.action).map(str::to_owned);
    let said = refusal.action.clone().filter(|_| refusal.is_sure());
    let action = said.or_else(|| given.action.clone()).or_else(|| refusal.action.clone()).or_else(of_text);
    let action = action.ok_or("which action was asked for is not said: name it with `--action`")?;
    let Asked { principal, mut assumed, mut keys, own_half_allows, role } = asked(standing, refusal, given, &action)?;
    if let Some(other) = given.action.as_ref().filter(|other| !other.eq_ignore_ascii_case(&action)) {
        assumed
            .push(format!("`--action {other}` counts for nothing here: the error says that `{action}` was asked for"));
    }
    for (key, values) in refusal.conditions.iter().chain(&given.keys) {
        keys.retain(|(known, _)| !known.eq_ignore_ascii_case(key));
        keys.push((key.clone(), values.clone()));
    }
    let said = refusal.resource.as_ref().filter(|said| refusal.is_sure() && !is_open(&action, said));
    if let (Some(said), Some(other)) = (said, given.resource.as_ref().filter(|other| Some(*other) != said)) {
        assumed.push(format!("`--resource {other}` counts for nothing here: the error says that it was `{said}`"));
    }
    let named = said.or(given.resource.as_ref()).or(refusal.resource.as_ref()).or(role.as_ref());
    let named = named.map(|named| {
        let (owned, of) = owned(standing, named, &principal);
        if let Some((masked, owner)) = of.filter(|(masked, _)| !matches!(&**masked, "" | "*")) {
            assumed.push(format!("whose the resource is, is not said (`{masked}`): account {owner} is taken for it"));
        }
        owned
    });
    let named = named.map(|named| match asked_of_bucket(&action, &named) {
        Some((bucket, prefix)) => {
            assumed.push(format!(
                "`{action}` is asked of the bucket: `{prefix}` behind its name is a prefix, and no object"
            ));
            if may_carry(&action, PREFIX) && !keys.iter().any(|(key, _)| key.eq_ignore_ascii_case(PREFIX)) {
                keys.push((PREFIX.to_owned(), vec![prefix.to_owned()]));
            }
            bucket.to_owned()
        }
        None => named,
    });
    let group = given.resource_group.as_deref();
    let ask = |resource: &str| {
        let mut keys = keys.clone();
        let service = passed_to(standing, &action, resource, &keys);
        keys.extend(service.map(|service| ("acs:Service".to_owned(), vec![service])));
        let answer = standing.authority.ask_in(&principal, &action, resource, &keys, group)?;
        Ok(if own_half_allows { with_own_half(answer) } else { answer })
    };
    let mut unnamed = false;
    let resource = named.unwrap_or_else(|| {
        let about = unsaid(standing, refusal, (&principal, &action), &ask);
        assumed.extend(about.assumed);
        unnamed = about.unknown;
        about.resource
    });
    if is_kept_in(&action, &resource) {
        let key = format!("the object's key is not said, and `{action}` is never asked of a bucket");
        return Err(format!("{key}: name it with `--resource {}`", word(&format!("{resource}/KEY"))));
    }
    if let Some(service) = passed_to(standing, &action, &resource, &keys) {
        assumed.push(format!(
            "the role trusts `{service}` alone: taken as the service that it is passed to, `acs:Service`"
        ));
    }
    let answer = ask(&resource).map_err(|error| told(&error))?;
    let question = answer.question;
    let layers = question.layers.as_layers();
    let explanation = explain(&layers, &question.request);
    let mut near = near_misses(&explanation);
    let mut remedies = would_allow(&layers, &question.request, &tried_actions(&layers, &question.request));
    if unnamed {
        near.retain(|miss| miss.kind != NearKind::NoSingleResource);
        remedies::without_grants(&mut remedies);
    }
    let allowed = answer.decision.verdict == Verdict::Allow;
    let silent = answer.decision.verdict == Verdict::ImplicitDeny && group.is_none();
    let scoped = if silent { scoped(standing, &principal, (&action, &resource, &keys)) } else { Vec::new() };
    let roles = if allowed { Vec::new() } else { roles(standing, &principal, &action, &resource, &keys) };
    let toothless = if allowed { toothless(standing, &principal, &explanation) } else { Vec::new() };
    let unusable = unusable(standing, &question);
    let unknown = unknown(standing, &principal);
    let shared = shared(standing, &principal, &remedies);
    Ok(Reasoned {
        principal,
        explanation,
        near,
        remedies,
        scoped,
        roles,
        resource_group: given.resource_group.clone(),
        assumed,
        differs: allowed,
        unnamed,
        toothless,
        unusable,
        unknown,
        shared,
        question,
    })
}

/// The same with what the error itself says: that the caller's own policies allow it.
fn with_own_half(mut answer: Decided) -> Decided {
    const ALL: &str = r#"{"Version":"1","Statement":[{"Effect":"Allow","Action":"sts:AssumeRole","Resource":"*"}]}"#;
    if let Ok(document) = Document::parse(DocumentKind::Identity, ALL) {
        let named = PolicyRef::named("what the caller's own account allows");
        answer.question.layers.identity = PolicySet::compile([(named, Arc::new(document))]);
        answer.decision = answer.question.decide();
    }
    answer
}

/// The prefix that a listing is limited to.
const PREFIX: &str = "oss:Prefix";

/// The service that a role is passed to, where the role's trust policy leaves one alone and nobody says another.
fn passed_to(standing: &Standing, action: &str, resource: &str, keys: &Keys) -> Option<String> {
    let role = resource.splitn(5, ':').nth(4)?.strip_prefix("role/")?;
    let said = keys.iter().any(|(key, _)| key.eq_ignore_ascii_case("acs:Service"));
    if said || !action.eq_ignore_ascii_case("ram:PassRole") {
        return None;
    }
    let mut roles = standing.kept.state.accounts.values().flat_map(|account| &account.roles);
    let (_, role) = roles.find(|(name, _)| name.eq_ignore_ascii_case(role))?;
    let document = Document::stored(DocumentKind::Trust, &role.trust.pretty()).ok()?;
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

fn told(error: &NotAsked) -> String {
    match error {
        NotAsked::Nobody { kind, name, .. } => {
            let who = word(&format!("{kind}/{name}"));
            format!("{error}: gather it with `acslab import --how {who}`, or name somebody with `--as`")
        }
        other => other.to_string(),
    }
}

/// May what an error says of a resource be said closer: of a bucket where an object is asked for, of all of a kind?
fn is_open(action: &str, said: &str) -> bool {
    said.contains('*') || is_kept_in(action, said) || said.starts_with("acs:oss:") && !said.contains('/')
}

/// The resource; one whose account is open, or masked, belongs to the state's: with what stood for it.
fn owned(standing: &Standing, named: &str, principal: &str) -> (String, Option<(String, String)>) {
    let mut fields: Vec<&str> = named.splitn(5, ':').collect();
    if let [_, service, _, account, id] = fields.as_mut_slice()
        && !(account.len() > 8 && account.bytes().all(|byte| byte.is_ascii_digit()))
    {
        let bucket = id.split('/').next().unwrap_or(id);
        let owner =
            standing.kept.state.accounts.values().find(|one| *service == "oss" && one.buckets.contains_key(bucket));
        let own = principal.split(':').nth(3).unwrap_or_default();
        let owner = owner.map_or(own, |one| one.account_id.as_str());
        if !owner.is_empty() {
            let owned = named.replacen(&format!(":{account}:{id}"), &format!(":{owner}:{id}"), 1);
            return (owned, Some(((*account).to_owned(), owner.to_owned())));
        }
    }
    (named.to_owned(), None)
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
