//! The documented order of OSS, step by step and word for word: slow, plain, and written without the engine. It knows no JSON, no
//! patterns and no index; every question is a loop over a few facts.
//!
//! Source pages: "OSS authorization process", "Set the ACL for a bucket", "Block Public Access", and those of the detail codes.
#![allow(clippy::option_option, reason = "no ACL that was set, and one that grants nothing, are two things")]

/// The account that owns the bucket, and another one.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Account {
    Home,
    Abroad,
}

/// Who asks.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Who {
    Nobody,
    Owner(Account),
    /// A RAM user, by name.
    User(Account, &'static str),
    /// A session, of the role of this name.
    Session(Account, &'static str),
}

/// A statement of an identity policy or a session policy.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Rule {
    pub(crate) allow: bool,
    pub(crate) actions: &'static [&'static str],
    /// Holds only for the agent `good`.
    pub(crate) good_agents: bool,
}

/// Whom a statement of a bucket policy means.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Principal {
    Everyone,
    Uid(Who),
    SessionsOf(Account, &'static str),
}

/// What a statement of a bucket policy asks of the request.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Condition {
    None,
    /// The agent is not `good`.
    BadAgent,
    /// Comes from a VPC: never so here, and no fixed one is named.
    AnyVpc,
    /// Was signed with the key of this session: a fixed value.
    KeyOf(&'static str),
}

/// A statement of a bucket policy.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Grant {
    pub(crate) allow: bool,
    pub(crate) principals: &'static [Principal],
    pub(crate) actions: &'static [&'static str],
    pub(crate) condition: Condition,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Acl {
    Private,
    Read,
    ReadWrite,
}

/// What the ACL has to say of an operation.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Kind {
    Read,
    Write,
    /// Of an object, and neither: its ACL, its tags.
    Other,
    List,
    Bucket,
}

/// An operation: its action, and how its refusal is told.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Operation {
    pub(crate) name: &'static str,
    pub(crate) action: &'static str,
    pub(crate) kind: Kind,
    /// The detail code of silence to somebody who signed.
    pub(crate) silence: &'static str,
    /// Several at once.
    pub(crate) batch: bool,
}

/// All that matters.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Cell<'a> {
    pub(crate) who: Who,
    pub(crate) identity: &'a [Rule],
    pub(crate) session: Option<&'a [Rule]>,
    pub(crate) bucket_acl: Acl,
    /// None: there is no such object. Some(None): it has no ACL of its own.
    pub(crate) object_acl: Option<Option<Acl>>,
    pub(crate) policy: &'a [Grant],
    pub(crate) blocked: bool,
    pub(crate) good_agent: bool,
    pub(crate) operation: Operation,
}

/// The answer.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Outcome {
    Allowed,
    /// With this detail code.
    Denied(String),
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Half {
    Allow,
    Deny,
    Silent,
}

fn names(actions: &[&str], action: &str) -> bool {
    for pattern in actions {
        let fits = match pattern.strip_suffix('*') {
            Some(start) => action.starts_with(start),
            None => *pattern == action,
        };
        if fits {
            return true;
        }
    }
    false
}

fn rules(rules: &[Rule], cell: &Cell<'_>) -> Half {
    let mut half = Half::Silent;
    for rule in rules {
        if !names(rule.actions, cell.operation.action) || (rule.good_agents && !cell.good_agent) {
            continue;
        }
        if !rule.allow {
            return Half::Deny;
        }
        half = Half::Allow;
    }
    half
}

fn means(grant: &Grant, cell: &Cell<'_>) -> bool {
    for principal in grant.principals {
        let meant = match (*principal, cell.who) {
            // The owner of the bucket only where there is a condition.
            (Principal::Everyone, Who::Owner(Account::Home)) => grant.condition != Condition::None,
            (Principal::Everyone, _) => true,
            (Principal::Uid(uid), who) => uid == who,
            (Principal::SessionsOf(account, role), Who::Session(of, own)) => account == of && role == own,
            (Principal::SessionsOf(..), _) => false,
        };
        if meant {
            return true;
        }
    }
    false
}

fn holds(condition: Condition, cell: &Cell<'_>) -> bool {
    match condition {
        Condition::None => true,
        Condition::BadAgent => !cell.good_agent,
        Condition::AnyVpc => false,
        Condition::KeyOf(session) => matches!(cell.who, Who::Session(_, role) if role == session),
    }
}

/// Is the statement public? Not where every principal is a fixed value, with no asterisk in any, or where a fixed key narrows it.
fn public(grant: &Grant) -> bool {
    let mut fixed = true;
    for principal in grant.principals {
        // All sessions of a role are written with an asterisk.
        fixed &= matches!(principal, Principal::Uid(_));
    }
    let narrowed = matches!(grant.condition, Condition::KeyOf(_));
    grant.allow && !fixed && !narrowed
}

fn bucket_policy(cell: &Cell<'_>) -> Half {
    let mut half = Half::Silent;
    for grant in cell.policy {
        if cell.blocked && public(grant) {
            continue;
        }
        if !names(grant.actions, cell.operation.action) || !means(grant, cell) || !holds(grant.condition, cell) {
            continue;
        }
        if !grant.allow {
            return Half::Deny;
        }
        half = Half::Allow;
    }
    half
}

fn opens(acl: Acl, kind: Kind) -> bool {
    match kind {
        Kind::Read => acl != Acl::Private,
        Kind::Write => acl == Acl::ReadWrite,
        Kind::Other | Kind::List | Kind::Bucket => false,
    }
}

/// The documented order.
pub(crate) fn decide(cell: &Cell<'_>) -> Outcome {
    let denied = |code: &str| Outcome::Denied(format!("0003-00000{code}"));
    // The session policy stands before everything: whatever it does not allow is refused.
    if let Some(session) = cell.session
        && rules(session, cell) != Half::Allow
    {
        return denied("301");
    }
    // RAM is asked for users and sessions of the account that owns the bucket.
    let ram = match cell.who {
        Who::User(Account::Home, _) | Who::Session(Account::Home, _) => rules(cell.identity, cell),
        _ => Half::Silent,
    };
    let bucket = bucket_policy(cell);
    // A bucket of somebody else whose policy says nothing of it: whoever gives it an ACL makes one, and is told that the name is taken.
    let account = match cell.who {
        Who::Nobody => None,
        Who::Owner(account) | Who::User(account, _) | Who::Session(account, _) => Some(account),
    };
    if cell.operation.name == "PutBucketAcl" && account == Some(Account::Abroad) && bucket == Half::Silent {
        return match (cell.who, rules(cell.identity, cell)) {
            (Who::Owner(_), _) | (_, Half::Allow) => Outcome::Allowed,
            (_, Half::Deny) => denied("201"),
            (_, Half::Silent) => denied("202"),
        };
    }
    match (ram, bucket) {
        (Half::Deny, _) | (_, Half::Deny) if cell.operation.batch => return denied("204"),
        (Half::Deny, Half::Deny) => return denied("203"),
        (Half::Deny, _) => return denied("201"),
        (_, Half::Deny) => return denied("101"),
        (Half::Allow, _) | (_, Half::Allow) => return Outcome::Allowed,
        (Half::Silent, Half::Silent) => {}
    }
    if cell.who == Who::Owner(Account::Home) {
        return Outcome::Allowed;
    }
    // The ACL of the object, or where it has none the bucket's. Blocked public access has none that is public.
    let own = cell.object_acl.flatten();
    let seen = |acl: Acl| if cell.blocked { Acl::Private } else { acl };
    if opens(seen(own.unwrap_or(cell.bucket_acl)), cell.operation.kind) {
        return Outcome::Allowed;
    }
    if own == Some(Acl::Private) && opens(seen(cell.bucket_acl), cell.operation.kind) {
        return denied("005");
    }
    match (cell.who, cell.operation.kind) {
        (Who::Nobody, Kind::Bucket) => denied("002"),
        (Who::Nobody, _) => denied("905"),
        _ => denied(cell.operation.silence),
    }
}
