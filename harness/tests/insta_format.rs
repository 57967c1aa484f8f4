//! The snapshot files are insta's: its own macro reads them, and tells a different text.

use acslab::snapshot::{Mode, Snapshot, Store};

fn insta_agrees(folder: &std::path::Path, text: &'static str) -> bool {
    let folder = folder.to_owned();
    let check = move || {
        let mut settings = insta::Settings::new();
        settings.set_snapshot_path(folder);
        settings.set_prepend_module_to_snapshot(false);
        settings.bind(|| insta::assert_snapshot!("langstudio/owner-authorizes", text));
    };
    std::panic::catch_unwind(check).is_ok()
}

#[test]
fn insta_reads_what_a_run_accepted() {
    let folder = tempfile::tempdir().unwrap();
    let snapshot = Snapshot {
        source: "scenarios/langstudio/owner-authorizes.yaml".into(),
        description: "The account owner authorizes LangStudio: \"once\"".into(),
        contents: "account company\n  users: none\n".into(),
    };
    let store = Store::new(folder.path().to_owned());
    store.settle("langstudio/owner-authorizes", &snapshot, Mode::Accept).unwrap();
    assert!(insta_agrees(folder.path(), "account company\n  users: none\n"));
    assert!(!insta_agrees(folder.path(), "account company\n  users: some\n"));
    // insta leaves its own pending file where ours would lie: the same review works on both.
    let pending = store.pending().unwrap();
    assert_eq!(pending.len(), usize::from(std::env::var_os("CI").is_none()));
}
