//! Two servers on one folder.

use super::server::{Server, not_started, serve};
use super::{Ran, program};
use std::io::Write as _;
use std::process::Stdio;

#[test]
fn a_second_server_on_the_same_folder_is_refused_and_subcommands_are_not() {
    let folder = tempfile::tempdir().unwrap();
    let data_dir = folder.path().join("data");
    let first = Server::start(serve(&data_dir, &[])).unwrap();
    let said = not_started(serve(&data_dir, &[]));
    let expected = format!("another balcao-backend (process {}) works on data_dir", first.process());
    assert!(said.contains(&expected) && said.contains("BALCAO_DATA_DIR") && said.contains("stop that one"), "{said}");
    let filled = program(data_dir.clone(), &["fill", "--requester", "ana@acmestore.example", "--requests", "1"]);
    assert!(Ran::from({ filled }.output().unwrap()).refused().contains("another balcao-backend"));
    for line in [
        ["account", "add", "acmestore", "--region", "emea"].as_slice(),
        &["user", "add", "ana@acmestore.example", "--name", "Ana", "--account", "acmestore"],
        &["agent", "list"],
        &["outbox", "list"],
        &["mail", "quarantine", "list"],
        &["survey", "figures"],
        &["config"],
    ] {
        let ran = Ran::from(program(data_dir.clone(), line).output().unwrap());
        assert_eq!(ran.code, Some(0), "{line:?}: {}", ran.err);
    }
    let mut ingest = program(data_dir.clone(), &["mail", "ingest"]).stdin(Stdio::piped()).spawn().unwrap();
    ingest.stdin.take().unwrap().write_all(b"From: a@b.example\r\nTo: reply@localhost\r\n\r\nHello").unwrap();
    assert_eq!(ingest.wait().unwrap().code(), Some(0));
    // A folder of its own is what the sentence leads to.
    drop(Server::start(serve(&folder.path().join("other"), &[])).unwrap());
    first.stop();
    drop(Server::start(serve(&data_dir, &[])).unwrap());
}

#[test]
fn the_lock_of_a_server_that_was_killed_holds_nobody_up() {
    let folder = tempfile::tempdir().unwrap();
    for _ in 0..2 {
        Server::start(serve(folder.path(), &[])).unwrap().kill();
    }
    Server::start(serve(folder.path(), &[])).unwrap().stop();
}
