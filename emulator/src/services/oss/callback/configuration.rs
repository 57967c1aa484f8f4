//! What a callback is to be: read and checked before anything is written.

use base64::Engine;
use base64::prelude::BASE64_STANDARD;
use http::Uri;
use serde_json::{Map, Value};

use super::super::error;
use super::policy;
use crate::gateway::{ApiError, Call};

const HEADER: &str = "x-oss-callback";
const PARAMETER: &str = "callback";
const VARIABLES_HEADER: &str = "x-oss-callback-var";
const VARIABLES: &str = "callback-var";
/// The most bytes of a configuration, and of its variables; the most addresses in it.
const LARGEST: usize = 5 << 10;
const ADDRESSES: usize = 5;

/// What a callback is to be.
#[derive(Debug, Clone)]
pub(in super::super) struct Configuration {
    pub(super) addresses: Vec<Uri>,
    pub(super) host: Option<String>,
    pub(super) body: String,
    pub(super) is_json: bool,
    /// Variables of the sender's own: `x:NAME`.
    pub(super) variables: Vec<(String, String)>,
}

fn wrong(message: &'static str, value: &str) -> ApiError {
    error::invalid_argument(PARAMETER, value, message)
}

fn too_many(variables: &str) -> ApiError {
    error::invalid_argument(VARIABLES, variables, "The length of callback var exceed max value.")
}

/// What stands in a header or in a parameter, not in both.
fn either<'c>(call: &'c Call<'_>, header: &'static str, parameter: &'static str) -> Result<Option<&'c str>, ApiError> {
    match (call.http.header(header), call.arguments.get(parameter)) {
        (Some(_), Some(text)) => {
            let message = if parameter == PARAMETER {
                "Either the callback query string parameter or the x-oss-callback header should be specified, not both."
            } else {
                "Either the callback-var query string parameter or the x-oss-callback-var header should be specified, not both."
            };
            Err(error::invalid_argument(parameter, text, message))
        }
        (one, other) => Ok(one.or(other)),
    }
}

/// The callback that a request asks for, if it does.
pub(in super::super) fn asked(call: &Call<'_>) -> Result<Option<Configuration>, ApiError> {
    let variables = either(call, VARIABLES_HEADER, VARIABLES)?;
    let Some(text) = either(call, HEADER, PARAMETER)? else { return Ok(None) };
    if let Some(name) = kept_under(text) {
        let kept = policy::named(call, &name)?;
        // CHOICE: the words.
        let mut kept = kept.ok_or_else(|| wrong("The callback configuration is invalid.", text))?;
        // What the request says itself counts before what is kept.
        let mut all = variables.map(own).transpose()?.unwrap_or_default();
        all.append(&mut kept.variables);
        return Ok(Some(Configuration { variables: all, ..kept }));
    }
    Configuration::read(text, variables.map(own).transpose()?.unwrap_or_default()).map(Some)
}

/// The name of a callback policy, where a configuration is no more than that.
fn kept_under(text: &str) -> Option<String> {
    let bytes = BASE64_STANDARD.decode(text).ok().filter(|_| text.len() <= LARGEST)?;
    let configuration: Value = serde_json::from_slice(&bytes).ok()?;
    configuration.get("callbackPolicy").and_then(Value::as_str).map(str::to_owned)
}

/// Reads variables: a JSON object of texts in base64. What does not begin with `x:` is none.
pub(super) fn own(text: &str) -> Result<Vec<(String, String)>, ApiError> {
    if text.len() > LARGEST {
        return Err(too_many(text));
    }
    let bytes = BASE64_STANDARD.decode(text).ok();
    let members: Option<Map<String, Value>> = bytes.and_then(|bytes| serde_json::from_slice(&bytes).ok());
    // The cloud's own spelling.
    let unexpected = || error::invalid_argument(VARIABLES, text, "The callback var is not expecten json.");
    let read = |(name, value): (String, Value)| match value {
        Value::String(value) => Ok((name, value)),
        _ => Err(unexpected()),
    };
    let own = members.ok_or_else(unexpected)?.into_iter().map(read).collect::<Result<Vec<_>, _>>()?;
    Ok(own.into_iter().filter(|(name, _)| name.starts_with("x:")).collect())
}

/// Is an address one that can be called: by HTTP, at an address of the network, this machine or a name with a dot in it, at a port that there
/// is? A live test of Java's client names `my`, and is refused.
fn is_good(uri: &Uri) -> bool {
    let Some(authority) = uri.authority().filter(|_| matches!(uri.scheme_str(), Some("http" | "https"))) else {
        return false;
    };
    let host = authority.host();
    let named = host.contains(['.', ':']) || host.eq_ignore_ascii_case("localhost");
    let port = authority.port_u16().map(|port| format!(":{port}")).unwrap_or_default();
    named && authority.as_str().strip_prefix(host) == Some(port.as_str())
}

impl Configuration {
    /// Reads a configuration whose variables are fields of a form. CHOICE: together they are no longer than those of a header, and
    /// refused in the same words.
    pub(in super::super) fn of_form<'f>(
        text: &str,
        variables: impl Iterator<Item = &'f (String, String)> + Clone,
    ) -> Result<Self, ApiError> {
        if variables.clone().map(|(name, value)| name.len() + value.len()).sum::<usize>() > LARGEST {
            return Err(too_many(""));
        }
        Self::read(text, variables.cloned().collect())
    }

    /// Reads a configuration: a JSON object in base64.
    pub(in super::super) fn read(text: &str, variables: Vec<(String, String)>) -> Result<Self, ApiError> {
        if text.len() > LARGEST {
            return Err(wrong("The length of callback exceed max value.", text));
        }
        let bytes = BASE64_STANDARD
            .decode(text)
            .map_err(|_| wrong("The callback configuration is not base64 encoded.", text))?;
        let configuration: Value = serde_json::from_slice(&bytes)
            .map_err(|_| wrong("The callback configuration is not json format.", text))?;
        let member = |name: &str| configuration.get(name).and_then(Value::as_str);
        let addresses: Vec<_> =
            member("callbackUrl").unwrap_or_default().split(';').filter(|one| !one.is_empty()).collect();
        if addresses.len() > ADDRESSES {
            return Err(wrong("The number of callback url exceed max value.", text));
        }
        // One without a scheme is asked for by http (INFERRED: the published samples have none).
        let address = |one: &&str| if one.contains("://") { (*one).to_owned() } else { format!("http://{one}") };
        let addresses = addresses.iter().map(|one| address(one).parse::<Uri>().ok().filter(is_good));
        let addresses = addresses.collect::<Option<Vec<_>>>().filter(|all| !all.is_empty());
        let addresses = addresses.ok_or_else(|| wrong("The callback url configuration is invalid.", text))?;
        let body = member("callbackBody").unwrap_or_default();
        if body.is_empty() {
            return Err(wrong("The callback body is empty.", text));
        }
        let is_json = match member("callbackBodyType") {
            None | Some("application/x-www-form-urlencoded") => false,
            Some("application/json") => true,
            Some(_) => return Err(wrong("The body type of callback is not supported.", text)),
        };
        let host = member("callbackHost").filter(|host| !host.is_empty());
        if host.is_some_and(|host| http::HeaderValue::from_str(host).is_err()) {
            return Err(wrong("The callback host configuration is invalid.", text));
        }
        Ok(Self { addresses, host: host.map(str::to_owned), body: body.to_owned(), is_json, variables })
    }
}
