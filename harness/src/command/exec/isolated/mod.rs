//! A network of a program's own, in which every name leads to the cloud and nothing leads out: a client that takes no proxy from its
//! environment is led as well. Made of what Linux gives to every user: a user, a network and a mount namespace.
//!
//! | file | what it is |
//! | --- | --- |
//! | `space` | the network, as whoever made it sees it |
//! | `keeper` | a process that stays in the network: makes it, and opens what is asked of it there |
//! | `inside` | which of the two a process is |
//! | `entering` | how the program gets into it |
//! | `channel` | what these say to each other, and hand to each other |
//! | `netlink` | the network's addresses and routes |
//! | `packets` | connections to ports that nobody has opened yet |
//! | `names` | names, and the addresses that stand for them |
//! | `listening` | what listens on this machine, and in the network |
//! | `open` | what is open on either side, and what is to be |
//! | `leading` | leads what the program opens to the emulator, and to what listens on this machine |
//!
//! A guard against mistakes, no sandbox: a program that wants out may ask somebody else on this machine.

mod channel;
mod entering;
mod inside;
mod keeper;
mod leading;
mod listening;
mod names;
mod netlink;
mod open;
mod packets;
mod space;

pub(in crate::command) use inside::inside;
pub(super) use leading::Leading;
pub(super) use netlink::own_addresses;
pub(super) use space::{Entered, program};
