//! Takes back what a run made, the latest first. Only what is in its journal and has a name of the run is touched.

use std::collections::BTreeMap;
use std::io;

use jiff::Timestamp;
use serde_json::Value;

use super::effect::{self, Only, Sweep};
use super::guard::{self, OwnIds};
use super::journal::{Journal, Made};
use super::names::RunId;
use super::pace::Pacer;
use super::redact;
use crate::catalogue::{self, Lookup};
use crate::client::{Answer, Call, Client, Given, Key, Moment};

/// Something that could not be removed.
#[derive(Clone, Debug)]
pub(super) struct Left {
    /// What it is: `Ram.CreateUser acslab-k3x9q2-alice`.
    pub(super) what: String,
    /// Why.
    pub(super) why: String,
}

/// Whoever removes.
pub(super) struct Remover<'a> {
    pub(super) run: &'a RunId,
    pub(super) key: &'a Key,
    pub(super) pacer: &'a Pacer,
    /// What reaches the cloud in a region.
    pub(super) reach: &'a dyn Fn(&str) -> io::Result<Client>,
}

/// How often a list is looked at again, a hundred entries or more each time.
const ROUNDS: usize = 100;

/// `Workspace not exists`: PAI's codes are numbers.
const NO_WORKSPACE: &str = "100400027";

impl Remover<'_> {
    /// Removes all that a journal has. Gives how much is gone, and what is left.
    pub(super) fn all(&self, journal: &mut Journal) -> io::Result<(usize, Vec<Left>)> {
        let (mut gone, mut left) = (0, Vec::new());
        for made in journal.open() {
            match self.one(&made) {
                Ok(()) => {
                    journal.gone(made.number)?;
                    gone += 1;
                }
                Err(why) => left.push(Left { what: shown(&made), why }),
            }
        }
        Ok((gone, left))
    }

    fn one(&self, made: &Made) -> Result<(), String> {
        let change = effect::change(&made.call).ok_or("nobody knows what it made")?;
        let undo = change.undo.ok_or("nobody knows how it is removed")?;
        // Whatever a journal says: the thing itself must have a name of this run.
        let own = change.names.iter().filter(|name| **name != "PolicyName" || change.names.len() == 1);
        for name in own {
            let named = made.with.get(*name).is_some_and(|name| self.run.made(name));
            if !named {
                return Err(format!("its `{name}` is none of this run's"));
            }
        }
        let client = (self.reach)(&made.region).map_err(|error| error.to_string())?;
        for sweep in undo.sweeps {
            self.sweep(sweep, made, &client)?;
        }
        let Some((call, with)) = undo.call else { return Ok(()) };
        let answer = self.call(call, taken(made, with), &OwnIds::new(), made, &client)?;
        if answer.is_success() || is_gone(&answer) { Ok(()) } else { Err(refusal(call, &answer)) }
    }

    fn sweep(&self, sweep: &Sweep, made: &Made, client: &Client) -> Result<(), String> {
        for _ in 0..ROUNDS {
            let (list, with) = sweep.list;
            let mut parameters = taken(made, with);
            parameters.extend(sweep.fixed.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())));
            let answer = self.call(list, parameters, &OwnIds::new(), made, client)?;
            if is_gone(&answer) {
                return Ok(());
            }
            if !answer.is_success() {
                return Err(refusal(list, &answer));
            }
            let entries: Vec<_> = entries(&answer.fields, sweep.entries)
                .into_iter()
                .filter(|entry| match sweep.only {
                    None => true,
                    Some(Only::Named(name)) => text(entry.get(name)) == made.with.get(name).cloned(),
                    Some(Only::Not(name)) => text(entry.get(name)).as_deref() != Some("true"),
                })
                .collect();
            if entries.is_empty() {
                return Ok(());
            }
            for entry in entries {
                let (call, with) = sweep.call;
                let mut parameters = taken(made, with);
                let mut own = OwnIds::new();
                for (parameter, field) in sweep.of_entry {
                    let value = text(entry.get(field)).ok_or_else(|| format!("{list} gives no `{field}`"))?;
                    // It was found by a name of the run, or in something that has one.
                    own.insert(value.clone());
                    parameters.push(((*parameter).to_owned(), value));
                }
                let answer = self.call(call, parameters, &own, made, client)?;
                if !answer.is_success() && !is_gone(&answer) {
                    return Err(refusal(call, &answer));
                }
            }
        }
        Err(format!("{} does not come to an end", sweep.list.0))
    }

    fn call(
        &self,
        name: &str,
        parameters: Vec<(String, String)>,
        own: &OwnIds,
        made: &Made,
        client: &Client,
    ) -> Result<Answer, String> {
        let (product, operation) = name.split_once('.').unwrap_or((name, ""));
        let Lookup::Found(operation) = catalogue::find(product, operation, None) else {
            return Err(format!("{name} is not known"));
        };
        let parameters: Vec<_> =
            parameters.into_iter().map(|(name, value)| (name, Given::Json(Value::String(value)))).collect();
        guard::check(self.run, own, operation, &parameters)?;
        let mut tried = 0;
        loop {
            tried += 1;
            self.pacer.wait();
            let now = Timestamp::now();
            let nonce = format!("acslab-{}-{}", self.run, now.as_nanosecond());
            let moment = Moment { at: now, nonce: &nonce, region: &made.region };
            let call = Call {
                operation,
                parameters: &parameters,
                key: Some(self.key),
                signature: None,
                presigned: None,
                moment,
            };
            let answer = client.call(&call).map_err(|error| error.to_string())?;
            if !self.pacer.again(tried, &answer) {
                return Ok(answer);
            }
        }
    }
}

fn shown(made: &Made) -> String {
    let names: Vec<_> = made.with.values().cloned().collect();
    format!("{} {}", made.call, names.join(" "))
}

fn taken(made: &Made, names: &[&str]) -> Vec<(String, String)> {
    let with: &BTreeMap<_, _> = &made.with;
    names.iter().filter_map(|name| Some(((*name).to_owned(), with.get(*name)?.clone()))).collect()
}

/// The entries of a list; XML does not tell a list of one from a single value.
fn entries<'v>(fields: &'v Value, place: &str) -> Vec<&'v Value> {
    match fields.pointer(place) {
        Some(Value::Array(all)) => all.iter().collect(),
        Some(one @ Value::Object(_)) => vec![one],
        _ => Vec::new(),
    }
}

fn text(value: Option<&Value>) -> Option<String> {
    match value? {
        Value::String(text) => Some(text.clone()),
        Value::Null | Value::Array(_) | Value::Object(_) => None,
        plain => Some(plain.to_string()),
    }
}

/// Does the cloud say that it is not there? What else is not found (the key, the operation) says nothing of it.
fn is_gone(answer: &Answer) -> bool {
    let code = answer.code().unwrap_or_default();
    code.contains("NotExist") || code.starts_with("NoSuch") || code == NO_WORKSPACE
}

fn refusal(call: &str, answer: &Answer) -> String {
    let code = answer.code().unwrap_or("no code");
    // It is kept in the report.
    let message = redact::without_signed(answer.message().unwrap_or_default());
    format!("{call} answers {} {code}: {message}", answer.status)
}

#[cfg(test)]
mod tests {
    use http::HeaderMap;
    use serde_json::json;

    use super::{is_gone, refusal};
    use crate::catalogue::Style;
    use crate::client::Answer;

    fn refused(status: u16, code: &str, message: &str) -> Answer {
        let body = json!({"Code": code, "Message": message}).to_string();
        Answer::new(status, &HeaderMap::new(), body.as_bytes(), Style::Rpc)
    }

    #[test]
    fn gone_is_what_the_cloud_says_is_not_there() {
        for code in ["EntityNotExist.User", "EntityNotExist.User.Policy", "NoSuchBucket", "NoSuchUpload", "100400027"] {
            assert!(is_gone(&refused(404, code, "")), "{code}");
        }
        let of_oss = b"<Error><Code>NoSuchBucket</Code></Error>";
        assert!(is_gone(&Answer::new(404, &HeaderMap::new(), of_oss, Style::Oss)));
        // A key that is not known any more leaves everything where it is.
        for (status, code) in [
            (404, "InvalidAccessKeyId.NotFound"),
            (404, "InvalidAction.NotFound"),
            (403, "NoPermission"),
            (409, "DeleteConflict.User.Policy"),
            (404, ""),
        ] {
            assert!(!is_gone(&refused(status, code, "")), "{status} {code}");
        }
        assert!(!is_gone(&Answer::new(404, &HeaderMap::new(), b"no such page", Style::Rpc)));
    }

    #[test]
    fn why_something_is_left_shows_nothing_that_was_signed() {
        let answer = refused(400, "SignatureDoesNotMatch", "server string to sign is:POST&%2F&SecurityToken%3DCAIS");
        assert_eq!(
            refusal("Ram.DeleteUser", &answer),
            "Ram.DeleteUser answers 400 SignatureDoesNotMatch: server string to sign is:<signed>"
        );
    }
}
