//! XML as far as signed documents need it: a tree that keeps what its canonical form shows, and reads nothing by guess.
//!
//! Document types, entities of one's own, processing instructions and whatever else can make two readers see two documents are
//! refused. Comments are left out, as canonical forms without comments leave them out, and text is read across them.

mod canonical;
mod element;
mod read;
mod signature;
#[cfg(test)]
mod tests;
mod work;

pub(super) use element::Element;
use element::{Attribute, Node};
pub(super) use signature::{verified, verified_if_signed};
