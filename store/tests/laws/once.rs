//! A write that comes twice under one key is done once.

use crate::people::{People, Ticket, insert, moment, people};
use balcao_store::idempotency::{self, Key, Lookup, StoredAnswer};
use balcao_store::request_list::{self, Filter};
use balcao_store::{Store, StoreError};

fn key(people: People, fingerprint: u8) -> Key {
    Key { user: people.ana, account: people.account, key: "k-1".to_owned(), fingerprint: vec![fingerprint] }
}

/// As a command does it: look for the key within the turn, write, keep the answer with it.
async fn write_once(store: &Store, people: People, key: &Key) -> Result<(bool, StoredAnswer), StoreError> {
    let mut write = store.begin().await?;
    match idempotency::find(&mut write, key, moment(1)).await? {
        Lookup::Miss => {
            let (request, _) = insert(&mut write, people.account, Ticket::of(people.ana)).await?;
            let answer = StoredAnswer { status: 201, location: None, body: request.to_string().into_bytes() };
            idempotency::keep(&mut write, key, &answer, moment(1)).await?;
            write.commit().await?;
            Ok((true, answer))
        }
        Lookup::Hit(answer) => {
            write.commit().await?;
            Ok((false, answer))
        }
        Lookup::OtherWrite => Err(StoreError::Conflict),
    }
}

pub async fn of_two_writers_with_one_key_one_wins(store: &Store) {
    let people = people(store).await;
    let key_of_both = key(people, 1);
    let (one, other) = tokio::join!(write_once(store, people, &key_of_both), write_once(store, people, &key_of_both));
    let ((one_wrote, one), (other_wrote, other)) = (one.unwrap(), other.unwrap());
    assert_ne!(one_wrote, other_wrote);
    assert_eq!(one, other, "both are told the same");
    let again = write_once(store, people, &key(people, 2)).await;
    assert!(matches!(again, Err(StoreError::Conflict)), "the key of another write: {again:?}");
    let own = Filter::own(people.account, people.ana);
    assert_eq!(request_list::count(&mut store.read().await.unwrap(), &own).await.unwrap(), 1);

    // Who does not look writes nothing either.
    let mut write = store.begin().await.unwrap();
    let kept = idempotency::keep(&mut write, &key_of_both, &one, moment(1)).await;
    assert!(matches!(kept, Err(StoreError::Conflict)), "{kept:?}");
}

pub async fn a_key_is_kept_with_its_write_or_not_at_all(store: &Store) {
    let people = people(store).await;
    let key = key(people, 1);
    let answer = StoredAnswer { status: 201, location: Some("/1".to_owned()), body: vec![0, 255] };
    let mut write = store.begin().await.unwrap();
    idempotency::keep(&mut write, &key, &answer, moment(1)).await.unwrap();
    drop(write);
    let mut write = store.begin().await.unwrap();
    assert_eq!(idempotency::find(&mut write, &key, moment(1)).await.unwrap(), Lookup::Miss);
    idempotency::keep(&mut write, &key, &answer, moment(1)).await.unwrap();
    write.commit().await.unwrap();
    let mut read = store.read().await.unwrap();
    assert_eq!(idempotency::find(&mut read, &key, moment(1)).await.unwrap(), Lookup::Hit(answer));
    let over = moment(1) + idempotency::KEPT;
    assert_eq!(idempotency::find(&mut read, &key, over).await.unwrap(), Lookup::Miss);
}
