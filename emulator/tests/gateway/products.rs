//! Products whose metadata names a protocol of their own, and whose official SDKs sign as others do.

use crate::kit::{self, Client, policy};

/// Drive and Photo Service: ROA 1.0 is what its SDK signs with.
#[test]
fn the_signature_of_pds() {
    let cloud = kit::start();
    let owner = Client::owner(&cloud).at("bj1.api.aliyunpds.com");
    let list =
        |by: &Client<'_>| by.send(&by.old_roa_request("POST", "2022-03-01", "/v2/drive/list", "", r#"{"limit":10}"#));
    list(&owner).refused(501, "AcslabNotPerformed");
    let alice = owner.user("alice").at("bj1.api.aliyunpds.com");
    list(&alice).refused(403, "Forbidden.RAM");
    owner.grant("alice", "drives", &policy("Allow", "pds:ListDrive", "*"));
    list(&alice).refused(501, "AcslabNotPerformed");
    list(&owner.with_key(&owner.key_id, "another secret", None)).refused(400, "SignatureDoesNotMatch");
    // One that is signed in a form of which nothing but an SDK tells.
    let acs4 = "ACS4-HMAC-SHA256 Credential=LTAI/Fri, 02 Ja/center/pds/aliyun_v4_request,\
                SignedHeaders=x-acs-action;x-acs-version,Signature=00";
    let mut raw = owner.old_roa_request("POST", "2022-03-01", "/v2/drive/list", "", "");
    raw.headers.remove("authorization");
    raw.headers.extend(kit::headers(&[("authorization", acs4), ("x-acs-action", "ListDrive")]));
    owner.send(&raw).refused(400, "InvalidSignatureMethod");
}

/// AliGenie: V3 is what its SDKs sign with; the tokens of its own, which nobody here gave out, let nobody in.
#[test]
fn the_signature_of_aligenie() {
    let cloud = kit::start();
    let owner = Client::owner(&cloud).at("openapi.aligenie.com");
    let path = "/v1.0/ssp/getAligenieUserInfo";
    let query = [("LoginStateAccessToken", "x")];
    let get = |by: &Client<'_>| by.acs3("GET", "ssp_1.0", "GetAligenieUserInfo", path, &query, "");
    get(&owner).refused(501, "AcslabNotPerformed");
    let alice = owner.user("alice").at("openapi.aligenie.com");
    assert_eq!(get(&alice).status, 403);
    let mut raw = owner.acs3_request("GET", "ssp_1.0", "GetAligenieUserInfo", path, &query, "");
    raw.headers.remove("authorization");
    raw.headers.extend(kit::headers(&[("authorization", "a-token"), ("x-acs-aligenie-access-token", "a-token")]));
    owner.send(&raw).refused(400, "IncompleteSignature");
}
