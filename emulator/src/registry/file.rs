//! Products and their operations from a file.

use std::borrow::Cow;
use std::collections::BTreeMap;
use std::fmt;
use std::sync::Arc;

use http::Method;
use serde::Deserialize;
use serde_json::value::RawValue;
use serde_json::{Map, Value, json};

use super::{Registry, yaml};
use crate::operation::{
    Access, Asked, Asks, Check, Form, Hooks, Need, Operation, Over, Parameter, Perform, Product, RecordFile,
    RecordProduct, Refuse, Route, Shared, Source, Style, Takes, Text, Texts, Verb, forbidden_ram, listed_records,
    names_in, no_permission,
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
    /// The form is YAML, or JSON: `product`, `version`, `style` (`RPC`, the default, or `ROA`), `hosts` (with `{region}`), `refusal`
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
        let as_json = if text.trim_start().starts_with('{') {
            Cow::Borrowed(text)
        } else {
            Cow::Owned(yaml::as_json(text).map_err(|(line, what)| error(line, what))?)
        };
        let text = &*as_json;
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
        let each = record.as_ref().and_then(|over| over.each.clone());
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
            access: Access::Checks(needs.into_iter().map(|need| need.into_check(each.as_deref())).collect()),
            parameters: parameters.into_iter().map(FileParameter::into_parameter).collect(),
            takes: Takes::Whole,
            perform,
            source: Source::File(Text::Owned(file.to_owned())),
            asks: Asks::default(),
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
    /// The check; one whose resource names the parameter that lists several is asked of each.
    fn into_check(self, each: Option<&str>) -> Check {
        let each = each.map(|each| format!("{{{each}}}")).filter(|each| self.resource.contains(each.as_str()));
        let resource = each.as_ref().map(|each| self.resource.replace(each.as_str(), "{each}"));
        let asked = match (&resource, self.when) {
            (Some(_), _) => Asked::Of(listed_records),
            (None, Some(parameter)) => Asked::When(Text::Owned(parameter)),
            (None, None) => Asked::Once,
        };
        let check = Check {
            actions: Texts::from_iter([self.action]),
            resource: Text::Owned(resource.unwrap_or(self.resource)),
            asked,
            ..Check::new(&[], "*")
        };
        if self.allowed_unless_denied { check.allowed_unless_denied() } else { check }
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
mod tests;
