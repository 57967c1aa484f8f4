//! On what a request for an action can be, as patterns that tell it from all else.

use acslab_policy::catalogue::{ArnShape, fits_exactly};

use super::doubts::published_forms;

/// One form of the resources of an action.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct On {
    /// What fits it.
    pub(crate) pattern: String,
    /// What of that does not: a name has no slash in it.
    pub(crate) but: Option<String>,
}

/// On what an action is, where all of it is published.
pub(crate) fn resources_of(action: &str) -> Option<Vec<On>> {
    let on = |form: &ArnShape| {
        let pattern = form.filled("*", "*", |_, _| "?*".to_owned());
        // No pattern tells the star of all such things from any other character.
        let pattern = match pattern.strip_suffix('*').filter(|_| form.is_collection()) {
            Some(before) => format!("{}?*", before.trim_end_matches('?')),
            None => pattern,
        };
        let below = form.filled("*", "*", |_, _| "x".to_owned()) + "/x";
        let named = pattern.strip_suffix("?*").filter(|_| !form.is_collection() && !form.may_match(&below));
        On { but: named.map(|before| format!("{before}*/*")), pattern }
    };
    Some(published_forms(action)?.iter().map(on).collect())
}

/// Can a request for an action be on a resource, as far as it is published?
pub(crate) fn may_be_on(action: &str, resource: &str) -> bool {
    let is_on =
        |on: &On| fits_exactly(&on.pattern, resource) && on.but.as_ref().is_none_or(|but| !fits_exactly(but, resource));
    resources_of(action).is_none_or(|all| all.iter().any(is_on))
}

#[cfg(test)]
mod tests {
    use super::may_be_on;

    #[test]
    fn an_action_is_on_what_its_operation_is_on() {
        for (action, resource, is) in [
            ("oss:DeleteObject", "acs:oss:cn-hangzhou:1:photos/a/b", true),
            ("oss:DeleteObject", "acs:oss:cn-hangzhou:1:photos/", false),
            ("oss:DeleteObject", "acs:oss:cn-hangzhou:1:photos", false),
            ("oss:DeleteObject", "acs:x:cn-hangzhou:1:photos/a", false),
            ("oss:DeleteObject", "*", false),
            ("oss:PutBucketAcl", "acs:oss:cn-hangzhou:1:photos", true),
            ("oss:PutBucketAcl", "acs:oss:cn-hangzhou:1:photos/a", false),
            ("ram:GetUser", "acs:ram:*:1:user/alice", true),
            ("ram:GetUser", "acs:ram::1:user/alice", true),
            ("ram:GetUser", "acs:ram:*:1:role/alice", false),
            ("my:Own", "anything", true),
        ] {
            assert_eq!(may_be_on(action, resource), is, "{action} {resource}");
        }
    }
}
