//! Role sessions: what AssumeRole gave out, by the id of its key.

use acslab_policy::PolicySet;
use jiff::{SignedDuration, Timestamp};
use serde::{Deserialize, Serialize};
use std::sync::Arc;

use super::IdSource;
use super::directory::Role;
use super::limits::SESSIONS;
use super::lock::Changes;
use super::map::Map;
use crate::signature::Secret;

/// A session of a RAM role. It lives until it expires or its role is deleted.
#[derive(Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Session {
    /// The id of its key: `STS.N…`
    pub key_id: String,
    /// The secret of its key.
    #[serde(with = "crate::cloud::save::with::secret")]
    pub secret: Secret,
    /// Its security token, to be sent with every request.
    #[serde(with = "crate::cloud::save::with::secret")]
    pub token: Secret,
    /// The account of the role.
    pub account: String,
    /// The role's id; the session dies with it.
    pub role_id: String,
    /// The role's name, in the case it was made with.
    pub role_name: String,
    /// Is the role a service-linked role?
    pub service_linked: bool,
    /// The session's own name.
    pub name: String,
    /// The session policy, if one was given: it filters what the role may do.
    pub policy: Option<PolicySet>,
    /// Who is behind it, if AssumeRole was told; stays through role chaining.
    pub source_identity: Option<String>,
    /// When it ends.
    pub expires: Timestamp,
}

impl Session {
    /// A session of a role, with keys of its own.
    pub fn new(ids: &IdSource, account: &str, role: &Role, name: &str, expires: Timestamp) -> Self {
        Self {
            key_id: ids.session_key_id(),
            secret: ids.session_key_secret(),
            token: ids.security_token(),
            account: account.to_owned(),
            role_id: role.id.clone(),
            role_name: role.name.clone(),
            service_linked: role.linked_to.is_some(),
            name: name.to_owned(),
            policy: None,
            source_identity: None,
            expires,
        }
    }
}

/// How many sessions there are between two sweeps.
const SWEEP: usize = 1024;
/// How long an ended session is remembered.
const REMEMBERED: SignedDuration = SignedDuration::from_hours(24);

/// All sessions, by the id of their key.
#[derive(Debug)]
pub struct Sessions {
    by_key: Map<String, Arc<Session>>,
    changes: Changes,
}

impl Sessions {
    pub(super) fn new(changes: &Changes) -> Self {
        Self { by_key: Map::default(), changes: changes.clone() }
    }

    /// The session with that key, expired or not.
    pub fn get(&self, key_id: &str) -> Option<Arc<Session>> {
        self.by_key.get(key_id).map(|session| Arc::clone(&session))
    }

    /// Adds a session. Now and then those that ended a day ago are forgotten: until then a client is told that its session
    /// has expired.
    pub fn add(&self, session: Session, now: Timestamp) -> Arc<Session> {
        if self.by_key.len() % SWEEP == SWEEP - 1 {
            self.by_key.retain(|_, old| now.duration_since(old.expires) < REMEMBERED);
        }
        if self.by_key.len() >= SESSIONS {
            self.make_room();
        }
        let session = Arc::new(session);
        self.by_key.insert(session.key_id.clone(), Arc::clone(&session));
        self.changes.count();
        session
    }

    /// Forgets the sessions that end first: an eighth, so that this is seldom done. The bound counts for a clock that stands still, too.
    fn make_room(&self) {
        let mut ends: Vec<_> = self.by_key.iter().map(|session| (session.expires, session.key_id.clone())).collect();
        ends.sort_unstable();
        for (_, key_id) in ends.iter().take(SESSIONS / 8) {
            self.by_key.remove(key_id);
        }
    }

    /// All of them, by the id of their key.
    pub fn all(&self) -> Vec<Arc<Session>> {
        let mut all: Vec<_> = self.by_key.iter().map(|session| Arc::clone(&session)).collect();
        all.sort_by(|a, b| a.key_id.cmp(&b.key_id));
        all
    }

    /// Puts a session back that was saved, ended or not.
    pub(super) fn restore(&self, session: Session) {
        self.by_key.insert(session.key_id.clone(), Arc::new(session));
    }

    /// The sessions of a role, by its id.
    pub fn of_role(&self, role_id: &str) -> Vec<Arc<Session>> {
        let of_role = self.by_key.iter().filter(|session| session.role_id == role_id);
        let mut sessions: Vec<_> = of_role.map(|session| Arc::clone(&session)).collect();
        sessions.sort_by(|a, b| a.key_id.cmp(&b.key_id));
        sessions
    }

    /// Ends a session whose key nobody was given.
    pub fn give_back(&self, session: &Session) {
        self.by_key.remove(&session.key_id);
    }

    /// Ends every session in an account that is closed.
    pub fn remove_of(&self, account: &str) {
        self.by_key.retain(|_, session| session.account != account);
        self.changes.count();
    }

    /// Was this token ever given out with another key?
    pub fn has_token(&self, token: &str) -> bool {
        self.by_key.iter().any(|session| crate::signature::secret::same(session.token.expose(), token))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn session(number: usize, expires: Timestamp) -> Session {
        Session {
            key_id: format!("STS.N{number}"),
            secret: Secret::new(String::new()),
            token: Secret::new(String::new()),
            account: String::new(),
            role_id: String::new(),
            role_name: String::new(),
            service_linked: false,
            name: String::new(),
            policy: None,
            source_identity: None,
            expires,
        }
    }

    #[test]
    fn those_that_end_first_make_room() {
        let (sessions, now) = (Sessions::new(&Changes::default()), Timestamp::UNIX_EPOCH);
        for number in 0..=SESSIONS {
            let lasts = SignedDuration::from_secs(i64::try_from(number).unwrap());
            sessions.add(session(number, now + lasts), now);
            assert!(sessions.by_key.len() <= SESSIONS);
        }
        assert_eq!(sessions.by_key.len(), SESSIONS - SESSIONS / 8 + 1);
        let knows = |number: usize| sessions.get(&format!("STS.N{number}")).is_some();
        assert!(!knows(0) && !knows(SESSIONS / 8 - 1) && knows(SESSIONS / 8) && knows(SESSIONS));
    }
}
