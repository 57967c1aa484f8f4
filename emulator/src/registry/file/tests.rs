//! Files of operations: what they make, and what is told of those that are wrong.

use std::sync::Arc;

use serde_json::{Value, json};

use crate::cloud::{Clock, Cloud};
use crate::gateway::Gateway;
use crate::operation::{Caller, DECISIONS_BYTES, Inside};
use crate::services::registry;
use crate::wire::HttpRequest;

const WIDGETS: &str = r#"{
  "product": "Widget",
  "version": "2024-01-32",
  "hosts": ["widget.{region}.aliyuncs.com"],
  "operations": [
    {"name": "CreateWidget",
     "parameters": [{"name": "Name", "required": true, "longest": 8}, {"name": "Size", "integer": [1, 9]}, {"name": "Role"}],
     "needs": [
       {"action": "widget:CreateWidget", "resource": "acs:widget:{region}:{account}:widget/{Name}"},
       {"action": "ram:PassRole", "resource": "acs:ram:*:{account}:role/{Role}", "when": "Role"}
     ],
     "record": {"verb": "create", "kind": "Widget", "id": "Name"}},
    {"name": "GetWidget",
     "parameters": [{"name": "Name", "required": true}],
     "needs": [{"action": "widget:GetWidget", "resource": "acs:widget:{region}:{account}:widget/{Name}"}],
     "record": {"verb": "get", "kind": "Widget", "id": "Name"}},
    {"name": "ListWidgets",
     "needs": [{"action": "widget:ListWidgets", "resource": "*"}],
     "record": {"verb": "list", "kind": "Widget"}},
    {"name": "DeleteWidget",
     "parameters": [{"name": "Name", "required": true}],
     "needs": [{"action": "widget:DeleteWidget", "resource": "acs:widget:{region}:{account}:widget/{Name}"}],
     "record": {"verb": "delete", "kind": "Widget", "id": "Name"}}
  ]
}"#;

fn gateway(files: &[&str]) -> Gateway {
    let mut registry = registry();
    for text in files {
        Arc::make_mut(&mut registry).load("widgets.json", text).unwrap();
    }
    let clock = Clock::fixed("2026-01-02T03:04:05Z".parse().unwrap());
    let gateway = Gateway::new(Cloud::new(clock, 0, None), registry, DECISIONS_BYTES);
    gateway.cloud().open_account("company", "1234567890123456").unwrap();
    gateway
}

fn call(gateway: &Gateway, action: &str, parameters: &[(&str, &str)]) -> Result<Value, String> {
    call_of(gateway, "2024-01-32", action, parameters)
}

fn call_of(gateway: &Gateway, version: &str, action: &str, parameters: &[(&str, &str)]) -> Result<Value, String> {
    let cloud = gateway.cloud();
    let owner = Caller::Owner(cloud.account("1234567890123456").unwrap());
    let request = HttpRequest::action(action, version, parameters);
    let answer = gateway.enter(&Arc::clone(&cloud), request, owner, "cn-hangzhou");
    answer.map(|reply| Value::Object(reply.members().unwrap().clone())).map_err(|error| error.code().to_owned())
}

#[test]
fn a_product_of_a_file_answers_beside_the_native_ones_and_in_its_own_emulator_alone() {
    let (with, without) = (gateway(&[WIDGETS]), gateway(&[]));
    let made = json!({"Widget": {"Name": "a", "Size": 3, "CreateTime": "2026-01-02T03:04:05Z"}});
    assert_eq!(call(&with, "CreateWidget", &[("Name", "a"), ("Size", "3")]), Ok(made.clone()));
    assert_eq!(call(&with, "GetWidget", &[("Name", "a")]), Ok(made.clone()));
    assert_eq!(call(&with, "ListWidgets", &[]), Ok(json!({"TotalCount": 1, "Widgets": {"Widget": [made["Widget"]]}})));
    assert_eq!(call(&with, "CreateWidget", &[("Name", "a")]), Err("EntityAlreadyExists.Widget".to_owned()));
    assert_eq!(
        call(&with, "CreateWidget", &[("Name", "far too long")]),
        Err("InvalidParameter.Name.Length".to_owned())
    );
    assert_eq!(call(&with, "DeleteWidget", &[("Name", "a")]), Ok(json!({})));
    assert_eq!(call(&with, "GetWidget", &[("Name", "a")]), Err("EntityNotExist.Widget".to_owned()));
    assert_eq!(call(&without, "GetWidget", &[("Name", "a")]), Err("InvalidVersion".to_owned()));
    // Both were asked for, under the names that the file gives.
    call(&with, "CreateWidget", &[("Name", "b"), ("Role", "r")]).unwrap();
    let asked: Vec<_> = with.trail().latest(1)[0].decided.iter().map(|one| one.resource().to_owned()).collect();
    assert_eq!(asked, ["acs:widget:cn-hangzhou:1234567890123456:widget/b", "acs:ram:*:1234567890123456:role/r"]);
}

/// The file of the documentation's worked example.
const EXAMPLE: &str = include_str!("../../../../docs/examples/widgets.yaml");
const SCHEMA: &str = include_str!("../../../../docs/service.schema.json");

#[test]
fn a_file_of_yaml_answers_like_one_of_json_and_its_faults_have_lines() {
    let with = gateway(&[EXAMPLE]);
    assert!(call_of(&with, "2024-06-01", "CreateWidget", &[("Name", "a"), ("Size", "3")]).is_ok());
    assert!(call_of(&with, "2024-06-01", "GetWidget", &[("Name", "a")]).is_ok());
    assert_eq!(call_of(&with, "2024-06-01", "PolishWidget", &[("Name", "a")]), Err("AcslabNotPerformed".to_owned()));
    let mut registry = Arc::unwrap_or_clone(registry());
    let wrong = EXAMPLE.replace("widget/{Name}", "widget/{Nmae}");
    let line = EXAMPLE.lines().position(|line| line.contains("widget/{Name}")).unwrap() + 1;
    let error = registry.load("widgets.yaml", &wrong).unwrap_err();
    assert_eq!(error.to_string(), format!("widgets.yaml:{line}: `{{Nmae}}` names no parameter of `CreateWidget`"));
    let error = registry.load("widgets.yaml", &EXAMPLE.replace("longest:", "lognest:")).unwrap_err();
    let line = EXAMPLE.lines().position(|line| line.contains("longest:")).unwrap() + 1;
    assert_eq!((error.line, error.what.contains("unknown field `lognest`")), (line, true), "{error}");
}

#[test]
fn a_span_that_holds_no_number_is_refused() {
    let mut registry = Arc::unwrap_or_clone(registry());
    let wrong = EXAMPLE.replace("longest: 32", "integer: [5, 1]");
    let error = registry.load("widgets.yaml", &wrong).unwrap_err();
    assert!(error.to_string().contains("`integer: [5, 1]` begins behind its end"), "{error}");
}

/// The fields that a part of a file may have, as the reader tells them when there is another.
fn fields_of<T: for<'d> serde::Deserialize<'d> + std::fmt::Debug>() -> Vec<String> {
    fields_in(&serde_json::from_str::<T>(r#"{"no such field": 1}"#).unwrap_err().to_string())
}

fn fields_in(error: &str) -> Vec<String> {
    let mut fields: Vec<_> = error.split('`').skip(3).step_by(2).map(str::to_owned).collect();
    fields.sort();
    fields
}

#[test]
fn the_schema_has_the_fields_that_are_read() {
    let schema: Value = serde_json::from_str(SCHEMA).unwrap();
    let told = |at: &str| {
        let properties = schema.pointer(at).unwrap().as_object().unwrap();
        let mut names: Vec<_> = properties.keys().cloned().collect();
        names.sort();
        names
    };
    assert_eq!(told("/properties"), {
        let error = serde_json::from_str::<super::FileProduct<'_>>(r#"{"no such field": 1}"#).unwrap_err();
        fields_in(&error.to_string())
    });
    assert_eq!(told("/$defs/operation/properties"), {
        let error = serde_json::from_str::<super::FileOperation<'_>>(r#"{"no such field": 1}"#).unwrap_err();
        fields_in(&error.to_string())
    });
    assert_eq!(told("/$defs/parameter/properties"), fields_of::<super::FileParameter>());
    assert_eq!(told("/$defs/need/properties"), fields_of::<super::FileNeed>());
    assert_eq!(told("/$defs/record/properties"), fields_of::<crate::operation::Over>());
}

fn refused(change: impl Fn(&str) -> String) -> String {
    let mut registry = Arc::unwrap_or_clone(registry());
    let before = registry.iter().count();
    let error = registry.load("widgets.json", &change(WIDGETS)).unwrap_err();
    assert_eq!(registry.iter().count(), before, "half a file was taken");
    error.to_string()
}

#[test]
fn what_is_wrong_with_a_file_is_told_with_its_line() {
    assert_eq!(
        refused(|text| text.replace("widget/{Name}\"},\n       {\"action\"", "widget/{Nmae}\"},\n       {\"action\"")),
        "widgets.json:9: `{Nmae}` names no parameter of `CreateWidget`"
    );
    assert!(
        refused(|text| text.replace("\"longest\"", "\"lognest\""))
            .starts_with("widgets.json:7: unknown field `lognest`")
    );
    assert!(
        refused(|text| text.replace("\"product\"", "\"prodcut\""))
            .starts_with("widgets.json:2: unknown field `prodcut`")
    );
    assert_eq!(
        refused(|text| text.replace("\"ListWidgets\"", "\"GetWidget\"")),
        "widgets.json:17: a request for Action=GetWidget Version=2024-01-32 already means Widget.GetWidget (2024-01-32)"
    );
    assert_eq!(
        refused(|text| text
            .replace("\"Widget\",\n", "\"Ram\",\n")
            .replace("2024-01-32", "2015-05-01")
            .replace("\"ListWidgets\"", "\"ListUsers\"")),
        "widgets.json:17: a request for Action=ListUsers Version=2015-05-01 already means Ram.ListUsers (2015-05-01)"
    );
    assert!(refused(|text| text.replace("\"widget:ListWidgets\"", "\"widget:*\"")).contains("`widget:*` is no action"));
    assert!(
        refused(|text| text.replace(
            "\"id\": \"Name\"}},\n    {\"name\": \"GetWidget\"",
            "\"id\": \"Nom\"}},\n    {\"name\": \"GetWidget\""
        ))
        .contains("`Nom`, is no parameter")
    );
    // Each in the line of its parameter.
    let of_size =
        |size: &str| refused(|text| text.replace(r#"{"name": "Size", "integer": [1, 9]}"#, &format!("\n\n{size}")));
    for (size, what) in [
        (r#"{"name": "Size", "integer": [5, 1]}"#, "`Size` has no value: `integer: [5, 1]` begins behind its end"),
        (r#"{"name": "Size", "one_of": []}"#, "`Size` has no value: `one_of` names none"),
        (
            r#"{"name": "Size", "longest": 3, "integer": [1, 9]}"#,
            "`Size` is checked by one of `longest`, `one_of` and `integer`",
        ),
        (r#"{"name": "Name"}"#, "`Name` is a parameter of `CreateWidget` already"),
    ] {
        assert_eq!(of_size(size), format!("widgets.json:9: {what}"));
    }
    assert!(refused(|text| text[..200].to_owned()).starts_with("widgets.json:7: EOF"));
}

#[test]
fn paths_of_a_file_are_found_and_may_not_clash() {
    let mut registry = Arc::unwrap_or_clone(registry());
    let file = |path: &str| {
        format!(
            r#"{{"product": "Flow", "version": "2024-07-10", "style": "ROA", "operations": [{{"name": "Mine", "path": "{path}", "needs": [{{"action": "flow:Mine", "resource": "*"}}]}}]}}"#
        )
    };
    registry.load("a.json", &file("GET /my/{Id}")).unwrap();
    let clash = registry.load("b.json", &file("GET /api/v1/langstudio/flows/{Whatever}")).unwrap_err();
    assert!(clash.to_string().contains("already means PAILangStudio.GetFlow"), "{clash}");
    let clash = registry.load("b.json", &file("GET /my/{Other}")).unwrap_err();
    assert!(clash.to_string().contains("already means Flow.Mine"), "{clash}");
    assert!(registry.load("b.json", &file("/my")).unwrap_err().to_string().contains("is no path"));
}
