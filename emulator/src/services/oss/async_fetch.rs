//! Objects that OSS fetches from a URL by itself: a task, which says how far it is.
//!
//! What is fetched is what this cloud has itself, by the URL that somebody signed for it; nothing leaves it. Known from Python's and Go's
//! clients and their tests that ask the cloud; no page of it is public. CHOICE: a task is done before its id is told.

use std::sync::Arc;

use bytes::Bytes;
use http::uri::Authority;
use http::{HeaderMap, HeaderValue, Method, Uri, header};

use super::callback::{self, About, Configuration};
use super::checks::{EACH, on_bucket};
use super::product::row;
use super::settings::schema;
use super::{bucket, describe, draft, error, name, refusal, view, xml};
use crate::cloud::{Cloud, Element, EntityTag, FETCH_TASK, FETCH_TASKS, StorageClass, Written};
use crate::gateway::{
    ApiError, Body, Call, Check, HttpRequest, Level, Operation, Reply, Route, Selector, Source, oss_endpoint_region,
    oss_host_has_bucket,
};
use crate::signature::{OrderedQuery, Plus, query::pe_key_path};
use crate::wire::{CallOut, Called, NotCalled, Tells, Wire};

const KIND: &str = "asyncFetch";
const TASK: &str = "x-oss-task-id";

/// The operations on such tasks.
pub fn table() -> Vec<Operation> {
    const SDK: Source = Source::sdk("Python SDK; the actions by the operations' names");
    let at = |method| Route::Oss(method, Level::Bucket, Selector::Query(KIND));
    let writes = Check::new(&["oss:PutObject"], EACH)
        .about("{bucket}/{each}")
        .of(target)
        .context(describe::written)
        .unless_said(describe::OF_NEW_OBJECT)
        .words(&refusal::OBJECT);
    let put_checks = [on_bucket(&["oss:PutAsyncFetchTask"]), writes];
    vec![
        row("PutAsyncFetchTask", at(Method::POST), &put_checks, &[], put).known_from(SDK),
        row("GetAsyncFetchTask", at(Method::GET), &[on_bucket(&["oss:GetAsyncFetchTask"])], &[], get).known_from(SDK),
    ]
}

/// What a task is told. The texts that are not said are empty.
#[derive(Debug, Clone)]
struct Asked {
    url: String,
    object: String,
    host: String,
    md5: String,
    callback: String,
    storage_class: Option<StorageClass>,
    ignores_same_key: bool,
    told_when_failed: bool,
}

impl Asked {
    fn read(body: &[u8]) -> Result<Self, ApiError> {
        let sent = xml::tree(body, "AsyncFetchTaskConfiguration")?;
        let text = |name: &str| sent.get(name).unwrap_or_default().to_owned();
        let flag = |name: &str, unsaid: bool| match sent.filled(name) {
            None => Ok(unsaid),
            Some(text) => xml::flag(text).ok_or_else(error::malformed_xml),
        };
        // CHOICE: the words.
        let class = |text| StorageClass::parse(text).ok_or_else(|| schema::wrong("StorageClass", text));
        let asked = Self {
            url: text("Url"),
            object: text("Object"),
            host: text("Host"),
            md5: text("ContentMD5"),
            callback: text("Callback"),
            storage_class: sent.filled("StorageClass").map(class).transpose()?,
            ignores_same_key: flag("IgnoreSameKey", true)?,
            told_when_failed: flag("CallbackWhenFailed", false)?,
        };
        if asked.url.is_empty() || asked.object.is_empty() {
            return Err(error::malformed_xml());
        }
        // A task is remembered as it was sent, also one that fails.
        if [&asked.url, &asked.host, &asked.md5].iter().map(|text| text.len()).sum::<usize>() > FETCH_TASK {
            return Err(error::invalid_argument("Url", "", "Invalid Argument. Parameter is invalid."));
        }
        Ok(asked)
    }

    fn element(&self) -> Element {
        let texts = [
            ("Url", &self.url),
            ("Object", &self.object),
            ("Host", &self.host),
            ("ContentMD5", &self.md5),
            ("Callback", &self.callback),
        ];
        let class = self.storage_class.map(|class| Element::text("StorageClass", class.as_str()));
        let flags = [("IgnoreSameKey", self.ignores_same_key), ("CallbackWhenFailed", self.told_when_failed)];
        let texts = texts.map(|(name, text)| Element::text(name, text.as_str()));
        Element::of(
            "TaskInfo",
            texts.into_iter().chain(class).chain(flags.map(|(name, flag)| Element::text(name, flag.to_string()))),
        )
    }
}

/// The object that is to be written. Of a body that says nothing of it there is none: such a task is refused.
#[expect(clippy::unnecessary_wraps, reason = "has the type of those that can fail")]
fn target(call: &Call<'_>) -> Result<Vec<String>, ApiError> {
    Ok(Asked::read(&call.http.body).map(|asked| asked.object).into_iter().collect())
}

fn place(id: &str) -> String {
    format!("{KIND}/{id}")
}

/// PutAsyncFetchTask
fn put(call: &Call<'_>) -> Result<Reply, ApiError> {
    let asked = Asked::read(&call.http.body)?;
    name::check_object(&asked.object)?;
    let callback = Some(asked.callback.as_str()).filter(|text| !text.is_empty());
    let callback = callback.map(|text| Configuration::read(text, Vec::new())).transpose()?;
    let is_there = bucket::read(call, |bucket| bucket.objects.get(&asked.object).is_some())?;
    if is_there && asked.ignores_same_key {
        let message = "The object you specified already exists and can not be overwritten.";
        return Err(ApiError::bad_request("ObjectAlreadyExists", message));
    }
    let id = call.cloud().ids.lower("", 32);
    let fetched = fetch(call, &asked);
    let (state, message) = match &fetched {
        Ok(_) => ("Success", String::new()),
        Err(error) => ("Failed", format!("{}: {}", error.code(), error.message())),
    };
    let task = Element::of(
        "AsyncFetchTaskInfo",
        [
            Element::text("TaskId", id.as_str()),
            Element::text("State", state),
            Element::text("ErrorMsg", message),
            asked.element(),
            Element::text("CreateTime", view::time(call.now)),
        ],
    );
    bucket::change(call, |bucket| {
        let tasks = bucket.settings.several(KIND, "");
        let of = |(id, task): (&str, &Element)| (task.get("CreateTime").unwrap_or_default().to_owned(), id.to_owned());
        let tasks: Vec<_> = tasks.map(of).collect();
        if tasks.len() >= FETCH_TASKS
            && let Some((_, oldest)) = tasks.into_iter().min()
        {
            bucket.settings.remove(&place(&oldest));
        }
        bucket.settings.put(&place(&id), task);
    })?;
    let reply = xml::reply("AsyncFetchTaskResult", |node| node.text("TaskId", &id));
    let about = match fetched {
        Ok(about) => Some(about),
        Err(_) => Some(About::nothing(&asked.object)).filter(|_| asked.told_when_failed),
    };
    let (Some(callback), Some(about)) = (callback, about) else { return Ok(reply) };
    let Reply { calls, .. } = callback::told(call, callback, &about, Reply::with_body(Body::Empty))?;
    let (cloud, bucket) = (Arc::clone(&call.cloud), bucket::name(call).to_owned());
    let tell = |out: Box<CallOut>| {
        let tells = Arc::new(Telling { tells: out.tells, cloud, bucket, task: place(&id) });
        Box::new(CallOut { addresses: out.addresses, tells })
    };
    Ok(Reply { calls: calls.map(tell), ..reply })
}

/// Fetches what a task asks for, and writes it as whoever made the task.
fn fetch<'a>(call: &Call<'_>, asked: &'a Asked) -> Result<About<'a>, ApiError> {
    let read = call.visit(request(call, asked)?)?;
    let Body::Payload(_, content) = read.body else { return Err(unreachable()) };
    let written = Written::digested(content).map_err(error::of_store)?;
    if !asked.md5.is_empty() && draft::digest(&asked.md5) != Some(written.md5) {
        return Err(ApiError::bad_request("InvalidDigest", "The Content-MD5 you specified was invalid."));
    }
    let kind = read.headers.get(header::CONTENT_TYPE).cloned();
    let kind = kind.unwrap_or(HeaderValue::from_static("application/octet-stream"));
    let about = About {
        key: &asked.object,
        etag: EntityTag::Content(written.md5).to_string(),
        size: written.content.size(),
        crc64: written.crc64,
        kind: kind.to_str().unwrap_or_default().to_owned(),
        md5: String::new(),
    };
    let path = pe_key_path(&format!("/{}/{}", bucket::name(call), asked.object));
    let mut request = HttpRequest::inside(Method::PUT, path, OrderedQuery::default(), Bytes::new());
    request.headers.insert(header::CONTENT_LENGTH, HeaderValue::from(about.size));
    request.headers.insert(header::CONTENT_TYPE, kind);
    if let Some(class) = asked.storage_class {
        request.headers.insert("x-oss-storage-class", HeaderValue::from_static(class.as_str()));
    }
    call.go_on_with(request, Some(written), call.caller.clone())?;
    Ok(about)
}

/// The request that a URL stands for.
fn request(call: &Call<'_>, asked: &Asked) -> Result<HttpRequest, ApiError> {
    let url: Uri = asked.url.parse().map_err(|_| unreachable())?;
    let authority = url.authority().filter(|_| matches!(url.scheme_str(), Some("http" | "https")));
    let authority = authority.filter(|authority| is_of_this_cloud(call, authority)).ok_or_else(unreachable)?;
    let query = OrderedQuery::parse(url.query().unwrap_or_default(), Plus::Literal).map_err(|_| unreachable())?;
    let mut request = HttpRequest::inside(Method::GET, url.path().to_owned(), query, Bytes::new());
    let host = if asked.host.is_empty() { authority.as_str() } else { &asked.host };
    request.headers.insert(header::HOST, HeaderValue::from_str(host).map_err(|_| unreachable())?);
    request.secure = url.scheme_str() == Some("https");
    // What is fetched is read: a call of another product could change something.
    if Wire::of(&request) == Wire::Oss { Ok(request) } else { Err(unreachable()) }
}

/// Is it a host of OSS's, or the one that this very call was sent to?
fn is_of_this_cloud(call: &Call<'_>, authority: &Authority) -> bool {
    let host = authority.host();
    let own = call.http.headers.get(header::HOST).is_some_and(|own| own.as_bytes() == authority.as_str().as_bytes());
    own || oss_endpoint_region(host).is_some() || oss_host_has_bucket(host)
}

/// What is elsewhere is not fetched. CHOICE: the words, and the code.
fn unreachable() -> ApiError {
    ApiError::bad_request("FetchFailed", "The object can not be fetched from the url.")
}

/// Whoever is told of a task's end, and the task, which says whether that worked.
#[derive(Debug)]
struct Telling {
    tells: Arc<dyn Tells>,
    cloud: Arc<Cloud>,
    bucket: String,
    task: String,
}

impl Tells for Telling {
    fn body(&self) -> Result<Bytes, NotCalled> {
        self.tells.body()
    }

    fn headers(&self, address: &Uri, key: &str, body: &Bytes) -> HeaderMap {
        self.tells.headers(address, key, body)
    }

    fn answer(&self, reply: Reply, called: Result<Called, NotCalled>) -> Result<Reply, ApiError> {
        if let Err(error) = self.tells.answer(Reply::with_body(Body::Empty), called) {
            self.cloud.buckets.change(&self.bucket, |bucket| {
                let Some(mut task) = bucket.settings.get(&self.task).cloned() else { return };
                if task.get("State") == Some("Success") {
                    task.set("State", "FetchSuccessCallbackFailed");
                    task.set("ErrorMsg", error.message());
                    bucket.settings.put(&self.task, task);
                }
            });
        }
        Ok(reply)
    }
}

/// GetAsyncFetchTask. CHOICE: the code for a task that there is not.
fn get(call: &Call<'_>) -> Result<Reply, ApiError> {
    let id = call.http.header(TASK).ok_or_else(error::missing_argument)?;
    let task = bucket::read(call, |bucket| bucket.settings.get(&place(id)).cloned())?;
    let message = "The specified async fetch task does not exist.";
    let task = task.ok_or_else(|| ApiError::not_found("NoSuchAsyncFetchTask", message))?;
    Ok(xml::reply(&task.name, |node| {
        task.children.iter().filter(|child| child.name != "CreateTime").for_each(|child| node.put(child));
    }))
}
