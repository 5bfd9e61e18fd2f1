//! The one-time code before a ticket (identity.md): it proves control of an address on top of a session.
//!
//! A code is not drawn and then stored: 256 bits from the system's generator are, the *nonce*, and the six digits
//! follow from nonce and key by HMAC-SHA256. So the same code can be sent again although it is kept nowhere, and who
//! reads the database can neither work it out nor try all million codes against the stored hash: the key lies outside.

use balcao_contract::locale::Locale;
use balcao_contract::panel::{CODE_DIGITS, CodeSent, normalise_code};
use balcao_contract::time::Timestamp;
use balcao_keys::{Key, KeyRing};
use balcao_runtime::clock::Clock;
use balcao_store::codes::{self, CodeScope, NewCode};
use balcao_store::conversations::{self, Owner};
use balcao_store::{Connection, Store, StoreError};
use chrono::{DateTime, TimeDelta, Utc};
use hmac::{Hmac, Mac as _};
use sha2::Sha256;
use std::fmt;
use subtle::ConstantTimeEq as _;
use zeroize::Zeroizing;

/// How long a code lives; asking again makes it no longer.
pub const LIFE: TimeDelta = TimeDelta::minutes(10);
/// Guesses that a code takes.
pub const MAX_TRIES: u32 = 5;
/// Between two messages to an address.
pub const RESEND_AFTER: TimeDelta = TimeDelta::seconds(30);
/// Messages to an address within [`WINDOW`], over all sessions and conversations.
pub const MAX_MESSAGES: usize = 5;
/// See [`MAX_MESSAGES`].
pub const WINDOW: TimeDelta = TimeDelta::hours(1);
/// A code that ended is kept for so long: "expired" and "never asked for" are told apart by nobody, but by logs.
const KEPT_AFTER_END: TimeDelta = TimeDelta::days(1);
/// How many codes there are.
const CODES: u32 = 1_000_000;

/// The keys of all codes, in a file beside the database. New codes follow from the newest.
#[derive(Clone)]
pub struct CodeKey(KeyRing);

/// Never logged.
impl fmt::Debug for CodeKey {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("CodeKey(***)")
    }
}

impl CodeKey {
    /// One key of these bytes.
    #[must_use]
    pub fn new(bytes: [u8; 32]) -> Self {
        Self(KeyRing::of(Key::new(bytes)))
    }

    /// These keys.
    #[must_use]
    pub fn with(keys: KeyRing) -> Self {
        Self(keys)
    }

    /// The code of a new nonce. Every code is equally likely: numbers that would favour some are passed over.
    pub(super) fn code(&self, nonce: &[u8]) -> Zeroizing<String> {
        Self::code_by(self.0.newest(), nonce)
    }

    pub(super) fn hash(&self, nonce: &[u8], code: &str) -> [u8; 32] {
        Self::hash_by(self.0.newest(), nonce, code)
    }

    /// The code that was made before, by whichever key is still valid.
    pub(super) fn code_again(&self, nonce: &[u8], code_hash: &[u8]) -> Option<Zeroizing<String>> {
        let codes = self.0.all().map(|key| (key, Self::code_by(key, nonce)));
        let mut right = codes.filter(|(key, code)| Self::hash_by(key, nonce, code).as_slice().ct_eq(code_hash).into());
        right.next().map(|(_, code)| code)
    }

    /// Whether something typed is the code that was made before.
    pub(super) fn is_right(&self, nonce: &[u8], typed: &str, code_hash: &[u8]) -> bool {
        self.0.all().any(|key| Self::hash_by(key, nonce, typed).as_slice().ct_eq(code_hash).into())
    }

    fn code_by(key: &Key, nonce: &[u8]) -> Zeroizing<String> {
        let mut round = 0_u32;
        loop {
            let digest = Self::mac(key, &[b"balcao code", nonce, &round.to_be_bytes()]);
            for chunk in digest.chunks_exact(4) {
                let number = u32::from_be_bytes([chunk[0], chunk[1], chunk[2], chunk[3]]);
                if number < u32::MAX - u32::MAX % CODES {
                    return Zeroizing::new(format!("{:0width$}", number % CODES, width = CODE_DIGITS));
                }
            }
            round = round.wrapping_add(1);
        }
    }

    fn hash_by(key: &Key, nonce: &[u8], code: &str) -> [u8; 32] {
        Self::mac(key, &[b"balcao code hash", nonce, code.as_bytes()])
    }

    fn mac(key: &Key, parts: &[&[u8]]) -> [u8; 32] {
        // HMAC takes keys of any length, so the other arm is never taken; it would still be a keyed hash of nothing.
        let Ok(mut mac) = Hmac::<Sha256>::new_from_slice(key.bytes()) else { return [0; 32] };
        for part in parts {
            mac.update(&(part.len() as u64).to_be_bytes());
            mac.update(part);
        }
        mac.finalize().into_bytes().into()
    }
}

/// Why a code is not sent or not accepted.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum CodeError {
    /// No such conversation, or somebody else's.
    #[error("no such conversation")]
    NotFound,
    /// Asked for too soon or too often; in so many seconds it is allowed again.
    #[error("wait {0} s")]
    TooOften(u64),
    /// Not six digits. It costs no guess.
    #[error("not a code")]
    Malformed,
    /// Not this code.
    #[error("wrong code, {tries_left} tries left")]
    Wrong {
        /// Guesses that are left.
        tries_left: u32,
    },
    /// Over, used, guessed at too often, or never asked for in this session.
    #[error("expired code")]
    Expired,
    /// The database.
    #[error(transparent)]
    Store(#[from] StoreError),
    /// The message cannot be written.
    #[error("the message with the code: {0}")]
    Message(Box<dyn std::error::Error + Send + Sync>),
    /// The system gives no random numbers.
    #[error("no random numbers: {0}")]
    Random(#[from] std::io::Error),
}

/// A database fault by its own way.
/// Who asks, in which session.
#[derive(Clone, Copy)]
pub struct Asker<'a> {
    /// Who, where.
    pub owner: Owner,
    /// The session.
    pub session: i64,
    /// The session's own address: nobody can have a code sent elsewhere.
    pub email: &'a str,
}

/// A message with a code, to be put into the outbox within the same write.
#[derive(Clone)]
pub struct CodeMessage {
    /// The six digits.
    pub code: Zeroizing<String>,
    /// The conversation's language.
    pub locale: Locale,
    /// Until when the code can be used.
    pub expires_at: DateTime<Utc>,
    /// Different for every message.
    pub dedupe_key: String,
}

/// Sends and checks codes.
#[derive(Clone, Copy)]
pub struct Codes<'a> {
    store: &'a Store,
    clock: &'a dyn Clock,
    key: &'a CodeKey,
}

impl<'a> Codes<'a> {
    /// The codes of a database.
    #[must_use]
    pub const fn new(store: &'a Store, clock: &'a dyn Clock, key: &'a CodeKey) -> Self {
        Self { store, clock, key }
    }

    /// Sends a code, or the one that is still good once more. `enqueue` puts the message into the outbox within the
    /// same write: either both happen or neither.
    ///
    /// # Errors
    /// Somebody else's conversation, too soon or too often, or the database refuses.
    pub async fn send<F>(&self, asker: Asker<'_>, conversation: &str, enqueue: F) -> Result<CodeSent, CodeError>
    where
        F: AsyncFnOnce(&mut Connection, &CodeMessage, DateTime<Utc>) -> Result<(), CodeError>,
    {
        let now = self.clock.now();
        let mut write = self.store.begin().await?;
        let head = conversations::head(&mut write, conversation, asker.owner).await?.ok_or(CodeError::NotFound)?;
        codes::sweep(&mut write, now - KEPT_AFTER_END, now - WINDOW).await?;
        let mut sent = codes::messages_since(&mut write, asker.email, now - WINDOW).await?;
        let allowed_at = allowed_at(&sent, now);
        if allowed_at > now {
            return Err(CodeError::TooOften(seconds_until(allowed_at, now)));
        }
        let scope = CodeScope { conversation, session: asker.session, email: asker.email };
        let good = codes::newest(&mut write, scope)
            .await?
            .filter(|code| !code.used && code.tries < MAX_TRIES && code.expires_at > now);
        // One whose key is gone is as good as over.
        let good = good.and_then(|code| Some((self.key.code_again(&code.nonce, &code.code_hash)?, code.expires_at)));
        let (digits, expires_at) = match good {
            Some(good) => good,
            None => {
                let nonce: [u8; 32] = balcao_keys::random()?;
                let expires_at = now + LIFE;
                let digits = self.key.code(&nonce);
                let code_hash = self.key.hash(&nonce, &digits);
                let new = NewCode { nonce: &nonce, code_hash: &code_hash, expires_at };
                codes::insert(&mut write, scope, new, now).await?;
                (digits, expires_at)
            }
        };
        let number = codes::note_message(&mut write, asker.email, now).await?;
        let message = CodeMessage {
            code: digits,
            locale: head.locale,
            expires_at,
            dedupe_key: format!("code:{conversation}:{number}"),
        };
        enqueue(&mut write, &message, now).await?;
        write.commit().await?;
        sent.push(now);
        Ok(CodeSent {
            sent_to: masked(asker.email),
            expires_at: Timestamp(expires_at),
            minutes: u32::try_from((expires_at - now).num_minutes().max(1)).unwrap_or(1),
            resend_at: Timestamp(rounded_up(self::allowed_at(&sent, now))),
        })
    }

    /// Checks a code; a right one opens its owner's way to a person for some hours, and is used up.
    ///
    /// # Errors
    /// Somebody else's conversation, a wrong or spent code, or the database refuses.
    pub async fn check(&self, asker: Asker<'_>, conversation: &str, typed: &str) -> Result<(), CodeError> {
        let now = self.clock.now();
        // One writer: of two right guesses at once the second finds the code spent.
        let mut write = self.store.begin().await?;
        conversations::head(&mut write, conversation, asker.owner).await?.ok_or(CodeError::NotFound)?;
        let scope = CodeScope { conversation, session: asker.session, email: asker.email };
        let code = codes::newest(&mut write, scope).await?.ok_or(CodeError::Expired)?;
        if code.used || code.tries >= MAX_TRIES || code.expires_at <= now {
            return Err(CodeError::Expired);
        }
        let typed = normalise_code(typed).map(Zeroizing::new).ok_or(CodeError::Malformed)?;
        let tries = codes::count_try(&mut write, code.id, MAX_TRIES, now).await?.ok_or(CodeError::Expired)?;
        if !self.key.is_right(&code.nonce, &typed, &code.code_hash) {
            // The guess counts only once it is on the disk: committed before it is answered.
            write.commit().await?;
            let tries_left = MAX_TRIES.saturating_sub(tries);
            return Err(if tries_left == 0 { CodeError::Expired } else { CodeError::Wrong { tries_left } });
        }
        if !codes::spend(&mut write, code.id, now).await? {
            return Err(CodeError::Expired);
        }
        codes::note_proved(&mut write, asker.owner.user, now).await?;
        write.commit().await?;
        Ok(())
    }

    /// Whether an address got all the messages of an hour: there is no code to be had, and nobody is kept waiting for one.
    ///
    /// # Errors
    /// The database cannot be read.
    pub async fn is_exhausted(&self, email: &str) -> Result<bool, CodeError> {
        let mut read = self.store.read().await?;
        let sent = codes::messages_since(&mut read, email, self.clock.now() - WINDOW).await?;
        Ok(sent.len() >= MAX_MESSAGES)
    }
}

/// From when the next message may go to an address that got these within [`WINDOW`], oldest first.
pub(super) fn allowed_at(sent: &[DateTime<Utc>], now: DateTime<Utc>) -> DateTime<Utc> {
    let after_last = sent.last().map_or(now, |last| *last + RESEND_AFTER);
    let oldest_that_counts = sent.len().checked_sub(MAX_MESSAGES).and_then(|index| sent.get(index));
    oldest_that_counts.map_or(after_last, |oldest| after_last.max(*oldest + WINDOW))
}

/// Whole seconds, never too few.
pub(super) fn seconds_until(moment: DateTime<Utc>, now: DateTime<Utc>) -> u64 {
    u64::try_from((moment - now + TimeDelta::milliseconds(999)).num_seconds()).unwrap_or(0).max(1)
}

/// The wire has whole seconds: who waits for this one must not come too early.
pub(super) fn rounded_up(moment: DateTime<Utc>) -> DateTime<Utc> {
    let up = TimeDelta::milliseconds((1000 - moment.timestamp_subsec_millis() as i64).rem_euclid(1000));
    moment + up
}

/// An address shortened for the eye: `a•••@example.com`.
pub(super) fn masked(email: &str) -> String {
    let (name, host) = email.rsplit_once('@').unwrap_or((email, ""));
    let first: String = name.chars().take(1).collect();
    format!("{first}•••@{host}")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(seconds: i64) -> DateTime<Utc> {
        DateTime::from_timestamp(1_800_000_000 + seconds, 0).unwrap()
    }

    #[test]
    fn a_code_is_six_digits_and_follows_from_key_and_nonce() {
        let key = CodeKey::new([7; 32]);
        let code = key.code(&[1; 32]);
        assert_eq!(code.len(), 6);
        assert!(code.bytes().all(|digit| digit.is_ascii_digit()));
        assert_eq!(*code, *key.code(&[1; 32]));
        assert_ne!(*code, *key.code(&[2; 32]));
        assert_ne!(*code, *CodeKey::new([8; 32]).code(&[1; 32]));
    }

    #[test]
    fn codes_are_spread_evenly() {
        let key = CodeKey::new([3; 32]);
        let mut counts = [0_u32; 10];
        for nonce in 0_u32..10_000 {
            for digit in key.code(&nonce.to_be_bytes()).bytes() {
                counts[usize::from(digit - b'0')] += 1;
            }
        }
        // 60,000 digits: 6,000 of each, and chance moves that by less than five standard deviations (74 each).
        assert!(counts.iter().all(|count| (5_630..6_370).contains(count)), "{counts:?}");
    }

    #[test]
    fn a_hash_belongs_to_its_nonce_and_code() {
        let key = CodeKey::new([7; 32]);
        assert_ne!(key.hash(&[1; 32], "123456"), key.hash(&[2; 32], "123456"));
        assert_ne!(key.hash(&[1; 32], "123456"), key.hash(&[1; 32], "123457"));
    }

    #[test]
    fn an_address_is_written_to_every_half_minute_and_five_times_an_hour() {
        assert_eq!(allowed_at(&[], at(0)), at(0));
        assert_eq!(allowed_at(&[at(0)], at(10)), at(30));
        assert_eq!(allowed_at(&[at(0), at(100), at(200), at(300)], at(301)), at(330));
        assert_eq!(allowed_at(&[at(0), at(100), at(200), at(300), at(400)], at(401)), at(3600));
    }

    #[test]
    fn waiting_is_never_too_short() {
        assert_eq!(seconds_until(at(30), at(0)), 30);
        assert_eq!(seconds_until(at(30), at(29) + TimeDelta::milliseconds(1)), 1);
        assert_eq!(seconds_until(at(30), at(28) + TimeDelta::milliseconds(999)), 2);
        assert_eq!(rounded_up(at(5)), at(5));
        assert_eq!(rounded_up(at(5) + TimeDelta::milliseconds(1)), at(6));
    }

    #[test]
    fn an_address_shows_little_of_itself() {
        assert_eq!(masked("ana.souza@example.com"), "a•••@example.com");
        assert_eq!(masked("é@example.com"), "é•••@example.com");
        assert_eq!(masked("\"a@b\"@example.com"), "\"•••@example.com");
    }

    #[test]
    fn a_code_of_the_key_before_is_right_and_sent_again_until_that_key_is_gone() {
        let (old, new) = (KeyRing::of(Key::new([7; 32])), Key::new([8; 32]));
        let both = CodeKey::with(old.followed_by(new));
        let old = CodeKey::with(old);
        let nonce = [1; 32];
        let code = old.code(&nonce);
        let code_hash = old.hash(&nonce, &code);
        assert!(both.is_right(&nonce, &code, &code_hash) && !both.is_right(&nonce, "", &code_hash));
        assert_eq!(*both.code_again(&nonce, &code_hash).unwrap(), *code);
        let after = CodeKey::new([8; 32]);
        assert!(!after.is_right(&nonce, &code, &code_hash) && after.code_again(&nonce, &code_hash).is_none());
        assert_eq!(*both.code(&nonce), *after.code(&nonce), "new codes are the newest key's");
        assert_eq!(format!("{both:?}"), "CodeKey(***)");
    }
}
