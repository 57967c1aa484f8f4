//! What statements allow or deny that others do not: whole, in part, or not at all. Every combination of their patterns and conditions
//! is looked at, by one request for each.

use std::sync::Arc;

use acslab_policy::{
    Action, Actions, Clause, Document, DocumentKind, Effect, Manner, Operand, Principal, Request, Resource, Statement,
    representatives_of,
};
use serde_json::{Map, Value, json};

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
    vec![format!("all but {}", not.join(", "))]
}

fn texts(value: &Value) -> Vec<String> {
    match value {
        Value::String(text) => vec![text.clone()],
        Value::Array(items) => items.iter().flat_map(texts).collect(),
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
    pub(super) fn new(beside: impl Iterator<Item = &'h Held>) -> Self {
        Self { beside: beside.collect(), left: MOST_PARTS, cuts: Cuts::default() }
    }

    /// The parts of a statement that are decided otherwise, as large as they can be told.
    pub(super) fn parts(&mut self, of: &Held, class: &dyn Fn(&Request) -> Class<'h>) -> Vec<Found<'h>> {
        joined(self.below(&of.written, class))
    }

    fn below(&mut self, written: &Map<String, Value>, class: &dyn Fn(&Request) -> Class<'h>) -> Vec<Found<'h>> {
        let Some(document) = alone(written) else { return Vec::new() };
        let weight = self.weigh(&document, class);
        if !weight.other {
            return Vec::new();
        }
        if weight.same {
            for element in ["Resource", "Action"] {
                let Some(Value::Array(items)) = written.get(element) else { continue };
                if items.len() > 1 {
                    let Some(left) = self.left.checked_sub(items.len()) else {
                        self.cuts.parts = true;
                        break;
                    };
                    self.left = left;
                    let one = |item: &Value| {
                        let mut less = written.clone();
                        less.insert(element.to_owned(), json!([item]));
                        less
                    };
                    return items.iter().map(one).flat_map(|less| self.below(&less, class)).collect();
                }
            }
        }
        vec![Found { part: Part::of(written, document.statements().first()), but: weight.but }]
    }

    fn weigh(&mut self, document: &Document, class: &dyn Fn(&Request) -> Class<'h>) -> Weight<'h> {
        let mut weight = Weight { other: false, same: false, but: Vec::new() };
        let Some(statement) = document.statements().first() else { return weight };
        let touches = |held: &&Held| held.statement().is_some_and(|beside| touch(statement, beside));
        let beside: Vec<&Document> = self.beside.iter().copied().filter(touches).map(|held| &*held.document).collect();
        let (found, complete) = representatives_of(document, &beside, &[], &Somebody);
        self.cuts.combinations |= !complete;
        let mut note = |held: &'h Held| {
            if !weight.but.iter().any(|known| std::ptr::eq(*known, held)) {
                weight.but.push(held);
            }
        };
        for one in found {
            for context in &one.contexts {
                let request = request(&one.action, &one.resource, context);
                if !statement.counts_for(&request, document.dialect()) {
                    continue;
                }
                match class(&request) {
                    Class::Other => weight.other = true,
                    Class::OtherBut(held) => {
                        weight.other = true;
                        note(held);
                    }
                    Class::Same(held) => {
                        weight.same = true;
                        note(held);
                    }
                    Class::Neither => {}
                }
            }
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

/// Is there a text that two patterns fit, letter case aside?
pub(crate) fn patterns_meet(one: &str, other: &str) -> bool {
    let (one, other) = (one.to_ascii_lowercase().into_bytes(), other.to_ascii_lowercase().into_bytes());
    // Whether the rests behind a place of the first fit a text in common, for each place of the second.
    let mut below = vec![false; other.len() + 1];
    for at in (0..=one.len()).rev() {
        let mut row = vec![false; other.len() + 1];
        for beside in (0..=other.len()).rev() {
            let get = |row: &[bool], at: usize| row.get(at).copied().unwrap_or_default();
            let fits = match (one.get(at), other.get(beside)) {
                (None, None) => true,
                (Some(b'*'), there) => get(&below, beside) || (there.is_some() && get(&row, beside + 1)),
                (here, Some(b'*')) => get(&row, beside + 1) || (here.is_some() && get(&below, beside)),
                (Some(a), Some(b)) => (a == b || *a == b'?' || *b == b'?') && get(&below, beside + 1),
                _ => false,
            };
            if let Some(cell) = row.get_mut(beside) {
                *cell = fits;
            }
        }
        below = row;
    }
    below.first().copied().unwrap_or_default()
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

    use super::{Class, Held, MOST_PARTS, Scales, patterns_meet};

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
            let mut scales = Scales::new([&held, &apart].into_iter());
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

    #[test]
    fn patterns_meet_where_a_text_fits_both() {
        for (one, other, meet) in [
            ("oss:Get*", "oss:*Object", true),
            ("oss:Get*", "oss:Put*", false),
            ("*", "ram:GetUser", true),
            ("oss:Get?", "oss:Gets", true),
            ("oss:GetObject", "OSS:getobject", true),
            ("a*b", "a", false),
            ("", "*", true),
        ] {
            assert_eq!((patterns_meet(one, other), patterns_meet(other, one)), (meet, meet), "{one} {other}");
        }
    }
}
