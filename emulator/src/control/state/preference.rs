//! The security preference of an account, as far as it was changed.

use serde::{Deserialize, Serialize};

use crate::cloud::directory::{self, MorePreferences};

/// What of the security preference is not as an account starts with; none of a field where it is.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct SecurityPreference {
    /// May users change their passwords?
    #[serde(skip_serializing_if = "Option::is_none")]
    pub change_password: Option<bool>,
    /// May users manage their access keys?
    #[serde(skip_serializing_if = "Option::is_none")]
    pub manage_access_keys: Option<bool>,
    /// May users manage their MFA devices?
    #[serde(skip_serializing_if = "Option::is_none")]
    pub manage_mfa_devices: Option<bool>,
    /// May users manage their public keys?
    #[serde(skip_serializing_if = "Option::is_none")]
    pub manage_public_keys: Option<bool>,
    /// May users bind their own DingTalk accounts?
    #[serde(skip_serializing_if = "Option::is_none")]
    pub manage_personal_ding_talk: Option<bool>,
    /// May users manage service credentials?
    #[serde(skip_serializing_if = "Option::is_none")]
    pub manage_service_credentials: Option<bool>,
    /// Is a logon with MFA remembered for a week?
    #[serde(skip_serializing_if = "Option::is_none")]
    pub save_mfa_ticket: Option<bool>,
    /// Who needs MFA to log on.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub mfa_for_login: Option<String>,
    /// What happens at a logon with a risk.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub risk_login: Option<String>,
    /// May users log on with a passkey?
    #[serde(skip_serializing_if = "Option::is_none")]
    pub login_with_passkey: Option<bool>,
    /// From which networks users may log on, joined by `;`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub login_network_masks: Option<String>,
    /// How long a logon holds, in hours.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub login_session_hours: Option<u32>,
    /// After how many days an idle user is disabled.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub idle_days_of_users: Option<u32>,
    /// After how many days an idle key is disabled.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub idle_days_of_access_keys: Option<u32>,
    /// By what else users prove who they are.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub verification_types: Option<Vec<String>>,
}

impl SecurityPreference {
    /// What of `now` an account does not start with.
    pub(super) fn changed(now: &directory::SecurityPreference) -> Self {
        fn other<T: PartialEq + Clone>(now: &T, start: &T) -> Option<T> {
            (now != start).then(|| now.clone())
        }
        let start = directory::SecurityPreference::default();
        let (more, start_more): (&MorePreferences, &MorePreferences) = (&now.more, &start.more);
        Self {
            change_password: other(&now.change_password, &start.change_password),
            manage_access_keys: other(&now.manage_access_keys, &start.manage_access_keys),
            manage_mfa_devices: other(&now.manage_mfa_devices, &start.manage_mfa_devices),
            manage_public_keys: other(&now.manage_public_keys, &start.manage_public_keys),
            manage_personal_ding_talk: other(&more.manage_personal_ding_talk, &start_more.manage_personal_ding_talk),
            manage_service_credentials: other(&more.manage_service_credentials, &start_more.manage_service_credentials),
            save_mfa_ticket: other(&now.save_mfa_ticket, &start.save_mfa_ticket),
            mfa_for_login: other(&more.mfa_for_login, &start_more.mfa_for_login),
            risk_login: other(&more.risk_login, &start_more.risk_login),
            login_with_passkey: other(&more.login_with_passkey, &start_more.login_with_passkey),
            login_network_masks: other(&now.login_network_masks, &start.login_network_masks),
            login_session_hours: other(&now.login_session_duration, &start.login_session_duration),
            idle_days_of_users: other(&more.idle_days_of_users, &start_more.idle_days_of_users),
            idle_days_of_access_keys: other(&more.idle_days_of_access_keys, &start_more.idle_days_of_access_keys),
            verification_types: other(&more.verification_types, &start_more.verification_types),
        }
    }
    /// Changes a preference into the one that this was read of.
    pub(super) fn put_into(&self, now: &mut directory::SecurityPreference) {
        fn set<T: Clone>(to: &mut T, changed: Option<&T>) {
            if let Some(changed) = changed {
                to.clone_from(changed);
            }
        }
        let more = &mut now.more;
        set(&mut more.manage_personal_ding_talk, self.manage_personal_ding_talk.as_ref());
        set(&mut more.manage_service_credentials, self.manage_service_credentials.as_ref());
        set(&mut more.mfa_for_login, self.mfa_for_login.as_ref());
        set(&mut more.risk_login, self.risk_login.as_ref());
        set(&mut more.login_with_passkey, self.login_with_passkey.as_ref());
        set(&mut more.idle_days_of_users, self.idle_days_of_users.as_ref());
        set(&mut more.idle_days_of_access_keys, self.idle_days_of_access_keys.as_ref());
        set(&mut more.verification_types, self.verification_types.as_ref());
        set(&mut now.change_password, self.change_password.as_ref());
        set(&mut now.manage_access_keys, self.manage_access_keys.as_ref());
        set(&mut now.manage_mfa_devices, self.manage_mfa_devices.as_ref());
        set(&mut now.manage_public_keys, self.manage_public_keys.as_ref());
        set(&mut now.save_mfa_ticket, self.save_mfa_ticket.as_ref());
        set(&mut now.login_network_masks, self.login_network_masks.as_ref());
        set(&mut now.login_session_duration, self.login_session_hours.as_ref());
    }
}
