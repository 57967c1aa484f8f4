//! Projects.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::{Arc, OnceLock};

use acslab_policy::{Attachment, Dialect, Document, DocumentKind, Malformed, PolicyRef, PolicySet, PolicyType};
use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};

use super::consumers::Consumers;
use super::space::{Room, Space};
use super::store::LogStore;
use crate::cloud::directory::Tags;

/// What is known of a project.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ProjectAbout {
    /// Its name, unique in its region.
    pub name: String,
    /// Where it is: `cn-hangzhou`.
    pub region: String,
    /// The account that it belongs to.
    pub owner: String,
    /// What people say of it.
    pub description: String,
    /// `LRS`, or `ZRS`.
    pub redundancy: String,
    /// Is it kept for a while when it is deleted? Noted and shown.
    pub recycle_bin: bool,
    /// When it was made.
    pub created: Timestamp,
    /// When it was last changed.
    pub modified: Timestamp,
    /// Its tags.
    pub tags: Tags,
    /// Its own policy.
    pub policy: Option<ProjectPolicy>,
    /// What is kept in it as it was given, by kind and name: machine groups, dashboards.
    #[serde(default)]
    pub kept: BTreeMap<String, BTreeMap<String, KeptInProject>>,
}

/// Something that is kept in a project as it was given.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct KeptInProject {
    /// What was given.
    pub document: Map<String, Value>,
    /// When it was made.
    pub created: Timestamp,
    /// When it was last changed.
    pub modified: Timestamp,
    /// The configurations that apply to it, of a machine group.
    #[serde(default)]
    pub applied: BTreeSet<String>,
    /// Who consumes in it, of a consumer group.
    #[serde(default)]
    pub consumers: Consumers,
    /// The room that the document takes. What is copied to be saved has the same.
    #[serde(skip)]
    room: Option<Arc<Room>>,
}

impl KeptInProject {
    /// A new one, in a room that is large enough.
    pub fn new(document: Map<String, Value>, room: Room, now: Timestamp) -> Self {
        let mut made = Self {
            document: Map::new(),
            created: now,
            modified: now,
            applied: BTreeSet::new(),
            consumers: Consumers::default(),
            room: None,
        };
        made.put(document, room);
        made
    }

    /// Puts a document in the place of the one that there is. What it does not take of the room is given back.
    pub fn put(&mut self, document: Map<String, Value>, room: Room) {
        self.document = document;
        self.room = Some(Arc::new(room.cut(bytes(&self.document))));
    }

    /// Takes the room of a document that was saved, if there is so much.
    pub(in crate::cloud) fn take_room(&mut self, space: &Space) -> Option<()> {
        self.room = Some(Arc::new(space.take(bytes(&self.document))?));
        Some(())
    }
}

/// What a document takes, as it is written.
fn bytes(document: &Map<String, Value>) -> u64 {
    serde_json::to_vec(document).map_or(0, |text| text.len() as u64)
}

/// A project.
#[derive(Debug)]
pub struct LogProject {
    /// What is known of it.
    pub about: ProjectAbout,
    /// Its Logstores, by name.
    pub stores: BTreeMap<String, LogStore>,
}

impl LogProject {
    /// How many shards there are in it, those that are only read as well.
    pub fn shards(&self) -> usize {
        self.stores.values().map(|store| store.shards.len()).sum()
    }
}

/// The policy of a project: whom it lets in, and whom not.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct ProjectPolicy {
    text: Arc<str>,
    document: Arc<Document>,
    /// Compiled when it is asked for the first time; a project keeps its name.
    set: OnceLock<PolicySet>,
}

impl ProjectPolicy {
    /// Reads a policy. It is written like that of a bucket, and a statement may name nobody: then it means everybody.
    ///
    /// # Errors
    /// It is none.
    pub fn read(text: &str) -> Result<Self, Malformed> {
        Self::with(text, |whole| Document::parse_with(DocumentKind::Bucket, whole, &Dialect::STORED))
    }

    /// One that is stored already: what of it is not of the grammar counts for nothing, and the rest counts ([`Document::stored`]).
    ///
    /// # Errors
    /// There is no statement to be found in it.
    pub fn stored(text: &str) -> Result<Self, Malformed> {
        Self::with(text, |whole| Document::stored(DocumentKind::Bucket, whole))
    }

    fn with(text: &str, read: impl Fn(&str) -> Result<Document, Malformed>) -> Result<Self, Malformed> {
        // INFERRED: published samples have `Principal` or leave it out; the rest of the grammar is that of bucket policies.
        let document = read(spelt_out(text).as_deref().unwrap_or(text))?;
        Ok(Self { text: text.into(), document: document.into(), set: OnceLock::new() })
    }

    /// What it says.
    pub fn document(&self) -> &Document {
        &self.document
    }

    /// The text, as it was given.
    pub fn text(&self) -> &str {
        &self.text
    }

    /// What is asked, of the project of this name that it is the policy of.
    pub fn set(&self, project: &str) -> PolicySet {
        let compile = || {
            let reference = PolicyRef {
                name: "project policy".into(),
                kind: PolicyType::Inline,
                version: None,
                attached: Attachment::Project(project.into()),
            };
            PolicySet::compile([(reference, Arc::clone(&self.document))])
        };
        self.set.get_or_init(compile).clone()
    }
}

/// The same policy with `"Principal": ["*"]` in each statement that names nobody; `None` where every one does, or it is no policy.
fn spelt_out(text: &str) -> Option<String> {
    let mut policy: Value = serde_json::from_str(text).ok()?;
    let statements = policy.get_mut("Statement")?.as_array_mut()?;
    let mut missing = false;
    for statement in statements.iter_mut().filter_map(Value::as_object_mut) {
        if !statement.contains_key("Principal") {
            statement.insert("Principal".to_owned(), Value::from(vec!["*"]));
            missing = true;
        }
    }
    missing.then(|| policy.to_string())
}

impl TryFrom<String> for ProjectPolicy {
    type Error = String;

    fn try_from(text: String) -> Result<Self, Self::Error> {
        Self::stored(&text).map_err(|malformed| malformed.api_message().clone())
    }
}

impl From<ProjectPolicy> for String {
    fn from(policy: ProjectPolicy) -> Self {
        policy.text.as_ref().to_owned()
    }
}
