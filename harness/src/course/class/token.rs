//! What a link proves: 128 bits that nobody guesses.

use std::fmt::Write;

/// A token, as it stands in a link.
#[derive(Clone)]
pub(super) struct Token(String);

impl Token {
    /// A new one.
    pub(super) fn new() -> Self {
        let mut text = String::new();
        for byte in rand::random::<[u8; 16]>() {
            // Writing into a text cannot fail.
            let _ = write!(text, "{byte:02x}");
        }
        Self(text)
    }

    pub(super) fn as_str(&self) -> &str {
        &self.0
    }

    /// Whether a text is this token, found out in a time that does not depend on how much of it fits.
    pub(super) fn is(&self, text: &str) -> bool {
        let differs = self.0.bytes().zip(text.bytes()).fold(0, |differs, (own, other)| differs | (own ^ other));
        self.0.len() == text.len() && differs == 0
    }
}

/// It is never told but in its link.
impl std::fmt::Debug for Token {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Token")
    }
}

#[cfg(test)]
mod tests {
    use super::Token;

    #[test]
    fn a_token_is_itself_and_nothing_else() {
        let (one, other) = (Token::new(), Token::new());
        assert!(one.is(one.as_str()) && !one.is(other.as_str()));
        assert!(!one.is("") && !one.is(&one.as_str()[1..]) && !one.is(&format!("{}0", one.as_str())));
        assert_eq!(format!("{one:?}"), "Token");
    }
}
