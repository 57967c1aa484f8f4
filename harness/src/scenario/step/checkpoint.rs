//! Going back: the cloud as it was at a checkpoint, with what the scenario had saved until then.

use crate::scenario::mistake::Kind;
use crate::scenario::reader::{Fields, Reader};
use crate::scenario::scope::Scope;
use crate::words::Choices;

/// The fields of a step that tell it.
pub(super) const FIELDS: &[&str] = &["checkpoint", "back_to"];

/// What a name of one is.
pub(super) const NAME: &str = "a name of letters, digits, `-`, `_` and `.`";

/// A checkpoint is made, or gone back to.
#[derive(Clone, Debug)]
pub enum Checkpoint {
    /// The state of this moment has this name.
    Keep(String),
    /// The state is what it was.
    BackTo(String),
}

impl Checkpoint {
    pub(super) fn read(fields: &Fields<'_>, reader: &mut Reader<'_>, scope: &mut Scope) -> Vec<Self> {
        let mut all = Vec::new();
        if let Some(text) = fields.get("back_to").and_then(|node| reader.text(node, NAME)) {
            if scope.checkpoints.contains(&text.value) {
                all.push(Self::BackTo(text.value));
            } else {
                let choices = Choices::new(&text.value, &scope.checkpoints);
                reader.note(Kind::UnknownCheckpoint { name: text.value, choices }, text.span);
            }
        }
        if let Some(node) = fields.get("checkpoint")
            && let Some(text) = reader.text(node, NAME)
        {
            let fits = |c: char| c.is_ascii_alphanumeric() || ['-', '_', '.'].contains(&c);
            if text.value.len() <= 64 && text.value.chars().all(fits) {
                scope.checkpoints.push(text.value.clone());
                all.push(Self::Keep(text.value));
            } else {
                reader.expected(node, NAME, None);
            }
        }
        all
    }
}
