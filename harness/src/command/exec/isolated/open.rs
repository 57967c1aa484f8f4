//! What is open on either side, and what is to be: decided by what listens where, with a most for each.

use std::collections::{BTreeMap, BTreeSet};
use std::net::{Ipv4Addr, SocketAddr, SocketAddrV4};

/// Ports at which everything is taken, and addresses that are taken at one, at most: who tries more is not answered, which is told.
///
/// CHOICE: each is a descriptor, and so is each of [`LED`], of the 1,024 that a process usually has.
const TAKEN: usize = 256;
/// What listens and is led to from the other side, at most.
const LED: usize = 128;
/// After so many looks what could not be had is asked for again.
const AGAIN: u32 = 10;

/// Who listens for us where; `T` is whoever does.
#[derive(Debug)]
pub(super) struct Open<T> {
    /// For what goes to the cloud, or is cut off: at a port of all addresses, or at one address.
    taken: BTreeMap<SocketAddrV4, T>,
    /// In the network, for what listens on this machine.
    inside: BTreeMap<SocketAddr, T>,
    /// On this machine, for what listens in the network.
    outside: BTreeMap<SocketAddr, T>,
    /// What could not be had of late, on either side.
    not_had: [BTreeSet<SocketAddr>; 2],
    looks: u32,
    is_full: bool,
}

/// What a look found.
#[derive(Debug, PartialEq)]
pub(super) struct Looked<T> {
    /// Whose reason is gone.
    pub(super) gone: Vec<T>,
    /// Where somebody is to listen in the network.
    pub(super) inside: Vec<SocketAddr>,
    /// Where somebody is to listen on this machine.
    pub(super) outside: Vec<SocketAddr>,
    /// Is there more than is led to, for the first time?
    pub(super) is_full: bool,
}

/// On which side somebody listens for the other one.
#[derive(Clone, Copy, Debug)]
pub(super) enum Side {
    Inside,
    Outside,
}

impl<T> Default for Open<T> {
    fn default() -> Self {
        Self {
            taken: BTreeMap::new(),
            inside: BTreeMap::new(),
            outside: BTreeMap::new(),
            not_had: Default::default(),
            looks: 0,
            is_full: false,
        }
    }
}

/// A port of all addresses.
pub(super) fn everywhere(port: u16) -> SocketAddrV4 {
    SocketAddrV4::new(Ipv4Addr::UNSPECIFIED, port)
}

impl<T> Open<T> {
    /// Is what goes there taken already?
    pub(super) fn takes(&self, to: SocketAddrV4) -> bool {
        self.takes_all(to.port()) || self.taken.contains_key(&to)
    }

    pub(super) fn may_take_more(&self) -> bool {
        self.taken.len() < TAKEN
    }

    pub(super) fn take(&mut self, at: SocketAddrV4, by: T) {
        self.taken.insert(at, by);
    }

    /// Who listens in the network at this port, for what is on this machine: nobody any more.
    pub(super) fn make_room(&mut self, port: u16) -> Vec<(SocketAddr, T)> {
        self.inside.extract_if(.., |at, _| at.port() == port && at.is_ipv4()).collect()
    }

    pub(super) fn lead(&mut self, side: Side, at: SocketAddr, by: T) {
        self.side(side).insert(at, by);
    }

    /// It could not be had, and is let be for a while: it is somebody else's.
    pub(super) fn could_not(&mut self, side: Side, at: SocketAddr) {
        self.not_had[side as usize].insert(at);
    }

    /// What is to be by what listens on either side.
    pub(super) fn look(
        &mut self,
        mut on_machine: BTreeSet<SocketAddr>,
        mut in_network: BTreeSet<SocketAddr>,
    ) -> Looked<T> {
        if self.looks.is_multiple_of(AGAIN) {
            self.not_had = Default::default();
        }
        self.looks = self.looks.wrapping_add(1);
        on_machine.retain(|at| !self.outside.contains_key(at));
        let is_taken = |at: &SocketAddr| matches!(at, SocketAddr::V4(at) if self.taken.contains_key(at));
        in_network.retain(|at| !self.inside.contains_key(at) && !is_taken(at));
        // Where everything is taken somebody listens already.
        on_machine.retain(|at| at.is_ipv6() || !self.takes_all(at.port()));
        let mut gone: Vec<_> = self.inside.extract_if(.., |at, _| !on_machine.contains(at)).collect();
        gone.extend(self.outside.extract_if(.., |at, _| !in_network.contains(at)));
        on_machine.retain(|at| !self.inside.contains_key(at));
        in_network.retain(|at| !self.outside.contains_key(at));
        let [not_inside, not_outside] = &self.not_had;
        let mut room = LED.saturating_sub(self.inside.len() + self.outside.len());
        let mut full = false;
        let mut within = |wanted: BTreeSet<SocketAddr>, not: &BTreeSet<SocketAddr>| -> Vec<_> {
            let mut wanted: Vec<_> = wanted.difference(not).copied().collect();
            full |= wanted.len() > room;
            wanted.truncate(room);
            room -= wanted.len();
            wanted
        };
        let (inside, outside) = (within(on_machine, not_inside), within(in_network, not_outside));
        let is_full = full && !self.is_full;
        self.is_full |= full;
        Looked { gone: gone.into_iter().map(|(_, by)| by).collect(), inside, outside, is_full }
    }

    fn takes_all(&self, port: u16) -> bool {
        self.taken.contains_key(&everywhere(port))
    }

    fn side(&mut self, side: Side) -> &mut BTreeMap<SocketAddr, T> {
        match side {
            Side::Inside => &mut self.inside,
            Side::Outside => &mut self.outside,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(port: u16) -> SocketAddr {
        (Ipv4Addr::LOCALHOST, port).into()
    }

    fn to(port: u16) -> SocketAddrV4 {
        SocketAddrV4::new(Ipv4Addr::new(198, 18, 0, 2), port)
    }

    fn all(ports: std::ops::Range<u16>) -> BTreeSet<SocketAddr> {
        ports.map(at).collect()
    }

    #[test]
    fn what_is_taken_is_taken_once_and_has_a_most() {
        let mut open = Open::default();
        open.take(everywhere(80), ());
        assert!(open.takes(to(80)) && !open.takes(to(81)));
        open.take(to(81), ());
        assert!(open.takes(to(81)), "the address is");
        assert!(!open.takes(SocketAddrV4::new(Ipv4Addr::new(198, 18, 0, 3), 81)), "another is not");
        for port in (1000..).take(TAKEN - 2) {
            assert!(open.may_take_more());
            open.take(everywhere(port), ());
        }
        assert!(!open.may_take_more());
    }

    #[test]
    fn what_listens_is_led_to_until_it_does_not() {
        let mut open = Open::default();
        let looked = open.look(all(1..2), all(2..3));
        assert_eq!((looked.inside, looked.outside), (vec![at(1)], vec![at(2)]));
        open.lead(Side::Inside, at(1), "inside");
        open.lead(Side::Outside, at(2), "outside");
        // Either listens on both sides now.
        let looked = open.look(all(1..3), all(1..3));
        assert_eq!(looked, Looked { gone: vec![], inside: vec![], outside: vec![], is_full: false });
        assert_eq!(open.look(all(2..3), all(1..3)).gone, ["inside"]);
        assert_eq!(open.look(all(2..3), all(1..1)).gone, ["outside"]);
        // What is taken is nobody's to be led to.
        open.take(to(7), "taken");
        open.take(everywhere(8), "taken");
        let looked = open.look(all(8..9), [to(7).into(), everywhere(8).into()].into());
        assert_eq!(looked, Looked { gone: vec![], inside: vec![], outside: vec![], is_full: false });
    }

    #[test]
    fn who_makes_room_is_led_to_again() {
        let mut open = Open::default();
        open.lead(Side::Inside, at(5), ());
        assert_eq!(open.make_room(6), []);
        assert_eq!(open.make_room(5), [(at(5), ())]);
        assert_eq!(open.look(all(5..6), all(1..1)).inside, [at(5)]);
    }

    #[test]
    fn what_is_led_has_a_most_which_is_told_once() {
        let mut open = Open::default();
        let many = u16::try_from(LED).unwrap() + 10;
        let looked = open.look(all(1000..1000 + many), all(5000..5002));
        assert_eq!((looked.inside.len(), looked.outside.len(), looked.is_full), (LED, 0, true));
        for at in looked.inside {
            open.lead(Side::Inside, at, ());
        }
        let looked = open.look(all(1000..1000 + many), all(5000..5002));
        assert_eq!((looked.inside.len(), looked.outside.len(), looked.is_full), (0, 0, false));
        // Where some end there is room for others.
        let looked = open.look(all(1002..1000 + many), all(1..1));
        assert_eq!((looked.gone.len(), looked.inside.len()), (2, 2));
    }

    #[test]
    fn what_cannot_be_had_is_asked_for_now_and_then() {
        let mut open = Open::<()>::default();
        let mut asked = 0;
        for _ in 0..3 * AGAIN {
            for at in open.look(all(1..2), all(1..1)).inside {
                open.could_not(Side::Inside, at);
                asked += 1;
            }
        }
        assert_eq!(asked, 3);
    }
}
