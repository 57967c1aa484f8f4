//! OIDC and SAML providers, and single sign-on for users.

use serde_json::json;

use crate::kit::{self, Client, MOMENT, names, policy, text};
use crate::{ACCOUNT, ims};

const NAME: (&str, &str) = ("OIDCProviderName", "TestProvider");
const ISSUER: (&str, &str) = ("IssuerUrl", "https://issuer.example.com/tenant");
/// `<EntityDescriptor/>`
const METADATA: &str = "PEVudGl0eURlc2NyaXB0b3IvPg==";

#[test]
fn an_oidc_provider_is_made_read_changed_and_deleted() {
    let cloud = kit::start();
    let owner = Client::owner(&cloud);
    let made = ims(
        &owner,
        "CreateOIDCProvider",
        &[NAME, ISSUER, ("ClientIds", "a,b,a"), ("Fingerprints", "0f"), ("Description", "d")],
    )
    .ok();
    let expected = json!({
        "OIDCProviderName": "TestProvider", "Arn": format!("acs:ram::{ACCOUNT}:oidc-provider/TestProvider"),
        "IssuerUrl": ISSUER.1, "ClientIds": "a,b", "Fingerprints": "0f", "Description": "d", "IssuanceLimitTime": 12,
        "CreateDate": MOMENT, "UpdateDate": MOMENT, "GmtCreate": "1767323045000", "GmtModified": "1767323045000",
    });
    assert_eq!(made["OIDCProvider"], expected);
    assert_eq!(ims(&owner, "GetOIDCProvider", &[NAME]).ok()["OIDCProvider"], expected);

    let change = |action: &str, more: (&str, &str)| ims(&owner, action, &[NAME, more]);
    let list = |answer: kit::Answer, member: &str| text(&answer.ok(), &format!("/OIDCProvider/{member}")).to_owned();
    assert_eq!(list(change("AddClientIdToOIDCProvider", ("ClientId", "c")), "ClientIds"), "a,b,c");
    assert_eq!(list(change("AddClientIdToOIDCProvider", ("ClientId", "c")), "ClientIds"), "a,b,c");
    assert_eq!(list(change("RemoveClientIdFromOIDCProvider", ("ClientId", "a")), "ClientIds"), "b,c");
    assert_eq!(list(change("RemoveClientIdFromOIDCProvider", ("ClientId", "never")), "ClientIds"), "b,c");
    assert_eq!(list(change("AddFingerprintToOIDCProvider", ("Fingerprint", "1f")), "Fingerprints"), "0f,1f");
    assert_eq!(list(change("RemoveFingerprintFromOIDCProvider", ("Fingerprint", "0f")), "Fingerprints"), "1f");
    cloud.gateway().cloud().clock.advance(1_000).unwrap();
    let updated = ims(
        &owner,
        "UpdateOIDCProvider",
        &[NAME, ("ClientIds", "z"), ("IssuanceLimitTime", "24"), ("NewDescription", "")],
    )
    .ok();
    let shown = &updated["OIDCProvider"];
    assert_eq!(
        (&shown["ClientIds"], &shown["IssuanceLimitTime"], &shown["Description"], &shown["GmtModified"]),
        (&json!("z"), &json!(24), &json!(""), &json!("1767323046000"))
    );
    // What STS will read.
    let account = cloud.gateway().cloud().account(ACCOUNT).unwrap();
    let arn = format!("acs:ram::{ACCOUNT}:oidc-provider/TestProvider");
    assert_eq!(account.identity_providers.read().oidc_of_arn(ACCOUNT, &arn).unwrap().client_ids, ["z"]);
    assert!(account.identity_providers.read().saml_of_arn(ACCOUNT, &arn).is_err());

    ims(&owner, "DeleteOIDCProvider", &[NAME]).ok();
    let more = [NAME, ("ClientId", "c"), ("Fingerprint", "0f")];
    let all = [
        "GetOIDCProvider",
        "UpdateOIDCProvider",
        "DeleteOIDCProvider",
        "AddClientIdToOIDCProvider",
        "RemoveClientIdFromOIDCProvider",
        "AddFingerprintToOIDCProvider",
        "RemoveFingerprintFromOIDCProvider",
    ];
    for action in all {
        ims(&owner, action, &more).refused(404, "EntityNotExist.OIDCProvider");
        ims(&owner, action, &more[1..]).refused(400, "MissingOIDCProviderName");
    }
}

#[test]
fn a_bad_oidc_provider_is_not_made() {
    let cloud = kit::start();
    let owner = Client::owner(&cloud);
    ims(&owner, "CreateOIDCProvider", &[NAME, ISSUER]).ok();
    let make = |name: &str, issuer: &str, more: (&str, &str)| {
        ims(&owner, "CreateOIDCProvider", &[("OIDCProviderName", name), ("IssuerUrl", issuer), more])
    };
    let none = ("Description", "");
    make(NAME.1, "https://other.example.com", none).refused(409, "EntityAlreadyExists.OIDCProvider");
    make("other", ISSUER.1, none).refused(409, "EntityAlreadyExists.OIDCProvider");
    make("other", "", none).refused(400, "MissingIssuerUrl");
    for name in ["-a", "a.", "a b"] {
        make(name, "https://e.example.com", none).refused(400, "InvalidParameter.OIDCProviderName");
    }
    make(&"a".repeat(129), "https://e.example.com", none).refused(400, "InvalidParameter.OIDCProviderName.Length");
    for issuer in
        ["http://e.example.com", "https://", "https://e.example.com?a=b", "https://a@e.example.com", "https://e#f"]
    {
        make("other", issuer, none).refused(400, "InvalidParameter.IssuerUrl");
    }
    make("other", &format!("https://{}", "e".repeat(248)), none).refused(400, "InvalidParameter.IssuerUrl.Length");
    for (name, value, status, code) in [
        ("ClientIds", "a,-b", 400, "InvalidParameter.ClientIds"),
        ("Fingerprints", "a b", 400, "InvalidParameter.Fingerprints"),
        ("IssuanceLimitTime", "169", 400, "InvalidParameter.IssuanceLimitTime"),
        ("Description", &"d".repeat(257), 400, "InvalidParameter.Description.Length"),
        ("Fingerprints", "1,2,3,4,5,6", 409, "LimitExceeded.OIDCProvider.Fingerprint"),
        ("ClientIds", &vec_of(51), 409, "LimitExceeded.OIDCProvider.ClientId"),
    ] {
        make("other", "https://e.example.com", (name, value)).refused(status, code);
    }
    make("other", "https://e.example.com", ("ClientIds", &vec_of(50))).ok();
    let other = ("OIDCProviderName", "other");
    ims(&owner, "AddClientIdToOIDCProvider", &[other, ("ClientId", "more")])
        .refused(409, "LimitExceeded.OIDCProvider.ClientId");
    ims(&owner, "AddClientIdToOIDCProvider", &[other, ("ClientId", "?")]).refused(400, "InvalidParameter.ClientId");
    ims(&owner, "AddFingerprintToOIDCProvider", &[other, ("Fingerprint", "?")])
        .refused(400, "InvalidParameter.Fingerprint");
    ims(&owner, "AddClientIdToOIDCProvider", &[other]).refused(400, "MissingClientId");
    ims(&owner, "RemoveFingerprintFromOIDCProvider", &[other]).refused(400, "MissingFingerprint");
}

/// So many different items, joined by commas.
fn vec_of(count: usize) -> String {
    (0..count).map(|number| format!("c{number}")).collect::<Vec<_>>().join(",")
}

#[test]
fn a_hundred_providers_of_a_kind() {
    let cloud = kit::start();
    let owner = Client::owner(&cloud);
    let make = |number: usize| {
        let (name, issuer) = (format!("p{number:03}"), format!("https://p{number}.example.com"));
        ims(&owner, "CreateOIDCProvider", &[("OIDCProviderName", &name), ("IssuerUrl", &issuer)])
    };
    let make_saml = |number: usize| ims(&owner, "CreateSAMLProvider", &[("SAMLProviderName", &format!("s{number}"))]);
    for number in 0..100 {
        make(number).ok();
        make_saml(number).ok();
    }
    make(100).refused(409, "LimitExceeded.OIDCProvider");
    make_saml(100).refused(409, "LimitExceeded.SAMLProvider");
    let first = ims(&owner, "ListOIDCProviders", &[("MaxItems", "99")]).ok();
    let last = ims(&owner, "ListOIDCProviders", &[("Marker", text(&first, "/Marker"))]).ok();
    assert_eq!(names(&last, "/OIDCProviders/OIDCProvider", "OIDCProviderName"), ["p099"]);
    ims(&owner, "ListOIDCProviders", &[("MaxItems", "101")]).refused(400, "InvalidParameter.MaxItems");
}

#[test]
fn a_saml_provider_is_made_read_changed_and_deleted() {
    let cloud = kit::start();
    let owner = Client::owner(&cloud);
    let name = ("SAMLProviderName", "idp");
    let made =
        ims(&owner, "CreateSAMLProvider", &[name, ("EncodedSAMLMetadataDocument", METADATA), ("Description", "d")])
            .ok();
    let expected = json!({
        "SAMLProviderName": "idp", "Arn": format!("acs:ram::{ACCOUNT}:saml-provider/idp"), "Description": "d",
        "AuthnSignAlgo": "rsa-sha1", "CreateDate": MOMENT, "UpdateDate": MOMENT,
    });
    assert_eq!(made["SAMLProvider"], expected);
    let mut full = expected.clone();
    full["EncodedSAMLMetadataDocument"] = json!(METADATA);
    assert_eq!(ims(&owner, "GetSAMLProvider", &[name]).ok()["SAMLProvider"], full);
    let mut entry = expected;
    entry.as_object_mut().unwrap().remove("AuthnSignAlgo");
    assert_eq!(ims(&owner, "ListSAMLProviders", &[]).ok()["SAMLProviders"]["SAMLProvider"], json!([entry]));
    ims(&owner, "CreateSAMLProvider", &[name]).refused(409, "EntityAlreadyExists.SAMLProvider");
    let updated =
        ims(&owner, "UpdateSAMLProvider", &[name, ("NewDescription", ""), ("AuthnSignAlgo", "rsa-sha256")]).ok();
    let shown = &updated["SAMLProvider"];
    assert_eq!((&shown["Description"], &shown["AuthnSignAlgo"]), (&json!(""), &json!("rsa-sha256")));
    for (action, parameter) in [
        ("CreateSAMLProvider", "EncodedSAMLMetadataDocument"),
        ("UpdateSAMLProvider", "NewEncodedSAMLMetadataDocument"),
    ] {
        for bad in ["?", "bm8gbWV0YWRhdGE="] {
            ims(&owner, action, &[("SAMLProviderName", "other"), (parameter, bad)])
                .refused(400, &format!("InvalidParameter.{parameter}"));
        }
        ims(&owner, action, &[name, ("AuthnSignAlgo", "md5")]).refused(400, "InvalidParameter.AuthnSignAlgo");
        ims(&owner, action, &[("SAMLProviderName", "-")]).refused(400, "InvalidParameter.SAMLProviderName");
    }
    ims(&owner, "DeleteSAMLProvider", &[name]).ok();
    for action in ["GetSAMLProvider", "UpdateSAMLProvider", "DeleteSAMLProvider"] {
        ims(&owner, action, &[name]).refused(404, "EntityNotExist.SAMLProvider");
        ims(&owner, action, &[]).refused(400, "MissingSAMLProviderName");
    }
}

#[test]
fn single_sign_on_is_set() {
    let cloud = kit::start();
    let owner = Client::owner(&cloud);
    let defaults = json!({
        "SsoEnabled": false, "SsoLoginWithDomain": false, "MetadataDocument": "", "AuxiliaryDomain": "",
        "AuthnSignAlgo": "rsa-sha1",
    });
    assert_eq!(ims(&owner, "GetUserSsoSettings", &[]).ok()["UserSsoSettings"], defaults);
    let parameters = [("SsoEnabled", "true"), ("MetadataDocument", METADATA), ("AuxiliaryDomain", "example.com")];
    let set = ims(&owner, "SetUserSsoSettings", &parameters).ok();
    let shown = &set["UserSsoSettings"];
    assert_eq!(
        (&shown["SsoEnabled"], &shown["MetadataDocument"], &shown["AuxiliaryDomain"]),
        (&json!(true), &json!(METADATA), &json!("example.com"))
    );
    assert_eq!(ims(&owner, "GetUserSsoSettings", &[]).ok()["UserSsoSettings"], *shown);
    ims(&owner, "SetUserSsoSettings", &[("MetadataDocument", "?")]).refused(400, "InvalidParameter.MetadataDocument");
}

#[test]
fn the_right_can_end_at_a_provider() {
    let cloud = kit::start();
    let owner = Client::owner(&cloud);
    ims(&owner, "CreateOIDCProvider", &[NAME, ISSUER]).ok();
    let user = owner.user("alice");
    let get = || ims(&user, "GetOIDCProvider", &[NAME]);
    owner.grant("alice", "Other", &policy("Allow", "ims:GetOIDCProvider", "acs:ims:*:*:oidc-provider/Other"));
    get().refused(403, "NoPermission");
    owner.grant("alice", "This", &policy("Allow", "ram:GetOIDCProvider", "acs:ram:*:*:oidc-provider/Test*"));
    get().ok();
}
