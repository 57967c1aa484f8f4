//! Reports on an account's credentials.

use jiff::{SignedDuration, Timestamp};

use crate::cloud::directory::{Directory, User};
use crate::cloud::{AccessKey, CredentialReport, KeyHolder, KeyStatus, iso8601};
use crate::gateway::Call;

/// CHOICE: when a key counts as old, and when as unused.
const OLD: SignedDuration = SignedDuration::from_hours(90 * 24);

/// The columns, as the console's file has them (INFERRED: the order).
const COLUMNS: &[&str] = &[
    "user",
    "user_creation_time",
    "user_last_logon",
    "password_exist",
    "password_active",
    "password_last_changed",
    "password_next_rotation",
    "mfa_active",
    "access_key_1_exist",
    "access_key_1_active",
    "access_key_1_last_rotated",
    "access_key_1_last_used",
    "access_key_2_exist",
    "access_key_2_active",
    "access_key_2_last_rotated",
    "access_key_2_last_used",
];

fn keys(call: &Call<'_>, directory: &Directory, holder: &KeyHolder) -> Vec<AccessKey> {
    super::keys::all(call, directory, holder).unwrap_or_default()
}

fn is_old(key: &AccessKey, now: Timestamp) -> bool {
    now.duration_since(key.created) > OLD
}

fn is_unused(key: &AccessKey, now: Timestamp) -> bool {
    let since = key.last_used.as_ref().map_or(key.created, |(at, _)| *at);
    now.duration_since(since) > OLD
}

/// How well an account keeps to what is advised.
#[derive(Debug)]
pub(crate) struct Practice {
    /// CHOICE: a figure of our own, 100, less 20 for each thing that is amiss.
    pub(crate) score: usize,
    /// The owner's access keys: all, the old ones and the unused ones.
    pub(crate) owner_keys: usize,
    pub(crate) old_owner_keys: usize,
    pub(crate) unused_owner_keys: usize,
    /// The users: all, and those with an MFA device, with an old key, with an unused one.
    pub(crate) users: usize,
    pub(crate) users_with_mfa: usize,
    pub(crate) users_with_old_key: usize,
    pub(crate) users_with_unused_key: usize,
    /// How much the rules ask of passwords: `low`, `mid` or `high`.
    pub(crate) password_level: &'static str,
}

/// How well the account keeps to what is advised.
pub(crate) fn practice(call: &Call<'_>, directory: &Directory) -> Practice {
    let now = call.now;
    let of_owner = keys(call, directory, &KeyHolder::Owner);
    let of_users: Vec<_> =
        directory.users().map(|user| keys(call, directory, &KeyHolder::User(user.id.clone()))).collect();
    let with = |test: fn(&AccessKey, Timestamp) -> bool| {
        of_users.iter().filter(|keys| keys.iter().any(|key| test(key, now))).count()
    };
    let count = |test: fn(&AccessKey, Timestamp) -> bool| of_owner.iter().filter(|key| test(key, now)).count();
    let users = directory.users().count();
    let with_mfa = directory.users().filter(|user| directory.mfa_device_of(user).is_ok()).count();
    let policy = &directory.password_policy;
    let rules = [policy.require_lowercase, policy.require_uppercase, policy.require_numbers, policy.require_symbols];
    let level = match rules.iter().filter(|rule| **rule).count() {
        0 | 1 => "low",
        2 | 3 => "mid",
        _ => "high",
    };
    let amiss = [!of_owner.is_empty(), with_mfa < users, with(is_old) > 0, with(is_unused) > 0, level == "low"];
    let score = 100 - 20 * amiss.iter().filter(|amiss| **amiss).count();
    Practice {
        score,
        owner_keys: of_owner.len(),
        old_owner_keys: count(is_old),
        unused_owner_keys: count(is_unused),
        users,
        users_with_mfa: with_mfa,
        users_with_old_key: with(is_old),
        users_with_unused_key: with(is_unused),
        password_level: level,
    }
}

fn flag(value: bool) -> String {
    if value { "TRUE" } else { "FALSE" }.to_owned()
}

fn key_columns(key: Option<&AccessKey>) -> [String; 4] {
    let none = || "-".to_owned();
    match key {
        None => [flag(false), none(), none(), none()],
        Some(key) => [
            flag(true),
            flag(key.status == KeyStatus::Active),
            iso8601(key.created),
            key.last_used.as_ref().map_or_else(|| "N/A".to_owned(), |(at, _)| iso8601(*at)),
        ],
    }
}

fn line(call: &Call<'_>, directory: &Directory, user: Option<&User>) -> String {
    let none = || "-".to_owned();
    let login = user.and_then(|user| user.login.as_ref());
    let mut columns = vec![
        user.map_or_else(|| "<root>".to_owned(), |user| user.name.clone()),
        user.map_or_else(none, |user| iso8601(user.created)),
        user.and_then(|user| user.last_login).map_or_else(none, iso8601),
        flag(login.is_some()),
        login.map_or_else(none, |login| flag(login.active)),
        login.map_or_else(none, |login| iso8601(login.updated)),
        none(),
        flag(user.is_some_and(|user| directory.mfa_device_of(user).is_ok())),
    ];
    let holder = user.map_or(KeyHolder::Owner, |user| KeyHolder::User(user.id.clone()));
    let keys = keys(call, directory, &holder);
    columns.extend(key_columns(keys.first()));
    columns.extend(key_columns(keys.get(1)));
    columns.join(",")
}

/// Everybody with their credentials, the owner first.
pub(crate) fn credentials(call: &Call<'_>, directory: &Directory) -> CredentialReport {
    let everybody = std::iter::once(None).chain(directory.users().map(Some));
    CredentialReport {
        generated: call.now,
        header: COLUMNS.join(","),
        lines: everybody.map(|user| line(call, directory, user)).collect(),
    }
}
