//! Texts that mean something else than they say, or more: what people met, with its cause.

use super::refusal::Refusal;

/// A text that is known.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Known {
    /// What has to be in it, letter case aside; all of it.
    pub words: &'static [&'static str],
    /// What it comes from.
    pub cause: &'static str,
    /// What to do.
    pub fix: &'static str,
    /// The action that is missing, where it is one.
    pub action: Option<&'static str>,
    /// A command that reads what decides it.
    pub look: &'static [&'static str],
    /// Where the text means something else, or nothing more than what is said beside it.
    pub unless: Unless,
}

/// What the rest of a refusal may say so that a known text is not what it comes of. That another action was asked for is always such.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Unless {
    /// Nothing.
    Nothing,
    /// That a statement denies it, or that another layer than what is attached to the caller is silent.
    Denied,
    /// Which layer settled it; or, where no action is said, that a host answered that is not this product's.
    Told {
        /// `sts`
        host: &'static str,
    },
    /// These words.
    Words(&'static [&'static str]),
}

const fn k(
    words: &'static [&'static str],
    cause: &'static str,
    fix: &'static str,
    action: Option<&'static str>,
    look: &'static [&'static str],
) -> Known {
    Known { words, cause, fix, action, look, unless: Unless::Nothing }
}

impl Known {
    const fn unless(self, unless: Unless) -> Self {
        Self { unless, ..self }
    }

    /// Does a policy decide it?
    pub(super) fn is_by_policy(&self) -> bool {
        self.action.is_some() || self.unless == Unless::Denied
    }

    /// Is it what a text mostly comes of, and no more: what a state says goes before?
    pub(super) const fn is_guess(&self) -> bool {
        matches!(self.unless, Unless::Denied | Unless::Told { .. })
    }

    /// Does the rest of a refusal say that it is not this?
    fn is_contradicted(&self, refusal: &Refusal, text: &str) -> bool {
        if let (Some(meant), Some(asked)) = (self.action, &refusal.action)
            && !meant.eq_ignore_ascii_case(asked)
        {
            return true;
        }
        let policy = refusal.why.policy.as_deref();
        match self.unless {
            Unless::Nothing => false,
            Unless::Denied => {
                let denied = refusal.why.no_permission.as_deref() == Some("ExplicitDeny");
                denied || policy.is_some_and(|policy| !policy.ends_with("IdentityBasedPolicy"))
            }
            Unless::Told { host } => {
                let other = |answered: &str| !answered.split('.').next().is_some_and(|name| name.starts_with(host));
                policy.is_some() || (refusal.action.is_none() && refusal.host.as_deref().is_some_and(other))
            }
            Unless::Words(words) => words.iter().any(|word| text.contains(&word.to_lowercase())),
        }
    }
}

/// The more words, the earlier: the first that fits is taken.
pub const KNOWN: &[Known] = &[
    k(
        &["4001", "NoPermission"],
        "the caller names a RAM role for the job or runtime to run as, and may not pass it on. The role and its trust policy are not what is asked here",
        "allow `ram:PassRole` on that role to the caller, and on no other",
        Some("ram:PassRole"),
        &["aliyun ram ListPoliciesForUser --UserName USER", "aliyun ram GetRole --RoleName ROLE"],
    ),
    k(
        &["sts:AssumeRole on this Role"],
        "either the caller's own policies do not allow `sts:AssumeRole` on the role, or the role's trust policy does not name the caller: both must, and the text is the same for either. PolicyType tells: `AssumeRolePolicy` is the trust policy",
        "allow `sts:AssumeRole` to the caller, name the caller or its account in the trust policy, and send what its conditions ask for",
        Some("sts:AssumeRole"),
        &["aliyun ram GetRole --RoleName ROLE", "aliyun ram ListPoliciesForUser --UserName USER"],
    ).unless(Unless::Told { host: "sts" }),
    k(
        &["Roles may not be assumed by root accounts"],
        "an account's owner may not assume roles, whatever the trust policy says",
        "call as a RAM user or a role",
        None,
        &["aliyun sts GetCallerIdentity"],
    ),
    k(
        &["You should be authorized by RAM"],
        "of AssumeRole: either the caller's own policies do not allow `sts:AssumeRole` on the role, or the role's trust policy does not name the caller. Both must, within an account and across accounts, and the text is the same for either",
        "allow `sts:AssumeRole` to the caller, name the caller or its account in the trust policy, and send what its conditions ask for",
        Some("sts:AssumeRole"),
        &["aliyun ram GetRole --RoleName ROLE", "aliyun ram ListPoliciesForUser --UserName USER"],
    ).unless(Unless::Told { host: "sts" }),
    k(
        &["Account is inactive to this service"],
        "RAM was not active when the key was made. No policy is asked, and keys from before stay useless",
        "activate RAM, make a new AccessKey, and use that one",
        None,
        &["aliyun sts GetCallerIdentity"],
    ),
    k(
        &["or this API doesn't support RAM"],
        "nothing allows the operation: most often full access was given to a neighbouring product whose name is alike",
        "allow the operation by the RAM code of the product that was called, on the resource; what is allowed of another product does not count",
        None,
        &["aliyun ram ListPoliciesForUser --UserName USER"],
    ).unless(Unless::Denied),
    k(
        &["The service or function doesn't belong to you"],
        "of Function Compute: the account id that the tool was given, in the host's name, is not that of the AccessKey. No policy is asked",
        "give the tool the account id that `GetCallerIdentity` tells for the key, or the key of that account",
        None,
        &["aliyun sts GetCallerIdentity"],
    ),
    k(
        &["You don't exist in project"],
        "of MaxCompute: the caller is no member of the project. Its members and grants are the project's own, and RAM policies say nothing of them",
        "let the project's owner add the caller: `add user RAM$ACCOUNT:USER;`, and grant what is needed",
        None,
        &["aliyun sts GetCallerIdentity"],
    ),
    k(
        &["You have NO privilege", "odps:"],
        "of MaxCompute: the project's own grants do not allow it. They decide about what is in a project, and RAM policies say nothing of it",
        "let the project's owner or an administrator grant it, and no more: `grant … on project PROJECT to user RAM$ACCOUNT:USER;`",
        None,
        &[],
    ),
    k(
        &["ErrManagedAddonRoleNotAttach"],
        "of Container Service: the service roles by which a cluster's add-ons work were never authorized, AliyunCSManagedCsiRole and its like. The caller's own policies are not what is asked",
        "let whoever administers the account open the link in the message, look at the roles, and confirm; once for each account",
        None,
        &["aliyun ram GetRole --RoleName AliyunCSManagedCsiRole"],
    ),
    k(
        &["is forbidden: User", "cannot", "in API group"],
        "Kubernetes' own RBAC refused it: the message names a user or a service account of the cluster, and no RAM policy is asked",
        "bind a Role or ClusterRole with this verb on this resource to whom the message names; to a RAM user or a role of Container Service, grant it among the cluster's authorizations",
        None,
        &[],
    ),
    k(
        &["aliyuncs.com", "requested access to the resource is denied"],
        "of Container Registry: whoever is logged in may not pull or push there, nobody is logged in, or there is no such repository. The text is the same for all",
        "see the name, log in at that very registry, and allow `cr:PullRepository`, or `cr:PushRepository`, on that repository",
        None,
        &["aliyun sts GetCallerIdentity"],
    ),
    k(
        &["FC service is not enabled for current user"],
        "Function Compute is not open for the account. No policy is asked",
        "open Function Compute",
        None,
        &[],
    ),
    k(
        &["the caller is not authorized to perform", "PassRole"],
        "of Function Compute: the caller names a role for the function, and may not pass it on to `fc.aliyuncs.com`",
        "allow `ram:PassRole` on that role with the condition `acs:Service` = `fc.aliyuncs.com`; AliyunFCFullAccess has it",
        Some("ram:PassRole"),
        &["aliyun ram ListPoliciesForUser --UserName USER"],
    ),
    k(
        &["UserDisable"],
        "OSS is not open for the account, or the account is in arrears. The key is right, and no policy is asked",
        "open OSS, or pay",
        None,
        &["aliyun oss ls"],
    ),
    k(
        &["ServiceRoleNotExistsError"],
        "a service role was never authorized, or was deleted. The service cannot work without it; the caller's policies are not what is asked",
        "the account owner opens the link in the message and confirms; a RAM user cannot",
        None,
        &["aliyun ram GetRole --RoleName ROLE"],
    ),
    k(
        &["CloudConfigServiceRoleNotExisted"],
        "the service-linked role of Cloud Config is not there: it comes with the product",
        "enable Cloud Config once",
        None,
        &["aliyun ram GetRole --RoleName AliyunServiceRoleForConfig"],
    ),
    k(
        &["dataset", "mount"],
        "PAI mounts a dataset of OSS as its own service role, not as the caller: the role is missing or lost its policy",
        "let the account owner authorize OSS for PAI again on the authorization page",
        None,
        &[
            "aliyun ram GetRole --RoleName AliyunPAIDLCAccessingOSSRole",
            "aliyun ram ListPoliciesForRole --RoleName AliyunPAIDLCAccessingOSSRole",
        ],
    ).unless(Unless::Words(&["NoSuchBucket", "NoSuchKey", "does not exist"])),
    k(
        &["cannot mount oss://"],
        "PAI reads OSS as its own service role, not as the caller: the role is missing or lost its policy. The code is not at fault",
        "let the account owner authorize the role again, with its default policy",
        None,
        &[
            "aliyun ram GetRole --RoleName AliyunPAIDLCAccessingOSSRole",
            "aliyun ram ListPoliciesForRole --RoleName AliyunPAIDLCAccessingOSSRole",
        ],
    ).unless(Unless::Words(&["NoSuchBucket", "NoSuchKey", "does not exist"])),
    k(
        &["Your SLS service has not opened"],
        "Simple Log Service is not open for the account: `InvalidAccessKeyId` misleads, the key is right",
        "open Simple Log Service",
        None,
        &["aliyun sls GetSlsService"],
    ),
    k(
        &["assumed-role/", "role/", "expected"],
        "GetCallerIdentity names a session `acs:ram::ACCOUNT:assumed-role/ROLE/SESSION`; what is compared with it is another form",
        "compare with the form `assumed-role/ROLE/SESSION`",
        None,
        &["aliyun sts GetCallerIdentity"],
    ),
    k(
        &["service-linked role", "permission"],
        "a service-linked role has to be made first, and the caller may not: it takes `ram:CreateServiceLinkedRole` for that service",
        "allow `ram:CreateServiceLinkedRole` with the condition `ram:ServiceName` = the service's name; the product's full access has it",
        Some("ram:CreateServiceLinkedRole"),
        &["aliyun ram ListPoliciesForUser --UserName USER"],
    ),
    k(
        &["AliyunServiceRoleForPaiEas"],
        "the service-linked role of EAS was deleted while services used it: they run on and cannot be updated, linked to a VPC or send logs",
        "let somebody who may `ram:CreateServiceLinkedRole` for `eas.pai.aliyuncs.com` make the next call to EAS: it makes the role again",
        Some("ram:CreateServiceLinkedRole"),
        &["aliyun ram GetRole --RoleName AliyunServiceRoleForPaiEas"],
    ),
    k(
        &["SYSTEM.SALE_VALIDATE_NO_SPECIFIC_CODE_FAILED"],
        "the service is open already: the code says nothing of permissions",
        "take it as done",
        None,
        &[],
    ),
    k(
        &["ORDER.OPEND"],
        "the service is open already: the code says nothing of permissions",
        "take it as done",
        None,
        &[],
    ),
    k(
        &["IsPurchased: false", "HasPermissionToPurchase: false"],
        "PAI is not open in this region, and the caller may not open it: that takes `pai:CreateOrder`",
        "let the account owner open PAI, or allow `pai:CreateOrder`",
        Some("pai:CreateOrder"),
        &["aliyun aiworkspace ListProducts --ProductCodes PAI_share"],
    ),
    k(
        &["Workspace not exists"],
        "workspaces belong to a region: the endpoint is that of another one. No permission is missing",
        "call the endpoint of the workspace's region",
        None,
        &["aliyun aiworkspace ListWorkspaces --region REGION"],
    ),
    k(
        &["AccessibleRoleIdList"],
        "a dataset that is shared with roles has to name them. No permission is missing",
        "give `AccessibleRoleIdList`",
        None,
        &[],
    ),
    k(
        &["ROLE_PUBLIC"],
        "a dataset that is shared with roles has to name them. No permission is missing",
        "give `AccessibleRoleIdList`",
        None,
        &[],
    ),
    k(
        &["CORSResponse"],
        "no CORS rule of the bucket fits: policies have no say in a preflight request",
        "set a CORS rule for this origin and method",
        None,
        &["aliyun oss cors --method get oss://BUCKET"],
    ),
    k(
        &["MalformedPolicyDocument"],
        "the document is no policy: comments, a trailing comma, or an element in another letter case are enough",
        "`acslab lint FILE` tells where; JSON has no comments",
        None,
        &[],
    ),
    k(
        &["EntityNotExist.Role"],
        "there is no such role: a probe that takes this for a refusal, or a refusal for this, goes wrong",
        "make the role; whoever probes must take any denial as \"not known\"",
        None,
        &["aliyun ram GetRole --RoleName ROLE"],
    ),
    k(
        &["No permission", "PassRole"],
        "the caller names a role that a service is to run as, and may not pass it on",
        "allow `ram:PassRole` on that role to the caller, and on no other",
        Some("ram:PassRole"),
        &["aliyun ram ListPoliciesForUser --UserName USER"],
    ),
    k(
        &["SignatureDoesNotMatch"],
        "the signature is wrong: no policy was asked",
        "see whether id and secret belong together, and whether anything was changed after signing",
        None,
        &[],
    ),
    k(
        &["AliyunLogArchiveRole"],
        "products deliver their logs to Simple Log Service as this service role: it was deleted, or its trust policy or its policy was edited",
        "let the account owner authorize it again, with its default documents",
        None,
        &[
            "aliyun ram GetRole --RoleName AliyunLogArchiveRole",
            "aliyun ram ListPoliciesForRole --RoleName AliyunLogArchiveRole",
        ],
    ),
];

/// What is known of a refusal by its words.
pub fn known(refusal: &Refusal) -> Option<&'static Known> {
    let text = refusal.text().to_lowercase();
    let fits = |known: &&Known| known.words.iter().all(|word| text.contains(&word.to_lowercase()));
    KNOWN.iter().filter(fits).find(|known| !known.is_contradicted(refusal, &text))
}

#[cfg(test)]
mod tests {
    use super::super::refusal::{Refusal, Why};
    use super::known;

    /// The beginning of the cause of a text, beside what else is said.
    fn cause(message: &str, said: Refusal) -> Option<&'static str> {
        let refusal = Refusal { message: Some(message.to_owned()), ..said };
        known(&refusal).map(|known| known.cause.split([':', ',']).next().unwrap_or_default())
    }

    #[test]
    fn a_known_text_gives_way_to_what_is_said_beside_it() {
        let action = |action: &str| Refusal { action: Some(action.to_owned()), ..Refusal::default() };
        let host = |host: &str| Refusal { host: Some(host.to_owned()), ..Refusal::default() };
        let why = |kind: &str, policy: &str| Refusal {
            why: Why { no_permission: Some(kind.to_owned()), policy: Some(policy.to_owned()) },
            ..Refusal::default()
        };
        let ram = "You are not authorized to do this action. You should be authorized by RAM.";
        for said in [
            Refusal::default(),
            action("sts:AssumeRole"),
            host("sts.aliyuncs.com"),
            host("sts-vpc.cn-hangzhou.aliyuncs.com"),
        ] {
            assert_eq!(cause(ram, said), Some("of AssumeRole"));
        }
        for said in [action("ram:CreateUser"), host("ram.aliyuncs.com"), why("ImplicitDeny", "AssumeRolePolicy")] {
            assert_eq!(cause(ram, said), None);
        }
        let support = "User not authorized to operate on the specified resource, or this API doesn't support RAM.";
        let silent = Some("nothing allows the operation");
        for (said, expected) in [
            (Refusal::default(), silent),
            (why("ImplicitDeny", "AccountLevelIdentityBasedPolicy"), silent),
            (why("ExplicitDeny", "AccountLevelIdentityBasedPolicy"), None),
            (why("ImplicitDeny", "ControlPolicy"), None),
            (why("ImplicitDeny", "SessionPolicy"), None),
        ] {
            assert_eq!(cause(support, said), expected);
        }
        let fc = "the caller is not authorized to perform 'fc:ListFunctions' on resource 'acs:fc:*:*:functions/*'";
        assert_eq!((cause(fc, action("fc:ListFunctions")), cause(fc, Refusal::default())), (None, None));
        assert!(cause("the caller is not authorized to perform ram:PassRole on x", action("ram:PassRole")).is_some());
        assert_eq!(cause("failed to mount dataset d-123: NoSuchBucket", Refusal::default()), None);
        assert!(cause("failed to mount dataset d-123", Refusal::default()).is_some());
    }
}
