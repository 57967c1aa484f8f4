//! The commands that gather a state: they read, and change nothing.

use crate::words::quoted;

/// Of whom the state is gathered.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Asked {
    /// One RAM user.
    User(String),
    /// One role.
    Role(String),
    /// Everybody of the account.
    Account,
}

const HEAD: &str = "\
#!/bin/sh
# Gathers an authorization state with the aliyun CLI: it reads, and changes nothing.
#   sh gather.sh > transcript.txt 2>&1
#   acslab import transcript.txt --to state
# It needs AliyunRAMReadOnlyAccess; for buckets besides oss:GetBucketInfo, oss:GetBucketPolicy, oss:GetBucketTagging. `jq` names what is listed.
run() { printf '\\n$ %s\\n' \"$*\"; \"$@\"; }
list() { # COMMAND: all pages of a list, which are in `pages` then
  pages= next=
  while :; do
    printf '\\n$ %s\\n' \"$*${next:+ $next}\"
    page=$(\"$@\" $next)
    printf '%s\\n' \"$page\"
    pages=$pages$page
    next=$(printf '%s' \"$page\" | jq -r 'if .IsTruncated == true then \"--Marker \" + .Marker
      elif (.TotalCount // 0) > (.PageNumber // 1) * (.PageSize // 0) then \"--PageNumber \\(.PageNumber + 1)\" else \"\" end')
    [ -n \"$next\" ] || break
  done
}
listed() { printf '%s' \"$pages\" | jq -r \"$1\"; }
policy() { # NAME TYPE
  [ \"$2\" = Custom ] && run aliyun ram GetPolicy --PolicyType Custom --PolicyName \"$1\"
}
attached() { # KIND NAME: what is attached to it, and the documents
  run aliyun ram \"ListPoliciesFor$1\" \"--$1Name\" \"$2\"
  aliyun ram \"ListPoliciesFor$1\" \"--$1Name\" \"$2\" | jq -r '.Policies.Policy[] | \"\\(.PolicyName) \\(.PolicyType)\"' |
    while read -r name type; do policy \"$name\" \"$type\"; done
}
user() {
  run aliyun ram GetUser --UserName \"$1\"
  attached User \"$1\"
  run aliyun ram ListGroupsForUser --UserName \"$1\"
  aliyun ram ListGroupsForUser --UserName \"$1\" | jq -r '.Groups.Group[].GroupName' |
    while read -r group; do attached Group \"$group\"; done
}
role() {
  run aliyun ram GetRole --RoleName \"$1\"
  attached Role \"$1\"
}
bucket() {
  run aliyun ossutil api get-bucket-info --bucket \"$1\"
  run aliyun ossutil api get-bucket-policy --bucket \"$1\"
  run aliyun ossutil api get-bucket-tags --bucket \"$1\"
}

run aliyun sts GetCallerIdentity
";

const TAIL: &str = "\
# What is attached for a resource group alone, and what is in the groups:
list aliyun resourcemanager ListPolicyAttachments --PageSize 100
list aliyun resourcemanager ListResources --PageSize 100
# Control policies over the account, where there is a resource directory; its management account may ask:
#   run aliyun resourcemanager GetResourceDirectory
#   run aliyun resourcemanager GetAccount --AccountId ACCOUNT_ID
# of the account, and of each folder (fd-…) and the root (r-…) of the ResourceDirectoryPath that it answers:
#   run aliyun resourcemanager ListControlPolicyAttachmentsForTarget --TargetId ID
# of each custom one:
#   run aliyun resourcemanager GetControlPolicy --PolicyId cp-…
# The buckets that matter, by name:
#   bucket NAME
";

/// The script.
pub fn how(asked: &Asked) -> String {
    let gather = match asked {
        Asked::User(name) => format!("user {}\n", quoted(name)),
        Asked::Role(name) => format!("role {}\n", quoted(name)),
        Asked::Account => "\
list aliyun ram ListUsers --MaxItems 1000
listed '.Users.User[].UserName' | while read -r name; do user \"$name\"; done
list aliyun ram ListRoles --MaxItems 1000
listed '.Roles.Role[].RoleName' | while read -r name; do role \"$name\"; done
"
        .to_owned(),
    };
    format!("{HEAD}{gather}{TAIL}")
}
