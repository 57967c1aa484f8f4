//! Quick Authorization: the page on which an account owner lets services work through their roles.
//!
//! The page takes one parameter, a JSON object that names services and the templates of their roles. For each role it then
//! makes the calls to RAM that anybody could make: `GetRole`; `CreateRole` if there is none, `ListPoliciesForRole` if there
//! is one; `AttachPolicyToRole` if the role does not carry its system policy. What is there already stays as it is, so that
//! running it again changes nothing.

use serde::Deserialize;
use serde_json::{Value, json};

use crate::cloud::{NameKey, ServiceRole};
use crate::gateway::{ApiError, Call, HttpRequest, Reply};
use crate::services::common::inside::RAM;

/// A request for the role of this project's first flow.
pub(super) const SAMPLE: &str = r#"{"Services":[{"Service":"PAI","Roles":[{"RoleName":"AliyunPAILangStudioDefaultRole","TemplateId":"AliyunPAILangStudioDefaultRole"}]}]}"#;

/// The page's parameter, in the form of today or in the older one.
#[derive(Deserialize)]
#[serde(untagged)]
enum Request {
    Today {
        #[serde(rename = "Services")]
        services: Vec<Service>,
    },
    Older {
        #[serde(rename = "Service")]
        service: String,
        #[serde(rename = "Requests")]
        requests: serde_json::Map<String, Value>,
    },
}

#[derive(Deserialize)]
struct Service {
    #[serde(rename = "Service")]
    service: String,
    #[serde(rename = "Roles")]
    roles: Vec<Role>,
}

#[derive(Deserialize)]
struct Role {
    #[serde(rename = "RoleName")]
    name: String,
    #[serde(rename = "TemplateId")]
    template: String,
}

fn invalid(what: &str) -> ApiError {
    ApiError::bad_request("InvalidParameter.Request", format!("The parameter Request is wrongly formed: {what}."))
}

/// The roles that a request names, each of them known.
fn roles(request: &str) -> Result<Vec<&'static ServiceRole>, ApiError> {
    let request =
        serde_json::from_str(request).map_err(|_| invalid("neither `Services` nor `Requests` can be read"))?;
    let services = match request {
        Request::Today { services } => services,
        Request::Older { service, requests } => {
            let roles = requests.into_iter().map(|(_, role)| serde_json::from_value(role)).collect::<Result<_, _>>();
            vec![Service { service, roles: roles.map_err(|_| invalid("a role without `RoleName` or `TemplateId`"))? }]
        }
    };
    let named: Vec<_> = services.iter().flat_map(|of| of.roles.iter().map(|role| (&of.service, role))).collect();
    if named.is_empty() {
        return Err(invalid("no role is named"));
    }
    named.into_iter().map(|(service, role)| known(service, role)).collect()
}

fn known(service: &str, role: &Role) -> Result<&'static ServiceRole, ApiError> {
    ServiceRole::of_template(service, &role.template)
        .filter(|known| NameKey::of(&known.name) == NameKey::of(&role.name))
        .ok_or_else(|| invalid(&format!("no template `{}` of `{service}` makes `{}`", role.template, role.name)))
}

pub(super) fn check(request: &str) -> Result<(), ApiError> {
    roles(request).map(|_| ())
}

/// QuickAuthorization
pub(super) fn authorize(call: &Call<'_>) -> Result<Reply, ApiError> {
    let roles = roles(call.arguments.text("Request"))?;
    let made: Vec<_> = roles.into_iter().map(|role| assign(call, role)).collect::<Result<_, _>>()?;
    Ok(Reply::document(json!({ "Roles": { "Role": made } })))
}

/// One role; what was called, and what was there before.
fn assign(call: &Call<'_>, role: &ServiceRole) -> Result<Value, ApiError> {
    let mut calls = Vec::new();
    let mut ram = |action: &str, parameters: &[(&str, &str)]| {
        let outcome = call.go_on(HttpRequest::action(action, RAM, parameters), call.caller.clone());
        let answer = outcome.as_ref().map_or_else(|error| error.code().to_owned(), |_| "OK".to_owned());
        calls.push(json!({ "Action": action, "Answer": answer }));
        outcome
    };
    let name = ("RoleName", role.name.as_str());
    let existed = match ram("GetRole", &[name]) {
        Ok(_) => true,
        Err(error) if error.code() == "EntityNotExist.Role" => false,
        Err(error) => return Err(error),
    };
    if !existed {
        let trust = role.trust_policy();
        let parameters =
            [name, ("AssumeRolePolicyDocument", trust.as_str()), ("Description", role.description.as_str())];
        ram("CreateRole", &parameters)?;
    }
    let attached = existed && carries(&ram("ListPoliciesForRole", &[name])?, role);
    if !attached {
        ram("AttachPolicyToRole", &[("PolicyType", "System"), ("PolicyName", &role.policy), name])?;
    }
    Ok(json!({
        "RoleName": role.name,
        "PolicyName": role.policy,
        "AlreadyAuthorized": existed && attached,
        "RoleExisted": existed,
        "PolicyWasAttached": attached,
        "Calls": { "Call": calls },
    }))
}

/// Is the role's system policy among those that ListPoliciesForRole answered?
fn carries(answer: &Reply, role: &ServiceRole) -> bool {
    let policies = answer.members().and_then(|members| members.get("Policies")?.get("Policy")?.as_array());
    let is = |policy: &Value, member: &str, wanted: &str| policy.get(member).and_then(Value::as_str) == Some(wanted);
    let wanted = |policy: &Value| is(policy, "PolicyType", "System") && is(policy, "PolicyName", &role.policy);
    policies.is_some_and(|policies| policies.iter().any(wanted))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::services::common::authorization_page::address;

    fn names(request: &str) -> Result<Vec<&'static str>, String> {
        let roles = roles(request).map_err(|error| error.message().to_owned())?;
        Ok(roles.into_iter().map(|role| role.name.as_str()).collect())
    }

    #[test]
    fn both_forms_and_several_services() {
        assert_eq!(names(SAMPLE).unwrap(), ["AliyunPAILangStudioDefaultRole"]);
        let older = r#"{"Service":"PAI","Requests":{"request1":{"RoleName":"aliyunpaidlcdefaultrole","TemplateId":"AliyunPAIDLCDefaultRole"}}}"#;
        assert_eq!(names(older).unwrap(), ["AliyunPAIDLCDefaultRole"]);
        let two = r#"{"ReturnUrl":"https://example.com","Services":[
            {"Service":"CS","Roles":[{"RoleName":"AliyunCSDefaultRole","TemplateId":"Default"}]},
            {"Service":"PAI","Roles":[{"RoleName":"AliyunPAIDSWDefaultRole","TemplateId":"AliyunPAIDSWDefaultRole"}]}]}"#;
        assert_eq!(names(two).unwrap(), ["AliyunCSDefaultRole", "AliyunPAIDSWDefaultRole"]);
    }

    #[test]
    fn a_name_that_the_template_does_not_make_is_refused() {
        let other = SAMPLE.replace(r#""RoleName":"AliyunPAILangStudioDefaultRole""#, r#""RoleName":"Mine""#);
        let why = "no template `AliyunPAILangStudioDefaultRole` of `PAI` makes `Mine`";
        assert_eq!(names(&other).unwrap_err(), format!("The parameter Request is wrongly formed: {why}."));
        for broken in ["", "[]", "{}", r#"{"Services":[]}"#, r#"{"Service":"PAI","Requests":{"a":{}}}"#] {
            assert!(names(broken).is_err(), "{broken}");
        }
    }

    #[test]
    fn the_address_reads_back_as_the_request() {
        let address = address([ServiceRole::named("AliyunPAILangStudioDefaultRole").unwrap()]);
        let (page, request) = address.split_once("?request=").unwrap();
        assert_eq!(page, "https://ram.console.aliyun.com/role/authorize");
        let request = crate::signature::query::decode(request, crate::signature::Plus::Literal).unwrap();
        assert_eq!(names(&request).unwrap(), ["AliyunPAILangStudioDefaultRole"]);
    }
}
