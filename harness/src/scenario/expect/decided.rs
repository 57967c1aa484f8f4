//! What the policies must have been asked because of a step, and have said: `oss:PutObject as role Builder`.

use crate::scenario::mistake::Kind;
use crate::scenario::reader::Reader;
use crate::scenario::scope::{Person, Scope};
use crate::scenario::slips;
use crate::scenario::template::Template;
use crate::scenario::yaml::{self, Node};

/// The layers by the words for them, and the names by which decisions call them.
pub(super) const LAYERS: &[(&str, &str)] = &[
    ("control", "Control"),
    ("session", "Session"),
    ("identity", "Identity"),
    ("resource_group", "IdentityResourceGroup"),
    ("resource", "Resource"),
    ("trust", "Trust"),
    ("owner", "Owner"),
    ("default", "Default"),
    ("none", "None"),
];

/// The word for a layer that a decision names.
pub fn layer_word(name: &str) -> &str {
    LAYERS.iter().find(|(_, known)| *known == name).map_or(name, |(word, _)| word)
}

/// Decisions that a step must have caused, those of calls that services made because of it among them.
#[derive(Clone, Debug)]
pub struct DecidedSet {
    /// The decisions, one each.
    pub lines: Vec<DecidedLine>,
    /// Must there be no others?
    pub exactly: bool,
}

/// `[denied] ACTION [on RESOURCE] [as WHO]`.
#[derive(Clone, Debug)]
pub struct DecidedLine {
    /// As it was written.
    pub text: String,
    /// Was it allowed?
    pub allowed: bool,
    /// The action; `*` stands for anything in it.
    pub action: Template,
    /// The resource; `*` stands for anything in it.
    pub resource: Option<Template>,
    /// Who asked.
    pub who: Option<Who>,
}

/// Who asked.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Who {
    /// The owner of an account, of whichever.
    Owner,
    /// The owner of the account with this alias.
    OwnerOf(String),
    /// Nobody: not signed.
    Anonymous,
    /// A RAM user by its name.
    User(String),
    /// A session of a role, by the role's name.
    Role(String),
    /// A service of the cloud.
    Service(String),
}

const FORM: &str = "`ACTION`, with `denied` before it, `on RESOURCE` and `as WHO` after it where that matters";

impl DecidedSet {
    /// A list of lines, or `{exactly: LIST}`.
    pub(super) fn read(node: &Node, reader: &mut Reader<'_>, scope: &Scope) -> Option<Self> {
        let (node, exactly) = match &node.value {
            yaml::Value::Map(_) => {
                let fields = reader.fields(node, "`decided`", &["exactly"])?;
                (fields.need("exactly", "write a list of decisions", reader)?, true)
            }
            _ => (node, false),
        };
        Some(Self { lines: lines(node, reader, scope), exactly })
    }

    /// A list of lines, which are all that there are.
    pub(super) fn read_exactly(node: &Node, reader: &mut Reader<'_>, scope: &Scope) -> Self {
        Self { lines: lines(node, reader, scope), exactly: true }
    }
}

fn lines(node: &Node, reader: &mut Reader<'_>, scope: &Scope) -> Vec<DecidedLine> {
    if let yaml::Value::List(items) = &node.value
        && items.is_empty()
    {
        return Vec::new();
    }
    let texts = reader.texts(node, FORM);
    texts.iter().filter_map(|text| line(&text.value, text.span, reader, scope)).collect()
}

fn line(text: &str, span: miette::SourceSpan, reader: &mut Reader<'_>, scope: &Scope) -> Option<DecidedLine> {
    let (rest, allowed) = match text.strip_prefix("denied ") {
        Some(rest) => (rest, false),
        None => (text.strip_prefix("allowed ").unwrap_or(text), true),
    };
    let (rest, who) = match rest.split_once(" as ") {
        Some((rest, who)) => (rest, Some(who.trim())),
        None => (rest, None),
    };
    let (action, resource) = match rest.split_once(" on ") {
        Some((action, resource)) => (action.trim(), Some(resource.trim())),
        None => (rest.trim(), None),
    };
    let who = match who {
        None => Some(None),
        Some("owner") => Some(Some(Who::Owner)),
        Some("anonymous") => Some(Some(Who::Anonymous)),
        Some(who) if let Some(account) = scope.owned_by(who) => Some(Some(Who::OwnerOf(account.to_owned()))),
        Some(who) => match who.split_once(' ') {
            Some(("owner", of)) => of
                .strip_prefix("of ")
                .filter(|account| scope.has_account(account))
                .map(|account| Some(Who::OwnerOf(account.to_owned()))),
            Some(("role", name)) => Some(Some(Who::Role(name.to_owned()))),
            Some(("service", name)) => Some(Some(Who::Service(name.to_owned()))),
            None if !who.is_empty() => Some(Some(Who::User(who.to_owned()))),
            _ => None,
        },
    };
    let (Some(who), true) = (who, action.contains(':') && !action.contains(' ')) else {
        let kind = Kind::Expected { expected: FORM.to_owned(), found: format!("`{text}`"), hint: None };
        reader.note(kind, span);
        return None;
    };
    match &who {
        Some(Who::User(name)) => scope.check_person(Person::User, name, None, span, reader),
        Some(Who::Role(name)) => scope.check_person(Person::Role, name, None, span, reader),
        _ => {}
    }
    let action = Template::read(action, span, reader, scope);
    slips::action(&action, span, reader);
    let resource = resource.map(|resource| Template::read(resource, span, reader, scope));
    if let Some(resource) = resource.as_ref().filter(|one| one.as_literal().is_none_or(|text| !text.starts_with('*'))) {
        slips::resource(resource, span, reader);
    }
    Some(DecidedLine { text: text.to_owned(), allowed, action, resource, who })
}
