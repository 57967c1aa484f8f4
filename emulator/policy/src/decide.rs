//! The fast way to an answer.

use crate::layers::{Decision, Layer, Layers};
use crate::request::Request;
use crate::sequence::{self, Judge, Skip};
use crate::set::{Hit, PolicySet};

/// Decides a request. Allocates nothing, takes no lock, and looks only at statements that can fit.
pub fn decide(layers: &Layers<'_>, request: &Request) -> Decision {
    sequence::settle(layers, request, &mut Lookup)
}

struct Lookup;

impl Judge for Lookup {
    fn judge(&mut self, _: Layer, _: u32, set: &PolicySet, request: &Request) -> Option<Hit> {
        set.find(request)
    }

    fn skip(&mut self, _: Layer, _: Skip) {}
}
