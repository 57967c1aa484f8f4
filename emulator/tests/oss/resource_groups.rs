//! The resource group of a bucket.

use crate::kit::{Answer, Client, policy, text};
use crate::tools::{done, element, start};

const AT: [(&str, &str); 1] = [("resourceGroup", "")];

fn group(owner: &Client<'_>, name: &str) -> String {
    let made = owner.rpc("2020-03-31", "CreateResourceGroup", &[("Name", name), ("DisplayName", name)]).ok();
    text(&made, "/ResourceGroup/Id").to_owned()
}

fn put(client: &Client<'_>, group: &str) -> Answer {
    let body = format!(
        "<BucketResourceGroupConfiguration><ResourceGroupId>{group}</ResourceGroupId></BucketResourceGroupConfiguration>"
    );
    client.oss("PUT", Some("photos"), "", &AT, &[], body.as_bytes())
}

fn now(owner: &Client<'_>) -> String {
    element(&owner.on_bucket("GET", "photos", &AT), "ResourceGroupId")
}

#[test]
fn a_bucket_moves_between_groups() {
    let emulator = start();
    let owner = Client::owner(&emulator);
    owner.make("photos");
    assert_eq!(now(&owner), "rg-default-id");
    let project = group(&owner, "project");
    done(&put(&owner, &project));
    assert_eq!(now(&owner), project);
    assert_eq!(element(&owner.on_bucket("GET", "photos", &[("bucketInfo", "")]), "ResourceGroupId"), project);

    put(&owner, "rg-nothere").refused(400, "ResourceGroupIdPreCheckError");
    owner.oss("PUT", Some("photos"), "", &AT, &[], b"{}").refused(400, "MalformedXML");
    owner.oss("PUT", Some("nothere"), "", &AT, &[], b"").refused(404, "NoSuchBucket");
    owner.on_bucket("GET", "nothere", &AT).refused(404, "NoSuchBucket");
    assert_eq!(now(&owner), project);

    // An empty one is the default one, and so is what the default one is called.
    for default in ["", "rg-default-id"] {
        done(&put(&owner, &project));
        done(&put(&owner, default));
        assert_eq!(now(&owner), "rg-default-id");
    }
}

#[test]
fn to_move_a_bucket_is_a_permission_in_both_groups() {
    let emulator = start();
    let owner = Client::owner(&emulator);
    let (from, to) = (group(&owner, "from"), group(&owner, "to"));
    owner.make("photos");
    done(&put(&owner, &from));
    let alice = owner.nobody("alice");
    let document = policy("Allow", "oss:PutBucketResourceGroup", "*");
    owner.ram("CreatePolicy", &[("PolicyName", "move"), ("PolicyDocument", &document)]).ok();
    let attach = |scope: &str| {
        let parameters = [
            ("PolicyType", "Custom"),
            ("PolicyName", "move"),
            ("PrincipalType", "IMSUser"),
            ("PrincipalName", "alice@1234567890123456.onaliyun.com"),
            ("ResourceGroupId", scope),
        ];
        owner.rpc("2020-03-31", "AttachPolicy", &parameters).ok();
    };
    attach(&from);
    put(&alice, &to).refused(403, "AccessDenied");
    assert_eq!(now(&owner), from);
    attach(&to);
    done(&put(&alice, &to));
    assert_eq!(now(&owner), to);
}
