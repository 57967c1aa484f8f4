//! What a rule found, and where.

use std::fmt::Write as _;

use serde::{Serialize, Serializer};

use super::rule::Rule;
use crate::fault::Faults;
use crate::json::{self, Node, Value};
use crate::shown::message;
use crate::text::{Position, Span, shorten};

/// How grave a finding is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Severity {
    /// Worth knowing; the document may well be meant so.
    Note,
    /// The document very likely does not do what is meant, or does more.
    Warning,
    /// The cloud refuses the document.
    Error,
}

impl Severity {
    /// The severity's name.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Note => "note",
            Self::Warning => "warning",
            Self::Error => "error",
        }
    }
}

/// One thing that is wrong, or looks so.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Finding {
    /// The rule that found it; written as its id.
    #[serde(serialize_with = "id")]
    pub rule: &'static Rule,
    /// How grave it is here: the rule's severity, or less.
    pub severity: Severity,
    /// What is wrong.
    pub message: String,
    /// Why that matters.
    pub why: &'static str,
    /// How to mend it.
    pub help: Option<String>,
    /// Where in the structure, e.g. `Statement[1].Action[0]`; empty for the document itself.
    pub path: String,
    /// Where in the text.
    pub span: Span,
    /// Line and column of the span's start.
    #[serde(flatten)]
    pub position: Position,
    /// Further places that have a part in it.
    pub related: Vec<Related>,
}

/// A further place, and its part in a finding.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Related {
    /// What is there.
    pub message: String,
    /// Where in the structure.
    pub path: String,
    /// Where in the text.
    pub span: Span,
    /// Line and column of the span's start.
    #[serde(flatten)]
    pub position: Position,
}

#[expect(clippy::trivially_copy_pass_by_ref, reason = "serde hands over references")]
fn id<S: Serializer>(rule: &&'static Rule, serializer: S) -> Result<S::Ok, S::Error> {
    serializer.serialize_str(rule.id)
}

/// A finding before its path and position are known.
#[derive(Debug)]
pub(super) struct Draft {
    rule: &'static Rule,
    severity: Severity,
    span: Span,
    message: String,
    help: Option<String>,
    related: Vec<(Span, String)>,
}

impl Draft {
    pub(super) fn new(rule: &'static Rule, span: Span, message: impl Into<String>) -> Self {
        Self { rule, severity: rule.severity, span, message: message.into(), help: None, related: Vec::new() }
    }

    pub(super) fn note(mut self) -> Self {
        self.severity = Severity::Note;
        self
    }

    pub(super) fn help(mut self, help: impl Into<String>) -> Self {
        self.help = Some(help.into());
        self
    }

    pub(super) fn maybe_help(mut self, help: Option<String>) -> Self {
        self.help = help;
        self
    }

    pub(super) fn related(mut self, span: Span, message: impl Into<String>) -> Self {
        self.related.push((span, message.into()));
        self
    }
}

/// Gathers findings while the rules run.
pub(super) struct Findings<'t> {
    text: &'t str,
    drafts: Vec<Draft>,
}

impl<'t> Findings<'t> {
    pub(super) fn new(text: &'t str) -> Self {
        Self { text, drafts: Vec::new() }
    }

    pub(super) fn push(&mut self, draft: Draft) {
        self.drafts.push(draft);
    }

    pub(super) fn extend(&mut self, drafts: impl IntoIterator<Item = Draft>) {
        self.drafts.extend(drafts);
    }

    pub(super) fn finish(mut self) -> Vec<Finding> {
        if self.drafts.is_empty() {
            return Vec::new();
        }
        self.drafts.sort_by_key(|draft| (draft.span.start, draft.span.end, draft.rule.id));
        // The places that the rules name are those of JSON values; reading the text once more gives their paths.
        let root = json::read(self.text, &mut Faults::default());
        let path = |span: Span| root.as_ref().map(|root| path_of(root, span)).unwrap_or_default();
        self.drafts
            .into_iter()
            .map(|draft| Finding {
                rule: draft.rule,
                severity: draft.severity,
                message: message(&draft.message),
                why: draft.rule.why,
                help: draft.help.as_deref().map(message),
                path: path(draft.span),
                span: draft.span,
                position: Position::of(self.text, draft.span.start),
                related: draft
                    .related
                    .into_iter()
                    .map(|(span, words)| Related {
                        message: message(&words),
                        path: path(span),
                        span,
                        position: Position::of(self.text, span.start),
                    })
                    .collect(),
            })
            .collect()
    }
}

/// The path to the innermost value or member that holds `span`.
fn path_of(root: &Node<'_>, span: Span) -> String {
    let holds = |outer: Span| outer.start <= span.start && span.end <= outer.end;
    let mut path = String::new();
    let mut node = root;
    loop {
        let next = match &node.value {
            Value::Object(members) => {
                members.iter().find(|m| holds(m.name_span) || holds(m.value.span)).map(|member| {
                    if !path.is_empty() {
                        path.push('.');
                    }
                    path.push_str(&shorten(&member.name));
                    &member.value
                })
            }
            Value::Array(nodes) => nodes.iter().enumerate().find(|(_, node)| holds(node.span)).map(|(index, node)| {
                let _ = write!(path, "[{index}]");
                node
            }),
            _ => None,
        };
        match next {
            Some(next) if holds(next.span) && next.span != span => node = next,
            _ => return path,
        }
    }
}
