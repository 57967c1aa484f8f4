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
    let change = match effect::of(operation) {
        Effect::Reads => return Ok(Passed::Reads),
        Effect::Changes(change) => change,
        Effect::Opens => return Err(format!("{name} opens a service for the whole account")),
        Effect::Forbidden => {
            return Err(format!("{name} is none of the operations that a run may send to the real cloud"));
        }
    };
    // What names the operation stands elsewhere, and a second name would name another one.
    if let Some((named, _)) =
        parameters.iter().find(|(named, _)| OF_REQUESTS.iter().any(|of| named.eq_ignore_ascii_case(of)))
    {
        return Err(format!("{name} is given `{named}`, which is none of its parameters"));
    }
    if !is_cheap(parameters) {
        return Err(format!("{name} asks for a storage class that costs more than Standard"));
    }
    for named in change.names {
        // A system policy is nobody's, and attaching it changes whom it is attached to.
        if *named == "PolicyName" && change.names.len() > 1 && is_system(parameters) {
            continue;
        }
        let given: Vec<_> = parameters.iter().filter(|(given, _)| given.eq_ignore_ascii_case(named)).collect();
        if given.is_empty() && !change.nothing_without {
            return Err(format!("{name} names no `{named}`, and could change something of its caller"));
        }
        // All of them, in whatever letter case: nobody knows which one the cloud takes.
        for (_, given) in given {
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
    let mut found = parameters.iter().filter(|(given, _)| given.eq_ignore_ascii_case(name));
    found.next().map(|(_, given)| given)
}

fn is_system(parameters: &Parameters) -> bool {
    parameter(parameters, "PolicyType").is_some_and(|given| *given == Given::Json(Value::from("System")))
}

/// Objects are kept in the class that has no shortest time.
fn is_cheap(parameters: &Parameters) -> bool {
    let class = parameter(parameters, "x-oss-storage-class").and_then(|given| given.to_text().ok());
    let in_body = parameter(parameters, "Body").and_then(|given| given.to_text().ok()).unwrap_or_default();
    let costly = ["IA", "Archive", "ColdArchive", "DeepColdArchive"];
    let asked = class.is_some_and(|class| costly.contains(&class.as_str()));
    !asked && !costly.iter().any(|class| in_body.contains(&format!("\"StorageClass\":\"{class}\"")))
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::{OwnIds, Passed, check};
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
}
