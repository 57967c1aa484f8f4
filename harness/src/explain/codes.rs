//! OSS's detail codes (`EC`): what each says that message and code do not.

/// Who decided it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum By {
    /// A policy or an ACL, or that there is none which allows it.
    Policy,
    /// Nobody whom policies could change: OSS looks at something else.
    Nobody,
    /// That nobody signed the request.
    Unsigned,
}

/// What a detail code means, and what to do.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Code {
    /// The code.
    pub code: &'static str,
    /// Who decided it.
    pub by: By,
    /// What it means.
    pub means: &'static str,
    /// What to do.
    pub then: &'static str,
}

const fn c(code: &'static str, by: By, means: &'static str, then: &'static str) -> Code {
    Code { code, by, means, then }
}

/// Those that are published, or were seen (OSS: pages of the detail codes).
const CODES: &[Code] = &[
    c(
        "0002-00000003",
        By::Nobody,
        "a temporary key was used without its security token",
        "send the token beside the key: all three belong together",
    ),
    c(
        "0002-00000040",
        By::Nobody,
        "the signature in the address is wrong",
        "sign anew, and change nothing of what was signed: method, headers, parameters",
    ),
    c("0002-00000063", By::Nobody, "the AccessKey id is empty", "see whether the program finds its credentials at all"),
    c(
        "0002-00000080",
        By::Nobody,
        "signature V1 is not taken from new accounts and for new buckets",
        "sign with V4: newer SDKs do",
    ),
    c(
        "0002-00000201",
        By::Nobody,
        "the signature is wrong",
        "see whether id and secret belong together, and the clock is right",
    ),
    c("0002-00000227", By::Nobody, "V4 was signed for another product", "sign for the product `oss`"),
    c("0002-00000504", By::Nobody, "the clock of the machine is off by more than 15 minutes", "set the clock"),
    c(
        "0002-00000902",
        By::Nobody,
        "there is no such AccessKey",
        "see which key the program takes; a key of a deleted user is gone with it",
    ),
    c(
        "0002-00000904",
        By::Nobody,
        "the AccessKey is disabled, or may not be used from this address",
        "look at its status, and at the network policy of the key",
    ),
    c(
        "0003-00000001",
        By::Policy,
        "nothing allows it: no RAM policy, no bucket policy, no ACL",
        "allow the action in RAM or in the bucket policy; mind that objects are `BUCKET/*` and listing asks for the bucket itself",
    ),
    c(
        "0003-00000002",
        By::Unsigned,
        "an anonymous caller asks for something of a bucket that no ACL opens",
        "sign the request",
    ),
    c(
        "0003-00000005",
        By::Policy,
        "the object's own ACL keeps it shut, whatever the bucket's says",
        "set the object's ACL to `default`, or allow the caller by a policy",
    ),
    c("0003-00000007", By::Policy, "the ACL of the object may not be read", "allow `oss:GetObjectAcl`"),
    c(
        "0003-00000016",
        By::Nobody,
        "the access point does not belong to the bucket or the caller",
        "see whose alias it is",
    ),
    c(
        "0003-00000101",
        By::Policy,
        "a statement of the bucket policy denies it",
        "narrow that statement; with a Condition, Principal `*` binds the bucket's owner too",
    ),
    c(
        "0003-00000201",
        By::Policy,
        "a RAM policy denies it, or a control policy, whatever the message says of a bucket policy",
        "look for the Deny in RAM: an Allow in the bucket policy does not help",
    ),
    c(
        "0003-00000202",
        By::Policy,
        "nothing in RAM allows it, and nothing else can: such as where a bucket is to be made",
        "allow the action in RAM; to make a bucket that is `oss:PutBucket`",
    ),
    c("0003-00000203", By::Policy, "a RAM policy and the bucket policy both deny it", "both have to be narrowed"),
    c("0003-00000204", By::Policy, "one key of the batch is denied, so the whole request is", "leave that key out"),
    c(
        "0003-00000301",
        By::Policy,
        "the session policy, given with AssumeRole, does not allow it",
        "name the action in the session policy too: role and session policy must both allow",
    ),
    c("0003-00000401", By::Policy, "the policy of the VPC endpoint does not allow it", "allow it there"),
    c(
        "0003-00000501",
        By::Nobody,
        "hotlink protection: the request has no Referer",
        "allow an empty Referer, or sign in the header: signed headers are exempt, signed addresses are not",
    ),
    c(
        "0003-00000502",
        By::Nobody,
        "hotlink protection: the Referer is on the list of those refused",
        "take it off the list",
    ),
    c("0003-00000503", By::Nobody, "hotlink protection: the Referer is not on the list", "put it on the list"),
    c(
        "0003-00000602",
        By::Nobody,
        "no CORS rule fits",
        "set a CORS rule for this origin and method: policies have no say in it",
    ),
    c("0003-00000701", By::Nobody, "the requester pays, and nobody knows who that is", "sign the request"),
    c("0003-00000703", By::Nobody, "the requester pays, and did not say so", "send `x-oss-request-payer: requester`"),
    c(
        "0003-00000801",
        By::Nobody,
        "OSS is not open for the account, or it is in arrears: no policy is asked",
        "open OSS, or pay",
    ),
    c(
        "0003-00000905",
        By::Policy,
        "nobody allows it to this caller, who may be nobody: an anonymous one, or one that lacks a second action such as `oss:PutObjectTagging`",
        "sign the request; see whether a header asks for more than the action itself",
    ),
    c(
        "0003-00001201",
        By::Unsigned,
        "an operation of the whole service was asked for without a signature",
        "sign the request",
    ),
    c(
        "0003-00001403",
        By::Nobody,
        "the bucket is in another region: no permission is missing",
        "use the endpoint that the answer names",
    ),
    c(
        "0016-00000901",
        By::Policy,
        "a public ACL is refused, because public access is blocked",
        "lift the block for bucket and account, if the object is to be public",
    ),
    c(
        "0030-00000001",
        By::Nobody,
        "the bucket policy is longer than 16 KB",
        "make it shorter: patterns instead of lists",
    ),
    c("0030-00000002", By::Nobody, "the version of the bucket policy is not `\"1\"`", "write `\"Version\": \"1\"`"),
    c(
        "0030-00000003",
        By::Nobody,
        "a field of a statement is longer than 4095 bytes",
        "spread it over several statements",
    ),
    c("0030-00000004", By::Nobody, "the bucket policy is not UTF-8", "save it as UTF-8"),
    c(
        "0030-00000005",
        By::Nobody,
        "the syntax of the bucket policy is wrong",
        "`acslab lint --kind bucket FILE` tells where",
    ),
    c("0030-00000006", By::Nobody, "the bucket has no policy", "nothing is wrong with that"),
    c("0030-00000007", By::Nobody, "a pattern has several `*` in a row", "write one"),
];

/// What a code means.
pub fn code(code: &str) -> Option<&'static Code> {
    CODES.iter().find(|known| known.code == code)
}

/// Who decided what has a code; of one that is not known by its family.
pub(super) fn by(ec: &str) -> By {
    const OF_SOMETHING_ELSE: [&str; 4] = ["0003-000005", "0003-000006", "0003-000007", "0003-000008"];
    match code(ec) {
        Some(known) => known.by,
        None if !ec.starts_with("0003-0000") || OF_SOMETHING_ELSE.iter().any(|of| ec.starts_with(of)) => By::Nobody,
        None => By::Policy,
    }
}

#[cfg(test)]
mod tests {
    use super::{By, by};

    #[test]
    fn by_whom_it_was_decided() {
        for (ec, whom) in [
            ("0002-00000040", By::Nobody),
            ("0002-99999999", By::Nobody),
            ("0003-00000001", By::Policy),
            ("0003-00000002", By::Unsigned),
            ("0003-00000099", By::Policy),
            ("0003-00000502", By::Nobody),
            ("0003-00000599", By::Nobody),
            // Whoever lacks a second action has it, too.
            ("0003-00000905", By::Policy),
            ("0003-00001403", By::Nobody),
            ("0016-00000901", By::Policy),
        ] {
            assert_eq!(by(ec), whom, "{ec}");
        }
    }
}
