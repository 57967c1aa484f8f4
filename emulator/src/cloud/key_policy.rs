//! Network policies of access keys: from where a key may be used.

use std::net::IpAddr;

use acslab_policy::Network;
use serde::{Deserialize, Serialize};

/// A network policy, as SetAccessKeyPolicy takes it: a list of rules, each a white list of addresses on the internet or in a VPC.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct KeyPolicy {
    text: String,
    active: bool,
    rules: Vec<Rule>,
}

#[derive(Debug, Clone)]
struct Rule {
    vpc: bool,
    networks: Vec<Network>,
}

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase", deny_unknown_fields)]
struct Written {
    version: Option<u8>,
    status: Status,
    statements: Vec<WrittenRule>,
}

#[derive(Deserialize, PartialEq)]
enum Status {
    Active,
    Inactive,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct WrittenRule {
    #[serde(rename = "Type")]
    kind: Kind,
    #[serde(rename = "Value", default)]
    value: String,
    #[serde(rename = "IPList")]
    addresses: Vec<String>,
}

#[derive(Deserialize)]
enum Kind {
    ClassicWhiteList,
    VPCWhiteList,
}

impl TryFrom<String> for KeyPolicy {
    type Error = &'static str;

    fn try_from(text: String) -> Result<Self, Self::Error> {
        Self::parse(&text).ok_or("not a network policy of access keys")
    }
}

impl From<KeyPolicy> for String {
    fn from(policy: KeyPolicy) -> Self {
        policy.text
    }
}

impl KeyPolicy {
    /// Reads one. `None`: not JSON, or not of the documented form.
    pub fn parse(text: &str) -> Option<Self> {
        let written: Written = serde_json::from_str(text).ok()?;
        if written.version.is_some_and(|version| version != 1) {
            return None;
        }
        let rules: Option<Vec<_>> = written.statements.iter().map(rule).collect();
        Some(Self { text: text.to_owned(), active: written.status == Status::Active, rules: rules? })
    }

    /// As it was sent.
    pub fn text(&self) -> &str {
        &self.text
    }

    /// How many rules it has.
    pub fn rules(&self) -> usize {
        self.rules.len()
    }

    /// How many addresses the longest of its rules has.
    pub fn addresses(&self) -> usize {
        self.rules.iter().map(|rule| rule.networks.len()).max().unwrap_or_default()
    }

    /// Does it bind at all?
    pub fn is_active(&self) -> bool {
        self.active
    }

    /// May a key be used from there? No request comes out of a VPC here. An active policy without rules admits nobody (our
    /// reading: a white list without entries).
    fn admits(&self, from: IpAddr) -> bool {
        let classic = self.rules.iter().filter(|rule| !rule.vpc);
        classic.flat_map(|rule| &rule.networks).any(|network| network.contains(from))
    }
}

fn rule(written: &WrittenRule) -> Option<Rule> {
    let vpc = match written.kind {
        Kind::ClassicWhiteList if written.value.is_empty() => false,
        Kind::VPCWhiteList if written.value == "AllowAllVPC" || written.value.starts_with("vpc-") => true,
        Kind::ClassicWhiteList | Kind::VPCWhiteList => return None,
    };
    let networks: Option<Vec<_>> = written.addresses.iter().map(|address| Network::parse(address)).collect();
    let networks = networks.filter(|networks| !networks.is_empty())?;
    Some(Rule { vpc, networks })
}

/// May a key be used from there? Its own policy counts if it is active, the account's otherwise.
pub(super) fn admits(own: Option<&KeyPolicy>, account: Option<&KeyPolicy>, from: IpAddr) -> bool {
    let binding = own.filter(|policy| policy.is_active()).or_else(|| account.filter(|policy| policy.is_active()));
    binding.is_none_or(|policy| policy.admits(from.to_canonical()))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn list(status: &str, addresses: &str) -> KeyPolicy {
        let rule = format!(r#"{{"Type":"ClassicWhiteList","IPList":[{addresses}]}}"#);
        KeyPolicy::parse(&format!(r#"{{"Status":"{status}","Statements":[{rule}]}}"#)).unwrap()
    }

    #[test]
    fn a_keys_own_active_policy_counts_before_the_accounts() {
        let (here, there): (IpAddr, IpAddr) = ("203.0.113.1".parse().unwrap(), "2001:db8::1".parse().unwrap());
        let (only_here, off) = (list("Active", r#""203.0.113.0/24""#), list("Inactive", r#""192.0.2.1""#));
        let only_there = list("Active", r#""2001:db8::/32""#);
        for (own, account, from, admitted) in [
            (None, None, here, true),
            (Some(&only_here), None, here, true),
            (Some(&only_here), None, there, false),
            (None, Some(&only_here), there, false),
            (Some(&only_there), Some(&only_here), here, false),
            (Some(&only_there), Some(&only_here), there, true),
            (Some(&off), Some(&only_here), here, true),
            (Some(&off), Some(&only_here), there, false),
            (Some(&off), Some(&off), there, true),
        ] {
            assert_eq!(admits(own, account, from), admitted, "{own:?} {account:?} {from}");
        }
        // An IPv4 address written in IPv6 is one.
        assert!(admits(Some(&only_here), None, "::ffff:203.0.113.9".parse().unwrap()));
        let vpc = r#"{"Version":1,"Status":"Active","Statements":[{"Type":"VPCWhiteList","Value":"AllowAllVPC","IPList":["0.0.0.0/0"]}]}"#;
        assert!(!admits(Some(&KeyPolicy::parse(vpc).unwrap()), None, here));
        let nothing = KeyPolicy::parse(r#"{"Status":"Active","Statements":[]}"#).unwrap();
        assert!(!admits(Some(&nothing), None, here));
    }

    #[test]
    fn what_has_not_the_documented_form_is_none() {
        let rule = |rule: &str| format!(r#"{{"Status":"Active","Statements":[{rule}]}}"#);
        for bad in [
            "",
            "[]",
            "{}",
            r#"{"Status":"Active"}"#,
            r#"{"Status":"Active","Statements":null}"#,
            r#"{"Status":"On","Statements":[]}"#,
            r#"{"Version":2,"Status":"Active","Statements":[]}"#,
            r#"{"Status":"Active","Statements":[],"More":1}"#,
            &rule(r#"{"Type":"BlackList","IPList":["192.0.2.1"]}"#),
            &rule(r#"{"Type":"ClassicWhiteList","Value":"vpc-1","IPList":["192.0.2.1"]}"#),
            &rule(r#"{"Type":"ClassicWhiteList"}"#),
            &rule(r#"{"Type":"ClassicWhiteList","IPList":[]}"#),
            &rule(r#"{"Type":"ClassicWhiteList","IPList":["192.0.2.1/33"]}"#),
            &rule(r#"{"Type":"VPCWhiteList","IPList":["192.0.2.1"]}"#),
            &rule(r#"{"Type":"VPCWhiteList","Value":"net","IPList":["192.0.2.1"]}"#),
        ] {
            assert!(KeyPolicy::parse(bad).is_none(), "{bad}");
        }
    }
}
