//! The index of a knowledge base: its files cut into chunks, kept as a file in the folder for its output.
//!
//! CHOICE: one form of index, whichever vector database is named, since none of them is here; and a score that counts how many of a
//! question's words a chunk has, in the place of a model's.

use std::collections::BTreeSet;

use bytes::Bytes;
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value, json};

use super::super::errors::invalid;
use super::backend::Backend;
use super::records::new_id;
use super::storage::{Folder, folder};
use crate::cloud::langstudio::KnowledgeBase;
use crate::gateway::ApiError;

/// The file of an index.
const FILE: &str = "chunks.json";

/// The most chunks of an index; a knowledge base of more cannot be indexed here (CHOICE).
const MOST: usize = 10_000;

/// How long a chunk is where nobody says, in characters (CHOICE).
const SIZE: usize = 1_024;

/// A piece of a file.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub(super) struct Chunk {
    pub(super) id: String,
    pub(super) content: String,
    /// The file that it is of: `oss://bucket/key`.
    pub(super) file: String,
    /// Which piece of the file, from 1.
    pub(super) sequence: usize,
    /// Where it begins and ends in the file, in characters.
    pub(super) start: usize,
    pub(super) end: usize,
    pub(super) enabled: bool,
}

/// A file that a knowledge base is made of.
type Source = (Folder, String);

/// Where the index of a version lies.
fn place(base: &KnowledgeBase, version: &str) -> Result<Folder, ApiError> {
    Ok(output(base)?.folder(version))
}

/// The folder of a knowledge base, in that for its output.
pub(super) fn output(base: &KnowledgeBase) -> Result<Folder, ApiError> {
    let output = base.given.get("OutputDir").and_then(Value::as_str).unwrap_or_default();
    Ok(folder("OutputDir", output)?.folder(&base.id))
}

/// The places that a list of data sources names.
pub(super) fn uris(sources: &Value) -> Result<Vec<&str>, ApiError> {
    let wrong = || invalid("DataSources", "it must be a list of places in OSS, each with a `Uri`");
    let list = sources.as_array().filter(|list| !list.is_empty()).ok_or_else(wrong)?;
    list.iter().map(|source| source.get("Uri").and_then(Value::as_str).ok_or_else(wrong)).collect()
}

/// The files that a place names: one whose last part has a dot is a file, any other a folder (CHOICE).
fn files(backend: &Backend<'_, '_>, uri: &str) -> Result<Vec<Source>, ApiError> {
    let parent = uri.rsplit_once('/').filter(|(_, name)| name.contains('.') && uri.matches('/').count() > 2);
    if let Some((parent, name)) = parent {
        Ok(vec![(folder("DataSources", parent)?, name.to_owned())])
    } else {
        let folder = folder("DataSources", uri)?;
        let names = backend.list(&folder)?;
        Ok(names.into_iter().map(|name| (folder.clone(), name)).collect())
    }
}

/// Cuts a knowledge base's files into chunks and keeps them as the index of a version. Tells how many files and chunks there are.
pub(super) fn build(
    backend: &Backend<'_, '_>,
    base: &KnowledgeBase,
    version: &str,
) -> Result<(usize, usize), ApiError> {
    let sources = base.given.get("DataSources").cloned().unwrap_or_default();
    let (mut chunks, mut count) = (Vec::new(), 0);
    for uri in uris(&sources)? {
        for (folder, name) in files(backend, uri)? {
            let content = backend.get(&folder, &name)?;
            let file = format!("oss://{}/{}", folder.bucket, folder.key(&name));
            count += 1;
            for (sequence, (start, piece)) in (1..).zip(pieces(base, &content)) {
                let (id, end) = (new_id(backend.call, "chunk-"), start + piece.chars().count());
                chunks.push(Chunk { id, content: piece, file: file.clone(), sequence, start, end, enabled: true });
            }
            if chunks.len() > MOST {
                return Err(invalid("DataSources", &format!("acslab indexes {MOST} chunks at most")));
            }
        }
    }
    write(backend, base, version, &chunks)?;
    Ok((count, chunks.len()))
}

/// The pieces of a file, with where each begins: rows of structured data, whole pictures and videos, else so many characters.
fn pieces(base: &KnowledgeBase, content: &[u8]) -> Vec<(usize, String)> {
    let config = base.given.get("ChunkConfig");
    let number =
        |name: &str| config.and_then(|config| config.get(name)?.as_u64()).and_then(|n| usize::try_from(n).ok());
    let kind = base.given.get("KnowledgeBaseType").and_then(Value::as_str);
    let text = String::from_utf8_lossy(content);
    match kind {
        Some("IMAGE" | "VIDEO") => vec![(0, String::new())],
        Some("STRUCTURED") => {
            let mut start = 0;
            let mut rows = Vec::new();
            for row in text.split_inclusive('\n') {
                if !row.trim().is_empty() {
                    rows.push((start, row.trim_end().to_owned()));
                }
                start += row.chars().count();
            }
            rows
        }
        _ => cut(&text, number("ChunkSize").unwrap_or(SIZE), number("ChunkOverlap").unwrap_or(0)),
    }
}

fn cut(text: &str, size: usize, overlap: usize) -> Vec<(usize, String)> {
    let size = size.max(1);
    // Each piece begins behind the one before it, whatever overlap is asked for.
    let step = size.saturating_sub(overlap).max(1);
    let characters: Vec<_> = text.chars().collect();
    let mut pieces = Vec::new();
    let mut start = 0;
    while let Some(rest) = characters.get(start..).filter(|rest| !rest.is_empty()) {
        pieces.push((start, rest.iter().take(size).collect()));
        if rest.len() <= size || pieces.len() > MOST {
            break;
        }
        start += step;
    }
    pieces
}

/// The index of a version; of one that was never indexed, nothing.
pub(super) fn read(backend: &Backend<'_, '_>, base: &KnowledgeBase, version: &str) -> Result<Vec<Chunk>, ApiError> {
    let content = match backend.get(&place(base, version)?, FILE) {
        Ok(content) => content,
        Err(error) if error.code() == "NoSuchKey" => return Ok(Vec::new()),
        Err(error) => return Err(error),
    };
    let broken = |_| ApiError::bad_request("IndexBroken", format!("The index of version {version} cannot be read."));
    serde_json::from_slice(&content).map_err(broken)
}

/// Keeps the index of a version.
pub(super) fn write(
    backend: &Backend<'_, '_>,
    base: &KnowledgeBase,
    version: &str,
    chunks: &[Chunk],
) -> Result<(), ApiError> {
    let content = serde_json::to_vec(chunks).map_err(|_| ApiError::internal())?;
    backend.put(&place(base, version)?, FILE, Bytes::from(content))
}

/// How well a chunk answers a question, from 0 to 1.
pub(super) fn score(chunk: &Chunk, query: &str) -> f64 {
    let words = |text: &str| -> BTreeSet<String> {
        text.split(|c: char| !c.is_alphanumeric()).filter(|word| !word.is_empty()).map(str::to_lowercase).collect()
    };
    let (asked, has) = (words(query), words(&chunk.content));
    let found = asked.intersection(&has).count();
    #[expect(clippy::cast_precision_loss, reason = "as many words as a question has")]
    let share = found as f64 / asked.len().max(1) as f64;
    share
}

impl Chunk {
    /// What every answer says of a chunk.
    pub(super) fn view(&self, backend: &Backend<'_, '_>) -> Map<String, Value> {
        let (parent, name) = self.file.rsplit_once('/').unwrap_or(("", &self.file));
        let download = Folder::parse(parent).and_then(|folder| backend.download(&folder, name));
        super::records::members(json!({
            "ChunkContent": self.content,
            "ChunkStart": self.start,
            "ChunkEnd": self.end,
            "ChunkSequence": self.sequence,
            "ChunkSize": self.content.chars().count(),
            "ChunkStatus": if self.enabled { "Enable" } else { "Disable" },
            "ChunkAttachment": [],
            "DownloadUrl": download,
            "MetaData": { "FileName": name, "FileUri": self.file, "FileMetaId": self.file },
        }))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn pieces_overlap_and_end_with_the_text() {
        let of = |text, size, overlap| cut(text, size, overlap).into_iter().map(|(_, piece)| piece).collect::<Vec<_>>();
        assert_eq!(of("abcdefgh", 4, 1), ["abcd", "defg", "gh"]);
        assert_eq!(of("abcd", 4, 2), ["abcd"]);
        assert_eq!(of("äö", 1, 9), ["ä", "ö"]);
        assert!(of("", 4, 0).is_empty());
        assert_eq!(cut("abcdefgh", 4, 1)[1].0, 3);
    }

    #[test]
    fn more_of_the_questions_words_score_higher() {
        let chunk = |content: &str| Chunk {
            id: String::new(),
            content: content.to_owned(),
            file: String::new(),
            sequence: 1,
            start: 0,
            end: 0,
            enabled: true,
        };
        let of = |content| score(&chunk(content), "What is a role?");
        assert!(of("A role is an identity.") > of("A bucket holds objects."));
        assert!(of("nothing") < f64::EPSILON && of("what is a ROLE") > 0.99);
    }
}
