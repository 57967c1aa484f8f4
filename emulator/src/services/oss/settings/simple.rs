//! Settings of a word or two.
//!
//! Source pages: those of the operations.

use super::super::xml;
use super::schema::{Field, Is, MANY, maybe, one, several, wrong};
use super::setting::{Setting, fits_all, malformed, named, no_rule, none};
use crate::cloud::{Bucket, Element};
use crate::gateway::{ApiError, Call};

pub(super) const SETTINGS: &[Setting] = &[
    Setting {
        at: "requestPayment",
        root: "RequestPaymentConfiguration",
        fields: &[one("Payer", Is::Word(&["BucketOwner", "Requester"]))],
        put: named!("PutBucketRequestPayment"),
        get: named!("GetBucketRequestPayment"),
        delete: None,
        put_asks: &[],
        rule: no_rule,
        fits: fits_all,
        unset: || Ok(xml::reply("RequestPaymentConfiguration", |node| node.text("Payer", "BucketOwner"))),
    },
    Setting {
        at: "transferAcceleration",
        root: "TransferAccelerationConfiguration",
        fields: &[one("Enabled", Is::Flag)],
        put: named!("PutBucketTransferAcceleration"),
        get: named!("GetBucketTransferAcceleration"),
        delete: named!("DeleteBucketTransferAcceleration"),
        put_asks: &[],
        rule: no_rule,
        fits: fits_all,
        unset: || {
            let message = "The bucket you specified does not have transfer acceleration configuration.";
            none("NoSuchTransferAccelerationConfiguration", message)
        },
    },
    Setting {
        at: "accessmonitor",
        root: "AccessMonitorConfiguration",
        fields: &[one("Status", Is::Word(&["Enabled", "Disabled"])), maybe("AllowCopy", Is::Flag)],
        put: named!("PutBucketAccessMonitor"),
        get: named!("GetBucketAccessMonitor"),
        delete: None,
        put_asks: &[],
        rule: no_rule,
        fits: still_needed,
        unset: || Ok(xml::reply("AccessMonitorConfiguration", |node| node.text("Status", "Disabled"))),
    },
    Setting {
        at: "bucketArchiveDirectRead",
        root: "ArchiveDirectReadConfiguration",
        fields: &[one("Enabled", Is::Flag)],
        put: named!("PutBucketArchiveDirectRead"),
        get: named!("GetBucketArchiveDirectRead"),
        delete: None,
        put_asks: &[],
        rule: no_rule,
        fits: fits_all,
        unset: || Ok(xml::reply("ArchiveDirectReadConfiguration", |node| node.text("Enabled", "false"))),
    },
    Setting {
        at: "httpsConfig",
        root: "HttpsConfiguration",
        fields: &[maybe("TLS", Is::Of(TLS)), maybe("CipherSuite", Is::Of(CIPHERS))],
        put: named!("PutBucketHttpsConfig"),
        get: named!("GetBucketHttpsConfig"),
        delete: None,
        put_asks: &[],
        rule: versions_if_enabled,
        fits: fits_all,
        unset: || Ok(xml::reply("HttpsConfiguration", |node| node.element("TLS", |node| node.text("Enable", "false")))),
    },
    Setting {
        at: "referer",
        root: "RefererConfiguration",
        fields: &[
            one("AllowEmptyReferer", Is::Flag),
            maybe("AllowTruncateQueryString", Is::Flag),
            maybe("TruncatePath", Is::Flag),
            maybe("RefererList", Is::Of(&[several("Referer", 0, MANY, Is::Text)])),
            maybe("RefererBlacklist", Is::Of(&[several("Referer", 0, MANY, Is::Text)])),
        ],
        put: named!("PutBucketReferer"),
        get: named!("GetBucketReferer"),
        delete: None,
        put_asks: &[],
        rule: referers,
        fits: fits_all,
        unset: || {
            Ok(xml::reply("RefererConfiguration", |node| {
                node.text("AllowEmptyReferer", "true");
                node.text("AllowTruncateQueryString", "true");
                node.element("RefererList", |_| {});
            }))
        },
    },
    Setting {
        at: "qos",
        root: "BucketUserQos",
        fields: &[one("StorageCapacity", Is::Whole(-1, i64::MAX))],
        put: Some(("PutBucketQos", &["oss:PutBucketStorageQuota"])),
        get: Some(("GetBucketQos", &["oss:GetBucketStorageQuota"])),
        delete: Some(("DeleteBucketQos", &["oss:DeleteBucketStorageQuota"])),
        put_asks: &[],
        rule: no_rule,
        fits: fits_all,
        unset: || Ok(xml::reply("BucketUserQos", |node| node.text("StorageCapacity", "-1"))),
    },
    Setting {
        at: "quota",
        root: "BucketStorageQuota",
        fields: &[],
        put: named!("PutBucketStorageQuota"),
        get: named!("GetBucketStorageQuota"),
        delete: named!("DeleteBucketStorageQuota"),
        put_asks: &[],
        rule: no_rule,
        fits: fits_all,
        unset: || none("NoSuchBucketStorageQuota", "The bucket does not have a storage quota."),
    },
    Setting {
        at: "responseHeader",
        root: "ResponseHeaderConfiguration",
        fields: &[several("Rule", 1, 100, Is::Of(HIDDEN))],
        put: named!("PutBucketResponseHeader"),
        get: named!("GetBucketResponseHeader"),
        delete: named!("DeleteBucketResponseHeader"),
        put_asks: &[],
        rule: no_rule,
        fits: fits_all,
        unset: || {
            none("NoSuchResponseHeaderConfiguration", "The bucket does not have a response header configuration.")
        },
    },
];

const TLS: &[Field] =
    &[one("Enable", Is::Flag), several("TLSVersion", 0, MANY, Is::Word(&["TLSv1.0", "TLSv1.1", "TLSv1.2", "TLSv1.3"]))];
const CIPHERS: &[Field] = &[one("Enable", Is::Flag), maybe("StrongCipherSuite", Is::Flag)];
const HIDDEN: &[Field] = &[
    maybe("Name", Is::Text),
    maybe("Filters", Is::Of(&[several("Operation", 0, 100, Is::Text)])),
    maybe("HideHeaders", Is::Of(&[several("Header", 0, 100, Is::Text)])),
];
/// The most bytes of the lists of referers.
const REFERERS: usize = 20 << 10;

/// A rule of the life cycle that goes by who read an object needs it.
fn still_needed(bucket: &Bucket, document: &Element) -> Result<(), ApiError> {
    let by_access = |rules: &Element| {
        let transitions = rules.all("Rule").flat_map(|rule| rule.children.iter());
        transitions.into_iter().any(|transition| transition.is("IsAccessTime"))
    };
    let disabled = document.get("Status") == Some("Disabled");
    if disabled && bucket.settings.get("lifecycle").is_some_and(by_access) {
        let message = "Access monitor can not be disabled while a lifecycle rule is based on access time.";
        return Err(ApiError::bad_request("AccessMonitorDisableNotAllowed", message));
    }
    Ok(())
}

fn versions_if_enabled(_: &Call<'_>, document: &mut Element) -> Result<(), ApiError> {
    let Some(tls) = document.children.iter_mut().find(|child| child.name == "TLS") else { return Ok(()) };
    // One that is named twice is kept once.
    let mut seen = Vec::new();
    tls.children.retain(|child| {
        let again = child.name == "TLSVersion" && seen.contains(&child.text);
        seen.push(child.text.clone());
        !again
    });
    if tls.is("Enable") && tls.child("TLSVersion").is_none() { Err(malformed()) } else { Ok(()) }
}

fn referers(_: &Call<'_>, document: &mut Element) -> Result<(), ApiError> {
    let lists = ["RefererList", "RefererBlacklist"].into_iter().filter_map(|list| document.child(list));
    let bytes: usize = lists.flat_map(|list| list.all("Referer")).map(|referer| referer.text.len()).sum();
    if bytes > REFERERS {
        return Err(wrong("RefererList", &bytes.to_string()));
    }
    if document.child("AllowTruncateQueryString").is_none() {
        let flag = Element::text("AllowTruncateQueryString", "true");
        document.children.insert(1, flag);
    }
    if document.child("RefererList").is_none() {
        document.children.push(Element::of("RefererList", []));
    }
    Ok(())
}
