//! The room: who learns here, at which desk, and where everybody stands. Nobody sees another's desk.

use std::collections::BTreeMap;
use std::io;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Instant;

use serde_json::{Value, json};
use tokio::sync::{OwnedSemaphorePermit, Semaphore};

use super::token::Token;
use crate::course::terminal;
use crate::course::{Desk, Files, Progress};
use crate::scenario::{Language, Scenario};

/// CHOICE: a name has at most so many characters.
const NAME: usize = 40;
/// CHOICE: requests of one learner that wait while another one of the same learner is at work; who asks for more is told so. A page sends
/// one at a time, and somebody may have it open twice.
const WAITING: usize = 2;

/// The learners of one process.
#[derive(Debug)]
pub struct Room {
    lessons: Vec<Arc<Scenario>>,
    most: usize,
    join: Token,
    teach: Token,
    seats: Mutex<Vec<Arc<Seat>>>,
}

/// A learner's place.
#[derive(Debug)]
pub(super) struct Seat {
    token: Token,
    name: String,
    learning: Mutex<Learning>,
    /// One request at a time is at work…
    turn: Arc<Semaphore>,
    /// …and a few wait for it.
    places: Arc<Semaphore>,
}

/// The proof that no other request of the learner is at work.
#[derive(Debug)]
pub(super) struct Turn {
    _turn: OwnedSemaphorePermit,
    _place: OwnedSemaphorePermit,
}

/// What a learner is at.
#[derive(Debug)]
struct Learning {
    language: Language,
    /// The lesson at hand, from 0.
    at: usize,
    /// Opened when it is first needed: a cloud that nobody calls is none.
    desk: Option<Desk>,
    /// The learner's files, while no desk has them.
    files: BTreeMap<String, String>,
    /// Where the learner stood in lessons that are closed.
    left: BTreeMap<usize, Progress>,
    latest: Instant,
    /// How often the teacher began a lesson anew, so that the learner is told.
    anew: u32,
}

/// Why somebody cannot join.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub(super) enum JoinError {
    #[error("the class is full")]
    Full,
    #[error("a name has 1 to {NAME} characters")]
    NotAName,
}

fn locked<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

impl Room {
    /// A room for so many learners at most.
    pub fn new(lessons: Vec<Arc<Scenario>>, most: usize) -> Self {
        Self { lessons, most, join: Token::new(), teach: Token::new(), seats: Mutex::default() }
    }

    /// What the link to join ends in.
    pub fn join_token(&self) -> &str {
        self.join.as_str()
    }

    /// What the teacher's link ends in.
    pub fn teacher_token(&self) -> &str {
        self.teach.as_str()
    }

    pub(super) fn may_join(&self, token: &str) -> bool {
        self.join.is(token)
    }

    pub(super) fn may_teach(&self, token: &str) -> bool {
        self.teach.is(token)
    }

    /// A seat for one more learner; gives the token of its link.
    pub(super) fn join(&self, name: &str, language: Language) -> Result<String, JoinError> {
        let name = name.trim();
        let plain = name.chars().all(|c| !c.is_control());
        if name.is_empty() || name.chars().count() > NAME || !plain {
            return Err(JoinError::NotAName);
        }
        let mut seats = locked(&self.seats);
        if seats.len() >= self.most {
            return Err(JoinError::Full);
        }
        let token = Token::new();
        let text = token.as_str().to_owned();
        let (files, left) = (BTreeMap::new(), BTreeMap::new());
        let learning = Learning { language, at: 0, desk: None, files, left, latest: Instant::now(), anew: 0 };
        seats.push(Arc::new(Seat {
            token,
            name: name.to_owned(),
            learning: Mutex::new(learning),
            turn: Arc::new(Semaphore::new(1)),
            places: Arc::new(Semaphore::new(1 + WAITING)),
        }));
        Ok(text)
    }

    /// The seat of a learner's link.
    pub(super) fn seat(&self, token: &str) -> Option<Arc<Seat>> {
        // All are compared, so that the time says nothing of where it was found.
        let seats = locked(&self.seats);
        let own = seats.iter().filter(|seat| seat.token.is(token)).collect::<Vec<_>>();
        own.first().map(|seat| Arc::clone(seat))
    }

    /// The lessons, in a language.
    pub(super) fn lessons(&self, language: Language) -> Value {
        let lessons = (1..).zip(&self.lessons).map(|(number, lesson)| {
            let header = lesson.lesson.as_ref();
            json!({
                "number": number,
                "name": lesson.name,
                "title": header.map_or(&*lesson.title.value, |header| header.title.of(language)),
                "aim": header.map_or("", |header| header.aim.of(language)),
                "minutes": header.map_or(0, |header| header.minutes),
            })
        });
        lessons.collect()
    }

    /// Where everybody stands, for the teacher: learners by number, none by the token of its link.
    pub(super) fn standing(&self) -> Value {
        let seats = locked(&self.seats).clone();
        let learners = (1..).zip(&seats).map(|(number, seat)| {
            // Whoever is at work is not waited for.
            let Ok(learning) = seat.learning.try_lock() else {
                return json!({"number": number, "name": seat.name, "busy": true});
            };
            let progress = learning.desk.as_ref().map(Desk::progress).unwrap_or_default();
            json!({
                "number": number,
                "name": seat.name,
                "language": learning.language.code(),
                "lesson": learning.at + 1,
                "at": progress.at,
                "of": progress.of,
                "done": progress.done.len(),
                "shown": progress.shown.len(),
                "tasks": progress.tasks,
                "calls": progress.calls,
                "hints": progress.hints,
                "lessons_done": learning.finished(),
                "quiet_seconds": learning.latest.elapsed().as_secs(),
            })
        });
        json!({"learners": learners.collect::<Vec<_>>(), "most": self.most, "join": self.join.as_str()})
    }

    /// Starts the lesson at hand anew for one learner, by number, or for all; false if there is no such learner.
    pub(super) fn reset(&self, number: Option<usize>) -> bool {
        let seats = locked(&self.seats).clone();
        match number {
            None => seats.iter().for_each(|seat| seat.reset()),
            Some(number) => match number.checked_sub(1).and_then(|index| seats.get(index)) {
                Some(seat) => seat.reset(),
                None => return false,
            },
        }
        true
    }
}

impl Learning {
    /// How many lessons have all their tasks done.
    fn finished(&self) -> usize {
        let here = self.desk.as_ref().map(|desk| (self.at, desk.progress()));
        let all =
            self.left.iter().map(|(at, progress)| (*at, progress.clone())).filter(|(at, _)| *at != self.at).chain(here);
        all.filter(|(_, progress)| progress.tasks > 0 && progress.done.len() + progress.shown.len() >= progress.tasks)
            .count()
    }

    /// Closes the desk; another one is opened when it is needed. The learner's files stay. Gives where the learner stood.
    fn close(&mut self) -> Option<Progress> {
        let mut desk = self.desk.take()?;
        let progress = desk.progress();
        if let Files::Desk(files) = std::mem::replace(desk.files_mut(), Files::Desk(BTreeMap::new())) {
            self.files = files;
        }
        Some(progress)
    }
}

impl Seat {
    /// The learner's turn: while a request is at work, others of the same learner wait here, where no thread waits with them. None if so
    /// many wait already.
    pub(super) async fn turn(&self) -> Option<Turn> {
        let place = Arc::clone(&self.places).try_acquire_owned().ok()?;
        let turn = Arc::clone(&self.turn).acquire_owned().await.ok()?;
        Some(Turn { _turn: turn, _place: place })
    }

    fn reset(&self) {
        let mut learning = locked(&self.learning);
        let at = learning.at;
        learning.left.remove(&at);
        learning.anew += 1;
        learning.close();
    }

    /// At the learner's desk, which is opened if it is not.
    fn at_desk<T>(&self, room: &Room, act: impl FnOnce(&mut Desk) -> io::Result<T>) -> io::Result<T> {
        let learning = &mut *locked(&self.learning);
        learning.latest = Instant::now();
        let (language, at) = (learning.language, learning.at);
        let desk = match &mut learning.desk {
            Some(desk) => desk,
            none => {
                let lesson = room.lessons.get(at).ok_or_else(|| io::Error::other("there are no lessons"))?;
                let files = Files::Desk(BTreeMap::new());
                let desk = none.insert(Desk::open(Arc::clone(lesson), language, rand::random(), files)?);
                *desk.files_mut() = Files::Desk(std::mem::take(&mut learning.files));
                desk
            }
        };
        act(desk)
    }

    /// What the learner sees.
    pub(super) fn shown(&self, room: &Room) -> io::Result<Value> {
        let mut shown = self.at_desk(room, |desk| {
            Ok(json!({
                "title": desk.title(),
                "aim": desk.lesson().lesson.as_ref().map_or("", |lesson| lesson.aim.of(desk.language())),
                "page": desk.page(),
                "hints": desk.hints(),
                "open_task": desk.has_open_task(),
                "over": desk.is_over(),
                "caller": desk.caller(),
                "files": desk.files().kept(),
                "progress": desk.progress(),
            }))
        })?;
        let learning = locked(&self.learning);
        shown["name"] = json!(self.name);
        shown["language"] = json!(learning.language.code());
        shown["lesson"] = json!(learning.at + 1);
        shown["anew"] = json!(learning.anew);
        shown["lessons"] = json!(room.lessons.len());
        Ok(shown)
    }

    /// Does what the learner types; what came of it.
    pub(super) fn enter(&self, room: &Room, line: &str) -> io::Result<String> {
        self.at_desk(room, |desk| desk.enter(line))
    }

    /// The lessons, a line each, as a terminal lists them.
    pub(super) fn lessons(&self, room: &Room) -> io::Result<String> {
        let mut listed = Vec::new();
        terminal::list(&room.lessons, self.language(), &mut listed)?;
        Ok(String::from_utf8_lossy(&listed).trim_end().to_owned())
    }

    /// Which numbers lessons have.
    pub(super) fn range(&self, room: &Room) -> String {
        terminal::range(room.lessons.len(), self.language())
    }

    fn language(&self) -> Language {
        locked(&self.learning).language
    }

    /// Turns to a lesson, by number; false if there is none.
    pub(super) fn turn_to(&self, room: &Room, number: usize) -> bool {
        let Some(at) = number.checked_sub(1).filter(|at| *at < room.lessons.len()) else { return false };
        let mut learning = locked(&self.learning);
        let left = learning.at;
        if let Some(progress) = learning.close() {
            learning.left.insert(left, progress);
        }
        learning.at = at;
        true
    }

    /// From now on in this language.
    pub(super) fn speak(&self, language: Language) {
        let mut learning = locked(&self.learning);
        learning.language = language;
        if let Some(desk) = &mut learning.desk {
            desk.speak(language);
        }
    }

    /// Keeps a text under a name. The error says why it is not kept.
    pub(super) fn write(&self, room: &Room, name: &str, text: &str) -> io::Result<Result<(), String>> {
        self.at_desk(room, |desk| Ok(desk.files_mut().write(name, text)))
    }
}

#[cfg(test)]
mod tests {
    use std::io::{Read, Write};
    use std::net::{Ipv4Addr, SocketAddr, TcpStream};
    use std::time::Duration;

    use super::super::{Class, Listen};
    use super::*;

    /// The status of what a learner is shown.
    fn look(address: SocketAddr, learner: &str) -> String {
        let mut stream = TcpStream::connect(address).unwrap();
        stream.set_read_timeout(Some(Duration::from_mins(1))).unwrap();
        let head =
            format!("GET /_acslab/course/learners/{learner} HTTP/1.1\r\nhost: {address}\r\nconnection: close\r\n\r\n");
        stream.write_all(head.as_bytes()).unwrap();
        let mut answer = String::new();
        stream.read_to_string(&mut answer).unwrap();
        answer.split(' ').nth(1).unwrap().to_owned()
    }

    #[test]
    fn many_requests_of_a_learner_hold_up_nobody_else() {
        let listen = Listen { address: (Ipv4Addr::LOCALHOST, 0).into(), hosts: Vec::new() };
        let class = Class::start(Room::new(crate::course::shipped().unwrap(), 2), &listen).unwrap();
        let [one, other] = ["one", "other"].map(|name| class.room().join(name, Language::En).unwrap());
        let seat = class.room().seat(&one).unwrap();
        let at_work = locked(&seat.learning);
        let address = class.address();
        let statuses = std::thread::scope(|scope| {
            // More than there are threads for.
            let asking = (0..64).map(|_| scope.spawn(|| look(address, &one))).collect::<Vec<_>>();
            assert_eq!(look(address, &other), "200");
            // One waits for the work, and so many for that one.
            while asking.iter().filter(|one| !one.is_finished()).count() > 1 + WAITING {
                std::thread::sleep(Duration::from_millis(1));
            }
            drop(at_work);
            asking.into_iter().map(|one| one.join().unwrap()).collect::<Vec<_>>()
        });
        let count = |status: &str| statuses.iter().filter(|told| *told == status).count();
        assert_eq!((count("200"), count("429")), (1 + WAITING, 63 - WAITING), "{statuses:?}");
        // Afterwards there is place again.
        assert_eq!(look(address, &one), "200");
    }
}
