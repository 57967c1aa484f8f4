//! Standard output and standard error, for readers that may go away.

use std::io::{self, StderrLock, StdoutLock, Write};

/// What writes to a reader that may go away: from then on nothing is written, and the command ends as it would have. So
/// `acslab run --check | head -1` ends with 1 if a scenario fails.
#[derive(Debug)]
pub(super) struct Out<W> {
    to: W,
    gone: bool,
}

/// Standard output.
pub(super) fn stdout() -> Out<StdoutLock<'static>> {
    Out { to: io::stdout().lock(), gone: false }
}

/// Standard error.
pub(super) fn stderr() -> Out<StderrLock<'static>> {
    Out { to: io::stderr().lock(), gone: false }
}

impl<W: Write> Out<W> {
    /// Does something unless nobody reads any more.
    fn unless_gone<T>(&mut self, otherwise: T, write: impl FnOnce(&mut W) -> io::Result<T>) -> io::Result<T> {
        if self.gone {
            return Ok(otherwise);
        }
        match write(&mut self.to) {
            Err(error) if error.kind() == io::ErrorKind::BrokenPipe => {
                self.gone = true;
                Ok(otherwise)
            }
            other => other,
        }
    }
}

impl<W: Write> Write for Out<W> {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.unless_gone(bytes.len(), |to| to.write(bytes))
    }

    fn flush(&mut self) -> io::Result<()> {
        self.unless_gone((), Write::flush)
    }
}

#[cfg(test)]
mod tests {
    use std::io::{self, Write};

    use super::Out;

    struct Pipe(Vec<u8>, io::ErrorKind);

    impl Write for Pipe {
        fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
            if self.0.is_empty() {
                self.0.extend_from_slice(bytes);
                return Ok(bytes.len());
            }
            Err(self.1.into())
        }

        fn flush(&mut self) -> io::Result<()> {
            Err(self.1.into())
        }
    }

    #[test]
    fn a_reader_that_goes_away_is_no_error_and_a_full_disk_is() {
        let mut out = Out { to: Pipe(Vec::new(), io::ErrorKind::BrokenPipe), gone: false };
        out.write_all(b"a").unwrap();
        out.write_all(b"b").unwrap();
        out.flush().unwrap();
        assert_eq!(out.to.0, b"a");
        let mut full = Out { to: Pipe(b"a".to_vec(), io::ErrorKind::StorageFull), gone: false };
        assert_eq!(full.write_all(b"b").unwrap_err().kind(), io::ErrorKind::StorageFull);
    }
}
