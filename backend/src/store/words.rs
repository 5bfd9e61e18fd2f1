//! The words that requests are found by: a row of the full-text index for each comment, so that a reply writes its own
//! words and no others. Words of one search may stand in different comments of a request, and in its title.

use super::StoreError;
use super::columns::number;
use balcao_contract::id::{CommentId, RequestId};
use sqlx::{QueryBuilder, Sqlite, SqliteConnection};

/// A row's number is the request's, shifted by 13 bits, and the comment's place in it, from 0. The first row holds the
/// title, too: it is what most searches are for, and a row of its own for it would be one more for each request.
const ROWS: &str = "INSERT INTO request_words (rowid, scope, subject, body, notes) \
    SELECT (r.id << 13) | c.place, 'a' || r.account_id || 'u' || r.requester_id || ' a' || r.account_id, \
        CASE c.place WHEN 0 THEN r.subject END, \
        CASE c.public WHEN 1 THEN c.body END, CASE c.public WHEN 0 THEN c.body END";

/// The most places of a request; [`balcao_contract::limits::MAX_COMMENTS`] is below it.
const PLACES: u32 = 1 << 13;
const _: () = assert!(balcao_contract::limits::MAX_COMMENTS < PLACES);

/// The numbers of the requests that an expression finds, once for each row.
const FOUND: &str = "SELECT rowid >> 13 FROM request_words WHERE request_words MATCH ";

/// Adds the words of a request's newest comment, and with the first one those of the title.
pub(super) async fn add(write: &mut SqliteConnection, comment: CommentId) -> Result<(), StoreError> {
    let sql = format!(
        "{ROWS} FROM (SELECT n.request_id, n.public, n.body, s.comments - 1 AS place \
             FROM comments n JOIN request_sizes s ON s.request_id = n.request_id WHERE n.id = ? AND s.comments <= {PLACES}) c \
         JOIN requests r ON r.id = c.request_id"
    );
    sqlx::query(&sql).bind(number(comment)).execute(write).await?;
    Ok(())
}

/// Writes the words of the title anew, and of the first comment, which shares its row.
///
/// # Errors
/// The database refuses.
pub async fn renew_title(write: &mut SqliteConnection, request: RequestId) -> Result<(), StoreError> {
    sqlx::query("DELETE FROM request_words WHERE rowid = ? << 13").bind(number(request)).execute(&mut *write).await?;
    let sql = format!(
        "{ROWS} FROM request_sizes s JOIN requests r ON r.id = s.request_id \
         JOIN (SELECT id, public, body, 0 AS place FROM comments) c ON c.id = s.first_comment_id WHERE s.request_id = ?"
    );
    sqlx::query(&sql).bind(number(request)).execute(write).await?;
    Ok(())
}

/// Writes all words of a request anew: after its requester or its comments were changed by hand.
///
/// # Errors
/// The database refuses.
pub async fn renew(write: &mut SqliteConnection, request: RequestId) -> Result<(), StoreError> {
    remove(write, request).await?;
    let sql = format!(
        "{ROWS} FROM (SELECT request_id, public, body, row_number() OVER (ORDER BY created_at, id) - 1 AS place \
             FROM comments WHERE request_id = ?) c JOIN requests r ON r.id = c.request_id WHERE c.place < {PLACES}"
    );
    sqlx::query(&sql).bind(number(request)).execute(write).await?;
    Ok(())
}

/// Takes all words of a request out of the index.
///
/// # Errors
/// The database refuses.
pub async fn remove(write: &mut SqliteConnection, request: RequestId) -> Result<(), StoreError> {
    let sql = "DELETE FROM request_words WHERE rowid BETWEEN ?1 << 13 AND (?1 << 13) | 8191";
    sqlx::query(sql).bind(number(request)).execute(write).await?;
    Ok(())
}

/// Where words are looked for.
#[derive(Debug, Clone, Copy)]
pub(super) struct Within<'a> {
    /// The word of the scope that every row has to hold: nobody's search leaves what they may see, not even inside the
    /// index. Agents search everything.
    pub scope: Option<&'a str>,
    /// The columns.
    pub columns: &'static str,
}

impl Within<'_> {
    fn expression(&self, words: &str) -> String {
        let Self { scope, columns } = self;
        match scope {
            Some(scope) => format!("scope : \"{scope}\" AND {{{columns}}} : ({words})"),
            None => format!("{{{columns}}} : ({words})"),
        }
    }

    /// The numbers of requests that hold all of `with`, wherever each word stands, and none of `without`; with nothing to
    /// look for, of those that hold any of `without`.
    pub fn push(&self, query: &mut QueryBuilder<'_, Sqlite>, with: &[String], without: &[String]) {
        for (place, word) in with.iter().enumerate() {
            query.push(if place == 0 { "" } else { " INTERSECT " }).push(FOUND).push_bind(self.expression(word));
        }
        if !without.is_empty() {
            query.push(if with.is_empty() { "" } else { " EXCEPT " });
            query.push(FOUND).push_bind(self.expression(&without.join(" OR ")));
        }
    }
}
