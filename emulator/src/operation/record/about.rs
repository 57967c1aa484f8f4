//! What a verb is about, as a product's `locate` is asked for it, and what the caller sees of a list.

use std::fmt;

use super::kind::Kind;
use super::make::Doing;
use super::over::{OverRecord, Verb};
use crate::cloud::Record;
use crate::operation::{Call, Caller, Perform, Sought};
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

/// The id, for `locate`, of what an operation over records is about.
pub fn about_record(call: &Call<'_>, _: &str) -> String {
    match &call.operation.perform {
        Perform::Record(over) => over.about(call).unwrap_or_default(),
        _ => String::new(),
    }
}

impl OverRecord {
    fn about(&self, call: &Call<'_>) -> Option<String> {
        let kind = match (&self.kind, self.verb) {
            (Some(kind), _) => kind,
            (None, Verb::Tag | Verb::Untag | Verb::Tags) => {
                let (kind, ids) = (self.typed(call).ok()?, self.ids(call));
                let key = ids.first()?;
                return Some(About::One { kept: &kind.kept, key }.to_string());
            }
            (None, _) => return None,
        };
        let doing = Doing { over: self, call, kind, region: self.region(call) };
        // In another record the outer one tells who may do what.
        let outer = self.product.outer(kind).last();
        match (self.verb, outer) {
            (Verb::Create | Verb::Put | Verb::List, None) => {
                let workspace = call.arguments.text("WorkspaceId");
                let public = call.arguments.text("Accessibility") == "PUBLIC";
                Some(About::Some { kept: &kind.kept, workspace, public }.to_string())
            }
            (_, outer) => {
                let kind = outer.unwrap_or(kind);
                let id = outer.map_or_else(|| doing.named(), |outer| call.arguments.text(&outer.id).to_owned());
                let key = Doing { kind, ..doing }.found_key("", &id).unwrap_or(id);
                Some(About::One { kept: &kind.kept, key: &key }.to_string())
            }
        }
    }
}

impl Doing<'_, '_> {
    /// May the caller see this record in a list? Whoever may list at all sees what is in no workspace.
    pub(super) fn is_seen(&self, record: &Record) -> Result<bool, ApiError> {
        let call = self.call;
        if !self.kind.workspace || matches!(call.caller, Caller::Owner(_)) {
            return Ok(true);
        }
        let id = About::One { kept: &self.kind.kept, key: &record.key }.to_string();
        let sought = Sought { cloud: call.cloud(), caller: &call.caller, region: self.region, id: &id };
        let facts = (call.operation.product.locate)(&sought);
        let Some(check) = call.operation.access.checks().first() else { return Ok(true) };
        let account = call.caller.account().map_or("", |account| &account.id);
        let name = facts.name.as_deref().unwrap_or("*");
        for (action, resource) in check.names() {
            let resource =
                resource.replace("{region}", self.region).replace("{account}", account).replace("{name}", name);
            // What else a resource names is of the list, not of this one.
            let resource = if resource.contains('{') { "*".to_owned() } else { resource };
            let mut need = call.ask(action, &resource)?;
            need.default = check.default;
            need.know(&facts);
            if call.may(need) {
                return Ok(true);
            }
        }
        Ok(false)
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
