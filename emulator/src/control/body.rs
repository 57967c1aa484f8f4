//! Bodies: one JSON object each.

use serde::de::DeserializeOwned;

/// Reads a body.
///
/// # Errors
/// What is wrong with it, in words for whoever sent it.
pub(super) fn read<T: DeserializeOwned>(body: &[u8]) -> Result<T, String> {
    // An empty list would be read as an object of which nothing is said.
    match body.trim_ascii_start().first() {
        Some(b'{') => serde_json::from_slice(body).map_err(|error| in_words(&error.to_string())),
        Some(_) => Err("expected a JSON object".to_owned()),
        None => Err("the body is empty, expected a JSON object".to_owned()),
    }
}

/// The parser's words, without those of the language that it is written in.
fn in_words(error: &str) -> String {
    ["u8", "u16", "u32", "u64", "usize", "i32", "i64"]
        .iter()
        .fold(error.to_owned(), |error, kind| error.replace(&format!("expected {kind}"), "expected a whole number"))
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use super::read;

    #[test]
    fn a_body_is_an_object() {
        let read = |body: &str| read::<BTreeMap<String, usize>>(body.as_bytes());
        assert_eq!(read(" {\"a\": 1}"), Ok([("a".to_owned(), 1)].into()));
        for (body, why) in [
            ("", "the body is empty"),
            (" \n", "the body is empty"),
            ("[]", "expected a JSON object"),
            ("7", "expected a JSON object"),
            ("{\"a\": \"x\"}", "expected a whole number"),
            ("{", "EOF"),
        ] {
            assert!(read(body).unwrap_err().contains(why), "{body}");
        }
    }
}
