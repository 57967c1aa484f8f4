//! Several files as one, in the form of ZIP, each stored as it is: what a person downloads of a snapshot.

use bytes::Bytes;
use crc_fast::{CrcAlgorithm, checksum};

/// The archive's version of the form that stored files need, and the flag that names are UTF-8.
const HEAD: [u8; 6] = [20, 0, 0, 0x08, 0, 0];
/// No time of day, and the first of January 1980, where the form's calendar begins: the same files make the same archive.
const UNDATED: [u8; 4] = [0, 0, 0x21, 0];

/// An archive of these files, by name. One that is too large for the form is none.
pub(super) fn zip(files: &[(String, Bytes)]) -> Option<Bytes> {
    let (mut archive, mut index) = (Vec::new(), Vec::new());
    for (name, content) in files {
        let at = u32::try_from(archive.len()).ok()?;
        let size = u32::try_from(content.len()).ok()?.to_le_bytes();
        let sum = u32::try_from(checksum(CrcAlgorithm::Crc32IsoHdlc, content)).ok()?.to_le_bytes();
        let named = u16::try_from(name.len()).ok()?.to_le_bytes();
        let described = [&HEAD[..], &UNDATED, &sum, &size, &size, &named, &[0; 2]].concat();
        archive.extend_from_slice(b"PK\x03\x04");
        archive.extend_from_slice(&described);
        archive.extend_from_slice(name.as_bytes());
        archive.extend_from_slice(content);
        index.extend_from_slice(b"PK\x01\x02\x14\0");
        index.extend_from_slice(&described);
        index.extend_from_slice(&[0; 10]);
        index.extend_from_slice(&at.to_le_bytes());
        index.extend_from_slice(name.as_bytes());
    }
    let count = u16::try_from(files.len()).ok()?.to_le_bytes();
    let (size, at) = (u32::try_from(index.len()).ok()?, u32::try_from(archive.len()).ok()?);
    archive.append(&mut index);
    archive.extend_from_slice(b"PK\x05\x06\0\0\0\0");
    for part in [&count[..], &count, &size.to_le_bytes(), &at.to_le_bytes(), &[0; 2]] {
        archive.extend_from_slice(part);
    }
    Some(archive.into())
}

#[cfg(test)]
mod tests {
    use super::*;

    /// What `zip -0 -X` makes of the same file, but for the date and the version that made it.
    #[test]
    fn one_file() {
        let archive = zip(&[("a.txt".to_owned(), Bytes::from_static(b"hello"))]).unwrap();
        let hex: String = archive.iter().map(|byte| format!("{byte:02x}")).collect();
        let described = "14000008000000002100".to_owned() + "86a61036" + "05000000" + "05000000" + "0500" + "0000";
        let (name, content) = ("612e747874", "68656c6c6f");
        let local = format!("504b0304{described}{name}{content}");
        let index = format!("504b01021400{described}{}00000000{name}", "00".repeat(10));
        let end =
            format!("504b050600000000{}{:02x}000000{:02x}0000000000", "01000100", index.len() / 2, local.len() / 2);
        assert_eq!(hex, local + &index + &end);
    }

    #[test]
    fn none() {
        assert_eq!(zip(&[]).unwrap().len(), 22);
    }
}
