//! `outbox …`, `survey figures`, `account share`, `user reset-second-factor`, `fill`.

use super::Desk;
use crate::agents::ANA;
use serde_json::{Value, json};

#[tokio::test]
async fn mail_that_was_given_up_is_listed_shown_sent_again_or_forgotten() {
    let desk = Desk::open().await;
    desk.office.request("Orders stop").await;
    desk.office.request("Prices differ").await;
    assert_eq!(desk.types("outbox list").await.done().lines().nth(1), Some("(none)"));
    desk.sql(
        "UPDATE outbox SET state = 'dead', attempts = 5, settled_at = 1, last_fault = '550 no' || char(27) || 'c'",
    )
    .await;
    let listed: Value = serde_json::from_str(&desk.types("outbox list --json").await.done()).unwrap();
    let [first, second] = [0, 1].map(|place: usize| listed[place]["id"].as_i64().unwrap());
    let table = desk.types("outbox list").await.done();
    assert!(table.contains("550 no") && !table.contains('\u{1b}'), "{table:?}");
    let shown = desk.types(&format!("outbox show {second}")).await.done();
    assert!(shown.contains("Prices differ") && shown.contains("State: given up, tried 5 times: 550 no c\n"), "{shown}");
    assert_eq!(desk.types(&format!("outbox drop {first}")).await.done(), format!("mail {first} will not be sent\n"));
    for line in [format!("outbox drop {first}"), format!("outbox resend {first}"), "outbox show 4711".to_owned()] {
        assert!(desk.types(&line).await.refused().contains("outbox list"), "{line}");
    }
    let nothing = desk.types("outbox resend").await;
    assert!(nothing.code == Some(2) && nothing.err.contains("<ID|--all>"), "{}", nothing.err);
    assert_eq!(desk.types(&format!("outbox resend {second} --all")).await.code, Some(2));
    assert!(desk.types("outbox resend --all").await.done().starts_with("1 to be tried again"));
    let audit: Value = serde_json::from_str(&desk.types("audit list --json").await.done()).unwrap();
    assert_eq!((&audit[0]["action"], &audit[1]["action"]), (&json!("mail.resend"), &json!("mail.drop")));
    assert_eq!(audit[0]["actor"], "operator:eva");
}

#[tokio::test]
async fn the_surveys_figures_are_csv_that_a_spreadsheet_reads() {
    let desk = Desk::open().await;
    let id = desk.office.request("Orders stop").await;
    desk.office.change(id, json!({ "status": "solved" })).await;
    let csv = desk.types("survey figures --csv --from 2026-11-01 --to 2026-11-30").await.done();
    let mut reader = csv::Reader::from_reader(csv.as_bytes());
    let heads = reader.headers().unwrap().clone();
    assert_eq!(heads.iter().take(4).collect::<Vec<_>>(), ["period", "form", "asked", "answered"]);
    let rows: Vec<csv::StringRecord> = reader.records().map(Result::unwrap).collect();
    let named: Vec<_> = rows.iter().map(|row| (&row[0], &row[1], &row[2])).collect();
    assert_eq!(named, [("2026-11", "", "1"), ("2026-11", "technical", "1")]);
    let table = desk.types("survey figures --from 2026-11-01 --to 2026-11-30").await.done();
    assert!(table.starts_with("PERIOD") && table.contains("2026-11"), "{table}");
    for (line, expected) in [
        ("survey figures --from 2026-11-02 --to 2026-11-01", "is after"),
        ("survey figures --form sideways", "there is no form sideways; there are technical"),
        ("survey figures --from 1900-01-01 --by day", "ask for longer ones"),
        ("survey figures --html /nowhere/figures.html", "/nowhere/figures.html"),
    ] {
        assert!(desk.types(line).await.refused().contains(expected), "{line}");
    }
    for line in
        ["survey figures --csv --html x", "survey figures --zone Mars", "survey figures --from tomorrow", "survey"]
    {
        assert_eq!(desk.types(line).await.code, Some(2), "{line}");
    }
}

#[tokio::test]
async fn what_is_shared_counts_at_once_for_a_server_that_runs() {
    let desk = Desk::open().await;
    let id = desk.office.request("Orders stop").await;
    let bruno = desk.office.app.sign_in("bruno@acmestore.example", crate::common::ACCOUNT).await;
    let path = format!("/api/v2/requests/{id}.json");
    assert_eq!(bruno.get(&path).await.status, 404);
    assert!(desk.types("account share AcmeStore on").await.done().contains("everybody's requests"));
    assert_eq!(bruno.get(&path).await.status, 200);
    desk.types("account share acmestore off").await.done();
    assert_eq!(bruno.get(&path).await.status, 404);
    assert!(desk.types("account share nowhere on").await.refused().contains("`account add nowhere --region …`"));
    assert_eq!(desk.types("account share acmestore perhaps").await.code, Some(2));
}

#[tokio::test]
async fn a_reset_second_factor_is_told_to_its_owner_by_mail() {
    let desk = Desk::open().await;
    assert!(desk.types(&format!("user reset-second-factor {ANA}")).await.refused().contains("has no second factor"));
    assert!(desk.types("user reset-second-factor nobody@x.example").await.refused().contains("nobody has the address"));
    let user = desk.office.id_of(ANA).await;
    desk.sql(&format!("UPDATE users SET locale = 'pt' WHERE id = {user}")).await;
    desk.sql(&format!("INSERT INTO passwords (user_id, hash, changed_at) VALUES ({user}, 'x', 0)")).await;
    let said = desk.types(&format!("user reset-second-factor {ANA}")).await.done();
    assert!(said.contains("signed out everywhere and told by mail"), "{said}");
    assert_eq!(desk.office.ana.get("/api/panel/session").await.status, 401);
    let waiting: Value = serde_json::from_str(&desk.types("outbox list --waiting --json").await.done()).unwrap();
    let mail = waiting.as_array().unwrap().last().unwrap();
    assert_eq!((&mail["kind"], &mail["to"]), (&json!("second_factor_reset"), &json!(ANA)));
    assert_eq!(mail["subject"], "Seu acesso foi redefinido");
    assert!(mail["text"].as_str().unwrap().contains("/support/reset"), "{mail}");
}

#[tokio::test]
async fn made_up_requests_are_for_development_and_for_somebody_who_is_there() {
    let desk = Desk::open().await;
    let filled = desk.types(&format!("fill --requester {} --requests 3 --status solved", ANA.to_uppercase())).await;
    assert_eq!((filled.code, filled.out.as_str(), filled.err.as_str()), (Some(0), "", "3 of 3 requests\n"));
    assert_eq!(desk.types("agent list --status solved").await.done().lines().count(), 4);
    assert!(desk.types("fill --requester nobody@x.example --requests 3").await.refused().contains("has signed in yet"));
    for line in [
        "fill --requests 3",
        "fill --requester a@b.example --requests 0",
        "fill --requester a@b.example --requests many",
    ] {
        assert_eq!(desk.types(line).await.code, Some(2), "{line}");
    }
}
