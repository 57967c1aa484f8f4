//! Payloads that lie in memory and in a store.

use std::fs;
use std::io::{self, ErrorKind};
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use bytes::Bytes;

use super::chunk::{address, length};
use super::*;

/// A folder of a test's own, with a store in it.
struct Place {
    folder: PathBuf,
    store: Arc<dyn Store>,
}

impl Place {
    fn new() -> Self {
        static NEXT: AtomicUsize = AtomicUsize::new(0);
        let number = NEXT.fetch_add(1, Ordering::Relaxed);
        let folder = std::env::temp_dir().join(format!("acslab-payloads-{}-{number}", std::process::id()));
        let store = Arc::new(FolderStore::open(&folder).unwrap());
        Self { folder, store }
    }

    fn write(&self, bytes: &[u8]) -> Payload {
        let mut writer = PayloadWriter::new(None, Some(Arc::clone(&self.store)));
        bytes.chunks(10_000).for_each(|piece| writer.write(piece).unwrap());
        let written = writer.finish().unwrap();
        let copy = Written::copy_of(bytes);
        assert_eq!((written.md5, written.crc64), (copy.md5, copy.crc64));
        written.content
    }

    /// How many files there are.
    fn files(&self) -> usize {
        let names = fs::read_dir(self.folder.join("in-use")).unwrap().map(|file| file.unwrap().file_name());
        names.filter(|name| name != "lock").count()
    }
}

impl Drop for Place {
    fn drop(&mut self) {
        let _ = fs::remove_dir_all(&self.folder);
    }
}

fn bytes(length: u32) -> Vec<u8> {
    (0..length).map(|number| u8::try_from(number % 251).unwrap()).collect()
}

#[test]
fn ranges_across_what_is_kept_and_what_is_in_memory() {
    let place = Place::new();
    let (one, two) = (bytes(5000), bytes(300_000));
    let kept = place.write(&two);
    let payload = Payload::join([
        &Payload::copy_of(&one),
        &kept.slice(100..7000),
        &Payload::copy_of(b"x"),
        &kept,
        &Payload::copy_of(b"y"),
    ]);
    let whole = [&one[..], &two[100..7000], b"x", &two, b"y"].concat();
    assert_eq!((payload.size(), payload.in_memory(), place.files()), (whole.len() as u64, 5002, 1));
    let edges = [0, 1, 4999, 5000, 5001, 11_899, 11_900, 11_901, 12_000, 311_900, 311_901, 311_902, 400_000];
    for from in edges {
        for to in edges.into_iter().filter(|to| *to >= from) {
            let slice = payload.slice(from..to);
            let (start, end) = (whole.len().min(address(from)), whole.len().min(address(to)));
            assert!(slice.to_bytes().unwrap() == whole[start..end], "{from}..{to}");
            assert_eq!(slice.size(), (end - start) as u64, "{from}..{to}");
            // What is cut out of a cut is cut out of the whole.
            let again = slice.slice(1..slice.size());
            assert!(again.to_bytes().unwrap() == whole[(start + 1).min(end)..end], "{from}..{to}");
        }
    }
    let digested = Written::digested(payload).unwrap();
    assert_eq!(digested.crc64, Written::copy_of(&whole).crc64);
}

#[test]
fn it_is_read_in_pieces_and_only_what_is_large_is_kept() {
    let place = Place::new();
    let few = place.write(&bytes(4096));
    assert_eq!((few.in_memory(), few.file(), place.files()), (4096, None, 0));
    let more = place.write(&bytes(4097));
    assert_eq!((more.in_memory(), place.files()), (0, 1));
    assert_eq!(fs::read(more.file().unwrap()).unwrap(), bytes(4097));
    assert_eq!(more.slice(1..5000).file(), None);
    let whole = bytes(700_000);
    let mut pieces = place.write(&whole).pieces();
    let mut read = Vec::new();
    while let Some(piece) = pieces.next() {
        let piece = piece.unwrap();
        assert!(piece.len() as u64 <= PIECE);
        read.extend(piece);
        assert_eq!(pieces.left(), (whole.len() - read.len()) as u64);
    }
    assert!(read == whole);
    // Whatever was announced.
    for announced in [Some(0), Some(5), Some(4097), Some(700_000), Some(1 << 40)] {
        let mut writer = PayloadWriter::new(announced, Some(Arc::clone(&place.store)));
        writer.write(&whole).unwrap();
        assert!(writer.finish().unwrap().content.to_bytes().unwrap() == whole, "{announced:?}");
    }
}

#[test]
fn a_file_goes_with_the_last_who_has_it() {
    let place = Place::new();
    let whole = place.write(&bytes(10_000));
    let (part, joined) = (whole.slice(3..6), Payload::join([&whole, &whole]));
    drop(whole);
    assert_eq!(place.files(), 1);
    drop(joined);
    assert_eq!(part.to_bytes().unwrap(), Bytes::from_static(&[3, 4, 5]));
    drop(part);
    assert_eq!(place.files(), 0);
}

#[test]
fn an_upload_that_is_broken_off_leaves_none() {
    let place = Place::new();
    let mut writer = PayloadWriter::new(Some(1 << 20), Some(Arc::clone(&place.store)));
    writer.write(&bytes(600_000)).unwrap();
    assert_eq!(place.files(), 1);
    drop(writer);
    assert_eq!(place.files(), 0);
}

#[test]
fn small_pieces_are_gathered_in_the_store_too() {
    let place = Place::new();
    let (mut payload, mut whole) = (Payload::default(), Vec::new());
    for _ in 0..300 {
        payload = payload.append(&Payload::copy_of(&bytes(1000)), Some(&place.store)).unwrap();
        whole.extend(bytes(1000));
    }
    assert!(payload.to_bytes().unwrap() == whole);
    assert_eq!((payload.chunks().len(), place.files(), payload.in_memory()), (3, 3, 0));
}

#[test]
fn what_a_process_left_is_removed_and_two_do_not_share_a_folder() {
    let place = Place::new();
    let in_use = place.folder.join("in-use");
    assert_eq!(FolderStore::open(&place.folder).unwrap_err().kind(), ErrorKind::ResourceBusy);
    let kept = place.write(&bytes(10_000));
    let Place { folder, store } = &place;
    // As after a kill: the files are there, and nobody holds the folder.
    let copy = folder.with_extension("copy");
    fs::create_dir_all(copy.join("in-use")).unwrap();
    for name in ["1", "77", "notes.txt"] {
        fs::copy(kept.file().unwrap(), copy.join("in-use").join(name)).unwrap();
    }
    let again = FolderStore::open(&copy).unwrap();
    let mut left: Vec<_> = fs::read_dir(copy.join("in-use")).unwrap().map(|file| file.unwrap().file_name()).collect();
    left.sort();
    assert_eq!(left, ["lock", "notes.txt"]);
    // A file that is taken over stays as it is, with one more name.
    let file = copy.join("payload");
    fs::write(&file, bytes(9000)).unwrap();
    for store in [&again as &dyn Store, &**store, &Full(100_000)] {
        let blob = store.take_over(&file).unwrap();
        assert_eq!((blob.size(), blob.read(10..13).unwrap()), (9000, Bytes::from_static(&[10, 11, 12])));
        #[cfg(unix)]
        if let Some(own) = blob.file() {
            let inode = |path: &Path| std::os::unix::fs::MetadataExt::ino(&fs::metadata(path).unwrap());
            assert_eq!(inode(own), inode(&file));
        }
        drop(blob);
        assert_eq!(fs::read(&file).unwrap(), bytes(9000));
    }
    drop(again);
    assert!(fs::read_dir(&in_use).unwrap().count() == 2);
    fs::remove_dir_all(&copy).unwrap();
}

#[test]
fn what_somebody_has_cut_off_is_not_read_as_if_it_were_whole() {
    let place = Place::new();
    let payload = place.write(&bytes(10_000));
    fs::File::options().write(true).open(payload.file().unwrap()).unwrap().set_len(6000).unwrap();
    assert_eq!(payload.slice(0..6000).to_bytes().unwrap(), bytes(6000));
    assert_eq!(payload.to_bytes().unwrap_err().kind(), ErrorKind::UnexpectedEof);
    assert!(Written::digested(payload.clone()).is_err());
    fs::remove_file(payload.file().unwrap()).unwrap();
    assert_eq!(payload.to_bytes().unwrap_err().kind(), ErrorKind::NotFound);
}

/// A store that takes so many bytes of each payload.
#[derive(Debug)]
struct Full(usize);

#[derive(Debug)]
struct Buffer(Vec<u8>, usize);

impl Store for Full {
    fn begin(&self) -> io::Result<Box<dyn Sink>> {
        Ok(Box::new(Buffer(Vec::new(), self.0)))
    }
}

impl Sink for Buffer {
    fn write(&mut self, bytes: &[u8]) -> io::Result<()> {
        self.0.extend_from_slice(bytes);
        if self.0.len() > self.1 { Err(ErrorKind::StorageFull.into()) } else { Ok(()) }
    }

    fn finish(self: Box<Self>) -> io::Result<Arc<dyn Blob>> {
        Ok(Arc::new(*self))
    }
}

impl Blob for Buffer {
    fn size(&self) -> u64 {
        length(&self.0)
    }

    fn read(&self, range: std::ops::Range<u64>) -> io::Result<Bytes> {
        Ok(Bytes::copy_from_slice(&self.0[address(range.start)..address(range.end)]))
    }
}

#[test]
fn what_a_store_does_not_take_is_told() {
    let write = |length: u32| {
        let mut writer = PayloadWriter::new(None, Some(Arc::new(Full(300_000))));
        writer.write(&bytes(length)).and_then(|()| writer.finish())
    };
    assert!(write(300_000).is_ok());
    // While it comes, and at its end.
    for length in [1_000_000, 300_001] {
        assert_eq!(write(length).unwrap_err().kind(), ErrorKind::StorageFull, "{length}");
    }
}
