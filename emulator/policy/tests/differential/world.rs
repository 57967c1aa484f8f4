//! One question with all its circumstances, in plain words that both evaluators take.

use acslab_policy::Dialect;
use serde_json::{Value, json};

/// Who asks.
#[derive(Debug, Clone)]
pub enum Caller {
    Owner { account: String },
    User { account: String, uid: String, name: String },
    Session { account: String, role: String, session: String, linked: bool },
    Service { name: String, acting_for: String },
    Federated { arn: String },
    Anonymous,
}

/// What is asked.
#[derive(Debug, Clone)]
pub struct Asked {
    pub caller: Caller,
    pub action: String,
    pub resource: String,
    pub context: Vec<(String, Vec<String>)>,
    pub product_keys: Option<Vec<String>>,
}

/// The policies in force, as JSON documents.
#[derive(Debug, Clone)]
pub struct Policies {
    pub control: Vec<Vec<Value>>,
    pub session: Option<Vec<Value>>,
    pub identity: Vec<Value>,
    pub group: Option<Vec<Value>>,
    pub resource: ResourcePolicies,
    pub allowed_unless_denied: bool,
    pub dialect: Dialect,
}

#[derive(Debug, Clone)]
pub enum ResourcePolicies {
    None,
    Grants(Vec<Value>),
    Trust(Vec<Value>),
}

/// What both evaluators answer.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Answer {
    pub verdict: &'static str,
    pub layer: &'static str,
    /// Layer, node, policy and statement.
    pub statement: Option<(&'static str, usize, usize, usize)>,
    pub policy_type: Option<&'static str>,
}

/// A disagreement, written so that it can be kept as a case.
pub fn describe(policies: &Policies, asked: &Asked) -> String {
    let resource = match &policies.resource {
        ResourcePolicies::None => json!(null),
        ResourcePolicies::Grants(documents) => json!({ "grants": documents }),
        ResourcePolicies::Trust(documents) => json!({ "trust": documents }),
    };
    let layers = json!({
        "control": policies.control, "session": policies.session, "identity": policies.identity,
        "identity_resource_group": policies.group, "resource": resource,
        "allowed_unless_denied": policies.allowed_unless_denied,
    });
    format!("{layers:#}\n{:#?}\n{asked:#?}", policies.dialect)
}
