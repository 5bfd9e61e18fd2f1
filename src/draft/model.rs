//! A draft: one unfinished piece of work of one user of one account.

use super::random::unguessable;
use balcao_contract::answers::Answers;
use balcao_contract::form::FieldKey;
use balcao_contract::id::{AccountId, RequestId, UserId};
use balcao_contract::locale::Locale;
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;
use std::fmt;

/// The name of a draft, as it stands in addresses (`?draft=`).
#[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(transparent)]
pub struct DraftId(String);

impl DraftId {
    /// A name that no other draft has.
    #[must_use]
    pub fn fresh() -> Self {
        Self(unguessable())
    }

    /// The name in an address; `None` for what cannot be one. It becomes part of a storage key, so that nothing but
    /// letters, digits and dashes is taken.
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        let fits = (1..=64).contains(&text.len()) && text.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'-');
        fits.then(|| Self(text.to_owned()))
    }

    /// The name.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for DraftId {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(&self.0)
    }
}

/// Whose draft it is. Several people share a browser: nobody sees another's.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Owner {
    /// The store.
    pub account: AccountId,
    /// The user.
    pub user: UserId,
}

/// What a draft will become.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Purpose {
    /// A request, by the form of that key.
    Form(String),
    /// A reply to a request; its text is the answer `body`.
    Reply(RequestId),
    /// The answer to a request's satisfaction survey.
    Survey(RequestId),
}

/// An upload that the backend has taken.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct SentUpload {
    /// Named in the comment's `uploads`.
    pub token: String,
    /// Until when the token can be used, Unix milliseconds.
    pub expires_at: i64,
}

/// A file of a draft. Its bytes are kept beside ([`super::Store::put_blob`]), so that saving a word does not write
/// fifty megabytes again.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct DraftFile {
    /// Unique within the draft.
    pub id: String,
    /// The name it is shown and sent under.
    pub name: String,
    /// What the browser takes it for; may be empty.
    pub content_type: String,
    /// In bytes.
    pub size: u64,
    /// The upload's idempotency key: sent again after a lost answer, it makes no second upload.
    pub idempotency_key: String,
    /// Where it has been sent already.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub upload: Option<SentUpload>,
    /// What was taken out of it, as `evidence` writes that; `None` where it is as it was chosen.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub cleaned: Option<String>,
}

/// An unfinished piece of work.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Draft {
    /// Its name.
    pub id: DraftId,
    /// Whose it is.
    pub owner: Owner,
    /// What it will become.
    pub purpose: Purpose,
    /// What was typed.
    #[serde(default)]
    pub answers: Answers,
    /// When each answer was last edited, Unix milliseconds: of two tabs' edits the newest wins.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub edited: BTreeMap<FieldKey, i64>,
    /// What stood there before anybody typed: as long as it is all there is, nobody would miss it.
    #[serde(default, skip_serializing_if = "Answers::is_empty")]
    pub given: Answers,
    /// Files that were taken out, by id: another tab may still have them.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub removed: Vec<String>,
    /// What was chosen, in order.
    #[serde(default)]
    pub files: Vec<DraftFile>,
    /// The step that was open last; `None` where no form has shown it yet (a handover).
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub step: Option<String>,
    /// Made when the draft began: however often it is sent, one request comes of it.
    pub idempotency_key: String,
    /// The bodies of attempts whose outcome is not known. With the same key, one of them finds the request that may
    /// have come of it, even after the answers were changed.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub attempts: Vec<String>,
    /// The conversation that it was taken over from.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub conversation_id: Option<String>,
    /// The language that was chosen for it, where it need not be the page's.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub locale: Option<Locale>,
    /// The closed request that it goes on from.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub followup_source: Option<RequestId>,
    /// When it was last changed, Unix milliseconds.
    pub updated_at: i64,
}

impl Draft {
    /// An empty draft that begins now.
    #[must_use]
    pub fn begin(owner: Owner, purpose: Purpose, now: i64) -> Self {
        Self::named(DraftId::fresh(), unguessable(), owner, purpose, now)
    }

    /// An empty draft with everything random given.
    #[must_use]
    pub fn named(id: DraftId, idempotency_key: String, owner: Owner, purpose: Purpose, now: i64) -> Self {
        Self {
            id,
            owner,
            purpose,
            answers: Answers::default(),
            edited: BTreeMap::new(),
            given: Answers::default(),
            removed: Vec::new(),
            files: Vec::new(),
            step: None,
            idempotency_key,
            attempts: Vec::new(),
            conversation_id: None,
            locale: None,
            followup_source: None,
            updated_at: now,
        }
    }

    /// Nothing in it that anybody would miss.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        let is_given = |key: &FieldKey, answer| self.given.get(key.as_str()) == Some(answer);
        self.files.is_empty() && self.answers.iter().all(|(key, answer)| answer.is_blank() || is_given(key, answer))
    }
}

#[cfg(test)]
pub(crate) mod tests {
    use super::*;

    pub(crate) fn owner(account: u64, user: u64) -> Owner {
        Owner { account: AccountId::try_from(account).unwrap(), user: UserId::try_from(user).unwrap() }
    }

    pub(crate) fn draft(id: &str, owner: Owner, purpose: Purpose) -> Draft {
        Draft::named(DraftId::parse(id).unwrap(), format!("key-{id}"), owner, purpose, 1_000)
    }

    #[test]
    fn a_draft_id_cannot_reach_into_another_owners_keys() {
        for bad in ["", "a/b", "../x", "a b", "é", "a%2Fb", &"x".repeat(65)] {
            assert_eq!(DraftId::parse(bad), None, "{bad}");
        }
        assert_eq!(DraftId::parse("0a-Z9").unwrap().as_str(), "0a-Z9");
    }

    #[test]
    fn a_draft_survives_being_written_and_read() {
        let mut draft = draft("d1", owner(1, 2), Purpose::Form("technical".to_owned()));
        draft.answers.set(FieldKey::new("subject"), "Olá 🛒".into());
        draft.step = Some("problem".to_owned());
        draft.attempts.push("{}".to_owned());
        draft.conversation_id = Some("c1".to_owned());
        draft.locale = Some(Locale::Pt);
        draft.files.push(DraftFile {
            id: "f1".to_owned(),
            name: "a.png".to_owned(),
            content_type: "image/png".to_owned(),
            size: 3,
            idempotency_key: "k".to_owned(),
            upload: Some(SentUpload { token: "t".to_owned(), expires_at: 9 }),
            cleaned: None,
        });
        let text = serde_json::to_string(&draft).unwrap();
        assert_eq!(serde_json::from_str::<Draft>(&text).unwrap(), draft);
    }

    #[test]
    fn the_purpose_of_a_draft_is_told_apart_when_read() {
        for purpose in [Purpose::Form("financial".to_owned()), Purpose::Reply(RequestId::try_from(7).unwrap())] {
            let text = serde_json::to_string(&purpose).unwrap();
            assert_eq!(serde_json::from_str::<Purpose>(&text).unwrap(), purpose);
        }
    }

    #[test]
    fn blank_answers_are_nothing_to_keep() {
        let mut draft = draft("d1", owner(1, 2), Purpose::Form("technical".to_owned()));
        assert!(draft.is_empty());
        draft.answers.set(FieldKey::new("subject"), "   ".into());
        assert!(draft.is_empty());
        draft.answers.set(FieldKey::new("subject"), "x".into());
        assert!(!draft.is_empty());
        // What the form put there itself is nobody's, until it is changed.
        draft.given.set(FieldKey::new("subject"), "x".into());
        assert!(draft.is_empty());
        draft.answers.set(FieldKey::new("subject"), "xy".into());
        assert!(!draft.is_empty());
    }
}
