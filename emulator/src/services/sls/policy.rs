//! The policy of a project.
//!
//! Source pages: "PutProjectPolicy", "Use project policies to manage access permissions on Simple Log Service resources".

use http::Method;

use super::product::{on_project, row};
use super::{error, project, reply};
use crate::cloud::ProjectPolicy;
use crate::gateway::{ApiError, Body, Call, Operation, Reply};

/// The longest policy, in bytes.
const LONGEST: usize = 16 << 10;

/// The operations. The metadata gives them no resource; INFERRED: the project, or an owner could be asked about another's.
pub fn table() -> Vec<Operation> {
    vec![
        row("PutProjectPolicy", (Method::POST, "{project}/policy"), &[on_project(&["log:PutProjectPolicy"])], &[], put),
        row("GetProjectPolicy", (Method::GET, "{project}/policy"), &[on_project(&["log:GetProjectPolicy"])], &[], get),
        row(
            "DeleteProjectPolicy",
            (Method::DELETE, "{project}/policy"),
            &[on_project(&["log:DeleteProjectPolicy"])],
            &[],
            delete,
        ),
    ]
}

/// PutProjectPolicy
fn put(call: &Call<'_>) -> Result<Reply, ApiError> {
    let text = std::str::from_utf8(&call.http.body).map_err(|_| error::parameter("The policy is no text."))?;
    if text.len() > LONGEST {
        return Err(error::parameter(format!("The policy must be no longer than {LONGEST} bytes.")));
    }
    // CHOICE: the words are RAM's for the same fault.
    let policy = ProjectPolicy::read(text).map_err(|malformed| error::parameter(malformed.api_message()))?;
    project::change(call, |project| project.about.policy = Some(policy))?;
    Ok(reply::done())
}

/// GetProjectPolicy: the text as it was given; nothing where there is none.
fn get(call: &Call<'_>) -> Result<Reply, ApiError> {
    let text = project::read(call, |project| project.about.policy.as_ref().map(|policy| policy.text().to_owned()))?;
    Ok(Reply::with_body(Body::Bytes("application/json", text.unwrap_or_default().into())))
}

/// DeleteProjectPolicy: none is no error.
fn delete(call: &Call<'_>) -> Result<Reply, ApiError> {
    project::change(call, |project| project.about.policy = None)?;
    Ok(reply::done())
}
