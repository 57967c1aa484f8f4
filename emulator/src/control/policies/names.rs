//! `GET policies/names?of=action&prefix=oss:Get`: the names that somebody who writes may mean, and what is known of each.

use std::collections::BTreeMap;

use acslab_policy::catalogue::{Catalogue, KeyClass, Presence, Service};
use serde_json::{Value, json};

use crate::catalogue::{self, Purpose};
use crate::gateway::{Gateway, HttpRequest};

/// Names that are told at most.
const MOST: usize = 100;

/// The names of a kind that begin with something, letter case aside.
pub(super) fn names(gateway: &Gateway, request: &HttpRequest) -> Result<Value, String> {
    let text = |name: &str| request.query.get(name).unwrap_or_default();
    let (prefix, action) = (text("prefix"), text("action"));
    let begins = |name: &str| name.get(..prefix.len()).is_some_and(|start| start.eq_ignore_ascii_case(prefix));
    let known = Catalogue::published();
    let mut found: Vec<Value> = match text("of") {
        "action" => match prefix.split_once(':') {
            None => {
                services(known).filter(|(code, _)| begins(code)).map(|(code, title)| service(code, title)).collect()
            }
            Some((code, _)) => actions(gateway, known, code)
                .into_iter()
                .filter(|(name, _)| begins(name))
                .map(|(_, told)| told)
                .collect(),
        },
        "resource" => {
            resources(known, action).into_iter().filter(|arn| begins(arn)).map(|arn| json!({"name": arn})).collect()
        }
        "key" => {
            keys(known, action, prefix).into_iter().filter(|(name, _)| begins(name)).map(|(_, told)| told).collect()
        }
        "system-policy" => {
            let system = gateway.cloud().system_policies();
            let mut names: Vec<_> =
                system.iter().filter(|policy| begins(&policy.name)).map(|policy| policy.name.clone()).collect();
            names.sort_unstable();
            names.into_iter().map(|name| json!({"name": name})).collect()
        }
        other => return Err(format!("`of={other}` is not action, resource, key or system-policy")),
    };
    let count = found.len();
    found.truncate(MOST);
    Ok(json!({"names": found, "count": count}))
}

/// The codes of all services with their titles, where those are known.
fn services(known: &'static Catalogue) -> impl Iterator<Item = (&'static str, Option<&'static str>)> {
    let mut codes: Vec<_> = known.all_codes().collect();
    codes.sort_unstable();
    codes.dedup();
    codes.into_iter().map(|code| (code, known.service(code).map(Service::title)))
}

fn service(code: &str, title: Option<&str>) -> Value {
    json!({"name": format!("{code}:"), "title": title})
}

/// Operations that are told of an action at most.
const OPERATIONS: usize = 8;

/// The actions of a service: those that are published as actions, and those of published operations.
fn actions(gateway: &Gateway, known: &'static Catalogue, code: &str) -> Vec<(String, Value)> {
    let service = known.service(code);
    let title = service.map(Service::title);
    let mut all: BTreeMap<String, Value> = BTreeMap::new();
    for name in catalogue::actions(code) {
        let told = json!({"name": name, "title": title, "known": "operation", "resources": [], "escalates": false});
        all.insert(name, told);
    }
    for action in service.into_iter().flat_map(Service::actions) {
        let name = format!("{}:{}", service.map_or("", Service::code), action.name());
        let resources: Vec<String> = action.resources().arns().iter().map(ToString::to_string).collect();
        let told = json!({
            "name": name,
            "title": title,
            "known": "published",
            "resources": resources,
            "any_resource": action.resources().has_all(),
            "escalates": action.escalates(),
        });
        all.insert(name, told);
    }
    let mut purposes = catalogue::purposes(code);
    // And those that are acslab's own, of products that the catalogue does not have so.
    for operation in gateway.registry().iter().filter(|operation| operation.is_performed()) {
        for action in operation.access.checks().iter().flat_map(|check| check.actions.iter()) {
            if all.contains_key(action) {
                purposes.entry(action.to_ascii_lowercase()).or_default().operations.push(operation.full_name());
            }
        }
    }
    for (name, told) in &mut all {
        if let Some(purpose) = purposes.remove(&name.to_ascii_lowercase()) {
            tell(told, name, purpose);
        }
    }
    all.into_iter().collect()
}

/// What an action is for: the operations that ask for it, that of its name first, what they do, and by which source it is known.
fn tell(told: &mut Value, name: &str, mut purpose: Purpose) {
    // That of its own name in the product of its code, then others of its name.
    let (code, own) = name.split_once(':').unwrap_or_default();
    let order = |operation: &String| {
        let (product, called) = operation.split_once('.').unwrap_or_default();
        (!called.eq_ignore_ascii_case(own), !product.eq_ignore_ascii_case(code), operation.clone())
    };
    purpose.operations.sort_unstable_by_key(order);
    purpose.operations.dedup();
    told["more_operations"] = json!(purpose.operations.len().saturating_sub(OPERATIONS));
    purpose.operations.truncate(OPERATIONS);
    told["operations"] = json!(purpose.operations);
    told["does"] = json!(purpose.does);
    told["access"] = json!(purpose.access.as_ref().map(|(access, _)| access));
    told["access_by_name"] = json!(purpose.access.is_some_and(|(_, by_name)| by_name));
    told["source"] = json!(purpose.source);
}

/// The forms of the resources that an action acts on.
fn resources(known: &'static Catalogue, action: &str) -> Vec<String> {
    let found = action.split_once(':').and_then(|(code, name)| known.service(code)?.action(name));
    let mut forms = vec!["*".to_owned()];
    forms.extend(
        found
            .into_iter()
            .flat_map(|action| action.resources().arns())
            .filter(|arn| !arn.is_rare())
            .map(ToString::to_string),
    );
    forms
}

/// The condition keys of every service, and those of the one that an action or the beginning of the key names.
fn keys(known: &'static Catalogue, action: &str, prefix: &str) -> Vec<(&'static str, Value)> {
    let of_action = action.split_once(':').map_or("", |(code, _)| code);
    let of_prefix = prefix.split_once(':').map_or("", |(code, _)| code);
    let mut names = known.keys_like("acs:");
    for code in [of_action, of_prefix] {
        if !code.is_empty() && !code.eq_ignore_ascii_case("acs") {
            names.extend(known.keys_like(&format!("{code}:")));
        }
    }
    names.sort_unstable();
    names.dedup();
    let told = |name: &'static str| {
        let (class, presence) = known.key(name)?;
        let class = match class {
            KeyClass::String => "string",
            KeyClass::Number => "number",
            KeyClass::Date => "date",
            KeyClass::Bool => "bool",
            KeyClass::Ip => "ip",
        };
        let presence = match presence {
            Presence::Always => "always",
            Presence::Depends => "depends",
            Presence::Unreliable => "unreliable",
        };
        Some((name, json!({"name": name, "class": class, "presence": presence})))
    };
    names.into_iter().filter_map(told).collect()
}
