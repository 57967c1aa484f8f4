//! The files of scenarios below some paths.

use std::io;
use std::path::{Path, PathBuf};

/// What is below some paths.
#[derive(Debug, Default)]
pub(super) struct FoundFiles {
    /// The files that hold a scenario.
    pub(super) files: Vec<PathBuf>,
    /// The folders that cannot be looked into.
    pub(super) closed: Vec<(PathBuf, io::Error)>,
}

impl FoundFiles {
    /// Takes a file, or what of a folder holds a scenario: `*.yaml` at any depth, but for what only others load, in folders named `files`.
    ///
    /// # Errors
    /// The path itself cannot be used.
    pub(super) fn add(&mut self, path: &Path) -> io::Result<()> {
        if !std::fs::metadata(path)?.is_dir() {
            self.files.push(path.to_owned());
            return Ok(());
        }
        self.look_into(path, &mut Vec::new())
    }

    /// `around` holds the folders around this one: a link that leads back to one of them is not followed.
    fn look_into(&mut self, folder: &Path, around: &mut Vec<PathBuf>) -> io::Result<()> {
        let own = folder.canonicalize()?;
        if around.contains(&own) {
            return Ok(());
        }
        around.push(own);
        for entry in std::fs::read_dir(folder)? {
            let entry = entry?.path();
            if entry.is_dir() {
                if entry.file_name().is_none_or(|name| name != "files")
                    && let Err(error) = self.look_into(&entry, around)
                {
                    self.closed.push((entry, error));
                }
            } else if entry.extension().is_some_and(|ext| ext == "yaml") {
                self.files.push(entry);
            }
        }
        around.pop();
        Ok(())
    }
}
