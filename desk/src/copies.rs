//! Who is in copy of a request: people of its own account, few enough, and never the one who opened it.

use super::commands::DeskError;
use super::event::Event;
use super::submission::InvalidField;
use crate::names;
use balcao_contract::format::FormatError;
use balcao_contract::id::{AccountId, UserId};
use balcao_contract::limits::MOST_COPIES;
use balcao_contract::validation::AnswerErrorKind;
use balcao_contract::wire::{Collaborator, CollaboratorPerson, CopyAction, CopyUpdate, Given};
use balcao_store::requests::RequestRow;
use balcao_store::{Connection, StoreError, copies};
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
pub struct CopyError {
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

/// People under a key of a body, each by itself.
type People<T> = (&'static str, Given<Vec<Given<T>>>);

/// More entries than these are not even looked up: everybody out, and as many others in.
const MOST_ENTRIES: usize = 2 * MOST_COPIES;

/// What a body says: lists of ids that say who is in copy afterwards, lists of people to be put there, and
/// [`FIELD`] with its actions.
pub(super) fn change_of(
    setting: Vec<People<UserId>>,
    adding: Vec<People<Collaborator>>,
    email_ccs: Given<Vec<Given<CopyUpdate>>>,
    faults: &mut Vec<InvalidField>,
) -> CopyChange {
    let mut change = CopyChange::default();
    for (key, people) in setting {
        let Some(entries) = entries(key, people, faults) else { continue };
        let people: Option<Vec<UserId>> = entries.into_iter().map(Given::value).collect();
        match people {
            Some(people) => change.set.push((key, people)),
            None => faults.push(InvalidField::base(key, AnswerErrorKind::WrongType)),
        }
    }
    let mut step =
        |key: &'static str, who: Result<Meant, AnswerErrorKind>, put: bool, faults: &mut Vec<InvalidField>| match who {
            Ok(who) => change.steps.push(Step { key, who, put }),
            Err(kind) => faults.push(InvalidField::base(key, kind)),
        };
    for (key, people) in adding {
        for entry in entries(key, people, faults).unwrap_or_default() {
            step(key, meant(entry), true, faults);
        }
    }
    for entry in entries(FIELD, email_ccs, faults).unwrap_or_default() {
        let (who, put) = match entry {
            Given::Value(CopyUpdate { action: Given::Unreadable, .. }) => (Err(AnswerErrorKind::UnknownOption), true),
            Given::Value(CopyUpdate { user_id, user_email, action }) => {
                (named(user_id, user_email), action != Given::Value(CopyAction::Delete))
            }
            Given::Nothing | Given::Unreadable => (Err(AnswerErrorKind::WrongType), true),
        };
        step(FIELD, who, put, faults);
    }
    change
}

/// The list under a key; `None` where there is none, or none that can be read.
fn entries<T>(key: &str, list: Given<Vec<T>>, faults: &mut Vec<InvalidField>) -> Option<Vec<T>> {
    let number = |count: usize| u32::try_from(count).unwrap_or(u32::MAX);
    let kind = match list {
        Given::Nothing => return None,
        Given::Value(entries) if entries.len() <= MOST_ENTRIES => return Some(entries),
        Given::Value(entries) => {
            AnswerErrorKind::TooManyEntries { max: number(MOST_COPIES), actual: number(entries.len()) }
        }
        Given::Unreadable => AnswerErrorKind::WrongType,
    };
    faults.push(InvalidField::base(key, kind));
    None
}

fn meant(entry: Given<Collaborator>) -> Result<Meant, AnswerErrorKind> {
    match entry {
        Given::Value(Collaborator::Id(id)) => Ok(Meant::Id(id)),
        Given::Value(Collaborator::Text(text)) if text.contains('@') => address(&text),
        Given::Value(Collaborator::Text(id)) => {
            id.trim().parse().map(Meant::Id).map_err(|_| AnswerErrorKind::WrongType)
        }
        Given::Value(Collaborator::Person(CollaboratorPerson { id, email })) => named(id, email),
        Given::Nothing | Given::Unreadable => Err(AnswerErrorKind::WrongType),
    }
}

fn named(id: Given<UserId>, email: Given<String>) -> Result<Meant, AnswerErrorKind> {
    match (id, email) {
        (Given::Value(id), _) => Ok(Meant::Id(id)),
        (Given::Nothing, Given::Value(text)) => address(&text),
        (Given::Nothing, Given::Nothing) => Err(AnswerErrorKind::Blank),
        _ => Err(AnswerErrorKind::WrongType),
    }
}

fn address(text: &str) -> Result<Meant, AnswerErrorKind> {
    names::email(text).map(Meant::Address).ok_or(AnswerErrorKind::Format(FormatError::Email))
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
            None => faults.push(CopyError { key, why: NoCopy::Stranger(who.written()) }),
            Some(person) if !put => list.retain(|other| *other != person),
            Some(person) if person == before.requester => {
                faults.push(CopyError { key, why: NoCopy::Requester(who.written()) });
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
        faults.push(CopyError { key: last, why: NoCopy::TooMany(list.len()) });
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

#[cfg(test)]
mod tests {
    use super::*;
    use balcao_contract::wire::TicketChange;
    use serde_json::Value;

    fn read(body: Value) -> (CopyChange, Vec<(String, AnswerErrorKind)>) {
        let body: TicketChange = serde_json::from_value(body).unwrap();
        let mut faults = Vec::new();
        let setting = vec![("email_cc_ids", body.email_cc_ids)];
        let adding = vec![("collaborators", body.collaborators)];
        let change = change_of(setting, adding, body.email_ccs, &mut faults);
        (change, faults.into_iter().map(|fault| (fault.key, fault.kind)).collect())
    }

    fn user(id: u64) -> UserId {
        UserId::try_from(id).unwrap()
    }

    #[test]
    fn people_are_meant_by_id_by_address_and_by_name_and_address() {
        let (change, faults) = read(json!({
            "collaborators": [7, "8", "Carla@acme.example", { "name": "Davi", "email": "davi@acme.example" }],
            "email_ccs": [{ "user_id": "9", "action": "delete" }, { "user_email": " eva@acme.example", "user_name": "E" }],
        }));
        assert!(faults.is_empty(), "{faults:?}");
        let address = |text: &str| Meant::Address(text.to_owned());
        let steps: Vec<_> = change.steps.into_iter().map(|step| (step.key, step.who, step.put)).collect();
        assert_eq!(
            steps,
            [
                ("collaborators", Meant::Id(user(7)), true),
                ("collaborators", Meant::Id(user(8)), true),
                ("collaborators", address("carla@acme.example"), true),
                ("collaborators", address("davi@acme.example"), true),
                ("email_ccs", Meant::Id(user(9)), false),
                ("email_ccs", address("eva@acme.example"), true),
            ]
        );
    }

    #[test]
    fn an_empty_list_of_ids_empties_and_null_says_nothing() {
        assert_eq!(read(json!({ "email_cc_ids": [] })).0.set, [("email_cc_ids", Vec::new())]);
        assert_eq!(read(json!({ "email_cc_ids": [3] })).0.set, [("email_cc_ids", vec![user(3)])]);
        let nothing = read(json!({ "email_cc_ids": null, "collaborators": null, "email_ccs": null }));
        assert!(nothing.0.is_empty() && nothing.1.is_empty());
    }

    #[test]
    fn what_cannot_be_read_is_a_fault_of_its_key() {
        let many: Vec<u64> = (1..=MOST_ENTRIES as u64 + 1).collect();
        for (body, key, wire_name) in [
            (json!({ "collaborators": "x" }), "collaborators", AnswerErrorKind::WrongType),
            (json!({ "collaborators": [{}] }), "collaborators", AnswerErrorKind::Blank),
            (json!({ "collaborators": ["carla@"] }), "collaborators", AnswerErrorKind::Format(FormatError::Email)),
            (json!({ "collaborators": [[7]] }), "collaborators", AnswerErrorKind::WrongType),
            (json!({ "collaborators": ["carla"] }), "collaborators", AnswerErrorKind::WrongType),
            (json!({ "email_ccs": [[7]] }), "email_ccs", AnswerErrorKind::WrongType),
            (json!({ "collaborators": [-1] }), "collaborators", AnswerErrorKind::WrongType),
            (json!({ "email_cc_ids": ["x"] }), "email_cc_ids", AnswerErrorKind::WrongType),
            (json!({ "email_ccs": ["x"] }), "email_ccs", AnswerErrorKind::WrongType),
            (json!({ "email_ccs": [{ "user_id": 1, "action": "x" }] }), "email_ccs", AnswerErrorKind::UnknownOption),
            (
                json!({ "collaborators": many }),
                "collaborators",
                AnswerErrorKind::TooManyEntries { max: 10, actual: MOST_ENTRIES as u32 + 1 },
            ),
        ] {
            let (change, faults) = read(body);
            assert_eq!(faults, [(key.to_owned(), wire_name)]);
            assert!(change.is_empty());
        }
    }
}
