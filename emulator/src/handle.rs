//! What an embedder holds: the handle of a running emulator.

use std::collections::BTreeMap;
use std::net::SocketAddr;
use std::sync::Arc;
use std::thread::JoinHandle;

use jiff::Timestamp;
use serde_json::Value;
use tokio::sync::watch;
use tokio_rustls::TlsAcceptor;

use crate::cloud::{Account, ClockError, Cloud, ReadyAccount};
use crate::control::ControlPeers;
use crate::gateway::Gateway;
use crate::keep::{KeepError, Keeper, Saver};
use crate::operation::{Caller, Entry};
use crate::services::common::inside::RAM;
use crate::setup::{Setup, SetupError};
use crate::signature::Secret;
use crate::wire::ApiError;

/// A running emulator. Dropping it ends it.
#[derive(Debug)]
pub struct EmulatorHandle {
    pub(crate) address: SocketAddr,
    pub(crate) accounts: Vec<ReadyAccount>,
    pub(crate) gateway: Arc<Gateway>,
    pub(crate) keeper: Arc<Keeper>,
    pub(crate) setup: Arc<Setup>,
    pub(crate) stop: watch::Sender<bool>,
    pub(crate) thread: Option<JoinHandle<()>>,
    pub(crate) saver: Option<Saver>,
    /// How it is served, for a fork to be served the same.
    pub(crate) site: Site,
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
        let secret = ready.access_key_secret.expose().to_owned();
        Ok(BTreeMap::from([
            ("ALIBABA_CLOUD_ACCESS_KEY_ID", ready.access_key_id.clone()),
            ("ALIBABA_CLOUD_ACCESS_KEY_SECRET", secret.clone()),
            ("ALICLOUD_ACCESS_KEY", ready.access_key_id.clone()),
            ("ALICLOUD_SECRET_KEY", secret),
            ("ALIBABA_CLOUD_REGION_ID", REGION.to_owned()),
            ("ALICLOUD_REGION", REGION.to_owned()),
            ("ACSLAB_ENDPOINT", self.endpoint()),
        ]))
    }

    /// Makes a RAM user in an account, with an access key, and attaches policies: system policies by name, documents by their text.
    ///
    /// # Errors
    /// There is no such account, or the cloud refuses.
    pub fn create_user(&self, account: &str, name: &str, policies: &[&str]) -> Result<Key, HandleError> {
        let owner = self.owner(account)?;
        self.ram(&owner, "CreateUser", &[("UserName", name)])?;
        self.attach(&owner, ("AttachPolicyToUser", "UserName", name), policies)?;
        let made = self.ram(&owner, "CreateAccessKey", &[("UserName", name)])?;
        let text = |member: &str| made["AccessKey"][member].as_str().unwrap_or_default().to_owned();
        Ok(Key { access_key_id: text("AccessKeyId"), access_key_secret: Secret::new(text("AccessKeySecret")) })
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
        let made = self.ram(&owner, "CreateRole", &[("RoleName", name), ("AssumeRolePolicyDocument", trust)])?;
        self.attach(&owner, ("AttachPolicyToRole", "RoleName", name), policies)?;
        Ok(made["Role"]["Arn"].as_str().unwrap_or_default().to_owned())
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

    /// Keeps the state as it is now under a name.
    ///
    /// # Errors
    /// The name is none, or there are as many checkpoints as there may be.
    pub fn save_checkpoint(&self, name: &str) -> Result<(), HandleError> {
        self.keeper.save_checkpoint(name, &self.gateway.cloud())?;
        Ok(())
    }

    /// Goes back to a kept state, in one step for whoever calls meanwhile.
    ///
    /// # Errors
    /// There is no such checkpoint.
    pub fn restore_checkpoint(&self, name: &str) -> Result<(), HandleError> {
        let signers = self.gateway.cloud().clock.signers();
        self.put(self.keeper.restored(name, signers)?);
        Ok(())
    }

    /// Forgets a kept state.
    ///
    /// # Errors
    /// There is no such checkpoint.
    pub fn delete_checkpoint(&self, name: &str) -> Result<(), HandleError> {
        Ok(self.keeper.delete_checkpoint(name)?)
    }

    /// The names of the kept states.
    pub fn checkpoints(&self) -> Vec<String> {
        self.keeper.checkpoints().into_iter().map(|(name, _)| name).collect()
    }

    /// Goes back to how the cloud was at the start: what the builder said, and nothing of what happened since.
    ///
    /// # Errors
    /// The clock that the builder was given cannot show its time any more.
    pub fn reset(&self) -> Result<(), HandleError> {
        let (cloud, _) = self.setup.new_cloud()?;
        self.put(cloud);
        Ok(())
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

    fn put(&self, cloud: Cloud) {
        self.gateway.replace(cloud.into());
    }

    fn owner(&self, account: &str) -> Result<Arc<Account>, HandleError> {
        let accounts = self.gateway.cloud().accounts();
        let found = accounts.into_iter().find(|known| known.name == account || known.id == account);
        found.ok_or_else(|| HandleError::NoAccount(account.to_owned()))
    }

    /// A call to RAM as an account's owner, through the gateway like anybody's.
    fn ram(&self, owner: &Arc<Account>, action: &str, parameters: &[(&str, &str)]) -> Result<Value, HandleError> {
        let caller = Caller::Owner(Arc::clone(owner));
        let reply = self.gateway.call_action(caller, REGION, RAM, action, parameters)?;
        Ok(reply.members().cloned().map(Value::Object).unwrap_or_default())
    }

    fn attach(
        &self,
        owner: &Arc<Account>,
        (action, kind, name): (&str, &str, &str),
        policies: &[&str],
    ) -> Result<(), HandleError> {
        for (number, policy) in (1..).zip(policies) {
            let own = format!("{name}-{number}").replace(|c: char| !c.is_ascii_alphanumeric() && c != '-', "-");
            let (policy_type, policy_name) = if policy.trim_start().starts_with('{') {
                self.ram(owner, "CreatePolicy", &[("PolicyName", &own), ("PolicyDocument", policy)])?;
                ("Custom", own.as_str())
            } else {
                ("System", *policy)
            };
            self.ram(owner, action, &[("PolicyType", policy_type), ("PolicyName", policy_name), (kind, name)])?;
        }
        Ok(())
    }

    fn end(&mut self) -> Result<(), KeepError> {
        let _ = self.stop.send(true);
        if let Some(thread) = self.thread.take() {
            let _ = thread.join();
        }
        self.saver.take().map_or(Ok(()), Saver::finish)
    }
}

/// The region that calls go to unless told otherwise.
const REGION: &str = "cn-hangzhou";

/// As [`EmulatorHandle::shutdown`]; that the state cannot be saved is told to the log only.
impl Drop for EmulatorHandle {
    fn drop(&mut self) {
        if let Err(error) = self.end() {
            tracing::error!(%error, "the state cannot be saved");
        }
    }
}

/// Where and how a cloud is served.
#[derive(Clone)]
pub(crate) struct Site {
    pub(crate) address: SocketAddr,
    pub(crate) workers: usize,
    pub(crate) tls: Option<TlsAcceptor>,
    pub(crate) control_hosts: Vec<String>,
    pub(crate) control_peers: ControlPeers,
    pub(crate) setup: Setup,
    pub(crate) operations: Vec<(String, String)>,
    pub(crate) decisions_bytes: usize,
}

impl std::fmt::Debug for Site {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Site").field("address", &self.address).finish_non_exhaustive()
    }
}
