//! The records of an object.

use std::collections::HashMap;
use std::ops::Range;

use serde_json::{Deserializer, Value};

use super::super::error;
use super::numbers::{Mark, marked};
use super::request::{CsvForm, Header, Input, Looked, invalid_range};
use super::split::{MOST, counted, split};
use crate::gateway::ApiError;

/// A record.
#[derive(Debug, Clone, PartialEq)]
pub(super) enum Record {
    /// Fields of CSV.
    Fields(Vec<String>),
    /// A value of JSON.
    Json(Value),
}

/// What is looked at of a record: all of it, or a value that stands in it.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) enum View<'r> {
    Fields(&'r [String]),
    Json(&'r Value),
}

impl Record {
    pub(super) fn view(&self) -> View<'_> {
        match self {
            Self::Fields(fields) => View::Fields(fields),
            Self::Json(value) => View::Json(value),
        }
    }
}

/// The most columns of an object. CHOICE: the figure.
const MOST_COLUMNS: usize = 1000;

/// What columns are called.
#[derive(Debug, Default)]
pub(super) struct Names {
    all: Vec<String>,
    /// Where each stands, by its name in small letters. Of two that are alike the first counts.
    places: HashMap<String, usize>,
}

impl Names {
    fn of(all: Vec<String>) -> Self {
        let mut places = HashMap::new();
        for (at, name) in all.iter().enumerate() {
            places.entry(name.to_ascii_lowercase()).or_insert(at);
        }
        Self { all, places }
    }

    pub(super) fn get(&self, at: usize) -> Option<&String> {
        self.all.get(at)
    }

    pub(super) fn place(&self, name: &str) -> Option<usize> {
        self.places.get(&name.to_ascii_lowercase()).copied()
    }
}

/// The records of an object, and what its columns are called.
#[derive(Debug, Default)]
pub(super) struct Records {
    pub(super) names: Names,
    /// How many columns the first record has, or the header.
    pub(super) width: usize,
    pub(super) all: Vec<Record>,
    /// What stands before the numbers of JSON, where they are kept as they are written.
    pub(super) mark: Option<Mark>,
    /// What is wrong with the one behind these, where one is.
    pub(super) broken: Option<ApiError>,
}

/// The code is published; of the words a live test of Java's client knows these.
fn invalid_csv() -> ApiError {
    ApiError::bad_request("InvalidCsvLine", "The line is invalid.")
}

fn invalid_json() -> ApiError {
    ApiError::bad_request("InvalidJsonData", "The JSON data is invalid.").with("EC", "0016-00000801")
}

impl Looked {
    /// Those that are looked at of all there are.
    fn of<R>(&self, all: Vec<R>, first: usize) -> impl Iterator<Item = R> {
        let count = all.len();
        let whole = |number: u64| usize::try_from(number).unwrap_or(usize::MAX);
        let (from, to) = match *self {
            Self::All | Self::Bytes(_) => (0, usize::MAX),
            Self::Lines(from, to) => (whole(from), whole(to)),
            Self::Last(number) => (count.saturating_sub(whole(number)), usize::MAX),
        };
        let wanted = all.into_iter().enumerate().skip(first);
        wanted.filter(move |(number, _)| (from..=to).contains(number)).map(|(_, record)| record)
    }
}

impl Records {
    /// Reads the records that are looked at.
    pub(super) fn read(text: &str, input: &Input, looked: &Looked) -> Result<Self, ApiError> {
        match input {
            Input::Csv(form, header) => Self::of_csv(text, form, *header, looked),
            Input::Json { lines, as_written: false } => Self::of_json(text, *lines, looked),
            Input::Json { lines, as_written: true } => {
                let (text, mark) = marked(text)?;
                let records = Self::of_json(&text, *lines, looked)?;
                Ok(Self { mark: Some(mark), ..records })
            }
        }
    }

    fn of_json(text: &str, lines: bool, looked: &Looked) -> Result<Self, ApiError> {
        // There are no more values than these, however they stand in one another. What is in a text counts too.
        if text.bytes().filter(|byte| b",:[{".contains(byte)).nth(MOST).is_some() {
            return Err(error::too_large());
        }
        if !lines {
            let value = serde_json::from_str(text).map_err(|_| invalid_json())?;
            return Ok(Self { all: vec![Record::Json(value)], ..Self::default() });
        }
        let (all, is_whole) = values(text)?;
        let all = looked.of(all, 0).map(Record::Json).collect();
        Ok(Self { all, broken: (!is_whole).then(invalid_json), ..Self::default() })
    }

    fn of_csv(text: &str, form: &CsvForm, header: Header, looked: &Looked) -> Result<Self, ApiError> {
        let is_headed = header != Header::None;
        let head = if is_headed { begins(text, form, 1).unwrap_or(text.len()) } else { 0 };
        let (part, first) = match looked {
            Looked::Bytes(bytes) => {
                let part = beginning_in(text, form, bytes).ok_or_else(|| invalid_range("0016-00000837"))?;
                // The header is read wherever the bytes are, and is no record.
                (part.start.max(head)..part.end.max(head), 0)
            }
            _ => (0..text.len(), usize::from(is_headed)),
        };
        let (mut rows, is_whole) = split(text.get(part).unwrap_or_default(), form)?;
        let mut top = match looked {
            Looked::Bytes(_) if is_headed => split(text.get(..head).unwrap_or_default(), form)?.0,
            _ => Vec::new(),
        };
        if rows.iter().chain(&top).any(|fields| fields.len() > MOST_COLUMNS) {
            return Err(error::too_large());
        }
        let width = top.first().or(rows.first()).map_or(0, Vec::len);
        let named = top.first_mut().or(rows.first_mut()).filter(|_| header == Header::Use);
        let names = Names::of(named.map(std::mem::take).unwrap_or_default());
        let all = looked.of(rows, first).map(Record::Fields).collect();
        Ok(Self { names, width, all, mark: None, broken: (!is_whole).then(invalid_csv) })
    }
}

/// One value of JSON after another, with white space or commas between them; and is there nothing else?
fn values(text: &str) -> Result<(Vec<Value>, bool), ApiError> {
    let mut values = Vec::new();
    let mut count = 0;
    let mut rest = text;
    loop {
        rest = rest.trim_start_matches(|character: char| character.is_whitespace() || character == ',');
        if rest.is_empty() {
            return Ok((values, true));
        }
        let mut stream = Deserializer::from_str(rest).into_iter();
        let Some(Ok(value)) = stream.next() else { return Ok((values, false)) };
        values.push(value);
        counted(&mut count)?;
        rest = rest.get(stream.byte_offset()..).unwrap_or_default();
    }
}

/// Where the first record begins at or behind a place.
fn begins(text: &str, form: &CsvForm, place: usize) -> Option<usize> {
    if place == 0 {
        return Some(0);
    }
    let mark = form.record.as_bytes();
    let from = place.saturating_sub(mark.len());
    let found = text.as_bytes().get(from..)?.windows(mark.len().max(1)).position(|bytes| bytes == mark)?;
    Some(from + found + mark.len())
}

/// INFERRED: a record belongs to the bytes that it begins in, and is read to its end: so a file is divided without loss.
fn beginning_in(text: &str, form: &CsvForm, bytes: &Range<u64>) -> Option<Range<usize>> {
    let (from, to) = (usize::try_from(bytes.start).ok()?, usize::try_from(bytes.end).ok()?);
    let first = begins(text, form, from).filter(|first| *first < to && *first < text.len())?;
    Some(first..begins(text, form, to).unwrap_or(text.len()))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn form() -> CsvForm {
        CsvForm { record: "\n".to_owned(), field: ",".to_owned(), quote: '"', comment: None, quoted_ends: false }
    }

    #[test]
    fn values_are_counted() {
        let lines = "0\n".repeat(MOST + 1);
        let read = |text: &str| Records::read(text, &Input::Json { lines: true, as_written: false }, &Looked::All);
        assert!(read(&lines[2..]).is_ok() && read(&lines).is_err());
    }

    /// Those that stand in one another too: a little text may be many of them.
    #[test]
    fn values_within_values_are_counted() {
        for (lines, item) in [(false, "[],"), (true, "[],"), (false, "{\"\":0},")] {
            let marks = item.bytes().filter(|byte| b",:[{".contains(byte)).count();
            let document = |count: usize| format!("[{}0]", item.repeat(count));
            let read = |text: &str| Records::read(text, &Input::Json { lines, as_written: false }, &Looked::All);
            assert!(read(&document(1000)).is_ok());
            assert_eq!(read(&document(MOST / marks + 1)).unwrap_err().code(), error::too_large().code());
        }
    }

    #[test]
    fn columns_are_found_by_their_names_and_are_so_many() {
        let names = Names::of(["Name", "age", "NAME"].map(str::to_owned).to_vec());
        assert_eq!(["name", "AGE", "city"].map(|name| names.place(name)), [Some(0), Some(1), None]);
        let read = |columns: usize| {
            let text = format!("a\n{}", vec!["b"; columns].join(","));
            Records::read(&text, &Input::Csv(form(), Header::Use), &Looked::All)
        };
        assert!(read(MOST_COLUMNS).is_ok() && read(MOST_COLUMNS + 1).is_err());
    }

    /// Whatever a file is divided into, every record is read once.
    #[test]
    fn bytes_divide_a_file() {
        let text = "name,age\nä,1\nbb,22\n\nccc,333";
        for size in 1..=text.len() {
            let mut found = Vec::new();
            for start in (0..text.len()).step_by(size) {
                let end = (start + size).min(text.len());
                let looked = Looked::Bytes(u64::try_from(start).unwrap()..u64::try_from(end).unwrap());
                let input = Input::Csv(form(), Header::Use);
                if let Ok(records) = Records::read(text, &input, &looked) {
                    assert_eq!(records.names.all, ["name", "age"]);
                    found.extend(records.all);
                }
            }
            let all = Records::read(text, &Input::Csv(form(), Header::Use), &Looked::All).unwrap().all;
            assert_eq!((found.len(), &found), (4, &all), "{size}");
        }
    }
}
