//! Worlds from a seed. The vocabulary is small and patterns are made from what requests ask for, so that statements
//! often fit or nearly do; every element, operator, kind of value and layer turns up.

use acslab_policy::{Dialect, LetterCase, ResourceCase};
use serde_json::{Map, Value, json};

use super::dice::Dice;
use super::world::{Asked, Caller, Policies, ResourcePolicies};

const HOME: &str = "1000000000000001";
const OTHER: &str = "2000000000000002";
const UIDS: &[&str] = &["200000000000000011", "200000000000000022"];
const ROLES: &[&str] = &["deploy", "Reader", "reader", "aliyunservicerolefoross"];
const SESSIONS: &[&str] = &["s1", "night-shift"];
const USERS: &[&str] = &["alice", "Alice", "bob"];
const SERVICES: &[&str] = &["ecs.aliyuncs.com", "log.aliyuncs.com", "oss.aliyuncs.com"];
const PROVIDERS: &[&str] =
    &["acs:ram::1000000000000001:saml-provider/idp", "acs:ram::2000000000000002:oidc-provider/ack"];

const ACTIONS: &[&str] = &[
    "oss:GetObject",
    "oss:PutObject",
    "oss:ListObjects",
    "oss:GetBucketAcl",
    "OSS:getobject",
    "ecs:StopInstance",
    "ecs:DescribeInstances",
    "ram:PassRole",
    "ram:GetUser",
    "sts:AssumeRole",
    "paidataset:GetDataset",
    "pai:ListProducts",
    "ecs:A",
    "kms:ADescriptionLongerThanAnyRealNameSoThatBeginningsAreCutOffSomewhereOnTheWay",
];

const RESOURCES: &[&str] = &[
    "*",
    "acs:oss:*:A:photos",
    "acs:oss:*:A:photos/2015/a.jpg",
    "acs:oss:cn-hangzhou:A:photos/2015/A.JPG",
    "acs:oss:*:B:photos/2015/a.jpg",
    "acs:oss::A:b",
    "acs:oss:*:A:photos/x:y/ünïcode?",
    "acs:oss:*:A:*",
    "acs:ecs:cn-hangzhou:A:instance/i-001",
    "acs:ecs:cn-beijing-b:A:instance/i-0012",
    "acs:ecs:cn-hangzhou:B:instance/i-001",
    "acs:ram:*:A:role/deploy",
    "acs:ram::A:role/Deploy",
    "acs:ram:*:B:role/deploy",
    "acs:ram:*:A:user/alice",
    "acs:ram:*:A:user/*",
    "acs:ram:*:system:policy/AliyunOSSFullAccess",
    "acs:ram:*::role/deploy",
];

/// Condition keys and values that requests carry under them.
const KEYS: &[(&str, &[&str])] = &[
    (
        "acs:SourceIp",
        &["10.0.0.1", "10.200.3.4", "192.168.1.1", "2001:db8::1", "::ffff:10.0.0.1", "not-an-address", ""],
    ),
    ("acs:CurrentTime", &["2024-05-01T00:00:00Z", "2024-05-01T08:00:00+08:00", "2023-12-31T23:59:59.5Z", "yesterday"]),
    ("acs:SecureTransport", &["true", "false", "TRUE", "yes"]),
    ("acs:MFAPresent", &["true", "false"]),
    ("acs:SourceVpc", &["vpc-1", "vpc-22", ""]),
    ("oss:Prefix", &["", "logs/", "logs/2024/", "Logs/", "é*?"]),
    ("acs:ResourceTag/team", &["dev", "Dev", "prod", "a*b"]),
    ("kms:RecoveryWindowInDays", &["7", "07", "7.0", "-3", "9223372036854775808", "30.5", "-0", "1e3"]),
    ("acs:PrincipalARN", &["acs:ram::1000000000000001:role/reader", "acs:ram::1000000000000001:user/alice"]),
];

const OPERATORS: &[&str] = &[
    "StringEquals",
    "StringNotEquals",
    "StringEqualsIgnoreCase",
    "StringNotEqualsIgnoreCase",
    "StringLike",
    "StringNotLike",
    "NumericEquals",
    "NumericNotEquals",
    "NumericLessThan",
    "NumericLessThanEquals",
    "NumericGreaterThan",
    "NumericGreaterThanEquals",
    "DateEquals",
    "DateNotEquals",
    "DateLessThan",
    "DateLessThanEquals",
    "DateGreaterThan",
    "DateGreaterThanEquals",
    "Bool",
    "IpAddress",
    "NotIpAddress",
];

const NUMBERS: &[&str] = &["7", "7.00", "10", "-3.5", "0", "30.5", "9223372036854775807", "99999999999999999999.01"];
const TIMES: &[&str] =
    &["2024-05-01T00:00:00Z", "2024-05-01T08:00:00+08:00", "2023-12-31T23:59:59Z", "2024-04-30T20:00:00-0400"];
const RANGES: &[&str] = &[
    "10.0.0.0/8",
    "10.0.0.1",
    "192.168.0.0/16",
    "0.0.0.0/0",
    "10.0.0.7/29",
    "2001:db8::/32",
    "::ffff:10.0.0.0/104",
    "::ffff:0:0/90",
    "::/0",
];
const MALFORMED: &[&str] =
    &["10.0.0", "192.0.2.**", "10.0.*.1", "10.*", "abc", "1,5", "2024-13-01T00:00:00Z", "maybe", ""];

/// The policies of a world and the questions put to it.
pub fn world(dice: &mut Dice) -> (Policies, Vec<Asked>) {
    let dialect = if dice.one_in(3) { dialect(dice) } else { Dialect::STORED };
    let assumes = dice.one_in(6);
    let questions = dice.some(10, 16, |dice| asked(dice, assumes));
    let crowded = dice.one_in(60);
    let mut maker = Maker { dice, dialect, questions: &questions, crowded };
    let policies = maker.policies(assumes);
    (policies, questions)
}

/// A dialect with about half of the answers turned round.
fn dialect(dice: &mut Dice) -> Dialect {
    let mut flip = || dice.one_in(2);
    Dialect {
        action_case: if flip() { LetterCase::Sensitive } else { LetterCase::Insensitive },
        resource_case: if flip() { ResourceCase::Sensitive } else { ResourceCase::SensitiveButRoles },
        missing_key_meets_negation: flip(),
        extended_operators: flip(),
        key_case: if flip() { LetterCase::Sensitive } else { LetterCase::Insensitive },
        not_resource: flip(),
        refuse_malformed_values: flip(),
        account_uid_covers_users: flip(),
        home_deny_reaches_abroad: flip(),
        trust_alone_suffices: flip(),
        resource_group_deny_overrides: flip(),
        silent_assumption_names_identity: flip(),
        implicit_deny_names_last_scope: flip(),
        ..Dialect::STORED
    }
}

fn account(dice: &mut Dice) -> String {
    if dice.one_in(4) { OTHER } else { HOME }.to_owned()
}

fn word(dice: &mut Dice, words: &[&str]) -> String {
    (*dice.pick(words)).to_owned()
}

fn caller(dice: &mut Dice) -> Caller {
    let account = account(dice);
    match dice.below(12) {
        0..6 => Caller::User { account, uid: word(dice, UIDS), name: word(dice, USERS) },
        6..9 => {
            Caller::Session { account, role: word(dice, ROLES), session: word(dice, SESSIONS), linked: dice.one_in(4) }
        }
        9 => Caller::Owner { account },
        10 if dice.one_in(2) => Caller::Service { name: word(dice, SERVICES), acting_for: account },
        10 => Caller::Federated { arn: word(dice, PROVIDERS) },
        _ => Caller::Anonymous,
    }
}

fn asked(dice: &mut Dice, assumes: bool) -> Asked {
    let (action, resource) = if assumes {
        let roles: Vec<&&str> = RESOURCES.iter().filter(|resource| resource.contains("role/")).collect();
        ("sts:AssumeRole".to_owned(), (*dice.pick(&roles)).to_string())
    } else {
        (word(dice, ACTIONS), word(dice, RESOURCES))
    };
    let mut context: Vec<(String, Vec<String>)> = Vec::new();
    for (key, values) in KEYS {
        if dice.one_in(2) {
            let count = if dice.one_in(5) { 2 } else { 1 };
            context.push((recase_key(dice, key), (0..count).map(|_| word(dice, values)).collect()));
        }
    }
    let product_keys = dice.one_in(10).then(|| {
        dice.some(0, 5, |dice| {
            let (key, _) = dice.pick(KEYS);
            key.replace("team", "")
        })
    });
    let resource = resource.replace(":A:", &format!(":{HOME}:")).replace(":B:", &format!(":{OTHER}:"));
    Asked { caller: caller(dice), action, resource, context, product_keys }
}

/// Now and then another spelling of a key.
fn recase_key(dice: &mut Dice, key: &str) -> String {
    if !dice.one_in(6) {
        return key.to_owned();
    }
    match key.split_once('/') {
        Some((name, tag)) => format!("{}/{tag}", name.to_ascii_uppercase()),
        None => key.to_ascii_lowercase(),
    }
}

#[derive(Clone, Copy, PartialEq)]
enum Kind {
    Attached,
    Trust,
    Bucket,
}

struct Maker<'d> {
    dice: &'d mut Dice,
    dialect: Dialect,
    questions: &'d [Asked],
    crowded: bool,
}

impl Maker<'_> {
    fn policies(&mut self, assumes: bool) -> Policies {
        let control =
            if self.dice.one_in(4) { self.dice_some(1, 3, |maker| maker.documents(Kind::Attached)) } else { vec![] };
        let session = self.dice.one_in(5).then(|| self.documents(Kind::Attached));
        let identity = self.documents(Kind::Attached);
        let group = self.dice.one_in(4).then(|| self.documents(Kind::Attached));
        let resource = if assumes {
            ResourcePolicies::Trust(self.documents(Kind::Trust))
        } else {
            match self.dice.below(4) {
                0 => ResourcePolicies::Grants(self.documents(Kind::Bucket)),
                1 if self.dice.one_in(3) => ResourcePolicies::Grants(self.documents(Kind::Attached)),
                _ => ResourcePolicies::None,
            }
        };
        Policies {
            control,
            session,
            identity,
            group,
            resource,
            allowed_unless_denied: self.dice.one_in(8),
            dialect: self.dialect,
        }
    }

    fn dice_some<T>(&mut self, least: usize, most: usize, mut make: impl FnMut(&mut Self) -> T) -> Vec<T> {
        let count = least + self.dice.below(most - least + 1);
        (0..count).map(|_| make(self)).collect()
    }

    fn documents(&mut self, kind: Kind) -> Vec<Value> {
        self.dice_some(0, 3, |maker| {
            let most = if maker.crowded { 60 } else { 4 };
            let statements = maker.dice_some(1, most, |maker| maker.statement(kind));
            json!({ "Version": "1", "Statement": statements })
        })
    }

    /// One of the questions, to make something that fits it.
    fn question(&mut self) -> Asked {
        self.dice.pick(self.questions).clone()
    }

    fn statement(&mut self, kind: Kind) -> Value {
        let mut statement = Map::new();
        let effect = if self.dice.one_in(4) { "Deny" } else { "Allow" };
        statement.insert("Effect".to_owned(), json!(effect));
        let negated = kind == Kind::Attached && self.dice.one_in(8);
        let actions = self.one_or_many(3, Self::action);
        statement.insert(if negated { "NotAction" } else { "Action" }.to_owned(), actions);
        if kind != Kind::Trust {
            let negated = self.dialect.not_resource && self.dice.one_in(3);
            let resources = self.one_or_many(3, Self::resource);
            statement.insert(if negated { "NotResource" } else { "Resource" }.to_owned(), resources);
        }
        match kind {
            Kind::Attached => {}
            Kind::Trust => {
                let principal = self.trust_principal();
                statement.insert("Principal".to_owned(), principal);
            }
            Kind::Bucket => {
                let principals = self.dice_some(0, 3, Self::bucket_principal);
                statement.insert("Principal".to_owned(), json!(principals));
            }
        }
        if self.dice.one_in(2) {
            statement.insert("Condition".to_owned(), self.condition());
        }
        Value::Object(statement)
    }

    fn one_or_many(&mut self, most: usize, mut make: impl FnMut(&mut Self) -> String) -> Value {
        let mut items = self.dice_some(1, most, &mut make);
        if items.len() == 1 && self.dice.one_in(2) { json!(items.remove(0)) } else { json!(items) }
    }

    fn action(&mut self) -> String {
        let asked = self.question().action;
        let (service, name) = asked.split_once(':').unwrap();
        match self.dice.below(12) {
            0 => "*".to_owned(),
            1 => format!("{service}:*"),
            2 => format!("*:{name}"),
            3 => format!("{service}:{}*", &name[..self.dice.below(name.len() + 1)]),
            4 => asked.to_ascii_uppercase(),
            5 => asked.to_ascii_lowercase(),
            6 => word(self.dice, ACTIONS),
            7..9 => {
                let pattern = self.punch(&asked);
                // A pattern without a service must have a wildcard there.
                if pattern.contains(':') && !pattern.starts_with(':') && !pattern.ends_with(':') {
                    pattern
                } else {
                    format!("{service}:*")
                }
            }
            _ => asked.clone(),
        }
    }

    /// Puts wildcards into a text, in place of pieces of it or beside them.
    fn punch(&mut self, text: &str) -> String {
        let mut chars: Vec<char> = text.chars().collect();
        for _ in 0..=self.dice.below(3) {
            let from = self.dice.below(chars.len() + 1);
            let length = self.dice.below(4).min(chars.len() - from);
            if self.dice.one_in(3) && length > 0 {
                chars.splice(from..from + length, std::iter::repeat_n('?', length));
            } else {
                chars.splice(from..from + length, ['*']);
            }
        }
        chars.into_iter().collect()
    }

    fn resource(&mut self) -> String {
        let mut asked = self.question().resource;
        if asked == "*" || self.dice.one_in(5) {
            asked = word(self.dice, RESOURCES).replace(":A:", &format!(":{HOME}:"));
        }
        if asked == "*" || self.dice.one_in(6) {
            return word(self.dice, &["*", "*", "**", "acs:oss:*", "acs:*:*:*:*", "acs:oss:::", "acs:ecs:*:*:*", "a*"]);
        }
        let mut fields: Vec<String> = asked.splitn(5, ':').map(str::to_owned).collect();
        for (index, field) in fields.iter_mut().enumerate().skip(1) {
            match self.dice.below(8) {
                0..3 if index < 4 => "*".clone_into(field),
                3 if (2..4).contains(&index) => field.clear(),
                4 => *field = self.punch(field),
                5 if index == 4 => *field = format!("{}*", field.chars().take(self.dice.below(9)).collect::<String>()),
                6 if index == 4 => *field = field.to_ascii_uppercase(),
                7 if index == 4 => *field = field.replace("deploy", "Deploy"),
                _ => {}
            }
        }
        if self.dice.one_in(40) {
            fields.truncate(3);
            fields.push("*".to_owned());
        }
        fields.join(":")
    }

    fn trust_principal(&mut self) -> Value {
        let mut principal = Map::new();
        for _ in 0..=self.dice.below(2) {
            let kind = word(self.dice, &["RAM", "RAM", "RAM", "Service", "Federated"]);
            let entries = self.one_or_many(2, |maker| maker.trust_entry(&kind));
            principal.insert(kind, entries);
        }
        Value::Object(principal)
    }

    fn trust_entry(&mut self, kind: &str) -> String {
        let account = account(self.dice);
        match kind {
            "RAM" => match self.dice.below(5) {
                0..2 => format!("acs:ram::{account}:root"),
                2 => format!("acs:ram::{account}:user/{}", word(self.dice, USERS)),
                3 => format!("acs:ram::{account}:role/{}", word(self.dice, ROLES)),
                _ => {
                    format!("acs:ram::{account}:assumed-role/{}/{}", word(self.dice, ROLES), word(self.dice, SESSIONS))
                }
            },
            "Service" if self.dice.one_in(3) => format!("{account}@{}", word(self.dice, SERVICES)),
            "Service" => word(self.dice, SERVICES),
            _ => word(self.dice, PROVIDERS),
        }
    }

    fn bucket_principal(&mut self) -> String {
        let account = account(self.dice);
        match self.dice.below(6) {
            0..2 => "*".to_owned(),
            2 => word(self.dice, UIDS),
            3 => account,
            4 => format!("arn:sts::{account}:assumed-role/{}/*", word(self.dice, ROLES)),
            _ => word(
                self.dice,
                &[
                    "arn:sts::*:*/*/*",
                    "arn:sts::1000000000000001:assumed-role/re*/s?",
                    "arn:sts::10*:assumed-role/deploy/s1",
                ],
            ),
        }
    }

    fn condition(&mut self) -> Value {
        let mut condition = Map::new();
        for _ in 0..self.dice.below(3) {
            let operator = self.operator();
            let keys = self.dice_some(0, 2, |maker| {
                let (key, values) = *maker.dice.pick(KEYS);
                (recase_key(maker.dice, key), maker.values(&operator, values))
            });
            condition.insert(operator, Value::Object(keys.into_iter().collect()));
        }
        Value::Object(condition)
    }

    fn operator(&mut self) -> String {
        let plain = word(self.dice, OPERATORS);
        if !self.dialect.extended_operators || self.dice.one_in(2) {
            return plain;
        }
        let prefix = word(self.dice, &["", "", "ForAnyValue:", "ForAllValues:"]);
        let suffix = word(self.dice, &["", "IfExists"]);
        if self.dice.one_in(6) { "Null".to_owned() } else { format!("{prefix}{plain}{suffix}") }
    }

    /// Values for an operator: some that fit the key, some of another kind where that is not refused.
    fn values(&mut self, operator: &str, of_key: &[&str]) -> Value {
        let value = |maker: &mut Self| {
            if !maker.dialect.refuse_malformed_values && maker.dice.one_in(5) {
                return json!(word(maker.dice, MALFORMED));
            }
            if operator.contains("Numeric") {
                let text = word(maker.dice, NUMBERS);
                let bare = text.len() < 8 && maker.dice.one_in(6);
                return if bare { serde_json::from_str(&text).unwrap() } else { json!(text) };
            }
            if operator.contains("Date") {
                return json!(word(maker.dice, TIMES));
            }
            if operator.contains("Ip") {
                return json!(word(maker.dice, RANGES));
            }
            if operator.contains("Bool") || operator == "Null" {
                return if maker.dice.one_in(6) { json!(true) } else { json!(word(maker.dice, &["true", "False"])) };
            }
            let text = word(maker.dice, of_key);
            match maker.dice.below(5) {
                0 => json!(maker.punch(&text)),
                1 => json!(text.to_uppercase()),
                2 => json!("*"),
                _ => json!(text),
            }
        };
        let mut values = self.dice_some(1, 3, value);
        if values.len() == 1 && self.dice.one_in(2) { values.remove(0) } else { json!(values) }
    }
}
