//! Requests of the walk, made from the routes of operations and their parameters' samples.

use acslab_emulator::gateway::{Asked, Need, Parameter, Takes};
use acslab_emulator::{Check, Level, Operation, Route, Selector, Style};
use http::HeaderMap;
use serde_json::{Value, json};

use crate::kit::{self, Client, Raw};
use crate::place::{Place, REGION, SAMPLE, Sends};
use crate::{bodies, is_conditional};

impl Place {
    /// A request for an operation, made from its route and its parameters' samples.
    pub(crate) fn request(&self, operation: &'static Operation, by: Option<&Client<'_>>) -> Raw {
        match &operation.route {
            Route::Action => self.rpc(operation, by),
            Route::Path(method, template) if operation.product.style == Style::Sls => {
                self.sls(operation, method.as_str(), template, by)
            }
            Route::Path(method, template) => self.roa(operation, method.as_str(), template, by),
            Route::Oss(method, level, selector) => self.oss(operation, method.as_str(), *level, *selector, by),
        }
    }

    fn sample(&self, operation: &'static Operation, name: &str) -> String {
        if let Some(known) = self.known.get(name) {
            return known.clone();
        }
        let parameter = operation.parameters.iter().find(|parameter| parameter.name == name);
        parameter.map_or(SAMPLE.into(), Parameter::sample).into_owned()
    }

    /// The parameters that must be there, except for those in the path.
    fn parameters(&self, operation: &'static Operation, template: &str) -> Vec<(&'static str, String)> {
        let asked_about = |name: &str| {
            let when = |check: &Check| matches!(&check.asked, Asked::When(parameter) if parameter == name);
            self.sends == Sends::All && operation.access.checks().iter().any(when)
        };
        let wanted = |parameter: &&Parameter| parameter.need == Need::Required || asked_about(&parameter.name);
        let required = operation.parameters.iter().filter(wanted);
        let elsewhere = required.filter(|parameter| !template.contains(&format!("{{{}}}", parameter.name)));
        elsewhere.map(|parameter| (&*parameter.name, self.sample(operation, &parameter.name))).collect()
    }

    fn host(&self, operation: &'static Operation) -> String {
        let host = operation.product.hosts.first().map(|host| host.replace("{region}", REGION));
        host.unwrap_or_else(|| self.emulator.address().to_string())
    }

    fn rpc(&self, operation: &'static Operation, by: Option<&Client<'_>>) -> Raw {
        let mut all = vec![("Action", operation.name.to_string()), ("Version", operation.product.version.to_string())];
        all.push(("Format", "JSON".to_owned()));
        all.extend(self.parameters(operation, ""));
        let known = |name: &str| operation.parameters.iter().any(|parameter| parameter.name == name);
        all.extend(self.proofs.iter().filter(|(name, _)| known(name)).map(|(name, value)| (*name, value.clone())));
        let all: Vec<_> = all.iter().map(|(name, value)| (*name, value.as_str())).collect();
        let host = self.host(operation);
        if let Some(client) = by {
            return client.at(&host).rpc_request("POST", &all);
        }
        let owned: Vec<_> = all.iter().map(|(name, value)| ((*name).into(), (*value).into())).collect();
        let lines = [("host", host.as_str()), ("content-type", "application/x-www-form-urlencoded")];
        Raw::new("POST", "/").headers(kit::headers(&lines)).body(kit::encode(&owned))
    }

    fn roa(&self, operation: &'static Operation, method: &str, template: &str, by: Option<&Client<'_>>) -> Raw {
        let segment = |segment: &str| match segment.strip_prefix('{').and_then(|name| name.strip_suffix('}')) {
            Some(name) => self.sample(operation, name),
            None => segment.to_owned(),
        };
        let path: Vec<_> = template.split('/').map(segment).collect();
        let parameters = self.parameters(operation, template);
        let host = self.host(operation);
        let lines = [
            ("host", host.as_str()),
            ("x-acs-version", &*operation.product.version),
            ("x-acs-action", &*operation.name),
        ];
        let mut raw = Raw::new(method, &path.join("/")).headers(kit::headers(&lines));
        if matches!(method, "GET" | "DELETE") {
            let pairs: Vec<_> = parameters.into_iter().map(|(name, value)| (name.to_owned(), value)).collect();
            raw = raw.query(kit::encode(&pairs));
        } else if !parameters.is_empty() {
            let members: serde_json::Map<_, _> =
                parameters.into_iter().map(|(name, value)| (name.to_owned(), json!(value))).collect();
            raw = raw.body(Value::Object(members).to_string());
            raw.headers.extend(kit::headers(&[("content-type", "application/json; charset=utf-8")]));
        }
        by.map_or(raw.clone(), |client| client.acs3_sign(raw))
    }

    fn sls(&self, operation: &'static Operation, method: &str, template: &str, by: Option<&Client<'_>>) -> Raw {
        let (template, select) = template.split_once('?').unwrap_or((template, ""));
        let path: Vec<_> = template.split('/').map(|part| if part.starts_with('{') { SAMPLE } else { part }).collect();
        let path = path.join("/");
        let (project, path) = path.split_once('/').expect("a path");
        // What is asked about stands in the body of these.
        let body = match &*operation.name {
            "CreateProject" => json!({"projectName": "another", "description": ""}),
            "CreateLogStore" => json!({"logstoreName": "another", "shardCount": 1, "ttl": 1}),
            "TagResources" => {
                json!({"resourceType": "project", "resourceId": [SAMPLE], "tags": [{"key": "a", "value": "b"}]})
            }
            "UntagResources" => json!({"resourceType": "project", "resourceId": [SAMPLE], "all": true}),
            "ChangeResourceGroup" => json!({"resourceId": SAMPLE, "resourceGroupId": "rg-aek2abcdefghijk"}),
            _ if method == "GET" || method == "DELETE" => Value::Null,
            _ => json!({}),
        };
        let body = if body.is_null() { String::new() } else { body.to_string() };
        let mut query: Vec<_> = select.split_once('=').into_iter().collect();
        if operation.name == "ListTagResources" {
            query.push(("resourceType", "project"));
            if self.sends == Sends::Least {
                query.push(("resourceId", "[\"sample\"]"));
            }
        }
        let client = by.cloned().unwrap_or_else(|| self.owner());
        let raw = client.sls_request(method, project, &format!("/{path}"), &query, body.as_bytes());
        if by.is_some() {
            return raw;
        }
        let signing = ["authorization", "date"];
        let headers = raw.headers.iter().filter(|(name, _)| !signing.contains(&name.as_str()));
        let headers: HeaderMap = headers.map(|(name, value)| (name.clone(), value.clone())).collect();
        raw.headers(headers)
    }

    fn oss(
        &self,
        operation: &'static Operation,
        method: &str,
        level: Level,
        selector: Selector,
        by: Option<&Client<'_>>,
    ) -> Raw {
        let (bucket, key) = match level {
            Level::Service => (None, ""),
            Level::Bucket => (Some(SAMPLE), ""),
            Level::Object => (Some(SAMPLE), SAMPLE),
        };
        let mut query = self.parameters(operation, "");
        let mut lines = Vec::new();
        match selector {
            Selector::Plain => {}
            Selector::Query(name) => query.insert(0, (name, String::new())),
            Selector::QueryValue(name, value) => query.insert(0, (name, value.to_owned())),
            Selector::Header(name) => lines.push((name, format!("/{SAMPLE}/{SAMPLE}"))),
            Selector::QueryAnd(name, other, value) => {
                query.insert(0, (name, String::new()));
                query.insert(1, (other, value.unwrap_or(SAMPLE).to_owned()));
            }
            Selector::QueryOneOf(name, values) => query.insert(0, (name, values[0].to_owned())),
            Selector::QueryAndHeader(query_name, header) => {
                query.insert(0, (query_name, String::new()));
                lines.push((header, format!("/{SAMPLE}/{SAMPLE}")));
            }
        }
        let body = match bodies::of(&operation.name) {
            Some(body) => body,
            None if self.sends == Sends::All && operation.takes == Takes::Stream => "content".to_owned(),
            None => String::new(),
        };
        if self.sends == Sends::All && operation.access.checks().iter().any(is_conditional) {
            lines.push(("x-oss-tagging", "team=blue".to_owned()));
        }
        let query: Vec<_> = query.iter().map(|(name, value)| (*name, value.as_str())).collect();
        let lines: Vec<_> = lines.iter().map(|(name, value)| (*name, value.as_str())).collect();
        let raw = by.unwrap_or(&self.owner()).oss_request(method, bucket, key, &query, &lines, body.as_bytes());
        if by.is_some() {
            return raw;
        }
        let signing = ["authorization", "x-oss-date", "x-oss-content-sha256", "date"];
        let headers: HeaderMap = raw
            .headers
            .iter()
            .filter(|(name, _)| !signing.contains(&name.as_str()))
            .map(|(n, v)| (n.clone(), v.clone()))
            .collect();
        raw.headers(headers)
    }
}
