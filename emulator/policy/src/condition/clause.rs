//! One operator on one key.

use super::context::Context;
use super::key::ConditionKey;
use super::operator::{Comparison, Operator, Quantifier};
use super::value::{Operand, Value};
use crate::reason::Reason;
use crate::text::Span;

/// One operator applied to one key: `"StringLike": { "oss:Prefix": ["a/*", "b/*"] }`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Clause {
    pub(crate) operator: Operator,
    pub(crate) operator_span: Span,
    pub(crate) key: ConditionKey,
    pub(crate) key_span: Span,
    pub(crate) operands: Box<[Operand]>,
    /// Whether a missing key meets a negated operator: the dialect's answer.
    pub(crate) missing_meets_negation: bool,
    /// Whether nothing ever fills the key in policies of this kind: the clause is never met then, not even a negated one.
    pub(crate) never_filled: bool,
}

/// What a request makes of a clause.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Outcome {
    /// It is met. With a reason, if that is worth telling: the key is missing.
    Met(Option<Reason>),
    /// It is not met.
    NotMet(Reason),
    /// It cannot be judged: a value in the policy is malformed. An Allow does not match, a Deny does.
    Unusable,
}

impl Clause {
    /// The operator.
    pub fn operator(&self) -> Operator {
        self.operator
    }

    /// Where the operator's name stands.
    pub fn operator_span(&self) -> Span {
        self.operator_span
    }

    /// The key.
    pub fn key(&self) -> &ConditionKey {
        &self.key
    }

    /// Where the key stands.
    pub fn key_span(&self) -> Span {
        self.key_span
    }

    /// The values listed; never empty.
    pub fn operands(&self) -> &[Operand] {
        &self.operands
    }

    /// How many bytes of memory it takes, about.
    pub(crate) fn bytes(&self) -> usize {
        let texts: usize = self.operands.iter().map(|operand| operand.as_str().len()).sum();
        size_of::<Self>() + self.key.as_str().len() + size_of_val(&*self.operands) + texts
    }

    /// Judges the clause in the context of a request.
    #[inline]
    pub fn judge(&self, context: &Context) -> Outcome {
        if self.never_filled {
            return Outcome::NotMet(Reason::KeyUnknown);
        }
        let values = context.values(&self.key);
        if self.operator.comparison == Comparison::Null {
            return self.judge_null(values.is_empty());
        }
        if values.is_empty() {
            return self.judge_missing(context);
        }
        match (self.operator.quantifier, self.operator.negated) {
            (Quantifier::Plain, false) | (Quantifier::Any, _) => self.judge_any(values),
            (Quantifier::Plain, true) | (Quantifier::All, _) => self.judge_all(values),
        }
    }

    fn judge_null(&self, missing: bool) -> Outcome {
        let mut outcome = Outcome::NotMet(if missing { Reason::KeyMissing } else { Reason::KeyPresent });
        for operand in &self.operands {
            match operand.wants_missing() {
                Some(wanted) if wanted == missing => return Outcome::Met(None),
                Some(_) => {}
                None => outcome = Outcome::Unusable,
            }
        }
        outcome
    }

    fn judge_missing(&self, context: &Context) -> Outcome {
        let missing = Reason::KeyMissing;
        let plain = self.operator.quantifier == Quantifier::Plain;
        if self.operator.if_exists || self.operator.quantifier == Quantifier::All {
            Outcome::Met(Some(missing))
        } else if plain && !context.may_carry(&self.key) {
            Outcome::NotMet(Reason::KeyUnknown)
        } else if plain && self.operator.negated && self.missing_meets_negation {
            Outcome::Met(Some(missing))
        } else {
            Outcome::NotMet(missing)
        }
    }

    /// One value must do.
    fn judge_any(&self, values: &[Value]) -> Outcome {
        let mut worst = Outcome::NotMet(Reason::ValueDiffers);
        for value in values {
            match self.judge_value(value) {
                Outcome::Met(reason) => return Outcome::Met(reason),
                Outcome::Unusable => worst = Outcome::Unusable,
                Outcome::NotMet(reason) => {
                    if worst != Outcome::Unusable {
                        worst = Outcome::NotMet(reason);
                    }
                }
            }
        }
        worst
    }

    /// Every value must do.
    fn judge_all(&self, values: &[Value]) -> Outcome {
        let mut best = Outcome::Met(None);
        for value in values {
            match self.judge_value(value) {
                Outcome::Met(_) => {}
                Outcome::NotMet(reason) => return Outcome::NotMet(reason),
                Outcome::Unusable => best = Outcome::Unusable,
            }
        }
        best
    }

    /// Judges one value of the request against all that are listed. INFERRED: a negated operator is met by a value that
    /// differs from every one listed; taken word for word, the published rule would have two listed values meet always.
    #[inline]
    pub fn judge_value(&self, value: &Value) -> Outcome {
        let mut malformed = false;
        for operand in &self.operands {
            match operand.test(self.operator.comparison, value) {
                Ok(true) if self.operator.negated => return Outcome::NotMet(Reason::ValueExcluded),
                Ok(true) => return Outcome::Met(None),
                Ok(false) => {}
                Err(Reason::MalformedValue) => malformed = true,
                // CHOICE: what cannot be read differs from everything listed, and no negation turns that into a match.
                Err(reason) => return Outcome::NotMet(reason),
            }
        }
        match (malformed, self.operator.negated) {
            (true, _) => Outcome::Unusable,
            (false, true) => Outcome::Met(None),
            (false, false) => Outcome::NotMet(Reason::ValueDiffers),
        }
    }
}
