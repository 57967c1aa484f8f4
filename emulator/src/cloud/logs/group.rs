//! Log groups: what is written at once, kept as the protocol buffer that it came as.
//!
//! Source page: "Data encoding" of Simple Log Service.

use bytes::Bytes;
use jiff::Timestamp;

use super::protobuf::{Broken, Fields, Value, put_bytes, put_number};
use super::space::Room;

/// The longest name of a field, in bytes ("Basic resources", limits).
const LONGEST_KEY: usize = 128;

/// A log group where it lies.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct LogGroup<'a> {
    /// The topic.
    pub topic: &'a str,
    /// Where the logs come from.
    pub source: &'a str,
    /// Tags of all its logs, in their order.
    pub tags: Vec<(&'a str, &'a str)>,
    bytes: &'a [u8],
}

/// A log where it lies.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Log<'a> {
    /// When, in seconds.
    pub time: u32,
    /// And nanoseconds, if it says.
    pub nanoseconds: Option<u32>,
    /// Its fields, in their order.
    pub contents: Vec<(&'a str, &'a str)>,
}

/// Why bytes are no log group.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum WrongGroup {
    /// No protocol buffer of this form.
    Malformed,
    /// A log of no time.
    Time,
    /// A text that is none.
    Encoding,
    /// A field of no name, or of too long a one.
    Key,
}

impl From<Broken> for WrongGroup {
    fn from(_: Broken) -> Self {
        Self::Malformed
    }
}

fn text(value: Value<'_>) -> Result<&str, WrongGroup> {
    let Value::Bytes(bytes) = value else { return Err(WrongGroup::Malformed) };
    std::str::from_utf8(bytes).map_err(|_| WrongGroup::Encoding)
}

fn message(value: Value<'_>) -> Result<&[u8], WrongGroup> {
    let Value::Bytes(bytes) = value else { return Err(WrongGroup::Malformed) };
    Ok(bytes)
}

/// A key and a value, both of which must be there.
fn pair(bytes: &[u8]) -> Result<(&str, &str), WrongGroup> {
    let (mut key, mut value) = (None, None);
    for field in Fields::of(bytes) {
        match field? {
            (1, read) => key = Some(text(read)?),
            (2, read) => value = Some(text(read)?),
            _ => {}
        }
    }
    let key = key.ok_or(WrongGroup::Malformed)?;
    if key.is_empty() || key.len() > LONGEST_KEY {
        return Err(WrongGroup::Key);
    }
    Ok((key, value.ok_or(WrongGroup::Malformed)?))
}

fn encoded((key, value): (&str, &str)) -> Vec<u8> {
    let mut bytes = Vec::new();
    put_bytes(&mut bytes, 1, key.as_bytes());
    put_bytes(&mut bytes, 2, value.as_bytes());
    bytes
}

fn log(bytes: &[u8]) -> Result<Log<'_>, WrongGroup> {
    let (mut time, mut nanoseconds, mut contents) = (None, None, Vec::new());
    for field in Fields::of(bytes) {
        match field? {
            (1, Value::Number(number)) => time = Some(u32::try_from(number).map_err(|_| WrongGroup::Time)?),
            (1, _) => return Err(WrongGroup::Malformed),
            (2, read) => contents.push(pair(message(read)?)?),
            (4, Value::Fixed32(number)) => nanoseconds = Some(number),
            _ => {}
        }
    }
    match time {
        Some(0) => Err(WrongGroup::Time),
        Some(time) => Ok(Log { time, nanoseconds, contents }),
        None => Err(WrongGroup::Malformed),
    }
}

impl<'a> LogGroup<'a> {
    /// Reads a log group, and nothing of its logs.
    ///
    /// # Errors
    /// It is none.
    pub fn read(bytes: &'a [u8]) -> Result<Self, WrongGroup> {
        let mut group = Self { bytes, ..Self::default() };
        for field in Fields::of(bytes) {
            match field? {
                (3, read) => group.topic = text(read)?,
                (4, read) => group.source = text(read)?,
                (6, read) => group.tags.push(pair(message(read)?)?),
                _ => {}
            }
        }
        Ok(group)
    }

    /// Its logs, in their order.
    pub fn logs(&self) -> impl Iterator<Item = Result<Log<'a>, WrongGroup>> {
        Fields::of(self.bytes).filter_map(|field| match field {
            Ok((1, read)) => Some(message(read).and_then(log)),
            Ok(_) => None,
            Err(broken) => Some(Err(broken.into())),
        })
    }
}

/// A log group that is to be kept, read to its end.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Draft {
    /// How many logs.
    pub logs: usize,
    /// The earliest time of a log, in seconds, and the latest; `None` where there is no log.
    pub times: Option<(u32, u32)>,
    bytes: Vec<u8>,
}

impl Draft {
    /// Reads a log group to its end.
    ///
    /// # Errors
    /// It is none, or something in it is wrong.
    pub fn read(bytes: &[u8]) -> Result<Self, WrongGroup> {
        let group = LogGroup::read(bytes)?;
        let (mut logs, mut times) = (0, None);
        for log in group.logs() {
            let time = log?.time;
            let (first, last) = times.unwrap_or((time, time));
            (logs, times) = (logs + 1, Some((time.min(first), time.max(last))));
        }
        Ok(Self { logs, times, bytes: bytes.to_vec() })
    }

    /// Writes a log group, all of whose logs are of one time.
    pub fn write<'t>(
        topic: &str,
        source: &str,
        tags: impl IntoIterator<Item = (&'t str, &'t str)>,
        time: u32,
        logs: impl IntoIterator<Item: IntoIterator<Item = (&'t str, &'t str)>>,
    ) -> Result<Self, WrongGroup> {
        let mut bytes = Vec::new();
        for contents in logs {
            let mut log = Vec::new();
            put_number(&mut log, 1, time.into());
            contents.into_iter().for_each(|content| put_bytes(&mut log, 2, &encoded(content)));
            put_bytes(&mut bytes, 1, &log);
        }
        put_bytes(&mut bytes, 3, topic.as_bytes());
        put_bytes(&mut bytes, 4, source.as_bytes());
        tags.into_iter().for_each(|tag| put_bytes(&mut bytes, 6, &encoded(tag)));
        Self::read(&bytes)
    }

    /// How much room it takes: its bytes, and what is known of it.
    pub fn room(&self) -> u64 {
        u64::try_from(self.bytes.len() + size_of::<KeptGroup>()).unwrap_or(u64::MAX)
    }

    /// Adds a tag of all its logs.
    pub fn tag(&mut self, key: &str, value: &str) {
        put_bytes(&mut self.bytes, 6, &encoded((key, value)));
    }

    /// Keeps it, in a room that was taken for it.
    pub fn keep(self, cursor: u64, received: Timestamp, room: Room) -> KeptGroup {
        let content = self.bytes.into_boxed_slice().into();
        KeptGroup { cursor, received, logs: self.logs, times: self.times, content, _room: room }
    }
}

/// A log group in a shard.
#[derive(Debug)]
pub struct KeptGroup {
    /// Its place in the shard: the number in its cursor.
    pub cursor: u64,
    /// When it was received.
    pub received: Timestamp,
    /// How many logs.
    pub logs: usize,
    /// The earliest time of a log, and the latest.
    pub times: Option<(u32, u32)>,
    /// The log group itself.
    pub content: Bytes,
    /// Given back when it goes.
    _room: Room,
}

impl KeptGroup {
    /// The bytes of the log group, which was read before it was kept.
    pub fn bytes(&self) -> &[u8] {
        &self.content
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn written() -> Draft {
        let logs = [vec![("level", "error"), ("message", "it broke")], vec![]];
        Draft::write("topic", "127.0.0.1", [("host", "a")], 7, logs).unwrap()
    }

    #[test]
    fn what_is_written_is_read() {
        let draft = written();
        assert_eq!((draft.logs, draft.times), (2, Some((7, 7))));
        let group = LogGroup::read(&draft.bytes).unwrap();
        assert_eq!((group.topic, group.source, &*group.tags), ("topic", "127.0.0.1", &[("host", "a")][..]));
        let logs: Vec<_> = group.logs().map(Result::unwrap).collect();
        assert_eq!(logs[0].contents, [("level", "error"), ("message", "it broke")]);
        assert_eq!((logs[0].time, logs[0].nanoseconds), (7, None));
        assert!(logs[1].contents.is_empty());
        assert_eq!(Draft::read(b""), Ok(Draft { logs: 0, times: None, bytes: Vec::new() }));
    }

    #[test]
    fn whatever_is_cut_off_or_changed_is_told_or_read_without_harm() {
        let bytes = written().bytes;
        for length in 0..bytes.len() {
            let _ = Draft::read(&bytes[..length]);
            for bit in 0..8 {
                let mut changed = bytes.clone();
                changed[length] ^= 1 << bit;
                let _ = Draft::read(&changed);
            }
        }
        assert_eq!(Draft::read(&bytes[..5]), Err(WrongGroup::Malformed));
    }

    #[test]
    fn what_is_wrong_has_a_name() {
        let group = |log: &[u8]| {
            let mut bytes = Vec::new();
            put_bytes(&mut bytes, 1, log);
            Draft::read(&bytes).map(|draft| draft.logs)
        };
        let with = |time: u64, pair: &[u8]| {
            let mut log = Vec::new();
            put_number(&mut log, 1, time);
            put_bytes(&mut log, 2, pair);
            group(&log)
        };
        let pair = |key: &[u8], value: &[u8]| {
            let mut bytes = Vec::new();
            put_bytes(&mut bytes, 1, key);
            put_bytes(&mut bytes, 2, value);
            bytes
        };
        assert_eq!(with(7, &pair(b"k", b"v")), Ok(1));
        assert_eq!(with(7, &pair(&[b'k'; 128], b"")), Ok(1));
        assert_eq!(group(b""), Err(WrongGroup::Malformed));
        assert_eq!(with(0, &pair(b"k", b"v")), Err(WrongGroup::Time));
        assert_eq!(with(1 << 32, &pair(b"k", b"v")), Err(WrongGroup::Time));
        assert_eq!(with(7, &pair(b"", b"v")), Err(WrongGroup::Key));
        assert_eq!(with(7, &pair(&[b'k'; 129], b"v")), Err(WrongGroup::Key));
        assert_eq!(with(7, &pair(b"k", b"\xff")), Err(WrongGroup::Encoding));
        assert_eq!(with(7, b""), Err(WrongGroup::Malformed));
        assert_eq!(with(7, &[1 << 3 | 2, 1, b'k']), Err(WrongGroup::Malformed));
    }
}
