//! Finding an operation's line.

use std::ops::Range;
use std::sync::Arc;

use super::entry::Entry;
use super::frame::{Unpacked, unpacked};
use super::packed::{self, Packed, products};
use super::{key, row};
use crate::operation::{Bounded, Names};

/// Where an operation's line is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub(crate) struct Place {
    product: u16,
    line: u32,
}

/// An operation's line, unpacked.
#[derive(Debug, Clone)]
pub(crate) struct Line {
    /// Where it is.
    pub(crate) place: Place,
    pub(super) unpacked: Arc<Unpacked>,
    range: Range<usize>,
}

impl Place {
    /// The product version that it is of.
    pub(crate) fn product(self) -> Option<&'static Packed> {
        products().get(usize::from(self.product))
    }

    /// The line.
    pub(crate) fn read(self) -> Option<Line> {
        let unpacked = unpacked(self.product)?;
        let from = usize::try_from(self.line).ok()?;
        let rest = unpacked.text.get(from..)?;
        let to = from + rest.find('\n').unwrap_or(rest.len());
        Some(Line { place: self, unpacked, range: from..to })
    }
}

impl Line {
    /// The code of the product's actions and resources.
    pub(crate) fn code(&self) -> &str {
        let head = self.unpacked.text.lines().take_while(|line| !line.is_empty());
        let codes = head.filter_map(|line| line.strip_prefix("ram ")).find_map(|line| line.split(' ').nth(1));
        codes.unwrap_or_default()
    }

    /// The product that it is of.
    pub(crate) fn product(&self) -> &crate::operation::Product {
        &self.unpacked.product
    }

    /// Its fields.
    pub(crate) fn entry(&self) -> Entry<'_> {
        Entry::of(self.unpacked.text.get(self.range.clone()).unwrap_or_default())
    }

    /// The shapes that these name, and those that they name in turn.
    pub(crate) fn names<'b>(&self, of: impl Iterator<Item = &'b Bounded>) -> Names {
        let mut next: Vec<String> = of.flat_map(Bounded::named).map(str::to_owned).collect();
        let mut names = Names::new();
        while let Some(name) = next.pop() {
            if names.contains_key(&name) {
                continue;
            }
            let Some(shape) = self.shape(&name) else { continue };
            next.extend(shape.named().into_iter().map(str::to_owned));
            names.insert(name, shape);
        }
        names
    }

    /// The shape that the product has under a name, as it is written.
    pub(crate) fn shape(&self, name: &str) -> Option<Bounded> {
        let head = self.unpacked.text.split("\n\n").next()?;
        let types = head.lines().filter_map(|line| line.strip_prefix("type "));
        let written = types.filter_map(|line| line.strip_prefix(name)).find_map(|line| line.strip_prefix(' '));
        super::notation::shape(written?)
    }
}

/// The operations of a version with this name, whatever its letter case; that of the product with the most operations first. One of
/// another name may have the same key: whoever reads the line compares the names.
pub(crate) fn named(version: &str, name: &str) -> impl Iterator<Item = Place> {
    let found = packed::entries(key::of(version, name)).map(|(product, line)| Place { product, line });
    found.filter(move |place| place.product().is_some_and(|product| product.version == version))
}

/// The line of the operation of a product and version with this name.
pub(crate) fn line(product: &str, version: &str, name: &str) -> Option<Line> {
    let mut found = named(version, name);
    let place = found.find(|place| place.product().is_some_and(|packed| packed.name.eq_ignore_ascii_case(product)))?;
    place.read().filter(|line| line.entry().name.eq_ignore_ascii_case(name))
}

/// Each product version with its style and how many operations it has.
pub fn summary() -> impl Iterator<Item = (&'static str, &'static str, &'static str, usize)> {
    products().iter().map(|product| (product.name, product.version, product.style, product.operations))
}

/// The lines of the products of some names, one product after the other.
pub(crate) fn lines_of(is_wanted: impl Fn(&str) -> bool) -> impl Iterator<Item = Line> {
    products().iter().filter(move |product| is_wanted(product.name)).flat_map(entries)
}

/// The lines of the operations that ask for an action.
pub(crate) fn lines_asking(action: &str) -> Vec<Line> {
    let code = action.split(':').next().unwrap_or_default();
    let of_code = products().iter().filter(|product| product.codes.iter().any(|own| own.eq_ignore_ascii_case(code)));
    let asks = |line: &Line| row::actions(line).iter().any(|own| own.eq_ignore_ascii_case(action));
    of_code.flat_map(entries).filter(asks).collect()
}

/// Every operation of a product version, in order.
pub(crate) fn entries(product: &'static Packed) -> Vec<Line> {
    let at = products().iter().position(|one| std::ptr::eq(one, product)).and_then(|at| u16::try_from(at).ok());
    let Some(unpacked) = at.and_then(unpacked) else { return Vec::new() };
    let mut lines = Vec::with_capacity(product.operations);
    let Some(head) = unpacked.text.find("\n\n") else { return lines };
    let mut from = head + 2;
    for line in unpacked.text.get(from..).unwrap_or_default().lines() {
        let to = from + line.len();
        if let Ok(line) = u32::try_from(from) {
            let place = Place { product: unpacked.at, line };
            lines.push(Line { place, unpacked: Arc::clone(&unpacked), range: from..to });
        }
        from = to + 1;
    }
    lines
}

/// The product versions of this version that have operations which are named by a path, but for OSS, which has a way of its own.
pub(crate) fn with_paths(version: &str) -> impl Iterator<Item = &'static Packed> {
    let all = products().get(packed::of_version(version)).unwrap_or_default();
    all.iter().filter(|product| product.has_paths && product.style != "OSS")
}

/// The names of the actions of a service code, as the catalogue has them.
pub fn actions(code: &str) -> Vec<String> {
    let of_code = products().iter().filter(|product| product.codes.iter().any(|own| own.eq_ignore_ascii_case(code)));
    let mut names: Vec<String> = of_code.flat_map(entries).flat_map(|line| row::actions(&line)).collect();
    names.retain(|action| action.split_once(':').is_some_and(|(own, _)| own.eq_ignore_ascii_case(code)));
    names.sort_unstable();
    names.dedup();
    names
}
