//! Hostile documents and requests: an error, quickly, and never a panic.

use std::time::{Duration, Instant};

use acslab_policy::{
    Dialect, Document, DocumentKind, FaultCode, Layers, PolicySet, Principal, Request, decide, explain,
};

/// Without the size limits, so that everything is really read.
fn codes(kind: DocumentKind, text: &str) -> Vec<FaultCode> {
    let start = Instant::now();
    let result = Document::parse_with(kind, text, &Dialect::STORED);
    assert!(start.elapsed() < Duration::from_secs(20), "{} bytes took {:?}", text.len(), start.elapsed());
    result.map_or_else(|malformed| malformed.faults().iter().map(|fault| fault.code).collect(), |_| Vec::new())
}

#[test]
fn a_megabyte_is_refused_at_once() {
    const MEGABYTE: usize = 1 << 20;
    let statement = r#"{"Effect":"Allow","Action":"a:b","Resource":"*"},"#;
    let inputs = [
        "[".repeat(MEGABYTE),
        "{\"a\":".repeat(MEGABYTE / 5),
        "\"".repeat(MEGABYTE),
        ",".repeat(MEGABYTE),
        "//\n".repeat(MEGABYTE / 3),
        "9".repeat(MEGABYTE),
        "\\u0041".repeat(MEGABYTE / 6),
        format!("\"{}\"", "\\u0041".repeat(MEGABYTE / 6)),
        " ".repeat(MEGABYTE),
        "\u{0}".repeat(MEGABYTE),
        format!("[{}]", "[],".repeat(MEGABYTE / 3)),
        format!("{{{}}}", "\"k\":1,".repeat(MEGABYTE / 6)),
        format!("{{{}}}", (0..MEGABYTE / 12).map(|n| format!("\"{n:08}\":1")).collect::<Vec<_>>().join(",")),
        format!(r#"{{"Version":"1","Statement":[{}]}}"#, statement.repeat(MEGABYTE / statement.len())),
        format!(r#"{{"Version":"{}","Statement":[]}}"#, "1".repeat(MEGABYTE)),
        format!(r#"{{"{}":1}}"#, "x".repeat(MEGABYTE)),
    ];
    for input in &inputs {
        assert!(!codes(DocumentKind::Identity, input).is_empty(), "{}", &input[..40]);
        let start = Instant::now();
        let malformed = Document::parse(DocumentKind::Bucket, &input.repeat(5)).unwrap_err();
        assert!(malformed.is_too_long());
        assert!(malformed.to_string().len() < 1_000, "{}", malformed.to_string().len());
        assert!(start.elapsed() < Duration::from_secs(2), "{:?}", start.elapsed());
    }
}

#[test]
fn each_kind_has_its_limit() {
    for (kind, limit) in [
        (DocumentKind::Identity, 6144),
        (DocumentKind::Session, 2048),
        (DocumentKind::Control, 4096),
        (DocumentKind::Trust, 4096),
        (DocumentKind::Bucket, 16 * 1024),
    ] {
        let (resource, principal) = match kind {
            DocumentKind::Trust => ("", r#","Principal":{"RAM":"acs:ram::1:root"}"#),
            DocumentKind::Bucket => (r#","Resource":"*""#, r#","Principal":[]"#),
            _ => (r#","Resource":"*""#, ""),
        };
        // The identifier has two bytes a character: only bucket policies are measured in bytes.
        let text = format!(
            r#"{{"Version":"1","Statement":[{{"Sid":"é","Effect":"Allow","Action":"*"{resource}{principal}}}]}}"#
        );
        let size = if kind == DocumentKind::Bucket { text.len() } else { text.chars().count() };
        let fits = text.clone() + &" ".repeat(limit - size);
        assert!(Document::parse(kind, &fits).is_ok(), "{kind:?}");
        let malformed = Document::parse(kind, &(fits + " ")).unwrap_err();
        assert!(malformed.is_too_long() && malformed.faults().len() == 1, "{malformed}");
    }
}

#[test]
fn depth_is_bounded() {
    for depth in [33, 1_000, 100_000] {
        let arrays = "[".repeat(depth) + &"]".repeat(depth);
        assert_eq!(codes(DocumentKind::Identity, &arrays), [FaultCode::TooDeep]);
        let objects = "{\"a\":".repeat(depth) + "1" + &"}".repeat(depth);
        assert_eq!(codes(DocumentKind::Identity, &objects), [FaultCode::TooDeep]);
    }
}

#[test]
fn faults_are_counted_but_not_all_kept() {
    let text = format!(r#"{{"Version":"1","Statement":[{}]}}"#, vec!["7"; 10_000].join(","));
    let malformed = Document::parse_with(DocumentKind::Identity, &text, &Dialect::STORED).unwrap_err();
    assert_eq!(malformed.faults().len() + malformed.omitted(), 10_000);
    assert!(malformed.faults().len() <= 100);
}

#[test]
fn bytes_that_are_not_utf8() {
    let text = b"{ \"Version\": \"1\",\n  \"Statement\": \"\xff\" }";
    let malformed = Document::parse_bytes(DocumentKind::Bucket, text, &Dialect::STANDARD).unwrap_err();
    let fault = &malformed.faults()[0];
    assert_eq!((fault.code, fault.position.line, fault.position.column), (FaultCode::InvalidUtf8, 2, 17));
    assert_eq!(malformed.oss_detail_code(), "0030-00000004");
    for bytes in [&b"\xff"[..], b"\xc3", b"\xed\xa0\x80", b"{\"Version\":\"1\xf5\"}"] {
        assert!(Document::parse_bytes(DocumentKind::Identity, bytes, &Dialect::STANDARD).is_err());
    }
}

#[test]
fn every_cut_of_a_document_is_an_error() {
    let text = r#"{"Version":"1","Statement":[{"Effect":"Deny","NotAction":["é:*","b:\u00e9?"],"Resource":"acs:a:::é",
        "Condition":{"IpAddress":{"acs:SourceIp":["10.0.0.0/8",1.5e3]},"Bool":{"a:b":true}}}]}"#;
    for end in (0..text.len()).filter(|&end| text.is_char_boundary(end)) {
        assert!(!codes(DocumentKind::Identity, &text[..end]).is_empty(), "{}", &text[..end]);
    }
}

#[test]
fn long_patterns_on_long_requests_end() {
    let stars = "a*".repeat(3_000);
    let text = format!(
        r#"{{"Version":"1","Statement":[{{"Effect":"Deny","Action":"a:{stars}b","Resource":"acs:a:*:*:{stars}b",
            "Condition":{{"StringLike":{{"a:b":"{stars}b"}}}}}}]}}"#
    );
    let document = Document::parse_with(DocumentKind::Identity, &text, &Dialect::STORED).unwrap();
    let set = PolicySet::compile([(acslab_policy::PolicyRef::named("stars"), document.into())]);
    let long = "a".repeat(10_000);
    let caller = Principal::ram_user("1", "2", "u");
    let request =
        Request::new(caller, &format!("a:{long}"), &format!("acs:a:r:1:{long}")).unwrap().with("a:b", long.as_str());
    let start = Instant::now();
    let decision = decide(&Layers::new(&set), &request);
    assert_eq!(decision, explain(&Layers::new(&set), &request).decision);
    assert!(!decision.is_allowed() && decision.statement.is_none());
    assert!(start.elapsed() < Duration::from_secs(20), "{:?}", start.elapsed());
}

#[test]
fn what_is_no_request() {
    let caller = || Principal::ram_user("1", "2", "u");
    for action in ["", ":", "a", "a:", ":b", "a:b*", "?:b", "a: b", "a:b\n"] {
        assert!(Request::new(caller(), action, "*").is_err(), "{action:?}");
    }
    for resource in ["", "**", "acs:a:b:c", "arn:a:b:c:d", "a", "acs", ":::::"] {
        assert!(Request::new(caller(), "a:b", resource).is_err(), "{resource:?}");
    }
}
