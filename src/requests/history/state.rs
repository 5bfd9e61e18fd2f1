//! What the history shows at a moment, worked out from what the address asks for and what has arrived.

use crate::api::{ApiError, Client};
use crate::live::{Change, Live};
use crate::location::{Location, Step};
use crate::requests::clock::{come_back, read_again};
use crate::requests::fetched::Fetched;
use crate::requests::last_list::LastList;
use crate::requests::query::ListQuery;
use crate::requests::whose::Whose;
use crate::session::Session;
use crate::view::{effect, memo};
use balcao_contract::id::AccountId;
use balcao_contract::panel::{Capability, StatusCounts};
use balcao_contract::wire::{Request, User};
use leptos::prelude::*;

/// A page of requests, and what it answers.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Listing {
    /// What was asked.
    pub query: ListQuery,
    /// The requests.
    pub requests: Vec<Request>,
    /// How many there are on all pages.
    pub count: u64,
    /// The people behind them, where they are not all one's own.
    pub people: Option<Vec<User>>,
}

/// What stands under the filters.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Screen {
    /// Nothing has arrived yet.
    Skeleton,
    /// Requests: those that were asked for, or, dimmed, the last ones while others are on their way.
    Rows,
    /// This user has never opened a request.
    FirstTime,
    /// Nothing matches filter and search.
    NoMatch,
    /// What was asked for did not arrive.
    Failed,
}

/// The screen for what is asked, what arrived last, and whether the last call failed. A list that failed to be
/// refreshed stays; a list that answers another question than the one that failed does not stand for it.
#[must_use]
pub fn screen(query: &ListQuery, listing: Option<&Listing>, failed: bool) -> Screen {
    match listing {
        Some(listing) if listing.query == *query => {
            if !listing.requests.is_empty() {
                Screen::Rows
            } else if query.is_whole_list() && listing.count == 0 {
                Screen::FirstTime
            } else {
                Screen::NoMatch
            }
        }
        _ if failed => Screen::Failed,
        Some(listing) if !listing.requests.is_empty() => Screen::Rows,
        _ => Screen::Skeleton,
    }
}

/// The list to go to where the page that was asked for is beyond the last one.
#[must_use]
pub fn page_that_exists(listing: &Listing) -> Option<ListQuery> {
    let last = listing.query.pages(listing.count);
    let beyond = listing.requests.is_empty() && listing.count > 0 && listing.query.page > last;
    beyond.then(|| listing.query.with_page(last))
}

/// The state of the history, given to its parts.
#[derive(Clone, Copy)]
pub struct History {
    /// What the address asks for.
    pub query: Memo<ListQuery>,
    /// The account, where it shares its requests among its people.
    pub shared: Memo<Option<AccountId>>,
    /// What arrived last.
    pub listing: Memo<Option<Listing>>,
    /// Why the last call failed.
    pub failure: RwSignal<Option<ApiError>, LocalStorage>,
    /// What stands behind each filter.
    pub counts: RwSignal<Option<StatusCounts>, LocalStorage>,
    /// What stands under the filters.
    pub screen: Memo<Screen>,
    list: Fetched<Listing>,
    again: RwSignal<u32>,
    go: StoredValue<Go, LocalStorage>,
}

type Go = std::rc::Rc<dyn Fn(&ListQuery, bool)>;

impl History {
    /// Reads the address and fetches what it asks for, again and again.
    #[must_use]
    pub fn begin(client: Client) -> Self {
        let location = Location::here();
        // As another page is opened the address changes before this one is gone: what it says then is not of this list,
        // and must not be taken for the list that one comes back to.
        let query = Memo::new(move |shown: Option<&ListQuery>| {
            let is_here = location.path().trim_end_matches('/').ends_with("/requests");
            match shown {
                Some(shown) if !is_here => shown.clone(),
                _ => ListQuery::deserialize(&location.search()),
            }
        });
        let list = Fetched::<Listing>::new();
        let counts = Fetched::<StatusCounts>::new();
        let go: Go = std::rc::Rc::new(move |query: &ListQuery, replace| {
            location.go(&query.route(), if replace { Step::WithinInstead } else { Step::Within });
        });
        let session = Session::here();
        let may = move || session.may(Capability::AnswerAccountRequests);
        let shared = memo(move || session.account_id().filter(|_| may()));
        let history = Self::of(query, shared, list, counts, go);
        history.follow(client, counts);
        history
    }

    fn of(
        query: Memo<ListQuery>,
        shared: Memo<Option<AccountId>>,
        list: Fetched<Listing>,
        counts: Fetched<StatusCounts>,
        go: Go,
    ) -> Self {
        let listing = memo(move || list.value().get());
        let screen = memo(move || {
            let failed = list.failure().with(Option::is_some);
            listing.with(|listing| screen(&query.read(), listing.as_ref(), failed))
        });
        Self {
            query,
            shared,
            listing,
            failure: list.failure(),
            counts: counts.value(),
            screen,
            list,
            again: RwSignal::new(0),
            go: StoredValue::new_local(go),
        }
    }

    fn follow(self, client: Client, counts: Fetched<StatusCounts>) {
        let Self { query, shared, again, list, .. } = self;
        let last_list = LastList::here();
        let session = Session::here();
        // What came with the session is the list as it first shows; for any other one it is of no use, now or later.
        if let Some(first) = session.take_first()
            && query.with_untracked(|query| *query == ListQuery::default())
        {
            let (query, count) = (ListQuery::default(), first.counts.total());
            list.put(Listing { query, requests: first.requests, count, people: None });
            counts.put(first.counts);
        }
        let is_there = list.value().with_untracked(Option::is_some);
        let [is_listed, is_counted] = [StoredValue::new(is_there), StoredValue::new(is_there)];
        let once = |flag: StoredValue<bool>| flag.try_update_value(std::mem::take).unwrap_or_default();
        effect(move || {
            again.track();
            let _ = client.renewals();
            let (query, shared) = (query.get(), shared.get());
            last_list.keep(query.route());
            if once(is_listed) {
                return;
            }
            list.fetch(Box::pin(async move {
                let page = client.requests(&query.api_path(shared)).await?;
                let people = query.names_people(shared).then_some(page.users);
                Ok(Listing { query, requests: page.requests, count: page.count, people })
            }));
        });
        let counts_path = memo(move || query.read().counts_path(shared.get()));
        let count = move || {
            let path = counts_path.get_untracked();
            counts.fetch(Box::pin(async move { client.request_counts(&path).await }));
        };
        effect(move || {
            again.track();
            let _ = client.renewals();
            counts_path.track();
            if !once(is_counted) {
                count();
            }
        });
        effect(move || {
            if let Some(query) = self.listing.with(|listing| listing.as_ref().and_then(page_that_exists)) {
                self.go_to(&query, true);
            }
        });
        Live::here().on_change(move |change| {
            // What happens to a colleague's request changes nothing in a list of one's own; where the store does not
            // share them it may be the first that one is in copy of.
            let is_own = self.query.read_untracked().whose == Whose::Mine && shared.get_untracked().is_some();
            if !is_own || !matches!(change, Change::Colleagues(_)) {
                self.reload();
            }
        });
        read_again(move || self.reload());
        come_back(list.failure(), move || self.reload());
        come_back(counts.failure(), count);
    }

    /// Asks for the same again.
    pub fn reload(self) {
        self.again.update(|times| *times += 1);
    }

    /// Shows another list; `replace` where Back should not lead here.
    pub fn go_to(self, query: &ListQuery, replace: bool) {
        self.go.with_value(|go| go(query, replace));
    }

    /// The list is everybody's of the store: it was asked for, and the store shares them.
    #[must_use]
    pub fn is_whole_store(self) -> bool {
        self.query.read().whose == Whose::Store && self.shared.read().is_some()
    }

    /// What stands there answers another question than the address asks: the answer is on its way.
    #[must_use]
    pub fn is_outdated(self) -> bool {
        let query = self.query.read();
        self.listing.with(|listing| listing.as_ref().is_none_or(|listing| listing.query != *query))
    }

    /// Something is on its way.
    #[must_use]
    pub fn is_busy(self) -> bool {
        self.list.is_busy()
    }
}

#[cfg(test)]
#[cfg(target_arch = "wasm32")]
impl History {
    /// A history at an address, without a router and without a backend.
    pub fn sample(address: &str) -> Self {
        Self::sample_in(address, None)
    }

    /// The same in that account, which shares its requests.
    pub fn sample_in(address: &str, shared: Option<AccountId>) -> Self {
        let query = RwSignal::new(ListQuery::deserialize(address));
        Self::of(
            memo(move || query.get()),
            memo(move || shared),
            Fetched::new(),
            Fetched::new(),
            std::rc::Rc::new(|_: &ListQuery, _| {}),
        )
    }

    /// Something has arrived, or not.
    pub fn arrive(self, listing: Option<Listing>, failure: Option<ApiError>) {
        self.list.value().set(listing);
        self.failure.set(failure);
    }

    /// How often it was asked for again.
    pub fn times_asked(self) -> u32 {
        self.again.get()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::requests::sample;

    fn listing(address: &str, rows: u64, count: u64) -> Listing {
        let requests = (1..=rows).map(|id| sample::request(id, "open")).collect();
        Listing { query: ListQuery::deserialize(address), requests, count, people: None }
    }

    #[test]
    fn the_screen_says_what_is_known_and_no_more() {
        let cases = [
            ("", None, false, Screen::Skeleton),
            ("", None, true, Screen::Failed),
            ("", Some(listing("", 3, 3)), false, Screen::Rows),
            ("", Some(listing("", 3, 3)), true, Screen::Rows),
            ("", Some(listing("", 0, 0)), false, Screen::FirstTime),
            ("status=open", Some(listing("status=open", 0, 0)), false, Screen::NoMatch),
            ("query=x", Some(listing("query=x", 0, 0)), false, Screen::NoMatch),
            ("query=123", Some(listing("query=123", 0, 0)), false, Screen::NoMatch),
            ("page=9", Some(listing("page=9", 0, 5)), false, Screen::NoMatch),
            ("status=solved", Some(listing("", 3, 3)), false, Screen::Rows),
            ("status=solved", Some(listing("", 3, 3)), true, Screen::Failed),
            ("status=solved", Some(listing("", 0, 0)), false, Screen::Skeleton),
            ("status=solved", Some(listing("", 0, 0)), true, Screen::Failed),
        ];
        for (address, listing, failed, expected) in cases {
            let query = ListQuery::deserialize(address);
            assert_eq!(screen(&query, listing.as_ref(), failed), expected, "{address} {listing:?} {failed}");
        }
    }

    #[test]
    fn a_page_beyond_the_last_leads_to_the_last() {
        let beyond = listing("status=open&page=9", 0, 25);
        assert_eq!(page_that_exists(&beyond), Some(ListQuery::deserialize("status=open&page=2")));
        for fine in [listing("page=2", 5, 25), listing("", 0, 0), listing("page=9", 0, 0), listing("page=2", 0, 25)] {
            assert_eq!(page_that_exists(&fine), None);
        }
    }
}
