//! What a request says of the object's form, and of the answer's.

use base64::Engine;
use base64::prelude::BASE64_STANDARD;

use super::super::{error, xml};
use crate::cloud::Element;
use crate::gateway::ApiError;

/// How records and fields are told apart.
#[derive(Debug, Clone)]
pub(super) struct CsvForm {
    pub(super) record: String,
    pub(super) field: String,
    pub(super) quote: char,
    pub(super) comment: Option<char>,
}

/// What the first line of a CSV object is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Header {
    /// A record like others.
    None,
    /// Of no account.
    Ignore,
    /// The names of the columns.
    Use,
}

/// What the object is.
#[derive(Debug, Clone)]
pub(super) enum Input {
    Csv(CsvForm, Header),
    /// One document, or one a line.
    Json {
        lines: bool,
    },
}

/// What the answer is to be.
#[derive(Debug)]
pub(super) struct Output {
    pub(super) csv: Option<CsvForm>,
    pub(super) record: String,
    pub(super) header: bool,
    pub(super) raw: bool,
    pub(super) checksums: bool,
}

/// What is asked.
#[derive(Debug)]
pub(super) struct Asked {
    pub(super) expression: String,
    pub(super) input: Input,
    pub(super) output: Output,
    /// The lines that are looked at, from and to.
    pub(super) lines: Option<(u64, u64)>,
}

fn refused(code: &'static str, message: &'static str) -> ApiError {
    ApiError::bad_request(code, message)
}

fn decoded(text: &str) -> Result<String, ApiError> {
    let bytes = BASE64_STANDARD.decode(text.trim()).ok();
    bytes.and_then(|bytes| String::from_utf8(bytes).ok()).ok_or_else(error::malformed_xml)
}

fn part(element: Option<&Element>, name: &str, default: &str) -> Result<String, ApiError> {
    match element.and_then(|element| element.filled(name)) {
        Some(text) => decoded(text),
        None => Ok(default.to_owned()),
    }
}

fn csv(element: Option<&Element>) -> Result<CsvForm, ApiError> {
    let first = |text: String| text.chars().next();
    let (record, field) = (part(element, "RecordDelimiter", "\n")?, part(element, "FieldDelimiter", ",")?);
    if record.is_empty() {
        let error = refused("InvalidInputRecordDelimiter", "The record delimiter is invalid.");
        return Err(error.with("EC", "0016-00000829"));
    }
    if field.is_empty() {
        return Err(refused("InvalidInputFieldDelimiter", "The field delimiter is invalid."));
    }
    Ok(CsvForm {
        record,
        field,
        quote: first(part(element, "QuoteCharacter", "\"")?).unwrap_or('"'),
        comment: element
            .and_then(|element| element.filled("CommentCharacter"))
            .map(decoded)
            .transpose()?
            .and_then(first),
    })
}

fn lines(element: Option<&Element>) -> Result<Option<(u64, u64)>, ApiError> {
    let Some(text) = element.and_then(|element| element.filled("Range")) else { return Ok(None) };
    let wrong = || refused("InvalidRange", "The range of the select request is invalid.").with("EC", "0016-00000817");
    let (kind, range) = text.split_once('=').ok_or_else(wrong)?;
    let (from, to) = range.split_once('-').ok_or_else(wrong)?;
    let number = |text: &str, or: u64| if text.is_empty() { Ok(or) } else { text.parse().map_err(|_| wrong()) };
    let range = (number(from, 0)?, number(to, u64::MAX)?);
    match kind {
        "line-range" if range.0 <= range.1 => Ok(Some(range)),
        // An object is one split here.
        "split-range" if range.0 == 0 => Ok(None),
        "split-range" => Ok(Some((u64::MAX, u64::MAX))),
        _ => Err(wrong()),
    }
}

/// Reads the input's form out of a request of either operation.
pub(super) fn input(root: &Element, json: bool) -> Result<(Input, Option<(u64, u64)>), ApiError> {
    let serialization = root.child("InputSerialization");
    if serialization
        .and_then(|one| one.filled("CompressionType"))
        .is_some_and(|kind| !kind.eq_ignore_ascii_case("none"))
    {
        return Err(refused("InvalidCompressionTypeParameter", "The compression type is not supported."));
    }
    if json {
        let form = serialization.and_then(|one| one.child("JSON"));
        let kind = form.and_then(|form| form.filled("Type")).unwrap_or("DOCUMENT");
        let is_lines = match kind.to_ascii_uppercase().as_str() {
            "LINES" => true,
            "DOCUMENT" => false,
            _ => return Err(refused("InvalidJsonTypeParameter", "The type of JSON is invalid.")),
        };
        return Ok((Input::Json { lines: is_lines }, lines(form)?));
    }
    let form = serialization.and_then(|one| one.child("CSV"));
    let header =
        match form.and_then(|form| form.filled("FileHeaderInfo")).unwrap_or("None").to_ascii_lowercase().as_str() {
            "none" => Header::None,
            "ignore" => Header::Ignore,
            "use" => Header::Use,
            _ => return Err(refused("InvalidFileHeaderInfo", "The file header info is invalid.")),
        };
    Ok((Input::Csv(csv(form)?, header), lines(form)?))
}

impl Asked {
    /// Reads the body of SelectObject.
    pub(super) fn read(body: &[u8], json: bool) -> Result<Self, ApiError> {
        let root = xml::tree(body, "SelectRequest")?;
        let expression = decoded(root.get("Expression").ok_or_else(error::malformed_xml)?)?;
        let (input, lines) = input(&root, json)?;
        let output = root.child("OutputSerialization");
        let as_csv = output.and_then(|output| output.child("CSV"));
        let as_json = output.and_then(|output| output.child("JSON"));
        let csv = if json { None } else { Some(csv(as_csv)?) };
        let record = part(as_csv.or(as_json), "RecordDelimiter", "\n")?;
        let is = |name: &str| output.is_some_and(|output| output.is(name));
        let output = Output {
            csv,
            record,
            header: is("OutputHeader"),
            raw: is("OutputRawData"),
            checksums: is("EnablePayloadCrc"),
        };
        Ok(Self { expression, input, output, lines })
    }
}
