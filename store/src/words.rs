//! The words that requests are found by: a row of the full-text index for each comment, so that a reply writes its own
//! words and no others. Words of one search may stand in different comments of a request, and in its title.

use super::Connection;
use super::StoreError;
use super::columns::number;
use balcao_contract::id::{CommentId, RequestId};
use sqlx::{QueryBuilder, Sqlite};

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
pub(super) async fn add(write: &mut Connection, comment: CommentId) -> Result<(), StoreError> {
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
pub async fn renew_title(write: &mut Connection, request: RequestId) -> Result<(), StoreError> {
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
pub async fn renew(write: &mut Connection, request: RequestId) -> Result<(), StoreError> {
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
pub async fn remove(write: &mut Connection, request: RequestId) -> Result<(), StoreError> {
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

#[cfg(test)]
mod tests {
    use super::*;
    use crate::request_list::{Filter, FoundBy, count};
    use crate::ticket_list::{self, TicketFilter};
    use crate::{Reach, Store, StoreOptions, comments};
    use sqlx::sqlite::SqliteConnectOptions;
    use sqlx::{ConnectOptions as _, Connection as _};

    /// A database from before, with a thread longer than any may be now.
    async fn from_before(path: &std::path::Path) -> Store {
        let connect = SqliteConnectOptions::new().filename(path).create_if_missing(true);
        let mut before = connect.connect().await.unwrap();
        let mut migrator = sqlx::migrate!("./migrations");
        migrator.migrations.to_mut().retain(|migration| migration.version < 30);
        migrator.run_direct(&mut before).await.unwrap();
        sqlx::raw_sql(
            "INSERT INTO accounts (id, name, region, created_at) VALUES (1, 'acme', 'emea', 0);
             INSERT INTO users (id, email, name, locale, created_at, updated_at) VALUES (2, 'a@b.example', 'Ana', 'en', 0, 0);
             INSERT INTO requests (id, account_id, requester_id, status, channel, created_at, updated_at, subject, description)
                 VALUES (3, 1, 2, 'new', 'web', 0, 0, 'Freight', 'x'), (4, 1, 2, 'new', 'web', 0, 0, 'Long', 'x'),
                     (5, 1, 2, 'new', 'web', 0, 0, 'Freight elsewhere', 'x');
             INSERT INTO comments (request_id, author_id, channel, created_at, body)
                 VALUES (3, 2, 'web', 5, 'second'), (3, 2, 'web', 1, 'first'), (5, 2, 'web', 1, 'neighbour');
             INSERT INTO comments (request_id, author_id, channel, created_at, body, public) VALUES (3, 2, 'web', 6, 'zebra', 0);
             WITH RECURSIVE n(i) AS (SELECT 0 UNION ALL SELECT i + 1 FROM n WHERE i < 8999)
                 INSERT INTO comments (request_id, author_id, channel, created_at, body, public)
                 SELECT 4, 2, 'web', i, 'place' || i, i % 2 = 0 FROM n;",
        )
        .execute(&mut before)
        .await
        .unwrap();
        before.close().await.unwrap();
        Store::open(path, StoreOptions::default()).await.unwrap()
    }

    fn words(words: &[&str]) -> FoundBy {
        FoundBy::Words { with: words.iter().map(|word| format!("\"{word}\"")).collect(), without: Vec::new() }
    }

    #[tokio::test]
    async fn everything_from_before_is_found_however_long_its_thread() {
        let folder = tempfile::tempdir().unwrap();
        let store = from_before(&folder.path().join("test.sqlite3")).await;
        let mut read = store.read().await.unwrap();
        let own = Filter::own(1.try_into().unwrap(), 2.try_into().unwrap());
        for (looked_for, of_hers, of_agents) in [
            (&["freight"][..], 2, 2),
            (&["freight", "first"], 1, 1),
            (&["second", "first"], 1, 1),
            (&["second", "zebra"], 0, 1),
            (&["place0", "place8190", "place8998"], 1, 1),
            (&["place8191"], 0, 1),
            (&["place8192", "place8194"], 1, 1),
            (&["place8999", "long"], 0, 1),
            (&["neighbour", "first"], 0, 0),
        ] {
            let found_by = words(looked_for);
            let hers = Filter { found_by: found_by.clone(), ..own.clone() };
            assert_eq!(count(&mut read, &hers).await.unwrap(), of_hers, "{looked_for:?}");
            let agents = TicketFilter { found_by, ..TicketFilter::within(Reach::Everything) };
            assert_eq!(ticket_list::count(&mut read, &agents).await.unwrap(), of_agents, "{looked_for:?}");
        }
        let size = comments::size(&mut read, 4.try_into().unwrap()).await.unwrap();
        let text: u64 = (0..9_000_u32).map(|place| format!("place{place}").len() as u64).sum();
        assert_eq!((size.comments, size.text_bytes), (9_000, text));
        drop(read);
        store.close().await;
    }

    #[tokio::test]
    async fn a_new_title_is_found_and_the_old_one_is_not() {
        let folder = tempfile::tempdir().unwrap();
        let store = from_before(&folder.path().join("test.sqlite3")).await;
        let mut write = store.begin().await.unwrap();
        sqlx::query("UPDATE requests SET subject = 'Customs' WHERE id = 3").execute(&mut *write).await.unwrap();
        renew_title(&mut write, 3.try_into().unwrap()).await.unwrap();
        let own = Filter::own(1.try_into().unwrap(), 2.try_into().unwrap());
        for (looked_for, found) in
            [(&["customs", "first", "second"][..], 1), (&["freight"], 1), (&["freight", "first"], 0)]
        {
            let filter = Filter { found_by: words(looked_for), ..own.clone() };
            assert_eq!(count(&mut write, &filter).await.unwrap(), found, "{looked_for:?}");
        }
        drop(write);
        store.close().await;
    }

    /// Old requests may be beyond what a row's number can tell: what is added then must not be another request's.
    #[tokio::test]
    async fn a_comment_beyond_all_places_takes_nobody_elses() {
        let folder = tempfile::tempdir().unwrap();
        let store = from_before(&folder.path().join("test.sqlite3")).await;
        let mut write = store.begin().await.unwrap();
        let (request, author) = (4.try_into().unwrap(), 2.try_into().unwrap());
        let now = chrono::DateTime::from_timestamp_millis(9).unwrap();
        comments::insert(&mut write, request, author, "giraffe", "web", now).await.unwrap();
        let own = Filter::own(1.try_into().unwrap(), 2.try_into().unwrap());
        let filter = Filter { found_by: words(&["giraffe"]), ..own };
        assert_eq!(count(&mut write, &filter).await.unwrap(), 0);
        drop(write);
        store.close().await;
    }
}
