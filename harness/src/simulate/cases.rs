//! Files of cases: small authorization questions with their answers. The format is a JSON array; a case names the request,
//! the documents that apply, a list a layer, and what is expected of verdict and deciding layer. [`CASES_SCHEMA`] has it in full.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use acslab_policy::{
    Dialect, Document, DocumentKind, Explanation, Layer, Layers, PolicyRef, PolicySet, Principal, Request,
    ResourceLayer, Verdict, decide, explain,
};
use serde::Deserialize;
use serde::de::IgnoredAny;
use serde_json::Value;
use serde_json::value::RawValue;

use super::principal::parse_principal;

/// The form of a file of cases as JSON Schema.
pub const CASES_SCHEMA: &str = include_str!("cases.schema.json");

/// One case.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Case {
    /// Its name.
    pub id: String,
    /// What it shows.
    #[serde(default)]
    pub note: String,
    request: Asked,
    policies: BTreeMap<String, Vec<Box<RawValue>>>,
    expect: Expected,
    #[serde(default)]
    deciding_layer: Option<Decider>,
    /// Where the answer is from, for readers.
    #[serde(default, rename = "source")]
    _source: Option<String>,
}

/// A verdict.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
enum Expected {
    Allow,
    ExplicitDeny,
    ImplicitDeny,
}

impl Expected {
    fn name(self) -> &'static str {
        match self {
            Self::Allow => "Allow",
            Self::ExplicitDeny => "ExplicitDeny",
            Self::ImplicitDeny => "ImplicitDeny",
        }
    }
}

/// Whose policies settle it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
enum Decider {
    Control,
    Session,
    Identity,
    Resource,
    None,
}

impl Decider {
    fn name(self) -> &'static str {
        match self {
            Self::Control => "control",
            Self::Session => "session",
            Self::Identity => "identity",
            Self::Resource => "resource",
            Self::None => "none",
        }
    }
}

/// What a principal says it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
enum Kind {
    Account,
    #[serde(rename = "RAMUser")]
    RamUser,
    AssumedRoleUser,
    Service,
    Federated,
    Anonymous,
}

impl Kind {
    fn is_of(self, principal: &Principal) -> bool {
        matches!(
            (self, principal),
            (Self::Account, Principal::Account { .. })
                | (Self::RamUser, Principal::RamUser { .. })
                | (Self::AssumedRoleUser, Principal::RoleSession { .. })
                | (Self::Service, Principal::Service { .. })
                | (Self::Federated, Principal::Federated { .. })
                | (Self::Anonymous, Principal::Anonymous)
        )
    }
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Asked {
    principal: Caller,
    action: String,
    resource: String,
    #[serde(default)]
    context: BTreeMap<String, Value>,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Caller {
    #[serde(rename = "type")]
    kind: Kind,
    arn: String,
    #[serde(default)]
    id: Option<String>,
    #[serde(default)]
    service_linked: bool,
    // What the ARN says as well, for readers.
    #[serde(default, rename = "account")]
    _account: IgnoredAny,
    #[serde(default, rename = "name")]
    _name: IgnoredAny,
    #[serde(default, rename = "role")]
    _role: IgnoredAny,
    #[serde(default, rename = "session")]
    _session: IgnoredAny,
    #[serde(default, rename = "service")]
    _service: IgnoredAny,
    #[serde(default, rename = "provider")]
    _provider: IgnoredAny,
}

/// A file that holds no cases.
#[derive(Debug, thiserror::Error)]
pub enum CaseError {
    /// Its form is another one; with line and column.
    #[error("not a file of cases: {0}; `acslab schema cases` prints its form")]
    Form(#[from] serde_json::Error),
    /// Two cases go by one name.
    #[error("not a file of cases: two of them have the id `{0}`")]
    Twice(String),
}

/// What became of a case.
#[derive(Debug)]
pub enum CaseOutcome {
    /// Verdict and deciding layer are as expected.
    Passed,
    /// They are not.
    Failed {
        /// Verdict and layer found.
        found: (String, String),
        /// Verdict and layer expected; no layer where the case names none.
        expected: (String, Option<String>),
        /// Why the engine decides as it does.
        explanation: Box<Explanation>,
    },
    /// The case cannot be asked.
    Unusable(String),
}

/// Reads a file of cases.
///
/// # Errors
/// It is no JSON array of cases; the message has line and column.
pub fn read_cases(text: &str) -> Result<Vec<Case>, CaseError> {
    let cases: Vec<Case> = serde_json::from_str(text)?;
    let mut seen = BTreeSet::new();
    match cases.iter().find(|case| !seen.insert(&case.id)) {
        Some(twice) => Err(CaseError::Twice(twice.id.clone())),
        None => Ok(cases),
    }
}

impl Case {
    /// Asks the engine.
    pub fn run(&self) -> CaseOutcome {
        self.ask().unwrap_or_else(CaseOutcome::Unusable)
    }

    fn ask(&self) -> Result<CaseOutcome, String> {
        let asked = &self.request;
        let mut request =
            Request::new(self.principal()?, &asked.action, &asked.resource).map_err(|error| error.to_string())?;
        for (key, value) in &asked.context {
            request = request.with_many(key, texts(value));
        }
        let assumes = asked.action.eq_ignore_ascii_case("sts:AssumeRole");
        let own = if assumes { DocumentKind::Trust } else { DocumentKind::Bucket };
        let identity = self.set("identity", DocumentKind::Identity)?.unwrap_or_default();
        let resource_group = self.set("identity_resource_group", DocumentKind::Identity)?;
        let session = self.set("session", DocumentKind::Session)?;
        let control: Vec<_> = self.set("control", DocumentKind::Control)?.into_iter().collect();
        let resource = self.set("resource", own)?;
        let known = ["identity", "identity_resource_group", "session", "control", "resource"];
        if let Some(unknown) = self.policies.keys().find(|layer| !known.contains(&layer.as_str())) {
            return Err(format!("unknown layer `{unknown}`: expected one of {}", known.join(", ")));
        }
        let layers = Layers {
            control: &control,
            session: session.as_ref(),
            identity_resource_group: resource_group.as_ref(),
            resource: match &resource {
                // Without a trust policy nobody is trusted.
                None | Some(_) if assumes => ResourceLayer::Trust(resource.as_ref().unwrap_or(&NOTHING)),
                Some(set) => ResourceLayer::Grants(set),
                None => ResourceLayer::None,
            },
            ..Layers::new(&identity)
        };
        let decision = decide(&layers, &request);
        let found = (verdict_name(decision.verdict), layer_name(decision.layer));
        let layer_fits = self.deciding_layer.is_none_or(|layer| layer.name() == found.1);
        if found.0 == self.expect.name() && layer_fits {
            return Ok(CaseOutcome::Passed);
        }
        Ok(CaseOutcome::Failed {
            found: (found.0.to_owned(), found.1.to_owned()),
            expected: (self.expect.name().to_owned(), self.deciding_layer.map(|layer| layer.name().to_owned())),
            explanation: Box::new(explain(&layers, &request)),
        })
    }

    fn principal(&self) -> Result<Principal, String> {
        let caller = &self.request.principal;
        let resource_account = self.request.resource.split(':').nth(3).unwrap_or_default();
        let principal = match caller.kind {
            Kind::Anonymous if caller.arn.is_empty() => Principal::Anonymous,
            _ => parse_principal(&caller.arn, resource_account).map_err(|error| error.to_string())?,
        };
        if !caller.kind.is_of(&principal) {
            return Err(format!("`{}` is no {:?}, which its `type` says", caller.arn, caller.kind));
        }
        Ok(match principal {
            Principal::RamUser { account, name, .. } => {
                Principal::RamUser { account, user_id: caller.id.as_deref().unwrap_or_default().into(), name }
            }
            Principal::RoleSession { account, role, session, .. } => {
                Principal::RoleSession { account, role, session, service_linked: caller.service_linked }
            }
            other => other,
        })
    }

    fn set(&self, layer: &str, kind: DocumentKind) -> Result<Option<PolicySet>, String> {
        let Some(documents) = self.policies.get(layer) else { return Ok(None) };
        let mut policies = Vec::with_capacity(documents.len());
        for (number, document) in documents.iter().enumerate() {
            let document = Document::parse_with(kind, document.get(), &Dialect::STORED)
                .map_err(|malformed| format!("{layer} policy {number}: {malformed}"))?;
            policies.push((PolicyRef::named(format!("{layer} policy {number}")), Arc::new(document)));
        }
        Ok(Some(PolicySet::compile(policies)))
    }
}

static NOTHING: std::sync::LazyLock<PolicySet> = std::sync::LazyLock::new(PolicySet::empty);

/// A context value: one text, or several.
fn texts(value: &Value) -> Vec<String> {
    match value {
        Value::Array(values) => values.iter().flat_map(texts).collect(),
        Value::String(text) => vec![text.clone()],
        other => vec![other.to_string()],
    }
}

fn verdict_name(verdict: Verdict) -> &'static str {
    match verdict {
        Verdict::Allow => "Allow",
        Verdict::ExplicitDeny => "ExplicitDeny",
        Verdict::ImplicitDeny => "ImplicitDeny",
    }
}

/// The layer in the words of the cases: both identity scopes are `identity`, both policies of a resource `resource`.
fn layer_name(layer: Layer) -> &'static str {
    match layer {
        Layer::Control => "control",
        Layer::Session => "session",
        Layer::Identity | Layer::IdentityResourceGroup => "identity",
        Layer::Resource | Layer::Trust => "resource",
        Layer::Owner | Layer::Default | Layer::None => "none",
    }
}

#[cfg(test)]
mod tests {
    use serde_json::{Value, json};

    use super::{CASES_SCHEMA, CaseOutcome, read_cases};
    use crate::scenario::misfit;

    /// Does the schema take it, and is it read?
    fn fits(cases: &Value) -> (bool, bool) {
        let schema: Value = serde_json::from_str(CASES_SCHEMA).unwrap();
        (misfit(cases, &schema, &schema).is_none(), read_cases(&cases.to_string()).is_ok())
    }

    const EXAMPLE: &str = include_str!("../../../docs/examples/cases.json");

    #[test]
    fn the_files_that_come_with_acslab_fit() {
        for text in [EXAMPLE, include_str!("../../../emulator/policy/tests/data/cases.json")] {
            let cases: Value = serde_json::from_str(text).unwrap();
            let schema: Value = serde_json::from_str(CASES_SCHEMA).unwrap();
            assert_eq!(misfit(&cases, &schema, &schema), None);
            assert!(cases.as_array().is_some_and(|all| !all.is_empty()));
            for case in read_cases(text).unwrap() {
                assert!(matches!(case.run(), CaseOutcome::Passed), "{}", case.id);
            }
        }
        let page = include_str!("../../../docs/policies.md");
        assert!(page.contains(EXAMPLE.trim_end()), "docs/policies.md shows docs/examples/cases.json");
    }

    /// What the schema has is what is read: each field is taken by both, and no other by either.
    #[test]
    fn the_schema_has_the_fields_that_are_read() {
        let schema: Value = serde_json::from_str(CASES_SCHEMA).unwrap();
        let case = serde_json::from_str::<Value>(EXAMPLE).unwrap()[0].clone();
        assert_eq!(fits(&json!([case])), (true, true));
        let at = |part: &str| match part {
            "case" => "/0",
            "request" => "/0/request",
            _ => "/0/request/principal",
        };
        for part in ["case", "request", "principal"] {
            let fields = schema.pointer(&format!("/$defs/{part}/properties")).and_then(Value::as_object).unwrap();
            for field in fields.keys() {
                let mut without = json!([case]);
                let had = without.pointer_mut(at(part)).and_then(Value::as_object_mut).unwrap().remove(field);
                let (schema, read) = fits(&without);
                assert_eq!(schema, read, "without {part} {field}");
                let mut with = without;
                let value = had.unwrap_or_else(|| if field == "service_linked" { json!(true) } else { json!("x") });
                with.pointer_mut(at(part)).unwrap()[field] = value;
                assert!(fits(&with).1, "with {part} {field}");
            }
            let mut wrong = json!([case]);
            wrong.pointer_mut(at(part)).unwrap()["deciding_layr"] = json!("identity");
            assert_eq!(fits(&wrong), (false, false), "{part}");
        }
        let mut wrong = json!([case]);
        wrong[0]["expect"] = json!("Deny");
        assert!(!fits(&wrong).0);
        assert_eq!(fits(&json!({})), (false, false));
    }
}
