//! What the rules look at: the statements of a document, with what the catalogue knows of their actions.

use crate::action::ActionPattern;
use crate::catalogue::{ActionNames, Catalogue, KnownAction, Names, Service, fits};
use crate::document::{Actions, Effect, Resources, Statement};
use crate::fault::{FaultCode, Malformed};
use crate::kind::DocumentKind;
use crate::resource::ResourcePattern;
use crate::text::Spanned;

/// A document under inspection.
pub(super) struct Subject<'d> {
    pub(super) kind: DocumentKind,
    pub(super) catalogue: &'static Catalogue,
    /// Names that the catalogue does not list.
    more: &'d dyn ActionNames,
    /// All statements, also those with faults in them.
    pub(super) all: &'d [Statement],
    /// The statements without faults: what they say is what is written.
    pub(super) sound: Vec<&'d Statement>,
}

impl<'d> Subject<'d> {
    pub(super) fn new(
        kind: DocumentKind,
        statements: &'d [Statement],
        malformed: Option<&Malformed>,
        more: &'d dyn ActionNames,
    ) -> Self {
        let faults = malformed.map(Malformed::faults).unwrap_or_default();
        let unlisted = malformed.map(Malformed::unlisted).unwrap_or_default();
        let sound = |statement: &&Statement| {
            let span = statement.span();
            let more = unlisted.partition_point(|fault| fault.start < span.start);
            let more = unlisted.iter().skip(more).take_while(|fault| fault.start < span.end);
            more.into_iter().all(|fault| leaves_meaning(fault.code))
                && !faults.iter().any(|fault| {
                    span.start <= fault.span.start && fault.span.end <= span.end && !leaves_meaning(fault.code)
                })
        };
        let sound = statements.iter().filter(sound).collect();
        Self { kind, catalogue: Catalogue::published(), more, all: statements, sound }
    }

    /// Names of actions of a service, in any letter case, that the catalogue need not list.
    pub(super) fn more_names(&self, code: &str) -> Vec<String> {
        self.more.names(&code.to_ascii_lowercase())
    }

    /// Whether the document is attached to whom it speaks of: what it allows is gained.
    pub(super) fn grants(&self) -> bool {
        matches!(self.kind, DocumentKind::Identity)
    }

    /// The sound statements that allow.
    pub(super) fn allowing(&self) -> impl Iterator<Item = &'d Statement> + '_ {
        self.sound.iter().copied().filter(|statement| statement.effect() == Effect::Allow)
    }
}

/// Whether a statement says what is written although this fault is in it.
fn leaves_meaning(code: FaultCode) -> bool {
    matches!(
        code,
        FaultCode::Comment | FaultCode::TrailingComma | FaultCode::MissingComma | FaultCode::SourceVpcRequired
    )
}

/// The actions that a statement names, if it names those it means.
pub(super) fn actions(statement: &Statement) -> &[Spanned<ActionPattern>] {
    match statement.actions() {
        Actions::Action(patterns) => patterns,
        Actions::NotAction(_) => &[],
    }
}

/// The resources that a statement names.
pub(super) fn resources(statement: &Statement) -> &[Spanned<ResourcePattern>] {
    match statement.resources() {
        Resources::Resource(patterns) => patterns,
        Resources::NotResource(_) | Resources::Unstated => &[],
    }
}

/// An action pattern, cut at its colon, with what the catalogue knows of it.
pub(super) struct Named<'p> {
    /// The service part as written.
    pub(super) code: &'p str,
    /// The name part as written.
    pub(super) name: &'p str,
    pub(super) service: &'static Service,
}

impl Named<'_> {
    /// Reads a pattern whose service is written out and known.
    pub(super) fn of<'p>(pattern: &'p ActionPattern, catalogue: &'static Catalogue) -> Option<Named<'p>> {
        let (code, name) = pattern.as_str().split_once(':')?;
        Some(Named { code, name, service: catalogue.service(code)? })
    }

    /// The known actions that the pattern covers, letter case aside.
    pub(super) fn known(&self) -> Vec<&'static KnownAction> {
        if self.name.contains(['*', '?']) {
            self.service.actions().iter().filter(|action| fits(self.name, action.name())).collect()
        } else {
            self.service.action(self.name).into_iter().collect()
        }
    }

    /// The known actions that the pattern covers, if nothing else can be among them.
    pub(super) fn all_known(&self) -> Vec<&'static KnownAction> {
        let literal = !self.name.contains(['*', '?']);
        if literal || self.service.names() == Names::Complete { self.known() } else { Vec::new() }
    }
}

/// Names for a sentence: `a`, `b` and 3 more.
pub(super) fn listed<T: std::fmt::Display>(names: &[T]) -> String {
    joined(names, "and")
}

/// Names to choose from: `a`, `b` or `c`.
pub(super) fn one_of<T: std::fmt::Display>(names: &[T]) -> String {
    joined(names, "or")
}

fn joined<T: std::fmt::Display>(names: &[T], conjunction: &str) -> String {
    const SHOWN: usize = 3;
    let quoted: Vec<String> = names.iter().take(SHOWN).map(|name| format!("`{name}`")).collect();
    match (quoted.as_slice(), names.len().saturating_sub(SHOWN)) {
        ([one], 0) => one.clone(),
        ([first @ .., last], 0) => format!("{} {conjunction} {last}", first.join(", ")),
        (some, more) => format!("{} {conjunction} {more} more", some.join(", ")),
    }
}
