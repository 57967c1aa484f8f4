//! Whose token or assertion was to assume a role.

use acslab_emulator::Keys;
use acslab_policy::{Document, DocumentKind, Effect, PrincipalPattern, Principals};

use super::reason::Given;
use super::refusal::Refusal;
use super::whom::Asked;
use crate::import::Standing;

/// GitHub's workflows have tokens of this one.
const GITHUB: &str = "token.actions.githubusercontent.com";

/// A role that names an identity provider.
struct Trusting {
    arn: String,
    name: String,
    trust: Document,
}

/// The identity provider that asks: the one that the error names, else the one of the role's trust policy, with what that says of tokens
/// but for their subject.
///
/// # Errors
/// It is not known, in words.
pub(super) fn provider(
    standing: &Standing,
    refusal: &Refusal,
    given: &Given,
    asked: &mut Asked,
) -> Result<String, String> {
    let role = role(standing, refusal, given, asked)?;
    let told = refusal.caller.name.as_deref().and_then(|name| told(name, refusal, &role.arn));
    let allows = role.trust.statements().iter().filter(|statement| statement.effect() == Effect::Allow);
    let named = allows.filter_map(|statement| {
        let provider = providers(statement.principals()).find(|arn| told.as_ref().is_none_or(|told| told == arn))?;
        Some((statement, provider))
    });
    let Some((statement, provider)) = named.into_iter().next() else {
        let name = &role.name;
        return told.ok_or_else(|| {
            format!(
                "a token was to assume role `{name}`, whose trust policy names no identity provider: it has to name one as `Federated`, or `--as` names the one that issued the token"
            )
        });
    };
    let what = if told.is_some() { "which the error names" } else { "which the trust policy of the role names" };
    asked.assumed.push(format!(
        "a token of `{provider}` asks for role `{}`, {what}: no policy of a user or a role has a say in it",
        role.name
    ));
    for key in ["oidc:iss", "oidc:aud", "saml:recipient"] {
        let clause = statement.clauses().iter().find(|clause| clause.key().as_str().eq_ignore_ascii_case(key));
        let value = clause.and_then(|clause| clause.operands().first()).map(|operand| operand.as_str().to_owned());
        if let Some(value) = value.filter(|_| !says(&given.keys, key)) {
            asked
                .assumed
                .push(format!("`{key}` of the token is not said: `{value}` is taken, as the trust policy has it"));
            asked.keys.push((key.to_owned(), vec![value]));
        }
    }
    if provider.contains(":oidc-provider/") && !says(&given.keys, "oidc:sub") && !says(&refusal.conditions, "oidc:sub")
    {
        let github =
            asked.keys.iter().any(|(key, values)| key == "oidc:iss" && values.iter().any(|iss| iss.contains(GITHUB)));
        let subject = if github {
            "`--context oidc:sub=repo:OWNER/NAME:ref:refs/heads/BRANCH` says whose workflow it is"
        } else {
            "`--context oidc:sub=SUBJECT` says it, of a pod `system:serviceaccount:NAMESPACE:ACCOUNT`"
        };
        asked.assumed.push(format!("the token's subject is not said: {subject}"));
    }
    Ok(provider)
}

/// The role that was to be assumed. Where nobody says it, the only one of the state that trusts an identity provider.
fn role(standing: &Standing, refusal: &Refusal, given: &Given, asked: &mut Asked) -> Result<Trusting, String> {
    let said = given.resource.as_deref().or(refusal.resource.as_deref());
    let said = said.and_then(|arn| arn.splitn(5, ':').nth(4)?.strip_prefix("role/")).filter(|name| !name.contains('*'));
    let accounts = standing.kept.state.accounts.values();
    let all =
        accounts.flat_map(|account| account.roles.iter().map(|(name, role)| (account.account_id.as_str(), name, role)));
    let roles = all.filter_map(|(account, name, role)| {
        let trust = Document::stored(DocumentKind::Trust, &role.trust.pretty()).ok()?;
        Some(Trusting { arn: format!("acs:ram:*:{account}:role/{name}"), name: name.clone(), trust })
    });
    if let Some(said) = said {
        let found = roles.into_iter().find(|role| role.name.eq_ignore_ascii_case(said));
        return found.ok_or_else(|| {
            format!("a token was to assume role `{said}`, which is not in the state: `aliyun ram GetRole` tells its trust policy")
        });
    }
    let trusts =
        |role: &Trusting| role.trust.statements().iter().any(|one| providers(one.principals()).next().is_some());
    let mut trusting: Vec<Trusting> = roles.filter(trusts).collect();
    let several = trusting.len() > 1;
    match trusting.pop() {
        Some(only) if !several => {
            asked.assumed.push(format!(
                "which role was to be assumed is not said; `{}` is the only one that trusts an identity provider, and taken for it",
                only.arn
            ));
            asked.role = Some(only.arn.clone());
            Ok(only)
        }
        Some(_) => Err("which role a token was to assume is not said, and the state has several that trust an identity provider: name it with `--resource`".to_owned()),
        None => Err("a token was to assume a role, and none of the state trusts an identity provider: `aliyun ram GetRole` tells a role's trust policy".to_owned()),
    }
}

/// The provider that an error names: `acs:ram::1:saml-provider/Azure`, or what stands behind the account.
fn told(name: &str, refusal: &Refusal, role: &str) -> Option<String> {
    let id = name.rsplit(':').next()?;
    let known = ["saml-provider/", "oidc-provider/"].iter().any(|kind| id.starts_with(kind));
    let account = refusal.caller.owner.as_deref().or_else(|| role.split(':').nth(3))?;
    known.then(|| if name == id { format!("acs:ram::{account}:{id}") } else { name.to_owned() })
}

fn providers(principals: &Principals) -> impl Iterator<Item = String> {
    let entries = match principals {
        Principals::Principal(entries) => &**entries,
        Principals::Unstated => &[],
    };
    entries.iter().filter_map(|entry| match &entry.value {
        PrincipalPattern::Provider(arn) => Some(arn.to_string()),
        _ => None,
    })
}

fn says(keys: &Keys, key: &str) -> bool {
    keys.iter().any(|(known, _)| known.eq_ignore_ascii_case(key))
}
