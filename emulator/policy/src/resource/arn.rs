//! The resource of a request.

use std::ops::Range;

use super::rows::{self, Row, Rows};
use crate::hash;
use crate::inline::Inline;

/// The ARN of one resource.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Arn {
    text: Inline<94>,
    colons: Colons,
    /// Whether it names a RAM role.
    role: bool,
    /// The summary of its rows.
    summary: Rows,
}

/// How the relative ids of RAM roles begin.
pub(super) const ROLE: &[u8] = b"role/";

impl Arn {
    /// Reads an ARN. `None` unless there are five fields and the first is `acs`.
    pub fn parse(text: &str) -> Option<Self> {
        if !text.starts_with("acs:") {
            return None;
        }
        let colons = Colons::first_in(text)?;
        let relative = colons.field::<4>(text.as_bytes());
        let role = colons.field::<1>(text.as_bytes()) == b"ram" && relative.starts_with(ROLE);
        let summary = Rows::of_whole(relative);
        Some(Self { text: text.into(), colons, role, summary })
    }

    /// The ARN as written.
    pub fn as_str(&self) -> &str {
        self.text.as_str()
    }

    /// The service's RAM code.
    pub fn service(&self) -> &str {
        self.text_field::<1>()
    }

    /// The region; empty or `*` where a service is global.
    pub fn region(&self) -> &str {
        self.text_field::<2>()
    }

    /// The account that owns the resource; `system` for the system policies.
    pub fn account(&self) -> &str {
        self.text_field::<3>()
    }

    /// Everything after the fourth colon.
    pub fn relative_id(&self) -> &str {
        self.text_field::<4>()
    }

    fn text_field<const INDEX: usize>(&self) -> &str {
        let text = self.as_str();
        text.get(self.colons.range::<INDEX>(text.len())).unwrap_or_default()
    }

    /// One of the five fields, as bytes.
    #[inline]
    pub(super) fn field<const INDEX: usize>(&self) -> &[u8] {
        self.colons.field::<INDEX>(self.text.as_bytes())
    }

    /// Whether it names a RAM role, whose name counts without regard to case.
    #[inline]
    pub(super) fn is_role(&self) -> bool {
        self.role
    }

    /// The rows of characters in the relative id: what an index is asked for.
    #[inline]
    pub(crate) fn rows(&self) -> impl Iterator<Item = Row> {
        rows::of(self.field::<4>(), true, true)
    }

    /// The same rows, as a summary.
    #[inline]
    pub(crate) fn row_summary(&self) -> Rows {
        self.summary
    }
}

/// Where the first four colons of an ARN or of a pattern are, which separate its five fields.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Colons([u32; 4]);

impl Colons {
    pub(super) fn first_in(text: &str) -> Option<Self> {
        // Places are kept in 32 bits.
        u32::try_from(text.len()).ok()?;
        let mut found = [0; 4];
        let mut slots = found.iter_mut();
        let mut next = slots.next();
        let (words, rest) = text.as_bytes().as_chunks();
        let mut last = [0; 8];
        for (slot, byte) in last.iter_mut().zip(rest) {
            *slot = *byte;
        }
        for (start, word) in (0u32..).step_by(8).zip(words.iter().chain([&last])) {
            let mut colons = hash::bytes_that_are(b':', u64::from_le_bytes(*word));
            while colons != 0 {
                *next? = start + colons.trailing_zeros() / 8;
                colons &= colons - 1;
                next = slots.next();
                if next.is_none() {
                    return Some(Self(found));
                }
            }
        }
        None
    }

    #[inline]
    fn range<const INDEX: usize>(self, length: usize) -> Range<usize> {
        let [a, b, c, d] = self.0.map(|at| at as usize);
        match INDEX {
            0 => 0..a,
            1 => a + 1..b,
            2 => b + 1..c,
            3 => c + 1..d,
            _ => d + 1..length,
        }
    }

    /// One of the five fields.
    #[inline]
    pub(super) fn field<const INDEX: usize>(self, text: &[u8]) -> &[u8] {
        text.get(self.range::<INDEX>(text.len())).unwrap_or_default()
    }
}

/// What a request is about.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Resource {
    /// The operation has no resource-level authorization: it checks `*`.
    All,
    /// One resource, or the collection form of one that is about to exist.
    Arn(Arn),
}

impl Resource {
    /// Reads `*` or an ARN.
    pub fn parse(text: &str) -> Option<Self> {
        if text == "*" { Some(Self::All) } else { Arn::parse(text).map(Self::Arn) }
    }

    /// The resource as written.
    pub fn as_str(&self) -> &str {
        match self {
            Self::All => "*",
            Self::Arn(arn) => arn.as_str(),
        }
    }

    /// Whether another account than this one owns it.
    #[inline]
    pub(crate) fn is_foreign_to(&self, account: Option<&str>) -> bool {
        let Self::Arn(arn) = self else { return false };
        let owner = arn.field::<3>();
        !matches!(owner, b"" | b"*" | b"system") && Some(owner) != account.map(str::as_bytes)
    }

    /// How many bytes it takes elsewhere.
    pub(crate) fn bytes_elsewhere(&self) -> usize {
        match self {
            Self::All => 0,
            Self::Arn(arn) => arn.text.bytes_elsewhere(),
        }
    }

    /// The account that owns it. `None` for `*`, for the cloud's own resources (owner `system`), and where the ARN
    /// leaves the account open: such a resource counts as the caller's own.
    pub fn owner(&self) -> Option<&str> {
        match self {
            Self::All => None,
            Self::Arn(arn) => Some(arn.account()).filter(|account| !matches!(*account, "" | "*" | "system")),
        }
    }
}
