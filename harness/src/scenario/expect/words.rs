//! What is expected, in the words of the file, in short.

use super::outcome::{Expect, Outcome};

impl Expect {
    /// `success`, `denied oss:GetObject`, `error NoPermission`: how the answer must be, without what its fields must be.
    pub fn in_short(&self) -> String {
        self.outcome.in_short()
    }
}

impl Outcome {
    fn in_short(&self) -> String {
        match self {
            Self::Success(_) => "success".to_owned(),
            Self::Answer(_) => "answer".to_owned(),
            Self::Refusal(refusal) => match (&refusal.error, &refusal.denied) {
                (Some(code), _) => format!("error {code}"),
                (None, Some(denied)) => {
                    let action = denied.details.iter().find(|(name, _)| *name == "AuthAction");
                    action.map_or("denied".to_owned(), |(_, action)| format!("denied {}", action.as_written()))
                }
                (None, None) => "refused".to_owned(),
            },
            Self::OneOf(all) => all.iter().map(Self::in_short).collect::<Vec<_>>().join(" | "),
            Self::Not(one) => format!("not {}", one.in_short()),
            Self::Status(status, one) => match **one {
                Self::Answer(_) => format!("status {status}"),
                _ => format!("{}, status {status}", one.in_short()),
            },
        }
    }
}
