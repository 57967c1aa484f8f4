//! The `Principal` element: RAM's object in trust policies, OSS's array in bucket policies.

use super::lower::Lowering;
use super::principal_pattern::PrincipalPattern;
use super::suggest;
use crate::fault::{Draft, FaultCode, Path};
use crate::glob::{self, Shape, is_wildcard};
use crate::json::{Node, Value};
use crate::resource::Arn;
use crate::text::{Span, Spanned, shorten};

type Entries = Box<[Spanned<PrincipalPattern>]>;

/// Everyone, as a place in the document means it that names nobody.
pub(super) fn everyone(at: Span) -> Spanned<PrincipalPattern> {
    Spanned::new(PrincipalPattern::Everyone, at)
}

/// A string, or an array of strings; the empty one means everyone. *OSS bucket policy*. A string of no known form is taken, as by OSS, and
/// means nobody.
pub(super) fn bucket(lowering: &mut Lowering<'_>, node: &Node<'_>, path: &Path<'_>) -> Entries {
    match &node.value {
        Value::Array(nodes) if nodes.is_empty() => [everyone(node.span)].into(),
        Value::Array(_) | Value::String(_) => {
            lowering.one_or_many(node, path, "an array of principals", |_, text, _, _| Some(bucket_entry(text)))
        }
        _ => {
            lowering.wrong_type(node, path, "an array of principals");
            Box::default()
        }
    }
}

fn bucket_entry(text: &str) -> PrincipalPattern {
    if text == "*" {
        return PrincipalPattern::Everyone;
    }
    if is_uid(text) {
        return PrincipalPattern::Uid(text.into());
    }
    let session = text.strip_prefix("arn:sts::").and_then(|rest| {
        // The page gives `arn:sts::*:*/*/*` for all sessions, so each part may have wildcards.
        let (account, rest) = rest.split_once(':')?;
        let (kind, rest) = rest.split_once('/')?;
        let (role, session) = rest.split_once('/')?;
        let valid = account.bytes().all(|b| b.is_ascii_digit() || is_wildcard(b))
            && glob::matches(kind.as_bytes(), Shape::of(kind.as_bytes()), b"assumed-role")
            && [account, role, session].iter().all(|part| !part.is_empty() && !part.contains(['/', ':']))
            && !text.contains(|c: char| c.is_whitespace() || c.is_control());
        let session =
            || PrincipalPattern::Session { account: account.into(), role: role.into(), session: session.into() };
        valid.then(session)
    });
    session.unwrap_or_else(|| PrincipalPattern::Nobody(text.into()))
}

const TRUST_KINDS: [&str; 3] = ["RAM", "Service", "Federated"];

/// An object of `RAM`, `Service` and `Federated`. *Edit the trust policy of a RAM role*.
pub(super) fn trust(lowering: &mut Lowering<'_>, node: &Node<'_>, path: &Path<'_>) -> Entries {
    let Some(members) = lowering.object(node, path, "an object with `RAM`, `Service` or `Federated`") else {
        return Box::default();
    };
    if members.iter().all(|member| names_nobody(&member.value)) {
        let draft = Draft::new(FaultCode::Empty, node.span, "no principal is named");
        lowering.fault(draft.expected("`RAM`, `Service` or `Federated`"), path);
    }
    let mut entries = Vec::new();
    for member in members {
        let path = Path::Member(path, &member.name);
        let entry = match &*member.name {
            "RAM" => ram_entry,
            "Service" => service_entry,
            "Federated" => federated_entry,
            name => {
                let message = format!("`{}` is not a kind of principal", shorten(name));
                let mut draft = Draft::new(FaultCode::InvalidPrincipal, member.name_span, message)
                    .expected("`RAM`, `Service` or `Federated`");
                if let Some(near) = suggest::nearest(name, TRUST_KINDS) {
                    draft = draft.help(format!("did you mean `{near}`? letter case counts"));
                }
                lowering.fault(draft, &path);
                continue;
            }
        };
        if names_nobody(&member.value) {
            continue;
        }
        entries.extend(lowering.one_or_many(&member.value, &path, "a principal or an array of principals", entry));
    }
    entries.into_boxed_slice()
}

/// Whether one kind of principal has an empty array: it is as if the kind were not there. Terraform's provider writes
/// those for the kinds that a role does not trust, and the cloud takes them.
fn names_nobody(node: &Node<'_>) -> bool {
    matches!(&node.value, Value::Array(nodes) if nodes.is_empty())
}

fn ram_entry(lowering: &mut Lowering<'_>, text: &str, span: Span, path: &Path<'_>) -> Option<PrincipalPattern> {
    let pattern = Arn::parse(text).filter(|arn| arn.service() == "ram" && arn.region().is_empty()).and_then(|arn| {
        let account: Box<str> = Some(arn.account()).filter(|account| is_uid(account))?.into();
        let (kind, name) = arn.relative_id().split_once('/').unwrap_or((arn.relative_id(), ""));
        match kind {
            "root" if name.is_empty() => Some(PrincipalPattern::AccountRoot(account)),
            "user" if is_name(name) => Some(PrincipalPattern::User { account, name: name.into() }),
            "role" if is_name(name) => Some(PrincipalPattern::Role { account, name: name.into() }),
            "assumed-role" => {
                let (role, session) = name.split_once('/')?;
                (is_name(role) && is_name(session)).then(|| PrincipalPattern::AssumedRole {
                    account,
                    role: role.into(),
                    session: session.into(),
                })
            }
            _ => None,
        }
    });
    pattern.or_else(|| {
        let message = format!("`{}` is not a RAM principal", shorten(text));
        let mut draft = Draft::new(FaultCode::InvalidPrincipal, span, message)
            .expected("`acs:ram::<account>:root`, `.../user/<name>`, `.../role/<name>`");
        if text.contains(['*', '?']) {
            draft = draft.help(
                "a principal has no wildcards; `acs:ram::<account>:root` stands for all users and roles of an account",
            );
        } else if is_uid(text) {
            draft = draft.help(format!("an account is written `acs:ram::{text}:root`"));
        }
        lowering.fault(draft, path);
        Some(PrincipalPattern::Nobody(text.into()))
    })
}

fn service_entry(lowering: &mut Lowering<'_>, text: &str, span: Span, path: &Path<'_>) -> Option<PrincipalPattern> {
    let (acting_for, name) = match text.split_once('@') {
        None => (None, text),
        Some((account, name)) => (Some(account), name),
    };
    let domain = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit() || matches!(c, '.' | '-' | '_');
    let valid = name.contains('.') && name.chars().all(domain) && acting_for.is_none_or(is_uid);
    if !valid {
        let message = format!("`{}` is not a service principal", shorten(text));
        let mut draft = Draft::new(FaultCode::InvalidPrincipal, span, message)
            .expected("a lower-case name such as `ecs.aliyuncs.com`, with `<account>@` before it for another account");
        if text.contains('*') {
            draft = draft.help("a principal has no wildcards, name each service");
        }
        lowering.fault(draft, path);
        return Some(PrincipalPattern::Nobody(text.into()));
    }
    Some(PrincipalPattern::Service { acting_for: acting_for.map(Into::into), name: name.into() })
}

fn federated_entry(lowering: &mut Lowering<'_>, text: &str, span: Span, path: &Path<'_>) -> Option<PrincipalPattern> {
    let valid = Arn::parse(text).is_some_and(|arn| {
        let named = ["saml-provider/", "oidc-provider/"]
            .iter()
            .any(|kind| arn.relative_id().strip_prefix(kind).is_some_and(is_name));
        arn.service() == "ram" && arn.region().is_empty() && is_uid(arn.account()) && named
    });
    if !valid {
        let message = format!("`{}` is not an identity provider", shorten(text));
        let draft = Draft::new(FaultCode::InvalidPrincipal, span, message)
            .expected("`acs:ram::<account>:saml-provider/<name>` or `.../oidc-provider/<name>`");
        lowering.fault(draft, path);
        return Some(PrincipalPattern::Nobody(text.into()));
    }
    Some(PrincipalPattern::Provider(text.into()))
}

fn is_uid(text: &str) -> bool {
    !text.is_empty() && text.bytes().all(|b| b.is_ascii_digit())
}

/// A name of a user, role, session or provider: nothing that could be a pattern or a further field.
fn is_name(text: &str) -> bool {
    !text.is_empty()
        && !text.contains(|c: char| matches!(c, '*' | '?' | '/' | ':') || c.is_whitespace() || c.is_control())
}
