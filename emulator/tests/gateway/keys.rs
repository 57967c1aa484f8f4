//! Keys and tokens that do not hold.

use acslab_emulator::signature::Secret;

use crate::kit::{self, Client, Raw, trust};
use crate::tools::{ACCOUNT, WHO, get, set, signed};

#[test]
fn keys_that_may_not_sign() {
    let cloud = kit::start();
    let owner = Client::owner(&cloud);
    let alice = owner.user("alice");
    let key = [("UserName", "alice"), ("UserAccessKeyId", alice.key_id.as_str())];
    let v3 = |by: &Client<'_>| by.acs3("POST", "2015-04-01", "GetCallerIdentity", "/", &[], "");
    owner.ram("UpdateAccessKey", &[&key[..], &[("Status", "Inactive")]].concat()).ok();
    alice.sts("GetCallerIdentity", &[]).refused(400, "InvalidAccessKeyId.Inactive");
    v3(&alice).refused(400, "InvalidAccessKeyId.Inactive");
    owner.ram("DeleteAccessKey", &key).ok();
    owner.ram("DeleteUser", &[("UserName", "alice")]).ok();
    alice.sts("GetCallerIdentity", &[]).refused(404, "InvalidAccessKeyId.NotFound");
    v3(&alice).refused(404, "InvalidAccessKeyId.NotFound");
    // Somebody of the same name is somebody else.
    owner.user("alice");
    alice.sts("GetCallerIdentity", &[]).refused(404, "InvalidAccessKeyId.NotFound");
    // Key ids are case-sensitive.
    let folded = owner.with_key(&owner.key_id.to_lowercase(), owner.secret.expose(), None);
    folded.sts("GetCallerIdentity", &[]).refused(404, "InvalidAccessKeyId.NotFound");
}

#[test]
fn tokens_that_do_not_hold() {
    let cloud = kit::start();
    let owner = Client::owner(&cloud);
    let alice = owner.user("alice");
    owner.attach("alice", "System", "AliyunSTSAssumeRoleAccess");
    let document = trust("RAM", &format!("acs:ram::{ACCOUNT}:root"));
    owner.ram("CreateRole", &[("RoleName", "r"), ("AssumeRolePolicyDocument", &document)]).ok();
    let arn = format!("acs:ram::{ACCOUNT}:role/r");
    let (one, two) = (alice.assume(&arn, &[]), alice.assume(&arn, &[("DurationSeconds", "900")]));
    let with = |token: Option<&str>| one.with_key(&one.key_id, one.secret.expose(), token);
    let v3 = |by: &Client<'_>| by.acs3("POST", "2015-04-01", "GetCallerIdentity", "/", &[], "");
    let both = |by: &Client<'_>, status, code: &str| {
        by.sts("GetCallerIdentity", &[]).refused(status, code);
        v3(by).refused(status, code);
    };
    one.sts("GetCallerIdentity", &[]).ok();
    v3(&one).ok();
    both(&with(None), 400, "MissingSecurityToken");
    both(&with(Some("CAISnothing")), 400, "InvalidSecurityToken.Malformed");
    let token = one.token.clone().unwrap();
    let last = if token.ends_with('A') { "B" } else { "A" };
    both(&with(Some(&format!("{}{last}", &token[..token.len() - 1]))), 400, "InvalidSecurityToken.Malformed");
    both(&with(two.token.as_deref()), 400, "InvalidSecurityToken.MismatchWithAccessKey");
    let with_token = alice.with_key(&alice.key_id, alice.secret.expose(), Some(&token));
    both(&with_token, 400, "InvalidSecurityToken.MismatchWithAccessKey");
    both(&one.with_key("STS.NoSuchKey00000000000000000", "x", Some(&token)), 404, "InvalidAccessKeyId.NotFound");
    // The token is signed with the rest.
    let mut all = signed(&one, "GET", &WHO, one.now(), &kit::nonce());
    set(&mut all, "SecurityToken", &format!("{token} "));
    get(&one, &all).refused(400, "InvalidSecurityToken.Malformed");

    cloud.gateway().cloud().clock.advance(901_000).unwrap();
    both(&two, 400, "InvalidSecurityToken.Expired");
    one.sts("GetCallerIdentity", &[]).ok();
    owner.ram("DeleteRole", &[("RoleName", "r")]).ok();
    both(&one, 404, "InvalidAccessKeyId.NotFound");
}

#[test]
fn a_secret_is_nowhere_to_be_read() {
    let cloud = kit::start();
    let owner = Client::owner(&cloud);
    let alice = owner.user("alice");
    let secrets = |secret: &Secret| secret.expose().to_owned();
    let seen = [
        owner.ram("ListAccessKeys", &[("UserName", "alice")]).text(),
        owner.send(&Raw::new("GET", "/_acslab/decisions")).text(),
        owner.send(&Raw::new("POST", "/_acslab/state").body("{}")).text(),
        format!("{cloud:?}"),
    ];
    for text in seen {
        assert!(!text.contains(&secrets(&alice.secret)) && !text.contains(&secrets(&owner.secret)));
    }
}
