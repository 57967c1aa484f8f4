//! The account as a whole: its domain, what is in it, how safe it is, the credential report.

use base64::Engine;
use base64::prelude::BASE64_STANDARD;
use serde_json::{Value, json};

use super::product::IMS;
use super::rights::both;
use crate::cloud::directory::PrincipalKind;
use crate::cloud::{Quota, iso8601};
use crate::gateway::{ApiError, Call, Form, Operation, Parameter, Reply};
use crate::services::common::page::Window;
use crate::services::identity::answers::members;
use crate::services::identity::domain::reports;
use crate::services::identity::domain::settings::{choose_alias, clear_alias};
use crate::services::identity::parameters::{check_alias, incorrect};

/// What the default domain of an account ends in.
const DOMAIN: &str = ".onaliyun.com";
/// Lines of a page of the credential report, at most and when the request does not say.
const LINES: i64 = 3501;

/// The operations on the account.
pub fn table() -> Vec<Operation> {
    vec![
        IMS.action("GetDefaultDomain", &[both!("GetDefaultDomain" on account)], &[], get_domain),
        IMS.action(
            "SetDefaultDomain",
            &[both!("SetDefaultDomain" on account)],
            &[Parameter::required("DefaultDomainName", Form::Own(check_domain, "sample.onaliyun.com"))],
            set_domain,
        ),
        IMS.action("GetAccountSummary", &[both!("GetAccountSummary" on everything)], &[], summary),
        IMS.action(
            "GetAccountSecurityPracticeReport",
            &[both!("GetAccountSecurityPracticeReport" on account)],
            &[],
            practice,
        ),
        IMS.action("GenerateCredentialReport", &[both!("GenerateCredentialReport" on account)], &[], generate_report),
        IMS.action(
            "GetCredentialReport",
            &[both!("GetCredentialReport" on account)],
            &[
                Parameter::optional("MaxItems", Form::Integer(1, LINES)),
                Parameter::optional("NextToken", Form::Own(check_token, "0")),
            ],
            get_report,
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
    if Window::is_token(value) { Ok(()) } else { Err(incorrect("NextToken")) }
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
        // CHOICE: the figures, of what acslab does not have.
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
    let practice = reports::practice(call, &call.account()?.directory.read());
    Ok(Reply::document(json!({
        "AccountSecurityPracticeInfo": {
            "Score": practice.score,
            "AccountSecurityPracticeUserInfo": {
                "BindMfa": false,
                "RootWithAccessKey": practice.owner_keys,
                "OldAkNum": practice.old_owner_keys,
                "UnusedAkNum": practice.unused_owner_keys,
                "SubUser": practice.users,
                "SubUserBindMfa": practice.users_with_mfa,
                "SubUserPwdLevel": practice.password_level,
                "SubUserWithOldAccessKey": practice.users_with_old_key,
                "SubUserWithUnusedAccessKey": practice.users_with_unused_key,
            },
        },
    })))
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
    let window = Window::at_token(&call.arguments, "MaxItems", usize::MAX);
    let shown = window.show(report.lines.iter(), |line| json!(line));
    let lines = shown.items.iter().filter_map(Value::as_str);
    let lines: Vec<_> = std::iter::once(report.header.as_str()).chain(lines).collect();
    let mut answer = members([
        ("Content", &BASE64_STANDARD.encode(lines.join("\n"))),
        ("GeneratedTime", &iso8601(report.generated)),
        ("IsTruncated", if shown.next.is_some() { "true" } else { "false" }),
    ]);
    if let Some(next) = shown.next {
        answer.insert("NextToken".to_owned(), json!(next.to_string()));
    }
    Ok(Reply::document(answer))
}
