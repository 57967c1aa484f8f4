//! Invitations to a resource directory: the management account invites, the invited account answers.

use jiff::{SignedDuration, Timestamp};
use serde::{Deserialize, Serialize};

use super::{Member, ResourceDirectories, ResourceDirectory, ResourceDirectoryError, Result};
use crate::cloud::Account;
use crate::cloud::directory::Tags;
use crate::cloud::limits::HANDSHAKES;

/// So long an invitation waits for an answer (Resource Management: Invite an Alibaba Cloud account).
const WAITS: SignedDuration = SignedDuration::from_hours(14 * 24);

/// Whom an invitation is for.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub enum Invited {
    /// An account, by its id.
    Account(String),
    /// Whoever logs on with this address. No account has one here: nobody answers.
    Email(String),
}

impl Invited {
    /// The id or the address.
    pub fn text(&self) -> &str {
        match self {
            Self::Account(text) | Self::Email(text) => text,
        }
    }

    /// The cloud's word for its kind.
    pub fn kind(&self) -> &'static str {
        match self {
            Self::Account(_) => "Account",
            Self::Email(_) => "Email",
        }
    }

    fn is_account(&self, id: &str) -> bool {
        matches!(self, Self::Account(account) if account == id)
    }
}

/// What has become of an invitation.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub enum HandshakeStatus {
    /// It waits for an answer.
    Pending,
    /// The account has joined.
    Accepted,
    /// The management account has taken it back.
    Cancelled,
    /// The account does not want to.
    Declined,
    /// Nobody answered in time.
    Expired,
}

impl HandshakeStatus {
    /// The cloud's word.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Pending => "Pending",
            Self::Accepted => "Accepted",
            Self::Cancelled => "Cancelled",
            Self::Declined => "Declined",
            Self::Expired => "Expired",
        }
    }
}

/// An invitation.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Handshake {
    /// `h-` and 16 alphanumerics.
    pub id: String,
    /// Whom it is for.
    pub target: Invited,
    /// What the management account wrote.
    pub note: String,
    /// The folder that the account will be in.
    pub folder: String,
    /// The tags that the member will have.
    pub tags: Tags,
    /// When it was made.
    pub created: Timestamp,
    /// When it was last changed.
    pub modified: Timestamp,
    answered: HandshakeStatus,
}

impl Handshake {
    /// A new invitation.
    pub fn new(id: String, target: Invited, note: &str, folder: &str, tags: Tags, at: Timestamp) -> Self {
        let (note, folder, answered) = (note.to_owned(), folder.to_owned(), HandshakeStatus::Pending);
        Self { id, target, note, folder, tags, created: at, modified: at, answered }
    }

    /// When it expires.
    pub fn expires(&self) -> Timestamp {
        self.created.checked_add(WAITS).unwrap_or(Timestamp::MAX)
    }

    /// What has become of it.
    pub fn status(&self, now: Timestamp) -> HandshakeStatus {
        match self.answered {
            HandshakeStatus::Pending if now >= self.expires() => HandshakeStatus::Expired,
            answered => answered,
        }
    }

    fn answer(&mut self, with: HandshakeStatus, now: Timestamp) -> Result<()> {
        if self.status(now) != HandshakeStatus::Pending {
            return Err(ResourceDirectoryError::HandshakeOver);
        }
        (self.answered, self.modified) = (with, now);
        Ok(())
    }
}

impl ResourceDirectory {
    /// All invitations, in the order they were made.
    pub fn handshakes(&self) -> impl Iterator<Item = &Handshake> {
        self.handshakes.iter()
    }

    /// Invites somebody.
    pub fn invite(&mut self, new: Handshake, now: Timestamp) -> Result<&Handshake> {
        self.folder(&new.folder)?;
        if let Invited::Account(account) = &new.target
            && (*account == self.management || self.members.contains_key(account))
        {
            return Err(ResourceDirectoryError::AlreadyIn);
        }
        let waits = |one: &&Handshake| one.status(now) == HandshakeStatus::Pending;
        if self.handshakes().filter(waits).any(|one| one.target == new.target) {
            return Err(ResourceDirectoryError::AlreadyInvited);
        }
        let free = self.quotas.get(crate::cloud::Quota::Members).saturating_sub(self.members.len());
        if self.handshakes().filter(waits).count() >= free {
            return Err(ResourceDirectoryError::TooManyAccounts);
        }
        // Those that are over are told of, as long as there is room for them.
        if self.handshakes.len() >= HANDSHAKES
            && let Some(over) = self.handshakes.iter().position(|one| !waits(&one))
        {
            self.handshakes.remove(over);
        }
        let at = self.handshakes.len();
        self.handshakes.push(new);
        self.handshakes.get(at).ok_or(ResourceDirectoryError::NoHandshake)
    }

    /// Takes an invitation back.
    pub fn cancel_handshake(&mut self, id: &str, now: Timestamp) -> Result<&Handshake> {
        let handshake = self.handshake_mut(id)?;
        handshake.answer(HandshakeStatus::Cancelled, now)?;
        Ok(handshake)
    }

    fn handshake_mut(&mut self, id: &str) -> Result<&mut Handshake> {
        self.handshakes.iter_mut().find(|one| one.id == id).ok_or(ResourceDirectoryError::NoHandshake)
    }
}

impl ResourceDirectories {
    /// Looks at an invitation, as the account that made it or the one that it is for.
    pub fn handshake<T>(
        &self,
        account: &str,
        id: &str,
        read: impl FnOnce(&ResourceDirectory, &Handshake) -> T,
    ) -> Result<T> {
        let all = self.0.read();
        let mut known = all.values().flat_map(|directory| directory.handshakes().map(move |one| (directory, one)));
        let concerns = |directory: &ResourceDirectory, one: &Handshake| {
            directory.management == account || one.target.is_account(account)
        };
        let found = known.find(|(directory, one)| one.id == id && concerns(directory, one));
        let (directory, handshake) = found.ok_or(ResourceDirectoryError::NoHandshake)?;
        Ok(read(directory, handshake))
    }

    /// All invitations for an account.
    pub fn handshakes_for<T>(&self, account: &str, view: impl Fn(&ResourceDirectory, &Handshake) -> T) -> Vec<T> {
        let all = self.0.read();
        let known = all.values().flat_map(|directory| directory.handshakes().map(move |one| (directory, one)));
        known.filter(|(_, one)| one.target.is_account(account)).map(|(directory, one)| view(directory, one)).collect()
    }

    /// Takes an invitation, or declines it, as the account that it is for.
    pub fn answer<T>(
        &self,
        account: &Account,
        id: &str,
        accept: bool,
        now: Timestamp,
        view: impl FnOnce(&ResourceDirectory, &Handshake) -> T,
    ) -> Result<T> {
        let mut all = self.0.write();
        let taken =
            all.contains_key(&account.id) || all.values().any(|directory| directory.members.contains_key(&account.id));
        let of = |directory: &&mut ResourceDirectory| {
            directory.handshakes().any(|one| one.id == id && one.target.is_account(&account.id))
        };
        let directory = all.values_mut().find(of).ok_or(ResourceDirectoryError::NoHandshake)?;
        let with = if accept { HandshakeStatus::Accepted } else { HandshakeStatus::Declined };
        let mut handshake = directory.handshake_mut(id)?.clone();
        handshake.answer(with, now)?;
        if accept {
            if taken {
                return Err(ResourceDirectoryError::InAnother);
            }
            // What it was to be in may be gone meanwhile.
            let folder = directory.folder(&handshake.folder).map_or(&directory.root, |folder| &folder.id).clone();
            directory.add_member(Member::invited(account, &folder, handshake.tags.clone(), now))?;
        }
        let place = directory.handshake_mut(id)?;
        *place = handshake.clone();
        Ok(view(directory, &handshake))
    }
}

#[cfg(test)]
mod tests {
    use super::super::tests::directory;
    use super::*;

    #[test]
    fn the_oldest_invitation_that_is_over_vanishes() {
        let mut directory = directory();
        let now = Timestamp::UNIX_EPOCH;
        let root = directory.root.clone();
        let new = |number: usize| {
            let target = Invited::Account(format!("{number:016}"));
            Handshake::new(format!("h-{number}"), target, "", &root, Tags::default(), now)
        };
        // The first still waits.
        directory.invite(new(0), now).unwrap();
        for number in 1..=HANDSHAKES {
            directory.invite(new(number), now).unwrap();
            directory.cancel_handshake(&format!("h-{number}"), now).unwrap();
        }
        let kept: Vec<_> = directory.handshakes().map(|one| one.id.as_str()).collect();
        assert_eq!((kept.len(), &kept[..2]), (HANDSHAKES, &["h-0", "h-2"][..]));
    }
}
