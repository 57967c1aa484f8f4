//! AssumeRoleWithOIDC: anonymous, with a token whose signature is checked.

use acslab_emulator::EmulatorHandle;
use serde_json::{Value, json};

use crate::kit::signer::{Signer, base64, base64url, fingerprint, rsa_certificate};
use crate::kit::{self, Answer, Client, Raw, policy, text, trust};
use crate::{ACCOUNT, allow_role, arn, make_role, role_id};

const ISSUER: &str = "https://issuer.example.com/tenant";
/// The cloud's time in the tests, in seconds.
const NOW: i64 = 1_767_323_045;
const PROVIDER: &str = "acs:ram::1234567890123456:oidc-provider/idp";

/// A cloud that knows the issuer's keys, with a provider for it and the role `r` that trusts the provider.
struct Place {
    cloud: EmulatorHandle,
    signer: Signer,
}

fn trusting(conditions: &Value) -> String {
    json!({"Version": "1", "Statement": [{
        "Effect": "Allow", "Action": "sts:AssumeRole", "Principal": {"Federated": [PROVIDER]}, "Condition": conditions,
    }]})
    .to_string()
}

impl Place {
    fn new() -> Self {
        Self::with(Signer::rsa(), &[])
    }

    fn with(signer: Signer, more: &[(&str, &str)]) -> Self {
        let place = Self { cloud: kit::start(), signer };
        let provider = [("OIDCProviderName", "idp"), ("IssuerUrl", ISSUER), ("ClientIds", "app,other")];
        place.owner().rpc("2019-08-15", "CreateOIDCProvider", &[&provider, more].concat()).ok();
        make_role(&place.owner(), "r", &trusting(&json!({"StringEquals": {"oidc:iss": ISSUER, "oidc:aud": "app"}})));
        place.tell(&json!({"keys": [place.signer.jwk("one")]})).ok();
        place
    }

    fn owner(&self) -> Client<'_> {
        Client::owner(&self.cloud)
    }

    /// A request about keys, from this machine unless a line says another host.
    fn control(&self, method: &str, query: &str, lines: &[(&str, &str)], body: &str) -> Answer {
        let host = ("host", "localhost");
        let own = lines.iter().any(|(name, _)| *name == "host");
        let all: Vec<_> = lines.iter().copied().chain((!own).then_some(host)).collect();
        let raw = Raw::new(method, "/_acslab/oidc-keys").query(query.to_owned()).headers(kit::headers(&all));
        raw.body(body).send(self.cloud.address())
    }

    /// Tells the issuer's keys.
    fn tell(&self, keys: &Value) -> Answer {
        let query = format!("issuer={ISSUER}");
        self.control("PUT", &query, &[], &keys.to_string())
    }

    fn claims(change: &Value) -> Value {
        let mut claims = json!({
            "iss": ISSUER, "sub": "alice", "aud": "app", "iat": NOW - 60, "exp": NOW + 600, "nonce": "whatever",
        });
        for (name, value) in change.as_object().unwrap() {
            claims[name] = value.clone();
        }
        claims.as_object_mut().unwrap().retain(|_, value| !value.is_null());
        claims
    }

    fn token(&self, change: &Value) -> String {
        let alg = if matches!(self.signer, Signer::Rsa(_)) { "RS256" } else { "ES256" };
        self.signer.token(&json!({"alg": alg, "kid": "one", "typ": "JWT"}), &Self::claims(change))
    }

    /// The call, unsigned, with some parameters of its own.
    fn send(&self, parameters: &[(&str, &str)]) -> Answer {
        let named = [("Action", "AssumeRoleWithOIDC"), ("Version", kit::STS), ("Format", "JSON")];
        let all: Vec<_> = named.iter().chain(parameters).map(|(k, v)| ((*k).to_owned(), (*v).to_owned())).collect();
        let lines = [("host", "sts.aliyuncs.com"), ("content-type", "application/x-www-form-urlencoded")];
        Raw::new("POST", "/").headers(kit::headers(&lines)).body(kit::encode(&all)).send(self.cloud.address())
    }

    fn assume(&self, role: &str, token: &str, more: &[(&str, &str)]) -> Answer {
        let role = arn(role);
        let named = [
            ("RoleArn", role.as_str()),
            ("OIDCProviderArn", PROVIDER),
            ("OIDCToken", token),
            ("RoleSessionName", "job"),
        ];
        self.send(&[&named, more].concat())
    }

    /// With a good token but for these claims.
    fn bring(&self, change: &Value) -> Answer {
        self.assume("r", &self.token(change), &[])
    }
}

fn refused(answer: &Answer, code: &str, message: &str) {
    assert_eq!(answer.refused(401, &format!("AuthenticationFail.{code}")).message(), message);
}

#[test]
fn a_token_that_the_issuer_signed_opens_a_session() {
    let place = Place::new();
    let answer = place.bring(&json!({})).ok();
    let id = role_id(&place.owner(), "r");
    assert_eq!(
        answer["AssumedRoleUser"],
        json!({"Arn": format!("acs:ram::{ACCOUNT}:role/r/job"), "AssumedRoleId": format!("{id}:job")})
    );
    assert_eq!(
        answer["OIDCTokenInfo"],
        json!({
            "Subject": "alice", "Issuer": ISSUER, "ClientIds": "app", "VerificationInfo": "Success",
            "IssuanceTime": "2026-01-02T03:03:05Z", "ExpirationTime": "2026-01-02T03:14:05Z",
        })
    );
    assert_eq!(text(&answer, "/Credentials/Expiration"), "2026-01-02T04:04:05Z");
    let who = place.owner().session(&answer).sts("GetCallerIdentity", &[]).ok();
    assert_eq!(
        (text(&who, "/IdentityType"), text(&who, "/Arn"), text(&who, "/PrincipalId"), text(&who, "/RoleId")),
        (
            "AssumedRoleUser",
            format!("acs:ram::{ACCOUNT}:assumed-role/r/job").as_str(),
            format!("{id}:job").as_str(),
            id.as_str()
        )
    );
}

#[test]
fn every_algorithm_is_checked_with_a_key_of_its_own() {
    let place = Place::new();
    for alg in ["RS256", "RS384", "PS256"] {
        let token = place.signer.token(&json!({"alg": alg}), &Place::claims(&json!({})));
        place.assume("r", &token, &[]).ok();
    }
    let ec = Place::with(Signer::ec(), &[]);
    ec.bring(&json!({})).ok();
    // An RSA signature under the name of another algorithm, or of a key that is bound to another.
    let lie = |alg: &str| {
        let good = place.signer.token(&json!({"alg": "RS256"}), &Place::claims(&json!({})));
        let (_, rest) = good.split_once('.').unwrap();
        place.assume("r", &format!("{}.{rest}", base64url(json!({"alg": alg}).to_string())), &[])
    };
    for alg in ["RS384", "ES256", "EdDSA"] {
        refused(&lie(alg), "OIDCToken.InvalidSignature", "OIDC token validate failed: invalid signature.");
    }
    for alg in ["HS256", "none", "RS1"] {
        let message = format!("The algorithm {alg} that be specified in Jwt header is unknown.");
        refused(&lie(alg), "OIDCToken.Invalid", &message);
    }
    let mut bound = place.signer.jwk("one");
    bound["alg"] = json!("RS512");
    place.tell(&json!({"keys": [bound]})).ok();
    place.bring(&json!({})).refused(401, "AuthenticationFail.OIDCToken.InvalidSignature");
}

#[test]
fn only_the_issuer_s_own_signature_counts() {
    let place = Place::new();
    let invalid = |token: &str| {
        let answer = place.assume("r", token, &[]);
        refused(&answer, "OIDCToken.InvalidSignature", "OIDC token validate failed: invalid signature.");
    };
    let good = place.token(&json!({}));
    let parts: Vec<_> = good.split('.').collect();
    let other = base64url(Place::claims(&json!({"sub": "mallory"})).to_string());
    invalid(&format!("{}.{other}.{}", parts[0], parts[2]));
    invalid(&format!("{}.{}.", parts[0], parts[1]));
    let stranger = Signer::ec();
    invalid(&stranger.token(&json!({"alg": "ES256", "kid": "one"}), &Place::claims(&json!({}))));
    // A key that the issuer has, under another id.
    invalid(&place.signer.token(&json!({"alg": "RS256", "kid": "two"}), &Place::claims(&json!({}))));
    // A key that comes with the token.
    let header = json!({"alg": "ES256", "jwk": stranger.jwk("one")});
    invalid(&stranger.token(&header, &Place::claims(&json!({}))));
    // After a change of keys the old one counts no more.
    place.tell(&json!({"keys": [stranger.jwk("one")]})).ok();
    invalid(&good);
}

#[test]
fn what_is_no_token() {
    let place = Place::new();
    let message = |token: &str| {
        let answer = place.assume("r", token, &[]);
        answer.refused(401, "AuthenticationFail.OIDCToken.Invalid").message()
    };
    assert_eq!(message(""), "The OIDCToken can not empty.");
    for token in ["token", "a.b", "a.b.c.d"] {
        assert_eq!(message(token), "The number of Jwt field should be divided into 3 parts with '.' .");
    }
    assert_eq!(message("?.?.?"), "Cannot decode base64 encoded response(format invalided).");
    let unrecognized = "The Jwt content is invalid that cannot be recognized.";
    assert_eq!(message("YQ.YQ.YQ"), unrecognized);
    let critical = json!({"alg": "RS256", "crit": ["exp"]});
    assert_eq!(message(&place.signer.token(&critical, &Place::claims(&json!({})))), unrecognized);
    for claim in ["iss", "sub", "aud", "exp", "iat"] {
        assert_eq!(message(&place.token(&json!({claim: null}))), unrecognized);
    }
    assert_eq!(message(&place.token(&json!({"pad": "x".repeat(20_000)}))), unrecognized);
}

#[test]
fn a_token_has_its_time_by_the_cloud_s_clock() {
    let place = Place::with(Signer::rsa(), &[("IssuanceLimitTime", "2")]);
    let expired = |change: &Value| {
        refused(&place.bring(change), "OIDCToken.Expired", "This JsonWebToken is expired.");
    };
    place.bring(&json!({"exp": NOW + 1})).ok();
    expired(&json!({"exp": NOW}));
    expired(&json!({"iat": NOW - 2 * 3600 - 1}));
    place.bring(&json!({"iat": NOW - 2 * 3600})).ok();
    place.bring(&json!({"iat": NOW + 1})).refused(401, "AuthenticationFail.OIDCToken.Invalid");
    place.bring(&json!({"nbf": NOW + 1})).refused(401, "AuthenticationFail.OIDCToken.Invalid");
    place.bring(&json!({"nbf": NOW})).ok();
    let token = place.token(&json!({}));
    place.cloud.gateway().cloud().clock.advance(599_000).unwrap();
    place.assume("r", &token, &[]).ok();
    place.cloud.gateway().cloud().clock.advance(1_000).unwrap();
    refused(&place.assume("r", &token, &[]), "OIDCToken.Expired", "This JsonWebToken is expired.");
}

#[test]
fn whom_the_token_is_for_and_from() {
    let place = Place::new();
    refused(&place.bring(&json!({"aud": "else"})), "OIDCToken.AudienceNotMatch", "Invalid audience.");
    place.bring(&json!({"aud": ["else", "app"]})).ok();
    let message = "The issuer in the OIDC Token doesn't match the OIDC Provider registered.";
    for issuer in ["https://issuer.example.com", "https://issuer.example.com/tenant/"] {
        refused(&place.bring(&json!({"iss": issuer})), "OIDCToken.IssuerNotMatch", message);
    }
    let remove = place.control("DELETE", &format!("issuer={ISSUER}"), &[], "");
    assert_eq!(remove.ok()["issuers"], json!({}));
    let message = format!("Get public keys from OIDC Provider failed, the issuer is {ISSUER}.");
    refused(&place.bring(&json!({})), "OIDCToken.IssuerConfigurationBroken", &message);
}

#[test]
fn the_trust_policy_decides_alone() {
    let place = Place::new();
    let trusted = |document: &str, change: &Value| {
        let parameters = [("RoleName", "r"), ("NewAssumeRolePolicyDocument", document)];
        place.owner().ram("UpdateRole", &parameters).ok();
        let answer = place.bring(change);
        if answer.status != 200 {
            refused(&answer, "NoPermission", "There is no permission");
            let detail = &answer.json()["AccessDeniedDetail"];
            assert_eq!(
                (&detail["AuthAction"], &detail["PolicyType"], &detail["AuthPrincipalType"]),
                (&json!("sts:AssumeRole"), &json!("AssumeRolePolicy"), &json!("Federated"))
            );
            assert_eq!(detail["AuthPrincipalDisplayName"], "oidc-provider/idp");
        }
        answer.status == 200
    };
    let on = |key: &str, value: &str| trusting(&json!({"StringLike": {key: value}}));
    let none = json!({});
    assert!(trusted(&on("oidc:sub", "ali*"), &none));
    assert!(!trusted(&on("oidc:sub", "ali*"), &json!({"sub": "bob"})));
    assert!(!trusted(&on("oidc:aud", "other"), &none));
    assert!(trusted(&on("oidc:aud", "other"), &json!({"aud": ["app", "other"]})));
    assert!(!trusted(&on("oidc:iss", "https://else"), &none));
    assert!(!trusted(&trust("Federated", "acs:ram::1234567890123456:oidc-provider/other"), &none));
    assert!(!trusted(&trust("Federated", "acs:ram::1234567890123456:saml-provider/idp"), &none));
    assert!(!trusted(&trust("RAM", "acs:ram::1234567890123456:root"), &none));
    // Of another account's provider.
    assert!(!trusted(&trust("Federated", "acs:ram::6543210987654321:oidc-provider/idp"), &none));
}

#[test]
fn a_provider_of_another_account_opens_nothing_here() {
    let place = Place::new();
    let other = place.cloud.gateway().cloud().open_account("other", "6543210987654321").unwrap();
    let other = place.owner().with_key(&other.access_key_id, other.access_key_secret.expose(), None);
    let provider = [("OIDCProviderName", "idp"), ("IssuerUrl", ISSUER), ("ClientIds", "app")];
    other.rpc("2019-08-15", "CreateOIDCProvider", &provider).ok();
    let foreign = "acs:ram::6543210987654321:oidc-provider/idp";
    let document = trust("Federated", foreign);
    place.owner().ram("UpdateRole", &[("RoleName", "r"), ("NewAssumeRolePolicyDocument", &document)]).ok();
    let (role, token) = (arn("r"), place.token(&json!({})));
    let parameters =
        [("RoleArn", role.as_str()), ("OIDCProviderArn", foreign), ("OIDCToken", &token), ("RoleSessionName", "job")];
    refused(&place.send(&parameters), "NoPermission", "There is no permission");
}

#[test]
fn who_is_not_there() {
    let place = Place::new();
    let token = place.token(&json!({}));
    let message = format!("The role not exists: acs:ram::{ACCOUNT}:role/none.");
    assert_eq!(place.assume("none", &token, &[]).refused(404, "EntityNotExist.Role").message(), message);
    let with = |name: &str, value: &str| {
        let mut all = vec![
            ("RoleArn", "acs:ram::1234567890123456:role/r"),
            ("OIDCProviderArn", PROVIDER),
            ("OIDCToken", &token),
            ("RoleSessionName", "job"),
        ];
        all.retain(|(other, _)| *other != name);
        all.push((name, value));
        place.send(&all)
    };
    let provider = |arn: &str| with("OIDCProviderArn", arn);
    refused(&provider("idp"), "NoPermission", "Parameter OIDCProviderArn is not valid");
    let none = "No such OIDC Provider registered.";
    refused(&provider("acs:ram::1234567890123456:oidc-provider/none"), "NoPermission", none);
    refused(&provider("acs:ram::6543210987654321:oidc-provider/idp"), "NoPermission", none);
    assert_eq!(
        provider("").refused(400, "MissingParameter.OIDCProviderArn").message(),
        "Parameter OIDCProviderArn is required."
    );
    with("RoleArn", "").refused(400, "MissingParameter.RoleArn");
    with("RoleArn", "r").refused(400, "InvalidParameter.RoleArn");
    with("RoleSessionName", "").refused(400, "MissingRoleSessionName");
    with("RoleSessionName", "a b").refused(400, "InvalidParameter.RoleSessionName");
    with("Policy", "{").refused(400, "InvalidParameter.PolicyGrammar");
    with("DurationSeconds", "899").refused(400, "InvalidParameter.DurationSeconds");
    with("DurationSeconds", "3601").refused(400, "InvalidParameter.DurationSeconds");
}

#[test]
fn a_session_by_oidc_is_like_any_other() {
    let place = Place::new();
    let owner = place.owner();
    allow_role(&owner, "r", "Read", &policy("Allow", "ram:List*", "*"));
    owner.ram("UpdateRole", &[("RoleName", "r"), ("NewMaxSessionDuration", "7200")]).ok();
    let narrow = policy("Allow", "ram:ListUsers", "*");
    let answer = place.assume("r", &place.token(&json!({})), &[("DurationSeconds", "7200"), ("Policy", &narrow)]).ok();
    let session = owner.session(&answer);
    session.ram("ListUsers", &[]).ok();
    session.ram("ListGroups", &[]).refused(403, "NoPermission");
    // The provider has vouched; that it is gone ends no session. Nobody new comes in.
    owner.rpc("2019-08-15", "DeleteOIDCProvider", &[("OIDCProviderName", "idp")]).ok();
    session.ram("ListUsers", &[]).ok();
    refused(&place.bring(&json!({})), "NoPermission", "No such OIDC Provider registered.");
    let clock = &place.cloud.gateway().cloud().clock;
    clock.advance(7_199_000).unwrap();
    session.ram("ListUsers", &[]).ok();
    clock.advance(1_000).unwrap();
    session.ram("ListUsers", &[]).refused(400, "InvalidSecurityToken.Expired");
}

#[test]
fn a_session_by_oidc_dies_with_its_role() {
    let place = Place::new();
    let session = place.owner().session(&place.bring(&json!({})).ok());
    session.sts("GetCallerIdentity", &[]).ok();
    place.owner().ram("DeleteRole", &[("RoleName", "r")]).ok();
    session.sts("GetCallerIdentity", &[]).refused(404, "InvalidAccessKeyId.NotFound");
}

#[test]
fn a_signature_beside_the_token_must_be_right_and_proves_nothing() {
    let place = Place::new();
    let (role, token) = (arn("r"), place.token(&json!({})));
    let all =
        [("RoleArn", role.as_str()), ("OIDCProviderArn", PROVIDER), ("OIDCToken", &token), ("RoleSessionName", "job")];
    place.owner().sts("AssumeRoleWithOIDC", &all).ok();
    let forger = place.owner().with_key(&place.owner().key_id, "NobodysSecret00000000000000001", None);
    forger.sts("AssumeRoleWithOIDC", &all).refused(400, "SignatureDoesNotMatch");
    let mut bad = all;
    bad[2].1 = "a.b.c";
    assert_eq!(place.owner().sts("AssumeRoleWithOIDC", &bad).status, 401);
}

#[test]
fn the_key_s_certificate_authority_must_be_one_of_the_provider_s() {
    let certificate = rsa_certificate();
    let place = Place::with(Signer::rsa(), &[("Fingerprints", &fingerprint(&certificate))]);
    // Told without certificates: whoever told it vouches for it.
    place.bring(&json!({})).ok();
    let chain = |chain: &[String]| {
        let mut key = place.signer.jwk("one");
        key["x5c"] = json!(chain);
        place.tell(&json!({"keys": [key]}))
    };
    chain(&[base64(&certificate)]).ok();
    place.bring(&json!({})).ok();
    let foreign = base64(rcgen::generate_simple_self_signed(["idp.example.com".to_owned()]).unwrap().cert.der());
    chain(&[base64(&certificate), foreign.clone()]).ok();
    let message = format!("The root ca certificate is not in ca whitelist of this url: {ISSUER}");
    refused(&place.bring(&json!({})), "OIDCToken.HttpsUrlInvalid", &message);
    let remove = [("OIDCProviderName", "idp"), ("Fingerprint", &fingerprint(&certificate))];
    place.owner().rpc("2019-08-15", "RemoveFingerprintFromOIDCProvider", &remove).ok();
    place.bring(&json!({})).ok();
    // A chain that is not the key's own.
    let error = chain(&[foreign]);
    assert_eq!(error.status, 400);
    assert!(error.text().contains("the key `one` is not well formed"), "{}", error.text());
}

#[test]
fn keys_are_told_by_whoever_runs_the_cloud() {
    let place = Place::new();
    let list = || Raw::new("GET", "/_acslab/oidc-keys").send(place.cloud.address()).ok()["issuers"].clone();
    assert_eq!(list(), json!({ISSUER: ["one"]}));
    for (keys, why) in [
        (json!({}), "no JSON web key set"),
        (json!({"keys": []}), "no key in it"),
        (json!({"keys": [{"kty": "oct", "k": "c2VjcmV0"}]}), "no key in it"),
        (json!({"keys": [{"kty": "RSA", "kid": "x", "n": "?", "e": "AQAB"}]}), "the key `x`"),
        (json!({"keys": [{"kty": "EC", "crv": "P-256", "kid": "x", "x": "AA", "y": "AA"}]}), "the key `x`"),
    ] {
        let answer = place.tell(&keys);
        assert_eq!(answer.status, 400);
        assert!(answer.text().contains(why), "{}", answer.text());
    }
    assert_eq!(list(), json!({ISSUER: ["one"]}), "a refused key set changes nothing");
    let keys = json!({"keys": [place.signer.jwk("one")]}).to_string();
    let put = |query: &str, lines: &[(&str, &str)]| place.control("PUT", query, lines, &keys).status;
    assert_eq!(put("", &[]), 400);
    let issuer = "issuer=https://a.example.com";
    for line in [("origin", "http://localhost"), ("host", "rebound.example.com"), ("x-forwarded-for", "192.0.2.1")] {
        assert_eq!(put(issuer, &[line]), 403, "{line:?}");
        let remove = place.control("DELETE", &format!("issuer={ISSUER}"), &[line], "");
        assert_eq!(remove.status, 403, "{line:?}");
    }
    assert_eq!(list(), json!({ISSUER: ["one"]}));
    assert_eq!(put(issuer, &[]), 200);
}
