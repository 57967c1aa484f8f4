//! SelectObject, CreateSelectObjectMeta.

use std::io::Read;

use flate2::read::MultiGzDecoder;
use http::{Method, StatusCode, header};

use super::super::checks::{READ, READ_VERSION};
use super::super::kms::{self, READS_WITH};
use super::super::product::row;
use super::super::range::Wanted;
use super::super::versions::VERSION_ID;
use super::super::{bucket, error, object, restore, xml};
use super::evaluate::{self, Answer, Shown};
use super::frames;
use super::numbers::Mark;
use super::query::Query;
use super::records::{Record, Records};
use super::request::{self, Asked, CsvForm, Input, Looked, Output, Table};
use crate::gateway::{ApiError, Body, Call, Level, Operation, Reply, Route, Selector};
use crate::services::common::sql::LARGEST_ANSWER;

/// The operations that look into objects.
pub fn table() -> Vec<Operation> {
    let process = |values| Route::Oss(Method::POST, Level::Object, Selector::QueryOneOf("x-oss-process", values));
    let checks = [READ, READ_VERSION, READS_WITH];
    vec![
        row("SelectObject", process(&["csv/select", "json/select"]), &checks, &[VERSION_ID], select),
        row("CreateSelectObjectMeta", process(&["csv/meta", "json/meta"]), &checks, &[VERSION_ID], meta),
    ]
}

/// The most bytes that are looked into at once, unpacked. CHOICE: the figure; the cloud looks into far more, and takes its time.
const LARGEST: u64 = 16 << 20;

fn is_json(call: &Call<'_>) -> bool {
    call.arguments.text("x-oss-process").starts_with("json/")
}

/// The content of the object, as text.
fn content(call: &Call<'_>, packed: bool) -> Result<String, ApiError> {
    let seen = object::find(call)?;
    restore::check_readable(call, &seen)?;
    kms::check_readable(call, bucket::name(call), &seen)?;
    if seen.size() > LARGEST {
        return Err(error::too_large());
    }
    let bytes = seen.content.to_bytes().map_err(error::of_store)?;
    let bytes = if packed { unpacked(&bytes)? } else { bytes.to_vec() };
    String::from_utf8(bytes)
        .map_err(|_| ApiError::bad_request("InvalidTextEncoding", "The object is not encoded in UTF-8."))
}

/// What gzip packed; it is looked into as what it unpacks to, of which there is no more than of any.
fn unpacked(packed: &[u8]) -> Result<Vec<u8>, ApiError> {
    let mut bytes = Vec::new();
    MultiGzDecoder::new(packed)
        .take(LARGEST + 1)
        .read_to_end(&mut bytes)
        .map_err(|_| ApiError::bad_request("DecompressFailure", "The object can not be decompressed with GZIP."))?;
    if u64::try_from(bytes.len()).is_ok_and(|length| length <= LARGEST) { Ok(bytes) } else { Err(error::too_large()) }
}

/// The records that are looked at, by the request's body or its header `Range`.
fn looked(call: &Call<'_>, asked: &Asked, text: &str) -> Result<Looked, ApiError> {
    let Some(header) = call.http.header(header::RANGE) else { return Ok(asked.looked.clone()) };
    if asked.looked != Looked::All {
        return Err(request::invalid_range("0016-00000816"));
    }
    match &asked.input {
        Input::Csv(form, _) if !form.quoted_ends && !asked.packed => {}
        _ => return Err(request::invalid_range("0016-00000815")),
    }
    match Wanted::of(Some(header), length(text), true) {
        Wanted::Part(bytes) => Ok(Looked::Bytes(bytes)),
        Wanted::Whole => Ok(Looked::All),
        Wanted::Unsatisfiable => Err(request::invalid_range("0016-00000817")),
    }
}

fn length(text: &str) -> u64 {
    u64::try_from(text.len()).unwrap_or(u64::MAX)
}

/// What SelectObject makes of a question and an object.
pub(in super::super) fn fuzzed(body: &[u8], object: &str, json: bool) -> Result<String, ApiError> {
    let asked = Asked::read(body, json)?;
    let query = Query::read(&asked.expression)?;
    let records = Records::read(object, &asked.input, &asked.looked)?;
    written(&answered(&asked, &query, &records)?.found, &asked.output, records.mark)
}

fn answered(asked: &Asked, query: &Query, records: &Records) -> Result<Answer, ApiError> {
    let keep_all = asked.output.csv.as_ref().is_some_and(|table| table.keep_all);
    if keep_all && query.is_aggregate() {
        let message = "KeepAllColumns can not be true with an aggregate.";
        return Err(ApiError::bad_request("SqlInvalidKeepAllColumnsWithAggregation", message));
    }
    evaluate::answer(query, records, asked.skipping, keep_all)
}

/// SelectObject
fn select(call: &Call<'_>) -> Result<Reply, ApiError> {
    let asked = Asked::read(&call.http.body, is_json(call))?;
    let query = Query::read(&asked.expression)?;
    let text = content(call, asked.packed)?;
    let records = Records::read(&text, &asked.input, &looked(call, &asked, &text)?)?;
    let Answer { found, failed } = answered(&asked, &query, &records)?;
    let output = &asked.output;
    // Where nothing was said yet, or there is no frame to say it in, the whole answer is the error.
    let failed = match failed {
        Some(error) if found.is_empty() || output.raw => return Err(error),
        failed => failed,
    };
    let data = written(&found, output, records.mark)?;
    let body = if output.raw {
        data.into_bytes()
    } else {
        frames::framed(data.as_bytes(), length(&text), output.checksums, failed.as_ref())
    };
    Ok(Reply::with_body(Body::Bytes("application/octet-stream", body.into()))
        .status(StatusCode::PARTIAL_CONTENT)
        .header("x-oss-select-output-raw", if output.raw { "true" } else { "false" }))
}

fn written(found: &[Shown], output: &Output, mark: Option<Mark>) -> Result<String, ApiError> {
    let mut data = String::new();
    let Some(Table { form, header, .. }) = &output.csv else {
        for shown in found {
            data.push_str(&evaluate::line(shown, mark));
            data.push_str(&output.record);
            within(&data)?;
        }
        return Ok(data);
    };
    let mut line = |fields: &mut dyn Iterator<Item = String>| {
        for (at, field) in fields.enumerate() {
            if at > 0 {
                data.push_str(&form.field);
            }
            data.push_str(&quoted(&field, form));
            within(&data)?;
        }
        data.push_str(&output.record);
        within(&data)
    };
    if let Some(first) = found.first().filter(|_| *header) {
        line(&mut first.iter().map(|(name, _)| name.clone()))?;
    }
    for shown in found {
        line(&mut shown.iter().map(|(_, value)| evaluate::text(value)))?;
    }
    Ok(data)
}

fn within(data: &str) -> Result<(), ApiError> {
    if data.len() > LARGEST_ANSWER { Err(error::too_large()) } else { Ok(()) }
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
    if request::packed(&root)? {
        return Err(request::compression());
    }
    if let Input::Json { lines: false, .. } = input {
        let message = "The meta of a JSON document can not be created.";
        return Err(ApiError::bad_request("InvalidJsonTypeParameter", message));
    }
    let text = content(call, false)?;
    let records = Records::read(&text, &input, &Looked::All)?;
    if let Some(broken) = records.broken {
        return Err(broken);
    }
    let columns = match records.all.first() {
        Some(Record::Fields(fields)) => u32::try_from(fields.len()).ok(),
        Some(Record::Json(_)) => None,
        None => (!json).then_some(0),
    };
    let rows = u64::try_from(records.all.len()).unwrap_or(u64::MAX);
    let body = frames::meta(length(&text), rows, columns);
    Ok(Reply::with_body(Body::Bytes("application/octet-stream", body.into())))
}
