//! What a scenario's snapshot holds beside the state itself: effective permissions.

use super::expect::{Pattern, pattern};
use super::mistake::Kind;
use super::reader::Reader;
use super::scope::{Person, Scope};
use super::slips;
use super::template::Template;
use super::yaml::{self, Node, Value};
use crate::simulate::expected_of_value;
use crate::source::{Source, Spanned};

/// Under `compare`.
#[derive(Clone, Debug, Default)]
pub struct Compare {
    /// The questions to ask of each principal.
    pub permissions: Vec<Permissions>,
    /// What is not shown as it is: whatever fits, and what stands in its place.
    pub redact: Vec<(Pattern, String)>,
}

/// May these principals do these actions on these resources, in this context?
#[derive(Clone, Debug)]
pub struct Permissions {
    /// `alice`, `role builder`, `alice of partner`; empty means every user and role.
    pub of: Vec<Spanned<Template>>,
    /// The actions, in the order to show them.
    pub actions: Vec<Template>,
    /// The resources, as ARNs or patterns.
    pub on: Vec<Template>,
    /// Values of condition keys, beside those that the state itself gives.
    pub when: Vec<(String, Template)>,
    /// The file that it stands in.
    pub source: Source,
}

/// The fields of `compare`.
pub(super) const FIELDS: &[&str] = &["permissions", "redact"];

/// The fields of a permission.
pub(super) const ROW: &[&str] = &["of", "actions", "on", "when"];

impl Compare {
    pub(super) fn read(node: &Node, reader: &mut Reader<'_>, scope: &Scope) -> Self {
        let Some(fields) = reader.fields(node, "`compare`", FIELDS) else {
            return Self::default();
        };
        let redact = fields.get("redact").map_or_else(Vec::new, |node| redactions(node, reader));
        if fields.get("permissions").is_none() && fields.get("redact").is_some() {
            return Self { permissions: Vec::new(), redact };
        }
        let hint = "write `permissions:` with a list of `of`, `actions`, `on` and `when`";
        let Some(rows) = fields.need("permissions", hint, reader) else {
            return Self::default();
        };
        let items = if let Value::List(items) = &rows.value {
            items.as_slice()
        } else {
            reader.expected(rows, "a list of permissions", None);
            &[]
        };
        Self { redact, permissions: items.iter().filter_map(|item| Permissions::read(item, reader, scope)).collect() }
    }
}

/// `redact: [{matches: REGEX, as: TEXT}]`.
fn redactions(node: &Node, reader: &mut Reader<'_>) -> Vec<(Pattern, String)> {
    let Value::List(rules) = &node.value else {
        reader.expected(node, "a list of rules, such as `{matches: REGEX, as: NAME}`", None);
        return Vec::new();
    };
    let rules = rules.iter().filter_map(|rule| {
        let fields = reader.fields(rule, "a rule", &["matches", "as"])?;
        let matches = fields.need("matches", "write a regular expression", reader)?;
        let by = fields.need("as", "write what stands in its place", reader)?;
        Some((pattern(matches, reader)?, reader.text(by, "a text")?.value))
    });
    rules.collect()
}

impl Permissions {
    fn read(node: &Node, reader: &mut Reader<'_>, scope: &Scope) -> Option<Self> {
        let fields = reader.fields(node, "a permission", ROW)?;
        let mut texts = |field: &str, expected: &str| match fields.get(field) {
            Some(node) => templates(node, expected, reader, scope),
            None => Vec::new(),
        };
        let of = texts("of", "users and roles, such as `alice` or `role builder`");
        let on = texts("on", "resources, such as `acs:oss:*:*:bucket/*`");
        for who in &of {
            check_principal(who, reader, scope);
        }
        for resource in &on {
            slips::resource(&resource.value, resource.span, reader);
        }
        let mut on: Vec<_> = on.into_iter().map(|resource| resource.value).collect();
        if on.is_empty() {
            on.push(Template::literal("*"));
        }
        let hint = "write the actions, or `actions: {file: PATH}` for a YAML list of them";
        let actions = fields.need("actions", hint, reader)?;
        let actions = actions_of(actions, reader, scope);
        let when = fields.get("when").map_or_else(Vec::new, |node| {
            reader
                .entries(node, "condition keys with their values")
                .iter()
                .filter_map(|(key, value)| {
                    slips::condition_key(key, reader);
                    let text = reader.text(value, "a text")?;
                    if let Some(expected) = value_expected(&key.value, &text.value) {
                        reader.expected(value, expected, None);
                    }
                    Some((key.value.clone(), Template::read(&text.value, text.span, reader, scope)))
                })
                .collect()
        });
        Some(Self { of, actions, on, when, source: reader.source().clone() })
    }
}

/// `alice`, `role builder`, `alice of partner`.
fn check_principal(who: &Spanned<Template>, reader: &mut Reader<'_>, scope: &Scope) {
    let Some(text) = who.value.as_literal() else { return };
    let (person, name) = match text.strip_prefix("role ") {
        Some(name) => (Person::Role, name),
        None => (Person::User, text),
    };
    if let Some((name, account)) = scope.read_name(Some("a user or a role"), name, who.span, reader) {
        scope.check_person(person, name, Some(account), who.span, reader);
    }
}

/// What a value of a condition key has to be, if it is none; a value with a variable in it is not known yet.
pub(super) fn value_expected(key: &str, value: &str) -> Option<&'static str> {
    if value.contains("${") { None } else { expected_of_value(key, value) }
}

/// Actions written out, or `{file: PATH}` naming a YAML list.
pub(super) fn actions_of(node: &Node, reader: &mut Reader<'_>, scope: &Scope) -> Vec<Template> {
    let Value::Map(_) = node.value else {
        return actions(node, reader, scope);
    };
    let Some(path) = reader
        .fields(node, "a list of actions", &["file"])
        .and_then(|fields| fields.need("file", "write `{file: PATH}`", reader))
        .and_then(|node| reader.text(node, "the path of a file"))
    else {
        return Vec::new();
    };
    let Some(source) = reader.file(&path) else { return Vec::new() };
    match yaml::parse(&source) {
        Ok(list) => {
            // What is wrong with the list stands in the list.
            let mut inner = Reader::new(&source);
            let actions = actions(&list, &mut inner, scope);
            reader.take(inner);
            actions
        }
        Err(mistake) => {
            let kind = Kind::UnreadableFile { path: path.value, why: mistake.to_string() };
            reader.note(kind, path.span);
            Vec::new()
        }
    }
}

/// Actions; one that nobody publishes is doubted, or misspelt.
fn actions(node: &Node, reader: &mut Reader<'_>, scope: &Scope) -> Vec<Template> {
    let texts = reader.texts(node, "actions, such as `oss:GetObject`");
    let read = texts.into_iter().map(|text| {
        let action = Template::read(&text.value, text.span, reader, scope);
        slips::compared_action(&action, text.span, reader);
        action
    });
    read.collect()
}

pub(super) fn templates(node: &Node, expected: &str, reader: &mut Reader<'_>, scope: &Scope) -> Vec<Spanned<Template>> {
    let texts = reader.texts(node, expected).into_iter();
    texts.map(|text| Spanned::new(Template::read(&text.value, text.span, reader, scope), text.span)).collect()
}
