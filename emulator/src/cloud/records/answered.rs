//! What calls that name a token of their own were answered: whoever sends one again gets that answer, and nothing is done twice.

use std::collections::BTreeMap;
use std::fmt;

use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};

use super::super::limits::{TOKENS_ANSWERED, TOKENS_REMEMBERED};

/// What calls with a token were answered, by who called what where with which token. It is kept with the state: a call may be sent again
/// after the cloud was started again.
#[derive(Default, Clone, Serialize, Deserialize)]
pub struct Answered(BTreeMap<String, Token>);

/// What one token stands for.
#[derive(Clone, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Token {
    /// When it was first used.
    at: Timestamp,
    /// What was asked, as a digest.
    asked: String,
    /// The answer; none as long as the first call is performed.
    answer: Option<Map<String, Value>>,
}

/// What a call with a token comes to.
#[derive(Debug, PartialEq)]
pub enum Again {
    /// It is the first one, and is to be performed.
    First,
    /// It was answered so.
    Answered(Map<String, Value>),
    /// The first one is performed right now.
    Performed,
    /// The token stands for a call that asked for something else.
    Other,
}

impl Answered {
    /// Is nothing remembered?
    pub(super) fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// Begins a call with a token.
    pub fn begin(&mut self, token: &str, asked: &str, now: Timestamp) -> Again {
        self.0.retain(|_, known| now.duration_since(known.at) < TOKENS_REMEMBERED);
        if let Some(known) = self.0.get(token) {
            return match &known.answer {
                _ if known.asked != asked => Again::Other,
                Some(answer) => Again::Answered(answer.clone()),
                None => Again::Performed,
            };
        }
        while self.0.len() >= TOKENS_ANSWERED
            && let Some(oldest) = self.0.iter().min_by_key(|(_, known)| known.at).map(|(token, _)| token.clone())
        {
            self.0.remove(&oldest);
        }
        self.0.insert(token.to_owned(), Token { at: now, asked: asked.to_owned(), answer: None });
        Again::First
    }

    /// The call that was begun is over: with this answer, or with none, so that the token is free again.
    pub fn end(&mut self, token: &str, answer: Option<Map<String, Value>>) {
        match (answer, self.0.get_mut(token)) {
            (Some(answer), Some(known)) => known.answer = Some(answer),
            (None, Some(_)) => {
                self.0.remove(token);
            }
            (_, None) => {}
        }
    }
}

impl fmt::Debug for Answered {
    // Some answers are secrets.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Answered").field("tokens", &self.0.len()).finish()
    }
}

#[cfg(test)]
mod tests {
    use jiff::SignedDuration;
    use serde_json::json;

    use super::*;

    #[test]
    fn a_token_stands_for_one_call_until_it_is_forgotten() {
        let now: Timestamp = "2026-01-02T03:04:05Z".parse().unwrap();
        let answer = json!({"Id": "1"}).as_object().unwrap().clone();
        let mut answered = Answered::default();
        assert_eq!(answered.begin("t", "a", now), Again::First);
        assert_eq!(answered.begin("t", "a", now), Again::Performed);
        // What came to nothing may be tried again.
        answered.end("t", None);
        assert_eq!(answered.begin("t", "b", now), Again::First);
        answered.end("t", Some(answer.clone()));
        assert_eq!(answered.begin("t", "b", now), Again::Answered(answer.clone()));
        assert_eq!(answered.begin("t", "a", now), Again::Other);
        let kept: Answered = serde_json::from_value(json!(answered)).unwrap();
        assert_eq!(kept.clone().begin("t", "b", now), Again::Answered(answer));
        let late = now + TOKENS_REMEMBERED;
        assert_eq!(answered.begin("t", "b", late - SignedDuration::from_secs(1)), answered.begin("t", "b", now));
        assert_eq!(answered.begin("t", "b", late), Again::First);
    }

    #[test]
    fn the_oldest_are_forgotten_first() {
        let now: Timestamp = "2026-01-02T03:04:05Z".parse().unwrap();
        let mut answered = Answered::default();
        for number in 0..=TOKENS_ANSWERED {
            let at = now + SignedDuration::from_millis(i64::try_from(number).unwrap());
            assert_eq!(answered.begin(&number.to_string(), "", at), Again::First);
        }
        assert_eq!(answered.0.len(), TOKENS_ANSWERED);
        assert!(!answered.0.contains_key("0") && answered.0.contains_key("1"));
    }
}
