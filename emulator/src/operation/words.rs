//! What a refusal is told in, in a product that has more than one way of telling it.

use acslab_policy::Request;

use super::Decided;

/// The words of a check, where its product has words of their own for it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Words {
    /// What somebody is told whom nothing allows: a message and a detail code.
    pub silence: (&'static str, &'static str),
    /// The same of somebody who did not sign.
    pub anonymous: (&'static str, &'static str),
    /// The detail code of an explicit Deny, where it is not the usual one.
    pub denied: Option<&'static str>,
}

/// What was refused.
#[derive(Debug, Clone, Copy)]
pub struct Refused<'a> {
    /// What was asked, under its first name.
    pub request: &'a Request,
    /// What settled it.
    pub decided: &'a Decided,
    /// The words of the check, if it has any.
    pub words: Option<&'static Words>,
}
