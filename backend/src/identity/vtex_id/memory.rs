//! What VTEX ID said about a token a moment ago: a page that loads twice asks once. Tokens are kept as hashes.

use super::super::door::HostIdentity;
use chrono::{DateTime, TimeDelta, Utc};
use sha2::{Digest as _, Sha256};
use std::collections::HashMap;
use std::sync::{Mutex, PoisonError};

/// A token that was taken back opens the door no longer than this.
const KNOWN: TimeDelta = TimeDelta::seconds(60);
/// Long enough for a loop of a broken page, short enough for somebody who signs in anew.
const REFUSED: TimeDelta = TimeDelta::seconds(3);
/// So many at most.
const MOST: usize = 10_000;

type Known = Result<HostIdentity, &'static str>;

/// Until when, and what was said.
type Entry = (DateTime<Utc>, Known);

/// Answers by token and account.
#[derive(Default)]
pub(super) struct Memory(Mutex<HashMap<[u8; 32], Entry>>);

impl Memory {
    /// What was said, if that is not too long ago.
    pub(super) fn recall(&self, token: &str, account: &str, now: DateTime<Utc>) -> Option<Known> {
        let known = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let (until, answer) = known.get(&key(token, account))?;
        (now < *until).then(|| answer.clone())
    }

    /// Keeps what was said.
    pub(super) fn keep(&self, token: &str, account: &str, answer: Known, now: DateTime<Utc>) {
        let until = now + if answer.is_ok() { KNOWN } else { REFUSED };
        let mut known = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if known.len() >= MOST {
            known.retain(|_, (until, _)| now < *until);
        }
        // Full of what is still good: the oldest answers are worth the least, and all of them can be had again.
        if known.len() >= MOST {
            known.clear();
        }
        known.insert(key(token, account), (until, answer));
    }
}

/// The account has no NUL, so that no two pairs are written alike.
fn key(token: &str, account: &str) -> [u8; 32] {
    let mut hasher = Sha256::new();
    hasher.update(account.as_bytes());
    hasher.update([0]);
    hasher.update(token.as_bytes());
    hasher.finalize().into()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn moment(seconds: i64) -> DateTime<Utc> {
        DateTime::UNIX_EPOCH + TimeDelta::seconds(seconds)
    }

    fn ana() -> HostIdentity {
        HostIdentity {
            email: "ana@acmestore.example".to_owned(),
            name: None,
            account: "acmestore".to_owned(),
            locale: None,
            region: None,
            resources: None,
            support_resource_by_default: false,
            sponsor: false,
            email_verified: false,
        }
    }

    #[test]
    fn an_answer_is_good_for_its_token_and_account_and_for_a_minute() {
        let memory = Memory::default();
        memory.keep("token", "acmestore", Ok(ana()), moment(0));
        memory.keep("wrong", "acmestore", Err("refused"), moment(0));
        assert_eq!(memory.recall("token", "acmestore", moment(59)), Some(Ok(ana())));
        assert_eq!(memory.recall("token", "acmestore", moment(60)), None);
        assert_eq!(memory.recall("token", "other", moment(1)), None);
        assert_eq!(memory.recall("wrong", "acmestore", moment(2)), Some(Err("refused")));
        assert_eq!(memory.recall("wrong", "acmestore", moment(3)), None);
    }

    #[test]
    fn it_does_not_grow_without_end() {
        let memory = Memory::default();
        for number in 0..(MOST + 10) {
            memory.keep(&number.to_string(), "acmestore", Err("refused"), moment(0));
        }
        assert!(memory.0.lock().unwrap().len() <= MOST);
    }
}
