//! A bucket as a website: its documents, and the rules by which it sends elsewhere.
//!
//! Source page: "PutBucketWebsite".

use super::super::name::LONGEST_KEY;
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
    put_asks: &[],
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
            // One that says none is taken, of which a live test of Java's client tells; it sends elsewhere (INFERRED).
            maybe("RedirectType", Is::Word(&["Mirror", "External", "Internal", "AliCDN"])),
            maybe("PassQueryString", Is::Flag),
            maybe("Protocol", Is::Word(&["http", "https"])),
            maybe("EnableReplacePrefix", Is::Flag),
            maybe("HttpRedirectCode", Is::Text),
            maybe("MirrorAllowGetImageInfo", Is::Flag),
            maybe("MirrorAllowHeadObject", Is::Flag),
            maybe("MirrorAllowVideoSnapshot", Is::Flag),
            maybe("MirrorCheckMd5", Is::Flag),
            maybe("MirrorFollowRedirect", Is::Flag),
            maybe("MirrorIsExpressTunnel", Is::Flag),
            maybe("MirrorPassOriginalSlashes", Is::Flag),
            maybe("MirrorPassQueryString", Is::Flag),
            maybe("MirrorProxyPass", Is::Flag),
            maybe("MirrorSNI", Is::Flag),
            maybe("MirrorSaveOssMeta", Is::Flag),
            maybe("MirrorSwitchAllErrors", Is::Flag),
            maybe("MirrorUserLastModified", Is::Flag),
            maybe("MirrorUsingRole", Is::Flag),
            maybe("MirrorHeaders", Is::Of(&[maybe("PassAll", Is::Flag)])),
        ]),
    ),
];
/// The most rules.
const MOST: usize = 20;

fn rule(_: &Call<'_>, document: &mut Element) -> Result<(), ApiError> {
    // Beside rules an empty page is none: Go's clients always send both. INFERRED: what is empty is not given back.
    if document.child("RoutingRules").is_some_and(|rules| !rules.children.is_empty()) {
        let empty = |child: &Element, of: &str, name| child.name == of && child.filled(name).is_none();
        document
            .children
            .retain(|child| !empty(child, "IndexDocument", "Suffix") && !empty(child, "ErrorDocument", "Key"));
    }
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
        // The page names 301, 302 and 307, and 303 is taken by the cloud (a live test of Java's client). INFERRED: so is 308.
        let sends = |code: &str| matches!(code, "301" | "302" | "303" | "307" | "308");
        if let Some(code) = get("HttpRedirectCode").filter(|code| !sends(code)) {
            return Err(wrong("HttpRedirectCode", code));
        }
        let whole = get("ReplaceKeyWith");
        let begins = get("ReplaceKeyPrefixWith").is_some() || get("EnableReplacePrefix") == Some("true");
        if let Some(whole) = whole.filter(|whole| begins && !whole.is_empty()) {
            return Err(wrong("ReplaceKeyWith", whole));
        }
        // CHOICE: what makes keys is no longer than one; a visitor has it filled in.
        for name in ["ReplaceKeyWith", "ReplaceKeyPrefixWith"] {
            if get(name).is_some_and(|text| text.len() > LONGEST_KEY) {
                return Err(wrong(name, ""));
            }
        }
        let condition = rule.child("Condition").and_then(|condition| condition.get("HttpErrorCodeReturnedEquals"));
        if kind == "Mirror" && condition.is_some_and(|code| code != "404") {
            return Err(wrong("HttpErrorCodeReturnedEquals", condition.unwrap_or_default()));
        }
    }
    let rules = document.children.iter_mut().filter(|child| child.name == "RoutingRules");
    let rules = rules.flat_map(|rules| &mut rules.children).flat_map(|rule| &mut rule.children);
    rules.filter(|child| child.name == "Redirect" && child.get("RedirectType") == Some("Mirror")).for_each(mirror);
    Ok(())
}

/// What a rule that mirrors is given back with, whatever was left out. Live tests of Go, Python and Java ask it: whether it passes the query on
/// is one thing under two names, and the mirror's own goes first. INFERRED: the other one counts where that is left out.
fn mirror(redirect: &mut Element) {
    let said = redirect.get("MirrorPassQueryString").or_else(|| redirect.get("PassQueryString"));
    let passes = said.unwrap_or("false").to_owned();
    redirect.children.retain(|child| child.name != "PassQueryString");
    redirect.children.push(Element::text("PassQueryString", &passes));
    for (name, value) in [
        ("MirrorPassQueryString", passes.as_str()),
        ("MirrorFollowRedirect", "true"),
        ("MirrorCheckMd5", "false"),
        ("MirrorPassOriginalSlashes", "false"),
    ] {
        if redirect.child(name).is_none() {
            redirect.children.push(Element::text(name, value));
        }
    }
    if redirect.child("MirrorHeaders").is_none() {
        redirect.children.push(Element::of("MirrorHeaders", []));
    }
    for headers in redirect.children.iter_mut().filter(|child| child.name == "MirrorHeaders") {
        if headers.child("PassAll").is_none() {
            headers.children.insert(0, Element::text("PassAll", "false"));
        }
    }
}
