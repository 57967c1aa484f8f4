//! The axes of the matrix, and a cloud that can be put into each of its states.
#![allow(clippy::option_option, reason = "no ACL that was set, and one that grants nothing, are two things")]

use std::sync::Arc;

use acslab_emulator::EmulatorHandle;
use acslab_emulator::cloud::{self, Object, Objects, Service, Versioning};
use acslab_emulator::gateway::{ApiError, Caller, HttpRequest};
use acslab_emulator::operation::Inside;
use acslab_emulator::signature::OrderedQuery;
use acslab_policy::{Document, DocumentKind};
use bytes::Bytes;
use http::{HeaderMap, HeaderValue, Method};

use crate::kit::{self, Client, policy, trust};
use crate::naive::{Account, Acl, Cell, Condition, Grant, Kind, Operation, Outcome, Principal, Rule, Who};

const HOME: &str = "1234567890123456";
const ABROAD: &str = "6543210987654321";
const BUCKET: &str = "photos";
const KEY: &str = "a.jpg";

const EVERYTHING: &[Rule] = &[Rule { allow: true, actions: &["oss:*"], good_agents: false }];
const READING: &[Rule] = &[Rule { allow: true, actions: &["oss:Get*", "oss:List*"], good_agents: false }];
const SOME: &[Rule] = &[
    Rule { allow: true, actions: &["oss:*"], good_agents: false },
    Rule { allow: false, actions: &["oss:GetObject", "oss:DeleteObject"], good_agents: false },
];
const GOOD: &[Rule] = &[Rule { allow: true, actions: &["oss:*"], good_agents: true }];
const NOTHING: &[Rule] = &[Rule { allow: false, actions: &["oss:*"], good_agents: false }];
const GET: &[Rule] = &[Rule { allow: true, actions: &["oss:GetObject"], good_agents: false }];

/// Somebody, with what is attached to them and the policy of their session.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Somebody {
    pub(crate) who: Who,
    pub(crate) identity: &'static [Rule],
    pub(crate) session: Option<&'static [Rule]>,
}

const fn somebody(who: Who, identity: &'static [Rule], session: Option<&'static [Rule]>) -> Somebody {
    Somebody { who, identity, session }
}

use Account::{Abroad, Home};

pub(crate) const CALLERS: [Somebody; 14] = [
    somebody(Who::Nobody, &[], None),
    somebody(Who::Owner(Home), &[], None),
    somebody(Who::User(Home, "none"), &[], None),
    somebody(Who::User(Home, "reader"), READING, None),
    somebody(Who::User(Home, "all"), EVERYTHING, None),
    somebody(Who::User(Home, "some"), SOME, None),
    somebody(Who::User(Home, "good"), GOOD, None),
    somebody(Who::Session(Home, "free"), EVERYTHING, None),
    somebody(Who::Session(Home, "bound"), EVERYTHING, Some(GET)),
    somebody(Who::Session(Home, "cut"), EVERYTHING, Some(SOME)),
    somebody(Who::Owner(Abroad), &[], None),
    somebody(Who::User(Abroad, "admin"), EVERYTHING, None),
    somebody(Who::User(Abroad, "denied"), NOTHING, None),
    somebody(Who::Session(Abroad, "guest"), EVERYTHING, None),
];

pub(crate) const ACLS: [Acl; 3] = [Acl::Private, Acl::Read, Acl::ReadWrite];
pub(crate) const OBJECTS: [Option<Option<Acl>>; 5] =
    [None, Some(None), Some(Some(Acl::Private)), Some(Some(Acl::Read)), Some(Some(Acl::ReadWrite))];

const fn grant(
    allow: bool,
    principals: &'static [Principal],
    actions: &'static [&'static str],
    condition: Condition,
) -> Grant {
    Grant { allow, principals, actions, condition }
}

const EVERYONE: &[Principal] = &[Principal::Everyone];

pub(crate) const POLICIES: [&[Grant]; 12] = [
    &[],
    &[grant(true, EVERYONE, &["oss:GetObject"], Condition::None)],
    &[grant(true, EVERYONE, &["oss:*"], Condition::None)],
    &[grant(false, EVERYONE, &["oss:GetObject", "oss:ListObjects"], Condition::None)],
    &[grant(false, EVERYONE, &["oss:*"], Condition::BadAgent)],
    &[grant(true, &[Principal::Uid(Who::Owner(Abroad))], &["oss:*"], Condition::None)],
    &[grant(
        true,
        &[Principal::Uid(Who::User(Abroad, "admin")), Principal::Uid(Who::User(Home, "none"))],
        &["oss:Get*"],
        Condition::None,
    )],
    &[grant(false, &[Principal::Uid(Who::Owner(Home))], &["oss:PutObject", "oss:GetBucketInfo"], Condition::None)],
    &[grant(true, &[Principal::SessionsOf(Abroad, "guest")], &["oss:*"], Condition::None)],
    &[grant(true, EVERYONE, &["oss:*"], Condition::AnyVpc)],
    &[grant(true, EVERYONE, &["oss:*"], Condition::KeyOf("bound"))],
    &[
        grant(true, EVERYONE, &["oss:*"], Condition::None),
        grant(
            false,
            &[Principal::Uid(Who::User(Home, "some")), Principal::Uid(Who::User(Home, "all"))],
            &["oss:GetObject", "oss:PutObject", "oss:DeleteObject"],
            Condition::None,
        ),
    ],
];

/// Where public access is blocked.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Block {
    Nowhere,
    Bucket,
    Account,
}

pub(crate) const BLOCKS: [Block; 3] = [Block::Nowhere, Block::Bucket, Block::Account];

const fn operation(name: &'static str, action: &'static str, kind: Kind, silence: &'static str) -> Operation {
    Operation { name, action, kind, silence, batch: false }
}

pub(crate) const OPERATIONS: [Operation; 12] = [
    operation("GetObject", "oss:GetObject", Kind::Read, "001"),
    operation("HeadObject", "oss:GetObject", Kind::Read, "001"),
    operation("PutObject", "oss:PutObject", Kind::Write, "001"),
    operation("DeleteObject", "oss:DeleteObject", Kind::Write, "001"),
    Operation { batch: true, ..operation("DeleteMultipleObjects", "oss:DeleteObject", Kind::Write, "001") },
    operation("GetObjectACL", "oss:GetObjectAcl", Kind::Other, "007"),
    operation("PutObjectACL", "oss:PutObjectAcl", Kind::Other, "001"),
    operation("GetObjectTagging", "oss:GetObjectTagging", Kind::Other, "001"),
    operation("GetBucket", "oss:ListObjects", Kind::List, "001"),
    operation("GetBucketInfo", "oss:GetBucketInfo", Kind::Bucket, "001"),
    operation("PutBucketAcl", "oss:PutBucketAcl", Kind::Bucket, "001"),
    operation("GetBucketPolicy", "oss:GetBucketPolicy", Kind::Bucket, "001"),
];

/// How an operation is called so that it changes nothing that the next one sees: method, key, query, headers, body.
type Called = (Method, &'static str, &'static str, &'static [(&'static str, &'static str)], &'static str);

fn called(operation: &Operation) -> Called {
    match operation.name {
        "GetObject" => (Method::GET, KEY, "", &[], ""),
        "HeadObject" => (Method::HEAD, KEY, "", &[], ""),
        // Refused for what it carries, once it may.
        "PutObject" => (Method::PUT, KEY, "", &[("content-md5", "none")], ""),
        "DeleteObject" => (Method::DELETE, KEY, "", &[], ""),
        "DeleteMultipleObjects" => {
            (Method::POST, "", "delete", &[], "<Delete><Object><Key>a.jpg</Key></Object></Delete>")
        }
        "GetObjectACL" => (Method::GET, KEY, "acl", &[], ""),
        "PutObjectACL" => (Method::PUT, KEY, "acl", &[], ""),
        "GetObjectTagging" => (Method::GET, KEY, "tagging", &[], ""),
        "GetBucket" => (Method::GET, "", "", &[], ""),
        "GetBucketInfo" => (Method::GET, "", "bucketInfo", &[], ""),
        "PutBucketAcl" => (Method::PUT, "", "acl", &[], ""),
        _ => (Method::GET, "", "policy", &[], ""),
    }
}

/// A cloud with all of them in it.
pub(crate) struct World {
    emulator: EmulatorHandle,
    callers: Vec<Caller>,
    keys: Vec<Option<(String, acslab_emulator::Secret, Option<String>)>>,
    policies: Vec<Option<Arc<Document>>>,
}

impl World {
    pub(crate) fn new() -> Self {
        let builder =
            kit::builder().account("company", HOME).account("partner", ABROAD).open(Service::Oss).decisions_bytes(0);
        let emulator = builder.start().expect("an emulator");
        let owners = [Client::owner_of(&emulator, 0), Client::owner_of(&emulator, 1)];
        let [home, _] = &owners;
        assert_eq!(home.oss("PUT", Some(BUCKET), "", &[], &[], b"").status, 200);
        let place = |account| usize::from(account == Abroad);
        let clients: Vec<Option<Client<'_>>> = CALLERS
            .iter()
            .map(|somebody| match somebody.who {
                Who::Nobody => None,
                Who::Owner(account) => Some(owners[place(account)].clone()),
                Who::User(account, name) => {
                    let user = owners[place(account)].user(name);
                    if !somebody.identity.is_empty() {
                        owners[place(account)].grant(name, &format!("of-{name}"), &written(somebody.identity));
                    }
                    Some(user)
                }
                Who::Session(account, name) => Some(session(&owners[place(account)], account, name, somebody)),
            })
            .collect();
        let keys: Vec<_> = clients
            .iter()
            .map(|client| client.as_ref().map(|one| (one.key_id.clone(), one.secret.clone(), one.token.clone())))
            .collect();
        drop(clients);
        let cloud = emulator.gateway().cloud();
        let account = |account| cloud.account(if account == Home { HOME } else { ABROAD }).expect("an account");
        let callers = CALLERS.iter().zip(&keys).map(|(somebody, key)| match somebody.who {
            Who::Nobody => Caller::Anonymous,
            Who::Owner(of) => Caller::Owner(account(of)),
            Who::User(of, name) => {
                let id = account(of).directory.read().user(name).expect("a user").id.clone();
                Caller::User { account: account(of), id, name: name.to_owned() }
            }
            Who::Session(of, _) => {
                let key = key.as_ref().map_or("", |(id, ..)| id.as_str());
                Caller::Session { account: account(of), session: cloud.sessions.get(key).expect("a session") }
            }
        });
        let callers: Vec<_> = callers.collect();
        let uid = |who: Who| match CALLERS.iter().position(|somebody| somebody.who == who).map(|at| &callers[at]) {
            Some(Caller::Owner(account)) => account.id.clone(),
            Some(Caller::User { id, .. }) => id.clone(),
            _ => panic!("{who:?} has no UID"),
        };
        let key_of = |role: &str| {
            let at = CALLERS.iter().position(|somebody| matches!(somebody.who, Who::Session(_, name) if name == role));
            at.and_then(|at| keys[at].as_ref()).map(|(id, ..)| id.clone()).expect("a session")
        };
        let policies = POLICIES.iter().map(|grants| bucket_policy(grants, &uid, &key_of)).collect();
        Self { emulator, callers, keys, policies }
    }

    /// Puts the bucket into a state.
    pub(crate) fn be(&self, bucket: Acl, object: Option<Option<Acl>>, policy: usize, block: Block) {
        let cloud = self.emulator.gateway().cloud();
        let home = cloud.account(HOME).expect("the account");
        home.public_access_blocked.store(block == Block::Account, std::sync::atomic::Ordering::Relaxed);
        cloud.buckets.change(BUCKET, |it| {
            it.acl = acl(bucket);
            it.access.blocked = block == Block::Bucket;
            it.access.set_policy(self.policies[policy].clone());
        });
        self.furnish(object);
    }

    /// Puts the object back.
    pub(crate) fn furnish(&self, object: Option<Option<Acl>>) {
        self.emulator.gateway().cloud().buckets.change(BUCKET, |it| {
            it.objects = Objects::default();
            if let Some(own) = object {
                let object = Object { acl: own.map(acl), ..Object::default() };
                it.objects.put(KEY, object, Versioning::Never);
            }
        });
    }

    /// What becomes of an operation within the process.
    pub(crate) fn ask(&self, caller: usize, good_agent: bool, operation: &Operation) -> Outcome {
        let (method, key, query, lines, body) = called(operation);
        let mut parameters = OrderedQuery::default();
        if !query.is_empty() {
            parameters.push_bare(query);
        }
        let mut headers: HeaderMap = kit::headers(lines);
        headers.insert("user-agent", HeaderValue::from_static(agent(good_agent)));
        let request = HttpRequest {
            method,
            path: format!("/{BUCKET}/{key}"),
            query: parameters,
            malformed: false,
            headers,
            body: Bytes::from_static(body.as_bytes()),
            cause: None,
            for_person: None,
            mfa: false,
            peer: std::net::IpAddr::from([127, 0, 0, 1]),
            secure: false,
            named_host: std::sync::OnceLock::new(),
        };
        let gateway = self.emulator.gateway();
        match gateway.enter(&gateway.cloud(), request, self.callers[caller].clone(), "cn-hangzhou") {
            Err(error) if error.code() == "AccessDenied" => Outcome::Denied(detail(&error)),
            Err(error) if error.status().is_server_error() => panic!("{operation:?}: {error:?}"),
            Ok(_) | Err(_) => Outcome::Allowed,
        }
    }

    /// The same over HTTP, signed.
    pub(crate) fn send(&self, caller: usize, good_agent: bool, operation: &Operation) -> Outcome {
        let (method, key, query, lines, body) = called(operation);
        let owner = Client::owner(&self.emulator);
        let lines = [lines, &[("user-agent", agent(good_agent))]].concat();
        let query: Vec<_> = Some((query, "")).into_iter().filter(|(name, _)| !name.is_empty()).collect();
        let client = match &self.keys[caller] {
            Some((id, secret, token)) => owner.with_key(id, secret.expose(), token.as_deref()),
            None => owner.clone(),
        };
        let mut raw = client.oss_request(method.as_str(), Some(BUCKET), key, &query, &lines, body.as_bytes());
        if self.keys[caller].is_none() {
            raw.headers.remove("authorization");
        }
        let answer = client.send(&raw);
        assert!(answer.status < 500, "{operation:?}: {}", answer.text());
        let code = answer.headers.get("x-oss-ec").and_then(|code| code.to_str().ok()).unwrap_or_default();
        if answer.status == 403 { Outcome::Denied(code.to_owned()) } else { Outcome::Allowed }
    }
}

/// The cell of a state, for the other evaluator.
pub(crate) fn cell(
    caller: usize,
    (bucket_acl, object_acl): (Acl, Option<Option<Acl>>),
    policy: usize,
    block: Block,
    good_agent: bool,
    operation: Operation,
) -> Cell<'static> {
    let Somebody { who, identity, session } = CALLERS[caller];
    let (policy, blocked) = (POLICIES[policy], block != Block::Nowhere);
    Cell { who, identity, session, bucket_acl, object_acl, policy, blocked, good_agent, operation }
}

/// Does the answer depend on the agent for this caller or by this policy?
pub(crate) fn looks_at_agents(caller: usize, policy: usize) -> bool {
    let rules = CALLERS[caller].identity.iter().chain(CALLERS[caller].session.into_iter().flatten());
    rules.into_iter().any(|rule| rule.good_agents)
        || POLICIES[policy].iter().any(|grant| grant.condition == Condition::BadAgent)
}

fn agent(good: bool) -> &'static str {
    if good { "good" } else { "other" }
}

fn acl(acl: Acl) -> cloud::Acl {
    match acl {
        Acl::Private => cloud::Acl::Private,
        Acl::Read => cloud::Acl::PublicRead,
        Acl::ReadWrite => cloud::Acl::PublicReadWrite,
    }
}

fn detail(error: &ApiError) -> String {
    let code = error.extra().iter().find(|(name, _)| *name == "EC").and_then(|(_, code)| code.as_str());
    code.unwrap_or_default().to_owned()
}

fn list(items: &[&str]) -> String {
    let quoted: Vec<_> = items.iter().map(|item| format!("\"{item}\"")).collect();
    format!("[{}]", quoted.join(","))
}

/// Rules as a policy document.
fn written(rules: &[Rule]) -> String {
    let statement = |rule: &Rule| {
        let effect = if rule.allow { "Allow" } else { "Deny" };
        let condition = if rule.good_agents { r#","Condition":{"StringEquals":{"acs:UserAgent":"good"}}"# } else { "" };
        format!(r#"{{"Effect":"{effect}","Action":{},"Resource":"*"{condition}}}"#, list(rule.actions))
    };
    let statements: Vec<_> = rules.iter().map(statement).collect();
    format!(r#"{{"Version":"1","Statement":[{}]}}"#, statements.join(","))
}

/// Grants as a bucket policy.
fn bucket_policy(
    grants: &[Grant],
    uid: &dyn Fn(Who) -> String,
    key_of: &dyn Fn(&str) -> String,
) -> Option<Arc<Document>> {
    let id = |account| if account == Home { HOME } else { ABROAD };
    let principal = |one: &Principal| match *one {
        Principal::Everyone => "*".to_owned(),
        Principal::Uid(who) => uid(who),
        Principal::SessionsOf(account, role) => format!("arn:sts::{}:assumed-role/{role}/*", id(account)),
    };
    let statement = |grant: &Grant| {
        let effect = if grant.allow { "Allow" } else { "Deny" };
        let principals: Vec<_> = grant.principals.iter().map(principal).collect();
        let principals: Vec<_> = principals.iter().map(String::as_str).collect();
        let condition = match grant.condition {
            Condition::None => String::new(),
            Condition::BadAgent => r#","Condition":{"StringNotEquals":{"acs:UserAgent":"good"}}"#.to_owned(),
            Condition::AnyVpc => r#","Condition":{"StringLike":{"acs:SourceVpc":"vpc-*"}}"#.to_owned(),
            Condition::KeyOf(role) => {
                format!(r#","Condition":{{"StringEquals":{{"acs:AccessId":"{}"}}}}"#, key_of(role))
            }
        };
        format!(
            r#"{{"Effect":"{effect}","Principal":{},"Action":{},"Resource":["acs:oss:*:*:{BUCKET}","acs:oss:*:*:{BUCKET}/*"]{condition}}}"#,
            list(&principals),
            list(grant.actions)
        )
    };
    let statements: Vec<_> = grants.iter().map(statement).collect();
    let text = format!(r#"{{"Version":"1","Statement":[{}]}}"#, statements.join(","));
    (!grants.is_empty()).then(|| Arc::new(Document::parse(DocumentKind::Bucket, &text).expect("a bucket policy")))
}

/// A session of a role of its own.
fn session<'e>(owner: &Client<'e>, account: Account, name: &str, somebody: &Somebody) -> Client<'e> {
    let id = if account == Home { HOME } else { ABROAD };
    let trusted = trust("RAM", &format!("acs:ram::{id}:root"));
    owner.ram("CreateRole", &[("RoleName", name), ("AssumeRolePolicyDocument", &trusted)]).ok();
    let of_role = format!("of-role-{name}");
    let document = written(somebody.identity);
    owner.ram("CreatePolicy", &[("PolicyName", &of_role), ("PolicyDocument", &document)]).ok();
    let attach = [("RoleName", name), ("PolicyType", "Custom"), ("PolicyName", of_role.as_str())];
    owner.ram("AttachPolicyToRole", &attach).ok();
    let assuming = owner.user(&format!("assumes-{name}"));
    owner.grant(&format!("assumes-{name}"), &format!("assume-{name}"), &policy("Allow", "sts:AssumeRole", "*"));
    let arn = format!("acs:ram::{id}:role/{name}");
    match somebody.session {
        None => assuming.assume(&arn, &[]),
        Some(rules) => assuming.assume(&arn, &[("Policy", &written(rules))]),
    }
}
