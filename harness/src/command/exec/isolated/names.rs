//! Names, and the addresses that stand for them: whatever name a program asks for has one of its own, so that where a connection is to go
//! can be told without a word of its client's.

use std::collections::HashMap;
use std::net::Ipv4Addr;
use std::sync::Arc;

/// Where names are asked for, and where the addresses that stand for names begin.
///
/// CHOICE: in 198.18.0.0/15, which is set aside for tests of networks (RFC 2544) and leads nowhere.
pub(super) const ASKED_AT: Ipv4Addr = Ipv4Addr::new(198, 18, 0, 1);
/// The address of the first name.
const FIRST: u32 = ASKED_AT.to_bits() + 1;
/// Names, at most. Who asks for more is told that the server fails.
const MOST: usize = 60_000;
/// The bytes of a name as it is asked for, at most (RFC 1035, 2.3.4).
const LONGEST: usize = 255;

const ADDRESS: u16 = 1;
const HEAD: usize = 12;
const FAILED: u8 = 2;
const NOT_UNDERSTOOD: u8 = 1;

#[derive(Debug, Default)]
pub(super) struct Names {
    by_name: HashMap<Arc<str>, u32>,
    all: Vec<Arc<str>>,
}

impl Names {
    /// What an address stands for.
    pub(super) fn of(&self, address: Ipv4Addr) -> Option<&str> {
        let index = address.to_bits().checked_sub(FIRST)?;
        self.all.get(usize::try_from(index).ok()?).map(AsRef::as_ref)
    }

    fn address(&mut self, name: &str) -> Option<Ipv4Addr> {
        if name == "localhost" || name.ends_with(".localhost") {
            return Some(Ipv4Addr::LOCALHOST);
        }
        if let Some(index) = self.by_name.get(name) {
            return Some(Ipv4Addr::from_bits(FIRST + index));
        }
        let index = u32::try_from(self.all.len()).ok().filter(|_| self.all.len() < MOST)?;
        let name: Arc<str> = name.into();
        self.by_name.insert(Arc::clone(&name), index);
        self.all.push(name);
        Some(Ipv4Addr::from_bits(FIRST + index))
    }

    /// The answer to a question, as RFC 1035 has it: an address of the fourth version, or that there is nothing else. `None` where nothing
    /// can be said to it at all.
    pub(super) fn answer(&mut self, question: &[u8]) -> Option<Vec<u8>> {
        let head = question.get(..HEAD)?;
        let (id, recurse) = (head.get(..2)?, head.get(2)? & 0x01);
        let answer = |code: u8, asked: &[u8], found: Option<Ipv4Addr>| {
            let count = |is: bool| [0, u8::from(is)];
            let mut answer = id.to_vec();
            answer.extend_from_slice(&[0x80 | recurse, 0x80 | code]);
            answer.extend_from_slice(&[count(!asked.is_empty()), count(found.is_some()), [0, 0], [0, 0]].concat());
            answer.extend_from_slice(asked);
            if let Some(address) = found {
                // The name that was asked for, its address, for a minute.
                answer.extend_from_slice(&[0xc0, 12, 0, 1, 0, 1, 0, 0, 0, 60, 0, 4]);
                answer.extend_from_slice(&address.octets());
            }
            Some(answer)
        };
        let Some((name, kind, end)) = asked(question) else { return answer(NOT_UNDERSTOOD, &[], None) };
        let asked = question.get(HEAD..end)?;
        if kind != ADDRESS {
            return answer(0, asked, None);
        }
        match self.address(&name) {
            Some(address) => answer(0, asked, Some(address)),
            None => answer(FAILED, asked, None),
        }
    }
}

/// The name that is asked for, what of it, and where the question ends.
fn asked(question: &[u8]) -> Option<(String, u16, usize)> {
    let (mut labels, mut at) = (Vec::new(), HEAD);
    loop {
        let length = usize::from(*question.get(at)?);
        at += 1;
        if length == 0 {
            break;
        }
        // What is longer is no label.
        if length > 63 {
            return None;
        }
        labels.push(std::str::from_utf8(question.get(at..at + length)?).ok()?.to_ascii_lowercase());
        at += length;
    }
    if at - HEAD > LONGEST {
        return None;
    }
    let kind: [u8; 2] = question.get(at..at + 2)?.try_into().ok()?;
    (question.len() >= at + 4).then(|| (labels.join("."), u16::from_be_bytes(kind), at + 4))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn question(name: &str, kind: u16) -> Vec<u8> {
        let mut question = vec![7, 9, 1, 0, 0, 1, 0, 0, 0, 0, 0, 1];
        for label in name.split('.') {
            question.push(u8::try_from(label.len()).unwrap());
            question.extend_from_slice(label.as_bytes());
        }
        question.push(0);
        question.extend_from_slice(&kind.to_be_bytes());
        // The class, and what EDNS adds behind.
        question.extend_from_slice(&[0, 1, 0, 0, 41, 16, 0, 0, 0, 0, 0, 0, 0]);
        question
    }

    #[test]
    fn every_name_has_an_address_of_its_own() {
        let mut names = Names::default();
        let mut ask = |name: &str| {
            let answer = names.answer(&question(name, ADDRESS)).unwrap();
            assert_eq!(&answer[..8], [7, 9, 0x81, 0x80, 0, 1, 0, 1], "{answer:?}");
            Ipv4Addr::from(<[u8; 4]>::try_from(&answer[answer.len() - 4..]).unwrap())
        };
        let (oss, other) = (ask("a.oss-cn-hangzhou.aliyuncs.com"), ask("example.com"));
        assert!(oss != other && oss != ASKED_AT);
        assert_eq!(ask("A.OSS-cn-hangzhou.aliyuncs.com"), oss);
        assert_eq!(ask("localhost"), Ipv4Addr::LOCALHOST);
        assert_eq!((names.of(oss), names.of(other)), (Some("a.oss-cn-hangzhou.aliyuncs.com"), Some("example.com")));
        assert_eq!((names.of(ASKED_AT), names.of(Ipv4Addr::new(8, 8, 8, 8))), (None, None));
    }

    #[test]
    fn of_anything_else_there_is_nothing() {
        let mut names = Names::default();
        let answer = names.answer(&question("example.com", 28)).unwrap();
        assert_eq!(&answer[2..8], [0x81, 0x80, 0, 1, 0, 0]);
        assert_eq!(names.all.len(), 0);
        for length in 0..30 {
            let answer = names.answer(&question("example.com", ADDRESS)[..length.min(28)]);
            assert!(answer.is_none_or(|answer| answer[3] == 0x80 | NOT_UNDERSTOOD), "{length}");
        }
    }
    #[test]
    fn names_have_a_length_and_a_number() {
        let mut names = Names::default();
        let code = |answer: Option<Vec<u8>>| answer.unwrap()[3] & 0xf;
        // Labels of 50 bytes with a byte before each, and one at the end: 255 of them are the most.
        let name = |last: usize| [&["a"; 4].map(|label| label.repeat(50))[..], &["b".repeat(last)]].concat().join(".");
        assert_eq!(code(names.answer(&question(&name(49), ADDRESS))), 0);
        assert_eq!(code(names.answer(&question(&name(50), ADDRESS))), NOT_UNDERSTOOD);
        assert_eq!(names.all.len(), 1);
        for number in 1..MOST {
            assert!(names.address(&format!("{number}.example.com")).is_some(), "{number}");
        }
        assert_eq!(code(names.answer(&question("one.more.example.com", ADDRESS))), FAILED);
        assert_eq!(code(names.answer(&question("1.example.com", ADDRESS))), 0);
        assert_eq!((names.all.len(), names.by_name.len()), (MOST, MOST));
    }
}
