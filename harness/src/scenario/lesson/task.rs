//! A task: what is asked of the learner, what has to hold in the learner's cloud when it is done, whichever way that was reached, and for
//! the tests one way that gets there and some that do not.

use super::text::Text;
use crate::scenario::reader::{Fields, Reader};
use crate::scenario::scope::Scope;
use crate::scenario::step::{Step, StepKind};
use crate::scenario::yaml::{Node, Value};

/// Something to be done.
#[derive(Clone, Debug)]
pub struct Task {
    /// Its name, one of its own in the lesson.
    pub name: String,
    /// What is asked.
    pub asks: Text,
    /// What helps, a step at a time.
    pub hints: Vec<Text>,
    /// What holds when it is done.
    pub holds: Vec<Check>,
    /// One way to do it.
    pub solution: Vec<Step>,
    /// Ways that do not get there.
    pub tries: Vec<Try>,
}

/// One thing that holds when a task is done.
#[derive(Clone, Debug)]
pub struct Check {
    /// Its name.
    pub name: String,
    /// What is asked of a copy of the learner's cloud: it holds if each of these goes as expected.
    pub steps: Vec<Step>,
    /// What to say while it does not hold.
    pub otherwise: Text,
}

/// A way that does not get there.
#[derive(Clone, Debug)]
pub struct Try {
    /// Its name.
    pub name: String,
    /// What is done.
    pub steps: Vec<Step>,
    /// The first check that does not hold then: its name.
    pub fails: String,
}

/// The field of an entry under `steps` that tells a task.
pub(in crate::scenario) const FIELD: &str = "task";
/// The fields of a task.
pub(in crate::scenario) const FIELDS: &[&str] = &["task", "asks", "hints", "holds", "solution", "tries"];

impl Task {
    /// All steps in it.
    pub(in crate::scenario) fn steps(&self) -> impl Iterator<Item = &Step> {
        let asked = self.holds.iter().flat_map(|check| &check.steps);
        asked.chain(&self.solution).chain(self.tries.iter().flat_map(|one| &one.steps))
    }

    /// Reads a task. The users that its solution makes keys for are callers from then on; what else it saves is not known after it,
    /// since a learner may get there in another way.
    pub(in crate::scenario) fn read(
        fields: &Fields<'_>,
        number: usize,
        reader: &mut Reader<'_>,
        scope: &mut Scope,
    ) -> Option<Self> {
        let name = fields.need(FIELD, "give the task a name", reader).and_then(|node| reader.text(node, "a name"));
        let asks =
            fields.need("asks", "say what is to be done", reader).and_then(|node| Text::read(node, reader, scope));
        let hints = fields.get("hints").map_or_else(Vec::new, |node| hints(node, reader, scope));
        let before = scope.clone();
        let mut solved = scope.clone();
        let solution = fields
            .need("solution", "write the calls of one way to do it", reader)
            .map_or_else(Vec::new, |node| plain_steps(node, number, reader, &mut solved));
        // A learner may make anybody.
        scope.strangers = true;
        for step in &solution {
            if let Some((act, call)) = step.call()
                && call.operation.name == "CreateAccessKey"
                && let Some(caller) = &act.save_credentials_as
            {
                scope.add_caller(caller.clone());
            }
        }
        let holds = fields
            .need("holds", "write what holds when it is done, each with `steps` and `otherwise`", reader)
            .map_or_else(Vec::new, |node| Check::read_all(node, number, reader, scope));
        let tries =
            fields.get("tries").map_or_else(Vec::new, |node| Try::read_all(node, number, &holds, reader, &before));
        Some(Self { name: name?.value, asks: asks?, hints, holds, solution, tries })
    }
}

impl Check {
    fn read_all(node: &Node, number: usize, reader: &mut Reader<'_>, scope: &Scope) -> Vec<Self> {
        let expected = "what holds, by a name each";
        let entries = reader.entries(node, expected);
        let checks = entries.iter().filter_map(|(name, node)| {
            let fields = reader.fields(node, "what holds", &["steps", "otherwise"])?;
            let steps = fields.need("steps", "write the calls that show it", reader)?;
            let steps = plain_steps(steps, number, reader, &mut scope.clone());
            let otherwise = fields.need("otherwise", "say what is wrong while it does not hold", reader)?;
            Some(Self { name: name.value.clone(), steps, otherwise: Text::read(otherwise, reader, scope)? })
        });
        checks.collect()
    }
}

impl Try {
    fn read_all(node: &Node, number: usize, checks: &[Check], reader: &mut Reader<'_>, scope: &Scope) -> Vec<Self> {
        let entries = reader.entries(node, "wrong tries, by a name each");
        let tries = entries.iter().filter_map(|(name, node)| {
            let fields = reader.fields(node, "a wrong try", &["steps", "fails"])?;
            let steps = fields.need("steps", "write what is done", reader)?;
            let steps = plain_steps(steps, number, reader, &mut scope.clone());
            let node = fields.need("fails", "name the first thing that does not hold then", reader)?;
            let fails = reader.text(node, "a name under `holds`")?.value;
            if !checks.iter().any(|check| check.name == fails) {
                reader.expected(node, "a name under `holds`", None);
            }
            Some(Self { name: name.value.clone(), steps, fails })
        });
        tries.collect()
    }
}

fn hints(node: &Node, reader: &mut Reader<'_>, scope: &Scope) -> Vec<Text> {
    if let Value::List(items) = &node.value {
        return items.iter().filter_map(|item| Text::read(item, reader, scope)).collect();
    }
    reader.expected(node, "a list of hints, the smallest first", None);
    Vec::new()
}

/// Steps inside of a task: there is no prose or task in them.
fn plain_steps(node: &Node, number: usize, reader: &mut Reader<'_>, scope: &mut Scope) -> Vec<Step> {
    const HINT: &str = "a step has `as`, `call`, `with` and `expect`";
    let items = match &node.value {
        Value::List(items) if !items.is_empty() => items.as_slice(),
        _ => {
            reader.expected(node, "a list of at least one step", Some(HINT));
            &[]
        }
    };
    let mut steps = Vec::new();
    for item in items {
        let read = Step::read(item, number, reader, scope);
        if read.iter().any(|step| matches!(step.kind, StepKind::Prose(_) | StepKind::Task(_))) {
            reader.expected(item, "a step without prose or a task of its own", Some(HINT));
        }
        steps.extend(read);
    }
    steps
}
