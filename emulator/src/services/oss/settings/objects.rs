//! Settings that say what may become of objects.
//!
//! Source pages: "PutBucketObjectWormConfiguration", "PutBucketOverwriteConfig".

use super::schema::{Field, Is, MANY, maybe, one, several, wrong};
use super::setting::{Setting, fits_all, malformed, named, no_rule, none};
use crate::cloud::{Bucket, Element, Versioning};
use crate::gateway::{ApiError, Call};

pub(super) const SETTINGS: &[Setting] = &[
    Setting {
        at: "objectWorm",
        root: "ObjectWormConfiguration",
        fields: &[
            one("ObjectWormEnabled", Is::Word(&["Enabled"])),
            maybe("Rule", Is::Of(&[one("DefaultRetention", Is::Of(RETENTION))])),
        ],
        put: named!("PutBucketObjectWormConfiguration"),
        get: named!("GetBucketObjectWormConfiguration"),
        delete: None,
        put_asks: &[],
        rule: days_or_years,
        fits: with_versions,
        unset: || none("NoSuchObjectWormConfiguration", "The object worm configuration does not exist."),
    },
    Setting {
        at: "overwriteConfig",
        root: "OverwriteConfiguration",
        fields: &[several("Rule", 1, 100, Is::Of(OVERWRITE))],
        put: named!("PutBucketOverwriteConfig"),
        get: named!("GetBucketOverwriteConfig"),
        delete: named!("DeleteBucketOverwriteConfig"),
        put_asks: &[],
        rule: no_rule,
        fits: fits_all,
        unset: || none("NoSuchBucketOverwriteConfig", "The bucket overwrite config does not exist."),
    },
];

const RETENTION: &[Field] = &[
    one("Mode", Is::Word(&["GOVERNANCE", "COMPLIANCE"])),
    maybe("Days", Is::Whole(1, 36_500)),
    maybe("Years", Is::Whole(1, 100)),
];
const OVERWRITE: &[Field] = &[
    maybe("ID", Is::Text),
    one("Action", Is::Word(&["forbid"])),
    maybe("Prefix", Is::Text),
    maybe("Suffix", Is::Text),
    maybe("Principals", Is::Of(&[several("Principal", 0, MANY, Is::Text)])),
];

fn days_or_years(_: &Call<'_>, document: &mut Element) -> Result<(), ApiError> {
    let Some(retention) = document.at(&["Rule", "DefaultRetention"]) else { return Ok(()) };
    match (retention.child("Days"), retention.child("Years")) {
        (Some(_), None) | (None, Some(_)) => Ok(()),
        _ => Err(malformed()),
    }
}

/// Objects are kept where versions are.
fn with_versions(bucket: &Bucket, _: &Element) -> Result<(), ApiError> {
    match bucket.versioning {
        Versioning::Enabled => Ok(()),
        // INFERRED: the code.
        other => Err(wrong("Versioning", other.as_str().unwrap_or_default())),
    }
}
