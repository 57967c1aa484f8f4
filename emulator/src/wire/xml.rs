//! JSON members as an XML document: members become elements, an array becomes its element repeated.

use quick_xml::escape::partial_escape;
use serde_json::{Map, Value};

/// A document of these members.
pub(super) fn document(head: &str, root: &str, members: Map<String, Value>) -> String {
    let mut text = String::from(head);
    element(&mut text, root, &Value::Object(members));
    text
}

fn element(text: &mut String, name: &str, value: &Value) {
    if let Value::Array(items) = value {
        for item in items {
            element(text, name, item);
        }
        return;
    }
    text.push('<');
    text.push_str(name);
    text.push('>');
    match value {
        Value::Object(members) => {
            for (name, value) in members {
                element(text, name, value);
            }
        }
        Value::String(string) => text.push_str(&partial_escape(string.as_str())),
        Value::Null => {}
        Value::Bool(_) | Value::Number(_) | Value::Array(_) => text.push_str(&value.to_string()),
    }
    text.push_str("</");
    text.push_str(name);
    text.push('>');
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn arrays_repeat_their_element_and_text_is_escaped() {
        let Value::Object(members) =
            json!({"Users": {"User": [{"N": "a<b"}, {"N": "c"}]}, "Ok": true, "None": {"User": []}})
        else {
            panic!("an object")
        };
        assert_eq!(
            document("", "R", members),
            "<R><Users><User><N>a&lt;b</N></User><User><N>c</N></User></Users><Ok>true</Ok><None></None></R>"
        );
    }
}
