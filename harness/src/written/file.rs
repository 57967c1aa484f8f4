//! A file of text: read, or what keeps it from being read.

use std::fs;
use std::io;
use std::path::Path;

use super::mistake::{Kind, Mistake};
use crate::source::Source;
use crate::words::io_reason;

/// Why a file gives no text.
pub(crate) enum Unread {
    /// It cannot be opened.
    Closed(String),
    /// What is in it is no text, from this place on.
    NotText(Mistake),
}

/// The text of a file.
pub(crate) fn read(path: &Path) -> Result<Source, Unread> {
    let bytes = fs::read(path).map_err(|error| Unread::Closed(reason(path, &error)))?;
    let wrong = match String::from_utf8(bytes) {
        Ok(text) => return Ok(Source::new(path, text)),
        Err(wrong) => wrong,
    };
    let (at, bytes) = (wrong.utf8_error().valid_up_to(), wrong.as_bytes());
    let (kind, text) = if let Some(text) = utf16(bytes) {
        (Kind::Utf16, text)
    } else {
        let byte = bytes.get(at).copied().unwrap_or_default();
        (Kind::NotUtf8(byte), String::from_utf8_lossy(bytes).into_owned())
    };
    Err(Unread::NotText(Mistake::new(kind, &Source::new(path, text), at)))
}

/// A link that leads nowhere is there, other than what it leads to.
fn reason(path: &Path, error: &io::Error) -> String {
    let link = error.kind() == io::ErrorKind::NotFound && fs::symlink_metadata(path).is_ok();
    if link { "it is a link to what is not there".to_owned() } else { io_reason(error) }
}

/// The text of a file that starts with the mark of UTF-16.
fn utf16(bytes: &[u8]) -> Option<String> {
    let unit: fn([u8; 2]) -> u16 = match bytes.get(..2)? {
        [0xFF, 0xFE] => u16::from_le_bytes,
        [0xFE, 0xFF] => u16::from_be_bytes,
        _ => return None,
    };
    let units: Vec<_> = bytes.get(2..)?.chunks_exact(2).filter_map(|pair| pair.try_into().ok()).map(unit).collect();
    Some(String::from_utf16_lossy(&units))
}
