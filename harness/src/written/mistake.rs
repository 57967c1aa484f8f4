//! What can be wrong with a scenario file: a text for the person who wrote it, and the place.

use std::fmt;
use std::path::PathBuf;

use miette::{Diagnostic, LabeledSpan, Severity, SourceSpan};
use thiserror::Error;

use crate::source::Source;
use crate::words::{Choices, did_you_mean, or_list};

/// One mistake in one file, or something in it that is odd.
#[derive(Clone, Debug)]
pub struct Mistake {
    kind: Box<Kind>,
    source: Source,
    span: SourceSpan,
}

impl Mistake {
    pub(crate) fn new(kind: Kind, source: &Source, span: impl Into<SourceSpan>) -> Self {
        Self { kind: Box::new(kind), source: source.clone(), span: span.into() }
    }

    /// What tells it from other mistakes: file, place and text.
    pub(crate) fn identity(&self) -> (PathBuf, usize, String) {
        (self.source.path().to_owned(), self.span.offset(), self.to_string())
    }

    /// The file.
    pub fn source(&self) -> &Source {
        &self.source
    }

    /// Where and what, in one line: `scenarios/a.yaml:3:5: the file is empty`.
    pub fn told(&self) -> String {
        let (line, column) = self.source.position(self.span.offset());
        format!("{}:{line}:{column}: {self}", self.source.name())
    }

    /// The order of the file, for showing mistakes as a reader meets them.
    pub fn offset(&self) -> usize {
        self.span.offset()
    }
}

impl fmt::Display for Mistake {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.kind.fmt(f)
    }
}

impl std::error::Error for Mistake {}

impl Diagnostic for Mistake {
    fn help<'a>(&'a self) -> Option<Box<dyn fmt::Display + 'a>> {
        self.kind.help().map(|help| Box::new(help) as Box<dyn fmt::Display>)
    }

    /// A doubt is no mistake.
    fn severity(&self) -> Option<Severity> {
        Some(if let Kind::Doubt(..) = *self.kind { Severity::Advice } else { Severity::Error })
    }

    fn labels(&self) -> Option<Box<dyn Iterator<Item = LabeledSpan> + '_>> {
        let label = LabeledSpan::new_with_span(Some(self.kind.label()), self.span);
        Some(Box::new(std::iter::once(label)))
    }
}

/// The kinds of mistakes. The text says what is wrong, the label marks the place with what was
/// expected there, the help says what to do.
#[derive(Clone, Debug, Error)]
pub(crate) enum Kind {
    #[error("{0}")]
    Doubt(String, Option<String>),

    #[error("the file cannot be read: {0}")]
    Unreadable(String),
    #[error("the file is not UTF-8 text: there is none with byte 0x{0:02X} here")]
    NotUtf8(u8),
    #[error("the file is UTF-16 text")]
    Utf16,
    #[error("the file is not YAML: {0}")]
    NotYaml(String),
    #[error("the file is empty")]
    EmptyFile,
    #[error("the file holds a second YAML document")]
    SecondDocument,
    #[error("anchors, aliases and tags are not part of a scenario")]
    Anchor,
    #[error("nested deeper than {0} levels")]
    TooDeep(usize),
    #[error("a key must be a text")]
    KeyNotText,
    #[error("`{key}` is given twice, first in line {line}")]
    DuplicateKey { key: String, line: usize },

    #[error("unknown field `{field}` in {of}")]
    UnknownField { field: String, of: &'static str, choices: Choices },
    #[error("{of} lacks `{field}`")]
    MissingField { field: &'static str, of: &'static str, hint: &'static str },
    #[error("expected {expected}, found {found}")]
    Expected { expected: String, found: String, hint: Option<&'static str> },
    #[error("`{title}` is also the title of {other}")]
    DuplicateTitle { title: String, other: String },

    #[error("`{0}` does not name an operation")]
    NotAnOperation(String),
    #[error("unknown product `{product}`")]
    UnknownProduct { product: String, choices: Choices },
    #[error("unknown operation `{operation}` of {product}")]
    UnknownOperation { product: String, operation: String, near: Option<String> },
    #[error("{name} has no version `{version}`")]
    UnknownVersion { name: String, version: String, choices: Choices },
    #[error("`{name}` exists in more than one version")]
    AmbiguousVersion { name: String, versions: Vec<String> },
    #[error("`{call}` has no parameter `{parameter}`")]
    UnknownParameter { call: String, parameter: String, near: String },
    #[error("`{call}` lacks `{parameter}`, which its path names")]
    MissingPathParameter { call: String, parameter: String },

    #[error("`{0}` does not name a caller")]
    NotACaller(String),
    #[error("`{0}` is what an account's owner is called")]
    OwnerCalled(String),
    #[error("nobody signs as the owner of the member account `{account}`")]
    OwnerOfMember { account: String, administrator: String },
    #[error("nobody is called `{name}` here")]
    UnknownCaller { name: String, choices: Choices },
    #[error("unknown account `{name}`")]
    UnknownAccount { name: String, choices: Choices },
    #[error("`${{{name}}}` has no value here")]
    UnknownVariable { name: String, choices: Choices },
    #[error("`${{{0}}}` has a value everywhere, and cannot have another one")]
    FixedValue(String),
    #[error("`{field}` counts for nothing here: {why}")]
    CountsForNothing { field: &'static str, why: &'static str, hint: &'static str },
    #[error("`${{` is not closed")]
    OpenVariable,
    #[error("`{0}` is not a field of an answer")]
    BadPath(String),
    #[error("cannot read `{path}`: {why}")]
    UnreadableFile { path: String, why: String },
    #[error("`{0}` comes after itself")]
    AfterItself(String),
    #[error("no checkpoint is called `{name}` here")]
    UnknownCheckpoint { name: String, choices: Choices },
    #[error("the file has no parameter `{name}`")]
    UnknownArgument { name: String, choices: Choices },
    #[error("the parameter `{name}` is not given")]
    MissingArgument { name: String },
    #[error("no policy is called `{name}`")]
    UnknownPolicy { name: String, near: String },
    #[error("no {what} is called `{name}`")]
    NoSuch { what: &'static str, all: &'static str, name: String, choices: Choices },
    #[error("nobody is called `{name}` here")]
    Nobody { name: String, near: Option<String> },
    #[error("expected {expected}, found `{found}`")]
    Misspelt { expected: String, found: String, help: Option<String> },
    #[error("`{name}` is no name of {of}")]
    NotAName { name: String, of: &'static str },
    #[error("`{name}` is given already")]
    GivenTwice { name: String },
    #[error("no service is called `{name}`")]
    UnknownService { name: String, choices: Choices },
}

impl Kind {
    fn label(&self) -> String {
        match self {
            Self::EmptyFile | Self::Unreadable(_) => "expected a scenario".into(),
            Self::NotUtf8(_) | Self::Utf16 => "expected UTF-8 text".into(),
            Self::SecondDocument => "starts here".into(),
            Self::Doubt(..) | Self::NotYaml(_) | Self::Anchor | Self::TooDeep(_) | Self::BadPath(_) => "here".into(),
            Self::KeyNotText => "expected a text".into(),
            Self::DuplicateKey { .. } => "again here".into(),
            Self::UnknownField { .. } => "not a field".into(),
            Self::MissingField { field, .. } => format!("expected `{field}` in here"),
            Self::Expected { expected, .. } => format!("expected {expected}"),
            Self::DuplicateTitle { .. } => "expected a title of its own".into(),
            Self::NotAnOperation(_) => "expected `Product.Operation`".into(),
            Self::UnknownParameter { .. } => "not a parameter".into(),
            Self::UnknownProduct { .. } => "not a product".into(),
            Self::UnknownOperation { .. } => "not an operation".into(),
            Self::UnknownVersion { .. } => "not a version of it".into(),
            Self::AmbiguousVersion { .. } => "expected a version".into(),
            Self::MissingPathParameter { parameter, .. } => {
                format!("expected `{parameter}` under `with`")
            }
            Self::NotACaller(_) => "expected a caller".into(),
            Self::OwnerCalled(_) => "expected a name that is no owner's".into(),
            Self::OwnerOfMember { .. } => "it has no keys".into(),
            Self::UnknownCaller { .. } => "no credentials up to this step".into(),
            Self::UnknownAccount { .. } => "not an account of this scenario".into(),
            Self::UnknownVariable { .. } => "not saved up to this step".into(),
            Self::OpenVariable => "expected `}` after this".into(),
            Self::FixedValue(_) => "expected a name of its own".into(),
            Self::CountsForNothing { .. } => "would be ignored".into(),
            Self::UnreadableFile { .. } => "named here".into(),
            Self::AfterItself(_) => "would never start".into(),
            Self::UnknownCheckpoint { .. } => "not made up to this step".into(),
            Self::UnknownArgument { .. } => "not a parameter".into(),
            Self::MissingArgument { .. } => "lacks a parameter".into(),
            Self::UnknownPolicy { .. } => "not a policy".into(),
            Self::NoSuch { what, .. } => format!("not a {what}"),
            Self::Nobody { .. } => "not a user or a role of this scenario".into(),
            Self::Misspelt { expected, .. } => format!("expected {expected}"),
            Self::NotAName { .. } => "expected a name".into(),
            Self::GivenTwice { .. } => "again here".into(),
            Self::UnknownService { .. } => "not a service".into(),
        }
    }

    fn help(&self) -> Option<String> {
        match self {
            Self::NotUtf8(_) | Self::Utf16 => Some("save the file as UTF-8".into()),
            Self::NotYaml(_) => Some(
                "indent with spaces, and put quotes around a text with `: ` or ` #` in it, and between brackets also \
                 around one with `${…}`"
                    .into(),
            ),
            Self::Doubt(_, help) => help.clone(),
            Self::EmptyFile => Some("a scenario has `title`, `story` and `steps`".into()),
            Self::SecondDocument => Some("write one scenario a file".into()),
            Self::Anchor => Some(
                "write the value out, or load it with `{file: PATH}`; put quotes around a text \
                 that starts with `&`, `*` or `!`"
                    .into(),
            ),
            Self::UnknownField { choices, .. } => Some(choices.advice("fields")),
            Self::MissingField { hint, .. } => Some((*hint).into()),
            Self::Expected { hint, .. } => hint.map(Into::into),
            Self::DuplicateTitle { .. } => Some("say in the title what sets this scenario apart".into()),
            Self::NotAnOperation(_) => Some(
                "write the product, a dot and the operation, such as `Ram.CreateUser`; \
                 `acslab services` lists them all"
                    .into(),
            ),
            Self::UnknownParameter { near, .. } => Some(did_you_mean(near)),
            Self::UnknownProduct { choices, .. } => Some(choices.advice("products")),
            Self::UnknownOperation { product, near, .. } => Some(near.as_deref().map_or_else(
                || format!("`acslab services {product}` lists the operations of {product}"),
                did_you_mean,
            )),
            Self::UnknownVersion { choices, .. } => Some(choices.advice("versions")),
            Self::AmbiguousVersion { name, versions } => {
                let forms: Vec<_> = versions.iter().map(|v| format!("{name}@{v}")).collect();
                Some(format!("write {}", or_list(&forms)))
            }
            Self::NotACaller(_) => Some(
                "write `owner`, `anonymous`, the name of a RAM user or of a saved session, \
                 with `of ACCOUNT` after it where there are several accounts"
                    .into(),
            ),
            Self::OwnerCalled(_) => Some("call a RAM user, a member or a session otherwise than any owner".into()),
            Self::OwnerOfMember { administrator, .. } => {
                Some(format!("write `as: {administrator}`, a session of the role by which the account is administered"))
            }
            Self::UnknownCaller { choices, .. } => Some(choices.did_you_mean().unwrap_or_else(|| {
                format!(
                    "{}; name a RAM user under `given`, or save the answer of \
                         Ram.CreateAccessKey or Sts.AssumeRole with `save_credentials_as`",
                    choices.list("callers")
                )
            })),
            Self::UnknownAccount { choices, .. } => Some(choices.advice("accounts")),
            Self::UnknownVariable { choices, .. } => Some(choices.did_you_mean().unwrap_or_else(|| {
                format!("{}; write `$${{…}}` for a text that the cloud is to read", choices.list("values"))
            })),
            Self::CountsForNothing { hint, .. } => Some((*hint).into()),
            Self::OpenVariable => Some("write `$${` for a text that the cloud is to read".into()),
            Self::BadPath(_) => Some(
                "write names separated by dots, `[0]` for one of a list and `[]` for each of it, \
                 such as `Users.User[0].UserName`"
                    .into(),
            ),
            Self::UnreadableFile { .. } => Some("the path starts at the folder of the scenario".into()),
            Self::AfterItself(_) => Some("move the steps that both need into a scenario of their own".into()),
            Self::UnknownCheckpoint { choices, .. } => Some(choices.advice("checkpoints")),
            Self::UnknownArgument { choices, .. } => Some(choices.advice("parameters")),
            Self::MissingArgument { name } => Some(format!("write `with: {{{name}: …}}`")),
            Self::UnknownPolicy { near, .. } => Some(did_you_mean(near)),
            Self::NoSuch { all, choices, .. } => Some(choices.advice(all)),
            Self::Nobody { near, .. } => near.as_deref().map(did_you_mean),
            Self::Misspelt { help, .. } => help.clone(),
            Self::NotAName { .. } => {
                Some("write its name, with `of ACCOUNT` after it where there are several accounts".into())
            }
            Self::GivenTwice { .. } => Some("leave one out".into()),
            Self::UnknownService { choices, .. } => Some(choices.advice("services")),
            Self::FixedValue(_)
            | Self::Unreadable(_)
            | Self::TooDeep(_)
            | Self::KeyNotText
            | Self::DuplicateKey { .. }
            | Self::MissingPathParameter { .. } => None,
        }
    }
}
