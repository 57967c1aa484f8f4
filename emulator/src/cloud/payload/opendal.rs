//! Payloads wherever OpenDAL reaches.

use std::fmt;
use std::io;
use std::ops::Range;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use bytes::Bytes;
use opendal::{Operator, Result, Writer};
use tokio::runtime::Handle;

use super::{Blob, Sink, Store};

/// Keeps what is in objects wherever OpenDAL reaches, each under a path of its own below `acslab-` and a number that no other process
/// is likely to have, for as long as somebody has it. What a process leaves that is killed stays there, and so may, where the storage takes
/// large files in parts, the parts of an upload that was broken off: only a rule of the storage's own can remove them.
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
    /// A store behind an operator, whose work is done by a runtime: one of several threads, other than the emulator's own, which goes
    /// on for as long as the emulator. An emulator with such a store is not started, and saves no checkpoint, on the thread of a runtime
    /// that has no other: nobody may wait there.
    pub fn new(operator: Operator, runtime: Handle) -> Self {
        let prefix = format!("acslab-{:016x}", rand::random::<u64>());
        Self(Arc::new(Place { operator, runtime, prefix, next: AtomicU64::new(1) }))
    }
}

impl Place {
    /// Waits for what OpenDAL does. Whoever asks a store has seen to it that nobody else waits for that.
    fn wait<T>(&self, work: impl Future<Output = Result<T>>) -> io::Result<T> {
        Ok(self.runtime.block_on(work)?)
    }
}

impl Store for OpendalStore {
    fn begin(&self) -> io::Result<Box<dyn Sink>> {
        let place = Arc::clone(&self.0);
        let number = place.next.fetch_add(1, Ordering::Relaxed);
        let path = format!("{}/{number}", place.prefix);
        let writer = place.wait(place.operator.writer(&path))?;
        Ok(Box::new(Open { writer, kept: Kept { place, path, size: 0 } }))
    }
}

/// What is being written.
struct Open {
    writer: Writer,
    kept: Kept,
}

impl fmt::Debug for Open {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Open({:?})", self.kept)
    }
}

impl Sink for Open {
    fn write(&mut self, bytes: &[u8]) -> io::Result<()> {
        self.kept.place.wait(self.writer.write(Bytes::copy_from_slice(bytes)))?;
        self.kept.size += u64::try_from(bytes.len()).unwrap_or(u64::MAX);
        Ok(())
    }

    fn finish(mut self: Box<Self>) -> io::Result<Arc<dyn Blob>> {
        self.kept.place.wait(self.writer.close())?;
        Ok(Arc::new(self.kept))
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
    use super::super::{Payload, PayloadWriter};
    use super::*;

    /// What is there, once it is as much as that: it is removed in the background.
    fn there(runtime: &Handle, operator: &Operator, expected: usize) {
        for _ in 0..10_000 {
            let listed = operator.list_with("/").recursive(true);
            let listed = runtime.block_on(listed.into_future()).unwrap();
            if listed.iter().filter(|entry| entry.metadata().is_file()).count() == expected {
                return;
            }
            std::thread::sleep(std::time::Duration::from_millis(1));
        }
        panic!("it never comes to {expected}");
    }

    #[test]
    fn what_is_written_is_read_and_goes_with_the_last_who_has_it() {
        let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(1).enable_all().build().unwrap();
        let operator = Operator::new(opendal::services::Memory::default()).unwrap();
        let store: Arc<dyn Store> = Arc::new(OpendalStore::new(operator.clone(), runtime.handle().clone()));
        let whole: Vec<u8> = (0..700_000_u32).map(|number| u8::try_from(number % 251).unwrap()).collect();
        let write = |bytes: &[u8]| {
            let mut writer = PayloadWriter::new(None, Some(Arc::clone(&store)));
            writer.write(bytes).unwrap();
            writer
        };
        let payload = write(&whole).finish().unwrap().content;
        assert_eq!((payload.in_memory(), payload.chunks().len()), (0, 1));
        assert!(payload.to_bytes().unwrap() == whole);
        assert!(payload.slice(300_000..600_000).to_bytes().unwrap() == whole[300_000..600_000]);
        let joined = Payload::join([&payload.slice(0..10), &payload]);
        there(runtime.handle(), &operator, 1);
        // One that is broken off leaves nothing.
        drop(write(&whole));
        drop(payload);
        there(runtime.handle(), &operator, 1);
        drop(joined);
        there(runtime.handle(), &operator, 0);
    }

    /// Where nobody may wait for another runtime without more ado.
    #[test]
    fn on_the_threads_of_a_server() {
        let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(1).enable_all().build().unwrap();
        let operator = Operator::new(opendal::services::Memory::default()).unwrap();
        let store: Arc<dyn Store> = Arc::new(OpendalStore::new(operator, runtime.handle().clone()));
        let server = tokio::runtime::Builder::new_multi_thread().worker_threads(1).build().unwrap();
        let work = async move {
            let mut writer = PayloadWriter::new(Some(1 << 20), Some(Arc::clone(&store)));
            writer.write(&vec![7; 600_000]).unwrap();
            drop(writer);
            let mut writer = PayloadWriter::new(Some(1 << 20), Some(Arc::clone(&store)));
            writer.write(&vec![7; 600_000]).unwrap();
            let payload = writer.finish().unwrap().content;
            payload.append(&Payload::copy_of(b"more"), Some(&store)).unwrap().to_bytes().unwrap().len()
        };
        assert_eq!(server.block_on(server.spawn(work)).unwrap(), 600_004);
    }
}
