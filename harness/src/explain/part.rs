//! What a line or a body tells of an error, so that the next one is known for another.

use super::facts::{Fact, Facts};
use super::refusal::{Refusal, says_refused};
use super::resource;
use super::text::ec_in;
use crate::import::Command;

/// By what errors are told apart.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Told {
    pub(super) request_id: Option<String>,
    code: Option<String>,
    ec: Option<String>,
    /// What it says, under a label.
    message: Option<String>,
    /// What was refused, in a line that says so: the action, and on what.
    action: Option<String>,
    resource: Option<String>,
}

impl Told {
    /// What a line tells.
    pub(super) fn of(line: &str) -> Self {
        let mut facts = Facts::default();
        facts.labels(line);
        let of = |fact| facts.get(fact).map(str::to_owned);
        let (resource, action) = if says_refused(line) { resource::named(line) } else { (None, None) };
        Self {
            request_id: of(Fact::RequestId),
            code: of(Fact::Code),
            ec: of(Fact::Ec).or_else(|| ec_in(line).map(str::to_owned)),
            message: of(Fact::Message),
            action,
            resource,
        }
    }

    /// What a body tells.
    pub(super) fn of_body(body: &Refusal) -> Self {
        Self {
            request_id: body.request_id.clone(),
            code: body.code.clone(),
            ec: body.ec.clone(),
            message: body.message.clone(),
            action: body.action.clone(),
            resource: body.resource.clone(),
        }
    }

    pub(super) fn is_something(&self) -> bool {
        // A label for a message is in every other log.
        [&self.request_id, &self.code, &self.ec, &self.action, &self.resource].iter().any(|fact| fact.is_some())
    }

    /// Does it tell all of an error that a body tells, and with another message?
    pub(super) fn is_another(&self, body: &Self) -> bool {
        let whole = self.code.is_some() || self.ec.is_some();
        let within =
            |(mine, theirs): (&String, &String)| mine.contains(theirs.as_str()) || theirs.contains(mine.as_str());
        let same = self.request_id.is_some() && self.request_id == body.request_id;
        whole && !same && self.message.as_ref().zip(body.message.as_ref()).is_some_and(|both| !within(both))
    }

    /// Does it say otherwise? Of a body the code is the body's own, and a text around it may have another (`coded`: it is none).
    pub(super) fn contradicts(&self, other: &Self, coded: bool) -> bool {
        let differ = |mine: &Option<String>, theirs: &Option<String>| {
            mine.as_ref().zip(theirs.as_ref()).is_some_and(|(mine, theirs)| !mine.eq_ignore_ascii_case(theirs))
        };
        differ(&self.request_id, &other.request_id)
            || differ(&self.ec, &other.ec)
            || coded && differ(&self.code, &other.code)
            || self.is_other(other)
    }

    /// Was something else refused? One request may be told twice, with more of it the second time.
    fn is_other(&self, other: &Self) -> bool {
        if self.request_id.is_some() && self.request_id == other.request_id {
            return false;
        }
        let differ = |mine: &Option<String>, theirs: &Option<String>| {
            mine.as_ref().zip(theirs.as_ref()).is_some_and(|(mine, theirs)| !mine.eq_ignore_ascii_case(theirs))
        };
        // Of a bucket and an object in it the object is meant.
        let within = |mine: &Option<String>, theirs: &Option<String>| {
            let part = |one: &str, other: &str| one.starts_with(&format!("{other}/"));
            mine.as_ref().zip(theirs.as_ref()).is_some_and(|(mine, theirs)| part(mine, theirs) || part(theirs, mine))
        };
        differ(&self.action, &other.action)
            || differ(&self.resource, &other.resource) && !within(&self.resource, &other.resource)
    }

    /// Adds what was not told yet.
    pub(super) fn add(&mut self, other: Self) {
        let add = |mine: &mut Option<String>, theirs: Option<String>| *mine = mine.take().or(theirs);
        add(&mut self.request_id, other.request_id);
        add(&mut self.code, other.code);
        add(&mut self.ec, other.ec);
        add(&mut self.message, other.message);
        add(&mut self.action, other.action);
        add(&mut self.resource, other.resource);
    }
}

/// Does an error begin in this line, or what leads to one: a command, a request?
pub(super) fn begins(line: &str) -> bool {
    const STARTS: &[&str] = &[
        "ERROR:",
        "Error:",
        "Traceback (most recent call last)",
        "Exception in thread",
        "tea error",
        "SDKError:",
        "curl ",
    ];
    const INSIDE: &[&str] = &["service returned error:", "operation error "];
    // Terraform draws a line before its own.
    let trimmed = line.trim_start_matches([' ', '\t', '│', '|']);
    let request = ["GET ", "PUT ", "POST ", "HEAD ", "DELETE "].iter().find_map(|method| trimmed.strip_prefix(method));
    STARTS.iter().any(|start| trimmed.starts_with(start))
        || INSIDE.iter().any(|words| trimmed.contains(words))
        || is_exception(trimmed)
        || request.is_some_and(|rest| rest.starts_with(['/', 'h']))
        || (trimmed.contains("aliyun") || trimmed.contains("ossutil")) && Command::of_line(trimmed).is_some()
}

/// `com.aliyuncs.exceptions.ClientException: …`, `FCAccessDeniedError: …`: a line that begins with the name of an exception.
fn is_exception(line: &str) -> bool {
    let name = line.split([':', ' ', '(']).next().unwrap_or_default();
    let part = |c: char| c.is_ascii_alphanumeric() || matches!(c, '.' | '_' | '$');
    name.len() < 128
        && name.len() > "Exception".len()
        && name.chars().all(part)
        && (name.ends_with("Exception") || name.ends_with("Error"))
        && line.get(name.len()..).is_some_and(|rest| rest.starts_with(':'))
}

#[cfg(test)]
mod tests {
    use super::{Told, begins};

    #[test]
    fn what_is_refused_tells_errors_apart() {
        let fc = Told::of(
            "message: the caller is not authorized to perform 'fc:CreateService' on resource 'acs:fc:cn-shanghai:1:services/*'.",
        );
        let sls = Told::of("denied by sts or ram, action: log:GetProject, resource: acs:log:cn-shanghai:1:project/p");
        assert!(fc.contradicts(&sls, true) && !fc.contradicts(&fc, true));
        // A line that refuses nothing may name whatever it likes.
        assert!(!Told::of("now trying ram:GetUser on acs:ram:*:1:user/a").is_something());
        let bucket = Told::of("no right to acs:oss:*:1:photos");
        assert!(!bucket.contradicts(&Told::of("no right to acs:oss:*:1:photos/a.jpg"), true));
        assert!(bucket.contradicts(&Told::of("no right to acs:oss:*:1:photographs"), true));
    }

    #[test]
    fn where_an_error_begins() {
        for line in
            ["com.aliyuncs.exceptions.ClientException: Forbidden : no", "UnauthorizedError: denied", "│ Error: no"]
        {
            assert!(begins(line), "{line}");
        }
        for line in
            ["Caused by: com.aliyuncs.exceptions.ClientException: no", "SDK.ServerError", "Error", "an Error: no"]
        {
            assert!(!begins(line), "{line}");
        }
    }
}
