//! Random calls to every service: whether or not the process ends between two of them, the answers are the same, and so is what is
//! left, to the byte.

use acslab_emulator::cloud::{PayloadNames, Service};
use acslab_emulator::{Builder, EmulatorHandle};
use rand::{RngExt, SeedableRng};
use rand_chacha::ChaCha8Rng;
use serde_json::{Value, json};

use crate::Temporary;
use crate::calls::{Call, Player};
use crate::kit::{self, Answer, Client, Raw, policy, text, trust};

/// How many sequences are tried, of how many calls each. `ACSLAB_STATE_SEQUENCES` asks for more.
const SEQUENCES: u64 = 6;
const LENGTH: usize = 480;

/// What a call needs of the answers of others.
#[derive(Default, Clone)]
struct Seen {
    /// Keys that may sign, with their tokens.
    keys: Vec<(String, String, Option<String>)>,
    uploads: Vec<(String, String)>,
    workspaces: Vec<String>,
    groups: Vec<String>,
    folders: Vec<String>,
}

type Step = fn(&mut ChaCha8Rng, &Client<'_>, &mut Seen) -> Answer;

fn one_of<'w>(rng: &mut ChaCha8Rng, words: &[&'w str]) -> &'w str {
    words[rng.random_range(0..words.len())]
}

fn any<T: Clone + Default>(rng: &mut ChaCha8Rng, all: &[T]) -> T {
    if all.is_empty() { T::default() } else { all[rng.random_range(0..all.len())].clone() }
}

fn bucket(rng: &mut ChaCha8Rng) -> &'static str {
    one_of(rng, &["photos", "photos", "flows", "elsewhere"])
}

fn key(rng: &mut ChaCha8Rng) -> &'static str {
    one_of(rng, &["a", "b/c", "b/d", "流/e", "f"])
}

fn rm(client: &Client<'_>, action: &str, parameters: &[(&str, &str)]) -> Answer {
    client.rpc("2020-03-31", action, parameters)
}

fn ims(client: &Client<'_>, action: &str, parameters: &[(&str, &str)]) -> Answer {
    client.rpc("2019-08-15", action, parameters)
}

fn control(client: &Client<'_>, method: &str, path: &str, body: &Value) -> Answer {
    let (path, query) = path.split_once('?').unwrap_or((path, ""));
    let raw = Raw::new(method, &format!("/_acslab/{path}")).query(query.to_owned()).body(body.to_string());
    client.send(&raw.headers(kit::headers(&[("host", "127.0.0.1")])))
}

fn workspaces(client: &Client<'_>, method: &str, path: &str, body: &Value) -> Answer {
    let body = if body.is_null() { String::new() } else { body.to_string() };
    client.roa(method, "2021-02-04", &format!("/api/v1/workspaces{path}"), &[], &body)
}

/// Somebody with another key, under the same name of the host.
fn holder<'e>(owner: &Client<'e>, id: &str, secret: &str, token: Option<&str>) -> Client<'e> {
    owner.with_key(id, secret, token).at("127.0.0.1")
}

fn element(answer: &Answer, name: &str) -> String {
    let text = answer.text();
    let inner = text.split_once(&format!("<{name}>")).and_then(|(_, rest)| rest.split_once(&format!("</{name}>")));
    inner.map(|(inner, _)| inner.to_owned()).unwrap_or_default()
}

#[rustfmt::skip]
const STEPS: &[Step] = &[
    // OSS
    |rng, owner, _| owner.oss("PUT", Some(one_of(rng, &["photos", "flows", "spare"])), "", &[], &[("x-oss-acl", one_of(rng, &["private", "public-read"]))], b""),
    |rng, owner, _| owner.oss("DELETE", Some(one_of(rng, &["photos", "spare"])), "", &[], &[], b""),
    |rng, owner, _| {
        let content = one_of(rng, &["", "one", "two", "two"]).repeat(rng.random_range(0..4000));
        owner.oss("PUT", Some(bucket(rng)), key(rng), &[], &[("x-oss-meta-who", "me"), ("content-type", "text/plain")], content.as_bytes())
    },
    |rng, owner, _| owner.oss("PUT", Some(bucket(rng)), key(rng), &[], &[("x-oss-object-acl", "public-read"), ("x-oss-tagging", "a=1&b=2")], b"tagged"),
    |rng, owner, _| {
        let source = format!("/photos/{}", one_of(rng, &["a", "b/c", "f"]));
        owner.oss("PUT", Some("photos"), key(rng), &[], &[("x-oss-copy-source", &source)], b"")
    },
    |rng, owner, _| owner.oss("GET", Some(bucket(rng)), key(rng), &[], &[], b""),
    |rng, owner, _| owner.oss("DELETE", Some(bucket(rng)), key(rng), &[], &[], b""),
    |rng, owner, _| owner.oss("GET", Some(bucket(rng)), "", &[("list-type", "2"), ("delimiter", "/")], &[], b""),
    |rng, owner, seen| {
        let key = key(rng);
        let answer = owner.oss("POST", Some("photos"), key, &[("uploads", "")], &[], b"");
        seen.uploads.push((key.to_owned(), element(&answer, "UploadId")));
        answer
    },
    |rng, owner, seen| {
        let (key, id) = any(rng, &seen.uploads);
        let number = rng.random_range(1..4_u32).to_string();
        let content = one_of(rng, &["x", "y"]).repeat(rng.random_range(1..300));
        owner.oss("PUT", Some("photos"), &key, &[("partNumber", &number), ("uploadId", &id)], &[], content.as_bytes())
    },
    |rng, owner, seen| {
        let (key, id) = any(rng, &seen.uploads);
        let parts = owner.oss("GET", Some("photos"), &key, &[("uploadId", &id)], &[], b"");
        let body = format!("<CompleteMultipartUpload><Part><PartNumber>{}</PartNumber><ETag>{}</ETag></Part></CompleteMultipartUpload>", element(&parts, "PartNumber"), element(&parts, "ETag"));
        owner.oss("POST", Some("photos"), &key, &[("uploadId", &id)], &[], body.as_bytes())
    },
    |rng, owner, _| {
        let body = format!("<VersioningConfiguration><Status>{}</Status></VersioningConfiguration>", one_of(rng, &["Enabled", "Suspended"]));
        owner.oss("PUT", Some(bucket(rng)), "", &[("versioning", "")], &[], body.as_bytes())
    },
    |rng, owner, _| owner.oss("GET", Some(bucket(rng)), "", &[("versions", "")], &[], b""),
    |rng, owner, _| owner.oss("DELETE", Some(bucket(rng)), key(rng), &[("versionId", "null")], &[], b""),
    |rng, owner, _| owner.oss("POST", Some(bucket(rng)), "log", &[("append", ""), ("position", one_of(rng, &["0", "3", "6"]))], &[], b"log"),
    |rng, owner, _| owner.oss("PUT", Some(bucket(rng)), "link", &[("symlink", "")], &[("x-oss-symlink-target", key(rng))], b""),
    |rng, owner, _| owner.oss("PUT", Some(bucket(rng)), "cold", &[], &[("x-oss-storage-class", "Archive")], b"cold"),
    |rng, owner, _| owner.oss("POST", Some(bucket(rng)), "cold", &[("restore", "")], &[], b""),
    |rng, owner, _| owner.oss("GET", Some(bucket(rng)), one_of(rng, &["cold", "link", "log"]), &[], &[], b""),
    |rng, owner, _| {
        let body = b"<LifecycleConfiguration><Rule><ID>r</ID><Prefix>b</Prefix><Status>Enabled</Status><Expiration><Days>1</Days></Expiration></Rule></LifecycleConfiguration>";
        owner.oss("PUT", Some(bucket(rng)), "", &[("lifecycle", "")], &[], body)
    },
    |rng, owner, _| owner.oss("GET", Some(bucket(rng)), "", &[(one_of(rng, &["lifecycle", "stat", "bucketInfo"]), "")], &[], b""),
    // STS
    |rng, owner, seen| {
        let arn = format!("acs:ram::1234567890123456:role/{}", one_of(rng, &["trusting", "reader"]));
        let session = policy("Allow", "oss:*", "*");
        let given = [("RoleArn", arn.as_str()), ("RoleSessionName", "session"), ("Policy", session.as_str())];
        let (id, secret, token) = any(rng, &seen.keys);
        let answer = holder(owner, &id, &secret, token.as_deref()).sts("AssumeRole", &given);
        if answer.status == 200 {
            let part = |name: &str| text(&answer.json(), &format!("/Credentials/{name}")).to_owned();
            seen.keys.push((part("AccessKeyId"), part("AccessKeySecret"), Some(part("SecurityToken"))));
        }
        answer
    },
    |rng, owner, seen| {
        let (id, secret, token) = any(rng, &seen.keys);
        holder(owner, &id, &secret, token.as_deref()).sts("GetCallerIdentity", &[])
    },
    |rng, owner, seen| {
        let (id, secret, token) = any(rng, &seen.keys);
        holder(owner, &id, &secret, token.as_deref()).oss("GET", Some("photos"), key(rng), &[], &[], b"")
    },
    // IMS
    |rng, owner, _| ims(owner, "CreateOIDCProvider", &[("OIDCProviderName", one_of(rng, &["ci", "cd"])), ("IssuerUrl", "https://ci.example.com"), ("ClientIds", "a,b")]),
    |rng, owner, _| ims(owner, "DeleteOIDCProvider", &[("OIDCProviderName", one_of(rng, &["ci", "cd"]))]),
    |_, owner, _| ims(owner, "CreateSAMLProvider", &[("SAMLProviderName", "corp"), ("EncodedSAMLMetadataDocument", "PEVudGl0eURlc2NyaXB0b3IvPg==")]),
    |_, owner, _| ims(owner, "SetUserSsoSettings", &[("SsoEnabled", "true"), ("AuxiliaryDomain", "example.com")]),
    |rng, owner, _| owner.ram("SetAccountAlias", &[("AccountAlias", one_of(rng, &["first", "second"]))]),
    |_, owner, _| owner.ram("ClearAccountAlias", &[]),
    |rng, owner, _| owner.ram("SetPasswordPolicy", &[("MinimumPasswordLength", one_of(rng, &["8", "12"])), ("HardExpire", "true")]),
    |rng, owner, _| owner.ram("SetSecurityPreference", &[("LoginSessionDuration", one_of(rng, &["1", "8"]))]),
    |_, owner, _| ims(owner, "GenerateCredentialReport", &[]),
    |_, owner, _| ims(owner, "GetCredentialReport", &[]),
    |rng, owner, seen| {
        let policy = r#"{"Status":"Active","Statements":[{"Type":"ClassicWhiteList","IPList":["127.0.0.1"]}]}"#;
        ims(owner, "SetAccessKeyPolicy", &[("UserAccessKeyId", &any(rng, &seen.keys).0), ("UserPrincipalName", "worker@1234567890123456.onaliyun.com"), ("AccessKeyPolicy", policy)])
    },
    |rng, owner, _| ims(owner, "CreateUser", &[("UserPrincipalName", &format!("{}@1234567890123456.onaliyun.com", one_of(rng, &["eve", "mallory"]))), ("DisplayName", "x")]),
    |rng, owner, _| ims(owner, "DeleteUser", &[("UserPrincipalName", &format!("{}@1234567890123456.onaliyun.com", one_of(rng, &["eve", "mallory"])))]),
    |_, owner, _| ims(owner, "ListUsersInRecycleBin", &[]),
    // ResourceManager
    |rng, owner, seen| {
        let name = one_of(rng, &["team", "other", "third"]);
        let answer = rm(owner, "CreateResourceGroup", &[("Name", name), ("DisplayName", name)]);
        if answer.status == 200 { seen.groups.push(text(&answer.json(), "/ResourceGroup/Id").to_owned()); }
        answer
    },
    |rng, owner, seen| rm(owner, "DeleteResourceGroup", &[("ResourceGroupId", &any(rng, &seen.groups))]),
    |rng, owner, seen| rm(owner, "AttachPolicy", &[("PolicyType", "System"), ("PolicyName", "AliyunOSSReadOnlyAccess"), ("PrincipalType", "IMSUser"), ("PrincipalName", "worker@1234567890123456.onaliyun.com"), ("ResourceGroupId", &any(rng, &seen.groups))]),
    |rng, owner, seen| owner.oss("PUT", Some("elsewhere"), "", &[], &[("x-oss-resource-group-id", &any(rng, &seen.groups))], b""),
    |_, owner, _| rm(owner, "EnableResourceDirectory", &[("EnableMode", "CurrentAccount")]),
    |_, owner, _| rm(owner, "EnableControlPolicy", &[]),
    |rng, owner, seen| {
        let answer = rm(owner, "CreateFolder", &[("FolderName", one_of(rng, &["x", "y"])), ("ParentFolderId", &any(rng, &seen.folders))]);
        if answer.status == 200 { seen.folders.push(text(&answer.json(), "/Folder/FolderId").to_owned()); }
        answer
    },
    |rng, owner, _| rm(owner, "CreateResourceAccount", &[("DisplayName", one_of(rng, &["dev", "prod"]))]),
    |rng, owner, seen| {
        let answer = rm(owner, "CreateControlPolicy", &[("PolicyName", one_of(rng, &["deny-a", "deny-b"])), ("EffectScope", "RAM"), ("PolicyDocument", &policy("Deny", "oss:*", "*"))]);
        if answer.status == 200 {
            let id = text(&answer.json(), "/ControlPolicy/PolicyId").to_owned();
            rm(owner, "AttachControlPolicy", &[("PolicyId", &id), ("TargetId", &any(rng, &seen.folders))]);
        }
        answer
    },
    |_, owner, _| rm(owner, "ListAccounts", &[]),
    |_, owner, _| rm(owner, "InviteAccountToResourceDirectory", &[("TargetEntity", "a@example.com"), ("TargetType", "Email"), ("Tag.1.Key", "k")]),
    |_, owner, _| rm(owner, "ListHandshakesForResourceDirectory", &[]),
    |rng, owner, seen| owner.rpc("2022-04-19", "TagResources", &[("ResourceType", "Folder"), ("ResourceId.1", &any(rng, &seen.folders)), ("Tag.1.Key", one_of(rng, &["a", "b"]))]),
    |_, owner, _| owner.rpc("2022-04-19", "ListFoldersForParent", &[]),
    // PAI
    |rng, owner, seen| {
        let answer = workspaces(owner, "POST", "", &json!({"WorkspaceName": one_of(rng, &["team_a", "team_b"]), "Description": "x", "EnvTypes": ["prod"]}));
        if answer.status == 200 { seen.workspaces.push(text(&answer.json(), "/WorkspaceId").to_owned()); }
        answer
    },
    |rng, owner, seen| workspaces(owner, "GET", &format!("/{}", any(rng, &seen.workspaces)), &Value::Null),
    |rng, owner, seen| workspaces(owner, "DELETE", &format!("/{}", any(rng, &seen.workspaces)), &Value::Null),
    // The control surface
    |rng, owner, _| control(owner, "POST", "clock", &json!({"advance_seconds": rng.random_range(0..2000)})),
    |rng, owner, _| control(owner, "PUT", "quotas", &json!({"Users": rng.random_range(1..9)})),
    |rng, owner, _| control(owner, "PUT", "quotas?account=1234567890123456", &json!({"Groups": rng.random_range(1..9)})),
    |rng, owner, _| control(owner, "POST", "system-policies", &json!({"AliyunKMSCryptoUserAccess": one_of(rng, &["v1", "v2"])})),
    |_, owner, _| control(owner, "PUT", "instance-roles/trusting", &Value::Null),
    |_, owner, _| control(owner, "DELETE", "instance-roles/trusting", &Value::Null),
    |_, owner, _| control(owner, "POST", "state", &json!({"actions": ["oss:GetObject"]})),
];

fn builder(seed: u64) -> Builder {
    let opened = [Service::Oss, Service::Pai("cn-hangzhou".to_owned())];
    opened.into_iter().fold(kit::builder().seed(seed).oss_public_access_blocked(false), Builder::open)
}

/// What is there before the sequence: a user with a key, and a role that it may assume.
fn furnish(owner: &Client<'_>, seen: &mut Seen) {
    let worker = owner.user("worker");
    owner.attach("worker", "System", "AdministratorAccess");
    let trusted = trust("RAM", "acs:ram::1234567890123456:root");
    owner.ram("CreateRole", &[("RoleName", "trusting"), ("AssumeRolePolicyDocument", &trusted)]).ok();
    let given = [("RoleName", "trusting"), ("PolicyType", "System"), ("PolicyName", "AliyunOSSFullAccess")];
    owner.ram("AttachPolicyToRole", &given).ok();
    seen.keys.push((worker.key_id.clone(), worker.secret.expose().to_owned(), None));
}

/// Plays a part of a sequence; what was answered, but for what names the port.
fn play(
    emulator: &EmulatorHandle,
    rng: &mut ChaCha8Rng,
    count: usize,
    seen: &mut Seen,
    keys: Vec<(String, String)>,
) -> (Vec<String>, Vec<(String, String)>) {
    // Under one name whatever the port is: errors say it.
    let owner = Client::owner(emulator).at("127.0.0.1");
    let mut player = Player::with(owner.clone(), keys);
    let mut answers = Vec::new();
    for _ in 0..count {
        if rng.random_range(0..3) == 0 {
            let call = Call::random(rng);
            answers.push(format!("{call:?}: {:?}", player.play(&call)));
        } else {
            let step = rng.random_range(0..STEPS.len());
            let mut answer = STEPS[step](rng, &owner, seen);
            // The control surface's is the machine's.
            answer.headers.remove("date");
            answers.push(format!("{step}: {} {:?} {}", answer.status, answer.headers, answer.text()));
        }
    }
    (answers, player.keys().to_vec())
}

/// The state as a document, without the nonces: those are a process's own.
fn left(emulator: &EmulatorHandle) -> Value {
    let snapshot = emulator.gateway().cloud().snapshot(&mut PayloadNames::default()).unwrap();
    let mut document: Value = serde_json::from_slice(&snapshot.document).unwrap();
    document["nonces"].take();
    document
}

#[test]
fn whether_it_is_saved_and_loaded_in_between_changes_nothing() {
    let asked = std::env::var("ACSLAB_STATE_SEQUENCES").ok().and_then(|count| count.parse().ok());
    for seed in 0..asked.unwrap_or(SEQUENCES) {
        let (mut straight, mut expected) = (ChaCha8Rng::seed_from_u64(seed), Seen::default());
        let whole = builder(seed).start().unwrap();
        furnish(&Client::owner(&whole).at("127.0.0.1"), &mut expected);
        let (mut broken, mut seen) = (ChaCha8Rng::seed_from_u64(seed), Seen::default());
        let folder = Temporary::new();
        let mut parts = builder(seed).state(folder.path()).start().unwrap();
        furnish(&Client::owner(&parts).at("127.0.0.1"), &mut seen);
        let (mut keys, mut other_keys) = (Vec::new(), Vec::new());
        for part in 0..4 {
            let (answers, made) = play(&whole, &mut straight, LENGTH / 4, &mut expected, keys);
            let (others, others_made) = play(&parts, &mut broken, LENGTH / 4, &mut seen, other_keys);
            (keys, other_keys) = (made, others_made);
            for (number, (answer, other)) in answers.iter().zip(&others).enumerate() {
                assert_eq!(answer, other, "seed {seed}, part {part}, call {number}");
            }
            parts.shutdown().unwrap();
            // Nothing is said of it but where it is: the accounts, the clock and all else are in the folder.
            parts = acslab_emulator::Emulator::builder()
                .signers(acslab_emulator::Signers::Cloud)
                .state(folder.path())
                .start()
                .unwrap();
            same(&left(&whole), &left(&parts), seed);
        }
    }
}

/// Says where two documents differ, not what is in them.
fn same(one: &Value, other: &Value, seed: u64) {
    fn walk(one: &Value, other: &Value, path: &str) -> Option<String> {
        match (one, other) {
            (Value::Object(a), Value::Object(b)) if a.keys().eq(b.keys()) => {
                a.iter().find_map(|(name, value)| walk(value, &b[name], &format!("{path}/{name}")))
            }
            (Value::Array(a), Value::Array(b)) if a.len() == b.len() => {
                a.iter().zip(b).enumerate().find_map(|(at, (a, b))| walk(a, b, &format!("{path}/{at}")))
            }
            _ => (one != other).then(|| format!("{path}: {one} and {other}")),
        }
    }
    assert_eq!(walk(one, other, ""), None, "seed {seed}");
}

/// The sequences reach what they should: of each call, one succeeds.
#[test]
fn the_sequences_are_worth_playing() {
    let mut fine = std::collections::BTreeSet::new();
    for seed in 0..SEQUENCES {
        let (mut rng, mut seen) = (ChaCha8Rng::seed_from_u64(seed), Seen::default());
        let emulator = builder(seed).start().unwrap();
        furnish(&Client::owner(&emulator).at("127.0.0.1"), &mut seen);
        let (answers, _) = play(&emulator, &mut rng, LENGTH, &mut seen, Vec::new());
        fine.extend(answers.iter().filter_map(|answer| {
            let (step, rest) = answer.split_once(": ")?;
            rest.starts_with('2').then(|| step.parse::<usize>().ok()).flatten()
        }));
    }
    let never: Vec<_> = (0..STEPS.len()).filter(|step| !fine.contains(step)).collect();
    assert!(never.is_empty(), "never successful: {never:?}");
}
