//! What a client that encrypts by itself says of an upload: OSS holds the parts to it.
//!
//! Source pages: "Client-side encryption", "HTTP 400 status code".

use super::xml::Node;
use crate::cloud::{KeptHeaders, Part};
use crate::gateway::ApiError;

const PREFIX: &str = "x-oss-meta-client-side-encryption-";

fn get(headers: &KeptHeaders, name: &str) -> Option<String> {
    let name = format!("{PREFIX}{name}");
    let found = headers.iter().find(|(own, _)| own.as_str() == name);
    found.and_then(|(_, value)| value.to_str().ok().map(str::to_owned))
}

/// What OSS's own clients encrypt by.
const ALGORITHM: &str = "AES/CTR/NoPadding";

/// Is the content encrypted by one of OSS's own clients? INFERRED: by another algorithm than theirs nothing is held to what is said. The
/// page has it that no part is copied into such an upload, and a live test of Python's client copies some into one of the algorithm `CTR`.
pub(super) fn is_used(headers: &KeptHeaders) -> bool {
    get(headers, "key").is_some() && get(headers, "cek-alg").is_none_or(|algorithm| algorithm == ALGORITHM)
}

/// What ListParts gives back of it.
pub(super) fn shown(node: &mut Node<'_>, headers: &KeptHeaders) {
    let parts = [
        ("ClientEncryptionKey", "key"),
        ("ClientEncryptionStart", "start"),
        ("ClientEncryptionPartSize", "part-size"),
        ("ClientEncryptionDataSize", "data-size"),
        ("ClientEncryptionWrapAlg", "wrap-alg"),
        ("ClientEncryptionCekAlg", "cek-alg"),
    ];
    for (element, name) in parts {
        if let Some(value) = get(headers, name) {
            node.text(element, &value);
        }
    }
}

fn refused(message: &'static str) -> ApiError {
    ApiError::bad_request("InvalidEncryptionRequest", message)
}

/// Checks what is said of an upload when it begins.
pub(super) fn check(headers: &KeptHeaders) -> Result<(), ApiError> {
    if !is_used(headers) {
        return Ok(());
    }
    let (size, part) = (get(headers, "data-size"), get(headers, "part-size"));
    match (size, part) {
        (None, None) => Ok(()),
        (Some(size), Some(part)) => match (size.parse::<u64>(), part.parse::<u64>()) {
            (Ok(size), Ok(part)) if part > 0 && size.div_ceil(part) <= 10_000 => Ok(()),
            (Ok(_), Ok(part)) if part > 0 => {
                Err(refused("The parts count calculated by client encryption meta is too large."))
            }
            _ => Err(refused("The client encryption meta data_size or part_size is invalid.")),
        },
        _ => Err(refused("Miss some necessary client encryption meta parameters.")),
    }
}

/// Checks the parts that are joined against what was said of them.
pub(super) fn check_parts(headers: &KeptHeaders, parts: &[(u16, &Part)]) -> Result<(), ApiError> {
    let number = |name| get(headers, name).and_then(|text| text.parse::<u64>().ok());
    let (true, Some(size), Some(part_size)) = (is_used(headers), number("data-size"), number("part-size")) else {
        return Ok(());
    };
    let expected = size.div_ceil(part_size.max(1));
    let Some(((_, last), others)) = parts.split_last() else {
        return Err(refused("The client encryption part list is unexpected with init_multipart setted."));
    };
    if parts.iter().any(|(number, _)| u64::from(*number) > expected) {
        return Err(refused("The partId must less or equal to expectedPartNumber."));
    }
    if others.iter().any(|(_, part)| part.content.size() != part_size) {
        return Err(refused("The partSize must same with init_multipart setted except last part."));
    }
    let sum: u64 = parts.iter().map(|(_, part)| part.content.size()).sum();
    if sum != size {
        let message = if last.content.size() == part_size {
            "The client encryption part list is unexpected with init_multipart setted."
        } else {
            "The last partSize must same with init_multipart setted."
        };
        return Err(refused(message));
    }
    Ok(())
}
