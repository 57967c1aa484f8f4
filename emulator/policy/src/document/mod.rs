//! Policy documents: text in, typed statements out.
//!
//! Reading has two steps: [`crate::json`] turns text into values with places, mending what it can; `lower` finds the
//! meaning and collects every fault. What comes out holds patterns already split and addresses, dates and numbers
//! already read, so that nothing is parsed when a request is decided.

mod actions;
mod conditions;
mod lower;
mod principals;
mod resources;
mod saved;
mod statement;
pub(crate) mod suggest;

use std::sync::Arc;

use serde::{Deserialize, Serialize};

pub(crate) use statement::Fit;
pub use statement::{Actions, Effect, Principals, Resources, Statement};

use crate::dialect::Dialect;
use crate::fault::{Draft, FaultCode, Faults, Malformed};
use crate::json;
use crate::text::Span;

/// Which grammar a document follows.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub enum DocumentKind {
    /// A policy attached to a user, a group or a role.
    Identity,
    /// The policy passed to AssumeRole.
    Session,
    /// A control policy of a resource directory.
    Control,
    /// The trust policy of a role.
    Trust,
    /// The policy of an OSS bucket.
    Bucket,
}

impl DocumentKind {
    /// How long a document of this kind may be, and in which unit. *Limits* of RAM; *OSS error* 0030-00000001.
    pub fn size_limit(self) -> (usize, &'static str) {
        match self {
            Self::Identity => (6144, "characters"),
            Self::Session => (2048, "characters"),
            // Trust policy: a limit of our own, the cloud publishes none.
            Self::Control | Self::Trust => (4096, "characters"),
            Self::Bucket => (16 * 1024, "bytes"),
        }
    }

    /// The kind's name in a sentence.
    pub fn name(self) -> &'static str {
        match self {
            Self::Identity => "policy",
            Self::Session => "session policy",
            Self::Control => "control policy",
            Self::Trust => "trust policy",
            Self::Bucket => "bucket policy",
        }
    }

    fn size_of(self, text: &str) -> usize {
        match self {
            Self::Bucket => text.len(),
            _ => text.chars().count(),
        }
    }
}

/// A valid policy document, with its text. It serialises as its kind and its text.
#[derive(Debug, Clone)]
pub struct Document {
    kind: DocumentKind,
    text: Arc<str>,
    statements: Box<[Statement]>,
    dialect: Dialect,
}

impl Document {
    /// Reads a document as the cloud would when it is saved.
    ///
    /// # Errors
    /// [`Malformed`], with every fault found.
    pub fn parse(kind: DocumentKind, text: &str) -> Result<Self, Malformed> {
        Self::parse_with(kind, text, &Dialect::STANDARD)
    }

    /// Reads a document in a dialect of one's own.
    ///
    /// # Errors
    /// [`Malformed`], with every fault found.
    pub fn parse_with(kind: DocumentKind, text: &str, dialect: &Dialect) -> Result<Self, Malformed> {
        let (statements, malformed) = survey(kind, text, dialect);
        match malformed {
            None => Ok(Self { kind, text: text.into(), statements: statements.into_boxed_slice(), dialect: *dialect }),
            Some(malformed) => Err(malformed),
        }
    }

    /// Reads a document from bytes, which may turn out not to be UTF-8.
    ///
    /// # Errors
    /// [`Malformed`], with every fault found.
    pub fn parse_bytes(kind: DocumentKind, bytes: &[u8], dialect: &Dialect) -> Result<Self, Malformed> {
        match std::str::from_utf8(bytes) {
            Ok(text) => Self::parse_with(kind, text, dialect),
            Err(error) => {
                let valid = bytes.get(..error.valid_up_to()).unwrap_or_default();
                let text = String::from_utf8_lossy(valid);
                let mut faults = Faults::default();
                let at = Span::new(valid.len(), valid.len());
                faults.push(
                    Draft::new(
                        FaultCode::InvalidUtf8,
                        at,
                        format!("the bytes from offset {} on are not UTF-8", valid.len()),
                    )
                    .help("save the document in UTF-8"),
                );
                Err(faults.into_malformed(kind, &text))
            }
        }
    }

    /// The text, byte for byte.
    pub fn text(&self) -> &str {
        &self.text
    }

    /// The grammar it follows.
    pub fn kind(&self) -> DocumentKind {
        self.kind
    }

    /// The statements, in the order of the text.
    pub fn statements(&self) -> &[Statement] {
        &self.statements
    }

    /// How many bytes of memory it takes, about.
    pub fn bytes(&self) -> usize {
        size_of::<Self>() + self.text.len() + self.statements.iter().map(Statement::bytes).sum::<usize>()
    }

    /// The dialect it was read in.
    pub fn dialect(&self) -> &Dialect {
        &self.dialect
    }
}

/// Reads a document for what can be made of it: its statements, and the faults. A statement with a fault in it may lack
/// what the fault is about.
pub(crate) fn survey(kind: DocumentKind, text: &str, dialect: &Dialect) -> (Vec<Statement>, Option<Malformed>) {
    let mut faults = Faults::default();
    let (limit, unit) = kind.size_limit();
    if dialect.size_limits {
        let size = kind.size_of(text);
        if size > limit {
            let message = format!("the {} has {size} {unit}, {limit} are allowed", kind.name());
            faults.push(Draft::new(FaultCode::TooLong, Span::default(), message));
        }
    }
    // Far beyond any limit the length says enough; the rest is not worth reading. Spans hold 32 bits.
    let hopeless = (dialect.size_limits && text.len() / 8 > limit) || u32::try_from(text.len()).is_err();
    if hopeless && faults.is_empty() {
        faults.push(Draft::new(FaultCode::TooLong, Span::default(), "the document has more than 4 GiB"));
    }
    let root = if hopeless { None } else { json::read(text, &mut faults) };
    let statements = root.map(|root| lower::document(&root, kind, text, dialect, &mut faults)).unwrap_or_default();
    let malformed = (!faults.is_empty()).then(|| faults.into_malformed(kind, text));
    (statements, malformed)
}
