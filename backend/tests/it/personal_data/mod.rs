//! What a person may ask for: everything that is kept about them, and that nothing of it stays.

mod retention;

use crate::agents::{ANA, MARINA, Office, upload};
use crate::common::ACCOUNT;
use crate::copilot::{ask, begin};
use crate::directory::{done, json_of, refused};
use crate::tickets::whole;
use axum::http::StatusCode;
use balcao_store::personal_data::{ANSWERS, tables};
use serde_json::{Value, json};
use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

/// Words of Ana's that nobody else says.
const SUBJECT: &str = "Quexolandia freight";
const BODY: &str = "Wumbletrop since noon";
const NOTE_BY_AGENT: &str = "Looks like vrexnil to me";
const BYTES: &str = "jolpendrake-bytes-of-a-screenshot";
const QUESTION: &str = "Where is the zibbenthorp button?";
const RATING: &str = "Kwistelmof answers";

/// A store in which Ana has left something everywhere. Her ticket, and a colleague's that she wrote in.
async fn lived_in() -> (Office, u64, u64) {
    let office = Office::with(|config| config.support_site.email = true).await;
    done(&office.app, &format!("account share {ACCOUNT} on")).await;
    done(&office.app, &format!("user add {ANA}x --name 'Ana Souza' --locale pt")).await;
    // The host calls her by her address's first part; operators know her full name.
    let mut write = office.app.app.store.begin().await.unwrap();
    sqlx::query("UPDATE users SET name = 'Ana Souza' WHERE email = ?").bind(ANA).execute(&mut *write).await.unwrap();
    write.commit().await.unwrap();

    let file = upload(&office.ana, "jolpendrake.log", BYTES).await;
    let mut new = whole(SUBJECT);
    new["request"]["comment"] = json!({ "body": BODY, "uploads": [file["token"]] });
    let opened = office.ana.post("/api/v2/requests", &new).await;
    assert_eq!(opened.status, StatusCode::CREATED, "{}", opened.text());
    let own = opened.json()["request"]["id"].as_u64().unwrap();
    // Waiting, for a comment that never comes.
    upload(&office.ana, "waiting.log", &format!("{BYTES}-waiting")).await;

    let bruno = office.app.sign_in("bruno@acmestore.example", ACCOUNT).await;
    let opened = bruno.post("/api/v2/requests", &whole("Bruno's own matter")).await;
    let others = opened.json()["request"]["id"].as_u64().unwrap();
    let written = json!({ "request": { "comment": { "body": "Wumbletrop here as well" } } });
    let answer = office.ana.put(&format!("/api/v2/requests/{others}"), &written).await;
    assert_eq!(answer.status, StatusCode::OK, "{}", answer.text());

    office.change(own, json!({ "comment": { "body": NOTE_BY_AGENT, "public": false } })).await;
    office.change(own, json!({ "subject": format!("{SUBJECT}, again") })).await;
    let words = format!("Dear Ana Souza, we wrote to {ANA}.");
    office.change(own, json!({ "comment": { "body": words }, "status": "solved" })).await;
    let mut write = office.app.app.store.begin().await.unwrap();
    for statement in [
        "UPDATE surveys SET score = 'bad', step = 1, comment = ?1 WHERE request_id = ?2",
        "INSERT INTO no_reminders (address, since) VALUES (?3, 1)",
        "INSERT INTO outbox (dedupe_key, kind, message_id, to_address, to_name, locale, subject, text_body, html_body, state, \
             created_at, due_at) VALUES ('k', 'answer', 'm', ?3, 'Ana Souza', 'en', ?4, ?4, '', 'dead', 1, 1)",
        "INSERT INTO mail_taken (key, outcome, taken_at) VALUES (x'01', 'quarantined', 1)",
        "INSERT INTO mail_quarantine (taken_id, reason, sender, subject, size, whole, taken_at, raw) \
             VALUES (last_insert_rowid(), 'x', 'Ana@acmestore.example', ?4, 1, 1, 1, CAST(?4 AS BLOB))",
        "INSERT INTO code_messages (email, sent_at) VALUES (?3, 1)",
    ] {
        let query = sqlx::query(statement).bind(RATING).bind(own as i64).bind(ANA).bind(SUBJECT);
        query.execute(&mut *write).await.unwrap();
    }
    write.commit().await.unwrap();
    let conversation = begin(&office.ana, "en", "doubt").await;
    ask(&office.ana, &conversation, json!({ "text": QUESTION })).await;
    (office, own, others)
}

/// Ends of Ana's words: an index may keep only the part of a word in which it differs from the one before.
const TRACES: [&str; 7] =
    ["uexolandia", "umbletrop", "olpendrake", "ibbenthorp", "wistelmof", "na@acmestore.example", "na souza"];

/// Which of these stand in a file, in whatever case.
fn traces_in(path: &Path) -> Vec<String> {
    let Ok(bytes) = std::fs::read(path) else { return Vec::new() };
    let text = String::from_utf8_lossy(&bytes).to_lowercase();
    let found = TRACES.iter().filter(|trace| text.contains(&trace.to_lowercase()));
    found.map(|trace| format!("{}: {trace}", path.display())).collect()
}

fn files_below(folder: &Path) -> Vec<PathBuf> {
    let entries = std::fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path());
    entries.flat_map(|path| if path.is_dir() { files_below(&path) } else { vec![path] }).collect()
}

/// What is found in the whole data folder.
fn traces(office: &Office) -> Vec<String> {
    files_below(&office.app.app.config.data_dir).iter().flat_map(|path| traces_in(path)).collect()
}

async fn comments(office: &Office, ticket: u64) -> Vec<String> {
    let answer = office.marina.get(&format!("/api/v2/tickets/{ticket}/comments.json")).await.json();
    let comments = answer["comments"].as_array().unwrap().clone();
    comments.iter().map(|comment| comment["body"].as_str().unwrap().to_owned()).collect()
}

#[tokio::test]
async fn nothing_of_a_person_is_to_be_found_after_they_are_erased() {
    let (office, own, others) = lived_in().await;
    assert!(traces(&office).len() > 5, "{:?}", traces(&office));
    let before = json_of(&office.app, "user list --json").await.as_array().unwrap().len();

    let said = done(&office.app, &format!("user erase {ANA}")).await;
    assert!(said.contains("- 1 tickets stay") && said.contains("- 2 files, ") && said.contains("--yes"), "{said}");
    assert_eq!(comments(&office, own).await[0], BODY, "a dry run changes nothing");

    let said = done(&office.app, &format!("user erase {ANA} --yes")).await;
    assert!(!said.contains('@') && said.contains("is erased"), "{said}");
    assert!(!said.contains("write-ahead log"), "{said}");
    // The other person whose address only begins the same stays.
    let left: Vec<String> =
        traces(&office).into_iter().filter(|trace| !trace.ends_with("example") && !trace.ends_with("souza")).collect();
    assert_eq!(left, Vec::<String>::new());
    done(&office.app, &format!("user erase {ANA}x --yes")).await;
    assert_eq!(traces(&office), Vec::<String>::new());

    // Tickets stay, with what others said in them.
    assert_eq!(office.ticket(own).await["subject"], "[erased]");
    let kept = comments(&office, own).await;
    assert_eq!(kept, ["[erased]", NOTE_BY_AGENT, "Dear [erased], we wrote to [erased]."]);
    let kept = comments(&office, others).await;
    assert!(kept[0].starts_with("About Bruno's") && kept[1] == "[erased]", "{kept:?}");
    let fields = office.ticket(own).await["custom_fields"].clone();
    assert!(fields.as_array().unwrap().iter().all(|field| field["value"].is_null()), "{fields}");
    let audits = office.marina.get(&format!("/api/v2/tickets/{own}/audits.json")).await;
    assert_eq!(audits.status, StatusCode::OK);
    assert!(!audits.text().contains("Quexo"), "{}", audits.text());
    let found = office.marina.get("/api/v2/search.json?query=vrexnil").await.json();
    assert_eq!(found["count"], 1, "the index still finds what stays");

    // Signed out; whoever comes with the address again is somebody new.
    assert_eq!(office.ana.get("/api/panel/session").await.status, StatusCode::UNAUTHORIZED);
    office.app.sign_in(ANA, ACCOUNT).await;
    let people = json_of(&office.app, "user list --json").await;
    assert_eq!(people.as_array().unwrap().len(), before + 1);

    let audit = json_of(&office.app, "audit list --limit 20 --json").await;
    let erased: Vec<&Value> =
        audit.as_array().unwrap().iter().filter(|entry| entry["action"] == "user.erase").collect();
    assert_eq!(
        (erased.len(), &erased[1]["data"]["tickets"], &erased[1]["data"]["words"]),
        (2, &json!(1), &json!("own"))
    );
    assert!(!audit.to_string().contains('@'));
}

#[tokio::test]
async fn all_words_of_their_tickets_go_or_none_of_them() {
    let (office, own, others) = lived_in().await;
    done(&office.app, &format!("user erase {ANA} --yes --words all --compact")).await;
    assert_eq!(comments(&office, own).await, ["[erased]"; 3]);
    assert_eq!(comments(&office, others).await[1], "[erased]");
    assert_eq!(office.marina.get("/api/v2/search.json?query=vrexnil").await.json()["count"], 0);

    let (office, own, others) = lived_in().await;
    done(&office.app, &format!("user erase {ANA} --yes --words none")).await;
    assert_eq!(comments(&office, own).await, [BODY, NOTE_BY_AGENT, "Dear [erased], we wrote to [erased]."]);
    assert_eq!(comments(&office, others).await[1], "Wumbletrop here as well");
    assert_eq!(office.marina.get("/api/v2/search.json?query=wumbletrop").await.json()["count"], 2);
    assert!(!traces(&office).iter().any(|trace| trace.ends_with("olpendrake")), "files go in any case");
}

#[tokio::test]
async fn an_agent_goes_and_the_answers_stay() {
    let (office, own, _) = lived_in().await;
    done(&office.app, &format!("user erase {MARINA} --yes")).await;
    let kept = office.rafael.get(&format!("/api/v2/tickets/{own}/comments.json")).await.json();
    assert_eq!(kept["comments"][1]["body"], NOTE_BY_AGENT);
    assert_eq!(office.marina.get("/api/v2/tickets.json").await.status, StatusCode::UNAUTHORIZED);
    let people = json_of(&office.app, "user list --json").await.to_string();
    assert!(!people.contains("marina") && people.contains("Erased person"), "{people}");
}

#[tokio::test]
async fn a_sponsor_is_handed_over_first_and_nobody_is_erased_twice() {
    let (office, ..) = lived_in().await;
    done(&office.app, &format!("account sponsor {ACCOUNT} {ANA}")).await;
    for line in [format!("user erase {ANA}"), format!("user erase {ANA} --yes")] {
        let said = refused(&office.app, &line).await;
        assert!(said.contains("is the sponsor of acmestore") && said.contains("account sponsor acmestore"), "{said}");
    }
    done(&office.app, &format!("account sponsor {ACCOUNT} bruno@acmestore.example")).await;
    done(&office.app, &format!("user erase {ANA} --yes")).await;
    assert!(refused(&office.app, &format!("user erase {ANA} --yes")).await.contains("nobody has the address"));
}

#[tokio::test]
async fn everything_about_a_person_is_given_to_them_in_a_folder() {
    let (office, own, others) = lived_in().await;
    let to = office.app.folder.path().join("for-ana");
    let said = done(&office.app, &format!("user export {ANA} --to {}", to.display())).await;
    assert!(said.contains("2 files"), "{said}");
    let read = |name: &str| -> Value {
        serde_json::from_str(&std::fs::read_to_string(to.join(format!("{name}.json"))).unwrap()).unwrap()
    };
    assert_eq!((&read("profile")[0]["email"], &read("profile")[0]["name"]), (&json!(ANA), &json!("Ana Souza")));
    let tickets = read("tickets");
    assert_eq!((&tickets[0]["id"], &tickets[0]["description"]), (&json!(own), &json!(BODY)));
    assert!(tickets[0]["answers"].is_object() && tickets[0]["created_at"] == "2026-11-23T12:00:00Z", "{tickets}");
    let comments = read("comments");
    let of = |ticket: u64| -> Vec<&Value> {
        comments.as_array().unwrap().iter().filter(|comment| comment["ticket"] == ticket).collect()
    };
    assert_eq!((of(own).len(), of(others).len()), (2, 1), "{comments}");
    assert_eq!(read("ratings")[0]["comment"], RATING);
    assert!(read("conversations").to_string().contains("zibbenthorp"));
    assert!(read("mails").to_string().contains(SUBJECT) && read("mails_held")[0]["text"] == SUBJECT);
    for (name, least) in [("memberships", 1), ("sign_ins", 1), ("credentials", 1), ("history", 3), ("changes", 0)] {
        assert!(read(name).as_array().unwrap().len() >= least, "{name}");
    }
    let files = files_below(&to.join("files"));
    assert_eq!(files.len(), 2);
    assert!(files.iter().any(|file| std::fs::read_to_string(file).unwrap() == BYTES));
    let index = std::fs::read_to_string(to.join("README.txt")).unwrap();
    assert!(index.contains("tickets.json: Tickets you opened (1)"), "{index}");
    // Not what agents think of it, and nothing that opens a door.
    let all: String = files_below(&to).iter().map(|file| std::fs::read_to_string(file).unwrap()).collect();
    assert!(!all.contains("vrexnil"), "{all}");
    let ways_in = read("credentials").to_string();
    assert!(!ways_in.contains("hash") && !ways_in.contains("secret"), "{ways_in}");
    use std::os::unix::fs::PermissionsExt as _;
    assert_eq!(std::fs::metadata(&to).unwrap().permissions().mode() & 0o77, 0, "nobody else reads it");

    let said = refused(&office.app, &format!("user export {ANA} --to {}", to.display())).await;
    assert!(said.contains("is not empty"), "{said}");
    let with_notes = office.app.folder.path().join("with-notes");
    done(&office.app, &format!("user export {ANA} --with-notes --to {}", with_notes.display())).await;
    assert!(std::fs::read_to_string(with_notes.join("notes.json")).unwrap().contains("vrexnil"));
    let audit = json_of(&office.app, "audit list --limit 1 --json").await;
    assert_eq!((&audit[0]["action"], &audit[0]["data"]["files"]), (&json!("user.export"), &json!(2)));
}

/// A new table is asked about before it is forgotten: see `store::personal_data`.
#[tokio::test]
async fn every_table_has_its_answer_to_an_erasure() {
    let office = Office::open().await;
    let known: BTreeSet<String> = ANSWERS.iter().map(|(name, _)| (*name).to_owned()).collect();
    let mut read = office.app.app.store.read().await.unwrap();
    let there: BTreeSet<String> = tables(&mut read).await.unwrap().into_iter().collect();
    assert_eq!(there.symmetric_difference(&known).collect::<Vec<_>>(), Vec::<&String>::new());
}
