//! Sessions: an opaque token, kept as a hash, with an idle and an absolute end.

use super::capabilities::{OPEN_SUPPORT_TICKET, Standing};
use super::door::HostIdentity;
use super::names;
use super::seen::Used;
use super::signed_in::SignedIn;
use crate::http::{ApiError, App, Message};
use crate::store::api_tokens::GoodToken;
use crate::store::arrivals::{self, Arriving};
use crate::store::{StoreError, Write};
use balcao_contract::id::{AccountId, UserId};
use balcao_contract::locale::Locale;
use balcao_contract::panel::DoorName;
use balcao_contract::support::Region;
use balcao_contract::time::Timestamp;
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use rand::TryRngCore as _;
use sha2::{Digest as _, Sha256};
use sqlx::sqlite::SqliteRow;
use sqlx::{Row as _, SqliteConnection};
use std::fmt;
use std::time::Duration;

/// A session is noted as used at most this often: reading must not turn into writing.
const TOUCH_AFTER: Duration = Duration::from_secs(60);
/// A one-time code counts for at least as long.
const PROVED_FOR: Duration = Duration::from_secs(8 * 3600);
/// The longest `User-Agent` that is kept, in bytes: enough to tell browsers apart.
const LONGEST_AGENT: usize = 512;

/// What is read of whoever asks; the table or the select that says who it is comes between these two.
const STANDING_OF: &str = "SELECT s.id, s.user_id, s.account_id, s.door, s.sign_in_id, s.last_seen_at, s.ends_at, \
    s.email_vouched, u.email_proved_at, u.name, u.email, u.locale, a.name AS account_name, a.region, a.shares_requests, \
    a.sponsor_id IS s.user_id AS is_sponsor, a.main_account_id IS NULL AS is_main_account, \
    m.support_resource, p.name AS sponsor FROM";
/// Who was switched off, or is no member any more, is nobody from that moment on.
const STANDING_IN: &str = "s JOIN users u ON u.id = s.user_id JOIN accounts a ON a.id = s.account_id \
    JOIN memberships m ON m.user_id = s.user_id AND m.account_id = s.account_id \
    LEFT JOIN users p ON p.id = a.sponsor_id WHERE u.disabled_at IS NULL AND a.disabled_at IS NULL";

/// What the panel holds: 256 random bits.
#[derive(Clone, PartialEq, Eq)]
pub struct SessionToken(String);

impl SessionToken {
    fn random() -> Result<Self, ApiError> {
        let mut bytes = [0_u8; 32];
        rand::rngs::OsRng.try_fill_bytes(&mut bytes).map_err(ApiError::internal)?;
        Ok(Self(URL_SAFE_NO_PAD.encode(bytes)))
    }

    /// The token as it goes over the wire.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }

    fn hash(token: &str) -> Vec<u8> {
        Sha256::digest(token.as_bytes()).to_vec()
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
    app: &'a App,
}

impl<'a> Sessions<'a> {
    /// The sessions of this application.
    #[must_use]
    pub const fn new(app: &'a App) -> Self {
        Self { app }
    }

    /// Begins a session for somebody whom the admin's door identified. Account, person and membership are made or
    /// brought up to date; sessions that have ended are swept away.
    ///
    /// # Errors
    /// The person or the account was switched off, or the database refuses.
    pub async fn begin(&self, identity: &HostIdentity, arrival: &Arrival) -> Result<NewSession, ApiError> {
        let now = self.app.clock.now().timestamp_millis();
        let mut write = self.app.store.begin().await?;
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
    pub async fn begin_for(&self, user: UserId, account: AccountId, arrival: &Arrival) -> Result<NewSession, ApiError> {
        let write = self.app.store.begin().await?;
        let known = (number(user.get()), number(account.get()));
        // Who signed in with a code sent by mail has proved with it what another one would prove again.
        self.open(write, known, arrival, arrival.door == DoorName::Email).await
    }

    async fn open(
        &self,
        mut write: Write,
        (user, account): (i64, i64),
        arrival: &Arrival,
        email_vouched: bool,
    ) -> Result<NewSession, ApiError> {
        let now = self.app.clock.now().timestamp_millis();
        let token = SessionToken::random()?;
        let ends_at = now + milliseconds(self.app.config.session.absolute);
        sqlx::query("DELETE FROM sessions WHERE ends_at <= ? OR last_seen_at <= ?")
            .bind(now)
            // What was used within the last minutes may not be written down yet.
            .bind(now - milliseconds(self.app.config.session.idle + TOUCH_AFTER + TOUCH_AFTER))
            .execute(&mut *write)
            .await
            .map_err(StoreError::from)?;
        let mut user_agent = arrival.user_agent.clone();
        user_agent.truncate(user_agent.floor_char_boundary(LONGEST_AGENT));
        sqlx::query(
            "INSERT INTO sessions (token_hash, user_id, account_id, door, sign_in_id, user_agent, created_at, \
                 last_seen_at, ends_at, email_vouched) \
             VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?7, \
                 min(?8, coalesce((SELECT ends_at FROM sign_ins WHERE id = ?5), ?8)), ?9)",
        )
        .bind(SessionToken::hash(token.as_str()))
        .bind(user)
        .bind(account)
        .bind(arrival.door.name())
        .bind(arrival.sign_in)
        .bind(user_agent)
        .bind(now)
        .bind(ends_at)
        .bind(email_vouched)
        .execute(&mut *write)
        .await
        .map_err(StoreError::from)?;
        // Read back within the transaction: whoever may not have a session leaves none behind.
        let signed_in = self.find(&mut write, token.as_str()).await?;
        let Some((signed_in, _)) = signed_in else { return Err(ApiError::Forbidden(Message::AccessSwitchedOff)) };
        write.commit().await?;
        Ok(NewSession { token, signed_in })
    }

    /// Whose token it is; `None` for a wrong one or a session that has ended. Notes that it was used.
    ///
    /// # Errors
    /// The database cannot be read.
    pub async fn resume(&self, token: &str) -> Result<Option<SignedIn>, ApiError> {
        let mut read = self.app.store.reader().acquire().await.map_err(StoreError::from)?;
        let Some((signed_in, last_seen_at)) = self.find(&mut read, token).await? else { return Ok(None) };
        drop(read);
        let now = self.app.clock.now().timestamp_millis();
        if now - last_seen_at >= milliseconds(TOUCH_AFTER) {
            self.app.seen.note(Used::Session(signed_in.session_id), now);
        }
        Ok(Some(signed_in))
    }

    /// Ends a session.
    ///
    /// # Errors
    /// The database refuses.
    pub async fn end(&self, session_id: i64) -> Result<(), ApiError> {
        let mut write = self.app.store.begin().await?;
        sqlx::query("DELETE FROM sessions WHERE id = ?")
            .bind(session_id)
            .execute(&mut *write)
            .await
            .map_err(StoreError::from)?;
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
    ) -> Result<Option<SignedIn>, ApiError> {
        let now = self.app.clock.now().timestamp_millis();
        let idle = milliseconds(self.app.config.session.idle);
        let sql = format!(
            "{STANDING_OF} (SELECT -?1 AS id, ?2 AS user_id, ?3 AS account_id, 'host' AS door, NULL AS sign_in_id, \
                 ?4 AS last_seen_at, ?5 AS ends_at, 0 AS email_vouched) {STANDING_IN}"
        );
        let row = sqlx::query(&sql)
            .bind(token.id)
            .bind(number(user.get()))
            .bind(number(account.get()))
            .bind(now)
            .bind(now + idle)
            .fetch_optional(&mut *self.app.store.reader().acquire().await.map_err(StoreError::from)?)
            .await
            .map_err(StoreError::from)?;
        let Some(row) = row else { return Ok(None) };
        Ok(Some(self.signed_in(&row, secret, now, now)?))
    }

    async fn find(&self, connection: &mut SqliteConnection, token: &str) -> Result<Option<(SignedIn, i64)>, ApiError> {
        let now = self.app.clock.now().timestamp_millis();
        let idle = milliseconds(self.app.config.session.idle);
        let sql = format!("{STANDING_OF} sessions {STANDING_IN} AND s.token_hash = ? AND s.ends_at > ?");
        let row = sqlx::query(&sql)
            .bind(SessionToken::hash(token))
            .bind(now)
            .fetch_optional(connection)
            .await
            .map_err(StoreError::from)?;
        let Some(row) = row else { return Ok(None) };
        let session: i64 = row.try_get("id").map_err(StoreError::from)?;
        let written: i64 = row.try_get("last_seen_at").map_err(StoreError::from)?;
        let last_seen_at = self.app.seen.last(Used::Session(session), written);
        if last_seen_at <= now - idle {
            return Ok(None);
        }
        Ok(Some((self.signed_in(&row, token, now, last_seen_at)?, last_seen_at)))
    }

    fn signed_in(&self, row: &SqliteRow, token: &str, now: i64, last_seen_at: i64) -> Result<SignedIn, StoreError> {
        let session = &self.app.config.session;
        // As long as the longest session, so that none that began with a code asks for another one.
        let proved = milliseconds(session.absolute.max(PROVED_FOR));
        signed_in(row, token, now, milliseconds(session.idle), last_seen_at, now - proved)
    }
}

fn signed_in(
    row: &SqliteRow,
    token: &str,
    now: i64,
    idle: i64,
    last_seen_at: i64,
    proved_since: i64,
) -> Result<SignedIn, StoreError> {
    let ends_at: i64 = row.try_get("ends_at")?;
    // This very request counts as use, though it is written down only now and then.
    let seen = if now - last_seen_at >= milliseconds(TOUCH_AFTER) { now } else { last_seen_at };
    let region = Region::from_name(&row.try_get::<String, _>("region")?)
        .ok_or_else(|| StoreError::Corrupt("accounts.region".to_owned()))?;
    let standing = Standing {
        region,
        support_resource: row.try_get("support_resource")?,
        is_sponsor: row.try_get("is_sponsor")?,
        shares_requests: row.try_get("shares_requests")?,
        sponsor: row.try_get("sponsor")?,
    };
    Ok(SignedIn {
        user: id::<UserId>(row, "user_id")?,
        account: id::<AccountId>(row, "account_id")?,
        session_id: row.try_get("id")?,
        door: DoorName::from_name(&row.try_get::<String, _>("door")?)
            .ok_or_else(|| StoreError::Corrupt("sessions.door".to_owned()))?,
        sign_in: row.try_get("sign_in_id")?,
        name: row.try_get("name")?,
        email: row.try_get("email")?,
        email_proved: row.try_get("email_vouched")?
            || row.try_get::<Option<i64>, _>("email_proved_at")?.is_some_and(|proved| proved > proved_since),
        locale: Locale::from_tag(&row.try_get::<String, _>("locale")?).unwrap_or_default(),
        account_name: row.try_get("account_name")?,
        region,
        is_main_account: row.try_get("is_main_account")?,
        capabilities: standing.capabilities(),
        missing: standing.missing(),
        csrf_token: SessionToken::csrf(token),
        expires_at: Timestamp::from_unix_milliseconds(ends_at.min(seen + idle))
            .ok_or_else(|| StoreError::Corrupt("sessions.ends_at".to_owned()))?,
    })
}

fn id<T: TryFrom<u64>>(row: &SqliteRow, column: &str) -> Result<T, StoreError> {
    let number: i64 = row.try_get(column)?;
    u64::try_from(number)
        .ok()
        .and_then(|number| T::try_from(number).ok())
        .ok_or_else(|| StoreError::Corrupt(column.to_owned()))
}

fn number(id: u64) -> i64 {
    i64::try_from(id).unwrap_or(i64::MAX)
}

fn milliseconds(duration: Duration) -> i64 {
    i64::try_from(duration.as_millis()).unwrap_or(i64::MAX / 4)
}
