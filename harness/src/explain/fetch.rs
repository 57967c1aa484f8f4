//! The commands that fetch what a refusal leaves open. They read, and change nothing.

use super::known::known;
use super::refusal::Refusal;
use crate::import::word;

/// The commands, each with what it tells; `who`: that of who asks, too.
pub(super) fn commands(refusal: &Refusal, who: bool) -> Vec<(String, &'static str)> {
    let mut all: Vec<(String, &'static str)> = Vec::new();
    if let Some(message) = &refusal.diagnostic {
        all.push((
            format!("aliyun ram DecodeDiagnosticMessage --EncodedDiagnosticMessage {}", word(message)),
            "the resource, the condition keys, the policies that matched",
        ));
    }
    let name = refusal.caller.name.as_deref().unwrap_or("USER");
    match refusal.caller.kind.as_deref() {
        Some("SubUser") => {
            all.push((format!("aliyun ims GetUser --UserId {}", word(name)), "the user's name"));
            all.push((
                "acslab import --how user/NAME > gather.sh".to_owned(),
                "prints what gathers the user's policies",
            ));
        }
        Some("AssumedRoleUser") => {
            let role = name.split(':').next().unwrap_or(name);
            all.push((
                format!("acslab import --how {} > gather.sh", word(&format!("role/{role}"))),
                "prints what gathers the role's policies",
            ));
        }
        // A pod or a workflow has a token, and no key.
        _ if who && refusal.is_of_provider() => {
            let role = refusal.resource.as_deref().and_then(|arn| arn.split_once("role/"));
            let role = role.map_or("ROLE", |(_, role)| role);
            all.push((format!("aliyun ram GetRole --RoleName {}", word(role)), "the trust policy"));
            all.push(("aliyun ims ListOIDCProviders".to_owned(), "the identity providers, with issuer and client ids"));
        }
        _ if who => all.push(("aliyun sts GetCallerIdentity".to_owned(), "who asks, with the same key")),
        _ => {}
    }
    if let Some(bucket) = bucket(refusal).map(word) {
        all.push((
            format!("aliyun ossutil api get-bucket-info --bucket {bucket}"),
            "owner, region, ACL, whether public access is blocked",
        ));
        all.push((format!("aliyun ossutil api get-bucket-policy --bucket {bucket}"), "the bucket policy"));
        all.push((
            format!("aliyun ossutil api get-bucket-tags --bucket {bucket}"),
            "the tags that `oss:BucketTag/…` looks at",
        ));
    }
    match refusal.why.policy.as_deref() {
        Some("ControlPolicy") => {
            let account = word(refusal.account().unwrap_or("ACCOUNT"));
            let command = format!("aliyun resourcemanager ListControlPolicyAttachmentsForTarget --TargetId {account}");
            all.push((command, "the control policies over the account"));
        }
        Some("ResourceGroupLevelIdentityBasedPolicy") => {
            all.push((
                "aliyun resourcemanager ListPolicyAttachments --PageSize 100".to_owned(),
                "what is attached for a resource group alone",
            ));
        }
        Some("AssumeRolePolicy") => {
            let role =
                refusal.resource.as_deref().and_then(|arn| arn.split_once("role/")).map_or("ROLE", |(_, role)| role);
            all.push((format!("aliyun ram GetRole --RoleName {}", word(role)), "the trust policy"));
        }
        _ => {}
    }
    for command in known(refusal).into_iter().flat_map(|known| known.look) {
        let command = fitted(command, refusal);
        if !all.iter().any(|(other, _)| *other == command) {
            all.push((command, "what decides it"));
        }
    }
    all
}

/// A command that asks for a user's policies, as it is for the caller: a session has those of its role.
fn fitted(command: &str, refusal: &Refusal) -> String {
    let role = refusal.resource.as_deref().and_then(|arn| arn.split_once(":role/")).map(|(_, role)| role);
    if let Some(role) = role.filter(|role| !role.contains('*')) {
        return command.replace("--RoleName ROLE", &format!("--RoleName {}", word(role)));
    }
    match (refusal.caller.kind.as_deref(), refusal.caller.name.as_deref()) {
        (Some("AssumedRoleUser"), Some(name)) => {
            let role = word(name.split(':').next().unwrap_or(name));
            command.replace("ListPoliciesForUser --UserName USER", &format!("ListPoliciesForRole --RoleName {role}"))
        }
        _ => command.to_owned(),
    }
}

fn bucket(refusal: &Refusal) -> Option<&str> {
    let id = refusal.resource.as_deref()?.strip_prefix("acs:oss:")?.splitn(3, ':').nth(2)?;
    id.split('/').next().filter(|bucket| !bucket.is_empty() && !bucket.contains('*'))
}

#[cfg(test)]
mod tests {
    use super::{Refusal, commands};

    #[test]
    fn what_a_refusal_says_is_one_word_of_a_command() {
        let evil = "x;$(id)";
        let mut refusal = Refusal { diagnostic: Some(evil.into()), ..Refusal::default() };
        refusal.resource = Some(format!("acs:oss:*:1:{evil}/a"));
        refusal.caller.name = Some(evil.into());
        refusal.caller.owner = Some(evil.into());
        let mut all = Vec::new();
        for (kind, policy) in [("SubUser", "ControlPolicy"), ("AssumedRoleUser", "AssumeRolePolicy")] {
            refusal.caller.kind = Some(kind.into());
            refusal.why.policy = Some(policy.into());
            all.extend(commands(&refusal, true));
            refusal.resource = Some(format!("acs:ram:*:1:role/{evil}"));
        }
        let named: Vec<_> =
            all.iter().map(|(command, _)| command).filter(|command| command.contains("$(id)")).collect();
        assert!(named.len() >= 7, "{all:?}");
        assert!(
            named.iter().all(|command| command.contains("'x;$(id)'") || command.contains("'role/x;$(id)'")),
            "{named:?}"
        );
    }
}
