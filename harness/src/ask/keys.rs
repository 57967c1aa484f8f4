//! Condition keys as the command line has them.

use crate::simulate::expected_of_value;

/// A text that is no condition key with a value.
#[derive(Debug, thiserror::Error)]
pub enum KeyError {
    /// There is no `=` in it.
    #[error("`{0}` is not a condition key with a value: expected `KEY=VALUE`")]
    NotAPair(String),
    /// No request has such a value.
    #[error("`{value}` is no value of `{key}`: expected {expected}")]
    NotAValue {
        /// The key.
        key: String,
        /// What was written.
        value: String,
        /// What a value looks like.
        expected: &'static str,
    },
}

/// The keys with their values; a key that is there several times has several.
///
/// # Errors
/// A text is none, or a value that no request has.
pub fn keys(pairs: &[String]) -> Result<Vec<(String, Vec<String>)>, KeyError> {
    let mut keys: Vec<(String, Vec<String>)> = Vec::new();
    for pair in pairs {
        let (key, value) = pair.split_once('=').ok_or_else(|| KeyError::NotAPair(pair.clone()))?;
        if let Some(expected) = expected_of_value(key, value) {
            return Err(KeyError::NotAValue { key: key.to_owned(), value: value.to_owned(), expected });
        }
        match keys.iter_mut().find(|(known, _)| known == key) {
            Some((_, values)) => values.push(value.to_owned()),
            None => keys.push((key.to_owned(), vec![value.to_owned()])),
        }
    }
    Ok(keys)
}
