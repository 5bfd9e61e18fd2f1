//! Groups of agents, who belongs to them, and how far an agent reaches by that.

use super::Connection;
use super::StoreError;
use super::columns::{id, moment, number};
use super::viewer::Reach;
use balcao_contract::id::{GroupId, UserId};
use balcao_contract::time::Timestamp;
use serde::Serialize;
use sqlx::Row as _;
use sqlx::sqlite::SqliteRow;

/// A group.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct GroupRow {
    /// The id.
    pub id: GroupId,
    /// What it is called.
    pub name: String,
    /// Since when.
    pub created_at: Timestamp,
    /// Last changed.
    pub updated_at: Timestamp,
}

/// Somebody in a group.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct GroupMembershipRow {
    /// The id.
    pub id: u64,
    /// Who.
    pub user: UserId,
    /// Where.
    pub group: GroupId,
    /// Since when.
    pub created_at: Timestamp,
}

/// A group as operators see it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct GroupRecord {
    /// What it is called.
    pub name: String,
    /// The addresses of who belongs to it.
    pub members: Vec<String>,
    /// How many tickets it has.
    pub tickets: i64,
}

/// How far somebody reaches: administrators to every ticket, and so do all agents where there are no groups.
///
/// # Errors
/// The database cannot be read.
pub async fn reach(read: &mut Connection, user: UserId) -> Result<Reach, StoreError> {
    let row = sqlx::query(
        "SELECT u.administrator OR NOT EXISTS (SELECT 1 FROM agent_groups) AS everything, \
             (SELECT json_group_array(m.group_id) FROM group_memberships m WHERE m.user_id = u.id) AS groups_of \
         FROM users u WHERE u.id = ?",
    )
    .bind(number(user))
    .fetch_optional(read)
    .await?;
    let Some(row) = row else { return Ok(Reach::Groups(Vec::new())) };
    if row.try_get("everything")? {
        return Ok(Reach::Everything);
    }
    let groups = serde_json::from_str(row.try_get("groups_of")?);
    Ok(Reach::Groups(groups.map_err(|error| StoreError::Corrupt(format!("group_memberships: {error}")))?))
}

/// Every group by its number; those of one person where it is given.
///
/// # Errors
/// The database cannot be read.
pub async fn list(read: &mut Connection, member: Option<UserId>) -> Result<Vec<GroupRow>, StoreError> {
    let rows = sqlx::query(
        "SELECT g.id, g.name, g.created_at, g.updated_at FROM agent_groups g WHERE ?1 IS NULL \
             OR EXISTS (SELECT 1 FROM group_memberships m WHERE m.group_id = g.id AND m.user_id = ?1) ORDER BY g.id",
    )
    .bind(member.map(number))
    .fetch_all(read)
    .await?;
    rows.iter().map(group_row).collect()
}

/// The group of that id.
///
/// # Errors
/// The database cannot be read.
pub async fn find(read: &mut Connection, group: GroupId) -> Result<Option<GroupRow>, StoreError> {
    let sql = "SELECT id, name, created_at, updated_at FROM agent_groups WHERE id = ?";
    let row = sqlx::query(sql).bind(number(group)).fetch_optional(read).await?;
    row.as_ref().map(group_row).transpose()
}

/// The group of that name.
///
/// # Errors
/// The database cannot be read.
pub async fn by_name(read: &mut Connection, name: &str) -> Result<Option<GroupRow>, StoreError> {
    let sql = "SELECT id, name, created_at, updated_at FROM agent_groups WHERE name = ?";
    let row = sqlx::query(sql).bind(name).fetch_optional(read).await?;
    row.as_ref().map(group_row).transpose()
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
    let rows = sqlx::query(
        "SELECT id, user_id, group_id, created_at FROM group_memberships \
         WHERE (?1 IS NULL OR user_id = ?1) AND (?2 IS NULL OR group_id = ?2) ORDER BY id",
    )
    .bind(user.map(number))
    .bind(group.map(number))
    .fetch_all(read)
    .await?;
    let membership = |row: &SqliteRow| {
        Ok(GroupMembershipRow {
            id: u64::try_from(row.try_get::<i64, _>("id")?).unwrap_or_default(),
            user: id(row, "user_id")?,
            group: id(row, "group_id")?,
            created_at: moment(row, "created_at")?,
        })
    };
    rows.iter().map(membership).collect()
}

/// Every group as operators see it, by name.
///
/// # Errors
/// The database cannot be read.
pub async fn records(read: &mut Connection) -> Result<Vec<GroupRecord>, StoreError> {
    let rows = sqlx::query(
        "SELECT g.name, (SELECT count(*) FROM requests r WHERE r.group_id = g.id) AS tickets, \
             (SELECT json_group_array(email) FROM (SELECT u.email FROM group_memberships m \
                  JOIN users u ON u.id = m.user_id WHERE m.group_id = g.id ORDER BY u.email)) AS members \
         FROM agent_groups g ORDER BY g.name",
    )
    .fetch_all(read)
    .await?;
    let record = |row: &SqliteRow| {
        let members = serde_json::from_str(row.try_get("members")?);
        Ok(GroupRecord {
            name: row.try_get("name")?,
            members: members.map_err(|error| StoreError::Corrupt(format!("members: {error}")))?,
            tickets: row.try_get("tickets")?,
        })
    };
    rows.iter().map(record).collect()
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

fn group_row(row: &SqliteRow) -> Result<GroupRow, StoreError> {
    Ok(GroupRow {
        id: id(row, "id")?,
        name: row.try_get("name")?,
        created_at: moment(row, "created_at")?,
        updated_at: moment(row, "updated_at")?,
    })
}
