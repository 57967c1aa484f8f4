//! The body of a callback: a text with places in it, `${bucket}` and its like.

use serde_json::Value;

use super::configuration::Configuration;
use crate::signature::pe;

/// What a place stands for.
#[derive(Debug, Clone)]
pub(super) enum Said {
    Text(String),
    Number(u64),
}

impl From<String> for Said {
    fn from(text: String) -> Self {
        Self::Text(text)
    }
}

/// Fills in the places. In a form a value is percent-encoded, in JSON it is a value of JSON. A place of a name that nobody knows is left
/// empty.
pub(super) fn filled(configuration: &Configuration, say: impl Fn(&str) -> Option<Said>) -> String {
    let own = |name: &str| {
        let variable = configuration.variables.iter().find(|(own, _)| own == name);
        variable.map(|(_, value)| Said::Text(value.clone()))
    };
    let mut filled = String::new();
    let mut rest = configuration.body.as_str();
    while let Some((before, behind)) = rest.split_once("${") {
        let Some((name, after)) = behind.split_once('}') else { break };
        filled.push_str(before);
        let said = if name.starts_with("x:") { own(name) } else { say(name) };
        filled.push_str(&match (said, configuration.is_json) {
            (Some(Said::Number(number)), _) => number.to_string(),
            (Some(Said::Text(text)), true) => Value::String(text).to_string(),
            (Some(Said::Text(text)), false) => pe(&text),
            (None, true) => "\"\"".to_owned(),
            (None, false) => String::new(),
        });
        rest = after;
    }
    filled + rest
}

#[cfg(test)]
mod tests {
    use super::*;

    fn fill(body: &str, is_json: bool) -> String {
        let variables = vec![("x:who".to_owned(), "me \"1\"".to_owned())];
        let configuration =
            Configuration { addresses: Vec::new(), host: None, body: body.to_owned(), is_json, variables };
        filled(&configuration, |name| match name {
            "object" => Some("a/b c".to_owned().into()),
            "size" => Some(Said::Number(7)),
            _ => None,
        })
    }

    #[test]
    fn places_are_filled_as_the_body_is_written() {
        assert_eq!(
            fill("o=${object}&s=${size}&w=${x:who}&n=${imageInfo.width}", false),
            "o=a%2Fb%20c&s=7&w=me%20%221%22&n="
        );
        assert_eq!(
            fill(r#"{"o":${object},"s":${size},"w":${x:who},"n":${none}}"#, true),
            r#"{"o":"a/b c","s":7,"w":"me \"1\"","n":""}"#
        );
        assert_eq!(fill("a${", false), "a${");
    }
}
