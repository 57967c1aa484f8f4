//! `POST policies/evaluate`: what policies say to a request.

use std::collections::BTreeMap;

use acslab_policy::{
    DefaultRule, Dialect, DocumentKind, OwnedLayers, OwnedResourceLayer, Principal, Question, Request, would_allow,
};
use serde::Deserialize;
use serde_json::{Value, json};

use super::sets::{Misfit, Text, set};
use crate::control::decisions::{documents, near};
use crate::control::fixes::known_actions;
use crate::gateway::Gateway;

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Evaluate {
    policies: Policies,
    request: Asked,
    /// Is it to be said what would allow it? That takes its time.
    #[serde(default)]
    remedies: bool,
}

/// The policies in force, layer by layer; a layer that is left out is not there. A request meets one policy of a session, and of what it
/// asks for: a bucket's or a role's.
#[derive(Deserialize)]
#[serde(deny_unknown_fields, default)]
#[derive(Default)]
struct Policies {
    control: Vec<Text>,
    session: Option<Text>,
    identity: Vec<Text>,
    resource_group: Option<Vec<Text>>,
    bucket: Option<Text>,
    trust: Option<Text>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Asked {
    /// An ARN; without one, a RAM user of the resource's account.
    principal: Option<String>,
    action: String,
    #[serde(default = "anything")]
    resource: String,
    #[serde(default)]
    context: BTreeMap<String, Values>,
}

#[derive(Deserialize)]
#[serde(untagged, expecting = "expected a text, or a list of texts")]
enum Values {
    One(String),
    Many(Vec<String>),
}

fn anything() -> String {
    "*".to_owned()
}

/// The answer with its reasons, the documents that these point into, and, if that is asked for, what would allow it.
pub(super) fn evaluate(gateway: &Gateway, Evaluate { policies, request, remedies }: Evaluate) -> Result<Value, String> {
    if policies.bucket.is_some() && policies.trust.is_some() {
        return Err("a request meets a bucket policy or a trust policy, not both: leave one out".to_owned());
    }
    let layers = match layers(gateway, &policies) {
        Ok(layers) => layers,
        Err(malformed) => return Ok(json!({"malformed": [malformed]})),
    };
    let question = Question { request: asked(request)?, layers };
    let explanation = question.explain();
    let mut answer = json!({
        "decision": explanation.decision,
        "documents": documents(&explanation),
        "near": near(&explanation),
        "text": explanation.to_string(),
        "explanation": explanation,
    });
    if remedies {
        let known = known_actions(gateway.registry());
        answer["remedies"] = json!(would_allow(&question.layers.as_layers(), &question.request, &known));
    }
    Ok(answer)
}

fn layers(gateway: &Gateway, policies: &Policies) -> Result<OwnedLayers, Misfit> {
    let system = gateway.cloud().system_policies();
    let many = |kind, texts: &[Text]| set(&system, kind, texts);
    let one = |kind, text: &Option<Text>| text.as_ref().map(|text| many(kind, std::slice::from_ref(text))).transpose();
    let nodes: Result<Vec<_>, _> =
        policies.control.iter().map(|text| many(DocumentKind::Control, std::slice::from_ref(text))).collect();
    let (bucket, trust) = (one(DocumentKind::Bucket, &policies.bucket)?, one(DocumentKind::Trust, &policies.trust)?);
    let groups = policies.resource_group.as_deref().map(|texts| many(DocumentKind::Identity, texts)).transpose()?;
    Ok(OwnedLayers {
        control: nodes?.into(),
        session: one(DocumentKind::Session, &policies.session)?,
        identity: many(DocumentKind::Identity, &policies.identity)?,
        identity_resource_group: groups,
        resource: match (trust, bucket) {
            (Some(trust), _) => OwnedResourceLayer::Trust(trust),
            (None, Some(bucket)) => OwnedResourceLayer::Grants(bucket),
            (None, None) => OwnedResourceLayer::None,
        },
        default: DefaultRule::DenyUnlessAllowed,
        dialect: Dialect::STANDARD,
    })
}

fn asked(asked: Asked) -> Result<Request, String> {
    const SOMEBODY: &str = "1234567890123456";
    let account = asked.resource.split(':').nth(3).filter(|account| !account.is_empty() && *account != "*");
    let account = account.unwrap_or(SOMEBODY);
    let named = asked.principal.filter(|principal| !principal.is_empty());
    let named = named.unwrap_or_else(|| format!("acs:ram::{account}:user/somebody"));
    let principal = Principal::named(&named, account).ok_or_else(|| format!("`{named}` does not name a principal"))?;
    let request = Request::new(principal, &asked.action, &asked.resource).map_err(|error| error.to_string())?;
    Ok(asked.context.into_iter().fold(request, |request, (key, values)| match values {
        Values::One(value) => request.with_many(&key, [value]),
        Values::Many(values) => request.with_many(&key, values),
    }))
}

/// A request by somebody, for whoever asks only who is meant.
pub(super) fn somebody(principal: &str) -> Result<Request, String> {
    asked(Asked {
        principal: Some(principal.to_owned()),
        action: "sts:AssumeRole".to_owned(),
        resource: anything(),
        context: BTreeMap::new(),
    })
}
