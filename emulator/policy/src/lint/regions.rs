//! Regions that there are not.

use super::finding::{Draft, Findings};
use super::rule::Rule;
use super::subject::{Subject, resources};
use crate::catalogue::{fields, fits_exactly, regions};
use crate::document::suggest::nearest_within;

static NO_REGION: Rule = Rule::warning(
    "no-region",
    "where a region id belongs stands something else",
    "regions are named by their ids, such as cn-hangzhou, never by endpoints; the entry matches no resource",
);

pub(super) const RULES: &[&Rule] = &[&NO_REGION];

pub(super) fn check(subject: &Subject<'_>, findings: &mut Findings<'_>) {
    for statement in &subject.sound {
        for pattern in resources(statement) {
            let written = pattern.value.as_str();
            let Some(region) = fields(written).map(|[_, _, region, ..]| region) else { continue };
            let help = match slip(region) {
                Slip::None => continue,
                Slip::Of(meant) => format!("write `{meant}`, or `*`"),
                Slip::OfNone => "write the id of a region, such as `cn-hangzhou`, or `*`".to_owned(),
            };
            let message = format!("`{region}` is no region, so `{written}` is no resource of anybody");
            findings.push(Draft::new(&NO_REGION, pattern.span, message).help(help));
        }
    }
}

/// What is written in the place of a region.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Slip {
    /// No slip.
    None,
    /// This one is meant.
    Of(&'static str),
    /// No region, nor anything like one.
    OfNone,
}

/// Is this no region, and if so: which is meant, as far as one can tell? New regions come, so that one that is not known is let be where
/// it has the form of one and is no slip of one that is.
fn slip(region: &str) -> Slip {
    let is_known = |region: &str| regions().find(|known| *known == region);
    if is_known(region).is_some() {
        return Slip::None;
    }
    if let Some(location) = region.strip_prefix("oss-") {
        // The word of OSS's endpoints and locations; of its resources it never is.
        return is_known(location).map_or(Slip::OfNone, Slip::Of);
    }
    if region.is_empty() || region.contains(['*', '?']) {
        return Slip::None;
    }
    let ends_so = |known: &&str| known.split_once('-').is_some_and(|(_, place)| fits_exactly(region, place));
    let meant = nearest_within(region, regions(), 1)
        .or_else(|| regions().find(|known| known.eq_ignore_ascii_case(region)))
        .or_else(|| regions().find(ends_so));
    // `us-west-2` is a letter away from `us-west-1`, and none the less a region.
    let counts = |meant: &&str| {
        region.ends_with(|digit: char| digit.is_ascii_digit()) && meant.ends_with(|digit: char| digit.is_ascii_digit())
    };
    let meant = meant.filter(|meant| !counts(meant));
    match meant {
        Some(meant) => Slip::Of(meant),
        None if has_form(region) => Slip::None,
        None => Slip::OfNone,
    }
}

/// `cn-hangzhou`, `ap-southeast-1`, `cn-beijing-finance-1`
fn has_form(region: &str) -> bool {
    let is_word =
        |word: &str| !word.is_empty() && word.bytes().all(|byte| byte.is_ascii_lowercase() || byte.is_ascii_digit());
    region.split_once('-').is_some_and(|(land, place)| {
        (2..=3).contains(&land.len())
            && land.bytes().all(|byte| byte.is_ascii_lowercase())
            && place.split('-').all(is_word)
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_no_region() {
        for region in [
            "",
            "*",
            "cn-*",
            "cn-hangzhou",
            "cn-hangzhou-finance",
            "us-west-2",
            "ap-southeast-9",
            "na-south-1",
            "cn-wuhan-lr",
        ] {
            assert_eq!(slip(region), Slip::None, "{region}");
        }
        for (region, meant) in [
            ("oss-cn-hangzhou", Some("cn-hangzhou")),
            ("oss-*", None),
            ("cn-hangzou", Some("cn-hangzhou")),
            ("CN-Hangzhou", Some("cn-hangzhou")),
            ("hangzhou", Some("cn-hangzhou")),
            ("1234567890123456", None),
            ("photos", None),
        ] {
            assert_eq!(slip(region), meant.map_or(Slip::OfNone, Slip::Of), "{region}");
        }
    }
}
