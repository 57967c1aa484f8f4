//! Buckets and log projects: ACLs, public access, tags, and the settings that refuse.

use super::super::tree::Tree;
use super::compare::{Pair, all, value};
use super::fact::Fact;

/// What changed in those of an account.
pub(super) fn tell(account: Pair<'_>, of: &str, facts: &mut Vec<Fact>) {
    const BLOCK: &str = "block public access";
    let blocked = [account.old, account.new].map(|tree| value(tree, BLOCK) == Some("true"));
    match blocked {
        [true, false] => facts.push(Fact::opened(format!("public access to all buckets{of} is no longer blocked"))),
        [false, true] => facts.push(Fact::closed(format!("public access to all buckets{of} is now blocked"))),
        _ => {}
    }
    let buckets = account.at("buckets");
    for (name, pair) in buckets.each() {
        let bucket = format!("bucket `{name}`{of}");
        let there = [buckets.had(name), buckets.has(name)];
        match there {
            [false, true] => facts.push(Fact::changed(format!("{bucket} is new"))),
            [true, false] => {
                facts.push(Fact::closed(format!("{bucket} is gone")));
                continue;
            }
            _ => {}
        }
        access(pair, there, blocked, &bucket, facts);
        objects(pair, &bucket, facts);
        facts.extend(tags(pair.at("tags"), &bucket));
        points(pair.at("access points"), &bucket, facts);
        refusals(pair, &bucket, facts);
    }
    for (name, pair) in account.at("records").each() {
        facts.extend(tags(pair.at("tags"), &format!("`{name}`{of}")));
    }
    for (name, pair) in account.at("log projects").each() {
        facts.extend(tags(pair.at("tags"), &format!("log project `{name}`{of}")));
    }
}

/// What an ACL lets everybody do.
fn everybody(acl: &str) -> Option<&'static str> {
    match acl {
        "public-read" => Some("read"),
        "public-read-write" => Some("read and write"),
        _ => None,
    }
}

fn is_blocked(tree: &Tree) -> bool {
    value(tree, "block public access") != Some("false")
}

fn access(pair: Pair<'_>, there: [bool; 2], all_blocked: [bool; 2], bucket: &str, facts: &mut Vec<Fact>) {
    let acls = [pair.old, pair.new].map(|tree| value(tree, "acl").unwrap_or("private"));
    let [old, new] = [(pair.old, there[0], all_blocked[0]), (pair.new, there[1], all_blocked[1])]
        .map(|(tree, there, blocked)| !there || blocked || is_blocked(tree));
    match [!there[0] || is_blocked(pair.old), is_blocked(pair.new)] {
        [true, false] => facts.push(Fact::opened(format!("public access to {bucket} is no longer blocked"))),
        [false, true] => facts.push(Fact::closed(format!("public access to {bucket} is now blocked"))),
        _ => {}
    }
    let open = [(old, acls[0]), (new, acls[1])].map(|(blocked, acl)| everybody(acl).filter(|_| !blocked));
    let [was, is] = acls;
    match open {
        [before, Some(now)] if before != Some(now) => {
            let says = format!("everybody may now {now} the objects of {bucket}: its ACL is `{is}`");
            facts.push(if before == Some("read and write") { Fact::closed(says) } else { Fact::opened(says) });
        }
        [Some(before), None] => {
            facts.push(Fact::closed(format!(
                "not everybody may {before} the objects of {bucket} any more: its ACL is `{is}`"
            )));
        }
        _ if was != is => {
            let blocked = if new { ", and public access to it is blocked" } else { "" };
            facts.push(Fact::changed(format!("the ACL of {bucket} is now `{is}`, was `{was}`{blocked}")));
        }
        _ => {}
    }
}

/// ACLs and tags of objects.
fn objects(pair: Pair<'_>, bucket: &str, facts: &mut Vec<Fact>) {
    for (key, [old, new]) in pair.at("object acls").values() {
        let said = |acl: Option<&str>| acl.map_or("that of its bucket".to_owned(), |acl| format!("`{acl}`"));
        let blocked = if is_blocked(pair.new) { ", and public access to its bucket is blocked" } else { "" };
        let says = format!("the ACL of object `{key}` of {bucket} is now {}, was {}{blocked}", said(new), said(old));
        let open = |acl: Option<&str>| acl.and_then(everybody);
        facts.push(match (open(old), open(new)) {
            (None, Some(_)) if blocked.is_empty() => Fact::opened(says),
            (Some(_), None) if blocked.is_empty() => Fact::closed(says),
            _ => Fact::changed(says),
        });
    }
    for (key, tagged) in pair.at("object tags").each() {
        facts.extend(tags(tagged, &format!("object `{key}` of {bucket}")));
    }
}

fn points(points: Pair<'_>, bucket: &str, facts: &mut Vec<Fact>) {
    for (name, pair) in points.each() {
        let point = format!("access point `{name}` of {bucket}");
        let origin = value(pair.new, "origin").unwrap_or_default();
        match (points.had(name), points.has(name)) {
            (false, true) => facts.push(Fact::opened(format!("{point} is new, for requests from `{origin}`"))),
            (true, false) => {
                facts.push(Fact::closed(format!("{point} is gone")));
                continue;
            }
            _ => {
                if let Some([Some(old), Some(new)]) = pair.value("origin") {
                    facts.push(Fact::changed(format!("{point} is now for requests from `{new}`, was for `{old}`")));
                }
            }
        }
        match [!points.had(name) || is_blocked(pair.old), is_blocked(pair.new)] {
            [true, false] => facts.push(Fact::opened(format!("public access through {point} is not blocked"))),
            [false, true] => facts.push(Fact::closed(format!("public access through {point} is now blocked"))),
            _ => {}
        }
    }
}

/// What refuses a request that policies allow.
fn refusals(pair: Pair<'_>, bucket: &str, facts: &mut Vec<Fact>) {
    if let Some([old, new]) = pair.value("retention") {
        let says = |what: &str, days: &str| format!("nothing in {bucket} {what} be deleted or overwritten for {days}");
        facts.push(match (old, new) {
            (_, Some(days)) if old.is_none() => Fact::closed(says("may now", days)),
            (Some(days), None) => Fact::opened(format!("what is in {bucket} need no longer be kept for {days}")),
            (old, new) => {
                let (old, new) = (old.unwrap_or_default(), new.unwrap_or_default());
                Fact::changed(format!("{}, was {old}", says("may", new)))
            }
        });
    }
    for (name, setting) in pair.at("settings").each() {
        if setting.differs() {
            let (new, old) = (all(setting.new), all(setting.old));
            facts.push(Fact::changed(format!(
                "`{name}` of {bucket}, which may refuse what policies allow, is now {new}, was {old}"
            )));
        }
    }
}

/// Policies ask for tags.
pub(super) fn tags(pair: Pair<'_>, of: &str) -> Option<Fact> {
    pair.differs().then(|| {
        let (new, old) = (all(pair.new), all(pair.old));
        Fact::changed(format!("the tags of {of}, for which policies may ask, are now {new}, were {old}"))
    })
}
