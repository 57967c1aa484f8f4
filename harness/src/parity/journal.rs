//! What a run made, kept in a file until it is gone. Each thing is written down before it is made, so that whatever ends the run, even a
//! loss of power, leaves a list of what may be there. It holds names and no secret.

use std::collections::BTreeMap;
use std::fs::{self, File, OpenOptions};
use std::io::{self, Write};
use std::path::{Path, PathBuf};

use serde::{Deserialize, Serialize};

use super::names::RunId;
use crate::home::{home, path_in};

/// What the first line says.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct Head {
    /// The run.
    pub(super) run: String,
    /// The profile that it called as.
    pub(super) profile: String,
    /// The account that it called in.
    pub(super) account: String,
    /// When it began.
    pub(super) began: String,
}

/// Something that is made.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct Made {
    /// Which of the run, from 1.
    pub(super) number: usize,
    /// The operation that makes it.
    pub(super) call: String,
    /// The parameters by which it is found again.
    pub(super) with: BTreeMap<String, String>,
    /// The region.
    pub(super) region: String,
}

/// One line after the first.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
enum Line {
    /// This is about to be made.
    Makes(Made),
    /// The cloud refused to make it.
    Refused(usize),
    /// It is gone.
    Gone(usize),
}

/// A run's journal.
#[derive(Debug)]
pub(super) struct Journal {
    path: PathBuf,
    file: File,
    /// What it says of the run.
    pub(super) head: Head,
    open: BTreeMap<usize, Made>,
    last: usize,
}

/// The folder of all journals.
pub(super) fn folder() -> io::Result<PathBuf> {
    let state = path_in("XDG_STATE_HOME").or_else(|| Some(home()?.join(".local").join("state")));
    let state = state.ok_or_else(|| io::Error::other("neither XDG_STATE_HOME nor HOME is set"))?;
    Ok(state.join("acslab").join("real"))
}

impl Journal {
    /// Begins one.
    pub(super) fn begin(folder: &Path, head: Head) -> io::Result<Self> {
        fs::create_dir_all(folder)?;
        let path = folder.join(format!("{}.jsonl", head.run));
        let mut options = OpenOptions::new();
        options.append(true).create_new(true);
        #[cfg(unix)]
        std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
        let file = options.open(&path)?;
        let mut journal = Self { path, file, head, open: BTreeMap::new(), last: 0 };
        let head = serde_json::to_string(&journal.head)?;
        journal.write(&head)?;
        Ok(journal)
    }

    /// Reads those of a folder that are not finished.
    pub(super) fn unfinished(folder: &Path) -> io::Result<Vec<Self>> {
        let entries = match fs::read_dir(folder) {
            Ok(entries) => entries,
            Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(Vec::new()),
            Err(error) => return Err(error),
        };
        let mut paths: Vec<_> = entries.map(|entry| entry.map(|entry| entry.path())).collect::<io::Result<_>>()?;
        paths.retain(|path| path.extension().is_some_and(|ending| ending == "jsonl"));
        paths.sort();
        paths.into_iter().map(|path| Self::read(&path)).collect()
    }

    fn read(path: &Path) -> io::Result<Self> {
        let text = fs::read_to_string(path)?;
        let not_one = |why: &str| io::Error::other(format!("`{}` is no journal of a run: {why}", path.display()));
        let mut lines = text.lines();
        let head: Head = lines
            .next()
            .and_then(|line| serde_json::from_str(line).ok())
            .ok_or_else(|| not_one("its first line does not say which run"))?;
        let stem = path.file_stem().and_then(|stem| stem.to_str());
        if RunId::parse(&head.run).is_none() || stem != Some(head.run.as_str()) {
            return Err(not_one("its name is not that of its run"));
        }
        let file = OpenOptions::new().append(true).open(path)?;
        let mut journal = Self { path: path.to_owned(), file, head, open: BTreeMap::new(), last: 0 };
        let lines: Vec<_> = lines.collect();
        for (at, line) in lines.iter().enumerate() {
            match serde_json::from_str(line) {
                Ok(Line::Makes(made)) => {
                    journal.last = journal.last.max(made.number);
                    journal.open.insert(made.number, made);
                }
                Ok(Line::Refused(number) | Line::Gone(number)) => {
                    journal.open.remove(&number);
                }
                // What was being written when the run ended had not been made.
                Err(_) if at + 1 == lines.len() && !text.ends_with('\n') => journal.file.write_all(b"\n")?,
                // As in a journal that is read for the second time since.
                Err(_) => {}
            }
        }
        Ok(journal)
    }

    fn write(&mut self, line: &str) -> io::Result<()> {
        self.file.write_all(format!("{line}\n").as_bytes())?;
        self.file.sync_all()
    }

    fn add(&mut self, line: &Line) -> io::Result<()> {
        let line = serde_json::to_string(line)?;
        self.write(&line)
    }

    /// Something is about to be made; from here on it may be there. Gives its number.
    pub(super) fn makes(&mut self, call: &str, with: BTreeMap<String, String>, region: &str) -> io::Result<usize> {
        self.last += 1;
        let made = Made { number: self.last, call: call.to_owned(), with, region: region.to_owned() };
        self.add(&Line::Makes(made.clone()))?;
        self.open.insert(self.last, made);
        Ok(self.last)
    }

    /// The cloud refused to make it: what has its name is somebody else's.
    pub(super) fn refused(&mut self, number: usize) -> io::Result<()> {
        self.open.remove(&number);
        self.add(&Line::Refused(number))
    }

    /// It is gone.
    pub(super) fn gone(&mut self, number: usize) -> io::Result<()> {
        self.open.remove(&number);
        self.add(&Line::Gone(number))
    }

    /// What may be there still, the latest first.
    pub(super) fn open(&self) -> Vec<Made> {
        self.open.values().rev().cloned().collect()
    }

    /// Where it is.
    pub(super) fn path(&self) -> &Path {
        &self.path
    }

    /// Removes the file if nothing is left.
    pub(super) fn finish(self) -> io::Result<()> {
        if self.open.is_empty() { fs::remove_file(&self.path) } else { Ok(()) }
    }
}

#[cfg(test)]
mod tests {
    use std::fs;
    use std::io::Write;

    use super::{Head, Journal};

    fn head(run: &str) -> Head {
        Head { run: run.into(), profile: "default".into(), account: "1".into(), began: "2026-01-01".into() }
    }

    fn user(name: &str) -> std::collections::BTreeMap<String, String> {
        [("UserName".to_owned(), name.to_owned())].into()
    }

    #[test]
    fn what_is_there_is_known_after_an_end_of_any_kind() {
        let folder = tempfile::tempdir().unwrap();
        let mut journal = Journal::begin(folder.path(), head("k3x9q2")).unwrap();
        for name in ["a", "b", "c", "d"] {
            journal.makes("Ram.CreateUser", user(name), "cn-hangzhou").unwrap();
        }
        journal.refused(2).unwrap();
        journal.gone(3).unwrap();
        let path = journal.path().to_owned();
        drop(journal);
        // The power goes while a line is written.
        fs::OpenOptions::new().append(true).open(&path).unwrap().write_all(b"{\"makes\":{\"numb").unwrap();
        for _ in 0..2 {
            let mut all = Journal::unfinished(folder.path()).unwrap();
            let mut journal = all.pop().unwrap();
            assert_eq!(journal.head, head("k3x9q2"));
            let names: Vec<_> = journal.open().iter().map(|made| made.with["UserName"].clone()).collect();
            assert_eq!(names, ["d", "a"]);
            // It can be gone on with.
            let number = journal.makes("Ram.CreateUser", user("e"), "cn-hangzhou").unwrap();
            journal.gone(number).unwrap();
        }
        let mut journal = Journal::unfinished(folder.path()).unwrap().pop().unwrap();
        journal.gone(4).unwrap();
        journal.gone(1).unwrap();
        journal.finish().unwrap();
        assert!(Journal::unfinished(folder.path()).unwrap().is_empty());
    }

    #[cfg(unix)]
    #[test]
    fn nobody_else_reads_it() {
        use std::os::unix::fs::PermissionsExt;
        let folder = tempfile::tempdir().unwrap();
        let journal = Journal::begin(folder.path(), head("k3x9q2")).unwrap();
        assert_eq!(fs::metadata(journal.path()).unwrap().permissions().mode() & 0o777, 0o600);
        assert!(Journal::begin(folder.path(), head("k3x9q2")).is_err(), "a run has one");
    }

    #[test]
    fn another_file_is_none() {
        let folder = tempfile::tempdir().unwrap();
        for text in ["", "{}\n", "{\"run\":\"../../x\",\"profile\":\"a\",\"account\":\"1\",\"began\":\"\"}\n"] {
            fs::write(folder.path().join("k3x9q2.jsonl"), text).unwrap();
            assert!(Journal::unfinished(folder.path()).is_err(), "{text}");
        }
        assert!(Journal::unfinished(&folder.path().join("none")).unwrap().is_empty());
    }
}
