//! How much is kept in files, by person and by store. The counting is done by the database itself.

use super::Connection;
use super::StoreError;
use super::columns::{Count, number};
use super::files::{Owner, unsigned};

/// How many files, and how large they are together.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, sqlx::FromRow)]
pub struct Amount {
    /// Files, waiting and attached.
    #[sqlx(try_from = "Count")]
    pub files: u64,
    /// In bytes; what is still being written counts with the most it may become.
    #[sqlx(try_from = "Count")]
    pub bytes: u64,
}

/// What counts against the totals of whoever sends a file.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Usage {
    /// In bytes.
    pub user: u64,
    /// In bytes.
    pub account: u64,
    /// They answer for support: the totals are for those who ask.
    pub is_agent: bool,
}

/// What an owner keeps already.
pub(super) async fn kept(tx: &mut Connection, owner: Owner) -> Result<Usage, StoreError> {
    let (user, account, is_agent): (i64, i64, bool) = sqlx::query_as(
        "SELECT coalesce((SELECT bytes FROM file_totals WHERE kind = 'user' AND owner_id = ?1), 0), \
             coalesce((SELECT bytes FROM file_totals WHERE kind = 'account' AND owner_id = ?2), 0), \
             coalesce((SELECT agent FROM users WHERE id = ?1), 0)",
    )
    .bind(number(owner.user))
    .bind(number(owner.account))
    .fetch_one(tx)
    .await?;
    Ok(Usage { user: unsigned(user), account: unsigned(account), is_agent })
}

/// All files together.
///
/// # Errors
/// The read fails.
pub async fn all(read: &mut Connection) -> Result<Amount, StoreError> {
    let sql = "SELECT coalesce(sum(files), 0) AS files, coalesce(sum(bytes), 0) AS bytes FROM file_totals \
               WHERE kind = 'account'";
    Ok(sqlx::query_as(sql).fetch_one(read).await?)
}

/// Somebody, or a store, and how much they keep.
#[derive(Debug, Clone, PartialEq, Eq, sqlx::FromRow)]
pub struct Keeper {
    /// The address, or the store's name.
    pub name: String,
    /// How much.
    #[sqlx(flatten)]
    pub amount: Amount,
}

/// Who keeps most, the largest first.
///
/// # Errors
/// The read fails.
pub async fn largest_people(read: &mut Connection, limit: u32) -> Result<Vec<Keeper>, StoreError> {
    let statement = "SELECT u.email AS name, t.files, t.bytes FROM file_totals t JOIN users u ON u.id = t.owner_id \
                     WHERE t.kind = 'user' AND t.files > 0 ORDER BY t.bytes DESC, t.owner_id LIMIT ?";
    keepers(read, statement, limit).await
}

/// Which stores keep most, the largest first.
///
/// # Errors
/// The read fails.
pub async fn largest_accounts(read: &mut Connection, limit: u32) -> Result<Vec<Keeper>, StoreError> {
    let statement = "SELECT a.name, t.files, t.bytes FROM file_totals t JOIN accounts a ON a.id = t.owner_id \
                     WHERE t.kind = 'account' AND t.files > 0 ORDER BY t.bytes DESC, t.owner_id LIMIT ?";
    keepers(read, statement, limit).await
}

async fn keepers(read: &mut Connection, statement: &str, limit: u32) -> Result<Vec<Keeper>, StoreError> {
    Ok(sqlx::query_as(statement).bind(limit).fetch_all(read).await?)
}
