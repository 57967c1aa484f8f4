//! One step, of whatever kind.

use miette::SourceSpan;

use super::call::{self, Call};
use super::control::{self, Control};
use super::system_policies::{self, SystemPolicies};
use crate::scenario::lesson::{Task, Text, task};
use crate::scenario::reader::Reader;
use crate::scenario::scope::Scope;
use crate::scenario::yaml::Node;

/// One step of a scenario.
#[derive(Clone, Debug)]
pub struct Step {
    /// Which entry under `steps` it is, from 1. An entry that moves system policies and calls is two steps of one number; steps
    /// behind `given.users` have none.
    pub number: Option<usize>,
    /// What the step is for, if the scenario says so.
    pub name: Option<String>,
    /// Where it stands.
    pub span: SourceSpan,
    /// What it does.
    pub kind: StepKind,
}

/// What a step does.
#[derive(Clone, Debug)]
pub enum StepKind {
    /// Calls an operation.
    Call(Box<Call>),
    /// Moves system policies to other versions.
    SystemPolicies(SystemPolicies),
    /// Asks the control surface.
    Control(Control),
    /// Tells the learner something.
    Prose(Text),
    /// Asks the learner to do something.
    Task(Box<Task>),
}

/// The fields of an entry under `steps`: its name, and those of all kinds.
pub(in crate::scenario) const FIELDS: &[&str] = &[
    "name",
    "prose",
    "task",
    "asks",
    "hints",
    "holds",
    "solution",
    "tries",
    "system_policies",
    "workspace_roles",
    "advance_clock",
    "role_sessions",
    "as",
    "call",
    "with",
    "expect",
    "save",
    "save_credentials_as",
    "signature",
];

impl Step {
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
        let Some(fields) = reader.fields(node, "a step", FIELDS) else {
            return Vec::new();
        };
        let name = fields.get("name").and_then(|node| reader.text(node, "what the step is for"));
        let step = |kind| Self {
            number: Some(number),
            name: name.as_ref().map(|name| name.value.clone()),
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
            let task = Task::read(&fields, number, reader, scope);
            steps.extend(task.map(|task| step(StepKind::Task(Box::new(task)))));
            return steps;
        }
        if let Some(node) = fields.get(system_policies::FIELD) {
            steps.push(step(StepKind::SystemPolicies(SystemPolicies::read(node, reader, scope))));
        }
        if control::FIELDS.iter().any(|field| fields.get(field).is_some()) {
            let asked = Control::read(&fields, reader, scope);
            // What is wrong with it was noted; nothing is missing besides.
            if asked.is_empty() {
                return steps;
            }
            steps.extend(asked.into_iter().map(|control| step(StepKind::Control(control))));
        }
        // An entry that only moves system policies, or only asks the control surface, calls nothing.
        let calls = call::FIELDS.iter().any(|field| fields.get(field).is_some());
        if calls || steps.is_empty() {
            let call = Call::read(&fields, reader, scope);
            steps.extend(call.map(|call| step(StepKind::Call(Box::new(call)))));
        }
        steps
    }
}
