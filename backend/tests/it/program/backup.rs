//! `backup`, `verify`, `restore`.

use super::before::{Before, FILE};
use super::server::{Server, not_started, serve};
use super::{Ran, program};
use crate::agents::{Office, upload};
use balcao_backend::backup::{RestoreOptions, restore};
use balcao_config::Config;
use balcao_evidence::{Hold, Swept};
use chrono::{TimeDelta, Utc};
use std::fs;
use std::path::{Path, PathBuf};

fn run(data_dir: &Path, words: &[&str]) -> Ran {
    program(data_dir.to_owned(), words).output().unwrap().into()
}

fn text(path: &Path) -> &str {
    path.to_str().unwrap()
}

/// What a command said that failed, on as many lines as it has faults.
#[track_caller]
fn faults(ran: Ran) -> String {
    assert_eq!(ran.code, Some(1), "{}{}", ran.out, ran.err);
    ran.err
}

/// The one file below a folder.
fn only_file(folder: &Path) -> PathBuf {
    let mut found = Vec::new();
    for first in fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path()).filter(|path| path.is_dir()) {
        found.extend(fs::read_dir(first).unwrap().map(|entry| entry.unwrap().path()));
    }
    assert_eq!(found.len(), 1, "{found:?}");
    found.remove(0)
}

#[cfg(unix)]
fn mode(path: &Path) -> u32 {
    use std::os::unix::fs::PermissionsExt as _;
    fs::metadata(path).unwrap().permissions().mode() & 0o777
}

/// By the guide a backup once lost `sign_in.key` and `reply.key`.
#[tokio::test]
async fn what_is_restored_from_a_backup_beside_a_running_server_works_to_the_last_key() {
    let office = Office::open().await;
    let before = Before::make(&office).await;
    let folder = tempfile::tempdir().unwrap();
    let (backup, restored) = (folder.path().join("backups/monday"), folder.path().join("restored"));
    let data_dir = office.app.app.config.data_dir.clone();
    fs::create_dir_all(data_dir.join("calendars")).unwrap();
    fs::write(data_dir.join("calendars/brazil.ics"), "BEGIN:VCALENDAR\r\nEND:VCALENDAR\r\n").unwrap();
    let said = run(&data_dir, &["backup", "--to", text(&backup)]).done();
    assert!(said.contains("1 files") && said.contains("keep it like a key"), "{said}");
    // The desk goes on, and none of it is in the backup.
    office.request("After it").await;
    let said = run(&data_dir, &["verify", "--from", text(&backup)]).done();
    assert!(said.contains("sign_in.key, reply.key, code.key") && said.contains("every row and every file"), "{said}");
    #[cfg(unix)]
    for (path, expected) in [
        (backup.clone(), 0o700),
        (backup.join("balcao.sqlite3"), 0o600),
        (backup.join("keys/sign_in.key"), 0o600),
        (only_file(&backup.join("evidence")), 0o600),
    ] {
        assert_eq!(mode(&path), expected, "{}", path.display());
    }
    let mut sums = std::process::Command::new("sha256sum");
    sums.args(["--check", "--quiet", "SHA256SUMS"]).current_dir(&backup);
    assert!(sums.status().unwrap().success(), "the system's own tool agrees");

    let said = run(&restored, &["restore", "--from", text(&backup)]).done();
    assert!(said.contains("the database and 1 files") && said.contains("start the server as always"), "{said}");
    run(&restored, &["verify"]).done();
    assert_eq!(fs::read(restored.join("calendars/brazil.ics")).unwrap().len(), 32);
    #[cfg(unix)]
    assert_eq!((mode(&restored), mode(&restored.join("sign_in.key"))), (0o700, 0o600));
    Server::start(serve(&restored, &[])).unwrap().stop();
    let app = office.app.restarted_with(|config| {
        config.data_dir = restored.clone();
        config.evidence.dir = restored.join("evidence");
    });
    let app = app.await;
    before.works(&app).await;
    assert!(before.recovery_code_works(&app, 3).await);
    let requests: i64 = sqlx::query_scalar("SELECT COUNT(*) FROM requests")
        .fetch_one(&mut *app.app.store.read().await.unwrap())
        .await
        .unwrap();
    assert_eq!(requests, 1);
}

#[tokio::test]
async fn whatever_is_missing_or_changed_is_told_by_name_and_not_restored() {
    let office = Office::open().await;
    Before::make(&office).await;
    let folder = tempfile::tempdir().unwrap();
    let data_dir = office.app.app.config.data_dir.clone();
    let whole = folder.path().join("whole");
    run(&data_dir, &["backup", "--to", text(&whole)]).done();
    let file = only_file(&whole.join("evidence"));
    let file = file.strip_prefix(&whole).unwrap().to_owned();
    let flip = |path: &Path| {
        let mut bytes = fs::read(path).unwrap();
        let middle = bytes.len() / 2;
        bytes[middle] ^= 1;
        fs::write(path, bytes).unwrap();
    };
    type Harm<'a> = (&'a str, Box<dyn Fn(&Path) + 'a>, &'a str);
    let harms: [Harm<'_>; 8] = [
        ("a byte of a file", Box::new(|backup| flip(&backup.join(&file))), ": was changed"),
        ("a file", Box::new(|backup| fs::remove_file(backup.join(&file)).unwrap()), ": is missing"),
        (
            "a byte of the database",
            Box::new(|backup| flip(&backup.join("balcao.sqlite3"))),
            "balcao.sqlite3: was changed",
        ),
        (
            "a key",
            Box::new(|backup| fs::remove_file(backup.join("keys/reply.key")).unwrap()),
            "keys/reply.key: is missing",
        ),
        (
            "another key",
            Box::new(|backup| fs::write(backup.join("keys/sign_in.key"), [7; 32]).unwrap()),
            "sign_in.key: the key",
        ),
        (
            "one file more",
            Box::new(|backup| fs::write(backup.join("evidence/more"), "x").unwrap()),
            "more: the backup does not",
        ),
        ("the checksums", Box::new(|backup| flip(&backup.join("SHA256SUMS"))), "SHA256SUMS was changed"),
        (
            "the manifest",
            Box::new(|backup| fs::remove_file(backup.join("manifest.json")).unwrap()),
            "one that was interrupted",
        ),
    ];
    for (number, (what, harm, expected)) in harms.iter().enumerate() {
        let backup = folder.path().join(format!("harmed{number}"));
        copy_all(&whole, &backup);
        harm(&backup);
        let told = faults(run(&data_dir, &["verify", "--from", text(&backup)]));
        assert!(told.contains(expected), "{what}: {told}");
        let target = folder.path().join(format!("target{number}"));
        let told = faults(run(&target, &["restore", "--from", text(&backup)]));
        assert!(told.contains(expected) && !target.exists(), "{what}: {told}");
    }
    // What is whole is to be had all the same, once somebody says so.
    let target = folder.path().join("target");
    let some = run(&target, &["restore", "--from", text(&folder.path().join("harmed0")), "--accept-faults"]);
    assert_eq!(some.code, Some(0), "{}", some.err);
    assert!(some.out.contains("1 files were left out"), "{}", some.out);
    Server::start(serve(&target, &[])).unwrap().stop();

    // The data folder itself, beside the server.
    run(&data_dir, &["verify"]).done();
    let live = only_file(&data_dir.join("evidence"));
    flip(&live);
    assert!(faults(run(&data_dir, &["verify"])).contains("was changed"));
    let partial = folder.path().join("partial");
    let told = faults(run(&data_dir, &["backup", "--to", text(&partial)]));
    assert!(told.contains("was changed in evidence.dir") && told.contains("the backup was taken, but 1"), "{told}");
    assert!(faults(run(&data_dir, &["verify", "--from", text(&partial)])).contains("when the backup was taken"));
    fs::remove_file(&live).unwrap();
    assert!(faults(run(&data_dir, &["verify"])).contains("is missing"));
}

fn copy_all(from: &Path, to: &Path) {
    fs::create_dir_all(to).unwrap();
    for entry in fs::read_dir(from).unwrap() {
        let (source, name) = (entry.as_ref().unwrap().path(), entry.as_ref().unwrap().file_name());
        match source.is_dir() {
            true => copy_all(&source, &to.join(name)),
            false => drop(fs::copy(&source, to.join(name)).unwrap()),
        }
    }
}

#[test]
fn a_restore_touches_nothing_that_is_there_unless_it_is_told_to_and_nothing_that_is_served() {
    let folder = tempfile::tempdir().unwrap();
    let (data_dir, backup) = (folder.path().join("data"), folder.path().join("backup"));
    let server = Server::start(serve(&data_dir, &[])).unwrap();
    run(&data_dir, &["backup", "--to", text(&backup)]).done();
    let restore = ["restore", "--from", text(&backup)];
    let said = run(&data_dir, &["restore", "--from", text(&backup), "--over"]).refused();
    assert!(said.contains("nothing is restored under a server that runs"), "{said}");
    server.stop();
    let said = run(&data_dir, &restore).refused();
    assert!(said.contains("is not empty") && said.contains("BALCAO_DATA_DIR") && said.contains("--over"), "{said}");
    run(&data_dir, &["account", "add", "afterwards", "--region", "emea"]).done();
    let said = run(&data_dir, &["restore", "--from", text(&backup), "--over"]).done();
    assert!(said.contains("what was there is in") && said.contains("before-restore-"), "{said}");
    assert!(!run(&data_dir, &["account", "list"]).done().contains("afterwards"));
    let aside = fs::read_dir(&data_dir).unwrap().map(|entry| entry.unwrap().path());
    let aside: Vec<PathBuf> = aside.filter(|path| text(path).contains("before-restore-")).collect();
    assert!(run(&aside[0], &["account", "list"]).done().contains("afterwards"), "nothing is lost");
    Server::start(serve(&data_dir, &[])).unwrap().stop();
    // An evidence folder elsewhere is looked at, too.
    let files = folder.path().join("files");
    fs::create_dir_all(files.join("ab")).unwrap();
    let mut elsewhere = program(folder.path().join("new"), &restore);
    let said = Ran::from(elsewhere.env("BALCAO_EVIDENCE_DIR", &files).output().unwrap()).refused();
    assert!(said.contains("evidence.dir") && said.contains("is not empty"), "{said}");
    // A restore that was interrupted is not served.
    fs::write(data_dir.join("restore.unfinished"), "").unwrap();
    let said = not_started(serve(&data_dir, &[]));
    assert!(said.contains("is only half restored") && said.contains("restore --from BACKUP --over"), "{said}");
    assert!(run(&data_dir, &["account", "list"]).refused().contains("half restored"));
    run(&data_dir, &["restore", "--from", text(&backup), "--over"]).done();
    Server::start(serve(&data_dir, &[])).unwrap().stop();
}

/// A later one once moved what it found over what the one before had moved aside, where both came within a second.
#[test]
fn restores_of_one_second_keep_what_each_of_them_found() {
    let folder = tempfile::tempdir().unwrap();
    let (data_dir, backup) = (folder.path().join("data"), folder.path().join("backup"));
    Server::start(serve(&data_dir, &[])).unwrap().stop();
    run(&data_dir, &["backup", "--to", text(&backup)]).done();
    let mut config = Config::development(&data_dir);
    config.evidence.dir = folder.path().join("files");
    let (options, now) = (RestoreOptions { over: true, ..RestoreOptions::default() }, Utc::now());
    let runtime = tokio::runtime::Runtime::new().unwrap();
    for found in ["first", "second", "third"] {
        fs::write(data_dir.join("found"), found).unwrap();
        fs::create_dir_all(&config.evidence.dir).unwrap();
        fs::write(config.evidence.dir.join("found"), found).unwrap();
        runtime.block_on(restore(&config, &backup, options, now, &mut |_| {})).unwrap();
    }
    let kept = |folder: &Path| {
        let folders = fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path());
        let mut kept: Vec<String> = folders
            .filter(|path| text(path).contains("before-restore-"))
            .map(|path| fs::read_to_string(path.join("found")).unwrap())
            .collect();
        kept.sort_unstable();
        kept
    };
    assert_eq!(kept(&data_dir), ["first", "second", "third"]);
    assert_eq!(kept(folder.path()), ["first", "second", "third"]);
}

#[tokio::test]
async fn without_keys_a_backup_says_so_and_its_restore_starts_once_they_are_put_back() {
    let office = Office::open().await;
    let before = Before::make(&office).await;
    let folder = tempfile::tempdir().unwrap();
    let (backup, restored) = (folder.path().join("backup"), folder.path().join("restored"));
    let data_dir = office.app.app.config.data_dir.clone();
    let said = run(&data_dir, &["backup", "--to", text(&backup), "--without-keys"]).done();
    assert!(said.contains("no keys: keep sign_in.key and reply.key") && !backup.join("keys").exists(), "{said}");
    assert!(run(&data_dir, &["verify", "--from", text(&backup)]).done().contains("no keys"));
    assert!(
        run(&restored, &["restore", "--from", text(&backup)]).done().contains("put sign_in.key and reply.key into")
    );
    assert!(not_started(serve(&restored, &[])).contains("sign_in.key is missing"));
    for name in ["sign_in.key", "reply.key"] {
        fs::copy(data_dir.join(name), restored.join(name)).unwrap();
    }
    let app = office.app.restarted_with(|config| {
        config.data_dir = restored.clone();
        config.evidence.dir = restored.join("evidence");
    });
    before.works(&app.await).await;
}

#[test]
fn a_backup_takes_a_place_of_its_own_whole_or_not_at_all() {
    let folder = tempfile::tempdir().unwrap();
    let (data_dir, backup) = (folder.path().join("data"), folder.path().join("backup"));
    let said = run(&data_dir, &["backup", "--to", text(&backup)]).refused();
    assert!(said.contains("there is no database in data_dir") && !data_dir.exists() && !backup.exists(), "{said}");
    assert!(run(&data_dir, &["verify"]).refused().contains("there is no database in data_dir"));
    Server::start(serve(&data_dir, &[])).unwrap().stop();
    for (to, expected) in [
        (data_dir.join("backup"), "lies inside the folder that it is to keep"),
        (data_dir.join("evidence/x/backup"), "lies inside the folder that it is to keep"),
        (data_dir.clone(), "is there already, and not empty"),
        (data_dir.join("balcao.sqlite3"), "is there already, and not empty"),
    ] {
        let said = run(&data_dir, &["backup", "--to", text(&to)]).refused();
        assert!(said.contains(expected), "{}: {said}", to.display());
    }
    let _ = fs::remove_dir(data_dir.join("evidence/x"));
    // As one that was killed leaves it: no backup, and no hindrance.
    let unfinished = folder.path().join(".backup.unfinished");
    fs::create_dir_all(unfinished.join("evidence")).unwrap();
    fs::write(unfinished.join("balcao.sqlite3"), "half").unwrap();
    assert!(run(&data_dir, &["verify", "--from", text(&unfinished)]).refused().contains("one that was interrupted"));
    fs::create_dir(&backup).unwrap();
    run(&data_dir, &["backup", "--to", text(&backup)]).done();
    assert!(!unfinished.exists() && backup.join("manifest.json").exists());
    // One of a newer version is not guessed at.
    let manifest = backup.join("manifest.json");
    let newer = fs::read_to_string(&manifest).unwrap().replace("\"schema\": ", "\"schema\": 9");
    fs::write(&manifest, newer).unwrap();
    for line in [["verify", "--from", text(&backup)], ["restore", "--from", text(&backup)]] {
        let said = run(&folder.path().join("new"), &line).refused();
        assert!(said.contains("was made by a newer version") && said.contains("install that version"), "{said}");
    }
    assert!(!folder.path().join("new").exists());
}

/// A file that the copied database names must still be there when its turn comes.
#[tokio::test]
async fn nothing_is_swept_while_a_backup_is_taken() {
    let office = Office::open().await;
    let sent = upload(&office.ana, "log.txt", FILE).await;
    let app = &office.app;
    let dir = app.app.config.evidence.dir.clone();
    let file = only_file(&dir);
    let hold = Hold::of(&dir).unwrap();
    let answer = office.ana.delete(&format!("/api/v2/uploads/{}", sent["token"].as_str().unwrap())).await;
    assert!(answer.status.is_success(), "{}", answer.text());
    app.wait(TimeDelta::hours(30));
    let sweep = async || {
        app.app.evidence.sweep_once(&app.app.store, balcao_runtime::clock::Clock::now(&*app.clock)).await.unwrap()
    };
    assert_eq!(sweep().await, Swept { removed: 0, left: 1 });
    assert!(file.exists());
    drop(hold);
    assert_eq!(sweep().await, Swept { removed: 1, left: 0 });
    assert!(!file.exists());
}
