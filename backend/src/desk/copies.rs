//! Who is in copy of a request: people of its own account, few enough, and never the one who opened it.

use super::commands::DeskError;
use super::event::Event;
use crate::store::requests::RequestRow;
use crate::store::{Connection, StoreError, copies};
use balcao_contract::id::{AccountId, UserId};
use balcao_contract::limits::MOST_COPIES;
use chrono::{DateTime, Utc};
use serde_json::json;

/// Under which name the history has a change.
pub const FIELD: &str = "email_ccs";

/// Whom somebody means.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Meant {
    /// By id.
    Id(UserId),
    /// By address, in lower case.
    Address(String),
}

impl Meant {
    fn written(&self) -> String {
        match self {
            Self::Id(id) => id.to_string(),
            Self::Address(address) => address.clone(),
        }
    }
}

/// One person more or less.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Step {
    /// Under which key it was sent: a fault stands there.
    pub key: &'static str,
    /// Who.
    pub who: Meant,
    /// Put in copy; otherwise taken out.
    pub put: bool,
}

/// What is to become of who is in copy.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct CopyChange {
    /// Exactly these, by key. Programs write a whole ticket back, in which these people stand under several keys: the
    /// first list that says something new counts.
    pub set: Vec<(&'static str, Vec<UserId>)>,
    /// Afterwards these, in their order.
    pub steps: Vec<Step>,
}

impl CopyChange {
    /// Nothing is asked for.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.set.is_empty() && self.steps.is_empty()
    }
}

/// Why somebody cannot be put in copy.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CopyFault {
    /// The key it was sent under.
    pub key: &'static str,
    /// Why.
    pub why: NoCopy,
}

/// The reason.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum NoCopy {
    /// No active member of the account: somebody else's, switched off, or nobody at all. It is not said which.
    Stranger(String),
    /// They opened the request.
    Requester(String),
    /// So many it would have been.
    TooMany(usize),
}

/// Whose request it is, and who is in copy so far.
#[derive(Debug, Clone, Copy)]
pub(super) struct Before<'a> {
    pub account: AccountId,
    pub requester: UserId,
    pub copies: &'a [UserId],
}

impl<'a> Before<'a> {
    pub fn of(row: &'a RequestRow) -> Self {
        Self { account: row.account, requester: row.requester, copies: &row.copies }
    }
}

/// Who is in copy afterwards, in the order in which they were put there.
pub(super) async fn after(
    read: &mut Connection,
    before: Before<'_>,
    change: &CopyChange,
) -> Result<Vec<UserId>, DeskError> {
    let is_new = |list: &&(_, Vec<UserId>)| !same(&list.1, before.copies);
    let (mut list, set) = match change.set.iter().find(is_new) {
        Some((key, wanted)) => {
            let kept = before.copies.iter().copied().filter(|person| wanted.contains(person)).collect();
            let steps = wanted.iter().map(|person| Step { key, who: Meant::Id(*person), put: true });
            (kept, steps.collect())
        }
        None => (before.copies.to_vec(), Vec::new()),
    };
    let (mut faults, mut last) = (Vec::new(), FIELD);
    for Step { key, who, put } in set.iter().chain(&change.steps) {
        let person = match who {
            Meant::Id(id) => copies::member(read, before.account, *id).await?,
            Meant::Address(address) => copies::member_by_email(read, before.account, address).await?,
        };
        match person {
            // Whoever is not there is out of copy already.
            None if !put => {}
            None => faults.push(CopyFault { key, why: NoCopy::Stranger(who.written()) }),
            Some(person) if !put => list.retain(|other| *other != person),
            Some(person) if person == before.requester => {
                faults.push(CopyFault { key, why: NoCopy::Requester(who.written()) });
            }
            Some(person) => {
                if !list.contains(&person) {
                    list.push(person);
                }
                last = key;
            }
        }
    }
    if list.len() > MOST_COPIES {
        faults.push(CopyFault { key: last, why: NoCopy::TooMany(list.len()) });
    }
    if faults.is_empty() { Ok(list) } else { Err(DeskError::Copies(faults)) }
}

/// Writes down who is in copy from now on; what happened, if anything did.
pub(super) async fn write(
    write: &mut Connection,
    row: &RequestRow,
    after: &[UserId],
    by: UserId,
    now: DateTime<Utc>,
) -> Result<Option<Event>, StoreError> {
    if same(after, &row.copies) {
        return Ok(None);
    }
    copies::set(write, row.id, after, by, now).await?;
    Ok(Some(changed(&row.copies, after)))
}

pub(super) fn changed(before: &[UserId], after: &[UserId]) -> Event {
    Event::FieldChanged { field: FIELD.to_owned(), from: json!(before), to: json!(after) }
}

/// The same people, in whatever order.
pub(super) fn same(one: &[UserId], other: &[UserId]) -> bool {
    one.iter().all(|person| other.contains(person)) && other.iter().all(|person| one.contains(person))
}
