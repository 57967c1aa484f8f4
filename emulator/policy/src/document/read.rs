//! A document, read from its text.

use std::sync::Arc;

use super::{Statement, lower};
use crate::dialect::Dialect;
use crate::fault::{Draft, FaultCode, Faults, Malformed};
use crate::json;
use crate::kind::DocumentKind;
use crate::text::Span;

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

    /// Whether a statement opens a bucket to anybody. *GetBucketPolicyStatus*.
    pub fn is_public(&self) -> bool {
        self.statements.iter().any(Statement::is_public)
    }

    /// The same while public access is blocked: its public statements count for nothing.
    #[must_use]
    pub fn with_public_access_blocked(&self) -> Self {
        Self { dialect: Dialect { public_access_blocked: true, ..self.dialect }, ..self.clone() }
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
