//! What does not hold, with its place in a file: what code hosts and editors show beside the line.

use miette::Diagnostic;

use crate::runner::{Failure, Finished, Outcome, Trouble};
use crate::scenario::{Mistake, Source};
use crate::snapshot::Verdict;
use crate::state::FetchError;

/// One thing that does not hold.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Problem {
    /// What kind of thing: `step`, `snapshot`, `mistake`, `trouble`.
    pub(super) rule: &'static str,
    /// The file.
    pub(super) file: String,
    /// Line and column, from 1.
    pub(super) place: (usize, usize),
    /// What is wrong.
    pub(super) message: String,
}

impl Problem {
    /// Where and what, in one line.
    pub(super) fn told(&self) -> String {
        let (line, column) = self.place;
        format!("{}:{line}:{column}: {}", self.file, self.message)
    }
}

fn of_mistake(mistake: &Mistake) -> Problem {
    let help = mistake.help().map_or(String::new(), |help| format!("; {help}"));
    Problem {
        rule: "mistake",
        file: mistake.source().name().to_owned(),
        place: mistake.source().position(mistake.offset()),
        message: format!("{mistake}{help}"),
    }
}

/// The problems of a scenario.
pub(super) fn problems(finished: &Finished) -> Vec<Problem> {
    let whole = |rule, message: String| {
        let file = finished.file.display().to_string().replace('\\', "/");
        vec![Problem { rule, file, place: (1, 1), message }]
    };
    let at = |rule, source: &Source, offset, message| Problem {
        rule,
        file: source.name().to_owned(),
        place: source.position(offset),
        message,
    };
    match &finished.outcome {
        Outcome::Replayed { verdict: Verdict::Different { stored: None, file, .. }, .. } => {
            whole("snapshot", format!("there is no snapshot {} yet", file.display()))
        }
        Outcome::Replayed { verdict: Verdict::Different { file, .. }, .. } => {
            whole("snapshot", format!("the state that it leaves differs from {}", file.display()))
        }
        Outcome::Replayed { .. } | Outcome::Failed(Failure::Interrupted) => Vec::new(),
        Outcome::Failed(Failure::Trouble(Trouble::State(FetchError::Nobody(one)))) => vec![of_mistake(one)],
        Outcome::Failed(Failure::Trouble(trouble)) => whole("trouble", trouble.to_string()),
        Outcome::Failed(Failure::Steps(steps)) => {
            let steps = steps.iter().map(|step| {
                let said: Vec<_> = step
                    .differences
                    .iter()
                    .map(|one| format!("expected {}, found {}", one.expected, one.found))
                    .collect();
                let message = format!("{}: {}", step.what, said.join("; ")).replace(&step.endpoint, "ENDPOINT");
                at("step", &step.source, step.span.offset(), message)
            });
            steps.collect()
        }
        Outcome::Failed(Failure::Mistakes(mistakes)) => mistakes.iter().map(of_mistake).collect(),
    }
}
