//! Between columns and the contract's types. Records derive `sqlx::FromRow` and name one of these types for a column that
//! does not hold the field's own type: `#[sqlx(try_from = "Id")]`. What cannot be read becomes [`StoreError::Corrupt`] with
//! the name of the column.

use super::StoreError;
use balcao_contract::answers::Answers;
use balcao_contract::id::{
    AccountId, ArticleId, AttachmentId, CommentId, FormId, GroupId, MembershipId, RequestId, UserId,
};
use balcao_contract::locale::Locale;
use balcao_contract::panel::{Answer, DoorName, NewQuestion, Scenario};
use balcao_contract::priority::Priority;
use balcao_contract::status::Status;
use balcao_contract::support::Region;
use balcao_contract::survey::Score;
use balcao_contract::time::Timestamp;
use chrono::{DateTime, Utc};
use serde::de::DeserializeOwned;
use sqlx::error::BoxDynError;
use sqlx::sqlite::{SqliteRow, SqliteTypeInfo, SqliteValueRef};
use sqlx::{Decode, Row as _, Sqlite, Type, ValueRef as _};

/// An id as a column keeps it. Ids stay below 2^53.
pub(super) fn number(id: impl Into<u64>) -> i64 {
    i64::try_from(id.into()).unwrap_or(i64::MAX)
}

/// An id out of a row that holds little else.
pub(super) fn id<T: TryFrom<u64>>(row: &SqliteRow, column: &str) -> Result<T, StoreError> {
    optional_id(row, column)?.ok_or_else(|| StoreError::Corrupt(column.to_owned()))
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

/// Why a column cannot be read.
#[derive(Debug, thiserror::Error)]
pub(super) enum ColumnError {
    #[error("no id: {0}")]
    NoId(i64),
    #[error("no moment: {0}")]
    NoMoment(i64),
    #[error("unknown name: {0}")]
    UnknownName(String),
}

/// A number that is an id of the contract.
#[derive(sqlx::Type)]
#[sqlx(transparent)]
pub(super) struct Id(i64);

/// Unix milliseconds.
#[derive(sqlx::Type)]
#[sqlx(transparent)]
pub(super) struct Moment(i64);

/// The name of a value of the contract.
#[derive(sqlx::Type)]
#[sqlx(transparent)]
pub(super) struct Name(String);

macro_rules! ids {
    ($($id:ident),*) => {$(
        impl TryFrom<Id> for $id {
            type Error = ColumnError;
            fn try_from(Id(value): Id) -> Result<Self, ColumnError> {
                read_id(value).ok_or(ColumnError::NoId(value))
            }
        }
    )*};
}

ids!(AccountId, ArticleId, AttachmentId, CommentId, FormId, GroupId, MembershipId, RequestId, UserId);

macro_rules! names {
    ($($reader:path => $name:ident),*) => {$(
        impl TryFrom<Name> for $name {
            type Error = ColumnError;
            fn try_from(Name(name): Name) -> Result<Self, ColumnError> {
                $reader(&name).ok_or(ColumnError::UnknownName(name))
            }
        }
    )*};
}

names!(
    DoorName::from_name => DoorName, Locale::from_tag => Locale, Priority::from_name => Priority,
    Region::from_name => Region, Scenario::from_name => Scenario, Score::from_name => Score, Status::from_name => Status
);

impl TryFrom<Moment> for Timestamp {
    type Error = ColumnError;

    fn try_from(Moment(value): Moment) -> Result<Self, ColumnError> {
        Self::from_unix_milliseconds(value).ok_or(ColumnError::NoMoment(value))
    }
}

impl TryFrom<Moment> for DateTime<Utc> {
    type Error = ColumnError;

    fn try_from(moment: Moment) -> Result<Self, ColumnError> {
        Timestamp::try_from(moment).map(|Timestamp(moment)| moment)
    }
}

/// A column that may be empty, and holds a `T` as `Kept` otherwise.
pub(super) struct Maybe<Kept, T>(Option<T>, std::marker::PhantomData<Kept>);

/// An id, or nothing.
pub(super) type MaybeId<T> = Maybe<Id, T>;
/// A moment, or nothing.
pub(super) type MaybeMoment<T> = Maybe<Moment, T>;
/// A name, or nothing.
pub(super) type MaybeName<T> = Maybe<Name, T>;

impl<Kept, T> From<Maybe<Kept, T>> for Option<T> {
    fn from(maybe: Maybe<Kept, T>) -> Self {
        maybe.0
    }
}

impl<Kept: Type<Sqlite>, T> Type<Sqlite> for Maybe<Kept, T> {
    fn type_info() -> SqliteTypeInfo {
        Kept::type_info()
    }

    fn compatible(kind: &SqliteTypeInfo) -> bool {
        Kept::compatible(kind)
    }
}

impl<'r, Kept, T> Decode<'r, Sqlite> for Maybe<Kept, T>
where
    Kept: Decode<'r, Sqlite>,
    T: TryFrom<Kept, Error = ColumnError>,
{
    fn decode(value: SqliteValueRef<'r>) -> Result<Self, BoxDynError> {
        let read = if value.is_null() { None } else { Some(T::try_from(Kept::decode(value)?)?) };
        Ok(Self(read, std::marker::PhantomData))
    }
}

/// JSON in a column of text.
pub(super) struct Json<T>(pub T);

impl<T> Type<Sqlite> for Json<T> {
    fn type_info() -> SqliteTypeInfo {
        <String as Type<Sqlite>>::type_info()
    }

    fn compatible(kind: &SqliteTypeInfo) -> bool {
        <String as Type<Sqlite>>::compatible(kind)
    }
}

impl<'r, T: DeserializeOwned> Decode<'r, Sqlite> for Json<T> {
    fn decode(value: SqliteValueRef<'r>) -> Result<Self, BoxDynError> {
        Ok(Self(serde_json::from_str(<&str as Decode<'r, Sqlite>>::decode(value)?)?))
    }
}

impl<T> From<Json<Self>> for Vec<T> {
    fn from(Json(value): Json<Self>) -> Self {
        value
    }
}

macro_rules! json {
    ($($type:ty),*) => {$(
        impl From<Json<Self>> for $type {
            fn from(Json(value): Json<Self>) -> Self {
                value
            }
        }
    )*};
}

json!(Answer, Answers, NewQuestion, serde_json::Value);

/// A number of things. Fewer than none are none.
#[derive(sqlx::Type)]
#[sqlx(transparent)]
pub(super) struct Count(i64);

impl From<Count> for u64 {
    fn from(Count(value): Count) -> Self {
        Self::try_from(value).unwrap_or_default()
    }
}

/// Somebody's language; English where it is none of ours.
#[derive(sqlx::Type)]
#[sqlx(transparent)]
pub(super) struct LocaleOrEnglish(String);

impl From<LocaleOrEnglish> for Locale {
    fn from(LocaleOrEnglish(tag): LocaleOrEnglish) -> Self {
        Self::from_tag(&tag).unwrap_or_default()
    }
}

/// Whether a number stands in a column that may be empty.
#[derive(sqlx::Type)]
#[sqlx(transparent)]
pub(super) struct IsSet(Option<i64>);

impl From<IsSet> for bool {
    fn from(IsSet(value): IsSet) -> Self {
        value.is_some()
    }
}

/// Bytes; none where the column is empty.
#[derive(sqlx::Type)]
#[sqlx(transparent)]
pub(super) struct BytesOrNone(Option<Vec<u8>>);

impl From<BytesOrNone> for Vec<u8> {
    fn from(BytesOrNone(value): BytesOrNone) -> Self {
        value.unwrap_or_default()
    }
}

#[cfg(test)]
mod tests {
    use crate::requests::RequestRow;
    use crate::{Store, StoreError, StoreOptions};

    const GOOD: &[(&str, &str)] = &[
        ("id", "3"),
        ("account_id", "1"),
        ("requester_id", "2"),
        ("assignee_id", "NULL"),
        ("group_id", "7"),
        ("status", "'new'"),
        ("priority", "'high'"),
        ("kind", "NULL"),
        ("channel", "'web'"),
        ("locale", "NULL"),
        ("form_id", "NULL"),
        ("followup_source_id", "NULL"),
        ("version", "0"),
        ("created_at", "0"),
        ("updated_at", "0"),
        ("subject", "'Freight'"),
        ("answers", "'{}'"),
        ("description", "'Wrong'"),
        ("copies", "'[4]'"),
    ];

    async fn read(wrong: &str, value: &str) -> Result<RequestRow, StoreError> {
        let folder = tempfile::tempdir().unwrap();
        let store = Store::open(&folder.path().join("test.sqlite3"), StoreOptions::default()).await.unwrap();
        let columns: Vec<String> = GOOD
            .iter()
            .map(|(name, good)| format!("{} AS {name}", if *name == wrong { value } else { good }))
            .collect();
        let sql = format!("SELECT {}", columns.join(", "));
        Ok(sqlx::query_as(&sql).fetch_one(&mut *store.read().await.unwrap()).await?)
    }

    #[tokio::test]
    async fn what_cannot_be_read_is_corrupt_and_its_column_is_named() {
        let row = read("", "").await.unwrap();
        assert_eq!((row.assignee, row.group, row.copies.len()), (None, Some(7_u64.try_into().unwrap()), 1));
        for (column, value) in [
            ("id", "0"),
            ("requester_id", "NULL"),
            ("group_id", "-1"),
            ("status", "'lost'"),
            ("status", "NULL"),
            ("priority", "'pressing'"),
            ("locale", "'tlh'"),
            ("created_at", "9223372036854775807"),
            ("updated_at", "'noon'"),
            ("answers", "'{'"),
            ("copies", "'[0]'"),
        ] {
            let error = read(column, value).await.unwrap_err();
            let StoreError::Corrupt(text) = &error else { panic!("{column}: {error:?}") };
            assert!(text.starts_with(&format!("column {column}: ")), "{column} as {value}: {text}");
        }
    }
}
