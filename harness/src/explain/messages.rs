//! Messages that say what their code does not: what each comes from where no detail code tells it.

use super::codes::{By, code};

/// What a message comes from, and what helps.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Says {
    /// The same as a detail code.
    Ec(&'static str),
    /// What it comes from, and what to do.
    This(&'static str, &'static str),
}

/// A message that is known.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Message {
    /// What is in it, letter case aside.
    words: &'static str,
    says: Says,
    /// The action that is missing, where the message tells it.
    pub(super) action: Option<&'static str>,
    /// Did a policy decide it?
    pub(super) by_policy: bool,
}

impl Message {
    /// Is it said of a token or an assertion of an identity provider?
    pub(super) fn is_of_provider(&self) -> bool {
        self.words == OF_PROVIDER
    }

    /// Is it said where nobody signed?
    pub(super) fn is_of_unsigned(&self) -> bool {
        matches!(self.says, Says::Ec(ec) if code(ec).is_some_and(|code| code.by == By::Unsigned))
    }

    /// What it comes from, and what to do.
    pub(super) fn says(&self) -> Option<(&'static str, &'static str)> {
        match self.says {
            Says::Ec(ec) => code(ec).map(|code| (code.means, code.then)),
            Says::This(means, then) => Some((means, then)),
        }
    }
}

const fn m(words: &'static str, says: Says) -> Message {
    Message { words, says, action: None, by_policy: true }
}

/// Of a message that tells the action.
const fn a(words: &'static str, action: &'static str, says: Says) -> Message {
    Message { action: Some(action), ..m(words, says) }
}

/// Of what no policy decides.
const fn n(words: &'static str, says: Says) -> Message {
    Message { by_policy: false, ..m(words, says) }
}

const OF_PROVIDER: &str = "AuthenticationFail.NoPermission";

const ACL: Says = Says::This(
    "nothing allows it: no RAM policy, no bucket policy, no ACL; or the request is not signed, and its signer's rights do not matter",
    "see that the request is signed; allow the action in RAM or in the bucket policy, on the object: `BUCKET/*`",
);

/// OSS's (pages of its 403 answers and of its detail codes), and two of STS. The longer of two that begin alike comes first.
const MESSAGES: &[Message] = &[
    m("You have no right to access this object because of bucket acl", ACL),
    m("You have no right to access this object", ACL),
    m(
        "The bucket you access does not belong to you",
        Says::This(
            "nothing allows the caller this operation on the bucket itself: no ACL opens it, not even a public one",
            "allow the action on the bucket, `acs:oss:*:*:BUCKET` without `/*`; of a listing with the condition `oss:Prefix` send the very prefix, the slash at its end too; see that the request is signed",
        ),
    ),
    a(
        "You are forbidden to list buckets",
        "oss:ListBuckets",
        Says::This(
            "all buckets of the account were to be listed: consoles and tools begin so. A right on one bucket does not give it",
            "allow `oss:ListBuckets` on `acs:oss:*:*:*`, or give the tool the bucket's address, so that it need not list",
        ),
    ),
    a("You do not have read acl permission on this object", "oss:GetObjectAcl", Says::Ec("0003-00000007")),
    a(
        "You do not have write acl permission on this object",
        "oss:PutObjectAcl",
        Says::This("nothing allows the ACL of the object to be set", "allow `oss:PutObjectAcl`"),
    ),
    m("You do not have read permission on this object", Says::Ec("0003-00000005")),
    m("You do not have write permission on this object", Says::Ec("0003-00000005")),
    m("Anonymous user has no right to access this bucket", Says::Ec("0003-00000002")),
    m("Anonymous access is forbidden for this operation", Says::Ec("0003-00001201")),
    m(
        "Access denied by bucket policy",
        Says::This(
            "a statement denies it, and the message is the same whose it is: with EC 0003-00000101 the bucket policy's, with 0003-00000201 that of a RAM policy or a control policy",
            "look for the code `EC` in the answer or in its header `x-oss-ec`, and narrow the statement: an Allow elsewhere does not help",
        ),
    ),
    m("Access denied by authorizer's policy", Says::Ec("0003-00000301")),
    n(
        "You are denied by bucket referer policy",
        Says::This(
            "hotlink protection: the Referer is not on the bucket's list, is on that of those refused, or is missing",
            "put it on the list, or allow an empty one; requests that are signed in the header are exempt, signed addresses are not",
        ),
    ),
    n("must be addressed using the specified endpoint", Says::Ec("0003-00001403")),
    n(
        "This request is forbidden by kms",
        Says::This(
            "the object is encrypted with a key of KMS that the caller may not use",
            "allow `kms:Decrypt`, and for writing `kms:GenerateDataKey`, on that key",
        ),
    ),
    n(
        "make sure your account is in good standing",
        Says::This("the account is in arrears: no policy was asked", "pay, and wait some minutes"),
    ),
    n(
        "Request has expired",
        Says::This(
            "a signed address was used after its time: no policy was asked",
            "sign a new one, with a longer time if need be",
        ),
    ),
    n(
        "does not reside in the same data center as source object",
        Says::This(
            "an object is copied within a region only: no permission is missing",
            "read it in its region and write it in the other, or set up a replication",
        ),
    ),
    n("Put public object acl is not allowed", Says::Ec("0016-00000901")),
    n("Put public bucket acl is not allowed", Says::Ec("0016-00000901")),
    n(
        "Put public bucket policy is not allowed",
        Says::This(
            "the policy has a statement for everybody, and public access is blocked for bucket or account; new buckets are born so",
            "name principals, a VPC or addresses in the statement, or lift the block if it is to be public",
        ),
    ),
    n(
        "acs:SourceVpc should be set if acs:SourceIp is set",
        Says::This(
            "a bucket policy that looks at `acs:SourceIp` has to look at `acs:SourceVpc` in the same Condition",
            "add `\"StringLike\": {\"acs:SourceVpc\": [\"*\"]}`, or under a Deny `\"StringNotLike\": {\"acs:SourceVpc\": [\"vpc-*\"]}`",
        ),
    ),
    n(
        "The parameter Policy has not passed grammar check",
        Says::This(
            "the session policy, given with AssumeRole, is no policy: no permission is missing",
            "`acslab lint FILE` tells where",
        ),
    ),
    a(
        OF_PROVIDER,
        "sts:AssumeRole",
        Says::This(
            "the role's trust policy does not let the token in: it has to name the identity provider as `Federated`, and its conditions on `oidc:iss`, `oidc:aud` and `oidc:sub`, or on `saml:recipient`, have to hold for this token. No policy of a user is asked",
            "compare what the token says, of OIDC `iss`, `aud` and `sub`, with the role's trust policy, letter by letter",
        ),
    ),
];

/// What is known of a text by the message in it.
pub(super) fn message(text: &str) -> Option<&'static Message> {
    let text = text.to_lowercase();
    MESSAGES.iter().find(|known| text.contains(&known.words.to_lowercase()))
}

#[cfg(test)]
mod tests {
    use super::{MESSAGES, message};

    #[test]
    fn each_message_is_found_by_itself() {
        for known in MESSAGES {
            assert!(known.says().is_some(), "{}", known.words);
            let text = format!("Error: {}.", known.words);
            assert_eq!(message(&text).map(|found| found.words), Some(known.words));
        }
        assert_eq!(message("a text"), None);
    }
}
