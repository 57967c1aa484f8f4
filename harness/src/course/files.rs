//! The texts that a learner keeps, such as a policy that is being edited: files on the learner's own disk in a terminal, and beside the desk where
//! the learner is a browser, who has no business on the disk of whoever serves.

use std::collections::BTreeMap;
use std::path::PathBuf;

/// Where they are kept.
#[derive(Debug)]
pub enum Files {
    /// In a folder.
    Disk(PathBuf),
    /// In memory.
    Desk(BTreeMap<String, String>),
}

/// CHOICE: the most that is kept beside a desk: files, and bytes of one.
const FILES: usize = 16;
const BYTES: usize = 64 * 1024;

/// The folder that the learner is in.
impl Default for Files {
    fn default() -> Self {
        Self::Disk(PathBuf::new())
    }
}

impl Files {
    /// A text by its name. The error says why it is not there.
    pub fn read(&self, name: &str) -> Result<String, String> {
        match self {
            Self::Disk(folder) => {
                std::fs::read_to_string(folder.join(name)).map_err(|error| crate::words::io_reason(&error))
            }
            Self::Desk(files) => files.get(name).cloned().ok_or_else(|| "there is no such file".to_owned()),
        }
    }

    /// Keeps a text under a name. The error says why it is not kept.
    pub fn write(&mut self, name: &str, text: &str) -> Result<(), String> {
        match self {
            Self::Disk(folder) => {
                std::fs::write(folder.join(name), text).map_err(|error| crate::words::io_reason(&error))
            }
            Self::Desk(files) => {
                let plain = !name.is_empty() && name.len() <= 64 && !name.contains(['/', '\\']);
                if !plain || text.len() > BYTES || (files.len() >= FILES && !files.contains_key(name)) {
                    return Err(format!("at most {FILES} files of {BYTES} bytes, with names of up to 64 characters"));
                }
                files.insert(name.to_owned(), text.to_owned());
                Ok(())
            }
        }
    }

    /// Those beside the desk, by name.
    pub fn kept(&self) -> Option<&BTreeMap<String, String>> {
        match self {
            Self::Disk(_) => None,
            Self::Desk(files) => Some(files),
        }
    }
}
