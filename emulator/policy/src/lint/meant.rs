//! What somebody who wrote a name that does not exist probably meant.

use crate::catalogue::{KnownAction, Service, fits_exactly};
use crate::document::suggest::nearest_within;

/// Verbs that APIs use for one another. Of a family the first is the likeliest.
const FAMILIES: [&[&str]; 5] = [
    &["Put", "Set", "Modify", "Update", "Change", "Edit"],
    &["List", "Get", "Describe", "Query", "Search"],
    &["Create", "Add", "Put", "Run", "New"],
    &["Delete", "Remove", "Release"],
    &["Stop", "Close", "Disable", "Cancel"],
];

/// The name of an action or an operation that `written` probably stands for: a slip of the pen, or the same thing under
/// another verb (`SetBucketAcl` for `PutBucketAcl`).
pub(super) fn name(service: &Service, written: &str) -> Option<&'static str> {
    let known = || service.actions().iter().map(KnownAction::name).chain(service.operations());
    let verb = FAMILIES.into_iter().flatten().copied().find(|verb| after(verb, written).is_some());
    let near = |verb: &str| nearest_within(written, known().filter(|name| after(verb, name).is_some()), slips(written));
    // What is near but for its verb does something else.
    verb.and_then(near)
        .or_else(|| other_verb(service, written))
        .or_else(|| nearest_within(written, known(), slips(written)))
}

fn other_verb(service: &Service, written: &str) -> Option<&'static str> {
    FAMILIES.into_iter().find_map(|family| {
        let rest = family.iter().find_map(|verb| after(verb, written))?;
        family.iter().find_map(|verb| service.action(&format!("{verb}{rest}")).map(KnownAction::name))
    })
}

/// What stands after the verb.
fn after<'n>(verb: &str, name: &'n str) -> Option<&'n str> {
    let begins = name.get(..verb.len()).is_some_and(|start| start.eq_ignore_ascii_case(verb));
    name.get(verb.len()..).filter(|rest| begins && !rest.is_empty())
}

/// How many letters may differ for a slip of the pen: few, since published names lie close together.
pub(super) fn slips(name: &str) -> usize {
    match name.len() {
        0..=3 => 0,
        4..=7 => 1,
        _ => 2,
    }
}

/// A pattern in the letter case of the names that it covers when case is disregarded: `list*` is `List*`. None if they
/// do not agree on one.
pub(super) fn recased(pattern: &str, names: &[&str]) -> Option<String> {
    // Aligning tries every place for every star.
    const MOST_STARS: usize = 2;
    if pattern.bytes().filter(|&b| b == b'*').count() > MOST_STARS {
        return None;
    }
    names
        .iter()
        .filter_map(|name| align(pattern, name))
        .find(|cased| names.iter().all(|name| fits_exactly(cased, name)))
}

/// The pattern with the letters of the name that it fits.
fn align(pattern: &str, name: &str) -> Option<String> {
    let mut rest = pattern.chars();
    let with = |c: char, rest: String| format!("{c}{rest}");
    match rest.next() {
        None => name.is_empty().then(String::new),
        Some('*') => name
            .char_indices()
            .map(|(at, _)| at)
            .chain([name.len()])
            .find_map(|at| align(rest.as_str(), name.get(at..)?))
            .map(|rest| with('*', rest)),
        Some(c) => {
            let mut others = name.chars();
            let own = others.next().filter(|own| c == '?' || own.eq_ignore_ascii_case(&c))?;
            align(rest.as_str(), others.as_str()).map(|rest| with(if c == '?' { c } else { own }, rest))
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::catalogue::Catalogue;

    #[test]
    fn the_same_under_another_verb() {
        let meant = |code, written| name(Catalogue::published().service(code).unwrap(), written);
        for (code, written, expected) in [
            ("oss", "SetBucketACL", Some("PutBucketAcl")),
            ("oss", "SetBucketVersioning", Some("PutBucketVersioning")),
            ("oss", "setbucketversioning", Some("PutBucketVersioning")),
            ("oss", "RemoveObject", Some("DeleteObject")),
            ("oss", "DescribeBuckets", Some("ListBuckets")),
            ("oss", "Set", None),
            ("alb", "DescribeLoadBalancers", Some("ListLoadBalancers")),
            ("ecs", "ListInstances", Some("DescribeInstances")),
            ("oss", "GetObjects", Some("GetObject")),
            ("oss", "é", None),
        ] {
            assert_eq!(meant(code, written), expected, "{code}:{written}");
        }
    }

    #[test]
    fn patterns_in_published_letters() {
        for (pattern, names, expected) in [
            ("list*", &["ListBuckets", "ListObjects"][..], Some("List*")),
            ("*bucketacl", &["GetBucketAcl", "PutBucketAcl"], Some("*BucketAcl")),
            ("?etobject", &["GetObject"], Some("?etObject")),
            ("get*", &["GetObject", "getObject"], None),
            ("*a*b*c*", &["ABC"], None),
            ("list*", &[], None),
            ("é*", &["ListBuckets"], None),
        ] {
            assert_eq!(recased(pattern, names).as_deref(), expected, "{pattern}");
        }
    }
}
