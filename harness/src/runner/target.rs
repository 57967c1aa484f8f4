//! Where a scenario runs: against an emulator of its own, or at an address given.

use std::collections::BTreeMap;
use std::io;
use std::sync::Arc;

use acslab_emulator::signature::Secret;
use acslab_emulator::state::AuthorizationState;
use acslab_emulator::{Builder, Clock, Emulator, EmulatorHandle, Entry, Signers, SystemPolicies};
use jiff::{SignedDuration, Timestamp};
use serde_json::Value;

use super::control;
use super::hooks::Hooks;
use crate::catalogue::{self, Lookup};
use crate::client::{Call, Client, Key, Moment};
use crate::scenario::{Control, DEFAULT_REGION, Deed, Scenario, StepKind};

/// Where scenarios run.
#[derive(Clone, Debug)]
pub enum Target {
    /// Each in an emulator of its own, in this process, seeded with this.
    Own {
        /// The seed of all ids and secrets.
        seed: u64,
        /// The system policies to start with; none for those shipped.
        system_policies: Option<Arc<SystemPolicies>>,
    },
    /// All at this address, with these keys of account owners; the first is the default account.
    Endpoint {
        /// Host and port.
        authority: String,
        /// The owners' keys.
        owners: Vec<Owner>,
    },
    /// The same, of a cloud that was begun for the scenario: see [`begin`].
    Begun {
        /// Host and port.
        authority: String,
        /// The keys of its accounts' owners, in the scenario's order.
        owners: Vec<Owner>,
    },
}

/// The owner of an account at an address given.
#[derive(Clone, Debug)]
pub struct Owner {
    account_id: String,
    key: Key,
}

impl Owner {
    /// Whose key it is, asked with Sts.GetCallerIdentity. The error says why that is not known.
    pub fn at(authority: &str, id: String, secret: Secret) -> Result<Self, String> {
        let key = Key { id, secret, token: None };
        let Lookup::Found(operation) = catalogue::find("Sts", "GetCallerIdentity", None) else {
            return Err("Sts.GetCallerIdentity is not known".into());
        };
        let now = Timestamp::now();
        let nonce = format!("acslab-{}", now.as_nanosecond());
        let moment = Moment { at: now, nonce: &nonce, region: DEFAULT_REGION };
        let call = Call { operation, parameters: &[], key: Some(&key), signature: None, presigned: None, moment };
        let answer = Client::new(authority).call(&call).map_err(|error| error.to_string())?;
        let field = |name: &str| answer.fields.get(name).and_then(Value::as_str);
        match (field("AccountId"), field("IdentityType")) {
            (Some(account), Some("Account")) => Ok(Self { account_id: account.to_owned(), key }),
            (Some(_), Some(other)) => Err(format!("the key `{}` is no account owner's, but of type {other}", key.id)),
            _ => Err(answer.code().map_or_else(
                || format!("it answers status {}", answer.status),
                |code| format!("it refuses the key `{}`: {code}", key.id),
            )),
        }
    }
}

/// A cloud that a scenario has been given. Dropping it ends an emulator of its own.
#[derive(Debug)]
pub(super) struct Cloud {
    pub(super) client: Client,
    /// By the scenario's aliases.
    pub(super) accounts: BTreeMap<String, Account>,
    /// The time on a clock that stands still; `None` where the machine's counts.
    pub(super) time: Option<Timestamp>,
    pub(super) emulator: Option<EmulatorHandle>,
}

impl Cloud {
    /// A copy of the cloud as it is, which goes its own way.
    pub(super) fn fork(&self) -> io::Result<Self> {
        let Some(emulator) = &self.emulator else {
            return Err(io::Error::other(
                "a task is judged in a copy of the cloud, and one at an address cannot be copied",
            ));
        };
        let copy = emulator.fork()?;
        let client = Client::new(copy.address().to_string());
        Ok(Self { client, accounts: self.accounts.clone(), time: self.time, emulator: Some(copy) })
    }

    /// What was decided on a request, if the cloud is one of ours.
    pub(super) fn decision(&self, request_id: &str) -> Option<Arc<Entry>> {
        self.emulator.as_ref()?.decision(request_id)
    }

    /// The last requests, newest first.
    pub(super) fn decisions(&self, most: usize) -> Vec<Arc<Entry>> {
        self.emulator.as_ref().map(|emulator| emulator.decisions(most)).unwrap_or_default()
    }

    /// The requests from the one of this number on, oldest first, each with its number.
    pub(super) fn calls_since(&self, number: u64) -> Vec<(u64, Arc<Entry>)> {
        let emulator = self.emulator.as_ref();
        emulator.map(|emulator| emulator.gateway().trail().since(number, usize::MAX)).unwrap_or_default()
    }
}

/// An account and its owner's key.
#[derive(Clone, Debug)]
pub(super) struct Account {
    pub(super) id: String,
    pub(super) owner: Key,
}

/// When the clock of a scenario that names no time starts.
const DEFAULT_TIME: &str = "2026-01-01T00:00:00Z";

/// The account id of the first account; the others count up from it.
const FIRST_ACCOUNT_ID: u64 = 1_234_567_890_123_456;

impl Target {
    /// The same with another seed.
    #[must_use]
    pub fn seeded(&self, by: u64) -> Self {
        match self {
            Self::Own { seed, system_policies } => {
                Self::Own { seed: seed.wrapping_add(by), system_policies: system_policies.clone() }
            }
            there @ (Self::Endpoint { .. } | Self::Begun { .. }) => there.clone(),
        }
    }

    pub(super) fn start(&self, scenario: &Scenario, hooks: &Hooks) -> io::Result<Cloud> {
        match self {
            Self::Own { seed, system_policies } => {
                own(scenario, *seed, system_policies.clone(), |builder| match &hooks.stand_ins {
                    Some(stand_ins) => builder.stand_ins(Arc::clone(stand_ins)),
                    None => builder,
                })
            }
            Self::Endpoint { authority, owners } => {
                begun_by_calls(scenario)?;
                given(scenario, authority, owners)
            }
            Self::Begun { authority, owners } => given(scenario, authority, owners),
        }
    }
}

/// A cloud for somebody who calls it with clients of their own, too: those date their requests by the machine's clock.
pub(super) fn start_for(scenario: &Scenario, seed: u64) -> io::Result<Cloud> {
    /// There may be a hundred of them in one process.
    const DECISIONS: usize = 1 << 20;
    // Nobody knows the seed of another, whatever the file says.
    let told = |builder: Builder| builder.signers(Signers::Machine).decisions_bytes(DECISIONS).seed(seed);
    let cloud = own(scenario, seed, None, told)?;
    Ok(Cloud { time: None, ..cloud })
}

/// The cloud's clock, and the time on it by which requests are dated; none for the machine's.
///
/// A program that is run signs by the machine's clock and looks at the expiry of its sessions by it. So the cloud goes by it, too, unless
/// the scenario says a time, and takes what is signed by it in any case.
fn clock(scenario: &Scenario) -> io::Result<(Clock, Option<Timestamp>)> {
    let told = scenario.time.as_deref().unwrap_or(DEFAULT_TIME);
    let fixed: Timestamp = told.parse().map_err(io::Error::other)?;
    let programs =
        scenario.any_step(|step| matches!(&step.kind, StepKind::Act(act) if matches!(act.deed, Deed::Program(_))));
    let sets = scenario.any_step(|step| matches!(step.kind, StepKind::Control(Control::SetClock(_))));
    Ok(match (programs, scenario.time.is_some() || sets) {
        (false, _) => (Clock::fixed(fixed), Some(fixed)),
        (true, true) => (Clock::fixed(fixed).signed_by(Signers::Machine), None),
        (true, false) => (Clock::real(), None),
    })
}

fn own(
    scenario: &Scenario,
    seed: u64,
    system_policies: Option<Arc<SystemPolicies>>,
    told: impl FnOnce(Builder) -> Builder,
) -> io::Result<Cloud> {
    let (clock, time) = clock(scenario)?;
    let starts = clock.now();
    let builder = Emulator::builder().seed(scenario.seed.unwrap_or(seed)).clock(clock);
    let mut builder = begin(builder, scenario, starts)?;
    if let Some(policies) = system_policies {
        builder = builder.system_policies(policies);
    }
    let emulator = told(builder).start()?;
    let accounts = emulator
        .accounts()
        .iter()
        .map(|account| {
            let owner =
                Key { id: account.access_key_id.clone(), secret: account.access_key_secret.clone(), token: None };
            let id = account.account_id.clone();
            (account.name.clone(), Account { id, owner })
        })
        .collect();
    Ok(Cloud { client: Client::new(emulator.address().to_string()), accounts, time, emulator: Some(emulator) })
}

/// What a scenario's cloud begins with that no call can make: its accounts, how old they are by this time, and the authorization state
/// that it names.
pub fn begin(mut builder: Builder, scenario: &Scenario, starts: Timestamp) -> io::Result<Builder> {
    for (id, account) in (FIRST_ACCOUNT_ID..).zip(&scenario.accounts) {
        let id = account.id.clone().unwrap_or_else(|| id.to_string());
        builder = builder.account(&account.alias, &id);
        if let Some(age) = account.age {
            let opened = starts.checked_sub(SignedDuration::from_secs(age)).map_err(io::Error::other)?;
            builder = builder.account_opened(&id, opened);
        }
    }
    Ok(match &scenario.state {
        Some(state) => builder.authorization_state(AuthorizationState::clone(state)),
        None => builder,
    })
}

/// Whether calls can make all that the scenario starts from.
fn begun_by_calls(scenario: &Scenario) -> io::Result<()> {
    if scenario.state.is_some() {
        let why = "the scenario starts from an authorization state, which only an emulator of its own is given";
        return Err(io::Error::other(why));
    }
    if scenario.accounts.iter().any(|account| account.age.is_some()) {
        let why = "the scenario says how old an account is, which only an emulator of its own is told";
        return Err(io::Error::other(why));
    }
    if scenario.seed.is_some() {
        let why = "the scenario says a seed, which only an emulator of its own starts from";
        return Err(io::Error::other(why));
    }
    Ok(())
}

fn given(scenario: &Scenario, authority: &str, owners: &[Owner]) -> io::Result<Cloud> {
    if owners.len() < scenario.accounts.len() {
        let message = format!(
            "the scenario has {}, and {} given",
            crate::words::count(scenario.accounts.len(), "account"),
            match owners.len() {
                1 => "the key of 1 owner is".to_owned(),
                many => format!("the keys of {many} owners are"),
            }
        );
        return Err(io::Error::other(message));
    }
    let accounts = scenario
        .accounts
        .iter()
        .zip(owners)
        .map(|(account, owner)| {
            let alias = &account.alias;
            let id = owner.account_id.clone();
            let owner = owner.key.clone();
            (alias.clone(), Account { id, owner })
        })
        .collect();
    let client = Client::new(authority);
    if let Some(time) = &scenario.time {
        let why = |why| io::Error::other(format!("the clock at {authority} cannot be set to {time}: {why}"));
        control::set_clock(&client, time).map_err(why)?;
    }
    Ok(Cloud { client, accounts, time: None, emulator: None })
}
