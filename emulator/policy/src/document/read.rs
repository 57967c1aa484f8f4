//! A document, read from its text.

use std::sync::Arc;

use super::{Effect, PrincipalPattern, Principals, Statement, lower};
use crate::dialect::Dialect;
use crate::fault::{Draft, Fault, FaultCode, Faults, Malformed};
use crate::json;
use crate::kind::DocumentKind;
use crate::text::{Positions, Span, shorten};

/// A valid policy document, with its text. It serialises as its kind and its text.
#[derive(Debug, Clone)]
pub struct Document {
    kind: DocumentKind,
    text: Arc<str>,
    statements: Box<[Statement]>,
    dialect: Dialect,
    faults: Box<[Fault]>,
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
            None => Ok(Self::of(kind, text, statements, dialect, &[])),
            Some(malformed) => Err(malformed),
        }
    }

    /// Reads a document that is stored already: nothing is refused for what would be refused when it is saved. A statement that is not
    /// of the grammar is kept and cannot be used: it grants nothing, and if it is a Deny, it denies what can be read of it. An entry of
    /// `Principal` that is none means nobody. [`Self::faults`] tells what is wrong.
    ///
    /// CHOICE: a Deny errs towards denying, since the cloud has no such document and a grant too many is worse than a denial that is told.
    /// An exception (`NotAction`, `NotResource`) that cannot be read excepts nothing and a clause that cannot be read is as if it were
    /// met: it may deny more than was meant. An action or a resource that cannot be read names nothing.
    ///
    /// # Errors
    /// [`Malformed`], if there is no statement to be found in it.
    pub fn stored(kind: DocumentKind, text: &str) -> Result<Self, Malformed> {
        Self::stored_with(kind, text, &Dialect::STORED)
    }

    /// The same in a dialect of one's own.
    ///
    /// # Errors
    /// [`Malformed`], if there is no statement to be found in it.
    pub fn stored_with(kind: DocumentKind, text: &str, dialect: &Dialect) -> Result<Self, Malformed> {
        let (mut statements, malformed) = survey(kind, text, dialect);
        let Some(malformed) = malformed else { return Ok(Self::of(kind, text, statements, dialect, &[])) };
        if statements.is_empty() {
            return Err(malformed);
        }
        mark(&mut statements, &malformed, text);
        Ok(Self::of(kind, text, statements, dialect, malformed.faults()))
    }

    fn of(kind: DocumentKind, text: &str, statements: Vec<Statement>, dialect: &Dialect, faults: &[Fault]) -> Self {
        Self {
            kind,
            text: text.into(),
            statements: statements.into_boxed_slice(),
            dialect: *dialect,
            faults: faults.into(),
        }
    }

    /// What is wrong with a document that was taken all the same, in the order of the text.
    pub fn faults(&self) -> &[Fault] {
        &self.faults
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

    /// What of a document that was taken all the same counts for nothing, and why, in words.
    pub fn unusable(&self) -> Vec<String> {
        let statements = (1..).zip(&self.statements).filter_map(|(number, statement)| {
            let does = match statement.effect() {
                Effect::Allow => "grants nothing",
                Effect::Deny => "denies what can be read of it",
            };
            Some(format!("statement {number} cannot be used and {does}: {}", statement.fault()?))
        });
        let nobody = (1..).zip(&self.statements).flat_map(|(number, statement)| {
            let entries = match statement.principals() {
                Principals::Unstated => &[][..],
                Principals::Principal(entries) => entries,
            };
            entries.iter().filter_map(move |entry| match &entry.value {
                PrincipalPattern::Nobody(text) => Some((number, text)),
                _ => None,
            })
        });
        let kind = self.kind.name();
        let nobody = nobody.map(|(number, text)| {
            format!("statement {number} names `{}`, which is no principal of a {kind} and means nobody", shorten(text))
        });
        statements.chain(nobody).collect()
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

/// Marks the statements that cannot be used: those with a fault in them, listed or not, all of them for one that is in none.
fn mark(statements: &mut [Statement], malformed: &Malformed, text: &str) {
    for fault in malformed.faults().iter().filter(|fault| breaks(fault.code)) {
        mark_at(statements, fault.span.start, |_| fault.clone());
    }
    let (mut in_none, mut positions) = (false, Positions::of(text));
    for unlisted in malformed.unlisted().iter().filter(|fault| breaks(fault.code)) {
        // One of those marks them all.
        if !in_none {
            in_none = !mark_at(statements, unlisted.start, |at| beyond_the_list(unlisted.code, at, &mut positions));
        }
    }
}

/// A value that cannot be read and an entry that is no principal are judged where they stand.
fn breaks(code: FaultCode) -> bool {
    !matches!(code, FaultCode::InvalidConditionValue | FaultCode::InvalidPrincipal)
}

/// Marks the statement that a fault at this place is in, or all of them. Is it in one?
fn mark_at(statements: &mut [Statement], at: u32, mut fault: impl FnMut(Span) -> Fault) -> bool {
    // Statements stand in the order of the text.
    let number = statements.partition_point(|statement| statement.span.end <= at);
    let (broken, is_in) = match statements.get_mut(number) {
        Some(statement) if statement.span.start <= at => (std::slice::from_mut(statement), true),
        _ => (statements, false),
    };
    for statement in broken {
        let span = statement.span;
        statement.fault.get_or_insert_with(|| Box::new(fault(span)));
    }
    is_in
}

/// What a statement has of a fault that is not listed.
fn beyond_the_list(code: FaultCode, statement: Span, positions: &mut Positions<'_>) -> Fault {
    Fault {
        code,
        message: format!("it has a fault (`{}`) beyond the {} that are listed", code.as_str(), Faults::LISTED),
        path: String::new(),
        span: statement,
        position: positions.at(statement.start),
        expected: None,
        help: Some("mend those that are listed first".to_owned()),
        cloud: None,
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
