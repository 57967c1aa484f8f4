//! A cloud for the walk, and what is asked of it.

use std::collections::BTreeMap;

use acslab_emulator::cloud::{PayloadNames, Service};
use acslab_emulator::gateway::{Entry, Stage};
use acslab_emulator::{EmulatorHandle, Operation, Style, operations};
use serde_json::{Value, json};

use crate::kit::assertion::{Said, WAY, metadata, signed};
use crate::kit::signer::{Signer, base64, rsa_certificate};
use crate::kit::{self, Answer, Client, Raw};

pub(crate) const REGION: &str = "cn-hangzhou";
/// What parameters are called in samples, and what the walk furnishes its clouds with: a role, a bucket, an object.
pub(crate) const SAMPLE: &str = "sample";

pub(crate) type Outcome = Result<(), String>;

/// What a request of the walk carries.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Sends {
    /// What must be there.
    Least,
    /// Whatever a check of the operation asks about besides, and content.
    All,
}

/// A cloud with what the samples name.
pub(crate) struct Place {
    pub(crate) emulator: EmulatorHandle,
    pub(crate) sends: Sends,
    /// Values that only this cloud knows, by parameter.
    pub(crate) known: BTreeMap<&'static str, String>,
    /// The proofs of identity providers, by parameter.
    pub(crate) proofs: BTreeMap<&'static str, String>,
}

/// An answer, and what the audit trail says of it.
pub(crate) struct Heard {
    pub(crate) answer: Answer,
    pub(crate) entry: std::sync::Arc<Entry>,
}

impl Heard {
    pub(crate) fn answered_by(&self, stage: Stage) -> Outcome {
        if self.entry.stage == stage && (stage == Stage::Perform || self.answer.status >= 400) {
            return Ok(());
        }
        let (status, text) = (self.answer.status, self.answer.text());
        Err(format!("{stage:?} should have answered, it was {:?}: {status} {text}", self.entry.stage))
    }
}

impl Place {
    pub(crate) fn new() -> Self {
        Self::sending(Sends::Least)
    }

    pub(crate) fn sending(sends: Sends) -> Self {
        let mut place =
            Self { emulator: kit::start(), sends: Sends::Least, known: BTreeMap::new(), proofs: BTreeMap::new() };
        let ready = &place.emulator.accounts()[0];
        let account = place.emulator.gateway().cloud().account(&ready.account_id).expect("the account");
        let now = place.owner().now();
        for service in [
            Service::Oss,
            Service::Sls,
            Service::Xtrace,
            Service::Pai(REGION.to_owned()),
            Service::DataWorks(REGION.to_owned()),
        ] {
            account.activations.write().open(service, now);
        }
        // Whoever says who is behind a session must be trusted to say so.
        let trust = kit::trust("RAM", &format!("acs:ram::{}:root", ready.account_id));
        let trust = trust.replace("\"sts:AssumeRole\"", "[\"sts:AssumeRole\",\"sts:SetSourceIdentity\"]");
        place.owner().ram("CreateRole", &[("RoleName", SAMPLE), ("AssumeRolePolicyDocument", &trust)]).ok();
        for key in ["", SAMPLE] {
            assert_eq!(place.owner().oss("PUT", Some(SAMPLE), key, &[], &[], b"").status, 200, "a bucket, an object");
        }
        let project = json!({"projectName": SAMPLE, "description": ""}).to_string();
        let store = json!({"logstoreName": SAMPLE, "shardCount": 2, "ttl": 1}).to_string();
        for (host, path, body) in [("", "/", project), (SAMPLE, "/logstores", store)] {
            assert_eq!(
                place.owner().sls("POST", host, path, &[], body.as_bytes()).status,
                200,
                "a project, a Logstore"
            );
        }
        let workspace = operations().find(|row| row.name == "CreateWorkspace").expect("CreateWorkspace");
        let workspace = place.send(&place.request(workspace, Some(&place.owner()))).ok();
        place.known.insert("WorkspaceId", kit::text(&workspace, "/WorkspaceId").to_owned());
        place.sends = sends;
        place
    }

    /// From now on requests bring what an OIDC and a SAML provider of the account say for the sample role. Gives the ARNs of
    /// both.
    pub(crate) fn prove(&mut self) -> Vec<String> {
        let signer = Signer::rsa();
        let role = format!("acs:ram::{}:role/{SAMPLE}", self.emulator.accounts()[0].account_id);
        let oidc = [("OIDCProviderName", "idp"), ("IssuerUrl", "https://issuer.example.com"), ("ClientIds", "app")];
        let made = self.owner().rpc("2019-08-15", "CreateOIDCProvider", &oidc).ok();
        self.proofs.insert("OIDCProviderArn", kit::text(&made, "/OIDCProvider/Arn").to_owned());
        let keys = Raw::new("PUT", "/_acslab/oidc-keys").query("issuer=https://issuer.example.com".to_owned());
        let keys = keys.headers(kit::headers(&[("host", "localhost")]));
        self.send(&keys.body(json!({"keys": [signer.jwk("one")]}).to_string())).ok();
        let second = self.owner().now().as_second();
        let claims = json!({
            "iss": "https://issuer.example.com", "sub": SAMPLE, "aud": "app", "iat": second, "exp": second + 60,
        });
        self.proofs.insert("OIDCToken", signer.token(&json!({"alg": "RS256"}), &claims));

        let described = base64(metadata(&base64(rsa_certificate())));
        let saml = [("SAMLProviderName", "idp"), ("EncodedSAMLMetadataDocument", described.as_str())];
        let made = self.owner().rpc("2019-08-15", "CreateSAMLProvider", &saml).ok();
        let provider = kit::text(&made, "/SAMLProvider/Arn").to_owned();
        let said = Said { roles: vec![format!("{role},{provider}")], ..Said::good() };
        self.proofs.insert("SAMLAssertion", base64(signed(&signer, &WAY, &said)));
        self.proofs.insert("SAMLProviderArn", provider);
        self.proofs.insert("RoleArn", role);
        ["OIDCProviderArn", "SAMLProviderArn"].map(|name| self.proofs[name].clone()).to_vec()
    }

    pub(crate) fn owner(&self) -> Client<'_> {
        Client::owner(&self.emulator)
    }

    pub(crate) fn send(&self, raw: &Raw) -> Answer {
        raw.send(self.emulator.address())
    }

    pub(crate) fn ask(&self, operation: &'static Operation, by: Option<&Client<'_>>) -> Result<Heard, String> {
        self.find(self.send(&self.request(operation, by)), operation)
    }

    pub(crate) fn find(&self, answer: Answer, operation: &'static Operation) -> Result<Heard, String> {
        let id = ["x-acs-request-id", "x-oss-request-id", "x-log-requestid"]
            .iter()
            .find_map(|name| answer.headers.get(*name));
        let id = id.and_then(|id| id.to_str().ok()).ok_or_else(|| format!("no request id: {}", answer.text()))?;
        let entry = self.emulator.gateway().trail().find(id);
        let entry = entry.ok_or_else(|| format!("not in the audit trail: {} {}", answer.status, answer.text()))?;
        if !std::ptr::eq(&raw const *entry.operation, operation) {
            return Err(format!("went to {}.{}", entry.operation.product.name, entry.operation.name));
        }
        Ok(Heard { answer, entry })
    }

    /// Nobody's request is refused: for want of a signature, or where OSS knows an anonymous caller, for want of a permission.
    pub(crate) fn unsigned(&self, operation: &'static Operation) -> Outcome {
        let before = self.state();
        let anonymous = operation.product.style == Style::Oss;
        let stage = if anonymous { Stage::Authorize } else { Stage::Authenticate };
        self.ask(operation, None)?.answered_by(stage)?;
        self.unchanged(&before, "an unsigned call")
    }

    /// The owner's key with another secret, and a key that does not exist.
    pub(crate) fn wrongly_signed(&self, operation: &'static Operation) -> Outcome {
        let before = self.state();
        let owner = self.owner();
        for key in [&owner.key_id, "LTAI5tNobodysKey0000000001"] {
            let forger = owner.with_key(key, "NobodysSecret00000000000000001", None);
            self.ask(operation, Some(&forger))?.answered_by(Stage::Authenticate)?;
        }
        self.unchanged(&before, "a wrongly signed call")
    }

    /// All that the cloud holds, contents included, but for what is not the cloud's: the source of ids, which request ids draw on,
    /// nonces, and when a key was last used, which is so of a refused call too.
    pub(crate) fn state(&self) -> Value {
        let snapshot = self.emulator.gateway().cloud().snapshot(&mut PayloadNames::default()).expect("a document");
        let mut document: Value = serde_json::from_slice(&snapshot.document).expect("JSON");
        for part in ["ids", "nonces"] {
            document[part].take();
        }
        for key in document["keys"].as_array_mut().into_iter().flatten() {
            key["last_used"].take();
        }
        let contents = snapshot.payloads.values().flat_map(acslab_emulator::cloud::Payload::pieces);
        document["contents"] = json!(contents.map(|piece| piece.expect("a piece").to_vec()).collect::<Vec<_>>());
        document
    }

    pub(crate) fn unchanged(&self, before: &Value, by: &str) -> Outcome {
        if self.state() == *before { Ok(()) } else { Err(format!("{by} changed the state")) }
    }

    /// Puts a document in force for the walker, under a name.
    pub(crate) fn set_policy(&self, name: &str, document: &str) {
        let owner = self.owner();
        if owner.ram("GetPolicy", &[("PolicyType", "Custom"), ("PolicyName", name)]).status == 404 {
            return owner.grant("walker", name, document);
        }
        let rotate = ("RotateStrategy", "DeleteOldestNonDefaultVersionWhenLimitExceeded");
        let version = [("PolicyName", name), ("PolicyDocument", document), ("SetAsDefault", "true"), rotate];
        owner.ram("CreatePolicyVersion", &version).ok();
    }
}
