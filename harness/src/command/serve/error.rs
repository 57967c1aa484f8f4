//! Why a cloud is not served, and what to do about it.

use acslab_emulator::{KeepError, Quota, StartError};
use miette::Diagnostic;

use crate::command::log::LogError;
use crate::command::system_policies::SystemPoliciesError;
use crate::import::StandingError;

/// Why the cloud is not served.
#[derive(Debug, thiserror::Error, Diagnostic)]
pub(in crate::command) enum ServeError {
    #[error("cannot listen on {address}: {why}")]
    #[diagnostic(help("`--port 0` takes a free port"))]
    Listen { address: String, why: String },
    #[error(transparent)]
    #[diagnostic(transparent)]
    Standing(#[from] Box<StandingError>),
    #[error("`{0}` is not an address to listen on: {1}")]
    #[diagnostic(help("write an address of this machine, `localhost`, or `0.0.0.0` for all of them"))]
    NotAnAddress(String, String),
    #[error("cannot write the variables to `{file}`: {why}")]
    #[diagnostic(help("`--env-file` takes a file in a folder that can be written in"))]
    EnvFile { file: String, why: String },
    #[error("cannot tell file descriptor {descriptor} that it is ready: {why}")]
    #[diagnostic(help("`--ready-fd` takes the number of one that is open for writing, such as the end of a pipe"))]
    ReadyFd { descriptor: u32, why: String },
    #[error("`{0}` is not an account: expected a name, or `NAME=ID` with an id of 16 digits")]
    #[diagnostic(help("write `--account company`, or `--account partner=2000000000000001`"))]
    NotAnAccount(String),
    #[error("`{0}` is not a service that can be opened")]
    #[diagnostic(help("there are oss, sls, xtrace, pai, dataworks, maxcompute, and all; VPC needs no activation"))]
    NotAService(String),
    #[error("`{0}` is not a quota")]
    #[diagnostic(help("there are {}", Quota::names()))]
    NotAQuota(String),
    #[error("`{0}` does not say how many there may be: expected `NAME=VALUE`")]
    #[diagnostic(help("write `--quota Users=10`"))]
    NotAQuotasValue(String),
    #[error("`{0}` is not a role of one of the accounts: expected `ROLE`, or `ACCOUNT/ROLE`")]
    #[diagnostic(help("an account is one of those that `--account` names, by its name or id"))]
    NotARole(String),
    #[error("`{0}` does not name an issuer and a file of its keys: expected `ISSUER=FILE`")]
    #[diagnostic(help("write `--oidc-keys https://issuer.example.com=keys.json`"))]
    NotOidcKeys(String),
    #[error("cannot use the keys in `{path}`: {why}")]
    #[diagnostic(help("the file is a JSON web key set, as the issuer's `jwks_uri` answers it"))]
    OidcKeys { path: String, why: String },
    #[error("cannot keep what is in objects in `{folder}`: {why}")]
    #[diagnostic(help(
        "`--payloads` takes `memory`, or a folder that can be written in and that no other acslab uses"
    ))]
    Payloads { folder: String, why: String },
    #[error("cannot read the operations in `{path}`: {why}")]
    #[diagnostic(help("docs/services.md has the form of such a file"))]
    Service { path: String, why: String },
    #[error("cannot use the certificate authority in `{folder}`: {why}")]
    #[diagnostic(help("`--tls-folder FOLDER` names another one"))]
    Authority { folder: String, why: String },
    #[error("the machine gives no random bytes for the console's token")]
    #[diagnostic(help("`--no-console` serves without a console"))]
    NoToken,
    #[error("there is no folder to keep a certificate authority in")]
    #[diagnostic(help("`--tls-folder FOLDER` names one"))]
    NoDataFolder,
    #[error(transparent)]
    #[diagnostic(transparent)]
    SystemPolicies(#[from] SystemPoliciesError),
    #[error(transparent)]
    #[diagnostic(transparent)]
    Log(#[from] LogError),
    #[error(transparent)]
    #[diagnostic(help("{}", help_to_start(.0)))]
    Start(StartError),
    #[error("cannot write: {0}")]
    Output(#[from] std::io::Error),
}

/// What to do about what keeps a cloud from starting.
fn help_to_start(error: &StartError) -> &'static str {
    match error {
        StartError::Io(_) => "`--port 0` takes a free port",
        StartError::Account(_) => "`--account NAME=ID` gives each account a name and an id of its own",
        StartError::Clock(_) => "`--time` takes a time such as 2026-01-01T00:00:00Z",
        StartError::State(KeepError::InUse(_)) => "end the other one, or name another folder with `--state`",
        StartError::State(KeepError::Load { .. }) => {
            "nothing was changed; name another folder with `--state`, or put back a state that was saved before"
        }
        StartError::Operations(wrong) if wrong.clashes => {
            "what a file names may be in no other, nor among the operations that come with acslab"
        }
        StartError::Operations(_) => {
            "docs/services.md has the form of such a file, service.schema.json beside it the same for editors"
        }
        StartError::State(_) => "`--state` takes a folder that can be written in",
    }
}
