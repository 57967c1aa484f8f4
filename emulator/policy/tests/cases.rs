//! The documented cases: small questions with the answer that the public pages give.

#![expect(clippy::unwrap_used, clippy::panic, reason = "a test may fail by panicking")]

use std::collections::BTreeMap;
use std::sync::Arc;

use acslab_policy::{
    Dialect, Document, DocumentKind, Layer, Layers, PolicyRef, PolicySet, Principal, Request, ResourceLayer, Verdict,
    decide,
};
use serde::Deserialize;
use serde_json::Value;

#[derive(Deserialize)]
struct Case {
    id: String,
    note: String,
    request: Asked,
    policies: BTreeMap<String, Vec<Value>>,
    expect: String,
    deciding_layer: String,
}

#[derive(Deserialize)]
struct Asked {
    principal: Caller,
    action: String,
    resource: String,
    context: BTreeMap<String, String>,
}

#[derive(Deserialize)]
struct Caller {
    r#type: String,
    arn: String,
    id: Option<String>,
    #[serde(default)]
    service_linked: bool,
}

impl Case {
    fn principal(&self) -> Principal {
        let caller = &self.request.principal;
        let fields: Vec<&str> = caller.arn.split(':').collect();
        let account = || fields[3];
        let owner = || self.request.resource.split(':').nth(3).unwrap();
        match caller.r#type.as_str() {
            "Account" => Principal::owner(account()),
            "RAMUser" => {
                let name = fields[4].strip_prefix("user/").unwrap();
                Principal::ram_user(account(), caller.id.as_deref().unwrap_or_default(), name)
            }
            "AssumedRoleUser" => {
                let rest = fields[4].strip_prefix("assumed-role/").unwrap();
                let (role, session) = rest.split_once('/').unwrap();
                Principal::RoleSession {
                    account: account().into(),
                    role: role.into(),
                    session: session.into(),
                    service_linked: caller.service_linked,
                }
            }
            "Service" => Principal::service(caller.arn.as_str(), owner()),
            "Federated" => Principal::federated(caller.arn.as_str()),
            "Anonymous" => Principal::Anonymous,
            other => panic!("principal type {other}"),
        }
    }

    fn set(&self, layer: &str, kind: DocumentKind) -> Option<PolicySet> {
        let documents = self.policies.get(layer)?;
        Some(PolicySet::compile(documents.iter().enumerate().map(|(index, document)| {
            let document = Document::parse_with(kind, &document.to_string(), &Dialect::STORED)
                .unwrap_or_else(|fault| panic!("{}: {layer} policy {index}: {fault}", self.id));
            (PolicyRef::named(format!("{layer}-{index}")), Arc::new(document))
        })))
    }

    fn run(&self) -> (String, String) {
        let mut request = Request::new(self.principal(), &self.request.action, &self.request.resource).unwrap();
        for (key, value) in &self.request.context {
            request.set(key, value);
        }
        let assumes = request.action().as_str() == "sts:AssumeRole";
        let identity = self.set("identity", DocumentKind::Identity).unwrap_or_default();
        let group = self.set("identity_resource_group", DocumentKind::Identity);
        let session = self.set("session", DocumentKind::Session);
        let control: Vec<_> = self.set("control", DocumentKind::Control).into_iter().collect();
        let kind = if assumes { DocumentKind::Trust } else { DocumentKind::Bucket };
        let resource = self.set("resource", kind);
        let layers = Layers {
            control: &control,
            session: session.as_ref(),
            identity_resource_group: group.as_ref(),
            resource: match &resource {
                None => ResourceLayer::None,
                Some(set) if assumes => ResourceLayer::Trust(set),
                Some(set) => ResourceLayer::Grants(set),
            },
            ..Layers::new(&identity)
        };
        let decision = decide(&layers, &request);
        let verdict = match decision.verdict {
            Verdict::Allow => "Allow",
            Verdict::ExplicitDeny => "ExplicitDeny",
            Verdict::ImplicitDeny => "ImplicitDeny",
        };
        let layer = match decision.layer {
            Layer::Control => "control",
            Layer::Session => "session",
            Layer::Identity | Layer::IdentityResourceGroup => "identity",
            Layer::Resource | Layer::Trust => "resource",
            Layer::Owner | Layer::Default | Layer::None => "none",
        };
        (verdict.to_owned(), layer.to_owned())
    }
}

#[test]
fn documented_cases() {
    let cases: Vec<Case> = serde_json::from_str(include_str!("data/cases.json")).unwrap();
    assert_eq!(cases.len(), 570);
    let mut failures = Vec::new();
    for case in &cases {
        let (verdict, layer) = case.run();
        if (&verdict, &layer) != (&case.expect, &case.deciding_layer) {
            failures.push(format!(
                "{} ({}): {verdict} by {layer}, expected {} by {}",
                case.id, case.note, case.expect, case.deciding_layer
            ));
        }
    }
    assert!(failures.is_empty(), "{} cases failed:\n{}", failures.len(), failures.join("\n"));
}
