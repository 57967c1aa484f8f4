//! The console's dialog for what is refused, copied as a text, in simplified and traditional Chinese and in English (Resource Access
//! Management: "How do I troubleshoot an access denied error?"; the sentences are those of the console's open components).

use super::facts::Fact;
use super::refusal::{Form, Refusal};
use crate::words::beginning;

/// The labels, the longer of two that begin alike first.
///
/// INFERRED: those of the reason and of the message in English, and their spelling in Chinese: the page shows them in a picture.
const LABELS: &[(&str, Fact)] = &[
    ("身份类型", Fact::Kind),
    ("身份類型", Fact::Kind),
    ("Identity Type", Fact::Kind),
    ("身份信息", Fact::Name),
    ("身份資訊", Fact::Name),
    ("Identity Information", Fact::Name),
    ("所属账号", Fact::Owner),
    ("所屬帳號", Fact::Owner),
    ("Account ID", Fact::Owner),
    ("鉴权操作", Fact::Action),
    ("鑒權操作", Fact::Action),
    ("Auth Action", Fact::Action),
    ("鉴权资源", Fact::Resource),
    ("鑒權資源", Fact::Resource),
    ("Auth Resource", Fact::Resource),
    ("策略类型", Fact::Policy),
    ("策略類型", Fact::Policy),
    ("Policy Type", Fact::Policy),
    ("无权限原因", Fact::NoPermission),
    ("無許可權原因", Fact::NoPermission),
    ("无权限类型", Fact::NoPermission),
    ("No Permission Reason", Fact::NoPermission),
    ("No Permission Type", Fact::NoPermission),
    ("诊断信息", Fact::Diagnostic),
    ("診斷資訊", Fact::Diagnostic),
    ("Diagnostic Information", Fact::Diagnostic),
    ("Diagnostic Message", Fact::Diagnostic),
];

/// What stands between these, and of nobody else.
const HEADINGS: &[&str] = &["鉴权主体", "鑒權主體", "Auth Subject", "Auth Principal"];

/// What words of a value, in small letters, mean in the words of an error body; all of them have to be in it.
const VALUES: &[(Fact, &[&str], &str)] = &[
    (Fact::Kind, &["ram", "用户"], "SubUser"),
    (Fact::Kind, &["ram", "使用者"], "SubUser"),
    (Fact::Kind, &["ram user"], "SubUser"),
    (Fact::Kind, &["角色"], "AssumedRoleUser"),
    (Fact::Kind, &["ram role"], "AssumedRoleUser"),
    (Fact::Kind, &["sso"], "Federated"),
    (Fact::Policy, &["管控策略"], "ControlPolicy"),
    (Fact::Policy, &["control policy"], "ControlPolicy"),
    (Fact::Policy, &["会话策略"], "SessionPolicy"),
    (Fact::Policy, &["會話策略"], "SessionPolicy"),
    (Fact::Policy, &["session policy"], "SessionPolicy"),
    (Fact::Policy, &["信任策略"], "AssumeRolePolicy"),
    (Fact::Policy, &["trust policy"], "AssumeRolePolicy"),
    (Fact::Policy, &["身份策略", "账号级"], "AccountLevelIdentityBasedPolicy"),
    (Fact::Policy, &["身份策略", "帳號級"], "AccountLevelIdentityBasedPolicy"),
    (Fact::Policy, &["identity", "account"], "AccountLevelIdentityBasedPolicy"),
    (Fact::Policy, &["身份策略", "资源组级"], "ResourceGroupLevelIdentityBasedPolicy"),
    (Fact::Policy, &["身份策略", "資源群組級"], "ResourceGroupLevelIdentityBasedPolicy"),
    (Fact::Policy, &["identity", "resource group"], "ResourceGroupLevelIdentityBasedPolicy"),
    (Fact::NoPermission, &["显式拒绝"], "ExplicitDeny"),
    (Fact::NoPermission, &["顯式拒絕"], "ExplicitDeny"),
    (Fact::NoPermission, &["explicit"], "ExplicitDeny"),
    (Fact::NoPermission, &["授权"], "ImplicitDeny"),
    (Fact::NoPermission, &["授權"], "ImplicitDeny"),
    (Fact::NoPermission, &["隐式拒绝"], "ImplicitDeny"),
    (Fact::NoPermission, &["隱式拒絕"], "ImplicitDeny"),
    (Fact::NoPermission, &["implicit"], "ImplicitDeny"),
];

/// What the dialog says in a sentence of how it was decided.
const SENTENCES: &[(&str, Fact, &str)] = &[
    ("当前操作被显式拒绝", Fact::NoPermission, "ExplicitDeny"),
    ("當前操作被顯式拒絕", Fact::NoPermission, "ExplicitDeny"),
    ("You are explicitly denied to perform this action", Fact::NoPermission, "ExplicitDeny"),
    ("当前操作未被授权", Fact::NoPermission, "ImplicitDeny"),
    ("當前操作未被授權", Fact::NoPermission, "ImplicitDeny"),
    ("You are not allowed to perform this action", Fact::NoPermission, "ImplicitDeny"),
    ("请联系资源目录管理员", Fact::Policy, "ControlPolicy"),
    ("請聯繫資源目錄管理員", Fact::Policy, "ControlPolicy"),
    ("contact your resource directory administrators", Fact::Policy, "ControlPolicy"),
];

/// What a dialog in a text tells; nothing where there is none.
pub(super) fn told(text: &str) -> Refusal {
    let mut refusal = Refusal { form: Form::Text, ..Refusal::default() };
    // A dialog has several of its labels: one alone may be of anything.
    let found: Vec<_> = LABELS.iter().filter_map(|(label, fact)| Some((*fact, behind(text, label)?))).collect();
    if found.len() < 3 {
        return refusal;
    }
    for (fact, value) in found {
        let place = match fact {
            Fact::Kind => &mut refusal.caller.kind,
            Fact::Name => &mut refusal.caller.name,
            Fact::Owner => &mut refusal.caller.owner,
            Fact::Action => &mut refusal.action,
            Fact::Resource => &mut refusal.resource,
            Fact::Policy => &mut refusal.why.policy,
            Fact::NoPermission => &mut refusal.why.no_permission,
            _ => &mut refusal.diagnostic,
        };
        if place.is_none() {
            *place = meant(fact, value);
        }
    }
    for (_, fact, value) in SENTENCES.iter().filter(|(sentence, ..)| text.contains(sentence)) {
        let why = &mut refusal.why;
        let place = if *fact == Fact::Policy { &mut why.policy } else { &mut why.no_permission };
        if place.is_none() {
            *place = Some((*value).to_owned());
        }
    }
    refusal
}

/// How far behind a label its value may reach: a diagnostic is the longest.
const FURTHEST: usize = 64 << 10;

/// What stands behind a label, in its line or the next one, up to the next label.
fn behind<'t>(text: &'t str, label: &str) -> Option<&'t str> {
    let (_, rest) = text.split_once(label)?;
    let rest = rest.trim_start_matches(|c: char| c.is_whitespace() || matches!(c, ':' | '：' | '|'));
    let line = beginning(rest, FURTHEST).lines().next()?;
    let labels = LABELS.iter().map(|(label, _)| *label).chain(HEADINGS.iter().copied());
    let end = labels.filter_map(|label| line.find(label)).min().unwrap_or(line.len());
    Some(line.get(..end)?.trim().trim_end_matches(['，', ',', '；', ';', '|']).trim()).filter(|value| !value.is_empty())
}

/// A value in the words of an error body; one of those words is one already.
fn meant(fact: Fact, value: &str) -> Option<String> {
    let lower = value.to_lowercase();
    let of = VALUES.iter().filter(|(of, ..)| *of == fact);
    let known = of.clone().find(|(_, words, _)| words.iter().all(|word| lower.contains(word)));
    let is_word = || value.bytes().all(|byte| byte.is_ascii_alphanumeric());
    match known {
        Some((.., meant)) => Some((*meant).to_owned()),
        // Of what has a table nothing else is known.
        None if of.clone().next().is_some() && !is_word() => None,
        None => Some(value.split_whitespace().next()?.to_owned()),
    }
}

#[cfg(test)]
mod tests {
    use super::told;

    #[test]
    fn a_dialog_tells_what_an_error_body_does() {
        let simplified = "没有权限\n当前操作未被授权。请联系账号管理员授权。\n鉴权主体: 身份类型：RAM用户 身份信息：298000000000000001 所属账号：1843000000000001\n鉴权操作: ecs:RunInstances\n策略类型: 基于身份策略（账号级）\n诊断信息: AQIB==";
        let lines = "鑒權主體\n身份類型\nRAM使用者\n身份資訊\n298000000000000001\n所屬帳號\n1843000000000001\n鑒權操作\necs:RunInstances\n策略類型\n基於身份策略(帳號級)\n無許可權原因\n未被顯式授權\n診斷資訊\nAQIB==";
        let english = "Permission Denied\nAuth Subject: Identity Type: RAM User  Identity Information: 298000000000000001  Account ID: 1843000000000001\nAuth Action: ecs:RunInstances\nPolicy Type: Identity-based policy (account level)\nNo Permission Reason: Implicit Deny\nDiagnostic Information: AQIB==";
        for text in [simplified, lines, english] {
            let told = told(text);
            let caller = [told.caller.kind, told.caller.name, told.caller.owner];
            let expected = ["SubUser", "298000000000000001", "1843000000000001"];
            assert_eq!(caller.map(Option::unwrap_or_default), expected, "{text}");
            let rest = [told.action, told.why.policy, told.why.no_permission, told.diagnostic];
            let expected = ["ecs:RunInstances", "AccountLevelIdentityBasedPolicy", "ImplicitDeny", "AQIB=="];
            assert_eq!(rest.map(Option::unwrap_or_default), expected, "{text}");
        }
        let control = told(
            "当前操作被显式拒绝。请联系资源目录管理员授权。身份类型：RAM角色 身份信息：ops:me 鉴权操作：oss:PutBucket",
        );
        assert_eq!(control.why.policy.as_deref(), Some("ControlPolicy"));
        assert_eq!(
            (control.caller.kind.as_deref(), control.caller.name.as_deref()),
            (Some("AssumedRoleUser"), Some("ops:me"))
        );
        for text in ["Policy Type: x and Account ID: 1", "策略类型: 管控策略", ""] {
            assert_eq!(told(text), super::Refusal::default(), "{text}");
        }
    }

    /// However often labels stand in it, and however long a line is.
    #[test]
    fn a_text_without_an_end_is_read_in_one_go() {
        for part in ["Policy Type: ", "身份类型", "Auth Action: a Auth Resource: b Account ID: 1 "] {
            crate::explain::linear::is_linear(part, 500, |times| drop(told(&part.repeat(times))));
        }
    }
}
