//! The value of a parameter, before it is known how it travels.

use serde_json::Value;

/// What a call gives for one parameter.
#[derive(Clone, Debug, PartialEq)]
pub enum Given {
    /// A value: a text goes as it is, a map or list as JSON text, or as XML in a body of OSS.
    Json(Value),
    /// Bytes: a file.
    Bytes(Vec<u8>),
}

/// Bytes stand where a text is needed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("the file given for a parameter is not UTF-8 text")]
pub struct NotText;

impl Given {
    /// As a value in a body of JSON.
    pub fn to_json(&self) -> Result<Value, NotText> {
        match self {
            Self::Json(value) => Ok(value.clone()),
            Self::Bytes(bytes) => Ok(Value::from(std::str::from_utf8(bytes).map_err(|_| NotText)?)),
        }
    }

    /// As one text: what a query or form parameter carries.
    pub fn to_text(&self) -> Result<String, NotText> {
        Ok(match self.to_json()? {
            Value::String(text) => text,
            Value::Null => String::new(),
            other => other.to_string(),
        })
    }

    /// As bytes: what a body carries.
    pub fn to_bytes(&self) -> Result<Vec<u8>, NotText> {
        match self {
            Self::Bytes(bytes) => Ok(bytes.clone()),
            Self::Json(_) => Ok(self.to_text()?.into_bytes()),
        }
    }
}
