//! A folder that a state is kept in.
//!
//! `state.json` is the document, `checkpoints/NAME.json` are those that have a name, and `payloads/` has the payloads of objects by
//! their numbers, each once however many documents name it. A payload is written before the first document that names it and
//! removed after the last, so that the documents that are there can be loaded at any moment.

use std::collections::{BTreeMap, BTreeSet, HashSet};
use std::fs::{self, File, TryLockError};
use std::io;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use bytes::Bytes;

use super::error::KeepError;
use super::whole_file;
use crate::cloud::payload::{IN_MEMORY, Payload};
use crate::cloud::{Cloud, LoadError, PayloadNames, Signers, Snapshot, Store, Wanted, blocking};

const STATE: &str = "state.json";
const CHECKPOINTS: &str = "checkpoints";
const PAYLOADS: &str = "payloads";
const LOCK: &str = "lock";

/// A folder that nobody else keeps a state in meanwhile.
#[derive(Debug)]
pub(super) struct Folder {
    path: PathBuf,
    /// Held for as long as this lives; the system lets it go with the process, however it ends.
    _lock: File,
    /// The payloads that are in their files.
    written: HashSet<u64>,
    /// Where payloads are that are too large for memory.
    store: Option<Arc<dyn Store>>,
}

impl Folder {
    /// Takes a folder; makes it if it is not there.
    pub(super) fn take(path: &Path, store: Option<Arc<dyn Store>>) -> Result<Self, KeepError> {
        for folder in [path.to_owned(), path.join(PAYLOADS), path.join(CHECKPOINTS)] {
            fs::create_dir_all(&folder).map_err(KeepError::io(&folder))?;
        }
        let lock = path.join(LOCK);
        let file =
            File::options().write(true).create(true).truncate(false).open(&lock).map_err(KeepError::io(&lock))?;
        match file.try_lock() {
            Ok(()) => Ok(Self { path: path.to_owned(), _lock: file, written: HashSet::new(), store }),
            Err(TryLockError::WouldBlock) => Err(KeepError::InUse(path.to_owned())),
            Err(TryLockError::Error(error)) => Err(KeepError::io(&lock)(error)),
        }
    }

    /// The state that is kept here, if one is, and the snapshot that it was saved as.
    pub(super) fn load(
        &mut self,
        names: &mut PayloadNames,
        signers: Option<Signers>,
    ) -> Result<Option<(Cloud, Snapshot)>, KeepError> {
        let path = self.path.join(STATE);
        let is_there = fs::exists(&path).map_err(KeepError::io(&path))?;
        is_there.then(|| self.read(&path, names, signers)).transpose()
    }

    /// The checkpoints that are kept here. Each is looked into, so that one that cannot be restored is told at the start.
    pub(super) fn checkpoints(
        &mut self,
        names: &mut PayloadNames,
    ) -> Result<BTreeMap<String, (Cloud, Snapshot)>, KeepError> {
        let folder = self.path.join(CHECKPOINTS);
        let mut found = BTreeMap::new();
        for entry in fs::read_dir(&folder).map_err(KeepError::io(&folder))? {
            let path = entry.map_err(KeepError::io(&folder))?.path();
            let name = path.file_name().and_then(|name| name.to_str()).and_then(|name| name.strip_suffix(".json"));
            if let Some(name) = name {
                found.insert(name.to_owned(), self.read(&path, names, None)?);
            }
        }
        Ok(found)
    }

    fn read(
        &mut self,
        path: &Path,
        names: &mut PayloadNames,
        signers: Option<Signers>,
    ) -> Result<(Cloud, Snapshot), KeepError> {
        let document = fs::read(path).map_err(KeepError::io(path))?;
        let mut payloads = BTreeMap::new();
        let payload = |number, wanted| {
            let payload = self.payload(number, wanted, names)?;
            payloads.insert(number, payload.clone());
            Ok(payload)
        };
        let cloud = Cloud::load(&document, payload, signers);
        let cloud = cloud.map_err(|error| KeepError::Load { path: path.to_owned(), error })?;
        Ok((cloud, Snapshot { document: document.into(), payloads: payloads.into() }))
    }

    fn payload(&mut self, number: u64, wanted: Wanted, names: &mut PayloadNames) -> Result<Payload, LoadError> {
        if let Some(known) = names.payload(number) {
            return Ok(known.clone());
        }
        let path = self.payload_path(number);
        let payload = self.read_payload(&path, wanted).map_err(|error| {
            let why = format!("{}: {error}", path.display());
            LoadError::Payload { number, why }
        })?;
        names.learn(number, &payload);
        self.written.insert(number);
        Ok(payload)
    }

    fn read_payload(&self, path: &Path, wanted: Wanted) -> io::Result<Payload> {
        match &self.store {
            Some(store) if wanted == Wanted::Anywhere && fs::metadata(path)?.len() > IN_MEMORY => {
                Ok(blocking(|| store.take_over(path))?.into())
            }
            _ => Ok(Bytes::from(fs::read(path)?.into_boxed_slice()).into()),
        }
    }

    fn payload_path(&self, number: u64) -> PathBuf {
        self.path.join(PAYLOADS).join(number.to_string())
    }

    /// Saves the state in the place of the one before.
    pub(super) fn save(&mut self, state: &Snapshot) -> Result<(), KeepError> {
        self.write(&self.path.join(STATE), state)
    }

    /// Saves a checkpoint.
    pub(super) fn save_checkpoint(&mut self, name: &str, state: &Snapshot) -> Result<(), KeepError> {
        self.write(&self.checkpoint_path(name), state)
    }

    /// Deletes a checkpoint.
    pub(super) fn delete_checkpoint(&mut self, name: &str) -> Result<(), KeepError> {
        let path = self.checkpoint_path(name);
        fs::remove_file(&path).map_err(KeepError::io(&path))
    }

    fn checkpoint_path(&self, name: &str) -> PathBuf {
        self.path.join(CHECKPOINTS).join(format!("{name}.json"))
    }

    fn write(&mut self, path: &Path, state: &Snapshot) -> Result<(), KeepError> {
        let mut new = false;
        for (number, payload) in state.payloads.iter() {
            if !self.written.contains(number) {
                let path = self.payload_path(*number);
                put_payload(&path, payload).map_err(KeepError::io(&path))?;
                self.written.insert(*number);
                new = true;
            }
        }
        if new {
            let folder = self.path.join(PAYLOADS);
            whole_file::sync_folder(&folder).map_err(KeepError::io(&folder))?;
        }
        whole_file::write(path, &state.document).map_err(KeepError::io(path))
    }

    /// Removes the payloads that none of the documents here names any more.
    pub(super) fn sweep(&mut self, named: &BTreeSet<u64>) -> Result<(), KeepError> {
        let gone: Vec<u64> = self.written.iter().copied().filter(|number| !named.contains(number)).collect();
        for number in gone {
            let path = self.payload_path(number);
            fs::remove_file(&path).map_err(KeepError::io(&path))?;
            self.written.remove(&number);
        }
        Ok(())
    }

    /// Removes whatever is left among the payloads of a process that ended before it had written a document.
    pub(super) fn sweep_all(&self) -> Result<(), KeepError> {
        let folder = self.path.join(PAYLOADS);
        for entry in fs::read_dir(&folder).map_err(KeepError::io(&folder))? {
            let entry = entry.map_err(KeepError::io(&folder))?;
            let number = entry.file_name().to_str().and_then(|name| name.parse().ok());
            if number.is_none_or(|number| !self.written.contains(&number)) {
                fs::remove_file(entry.path()).map_err(KeepError::io(&entry.path()))?;
            }
        }
        Ok(())
    }
}

/// Puts a payload in its file: of one that is in a file of the store's already the file alone.
fn put_payload(path: &Path, payload: &Payload) -> io::Result<()> {
    match payload.file().map(|file| whole_file::link(file, path)) {
        Some(Ok(())) => Ok(()),
        // On another disk, or on one without links, it is copied like what is in memory.
        Some(Err(_)) | None => whole_file::put(path, payload.pieces()),
    }
}
