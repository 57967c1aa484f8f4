//! SelectObject, CreateSelectObjectMeta.

use http::{Method, StatusCode};

use super::super::kms::{self, READS_WITH};
use super::super::table::{READ, READ_VERSION, row};
use super::super::versions::VERSION_ID;
use super::super::{bucket, error, object, restore, xml};
use super::evaluate::{self, Shown};
use super::frames;
use super::query::Query;
use super::records::{Record, Records};
use super::request::{self, Asked, CsvForm, Input, Output};
use crate::gateway::{ApiError, Body, Call, Level, Operation, Reply, Route, Selector};

/// The operations that look into objects.
pub fn table() -> Vec<Operation> {
    let process = |values| Route::Oss(Method::POST, Level::Object, Selector::QueryOneOf("x-oss-process", values));
    let checks = [READ, READ_VERSION, READS_WITH];
    vec![
        row("SelectObject", process(&["csv/select", "json/select"]), &checks, &[VERSION_ID], select),
        row("CreateSelectObjectMeta", process(&["csv/meta", "json/meta"]), &checks, &[VERSION_ID], meta),
    ]
}

/// The most bytes that are looked into at once. CHOICE: the figure; the cloud looks into far more, and takes its time.
const LARGEST: u64 = 16 << 20;

fn is_json(call: &Call<'_>) -> bool {
    call.arguments.text("x-oss-process").starts_with("json/")
}

/// The content of the object, as text.
fn content(call: &Call<'_>) -> Result<String, ApiError> {
    let seen = object::find(call)?;
    restore::check_readable(call, &seen)?;
    kms::check_readable(call, bucket::name(call), &seen)?;
    if seen.size() > LARGEST {
        return Err(error::too_large());
    }
    let bytes = seen.content.to_bytes().map_err(error::of_store)?;
    String::from_utf8(bytes.to_vec())
        .map_err(|_| ApiError::bad_request("InvalidTextEncoding", "The object is not encoded in UTF-8."))
}

fn length(text: &str) -> u64 {
    u64::try_from(text.len()).unwrap_or(u64::MAX)
}

/// What SelectObject makes of a question and an object.
pub(in super::super) fn fuzzed(body: &[u8], object: &str, json: bool) -> Result<String, ApiError> {
    let asked = Asked::read(body, json)?;
    let query = Query::read(&asked.expression)?;
    let records = Records::read(object, &asked.input, asked.lines)?;
    written(&evaluate::answer(&query, &records)?, &asked.output)
}

/// SelectObject
fn select(call: &Call<'_>) -> Result<Reply, ApiError> {
    let asked = Asked::read(&call.http.body, is_json(call))?;
    let query = Query::read(&asked.expression)?;
    let text = content(call)?;
    let records = Records::read(&text, &asked.input, asked.lines)?;
    let found = evaluate::answer(&query, &records)?;
    let data = written(&found, &asked.output)?;
    let raw = asked.output.raw;
    let body =
        if raw { data.into_bytes() } else { frames::framed(data.as_bytes(), length(&text), asked.output.checksums) };
    Ok(Reply::with_body(Body::Bytes("application/octet-stream", body.into()))
        .status(StatusCode::PARTIAL_CONTENT)
        .header("x-oss-select-output-raw", if raw { "true" } else { "false" }))
}

fn written(found: &[Shown], output: &Output) -> Result<String, ApiError> {
    let mut data = String::new();
    let Some(form) = &output.csv else {
        for shown in found {
            data.push_str(&evaluate::object(shown).to_string());
            data.push_str(&output.record);
            within(&data)?;
        }
        return Ok(data);
    };
    let mut line = |fields: Vec<String>| {
        within(&data)?;
        data.push_str(&fields.iter().map(|field| quoted(field, form)).collect::<Vec<_>>().join(&form.field));
        data.push_str(&output.record);
        Ok::<_, ApiError>(())
    };
    if let Some(first) = found.first().filter(|_| output.header) {
        line(first.iter().map(|(name, _)| name.clone()).collect())?;
    }
    for shown in found {
        line(shown.iter().map(|(_, value)| evaluate::text(value)).collect())?;
    }
    Ok(data)
}

fn within(data: &str) -> Result<(), ApiError> {
    if data.len() > evaluate::LARGEST_ANSWER { Err(error::too_large()) } else { Ok(()) }
}

/// A field, in quotes where it must be.
fn quoted(field: &str, form: &CsvForm) -> String {
    let special =
        field.contains(form.field.as_str()) || field.contains(form.record.as_str()) || field.contains(form.quote);
    if !special {
        return field.to_owned();
    }
    let quote = form.quote.to_string();
    format!("{quote}{}{quote}", field.replace(form.quote, &quote.repeat(2)))
}

/// CreateSelectObjectMeta
fn meta(call: &Call<'_>) -> Result<Reply, ApiError> {
    let json = is_json(call);
    let root = xml::tree(&call.http.body, if json { "JsonMetaRequest" } else { "CsvMetaRequest" })?;
    let (input, _) = request::input(&root, json)?;
    if let Input::Json { lines: false } = input {
        let message = "The meta of a JSON document can not be created.";
        return Err(ApiError::bad_request("InvalidJsonTypeParameter", message));
    }
    let text = content(call)?;
    let records = Records::read(&text, &input, None)?;
    let columns = match records.all.first() {
        Some(Record::Fields(fields)) => u32::try_from(fields.len()).ok(),
        Some(Record::Json(_)) => None,
        None => (!json).then_some(0),
    };
    let rows = u64::try_from(records.all.len()).unwrap_or(u64::MAX);
    let body = frames::meta(length(&text), rows, columns);
    Ok(Reply::with_body(Body::Bytes("application/octet-stream", body.into())))
}
