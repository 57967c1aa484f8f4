//! What all of LangStudio's records have: a workspace that they are in, somebody who made them, fields that are kept as they were
//! given, and lists.

use serde_json::{Map, Value, json};

use super::super::errors::invalid;
use super::super::locate::{keys, of_workspace, person};
use super::super::workspace::storage_path;
use super::storage::{Folder, folder};
use crate::cloud::iso8601_millis;
use crate::cloud::langstudio::Made;
use crate::cloud::pai::{Accessibility, Workspace};
use crate::gateway::{ApiError, Arguments, Call, Form, Json, Needed, Parameter, Reply};
use crate::services::common::page::{List, Window, numbered};

/// 1 to so many letters, digits and underscores, a letter first.
fn is_name(name: &str, most: usize) -> bool {
    (1..=most).contains(&name.len())
        && name.starts_with(|first: char| first.is_ascii_alphabetic())
        && name.chars().all(|c| c.is_ascii_alphanumeric() || c == '_')
}

fn checked(parameter: &str, name: &str) -> Result<(), ApiError> {
    let why = "it must have 1 to 256 letters, digits and underscores, and begin with a letter";
    if is_name(name, 256) { Ok(()) } else { Err(invalid(parameter, why)) }
}

/// The name of a runtime.
pub(super) fn check_runtime_name(name: &str) -> Result<(), ApiError> {
    checked("RuntimeName", name)
}

/// The name of a snapshot.
pub(super) fn check_snapshot_name(name: &str) -> Result<(), ApiError> {
    checked("SnapshotName", name)
}

/// The name of a knowledge base.
pub(super) fn check_base_name(name: &str) -> Result<(), ApiError> {
    let why = "it must have 1 to 127 letters, digits and underscores, and begin with a letter";
    if is_name(name, 127) { Ok(()) } else { Err(invalid("Name", why)) }
}

/// The name of a service of EAS.
pub(super) fn check_service_name(name: &str) -> Result<(), ApiError> {
    let why = "it must have 1 to 45 small letters, digits and underscores, and begin with a letter";
    if is_name(name, 45) && !name.chars().any(|c| c.is_ascii_uppercase()) {
        Ok(())
    } else {
        Err(invalid("ServiceName", why))
    }
}

/// A parameter with members of its own.
pub(super) const OBJECT: Form = Form::Json(Json::Object);
/// A parameter that is a list.
pub(super) const LIST: Form = Form::Json(Json::List);

/// An object that a parameter holds; none if it is not there.
pub(super) fn object(arguments: &Arguments, name: &str) -> Option<Map<String, Value>> {
    arguments.filled(name).and_then(|text| serde_json::from_str(text).ok())
}

/// The parameters of these names that a call gives, with the types that their forms have.
pub(super) fn given(call: &Call<'_>, names: &[&str]) -> Map<String, Value> {
    let one = |name: &&str| {
        let text = call.arguments.filled(name)?;
        let form = call.operation.parameters.iter().find(|parameter| parameter.name == **name).map(|one| &one.form);
        let typed = match form {
            Some(Form::Boolean) => Some(json!(call.arguments.flag(name))),
            Some(Form::Integer(..)) => call.arguments.integer(name).map(Value::from),
            Some(Form::Json(_)) => serde_json::from_str(text).ok(),
            Some(Form::Own(check, _)) if check(text).is_ok() && text.starts_with(['{', '[']) => {
                serde_json::from_str(text).ok()
            }
            _ => None,
        };
        Some(((*name).to_owned(), typed.unwrap_or_else(|| json!(text))))
    };
    names.iter().filter_map(one).collect()
}

/// The working folder: what the call names, or else the workspace's.
pub(super) fn work_dir(call: &Call<'_>, workspace: &Workspace) -> Result<Folder, ApiError> {
    let named = call.arguments.filled("WorkDir").or_else(|| storage_path(workspace));
    let named = named.ok_or_else(|| invalid("WorkDir", "none is given, and the workspace has no default storage path"));
    folder("WorkDir", named?)
}

/// Who makes something, when and for whom.
pub(super) fn made(call: &Call<'_>) -> Made {
    Made {
        creator: person(&call.caller).to_owned(),
        accessibility: Accessibility::of(call.arguments.text("Accessibility")),
        created: call.now,
        modified: call.now,
    }
}

/// A new id in the form of LangStudio's. INFERRED: none is published; the length is that of other ids of PAI.
pub(super) fn new_id(call: &Call<'_>, prefix: &str) -> String {
    call.cloud().ids.lower(prefix, 18)
}

/// Looks something up in the workspace that the call names.
pub(super) fn read<T>(call: &Call<'_>, look: impl FnOnce(&Workspace) -> Result<T, ApiError>) -> Result<T, ApiError> {
    let records = call.account()?.pai.read();
    look(records.workspace(&call.region, call.arguments.text("WorkspaceId"))?)
}

/// Changes something in the workspace that the call names.
pub(super) fn change<T>(
    call: &Call<'_>,
    change: impl FnOnce(&mut Workspace) -> Result<T, ApiError>,
) -> Result<T, ApiError> {
    let mut records = call.account()?.pai.write();
    change(records.workspace_mut(&call.region, call.arguments.text("WorkspaceId"))?)
}

/// A function that tells whether the caller sees something in a list, by asking for the list's action on it.
pub(super) fn sight<'c>(
    call: &'c Call<'_>,
    workspace: &'c Workspace,
    action: &'static str,
) -> impl Fn(&Made) -> Result<bool, ApiError> + 'c {
    move |made| {
        let mut need: Needed = call.ask(action, "*")?;
        need.know(&of_workspace(call.cloud(), workspace, &call.caller));
        for (key, value) in keys(made.accessibility, made.creator == person(&call.caller)) {
            need.set(key, value);
        }
        Ok(call.may(need))
    }
}

/// Adds who made something, when and for whom.
pub(super) fn with_made(mut view: Map<String, Value>, workspace: &str, made: &Made) -> Map<String, Value> {
    for (name, value) in [
        ("WorkspaceId", workspace),
        ("Creator", &made.creator),
        ("Accessibility", made.accessibility.as_str()),
        ("GmtCreateTime", &iso8601_millis(made.created)),
        ("GmtModifiedTime", &iso8601_millis(made.modified)),
    ] {
        view.insert(name.to_owned(), json!(value));
    }
    view
}

/// An object of these members.
pub(super) fn members(value: Value) -> Map<String, Value> {
    match value {
        Value::Object(members) => members,
        _ => Map::new(),
    }
}

/// A list of LangStudio's: what its answer calls it, and by which fields it can be narrowed down.
pub(super) struct Shows {
    /// `Runtimes`
    pub(super) list: &'static str,
    /// Parameters with one value, or several with commas between, that the field of the same name must have.
    pub(super) exact: &'static [&'static str],
    /// Parameters that the field of the same name must contain.
    pub(super) part: &'static [&'static str],
}

/// How a list is paged and sorted.
pub(super) const PAGED: [Parameter; 6] = [
    Parameter::optional("PageNumber", Form::Integer(1, 1_000_000)),
    Parameter::optional("PageSize", Form::Integer(1, 100)),
    Parameter::optional("MaxResults", Form::Integer(1, 100)),
    Parameter::optional("NextToken", Form::Own(check_token, "0")),
    Parameter::optional("SortBy", Form::Text(64)),
    Parameter::optional("Order", Form::OneOf(&["ASC", "DESC"])),
];

fn check_token(token: &str) -> Result<(), ApiError> {
    if Window::is_token(token) { Ok(()) } else { Err(invalid("NextToken", "it was never given out")) }
}

impl Shows {
    /// The parameters of such a list.
    pub(super) fn parameters(&self, more: &[Parameter]) -> Vec<Parameter> {
        let filters = self.exact.iter().chain(self.part).map(|name| Parameter::optional(name, Form::Any));
        more.iter().cloned().chain(PAGED).chain(filters).collect()
    }

    /// Does a call ask for this one?
    fn fits(&self, arguments: &Arguments, view: &Map<String, Value>) -> bool {
        let field = |name: &str| view.get(name).and_then(Value::as_str).unwrap_or_default();
        let exact = |name: &&str| {
            arguments.filled(name).is_none_or(|wanted| wanted.split(',').any(|one| one.trim() == field(name)))
        };
        let part = |name: &&str| arguments.filled(name).is_none_or(|wanted| field(name).contains(wanted));
        self.exact.iter().all(exact) && self.part.iter().all(part)
    }

    /// The page that a call asks for. `MaxResults` or `NextToken` page by token, else `PageNumber` and `PageSize` do.
    pub(super) fn page(&self, call: &Call<'_>, views: Vec<Map<String, Value>>) -> Reply {
        let arguments = &call.arguments;
        let mut views: Vec<_> = views.into_iter().filter(|view| self.fits(arguments, view)).collect();
        let by = arguments.filled("SortBy").unwrap_or("GmtCreateTime");
        let key = |view: &Map<String, Value>| view.get(by).and_then(Value::as_str).unwrap_or_default().to_owned();
        // A list comes in the order of names, which stays where two are of one moment.
        views.sort_by_key(key);
        if arguments.get("Order") == Some("DESC") {
            views.reverse();
        }
        let views = views.into_iter().map(Value::Object);
        if arguments.filled("MaxResults").or(arguments.filled("NextToken")).is_none() {
            return Reply::document(numbered(arguments, views, |view| view, 10).with_total(List::Plain(self.list)));
        }
        let window = Window::at_token(arguments, "MaxResults", 10);
        let shown = window.show(views, |view| view);
        let mut answer = members(json!({ "TotalCount": shown.total, "MaxResults": window.most }));
        if let Some(next) = shown.next {
            answer.insert("NextToken".to_owned(), json!(next.to_string()));
        }
        List::Plain(self.list).show(shown.items, &mut answer);
        Reply::document(answer)
    }
}
