//! The frames that an answer comes in.

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

/// Data in frames, and the frame at the end.
pub(super) fn framed(data: &[u8], scanned: u64, checksums: bool) -> Vec<u8> {
    let mut frames = Vec::with_capacity(data.len() + 128);
    for chunk in data.chunks(LARGEST) {
        let payload = [&scanned.to_be_bytes(), chunk].concat();
        frame(&mut frames, DATA, &payload, checksums);
    }
    let payload = [&scanned.to_be_bytes()[..], &scanned.to_be_bytes(), &206_u32.to_be_bytes()].concat();
    frame(&mut frames, END, &payload, checksums);
    frames
}

/// The frame that says what an object is like; columns of CSV alone.
pub(super) fn meta(scanned: u64, rows: u64, columns: Option<u32>) -> Vec<u8> {
    let mut payload = [&scanned.to_be_bytes()[..], &scanned.to_be_bytes(), &200_u32.to_be_bytes()].concat();
    payload.extend_from_slice(&1_u32.to_be_bytes());
    payload.extend_from_slice(&rows.to_be_bytes());
    if let Some(columns) = columns {
        payload.extend_from_slice(&columns.to_be_bytes());
    }
    let mut frames = Vec::new();
    frame(&mut frames, if columns.is_some() { CSV_META_END } else { JSON_META_END }, &payload, false);
    frames
}
