//! What a request takes at this moment: whether its time is up, and whether there is room in it.

use super::lifecycle::at_moment;
use crate::calendar::Calendars;
use balcao_contract::id::RequestId;
use balcao_contract::limits;
use balcao_contract::status::Status;
use balcao_store::requests::RequestRow;
use balcao_store::{Connection, StoreError, closing, comments};
use chrono::{DateTime, Utc};

/// Where a request stands by the clock. The job that closes comes by once a minute: until then the row says `solved`, and
/// a comment on it would be left lying on a closed request.
///
/// # Errors
/// The database cannot be read.
pub async fn status_now(
    read: &mut Connection,
    calendars: &Calendars,
    row: &RequestRow,
    now: DateTime<Utc>,
) -> Result<Status, StoreError> {
    if row.status != Status::Solved {
        return Ok(row.status);
    }
    let closes_at = match closing::solving(read, row.id).await? {
        Some((solved_at, region)) => calendars.of(region).closes_at(solved_at),
        None => None,
    };
    Ok(at_moment(row.status, closes_at, now))
}

/// Whether a request holds as many comments, or as much text, as one may.
///
/// # Errors
/// The database cannot be read.
pub async fn is_full(read: &mut Connection, request: RequestId) -> Result<bool, StoreError> {
    let size = comments::size(read, request).await?;
    Ok(limits::is_full(size.comments, size.text_bytes))
}

/// Whether a request goes on in a follow-up: nothing is added to it any more.
///
/// # Errors
/// The database cannot be read.
pub async fn can_be_followed_up(
    read: &mut Connection,
    calendars: &Calendars,
    row: &RequestRow,
    now: DateTime<Utc>,
) -> Result<bool, StoreError> {
    Ok(status_now(read, calendars, row, now).await? == Status::Closed || is_full(read, row.id).await?)
}
