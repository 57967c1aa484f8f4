//! What may be sent to the real cloud: what reads, and what changes things that this run made, and nothing else.

use std::collections::BTreeSet;

use serde_json::Value;

use super::effect::{self, Change, Effect};
use super::names::RunId;
use crate::catalogue::{self, Operation};
use crate::client::{Given, Parameters};

/// What a call comes to.
#[derive(Clone, Copy, Debug)]
pub(super) enum Passed {
    /// It changes nothing.
    Reads,
    /// It changes something of the run.
    Changes(&'static Change),
}

/// Ids of things of the run, which have no name in the calls that change them.
pub(super) type OwnIds = BTreeSet<String>;

/// Parameters of any request, which are no operation's.
const OF_REQUESTS: &[&str] =
    &["Action", "Version", "x-acs-action", "x-acs-version", "Signature", "AccessKeyId", "SecurityToken"];

/// Whether a call may be sent. The error says why it must not be.
pub(super) fn check(
    run: &RunId,
    own: &OwnIds,
    operation: &Operation,
    parameters: &Parameters,
) -> Result<Passed, String> {
    let name = catalogue::full_name(operation);
    // What names the operation stands elsewhere, and a second name would name another one: also beside one that reads.
    if let Some((named, _)) =
        parameters.iter().find(|(named, _)| OF_REQUESTS.iter().any(|of| named.eq_ignore_ascii_case(of)))
    {
        return Err(format!("{name} is given `{named}`, which is none of its parameters"));
    }
    let change = match effect::of(operation) {
        Effect::Reads => return Ok(Passed::Reads),
        Effect::Changes(change) => change,
        Effect::Opens => return Err(format!("{name} opens a service for the whole account")),
        Effect::Forbidden => {
            return Err(format!("{name} is none of the operations that a run may send to the real cloud"));
        }
    };
    if !is_cheap(parameters) {
        return Err(format!("{name} asks for a storage class that costs more than Standard"));
    }
    for named in change.names {
        // A system policy is nobody's, and attaching it changes whom it is attached to.
        if *named == "PolicyName" && change.names.len() > 1 && is_system(parameters) {
            continue;
        }
        let given: Vec<_> = all_named(parameters, named).collect();
        if given.is_empty() && !change.nothing_without {
            return Err(format!("{name} names no `{named}`, and could change something of its caller"));
        }
        // All of them, in whatever letter case: nobody knows which one the cloud takes.
        for given in given {
            let text = given.to_text().unwrap_or_default();
            // Where an object is copied from: `/BUCKET/KEY`.
            let own_name = if *named == "x-oss-copy-source" {
                text.trim_start_matches('/').split('/').next().unwrap_or_default()
            } else {
                text.as_str()
            };
            // Without a value there is no name.
            let nobody = own_name.is_empty() && change.nothing_without;
            if !nobody && !run.made(own_name) && !own.contains(own_name) {
                return Err(format!("{name} would change `{own_name}`, which this run has not made"));
            }
        }
    }
    Ok(Passed::Changes(change))
}

/// A parameter by its name, in whatever case: the cloud may not look at it.
pub(super) fn parameter<'p>(parameters: &'p Parameters, name: &str) -> Option<&'p Given> {
    all_named(parameters, name).next()
}

/// All that a name is given, in whatever case.
fn all_named<'p>(parameters: &'p Parameters, name: &str) -> impl Iterator<Item = &'p Given> {
    parameters.iter().filter(move |(given, _)| given.eq_ignore_ascii_case(name)).map(|(_, given)| given)
}

/// Is it what a region may be called? It stands in the hosts that are called.
pub(super) fn is_region(region: &str) -> bool {
    !region.is_empty() && region.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'-')
}

/// Do all say so that tell whose policy it is? Nobody knows which one the cloud takes.
fn is_system(parameters: &Parameters) -> bool {
    let mut types = all_named(parameters, "PolicyType").peekable();
    types.peek().is_some() && types.all(|given| *given == Given::Json(Value::from("System")))
}

/// Objects are kept in the class that has no shortest time, whether a header or a body asks for another one.
fn is_cheap(parameters: &Parameters) -> bool {
    let is_standard =
        |given: &Given| given.to_text().is_ok_and(|class| class.is_empty() || class.as_str() == "Standard");
    let is_costly = |given: &Given| {
        let bytes = given.to_bytes().unwrap_or_default();
        let text = String::from_utf8_lossy(&bytes);
        text.contains("StorageClass") && ["IA", "Archive"].iter().any(|class| text.contains(*class))
    };
    all_named(parameters, "x-oss-storage-class").all(is_standard) && !all_named(parameters, "Body").any(is_costly)
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::{OwnIds, Passed, check, is_cheap, is_region};
    use crate::catalogue::{self, Lookup};
    use crate::client::Given;
    use crate::parity::RunId;

    fn checked(name: &str, parameters: &[(&str, &str)]) -> Result<Passed, String> {
        let (product, operation) = name.split_once('.').unwrap();
        let Lookup::Found(operation) = catalogue::find(product, operation, None) else { panic!("{name}") };
        let parameters: Vec<_> =
            parameters.iter().map(|(name, value)| ((*name).to_owned(), Given::Json(json!(value)))).collect();
        let own = OwnIds::from(["12345".to_owned()]);
        check(&RunId::parse("k3x9q2").unwrap(), &own, operation, &parameters)
    }

    #[test]
    fn what_is_of_the_run_may_be_changed() {
        for (name, parameters) in [
            ("Ram.CreateUser", &[("UserName", "acslab-k3x9q2-alice")][..]),
            ("Ram.CreateUser", &[]),
            ("Ram.DeleteUser", &[("UserName", "acslab-k3x9q2-alice")]),
            (
                "Ram.AttachPolicyToUser",
                &[
                    ("UserName", "acslab-k3x9q2-alice"),
                    ("PolicyName", "AliyunOSSReadOnlyAccess"),
                    ("PolicyType", "System"),
                ],
            ),
            ("Oss.CopyObject", &[("Bucket", "acslab-k3x9q2-b"), ("x-oss-copy-source", "/acslab-k3x9q2-b/a/b")]),
            ("AIWorkSpace.DeleteWorkspace", &[("WorkspaceId", "12345")]),
        ] {
            assert!(matches!(checked(name, parameters), Ok(Passed::Changes(_))), "{name}");
        }
        assert!(matches!(checked("Ram.GetUser", &[("UserName", "bob")]), Ok(Passed::Reads)));
    }

    #[test]
    fn nothing_else_may() {
        for (name, parameters) in [
            ("Ram.DeleteUser", &[("UserName", "bob")][..]),
            ("Ram.CreateUser", &[("UserName", "bob")]),
            ("Ram.CreateUser", &[("username", "bob")]),
            // One of them is looked at, and the other one taken.
            ("Ram.DeleteUser", &[("userName", "acslab-k3x9q2-alice"), ("UserName", "bob")]),
            ("Ram.DeleteUser", &[("UserName", "acslab-k3x9q2-alice"), ("userName", "bob")]),
            ("Ram.CreateUser", &[("UserName", "acslab-k3x9q2-alice"), ("Action", "ClearAccountAlias")]),
            ("Oss.DeleteBucket", &[("Bucket", "acslab-k3x9q2-a/../photos")]),
            ("Ram.CreateUser", &[("UserName", "acslab-other1-alice")]),
            // What reads under its name would do something else under the second one.
            ("Ram.GetUser", &[("UserName", "bob"), ("Action", "DeleteUser")]),
            ("Ram.GetUser", &[("UserName", "bob"), ("action", "DeleteUser")]),
            // A key without a name of whom is one of the caller.
            ("Ram.CreateAccessKey", &[]),
            ("Ram.DeleteAccessKey", &[("UserAccessKeyId", "LTAI")]),
            ("Ram.DeleteAccessKey", &[("UserName", ""), ("UserAccessKeyId", "LTAI")]),
            (
                "Ram.AttachPolicyToUser",
                &[("UserName", "acslab-k3x9q2-alice"), ("PolicyName", "own"), ("PolicyType", "Custom")],
            ),
            (
                "Ram.AttachPolicyToUser",
                &[("UserName", "bob"), ("PolicyName", "AdministratorAccess"), ("PolicyType", "System")],
            ),
            (
                "Ram.AttachPolicyToUser",
                &[
                    ("UserName", "acslab-k3x9q2-alice"),
                    ("PolicyName", "own"),
                    ("PolicyType", "System"),
                    ("policyType", "Custom"),
                ],
            ),
            ("Ram.CreatePolicyVersion", &[("PolicyName", "own"), ("PolicyType", "System")]),
            ("Oss.DeleteObject", &[("Bucket", "photos"), ("Key", "acslab-k3x9q2-a")]),
            ("Oss.CopyObject", &[("Bucket", "acslab-k3x9q2-b"), ("x-oss-copy-source", "/photos/a")]),
            ("Oss.PutObject", &[("Bucket", "acslab-k3x9q2-b"), ("x-oss-storage-class", "Archive")]),
            ("AIWorkSpace.DeleteWorkspace", &[("WorkspaceId", "54321")]),
            ("AIWorkSpace.CreateProductOrders", &[]),
            ("Ram.SetAccountAlias", &[("AccountAlias", "acslab-k3x9q2-alice")]),
        ] {
            assert!(checked(name, parameters).is_err(), "{name} {parameters:?}");
        }
    }

    #[test]
    fn no_class_is_asked_for_that_costs_more() {
        let given = |name: &str, given: Given| (name.to_owned(), given);
        let text = |name: &str, text: &str| given(name, Given::Json(json!(text)));
        for cheap in [
            vec![],
            vec![text("x-oss-storage-class", "Standard"), text("X-Oss-Storage-Class", "")],
            vec![text("Body", "IA of the Archive")],
            vec![text("Body", "<StorageClass>Standard</StorageClass>")],
            vec![given("Body", Given::Json(json!({"CreateBucketConfiguration": {"StorageClass": "Standard"}})))],
        ] {
            assert!(is_cheap(&cheap), "{cheap:?}");
        }
        for costly in [
            vec![text("x-oss-storage-class", "IA")],
            vec![text("x-oss-storage-class", "Standard"), text("X-Oss-Storage-Class", "ColdArchive")],
            vec![text("x-oss-storage-class", "Another")],
            vec![given("x-oss-storage-class", Given::Bytes(vec![0xff]))],
            vec![text("Body", "<StorageClass>IA</StorageClass>")],
            vec![given("Body", Given::Bytes(b"<StorageClass> DeepColdArchive </StorageClass>".to_vec()))],
            vec![given("Body", Given::Json(json!({"CreateBucketConfiguration": {"StorageClass": "Archive"}})))],
        ] {
            assert!(!is_cheap(&costly), "{costly:?}");
        }
    }

    #[test]
    fn a_region_is_no_address() {
        for region in ["cn-hangzhou", "us-east-1"] {
            assert!(is_region(region), "{region}");
        }
        for region in ["", "x.evil.invalid/", "x.evil.invalid", "a:443", "a@b", "cn hangzhou"] {
            assert!(!is_region(region), "{region}");
        }
    }
}
