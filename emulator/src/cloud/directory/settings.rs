//! What an account's owner sets for all of its users.

use serde::{Deserialize, Serialize};

/// What RAM users may do for themselves in the console, and how they log on. The defaults are the published ones (RAM:
/// SetSecurityPreference).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
#[expect(clippy::struct_excessive_bools, reason = "the cloud has so many switches, each of its own")]
pub struct SecurityPreference {
    /// May users change their passwords?
    pub change_password: bool,
    /// May users manage their access keys?
    pub manage_access_keys: bool,
    /// May users manage their MFA devices?
    pub manage_mfa_devices: bool,
    /// May users manage their public keys?
    pub manage_public_keys: bool,
    /// Is a logon with MFA remembered for a week?
    pub save_mfa_ticket: bool,
    /// From which networks users may log on, joined by `;`; empty for any.
    pub login_network_masks: String,
    /// How long a logon holds, in hours: 1 to 24.
    pub login_session_duration: u32,
    /// What only IMS knows.
    pub more: MorePreferences,
}

/// The preferences that only IMS knows (IMS: SetSecurityPreference).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct MorePreferences {
    /// May users log on with a passkey?
    pub login_with_passkey: bool,
    /// May users bind their own DingTalk accounts?
    pub manage_personal_ding_talk: bool,
    /// May users manage service credentials?
    pub manage_service_credentials: bool,
    /// Who needs MFA to log on: `mandatory`, `independent` or `adaptive`.
    pub mfa_for_login: String,
    /// What happens at a logon with a risk: `autonomous` or `enforceVerify`.
    pub risk_login: String,
    /// After how many days an idle user is disabled.
    pub idle_days_of_users: u32,
    /// After how many days an idle key is disabled.
    pub idle_days_of_access_keys: u32,
    /// By what else users prove who they are: `sms`, `email`.
    pub verification_types: Vec<String>,
}

impl Default for SecurityPreference {
    fn default() -> Self {
        Self {
            change_password: true,
            manage_access_keys: false,
            manage_mfa_devices: true,
            manage_public_keys: false,
            save_mfa_ticket: false,
            login_network_masks: String::new(),
            login_session_duration: 6,
            more: MorePreferences::default(),
        }
    }
}

impl Default for MorePreferences {
    fn default() -> Self {
        Self {
            login_with_passkey: true,
            manage_personal_ding_talk: true,
            manage_service_credentials: false,
            mfa_for_login: "independent".to_owned(),
            risk_login: "autonomous".to_owned(),
            idle_days_of_users: 730,
            idle_days_of_access_keys: 730,
            verification_types: Vec::new(),
        }
    }
}
