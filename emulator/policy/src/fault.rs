//! What can be wrong with a policy document, and where.

use std::fmt;

use serde::Serialize;

use crate::kind::DocumentKind;
use crate::text::{Position, Span, shorten};

/// The kind of a fault: stable, one code a kind.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize)]
#[serde(rename_all = "kebab-case")]
#[non_exhaustive]
pub enum FaultCode {
    /// The document is longer than its kind may be.
    TooLong,
    /// The bytes are not UTF-8.
    InvalidUtf8,
    /// The text is not JSON.
    InvalidJson,
    /// A comment stands in the JSON.
    Comment,
    /// A comma too many.
    TrailingComma,
    /// A comma is missing between two members or elements.
    MissingComma,
    /// Something follows the document.
    TrailingText,
    /// The JSON nests deeper than any policy.
    TooDeep,
    /// An object names the same member twice.
    DuplicateMember,
    /// A value has the wrong JSON type.
    WrongType,
    /// The grammar has no such element here.
    UnknownElement,
    /// A required element is missing.
    MissingElement,
    /// Two elements exclude each other.
    ConflictingElements,
    /// `Version` is not the string `"1"`.
    UnsupportedVersion,
    /// `Effect` is neither `Allow` nor `Deny`.
    InvalidEffect,
    /// A list or text that must not be empty is.
    Empty,
    /// An action is not of the form `service:Name`.
    InvalidAction,
    /// A resource is not `*` and not an ARN.
    InvalidResource,
    /// A principal is not of a form known here.
    InvalidPrincipal,
    /// No such condition operator.
    UnknownOperator,
    /// An operator of other clouds that RAM does not support.
    UnsupportedOperator,
    /// A condition key is not of the form `service:Name`.
    InvalidConditionKey,
    /// A condition value is not what its operator compares.
    InvalidConditionValue,
    /// A policy variable, refused by the dialect.
    Variable,
    /// `acs:SourceIp` without `acs:SourceVpc` in a bucket policy.
    SourceVpcRequired,
    /// Several `*` in a row.
    RepeatedStars,
    /// One field of a bucket policy's statement is longer than OSS takes.
    FieldTooLong,
}

impl FaultCode {
    /// The code's stable name, e.g. `unknown-element`.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::TooLong => "too-long",
            Self::InvalidUtf8 => "invalid-utf8",
            Self::InvalidJson => "invalid-json",
            Self::Comment => "comment",
            Self::TrailingComma => "trailing-comma",
            Self::MissingComma => "missing-comma",
            Self::TrailingText => "trailing-text",
            Self::TooDeep => "too-deep",
            Self::DuplicateMember => "duplicate-member",
            Self::WrongType => "wrong-type",
            Self::UnknownElement => "unknown-element",
            Self::MissingElement => "missing-element",
            Self::ConflictingElements => "conflicting-elements",
            Self::UnsupportedVersion => "unsupported-version",
            Self::InvalidEffect => "invalid-effect",
            Self::Empty => "empty",
            Self::InvalidAction => "invalid-action",
            Self::InvalidResource => "invalid-resource",
            Self::InvalidPrincipal => "invalid-principal",
            Self::UnknownOperator => "unknown-operator",
            Self::UnsupportedOperator => "unsupported-operator",
            Self::InvalidConditionKey => "invalid-condition-key",
            Self::InvalidConditionValue => "invalid-condition-value",
            Self::Variable => "variable",
            Self::SourceVpcRequired => "source-vpc-required",
            Self::RepeatedStars => "repeated-stars",
            Self::FieldTooLong => "field-too-long",
        }
    }

    /// The detail code (`EC`) under which OSS refuses a bucket policy for this fault.
    /// *OSS error codes* 0030-00000001 to -00000005 and -00000007.
    pub fn oss_detail_code(self) -> &'static str {
        match self {
            Self::TooLong => "0030-00000001",
            Self::UnsupportedVersion => "0030-00000002",
            Self::FieldTooLong => "0030-00000003",
            Self::InvalidUtf8 => "0030-00000004",
            Self::RepeatedStars => "0030-00000007",
            _ => "0030-00000005",
        }
    }
}

/// One thing that is wrong with a document.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Fault {
    /// The kind of the fault.
    pub code: FaultCode,
    /// What is wrong.
    pub message: String,
    /// Where in the structure, e.g. `Statement[1].Condition.StringEquals`; empty for the document itself.
    pub path: String,
    /// Where in the text.
    pub span: Span,
    /// Line and column of the span's start.
    #[serde(flatten)]
    pub position: Position,
    /// What would have been valid here.
    pub expected: Option<String>,
    /// What to do about it.
    pub help: Option<String>,
    /// The cloud's own words for it, where they are known.
    #[serde(skip)]
    pub cloud: Option<&'static str>,
}

impl fmt::Display for Fault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.message)?;
        if let Some(expected) = &self.expected {
            write!(f, ", expected {expected}")?;
        }
        write!(f, " (line {}, column {}", self.position.line, self.position.column)?;
        if !self.path.is_empty() {
            write!(f, ", {}", self.path)?;
        }
        f.write_str(")")
    }
}

/// Why a text is not a policy document: every fault found, in the order of the text.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Malformed {
    kind: DocumentKind,
    faults: Vec<Fault>,
    omitted: usize,
    /// The faults that are not listed, in the order of the text.
    #[serde(skip)]
    unlisted: Vec<Unlisted>,
}

/// A fault of which no more is kept than what it is and where it starts.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Unlisted {
    pub(crate) code: FaultCode,
    pub(crate) start: u32,
}

impl Malformed {
    /// The kind of document that was expected.
    pub fn kind(&self) -> DocumentKind {
        self.kind
    }

    /// The faults, in the order of the text; never empty.
    pub fn faults(&self) -> &[Fault] {
        &self.faults
    }

    /// How many more faults there were than are listed.
    pub fn omitted(&self) -> usize {
        self.omitted
    }

    /// Those, in the order of the text: what stands in a statement is judged by them, too.
    pub(crate) fn unlisted(&self) -> &[Unlisted] {
        &self.unlisted
    }

    /// Whether the document is too long: the cloud answers that with a code of its own.
    pub fn is_too_long(&self) -> bool {
        self.faults.iter().any(|fault| fault.code == FaultCode::TooLong)
    }

    /// What the caller of RAM's API is told: the first fault with its place, after the cloud's own words where they are
    /// known.
    ///
    /// CHOICE: the cloud documents the code `MalformedPolicyDocument` and no message. The few words of its own that have
    /// been seen begin the text; what is wrong and where (line, column, element) is ours, being worth more to a reader.
    pub fn api_message(&self) -> String {
        match self.faults.first() {
            Some(fault) => match fault.cloud {
                Some(words) => format!("{words} {fault}"),
                None => fault.to_string(),
            },
            None => self.to_string(),
        }
    }

    /// The detail code (`EC`) of OSS for the first fault.
    pub fn oss_detail_code(&self) -> &'static str {
        self.faults.first().map_or("0030-00000005", |fault| fault.code.oss_detail_code())
    }
}

impl fmt::Display for Malformed {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.faults.first() {
            Some(fault) => fault.fmt(f),
            None => f.write_str("malformed policy document"),
        }
    }
}

impl std::error::Error for Malformed {}

/// A fault before its line and column are known.
#[derive(Debug)]
pub(crate) struct Draft {
    pub(crate) code: FaultCode,
    pub(crate) span: Span,
    pub(crate) path: Box<str>,
    pub(crate) message: String,
    pub(crate) expected: Option<String>,
    pub(crate) help: Option<String>,
    pub(crate) cloud: Option<&'static str>,
}

impl Draft {
    pub(crate) fn new(code: FaultCode, span: Span, message: impl Into<String>) -> Self {
        Self { code, span, path: Box::default(), message: message.into(), expected: None, help: None, cloud: None }
    }

    pub(crate) fn at(mut self, path: &Path<'_>) -> Self {
        self.path = path.to_string().into();
        self
    }

    /// As [`Self::at`], unless a closer place is known.
    pub(crate) fn at_least(self, path: &Path<'_>) -> Self {
        if self.path.is_empty() { self.at(path) } else { self }
    }

    pub(crate) fn expected(mut self, expected: impl Into<String>) -> Self {
        self.expected = Some(expected.into());
        self
    }

    pub(crate) fn help(mut self, help: impl Into<String>) -> Self {
        self.help = Some(help.into());
        self
    }

    /// The cloud's own words for it.
    pub(crate) fn cloud(mut self, words: &'static str) -> Self {
        self.cloud = Some(words);
        self
    }
}

/// Gathers faults while a document is read.
#[derive(Debug, Default)]
pub(crate) struct Faults {
    drafts: Vec<Draft>,
    unlisted: Vec<Unlisted>,
}

impl Faults {
    /// Enough to mend a document by; a bound, so that megabytes of garbage stay cheap to refuse.
    pub(crate) const LISTED: usize = 64;

    pub(crate) fn push(&mut self, draft: Draft) {
        if self.drafts.len() < Self::LISTED {
            self.drafts.push(draft);
        } else {
            self.unlisted.push(Unlisted { code: draft.code, start: draft.span.start });
        }
    }

    /// How many faults are listed so far.
    pub(crate) fn listed(&self) -> usize {
        self.drafts.len()
    }

    /// Gives a place to the faults listed since there were `before`, unless they have a closer one.
    pub(crate) fn locate(&mut self, before: usize, path: &Path<'_>) {
        for draft in self.drafts.iter_mut().skip(before).filter(|draft| draft.path.is_empty()) {
            draft.path = path.to_string().into();
        }
    }

    pub(crate) fn is_empty(&self) -> bool {
        self.drafts.is_empty()
    }

    pub(crate) fn into_malformed(mut self, kind: DocumentKind, text: &str) -> Malformed {
        self.drafts.sort_by_key(|draft| draft.span.start);
        self.unlisted.sort_by_key(|fault| fault.start);
        let faults = self
            .drafts
            .into_iter()
            .map(|draft| Fault {
                code: draft.code,
                message: draft.message,
                path: draft.path.into(),
                span: draft.span,
                position: Position::of(text, draft.span.start),
                expected: draft.expected,
                help: draft.help,
                cloud: draft.cloud,
            })
            .collect();
        Malformed { kind, faults, omitted: self.unlisted.len(), unlisted: self.unlisted }
    }
}

/// The way from the document to a value, kept on the stack and written out only when a fault needs it.
#[derive(Debug, Clone, Copy)]
pub(crate) enum Path<'p> {
    Root,
    Member(&'p Path<'p>, &'p str),
    Index(&'p Path<'p>, usize),
}

impl fmt::Display for Path<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Root => Ok(()),
            Self::Member(Self::Root, name) => f.write_str(&shorten(name)),
            Self::Member(parent, name) => write!(f, "{parent}.{}", shorten(name)),
            Self::Index(parent, index) => write!(f, "{parent}[{index}]"),
        }
    }
}
