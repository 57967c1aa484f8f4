//! The access key secret, and the comparison of signatures.

use std::fmt;

use subtle::ConstantTimeEq;
use zeroize::Zeroizing;

/// An access key secret. Wiped from memory on drop; cannot be printed, serialised or compared by accident.
#[derive(Clone)]
pub struct Secret(Zeroizing<String>);

impl Secret {
    /// Takes the secret over.
    pub fn new(text: String) -> Self {
        Secret(Zeroizing::new(text))
    }

    /// The secret itself: for `CreateAccessKey`'s answer, the saved state and the computation of signatures.
    pub fn expose(&self) -> &str {
        &self.0
    }
}

impl fmt::Debug for Secret {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Secret(..)")
    }
}

/// Whether the computed and the received signature are the same, in a time that does not depend on where they differ.
pub fn same(computed: &str, received: &str) -> bool {
    computed.as_bytes().ct_eq(received.as_bytes()).into()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_secret_does_not_print() {
        let secret = Secret::new("topsecret".to_owned());
        assert_eq!(format!("{secret:?}"), "Secret(..)");
        assert_eq!(secret.clone().expose(), "topsecret");
    }

    #[test]
    fn only_equal_signatures_are_the_same() {
        assert!(same("abc=", "abc="));
        assert!(!same("abc=", "abd="));
        assert!(!same("abc=", "abc"));
        assert!(!same("abc=", "ABC="));
        assert!(!same("abc=", ""));
    }
}
