//! `balcao-backend survey figures`: as a table, as CSV, as a page.

use super::*;
use balcao_backend::survey::{self, SurveyCommand};
use clap::Parser;

#[derive(Parser)]
struct Typed {
    #[command(subcommand)]
    command: SurveyCommand,
}

async fn typed(app: &TestApp, line: &str) -> Result<String, String> {
    let words = format!("balcao-backend figures {line}");
    let typed = Typed::try_parse_from(words.split_whitespace()).map_err(|error| error.to_string())?;
    let mut out = Vec::new();
    let (config, forms, now) = (&app.app.config, &app.app.forms, app.app.clock.now());
    let done = survey::run(&app.app.store, config, forms, now, typed.command, &mut out).await;
    done.map_err(|error| error.to_string())?;
    Ok(String::from_utf8(out).unwrap())
}

/// November: seven good, one bad with a reason, one that expires, one that was reopened, one that waits; one of another
/// form, and one in October.
async fn some_answers() -> TestApp {
    let app = open().await;
    let ana = ana(&app).await;
    app.clock.set(at("2026-10-31T15:00:00Z"));
    let october = solved(&app, &ana, "October").await;
    assert_eq!(ana.post(&rating_of(october), &score("good")).await.status, StatusCode::CREATED);
    app.clock.set(at("2026-11-23T15:00:00Z"));
    solved(&app, &ana, "Expires").await;
    for number in 0..7 {
        let request = solved(&app, &ana, &format!("Good {number}")).await;
        let body = json!({ "answer": { "satisfaction": "very_satisfied" } });
        assert_eq!(ana.put(&format!("/api/panel/surveys/{request}"), &body).await.status, StatusCode::OK);
    }
    let bad = solved(&app, &ana, "Bad").await;
    let body = json!({ "satisfaction_rating": { "score": "bad", "reason_code": 5, "comment": "<b>secret</b>" } });
    assert_eq!(ana.post(&rating_of(bad), &body).await.status, StatusCode::CREATED);
    let reopened = solved(&app, &ana, "Reopened").await;
    reopen(&ana, reopened).await;
    run(&app, &format!("UPDATE requests SET form_id = NULL WHERE id = {bad}")).await;
    app.clock.set(at("2026-11-26T16:00:00Z"));
    solved(&app, &ana, "Waits").await;
    app
}

#[tokio::test]
async fn figures_come_as_a_table_by_period() {
    let app = some_answers().await;
    let table = typed(&app, "--from 2026-09-01").await.unwrap();
    let row = |name: &str| table.lines().find(|line| line.starts_with(name)).unwrap().to_owned();
    let words = |name: &str| row(name).split_whitespace().map(str::to_owned).collect::<Vec<_>>();
    assert_eq!(words("2026-09")[1..], ["0", "0", "0", "0", "0", "0", "0", "–", "–"]);
    // One answer is no share.
    assert_eq!(words("2026-10")[1..], ["1", "1", "1", "0", "0", "0", "0", "–", "–"]);
    assert_eq!(words("2026-11")[1..8], ["11", "8", "7", "1", "1", "1", "1"]);
    assert!(row("2026-11").contains("89 %") && row("2026-11").contains("88 % (53–98)"), "{table}");
    assert!(table.contains("low because: It took too long: 1"), "{table}");
    assert!(!table.contains("secret"), "comments are in no figures");
}

#[tokio::test]
async fn csv_has_a_row_for_each_period_and_form() {
    let app = some_answers().await;
    let csv = typed(&app, "--csv --from 2026-10-01 --by month").await.unwrap();
    let mut reader = csv::Reader::from_reader(csv.as_bytes());
    let heads = reader.headers().unwrap().clone();
    let rows: Vec<_> = reader.records().map(Result::unwrap).collect();
    let cell = |row: usize, head: &str| {
        let at = heads.iter().position(|known| known == head).unwrap();
        rows[row].get(at).unwrap().to_owned()
    };
    let places: Vec<_> = (0..rows.len()).map(|row| format!("{} {}", cell(row, "period"), cell(row, "form"))).collect();
    assert_eq!(places, ["2026-10 ", "2026-10 technical", "2026-11 ", "2026-11 no form", "2026-11 technical"]);
    assert_eq!((cell(2, "good"), cell(2, "bad"), cell(2, "took_too_long")), ("7".into(), "1".into(), "1".into()));
    assert_eq!((cell(2, "very_satisfied"), cell(2, "response_rate")), ("7".into(), "88.9".into()));
    assert_eq!(cell(3, "good_share"), "", "one answer is no share");
    let only = typed(&app, "--csv --from 2026-11-01 --form technical").await.unwrap();
    assert!(only.contains(",technical,10,7,7,0,"), "{only}");
}

#[tokio::test]
async fn the_page_has_a_chart_and_needs_nothing_else() {
    let app = some_answers().await;
    let file = app.folder.path().join("figures.html");
    let said = typed(&app, &format!("--from 2026-09-01 --html {}", file.display())).await.unwrap();
    assert!(said.contains("12 surveys in 3 periods"), "{said}");
    let page = std::fs::read_to_string(&file).unwrap();
    assert!(page.contains("<svg") && page.contains("2026-11: 11 asked, 7 good, 1 bad"), "{page}");
    for fetched in ["http:", "https:", "<script", "src=", "url(", "@import"] {
        assert!(!page.contains(fetched), "{fetched}");
    }
    assert!(page.contains("By form") && page.contains("technical") && page.contains("It took too long"));
    // Nothing to show is said.
    typed(&app, &format!("--from 2020-01-01 --to 2020-02-01 --html {}", file.display())).await.unwrap();
    assert!(std::fs::read_to_string(&file).unwrap().contains("Nothing was solved in this time"));
}

#[tokio::test]
async fn what_makes_no_sense_is_refused_with_a_way_on() {
    let app = open().await;
    let rows = [
        ("--from 2026-12-01 --to 2026-11-01", "is after --to"),
        ("--from 1900-01-01 --by day", "ask for longer ones"),
        ("--form nonsense", "there are technical"),
        ("--from yesterday", "invalid value"),
        ("--zone Atlantis", "invalid value"),
        ("--csv --html x.html", "cannot be used with"),
    ];
    for (line, why) in rows {
        let refused = typed(&app, line).await.unwrap_err();
        assert!(refused.contains(why), "{line}: {refused}");
    }
}
