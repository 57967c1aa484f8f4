//! The operation and parameters that ask for an action on a resource.

use std::borrow::Cow;

use acslab_emulator::{Check, Form, Need, Operation, Parameter};
use acslab_policy::catalogue::Catalogue;
use serde_json::{Value, json};

use crate::catalogue;

/// A call that asks for an action.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Asking {
    /// `Oss.GetObject`
    pub(super) operation: String,
    /// Its parameters.
    pub(super) parameters: Vec<(String, String)>,
}

/// What settled a refusal.
pub(super) struct Settled<'a> {
    /// Who asked, by ARN.
    pub(super) caller: &'a str,
    /// For which action.
    pub(super) action: &'a str,
    /// On which resource.
    pub(super) resource: &'a str,
    /// The verdict, as decisions write it.
    pub(super) verdict: &'a str,
    /// The layer, as decisions write it.
    pub(super) layer: &'a str,
}

/// The refusal that a step has to meet. OSS tells details only where RAM was asked, of people of the bucket's own account, and not of what
/// a bucket policy denies: there its code and what was decided have to do.
pub(super) fn refusal(operation: &str, settled: &Settled<'_>) -> Value {
    let account = |arn: &str| arn.split(':').nth(3).filter(|account| account.len() == 16).map(str::to_owned);
    let (caller, owner) = (account(settled.caller), account(settled.resource));
    let foreign = caller.is_some() && owner.is_some() && caller != owner;
    // Nobody is asked about who signs nothing.
    let silent = settled.caller == "*"
        || settled.layer == "Resource"
        || foreign && !["Session", "Control"].contains(&settled.layer);
    if operation.starts_with("Oss.") && silent {
        return json!({"error": "AccessDenied", "status": 403, "decided": [format!("denied {}", settled.action)]});
    }
    // Simple Log Service refuses in words of its own.
    if operation.starts_with("Sls.") {
        return json!({"error": "Unauthorized", "status": 401, "decided": [format!("denied {}", settled.action)]});
    }
    json!({"denied": {"action": settled.action, "type": settled.verdict}})
}

/// A call that asks for an action on a resource first of all; none where no operation is known whose parameters could be told.
pub(super) fn asking(action: &str, resource: &str) -> Option<Asking> {
    let own: Vec<Asking> = catalogue::native().filter_map(|operation| of(operation, action, resource)).collect();
    // The one that is called as the action is; then the one with the fewest parameters.
    let name = action.split_once(':').map_or(action, |(_, name)| name);
    let order = |asking: &Asking| {
        let same = asking.operation.rsplit('.').next().is_some_and(|own| own.eq_ignore_ascii_case(name));
        (!same, asking.parameters.len(), asking.operation.clone())
    };
    own.into_iter().min_by_key(order).or_else(|| published(action, resource))
}

fn published(action: &str, resource: &str) -> Option<Asking> {
    let code = action.split(':').next()?;
    Catalogue::published().service(code)?;
    let products: Vec<String> = catalogue::products()
        .into_iter()
        .map(|product| product.name)
        .filter(|name| name.eq_ignore_ascii_case(code))
        .collect();
    if products.is_empty() {
        return None;
    }
    let found =
        catalogue::of_products(&products).filter_map(|operation: Cow<'_, Operation>| of(&operation, action, resource));
    found.min_by_key(|asking| (asking.parameters.len(), asking.operation.clone()))
}

fn of(operation: &Operation, action: &str, resource: &str) -> Option<Asking> {
    let check: &Check = operation.access.checks().first()?;
    if !check.actions.iter().any(|own| own.eq_ignore_ascii_case(action)) {
        return None;
    }
    let mut parameters = Vec::new();
    for (place, value) in filled(&check.resource, resource)? {
        match place {
            "account" | "region" | "*" | "owner" | "owner_region" | "caller" | "policy_owner" => {}
            "bucket" => parameters.push(("Bucket".to_owned(), value.to_owned())),
            "object" => parameters.push(("Key".to_owned(), value.to_owned())),
            "name" | "each" => return None,
            "role_account" | "role_name" => {
                if !parameters.iter().any(|(name, _)| name == "RoleArn") {
                    let arn = resource.replacen("acs:ram:*:", "acs:ram::", 1);
                    parameters.push(("RoleArn".to_owned(), arn));
                }
            }
            name => {
                let name = name.split('|').next().unwrap_or(name);
                parameters.push((name.to_owned(), value.to_owned()));
            }
        }
    }
    for name in catalogue::address_parameters(operation) {
        if !parameters.iter().any(|(given, _)| given == name) {
            // An address that the resource does not tell.
            return None;
        }
    }
    for parameter in operation.parameters.iter().filter(|parameter| matches!(parameter.need, Need::Required)) {
        if !parameters.iter().any(|(name, _)| **name == *parameter.name) {
            parameters.push((parameter.name.to_string(), sample(parameter)?));
        }
    }
    Some(Asking { operation: catalogue::full_name(operation), parameters })
}

/// A value that a parameter takes.
fn sample(parameter: &Parameter) -> Option<String> {
    Some(match &parameter.form {
        Form::Any | Form::Text(_) => "sample".to_owned(),
        Form::Name(..) => "sample".to_owned(),
        Form::OneOf(words) => (*words.first()?).to_owned(),
        Form::Word(words) => words.iter().next()?.to_owned(),
        Form::Boolean => "true".to_owned(),
        Form::Integer(least, _) => least.to_string(),
        Form::Own(_, sample) => (*sample).to_owned(),
        Form::Json(_) => return Some(parameter.sample().into_owned()),
        Form::Document(_) | Form::Shaped(_) | Form::Header(_) => return None,
    })
}

/// What stands in the places of a template for it to be a text; none if it cannot be.
fn filled<'t, 'r>(template: &'t str, text: &'r str) -> Option<Vec<(&'t str, &'r str)>> {
    let mut found = Vec::new();
    let (mut template, mut text) = (template, text);
    loop {
        let Some((literal, rest)) = template.split_once('{') else {
            return (template == text).then_some(found);
        };
        text = text.strip_prefix(literal)?;
        let (place, rest) = rest.split_once('}')?;
        let next = rest.split('{').next().unwrap_or_default();
        let end =
            if next.is_empty() { if rest.is_empty() { text.len() } else { return None } } else { text.find(next)? };
        let value = text.get(..end)?;
        if value.is_empty() {
            return None;
        }
        found.push((place, value));
        text = text.get(end..)?;
        template = rest;
    }
}

#[cfg(test)]
mod tests {
    use super::asking;

    #[test]
    fn operations_are_found_by_what_they_ask_for() {
        let found = |action: &str, resource: &str| {
            asking(action, resource).map(|asking| {
                let parameters: Vec<_> =
                    asking.parameters.iter().map(|(name, value)| format!("{name}={value}")).collect();
                format!("{} {}", asking.operation, parameters.join(" "))
            })
        };
        let expected = Some("Oss.GetObject Bucket=photos Key=a/b.jpg".to_owned());
        assert_eq!(found("oss:GetObject", "acs:oss:*:1234567890123456:photos/a/b.jpg"), expected);
        let expected = Some("Ram.GetRole RoleName=ops".to_owned());
        assert_eq!(found("ram:GetRole", "acs:ram:*:1234567890123456:role/ops"), expected);
        let assume = found("sts:AssumeRole", "acs:ram:*:1234567890123456:role/ops").unwrap_or_default();
        assert!(assume.starts_with("Sts.AssumeRole RoleArn=acs:ram::1234567890123456:role/ops"), "{assume}");
        assert_eq!(found("none:None", "*"), None);
    }
}
