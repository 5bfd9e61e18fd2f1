//! The operators' commands: what they change, what they refuse, what they leave behind.

use crate::common::{ACCOUNT, Client, TestApp, start_of_tests};
use axum::http::StatusCode;
use balcao_backend::directory::{self, DirectoryCommand, Office};
use clap::Parser;
use serde_json::{Value, json};
use std::process::Command;

#[derive(Parser)]
struct Typed {
    #[command(subcommand)]
    command: DirectoryCommand,
}

/// Types a command beside the running application. What it said, or why not.
async fn typed(app: &TestApp, line: &str) -> Result<String, String> {
    let typed =
        Typed::try_parse_from(shell_words(&format!("balcao-backend {line}"))).map_err(|error| error.to_string())?;
    let mut out = Vec::new();
    let now = app.app.clock.now();
    let (store, config) = (&app.app.store, &app.app.config);
    let office = Office { store, config, now, actor: "operator:marina", out: &mut out, width: None };
    let done = directory::run(office, typed.command).await;
    let said = String::from_utf8(out).unwrap();
    done.map(|()| said.clone()).map_err(|error| format!("{said}{error}"))
}

fn shell_words(line: &str) -> Vec<String> {
    let mut words = vec![String::new()];
    let mut quoted = false;
    for sign in line.chars() {
        match sign {
            '\'' => quoted = !quoted,
            ' ' if !quoted => words.push(String::new()),
            _ => words.last_mut().unwrap().push(sign),
        }
    }
    words
}

pub async fn done(app: &TestApp, line: &str) -> String {
    typed(app, line).await.unwrap_or_else(|refused| panic!("{line}: {refused}"))
}

pub async fn refused(app: &TestApp, line: &str) -> String {
    match typed(app, line).await {
        Ok(said) => panic!("{line}: {said}"),
        Err(refused) => refused,
    }
}

pub async fn json_of(app: &TestApp, line: &str) -> Value {
    serde_json::from_str(&done(app, line).await).unwrap()
}

async fn may(client: &Client, capability: &str) -> bool {
    let session = client.get("/api/panel/session").await.json();
    session["session"]["capabilities"].as_array().unwrap().contains(&json!(capability))
}

#[tokio::test]
async fn an_operator_sets_up_a_store_and_its_people() {
    let app = TestApp::new().await;
    done(&app, "account add AcmeStore --region brazil").await;
    done(&app, "account add acmeqa --region brazil --main acmestore").await;
    done(&app, "user add Ana@acmestore.example --name 'Ana Souza' --locale pt-BR --account acmestore").await;
    done(&app, "user add bruno@acmestore.example --name Bruno --account acmestore --account acmeqa").await;
    done(&app, "account sponsor acmestore ana@acmestore.example").await;
    done(&app, "member grant acmestore bruno@acmestore.example on").await;
    done(&app, "account share acmestore on").await;
    let accounts = json_of(&app, "account list --json").await;
    assert_eq!(accounts[0]["name"], "acmeqa");
    assert_eq!(accounts[0]["main_account"], "acmestore");
    assert_eq!(accounts[1]["sponsor"], "ana@acmestore.example");
    assert_eq!((&accounts[1]["shares_requests"], &accounts[1]["members"]), (&json!(true), &json!(2)));
    let users = json_of(&app, "user list --account acmeqa --json").await;
    assert_eq!(users.as_array().unwrap().len(), 1);
    assert_eq!(users[0]["accounts"], json!(["acmeqa", "acmestore"]));
    assert!(done(&app, "user list").await.contains("ana@acmestore.example    Ana Souza  pt        acmestore"));
    let audit = json_of(&app, "audit list --subject account:acmestore --json").await;
    let actions: Vec<&str> = audit.as_array().unwrap().iter().map(|line| line["action"].as_str().unwrap()).collect();
    let expected = ["account.change", "member.grant", "account.sponsor", "member.add", "member.add", "account.add"];
    assert_eq!(actions, expected);
    assert!(audit.as_array().unwrap().iter().all(|line| line["actor"] == "operator:marina"));
    assert!(!audit.to_string().contains('@'), "no addresses in the audit");
}

#[tokio::test]
async fn what_an_operator_changes_counts_at_once_for_who_is_signed_in() {
    let app = TestApp::new().await;
    let ana = app.sign_in("ana@acmestore.example", ACCOUNT).await;
    let bruno = app.sign_in("bruno@acmestore.example", ACCOUNT).await;
    assert!(!may(&ana, "open_commercial_requests").await);
    done(&app, "account sponsor acmestore ana@acmestore.example").await;
    assert!(may(&ana, "open_commercial_requests").await);
    done(&app, "account sponsor acmestore bruno@acmestore.example").await;
    assert!(!may(&ana, "open_commercial_requests").await && may(&bruno, "open_commercial_requests").await);
    done(&app, "user disable ana@acmestore.example").await;
    assert_eq!(ana.get("/api/panel/session").await.status, StatusCode::UNAUTHORIZED);
    let token = app.host_token("ana@acmestore.example", ACCOUNT);
    let again = app.nobody().post("/api/panel/session", &json!({ "token": token })).await;
    assert_eq!(again.status, StatusCode::FORBIDDEN, "the host's word does not switch them on");
    done(&app, "user enable ana@acmestore.example").await;
    let ana = app.sign_in("ana@acmestore.example", ACCOUNT).await;
    done(&app, "user sign-out ana@acmestore.example").await;
    assert_eq!(ana.get("/api/panel/session").await.status, StatusCode::UNAUTHORIZED);
    let ana = app.sign_in("ana@acmestore.example", ACCOUNT).await;
    done(&app, "member remove acmestore ana@acmestore.example").await;
    assert_eq!(ana.get("/api/panel/session").await.status, StatusCode::UNAUTHORIZED);
    done(&app, "account disable acmestore").await;
    assert_eq!(bruno.get("/api/panel/session").await.status, StatusCode::UNAUTHORIZED);
    done(&app, "account enable acmestore").await;
}

#[tokio::test]
async fn an_account_keeps_its_sponsor_until_another_one_is_named() {
    let app = TestApp::new().await;
    app.sign_in("ana@acmestore.example", ACCOUNT).await;
    done(&app, "account sponsor acmestore ana@acmestore.example").await;
    for line in ["member remove acmestore ana@acmestore.example", "user disable ana@acmestore.example"] {
        let said = refused(&app, line).await;
        assert!(said.contains("is the sponsor of acmestore") && said.contains("account sponsor acmestore"), "{said}");
    }
    done(&app, "user add new@acmestore.example --name New").await;
    let said = refused(&app, "account sponsor acmestore new@acmestore.example").await;
    assert!(said.contains("`member add acmestore new@acmestore.example` first"), "{said}");
    assert_eq!(json_of(&app, "account list --json").await[0]["sponsor"], "ana@acmestore.example");
}

#[tokio::test]
async fn a_refusal_says_what_to_do_and_changes_nothing() {
    let app = TestApp::new().await;
    done(&app, "account add acmestore --region emea").await;
    for (line, expected) in [
        ("account add acmestore --region emea", "already"),
        ("account add x --region mars", "latin_america"),
        ("account add a.b --region emea", "letters"),
        ("account add qa --region emea --main nowhere", "there is no account nowhere"),
        ("account sponsor acmestore nobody@x.example", "user add nobody@x.example"),
        ("user add ana --name Ana", "no e-mail address"),
        ("user add ana@x.example --name ' '", "--name is empty"),
        ("user add ana@x.example --name Ana --account nowhere", "there is no account nowhere"),
        ("member grant acmestore ana@x.example on", "nobody has the address"),
        ("token revoke 7", "token list"),
        ("member grant acmestore ana@acmestore.example perhaps", "possible values: on, off"),
    ] {
        let said = refused(&app, line).await;
        assert!(said.contains(expected), "{line}: {said}");
    }
    assert_eq!(json_of(&app, "user list --json").await, json!([]));
}

const FILE: &str = "\u{feff}account;region;main_account;email;name;locale;sponsor;support_resource\r\n\
    acmestore;brazil;;ana@acmestore.example;Ana Souza;pt;sim;\r\n\
    acmestore;;;bruno@acmestore.example;Bruno Díaz;es;;sim\r\n\
    acmeqa;brazil;acmestore;ana@acmestore.example;;;;\r\n";

#[tokio::test]
async fn a_file_is_taken_whole_and_a_second_time_changes_nothing() {
    let app = TestApp::new().await;
    let path = app.folder.path().join("people.csv");
    std::fs::write(&path, FILE).unwrap();
    let said = done(&app, &format!("import {} --dry-run", path.display())).await;
    assert!(said.contains("3 lines, 3 with changes; nothing was changed (dry run)"), "{said}");
    assert_eq!(json_of(&app, "account list --json").await, json!([]));
    assert_eq!(json_of(&app, "audit list --json").await, json!([]));
    let said = done(&app, &format!("import {}", path.display())).await;
    assert!(said.contains("line 2: account acmestore added; ana@acmestore.example added;"), "{said}");
    assert!(said.contains("ana@acmestore.example is the sponsor of acmestore"), "{said}");
    assert!(said.contains("bruno@acmestore.example is a member of acmestore, with open-support-ticket"), "{said}");
    let accounts = json_of(&app, "account list --json").await;
    assert_eq!(accounts[0]["main_account"], "acmestore");
    let said = done(&app, &format!("import {}", path.display())).await;
    assert!(said.contains("3 lines, 0 with changes; done"), "{said}");
}

#[tokio::test]
async fn one_broken_line_stops_the_whole_file_and_every_one_is_named() {
    let app = TestApp::new().await;
    let path = app.folder.path().join("people.csv");
    let broken = format!(
        "{FILE}acmestore;mars;;carla@acmestore.example;;;;\r\nnew;;;dora@acmestore.example;;;sim;\r\n;;;eva;;;;\r\n"
    );
    std::fs::write(&path, broken).unwrap();
    let said = refused(&app, &format!("import {}", path.display())).await;
    for expected in [
        "line 5: NOT TAKEN: `mars` is no region",
        "line 6: NOT TAKEN: the account new is new: say its region",
        "line 7: NOT TAKEN",
        "3 of the lines cannot be taken, so nothing was changed",
    ] {
        assert!(said.contains(expected), "{expected}: {said}");
    }
    assert_eq!(json_of(&app, "account list --json").await, json!([]));
    assert_eq!(json_of(&app, "user list --json").await, json!([]));
    std::fs::write(&path, b"account;region;name\nacme;emea;Jos\xe9\n").unwrap();
    assert!(refused(&app, &format!("import {}", path.display())).await.contains("CSV UTF-8"));
    assert!(refused(&app, "import /nowhere.csv").await.contains("cannot be read"));
}

/// A file with a broken main account: what needs it is broken with it, all else is good.
const HALF_BROKEN: &str = "account;region;main_account;email;name;sponsor\n\
    acmestore;brazil;;ana@acmestore.example;Ana;yes\n\
    acmestore;;;bruno@;Bruno;\n\
    broken;mars;;;;\n\
    acmeqa;brazil;broken;carla@acmestore.example;Carla;\n\
    new;;;dora@acmestore.example;Dora;\n\
    acmestore;;;eva@acmestore.example;Eva;\n";

#[tokio::test]
async fn good_lines_are_taken_without_the_broken_ones_where_that_is_asked_for() {
    let app = TestApp::new().await;
    let path = app.folder.path().join("people.csv");
    std::fs::write(&path, HALF_BROKEN).unwrap();
    let refusal = refused(&app, &format!("import {}", path.display())).await;
    assert!(refusal.contains("--skip-broken"), "{refusal}");
    let lines =
        |said: &str| said.lines().filter(|line| line.starts_with("line ")).map(str::to_owned).collect::<Vec<_>>();

    let dry = done(&app, &format!("import {} --skip-broken --dry-run", path.display())).await;
    assert!(dry.contains("6 lines, 2 with changes, 4 not taken; nothing was changed (dry run)"), "{dry}");
    assert_eq!(json_of(&app, "user list --json").await, json!([]));

    let said = done(&app, &format!("import {} --skip-broken", path.display())).await;
    assert_eq!(lines(&said), lines(&dry), "the dry run says the same");
    assert!(said.contains("6 lines, 2 with changes, 4 not taken; done"), "{said}");
    for expected in
        ["line 3: NOT TAKEN: `bruno@`", "line 4: NOT TAKEN: `mars`", "line 5: NOT TAKEN: there is no account broken"]
    {
        assert!(said.contains(expected), "{expected}: {said}");
    }
    // Nothing of a broken line is there: neither its account nor its person.
    let names = |list: &Value, key: &str| -> Vec<String> {
        list.as_array().unwrap().iter().map(|one| one[key].as_str().unwrap().to_owned()).collect()
    };
    assert_eq!(names(&json_of(&app, "account list --json").await, "name"), ["acmestore"]);
    assert_eq!(
        names(&json_of(&app, "user list --json").await, "email"),
        ["ana@acmestore.example", "eva@acmestore.example"]
    );
    let audit = json_of(&app, "audit list --json").await;
    assert_eq!(audit[0]["data"], json!({ "lines": 6, "changed": 2, "broken": 4 }));
    // Mended, the rest comes after; what is so already stays.
    std::fs::write(&path, HALF_BROKEN.replace("mars", "emea").replace("bruno@;", "bruno@acmestore.example;")).unwrap();
    let said = done(&app, &format!("import {} --skip-broken", path.display())).await;
    assert!(said.contains("6 lines, 3 with changes, 1 not taken; done"), "{said}");
}

/// The program itself, beside a server that has the database open.
#[tokio::test]
async fn the_program_works_beside_a_running_server_and_says_by_its_exit_whether_it_did() {
    let app = TestApp::new().await;
    let data_dir = app.app.config.data_dir.clone();
    let run = |arguments: &'static str| {
        let data_dir = data_dir.clone();
        let run = move || {
            let mut command = Command::new(env!("CARGO_BIN_EXE_balcao-backend"));
            command.env_clear().env("BALCAO_DATA_DIR", data_dir).env("USER", "marina").env("BALCAO_DEMO_DATA", "false");
            command.args(arguments.split(' ')).output().unwrap()
        };
        tokio::task::spawn_blocking(run)
    };
    let added = run("account add acmestore --region emea").await.unwrap();
    assert!(added.status.success(), "{}", String::from_utf8_lossy(&added.stderr));
    let again = run("account add acmestore --region emea").await.unwrap();
    assert_eq!(again.status.code(), Some(1));
    assert!(String::from_utf8_lossy(&again.stderr).contains("there is an account acmestore already"));
    assert_eq!(run("account nonsense").await.unwrap().status.code(), Some(2));
    let listed = run("audit list --json").await.unwrap();
    let listed: Value = serde_json::from_slice(&listed.stdout).unwrap();
    assert_eq!(listed[0]["actor"], "operator:marina");
    assert!(listed[0]["at"].as_str().unwrap() > start_of_tests().to_rfc3339().as_str().get(..4).unwrap());
    assert_eq!(
        app.sign_in("ana@acmestore.example", ACCOUNT).await.get("/api/panel/session").await.status,
        StatusCode::OK
    );
}

#[tokio::test]
async fn mail_that_was_given_up_is_seen_sent_again_or_forgotten() {
    let app = TestApp::new().await;
    let ana = app.sign_in("ana@example.com", ACCOUNT).await;
    for title in ["First", "Second"] {
        let body = json!({ "request": { "subject": title, "comment": { "body": "It stopped." } } });
        assert_eq!(ana.post("/api/v2/requests", &body).await.status, StatusCode::CREATED);
    }
    assert!(done(&app, "outbox list").await.contains("(none)"));
    assert_eq!(json_of(&app, "outbox list --waiting --json").await.as_array().unwrap().len(), 2);
    let mut write = app.app.store.begin().await.unwrap();
    sqlx::query(
        "UPDATE outbox SET state = 'dead', attempts = 5, settled_at = 1, last_fault = 'smtp: 550 no such user'",
    )
    .execute(&mut *write)
    .await
    .unwrap();
    write.commit().await.unwrap();

    let listed = done(&app, "outbox list").await;
    for part in ["created", "ana@example.com", "given up", "550 no such user"] {
        assert!(listed.contains(part), "{listed}");
    }
    let dead = json_of(&app, "outbox list --json").await;
    let [first, second] = [0, 1].map(|place: usize| dead[place]["id"].as_i64().unwrap());
    assert!(done(&app, &format!("outbox show {second}")).await.contains("Second"));

    assert!(done(&app, &format!("outbox drop {first}")).await.contains("will not be sent"));
    refused(&app, &format!("outbox drop {first}")).await;
    refused(&app, &format!("outbox resend {first}")).await;
    assert!(done(&app, "outbox resend --all").await.starts_with("1 to be tried again"));
    refused(&app, "outbox resend").await;
    let now = json_of(&app, "outbox list --waiting --json").await;
    assert_eq!((now[0]["id"].as_i64(), now[0]["given_up"].as_bool()), (Some(second), Some(false)));
    let audit = done(&app, "audit list").await;
    assert!(audit.contains("mail.resend") && audit.contains("mail.drop"), "{audit}");
}
