//! CSV, split into records and fields.

use super::super::error;
use super::request::CsvForm;
use crate::gateway::ApiError;

/// The most fields of all records together, and the most values of JSON, that are looked into at once. CHOICE: the figure; JSON of nothing but
/// lists within lists takes some 400 MiB.
pub(super) const MOST: usize = 2_000_000;

/// One more.
pub(super) fn counted(count: &mut usize) -> Result<(), ApiError> {
    *count += 1;
    if *count > MOST { Err(error::too_large()) } else { Ok(()) }
}

/// Splits CSV into records and fields, and says whether it is in order to its end. A quoted field may have anything in it, a quote written
/// twice; behind its last quote it ends. A record in which quotes stand in odd numbers is the end of what can be read.
pub(super) fn split(text: &str, form: &CsvForm) -> Result<(Vec<Vec<String>>, bool), ApiError> {
    let (mut records, mut fields, mut field) = (Vec::new(), Vec::new(), String::new());
    let (mut rest, mut quoted, mut closed, mut begun) = (text, false, false, false);
    let mut count = 0;
    while let Some(character) = rest.chars().next() {
        let next = rest.get(character.len_utf8()..).unwrap_or_default();
        if quoted {
            if character == form.quote {
                if let Some(behind) = next.strip_prefix(form.quote) {
                    field.push(character);
                    rest = behind;
                    continue;
                }
                (quoted, closed) = (false, true);
            } else if !form.quoted_ends && rest.starts_with(form.record.as_str()) {
                return Ok((records, false));
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
            (rest, begun, closed) = (behind, false, false);
        } else if let Some(behind) = rest.strip_prefix(form.field.as_str()) {
            fields.push(std::mem::take(&mut field));
            counted(&mut count)?;
            (rest, begun, closed) = (behind, true, false);
        } else if closed && !(character == '\r' && next.starts_with(form.record.as_str())) {
            return Ok((records, false));
        } else if character == form.quote && field.is_empty() {
            (quoted, begun, rest) = (true, true, next);
        } else if character == form.quote {
            let run = rest.chars().take_while(|quote| *quote == form.quote).count();
            if run % 2 == 1 {
                return Ok((records, false));
            }
            field.extend(std::iter::repeat_n(form.quote, run));
            rest = rest.trim_start_matches(form.quote);
        } else if form.comment == Some(character) && !begun && field.is_empty() {
            let end = rest.find(form.record.as_str()).map_or(rest.len(), |end| end + form.record.len());
            rest = rest.get(end..).unwrap_or_default();
        } else {
            field.push(character);
            (rest, begun) = (next, true);
        }
    }
    if quoted {
        return Ok((records, false));
    }
    if begun || !field.is_empty() {
        fields.push(field);
        records.push(fields);
    }
    Ok((records, true))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn form(record: &str, field: &str) -> CsvForm {
        let (record, field) = (record.to_owned(), field.to_owned());
        CsvForm { record, field, quote: '"', comment: Some('#'), quoted_ends: true }
    }

    /// Whatever they are divided by.
    #[test]
    fn fields_are_counted_together() {
        for mark in [",", "\n"] {
            let text = mark.repeat(MOST + 1);
            assert!(split(&text[1..], &form("\n", ",")).is_ok());
            assert_eq!(split(&text, &form("\n", ",")).unwrap_err().code(), error::too_large().code());
        }
    }

    #[test]
    fn csv_is_split() {
        let read = |text: &str, form: &CsvForm| {
            let (records, is_whole) = split(text, form).unwrap();
            (records.iter().map(|fields| fields.join("|")).collect::<Vec<_>>(), is_whole)
        };
        let whole = |records: &[&str]| (records.iter().map(|&record| record.to_owned()).collect::<Vec<_>>(), true);
        let broken = |records: &[&str]| (whole(records).0, false);
        let usual = form("\n", ",");
        assert_eq!(
            read("a,b\r\n#c\n\"1,\n2\",\"x\"\"y\"\r\n,\nlast", &usual),
            whole(&["a|b", "1,\n2|x\"y", "|", "last"])
        );
        assert_eq!(read("a||b##c||d##", &form("##", "||")), whole(&["a|b", "c|d"]));
        for wrong in ["\"x\"y,z\n", "a,\"b", "a,b\"c\n", "\"a\" ,b\n"] {
            assert_eq!(read(&format!("1,2\n{wrong}"), &usual), broken(&["1|2"]), "{wrong}");
        }
        let strict = CsvForm { quoted_ends: false, ..usual };
        assert_eq!(read("1,2\n\"a\nb\",c\n", &strict), broken(&["1|2"]));
    }
}
