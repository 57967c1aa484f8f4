//! A Deny that no longer denies a request, and still denies as much else as it can.

use serde_json::{Map, Value, json};

use super::NewlyAllowed;
use super::edit::{append, covers, is_plain, statement_of, texts};
use super::key::is_given;
use crate::action::Action;
use crate::catalogue::{Catalogue, fits};
use crate::document::{Document, Resources, Statement};
use crate::kind::DocumentKind;
use crate::principal::Principal;
use crate::request::Request;

/// More names than anybody reads stand in the place of no pattern.
const MOST_NAMED: usize = 24;

/// What stands in the place of a Deny, a statement or a list of them, and what they no longer deny besides the request, in patterns of
/// the Deny.
type Narrowed = (Value, Vec<NewlyAllowed>);

/// The ways to have a Deny not deny a request: without the one entry, with the action among those excepted, with the other actions of a
/// pattern in its place; without the caller among those who are named, or with the caller excepted, in a statement of its own for what
/// is asked where the Deny is on more; with the request's value among those that it lets through; without the pattern that covers the
/// resource.
pub(super) fn narrowed_deny(document: &Document, statement: u32, request: &Request, known: &[Action]) -> Vec<Narrowed> {
    let Some(before) = statement_of(document, statement) else { return Vec::new() };
    let Some(typed) = document.statements().get(statement as usize) else { return Vec::new() };
    let (action, resource) = (request.action().as_str(), request.resource().as_str());
    // The key is none of a bucket policy's: there it is missing, and the statement would deny nobody.
    let by_caller = document.kind() != DocumentKind::Bucket;
    let (actions, resources) = (covered(&before, "Action"), covered(&before, "Resource"));
    let part = Part::of(&before, typed, document.kind(), request);
    let (its_actions, its_resources) = (covered(&part.asked, "Action"), covered(&part.asked, "Resource"));
    let (this_action, this_resource) = (vec![action.to_owned()], vec![resource.to_owned()]);
    let apart = |changed: Option<Value>| changed.map(|changed| part.beside(changed));
    let ways = [
        (without(&before, "Action", action), &this_action, &resources),
        (without(&before, "Resource", resource), &actions, &this_resource),
        (excepted(&before, action), &this_action, &resources),
        (spelt_out(&before, action, known), &this_action, &resources),
        (apart(unnamed(&part.asked, request)), &its_actions, &its_resources),
        (apart(caller_excepted(&part.asked, request).filter(|_| by_caller)), &its_actions, &its_resources),
        (apart(let_through(&part.asked, typed, request)), &its_actions, &its_resources),
        // A Deny on a condition guards all that it is on: without one of its patterns the guard would be gone for whatever that covers.
        (part.on_others(&before).filter(|_| typed.clauses().is_empty()), &actions, &its_resources),
    ];
    let asked = |other: &NewlyAllowed| other.action.eq_ignore_ascii_case(action) && other.resource == resource;
    let lifted = |(statement, actions, resources): (Option<Value>, &Vec<String>, &Vec<String>)| {
        let all = actions.iter().flat_map(|action| resources.iter().map(move |resource| covers(action, resource)));
        Some((statement?, all.filter(|other| !asked(other)).collect()))
    };
    ways.into_iter().filter_map(lifted).collect()
}

/// A statement cut into what covers the request, and the rest.
struct Part {
    /// The patterns that cover the request, of actions and of resources, and no others.
    asked: Value,
    /// The others: those of other actions, and those actions on other resources.
    rest: Vec<Value>,
    other_resources: Vec<String>,
}

impl Part {
    fn of(before: &Value, typed: &Statement, kind: DocumentKind, request: &Request) -> Self {
        let owned = |patterns: Vec<&str>| patterns.into_iter().map(str::to_owned).collect::<Vec<_>>();
        let of_action = |pattern: &String| fits(pattern, request.action().as_str());
        let (actions, other_actions) = owned(texts(before.get("Action"))).into_iter().partition::<Vec<_>, _>(of_action);
        let (mut resources, mut other_resources) = (Vec::new(), Vec::new());
        if let Resources::Resource(patterns) = typed.resources() {
            for pattern in patterns {
                let list =
                    if pattern.value.test(request.resource()).is_ok() { &mut resources } else { &mut other_resources };
                list.push(pattern.value.as_str().to_owned());
            }
        }
        let with = |element: &str, patterns: &[String], statement: &Value| {
            let mut statement = statement.clone();
            // A pattern that stood alone stands alone again.
            let value = if let [single] = patterns { json!(single) } else { json!(patterns) };
            if let Some(place) = statement.get_mut(element) {
                *place = value;
            }
            statement
        };
        let (mut asked, mut rest) = (before.clone(), Vec::new());
        // Whoever is let through a Deny on everything is let through for everything: all but what is asked stays denied.
        let everything = actions.iter().any(|pattern| pattern == "*");
        if everything && takes_not_action(kind) {
            asked = with("Action", &[request.action().as_str().to_owned()], before);
            rest.extend(all_but(before, request.action().as_str()));
        } else if !actions.is_empty() && !other_actions.is_empty() {
            rest.push(with("Action", &other_actions, before));
            asked = with("Action", &actions, &asked);
        }
        if !resources.is_empty() && !other_resources.is_empty() {
            rest.push(with("Resource", &other_resources, &asked));
            asked = with("Resource", &resources, &asked);
        }
        // An id is one statement's.
        for statement in &mut rest {
            statement.as_object_mut().map(|members| members.remove("Sid"));
        }
        Self { asked, rest, other_resources }
    }

    /// The changed part with the rest behind it.
    fn beside(&self, changed: Value) -> Value {
        if self.rest.is_empty() {
            return changed;
        }
        Value::Array(std::iter::once(changed).chain(self.rest.iter().cloned()).collect())
    }

    /// The whole statement on its other resources alone, if it has some.
    fn on_others(&self, before: &Value) -> Option<Value> {
        let mut statement = before.clone();
        *statement.get_mut("Resource")? = json!(self.other_resources);
        (!self.other_resources.is_empty()).then_some(statement)
    }
}

/// A statement on everything, on all but one action.
fn all_but(before: &Value, action: &str) -> Option<Value> {
    let members = before.as_object()?.iter();
    let renamed = |(name, value): (&String, &Value)| match name.as_str() {
        "Action" => ("NotAction".to_owned(), json!(action)),
        _ => (name.clone(), value.clone()),
    };
    Some(Value::Object(members.map(renamed).collect()))
}

/// Has the grammar of a document the element `NotAction`?
const fn takes_not_action(kind: DocumentKind) -> bool {
    !matches!(kind, DocumentKind::Trust | DocumentKind::Bucket)
}

/// The statement with the request's value among those that a negated condition lists: an address more that may, a VPC more.
fn let_through(statement: &Value, typed: &Statement, request: &Request) -> Option<Value> {
    typed.clauses().iter().find_map(|clause| {
        let (operator, key) = (clause.operator().to_string(), clause.key().as_str());
        let listable =
            ["StringNotEquals", "StringNotEqualsIgnoreCase", "StringNotLike", "NumericNotEquals", "NotIpAddress"];
        let [value] = request.context().values(clause.key()) else { return None };
        let value = value.as_str().to_owned();
        if !listable.contains(&operator.as_str()) || is_given(key) || !is_plain(&value) {
            return None;
        }
        let mut statement = statement.clone();
        append(statement.get_mut("Condition")?.get_mut(&operator)?.get_mut(key)?, &value);
        Some(statement)
    })
}

/// The patterns of an element; of its negation in words; of none everything.
fn covered(statement: &Value, element: &str) -> Vec<String> {
    let but = format!("Not{element}");
    match (texts(statement.get(element)), texts(statement.get(&but))) {
        (patterns, _) if !patterns.is_empty() => patterns.into_iter().map(str::to_owned).collect(),
        (_, excepted) if !excepted.is_empty() => vec![format!("all but {}", excepted.join(", "))],
        _ => vec!["*".to_owned()],
    }
}

/// A statement whose list no longer names one entry, if it names it literally and others remain.
fn without(statement: &Value, element: &str, entry: &str) -> Option<Value> {
    let mut statement = statement.clone();
    let list = statement.get_mut(element)?.as_array_mut()?;
    let before = list.len();
    list.retain(|item| !item.as_str().is_some_and(|item| item.eq_ignore_ascii_case(entry)));
    (list.len() < before && !list.is_empty()).then_some(statement)
}

fn excepted(statement: &Value, action: &str) -> Option<Value> {
    let mut statement = statement.clone();
    append(statement.get_mut("NotAction")?, action);
    Some(statement)
}

/// All actions of each pattern that covers the action, but for the action, in the pattern's place. None if the pattern goes over
/// several services, or nobody has published what the service has.
fn spelt_out(statement: &Value, action: &str, known: &[Action]) -> Option<Value> {
    let mut statement = statement.clone();
    let mut names: Vec<String> = Vec::new();
    for pattern in texts(statement.get("Action")) {
        let others = if fits(pattern, action) { of_service(pattern, known)? } else { vec![pattern.to_owned()] };
        for name in others.into_iter().filter(|name| !name.eq_ignore_ascii_case(action)) {
            if !names.iter().any(|other| other.eq_ignore_ascii_case(&name)) {
                names.push(name);
            }
        }
    }
    if names.is_empty() || names.len() > MOST_NAMED {
        return None;
    }
    *statement.get_mut("Action")? = json!(names);
    Some(statement)
}

/// The actions that a pattern covers: what is published of its service, and what is known besides.
fn of_service(pattern: &str, known: &[Action]) -> Option<Vec<String>> {
    let (code, _) = pattern.split_once(':')?;
    let published = Catalogue::published().service(code).filter(|service| !service.actions().is_empty())?;
    let published = published.actions().iter().map(|action| format!("{code}:{}", action.name()));
    let mut all: Vec<String> = published.chain(known.iter().map(|action| action.as_str().to_owned())).collect();
    all.retain(|name| fits(pattern, name));
    all.sort();
    Some(all)
}

/// A statement of a bucket policy that no longer names the caller, if it does so literally and names others.
fn unnamed(statement: &Value, request: &Request) -> Option<Value> {
    let session = |account: &str, role: &str, session: &str| {
        format!("arn:sts::{account}:assumed-role/{}/{session}", role.to_ascii_lowercase())
    };
    let own = match request.principal() {
        Principal::Account { account } => vec![account.to_string()],
        Principal::RamUser { user_id, .. } => vec![user_id.to_string()],
        Principal::RoleSession { account, role, session: name, .. } => {
            vec![session(account, role, "*"), session(account, role, name)]
        }
        _ => return None,
    };
    let mut statement = statement.clone();
    let named = statement.get_mut("Principal")?.as_array_mut()?;
    let before = named.len();
    named.retain(|entry| !entry.as_str().is_some_and(|entry| own.iter().any(|name| name == entry)));
    (named.len() < before && !named.is_empty()).then_some(statement)
}

/// The statement for everybody but the caller, as `acs:PrincipalARN` names it.
fn caller_excepted(statement: &Value, request: &Request) -> Option<Value> {
    let arn = request.principal().arn_key()?;
    let mut statement = statement.clone();
    let members = statement.as_object_mut()?;
    let conditions = members.entry("Condition").or_insert_with(|| Value::Object(Map::new())).as_object_mut()?;
    let keys = conditions.entry("StringNotEquals").or_insert_with(|| Value::Object(Map::new())).as_object_mut()?;
    match keys.get_mut("acs:PrincipalARN") {
        Some(values) => append(values, &arn),
        None => {
            keys.insert("acs:PrincipalARN".to_owned(), json!([arn]));
        }
    }
    Some(statement)
}
