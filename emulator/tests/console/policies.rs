//! Policies that nobody has: judged, compared, written.

use serde_json::{Value, json};

use super::{ask, json, start};
use crate::kit::policy;

fn post(cloud: &acslab_emulator::EmulatorHandle, path: &str, body: &Value) -> Value {
    let answer = ask(cloud, "POST", path, &body.to_string());
    assert_eq!(answer.status, 200, "{}", answer.text());
    json(&answer)
}

#[test]
fn a_request_is_judged_by_policies_of_each_kind() {
    let cloud = start();
    let object = "acs:oss:*:1234567890123456:photos/a.jpg";
    let allow = policy("Allow", "oss:GetObject", "acs:oss:*:*:photos/*");
    let verdict = |policies: Value| {
        let asked = json!({"policies": policies, "request": {"action": "oss:GetObject", "resource": object}});
        post(&cloud, "policies/evaluate", &asked)["decision"]["verdict"].as_str().unwrap_or_default().to_owned()
    };
    let own = json!({"name": "mine", "text": allow});
    assert_eq!(verdict(json!({})), "ImplicitDeny");
    assert_eq!(verdict(json!({"identity": [own]})), "Allow");
    assert_eq!(verdict(json!({"identity": [{"system": "AliyunOSSReadOnlyAccess"}]})), "Allow");
    let control = json!({"name": "c", "text": policy("Deny", "oss:*", "*")});
    assert_eq!(verdict(json!({"identity": [own], "control": [control]})), "ExplicitDeny");
    let session = json!({"name": "s", "text": policy("Allow", "oss:PutObject", "*")});
    assert_eq!(verdict(json!({"identity": [own], "session": session})), "ImplicitDeny");
    let bucket = r#"{"Version":"1","Statement":[{"Effect":"Deny","Action":"oss:GetObject","Principal":["*"],"Resource":"acs:oss:*:1234567890123456:photos/*","Condition":{"NumericLessThan":{"acs:SourcePort":1}}}]}"#;
    assert_ne!(verdict(json!({"identity": [own], "bucket": {"name": "b", "text": bucket}})), "");
    let when = r#"{"Version":"1","Statement":[{"Effect":"Allow","Action":"oss:GetObject","Resource":"*","Condition":{"IpAddress":{"acs:SourceIp":"10.0.0.0/8"}}}]}"#;
    let asked = json!({
        "policies": {"identity": [{"name": "w", "text": when}]},
        "request": {"principal": "acs:ram::1234567890123456:user/alice", "action": "oss:GetObject", "resource": object, "context": {"acs:SourceIp": "10.1.2.3"}},
    });
    let answer = post(&cloud, "policies/evaluate", &asked);
    assert_eq!(answer["decision"]["verdict"], "Allow");
    assert_eq!(answer["documents"][0]["text"], when);
    assert!(answer.get("remedies").is_none());
    let asked = json!({"policies": {}, "request": {"action": "oss:GetObject", "resource": object}, "remedies": true});
    assert_eq!(
        post(&cloud, "policies/evaluate", &asked)["remedies"]["remedies"][0]["changes"][0]["change"],
        "add-statement"
    );
    // As where it is in force, a statement that cannot be used leaves the others.
    let half = r#"{"Version":"1","Statement":[{"Effect":"Deny","Action":"oss:GetObject","Resource":"*"},{"Effect":"Allow","Action":"oss:*","Resource":"*","Condition":{"Nonsense":{}}}]}"#;
    assert_eq!(verdict(json!({"identity": [own, {"name": "half", "text": half}]})), "ExplicitDeny");
    let malformed =
        json!({"policies": {"identity": [{"name": "x", "text": "{"}]}, "request": {"action": "oss:GetObject"}});
    assert_eq!(post(&cloud, "policies/evaluate", &malformed)["malformed"][0]["name"], "x");
}

#[test]
fn documents_are_linted_and_compared() {
    let cloud = start();
    let text = policy("Allow", "oss:ListObjects", "acs:oss:*:*:photos/*");
    let report = post(&cloud, "policies/lint", &json!({"kind": "Identity", "text": text}));
    assert_eq!(report["findings"][0]["rule"], "resource-never-matches");
    let read = json!([{"name": "a", "text": policy("Allow", "oss:Get*", "*")}]);
    let one = json!([{"name": "b", "text": policy("Allow", "oss:GetObject", "*")}]);
    let difference = post(&cloud, "policies/diff", &json!({"old": read, "new": one}));
    assert!(
        difference["gained"].as_array().is_some_and(Vec::is_empty)
            && !difference["lost"].as_array().is_none_or(Vec::is_empty)
    );
    assert!(
        post(&cloud, "policies/diff", &json!({"old": read, "new": read}))["lost"].as_array().is_some_and(Vec::is_empty)
    );
    let long = format!(
        r#"{{"Version":"1","Statement":[{{"Effect":"Allow","Action":["{}"],"Resource":"*"}}]}}"#,
        "oss:GetObject\",\"".repeat(6_000) + "oss:GetObject"
    );
    assert!(long.len() > 90_000);
    let report = post(&cloud, "policies/lint", &json!({"kind": "Identity", "text": long}));
    assert!(report["findings"].to_string().contains("6144"), "a policy that is too long");
}

#[test]
fn policies_that_name_principals_are_compared_for_one() {
    let cloud = start();
    let bucket = |statements: Value| json!([{"name": "b", "text": json!({"Version": "1", "Statement": statements}).to_string()}]);
    let allow = |who: &str, action: &str| json!({"Effect": "Allow", "Principal": [who], "Action": action, "Resource": "acs:oss:*:1234567890123456:photos/*"});
    let (old, new) = (
        bucket(json!([allow("1234567890123456", "oss:GetObject")])),
        bucket(json!([allow("1234567890123456", "oss:GetObject"), allow("*", "oss:PutObject")])),
    );
    let ask = |principal: &str| {
        let asked = json!({"kind": "Bucket", "principal": principal, "old": old, "new": new});
        post(&cloud, "policies/diff", &asked)
    };
    // Whoever is not meant by the first is let in by the second, and to what it adds alone.
    let alice = ask("acs:ram::1234567890123456:user/alice");
    assert_eq!(alice["gained"][0]["action"], "oss:PutObject", "{alice}");
    assert_eq!((&alice["lost"], &alice["principal"]), (&json!([]), &json!("acs:ram::1234567890123456:user/alice")));
    let role = |who: &str| json!([{"text": json!({"Version": "1", "Statement": [{"Effect": "Allow", "Action": "sts:AssumeRole", "Principal": {"RAM": [who]}}]}).to_string()}]);
    let trust = json!({"kind": "Trust", "principal": "acs:ram::1234567890123456:user/alice",
        "old": role("acs:ram::1234567890123456:user/bob"), "new": role("acs:ram::1234567890123456:user/alice")});
    assert_eq!(post(&cloud, "policies/diff", &trust)["gained"][0]["action"], "sts:AssumeRole");
    // For nobody in particular they are not compared.
    let nobody = super::ask(&cloud, "POST", "policies/diff", r#"{"kind": "Trust", "old": [], "new": []}"#);
    assert_eq!(nobody.status, 400, "{}", nobody.text());
}

#[test]
fn nothing_of_it_changes_the_cloud() {
    let cloud = start();
    let text = policy("Allow", "oss:GetObject", "*");
    let set = json!([{"name": "a", "text": text}]);
    let changes = || cloud.gateway().cloud().changes().so_far();
    let before = changes();
    post(&cloud, "policies/lint", &json!({"kind": "Identity", "text": text}));
    post(&cloud, "policies/evaluate", &json!({"policies": {"identity": set}, "request": {"action": "oss:GetObject"}}));
    post(&cloud, "policies/diff", &json!({"old": set, "new": set}));
    // Nor does it wait for whatever is done with the whole cloud, or hold that up.
    assert_eq!(changes(), before);
    assert_eq!(ask(&cloud, "POST", "clock", r#"{"advance_seconds": 1}"#).status, 200);
    assert_ne!(changes(), before);
}

#[test]
fn policies_of_which_one_counts_are_one() {
    let cloud = start();
    let status = |policies: Value| {
        let asked = json!({"policies": policies, "request": {"action": "oss:GetObject"}});
        let answer = ask(&cloud, "POST", "policies/evaluate", &asked.to_string());
        (answer.status, answer.text())
    };
    let bucket = json!({"name": "b", "text": r#"{"Version":"1","Statement":[{"Effect":"Allow","Action":"oss:GetObject","Principal":["*"],"Resource":"acs:oss:*:1234567890123456:photos/*","Condition":{"IpAddress":{"acs:SourceIp":"10.0.0.0/8"}}}]}"#});
    let trust = json!({"name": "t", "text": crate::kit::trust("Service", "pai.aliyuncs.com")});
    let session = json!({"name": "s", "text": policy("Allow", "*", "*")});
    assert_eq!(status(json!({"bucket": bucket})).0, 200);
    assert_eq!(status(json!({"trust": trust, "session": session})).0, 200);
    let (refused, why) = status(json!({"bucket": bucket, "trust": trust}));
    assert!(refused == 400 && why.contains("a bucket policy or a trust policy, not both"), "{why}");
    for (layer, one) in [("session", &session), ("bucket", &bucket), ("trust", &trust)] {
        let (refused, why) = status(json!({layer: [one, one]}));
        assert_eq!(refused, 400, "{layer}: {why}");
    }
}

#[test]
fn near_misses_are_told_likeliest_first() {
    let cloud = start();
    let far = policy("Allow", "oss:GetObjects", "acs:oss:*:*:photo/*");
    let near = policy("Allow", "oss:GetObject", "acs:oss:*:*:photos");
    let object = "acs:oss:*:1234567890123456:photos/a.jpg";
    let asked = json!({
        "policies": {"identity": [{"name": "far", "text": far}, {"name": "near", "text": near}]},
        "request": {"action": "oss:GetObject", "resource": object},
    });
    let answer = post(&cloud, "policies/evaluate", &asked);
    let told = answer["near"].as_array().cloned().unwrap_or_default();
    assert_eq!(told[0]["kind"], "object-needed", "{told:?}");
    assert_eq!(told[0]["policy"]["name"], "near");
    assert_eq!(told[0]["statement"], json!({"layer": "Identity", "node": 0, "policy": 1, "statement": 0}));
    assert!(told.len() > 1 && told[1..].iter().all(|one| one["policy"]["name"] == "far"), "{told:?}");
    // A decision that was made tells the same.
    let owner = crate::kit::Client::owner(&cloud);
    let alice = owner.user("alice");
    owner.grant("alice", "near", &policy("Allow", "ram:GetUser", "acs:ram:*:*:user/Alice"));
    alice.ram("GetUser", &[("UserName", "alice")]).refused(403, "NoPermission");
    let page = json(&ask(&cloud, "GET", "decisions?limit=1&operation=Ram.GetUser", ""));
    let id = page["decisions"][0]["request_id"].as_str().unwrap_or_default();
    let decision = json(&ask(&cloud, "GET", &format!("decisions/{id}"), ""));
    let told = &decision["decided"][0]["near"][0];
    assert_eq!((&told["kind"], &told["policy"]["name"]), (&json!("letter-case"), &json!("near")), "{told}");
}

#[test]
fn names_are_completed_from_the_catalogue() {
    let cloud = start();
    let names = |query: &str| {
        let answer = json(&ask(&cloud, "GET", &format!("policies/names?{query}"), ""));
        let names = answer["names"].as_array().cloned().unwrap_or_default();
        names.iter().map(|one| one["name"].as_str().unwrap_or_default().to_owned()).collect::<Vec<_>>()
    };
    assert!(names("of=action&prefix=pailang").contains(&"pailangstudio:".to_owned()));
    assert!(names("of=action&prefix=oss:getobj").contains(&"oss:GetObject".to_owned()));
    assert!(names("of=action&prefix=ecs:RunInst").contains(&"ecs:RunInstances".to_owned()));
    assert!(names("of=resource&action=oss:GetObject").contains(&"acs:oss:*:*:<bucket>/<object>".to_owned()));
    let keys = names("of=key&action=oss:GetObject&prefix=");
    assert!(
        keys.contains(&"acs:SourceIp".to_owned()) && keys.iter().any(|key| key.starts_with("oss:BucketTag")),
        "{keys:?}"
    );
    assert_eq!(names("of=system-policy&prefix=AliyunPAILangStudioDef"), ["AliyunPAILangStudioDefaultRolePolicy"]);
    assert_eq!(ask(&cloud, "GET", "policies/names?of=else", "").status, 400);
}

#[test]
fn what_is_no_question_is_refused() {
    let cloud = start();
    for path in ["policies/evaluate", "policies/lint", "policies/diff"] {
        for body in ["", "{", "[]", "null", r#"{"what": 1}"#, "\u{0}\u{1}"] {
            assert_eq!(ask(&cloud, "POST", path, body).status, 400, "{path} {body}");
        }
        assert_eq!(ask(&cloud, "GET", path, "").status, 405);
    }
    let (head, tail) = (r#"{"kind": "Identity", "text": ""#, r#""}"#);
    let room = acslab_emulator::cloud::POLICY_QUESTION - head.len() - tail.len();
    for (length, status) in [(room, 200), (room + 1, 400)] {
        let asked = format!("{head}{}{tail}", "x".repeat(length));
        assert_eq!(ask(&cloud, "POST", "policies/lint", &asked).status, status, "{length}");
    }
    let request = json!({"policies": {}, "request": {"action": "no action", "resource": "*"}});
    assert_eq!(ask(&cloud, "POST", "policies/evaluate", &request.to_string()).status, 400);
    let nobody = json!({"policies": {}, "request": {"principal": "somebody", "action": "oss:GetObject"}});
    assert_eq!(ask(&cloud, "POST", "policies/evaluate", &nobody.to_string()).status, 400);
    assert_eq!(ask(&cloud, "GET", "policies/else", "").status, 404);
}
