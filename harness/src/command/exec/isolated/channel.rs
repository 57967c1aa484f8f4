//! What a process outside of the network and one inside say to each other: short texts, and descriptors with them.

use std::io::{self, IoSlice, IoSliceMut};
use std::mem::MaybeUninit;
use std::os::fd::{AsFd, BorrowedFd, OwnedFd};

use rustix::net::{
    AddressFamily, RecvAncillaryBuffer, RecvAncillaryMessage, RecvFlags, SendAncillaryBuffer, SendAncillaryMessage,
    SendFlags, SocketFlags, SocketType, recvmsg, sendmsg, socketpair,
};

/// One end.
#[derive(Debug)]
pub(super) struct Channel(OwnedFd);

/// What came.
#[derive(Debug, Default)]
pub(super) struct Message {
    pub(super) text: String,
    pub(super) descriptors: Vec<OwnedFd>,
}

/// Descriptors of a message, at most.
const DESCRIPTORS: usize = 4;
/// Its text, at most: a path or two.
const TEXT: usize = 16 << 10;

impl Channel {
    pub(super) fn pair() -> io::Result<(Self, OwnedFd)> {
        let (one, other) = socketpair(AddressFamily::UNIX, SocketType::SEQPACKET, SocketFlags::CLOEXEC, None)?;
        Ok((Self(one), other))
    }

    /// The one that this process was started with. Nobody it starts has it, too.
    pub(super) fn of_standard_input() -> io::Result<Self> {
        Ok(Self(io::stdin().as_fd().try_clone_to_owned()?))
    }

    pub(super) fn send(&self, text: &str, descriptors: &[BorrowedFd<'_>]) -> io::Result<()> {
        let mut space = [MaybeUninit::uninit(); rustix::cmsg_space!(ScmRights(DESCRIPTORS))];
        let mut with = SendAncillaryBuffer::new(&mut space);
        if !descriptors.is_empty() && !with.push(SendAncillaryMessage::ScmRights(descriptors)) {
            return Err(io::ErrorKind::InvalidInput.into());
        }
        sendmsg(&self.0, &[IoSlice::new(text.as_bytes())], &mut with, SendFlags::NOSIGNAL)?;
        Ok(())
    }

    /// The next message; `None` where the other end is gone.
    pub(super) fn receive(&self) -> io::Result<Option<Message>> {
        let mut text = vec![0; TEXT];
        let mut space = [MaybeUninit::uninit(); rustix::cmsg_space!(ScmRights(DESCRIPTORS))];
        let mut with = RecvAncillaryBuffer::new(&mut space);
        let read = loop {
            match recvmsg(&self.0, &mut [IoSliceMut::new(&mut text)], &mut with, RecvFlags::CMSG_CLOEXEC) {
                Err(rustix::io::Errno::INTR) => {}
                read => break read?.bytes,
            }
        };
        if read == 0 {
            return Ok(None);
        }
        text.truncate(read);
        let rights = with.drain().filter_map(|message| match message {
            RecvAncillaryMessage::ScmRights(rights) => Some(rights),
            _ => None,
        });
        let descriptors = rights.flatten().collect();
        let text = String::from_utf8(text).map_err(|_| io::ErrorKind::InvalidData)?;
        Ok(Some(Message { text, descriptors }))
    }

    /// The next message, where there has to be one that begins so; what else comes is why there is none.
    pub(super) fn expect(&self, beginning: &str) -> Result<Message, String> {
        match self.receive() {
            Ok(Some(message)) if message.text.starts_with(beginning) => Ok(message),
            Ok(Some(message)) => Err(message.text),
            Ok(None) => Err("it ended".to_owned()),
            Err(error) => Err(error.to_string()),
        }
    }
}

#[cfg(test)]
mod tests {
    use std::io::{Read, Write};
    use std::os::unix::net::UnixStream;

    use super::*;

    #[test]
    fn texts_and_descriptors_arrive() {
        let (one, other) = Channel::pair().unwrap();
        let other = Channel(other);
        let (mut kept, given) = UnixStream::pair().unwrap();
        one.send("ready", &[given.as_fd()]).unwrap();
        let mut message = other.expect("ready").unwrap();
        drop(given);
        let mut arrived = UnixStream::from(message.descriptors.remove(0));
        kept.write_all(b"x").unwrap();
        let mut read = [0];
        arrived.read_exact(&mut read).unwrap();
        one.send("not so", &[]).unwrap();
        assert_eq!(other.expect("ready").unwrap_err(), "not so");
        drop(one);
        assert!(other.receive().unwrap().is_none());
    }
}
