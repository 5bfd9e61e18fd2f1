//! `key …`: two of a kind are valid at once, and a database is not served with keys that are not its own.

use super::before::Before;
use super::server::{Server, not_started, serve};
use super::{Ran, program};
use crate::agents::{ANA, Office};
use crate::support_site::{Browser, assert_leads_to, newest_code};
use serde_json::Value;
use std::fs;
use std::path::Path;
use std::process::Stdio;

fn key(data_dir: &Path, line: &str) -> Ran {
    let words: Vec<&str> = std::iter::once("key").chain(line.split_whitespace()).collect();
    program(data_dir.to_owned(), &words).output().unwrap().into()
}

/// The kinds of keys and their states, as they are listed.
fn listed(data_dir: &Path) -> Vec<(String, String)> {
    let all: Value = serde_json::from_str(&key(data_dir, "list --json").done()).unwrap();
    let text = |value: &Value| value.as_str().unwrap().to_owned();
    all.as_array().unwrap().iter().map(|key| (text(&key["name"]), text(&key["state"]))).collect()
}

#[tokio::test]
async fn everything_that_was_made_with_a_key_works_after_its_rotation() {
    let office = Office::open().await;
    let before = Before::make(&office).await;
    let mut on_the_way = Browser::new(&office.app);
    assert_leads_to(&on_the_way.post("/support/email", &[("email", ANA)]).await, "/support/code");
    let code = newest_code(&office.app, ANA).await;
    let data_dir = office.app.app.config.data_dir.clone();
    let Office { app, .. } = office;
    for name in ["sign_in", "reply", "code"] {
        let said = key(&data_dir, &format!("rotate {name}")).done();
        assert!(said.contains("stays valid until `key retire") && said.contains("Make a backup"), "{said}");
        assert!(key(&data_dir, &format!("rotate {name}")).refused().contains("two are the most"), "{name}");
    }
    let states: Vec<String> = listed(&data_dir).into_iter().map(|(name, state)| format!("{name} {state}")).collect();
    let expected = [
        "sign_in in use",
        "sign_in still valid",
        "reply in use",
        "reply still valid",
        "code in use",
        "code still valid",
    ];
    assert_eq!(states, expected);

    let app = app.restarted().await;
    let mut on_the_way = on_the_way.after_restart(&app);
    assert_leads_to(&on_the_way.post("/support/code", &[("code", &code)]).await, "/panel/new");
    let said = key(&data_dir, "retire sign_in").refused();
    assert!(said.contains("1 passwords") && said.contains("1 people's recovery codes"), "{said}");
    before.works(&app).await;
    // Signing in made the hash anew; the other tries below are as good as the first.
    before.password_works(&app).await;
    assert!(before.recovery_code_works(&app, 0).await);
    assert!(!before.recovery_code_works(&app, 0).await, "each works once");
    let said = key(&data_dir, "retire sign_in").refused();
    assert!(!said.contains("passwords (") && said.contains("recovery codes"), "{said}");
    let said = key(&data_dir, "retire reply").refused();
    assert!(said.contains("1 requests that were open before the rotation"), "{said}");
    let said = key(&data_dir, "retire code").refused();
    assert!(said.contains("codes that were sent before the rotation"), "{said}");

    // What needs the old key alone goes with it, and nothing else.
    let said = key(&data_dir, "retire sign_in --accept-loss").done();
    assert!(said.contains("is not valid any more\nlost: 1 people's recovery codes"), "{said}");
    assert!(key(&data_dir, "retire sign_in").refused().contains("has one key alone"));
    let app = app.restarted().await;
    before.works(&app).await;
    assert!(!before.recovery_code_works(&app, 1).await);
    let audit = program(data_dir, &["audit", "list", "--json"]).output().unwrap();
    let audit = String::from_utf8(audit.stdout).unwrap();
    assert!(audit.contains("key.rotate") && audit.contains("key.retire") && audit.contains("key:sign_in"), "{audit}");
}

/// A restore without keys once started with fresh ones: every password, second factor and reply address was dead.
#[tokio::test]
async fn a_database_is_not_served_with_fresh_or_foreign_keys() {
    let office = Office::open().await;
    let before = Before::make(&office).await;
    let data_dir = office.app.app.config.data_dir.clone();
    let app = office.app;
    let reply = before.reply(&app);
    app.app.store.close().await;
    for (name, file, what) in [
        ("sign_in", "sign_in.key", "passwords, second factors and recovery codes"),
        ("reply", "reply.key", "the reply addresses in mails"),
    ] {
        let path = data_dir.join(file);
        let kept = fs::read(&path).unwrap();
        fs::remove_file(&path).unwrap();
        let said = not_started(serve(&data_dir, &[]));
        for part in
            [&format!("{file} is missing in data_dir"), what, "from the backup", &format!("key accept-loss {name}")]
        {
            assert!(said.contains(part), "{part}: {said}");
        }
        assert!(!path.exists(), "no fresh one is made");
        assert!(listed(&data_dir).contains(&(name.to_owned(), "missing".to_owned())));
        fs::write(&path, [7; 32]).unwrap();
        let said = not_started(serve(&data_dir, &[]));
        assert!(said.contains(&format!("{file} in data_dir")) && said.contains("is another key"), "{said}");
        fs::write(&path, [7; 31]).unwrap();
        assert!(not_started(serve(&data_dir, &[])).contains("not a file of one or two keys"));
        fs::write(&path, kept).unwrap();
        assert!(key(&data_dir, &format!("accept-loss {name}")).refused().contains("nothing is lost"));
    }
    // A mail waits at the mail server until somebody has put the key back.
    let (path, aside) = (data_dir.join("reply.key"), data_dir.join("reply.key.aside"));
    fs::rename(&path, &aside).unwrap();
    let given = data_dir.join("mail");
    fs::write(&given, &reply).unwrap();
    let ingest = || {
        let input = Stdio::from(fs::File::open(&given).unwrap());
        Ran::from(program(data_dir.clone(), &["mail", "ingest"]).stdin(input).output().unwrap())
    };
    let put_off = ingest();
    assert_eq!(put_off.code, Some(75), "{}", put_off.err);
    assert!(put_off.err.contains("reply.key is missing"), "{}", put_off.err);
    fs::rename(&aside, &path).unwrap();
    assert_eq!(ingest().code, Some(0));
    // Codes end by themselves: a new key costs nobody anything.
    fs::remove_file(data_dir.join("code.key")).unwrap();
    Server::start(serve(&data_dir, &[])).unwrap().stop();
    before.works(&app.restarted().await).await;
}

#[tokio::test]
async fn a_lost_key_is_gone_on_without_when_an_operator_says_so() {
    let office = Office::open().await;
    let before = Before::make(&office).await;
    let data_dir = office.app.app.config.data_dir.clone();
    office.app.app.store.close().await;
    for file in ["sign_in.key", "reply.key"] {
        fs::remove_file(data_dir.join(file)).unwrap();
    }
    let said = key(&data_dir, "accept-loss sign_in").done();
    assert!(said.contains("1 people set up password and second factor anew"), "{said}");
    assert!(key(&data_dir, "accept-loss reply").done().contains("end in quarantine"));
    let app = office.app.restarted().await;
    let left: i64 = sqlx::query_scalar(
        "SELECT (SELECT COUNT(*) FROM passwords) + (SELECT COUNT(*) FROM second_factors) + \
         (SELECT COUNT(*) FROM recovery_codes) + (SELECT COUNT(*) FROM webhooks WHERE active = 1)",
    )
    .fetch_one(&mut *app.app.store.read().await.unwrap())
    .await
    .unwrap();
    assert_eq!(left, 0);
    // As the sentence says: everything can be made anew.
    crate::support_site::password::enrolled(&app, &mut Browser::new(&app), ANA).await;
    drop(before);
}

#[test]
fn keys_are_not_changed_under_a_server_that_has_them_in_memory() {
    let folder = tempfile::tempdir().unwrap();
    let server = Server::start(serve(folder.path(), &[])).unwrap();
    for line in ["rotate sign_in", "retire sign_in", "accept-loss reply"] {
        let said = key(folder.path(), line).refused();
        assert!(said.contains("has the keys in memory: stop it, repeat this, and start it again"), "{line}: {said}");
    }
    assert_eq!(listed(folder.path()).len(), 3);
    server.stop();
    key(folder.path(), "rotate sign_in").done();
    key(folder.path(), "retire sign_in").done();
    Server::start(serve(folder.path(), &[])).unwrap().stop();
    assert_eq!(key(folder.path(), "rotate host").code, Some(2), "the host's key is the host's");
}
