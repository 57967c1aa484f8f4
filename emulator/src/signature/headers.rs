//! Headers as signatures read them.

use std::borrow::Cow;

use http::header::{AsHeaderName, InvalidHeaderValue};
use http::{HeaderMap, HeaderName, HeaderValue};
use smallvec::SmallVec;

use super::ClaimError;

/// The header's text, when there is one that is not empty.
pub(super) fn get<'a>(headers: &'a HeaderMap, name: &str) -> Option<&'a str> {
    let text = std::str::from_utf8(headers.get(name)?.as_bytes()).ok()?.trim();
    (!text.is_empty()).then_some(text)
}

/// The header's text, or that it is missing. `label` is the name as the documentation spells it.
pub(super) fn need<'a>(headers: &'a HeaderMap, label: &'static str) -> Result<&'a str, ClaimError> {
    get(headers, label).ok_or(ClaimError::Missing(label))
}

/// Appends all values of a header, trimmed and joined with `,`; nothing when there is none.
pub(super) fn joined_into(text: &mut String, headers: &HeaderMap, name: impl AsHeaderName) {
    join_into(text, &values(headers, name));
}

/// Appends `name:value` and a newline for each name that is present; repeated lines are joined in the order they came.
pub(super) fn lines_into<'a>(text: &mut String, headers: &HeaderMap, names: impl IntoIterator<Item = &'a str>) {
    lines_with(text, headers, names, |_| {});
}

/// The same, with the values of a repeated header sorted.
pub(super) fn lines_sorted<'a>(headers: &HeaderMap, names: impl IntoIterator<Item = &'a str>) -> String {
    let mut text = String::new();
    lines_with(&mut text, headers, names, |values| values.sort_unstable());
    text
}

/// The names with that prefix, sorted.
pub(super) fn with_prefix<'a>(headers: &'a HeaderMap, prefix: &str) -> SmallVec<[&'a str; 8]> {
    named(headers, |name| name.starts_with(prefix))
}

/// The names of those headers, sorted.
pub(super) fn named(headers: &HeaderMap, wanted: impl Fn(&str) -> bool) -> SmallVec<[&str; 8]> {
    let mut names: SmallVec<_> = headers.keys().map(HeaderName::as_str).filter(|name| wanted(name)).collect();
    names.sort_unstable();
    names
}

/// Sets a header, whose value must be one that a header can carry.
pub(super) fn set(headers: &mut HeaderMap, name: &'static str, value: &str) -> Result<(), InvalidHeaderValue> {
    headers.insert(HeaderName::from_static(name), HeaderValue::from_str(value)?);
    Ok(())
}

/// A request's headers with those of its signature put in.
pub(super) fn merged(own: &HeaderMap, added: &HeaderMap) -> HeaderMap {
    let mut all = own.clone();
    for (name, value) in added {
        all.insert(name.clone(), value.clone());
    }
    all
}

/// The two halves of `Authorization: <scheme><id>:<signature>`.
pub(super) fn id_and_signature<'a>(map: &'a HeaderMap, scheme: &str) -> Result<(&'a str, &'a str), ClaimError> {
    need(map, "Authorization")?
        .strip_prefix(scheme)
        .and_then(|rest| rest.trim().split_once(':'))
        .filter(|(id, signature)| !id.is_empty() && !signature.is_empty())
        .ok_or(ClaimError::Malformed("Authorization"))
}

/// The `key=value` pieces after the algorithm's name in `Authorization`, by name. Pieces may stand in any order, with
/// blanks around the commas; an unknown or repeated one makes the whole unreadable.
pub(super) fn authorization_fields<'a, const N: usize>(
    text: &'a str,
    names: [&str; N],
) -> Option<[Option<&'a str>; N]> {
    let mut fields = [None; N];
    for piece in text.split(',') {
        let (name, value) = piece.trim().split_once('=')?;
        let index = names.iter().position(|known| *known == name)?;
        if fields.get_mut(index)?.replace(value).is_some() {
            return None;
        }
    }
    Some(fields)
}

/// The values of a header, of which there is nearly always one.
type Values<'a> = SmallVec<[Cow<'a, str>; 2]>;

fn lines_with<'a>(
    text: &mut String,
    headers: &HeaderMap,
    names: impl IntoIterator<Item = &'a str>,
    arrange: impl Fn(&mut Values<'_>),
) {
    for name in names {
        let mut values = values(headers, name);
        if values.is_empty() {
            continue;
        }
        arrange(&mut values);
        text.push_str(name);
        text.push(':');
        join_into(text, &values);
        text.push('\n');
    }
}

fn join_into(text: &mut String, values: &Values<'_>) {
    for (at, value) in values.iter().enumerate() {
        if at > 0 {
            text.push(',');
        }
        text.push_str(value);
    }
}

/// Clients send header text as UTF-8; whatever else arrives cannot have been signed as text, so it may be replaced.
fn values(headers: &HeaderMap, name: impl AsHeaderName) -> Values<'_> {
    headers.get_all(name).iter().map(|value| String::from_utf8_lossy(value.as_bytes().trim_ascii())).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::signature::samples::headers;

    #[test]
    fn lines_are_trimmed_joined_and_only_for_what_is_present() {
        let map = headers(&[("x-b", " 2 "), ("x-b", "1"), ("x-a", ""), ("y", "v")]);
        let mut text = String::new();
        lines_into(&mut text, &map, ["x-a", "x-b", "x-c"]);
        assert_eq!(text, "x-a:\nx-b:2,1\n");
        assert_eq!(lines_sorted(&map, ["x-b"]), "x-b:1,2\n");
        assert_eq!(with_prefix(&map, "x-")[..], ["x-a", "x-b"]);
        joined_into(&mut text, &map, "x-b");
        assert!(text.ends_with("\n2,1"));
        assert_eq!(get(&map, "x-a"), None);
        assert_eq!(need(&map, "x-a"), Err(ClaimError::Missing("x-a")));
    }

    #[test]
    fn fields_in_any_order_and_no_strangers() {
        let names = ["Credential", "Signature"];
        assert_eq!(authorization_fields("Signature=b=, Credential=a", names), Some([Some("a"), Some("b=")]));
        assert_eq!(authorization_fields("Credential=a", names), Some([Some("a"), None]));
        for wrong in ["", "Credential", "Credential=a,Credential=b", "Credential=a,Other=b", "Credential=a,"] {
            assert_eq!(authorization_fields(wrong, names), None, "{wrong}");
        }
    }
}
