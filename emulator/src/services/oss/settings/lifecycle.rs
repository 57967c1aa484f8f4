//! The rules of the life cycle, as they may be put. What they do is the cloud's own: see [`crate::cloud::Lifecycle`].
//!
//! Source page: "PutBucketLifecycle".

use std::collections::BTreeSet;

use super::super::error;
use super::schema::{Field, Is, MANY, maybe, one, several, wrong};
use super::setting::{Setting, malformed, named, none};
use crate::cloud::{Bucket, Element, StorageClass};
use crate::gateway::{ApiError, Call};

pub(super) const SETTINGS: &[Setting] = &[Setting {
    at: "lifecycle",
    root: "LifecycleConfiguration",
    fields: &[several("Rule", 1, MANY, Is::Of(RULE))],
    put: named!("PutBucketLifecycle"),
    get: named!("GetBucketLifecycle"),
    delete: named!("DeleteBucketLifecycle"),
    rule,
    fits,
    unset: || none("NoSuchLifecycle", "No Row found in Lifecycle Table."),
}];

const DAYS: Is = Is::Whole(1, 36_500);
const TAG: Is = Is::Of(&[one("Key", Is::Text), maybe("Value", Is::Text)]);
const RULE: &[Field] = &[
    maybe("ID", Is::Text),
    maybe("Prefix", Is::Text),
    one("Status", Is::Word(&["Enabled", "Disabled"])),
    several("Tag", 0, MANY, TAG),
    maybe(
        "Filter",
        Is::Of(&[
            maybe("ObjectSizeGreaterThan", Is::Whole(0, i64::MAX)),
            maybe("ObjectSizeLessThan", Is::Whole(0, i64::MAX)),
            several("Not", 0, MANY, Is::Of(&[maybe("Prefix", Is::Text), maybe("Tag", TAG)])),
        ]),
    ),
    maybe(
        "Expiration",
        Is::Of(&[
            maybe("Days", DAYS),
            maybe("CreatedBeforeDate", Is::Time),
            maybe("Date", Is::Time),
            maybe("ExpiredObjectDeleteMarker", Is::Flag),
        ]),
    ),
    several("Transition", 0, MANY, Is::Of(&[maybe("Days", DAYS), maybe("CreatedBeforeDate", Is::Time), CLASS])),
    maybe("AbortMultipartUpload", Is::Of(&[maybe("Days", DAYS), maybe("CreatedBeforeDate", Is::Time)])),
    maybe("NoncurrentVersionExpiration", Is::Of(&[one("NoncurrentDays", DAYS)])),
    several("NoncurrentVersionTransition", 0, MANY, Is::Of(&[one("NoncurrentDays", DAYS), CLASS])),
];
const CLASS: Field = one("StorageClass", Is::Text);
/// The most rules, and the longest id.
const MOST: usize = 1000;
const LONGEST: usize = 255;

const ACTIONS: [&str; 5] =
    ["Expiration", "Transition", "AbortMultipartUpload", "NoncurrentVersionExpiration", "NoncurrentVersionTransition"];

fn rule(call: &Call<'_>, document: &mut Element) -> Result<(), ApiError> {
    if document.all("Rule").count() > MOST {
        return Err(wrong("Rule", &document.all("Rule").count().to_string()));
    }
    for rule in document.children.iter_mut().filter(|child| child.name == "Rule") {
        if rule.filled("ID").is_none() {
            rule.children.retain(|child| child.name != "ID");
            rule.children.insert(0, Element::text("ID", call.cloud().ids.lower("", 32)));
        }
        if rule.child("Prefix").is_none() {
            rule.children.insert(1, Element::text("Prefix", ""));
        }
    }
    let mut ids = BTreeSet::new();
    for rule in document.all("Rule") {
        let id = rule.get("ID").unwrap_or_default();
        if id.len() > LONGEST || !ids.insert(id) {
            return Err(wrong("ID", id));
        }
        check(rule)?;
    }
    let allowed = call.http.header("x-oss-allow-same-action-overlap").is_some_and(|allow| allow == "true");
    if allowed { Ok(()) } else { check_overlaps(document) }
}

fn check(rule: &Element) -> Result<(), ApiError> {
    if !ACTIONS.iter().any(|action| rule.child(action).is_some()) {
        return Err(malformed());
    }
    if let Some(expiration) = rule.child("Expiration") {
        let kinds = ["Days", "CreatedBeforeDate", "Date", "ExpiredObjectDeleteMarker"];
        let kinds: Vec<_> = kinds.iter().filter(|kind| expiration.child(kind).is_some()).collect();
        match kinds.as_slice() {
            [_] => {}
            [] => return Err(malformed()),
            _ => return Err(wrong("Expiration", "")),
        }
    }
    for element in rule.children.iter().filter(|child| matches!(&*child.name, "Transition" | "AbortMultipartUpload")) {
        match (element.child("Days"), element.child("CreatedBeforeDate")) {
            (None, None) => return Err(malformed()),
            (Some(_), Some(_)) => return Err(wrong(&element.name, "")),
            _ => {}
        }
    }
    if let Some((name, value)) = rule.children.iter().flat_map(|child| &child.children).find_map(midnight) {
        return Err(wrong(name, value));
    }
    check_mixed(rule)?;
    check_order(rule, "Expiration", "Transition", "Days")?;
    check_order(rule, "NoncurrentVersionExpiration", "NoncurrentVersionTransition", "NoncurrentDays")?;
    check_filter(rule)
}

/// A date that is no beginning of a day.
fn midnight(element: &Element) -> Option<(&str, &str)> {
    if !matches!(&*element.name, "CreatedBeforeDate" | "Date") {
        return None;
    }
    let at: jiff::Timestamp = element.text.trim().parse().ok()?;
    (at.as_millisecond().rem_euclid(86_400_000) != 0).then_some((element.name.as_str(), element.text.as_str()))
}

/// Dates and days are not mixed in one rule.
fn check_mixed(rule: &Element) -> Result<(), ApiError> {
    let acts = || rule.children.iter().filter(|child| matches!(&*child.name, "Expiration" | "Transition"));
    let by_days = acts().any(|act| act.child("Days").is_some());
    let by_date = acts().any(|act| act.child("CreatedBeforeDate").is_some() || act.child("Date").is_some());
    if !(by_days && by_date) {
        return Ok(());
    }
    let class = rule.child("Transition").and_then(|transition| transition.get("StorageClass")).unwrap_or("IA");
    let message = format!(
        "Found mixed CreatedBeforeDate and Days based Expiration and Transition for StorageClass {class} actions"
    );
    Err(ApiError::bad_request("InvalidRequest", message).with("EC", "0014-00000080"))
}

/// The colder the later, and what is to be deleted last of all.
fn check_order(rule: &Element, expiration: &str, transition: &str, days: &str) -> Result<(), ApiError> {
    let mut moves = Vec::new();
    for element in rule.all(transition) {
        let text = element.get("StorageClass").unwrap_or_default();
        let class = StorageClass::parse(text).filter(|class| *class != StorageClass::Standard);
        let class = class.ok_or_else(|| wrong("StorageClass", text))?;
        let by_access = element.is("IsAccessTime");
        if element.is("ReturnToStdWhenVisit") && !by_access {
            return Err(wrong("ReturnToStdWhenVisit", "true"));
        }
        if let Some(days) = element.get(days).and_then(|days| days.parse::<i64>().ok()) {
            moves.push((class, days));
        }
    }
    moves.sort_unstable();
    if let Some(two) = moves.windows(2).find(|two| matches!(two, [one, other] if one.0 == other.0 || one.1 >= other.1))
    {
        return Err(wrong(days, &two.first().map_or(0, |one| one.1).to_string()));
    }
    let end = rule.child(expiration).and_then(|end| end.get(days)).and_then(|days| days.parse::<i64>().ok());
    match (end, moves.last()) {
        (Some(end), Some((_, last))) if end <= *last => Err(wrong(days, &end.to_string())),
        _ => Ok(()),
    }
}

fn check_filter(rule: &Element) -> Result<(), ApiError> {
    let Some(filter) = rule.child("Filter") else { return Ok(()) };
    let prefix = rule.get("Prefix").unwrap_or_default();
    for not in filter.all("Not") {
        let own = not.get("Prefix").unwrap_or_default();
        let narrower = own.starts_with(prefix) && (own != prefix || not.child("Tag").is_some());
        if !narrower {
            return Err(wrong("Prefix", own));
        }
    }
    let size = |name: &str| filter.get(name).and_then(|text| text.parse::<u64>().ok());
    match (size("ObjectSizeGreaterThan"), size("ObjectSizeLessThan")) {
        (Some(over), Some(under)) if over >= under => Err(wrong("ObjectSizeLessThan", &under.to_string())),
        _ => Ok(()),
    }
}

/// Two rules that do the same to the same objects.
fn check_overlaps(document: &Element) -> Result<(), ApiError> {
    let rules: Vec<_> = document.all("Rule").collect();
    let tags = |rule: &Element| -> BTreeSet<(String, String)> {
        let text = |tag: &Element, name: &str| tag.get(name).unwrap_or_default().to_owned();
        rule.all("Tag").map(|tag| (text(tag, "Key"), text(tag, "Value"))).collect()
    };
    for (index, one) in rules.iter().enumerate() {
        for other in rules.iter().skip(index + 1) {
            let (a, b) = (one.get("Prefix").unwrap_or_default(), other.get("Prefix").unwrap_or_default());
            if !(a.starts_with(b) || b.starts_with(a)) || tags(one) != tags(other) {
                continue;
            }
            let both = |action: &&&str| one.child(action).is_some() && other.child(action).is_some();
            if let Some(action) = ACTIONS.iter().find(both) {
                let message = format!("Overlap for same action type {action}");
                return Err(error::invalid_argument(action, "", message));
            }
        }
    }
    Ok(())
}

/// What goes by who read an object needs a bucket that knows.
fn fits(bucket: &Bucket, document: &Element) -> Result<(), ApiError> {
    let monitored = bucket.settings.get("accessmonitor").and_then(|monitor| monitor.get("Status")) == Some("Enabled");
    let by_access = document.all("Rule").flat_map(|rule| &rule.children).any(|action| action.is("IsAccessTime"));
    if by_access && !monitored { Err(wrong("IsAccessTime", "true")) } else { Ok(()) }
}
