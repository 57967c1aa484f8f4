//! The `Action` and `NotAction` elements.

use super::lower::Lowering;
use crate::action::ActionPattern;
use crate::fault::{Draft, FaultCode, Path};
use crate::text::{Span, shorten};

pub(super) fn action(lowering: &mut Lowering<'_>, text: &str, span: Span, path: &Path<'_>) -> Option<ActionPattern> {
    super::resources::check_stars(lowering, text, span, path);
    match ActionPattern::parse(text, lowering.dialect) {
        Ok(pattern) => Some(pattern),
        Err(problem) => {
            let draft = Draft::new(FaultCode::InvalidAction, span, format!("`{}` is {problem}", shorten(text)));
            lowering.fault(draft.expected("`service:Name`, with or without wildcards, or `*`"), path);
            None
        }
    }
}
