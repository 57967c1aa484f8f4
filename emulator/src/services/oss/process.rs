//! Processing of images, videos and documents, which is not enabled here: whoever asks for it is told so, and never given the original.

use http::Method;

use super::checks::on_object;
use super::product::row;
use super::{bucket, error, object};
use crate::gateway::{ApiError, Call, Level, Operation, Reply, Route, Selector};

const PROCESS: &str = "x-oss-process";
const ASYNC_PROCESS: &str = "x-oss-async-process";

/// The operations that process.
pub fn table() -> Vec<Operation> {
    let at = |parameter| Route::Oss(Method::POST, Level::Object, Selector::Query(parameter));
    vec![
        row("ProcessObject", at(PROCESS), &[on_object(&["oss:GetObject"])], &[], process),
        row("AsyncProcessObject", at(ASYNC_PROCESS), &[on_object(&["oss:ProcessImm"])], &[], process_later),
    ]
}

/// CHOICE: the words.
fn not_enabled(instruction: &str) -> ApiError {
    error::invalid_argument(PROCESS, instruction, "The process is not enabled: nothing is processed here.")
}

/// Refuses a read that asks for a result instead of the content.
pub(super) fn refuse(call: &Call<'_>) -> Result<(), ApiError> {
    let Some(instruction) = call.arguments.get(PROCESS) else { return Ok(()) };
    object::find(call)?;
    if let Some(style) = instruction.strip_prefix("style/") {
        let name = format!("style/{style}");
        if bucket::read(call, |bucket| bucket.settings.get(&name).is_none())? {
            return Err(error::no_such_style());
        }
    }
    Err(not_enabled(instruction))
}

fn instruction<'c>(call: &'c Call<'_>, parameter: &str) -> Option<&'c str> {
    let body = std::str::from_utf8(&call.http.body).ok()?;
    body.trim().strip_prefix(parameter)?.strip_prefix('=')
}

/// ProcessObject
fn process(call: &Call<'_>) -> Result<Reply, ApiError> {
    let Some(instruction) = instruction(call, PROCESS) else {
        let message = format!("operation not support post: {}", call.arguments.text(PROCESS));
        return Err(error::invalid_argument(PROCESS, call.arguments.text(PROCESS), message));
    };
    object::find(call)?;
    Err(not_enabled(instruction))
}

/// AsyncProcessObject: no bucket here is bound to a project of IMM.
fn process_later(call: &Call<'_>) -> Result<Reply, ApiError> {
    if instruction(call, ASYNC_PROCESS).is_none() {
        return Err(ApiError::bad_request("InvalidRequest", "no x-oss-async-process parameter found"));
    }
    object::find(call)?;
    let message =
        format!("ResourceNotFound, The specified resource Attachment is not found. Attachment: {}", bucket::name(call));
    Err(ApiError::bad_request("Imm Client", message))
}
