//! Tokens: a call with a `ClientToken` that is sent again is answered as the first time, and nothing is done a second time.

use serde::Deserialize;
use serde_json::{Map, Value};

use super::over::{OverRecord, Verb};
use super::words::Words;
use crate::cloud::{Account, Again};
use crate::operation::Call;
use crate::signature::hex_sha256;
use crate::wire::{ApiError, Reply};

/// The parameter that holds it.
const TOKEN: &str = "ClientToken";
/// The most characters of one (VPC, ECS: How to ensure idempotence).
const MOST: usize = 64;

/// What a product answers to tokens.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct TokenWords {
    /// To one that is too long, or not written in ASCII.
    wrong: Words,
    /// To one that stands for a call with other parameters.
    other: Words,
    /// To one whose first call is performed right now.
    performed: Words,
}

/// A token whose call is being performed. It is free again unless the call is answered.
struct Begun<'c> {
    account: &'c Account,
    token: &'c str,
    answer: Option<Map<String, Value>>,
}

impl Drop for Begun<'_> {
    fn drop(&mut self) {
        self.account.records.write().answered.end(self.token, self.answer.take());
    }
}

impl OverRecord {
    /// Performs it for a call, unless that was answered before.
    pub(super) fn once(&self, call: &Call<'_>) -> Result<Reply, ApiError> {
        let looks = matches!(self.verb, Verb::Get | Verb::List | Verb::Tags);
        let token = call.arguments.filled(TOKEN).filter(|_| !looks && self.has(call, TOKEN));
        let (Some(words), Some(token)) = (&self.product.token, token) else { return self.perform_now(call) };
        if token.len() > MOST || !token.is_ascii() {
            return Err(words.wrong.error(token));
        }
        let account = call.account()?;
        // Whose it is, of which operation and where.
        let key = format!("{}/{}/{}/{token}", call.operation.full_name(), call.region, call.person());
        let again = account.records.write().answered.begin(&key, &self.asked(call), call.now);
        match again {
            Again::First => {
                let mut begun = Begun { account, token: &key, answer: None };
                let reply = self.perform_now(call)?;
                begun.answer = reply.members().cloned();
                Ok(reply)
            }
            Again::Answered(members) => Ok(Reply::document(members)),
            Again::Other => Err(words.other.error(token)),
            Again::Performed => Err(words.performed.error(token)),
        }
    }

    /// What a call asks for, as a digest: some of it may be secret.
    fn asked(&self, call: &Call<'_>) -> String {
        let mut given = self.given(call);
        given.remove(TOKEN);
        hex_sha256(Value::Object(given).to_string().as_bytes())
    }
}
