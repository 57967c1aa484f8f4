//! Styles: names for instructions of processing. They are kept, and nothing is processed by them.
//!
//! Source pages: "PutStyle" and its siblings.

use http::{Method, StatusCode};

use super::checks::on_bucket;
use super::product::row;
use super::{bucket, error, view, xml};
use crate::cloud::Element;
use crate::gateway::{ApiError, Body, Call, Form, Level, Operation, Parameter, Reply, Route, Selector};

const NAME: Parameter = Parameter::optional("styleName", Form::Any);
const CATEGORY: Parameter = Parameter::optional("category", Form::Any);
/// The most styles of a bucket.
const MOST: usize = 100;
const KIND: &str = "style";

/// The operations on styles.
pub fn table() -> Vec<Operation> {
    let at = |method| Route::Oss(method, Level::Bucket, Selector::Query("style"));
    let named = Route::Oss(Method::GET, Level::Bucket, Selector::QueryAnd("style", "styleName", None));
    vec![
        row("PutStyle", at(Method::PUT), &[on_bucket(&["oss:PutStyle"])], &[NAME, CATEGORY], put),
        row("GetStyle", named, &[on_bucket(&["oss:GetStyle"])], &[], get),
        row("ListStyle", at(Method::GET), &[on_bucket(&["oss:ListStyle"])], &[], list),
        row("DeleteStyle", at(Method::DELETE), &[on_bucket(&["oss:DeleteStyle"])], &[NAME], delete),
    ]
}

fn name<'c>(call: &'c Call<'_>) -> Result<&'c str, ApiError> {
    let name = call.arguments.text("styleName");
    let good = |byte: u8| byte.is_ascii_alphanumeric() || matches!(byte, b'_' | b'-' | b'.');
    if (1..=63).contains(&name.len()) && name.bytes().all(good) {
        return Ok(name);
    }
    Err(error::invalid_argument("styleName", name, "Invalid Argument. Parameter is invalid."))
}

fn place(name: &str) -> String {
    format!("{KIND}/{name}")
}

/// PutStyle
fn put(call: &Call<'_>) -> Result<Reply, ApiError> {
    let name = name(call)?;
    let sent = xml::tree(&call.http.body, "Style")?;
    let content = sent.get("Content").unwrap_or_default();
    if content.is_empty() {
        return Err(error::invalid_argument("Content", content, "Style content is invalid."));
    }
    let category = call.arguments.filled("category").unwrap_or("image");
    let now = view::time(call.now);
    bucket::change(call, |bucket| {
        let before = bucket.settings.get(&place(name)).and_then(|style| style.get("CreateTime")).map(str::to_owned);
        if before.is_none() && bucket.settings.several(KIND, "").count() >= MOST {
            return Err(error::invalid_argument("styleName", name, "The number of styles is beyond limit."));
        }
        let parts = [
            ("Name", name),
            ("Content", content),
            ("Category", category),
            ("CreateTime", before.as_deref().unwrap_or(&now)),
            ("LastModifyTime", &now),
        ];
        let style = Element::of("Style", parts.map(|(name, text)| Element::text(name, text)));
        bucket.settings.put(&place(name), style);
        Ok(())
    })??;
    Ok(Reply::with_body(Body::Empty))
}

/// GetStyle
fn get(call: &Call<'_>) -> Result<Reply, ApiError> {
    let style = bucket::read(call, |bucket| bucket.settings.get(&place(call.arguments.text("styleName"))).cloned())?;
    Ok(xml::shown(&style.ok_or_else(error::no_such_style)?))
}

/// ListStyle: the oldest first.
fn list(call: &Call<'_>) -> Result<Reply, ApiError> {
    bucket::read(call, |bucket| {
        let mut styles: Vec<_> = bucket.settings.several(KIND, "").map(|(_, style)| style.clone()).collect();
        styles.sort_by(|one, other| one.get("CreateTime").cmp(&other.get("CreateTime")));
        xml::shown(&Element::of("StyleList", styles))
    })
}

/// DeleteStyle
fn delete(call: &Call<'_>) -> Result<Reply, ApiError> {
    let name = name(call)?;
    bucket::change(call, |bucket| bucket.settings.remove(&place(name)))?;
    Ok(Reply::with_body(Body::Empty).status(StatusCode::NO_CONTENT))
}
