//! Live channels. Nothing is streamed here: a channel is made, described and deleted, and is always idle.
//!
//! Source pages: "PutLiveChannel" and its siblings.

use http::{Method, StatusCode};

use super::checks::{on_bucket, on_object};
use super::listing::{MARKER, MAX_KEYS, PREFIX};
use super::product::row;
use super::{bucket, error, listing, object, view, xml};
use crate::cloud::Element;
use crate::gateway::{ApiError, Body, Call, Check, Form, Level, Operation, Parameter, Reply, Route, Selector};

const KIND: &str = "live";
/// The most channels of a bucket, and the most bytes of what is said of one. CHOICE: the figures.
const MOST: usize = 1000;
const LARGEST: usize = 64 << 10;

/// The operations on live channels.
pub fn table() -> Vec<Operation> {
    let at = |method| Route::Oss(method, Level::Object, Selector::Query(KIND));
    let and = |method, other, value| Route::Oss(method, Level::Object, Selector::QueryAnd(KIND, other, value));
    let vod = |method| Route::Oss(method, Level::Object, Selector::Query("vod"));
    let on = |actions| [on_object(actions)];
    let times = [Parameter::optional("startTime", Form::Any), Parameter::optional("endTime", Form::Any)];
    let list: [Check; 1] = [on_bucket(&["oss:ListLiveChannel"])];
    let in_bucket = Route::Oss(Method::GET, Level::Bucket, Selector::Query(KIND));
    vec![
        row("ListLiveChannel", in_bucket, &list, &[PREFIX, MARKER, MAX_KEYS], channels),
        row(
            "PutLiveChannelStatus",
            and(Method::PUT, "status", None),
            &on(&["oss:PutLiveChannelStatus"]),
            &[],
            put_status,
        ),
        row("PutLiveChannel", at(Method::PUT), &on(&["oss:PutLiveChannel"]), &[], put),
        row("GetLiveChannelStat", and(Method::GET, "comp", Some("stat")), &on(&["oss:GetLiveChannelStat"]), &[], stat),
        row(
            "GetLiveChannelHistory",
            and(Method::GET, "comp", Some("history")),
            &on(&["oss:GetLiveChannelHistory"]),
            &[],
            history,
        ),
        row("GetLiveChannelInfo", at(Method::GET), &on(&["oss:GetLiveChannel"]), &[], info),
        row("DeleteLiveChannel", at(Method::DELETE), &on(&["oss:DeleteLiveChannel"]), &[], delete),
        row("PostVodPlaylist", vod(Method::POST), &on(&["oss:PostVodPlaylist"]), &times, playlist),
        row("GetVodPlaylist", vod(Method::GET), &on(&["oss:GetVodPlaylist"]), &times, playlist),
    ]
}

fn place(channel: &str) -> String {
    format!("{KIND}/{channel}")
}

fn none() -> ApiError {
    ApiError::not_found("NoSuchLiveChannel", "The specified live channel does not exist.")
}

fn find(call: &Call<'_>) -> Result<Element, ApiError> {
    bucket::read(call, |bucket| bucket.settings.get(&place(object::key(call))).cloned())?.ok_or_else(none)
}

/// The name of the channel that the request addresses.
fn name<'c>(call: &'c Call<'_>) -> Result<&'c str, ApiError> {
    let refused = |message| Err(ApiError::bad_request("InvalidChannelName", message));
    match object::key(call) {
        name if name.contains('/') => refused("ChannelName must not contain a slash."),
        name if name.len() >= 64 => refused("The Length of channel name must be less than 64."),
        name => Ok(name),
    }
}

fn number(target: &Element, name: &str, default: i64) -> Result<i64, ApiError> {
    let Some(text) = target.filled(name) else { return Ok(default) };
    let number = text.parse::<i64>().ok().filter(|number| (1..=100).contains(number));
    number.ok_or_else(|| error::invalid_argument(name, text, "Invalid Argument. Parameter is invalid."))
}

/// PutLiveChannel
fn put(call: &Call<'_>) -> Result<Reply, ApiError> {
    let name = name(call)?;
    let sent = xml::tree(&call.http.body, "LiveChannelConfiguration")?;
    let status = sent.filled("Status").unwrap_or("enabled");
    let target = sent.child("Target").ok_or_else(error::malformed_xml)?;
    let kind = target.get("Type").ok_or_else(error::malformed_xml)?;
    let wrong =
        |name: &str, value: &str| error::invalid_argument(name, value, "Invalid Argument. Parameter is invalid.");
    if !matches!(status, "enabled" | "disabled") {
        return Err(wrong("Status", status));
    }
    if kind != "HLS" {
        return Err(wrong("Type", kind));
    }
    let playlist = target.filled("PlaylistName").unwrap_or("playlist.m3u8");
    if !playlist.ends_with(".m3u8") || !(6..=128).contains(&playlist.len()) {
        return Err(wrong("PlaylistName", playlist));
    }
    let target = Element::of(
        "Target",
        [
            Element::text("Type", "HLS"),
            Element::text("FragDuration", number(target, "FragDuration", 5)?.to_string()),
            Element::text("FragCount", number(target, "FragCount", 3)?.to_string()),
            Element::text("PlaylistName", playlist),
        ],
    );
    let mut parts = vec![
        Element::text("Description", sent.get("Description").unwrap_or_default()),
        Element::text("Status", status),
        target,
    ];
    parts.extend(sent.child("Snapshot").cloned());
    let channel = Element::of("LiveChannelConfiguration", parts);
    let made = Element::of("Channel", [channel.clone(), Element::text("LastModified", view::time(call.now))]);
    let region = bucket::change(call, |bucket| {
        let others = bucket.settings.several(KIND, "").filter(|(other, _)| *other != name).count();
        if others >= MOST || call.http.body.len() > LARGEST {
            return Err(error::too_large());
        }
        bucket.settings.put(&place(name), made);
        Ok(bucket.region.clone())
    })??;
    let urls = urls(bucket::name(call), &region, name, playlist);
    Ok(xml::shown(&Element::of("CreateLiveChannelResult", urls)))
}

fn urls(bucket: &str, region: &str, channel: &str, playlist: &str) -> [Element; 2] {
    let host = format!("{bucket}.oss-{region}.aliyuncs.com");
    let url = |name: &str, url: String| Element::of(name, [Element::text("Url", url)]);
    [
        url("PublishUrls", format!("rtmp://{host}/live/{channel}")),
        url("PlayUrls", format!("http://{host}/{channel}/{playlist}")),
    ]
}

fn configuration(channel: &Element) -> Element {
    channel.child("LiveChannelConfiguration").cloned().unwrap_or_default()
}

/// ListLiveChannel
fn channels(call: &Call<'_>) -> Result<Reply, ApiError> {
    let (prefix, marker) = (call.arguments.text("prefix"), call.arguments.text("marker"));
    let most = listing::max_keys(call);
    let (mut found, region): (Vec<_>, _) = bucket::read(call, |bucket| {
        let all = bucket.settings.several(KIND, marker).filter(|(name, _)| name.starts_with(prefix));
        let all = all.take(most + 1).map(|(name, channel)| (name.to_owned(), channel.clone()));
        (all.collect(), bucket.region.clone())
    })?;
    let truncated = found.len() > most;
    found.truncate(most);
    Ok(xml::reply("ListLiveChannelResult", |node| {
        node.text("Prefix", prefix);
        node.text("Marker", marker);
        node.text("MaxKeys", &most.to_string());
        node.text("IsTruncated", if truncated { "true" } else { "false" });
        if let Some((last, _)) = found.last().filter(|_| truncated) {
            node.text("NextMarker", last);
        }
        for (name, channel) in &found {
            let configuration = configuration(channel);
            let playlist = configuration.at(&["Target", "PlaylistName"]).map_or("", |name| &name.text);
            node.element("LiveChannel", |node| {
                node.text("Name", name);
                node.text("Description", configuration.get("Description").unwrap_or_default());
                node.text("Status", configuration.get("Status").unwrap_or_default());
                node.text("LastModified", channel.get("LastModified").unwrap_or_default());
                urls(bucket::name(call), &region, name, playlist).iter().for_each(|url| node.put(url));
            });
        }
    }))
}

/// GetLiveChannelInfo
fn info(call: &Call<'_>) -> Result<Reply, ApiError> {
    let mut configuration = configuration(&find(call)?);
    configuration.children.retain(|child| child.name != "Snapshot");
    Ok(xml::shown(&configuration))
}

/// GetLiveChannelStat
fn stat(call: &Call<'_>) -> Result<Reply, ApiError> {
    let disabled = configuration(&find(call)?).get("Status") == Some("disabled");
    Ok(xml::reply("LiveChannelStat", |node| node.text("Status", if disabled { "Disabled" } else { "Idle" })))
}

/// GetLiveChannelHistory
fn history(call: &Call<'_>) -> Result<Reply, ApiError> {
    find(call)?;
    Ok(xml::reply("LiveChannelHistory", |_| {}))
}

/// PutLiveChannelStatus
fn put_status(call: &Call<'_>) -> Result<Reply, ApiError> {
    let status = call.arguments.text("status");
    if !matches!(status, "enabled" | "disabled") {
        return Err(error::invalid_argument("status", status, "Invalid Argument. Parameter is invalid."));
    }
    let place = place(object::key(call));
    bucket::change(call, |bucket| {
        let mut channel = bucket.settings.get(&place).cloned().ok_or_else(none)?;
        if let Some(configuration) = channel.children.iter_mut().find(|one| one.name == "LiveChannelConfiguration") {
            configuration.set("Status", status);
        }
        bucket.settings.put(&place, channel);
        Ok::<_, ApiError>(())
    })??;
    Ok(Reply::with_body(Body::Empty))
}

/// DeleteLiveChannel
fn delete(call: &Call<'_>) -> Result<Reply, ApiError> {
    let place = place(name(call)?);
    bucket::change(call, |bucket| bucket.settings.remove(&place))?;
    Ok(Reply::with_body(Body::Empty).status(StatusCode::NO_CONTENT))
}

/// PostVodPlaylist, GetVodPlaylist: nothing was streamed, so there is nothing to be played, whether or not there is such a channel.
fn playlist(call: &Call<'_>) -> Result<Reply, ApiError> {
    let number = |name: &str| call.arguments.get(name).and_then(|text| text.parse::<i64>().ok());
    let (Some(start), Some(end)) = (number("startTime"), number("endTime")) else {
        return Err(error::missing_argument());
    };
    if end <= start || end - start > 24 * 60 * 60 {
        return Err(error::invalid_argument("endTime", &end.to_string(), "Invalid Argument. Parameter is invalid."));
    }
    Err(error::invalid_argument("startTime", &start.to_string(), "No ts file found in specified time span.")
        .with("EC", "0044-00000308"))
}
