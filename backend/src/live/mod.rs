//! Live updates: who listens, and one reader of the events that tells all of them. Leaves the wire to `http`, and what
//! happens to `desk`.

mod reader;

pub use reader::{Reader, live_event, spawn_reader};

use crate::telemetry;
use balcao_contract::id::{AccountId, UserId};
use balcao_contract::panel::{LiveEvent, LiveKind};
use balcao_desk::Event;
use std::collections::{HashMap, HashSet};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use tokio::sync::mpsc;

/// What waits for one listener at most. Whoever does not take it in that long is let go, and catches up by itself.
const WAITING: usize = 32;

/// How many may listen at the same time. Each listener costs a connection and some 40 KB.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Places {
    /// In all.
    pub all: usize,
    /// Of one person; zero for no limit. Enough for every tab of a person and for their programs.
    pub of_one: usize,
}

/// Something to be told.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Notice {
    /// An event of that number.
    Happened(i64, LiveEvent),
    /// So many requests are unread now: something was read elsewhere.
    Unread(u64),
}

/// Why somebody may not listen.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum TooMany {
    /// One person has all the places that they may have.
    #[error("one person listens {0} times already")]
    OfOne(usize),
    /// All places are taken.
    #[error("{0} listen already")]
    InAll(usize),
}

/// Whose requests: a person in an account.
type Person = (AccountId, UserId);

/// Everybody who listens. Cheap to clone.
#[derive(Debug, Clone)]
pub struct Live {
    room: Arc<Mutex<Room>>,
    places: Places,
    begun_after: i64,
}

#[derive(Debug, Default)]
struct Room {
    people: HashMap<Person, Vec<Listener>>,
    /// How many they are together.
    listeners: usize,
    next: u64,
    is_over: bool,
}

#[derive(Debug)]
struct Listener {
    id: u64,
    session: i64,
    sender: mpsc::Sender<Notice>,
}

/// A place among the listeners; given back when dropped.
#[derive(Debug)]
pub struct Listening {
    receiver: mpsc::Receiver<Notice>,
    _guard: ListenerGuard,
}

impl Listening {
    /// The next notice. `None` once the listener was let go: the session has ended, too much was waiting, or the process
    /// ends.
    pub async fn next(&mut self) -> Option<Notice> {
        self.receiver.recv().await
    }
}

#[derive(Debug)]
struct ListenerGuard {
    live: Live,
    person: Person,
    id: u64,
}

impl Drop for ListenerGuard {
    fn drop(&mut self) {
        self.live.keep(self.person, |listener| listener.id != self.id);
    }
}

impl Live {
    /// Nobody listens yet; the newest event of that moment.
    #[must_use]
    pub fn new(newest: i64, places: Places) -> Self {
        Self { room: Arc::default(), places, begun_after: newest }
    }

    /// Listens to what happens to the requests that a person sees, as long as the session lasts.
    ///
    /// # Errors
    /// That person listens too often already, or too many do.
    pub fn listen(&self, account: AccountId, user: UserId, session: i64) -> Result<Listening, TooMany> {
        let (sender, receiver) = mpsc::channel(WAITING);
        let person = (account, user);
        let mut room = self.room();
        room.next += 1;
        let id = room.next;
        let Places { all, of_one } = self.places;
        if of_one > 0 && room.people.get(&person).map_or(0, Vec::len) >= of_one {
            return Err(TooMany::OfOne(of_one));
        }
        if room.listeners >= all {
            return Err(TooMany::InAll(all));
        }
        // Once all is over the sender goes right here, and with it the stream.
        if !room.is_over {
            room.people.entry(person).or_default().push(Listener { id, session, sender });
            room.count(1, 0);
        }
        drop(room);
        Ok(Listening { receiver, _guard: ListenerGuard { live: self.clone(), person, id } })
    }

    /// Tells every page of a person that something was read.
    pub fn tell_unread(&self, account: AccountId, user: UserId, unread: u64) {
        self.tell((account, user), &[Notice::Unread(unread)]);
    }

    /// How many listen.
    #[must_use]
    pub fn listeners(&self) -> usize {
        self.room().listeners
    }

    fn room(&self) -> MutexGuard<'_, Room> {
        self.room.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn tell(&self, person: Person, notices: &[Notice]) {
        self.keep(person, |listener| notices.iter().all(|notice| listener.sender.try_send(*notice).is_ok()));
    }

    /// Keeps those of a person's listeners that fit; the others are let go.
    fn keep(&self, person: Person, fits: impl FnMut(&Listener) -> bool) {
        let mut room = self.room();
        if let Some(listeners) = room.people.get_mut(&person) {
            let before = listeners.len();
            listeners.retain(fits);
            let after = listeners.len();
            if after == 0 {
                room.people.remove(&person);
            }
            room.count(after, before);
        }
    }

    /// Who of these accounts listens.
    fn people_of(&self, accounts: &HashSet<AccountId>) -> Vec<Person> {
        self.room().people.keys().filter(|(account, _)| accounts.contains(account)).copied().collect()
    }

    /// The sessions of these people's listeners, or of all.
    fn sessions(&self, people: Option<&HashSet<Person>>) -> Vec<i64> {
        let room = self.room();
        let wanted = room.people.iter().filter(|(person, _)| people.is_none_or(|people| people.contains(*person)));
        let sessions: HashSet<i64> = wanted.flat_map(|(_, all)| all.iter().map(|listener| listener.session)).collect();
        sessions.into_iter().collect()
    }

    /// Lets go whose session was looked at and is not good any more.
    fn let_go(&self, looked_at: &[i64], good: &HashSet<i64>) {
        let ended: HashSet<i64> = looked_at.iter().copied().filter(|session| !good.contains(session)).collect();
        if ended.is_empty() {
            return;
        }
        let mut room = self.room();
        let mut gone = 0;
        room.people.retain(|_, listeners| {
            let before = listeners.len();
            listeners.retain(|listener| !ended.contains(&listener.session));
            gone += before - listeners.len();
            !listeners.is_empty()
        });
        room.count(0, gone);
    }

    /// Lets everybody go, and whoever comes later at once.
    fn end(&self) {
        let mut room = self.room();
        room.is_over = true;
        room.people.clear();
        let all = room.listeners;
        room.count(0, all);
    }
}

impl Room {
    /// So many have come, and so many have gone.
    fn count(&mut self, come: usize, gone: usize) {
        self.listeners = self.listeners + come - gone;
        metrics::gauge!(telemetry::STREAMS).set(self.listeners as f64);
    }
}

/// What a requester is told of an event; `None` for what is not theirs to know, and for what is not known here.
#[must_use]
pub fn public_kind(kind: &str, data: &serde_json::Value) -> Option<LiveKind> {
    match Event::read(kind, data)? {
        Event::Opened { .. } => Some(LiveKind::Opened),
        Event::Commented { public, .. } => public.then_some(LiveKind::Commented),
        Event::StatusChanged { .. } => Some(LiveKind::StatusChanged),
        Event::PriorityChanged { .. } => Some(LiveKind::PriorityChanged),
        Event::Assigned { .. } => Some(LiveKind::Assigned),
        Event::FieldChanged { .. } => Some(LiveKind::FieldChanged),
        Event::Rated { .. } => Some(LiveKind::Rated),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use balcao_contract::id::RequestId;
    use serde_json::json;

    fn person(account: u64, user: u64) -> Person {
        (AccountId::try_from(account).unwrap(), UserId::try_from(user).unwrap())
    }

    fn notice(event: i64) -> Notice {
        let request_id = RequestId::try_from(7).unwrap();
        Notice::Happened(event, LiveEvent { request_id, kind: LiveKind::Commented, version: 2, own: true, unread: 1 })
    }

    #[tokio::test]
    async fn everybody_hears_of_their_own_and_of_nothing_else() {
        let live = Live::new(0, Places { all: 100, of_one: 20 });
        let (ana, elsewhere) = (person(1, 1), person(2, 1));
        let mut first = live.listen(ana.0, ana.1, 10).unwrap();
        let mut second = live.listen(ana.0, ana.1, 11).unwrap();
        let mut other = live.listen(elsewhere.0, elsewhere.1, 12).unwrap();
        live.tell(ana, &[notice(1)]);
        live.tell_unread(elsewhere.0, elsewhere.1, 3);
        assert_eq!(first.next().await, Some(notice(1)));
        assert_eq!(second.next().await, Some(notice(1)));
        assert_eq!(other.next().await, Some(Notice::Unread(3)));
        drop(first);
        assert_eq!(live.listeners(), 2);
        drop((second, other));
        assert_eq!((live.listeners(), live.people_of(&HashSet::from([ana.0]))), (0, Vec::new()));
    }

    #[tokio::test]
    async fn who_does_not_listen_is_let_go_and_holds_up_nobody() {
        let live = Live::new(0, Places { all: 100, of_one: 20 });
        let ana = person(1, 1);
        let mut asleep = live.listen(ana.0, ana.1, 10).unwrap();
        let mut awake = live.listen(ana.0, ana.1, 11).unwrap();
        for event in 0..WAITING as i64 + 1 {
            live.tell(ana, &[notice(event)]);
            assert_eq!(awake.next().await, Some(notice(event)));
        }
        assert_eq!(live.listeners(), 1);
        for event in 0..WAITING as i64 {
            assert_eq!(asleep.next().await, Some(notice(event)), "what was in order stays in order");
        }
        assert_eq!(asleep.next().await, None);
    }

    #[tokio::test]
    async fn an_ended_session_listens_no_longer() {
        let live = Live::new(0, Places { all: 100, of_one: 20 });
        let ana = person(1, 1);
        let mut ended = live.listen(ana.0, ana.1, 10).unwrap();
        let _good = live.listen(ana.0, ana.1, 11).unwrap();
        let looked_at = live.sessions(None);
        // Came after the look: nothing is known of it yet.
        let _late = live.listen(ana.0, ana.1, 12).unwrap();
        live.let_go(&looked_at, &HashSet::from([11]));
        assert_eq!(ended.next().await, None);
        assert_eq!(live.listeners(), 2);
        live.end();
        let mut after_the_end = live.listen(ana.0, ana.1, 13).unwrap();
        assert_eq!(after_the_end.next().await, None);
    }

    #[test]
    fn one_person_cannot_take_all_places_nor_all_together_more_than_there_are() {
        let live = Live::new(0, Places { all: 5, of_one: 3 });
        let [ana, bruno, carla] = [1, 2, 3].map(|user| person(1, user));
        let of_ana: Vec<_> = (0..3).map(|_| live.listen(ana.0, ana.1, 1).unwrap()).collect();
        assert_eq!(live.listen(ana.0, ana.1, 1).err(), Some(TooMany::OfOne(3)));
        let of_bruno: Vec<_> = (0..2).map(|_| live.listen(bruno.0, bruno.1, 2).unwrap()).collect();
        assert_eq!(live.listen(carla.0, carla.1, 3).err(), Some(TooMany::InAll(5)));
        assert_eq!(live.room().people.len(), 2, "nothing is kept of who was refused");
        live.let_go(&[2], &HashSet::new());
        assert_eq!(live.listeners(), 3);
        let _of_carla = live.listen(carla.0, carla.1, 3).unwrap();
        drop((of_ana, of_bruno));
        assert_eq!(live.listeners(), 1);
        assert!(live.listen(ana.0, ana.1, 1).is_ok());
        live.end();
        assert_eq!(live.listeners(), 0);
    }

    #[test]
    fn internal_notes_and_unknown_events_are_told_to_nobody() {
        let comment = |public: bool| json!({ "comment_id": 7, "public": public, "file_ids": [] });
        let cases = [
            ("commented", comment(true), Some(LiveKind::Commented)),
            ("commented", json!({ "comment_id": 7, "file_ids": [] }), Some(LiveKind::Commented)),
            ("commented", comment(false), None),
            ("status_changed", json!({ "from": "new", "to": "solved" }), Some(LiveKind::StatusChanged)),
            ("whispered", json!({}), None),
            ("commented", json!(7), None),
        ];
        for (kind, data, told) in cases {
            assert_eq!(public_kind(kind, &data), told, "{kind} {data}");
        }
    }
}
