//! A verb over a kind of record.

use std::collections::BTreeMap;
use std::sync::Arc;

use jiff::Timestamp;
use serde::Deserialize;
use serde_json::{Map, Value};

use super::file::RecordProduct;
use super::kind::Kind;
use super::shape::{Field, Shape};
use crate::cloud::{Record, Records};
use crate::operation::{Call, Handler};
use crate::wire::ApiError;

/// A verb over a kind of record.
#[derive(Debug, Clone)]
pub struct OverRecord {
    /// The product that it is of.
    pub(super) product: Arc<RecordProduct>,
    /// What is done.
    pub(super) verb: Verb,
    /// What performs it, where the verb alone does not.
    pub(super) handler: Option<Handler>,
    /// With which kind of record; none for an answer that is always the same, and for tags of whatever kind.
    pub(super) kind: Option<Arc<Kind>>,
    /// What the product's file says of it.
    pub(super) says: Arc<Over>,
    /// The parameters with their types; none known: those of the row, as text.
    pub(super) takes: Option<Vec<Field>>,
    /// The type of the answer; none known: all that there is.
    pub(super) answers: Option<Shape>,
    /// What is done besides.
    pub(super) hooks: Vec<Hook>,
}

/// What is done with a record.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Verb {
    /// Make it, with the parameters of the call as its fields.
    Create,
    /// The same, or set its fields if it is there.
    Put,
    /// Show it.
    Get,
    /// Show all of its kind.
    List,
    /// Set the fields that the call names.
    Update,
    /// Remove it.
    Delete,
    /// Lead it through other states: start, stop.
    Move,
    /// Add labels to it.
    Label,
    /// Take labels from it.
    Unlabel,
    /// Add tags to records of the product, whatever their kind.
    Tag,
    /// Take tags from them.
    Untag,
    /// Show their tags.
    Tags,
    /// Put records of the product, whatever their kind, into another resource group.
    Regroup,
    /// Answer what is always the same.
    Answer,
}

/// What a product's file says of an operation.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Over {
    /// What is done.
    pub verb: Option<Verb>,
    /// With which kind of record.
    pub kind: Option<String>,
    /// The parameter with its id, where it is not called as the kind's field.
    pub id: Option<String>,
    /// How the call names the record, where it is in another way than others of its kind: `{Id|Name}`.
    pub named: Option<String>,
    /// The workspace of what is made, where it stands elsewhere than in `WorkspaceId`: `{body:/metadata/workspace_id}`.
    pub workspace: Option<String>,
    /// The parameter that names the record which what is made belongs to, and its kind, where the kind itself does not say it: what a
    /// service is copied from.
    pub of: Option<(String, String)>,
    /// May a call name the record by what leads to it, as its kind has it: a key by its alias?
    #[serde(default)]
    pub via: bool,
    /// The part of the record that it is about, as ARNs name it: `pod/{PodId}`, `imagelabel/{each}` of each label that is taken away. What is
    /// in a record has its kind's own name in them.
    pub part: Option<String>,
    /// The parameter that lists the ids of several.
    pub each: Option<String>,
    /// The parameter that lists several records to be made.
    pub from: Option<String>,
    /// The parameter that says how many are to be made alike, and where in the answer their ids stand.
    pub many: Option<(String, String)>,
    /// The parameter that holds the record itself.
    pub given: Option<String>,
    /// The fields that are set besides.
    #[serde(default)]
    pub set: Map<String, Value>,
    /// Parameters that are no fields.
    #[serde(default)]
    pub drop: Vec<String>,
    /// Parameters with the field that each sets.
    #[serde(default)]
    pub rename: BTreeMap<String, String>,
    /// The course of states that it begins, where it is not called as the verb.
    pub course: Option<String>,
    /// What the answer has besides.
    #[serde(default)]
    pub answer: Map<String, Value>,
    /// Where in the answer the record stands: `Task`.
    pub at: Option<String>,
    /// Where in the answer the list stands, if it is not the only one.
    pub items: Option<String>,
    /// Parameters of a list with the field that each looks at, as [`super::filter`] has it.
    #[serde(default)]
    pub filters: BTreeMap<String, String>,
    /// What a list always has, of something that nobody makes.
    #[serde(default)]
    pub always: Vec<Map<String, Value>>,
    /// What is done besides, by name.
    #[serde(default)]
    pub hooks: Vec<String>,
    /// The function that performs it, by name, where no verb does. With a verb besides it is decided as that is.
    pub handler: Option<String>,
    /// Further names of the action that it needs: an allow for one suffices, a deny of one denies.
    #[serde(default)]
    pub also_as: Vec<String>,
    /// Actions that it asks for by calls of its own, and when.
    #[serde(default)]
    pub asks: BTreeMap<String, String>,
    /// Is it open to every identity of the account, unless a policy denies it?
    #[serde(default)]
    pub everyone: bool,
    /// Where the behaviour comes from, and what was chosen.
    #[serde(default)]
    pub why: String,
}

/// A record that is about to be made or changed.
#[derive(Debug)]
pub struct Draft<'r> {
    /// The record as it is; none of one that is about to be made.
    pub record: Option<&'r Record>,
    /// The fields that it is to have, or that are to be set.
    pub fields: Map<String, Value>,
    /// The tags that it is to have, of one that is about to be made.
    pub tags: BTreeMap<String, String>,
    /// What the answer has besides.
    pub answer: Map<String, Value>,
    /// Other records that are made with it, by what their kind is kept under.
    pub with: Vec<(&'static str, Record)>,
    /// The course that it is to take, where it is another than the operation's.
    pub course: Option<&'static str>,
    /// The states that it is to come to at a time, behind that course.
    pub then: Option<(Timestamp, &'static [&'static str])>,
}

impl<'r> Draft<'r> {
    /// A draft of one that is about to be made, or of a change to one.
    pub(super) fn of(record: Option<&'r Record>, fields: Map<String, Value>, tags: BTreeMap<String, String>) -> Self {
        Self { record, fields, tags, answer: Map::new(), with: Vec::new(), course: None, then: None }
    }

    /// A field that is text; empty where it is none.
    pub fn text(&self, field: &str) -> &str {
        self.fields.get(field).and_then(Value::as_str).unwrap_or_default()
    }
}

/// What is done besides, before a record is made, changed or removed: a refusal ends it. No lock is held.
pub type Hook = fn(&Call<'_>, &mut Draft<'_>) -> Result<(), ApiError>;

/// A record that is looked at, among others.
#[derive(Debug, Clone, Copy)]
pub struct Looked<'a> {
    /// All records of the account.
    pub records: &'a Records,
    /// The record.
    pub record: &'a Record,
    /// The state that it is in.
    pub state: Option<&'a str>,
    /// Where it is.
    pub region: &'a str,
    /// When.
    pub now: Timestamp,
}

/// Adds to what is shown of a record.
pub type Show = fn(Looked<'_>, &mut Map<String, Value>);
