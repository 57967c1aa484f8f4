//! A step that looks who may do something that they could not do before, or may not any more.

use std::sync::Arc;

use super::replay::{Happened, Replay};
use crate::import::Standing;
use crate::prove::{Gain, Granted, NOBODY, gain};
use crate::scenario::{Caller, Moved, Row, Scenario, StepKind, Template, Whose};

/// A permission that somebody has now and was not to get, or has lost and was to keep.
#[derive(Clone, Debug)]
pub struct Shift {
    /// Is it gained?
    pub gained: bool,
    /// Who it is, as the scenario names them: `alice`, `role builder of partner`; by the ARN who has no such name.
    pub who: String,
    /// The request.
    pub gain: Arc<Gain>,
}

impl Shift {
    /// The policy and the number of the statement that settles it, if one does: that allows it now, or that refuses it now.
    pub fn settled_by(&self) -> Option<(&str, u32)> {
        let explanation = if self.gained { Some(&self.gain.allowed) } else { self.gain.refused.as_ref() };
        let trace = explanation?.deciding_statement()?;
        Some((&trace.policy.name, trace.statement.statement + 1))
    }
}

/// A state to be looked back at, or why there is none.
pub(super) type Remembered = Result<Arc<Standing>, String>;

/// Does a scenario look at what changed?
pub(super) fn looks_back(scenario: &Scenario) -> bool {
    scenario.any_step(|step| matches!(step.kind, StepKind::Permissions(_)))
}

impl Replay<'_> {
    /// The state as it is, to be looked back at, if the scenario does that.
    pub(super) fn remembered(&self) -> Option<Remembered> {
        let standing = || Standing::of_server(self.client).map(Arc::new).map_err(|error| error.to_string());
        looks_back(self.scenario).then(standing)
    }

    pub(super) fn permissions(&self, moved: &Moved) -> Happened {
        let what = match &moved.since {
            Some(since) => format!("who may do what, and could not at checkpoint {since}"),
            None => "who may do what, and could not in the beginning".to_owned(),
        };
        let happened = Happened { what, ..Happened::default() };
        let before = match &moved.since {
            Some(since) => self.kept.get(since).and_then(|kept| kept.state.clone()),
            None => self.begun.clone(),
        };
        let before = match before {
            Some(Ok(before)) => before,
            Some(Err(why)) => return happened.stop("the state of then", why),
            None => return happened.stop("the state of then", "it was not kept"),
        };
        let now = match Standing::of_server(self.client) {
            Ok(now) => now,
            Err(error) => return happened.stop("the state", error),
        };
        let (of, gained, lost) = match self.filled(moved) {
            Ok(filled) => filled,
            Err(error) => return happened.stop("its expected values", error),
        };
        for (is_gain, rows) in [(true, gained), (false, lost)] {
            let Some(rows) = rows else { continue };
            let (one, other) = if is_gain { (&now, &*before) } else { (&*before, &now) };
            let (done, nothing) = if is_gain { ("gained", "nothing more") } else { ("lost", "nothing") };
            match gain(one, other, &of, &rows) {
                Ok(None) => {}
                Ok(Some(gain)) => {
                    let shift = Shift { gained: is_gain, who: self.named(&gain.principal), gain: Arc::from(gain) };
                    let expected = if rows.is_empty() {
                        format!("{nothing} to be {done}")
                    } else {
                        format!("{nothing} to be {done} but what is listed")
                    };
                    let found = told(&shift);
                    return Happened { shift: Some(shift), ..happened }.stop(expected, found);
                }
                Err(why) => return happened.stop(format!("what is {done}"), why),
            }
        }
        happened
    }

    #[expect(clippy::type_complexity, reason = "whose, gained, lost")]
    fn filled(&self, moved: &Moved) -> Result<(Vec<String>, Option<Vec<Granted>>, Option<Vec<Granted>>), String> {
        let rows = |rows: &Option<Vec<Row>>| {
            let rows = rows.as_ref().map(|rows| rows.iter().map(|row| self.granted(row)).collect());
            rows.transpose()
        };
        Ok((self.whose(&moved.of)?, rows(&moved.gained)?, rows(&moved.lost)?))
    }

    fn granted(&self, row: &Row) -> Result<Granted, String> {
        let all = |texts: &[Template]| texts.iter().map(|text| self.fill(text)).collect::<Result<Vec<_>, _>>();
        let when = row.when.iter().map(|(key, value)| Ok((key.clone(), self.fill(value)?)));
        Ok(Granted {
            of: self.whose(&row.of)?,
            actions: all(&row.actions)?,
            on: all(&row.on)?,
            when: when.collect::<Result<_, String>>()?,
        })
    }

    /// As patterns of ARNs.
    fn whose(&self, whose: &[Whose]) -> Result<Vec<String>, String> {
        let id = |alias: &String| {
            let id = self.variables.get(&format!("account.{alias}"));
            id.ok_or_else(|| format!("there is no account `{alias}`"))
        };
        let mut all = Vec::new();
        for one in whose {
            match one {
                Whose::Caller(Caller::Owner(account)) => all.push(format!("acs:ram::{}:root", id(account)?)),
                Whose::Caller(Caller::Named { name, account }) => {
                    all.push(format!("acs:ram::{}:user/{name}", id(account)?));
                }
                Whose::Caller(Caller::Anonymous) => all.push(NOBODY.to_owned()),
                Whose::Role(name, account) => {
                    let id = id(account)?;
                    all.push(format!("acs:ram::{id}:role/{name}"));
                    all.push(format!("acs:ram::{id}:assumed-role/{name}/*"));
                }
                Whose::Everybody(account) => all.push(format!("acs:ram::{}:*", id(account)?)),
                Whose::Arn(arn) => all.push(self.fill(arn)?),
            }
        }
        Ok(all)
    }

    /// Whoever has this ARN, as a scenario names them.
    fn named(&self, arn: &str) -> String {
        let known = || {
            let (id, rest) = arn.strip_prefix("acs:ram::")?.split_once(':')?;
            let alias = |(name, value): (&'_ String, &String)| {
                name.strip_prefix("account.").filter(|_| value == id).map(str::to_owned)
            };
            let alias = self.variables.iter().find_map(alias)?;
            let name = match rest.split_once('/') {
                Some(("user", name)) => name.to_owned(),
                Some(("role", name)) => format!("role {name}"),
                None if rest == "root" => "owner".to_owned(),
                _ => return None,
            };
            let is_first = self.scenario.accounts.first().is_some_and(|first| first.alias == alias);
            Some(if is_first { name } else { format!("{name} of {alias}") })
        };
        if arn == "*" { NOBODY.to_owned() } else { known().unwrap_or_else(|| arn.to_owned()) }
    }

    fn fill(&self, text: &Template) -> Result<String, String> {
        text.fill(&self.variables).map_err(|name| format!("`${{{name}}}` has no value"))
    }
}

/// "alice may ecs:StopInstance on … now, by statement 1 of `x`".
fn told(shift: &Shift) -> String {
    let Gain { action, resource, resource_group, keys, .. } = &*shift.gain;
    let group = resource_group.as_ref().map_or(String::new(), |group| format!(" in resource group {group}"));
    let (may, who) = (if shift.gained { "may now" } else { "may no longer" }, &shift.who);
    let with: Vec<_> = keys.iter().map(|(key, value)| format!("{key} = `{value}`")).collect();
    let with = if with.is_empty() { String::new() } else { format!(", with {}", with.join(" and ")) };
    let by = shift.settled_by().map(|(policy, statement)| format!(", by statement {statement} of `{policy}`"));
    format!("{who} {may} {action} on {resource}{group}{with}{}", by.unwrap_or_default())
}

#[cfg(test)]
mod tests {
    use super::super::hooks::NOBODY;
    use super::super::target::start_for;
    use super::*;
    use crate::client::Client;
    use crate::scenario::load;

    const LOOKS_BACK: &str = "\
title: Nothing moves
story: Nothing is done.
steps:
  - permissions: {gained: []}
";

    #[test]
    fn why_there_is_no_state_to_look_back_at_is_told() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("a.yaml");
        std::fs::write(&path, LOOKS_BACK).unwrap();
        let loaded = load(&[path]).unwrap();
        let scenario = &loaded.scenarios[0];
        let cloud = start_for(scenario, 1).unwrap();
        let mut replay = Replay::new(scenario, &cloud, &NOBODY);
        let StepKind::Permissions(moved) = &scenario.steps[0].kind else { panic!("{scenario:?}") };
        replay.begun = replay.remembered();
        assert_eq!(replay.permissions(moved).differences.len(), 0);
        // In the beginning nobody answered.
        let nobody = Client::new("127.0.0.1:1");
        replay.begun = Replay { client: &nobody, ..Replay::new(scenario, &cloud, &NOBODY) }.remembered();
        let differences = replay.permissions(moved).differences;
        assert_eq!(differences[0].expected, "the state of then");
        assert!(differences[0].found.contains("127.0.0.1:1"), "{differences:?}");
    }
}
