//! Scenarios that are run several times: which of them do not always hold.

use std::collections::BTreeMap;

use crate::page::Page;
use crate::runner::Finished;
use crate::words::count;

/// How often each scenario held, and failed.
#[derive(Debug, Default)]
pub(super) struct Flakiness(BTreeMap<String, (u32, u32)>);

impl Flakiness {
    pub(super) fn add(&mut self, finished: &Finished) {
        let (held, failed) = self.0.entry(finished.name.clone()).or_default();
        *(if finished.outcome.holds() { held } else { failed }) += 1;
    }

    /// Those that held at one time and not at another.
    pub(super) fn text(&self) -> String {
        let mut page = Page::default();
        for (name, (held, failed)) in &self.0 {
            if *held > 0 && *failed > 0 {
                page.line(0, format_args!("flaky: {name} held {held} of {}", count((held + failed) as usize, "time")));
            }
        }
        page.into_text()
    }
}
