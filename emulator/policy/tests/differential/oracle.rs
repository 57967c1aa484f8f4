//! The second evaluator: plain and slow, written from the description of the language and not from the engine.
//! It reads documents as JSON values, looks at everything, and parses everything each time.

use std::cmp::Ordering;
use std::net::IpAddr;

use acslab_policy::{Dialect, LetterCase, ResourceCase};
use jiff::civil::Date;
use jiff::tz::TimeZone;
use serde_json::Value;

use super::world::{Answer, Asked, Caller, Policies, ResourcePolicies};

/// What a statement, or a part of it, comes to. `Broken`: a value in the policy makes no sense for its operator.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Tri {
    Yes,
    No,
    Broken,
}

/// Effect, policy and statement.
type Hit = (bool, usize, usize);

// ---------------------------------------------------------------- the sequence

pub fn evaluate(policies: &Policies, asked: &Asked) -> Answer {
    let owner = resource_account(&asked.resource);
    let account = caller_account(&asked.caller);
    let foreign = owner.is_some() && owner != account;
    let unit = |documents: &[Value]| unit(documents, asked, &policies.dialect);

    if let Caller::Owner { .. } = asked.caller {
        return match &policies.resource {
            ResourcePolicies::Trust(_) => answer("ImplicitDeny", "Owner", None, Some("AssumeRolePolicy")),
            ResourcePolicies::Grants(documents) => match unit(documents) {
                Some((true, p, s)) => denied(("Resource", 0, p, s), "ResourceBasedPolicy"),
                Some((false, p, s)) if foreign => allowed(("Resource", 0, p, s)),
                _ if foreign => answer("ImplicitDeny", "None", None, Some("AccountLevelIdentityBasedPolicy")),
                _ => answer("Allow", "Owner", None, None),
            },
            ResourcePolicies::None if foreign => {
                answer("ImplicitDeny", "None", None, Some("AccountLevelIdentityBasedPolicy"))
            }
            ResourcePolicies::None => answer("Allow", "Owner", None, None),
        };
    }

    let trust = matches!(policies.resource, ResourcePolicies::Trust(_));
    let outsider = matches!(asked.caller, Caller::Service { .. } | Caller::Federated { .. });
    let lenient = policies.allowed_unless_denied && account.is_some() && !foreign && !trust;

    let linked = matches!(asked.caller, Caller::Session { linked: true, .. });
    if !linked && !(trust && outsider) {
        for (node, documents) in policies.control.iter().enumerate() {
            match unit(documents) {
                Some((true, p, s)) => return denied(("Control", node, p, s), "ControlPolicy"),
                Some(_) => {}
                None if lenient => {}
                None => return answer("ImplicitDeny", "Control", None, Some("ControlPolicy")),
            }
        }
    }
    if let Some(documents) = &policies.session {
        match unit(documents) {
            Some((true, p, s)) => return denied(("Session", 0, p, s), "SessionPolicy"),
            Some(_) => {}
            None if lenient => {}
            None => return answer("ImplicitDeny", "Session", None, Some("SessionPolicy")),
        }
    }

    // The identity half, with the scope that it comes from.
    let mut identity: Option<(&'static str, Hit)> = None;
    let mut last_scope = "account";
    if account.is_some() && (!foreign || trust) {
        identity = unit(&policies.identity).map(|hit| ("Identity", hit));
        if let Some(documents) = &policies.group {
            let settled = match identity {
                Some((_, (true, ..))) => true,
                Some(_) => !policies.dialect.resource_group_deny_overrides,
                None => false,
            };
            if !settled {
                let group = unit(documents).map(|hit| ("IdentityResourceGroup", hit));
                let denies = matches!(group, Some((_, (true, ..))));
                if identity.is_none() || denies {
                    identity = group;
                    last_scope = "group";
                }
            }
        }
    } else if account.is_some() && policies.dialect.home_deny_reaches_abroad {
        identity = unit(&policies.identity).filter(|hit| hit.0).map(|hit| ("Identity", hit));
    }
    let silent_level = if last_scope == "group" && policies.dialect.implicit_deny_names_last_scope {
        "ResourceGroupLevelIdentityBasedPolicy"
    } else {
        "AccountLevelIdentityBasedPolicy"
    };

    let (layer, resource) = match &policies.resource {
        ResourcePolicies::None => ("Resource", None),
        ResourcePolicies::Grants(documents) => ("Resource", unit(documents)),
        ResourcePolicies::Trust(documents) => ("Trust", unit(documents)),
    };

    if let Some((scope, (true, p, s))) = identity {
        let level = if scope == "Identity" {
            "AccountLevelIdentityBasedPolicy"
        } else {
            "ResourceGroupLevelIdentityBasedPolicy"
        };
        return denied((scope, 0, p, s), level);
    }
    if let Some((true, p, s)) = resource {
        let level = if trust { "AssumeRolePolicy" } else { "ResourceBasedPolicy" };
        return denied((layer, 0, p, s), level);
    }
    let identity_allows = identity.map(|(scope, (_, p, s))| (scope, 0, p, s));
    let resource_allows = resource.map(|(_, p, s)| (layer, 0, p, s));
    if !trust {
        return match identity_allows.or(resource_allows) {
            Some(statement) => allowed(statement),
            None if lenient => answer("Allow", "Default", None, None),
            None => answer("ImplicitDeny", "None", None, Some(silent_level)),
        };
    }
    let alone = outsider || (policies.dialect.trust_alone_suffices && !foreign);
    match (identity_allows, resource_allows) {
        (Some(statement), Some(_)) => allowed(statement),
        (None, Some(statement)) if alone => allowed(statement),
        (None, Some(_)) => answer("ImplicitDeny", "Identity", None, Some(silent_level)),
        (Some(_), None) => answer("ImplicitDeny", "Trust", None, Some("AssumeRolePolicy")),
        (None, None) => {
            let identity_first = policies.dialect.silent_assumption_names_identity && !alone;
            let level = if identity_first { silent_level } else { "AssumeRolePolicy" };
            answer("ImplicitDeny", "None", None, Some(level))
        }
    }
}

type Where = (&'static str, usize, usize, usize);

fn answer(
    verdict: &'static str,
    layer: &'static str,
    statement: Option<Where>,
    policy_type: Option<&'static str>,
) -> Answer {
    Answer { verdict, layer, statement, policy_type }
}

fn allowed(statement: Where) -> Answer {
    answer("Allow", statement.0, Some(statement), None)
}

fn denied(statement: Where, level: &'static str) -> Answer {
    answer("ExplicitDeny", statement.0, Some(statement), Some(level))
}

fn caller_account(caller: &Caller) -> Option<&str> {
    match caller {
        Caller::Owner { account } | Caller::User { account, .. } | Caller::Session { account, .. } => Some(account),
        _ => None,
    }
}

fn resource_account(resource: &str) -> Option<&str> {
    let account = resource.splitn(5, ':').nth(3)?;
    if ["", "*", "system"].contains(&account) { None } else { Some(account) }
}

// ---------------------------------------------------------------- one pool of statements

/// The first Deny, or else the first Allow.
fn unit(documents: &[Value], asked: &Asked, dialect: &Dialect) -> Option<Hit> {
    for wanted in ["Deny", "Allow"] {
        for (p, document) in documents.iter().enumerate() {
            for (s, statement) in document["Statement"].as_array().unwrap().iter().enumerate() {
                if statement["Effect"] != wanted {
                    continue;
                }
                let fit = statement_fits(statement, asked, dialect);
                if fit == Tri::Yes || (fit == Tri::Broken && wanted == "Deny") {
                    return Some((wanted == "Deny", p, s));
                }
            }
        }
    }
    None
}

fn statement_fits(statement: &Value, asked: &Asked, dialect: &Dialect) -> Tri {
    let condition = statement.get("Condition").and_then(Value::as_object);
    let clauses: Vec<(&String, &String, &Value)> = condition
        .into_iter()
        .flatten()
        .flat_map(|(operator, keys)| keys.as_object().unwrap().iter().map(move |(key, values)| (operator, key, values)))
        .collect();

    if let Some(principal) = statement.get("Principal") {
        let named = match principal {
            Value::Array(entries) if entries.is_empty() => bucket_principal("*", clauses.is_empty(), asked, dialect),
            Value::Array(_) => {
                list(principal).iter().any(|entry| bucket_principal(entry, clauses.is_empty(), asked, dialect))
            }
            _ => principal
                .as_object()
                .unwrap()
                .iter()
                .any(|(kind, entries)| list(entries).iter().any(|entry| trust_principal(kind, entry, asked))),
        };
        if !named {
            return Tri::No;
        }
    }
    let action = match (statement.get("Action"), statement.get("NotAction")) {
        (Some(patterns), None) => list(patterns).iter().any(|pattern| action_fits(pattern, &asked.action, dialect)),
        (None, Some(patterns)) => !list(patterns).iter().any(|pattern| action_fits(pattern, &asked.action, dialect)),
        _ => panic!("one of Action and NotAction"),
    };
    if !action {
        return Tri::No;
    }
    let resource = match (statement.get("Resource"), statement.get("NotResource")) {
        (None, None) => true,
        (Some(patterns), None) => list(patterns).iter().any(|pattern| resource_fits(pattern, &asked.resource, dialect)),
        // An operation without a resource is not "any other resource".
        (None, Some(_)) if asked.resource == "*" => false,
        (None, Some(patterns)) => {
            !list(patterns).iter().any(|pattern| resource_fits(pattern, &asked.resource, dialect))
        }
        _ => panic!("one of Resource and NotResource"),
    };
    if !resource {
        return Tri::No;
    }
    // OSS lets addresses have stars.
    let only_oss = statement.get("Action").is_some_and(|actions| {
        list(actions).iter().all(|action| action.to_ascii_lowercase().split(':').next() == Some("oss"))
    });
    let patterns = only_oss || matches!(statement.get("Principal"), Some(Value::Array(_)));
    let outcomes: Vec<Tri> = clauses
        .iter()
        .map(|(operator, key, values)| clause(operator, key, &list(values), asked, dialect, patterns))
        .collect();
    if outcomes.contains(&Tri::No) {
        Tri::No
    } else if outcomes.contains(&Tri::Broken) {
        Tri::Broken
    } else {
        Tri::Yes
    }
}

/// One or many; bare numbers and booleans as their text.
fn list(value: &Value) -> Vec<String> {
    let text = |value: &Value| match value {
        Value::String(text) => text.clone(),
        other => other.to_string(),
    };
    match value {
        Value::Array(values) => values.iter().map(text).collect(),
        single => vec![text(single)],
    }
}

/// Wildcards by a table of all prefixes of both.
fn glob(pattern: &str, text: &str) -> bool {
    let pattern: Vec<char> = pattern.chars().collect();
    let text: Vec<char> = text.chars().collect();
    let mut fits = vec![vec![false; text.len() + 1]; pattern.len() + 1];
    fits[0][0] = true;
    for p in 1..=pattern.len() {
        for t in 0..=text.len() {
            fits[p][t] = match pattern[p - 1] {
                '*' => fits[p - 1][t] || (t > 0 && fits[p][t - 1]),
                '?' => t > 0 && fits[p - 1][t - 1],
                c => t > 0 && fits[p - 1][t - 1] && c == text[t - 1],
            };
        }
    }
    fits[pattern.len()][text.len()]
}

fn action_fits(pattern: &str, action: &str, dialect: &Dialect) -> bool {
    match dialect.action_case {
        LetterCase::Insensitive => glob(&pattern.to_ascii_lowercase(), &action.to_ascii_lowercase()),
        LetterCase::Sensitive => glob(pattern, action),
    }
}

fn resource_fits(pattern: &str, resource: &str, dialect: &Dialect) -> bool {
    if pattern.chars().all(|c| c == '*') {
        return true;
    }
    let p: Vec<&str> = pattern.splitn(5, ':').collect();
    let r: Vec<&str> = resource.splitn(5, ':').collect();
    if resource == "*" {
        let open = |field: &str| field.chars().all(|c| c == '*');
        return p.len() == 5 && open(p[2]) && open(p[3]) && open(p[4]);
    }
    // The name of a role counts without regard to case.
    let role = dialect.resource_case == ResourceCase::SensitiveButRoles && r[1] == "ram" && r[4].starts_with("role/");
    let relative = |pattern: &str, text: &str, name_at: usize| {
        if !role {
            return glob(pattern, text);
        }
        glob_folding_from(pattern, text, name_at)
    };
    if p.len() < 5 {
        return relative(pattern, resource, resource.len() - r[4].len() + "role/".len());
    }
    let region = p[2].is_empty() || glob(p[2], r[2]) || (["", "*"].contains(&r[2]) && glob(p[2], "*"));
    let account = p[3].is_empty() || glob(p[3], r[3]);
    glob(p[0], r[0]) && glob(p[1], r[1]) && region && account && relative(p[4], r[4], "role/".len())
}

/// As [`glob`], but the characters of the text from a place on match either case.
fn glob_folding_from(pattern: &str, text: &str, from: usize) -> bool {
    let pattern: Vec<char> = pattern.chars().collect();
    let at: Vec<(usize, char)> = text.char_indices().collect();
    let mut fits = vec![vec![false; at.len() + 1]; pattern.len() + 1];
    fits[0][0] = true;
    for p in 1..=pattern.len() {
        for t in 0..=at.len() {
            fits[p][t] = match pattern[p - 1] {
                '*' => fits[p - 1][t] || (t > 0 && fits[p][t - 1]),
                '?' => t > 0 && fits[p - 1][t - 1],
                c => {
                    t > 0 && fits[p - 1][t - 1] && {
                        let (offset, own) = at[t - 1];
                        c == own || (offset >= from && c.eq_ignore_ascii_case(&own))
                    }
                }
            };
        }
    }
    fits[pattern.len()][at.len()]
}

// ---------------------------------------------------------------- principals

fn bucket_principal(entry: &str, unconditional: bool, asked: &Asked, dialect: &Dialect) -> bool {
    match (&asked.caller, entry) {
        (Caller::Owner { account }, "*") => {
            // Without a condition, everyone is everyone but the owner of the bucket.
            !(unconditional && resource_account(&asked.resource) == Some(account))
        }
        (_, "*") => true,
        (Caller::Owner { account }, uid) => uid == account,
        (Caller::User { account, uid: own, .. }, uid) => {
            uid == own || (dialect.account_uid_covers_users && uid == account)
        }
        (Caller::Session { account, role, session, .. }, pattern) => {
            let parts: Vec<&str> = pattern.split([':', '/']).collect();
            match parts[..] {
                ["arn", "sts", "", p_account, kind, p_role, p_session] => {
                    glob(p_account, account)
                        && glob(kind, "assumed-role")
                        && glob(p_role, &role.to_ascii_lowercase())
                        && glob(p_session, session)
                }
                _ => false,
            }
        }
        _ => false,
    }
}

fn trust_principal(kind: &str, entry: &str, asked: &Asked) -> bool {
    let role_account = resource_account(&asked.resource);
    match (kind, &asked.caller) {
        ("RAM", Caller::User { account, name, .. }) => {
            entry == format!("acs:ram::{account}:root") || entry == format!("acs:ram::{account}:user/{name}")
        }
        ("RAM", Caller::Session { account, role, session, .. }) => {
            let lower = |text: &str, from: &str| {
                // Role names compare without case, whatever follows them does not.
                let Some(rest) = text.strip_prefix(from) else { return text.to_owned() };
                let (role, tail) = rest.split_once('/').map_or((rest, None), |(role, tail)| (role, Some(tail)));
                let tail = tail.map(|tail| format!("/{tail}")).unwrap_or_default();
                format!("{from}{}{tail}", role.to_ascii_lowercase())
            };
            let role = role.to_ascii_lowercase();
            entry == format!("acs:ram::{account}:root")
                || lower(entry, &format!("acs:ram::{account}:role/")) == format!("acs:ram::{account}:role/{role}")
                || lower(entry, &format!("acs:ram::{account}:assumed-role/"))
                    == format!("acs:ram::{account}:assumed-role/{role}/{session}")
        }
        ("Service", Caller::Service { name, acting_for }) => match entry.split_once('@') {
            Some((account, service)) => account == acting_for && service == name,
            None => entry == name && role_account == Some(acting_for),
        },
        ("Federated", Caller::Federated { arn }) => {
            entry == arn && role_account.is_none_or(|account| arn.split(':').nth(3) == Some(account))
        }
        _ => false,
    }
}

// ---------------------------------------------------------------- conditions

fn clause(
    operator: &str,
    key: &str,
    listed: &[String],
    asked: &Asked,
    dialect: &Dialect,
    address_patterns: bool,
) -> Tri {
    let (quantifier, rest) = match operator.split_once(':') {
        Some((quantifier, rest)) => (quantifier, rest),
        None => ("", operator),
    };
    let (if_exists, name) = match rest.strip_suffix("IfExists") {
        Some(name) => (true, name),
        None => (false, rest),
    };
    let negated = name.contains("Not");
    let values = asked.context.iter().find(|(own, _)| same_key(key, own, dialect)).map(|(_, values)| values.as_slice());
    let values = values.unwrap_or_default();

    if name == "Null" {
        let missing = values.is_empty();
        let wanted: Vec<Option<bool>> = listed.iter().map(|text| boolean(text)).collect();
        return if wanted.contains(&Some(missing)) {
            Tri::Yes
        } else if wanted.contains(&None) {
            Tri::Broken
        } else {
            Tri::No
        };
    }
    if values.is_empty() {
        let known = asked.product_keys.as_ref().is_none_or(|keys| {
            keys.iter().any(|known| {
                same_key(known, key, &Dialect::STANDARD)
                    || known.ends_with('/') && key.to_ascii_lowercase().starts_with(&known.to_ascii_lowercase())
            })
        });
        let met = if_exists
            || quantifier == "ForAllValues"
            || (quantifier.is_empty() && known && negated && dialect.missing_key_meets_negation);
        return if met { Tri::Yes } else { Tri::No };
    }
    // What each single value of the request comes to.
    let single = |value: &String| -> Tri {
        let mut broken = false;
        let mut found = false;
        for wanted in listed {
            match compare(name, wanted, value, address_patterns) {
                Compared::Fits => found = true,
                Compared::Differs => {}
                Compared::BadPolicyValue => broken = true,
                // A value of the wrong type never meets anything, unless a readable listed value came before it.
                Compared::BadRequestValue => return Tri::No,
            }
            if found {
                break;
            }
        }
        match (found, broken, negated) {
            (true, _, false) => Tri::Yes,
            (true, _, true) => Tri::No,
            (false, true, _) => Tri::Broken,
            (false, false, true) => Tri::Yes,
            (false, false, false) => Tri::No,
        }
    };
    let each: Vec<Tri> = values.iter().map(single).collect();
    let one_is_enough = match quantifier {
        "ForAnyValue" => true,
        "ForAllValues" => false,
        _ => !negated,
    };
    let order = if one_is_enough { [Tri::Yes, Tri::Broken, Tri::No] } else { [Tri::No, Tri::Broken, Tri::Yes] };
    order.into_iter().find(|outcome| each.contains(outcome)).unwrap()
}

fn same_key(a: &str, b: &str, dialect: &Dialect) -> bool {
    if dialect.key_case == LetterCase::Sensitive {
        return a == b;
    }
    let split = |key: &str| match key.split_once('/') {
        Some((name, tag)) => (name.to_ascii_lowercase(), Some(tag.to_owned())),
        None => (key.to_ascii_lowercase(), None),
    };
    split(a) == split(b)
}

enum Compared {
    Fits,
    Differs,
    BadPolicyValue,
    BadRequestValue,
}

fn compare(name: &str, wanted: &str, value: &str, address_patterns: bool) -> Compared {
    let text = value;
    let fits = |fits: bool| if fits { Compared::Fits } else { Compared::Differs };
    match name {
        "StringEquals" | "StringNotEquals" => fits(wanted == value),
        "StringEqualsIgnoreCase" | "StringNotEqualsIgnoreCase" => fits(wanted.to_lowercase() == value.to_lowercase()),
        "StringLike" | "StringNotLike" => fits(glob(wanted, value)),
        "Bool" => match (boolean(wanted), boolean(value)) {
            (None, _) => Compared::BadPolicyValue,
            (_, None) => Compared::BadRequestValue,
            (wanted, value) => fits(wanted == value),
        },
        "IpAddress" | "NotIpAddress" => match (range(wanted), address(value)) {
            (Some(range), Some(address)) => fits(address.starts_with(&range)),
            (Some(_), None) => Compared::BadRequestValue,
            (None, value) => {
                let pattern = wanted.contains('*')
                    && !wanted.contains("**")
                    && wanted.chars().all(|c| c.is_ascii_hexdigit() || ".:*".contains(c));
                match (pattern && address_patterns, value.is_some()) {
                    (false, _) => Compared::BadPolicyValue,
                    (true, false) => Compared::BadRequestValue,
                    (true, true) => fits(glob(wanted, text)),
                }
            }
        },
        _ => {
            let ordering = if name.starts_with("Numeric") {
                match (number(wanted), number(value)) {
                    (None, _) => return Compared::BadPolicyValue,
                    (_, None) => return Compared::BadRequestValue,
                    (Some(wanted), Some(value)) => order_numbers(&value, &wanted),
                }
            } else {
                match (time(wanted), time(value)) {
                    (None, _) => return Compared::BadPolicyValue,
                    (_, None) => return Compared::BadRequestValue,
                    (Some(wanted), Some(value)) => value.cmp(&wanted),
                }
            };
            let kind = name.trim_start_matches("Numeric").trim_start_matches("Date");
            fits(match kind {
                "Equals" | "NotEquals" => ordering == Ordering::Equal,
                "LessThan" => ordering == Ordering::Less,
                "LessThanEquals" => ordering != Ordering::Greater,
                "GreaterThan" => ordering == Ordering::Greater,
                "GreaterThanEquals" => ordering != Ordering::Less,
                other => panic!("operator {other}"),
            })
        }
    }
}

fn boolean(text: &str) -> Option<bool> {
    text.to_ascii_lowercase().parse().ok()
}

/// Sign, and digits before and after the point.
fn number(text: &str) -> Option<(bool, String, String)> {
    let (negative, rest) = match text.strip_prefix('-') {
        Some(rest) => (true, rest),
        None => (false, text),
    };
    let parts: Vec<&str> = rest.split('.').collect();
    if parts.len() > 2 || parts.iter().any(|part| part.is_empty() || !part.chars().all(|c| c.is_ascii_digit())) {
        return None;
    }
    Some((negative, parts[0].to_owned(), parts.get(1).unwrap_or(&"").to_string()))
}

/// Both written with the same number of digits on each side of the point, so that text order is number order.
fn order_numbers(a: &(bool, String, String), b: &(bool, String, String)) -> Ordering {
    let whole = a.1.len().max(b.1.len());
    let fraction = a.2.len().max(b.2.len());
    let digits = |n: &(bool, String, String)| format!("{:0>whole$}{:0<fraction$}", n.1, n.2);
    let (a_digits, b_digits) = (digits(a), digits(b));
    let zero = |digits: &str| digits.chars().all(|c| c == '0');
    let a_negative = a.0 && !zero(&a_digits);
    let b_negative = b.0 && !zero(&b_digits);
    match (a_negative, b_negative) {
        (true, false) => Ordering::Less,
        (false, true) => Ordering::Greater,
        (false, false) => a_digits.cmp(&b_digits),
        (true, true) => b_digits.cmp(&a_digits),
    }
}

/// Seconds since 1970; the calendar is jiff's.
fn time(text: &str) -> Option<i64> {
    let shape: String = text.chars().map(|c| if c.is_ascii_digit() { '0' } else { c }).collect();
    let shape = shape.strip_prefix("0000-00-00T00:00:00")?;
    let zone = match shape.strip_prefix('.') {
        None => shape,
        Some(rest) => {
            let zone = rest.trim_start_matches('0');
            let digits = rest.len() - zone.len();
            if digits == 0 || digits > 9 {
                return None;
            }
            zone
        }
    };
    let field = |range: std::ops::Range<usize>| text[range].parse::<i64>().unwrap();
    let (hour, minute, second) = (field(11..13), field(14..16), field(17..19));
    if hour > 23 || minute > 59 || second > 59 {
        return None;
    }
    let day = Date::new(field(0..4) as i16, field(5..7) as i8, field(8..10) as i8).ok()?;
    let midnight = day.to_zoned(TimeZone::UTC).unwrap().timestamp().as_second();
    let offset = match zone {
        "Z" => 0,
        "+00:00" | "-00:00" | "+0000" | "-0000" => {
            let written = &text[text.len() - zone.len()..];
            let digits: Vec<i64> = written.chars().filter_map(|c| c.to_digit(10)).map(i64::from).collect();
            let (hours, minutes) = (digits[0] * 10 + digits[1], digits[2] * 10 + digits[3]);
            if hours > 23 || minutes > 59 {
                return None;
            }
            let distance = hours * 3600 + minutes * 60;
            if written.starts_with('-') { -distance } else { distance }
        }
        _ => return None,
    };
    Some(midnight + hour * 3600 + minute * 60 + second - offset)
}

/// An address as its family and its bits, written out.
fn address(text: &str) -> Option<String> {
    let bits = |bytes: &[u8]| bytes.iter().map(|byte| format!("{byte:08b}")).collect::<String>();
    Some(match text.parse::<IpAddr>().ok()? {
        IpAddr::V4(v4) => format!("4:{}", bits(&v4.octets())),
        IpAddr::V6(v6) => match v6.to_ipv4_mapped() {
            Some(v4) => format!("4:{}", bits(&v4.octets())),
            None => format!("6:{}", bits(&v6.octets())),
        },
    })
}

/// A range as the bits that its addresses begin with.
fn range(text: &str) -> Option<String> {
    let Some((base, prefix)) = text.split_once('/') else { return address(text) };
    if prefix.is_empty() || prefix.len() > 3 || !prefix.chars().all(|c| c.is_ascii_digit()) {
        return None;
    }
    let mut prefix: usize = prefix.parse().ok()?;
    let parsed = base.parse::<IpAddr>().ok()?;
    if prefix > if parsed.is_ipv4() { 32 } else { 128 } {
        return None;
    }
    let bits = address(base)?;
    if parsed.is_ipv6() && bits.starts_with("4:") {
        // The range lies within the addresses that stand for IPv4, or it holds more than those.
        if prefix < 96 {
            let IpAddr::V6(v6) = parsed else { return None };
            let bits = format!("{:0128b}", v6.to_bits());
            return Some(format!("6:{}", &bits[..prefix]));
        }
        prefix -= 96;
    }
    Some(bits[..2 + prefix].to_owned())
}
