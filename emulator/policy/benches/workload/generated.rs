//! Workloads made from a seed.

use std::net::Ipv4Addr;

use acslab_policy::Verdict;
use serde_json::{Value, json};

use super::{Asked, Workload};

pub(super) const ACCOUNT: &str = "1234567890123456";

/// A small generator of numbers (xorshift64*), so that the same seed gives the same workload everywhere.
struct Dice(u64);

impl Dice {
    fn below(&mut self, limit: u64) -> u64 {
        self.0 ^= self.0 >> 12;
        self.0 ^= self.0 << 25;
        self.0 ^= self.0 >> 27;
        (self.0.wrapping_mul(0x2545_f491_4f6c_dd1d) >> 33) % limit
    }

    fn chance(&mut self, percent: u64) -> bool {
        self.below(100) < percent
    }

    fn pick<'t, T: ?Sized>(&mut self, items: &[&'t T]) -> &'t T {
        items[usize::try_from(self.below(items.len() as u64)).unwrap()]
    }
}

pub(super) fn workload(name: &'static str) -> Workload {
    match name {
        "w1" => product_role(),
        "w2" => numbered(name, 200, 10_000),
        "w3" => numbered(name, 1_000, 4_000),
        _ => numbered(name, 10_000, 1_000),
    }
}

/// What the default role of a product may do: service, actions, resource, condition.
const GRANTS: &[(&str, &[&str])] = &[
    ("eas", &["CreateService", "ListServices", "DescribeService", "DeleteService", "UpdateService", "StartService"]),
    ("oss", &["GetObject", "PutObject", "DeleteObject", "ListObjects"]),
    ("paillmtrace", &["GetXtraceToken"]),
    ("paidlc", &["CreateJob", "DeleteJob", "StopJob", "GetJob", "UpdateJob", "ListJobs"]),
    (
        "paidsw",
        &["CreateInstance", "DeleteInstance", "UpdateInstance", "StartInstance", "GetInstance", "ListInstances"],
    ),
    ("dataworks", &["CreateWorkflowDefinition", "GetWorkflowDefinition", "ListWorkflowDefinitions", "GetJobStatus"]),
    ("paidataset", &["CreateDataset", "GetDataset", "ListDatasets", "DeleteDataset", "CreateDatasetVersion"]),
];
const NOT_GRANTED: &[&str] = &["ecs:RunInstances", "oss:PutBucketAcl", "ram:CreateUser", "eas:CreateResource"];

fn product_role() -> Workload {
    let mut dice = Dice(1);
    let grant = |(service, names): &(&str, &[&str])| {
        let actions: Vec<_> = names.iter().map(|name| format!("{service}:{name}")).collect();
        json!({ "Action": actions, "Resource": "*", "Effect": "Allow" })
    };
    let mut statements: Vec<Value> = GRANTS.iter().map(grant).collect();
    statements.push(json!({ "Action": "pai:AssumeUser", "Resource": "acs:pai:*:*:users/*", "Effect": "Allow" }));
    statements.push(json!({
        "Action": "ram:CreateServiceLinkedRole", "Resource": "*", "Effect": "Allow",
        "Condition": { "StringEquals": { "ram:ServiceName": "eas.pai.aliyuncs.com" } }
    }));
    let (mut requests, mut expected) = (Vec::new(), Vec::new());
    for _ in 0..10_000 {
        let (action, verdict) = if dice.chance(20) {
            (dice.pick(NOT_GRANTED).to_owned(), Verdict::ImplicitDeny)
        } else {
            let grants: Vec<&(&str, &[&str])> = GRANTS.iter().collect();
            let (service, names) = dice.pick(&grants);
            (format!("{service}:{}", dice.pick(names)), Verdict::Allow)
        };
        let service = action.split(':').next().unwrap();
        let resource = format!("acs:{service}:cn-hangzhou:{ACCOUNT}:item/{}", dice.below(1_000_000));
        let context = vec![("acs:SourceIp".to_owned(), "10.0.230.241".to_owned())];
        requests.push(Asked { action, resource, context });
        expected.push(verdict);
    }
    Workload::new("w1", vec![document(&statements)], requests, expected)
}

/// Services with their actions; those of one verb share a wildcard.
const SERVICES: &[(&str, &[(&str, &str)])] = &[
    ("oss", &[("Get", "Object"), ("Put", "Object"), ("Delete", "Object"), ("List", "Objects"), ("Get", "BucketAcl")]),
    ("ecs", &[("Run", "Instances"), ("Stop", "Instance"), ("Delete", "Instance"), ("Describe", "Disks")]),
    ("ram", &[("Create", "User"), ("Get", "User"), ("List", "Users"), ("Attach", "PolicyToUser")]),
    ("eas", &[("Create", "Service"), ("Describe", "Service"), ("Update", "Service"), ("List", "Services")]),
];

/// A statement as numbers, from which its text is made and its meaning is read.
struct Statement {
    deny: bool,
    service: usize,
    actions: Vec<usize>,
    whole_verb: bool,
    number: u64,
    prefix: u64,
    condition: Condition,
}

enum Condition {
    None,
    /// A source address in `10.n.0.0/16` or `192.168.0.0/24`.
    Address(u8),
    Tag,
}

/// A request as numbers.
struct Numbers {
    service: usize,
    action: usize,
    number: u64,
    /// For buckets: the prefix of an object, if one is asked for.
    prefix: Option<u64>,
    address: Ipv4Addr,
    tag: Option<&'static str>,
}

const TAG: &str = "PaiLangStudio";

impl Statement {
    fn roll(dice: &mut Dice, numbers: u64) -> Self {
        let service = usize::try_from(dice.below(4)).unwrap();
        let count = SERVICES[service].1.len() as u64;
        let whole_verb = dice.chance(50);
        let action = |dice: &mut Dice| usize::try_from(dice.below(count)).unwrap();
        let actions = if whole_verb { vec![action(dice)] } else { vec![action(dice), action(dice)] };
        let condition = match dice.below(10) {
            0..5 => Condition::None,
            5..9 => Condition::Address(u8::try_from(dice.below(4)).unwrap()),
            _ if service == 0 => Condition::Tag,
            _ => Condition::None,
        };
        let (number, prefix) = (dice.below(numbers), dice.below(8));
        Self { deny: dice.chance(9), service, actions, whole_verb, number, prefix, condition }
    }

    fn text(&self) -> Value {
        let (service, actions) = SERVICES[self.service];
        let name = |&action: &usize| {
            let (verb, object) = actions[action];
            if self.whole_verb { format!("{service}:{verb}*") } else { format!("{service}:{verb}{object}") }
        };
        let (n, prefix) = (self.number, self.prefix);
        let resources = if self.service == 0 {
            vec![format!("acs:oss:*:*:bucket-{n}"), format!("acs:oss:*:*:bucket-{n}/prefix-{prefix}/*")]
        } else {
            vec![format!("acs:{service}:*:{ACCOUNT}:*/{service}-{n}*")]
        };
        let mut statement = json!({
            "Effect": if self.deny { "Deny" } else { "Allow" },
            "Action": self.actions.iter().map(name).collect::<Vec<_>>(),
            "Resource": resources,
        });
        match self.condition {
            Condition::None => {}
            Condition::Address(n) => {
                let ranges = [format!("10.{n}.0.0/16"), "192.168.0.0/24".to_owned()];
                statement["Condition"] = json!({ "IpAddress": { "acs:SourceIp": ranges } });
            }
            Condition::Tag => statement["Condition"] = json!({ "StringEquals": { "oss:BucketTag/Product": [TAG] } }),
        }
        statement
    }

    fn fits(&self, asked: &Numbers) -> bool {
        let verbs = SERVICES[self.service].1;
        let action = self.service == asked.service
            && self.actions.iter().any(|&action| {
                if self.whole_verb { verbs[action].0 == verbs[asked.action].0 } else { action == asked.action }
            });
        let resource = if self.service == 0 {
            self.number == asked.number && asked.prefix.is_none_or(|prefix| prefix == self.prefix)
        } else {
            // `*/ecs-37*` covers every number that begins with 37.
            asked.number.to_string().starts_with(&self.number.to_string())
        };
        let condition = match self.condition {
            Condition::None => true,
            Condition::Address(n) => {
                let [a, b, c, _] = asked.address.octets();
                (a, b) == (10, n) || (a, b, c) == (192, 168, 0)
            }
            Condition::Tag => asked.tag == Some(TAG),
        };
        action && resource && condition
    }
}

impl Numbers {
    /// Mostly about something that a statement names, as real requests are.
    fn roll(dice: &mut Dice, statements: &[Statement], numbers: u64) -> Self {
        let like = &statements[usize::try_from(dice.below(statements.len() as u64)).unwrap()];
        let prefix = if like.service == 0 && dice.chance(50) { Some(like.prefix) } else { None };
        Self {
            service: like.service,
            action: like.actions[0],
            number: if dice.chance(20) { dice.below(numbers) } else { like.number },
            prefix,
            address: Ipv4Addr::new(10, u8::try_from(dice.below(5)).unwrap(), 1, u8::try_from(dice.below(250)).unwrap()),
            tag: if dice.chance(50) { Some(dice.pick(&[TAG, "Other"])) } else { None },
        }
    }

    fn texts(&self) -> Asked {
        let (service, actions) = SERVICES[self.service];
        let (verb, object) = actions[self.action];
        let number = self.number;
        let relative = match (self.service, self.prefix) {
            (0, None) => format!("bucket-{number}"),
            (0, Some(prefix)) => format!("bucket-{number}/prefix-{prefix}/object"),
            _ => format!("x{}/{service}-{number}x{}", number % 97, number % 89),
        };
        let resource = format!("acs:{service}:cn-hangzhou:{ACCOUNT}:{relative}");
        let mut context = vec![("acs:SourceIp".to_owned(), self.address.to_string())];
        context.extend(self.tag.map(|tag| ("oss:BucketTag/Product".to_owned(), tag.to_owned())));
        Asked { action: format!("{service}:{verb}{object}"), resource, context }
    }
}

fn numbered(name: &'static str, statements: u64, requests: usize) -> Workload {
    let mut dice = Dice(statements);
    let statements: Vec<_> = (0..statements).map(|_| Statement::roll(&mut dice, statements)).collect();
    let numbers = statements.len() as u64;
    let asked: Vec<_> = (0..requests).map(|_| Numbers::roll(&mut dice, &statements, numbers)).collect();
    let verdict = |asked: &Numbers| {
        let any = |deny: bool| statements.iter().any(|statement| statement.deny == deny && statement.fits(asked));
        if any(true) {
            Verdict::ExplicitDeny
        } else if any(false) {
            Verdict::Allow
        } else {
            Verdict::ImplicitDeny
        }
    };
    let texts = statements
        .chunks(statements.len() / 10)
        .map(|chunk| document(&chunk.iter().map(Statement::text).collect::<Vec<_>>()))
        .collect();
    let expected = asked.iter().map(verdict).collect();
    Workload::new(name, texts, asked.iter().map(Numbers::texts).collect(), expected)
}

fn document(statements: &[Value]) -> String {
    json!({ "Version": "1", "Statement": statements }).to_string()
}
