//! The commands that gather a state: they read, and change nothing.

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
# What is attached for a resource group alone:
run aliyun resourcemanager ListPolicyAttachments --PageSize 100
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
aliyun ram ListUsers --MaxItems 1000 | jq -r '.Users.User[].UserName' | while read -r name; do user \"$name\"; done
aliyun ram ListRoles --MaxItems 1000 | jq -r '.Roles.Role[].RoleName' | while read -r name; do role \"$name\"; done
"
        .to_owned(),
    };
    format!("{HEAD}{gather}{TAIL}")
}

/// A word that a shell takes as it is.
fn quoted(name: &str) -> String {
    format!("'{}'", name.replace('\'', r"'\''"))
}

/// A word of a command that people copy: quoted, unless a shell takes it as it is anyway.
pub(crate) fn word(name: &str) -> String {
    let plain =
        |byte: u8| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'_' | b'.' | b'/' | b'@' | b':' | b'+');
    if !name.is_empty() && name.bytes().all(plain) { name.to_owned() } else { quoted(name) }
}

#[cfg(test)]
mod tests {
    use super::word;

    #[test]
    fn a_shell_takes_a_word_as_it_is() {
        assert_eq!(word("ops-1@x.onaliyun.com"), "ops-1@x.onaliyun.com");
        assert_eq!(word("$(id)"), "'$(id)'");
        assert_eq!(word("a'; id"), r"'a'\''; id'");
        assert_eq!((word(""), word("a b"), word("公司")), ("''".into(), "'a b'".into(), "'公司'".into()));
    }
}
