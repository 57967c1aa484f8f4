//! The reader itself: recursive descent over bytes, with bounded depth.

use std::borrow::Cow;

use super::{Member, Node, Value};
use crate::fault::{Draft, FaultCode, Faults, Path};
use crate::text::{Span, shorten};

/// A policy is six levels deep; anything beyond this is an attack or an accident.
const MAX_DEPTH: usize = 32;

/// Reads one JSON document. `None`: what was found is in `faults` and reading could not go on.
/// Even with a value there may be faults: comments, stray commas, repeated members.
pub(crate) fn read<'t>(text: &'t str, faults: &mut Faults) -> Option<Node<'t>> {
    let mut reader = Reader { text, bytes: text.as_bytes(), at: 0, faults };
    let node = reader.document();
    match node {
        Ok(node) => Some(node),
        Err(fault) => {
            reader.faults.push(fault);
            None
        }
    }
}

/// A fault after which there is no going on.
type Stop = Draft;

struct Reader<'t, 'f> {
    text: &'t str,
    bytes: &'t [u8],
    at: usize,
    faults: &'f mut Faults,
}

impl<'t> Reader<'t, '_> {
    fn document(&mut self) -> Result<Node<'t>, Stop> {
        if self.text.starts_with('\u{feff}') {
            self.faults.push(
                Draft::new(FaultCode::InvalidJson, Span::new(0, 3), "a byte order mark stands before the document")
                    .help("save the file as UTF-8 without a byte order mark"),
            );
            self.at = 3;
        }
        self.skip_blank()?;
        if self.peek().is_none() {
            return Err(self.stop(self.at, "the document is empty").expected("a JSON object"));
        }
        let node = self.value(0, &Path::Root)?;
        self.skip_blank()?;
        if self.at < self.bytes.len() {
            self.faults.push(
                Draft::new(
                    FaultCode::TrailingText,
                    Span::new(self.at, self.bytes.len()),
                    format!("{} follows the document", self.found()),
                )
                .expected("the end of the text"),
            );
        }
        Ok(node)
    }

    fn peek(&self) -> Option<u8> {
        self.bytes.get(self.at).copied()
    }

    fn char_at(&self, at: usize) -> Option<char> {
        self.text.get(at..).and_then(|rest| rest.chars().next())
    }

    /// What stands at the current place, for a message.
    fn found(&self) -> String {
        match self.char_at(self.at) {
            None => "the end of the text".to_owned(),
            Some(c) if c.is_control() => format!("the control character U+{:04X}", c as u32),
            Some(c) => format!("`{c}`"),
        }
    }

    fn stop(&self, at: usize, message: impl Into<String>) -> Stop {
        let width = self.char_at(at).map_or(0, char::len_utf8);
        Draft::new(FaultCode::InvalidJson, Span::new(at, at + width), message)
    }

    /// Skips white space, and comments with a fault for each.
    fn skip_blank(&mut self) -> Result<(), Stop> {
        loop {
            match self.peek() {
                Some(b' ' | b'\t' | b'\n' | b'\r') => self.at += 1,
                Some(b'/') => self.skip_comment()?,
                Some(b'#') => {
                    let end = self.line_end();
                    self.comment(end);
                }
                _ => return Ok(()),
            }
        }
    }

    fn skip_comment(&mut self) -> Result<(), Stop> {
        let end = match self.bytes.get(self.at + 1) {
            Some(b'/') => self.line_end(),
            Some(b'*') => self
                .text
                .get(self.at + 2..)
                .and_then(|rest| rest.find("*/"))
                .map_or(self.bytes.len(), |length| self.at + 2 + length + 2),
            _ => return Err(self.stop(self.at, "found `/`").expected("a JSON value or punctuation")),
        };
        self.comment(end);
        Ok(())
    }

    fn line_end(&self) -> usize {
        let rest = self.bytes.get(self.at..).unwrap_or_default();
        self.at + rest.iter().position(|&b| b == b'\n').unwrap_or(rest.len())
    }

    fn comment(&mut self, end: usize) {
        self.faults.push(
            Draft::new(FaultCode::Comment, Span::new(self.at, end), "a comment stands in the document")
                .help("JSON has no comments, remove it"),
        );
        self.at = end;
    }

    /// Reads a value. Every fault in it that has no place in the structure yet is given this one.
    fn value(&mut self, depth: usize, path: &Path<'_>) -> Result<Node<'t>, Stop> {
        let before = self.faults.listed();
        let node = self.bare_value(depth, path);
        self.faults.locate(before, path);
        node.map_err(|fault| fault.at_least(path))
    }

    fn bare_value(&mut self, depth: usize, path: &Path<'_>) -> Result<Node<'t>, Stop> {
        let start = self.at;
        let value = match self.peek() {
            Some(b'{' | b'[') if depth >= MAX_DEPTH => {
                let mut fault = self.stop(start, format!("the document nests deeper than {MAX_DEPTH} levels"));
                fault.code = FaultCode::TooDeep;
                return Err(fault);
            }
            Some(b'{') => self.object(depth, path)?,
            Some(b'[') => self.array(depth, path)?,
            Some(b'"') => Value::String(self.string()?),
            Some(b'-' | b'0'..=b'9') => self.number()?,
            Some(b'\'') => {
                return Err(self.stop(start, "found `'`").help("JSON strings stand in double quotes"));
            }
            Some(b) if b.is_ascii_alphabetic() => self.word()?,
            _ => return Err(self.stop(start, format!("found {}", self.found())).expected("a JSON value")),
        };
        Ok(Node { span: Span::new(start, self.at), value })
    }

    fn word(&mut self) -> Result<Value<'t>, Stop> {
        let start = self.at;
        let rest = self.bytes.get(start..).unwrap_or_default();
        let length = rest.iter().position(|b| !b.is_ascii_alphanumeric() && *b != b'_').unwrap_or(rest.len());
        let word = self.text.get(start..start + length).unwrap_or_default();
        let value = match word {
            "true" => Value::Bool(true),
            "false" => Value::Bool(false),
            "null" => Value::Null,
            _ => {
                let mut fault = self.stop(start, format!("found `{}`", shorten(word))).expected("a JSON value");
                fault.span = Span::new(start, start + length);
                return Err(fault.help("text stands in double quotes"));
            }
        };
        self.at += length;
        Ok(value)
    }

    fn number(&mut self) -> Result<Value<'t>, Stop> {
        let start = self.at;
        if self.peek() == Some(b'-') {
            self.at += 1;
        }
        let leading_zero = self.peek() == Some(b'0');
        let whole = self.digits();
        let mut valid = whole > 0 && !(leading_zero && whole > 1);
        if self.peek() == Some(b'.') {
            self.at += 1;
            valid &= self.digits() > 0;
        }
        if let Some(b'e' | b'E') = self.peek() {
            self.at += 1;
            if let Some(b'+' | b'-') = self.peek() {
                self.at += 1;
            }
            valid &= self.digits() > 0;
        }
        let literal = self.text.get(start..self.at).unwrap_or_default();
        if valid {
            Ok(Value::Number(literal))
        } else {
            let mut fault = self.stop(start, format!("`{}` is not a JSON number", shorten(literal)));
            fault.span = Span::new(start, self.at);
            Err(fault)
        }
    }

    fn digits(&mut self) -> usize {
        let start = self.at;
        while self.peek().is_some_and(|b| b.is_ascii_digit()) {
            self.at += 1;
        }
        self.at - start
    }

    fn string(&mut self) -> Result<Cow<'t, str>, Stop> {
        let open = self.at;
        self.at += 1;
        let mut start = self.at;
        let mut owned: Option<String> = None;
        loop {
            match self.peek() {
                None | Some(b'\n' | b'\r') => return Err(self.unterminated(open)),
                Some(b'"') => {
                    let tail = self.text.get(start..self.at).unwrap_or_default();
                    self.at += 1;
                    return Ok(match owned {
                        None => Cow::Borrowed(tail),
                        Some(mut text) => {
                            text.push_str(tail);
                            Cow::Owned(text)
                        }
                    });
                }
                Some(b'\\') => {
                    let text = owned.get_or_insert_default();
                    text.push_str(self.text.get(start..self.at).unwrap_or_default());
                    let c = self.escape()?;
                    if let Some(text) = owned.as_mut() {
                        text.push(c);
                    }
                    start = self.at;
                }
                Some(b) if b < 0x20 => {
                    let fault = self.stop(self.at, format!("{} stands unescaped in a string", self.found()));
                    return Err(fault.help("write it as `\\u` and four hexadecimal digits, or remove it"));
                }
                Some(_) => self.at += 1,
            }
        }
    }

    fn unterminated(&self, open: usize) -> Stop {
        let mut fault = self.stop(open, "a string is not closed on its line").expected("`\"`");
        fault.span = Span::new(open, self.at);
        fault
    }

    fn escape(&mut self) -> Result<char, Stop> {
        let start = self.at;
        self.at += 1;
        let c = match self.peek() {
            Some(b'"') => '"',
            Some(b'\\') => '\\',
            Some(b'/') => '/',
            Some(b'b') => '\u{8}',
            Some(b'f') => '\u{c}',
            Some(b'n') => '\n',
            Some(b'r') => '\r',
            Some(b't') => '\t',
            Some(b'u') => return self.unicode_escape(start),
            _ => {
                return Err(self
                    .stop(start, format!("`\\` is followed by {}", self.found()))
                    .help("in JSON a backslash is written `\\\\`"));
            }
        };
        self.at += 1;
        Ok(c)
    }

    fn unicode_escape(&mut self, start: usize) -> Result<char, Stop> {
        let invalid = |reader: &Self| {
            let mut fault = reader.stop(start, "a `\\u` escape is not a character");
            fault.span = Span::new(start, reader.at);
            fault.expected("four hexadecimal digits, or a pair of surrogates")
        };
        let Some(first) = self.hex() else { return Err(invalid(self)) };
        let code = match first {
            0xd800..=0xdbff => {
                if self.bytes.get(self.at..self.at + 2) != Some(b"\\u") {
                    return Err(invalid(self));
                }
                self.at += 1;
                match self.hex() {
                    Some(second @ 0xdc00..=0xdfff) => 0x10000 + ((first - 0xd800) << 10) + (second - 0xdc00),
                    _ => return Err(invalid(self)),
                }
            }
            other => other,
        };
        char::from_u32(code).ok_or_else(|| invalid(self))
    }

    /// Reads `u` and four hexadecimal digits.
    fn hex(&mut self) -> Option<u32> {
        self.at += 1;
        let digits = self.bytes.get(self.at..self.at + 4)?;
        let mut code = 0;
        for &digit in digits {
            code = code * 16 + char::from(digit).to_digit(16)?;
        }
        self.at += 4;
        Some(code)
    }

    fn array(&mut self, depth: usize, path: &Path<'_>) -> Result<Value<'t>, Stop> {
        let open = self.at;
        self.at += 1;
        let mut elements = Vec::new();
        while self.more(open, b']', !elements.is_empty())? {
            elements.push(self.value(depth + 1, &Path::Index(path, elements.len()))?);
        }
        Ok(Value::Array(elements))
    }

    fn object(&mut self, depth: usize, path: &Path<'_>) -> Result<Value<'t>, Stop> {
        let open = self.at;
        self.at += 1;
        let mut members: Vec<Member<'t>> = Vec::new();
        while self.more(open, b'}', !members.is_empty())? {
            let start = self.at;
            if self.peek() != Some(b'"') {
                let fault = self.stop(start, format!("found {}", self.found())).expected("a member name");
                return Err(fault.help("member names stand in double quotes"));
            }
            let name = self.string()?;
            let name_span = Span::new(start, self.at);
            self.skip_blank()?;
            if self.peek() != Some(b':') {
                let fault = self.stop(self.at, format!("found {} after a member name", self.found()));
                return Err(fault.expected("`:`"));
            }
            self.at += 1;
            self.skip_blank()?;
            let value = self.value(depth + 1, &Path::Member(path, &name))?;
            members.push(Member { name, name_span, value });
        }
        self.report_duplicates(&members);
        Ok(Value::Object(members))
    }

    /// Moves to the next element or past the closing bracket; mends and reports a comma too many or too few.
    fn more(&mut self, open: usize, close: u8, follows: bool) -> Result<bool, Stop> {
        self.skip_blank()?;
        let mut comma = None;
        while self.peek() == Some(b',') {
            if comma.is_some() || !follows {
                self.stray_comma(self.at);
            }
            comma = Some(self.at);
            self.at += 1;
            self.skip_blank()?;
        }
        match self.peek() {
            None => {
                let bracket = if close == b']' { "[" } else { "{" };
                let mut fault = self.stop(open, format!("`{bracket}` is never closed"));
                fault.span = Span::new(open, open + 1);
                Err(fault.expected(format!("`{}` at the end", char::from(close))))
            }
            Some(b) if b == close => {
                if let (Some(at), true) = (comma, follows) {
                    self.stray_comma(at);
                }
                self.at += 1;
                Ok(false)
            }
            Some(b'"' | b'{' | b'[' | b'-' | b'0'..=b'9') if follows && comma.is_none() => {
                let fault = Draft::new(FaultCode::MissingComma, Span::new(self.at, self.at + 1), "a comma is missing");
                self.faults.push(fault.expected("`,`"));
                Ok(true)
            }
            Some(_) if follows && comma.is_none() => {
                let fault = self.stop(self.at, format!("found {}", self.found()));
                Err(fault.expected(format!("`,` or `{}`", char::from(close))))
            }
            Some(_) => Ok(true),
        }
    }

    fn stray_comma(&mut self, at: usize) {
        self.faults.push(
            Draft::new(FaultCode::TrailingComma, Span::new(at, at + 1), "a comma separates nothing")
                .help("remove the comma"),
        );
    }

    fn report_duplicates(&mut self, members: &[Member<'t>]) {
        if members.len() < 2 {
            return;
        }
        let mut order: Vec<&Member<'t>> = members.iter().collect();
        order.sort_by(|a, b| a.name.cmp(&b.name).then(a.name_span.start.cmp(&b.name_span.start)));
        for pair in order.windows(2) {
            if let [first, second] = pair
                && first.name == second.name
            {
                self.faults.push(
                    Draft::new(
                        FaultCode::DuplicateMember,
                        second.name_span,
                        format!("the member `{}` is repeated", shorten(&second.name)),
                    )
                    .help("join the values in one member, or remove one"),
                );
            }
        }
    }
}
