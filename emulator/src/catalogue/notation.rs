//! Reads the notation of types: `{Name!,Size:int<min 1;max 9>,Tag%repeatList:[{Key,Value}],State:string<in On|Off>}`.

use crate::operation::{Bounded, Bounds, Field, Pattern, Place, Shape, Written};

/// The type that a text says, if it says one.
pub(super) fn shape(text: &str) -> Option<Bounded> {
    let mut rest = Rest(text);
    let bounded = rest.bounded()?;
    rest.0.is_empty().then_some(bounded)
}

/// The fields that a text in braces says.
pub(super) fn fields(text: &str) -> Option<Vec<Field>> {
    match shape(text)?.shape {
        Shape::Fields(fields) => Some(fields),
        _ => None,
    }
}

/// What is still to be read.
struct Rest<'a>(&'a str);

impl<'a> Rest<'a> {
    /// Takes this, if it stands next.
    fn take(&mut self, mark: char) -> bool {
        let rest = self.0.strip_prefix(mark);
        self.0 = rest.unwrap_or(self.0);
        rest.is_some()
    }

    /// The word that stands next, bare or in quotes.
    fn word(&mut self) -> Option<String> {
        if !self.0.starts_with('"') {
            return self.bare().map(str::to_owned);
        }
        let mut texts = serde_json::Deserializer::from_str(self.0).into_iter::<String>();
        let word = texts.next()?.ok()?;
        self.0 = self.0.get(texts.byte_offset()..)?;
        Some(word)
    }

    fn bare(&mut self) -> Option<&'a str> {
        let is_bare = |byte: u8| byte.is_ascii_alphanumeric() || b"_.$*/+-".contains(&byte);
        let end = self.0.bytes().position(|byte| !is_bare(byte)).unwrap_or(self.0.len());
        let (word, rest) = self.0.split_at_checked(end)?;
        self.0 = rest;
        Some(word).filter(|word| !word.is_empty())
    }

    fn bounded(&mut self) -> Option<Bounded> {
        let shape = self.unbounded()?;
        let bounds = if self.take('<') { Some(Box::new(self.bounds()?)) } else { None };
        Some(Bounded { shape, bounds })
    }

    fn unbounded(&mut self) -> Option<Shape> {
        if self.take('[') {
            let item = Box::new(self.bounded()?);
            return self.take(']').then_some(Shape::List(item));
        }
        if self.take('{') {
            return self.object();
        }
        if self.take('#') {
            return self.word().map(|name| Shape::Named(name.into()));
        }
        Some(match self.bare()? {
            "string" => Shape::String,
            "int" => Shape::Int,
            "long" => Shape::Long,
            "bool" => Shape::Bool,
            "float" | "double" => Shape::Float,
            "binary" => Shape::Binary,
            "any" => Shape::Any,
            "object" => Shape::Object,
            _ => return None,
        })
    }

    fn object(&mut self) -> Option<Shape> {
        let mut fields = Vec::new();
        while !self.take('}') {
            fields.push(self.field()?);
            if !self.take(',') && !self.0.starts_with('}') {
                return None;
            }
        }
        Some(match fields.as_mut_slice() {
            [any] if any.name == "*" => Shape::Map(Box::new(fields.remove(0).of)),
            _ => Shape::Fields(fields),
        })
    }

    fn field(&mut self) -> Option<Field> {
        let name = self.word()?;
        let required = self.take('!');
        let place = if self.take('@') { place(self.bare()?)? } else { Place::Query };
        let written = if self.take('%') { written(self.bare()?)? } else { Written::Plain };
        let of = if self.take(':') {
            self.bounded()?
        } else if self.0.starts_with('<') {
            let _ = self.take('<');
            Bounded { shape: Shape::String, bounds: Some(Box::new(self.bounds()?)) }
        } else {
            Shape::String.into()
        };
        Some(Field { name, required, place, written, of })
    }

    fn bounds(&mut self) -> Option<Bounds> {
        let mut bounds = Bounds::default();
        loop {
            let kind = self.bare()?;
            if !self.take(' ') {
                return None;
            }
            match kind {
                "in" => bounds.one_of = self.words()?,
                "as" => bounds.such_as = self.words()?,
                "like" => bounds.like = Some(Pattern::new(self.word()?)),
                "chars" => bounds.chars = self.span()?,
                "items" => bounds.items = self.span()?,
                "min" => bounds.min = self.number()?,
                "max" => bounds.max = self.number()?,
                "over" => bounds.over = self.number()?,
                "under" => bounds.under = self.number()?,
                _ => return None,
            }
            if self.take('>') {
                return Some(bounds);
            }
            if !self.take(';') {
                return None;
            }
        }
    }

    fn words(&mut self) -> Option<Vec<String>> {
        let mut words = vec![self.word()?];
        while self.take('|') {
            words.push(self.word()?);
        }
        Some(words)
    }

    /// A number; a bound that is none binds nothing.
    #[allow(clippy::option_option, reason = "outside: could it be read; inside: is it a number")]
    fn number(&mut self) -> Option<Option<f64>> {
        Some(self.word()?.parse().ok())
    }

    fn span(&mut self) -> Option<(Option<usize>, Option<usize>)> {
        let (from, to) = self.bare()?.split_once("..")?;
        let read = |end: &str| if end.is_empty() { Some(None) } else { end.parse().ok().map(Some) };
        Some((read(from)?, read(to)?))
    }
}

fn place(word: &str) -> Option<Place> {
    Some(match word {
        "path" => Place::Path,
        "formData" => Place::Form,
        "header" => Place::Header,
        "host" => Place::Host,
        _ => return None,
    })
}

fn written(word: &str) -> Option<Written> {
    Some(match word {
        "repeatList" => Written::Repeated,
        "flat" => Written::Flat,
        "json" => Written::Json,
        "simple" => Written::Commas,
        "xml" => Written::Xml,
        _ => return None,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn types_are_read_as_they_are_written() {
        let read = fields(r#"{Name!,Size@path:int<min 1;max 9>,Tag%repeatList:[{Key,"a b":#T}],On<in a|"b|c";chars ..4>,M:{*:[long]}}"#).unwrap();
        let names: Vec<_> = read.iter().map(|field| (field.name.as_str(), field.required)).collect();
        assert_eq!(names, [("Name", true), ("Size", false), ("Tag", false), ("On", false), ("M", false)]);
        let size = read[1].of.bounds.as_deref().unwrap();
        assert_eq!((read[1].place, size.min, size.max), (Place::Path, Some(1.0), Some(9.0)));
        assert_eq!(read[2].written, Written::Repeated);
        let on = read[3].of.bounds.as_deref().unwrap();
        assert_eq!((on.one_of.as_slice(), on.chars), (["a".to_owned(), "b|c".to_owned()].as_slice(), (None, Some(4))));
        assert!(matches!(&read[4].of.shape, Shape::Map(of) if matches!(of.shape, Shape::List(_))));
        for wrong in ["{A", "{A:}", "[int", "{A:int<min>}", "{A:int<most 3>}", "int int", "", "{A@here}"] {
            assert_eq!(shape(wrong), None, "{wrong}");
        }
    }
}
