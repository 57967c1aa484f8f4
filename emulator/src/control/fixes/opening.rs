//! What opens a bucket or an object itself, and is no policy: public access that is no longer blocked, another ACL.

use std::sync::atomic::Ordering;

use acslab_policy::{
    Actions, Change, Explanation, NewlyAllowed, OwnedResourceLayer, PolicyRef, PolicySet, Principal, Reason, Remedy,
    Setting, Verdict,
};

use super::oss::{PUT_ACL, PUT_OBJECT_ACL, UNBLOCK_ACCOUNT, UNBLOCK_BUCKET};
use super::plan::Planned;
use crate::cloud::{Acl, Cloud, Found, acl_of, granted};
use crate::gateway::Decided;

/// A proposal that comes with its calls.
pub(super) struct Opening {
    pub(super) remedy: Remedy,
    pub(super) calls: Vec<Planned>,
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Level {
    Bucket,
    Object,
}

/// A bucket as it is now.
struct Store {
    bucket: String,
    key: Option<String>,
    owner: String,
    /// Is public access blocked in the bucket?
    blocked: bool,
    /// Whose ACL it is that another could take the place of; `None`: nobody's.
    acl_of: Option<Level>,
    unblocked: PolicySet,
}

/// What would let the caller in. CHOICE: that a block is lifted is proposed where it alone is in the way; another ACL, which lets everybody
/// in, only to somebody who is nobody.
pub(super) fn opening(cloud: &Cloud, decided: &Decided) -> Option<Opening> {
    if decided.decision.verdict != Verdict::ImplicitDeny {
        return None;
    }
    let store = store(cloud, decided)?;
    let mut opening = Opening { remedy: unblocking(cloud, &store), calls: Vec::new() };
    let levels = opening.remedy.changes.iter().filter_map(|change| match change {
        Change::Setting(setting) => Some(setting.level.as_str()),
        _ => None,
    });
    opening.calls = levels
        .map(|level| match level {
            "account" => UNBLOCK_ACCOUNT.planned(&store.owner, Vec::new()),
            _ => UNBLOCK_BUCKET.planned(&store.owner, vec![("Bucket", store.bucket.clone())]),
        })
        .collect();
    if !opening.calls.is_empty() && allows(decided, store.unblocked.clone()) {
        opening.remedy.opens = barred(&decided.question.explain(), &store);
        return Some(opening);
    }
    if *decided.question.request.principal() != Principal::Anonymous {
        return None;
    }
    let of = store.acl_of?;
    let acl = [Acl::PublicRead, Acl::PublicReadWrite].into_iter().find(|acl| {
        let document = granted(*acl).map(|document| (PolicyRef::named(acl.as_str()), document));
        allows(decided, PolicySet::compile(document))
    })?;
    let (level, name) = match (&store.key, of) {
        (Some(key), Level::Object) => ("object", key.clone()),
        _ => ("bucket", store.bucket.clone()),
    };
    opening.remedy.changes.push(setting("acl", level, &name, acl.as_str()));
    let mut parameters = vec![("Bucket", store.bucket.clone()), ("Acl", acl.as_str().to_owned())];
    opening.calls.push(match (level, &store.key) {
        ("object", Some(key)) => {
            parameters.push(("Key", key.clone()));
            PUT_OBJECT_ACL.planned(&store.owner, parameters)
        }
        _ => PUT_ACL.planned(&store.owner, parameters),
    });
    opening.remedy.opens = opened(acl, level, &store);
    Some(opening)
}

/// Whose bucket it is and what it says, if the question is about one that is still there.
fn store(cloud: &Cloud, decided: &Decided) -> Option<Store> {
    let (OwnedResourceLayer::Grants(set), Some(id)) =
        (&decided.question.layers.resource, decided.resource().strip_prefix("acs:oss:"))
    else {
        return None;
    };
    let id = id.splitn(3, ':').nth(2)?;
    let (name, key) = id.split_once('/').map_or((id, None), |(name, key)| (name, Some(key)));
    let counted = set.policies().iter().find_map(|policy| acl_of(&policy.reference));
    let own = counted.and_then(|(acl, own)| own.then_some(acl));
    let of_version = decided.question.request.action().as_str().ends_with("Version");
    cloud.buckets.read(name, |bucket| {
        let current = || match key.map(|key| bucket.objects.find(key, None)) {
            Some(Found::Object(object)) => object.acl,
            _ => None,
        };
        let acl_of = match own {
            None => Some(Level::Bucket),
            // Of a version it is not known which; an ACL put now would be the current one's.
            Some(_) => (!of_version && current().is_some()).then_some(Level::Object),
        };
        Store {
            bucket: bucket.name.clone(),
            key: key.map(str::to_owned),
            owner: bucket.owner.clone(),
            blocked: bucket.access.blocked,
            acl_of,
            unblocked: bucket.grants_unblocked(own),
        }
    })
}

fn setting(setting: &str, level: &str, name: &str, value: &str) -> Change {
    let [setting, level, name, value] = [setting, level, name, value].map(str::to_owned);
    Change::Setting(Setting { setting, level, name, value })
}

/// The block, lifted wherever it is on.
fn unblocking(cloud: &Cloud, store: &Store) -> Remedy {
    let of_account =
        cloud.account(&store.owner).is_some_and(|account| account.public_access_blocked.load(Ordering::Relaxed));
    let account = of_account.then(|| setting("block-public-access", "account", &store.owner, "off"));
    let bucket = store.blocked.then(|| setting("block-public-access", "bucket", &store.bucket, "off"));
    let changes = account.into_iter().chain(bucket).collect();
    Remedy { changes, also_allows: Vec::new(), opens: Vec::new(), loosened: Vec::new(), reaches: Vec::new() }
}

/// Would the question be allowed, did the resource itself say this?
fn allows(decided: &Decided, set: PolicySet) -> bool {
    decided.with(|layers| layers.resource = OwnedResourceLayer::Grants(set)).is_allowed()
}

/// All that counts for nothing now because of the block.
fn barred(explanation: &Explanation, store: &Store) -> Vec<NewlyAllowed> {
    let traces = explanation.units().flat_map(|unit| &unit.statements);
    let barred =
        traces.filter(|trace| trace.failed.as_ref().is_some_and(|failed| failed.reason == Reason::PublicAccessBlocked));
    let mut found = Vec::new();
    for trace in barred {
        let own =
            || trace.resource.iter().flat_map(|element| &element.patterns).map(|one| one.pattern.clone()).collect();
        let resources: Vec<String> = if acl_of(&trace.policy).is_some() { vec![store.objects()] } else { own() };
        for action in &trace.action.patterns {
            let on = |resource: &String| NewlyAllowed { action: action.pattern.clone(), resource: resource.clone() };
            found.extend(resources.iter().map(on));
        }
    }
    found
}

impl Store {
    fn objects(&self) -> String {
        format!("acs:oss:*:{}:{}/*", self.owner, self.bucket)
    }
}

/// What an ACL opens to everybody.
fn opened(acl: Acl, level: &str, store: &Store) -> Vec<NewlyAllowed> {
    let objects = store.objects();
    let resource = match &store.key {
        Some(key) if level == "object" => objects.replace("/*", &format!("/{key}")),
        _ => objects,
    };
    let document = granted(acl);
    let statements = document.iter().flat_map(|document| document.statements());
    let actions = statements.flat_map(|statement| match statement.actions() {
        Actions::Action(patterns) | Actions::NotAction(patterns) => patterns,
    });
    let on = |action: &str| NewlyAllowed { action: action.to_owned(), resource: resource.clone() };
    actions.map(|action| on(action.value.as_str())).collect()
}
