//! What of a policy can be reached, each with its place in the text.

use acslab_policy::{Actions, ClauseTrace, Document, DocumentKind, Effect, Resources, Span, Statement, StatementTrace};
use serde::Serialize;

/// Something of a policy that a decision can hang on.
#[derive(Clone, Debug, Serialize)]
pub struct Item {
    /// Which statement, from 1.
    pub statement: usize,
    /// In words: `action oss:GetObject`.
    pub what: String,
    /// Where it stands in the policy's text.
    #[serde(skip)]
    pub span: Span,
    /// In which line.
    pub line: u32,
    /// How often it counted.
    pub hits: u64,
}

/// A policy with what of it was reached.
#[derive(Clone, Debug, Serialize)]
pub struct Reached {
    /// Its name.
    pub name: String,
    /// The file that it comes from, if it is one.
    pub file: Option<std::path::PathBuf>,
    /// Its text: the file's, or what was sent, a value a line.
    #[serde(skip)]
    pub text: String,
    /// What there is of it, in the order of the text.
    pub items: Vec<Item>,
}

/// What an item is, to be found again in a trace.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Place {
    Statement,
    Action(usize),
    Resource(usize),
    Met(usize),
    NotMet(usize),
}

impl Reached {
    /// A policy of which nothing was reached yet; none if the text is no policy.
    pub(super) fn new(
        name: String,
        file: Option<std::path::PathBuf>,
        text: String,
        kind: DocumentKind,
    ) -> Option<Self> {
        let document = Document::stored(kind, &text).ok()?;
        let mut items = Vec::new();
        for (number, statement) in (1..).zip(document.statements()) {
            for (_, what, span) in places(statement) {
                let line = acslab_policy::Position::of(&text, span.start).line;
                items.push(Item { statement: number, what, span, line, hits: 0 });
            }
        }
        Some(Self { name, file, text, items })
    }

    /// How many of the items were reached.
    pub fn hit(&self) -> usize {
        self.items.iter().filter(|item| item.hits > 0).count()
    }

    /// Takes note of what became of one statement, which is one of this policy's.
    pub(super) fn add(&mut self, trace: &StatementTrace) {
        let number = trace.statement.statement as usize + 1;
        let Some(statement) = trace.document.statements().get(number - 1) else { return };
        let resource = trace.resource.as_ref().is_none_or(|element| element.fits);
        let principal = trace.principal.as_ref().is_none_or(|element| element.fits);
        let spoken = trace.action.fits && resource && principal;
        let places = places(statement).into_iter().map(|(place, ..)| place);
        let own = self.items.iter_mut().filter(|item| item.statement == number);
        for (item, place) in own.zip(places) {
            let met = |at: usize| trace.condition.get(at).map(|clause: &ClauseTrace| clause.met);
            let reached = spoken
                && match place {
                    Place::Statement => trace.counts,
                    Place::Action(at) => trace.action.patterns.get(at).is_some_and(|pattern| pattern.matches),
                    Place::Resource(at) => {
                        let element = trace.resource.as_ref();
                        element.and_then(|element| element.patterns.get(at)).is_some_and(|pattern| pattern.matches)
                    }
                    Place::Met(at) => met(at) == Some(true),
                    Place::NotMet(at) => met(at) == Some(false),
                };
            item.hits += u64::from(reached);
        }
    }
}

/// What a statement has of places, in its order.
fn places(statement: &Statement) -> Vec<(Place, String, Span)> {
    let effect = if statement.effect() == Effect::Allow { "allows" } else { "denies" };
    let mut all = vec![(Place::Statement, format!("{effect} something"), head(statement))];
    let (Actions::Action(actions) | Actions::NotAction(actions)) = statement.actions();
    // Of what is excluded, what matches keeps the statement from speaking.
    if let Actions::Action(_) = statement.actions() {
        for (at, action) in actions.iter().enumerate() {
            all.push((Place::Action(at), format!("action {}", action.value.as_str()), action.span));
        }
    }
    if let Resources::Resource(resources) = statement.resources() {
        for (at, resource) in resources.iter().enumerate() {
            all.push((Place::Resource(at), format!("resource {}", resource.value.as_str()), resource.span));
        }
    }
    for (at, clause) in statement.clauses().iter().enumerate() {
        let key = clause.key().as_str();
        all.push((Place::Met(at), format!("condition on {key} met"), clause.key_span()));
        all.push((Place::NotMet(at), format!("condition on {key} not met"), clause.key_span()));
    }
    all
}

/// The brace that a statement begins with: all of it would hide what is in it.
fn head(statement: &Statement) -> Span {
    let span = statement.span();
    Span { start: span.start, end: span.start + 1 }
}
