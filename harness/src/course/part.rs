//! A lesson in the pieces in which it is gone through: some prose with the calls that show it, or a task.

use crate::catalogue;
use crate::scenario::{Call, Scenario, Step, StepKind, Task, Text};

/// A piece of a lesson.
#[derive(Clone, Copy, Debug)]
pub struct Part<'a> {
    /// What the learner reads first.
    pub prose: Option<&'a Text>,
    /// What is played then; empty for a task.
    pub steps: &'a [Step],
    /// What the learner is to do.
    pub task: Option<&'a Task>,
}

/// The pieces of a lesson. Calls without prose of their own belong to the prose before them.
pub fn parts(lesson: &Scenario) -> Vec<Part<'_>> {
    let mut parts: Vec<Part<'_>> = Vec::new();
    let mut rest = lesson.steps.as_slice();
    while let Some((first, others)) = rest.split_first() {
        let prose = match &first.kind {
            StepKind::Prose(prose) => Some(prose),
            StepKind::Task(task) => {
                parts.push(Part { prose: None, steps: &[], task: Some(task) });
                rest = others;
                continue;
            }
            _ => None,
        };
        let played = if prose.is_some() { others } else { rest };
        let end = played.iter().position(|step| matches!(step.kind, StepKind::Prose(_) | StepKind::Task(_)));
        let (steps, after) = played.split_at(end.unwrap_or(played.len()));
        // A task that prose stands right before is one piece with it.
        let (task, after) = match after.split_first() {
            Some((Step { kind: StepKind::Task(task), .. }, after)) if steps.is_empty() => (Some(&**task), after),
            _ => (None, after),
        };
        parts.push(Part { prose, steps, task });
        rest = after;
    }
    parts
}

/// What a step does, as a learner would type it.
pub(super) fn typed(lesson: &Scenario, step: &Step) -> Option<String> {
    let (act, call) = step.call()?;
    Some(format!(
        "call {}{} as {}",
        catalogue::full_name(call.operation),
        parameters(call),
        lesson.display_caller(&act.caller)
    ))
}

fn parameters(call: &Call) -> String {
    let written = call.parameters.iter().map(|(name, argument)| {
        let text = match argument.as_written() {
            serde_json::Value::String(text) => text,
            other => other.to_string(),
        };
        let plain = !text.is_empty() && text.chars().all(|c| c.is_alphanumeric() || "._-:/*@${}".contains(c));
        if plain && !text.starts_with('{') { format!(" {name}={text}") } else { format!(" {name}='{text}'") }
    });
    written.collect()
}

#[cfg(test)]
mod tests {
    use super::parts;
    use crate::course::shipped;

    #[test]
    fn a_lesson_falls_into_prose_with_its_calls_and_tasks() {
        let lessons = shipped().unwrap();
        let first = parts(&lessons[0]);
        let shape: Vec<_> =
            first.iter().map(|part| (part.prose.is_some(), part.steps.len(), part.task.is_some())).collect();
        // A checkpoint before a task is played with the calls before it.
        assert_eq!(
            shape,
            [(true, 1, false), (true, 0, true), (true, 1, false), (true, 2, false), (false, 0, true), (true, 1, false)]
        );
    }
}
