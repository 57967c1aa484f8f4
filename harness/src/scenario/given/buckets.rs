//! Buckets with what is in them. OSS is opened for them.

use super::maker::{Maker, Thing};
use super::open::open;
use crate::scenario::argument::Argument;
use crate::scenario::scope::Scope;
use crate::scenario::yaml::{Node, Value};

/// A list of names, or a map from name to `{block_public_access, acl, policy, tags, resource_group, objects}`.
pub(super) fn make(node: &Node, maker: &mut Maker<'_, '_>, scope: &mut Scope) {
    match &node.value {
        Value::Map(entries) => {
            for (name, node) in entries {
                if let Some(thing) = maker.new_thing("a bucket", name, scope) {
                    bucket(&thing, node, maker, scope);
                }
            }
        }
        _ => {
            for name in maker.reader.texts(node, "buckets, each with what is in it") {
                if let Some(thing) = maker.new_thing("a bucket", &name, scope) {
                    open("oss", &thing, maker, scope);
                    maker.call(&thing, "Oss.PutBucket", vec![("Bucket", Argument::text(&thing.name))]);
                }
            }
        }
    }
}

fn bucket(thing: &Thing, node: &Node, maker: &mut Maker<'_, '_>, scope: &mut Scope) {
    open("oss", thing, maker, scope);
    let name = || ("Bucket", Argument::text(&thing.name));
    if node.is_empty() {
        maker.call(thing, "Oss.PutBucket", vec![name()]);
        return;
    }
    let known = &["block_public_access", "acl", "policy", "tags", "resource_group", "objects"];
    let Some(fields) = maker.reader.fields(node, "a bucket", known) else { return };
    let mut parameters = vec![name()];
    let acl = fields.get("acl").map(|acl| Argument::read(acl, maker.reader, scope));
    if let Some(group) = fields.get("resource_group").and_then(|node| maker.reader.text(node, "a resource group")) {
        parameters.extend(maker.group(&group, scope).map(|group| ("x-oss-resource-group-id", group)));
    }
    maker.call(thing, "Oss.PutBucket", parameters);
    let blocked = fields.get("block_public_access");
    if blocked.and_then(|node| crate::scenario::step::boolean(node, maker.reader)) == Some(false) {
        maker.call(thing, "Oss.DeleteBucketPublicAccessBlock", vec![name()]);
    }
    if let Some(acl) = acl {
        maker.call(thing, "Oss.PutBucketAcl", vec![name(), ("x-oss-acl", acl)]);
    }
    if let Some(tags) = fields.get("tags") {
        let tags = maker.reader.entries(tags, "tags with their values").iter().map(|(key, value)| {
            let value = Argument::read(value, maker.reader, scope);
            Argument::Map(vec![("Key".to_owned(), Argument::text(&key.value)), ("Value".to_owned(), value)])
        });
        let set = |name: &str, inner: Argument| Argument::Map(vec![(name.to_owned(), inner)]);
        let body = set("Tagging", set("TagSet", set("Tag", Argument::List(tags.collect()))));
        maker.call(thing, "Oss.PutBucketTags", vec![name(), ("Body", body)]);
    }
    let objects =
        fields.get("objects").map_or(&[][..], |node| maker.reader.entries(node, "objects with their content"));
    for (key, node) in objects {
        object(thing, &key.value, node, maker, scope);
    }
    // The last of all: it may keep out the owner, who puts in what is there at the start.
    if let Some(policy) = fields.get("policy") {
        let policy = Argument::read(policy, maker.reader, scope);
        maker.call(thing, "Oss.PutBucketPolicy", vec![name(), ("Body", policy)]);
    }
}

/// Its content, or `{body, acl, tags}`.
fn object(thing: &Thing, key: &str, node: &Node, maker: &mut Maker<'_, '_>, scope: &Scope) {
    let mut parameters = vec![("Bucket", Argument::text(&thing.name)), ("Key", Argument::text(key))];
    let parts = match &node.value {
        Value::Map(entries) if entries.iter().all(|(key, _)| key.value != "file") => {
            let known = &["body", "acl", "tags"];
            let Some(fields) = maker.reader.fields(node, "an object", known) else { return };
            if let Some(acl) = fields.get("acl") {
                parameters.push(("x-oss-object-acl", Argument::read(acl, maker.reader, scope)));
            }
            if let Some(tags) = fields.get("tags") {
                let tags = maker.reader.entries(tags, "tags with their values").iter();
                let tags = tags.filter_map(|(key, value)| {
                    let value = maker.reader.text(value, "a text")?.value;
                    let encode = |text: &str| {
                        percent_encoding::utf8_percent_encode(text, percent_encoding::NON_ALPHANUMERIC).to_string()
                    };
                    Some(format!("{}={}", encode(&key.value), encode(&value)))
                });
                let tags: Vec<_> = tags.collect();
                parameters.push(("x-oss-tagging", Argument::text(tags.join("&"))));
            }
            fields.get("body")
        }
        _ => Some(node),
    };
    if let Some(body) = parts {
        parameters.push(("Body", Argument::read(body, maker.reader, scope)));
    }
    maker.call(thing, "Oss.PutObject", parameters);
}
