//! Delegated administrators of trusted services.
//!
//! In the cloud a service makes itself trusted; here those are trusted that somebody administers.

use std::collections::BTreeMap;

use serde_json::{Map, json};

use super::words::{MAX_RESULTS, NEXT_TOKEN, PAGE, PAGE_NUMBER, PAGE_SIZE, is_account_id, iso8601_millis, own, ruled};
use crate::cloud::Delegation;
use crate::gateway::{ApiError, Call, Form, Operation, Parameter, Product, Reply};
use crate::services::common::page::{List, Window, numbered};
use crate::services::identity::domain::resource_directory;

const ACCOUNT_ID: Parameter = ruled!(required "AccountId", is_account_id, "1234567890123456");
const SERVICE: Parameter = Parameter::required("ServicePrincipal", Form::Own(check_service, "cloudsso.aliyuncs.com"));

/// The operations on delegation.
pub(super) fn rows(of: &'static Product) -> Vec<Operation> {
    vec![
        of.action(
            "RegisterDelegatedAdministrator",
            &[own!("RegisterDelegatedAdministrator" on "*")],
            &[ACCOUNT_ID, SERVICE],
            register,
        ),
        of.action(
            "DeregisterDelegatedAdministrator",
            &[own!("DeregisterDelegatedAdministrator" on "*")],
            &[ACCOUNT_ID, SERVICE],
            deregister,
        ),
        of.action(
            "ListDelegatedAdministrators",
            &[own!("ListDelegatedAdministrators" on "*")],
            &[PAGE_NUMBER, PAGE_SIZE],
            list,
        ),
        of.action(
            "ListDelegatedServicesForAccount",
            &[own!("ListDelegatedServicesForAccount" on "*")],
            &[ACCOUNT_ID, MAX_RESULTS, NEXT_TOKEN],
            services,
        ),
        of.action(
            "ListTrustedServiceStatus",
            &[own!("ListTrustedServiceStatus" on "*")],
            &[ruled!(optional "AdminAccountId", is_account_id, "1234567890123456"), PAGE_NUMBER, PAGE_SIZE],
            trusted,
        ),
    ]
}

/// The name of a service: `cloudsso.aliyuncs.com`. Which of them support delegation changes, and is not held against it.
fn check_service(text: &str) -> Result<(), ApiError> {
    let label =
        |label: &str| !label.is_empty() && label.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'-');
    let name = text.strip_suffix(".aliyuncs.com").filter(|_| text.len() <= 128);
    if name.is_some_and(|name| name.split('.').all(label)) {
        return Ok(());
    }
    Err(ApiError::conflict("InvalidParameter.ServicePrincipal", "The specified ServicePrincipal is invalid."))
}

/// RegisterDelegatedAdministrator
fn register(call: &Call<'_>) -> Result<Reply, ApiError> {
    let (account, service) = (call.arguments.text("AccountId"), call.arguments.text("ServicePrincipal"));
    resource_directory::change(call, |directory| directory.delegate(account, service, call.now))?;
    Ok(Reply::done())
}

/// DeregisterDelegatedAdministrator
fn deregister(call: &Call<'_>) -> Result<Reply, ApiError> {
    let (account, service) = (call.arguments.text("AccountId"), call.arguments.text("ServicePrincipal"));
    resource_directory::change(call, |directory| directory.undelegate(account, service))?;
    Ok(Reply::done())
}

/// ListDelegatedAdministrators
fn list(call: &Call<'_>) -> Result<Reply, ApiError> {
    let service = call.arguments.filled("ServicePrincipal");
    let answer = resource_directory::read(call, |directory| {
        let wanted =
            directory.delegations().filter(|delegation| service.is_none_or(|service| service == delegation.service));
        let view = |delegation: &Delegation| {
            let name = directory.member(&delegation.account).map(|member| member.display_name.as_str());
            json!({
                "AccountId": delegation.account,
                "DisplayName": name.unwrap_or_default(),
                "JoinMethod": directory.member(&delegation.account).map_or("", |member| member.joined_by.as_str()),
                "ServicePrincipal": delegation.service,
                "DelegationEnabledTime": delegation.at.as_millisecond().to_string(),
            })
        };
        Ok(numbered(&call.arguments, wanted, view, PAGE).with_numbers(List::Wrapped("Accounts", "Account")))
    })?;
    Ok(Reply::document(answer))
}

/// ListDelegatedServicesForAccount
fn services(call: &Call<'_>) -> Result<Reply, ApiError> {
    let account = call.arguments.text("AccountId");
    let window = Window::at_token(&call.arguments, "MaxResults", PAGE);
    let shown = resource_directory::read(call, |directory| {
        directory.member(account)?;
        let view = |delegation: &Delegation| {
            json!({
                "ServicePrincipal": delegation.service,
                "DelegationEnabledTime": iso8601_millis(delegation.at),
                "Status": "ENABLED",
            })
        };
        Ok(window.show(directory.delegations().filter(|one| one.account == account), view))
    })?;
    let mut answer = Map::new();
    List::Wrapped("DelegatedServices", "DelegatedService").show(shown.items, &mut answer);
    answer.insert("MaxResults".to_owned(), json!(window.most));
    if let Some(next) = shown.next {
        answer.insert("NextToken".to_owned(), json!(next.to_string()));
    }
    Ok(Reply::document(answer))
}

/// ListTrustedServiceStatus: for the management account all, for a delegated administrator those that it administers.
fn trusted(call: &Call<'_>) -> Result<Reply, ApiError> {
    let admin = call.arguments.filled("AdminAccountId");
    let answer = resource_directory::read_delegated(call, |directory| {
        let mut services = BTreeMap::new();
        let admin = admin.filter(|admin| *admin != directory.management);
        for delegation in directory.delegations().filter(|one| admin.is_none_or(|admin| one.account == admin)) {
            services.entry(&delegation.service).or_insert(delegation.at);
        }
        let view = |(service, at): (&String, _)| json!({"ServicePrincipal": service, "EnableTime": iso8601_millis(at)});
        let page = numbered(&call.arguments, services.into_iter(), view, PAGE);
        Ok(page.with_numbers(List::Wrapped("EnabledServicePrincipals", "EnabledServicePrincipal")))
    })?;
    Ok(Reply::document(answer))
}
