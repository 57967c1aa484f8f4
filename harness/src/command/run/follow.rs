//! Running again whenever a file changes.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::time::{Duration, SystemTime};
use std::{fs, thread};

use crate::runner;

/// How often the files are looked at.
const PAUSE: Duration = Duration::from_millis(300);

/// The files below some paths, each with when it was written.
#[derive(Debug, Default, PartialEq, Eq)]
pub(super) struct Files(BTreeMap<PathBuf, Option<SystemTime>>);

impl Files {
    /// As they are now. Of a file, its whole folder: it may load what is beside it.
    pub(super) fn of(paths: &[PathBuf]) -> Self {
        let mut files = Self::default();
        for path in paths {
            let folder = if path.is_dir() { path.as_path() } else { path.parent().unwrap_or_else(|| Path::new(".")) };
            files.add(if folder.as_os_str().is_empty() { Path::new(".") } else { folder });
        }
        files
    }

    fn add(&mut self, folder: &Path) {
        let Ok(entries) = fs::read_dir(folder) else { return };
        for entry in entries.flatten() {
            let path = entry.path();
            let hidden = entry.file_name().to_string_lossy().starts_with('.');
            match entry.metadata() {
                Ok(metadata) if metadata.is_dir() && !hidden => self.add(&path),
                Ok(metadata) if metadata.is_file() && path.extension().is_none_or(|ending| ending != "snap") => {
                    self.0.insert(path, metadata.modified().ok());
                }
                _ => {}
            }
        }
    }

    /// Waits until they are others; false if somebody wants to end it.
    pub(super) fn have_changed(&mut self, paths: &[PathBuf]) -> bool {
        while !runner::is_interrupted() {
            thread::sleep(PAUSE);
            let now = Self::of(paths);
            if now != *self {
                *self = now;
                return true;
            }
        }
        false
    }
}
