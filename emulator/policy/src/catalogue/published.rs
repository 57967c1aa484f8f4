//! The catalogue: blocks of text, each read when its service is first asked for.

use std::sync::{LazyLock, OnceLock};

use super::codes::Codes;
use super::keys::{Carried, GlobalKeys, KeyClass, Presence};
use super::service::{KnownAction, Service};
use crate::glob::{self, Shape};

/// One file of services, as it is in the repository.
macro_rules! data {
    ($($name:literal)*) => { [$(include_str!(concat!("../../data/actions/", $name, ".txt"))),*] };
}

const FILES: [&str; 31] = data![
    "arms" "dataworks" "eas" "ecs" "fc" "ims" "kms" "log" "oss" "pai" "paiartlab" "paiautoml" "paicodesource"
    "paicomponentmanagement" "paidataset" "paidesigner" "paidlc" "paidsw" "paiexperiment" "paiflow" "paiimage"
    "pailangstudio" "paillmtrace" "paimodel" "paiworkspace" "ram" "resourcemanager" "sts" "vpc" "xtrace" "others"
];

const CODES: &str = include_str!("../../data/codes.txt");
const KEYS: &str = include_str!("../../data/keys.txt");

/// All that is known of the cloud's actions.
#[derive(Debug)]
pub struct Catalogue {
    /// Sorted by code.
    entries: Vec<Entry>,
    other_codes: OnceLock<Codes>,
    global_keys: OnceLock<GlobalKeys>,
}

#[derive(Debug)]
struct Entry {
    code: &'static str,
    block: &'static str,
    service: OnceLock<Service>,
}

impl Entry {
    fn service(&self) -> &Service {
        self.service.get_or_init(|| Service::read(self.block))
    }
}

impl Catalogue {
    /// The catalogue that comes with this crate.
    pub fn published() -> &'static Self {
        static PUBLISHED: LazyLock<Catalogue> = LazyLock::new(|| Catalogue::of(FILES));
        &PUBLISHED
    }

    fn of(files: impl IntoIterator<Item = &'static str>) -> Self {
        let mut entries: Vec<Entry> = files
            .into_iter()
            .flat_map(blocks)
            .filter_map(|block| {
                let code = block.strip_prefix(SERVICE)?.split_ascii_whitespace().next()?;
                Some(Entry { code, block, service: OnceLock::new() })
            })
            .collect();
        entries.sort_by_key(|entry| entry.code);
        Self { entries, other_codes: OnceLock::new(), global_keys: OnceLock::new() }
    }

    /// The service with this RAM code, in any letter case.
    pub fn service(&self, code: &str) -> Option<&Service> {
        let code = code.to_ascii_lowercase();
        let at = self.entries.binary_search_by_key(&&*code, |entry| entry.code).ok()?;
        self.entries.get(at).map(Entry::service)
    }

    /// The RAM codes of the services of which actions are listed, in order.
    pub fn codes(&self) -> impl Iterator<Item = &'static str> {
        self.entries.iter().map(|entry| entry.code)
    }

    /// All RAM codes, those of services of which no actions are listed among them.
    pub fn all_codes(&self) -> impl Iterator<Item = &'static str> {
        self.codes().chain(self.other_codes().all().iter().copied())
    }

    /// Whether there is a service with this RAM code, in any letter case.
    pub fn has_code(&self, code: &str) -> bool {
        let listed = || self.entries.binary_search_by_key(&&*code.to_ascii_lowercase(), |entry| entry.code).is_ok();
        listed() || self.other_codes().has(code)
    }

    /// The RAM code of what somebody called by the name of the product, of its API or of another cloud's service.
    pub fn code_of(&self, name: &str) -> Option<&'static str> {
        // The names stand near the start of each block: no service has to be read for them.
        let listed = self.entries.iter().find_map(|entry| {
            let also = entry.block.lines().take(HEAD).find_map(|line| line.strip_prefix("also "))?;
            also.split_ascii_whitespace().any(|word| word.eq_ignore_ascii_case(name)).then_some(entry.code)
        });
        listed.or_else(|| self.other_codes().meant_by(name))
    }

    /// The services that have an action of exactly this name (letter case aside).
    pub fn services_with(&self, action: &str) -> Vec<&Service> {
        self.entries.iter().map(Entry::service).filter(|service| service.action(action).is_some()).collect()
    }

    /// The RAM codes of the services that have actions which fit a pattern over names.
    pub(crate) fn services_matching(&self, pattern: &str) -> Vec<&'static str> {
        let fits = |service: &&Service| service.actions().iter().any(|action| fits(pattern, action.name()));
        self.entries.iter().map(Entry::service).filter(fits).map(Service::code).collect()
    }

    /// What is known of a condition key of requests for `action`.
    pub fn carries(&self, key: &str, service: &Service, action: &KnownAction) -> Carried {
        let global = self.global_keys();
        if let Some(carried) = global.carries(key, service.code(), action.name()) {
            return carried;
        }
        if let Some(known) = service.key(key) {
            return known.carried_by(action.name());
        }
        let owner = owner_of(key);
        let foreign = !owner.eq_ignore_ascii_case(service.code());
        // A tag key of one service may well be filled by another that works on its resources.
        let tag = key.contains('/') || key.to_ascii_lowercase().ends_with(":tag");
        match self.service(owner) {
            Some(other) if foreign && !tag && other.key(key).is_some() => Carried::Never,
            _ => Carried::Unknown,
        }
    }

    /// The class of a condition key's values and whether requests always carry it, if the key is known.
    pub fn key(&self, key: &str) -> Option<(KeyClass, Presence)> {
        if let Some(known) = self.global_keys().find(key) {
            return Some((known.class, known.presence));
        }
        self.service(owner_of(key))?.key(key).map(|known| (known.class, known.presence))
    }

    /// Whether OSS fills a key of all services when it evaluates a bucket policy.
    pub fn bucket_policies_lack(&self, key: &str) -> bool {
        self.global_keys().bucket_policies_lack(key)
    }

    /// The names of all keys known under the prefix of `key`, for suggestions.
    pub fn keys_like(&self, key: &str) -> Vec<&'static str> {
        let owned = self.service(owner_of(key)).into_iter().flat_map(Service::keys).map(|known| known.name);
        let prefix = key.split_once(':').map_or(key, |(prefix, _)| prefix);
        let alike = |name: &&str| name.split_once(':').is_some_and(|(own, _)| own.eq_ignore_ascii_case(prefix));
        self.global_keys().names().chain(owned).filter(alike).collect()
    }

    fn other_codes(&self) -> &Codes {
        self.other_codes.get_or_init(|| Codes::read(CODES))
    }

    fn global_keys(&self) -> &GlobalKeys {
        self.global_keys.get_or_init(|| GlobalKeys::read(KEYS))
    }
}

/// The service that lists a condition key: the one of its prefix. `acs:Service` is listed with RAM, which fills it.
fn owner_of(key: &str) -> &str {
    match key.split_once(':') {
        Some((prefix, _)) if prefix.eq_ignore_ascii_case("acs") => "ram",
        Some((prefix, _)) => prefix,
        None => "",
    }
}

/// Whether a pattern fits a name of an action, letter case aside.
pub fn fits(pattern: &str, name: &str) -> bool {
    glob::matches_folded(pattern.as_bytes(), Shape::of(pattern.as_bytes()), name.as_bytes(), 0)
}

/// The same, letter for letter.
pub fn fits_exactly(pattern: &str, name: &str) -> bool {
    glob::matches(pattern.as_bytes(), Shape::of(pattern.as_bytes()), name.as_bytes())
}

/// Is there a text that two patterns fit, letter case aside?
pub fn patterns_meet(one: &str, other: &str) -> bool {
    let (one, other) = (one.to_ascii_lowercase().into_bytes(), other.to_ascii_lowercase().into_bytes());
    // Whether the rests behind a place of the first fit a text in common, for each place of the second.
    let mut below = vec![false; other.len() + 1];
    for at in (0..=one.len()).rev() {
        let mut row = vec![false; other.len() + 1];
        for beside in (0..=other.len()).rev() {
            let get = |row: &[bool], at: usize| row.get(at).copied().unwrap_or_default();
            let fits = match (one.get(at), other.get(beside)) {
                (None, None) => true,
                (Some(b'*'), there) => get(&below, beside) || (there.is_some() && get(&row, beside + 1)),
                (here, Some(b'*')) => get(&row, beside + 1) || (here.is_some() && get(&below, beside)),
                (Some(a), Some(b)) => (a == b || *a == b'?' || *b == b'?') && get(&below, beside + 1),
                _ => false,
            };
            if let Some(cell) = row.get_mut(beside) {
                *cell = fits;
            }
        }
        below = row;
    }
    below.first().copied().unwrap_or_default()
}

const SERVICE: &str = "service ";
/// In how many lines of a block its other names stand.
const HEAD: usize = 4;

/// Cuts a file into its services.
fn blocks(file: &'static str) -> impl Iterator<Item = &'static str> {
    let starts: Vec<usize> = std::iter::once(0)
        .chain(file.match_indices('\n').map(|(at, _)| at + 1))
        .filter(|&at| file.get(at..).is_some_and(|rest| rest.starts_with(SERVICE)))
        .collect();
    let ends: Vec<usize> = starts.iter().skip(1).copied().chain([file.len()]).collect();
    starts.into_iter().zip(ends).filter_map(|(start, end)| file.get(start..end))
}

#[cfg(test)]
mod tests;
