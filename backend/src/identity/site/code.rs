//! The six digits that prove an address or a phone, bound to one browser's flow. They are made and kept like the code
//! before a ticket (`identity::code`): the database knows neither them nor how to work them out.

use super::SiteError;
use super::flow::Flow;
use crate::identity::code::{CodeKey, LIFE, MAX_TRIES};
use balcao_contract::panel::normalise_code;
use balcao_keys::random;
use balcao_store::Connection;
use balcao_store::flows::{self, FlowCode};
use chrono::{DateTime, Utc};
use zeroize::Zeroizing;

/// The digits, and what is kept of them.
pub(super) struct Issued {
    pub digits: Zeroizing<String>,
    pub kept: FlowCode,
}

impl Issued {
    /// Until when they can be used.
    pub fn expires_at(&self) -> DateTime<Utc> {
        DateTime::from_timestamp_millis(self.kept.expires_at).unwrap_or_default()
    }
}

/// A new code.
pub(super) fn new(key: &CodeKey, now: DateTime<Utc>) -> Result<Issued, SiteError> {
    let nonce: [u8; 32] = random()?;
    let digits = key.code(&nonce);
    let code_hash = key.hash(&nonce, &digits).to_vec();
    let kept = FlowCode { nonce: nonce.to_vec(), code_hash, expires_at: (now + LIFE).timestamp_millis() };
    Ok(Issued { digits, kept })
}

/// The code that is still good, without a longer life; otherwise a new one.
pub(super) fn again(key: &CodeKey, flow: &Flow, now: DateTime<Utc>) -> Result<Issued, SiteError> {
    match flow.code.as_ref().filter(|code| flow.tries < MAX_TRIES && code.expires_at > now.timestamp_millis()) {
        Some(good) => match key.code_again(&good.nonce, &good.code_hash) {
            Some(digits) => Ok(Issued { digits, kept: good.clone() }),
            None => new(key, now),
        },
        None => new(key, now),
    }
}

/// What was typed, if it is a code at all.
pub(super) fn typed(text: &str) -> Result<Zeroizing<String>, SiteError> {
    normalise_code(text).map(Zeroizing::new).ok_or(SiteError::Malformed)
}

/// Whether there is a code that takes a guess: one at a code that is over counts for nothing.
pub(super) fn is_good(flow: &Flow, now: DateTime<Utc>) -> Result<(), SiteError> {
    let code = flow.code.as_ref().filter(|code| flow.tries < MAX_TRIES && code.expires_at > now.timestamp_millis());
    code.map(|_| ()).ok_or(SiteError::Expired)
}

/// Looks at a guess, which counts: commit on [`SiteError::Wrong`] and [`SiteError::Expired`], too.
pub(super) async fn check(
    write: &mut Connection,
    key: &CodeKey,
    flow: &Flow,
    typed: &str,
    now: DateTime<Utc>,
) -> Result<(), SiteError> {
    let code = flow.code.as_ref().filter(|code| code.expires_at > now.timestamp_millis()).ok_or(SiteError::Expired)?;
    let tries = flows::count_try(write, flow.id, MAX_TRIES).await?.ok_or(SiteError::Expired)?;
    let right = key.is_right(&code.nonce, typed, &code.code_hash);
    // Where nobody has the address, the code went nowhere; a lucky guess is as wrong as any.
    match right && flow.user.is_some() {
        true => Ok(()),
        false if tries >= MAX_TRIES => Err(SiteError::Expired),
        false => Err(SiteError::Wrong),
    }
}
