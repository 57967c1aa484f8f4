//! A refusal, as much of it as was told.

use serde::Serialize;

/// In which form it came.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Form {
    /// An error body in JSON, of an RPC or ROA operation.
    Json,
    /// An error body in XML, of an RPC operation.
    Xml,
    /// An error body of OSS.
    Oss,
    /// A diagnostic message, encoded or decoded.
    Diagnostic,
    /// A text.
    #[default]
    Text,
}

/// What a refusal says of itself.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
pub struct Refusal {
    /// In which form it came.
    pub form: Form,
    /// The line that it begins in.
    pub line: usize,
    /// `NoPermission`, `AccessDenied`, `Forbidden.RAM`, or what a product says instead.
    pub code: Option<String>,
    /// The message.
    pub message: Option<String>,
    /// The request's id.
    pub request_id: Option<String>,
    /// OSS's detail code: `0003-00000001`.
    pub ec: Option<String>,
    /// The host that answered.
    pub host: Option<String>,
    /// The action.
    pub action: Option<String>,
    /// The resource.
    pub resource: Option<String>,
    /// Who asked.
    pub caller: Caller,
    /// How it was decided.
    pub why: Why,
    /// The diagnostic message.
    pub diagnostic: Option<String>,
    /// The condition keys of the request, where a decoded message tells them.
    pub conditions: Vec<(String, Vec<String>)>,
    /// The policies that a decoded message says matched, in words.
    pub matched: Vec<String>,
}

/// Who asked, in the cloud's words.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
pub struct Caller {
    /// `SubUser`, `AssumedRoleUser`, `Account`, `Federated`.
    pub kind: Option<String>,
    /// The account.
    pub owner: Option<String>,
    /// The user's id, or `ROLE:SESSION`.
    pub name: Option<String>,
}

/// How a request was decided.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
pub struct Why {
    /// `ImplicitDeny`, `ExplicitDeny`.
    pub no_permission: Option<String>,
    /// `AccountLevelIdentityBasedPolicy` and its like.
    pub policy: Option<String>,
}

impl Refusal {
    /// Does it say anything?
    pub(super) fn says_something(&self) -> bool {
        self.code.is_some() || self.ec.is_some() || self.action.is_some() || self.message.is_some()
    }

    /// The account that it names.
    pub fn account(&self) -> Option<&str> {
        let of_resource = || self.resource.as_deref()?.split(':').nth(3).filter(|id| id.len() == 16);
        self.caller.owner.as_deref().or_else(of_resource)
    }

    /// Everything that it says, for whoever looks for words in it.
    pub(super) fn text(&self) -> String {
        let parts = [&self.code, &self.message, &self.ec];
        parts.into_iter().flatten().map(String::as_str).collect::<Vec<_>>().join(" ")
    }
}
