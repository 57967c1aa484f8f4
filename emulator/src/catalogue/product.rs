//! A product, from the head of its file.

use super::packed::Packed;
use crate::operation::{Product, Refuse, Style, Text, forbidden_ram, no_permission, not_authorized_to_perform};

/// What the head of a product's file says.
pub(super) fn head(packed: &Packed, text: &str) -> Product {
    let mut hosts = Vec::new();
    let mut refuse: Refuse = forbidden_ram;
    for line in text.lines().take_while(|line| !line.is_empty()) {
        let mut words = line.split(' ');
        match words.next() {
            Some("host" | "vpc" | "central") => hosts.extend(words.next().map(str::to_owned)),
            Some("except") => hosts.extend(words.nth(1).map(str::to_owned)),
            Some("refusal") => {
                refuse = match words.next() {
                    Some("NoPermission") => no_permission,
                    Some("AccessDenied") => not_authorized_to_perform,
                    _ => forbidden_ram,
                }
            }
            _ => {}
        }
    }
    Product {
        name: Text::Borrowed(packed.name),
        version: Text::Borrowed(packed.version),
        style: own_style(packed),
        hosts: hosts.into_iter().collect(),
        refuse,
        ..Product::new("", "", &[])
    }
}

/// How operations of a product are called. What is published of Log Service says ROA for its protocol.
fn own_style(packed: &Packed) -> Style {
    match style(packed.style) {
        Style::Roa if packed.name == "Sls" => Style::Sls,
        style => style,
    }
}

/// How operations of a style are called. Protocols of a product's own that are told by method and path are ROA here.
pub(super) fn style(word: &str) -> Style {
    match word {
        "RPC" | "V3" => Style::Rpc,
        "OSS" => Style::Oss,
        _ => Style::Roa,
    }
}
