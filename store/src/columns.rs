//! Between columns and the contract's types.

use super::StoreError;
use balcao_contract::time::Timestamp;
use chrono::{DateTime, Utc};
use sqlx::Row as _;
use sqlx::sqlite::SqliteRow;

/// An id as a column keeps it. Ids stay below 2^53.
pub(super) fn number(id: impl Into<u64>) -> i64 {
    i64::try_from(id.into()).unwrap_or(i64::MAX)
}

/// An id out of a column.
pub(super) fn id<T: TryFrom<u64>>(row: &SqliteRow, column: &str) -> Result<T, StoreError> {
    read_id(row.try_get(column)?).ok_or_else(|| StoreError::Corrupt(column.to_owned()))
}

/// An id out of a column that may be empty.
pub(super) fn optional_id<T: TryFrom<u64>>(row: &SqliteRow, column: &str) -> Result<Option<T>, StoreError> {
    let value: Option<i64> = row.try_get(column)?;
    value.map(|value| read_id(value).ok_or_else(|| StoreError::Corrupt(column.to_owned()))).transpose()
}

/// The id behind a number of the database.
pub(super) fn read_id<T: TryFrom<u64>>(value: i64) -> Option<T> {
    T::try_from(u64::try_from(value).ok()?).ok()
}

/// A moment as a column keeps it.
pub(super) fn milliseconds(moment: DateTime<Utc>) -> i64 {
    moment.timestamp_millis()
}

/// A moment out of a column.
pub(super) fn moment(row: &SqliteRow, column: &str) -> Result<Timestamp, StoreError> {
    Timestamp::from_unix_milliseconds(row.try_get(column)?).ok_or_else(|| StoreError::Corrupt(column.to_owned()))
}

/// A name out of a column, read by the type's own `from_name`.
pub(super) fn named<T>(
    row: &SqliteRow,
    column: &str,
    from_name: impl Fn(&str) -> Option<T>,
) -> Result<Option<T>, StoreError> {
    let name: Option<String> = row.try_get(column)?;
    name.map(|name| from_name(&name).ok_or_else(|| StoreError::Corrupt(format!("{column}: {name}")))).transpose()
}
