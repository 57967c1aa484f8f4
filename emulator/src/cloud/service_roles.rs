//! The roles that cloud services work through, as published: which service each trusts and which system policy it carries.
//!
//! They are data (`data/service_roles.json`), read when first asked for. Names follow no rule, so nothing here is computed.

use std::sync::LazyLock;

use serde::Deserialize;

use super::NameKey;

/// Who makes a service's role, and who may change it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum ServiceRoleKind {
    /// A normal role: made by the account owner's quick authorization, then as editable as any other.
    Service,
    /// A service-linked role: made by `CreateServiceLinkedRole` or by the service, and not to be edited.
    ServiceLinked,
}

/// The names under which quick authorization knows a role.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
pub struct RoleTemplate {
    /// The service's code: `PAI`.
    pub service: String,
    /// The template's id, often the role's name.
    pub template_id: String,
}

/// A role that a service works through.
#[derive(Debug, Clone, Deserialize)]
pub struct ServiceRole {
    /// Its name: `AliyunPAILangStudioDefaultRole`.
    #[serde(rename = "role")]
    pub name: String,
    /// Who makes it.
    pub kind: ServiceRoleKind,
    /// The service that it trusts: `pai.aliyuncs.com`.
    pub service: String,
    /// The system policy that it carries.
    pub policy: String,
    /// RAM's description of it.
    pub description: String,
    /// How quick authorization names it, where a page says so.
    #[serde(default)]
    pub template: Option<RoleTemplate>,
    /// The kinds of records that its service works on through it, each with how their ARNs begin: while there is one, the role
    /// cannot be deleted.
    #[serde(default)]
    pub works_on: Vec<WorksOn>,
}

/// A kind of records that a service works on through a role.
#[derive(Debug, Clone, Deserialize)]
pub struct WorksOn {
    /// The kind, with its product's name before it: `eas/Service`.
    pub kind: String,
    /// The code of their ARNs, and what stands before an id in them: `eas`, `service`.
    pub arn: (String, String),
}

static ROLES: LazyLock<Vec<ServiceRole>> = LazyLock::new(|| {
    #[expect(clippy::expect_used, reason = "shipped with the program and read by a test")]
    serde_json::from_str(include_str!("../../data/service_roles.json")).expect("the shipped service roles can be read")
});

impl ServiceRole {
    /// All of them, by name.
    pub fn all() -> &'static [Self] {
        &ROLES
    }

    /// The role of that name, whatever the letter case.
    pub fn named(name: &str) -> Option<&'static Self> {
        let key = NameKey::of(name);
        Self::all().iter().find(|role| NameKey::of(&role.name) == key)
    }

    /// The service-linked role of a service: that of `eas.pai.aliyuncs.com`.
    pub fn linked_to(service: &str) -> Option<&'static Self> {
        Self::all().iter().find(|role| role.kind == ServiceRoleKind::ServiceLinked && role.service == service)
    }

    /// The names under which quick authorization knows the role. INFERRED, of one that no page names: the code is the first part of
    /// the service's name, and the template is called as the role, as for most that pages do name.
    pub fn quick(&self) -> RoleTemplate {
        self.template.clone().unwrap_or_else(|| RoleTemplate {
            service: self.service.split('.').next().unwrap_or_default().to_owned(),
            template_id: self.name.clone(),
        })
    }

    /// The normal role behind a template of quick authorization.
    pub fn of_template(service: &str, template_id: &str) -> Option<&'static Self> {
        let mut normal = Self::all().iter().filter(|role| role.kind == ServiceRoleKind::Service);
        normal.find(|role| {
            let quick = role.quick();
            // Of one that is inferred, the case of the code is not known.
            quick.template_id == template_id
                && (quick.service == service
                    || (role.template.is_none() && quick.service.eq_ignore_ascii_case(service)))
        })
    }

    /// The trust policy that it is made with: the service, and nobody else, may assume it.
    pub fn trust_policy(&self) -> String {
        let statement = serde_json::json!({
            "Action": "sts:AssumeRole", "Effect": "Allow", "Principal": {"Service": [self.service]},
        });
        serde_json::json!({"Statement": [statement], "Version": "1"}).to_string()
    }
}

#[cfg(test)]
mod tests {
    use acslab_policy::{Document, DocumentKind};

    use super::*;
    use crate::cloud::SystemPolicies;

    #[test]
    fn each_has_a_trust_policy_and_a_policy_that_exist() {
        let policies = SystemPolicies::shipped();
        assert!(ServiceRole::all().len() > 100);
        for role in ServiceRole::all() {
            assert!(Document::parse(DocumentKind::Trust, &role.trust_policy()).is_ok(), "{}", role.name);
            assert!(policies.get(&role.policy).is_some(), "{} carries {}", role.name, role.policy);
        }
    }

    #[test]
    fn found_by_name_template_and_service() {
        let name = "AliyunPAILangStudioDefaultRole";
        let role = ServiceRole::of_template("PAI", name).unwrap();
        assert_eq!((role.name.as_str(), role.service.as_str()), (name, "pai.aliyuncs.com"));
        assert_eq!(ServiceRole::named("aliyunpailangstudiodefaultrole").unwrap().policy, format!("{name}Policy"));
        assert_eq!(ServiceRole::linked_to("xtrace.aliyuncs.com").unwrap().name, "AliyunServiceRoleForXtrace");
        // A normal role is not linked to the service that it trusts.
        assert!(ServiceRole::linked_to("pai.aliyuncs.com").is_none());
        assert!(ServiceRole::of_template("ECS", name).is_none());
    }
}
