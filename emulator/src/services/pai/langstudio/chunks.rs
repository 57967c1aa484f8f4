//! The chunks of a knowledge base's index, one by one. These operations name no workspace: the knowledge base tells it.

use http::Method;
use serde_json::{Value, json};

use super::super::gate;
use super::backend::Backend;
use super::index;
use super::knowledge_bases::{BASE_ID, anywhere};
use super::records::OBJECT;
use super::table::{LANGSTUDIO, action};
use crate::gateway::{ApiError, Call, Form, Operation, Parameter, Reply};
use crate::services::common::page::{List, numbered};

const BASE: &str = "knowledge-base/{KnowledgeBaseId}";

pub(super) fn rows() -> Vec<Operation> {
    let status = Parameter::optional("ChunkStatus", Form::OneOf(&["Enable", "Disable"]));
    vec![
        LANGSTUDIO.path(
            "ListKnowledgeBaseChunks",
            (Method::GET, "/api/v1/langstudio/knowledgebases/{KnowledgeBaseId}/knowledgebasechunks"),
            &[action(&["pailangstudio:ListKnowledgeBaseChunks"], BASE, gate::purchased)],
            &[
                BASE_ID,
                status.clone(),
                Parameter::optional("MetaData", OBJECT),
                Parameter::optional("VersionName", Form::Any),
                Parameter::optional("PageNumber", Form::Integer(1, 1_000_000)),
                Parameter::optional("PageSize", Form::Integer(1, 100)),
            ],
            list,
        ),
        LANGSTUDIO.path(
            "UpdateKnowledgeBaseChunk",
            (
                Method::PUT,
                "/api/v1/langstudio/knowledgebases/{KnowledgeBaseId}/knowledgebasechunks/{KnowledgeBaseChunkId}",
            ),
            &[action(&["pailangstudio:UpdateKnowledgeBaseChunk"], BASE, gate::purchased)],
            &[
                BASE_ID,
                Parameter::required("KnowledgeBaseChunkId", Form::Any),
                Parameter::optional("ChunkContent", Form::Any),
                status,
            ],
            update,
        ),
    ]
}

/// The code and the text are ours: none are published.
fn absent(id: &str) -> ApiError {
    ApiError::not_found("KnowledgeBaseChunkNotExists", format!("Knowledge base chunk not exists {id}"))
}

/// ListKnowledgeBaseChunks
fn list(call: &Call<'_>) -> Result<Reply, ApiError> {
    let arguments = &call.arguments;
    let backend = Backend::with_files(call)?;
    let base = anywhere(call)?;
    let version = arguments.filled("VersionName").or(base.version.as_deref());
    let chunks = version.map(|version| index::read(&backend, &base, version)).transpose()?.unwrap_or_default();
    // As a flat parameter, or as JSON.
    let meta = super::records::object(arguments, "MetaData").unwrap_or_default();
    let of_file = |name: &str| {
        let flat = arguments.filled(&format!("MetaData.{name}"));
        flat.or_else(|| meta.get(name).and_then(Value::as_str)).filter(|wanted| !wanted.is_empty())
    };
    let files = ["FileUri", "FileMetaId"].map(of_file);
    let wanted = |chunk: &&index::Chunk| {
        let status = if chunk.enabled { "Enable" } else { "Disable" };
        arguments.filled("ChunkStatus").is_none_or(|wanted| wanted == status)
            && files.iter().flatten().all(|file| *file == chunk.file)
    };
    let view = |chunk: &index::Chunk| {
        let mut view = chunk.view(&backend);
        view.insert("KnowledgeBaseChunkId".to_owned(), json!(chunk.id));
        view.insert("KnowledgeBaseId".to_owned(), json!(base.id));
        view.insert("VersionName".to_owned(), json!(version));
        Value::Object(view)
    };
    let page = numbered(arguments, chunks.iter().filter(wanted), view, 10);
    Ok(Reply::document(page.with_total(List::Plain("KnowledgeBaseChunks"))))
}

/// UpdateKnowledgeBaseChunk, in the newest version.
fn update(call: &Call<'_>) -> Result<Reply, ApiError> {
    let arguments = &call.arguments;
    let id = arguments.text("KnowledgeBaseChunkId");
    let backend = Backend::with_files(call)?;
    let base = anywhere(call)?;
    let version = base.version.as_deref().ok_or_else(|| absent(id))?;
    let mut chunks = index::read(&backend, &base, version)?;
    let chunk = chunks.iter_mut().find(|chunk| chunk.id == id).ok_or_else(|| absent(id))?;
    if let Some(content) = arguments.get("ChunkContent") {
        content.clone_into(&mut chunk.content);
    }
    if let Some(status) = arguments.filled("ChunkStatus") {
        chunk.enabled = status == "Enable";
    }
    index::write(&backend, &base, version, &chunks)?;
    Ok(Reply::done())
}
