//! A set, compiled once to be asked many times.

use std::sync::Arc;

use serde::{Deserialize, Serialize};

use super::index::Index;
use crate::dialect::Dialect;
use crate::document::{Document, Effect, Statement};
use crate::request::Request;

/// What kind of policy a document is, as `AccessDeniedDetail` and the RAM API name it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub enum PolicyType {
    /// A policy that the cloud keeps.
    System,
    /// A policy that the account keeps.
    Custom,
    /// A policy that is part of something else: a trust policy, a bucket policy, a session policy.
    Inline,
    /// What the cloud itself says in the words of a policy, and nobody edits: an ACL, a role of a workspace.
    Fixed,
}

/// What a policy is attached to.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
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
    /// A project of Simple Log Service, as its project policy.
    Project(Arc<str>),
    /// A role, as its trust policy.
    Trust(Arc<str>),
    /// A role in a workspace.
    WorkspaceRole(Arc<str>),
    /// Nothing.
    None,
}

impl Attachment {
    /// The name or id of what it is attached to; a session and nothing have none.
    pub fn name(&self) -> Option<&str> {
        match self {
            Self::User(name)
            | Self::Group(name)
            | Self::Role(name)
            | Self::Target(name)
            | Self::Bucket(name)
            | Self::Project(name)
            | Self::Trust(name)
            | Self::WorkspaceRole(name) => Some(name),
            Self::Session | Self::None => None,
        }
    }
}

/// Which policy a document is.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
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
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct Policy {
    /// Which it is.
    pub reference: PolicyRef,
    /// What it says.
    pub document: Arc<Document>,
}

/// A compiled pool of statements: the unit that is evaluated as one. *Policy evaluation process*: all policies of one
/// type that apply form one pool, whatever they are attached to.
///
/// Immutable. A clone shares the compiled form and costs a counter; a set without policies costs nothing at all. It
/// serialises as the list of its [`policies`](Self::policies) and is compiled anew when it is read back.
#[derive(Debug, Clone, Default, Serialize, Deserialize)]
#[serde(from = "Vec<Policy>", into = "Vec<Policy>")]
pub struct PolicySet(Option<Arc<Compiled>>);

#[derive(Debug)]
struct Compiled {
    policies: Box<[Policy]>,
    /// The statements: first those that deny, then those that allow, each in the order of policies. So the first that
    /// fits is the one that settles.
    order: Box<[Entry]>,
    index: Index,
    bytes: usize,
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
        Self((!policies.is_empty()).then(|| Arc::new(Compiled::of(policies))))
    }

    /// A pool without statements: it allows nothing and denies nothing.
    pub fn empty() -> Self {
        Self(None)
    }

    /// The policies that it was compiled from, in the order they were given.
    pub fn policies(&self) -> &[Policy] {
        self.0.as_ref().map_or(&[], |compiled| &compiled.policies)
    }

    /// How many bytes of memory it takes, about: documents, references and compiled form together, whoever shares them.
    pub fn bytes(&self) -> usize {
        self.0.as_ref().map_or(0, |compiled| compiled.bytes)
    }

    /// Tells sets apart while they live: clones of one set have one address, other sets have others. Zero for a set
    /// without policies.
    pub fn address(&self) -> usize {
        self.0.as_ref().map_or(0, |compiled| Arc::as_ptr(compiled).addr())
    }

    /// The statement that settles a request: the first Deny that fits, or else the first Allow that fits.
    #[inline]
    pub(crate) fn find(&self, request: &Request) -> Option<Hit> {
        self.0.as_ref()?.find(request)
    }
}

impl Compiled {
    fn of(policies: Box<[Policy]>) -> Self {
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
        let order: Box<[Entry]> = order.into();
        let held: usize = policies.iter().map(Policy::bytes).sum();
        let bytes = size_of::<Self>() + held + size_of_val(&*order) + index.bytes();
        Self { policies, order, index, bytes }
    }

    fn find(&self, request: &Request) -> Option<Hit> {
        let fits = |number: u32| {
            self.statement(number)
                .is_some_and(|(_, statement, dialect)| statement.fit(request, dialect).counts(statement.effect()))
        };
        let number = self.index.first(request.action(), request.resource(), fits)?;
        let (Entry { policy, statement }, subject, _) = self.statement(number)?;
        Some(Hit { effect: subject.effect(), policy, statement })
    }

    /// The statement with this number, and the dialect it was read in.
    #[inline]
    fn statement(&self, number: u32) -> Option<(Entry, &Statement, &Dialect)> {
        let entry = *self.order.get(number as usize)?;
        let document = &self.policies.get(entry.policy as usize)?.document;
        Some((entry, document.statements().get(entry.statement as usize)?, document.dialect()))
    }
}

impl Policy {
    fn bytes(&self) -> usize {
        let PolicyRef { name, version, attached, .. } = &self.reference;
        let texts = name.len() + version.as_deref().map_or(0, str::len) + attached.name().map_or(0, str::len);
        size_of::<Self>() + texts + self.document.bytes()
    }
}

impl From<Vec<Policy>> for PolicySet {
    fn from(policies: Vec<Policy>) -> Self {
        Self::compile(policies.into_iter().map(|Policy { reference, document }| (reference, document)))
    }
}

impl From<PolicySet> for Vec<Policy> {
    fn from(set: PolicySet) -> Self {
        set.policies().to_vec()
    }
}
