//! The options on system policies that `serve` and `run` share.

use std::path::PathBuf;
use std::sync::Arc;

use acslab_emulator::{SystemPolicies, SystemPolicyError};
use clap::Args;
use miette::Diagnostic;

use crate::words::{io_reason, nearest};

/// The system policies that `serve` and `run` start with.
#[derive(Debug, Args)]
pub(in crate::command) struct SystemPolicyOptions {
    /// A JSON file of system policies to add to those shipped; a policy that is shipped gets further versions, or others of
    /// the same name
    #[arg(long, value_name = "FILE")]
    system_policies: Option<PathBuf>,
    /// Move a system policy to another version that is known; repeat it for several
    #[arg(long = "system-policy-version", value_name = "NAME=VERSION")]
    system_policy_versions: Vec<String>,
}

impl SystemPolicyOptions {
    /// Those shipped, with what is asked for; none if nothing is.
    pub(in crate::command) fn read(&self) -> Result<Option<Arc<SystemPolicies>>, SystemPoliciesError> {
        let mut policies = None;
        if let Some(file) = &self.system_policies {
            let trouble = |why: String| SystemPoliciesError::File { path: file.display().to_string(), why };
            let text = std::fs::read_to_string(file).map_err(|error| trouble(io_reason(&error)))?;
            policies =
                Some(Arc::new(SystemPolicies::shipped().with(&text).map_err(|error| trouble(error.to_string()))?));
        }
        for written in &self.system_policy_versions {
            let (name, version) =
                written.split_once('=').ok_or_else(|| SystemPoliciesError::NotAVersion(written.clone()))?;
            let before = policies.unwrap_or_else(SystemPolicies::shipped);
            let moved = before.moved(name, version).map_err(|error| match error {
                SystemPolicyError::NoSuchPolicy(name) => {
                    match nearest(&name, before.iter().map(|policy| policy.name.as_str())) {
                        Some(near) => SystemPoliciesError::Misspelt { name, near },
                        None => SystemPolicyError::NoSuchPolicy(name).into(),
                    }
                }
                error => error.into(),
            });
            policies = Some(Arc::new(moved?));
        }
        Ok(policies)
    }
}

/// Why system policies cannot be used.
#[derive(Debug, thiserror::Error, Diagnostic)]
pub(in crate::command) enum SystemPoliciesError {
    #[error("cannot use the system policies of `{path}`: {why}")]
    #[diagnostic(help(
        "it is a JSON list of policies, each with `name` and `versions`, as `emulator/data/system_policies.json` is"
    ))]
    File { path: String, why: String },
    #[error("`{0}` is not a system policy with a version: expected `NAME=VERSION`")]
    #[diagnostic(help("write `--system-policy-version AliyunOSSFullAccess=v1`"))]
    NotAVersion(String),
    #[error("no system policy is called `{name}`")]
    #[diagnostic(help("did you mean `{near}`?"))]
    Misspelt { name: String, near: String },
    #[error(transparent)]
    Unknown(#[from] SystemPolicyError),
}
