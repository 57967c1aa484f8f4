//! What a verb is about, as a product's `locate` is asked for it, and what the caller sees of a list.

use std::fmt;

use serde_json::{Map, Value};

use super::kind::Kind;
use super::make::{Doing, text};
use super::over::{OverRecord, Verb};
use crate::cloud::Record;
use crate::operation::{Call, Caller, Perform};
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
    /// One that is about to be made, or those of a list: of this kind, in this workspace, for these eyes.
    Some {
        /// What the kind's records are kept under.
        kept: &'a str,
        /// The workspace; empty where none is named.
        workspace: &'a str,
        /// Is it to be seen by every member?
        public: bool,
    },
}

/// What stands before an id of a record, and in no ARN.
const MARK: &str = "\u{1}";

/// The field that names the workspace of a record.
const WORKSPACE: &str = "WorkspaceId";

impl<'a> About<'a> {
    /// Reads the text of one; none of what is something else.
    pub fn read(id: &'a str) -> Option<Self> {
        let mut parts = id.strip_prefix(MARK)?.splitn(3, MARK);
        let (word, kept, rest) = (parts.next()?, parts.next()?, parts.next()?);
        Some(match word {
            "one" => Self::One { kept, key: rest },
            word => Self::Some { kept, workspace: rest, public: word == "public" },
        })
    }
}

impl fmt::Display for About<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::One { kept, key } => write!(f, "{MARK}one{MARK}{kept}{MARK}{key}"),
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

impl OverRecord {
    fn about(&self, call: &Call<'_>, each: &str) -> Option<String> {
        let Some(kind) = &self.kind else {
            // Tags of one of whatever kind.
            let kind = self.typed(call).ok().filter(|_| each != "*")?;
            return Some(About::One { kept: &kind.kept, key: each }.to_string());
        };
        let doing = Doing { over: self, call, kind };
        // In another record the outer one tells who may do what.
        let outer = self.product.outer(kind).last();
        match (self.verb, outer) {
            (Verb::Create | Verb::Put, None) => {
                let fields = doing.first_fields();
                let (workspace, public) = (doing.workspace_of(&fields), text(&fields, "Accessibility") == "PUBLIC");
                Some(About::Some { kept: &kind.kept, workspace: &workspace, public }.to_string())
            }
            (Verb::List, None) => {
                let workspace = call.arguments.text("WorkspaceId");
                Some(About::Some { kept: &kind.kept, workspace, public: false }.to_string())
            }
            (_, outer) => {
                let kind = outer.unwrap_or(kind);
                let id = match outer {
                    Some(outer) => call.arguments.text(&outer.id).to_owned(),
                    None if self.is_over_each() => each.to_owned(),
                    None => doing.named(),
                };
                let key = Doing { kind, ..doing }.found_key("", &id).unwrap_or(id);
                Some(About::One { kept: &kind.kept, key: &key }.to_string())
            }
        }
    }
}

impl Doing<'_, '_> {
    /// The workspace that a record with these fields comes to be in; empty where that is the default one.
    fn workspace_of(&self, fields: &Map<String, Value>) -> String {
        let named = text(fields, WORKSPACE);
        if !named.is_empty() || !self.kind.workspace {
            return named;
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
        let call = self.call;
        if !self.kind.workspace || matches!(call.caller, Caller::Owner(_)) {
            return Ok(true);
        }
        let id = About::One { kept: &self.kind.kept, key: &record.key }.to_string();
        Ok(call.ask_about(&id)?.is_none_or(|need| call.may(need)))
    }
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_written_is_read() {
        for about in [
            About::One { kept: "eas/Service", key: "a/b" },
            About::Some { kept: "p/K", workspace: "", public: true },
            About::Some { kept: "p/K", workspace: "123", public: false },
        ] {
            assert_eq!(About::read(&about.to_string()), Some(about));
        }
        assert_eq!(About::read("workspace/1"), None);
    }
}
