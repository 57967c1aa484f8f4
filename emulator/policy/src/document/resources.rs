//! The `Resource` element.

use super::lower::Lowering;
use crate::fault::{Draft, FaultCode, Path};
use crate::kind::DocumentKind;
use crate::resource::ResourcePattern;
use crate::text::{Span, shorten};

pub(super) fn resource(
    lowering: &mut Lowering<'_>,
    text: &str,
    span: Span,
    path: &Path<'_>,
) -> Option<ResourcePattern> {
    check_stars(lowering, text, span, path);
    match ResourcePattern::parse(text, lowering.dialect) {
        Ok(pattern) => Some(pattern),
        Err(problem) => {
            let message = format!("`{}` is {problem}", shorten(text));
            let mut draft = Draft::new(FaultCode::InvalidResource, span, message)
                .expected("`*` or `acs:<service>:<region>:<account>:<relative-id>`");
            if text.starts_with("arn:") {
                draft = draft.help("ARNs of Alibaba Cloud begin with `acs:`");
            }
            lowering.fault(draft, path);
            None
        }
    }
}

/// A bucket policy may not have several `*` in a row. *OSS error* 0030-00000007.
pub(super) fn check_stars(lowering: &mut Lowering<'_>, text: &str, span: Span, path: &Path<'_>) {
    if lowering.kind == DocumentKind::Bucket && lowering.dialect.refuse_repeated_stars && text.contains("**") {
        let message = format!("`{}` has several `*` in a row", shorten(text));
        let draft = Draft::new(FaultCode::RepeatedStars, span, message);
        lowering.fault(draft.help("one `*` stands for any number of characters"), path);
    }
}
