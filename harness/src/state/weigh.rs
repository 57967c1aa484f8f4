//! What statements allow or deny that others do not: whole, in part, or not at all. Every combination of their patterns and conditions
//! is looked at, by one request for each.

use std::sync::Arc;

use acslab_policy::catalogue::patterns_meet;
use acslab_policy::{
    Action, Actions, Clause, Document, DocumentKind, Effect, Effort, Manner, Operand, Principal, Request, Resource,
    Statement, representatives_within,
};
use serde_json::{Map, Value, json};

use super::whom::ALL_BUT;

/// How often a part of a statement is looked at, for one holder; what is not taken apart is told whole, with what stands against it.
const MOST_PARTS: usize = 400;
/// The account of somebody who asks for what is nobody's.
const ACCOUNT: &str = "1234567890123456";

/// A statement of a policy that somebody holds.
#[derive(Clone, Debug)]
pub(super) struct Held {
    /// The policy, as the state names it.
    pub(super) policy: String,
    /// Which of its statements, from 1.
    pub(super) number: usize,
    /// The resource group for which it holds; none for the account.
    pub(super) group: Option<String>,
    /// Of whom alone it speaks; none for all that is looked at.
    pub(super) whom: Option<String>,
    /// As it is written, without a principal.
    written: Map<String, Value>,
    /// It alone.
    document: Arc<Document>,
    about_itself: bool,
}

impl Held {
    /// A statement as it stands in a document. None where it says nothing that can be read.
    pub(super) fn new(
        policy: &str,
        number: usize,
        group: Option<&str>,
        statement: &Map<String, Value>,
    ) -> Option<Self> {
        let mut written = statement.clone();
        written.retain(|name, _| !matches!(name.as_str(), "Principal" | "NotPrincipal" | "Sid"));
        let about_itself = !written.contains_key("Resource") && !written.contains_key("NotResource");
        if about_itself {
            written.insert("Resource".to_owned(), json!("*"));
        }
        let document = alone(&written)?;
        let group = group.map(str::to_owned);
        Some(Self { policy: policy.to_owned(), number, group, whom: None, written, document, about_itself })
    }

    /// The same, but it speaks of some alone.
    pub(super) fn of_some(self, whom: &str) -> Self {
        Self { whom: Some(whom.to_owned()), ..self }
    }

    /// Does it speak of all that is looked at?
    pub(super) fn is_whole(&self) -> bool {
        self.group.is_none() && self.whom.is_none()
    }

    /// All that it is, as a text.
    pub(super) fn in_full(&self) -> String {
        format!("{} {} {:?} {}\n", self.policy, self.number, self.group, json!(self.written))
    }

    /// Does it say the same?
    pub(super) fn says_what(&self, other: &Self) -> bool {
        self.written == other.written
    }

    pub(super) fn denies(&self) -> bool {
        self.statement().is_some_and(|statement| statement.effect() == Effect::Deny)
    }

    /// Has it no resource, as a trust policy, which is about its role?
    pub(super) fn is_about_itself(&self) -> bool {
        self.about_itself
    }

    fn statement(&self) -> Option<&Statement> {
        self.document.statements().first()
    }

    /// Does it count for a request?
    pub(super) fn fits(&self, request: &Request) -> bool {
        self.statement().is_some_and(|statement| statement.counts_for(request, self.document.dialect()))
    }

    /// Its actions, resources and conditions in words.
    pub(super) fn part(&self) -> Part {
        Part::of(&self.written, self.statement())
    }
}

fn alone(written: &Map<String, Value>) -> Option<Arc<Document>> {
    let text = json!({"Version": "1", "Statement": [written]}).to_string();
    Document::stored(DocumentKind::Identity, &text).ok().map(Arc::new)
}

/// Some actions on some resources under some conditions.
#[derive(Clone, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Part {
    /// `oss:Get*`; `all but ram:*` is one.
    pub(super) actions: Vec<String>,
    pub(super) resources: Vec<String>,
    /// `acs:SourceIp IpAddress 10.0.0.0/8`, as the statement has them.
    pub(super) conditions: Vec<String>,
}

impl Part {
    fn of(written: &Map<String, Value>, statement: Option<&Statement>) -> Self {
        let clauses = statement.into_iter().flat_map(Statement::clauses);
        Self {
            actions: patterns(written, "Action"),
            resources: patterns(written, "Resource"),
            conditions: clauses.map(condition).collect(),
        }
    }
}

/// The patterns of an element; those of its negation are one.
fn patterns(written: &Map<String, Value>, element: &str) -> Vec<String> {
    if let Some(value) = written.get(element) {
        return texts(value);
    }
    let not = written.get(&format!("Not{element}")).map(texts).unwrap_or_default();
    vec![format!("{ALL_BUT}{}", not.join(", "))]
}

/// The texts of a value, wherever they stand in it.
pub(super) fn texts(value: &Value) -> Vec<String> {
    match value {
        Value::String(text) => vec![text.clone()],
        Value::Array(items) => items.iter().flat_map(texts).collect(),
        Value::Object(members) => members.values().flat_map(texts).collect(),
        other => vec![other.to_string()],
    }
}

/// `acs:MFAPresent`, `not acs:SecureTransport`, `acs:SourceIp IpAddress 10.0.0.0/8|192.0.2.0/24`.
fn condition(clause: &Clause) -> String {
    let operator = clause.operator().to_string();
    let values: Vec<_> = clause.operands().iter().map(Operand::as_str).collect();
    let key = clause.key().as_str();
    match (operator.as_str(), values.as_slice()) {
        ("Bool", ["true"]) => key.to_owned(),
        ("Bool", ["false"]) => format!("not {key}"),
        (operator, values) => format!("{key} {operator} {}", values.join("|")),
    }
}

/// What is found of a request that a statement fits.
#[derive(Clone, Copy)]
pub(super) enum Class<'h> {
    /// It is decided otherwise now.
    Other,
    /// It is, but in a resource group this statement had settled it, or settles it still.
    OtherBut(&'h Held),
    /// It is decided as before, by this statement.
    Same(&'h Held),
    /// It does not count.
    Neither,
}

/// A part of a statement whose requests are decided otherwise, with the statements that stand against it for some of them.
#[derive(Clone, Debug)]
pub(super) struct Found<'h> {
    pub(super) part: Part,
    pub(super) but: Vec<&'h Held>,
}

/// Where it was not looked at all there is.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct Cuts {
    /// There were too many combinations to look at all of them.
    pub(super) combinations: bool,
    /// There were too many parts to take a statement apart.
    pub(super) parts: bool,
}

impl Cuts {
    pub(super) fn or(self, other: Self) -> Self {
        Self { combinations: self.combinations || other.combinations, parts: self.parts || other.parts }
    }
}

/// Looks at statements part by part.
pub(super) struct Scales<'h> {
    /// All statements that tell requests apart.
    beside: Vec<&'h Held>,
    effort: &'h Effort,
    left: usize,
    pub(super) cuts: Cuts,
}

/// How much of a part is decided otherwise.
struct Weight<'h> {
    other: bool,
    same: bool,
    but: Vec<&'h Held>,
}

impl<'h> Scales<'h> {
    /// `effort`: that of the whole comparison.
    pub(super) fn new(beside: impl Iterator<Item = &'h Held>, effort: &'h Effort) -> Self {
        Self { beside: beside.collect(), effort, left: MOST_PARTS, cuts: Cuts::default() }
    }

    /// The parts of a statement that are decided otherwise, as large as they can be told. Its requests are looked at once, or, where some are
    /// decided otherwise and some are not, once more, by which entries of its lists cover each.
    pub(super) fn parts(&mut self, of: &Held, class: &dyn Fn(&Request) -> Class<'h>) -> Vec<Found<'h>> {
        let whole = self.look(of, &Entries::default(), class);
        let Weight { other, same, .. } = Weight::of(&whole, Chosen::default());
        if !(other && same) {
            return joined(self.below(of, &Entries::default(), &whole, Chosen::default()));
        }
        let entries = Entries::of(&of.written);
        let looked = self.look(of, &entries, class);
        joined(self.below(of, &entries, &looked, Chosen::default()))
    }

    fn below(&mut self, of: &Held, entries: &Entries, looked: &[Looked<'h>], chosen: Chosen) -> Vec<Found<'h>> {
        let weight = Weight::of(looked, chosen);
        if !weight.other {
            return Vec::new();
        }
        if weight.same {
            let by_resource = |at| Chosen { resource: Some(at), ..chosen };
            let by_action = |at| Chosen { action: Some(at), ..chosen };
            let open: [(bool, usize, &dyn Fn(usize) -> Chosen); 2] = [
                (chosen.resource.is_none(), entries.resources.len(), &by_resource),
                (chosen.action.is_none(), entries.actions.len(), &by_action),
            ];
            if let Some((_, many, one)) = open.into_iter().find(|(open, many, _)| *open && *many > 1) {
                if let Some(left) = self.left.checked_sub(many) {
                    self.left = left;
                    return (0..many).flat_map(|at| self.below(of, entries, looked, one(at))).collect();
                }
                self.cuts.parts = true;
            }
        }
        let mut written = of.written.clone();
        for (element, list, at) in
            [("Resource", &entries.resources, chosen.resource), ("Action", &entries.actions, chosen.action)]
        {
            if let Some(entry) = at.and_then(|at| list.get(at)) {
                written.insert(element.to_owned(), json!([entry.written]));
            }
        }
        vec![Found { part: Part::of(&written, of.statement()), but: weight.but }]
    }

    /// Each way in which a request that a statement covers can be treated, with the entries that cover it.
    fn look(&mut self, of: &Held, entries: &Entries, class: &dyn Fn(&Request) -> Class<'h>) -> Vec<Looked<'h>> {
        let Some(statement) = of.statement() else { return Vec::new() };
        let touches = |held: &&Held| held.statement().is_some_and(|beside| touch(statement, beside));
        let beside = self.beside.iter().copied().filter(touches).map(|held| &*held.document);
        let apart = entries.actions.iter().chain(&entries.resources).map(|entry| &*entry.alone);
        let others: Vec<&Document> = beside.chain(apart).collect();
        let (found, complete) = representatives_within(&of.document, &others, &[], &Somebody, self.effort);
        self.cuts.combinations |= !complete;
        let mut looked = Vec::new();
        for one in found {
            let covering = |list: &[Entry], covers: &dyn Fn(&Statement) -> bool| -> Vec<usize> {
                let fits = |entry: &Entry| entry.alone.statements().first().is_some_and(covers);
                list.iter().enumerate().filter(|(_, entry)| fits(entry)).map(|(at, _)| at).collect()
            };
            let actions = covering(&entries.actions, &|alone| alone.actions().test(&one.action).is_ok());
            let resources = covering(&entries.resources, &|alone| alone.resources().test(&one.resource).is_ok());
            for context in &one.contexts {
                let request = request(&one.action, &one.resource, context);
                if statement.counts_for(&request, of.document.dialect()) {
                    let class = class(&request);
                    looked.push(Looked { actions: actions.clone(), resources: resources.clone(), class });
                }
            }
        }
        looked
    }
}

/// An entry of a list, and a statement that is on it alone.
struct Entry {
    written: Value,
    alone: Arc<Document>,
}

/// The lists of a statement, entry by entry.
#[derive(Default)]
struct Entries {
    actions: Vec<Entry>,
    resources: Vec<Entry>,
}

impl Entries {
    fn of(written: &Map<String, Value>) -> Self {
        let list = |element: &str, other: &str| -> Vec<Entry> {
            let Some(Value::Array(items)) = written.get(element) else { return Vec::new() };
            let entry = |item: &Value| {
                let statement = json!({"Effect": "Allow", element: [item], other: "*"});
                Some(Entry { written: item.clone(), alone: alone(statement.as_object()?)? })
            };
            items.iter().filter_map(entry).collect()
        };
        Self { actions: list("Action", "Resource"), resources: list("Resource", "Action") }
    }
}

/// A request that a statement covers: by which of its entries, and what is found of it.
struct Looked<'h> {
    actions: Vec<usize>,
    resources: Vec<usize>,
    class: Class<'h>,
}

/// The entries that a part is on alone; none for all of a list.
#[derive(Clone, Copy, Default)]
struct Chosen {
    action: Option<usize>,
    resource: Option<usize>,
}

impl<'h> Weight<'h> {
    /// That of a part.
    fn of(looked: &[Looked<'h>], chosen: Chosen) -> Self {
        let mut weight = Self { other: false, same: false, but: Vec::new() };
        let covers = |list: &[usize], at: Option<usize>| at.is_none_or(|at| list.contains(&at));
        let of_part =
            |one: &&Looked<'h>| covers(&one.actions, chosen.action) && covers(&one.resources, chosen.resource);
        for one in looked.iter().filter(of_part) {
            let (other, same, held) = match one.class {
                Class::Other => (true, false, None),
                Class::OtherBut(held) => (true, false, Some(held)),
                Class::Same(held) => (false, true, Some(held)),
                Class::Neither => (false, false, None),
            };
            weight.other |= other;
            weight.same |= same;
            let known = |held: &&Held| weight.but.iter().any(|known| std::ptr::eq(*known, *held));
            let new = held.filter(|held| !known(held));
            weight.but.extend(new);
        }
        weight
    }
}

/// Is there an action that both speak of?
fn touch(one: &Statement, other: &Statement) -> bool {
    match (one.actions(), other.actions()) {
        (Actions::Action(one), Actions::Action(other)) => one
            .iter()
            .any(|pattern| other.iter().any(|other| patterns_meet(pattern.value.as_str(), other.value.as_str()))),
        _ => true,
    }
}

/// Whoever holds the statements, whose requests carry whatever a condition asks about.
struct Somebody;

impl Manner for Somebody {
    fn plain(&self, action: &Action, resource: &Resource) -> Request {
        let account = resource.owner().unwrap_or(ACCOUNT);
        Request::of(Principal::ram_user(account, "", "somebody"), action.clone(), resource.clone())
    }

    fn may_carry(&self, _: &str, _: Option<&str>) -> bool {
        true
    }

    fn varies(&self, _: &str) -> bool {
        true
    }
}

fn request(action: &Action, resource: &Resource, context: &[(String, String)]) -> Request {
    let mut request = Somebody.plain(action, resource);
    for (key, value) in context {
        request.set(key, value.as_str());
    }
    request
}

/// Parts that differ in their actions alone, or in their resources alone, are one.
fn joined(found: Vec<Found<'_>>) -> Vec<Found<'_>> {
    let by_actions = fold(found, |one| &mut one.part.actions);
    fold(by_actions, |one| &mut one.part.resources)
}

fn fold<'h>(found: Vec<Found<'h>>, list: impl for<'f> Fn(&'f mut Found<'h>) -> &'f mut Vec<String>) -> Vec<Found<'h>> {
    let mut all: Vec<Found<'h>> = Vec::new();
    for mut one in found {
        let own = std::mem::take(list(&mut one));
        let place = all.iter_mut().position(|known| {
            let listed = std::mem::take(list(known));
            let same = known.part == one.part
                && known.but.len() == one.but.len()
                && known.but.iter().zip(&one.but).all(|(a, b)| std::ptr::eq(*a, *b));
            *list(known) = listed;
            same
        });
        if let Some(known) = place.and_then(|at| all.get_mut(at)) {
            list(known).extend(own);
        } else {
            *list(&mut one) = own;
            all.push(one);
        }
    }
    all
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::{Class, Effort, Held, MOST_PARTS, Scales};

    /// What is too much to be taken apart is told whole, and that it is.
    #[test]
    fn no_more_parts_are_looked_at_than_there_may_be() {
        for (resources, taken_apart) in [(10, true), (30, false)] {
            let made = |name: &str, number: usize| (0..number).map(|one| format!("{name}{one}")).collect::<Vec<_>>();
            let statement = json!({"Effect": "Allow", "Action": made("oss:Made", 20),
                "Resource": made("acs:oss:*:*:bucket", resources)});
            let held = Held::new("P", 1, None, statement.as_object().unwrap()).unwrap();
            let apart = json!({"Effect": "Allow", "Action": "oss:Made1", "Resource": "*"});
            let apart = Held::new("Q", 1, None, apart.as_object().unwrap()).unwrap();
            let effort = Effort::of_one();
            let mut scales = Scales::new([&held, &apart].into_iter(), &effort);
            let class = |request: &super::Request| {
                if apart.fits(request) { Class::Other } else { Class::Same(&held) }
            };
            let found = scales.parts(&held, &class);
            let mut told: Vec<usize> = found.iter().map(|one| one.part.actions.len()).collect();
            told.sort_unstable();
            assert_eq!((told, scales.cuts.parts), (if taken_apart { vec![1] } else { vec![1, 20] }, !taken_apart));
            assert!(scales.left < MOST_PARTS);
        }
    }
}
