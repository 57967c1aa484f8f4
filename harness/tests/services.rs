//! `acslab services`: the ledger of operations, for people and for programs.

#![expect(clippy::unwrap_used, reason = "a test ends where it cannot go on")]

use std::process::{Command, Output};

use serde_json::{Value, json};

fn acslab(arguments: &[&str]) -> Output {
    Command::new(env!("CARGO_BIN_EXE_acslab")).arg("services").args(arguments).output().unwrap()
}

fn text(arguments: &[&str]) -> String {
    String::from_utf8(acslab(arguments).stdout).unwrap()
}

fn all() -> Vec<Value> {
    serde_json::from_str(&text(&["--format", "json"])).unwrap()
}

#[test]
fn every_performed_operation_has_a_source_and_was_exercised() {
    let all = all();
    assert!(all.len() > 500, "{}", all.len());
    for operation in &all {
        assert_ne!(operation["source"]["text"], "", "{operation}");
        // Rows of the catalogue are walked over by a test of their own, which leaves no entries.
        if operation["source"]["kind"] == "catalogue" {
            continue;
        }
        assert_eq!(operation["allow"].is_object(), operation["performed"] == true, "{operation}");
        assert_eq!(operation["deny"].is_array(), operation["performed"] == true, "{operation}");
        if operation["performed"] == true
            && matches!(operation["access"].as_str(), Some("policies" | "owner" | "federated"))
        {
            assert_ne!(operation["deny"], json!([]), "{operation}");
        }
    }
}

#[test]
fn an_operation_for_people() {
    let sts = text(&["Sts"]);
    let expected = "\
  AssumeRole  sts:AssumeRole on acs:ram:*:{role_account}:role/{role_name}  sts:SetSourceIdentity on acs:ram:*:{role_account}:role/{role_name} when SourceIdentity is given
      documented: AssumeRole
      tested: allow by least policy (200), deny by no policy, explicit Deny
";
    assert!(sts.starts_with("Sts 2015-04-01  RPC, 4 operations, ") && sts.contains(expected), "{sts}");
    let vpc = text(&["Vpc"]);
    assert!(vpc.contains("  CreateVpc  vpc:CreateVpc on "), "{vpc}");
    assert!(!vpc.contains(", 0 performed"), "{vpc}");
    assert!(vpc.contains("  AddBgpNetwork  decided, not performed  vpc:AddBgpNetwork on "), "{vpc}");
    assert_eq!(text(&[]).lines().next().unwrap(), text(&["--all"]).lines().next().unwrap());
}

/// What the catalogue has by another name is the operation that is performed, and no other one.
#[test]
fn a_second_name_is_the_same_operation() {
    for (second, performed) in
        [("ListBuckets", "GetService"), ("listobjects", "GetBucket"), ("ListObjectsV2", "GetBucketV2")]
    {
        let told = text(&[&format!("Oss.{second}")]);
        assert!(told.contains(&format!("  {performed} (")) && !told.contains("not performed"), "{told}");
    }
    let oss: Vec<Value> = serde_json::from_str(&text(&["Oss", "--format", "json"])).unwrap();
    assert!(oss.iter().all(|one| one["operation"] != "ListBuckets" && one["performed"] == true), "all are performed");
    assert_eq!(oss.iter().find(|one| one["operation"] == "GetService").unwrap()["other_name"], "ListBuckets");
    let names: std::collections::BTreeSet<_> = oss.iter().map(|one| one["operation"].to_string()).collect();
    let performed = names.len();
    assert!(text(&["Oss"]).starts_with(&format!("Oss 2019-05-17  OSS, {performed} operations, {performed} performed")));
}

#[test]
fn an_operation_for_programs() {
    let named = text(&["Sts", "--format", "json"]);
    let operations: Vec<Value> = serde_json::from_str(&named).unwrap();
    let names: Vec<_> = operations.iter().map(|operation| &operation["operation"]).collect();
    assert_eq!(names, ["AssumeRole", "AssumeRoleWithOIDC", "AssumeRoleWithSAML", "GetCallerIdentity"]);
    let expected = json!({
        "product": "Sts", "version": "2015-04-01", "operation": "GetCallerIdentity", "style": "RPC", "performed": true,
        "access": "signed", "why": operations[3]["why"], "checks": [],
        "source": {"kind": "documented", "text": "GetCallerIdentity"},
        "allow": {"by": "signature", "answer": "200"}, "deny": [], "seen": null,
    });
    assert_eq!(operations[3], expected);
}

#[test]
fn a_report_says_what_was_seen_in_the_cloud() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("report.json");
    let report = json!({"date": "2026-11-27", "operations": {"Sts 2015-04-01 AssumeRole": {"calls": 4, "differ": 1}}, "scenarios": []});
    std::fs::write(&file, report.to_string()).unwrap();
    let file = file.to_str().unwrap();
    let sts = text(&["Sts", "--seen", file]);
    let line = "      seen in the cloud on 2026-11-27, 1 of 4 calls answered differently here\n";
    assert!(sts.contains(line) && sts.matches("seen in").count() == 1, "{sts}");
    let all: Vec<Value> = serde_json::from_str(&text(&["Sts", "--json", "--seen", file])).unwrap();
    assert_eq!(all[0]["seen"], json!({"date": "2026-11-27", "calls": 4, "differ": 1}));
    std::fs::write(file, "{}").unwrap();
    let wrong = acslab(&["Sts", "--seen", file]);
    assert_eq!(wrong.status.code(), Some(2));
    assert!(String::from_utf8_lossy(&wrong.stderr).contains("cannot use the report"));
}

#[test]
fn operations_are_found_by_what_they_need() {
    let found = |arguments: &[&str]| {
        let all: Vec<Value> = serde_json::from_str(&text(&[arguments, &["--json"]].concat())).unwrap();
        let name = |one: &Value| format!("{}.{}", one["product"].as_str().unwrap(), one["operation"].as_str().unwrap());
        all.iter().map(name).collect::<Vec<_>>()
    };
    assert_eq!(found(&["Ecs", "--action", "ecs:Run*"]), ["Ecs.RunCommand", "Ecs.RunInstances"]);
    let passing = found(&["Ecs", "--needs", "ram:PassRole"]);
    assert!(passing.contains(&"Ecs.RunInstances".to_owned()), "{passing:?}");
    assert!(found(&["oss:PutObject", "Oss"]).contains(&"Oss.PutObject".to_owned()));
    let stop = text(&["Ecs", "ecs:StopInstance"]);
    let line = "  StopInstance  ecs:StopInstance on acs:ecs:{region}:{account}:instance/{InstanceId|*}\n";
    assert!(stop.contains(line), "{stop}");
    let unpublished = text(&["aas", "aas:CheckMfaBind"]);
    assert!(unpublished.contains("aas:CheckMfaBind on acs:aas:{region}:{account}:* (by default)"), "{unpublished}");
    let nothing = acslab(&["Ecs", "--action", "ecs:NoSuchThing"]);
    assert_eq!((nothing.status.code(), nothing.stdout.as_slice()), (Some(1), b"No operation fits.\n".as_slice()));
}

#[test]
fn an_unknown_product_is_an_error() {
    let output = acslab(&["Stss"]);
    assert_eq!(output.status.code(), Some(2));
    assert!(String::from_utf8_lossy(&output.stderr).contains("did you mean `Sts`?"));
}
