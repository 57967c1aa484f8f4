//! What an embedder holds: the handle of a running emulator.

use std::collections::BTreeMap;
use std::net::SocketAddr;
use std::sync::Arc;
use std::thread::JoinHandle;

use jiff::Timestamp;
use tokio::sync::watch;

use super::StartError;
use super::site::Site;

use crate::cloud::{Account, ClockError, ReadyAccount};
use crate::control::{Control, environment, people};
use crate::gateway::Gateway;
use crate::keep::{KeepError, Keeper, Saver};
use crate::operation::Entry;
use crate::server::{Arrivals, Egress, Stranger};
use crate::setup::SetupError;
use crate::signature::Secret;
use crate::wire::ApiError;

/// A running emulator. Dropping it ends it.
#[derive(Debug)]
pub struct EmulatorHandle {
    pub(super) address: SocketAddr,
    pub(super) accounts: Vec<ReadyAccount>,
    pub(super) gateway: Arc<Gateway>,
    pub(super) control: Arc<Control>,
    pub(super) egress: Option<Arc<Egress>>,
    pub(super) arrivals: Arrivals,
    pub(super) site: Site,
    pub(super) stop: watch::Sender<bool>,
    pub(super) thread: Option<JoinHandle<()>>,
    pub(super) saver: Option<Saver>,
}

/// Somebody's access key.
#[derive(Debug, Clone)]
pub struct Key {
    /// `LTAI…`
    pub access_key_id: String,
    /// Its secret.
    pub access_key_secret: Secret,
}

/// Why an emulator did not do what its handle was asked for.
#[derive(Debug, thiserror::Error)]
pub enum HandleError {
    /// There is no account of that name or id.
    #[error("no account `{0}` here")]
    NoAccount(String),
    /// The cloud refused, in its own words.
    #[error("{code}: {message}")]
    Refused {
        /// The code: `EntityAlreadyExists.User`.
        code: String,
        /// The message.
        message: String,
    },
    /// The clock cannot show that time.
    #[error(transparent)]
    Clock(#[from] ClockError),
    /// A checkpoint cannot be had or kept.
    #[error(transparent)]
    Keep(#[from] KeepError),
    /// The cloud cannot be made anew.
    #[error("{0}")]
    Setup(String),
}

impl From<ApiError> for HandleError {
    fn from(error: ApiError) -> Self {
        Self::Refused { code: error.code().to_owned(), message: error.message().to_owned() }
    }
}

impl From<SetupError> for HandleError {
    fn from(error: SetupError) -> Self {
        Self::Setup(error.to_string())
    }
}

impl EmulatorHandle {
    /// Where it listens.
    pub fn address(&self) -> SocketAddr {
        self.address
    }

    /// `http://127.0.0.1:PORT`
    pub fn endpoint(&self) -> String {
        format!("http://{}", self.address)
    }

    /// The accounts, with the keys of their owners.
    pub fn accounts(&self) -> &[ReadyAccount] {
        &self.accounts
    }

    /// The variables that SDKs, the CLI and Terraform read, for the owner of an account, by its name or id: the key, the region, and
    /// where the emulator is.
    ///
    /// # Errors
    /// There is no such account.
    pub fn env(&self, account: &str) -> Result<BTreeMap<&'static str, String>, HandleError> {
        let ready = self.accounts.iter().find(|ready| ready.name == account || ready.account_id == account);
        let ready = ready.ok_or_else(|| HandleError::NoAccount(account.to_owned()))?;
        Ok(environment(&ready.access_key_id, &ready.access_key_secret, &self.endpoint()))
    }

    /// Makes a RAM user in an account, with an access key, and attaches policies: system policies by name, documents by their text.
    ///
    /// # Errors
    /// There is no such account, or the cloud refuses.
    pub fn create_user(&self, account: &str, name: &str, policies: &[&str]) -> Result<Key, HandleError> {
        let owner = self.owner(account)?;
        let (access_key_id, access_key_secret) = people::create_user(&self.gateway, &owner, name, policies)?;
        Ok(Key { access_key_id, access_key_secret })
    }

    /// The same for a while, until [`Self::delete_user`]. One of this name that was made for a while and is still there, as after a process
    /// that was killed, goes first.
    ///
    /// # Errors
    /// There is no such account, or the cloud refuses: one of this name is there that was made otherwise.
    pub fn lend_user(&self, account: &str, name: &str, policies: &[&str]) -> Result<Key, HandleError> {
        let owner = self.owner(account)?;
        let (access_key_id, access_key_secret) = people::lend_user(&self.gateway, &owner, name, policies)?;
        Ok(Key { access_key_id, access_key_secret })
    }

    /// Takes a RAM user away that was made for a while, with its keys and the policies that were made for it.
    ///
    /// # Errors
    /// There is no such account or user, or the cloud refuses.
    pub fn delete_user(&self, account: &str, name: &str) -> Result<(), HandleError> {
        Ok(people::delete_user(&self.gateway, &self.owner(account)?, name)?)
    }

    /// Makes a RAM role in an account, with the text of its trust policy, and attaches policies as [`Self::create_user`] does. Gives
    /// its ARN.
    ///
    /// # Errors
    /// There is no such account, or the cloud refuses.
    pub fn create_role(
        &self,
        account: &str,
        name: &str,
        trust: &str,
        policies: &[&str],
    ) -> Result<String, HandleError> {
        let owner = self.owner(account)?;
        Ok(people::create_role(&self.gateway, &owner, name, trust, policies)?)
    }

    /// Another access key of a RAM user that is there.
    ///
    /// # Errors
    /// There is no such account or user, or the user has as many keys as there may be.
    pub fn create_key(&self, account: &str, user: &str) -> Result<Key, HandleError> {
        let owner = self.owner(account)?;
        let (access_key_id, access_key_secret) = people::create_key(&self.gateway, &owner, user)?;
        Ok(Key { access_key_id, access_key_secret })
    }

    /// An access key of a RAM user that may sign, if there is one.
    ///
    /// # Errors
    /// There is no such account.
    pub fn key_of(&self, account: &str, user: &str) -> Result<Option<Key>, HandleError> {
        let found = people::key_of(&self.gateway, &*self.owner(account)?, user);
        Ok(found.map(|(access_key_id, access_key_secret)| Key { access_key_id, access_key_secret }))
    }

    /// Takes an access key of a RAM user away.
    ///
    /// # Errors
    /// There is no such account, user or key.
    pub fn delete_key(&self, account: &str, user: &str, access_key_id: &str) -> Result<(), HandleError> {
        Ok(people::delete_key(&self.gateway, &self.owner(account)?, user, access_key_id)?)
    }

    /// The hosts that programs asked it for as their proxy, and that are no part of the cloud.
    pub fn strangers(&self) -> Vec<Stranger> {
        self.egress.as_ref().map(|egress| egress.strangers()).unwrap_or_default()
    }

    /// Has any program asked it for a host, as its proxy?
    pub fn was_asked_as_proxy(&self) -> bool {
        self.egress.as_ref().is_some_and(|egress| egress.was_asked())
    }

    /// Takes connections of a program whose network leads here, as a proxy would take those that name it.
    pub fn arrivals(&self) -> Arrivals {
        self.arrivals.clone()
    }

    /// The cloud's time.
    pub fn now(&self) -> Timestamp {
        self.gateway.cloud().clock.now()
    }

    /// Moves the cloud's clock by so many seconds; gives the time.
    ///
    /// # Errors
    /// The clock cannot show that time.
    pub fn advance_clock(&self, seconds: i64) -> Result<Timestamp, HandleError> {
        Ok(self.gateway.cloud().clock.advance(seconds.saturating_mul(1000))?)
    }

    /// The last so many calls, newest first, each with what was decided, which can be explained in full.
    pub fn decisions(&self, most: usize) -> Vec<Arc<Entry>> {
        self.gateway.trail().latest(most)
    }

    /// What was decided on a call, by its request id.
    pub fn decision(&self, request_id: &str) -> Option<Arc<Entry>> {
        self.gateway.trail().find(request_id)
    }

    /// Gives the state of this moment a name, to go back to it later; one that had the name before is no more.
    ///
    /// # Errors
    /// The name is none, there are as many checkpoints as may be, or the folder cannot be written.
    pub fn save_checkpoint(&self, name: &str) -> Result<(), HandleError> {
        self.control.save_checkpoint(name)?;
        Ok(())
    }

    /// Goes back to a checkpoint, in one step for whoever calls meanwhile.
    ///
    /// # Errors
    /// There is none of that name.
    pub fn restore_checkpoint(&self, name: &str) -> Result<(), HandleError> {
        self.control.restore(name)?;
        Ok(())
    }

    /// Forgets a checkpoint.
    ///
    /// # Errors
    /// There is none of that name.
    pub fn delete_checkpoint(&self, name: &str) -> Result<(), HandleError> {
        Ok(self.control.delete_checkpoint(name)?)
    }

    /// The names of the checkpoints.
    pub fn checkpoints(&self) -> Vec<String> {
        self.control.checkpoint_names()
    }

    /// Goes back to how the cloud was at the start, in one step for whoever calls meanwhile. Checkpoints stay.
    ///
    /// # Errors
    /// The clock that the builder was given cannot show its time any more.
    pub fn reset(&self) -> Result<(), HandleError> {
        self.control.reset()?;
        Ok(())
    }

    /// Starts an emulator at a free port whose cloud is this one as it is at this moment, keys included, and which goes its own
    /// way from then on. It keeps nothing.
    ///
    /// # Errors
    /// The address cannot be bound, or no thread can be had.
    pub fn fork(&self) -> Result<Self, StartError> {
        let cloud = self.gateway.cloud().fork().map_err(KeepError::Restore)?;
        let accounts = cloud.accounts().iter().filter_map(|account| cloud.ready(account)).collect();
        let site = self.site.at((self.address.ip(), 0).into());
        site.serve(cloud, accounts, Keeper::default(), false)
    }

    /// Ends it: requests under way are answered, then the state is saved if there is a folder for it.
    ///
    /// # Errors
    /// The state cannot be saved; the one saved before is in its place.
    pub fn shutdown(mut self) -> Result<(), KeepError> {
        self.end()
    }

    /// The gateway, for tests of the emulator itself.
    #[doc(hidden)]
    pub fn gateway(&self) -> &Gateway {
        &self.gateway
    }

    fn owner(&self, account: &str) -> Result<Arc<Account>, HandleError> {
        let accounts = self.gateway.cloud().accounts();
        let found = accounts.into_iter().find(|known| known.name == account || known.id == account);
        found.ok_or_else(|| HandleError::NoAccount(account.to_owned()))
    }

    fn end(&mut self) -> Result<(), KeepError> {
        let _ = self.stop.send(true);
        if let Some(thread) = self.thread.take() {
            let _ = thread.join();
        }
        self.saver.take().map_or(Ok(()), Saver::finish)
    }
}

/// As [`EmulatorHandle::shutdown`]; that the state cannot be saved is told to the log only.
impl Drop for EmulatorHandle {
    fn drop(&mut self) {
        if let Err(error) = self.end() {
            tracing::error!(%error, "the state cannot be saved");
        }
    }
}
