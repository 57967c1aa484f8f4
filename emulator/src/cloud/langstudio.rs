//! What LangStudio keeps in a workspace. What it writes lies in the account's OSS; what runs is a resource of another product, known
//! here by its id.

use std::collections::BTreeMap;

use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};

use super::pai::Accessibility;

/// What somebody made in a workspace, and who sees it.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Made {
    /// Who made it.
    pub creator: String,
    /// Who sees it.
    pub accessibility: Accessibility,
    /// When it was made.
    pub created: Timestamp,
    /// When it was last changed.
    pub modified: Timestamp,
}

/// An application flow. Its definition lies in OSS.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Flow {
    /// `flow-…`
    pub id: String,
    /// Its name, unique in the workspace.
    pub name: String,
    /// Free text.
    pub description: String,
    /// What kind of flow it is.
    pub kind: String,
    /// The folder that it was made in: `oss://bucket/folder/`.
    pub work_dir: String,
    /// The folder that its definition lies in, under the working folder.
    pub storage_path: String,
    /// Who made it, when, for whom.
    pub made: Made,
}

/// A snapshot: a copy of a folder in OSS, be it a flow's or another.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Snapshot {
    /// `snapshot-…`
    pub id: String,
    /// Its name.
    pub name: String,
    /// Free text.
    pub description: String,
    /// The flow that it was taken of; empty for one of a folder.
    pub flow: String,
    /// Why it was taken: `ManualCreated` and its like.
    pub creation_type: String,
    /// The folder that was copied.
    pub source_path: String,
    /// The folder that was given for the copy.
    pub work_dir: String,
    /// The folder that it was copied to.
    pub storage_path: String,
    /// The names of the files copied, within the folder.
    pub files: Vec<String>,
    /// Why the copy failed, if it did.
    pub error: Option<String>,
    /// Who made it, when, for whom.
    pub made: Made,
}

/// A runtime: a DSW instance that LangStudio made.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Runtime {
    /// `runtime-…`
    pub id: String,
    /// Its name, unique in the workspace.
    pub name: String,
    /// What its maker said of it, by the names of the API.
    pub given: Map<String, Value>,
    /// The instance: `dsw-…`
    pub instance: String,
    /// Who made it, when, for whom.
    pub made: Made,
}

/// A deployment: how a flow, or a snapshot, becomes a service of EAS, stage by stage.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Deployment {
    /// `deployment-…`
    pub id: String,
    /// The name of the service.
    pub service: String,
    /// Does it change a service that was there before?
    pub updates: bool,
    /// What its maker said of it, by the names of the API.
    pub given: Map<String, Value>,
    /// The snapshot that it deploys.
    pub snapshot: Option<String>,
    /// Its stages, in order.
    pub stages: Vec<Stage>,
    /// Who made it, when, for whom.
    pub made: Made,
}

/// One stage of a deployment.
#[derive(Debug, Clone, Default, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Stage {
    /// How far it is.
    pub status: StageStatus,
    /// When it began.
    pub started: Option<Timestamp>,
    /// When it ended.
    pub ended: Option<Timestamp>,
    /// What it came to.
    pub info: Option<String>,
    /// Why it failed, if it did.
    pub error: Option<String>,
}

/// How far a stage is. The cloud has `Waiting` and `Creating` besides, which are passed at once.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
pub enum StageStatus {
    /// One before it is not over.
    #[default]
    NotStarted,
    /// Somebody is to say that it may begin.
    WaitForConfirm,
    /// It is under way.
    Running,
    /// It is done.
    Succeed,
    /// It could not be done.
    Failed,
    /// Somebody said that it is not to be.
    Canceled,
}

impl StageStatus {
    /// The cloud's spelling.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::NotStarted => "NotStarted",
            Self::WaitForConfirm => "WaitForConfirm",
            Self::Running => "Running",
            Self::Succeed => "Succeed",
            Self::Failed => "Failed",
            Self::Canceled => "Canceled",
        }
    }
}

/// A knowledge base: a dataset of PAI, whose versions are indexes of the files that it is made of.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct KnowledgeBase {
    /// `kb-…`
    pub id: String,
    /// Its name, unique in the workspace.
    pub name: String,
    /// What its maker said of it, by the names of the API.
    pub given: Map<String, Value>,
    /// The dataset: `d-…`
    pub dataset: String,
    /// The newest version that has an index: `v2`.
    pub version: Option<String>,
    /// How it is kept up to date, if it is.
    pub schedule: Option<Schedule>,
    /// Its jobs, by id.
    #[serde(with = "crate::cloud::save::with::by_key")]
    pub jobs: BTreeMap<String, Job>,
    /// Who made it, when, for whom.
    pub made: Made,
}

/// A workflow of DataWorks that updates a knowledge base.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Schedule {
    /// What was said of it, by the names of the API.
    pub config: Map<String, Value>,
    /// The workflow, as long as there is one.
    pub workflow: Option<String>,
}

/// A job of a knowledge base: a run of a pipeline.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Job {
    /// `kbjob-…`
    pub id: String,
    /// What its maker said of it, by the names of the API.
    pub given: Map<String, Value>,
    /// The run: `flow-…`
    pub run: String,
    /// What it has done so far.
    pub done: Indexed,
    /// When it ended.
    pub finished: Option<Timestamp>,
    /// Why it failed, if it did.
    pub error: Option<String>,
    /// Who made it, when, for whom.
    pub made: Made,
}

/// What a job has indexed.
#[derive(Debug, Clone, Copy, Default, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Indexed {
    /// Files that were read.
    pub files: usize,
    /// Chunks that were added.
    pub added: usize,
    /// Chunks of the version before, which are gone.
    pub deleted: usize,
}
