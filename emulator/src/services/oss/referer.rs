//! Hotlink protection: pages of others may not show a bucket's objects.
//!
//! Source pages: "Configure hotlink protection", "0003-00000501" and its siblings.

use http::header;

use super::bucket;
use crate::cloud::Element;
use crate::gateway::{ApiError, Call};

/// Refuses a request that comes from a page that may not show the object. Whoever signs in a header is not asked.
pub(super) fn check(call: &Call<'_>) -> Result<(), ApiError> {
    if call.address.object.is_none()
        || call.http.headers.contains_key(header::AUTHORIZATION)
        || call.source_ip.is_none()
    {
        return Ok(());
    }
    let Ok(Some(rules)) = bucket::read(call, |bucket| bucket.settings.get("referer").cloned()) else { return Ok(()) };
    match refused(&rules, call.http.header(header::REFERER).unwrap_or_default()) {
        None => Ok(()),
        Some(detail) => {
            Err(ApiError::forbidden("AccessDenied", "You are denied by bucket referer policy.").with("EC", detail))
        }
    }
}

/// Why a page may not show an object.
fn refused(rules: &Element, referer: &str) -> Option<&'static str> {
    let list = |name: &str| -> Vec<&str> {
        let list = rules.child(name);
        list.map(|list| list.all("Referer").map(|one| one.text.as_str()).collect()).unwrap_or_default()
    };
    let (allowed, denied) = (list("RefererList"), list("RefererBlacklist"));
    let mut shown = referer;
    if rules.get("AllowTruncateQueryString").is_none_or(|truncate| truncate == "true") {
        shown = shown.split_once('?').map_or(shown, |(page, _)| page);
    }
    if rules.is("TruncatePath") {
        let start = shown.find("://").map_or(0, |at| at + 3);
        let end = shown.get(start..).and_then(|rest| rest.find('/')).map_or(shown.len(), |at| start + at);
        shown = shown.get(..end).unwrap_or(shown);
    }
    let fits = |pattern: &&str| fits(pattern.as_bytes(), shown.as_bytes());
    if !referer.is_empty() && denied.iter().any(fits) {
        return Some("0003-00000502");
    }
    if referer.is_empty() {
        return (!rules.is("AllowEmptyReferer")).then_some("0003-00000501");
    }
    (!allowed.is_empty() && !allowed.iter().any(fits)).then_some("0003-00000503")
}

/// `*` for any text, `?` for any character.
fn fits(pattern: &[u8], text: &[u8]) -> bool {
    let (mut at, mut within, mut back) = (0, 0, None);
    while within < text.len() {
        match pattern.get(at) {
            Some(b'*') => {
                back = Some((at, within));
                at += 1;
            }
            Some(b'?') => (at, within) = (at + 1, within + 1),
            Some(byte) if Some(byte) == text.get(within) => (at, within) = (at + 1, within + 1),
            _ => match back {
                Some((star, from)) => {
                    back = Some((star, from + 1));
                    (at, within) = (star + 1, from + 1);
                }
                None => return false,
            },
        }
    }
    pattern.get(at..).is_some_and(|rest| rest.iter().all(|byte| *byte == b'*'))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn pages_that_may_and_may_not() {
        let referers =
            |name: &str, all: &[&str]| Element::of(name, all.iter().map(|one| Element::text("Referer", *one)));
        let rules = |empty: &str, allowed: &[&str], denied: &[&str]| {
            Element::of(
                "RefererConfiguration",
                [
                    Element::text("AllowEmptyReferer", empty),
                    referers("RefererList", allowed),
                    referers("RefererBlacklist", denied),
                ],
            )
        };
        let some = rules("false", &["http://*.a.com", "http://b.com/?"], &["http://x.a.com*"]);
        for (referer, why) in [
            ("", Some("0003-00000501")),
            ("http://c.a.com", None),
            ("http://c.a.com?q=1", None),
            ("http://b.com/1", None),
            ("http://b.com/12", Some("0003-00000503")),
            ("http://x.a.com", Some("0003-00000502")),
            ("http://z.com", Some("0003-00000503")),
        ] {
            assert_eq!(refused(&some, referer), why, "{referer}");
        }
        assert_eq!(refused(&rules("true", &[], &[]), "http://z.com"), None);
        assert_eq!(refused(&rules("true", &["http://a"], &[]), ""), None);
    }
}
