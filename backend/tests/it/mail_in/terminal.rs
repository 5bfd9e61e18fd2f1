use super::{Mail, Office};
use balcao_mail::inbox::prune;
use balcao_mail::terminal::{self, Delivered, Desk, ListShape, QuarantineCommand as Command, TerminalError};
use balcao_runtime::clock::Clock as _;
use chrono::TimeDelta;

pub async fn run(office: &Office, command: Command) -> Result<String, TerminalError> {
    let mut out = Vec::new();
    let inbox = office.inbox();
    let now = office.desk.clock.now();
    let desk = Desk { inbox: &inbox, now, actor: "operator:eva", out: &mut out };
    terminal::quarantine(desk, command).await?;
    Ok(String::from_utf8(out).unwrap())
}

fn list() -> Command {
    Command::List(ListShape { limit: 50, json: false })
}

#[tokio::test]
async fn a_pipe_is_told_what_a_mail_server_understands() {
    let office = Office::open().await;
    let inbox = office.inbox();
    let mail = office.reply("1", "By the pipe").bytes();
    assert_eq!(terminal::ingest(&inbox, &mail[..]).await, Delivered::Taken);
    assert_eq!(terminal::ingest(&inbox, &mail[..]).await, Delivered::Taken, "known, and so acknowledged again");
    assert_eq!(office.comments(office.request).await.last().unwrap(), "By the pipe");
    assert_eq!(terminal::ingest(&inbox, &b""[..]).await, Delivered::NoMessage);
    office.desk.app.store.close().await;
    assert_eq!(terminal::ingest(&inbox, &office.reply("2", "Later").bytes()[..]).await, Delivered::Later);
    let codes = [Delivered::Taken, Delivered::NoMessage, Delivered::Later].map(Delivered::code);
    assert_eq!(codes, [0, 65, 75]);
}

#[tokio::test]
async fn an_operator_sees_why_a_mail_waits_and_releases_or_drops_it() {
    let office = Office::open().await;
    assert_eq!(run(&office, list()).await.unwrap(), "no mail is in quarantine\n");
    office.take_in(&office.reply("1", "From my phone").without("Authentication-Results")).await;
    office.take_in(&Mail::new("help@desk.example").with("Subject", "=?utf-8?q?Buy=1B[2J_now?=").saying("Cheap")).await;
    let listed = run(&office, list()).await.unwrap();
    assert!(listed.contains("not_authenticated") && listed.contains(&format!("#{}", office.request)), "{listed}");
    assert!(!listed.contains('\u{1b}'), "{listed:?}");
    let shown = run(&office, Command::Show { id: 1, raw: false }).await.unwrap();
    assert!(shown.contains("does not vouch") && shown.contains("From my phone"), "{shown}");
    let said = run(&office, Command::Release { id: 1 }).await.unwrap();
    assert_eq!(said, format!("mail 1 is a comment on #{} now\n", office.request));
    assert_eq!(office.comments(office.request).await.last().unwrap(), "From my phone");
    for id in [1, 99] {
        assert!(run(&office, Command::Release { id }).await.unwrap_err().to_string().contains("mail quarantine list"));
    }
    let refused = run(&office, Command::Release { id: 2 }).await.unwrap_err().to_string();
    assert!(refused.contains("names no request"), "{refused}");
    run(&office, Command::Drop { ids: vec![2], strangers: false }).await.unwrap();
    assert_eq!(run(&office, list()).await.unwrap(), "no mail is in quarantine\n");
    assert_eq!(office.comments(office.request).await.len(), 2);
    let noted: Vec<String> =
        sqlx::query_scalar("SELECT action FROM audit_entries WHERE actor = 'operator:eva' ORDER BY id")
            .fetch_all(&mut *office.desk.app.store.read().await.unwrap())
            .await
            .unwrap();
    assert_eq!(noted, ["mail.release", "mail.drop"]);
}

#[tokio::test]
async fn what_came_to_a_closed_request_is_released_nowhere() {
    let office = Office::open().await;
    office.desk.set(office.request, "closed", None).await;
    office.take_in(&office.reply("1", "Too late")).await;
    let refused = run(&office, Command::Release { id: 1 }).await.unwrap_err().to_string();
    assert!(refused.contains("it is closed"), "{refused}");
    assert_eq!(office.desk.count("mail_quarantine").await, 1);
}

#[tokio::test]
async fn what_nobody_looks_at_for_a_quarter_leaves_the_quarantine() {
    let office = Office::open().await;
    office.take_in(&Mail::new("help@desk.example").saying("Cheap")).await;
    office.desk.pass(TimeDelta::days(89));
    assert_eq!(prune(&office.desk.app.store, office.desk.clock.now()).await.unwrap(), 0);
    office.desk.pass(TimeDelta::days(2));
    assert_eq!(prune(&office.desk.app.store, office.desk.clock.now()).await.unwrap(), 1);
    assert_eq!(office.desk.count("mail_quarantine").await, 0);
}
