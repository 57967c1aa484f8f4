//! A bucket as a website: its documents, and the rules by which it sends elsewhere.
//!
//! Source page: "PutBucketWebsite".

use super::schema::{Field, Is, MANY, maybe, one, several, wrong};
use super::setting::{Setting, fits_all, named, none};
use crate::cloud::Element;
use crate::gateway::{ApiError, Call};

pub(super) const SETTINGS: &[Setting] = &[Setting {
    at: "website",
    root: "WebsiteConfiguration",
    fields: &[
        maybe("IndexDocument", Is::Of(INDEX)),
        maybe("ErrorDocument", Is::Of(ERROR)),
        maybe("RoutingRules", Is::Of(&[several("RoutingRule", 0, MANY, Is::Of(RULE))])),
    ],
    put: named!("PutBucketWebsite"),
    get: named!("GetBucketWebsite"),
    delete: named!("DeleteBucketWebsite"),
    rule,
    fits: fits_all,
    unset: || none("NoSuchWebsiteConfiguration", "The specified bucket does not have a website configuration."),
}];

const INDEX: &[Field] = &[one("Suffix", Is::Text), maybe("SupportSubDir", Is::Flag), maybe("Type", Is::Whole(0, 2))];
const ERROR: &[Field] = &[one("Key", Is::Text), maybe("HttpStatus", Is::Whole(200, 599))];
const RULE: &[Field] = &[
    one("RuleNumber", Is::Whole(1, 1_000_000)),
    maybe(
        "Condition",
        Is::Of(&[
            maybe("KeyPrefixEquals", Is::Text),
            maybe("KeySuffixEquals", Is::Text),
            maybe("HttpErrorCodeReturnedEquals", Is::Whole(400, 599)),
            several("IncludeHeader", 0, 10, Is::Of(&[one("Key", Is::Text)])),
        ]),
    ),
    one(
        "Redirect",
        Is::Of(&[
            one("RedirectType", Is::Word(&["Mirror", "External", "Internal", "AliCDN"])),
            maybe("PassQueryString", Is::Flag),
            maybe("Protocol", Is::Word(&["http", "https"])),
            maybe("EnableReplacePrefix", Is::Flag),
            maybe("HttpRedirectCode", Is::Text),
        ]),
    ),
];
/// The most rules.
const MOST: usize = 20;

fn rule(_: &Call<'_>, document: &mut Element) -> Result<(), ApiError> {
    if let Some(index) = document.child("IndexDocument") {
        let suffix = index.get("Suffix").unwrap_or_default();
        if suffix.is_empty() || suffix.contains('/') {
            return Err(wrong("Suffix", suffix));
        }
    }
    if let Some(error) = document.child("ErrorDocument").filter(|error| error.filled("Key").is_none()) {
        return Err(wrong("Key", error.get("Key").unwrap_or_default()));
    }
    let rules = document.child("RoutingRules").map(|rules| rules.all("RoutingRule").collect::<Vec<_>>());
    let rules = rules.unwrap_or_default();
    if rules.len() > MOST {
        return Err(wrong("RoutingRules", &rules.len().to_string()));
    }
    for rule in rules {
        let redirect = rule.child("Redirect");
        let get = |name: &str| redirect.and_then(|redirect| redirect.get(name));
        let kind = get("RedirectType").unwrap_or_default();
        if kind == "Mirror" && get("MirrorURL").is_none_or(str::is_empty) && get("MirrorMultiAlternates").is_none() {
            return Err(wrong("MirrorURL", ""));
        }
        if let Some(code) = get("HttpRedirectCode").filter(|code| !matches!(*code, "301" | "302" | "307")) {
            return Err(wrong("HttpRedirectCode", code));
        }
        let both = get("ReplaceKeyWith").is_some() && get("ReplaceKeyPrefixWith").is_some();
        if both {
            return Err(wrong("ReplaceKeyWith", get("ReplaceKeyWith").unwrap_or_default()));
        }
        let condition = rule.child("Condition").and_then(|condition| condition.get("HttpErrorCodeReturnedEquals"));
        if kind == "Mirror" && condition.is_some_and(|code| code != "404") {
            return Err(wrong("HttpErrorCodeReturnedEquals", condition.unwrap_or_default()));
        }
    }
    Ok(())
}
