//! Members of the resource directory.

use std::sync::Arc;

use acslab_policy::{Document, DocumentKind};
use serde_json::{Map, Value, json};

use super::folders::{parent, paths};
use super::page::page;
use super::{
    INCLUDE_TAGS, PAGE_NUMBER, PAGE_SIZE, in_directory, is_account_id, is_folder_id, iso8601_millis, own, row, ruled,
};
use crate::cloud::directory::{Attached, PolicyKey, PolicyType, Role, Scope, Tags};
use crate::cloud::{Account, Member, MemberType, ResourceDirectory};
use crate::gateway::{ApiError, Call, Form, Operation, Parameter, Reply};
use crate::services::flat_tags;

const ACCOUNT: &str = "acs:resourcemanager:*:{account}:account/{path of AccountId}";
const PARENT: &str = "acs:resourcemanager:*:{account}:folder/{path of ParentFolderId}";

const ACCOUNT_ID: Parameter = ruled!(required "AccountId", is_account_id, "1234567890123456");
const PARENT_ID: Parameter = ruled!(optional "ParentFolderId", is_folder_id, "r-b1abcd");

/// The role by which the management account reaches into a member that was made in its directory.
const ACCESS_ROLE: &str = "ResourceDirectoryAccountAccessRole";

/// The operations on members.
pub static TABLE: &[Operation] = &[
    row!(
        "CreateResourceAccount",
        [own!("CreateResourceAccount" on "*")],
        [
            ruled!(required "DisplayName", is_display_name, "Dev"),
            PARENT_ID,
            ruled!(optional "AccountNamePrefix", is_name_prefix, "alice"),
        ],
        create
    ),
    row!("GetAccount", [own!("GetAccount" on ACCOUNT).names(paths)], [ACCOUNT_ID, INCLUDE_TAGS], get),
    row!(
        "UpdateAccount",
        [own!("UpdateAccount" on ACCOUNT).names(paths)],
        [
            ACCOUNT_ID,
            ruled!(optional "NewDisplayName", is_display_name, "Dev"),
            Parameter::optional("NewAccountType", Form::OneOf(&["ResourceAccount", "CloudAccount"])),
        ],
        update
    ),
    row!("ListAccounts", [own!("ListAccounts" on "*")], [INCLUDE_TAGS, PAGE_NUMBER, PAGE_SIZE], list),
    row!(
        "ListAccountsForParent",
        [own!("ListAccountsForParent" on PARENT).names(paths)],
        [PARENT_ID, INCLUDE_TAGS, PAGE_NUMBER, PAGE_SIZE],
        list_for_parent
    ),
    row!(
        "MoveAccount",
        [own!("MoveAccount" on ACCOUNT).names(paths)],
        [ACCOUNT_ID, ruled!(required "DestinationFolderId", is_folder_id, "fd-u8B321abcd")],
        transfer
    ),
    row!("DeleteAccount", [own!("DeleteAccount" on ACCOUNT).names(paths)], [ACCOUNT_ID], delete),
    row!("RemoveCloudAccount", [own!("RemoveCloudAccount" on ACCOUNT).names(paths)], [ACCOUNT_ID], remove),
    row!(
        "PromoteResourceAccount",
        [own!("PromoteResourceAccount" on ACCOUNT).names(paths)],
        [ACCOUNT_ID, Parameter::required("Email", Form::Text(128))],
        promote
    ),
];

/// 2 to 50 letters of any script, digits, `_`, `.`, `-` and blanks.
fn is_display_name(text: &str) -> bool {
    (2..=50).contains(&text.chars().count())
        && text.chars().all(|character| character.is_alphanumeric() || matches!(character, '_' | '.' | '-' | ' '))
}

/// 2 to 37 letters, digits, `_`, `.` and `-`, the last three never side by side nor at an end.
fn is_name_prefix(text: &str) -> bool {
    (2..=37).contains(&text.len()) && text.split(['_', '.', '-']).all(super::alphanumeric)
}

/// What ListAccounts shows.
fn view(directory: &ResourceDirectory, member: &Member) -> Map<String, Value> {
    let status = if member.promoted { "PromoteSuccess" } else { "CreateSuccess" };
    let members = [
        ("ResourceDirectoryId", directory.id.as_str()),
        ("AccountId", &member.account),
        ("DisplayName", &member.display_name),
        ("FolderId", &member.folder),
        ("JoinMethod", "created"),
        ("JoinTime", &iso8601_millis(member.joined)),
        ("ModifyTime", &iso8601_millis(member.modified)),
        ("Type", member.kind.as_str()),
        ("Status", status),
    ];
    members.into_iter().map(|(name, value)| (name.to_owned(), json!(value))).collect()
}

/// What CreateResourceAccount shows: the logon name as well.
fn named_view(directory: &ResourceDirectory, member: &Member) -> Map<String, Value> {
    let mut shown = view(directory, member);
    shown.insert("AccountName".to_owned(), json!(member.name));
    shown
}

/// CreateResourceAccount: opens an account that nobody can log on to, with a role that the management account may assume.
fn create(call: &Call<'_>) -> Result<Reply, ApiError> {
    let arguments = &call.arguments;
    let tags = flat_tags::given(arguments)?;
    let ids = &call.cloud().ids;
    let (account, name) = (ids.account_id(), arguments.text("DisplayName"));
    let role = access_role(call)?;
    let shown = super::change_directory(call, |directory| {
        let prefix = arguments.filled("AccountNamePrefix").map_or_else(|| ids.lower("aliyun-", 8), str::to_owned);
        let logon = format!("{prefix}@{}.aliyunid.com", directory.id.to_ascii_lowercase());
        let parent = parent(call, directory)?.to_owned();
        let member = directory.add_member(Member::new(&account, logon, name, &parent, tags, call.now))?.clone();
        open(call, &account, name, role);
        Ok(named_view(directory, &member))
    })?;
    Ok(Reply::document(json!({ "Account": shown })))
}

/// The role, trusting the management account.
fn access_role(call: &Call<'_>) -> Result<Role, ApiError> {
    let principal = format!("acs:ram::{}:root", call.account()?.id);
    let trust = json!({
        "Version": "1",
        "Statement": [{"Effect": "Allow", "Action": "sts:AssumeRole", "Principal": {"RAM": [principal]}}],
    });
    let trust = Document::parse(DocumentKind::Trust, &trust.to_string()).map_err(|_| ApiError::internal())?;
    Ok(Role::new(call.cloud().ids.role_id(), ACCESS_ROLE, Arc::new(trust), call.now))
}

fn open(call: &Call<'_>, id: &str, name: &str, role: Role) {
    let account: Arc<Account> = call.cloud().open_resource_account(name, id);
    let policy = PolicyKey { kind: PolicyType::System, name: "AdministratorAccess".to_owned() };
    let mut directory = account.directory.write();
    // An account that is new has room for a role, and the role for a policy.
    let _ = directory.add_role(role);
    let _ = directory.attach_to_role(ACCESS_ROLE, Attached { policy, scope: Scope::Account, at: call.now });
}

/// GetAccount
fn get(call: &Call<'_>) -> Result<Reply, ApiError> {
    let id = call.arguments.text("AccountId");
    let shown = in_directory(call, |directory| {
        let member = directory.member(id)?;
        let mut shown = named_view(directory, member);
        shown.insert("ResourceDirectoryPath".to_owned(), json!(directory.path(id)?));
        if call.arguments.flag("IncludeTags") {
            shown.insert("Tags".to_owned(), json!(super::tags::view(&member.tags)));
        }
        Ok(shown)
    })?;
    Ok(Reply::document(json!({ "Account": shown })))
}

/// UpdateAccount: the display name, or the type.
fn update(call: &Call<'_>) -> Result<Reply, ApiError> {
    let arguments = &call.arguments;
    let id = arguments.text("AccountId");
    let change = match (arguments.filled("NewDisplayName"), arguments.filled("NewAccountType")) {
        (Some(name), None) => Change::Name(name),
        (None, Some("CloudAccount")) => Change::Type(MemberType::CloudAccount),
        (None, Some(_)) => Change::Type(MemberType::ResourceAccount),
        // One of them, and not both.
        (None, None) => return Err(ApiError::missing("NewDisplayName")),
        (Some(_), Some(_)) => return Err(super::invalid("NewAccountType")),
    };
    changed(call, id, &change)
}

enum Change<'a> {
    Name(&'a str),
    Type(MemberType),
}

fn changed(call: &Call<'_>, id: &str, change: &Change<'_>) -> Result<Reply, ApiError> {
    let shown = super::change_directory(call, |directory| {
        match change {
            Change::Name(name) => directory.rename_member(id, name, call.now)?,
            Change::Type(kind) => directory.change_member_type(id, *kind, call.now)?,
        };
        Ok(named_view(directory, directory.member(id)?))
    })?;
    Ok(Reply::document(json!({ "Account": shown })))
}

/// PromoteResourceAccount: the mail that it sends is taken as answered.
fn promote(call: &Call<'_>) -> Result<Reply, ApiError> {
    changed(call, call.arguments.text("AccountId"), &Change::Type(MemberType::CloudAccount))
}

fn has_tags(member: &Member, wanted: &Tags) -> bool {
    wanted.iter().all(|(key, value)| member.tags.get(key) == Some(value))
}

fn entry(call: &Call<'_>, directory: &ResourceDirectory, member: &Member) -> Map<String, Value> {
    let mut shown = view(directory, member);
    if call.arguments.flag("IncludeTags") {
        shown.insert("Tags".to_owned(), json!({"Tag": super::tags::view(&member.tags)}));
    }
    shown
}

/// ListAccounts
fn list(call: &Call<'_>) -> Result<Reply, ApiError> {
    let wanted = flat_tags::given(&call.arguments)?;
    let answer = in_directory(call, |directory| {
        let members = directory.members().filter(|member| has_tags(member, &wanted));
        let view = |member: &Member| {
            let mut shown = entry(call, directory, member);
            let path = directory.path(&member.account).unwrap_or_default();
            shown.insert("ResourceDirectoryPath".to_owned(), json!(path));
            Value::Object(shown)
        };
        Ok(page(call, members, view, ("Accounts", "Account")))
    })?;
    Ok(Reply::document(Value::Object(answer)))
}

/// ListAccountsForParent
fn list_for_parent(call: &Call<'_>) -> Result<Reply, ApiError> {
    let wanted = flat_tags::given(&call.arguments)?;
    let keyword = call.arguments.text("QueryKeyword");
    let answer = in_directory(call, |directory| {
        let members = directory.members_in(parent(call, directory)?);
        let members = members.filter(|member| member.display_name.contains(keyword) && has_tags(member, &wanted));
        let view = |member: &Member| Value::Object(entry(call, directory, member));
        Ok(page(call, members, view, ("Accounts", "Account")))
    })?;
    Ok(Reply::document(Value::Object(answer)))
}

/// MoveAccount
fn transfer(call: &Call<'_>) -> Result<Reply, ApiError> {
    let (account, folder) = (call.arguments.text("AccountId"), call.arguments.text("DestinationFolderId"));
    super::change_directory(call, |directory| directory.move_member(account, folder, call.now))?;
    Ok(Reply::done())
}

/// DeleteAccount: a resource account, at once (`DeletionType` 0); everybody in it is gone with it.
fn delete(call: &Call<'_>) -> Result<Reply, ApiError> {
    let account = call.arguments.text("AccountId");
    super::change_directory(call, |directory| {
        directory.take_member(account, MemberType::ResourceAccount)?;
        call.cloud().close_account(account);
        Ok(())
    })?;
    Ok(Reply::document(json!({ "DeletionType": "0" })))
}

/// RemoveCloudAccount: the account goes its own way.
fn remove(call: &Call<'_>) -> Result<Reply, ApiError> {
    let account = call.arguments.text("AccountId");
    super::change_directory(call, |directory| directory.take_member(account, MemberType::CloudAccount))?;
    Ok(Reply::done())
}
