//! Compiled policy sets: the statements of all policies of one type that apply to a principal or a resource.

mod index;
mod table;

use std::sync::Arc;

use serde::Serialize;

use self::index::Index;

use crate::dialect::Dialect;
use crate::document::{Document, Effect, Statement};
use crate::request::Request;

/// What kind of policy a document is, as `AccessDeniedDetail` and the RAM API name it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize)]
pub enum PolicyType {
    /// A policy that the cloud keeps.
    System,
    /// A policy that the account keeps.
    Custom,
    /// A policy that is part of something else: a trust policy, a bucket policy, a session policy.
    Inline,
}

/// What a policy is attached to.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize)]
pub enum Attachment {
    /// A RAM user.
    User(Arc<str>),
    /// A user group.
    Group(Arc<str>),
    /// A RAM role.
    Role(Arc<str>),
    /// A session, by AssumeRole.
    Session,
    /// A node of a resource directory: an account, a folder or the root.
    Target(Arc<str>),
    /// A bucket, as its bucket policy.
    Bucket(Arc<str>),
    /// A role, as its trust policy.
    Trust(Arc<str>),
    /// A role in a workspace.
    WorkspaceRole(Arc<str>),
    /// Nothing.
    None,
}

/// Which policy a document is.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize)]
pub struct PolicyRef {
    /// The policy's name.
    pub name: Arc<str>,
    /// Its type.
    pub kind: PolicyType,
    /// The version in force; system policies report none.
    pub version: Option<Arc<str>>,
    /// What it is attached to.
    pub attached: Attachment,
}

impl PolicyRef {
    /// A policy with nothing known but its name.
    pub fn named(name: impl Into<Arc<str>>) -> Self {
        Self { name: name.into(), kind: PolicyType::Custom, version: None, attached: Attachment::None }
    }
}

/// One policy of a set.
#[derive(Debug, Clone)]
pub struct Policy {
    /// Which it is.
    pub reference: PolicyRef,
    /// What it says.
    pub document: Arc<Document>,
}

/// A compiled pool of statements: the unit that is evaluated as one. *Policy evaluation process*: all policies of one
/// type that apply form one pool, whatever they are attached to. Immutable, shared by cloning.
#[derive(Debug, Clone)]
pub struct PolicySet(Arc<Compiled>);

#[derive(Debug, Default)]
struct Compiled {
    policies: Box<[Policy]>,
    /// The statements: first those that deny, then those that allow, each in the order of policies. So the first that
    /// fits is the one that settles.
    order: Box<[Entry]>,
    index: Index,
}

/// Which statement of which policy.
#[derive(Debug, Clone, Copy)]
struct Entry {
    policy: u32,
    statement: u32,
}

/// The statement that settles a unit.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Hit {
    pub(crate) effect: Effect,
    pub(crate) policy: u32,
    pub(crate) statement: u32,
}

impl PolicySet {
    /// Compiles policies into one pool. A pool decides the same whatever their order; the order settles only which of
    /// several statements is named.
    pub fn compile(policies: impl IntoIterator<Item = (PolicyRef, Arc<Document>)>) -> Self {
        let policies: Box<[Policy]> =
            policies.into_iter().map(|(reference, document)| Policy { reference, document }).collect();
        let mut all = Vec::new();
        for (policy, entry) in (0u32..).zip(&policies) {
            for (statement, subject) in (0u32..).zip(entry.document.statements()) {
                all.push((Entry { policy, statement }, subject));
            }
        }
        // Stable, so the order of policies remains within each effect.
        all.sort_by_key(|(_, subject)| subject.effect() == Effect::Allow);
        let (order, statements): (Vec<Entry>, Vec<&Statement>) = all.into_iter().unzip();
        let index = Index::build(&statements);
        Self(Arc::new(Compiled { policies, order: order.into(), index }))
    }

    /// A pool without statements: it allows nothing and denies nothing.
    pub fn empty() -> Self {
        Self::compile([])
    }

    /// The policies, in the order they were given.
    pub fn policies(&self) -> &[Policy] {
        &self.0.policies
    }

    /// The statement that settles a request: the first Deny that fits, or else the first Allow that fits.
    pub(crate) fn find(&self, request: &Request) -> Option<Hit> {
        let fits = |number: u32| {
            self.statement(number)
                .is_some_and(|(_, statement, dialect)| statement.fit(request, dialect).counts(statement.effect()))
        };
        let number = self.0.index.first(request.action(), request.resource(), fits)?;
        let (Entry { policy, statement }, subject, _) = self.statement(number)?;
        Some(Hit { effect: subject.effect(), policy, statement })
    }

    /// The statement with this number, and the dialect it was read in.
    #[inline]
    fn statement(&self, number: u32) -> Option<(Entry, &Statement, &Dialect)> {
        let entry = *self.0.order.get(number as usize)?;
        let document = &self.0.policies.get(entry.policy as usize)?.document;
        Some((entry, document.statements().get(entry.statement as usize)?, document.dialect()))
    }
}

impl Default for PolicySet {
    fn default() -> Self {
        Self::empty()
    }
}
