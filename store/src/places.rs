//! Where somebody is signed in: sessions of the admin's doors by browser, and sign-ins of the support site.

use super::Connection;
use super::StoreError;
use super::columns::{Moment, Name, number};
use balcao_contract::id::UserId;
use balcao_contract::panel::DoorName;
use balcao_contract::time::Timestamp;

/// One place, as it is kept.
#[derive(Clone, PartialEq, Eq, sqlx::FromRow)]
pub struct PlaceRow {
    /// The support site's sign-in; `None` for the sessions of one browser in the admin.
    pub sign_in: Option<i64>,
    /// How.
    #[sqlx(try_from = "Name")]
    pub door: DoorName,
    /// What the browser calls itself.
    pub user_agent: String,
    /// Since when.
    #[sqlx(try_from = "Moment")]
    pub created_at: Timestamp,
    /// Last used.
    #[sqlx(try_from = "Moment")]
    pub last_seen_at: Timestamp,
}

/// What has not ended: its end is after `now`, its last use after `seen_after`.
#[derive(Debug, Clone, Copy)]
pub struct Alive {
    /// Now, in Unix milliseconds.
    pub now: i64,
    /// In Unix milliseconds.
    pub seen_after: i64,
}

/// Where somebody is signed in, the latest used first. A sign-in is as fresh as the sessions that come from it.
///
/// # Errors
/// The database cannot be read.
pub async fn of_user(read: &mut Connection, user: UserId, alive: Alive) -> Result<Vec<PlaceRow>, StoreError> {
    Ok(sqlx::query_as(
        "SELECT NULL AS sign_in, door, user_agent, min(created_at) AS created_at, max(last_seen_at) AS last_seen_at \
         FROM sessions WHERE user_id = ?1 AND sign_in_id IS NULL AND ends_at > ?2 AND last_seen_at > ?3 \
         GROUP BY door, user_agent \
         UNION ALL \
         SELECT i.id, i.door, i.user_agent, i.created_at, \
             max(i.last_seen_at, coalesce((SELECT max(s.last_seen_at) FROM sessions s WHERE s.sign_in_id = i.id), 0)) \
         FROM sign_ins i WHERE i.user_id = ?1 AND i.ends_at > ?2 \
             AND (i.last_seen_at > ?3 OR EXISTS (SELECT 1 FROM sessions s WHERE s.sign_in_id = i.id \
                                                 AND s.ends_at > ?2 AND s.last_seen_at > ?3)) \
         ORDER BY last_seen_at DESC, created_at DESC",
    )
    .bind(number(user))
    .bind(alive.now)
    .bind(alive.seen_after)
    .fetch_all(read)
    .await?)
}

/// Ends one place: the sign-in with its sessions, or the sessions of that browser.
///
/// # Errors
/// The database refuses.
pub async fn end(write: &mut Connection, user: UserId, place: &PlaceRow) -> Result<(), StoreError> {
    let ended = match place.sign_in {
        Some(sign_in) => {
            sqlx::query("DELETE FROM sign_ins WHERE user_id = ? AND id = ?").bind(number(user)).bind(sign_in)
        }
        None => {
            let sessions =
                "DELETE FROM sessions WHERE user_id = ? AND sign_in_id IS NULL AND door = ? AND user_agent = ?";
            sqlx::query(sessions).bind(number(user)).bind(place.door.name()).bind(&place.user_agent)
        }
    };
    ended.execute(write).await?;
    Ok(())
}

/// Ends every session and sign-in of somebody. How many there were.
///
/// # Errors
/// The database refuses.
pub async fn end_all(write: &mut Connection, user: UserId) -> Result<u64, StoreError> {
    let mut ended = 0;
    for table in ["sessions", "sign_ins"] {
        let sql = format!("DELETE FROM {table} WHERE user_id = ?");
        ended += sqlx::query(&sql).bind(number(user)).execute(&mut *write).await?.rows_affected();
    }
    Ok(ended)
}
