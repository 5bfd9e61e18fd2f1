//! What a sign-in by the admin's door teaches the directory: the account, the person, their membership, the sponsor.

use super::Connection;
use super::columns::read_id;
use super::{StoreError, audit};
use balcao_contract::id::{AccountId, UserId};
use balcao_contract::locale::Locale;
use balcao_contract::support::Region;
use serde_json::json;

/// Who comes, as far as the door knows.
#[derive(Clone, Copy)]
pub struct Arriving<'a> {
    /// The address, in lower case.
    pub email: &'a str,
    /// First and last name; what is known stays where the door does not know it.
    pub name: Option<&'a str>,
    /// What a new person is called where the door does not know their name.
    pub name_otherwise: &'a str,
    /// The store account's name, in lower case.
    pub account: &'a str,
    /// The language.
    pub locale: Option<Locale>,
    /// Where the account's support sits.
    pub region: Option<Region>,
    /// Whether they have the License Manager's resource; `None` where the door does not know.
    pub support_resource: Option<bool>,
    /// Whether a new member has it where the door does not know.
    pub support_resource_by_default: bool,
    /// They are the account's sponsor. That they are not changes nothing.
    pub sponsor: bool,
}

/// Makes account, person and membership, or brings them up to date. Their ids: the person's, the account's.
///
/// # Errors
/// The database refuses.
pub async fn arrive(
    write: &mut Connection,
    arriving: Arriving<'_>,
    now: i64,
) -> Result<(UserId, AccountId), StoreError> {
    let account = upsert_account(write, arriving, now).await?;
    let user = upsert_user(write, arriving, now).await?;
    // What the host says about resources counts; where it says nothing, the door decides for a new member and
    // nothing changes for one who is known.
    sqlx::query(
        "INSERT INTO memberships (user_id, account_id, support_resource, created_at) \
         VALUES (?1, ?2, coalesce(?3, ?4), ?5) \
         ON CONFLICT (user_id, account_id) DO UPDATE SET support_resource = coalesce(?3, support_resource)",
    )
    .bind(user)
    .bind(account)
    .bind(arriving.support_resource)
    .bind(arriving.support_resource_by_default)
    .bind(now)
    .execute(&mut *write)
    .await?;
    if arriving.sponsor {
        make_sponsor(write, arriving.account, account, user, now).await?;
    }
    let ids = read_id(user).zip(read_id(account));
    ids.ok_or_else(|| StoreError::Corrupt("memberships".to_owned()))
}

async fn upsert_account(write: &mut Connection, arriving: Arriving<'_>, now: i64) -> Result<i64, StoreError> {
    Ok(sqlx::query_scalar(
        "INSERT INTO accounts (name, region, created_at) VALUES (?1, coalesce(?2, 'latin_america'), ?3) \
         ON CONFLICT (name) DO UPDATE SET region = coalesce(?2, region) RETURNING id",
    )
    .bind(arriving.account)
    .bind(arriving.region.map(Region::name))
    .bind(now)
    .fetch_one(write)
    .await?)
}

async fn upsert_user(write: &mut Connection, arriving: Arriving<'_>, now: i64) -> Result<i64, StoreError> {
    Ok(sqlx::query_scalar(
        "INSERT INTO users (email, name, locale, created_at, updated_at) \
         VALUES (?1, coalesce(?2, ?3), coalesce(?4, 'en'), ?5, ?5) \
         ON CONFLICT (email) DO UPDATE SET name = coalesce(?2, name), locale = coalesce(?4, locale), \
             updated_at = CASE WHEN name = coalesce(?2, name) AND locale = coalesce(?4, locale) THEN updated_at \
                               ELSE ?5 END \
         RETURNING id",
    )
    .bind(arriving.email)
    .bind(arriving.name)
    .bind(arriving.name_otherwise)
    .bind(arriving.locale.map(Locale::code))
    .bind(now)
    .fetch_one(write)
    .await?)
}

/// The host names another sponsor, or the first one: worth a line that stays.
async fn make_sponsor(write: &mut Connection, name: &str, account: i64, user: i64, now: i64) -> Result<(), StoreError> {
    let before: Option<i64> =
        sqlx::query_scalar("SELECT sponsor_id FROM accounts WHERE id = ?").bind(account).fetch_one(&mut *write).await?;
    if before == Some(user) {
        return Ok(());
    }
    sqlx::query("UPDATE accounts SET sponsor_id = ? WHERE id = ?")
        .bind(user)
        .bind(account)
        .execute(&mut *write)
        .await?;
    let data = json!({ "sponsor": user, "before": before });
    audit::append(
        write,
        audit::Entry { actor: "host", action: "account.sponsor", subject: &format!("account:{name}"), data },
        now,
    )
    .await
}
