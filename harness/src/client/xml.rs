//! OSS speaks XML: parameters written as YAML become elements, answers become fields.

use quick_xml::escape::escape;
use quick_xml::events::Event;
use serde_json::{Map, Value};

/// The elements of a map: a list repeats its element.
pub(super) fn from_json(value: &Value) -> String {
    let mut xml = String::from("<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n");
    write(value, &mut xml);
    xml
}

fn write(value: &Value, xml: &mut String) {
    match value {
        Value::Object(fields) => {
            for (name, inner) in fields {
                let items = match inner {
                    Value::Array(items) => items.as_slice(),
                    single => std::slice::from_ref(single),
                };
                for item in items {
                    xml.extend(["<", name, ">"]);
                    write(item, xml);
                    xml.extend(["</", name, ">"]);
                }
            }
        }
        Value::Null => {}
        Value::String(text) => xml.push_str(&escape(text.as_str())),
        other => xml.push_str(&other.to_string()),
    }
}

/// How deep elements may be nested: JSON is as limited.
const DEEPEST: usize = 128;

/// The fields of a document's root: repeated elements become a list, elements without elements a
/// text. `None` if it is not XML.
pub(crate) fn to_json(text: &str) -> Option<Value> {
    let mut reader = quick_xml::Reader::from_str(text);
    let mut stack: Vec<Element> = vec![Element::default()];
    loop {
        match reader.read_event().ok()? {
            // What is nested deeper than any answer is would be read and dropped by as many calls within calls.
            Event::Start(_) if stack.len() > DEEPEST => return None,
            Event::Start(start) => {
                stack.push(Element { name: start.local_name().as_ref().to_owned(), ..Element::default() });
            }
            Event::Empty(empty) => {
                let name = empty.local_name().as_ref().to_owned();
                stack.last_mut()?.add(name, Value::String(String::new()));
            }
            Event::Text(text) => stack.last_mut()?.text.push_str(&text),
            Event::CData(data) => stack.last_mut()?.text.push_str(&data),
            Event::GeneralRef(reference) => {
                let quoted = format!("&{};", &*reference);
                let plain = quick_xml::escape::unescape(&quoted).ok()?;
                stack.last_mut()?.text.push_str(&plain);
            }
            Event::End(_) => {
                let done = stack.pop()?;
                let name = done.name.clone();
                stack.last_mut()?.add(name, done.into_value());
            }
            Event::Eof => break,
            _ => {}
        }
    }
    let [root] = stack.as_mut_slice() else {
        return None;
    };
    let (_, value) = std::mem::take(&mut root.children).into_iter().next()?;
    Some(value)
}

#[derive(Default)]
struct Element {
    name: String,
    children: Map<String, Value>,
    text: String,
}

impl Element {
    fn add(&mut self, name: String, value: Value) {
        match self.children.get_mut(&name) {
            None => {
                self.children.insert(name, value);
            }
            Some(Value::Array(items)) => items.push(value),
            Some(first) => {
                let earlier = first.take();
                *first = Value::Array(vec![earlier, value]);
            }
        }
    }

    fn into_value(self) -> Value {
        if self.children.is_empty() { Value::String(self.text) } else { Value::Object(self.children) }
    }
}

#[cfg(test)]
mod tests {
    #[test]
    fn what_is_nested_too_deep_is_none() {
        let nested = |depth: usize| format!("<E>{}{}</E>", "<a>".repeat(depth), "</a>".repeat(depth));
        assert!(super::to_json(&nested(100)).is_some());
        assert_eq!(super::to_json(&nested(100_000)), None);
    }

    use serde_json::json;

    use super::{from_json, to_json};

    #[test]
    fn an_answer_becomes_fields() {
        let text = "<?xml version=\"1.0\"?><R><Name>a &amp; b</Name><C><K>1</K></C><C><K>2</K></C><E/></R>";
        let fields = json!({"Name": "a & b", "C": [{"K": "1"}, {"K": "2"}], "E": ""});
        assert_eq!(to_json(text), Some(fields));
        assert_eq!(to_json("no xml"), None);
        assert_eq!(to_json("<R><open></R>"), None);
    }

    #[test]
    fn a_parameter_becomes_elements() {
        let value = json!({"Tagging": {"TagSet": {"Tag": [{"Key": "a<b", "Value": 1}, {"Key": "c"}]}}});
        assert!(from_json(&value).ends_with(
            "<Tagging><TagSet><Tag><Key>a&lt;b</Key><Value>1</Value></Tag><Tag><Key>c</Key></Tag></TagSet></Tagging>"
        ));
    }
}
