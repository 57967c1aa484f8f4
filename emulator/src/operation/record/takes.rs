//! What fields are held to when they are given, where the catalogue does not say it.

use std::sync::Arc;

use serde::Deserialize;

use super::file::RecordProduct;
use super::over::Verb;
use crate::operation::{Bounds, Field, Form, Parameter, Pattern, Place, Shape, Shaped, Written};

/// What a field is held to: `{"in": ["PRIVATE", "PUBLIC"]}`, `{"like": "^[a-z]+$"}`.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Takes {
    /// One of these words.
    #[serde(default, rename = "in")]
    one_of: Vec<String>,
    /// At least.
    min: Option<f64>,
    /// At most.
    max: Option<f64>,
    /// How many characters, from and to.
    chars: Option<(usize, usize)>,
    /// A pattern.
    like: Option<String>,
}

impl Takes {
    /// The same as bounds of a parameter.
    fn bounds(&self) -> Bounds {
        Bounds {
            one_of: self.one_of.clone(),
            min: self.min,
            max: self.max,
            chars: self.chars.map_or((None, None), |(least, most)| (Some(least), Some(most))),
            like: self.like.clone().map(Pattern::new),
            ..Bounds::default()
        }
    }

    /// May it be empty? Of what has to be one of some words, or to have a form, it is not said that it may.
    pub(super) fn may_be_empty(&self) -> bool {
        self.one_of.is_empty() && self.like.is_none() && self.chars.is_none_or(|(least, _)| least == 0)
    }
}

impl RecordProduct {
    /// Holds the parameters of an operation to what its file says of the fields that they set.
    pub fn hold(&self, operation: &str, parameters: &mut [Parameter]) {
        let Some(says) = self.says(operation) else { return };
        let kind = says.kind.as_ref().and_then(|kind| self.kind(kind));
        let Some(kind) = kind.filter(|_| matches!(says.verb, Some(Verb::Create | Verb::Put | Verb::Update))) else {
            return;
        };
        for parameter in parameters {
            let field = says.rename.get(&*parameter.name).map_or(&*parameter.name, String::as_str);
            let Some(takes) = kind.takes.get(field) else { continue };
            let mut shaped = match &parameter.form {
                Form::Shaped(shaped) => Shaped::clone(shaped),
                Form::Any | Form::Text(_) => Shaped {
                    field: Field {
                        name: parameter.name.to_string(),
                        required: false,
                        place: Place::default(),
                        written: Written::default(),
                        of: Shape::String.into(),
                    },
                    names: Arc::default(),
                },
                // What has a form of its own is held to that.
                _ => continue,
            };
            shaped.field.of.bounds = Some(Box::new(takes.bounds()));
            parameter.form = Form::Shaped(Arc::new(shaped));
        }
    }
}
