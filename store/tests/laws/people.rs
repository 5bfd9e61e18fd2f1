//! Who the laws are about: a store with two people and an agent, and how a request of theirs is written.

use balcao_contract::answers::Answers;
use balcao_contract::id::{AccountId, CommentId, RequestId, UserId};
use balcao_contract::locale::Locale;
use balcao_contract::status::Status;
use balcao_store::requests::{self, NewRequestRow};
use balcao_store::{Connection, Store, StoreError, comments, directory};
use chrono::{DateTime, TimeDelta, Utc};

#[derive(Clone, Copy)]
pub struct People {
    pub account: AccountId,
    pub ana: UserId,
    pub rui: UserId,
    pub agent: UserId,
}

/// So many seconds after the laws' first moment.
pub fn moment(seconds: i64) -> DateTime<Utc> {
    DateTime::from_timestamp(1_760_000_000, 0).unwrap() + TimeDelta::seconds(seconds)
}

pub async fn people(store: &Store) -> People {
    let mut write = store.begin().await.unwrap();
    let account = directory::ensure_account(&mut write, "acme", "emea", 0).await.unwrap();
    let mut ids = Vec::new();
    for (email, name, agent) in [
        ("ana@acme.example", "Ana Souza", false),
        ("rui@acme.example", "Rui Costa", false),
        ("marina@support.example", "Marina Alves", true),
    ] {
        let id = directory::ensure_person(&mut write, email, name, Locale::En, agent, 0).await.unwrap();
        if !agent {
            directory::ensure_membership(&mut write, id, account, 0).await.unwrap();
        }
        ids.push(id);
    }
    write.commit().await.unwrap();
    People { account, ana: ids[0], rui: ids[1], agent: ids[2] }
}

/// A request to be written.
#[derive(Clone, Copy)]
pub struct Ticket<'a> {
    pub requester: UserId,
    pub status: Status,
    pub subject: &'a str,
    pub body: &'a str,
    /// Seconds after the laws' first moment.
    pub created: i64,
    pub updated: i64,
}

impl Ticket<'_> {
    pub fn of(requester: UserId) -> Self {
        Self { requester, status: Status::New, subject: "Freight", body: "It is wrong.", created: 0, updated: 0 }
    }
}

pub async fn insert(
    write: &mut Connection,
    account: AccountId,
    ticket: Ticket<'_>,
) -> Result<(RequestId, CommentId), StoreError> {
    let new = NewRequestRow {
        account,
        requester: ticket.requester,
        assignee: None,
        group: None,
        status: ticket.status,
        priority: None,
        kind: None,
        channel: "web",
        locale: None,
        form: None,
        followup_source: None,
        subject: ticket.subject,
        answers: &Answers::default(),
        description: ticket.body,
        created_at: moment(ticket.created),
        updated_at: moment(ticket.updated),
    };
    let request = requests::insert(write, &new).await?;
    let comment =
        comments::insert(write, request, ticket.requester, ticket.body, "web", moment(ticket.created)).await?;
    Ok((request, comment))
}
