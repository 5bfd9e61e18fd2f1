//! A database that does not go with its folder, or with the program.

use super::server::{Server, not_started, serve};
use std::fs;
use std::path::Path;

fn serve_once(data_dir: &Path) {
    Server::start(serve(data_dir, &[])).unwrap().stop();
}

/// Copied over a newer database, an old backup once was served with files and numbers of the time after it.
#[test]
fn an_old_database_over_a_newer_one_is_refused_with_the_way_on() {
    let folder = tempfile::tempdir().unwrap();
    let (data_dir, other) = (folder.path().join("data"), folder.path().join("other"));
    serve_once(&data_dir);
    let (live, old) = (data_dir.join("balcao.sqlite3"), folder.path().join("old.sqlite3"));
    fs::copy(&live, &old).unwrap();
    // What was served last starts again, however it ended.
    Server::start(serve(&data_dir, &[])).unwrap().kill();
    serve_once(&data_dir);
    fs::copy(&old, &live).unwrap();
    let said = not_started(serve(&data_dir, &[]));
    for part in
        ["is older than what was last served from there", "restore --from BACKUP --over", "remove database.mark"]
    {
        assert!(said.contains(part), "{part}: {said}");
    }
    serve_once(&other);
    fs::copy(other.join("balcao.sqlite3"), &live).unwrap();
    let said = not_started(serve(&data_dir, &[]));
    assert!(said.contains("is another database than the one that was last served"), "{said}");
    // As the sentence says.
    fs::copy(&old, &live).unwrap();
    fs::remove_file(data_dir.join("database.mark")).unwrap();
    serve_once(&data_dir);
}

#[tokio::test]
async fn a_database_of_a_newer_version_is_refused_with_the_way_on() {
    use sqlx::ConnectOptions as _;
    let folder = tempfile::tempdir().unwrap();
    let data_dir = folder.path().to_owned();
    serve_once(&data_dir);
    let options = sqlx::sqlite::SqliteConnectOptions::new().filename(data_dir.join("balcao.sqlite3"));
    let mut database = options.connect().await.unwrap();
    sqlx::query(
        "INSERT INTO _sqlx_migrations (version, description, success, checksum, execution_time) \
         VALUES (9999, 'from tomorrow', 1, x'00', 0)",
    )
    .execute(&mut database)
    .await
    .unwrap();
    sqlx::Connection::close(database).await.unwrap();
    let said = not_started(serve(&data_dir, &[]));
    for part in
        ["a newer version of this program used it (it is at 9999", "install that version again", "restore a backup"]
    {
        assert!(said.contains(part), "{part}: {said}");
    }
}
