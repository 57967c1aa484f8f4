//! Templates of resources.

use smallvec::SmallVec;

use super::arn::Resource;

/// A resource with places to fill: `acs:oss:*:{account}:{bucket}/{object}`. Read once, filled for each request, without
/// an allocation as long as the resource is short.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ResourceTemplate {
    text: Box<str>,
    /// Ranges of the text: what stands as it is, then the name of a place, and so on; the last one stands as it is.
    literals: Box<[(usize, usize)]>,
    names: Box<[(usize, usize)]>,
}

/// Resources of up to this length are put together without an allocation.
const SHORT: usize = 256;

impl ResourceTemplate {
    /// Reads a template: `{` and the next `}` enclose the name of a place; all else stands as it is.
    pub fn parse(text: &str) -> Self {
        let (mut literals, mut names) = (Vec::new(), Vec::new());
        let mut at = 0;
        let next = |at: usize, mark: char| text.get(at..).and_then(|rest| rest.find(mark)).map(|found| at + found);
        while let Some((open, close)) = next(at, '{').and_then(|open| Some((open, next(open, '}')?))) {
            literals.push((at, open));
            names.push((open + 1, close));
            at = close + 1;
        }
        literals.push((at, text.len()));
        Self { text: text.into(), literals: literals.into(), names: names.into() }
    }

    /// The template as written.
    pub fn as_str(&self) -> &str {
        &self.text
    }

    /// The names of its places, in order.
    pub fn names(&self) -> impl Iterator<Item = &str> {
        self.names.iter().map(|range| self.part(*range))
    }

    /// The resource with `value` of each place's name in that place. `None` if what comes out is neither `*` nor an ARN.
    pub fn fill<V: AsRef<str>>(&self, value: impl FnMut(&str) -> V) -> Option<Resource> {
        let mut filled: SmallVec<[u8; SHORT]> = SmallVec::new();
        self.fill_with(value, |piece| filled.extend_from_slice(piece.as_bytes()));
        Resource::parse(str::from_utf8(&filled).ok()?)
    }

    /// The text with `value` of each place's name in that place, whether or not that makes a resource.
    pub fn text<V: AsRef<str>>(&self, value: impl FnMut(&str) -> V) -> String {
        let mut filled = String::with_capacity(self.text.len() + 32);
        self.fill_with(value, |piece| filled.push_str(piece));
        filled
    }

    fn fill_with<V: AsRef<str>>(&self, mut value: impl FnMut(&str) -> V, mut take: impl FnMut(&str)) {
        let mut names = self.names();
        for literal in &self.literals {
            take(self.part(*literal));
            if let Some(name) = names.next() {
                take(value(name).as_ref());
            }
        }
    }

    fn part(&self, (start, end): (usize, usize)) -> &str {
        self.text.get(start..end).unwrap_or_default()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn places_are_filled_by_name() {
        let long = "x".repeat(500);
        for (template, names, expected) in [
            ("*", &[][..], Some("*".to_owned())),
            (
                "acs:oss:*:{account}:{bucket}/{object}",
                &["account", "bucket", "object"],
                Some("acs:oss:*:<account>:<bucket>/<object>".to_owned()),
            ),
            ("acs:ram:*:{a}:user/{a|b}/", &["a", "a|b"], Some("acs:ram:*:<a>:user/<a|b>/".to_owned())),
            ("acs:x::1:{}{é}", &["", "é"], Some("acs:x::1:<><é>".to_owned())),
            ("acs:x::1:{open", &[], Some("acs:x::1:{open".to_owned())),
            ("acs:x::1:}{long}", &["long"], Some(format!("acs:x::1:}}{long}"))),
            ("{account}", &["account"], None),
            ("acs:oss:{account}", &["account"], None),
            ("", &[], None),
        ] {
            let template = ResourceTemplate::parse(template);
            assert_eq!(template.names().collect::<Vec<_>>(), names, "{template:?}");
            let filled = template.fill(|name| if name == "long" { long.clone() } else { format!("<{name}>") });
            assert_eq!(filled.as_ref().map(Resource::as_str), expected.as_deref(), "{template:?}");
            let text = template.text(|name| if name == "long" { long.clone() } else { format!("<{name}>") });
            assert!(expected.as_ref().is_none_or(|expected| *expected == text), "{text}");
            assert_eq!(filled, expected.and_then(|text| Resource::parse(&text)));
        }
    }
}
