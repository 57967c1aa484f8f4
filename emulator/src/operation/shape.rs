//! The shape of what is sent and answered: types with their bounds, as the catalogue has them.

use std::collections::BTreeMap;
use std::sync::{Arc, OnceLock};

use regex_lite::Regex;

use super::Text;

/// A type.
#[derive(Debug, Clone, PartialEq)]
pub enum Shape {
    /// Text.
    String,
    /// A whole number of 32 bits.
    Int,
    /// A whole number of 64 bits.
    Long,
    /// `true` or `false`.
    Bool,
    /// A number.
    Float,
    /// Bytes.
    Binary,
    /// Anything.
    Any,
    /// An object of which no more is known.
    Object,
    /// A list of these.
    List(Box<Bounded>),
    /// An object with these fields.
    Fields(Vec<Field>),
    /// An object with fields of any name and this type.
    Map(Box<Bounded>),
    /// A shape that the product has under a name.
    Named(Text),
}

/// A type with its bounds.
#[derive(Debug, Clone, PartialEq)]
pub struct Bounded {
    /// The type.
    pub shape: Shape,
    /// Its bounds, if it has any.
    pub bounds: Option<Box<Bounds>>,
}

/// What a value is held to.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Bounds {
    /// One of these words; any where there are none.
    pub one_of: Vec<String>,
    /// Words that it is documented to have among others.
    pub such_as: Vec<String>,
    /// At least.
    pub min: Option<f64>,
    /// At most.
    pub max: Option<f64>,
    /// More than.
    pub over: Option<f64>,
    /// Less than.
    pub under: Option<f64>,
    /// How many characters, from and to.
    pub chars: (Option<usize>, Option<usize>),
    /// How many items, from and to.
    pub items: (Option<usize>, Option<usize>),
    /// A pattern that it fits.
    pub like: Option<Pattern>,
}

/// A pattern that a value fits, compiled when it is first asked.
#[derive(Debug, Clone, Default)]
pub struct Pattern {
    text: String,
    compiled: OnceLock<Option<Regex>>,
}

impl Pattern {
    /// A pattern as a page has it.
    pub fn new(text: String) -> Self {
        Self { text, compiled: OnceLock::new() }
    }

    /// Does a value fit? What no machine can read is no bound.
    pub fn fits(&self, value: &str) -> bool {
        let compiled = self.compiled.get_or_init(|| Regex::new(&self.text).ok());
        compiled.as_ref().is_none_or(|regex| regex.is_match(value))
    }
}

impl PartialEq for Pattern {
    fn eq(&self, other: &Self) -> bool {
        self.text == other.text
    }
}

/// Shapes by the names that their product has them under.
pub type Names = BTreeMap<String, Bounded>;

/// A parameter as the catalogue describes it, with the shapes that it names.
#[derive(Debug, Clone)]
pub struct Shaped {
    /// The parameter.
    pub field: Field,
    /// What it names, and what that names.
    pub names: Arc<Names>,
}

impl Shaped {
    /// How many bytes it takes, about, but for the names: those are of the whole operation.
    pub(super) fn bytes(&self) -> usize {
        self.field.bytes()
    }

    /// How many bytes the names take, about.
    pub(super) fn bytes_of_names(&self) -> usize {
        self.names.iter().map(|(name, of)| size_of::<(String, Bounded)>() + name.len() + of.bytes()).sum()
    }
}

/// A field of an object, or a parameter.
#[derive(Debug, Clone, PartialEq)]
pub struct Field {
    /// Its name.
    pub name: String,
    /// Must it be there?
    pub required: bool,
    /// Where a parameter is sent.
    pub place: Place,
    /// How a parameter that is no single value is written.
    pub written: Written,
    /// What it is.
    pub of: Bounded,
}

/// Where a parameter is sent.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Place {
    /// In the query.
    #[default]
    Query,
    /// In the path.
    Path,
    /// In a form.
    Form,
    /// In a header.
    Header,
    /// In the name of the host.
    Host,
}

/// How a list or an object is written as parameters.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Written {
    /// As one value.
    #[default]
    Plain,
    /// A parameter an item: `X.1`, `X.1.Y`.
    Repeated,
    /// A parameter a field: `X.Y`.
    Flat,
    /// As JSON.
    Json,
    /// With commas between the items.
    Commas,
    /// As XML.
    Xml,
}

impl Field {
    /// How many bytes it takes, about.
    pub(super) fn bytes(&self) -> usize {
        size_of::<Self>() + self.name.len() + self.of.bytes()
    }
}

impl Bounded {
    /// The shape itself, of one that is named.
    pub fn resolved<'s>(&'s self, names: &'s Names) -> &'s Self {
        let next = |of: &&'s Self| match &of.shape {
            Shape::Named(name) => names.get(&**name),
            _ => None,
        };
        // Names that lead to each other in a circle are no shape.
        std::iter::successors(Some(self), next).take(8).last().unwrap_or(self)
    }

    /// The names that it has in it.
    pub fn named(&self) -> Vec<&str> {
        match &self.shape {
            Shape::Named(name) => vec![&**name],
            Shape::List(of) | Shape::Map(of) => of.named(),
            Shape::Fields(fields) => fields.iter().flat_map(|field| field.of.named()).collect(),
            _ => Vec::new(),
        }
    }

    fn bytes(&self) -> usize {
        let inside = match &self.shape {
            Shape::List(of) | Shape::Map(of) => size_of::<Self>() + of.bytes(),
            Shape::Fields(fields) => fields.iter().map(Field::bytes).sum(),
            _ => 0,
        };
        let words = |bounds: &Bounds| {
            let listed = bounds.one_of.iter().chain(&bounds.such_as);
            size_of::<Bounds>() + listed.map(|word| size_of::<String>() + word.len()).sum::<usize>()
        };
        inside + self.bounds.as_deref().map_or(0, words)
    }
}

impl From<Shape> for Bounded {
    fn from(shape: Shape) -> Self {
        Self { shape, bounds: None }
    }
}
