//! The frames that an answer comes in.

use http::StatusCode;

use crate::gateway::ApiError;

/// Types of frames, with the version in front.
const DATA: u32 = 0x0180_0001;
const END: u32 = 0x0180_0005;
const CSV_META_END: u32 = 0x0180_0006;
const JSON_META_END: u32 = 0x0180_0007;
/// The most bytes of data in a frame.
const LARGEST: usize = 1 << 20;

fn frame(into: &mut Vec<u8>, kind: u32, payload: &[u8], checksums: bool) {
    let length = u32::try_from(payload.len()).unwrap_or(u32::MAX);
    let checksum = if checksums {
        let digest = crc_fast::checksum(crc_fast::CrcAlgorithm::Crc32IsoHdlc, payload);
        u32::try_from(digest).unwrap_or_default()
    } else {
        0
    };
    into.extend_from_slice(&kind.to_be_bytes());
    into.extend_from_slice(&length.to_be_bytes());
    into.extend_from_slice(&0_u32.to_be_bytes());
    into.extend_from_slice(payload);
    into.extend_from_slice(&checksum.to_be_bytes());
}

/// Data in frames, and the frame at the end, which says what went wrong behind them.
pub(super) fn framed(data: &[u8], scanned: u64, checksums: bool, failed: Option<&ApiError>) -> Vec<u8> {
    let mut frames = Vec::with_capacity(data.len() + 128);
    for chunk in data.chunks(LARGEST) {
        let payload = [&scanned.to_be_bytes(), chunk].concat();
        frame(&mut frames, DATA, &payload, checksums);
    }
    let (status, message) = match failed {
        None => (StatusCode::PARTIAL_CONTENT, String::new()),
        Some(error) => (error.status(), format!("{}.{}", error.code(), error.message())),
    };
    let status = u32::from(status.as_u16()).to_be_bytes();
    let payload = [&scanned.to_be_bytes()[..], &scanned.to_be_bytes(), &status, message.as_bytes()].concat();
    frame(&mut frames, END, &payload, checksums);
    frames
}

/// The frame that says what an object is like; columns of CSV alone. Nobody can ask for its checksum, and Java's client looks at it.
pub(super) fn meta(scanned: u64, rows: u64, columns: Option<u32>) -> Vec<u8> {
    let mut payload = [&scanned.to_be_bytes()[..], &scanned.to_be_bytes(), &200_u32.to_be_bytes()].concat();
    payload.extend_from_slice(&1_u32.to_be_bytes());
    payload.extend_from_slice(&rows.to_be_bytes());
    if let Some(columns) = columns {
        payload.extend_from_slice(&columns.to_be_bytes());
    }
    let mut frames = Vec::new();
    frame(&mut frames, if columns.is_some() { CSV_META_END } else { JSON_META_END }, &payload, true);
    frames
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_says_what_an_object_is_like_has_its_checksum() {
        for columns in [None, Some(3)] {
            let frame = meta(7, 2, columns);
            let (head, rest) = frame.split_at(12);
            let (payload, checksum) = rest.split_at(rest.len() - 4);
            assert_eq!(head[4..8], u32::try_from(payload.len()).unwrap().to_be_bytes());
            let wanted = crc_fast::checksum(crc_fast::CrcAlgorithm::Crc32IsoHdlc, payload);
            assert_eq!(checksum, &u32::try_from(wanted).unwrap().to_be_bytes());
        }
    }
}
