//! Payloads wherever OpenDAL reaches.

use std::fmt;
use std::io;
use std::ops::Range;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use bytes::Bytes;
use opendal::{ErrorKind, Operator, Result, Writer};
use tokio::runtime::{Handle, RuntimeFlavor};

use super::{Blob, Sink, Store};

/// Keeps what is in objects wherever OpenDAL reaches, each under a path of its own below `acslab-` and a number that no other process
/// is likely to have, for as long as somebody has it. What a process leaves that is killed stays there, and so may the parts of what it was
/// writing then: only a rule of the storage's own can remove them.
#[derive(Debug, Clone)]
pub struct OpendalStore(Arc<Place>);

#[derive(Debug)]
struct Place {
    operator: Operator,
    runtime: Handle,
    prefix: String,
    next: AtomicU64,
}

impl OpendalStore {
    /// A store behind an operator, whose work is done by a runtime that goes on for as long as the emulator.
    ///
    /// # Errors
    /// The runtime has no threads of its own: on one that is of the current thread nothing is done while somebody waits for it there.
    pub fn new(operator: Operator, runtime: Handle) -> io::Result<Self> {
        if runtime.runtime_flavor() == RuntimeFlavor::CurrentThread {
            let why = "an OpendalStore needs a runtime with threads of its own (tokio::runtime::Builder::new_multi_thread); \
                       this one does its work on the current thread, which waits for the store";
            return Err(io::Error::new(io::ErrorKind::InvalidInput, why));
        }
        let prefix = format!("acslab-{:016x}", rand::random::<u64>());
        Ok(Self(Arc::new(Place { operator, runtime, prefix, next: AtomicU64::new(1) })))
    }
}

impl Place {
    /// Waits for what OpenDAL does. Whoever asks a store has seen to it that nobody else waits for that.
    fn wait<T: Send>(&self, work: impl Future<Output = Result<T>> + Send) -> io::Result<T> {
        let here = Handle::try_current().is_ok_and(|here| here.runtime_flavor() == RuntimeFlavor::CurrentThread);
        let done = if here {
            // On the thread of a runtime that has no other, another one cannot be waited for.
            let elsewhere = || self.runtime.block_on(work);
            let done = std::thread::scope(|scope| scope.spawn(elsewhere).join());
            done.map_err(|_| io::Error::other("what OpenDAL did for the store has panicked"))?
        } else {
            self.runtime.block_on(work)
        };
        Ok(done?)
    }
}

impl Store for OpendalStore {
    fn begin(&self) -> io::Result<Box<dyn Sink>> {
        let place = Arc::clone(&self.0);
        let number = place.next.fetch_add(1, Ordering::Relaxed);
        let path = format!("{}/{number}", place.prefix);
        let writer = place.wait(place.operator.writer(&path))?;
        let upload = Upload { writer: Some(writer), runtime: place.runtime.clone() };
        Ok(Box::new(Open { upload, kept: Kept { place, path, size: 0 } }))
    }
}

/// What is being written.
#[derive(Debug)]
struct Open {
    upload: Upload,
    kept: Kept,
}

impl Sink for Open {
    fn write(&mut self, bytes: &[u8]) -> io::Result<()> {
        self.kept.place.wait(self.upload.writer()?.write(Bytes::copy_from_slice(bytes)))?;
        self.kept.size += u64::try_from(bytes.len()).unwrap_or(u64::MAX);
        Ok(())
    }

    fn finish(self: Box<Self>) -> io::Result<Arc<dyn Blob>> {
        let Self { mut upload, kept } = *self;
        kept.place.wait(upload.writer()?.close())?;
        upload.writer = None;
        Ok(Arc::new(kept))
    }
}

/// A writer that is told when it is broken off, so that the storage lets go of the parts that it has.
struct Upload {
    /// Until all is written.
    writer: Option<Writer>,
    runtime: Handle,
}

impl Upload {
    fn writer(&mut self) -> io::Result<&mut Writer> {
        self.writer.as_mut().ok_or_else(|| io::ErrorKind::BrokenPipe.into())
    }
}

impl fmt::Debug for Upload {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(if self.writer.is_some() { "Upload(open)" } else { "Upload(closed)" })
    }
}

impl Drop for Upload {
    fn drop(&mut self) {
        let Some(mut writer) = self.writer.take() else { return };
        self.runtime.spawn(async move {
            match writer.abort().await {
                // Where there are no parts, what was written goes with its path.
                Err(error) if error.kind() != ErrorKind::Unsupported => {
                    tracing::warn!(%error, "an upload to the store that was broken off may leave parts there");
                }
                _ => {}
            }
        });
    }
}

/// What goes with the last who has it.
#[derive(Debug)]
struct Kept {
    place: Arc<Place>,
    path: String,
    size: u64,
}

impl Blob for Kept {
    fn size(&self) -> u64 {
        self.size
    }

    fn read(&self, range: Range<u64>) -> io::Result<Bytes> {
        let place = &self.place;
        Ok(place.wait(place.operator.read_with(&self.path).range(range).into_future())?.to_bytes())
    }
}

impl Drop for Kept {
    fn drop(&mut self) {
        let (operator, path) = (self.place.operator.clone(), std::mem::take(&mut self.path));
        self.place.runtime.spawn(async move {
            if let Err(error) = operator.delete(&path).await {
                tracing::warn!(%error, path, "what was in an object cannot be removed from the store");
            }
        });
    }
}

#[cfg(test)]
mod tests {
    use std::path::Path;

    use tokio::runtime::{Builder, Runtime};

    use super::super::{Payload, PayloadWriter};
    use super::*;

    fn threads() -> Runtime {
        Builder::new_multi_thread().worker_threads(1).enable_all().build().unwrap()
    }

    fn store(operator: &Operator, runtime: &Runtime) -> Arc<dyn Store> {
        Arc::new(OpendalStore::new(operator.clone(), runtime.handle().clone()).unwrap())
    }

    fn in_memory() -> Operator {
        Operator::new(opendal::services::Memory::default()).unwrap()
    }

    /// It comes to this, in the background.
    fn comes_to<T: PartialEq + fmt::Debug>(expected: &T, mut look: impl FnMut() -> T) {
        for _ in 0..10_000 {
            if look() == *expected {
                return;
            }
            std::thread::sleep(std::time::Duration::from_millis(1));
        }
        panic!("it never comes to {expected:?}, it is {:?}", look());
    }

    /// How many there are.
    fn files(runtime: &Runtime, operator: &Operator) -> usize {
        let listed = operator.list_with("/").recursive(true);
        let listed = runtime.block_on(listed.into_future()).unwrap();
        listed.iter().filter(|entry| entry.metadata().is_file()).count()
    }

    fn open(store: &Arc<dyn Store>, bytes: &[u8]) -> PayloadWriter {
        let mut writer = PayloadWriter::new(None, Some(Arc::clone(store)));
        writer.write(bytes).unwrap();
        writer
    }

    #[test]
    fn what_is_written_is_read_and_goes_with_the_last_who_has_it() {
        let (runtime, operator) = (threads(), in_memory());
        let store = store(&operator, &runtime);
        let whole: Vec<u8> = (0..700_000_u32).map(|number| u8::try_from(number % 251).unwrap()).collect();
        let payload = open(&store, &whole).finish().unwrap().content;
        assert_eq!((payload.in_memory(), payload.chunks().len()), (0, 1));
        assert!(payload.to_bytes().unwrap() == whole);
        assert!(payload.slice(300_000..600_000).to_bytes().unwrap() == whole[300_000..600_000]);
        let joined = Payload::join([&payload.slice(0..10), &payload]);
        let there = |expected| comes_to(&expected, || files(&runtime, &operator));
        there(1);
        // One that is broken off leaves nothing.
        drop(open(&store, &whole));
        drop(payload);
        there(1);
        drop(joined);
        there(0);
    }

    /// The files under a folder.
    fn under(folder: &Path) -> usize {
        let entries = std::fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path());
        entries.map(|path| if path.is_dir() { under(&path) } else { 1 }).sum()
    }

    /// What was written so far is elsewhere until the end, as parts are: nothing that the path leads to.
    #[test]
    fn an_upload_that_is_broken_off_leaves_no_part() {
        let folder = std::env::temp_dir().join(format!("acslab-opendal-{}", std::process::id()));
        let [kept, parts] = ["kept", "parts"].map(|name| folder.join(name));
        [&kept, &parts].into_iter().for_each(|folder| std::fs::create_dir_all(folder).unwrap());
        let [root, atomic] = [&kept, &parts].map(|folder| folder.to_str().unwrap());
        let runtime = threads();
        let operator = Operator::new(opendal::services::Fs::default().root(root).atomic_write_dir(atomic)).unwrap();
        let store = store(&operator, &runtime);
        let mut writers = [(); 2].map(|()| open(&store, &[7; 600_000])).into_iter();
        comes_to(&(0, 2), || (under(&kept), under(&parts)));
        drop(writers.next());
        comes_to(&(0, 1), || (under(&kept), under(&parts)));
        let payload = writers.next().unwrap().finish().unwrap().content;
        assert_eq!((under(&kept), under(&parts), payload.to_bytes().unwrap().len()), (1, 0, 600_000));
        drop(payload);
        comes_to(&0, || under(&kept));
        std::fs::remove_dir_all(folder).unwrap();
    }

    /// Where nobody may wait for another runtime without more ado.
    #[test]
    fn on_the_threads_of_a_server_and_on_the_only_one_of_a_runtime() {
        let runtime = threads();
        let store = store(&in_memory(), &runtime);
        let work = move || {
            drop(open(&store, &[7; 600_000]));
            let payload = open(&store, &[7; 600_000]).finish().unwrap().content;
            payload.append(&Payload::copy_of(b"more"), Some(&store)).unwrap().to_bytes().unwrap().len()
        };
        let (server, again) = (Builder::new_multi_thread().worker_threads(1).build().unwrap(), work.clone());
        assert_eq!(server.block_on(server.spawn(async move { again() })).unwrap(), 600_004);
        let alone = Builder::new_current_thread().build().unwrap();
        assert_eq!(alone.block_on(async move { work() }), 600_004);
    }

    #[test]
    fn a_runtime_without_threads_is_refused() {
        let alone = Builder::new_current_thread().build().unwrap();
        let refused = OpendalStore::new(in_memory(), alone.handle().clone()).unwrap_err();
        assert_eq!(refused.kind(), io::ErrorKind::InvalidInput);
        assert!(refused.to_string().contains("new_multi_thread"), "{refused}");
    }
}
