//! Slots for connections: so many in all, a share for each network address. Where none is left, the connection that has
//! waited longest without a request makes room; where all of them work, the new one is told to come back.

use super::{Capacity, network_of};
use crate::telemetry;
use balcao_config::Network;
use std::collections::{BTreeMap, HashMap};
use std::net::IpAddr;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use tokio_util::sync::CancellationToken;

/// Connections that may be told at the same time that there is no slot; more are closed without a word.
const MOST_TURNED_AWAY: usize = 32;
/// Connections that have made room, and are not closed yet.
const MOST_LEAVING: usize = 32;

/// All slots of a listener. Cheap to clone.
#[derive(Debug, Clone)]
pub struct Slots(Arc<Inner>);

#[derive(Debug)]
struct Inner {
    capacity: Capacity,
    /// Everybody comes through these.
    trusted: Vec<Network>,
    room: Mutex<Room>,
}

#[derive(Debug, Default)]
struct Room {
    next: u64,
    /// Those that count.
    taken: usize,
    leaving: usize,
    turned_away: usize,
    connections: HashMap<u64, Connection>,
    networks: HashMap<IpAddr, OfNetwork>,
    /// Who waits for a request, the longest first: the number of the wait, and of the connection.
    waiting: BTreeMap<u64, u64>,
}

#[derive(Debug, Default)]
struct OfNetwork {
    taken: usize,
    waiting: BTreeMap<u64, u64>,
}

#[derive(Debug)]
struct Connection {
    network: IpAddr,
    state: State,
    let_go: CancellationToken,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum State {
    /// For a request, under that number.
    Waiting(u64),
    /// Requests that are not answered to the end.
    Working(usize),
    /// It has made room for another.
    Leaving,
    /// It had no slot to begin with.
    TurnedAway,
}

/// What becomes of a new connection.
#[derive(Debug)]
pub enum Admission {
    /// It has a slot.
    Slot(Slot),
    /// It has none, and is told so.
    TurnedAway(Slot),
    /// It is closed: too many are being told already.
    Closed,
}

/// A connection's slot; given back when dropped.
#[derive(Debug)]
pub struct Slot {
    slots: Slots,
    id: u64,
    let_go: CancellationToken,
}

/// A request that is not answered to the end.
#[derive(Debug)]
pub struct Working {
    slots: Slots,
    id: u64,
}

impl Slots {
    /// Nobody is there yet. Connections of trusted proxies are everybody's, and have no share.
    #[must_use]
    pub fn new(capacity: Capacity, trusted: Vec<Network>) -> Self {
        Self(Arc::new(Inner { capacity, trusted, room: Mutex::default() }))
    }

    /// A new connection.
    #[must_use]
    pub fn take(&self, peer: IpAddr) -> Admission {
        let Capacity { connections, of_one_address, .. } = self.0.capacity;
        let network = network_of(peer);
        let is_shared = of_one_address == 0 || self.0.trusted.iter().any(|trusted| trusted.contains(peer));
        let mut room = self.room();
        let of_network = room.networks.get(&network);
        let share_is_used = !is_shared && of_network.is_some_and(|of_network| of_network.taken >= of_one_address);
        let reason = if share_is_used { "address" } else { "all" };
        if share_is_used || room.taken >= connections {
            let waits_longest = match of_network.filter(|_| share_is_used) {
                Some(of_network) => of_network.waiting.first_key_value(),
                None => room.waiting.first_key_value(),
            };
            match waits_longest.map(|(_, id)| *id).filter(|_| room.leaving < MOST_LEAVING) {
                Some(id) => room.let_go(id),
                None => {
                    metrics::counter!(telemetry::TURNED_AWAY, "reason" => reason).increment(1);
                    if room.turned_away >= MOST_TURNED_AWAY {
                        return Admission::Closed;
                    }
                    room.turned_away += 1;
                    return Admission::TurnedAway(self.enter(room, network, State::TurnedAway));
                }
            }
        }
        room.taken += 1;
        room.networks.entry(network).or_default().taken += 1;
        Admission::Slot(self.enter(room, network, State::Working(0)))
    }

    fn enter(&self, mut room: MutexGuard<'_, Room>, network: IpAddr, state: State) -> Slot {
        room.next += 1;
        let id = room.next;
        let let_go = CancellationToken::new();
        room.connections.insert(id, Connection { network, state, let_go: let_go.clone() });
        if state == State::Working(0) {
            room.wait(id);
        }
        metrics::gauge!(telemetry::CONNECTIONS).set(room.connections.len() as f64);
        Slot { slots: self.clone(), id, let_go }
    }

    fn room(&self) -> MutexGuard<'_, Room> {
        self.0.room.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Room {
    fn wait(&mut self, id: u64) {
        self.next += 1;
        let wait = self.next;
        if let Some(connection) = self.connections.get_mut(&id) {
            connection.state = State::Waiting(wait);
            self.waiting.insert(wait, id);
            self.networks.entry(connection.network).or_default().waiting.insert(wait, id);
        }
    }

    fn wait_no_more(&mut self, network: IpAddr, wait: u64) {
        self.waiting.remove(&wait);
        if let Some(of_network) = self.networks.get_mut(&network) {
            of_network.waiting.remove(&wait);
        }
    }

    /// It counts no longer, so that another may come before it has closed.
    fn let_go(&mut self, id: u64) {
        let Some(connection) = self.connections.get_mut(&id) else { return };
        let State::Waiting(wait) = connection.state else { return };
        let network = connection.network;
        connection.state = State::Leaving;
        connection.let_go.cancel();
        self.leaving += 1;
        self.wait_no_more(network, wait);
        self.count_no_more(network);
        metrics::counter!(telemetry::LET_GO, "reason" => "waiting").increment(1);
    }

    fn count_no_more(&mut self, network: IpAddr) {
        self.taken -= 1;
        if let Some(of_network) = self.networks.get_mut(&network) {
            of_network.taken -= 1;
            if of_network.taken == 0 {
                self.networks.remove(&network);
            }
        }
    }
}

impl Slot {
    /// A request has come; `None` where the slot is another's already.
    #[must_use]
    pub fn begin(&self) -> Option<Working> {
        let mut room = self.slots.room();
        let connection = room.connections.get_mut(&self.id)?;
        let network = connection.network;
        match connection.state {
            State::Leaving | State::TurnedAway => return None,
            State::Working(count) => connection.state = State::Working(count + 1),
            State::Waiting(wait) => {
                connection.state = State::Working(1);
                room.wait_no_more(network, wait);
            }
        }
        drop(room);
        Some(Working { slots: self.slots.clone(), id: self.id })
    }

    /// Waits until the slot is another's.
    pub async fn let_go(&self) {
        self.let_go.cancelled().await;
    }
}

impl Drop for Slot {
    fn drop(&mut self) {
        let mut room = self.slots.room();
        let Some(connection) = room.connections.remove(&self.id) else { return };
        match connection.state {
            State::Leaving => room.leaving -= 1,
            State::TurnedAway => room.turned_away -= 1,
            State::Working(_) => room.count_no_more(connection.network),
            State::Waiting(wait) => {
                room.wait_no_more(connection.network, wait);
                room.count_no_more(connection.network);
            }
        }
        metrics::gauge!(telemetry::CONNECTIONS).set(room.connections.len() as f64);
    }
}

impl Drop for Working {
    fn drop(&mut self) {
        let mut room = self.slots.room();
        let Some(connection) = room.connections.get_mut(&self.id) else { return };
        match connection.state {
            State::Working(count) if count > 1 => connection.state = State::Working(count - 1),
            State::Working(_) => room.wait(self.id),
            State::Waiting(_) | State::Leaving | State::TurnedAway => {}
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn slots(connections: usize, of_one_address: usize) -> Slots {
        let capacity = Capacity { connections, of_one_address, streams: 0 };
        Slots::new(capacity, vec!["10.0.0.0/8".parse().unwrap()])
    }

    fn address(text: &str) -> IpAddr {
        text.parse().unwrap()
    }

    #[track_caller]
    fn slot(slots: &Slots, peer: &str) -> Slot {
        match slots.take(address(peer)) {
            Admission::Slot(slot) => slot,
            other => panic!("{peer} has no place: {other:?}"),
        }
    }

    #[test]
    fn who_waits_longest_makes_room() {
        let slots = slots(3, 0);
        let (first, second) = (slot(&slots, "192.0.2.1"), slot(&slots, "192.0.2.2"));
        let third = slot(&slots, "192.0.2.3");
        // The first has worked since, and so waits for the shortest time.
        drop(first.begin());
        let fourth = slot(&slots, "192.0.2.4");
        assert!(second.let_go.is_cancelled() && second.begin().is_none());
        assert!(![&first, &third, &fourth].iter().any(|slot| slot.let_go.is_cancelled()));
        drop(second);
        let working: Vec<_> = [&first, &third, &fourth].map(|slot| slot.begin().unwrap()).into();
        assert!(matches!(slots.take(address("192.0.2.5")), Admission::TurnedAway(_)), "work is not broken off");
        drop(working);
        let _fifth = slot(&slots, "192.0.2.5");
        assert!(first.let_go.is_cancelled());
    }

    #[test]
    fn one_address_has_a_share_and_leaves_the_others_theirs() {
        let slots = slots(100, 2);
        for (peer, same, elsewhere) in
            [("192.0.2.1", "::ffff:192.0.2.1", "192.0.2.2"), ("2001:db8::1", "2001:db8::ffff:1", "2001:db8:0:1::1")]
        {
            let two = [slot(&slots, peer), slot(&slots, same)];
            let working: Vec<_> = two.iter().map(|slot| slot.begin().unwrap()).collect();
            assert!(matches!(slots.take(address(same)), Admission::TurnedAway(_)));
            let other = slot(&slots, elsewhere);
            drop(working);
            let _third = slot(&slots, same);
            assert!(two[0].let_go.is_cancelled() && !other.let_go.is_cancelled(), "room is made at home");
        }
        // Everybody comes through a trusted proxy.
        let proxied: Vec<_> = (0..10).map(|_| slot(&slots, "10.0.0.1")).collect();
        assert!(proxied.iter().all(|slot| !slot.let_go.is_cancelled()));
    }

    #[test]
    fn what_is_over_leaves_nothing_behind() {
        let slots = slots(4, 2);
        let mut all = Vec::new();
        for number in 0..200_u32 {
            let peer = IpAddr::from((0xC000_0200 + number % 7).to_be_bytes());
            let admission = slots.take(peer);
            if let Admission::Slot(slot) = &admission {
                all.extend((number % 3 == 0).then(|| slot.begin()).flatten().map(|working| (None, Some(working))));
            }
            all.push((Some(admission), None));
            let room = slots.room();
            assert!(room.taken <= 4 && room.leaving <= MOST_LEAVING && room.turned_away <= MOST_TURNED_AWAY);
            assert!(room.connections.len() <= 4 + MOST_LEAVING + MOST_TURNED_AWAY, "memory is bounded");
        }
        assert!(matches!(all.last(), Some((Some(Admission::Closed), None))));
        all.clear();
        let room = slots.room();
        assert_eq!((room.taken, room.leaving, room.turned_away), (0, 0, 0));
        assert!(room.connections.is_empty() && room.networks.is_empty() && room.waiting.is_empty());
    }
}
