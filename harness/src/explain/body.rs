//! A body of an error within a text: JSON, a map in a language's own words, XML.

use serde_json::Value;

use super::detail;
use super::facts::{Fact, Facts};
use super::known::known;
use super::messages::message;
use super::notation;
use super::refusal::{Form, Refusal};
use super::{resource, situation};
use crate::client::xml_to_json;
use crate::words::beginning;

/// How far into a text a body that is cut off, or quoted, is looked for. A log is full of braces: each costs no more than this.
const FURTHEST: usize = 64 * 1024;
/// How much of one text is read in vain, all in all: behind that only whole bodies are.
const MOST_IN_VAIN: usize = 16 * FURTHEST;
/// How far behind a `<` an `<Error` may stand, with the name itself.
const NEAREST_ERROR: usize = 206;

/// What a body in JSON or XML begins with.
const SIGNS: [char; 2] = ['{', '<'];

/// Where bodies may begin in a text.
pub(super) struct Starts<'t> {
    text: &'t str,
    /// The next brace or bracket that was found.
    sign: Option<usize>,
    /// Where Go's maps begin, the last first.
    go: Vec<usize>,
    /// Where the name of a code's member ends, whichever of them it is: `"Code"`, `"errorCode"`.
    codes: Vec<usize>,
    /// How much may still be read in vain.
    left: usize,
}

impl<'t> Starts<'t> {
    pub(super) fn of(text: &'t str) -> Self {
        let codes = text.match_indices("ode").map(|(at, _)| at);
        let codes = codes.filter(|at| text.get(at + 3..).is_some_and(|rest| rest.starts_with(['"', '\\'])));
        let mut go: Vec<usize> = text.match_indices("map[").map(|(at, _)| at).collect();
        go.reverse();
        Self { text, sign: text.find(SIGNS), go, codes: codes.collect(), left: MOST_IN_VAIN }
    }

    /// The next one from here on.
    pub(super) fn next(&mut self, at: usize) -> Option<usize> {
        while self.go.last().is_some_and(|go| *go < at) {
            self.go.pop();
        }
        if self.sign.is_some_and(|sign| sign < at) {
            self.sign = self.text.get(at..)?.find(SIGNS).map(|offset| at + offset);
        }
        self.sign.into_iter().chain(self.go.last().copied()).min()
    }

    /// The body that begins here, and how long it is. What is none is passed over: one sign, or all of what was understood.
    pub(super) fn body(&mut self, at: usize) -> (usize, Option<Refusal>) {
        let body = self.text.get(at..).unwrap_or_default();
        if body.starts_with('<') {
            return xml(body);
        }
        let coded = self.codes.get(self.codes.partition_point(|label| *label < at));
        map(body, coded.is_some_and(|label| *label < at + FURTHEST), &mut self.left)
    }
}

/// A map at the start of a text, and how long it is. A brace that begins none is one character. `coded`: a code's name is near.
/// `left`: how much may be read in vain.
fn map(text: &str, coded: bool, left: &mut usize) -> (usize, Option<Refusal>) {
    if text.starts_with('{') {
        let mut stream = serde_json::Deserializer::from_str(text).into_iter::<Value>();
        if let Some(Ok(value)) = stream.next() {
            return (stream.byte_offset().max(1), of_value(&value));
        }
    }
    if *left == 0 {
        return (1, None);
    }
    // In another notation, within a text that quotes it, or cut off.
    let near = beginning(text, FURTHEST);
    if coded && near.get(1..).unwrap_or_default().trim_start().starts_with("\\\"") {
        let part = near.find("\n\n").and_then(|end| near.get(..end)).unwrap_or(near);
        let refusal = notation::read(&part.replace("\\\"", "\"")).ok().and_then(|read| of_value(&read.value));
        *left = left.saturating_sub(if refusal.is_some() { 0 } else { part.len() });
        return (if refusal.is_some() { part.len().max(1) } else { 1 }, refusal);
    }
    let read = match notation::read(near) {
        Ok(read) => read,
        Err(length) => {
            *left = left.saturating_sub(length);
            return (1, None);
        }
    };
    let refusal = of_value(&read.value);
    if refusal.is_some() || read.whole {
        return (read.length.max(1), refusal);
    }
    *left = left.saturating_sub(read.length);
    (1, None)
}

/// An error body; an object around one, as SDKs and tools print it; a decoded message; a failed resource.
fn of_value(value: &Value) -> Option<Refusal> {
    if let Some(decoded) = detail::decoded(value) {
        return Some(decoded);
    }
    let mut facts = Facts::default();
    facts.members(value);
    let mut inner: Option<Refusal> = None;
    for nested in value.as_object()?.values() {
        let parsed = nested.as_str().and_then(quoted);
        match of_nested(parsed.as_ref().unwrap_or(nested)) {
            Nested::Refusal(found) => inner = inner.or(Some(*found)),
            Nested::Facts(found) => facts.add(&found),
            Nested::Nothing => {}
        }
    }
    // A log's line that quotes an error as a text, and what a tool keeps of an answer: `{"level": "error", "error": "SDKError:\n …"}`.
    let coded = facts.get(Fact::Code).is_some_and(|code| code.starts_with(|c: char| c.is_ascii_alphabetic()));
    let inner = inner.or_else(|| if coded { None } else { of_texts(value) });
    // A message that quotes a body: the body says more.
    let quoting = facts.get(Fact::Message).filter(|_| facts.get(Fact::Action).is_none());
    let quoting = quoting.and_then(|message| message.get(message.find('{')?..));
    let inner = inner.or_else(|| map(quoting?, true, &mut { FURTHEST }).1.filter(|found| found.code.is_some()));
    let method = facts.get(Fact::Method).map(str::to_ascii_uppercase);
    let mut refusal = facts.refusal(Form::Json);
    if let (Some(method), Some(url)) = (method, value.get("url").and_then(Value::as_str)) {
        refusal.fill(situation::told(&format!("{method} {url}")));
    }
    if let Some(purchased) = value.get("IsPurchased").or_else(|| value.get("HasPermissionToPurchase")) {
        let said = format!(
            "IsPurchased: {purchased}, HasPermissionToPurchase: {}",
            value.get("HasPermissionToPurchase").unwrap_or(&Value::Null)
        );
        refusal.message = Some(said);
    }
    if let Some(mut inner) = inner {
        inner.fill(refusal);
        return Some(inner);
    }
    name(&mut refusal);
    // Of a success nothing can be said: a failed thing has a code that is none, or a message that is known.
    let success = refusal.code.as_deref().is_some_and(|code| ["200", "OK", "Success"].contains(&code));
    let refused = refusal.code.is_some() || known(&refusal).is_some() || refusal.action.is_some();
    (refused && !success).then_some(refusal)
}

/// The error that one of the texts in an object tells, with a code.
fn of_texts(value: &Value) -> Option<Refusal> {
    let texts = value.as_object()?.values().filter_map(Value::as_str).map(|text| beginning(text, FURTHEST));
    // Most texts of a log tell none.
    let labels = |rest: &str| rest.starts_with([':', '=', '>', '"', '\'', ']', '\\']);
    let mut texts = texts.filter(|text| text.split("Code").skip(1).any(labels));
    texts.find_map(|text| {
        let found = super::paste::refusals(text).refusals.into_iter().next()?;
        let form = if found.form == Form::Text { Form::Json } else { found.form };
        found.code.is_some().then_some(Refusal { line: 0, told: None, form, ..found })
    })
}

/// What stands further in.
enum Nested {
    /// An error of its own: `{"error": {…}}`, `{"data": {…}}`.
    Refusal(Box<Refusal>),
    /// What belongs to the error around it: `AccessDeniedDetail`, the parameters of the call.
    Facts(Facts),
    Nothing,
}

fn of_nested(value: &Value) -> Nested {
    if !value.is_object() {
        return Nested::Nothing;
    }
    let mut facts = Facts::default();
    facts.members(value);
    let coded = facts.get(Fact::Code).is_some_and(|code| code.starts_with(|c: char| c.is_ascii_alphabetic()));
    let message = facts.get(Fact::Message).is_some();
    match of_value(value) {
        Some(found) if coded || message || found.code.is_some() => Nested::Refusal(Box::new(found)),
        _ => Nested::Facts(facts),
    }
}

/// A body that stands in another as a text.
fn quoted(text: &str) -> Option<Value> {
    let text = beginning(text.trim(), FURTHEST);
    if !notation::begins(text) {
        return None;
    }
    serde_json::from_str(text).ok().or_else(|| notation::read(text).ok().map(|read| read.value))
}

/// What the message tells of action and resource.
fn name(refusal: &mut Refusal) {
    let (resource, action) = resource::named(refusal.message.as_deref().unwrap_or_default());
    refusal.action = refusal.action.take().or(action);
    refusal.resource = refusal.resource.take().or(resource);
    if refusal.action.is_none() {
        refusal.action = message(&refusal.text()).and_then(|known| known.action).map(str::to_owned);
    }
}

/// A body in XML at the start of a text, and how long it is.
fn xml(text: &str) -> (usize, Option<Refusal>) {
    let start = beginning(text, NEAREST_ERROR).find("<Error");
    // As a browser shows it, without the element around it.
    if text.starts_with("<Code>") {
        return fragment(text);
    }
    let Some(start) = start.filter(|at| !text.get(..*at).unwrap_or_default().contains("<html")) else {
        return (1, None);
    };
    let near = beginning(text, FURTHEST);
    let end = near.find("</Error>").map_or(near.len(), |at| at + "</Error>".len());
    let element = text.get(start..end).unwrap_or_default();
    let value = xml_to_json(element).unwrap_or_else(|| torn_xml(element));
    let mut facts = Facts::default();
    if let Some(detail) = value.get("AccessDeniedDetail") {
        facts.members(detail);
    }
    facts.members(&value);
    let mut refusal = facts.refusal(Form::Xml);
    name(&mut refusal);
    (end.max(1), Some(refusal))
}

/// Elements of an error without the one around them, up to an empty line.
fn fragment(text: &str) -> (usize, Option<Refusal>) {
    let near = beginning(text, FURTHEST);
    let part = near.find("\n\n").and_then(|end| near.get(..end)).unwrap_or(near);
    let length = part.rfind("</").and_then(|at| Some(at + part.get(at..)?.find('>')? + 1)).unwrap_or(1);
    let mut facts = Facts::default();
    facts.members(&torn_xml(part.get(..length).unwrap_or_default()));
    let mut refusal = facts.refusal(Form::Xml);
    name(&mut refusal);
    (length, Some(refusal))
}

/// The elements of a body that is cut off, as far as they go.
fn torn_xml(element: &str) -> Value {
    let member = |name: &str| {
        let (_, rest) = element.split_once(&format!("<{name}>"))?;
        rest.split_once(&format!("</{name}>")).map(|(text, _)| text.to_owned())
    };
    let mut members = serde_json::Map::new();
    for name in ["Code", "Message", "RequestId", "HostId", "EC", "Bucket", "Key"] {
        members.extend(member(name).map(|text| (name.to_owned(), Value::from(text))));
    }
    Value::Object(members)
}
