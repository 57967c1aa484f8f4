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

use super::messages::{Message, message};
use super::text::is_code;

/// Do words say that something was refused?
pub(super) fn says_refused(text: &str) -> bool {
    let text = text.to_lowercase();
    REFUSED.iter().any(|words| text.contains(words))
}

fn is_account(id: &str) -> bool {
    id.len() == 16 && id.bytes().all(|byte| byte.is_ascii_digit())
}

/// Words for a refusal, in small letters.
const REFUSED: &[&str] = &[
    "access denied",
    "accessdenied",
    "denied",
    "forbidden",
    "is not authorized",
    "are not authorized",
    "not authorized to",
    "no permission",
    "no right to",
    "permission denied",
    "permission is required",
    "unauthorized",
    "没有权限",
    "没有操作权限",
    "无权",
    "缺少权限",
    "权限不足",
    "未授权",
    "拒绝访问",
    "禁止访问",
    "被拒绝",
];

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
    /// Was the request signed, as far as the text tells?
    #[serde(skip)]
    pub(super) signed: Option<bool>,
    /// What commands and tools name of the call: `InstanceId`, `RegionId`.
    #[serde(skip)]
    pub(super) parameters: Vec<(String, String)>,
    /// The text that it was read of, where it is one: its beginning.
    #[serde(skip)]
    pub(super) told: Option<String>,
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
        self.caller.owner.as_deref().filter(|id| is_account(id)).or_else(|| self.account_of_resource())
    }

    /// Whose resource it names. In a paste ids are masked often enough: `1234****56`.
    pub(super) fn account_of_resource(&self) -> Option<&str> {
        self.resource.as_deref()?.split(':').nth(3).filter(|id| is_account(id))
    }

    /// Is it an identity provider's token or assertion that was refused?
    pub(super) fn is_of_provider(&self) -> bool {
        let federated = self.caller.kind.as_deref().is_some_and(|kind| kind.eq_ignore_ascii_case("Federated"));
        federated || message(&self.text()).is_some_and(Message::is_of_provider)
    }

    /// Does it say what was asked for, and not just a text that names something?
    pub(super) fn is_sure(&self) -> bool {
        self.form != Form::Text
    }

    /// What the call named, letter case aside.
    pub(super) fn parameter(&self, name: &str) -> Option<&str> {
        self.parameters.iter().find(|(known, _)| known.eq_ignore_ascii_case(name)).map(|(_, value)| value.as_str())
    }

    /// Adds what another telling of the same refusal says and this one does not.
    pub(super) fn fill(&mut self, other: Self) {
        let add = |mine: &mut Option<String>, theirs: Option<String>| *mine = mine.take().or(theirs);
        add(&mut self.code, other.code);
        add(&mut self.message, other.message);
        add(&mut self.request_id, other.request_id);
        add(&mut self.ec, other.ec);
        add(&mut self.host, other.host);
        add(&mut self.action, other.action);
        add(&mut self.diagnostic, other.diagnostic);
        add(&mut self.why.no_permission, other.why.no_permission);
        add(&mut self.why.policy, other.why.policy);
        add(&mut self.caller.kind, other.caller.kind);
        add(&mut self.caller.owner, other.caller.owner);
        add(&mut self.caller.name, other.caller.name);
        self.signed = self.signed.or(other.signed);
        for (key, values) in other.conditions {
            if !self.conditions.iter().any(|(known, _)| known.eq_ignore_ascii_case(&key)) {
                self.conditions.push((key, values));
            }
        }
        for (name, value) in other.parameters {
            if self.parameter(&name).is_none() {
                self.parameters.push((name, value));
            }
        }
        // Of a bucket and an object in it the object is meant.
        let bucket = |arn: &String| arn.starts_with("acs:oss:") && !arn.contains('/');
        // A pattern over several is in a policy, and nothing that was asked for.
        let is_pattern = |arn: &str| arn.splitn(5, ':').nth(4).is_some_and(|id| id.contains('*'));
        let object = |arn: &String| arn.starts_with("acs:oss:") && arn.contains('/') && !is_pattern(arn);
        if self.resource.is_none()
            || (self.resource.as_ref().is_some_and(bucket) && other.resource.as_ref().is_some_and(object))
        {
            self.resource = other.resource;
        }
    }

    /// Does it say that something was refused, whatever its form?
    pub(super) fn says_refused(&self) -> bool {
        let decided = self.why.no_permission.is_some() || self.why.policy.is_some() || self.form == Form::Diagnostic;
        let code = self.code.as_deref().is_some_and(is_code) || self.ec.is_some();
        decided || code || says_refused(&self.text())
    }

    /// Everything that it says, for whoever looks for words in it.
    pub(super) fn text(&self) -> String {
        let parts = [&self.code, &self.message, &self.ec, &self.told];
        parts.into_iter().flatten().map(String::as_str).collect::<Vec<_>>().join(" ")
    }
}
