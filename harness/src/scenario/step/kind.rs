//! One step, of whatever kind.

use std::sync::LazyLock;

use miette::SourceSpan;

use super::act::{self, Act, Deed};
use super::call::Call;
use super::checkpoint::{self, Checkpoint};
use super::control::{self, Control};
use super::permissions::{self, Moved};
use super::system_policies::{self, SystemPolicies};
use super::{include, table};
use crate::scenario::lesson::{Task, Text, task};
use crate::scenario::reader::{Fields, Reader};
use crate::scenario::scope::Scope;
use crate::scenario::yaml::{Node, Value};
use crate::source::Source;

/// One step of a scenario.
#[derive(Clone, Debug)]
pub struct Step {
    /// Which entry under `steps` it is, from 1. An entry that moves system policies and calls is two steps of one number; steps
    /// behind `given` have none.
    pub number: Option<usize>,
    /// What the step is for, if the scenario says so.
    pub name: Option<String>,
    /// Which row of a table it is, with its values.
    pub case: Option<(usize, String)>,
    /// The file that it stands in.
    pub source: Source,
    /// Where it stands.
    pub span: SourceSpan,
    /// What it does.
    pub kind: StepKind,
}

/// What a step does.
#[derive(Clone, Debug)]
pub enum StepKind {
    /// Somebody does something.
    Act(Box<Act>),
    /// Moves system policies to other versions.
    SystemPolicies(SystemPolicies),
    /// Asks the control surface.
    Control(Control),
    /// Makes a checkpoint, or goes back to one.
    Checkpoint(Checkpoint),
    /// Looks who may do what, and could not before.
    Permissions(Box<Moved>),
    /// Several at the same time.
    Parallel(Vec<Vec<Step>>),
    /// Tells the learner something.
    Prose(Text),
    /// Asks the learner to do something.
    Task(Box<Task>),
}

/// The field of a step that does several things at the same time.
const PARALLEL: &str = "parallel";

/// The fields of an entry under `steps`: its name, and those of all kinds.
pub(in crate::scenario) static FIELDS: LazyLock<Vec<&str>> = LazyLock::new(|| {
    let kinds: [&[&str]; 8] = [
        &["name", table::FIELD, include::FIELD, PARALLEL],
        checkpoint::FIELDS,
        &["prose"],
        task::FIELDS,
        &[system_policies::FIELD],
        &[permissions::FIELD],
        control::FIELDS,
        act::FIELDS,
    ];
    kinds.concat()
});

impl Step {
    /// What somebody does in it, if somebody does.
    pub fn act(&self) -> Option<&Act> {
        match &self.kind {
            StepKind::Act(act) => Some(act),
            _ => None,
        }
    }

    /// Where the table stands whose row it is, and which row.
    pub fn row(&self) -> Option<(usize, usize)> {
        self.case.as_ref().map(|(case, _)| (self.span.offset(), *case))
    }

    /// The call that it makes, and on whose behalf, if it makes one.
    pub fn call(&self) -> Option<(&Act, &Call)> {
        match &self.kind {
            StepKind::Act(act) => match &act.deed {
                Deed::Call(call) => Some((act, call)),
                Deed::Http(_) | Deed::Program(_) => None,
            },
            _ => None,
        }
    }

    /// Does this hold of it, or of a step in it?
    pub(in crate::scenario) fn any(&self, holds: &impl Fn(&Self) -> bool) -> bool {
        let inner: Vec<&Self> = match &self.kind {
            StepKind::Parallel(branches) => branches.iter().flatten().collect(),
            StepKind::Task(task) => task.steps().collect(),
            _ => Vec::new(),
        };
        holds(self) || inner.into_iter().any(|step| step.any(holds))
    }

    /// What of it counts for a scenario that comes after: no prose, and of a task one way to do it.
    pub(in crate::scenario) fn without_lesson(self) -> Vec<Self> {
        match self.kind {
            StepKind::Prose(_) => Vec::new(),
            StepKind::Task(task) => task.solution,
            _ => vec![self],
        }
    }

    /// Reads an entry under `steps`; what it saves enters the scope for those after it.
    pub(in crate::scenario) fn read(
        node: &Node,
        number: usize,
        reader: &mut Reader<'_>,
        scope: &mut Scope,
    ) -> Vec<Self> {
        let Some(fields) = reader.fields(node, "a step", &FIELDS) else {
            return Vec::new();
        };
        match fields.get(table::FIELD) {
            Some(table) => Self::for_each(node, table, number, reader, scope),
            None => Self::read_one(&fields, number, reader, scope),
        }
    }

    /// One for each row of a table.
    fn for_each(node: &Node, table: &Node, number: usize, reader: &mut Reader<'_>, scope: &mut Scope) -> Vec<Self> {
        let Value::Map(entries) = &node.value else { return Vec::new() };
        let rest = entries.iter().filter(|(key, _)| key.value != table::FIELD).cloned().collect();
        let rest = Node { value: Value::Map(rest), span: node.span };
        let mut steps = Vec::new();
        for (case, row) in (1..).zip(table::rows(table, reader)) {
            let of_row = Self::read(&rest.filled(&row.values), number, reader, scope);
            steps.extend(of_row.into_iter().map(|step| Self { case: Some((case, row.name.clone())), ..step }));
        }
        steps
    }

    fn read_one(fields: &Fields<'_>, number: usize, reader: &mut Reader<'_>, scope: &mut Scope) -> Vec<Self> {
        let name = fields.get("name").and_then(|node| reader.text(node, "what the step is for"));
        let source = reader.source().clone();
        let step = |kind| Self {
            number: Some(number),
            name: name.as_ref().map(|name| name.value.clone()),
            case: None,
            source: source.clone(),
            span: fields.span(),
            kind,
        };
        let mut steps = Vec::new();
        if let Some(prose) = fields.get("prose").and_then(|node| Text::read(node, reader, scope)) {
            steps.push(step(StepKind::Prose(prose)));
        }
        if task::FIELDS.iter().any(|field| fields.get(field).is_some()) {
            for field in
                FIELDS.iter().filter(|field| !task::FIELDS.contains(field) && !["name", "prose"].contains(field))
            {
                if let Some(node) = fields.get(field) {
                    reader.expected(node, "nothing else beside a task", Some("write it as an entry of its own"));
                }
            }
            let task = Task::read(fields, number, reader, scope);
            steps.extend(task.map(|task| step(StepKind::Task(Box::new(task)))));
            return steps;
        }
        let has = |fields_of: &[&str]| fields_of.iter().any(|field| fields.get(field).is_some());
        if has(checkpoint::FIELDS) {
            let read = Checkpoint::read(fields, reader, scope);
            if read.is_empty() {
                return steps;
            }
            steps.extend(read.into_iter().map(|one| step(StepKind::Checkpoint(one))));
        }
        if let Some(node) = fields.get(include::FIELD) {
            steps.extend(include::steps(node, number, reader, scope));
            // What is wrong with it was noted; nothing is missing besides.
            if !has(act::FIELDS) {
                return steps;
            }
        }
        if let Some(node) = fields.get(PARALLEL) {
            steps.push(step(StepKind::Parallel(parallel(node, number, reader, scope))));
        }
        if let Some(node) = fields.get(system_policies::FIELD) {
            steps.push(step(StepKind::SystemPolicies(SystemPolicies::read(node, reader, scope))));
        }
        if let Some(node) = fields.get(permissions::FIELD) {
            let Some(moved) = Moved::read(node, reader, scope) else { return steps };
            steps.push(step(StepKind::Permissions(Box::new(moved))));
        }
        if has(control::FIELDS) {
            let asked = Control::read(fields, reader, scope);
            // What is wrong with it was noted; nothing is missing besides.
            if asked.is_empty() {
                return steps;
            }
            steps.extend(asked.into_iter().map(|control| step(StepKind::Control(control))));
        }
        // An entry that only moves system policies, or only asks the control surface, calls nothing.
        if has(act::FIELDS) || steps.is_empty() {
            let act = Act::read(fields, reader, scope);
            steps.extend(act.map(|act| step(StepKind::Act(Box::new(act)))));
        }
        steps
    }
}

/// The branches: each an entry, or a list of entries one after another.
fn parallel(node: &Node, number: usize, reader: &mut Reader<'_>, scope: &mut Scope) -> Vec<Vec<Step>> {
    let branches = match &node.value {
        Value::List(branches) if !branches.is_empty() => branches,
        _ => {
            reader.expected(node, "a list of steps, or of lists of steps", None);
            return Vec::new();
        }
    };
    // No branch sees what another one saves; what comes after them sees all.
    let before = scope.clone();
    let read = branches.iter().map(|branch| {
        let mut own = before.clone();
        let entries = match &branch.value {
            Value::List(entries) => entries.as_slice(),
            _ => std::slice::from_ref(branch),
        };
        let steps = entries.iter().flat_map(|entry| Step::read(entry, number, reader, &mut own)).collect();
        scope.inherit(&own);
        steps
    });
    read.collect()
}
