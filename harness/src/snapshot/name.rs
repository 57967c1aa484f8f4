//! Which snapshot belongs to which scenario.

use std::path::{Path, PathBuf};

/// The folder that scenarios live under; what lies above it is no part of their names.
const ROOT: &str = "scenarios";

/// The name of the scenario in a file: its path below the folder `scenarios`, without extension;
/// outside of such a folder its file name.
pub fn scenario_name(path: &Path) -> String {
    let below: PathBuf = match root_of(path) {
        Some(root) => path.strip_prefix(&root).unwrap_or(path).to_owned(),
        None => path.file_name().map(PathBuf::from).unwrap_or_default(),
    };
    let parts: Vec<_> =
        below.with_extension("").components().map(|part| part.as_os_str().to_string_lossy().into_owned()).collect();
    parts.join("/")
}

/// The folder of a scenario's snapshot: `snapshots` beside `scenarios`, or beside the file.
pub fn folder_of(path: &Path) -> PathBuf {
    let beside = root_of(path).unwrap_or_else(|| path.to_owned());
    beside.parent().unwrap_or_else(|| Path::new("")).join("snapshots")
}

/// The scenario's file as its snapshot names it, wherever the command was run.
pub fn source_of(path: &Path) -> String {
    match root_of(path) {
        Some(_) => format!("{ROOT}/{}.yaml", scenario_name(path)),
        None => format!("{}.yaml", scenario_name(path)),
    }
}

/// The nearest folder called `scenarios` around a file.
fn root_of(path: &Path) -> Option<PathBuf> {
    path.ancestors().skip(1).find(|folder| folder.file_name().is_some_and(|name| name == ROOT)).map(Path::to_owned)
}

/// The snapshot's file name, as insta makes it.
pub(super) fn file_name(scenario: &str) -> String {
    format!("{}.snap", scenario.replace('/', "__"))
}

#[cfg(test)]
mod tests {
    use std::path::Path;

    use super::{file_name, folder_of, scenario_name, source_of};

    #[test]
    fn a_scenario_is_named_from_its_root() {
        let path = Path::new("lab/scenarios/langstudio/owner-authorizes.yaml");
        assert_eq!(scenario_name(path), "langstudio/owner-authorizes");
        assert_eq!(folder_of(path), Path::new("lab/snapshots"));
        assert_eq!(source_of(path), "scenarios/langstudio/owner-authorizes.yaml");
        assert_eq!(file_name("langstudio/owner"), "langstudio__owner.snap");
    }

    #[test]
    fn a_file_elsewhere_is_named_after_itself() {
        assert_eq!(scenario_name(Path::new("x/mine.yaml")), "mine");
        assert_eq!(folder_of(Path::new("x/mine.yaml")), Path::new("x/snapshots"));
        assert_eq!(folder_of(Path::new("mine.yaml")), Path::new("snapshots"));
    }
}
