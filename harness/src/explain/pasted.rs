//! The policies that stand in a text beside its error: a state in which whoever asked has them.

use acslab_policy::DocumentKind;
use acslab_policy::lint::guess_kind;
use serde_json::Value;

use super::refusal::Refusal;
use crate::authorization::Kept;
use crate::import::{Options, Standing, import};

/// How many documents of one text are taken.
const MOST: usize = 16;

/// What was made of the documents in a text.
pub struct Pasted {
    /// The state.
    pub standing: Standing,
    /// Who has the identity policies among them, by ARN.
    pub principal: Option<String>,
}

/// The state of the documents in a text, as one error needs them: identity policies are those of `whom`, else of whoever asked; a trust
/// policy is that of the role that was to be assumed. None of a text without any.
pub fn pasted(text: &str, refusal: &Refusal, whom: Option<&str>) -> Option<Pasted> {
    let account = refusal.account().map(str::to_owned);
    let holder = holder(refusal, whom);
    let mut kept: Option<Kept> = None;
    let mut held = false;
    for (number, document) in (1..).zip(documents(text)) {
        let attach_to = match guess_kind(document) {
            DocumentKind::Trust => refusal.resource.as_deref().and_then(role).map(|role| format!("role/{role}")),
            DocumentKind::Bucket => None,
            _ => {
                held = true;
                Some(holder.clone())
            }
        };
        let name = if number == 1 { "policy".to_owned() } else { format!("policy-{number}") };
        let options = Options { account: account.clone(), attach_to };
        kept = Some(import(&[(name, document.to_owned())], options, kept).kept);
    }
    let standing = Standing::of(kept?, Vec::new());
    let of = standing.account().map(|account| account.account_id.clone()).filter(|_| held);
    Some(Pasted { standing, principal: of.map(|account| format!("acs:ram::{account}:{holder}")) })
}

/// To whom identity policies are attached, as `user/NAME` or `role/NAME`.
fn holder(refusal: &Refusal, whom: Option<&str>) -> String {
    if let Some(whom) = whom {
        let (kind, name) = whom.rsplit(':').next().unwrap_or(whom).split_once('/').unwrap_or(("user", whom));
        let kind = if kind == "user" { "user" } else { "role" };
        return format!("{kind}/{}", name.split('/').next().unwrap_or(name));
    }
    match (refusal.caller.kind.as_deref(), refusal.caller.name.as_deref()) {
        (Some("AssumedRoleUser"), Some(name)) => format!("role/{}", name.split(':').next().unwrap_or(name)),
        _ => "user/caller".to_owned(),
    }
}

/// The role of an ARN.
fn role(arn: &str) -> Option<&str> {
    let name = arn.splitn(5, ':').nth(4)?.strip_prefix("role/")?;
    (!name.contains(['*', '?', '<'])).then_some(name)
}

/// The policy documents in a text.
fn documents(text: &str) -> impl Iterator<Item = &str> {
    let mut read = 0;
    let all = text.match_indices("\"Statement\"").take(MOST).filter_map(move |(at, _)| {
        let from = text.get(read..at)?.rfind('{')? + read;
        let length = document(text.get(from..)?)?;
        read = from + length;
        text.get(from..read)
    });
    all.collect::<Vec<_>>().into_iter()
}

/// How long the policy document is that a text begins with; none of what is none.
pub(super) fn document(text: &str) -> Option<usize> {
    let mut stream = serde_json::Deserializer::from_str(text).into_iter::<Value>();
    let value = stream.next()?.ok()?;
    value.get("Statement").is_some_and(|all| all.is_array() || all.is_object()).then(|| stream.byte_offset())
}

#[cfg(test)]
mod tests {
    use super::{Refusal, documents, pasted};

    #[test]
    fn whoever_asked_has_the_policies_of_the_text() {
        let text = "It says {\"a\": 1}. Mine:\n{\"Version\": \"1\", \"Statement\": [{\"Effect\": \"Allow\", \"Action\": \"ram:Get*\", \"Resource\": \"*\"}]}\nand {\"Statement\": 1} and {\"Statement\": [], \"Version\": \"1\"} and {\"Statement\": [";
        assert_eq!(documents(text).count(), 2);
        let mut refusal =
            Refusal { resource: Some("acs:ram:*:1843000000000001:role/ops".to_owned()), ..Refusal::default() };
        let whom = |refusal: &Refusal, whom| pasted(text, refusal, whom).and_then(|pasted| pasted.principal);
        assert_eq!(whom(&refusal, None).as_deref(), Some("acs:ram::1843000000000001:user/caller"));
        assert_eq!(whom(&refusal, Some("bob")).as_deref(), Some("acs:ram::1843000000000001:user/bob"));
        refusal.caller.kind = Some("AssumedRoleUser".to_owned());
        refusal.caller.name = Some("builder:7".to_owned());
        assert_eq!(whom(&refusal, None).as_deref(), Some("acs:ram::1843000000000001:role/builder"));
        assert!(pasted("no document {\"a\": 1}", &refusal, None).is_none());
    }
}
