//! One question to the policies and its answer, as the audit trail keeps it.

use acslab_policy::{Decision, Layer, OwnedLayers, PolicyRef, PolicySet, Question};

use super::Known;

/// One question with the policies that were asked, and the answer: it can be explained in full whenever somebody asks, whatever
/// has become of the policies since.
#[derive(Debug, Clone)]
pub struct Decided {
    /// What was asked, and who.
    pub question: Question,
    /// The answer.
    pub decision: Decision,
    /// How the action and the resource are known.
    pub known: Known,
    /// Was it asked under another name of what was asked before? An allow of one of them suffices.
    pub instead: bool,
}

impl Decided {
    /// The action.
    pub fn action(&self) -> &str {
        self.question.request.action().as_str()
    }

    /// The resource.
    pub fn resource(&self) -> &str {
        self.question.request.resource().as_str()
    }

    /// The condition keys with their values.
    pub fn context(&self) -> impl Iterator<Item = (&str, Vec<&str>)> {
        let context = self.question.request.context().iter();
        context.map(|(key, values)| (key, values.iter().map(acslab_policy::Value::as_str).collect()))
    }

    /// What the same question is answered where its layers are changed so.
    pub fn with(&self, change: impl FnOnce(&mut OwnedLayers)) -> Decision {
        let mut question = self.question.clone();
        change(&mut question.layers);
        question.decide()
    }

    /// The policy whose statement settled it.
    pub fn policy(&self) -> Option<&PolicyRef> {
        let at = self.decision.statement?;
        let layers = &self.question.layers;
        let set: &PolicySet = match at.layer {
            Layer::Control => layers.control.get(usize::try_from(at.node).ok()?)?,
            Layer::Session => layers.session.as_ref()?,
            Layer::Identity => &layers.identity,
            Layer::IdentityResourceGroup => layers.identity_resource_group.as_ref()?,
            Layer::Resource | Layer::Trust => layers.resource.set()?,
            Layer::Owner | Layer::Default | Layer::None => return None,
        };
        set.policies().get(usize::try_from(at.policy).ok()?).map(|policy| &policy.reference)
    }
}
