//! The access key secret, and the comparison of signatures.

use std::fmt;
use std::sync::Arc;

use parking_lot::Mutex;
use ring::rand::{SecureRandom, SystemRandom};
use subtle::ConstantTimeEq;
use zeroize::Zeroizing;

/// An access key secret. Wiped from memory when the last copy of it is dropped; cannot be printed, serialised or compared by
/// accident.
#[derive(Clone)]
pub struct Secret(Arc<Kept>);

struct Kept {
    text: Zeroizing<String>,
    derived: Mutex<Vec<Derived>>,
}

/// A key that was derived from a secret for a product's requests of a day in a region.
struct Derived {
    product: &'static str,
    date: Box<str>,
    region: Box<str>,
    key: DerivedKey,
}

/// A derived key; wiped from memory on drop.
pub(super) type DerivedKey = Zeroizing<[u8; 32]>;

/// How many derived keys are kept with a secret: a client signs for a region or two, on one day.
const MOST_DERIVED: usize = 4;
/// The longest region of a key that is kept. Who has not been found to know the secret can name regions too.
const LONGEST_REGION: usize = 32;

impl Secret {
    /// Takes the secret over.
    pub fn new(text: String) -> Self {
        Secret(Arc::new(Kept { text: Zeroizing::new(text), derived: Mutex::default() }))
    }

    /// A secret that nobody can guess: 128 bits from the machine's own source, in hexadecimal.
    ///
    /// # Errors
    /// The machine gives none.
    pub fn drawn() -> Result<Self, ring::error::Unspecified> {
        let mut bytes = Zeroizing::new([0_u8; 16]);
        SystemRandom::new().fill(&mut *bytes)?;
        Ok(Self::new(super::mac::hex(&*bytes)))
    }

    /// The secret itself: for `CreateAccessKey`'s answer, the saved state and the computation of signatures.
    pub fn expose(&self) -> &str {
        &self.0.text
    }

    /// The key that `derive` makes of this secret for a product, a day and a region. The last few are kept, with the secret and nowhere
    /// else: what is derived from another secret is never found here, and nothing is left when this one is gone.
    pub(super) fn derived(
        &self,
        product: &'static str,
        date: &str,
        region: &str,
        derive: impl FnOnce() -> DerivedKey,
    ) -> DerivedKey {
        let is = |kept: &&Derived| *kept.region == *region && *kept.date == *date && kept.product == product;
        if let Some(kept) = self.0.derived.lock().iter().find(is) {
            return kept.key.clone();
        }
        let key = derive();
        if region.len() <= LONGEST_REGION && date.len() <= LONGEST_REGION {
            let mut kept = self.0.derived.lock();
            if kept.len() >= MOST_DERIVED {
                kept.remove(0);
            }
            kept.push(Derived { product, date: date.into(), region: region.into(), key: key.clone() });
        }
        key
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
    fn a_few_derived_keys_are_kept_with_the_secret_that_they_are_of() {
        let key = |byte: u8| DerivedKey::new([byte; 32]);
        let unexpected = || -> DerivedKey { unreachable!("it is kept") };
        let secret = Secret::new("a".to_owned());
        assert_eq!(secret.derived("oss", "20260102", "cn-hangzhou", || key(1)), key(1));
        assert_eq!(secret.derived("oss", "20260102", "cn-hangzhou", unexpected), key(1));
        assert_eq!(secret.clone().derived("oss", "20260102", "cn-hangzhou", unexpected), key(1));
        // Another day, another region, another product, another secret of the same text.
        assert_eq!(secret.derived("sls", "20260102", "cn-hangzhou", || key(8)), key(8));
        assert_eq!(secret.derived("oss", "20260103", "cn-hangzhou", || key(2)), key(2));
        assert_eq!(secret.derived("oss", "20260102", "cn-beijing", || key(3)), key(3));
        assert_eq!(Secret::new("a".to_owned()).derived("oss", "20260102", "cn-hangzhou", || key(4)), key(4));
        // The oldest makes room, and what no region is called takes none.
        for region in ["a", "b"] {
            secret.derived("oss", "20260102", region, || key(5));
        }
        secret.derived("oss", "20260102", &"x".repeat(33), || key(6));
        assert_eq!(secret.0.derived.lock().len(), MOST_DERIVED);
        assert_eq!(secret.derived("oss", "20260102", "cn-hangzhou", || key(7)), key(7));
        assert_eq!(secret.derived("oss", "20260102", "b", unexpected), key(5));
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
