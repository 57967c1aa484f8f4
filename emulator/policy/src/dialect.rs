//! What the policy language means where the public documentation of RAM leaves it open.
//!
//! Each open question is one field here, named after what it decides; [`Dialect::STANDARD`] holds this engine's answer,
//! marked `INFERRED:` where something public points to it and `CHOICE:` where nothing does. Answers without a mark are
//! documented.
//! Fields that say how a document is read or matched take effect when it is parsed ([`crate::Document::parse_with`]);
//! those that say how layers combine are read from [`crate::Layers::dialect`].
//!
//! Three questions are answered outside the language, by whoever describes a request: whether `acs:MFAPresent` is
//! filled for access-key calls (it is, with `false`), whether an omitted prefix parameter counts as an empty
//! `oss:Prefix` (it does not: omitted is missing), and whether `oss:x-oss-acl` has a default (`private` where a bucket is
//! made, as `oss:x-oss-object-acl` has `default` where an object is written). A fourth,
//! whether control policies of the principal's account count across accounts (they do not), is answered by which
//! nodes are put into [`crate::Layers::control`].

/// How letters compare.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum LetterCase {
    /// `a` and `A` differ.
    Sensitive,
    /// `a` and `A` are the same (ASCII).
    Insensitive,
}

/// How the relative part of a resource compares.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ResourceCase {
    /// Letters differ by case, but not in the name of a RAM role (`role/<name>`), which RAM lower-cases in ARNs.
    SensitiveButRoles,
    /// Letters always differ by case.
    Sensitive,
}

/// Every open question of the policy language, and its answer.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[expect(clippy::struct_excessive_bools, reason = "independent yes-or-no questions")]
pub struct Dialect {
    /// How action names compare. *Policy elements*: mostly without regard to case; the exceptions are unpublished.
    pub action_case: LetterCase,
    /// Whether a resource pattern with fewer than five fields (`acs:oss:*`) is accepted; it then matches as one text.
    pub short_resource_patterns: bool,
    /// How resources compare.
    pub resource_case: ResourceCase,
    /// Whether a negated condition operator is met when the request lacks the key.
    pub missing_key_meets_negation: bool,
    /// Whether `IfExists`, `Null`, `ForAnyValue:` and `ForAllValues:` are accepted, with their usual meaning.
    pub extended_operators: bool,
    /// How the names of condition keys compare (up to the first `/`; what follows is a tag key and always compares exactly).
    pub key_case: LetterCase,
    /// Whether `${...}` is refused. Otherwise it is plain text: RAM has no policy variables.
    pub refuse_variables: bool,
    /// Whether a bucket policy that tests `acs:SourceIp` must test `acs:SourceVpc` in the same condition.
    pub source_ip_needs_source_vpc: bool,
    /// Whether `Sid` and `Id` are tolerated.
    pub tolerate_identifiers: bool,
    /// Whether elements that the grammar does not know are ignored instead of refused.
    pub ignore_unknown_elements: bool,
    /// Whether a bare number or boolean is taken as a condition value.
    pub bare_condition_values: bool,
    /// Whether `NotResource`, no longer in the published grammar, is accepted.
    pub not_resource: bool,
    /// Whether a lone statement object may stand in place of the array.
    pub lone_statement: bool,
    /// Whether a condition value that its operator cannot read (`IpAddress` with `10.0.0.*`) is refused on write.
    /// If kept, it never makes an Allow match, and it makes a Deny match.
    pub refuse_malformed_values: bool,
    /// Whether several `*` in a row are refused in bucket policies (OSS error 0030-00000007).
    pub refuse_repeated_stars: bool,
    /// Whether the size limits hold.
    pub size_limits: bool,
    /// Whether an account UID in a bucket policy also stands for the RAM users of that account.
    pub account_uid_covers_users: bool,
    /// Whether a statement of a bucket policy without `Principal` is accepted. Like an empty list it then means everyone.
    pub bucket_principal_may_lack: bool,
    /// Whether public statements of bucket policies count for nothing: block public access is on.
    pub public_access_blocked: bool,
    /// Whether a Deny in the caller's own account reaches a bucket of another account.
    pub home_deny_reaches_abroad: bool,
    /// Whether the trust policy alone lets a principal of the role's own account assume the role.
    pub trust_alone_suffices: bool,
    /// Whether a Deny at resource-group scope overrides an Allow at account scope.
    pub resource_group_deny_overrides: bool,
    /// Whether a role assumption that neither half allows is reported under the identity policies, not the trust policy.
    pub silent_assumption_names_identity: bool,
    /// Whether an implicit deny names the resource-group scope when that was the last scope looked at.
    pub implicit_deny_names_last_scope: bool,
}

impl Dialect {
    /// The language as this engine understands it by default.
    pub const STANDARD: Self = Self {
        // CHOICE: "in most cases" case does not count, and no exception is published.
        action_case: LetterCase::Insensitive,
        // CHOICE: such patterns stand in public policies; what they match is published nowhere.
        short_resource_patterns: true,
        // INFERRED: keys of objects differ by case; ARNs of roles carry their names in lower case.
        resource_case: ResourceCase::SensitiveButRoles,
        // INFERRED: a vendor's policy denies by a negated operator what lacks a tag.
        missing_key_meets_negation: true,
        // INFERRED: they are in no table of operators, and two of them were refused when tried.
        extended_operators: false,
        // CHOICE: published material spells one key in several ways.
        key_case: LetterCase::Insensitive,
        // CHOICE: no page of RAM has variables; refusing `${` would refuse names that may hold it.
        refuse_variables: false,
        // INFERRED: refused when tried, though older samples have one without the other.
        source_ip_needs_source_vpc: true,
        // INFERRED: a policy of a vendor carries `Sid`.
        tolerate_identifiers: true,
        // CHOICE: a misspelt element that is ignored would change who may do what.
        ignore_unknown_elements: false,
        // CHOICE: the grammar says quoted; to take more loses nothing.
        bare_condition_values: true,
        not_resource: false,
        // CHOICE: the grammar has an array.
        lone_statement: false,
        // CHOICE: a value that can never compare is a mistake of its author.
        refuse_malformed_values: true,
        refuse_repeated_stars: true,
        size_limits: true,
        // INFERRED: the identity half is silent about buckets of others, so it cannot be what lets users in.
        account_uid_covers_users: false,
        // INFERRED: an official SDK's test puts such a policy; what it means is not told, and an empty list means everyone.
        bucket_principal_may_lack: true,
        public_access_blocked: false,
        // CHOICE: published is that identity policies do not reach the resources of others.
        home_deny_reaches_abroad: false,
        trust_alone_suffices: false,
        // CHOICE: an older page spells out the order of the scopes, a newer one says that a Deny always overrides.
        resource_group_deny_overrides: false,
        // INFERRED: the order of evaluation; one message serves both.
        silent_assumption_names_identity: true,
        // INFERRED: the order of evaluation; published samples have no resource groups.
        implicit_deny_names_last_scope: true,
    };

    /// The language of documents that are already stored: what is refused only when a policy is saved passes
    /// (sizes, `acs:SourceIp` without `acs:SourceVpc`, repeated stars).
    pub const STORED: Self =
        Self { source_ip_needs_source_vpc: false, refuse_repeated_stars: false, size_limits: false, ..Self::STANDARD };
}

impl Default for Dialect {
    fn default() -> Self {
        Self::STANDARD
    }
}
