//! A source cut into what a command printed: JSON, XML, or lines of text.

use std::path::Path;

use serde_json::Value;

use super::command::Command;
use crate::client::xml_to_json;

/// Where something stands.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Place {
    /// The file.
    pub(crate) file: String,
    /// The line, from 1.
    pub(crate) line: usize,
}

impl std::fmt::Display for Place {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{}:{}", self.file, self.line)
    }
}

/// What one command printed.
#[derive(Clone, Debug)]
pub(crate) struct Piece {
    /// Where it begins.
    pub(crate) place: Place,
    /// The command, if it is known.
    pub(crate) command: Option<Command>,
    /// What was printed.
    pub(crate) content: Content,
}

/// What was printed.
#[derive(Clone, Debug, PartialEq)]
pub(crate) enum Content {
    /// JSON; of XML its elements as members, beside the name of its root.
    Value(Value, Option<String>),
    /// Lines of `Name : value`, as ossutil prints what it knows of a bucket.
    Lines(Vec<(String, String)>),
    /// What ends in the middle, or is no JSON after all.
    Broken(String),
    /// What a command printed in the place of an answer: its beginning.
    Said(String),
}

/// Cuts a source into pieces. `text` is clean.
pub(crate) fn pieces(file: &str, text: &str) -> Vec<Piece> {
    let stem = Path::new(file).file_stem().map(|stem| stem.to_string_lossy().into_owned()).unwrap_or_default();
    let named = Command::of_file(&stem);
    let mut cutter = Cutter {
        file,
        text,
        at: 0,
        line: 1,
        command: None,
        named,
        found: Vec::new(),
        lines: Vec::new(),
        lines_at: 0,
        said: Said::default(),
    };
    cutter.run();
    cutter.found
}

struct Cutter<'t> {
    file: &'t str,
    text: &'t str,
    at: usize,
    line: usize,
    command: Option<Command>,
    named: Option<Command>,
    found: Vec<Piece>,
    lines: Vec<(String, String)>,
    lines_at: usize,
    said: Said,
}

/// What a command has printed so far.
#[derive(Default)]
struct Said {
    /// Was an answer among it, or is it elsewhere: `> file`?
    answered: bool,
    text: String,
    line: usize,
}

impl Cutter<'_> {
    fn run(&mut self) {
        while self.at < self.text.len() {
            let rest = self.text.get(self.at..).unwrap_or_default();
            let line = rest.split('\n').next().unwrap_or_default();
            let trimmed = line.trim_start();
            let margin = line.len() - trimmed.len();
            match trimmed.chars().next() {
                // A prompt may begin so as well: `[root@host ~]# aliyun …`.
                Some('[') if Command::of_line(line).is_none() => self.json(margin),
                Some('{') => self.json(margin),
                Some('<') => self.xml(margin),
                _ => {
                    if let Some(command) = Command::of_line(line) {
                        self.end();
                        // A line that goes on in the next one names what comes there as well.
                        let whole = rest.split_inclusive('\n').take_while({
                            let mut more = true;
                            move |part| std::mem::replace(&mut more, part.trim_end().ends_with('\\'))
                        });
                        let whole: String = whole.collect();
                        self.command =
                            Command::of_line(&whole.replace("\\\n", " ").replace('\n', " ")).or(Some(command));
                        self.said.answered = is_elsewhere(line);
                        self.skip(whole.len().max(line.len() + 1));
                        continue;
                    }
                    self.hear(trimmed);
                    if let Some((name, value)) = trimmed.split_once(" : ").or_else(|| trimmed.split_once(": ")) {
                        if self.lines.is_empty() {
                            self.lines_at = self.line;
                        }
                        self.lines.push((name.trim().to_owned(), value.trim().to_owned()));
                    } else if trimmed.is_empty() {
                        self.flush();
                    }
                    self.skip(line.len() + 1);
                }
            }
        }
        self.end();
    }

    /// A command's output ends: what it said in the place of an answer is kept.
    fn end(&mut self) {
        self.flush();
        let said = std::mem::take(&mut self.said);
        if !said.answered && !said.text.is_empty() && self.command.is_some() {
            self.push(said.line, Content::Said(said.text));
        }
        self.said = Said::default();
    }

    /// A line that is no answer by itself, but for the prompt behind a command that printed nothing.
    fn hear(&mut self, line: &str) {
        const BEGINNING: usize = 64 * 1024;
        let line = line.trim_end();
        if line.is_empty() || line.ends_with(['$', '#', '>']) || self.said.text.len() > BEGINNING {
            return;
        }
        if self.said.text.is_empty() {
            self.said.line = self.line;
        } else {
            self.said.text.push('\n');
        }
        self.said.text.push_str(line);
    }

    /// Goes on by so many bytes.
    fn skip(&mut self, bytes: usize) {
        let end = (self.at + bytes).min(self.text.len());
        self.line += self.text.get(self.at..end).unwrap_or_default().matches('\n').count();
        self.at = end;
    }

    fn push(&mut self, line: usize, content: Content) {
        let place = Place { file: self.file.to_owned(), line };
        self.said.answered = true;
        let command = self.command.clone().or_else(|| self.named.clone());
        self.found.push(Piece { place, command, content });
    }

    fn json(&mut self, margin: usize) {
        self.flush();
        let start = self.at + margin;
        let rest = self.text.get(start..).unwrap_or_default();
        let mut stream = serde_json::Deserializer::from_str(rest).into_iter::<Value>();
        let line = self.line;
        match stream.next() {
            Some(Ok(value)) => {
                let length = stream.byte_offset();
                self.push(line, Content::Value(value, None));
                self.skip(margin + length.max(1));
            }
            Some(Err(error)) if rest.starts_with('{') => {
                // A line that ends within a text was cut off there.
                let is_cut = error.is_eof() || error.column() == 0;
                let why = if is_cut { "the JSON ends in the middle".to_owned() } else { format!("no JSON: {error}") };
                self.push(line, Content::Broken(why));
                // What comes after may be whole: it begins in a line of its own without a margin, or is a command's.
                let next = rest.match_indices('\n').find(|(at, _)| {
                    let after = rest.get(at + 1..).unwrap_or_default();
                    let line = after.split('\n').next().unwrap_or_default();
                    after.starts_with(['{', '<']) || Command::of_line(line).is_some()
                });
                self.skip(margin + next.map_or(rest.len(), |(at, _)| at + 1));
            }
            // A line of a log: `[2026-01-01 …]`.
            _ => {
                let length = rest.split('\n').next().unwrap_or_default().len();
                self.skip(margin + length + 1);
            }
        }
    }

    fn xml(&mut self, margin: usize) {
        self.flush();
        let start = self.at + margin;
        let rest = self.text.get(start..).unwrap_or_default();
        let line = self.line;
        let Some((root, length)) = root(rest) else {
            let length = rest.split('\n').next().unwrap_or_default().len();
            self.skip(margin + length + 1);
            return;
        };
        let element = rest.get(..length).unwrap_or_default();
        let content = match xml_to_json(element) {
            _ if root.eq_ignore_ascii_case("html") => {
                Content::Broken("a web page, and no answer of the cloud".to_owned())
            }
            Some(value) => Content::Value(value, Some(root)),
            None => Content::Broken("the XML ends in the middle, or is nested deeper than any answer".to_owned()),
        };
        self.push(line, content);
        self.skip(margin + length);
    }

    fn flush(&mut self) {
        let lines = std::mem::take(&mut self.lines);
        if lines.len() > 1 {
            let (line, answered) = (self.lines_at, self.said.answered);
            self.push(line, Content::Lines(lines));
            // What stands below an answer is the terminal's.
            if let Some(piece) = self.found.last_mut().filter(|_| answered) {
                piece.command = None;
            }
        }
    }
}

/// Does what a command prints go to a file?
fn is_elsewhere(line: &str) -> bool {
    let program = line.find("aliyun").or_else(|| line.find("ossutil")).unwrap_or_default();
    let rest = line.get(program..).unwrap_or_default();
    rest.replace("2>&1", "").replace("2>/dev/null", "").contains('>')
}

/// The name of an XML document's root, and how long the document is.
fn root(text: &str) -> Option<(String, usize)> {
    let mut rest = text;
    while let Some(head) = rest.strip_prefix("<?").or_else(|| rest.strip_prefix("<!")) {
        rest = head.get(head.find('>')? + 1..)?.trim_start();
    }
    let name = rest.strip_prefix('<')?;
    let end = name.find(|c: char| !(c.is_ascii_alphanumeric() || c == '_' || c == ':'))?;
    let name = name.get(..end).filter(|name| !name.is_empty())?;
    let close = format!("</{name}>");
    let start = text.len() - rest.len();
    let length = rest.find(&close).map_or(text.len(), |at| start + at + close.len());
    Some((name.to_owned(), length))
}

#[cfg(test)]
mod tests {
    use super::{Content, pieces};

    #[test]
    fn a_transcript_is_cut_at_its_commands() {
        let text = "Last login: today\n$ aliyun ram GetUser --UserName alice\n{\"User\": {\n  \"UserName\": \"alice\"}}\n\
                    $ aliyun ram GetRole \\\n   --RoleName ops\n{\"Role\": {\"Ro\n$ ossutil stat oss://b\nName : b\nACL : private\n\n\
                    <?xml version=\"1.0\"?>\n<Error><Code>AccessDenied</Code></Error>\n<html><p></html>\n";
        let found = pieces("x.txt", text);
        let shown: Vec<_> = found
            .iter()
            .map(|piece| {
                let kind = match &piece.content {
                    Content::Value(_, root) => root.clone().unwrap_or_else(|| "json".into()),
                    Content::Lines(lines) => format!("{} lines", lines.len()),
                    Content::Broken(why) => why.clone(),
                    Content::Said(text) => text.clone(),
                };
                (piece.place.line, piece.command.as_ref().map(|command| command.operation.as_str()), kind)
            })
            .collect();
        assert_eq!(
            shown,
            [
                (3, Some("GetUser"), "json".to_owned()),
                (7, Some("GetRole"), "the JSON ends in the middle".to_owned()),
                (9, Some("Stat"), "2 lines".to_owned()),
                (12, Some("Stat"), "Error".to_owned()),
                (14, Some("Stat"), "a web page, and no answer of the cloud".to_owned()),
            ]
        );
        assert_eq!(found[1].command.as_ref().and_then(|command| command.option("RoleName")), Some("ops"));
    }
}
