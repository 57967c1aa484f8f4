//! The coverage as a page: the policies' texts, with what was never reached marked in them.

#![expect(clippy::format_push_string, reason = "a page is put together as text")]

use super::collected::Coverage;
use super::items::Reached;
use crate::report::escaped;

const STYLE: &str = "body{font:15px/1.5 system-ui,sans-serif;margin:2rem auto;max-width:60rem;padding:0 1rem;color:#1f2328;background:#fff}\
pre{background:#f6f8fa;padding:1rem;overflow:auto;border-radius:6px;font:13px/1.5 ui-monospace,monospace}\
mark{border-radius:3px;padding:0 .15em;color:inherit}.yes{background:#aceebb}.no{background:#ffc1bc;outline:1px solid #cf222e}\
@media(prefers-color-scheme:dark){body{background:#0d1117;color:#e6edf3}pre{background:#161b22}.yes{background:#1a4d2e}.no{background:#67060c}}";

impl Coverage {
    /// The page, with everything in it.
    pub fn html(&self) -> String {
        let mut body = format!("<h1>Coverage of policies: {:.1} %</h1>\n", self.percent());
        for policy in &self.policies {
            body.push_str(&of_policy(policy));
        }
        format!(
            "<!doctype html>\n<html lang=\"en\"><head><meta charset=\"utf-8\"><title>Coverage of policies</title>\
             <meta name=\"viewport\" content=\"width=device-width\"><style>{STYLE}</style></head><body>\n{body}</body></html>\n"
        )
    }
}

fn of_policy(policy: &Reached) -> String {
    let mut items: Vec<_> = policy.items.iter().collect();
    items.sort_by_key(|item| (item.span.start, item.span.end));
    let (mut text, mut at) = (String::new(), 0);
    let mut rest = items.as_slice();
    while let Some(first) = rest.first() {
        // A condition is met or is not: two items of one place.
        let same = rest.iter().take_while(|item| item.span == first.span).count();
        let (here, after) = rest.split_at(same);
        rest = after;
        let (start, end) = (first.span.start as usize, first.span.end as usize);
        if start < at {
            continue;
        }
        let never: Vec<_> = here.iter().filter(|item| item.hits == 0).map(|item| item.what.as_str()).collect();
        let (class, title) = if never.is_empty() {
            let hits: Vec<_> = here.iter().map(|item| format!("{}: {} times", item.what, item.hits)).collect();
            ("yes", hits.join(", "))
        } else {
            ("no", format!("never: {}", never.join(", ")))
        };
        text.push_str(&escaped(policy.text.get(at..start).unwrap_or_default()));
        let inner = escaped(policy.text.get(start..end).unwrap_or_default());
        text.push_str(&format!("<mark class=\"{class}\" title=\"{}\">{inner}</mark>", escaped(&title)));
        at = end;
    }
    text.push_str(&escaped(policy.text.get(at..).unwrap_or_default()));
    let file = policy
        .file
        .as_ref()
        .map_or(String::new(), |file| format!(" <small>{}</small>", escaped(&file.display().to_string())));
    let (hit, all) = (policy.hit(), policy.items.len());
    format!("<h2>{}{file}</h2>\n<p>{hit} of {all} reached</p>\n<pre>{text}</pre>\n", escaped(&policy.name))
}
