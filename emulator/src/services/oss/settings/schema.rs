//! What a document must look like.

use super::super::{error, xml};
use crate::cloud::Element;
use crate::gateway::ApiError;

/// An element that a document has, or may have.
#[derive(Debug)]
pub(in super::super) struct Field {
    name: &'static str,
    /// How often it must be there, and may be.
    count: (usize, usize),
    is: Is,
}

/// What is in an element.
#[derive(Debug)]
pub(in super::super) enum Is {
    /// Any text.
    Text,
    /// One of these words.
    Word(&'static [&'static str]),
    /// `true` or `false`, in whatever letter case: Python's clients write `True`. It is kept in lower case.
    Flag,
    /// A whole number from, to.
    Whole(i64, i64),
    /// A time.
    Time,
    /// These elements.
    Of(&'static [Field]),
}

/// So often, and more, as nobody counts.
pub(in super::super) const MANY: usize = usize::MAX;

/// An element that is there once.
pub(in super::super) const fn one(name: &'static str, is: Is) -> Field {
    Field { name, count: (1, 1), is }
}

/// An element that may be there.
pub(in super::super) const fn maybe(name: &'static str, is: Is) -> Field {
    Field { name, count: (0, 1), is }
}

/// An element that is there so often at the least, and so often at the most.
pub(in super::super) const fn several(name: &'static str, least: usize, most: usize, is: Is) -> Field {
    Field { name, count: (least, most), is }
}

/// Checks a document. Elements that are not known are passed over: the cloud learns new ones, and its clients before us.
pub(in super::super) fn check(element: &mut Element, fields: &[Field]) -> Result<(), ApiError> {
    for field in fields {
        let mut count = 0;
        for child in element.children.iter_mut().filter(|child| child.name == field.name) {
            count += 1;
            field.check(child)?;
        }
        if count < field.count.0 || count > field.count.1 {
            return Err(error::malformed_xml());
        }
    }
    Ok(())
}

impl Field {
    fn check(&self, element: &mut Element) -> Result<(), ApiError> {
        if let Is::Of(fields) = &self.is {
            return check(element, fields);
        }
        if matches!(self.is, Is::Flag) && xml::flag(&element.text).is_some() {
            element.text.make_ascii_lowercase();
        }
        // As it stands there: what reads the setting later takes nothing off it either.
        let text = element.text.as_str();
        let fits = match &self.is {
            Is::Text | Is::Of(_) => true,
            Is::Word(words) => words.contains(&text),
            Is::Flag => xml::flag(text).is_some(),
            Is::Time => text.parse::<jiff::Timestamp>().is_ok(),
            Is::Whole(least, most) => {
                let number: i64 = text.parse().map_err(|_| error::malformed_xml())?;
                if !(*least..=*most).contains(&number) {
                    return Err(wrong(self.name, text));
                }
                true
            }
        };
        if fits { Ok(()) } else { Err(error::malformed_xml()) }
    }
}

/// A value that an element cannot have.
pub(in super::super) fn wrong(name: &str, value: &str) -> ApiError {
    error::invalid_argument(name, value, "Invalid Argument. Parameter is invalid.")
}
