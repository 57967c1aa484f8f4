//! A step that looks who may do something that they could not do before, or may not any more: over all requests, not by a call or two.

use super::checkpoint;
use crate::scenario::compare::{actions_of, templates, value_expected};
use crate::scenario::mistake::Kind;
use crate::scenario::reader::{Fields, Reader};
use crate::scenario::scope::{Caller, Person, Scope};
use crate::scenario::slips;
use crate::scenario::template::Template;
use crate::scenario::yaml::{Node, Value};
use crate::words::Choices;

/// The field of a step that tells it.
pub(super) const FIELD: &str = "permissions";
/// Its fields.
pub(in crate::scenario) const FIELDS: &[&str] = &["since", "of", "gained", "lost"];
/// The fields of what may be gained or lost.
pub(in crate::scenario) const ROW: &[&str] = &["of", "actions", "on", "when"];

/// What may be allowed now that was not, and the other way round: this and nothing else.
#[derive(Clone, Debug)]
pub struct Moved {
    /// Since which checkpoint; without it, since what is given.
    pub since: Option<String>,
    /// Whose permissions are looked at; empty for everybody's.
    pub of: Vec<Whose>,
    /// What may be gained at most, if that is looked at.
    pub gained: Option<Vec<Row>>,
    /// What may be lost at most, if that is looked at.
    pub lost: Option<Vec<Row>>,
}

/// Requests that may be gained or lost.
#[derive(Clone, Debug)]
pub struct Row {
    /// Whose; empty for anybody's that is looked at.
    pub of: Vec<Whose>,
    /// The actions, as patterns.
    pub actions: Vec<Template>,
    /// The resources, as patterns.
    pub on: Vec<Template>,
    /// Condition keys with the values that the request carries.
    pub when: Vec<(String, Template)>,
}

/// Whose permissions are meant.
#[derive(Clone, Debug)]
pub enum Whose {
    /// Somebody who calls: `alice`, `owner of partner`, `anonymous`.
    Caller(Caller),
    /// `role NAME`, with its sessions, and the alias of its account.
    Role(String, String),
    /// `everybody of partner`: owner, users and roles of the account with this alias.
    Everybody(String),
    /// An ARN, perhaps with `*`.
    Arn(Template),
}

impl Moved {
    pub(super) fn read(node: &Node, reader: &mut Reader<'_>, scope: &Scope) -> Option<Self> {
        let fields = reader.fields(node, "`permissions`", FIELDS)?;
        let since = fields.get("since").and_then(|node| reader.text(node, checkpoint::NAME));
        let since = since.and_then(|text| {
            if !scope.checkpoints.contains(&text.value) {
                let choices = Choices::new(&text.value, &scope.checkpoints);
                reader.note(Kind::UnknownCheckpoint { name: text.value, choices }, text.span);
                return None;
            }
            Some(text.value)
        });
        if fields.get("gained").is_none() && fields.get("lost").is_none() {
            let hint = "write `gained: []` if nobody may be allowed more than before";
            reader.expected(node, "`gained`, `lost` or both", Some(hint));
        }
        let of = whose(&fields, reader, scope);
        let mut rows = |name: &str| fields.get(name).map(|node| Row::read_all(node, reader, scope));
        let (gained, lost) = (rows("gained"), rows("lost"));
        Some(Self { since, of, gained, lost })
    }
}

impl Row {
    fn read_all(node: &Node, reader: &mut Reader<'_>, scope: &Scope) -> Vec<Self> {
        let Value::List(items) = &node.value else {
            reader.expected(node, "a list of `{of, actions, on, when}`; `[]` for nothing at all", None);
            return Vec::new();
        };
        items.iter().filter_map(|item| Self::read(item, reader, scope)).collect()
    }

    fn read(node: &Node, reader: &mut Reader<'_>, scope: &Scope) -> Option<Self> {
        let fields = reader.fields(node, "what is gained or lost", ROW)?;
        let of = whose(&fields, reader, scope);
        let actions = fields.need("actions", "write the actions, such as `oss:GetObject`", reader)?;
        let actions = actions_of(actions, reader, scope);
        let on = fields.get("on").map_or_else(Vec::new, |node| templates(node, "resources", reader, scope));
        for resource in &on {
            slips::resource(&resource.value, resource.span, reader);
        }
        let mut on: Vec<_> = on.into_iter().map(|resource| resource.value).collect();
        if on.is_empty() {
            on.push(Template::literal("*"));
        }
        let when = fields.get("when").map_or(&[][..], |node| reader.entries(node, "condition keys with their values"));
        let when = when.iter().filter_map(|(key, value)| {
            slips::condition_key(key, reader);
            let text = reader.text(value, "a text")?;
            if let Some(expected) = value_expected(&key.value, &text.value) {
                reader.expected(value, expected, None);
            }
            Some((key.value.clone(), Template::read(&text.value, text.span, reader, scope)))
        });
        let when = when.collect();
        Some(Self { of, actions, on, when })
    }
}

fn whose(fields: &Fields<'_>, reader: &mut Reader<'_>, scope: &Scope) -> Vec<Whose> {
    let expected = "who, such as `alice`, `role builder`, `owner of partner`, `everybody of partner` or `anonymous`";
    let texts = fields.get("of").map_or_else(Vec::new, |node| reader.texts(node, expected));
    let read = texts.iter().filter_map(|text| {
        let span = text.span;
        if text.value.starts_with("acs:") {
            return Some(Whose::Arn(Template::read(&text.value, span, reader, scope)));
        }
        if let Some(name) = text.value.strip_prefix("role ") {
            let (name, account) = scope.read_name(Some("a role"), name, span, reader)?;
            scope.check_person(Person::Role, name, Some(account), span, reader);
            return Some(Whose::Role(name.to_owned(), account.to_owned()));
        }
        let caller = scope.read_caller(&text.value, span, reader)?;
        if let Caller::Named { name, account } = &caller {
            if name == "everybody" {
                return Some(Whose::Everybody(account.clone()));
            }
            scope.check_person(Person::User, name, Some(account), span, reader);
        }
        Some(Whose::Caller(caller))
    });
    read.collect()
}
