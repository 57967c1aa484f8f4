//! Products and their operations from a file.

use std::borrow::Cow;
use std::collections::BTreeMap;
use std::fmt;
use std::sync::Arc;

use http::Method;
use serde::Deserialize;
use serde_json::value::RawValue;
use serde_json::{Map, Value, json};

use super::build::Clash;
use super::{Registry, yaml};
use crate::operation::{
    Access, Asked, Asks, Check, Form, Hooks, Need, Operation, Over, Parameter, Perform, Product, RecordField,
    RecordFile, RecordProduct, RecordShape, Refuse, Route, Shared, Source, Style, Takes, Text, Texts, Verb,
    forbidden_ram, listed_records, names_in, no_permission,
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
    /// Is it sound by itself, and means what something else means already?
    pub clashes: bool,
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
struct FileOperation<'a> {
    name: String,
    /// Of ROA: `POST /widgets/{WidgetId}`.
    path: Option<String>,
    #[serde(default, borrow)]
    parameters: Vec<&'a RawValue>,
    #[serde(borrow)]
    needs: Vec<&'a RawValue>,
    record: Option<Over>,
}

/// A part of a file, and the line that it begins in.
#[derive(Debug)]
struct At<T>(usize, T);

/// The same, read.
#[derive(Debug)]
struct ReadOperation {
    name: String,
    path: Option<String>,
    parameters: Vec<At<FileParameter>>,
    needs: Vec<At<FileNeed>>,
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
        let error = |At(line, what): At<String>| FileError { file: file.to_owned(), line, what, clashes: false };
        let clash =
            |line, clash: Clash| FileError { file: file.to_owned(), line, what: clash.to_string(), clashes: true };
        let as_json = if text.trim_start().starts_with('{') {
            Cow::Borrowed(text)
        } else {
            Cow::Owned(yaml::as_json(text).map_err(|(line, what)| error(At(line, what)))?)
        };
        let text = &*as_json;
        let read: FileProduct<'_> =
            serde_json::from_str(text).map_err(|wrong| error(At(wrong.line(), wrong.to_string())))?;
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
            rows.push(At(line, ReadOperation::read(raw.get(), line).map_err(error)?));
        }
        let all = rows.iter().map(|At(_, row)| row);
        let records = records(&product, read.records, all).map_err(|what| error(At(1, what)))?;
        let mut loaded = Registry::default();
        for At(line, row) in rows {
            let row = row.into_operation(line, &product, &records, file).map_err(error)?;
            self.free(&row).map_err(|other| clash(line, other))?;
            loaded.add(row).map_err(|other| clash(line, other))?;
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
    rows: impl Iterator<Item = &'r ReadOperation>,
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
        rehearsed: None,
        token: None,
        nowhere: None,
        tags: None,
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

/// A part that begins in this line.
fn part<'a, T: Deserialize<'a>>(text: &'a str, line: usize) -> Result<T, At<String>> {
    serde_json::from_str(text).map_err(|wrong| {
        let what = wrong.to_string();
        // The place is that in the part; what counts is the one in the file.
        let what = what.split_once(" at line ").map_or(what.as_str(), |(what, _)| what).to_owned();
        At(line + wrong.line() - 1, what)
    })
}

impl ReadOperation {
    /// Reads one that begins in this line, with its parts.
    fn read(text: &str, line: usize) -> Result<Self, At<String>> {
        let FileOperation { name, path, parameters, needs, record } = part(text, line)?;
        let line_of = |one: &RawValue| Lines { text, offset: 0, line }.line_of(one.get());
        let parameters = parameters.into_iter().map(|one| Ok(At(line_of(one), part(one.get(), line_of(one))?)));
        let needs = needs.into_iter().map(|one| Ok(At(line_of(one), part(one.get(), line_of(one))?)));
        let (parameters, needs) = (parameters.collect::<Result<_, _>>()?, needs.collect::<Result<_, _>>()?);
        Ok(Self { name, path, parameters, needs, record })
    }

    fn into_operation(
        self,
        line: usize,
        product: &Shared<Product>,
        records: &Arc<RecordProduct>,
        file: &str,
    ) -> Result<Operation, At<String>> {
        let Self { name, path, parameters, needs, record } = self;
        let wrong = |what: String| At(line, what);
        let route = match (product.style, path) {
            (Style::Roa, Some(path)) => read_path(&path).map_err(wrong)?,
            (Style::Roa, None) => return Err(wrong(format!("`{name}` has no path, such as `GET /things/{{Id}}`"))),
            (_, Some(_)) => return Err(wrong(format!("`{name}` has a path, and RPC has none"))),
            (_, None) => Route::Action,
        };
        let mut known: Vec<String> = Vec::new();
        for At(line, parameter) in &parameters {
            if known.contains(&parameter.name) {
                return Err(At(*line, format!("`{}` is a parameter of `{name}` already", parameter.name)));
            }
            known.push(parameter.name.clone());
        }
        if let Route::Path(_, template) = &route {
            known.extend(names_in(template).map(str::to_owned));
        }
        let is_known = |word: &str| known.iter().any(|name| name == word);
        if needs.is_empty() {
            return Err(wrong(format!("`{name}` needs nothing: then nobody could be allowed it")));
        }
        for At(line, need) in &needs {
            let wrong = |what: String| At(*line, what);
            let is_action = need.action.split_once(':').is_some_and(|(service, action)| {
                !service.is_empty() && !action.is_empty() && !need.action.contains(['*', '?'])
            });
            if !is_action {
                return Err(wrong(format!("`{}` is no action, such as `service:Name`", need.action)));
            }
            if need.resource != "*" && need.resource.strip_prefix("acs:").is_none_or(|rest| rest.split(':').count() < 4)
            {
                let what = format!("`{}` is no resource: `*`, or `acs:service:region:account:id`", need.resource);
                return Err(wrong(what));
            }
            let others = names_in(&need.resource).flat_map(|name| name.split('|'));
            let mut others =
                others.chain(need.when.as_deref()).filter(|word| !BUILT_IN.contains(word) && !is_known(word));
            if let Some(absent) = others.next() {
                return Err(wrong(format!("`{{{absent}}}` names no parameter of `{name}`")));
            }
        }
        let listed = record.as_ref().and_then(|over| over.each.clone());
        let takes = parameters.iter().map(|At(_, parameter)| parameter.field(listed.as_deref())).collect();
        let held = parameters.into_iter().map(|At(line, one)| one.into_parameter().map_err(|what| At(line, what)));
        let mut held = held.collect::<Result<Vec<_>, _>>()?;
        records.hold(&name, &mut held);
        let perform = match record {
            None => Perform::Missing,
            Some(over) => {
                let id = over.id.unwrap_or_default();
                if over.verb != Some(Verb::List) && !id.is_empty() && !is_known(&id) {
                    return Err(wrong(format!("the record's id, `{id}`, is no parameter of `{name}`")));
                }
                records.perform(&name, Some(takes), None).unwrap_or(Perform::Missing)
            }
        };
        Ok(Operation {
            product: product.clone(),
            name: Text::Owned(name),
            route,
            access: Access::Checks(needs.into_iter().map(|At(_, need)| need.into_check(listed.as_deref())).collect()),
            parameters: held,
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
    /// What a record has of it: a number where it is one.
    fn field(&self, listed: Option<&str>) -> RecordField {
        let shape = match self.integer {
            Some(_) => RecordShape::Integer,
            None if listed == Some(&self.name) => RecordShape::List(Box::new(RecordShape::Text)),
            None => RecordShape::Text,
        };
        RecordField { name: self.name.clone(), shape }
    }

    fn into_parameter(self) -> Result<Parameter, String> {
        let ways = [self.longest.is_some(), self.one_of.is_some(), self.integer.is_some()];
        if ways.into_iter().filter(|way| *way).count() > 1 {
            return Err(format!("`{}` is checked by one of `longest`, `one_of` and `integer`", self.name));
        }
        if self.one_of.as_ref().is_some_and(Vec::is_empty) {
            return Err(format!("`{}` has no value: `one_of` names none", self.name));
        }
        if let Some((least, most)) = self.integer.filter(|(least, most)| least > most) {
            return Err(format!("`{}` has no value: `integer: [{least}, {most}]` begins behind its end", self.name));
        }
        let form = match (self.longest, self.one_of, self.integer) {
            (_, Some(words), _) => Form::Word(words.into_iter().collect()),
            (_, None, Some((least, most))) => Form::Integer(least, most),
            (Some(longest), None, None) => Form::Text(longest),
            (None, None, None) => Form::Any,
        };
        let need = if self.required { Need::Required } else { Need::Optional };
        Ok(Parameter { name: Text::Owned(self.name), need, form })
    }
}

#[cfg(test)]
mod tests;
