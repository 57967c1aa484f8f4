//! Plurals, lists of choices, and the nearest known name.

/// "1 step", "2 steps".
pub fn count(number: usize, singular: &str) -> String {
    if number == 1 { format!("1 {singular}") } else { format!("{number} {singular}s") }
}

/// "`a`, `b` or `c`".
pub fn or_list(choices: &[impl AsRef<str>]) -> String {
    let quoted: Vec<_> = choices.iter().map(|c| format!("`{}`", c.as_ref())).collect();
    match quoted.split_last() {
        None => "nothing".into(),
        Some((only, [])) => only.clone(),
        Some((last, rest)) => format!("{} or {last}", rest.join(", ")),
    }
}

/// "the fields are `a`, `b`", or that there are none.
pub fn one_of(what: &str, known: &[impl AsRef<str>]) -> String {
    if known.is_empty() {
        return format!("there are no {what}");
    }
    let quoted: Vec<_> = known.iter().map(|k| format!("`{}`", k.as_ref())).collect();
    format!("the {what} are {}", quoted.join(", "))
}

/// The known name that `written` most likely stands for, if one is near.
pub fn nearest<'k>(written: &str, known: impl IntoIterator<Item = &'k str>) -> Option<String> {
    let lower = written.to_lowercase();
    let allowed = (lower.chars().count() / 3).max(1);
    known
        .into_iter()
        .map(|name| (strsim::osa_distance(&lower, &name.to_lowercase()), name))
        .filter(|(distance, _)| *distance <= allowed)
        .min()
        .map(|(_, name)| name.to_owned())
}

/// The known name that differs from `written` in letter case or by one slip of the pen.
pub fn slip<'k>(written: &str, known: impl IntoIterator<Item = &'k str>) -> Option<String> {
    let lower = written.to_lowercase();
    let near = |name: &&str| strsim::osa_distance(&lower, &name.to_lowercase()) <= 1;
    known.into_iter().find(near).map(str::to_owned)
}

/// Why a file could not be used, the same on every system.
pub fn io_reason(error: &std::io::Error) -> String {
    use std::io::ErrorKind;
    match error.kind() {
        ErrorKind::NotFound => "there is no such file".into(),
        ErrorKind::IsADirectory => "it is a folder".into(),
        ErrorKind::PermissionDenied => "permission denied".into(),
        ErrorKind::InvalidData => "it is not UTF-8 text".into(),
        _ => error.to_string(),
    }
}

#[cfg(test)]
mod tests {
    use super::{count, nearest, one_of, or_list};

    #[test]
    fn a_near_name_is_found_whatever_its_case() {
        let known = ["CreateUser", "DeleteUser", "GetUser"];
        assert_eq!(nearest("createuser", known), Some("CreateUser".into()));
        assert_eq!(nearest("CreatUser", known), Some("CreateUser".into()));
        assert_eq!(nearest("ListBuckets", known), None);
        assert_eq!(nearest("on", ["of", "in"]), Some("in".into()));
    }

    #[test]
    fn lists_read_aloud() {
        assert_eq!(or_list(&["a"]), "`a`");
        assert_eq!(or_list(&["a", "b", "c"]), "`a`, `b` or `c`");
        assert_eq!(one_of("fields", &["a", "b"]), "the fields are `a`, `b`");
        assert_eq!(count(1, "step"), "1 step");
        assert_eq!(count(0, "step"), "0 steps");
    }
}
