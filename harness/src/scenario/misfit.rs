//! What of JSON Schema our schemas use, for their tests.

use serde_json::Value;

fn is_of(value: &Value, kind: &str) -> bool {
    match kind {
        "object" => value.is_object(),
        "array" => value.is_array(),
        "string" => value.is_string(),
        "integer" => value.is_i64() || value.is_u64(),
        "number" => value.is_number(),
        "boolean" => value.is_boolean(),
        "null" => value.is_null(),
        other => panic!("{other}"),
    }
}

/// What of JSON Schema the schema uses. Gives the place that does not fit.
pub(crate) fn misfit(value: &Value, schema: &Value, root: &Value) -> Option<String> {
    if let Some(reference) = schema.get("$ref").and_then(Value::as_str) {
        let found = misfit(value, root.pointer(reference.strip_prefix('#').unwrap()).unwrap(), root);
        if found.is_some() {
            return found;
        }
    }
    if let Some(all) = schema.get("anyOf").and_then(Value::as_array)
        && all.iter().all(|one| misfit(value, one, root).is_some())
    {
        return Some(format!("{value}"));
    }
    if let Some(not) = schema.get("not")
        && misfit(value, not, root).is_none()
    {
        return Some(format!("{value}"));
    }
    let kinds = match schema.get("type") {
        Some(Value::Array(kinds)) => kinds.clone(),
        Some(kind) => vec![kind.clone()],
        None => Vec::new(),
    };
    let fits = kinds.is_empty() || kinds.iter().any(|kind| is_of(value, kind.as_str().unwrap()));
    let listed = schema.get("enum").and_then(Value::as_array).is_none_or(|all| all.contains(value));
    if !fits || !listed {
        return Some(format!("{value}"));
    }
    let bound = |name: &str| schema.get(name).and_then(Value::as_f64);
    let within = |size: f64, least: &str, most: &str| {
        bound(least).is_none_or(|least| size >= least) && bound(most).is_none_or(|most| size <= most)
    };
    #[expect(clippy::cast_precision_loss, reason = "there are not so many")]
    let bounded = match value {
        Value::Number(number) => within(number.as_f64().unwrap(), "minimum", "maximum"),
        Value::Array(items) => within(items.len() as f64, "minItems", "maxItems"),
        Value::Object(members) => within(members.len() as f64, "minProperties", "maxProperties"),
        Value::String(text) => {
            let pattern = schema.get("pattern").and_then(Value::as_str);
            pattern.is_none_or(|pattern| regex_lite::Regex::new(pattern).unwrap().is_match(text))
        }
        _ => true,
    };
    if !bounded {
        return Some(format!("{value}"));
    }
    if let Value::Object(members) = value {
        let dependent = schema.get("dependentRequired").and_then(Value::as_object).into_iter().flatten();
        for (name, needs) in dependent.filter(|(name, _)| members.contains_key(*name)) {
            let mut needs = needs.as_array().unwrap().iter().filter_map(Value::as_str);
            if let Some(need) = needs.find(|need| !members.contains_key(*need)) {
                return Some(format!("{name} without {need}"));
            }
        }
        let properties = schema.get("properties").and_then(Value::as_object);
        for (name, value) in members {
            let known = properties.and_then(|properties| properties.get(name));
            let found = match (known, schema.get("additionalProperties")) {
                (Some(schema), _) => misfit(value, schema, root),
                (None, Some(Value::Bool(false))) => Some("no such property".to_owned()),
                (None, Some(other @ Value::Object(_))) => misfit(value, other, root),
                (None, _) => None,
            };
            if let Some(found) = found {
                return Some(format!("{name}: {found}"));
            }
        }
        let required = schema.get("required").and_then(Value::as_array).into_iter().flatten();
        return required.filter_map(Value::as_str).find(|name| !members.contains_key(*name)).map(str::to_owned);
    }
    match (value, schema.get("items")) {
        (Value::Array(items), Some(schema)) => items.iter().find_map(|item| misfit(item, schema, root)),
        _ => None,
    }
}
