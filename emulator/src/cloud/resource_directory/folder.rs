//! The folders of a resource directory.

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use super::control_policy::Controls;
use super::{ResourceDirectory, ResourceDirectoryError, Result};
use crate::cloud::Quota;
use crate::cloud::directory::Tags;

/// Levels of folders below the root (Resource Management: Limits). This one the cloud does not raise.
const FOLDER_LEVELS: usize = 5;

/// A folder; the root is one too.
#[derive(Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Folder {
    /// `fd-` and 10 alphanumerics; `r-` and 6 for the root.
    pub id: String,
    /// Its name, unique in its parent.
    pub name: String,
    /// The folder that it is in; none for the root.
    pub parent: Option<String>,
    /// When it was made.
    pub created: Timestamp,
    /// Its tags.
    #[serde(default)]
    pub tags: Tags,
    /// The control policies attached to it.
    pub(super) controls: Controls,
}

impl Folder {
    pub(super) fn new(id: String, name: &str, parent: Option<&str>, at: Timestamp) -> Self {
        let parent = parent.map(str::to_owned);
        let (tags, controls) = (Tags::new(), Controls::default());
        Self { id, name: name.to_owned(), parent, created: at, tags, controls }
    }
}

impl ResourceDirectory {
    /// A folder, by its id.
    pub fn folder(&self, id: &str) -> Result<&Folder> {
        self.folders.get(id).ok_or(ResourceDirectoryError::NoFolder)
    }

    /// A folder and those that it is in, up to the root.
    pub fn ancestors(&self, id: &str) -> Result<Vec<&Folder>> {
        let mut way = vec![self.folder(id)?];
        while let Some(parent) = way.last().and_then(|folder| folder.parent.as_deref()) {
            way.push(self.folder(parent)?);
        }
        Ok(way)
    }

    /// The folders in a folder, by id.
    pub fn folders_in<'a>(&'a self, parent: &'a str) -> impl Iterator<Item = &'a Folder> {
        self.folders.values().filter(move |folder| folder.parent.as_deref() == Some(parent))
    }

    /// All folders below the root.
    pub fn folders(&self) -> impl Iterator<Item = &Folder> {
        self.folders.values().filter(|folder| folder.parent.is_some())
    }

    /// A folder's tags, to be changed.
    pub fn folder_tags_mut(&mut self, id: &str) -> Result<&mut Tags> {
        self.folders.get_mut(id).map(|folder| &mut folder.tags).ok_or(ResourceDirectoryError::NoFolder)
    }

    /// Adds a folder to another one.
    pub fn add_folder(&mut self, id: String, name: &str, parent: &str, tags: Tags, at: Timestamp) -> Result<&Folder> {
        // The root is no level.
        if self.ancestors(parent)?.len() > FOLDER_LEVELS {
            return Err(ResourceDirectoryError::FolderTooDeep);
        }
        self.check_folder_name(parent, name)?;
        // The root is no folder that somebody made.
        if self.folders.len() > self.quotas.get(Quota::Folders) {
            return Err(ResourceDirectoryError::TooManyFolders);
        }
        let mut folder = Folder::new(id.clone(), name, Some(parent), at);
        folder.tags = tags;
        folder.controls = self.controls_of_new(&id, at);
        Ok(self.folders.entry(id).or_insert(folder))
    }

    /// Gives a folder another name.
    pub fn rename_folder(&mut self, id: &str, name: &str) -> Result<&Folder> {
        let folder = self.folder(id)?;
        let parent = folder.parent.clone().ok_or(ResourceDirectoryError::FolderIsRoot)?;
        if folder.name != name {
            self.check_folder_name(&parent, name)?;
        }
        let folder = self.folders.get_mut(id).ok_or(ResourceDirectoryError::NoFolder)?;
        name.clone_into(&mut folder.name);
        Ok(folder)
    }

    /// Deletes a folder that nothing is in.
    pub fn delete_folder(&mut self, id: &str) -> Result<()> {
        if self.folder(id)?.parent.is_none() {
            return Err(ResourceDirectoryError::FolderIsRoot);
        }
        if self.folders_in(id).next().is_some() {
            return Err(ResourceDirectoryError::FolderHasFolders);
        }
        if self.members_in(id).next().is_some() {
            return Err(ResourceDirectoryError::FolderHasAccounts);
        }
        self.folders.remove(id);
        Ok(())
    }

    fn check_folder_name(&self, parent: &str, name: &str) -> Result<()> {
        if self.folders_in(parent).any(|folder| folder.name == name) {
            return Err(ResourceDirectoryError::FolderExists);
        }
        Ok(())
    }
}
