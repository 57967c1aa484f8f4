//! The engine's side: worlds as it takes them, answers as both give them.

use std::sync::Arc;

use acslab_policy::{
    Decision, DefaultRule, Dialect, Document, DocumentKind, Layer, Layers, PolicyRef, PolicySet, Principal, Request,
    ResourceLayer, Verdict, decide, explain,
};
use serde_json::Value;

use super::world::{Answer, Asked, Caller, Policies, ResourcePolicies};

/// The sets of one world.
pub struct Compiled {
    control: Vec<PolicySet>,
    session: Option<PolicySet>,
    identity: PolicySet,
    group: Option<PolicySet>,
    resource: Option<PolicySet>,
    trust: bool,
    default: DefaultRule,
    dialect: Dialect,
}

fn compile(documents: &[Value], kind: DocumentKind, dialect: &Dialect) -> PolicySet {
    PolicySet::compile(documents.iter().enumerate().map(|(index, document)| {
        let text = document.to_string();
        let document =
            Document::parse_with(kind, &text, dialect).unwrap_or_else(|fault| panic!("{fault}\n{document:#}"));
        (PolicyRef::named(format!("p{index}")), Arc::new(document))
    }))
}

impl Compiled {
    pub fn of(policies: &Policies) -> Self {
        let dialect = &policies.dialect;
        let identity = |documents: &Vec<Value>| compile(documents, DocumentKind::Identity, dialect);
        let resource = match &policies.resource {
            ResourcePolicies::None => None,
            ResourcePolicies::Grants(documents) => {
                let bucket = documents.iter().any(|document| document["Statement"][0].get("Principal").is_some());
                let kind = if bucket { DocumentKind::Bucket } else { DocumentKind::Identity };
                Some(compile(documents, kind, dialect))
            }
            ResourcePolicies::Trust(documents) => Some(compile(documents, DocumentKind::Trust, dialect)),
        };
        Self {
            control: policies.control.iter().map(|node| compile(node, DocumentKind::Control, dialect)).collect(),
            session: policies.session.as_ref().map(|documents| compile(documents, DocumentKind::Session, dialect)),
            identity: identity(&policies.identity),
            group: policies.group.as_ref().map(identity),
            resource,
            trust: matches!(policies.resource, ResourcePolicies::Trust(_)),
            default: if policies.allowed_unless_denied {
                DefaultRule::AllowUnlessDenied
            } else {
                DefaultRule::DenyUnlessAllowed
            },
            dialect: *dialect,
        }
    }

    fn layers(&self) -> Layers<'_> {
        Layers {
            control: &self.control,
            session: self.session.as_ref(),
            identity: &self.identity,
            identity_resource_group: self.group.as_ref(),
            resource: match &self.resource {
                None => ResourceLayer::None,
                Some(set) if self.trust => ResourceLayer::Trust(set),
                Some(set) => ResourceLayer::Grants(set),
            },
            default: self.default,
            dialect: &self.dialect,
        }
    }

    pub fn decide(&self, request: &Request) -> Answer {
        answer(&decide(&self.layers(), request))
    }

    pub fn explain(&self, request: &Request) -> Answer {
        answer(&explain(&self.layers(), request).decision)
    }
}

pub fn request(asked: &Asked) -> Request {
    let principal = match &asked.caller {
        Caller::Owner { account } => Principal::owner(account.as_str()),
        Caller::User { account, uid, name } => Principal::ram_user(account.as_str(), uid.as_str(), name.as_str()),
        Caller::Session { account, role, session, linked } => Principal::RoleSession {
            account: account.as_str().into(),
            role: role.as_str().into(),
            session: session.as_str().into(),
            service_linked: *linked,
        },
        Caller::Service { name, acting_for } => Principal::service(name.as_str(), acting_for.as_str()),
        Caller::Federated { arn } => Principal::federated(arn.as_str()),
        Caller::Anonymous => Principal::Anonymous,
    };
    let mut request = Request::new(principal, &asked.action, &asked.resource).unwrap();
    for (key, values) in &asked.context {
        request = request.with_many(key, values.iter().cloned());
    }
    match &asked.product_keys {
        None => request,
        Some(keys) => request.with_product_keys(keys.iter().map(|key| key.as_str().into()).collect()),
    }
}

fn answer(decision: &Decision) -> Answer {
    Answer {
        verdict: match decision.verdict {
            Verdict::Allow => "Allow",
            Verdict::ExplicitDeny => "ExplicitDeny",
            Verdict::ImplicitDeny => "ImplicitDeny",
        },
        layer: layer(decision.layer),
        statement: decision
            .statement
            .map(|at| (layer(at.layer), at.node as usize, at.policy as usize, at.statement as usize)),
        policy_type: decision.policy_type(),
    }
}

fn layer(layer: Layer) -> &'static str {
    match layer {
        Layer::Owner => "Owner",
        Layer::Control => "Control",
        Layer::Session => "Session",
        Layer::Identity => "Identity",
        Layer::IdentityResourceGroup => "IdentityResourceGroup",
        Layer::Resource => "Resource",
        Layer::Trust => "Trust",
        Layer::Default => "Default",
        Layer::None => "None",
    }
}
