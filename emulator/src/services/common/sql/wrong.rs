//! Why something cannot be answered.

/// Why something cannot be answered, in words.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Wrong(pub(crate) String);

/// The most bytes of a pattern, and of what is put together of several texts. CHOICE: the figures, so that no question takes long.
pub(super) const LONGEST_PATTERN: usize = 256;
pub(crate) const LONGEST_TEXT: usize = 1 << 20;
