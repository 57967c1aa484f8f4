//! Custom policies with their versions, and what can be read of system policies.

use std::sync::Arc;

use acslab_policy::{Document, DocumentKind};
use serde_json::{Map, Value, json};

use super::page::page;
use super::{MARKER, MAX_ITEMS, POLICIES, POLICY, POLICY_DOCUMENT, POLICY_NAME, POLICY_TYPE, row, tags};
use crate::cloud::directory::{AnyPolicy, AnyVersion, CustomPolicy, PolicyType, Tags};
use crate::cloud::{Directory, iso8601};
use crate::gateway::{ApiError, Call, Check, Form, Operation, Parameter, Reply};

pub(crate) const VERSION_ID: Parameter = Parameter::required("VersionId", Form::Own(check_version_id, "v1"));
const ROTATE: &str = "DeleteOldestNonDefaultVersionWhenLimitExceeded";

/// The operations on policies.
pub fn table() -> Vec<Operation> {
    vec![
        row(
            "CreatePolicy",
            &[Check::new(&["ram:CreatePolicy"], POLICIES).context(tags::with_new)],
            &[POLICY_NAME, POLICY_DOCUMENT, Parameter::optional("Description", Form::Text(1024)), tags::TAG],
            create,
        ),
        row(
            "GetPolicy",
            &[Check::new(&["ram:GetPolicy"], POLICY).about_named(tags::policy_id)],
            &[POLICY_TYPE, POLICY_NAME],
            get,
        ),
        row(
            "UpdatePolicyDescription",
            &[Check::new(&["ram:UpdatePolicyDescription"], POLICY).about_named(tags::policy_id)],
            &[POLICY_NAME, Parameter::required("NewDescription", Form::Text(1024))],
            update_description,
        ),
        row(
            "DeletePolicy",
            &[Check::new(&["ram:DeletePolicy"], POLICY).about_named(tags::policy_id)],
            &[POLICY_NAME, Parameter::optional("CascadingDelete", Form::Boolean)],
            delete,
        ),
        row(
            "ListPolicies",
            &[Check::new(&["ram:ListPolicies"], POLICIES)],
            &[
                Parameter::optional("PolicyType", Form::OneOf(&["System", "Custom"])),
                MARKER,
                MAX_ITEMS,
                tags::TAG_FILTER,
            ],
            list,
        ),
        row(
            "CreatePolicyVersion",
            &[Check::new(&["ram:CreatePolicyVersion"], POLICY).about_named(tags::policy_id)],
            &[
                POLICY_NAME,
                POLICY_DOCUMENT,
                Parameter::optional("SetAsDefault", Form::Boolean),
                Parameter::optional("RotateStrategy", Form::OneOf(&["None", ROTATE])),
            ],
            create_version,
        ),
        row(
            "GetPolicyVersion",
            &[Check::new(&["ram:GetPolicyVersion"], POLICY).about_named(tags::policy_id)],
            &[POLICY_TYPE, POLICY_NAME, VERSION_ID],
            get_version,
        ),
        row(
            "DeletePolicyVersion",
            &[Check::new(&["ram:DeletePolicyVersion"], POLICY).about_named(tags::policy_id)],
            &[POLICY_NAME, VERSION_ID],
            delete_version,
        ),
        row(
            "ListPolicyVersions",
            &[Check::new(&["ram:ListPolicyVersions"], POLICY).about_named(tags::policy_id)],
            &[POLICY_TYPE, POLICY_NAME],
            list_versions,
        ),
        row(
            "SetDefaultPolicyVersion",
            &[Check::new(&["ram:SetDefaultPolicyVersion"], POLICY).about_named(tags::policy_id)],
            &[POLICY_NAME, VERSION_ID],
            set_default_version,
        ),
    ]
}

fn check_version_id(value: &str) -> Result<(), ApiError> {
    let number = value.strip_prefix('v').filter(|number| !number.is_empty());
    if number.is_some_and(|number| number.bytes().all(|byte| byte.is_ascii_digit())) {
        return Ok(());
    }
    Err(ApiError::bad_request(
        "InvalidParameter.VersionId.Format",
        "The format of the parameter - \"VersionId\" is incorrect.",
    ))
}

impl AnyPolicy<'_> {
    /// What CreatePolicy shows.
    fn view(&self) -> Map<String, Value> {
        let mut shown = Map::new();
        shown.insert("PolicyName".to_owned(), json!(self.name()));
        shown.insert("PolicyType".to_owned(), json!(self.kind().as_str()));
        shown.insert("Description".to_owned(), json!(self.description()));
        shown.insert("DefaultVersion".to_owned(), json!(self.default_version()));
        shown.insert("CreateDate".to_owned(), json!(iso8601(self.created())));
        shown
    }

    /// What UpdatePolicyDescription shows.
    fn updated_view(&self) -> Map<String, Value> {
        let mut shown = self.view();
        shown.insert("UpdateDate".to_owned(), json!(iso8601(self.updated())));
        shown
    }

    /// What ListPolicies shows.
    fn entry(&self, directory: &Directory) -> Map<String, Value> {
        let mut shown = self.updated_view();
        shown.insert("AttachmentCount".to_owned(), json!(directory.attachment_count(&self.key())));
        if let Self::Custom(policy) = self {
            tags::show(&mut shown, &policy.tags);
        }
        shown
    }
}

impl AnyVersion<'_> {
    /// The document goes out byte for byte as it came in.
    fn view(&self) -> Value {
        json!({
            "VersionId": self.id,
            "IsDefaultVersion": self.default,
            "PolicyDocument": self.document.text(),
            "CreateDate": iso8601(self.created),
        })
    }
}

/// The document in a parameter that was checked before.
fn document(call: &Call<'_>) -> Result<Arc<Document>, ApiError> {
    let text = call.arguments.text("PolicyDocument");
    Document::parse(DocumentKind::Identity, text).map(Arc::new).map_err(|_| ApiError::internal())
}

/// Does something with the policy that a call names by type and name.
fn with_policy<T>(
    call: &Call<'_>,
    show: impl FnOnce(&AnyPolicy<'_>, &Directory) -> Result<T, ApiError>,
) -> Result<T, ApiError> {
    let kind = PolicyType::parse(call.arguments.text("PolicyType")).ok_or_else(ApiError::internal)?;
    let directory = call.account()?.directory.read();
    let system = call.cloud().system_policies();
    show(&directory.any_policy(kind, call.arguments.text("PolicyName"), &system)?, &directory)
}

/// CreatePolicy
fn create(call: &Call<'_>) -> Result<Reply, ApiError> {
    let (name, description) = (call.arguments.text("PolicyName"), call.arguments.text("Description"));
    let mut policy = CustomPolicy::new(name, description, document(call)?, call.now);
    policy.tags = tags::given(&call.arguments);
    let shown = AnyPolicy::Custom(&policy).view();
    call.account()?.directory.write().add_policy(policy)?;
    Ok(Reply::document(json!({ "Policy": shown })))
}

/// GetPolicy: the document is in the second of the two objects, as clients read it.
fn get(call: &Call<'_>) -> Result<Reply, ApiError> {
    with_policy(call, |policy, directory| {
        let default = policy.default().as_ref().map(AnyVersion::view);
        Ok(Reply::document(json!({"Policy": policy.entry(directory), "DefaultPolicyVersion": default})))
    })
}

/// UpdatePolicyDescription
fn update_description(call: &Call<'_>) -> Result<Reply, ApiError> {
    let mut directory = call.account()?.directory.write();
    let policy = directory.policy_mut(call.arguments.text("PolicyName"))?;
    call.arguments.text("NewDescription").clone_into(&mut policy.description);
    policy.updated = call.now;
    Ok(Reply::document(json!({ "Policy": AnyPolicy::Custom(policy).updated_view() })))
}

/// DeletePolicy
fn delete(call: &Call<'_>) -> Result<Reply, ApiError> {
    let cascade = call.arguments.flag("CascadingDelete");
    call.account()?.directory.write().delete_policy(call.arguments.text("PolicyName"), cascade)?;
    Ok(Reply::done())
}

/// ListPolicies: the account's own first, then Alibaba Cloud's.
fn list(call: &Call<'_>) -> Result<Reply, ApiError> {
    let wanted = call.arguments.filled("PolicyType").and_then(PolicyType::parse);
    let system = call.cloud().system_policies();
    let directory = call.account()?.directory.read();
    // A custom policy may have the name of a system policy; the order of pages tells them apart.
    let untagged = Tags::new();
    let is_tagged = |policy: &AnyPolicy<'_>| match policy {
        AnyPolicy::Custom(policy) => tags::fit(&policy.tags, &call.arguments),
        AnyPolicy::System(_) => tags::fit(&untagged, &call.arguments),
    };
    let policies = directory
        .any_policies(wanted, &system)
        .filter(is_tagged)
        .map(|policy| (format!("{}/{}", policy.kind().as_str(), policy.name()), policy));
    let answer = page(
        call,
        policies,
        |(name, _)| name,
        |(_, policy)| Value::Object(policy.entry(&directory)),
        ("Policies", "Policy"),
    )?;
    Ok(Reply::document(Value::Object(answer)))
}

/// CreatePolicyVersion
fn create_version(call: &Call<'_>) -> Result<Reply, ApiError> {
    let document = document(call)?;
    let name = call.arguments.text("PolicyName");
    let default = call.arguments.flag("SetAsDefault");
    let rotate = call.arguments.text("RotateStrategy") == ROTATE;
    let mut directory = call.account()?.directory.write();
    let version = directory.add_version(name, document, default, rotate, call.now)?;
    let shown = AnyVersion::of(directory.policy(name)?, &version).view();
    Ok(Reply::document(json!({ "PolicyVersion": shown })))
}

/// GetPolicyVersion
fn get_version(call: &Call<'_>) -> Result<Reply, ApiError> {
    with_policy(call, |policy, _| {
        let version = policy.version(call.arguments.text("VersionId"))?;
        Ok(Reply::document(json!({ "PolicyVersion": version.view() })))
    })
}

/// DeletePolicyVersion
fn delete_version(call: &Call<'_>) -> Result<Reply, ApiError> {
    let (name, id) = (call.arguments.text("PolicyName"), call.arguments.text("VersionId"));
    call.account()?.directory.write().delete_version(name, id)?;
    Ok(Reply::done())
}

/// ListPolicyVersions
fn list_versions(call: &Call<'_>) -> Result<Reply, ApiError> {
    with_policy(call, |policy, _| {
        let shown: Vec<_> = policy.versions().iter().map(AnyVersion::view).collect();
        Ok(Reply::document(json!({"PolicyVersions": {"PolicyVersion": shown}})))
    })
}

/// SetDefaultPolicyVersion: in force from the next request on, for everybody it is attached to.
fn set_default_version(call: &Call<'_>) -> Result<Reply, ApiError> {
    let (name, id) = (call.arguments.text("PolicyName"), call.arguments.text("VersionId"));
    call.account()?.directory.write().set_default_version(name, id, call.now)?;
    Ok(Reply::done())
}
