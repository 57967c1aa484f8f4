//! What no operation of the cloud does, and its control surface does: the clock moves, somebody acts as a service's role, an issuer's
//! keys are known, and roles in workspaces are read in one way or the other.

use crate::scenario::argument::Argument;
use crate::scenario::reader::{Fields, Reader};
use crate::scenario::scope::{Caller, Person, Scope};
use crate::scenario::step::act::named_caller;
use crate::scenario::step::duration;

/// The fields of a step that tell it, in the order that they count where a step has several.
pub(super) const FIELDS: &[&str] = &["workspace_roles", "clock", "advance_clock", "wait", "oidc_keys", "role_sessions"];

/// One thing that is asked of the control surface.
#[derive(Clone, Debug)]
pub enum Control {
    /// The clock moves by so many seconds.
    AdvanceClock(i64),
    /// The clock shows this time, RFC 3339 in UTC.
    SetClock(String),
    /// These are the keys of an issuer of OIDC tokens.
    OidcKeys {
        /// Who issues: `https://token.actions.githubusercontent.com`.
        issuer: String,
        /// Its key set, as it publishes it.
        keys: Argument,
    },
    /// A session of a role, whoever it trusts.
    RoleSession {
        /// Who has the session from then on; its account is the role's.
        caller: Caller,
        /// The role.
        role: String,
        /// The name of the value that is the account's id, if it is none of the scenario's accounts.
        account: Option<String>,
    },
    /// Roles in PAI's workspaces are read strictly, or not.
    WorkspaceRoles {
        /// Must RAM allow as well?
        strict: bool,
    },
}

impl Control {
    /// Reads what a step asks of the control surface; sessions that it takes enter the scope.
    pub(super) fn read(fields: &Fields<'_>, reader: &mut Reader<'_>, scope: &mut Scope) -> Vec<Self> {
        let mut all = Vec::new();
        if let Some(node) = fields.get("workspace_roles") {
            const EXPECTED: &str = "`strict`, where RAM must allow as well, or `sufficient`";
            match reader.text(node, EXPECTED).map(|text| text.value).as_deref() {
                Some("strict") => all.push(Self::WorkspaceRoles { strict: true }),
                Some("sufficient") => all.push(Self::WorkspaceRoles { strict: false }),
                Some(_) => {
                    reader.expected(node, EXPECTED, None);
                }
                None => {}
            }
        }
        if let Some(node) = fields.get("advance_clock") {
            const EXPECTED: &str = "a number of seconds, such as `600`";
            if let Some(text) = reader.text(node, EXPECTED) {
                match text.value.parse() {
                    Ok(seconds) => all.push(Self::AdvanceClock(seconds)),
                    Err(_) => {
                        reader.expected(node, EXPECTED, None);
                    }
                }
            }
        }
        if let Some(node) = fields.get("clock") {
            all.extend(crate::scenario::given::time(node, reader).map(Self::SetClock));
        }
        if let Some(node) = fields.get("wait") {
            all.extend(duration::ahead(node, reader).map(Self::AdvanceClock));
        }
        if let Some(node) = fields.get("oidc_keys") {
            const EXPECTED: &str =
                "a key set each for issuers of tokens, such as `https://ci.example.com: {file: keys.json}`";
            let entries = reader.entries(node, EXPECTED);
            if entries.is_empty() {
                reader.expected(node, EXPECTED, None);
            }
            for (issuer, keys) in entries {
                let keys = Argument::read(keys, reader, scope);
                all.push(Self::OidcKeys { issuer: issuer.value.clone(), keys });
            }
        }
        if let Some(node) = fields.get("role_sessions") {
            const EXPECTED: &str = "a name each for sessions of roles, such as `langstudio: ROLE`";
            let entries = reader.entries(node, EXPECTED);
            if entries.is_empty() {
                reader.expected(node, EXPECTED, None);
            }
            for (name, node) in entries {
                let caller = named_caller(name, reader, scope);
                let role = reader.text(node, "the name of a role");
                if let (Some(caller), Some(role)) = (caller, role) {
                    let account = match &caller {
                        Caller::Owner(account) | Caller::Named { account, .. } => Some(account.as_str()),
                        Caller::Anonymous => None,
                    };
                    scope.check_person(Person::Role, &role.value, account, role.span, reader);
                    scope.add_caller(caller.clone());
                    all.push(Self::RoleSession { caller, role: role.value, account: None });
                }
            }
        }
        all
    }
}
