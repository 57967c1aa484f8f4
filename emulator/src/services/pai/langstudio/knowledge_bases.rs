//! Knowledge bases. Each is a dataset of PAI, with the index of its files in the folder for its output.

use bytes::Bytes;
use http::Method;
use serde_json::{Map, Value, json};

use super::super::errors::invalid;
use super::super::gate;
use super::backend::Backend;
use super::index;
use super::jobs;
use super::records::{
    LIST, OBJECT, Shows, change, check_base_name, given, made, members, new_id, object, read, sight, with_made,
};
use super::schedule;
use super::storage::{self, Folder, folder};
use super::table::{ACCESSIBILITY, DESCRIPTION, LANGSTUDIO, WORKSPACE, WORKSPACE_ID, action};
use crate::cloud::RecordPlace;
use crate::cloud::langstudio::KnowledgeBase;
use crate::cloud::pai::{Workspace, add_entity};
use crate::gateway::{ApiError, Call, Form, Operation, Parameter, Reply};

pub(super) const BASE_ID: Parameter = Parameter::required("KnowledgeBaseId", Form::Any);
pub(super) const BASE: &str = "workspace/{WorkspaceId}/knowledge-base/{KnowledgeBaseId}";

const LISTED: Shows = Shows {
    list: "KnowledgeBases",
    exact: &["Accessibility", "Creator", "KnowledgeBaseId", "KnowledgeBaseType"],
    part: &["Name"],
};

/// What is kept as it was given.
const FIELDS: &[&str] = &[
    "KnowledgeBaseType",
    "DataSources",
    "OutputDir",
    "ChunkConfig",
    "EmbeddingConfig",
    "VectorDBConfig",
    "MetaDataConfig",
    "IndexColumnConfig",
    "RuntimeId",
    "Description",
];

pub(super) fn rows() -> Vec<Operation> {
    let runtime = Parameter::optional("RuntimeId", Form::Any);
    let meta_data = Parameter::optional("MetaDataConfig", OBJECT);
    let version = Parameter::optional("VersionName", Form::Any);
    vec![
        LANGSTUDIO.path(
            "CreateKnowledgeBase",
            (Method::POST, "/api/v1/langstudio/knowledgebases"),
            &[action(&["pailangstudio:CreateKnowledgeBase"], WORKSPACE, gate::new_entity)],
            &[
                WORKSPACE_ID,
                Parameter::required("Name", Form::Own(check_base_name, "sample")),
                Parameter::required("KnowledgeBaseType", Form::OneOf(&["TEXT", "STRUCTURED", "IMAGE", "VIDEO"])),
                Parameter::required("DataSources", LIST),
                Parameter::required("OutputDir", Form::Own(storage::check, "oss://sample/work/")),
                Parameter::required("ChunkConfig", OBJECT),
                Parameter::required("EmbeddingConfig", OBJECT),
                Parameter::required("VectorDBConfig", OBJECT),
                meta_data.clone(),
                Parameter::optional("IndexColumnConfig", OBJECT),
                runtime.clone(),
                DESCRIPTION,
                ACCESSIBILITY,
            ],
            create,
        ),
        LANGSTUDIO.path(
            "GetKnowledgeBase",
            (Method::GET, "/api/v1/langstudio/knowledgebases/{KnowledgeBaseId}"),
            &[action(&["pailangstudio:GetKnowledgeBase"], BASE, gate::purchased)],
            &[WORKSPACE_ID, BASE_ID, version.clone()],
            get,
        ),
        LANGSTUDIO.path(
            "ListKnowledgeBases",
            (Method::GET, "/api/v1/langstudio/knowledgebases"),
            &[action(&["pailangstudio:ListKnowledgeBases"], WORKSPACE, gate::list)],
            &LISTED.parameters(&[WORKSPACE_ID]),
            list,
        ),
        LANGSTUDIO.path(
            "UpdateKnowledgeBase",
            (Method::PUT, "/api/v1/langstudio/knowledgebases/{KnowledgeBaseId}"),
            &[action(&["pailangstudio:UpdateKnowledgeBase"], BASE, gate::purchased)],
            &[
                WORKSPACE_ID,
                BASE_ID,
                Parameter::optional("AutoUpdateConfig", Form::Own(schedule::check, r#"{"Status":"Disable"}"#)),
                Parameter::optional("BindRuntime", Form::Boolean),
                runtime,
                meta_data,
                DESCRIPTION,
            ],
            update,
        ),
        LANGSTUDIO.path(
            "DeleteKnowledgeBase",
            (Method::DELETE, "/api/v1/langstudio/knowledgebases/{KnowledgeBaseId}"),
            &[action(&["pailangstudio:DeleteKnowledgeBase"], BASE, gate::purchased)],
            &[WORKSPACE_ID, BASE_ID],
            delete,
        ),
        LANGSTUDIO.path(
            "RetrieveKnowledgeBase",
            (Method::POST, "/api/v1/langstudio/knowledgebases/{KnowledgeBaseId}/action/retrieve"),
            &[action(&["pailangstudio:RetrieveKnowledgeBase"], BASE, gate::purchased)],
            &[
                WORKSPACE_ID,
                BASE_ID,
                Parameter::required("Query", Form::Any),
                Parameter::optional("TopK", Form::Integer(1, 1_000)),
                Parameter::optional("ScoreThreshold", Form::Any),
                version,
            ],
            retrieve,
        ),
    ]
}

/// The code and the text are ours: none are published.
fn absent(id: &str) -> ApiError {
    ApiError::not_found("KnowledgeBaseNotExists", format!("Knowledge base not exists {id}"))
}

fn free(workspace: &Workspace, name: &str) -> Result<(), ApiError> {
    if workspace.knowledge_bases.values().any(|base| base.name == name) {
        let message = format!("Knowledge base name {name} already exists.");
        return Err(ApiError::bad_request("KnowledgeBaseNameAlreadyExists", message));
    }
    Ok(())
}

/// A place in OSS as PAI's datasets write it: with the region's endpoint.
pub(super) fn uri(call: &Call<'_>, folder: &Folder) -> String {
    format!("oss://{}.oss-{}.aliyuncs.com/{}", folder.bucket, call.region, folder.prefix)
}

/// The members that a configuration must have.
fn need(fields: &Map<String, Value>, parameter: &str, names: &[&str]) -> Result<(), ApiError> {
    let has = |name: &&str| fields.get(parameter).and_then(|config| config.get(*name)?.as_str()).is_some();
    match names.iter().find(|name| !has(name)) {
        Some(name) => Err(invalid(parameter, &format!("`{name}` is missing"))),
        None => Ok(()),
    }
}

/// Which vector databases there are, and the two kinds of knowledge base that Faiss takes (SDK).
fn check_database(fields: &Map<String, Value>) -> Result<(), ApiError> {
    let text = |parameter: &str| fields.get(parameter).and_then(Value::as_str);
    let database = fields.get("VectorDBConfig").and_then(|config| config.get("VectorDBType")?.as_str());
    match (database, text("KnowledgeBaseType")) {
        (Some("Faiss"), Some("TEXT" | "STRUCTURED")) => Ok(()),
        // INFERRED: what is no file is reached by a connection.
        (Some("Elasticsearch" | "Milvus"), _) => need(fields, "VectorDBConfig", &["ConnectionId"]),
        (Some("Faiss"), _) => Err(invalid("VectorDBConfig", "Faiss takes documents and structured data only")),
        _ => Err(invalid("VectorDBConfig", "`VectorDBType` must be Elasticsearch, Milvus or Faiss")),
    }
}

/// Chunks have a size, and neither overlap nor last less than nothing.
fn check_chunks(fields: &Map<String, Value>) -> Result<(), ApiError> {
    let number = |name: &str| fields.get("ChunkConfig").and_then(|config| config.get(name)?.as_i64());
    for (name, least) in [("ChunkSize", 1), ("ChunkOverlap", 0), ("ChunkDuration", 0)] {
        if number(name).is_some_and(|number| number < least) {
            return Err(invalid("ChunkConfig", &format!("`{name}` is less than {least}")));
        }
    }
    Ok(())
}

/// A connection that a configuration names must be one of the workspace's: connections are AIWorkSpace's, and LangStudio is of the
/// same house.
fn find_connection(call: &Call<'_>, fields: &Map<String, Value>, parameter: &str) -> Result<(), ApiError> {
    let id = fields.get(parameter).and_then(|config| config.get("ConnectionId")?.as_str());
    let Some(id) = id.filter(|id| !id.is_empty()) else { return Ok(()) };
    let records = call.account()?.records.read();
    let found = records.get(&RecordPlace::new("AIWorkSpace/Connection", &call.region), id, call.now);
    let workspace = call.arguments.text("WorkspaceId");
    if found.is_ok_and(|connection| connection.text("WorkspaceId") == Some(workspace)) {
        Ok(())
    } else {
        Err(invalid(parameter, &format!("there is no connection `{id}` in the workspace")))
    }
}

/// CreateKnowledgeBase: its folder is written to first, then the dataset is made.
fn create(call: &Call<'_>) -> Result<Reply, ApiError> {
    let arguments = &call.arguments;
    let name = arguments.text("Name");
    let backend = Backend::with_files(call)?;
    let fields = given(call, FIELDS);
    need(&fields, "EmbeddingConfig", &["ConnectionId", "Model"])?;
    check_database(&fields)?;
    check_chunks(&fields)?;
    for parameter in ["EmbeddingConfig", "VectorDBConfig"] {
        find_connection(call, &fields, parameter)?;
    }
    for uri in index::uris(fields.get("DataSources").unwrap_or(&Value::Null))? {
        folder("DataSources", uri)?;
    }
    read(call, |workspace| {
        free(workspace, name)?;
        match arguments.filled("RuntimeId").filter(|id| !workspace.runtimes.contains_key(*id)) {
            Some(id) => Err(invalid("RuntimeId", &format!("there is no runtime `{id}`"))),
            None => Ok(()),
        }
    })?;
    let made = made(call);
    let mut base = KnowledgeBase {
        id: new_id(call, "kb-"),
        name: name.to_owned(),
        given: fields,
        dataset: String::new(),
        version: None,
        schedule: None,
        jobs: std::collections::BTreeMap::new(),
        made,
    };
    let output = index::output(&base)?;
    let definition = json!({ "KnowledgeBaseId": base.id, "Name": name, "Config": base.given });
    backend.put(&output, "knowledgebase.json", Bytes::from(definition.to_string()))?;
    backend.act_for_the_caller()?;
    base.dataset = backend.create_dataset(json!({
        "Name": name,
        "WorkspaceId": arguments.text("WorkspaceId"),
        "Accessibility": base.made.accessibility.as_str(),
        "Property": "DIRECTORY",
        "DataSourceType": "OSS",
        "Uri": uri(call, &output),
        "SourceType": "USER",
        "Description": arguments.text("Description"),
    }))?;
    let answer = json!({ "KnowledgeBaseId": base.id, "WorkspaceId": arguments.text("WorkspaceId") });
    change(call, |workspace| {
        free(workspace, name)?;
        Ok(add_entity(&mut workspace.knowledge_bases, "KnowledgeBase", base.id.clone(), base)?)
    })?;
    Ok(Reply::document(answer))
}

/// `version` is the one that was asked for, or else the newest that the dataset has.
fn view(workspace: &str, base: &KnowledgeBase, version: Option<&str>) -> Map<String, Value> {
    let mut view = members(json!({
        "KnowledgeBaseId": base.id,
        "Name": base.name,
        "DatasetId": base.dataset,
        "VersionName": version,
        "AutoUpdateConfig": base.schedule.as_ref().map(|schedule| &schedule.config),
    }));
    view.extend(base.given.clone());
    with_made(view, workspace, &base.made)
}

/// The newest version in what is said of a dataset.
fn newest(dataset: &Map<String, Value>) -> Option<&str> {
    dataset.get("LatestVersion")?.get("VersionName")?.as_str()
}

/// The knowledge base that a call names.
pub(super) fn named(call: &Call<'_>) -> Result<KnowledgeBase, ApiError> {
    let id = call.arguments.text("KnowledgeBaseId");
    read(call, |workspace| workspace.knowledge_bases.get(id).cloned().ok_or_else(|| absent(id)))
}

/// The knowledge base of a call that names no workspace.
pub(super) fn anywhere(call: &Call<'_>) -> Result<KnowledgeBase, ApiError> {
    let id = call.arguments.text("KnowledgeBaseId");
    let records = call.account()?.pai.read();
    let workspace = records.of_knowledge_base(&call.region, id);
    workspace.and_then(|workspace| workspace.knowledge_bases.get(id)).cloned().ok_or_else(|| absent(id))
}

/// Changes the knowledge base of a call.
pub(super) fn change_named<T>(
    call: &Call<'_>,
    changes: impl FnOnce(&mut KnowledgeBase) -> Result<T, ApiError>,
) -> Result<T, ApiError> {
    let id = call.arguments.text("KnowledgeBaseId");
    change(call, |workspace| changes(workspace.knowledge_bases.get_mut(id).ok_or_else(|| absent(id))?))
}

/// GetKnowledgeBase
fn get(call: &Call<'_>) -> Result<Reply, ApiError> {
    let backend = Backend::enter(call, &[])?;
    let base = named(call)?;
    let dataset = backend.dataset(&base.dataset)?;
    let version = match call.arguments.filled("VersionName") {
        Some(version) => {
            backend.version(&base.dataset, version)?;
            Some(version)
        }
        None => newest(&dataset),
    };
    Ok(Reply::document(view(call.arguments.text("WorkspaceId"), &base, version)))
}

/// ListKnowledgeBases: those that the policies in force let the caller see.
fn list(call: &Call<'_>) -> Result<Reply, ApiError> {
    let datasets = Backend::enter(call, &[])?.datasets()?;
    let of = |id: &str| datasets.iter().find(|one| one.get("DatasetId").and_then(Value::as_str) == Some(id));
    read(call, |workspace| {
        let sees = sight(call, workspace, "pailangstudio:ListKnowledgeBases");
        let mut bases: Vec<_> = workspace.knowledge_bases.values().collect();
        bases.sort_by(|a, b| a.name.cmp(&b.name));
        let mut shown = Vec::new();
        for base in bases {
            if sees(&base.made)? {
                shown.push(view(&workspace.id, base, of(&base.dataset).and_then(newest)));
            }
        }
        Ok(LISTED.page(call, shown))
    })
}

/// UpdateKnowledgeBase: what is said of it, what it runs on, and whether DataWorks keeps it up to date.
fn update(call: &Call<'_>) -> Result<Reply, ApiError> {
    let arguments = &call.arguments;
    let wanted = object(arguments, "AutoUpdateConfig");
    let backend = Backend::enter(call, &schedule::needs(call, wanted.as_ref()))?;
    let base = named(call)?;
    let mut changes = given(call, &["Description", "MetaDataConfig", "RuntimeId"]);
    if let Some(id) = arguments.filled("RuntimeId") {
        let there = read(call, |workspace| Ok(workspace.runtimes.contains_key(id)))?;
        if !there {
            return Err(invalid("RuntimeId", &format!("there is no runtime `{id}`")));
        }
    }
    let unbinds = arguments.filled("BindRuntime").is_some() && !arguments.flag("BindRuntime");
    if let Some(description) = arguments.get("Description") {
        backend.update_dataset(&base.dataset, json!({ "Description": description }))?;
        changes.insert("Description".to_owned(), json!(description));
    }
    let schedule = match wanted {
        Some(config) => Some(schedule::set(&backend, &base, config)?),
        None => None,
    };
    change_named(call, |base| {
        base.given.extend(changes);
        if unbinds {
            base.given.remove("RuntimeId");
        }
        if schedule.is_some() {
            base.schedule = schedule;
        }
        base.made.modified = call.now;
        Ok(Reply::done())
    })
}

/// DeleteKnowledgeBase: the runs of its jobs go first, of which one that is under way keeps it; then its workflow and its dataset. What
/// lies in OSS stays.
fn delete(call: &Call<'_>) -> Result<Reply, ApiError> {
    let backend = Backend::enter(call, &[])?;
    let base = named(call)?;
    jobs::remove_runs(call, &backend, &base)?;
    schedule::remove(&backend, &base)?;
    match backend.delete_dataset(&base.dataset) {
        Err(error) if error.status() != http::StatusCode::NOT_FOUND => return Err(error),
        _ => {}
    }
    change(call, |workspace| {
        workspace.knowledge_bases.remove(&base.id);
        Ok(Reply::done())
    })
}

/// How many chunks answer a question where nobody says (CHOICE).
const TOP: usize = 5;

/// RetrieveKnowledgeBase
fn retrieve(call: &Call<'_>) -> Result<Reply, ApiError> {
    let arguments = &call.arguments;
    let backend = Backend::with_files(call)?;
    let base = named(call)?;
    let least: f64 = match arguments.filled("ScoreThreshold") {
        None => 0.0,
        Some(text) => text.parse().map_err(|_| invalid("ScoreThreshold", "it must be a number"))?,
    };
    let most = arguments.integer("TopK").and_then(|most| usize::try_from(most).ok()).unwrap_or(TOP);
    let version = arguments.filled("VersionName").or(base.version.as_deref());
    let chunks = version.map(|version| index::read(&backend, &base, version)).transpose()?.unwrap_or_default();
    let enabled = chunks.iter().filter(|chunk| chunk.enabled);
    let mut scored: Vec<_> = enabled.map(|chunk| (index::score(chunk, arguments.text("Query")), chunk)).collect();
    scored.retain(|(score, _)| *score >= least);
    scored.sort_by(|(a, _), (b, _)| b.total_cmp(a));
    let view = |(score, chunk): (f64, &index::Chunk)| {
        let mut view = chunk.view(&backend);
        view.insert("ChunkId".to_owned(), json!(chunk.id));
        view.insert("Score".to_owned(), json!(score));
        Value::Object(view)
    };
    let found: Vec<_> = scored.into_iter().take(most).map(view).collect();
    Ok(Reply::document(json!({ "KnowledgeBaseFileChunks": found })))
}
