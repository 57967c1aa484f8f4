//! Parameters: what is checked of them before anything else is asked.

use std::borrow::Cow;
use std::sync::Arc;

use acslab_policy::{Document, DocumentKind};

use super::{Shaped, Text, Texts, held};
use crate::wire::{ApiError, Arguments, HttpRequest};

/// A parameter of an operation.
#[derive(Debug, Clone)]
pub struct Parameter {
    /// Its name on the wire.
    pub name: Text,
    /// Must it be there?
    pub need: Need,
    /// What it must look like.
    pub form: Form,
}

/// Must a parameter be there?
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Need {
    /// Yes: `Missing<Name>` otherwise. The metadata says so for some. CHOICE: the same answer for those that only the
    /// service asks for.
    Required,
    /// No.
    Optional,
}

/// What a parameter must look like.
#[derive(Debug, Clone)]
pub enum Form {
    /// Anything; the handler looks.
    Any,
    /// At most so many characters.
    Text(usize),
    /// 1 to so many characters of a set.
    Name(Characters, usize),
    /// One of these words, letter case counting; the code is `InvalidParameter.<Name>`.
    OneOf(&'static [&'static str]),
    /// The same, of a row that was read from a file.
    Word(Texts),
    /// `true` or `false`; Python's SDKs write them with a capital.
    Boolean,
    /// A whole number from, to.
    Integer(i64, i64),
    /// A policy document; the code for a bad one is `MalformedPolicyDocument`.
    Document(DocumentKind),
    /// JSON.
    Json(Json),
    /// As the catalogue describes it, list and object included.
    Shaped(Arc<Shaped>),
    /// The same of what is sent in a header.
    Header(Arc<Shaped>),
    /// The service's own rule, with a value that satisfies it.
    Own(fn(&str) -> Result<(), ApiError>, &'static str),
}

/// What a parameter in JSON is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Json {
    /// An object.
    Object,
    /// A list.
    List,
}

impl Json {
    /// What it is called, and the least of its kind.
    const fn words(self) -> (&'static str, &'static str) {
        match self {
            Self::Object => ("object", "{}"),
            Self::List => ("list", "[]"),
        }
    }

    fn is(self, text: &str) -> bool {
        match serde_json::from_str(text) {
            Ok(serde_json::Value::Object(_)) => self == Self::Object,
            Ok(serde_json::Value::Array(_)) => self == Self::List,
            _ => false,
        }
    }
}

/// The characters that a name may have.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Characters {
    /// Letters, digits, `.`, `_`, `-`: users and groups.
    User,
    /// Letters, digits, `.`, `-`: roles and MFA devices.
    Role,
    /// Letters, digits, `-`: policies.
    Policy,
}

impl Characters {
    fn has(self, character: char) -> bool {
        character.is_ascii_alphanumeric()
            || match self {
                Self::User => matches!(character, '.' | '_' | '-'),
                Self::Role => matches!(character, '.' | '-'),
                Self::Policy => character == '-',
            }
    }
}

impl Parameter {
    /// A parameter that must be there.
    pub const fn required(name: &'static str, form: Form) -> Self {
        Self { name: Text::Borrowed(name), need: Need::Required, form }
    }

    /// A parameter that may be left out.
    pub const fn optional(name: &'static str, form: Form) -> Self {
        Self { name: Text::Borrowed(name), need: Need::Optional, form }
    }

    /// Checks what was sent for this parameter, in a header where it is sent in one.
    pub fn check(&self, arguments: &Arguments, http: &HttpRequest) -> Result<(), ApiError> {
        match &self.form {
            Form::Shaped(shaped) => return held::check(shaped, self.need, arguments),
            Form::Header(shaped) => return held::check_value(shaped, self.need, http.header(&*self.name)),
            _ => {}
        }
        match (arguments.get(&self.name), self.need) {
            (Some(value), _) if !value.is_empty() => self.check_value(value),
            (_, Need::Required) => Err(ApiError::missing(&self.name)),
            (_, Need::Optional) => Ok(()),
        }
    }

    fn check_value(&self, value: &str) -> Result<(), ApiError> {
        let length = value.chars().count();
        match &self.form {
            Form::Text(most) if length > *most => Err(self.too_long()),
            Form::Any | Form::Text(_) | Form::Shaped(_) | Form::Header(_) => Ok(()),
            Form::Name(_, most) if length > *most => Err(self.too_long()),
            Form::Name(characters, _) if value.chars().all(|character| characters.has(character)) => Ok(()),
            Form::Name(..) => Err(ApiError::bad_request(
                format!("InvalidParameter.{}.InvalidChars", self.name),
                format!("The parameter - \"{}\" contains invalid chars.", self.name),
            )),
            Form::OneOf(words) if words.contains(&value) => Ok(()),
            Form::Word(words) if words.contains(value) => Ok(()),
            Form::OneOf(_) | Form::Word(_) => Err(self.incorrect("")),
            Form::Boolean if is(value, "true") || is(value, "false") => Ok(()),
            Form::Boolean => Err(self.incorrect(".Format")),
            Form::Integer(least, most) => match value.parse::<i64>() {
                Ok(number) if (*least..=*most).contains(&number) => Ok(()),
                Ok(_) => Err(self.incorrect("")),
                Err(_) => Err(self.incorrect(".Format")),
            },
            Form::Document(kind) => {
                Document::parse(*kind, value).map(|_| ()).map_err(|malformed| self.malformed(&malformed))
            }
            Form::Json(json) if json.is(value) => Ok(()),
            Form::Json(json) => {
                let message = format!("The parameter {} is invalid: it is no JSON {}.", self.name, json.words().0);
                Err(ApiError::bad_request("InvalidParameter", message))
            }
            Form::Own(check, _) => check(value),
        }
    }

    fn too_long(&self) -> ApiError {
        ApiError::bad_request(
            format!("InvalidParameter.{}.Length", self.name),
            format!("The parameter - \"{}\" beyond the length limit.", self.name),
        )
    }

    /// The message is RAM's for `.Format` and for `PolicyType`; `.MaxItems` and others follow them.
    fn incorrect(&self, suffix: &str) -> ApiError {
        let message = if suffix.is_empty() {
            format!("The parameter - \"{}\" is incorrect.", self.name)
        } else {
            format!("The format of the parameter - \"{}\" is incorrect.", self.name)
        };
        ApiError::bad_request(format!("InvalidParameter.{}{suffix}", self.name), message)
    }

    fn malformed(&self, malformed: &acslab_policy::Malformed) -> ApiError {
        if malformed.is_too_long() {
            return self.too_long();
        }
        ApiError::bad_request("MalformedPolicyDocument", malformed.api_message())
    }

    /// A value that passes the check, for tests that walk the tables and for documentation.
    pub fn sample(&self) -> Cow<'static, str> {
        Cow::Borrowed(match &self.form {
            Form::Any | Form::Text(_) | Form::Name(..) => "sample",
            Form::OneOf(words) => words.first().copied().unwrap_or_default(),
            Form::Word(words) => return Cow::Owned(words.first().unwrap_or_default().to_owned()),
            Form::Boolean => "false",
            Form::Integer(least, _) => return Cow::Owned(least.to_string()),
            Form::Document(DocumentKind::Trust) => {
                r#"{"Version":"1","Statement":[{"Effect":"Allow","Action":"sts:AssumeRole","Principal":{"Service":["pai.aliyuncs.com"]}}]}"#
            }
            Form::Document(_) => {
                r#"{"Version":"1","Statement":[{"Effect":"Allow","Action":"oss:GetObject","Resource":"*"}]}"#
            }
            Form::Shaped(shaped) | Form::Header(shaped) => return Cow::Owned(held::sample(shaped)),
            Form::Json(json) => json.words().1,
            Form::Own(_, sample) => sample,
        })
    }
}

fn is(value: &str, word: &str) -> bool {
    value.eq_ignore_ascii_case(word)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn code(parameter: &Parameter, value: &str) -> String {
        let arguments = Arguments::new([(&*parameter.name, value)].into_iter().collect());
        let http = HttpRequest::action("", "", &[]);
        parameter.check(&arguments, &http).map_or_else(|error| error.code().to_owned(), |()| "fine".to_owned())
    }

    #[test]
    fn each_form_has_its_code() {
        let name = Parameter::required("UserName", Form::Name(Characters::User, 64));
        assert_eq!(code(&name, "a.b_c-1"), "fine");
        assert_eq!(code(&name, "a b"), "InvalidParameter.UserName.InvalidChars");
        assert_eq!(code(&name, &"a".repeat(65)), "InvalidParameter.UserName.Length");
        assert_eq!(code(&name, ""), "MissingUserName");
        let kind = Parameter::required("PolicyType", Form::OneOf(&["System", "Custom"]));
        assert_eq!(code(&kind, "custom"), "InvalidParameter.PolicyType");
        let duration = Parameter::optional("MaxSessionDuration", Form::Integer(3600, 43200));
        assert_eq!(code(&duration, "-1"), "InvalidParameter.MaxSessionDuration");
        assert_eq!(code(&duration, "soon"), "InvalidParameter.MaxSessionDuration.Format");
        assert_eq!(code(&duration, ""), "fine");
        let flag = Parameter::optional("SetAsDefault", Form::Boolean);
        assert_eq!(
            (code(&flag, "True"), code(&flag, "yes")),
            ("fine".into(), "InvalidParameter.SetAsDefault.Format".into())
        );
        let document = Parameter::required("PolicyDocument", Form::Document(DocumentKind::Identity));
        assert_eq!(code(&document, "{}"), "MalformedPolicyDocument");
        assert_eq!(code(&document, &" ".repeat(5_000_000)), "InvalidParameter.PolicyDocument.Length");
    }
}
