//! Maps as programs print them: Python's `{'a': 'b'}`, JavaScript's `{ a: 'b' }`, Java's `{a=b}`, Go's `map[a:b]`, and JSON that ends in the
//! middle. What can be read of one is read.

use serde_json::{Map, Value};

use super::facts::Fact;
use crate::words::beginning;

/// How deep one is followed.
const DEEPEST: usize = 8;

/// How long a value without quotes is, at most.
const LONGEST: usize = 2000;

/// Go's maps begin so.
const GO: &str = "map[";

/// Does a map begin here?
pub(super) fn begins(text: &str) -> bool {
    text.starts_with('{') || text.starts_with(GO)
}

/// A map that was read.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Read {
    /// Its members.
    pub(super) value: Value,
    /// How long it is.
    pub(super) length: usize,
    /// Does it end, as maps do?
    pub(super) whole: bool,
}

/// The map at the start of a text; of what begins with no member how far it was looked at.
pub(super) fn read(text: &str) -> Result<Read, usize> {
    let mut reader = Reader { text, at: 0, torn: false };
    let value = reader.map(0).ok_or(reader.at)?;
    Ok(Read { value, length: reader.at, whole: !reader.torn })
}

struct Reader<'t> {
    text: &'t str,
    at: usize,
    /// It ended in the middle, or in something else: nothing behind is read.
    torn: bool,
}

/// What a word without quotes ends at.
#[derive(Clone, Copy)]
enum Around {
    /// `{…}`, with the sign between name and value.
    Braces(char),
    /// A line of its own within braces.
    Line,
    /// `[…]` within braces.
    List,
    /// `map[…]`
    Go,
}

impl<'t> Reader<'t> {
    fn rest(&self) -> &'t str {
        self.text.get(self.at..).unwrap_or_default()
    }

    fn peek(&self) -> Option<char> {
        self.rest().chars().next()
    }

    fn take(&mut self, what: char) -> bool {
        let there = self.peek() == Some(what);
        if there {
            self.at += what.len_utf8();
        }
        there
    }

    /// Goes on behind blanks, ends of lines and these. No map goes on behind an empty line.
    fn skip(&mut self, also: &[char]) {
        let rest = self.rest();
        let length = rest.len() - rest.trim_start_matches(|c: char| c.is_whitespace() || also.contains(&c)).len();
        self.torn |= rest.get(..length).unwrap_or_default().contains("\n\n");
        self.at += length;
    }

    fn map(&mut self, depth: usize) -> Option<Value> {
        let go = self.rest().starts_with(GO);
        self.at += if go { GO.len() } else { 1 };
        let close = if go { ']' } else { '}' };
        let mut members = Map::new();
        while !self.torn {
            self.skip(&[',']);
            if self.torn || self.take(close) {
                break;
            }
            let member = self.member(go, depth);
            self.torn |= member.is_none();
            members.extend(member);
        }
        (!members.is_empty()).then_some(Value::Object(members))
    }

    fn member(&mut self, go: bool, depth: usize) -> Option<(String, Value)> {
        let own_line =
            self.text.get(..self.at).is_some_and(|before| before.trim_end_matches([' ', '\t']).ends_with('\n'));
        let name = match self.quote() {
            Some(quote) => self.string(quote)?,
            None => self.name()?.to_owned(),
        };
        if !go {
            self.skip(&[]);
        }
        let sign = self.peek().filter(|sign| if go { *sign == ':' } else { matches!(sign, ':' | '=') })?;
        self.at += 1;
        // Ruby's `=>`.
        self.take('>');
        // A message without quotes is all of its line, whatever names it has behind commas.
        let line = own_line && Fact::of(&name) == Some(Fact::Message);
        let around = match sign {
            _ if go => Around::Go,
            _ if line => Around::Line,
            sign => Around::Braces(sign),
        };
        Some((name, self.value(around, depth + 1)?))
    }

    /// A name without quotes.
    fn name(&mut self) -> Option<&'t str> {
        let found = name_at(self.rest());
        self.at += found.len();
        (!found.is_empty()).then_some(found)
    }

    /// The quote that begins here, its letter skipped: `u'…'`, `b"…"`.
    fn quote(&mut self) -> Option<char> {
        let rest = self.rest();
        let plain = rest.strip_prefix(['u', 'b', 'r']).unwrap_or(rest);
        let quote = plain.chars().next().filter(|c| matches!(c, '\'' | '"' | '`'))?;
        self.at += rest.len() - plain.len() + 1;
        Some(quote)
    }

    fn value(&mut self, around: Around, depth: usize) -> Option<Value> {
        if !matches!(around, Around::Go) {
            self.skip(&[]);
        }
        if depth > DEEPEST {
            return None;
        }
        if begins(self.rest()) {
            return Some(self.map(depth).unwrap_or_else(|| Value::Object(Map::new())));
        }
        if matches!(around, Around::Braces(_) | Around::List | Around::Line) && self.take('[') {
            return Some(self.list(depth));
        }
        if let Some(quote) = self.quote() {
            let mut text = self.string(quote)?;
            // A long text in parts: `'a' +` and `'b'` in the next line.
            while let Some(more) = self.rest().trim_start().strip_prefix('+').map(str::trim_start) {
                self.at = self.text.len() - more.len();
                let quote = self.quote()?;
                text.push_str(&self.string(quote)?);
            }
            return Some(Value::String(text));
        }
        Some(bare(self.bare(around)))
    }

    fn list(&mut self, depth: usize) -> Value {
        let mut items = Vec::new();
        while !self.torn {
            self.skip(&[',']);
            if self.take(']') {
                break;
            }
            let before = self.at;
            items.extend(self.value(Around::List, depth + 1));
            self.torn |= self.at == before;
        }
        Value::Array(items)
    }

    /// The text up to its quote; of one that does not end what there is.
    fn string(&mut self, quote: char) -> Option<String> {
        let mut text = String::new();
        let mut letters = self.rest().char_indices();
        while let Some((at, c)) = letters.next() {
            match c {
                c if c == quote => {
                    self.at += at + 1;
                    return Some(text);
                }
                '\\' => match letters.next().map(|(_, c)| c) {
                    Some('n') => text.push('\n'),
                    Some('t') => text.push('\t'),
                    Some('r') => {}
                    Some('u') => {
                        let digits: String = letters.by_ref().take(4).map(|(_, c)| c).collect();
                        let letter = u32::from_str_radix(&digits, 16).ok().and_then(char::from_u32);
                        text.push(letter.unwrap_or('\u{fffd}'));
                    }
                    Some(other) => text.push(other),
                    None => {}
                },
                '\n' if text.ends_with('\n') => break,
                other => text.push(other),
            }
        }
        self.at = self.text.len() - letters.as_str().len();
        self.torn = true;
        // A name that does not end is none.
        (!text.is_empty()).then_some(text)
    }

    /// A word, or several, without quotes.
    fn bare(&mut self, around: Around) -> &'t str {
        let rest = self.rest();
        let rest = beginning(rest, LONGEST);
        let mut open = 0_usize;
        let end = rest.char_indices().find(|(at, c)| {
            let after = || rest.get(at + 1..).unwrap_or_default();
            match (around, c) {
                (_, '\n') | (Around::Braces(_), '}') | (Around::List, ',' | ']' | '}') => true,
                (Around::Braces(sign), ',') => {
                    let next = after().trim_start_matches([' ', '\t', '\r']);
                    let behind = next.get(name_at(next).len()..).unwrap_or_default().trim_start();
                    next.starts_with(['\'', '"', '\n']) || next.is_empty() || behind.starts_with(sign)
                }
                (Around::Go, '[') => {
                    open += 1;
                    false
                }
                (Around::Go, ']') => {
                    open = open.wrapping_sub(1);
                    open == usize::MAX
                }
                (Around::Go, ' ') => {
                    let name = name_at(after());
                    let value = after().get(name.len()..).and_then(|rest| rest.strip_prefix(':'));
                    open == 0 && !name.is_empty() && value.is_some_and(|value| !value.starts_with(' '))
                }
                _ => false,
            }
        });
        let end = end.map_or(rest.len(), |(at, _)| at);
        self.at += end;
        rest.get(..end).unwrap_or_default().trim()
    }
}

/// The name that a text begins with.
fn name_at(text: &str) -> &str {
    let end =
        text.find(|c: char| !(c.is_ascii_alphanumeric() || matches!(c, '_' | '-' | '.' | '$'))).unwrap_or(text.len());
    text.get(..end).unwrap_or_default()
}

fn bare(word: &str) -> Value {
    match word {
        "true" | "True" => Value::Bool(true),
        "false" | "False" => Value::Bool(false),
        "null" | "None" | "nil" | "<nil>" | "undefined" | "" => Value::Null,
        text => Value::String(text.to_owned()),
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::read;

    #[test]
    fn one_map_in_the_words_of_each_language() {
        let expected = json!({"Code": "NoPermission", "Detail": {"AuthAction": "ram:CreateUser", "PolicyType": "ControlPolicy"}, "Message": "No, you may not: [Resource:acs:ram:*:1:user/* Action:ram:CreateUser]"});
        for text in [
            r#"{"Code": "NoPermission", "Detail": {"AuthAction": "ram:CreateUser", "PolicyType": "ControlPolicy"}, "Message": "No, you may not: [Resource:acs:ram:*:1:user/* Action:ram:CreateUser]"}"#,
            "{'Code': 'NoPermission', u'Detail': {'AuthAction': u'ram:CreateUser', 'PolicyType': 'ControlPolicy'}, 'Message': 'No, you may not: [Resource:acs:ram:*:1:user/* Action:ram:CreateUser]'}",
            "{\n  Code: 'NoPermission',\n  Detail: { AuthAction: 'ram:CreateUser', PolicyType: 'ControlPolicy' },\n  Message: 'No, you may not: ' +\n    '[Resource:acs:ram:*:1:user/* Action:ram:CreateUser]'\n}",
            "{Code=NoPermission, Detail={AuthAction=ram:CreateUser, PolicyType=ControlPolicy}, Message=No, you may not: [Resource:acs:ram:*:1:user/* Action:ram:CreateUser]}",
            "map[Code:NoPermission Detail:map[AuthAction:ram:CreateUser PolicyType:ControlPolicy] Message:No, you may not: [Resource:acs:ram:*:1:user/* Action:ram:CreateUser]]",
        ] {
            let read = read(&format!("{text} and more")).unwrap();
            assert_eq!((read.value, read.length, read.whole), (expected.clone(), text.len(), true), "{text}");
        }
    }

    #[test]
    fn what_ends_in_the_middle_is_read_as_far_as_it_goes() {
        let torn = read(r#"{"Code": "NoPermission", "Detail": {"AuthAction": "ram:CreateU"#).unwrap();
        assert!(!torn.whole);
        assert_eq!(torn.value, json!({"Code": "NoPermission", "Detail": {"AuthAction": "ram:CreateU"}}));
        assert_eq!(read("{ \"a\": 1,\n  <b>").ok().map(|read| read.value), Some(json!({"a": "1"})));
        for text in ["{", "{}", "{a b}", "{'a", "{\"a\n", "map[", "map[]", "[1]"] {
            assert_eq!(read(text).ok().map(|read| read.value), None, "{text}");
        }
        assert!(read(&"{a=".repeat(10_000)).is_ok());
    }
}
