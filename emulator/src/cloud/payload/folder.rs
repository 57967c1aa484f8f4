//! Payloads in the files of a folder.

use std::fs::{self, File, OpenOptions, TryLockError};
use std::io::{self, Read, Seek, SeekFrom, Write};
use std::ops::Range;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use bytes::Bytes;

use super::{Blob, Sink, Store};

/// The folder in the folder: what stands beside it is nobody's business here.
const IN_USE: &str = "in-use";
const LOCK: &str = "lock";

/// Keeps what is in objects in the files of a folder, a file each, for as long as somebody has it. Nothing of it is there for a later
/// process, however this one ends: what is to be there again is what a state that is kept names, which has links of its own to
/// the files.
#[derive(Debug, Clone)]
pub struct FolderStore(Arc<Taken>);

/// A folder that nobody else uses meanwhile.
#[derive(Debug)]
struct Taken {
    path: PathBuf,
    /// Held for as long as anything in the folder is in use; the system lets it go with the process, however it ends.
    _lock: File,
    next: AtomicU64,
}

impl FolderStore {
    /// Takes a folder; makes it if it is not there. What an earlier process left in it is removed.
    ///
    /// # Errors
    /// It cannot be written in, or another process uses it ([`io::ErrorKind::ResourceBusy`]).
    pub fn open(folder: &Path) -> io::Result<Self> {
        let path = folder.join(IN_USE);
        fs::create_dir_all(&path)?;
        let lock = private().create(true).truncate(false).open(path.join(LOCK))?;
        match lock.try_lock() {
            Ok(()) => {}
            Err(TryLockError::WouldBlock) => {
                let why = "another acslab keeps its payloads here";
                return Err(io::Error::new(io::ErrorKind::ResourceBusy, why));
            }
            Err(TryLockError::Error(error)) => return Err(error),
        }
        for entry in fs::read_dir(&path)? {
            let entry = entry?;
            if entry.file_name().to_str().is_some_and(|name| name.parse::<u64>().is_ok()) {
                fs::remove_file(entry.path())?;
            }
        }
        Ok(Self(Arc::new(Taken { path, _lock: lock, next: AtomicU64::new(1) })))
    }

    /// A file that is not there yet.
    fn next(&self) -> Kept {
        let number = self.0.next.fetch_add(1, Ordering::Relaxed);
        Kept { path: self.0.path.join(number.to_string()), size: 0, _folder: Arc::clone(&self.0) }
    }
}

impl Store for FolderStore {
    fn begin(&self) -> io::Result<Box<dyn Sink>> {
        let kept = self.next();
        let file = private().create_new(true).open(&kept.path)?;
        Ok(Box::new(Open { file, kept }))
    }

    fn take_over(&self, file: &Path) -> io::Result<Arc<dyn Blob>> {
        let mut kept = self.next();
        if fs::hard_link(file, &kept.path).is_err() {
            // On another disk, or on one without links.
            let (mut from, mut to) = (File::open(file)?, private().create_new(true).open(&kept.path)?);
            io::copy(&mut from, &mut to)?;
        }
        kept.size = fs::metadata(&kept.path)?.len();
        Ok(Arc::new(kept))
    }
}

/// A file that is being written.
#[derive(Debug)]
struct Open {
    file: File,
    kept: Kept,
}

impl Sink for Open {
    fn write(&mut self, bytes: &[u8]) -> io::Result<()> {
        self.file.write_all(bytes)?;
        self.kept.size += u64::try_from(bytes.len()).unwrap_or(u64::MAX);
        Ok(())
    }

    fn finish(self: Box<Self>) -> io::Result<Arc<dyn Blob>> {
        Ok(Arc::new(self.kept))
    }
}

/// A file that goes with the last who has it.
#[derive(Debug)]
struct Kept {
    path: PathBuf,
    size: u64,
    _folder: Arc<Taken>,
}

impl Blob for Kept {
    fn size(&self) -> u64 {
        self.size
    }

    fn read(&self, range: Range<u64>) -> io::Result<Bytes> {
        // Opened each time: there may be more of them than a process may have open.
        let mut file = File::open(&self.path)?;
        file.seek(SeekFrom::Start(range.start))?;
        let length = range.end.saturating_sub(range.start);
        let mut bytes = Vec::with_capacity(usize::try_from(length).unwrap_or_default());
        file.take(length).read_to_end(&mut bytes)?;
        Ok(bytes.into())
    }

    fn file(&self) -> Option<&Path> {
        Some(&self.path)
    }
}

impl Drop for Kept {
    fn drop(&mut self) {
        // What cannot be removed now is at the next start.
        let _ = fs::remove_file(&self.path);
    }
}

/// How a file is opened for writing that only its owner may read.
pub(crate) fn private() -> OpenOptions {
    let mut options = OpenOptions::new();
    options.write(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    options
}
