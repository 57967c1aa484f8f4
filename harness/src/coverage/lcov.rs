//! The coverage as lcov writes it: a line's count is that of what of it was reached least.

#![expect(clippy::format_push_string, reason = "a page is put together as text")]

use std::collections::BTreeMap;
use std::io;
use std::path::Path;

use super::collected::Coverage;
use crate::files;

impl Coverage {
    /// The file. A policy that comes from no file is written into `policies` below a folder, for the lines to be of something.
    pub fn lcov(&self, folder: &Path) -> io::Result<String> {
        let mut text = String::new();
        for (number, policy) in self.policies.iter().enumerate() {
            let file = if let Some(file) = &policy.file {
                file.clone()
            } else {
                let safe: String =
                    policy.name.chars().map(|c| if c.is_ascii_alphanumeric() || c == '-' { c } else { '_' }).collect();
                let folder = folder.join("policies");
                std::fs::create_dir_all(&folder)?;
                let file = folder.join(format!("{safe}-{number}.json"));
                files::write(&file, policy.text.as_bytes())?;
                file
            };
            let mut lines: BTreeMap<u32, u64> = BTreeMap::new();
            for item in &policy.items {
                let hits = lines.entry(item.line).or_insert(item.hits);
                *hits = (*hits).min(item.hits);
            }
            let hit = lines.values().filter(|hits| **hits > 0).count();
            text.push_str(&format!("TN:acslab\nSF:{}\n", file.display()));
            for (line, hits) in &lines {
                text.push_str(&format!("DA:{line},{hits}\n"));
            }
            text.push_str(&format!("LF:{}\nLH:{hit}\nend_of_record\n", lines.len()));
        }
        Ok(text)
    }
}
