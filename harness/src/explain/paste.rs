//! A paste, cut into the errors that it tells: each a body with the text around it, or lines of text.

use super::body::Starts;
use super::facts::Fact;
use super::messages::message;
use super::part::{Told, begins};
use super::pasted::document;
use super::refusal::{Form, Refusal};
use super::text::{complete, is_strong, of_text};

/// How many refusals of one text are told apart.
const MOST: usize = 64;

/// What was found in a text.
#[derive(Default)]
pub(super) struct Found {
    /// The refusals, in their order; those that repeat one are left out.
    pub(super) refusals: Vec<Refusal>,
    /// There are more than are told apart: nothing behind was looked at.
    pub(super) more: bool,
}

/// The refusals of a text.
pub(super) fn refusals(text: &str) -> Found {
    let mut paste = Paste { line: 1, ..Paste::default() };
    let mut starts = Starts::of(text);
    let mut at = 0;
    while at < text.len() && !paste.more {
        let next = starts.next(at).unwrap_or(text.len());
        paste.text(text.get(at..next).unwrap_or_default());
        if next == text.len() {
            break;
        }
        let (length, refusal) = starts.body(next);
        let body = text.get(next..next + length).unwrap_or_default();
        match refusal.filter(Refusal::says_something) {
            Some(refusal) => paste.body(refusal, body),
            // A policy names what it allows: that is not what was asked for.
            None if document(body).is_some() => paste.line += body.matches('\n').count(),
            None => paste.text(body),
        }
        at = next + length;
    }
    paste.close();
    let Paste { mut found, text: around, more, .. } = paste;
    match found.as_mut_slice() {
        // Words that may be of a refusal, where nothing is surer.
        [] => found.extend(of_text(&around).map(|refusal| Refusal { line: 1, ..refusal })),
        // Of a single error all of the text speaks.
        [only] => complete(only, &around),
        _ => {}
    }
    Found { refusals: found, more }
}

/// The same for a text whose words say nothing, as those of a web page.
pub(super) fn bodies(text: &str) -> Found {
    let mut found = refusals(text);
    found.refusals.retain(|refusal| refusal.told.is_none());
    found
}

#[derive(Default)]
struct Paste {
    found: Vec<Refusal>,
    /// There was one more than are told apart.
    more: bool,
    part: Part,
    line: usize,
    /// All but the bodies.
    text: String,
}

/// What tells one error.
#[derive(Default)]
struct Part {
    text: String,
    body: Option<Refusal>,
    line: Option<usize>,
    told: Told,
    /// An empty line after a body: what follows is of another.
    ends: bool,
}

impl Part {
    fn tells(&self) -> bool {
        self.body.is_some() || self.told.is_something()
    }

    /// Keeps of what stands before an error the last lines: the call that it answers may be in them, and a log is not of it.
    fn forget(&mut self) {
        const MOST: usize = 1000;
        if self.tells() || self.text.len() <= 2 * MOST {
            return;
        }
        let from = self.text.ceil_char_boundary(self.text.len() - MOST);
        let from = self.text.get(from..).and_then(|rest| rest.find('\n')).map_or(from, |end| from + end + 1);
        self.text.drain(..from);
    }
}

impl Paste {
    fn text(&mut self, text: &str) {
        for segment in text.split_inclusive('\n') {
            if self.more {
                return;
            }
            match unquoted(segment) {
                Some(lines) => lines.split_inclusive('\n').for_each(|line| self.segment(line)),
                None => self.segment(segment),
            }
            self.line += usize::from(segment.ends_with('\n'));
        }
    }

    fn segment(&mut self, segment: &str) {
        self.text.push_str(segment);
        if segment.trim().is_empty() {
            self.part.ends |= self.part.body.is_some() && segment.ends_with('\n') && self.part.text.ends_with('\n');
            self.part.text.push_str(segment);
            return;
        }
        let told = Told::of(segment);
        let part = &self.part;
        let same = told.request_id.is_some() && told.request_id == part.told.request_id;
        let other =
            part.ends || part.told.contradicts(&told, part.body.is_none()) || part.tells() && !same && begins(segment);
        if other {
            self.close();
        }
        let part = &mut self.part;
        part.forget();
        part.told.add(told);
        if part.tells() && part.line.is_none() {
            part.line = Some(self.line);
        }
        part.text.push_str(segment);
    }

    fn body(&mut self, refusal: Refusal, text: &str) {
        let told = Told::of_body(&refusal);
        let part = &self.part;
        let same = told.request_id.is_some() && told.request_id == part.told.request_id;
        let another = part.body.is_none() && part.told.is_another(&told);
        if part.body.is_some() && !same || part.told.contradicts(&told, false) || another {
            self.close();
        }
        let part = &mut self.part;
        part.line = part.line.filter(|_| part.body.is_some()).or(Some(self.line));
        part.told.add(told);
        match &mut part.body {
            Some(body) => body.fill(refusal),
            None => part.body = Some(refusal),
        }
        self.line += text.matches('\n').count();
    }

    /// The part is told: the next begins.
    fn close(&mut self) {
        let part = std::mem::take(&mut self.part);
        let line = part.line.unwrap_or(1);
        let refusal = match part.body {
            Some(mut body) => {
                complete(&mut body, &part.text);
                Some(body)
            }
            None if part.told.is_something() => of_text(&part.text).filter(|refusal| is_strong(refusal, &part.text)),
            None => None,
        };
        let Some(refusal) = refusal.map(|refusal| Refusal { line, ..refusal }) else { return };
        if self.more {
            return;
        }
        let full = self.found.len() >= MOST;
        match self.found.iter_mut().find(|other| repeats(other, &refusal)) {
            Some(other) => other.fill(refusal),
            None if full => self.more = true,
            None => self.found.push(refusal),
        }
    }
}

/// Is it the same error once more: by its id, or because it says nothing that the first does not say?
fn repeats(first: &Refusal, again: &Refusal) -> bool {
    if let (Some(mine), Some(theirs)) = (&first.request_id, &again.request_id) {
        return mine == theirs;
    }
    let bare = |refusal: &Refusal| Refusal { line: 0, told: None, ..refusal.clone() };
    let within = |mine: &Option<String>, theirs: &Option<String>| theirs.is_none() || mine == theirs;
    let known = message(&again.text());
    let nothing_more = again.request_id.is_none()
        && again.form == Form::Text
        && (known.is_some() || again.code.is_some() && again.action.is_some())
        && message(&first.text()) == known
        && within(&first.code, &again.code)
        && within(&first.ec, &again.ec)
        && within(&first.action, &again.action)
        && within(&first.resource, &again.resource);
    nothing_more || bare(first) == bare(again)
}

/// A line of a log that quotes several, with `\n` for the ends of lines: those. None of a line that has no such labels: `C:\new` is a path.
fn unquoted(line: &str) -> Option<String> {
    let label = |rest: &str| {
        let end = rest.find([':', '=']).filter(|end| *end <= 32)?;
        Fact::of(rest.get(..end)?)
    };
    let quotes = line.split("\\n").skip(1).any(|rest| label(rest.trim_start()).is_some());
    quotes.then(|| line.replace("\\n", "\n"))
}
