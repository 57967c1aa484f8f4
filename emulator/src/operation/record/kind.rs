//! A kind of record.

use std::collections::BTreeMap;

use serde::Deserialize;
use serde_json::{Map, Value};

use super::over::Show;
use super::takes::Takes;
use super::words::Words;
use crate::cloud::Quota;

/// A kind of record, as its product's file describes it.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Kind {
    /// Its name: `Service`.
    #[serde(skip)]
    pub name: String,
    /// What its records are kept under: product and name, unless two products keep one kind.
    #[serde(default)]
    pub kept: String,
    /// The field that holds the id; empty where there is one alone in the record that it is in.
    pub id: String,
    /// The form of the ids that the cloud gives: `d-{lower:18}`. None: the call gives it.
    pub form: Option<String>,
    /// How a call names one, where it is by more than one parameter: `{Type}:{Name}`.
    pub named: Option<String>,
    /// The kind of record that these are in, if they are in one.
    #[serde(rename = "in")]
    pub within: Option<String>,
    /// The field that names the record which one of these belongs to without being in it, and that record's kind: a run's experiment. It
    /// tells the workspace; of what is in none of its own, who may do what as well. It must be there, and a call that names it finds what
    /// belongs to it alone.
    pub of: Option<(String, String)>,
    /// Do PAI's workspaces count as records of this kind, by their ids?
    #[serde(default)]
    pub workspaces: bool,
    /// The field that names the record whose resource group new ones are in, and that record's kind: where the call can name no group.
    pub group_of: Option<(String, String)>,
    /// Other fields that one of these is found by: `ServiceId` of one whose id is `ServiceName`.
    #[serde(default)]
    pub also: Vec<String>,
    /// The kind whose records lead to one of these, and their field with its id: an alias of a key.
    pub via: Option<(String, String)>,
    /// What no two of these have alike, among those in one record.
    #[serde(default)]
    pub unique: Vec<Unique>,
    /// What new ones have where the call gives nothing.
    #[serde(default)]
    pub fields: Map<String, Value>,
    /// What is shown besides.
    #[serde(default)]
    pub shown: Map<String, Value>,
    /// The fields that are never shown.
    #[serde(default)]
    pub hidden: Vec<String>,
    /// The field with the time of making.
    pub created: Option<String>,
    /// The field with the time of the last change.
    pub modified: Option<String>,
    /// How times are written.
    #[serde(default)]
    pub times: Times,
    /// The states.
    pub states: Option<States>,
    /// What is answered where one is not there.
    #[serde(default)]
    pub absent: Option<Words>,
    /// Where there is one already.
    #[serde(default)]
    pub taken: Option<Words>,
    /// Where its state does not allow it.
    #[serde(default)]
    pub busy: Option<Words>,
    /// Where there are too many.
    #[serde(default)]
    pub full: Option<Words>,
    /// The quota that bounds them.
    #[serde(default, deserialize_with = "quota")]
    pub quota: Option<Quota>,
    /// The field within whose value the quota counts; none: it counts in a region.
    pub quota_in: Option<String>,
    /// Are they in a PAI workspace, which their field `WorkspaceId` names?
    #[serde(default)]
    pub workspace: bool,
    /// What they are called in ARNs: `dlcjob`. The whole is `workspace/{WorkspaceId}/dlcjob/{id}` of those in a workspace. Of those in
    /// another record it stands behind that: `…/dataset/{id}/datasetVersion/{id}`.
    pub arn: Option<String>,
    /// Service code and type, as resource groups and tags name them.
    pub group: Option<(String, String)>,
    /// How labels are written: as `Labels` with `Key` and `Value` unless it is otherwise.
    pub labels: Option<Labels>,
    /// What the fields are held to when they are given, where the catalogue does not say it.
    #[serde(default)]
    pub takes: BTreeMap<String, Takes>,
    /// Records that are made with each: of which kind, with what fields.
    #[serde(default)]
    pub makes: Vec<Makes>,
    /// Fields that name other records, also inside of others and of each item of a list (`UserVpc.VpcId`): by field, what they name. It
    /// must be there.
    #[serde(default)]
    pub names: BTreeMap<String, Named>,
    /// Kinds that keep one of these from being deleted while they name it: by kind, the field, and what is answered.
    #[serde(default)]
    pub held: Vec<Held>,
    /// Fields that show the newest of the records in it: by field, the kind.
    #[serde(default)]
    pub newest: BTreeMap<String, String>,
    /// Where what is described comes from, and what was chosen.
    #[serde(default)]
    pub why: String,
    /// Adds to what is shown, by its name.
    pub show: Option<String>,
    /// The same, found.
    #[serde(skip)]
    pub shows: Option<Show>,
}

#[cfg(test)]
impl Kind {
    /// Does anything that is done lead to this state?
    pub(crate) fn comes_to(&self, state: &str) -> bool {
        let mut reached = self.states.iter().flat_map(|states| states.courses.values()).flat_map(|course| &course.to);
        reached.any(|reached| match reached {
            Reached::Next(to) | Reached::After(to, _) | Reached::Told(to, ..) => to.as_deref() == Some(state),
        })
    }
}

fn quota<'de, D: serde::Deserializer<'de>>(from: D) -> Result<Option<Quota>, D::Error> {
    let name = String::deserialize(from)?;
    Quota::parse(&name).map(Some).ok_or_else(|| serde::de::Error::custom(format!("`{name}` is no quota")))
}

/// How times are written.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Times {
    /// `2026-01-02T03:04:05.678Z`
    #[default]
    Milliseconds,
    /// `2026-01-02T03:04:05Z`
    Seconds,
    /// `2026-01-02T03:04Z`
    Minutes,
    /// Milliseconds since 1970, as a number.
    Epoch,
}

/// The states of a kind.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct States {
    /// The field that shows it.
    pub field: String,
    /// By what is done: where it may be done, and through which states it leads. Making is `create`, deleting `delete`.
    pub courses: BTreeMap<String, CourseOf>,
    /// What is shown besides in a state.
    #[serde(default)]
    pub shows: BTreeMap<String, Map<String, Value>>,
    /// Fields with the time when it last came to one of these states.
    #[serde(default)]
    pub reached: BTreeMap<String, Vec<String>>,
    /// The same, as long as it is in one of them: the end of something that may begin again.
    #[serde(default)]
    pub ended: BTreeMap<String, Vec<String>>,
    /// Fields that tell how long it was in a state.
    #[serde(default)]
    pub lasted: BTreeMap<String, Lasted>,
    /// The field with all states that it came to, from when to when.
    pub history: Option<String>,
}

/// How long something was in a state: `["Running", "seconds"]`.
#[derive(Debug, Clone, Deserialize)]
pub struct Lasted(pub String, pub Unit);

/// In what a span of time is told.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Unit {
    /// Seconds.
    Seconds,
    /// Milliseconds.
    Milliseconds,
}

/// What leads through which states.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct CourseOf {
    /// The states in which it may be done; any, if none is named.
    #[serde(default)]
    pub from: Vec<String>,
    /// The states, each reached a second after the one before unless a number says how long after it; at the end nothing, of what is
    /// gone by then.
    pub to: Vec<Reached>,
}

/// A state that is reached.
#[derive(Debug, Clone, Deserialize)]
#[serde(untagged)]
pub enum Reached {
    /// A second after the one before.
    Next(Option<String>),
    /// So many seconds after the one before.
    After(Option<String>, u32),
    /// As often so many seconds after the one before as a parameter of the call says.
    Told(Option<String>, String, u32),
}

/// How labels are written, and where: `[{"Key": …, "Value": …}]`.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Labels {
    /// The field.
    pub field: String,
    /// The name of a label's key.
    pub key: String,
    /// The name of its value.
    pub value: String,
    /// The list within the field: `Tags.Tag`.
    pub item: Option<String>,
    /// Where else a call gives them: `Settings.Tags`.
    pub given: Option<String>,
    /// Are they tags, which conditions read?
    #[serde(default)]
    pub tags: bool,
}

/// A record that is made with another.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Makes {
    /// Of which kind.
    pub kind: String,
    /// Its fields.
    #[serde(default)]
    pub fields: Map<String, Value>,
    /// What the other has of it: its field, and the other's own.
    #[serde(default)]
    pub gives: BTreeMap<String, String>,
}

/// What a field names.
#[derive(Debug, Clone, Deserialize)]
#[serde(untagged)]
pub enum Named {
    /// A kind of the product, which answers in its own words.
    Own(String),
    /// The same, or a kind of another product's, with more to be said of it.
    Said(NamedAs),
}

/// What a field names, and what is answered.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct NamedAs {
    /// The kind; of another product's, what its records are kept under: `Vpc/Vpc`.
    pub kind: String,
    /// What is answered where it is not there: needed for another product's, else the kind's own words.
    pub absent: Option<Words>,
    /// The states that it has to be in, if not in any.
    #[serde(default)]
    pub states: Vec<String>,
    /// What is answered where it is in another.
    pub busy: Option<Words>,
    /// Ids that begin so are none of it: images that are not the account's.
    #[serde(default)]
    pub but: Vec<String>,
}

impl Named {
    /// The kind, or what its records are kept under.
    pub(super) fn kind(&self) -> &str {
        match self {
            Self::Own(kind) | Self::Said(NamedAs { kind, .. }) => kind,
        }
    }

    /// What more is said of it.
    pub(super) fn says(&self) -> Option<&NamedAs> {
        match self {
            Self::Own(_) => None,
            Self::Said(says) => Some(says),
        }
    }
}

/// What keeps a record from being deleted.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Held {
    /// The kind of what does; of another product's, what its records are kept under: `Ecs/Instance`.
    pub by: String,
    /// Its field that names the record: `VSwitchId`, `UserVpc.VSwitchId`.
    pub field: String,
    /// The states in which one counts; all of them, if none is named.
    #[serde(default)]
    pub states: Vec<String>,
    /// Those with this value of another field do not count.
    #[serde(default)]
    pub but: Option<(String, Value)>,
    /// What is answered.
    pub answer: Words,
}

/// What no two records have alike.
#[derive(Debug, Clone, Deserialize)]
#[serde(untagged)]
pub enum Unique {
    /// A name: a field, in one workspace.
    Name(String),
    /// Fields by all of which together one is named from anywhere.
    Together(Vec<String>),
}

impl Unique {
    /// The fields.
    pub(super) fn fields(&self) -> &[String] {
        match self {
            Self::Name(field) => std::slice::from_ref(field),
            Self::Together(fields) => fields,
        }
    }

    /// Does it count in one workspace alone?
    pub(super) fn is_of_workspace(&self) -> bool {
        matches!(self, Self::Name(_))
    }
}
