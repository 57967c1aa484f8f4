//! What the ways to a session by an identity provider share.

use serde_json::Value;

use super::parameters::check_role_arn as check_arn;
use super::session::{self, Wanted, Words, check_role};
use crate::gateway::{ApiError, Arguments, Call, Caller, Facts, Federation, Needed, Reply};

/// A parameter that the service itself asks for (AssumeRoleWithSAML).
pub(super) fn missing(name: &str) -> ApiError {
    ApiError::bad_request(format!("MissingParameter.{name}"), format!("Parameter {name} is required."))
}

/// The role must be named, and in the form of an ARN.
pub(super) fn check_role_arn(arguments: &Arguments) -> Result<(), ApiError> {
    check_arn(arguments.filled("RoleArn").ok_or_else(|| missing("RoleArn"))?)
}

fn federation<'a>(call: &'a Call<'_>) -> Result<&'a Federation, ApiError> {
    match &call.caller {
        Caller::Federated(federation) => Ok(federation),
        // Nobody else comes to these operations.
        _ => Err(ApiError::internal()),
    }
}

/// The trust policy of the role, which decides alone, and the condition keys that the proof fills.
pub(super) fn context(call: &Call<'_>, facts: &Facts, needed: &mut Needed, words: &Words) -> Result<(), ApiError> {
    for (key, values) in &federation(call)?.keys {
        needed.set_many(key, values);
    }
    check_role(call, facts, words)
}

/// Makes the session. The answer repeats what the proof said.
pub(super) fn give_out(call: &Call<'_>, words: &Words) -> Result<Reply, ApiError> {
    let federation = federation(call)?;
    let name = federation.session.as_deref().unwrap_or_else(|| call.arguments.text("RoleSessionName"));
    let mut answer = session::give_out(call, &Wanted { name, longest: None, source_identity: None }, words)?;
    let (member, told) = &federation.told;
    answer.insert((*member).to_owned(), told.clone());
    Ok(Reply::document(Value::Object(answer)))
}
