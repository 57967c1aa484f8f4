//! Asking about each state that differs.

use std::io::{self, BufRead, Write};
use std::path::Path;

use crate::report::{Paint, changes_text, unified};
use crate::snapshot::Store;
use crate::state::Changes;
use crate::words::count;

/// What was decided of the states that waited.
#[derive(Debug, Default)]
pub(in crate::command) struct Reviewed {
    accepted: usize,
    rejected: usize,
    left: usize,
}

impl Reviewed {
    /// Was every state taken?
    pub(in crate::command) fn all_accepted(&self) -> bool {
        self.rejected == 0 && self.left == 0
    }

    /// "2 accepted, 1 rejected, 1 left".
    pub(in crate::command) fn text(&self) -> String {
        format!("{} accepted, {} rejected, {} left", count(self.accepted, "state"), self.rejected, self.left)
    }
}

/// Shows each state that waits in a folder, and asks what to do with it. Who says no more, leaves the rest.
pub(in crate::command) fn review(
    folder: &Path,
    paint: Paint,
    answers: &mut dyn BufRead,
    out: &mut dyn Write,
) -> io::Result<Reviewed> {
    let mut reviewed = Reviewed::default();
    for pending in Store::new(folder.to_owned()).pending()? {
        let (stored, new) = pending.texts()?;
        writeln!(out, "\n{}", pending.name)?;
        let changes = Changes::between(&stored, &new);
        write!(out, "{}{}", changes_text(&changes, paint), unified(&stored, &new, paint))?;
        loop {
            write!(out, "accept, reject or skip? [a/r/s] ")?;
            out.flush()?;
            let mut answer = String::new();
            if answers.read_line(&mut answer)? == 0 {
                reviewed.left += 1;
                break;
            }
            match answer.trim() {
                "a" | "accept" => {
                    pending.accept()?;
                    reviewed.accepted += 1;
                }
                "r" | "reject" => {
                    pending.reject()?;
                    reviewed.rejected += 1;
                }
                "s" | "skip" => reviewed.left += 1,
                _ => continue,
            }
            break;
        }
    }
    Ok(reviewed)
}

#[cfg(test)]
mod tests {
    use super::review;
    use crate::report::Paint;
    use crate::snapshot::{Mode, Snapshot, Store};

    #[test]
    fn each_state_is_asked_about() {
        let folder = tempfile::tempdir().unwrap();
        let store = Store::new(folder.path().to_owned());
        let state =
            |contents: &str| Snapshot { source: "a".into(), description: "a".into(), contents: contents.into() };
        for name in ["a", "b", "c"] {
            store.settle(name, &state("account x"), Mode::Accept).unwrap();
            store.settle(name, &state("account y"), Mode::Review).unwrap();
        }
        let mut out = Vec::new();
        let reviewed = review(folder.path(), Paint::OFF, &mut "what\na\nr\n".as_bytes(), &mut out).unwrap();
        assert_eq!(reviewed.text(), "1 state accepted, 1 rejected, 1 left");
        assert!(!reviewed.all_accepted());
        assert_eq!(store.pending().unwrap().len(), 1);
        assert_eq!(store.settle("a", &state("account y"), Mode::Check).unwrap(), crate::snapshot::Verdict::Same);
        assert!(String::from_utf8(out).unwrap().contains("-account x\n+account y\n"));
    }
}
