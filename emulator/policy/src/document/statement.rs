//! Statements: the typed form of a policy.

use serde::{Deserialize, Serialize};

use super::principal_pattern::PrincipalPattern;
use crate::action::{Action, ActionPattern};
use crate::condition::{Clause, Context, Outcome};
use crate::dialect::Dialect;
use crate::fault::Fault;
use crate::reason::Reason;
use crate::request::Request;
use crate::resource::{Resource, ResourcePattern};
use crate::text::{Span, Spanned};

/// What a statement does with the requests it fits.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub enum Effect {
    /// It allows them.
    Allow,
    /// It denies them.
    Deny,
}

/// The `Action` or `NotAction` element.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Actions {
    /// The actions meant; never empty.
    Action(Box<[Spanned<ActionPattern>]>),
    /// All actions but these; never empty.
    NotAction(Box<[Spanned<ActionPattern>]>),
}

/// The `Resource` element.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Resources {
    /// A trust policy has none: it is about its role.
    Unstated,
    /// The resources meant; never empty.
    Resource(Box<[Spanned<ResourcePattern>]>),
    /// All resources but these ([`Dialect::not_resource`]); never empty.
    NotResource(Box<[Spanned<ResourcePattern>]>),
}

/// The `Principal` element.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Principals {
    /// The policy is attached to its principal.
    Unstated,
    /// The principals meant.
    Principal(Box<[Spanned<PrincipalPattern>]>),
}

/// One statement of a policy.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Statement {
    pub(crate) effect: Effect,
    pub(crate) span: Span,
    pub(crate) sid: Option<Box<str>>,
    pub(crate) principals: Principals,
    pub(crate) actions: Actions,
    pub(crate) actions_span: Span,
    pub(crate) resources: Resources,
    pub(crate) resources_span: Span,
    pub(crate) principals_span: Span,
    pub(crate) clauses: Box<[Clause]>,
    pub(crate) public: bool,
    /// Why it cannot be used: in a stored document alone.
    pub(crate) fault: Option<Box<Fault>>,
}

/// What a request makes of a whole statement.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Fit {
    Fits,
    /// It does not.
    Not,
    /// It would, but a value in its condition is malformed, or it is not of the grammar.
    Unusable,
}

impl Statement {
    /// What it does.
    pub fn effect(&self) -> Effect {
        self.effect
    }

    /// Where the statement stands.
    pub fn span(&self) -> Span {
        self.span
    }

    /// Its `Sid`, which has no meaning.
    pub fn sid(&self) -> Option<&str> {
        self.sid.as_deref()
    }

    /// The principals it means.
    pub fn principals(&self) -> &Principals {
        &self.principals
    }

    /// Where the value of `Principal` stands.
    pub fn principals_span(&self) -> Span {
        self.principals_span
    }

    /// The actions it means.
    pub fn actions(&self) -> &Actions {
        &self.actions
    }

    /// Where the value of `Action` or `NotAction` stands.
    pub fn actions_span(&self) -> Span {
        self.actions_span
    }

    /// The resources it means.
    pub fn resources(&self) -> &Resources {
        &self.resources
    }

    /// Where the value of `Resource` stands.
    pub fn resources_span(&self) -> Span {
        self.resources_span
    }

    /// The clauses of its condition; all must be met.
    pub fn clauses(&self) -> &[Clause] {
        &self.clauses
    }

    /// Whether it opens a bucket to anybody. *Block Public Access*.
    pub fn is_public(&self) -> bool {
        self.public
    }

    /// Why it cannot be used, in a document that was taken all the same ([`crate::Document::stored`]): an Allow then grants nothing, and
    /// a Deny denies what can be read of it.
    pub fn fault(&self) -> Option<&Fault> {
        self.fault.as_deref()
    }

    /// Can it count for any request? An Allow that cannot be used does not.
    pub fn may_count(&self) -> bool {
        self.fault.is_none() || self.effect == Effect::Deny
    }

    /// Does it count for a request, in the document that it stands in? `dialect`: that document's.
    pub fn counts_for(&self, request: &Request, dialect: &Dialect) -> bool {
        self.fit(request, dialect).counts(self.effect)
    }

    /// How many bytes of memory it takes, about: each pattern with the text that it keeps of the document.
    pub(super) fn bytes(&self) -> usize {
        fn listed<T>(items: &[Spanned<T>], text: impl Fn(&T) -> usize) -> usize {
            size_of_val(items) + items.iter().map(|item| text(&item.value)).sum::<usize>()
        }
        let (Actions::Action(actions) | Actions::NotAction(actions)) = &self.actions;
        let resources = match &self.resources {
            Resources::Unstated => &[][..],
            Resources::Resource(patterns) | Resources::NotResource(patterns) => patterns,
        };
        let principals = match &self.principals {
            Principals::Unstated => 0,
            Principals::Principal(entries) => {
                size_of_val(&**entries) + (self.principals_span.end - self.principals_span.start) as usize
            }
        };
        size_of::<Self>()
            + listed(actions, |pattern| pattern.as_str().len())
            + listed(resources, |pattern| pattern.as_str().len())
            + principals
            + self.clauses.iter().map(Clause::bytes).sum::<usize>()
    }

    /// Whether the statement fits `request`.
    pub(crate) fn fit(&self, request: &Request, dialect: &Dialect) -> Fit {
        let elements = self.actions.test(request.action()).is_ok()
            && self.resources.test(request.resource()).is_ok()
            && self.principal_test(request, dialect).is_ok();
        if elements { self.condition_fit(request.context()) } else { Fit::Not }
    }

    /// Does it speak of whoever asks? What is attached to a principal does. `dialect`: its document's.
    pub fn names_principal_of(&self, request: &Request, dialect: &Dialect) -> bool {
        self.principal_test(request, dialect).is_ok()
    }

    /// Whether the statement means the caller, and if not, why.
    pub(crate) fn principal_test(&self, request: &Request, dialect: &Dialect) -> Result<(), Reason> {
        if self.public && dialect.public_access_blocked {
            return Err(Reason::PublicAccessBlocked);
        }
        self.principals.test(request, !self.clauses.is_empty(), dialect)
    }

    pub(crate) fn condition_fit(&self, context: &Context) -> Fit {
        let mut fit = if self.fault.is_none() { Fit::Fits } else { Fit::Unusable };
        for clause in &self.clauses {
            match clause.judge(context) {
                Outcome::Met(_) => {}
                Outcome::NotMet(_) => return Fit::Not,
                Outcome::Unusable => fit = Fit::Unusable,
            }
        }
        fit
    }
}

impl Fit {
    /// Whether the statement counts. One that cannot be judged grants nothing, but it denies.
    pub(crate) fn counts(self, effect: Effect) -> bool {
        match self {
            Self::Fits => true,
            Self::Not => false,
            Self::Unusable => effect == Effect::Deny,
        }
    }
}

/// The first success, or the last reason for failure.
fn any<T>(items: &[T], test: impl Fn(&T) -> Result<(), Reason>, otherwise: Reason) -> Result<(), Reason> {
    let mut reason = otherwise;
    for item in items {
        match test(item) {
            Ok(()) => return Ok(()),
            Err(failed) => reason = failed,
        }
    }
    Err(reason)
}

/// None may fit, and each only for a reason that may be turned round.
fn none<T>(items: &[T], test: impl Fn(&T) -> Result<(), Reason>, excluded: Reason) -> Result<(), Reason> {
    for item in items {
        match test(item) {
            Ok(()) => return Err(excluded),
            Err(reason) if reason.may_be_inverted() => {}
            Err(reason) => return Err(reason),
        }
    }
    Ok(())
}

impl Actions {
    /// Whether every action meant is one of a service.
    pub(crate) fn are_all_of(&self, service: &str) -> bool {
        let of_service = |pattern: &str| pattern.split(':').next().is_some_and(|own| own.eq_ignore_ascii_case(service));
        match self {
            Self::Action(patterns) => patterns.iter().all(|pattern| of_service(pattern.value.as_str())),
            Self::NotAction(_) => false,
        }
    }

    /// Whether the element covers `action`, and if not, why.
    pub fn test(&self, action: &Action) -> Result<(), Reason> {
        match self {
            Self::Action(patterns) => any(patterns, |pattern| pattern.value.test(action), Reason::ActionDiffers),
            Self::NotAction(patterns) => none(patterns, |pattern| pattern.value.test(action), Reason::ActionExcluded),
        }
    }
}

impl Resources {
    /// Whether the element covers `resource`, and if not, why.
    pub fn test(&self, resource: &Resource) -> Result<(), Reason> {
        match self {
            Self::Unstated => Ok(()),
            Self::Resource(patterns) => any(patterns, |pattern| pattern.value.test(resource), Reason::ResourceDiffers),
            Self::NotResource(patterns) => {
                none(patterns, |pattern| pattern.value.test(resource), Reason::ResourceExcluded)
            }
        }
    }
}

impl Principals {
    /// Whether the element means the caller, and if not, why. `conditional`: the statement has a condition.
    pub(crate) fn test(&self, request: &Request, conditional: bool, dialect: &Dialect) -> Result<(), Reason> {
        match self {
            Self::Unstated => Ok(()),
            Self::Principal(entries) => {
                any(entries, |entry| entry.value.test(request, conditional, dialect), Reason::PrincipalDiffers)
            }
        }
    }
}
