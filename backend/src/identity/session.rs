//! Sessions: an opaque token, kept as a hash, with an idle and an absolute end.

use super::door::HostIdentity;
use super::signed_in::SignedIn;
use crate::http::{ApiError, App};
use crate::store::StoreError;
use balcao_contract::id::{AccountId, UserId};
use balcao_contract::locale::Locale;
use balcao_contract::panel::Capability;
use balcao_contract::support::Region;
use balcao_contract::time::Timestamp;
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use rand::TryRngCore as _;
use sha2::{Digest as _, Sha256};
use sqlx::Row as _;
use sqlx::sqlite::SqliteRow;
use std::fmt;
use std::time::Duration;

/// A session is noted as used at most this often: reading must not turn into writing.
const TOUCH_AFTER: Duration = Duration::from_secs(60);
/// The License Manager's resource that opens technical requests in Brazil (identity.md).
const OPEN_SUPPORT_TICKET: &str = "open-support-ticket";

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

    /// Begins a session for somebody whom a door identified. Account, person and membership are made or brought up
    /// to date; sessions that have ended are swept away.
    ///
    /// # Errors
    /// The database refuses.
    pub async fn begin(&self, identity: &HostIdentity) -> Result<NewSession, ApiError> {
        let now = self.app.clock.now().timestamp_millis();
        let token = SessionToken::random()?;
        let ends_at = now + milliseconds(self.app.config.session.absolute);
        let mut write = self.app.store.begin().await?;
        let account = upsert_account(&mut write, identity, now).await.map_err(StoreError::from)?;
        let user = upsert_user(&mut write, identity, now).await.map_err(StoreError::from)?;
        sqlx::query(
            "INSERT INTO memberships (user_id, account_id, created_at) VALUES (?, ?, ?) ON CONFLICT DO NOTHING",
        )
        .bind(user)
        .bind(account.0)
        .bind(now)
        .execute(&mut *write)
        .await
        .map_err(StoreError::from)?;
        sqlx::query("DELETE FROM sessions WHERE ends_at <= ? OR last_seen_at <= ?")
            .bind(now)
            .bind(now - milliseconds(self.app.config.session.idle))
            .execute(&mut *write)
            .await
            .map_err(StoreError::from)?;
        let capabilities = capabilities(account.1, identity.resources.as_deref());
        sqlx::query(
            "INSERT INTO sessions (token_hash, user_id, account_id, capabilities, created_at, last_seen_at, ends_at) \
             VALUES (?, ?, ?, ?, ?, ?, ?)",
        )
        .bind(SessionToken::hash(token.as_str()))
        .bind(user)
        .bind(account.0)
        .bind(serde_json::to_string(&capabilities).map_err(ApiError::internal)?)
        .bind(now)
        .bind(now)
        .bind(ends_at)
        .execute(&mut *write)
        .await
        .map_err(StoreError::from)?;
        write.commit().await.map_err(StoreError::from)?;
        let signed_in = self.find(token.as_str()).await?.ok_or(ApiError::Unauthenticated)?.0;
        Ok(NewSession { token, signed_in })
    }

    /// Whose token it is; `None` for a wrong one or a session that has ended. Notes that it was used.
    ///
    /// # Errors
    /// The database cannot be read.
    pub async fn resume(&self, token: &str) -> Result<Option<SignedIn>, ApiError> {
        let Some((signed_in, last_seen_at)) = self.find(token).await? else { return Ok(None) };
        let now = self.app.clock.now().timestamp_millis();
        if now - last_seen_at >= milliseconds(TOUCH_AFTER) {
            // A busy or full database is no reason to turn a reader away; the next request tries again.
            if let Err(error) = self.touch(signed_in.session_id, now).await {
                tracing::warn!(%error, "session not noted as used");
            }
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
        write.commit().await.map_err(StoreError::from)?;
        Ok(())
    }

    async fn touch(&self, session_id: i64, now: i64) -> Result<(), StoreError> {
        let mut write = self.app.store.begin().await?;
        sqlx::query("UPDATE sessions SET last_seen_at = max(last_seen_at, ?) WHERE id = ?")
            .bind(now)
            .bind(session_id)
            .execute(&mut *write)
            .await?;
        write.commit().await?;
        Ok(())
    }

    async fn find(&self, token: &str) -> Result<Option<(SignedIn, i64)>, ApiError> {
        let now = self.app.clock.now().timestamp_millis();
        let idle = milliseconds(self.app.config.session.idle);
        let row = sqlx::query(
            "SELECT s.id, s.user_id, s.account_id, s.capabilities, s.last_seen_at, s.ends_at, \
                    u.name, u.email, u.locale, a.name AS account_name, a.region \
             FROM sessions s JOIN users u ON u.id = s.user_id JOIN accounts a ON a.id = s.account_id \
             WHERE s.token_hash = ? AND s.ends_at > ? AND s.last_seen_at > ?",
        )
        .bind(SessionToken::hash(token))
        .bind(now)
        .bind(now - idle)
        .fetch_optional(self.app.store.reader())
        .await
        .map_err(StoreError::from)?;
        let Some(row) = row else { return Ok(None) };
        Ok(Some(signed_in(&row, token, now, idle)?))
    }
}

fn signed_in(row: &SqliteRow, token: &str, now: i64, idle: i64) -> Result<(SignedIn, i64), StoreError> {
    let last_seen_at: i64 = row.try_get("last_seen_at")?;
    let ends_at: i64 = row.try_get("ends_at")?;
    // This very request counts as use, though it is written down only now and then.
    let seen = if now - last_seen_at >= milliseconds(TOUCH_AFTER) { now } else { last_seen_at };
    let capabilities: String = row.try_get("capabilities")?;
    let signed_in = SignedIn {
        user: id::<UserId>(row, "user_id")?,
        account: id::<AccountId>(row, "account_id")?,
        session_id: row.try_get("id")?,
        name: row.try_get("name")?,
        email: row.try_get("email")?,
        locale: Locale::from_tag(&row.try_get::<String, _>("locale")?).unwrap_or_default(),
        account_name: row.try_get("account_name")?,
        region: Region::from_name(&row.try_get::<String, _>("region")?)
            .ok_or_else(|| StoreError::Corrupt("accounts.region".to_owned()))?,
        capabilities: serde_json::from_str(&capabilities)
            .map_err(|error| StoreError::Corrupt(format!("sessions.capabilities: {error}")))?,
        csrf_token: SessionToken::csrf(token),
        expires_at: Timestamp::from_unix_milliseconds(ends_at.min(seen + idle))
            .ok_or_else(|| StoreError::Corrupt("sessions.ends_at".to_owned()))?,
    };
    Ok((signed_in, last_seen_at))
}

fn id<T: TryFrom<u64>>(row: &SqliteRow, column: &str) -> Result<T, StoreError> {
    let number: i64 = row.try_get(column)?;
    u64::try_from(number)
        .ok()
        .and_then(|number| T::try_from(number).ok())
        .ok_or_else(|| StoreError::Corrupt(column.to_owned()))
}

/// What a user may do. In Brazil technical requests are for those whom the host's administration let (identity.md);
/// a host that says nothing about resources leaves it to whoever gave out the tokens.
fn capabilities(region: Region, resources: Option<&[String]>) -> Vec<Capability> {
    let may_open = match (region, resources) {
        (Region::Brazil, Some(resources)) => resources.iter().any(|resource| resource == OPEN_SUPPORT_TICKET),
        _ => true,
    };
    let mut capabilities = vec![Capability::AnswerOwnRequests];
    if may_open {
        capabilities.push(Capability::OpenTechnicalRequests);
    }
    capabilities
}

async fn upsert_account(
    write: &mut sqlx::SqliteConnection,
    identity: &HostIdentity,
    now: i64,
) -> Result<(i64, Region), sqlx::Error> {
    let region = identity.region.map(Region::name);
    let row = sqlx::query(
        "INSERT INTO accounts (name, region, created_at) VALUES (?1, coalesce(?2, 'latin_america'), ?3) \
         ON CONFLICT (name) DO UPDATE SET region = coalesce(?2, region) RETURNING id, region",
    )
    .bind(&identity.account)
    .bind(region)
    .bind(now)
    .fetch_one(write)
    .await?;
    let region: String = row.try_get("region")?;
    Ok((row.try_get("id")?, Region::from_name(&region).unwrap_or(Region::LatinAmerica)))
}

async fn upsert_user(
    write: &mut sqlx::SqliteConnection,
    identity: &HostIdentity,
    now: i64,
) -> Result<i64, sqlx::Error> {
    let locale = identity.locale.map(Locale::code);
    sqlx::query(
        "INSERT INTO users (email, name, locale, created_at, updated_at) \
         VALUES (?1, ?2, coalesce(?3, 'en'), ?4, ?4) \
         ON CONFLICT (email) DO UPDATE SET name = ?2, locale = coalesce(?3, locale), \
             updated_at = CASE WHEN name = ?2 AND locale = coalesce(?3, locale) THEN updated_at ELSE ?4 END \
         RETURNING id",
    )
    .bind(&identity.email)
    .bind(&identity.name)
    .bind(locale)
    .bind(now)
    .fetch_one(write)
    .await?
    .try_get("id")
}

fn milliseconds(duration: Duration) -> i64 {
    i64::try_from(duration.as_millis()).unwrap_or(i64::MAX / 4)
}
