//! What a rule of a security group may say (ECS: AuthorizeSecurityGroup).

use std::net::{Ipv4Addr, Ipv6Addr};

use serde_json::{Map, Value};

use crate::gateway::ApiError;

/// The protocols; besides, their numbers are taken in some regions.
const PROTOCOLS: &[&str] = &["TCP", "UDP", "ICMP", "ICMPV6", "GRE", "ALL"];

fn invalid(code: &str, name: &str) -> ApiError {
    ApiError::bad_request(code.to_owned(), format!("The specified parameter {name} is not valid."))
}

/// What there is of ports.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Ports {
    /// Some: `1/200`.
    Some,
    /// None: `-1/-1`.
    None,
    /// Either.
    Any,
}

/// Those of a protocol: TCP and UDP have some, ICMP, GRE and ALL have none.
fn ports(protocol: &str) -> Ports {
    match protocol.to_ascii_uppercase().as_str() {
        "TCP" | "UDP" => Ports::Some,
        "ICMP" | "ICMPV6" | "GRE" | "ALL" => Ports::None,
        _ => Ports::Any,
    }
}

/// `1/200`, or `-1/-1` where there are no ports; several with commas between.
fn is_range(text: &str, of: Ports) -> bool {
    let one = |range: &str| {
        let ends =
            range.split_once('/').and_then(|(from, to)| Some((from.parse::<i32>().ok()?, to.parse::<i32>().ok()?)));
        ends.is_some_and(|(from, to)| match ((from, to) == (-1, -1), of) {
            (true, of) => of != Ports::Some,
            (false, of) => of != Ports::None && 1 <= from && from <= to && to <= 65_535,
        })
    };
    text.split(',').map(str::trim).all(one)
}

/// Is it a range of ports as a protocol has it?
pub(super) fn is_range_of(protocol: &str, text: &str) -> bool {
    is_range(text, ports(protocol))
}

/// What is done with what a rule is about: `Accept` or `Drop`, in whatever letters.
pub(super) fn policy(word: &str) -> Result<&'static str, ApiError> {
    let known = ["Accept", "Drop"].into_iter().find(|known| known.eq_ignore_ascii_case(word));
    known.ok_or_else(|| invalid("InvalidPolicy.Malformed", "Policy"))
}

/// From 1 to 100.
fn priority(text: &str) -> Result<(), ApiError> {
    match text.parse::<i64>() {
        Ok(1..=100) => Ok(()),
        Ok(_) => Err(invalid("InvalidPriority.ValueNotSupported", "Priority")),
        Err(_) => Err(invalid("InvalidPriority.Malformed", "Priority")),
    }
}

/// An address, or a block of them.
fn is_block(text: &str) -> bool {
    let (address, length) = text.split_once('/').unwrap_or((text, "32"));
    address.parse::<Ipv4Addr>().is_ok() && length.parse::<u8>().is_ok_and(|length| length <= 32)
}

/// The same in IPv6.
pub(super) fn is_ipv6_block(text: &str) -> bool {
    let (address, length) = text.split_once('/').unwrap_or((text, "128"));
    address.parse::<Ipv6Addr>().is_ok() && length.parse::<u8>().is_ok_and(|length| length <= 128)
}

/// Checks what a rule says of protocol, ports and addresses; `side` is that of the rule, `Source` or `Dest`.
pub(super) fn check(rule: &Map<String, Value>, side: &str) -> Result<(), ApiError> {
    let text = |name: &str| rule.get(name).and_then(Value::as_str).unwrap_or_default();
    let protocol = text("IpProtocol");
    if !PROTOCOLS.iter().any(|known| known.eq_ignore_ascii_case(protocol)) && protocol.parse::<u8>().is_err() {
        return Err(invalid("InvalidIpProtocol.ValueNotSupported", "IpProtocol"));
    }
    policy(text("Policy"))?;
    priority(text("Priority"))?;
    if !is_range(text("PortRange"), ports(protocol)) {
        return Err(invalid("InvalidPortRange.Malformed", "PortRange"));
    }
    let cidr = format!("{side}CidrIp");
    if !text(&cidr).is_empty() && !is_block(text(&cidr)) {
        return Err(invalid(&format!("InvalidParam.{cidr}"), &cidr));
    }
    // CHOICE: the codes of the two, after those of their like.
    let ipv6 = format!("Ipv6{side}CidrIp");
    if !text(&ipv6).is_empty() && !is_ipv6_block(text(&ipv6)) {
        return Err(invalid(&format!("InvalidParam.{ipv6}"), &ipv6));
    }
    if !text("SourcePortRange").is_empty() && !is_range(text("SourcePortRange"), Ports::Any) {
        return Err(invalid("InvalidSourcePortRange.Malformed", "SourcePortRange"));
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn what_a_rule_may_say() {
        let code = |protocol: &str, ports: &str, cidr: &str| {
            let rule = json!({"IpProtocol": protocol, "PortRange": ports, "SourceCidrIp": cidr, "Policy": "Accept", "Priority": "1"});
            check(rule.as_object().unwrap(), "Source").err().map(|error| error.code().to_owned())
        };
        for (protocol, ports, cidr) in [
            ("TCP", "1/200", "10.0.0.0/8"),
            ("udp", "53/53", "10.0.0.1"),
            ("ALL", "-1/-1", "0.0.0.0/0"),
            ("ICMPv6", "-1/-1", ""),
            ("17", "80/80,443/443", ""),
        ] {
            assert_eq!(code(protocol, ports, cidr), None, "{protocol} {ports} {cidr}");
        }
        assert_eq!(code("foo", "1/2", "").as_deref(), Some("InvalidIpProtocol.ValueNotSupported"));
        for ports in ["x", "80", "2/1", "1/70000", "-1/80", "-1/-1", "0/1"] {
            assert_eq!(code("TCP", ports, "").as_deref(), Some("InvalidPortRange.Malformed"), "{ports}");
        }
        for protocol in ["icmp", "GRE", "all"] {
            assert_eq!(code(protocol, "1/9", "").as_deref(), Some("InvalidPortRange.Malformed"), "{protocol}");
        }
        for cidr in ["not-an-ip", "10.0.0.0/33", "10.0.0"] {
            assert_eq!(code("TCP", "1/2", cidr).as_deref(), Some("InvalidParam.SourceCidrIp"), "{cidr}");
        }
        let besides = |side: &str, name: &str, value: &str| {
            let mut rule = json!({"IpProtocol": "TCP", "PortRange": "1/2", "Policy": "Accept", "Priority": "1"});
            rule[name] = json!(value);
            check(rule.as_object().unwrap(), side).err().map(|error| error.code().to_owned())
        };
        for (name, value, wrong) in [
            ("Policy", "drop", None),
            ("Policy", "maybe", Some("InvalidPolicy.Malformed")),
            ("Priority", "100", None),
            ("Priority", "101", Some("InvalidPriority.ValueNotSupported")),
            ("Priority", "first", Some("InvalidPriority.Malformed")),
        ] {
            assert_eq!(besides("Source", name, value).as_deref(), wrong, "{name} {value}");
        }
        for side in ["Source", "Dest"] {
            let name = format!("Ipv6{side}CidrIp");
            for block in ["2001:db8::/32", "::/0", "2001:db8::1", ""] {
                assert_eq!(besides(side, &name, block), None, "{block}");
            }
            for block in ["10.0.0.0/8", "2001:db8::/129", "2001:db8", "x"] {
                assert_eq!(besides(side, &name, block), Some(format!("InvalidParam.{name}")), "{block}");
            }
            assert_eq!(besides(side, "SourcePortRange", "1/200"), None);
            for ports in ["x", "2/1", "1/70000"] {
                let code = besides(side, "SourcePortRange", ports);
                assert_eq!(code.as_deref(), Some("InvalidSourcePortRange.Malformed"), "{ports}");
            }
        }
    }
}
