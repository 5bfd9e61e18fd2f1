//! Groups of agents, who belongs to them, and how far an agent reaches by that.

use super::Connection;
use super::StoreError;
use super::columns::{Count, Id, Json, Moment, id, number};
use super::viewer::Reach;
use balcao_contract::id::{GroupId, UserId};
use balcao_contract::time::Timestamp;
use serde::Serialize;

/// A group.
#[derive(Debug, Clone, PartialEq, Eq, sqlx::FromRow)]
pub struct GroupRow {
    /// The id.
    #[sqlx(try_from = "Id")]
    pub id: GroupId,
    /// What it is called.
    pub name: String,
    /// Since when.
    #[sqlx(try_from = "Moment")]
    pub created_at: Timestamp,
    /// Last changed.
    #[sqlx(try_from = "Moment")]
    pub updated_at: Timestamp,
}

/// Somebody in a group.
#[derive(Debug, Clone, PartialEq, Eq, sqlx::FromRow)]
pub struct GroupMembershipRow {
    /// The id.
    #[sqlx(try_from = "Count")]
    pub id: u64,
    /// Who.
    #[sqlx(rename = "user_id", try_from = "Id")]
    pub user: UserId,
    /// Where.
    #[sqlx(rename = "group_id", try_from = "Id")]
    pub group: GroupId,
    /// Since when.
    #[sqlx(try_from = "Moment")]
    pub created_at: Timestamp,
}

/// A group as operators see it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, sqlx::FromRow)]
pub struct GroupRecord {
    /// What it is called.
    pub name: String,
    /// The addresses of who belongs to it.
    #[sqlx(try_from = "Json<Vec<String>>")]
    pub members: Vec<String>,
    /// How many tickets it has.
    pub tickets: i64,
}

/// How far somebody reaches: administrators to every ticket, and so do all agents where there are no groups.
///
/// # Errors
/// The database cannot be read.
pub async fn reach(read: &mut Connection, user: UserId) -> Result<Reach, StoreError> {
    let row: Option<(bool, Json<Vec<GroupId>>)> = sqlx::query_as(
        "SELECT u.administrator OR NOT EXISTS (SELECT 1 FROM agent_groups) AS everything, \
             (SELECT json_group_array(m.group_id) FROM group_memberships m WHERE m.user_id = u.id) AS groups_of \
         FROM users u WHERE u.id = ?",
    )
    .bind(number(user))
    .fetch_optional(read)
    .await?;
    Ok(match row {
        None => Reach::Groups(Vec::new()),
        Some((true, _)) => Reach::Everything,
        Some((false, Json(groups))) => Reach::Groups(groups),
    })
}

/// Every group by its number; those of one person where it is given.
///
/// # Errors
/// The database cannot be read.
pub async fn list(read: &mut Connection, member: Option<UserId>) -> Result<Vec<GroupRow>, StoreError> {
    Ok(sqlx::query_as(
        "SELECT g.id, g.name, g.created_at, g.updated_at FROM agent_groups g WHERE ?1 IS NULL \
             OR EXISTS (SELECT 1 FROM group_memberships m WHERE m.group_id = g.id AND m.user_id = ?1) ORDER BY g.id",
    )
    .bind(member.map(number))
    .fetch_all(read)
    .await?)
}

/// The group of that id.
///
/// # Errors
/// The database cannot be read.
pub async fn find(read: &mut Connection, group: GroupId) -> Result<Option<GroupRow>, StoreError> {
    let sql = "SELECT id, name, created_at, updated_at FROM agent_groups WHERE id = ?";
    Ok(sqlx::query_as(sql).bind(number(group)).fetch_optional(read).await?)
}

/// The group of that name.
///
/// # Errors
/// The database cannot be read.
pub async fn by_name(read: &mut Connection, name: &str) -> Result<Option<GroupRow>, StoreError> {
    let sql = "SELECT id, name, created_at, updated_at FROM agent_groups WHERE name = ?";
    Ok(sqlx::query_as(sql).bind(name).fetch_optional(read).await?)
}

/// Groups by their ids or names, whichever a text is.
///
/// # Errors
/// The database cannot be read.
pub async fn named(read: &mut Connection, texts: &[String]) -> Result<Vec<GroupId>, StoreError> {
    let texts = serde_json::to_string(texts).map_err(|error| StoreError::Corrupt(error.to_string()))?;
    let sql = "SELECT g.id FROM agent_groups g JOIN json_each(?) n \
               ON lower(n.value) = lower(g.name) OR n.value = CAST(g.id AS TEXT)";
    sqlx::query(sql).bind(texts).fetch_all(read).await?.iter().map(|row| id(row, "id")).collect()
}

/// Who belongs to which group: of one person, or of one group, where it is given.
///
/// # Errors
/// The database cannot be read.
pub async fn memberships(
    read: &mut Connection,
    user: Option<UserId>,
    group: Option<GroupId>,
) -> Result<Vec<GroupMembershipRow>, StoreError> {
    Ok(sqlx::query_as(
        "SELECT id, user_id, group_id, created_at FROM group_memberships \
         WHERE (?1 IS NULL OR user_id = ?1) AND (?2 IS NULL OR group_id = ?2) ORDER BY id",
    )
    .bind(user.map(number))
    .bind(group.map(number))
    .fetch_all(read)
    .await?)
}

/// Every group as operators see it, by name.
///
/// # Errors
/// The database cannot be read.
pub async fn records(read: &mut Connection) -> Result<Vec<GroupRecord>, StoreError> {
    Ok(sqlx::query_as(
        "SELECT g.name, (SELECT count(*) FROM requests r WHERE r.group_id = g.id) AS tickets, \
             (SELECT json_group_array(email) FROM (SELECT u.email FROM group_memberships m \
                  JOIN users u ON u.id = m.user_id WHERE m.group_id = g.id ORDER BY u.email)) AS members \
         FROM agent_groups g ORDER BY g.name",
    )
    .fetch_all(read)
    .await?)
}

/// Makes a group.
///
/// # Errors
/// There is one of that name, or the database refuses.
pub async fn insert(write: &mut Connection, name: &str, now: i64) -> Result<(), StoreError> {
    sqlx::query("INSERT INTO agent_groups (name, created_at, updated_at) VALUES (?1, ?2, ?2)")
        .bind(name)
        .bind(now)
        .execute(write)
        .await?;
    Ok(())
}

/// How many tickets a group has.
///
/// # Errors
/// The database cannot be read.
pub async fn tickets(read: &mut Connection, group: GroupId) -> Result<i64, StoreError> {
    let sql = "SELECT count(*) FROM requests WHERE group_id = ?";
    Ok(sqlx::query_scalar(sql).bind(number(group)).fetch_one(read).await?)
}

/// Gives all tickets of a group to another one.
///
/// # Errors
/// The database refuses.
pub async fn move_tickets(write: &mut Connection, from: GroupId, to: GroupId) -> Result<(), StoreError> {
    let sql = "UPDATE requests SET group_id = ?, version = version + 1 WHERE group_id = ?";
    sqlx::query(sql).bind(number(to)).bind(number(from)).execute(write).await?;
    Ok(())
}

/// Takes a group without tickets away.
///
/// # Errors
/// It has tickets, or the database refuses.
pub async fn delete(write: &mut Connection, group: GroupId) -> Result<(), StoreError> {
    for sql in ["DELETE FROM group_memberships WHERE group_id = ?", "DELETE FROM agent_groups WHERE id = ?"] {
        sqlx::query(sql).bind(number(group)).execute(&mut *write).await?;
    }
    Ok(())
}

/// Takes somebody into a group. False where they belong to it already.
///
/// # Errors
/// The database refuses.
pub async fn join(write: &mut Connection, group: GroupId, user: UserId, now: i64) -> Result<bool, StoreError> {
    let sql = "INSERT INTO group_memberships (user_id, group_id, created_at) VALUES (?, ?, ?) ON CONFLICT DO NOTHING";
    let done = sqlx::query(sql).bind(number(user)).bind(number(group)).bind(now).execute(write).await?;
    Ok(done.rows_affected() == 1)
}

/// Takes somebody out of a group. False where they do not belong to it.
///
/// # Errors
/// The database refuses.
pub async fn leave(write: &mut Connection, group: GroupId, user: UserId) -> Result<bool, StoreError> {
    let sql = "DELETE FROM group_memberships WHERE user_id = ? AND group_id = ?";
    Ok(sqlx::query(sql).bind(number(user)).bind(number(group)).execute(write).await?.rows_affected() == 1)
}
