//! What each connection does, over and over: it makes things of its own, uses them and takes them away.

use std::net::SocketAddr;
use std::sync::atomic::Ordering;

use acslab_emulator::signature::Secret;
use jiff::Timestamp;

use crate::Shared;
use crate::client::{Answer, Connection, Form, Outcome, Signer};
use crate::program::Program;

const RAM: &str = "2015-05-01";
const STS: &str = "2015-04-01";
/// What all read.
const OBJECT: (&str, &str) = ("soak-photos", "2026/a.jpg");
const KIB: usize = 1024;
/// A connection is given up for a new one after so many rounds.
const ROUNDS: usize = 50;

/// What is there from the start.
pub(crate) fn prepare(program: &Program, shared: &Shared) -> Outcome<()> {
    let mut worker = Worker::new(program, shared, "soak".to_owned())?;
    let owner = &program.owner;
    worker.oss(owner, Form::V4Header, "PUT", (OBJECT.0, ""), &[], b"")?;
    worker.oss(owner, Form::V4Header, "PUT", OBJECT, &[], &[b'a'; KIB])?;
    Ok(())
}

/// A kind of work, with its name.
pub(crate) type Kind = (&'static str, fn(&mut Worker<'_>, &Program, &Signer) -> Outcome<()>);

/// What a round consists of.
pub(crate) const KINDS: &[Kind] = &[
    ("identity", |worker, program, _| worker.identity(&program.owner)),
    ("role", |worker, program, job| worker.role(program, job)),
    ("bucket", |worker, program, _| worker.bucket(&program.owner)),
    ("reads", |worker, program, job| worker.reads(&program.owner, job)),
];

/// The kind of work of that name.
pub(crate) fn kind(name: &str) -> Outcome<Kind> {
    let known = || KINDS.iter().map(|(name, _)| *name).collect::<Vec<_>>().join(", ");
    KINDS.iter().find(|kind| kind.0 == name).copied().ok_or_else(|| format!("`{name}` is none of {}", known()).into())
}

/// Works until it is over.
pub(crate) fn go_on(program: &Program, shared: &Shared, number: usize, kinds: &[Kind]) -> Outcome<()> {
    let mut worker = Worker::new(program, shared, format!("soak-{number}"))?;
    let job = worker.job(&program.owner)?;
    loop {
        for _ in 0..ROUNDS {
            if shared.over.load(Ordering::Relaxed) {
                return Ok(());
            }
            for (_, work) in kinds {
                work(&mut worker, program, &job)?;
            }
        }
        worker.connection = Connection::open(worker.address)?;
    }
}

pub(crate) struct Worker<'s> {
    address: SocketAddr,
    connection: Connection,
    shared: &'s Shared,
    name: String,
    calls: u64,
}

impl<'s> Worker<'s> {
    fn new(program: &Program, shared: &'s Shared, name: String) -> Outcome<Self> {
        let address = program.address;
        Ok(Self { address, connection: Connection::open(address)?, shared, name, calls: 0 })
    }

    /// A user with a key and a policy: refused before, allowed after.
    fn identity(&mut self, owner: &Signer) -> Outcome<()> {
        let name = self.name.clone();
        let user = ("UserName", name.as_str());
        self.ram(owner, "CreateUser", &[user])?;
        let key = self.key(owner, &name)?;
        self.refused(&key, "GetUser", &[user])?;
        let document = r#"{"Version":"1","Statement":[{"Effect":"Allow","Action":["ram:GetUser","ram:ListGroups"],"Resource":"*","Condition":{"IpAddress":{"acs:SourceIp":"127.0.0.0/8"}}}]}"#;
        let policy = ("PolicyName", name.as_str());
        self.ram(owner, "CreatePolicy", &[policy, ("PolicyDocument", document)])?;
        let attached = [policy, ("PolicyType", "Custom"), user];
        self.ram(owner, "AttachPolicyToUser", &attached)?;
        self.ram(&key, "GetUser", &[user])?;
        self.refused(&key, "DeleteUser", &[user])?;
        self.ram(owner, "ListUsers", &[("MaxItems", "20")])?;
        self.ram(owner, "DetachPolicyFromUser", &attached)?;
        self.ram(owner, "DeletePolicy", &[policy])?;
        self.ram(owner, "DeleteAccessKey", &[user, ("UserAccessKeyId", &key.access_key_id)])?;
        self.ram(owner, "DeleteUser", &[user])?;
        Ok(())
    }

    /// A role that the job takes on to read an object.
    fn role(&mut self, program: &Program, job: &Signer) -> Outcome<()> {
        let owner = &program.owner;
        let name = format!("{}-role", self.name);
        let role = ("RoleName", name.as_str());
        let trust = format!(
            r#"{{"Version":"1","Statement":[{{"Effect":"Allow","Action":"sts:AssumeRole","Principal":{{"RAM":["acs:ram::{}:root"]}}}}]}}"#,
            program.account
        );
        self.ram(owner, "CreateRole", &[role, ("AssumeRolePolicyDocument", &trust)])?;
        let attached = [role, ("PolicyType", "System"), ("PolicyName", "AliyunOSSReadOnlyAccess")];
        self.ram(owner, "AttachPolicyToRole", &attached)?;
        let arn = format!("acs:ram::{}:role/{name}", program.account);
        let asked = [("RoleArn", arn.as_str()), ("RoleSessionName", "soak"), ("DurationSeconds", "3600")];
        let answer = self.rpc(job, STS, "AssumeRole", &asked, 200)?;
        let part = |name: &str| answer.between(&format!("\"{name}\":\""), "\"");
        let session = Signer {
            access_key_id: part("AccessKeyId")?,
            secret: Secret::new(part("AccessKeySecret")?),
            security_token: Some(part("SecurityToken")?),
        };
        self.rpc(&session, STS, "GetCallerIdentity", &[], 200)?;
        self.oss(&session, Form::V4Header, "GET", OBJECT, &[], b"")?;
        self.expect(&session, Form::V1Url, "PUT", OBJECT, b"no", 403)?;
        self.ram(owner, "DetachPolicyFromRole", &attached)?;
        self.ram(owner, "DeleteRole", &[role])?;
        Ok(())
    }

    /// A bucket with objects of many sizes, written over, read and taken away; an upload that is completed and one that is not.
    fn bucket(&mut self, owner: &Signer) -> Outcome<()> {
        let bucket = format!("{}-bucket", self.name);
        let bucket = bucket.as_str();
        self.oss(owner, Form::V4Header, "PUT", (bucket, ""), &[], b"")?;
        let body = vec![b'x'; 256 * KIB];
        let forms = [Form::V1Url, Form::V4Url, Form::V4Header];
        for (number, form) in forms.into_iter().cycle().take(6).enumerate() {
            let key = format!("folder/{number}.bin");
            self.oss(owner, form, "PUT", (bucket, &key), &[], &body[..number * number * KIB])?;
            self.oss(owner, form, "PUT", (bucket, &key), &[], &body[..KIB])?;
            self.oss(owner, form, "GET", (bucket, &key), &[], b"")?;
        }
        self.oss(owner, Form::V4Header, "GET", (bucket, ""), &[("list-type", "2"), ("delimiter", "/")], b"")?;
        for completes in [true, false] {
            let key = "folder/upload.bin";
            let begun = self.oss(owner, Form::V4Header, "POST", (bucket, key), &[("uploads", "")], b"")?;
            let id = begun.between("<UploadId>", "</UploadId>")?;
            let upload = ("uploadId", id.as_str());
            let part = [("partNumber", "1"), upload];
            let sent = self.oss(owner, Form::V4Header, "PUT", (bucket, key), &part, &body[..128 * KIB])?;
            if completes {
                let head = String::from_utf8_lossy(&sent.bytes[..sent.head]).into_owned();
                let etag = head.split('"').nth(1).ok_or("a part without an ETag")?;
                let list = format!(
                    "<CompleteMultipartUpload><Part><PartNumber>1</PartNumber><ETag>\"{etag}\"</ETag></Part></CompleteMultipartUpload>"
                );
                self.oss(owner, Form::V4Header, "POST", (bucket, key), &[upload], list.as_bytes())?;
                self.oss(owner, Form::V4Header, "DELETE", (bucket, key), &[], b"")?;
            } else {
                self.oss(owner, Form::V4Header, "DELETE", (bucket, key), &[upload], b"")?;
            }
        }
        for number in 0..6 {
            self.oss(owner, Form::V4Header, "DELETE", (bucket, &format!("folder/{number}.bin")), &[], b"")?;
        }
        self.oss(owner, Form::V4Header, "DELETE", (bucket, ""), &[], b"")?;
        Ok(())
    }

    /// What only asks.
    fn reads(&mut self, owner: &Signer, job: &Signer) -> Outcome<()> {
        for form in [Form::V1Url, Form::V4Url, Form::V4Header] {
            self.oss(owner, form, "GET", OBJECT, &[], b"")?;
            self.expect(job, form, "GET", OBJECT, b"", 403)?;
            self.rpc(job, STS, "GetCallerIdentity", &[], 200)?;
            self.ram(owner, "GetUser", &[("UserName", &self.job_name())])?;
            self.refused(job, "ListUsers", &[])?;
        }
        self.ram(owner, "ListPolicies", &[("MaxItems", "20")])?;
        Ok(())
    }

    /// A key of the user that takes on the roles.
    fn job(&mut self, owner: &Signer) -> Outcome<Signer> {
        let name = self.job_name();
        let user = ("UserName", name.as_str());
        self.ram(owner, "CreateUser", &[user])?;
        let policy = [user, ("PolicyType", "System"), ("PolicyName", "AliyunSTSAssumeRoleAccess")];
        self.ram(owner, "AttachPolicyToUser", &policy)?;
        self.key(owner, &name)
    }

    fn job_name(&self) -> String {
        format!("{}-job", self.name)
    }

    /// A new key of a user.
    fn key(&mut self, owner: &Signer, user: &str) -> Outcome<Signer> {
        let answer = self.ram(owner, "CreateAccessKey", &[("UserName", user)])?;
        Ok(Signer {
            access_key_id: answer.between("\"AccessKeyId\":\"", "\"")?,
            secret: Secret::new(answer.between("\"AccessKeySecret\":\"", "\"")?),
            security_token: None,
        })
    }

    fn ram(&mut self, who: &Signer, action: &str, parameters: &[(&str, &str)]) -> Outcome<Answer> {
        self.rpc(who, RAM, action, parameters, 200)
    }

    fn refused(&mut self, who: &Signer, action: &str, parameters: &[(&str, &str)]) -> Outcome<Answer> {
        self.rpc(who, RAM, action, parameters, 403)
    }

    fn rpc(
        &mut self,
        who: &Signer,
        version: &str,
        action: &str,
        parameters: &[(&str, &str)],
        status: u16,
    ) -> Outcome<Answer> {
        let nonce = format!("{}-{}", self.name, self.calls);
        let request = who.rpc(version, action, parameters, Timestamp::now(), &nonce);
        self.ask(&request, status)
    }

    fn oss(
        &mut self,
        who: &Signer,
        form: Form,
        method: &str,
        address: (&str, &str),
        parameters: &[(&str, &str)],
        body: &[u8],
    ) -> Outcome<Answer> {
        let request = who.oss(form, method, address, parameters, body, Timestamp::now())?;
        let status = if method == "DELETE" { 204 } else { 200 };
        self.ask(&request, status)
    }

    fn expect(
        &mut self,
        who: &Signer,
        form: Form,
        method: &str,
        address: (&str, &str),
        body: &[u8],
        status: u16,
    ) -> Outcome<Answer> {
        let request = who.oss(form, method, address, &[], body, Timestamp::now())?;
        self.ask(&request, status)
    }

    fn ask(&mut self, request: &[u8], status: u16) -> Outcome<Answer> {
        self.calls += 1;
        self.shared.calls.fetch_add(1, Ordering::Relaxed);
        let answer = self.connection.ask(request)?;
        if answer.status == status {
            return Ok(answer);
        }
        let first = request.split(|byte| *byte == b'\r').next().unwrap_or_default();
        let (first, body) = (String::from_utf8_lossy(first), String::from_utf8_lossy(answer.body()));
        Err(format!("{first}\n{} instead of {status}: {body}", answer.status).into())
    }
}
