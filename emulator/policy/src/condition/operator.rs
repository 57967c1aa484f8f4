//! The condition operators. *Policy elements* and *Conditional operators* list 21, *OSS authorization syntax and elements* one more.

use std::fmt;

/// A condition operator: what it compares, whether it is negated, and what other clouds add to the name.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Operator {
    /// What is compared.
    pub comparison: Comparison,
    /// Whether it is met when the comparison is not.
    pub negated: bool,
    /// Whether a missing key meets it (`...IfExists`; only in [`crate::Dialect::extended_operators`]).
    pub if_exists: bool,
    /// How several values of the request combine (only in [`crate::Dialect::extended_operators`]).
    pub quantifier: Quantifier,
}

/// What a condition operator compares.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Comparison {
    /// Text, character by character.
    Equals,
    /// Text without regard to case.
    EqualsIgnoreCase,
    /// Text against a pattern with `*` and `?`.
    Like,
    /// Numbers.
    Numeric(Order),
    /// Points in time.
    Date(Order),
    /// `true` and `false`.
    Bool,
    /// An address against a range.
    Ip,
    /// The same, by the name that OSS has for it besides.
    IpWithBorder,
    /// Whether the key is missing (only in [`crate::Dialect::extended_operators`]).
    Null,
}

/// How two ordered values must stand to each other.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Order {
    /// The request's value is the policy's.
    Equal,
    /// It is less.
    Less,
    /// It is less or the same.
    LessOrEqual,
    /// It is greater.
    Greater,
    /// It is greater or the same.
    GreaterOrEqual,
}

impl Order {
    pub(crate) fn holds(self, ordering: std::cmp::Ordering) -> bool {
        match self {
            Self::Equal => ordering.is_eq(),
            Self::Less => ordering.is_lt(),
            Self::LessOrEqual => ordering.is_le(),
            Self::Greater => ordering.is_gt(),
            Self::GreaterOrEqual => ordering.is_ge(),
        }
    }
}

/// How several values of one key of the request combine.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Quantifier {
    /// The language's own way: one fitting value is enough; under a negation, none may fit.
    Plain,
    /// `ForAnyValue:`.
    Any,
    /// `ForAllValues:`.
    All,
}

/// The operators by name: the whole published table.
const TABLE: &[(&str, Comparison, bool)] = &[
    ("StringEquals", Comparison::Equals, false),
    ("StringNotEquals", Comparison::Equals, true),
    ("StringEqualsIgnoreCase", Comparison::EqualsIgnoreCase, false),
    ("StringNotEqualsIgnoreCase", Comparison::EqualsIgnoreCase, true),
    ("StringLike", Comparison::Like, false),
    ("StringNotLike", Comparison::Like, true),
    ("NumericEquals", Comparison::Numeric(Order::Equal), false),
    ("NumericNotEquals", Comparison::Numeric(Order::Equal), true),
    ("NumericLessThan", Comparison::Numeric(Order::Less), false),
    ("NumericLessThanEquals", Comparison::Numeric(Order::LessOrEqual), false),
    ("NumericGreaterThan", Comparison::Numeric(Order::Greater), false),
    ("NumericGreaterThanEquals", Comparison::Numeric(Order::GreaterOrEqual), false),
    ("DateEquals", Comparison::Date(Order::Equal), false),
    ("DateNotEquals", Comparison::Date(Order::Equal), true),
    ("DateLessThan", Comparison::Date(Order::Less), false),
    ("DateLessThanEquals", Comparison::Date(Order::LessOrEqual), false),
    ("DateGreaterThan", Comparison::Date(Order::Greater), false),
    ("DateGreaterThanEquals", Comparison::Date(Order::GreaterOrEqual), false),
    ("Bool", Comparison::Bool, false),
    ("IpAddress", Comparison::Ip, false),
    ("NotIpAddress", Comparison::Ip, true),
    // INFERRED: OSS lists it and does not tell what it adds; as the plain one.
    ("IpAddressIncludeBorder", Comparison::IpWithBorder, false),
];

const IF_EXISTS: &str = "IfExists";
const FOR_ANY: &str = "ForAnyValue:";
const FOR_ALL: &str = "ForAllValues:";

impl Operator {
    /// The names of all operators that RAM has.
    pub fn names() -> impl Iterator<Item = &'static str> {
        TABLE.iter().map(|(name, ..)| *name)
    }

    /// Reads an operator's name; with what other clouds have, if `extended`.
    pub fn parse(name: &str, extended: bool) -> Option<Self> {
        let plain = |name: &str| {
            TABLE.iter().find(|(known, ..)| *known == name).map(|&(_, comparison, negated)| Self {
                comparison,
                negated,
                if_exists: false,
                quantifier: Quantifier::Plain,
            })
        };
        if !extended {
            return plain(name);
        }
        let (quantifier, rest) = if let Some(rest) = name.strip_prefix(FOR_ANY) {
            (Quantifier::Any, rest)
        } else if let Some(rest) = name.strip_prefix(FOR_ALL) {
            (Quantifier::All, rest)
        } else {
            (Quantifier::Plain, name)
        };
        if rest == "Null" && quantifier == Quantifier::Plain {
            return Some(Self { comparison: Comparison::Null, negated: false, if_exists: false, quantifier });
        }
        let (if_exists, rest) = match rest.strip_suffix(IF_EXISTS) {
            Some(rest) => (true, rest),
            None => (false, rest),
        };
        plain(rest).map(|operator| Self { if_exists, quantifier, ..operator })
    }
}

impl fmt::Display for Operator {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self.quantifier {
            Quantifier::Plain => "",
            Quantifier::Any => FOR_ANY,
            Quantifier::All => FOR_ALL,
        })?;
        let name =
            TABLE.iter().find(|(_, comparison, negated)| *comparison == self.comparison && *negated == self.negated);
        f.write_str(name.map_or("Null", |(name, ..)| name))?;
        f.write_str(if self.if_exists { IF_EXISTS } else { "" })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_round_trip() {
        assert_eq!(Operator::names().count(), 22);
        let extended = ["Null", "ForAnyValue:StringLike", "ForAllValues:StringNotEqualsIfExists", "BoolIfExists"];
        for name in Operator::names().chain(extended) {
            assert_eq!(Operator::parse(name, true).unwrap().to_string(), name);
        }
        for name in extended.into_iter().chain(["stringEquals", "StringEquals ", "", "NotBool", "ArnLike"]) {
            assert_eq!(Operator::parse(name, false), None, "{name}");
        }
        assert_eq!(Operator::parse("ForAnyValue:Null", true), None);
        assert_eq!(Operator::parse("NullIfExists", true), None);
    }
}
