//! `GET decisions`: what was decided lately, newest first, a page at a time. `GET decisions/REQUEST_ID`: one in full, explained.
//! `GET decisions/REQUEST_ID/fixes` and `POST decisions/REQUEST_ID/try`: what would have it allowed.

use std::collections::BTreeSet;
use std::sync::Arc;

use acslab_policy::{Explanation, Verdict, near_misses};
use bytes::Bytes;
use http::{Method, Response, StatusCode};
use http_body_util::Full;
use jiff::Timestamp;
use serde_json::{Map, Value, json};

use super::elsewhere::elsewhere;
use super::own::own;
use super::{body, fixes, problem, reply};
use crate::cloud::iso8601;
use crate::gateway::{Decided, Entry, Gateway, HttpRequest};
use crate::operation::{AuditTrail, Event, Mark};

/// Entries of a page when the request does not say, and at most.
const PAGE: usize = 100;
const LONGEST_PAGE: usize = 1000;
/// How many bytes a page has, about; one entry it has in any case.
pub(super) const LARGEST_PAGE: usize = 1 << 20;

/// What a page is narrowed down to.
struct Wanted<'a> {
    caller: Option<&'a str>,
    operation: Option<&'a str>,
    action: Option<&'a str>,
    code: Option<&'a str>,
    resource: Option<&'a str>,
    verdict: Option<Verdict>,
    product: Option<&'a str>,
    since: Option<Timestamp>,
    until: Option<Timestamp>,
    account: Option<&'a str>,
}

impl<'a> Wanted<'a> {
    const NAMES: [&'static str; 10] =
        ["caller", "operation", "action", "code", "resource", "verdict", "product", "since", "until", "account"];

    fn of(request: &'a HttpRequest) -> Result<Self, String> {
        let [caller, operation, action, code, resource, verdict, product, since, until, account] =
            Self::NAMES.map(|name| request.query.get(name));
        let time = |text: Option<&str>| {
            let read =
                text.map(|text| text.parse().map_err(|_| format!("`{text}` is no time, such as 2026-01-01T00:00:00Z")));
            read.transpose()
        };
        let (since, until) = (time(since)?, time(until)?);
        let verdict = verdict.map(known_verdict).transpose()?;
        Ok(Self { caller, operation, action, code, resource, verdict, product, since, until, account })
    }

    fn fits(&self, entry: &Entry) -> bool {
        self.caller.is_none_or(|caller| entry.caller.as_deref().is_some_and(|own| is_called(own, caller)))
            && self.operation.is_none_or(|operation| fits(operation, &entry.operation.full_name()))
            && self.action.is_none_or(|action| entry.decided.iter().any(|decided| fits(action, decided.action())))
            && self.code.is_none_or(|code| entry.code.as_deref().is_some_and(|own| fits(code, own)))
            && self.account.is_none_or(|account| entry.caller.as_deref().is_some_and(|caller| is_of(caller, account)))
            && self.resource.is_none_or(|resource| entry.decided.iter().any(|one| fits(resource, one.resource())))
            && self.verdict.is_none_or(|verdict| entry.decided.iter().any(|one| one.decision.verdict == verdict))
            && self.product.is_none_or(|product| {
                let name = entry.operation.full_name();
                name.split_once('.').is_some_and(|(of, _)| of.eq_ignore_ascii_case(product))
            })
            && self.since.is_none_or(|since| entry.at >= since)
            && self.until.is_none_or(|until| {
                if is_whole(until) { entry.at.as_second() <= until.as_second() } else { entry.at <= until }
            })
    }
}

/// Names may be asked for with `*`, and in any letter case.
fn fits(pattern: &str, name: &str) -> bool {
    acslab_policy::catalogue::fits(pattern, name)
}

/// A time without fractions, as it is shown of a decision, stands for its whole second.
fn is_whole(time: Timestamp) -> bool {
    time.subsec_nanosecond() == 0
}

/// Is a caller meant by an ARN? A role is each of its sessions, and the names of roles do not differ by letter case.
fn is_called(caller: &str, asked: &str) -> bool {
    if acslab_policy::catalogue::fits_exactly(asked, caller) {
        return true;
    }
    let Some((account, session)) = caller.split_once(":assumed-role/") else { return false };
    let asked = asked.strip_prefix("arn:sts:").map_or_else(|| asked.to_owned(), |rest| format!("acs:ram:{rest}"));
    let Some((asked_account, named)) = asked.split_once(":assumed-role/").or_else(|| asked.split_once(":role/")) else {
        return false;
    };
    let ((role, name), (asked_role, asked_name)) =
        (session.split_once('/').unwrap_or((session, "")), named.split_once('/').unwrap_or((named, "*")));
    account == asked_account && fits(asked_role, role) && acslab_policy::catalogue::fits_exactly(asked_name, name)
}

fn known_verdict(word: &str) -> Result<Verdict, String> {
    match word {
        "Allow" => Ok(Verdict::Allow),
        "ExplicitDeny" => Ok(Verdict::ExplicitDeny),
        "ImplicitDeny" => Ok(Verdict::ImplicitDeny),
        _ => Err(format!("`{word}` is no verdict; there are Allow, ExplicitDeny and ImplicitDeny")),
    }
}

/// Is a caller of this account? Told by the account in its ARN.
fn is_of(caller: &str, account: &str) -> bool {
    caller.strip_prefix("acs:ram::").is_some_and(|rest| rest.split(':').next() == Some(account))
}

/// Answers a request for decisions.
pub(super) fn answer(gateway: &Gateway, request: &HttpRequest, request_id: &str) -> Response<Full<Bytes>> {
    let (request_id, part) = request_id.split_once('/').unwrap_or((request_id, ""));
    if request.method != Method::GET && part != "try" {
        return problem(StatusCode::METHOD_NOT_ALLOWED, "decisions can only be read");
    }
    if !request_id.is_empty() {
        let (event, entry) = match find(gateway.trail(), request_id, request.query.get("event")) {
            Ok(found) => found,
            Err((status, why)) => return problem(status, why),
        };
        return match (&request.method, part) {
            (&Method::GET, "") => reply(StatusCode::OK, &in_full(gateway, event, &entry)),
            (&Method::GET, "fixes") => fixes::list(gateway, &entry),
            (&Method::POST, "try") => fixes::attempt(gateway, &entry, &request.body),
            (_, "try") => problem(StatusCode::METHOD_NOT_ALLOWED, "a fix is tried with POST"),
            _ => problem(StatusCode::NOT_FOUND, "of a decision there are fixes and try"),
        };
    }
    // One by its id, as a page of it.
    if let Some(id) = request.query.get("request_id") {
        let found: Vec<_> = gateway.trail().find_named(id).iter().map(|(event, entry)| shown(*event, entry)).collect();
        return reply(StatusCode::OK, &json!({"decisions": found, "before": null}));
    }
    match page(gateway, request) {
        Ok(page) => reply(StatusCode::OK, &page),
        Err(why) => problem(StatusCode::BAD_REQUEST, why),
    }
}

/// The entry of a request: the one that an event names, else the last that had this id.
fn find(
    trail: &AuditTrail,
    request_id: &str,
    event: Option<&str>,
) -> Result<(Event, Arc<Entry>), (StatusCode, String)> {
    let gone = |why: String| (StatusCode::NOT_FOUND, why);
    let Some(event) = event else {
        return trail.find_named(request_id).ok_or_else(|| gone(format!("no request `{request_id}` is remembered")));
    };
    let event: Event = event.parse().map_err(|why| (StatusCode::BAD_REQUEST, format!("`event={event}`: {why}")))?;
    if !trail.is_own(event) {
        return Err(gone(format!("request `{request_id}` was of an acslab that has ended")));
    }
    let entry = trail.at(event).filter(|entry| *entry.request_id == *request_id);
    entry.map(|entry| (event, entry)).ok_or_else(|| gone(format!("request `{request_id}` is not remembered any more")))
}

/// A page, and where the next one begins: `before`.
fn page(gateway: &Gateway, request: &HttpRequest) -> Result<Value, String> {
    let known = |name: &str| name == "limit" || name == "before" || Wanted::NAMES.contains(&name);
    if let Some(unknown) = request.query.iter().find(|parameter| !known(parameter.name)) {
        return Err(format!(
            "no parameter `{}` here; there are limit, before, request_id, {}",
            unknown.name,
            Wanted::NAMES.join(", ")
        ));
    }
    let number = |name: &str| match request.query.get(name) {
        None => Ok(None),
        Some(text) => text.parse::<u64>().map(Some).map_err(|_| format!("`{name}={text}` is no number")),
    };
    let limit = number("limit")?.map_or(PAGE, |limit| usize::try_from(limit).unwrap_or(LONGEST_PAGE));
    if limit == 0 {
        return Err(format!("`limit=0` asks for nothing: from 1 to {LONGEST_PAGE}"));
    }
    let wanted = Wanted::of(request)?;
    let (mut entries, mut bytes, mut before) = (Vec::new(), 0, number("before")?);
    // What does not fit is passed over, page by page, until enough is found or all is seen.
    let limit = limit.min(LONGEST_PAGE);
    let mut next = Value::Null;
    'pages: loop {
        let page = gateway.trail().page(before, LONGEST_PAGE);
        let Some((last, _)) = page.last() else { break };
        before = Some(*last);
        for (number, entry) in page.iter().filter(|(_, entry)| wanted.fits(entry)) {
            let shown = shown(gateway.trail().event(*number), entry);
            bytes += shown.to_string().len();
            entries.push(shown);
            if entries.len() == limit || bytes >= LARGEST_PAGE {
                next = json!(number);
                break 'pages;
            }
        }
    }
    Ok(json!({"decisions": entries, "before": next}))
}

/// An entry as a page shows it.
pub(super) fn shown(event: Event, entry: &Entry) -> Value {
    let decided: Vec<_> = entry.decided.iter().map(brief).collect();
    let mut shown = json!({
        "request_id": *entry.request_id,
        "event": event.to_string(),
        "cause": entry.cause.as_deref(),
        "time": iso8601(entry.at),
        "operation": entry.operation.full_name(),
        "version": entry.operation.product.version,
        "performed": entry.operation.is_performed(),
        "caller": entry.caller,
        "source_ip": entry.source_ip,
        "stage": entry.stage,
        "decided": decided,
        "status": entry.status,
        "code": entry.code,
    });
    if entry.reported {
        shown["would_deny"] = json!(true);
    }
    if entry.outdated {
        shown["warning"] = json!("signed with OSS V1, which the cloud refuses from new accounts and for new buckets");
    }
    shown
}

pub(super) fn brief(decided: &Decided) -> Value {
    json!({
        "action": decided.action(),
        "resource": decided.resource(),
        "verdict": decided.decision.verdict,
        "layer": decided.decision.layer,
        "policy": decided.policy(),
        "statement": decided.decision.statement.map(|at| at.statement + 1),
        "policy_type": decided.decision.policy_type(),
        "known": decided.known,
        "instead": decided.instead,
    })
}

/// How the action and the resource are known, for people.
fn how_known(decided: &Decided) -> String {
    let said = match decided.known.resource {
        Mark::Default => "; no resource is published, this stands for everything of the product in the account",
        _ => "",
    };
    format!("Known: {}{said}.", decided.known)
}

/// The same with the reasoning of each decision, by the policies that were in force then.
fn in_full(gateway: &Gateway, event: Event, entry: &Entry) -> Value {
    let mut shown = shown(event, entry);
    let decided = entry.decided.iter().map(|decided| {
        let mut one = brief(decided);
        let context: serde_json::Map<_, _> =
            decided.context().map(|(key, values)| (key.to_owned(), json!(values))).collect();
        let explanation = decided.question.explain();
        one["context"] = Value::Object(context);
        one["near"] = near(&explanation);
        one["elsewhere"] = elsewhere(gateway, decided);
        one["own"] = own(decided);
        one["text"] = json!(format!("{explanation}\n{}\n", how_known(decided)));
        one["documents"] = documents(&explanation);
        one["explanation"] = json!(explanation);
        one
    });
    shown["decided"] = decided.collect();
    if let Some(exchange) = &entry.exchange {
        let parameters: Vec<_> = exchange.parameters.iter().map(|(name, value)| json!([name, value])).collect();
        let headers: Map<String, Value> =
            exchange.headers.iter().map(|(name, value)| (name.clone(), json!(value))).collect();
        shown["exchange"] = json!({
            "region": exchange.region,
            "key": exchange.key,
            "parameters": parameters,
            "left_out": exchange.left_out,
            "answer": exchange.answer,
            "document": exchange.document,
            "headers": headers,
        });
    }
    shown
}

/// What of the policies nearly fits, the likeliest first: as it is known, and in words.
pub(super) fn near(explanation: &Explanation) -> Value {
    let told = near_misses(explanation).into_iter().map(|miss| {
        let mut told = json!(miss);
        told["text"] = json!(miss.to_string());
        told
    });
    told.collect()
}

/// `PUT recording`: whether what is asked and answered is kept besides what is decided. `GET` tells it.
pub(super) fn recording(gateway: &Gateway, request: &HttpRequest) -> Response<Full<Bytes>> {
    if request.method == Method::PUT {
        match body::read::<Recording>(&request.body) {
            Ok(Recording { on }) => gateway.trail().set_recording(on),
            Err(error) => return problem(StatusCode::BAD_REQUEST, format!("expected `{{\"on\": true}}`: {error}")),
        }
    } else if request.method != Method::GET {
        return problem(StatusCode::METHOD_NOT_ALLOWED, "recording can be read and set");
    }
    reply(StatusCode::OK, &json!({"on": gateway.trail().records()}))
}

#[derive(serde::Deserialize)]
#[serde(deny_unknown_fields)]
struct Recording {
    on: bool,
}

/// The documents that an explanation points into, each once: layer, node and index among the layer's policies, and the text.
pub(super) fn documents(explanation: &Explanation) -> Value {
    let mut seen = BTreeSet::new();
    let statements = explanation.units().flat_map(|unit| &unit.statements);
    let documents = statements.filter_map(|trace| {
        let at = trace.statement;
        let layer = json!(at.layer);
        let name = (layer.to_string(), at.node, at.policy);
        let shown = json!({
            "layer": layer,
            "node": at.node,
            "policy": at.policy,
            "reference": trace.policy,
            "text": trace.document.text(),
        });
        seen.insert(name).then_some(shown)
    });
    documents.collect()
}

#[cfg(test)]
mod tests {
    use super::{fits, is_called};

    #[test]
    fn callers_are_found_however_they_are_written() {
        let session = "acs:ram::1:assumed-role/deployrole/Narrow";
        for (asked, found) in [
            (session, true),
            ("acs:ram::1:assumed-role/DeployRole/Narrow", true),
            ("arn:sts::1:assumed-role/DeployRole/Narrow", true),
            ("acs:ram::1:role/DeployRole", true),
            ("acs:ram::1:assumed-role/DeployRole/*", true),
            ("acs:ram::1:*", true),
            // The names of sessions differ by letter case.
            ("acs:ram::1:assumed-role/deployrole/narrow", false),
            ("acs:ram::2:role/deployrole", false),
            ("acs:ram::1:role/deploy", false),
        ] {
            assert_eq!(is_called(session, asked), found, "{asked}");
        }
        assert!(!is_called("acs:ram::1:user/Alice", "acs:ram::1:user/alice"));
        assert!(fits("OSS:Get*", "oss:GetObject") && fits("oss.getobject", "Oss.GetObject"));
    }
}
