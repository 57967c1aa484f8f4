//! Whether one principal, as a policy names it, stands for all that another does.

use acslab_policy::catalogue::{fits_exactly, patterns_meet};

/// What stands before those that a `NotPrincipal` leaves out.
pub(super) const ALL_BUT: &str = "all but ";

/// Is whoever `inner` means meant by `outer`? Where that cannot be told, no. In a trust policy no pattern means anybody.
pub(super) fn covers(outer: &str, inner: &str, patterns: bool) -> bool {
    let covers = |outer: &str, inner: &str| covers(outer, inner, patterns);
    match (outer.strip_prefix(ALL_BUT), inner.strip_prefix(ALL_BUT)) {
        (None, None) => {}
        (Some(_), Some(_)) if outer == inner => return true,
        (Some(outer), Some(inner)) => {
            return outer.split(", ").all(|left_out| inner.split(", ").any(|one| covers(one, left_out)));
        }
        (Some(outer), None) => {
            return inner != "*" && !outer.split(", ").any(|left_out| meet(left_out, inner, patterns));
        }
        (None, Some(_)) => return patterns && outer == "*",
    }
    if outer == inner || (patterns && outer == "*") {
        return true;
    }
    if let Some(account) = outer.strip_suffix(":root") {
        // The whole account is its users and the sessions of its roles.
        let of = inner.strip_prefix(account).and_then(|rest| rest.strip_prefix(':'));
        return of.is_some_and(|of| ["user/", "role/", "assumed-role/"].iter().any(|kind| of.starts_with(kind)));
    }
    if let Some((account, role)) = outer.split_once(":role/") {
        let session = inner.strip_prefix(account).and_then(|rest| rest.strip_prefix(":assumed-role/"));
        return session.and_then(|rest| rest.split_once('/')).is_some_and(|(of, _)| of.eq_ignore_ascii_case(role));
    }
    // A `?` would take the star of a pattern for one character.
    patterns && outer.contains(':') && !(outer.contains('?') && inner.contains('*')) && fits_exactly(outer, inner)
}

/// May somebody be meant by both?
pub(super) fn meet(one: &str, other: &str, patterns: bool) -> bool {
    let by_text = || if patterns { patterns_meet(one, other) } else { one == other };
    one.starts_with(ALL_BUT)
        || other.starts_with(ALL_BUT)
        || covers(one, other, patterns)
        || covers(other, one, patterns)
        || by_text()
}

#[cfg(test)]
mod tests {
    use super::{covers, meet};

    #[test]
    fn a_principal_covers_those_that_it_stands_for() {
        let (root, user, role) = ("acs:ram::<a>:root", "acs:ram::<a>:user/bob", "acs:ram::<a>:role/Ops");
        let (session, sessions) = ("arn:sts::1:assumed-role/ops/s", "arn:sts::*:*/*/*");
        for (outer, inner, patterns, is) in [
            ("*", "2000000000000001", true, true),
            ("2000000000000001", "*", true, false),
            ("*", user, false, false),
            (root, user, false, true),
            (root, role, false, true),
            (user, root, false, false),
            ("acs:ram::<b>:root", user, false, false),
            (role, "acs:ram::<a>:assumed-role/ops/s", false, true),
            (role, "acs:ram::<a>:assumed-role/ops-2/s", false, false),
            (sessions, session, true, true),
            (session, sessions, true, false),
            ("all but 1", "2", true, true),
            ("all but 1", "1", true, false),
            ("all but 1", "*", true, false),
            ("all but 1", "all but 1, 2", true, true),
            ("all but 1, 2", "all but 1", true, false),
            ("*", "all but 1", true, true),
            ("1", "all but 2", true, false),
        ] {
            assert_eq!(covers(outer, inner, patterns), is, "{outer} {inner}");
            assert!(!is || meet(inner, outer, patterns), "{outer} {inner}");
        }
    }
}
