//! One page with everything, for somebody who was not there: the flow, each step's request, answer, decisions and reasoning, and the
//! state before and after. It loads nothing from elsewhere.

#![expect(clippy::format_push_string, reason = "a page is put together as text")]

use std::collections::BTreeMap;
use std::path::PathBuf;
use std::sync::Arc;

use super::changes::changes_text;
use super::consumer::{End, Report, ReportError};
use super::diff::unified;
use super::failure::{self, Mistakes};
use super::paint::Paint;
use crate::files;
use crate::runner::{Decision, Event, Failure, Finished, Outcome, Stepped};
use crate::snapshot::Verdict;
use crate::state::Changes;
use crate::words::visible;

const STYLE: &str = "\
:root{color-scheme:light dark;--line:#d0d7de;--soft:#f6f8fa;--good:#1a7f37;--bad:#cf222e;--text:#1f2328;--page:#fff}\
@media(prefers-color-scheme:dark){:root{--line:#30363d;--soft:#161b22;--good:#3fb950;--bad:#f85149;--text:#e6edf3;--page:#0d1117}}\
body{font:15px/1.55 system-ui,sans-serif;margin:2rem auto;max-width:64rem;padding:0 1rem;color:var(--text);background:var(--page)}\
pre{background:var(--soft);padding:.75rem 1rem;overflow:auto;border-radius:6px;font:13px/1.5 ui-monospace,monospace;white-space:pre-wrap;overflow-wrap:anywhere}\
details{border-left:3px solid var(--line);padding:.15rem 0 .15rem .9rem;margin:.35rem 0}summary{cursor:pointer}\
.good{color:var(--good)}.bad{color:var(--bad)}.bad details,details.bad{border-color:var(--bad);color:inherit}article{border-top:1px solid var(--line);margin-top:1.5rem}\
table{border-collapse:collapse}td{padding:.15rem .8rem .15rem 0;vertical-align:top;overflow-wrap:anywhere}h3{font-size:1rem;margin:.6rem 0 .2rem}";

/// Collects everything and writes the page at the end.
pub struct Html {
    file: PathBuf,
    steps: BTreeMap<String, Vec<Arc<Stepped>>>,
    contents: String,
    scenarios: String,
}

impl Html {
    /// A report that will be written to `file`.
    pub fn new(file: PathBuf) -> Self {
        Self { file, steps: BTreeMap::new(), contents: String::new(), scenarios: String::new() }
    }
}

/// A text in a page.
pub fn escaped(text: &str) -> String {
    let text = text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;");
    text.replace('"', "&quot;").replace('\'', "&#39;")
}

impl Report for Html {
    fn event(&mut self, event: &Event) -> Result<(), ReportError> {
        match event {
            Event::Stepped(step) => self.steps.entry(step.scenario.clone()).or_default().push(Arc::clone(step)),
            Event::Finished(finished) => {
                let steps = self.steps.remove(&finished.name).unwrap_or_default();
                let (class, word) = mark(finished.outcome.holds());
                let name = escaped(&finished.name);
                let title = escaped(&finished.title);
                self.contents.push_str(&format!(
                    "<tr><td class=\"{class}\">{word}</td><td><a href=\"#{name}\">{name}</a></td><td>{title}</td></tr>\n"
                ));
                self.scenarios.push_str(&article(finished, &steps));
            }
            Event::Started { .. } | Event::Ended => {}
        }
        Ok(())
    }

    fn end(&mut self, end: &End<'_>) -> Result<(), ReportError> {
        let (passed, failed) = (end.summary.passed, end.summary.failed);
        let unreferenced: String = end
            .unreferenced
            .iter()
            .map(|file| format!("<p class=\"bad\">{} belongs to no scenario</p>\n", escaped(file)))
            .collect();
        let page = format!(
            "<!doctype html>\n<html lang=\"en\"><head><meta charset=\"utf-8\"><title>acslab: {passed} passed, {failed} failed</title>\
             <meta name=\"viewport\" content=\"width=device-width\"><style>{STYLE}</style></head><body>\n\
             <h1>{passed} passed, {failed} failed</h1>\n{unreferenced}<table>\n{}</table>\n{}</body></html>\n",
            self.contents, self.scenarios
        );
        let written = files::write(&self.file, page.as_bytes());
        written.map_err(|error| ReportError::File(self.file.clone(), error))
    }
}

fn mark(holds: bool) -> (&'static str, &'static str) {
    if holds { ("good", "pass") } else { ("bad", "FAIL") }
}

fn pre(text: &str) -> String {
    format!("<pre>{}</pre>\n", escaped(&visible(text.trim_end())))
}

fn folded(summary: &str, inside: &str) -> String {
    format!("<details><summary>{summary}</summary>\n{inside}</details>\n")
}

fn article(finished: &Finished, steps: &[Arc<Stepped>]) -> String {
    let (class, word) = mark(finished.outcome.holds());
    let (name, title) = (escaped(&finished.name), escaped(&finished.title));
    let mut page = format!(
        "<article id=\"{name}\">\n<h2><span class=\"{class}\">{word}</span> {title}</h2>\n<p><code>{name}</code></p>\n<p>{}</p>\n",
        escaped(&finished.story)
    );
    let given: Vec<_> = steps.iter().filter(|step| step.which.starts_with("a step before")).collect();
    if !given.is_empty() {
        let inside: String = given.iter().map(|step| of_step(step)).collect();
        page.push_str(&folded(&format!("What it starts from, {} steps", given.len()), &inside));
    }
    page.extend(steps.iter().filter(|step| !step.which.starts_with("a step before")).map(|step| of_step(step)));
    match &finished.outcome {
        Outcome::Failed(Failure::Steps(_)) => {}
        Outcome::Failed(failure) => page.push_str(&pre(&failure::text(failure, Mistakes::Shown, Paint::OFF))),
        Outcome::Replayed { before, state, verdict } => {
            if let Verdict::Different { stored, .. } = verdict {
                let stored = stored.as_deref().unwrap_or_default();
                let words = changes_text(&Changes::between(stored, state), Paint::OFF);
                let lines = unified(stored, state, Paint::OFF);
                page.push_str(&format!(
                    "<h3 class=\"bad\">The state differs from its snapshot</h3>\n{}",
                    pre(&format!("{words}\n{lines}"))
                ));
            }
            if let Some(before) = before {
                page.push_str(&folded("The state before", &pre(before)));
                let words = changes_text(&Changes::between(before, state), Paint::OFF);
                if !words.is_empty() {
                    page.push_str(&folded("Who gained or lost what", &pre(&words)));
                }
            }
            page.push_str(&folded("The state after", &pre(state)));
        }
    }
    page.push_str("</article>\n");
    page
}

fn of_step(step: &Stepped) -> String {
    let holds = step.differences.is_empty();
    let (class, _) = mark(holds);
    let status = step.answer.as_ref().map_or(String::new(), |answer| {
        let code = answer.code().map_or(String::new(), |code| format!(" {}", escaped(code)));
        format!(" → {}{code}", answer.status)
    });
    let open = if holds { "" } else { " open" };
    let mut page = format!(
        "<details class=\"{class}\"{open}><summary>{}: {}<span class=\"{class}\">{status}</span></summary>\n",
        escaped(&visible(&step.which)),
        escaped(&visible(&step.what))
    );
    for one in &step.differences {
        page.push_str(&format!(
            "<p>expected <b class=\"good\">{}</b><br>found <b class=\"bad\">{}</b></p>\n",
            escaped(&visible(&one.expected)),
            escaped(&visible(&one.found))
        ));
    }
    if !step.parameters.is_empty() {
        let rows = step.parameters.iter().map(|(name, value)| {
            format!("<tr><td>{}</td><td><code>{}</code></td></tr>", escaped(name), escaped(&visible(value)))
        });
        page.push_str(&format!("<table>{}</table>\n", rows.collect::<String>()));
    }
    if let Some(request) = &step.request {
        page.push_str(&format!("<h3>Request</h3>\n{}", pre(&request.readable())));
    }
    if let Some(answer) = &step.answer {
        page.push_str(&format!("<h3>Answer</h3>\n{}", pre(&format!("{}\n{}", answer.status, answer.readable()))));
    }
    if !step.decisions.is_empty() {
        page.push_str("<h3>Decisions</h3>\n");
        page.extend(step.decisions.iter().map(decision));
    }
    page.push_str("</details>\n");
    page.replace(&step.endpoint, "ENDPOINT")
}

fn decision(decision: &Decision) -> String {
    let class = if decision.verdict == "Allow" { "good" } else { "bad" };
    let by = decision.policy.as_ref().map_or(String::new(), |policy| {
        let statement = decision.statement.map_or(String::new(), |number| format!(", statement {number}"));
        format!(", by {}{statement}", escaped(&policy.name))
    });
    let summary = format!(
        "<span class=\"{class}\">{}</span> {} on {} as {}{by}",
        escaped(&decision.verdict),
        escaped(&decision.action),
        escaped(&decision.resource),
        escaped(&decision.caller)
    );
    folded(&summary, &pre(&decision.text))
}

#[cfg(test)]
mod tests {
    use super::escaped;

    #[test]
    fn no_text_becomes_a_tag() {
        assert_eq!(escaped("<a href='x'>&\""), "&lt;a href=&#39;x&#39;&gt;&amp;&quot;");
    }
}
