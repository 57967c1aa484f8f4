//! PostObject: the form is read, whoever signed it is found, and the object is put as by them, through the gateway.

use bytes::Bytes;
use http::{HeaderName, HeaderValue, Method, StatusCode, header};

use super::super::callback::{self, About, Configuration};
use super::super::product::row;
use super::super::{bucket, error, name, persistent, xml};
use super::form::{self, PostForm};
use super::policy::FormPolicy;
use super::signed;
use crate::cloud::{Payload, Written};
use crate::gateway::{Access, ApiError, Body, Call, HttpRequest, Level, Operation, Reply, Route, Selector};
use crate::signature::{OrderedQuery, query::pe, query::pe_path};

/// The operation on forms.
pub fn table() -> Vec<Operation> {
    let route = Route::Oss(Method::POST, Level::Bucket, Selector::Plain);
    let open = Access::Anyone("the form says who sends it, and the object in it is put as by them (PostObject)");
    vec![row("PostObject", route, &[], &[], post).open_to(open).streams()]
}

/// The fields that are headers of the object that is put.
const HEADERS: [&str; 4] = ["cache-control", "content-disposition", "content-encoding", "expires"];
/// The most bytes of a file: 5 GB.
const LARGEST: u64 = 5 << 30;
/// A file of no more bytes is copied out of its form, so that it does not hold on to all of that (CHOICE: the figure).
const COPIED: u64 = 256 << 10;

/// PostObject
fn post(call: &Call<'_>) -> Result<Reply, ApiError> {
    // That there is a bucket comes first, whatever was sent.
    bucket::read(call, |_| ())?;
    let boundary = form::boundary(call.http.header(header::CONTENT_TYPE).unwrap_or_default())?;
    let body = call.written().map_err(error::of_store)?.content;
    let form = PostForm::read(&body, &boundary)?;
    if form.size() > LARGEST {
        return Err(error::too_large());
    }
    let caller = signed::sender(call, &form)?;
    if let Some(policy) = form.get("policy") {
        FormPolicy::read(policy)?.check(&form, bucket::name(call), call.cloud().clock.urls_now(None))?;
    }
    if call.http.headers.contains_key("x-oss-tagging") {
        let message = "Invalid Argument. Parameter is invalid.";
        return Err(error::invalid_argument("x-oss-tagging", "", message));
    }
    let callback = callback_of(&form)?;
    let key = key(&form)?;
    let request = put(call, &form, &key)?;
    let stored = call.go_on_with(request, Some(file(call, &body, &form)?), caller)?;
    let reply = answer(call, &form, &key, &stored);
    let Some(callback) = callback else { return Ok(reply) };
    let said = |name: &str| stored.headers.get(name).and_then(|value| value.to_str().ok()).unwrap_or_default();
    let about = About {
        key: &key,
        etag: said("etag").trim_matches('"').to_owned(),
        size: form.size(),
        crc64: said("x-oss-hash-crc64ecma").parse().unwrap_or_default(),
        kind: form.kind().unwrap_or("application/octet-stream").to_owned(),
        md5: said("content-md5").to_owned(),
    };
    callback::told(call, callback, &about, reply)
}

/// The callback that a form asks for, with the variables that are fields of it.
fn callback_of(form: &PostForm) -> Result<Option<Configuration>, ApiError> {
    let variables = form.fields.iter().filter(|(name, _)| name.starts_with("x:"));
    form.get("callback").map(|text| Configuration::of_form(text, variables)).transpose()
}

/// What a key may have in the place of the file's name.
const FILENAME: &str = "${filename}";

/// The key that a form gives. How long it gets is counted before it is made.
fn key(form: &PostForm) -> Result<String, ApiError> {
    let key = form
        .get("key")
        .ok_or_else(|| error::invalid_argument("key", "", "The bucket POST must contain the specified 'key'."))?;
    let places = key.matches(FILENAME).count();
    let rest = key.len().saturating_sub(places.saturating_mul(FILENAME.len()));
    let bytes = rest.saturating_add(places.saturating_mul(form.filename.len()));
    if bytes > name::LONGEST_KEY {
        return Err(error::invalid_object_name(FILENAME, bytes));
    }
    Ok(key.replace(FILENAME, &form.filename))
}

/// What is put.
fn file(call: &Call<'_>, body: &Payload, form: &PostForm) -> Result<Written, ApiError> {
    let file = body.slice(form.file.clone());
    let written = if file.size() > COPIED {
        Written::digested(file)
    } else {
        file.to_bytes().and_then(|bytes| Written::kept(&bytes, call.cloud().store.clone()))
    };
    written.map_err(error::of_store)
}

/// The request that puts it.
fn put(call: &Call<'_>, form: &PostForm, key: &str) -> Result<HttpRequest, ApiError> {
    name::check_object(key)?;
    let path = pe_path(&format!("/{}/{key}", bucket::name(call)));
    let length = HeaderValue::from(form.size());
    let mut request = HttpRequest::inside(Method::PUT, path, OrderedQuery::default(), Bytes::new());
    request.headers.insert(header::CONTENT_LENGTH, length);
    // What the request's own headers say of the object counts where no field does.
    let own = call.http.headers.iter().filter(|(name, _)| name.as_str().starts_with("x-oss-object-acl"));
    request.headers.extend(own.map(|(name, value)| (name.clone(), value.clone())));
    let mut set = |name: &str, value: &str| {
        if let (Ok(name), Ok(value)) = (HeaderName::try_from(name), HeaderValue::from_bytes(value.as_bytes())) {
            request.headers.insert(name, value);
        }
    };
    for (name, value) in &form.fields {
        let name = name.to_ascii_lowercase();
        let about_object = name.starts_with("x-oss-meta-")
            || name.starts_with("x-oss-server-side-")
            || matches!(
                &*name,
                "x-oss-object-acl"
                    | "x-oss-storage-class"
                    | "x-oss-forbid-overwrite"
                    | "x-oss-tagging"
                    | persistent::NAME
            );
        if about_object || HEADERS.contains(&name.as_str()) {
            set(&name, value);
        }
    }
    if let Some(kind) = form.kind() {
        set("content-type", kind);
    }
    Ok(request)
}

fn answer(call: &Call<'_>, form: &PostForm, key: &str, stored: &Reply) -> Reply {
    let etag = stored.headers.get(header::ETAG).and_then(|etag| etag.to_str().ok()).unwrap_or_default().to_owned();
    let host = call.http.header(header::HOST).unwrap_or_default();
    let path = call.http.path.trim_end_matches('/');
    let location = format!("http://{host}{path}/{}", pe_path(key));
    let mut reply = match (form.get("success_action_redirect"), form.get("success_action_status")) {
        (Some(to), _) if to.starts_with("http://") || to.starts_with("https://") => {
            let joint = if to.contains('?') { '&' } else { '?' };
            let query = format!("bucket={}&key={}&etag={}", pe(bucket::name(call)), pe(key), pe(&etag));
            Reply::with_body(Body::Empty)
                .status(StatusCode::SEE_OTHER)
                .header(header::LOCATION, format!("{to}{joint}{query}"))
        }
        (_, Some("200")) => Reply::with_body(Body::Empty),
        (_, Some("201")) => xml::reply("PostResponse", |node| {
            node.text("Bucket", bucket::name(call));
            node.text("ETag", &etag);
            node.text("Key", key);
            node.text("Location", &location);
        })
        .status(StatusCode::CREATED),
        _ => Reply::with_body(Body::Empty).status(StatusCode::NO_CONTENT),
    };
    reply.grown = stored.grown;
    let told = stored.headers.iter().filter(|(name, _)| *name != header::CONTENT_TYPE);
    reply.headers.extend(told.map(|(name, value)| (name.clone(), value.clone())));
    reply
}
