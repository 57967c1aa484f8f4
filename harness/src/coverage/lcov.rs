//! The coverage as lcov writes it: a line's count is that of what of it was reached least.

#![expect(clippy::format_push_string, reason = "a page is put together as text")]

use std::collections::BTreeMap;
use std::io;
use std::path::{Path, PathBuf};

use super::collected::Coverage;
use crate::files;
use crate::report::ReportError;

/// The file by which a folder of policies is known to be a report's.
const MARK: &str = ".acslab-coverage";

/// What was written.
#[derive(Debug)]
pub struct Written {
    /// The folder with the policies that come from no file, if there are any.
    pub folder: Option<PathBuf>,
}

impl Coverage {
    /// Writes the file. A policy that comes from no file is written into a folder beside it, `FILE.policies`, for the lines to be of
    /// something. Such a folder that is there already and that no earlier report made is somebody's, and stays.
    ///
    /// # Errors
    /// A file cannot be written, or would take the place of somebody's.
    pub fn write_lcov(&self, file: &Path) -> Result<Written, ReportError> {
        let mut folder = file.as_os_str().to_owned();
        folder.push(".policies");
        let folder = PathBuf::from(folder);
        let mark = folder.join(MARK);
        let is_ours = mark.exists() || folder.symlink_metadata().is_err();
        let mut used = false;
        let mut text = String::new();
        for (number, policy) in self.policies.iter().enumerate() {
            let source = if let Some(source) = &policy.file {
                source.clone()
            } else {
                let safe: String =
                    policy.name.chars().map(|c| if c.is_ascii_alphanumeric() || c == '-' { c } else { '_' }).collect();
                let source = folder.join(format!("{safe}-{number}.json"));
                let trouble = |error| ReportError::File(source.clone(), error);
                if !is_ours {
                    let why = "its folder is there, and no earlier report of coverage made it";
                    return Err(trouble(io::Error::other(why)));
                }
                if !used {
                    std::fs::create_dir_all(&folder).map_err(trouble)?;
                    files::write(&mark, b"").map_err(trouble)?;
                }
                files::write(&source, policy.text.as_bytes()).map_err(trouble)?;
                used = true;
                source
            };
            let mut lines: BTreeMap<u32, u64> = BTreeMap::new();
            for item in &policy.items {
                let hits = lines.entry(item.line).or_insert(item.hits);
                *hits = (*hits).min(item.hits);
            }
            let hit = lines.values().filter(|hits| **hits > 0).count();
            text.push_str(&format!("TN:acslab\nSF:{}\n", source.display()));
            for (line, hits) in &lines {
                text.push_str(&format!("DA:{line},{hits}\n"));
            }
            text.push_str(&format!("LF:{}\nLH:{hit}\nend_of_record\n", lines.len()));
        }
        files::write(file, text.as_bytes()).map_err(|error| ReportError::File(file.to_owned(), error))?;
        Ok(Written { folder: used.then_some(folder) })
    }
}
