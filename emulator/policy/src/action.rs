//! Actions: `service:Name`, and the patterns that name them.

use crate::dialect::{Dialect, LetterCase};
use crate::glob::{self, Shape};
use crate::reason::Reason;

/// One action, as a request asks for it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Action {
    text: Box<str>,
    colon: usize,
}

impl Action {
    /// Reads `service:Name`. `None` if either part is missing, or if there are wildcards or white space in it.
    pub fn parse(text: &str) -> Option<Self> {
        let colon = text.find(':')?;
        let unfit = |c: char| c == '*' || c == '?' || c.is_whitespace() || c.is_control();
        if colon == 0 || colon + 1 == text.len() || text.contains(unfit) {
            return None;
        }
        Some(Self { text: text.into(), colon })
    }

    /// The action as written, `oss:GetObject`.
    pub fn as_str(&self) -> &str {
        &self.text
    }

    /// The service's RAM code, `oss`.
    pub fn service(&self) -> &str {
        self.text.get(..self.colon).unwrap_or_default()
    }

    /// The name within the service, `GetObject`.
    pub fn name(&self) -> &str {
        self.text.get(self.colon + 1..).unwrap_or_default()
    }
}

/// A pattern over actions: `*`, `oss:Get*`, `*:List*`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ActionPattern {
    text: Box<str>,
    shape: Shape,
    fold: bool,
}

impl ActionPattern {
    /// Reads a pattern. `Err` says what is wrong with it.
    pub(crate) fn parse(text: &str, dialect: &Dialect) -> Result<Self, &'static str> {
        if text.contains(|c: char| c.is_whitespace() || c.is_control()) {
            return Err("white space in an action");
        }
        let shape = Shape::of(text);
        match text.split_once(':') {
            Some(("", _)) => return Err("an action without a service"),
            Some((_, "")) => return Err("an action without a name"),
            None if shape == Shape::Literal => return Err("an action without a service"),
            _ => {}
        }
        Ok(Self { text: text.into(), shape, fold: dialect.action_case == LetterCase::Insensitive })
    }

    /// The pattern as written.
    pub fn as_str(&self) -> &str {
        &self.text
    }

    /// What stands before the first wildcard.
    pub(crate) fn literal_start(&self) -> &str {
        self.shape.literal_start(&self.text)
    }

    /// Whether there is no wildcard in it.
    pub fn is_literal(&self) -> bool {
        self.shape == Shape::Literal
    }

    /// Whether it covers every action.
    pub fn is_any(&self) -> bool {
        self.shape == Shape::Any
    }

    /// Whether the pattern covers `action`, and if not, why.
    pub fn test(&self, action: &Action) -> Result<(), Reason> {
        let fits = if self.fold {
            glob::matches_folded(&self.text, self.shape, &action.text, 0)
        } else {
            glob::matches(&self.text, self.shape, &action.text)
        };
        if fits { Ok(()) } else { Err(Reason::ActionDiffers) }
    }
}
