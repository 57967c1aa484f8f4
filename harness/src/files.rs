//! Writing files so that each is whole at any moment: the old one, or the new one.

use std::fs::{self, File, OpenOptions};
use std::io::{self, Write};
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicU64, Ordering};

/// Writes a file beside its place, makes it last, and puts it there in one step. Whatever goes wrong, a full disk or a folder that
/// may not be written in, leaves the file that was there, and nothing else. A pipe or a device is written to directly.
pub(crate) fn write(path: &Path, bytes: &[u8]) -> io::Result<()> {
    place(path, bytes, Readers::AsBefore)
}

/// The same for what is a secret: only its owner may read the file, whoever might read the one before.
pub(crate) fn write_secret(path: &Path, bytes: &[u8]) -> io::Result<()> {
    place(path, bytes, Readers::Owner)
}

/// Who may read a file.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Readers {
    /// Whoever might read the one before; of a new one, whoever may read any.
    AsBefore,
    /// Whoever writes it.
    Owner,
}

fn place(path: &Path, bytes: &[u8], readers: Readers) -> io::Result<()> {
    // A link stays a link: what it leads to is written.
    let path = fs::canonicalize(path).unwrap_or_else(|_| path.to_owned());
    let before = fs::metadata(&path).ok();
    if before.as_ref().is_some_and(|metadata| !metadata.is_file()) {
        return OpenOptions::new().write(true).open(&path)?.write_all(bytes);
    }
    let beside = beside(&path)?;
    let mut options = OpenOptions::new();
    options.write(true).create_new(true);
    #[cfg(unix)]
    if readers == Readers::Owner {
        std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    }
    let mut file = options.open(&beside)?;
    let written = fill(&mut file, bytes, before.as_ref().filter(|_| readers == Readers::AsBefore));
    drop(file);
    let placed = written.and_then(|()| fs::rename(&beside, &path));
    if placed.is_err() {
        // What is wrong is said already; what cannot be removed either stays.
        let _ = fs::remove_file(&beside);
    }
    placed
}

fn fill(file: &mut File, bytes: &[u8], like: Option<&fs::Metadata>) -> io::Result<()> {
    if let Some(like) = like {
        file.set_permissions(like.permissions())?;
    }
    file.write_all(bytes)?;
    file.sync_all()
}

/// A name in the same folder that nobody else has.
fn beside(path: &Path) -> io::Result<PathBuf> {
    static NEXT: AtomicU64 = AtomicU64::new(0);
    let name = path.file_name().ok_or_else(|| io::Error::from(io::ErrorKind::IsADirectory))?;
    let number = NEXT.fetch_add(1, Ordering::Relaxed);
    let mut own = std::ffi::OsString::from(".");
    own.push(name);
    own.push(format!(".{}-{number}.part", std::process::id()));
    Ok(path.with_file_name(own))
}

#[cfg(test)]
mod tests {
    use std::fs;

    use super::{write, write_secret};

    fn names(folder: &std::path::Path) -> Vec<String> {
        let mut names: Vec<_> =
            fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().file_name().into_string().unwrap()).collect();
        names.sort();
        names
    }

    #[test]
    fn a_file_is_replaced_whole() {
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("a");
        write(&file, b"one").unwrap();
        write(&file, b"two").unwrap();
        assert_eq!((fs::read(&file).unwrap(), names(folder.path())), (b"two".to_vec(), vec!["a".to_owned()]));
    }

    #[test]
    fn what_cannot_be_put_in_place_leaves_nothing() {
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("a");
        fs::create_dir(&file).unwrap();
        assert!(write(&file, b"one").is_err());
        assert!(write(&folder.path().join("no/a"), b"one").is_err());
        assert_eq!(names(folder.path()), ["a"]);
    }

    #[cfg(unix)]
    #[test]
    fn links_and_rights_stay() {
        use std::os::unix::fs::PermissionsExt;
        let folder = tempfile::tempdir().unwrap();
        let (file, link) = (folder.path().join("a"), folder.path().join("link"));
        write(&file, b"one").unwrap();
        fs::set_permissions(&file, fs::Permissions::from_mode(0o640)).unwrap();
        std::os::unix::fs::symlink(&file, &link).unwrap();
        write(&link, b"two").unwrap();
        assert!(fs::symlink_metadata(&link).unwrap().is_symlink());
        assert_eq!(fs::read(&file).unwrap(), b"two");
        assert_eq!(fs::metadata(&file).unwrap().permissions().mode() & 0o777, 0o640);
    }

    #[cfg(unix)]
    #[test]
    fn a_secret_is_its_owners_whatever_was_there() {
        use std::os::unix::fs::PermissionsExt;
        let folder = tempfile::tempdir().unwrap();
        let (old, new, link) = (folder.path().join("a"), folder.path().join("b"), folder.path().join("link"));
        fs::write(&old, "before").unwrap();
        fs::set_permissions(&old, fs::Permissions::from_mode(0o664)).unwrap();
        std::os::unix::fs::symlink(&old, &link).unwrap();
        // Whoever has the old one open does not see what is written now.
        let mut open = fs::File::open(&old).unwrap();
        for file in [&link, &new] {
            write_secret(file, b"secret").unwrap();
        }
        for file in [&old, &new] {
            assert_eq!(fs::read(file).unwrap(), b"secret");
            assert_eq!(fs::metadata(file).unwrap().permissions().mode() & 0o777, 0o600);
        }
        let mut read = String::new();
        std::io::Read::read_to_string(&mut open, &mut read).unwrap();
        assert_eq!((read.as_str(), names(folder.path()).len()), ("before", 3));
    }
}
