//! A task of a lesson. Whether it is done is asked of a copy of the cloud, so that asking changes nothing; in a replay it has to be undone
//! before its solution and done after it, and each wrong try has to fail where it says.

use std::sync::Arc;

use acslab_emulator::Entry;

use super::hooks::NOBODY;
use super::judge::Difference;
use super::permissions::Shift;
use super::replay::{Happened, Replay};
use super::target::Cloud;
use crate::catalogue::{self, Lookup};
use crate::client::{self, Answer, Given, Key, Moment};
use crate::scenario::{Caller, Check, Outcome, Step, StepKind, Task};

/// Whether one thing holds that a task asks for.
#[derive(Debug, Clone)]
pub struct Judged {
    /// The check's name.
    pub name: String,
    /// What was expected and did not come; empty if it holds.
    pub differences: Vec<Difference>,
    /// The call at which it showed, in words, if it does not hold.
    pub what: String,
    /// Its answer.
    pub answer: Option<Answer>,
    /// What was decided on that call.
    pub entry: Option<Arc<Entry>>,
    /// The permission that moved and was not to, if it showed so.
    pub shift: Option<Shift>,
    /// Is it what the check's own words say, that goes wrong: who was to be refused is let in, or the other way round? Else something
    /// is in the way.
    pub as_told: bool,
}

impl Judged {
    /// Whether it holds.
    pub fn holds(&self) -> bool {
        self.differences.is_empty()
    }
}

impl Replay<'_> {
    pub(super) fn task(&mut self, task: &Task) -> Happened {
        let name = &task.name;
        let happened = Happened { what: format!("the task `{name}`"), ..Happened::default() };
        match self.judge(task) {
            Ok(judged) if judged.iter().all(Judged::holds) => {
                return happened.stop("something left to do", "all that it asks for holds already");
            }
            Ok(_) => {}
            Err(error) => return happened.stop("a copy of the cloud", error),
        }
        for wrong in &task.tries {
            let failed = self.try_out(&wrong.steps, task);
            let first = match failed {
                Ok(judged) => judged.into_iter().find(|judged| !judged.holds()).map(|judged| judged.name),
                Err(why) => return happened.stop(format!("the try `{}` to be possible", wrong.name), why),
            };
            if first.as_deref() != Some(&*wrong.fails) {
                let found = first.map_or("everything holds".to_owned(), |first| format!("`{first}` does not"));
                let expected = format!("`{}` not to hold after the try `{}`", wrong.fails, wrong.name);
                return happened.stop(expected, found);
            }
        }
        for step in &task.solution {
            let solved = self.perform(step);
            if !solved.differences.is_empty() {
                return Happened { what: format!("{name}: {}", solved.what), ..solved };
            }
        }
        match self.judge(task) {
            Ok(judged) => match judged.into_iter().find(|judged| !judged.holds()) {
                Some(open) => Happened {
                    what: format!("{name}, `{}`: {}", open.name, open.what),
                    differences: open.differences,
                    ..happened
                },
                None => happened,
            },
            Err(error) => happened.stop("a copy of the cloud", error),
        }
    }

    /// What holds after these steps, in a copy of the cloud. The error says which of them did not go as expected.
    fn try_out(&self, steps: &[Step], task: &Task) -> Result<Vec<Judged>, String> {
        let copy = self.cloud.fork().map_err(|error| error.to_string())?;
        let mut tried = self.elsewhere(&copy);
        for step in steps {
            let happened = tried.perform(step);
            if let Some(difference) = happened.differences.first() {
                return Err(format!("{}: expected {}, found {}", happened.what, difference.expected, difference.found));
            }
        }
        tried.judge(task).map_err(|error| error.to_string())
    }

    /// What of a task holds, asked of copies of the cloud.
    pub(super) fn judge(&self, task: &Task) -> std::io::Result<Vec<Judged>> {
        task.holds.iter().map(|check| self.judge_one(check)).collect()
    }

    fn judge_one(&self, check: &Check) -> std::io::Result<Judged> {
        let copy = self.cloud.fork()?;
        let mut replay = self.elsewhere(&copy);
        for step in &check.steps {
            if let Some((act, _)) = step.call() {
                replay.have_key(&act.caller);
            }
        }
        for step in &check.steps {
            let happened = replay.perform(step);
            if !happened.differences.is_empty() {
                let id = happened.answer.as_ref().and_then(|answer| answer.request_id.as_deref());
                let entry = id.and_then(|id| deciding(&copy, id));
                let as_told = is_as_told(step, happened.answer.as_ref(), entry.as_deref());
                return Ok(Judged {
                    name: check.name.clone(),
                    what: happened.what,
                    entry,
                    answer: happened.answer,
                    differences: happened.differences,
                    shift: happened.shift,
                    as_told,
                });
            }
        }
        Ok(Judged {
            name: check.name.clone(),
            what: String::new(),
            answer: None,
            entry: None,
            differences: Vec::new(),
            shift: None,
            as_told: false,
        })
    }

    /// Sees to it that a RAM user has a key that is known: whichever way somebody made the user, its key may be unknown, or gone.
    pub(super) fn have_key(&mut self, caller: &Caller) {
        let Caller::Named { name, account } = caller else { return };
        // A session is what it is.
        if self.keys.get(caller).is_some_and(|key| key.token.is_some()) {
            return;
        }
        let owner = Caller::Owner(account.clone());
        let user = ("UserName".to_owned(), Given::Json(name.as_str().into()));
        let mut made = self.ask(&owner, "CreateAccessKey", std::slice::from_ref(&user));
        // A user has two at most.
        if made.as_ref().and_then(Answer::code).is_some_and(|code| code.contains("Limit")) {
            let all = self.ask(&owner, "ListAccessKeys", std::slice::from_ref(&user));
            let id = all.and_then(|all| all.fields.pointer("/AccessKeys/AccessKey/0/AccessKeyId").cloned());
            if let Some(id) = id {
                let one = ("UserAccessKeyId".to_owned(), Given::Json(id));
                self.ask(&owner, "DeleteAccessKey", &[user.clone(), one]);
            }
            made = self.ask(&owner, "CreateAccessKey", &[user]);
        }
        match made.filter(Answer::is_success).and_then(|answer| Key::in_answer(&answer.fields)) {
            Some(key) => self.keys.insert(caller.clone(), key),
            None => self.keys.remove(caller),
        };
    }

    /// A call of RAM besides the scenario's own.
    fn ask(&mut self, caller: &Caller, operation: &str, parameters: &client::Parameters) -> Option<Answer> {
        let Lookup::Found(operation) = catalogue::find("Ram", operation, None) else { return None };
        let nonce = self.nonce();
        let moment = Moment { at: self.now(), nonce: &nonce, region: &self.scenario.region };
        let key = self.keys.get(caller);
        self.client.call(&client::Call { operation, parameters, key, signature: None, presigned: None, moment }).ok()
    }

    /// The same scenario at the same point, in another cloud.
    fn elsewhere<'b>(&self, cloud: &'b Cloud) -> Replay<'b>
    where
        Self: 'b,
    {
        Replay {
            time: self.time,
            keys: self.keys.clone(),
            variables: self.variables.clone(),
            calls: self.calls,
            branch: self.branch.clone(),
            kept: self.kept.clone(),
            begun: self.begun.clone(),
            ..Replay::new(self.scenario, cloud, &NOBODY)
        }
    }
}

/// Does what came of a step say what its check says while it does not hold? The words of a check are about somebody who may do something,
/// or may not; a call that comes to nothing else says neither.
fn is_as_told(step: &Step, answer: Option<&Answer>, entry: Option<&Entry>) -> bool {
    let StepKind::Act(act) = &step.kind else { return true };
    let Some(answer) = answer else { return false };
    let (success, refused) = (answer.is_success(), entry.is_some_and(refuses));
    match &act.expect.outcome {
        // What was to be refused is done.
        Outcome::Refusal(_) => success,
        // Who was to be let in is refused. An owner, whom no policy of the account refuses, finds that something is not there.
        Outcome::Success(_) => success || refused || !matches!(act.caller, Caller::Named { .. }),
        _ => true,
    }
}

fn refuses(entry: &Entry) -> bool {
    entry.decided.iter().any(|decided| !decided.decision.is_allowed())
}

/// How many of the last calls are looked through for what a call did inside the cloud.
const INSIDE: usize = 100;

/// What decided a call: the call that was made for it inside the cloud, where that one was refused by a policy and it itself was not.
fn deciding(cloud: &Cloud, request_id: &str) -> Option<Arc<Entry>> {
    let entry = cloud.decision(request_id)?;
    if refuses(&entry) || entry.status < 400 {
        return Some(entry);
    }
    let inside = cloud.decisions(INSIDE).into_iter().filter(|one| one.cause.as_deref() == Some(request_id));
    Some(inside.into_iter().find(|one| refuses(one)).unwrap_or(entry))
}
