//! Products and their operations from a file.

use std::collections::BTreeMap;
use std::fmt;
use std::sync::Arc;

use http::Method;
use serde::Deserialize;
use serde_json::value::RawValue;
use serde_json::{Map, Value, json};

use super::Registry;
use crate::operation::{
    Access, Check, Form, Hooks, Need, Operation, Over, Parameter, Perform, Product, RecordFile, RecordProduct, Refuse,
    Route, Shared, Source, Style, Takes, Text, Texts, Verb, forbidden_ram, names_in, no_permission,
};

/// What is wrong with a file of operations, and where.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FileError {
    /// The file's name.
    pub file: String,
    /// The line, from 1.
    pub line: usize,
    /// What is wrong.
    pub what: String,
}

impl fmt::Display for FileError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}:{}: {}", self.file, self.line, self.what)
    }
}

impl std::error::Error for FileError {}

/// A product, as a file has it.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct FileProduct<'a> {
    product: String,
    version: String,
    #[serde(default)]
    style: FileStyle,
    #[serde(default)]
    hosts: Vec<String>,
    #[serde(default)]
    refusal: FileRefusal,
    /// The kinds of records, by name; of one that is not described, what its operations say.
    #[serde(default)]
    records: BTreeMap<String, Map<String, Value>>,
    #[serde(borrow)]
    operations: Vec<&'a RawValue>,
}

#[derive(Debug, Default, Clone, Copy, Deserialize)]
enum FileStyle {
    #[default]
    #[serde(rename = "RPC")]
    Rpc,
    #[serde(rename = "ROA")]
    Roa,
}

#[derive(Debug, Default, Clone, Copy, Deserialize)]
enum FileRefusal {
    #[default]
    #[serde(rename = "Forbidden.RAM")]
    ForbiddenRam,
    NoPermission,
}

/// An operation, as a file has it.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct FileOperation {
    name: String,
    /// Of ROA: `POST /widgets/{WidgetId}`.
    path: Option<String>,
    #[serde(default)]
    parameters: Vec<FileParameter>,
    needs: Vec<FileNeed>,
    record: Option<Over>,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct FileParameter {
    name: String,
    #[serde(default)]
    required: bool,
    longest: Option<usize>,
    one_of: Option<Vec<String>>,
    integer: Option<(i64, i64)>,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct FileNeed {
    action: String,
    resource: String,
    /// Only when this parameter is given.
    when: Option<String>,
    #[serde(default)]
    allowed_unless_denied: bool,
}

impl Registry {
    /// Adds the product that a file holds, and its operations, or none of them.
    ///
    /// The form is a JSON object: `product`, `version`, `style` (`RPC`, the default, or `ROA`), `hosts` (with `{region}`), `refusal`
    /// (`Forbidden.RAM`, the default, or `NoPermission`) and `operations`, each with `name`, `path` (ROA: `GET /widgets/{Id}`),
    /// `parameters` (`name`, `required`, and one of `longest`, `one_of`, `integer`), `needs` (`action`, `resource` with names of
    /// parameters in braces, `when`, `allowed_unless_denied`) and `record` (`verb`, `kind`, and the parameter that is its `id`; more
    /// in the files of the program's own products, `data/records/`, which also describe kinds as `records` does here).
    /// An operation without a record is decided and not performed.
    ///
    /// # Errors
    /// The file is not of that form, a template names what is no parameter, or a request for an operation would name another one
    /// too: with the line.
    pub fn load(&mut self, file: &str, text: &str) -> Result<(), FileError> {
        let error = |line, what: String| FileError { file: file.to_owned(), line, what };
        let read: FileProduct<'_> =
            serde_json::from_str(text).map_err(|wrong| error(wrong.line(), wrong.to_string()))?;
        let product = Shared::Loaded(
            Product {
                name: Text::Owned(read.product),
                version: Text::Owned(read.version),
                style: match read.style {
                    FileStyle::Rpc => Style::Rpc,
                    FileStyle::Roa => Style::Roa,
                },
                hosts: read.hosts.into_iter().collect(),
                refuse: match read.refusal {
                    FileRefusal::ForbiddenRam => forbidden_ram as Refuse,
                    FileRefusal::NoPermission => no_permission,
                },
                ..Product::new("", "", &[])
            }
            .into(),
        );
        let mut lines = Lines { text, offset: 0, line: 1 };
        let mut rows = Vec::with_capacity(read.operations.len());
        for raw in read.operations {
            let line = lines.line_of(raw.get());
            let row: FileOperation = serde_json::from_str(raw.get()).map_err(|wrong| {
                let what = wrong.to_string();
                // The place is that in the operation; what counts is the one in the file.
                let what = what.split_once(" at line ").map_or(what.as_str(), |(what, _)| what).to_owned();
                error(line + wrong.line() - 1, what)
            })?;
            rows.push((line, row));
        }
        let records =
            records(&product, read.records, rows.iter().map(|(_, row)| row)).map_err(|what| error(1, what))?;
        let mut loaded = Registry::default();
        for (line, row) in rows {
            let row = row.into_operation(&product, &records, file).map_err(|what| error(line, what))?;
            self.free(&row).map_err(|clash| error(line, clash.to_string()))?;
            loaded.add(row).map_err(|clash| error(line, clash.to_string()))?;
        }
        for row in loaded.operations {
            self.insert(row);
        }
        Ok(())
    }
}

/// What the rows of a file do with records.
fn records<'r>(
    product: &Product,
    mut kinds: BTreeMap<String, Map<String, Value>>,
    rows: impl Iterator<Item = &'r FileOperation>,
) -> Result<Arc<RecordProduct>, String> {
    let mut operations = BTreeMap::new();
    for row in rows {
        let Some(over) = &row.record else { continue };
        if let (Some(kind), Some(id)) = (&over.kind, &over.id) {
            kinds.entry(kind.clone()).or_insert_with(|| Map::from_iter([("id".to_owned(), json!(id))]));
        }
        operations.insert(row.name.clone(), over.clone());
    }
    let every = [("created", "CreateTime"), ("times", "seconds")];
    let file = RecordFile {
        product: product.name.to_string(),
        version: product.version.to_string(),
        region: None,
        refusal: None,
        envelope: Map::new(),
        page: 10,
        newest_first: false,
        every: every.into_iter().map(|(name, value)| (name.to_owned(), json!(value))).collect(),
        kinds,
        operations,
    };
    file.product(Hooks::NONE).map(Arc::new).map_err(|error| error.to_string())
}

/// The lines of a text, counted on from the part asked for last.
struct Lines<'a> {
    text: &'a str,
    offset: usize,
    line: usize,
}

impl Lines<'_> {
    /// The line of a part of the text, from 1. Parts are asked for in their order.
    fn line_of(&mut self, part: &str) -> usize {
        let offset = (part.as_ptr() as usize).saturating_sub(self.text.as_ptr() as usize);
        self.line += self.text.get(self.offset..offset).unwrap_or_default().matches('\n').count();
        self.offset = offset;
        self.line
    }
}

impl FileOperation {
    fn into_operation(
        self,
        product: &Shared<Product>,
        records: &Arc<RecordProduct>,
        file: &str,
    ) -> Result<Operation, String> {
        let Self { name, path, parameters, needs, record } = self;
        let route = match (product.style, path) {
            (Style::Roa, Some(path)) => read_path(&path)?,
            (Style::Roa, None) => return Err(format!("`{name}` has no path, such as `GET /things/{{Id}}`")),
            (_, Some(_)) => return Err(format!("`{name}` has a path, and RPC has none")),
            (_, None) => Route::Action,
        };
        let mut known: Vec<String> = parameters.iter().map(|parameter| parameter.name.clone()).collect();
        if let Route::Path(_, template) = &route {
            known.extend(names_in(template).map(str::to_owned));
        }
        let is_known = |word: &str| known.iter().any(|name| name == word);
        if needs.is_empty() {
            return Err(format!("`{name}` needs nothing: then nobody could be allowed it"));
        }
        for need in &needs {
            let is_action = need.action.split_once(':').is_some_and(|(service, action)| {
                !service.is_empty() && !action.is_empty() && !need.action.contains(['*', '?'])
            });
            if !is_action {
                return Err(format!("`{}` is no action, such as `service:Name`", need.action));
            }
            if need.resource != "*" && need.resource.strip_prefix("acs:").is_none_or(|rest| rest.split(':').count() < 4)
            {
                return Err(format!("`{}` is no resource: `*`, or `acs:service:region:account:id`", need.resource));
            }
            let others = names_in(&need.resource).flat_map(|name| name.split('|'));
            let mut others =
                others.chain(need.when.as_deref()).filter(|word| !BUILT_IN.contains(word) && !is_known(word));
            if let Some(absent) = others.next() {
                return Err(format!("`{{{absent}}}` names no parameter of `{name}`"));
            }
        }
        let perform = match record {
            None => Perform::Missing,
            Some(over) => {
                let id = over.id.unwrap_or_default();
                if over.verb != Some(Verb::List) && !id.is_empty() && !is_known(&id) {
                    return Err(format!("the record's id, `{id}`, is no parameter of `{name}`"));
                }
                records.perform(&name, None, None).unwrap_or(Perform::Missing)
            }
        };
        Ok(Operation {
            product: product.clone(),
            name: Text::Owned(name),
            route,
            access: Access::Checks(needs.into_iter().map(FileNeed::into_check).collect()),
            parameters: parameters.into_iter().map(FileParameter::into_parameter).collect(),
            takes: Takes::Whole,
            perform,
            source: Source::File(Text::Owned(file.to_owned())),
        })
    }
}

/// What may stand in braces besides parameters.
const BUILT_IN: [&str; 3] = ["account", "region", "caller"];

fn read_path(path: &str) -> Result<Route, String> {
    let wrong = || format!("`{path}` is no path, such as `GET /things/{{Id}}`");
    let (method, path) = path.split_once(' ').ok_or_else(wrong)?;
    let method: Method = method.parse().map_err(|_| wrong())?;
    if path.starts_with('/') { Ok(Route::Path(method, Text::Owned(path.to_owned()))) } else { Err(wrong()) }
}

impl FileNeed {
    fn into_check(self) -> Check {
        let check = Check {
            actions: Texts::from_iter([self.action]),
            resource: Text::Owned(self.resource),
            ..Check::new(&[], "*")
        };
        let check = if self.allowed_unless_denied { check.allowed_unless_denied() } else { check };
        match self.when {
            Some(parameter) => Check { asked: crate::operation::Asked::When(Text::Owned(parameter)), ..check },
            None => check,
        }
    }
}

impl FileParameter {
    fn into_parameter(self) -> Parameter {
        let form = match (self.longest, self.one_of, self.integer) {
            (_, Some(words), _) => Form::Word(words.into_iter().collect()),
            (_, None, Some((least, most))) => Form::Integer(least, most),
            (Some(longest), None, None) => Form::Text(longest),
            (None, None, None) => Form::Any,
        };
        let need = if self.required { Need::Required } else { Need::Optional };
        Parameter { name: Text::Owned(self.name), need, form }
    }
}

#[cfg(test)]
mod tests {
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
        let cloud = gateway.cloud();
        let owner = Caller::Owner(cloud.account("1234567890123456").unwrap());
        let request = HttpRequest::action(action, "2024-01-32", parameters);
        let answer = gateway.enter(&Arc::clone(&cloud), request, owner, "cn-hangzhou");
        answer.map(|reply| Value::Object(reply.members().unwrap().clone())).map_err(|error| error.code().to_owned())
    }

    #[test]
    fn a_product_of_a_file_answers_beside_the_native_ones_and_in_its_own_emulator_alone() {
        let (with, without) = (gateway(&[WIDGETS]), gateway(&[]));
        let made = json!({"Widget": {"Name": "a", "Size": "3", "CreateTime": "2026-01-02T03:04:05Z"}});
        assert_eq!(call(&with, "CreateWidget", &[("Name", "a"), ("Size", "3")]), Ok(made.clone()));
        assert_eq!(call(&with, "GetWidget", &[("Name", "a")]), Ok(made.clone()));
        assert_eq!(
            call(&with, "ListWidgets", &[]),
            Ok(json!({"TotalCount": 1, "Widgets": {"Widget": [made["Widget"]]}}))
        );
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
            refused(
                |text| text.replace("widget/{Name}\"},\n       {\"action\"", "widget/{Nmae}\"},\n       {\"action\"")
            ),
            "widgets.json:6: `{Nmae}` names no parameter of `CreateWidget`"
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
        assert!(
            refused(|text| text.replace("\"widget:ListWidgets\"", "\"widget:*\"")).contains("`widget:*` is no action")
        );
        assert!(
            refused(|text| text.replace(
                "\"id\": \"Name\"}},\n    {\"name\": \"GetWidget\"",
                "\"id\": \"Nom\"}},\n    {\"name\": \"GetWidget\""
            ))
            .contains("`Nom`, is no parameter")
        );
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
}
