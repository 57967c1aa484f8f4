//! Condition keys: which requests carry them, and what their values are.

use super::fits;
use crate::condition::same_key;

/// The class of a key's values: what it is compared with.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum KeyClass {
    /// Text.
    String,
    /// A number.
    Number,
    /// A point in time.
    Date,
    /// `true` or `false`.
    Bool,
    /// An address.
    Ip,
}

/// Whether a request that may carry a key does.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Presence {
    /// Each does.
    Always,
    /// It depends on the request or the resource.
    Depends,
    /// It depends on the way the request came; nobody can rely on it.
    Unreliable,
}

/// Whether requests for an action carry a key.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Carried {
    /// They do, or they may.
    May,
    /// They never do.
    Never,
    /// Nothing is published.
    Unknown,
}

/// A condition key that the catalogue lists. A name that ends in `/` stands for any tag key after it.
#[derive(Debug)]
pub(crate) struct KnownKey {
    pub(crate) name: &'static str,
    pub(crate) class: KeyClass,
    pub(crate) presence: Presence,
    /// Patterns over the names of the actions that carry it.
    actions: Vec<&'static str>,
}

impl KnownKey {
    /// Reads `name class [always|sometimes]: actions`.
    pub(super) fn read(mut words: impl Iterator<Item = &'static str>) -> Option<Self> {
        let name = words.next()?;
        let mut class = KeyClass::String;
        let mut presence = Presence::Depends;
        for word in words.by_ref() {
            match word.trim_end_matches(':') {
                "number" => class = KeyClass::Number,
                "date" => class = KeyClass::Date,
                "bool" => class = KeyClass::Bool,
                "ip" => class = KeyClass::Ip,
                "always" => presence = Presence::Always,
                "sometimes" => presence = Presence::Unreliable,
                _ => {}
            }
            if word.ends_with(':') {
                break;
            }
        }
        Some(Self { name, class, presence, actions: words.collect() })
    }

    pub(super) fn is(&self, key: &str) -> bool {
        is(self.name, key)
    }

    pub(super) fn carried_by(&self, action: &str) -> Carried {
        let carried = self.actions.iter().any(|pattern| fits(pattern, action));
        if carried { Carried::May } else { Carried::Never }
    }
}

/// Whether `key` is the one listed as `known`.
fn is(known: &str, key: &str) -> bool {
    if known.ends_with('/') {
        key.get(..known.len()).is_some_and(|start| start.eq_ignore_ascii_case(known))
    } else {
        same_key(known, key)
    }
}

/// The keys of all services.
#[derive(Debug, Default)]
pub(super) struct GlobalKeys {
    keys: Vec<KnownKey>,
    /// A key, and a pattern over `service:Action` of what never fills it.
    lacking: Vec<(&'static str, &'static str)>,
    bucket_lacking: Vec<&'static str>,
}

impl GlobalKeys {
    pub(super) fn read(text: &'static str) -> Self {
        let mut global = Self::default();
        for line in text.lines() {
            let mut words = line.split_ascii_whitespace();
            match words.next() {
                Some("key") => global.keys.extend(KnownKey::read(words)),
                Some("lacks") => {
                    let key = words.next().unwrap_or_default();
                    global.lacking.extend(words.map(|pattern| (key, pattern)));
                }
                Some("lacks-in-bucket-policies") => global.bucket_lacking.extend(words),
                _ => {}
            }
        }
        global
    }

    pub(super) fn find(&self, key: &str) -> Option<&KnownKey> {
        self.keys.iter().find(|known| known.is(key))
    }

    pub(super) fn names(&self) -> impl Iterator<Item = &'static str> {
        self.keys.iter().map(|known| known.name)
    }

    pub(super) fn carries(&self, key: &str, service: &str, action: &str) -> Option<Carried> {
        self.find(key)?;
        let action = format!("{service}:{action}");
        let lacks = self.lacking.iter().any(|(lacking, pattern)| is(lacking, key) && fits(pattern, &action));
        Some(if lacks { Carried::Never } else { Carried::May })
    }

    pub(super) fn bucket_policies_lack(&self, key: &str) -> bool {
        self.bucket_lacking.iter().any(|lacking| is(lacking, key))
    }
}

/// Prefixes of other clouds' global keys, and those of ours in their place.
const FOREIGN: [(&str, &str); 4] = [("aws", "acs"), ("s3", "oss"), ("iam", "ram"), ("g", "acs")];

/// What a key of another cloud would be called here; none for one that is none.
pub(crate) fn other_clouds_key(key: &str) -> Option<String> {
    let (prefix, name) = key.split_once(':')?;
    let (_, ours) = FOREIGN.iter().find(|(foreign, _)| prefix.eq_ignore_ascii_case(foreign))?;
    Some(format!("{ours}:{name}"))
}
