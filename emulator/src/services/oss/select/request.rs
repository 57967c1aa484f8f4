//! What a request says of the object's form, and of the answer's.

use std::ops::Range;

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
    /// May a record's end stand within quotes, and end nothing?
    pub(super) quoted_ends: bool,
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
    /// One document, or one value after another.
    Json {
        lines: bool,
        /// Are numbers texts, and stay as they are written?
        as_written: bool,
    },
}

/// Which of the records are looked at.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Looked {
    All,
    /// From the one to the other; the line of a header counts.
    Lines(u64, u64),
    /// So many at the end.
    Last(u64),
    /// Those that begin in these bytes.
    Bytes(Range<u64>),
}

/// What the answer is to be.
#[derive(Debug)]
pub(super) struct Output {
    pub(super) csv: Option<Table>,
    pub(super) record: String,
    pub(super) raw: bool,
    pub(super) checksums: bool,
}

/// What an answer of CSV is to be.
#[derive(Debug)]
pub(super) struct Table {
    pub(super) form: CsvForm,
    pub(super) header: bool,
    /// Every column has its place, and those that are asked for their values.
    pub(super) keep_all: bool,
}

/// What becomes of records that do not fit the question.
#[derive(Debug, Clone, Copy, Default)]
pub(super) struct Skipping {
    /// Is one skipped that lacks a column of the question?
    pub(super) partial: bool,
    /// So many may be skipped, and no more.
    pub(super) most: u64,
}

/// What is asked.
#[derive(Debug)]
pub(super) struct Asked {
    pub(super) expression: String,
    pub(super) input: Input,
    /// Is the object packed with gzip?
    pub(super) packed: bool,
    pub(super) output: Output,
    pub(super) skipping: Skipping,
    pub(super) looked: Looked,
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

/// The word that an element has, in small letters.
fn word(element: Option<&Element>, name: &str, default: &str) -> String {
    let word = element.and_then(|element| element.get(name)).map(str::trim).filter(|word| !word.is_empty());
    word.unwrap_or(default).to_ascii_lowercase()
}

/// What a form is of.
#[derive(Debug, Clone, Copy)]
enum Side {
    Input,
    Output,
}

/// The most characters of what tells records or fields apart. CHOICE: the figure; `\r\n` is the longest in use.
const LONGEST_DELIMITER: usize = 2;

fn delimiter(element: Option<&Element>, name: &str, default: &str, wrong: ApiError) -> Result<String, ApiError> {
    let text = part(element, name, default)?;
    if (1..=LONGEST_DELIMITER).contains(&text.chars().count()) { Ok(text) } else { Err(wrong) }
}

fn record_delimiter(element: Option<&Element>, side: Side) -> Result<String, ApiError> {
    let message = "The record delimiter is invalid.";
    let wrong = match side {
        Side::Input => refused("InvalidInputRecordDelimiter", message).with("EC", "0016-00000829"),
        Side::Output => refused("InvalidOutputRecordDelimiter", message),
    };
    delimiter(element, "RecordDelimiter", "\n", wrong)
}

fn field_delimiter(element: Option<&Element>, side: Side) -> Result<String, ApiError> {
    let message = "The field delimiter is invalid.";
    let wrong = match side {
        Side::Input => refused("InvalidInputFieldDelimiter", message),
        Side::Output => refused("InvalidOutputFieldDelimiter", message).with("EC", "0016-00000828"),
    };
    delimiter(element, "FieldDelimiter", ",", wrong)
}

fn csv(element: Option<&Element>, side: Side) -> Result<CsvForm, ApiError> {
    let first = |text: String| text.chars().next();
    Ok(CsvForm {
        record: record_delimiter(element, side)?,
        field: field_delimiter(element, side)?,
        quote: first(part(element, "QuoteCharacter", "\"")?).unwrap_or('"'),
        comment: element
            .and_then(|element| element.filled("CommentCharacter"))
            .map(decoded)
            .transpose()?
            .and_then(first),
        quoted_ends: word(element, "AllowQuotedRecordDelimiter", "true") != "false",
    })
}

/// The range of a request makes no sense, for a reason that has a detail code of its own.
pub(super) fn invalid_range(detail: &'static str) -> ApiError {
    refused("InvalidRange", "The range of the select request is invalid.").with("EC", detail)
}

fn looked(element: Option<&Element>) -> Result<Looked, ApiError> {
    let range = word(element, "Range", "");
    if range.is_empty() {
        return Ok(Looked::All);
    }
    let wrong = || invalid_range("0016-00000817");
    let (kind, range) = range.split_once('=').ok_or_else(wrong)?;
    let (from, to) = range.split_once('-').ok_or_else(wrong)?;
    let number = |text: &str, or: u64| if text.is_empty() { Ok(or) } else { text.parse().map_err(|_| wrong()) };
    let (first, last) = (number(from, 0)?, number(to, u64::MAX)?);
    match kind {
        "line-range" if from.is_empty() && !to.is_empty() => Ok(Looked::Last(last)),
        "line-range" if first <= last => Ok(Looked::Lines(first, last)),
        // An object is one split here.
        "split-range" if first == 0 || from.is_empty() => Ok(Looked::All),
        "split-range" => Ok(Looked::Lines(u64::MAX, u64::MAX)),
        _ => Err(wrong()),
    }
}

/// Reads whether the object is packed.
pub(super) fn packed(root: &Element) -> Result<bool, ApiError> {
    match word(root.child("InputSerialization"), "CompressionType", "none").as_str() {
        "none" => Ok(false),
        "gzip" => Ok(true),
        _ => Err(compression()),
    }
}

/// There is no such compression, or not for this operation.
pub(super) fn compression() -> ApiError {
    refused("UnsupportedCompressionFormat", "The compression type is not supported.").with("EC", "0016-00000826")
}

/// Reads the input's form out of a request of either operation.
pub(super) fn input(root: &Element, json: bool) -> Result<(Input, Looked), ApiError> {
    let serialization = root.child("InputSerialization");
    if json {
        let form = serialization.and_then(|one| one.child("JSON"));
        let lines = match word(form, "Type", "document").as_str() {
            "lines" => true,
            "document" => false,
            _ => return Err(refused("InvalidJsonTypeParameter", "The type of JSON is invalid.")),
        };
        let as_written = word(form, "ParseJsonNumberAsString", "false") == "true";
        return Ok((Input::Json { lines, as_written }, looked(form)?));
    }
    let form = serialization.and_then(|one| one.child("CSV"));
    let header = match word(form, "FileHeaderInfo", "none").as_str() {
        "none" => Header::None,
        "ignore" => Header::Ignore,
        "use" => Header::Use,
        _ => return Err(refused("InvalidFileHeaderInfo", "The file header info is invalid.")),
    };
    Ok((Input::Csv(csv(form, Side::Input)?, header), looked(form)?))
}

impl Skipping {
    fn read(options: Option<&Element>) -> Result<Self, ApiError> {
        let most = word(options, "MaxSkippedRecordsAllowed", "0").parse().map_err(|_| {
            let message = "MaxSkippedRecordsAllowed must be an integer that is not negative.";
            refused("InvalidMaxSkippedRecordsAllowed", message).with("EC", "0016-00000834")
        })?;
        Ok(Self { partial: word(options, "SkipPartialDataRecord", "false") == "true", most })
    }
}

impl Asked {
    /// Reads the body of SelectObject.
    pub(super) fn read(body: &[u8], json: bool) -> Result<Self, ApiError> {
        let root = xml::tree(body, "SelectRequest")?;
        let expression = decoded(root.get("Expression").ok_or_else(error::malformed_xml)?)?;
        let (input, looked) = input(&root, json)?;
        let output = root.child("OutputSerialization");
        let as_csv = output.and_then(|output| output.child("CSV"));
        let as_json = output.and_then(|output| output.child("JSON"));
        // Clients send both, and fill in the one of the object's kind.
        let form = if json { as_json.or(as_csv) } else { as_csv.or(as_json) };
        let is = |name: &str| word(output, name, "false") == "true";
        let table = || {
            let form = csv(as_csv, Side::Output)?;
            Ok::<_, ApiError>(Table { form, header: is("OutputHeader"), keep_all: is("KeepAllColumns") })
        };
        let output = Output {
            csv: (!json).then(table).transpose()?,
            record: record_delimiter(form, Side::Output)?,
            raw: is("OutputRawData"),
            checksums: is("EnablePayloadCrc"),
        };
        if output.raw && output.checksums {
            let message = "EnablePayloadCrc and OutputRawData can not both be true.";
            return Err(refused("InvalidOSSSelectParameters", message));
        }
        let skipping = Skipping::read(root.child("Options"))?;
        Ok(Self { expression, input, packed: packed(&root)?, output, skipping, looked })
    }
}
