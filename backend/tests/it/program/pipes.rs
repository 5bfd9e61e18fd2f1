//! What is around a command: a pipe that closes, a database that is locked or not there.

use super::{Desk, Ran, program};
use std::io::Write as _;
use std::process::{Command, Stdio};

/// Runs a command whose output nobody reads: the other end is closed before the first word.
fn unread(mut command: Command) -> Ran {
    let (reader, writer) = std::io::pipe().unwrap();
    drop(reader);
    let child = command.stdout(writer.try_clone().unwrap()).stderr(Stdio::piped()).spawn().unwrap();
    drop((command, writer));
    child.wait_with_output().unwrap().into()
}

/// `| head` once ended the list with an error, and `config` with a panic.
#[tokio::test]
async fn whoever_has_read_enough_is_no_fault() {
    let desk = Desk::open().await;
    let id = desk.office.request("Orders stop").await.to_string();
    let data_dir = desk.data_dir();
    let run = move || {
        let solve = ["agent", "solve", &id, "--as", "marina@support.example"];
        let lines: [&[&str]; 9] = [
            &["agent", "list"],
            &["agent", "list", "--json"],
            &["agent", "show", &id],
            &["outbox", "list", "--waiting"],
            &["webhook", "list"],
            &["survey", "figures", "--csv"],
            &["user", "list"],
            &["config"],
            &solve,
        ];
        for line in lines {
            let ran = unread(program(data_dir.clone(), line));
            assert_eq!((ran.code, ran.err.as_str()), (Some(0), ""), "{line:?}");
        }
        // Nobody hears the refusal; the code still tells.
        let (reader, writer) = std::io::pipe().unwrap();
        drop(reader);
        let status = program(data_dir, &["agent", "show", "4711"]).stderr(writer).status().unwrap();
        assert_eq!(status.code(), Some(1));
    };
    tokio::task::spawn_blocking(run).await.unwrap();
    let tickets = desk.types("agent list --status solved").await.done();
    assert!(tickets.contains("Orders stop"), "it was done all the same: {tickets}");
}

#[tokio::test]
async fn a_locked_database_is_read_all_the_same_and_a_write_is_refused_whole() {
    let desk = Desk::open().await;
    let id = desk.office.request("Orders stop").await;
    let lock = desk.office.app.app.store.begin().await.unwrap();
    for line in ["outbox list", "webhook list", "survey figures", "account list"] {
        desk.types(line).await.done();
    }
    // Who reads a ticket reads it; that it cannot be noted who did is said.
    for line in ["agent list", &format!("agent show {id}")] {
        let ran = desk.types(line).await;
        assert_eq!(ran.code, Some(0), "{line}: {}", ran.err);
        assert!(ran.out.contains("Orders stop") && ran.err.contains("could not be noted"), "{line}: {}", ran.err);
    }
    for line in [
        &format!("agent reply {id} --as marina@support.example --body 'Which?'"),
        "outbox resend --all",
        "webhook resend --all",
        "account share acmestore on",
    ] {
        let said = desk.types(line).await.refused();
        assert!(said.contains("the database is busy; nothing was changed, try again"), "{line}: {said}");
    }
    drop(lock);
    assert_eq!(desk.comments(id).await.len(), 1);
    assert!(desk.types("audit list").await.done().lines().all(|line| !line.contains("operator:eva")));
}

/// Whoever forgot to name the folder once looked at a new and empty database, and it stayed there.
#[test]
fn a_folder_without_a_database_is_named_and_left_as_it_is() {
    let folder = tempfile::tempdir().unwrap();
    let data_dir = folder.path().join("data");
    for line in [
        ["agent", "list"].as_slice(),
        &["outbox", "list"],
        &["webhook", "list"],
        &["survey", "figures"],
        &["account", "list"],
        &["user", "disable", "ana@acmestore.example"],
    ] {
        let said = Ran::from(program(data_dir.clone(), line).output().unwrap()).refused();
        assert!(said.contains("there is no database in data_dir") && said.contains("BALCAO_DATA_DIR"), "{said}");
        assert!(!data_dir.exists(), "{line:?}");
    }
    let first = program(data_dir.clone(), &["account", "add", "acmestore", "--region", "emea"]).output().unwrap();
    assert_eq!(Ran::from(first).code, Some(0), "the first account makes it");
    std::fs::File::create(data_dir.join("balcao.sqlite3")).unwrap().write_all(&[7; 8192]).unwrap();
    for name in ["balcao.sqlite3-wal", "balcao.sqlite3-shm"] {
        let _ = std::fs::remove_file(data_dir.join(name));
    }
    let said = Ran::from(program(data_dir, &["agent", "list"]).output().unwrap()).refused();
    assert!(said.contains("database in data_dir"), "{said}");
}
