//! The rules of the life cycle, as they may be put. What they do is the cloud's own: see [`crate::cloud::Lifecycle`].
//!
//! Source page: "PutBucketLifecycle".

use std::collections::BTreeSet;

use super::super::tagging;
use super::overlaps;
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
    put_asks: &[],
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
    // Said in answers, and sent back by who changes what was answered.
    maybe("AtimeBase", Is::Text),
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
    several(
        "Transition",
        0,
        MANY,
        Is::Of(&[maybe("Days", DAYS), maybe("CreatedBeforeDate", Is::Time), CLASS, BY_ACCESS, RETURNS, SMALL]),
    ),
    maybe("AbortMultipartUpload", Is::Of(&[maybe("Days", DAYS), maybe("CreatedBeforeDate", Is::Time)])),
    maybe("NoncurrentVersionExpiration", Is::Of(&[one("NoncurrentDays", DAYS)])),
    several(
        "NoncurrentVersionTransition",
        0,
        MANY,
        Is::Of(&[one("NoncurrentDays", DAYS), CLASS, BY_ACCESS, RETURNS, SMALL]),
    ),
];
const CLASS: Field = one("StorageClass", Is::Text);
const BY_ACCESS: Field = maybe("IsAccessTime", Is::Flag);
const RETURNS: Field = maybe("ReturnToStdWhenVisit", Is::Flag);
const SMALL: Field = maybe("AllowSmallFile", Is::Flag);
/// The most rules, and the longest id.
const MOST: usize = 1000;
pub(in super::super) const LONGEST_ID: usize = 255;

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
        if id.len() > LONGEST_ID || !ids.insert(id) {
            return Err(wrong("ID", id));
        }
        check(rule)?;
    }
    let allowed = call.http.header("x-oss-allow-same-action-overlap").is_some_and(|allow| allow == "true");
    if allowed { Ok(()) } else { overlaps::check(document) }
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
    // However long they are: such a rule fits no object. INFERRED: the code.
    let tags = || rule.all("Tag").flat_map(|tag| &tag.children);
    if let Some(odd) = tags().find(|part| !tagging::is_plain(&part.text)) {
        return Err(wrong(&odd.name, &odd.text));
    }
    let transitions = ["Transition", "NoncurrentVersionTransition"];
    transitions.iter().flat_map(|name| rule.all(name)).try_for_each(check_class)?;
    overlaps::agree(rule)?;
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

/// Where an object may go to, and by what it is known when.
fn check_class(transition: &Element) -> Result<(), ApiError> {
    let text = transition.get("StorageClass").unwrap_or_default();
    if StorageClass::parse(text).is_none_or(|class| class == StorageClass::Standard) {
        return Err(wrong("StorageClass", text));
    }
    if transition.is("IsAccessTime") {
        // Page 0014-00000047.
        if let Some(date) = transition.get("CreatedBeforeDate") {
            return Err(wrong("CreatedBeforeDate", date).with("EC", "0014-00000047"));
        }
    } else if let Some(small) = transition.get("AllowSmallFile") {
        // Page 0014-00000055.
        return Err(wrong("AllowSmallFile", small).with("EC", "0014-00000055"));
    } else if transition.is("ReturnToStdWhenVisit") {
        return Err(wrong("ReturnToStdWhenVisit", "true"));
    }
    Ok(())
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
    let sizes = ["ObjectSizeGreaterThan", "ObjectSizeLessThan"];
    // Page 0014-00000054.
    if let Some(small) = rule.children.iter().find_map(|action| action.get("AllowSmallFile"))
        && sizes.iter().any(|size| filter.child(size).is_some())
    {
        return Err(wrong("AllowSmallFile", small).with("EC", "0014-00000054"));
    }
    let size = |name: &str| filter.get(name).and_then(|text| text.parse::<u64>().ok());
    match (size("ObjectSizeGreaterThan"), size("ObjectSizeLessThan")) {
        (Some(over), Some(under)) if over >= under => Err(wrong("ObjectSizeLessThan", &under.to_string())),
        _ => Ok(()),
    }
}

/// What goes by who read an object needs a bucket that knows. The code is that of a live test of Java's client; the page has
/// `InvalidArgument`.
fn fits(bucket: &Bucket, document: &Element) -> Result<(), ApiError> {
    let by_access = document.all("Rule").flat_map(|rule| &rule.children).any(|action| action.is("IsAccessTime"));
    if by_access && bucket.settings.monitored().is_none() { Err(malformed()) } else { Ok(()) }
}
