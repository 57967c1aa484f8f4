//! What came of the sources, and what there is to know of it.

use super::piece::Place;
use crate::authorization::Kept;

/// Something to know of a source.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Note {
    /// Where: `users.json:12`.
    pub place: String,
    /// What.
    pub what: String,
    /// Was something left out because of it?
    pub left_out: bool,
    /// Is it of a policy document that is none?
    pub of_document: bool,
    /// Of what of a state it is, where it is of a document: the account's id, and the place in it, such as `policies/Photos/v1`.
    pub of: Option<(String, String)>,
}

impl Note {
    pub(super) fn new(place: &Place, what: String, left_out: bool) -> Self {
        Self { place: place.to_string(), what, left_out, of_document: false, of: None }
    }
}

/// How to import.
#[derive(Clone, Debug, Default)]
pub struct Options {
    /// The account of what does not say whose it is.
    pub account: Option<String>,
    /// To whom documents that nobody is named for are attached: `user/alice`, `group/dev`, `role/ops`.
    pub attach_to: Option<String>,
}

/// What came of the sources.
#[derive(Debug)]
pub struct Collected {
    /// The state.
    pub kept: Kept,
    /// What there is to know, in the order of the sources.
    pub notes: Vec<Note>,
    /// What was taken, in words: "2 users", "1 policy".
    pub taken: Vec<(usize, &'static str)>,
    /// Did nobody say which account it is?
    pub assumed: bool,
}
