//! The document parser: any bytes, in any grammar. `cargo +nightly fuzz run document`, in `emulator/policy`.
#![no_main]

use acslab_policy::{Dialect, Document, DocumentKind};
use libfuzzer_sys::fuzz_target;

const LENIENT: Dialect = Dialect {
    extended_operators: true,
    ignore_unknown_elements: true,
    not_resource: true,
    lone_statement: true,
    refuse_malformed_values: false,
    ..Dialect::STORED
};

fuzz_target!(|bytes: &[u8]| {
    for kind in [
        DocumentKind::Identity,
        DocumentKind::Session,
        DocumentKind::Control,
        DocumentKind::Trust,
        DocumentKind::Bucket,
    ] {
        for dialect in [&Dialect::STANDARD, &Dialect::STORED, &LENIENT] {
            match Document::parse_bytes(kind, bytes, dialect) {
                Ok(document) => {
                    assert_eq!(document.text().as_bytes(), bytes, "the text is kept byte for byte");
                    assert!(!document.statements().is_empty());
                    for statement in document.statements() {
                        assert!(statement.span().of(document.text()).starts_with('{'));
                    }
                    // What we accept, any reader of JSON accepts.
                    assert!(serde_json::from_slice::<serde::de::IgnoredAny>(bytes).is_ok());
                }
                Err(malformed) => {
                    assert!(!malformed.faults().is_empty());
                    for fault in malformed.faults() {
                        assert!(fault.position.line > 0 && fault.position.column > 0);
                        assert!(fault.span.start <= fault.span.end);
                    }
                    let _ = (malformed.to_string(), malformed.api_message(), malformed.oss_detail_code());
                }
            }
        }
    }
});
