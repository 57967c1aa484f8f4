//! Files that are there whole or not at all, whenever the process or the machine ends.

use std::fs::{self, File};
use std::io::{self, Write};
use std::path::Path;

use crate::cloud::payload::private;

/// Puts a file in its place, or in that of another of its name, for good.
pub(super) fn write(path: &Path, bytes: &[u8]) -> io::Result<()> {
    put(path, [Ok(bytes)])?;
    path.parent().map_or(Ok(()), sync_folder)
}

/// The same, but for its name: that counts for good once the folder is brought to the disk, for several files together. The file is
/// written beside its place, brought to the disk and renamed. Only its owner may read it.
pub(super) fn put<B: AsRef<[u8]>>(path: &Path, parts: impl IntoIterator<Item = io::Result<B>>) -> io::Result<()> {
    let beside = path.with_extension("new");
    let written = private().create(true).truncate(true).open(&beside).and_then(|mut file| {
        parts.into_iter().try_for_each(|part| file.write_all(part?.as_ref()))?;
        file.sync_all()?;
        fs::rename(&beside, path)
    });
    if written.is_err() {
        // What is left of it is of no use to anybody; that it cannot be removed changes nothing.
        let _ = fs::remove_file(&beside);
    }
    written
}

/// The same for what is in a file already: its bytes are brought to the disk, and have this name besides. None of them is copied.
pub(super) fn link(file: &Path, path: &Path) -> io::Result<()> {
    private().open(file)?.sync_all()?;
    fs::hard_link(file, path)
}

/// Brings to the disk which files are in a folder.
pub(super) fn sync_folder(folder: &Path) -> io::Result<()> {
    // Elsewhere a folder cannot be opened, and renames are kept by the file system itself.
    if cfg!(unix) { File::open(folder)?.sync_all() } else { Ok(()) }
}
