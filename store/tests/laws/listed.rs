//! Lists: each row once, in its order, whichever way they are walked, and as many as the count says.

use crate::people::{People, Ticket, insert, moment, people};
use balcao_contract::id::RequestId;
use balcao_contract::status::Status;
use balcao_store::comments::{self, Comments};
use balcao_store::people::PeopleFilter;
use balcao_store::request_list::{self, Filter, FoundBy, Order, Scope, Window};
use balcao_store::ticket_list::{self, TicketFilter};
use balcao_store::{Connection, Reach, Store};

/// A row's place in a list: milliseconds, then the id.
type Cursor = (i64, i64);

const ORDERS: [Order; 4] = [
    Order { by_update: false, descending: false },
    Order { by_update: false, descending: true },
    Order { by_update: true, descending: false },
    Order { by_update: true, descending: true },
];

const STATUSES: [Status; 4] = [Status::New, Status::Pending, Status::Solved, Status::Closed];

/// Which list is walked.
#[derive(Debug, Clone)]
enum List {
    OfRequester(Filter),
    OfAgent(TicketFilter),
}

impl List {
    async fn page(&self, read: &mut Connection, order: Order, window: Window) -> Vec<Cursor> {
        let rows: Vec<_> = match self {
            Self::OfRequester(filter) => {
                let rows = request_list::page(read, filter, order, window).await.unwrap();
                rows.iter().map(|row| (row.id, row.created_at, row.updated_at)).collect()
            }
            Self::OfAgent(filter) => {
                let rows = ticket_list::page(read, filter, order, window).await.unwrap();
                rows.iter().map(|row| (row.id, row.created_at, row.updated_at)).collect()
            }
        };
        let cursor = |(id, created, updated): (RequestId, balcao_contract::time::Timestamp, _)| {
            let moment = if order.by_update { updated } else { created };
            (moment.unix_milliseconds(), i64::try_from(id.get()).unwrap())
        };
        rows.into_iter().map(cursor).collect()
    }

    /// All of it, page by page from a cursor on.
    async fn walk(&self, read: &mut Connection, order: Order, limit: u32, from: Option<Cursor>) -> Vec<Cursor> {
        let (mut all, mut after) = (Vec::new(), from);
        loop {
            let page = self.page(read, order, Window { limit, offset: 0, after }).await;
            let Some(last) = page.last() else { return all };
            after = Some(*last);
            all.extend(page);
        }
    }

    async fn count(&self, read: &mut Connection) -> u64 {
        match self {
            Self::OfRequester(filter) => request_list::count(read, filter).await.unwrap(),
            Self::OfAgent(filter) => ticket_list::count(read, filter).await.unwrap(),
        }
    }
}

/// Every way in which a list is narrowed.
fn lists(people: People) -> Vec<List> {
    let own = Filter::own(people.account, people.ana);
    let account = Filter { scope: Scope::Account, ..own.clone() };
    let words = |with: &[&str]| FoundBy::Words {
        with: with.iter().map(|word| format!("\"{word}\"")).collect(),
        without: vec!["\"seven\"".to_owned()],
    };
    let some = Some(vec![Status::New, Status::Solved]);
    let tickets = TicketFilter::within(Reach::Everything);
    let narrow = TicketFilter { requesters: Some(vec![people.rui]), statuses: some.clone(), ..tickets.clone() };
    vec![
        List::OfRequester(own.clone()),
        List::OfRequester(account.clone()),
        List::OfRequester(Filter { statuses: some.clone(), ..own.clone() }),
        List::OfRequester(Filter { statuses: some.clone(), ..account.clone() }),
        List::OfRequester(Filter { statuses: Some(Vec::new()), ..own.clone() }),
        List::OfRequester(Filter { created: (Some(moment(3)), Some(moment(8))), ..account.clone() }),
        List::OfRequester(Filter { updated: (Some(moment(4)), None), ..own.clone() }),
        List::OfRequester(Filter { found_by: words(&["freight"]), ..account.clone() }),
        List::OfRequester(Filter { found_by: words(&[]), statuses: some, ..own }),
        List::OfRequester(Filter { scope: Scope::Named(vec!["Rui Costa".to_owned()]), ..account.clone() }),
        List::OfRequester(Filter { found_by: FoundBy::Nothing, ..account }),
        List::OfAgent(tickets.clone()),
        List::OfAgent(narrow),
        List::OfAgent(TicketFilter { assignees: Some(vec![None]), ..tickets.clone() }),
        List::OfAgent(TicketFilter { created: (None, Some(moment(7))), ..tickets.clone() }),
        List::OfAgent(TicketFilter { found_by: words(&["freight", "three"]), ..tickets }),
    ]
}

/// Many requests, several of them of the same moment, and neither order that of the numbers.
async fn fill(store: &Store, people: People) {
    let mut write = store.begin().await.unwrap();
    for number in 0..60_usize {
        let ticket = Ticket {
            requester: if number % 3 == 0 { people.rui } else { people.ana },
            status: STATUSES[number % 4],
            subject: if number % 5 == 0 { "Freight" } else { "Customs" },
            body: ["one", "two", "three", "seven"][number % 4],
            created: [5, 1, 8, 1, 3][number % 5],
            updated: [9, 11, 8, 8][number % 4],
        };
        insert(&mut write, people.account, ticket).await.unwrap();
    }
    write.commit().await.unwrap();
}

pub async fn every_order_lists_each_row_once(store: &Store) {
    let people = people(store).await;
    fill(store, people).await;
    let mut read = store.read().await.unwrap();
    for list in lists(people) {
        for order in ORDERS {
            let whole = list.page(&mut read, order, Window { limit: 1_000, offset: 0, after: None }).await;
            let mut sorted = whole.clone();
            sorted.sort_unstable();
            sorted.dedup();
            assert_eq!(sorted.len(), whole.len(), "a row twice: {list:?} {order:?}");
            if order.descending {
                sorted.reverse();
            }
            assert_eq!(whole, sorted, "{list:?} {order:?}");
            for limit in [1, 7, 60] {
                assert_eq!(list.walk(&mut read, order, limit, None).await, whole, "{limit}: {list:?} {order:?}");
            }
            // By numbers of pages the same rows come.
            let mut by_offset = Vec::new();
            for page in 0..9 {
                by_offset.extend(list.page(&mut read, order, Window { limit: 7, offset: page * 7, after: None }).await);
            }
            assert_eq!(by_offset, whole, "{list:?} {order:?}");
            // Back from any row to the first.
            let back = Order { descending: !order.descending, ..order };
            let middle = whole.len() / 2;
            if let Some(row) = whole.get(middle) {
                let before: Vec<Cursor> = whole[..middle].iter().rev().copied().collect();
                assert_eq!(list.walk(&mut read, back, 4, Some(*row)).await, before, "{list:?} {order:?}");
            }
        }
    }
}

pub async fn rows_that_come_in_between_move_no_other(store: &Store) {
    let people = people(store).await;
    fill(store, people).await;
    let own = Filter::own(people.account, people.ana);
    let lists = [
        List::OfRequester(own.clone()),
        List::OfRequester(Filter { scope: Scope::Account, ..own }),
        List::OfAgent(TicketFilter::within(Reach::Everything)),
    ];
    for list in lists {
        for order in ORDERS {
            let mut read = store.read().await.unwrap();
            let before = list.walk(&mut read, order, 100, None).await;
            let (mut walked, mut after, mut page_number) = (Vec::new(), None, 0_i64);
            loop {
                let page = list.page(&mut read, order, Window { limit: 5, offset: 0, after }).await;
                let Some(last) = page.last() else { break };
                after = Some(*last);
                walked.extend(page);
                page_number += 1;
                if page_number < 10 {
                    // Somewhere at the beginning, in the middle and at the end of the list.
                    let created = [0, 5, 20][(page_number % 3) as usize];
                    let ticket = Ticket { created, updated: created, ..Ticket::of(people.ana) };
                    let mut write = store.begin().await.unwrap();
                    insert(&mut write, people.account, ticket).await.unwrap();
                    write.commit().await.unwrap();
                }
            }
            let mut once = walked.clone();
            once.sort_unstable();
            once.dedup();
            assert_eq!(once.len(), walked.len(), "a row twice: {list:?} {order:?}");
            walked.retain(|row| before.contains(row));
            assert_eq!(walked, before, "{list:?} {order:?}");
        }
    }
}

pub async fn counts_are_those_of_the_lists(store: &Store) {
    let people = people(store).await;
    fill(store, people).await;
    let mut read = store.read().await.unwrap();
    let whole = Window { limit: 1_000, offset: 0, after: None };
    let (mut filled, lists) = (0, lists(people));
    for list in &lists {
        let rows = list.page(&mut read, ORDERS[0], whole).await.len() as u64;
        assert_eq!(list.count(&mut read).await, rows, "{list:?}");
        filled += u32::from(rows > 0);
        let List::OfRequester(filter) = list else { continue };
        let window = Window { limit: 3, offset: 1, after: None };
        let (page, total) = request_list::counted_page(&mut read, filter, ORDERS[1], window).await.unwrap();
        assert_eq!((page.len() as u64, total), (rows.saturating_sub(1).min(3), rows), "{list:?}");
        let counts = request_list::status_counts(&mut read, filter).await.unwrap();
        let all = List::OfRequester(Filter { statuses: None, ..filter.clone() });
        let shown = counts.open + counts.pending + counts.solved + counts.closed;
        assert_eq!(shown, all.count(&mut read).await, "{list:?}");
    }
    assert_eq!(filled as usize, lists.len() - 2, "a filter that finds nothing proves little");

    let request: RequestId = 1_u64.try_into().unwrap();
    let thread = Comments { request, since: None, descending: true, limit: 100, offset: 0, after: None };
    let comments = comments::list(&mut read, &thread).await.unwrap().len() as u64;
    assert_eq!((comments, comments::count(&mut read, &thread).await.unwrap()), (1, 1));
    for filter in [
        PeopleFilter::default(),
        PeopleFilter { agents: Some(true), ..PeopleFilter::default() },
        PeopleFilter { text: "ACME".to_owned(), account: Some(people.account), ..PeopleFilter::default() },
    ] {
        let found = balcao_store::people::page(&mut read, &filter, whole, false).await.unwrap().len() as u64;
        assert!(found > 0);
        assert_eq!(balcao_store::people::count(&mut read, &filter).await.unwrap(), found, "{filter:?}");
    }
}
