//! Folders that end with the tests that use them.
#![allow(clippy::unwrap_used, reason = "a test that cannot go on fails")]

use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicUsize, Ordering};

/// A folder of a test's own, which ends with it.
pub(crate) struct Temporary(PathBuf);

impl Temporary {
    pub(crate) fn new() -> Self {
        static NEXT: AtomicUsize = AtomicUsize::new(0);
        let number = NEXT.fetch_add(1, Ordering::Relaxed);
        let path = std::env::temp_dir().join(format!("acslab-test-{}-{number}", std::process::id()));
        std::fs::create_dir_all(&path).unwrap();
        Self(path)
    }

    pub(crate) fn path(&self) -> &Path {
        &self.0
    }

    /// How large the files are that a store of payloads has in it, in order of their size.
    pub(crate) fn in_use(&self) -> Vec<u64> {
        let files = std::fs::read_dir(self.0.join("in-use")).unwrap().map(|file| file.unwrap());
        let payloads = files.filter(|file| file.file_name() != "lock");
        let mut sizes: Vec<_> = payloads.map(|file| file.metadata().unwrap().len()).collect();
        sizes.sort_unstable();
        sizes
    }
}

impl Drop for Temporary {
    fn drop(&mut self) {
        let _ = std::fs::remove_dir_all(&self.0);
    }
}
