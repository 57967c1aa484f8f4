//! YAML as JSON of the same lines: what reads the one reads the other, and tells the line that somebody wrote.
//!
//! Anchors, aliases and tags are refused: a file is meant to be read from top to bottom.

use saphyr_parser::{Event, Parser, ScalarStyle};
use serde_json::Value;

/// The deepest nesting that is taken.
const DEEPEST: usize = 32;

/// The JSON text of a YAML text, each token on the line that it has there; or the line that is wrong, and why.
pub(crate) fn as_json(text: &str) -> Result<String, (usize, String)> {
    let mut json = Json { text: String::with_capacity(text.len()), line: 1, open: Vec::new() };
    for event in Parser::new_from_str(text) {
        let (event, span) = event.map_err(|error| (error.marker().line(), error.info().to_owned()))?;
        let line = span.start.line();
        json.take(event, line).map_err(|why| (line, why))?;
    }
    Ok(json.text)
}

/// What is being written.
struct Json {
    text: String,
    line: usize,
    open: Vec<Open>,
}

/// A collection that has not ended.
enum Open {
    List { items: usize },
    Map { parts: usize },
}

impl Json {
    fn take(&mut self, event: Event<'_>, line: usize) -> Result<(), String> {
        match event {
            Event::Scalar(text, style, anchor, tag) => {
                plain(anchor, tag.is_some())?;
                let is_key = matches!(self.open.last(), Some(Open::Map { parts }) if parts % 2 == 0);
                self.begin(line);
                let value = if style == ScalarStyle::Plain && !is_key { resolved(&text) } else { Value::from(&*text) };
                self.text.push_str(&value.to_string());
            }
            Event::SequenceStart(anchor, tag) => {
                plain(anchor, tag.is_some())?;
                self.nest(line, '[', Open::List { items: 0 })?;
            }
            Event::MappingStart(anchor, tag) => {
                plain(anchor, tag.is_some())?;
                self.nest(line, '{', Open::Map { parts: 0 })?;
            }
            Event::SequenceEnd => self.close(']'),
            Event::MappingEnd => self.close('}'),
            Event::Alias(_) => return Err("an alias; write it out".to_owned()),
            _ => {}
        }
        Ok(())
    }

    /// Goes to a line, and puts down what stands between the last part of a collection and the next.
    fn begin(&mut self, line: usize) {
        match self.open.last_mut() {
            Some(Open::List { items }) => {
                if *items > 0 {
                    self.text.push(',');
                }
                *items += 1;
            }
            Some(Open::Map { parts }) => {
                if *parts > 0 {
                    self.text.push(if *parts % 2 == 0 { ',' } else { ':' });
                }
                *parts += 1;
            }
            None => {}
        }
        while self.line < line {
            self.text.push('\n');
            self.line += 1;
        }
    }

    fn nest(&mut self, line: usize, mark: char, open: Open) -> Result<(), String> {
        if self.open.len() >= DEEPEST {
            return Err("it is nested too deeply".to_owned());
        }
        self.begin(line);
        self.text.push(mark);
        self.open.push(open);
        Ok(())
    }

    fn close(&mut self, mark: char) {
        self.open.pop();
        self.text.push(mark);
    }
}

fn plain(anchor: usize, tagged: bool) -> Result<(), String> {
    if anchor == 0 && !tagged { Ok(()) } else { Err("an anchor or a tag; write it out".to_owned()) }
}

/// What YAML's core schema makes of a word without quotes.
fn resolved(text: &str) -> Value {
    match text {
        "" | "~" | "null" => Value::Null,
        "true" => Value::Bool(true),
        "false" => Value::Bool(false),
        _ => {
            let is_number = text.trim_start_matches('-').starts_with(|first: char| first.is_ascii_digit());
            let number = is_number.then(|| serde_json::from_str(text).ok()).flatten();
            number.map_or_else(|| Value::from(text), Value::Number)
        }
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::as_json;

    #[test]
    fn the_same_value_on_the_same_lines() {
        let yaml = "# a\nproduct: Widget\nversion: '2024-01-32'\nlist:\n  - name: a\n    integer: [1, 9]\n    on: true\n  - {x: y}\nempty: []\n";
        let text = as_json(yaml).unwrap();
        let read: serde_json::Value = serde_json::from_str(&text).unwrap();
        assert_eq!(
            read,
            json!({"product": "Widget", "version": "2024-01-32", "list": [{"name": "a", "integer": [1, 9], "on": true}, {"x": "y"}], "empty": []})
        );
        let line = |word: &str| text.lines().position(|line| line.contains(word)).unwrap() + 1;
        assert_eq!((line("Widget"), line("integer"), line("\"x\""), line("empty")), (2, 6, 8, 9));
    }

    #[test]
    fn what_is_no_plain_yaml_is_told_with_its_line() {
        assert_eq!(as_json("a: 1\nb: [1\n").unwrap_err().0, 3);
        assert_eq!(as_json("a: &x 1\nb: *x\n").unwrap_err(), (1, "an anchor or a tag; write it out".to_owned()));
        assert_eq!(as_json(&"[".repeat(40)).unwrap_err().1, "it is nested too deeply");
    }
}
