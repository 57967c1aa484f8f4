//! Values with names in braces, filled for a call.
//!
//! | in braces | what it stands for |
//! | --- | --- |
//! | `now` | the time, as the kind writes times |
//! | `caller`, `account`, `region` | who calls, or for whom a service does; whose account it is; where |
//! | `caller_name` | what the caller is called |
//! | `workspace` | the default workspace of the region |
//! | `lower:18`, `mixed:48`, `digits:16`, `hex:32` | so many random characters of a kind; `uuid` a UUID in lower case |
//! | `body`, `body:/metadata/name` | the body as it was sent, or a member of it |
//! | `arg:Name/Member` | a member of a parameter that is JSON |
//! | `json:Field` | a field as JSON text; `=:word` the word itself |
//! | `ip` | an address that nobody has (CHOICE: of the block for benchmarks) |
//! | `count` | the number of the next record in the same one |
//! | anything else | a field of the record, or else a parameter of the call |
//!
//! With `|` between several, the first that is not empty counts. A text that is one pair of braces alone is the value itself, of
//! whatever type; one that stands for nothing is left out.

use serde_json::{Map, Value};

use super::kind::Times;
use crate::cloud::region_mark;
use crate::operation::Call;
use crate::signature::TimeFormat;

/// What a template is filled from.
pub(super) struct Filling<'f, 'c> {
    pub(super) call: &'f Call<'c>,
    pub(super) fields: &'f Map<String, Value>,
    pub(super) times: Times,
    pub(super) count: usize,
}

impl Times {
    /// A time as text, or as a number.
    pub(super) fn write(self, at: jiff::Timestamp) -> Value {
        match self {
            Self::Milliseconds => {
                let seconds = TimeFormat::Iso8601.format(at);
                let millis = at.as_millisecond().rem_euclid(1000);
                Value::String(format!("{}.{millis:03}Z", seconds.trim_end_matches('Z')))
            }
            Self::Seconds => Value::String(TimeFormat::Iso8601.format(at)),
            Self::Minutes => {
                let seconds = TimeFormat::Iso8601.format(at);
                Value::String(format!("{}Z", seconds.get(..16).unwrap_or(&seconds)))
            }
            Self::Epoch => at.as_millisecond().into(),
        }
    }
}

impl Filling<'_, '_> {
    /// The members that a template gives; those that come to nothing are left out.
    pub(super) fn members(&self, template: &Map<String, Value>) -> Map<String, Value> {
        template.iter().filter_map(|(name, value)| Some((name.clone(), self.value(value)?))).collect()
    }

    /// What a template gives; nothing where it stands for nothing.
    pub(super) fn value(&self, template: &Value) -> Option<Value> {
        match template {
            Value::String(text) => self.text(text),
            Value::Array(items) => Some(items.iter().filter_map(|item| self.value(item)).collect()),
            Value::Object(members) => Some(Value::Object(self.members(members))),
            other => Some(other.clone()),
        }
    }

    fn text(&self, template: &str) -> Option<Value> {
        let alone = template.strip_prefix('{').and_then(|rest| rest.strip_suffix('}'));
        if let Some(names) = alone.filter(|names| !names.contains(['{', '}'])) {
            return self.named(names);
        }
        let mut filled = String::new();
        let mut rest = template;
        while let Some((before, after)) = rest.split_once('{') {
            let (names, after) = after.split_once('}').unwrap_or((after, ""));
            filled.push_str(before);
            match self.named(names) {
                Some(Value::String(text)) => filled.push_str(&text),
                Some(value) => filled.push_str(&value.to_string()),
                None => {}
            }
            rest = after;
        }
        filled.push_str(rest);
        Some(Value::String(filled))
    }

    fn named(&self, names: &str) -> Option<Value> {
        let some = |value: &Value| !value.is_null() && value.as_str() != Some("");
        names.split('|').find_map(|name| self.one(name).filter(some))
    }

    /// What the account, the RAM user or the RAM role is called that `caller` is the id of.
    fn caller_name(&self) -> Option<String> {
        let (account, id) = (self.call.account().ok()?, self.call.person());
        if id == account.id {
            return Some(account.name.clone());
        }
        let directory = account.directory.read();
        let user = directory.user_by_id(id).map(|user| user.name.clone());
        user.or_else(|| directory.role_by_id(id).map(|role| role.name.clone()))
    }

    fn one(&self, name: &str) -> Option<Value> {
        let ids = &self.call.cloud().ids;
        let (word, rest) = name.split_once(':').unwrap_or((name, ""));
        let length = || rest.parse().unwrap_or(0);
        Some(match word {
            "now" => self.times.write(self.call.now),
            "caller" => self.call.person().into(),
            "caller_name" => self.caller_name()?.into(),
            "account" => self.call.caller.account()?.id.as_str().into(),
            "region" => self.call.region.as_str().into(),
            "mark" => region_mark(&self.call.region).into(),
            "workspace" => self.call.account().ok()?.pai.read().default_of(&self.call.region)?.id.as_str().into(),
            "lower" => ids.lower("", length()).into(),
            "digits" => ids.number(length()).into(),
            "hex" => ids.hex(length()).into(),
            "mixed" => ids.mixed("", length()).into(),
            "ip" => {
                let number = u16::from_str_radix(&ids.hex(4), 16).unwrap_or(0);
                format!("198.18.{}.{}", number >> 8, number & 0xFF).into()
            }
            "arg" => {
                let (name, member) = rest.split_once('/')?;
                let value: Value = serde_json::from_str(self.call.arguments.text(name)).ok()?;
                value.get(member)?.clone()
            }
            "uuid" => ids.request_id().to_lowercase().into(),
            "count" => self.count.to_string().into(),
            "body" if rest.is_empty() => String::from_utf8_lossy(&self.call.http.body).into_owned().into(),
            "body" => serde_json::from_slice::<Value>(&self.call.http.body).ok()?.pointer(rest)?.clone(),
            "json" => Value::String(self.fields.get(rest)?.to_string()),
            "=" => Value::String(rest.to_owned()),
            _ => match self.fields.get(name) {
                Some(value) => value.clone(),
                None => self.call.arguments.filled(name)?.into(),
            },
        })
    }
}
