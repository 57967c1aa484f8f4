//! What an account's owner sets for all of its users.

/// What RAM users may do for themselves in the console, and how they log on. The defaults are the published ones (RAM:
/// SetSecurityPreference).
#[derive(Debug, Clone, PartialEq, Eq)]
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
        }
    }
}
