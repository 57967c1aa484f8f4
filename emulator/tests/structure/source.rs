//! Rust sources, read as far as their imports and items.

use std::fs;
use std::path::{Path, PathBuf};

/// A file.
pub(crate) struct Source {
    /// Its path, from the crate's folder.
    pub(crate) path: PathBuf,
    /// Its module, from the crate's root.
    pub(crate) module: Vec<String>,
    /// How many lines it has.
    pub(crate) lines: usize,
    /// Its text without comments, and without what stands in quotes.
    code: String,
}

/// All sources in a folder and below, in order of their paths.
pub(crate) fn read(root: &str) -> Vec<Source> {
    let mut found = Vec::new();
    let mut folders = vec![PathBuf::from(root)];
    while let Some(folder) = folders.pop() {
        for entry in fs::read_dir(&folder).unwrap_or_else(|error| panic!("{}: {error}", folder.display())) {
            let path = entry.unwrap().path();
            if path.is_dir() {
                folders.push(path);
            } else if path.extension().is_some_and(|extension| extension == "rs") {
                found.push(Source::of(&path, &fs::read_to_string(&path).unwrap()));
            }
        }
    }
    found.sort_by(|one, other| one.path.cmp(&other.path));
    found
}

impl Source {
    /// A file with that text. Its module is told by its path below the folder `src`.
    pub(crate) fn of(path: impl AsRef<Path>, text: &str) -> Self {
        let path = path.as_ref();
        let below: Vec<_> = path.iter().map(|part| part.to_string_lossy().into_owned()).collect();
        let src = below.iter().position(|part| part == "src").expect("a source stands below src/");
        let mut module = below[src + 1..].to_vec();
        let file = module.pop().unwrap_or_default();
        if !matches!(file.as_str(), "mod.rs" | "lib.rs" | "main.rs") {
            module.push(file.trim_end_matches(".rs").to_owned());
        }
        Self { path: path.to_owned(), module, lines: text.lines().count(), code: bare(text) }
    }

    /// Is it a module of tests? Those may look up.
    pub(crate) fn is_test(&self) -> bool {
        self.module.last().is_some_and(|name| name == "tests")
    }

    /// Each path that begins with `crate`, `self` or `super`, in a `use` or anywhere else but in its tests, from the crate's
    /// root.
    pub(crate) fn imports(&self) -> Vec<Vec<String>> {
        let mut found = Vec::new();
        let code = without_tests(&self.code);
        let mut rest = code.as_str();
        let mut before = ' ';
        while !rest.is_empty() {
            let word = word(rest);
            let beginning = if before == ':' { None } else { self.beginning(word) };
            let after = &rest[word.len().max(rest.chars().next().map_or(1, char::len_utf8))..];
            if let (Some(mut base), Some(mut tail)) = (beginning, after.strip_prefix("::")) {
                while let Some(shorter) = tail.strip_prefix("super::") {
                    base.pop();
                    tail = shorter;
                }
                rest = tree(tail, &base, &mut found);
                before = ' ';
            } else {
                before = rest.chars().next().unwrap_or(' ');
                rest = after;
            }
        }
        found
    }

    fn beginning(&self, word: &str) -> Option<Vec<String>> {
        match word {
            "crate" => Some(Vec::new()),
            "self" => Some(self.module.clone()),
            "super" => Some(self.module[..self.module.len().saturating_sub(1)].to_vec()),
            _ => None,
        }
    }

    /// The head of the first item that is neither `mod NAME;` nor a `use`.
    pub(crate) fn first_item_of_its_own(&self) -> Option<String> {
        let mut rest = self.code.trim_start();
        while !rest.is_empty() {
            if let Some(attribute) = rest.strip_prefix('#') {
                let end = closing(attribute.trim_start_matches('!'), '[', ']');
                rest = end.trim_start();
                continue;
            }
            let end = rest.find(';').unwrap_or(rest.len());
            let item = rest[..end].trim();
            let bare = item.strip_prefix("pub").map_or(item, |public| match public.strip_prefix('(') {
                Some(within) => within.split_once(')').map_or(within, |(_, bare)| bare).trim_start(),
                None => public.trim_start(),
            });
            let declares = match bare.split_whitespace().next() {
                Some("use" | "extern") => true,
                Some("mod") => !bare.contains('{'),
                _ => false,
            };
            if !declares {
                let head = item.split('{').next().unwrap_or(item);
                return Some(head.split_whitespace().collect::<Vec<_>>().join(" "));
            }
            rest = rest[end..].trim_start_matches(';').trim_start();
        }
        None
    }
}

/// Reads one tree of a `use` behind its base; gives what stands behind it.
fn tree<'a>(text: &'a str, base: &[String], found: &mut Vec<Vec<String>>) -> &'a str {
    let mut path = base.to_vec();
    let mut rest = text.trim_start();
    loop {
        if let Some(inner) = rest.strip_prefix('{') {
            rest = inner.trim_start();
            while !rest.is_empty() && !rest.starts_with('}') {
                rest = tree(rest, &path, found).trim_start();
                // A name for it here is nothing to us.
                let end = rest.find([',', '}']).unwrap_or(rest.len());
                rest = rest[end..].trim_start_matches(',').trim_start();
            }
            return rest.strip_prefix('}').unwrap_or(rest);
        }
        let name = word(rest);
        if name.is_empty() {
            break;
        }
        if name != "self" {
            path.push(name.to_owned());
        }
        rest = &rest[name.len()..];
        let Some(further) = rest.strip_prefix("::") else { break };
        rest = further;
    }
    found.push(path);
    rest
}

/// The code without what stands in `mod tests { … }`.
fn without_tests(code: &str) -> String {
    match code.split_once("mod tests {") {
        Some((before, tests)) => [before, &without_tests(closing(&["{", tests].concat(), '{', '}'))].concat(),
        None => code.to_owned(),
    }
}

/// The word that a text begins with, or nothing.
fn word(text: &str) -> &str {
    let end = text.find(|c: char| !c.is_alphanumeric() && c != '_').unwrap_or(text.len());
    &text[..end]
}

/// What stands behind the bracket that closes the first.
fn closing(text: &str, open: char, close: char) -> &str {
    let mut depth = 0_usize;
    for (at, c) in text.char_indices() {
        if c == open {
            depth += 1;
        } else if c == close {
            depth = depth.saturating_sub(1);
            if depth == 0 {
                return &text[at + 1..];
            }
        }
    }
    ""
}

/// The code without comments, and without what stands in quotes.
fn bare(text: &str) -> String {
    let mut kept = String::with_capacity(text.len());
    let mut rest = text;
    while let Some(first) = rest.chars().next() {
        let word = word(rest);
        let raw = rest.strip_prefix('r').filter(|raw| raw.trim_start_matches('#').starts_with('"'));
        rest = if rest.starts_with("//") {
            &rest[rest.find('\n').unwrap_or(rest.len())..]
        } else if rest.starts_with("/*") {
            behind_comment(rest)
        } else if let Some(raw) = raw.filter(|_| word == "r") {
            let hashes = raw.len() - raw.trim_start_matches('#').len();
            let quote = format!("\"{}", &raw[..hashes]);
            let inner = &raw[hashes + 1..];
            inner.find(&quote).map_or("", |end| &inner[end + quote.len()..])
        } else if first == '"' {
            behind_quote(&rest[1..], '"')
        } else if first == '\'' && is_character(&rest[1..]) {
            behind_quote(&rest[1..], '\'')
        } else {
            let piece = word.len().max(first.len_utf8());
            kept.push_str(&rest[..piece]);
            &rest[piece..]
        };
    }
    kept
}

/// A character in quotes, and no lifetime?
fn is_character(text: &str) -> bool {
    let mut characters = text.chars();
    characters.next() == Some('\\') || characters.next() == Some('\'')
}

fn behind_quote(text: &str, quote: char) -> &str {
    let mut escaped = false;
    for (at, c) in text.char_indices() {
        match c {
            _ if escaped => escaped = false,
            '\\' => escaped = true,
            c if c == quote => return &text[at + c.len_utf8()..],
            _ => {}
        }
    }
    ""
}

/// Comments nest.
fn behind_comment(text: &str) -> &str {
    let mut depth = 0_usize;
    let mut rest = text;
    while !rest.is_empty() {
        if let Some(inner) = rest.strip_prefix("/*") {
            depth += 1;
            rest = inner;
        } else if let Some(outer) = rest.strip_prefix("*/") {
            depth -= 1;
            rest = outer;
            if depth == 0 {
                return rest;
            }
        } else {
            rest = &rest[rest.chars().next().map_or(1, char::len_utf8)..];
        }
    }
    rest
}
