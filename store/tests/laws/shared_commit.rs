//! Commands that share a commit, as the whole of a command sees it; what the commit itself does is tested in `writer`.

use crate::people::{Ticket, insert, moment, people};
use balcao_contract::status::Status;
use balcao_store::request_list::{self, Filter, FoundBy};
use balcao_store::{Store, StoreError, directory, events, operators, tickets};
use futures::future::join_all;
use serde_json::json;

pub async fn what_fails_takes_nothing_of_the_others(store: &Store) {
    let people = people(store).await;
    let facts = operators::AccountFacts {
        region: balcao_contract::support::Region::Emea,
        main_account: None,
        shares_requests: false,
    };
    // Until it is over, all others ask: they are of one commit.
    let first = store.begin().await.unwrap();
    let commands = (0..12_i64).map(|number| async move {
        let mut write = store.begin().await?;
        let subject = format!("Order {number}");
        let ticket = Ticket { subject: &subject, ..Ticket::of(people.ana) };
        let (request, _) = insert(&mut write, people.account, ticket).await?;
        events::append(&mut write, request, None, &[("opened", json!({}))], moment(number)).await?;
        if number % 3 == 1 {
            // There is an account of that name.
            operators::insert_account(&mut write, "acme", facts, 0).await?;
        }
        write.commit().await
    });
    let (told, ()) = tokio::join!(join_all(commands), async {
        tokio::task::yield_now().await;
        drop(first);
    });
    for (number, told) in told.iter().enumerate() {
        match number % 3 {
            1 => assert!(matches!(told, Err(StoreError::Conflict)), "{number}: {told:?}"),
            _ => assert!(told.is_ok(), "{number}: {told:?}"),
        }
    }
    let mut read = store.read().await.unwrap();
    let own = Filter::own(people.account, people.ana);
    assert_eq!(request_list::count(&mut read, &own).await.unwrap(), 8);
    assert_eq!(events::after(&mut read, 0, 100).await.unwrap().len(), 8);
    for number in 0..12 {
        let found_by = FoundBy::Words { with: vec![format!("\"order {number}\"")], without: Vec::new() };
        let filter = Filter { found_by, ..own.clone() };
        let found = request_list::count(&mut read, &filter).await.unwrap();
        assert_eq!(found, u64::from(number % 3 != 1), "{number}");
    }
}

pub async fn what_is_dropped_did_not_happen(store: &Store) {
    let people = people(store).await;
    let mut write = store.begin().await.unwrap();
    let (kept, _) = insert(&mut write, people.account, Ticket::of(people.ana)).await.unwrap();
    write.commit().await.unwrap();
    let before = tickets::find(&mut store.read().await.unwrap(), kept).await.unwrap();

    let mut write = store.begin().await.unwrap();
    let (dropped, _) = insert(&mut write, people.account, Ticket::of(people.ana)).await.unwrap();
    events::append(&mut write, dropped, None, &[("opened", json!({}))], moment(1)).await.unwrap();
    directory::rename(&mut write, people.ana, "Somebody Else", 1).await.unwrap();
    let state = tickets::TicketState { status: Status::Solved, ..tickets::TicketState::of(before.as_ref().unwrap()) };
    assert!(tickets::update(&mut write, kept, before.as_ref().unwrap().version, &state, moment(9)).await.unwrap());
    drop(write);

    // The next turn finds nothing of it, and neither does who reads.
    let mut write = store.begin().await.unwrap();
    assert_eq!(tickets::find(&mut write, kept).await.unwrap(), before);
    assert_eq!(tickets::find(&mut write, dropped).await.unwrap(), None);
    write.commit().await.unwrap();
    let mut read = store.read().await.unwrap();
    let own = Filter::own(people.account, people.ana);
    assert_eq!(request_list::count(&mut read, &own).await.unwrap(), 1);
    assert_eq!(request_list::status_counts(&mut read, &own).await.unwrap().solved, 0);
    assert_eq!(events::newest(&mut read).await.unwrap(), 0);
    let ana = balcao_store::people::by_id(&mut read, people.ana).await.unwrap().unwrap();
    assert_eq!(ana.name, "Ana Souza");
}

pub async fn what_is_not_committed_is_seen_by_nobody_else(store: &Store) {
    let people = people(store).await;
    let own = Filter::own(people.account, people.ana);
    let mut moment = store.read_one_moment().await.unwrap();
    assert_eq!(request_list::count(&mut moment, &own).await.unwrap(), 0);
    let mut write = store.begin().await.unwrap();
    insert(&mut write, people.account, Ticket::of(people.ana)).await.unwrap();
    assert_eq!(request_list::count(&mut write, &own).await.unwrap(), 1, "the command itself sees it");
    let mut read = store.read().await.unwrap();
    assert_eq!(request_list::count(&mut read, &own).await.unwrap(), 0);
    write.commit().await.unwrap();
    assert_eq!(request_list::count(&mut read, &own).await.unwrap(), 1);
    assert_eq!(request_list::count(&mut moment, &own).await.unwrap(), 0, "what began before sees its moment");
}
