//! A decision in words: why something was refused, from what was recorded.

use acslab_emulator::{Decided, Entry};
use acslab_policy::{
    Change, Explanation, Failure, KeyOf, Layer, Reason, StatementTrace, Step, Unit, Verdict, would_allow,
};

use crate::page::Page;
use crate::scenario::Language;
use crate::simulate::remedies::known_actions;

/// The decision that refused, if one did.
pub(super) fn refusal(entry: &Entry) -> Option<&Decided> {
    entry.decided.iter().find(|decided| !decided.decision.is_allowed())
}

/// In a sentence or two.
pub(super) fn short(decided: &Decided, language: Language) -> String {
    let (action, resource) = (decided.action(), decided.resource());
    let explanation = decided.question.explain();
    let layer = layer_name(decided.decision.layer, language);
    match decided.decision.verdict {
        Verdict::Allow => language
            .pick(format!("`{action}` on `{resource}` is allowed."), format!("允许对 `{resource}` 执行 `{action}`。")),
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
        Verdict::ImplicitDeny => language.pick("says nothing", "未作表态"),
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
    let remedies = would_allow(&layers, &decided.question.request, &known_actions());
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
