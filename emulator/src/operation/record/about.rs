//! What a verb is about, as a product's `locate` is asked for it, and what the caller sees of a list.

use std::fmt;
use std::sync::Arc;

use serde_json::{Map, Value};

use super::kind::Kind;
use super::make::{Doing, segment, text};
use super::named::listed_records;
use super::over::{OverRecord, Verb};
use crate::cloud::Record;
use crate::operation::{Call, Caller, Items, Perform};
use crate::wire::ApiError;

/// What a verb is about. As text it is an id for `locate`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum About<'a> {
    /// The record of this kind with this key.
    One {
        /// What the kind's records are kept under.
        kept: &'a str,
        /// The key.
        key: &'a str,
    },
    /// A part of it that has a name of its own in ARNs: a version of a dataset, a pod of a job.
    Part {
        /// What the kind's records are kept under.
        kept: &'a str,
        /// The key.
        key: &'a str,
        /// What ARNs call the part behind the record: `datasetVersion/v1`.
        part: &'a str,
    },
    /// The same as a list shows it: what is asked is asked about its workspace.
    Shown {
        /// What the kind's records are kept under.
        kept: &'a str,
        /// The key.
        key: &'a str,
    },
    /// Those of a list: of this kind, in this workspace.
    All {
        /// What the kind's records are kept under.
        kept: &'a str,
        /// The workspace; empty where none is named.
        workspace: &'a str,
    },
    /// One that is about to be made: of this kind, in this workspace, for these eyes.
    Some {
        /// What the kind's records are kept under.
        kept: &'a str,
        /// The workspace; empty where none is named.
        workspace: &'a str,
        /// Is it to be seen by every member?
        public: bool,
    },
    /// One that is about to be made in the resource group of another.
    Beside {
        /// What the kind's records are kept under.
        kept: &'a str,
        /// What the records of the other's kind are kept under, and its key.
        other: (&'a str, &'a str),
    },
}

/// What stands before an id of a record, and in no ARN.
const MARK: &str = "\u{1}";

/// In the name of a part: the label that is taken away, each of those that a call names.
const EACH: &str = "each";

/// The field that names the workspace of a record.
const WORKSPACE: &str = "WorkspaceId";

impl<'a> About<'a> {
    /// Reads the text of one; none of what is something else.
    pub fn read(id: &'a str) -> Option<Self> {
        let mut parts = id.strip_prefix(MARK)?.splitn(3, MARK);
        let (word, kept, rest) = (parts.next()?, parts.next()?, parts.next()?);
        Some(match word {
            "one" => Self::One { kept, key: rest },
            "part" => rest.split_once(MARK).map(|(key, part)| Self::Part { kept, key, part })?,
            "shown" => Self::Shown { kept, key: rest },
            "all" => Self::All { kept, workspace: rest },
            "beside" => Self::Beside { kept, other: rest.split_once(MARK)? },
            word => Self::Some { kept, workspace: rest, public: word == "public" },
        })
    }
}

impl fmt::Display for About<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::One { kept, key } => write!(f, "{MARK}one{MARK}{kept}{MARK}{key}"),
            Self::Part { kept, key, part } => write!(f, "{MARK}part{MARK}{kept}{MARK}{key}{MARK}{part}"),
            Self::Shown { kept, key } => write!(f, "{MARK}shown{MARK}{kept}{MARK}{key}"),
            Self::All { kept, workspace } => write!(f, "{MARK}all{MARK}{kept}{MARK}{workspace}"),
            Self::Beside { kept, other: (other, key) } => write!(f, "{MARK}beside{MARK}{kept}{MARK}{other}{MARK}{key}"),
            Self::Some { kept, workspace, public } => {
                let word = if *public { "public" } else { "private" };
                write!(f, "{MARK}{word}{MARK}{kept}{MARK}{workspace}")
            }
        }
    }
}

/// The id, for `locate`, of what an operation over records is about: of this one, where it names several.
pub fn about_record(call: &Call<'_>, each: &str) -> String {
    match &call.operation.perform {
        Perform::Record(over) => over.about(call, each).unwrap_or_default(),
        _ => String::new(),
    }
}

/// What an operation over records is asked of one by one: the records that it lists, or the labels that it takes from one, where each has a
/// name in ARNs.
pub fn asked_of(over: &OverRecord) -> Option<Items> {
    if over.is_over_each() {
        return Some(listed_records);
    }
    let by_label = over.says.part.as_deref().is_some_and(|part| part.ends_with("{each}"));
    by_label.then_some(listed_labels)
}

fn listed_labels(call: &Call<'_>) -> Result<Vec<String>, ApiError> {
    let Perform::Record(over) = &call.operation.perform else { return Err(ApiError::internal()) };
    let keys = over.label_keys(call);
    Ok(if keys.is_empty() { vec!["*".to_owned()] } else { keys })
}

impl OverRecord {
    fn about(&self, call: &Call<'_>, each: &str) -> Option<String> {
        let Some(kind) = &self.kind else {
            // Tags of one of whatever kind.
            let kind = self.typed(call).ok().filter(|_| each != "*")?;
            return Some(About::One { kept: &kind.kept, key: each }.to_string());
        };
        let doing = Doing { over: self, call, kind };
        let told_by = self.product.told_by(kind);
        if told_by.name != kind.name {
            // Who may do what is told by the record that these are in or belong to.
            let belongs = kind.of.as_ref().filter(|(_, of)| *of == told_by.name);
            let id = match belongs {
                Some((field, _)) => doing.belonging_to(field),
                None => call.arguments.text(&told_by.id).to_owned(),
            };
            return Some(Doing { kind: told_by, ..doing }.one(&id, doing.part(each)));
        }
        Some(match self.verb {
            Verb::Create | Verb::Put => {
                let fields = doing.first_fields();
                if let Some((other, key)) = doing.grouped_with(&fields) {
                    return Some(About::Beside { kept: &kind.kept, other: (&other.kept, &key) }.to_string());
                }
                let (workspace, public) = (doing.workspace_of(&fields), text(&fields, "Accessibility") == "PUBLIC");
                About::Some { kept: &kind.kept, workspace: &workspace, public }.to_string()
            }
            Verb::List => {
                let named = call.arguments.text(WORKSPACE);
                let workspace = if named.is_empty() { doing.workspace_of_other() } else { named.to_owned() };
                About::All { kept: &kind.kept, workspace: &workspace }.to_string()
            }
            _ if self.is_over_each() => doing.one(each, doing.part_named(each)),
            _ => doing.one(&doing.named(), doing.part_named(each)),
        })
    }
}

impl Doing<'_, '_> {
    /// The record of this id, or of another field that tells it; or a part of it.
    fn one(&self, id: &str, part: Option<String>) -> String {
        let (kept, key) = (&*self.kind.kept, self.found_key("", id).unwrap_or_else(|_| segment(id)));
        match part {
            Some(part) => About::Part { kept, key: &key, part: &part }.to_string(),
            None => About::One { kept, key: &key }.to_string(),
        }
    }

    /// The part of a record that the operation is about, where its row names one; `*` stands for one that the call does not name.
    fn part_named(&self, each: &str) -> Option<String> {
        let template = self.over.says.part.as_deref()?;
        let Some((before, name)) = template.strip_suffix('}').and_then(|rest| rest.split_once('{')) else {
            return Some(template.to_owned());
        };
        let id = if name == EACH { each } else { self.call.arguments.text(name) };
        Some(format!("{before}{}", if id.is_empty() { "*" } else { id }))
    }

    /// The part of the record that those of the kind are in: one of them, where ARNs have a name for it.
    fn part(&self, each: &str) -> Option<String> {
        let named = || {
            let arn = self.kind.arn.as_deref()?;
            let id = match self.over.verb {
                Verb::Create | Verb::Put | Verb::List => String::new(),
                _ if self.over.is_over_each() => each.to_owned(),
                _ => self.named(),
            };
            Some(format!("{arn}/{}", if id.is_empty() { "*" } else { &id }))
        };
        self.part_named(each).or_else(named)
    }

    /// The record in whose resource group one with these fields is made.
    pub(super) fn grouped_with(&self, fields: &Map<String, Value>) -> Option<(&Arc<Kind>, String)> {
        let (field, kind) = self.kind.group_of.as_ref()?;
        let kind = self.over.product.kind(kind)?;
        let key = self.found(&*self.records().ok()?, kind, "", &text(fields, field)).ok()?;
        Some((kind, key))
    }

    /// The id in the field that names what a record belongs to: as the record says it that the call is performed on, and as the call says
    /// it where there is none yet.
    fn belonging_to(&self, field: &str) -> String {
        let told = || self.call.arguments.filled(field).map(str::to_owned);
        let of_record = || {
            let key = self.found_key(&self.outer_key().ok()?, &self.named()).ok()?;
            let records = self.records().ok()?;
            let record = records.get(&self.place(self.kind), &key, self.call.now).ok()?;
            Some(text(&record.fields, field)).filter(|id| !id.is_empty())
        };
        let makes_or_lists = matches!(self.over.verb, Verb::Create | Verb::Put | Verb::List);
        if makes_or_lists { told() } else { of_record().or_else(told) }.unwrap_or_default()
    }

    /// The workspace of the record that what is made or listed belongs to; empty where it belongs to none.
    fn workspace_of_other(&self) -> String {
        let named = self.over.says.of.as_ref().or(self.kind.of.as_ref());
        let Some((field, kind)) = named else { return String::new() };
        let of_record = || {
            let kind = self.over.product.kind(kind)?;
            let records = self.records().ok()?;
            let key = self.found(&records, kind, "", self.call.arguments.filled(field)?).ok()?;
            records.get(&self.place(kind), &key, self.call.now).ok()?.text(WORKSPACE).map(str::to_owned)
        };
        of_record().unwrap_or_default()
    }

    /// The workspace that a record with these fields comes to be in; empty where that is the default one.
    fn workspace_of(&self, fields: &Map<String, Value>) -> String {
        let named = text(fields, WORKSPACE);
        if !named.is_empty() || !self.kind.workspace {
            return named;
        }
        let other = self.workspace_of_other();
        if !other.is_empty() {
            return other;
        }
        let template = self.over.says.workspace.as_ref().map(|template| Value::String(template.clone()));
        let filled = template.or_else(|| self.kind.fields.get(WORKSPACE).cloned());
        let value = filled.and_then(|template| self.filling(fields, 0).value(&template)).unwrap_or_default();
        value.as_str().map_or_else(|| value.to_string(), str::to_owned)
    }

    /// May the caller do this in the workspace that a record is about to be in, where that is not the one that was decided?
    pub(super) fn may_be_in(&self, fields: &Map<String, Value>) -> Result<(), ApiError> {
        let call = self.call;
        let workspace = text(fields, WORKSPACE);
        if !self.kind.workspace || workspace.is_empty() || self.product_has_outer() {
            return Ok(());
        }
        let public = text(fields, "Accessibility") == "PUBLIC";
        let id = About::Some { kept: &self.kind.kept, workspace: &workspace, public }.to_string();
        if self.over.about(call, "").is_some_and(|decided| decided == id) {
            return Ok(());
        }
        call.ask_about(&id)?.map_or(Ok(()), |need| call.require(need))
    }

    fn product_has_outer(&self) -> bool {
        self.over.product.outer(self.kind).next().is_some()
    }

    /// May the caller see this record in a list? Whoever may list at all sees what is in no workspace.
    pub(super) fn is_seen(&self, record: &Record) -> Result<bool, ApiError> {
        if self.kind.workspace { is_seen(self.call, &self.kind.kept, &record.key) } else { Ok(true) }
    }
}

/// May the caller see a record that is in a workspace, in a list or in what is told of several?
///
/// # Errors
/// The question cannot be asked.
pub fn is_seen(call: &Call<'_>, kept: &str, key: &str) -> Result<bool, ApiError> {
    if matches!(call.caller, Caller::Owner(_)) {
        return Ok(true);
    }
    let about = About::Shown { kept, key }.to_string();
    Ok(call.ask_about(&about)?.is_none_or(|need| call.may(need)))
}

/// What ARNs call a record, behind region and account: `vpc/vpc-…`, or `workspace/1/dlcjob/dlc…` of one in a workspace.
pub fn resource_name(kind: &Kind, workspace: &str, id: &str) -> String {
    let (arn, id) = (kind.arn.as_deref().unwrap_or("*"), if id.is_empty() { "*" } else { id });
    let workspace = if workspace.is_empty() { "*" } else { workspace };
    match (kind.workspace, kind.arn.is_some()) {
        (true, _) => format!("workspace/{workspace}/{arn}/{id}"),
        (false, true) => format!("{arn}/{id}"),
        (false, false) => "*".to_owned(),
    }
}

/// What a list of records in a workspace is asked about: the workspace itself (seen in refusals of DSW); what else there is as a whole.
pub fn list_name(kind: &Kind, workspace: &str) -> String {
    match kind.workspace {
        true if workspace.is_empty() => "workspace/*".to_owned(),
        true => format!("workspace/{workspace}"),
        false => resource_name(kind, "", ""),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_written_is_read() {
        for about in [
            About::One { kept: "eas/Service", key: "a/b" },
            About::Part { kept: "p/K", key: "a", part: "pod/b" },
            About::Shown { kept: "eas/Service", key: "a/b" },
            About::All { kept: "p/K", workspace: "" },
            About::Beside { kept: "p/K", other: ("p/L", "1") },
            About::Some { kept: "p/K", workspace: "", public: true },
            About::Some { kept: "p/K", workspace: "123", public: false },
        ] {
            assert_eq!(About::read(&about.to_string()), Some(about));
        }
        assert_eq!(About::read("workspace/1"), None);
    }
}
