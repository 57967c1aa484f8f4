//! The records of an object.

use serde_json::Value;

use super::super::error;
use super::request::{CsvForm, Header, Input};
use crate::gateway::ApiError;

/// A record.
#[derive(Debug, Clone, PartialEq)]
pub(super) enum Record {
    /// Fields of CSV.
    Fields(Vec<String>),
    /// A value of JSON.
    Json(Value),
}

/// The most fields of all records together, and the most values in lines of JSON, that are looked into at once. CHOICE: the figure; in
/// less than 200 MiB.
const MOST: usize = 2_000_000;

/// The records of an object, and what its columns are called.
#[derive(Debug, Default)]
pub(super) struct Records {
    pub(super) names: Vec<String>,
    pub(super) all: Vec<Record>,
}

/// Splits CSV into records and fields. A quoted field may have anything in it, a quote written twice.
pub(super) fn split(text: &str, form: &CsvForm) -> Result<Vec<Vec<String>>, ApiError> {
    let (mut records, mut fields, mut field) = (Vec::new(), Vec::new(), String::new());
    let (mut rest, mut quoted, mut begun) = (text, false, false);
    let mut count = 0;
    while let Some(character) = rest.chars().next() {
        let next = rest.get(character.len_utf8()..).unwrap_or_default();
        if quoted {
            if character == form.quote {
                match next.strip_prefix(form.quote) {
                    Some(behind) => {
                        field.push(character);
                        rest = behind;
                        continue;
                    }
                    None => quoted = false,
                }
            } else {
                field.push(character);
            }
            rest = next;
        } else if let Some(behind) = rest.strip_prefix(form.record.as_str()) {
            // A record of one empty field is an empty line all the same.
            if form.record == "\n" && field.ends_with('\r') {
                field.pop();
            }
            fields.push(std::mem::take(&mut field));
            records.push(std::mem::take(&mut fields));
            counted(&mut count)?;
            (rest, begun) = (behind, false);
        } else if let Some(behind) = rest.strip_prefix(form.field.as_str()) {
            fields.push(std::mem::take(&mut field));
            counted(&mut count)?;
            (rest, begun) = (behind, true);
        } else if character == form.quote && field.is_empty() {
            (quoted, begun, rest) = (true, true, next);
        } else if form.comment == Some(character) && !begun && field.is_empty() {
            let end = rest.find(form.record.as_str()).map_or(rest.len(), |end| end + form.record.len());
            rest = rest.get(end..).unwrap_or_default();
        } else {
            field.push(character);
            (rest, begun) = (next, true);
        }
    }
    if begun || !field.is_empty() {
        fields.push(field);
        records.push(fields);
    }
    Ok(records)
}

/// One more.
fn counted(count: &mut usize) -> Result<(), ApiError> {
    *count += 1;
    if *count > MOST { Err(error::too_large()) } else { Ok(()) }
}

fn invalid_json() -> ApiError {
    ApiError::bad_request("InvalidJsonData", "The JSON data is invalid.").with("EC", "0016-00000801")
}

impl Records {
    /// Reads the records that are looked at.
    pub(super) fn read(text: &str, input: &Input, lines: Option<(u64, u64)>) -> Result<Self, ApiError> {
        let within = |number: usize| {
            let number = u64::try_from(number).unwrap_or(u64::MAX);
            lines.is_none_or(|(from, to)| (from..=to).contains(&number))
        };
        match input {
            Input::Csv(form, header) => {
                let mut all = split(text, form)?;
                let first = if *header == Header::None || all.is_empty() { None } else { Some(all.remove(0)) };
                let names = first.filter(|_| *header == Header::Use).unwrap_or_default();
                let all = all.into_iter().enumerate().filter(|(number, _)| within(*number));
                Ok(Self { names, all: all.map(|(_, fields)| Record::Fields(fields)).collect() })
            }
            Input::Json { lines: true } => {
                let filled = text.lines().filter(|line| !line.trim().is_empty()).enumerate();
                let wanted = filled.filter(|(number, _)| within(*number));
                let mut count = 0;
                let read = |(_, line): (usize, &str)| {
                    counted(&mut count)?;
                    serde_json::from_str(line).map(Record::Json).map_err(|_| invalid_json())
                };
                let all = wanted.map(read).collect::<Result<_, _>>()?;
                Ok(Self { names: Vec::new(), all })
            }
            Input::Json { lines: false } => {
                let value = serde_json::from_str(text).map_err(|_| invalid_json())?;
                Ok(Self { names: Vec::new(), all: vec![Record::Json(value)] })
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Whatever they are divided by.
    #[test]
    fn fields_are_counted_together() {
        let form = CsvForm { record: "\n".to_owned(), field: ",".to_owned(), quote: '"', comment: None };
        for mark in [",", "\n"] {
            let text = mark.repeat(MOST + 1);
            assert!(super::split(&text[1..], &form).is_ok());
            assert_eq!(super::split(&text, &form).unwrap_err().code(), error::too_large().code());
        }
        let lines = "0\n".repeat(MOST + 1);
        let read = |text: &str| Records::read(text, &Input::Json { lines: true }, None);
        assert!(read(&lines[2..]).is_ok() && read(&lines).is_err());
    }

    #[test]
    fn csv_is_split() {
        let form = |record: &str, field: &str| CsvForm {
            record: record.to_owned(),
            field: field.to_owned(),
            quote: '"',
            comment: Some('#'),
        };
        let split = |text: &str, form: &CsvForm| {
            super::split(text, form).unwrap().iter().map(|fields| fields.join("|")).collect::<Vec<_>>()
        };
        assert_eq!(
            split("a,b\r\n#c\n\"1,\n2\",\"x\"\"y\"\n,\nlast", &form("\n", ",")),
            ["a|b", "1,\n2|x\"y", "|", "last"]
        );
        assert_eq!(split("a||b##c||d##", &form("##", "||")), ["a|b", "c|d"]);
    }
}
