//! Members of the resource directory.

use serde_json::{Map, Value, json};

use super::words::{
    INCLUDE_TAGS, PAGE, PAGE_NUMBER, PAGE_SIZE, alphanumeric, invalid, is_account_id, is_folder_id, is_switch,
    iso8601_millis, own, ruled, switch,
};
use crate::cloud::directory::Tags;
use crate::cloud::{Member, MemberType, ResourceDirectory};
use crate::gateway::{ApiError, Call, Caller, Form, Operation, Parameter, Product, Reply};
use crate::services::common::page::{List, numbered};
use crate::services::identity::answers::members;
use crate::services::identity::domain::members::{self as domain, folder_or_root};
use crate::services::identity::domain::resource_directory;
use crate::services::identity::parameters::flat_tags;

pub(super) const ACCOUNT: &str = "acs:resourcemanager:*:{account}:account/{name}";
const FOLDER: &str = "acs:resourcemanager:*:{account}:folder/{name}";

const DISPLAY_NAME: Form = Form::Own(check_display_name, "Dev");
pub(super) const ACCOUNT_ID: Parameter = ruled!(required "AccountId", is_account_id, "1234567890123456");
const PARENT_ID: Parameter = ruled!(optional "ParentFolderId", is_folder_id, "r-b1abcd");

/// The operations on members.
pub(super) fn rows(of: &'static Product) -> Vec<Operation> {
    vec![
        of.action(
            "CreateResourceAccount",
            &[own!("CreateResourceAccount" on "*").context(flat_tags::requested)],
            &[
                Parameter::required("DisplayName", DISPLAY_NAME),
                PARENT_ID,
                Parameter::optional("AccountNamePrefix", Form::Own(check_name_prefix, "alice")),
                ruled!(optional "PayerAccountId", is_account_id, "1234567890123456"),
            ],
            create,
        ),
        of.action(
            "GetAccount",
            &[own!("GetAccount" on ACCOUNT).about("place/{AccountId}")],
            &[ACCOUNT_ID, INCLUDE_TAGS],
            get,
        ),
        of.action(
            "UpdateAccount",
            &[own!("UpdateAccount" on ACCOUNT).about("place/{AccountId}")],
            &[
                ACCOUNT_ID,
                Parameter::optional("NewDisplayName", DISPLAY_NAME),
                Parameter::optional("NewAccountType", Form::OneOf(&["ResourceAccount", "CloudAccount"])),
            ],
            update,
        ),
        of.action("ListAccounts", &[own!("ListAccounts" on "*")], &[INCLUDE_TAGS, PAGE_NUMBER, PAGE_SIZE], list),
        of.action(
            "ListAccountsForParent",
            &[own!("ListAccountsForParent" on FOLDER).about("place/{ParentFolderId}")],
            &[PARENT_ID, INCLUDE_TAGS, PAGE_NUMBER, PAGE_SIZE],
            list_for_parent,
        ),
        of.action(
            "MoveAccount",
            &[own!("MoveAccount" on ACCOUNT).about("place/{AccountId}")],
            &[ACCOUNT_ID, ruled!(required "DestinationFolderId", is_folder_id, "fd-u8B321abcd")],
            transfer,
        ),
        of.action(
            "DeleteAccount",
            &[own!("DeleteAccount" on ACCOUNT).about("place/{AccountId}")],
            &[ACCOUNT_ID],
            delete,
        ),
        of.action(
            "RemoveCloudAccount",
            &[own!("RemoveCloudAccount" on ACCOUNT).about("place/{AccountId}")],
            &[ACCOUNT_ID],
            remove,
        ),
        of.action(
            "SetMemberDeletionPermission",
            &[own!("SetMemberDeletionPermission" on "*")],
            &[ruled!(required "Status", is_switch, "Enabled")],
            permit_deletion,
        ),
    ]
}

/// PromoteResourceAccount, which the earlier version alone has.
pub(crate) fn promote_row(of: &'static Product) -> Operation {
    of.action(
        "PromoteResourceAccount",
        &[own!("PromoteResourceAccount" on ACCOUNT).about("place/{AccountId}")],
        &[ACCOUNT_ID, ruled!(required "Email", is_email, "dev@example.com")],
        promote,
    )
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
    if text.split(['_', '.', '-']).all(alphanumeric) {
        return Ok(());
    }
    Err(ApiError::bad_request("InvalidParameter.Account.AccountNamePrefix", "The account name prefix is invalid."))
}

/// Something before one `@`, and a domain behind it. What else the cloud asks of an address no page says.
pub(super) fn is_email(text: &str) -> bool {
    let plain = |part: &str| !part.is_empty() && !part.contains(|c: char| c == '@' || c.is_whitespace());
    let domain = |part: &str| plain(part) && part.contains('.') && part.split('.').all(|label| !label.is_empty());
    text.len() <= 128 && text.split_once('@').is_some_and(|(name, rest)| plain(name) && domain(rest))
}

/// What the management account's owner is answered: who does it must be known, so a RAM user or a role has to (UpdateAccount).
pub(super) fn not_the_owner(call: &Call<'_>, code: &'static str, message: &'static str) -> Result<(), ApiError> {
    let of_directory = || resource_directory::read(call, |_| Ok(()));
    match call.caller {
        Caller::Owner(_) => of_directory().and(Err(ApiError::conflict(code, message))),
        _ => Ok(()),
    }
}

/// The same for a deletion, and for the question whether one is possible.
pub(super) fn not_deleted_by_the_owner(call: &Call<'_>) -> Result<(), ApiError> {
    let message = "Please use the RAM user or role of the management account to delete.";
    not_the_owner(call, "CallerIdentityError.DeleteAccount", message)
}

/// What ListAccounts shows.
fn view(directory: &ResourceDirectory, member: &Member) -> Map<String, Value> {
    members([
        ("ResourceDirectoryId", directory.id.as_str()),
        ("AccountId", &member.account),
        ("DisplayName", &member.display_name),
        ("FolderId", &member.folder),
        ("JoinMethod", member.joined_by.as_str()),
        ("JoinTime", &iso8601_millis(member.joined)),
        ("ModifyTime", &iso8601_millis(member.modified)),
        ("Type", member.kind.as_str()),
        ("Status", member.status.as_str()),
    ])
}

/// What CreateResourceAccount shows: the logon name as well.
fn named_view(directory: &ResourceDirectory, member: &Member) -> Map<String, Value> {
    let mut shown = view(directory, member);
    shown.insert("AccountName".to_owned(), json!(member.name));
    shown
}

/// CreateResourceAccount
fn create(call: &Call<'_>) -> Result<Reply, ApiError> {
    let arguments = &call.arguments;
    let new = domain::New {
        display_name: arguments.text("DisplayName"),
        name_prefix: arguments.filled("AccountNamePrefix"),
        parent: arguments.filled("ParentFolderId"),
        payer: arguments.filled("PayerAccountId"),
        tags: flat_tags::given(arguments)?,
    };
    let shown = domain::create(call, new, named_view)?;
    Ok(Reply::document(json!({ "Account": shown })))
}

/// GetAccount
fn get(call: &Call<'_>) -> Result<Reply, ApiError> {
    let id = call.arguments.text("AccountId");
    let shown = resource_directory::read(call, |directory| {
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
        (Some(_), Some(_)) => return Err(invalid("NewAccountType")),
    };
    changed(call, id, &change)
}

enum Change<'a> {
    Name(&'a str),
    Type(MemberType),
    Promotion(&'a str),
}

fn changed(call: &Call<'_>, id: &str, change: &Change<'_>) -> Result<Reply, ApiError> {
    let shown = resource_directory::change(call, |directory| {
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

/// The keyword is part of the id or of the display name.
fn is_called(member: &Member, keyword: &str) -> bool {
    member.display_name.contains(keyword) || member.account.contains(keyword)
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
    let keyword = call.arguments.text("QueryKeyword");
    let answer = resource_directory::read_delegated(call, |directory| {
        let members = directory.members().filter(|member| has_tags(member, &wanted) && is_called(member, keyword));
        let view = |member: &Member| {
            let mut shown = entry(call, directory, member);
            let path = directory.path(&member.account).unwrap_or_default();
            shown.insert("ResourceDirectoryPath".to_owned(), json!(path));
            Value::Object(shown)
        };
        Ok(numbered(&call.arguments, members, view, PAGE).with_numbers(List::Wrapped("Accounts", "Account")))
    })?;
    Ok(Reply::document(answer))
}

/// ListAccountsForParent
fn list_for_parent(call: &Call<'_>) -> Result<Reply, ApiError> {
    let wanted = flat_tags::given(&call.arguments)?;
    let keyword = call.arguments.text("QueryKeyword");
    let answer = resource_directory::read(call, |directory| {
        let members = directory.members_in(folder_or_root(directory, call.arguments.filled("ParentFolderId"))?);
        let members = members.filter(|member| member.display_name.contains(keyword) && has_tags(member, &wanted));
        let view = |member: &Member| Value::Object(entry(call, directory, member));
        Ok(numbered(&call.arguments, members, view, PAGE).with_numbers(List::Wrapped("Accounts", "Account")))
    })?;
    Ok(Reply::document(answer))
}

/// MoveAccount
fn transfer(call: &Call<'_>) -> Result<Reply, ApiError> {
    let (account, folder) = (call.arguments.text("AccountId"), call.arguments.text("DestinationFolderId"));
    resource_directory::change(call, |directory| directory.move_member(account, folder, call.now))?;
    Ok(Reply::done())
}

/// SetMemberDeletionPermission
fn permit_deletion(call: &Call<'_>) -> Result<Reply, ApiError> {
    let status = call.arguments.text("Status");
    let shown = resource_directory::change(call, |directory| {
        directory.member_deletion = status == switch(true);
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
    not_deleted_by_the_owner(call)?;
    domain::delete(call, call.arguments.text("AccountId"))?;
    Ok(Reply::document(json!({ "DeletionType": "0" })))
}

/// RemoveCloudAccount: the account goes its own way.
fn remove(call: &Call<'_>) -> Result<Reply, ApiError> {
    let account = call.arguments.text("AccountId");
    resource_directory::change(call, |directory| directory.remove_member(account))?;
    Ok(Reply::done())
}
