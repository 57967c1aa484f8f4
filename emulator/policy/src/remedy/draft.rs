//! The documents of all layers, with changes applied: as if somebody had edited them.

use std::sync::Arc;

use serde_json::Value;

use super::{Change, Target};
use crate::dialect::Dialect;
use crate::document::Document;
use crate::kind::DocumentKind;
use crate::layers::{Layer, Layers, ResourceLayer};
use crate::question::OwnedResourceLayer;
use crate::set::{PolicyRef, PolicySet};

type Policies = Vec<(PolicyRef, Arc<Document>)>;

/// The policies of each layer, by document.
#[derive(Debug, Clone)]
pub(super) struct Draft {
    control: Vec<Policies>,
    session: Option<Policies>,
    identity: Policies,
    resource_group: Option<Policies>,
    resource: Own,
}

#[derive(Debug, Clone)]
enum Own {
    None,
    Grants(Policies),
    Trust(Policies),
    Gate(Policies),
}

/// A draft compiled.
#[derive(Debug)]
pub(super) struct Compiled {
    control: Vec<PolicySet>,
    session: Option<PolicySet>,
    identity: PolicySet,
    resource_group: Option<PolicySet>,
    own: OwnedResourceLayer,
}

fn policies(set: &PolicySet) -> Policies {
    set.policies().iter().map(|policy| (policy.reference.clone(), Arc::clone(&policy.document))).collect()
}

impl Draft {
    /// The policies in force.
    pub(super) fn of(layers: &Layers<'_>) -> Self {
        Self {
            control: layers.control.iter().map(policies).collect(),
            session: layers.session.map(policies),
            identity: policies(layers.identity),
            resource_group: layers.identity_resource_group.map(policies),
            resource: match layers.resource {
                ResourceLayer::None => Own::None,
                ResourceLayer::Grants(set) => Own::Grants(policies(set)),
                ResourceLayer::Trust(set) => Own::Trust(policies(set)),
                ResourceLayer::Gate(set) => Own::Gate(policies(set)),
            },
        }
    }

    /// The document of a statement.
    pub(super) fn document(&self, layer: Layer, node: u32, index: u32) -> Option<&(PolicyRef, Arc<Document>)> {
        self.layer(layer, node)?.get(index as usize)
    }

    fn layer(&self, layer: Layer, node: u32) -> Option<&Policies> {
        match (layer, &self.resource) {
            (Layer::Control, _) => self.control.get(node as usize),
            (Layer::Session, _) => self.session.as_ref(),
            (Layer::Identity, _) => Some(&self.identity),
            (Layer::IdentityResourceGroup, _) => self.resource_group.as_ref(),
            (Layer::Resource, Own::Grants(policies) | Own::Gate(policies)) | (Layer::Trust, Own::Trust(policies)) => {
                Some(policies)
            }
            _ => None,
        }
    }

    fn layer_mut(&mut self, layer: Layer, node: u32) -> Option<&mut Policies> {
        match (layer, &mut self.resource) {
            (Layer::Control, _) => self.control.get_mut(node as usize),
            (Layer::Session, _) => self.session.as_mut(),
            (Layer::Identity, _) => Some(&mut self.identity),
            (Layer::IdentityResourceGroup, _) => self.resource_group.as_mut(),
            (Layer::Resource, Own::Grants(policies) | Own::Gate(policies)) | (Layer::Trust, Own::Trust(policies)) => {
                Some(policies)
            }
            _ => None,
        }
    }

    /// The draft with changes applied and compiled; `None` if a changed document is no longer one.
    pub(super) fn with(&self, changes: &[Change]) -> Option<Compiled> {
        let mut changed = self.clone();
        for change in changes {
            match change {
                Change::RemoveStatement(target) => changed.edit(target, None)?,
                Change::ReplaceStatement { target, statement } => changed.edit(target, Some(statement))?,
                Change::AddStatement { .. } | Change::SetKey { .. } | Change::Setting(_) => {}
            }
        }
        for change in changes {
            if let Change::AddStatement { layer, node, statement } = change {
                changed.add(*layer, *node, statement)?;
            }
        }
        Some(changed.compile())
    }

    /// Every statement keeps its number, for what is changed next is named by it: in the place of one that is taken out stands one that
    /// says nothing, and of several in the place of one the others stand at the end.
    fn edit(&mut self, target: &Target, statement: Option<&Value>) -> Option<()> {
        let policies = self.layer_mut(target.layer, target.node)?;
        let (_, document) = policies.get_mut(target.index as usize)?;
        let mut text: Value = serde_json::from_str(document.text()).ok()?;
        let statements = text.get_mut("Statement")?;
        if !statements.is_array() {
            *statements = Value::Array(vec![statements.take()]);
        }
        let statements = statements.as_array_mut()?;
        let (kind, at) = (document.kind(), target.statement as usize);
        let silence = || serde_json::from_str(silence(kind)).ok();
        let (first, others) = match statement {
            Some(Value::Array(several)) => several.split_first().map(|(first, others)| (first.clone(), others))?,
            Some(statement) => (statement.clone(), &[][..]),
            None => (silence()?, &[][..]),
        };
        // Nobody could save what is not of the grammar, whatever is stored beside it.
        let dialect = document.dialect();
        let is_valid = |one: &Value| {
            let text = serde_json::json!({ "Version": "1", "Statement": [one] }).to_string();
            Document::parse_with(kind, &text, dialect).is_ok()
        };
        if statement.is_some() && !others.iter().chain([&first]).all(is_valid) {
            return None;
        }
        *statements.get_mut(at)? = first;
        statements.extend_from_slice(others);
        // What could be saved as it is has to be such that it can be saved again; without a statement it can.
        let strict = saving(document.dialect());
        let before = statement.is_some() && Document::parse_with(kind, document.text(), &strict).is_ok();
        let dialect = if before { strict } else { *document.dialect() };
        let text = text.to_string();
        // What else is wrong with a stored document stays so.
        let changed = match document.faults() {
            [] => Document::parse_with(kind, &text, &dialect),
            _ => Document::stored_with(kind, &text, &dialect),
        };
        *document = Arc::new(changed.ok()?);
        Some(())
    }

    fn add(&mut self, layer: Layer, node: u32, statement: &Value) -> Option<()> {
        let kind = match layer {
            Layer::Control => DocumentKind::Control,
            Layer::Session => DocumentKind::Session,
            Layer::Resource => DocumentKind::Bucket,
            Layer::Trust => DocumentKind::Trust,
            _ => DocumentKind::Identity,
        };
        let text = serde_json::json!({ "Version": "1", "Statement": [statement] }).to_string();
        let policies = self.layer_mut(layer, node)?;
        // Whether public access is blocked stands with the policies that are there.
        let dialect = policies.first().map_or(Dialect::STANDARD, |(_, document)| saving(document.dialect()));
        let document = Document::parse_with(kind, &text, &dialect).ok()?;
        policies.push((PolicyRef::named("the added statement"), Arc::new(document)));
        Some(())
    }

    fn compile(self) -> Compiled {
        let own = match self.resource {
            Own::None => OwnedResourceLayer::None,
            Own::Grants(policies) => OwnedResourceLayer::Grants(PolicySet::compile(policies)),
            Own::Trust(policies) => OwnedResourceLayer::Trust(PolicySet::compile(policies)),
            Own::Gate(policies) => OwnedResourceLayer::Gate(PolicySet::compile(policies)),
        };
        Compiled {
            control: self.control.into_iter().map(PolicySet::compile).collect(),
            session: self.session.map(PolicySet::compile),
            identity: PolicySet::compile(self.identity),
            resource_group: self.resource_group.map(PolicySet::compile),
            own,
        }
    }
}

/// A dialect with all that is refused when a policy is saved.
fn saving(dialect: &Dialect) -> Dialect {
    let Dialect { source_ip_needs_source_vpc, refuse_repeated_stars, size_limits, .. } = Dialect::STANDARD;
    Dialect { source_ip_needs_source_vpc, refuse_repeated_stars, size_limits, ..*dialect }
}

/// A statement of a kind of document that speaks to no request: it denies an action that nobody can ask for.
fn silence(kind: DocumentKind) -> &'static str {
    match kind {
        DocumentKind::Trust => {
            r#"{"Effect":"Deny","Action":"none:None","Principal":{"Service":["none.aliyuncs.com"]}}"#
        }
        DocumentKind::Bucket => {
            r#"{"Effect":"Deny","Action":"none:None","Principal":["0"],"Resource":"acs:none:*:*:none"}"#
        }
        _ => r#"{"Effect":"Deny","Action":"none:None","Resource":"acs:none:*:*:none"}"#,
    }
}

impl Compiled {
    /// The layers, with everything that is no policy as it was.
    pub(super) fn layers<'a>(&'a self, before: &Layers<'a>) -> Layers<'a> {
        Layers {
            control: &self.control,
            session: self.session.as_ref(),
            identity: &self.identity,
            identity_resource_group: self.resource_group.as_ref(),
            resource: self.own.as_layer(),
            default: before.default,
            dialect: before.dialect,
        }
    }
}
