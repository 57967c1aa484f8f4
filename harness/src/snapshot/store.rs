//! Comparing, leaving, accepting and rejecting snapshots on disk.

use std::collections::BTreeSet;
use std::fs;
use std::io;
use std::path::{Path, PathBuf};

use super::file::Snapshot;
use super::name::file_name;
use crate::files;

/// What a run may do to the files.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Mode {
    /// Compare and write nothing: what CI does.
    Check,
    /// Compare, and leave a different state beside the snapshot for review.
    Review,
    /// Take the state as the snapshot.
    Accept,
}

/// What comparing came to.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Verdict {
    /// The state is the snapshot.
    Same,
    /// The state was written as the snapshot.
    Accepted,
    /// They differ.
    Different {
        /// The stored text; `None` if there is no snapshot yet.
        stored: Option<String>,
        /// The snapshot's file.
        file: PathBuf,
        /// Where the new state lies for review, if it was written.
        pending: Option<PathBuf>,
    },
}

/// The snapshots of one folder.
#[derive(Clone, Debug)]
pub struct Store {
    folder: PathBuf,
}

/// A state that waits for review.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Pending {
    /// The snapshot's name, its file name without extension.
    pub name: String,
    /// The new file.
    pub new: PathBuf,
    /// The snapshot that it would become.
    pub target: PathBuf,
}

impl Store {
    /// The snapshots in `folder`, which need not exist yet.
    pub fn new(folder: PathBuf) -> Self {
        Self { folder }
    }

    /// The folder.
    pub fn folder(&self) -> &Path {
        &self.folder
    }

    /// Compares a scenario's state with its snapshot. A pending state that turned out right, or
    /// that a newer one replaces, goes.
    pub fn settle(&self, scenario: &str, new: &Snapshot, mode: Mode) -> io::Result<Verdict> {
        let file = self.folder.join(file_name(scenario));
        let pending = with_new(&file);
        let stored = match fs::read_to_string(&file) {
            Ok(text) => Some(Snapshot::contents_of(&text)),
            Err(error) if error.kind() == io::ErrorKind::NotFound => None,
            Err(error) => return Err(error),
        };
        if stored.as_deref() == Some(new.contents.trim_end()) {
            if mode != Mode::Check {
                remove_if_there(&pending)?;
            }
            return Ok(Verdict::Same);
        }
        match mode {
            Mode::Accept => {
                self.write(&file, new)?;
                remove_if_there(&pending)?;
                Ok(Verdict::Accepted)
            }
            // What nobody has seen before differs from nothing.
            Mode::Review if stored.is_none() => {
                self.write(&file, new)?;
                remove_if_there(&pending)?;
                Ok(Verdict::Accepted)
            }
            Mode::Review => {
                self.write(&pending, new)?;
                Ok(Verdict::Different { stored, file, pending: Some(pending) })
            }
            Mode::Check => Ok(Verdict::Different { stored, file, pending: None }),
        }
    }

    /// The states that wait for review, by name.
    pub fn pending(&self) -> io::Result<Vec<Pending>> {
        let mut all = Vec::new();
        for new in self.files(".snap.new")? {
            let target = new.with_extension("");
            let name = target.file_stem().map(|stem| stem.to_string_lossy().into_owned()).unwrap_or_default();
            all.push(Pending { name, new, target });
        }
        Ok(all)
    }

    /// The snapshots that belong to none of `scenarios`, by file name.
    pub fn unreferenced<'n>(&self, scenarios: impl IntoIterator<Item = &'n str>) -> io::Result<Vec<PathBuf>> {
        let known: BTreeSet<PathBuf> = scenarios.into_iter().map(|name| self.folder.join(file_name(name))).collect();
        let mut files = self.files(".snap")?;
        files.retain(|file| !known.contains(file));
        Ok(files)
    }

    fn write(&self, file: &Path, snapshot: &Snapshot) -> io::Result<()> {
        fs::create_dir_all(&self.folder)?;
        files::write(file, snapshot.to_text().as_bytes())
    }

    fn files(&self, ending: &str) -> io::Result<Vec<PathBuf>> {
        let entries = match fs::read_dir(&self.folder) {
            Ok(entries) => entries,
            Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(Vec::new()),
            Err(error) => return Err(error),
        };
        let mut files = Vec::new();
        for entry in entries {
            let path = entry?.path();
            if path.to_string_lossy().ends_with(ending) {
                files.push(path);
            }
        }
        files.sort();
        Ok(files)
    }
}

impl Pending {
    /// Makes the new state the snapshot. A file that was cut off is no state.
    pub fn accept(&self) -> io::Result<()> {
        if Snapshot::contents_of(&fs::read_to_string(&self.new)?).is_empty() {
            let why = format!("`{}` is cut off: no state is in it", self.new.display());
            return Err(io::Error::new(io::ErrorKind::UnexpectedEof, why));
        }
        fs::rename(&self.new, &self.target)
    }

    /// Drops the new state.
    pub fn reject(&self) -> io::Result<()> {
        fs::remove_file(&self.new)
    }

    /// The stored and the new text.
    pub fn texts(&self) -> io::Result<(String, String)> {
        let stored = match fs::read_to_string(&self.target) {
            Ok(text) => Snapshot::contents_of(&text),
            Err(error) if error.kind() == io::ErrorKind::NotFound => String::new(),
            Err(error) => return Err(error),
        };
        let new = Snapshot::contents_of(&fs::read_to_string(&self.new)?);
        Ok((stored, new))
    }
}

fn with_new(file: &Path) -> PathBuf {
    let mut name = file.as_os_str().to_owned();
    name.push(".new");
    name.into()
}

fn remove_if_there(file: &Path) -> io::Result<()> {
    match fs::remove_file(file) {
        Err(error) if error.kind() != io::ErrorKind::NotFound => Err(error),
        _ => Ok(()),
    }
}

#[cfg(test)]
mod tests {
    use super::{Mode, Snapshot, Store, Verdict};

    fn state(contents: &str) -> Snapshot {
        Snapshot { source: "scenarios/f/a.yaml".into(), description: "a".into(), contents: contents.into() }
    }

    fn store() -> (tempfile::TempDir, Store) {
        let folder = tempfile::tempdir().unwrap();
        let store = Store::new(folder.path().join("snapshots"));
        (folder, store)
    }

    #[test]
    fn checking_writes_nothing() {
        let (_folder, store) = store();
        let verdict = store.settle("f/a", &state("x"), Mode::Check).unwrap();
        assert!(matches!(verdict, Verdict::Different { stored: None, pending: None, .. }));
        assert!(!store.folder().exists());
    }

    #[test]
    fn a_different_state_waits_until_it_is_accepted() {
        let (_folder, store) = store();
        store.settle("f/a", &state("x"), Mode::Accept).unwrap();
        assert_eq!(store.settle("f/a", &state("x"), Mode::Check).unwrap(), Verdict::Same);
        store.settle("f/a", &state("y"), Mode::Review).unwrap();
        let pending = store.pending().unwrap();
        assert_eq!(pending[0].name, "f__a");
        assert_eq!(pending[0].texts().unwrap(), ("x".into(), "y".into()));
        pending[0].accept().unwrap();
        assert!(store.pending().unwrap().is_empty());
        assert_eq!(store.settle("f/a", &state("y"), Mode::Check).unwrap(), Verdict::Same);
    }

    #[test]
    fn a_state_that_is_cut_off_is_not_accepted() {
        let (_folder, store) = store();
        store.settle("f/a", &state("x"), Mode::Accept).unwrap();
        store.settle("f/a", &state("y"), Mode::Review).unwrap();
        let pending = store.pending().unwrap();
        for cut in ["", "---\nsource: \"scen", "---\nsource: \"a\"\n---\n"] {
            std::fs::write(&pending[0].new, cut).unwrap();
            assert!(pending[0].accept().unwrap_err().to_string().contains("is cut off"), "{cut}");
        }
        assert_eq!(store.settle("f/a", &state("x"), Mode::Check).unwrap(), Verdict::Same);
    }

    #[test]
    fn a_state_that_is_right_again_leaves_nothing_to_review() {
        let (_folder, store) = store();
        store.settle("f/a", &state("x"), Mode::Accept).unwrap();
        store.settle("f/a", &state("y"), Mode::Review).unwrap();
        store.settle("f/a", &state("x"), Mode::Review).unwrap();
        assert!(store.pending().unwrap().is_empty());
    }

    #[test]
    fn what_no_scenario_leaves_is_found() {
        let (_folder, store) = store();
        store.settle("f/a", &state("x"), Mode::Accept).unwrap();
        store.settle("f/gone", &state("x"), Mode::Accept).unwrap();
        let unreferenced = store.unreferenced(["f/a"]).unwrap();
        assert_eq!(unreferenced.len(), 1);
        assert!(unreferenced[0].ends_with("f__gone.snap"));
    }
}
