//! An operation's line, its fields told apart and not yet read.

use super::notation;
use crate::operation::{Bounded, Field};

/// An operation's line.
#[derive(Debug, Clone, Copy, Default)]
pub(crate) struct Entry<'a> {
    /// Its name.
    pub(crate) name: &'a str,
    /// What it does, as a word, and whether it reads or writes; with `~` where that is told by the name.
    pub(crate) kind: &'a str,
    /// How it is called, where it is in another way than its product.
    pub(crate) style: Option<&'a str>,
    /// Is it published?
    pub(crate) hidden: bool,
    /// Methods and path.
    at: Option<&'a str>,
    /// The ways to authenticate, where they are others than a key.
    pub(crate) auth: Option<&'a str>,
    /// The status of its answer.
    pub(crate) status: Option<u16>,
    parameters: Option<&'a str>,
    body: Option<&'a str>,
    answer: Option<&'a str>,
    errors: Option<&'a str>,
    /// Further fields may be needs; they are found again in the whole line.
    line: &'a str,
}

/// What an operation needs: an action on resources.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Needs<'a> {
    /// How the action is known: the word of the source.
    pub(crate) mark: &'a str,
    /// The action; empty for an operation that is open to anybody.
    pub(crate) action: &'a str,
    /// Are the resources deduced?
    pub(crate) inferred: bool,
    resources: &'a str,
}

impl<'a> Needs<'a> {
    /// The resources, as templates.
    pub(crate) fn resources(&self) -> impl Iterator<Item = &'a str> {
        self.words().filter(|word| !word.starts_with(['?', '&']))
    }

    /// The resources that are asked about only when the request names them.
    pub(crate) fn conditional(&self) -> impl Iterator<Item = &'a str> {
        self.words().filter_map(|word| word.strip_prefix('?'))
    }

    fn words(&self) -> impl Iterator<Item = &'a str> {
        self.resources.split(' ').filter(|word| !word.is_empty())
    }
}

impl<'a> Entry<'a> {
    /// Tells the fields of a line apart.
    pub(crate) fn of(line: &'a str) -> Self {
        let mut fields = line.split('\t');
        let mut entry = Self { name: fields.next().unwrap_or_default(), line, ..Self::default() };
        entry.kind = fields.next().unwrap_or_default();
        for field in fields {
            let (word, rest) = field.split_once(' ').unwrap_or((field, ""));
            match word {
                "style" => entry.style = Some(rest),
                "hidden" => entry.hidden = true,
                "at" => entry.at = Some(rest),
                "auth" => entry.auth = Some(rest),
                "status" => entry.status = rest.parse().ok(),
                "in" => entry.parameters = Some(rest),
                "body" | "body!" => entry.body = Some(rest),
                "out" => entry.answer = Some(rest),
                "errors" => entry.errors = Some(rest),
                _ => {}
            }
        }
        entry
    }

    /// The whole of it.
    #[cfg(test)]
    pub(super) fn line(&self) -> &'a str {
        self.line
    }

    /// The methods and the path by which a request names it, if it does.
    pub(crate) fn at(&self) -> Option<(impl Iterator<Item = &'a str> + use<'a>, &'a str)> {
        let (methods, path) = self.at?.split_once(' ')?;
        Some((methods.split(','), path))
    }

    /// Its parameters.
    pub(crate) fn parameters(&self) -> Vec<Field> {
        self.parameters.and_then(notation::fields).unwrap_or_default()
    }

    /// What its body is.
    pub(crate) fn body(&self) -> Option<Bounded> {
        self.body.and_then(notation::shape)
    }

    /// What it answers.
    pub(crate) fn answer(&self) -> Option<Bounded> {
        self.answer.and_then(notation::shape)
    }

    /// The codes of its documented errors, each with its status.
    pub(crate) fn errors(&self) -> impl Iterator<Item = (u16, &'a str)> + use<'a> {
        let groups = self.errors.unwrap_or_default().split(' ').filter_map(|group| group.split_once(':'));
        groups.flat_map(|(status, codes)| {
            let status = status.parse().unwrap_or_default();
            codes.split(',').map(move |code| (status, code))
        })
    }

    /// What it needs, where anything is published.
    pub(crate) fn needs(&self) -> impl Iterator<Item = Needs<'a>> + use<'a> {
        self.line.split('\t').filter_map(|field| field.strip_prefix("ram ")).map(|field| {
            let mut words = field.splitn(3, ' ');
            let (mark, action) = (words.next().unwrap_or_default(), words.next().unwrap_or_default());
            let rest = words.next().unwrap_or_default();
            let inferred = rest == "~" || rest.starts_with("~ ");
            Needs { mark, action, inferred, resources: rest.strip_prefix('~').unwrap_or(rest) }
        })
    }
}
