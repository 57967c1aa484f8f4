//! The stages of a deployment, and how it goes through them. Somebody confirms the last one unless the deployment confirms itself.
//!
//! | stage | what is done, as the service role |
//! | --- | --- |
//! | 1 `Snapshot` | the flow's folder is copied; a snapshot that is given is read |
//! | 2 `Prepare` | is the service there already? With tracing, a token is fetched for it |
//! | 3 `Deploy` | waits for its confirmation; then EAS's own role is made if there is none, and the service is created or updated |
//!
//! INFERRED: that there are three and that the third waits, from the published example of `StageAction`. CHOICE: their names, and what
//! the first two do. A stage that fails is no failed call: the deployment says so.

use serde_json::{Map, Value, json};

use super::backend::Backend;
use super::records::members;
use super::snapshots;
use super::storage::Folder;
use crate::cloud::langstudio::{Deployment, Flow, Snapshot, Stage, StageStatus};
use crate::gateway::{ApiError, Call};

/// The stages, in order, and what each does.
pub(super) const STAGES: [(&str, &str); 3] = [
    ("Snapshot", "The flow's files are copied."),
    ("Prepare", "What the service needs is made ready."),
    ("Deploy", "The service is created or updated in EAS."),
];

/// What is deployed.
pub(super) enum Source {
    Flow(Flow),
    Snapshot(Snapshot),
}

/// The service as EAS is told of it.
pub(super) fn config(given: &Map<String, Value>) -> Map<String, Value> {
    match given.get("DeploymentConfig") {
        Some(Value::Object(config)) => config.clone(),
        _ => Map::new(),
    }
}

/// The network that a service is to be in.
pub(super) fn network(given: &Map<String, Value>) -> Option<Value> {
    config(given).get("cloud")?.get("networking").cloned()
}

/// A deployment on its way through its stages.
pub(super) struct Way<'w, 'c, 'a> {
    pub(super) backend: &'w Backend<'c, 'a>,
    pub(super) deployment: &'w mut Deployment,
}

impl Way<'_, '_, '_> {
    /// Goes through all of them, as far as they go.
    pub(super) fn go(&mut self, source: &Source, work_dir: &Folder, confirmed: bool) {
        if self.stage(1, |way| way.take_snapshot(source, work_dir)) && self.stage(2, Self::prepare) {
            if confirmed {
                self.deploy();
            } else {
                self.wait();
            }
        }
    }

    fn at(&mut self, number: usize) -> Option<&mut Stage> {
        self.deployment.stages.get_mut(number.checked_sub(1)?)
    }

    /// Goes through a stage; is it done?
    fn stage(&mut self, number: usize, step: impl FnOnce(&mut Self) -> Result<String, ApiError>) -> bool {
        let now = self.backend.call.now;
        let came = step(self);
        let Some(stage) = self.at(number) else { return false };
        (stage.started, stage.ended) = (Some(now), Some(now));
        match came {
            Ok(info) => (stage.status, stage.info) = (StageStatus::Succeed, Some(info)),
            Err(error) => (stage.status, stage.error) = (StageStatus::Failed, Some(error.message().to_owned())),
        }
        stage.status == StageStatus::Succeed
    }

    fn take_snapshot(&mut self, source: &Source, work_dir: &Folder) -> Result<String, ApiError> {
        let snapshot = match source {
            Source::Snapshot(snapshot) => {
                self.deployment.snapshot = Some(snapshot.id.clone());
                if snapshot.error.is_none() {
                    snapshots::look(self.backend, snapshot)?;
                }
                snapshot.clone()
            }
            Source::Flow(flow) => {
                let from = Folder::parse(&flow.storage_path).ok_or_else(ApiError::internal)?;
                let taken = snapshots::Wanted {
                    name: &self.deployment.service,
                    flow: &flow.id,
                    creation_type: "DeploymentAutoCreated",
                    from: &from,
                    work_dir,
                };
                let taken = snapshots::take(self.backend, &taken)?;
                self.deployment.snapshot = Some(taken.id.clone());
                taken
            }
        };
        match snapshot.error {
            Some(error) => Err(ApiError::bad_request("SnapshotFailed", error)),
            None => Ok(snapshot.storage_path),
        }
    }

    /// Whether a service is made or changed is told before anybody is asked to confirm it.
    fn prepare(&mut self) -> Result<String, ApiError> {
        self.deployment.updates = self.backend.service(&self.deployment.service)?.is_some();
        if self.deployment.given.get("EnableTrace") == Some(&Value::Bool(true)) {
            let token = self.backend.trace_token()?;
            let endpoint = token.get("HttpEndpoint").cloned().unwrap_or_default();
            return Ok(json!({ "TraceEndpoint": endpoint }).to_string());
        }
        Ok(String::new())
    }

    fn wait(&mut self) {
        if let Some(stage) = self.at(STAGES.len()) {
            stage.status = StageStatus::WaitForConfirm;
        }
    }

    /// The last stage goes on until EAS's service runs.
    pub(super) fn deploy(&mut self) {
        if self.stage(STAGES.len(), Self::hand_over)
            && let Some(stage) = self.at(STAGES.len())
        {
            (stage.status, stage.ended) = (StageStatus::Running, None);
        }
    }

    fn hand_over(&mut self) -> Result<String, ApiError> {
        let Self { backend, deployment } = self;
        backend.link_eas()?;
        backend.act_for_the_caller()?;
        let service = service(deployment, backend.call.arguments.text("WorkspaceId"));
        if deployment.updates {
            backend.update_service(&deployment.service, service)?;
        } else {
            backend.create_service(service)?;
        }
        Ok(deployment.service.clone())
    }
}

/// What EAS is told: the deployment's own configuration, the service's name, and where its files are.
///
/// INFERRED: which image serves flows is not published.
fn service(deployment: &Deployment, workspace: &str) -> Value {
    let mut service = config(&deployment.given);
    service.insert("name".to_owned(), json!(deployment.service));
    let metadata = service.entry("metadata").or_insert_with(|| json!({ "instance": 1 }));
    if let Some(metadata) = metadata.as_object_mut() {
        metadata.insert("name".to_owned(), json!(deployment.service));
        metadata.insert("workspace_id".to_owned(), json!(workspace));
    }
    if !["containers", "processor"].iter().any(|name| service.contains_key(*name)) {
        service.insert("containers".to_owned(), json!([{ "image": "langstudio", "port": 8000 }]));
    }
    let labels = service.entry("labels").or_insert_with(|| json!({}));
    if let Some(labels) = labels.as_object_mut() {
        let snapshot = deployment.snapshot.clone().unwrap_or_default();
        labels.extend(members(json!({ "LangStudioDeployment": deployment.id, "LangStudioSnapshot": snapshot })));
    }
    Value::Object(service)
}

/// What a deployment is at, as its stages say: it is where the first is that is not done.
pub(super) fn status(deployment: &Deployment) -> StageStatus {
    let open = deployment.stages.iter().map(|stage| stage.status).find(|status| *status != StageStatus::Succeed);
    open.unwrap_or(StageStatus::Succeed)
}

/// Does its last stage wait for what EAS says?
pub(super) fn is_under_way(deployment: &Deployment) -> bool {
    status(deployment) == StageStatus::Running
}

/// The last stage ends as EAS's service says.
pub(super) fn settle(call: &Call<'_>, deployment: &mut Deployment, service: Option<&Map<String, Value>>) {
    let text = |name: &str| service.and_then(|service| service.get(name)).and_then(Value::as_str).unwrap_or_default();
    let Some(stage) = deployment.stages.last_mut() else { return };
    match (service.map(|_| text("Status")), stage.status) {
        (Some("Running"), StageStatus::Running) => stage.status = StageStatus::Succeed,
        (Some("Failed"), StageStatus::Running) => {
            (stage.status, stage.error) = (StageStatus::Failed, Some(text("Message").to_owned()));
        }
        (None, StageStatus::Running) => {
            (stage.status, stage.error) = (StageStatus::Failed, Some("The service is gone.".to_owned()));
        }
        _ => return,
    }
    stage.ended = Some(call.now);
    deployment.made.modified = call.now;
}
