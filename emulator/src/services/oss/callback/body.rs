//! The body of a callback: a text with places in it, `${bucket}` and its like.

use serde_json::Value;

use super::configuration::Configuration;
use crate::cloud::CALLBACK_BODY;
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

/// Fills in the places, unless that gets too long. In a form a value is percent-encoded, in JSON it is a value of JSON. A place of a name that nobody knows is left
/// empty.
pub(super) fn filled(configuration: &Configuration, say: impl Fn(&str) -> Option<Said>) -> Option<String> {
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
        if filled.len() > CALLBACK_BODY {
            return None;
        }
        rest = after;
    }
    Some(filled + rest)
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
        .unwrap()
    }

    #[test]
    fn no_body_gets_longer_than_it_may() {
        let (value, place) = ("x".repeat(5 << 10), "${x:a}");
        let fits = CALLBACK_BODY / value.len();
        for (places, may) in [(fits, true), (fits + 1, false), (100_000, false)] {
            let variables = vec![("x:a".to_owned(), value.clone())];
            let (body, is_json) = (place.repeat(places), false);
            let configuration = Configuration { addresses: Vec::new(), host: None, body, is_json, variables };
            assert_eq!(filled(&configuration, |_| None).map(|body| body.len()), may.then_some(places * value.len()));
        }
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
