//! Faults: what the cloud refuses, as findings.

use super::finding::{Draft, Findings};
use super::rule::Rule;
use crate::fault::{FaultCode, Malformed};

/// Turns each fault into a finding of the rule of its code.
pub(super) fn check(malformed: &Malformed, findings: &mut Findings<'_>) {
    for fault in malformed.faults() {
        let mut message = fault.message.clone();
        if let Some(expected) = &fault.expected {
            message.push_str(", expected ");
            message.push_str(expected);
        }
        findings.push(Draft::new(rule(fault.code), fault.span, message).maybe_help(fault.help.clone()));
    }
}

macro_rules! faults {
    ($($code:ident $name:ident $id:literal $summary:literal $why:literal)*) => {
        $(static $name: Rule = Rule::error($id, $summary, $why);)*

        fn rule(code: FaultCode) -> &'static Rule {
            match code {
                $(FaultCode::$code => &$name,)*
            }
        }

        pub(super) const RULES: &[&Rule] = &[$(&$name),*];
    };
}

faults! {
    TooLong TOO_LONG "too-long" "the document is too long" "the cloud limits each kind of document"
    InvalidUtf8 INVALID_UTF8 "invalid-utf8" "the bytes are not UTF-8" "policy documents are UTF-8"
    InvalidJson INVALID_JSON "invalid-json" "the text is not JSON" "policy documents are JSON"
    Comment COMMENT "comment" "a comment was left in the document" "the cloud refuses the document"
    TrailingComma TRAILING_COMMA "trailing-comma" "a comma separates nothing" "the document is not JSON"
    MissingComma MISSING_COMMA "missing-comma" "a comma is missing" "the document is not JSON"
    TrailingText TRAILING_TEXT "trailing-text" "something follows the document" "the document is not JSON"
    TooDeep TOO_DEEP "too-deep" "the document nests too deep" "no policy nests so deep"
    DuplicateMember DUPLICATE_MEMBER "duplicate-member" "a member is repeated"
        "readers of JSON keep one of the two and drop the other silently"
    WrongType WRONG_TYPE "wrong-type" "a value has the wrong type" "the grammar of policies asks for another one"
    UnknownElement UNKNOWN_ELEMENT "unknown-element" "an element that the grammar does not have"
        "element names are fixed and letter case counts"
    MissingElement MISSING_ELEMENT "missing-element" "a required element is missing" "the grammar of policies requires it"
    ConflictingElements CONFLICTING_ELEMENTS "conflicting-elements" "two elements exclude each other"
        "the grammar of policies allows one of them"
    UnsupportedVersion UNSUPPORTED_VERSION "unsupported-version" "the version is not `\"1\"`"
        "RAM knows one version of the policy language, written as a string"
    InvalidEffect INVALID_EFFECT "invalid-effect" "the effect is neither Allow nor Deny" "letter case counts"
    Empty EMPTY "empty" "a list or text is empty" "nothing would be meant"
    InvalidAction INVALID_ACTION "invalid-action" "an action is not of the form `service:Name`"
        "it cannot match any request"
    InvalidResource INVALID_RESOURCE "invalid-resource" "a resource is not an ARN" "it cannot match any request"
    InvalidPrincipal INVALID_PRINCIPAL "invalid-principal" "a principal is not of a known form"
        "it cannot match any caller"
    UnknownOperator UNKNOWN_OPERATOR "unknown-operator" "there is no such condition operator"
        "operators are fixed and letter case counts"
    UnsupportedOperator UNSUPPORTED_OPERATOR "unsupported-operator" "an operator of other clouds"
        "RAM has neither `IfExists` nor `Null` nor set operators"
    InvalidConditionKey INVALID_CONDITION_KEY "invalid-condition-key" "a condition key is not of the form `service:Name`"
        "no request carries it"
    InvalidConditionValue INVALID_CONDITION_VALUE "invalid-condition-value" "a value is not what its operator compares"
        "the condition could not be judged"
    Variable VARIABLE "variable" "a policy variable" "RAM has no policy variables"
    SourceVpcRequired SOURCE_VPC_REQUIRED "source-vpc-required" "`acs:SourceIp` without `acs:SourceVpc`"
        "OSS asks for both, since a VPC may reach the bucket from an allowed address"
    RepeatedStars REPEATED_STARS "repeated-stars" "several `*` in a row" "OSS refuses such a bucket policy"
    FieldTooLong FIELD_TOO_LONG "field-too-long" "one field of a statement is too long" "OSS takes 4095 bytes a field"
}
