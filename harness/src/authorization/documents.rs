//! Which parts of a state are files of their own: the policy documents; and how their files are called.

use std::collections::HashSet;
use std::path::{Component, Path};

use serde_json::Value;

/// A document of an account.
pub(super) struct Place<'v> {
    /// The file, from the account's folder: `policies/Photos.v1.json`.
    pub(super) file: String,
    /// The keys that lead to it: `/policies/Photos/versions/v1`.
    pub(super) pointer: String,
    /// The document, or in its place the name of a file.
    pub(super) value: &'v mut Value,
}

/// Does something with every document of an account.
pub(super) fn each<E>(account: &mut Value, mut visit: impl FnMut(Place<'_>) -> Result<(), E>) -> Result<(), E> {
    let mut names = Names::default();
    let mut entries = |account: &mut Value, part: &str, inner: &[&str], folder: &str| -> Result<(), E> {
        let Some(Value::Object(named)) = pick(account, part) else { return Ok(()) };
        for (name, entry) in named.iter_mut() {
            let Some(value) = inner.iter().try_fold(entry, |value, key| value.get_mut(*key)) else { continue };
            if value.is_null() {
                continue;
            }
            let path = inner.iter().fold(format!("{part}/{name}"), |path, key| path + "/" + key);
            let file = names.own(&format!("{folder}/{}", safe(name)));
            let place = Place { file, pointer: format!("/{path}"), value };
            visit(place)?;
        }
        Ok(())
    };
    entries(account, "roles", &["trust"], "roles")?;
    entries(account, "buckets", &["policy"], "buckets")?;
    entries(account, "system_policies", &["text"], "system-policies")?;
    entries(account, "resource_directory/control_policies", &["document"], "control-policies")?;
    if let Some(Value::Object(policies)) = account.get_mut("policies") {
        for (name, policy) in policies.iter_mut() {
            let Some(Value::Object(versions)) = policy.get_mut("versions") else { continue };
            for (version, value) in versions.iter_mut() {
                let file = names.own(&format!("policies/{}.{}", safe(name), safe(version)));
                visit(Place { file, pointer: format!("/policies/{name}/versions/{version}"), value })?;
            }
        }
    }
    Ok(())
}

fn pick<'v>(value: &'v mut Value, path: &str) -> Option<&'v mut Value> {
    path.split('/').try_fold(value, |value, key| value.get_mut(key))
}

/// The files' names so far.
#[derive(Default)]
struct Names(HashSet<String>);

impl Names {
    /// A file's name that none has yet, also where letter case counts for nothing: with a number, if another is called so.
    fn own(&mut self, front: &str) -> String {
        let mut file = format!("{front}.json");
        let mut number = 1;
        while !self.0.insert(file.to_lowercase()) {
            number += 1;
            file = format!("{front}-{number}.json");
        }
        file
    }
}

/// Is a name one of a folder within another, on every system: nothing that leads out of it, or further in?
pub(crate) fn is_folder_name(name: &str) -> bool {
    let mut parts = Path::new(name).components();
    let one = matches!((parts.next(), parts.next()), (Some(Component::Normal(part)), None) if part == name);
    one && !name.contains(['/', '\\', ':', '\0'])
}

/// A name as a file may be called on every system.
fn safe(name: &str) -> String {
    let plain = |c: char| c.is_alphanumeric() || matches!(c, '-' | '_' | '.');
    let text: String = name.chars().map(|c| if plain(c) { c } else { '_' }).collect();
    // Nothing that leads out of the folder, and nothing hidden.
    if text.starts_with('.') { format!("_{text}") } else { text }
}

#[cfg(test)]
mod tests {
    use super::is_folder_name;

    #[test]
    fn a_folder_s_name_leads_nowhere_else() {
        assert!(["company", "account-1", "a b", "公司", "..x"].into_iter().all(is_folder_name));
        let others = ["", ".", "..", "/", "/x", "x/", "../x", "../../x", "a/b", "./x", "x/.", "a\\b", "C:x", "a\0"];
        assert_eq!(others.into_iter().filter(|name| is_folder_name(name)).collect::<Vec<_>>(), [""; 0]);
    }
}
