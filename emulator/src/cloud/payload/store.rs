//! Where payloads are kept that are too large for memory.

use std::fmt::Debug;
use std::fs::File;
use std::io::{self, Read};
use std::ops::Range;
use std::path::Path;
use std::sync::Arc;

use bytes::Bytes;

use super::blocking;

/// The most bytes of a payload that stays in memory although there is a store. CHOICE: the figure; it is what a file takes of a disk
/// however short it is, and what an object takes in memory beside its content is of the same order.
pub const IN_MEMORY: u64 = 4 << 10;
/// How much of what is kept is read at once: what a reader has in memory, however large the object is.
pub const PIECE: u64 = 256 << 10;

/// Keeps what is in objects, somewhere else than in memory: [`FolderStore`](super::FolderStore) in files, `OpendalStore` (with the
/// feature `opendal`) wherever OpenDAL reaches, one of your own wherever you like. What is in objects of a few bytes stays in memory all the same.
///
/// Several threads use it at a time, and none waits for what it does for another.
///
/// ```
/// use std::io;
/// use std::ops::Range;
/// use std::sync::{Arc, Mutex};
///
/// use acslab_emulator::{Blob, Emulator, Service, Sink, Store};
/// use bytes::Bytes;
///
/// /// Keeps no more than a megabyte.
/// #[derive(Debug, Default)]
/// struct Small(Arc<Mutex<usize>>);
///
/// #[derive(Debug)]
/// struct Kept(Vec<u8>, Arc<Mutex<usize>>);
///
/// impl Store for Small {
///     fn begin(&self) -> io::Result<Box<dyn Sink>> {
///         Ok(Box::new(Kept(Vec::new(), Arc::clone(&self.0))))
///     }
/// }
///
/// impl Sink for Kept {
///     fn write(&mut self, bytes: &[u8]) -> io::Result<()> {
///         let mut taken = self.1.lock().unwrap();
///         if *taken + bytes.len() > 1 << 20 {
///             return Err(io::ErrorKind::StorageFull.into());
///         }
///         *taken += bytes.len();
///         self.0.extend_from_slice(bytes);
///         Ok(())
///     }
///
///     fn finish(self: Box<Self>) -> io::Result<Arc<dyn Blob>> {
///         Ok(Arc::from(self as Box<dyn Blob>))
///     }
/// }
///
/// impl Blob for Kept {
///     fn size(&self) -> u64 {
///         self.0.len() as u64
///     }
///
///     fn read(&self, range: Range<u64>) -> io::Result<Bytes> {
///         Ok(Bytes::copy_from_slice(&self.0[range.start as usize..range.end as usize]))
///     }
/// }
///
/// /// What nobody has any more makes room.
/// impl Drop for Kept {
///     fn drop(&mut self) {
///         *self.1.lock().unwrap() -= self.0.len();
///     }
/// }
///
/// let emulator = Emulator::builder().open(Service::Oss).payloads(Small::default()).start()?;
/// # emulator.shutdown()?;
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
pub trait Store: Debug + Send + Sync {
    /// Begins to keep something.
    ///
    /// # Errors
    /// It cannot be kept: whoever uploads it is answered 500, and nothing has changed.
    fn begin(&self) -> io::Result<Box<dyn Sink>>;

    /// Keeps what is in a file, which stays as it is. Unless a store knows better, it is copied.
    ///
    /// # Errors
    /// The file cannot be read, or those of [`Store::begin`].
    fn take_over(&self, file: &Path) -> io::Result<Arc<dyn Blob>> {
        let (mut file, mut sink) = (File::open(file)?, self.begin()?);
        let mut piece = Vec::new();
        while file.by_ref().take(PIECE).read_to_end(&mut piece)? > 0 {
            sink.write(&piece)?;
            piece.clear();
        }
        sink.finish()
    }
}

/// Takes in what is to be kept. Dropped before it was finished, it leaves nothing behind.
pub trait Sink: Debug + Send {
    /// Takes the next bytes.
    ///
    /// # Errors
    /// They cannot be kept; nothing more comes.
    fn write(&mut self, bytes: &[u8]) -> io::Result<()>;

    /// All has come.
    ///
    /// # Errors
    /// It cannot be kept.
    fn finish(self: Box<Self>) -> io::Result<Arc<dyn Blob>>;
}

/// Bytes that are kept and never change. When it is dropped, nobody has them any more.
pub trait Blob: Debug + Send + Sync {
    /// How many there are.
    fn size(&self) -> u64;

    /// Those of a range, which lies within them.
    ///
    /// # Errors
    /// They cannot be read. An answer that is under way is cut off.
    fn read(&self, range: Range<u64>) -> io::Result<Bytes>;

    /// The file that has these bytes and nothing else, if there is one. A state is saved with a link to it instead of a copy.
    fn file(&self) -> Option<&Path> {
        None
    }
}

/// Keeps bytes that are there already.
pub(super) fn keep(store: &dyn Store, bytes: &[u8]) -> io::Result<Arc<dyn Blob>> {
    blocking(|| {
        let mut sink = store.begin()?;
        sink.write(bytes)?;
        sink.finish()
    })
}
