//! Closed by construction: no operation of the tables answers to somebody who may not call it.
//!
//! The walk asks every operation the same questions, whatever its service: unsigned, wrongly signed, by a user without a
//! policy, by a user with the least policy that does, and by the same user with a Deny beside it. What the least policy is
//! it learns from the audit trail, as a person would: by allowing what the last refusal named. A row that asks nothing, or
//! whose sample parameters do not reach the question, fails here.
#![allow(clippy::expect_used, reason = "a test that cannot go on fails")]

#[path = "../kit/mod.rs"]
mod kit;
mod ledger;

use std::collections::BTreeMap;
use std::sync::Mutex;

use acslab_emulator::cloud::{PayloadNames, Service};
use acslab_emulator::gateway::{Asked, Decided, Entry, Need, Parameter, Stage, Takes};
use acslab_emulator::ledger::{Allow, Allowed, Deny, Exercised};
use acslab_emulator::{Access, Check, EmulatorHandle, Level, Operation, Perform, Route, Selector, Style, operations};
use acslab_policy::{DefaultRule, Verdict};
use http::HeaderMap;
use kit::assertion::{Said, WAY, metadata, signed};
use kit::signer::{Signer, base64, rsa_certificate};
use kit::{Answer, Client, Raw};
use serde_json::{Value, json};

const REGION: &str = "cn-hangzhou";
/// What parameters are called in samples, and what the walk furnishes its clouds with: a role, a bucket, an object.
const SAMPLE: &str = "sample";

#[test]
fn every_operation_asks_before_it_acts() {
    let all: Vec<_> = operations().collect();
    let (next, faults, found) = (Mutex::new(all.iter()), Mutex::new(Vec::new()), Mutex::new(Vec::new()));
    let take = || next.lock().ok().and_then(|mut next| next.next().copied());
    std::thread::scope(|scope| {
        for _ in 0..4 {
            scope.spawn(|| {
                while let Some(operation) = take() {
                    match walk(operation) {
                        Ok(exercised) => found.lock().expect("no walk panics").extend(exercised),
                        Err(fault) => {
                            let fault = format!("{}.{}: {fault}", operation.product.name, operation.name);
                            faults.lock().expect("no walk panics").push(fault);
                        }
                    }
                }
            });
        }
    });
    let faults = faults.into_inner().expect("no walk panics");
    assert!(!all.is_empty());
    assert!(faults.is_empty(), "{} of {} operations\n{}", faults.len(), all.len(), faults.join("\n"));
    ledger::holds(&all, found.into_inner().expect("no walk panics"));
}

/// Rows that ask no policy of the caller's. Each is open in the cloud as well; another one here is a decision, not an oversight.
const OPEN: &[&str] = &[
    "Sts.GetCallerIdentity",
    "Sts.AssumeRoleWithOIDC",
    "Sts.AssumeRoleWithSAML",
    "Oss.OptionObject",
    "Oss.OptionObject",
    "Oss.PostObject",
    "Sls.PutWebtracking",
    "PaiConsole.ActivateForFree",
];

#[test]
fn what_is_open_is_known_to_be() {
    let known = |access: &Access| matches!(access, Access::Anyone(_) | Access::SignedOnly(_) | Access::Federated(..));
    let open = operations().filter(|row| known(&row.access));
    let open: Vec<_> = open.map(|row| format!("{}.{}", row.product.name, row.name)).collect();
    assert_eq!(open, OPEN);
}

type Outcome = Result<(), String>;
/// What the walk has found of an operation; of one that is not performed, nothing.
type Found = Result<Option<Exercised>, String>;

fn found(operation: &Operation, allow: Option<(Allow, &Heard)>, deny: &[Deny]) -> Exercised {
    let allow = allow.map(|(by, last)| {
        let answer = format!("{} {}", last.answer.status, last.answer.code());
        Allowed { by, answer: answer.trim_end().to_owned() }
    });
    Exercised { operation: acslab_emulator::ledger::name(operation), allow, deny: deny.to_vec() }
}

fn walk(operation: &'static Operation) -> Found {
    match (&operation.perform, &operation.access) {
        (Perform::Missing, _) => missing(operation),
        (_, Access::Anyone(_)) => open_to_anyone(operation),
        (_, Access::SignedOnly(_)) => open_to_the_signed(operation),
        (_, Access::OwnerOnly(_)) => open_to_the_owner(operation),
        (_, Access::Federated(..)) => open_to_the_vouched_for(operation),
        (_, Access::Checks(checks)) => {
            let silent = checks.iter().all(|check| check.default == DefaultRule::AllowUnlessDenied);
            let found = checked(operation, silent, Sends::Least)?;
            // What is asked only where a call says more is asked when it does.
            if checks.iter().any(is_conditional) {
                checked(operation, silent, Sends::All)?;
            }
            Ok(found)
        }
    }
}

/// Known and not performed: asked for like every other, and told to those alone who may.
fn missing(operation: &'static Operation) -> Found {
    match &operation.access {
        Access::Checks(_) => checked(operation, false, Sends::Least).map(drop)?,
        Access::OwnerOnly(_) => open_to_the_owner(operation).map(drop)?,
        Access::SignedOnly(_) => open_to_the_signed(operation).map(drop)?,
        Access::Anyone(_) => open_to_anyone(operation).map(drop)?,
        Access::Federated(..) => open_to_the_vouched_for(operation).map(drop)?,
    }
    let place = Place::new();
    let answer = place.send(&place.request(operation, Some(&place.owner())));
    if (answer.status, answer.code().as_str()) != (501, "AcslabNotPerformed") {
        return Err(format!("missing, and answers {} {}", answer.status, answer.text()));
    }
    Ok(None)
}

fn open_to_anyone(operation: &'static Operation) -> Found {
    let place = Place::new();
    let asked = place.ask(operation, None)?;
    asked.answered_by(Stage::Perform)?;
    // OSS looks at no signature there.
    if operation.product.style != Style::Oss {
        place.wrongly_signed(operation)?;
    }
    Ok(Some(found(operation, Some((Allow::Nothing, &asked)), &[])))
}

fn open_to_the_signed(operation: &'static Operation) -> Found {
    let place = Place::new();
    place.unsigned(operation)?;
    place.wrongly_signed(operation)?;
    let user = place.owner().user("walker");
    place.ask(operation, Some(&user))?.answered_by(Stage::Perform)?;
    place.owner().grant("walker", "Block", &kit::policy("Deny", "*", "*"));
    let asked = place.ask(operation, Some(&user))?;
    asked.answered_by(Stage::Perform)?;
    Ok(Some(found(operation, Some((Allow::Signature, &asked)), &[])))
}

/// Nobody comes in without the proof of an identity provider, signed or not; with it, whom the role trusts.
fn open_to_the_vouched_for(operation: &'static Operation) -> Found {
    let mut place = Place::new();
    place.unsigned(operation)?;
    place.wrongly_signed(operation)?;
    place.ask(operation, Some(&place.owner()))?.answered_by(Stage::Authenticate)?;
    let provider = place.prove();
    let refused = |verdict| {
        let before = place.state();
        let asked = place.ask(operation, None)?;
        asked.answered_by(Stage::Authorize)?;
        place.unchanged(&before, "a refused call")?;
        let last = asked.entry.decided.last().map(|last| last.decision.verdict);
        if last == Some(verdict) { Ok(()) } else { Err(format!("{verdict:?} was due, it was {last:?}")) }
    };
    refused(Verdict::ImplicitDeny)?;
    let statement = |effect: &str| {
        let principal = json!({ "Federated": provider });
        json!({"Effect": effect, "Action": "sts:AssumeRole", "Principal": principal})
    };
    let trust = |effects: &[&str]| {
        let statements: Vec<_> = effects.iter().map(|effect| statement(effect)).collect();
        let document = json!({"Version": "1", "Statement": statements}).to_string();
        let change = [("RoleName", SAMPLE), ("NewAssumeRolePolicyDocument", document.as_str())];
        place.owner().ram("UpdateRole", &change).ok();
    };
    trust(&["Allow"]);
    let asked = place.ask(operation, None)?;
    asked.answered_by(Stage::Perform)?;
    trust(&["Allow", "Deny"]);
    refused(Verdict::ExplicitDeny)?;
    let deny = [Deny::NoProof, Deny::NoPolicy, Deny::ExplicitDeny];
    Ok(Some(found(operation, Some((Allow::Proof, &asked)), &deny)))
}

fn open_to_the_owner(operation: &'static Operation) -> Found {
    let place = Place::new();
    place.unsigned(operation)?;
    place.wrongly_signed(operation)?;
    let user = place.owner().user("walker");
    place.owner().attach("walker", "System", "AdministratorAccess");
    let before = place.state();
    let asked = place.ask(operation, Some(&user))?;
    asked.answered_by(Stage::Authorize)?;
    place.unchanged(&before, "a refused call")?;
    let asked = place.ask(operation, Some(&place.owner()))?;
    asked.answered_by(Stage::Perform)?;
    Ok(Some(found(operation, Some((Allow::Owner, &asked)), &[Deny::Administrator])))
}

/// Is a check asked of some calls only?
fn is_conditional(check: &Check) -> bool {
    matches!(check.asked, Asked::When(_)) || TAGS.contains(&check.actions.first().unwrap_or_default())
}

/// An action that only a header or a body asks for which names a version: tests of OSS's own do, and of what is asked for by what is known of
/// the resource, such as a symlink's target or a key of KMS.
const NAMED_BY_HEADER: [(&str, &str); 3] = [
    ("CopyObject", "oss:GetObjectVersion"),
    ("UploadPartCopy", "oss:GetObjectVersion"),
    ("DeleteMultipleObjects", "oss:DeleteObjectVersion"),
];

/// Actions that are asked for besides where a header carries tags.
const TAGS: [&str; 1] = ["oss:PutObjectTagging"];

/// What a request of the walk carries.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Sends {
    /// What must be there.
    Least,
    /// Whatever a check of the operation asks about besides, and content.
    All,
}

fn checked(operation: &'static Operation, silent: bool, sends: Sends) -> Found {
    let place = Place::sending(sends);
    place.unsigned(operation)?;
    place.wrongly_signed(operation)?;
    let owner = place.owner();
    let user = owner.user("walker");
    let mut granted: Vec<Decided> = Vec::new();
    let last = loop {
        let before = place.state();
        let asked = place.ask(operation, Some(&user))?;
        let entry = asked.entry.clone();
        match (entry.stage, entry.decided.last()) {
            (_, None) => return Err(format!("nothing was decided: {}", asked.answer.text())),
            (Stage::Perform, _) => break asked,
            (Stage::Authorize, Some(refused)) => {
                if asked.answer.status < 400 || refused.decision.verdict != Verdict::ImplicitDeny {
                    return Err(format!("a refusal that is none: {} {refused:?}", asked.answer.status));
                }
                place.unchanged(&before, "a refused call")?;
                if granted.iter().any(|old| old.action() == refused.action() && old.resource() == refused.resource()) {
                    return Err(format!("refused again with `{}` on `{}`", refused.action(), refused.resource()));
                }
                granted.push(refused.clone());
                place.set_policy("Least", &document("Allow", &granted));
            }
            (stage, _) => return Err(format!("answered by {stage:?}: {}", asked.answer.text())),
        }
    };
    if granted.is_empty() != silent {
        return Err(format!("a user without a policy: {} were needed", granted.len()));
    }
    denied(operation, &granted, &last.entry.decided, sends)?;
    if sends == Sends::All {
        let asked = |action: &str| last.entry.decided.iter().any(|one| one.action() == action);
        // What is asked of a call that names no version was asked of the one before.
        let due = |check: &&Check| {
            !matches!(check.asked, Asked::Unless(_) | Asked::Located(..))
                && !NAMED_BY_HEADER.contains(&(&*operation.name, check.actions.first().unwrap_or_default()))
        };
        for check in operation.access.checks().iter().filter(due) {
            if !check.actions.iter().any(asked) {
                return Err(format!("`{check}` was never asked"));
            }
        }
    }
    if silent {
        Ok(Some(found(operation, Some((Allow::NoPolicy, &last)), &[Deny::ExplicitDeny])))
    } else {
        Ok(Some(found(operation, Some((Allow::LeastPolicy, &last)), &[Deny::NoPolicy, Deny::ExplicitDeny])))
    }
}

/// In a cloud where nothing has happened yet, the least policy is there and each of the questions is answered with a Deny.
fn denied(operation: &'static Operation, granted: &[Decided], decided: &[Decided], sends: Sends) -> Outcome {
    let place = Place::sending(sends);
    let user = place.owner().user("walker");
    if !granted.is_empty() {
        place.set_policy("Least", &document("Allow", granted));
    }
    for one in decided {
        place.set_policy("Block", &document("Deny", std::slice::from_ref(one)));
        let before = place.state();
        let asked = place.ask(operation, Some(&user))?;
        asked.answered_by(Stage::Authorize)?;
        let verdict = asked.entry.decided.last().map(|last| last.decision.verdict);
        if asked.answer.status < 400 || verdict != Some(Verdict::ExplicitDeny) {
            return Err(format!("`{}` on `{}` was denied, and: {}", one.action(), one.resource(), asked.answer.text()));
        }
        place.unchanged(&before, "a denied call")?;
    }
    Ok(())
}

fn document(effect: &str, of: &[Decided]) -> String {
    let statement = |one: &Decided| json!({"Effect": effect, "Action": one.action(), "Resource": one.resource()});
    json!({"Version": "1", "Statement": of.iter().map(statement).collect::<Vec<_>>()}).to_string()
}

/// A cloud with what the samples name.
struct Place {
    emulator: EmulatorHandle,
    sends: Sends,
    /// Values that only this cloud knows, by parameter.
    known: BTreeMap<&'static str, String>,
    /// The proofs of identity providers, by parameter.
    proofs: BTreeMap<&'static str, String>,
}

/// An answer, and what the audit trail says of it.
struct Heard {
    answer: Answer,
    entry: std::sync::Arc<Entry>,
}

impl Heard {
    fn answered_by(&self, stage: Stage) -> Outcome {
        if self.entry.stage == stage && (stage == Stage::Perform || self.answer.status >= 400) {
            return Ok(());
        }
        let (status, text) = (self.answer.status, self.answer.text());
        Err(format!("{stage:?} should have answered, it was {:?}: {status} {text}", self.entry.stage))
    }
}

impl Place {
    fn new() -> Self {
        Self::sending(Sends::Least)
    }

    fn sending(sends: Sends) -> Self {
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
    fn prove(&mut self) -> Vec<String> {
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

    fn owner(&self) -> Client<'_> {
        Client::owner(&self.emulator)
    }

    fn send(&self, raw: &Raw) -> Answer {
        raw.send(self.emulator.address())
    }

    fn ask(&self, operation: &'static Operation, by: Option<&Client<'_>>) -> Result<Heard, String> {
        self.find(self.send(&self.request(operation, by)), operation)
    }

    fn find(&self, answer: Answer, operation: &'static Operation) -> Result<Heard, String> {
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
    fn unsigned(&self, operation: &'static Operation) -> Outcome {
        let before = self.state();
        let anonymous = operation.product.style == Style::Oss;
        let stage = if anonymous { Stage::Authorize } else { Stage::Authenticate };
        self.ask(operation, None)?.answered_by(stage)?;
        self.unchanged(&before, "an unsigned call")
    }

    /// The owner's key with another secret, and a key that does not exist.
    fn wrongly_signed(&self, operation: &'static Operation) -> Outcome {
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
    fn state(&self) -> Value {
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

    fn unchanged(&self, before: &Value, by: &str) -> Outcome {
        if self.state() == *before { Ok(()) } else { Err(format!("{by} changed the state")) }
    }

    /// Puts a document in force for the walker, under a name.
    fn set_policy(&self, name: &str, document: &str) {
        let owner = self.owner();
        if owner.ram("GetPolicy", &[("PolicyType", "Custom"), ("PolicyName", name)]).status == 404 {
            return owner.grant("walker", name, document);
        }
        let rotate = ("RotateStrategy", "DeleteOldestNonDefaultVersionWhenLimitExceeded");
        let version = [("PolicyName", name), ("PolicyDocument", document), ("SetAsDefault", "true"), rotate];
        owner.ram("CreatePolicyVersion", &version).ok();
    }

    /// A request for an operation, made from its route and its parameters' samples.
    fn request(&self, operation: &'static Operation, by: Option<&Client<'_>>) -> Raw {
        match &operation.route {
            Route::Action => self.rpc(operation, by),
            Route::Path(method, template) if operation.product.style == Style::Sls => {
                self.sls(operation, method.as_str(), template, by)
            }
            Route::Path(method, template) => self.roa(operation, method.as_str(), template, by),
            Route::Oss(method, level, selector) => self.oss(operation, method.as_str(), *level, *selector, by),
        }
    }

    fn sample(&self, operation: &'static Operation, name: &str) -> String {
        if let Some(known) = self.known.get(name) {
            return known.clone();
        }
        let parameter = operation.parameters.iter().find(|parameter| parameter.name == name);
        parameter.map_or(SAMPLE.into(), Parameter::sample).into_owned()
    }

    /// The parameters that must be there, except for those in the path.
    fn parameters(&self, operation: &'static Operation, template: &str) -> Vec<(&'static str, String)> {
        let asked_about = |name: &str| {
            let when = |check: &Check| matches!(&check.asked, Asked::When(parameter) if parameter == name);
            self.sends == Sends::All && operation.access.checks().iter().any(when)
        };
        let wanted = |parameter: &&Parameter| parameter.need == Need::Required || asked_about(&parameter.name);
        let required = operation.parameters.iter().filter(wanted);
        let elsewhere = required.filter(|parameter| !template.contains(&format!("{{{}}}", parameter.name)));
        elsewhere.map(|parameter| (&*parameter.name, self.sample(operation, &parameter.name))).collect()
    }

    fn host(&self, operation: &'static Operation) -> String {
        let host = operation.product.hosts.first().map(|host| host.replace("{region}", REGION));
        host.unwrap_or_else(|| self.emulator.address().to_string())
    }

    fn rpc(&self, operation: &'static Operation, by: Option<&Client<'_>>) -> Raw {
        let mut all = vec![("Action", operation.name.to_string()), ("Version", operation.product.version.to_string())];
        all.push(("Format", "JSON".to_owned()));
        all.extend(self.parameters(operation, ""));
        let known = |name: &str| operation.parameters.iter().any(|parameter| parameter.name == name);
        all.extend(self.proofs.iter().filter(|(name, _)| known(name)).map(|(name, value)| (*name, value.clone())));
        let all: Vec<_> = all.iter().map(|(name, value)| (*name, value.as_str())).collect();
        let host = self.host(operation);
        if let Some(client) = by {
            return client.at(&host).rpc_request("POST", &all);
        }
        let owned: Vec<_> = all.iter().map(|(name, value)| ((*name).into(), (*value).into())).collect();
        let lines = [("host", host.as_str()), ("content-type", "application/x-www-form-urlencoded")];
        Raw::new("POST", "/").headers(kit::headers(&lines)).body(kit::encode(&owned))
    }

    fn roa(&self, operation: &'static Operation, method: &str, template: &str, by: Option<&Client<'_>>) -> Raw {
        let segment = |segment: &str| match segment.strip_prefix('{').and_then(|name| name.strip_suffix('}')) {
            Some(name) => self.sample(operation, name),
            None => segment.to_owned(),
        };
        let path: Vec<_> = template.split('/').map(segment).collect();
        let parameters = self.parameters(operation, template);
        let host = self.host(operation);
        let lines = [
            ("host", host.as_str()),
            ("x-acs-version", &*operation.product.version),
            ("x-acs-action", &*operation.name),
        ];
        let mut raw = Raw::new(method, &path.join("/")).headers(kit::headers(&lines));
        if matches!(method, "GET" | "DELETE") {
            let pairs: Vec<_> = parameters.into_iter().map(|(name, value)| (name.to_owned(), value)).collect();
            raw = raw.query(kit::encode(&pairs));
        } else if !parameters.is_empty() {
            let members: serde_json::Map<_, _> =
                parameters.into_iter().map(|(name, value)| (name.to_owned(), json!(value))).collect();
            raw = raw.body(Value::Object(members).to_string());
            raw.headers.extend(kit::headers(&[("content-type", "application/json; charset=utf-8")]));
        }
        by.map_or(raw.clone(), |client| client.acs3_sign(raw))
    }

    fn sls(&self, operation: &'static Operation, method: &str, template: &str, by: Option<&Client<'_>>) -> Raw {
        let (template, select) = template.split_once('?').unwrap_or((template, ""));
        let path: Vec<_> = template.split('/').map(|part| if part.starts_with('{') { SAMPLE } else { part }).collect();
        let path = path.join("/");
        let (project, path) = path.split_once('/').expect("a path");
        // What is asked about stands in the body of these.
        let body = match &*operation.name {
            "CreateProject" => json!({"projectName": "another", "description": ""}),
            "CreateLogStore" => json!({"logstoreName": "another", "shardCount": 1, "ttl": 1}),
            "TagResources" => {
                json!({"resourceType": "project", "resourceId": [SAMPLE], "tags": [{"key": "a", "value": "b"}]})
            }
            "UntagResources" => json!({"resourceType": "project", "resourceId": [SAMPLE], "all": true}),
            "ChangeResourceGroup" => json!({"resourceId": SAMPLE, "resourceGroupId": "rg-aek2abcdefghijk"}),
            _ if method == "GET" || method == "DELETE" => Value::Null,
            _ => json!({}),
        };
        let body = if body.is_null() { String::new() } else { body.to_string() };
        let mut query: Vec<_> = select.split_once('=').into_iter().collect();
        if operation.name == "ListTagResources" {
            query.push(("resourceType", "project"));
            if self.sends == Sends::Least {
                query.push(("resourceId", "[\"sample\"]"));
            }
        }
        let client = by.cloned().unwrap_or_else(|| self.owner());
        let raw = client.sls_request(method, project, &format!("/{path}"), &query, body.as_bytes());
        if by.is_some() {
            return raw;
        }
        let signing = ["authorization", "date"];
        let headers = raw.headers.iter().filter(|(name, _)| !signing.contains(&name.as_str()));
        let headers: HeaderMap = headers.map(|(name, value)| (name.clone(), value.clone())).collect();
        raw.headers(headers)
    }

    fn oss(
        &self,
        operation: &'static Operation,
        method: &str,
        level: Level,
        selector: Selector,
        by: Option<&Client<'_>>,
    ) -> Raw {
        let (bucket, key) = match level {
            Level::Service => (None, ""),
            Level::Bucket => (Some(SAMPLE), ""),
            Level::Object => (Some(SAMPLE), SAMPLE),
        };
        let mut query = self.parameters(operation, "");
        let mut lines = Vec::new();
        match selector {
            Selector::Plain => {}
            Selector::Query(name) => query.insert(0, (name, String::new())),
            Selector::QueryValue(name, value) => query.insert(0, (name, value.to_owned())),
            Selector::Header(name) => lines.push((name, format!("/{SAMPLE}/{SAMPLE}"))),
            Selector::QueryAnd(name, other, value) => {
                query.insert(0, (name, String::new()));
                query.insert(1, (other, value.unwrap_or(SAMPLE).to_owned()));
            }
            Selector::QueryOneOf(name, values) => query.insert(0, (name, values[0].to_owned())),
            Selector::QueryAndHeader(query_name, header) => {
                query.insert(0, (query_name, String::new()));
                lines.push((header, format!("/{SAMPLE}/{SAMPLE}")));
            }
        }
        // What is asked about stands in the body of this one.
        let body = match &*operation.name {
            "DeleteMultipleObjects" => format!("<Delete><Object><Key>{SAMPLE}</Key></Object></Delete>"),
            _ if self.sends == Sends::All && operation.takes == Takes::Stream => "content".to_owned(),
            _ => String::new(),
        };
        if self.sends == Sends::All && operation.access.checks().iter().any(is_conditional) {
            lines.push(("x-oss-tagging", "team=blue".to_owned()));
        }
        let query: Vec<_> = query.iter().map(|(name, value)| (*name, value.as_str())).collect();
        let lines: Vec<_> = lines.iter().map(|(name, value)| (*name, value.as_str())).collect();
        let raw = by.unwrap_or(&self.owner()).oss_request(method, bucket, key, &query, &lines, body.as_bytes());
        if by.is_some() {
            return raw;
        }
        let signing = ["authorization", "x-oss-date", "x-oss-content-sha256", "date"];
        let headers: HeaderMap = raw
            .headers
            .iter()
            .filter(|(name, _)| !signing.contains(&name.as_str()))
            .map(|(n, v)| (n.clone(), v.clone()))
            .collect();
        raw.headers(headers)
    }
}
