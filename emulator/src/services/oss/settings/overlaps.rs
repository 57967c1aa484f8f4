//! What rules of the life cycle may say of the same objects: one of itself, and two whose prefixes overlap.
//!
//! Source pages: "0014-00000079", "0014-00000080", "0014-00000082", "0014-00000084", "0014-00000085".

use std::collections::BTreeSet;

use super::super::error;
use super::schema::wrong;
use crate::cloud::{Element, StorageClass};
use crate::gateway::ApiError;

/// Where a rule says it of current versions, and where of those before.
struct Place {
    expiration: &'static str,
    transition: &'static str,
    days: &'static str,
}

const PLACES: [Place; 2] = [
    Place { expiration: "Expiration", transition: "Transition", days: "Days" },
    Place {
        expiration: "NoncurrentVersionExpiration",
        transition: "NoncurrentVersionTransition",
        days: "NoncurrentDays",
    },
];
/// What objects can have done to them once only.
const ONCE: [&str; 3] = ["Expiration", "AbortMultipartUpload", "NoncurrentVersionExpiration"];

/// Two rules that say what cannot be of the same objects.
pub(super) fn check(document: &Element) -> Result<(), ApiError> {
    let rules: Vec<_> = document.all("Rule").collect();
    for (index, one) in rules.iter().enumerate() {
        for other in rules.iter().skip(index + 1).filter(|other| overlap(one, other)) {
            check_repeated(one, other)?;
            check_same(one, other)?;
            check_mixed(&[one, other])?;
            // Each of them is in order by itself: what is not, is not between the two.
            check_orders(&[one, other]).map_err(|error| error.with("EC", "0014-00000082"))?;
        }
    }
    Ok(())
}

/// What a rule says must go together.
pub(super) fn agree(rule: &Element) -> Result<(), ApiError> {
    check_mixed(&[rule])?;
    check_orders(&[rule])
}

fn check_orders(rules: &[&Element]) -> Result<(), ApiError> {
    PLACES.iter().try_for_each(|place| check_order(rules, place))
}

fn overlap(one: &Element, other: &Element) -> bool {
    let tags = |rule: &Element| -> BTreeSet<(String, String)> {
        let text = |tag: &Element, name: &str| tag.get(name).unwrap_or_default().to_owned();
        rule.all("Tag").map(|tag| (text(tag, "Key"), text(tag, "Value"))).collect()
    };
    let (a, b) = (one.get("Prefix").unwrap_or_default(), other.get("Prefix").unwrap_or_default());
    (a.starts_with(b) || b.starts_with(a)) && tags(one) == tags(other)
}

/// The same that is done by both rules: to go to another storage class is the same where it is the same class.
fn check_repeated(one: &Element, other: &Element) -> Result<(), ApiError> {
    let both = |action: &&&str| one.child(action).is_some() && other.child(action).is_some();
    let classes = |rule: &Element, action: &str| -> BTreeSet<String> {
        rule.all(action).filter_map(|element| element.get("StorageClass")).map(str::to_owned).collect()
    };
    let transitions = PLACES.iter().map(|place| place.transition);
    let same_class = |action: &&str| !classes(one, action).is_disjoint(&classes(other, action));
    let repeated = ONCE.iter().find(both).copied().or_else(|| transitions.clone().find(same_class));
    repeated.map_or(Ok(()), |action| {
        Err(error::invalid_argument(action, "", format!("Overlap for same action type {action}")))
    })
}

/// What is to be done to the same objects stands in one rule. CHOICE: the code; that it is refused is published.
fn check_same(one: &Element, other: &Element) -> Result<(), ApiError> {
    let prefix = one.get("Prefix").unwrap_or_default();
    if other.get("Prefix").unwrap_or_default() == prefix {
        return Err(wrong("Prefix", prefix).with("EC", "0014-00000085"));
    }
    Ok(())
}

/// Dates and days are not mixed.
fn check_mixed(rules: &[&Element]) -> Result<(), ApiError> {
    let children = || rules.iter().flat_map(|rule| &rule.children);
    let acts = || children().filter(|child| matches!(&*child.name, "Expiration" | "Transition"));
    let by_days = acts().any(|act| act.child("Days").is_some());
    let by_date = acts().any(|act| act.child("CreatedBeforeDate").is_some() || act.child("Date").is_some());
    if !(by_days && by_date) {
        return Ok(());
    }
    let class = children().filter(|child| child.name == "Transition").find_map(|one| one.get("StorageClass"));
    let message = format!(
        "Found mixed CreatedBeforeDate and Days based Expiration and Transition for StorageClass {} actions",
        class.unwrap_or("IA")
    );
    Err(ApiError::bad_request("InvalidRequest", message))
}

/// The colder the later, and what is to be deleted last of all.
fn check_order(rules: &[&Element], place: &Place) -> Result<(), ApiError> {
    let all = |name| rules.iter().flat_map(move |rule| rule.all(name));
    let days = |element: &Element| element.get(place.days).and_then(|days| days.parse::<i64>().ok());
    let class = |element: &Element| element.get("StorageClass").and_then(StorageClass::parse);
    let moves = all(place.transition).filter_map(|element| Some((class(element)?, days(element)?)));
    let mut moves: Vec<_> = moves.collect();
    moves.sort_unstable();
    if let Some(two) = moves.windows(2).find(|two| matches!(two, [one, other] if one.0 == other.0 || one.1 >= other.1))
    {
        return Err(wrong(place.days, &two.first().map_or(0, |one| one.1).to_string()));
    }
    match (all(place.expiration).filter_map(days).min(), moves.last()) {
        (Some(end), Some((_, last))) if end <= *last => Err(wrong(place.days, &end.to_string())),
        _ => Ok(()),
    }
}
