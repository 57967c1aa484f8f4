//! The account as a whole: its domain, what is in it, how safe it is, the credential report.

use base64::Engine;
use base64::prelude::BASE64_STANDARD;
use serde_json::json;

use super::{both, incorrect, reports, row};
use crate::cloud::directory::PrincipalKind;
use crate::cloud::{Quota, iso8601};
use crate::gateway::{ApiError, Call, Form, Operation, Parameter, Reply};
use crate::services::identity::ram::settings::{check_alias, choose_alias, clear_alias};

/// What the default domain of an account ends in.
const DOMAIN: &str = ".onaliyun.com";
/// Lines of a page of the credential report, at most and when the request does not say.
const LINES: i64 = 3501;

/// The operations on the account.
pub fn table() -> Vec<Operation> {
    vec![
        row!("GetDefaultDomain", [both!("GetDefaultDomain" on account)], [], get_domain),
        row!(
            "SetDefaultDomain",
            [both!("SetDefaultDomain" on account)],
            [Parameter::required("DefaultDomainName", Form::Own(check_domain, "sample.onaliyun.com"))],
            set_domain
        ),
        row!("GetAccountSummary", [both!("GetAccountSummary" on everything)], [], summary),
        row!("GetAccountSecurityPracticeReport", [both!("GetAccountSecurityPracticeReport" on account)], [], practice),
        row!("GenerateCredentialReport", [both!("GenerateCredentialReport" on account)], [], generate_report),
        row!(
            "GetCredentialReport",
            [both!("GetCredentialReport" on account)],
            [
                Parameter::optional("MaxItems", Form::Integer(1, LINES)),
                Parameter::optional("NextToken", Form::Own(check_token, "0")),
            ],
            get_report
        ),
    ]
}

/// An alias in front of the cloud's own domain, or the account's id.
fn check_domain(value: &str) -> Result<(), ApiError> {
    let alias = value.strip_suffix(DOMAIN).filter(|_| value.len() <= 64);
    let fits = alias.is_some_and(|alias| check_alias(alias).is_ok());
    if fits { Ok(()) } else { Err(incorrect("DefaultDomainName")) }
}

fn check_token(value: &str) -> Result<(), ApiError> {
    value.parse::<usize>().map(|_| ()).map_err(|_| incorrect("NextToken"))
}

/// GetDefaultDomain
fn get_domain(call: &Call<'_>) -> Result<Reply, ApiError> {
    let directory = call.account()?.directory.read();
    Ok(Reply::document(json!({ "DefaultDomainName": PrincipalKind::User.domain(directory.alias()) })))
}

/// SetDefaultDomain: the account's alias by another name.
fn set_domain(call: &Call<'_>) -> Result<Reply, ApiError> {
    let domain = call.arguments.text("DefaultDomainName");
    let alias = domain.strip_suffix(DOMAIN).unwrap_or(domain);
    if alias == call.account()?.id {
        clear_alias(call)?;
    } else {
        choose_alias(call, alias)?;
    }
    Ok(Reply::document(json!({ "DefaultDomainName": domain })))
}

/// GetAccountSummary: what there is, and what there may be.
fn summary(call: &Call<'_>) -> Result<Reply, ApiError> {
    let directory = call.account()?.directory.read();
    let in_use = directory.mfa_devices().filter(|device| device.bound.is_some()).count();
    let mut summary = json!({
        "Users": directory.users().count(),
        "Groups": directory.groups().count(),
        "Roles": directory.roles().count(),
        "Policies": directory.policies().count(),
        "PolicySizeQuota": acslab_policy::DocumentKind::Identity.size_limit().0,
        "MFADevices": directory.mfa_devices().count(),
        "MFADevicesInUse": in_use,
        // Of what acslab does not have: figures of our choice.
        "AuthorizedClientPerUserQuota": 20,
        "ServiceCredentialsPerUserPerServiceQuota": 2,
    });
    if let Some(summary) = summary.as_object_mut() {
        let quotas = &call.account()?.quotas;
        summary
            .extend(Quota::REPORTED.iter().map(|quota| (format!("{}Quota", quota.name()), json!(quotas.get(*quota)))));
    }
    Ok(Reply::document(json!({ "SummaryMap": summary })))
}

/// GetAccountSecurityPracticeReport
fn practice(call: &Call<'_>) -> Result<Reply, ApiError> {
    let directory = call.account()?.directory.read();
    Ok(Reply::document(json!({ "AccountSecurityPracticeInfo": reports::practice(call, &directory) })))
}

/// GenerateCredentialReport: made at once; what it answers is whether there was one before.
fn generate_report(call: &Call<'_>) -> Result<Reply, ApiError> {
    let account = call.account()?;
    let report = reports::credentials(call, &account.directory.read());
    let before = account.ims.write().credential_report.replace(report);
    Ok(Reply::document(json!({ "State": if before.is_some() { "COMPLETE" } else { "STARTED" } })))
}

/// GetCredentialReport: the columns' names on every page. `IsTruncated` is a text here.
fn get_report(call: &Call<'_>) -> Result<Reply, ApiError> {
    let account = call.account()?;
    let records = account.ims.read();
    // By analogy: no page names the code.
    let missing = || ApiError::not_found("EntityNotExist.CredentialReport", "The credential report does not exist.");
    let report = records.credential_report.as_ref().ok_or_else(missing)?;
    let whole = |name: &str| call.arguments.integer(name).and_then(|number| usize::try_from(number).ok());
    let (first, most) = (whole("NextToken").unwrap_or(0), whole("MaxItems").unwrap_or(usize::MAX));
    let end = first.saturating_add(most);
    let lines = report.lines.iter().skip(first).take(most);
    let lines: Vec<_> = std::iter::once(report.header.as_str()).chain(lines.map(String::as_str)).collect();
    let truncated = end < report.lines.len();
    let mut answer = json!({
        "Content": BASE64_STANDARD.encode(lines.join("\n")),
        "GeneratedTime": iso8601(report.generated),
        "IsTruncated": if truncated { "true" } else { "false" },
    });
    if let (true, Some(answer)) = (truncated, answer.as_object_mut()) {
        answer.insert("NextToken".to_owned(), json!(end.to_string()));
    }
    Ok(Reply::document(answer))
}
