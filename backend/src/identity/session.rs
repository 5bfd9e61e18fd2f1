//! Sessions: an opaque token, kept as a hash, with an idle and an absolute end.

use super::capabilities::{AccountRights, OPEN_SUPPORT_TICKET};
use super::door::HostIdentity;
use super::seen::Used;
use super::signed_in::SignedIn;
use super::{Identity, IdentityError};
use balcao_contract::id::{AccountId, UserId};
use balcao_contract::panel::DoorName;
use balcao_contract::time::Timestamp;
use balcao_desk::names;
use balcao_store::api_tokens::GoodToken;
use balcao_store::arrivals::{self, Arriving};
use balcao_store::sessions::{self, SessionRecord};
use balcao_store::{Connection, Write, token};
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use rand::TryRngCore as _;
use sha2::{Digest as _, Sha256};
use std::fmt;
use std::time::Duration;

/// A session is noted as used at most this often: reading must not turn into writing.
const TOUCH_AFTER: Duration = Duration::from_secs(60);
/// A one-time code counts for at least as long.
const PROVED_FOR: Duration = Duration::from_secs(8 * 3600);
/// The longest `User-Agent` that is kept, in bytes: enough to tell browsers apart.
const LONGEST_AGENT: usize = 512;

/// What the panel holds: 256 random bits.
#[derive(Clone, PartialEq, Eq)]
pub struct SessionToken(String);

impl SessionToken {
    fn random() -> Result<Self, IdentityError> {
        let mut bytes = [0_u8; 32];
        rand::rngs::OsRng.try_fill_bytes(&mut bytes).map_err(IdentityError::internal)?;
        Ok(Self(URL_SAFE_NO_PAD.encode(bytes)))
    }

    /// The token as it goes over the wire.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// What writes bring besides: only who holds the token can work it out, and the stored hash is no help.
    fn csrf(token: &str) -> String {
        let mut hasher = Sha256::new();
        hasher.update(b"balcao csrf ");
        hasher.update(token.as_bytes());
        URL_SAFE_NO_PAD.encode(hasher.finalize())
    }
}

/// A token is never logged.
impl fmt::Debug for SessionToken {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("SessionToken(***)")
    }
}

/// A session that has just begun.
#[derive(Debug, Clone)]
pub struct NewSession {
    /// For `Authorization: Bearer`; it cannot be had again.
    pub token: SessionToken,
    /// Whose it is.
    pub signed_in: SignedIn,
}

/// How somebody comes in.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Arrival {
    /// By which door.
    pub door: DoorName,
    /// The browser's `User-Agent`, for "where am I signed in".
    pub user_agent: String,
    /// The support site's sign-in that the session comes from, and ends with.
    pub sign_in: Option<i64>,
}

/// The sessions of an application.
#[derive(Clone, Copy)]
pub struct Sessions<'a> {
    identity: &'a Identity,
}

impl<'a> Sessions<'a> {
    /// The sessions of this application.
    #[must_use]
    pub const fn new(identity: &'a Identity) -> Self {
        Self { identity }
    }

    /// Begins a session for somebody whom the admin's door identified. Account, person and membership are made or
    /// brought up to date; sessions that have ended are swept away.
    ///
    /// # Errors
    /// The person or the account was switched off, or the database refuses.
    pub async fn begin(&self, identity: &HostIdentity, arrival: &Arrival) -> Result<NewSession, IdentityError> {
        let now = self.identity.clock.now().timestamp_millis();
        let mut write = self.identity.store.begin().await?;
        let resources = identity.resources.as_ref();
        let arriving = Arriving {
            email: &identity.email,
            name: identity.name.as_deref(),
            name_otherwise: names::person_of_address(&identity.email),
            account: &identity.account,
            locale: identity.locale,
            region: identity.region,
            support_resource: resources.map(|all| all.iter().any(|resource| resource == OPEN_SUPPORT_TICKET)),
            support_resource_by_default: identity.support_resource_by_default,
            sponsor: identity.sponsor,
        };
        let (user, account) = arrivals::arrive(&mut write, arriving, now).await?;
        self.open(write, (user, account), arrival, identity.email_verified).await
    }

    /// Begins a session for a member of an account: the support site's way, where nothing new is learned about them.
    ///
    /// # Errors
    /// They are no member, the person or the account was switched off, or the database refuses.
    pub async fn begin_for(
        &self,
        user: UserId,
        account: AccountId,
        arrival: &Arrival,
    ) -> Result<NewSession, IdentityError> {
        let write = self.identity.store.begin().await?;
        // Who signed in with a code sent by mail has proved with it what another one would prove again.
        self.open(write, (user, account), arrival, arrival.door == DoorName::Email).await
    }

    async fn open(
        &self,
        mut write: Write,
        (user, account): (UserId, AccountId),
        arrival: &Arrival,
        email_vouched: bool,
    ) -> Result<NewSession, IdentityError> {
        let now = self.identity.clock.now().timestamp_millis();
        let token = SessionToken::random()?;
        let ends_at = now + milliseconds(self.identity.config.session.absolute);
        // What was used within the last minutes may not be written down yet.
        let idle_since = now - milliseconds(self.identity.config.session.idle + TOUCH_AFTER + TOUCH_AFTER);
        sessions::sweep(&mut write, now, idle_since).await?;
        let user_agent = &arrival.user_agent[..arrival.user_agent.floor_char_boundary(LONGEST_AGENT)];
        let new = sessions::NewSession {
            token_hash: &token::hash(token.as_str()),
            user,
            account,
            door: arrival.door,
            sign_in: arrival.sign_in,
            user_agent,
            now,
            ends_at,
            email_vouched,
        };
        sessions::insert(&mut write, new).await?;
        // Read back within the transaction: whoever may not have a session leaves none behind.
        let signed_in = self.find(&mut write, token.as_str()).await?;
        let Some((signed_in, _)) = signed_in else { return Err(IdentityError::SwitchedOff) };
        write.commit().await?;
        Ok(NewSession { token, signed_in })
    }

    /// Whose token it is; `None` for a wrong one or a session that has ended. Notes that it was used.
    ///
    /// # Errors
    /// The database cannot be read.
    pub async fn resume(&self, token: &str) -> Result<Option<SignedIn>, IdentityError> {
        let mut read = self.identity.store.read().await?;
        let Some((signed_in, last_seen_at)) = self.find(&mut read, token).await? else { return Ok(None) };
        drop(read);
        let now = self.identity.clock.now().timestamp_millis();
        if now - last_seen_at >= milliseconds(TOUCH_AFTER) {
            self.identity.seen.note(Used::Session(signed_in.session_id), now);
        }
        Ok(Some(signed_in))
    }

    /// Ends a session.
    ///
    /// # Errors
    /// The database refuses.
    pub async fn end(&self, session_id: i64) -> Result<(), IdentityError> {
        let mut write = self.identity.store.begin().await?;
        sessions::end(&mut write, session_id).await?;
        write.commit().await?;
        Ok(())
    }

    /// Somebody for whom an API token speaks, in one of their accounts, as if they had a session of their own for this
    /// one request; `None` once the person or the account is switched off, or they do not belong together.
    ///
    /// # Errors
    /// The database cannot be read.
    pub async fn of_api_token(
        &self,
        token: &GoodToken,
        secret: &str,
        user: UserId,
        account: AccountId,
    ) -> Result<Option<SignedIn>, IdentityError> {
        let now = self.identity.clock.now().timestamp_millis();
        let idle = milliseconds(self.identity.config.session.idle);
        let mut read = self.identity.store.read().await?;
        let record = sessions::of_api_token(&mut read, token.id, (user, account), now, now + idle).await?;
        Ok(record.map(|record| self.signed_in(record, secret, now, now)))
    }

    async fn find(&self, read: &mut Connection, token: &str) -> Result<Option<(SignedIn, i64)>, IdentityError> {
        let now = self.identity.clock.now().timestamp_millis();
        let idle = milliseconds(self.identity.config.session.idle);
        let Some(record) = sessions::by_token(read, &token::hash(token), now).await? else { return Ok(None) };
        let last_seen_at = self.identity.seen.last(Used::Session(record.id), record.last_seen_at);
        if last_seen_at <= now - idle {
            return Ok(None);
        }
        Ok(Some((self.signed_in(record, token, now, last_seen_at), last_seen_at)))
    }

    fn signed_in(&self, record: SessionRecord, token: &str, now: i64, last_seen_at: i64) -> SignedIn {
        let limits = &self.identity.config.session;
        // As long as the longest session, so that none that began with a code asks for another one.
        let proved_since = now - milliseconds(limits.absolute.max(PROVED_FOR));
        // This very request counts as use, though it is written down only now and then.
        let seen = if now - last_seen_at >= milliseconds(TOUCH_AFTER) { now } else { last_seen_at };
        let unused_until = Timestamp::from_unix_milliseconds(seen + milliseconds(limits.idle));
        let rights = AccountRights {
            region: record.region,
            support_resource: record.support_resource,
            is_sponsor: record.is_sponsor,
            shares_requests: record.shares_requests,
            sponsor: record.sponsor,
        };
        SignedIn {
            user: record.user,
            account: record.account,
            session_id: record.id,
            door: record.door,
            sign_in: record.sign_in,
            name: record.name,
            email: record.email,
            email_proved: record.email_vouched || record.email_proved_at.is_some_and(|proved| proved > proved_since),
            locale: record.locale,
            account_name: record.account_name,
            region: record.region,
            is_main_account: record.is_main_account,
            capabilities: rights.capabilities(),
            missing: rights.missing(),
            csrf_token: SessionToken::csrf(token),
            expires_at: unused_until.map_or(record.ends_at, |unused_until| unused_until.min(record.ends_at)),
        }
    }
}

fn milliseconds(duration: Duration) -> i64 {
    i64::try_from(duration.as_millis()).unwrap_or(i64::MAX / 4)
}
