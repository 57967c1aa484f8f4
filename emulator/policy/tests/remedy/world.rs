//! The documents of each layer, and whether what is proposed for them holds.

use std::sync::Arc;

use acslab_policy::{
    Action, Change, Dialect, Document, DocumentKind, KeyOf, Layer, Layers, PolicyRef, PolicySet, Principal, Remedies,
    Remedy, Request, ResourceLayer, decide, would_allow,
};
use serde_json::{Value, json};

/// The documents of each layer, as JSON, so that the test can change them by itself.
#[derive(Clone, Default)]
pub(crate) struct World {
    pub(crate) control: Vec<Vec<Value>>,
    pub(crate) session: Option<Vec<Value>>,
    pub(crate) identity: Vec<Value>,
    pub(crate) group: Option<Vec<Value>>,
    pub(crate) grants: Option<Vec<Value>>,
    pub(crate) trust: Option<Vec<Value>>,
}

pub(crate) fn set(kind: DocumentKind, documents: &[Value]) -> PolicySet {
    PolicySet::compile(documents.iter().enumerate().filter(|(_, document)| document["Statement"] != json!([])).map(
        |(index, document)| {
            let document = Document::parse_with(kind, &document.to_string(), &Dialect::STORED).unwrap();
            (PolicyRef::named(format!("p{index}")), Arc::new(document))
        },
    ))
}

impl World {
    pub(crate) fn identity(statements: Value) -> Self {
        Self { identity: vec![policy(statements)], ..Self::default() }
    }

    pub(crate) fn asked<T>(&self, ask: impl FnOnce(&Layers<'_>) -> T) -> T {
        let control: Vec<_> = self.control.iter().map(|node| set(DocumentKind::Control, node)).collect();
        let session = self.session.as_ref().map(|documents| set(DocumentKind::Session, documents));
        let identity = set(DocumentKind::Identity, &self.identity);
        let group = self.group.as_ref().map(|documents| set(DocumentKind::Identity, documents));
        let grants = self.grants.as_ref().map(|documents| set(DocumentKind::Bucket, documents));
        let trust = self.trust.as_ref().map(|documents| set(DocumentKind::Trust, documents));
        ask(&Layers {
            control: &control,
            session: session.as_ref(),
            identity_resource_group: group.as_ref(),
            resource: match (&grants, &trust) {
                (Some(set), _) => ResourceLayer::Grants(set),
                (None, Some(set)) => ResourceLayer::Trust(set),
                (None, None) => ResourceLayer::None,
            },
            ..Layers::new(&identity)
        })
    }

    pub(crate) fn would_allow(&self, request: &Request, known: &[&str]) -> Remedies {
        let known: Vec<_> = known.iter().map(|action| Action::parse(action).unwrap()).collect();
        self.asked(|layers| would_allow(layers, request, &known))
    }

    pub(crate) fn layer(&mut self, layer: Layer, node: u32) -> &mut Vec<Value> {
        match layer {
            Layer::Control => &mut self.control[node as usize],
            Layer::Session => self.session.as_mut().unwrap(),
            Layer::Identity => &mut self.identity,
            Layer::IdentityResourceGroup => self.group.as_mut().unwrap(),
            Layer::Resource => self.grants.as_mut().unwrap(),
            Layer::Trust => self.trust.as_mut().unwrap(),
            other => panic!("no policies in {other:?}"),
        }
    }

    /// The test's own way to carry changes out, apart from the one that the engine tries them with.
    pub(crate) fn changed(&self, changes: &[Change]) -> Self {
        let mut world = self.clone();
        for change in changes {
            match change {
                Change::ReplaceStatement { target, statement } => {
                    let document = &mut world.layer(target.layer, target.node)[target.index as usize];
                    let several = statement.as_array().cloned().unwrap_or_else(|| vec![statement.clone()]);
                    let (first, others) = several.split_first().unwrap();
                    document["Statement"][target.statement as usize] = first.clone();
                    document["Statement"].as_array_mut().unwrap().extend(others.iter().cloned());
                }
                // Emptied, so that the numbers of the others stay.
                Change::RemoveStatement(target) => {
                    let document = &mut world.layer(target.layer, target.node)[target.index as usize];
                    document["Statement"][target.statement as usize] = Value::Null;
                }
                Change::AddStatement { layer, node, statement } => {
                    world.layer(*layer, *node).push(policy(json!([statement])));
                }
                Change::SetKey { .. } | Change::Setting(_) => {}
            }
        }
        let layers = world.control.iter_mut().chain(world.session.as_mut()).chain([&mut world.identity]);
        let layers = layers.chain(world.group.as_mut()).chain(world.grants.as_mut()).chain(world.trust.as_mut());
        for document in layers.flatten() {
            document["Statement"].as_array_mut().unwrap().retain(|statement| !statement.is_null());
        }
        world
    }

    /// Every proposal, carried out, allows; with any one of its changes left out it does not.
    pub(crate) fn holds(&self, request: &Request, remedies: &Remedies) {
        for remedy in remedies.remedies.iter().chain(&remedies.wider) {
            remedy.changes.iter().for_each(is_of_its_language);
            let allowed = |changes: &[Change]| {
                let mut request = request.clone();
                for change in changes {
                    if let Change::SetKey { key, values, .. } = change {
                        request.set_many(key.as_str(), values.iter().map(String::as_str));
                    }
                }
                self.changed(changes).asked(|layers| decide(layers, &request).is_allowed())
            };
            assert!(allowed(&remedy.changes), "does not allow: {:#?}", remedy.changes);
            for left_out in 0..remedy.changes.len() {
                let mut fewer = remedy.changes.clone();
                fewer.remove(left_out);
                assert!(!allowed(&fewer), "not needed: {:#?}", remedy.changes[left_out]);
            }
        }
    }
}

/// What is proposed for a bucket policy could be put there.
pub(crate) fn is_of_its_language(change: &Change) {
    let (layer, statement) = match change {
        Change::AddStatement { layer, statement, .. } => (*layer, statement),
        Change::ReplaceStatement { target, statement } => (target.layer, statement),
        Change::RemoveStatement(_) | Change::SetKey { .. } | Change::Setting(_) => return,
    };
    if layer == Layer::Resource {
        let several = statement.as_array().cloned().unwrap_or_else(|| vec![statement.clone()]);
        let text = policy(json!(several)).to_string();
        let read = Document::parse_with(DocumentKind::Bucket, &text, &Dialect::STANDARD);
        assert!(read.is_ok() && !text.contains("rincipalA"), "{text}: {read:?}");
    }
}

#[expect(clippy::needless_pass_by_value, reason = "called with values made on the spot")]
pub(crate) fn policy(statements: Value) -> Value {
    json!({ "Version": "1", "Statement": statements })
}

pub(crate) fn alice(action: &str, resource: &str) -> Request {
    Request::new(Principal::ram_user("1", "2001", "alice"), action, resource).unwrap()
}

/// The statement that a proposal adds, by one change and no other.
pub(crate) fn added(remedies: &Remedies) -> &Value {
    let only = |remedy: &'_ Remedy| matches!(remedy.changes.as_slice(), [Change::AddStatement { .. }]);
    match remedies.remedies.iter().find(|remedy| only(remedy)).map(|remedy| &remedy.changes[0]) {
        Some(Change::AddStatement { statement, .. }) => statement,
        _ => panic!("no grant alone: {remedies:#?}"),
    }
}

/// The keys and values that a proposal sets, if it changes nothing else.
pub(crate) fn keys(remedy: &Remedy) -> Option<Vec<(&str, &str, KeyOf)>> {
    let key = |change: &'_ Change| match change {
        Change::SetKey { key, values, of } => Some((key.as_str().to_owned(), values[0].clone(), *of)),
        _ => None,
    };
    let keys: Option<Vec<_>> = remedy.changes.iter().map(key).collect();
    keys.map(|keys| keys.into_iter().map(|(key, value, of)| (&*key.leak(), &*value.leak(), of)).collect())
}

pub(crate) const PHOTO: &str = "acs:oss:*:1:photos/a.jpg";

pub(crate) fn opened(remedy: &Remedy) -> Vec<(&str, &str)> {
    remedy.opens.iter().map(|opened| (opened.action.as_str(), opened.resource.as_str())).collect()
}
