//! `GET metrics`: what was counted since the start, in OpenMetrics' text format 1.0.

use std::fmt::Write;

use bytes::Bytes;
use http::{HeaderValue, Method, Response, StatusCode, header};
use http_body_util::Full;

use super::latencies::BOUNDS;
use super::{Control, problem};
use crate::gateway::HttpRequest;

const KIND: HeaderValue = HeaderValue::from_static("application/openmetrics-text; version=1.0.0; charset=utf-8");

/// Answers a request for metrics.
pub(super) fn answer(control: &Control, request: &HttpRequest) -> Response<Full<Bytes>> {
    if request.method != Method::GET {
        return problem(StatusCode::METHOD_NOT_ALLOWED, "metrics can only be read");
    }
    let mut text = String::new();
    // Writing to a string does not fail.
    let _ = write(control, &mut text);
    let mut response = Response::new(Full::new(Bytes::from(text)));
    response.headers_mut().insert(header::CONTENT_TYPE, KIND);
    response
}

fn write(control: &Control, out: &mut String) -> std::fmt::Result {
    let gateway = &control.gateway;
    let counts = gateway.trail().counts();
    family(out, "acslab", "info", None, "The program that answers")?;
    writeln!(out, "acslab_info{{version=\"{}\"}} 1", env!("CARGO_PKG_VERSION"))?;

    family(out, "acslab_calls", "counter", None, "Calls, those inside of the cloud included")?;
    for calls in counts.calls() {
        let (product, operation) = (escaped(&calls.product), escaped(&calls.operation));
        let status = calls.status;
        writeln!(
            out,
            "acslab_calls_total{{product=\"{product}\",operation=\"{operation}\",status=\"{status}\"}} {}",
            calls.count
        )?;
    }
    family(out, "acslab_decisions", "counter", None, "Questions to the policies, by verdict")?;
    for (verdict, count) in ["Allow", "ExplicitDeny", "ImplicitDeny"].iter().zip(counts.decided) {
        writeln!(out, "acslab_decisions_total{{verdict=\"{verdict}\"}} {count}")?;
    }
    family(out, "acslab_reported", "counter", None, "Calls performed that the policies do not allow")?;
    writeln!(out, "acslab_reported_total {}", counts.reported)?;

    family(out, "acslab_answer_seconds", "histogram", Some("seconds"), "From a request's head to its answer")?;
    let (classes, microseconds) = control.latencies().read();
    let mut so_far = 0;
    for (class, count) in classes.iter().enumerate() {
        so_far += count;
        match BOUNDS.get(class) {
            Some(bound) => writeln!(out, "acslab_answer_seconds_bucket{{le=\"{}\"}} {so_far}", seconds(*bound))?,
            None => writeln!(out, "acslab_answer_seconds_bucket{{le=\"+Inf\"}} {so_far}")?,
        }
    }
    writeln!(out, "acslab_answer_seconds_count {so_far}")?;
    writeln!(out, "acslab_answer_seconds_sum {}", seconds(microseconds))?;

    family(out, "acslab_accounts", "gauge", None, "Accounts that are open")?;
    writeln!(out, "acslab_accounts {}", gateway.cloud().count_accounts())?;
    family(out, "acslab_decisions_held_bytes", "gauge", Some("bytes"), "What the decisions that are remembered take")?;
    writeln!(out, "acslab_decisions_held_bytes {}", gateway.trail().bytes())?;
    if let Some(bytes) = resident() {
        family(out, "process_resident_memory_bytes", "gauge", Some("bytes"), "Memory that the process holds")?;
        writeln!(out, "process_resident_memory_bytes {bytes}")?;
    }
    writeln!(out, "# EOF")
}

fn family(out: &mut String, name: &str, kind: &str, unit: Option<&str>, help: &str) -> std::fmt::Result {
    writeln!(out, "# TYPE {name} {kind}")?;
    if let Some(unit) = unit {
        writeln!(out, "# UNIT {name} {unit}")?;
    }
    writeln!(out, "# HELP {name} {help}.")
}

/// A label's value: operations of a file may be called anything.
fn escaped(value: &str) -> String {
    value.replace('\\', "\\\\").replace('"', "\\\"").replace('\n', "\\n")
}

/// Microseconds as seconds.
fn seconds(microseconds: u64) -> String {
    let text = format!("{}.{:06}", microseconds / 1_000_000, microseconds % 1_000_000);
    let short = text.trim_end_matches('0');
    short.strip_suffix('.').map_or_else(|| short.to_owned(), |whole| format!("{whole}.0"))
}

/// Where the system tells it.
fn resident() -> Option<u64> {
    let status = std::fs::read_to_string("/proc/self/status").ok()?;
    let line = status.lines().find_map(|line| line.strip_prefix("VmRSS:"))?;
    let kilobytes: u64 = line.trim().strip_suffix("kB")?.trim().parse().ok()?;
    Some(kilobytes * 1024)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn figures_and_labels_are_as_the_format_has_them() {
        assert_eq!(
            ["0.00005", "0.0025", "1.0", "10.0", "0.0"],
            [50, 2_500, 1_000_000, 10_000_000, 0].map(seconds).as_slice()
        );
        assert_eq!(escaped("a\"b\\c\nd"), "a\\\"b\\\\c\\nd");
        let mut out = String::new();
        family(&mut out, "a_seconds", "histogram", Some("seconds"), "What it is").unwrap();
        assert_eq!(out, "# TYPE a_seconds histogram\n# UNIT a_seconds seconds\n# HELP a_seconds What it is.\n");
    }
}
