//! Annotations of GitHub's, where it runs there: a line each on standard output.

use std::io::Write;

use super::consumer::{End, Report, ReportError};
use super::problem::problems;
use crate::runner::Event;

/// Writes a workflow command for each thing that does not hold.
pub struct Github<W>(W);

impl<W: Write> Github<W> {
    /// Writes to `out`.
    pub fn new(out: W) -> Self {
        Self(out)
    }
}

impl<W: Write> Report for Github<W> {
    fn event(&mut self, event: &Event) -> Result<(), ReportError> {
        if let Event::Finished(finished) = event {
            for problem in problems(finished) {
                let (line, column) = problem.place;
                let (file, title) = (property(&problem.file), property(&finished.name));
                let message = data(&problem.message);
                writeln!(self.0, "::error file={file},line={line},col={column},title={title}::{message}")?;
            }
            for note in &finished.notes {
                let (line, column) = note.place;
                let (file, title) = (property(&note.file), property(&finished.name));
                let message = data(&note.text);
                writeln!(self.0, "::notice file={file},line={line},col={column},title={title}::{message}")?;
            }
        }
        Ok(())
    }

    fn end(&mut self, _: &End<'_>) -> Result<(), ReportError> {
        Ok(self.0.flush()?)
    }
}

/// What a command takes as it is.
fn data(text: &str) -> String {
    text.replace('%', "%25").replace('\r', "%0D").replace('\n', "%0A")
}

/// The same in a property.
fn property(text: &str) -> String {
    data(text).replace(':', "%3A").replace(',', "%2C")
}

#[cfg(test)]
mod tests {
    use super::{data, property};

    #[test]
    fn nothing_of_a_message_ends_the_command() {
        assert_eq!(data("100 %\nx::y"), "100 %25%0Ax::y");
        assert_eq!(property("a:b,c"), "a%3Ab%2Cc");
    }
}
