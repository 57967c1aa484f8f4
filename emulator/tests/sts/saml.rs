//! AssumeRoleWithSAML: anonymous, with an assertion whose signature is checked, and that nothing else is read than was signed.

use acslab_emulator::EmulatorHandle;
use serde_json::json;

use crate::kit::assertion::{
    IDP, NAME, PROVIDER, RECIPIENT, Said, WAY, Way, conditions, metadata, response, signature, signed,
};
use crate::kit::signer::{Signer, base64, rsa_certificate};
use crate::kit::{self, Answer, Client, Raw, policy, text, trust};
use crate::{ACCOUNT, allow_role, arn, make_role, role_id};

/// A cloud with a provider for the signer, and the role `r` that trusts it.
struct Place {
    cloud: EmulatorHandle,
    signer: Signer,
}

impl Place {
    fn new() -> Self {
        let place = Self { cloud: kit::start(), signer: Signer::rsa() };
        place.owner().rpc("2019-08-15", "CreateSAMLProvider", &[("SAMLProviderName", "idp")]).ok();
        place.describe(&metadata(&base64(rsa_certificate())));
        make_role(&place.owner(), "r", &trusting(RECIPIENT));
        place
    }

    fn owner(&self) -> Client<'_> {
        Client::owner(&self.cloud)
    }

    fn describe(&self, metadata: &str) {
        let encoded = base64(metadata);
        let parameters = [("SAMLProviderName", "idp"), ("NewEncodedSAMLMetadataDocument", encoded.as_str())];
        self.owner().rpc("2019-08-15", "UpdateSAMLProvider", &parameters).ok();
    }

    fn send(&self, parameters: &[(&str, &str)]) -> Answer {
        let named = [("Action", "AssumeRoleWithSAML"), ("Version", kit::STS), ("Format", "JSON")];
        let all: Vec<_> = named.iter().chain(parameters).map(|(k, v)| ((*k).to_owned(), (*v).to_owned())).collect();
        let lines = [("host", "sts.aliyuncs.com"), ("content-type", "application/x-www-form-urlencoded")];
        Raw::new("POST", "/").headers(kit::headers(&lines)).body(kit::encode(&all)).send(self.cloud.address())
    }

    fn assume(&self, role: &str, document: &str, more: &[(&str, &str)]) -> Answer {
        let (role, document) = (arn(role), base64(document));
        let named = [("RoleArn", role.as_str()), ("SAMLProviderArn", PROVIDER), ("SAMLAssertion", &document)];
        self.send(&[&named, more].concat())
    }

    fn good(&self) -> String {
        signed(&self.signer, &WAY, &Said::good())
    }

    /// With an assertion that says this, well signed.
    fn bring(&self, change: impl FnOnce(&mut Said)) -> Answer {
        let mut said = Said::good();
        change(&mut said);
        self.assume("r", &signed(&self.signer, &WAY, &said), &[])
    }

    #[track_caller]
    fn refuses(&self, document: &str) {
        invalid(&self.assume("r", document, &[]));
    }
}

fn trusting(recipient: &str) -> String {
    json!({"Version": "1", "Statement": [{
        "Effect": "Allow", "Action": "sts:AssumeRole", "Principal": {"Federated": [PROVIDER]},
        "Condition": {"StringEquals": {"saml:recipient": recipient}},
    }]})
    .to_string()
}

#[track_caller]
fn invalid(answer: &Answer) {
    let message = answer.refused(401, "AuthenticationFail.SAMLAssertion.Invalid").message();
    assert_eq!(message, "The SAML Assertion is invalid.");
}

#[test]
fn an_assertion_that_the_provider_signed_opens_a_session() {
    let place = Place::new();
    let good = place.good();
    // Alone, and as browsers carry it.
    for document in [&good, &response(&good)] {
        let answer = place.assume("r", document, &[]).ok();
        let id = role_id(&place.owner(), "r");
        assert_eq!(
            answer["AssumedRoleUser"],
            json!({"Arn": format!("acs:ram::{ACCOUNT}:role/r/alice"), "AssumedRoleId": format!("{id}:alice")})
        );
        assert_eq!(
            answer["SAMLAssertionInfo"],
            json!({
                "SubjectType": "persistent", "Subject": "alice@example.com", "Recipient": RECIPIENT, "Issuer": IDP,
            })
        );
        let who = place.owner().session(&answer).sts("GetCallerIdentity", &[]).ok();
        assert_eq!(
            (text(&who, "/IdentityType"), text(&who, "/Arn"), text(&who, "/PrincipalId"), text(&who, "/RoleId")),
            (
                "AssumedRoleUser",
                format!("acs:ram::{ACCOUNT}:assumed-role/r/alice").as_str(),
                format!("{id}:alice").as_str(),
                id.as_str()
            )
        );
    }
}

#[test]
fn older_digests_count_and_other_forms_do_not() {
    let place = Place::new();
    let with = |way: &Way| place.assume("r", &signed(&place.signer, way, &Said::good()), &[]);
    let sha1 = "http://www.w3.org/2000/09/xmldsig#sha1";
    with(&Way { digest: sha1, ..WAY }).ok();
    let inclusive = "http://www.w3.org/TR/2001/REC-xml-c14n-20010315";
    let [enveloped, exclusive] = WAY.transforms;
    for way in [
        Way { digest: "http://www.w3.org/2001/04/xmlenc#md5", ..WAY },
        Way { signature: "http://www.w3.org/2000/09/xmldsig#hmac-sha1", ..WAY },
        Way { canonical: inclusive, ..WAY },
        Way { transforms: [enveloped, inclusive], ..WAY },
        Way { transforms: [exclusive, enveloped], ..WAY },
        Way { transforms: [enveloped, "http://www.w3.org/TR/1999/REC-xslt-19991116"], ..WAY },
        Way { transforms: [enveloped, "http://www.w3.org/TR/1999/REC-xpath-19991116"], ..WAY },
    ] {
        invalid(&with(&way));
    }
}

#[test]
fn what_was_changed_after_it_was_signed() {
    let place = Place::new();
    let good = place.good();
    for (from, to) in [
        ("alice@example.com", "mallory@example.com"),
        ("<AttributeValue>alice<", "<AttributeValue>mallory<"),
        ("Version=\"2.0\"", "Version=\"2.0\" More=\"\""),
        ("<AttributeStatement>", "<AttributeStatement> "),
        ("role/other", "role/admin"),
        ("rsa-sha256", "rsa-sha512"),
        ("<SignatureValue>", "<SignatureValue>AAAA"),
    ] {
        assert!(good.contains(from));
        place.refuses(&good.replacen(from, to, 1));
    }
    // What canonical forms do not show may change.
    place
        .assume("r", &good.replace("</Subject>", "<!-- x --></Subject>").replace("<Subject>", "<Subject  >"), &[])
        .ok();
}

#[test]
fn only_the_provider_s_keys_count() {
    let place = Place::new();
    place.refuses(&Said::good().text().replace("SIGNATURE", ""));
    // A signature by another key, whose certificate it brings along.
    let made = rcgen::generate_simple_self_signed(["idp.example.com".to_owned()]).unwrap();
    let stranger = base64(made.cert.der());
    let document = place.good().replace("AAAA</X509C", &format!("{stranger}</X509C"));
    place.assume("r", &document, &[]).ok();
    place.describe(&metadata(&stranger));
    place.refuses(&document);
}

#[test]
fn only_what_was_signed_is_read() {
    let place = Place::new();
    let good = place.good();
    let unsigned = |id: &'static str| {
        let evil = Said { id, subject: NAME.replace("NAME", "mallory"), sessions: vec!["mallory"], ..Said::good() };
        evil.text()
    };
    let detached = |id: &str| {
        let text = Said::good().text().replace("SIGNATURE", "");
        signature(&place.signer, &WAY, id, &text)
    };
    let inner = Said::good().text().replace("SIGNATURE", "");
    for document in [
        // The signed one beside another, before and after, alone in a response or not.
        response(&format!("{}{good}", unsigned("_e1").replace("SIGNATURE", ""))),
        response(&format!("{good}{}", unsigned("_e1").replace("SIGNATURE", ""))),
        // The signed one moved into another's signature, or into an extension of the response.
        response(&unsigned("_e1").replace(
            "SIGNATURE",
            &detached("_a1").replace("</Signature>", &format!("<Object>{inner}</Object></Signature>")),
        )),
        unsigned("_e1").replace(
            "SIGNATURE",
            &detached("_a1").replace("</Signature>", &format!("<Object>{inner}</Object></Signature>")),
        ),
        response(&format!(
            "<samlp:Extensions>{inner}</samlp:Extensions>{}",
            unsigned("_e1").replace("SIGNATURE", &detached("_a1"))
        )),
        // The same id twice.
        response(&format!(
            "<samlp:Extensions>{inner}</samlp:Extensions>{}",
            unsigned("_a1").replace("SIGNATURE", &detached("_a1"))
        )),
        response(&format!("<samlp:Extensions Id=\"_a1\"/>{good}")),
        // The signed one inside another one.
        unsigned("_e1").replace("SIGNATURE", &good),
        // A signature of the response does not stand for one of the assertion.
        response(&format!("{}{}", detached("_r1"), unsigned("_e1").replace("SIGNATURE", ""))),
        // Two signatures; one that names everything; one of something else.
        good.replace("<Subject>", &format!("{}<Subject>", detached("_a1"))),
        good.replace("URI=\"#_a1\"", "URI=\"\""),
        Said::good().text().replace("SIGNATURE", &detached("_r1")),
        response(&Said::good().text().replace("SIGNATURE", &detached("_r1"))),
        response(&good).replace("status:Success", "status:Responder"),
        response(""),
        response(&format!("{good}<EncryptedAssertion xmlns=\"urn:oasis:names:tc:SAML:2.0:assertion\"/>")),
        // What two readers may see two things in.
        format!("<!DOCTYPE Assertion>{good}"),
        format!("<!DOCTYPE a [<!ENTITY e \"mallory\">]>{}", good.replace("alice@example.com", "&e;")),
        format!("{good}<x/>"),
    ] {
        place.refuses(&document);
    }
    // A signature among what was signed.
    invalid(
        &place.bring(|said| said.conditions += r#"<Signature xmlns="http://www.w3.org/2000/09/xmldsig#"></Signature>"#),
    );
    // A response whose own signature is wrong, and an assertion in it that would do.
    let outer = response(&good);
    let with =
        outer.replace("<samlp:Status>", &format!("{}<samlp:Status>", signature(&place.signer, &WAY, "_r1", "else")));
    place.refuses(&with);
    place.assume("r", &outer, &[]).ok();
}

/// Whatever byte is changed or left out: the assertion is refused, or it says what was signed.
#[test]
fn no_byte_that_counts_can_change() {
    let place = Place::new();
    let good = response(&place.good()).into_bytes();
    let read = |document: &[u8]| {
        let (role, document) = (arn("r"), base64(document));
        let named = [("RoleArn", role.as_str()), ("SAMLProviderArn", PROVIDER), ("SAMLAssertion", &document)];
        let answer = place.send(&named);
        (answer.status == 200).then(|| {
            let answer = answer.json();
            (answer["AssumedRoleUser"].clone(), answer["SAMLAssertionInfo"].clone())
        })
    };
    let original = read(&good);
    assert!(original.is_some());
    let mut refused = 0;
    for at in 0..good.len() {
        let mut changed = good.clone();
        if at % 2 == 0 {
            changed[at] ^= 1;
        } else {
            changed.remove(at);
        }
        match read(&changed) {
            None => refused += 1,
            read => assert_eq!(read, original, "byte {at}: {}", String::from_utf8_lossy(&changed)),
        }
    }
    assert!(refused > good.len() * 9 / 10, "{refused} of {}", good.len());
}

#[test]
fn a_name_is_read_whole() {
    let place = Place::new();
    let answer = place.bring(|said| said.subject = NAME.replace("NAME", "admin@example.com.evil.example"));
    assert_eq!(text(&answer.ok(), "/SAMLAssertionInfo/Subject"), "admin@example.com.evil.example");
    // A comment in it changes neither the signature nor what is read.
    let said = Said { subject: NAME.replace("NAME", "admin@example.com.evil.example"), ..Said::good() };
    let document = signed(&place.signer, &WAY, &said).replace(".com.evil", ".com<!---->.evil");
    let answer = place.assume("r", &document, &[]).ok();
    assert_eq!(text(&answer, "/SAMLAssertionInfo/Subject"), "admin@example.com.evil.example");
}

#[test]
fn what_an_assertion_must_say() {
    let place = Place::new();
    place
        .bring(|said| said.recipient = RECIPIENT.replace("sso", "SSO"))
        .refused(401, "AuthenticationFail.NoPermission");
    invalid(&place.bring(|said| said.recipient = "https://signin.example.com/saml-role/sso".to_owned()));
    invalid(&place.bring(|said| said.issuer = "https://else.example.com"));
    invalid(&place.bring(|said| said.subject = String::new()));
    invalid(&place.bring(|said| said.subject = NAME.repeat(2)));
    invalid(&place.bring(|said| said.confirmed = String::new()));
    invalid(&place.bring(|said| said.conditions = String::new()));
    invalid(&place.bring(|said| said.conditions = "<Conditions></Conditions>".to_owned()));
    invalid(&place.bring(|said| said.conditions = conditions("urn:amazon:webservices")));
    invalid(&place.bring(|said| said.conditions = conditions("urn:alibaba:cloudcomputing").replace("AudienceR", "R")));
    let twice = "urn:alibaba:cloudcomputing</Audience></AudienceRestriction><AudienceRestriction><Audience>urn:else";
    invalid(&place.bring(|said| said.conditions = conditions(twice)));
    place.bring(|said| said.conditions = conditions("urn:else</Audience><Audience>urn:alibaba:cloudcomputing")).ok();
    place.bring(|said| said.conditions = conditions("urn:alibaba:cloudcomputing:international")).ok();
    invalid(&place.bring(|said| said.roles.truncate(1)));
    invalid(&place.bring(|said| said.roles = vec![arn("r")]));
    invalid(&place.bring(|said| said.roles = vec![format!("{},{PROVIDER}x", arn("r"))]));
    place.bring(|said| said.roles = vec![format!(" {} , {PROVIDER} ", arn("R"))]).ok();
    for names in [vec![], vec!["alice", "bob"], vec!["a"], vec!["a b"], vec!["a/b"]] {
        let answer = place.bring(|said| said.sessions = names);
        let message = answer.refused(400, "InvalidParameter.RoleSessionName").message();
        assert_eq!(message, "The RoleSessionName is invalid.");
    }
    for document in ["", "no xml", "<Assertion/>"] {
        let answer = place.assume("r", document, &[]);
        assert!(answer.status == 401 || document.is_empty(), "{}", answer.text());
    }
}

#[test]
fn an_assertion_has_its_time_by_the_cloud_s_clock() {
    let place = Place::new();
    let clock = &place.cloud.gateway().cloud().clock;
    let good = place.good();
    clock.advance(-1_000).unwrap();
    place.refuses(&good);
    clock.advance(300_000).unwrap();
    place.assume("r", &good, &[]).ok();
    clock.advance(1_000).unwrap();
    let expired = |answer: &Answer| {
        let message = answer.refused(401, "AuthenticationFail.SAMLAssertion.Expired").message();
        assert_eq!(message, "The SAML Assertion is expired.");
    };
    expired(&place.assume("r", &good, &[]));
    let later = r#"NotOnOrAfter="2026-01-02T05:04:05Z""#;
    place.bring(|said| said.confirmed = later.to_owned()).ok();
    clock.advance(3_300_000).unwrap();
    expired(&place.bring(|said| said.confirmed = later.to_owned()));
}

#[test]
fn the_trust_policy_decides_alone() {
    let place = Place::new();
    let trusted = |document: &str| {
        place.owner().ram("UpdateRole", &[("RoleName", "r"), ("NewAssumeRolePolicyDocument", document)]).ok();
        let answer = place.assume("r", &place.good(), &[]);
        if answer.status != 200 {
            let message = answer.refused(401, "AuthenticationFail.NoPermission").message();
            assert_eq!(message, "There is no permission");
            let detail = &answer.json()["AccessDeniedDetail"];
            assert_eq!(
                (&detail["AuthPrincipalType"], &detail["AuthPrincipalDisplayName"], &detail["PolicyType"]),
                (&json!("Federated"), &json!("saml-provider/idp"), &json!("AssumeRolePolicy"))
            );
        }
        answer.status == 200
    };
    assert!(trusted(&trusting(RECIPIENT)));
    assert!(!trusted(&trusting("https://signin.alibabacloud.com/saml-role/sso")));
    assert!(trusted(&trust("Federated", PROVIDER)));
    assert!(!trusted(&trust("Federated", "acs:ram::1234567890123456:oidc-provider/idp")));
    assert!(!trusted(&trust("RAM", "acs:ram::1234567890123456:root")));
}

#[test]
fn who_is_not_there_and_what_is_missing() {
    let place = Place::new();
    let good = base64(place.good());
    let role = arn("r");
    let with = |name: &str, value: &str| {
        let mut all = vec![("RoleArn", role.as_str()), ("SAMLProviderArn", PROVIDER), ("SAMLAssertion", &good)];
        all.retain(|(other, _)| *other != name);
        all.push((name, value));
        place.send(&all)
    };
    for name in ["RoleArn", "SAMLProviderArn", "SAMLAssertion"] {
        let answer = with(name, "");
        let message = answer.refused(400, &format!("MissingParameter.{name}")).message();
        assert_eq!(message, format!("Parameter {name} is required."));
    }
    for provider in
        ["idp", "acs:ram::1234567890123456:saml-provider/none", "acs:ram::6543210987654321:saml-provider/idp"]
    {
        let answer = with("SAMLProviderArn", provider);
        assert_eq!(answer.refused(404, "EntityNotExist.SAMLProvider").message(), "Can not find SAML provider.");
    }
    let none = place.bring(|said| said.roles = vec![format!("{},{PROVIDER}", arn("none"))]);
    invalid(&none);
    let said = Said { roles: vec![format!("{},{PROVIDER}", arn("none"))], ..Said::good() };
    let answer = place.assume("none", &signed(&place.signer, &WAY, &said), &[]);
    assert_eq!(answer.refused(404, "EntityNotExist.RoleArn").message(), "The specified Role does not exists.");
    with("RoleArn", "r").refused(400, "InvalidParameter.RoleArn");
    invalid(&with("SAMLAssertion", "?"));
    invalid(&with("SAMLAssertion", &format!("{good}{}", "\n".repeat(100_000))));
    for (parameter, value, code, message) in [
        ("DurationSeconds", "899", "InvalidParameter.DurationSeconds", "The DurationSeconds is invalid."),
        ("DurationSeconds", "3601", "InvalidParameter.DurationSeconds", "The DurationSeconds is invalid."),
        ("Policy", "{", "InvalidParameter.PolicyGrammar", "Invalid Policy."),
        ("Policy", &" ".repeat(3000), "InvalidParameter.PolicySize", "The max size of policy string is 1024."),
    ] {
        assert_eq!(with(parameter, value).refused(400, code).message(), message);
    }
    for bad in [
        metadata("AAAA"),
        metadata("?"),
        metadata(&base64(rsa_certificate())).replace("use=\"signing\"", "use=\"encryption\""),
        metadata(&base64(rsa_certificate())).replace("entityID", "other"),
        "<EntityDescriptor".to_owned(),
    ] {
        place.describe(&bad);
        let answer = with("Policy", "");
        let message = answer.refused(401, "AuthenticationFail.IDPMetadata.Invalid").message();
        assert_eq!(message, "The IdP Metadata of your SAML Provider is invalid.");
    }
}

#[test]
fn a_session_by_saml_is_like_any_other() {
    let place = Place::new();
    let owner = place.owner();
    allow_role(&owner, "r", "Read", &policy("Allow", "ram:List*", "*"));
    let narrow = policy("Allow", "ram:ListUsers", "*");
    let answer = place.assume("r", &place.good(), &[("DurationSeconds", "900"), ("Policy", &narrow)]).ok();
    assert_eq!(text(&answer, "/Credentials/Expiration"), "2026-01-02T03:19:05Z");
    let session = owner.session(&answer);
    session.ram("ListUsers", &[]).ok();
    session.ram("ListGroups", &[]).refused(403, "NoPermission");
    let other = owner.session(&place.assume("r", &place.good(), &[]).ok());
    // The provider has vouched; that it is gone ends no session. Nobody new comes in.
    owner.rpc("2019-08-15", "DeleteSAMLProvider", &[("SAMLProviderName", "idp")]).ok();
    session.ram("ListUsers", &[]).ok();
    place.assume("r", &place.good(), &[]).refused(404, "EntityNotExist.SAMLProvider");
    let clock = &place.cloud.gateway().cloud().clock;
    clock.advance(899_000).unwrap();
    session.ram("ListUsers", &[]).ok();
    clock.advance(1_000).unwrap();
    session.ram("ListUsers", &[]).refused(400, "InvalidSecurityToken.Expired");
    other.sts("GetCallerIdentity", &[]).ok();
    owner.ram("DetachPolicyFromRole", &[("RoleName", "r"), ("PolicyType", "Custom"), ("PolicyName", "Read")]).ok();
    owner.ram("DeleteRole", &[("RoleName", "r")]).ok();
    other.sts("GetCallerIdentity", &[]).refused(404, "InvalidAccessKeyId.NotFound");
}
