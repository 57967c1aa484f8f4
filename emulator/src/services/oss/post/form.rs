//! The form: fields, and behind them the file.

use std::io;
use std::ops::Range;

use memchr::memmem;

use super::super::error;
use crate::cloud::Payload;
use crate::gateway::ApiError;

/// The longest head of a part (CHOICE: the figure), the longest name of a field, the longest value, and how many fields there may be;
/// and the most bytes of all that stands before the file (CHOICE: the figure, two of the longest values).
const HEAD: usize = 8 << 10;
const NAME: usize = 8 << 10;
const VALUE: usize = 2 << 20;
const FIELDS: usize = 1000;
const BEFORE_FILE: u64 = 4 << 20;

/// A form as it was sent.
#[derive(Debug, Default)]
pub(super) struct PostForm {
    /// The fields before the file, in order, names as they were written.
    pub(super) fields: Vec<(String, String)>,
    /// Where the file is in the body.
    pub(super) file: Range<u64>,
    /// What the file is called where it comes from.
    pub(super) filename: String,
    /// What the part of the file says of its type.
    pub(super) content_type: Option<String>,
}

const MALFORMED: &str = "MalformedPOSTRequest";

fn malformed() -> ApiError {
    let message = "The body of your POST request is not well-formed multipart/form-data.";
    ApiError::bad_request(MALFORMED, message)
}

fn too_much_before_the_file() -> ApiError {
    let message = "Your POST request fields preceding the upload file were too large.";
    ApiError::bad_request("MaxPOSTPreDataLengthExceededError", message)
}

fn one_file() -> ApiError {
    ApiError::bad_request("IncorrectNumberOfFilesInPOSTRequest", "POST requires exactly one file upload per request.")
}

/// What stands between the parts of a form.
pub(super) fn boundary(content_type: &str) -> Result<String, ApiError> {
    let not_one = || {
        let message = "Bucket POST must be of the enclosure-type multipart/form-data.";
        ApiError::bad_request("RequestIsNotMultiPartContent", message)
    };
    let (kind, rest) = content_type.split_once(';').unwrap_or((content_type, ""));
    if !kind.trim().eq_ignore_ascii_case("multipart/form-data") {
        return Err(not_one());
    }
    let boundary = rest.split(';').find_map(|parameter| {
        let (name, value) = parameter.trim().split_once('=')?;
        name.trim().eq_ignore_ascii_case("boundary").then(|| value.trim().trim_matches('"').to_owned())
    });
    boundary.filter(|boundary| (1..=200).contains(&boundary.len())).ok_or_else(not_one)
}

/// Reads a form, and the policy that it has in it: its file lies within the body.
pub(in super::super) fn fuzzed(content_type: &str, body: &[u8]) -> bool {
    let body = Payload::copy_of(body);
    let form = boundary(content_type).and_then(|boundary| PostForm::read(&body, &boundary));
    let Ok(form) = form else { return false };
    assert!(form.file.start <= form.file.end && form.file.end <= body.size(), "{:?} of {}", form.file, body.size());
    let policy = form.get("policy").map(super::policy::FormPolicy::read);
    policy.is_none_or(|policy| {
        policy.and_then(|policy| policy.check(&form, "bucket", jiff::Timestamp::UNIX_EPOCH)).is_ok()
    })
}

/// What a part's headers say: the field's name, the file's, its type.
#[derive(Default)]
struct Head {
    name: Option<String>,
    filename: Option<String>,
    content_type: Option<String>,
}

fn head(text: &str) -> Head {
    let mut head = Head::default();
    for line in text.split("\r\n") {
        let Some((name, value)) = line.split_once(':') else { continue };
        if name.trim().eq_ignore_ascii_case("content-type") {
            head.content_type = Some(value.trim().to_owned());
        }
        if name.trim().eq_ignore_ascii_case("content-disposition") {
            head.name = quoted(value, "name");
            head.filename = quoted(value, "filename");
        }
    }
    head
}

/// A parameter of a header: `name="value"`.
fn quoted(text: &str, wanted: &str) -> Option<String> {
    let mut rest = text;
    while let Some((_, after)) = rest.split_once(';') {
        let (name, value) = after.split_once('=')?;
        let value = value.trim_start();
        let (value, behind) = match value.strip_prefix('"') {
            Some(inner) => inner.split_once('"')?,
            None => value.split_at(value.find(';').unwrap_or(value.len())),
        };
        if name.trim().eq_ignore_ascii_case(wanted) {
            return Some(value.to_owned());
        }
        rest = behind;
    }
    None
}

impl PostForm {
    /// Reads a form: what stands before the file, and where that ends. What stands behind it is of no account.
    pub(super) fn read(body: &Payload, boundary: &str) -> Result<Self, ApiError> {
        let delimiter = format!("\r\n--{boundary}");
        let before = body.slice(0..BEFORE_FILE);
        let bytes = before.to_bytes().map_err(error::of_store)?;
        let mut form = Self::default();
        let start = match form.up_to_file(&bytes, &delimiter) {
            // There is more of it.
            Err(error) if error.code() == MALFORMED && before.size() < body.size() => {
                return Err(too_much_before_the_file());
            }
            other => u64::try_from(other?).map_err(|_| malformed())?,
        };
        let end = find(body, start, delimiter.as_bytes()).map_err(error::of_store)?;
        form.file = start..end.ok_or_else(malformed)?;
        Ok(form)
    }

    /// How many bytes the file has.
    pub(super) fn size(&self) -> u64 {
        self.file.end - self.file.start
    }

    /// Reads what stands before the file, and the head of its part; gives where it begins.
    fn up_to_file(&mut self, body: &[u8], delimiter: &str) -> Result<usize, ApiError> {
        let finder = memmem::Finder::new(delimiter.as_bytes());
        let opening = delimiter.as_bytes().get(2..).unwrap_or_default();
        let mut at = match body.strip_prefix(opening) {
            Some(_) => opening.len(),
            None => finder.find(body).ok_or_else(malformed)? + delimiter.len(),
        };
        loop {
            let rest = body.get(at..).ok_or_else(malformed)?;
            if rest.starts_with(b"--") {
                return Err(one_file());
            }
            let rest = rest.strip_prefix(b"\r\n").ok_or_else(malformed)?;
            let start = at + 2;
            let end = memmem::find(rest.get(..rest.len().min(HEAD)).unwrap_or_default(), b"\r\n\r\n")
                .ok_or_else(malformed)?;
            let text = rest.get(..end).and_then(|text| std::str::from_utf8(text).ok()).ok_or_else(malformed)?;
            let head = head(text);
            let from = start + end + 4;
            let name = head.name.ok_or_else(malformed)?;
            if name.eq_ignore_ascii_case("file") {
                self.filename = file_name(head.filename.as_deref().unwrap_or_default());
                self.content_type = head.content_type;
                return Ok(from);
            }
            let length = body.get(from..).and_then(|content| finder.find(content)).ok_or_else(malformed)?;
            let content = from..from + length;
            self.add(name, body.get(content.clone()).unwrap_or_default())?;
            at = content.end + delimiter.len();
        }
    }

    fn add(&mut self, name: String, value: &[u8]) -> Result<(), ApiError> {
        if name.len() > NAME || value.len() > VALUE {
            return Err(ApiError::bad_request("FieldItemTooLong", "Your name of form field is too long."));
        }
        if self.fields.len() == FIELDS {
            return Err(too_much_before_the_file());
        }
        // What the policy looks at must be what counts. CHOICE: a field that stands twice is refused.
        if self.get(&name).is_some() {
            return Err(malformed());
        }
        let value = std::str::from_utf8(value).map_err(|_| malformed())?.to_owned();
        self.fields.push((name, value));
        Ok(())
    }

    /// Of which type what is put will be, if anything is said of it: a field for just that counts first, then what stands at the file.
    pub(super) fn kind(&self) -> Option<&str> {
        let at_file = || self.content_type.as_deref().or_else(|| self.get("content-type"));
        self.get("x-oss-content-type").or_else(at_file)
    }

    /// A field, by its name in whatever letter case.
    pub(super) fn get(&self, name: &str) -> Option<&str> {
        self.fields.iter().find(|(own, _)| own.eq_ignore_ascii_case(name)).map(|(_, value)| value.as_str())
    }
}

/// Where these bytes stand first in a body, from a position on. It is read piece by piece.
fn find(body: &Payload, from: u64, bytes: &[u8]) -> io::Result<Option<u64>> {
    let finder = memmem::Finder::new(bytes);
    let length = |bytes: &[u8]| u64::try_from(bytes.len()).unwrap_or(u64::MAX);
    // What was seen last may be the beginning of it.
    let (mut at, mut seen) = (from, Vec::new());
    for piece in body.slice(from..body.size()).pieces() {
        seen.extend_from_slice(&piece?);
        if let Some(found) = finder.find(&seen) {
            return Ok(Some(at + length(&seen[..found])));
        }
        let past = seen.len().saturating_sub(bytes.len());
        at += length(&seen[..past]);
        seen.drain(..past);
    }
    Ok(None)
}

/// Some browsers send the whole path.
fn file_name(text: &str) -> String {
    text.rsplit(['/', '\\']).next().unwrap_or_default().to_owned()
}

#[cfg(test)]
mod tests {
    use std::fmt::Write;

    use super::*;

    #[test]
    fn forms() {
        let body = b"--b\r\nContent-Disposition: form-data; name=\"key\"\r\n\r\na/${filename}\r\n--b\r\nContent-Disposition: \
            form-data; name=\"file\"; filename=\"C:\\x;y.txt\"\r\nContent-Type: text/plain\r\n\r\none\r\n--\r\ntwo\r\n--b--\r\n";
        let read = |body: &[u8]| PostForm::read(&Payload::copy_of(body), "b");
        let form = read(body).unwrap();
        assert_eq!(form.get("KEY"), Some("a/${filename}"));
        let file = Payload::copy_of(body).slice(form.file.clone());
        assert_eq!((file.to_bytes().unwrap(), form.size()), ("one\r\n--\r\ntwo".into(), 12));
        // However it came.
        for size in [1, 2, 5, 9] {
            let pieces: Payload = body.chunks(size).map(bytes::Bytes::copy_from_slice).collect();
            assert_eq!(PostForm::read(&pieces, "b").unwrap().file, form.file, "{size}");
        }
        assert_eq!((form.filename.as_str(), form.content_type.as_deref()), ("x;y.txt", Some("text/plain")));
        assert_eq!(boundary("multipart/form-data; boundary=\"b\"").unwrap(), "b");
        assert_eq!(boundary("text/plain").unwrap_err().code(), "RequestIsNotMultiPartContent");
        for (wrong, code) in [
            (&b""[..], "MalformedPOSTRequest"),
            (b"--b--\r\n", "IncorrectNumberOfFilesInPOSTRequest"),
            (b"--b\r\n\r\nx\r\n--b--", "MalformedPOSTRequest"),
            (b"--b\r\nContent-Disposition: form-data; name=\"file\"\r\n\r\nx", "MalformedPOSTRequest"),
        ] {
            assert_eq!(read(wrong).unwrap_err().code(), code, "{}", String::from_utf8_lossy(wrong));
        }
    }

    #[test]
    fn what_stands_before_the_file_is_bounded_and_the_file_is_not() {
        let form = |fields: &[usize], file: usize| {
            let mut body = String::new();
            for (number, size) in fields.iter().enumerate() {
                let value = "x".repeat(*size);
                write!(body, "--b\r\nContent-Disposition: form-data; name=\"{number}\"\r\n\r\n{value}\r\n").unwrap();
            }
            let file = "x".repeat(file);
            write!(body, "--b\r\nContent-Disposition: form-data; name=\"file\"\r\n\r\n{file}\r\n--b--").unwrap();
            PostForm::read(&Payload::copy_of(body.as_bytes()), "b").map(|form| form.size())
        };
        assert_eq!(form(&[VALUE, 1 << 20], 6 << 20).unwrap(), 6 << 20);
        assert_eq!(form(&[VALUE, VALUE], 1).unwrap_err().code(), "MaxPOSTPreDataLengthExceededError");
        assert_eq!(form(&[VALUE + 1], 1).unwrap_err().code(), "FieldItemTooLong");
    }
}
