//! The cloud's own source of ids and secrets, seeded: the same seed and the same calls give the same bytes.

use parking_lot::Mutex;
use rand::{Rng, RngExt, SeedableRng};
use rand_chacha::ChaCha20Rng;
use serde::{Deserialize, Serialize};

use crate::signature::{InPlace, Secret};

const ALPHANUMERIC: &[u8] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789";
const LOWER: &[u8] = b"abcdefghijklmnopqrstuvwxyz0123456789";
const DIGITS: &[u8] = b"0123456789";
const BASE64: &[u8] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";

/// Makes ids in the cloud's own shapes (RAM, STS and IMS API references, "Identifiers").
pub struct IdSource(Mutex<ChaCha20Rng>);

impl std::fmt::Debug for IdSource {
    // The state of the generator foretells secrets.
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("IdSource")
    }
}

impl IdSource {
    /// A source that gives the same sequence for the same seed.
    pub fn seeded(seed: u64) -> Self {
        Self(Mutex::new(ChaCha20Rng::seed_from_u64(seed)))
    }

    /// Where the sequence is.
    pub(super) fn saved(&self) -> SavedIds {
        let rng = self.0.lock();
        let digit = |value: u8| char::from_digit(value.into(), 16).unwrap_or('0');
        let seed = rng.get_seed().iter().flat_map(|byte| [digit(byte >> 4), digit(byte & 0xF)]).collect();
        SavedIds { seed, stream: rng.get_stream(), word: rng.get_word_pos().to_string() }
    }

    /// Lower-case letters and digits that follow from the seed and a label alone; the sequence stays where it is.
    pub(crate) fn derived(&self, label: &str, length: usize) -> String {
        let seed = self.0.lock().get_seed();
        let bytes = seed.iter().chain(label.as_bytes());
        let number = bytes.fold(0xcbf2_9ce4_8422_2325_u64, |number, byte| {
            (number ^ u64::from(*byte)).wrapping_mul(0x0000_0100_0000_01b3)
        });
        Self::seeded(number).text("", LOWER, length)
    }

    fn text(&self, prefix: &str, alphabet: &[u8], length: usize) -> String {
        let mut rng = self.0.lock();
        let mut text = String::with_capacity(prefix.len() + length);
        text.push_str(prefix);
        for _ in 0..length {
            let at = rng.random_range(0..alphabet.len());
            text.push(char::from(alphabet.get(at).copied().unwrap_or(b'0')));
        }
        text
    }

    /// So many bytes, 16 at most, in upper-case hexadecimal.
    fn upper_hex<const N: usize>(&self) -> InPlace<32> {
        let mut bytes = [0_u8; N];
        self.0.lock().fill_bytes(&mut bytes);
        let mut text = InPlace::<32>::default();
        text.push_hex(&bytes, b'A');
        text
    }

    /// An upper-case UUID of version 4.
    pub fn request_id(&self) -> InPlace<36> {
        let mut bytes = [0_u8; 16];
        self.0.lock().fill_bytes(&mut bytes);
        let value = u128::from_be_bytes(bytes) & !(0xF000 << 64) & !(0xC000 << 48) | (0x4000 << 64) | (0x8000 << 48);
        let mut id = InPlace::<36>::default();
        for (at, byte) in value.to_be_bytes().into_iter().enumerate() {
            if matches!(at, 4 | 6 | 8 | 10) {
                id.push(*b"-");
            }
            id.push_hex(&[byte], b'A');
        }
        id
    }

    /// An OSS request id: 24 upper-case hexadecimal digits.
    pub fn oss_request_id(&self) -> InPlace<32> {
        self.upper_hex::<12>()
    }

    /// The id of a multipart upload: 32 upper-case hexadecimal digits.
    pub fn upload_id(&self) -> String {
        (*self.upper_hex::<16>()).to_owned()
    }

    /// A number that nobody can guess.
    pub fn seed(&self) -> u64 {
        self.0.lock().random()
    }

    /// A RAM user's id: 18 digits, the first a 2.
    pub fn user_id(&self) -> String {
        self.text("2", DIGITS, 17)
    }

    /// A RAM role's id: 18 digits, the first a 3.
    pub fn role_id(&self) -> String {
        self.text("3", DIGITS, 17)
    }

    /// A user group's id: `g-` and 16 alphanumerics.
    pub fn group_id(&self) -> String {
        self.text("g-", ALPHANUMERIC, 16)
    }

    /// A lower-case id with a prefix, such as `rg-` or `flow-`.
    pub fn lower(&self, prefix: &str, length: usize) -> String {
        self.text(prefix, LOWER, length)
    }

    /// An account's id: 16 digits, the first a 1.
    pub fn account_id(&self) -> String {
        self.text("1", DIGITS, 15)
    }

    /// An id with letters of both cases and a prefix, such as `fd-` or `cp-`.
    pub fn mixed(&self, prefix: &str, length: usize) -> String {
        self.text(prefix, ALPHANUMERIC, length)
    }

    /// So many hexadecimal digits in lower case.
    pub fn hex(&self, length: usize) -> String {
        self.text("", b"0123456789abcdef", length)
    }

    /// A number of so many digits that does not start with 0, such as a workspace id.
    pub fn number(&self, length: usize) -> String {
        let first = self.text("", b"123456789", 1);
        self.text(&first, DIGITS, length.saturating_sub(1))
    }

    /// The id of a RAM user's or an account owner's key: `LTAI5t` and 18 alphanumerics.
    pub fn access_key_id(&self) -> String {
        self.text("LTAI5t", ALPHANUMERIC, 18)
    }

    /// The secret of such a key: 30 alphanumerics.
    pub fn access_key_secret(&self) -> Secret {
        Secret::new(self.text("", ALPHANUMERIC, 30))
    }

    /// The seed of a virtual MFA device: 64 characters of base32.
    pub fn mfa_seed(&self) -> Secret {
        Secret::new(self.text("", b"ABCDEFGHIJKLMNOPQRSTUVWXYZ234567", 64))
    }

    /// The id of a session's key: `STS.N` and 24 alphanumerics.
    pub fn session_key_id(&self) -> String {
        self.text("STS.N", ALPHANUMERIC, 24)
    }

    /// The secret of a session's key: 44 alphanumerics.
    pub fn session_key_secret(&self) -> Secret {
        Secret::new(self.text("", ALPHANUMERIC, 44))
    }

    /// An opaque security token: base64-like text that starts with `CAIS`. The session it stands for is kept by the cloud.
    pub fn security_token(&self) -> Secret {
        Secret::new(self.text("CAIS", BASE64, 508))
    }
}

/// Where a sequence of ids is: what comes next can be told from it, secrets included.
#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct SavedIds {
    /// 32 bytes in hexadecimal.
    seed: String,
    stream: u64,
    /// A number that JSON's readers would round.
    word: String,
}

impl TryFrom<SavedIds> for IdSource {
    type Error = String;

    fn try_from(saved: SavedIds) -> Result<Self, Self::Error> {
        let byte = |at: usize| u8::from_str_radix(saved.seed.get(2 * at..2 * at + 2)?, 16).ok();
        let bytes: Option<Vec<u8>> = (0..32).map(byte).collect();
        let seed = bytes.filter(|_| saved.seed.len() == 64).and_then(|bytes| <[u8; 32]>::try_from(bytes).ok());
        let seed = seed.ok_or("the seed of the ids is not 64 hexadecimal digits")?;
        let word: u128 = saved.word.parse().map_err(|_| "the place in the sequence of ids is no number")?;
        let mut rng = ChaCha20Rng::from_seed(seed);
        rng.set_stream(saved.stream);
        rng.set_word_pos(word);
        Ok(Self(Mutex::new(rng)))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn same_seed_same_ids_and_another_seed_others() {
        let of = |seed| {
            let ids = IdSource::seeded(seed);
            (ids.request_id(), ids.user_id(), ids.access_key_id())
        };
        assert_eq!(of(7), of(7));
        assert_ne!(of(7), of(8));
    }

    #[test]
    fn a_sequence_goes_on_where_it_was() {
        let ids = IdSource::seeded(7);
        for length in 0..40 {
            ids.lower("", length);
            let again = IdSource::try_from(ids.saved()).unwrap();
            let both = [&ids, &again].map(|ids| (ids.request_id(), ids.user_id(), ids.access_key_id()));
            assert_eq!(both[0], both[1], "{length}");
        }
        let bad = |seed: &str, word: &str| {
            IdSource::try_from(SavedIds { seed: seed.to_owned(), stream: 0, word: word.to_owned() }).is_err()
        };
        assert!(bad("", "0") && bad(&"x".repeat(64), "0") && bad(&"0".repeat(66), "0") && bad(&"0".repeat(64), "-1"));
    }

    #[test]
    fn shapes() {
        let ids = IdSource::seeded(1);
        let id = ids.request_id();
        assert_eq!(id.len(), 36);
        assert_eq!(id.chars().nth(14), Some('4'));
        assert!("89AB".contains(id.chars().nth(19).unwrap()));
        assert_eq!(ids.user_id().len(), 18);
        assert!(ids.role_id().starts_with('3'));
        assert_eq!(ids.access_key_id().len(), 24);
        assert_eq!(ids.session_key_id().len(), 29);
        assert!(!ids.number(5).starts_with('0'));
    }
}
