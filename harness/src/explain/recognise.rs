//! Telling what somebody has: a request's id, a diagnostic message, a web page, or refusals in bodies and in texts.

use serde_json::Value;

use super::detail::{self, Encoded};
use super::facts::{Fact, Facts};
use super::paste::{self, Found};
use super::refusal::Refusal;
use super::text::of_error;
use crate::import::clean;
use crate::words::beginning;

/// What a text turned out to be.
#[derive(Clone, Debug, PartialEq)]
pub enum Recognised {
    /// A request's id, and nothing else that says more.
    RequestId(String),
    /// Refusals, in their order; those that repeat one are left out.
    Refusals {
        /// Those that were told apart.
        refusals: Vec<Refusal>,
        /// Are there more, which were left out?
        more: bool,
    },
    /// A diagnostic message of which the request is told, and when it was refused.
    Diagnostic {
        /// The message.
        message: String,
        /// The request.
        request_id: String,
        /// When.
        at: String,
    },
    /// A diagnostic message that only the cloud reads.
    Opaque(String),
    /// A web page: what stands between has answered, not the cloud.
    WebPage(Option<String>),
    /// Nothing that is known; why, in words.
    Nothing(&'static str),
}

/// Tells what a text is.
pub fn recognise(text: &str) -> Recognised {
    let text = clean(text);
    let trimmed = text.trim().trim_matches(['"', '\'', '`']).trim();
    if trimmed.is_empty() {
        return Recognised::Nothing("it is empty");
    }
    if is_request_id(trimmed) {
        return Recognised::RequestId(trimmed.to_owned());
    }
    match detail::encoded(trimmed) {
        Some(Encoded::Older(request_id, at)) => {
            return Recognised::Diagnostic { message: trimmed.to_owned(), request_id, at: at.to_string() };
        }
        Some(Encoded::Newer) => return Recognised::Opaque(trimmed.to_owned()),
        None => {}
    }
    let page = is_page(trimmed);
    let Found { refusals, more } = if page { paste::bodies(&text) } else { paste::refusals(&text) };
    if !refusals.is_empty() {
        return Recognised::Refusals { refusals, more };
    }
    if page {
        let title = trimmed.split_once("<title>").and_then(|(_, rest)| rest.split_once("</title>"));
        return Recognised::WebPage(title.map(|(title, _)| title.trim().to_owned()));
    }
    if looks_like_json(trimmed) && serde_json::from_str::<Value>(trimmed).is_err() {
        return Recognised::Nothing("it looks like JSON and ends in the middle, or is none");
    }
    let mut facts = Facts::default();
    facts.labels(trimmed);
    match facts.get(Fact::RequestId) {
        Some(id) => match of_error(trimmed) {
            Some(refusal) => Recognised::Refusals { refusals: vec![refusal], more: false },
            None => Recognised::RequestId(id.to_owned()),
        },
        None => Recognised::Nothing("no error of Alibaba Cloud is in it that acslab knows"),
    }
}

/// Does JSON begin here? `[ERROR] …` is a log's.
fn looks_like_json(text: &str) -> bool {
    let inside = |rest: &str| {
        let rest = rest.trim_start();
        rest.is_empty() || rest.starts_with(['{', '[', '"', ']']) || rest.starts_with(|c: char| c.is_ascii_digit())
    };
    text.starts_with('{') || text.strip_prefix('[').is_some_and(inside)
}

/// Does a web page begin here?
fn is_page(text: &str) -> bool {
    let near = beginning(text, 200).to_ascii_lowercase();
    near.contains("<html") || near.contains("<!doctype html")
}

/// `6A2B…` with dashes, as every product answers it; 24 hex digits, as OSS does.
pub(super) fn is_request_id(text: &str) -> bool {
    let hex = |part: &str| part.bytes().all(|byte| byte.is_ascii_hexdigit());
    let groups: Vec<&str> = text.split('-').collect();
    let uuid = groups.iter().map(|group| group.len()).eq([8, 4, 4, 4, 12]) && groups.iter().all(|group| hex(group));
    uuid || (text.len() == 24 && hex(text))
}

#[cfg(test)]
mod tests {
    use super::{Recognised, recognise};

    /// Each brace and each bracket of a log looks at what is near, and not at all of the rest: otherwise this does not end.
    #[test]
    fn a_log_of_braces_is_read_in_one_go() {
        for line in [
            "foo {a=b}\n",
            "foo {\"a\"=\"b\"}\n",
            "foo <a=b>\n",
            "{ \\\"a\n",
            "<Error <a>\n",
            "{a=b, ",
            "{'a': 'b",
            "{a=",
            "map[a:b ",
            "map[",
            "{a: [",
        ] {
            let log = line.repeat(30_000 / line.len());
            assert!(matches!(recognise(&log), Recognised::Nothing(_)), "{line}");
        }
        let body = r#"{"Code": "NoPermission", "Message": "no", "RequestId": "x"}"#;
        let Recognised::Refusals { refusals: found, more: false } =
            recognise(&format!("{}{body}", "foo {a=b}\n".repeat(100_000)))
        else {
            panic!()
        };
        assert_eq!((found.len(), found[0].line), (1, 100_001));
    }

    /// Errors in texts are no more than those in bodies are, and the same one is one.
    #[test]
    fn a_log_of_errors_is_told_as_far_as_it_goes() {
        let line = |number: u64| format!("ERROR: ErrorCode=AccessDenied, RequestId={number:024X}, Bucket=photos\n");
        let body = |number: u64| format!("{{\"Code\": \"NoPermission\", \"RequestId\": \"{number:024X}\"}}\n");
        for one in [&line as &dyn Fn(u64) -> String, &body] {
            let all = |numbers: &mut dyn Iterator<Item = u64>| numbers.map(one).collect::<String>();
            for (log, known, left_out) in [
                (all(&mut (0..10_000)), 64, true),
                (all(&mut (0..64)), 64, false),
                (all(&mut (0..10_000).map(|number| number / 5_000)), 2, false),
            ] {
                let Recognised::Refusals { refusals, more } = recognise(&log) else { panic!() };
                assert_eq!((refusals.len(), more), (known, left_out), "{}", refusals[0].line);
            }
        }
    }

    /// What is read in vain again and again is read no longer, and a whole body behind it still is.
    #[test]
    fn a_log_of_torn_maps_is_read_in_one_go() {
        let body = r#"{"Code": "NoPermission", "Message": "no", "RequestId": "x"}"#;
        for line in ["{a=b, ", "{'a': 'b', ", "{a: [1, "] {
            let log = format!("{}\n\n{body}", line.repeat(600_000 / line.len()));
            let Recognised::Refusals { refusals, .. } = recognise(&log) else { panic!("{line}") };
            assert_eq!(refusals.len(), 1, "{line}");
        }
    }
}
