//! What is asked under `/_acslab/course/`, and what is answered. A link's token is in the path: whoever has it is who it was made for.

use std::sync::Arc;

use http::{Method, StatusCode};
use serde::Deserialize;
use serde_json::{Value, json};

use super::page::{self, Asset};
use super::room::{JoinError, Room, Seat};
use crate::scenario::Language;

/// Where it all stands.
pub(super) const PREFIX: &str = "/_acslab/course/";

/// An answer.
#[derive(Debug)]
pub(super) enum Answer {
    /// A page, or a part of one.
    Page(Asset),
    /// A value.
    Value(Value),
    /// Why not.
    Refused(StatusCode, String),
}

/// A body that is understood as this.
fn read<'b, T: Deserialize<'b>>(body: &'b [u8]) -> Result<T, Answer> {
    serde_json::from_slice(body).map_err(|error| refused(StatusCode::BAD_REQUEST, format!("not understood: {error}")))
}

fn refused(status: StatusCode, why: impl Into<String>) -> Answer {
    Answer::Refused(status, why.into())
}

fn not_there() -> Answer {
    refused(StatusCode::NOT_FOUND, "there is nothing here; a link is whole, or it leads nowhere")
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Joining {
    name: String,
    #[serde(default)]
    language: Option<String>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Typed {
    line: String,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Turning {
    number: usize,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Speaking {
    language: String,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Resetting {
    #[serde(default)]
    learner: Option<usize>,
}

/// The words of a learner that have a path of their own.
const WORDS: &[&str] = &["next", "check", "hint", "solve", "reset", "why"];

fn language(code: &str) -> Result<Language, Answer> {
    let found = Language::ALL.into_iter().find(|language| language.code() == code);
    found.ok_or_else(|| refused(StatusCode::BAD_REQUEST, format!("`{code}` is no language: write `en` or `zh`")))
}

/// Whose desk a path is about.
pub(super) fn seat_of(room: &Room, path: &str) -> Option<Arc<Seat>> {
    let token = path.strip_prefix("learners/")?.split('/').next()?;
    room.seat(token)
}

/// Answers a request for a path below the prefix.
pub(super) fn answer(room: &Room, method: &Method, path: &str, query: &str, body: &[u8]) -> Answer {
    match answered(room, method, path, query, body) {
        Ok(answer) | Err(answer) => answer,
    }
}

fn answered(room: &Room, method: &Method, path: &str, query: &str, body: &[u8]) -> Result<Answer, Answer> {
    let (get, post, put) = (method == Method::GET, method == Method::POST, method == Method::PUT);
    let parts: Vec<_> = path.split('/').collect();
    let wrong_method = || refused(StatusCode::METHOD_NOT_ALLOWED, format!("not by {method}"));
    Ok(match parts.as_slice() {
        ["assets", name] if get => Answer::Page(page::asset(name).ok_or_else(not_there)?),
        ["lessons"] if get => {
            let code = query.split('&').find_map(|pair| pair.strip_prefix("language="));
            Answer::Value(json!({"lessons": room.lessons(code.map_or(Ok(Language::En), language)?)}))
        }
        ["join", token] if room.may_join(token) => match (get, post) {
            (true, _) => Answer::Page(page::JOIN),
            (_, true) => join(room, body)?,
            _ => return Err(wrong_method()),
        },
        ["teach", token] if room.may_teach(token) && get => Answer::Page(page::TEACH),
        ["class", token] if room.may_teach(token) && get => Answer::Value(room.standing()),
        ["class", token, "reset"] if room.may_teach(token) && post => {
            let Resetting { learner } = read(body)?;
            if !room.reset(learner) {
                return Err(refused(StatusCode::NOT_FOUND, "there is no such learner"));
            }
            Answer::Value(room.standing())
        }
        ["learn", token] if get && room.seat(token).is_some() => Answer::Page(page::LEARN),
        ["learners", token, rest @ ..] => {
            let seat = room.seat(token).ok_or_else(not_there)?;
            match rest {
                [] if get => Answer::Value(shown(room, &seat)?),
                ["enter"] if post => {
                    let Typed { line } = read(body)?;
                    entered(room, &seat, &line)?
                }
                [word] if WORDS.contains(word) && post => entered(room, &seat, word)?,
                ["lesson"] if post => {
                    let Turning { number } = read(body)?;
                    if !seat.turn_to(room, number) {
                        return Err(refused(StatusCode::NOT_FOUND, format!("there is no lesson {number}")));
                    }
                    Answer::Value(shown(room, &seat)?)
                }
                ["language"] if post => {
                    let Speaking { language: code } = read(body)?;
                    seat.speak(language(&code)?);
                    Answer::Value(shown(room, &seat)?)
                }
                ["files", name] if put => {
                    let text = std::str::from_utf8(body);
                    let text = text.map_err(|_| refused(StatusCode::BAD_REQUEST, "a file is UTF-8 text"))?;
                    let kept = seat.write(room, name, text).map_err(|error| failed(&error))?;
                    kept.map_err(|why| refused(StatusCode::BAD_REQUEST, why))?;
                    Answer::Value(shown(room, &seat)?)
                }
                [] | ["enter" | "lesson" | "language"] | ["files", _] => return Err(wrong_method()),
                [word] if WORDS.contains(word) => return Err(wrong_method()),
                _ => return Err(not_there()),
            }
        }
        ["lessons"] | ["assets", _] => return Err(wrong_method()),
        _ => return Err(not_there()),
    })
}

fn join(room: &Room, body: &[u8]) -> Result<Answer, Answer> {
    let Joining { name, language: code } = read(body)?;
    let language = code.as_deref().map_or(Ok(Language::En), language)?;
    match room.join(&name, language) {
        Ok(token) => Ok(Answer::Value(json!({"learner": token}))),
        Err(error @ JoinError::Full) => Err(refused(StatusCode::CONFLICT, error.to_string())),
        Err(error @ JoinError::NotAName) => Err(refused(StatusCode::BAD_REQUEST, error.to_string())),
    }
}

fn entered(room: &Room, seat: &Seat, line: &str) -> Result<Answer, Answer> {
    // A desk knows of no lesson but its own.
    let told = match line.trim().split_once(' ').map_or((line.trim(), ""), |(command, rest)| (command, rest.trim())) {
        ("lessons", _) => Some(seat.lessons(room).map_err(|error| failed(&error))?),
        ("lesson", number) => match number.parse() {
            Ok(number) if seat.turn_to(room, number) => Some(String::new()),
            _ => Some(seat.range(room)),
        },
        _ => None,
    };
    if let Some(said) = told {
        return Ok(Answer::Value(json!({"said": said, "learner": shown(room, seat)?})));
    }
    let said = seat.enter(room, line).map_err(|error| failed(&error))?;
    Ok(Answer::Value(json!({"said": said, "learner": shown(room, seat)?})))
}

fn shown(room: &Room, seat: &Seat) -> Result<Value, Answer> {
    seat.shown(room).map_err(|error| failed(&error))
}

fn failed(error: &std::io::Error) -> Answer {
    refused(StatusCode::SERVICE_UNAVAILABLE, format!("no cloud can be had: {error}"))
}
