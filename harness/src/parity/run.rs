//! All of it: whose key it is, each scenario here and there, what was made removed.

use std::cell::RefCell;
use std::collections::BTreeMap;
use std::io;
use std::path::PathBuf;

use jiff::Timestamp;
use miette::Diagnostic;
use serde_json::Value;

use super::compare::{Difference, Kind, Put, compare};
use super::journal::{self, Head, Journal};
use super::names::RunId;
use super::pace::{Pace, Pacer};
use super::plan::Plan;
use super::play::{self, Outcome, Played, There};
use super::profile::Profile;
use super::redact::Redactor;
use super::remove::{Left, Remover};
use super::report::{Compared, Report, Step};
use crate::catalogue::{self, Lookup};
use crate::client::{Call, Client, Moment};
use crate::runner;
use crate::scenario::{DEFAULT_REGION, Scenario};

/// How a run goes.
#[derive(Clone, Debug, Default)]
pub struct Options {
    /// How fast.
    pub pace: Pace,
    /// The folder of journals, if not the usual one.
    pub journals: Option<PathBuf>,
}

/// Why a run does not begin, or does not end as it should. None of these holds a secret.
#[derive(Debug, thiserror::Error, Diagnostic)]
pub enum RealError {
    /// Nobody knows whom to trust.
    #[error("no connection to the real cloud: {0}")]
    Trust(#[source] io::Error),
    /// The cloud does not take the key.
    #[error("the cloud does not know the key of profile `{profile}`: {why}")]
    #[diagnostic(help("`aliyun sts GetCallerIdentity --profile {profile}` shows the same"))]
    Identity {
        /// The profile.
        profile: String,
        /// The reason.
        why: String,
    },
    /// What is made cannot be written down.
    #[error("cannot write down what the run makes: {0}")]
    #[diagnostic(help("`--journal FOLDER` names another folder; nothing is made that is not written down first"))]
    Journal(#[source] io::Error),
    /// The emulator cannot be started.
    #[error("the emulator does not start: {0}")]
    Here(#[source] io::Error),
}

/// What was cleaned up.
#[derive(Clone, Debug, Default)]
pub struct Cleaned {
    /// The runs that are finished now.
    pub runs: Vec<String>,
    /// How much is gone.
    pub gone: usize,
    /// What is left, each with the reason.
    pub left: Vec<String>,
    /// Runs of other profiles or accounts: the run, the profile.
    pub others: Vec<(String, String)>,
}

/// Somebody whose key the cloud knows.
#[derive(Debug)]
pub struct Session {
    profile: Profile,
    account: String,
    arn: String,
    pacer: Pacer,
    folder: PathBuf,
    /// What reaches the cloud, by region.
    clients: RefCell<BTreeMap<String, Client>>,
}

impl Session {
    /// Asks the cloud whose key it is.
    ///
    /// # Errors
    /// Nobody's, or there is no answer.
    pub fn open(profile: Profile, options: &Options) -> Result<Self, RealError> {
        let folder = match &options.journals {
            Some(folder) => folder.clone(),
            None => journal::folder().map_err(RealError::Journal)?,
        };
        let mut session = Self {
            profile,
            account: String::new(),
            arn: String::new(),
            pacer: Pacer::new(options.pace),
            folder,
            clients: RefCell::default(),
        };
        let client = session.reach(DEFAULT_REGION).map_err(RealError::Trust)?;
        let name = session.profile.name.clone();
        let not_known = |why: String| RealError::Identity { profile: name.clone(), why };
        let Lookup::Found(operation) = catalogue::find("Sts", "GetCallerIdentity", None) else {
            return Err(not_known("Sts.GetCallerIdentity is not known".to_owned()));
        };
        let at = Timestamp::now();
        let nonce = format!("acslab-{}", at.as_nanosecond());
        let moment = Moment { at, nonce: &nonce, region: DEFAULT_REGION };
        let key = Some(&session.profile.key);
        let call = Call { operation, parameters: &[], key, signature: None, presigned: None, moment };
        session.pacer.wait();
        let answer = client.call(&call).map_err(|error| not_known(error.to_string()))?;
        let field = |name: &str| answer.fields.get(name).and_then(Value::as_str).map(str::to_owned);
        match (field("AccountId"), field("Arn")) {
            (Some(account), Some(arn)) if answer.is_success() => {
                session.account = account;
                session.arn = arn;
                Ok(session)
            }
            _ => {
                let code = answer.code().unwrap_or("no code").to_owned();
                Err(not_known(format!("it answers {} {code}", answer.status)))
            }
        }
    }

    /// Whose key it is, in words.
    pub fn who(&self) -> String {
        format!("{} (profile `{}`)", self.arn, self.profile.name)
    }

    /// Earlier runs of this profile that did not finish.
    ///
    /// # Errors
    /// A journal cannot be read.
    pub fn unfinished(&self) -> Result<Vec<String>, RealError> {
        let all = Journal::unfinished(&self.folder).map_err(RealError::Journal)?;
        Ok(all.into_iter().filter(|one| self.is_own(&one.head)).map(|one| one.head.run).collect())
    }

    fn is_own(&self, head: &Head) -> bool {
        head.account == self.account
    }

    fn reach(&self, region: &str) -> io::Result<Client> {
        if let Some(client) = self.clients.borrow().get(region) {
            return Ok(client.clone());
        }
        let client = Client::public(format!("oss-{region}.aliyuncs.com"))?;
        self.clients.borrow_mut().insert(region.to_owned(), client.clone());
        Ok(client)
    }

    /// Plays what is planned, here and there, and removes what was made. `told` is told of each scenario.
    ///
    /// # Errors
    /// Nothing can be written down, or the emulator does not start. What was made before is removed all the same.
    pub fn run(&self, plan: &Plan, told: &mut dyn FnMut(&Compared)) -> Result<Report, RealError> {
        let now = Timestamp::now();
        let mut report = Report::new(now.strftime("%F").to_string(), plan.not_played.clone());
        let head = Head {
            run: plan.run.to_string(),
            profile: self.profile.name.clone(),
            account: self.account.clone(),
            began: now.strftime("%FT%TZ").to_string(),
        };
        let mut journal = Journal::begin(&self.folder, head).map_err(RealError::Journal)?;
        let mut ended = Ok(());
        for scenario in &plan.played {
            if runner::is_interrupted() || ended.is_err() {
                break;
            }
            ended = match self.both(scenario, plan, &mut journal) {
                Ok(compared) => {
                    told(&compared);
                    report.add(compared);
                    Ok(())
                }
                Err(error) => Err(error),
            };
            // Whatever it came to, and whoever interrupted it.
            self.remove(&plan.run, &mut journal, &mut report)?;
        }
        // What could not be removed at once may be now.
        if !report.left.is_empty() {
            self.remove(&plan.run, &mut journal, &mut report)?;
        }
        if !report.left.is_empty() {
            let again = format!("`acslab run --real {} --clean` tries again", self.profile.name);
            report.left.push(format!("{again}; the list is in {}", journal.path().display()));
        }
        journal.finish().map_err(RealError::Journal)?;
        ended.map(|()| report)
    }

    fn remove(&self, run: &RunId, journal: &mut Journal, report: &mut Report) -> Result<(), RealError> {
        let (gone, left) = self.remover(run, &|region| self.reach(region)).all(journal).map_err(RealError::Journal)?;
        report.removed += gone;
        report.left = left.iter().map(left_shown).collect();
        Ok(())
    }

    fn remover<'a>(&'a self, run: &'a RunId, reach: &'a dyn Fn(&str) -> io::Result<Client>) -> Remover<'a> {
        Remover { run, key: &self.profile.key, pacer: &self.pacer, reach }
    }

    fn both(&self, scenario: &Scenario, plan: &Plan, journal: &mut Journal) -> Result<Compared, RealError> {
        let here = play::here(scenario, &plan.run).map_err(RealError::Here)?;
        let client = self.reach(&scenario.region).map_err(RealError::Trust)?;
        let there = There { run: &plan.run, pacer: &self.pacer, journal };
        let key = (&self.profile.key, self.account.as_str());
        let there = play::there(scenario, client, key, there).map_err(RealError::Journal)?;
        let rules = &scenario.compare.redact;
        let mut ours = Redactor::new(&plan.run, play::ACCOUNT, rules);
        let mut theirs = Redactor::new(&plan.run, &self.account, rules);
        let pairs = here.iter().zip(&there);
        Ok(Compared {
            name: scenario.name.clone(),
            title: scenario.title.value.clone(),
            region: scenario.region.clone(),
            steps: pairs.filter_map(|(here, there)| step(here, there, &mut ours, &mut theirs)).collect(),
        })
    }
}

/// A step at both; nothing of one that is presumed.
fn step(here: &Played, there: &Played, ours: &mut Redactor<'_>, theirs: &mut Redactor<'_>) -> Option<Step> {
    let put = |played: &Played, redactor: &mut Redactor<'_>| match &played.outcome {
        Outcome::Answered(answer) => Ok(Put::new(answer, redactor, played.names_run)),
        Outcome::Presumed => Err(None),
        Outcome::Not(why) => Err(Some(why.clone())),
    };
    let (left, right) = (put(here, ours), put(there, theirs));
    let (cloud, differences) = match (left, right) {
        (_, Err(None)) => return None,
        (Ok(left), Ok(right)) => (Some(right.to_json()), compare(&left, &right)),
        (left, right) => {
            let said = |side: Result<Put, Option<String>>| match side {
                Ok(put) => (Some(put.to_json()), format!("status {}", put.status)),
                Err(why) => (None, why.unwrap_or_else(|| "not played".to_owned())),
            };
            let ((_, emulator), (answered, cloud)) = (said(left), said(right));
            let difference = Difference { kind: Kind::NotPlayed, place: String::new(), emulator, cloud };
            (answered, vec![difference])
        }
    };
    Some(Step {
        step: there.which.clone(),
        operation: acslab_emulator::ledger::name(there.operation),
        caller: there.caller.clone(),
        cloud,
        differences,
    })
}

fn left_shown(left: &Left) -> String {
    format!("{}: {}", left.what, left.why)
}

/// Removes what earlier runs of this account left.
///
/// # Errors
/// A journal cannot be read or written.
pub fn clean(session: &Session) -> Result<Cleaned, RealError> {
    let mut cleaned = Cleaned::default();
    for mut journal in Journal::unfinished(&session.folder).map_err(RealError::Journal)? {
        let run = journal.head.run.clone();
        if !session.is_own(&journal.head) {
            cleaned.others.push((run, journal.head.profile.clone()));
            continue;
        }
        let Some(id) = RunId::parse(&run) else { continue };
        let reach = |region: &str| session.reach(region);
        let (gone, left) = session.remover(&id, &reach).all(&mut journal).map_err(RealError::Journal)?;
        cleaned.gone += gone;
        if left.is_empty() {
            cleaned.runs.push(run);
        }
        cleaned.left.extend(left.iter().map(left_shown));
        journal.finish().map_err(RealError::Journal)?;
    }
    Ok(cleaned)
}
