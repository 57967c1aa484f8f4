//! What several faces read alike: parameters with their rules, tags, and the way a change is read.

mod changes;
pub(crate) mod flat_tags;
mod names;
mod passwords;
mod refusals;
mod rules;

pub(crate) use changes::{Setting, set_all, set_filled, set_flag, set_texts, show_all};
pub(crate) use names::{
    CODE_1, CODE_2, COMMENTS, DEVICE_NAME, GROUP_NAME, MARKER, MAX_ITEMS, POLICY_NAME, POLICY_TYPE, POLICY_TYPE_WANTED,
    ROLE_NAME, SERIAL_NUMBER, SESSION_DURATION, SUFFIX, VERSION_ID,
};
pub(crate) use passwords::{check_minimum_length, password_parameters, password_rules};
pub(crate) use refusals::{bad_format, incorrect, too_long};
pub(crate) use rules::{check_alias, check_email, check_masks, check_phone, is_account_id};
