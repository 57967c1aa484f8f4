//! The pages, from the program itself: no request leaves the machine for them.

/// A part of a page: its type and its text.
pub(super) type Asset = (&'static str, &'static str);

const HTML: &str = "text/html; charset=utf-8";

/// A page: the head that all have, its script, and its body.
macro_rules! page {
    ($name:literal) => {
        (
            HTML,
            concat!(
                include_str!("../../../console/course/head.html"),
                "<script type=\"module\" src=\"../assets/",
                $name,
                ".js\"></script>\n</head>\n",
                include_str!(concat!("../../../console/course/", $name, ".html"))
            ),
        )
    };
}

/// Where a learner joins.
pub(super) const JOIN: Asset = page!("join");
/// A learner's desk.
pub(super) const LEARN: Asset = page!("learn");
/// The teacher's view.
pub(super) const TEACH: Asset = page!("teach");

/// What pages load.
pub(super) fn asset(name: &str) -> Option<Asset> {
    const SCRIPT: &str = "text/javascript; charset=utf-8";
    Some(match name {
        "course.css" => ("text/css; charset=utf-8", include_str!("../../../console/course/course.css")),
        "common.js" => (SCRIPT, include_str!("../../../console/course/common.js")),
        "join.js" => (SCRIPT, include_str!("../../../console/course/join.js")),
        "learn.js" => (SCRIPT, include_str!("../../../console/course/learn.js")),
        "teach.js" => (SCRIPT, include_str!("../../../console/course/teach.js")),
        _ => return None,
    })
}

/// What every answer is sent with: nothing from elsewhere is loaded, nothing is framed, no link's token is told to another site.
pub(super) const HEADERS: &[(&str, &str)] = &[
    (
        "content-security-policy",
        "default-src 'none'; script-src 'self'; style-src 'self'; connect-src 'self'; base-uri 'none'; form-action 'none'; \
         frame-ancestors 'none'",
    ),
    ("referrer-policy", "no-referrer"),
    ("x-content-type-options", "nosniff"),
    ("cross-origin-opener-policy", "same-origin"),
    ("cross-origin-resource-policy", "same-origin"),
    ("cache-control", "no-store"),
];
