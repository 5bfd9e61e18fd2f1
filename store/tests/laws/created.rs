//! What is written is read as it was written, by whom it is for.

use crate::people::{Ticket, insert, moment, people};
use balcao_contract::answers::Answers;
use balcao_contract::locale::Locale;
use balcao_contract::priority::Priority;
use balcao_contract::status::Status;
use balcao_store::comments::{self, Comments};
use balcao_store::requests::{self, NewRequestRow};
use balcao_store::{Store, Viewer, copies, events, tickets};
use serde_json::json;

pub async fn what_is_created_is_read_back(store: &Store) {
    let people = people(store).await;
    let answers: Answers = serde_json::from_value(json!({ "problem_type": "error" })).unwrap();
    let mut write = store.begin().await.unwrap();
    let (source, _) = insert(&mut write, people.account, Ticket::of(people.ana)).await.unwrap();
    let new = NewRequestRow {
        account: people.account,
        requester: people.ana,
        assignee: Some(people.agent),
        group: None,
        status: Status::Pending,
        priority: Some(Priority::High),
        kind: Some("incident"),
        channel: "api",
        locale: Some(Locale::Pt),
        form: Some(7_u64.try_into().unwrap()),
        followup_source: Some(source),
        subject: "Não chegou 🚚",
        answers: &answers,
        description: "Zero\u{0} and \"quotes\"",
        created_at: moment(5),
        updated_at: moment(9),
    };
    let request = requests::insert(&mut write, &new).await.unwrap();
    let comment = comments::insert(&mut write, request, people.ana, new.description, "api", moment(5)).await.unwrap();
    copies::set(&mut write, request, &[people.rui], people.ana, moment(6)).await.unwrap();
    let happened = [("opened", json!({ "comment_id": comment })), ("solved", json!({ "nested": [1, null] }))];
    events::append(&mut write, request, Some(people.agent), &happened, moment(5)).await.unwrap();
    write.commit().await.unwrap();

    let mut read = store.read().await.unwrap();
    let row = requests::find(&mut read, Viewer::own(people.ana, people.account), request).await.unwrap().unwrap();
    assert_eq!((row.account, row.requester, row.assignee, row.group), (new.account, new.requester, new.assignee, None));
    assert_eq!((row.status, row.priority, row.kind.as_deref()), (new.status, new.priority, new.kind));
    assert_eq!((row.channel.as_str(), row.locale, row.form), (new.channel, new.locale, new.form));
    assert_eq!((row.followup_source, row.subject.as_str()), (new.followup_source, new.subject));
    assert_eq!((&row.answers, row.description.as_str()), (new.answers, new.description));
    assert_eq!((row.created_at.0, row.updated_at.0), (new.created_at, new.updated_at));
    assert_eq!(row.copies, [people.rui]);
    assert_eq!(tickets::find(&mut read, request).await.unwrap().as_ref(), Some(&row));

    let thread = Comments { request, since: None, descending: false, limit: 10, offset: 0, after: None };
    let [written] = &comments::list(&mut read, &thread).await.unwrap()[..] else { panic!("one comment") };
    assert_eq!((written.id, written.author, written.public), (comment, people.ana, true));
    assert_eq!((written.body.as_str(), written.created_at.0), (new.description, moment(5)));

    let told = events::after(&mut read, 0, 10).await.unwrap();
    let told: Vec<_> = told.iter().map(|event| (event.kind.as_str(), event.data.clone(), event.by_agent)).collect();
    assert_eq!(told, happened.map(|(kind, data)| (kind, data, true)));
}

pub async fn what_was_changed_meanwhile_is_not_written_over(store: &Store) {
    let people = people(store).await;
    let mut write = store.begin().await.unwrap();
    let (request, _) = insert(&mut write, people.account, Ticket::of(people.ana)).await.unwrap();
    let before = tickets::find(&mut write, request).await.unwrap().unwrap();
    assert!(requests::update(&mut write, request, before.version, Status::Open, moment(1)).await.unwrap());
    assert!(!requests::update(&mut write, request, before.version, Status::Solved, moment(2)).await.unwrap());
    write.commit().await.unwrap();
    let after = tickets::find(&mut store.read().await.unwrap(), request).await.unwrap().unwrap();
    assert_eq!((after.status, after.updated_at.0), (Status::Open, moment(1)));
}

pub async fn nobody_else_sees_it(store: &Store) {
    let people = people(store).await;
    let mut write = store.begin().await.unwrap();
    let (request, _) = insert(&mut write, people.account, Ticket::of(people.ana)).await.unwrap();
    write.commit().await.unwrap();
    let mut read = store.read().await.unwrap();
    let own = Viewer::own(people.rui, people.account);
    assert_eq!(requests::find(&mut read, own, request).await.unwrap(), None);
    let shared = Viewer { sees_account: true, ..own };
    assert!(requests::find(&mut read, shared, request).await.unwrap().is_some());
    let elsewhere = Viewer { account: 99_u64.try_into().unwrap(), ..shared };
    assert_eq!(requests::find(&mut read, elsewhere, request).await.unwrap(), None);
}
