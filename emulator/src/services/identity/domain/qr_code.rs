//! The picture of a QR code, in PNG.

use crc_fast::CrcAlgorithm;
use qrcode::{Color, EcLevel, QrCode};

/// Points a module of the code is wide and high.
const SCALE: usize = 4;
/// White modules on each side, as the standard asks for.
const MARGIN: usize = 4;

/// A text as the PNG of its QR code, black on white. `None`: it is too long for one.
pub(super) fn png(text: &str) -> Option<Vec<u8>> {
    let code = QrCode::with_error_correction_level(text, EcLevel::M).ok()?;
    let width = code.width();
    let side = (width + 2 * MARGIN) * SCALE;
    let is_dark = |at: usize, down: usize| {
        let module = |point: usize| (point / SCALE).checked_sub(MARGIN).filter(|module| *module < width);
        module(at).zip(module(down)).is_some_and(|(x, y)| code[(x, y)] == Color::Dark)
    };
    let mut rows = Vec::new();
    for down in 0..side {
        // No filter; then a bit a point, white being 1.
        rows.push(0);
        for from in (0..side).step_by(8) {
            rows.push((from..from + 8).fold(0, |byte, at| byte << 1 | u8::from(!is_dark(at, down))));
        }
    }
    let side = u32::try_from(side).ok()?.to_be_bytes();
    let mut picture = b"\x89PNG\r\n\x1a\n".to_vec();
    // One bit a point, grey, deflated, plainly filtered, not interlaced.
    chunk(&mut picture, *b"IHDR", &[&side[..], &side, &[1, 0, 0, 0, 0]].concat())?;
    chunk(&mut picture, *b"IDAT", &stored(&rows)?)?;
    chunk(&mut picture, *b"IEND", &[])?;
    Some(picture)
}

fn chunk(picture: &mut Vec<u8>, kind: [u8; 4], data: &[u8]) -> Option<()> {
    let content = [&kind[..], data].concat();
    let sum = u32::try_from(crc_fast::checksum(CrcAlgorithm::Crc32IsoHdlc, &content)).ok()?;
    picture.extend(u32::try_from(data.len()).ok()?.to_be_bytes());
    picture.extend(content);
    picture.extend(sum.to_be_bytes());
    Some(())
}

/// Data in zlib's format, not compressed: one stored block, which holds 64 KiB at most.
fn stored(data: &[u8]) -> Option<Vec<u8>> {
    let length = u16::try_from(data.len()).ok()?;
    let mut stream = vec![0x78, 0x01, 0x01];
    stream.extend(length.to_le_bytes());
    stream.extend((!length).to_le_bytes());
    stream.extend(data);
    stream.extend(adler32(data).to_be_bytes());
    Some(stream)
}

fn adler32(data: &[u8]) -> u32 {
    let (low, high) = data.iter().fold((1, 0), |(low, high), byte| {
        let low = (low + u32::from(*byte)) % 65521;
        (low, (high + low) % 65521)
    });
    high << 16 | low
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn checksums_are_the_published_ones() {
        assert_eq!(adler32(b"Wikipedia"), 0x11E6_0398);
        let mut end = Vec::new();
        chunk(&mut end, *b"IEND", &[]).unwrap();
        assert_eq!(end, b"\0\0\0\0IEND\xAE\x42\x60\x82");
    }

    #[test]
    fn a_text_that_no_code_holds_has_no_picture() {
        assert!(png(&"x".repeat(3000)).is_none());
    }
}
