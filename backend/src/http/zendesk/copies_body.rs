//! Who is put in copy, as the keys of Zendesk's bodies say it: `email_ccs` with its actions, `collaborators` and
//! `additional_collaborators` of people, and an agent's lists of ids, which say who is there afterwards.

use super::body::{Reference, reference};
use crate::desk::copies::{CopyChange, FIELD, Meant, Step};
use crate::identity::names;
use balcao_contract::format::FormatFault;
use balcao_contract::id::UserId;
use balcao_contract::limits::MOST_COPIES;
use balcao_contract::validation::FaultKind;
use serde_json::{Map, Value};

/// More entries than these are not even looked up: everybody out, and as many others in.
const MOST_ENTRIES: usize = 2 * MOST_COPIES;

/// What the keys of a body say.
#[derive(Debug, Default)]
pub(super) struct GivenCopies {
    pub change: CopyChange,
    /// What is wrong with which key.
    pub faults: Vec<(&'static str, FaultKind)>,
}

/// Takes `email_ccs`, people under the keys of `adding`, and ids under those of `setting` out of a body.
pub(super) fn copies_of(
    body: &mut Map<String, Value>,
    adding: &[&'static str],
    setting: &[&'static str],
) -> GivenCopies {
    let mut given = GivenCopies::default();
    for key in setting {
        let Some(entries) = given.entries(body, key) else { continue };
        let people: Option<Vec<UserId>> = entries.into_iter().map(|entry| id(Some(entry))).collect();
        match people {
            Some(people) => given.change.set.push((key, people)),
            None => given.faults.push((key, FaultKind::WrongType)),
        }
    }
    for key in adding {
        for entry in given.entries(body, key).unwrap_or_default() {
            given.step(key, person(entry), true);
        }
    }
    for entry in given.entries(body, FIELD).unwrap_or_default() {
        let Value::Object(mut entry) = entry else {
            given.faults.push((FIELD, FaultKind::WrongType));
            continue;
        };
        let put = match entry.remove("action") {
            None | Some(Value::Null) => true,
            Some(action) if action == "put" => true,
            Some(action) if action == "delete" => false,
            Some(_) => {
                given.faults.push((FIELD, FaultKind::UnknownOption));
                continue;
            }
        };
        given.step(FIELD, named(&mut entry, "user_id", "user_email"), put);
    }
    given
}

impl GivenCopies {
    /// The list under a key; `None` where there is none, or none that can be read.
    fn entries(&mut self, body: &mut Map<String, Value>, key: &'static str) -> Option<Vec<Value>> {
        let fault = match body.remove(key)? {
            Value::Null => return None,
            Value::Array(entries) if entries.len() <= MOST_ENTRIES => return Some(entries),
            Value::Array(entries) => {
                let number = |count: usize| u32::try_from(count).unwrap_or(u32::MAX);
                FaultKind::TooManyEntries { max: number(MOST_COPIES), actual: number(entries.len()) }
            }
            _ => FaultKind::WrongType,
        };
        self.faults.push((key, fault));
        None
    }

    fn step(&mut self, key: &'static str, who: Result<Meant, FaultKind>, put: bool) {
        match who {
            Ok(who) => self.change.steps.push(Step { key, who, put }),
            Err(fault) => self.faults.push((key, fault)),
        }
    }
}

/// An id, an address, or an object with either. A name beside an address is not read: nobody is made by it.
fn person(entry: Value) -> Result<Meant, FaultKind> {
    match entry {
        Value::Object(mut entry) => named(&mut entry, "id", "email"),
        Value::String(text) if text.contains('@') => address(&text),
        other => id(Some(other)).map(Meant::Id).ok_or(FaultKind::WrongType),
    }
}

fn named(entry: &mut Map<String, Value>, id_key: &str, address_key: &str) -> Result<Meant, FaultKind> {
    match (entry.remove(id_key), entry.remove(address_key)) {
        (None | Some(Value::Null), Some(Value::String(text))) => address(&text),
        (None | Some(Value::Null), None | Some(Value::Null)) => Err(FaultKind::Blank),
        (given, _) => id(given).map(Meant::Id).ok_or(FaultKind::WrongType),
    }
}

fn address(text: &str) -> Result<Meant, FaultKind> {
    names::email(text).map(Meant::Address).ok_or(FaultKind::Format(FormatFault::Email))
}

fn id(value: Option<Value>) -> Option<UserId> {
    match reference(value) {
        Reference::Id(id) => Some(id),
        Reference::Absent | Reference::Unreadable => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    fn read(body: Value) -> GivenCopies {
        let Value::Object(mut body) = body else { panic!("no object") };
        let given = copies_of(&mut body, &["collaborators"], &["email_cc_ids"]);
        assert!(body.is_empty(), "left over: {body:?}");
        given
    }

    fn user(id: u64) -> UserId {
        UserId::try_from(id).unwrap()
    }

    #[test]
    fn people_are_meant_by_id_by_address_and_by_name_and_address() {
        let given = read(json!({
            "collaborators": [7, "8", "Carla@acme.example", { "name": "Davi", "email": "davi@acme.example" }],
            "email_ccs": [{ "user_id": "9", "action": "delete" }, { "user_email": " eva@acme.example", "user_name": "E" }],
        }));
        assert!(given.faults.is_empty(), "{:?}", given.faults);
        let address = |text: &str| Meant::Address(text.to_owned());
        let steps: Vec<_> = given.change.steps.into_iter().map(|step| (step.key, step.who, step.put)).collect();
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
        assert_eq!(read(json!({ "email_cc_ids": [] })).change.set, [("email_cc_ids", Vec::new())]);
        assert_eq!(read(json!({ "email_cc_ids": [3] })).change.set, [("email_cc_ids", vec![user(3)])]);
        let nothing = read(json!({ "email_cc_ids": null, "collaborators": null, "email_ccs": null }));
        assert!(nothing.change.is_empty() && nothing.faults.is_empty());
    }

    #[test]
    fn what_cannot_be_read_is_a_fault_of_its_key() {
        let many: Vec<u64> = (1..=MOST_ENTRIES as u64 + 1).collect();
        for (body, key, wire_name) in [
            (json!({ "collaborators": "x" }), "collaborators", FaultKind::WrongType),
            (json!({ "collaborators": [{}] }), "collaborators", FaultKind::Blank),
            (json!({ "collaborators": ["carla@"] }), "collaborators", FaultKind::Format(FormatFault::Email)),
            (json!({ "collaborators": [-1] }), "collaborators", FaultKind::WrongType),
            (json!({ "email_cc_ids": ["x"] }), "email_cc_ids", FaultKind::WrongType),
            (json!({ "email_ccs": ["x"] }), "email_ccs", FaultKind::WrongType),
            (json!({ "email_ccs": [{ "user_id": 1, "action": "x" }] }), "email_ccs", FaultKind::UnknownOption),
            (
                json!({ "collaborators": many }),
                "collaborators",
                FaultKind::TooManyEntries { max: 10, actual: MOST_ENTRIES as u32 + 1 },
            ),
        ] {
            let given = read(body);
            assert_eq!(given.faults, [(key, wire_name)]);
            assert!(given.change.is_empty());
        }
    }
}
