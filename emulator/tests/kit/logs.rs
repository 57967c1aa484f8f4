//! Log groups as clients write them: protocol buffers, by hand, so that they can be wrong as well.
#![allow(
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss,
    reason = "the numbers of protocol buffers are cut into bytes"
)]

fn varint(mut number: u64) -> Vec<u8> {
    let mut bytes = Vec::new();
    while number > 0x7F {
        bytes.push((number & 0x7F) as u8 | 0x80);
        number >>= 7;
    }
    bytes.push(number as u8);
    bytes
}

/// A field that holds bytes, a text or a message.
pub(crate) fn field(number: u8, bytes: impl AsRef<[u8]>) -> Vec<u8> {
    let bytes = bytes.as_ref();
    [&[number << 3 | 2][..], &varint(bytes.len() as u64), bytes].concat()
}

/// A log of a time.
pub(crate) fn log(time: i64, pairs: &[(&str, &str)]) -> Vec<u8> {
    let contents = pairs.iter().map(|(key, value)| field(2, [field(1, key), field(2, value)].concat()));
    let time = [&[1 << 3][..], &varint(time as u64)].concat();
    std::iter::once(time).chain(contents).collect::<Vec<_>>().concat()
}

/// A log group of logs.
pub(crate) fn group(topic: &str, logs: &[Vec<u8>]) -> Vec<u8> {
    let logs: Vec<_> = logs.iter().map(|log| field(1, log)).collect();
    let tag = field(6, [field(1, "host"), field(2, "web-1")].concat());
    [logs.concat(), field(3, topic), field(4, "10.0.0.1"), tag].concat()
}
