//! What live updates ask of the database: who may still listen, whose requests they may hear of, and what somebody has
//! missed.

use super::Connection;
use super::columns::read_id;
use super::events::{EVENTS, EventRow};
use super::viewer::SEES;
use super::{StoreError, Viewer};
use balcao_contract::id::{AccountId, RequestId, UserId};
use chrono::{DateTime, Utc};
use std::collections::{HashMap, HashSet};
use std::time::Duration;

/// Those of the sessions that have not ended: by time, by signing out, because somebody was switched off or is no
/// member any more. The same conditions as for every call of a session.
///
/// # Errors
/// The database cannot be read.
pub async fn still_good(
    read: &mut Connection,
    sessions: &[i64],
    now: DateTime<Utc>,
    idle: Duration,
) -> Result<HashSet<i64>, StoreError> {
    let now = now.timestamp_millis();
    let idle = i64::try_from(idle.as_millis()).unwrap_or(i64::MAX / 4);
    let good: Vec<i64> = sqlx::query_scalar(
        "SELECT s.id FROM json_each(?1) j JOIN sessions s ON s.id = j.value \
         JOIN users u ON u.id = s.user_id JOIN accounts a ON a.id = s.account_id \
         JOIN memberships m ON m.user_id = s.user_id AND m.account_id = s.account_id \
         WHERE u.disabled_at IS NULL AND a.disabled_at IS NULL AND s.ends_at > ?2 AND s.last_seen_at > ?3",
    )
    .bind(serde_json::json!(sessions).to_string())
    .bind(now)
    .bind(now - idle)
    .fetch_all(read)
    .await?;
    Ok(good.into_iter().collect())
}

/// Those of the accounts whose people see each other's requests, as it stands at this moment.
///
/// # Errors
/// The database cannot be read.
pub async fn that_share(
    read: &mut Connection,
    accounts: &HashSet<AccountId>,
) -> Result<HashSet<AccountId>, StoreError> {
    let numbers: Vec<u64> = accounts.iter().map(|account| account.get()).collect();
    let sharing: Vec<i64> =
        sqlx::query_scalar("SELECT a.id FROM json_each(?) j JOIN accounts a ON a.id = j.value WHERE a.shares_requests")
            .bind(serde_json::json!(numbers).to_string())
            .fetch_all(read)
            .await?;
    Ok(sharing.into_iter().filter_map(read_id).collect())
}

/// Who is in copy of which of these requests, as it stands at this moment.
///
/// # Errors
/// The database cannot be read.
pub async fn in_copy(
    read: &mut Connection,
    requests: &HashSet<RequestId>,
) -> Result<HashSet<(RequestId, UserId)>, StoreError> {
    let numbers: Vec<u64> = requests.iter().map(|request| request.get()).collect();
    let pairs: Vec<(i64, i64)> = sqlx::query_as(
        "SELECT k.request_id, k.user_id FROM json_each(?) j JOIN people_in_copy k ON k.request_id = j.value",
    )
    .bind(serde_json::json!(numbers).to_string())
    .fetch_all(read)
    .await?;
    Ok(pairs.into_iter().filter_map(|(request, user)| Some((read_id(request)?, read_id(user)?))).collect())
}

/// At most `limit` events after that one of the requests that somebody sees, in order. Looks at every event since: the
/// caller sees to it that they are not too many.
///
/// # Errors
/// The database cannot be read.
pub async fn missed(
    read: &mut Connection,
    viewer: Viewer,
    event: i64,
    limit: u32,
) -> Result<Vec<EventRow>, StoreError> {
    let statement = format!("{EVENTS} WHERE e.id > ?4 AND {SEES} ORDER BY e.id LIMIT ?5");
    Ok(viewer.bind_as(sqlx::query_as(&statement)).bind(event).bind(limit).fetch_all(read).await?)
}

/// How often each of these requests has been changed.
///
/// # Errors
/// The database cannot be read.
pub async fn versions(
    read: &mut Connection,
    requests: &HashSet<RequestId>,
) -> Result<HashMap<RequestId, u64>, StoreError> {
    let numbers: Vec<u64> = requests.iter().map(|request| request.get()).collect();
    let rows: Vec<(i64, i64)> =
        sqlx::query_as("SELECT r.id, r.version FROM json_each(?) j JOIN requests r ON r.id = j.value")
            .bind(serde_json::json!(numbers).to_string())
            .fetch_all(read)
            .await?;
    let known = |(request, version)| Some((read_id(request)?, u64::try_from(version).unwrap_or_default()));
    Ok(rows.into_iter().filter_map(known).collect())
}
