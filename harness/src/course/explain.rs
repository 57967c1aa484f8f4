//! A decision in words: why something was refused, from what was recorded.

use acslab_emulator::{Decided, Entry};
use acslab_policy::{
    Change, Explanation, Failure, KeyOf, Layer, Reason, Setting, StatementTrace, Step, Unit, Verdict, would_allow,
};

use crate::page::Page;
use crate::prove::Gain;
use crate::runner::Shift;
use crate::scenario::Language;
use crate::simulate::remedies::tried_actions;

/// The decision that refused, if one did.
pub(super) fn refusal(entry: &Entry) -> Option<&Decided> {
    entry.decided.iter().find(|decided| !decided.decision.is_allowed())
}

/// How the refusals of Block Public Access are named, of an account, a bucket or an access point.
const BLOCK: &str = "block public access";

/// Why a call failed that no policy refused.
pub(super) fn otherwise(entry: Option<&Entry>, language: Language) -> String {
    if entry.is_none() {
        return language.pick("There was no answer to explain.", "没有可以解释的响应。").to_owned();
    }
    language
        .pick("No policy refused it: the code says what was wrong.", "不是权限策略拒绝的：错误码说明了原因。")
        .to_owned()
}

/// In a sentence or two.
pub(super) fn short(decided: &Decided, language: Language) -> String {
    let (action, resource) = (decided.action(), decided.resource());
    let explanation = decided.question.explain();
    let layer = layer_name(decided.decision.layer, language);
    let block = explanation.deciding_statement().map(|trace| &trace.policy.name[..]);
    let block = block.filter(|name| name.starts_with(BLOCK));
    match decided.decision.verdict {
        Verdict::Allow => language
            .pick(format!("`{action}` on `{resource}` is allowed."), format!("允许对 `{resource}` 执行 `{action}`。")),
        Verdict::ExplicitDeny if block.is_some() => {
            let off = block.map_or("", |block| unblocks(block, language));
            language.pick(
                format!("Block Public Access refuses `{action}` on `{resource}`: it keeps the public out, and refuses what would let it in, whatever policies allow. {off}"),
                format!("阻止公共访问拒绝了对 `{resource}` 执行 `{action}`：它不让公众访问，也拒绝会向公众开放的设置，无论权限策略允许什么。{off}"),
            )
        }
        Verdict::ExplicitDeny => {
            let by = explanation.deciding_statement().map(|trace| statement_name(trace, language));
            let by = by.unwrap_or_else(|| layer.to_owned());
            language.pick(
                format!("`{action}` on `{resource}` is denied by {by}. No Allow helps against a Deny."),
                format!("{by}拒绝了对 `{resource}` 执行 `{action}`。有 Deny 时，再多 Allow 也没用。"),
            )
        }
        Verdict::ImplicitDeny => {
            let nearest = nearest(&explanation);
            let nothing = if decided.decision.layer == Layer::None {
                language.pick(
                    format!("Nothing allows `{action}` on `{resource}`."),
                    format!("没有任何策略允许对 `{resource}` 执行 `{action}`。"),
                )
            } else {
                language.pick(
                    format!("`{action}` on `{resource}` is not allowed by the {layer}."),
                    format!("{layer}不允许对 `{resource}` 执行 `{action}`。"),
                )
            };
            match nearest {
                Some((trace, failure)) => {
                    let (name, why) = (statement_name(trace, language), failure_text(failure, language));
                    language.pick(
                        format!("{nothing} {name} comes nearest: {why}."),
                        format!("{nothing}最接近的是{name}：{why}。"),
                    )
                }
                None => language.pick(
                    format!("{nothing} No statement of any policy speaks about the caller."),
                    format!("{nothing}没有任何策略语句涉及该调用者。"),
                ),
            }
        }
    }
}

/// A permission that moved and was not to.
pub(super) fn shift(shift: &Shift, language: Language) -> String {
    let Gain { action, resource, resource_group, keys, .. } = &*shift.gain;
    let who = &shift.who;
    let group = resource_group
        .iter()
        .map(|group| language.pick(format!("resource group `{group}`"), format!("资源组 `{group}`")));
    let keys: Vec<_> = group.chain(keys.iter().map(|(key, value)| format!("`{key}` = `{value}`"))).collect();
    let with = match keys.as_slice() {
        [] => String::new(),
        keys => language.pick(format!(" with {}", keys.join(", ")), format!("（{}）", keys.join("，"))),
    };
    let by = shift.settled_by().map(|(policy, number)| {
        language.pick(format!("statement {number} of `{policy}`"), format!("策略 `{policy}` 的第 {number} 条语句"))
    });
    match (shift.gained, by) {
        (true, by) => {
            let by = by.map(|by| language.pick(format!(", by {by}"), format!("，依据是{by}"))).unwrap_or_default();
            language.pick(
                format!("Compared with before, `{who}` may now `{action}` on `{resource}`{with}{by}."),
                format!("与之前相比，`{who}` 现在可以对 `{resource}` 执行 `{action}`{with}{by}。"),
            )
        }
        (false, by) => {
            let by = by.map_or_else(
                || language.pick(": nothing allows it any more".to_owned(), "：没有策略再允许它".to_owned()),
                |by| language.pick(format!(": {by} denies it"), format!("：被{by}拒绝")),
            );
            language.pick(
                format!("Compared with before, `{who}` may no longer `{action}` on `{resource}`{with}{by}."),
                format!("与之前相比，`{who}` 不能再对 `{resource}` 执行 `{action}`{with}{by}。"),
            )
        }
    }
}

/// Layer by layer, and with the least that would change it.
pub(super) fn full(decided: &Decided, language: Language) -> String {
    let mut page = Page::default();
    page.line(0, short(decided, language));
    for step in &decided.question.explain().steps {
        page.line(0, "");
        match step {
            Step::Skipped { layer, .. } => {
                let name = layer_name(*layer, language);
                page.line(0, language.pick(format!("{name}: not asked"), format!("{name}：未参与判断")));
            }
            Step::Asked(unit) => asked(&mut page, unit, language),
        }
    }
    remedy(&mut page, decided, language);
    page.into_text()
}

/// What one layer says, statement by statement.
fn asked(page: &mut Page, unit: &Unit, language: Language) {
    let name = layer_name(unit.layer, language);
    let verdict = match unit.verdict {
        Verdict::Allow => language.pick("says Allow", "允许（Allow）"),
        Verdict::ExplicitDeny => language.pick("says Deny", "拒绝（Deny）"),
        Verdict::ImplicitDeny => language.pick("says nothing", "没有匹配的语句"),
    };
    page.line(0, language.pick(format!("{name}: {verdict}"), format!("{name}：{verdict}")));
    for trace in &unit.statements {
        let (name, effect) = (statement_name(trace, language), trace.effect);
        let line = match &trace.failed {
            Some(failure) => {
                let why = failure_text(failure, language);
                language.pick(
                    format!("- {name} ({effect:?}) does not fit: {why}"),
                    format!("- {name}（{effect:?}）不匹配：{why}"),
                )
            }
            None => language.pick(format!("+ {name} ({effect:?}) fits"), format!("+ {name}（{effect:?}）匹配")),
        };
        page.line(1, line);
    }
}

/// The least change that would allow it.
fn remedy(page: &mut Page, decided: &Decided, language: Language) {
    let layers = decided.question.layers.as_layers();
    let remedies = would_allow(&layers, &decided.question.request, &tried_actions(&layers, &decided.question.request));
    let Some(least) = remedies.remedies.first() else {
        if remedies.impossible.is_some() {
            page.line(0, "");
            page.line(
                0,
                language.pick("No policy of the caller can allow this.", "调用者自己的任何策略都无法允许这个操作。"),
            );
        }
        return;
    };
    page.line(0, "");
    page.line(0, language.pick("The least that would allow it:", "能允许它的最小改动："));
    for change in &least.changes {
        let (what, statement) = match change {
            Change::RemoveStatement(target) => {
                let (number, name) = (target.statement + 1, &target.policy.name);
                let what = language.pick(
                    format!("remove statement {number} of `{name}`"),
                    format!("删除 `{name}` 的第 {number} 条语句"),
                );
                (what, None)
            }
            Change::ReplaceStatement { target, statement } => {
                let (number, name) = (target.statement + 1, &target.policy.name);
                let what = language.pick(
                    format!("put in place of statement {number} of `{name}`"),
                    format!("把 `{name}` 的第 {number} 条语句替换为"),
                );
                (what, Some(statement))
            }
            Change::AddStatement { layer, statement, .. } => {
                let layer = layer_name(*layer, language);
                (language.pick(format!("add to the {layer}"), format!("在{layer}中增加")), Some(statement))
            }
            Change::SetKey { key, values, of } => {
                let values = values.join("`, `");
                let what = match of {
                    KeyOf::Request => language.pick(
                        format!("send the request so that `{key}` is `{values}`"),
                        format!("改变请求，使 `{key}` 为 `{values}`"),
                    ),
                    KeyOf::Resource => language.pick(
                        format!("change the resource so that `{key}` is `{values}`"),
                        format!("改变资源，使 `{key}` 为 `{values}`"),
                    ),
                };
                (what, None)
            }
            Change::Setting(Setting { setting, level, name, value }) => {
                let what = language.pick(
                    format!("set {setting} of the {level} `{name}` to {value}"),
                    format!("把 {level} `{name}` 的 {setting} 设为 {value}"),
                );
                (what, None)
            }
        };
        page.line(1, what);
        if let Some(statement) = statement {
            page.line(2, statement);
        }
    }
}

/// The statement that has the fewest obstacles.
fn nearest(explanation: &Explanation) -> Option<(&StatementTrace, &Failure)> {
    let failed = explanation.units().flat_map(|unit| &unit.statements);
    let failed = failed.filter_map(|trace| Some((trace, trace.failed.as_ref()?)));
    failed.min_by_key(|(trace, _)| {
        let differs = |fits: bool, weight: usize| if fits { 0 } else { weight };
        differs(trace.action.fits, 100)
            + differs(trace.resource.as_ref().is_none_or(|element| element.fits), 10)
            + differs(trace.principal.as_ref().is_none_or(|element| element.fits), 10)
            + trace.condition.iter().filter(|clause| !clause.met).count()
    })
}

fn statement_name(trace: &StatementTrace, language: Language) -> String {
    let number = trace.statement.statement + 1;
    let name = &trace.policy.name;
    language.pick(format!("statement {number} of `{name}`"), format!("策略 `{name}` 的第 {number} 条语句"))
}

fn layer_name(layer: Layer, language: Language) -> &'static str {
    match layer {
        Layer::Owner => language.pick("account owner", "账号所有者规则"),
        Layer::Control => language.pick("control policies", "管控策略"),
        Layer::Session => language.pick("session policy", "会话策略"),
        Layer::Identity => language.pick("policies of the caller", "调用者的权限策略"),
        Layer::IdentityResourceGroup => {
            language.pick("policies of the caller for the resource group", "调用者在资源组范围的权限策略")
        }
        Layer::Resource => language.pick("resource's own policy", "资源自身的策略"),
        Layer::Trust => language.pick("trust policy of the role", "角色的信任策略"),
        Layer::Default => language.pick("default", "默认规则"),
        Layer::None => language.pick("policies", "权限策略"),
    }
}

fn failure_text(failure: &Failure, language: Language) -> String {
    let (element, expected, actual) = (&failure.element, list(&failure.expected), list(&failure.actual));
    match failure.reason {
        Reason::KeyMissing => language.pick(
            format!("{element} wants {expected}, the request does not carry the key"),
            format!("{element} 要求 {expected}，而请求中没有这个条件键"),
        ),
        Reason::KeyUnknown => language.pick(
            format!("{element} wants {expected}, the product never fills the key"),
            format!("{element} 要求 {expected}，而该产品从不提供这个条件键"),
        ),
        Reason::ActionExcluded | Reason::ResourceExcluded | Reason::ValueExcluded => language.pick(
            format!("{element} excludes {expected}, the request has {actual}"),
            format!("{element} 排除了 {expected}，而请求是 {actual}"),
        ),
        Reason::NoSuchResource => language.pick(
            format!("{element} names {expected}, the operation has no resource of its own"),
            format!("{element} 写了 {expected}，而该操作不支持资源级授权"),
        ),
        Reason::PublicAccessBlocked => language.pick(
            format!("{element} {expected} is public, and block public access is on"),
            format!("{element} {expected} 是公开授权，而阻止公共访问已开启"),
        ),
        Reason::OtherAccount => language.pick(
            format!("{element} wants {expected}, {actual} is of another account"),
            format!("{element} 要求 {expected}，而 {actual} 属于另一个账号"),
        ),
        _ => language.pick(
            format!("{element} wants {expected}, the request has {actual}"),
            format!("{element} 要求 {expected}，而请求是 {actual}"),
        ),
    }
}

/// What turns a block off.
fn unblocks(block: &str, language: Language) -> &'static str {
    if block.ends_with("of the access point") {
        return language.pick(
            "`Oss.DeleteAccessPointPublicAccessBlock` turns it off for the access point.",
            "`Oss.DeleteAccessPointPublicAccessBlock` 为该接入点关闭。",
        );
    }
    language.pick(
        "`Oss.DeleteBucketPublicAccessBlock` turns it off for the bucket, `Oss.DeletePublicAccessBlock` for the account.",
        "`Oss.DeleteBucketPublicAccessBlock` 为该 Bucket 关闭，`Oss.DeletePublicAccessBlock` 为整个账号关闭。",
    )
}

/// Values in backticks; a few of many.
fn list(values: &[String]) -> String {
    const FEW: usize = 4;
    let shown: Vec<_> = values.iter().take(FEW).map(|value| format!("`{value}`")).collect();
    match values.len() {
        0 => "-".to_owned(),
        1..=FEW => shown.join(", "),
        _ => shown.join(", ") + ", …",
    }
}

#[cfg(test)]
mod tests {
    use super::{Language, unblocks};

    #[test]
    fn each_block_has_its_own_way_off() {
        for (block, operation) in [
            ("block public access of the access point", "Oss.DeleteAccessPointPublicAccessBlock"),
            ("block public access", "Oss.DeleteBucketPublicAccessBlock"),
        ] {
            for language in [Language::En, Language::Zh] {
                assert!(unblocks(block, language).contains(operation), "{block}");
            }
        }
    }
}
