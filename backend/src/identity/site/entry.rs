//! Being signed in on the support site: what every door ends in, and the panel's sessions begin with.

use super::{Device, ReturnTo, SiteError, Token, Visit};
use crate::identity::Used;
use crate::identity::{Identity, IdentityError};
use balcao_contract::id::{AccountId, UserId};
use balcao_contract::panel::DoorName;
use balcao_store::Connection;
use balcao_store::sign_ins::{self, NewSignIn, SignInRow};
use std::time::Duration;

/// A sign-in is noted as used at most this often.
const TOUCH_AFTER: Duration = Duration::from_secs(60);
/// The longest `User-Agent` that is kept, in bytes.
const LONGEST_AGENT: usize = 512;

/// Somebody who has just come in: what their cookies are to hold, and where they go on.
#[derive(Debug, Clone)]
pub struct Entered {
    /// The sign-in.
    pub token: Token,
    /// The browser, known from now on.
    pub device: Device,
    /// Where to.
    pub return_to: ReturnTo,
}

/// The sign-ins of an application.
#[derive(Clone, Copy)]
pub struct SignIns<'a> {
    identity: &'a Identity,
}

impl<'a> SignIns<'a> {
    /// The sign-ins of this application.
    #[must_use]
    pub const fn new(identity: &'a Identity) -> Self {
        Self { identity }
    }

    /// Lets somebody in. They are looked up once more: who was switched off meanwhile stays outside.
    pub(super) async fn begin(
        &self,
        write: &mut Connection,
        user: UserId,
        door: DoorName,
        visit: &Visit,
        return_to: ReturnTo,
    ) -> Result<Entered, SiteError> {
        let now = self.identity.clock.now();
        let known = sign_ins::known_by_id(write, user).await?.ok_or(SiteError::Expired)?;
        // What was used within the last minutes may not be written down yet.
        let unused_since = self.seen_after() - milliseconds(TOUCH_AFTER + TOUCH_AFTER);
        sign_ins::sweep(write, now.timestamp_millis(), unused_since).await?;
        let token = Token::random()?;
        let agent = &visit.user_agent[..visit.user_agent.floor_char_boundary(LONGEST_AGENT)];
        let new = NewSignIn {
            token_hash: &Token::hash(token.as_str()),
            user: known.id,
            door,
            user_agent: agent,
            now: now.timestamp_millis(),
            ends_at: now.timestamp_millis() + milliseconds(self.identity.config.support_site.absolute),
        };
        sign_ins::insert(write, new).await?;
        tracing::info!(user = %known.id, ?door, "signed in on the support site");
        Ok(Entered { token, device: Device::new(known.id, known.device_generation, now)?, return_to })
    }

    /// Whose token it is; `None` for a wrong one, or a sign-in that has ended. Notes that it was used.
    ///
    /// # Errors
    /// The database cannot be read.
    pub async fn resume(&self, token: &str) -> Result<Option<SignInRow>, IdentityError> {
        let now = self.identity.clock.now().timestamp_millis();
        let mut read = self.identity.store.read().await?;
        let found = sign_ins::find(&mut read, &Token::hash(token), now).await?;
        drop(read);
        let Some(row) = found else { return Ok(None) };
        let last = self.identity.seen.last(Used::SignIn(row.id), row.last_seen_at);
        if last <= self.seen_after() {
            return Ok(None);
        }
        if now - last >= milliseconds(TOUCH_AFTER) {
            self.identity.seen.note(Used::SignIn(row.id), now);
        }
        Ok(Some(row))
    }

    /// The store that somebody works for; see [`sign_ins::store_of`]. It is remembered as their choice.
    ///
    /// # Errors
    /// The database refuses.
    pub async fn choose_store(&self, user: UserId, name: Option<&str>) -> Result<Option<AccountId>, IdentityError> {
        let mut write = self.identity.store.begin().await?;
        let name = name.map(|name| name.trim().to_ascii_lowercase());
        let Some(store) = sign_ins::store_of(&mut write, user, name.as_deref()).await? else { return Ok(None) };
        sign_ins::note_store(&mut write, user, store).await?;
        write.commit().await?;
        Ok(Some(store))
    }

    /// Ends a sign-in, and the sessions that come from it.
    ///
    /// # Errors
    /// The database refuses.
    pub async fn end(&self, sign_in: i64) -> Result<(), IdentityError> {
        let mut write = self.identity.store.begin().await?;
        sign_ins::end(&mut write, sign_in).await?;
        write.commit().await?;
        Ok(())
    }

    /// Ends the sign-in of a cookie.
    ///
    /// # Errors
    /// The database refuses.
    pub async fn end_by_token(&self, token: &str) -> Result<(), IdentityError> {
        let mut write = self.identity.store.begin().await?;
        sign_ins::end_by_token(&mut write, &Token::hash(token)).await?;
        write.commit().await?;
        Ok(())
    }

    fn seen_after(&self) -> i64 {
        self.identity.clock.now().timestamp_millis() - milliseconds(self.identity.config.support_site.idle)
    }
}

fn milliseconds(duration: Duration) -> i64 {
    i64::try_from(duration.as_millis()).unwrap_or(i64::MAX / 4)
}
