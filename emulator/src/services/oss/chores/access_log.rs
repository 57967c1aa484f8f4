//! The access log of a bucket: a line for each request, a file for each hour, written as the log role.
//!
//! Source page: "Log storage" (names of files, fields of a line).

use std::fmt::Write;

use http::header;
use jiff::Timestamp;
use jiff::tz::Offset;

use super::tend::Worker;
use crate::cloud::Bucket;
use crate::gateway::{Body, Caller, Noted, Reply};
use crate::signature::pe;
use crate::wire::oss;

const CHINA: Offset = Offset::constant(8);

/// Times are those of China, wherever the bucket is (INFERRED: the published lines say `+0800`).
fn local(at: Timestamp, format: &str) -> String {
    CHINA.to_datetime(at).strftime(format).to_string()
}

/// Adds the line of a request to the log of the bucket that it addressed, if it has one. What a request stands for inside, and what OSS
/// does by itself, comes without a host, and has no line of its own.
pub(in super::super) fn note(noted: &Noted<'_>) {
    let Some(name) = noted.address.bucket.as_deref() else { return };
    if !noted.cloud.buckets.any_logs() || !noted.request.headers.contains_key(header::HOST) {
        return;
    }
    let about = |bucket: &Bucket| bucket.settings.logs().then(|| About::of(bucket, noted));
    let Some(about) = noted.cloud.buckets.read(name, about).flatten() else { return };
    let line = line(noted, name, &about);
    noted.cloud.buckets.change(name, |bucket| bucket.chores.log(noted.at, &line));
}

/// What a line says of the bucket and the object.
struct About {
    owner: String,
    region: String,
    size: Option<u64>,
    class: Option<&'static str>,
}

impl About {
    fn of(bucket: &Bucket, noted: &Noted<'_>) -> Self {
        let object = noted.address.object.as_deref().and_then(|key| bucket.objects.get(key));
        Self {
            owner: bucket.owner.clone(),
            region: bucket.region.clone(),
            size: object.map(|object| object.size()),
            class: object.map(|object| object.storage_class.as_str()),
        }
    }
}

/// A text in quotes. One that has quotes or control characters in it would make two fields of one.
fn quoted(text: &str) -> String {
    let plain = |character: char| if character == '"' || character.is_control() { '_' } else { character };
    format!("\"{}\"", text.chars().map(plain).collect::<String>())
}

fn or_dash(text: Option<&str>) -> String {
    quoted(text.filter(|text| !text.is_empty()).unwrap_or("-"))
}

fn number(number: Option<impl ToString>) -> String {
    number.map_or_else(|| "-".to_owned(), |number| number.to_string())
}

/// The fields of a line, in their order.
fn line(noted: &Noted<'_>, bucket: &str, about: &About) -> String {
    let request = noted.request;
    let query = request.query.to_string();
    let joint = if query.is_empty() { "" } else { "?" };
    let url = format!("{} {}{joint}{query} HTTP/1.1", request.method, request.path);
    let (status, code, grown) = match noted.outcome {
        Ok(reply) => (reply.status, None, reply.grown),
        Err(error) => (error.status(), Some(error.code()), None),
    };
    let took = noted.cloud.clock.now().duration_since(noted.at).as_millis().max(0);
    let requester = noted.caller.and_then(Caller::account).map(|account| account.id.as_str());
    let converted = request.header("x-oss-storage-class").filter(|_| request.headers.contains_key("x-oss-copy-source"));
    let accelerated = oss::is_accelerated(request.host()).then_some(about.region.as_str());
    let object = noted.address.object.as_deref().map(pe);
    let fields = [
        request.peer.to_string(),
        "-".to_owned(),
        "-".to_owned(),
        local(noted.at, "[%d/%b/%Y:%H:%M:%S +0800]"),
        quoted(&url),
        status.as_u16().to_string(),
        sent(noted).to_string(),
        took.to_string(),
        or_dash(request.header(header::REFERER)),
        or_dash(request.header(header::USER_AGENT)),
        or_dash(Some(request.host())),
        quoted(noted.request_id),
        quoted("true"),
        or_dash(requester),
        quoted(&noted.operation.name),
        quoted(bucket),
        or_dash(object.as_deref()),
        number(about.size),
        took.to_string(),
        or_dash(code),
        length(noted).to_string(),
        quoted(&about.owner),
        number(grown),
        quoted("-"),
        or_dash(about.class),
        or_dash(converted),
        or_dash(accelerated),
        or_dash(noted.key_id),
        quoted(&format!("acs:oss:{}:{}:{bucket}", about.region, about.owner)),
    ];
    fields.join(" ")
}

/// How many bytes the answer's body has.
fn sent(noted: &Noted<'_>) -> u64 {
    let text = |text: usize| u64::try_from(text).unwrap_or(u64::MAX);
    match noted.outcome {
        Ok(Reply { body: Body::Bytes(_, bytes), .. }) => text(bytes.len()),
        // CHOICE: of what is packed on its way, what it was before.
        Ok(Reply { body: Body::Payload(_, payload) | Body::Packed(_, payload), .. }) => payload.size(),
        Ok(Reply { body: Body::Empty | Body::Head(_) | Body::Document(_), .. }) => 0,
        Err(_) if noted.request.method == http::Method::HEAD => 0,
        Err(error) => {
            let host = noted.request.header(header::HOST).unwrap_or_default();
            text(oss::failure(host, noted.request_id, error).1.len())
        }
    }
}

/// How many bytes the request has, about: its first line, its headers, its body.
fn length(noted: &Noted<'_>) -> u64 {
    let request = noted.request;
    let mut head = String::new();
    let _ = write!(head, "{} {}?{} HTTP/1.1\r\n", request.method, request.path, request.query);
    let headers: usize = request.headers.iter().map(|(name, value)| name.as_str().len() + value.len() + 4).sum();
    let whole = head.len() + headers + 2 + request.body.len();
    u64::try_from(whole).unwrap_or(u64::MAX).saturating_add(noted.content.unwrap_or_default())
}

/// The key of a file that is not yet there: an hour for which a line comes late has a second one.
fn free(worker: &Worker<'_>, target: &str, stem: &str) -> String {
    let keys = (1_u64..).map(|number| format!("{stem}-{number:04}"));
    let free = |key: &String| {
        !worker.cloud.buckets.read(target, |bucket| bucket.objects.get(key).is_some()).unwrap_or_default()
    };
    keys.into_iter().find(free).unwrap_or_default()
}

/// Writes the files of the hours that have ended.
pub(super) fn deliver(worker: &Worker<'_>) {
    let now = worker.cloud.clock.now();
    let taken = worker.cloud.buckets.change(worker.bucket, |bucket| {
        let hours = bucket.chores.take_log(now);
        let enabled = bucket.settings.get("logging").and_then(|logging| logging.child("LoggingEnabled"));
        let text = |name: &str| enabled.and_then(|enabled| enabled.get(name)).unwrap_or_default().to_owned();
        (hours, text("TargetBucket"), text("TargetPrefix"), text("LoggingRole"))
    });
    let Some((hours, target, prefix, role)) = taken else { return };
    if hours.is_empty() || target.is_empty() {
        return;
    }
    let written = worker.assume(format!("role/{role}")).and_then(|caller| {
        hours.into_iter().try_for_each(|(hour, lines)| {
            // The hour that its lines are of, in the same time as they are.
            let hour = local(hour, "%Y-%m-%d-%H-00-00");
            let key = free(worker, &target, &format!("{prefix}{}{hour}", worker.bucket));
            worker.put(&caller, (&target, &key), lines.into_bytes(), &[])
        })
    });
    if let Err(error) = written {
        worker.tell("its access log is not written", &error);
    }
}
