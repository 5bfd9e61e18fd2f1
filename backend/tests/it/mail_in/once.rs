use super::{Mail, Office};
use balcao_mail::inbox::Outcome;

#[tokio::test]
async fn the_same_mail_joins_once_however_often_and_on_whichever_way_it_comes() {
    let office = Office::open().await;
    let mail = office.reply("1", "Once");
    assert!(matches!(office.take_in(&mail).await, Outcome::Joined(_)));
    let elsewhere = mail.clone().topped("Received", "from x by y; now").with("Delivered-To", "help@desk.example");
    for copy in [&mail, &elsewhere] {
        assert_eq!(office.take_in(copy).await, Outcome::Known);
    }
    // Line ends are the mail system's.
    let bytes = String::from_utf8(mail.bytes()).unwrap().replace("\r\n", "\n").into_bytes();
    assert_eq!(office.inbox().take_in(bytes.into(), true).await.unwrap(), Outcome::Known);
    assert_eq!(office.comments(office.request).await.len(), 2);
    // Another mail of the same words is another mail.
    assert!(matches!(office.take_in(&office.reply("2", "Once")).await, Outcome::Joined(_)));
    assert_eq!(office.comments(office.request).await.len(), 3);
}

#[tokio::test]
async fn copies_that_come_at_once_join_once() {
    let office = Office::open().await;
    let mail = office.reply("1", "At once");
    let taken = futures::future::join_all((0..8).map(|_| office.try_take_in(&mail))).await;
    let joined = taken.iter().filter(|outcome| matches!(outcome, Ok(Outcome::Joined(_)))).count();
    assert_eq!(joined, 1, "{taken:?}");
    assert!(taken.iter().all(Result::is_ok), "{taken:?}");
    assert_eq!(office.comments(office.request).await.len(), 2);
}

#[tokio::test]
async fn one_mail_to_two_requests_joins_both() {
    let office = Office::open().await;
    let second = office.ana.open("Also stuck").await;
    let both = format!("{}, {}", office.reply_address(), office.address(second, office.ana.user));
    let mail = Mail::new(&both).saying("For both");
    office.take_in(&mail).await;
    assert_eq!(office.take_in(&mail).await, Outcome::Known);
    for request in [office.request, second] {
        assert_eq!(office.comments(request).await.last().unwrap(), "For both");
    }
}

/// The note that a mail was taken, and what came of it, stand or fall together: wherever the process dies, the mail is
/// handed over again and nothing is there twice or missing.
#[tokio::test]
async fn a_mail_whose_taking_breaks_off_leaves_nothing_and_joins_the_next_time() {
    for table in ["mail_taken", "comments", "events", "request_words", "files"] {
        let office = Office::open().await;
        let attached = Mail::new(&office.reply_address())
            .with("Content-Type", "multipart/mixed; boundary=b")
            .saying("--b\nContent-Type: text/plain\n\nWith a file\n--b\nContent-Type: text/plain\nContent-Disposition: attachment; filename=a.txt\n\ncontent\n--b--");
        let break_off = match table {
            // A virtual table takes no trigger; just before its rows the size of the request is written.
            "request_words" => {
                "CREATE TRIGGER broken BEFORE UPDATE ON request_sizes BEGIN SELECT RAISE(ABORT, 'gone'); END".to_owned()
            }
            "files" => {
                "CREATE TRIGGER broken BEFORE UPDATE OF comment_id ON files BEGIN SELECT RAISE(ABORT, 'gone'); END"
                    .to_owned()
            }
            table => format!("CREATE TRIGGER broken BEFORE INSERT ON {table} BEGIN SELECT RAISE(ABORT, 'gone'); END"),
        };
        execute(&office, &break_off).await;
        office.try_take_in(&attached).await.unwrap_err();
        assert_eq!(office.comments(office.request).await.len(), 1, "{table}");
        assert_eq!(office.desk.count("mail_taken").await, 0, "{table}");
        execute(&office, "DROP TRIGGER broken").await;
        assert!(matches!(office.take_in(&attached).await, Outcome::Joined(_)), "{table}");
        assert_eq!(office.take_in(&attached).await, Outcome::Known, "{table}");
        let comments = office.comments_answer(office.request).await.json["comments"].clone();
        assert_eq!(comments.as_array().unwrap().len(), 2, "{table}");
        assert_eq!(comments[1]["attachments"].as_array().unwrap().len(), 1, "{table}");
    }
}

async fn execute(office: &Office, statement: &str) {
    let mut write = office.desk.app.store.begin().await.unwrap();
    sqlx::query(statement).execute(&mut *write).await.unwrap();
    write.commit().await.unwrap();
}
