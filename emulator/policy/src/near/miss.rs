//! A near miss, and its words.

use std::fmt;

use serde::Serialize;

use crate::layers::StatementRef;
use crate::set::PolicyRef;

/// Something that a statement says and that nearly fits.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct NearMiss {
    /// In what the two differ.
    pub kind: NearKind,
    /// The statement.
    pub statement: StatementRef,
    /// The policy it stands in.
    pub policy: PolicyRef,
    /// The line of what is written.
    pub line: u32,
    /// Where in the statement: `Resource`, `Condition.StringEquals.oss:BucketTag/Product`.
    pub element: String,
    /// What the policy says.
    pub written: String,
    /// What is asked.
    pub asked: String,
}

/// In what something differs from what is asked.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum NearKind {
    /// In nothing: it is public, and public access is blocked.
    PublicAccessBlocked,
    /// In blanks before or after it.
    Blank,
    /// In letter case alone.
    LetterCase,
    /// In the letter case of the condition key.
    KeyCase,
    /// In a slash at an end.
    Slash,
    /// In `user/` and `role/`.
    UserOrRole,
    /// In the form of a session's name: `arn:sts` and `acs:ram`, `role/` and `assumed-role/`.
    SessionForm,
    /// A bucket policy names principals by their ids.
    BucketPrincipal,
    /// In the account.
    Account,
    /// In the region.
    Region,
    /// The bucket is named, and its objects are asked for.
    ObjectNeeded,
    /// Objects are named, and the bucket is asked for.
    BucketNeeded,
    /// The operation is not about a single resource: it asks for `*`.
    NoSingleResource,
    /// The same name in another service.
    OtherService,
    /// An operation's name, which is authorized under another one.
    OperationName,
    /// It would fit as a pattern, and is compared for equality.
    Wildcard,
    /// A policy variable of another cloud: RAM has none.
    Variable,
    /// A name that is spelt nearly so.
    Spelling,
    /// The value of a condition key, and nothing else.
    Condition,
}

impl fmt::Display for NearMiss {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { element, written, asked, .. } = self;
        match self.kind {
            NearKind::PublicAccessBlocked => {
                write!(f, "`{written}` lets in the public, and public access is blocked; the caller is `{asked}`")
            }
            NearKind::Blank => write!(f, "`{written}` differs from `{asked}` in a blank"),
            NearKind::LetterCase => write!(f, "`{written}` and `{asked}` differ in letter case, which counts here"),
            NearKind::KeyCase => {
                write!(
                    f,
                    "the policy asks for the key `{written}`, the request carries `{asked}`: letter case counts in a tag's key"
                )
            }
            NearKind::Slash => write!(f, "`{written}` and `{asked}` differ in a slash"),
            NearKind::UserOrRole => write!(f, "`{written}` is no name of `{asked}`: one is a user, the other a role"),
            NearKind::SessionForm => write!(f, "`{written}` is another form of the name; here it has to be `{asked}`"),
            NearKind::BucketPrincipal => write!(
                f,
                "a bucket policy does not know `{written}`: it names accounts and RAM users by their ids, role sessions as \
                 `arn:sts::ACCOUNT:assumed-role/ROLE/*`; the caller is `{asked}`"
            ),
            NearKind::Account => write!(f, "`{written}` is in another account than `{asked}`"),
            NearKind::Region => write!(f, "`{written}` is in another region than `{asked}`"),
            NearKind::ObjectNeeded => {
                write!(
                    f,
                    "`{written}` is the bucket; objects are `{written}/*`, and one of them is asked for: `{asked}`"
                )
            }
            NearKind::BucketNeeded => {
                write!(f, "`{written}` are the objects; what is asked for is the bucket, `{asked}`")
            }
            NearKind::NoSingleResource => {
                write!(f, "the operation is asked for on `*`, not on a single resource; `{written}` never fits it")
            }
            NearKind::OtherService => {
                write!(f, "`{written}` is the name in another service; what is asked is `{asked}`")
            }
            NearKind::OperationName => {
                write!(f, "`{written}` is the name of an operation; the action that it asks for is `{asked}`")
            }
            NearKind::Wildcard => write!(
                f,
                "`{written}` is taken literally by {element}, and is not `{asked}`: as a pattern it stands under `StringLike`"
            ),
            NearKind::Variable => {
                write!(f, "RAM has no policy variables: `{written}` is compared as it is written; asked is `{asked}`")
            }
            NearKind::Spelling => write!(f, "`{written}` is spelt nearly as `{asked}` ({element})"),
            NearKind::Condition if asked.is_empty() => {
                write!(f, "{element} wants `{written}`, and the request does not carry the key")
            }
            NearKind::Condition => write!(f, "{element} wants `{written}`, and the request has `{asked}`"),
        }
    }
}
