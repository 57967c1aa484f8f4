//! `acslab diff`, from outside.

#![expect(clippy::unwrap_used, reason = "a test may fail by panicking")]

use std::process::Command;

fn diff(arguments: &[&str]) -> (Option<i32>, String, String) {
    let output = Command::new(env!("CARGO_BIN_EXE_acslab")).arg("diff").args(arguments).output().unwrap();
    let text = |bytes| String::from_utf8(bytes).unwrap();
    (output.status.code(), text(output.stdout), text(output.stderr))
}

#[test]
fn files_folders_and_system_policies() {
    let folder = tempfile::tempdir().unwrap();
    let write = |name: &str, action: &str| {
        let path = folder.path().join(name);
        std::fs::create_dir_all(path.parent().unwrap()).unwrap();
        let text = format!(r#"{{"Version":"1","Statement":[{{"Effect":"Allow","Action":{action},"Resource":"*"}}]}}"#);
        std::fs::write(&path, text).unwrap();
        path.to_str().unwrap().to_owned()
    };
    let old = write("old.json", r#""sts:AssumeRole""#);
    let new = write("new.json", r#"["sts:AssumeRole", "ram:GetUser"]"#);
    let (code, text, _) = diff(&[&old, &new]);
    assert_eq!(code, Some(1));
    assert!(text.starts_with("only the new one allows, shown by 1 request:\n"), "{text}");
    assert!(text.contains("  + ram:GetUser on any resource\n") && !text.contains("sts:"), "{text}");

    write("set/a.json", r#""sts:AssumeRole""#);
    write("set/b.json", r#""ram:GetUser""#);
    let set = folder.path().join("set").to_str().unwrap().to_owned();
    assert_eq!(diff(&[&set, &new]), (Some(0), "both allow the same\n".to_owned(), String::new()));
    assert_eq!(diff(&["system:AliyunSTSAssumeRoleAccess", &old]).0, Some(0));

    let (code, text, _) = diff(&["system:AliyunKMSCryptoUserAccess@v1", "system:AliyunKMSCryptoUserAccess"]);
    assert_eq!(code, Some(1));
    assert!(text.contains("  + kms:GenerateMac on any resource\n") && !text.contains("only the old one"), "{text}");
    let (code, _, error) = diff(&["system:AliyunKMSCryptoUserAccess@v9", &old]);
    assert_eq!(code, Some(2));
    assert!(error.contains("only v1, v2"), "{error}");
    let (code, _, error) = diff(&["system:AliyunSTSAssumeRolAccess", &old]);
    assert_eq!(code, Some(2));
    assert!(error.contains("did you mean `AliyunSTSAssumeRoleAccess`?"), "{error}");
    let empty = folder.path().join("empty");
    std::fs::create_dir(&empty).unwrap();
    assert_eq!(diff(&[empty.to_str().unwrap(), &old]).0, Some(2));
}

/// Of a statement's patterns each is told, whatever is known of its service.
#[test]
fn every_pattern_is_told() {
    let folder = tempfile::tempdir().unwrap();
    let write = |name: &str, action: &str| {
        let path = folder.path().join(name);
        let text = format!(r#"{{"Version":"1","Statement":[{{"Effect":"Allow","Action":{action},"Resource":"*"}}]}}"#);
        std::fs::write(&path, text).unwrap();
        path.to_str().unwrap().to_owned()
    };
    let old = write("old.json", r#""sts:AssumeRole""#);
    for (action, told) in [
        (r#"["sts:AssumeRole", "kms:*", "actiontrail:*"]"#, ["+ kms:", "others of actiontrail:*)"]),
        (r#"["sts:AssumeRole", "ecs:Describe*", "slb:*"]"#, ["others of ecs:Describe*)", "others of slb:*)"]),
    ] {
        let (_, text, _) = diff(&[&old, &write("new.json", action)]);
        assert!(told.iter().all(|told| text.contains(told)), "{text}");
    }
}

/// What a policy holds reaches no terminal as it is.
#[test]
fn control_characters_are_escaped() {
    let folder = tempfile::tempdir().unwrap();
    let write = |name: &str, prefix: &str| {
        let path = folder.path().join(name);
        let text = format!(
            r#"{{"Version":"1","Statement":[{{"Effect":"Allow","Action":"oss:GetObject","Resource":"*",
                "Condition":{{"StringEquals":{{"oss:Prefix":"{prefix}"}}}}}}]}}"#
        );
        std::fs::write(&path, text).unwrap();
        path.to_str().unwrap().to_owned()
    };
    let (old, new) = (write("old.json", "b"), write("new.json", r"b\u001b[31m"));
    let (code, text, _) = diff(&[&old, &new]);
    assert_eq!(code, Some(1), "{text}");
    assert!(text.contains(r"b\u001b[31m") && !text.contains('\u{1b}'), "{text:?}");
}
