//! Members of the resource directory.

use std::sync::Arc;

use acslab_policy::{Document, DocumentKind};
use serde_json::{Map, Value, json};

use super::folders::parent;
use super::page::page;
use super::{
    INCLUDE_TAGS, PAGE_NUMBER, PAGE_SIZE, in_delegated_directory, in_directory, is_account_id, is_folder_id,
    iso8601_millis, own, row, ruled,
};
use crate::cloud::directory::{Attached, PolicyKey, PolicyType, Role, Scope, Tags};
use crate::cloud::{Account, Member, MemberType, ResourceDirectory};
use crate::gateway::{ApiError, Call, Caller, Form, Operation, Parameter, Reply};
use crate::services::identity::flat_tags;

const ACCOUNT: &str = "acs:resourcemanager:*:{account}:account/{name}";
const FOLDER: &str = "acs:resourcemanager:*:{account}:folder/{name}";

const DISPLAY_NAME: Form = Form::Own(check_display_name, "Dev");
const ACCOUNT_ID: Parameter = ruled!(required "AccountId", is_account_id, "1234567890123456");
const PARENT_ID: Parameter = ruled!(optional "ParentFolderId", is_folder_id, "r-b1abcd");

/// The role by which the management account reaches into a member that was made in its directory.
const ACCESS_ROLE: &str = "ResourceDirectoryAccountAccessRole";

/// The operations on members.
pub fn table() -> Vec<Operation> {
    vec![
        row!(
            "CreateResourceAccount",
            [own!("CreateResourceAccount" on "*")],
            [
                Parameter::required("DisplayName", DISPLAY_NAME),
                PARENT_ID,
                Parameter::optional("AccountNamePrefix", Form::Own(check_name_prefix, "alice")),
                ruled!(optional "PayerAccountId", is_account_id, "1234567890123456"),
            ],
            create
        ),
        row!("GetAccount", [own!("GetAccount" on ACCOUNT).about("place/{AccountId}")], [ACCOUNT_ID, INCLUDE_TAGS], get),
        row!(
            "UpdateAccount",
            [own!("UpdateAccount" on ACCOUNT).about("place/{AccountId}")],
            [
                ACCOUNT_ID,
                Parameter::optional("NewDisplayName", DISPLAY_NAME),
                Parameter::optional("NewAccountType", Form::OneOf(&["ResourceAccount", "CloudAccount"])),
            ],
            update
        ),
        row!("ListAccounts", [own!("ListAccounts" on "*")], [INCLUDE_TAGS, PAGE_NUMBER, PAGE_SIZE], list),
        row!(
            "ListAccountsForParent",
            [own!("ListAccountsForParent" on FOLDER).about("place/{ParentFolderId}")],
            [PARENT_ID, INCLUDE_TAGS, PAGE_NUMBER, PAGE_SIZE],
            list_for_parent
        ),
        row!(
            "MoveAccount",
            [own!("MoveAccount" on ACCOUNT).about("place/{AccountId}")],
            [ACCOUNT_ID, ruled!(required "DestinationFolderId", is_folder_id, "fd-u8B321abcd")],
            transfer
        ),
        row!("DeleteAccount", [own!("DeleteAccount" on ACCOUNT).about("place/{AccountId}")], [ACCOUNT_ID], delete),
        row!(
            "RemoveCloudAccount",
            [own!("RemoveCloudAccount" on ACCOUNT).about("place/{AccountId}")],
            [ACCOUNT_ID],
            remove
        ),
        row!(
            "PromoteResourceAccount",
            [own!("PromoteResourceAccount" on ACCOUNT).about("place/{AccountId}")],
            [ACCOUNT_ID, ruled!(required "Email", is_email, "dev@example.com")],
            promote
        ),
        row!(
            "SetMemberDeletionPermission",
            [own!("SetMemberDeletionPermission" on "*")],
            [ruled!(required "Status", is_permission, "Enabled")],
            permit_deletion
        ),
    ]
}

/// 2 to 50 letters of any script, digits, `_`, `.`, `-` and blanks.
fn check_display_name(text: &str) -> Result<(), ApiError> {
    if !(2..=50).contains(&text.chars().count()) {
        let message = "The DisplayName of the account exceeds the length limit.";
        return Err(ApiError::bad_request("InvalidParameter.Account.DisplayName.Length", message));
    }
    let fits = |character: char| character.is_alphanumeric() || matches!(character, '_' | '.' | '-' | ' ');
    if text.chars().all(fits) {
        return Ok(());
    }
    Err(ApiError::bad_request("InvalidParameter.Account.DisplayName", "The DisplayName of account is invalid."))
}

/// 2 to 37 letters, digits, `_`, `.` and `-`, the last three never side by side nor at an end.
fn check_name_prefix(text: &str) -> Result<(), ApiError> {
    if !(2..=37).contains(&text.chars().count()) {
        let message = "The account name prefix exceeds the length limit.";
        return Err(ApiError::bad_request("InvalidParameter.Account.AccountNamePrefix.Length", message));
    }
    if text.split(['_', '.', '-']).all(super::alphanumeric) {
        return Ok(());
    }
    Err(ApiError::bad_request("InvalidParameter.Account.AccountNamePrefix", "The account name prefix is invalid."))
}

/// Something before one `@`, and a domain behind it. What else the cloud asks of an address no page says.
fn is_email(text: &str) -> bool {
    let plain = |part: &str| !part.is_empty() && !part.contains(|c: char| c == '@' || c.is_whitespace());
    let domain = |part: &str| plain(part) && part.contains('.') && part.split('.').all(|label| !label.is_empty());
    text.len() <= 128 && text.split_once('@').is_some_and(|(name, rest)| plain(name) && domain(rest))
}

fn is_permission(text: &str) -> bool {
    matches!(text, "Enabled" | "Disabled")
}

/// What the management account's owner is answered: who does it must be known, so a RAM user or a role has to (UpdateAccount).
fn not_the_owner(call: &Call<'_>, code: &'static str, message: &'static str) -> Result<(), ApiError> {
    let of_directory = || in_directory(call, |_| Ok(()));
    match call.caller {
        Caller::Owner(_) => of_directory().and(Err(ApiError::conflict(code, message))),
        _ => Ok(()),
    }
}

/// What ListAccounts shows.
fn view(directory: &ResourceDirectory, member: &Member) -> Map<String, Value> {
    let members = [
        ("ResourceDirectoryId", directory.id.as_str()),
        ("AccountId", &member.account),
        ("DisplayName", &member.display_name),
        ("FolderId", &member.folder),
        ("JoinMethod", "created"),
        ("JoinTime", &iso8601_millis(member.joined)),
        ("ModifyTime", &iso8601_millis(member.modified)),
        ("Type", member.kind.as_str()),
        ("Status", member.status.as_str()),
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
    // Opened before the directory is locked, whose lock is the last of all, and closed again where it may not join.
    open(call, &account, name, role)?;
    let shown = super::change_directory(call, |directory| {
        let prefix = arguments.filled("AccountNamePrefix").map_or_else(|| ids.lower("aliyun-", 8), str::to_owned);
        let logon = format!("{prefix}@{}.aliyunid.com", directory.id.to_ascii_lowercase());
        let parent = parent(call, directory)?.to_owned();
        let mut member = Member::new(&account, logon, name, &parent, tags, call.now);
        member.payer = arguments.filled("PayerAccountId").map(str::to_owned);
        let member = directory.add_member(member)?.clone();
        Ok(named_view(directory, &member))
    })
    .inspect_err(|_| call.cloud().close_account(&account))?;
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

fn open(call: &Call<'_>, id: &str, name: &str, role: Role) -> Result<(), ApiError> {
    // An id that is made is as good as never taken.
    let opened = call.cloud().open_resource_account(name, id);
    let account: Arc<Account> = opened.map_err(|_| ApiError::internal())?;
    let policy = PolicyKey { kind: PolicyType::System, name: "AdministratorAccess".to_owned() };
    let mut directory = account.directory.write();
    // An account that is new has room for a role, and the role for a policy.
    let _ = directory.add_role(role);
    let _ = directory.attach_to_role(ACCESS_ROLE, Attached { policy, scope: Scope::Account, at: call.now });
    Ok(())
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
    not_the_owner(call, "CallerIdentityError", "Please use the RAM user or role of the Management Account.")?;
    let arguments = &call.arguments;
    let id = arguments.text("AccountId");
    let change = match (arguments.filled("NewDisplayName"), arguments.filled("NewAccountType")) {
        (Some(name), None) => Change::Name(name),
        (None, Some("CloudAccount")) => Change::Type(MemberType::CloudAccount),
        (None, Some(_)) => Change::Type(MemberType::ResourceAccount),
        (None, None) => {
            let message = "Either display name or account type must be specified.";
            return Err(ApiError::conflict("MissingDisplayNameOrAccountType", message));
        }
        // No page has a code for both.
        (Some(_), Some(_)) => return Err(super::invalid("NewAccountType")),
    };
    changed(call, id, &change)
}

enum Change<'a> {
    Name(&'a str),
    Type(MemberType),
    Promotion(&'a str),
}

fn changed(call: &Call<'_>, id: &str, change: &Change<'_>) -> Result<Reply, ApiError> {
    let shown = super::change_directory(call, |directory| {
        match change {
            Change::Name(name) => directory.rename_member(id, name, call.now)?,
            Change::Type(kind) => directory.switch_member(id, *kind, call.now)?,
            Change::Promotion(email) => directory.promote_member(id, email, call.now)?,
        };
        Ok(named_view(directory, directory.member(id)?))
    })?;
    Ok(Reply::document(json!({ "Account": shown })))
}

/// PromoteResourceAccount: the mail that it sends is taken as answered.
fn promote(call: &Call<'_>) -> Result<Reply, ApiError> {
    changed(call, call.arguments.text("AccountId"), &Change::Promotion(call.arguments.text("Email")))
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

/// ListAccounts: delegated administrators may look as well.
fn list(call: &Call<'_>) -> Result<Reply, ApiError> {
    let wanted = flat_tags::given(&call.arguments)?;
    let answer = in_delegated_directory(call, |directory| {
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

/// SetMemberDeletionPermission
fn permit_deletion(call: &Call<'_>) -> Result<Reply, ApiError> {
    let status = call.arguments.text("Status");
    let shown = super::change_directory(call, |directory| {
        directory.member_deletion = status == "Enabled";
        Ok(json!({
            "ManagementAccountId": directory.management,
            "ResourceDirectoryId": directory.id,
            "MemberDeletionStatus": status,
        }))
    })?;
    Ok(Reply::document(shown))
}

/// DeleteAccount: a resource account, at once (`DeletionType` 0); all that it has is gone with it.
fn delete(call: &Call<'_>) -> Result<Reply, ApiError> {
    let message = "Please use the RAM user or role of the management account to delete.";
    not_the_owner(call, "CallerIdentityError.DeleteAccount", message)?;
    let account = call.arguments.text("AccountId");
    super::change_directory(call, |directory| directory.delete_member(account))?;
    // With the directory let go, whose lock is the last of all. Nobody can put the account back into one meanwhile.
    call.cloud().close_account(account);
    Ok(Reply::document(json!({ "DeletionType": "0" })))
}

/// RemoveCloudAccount: the account goes its own way.
fn remove(call: &Call<'_>) -> Result<Reply, ApiError> {
    let account = call.arguments.text("AccountId");
    super::change_directory(call, |directory| directory.remove_member(account))?;
    Ok(Reply::done())
}
