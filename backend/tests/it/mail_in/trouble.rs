use super::{Mail, Office};
use balcao_mail::inbox::Outcome;
use std::fmt::Write as _;

fn part(name: &str, content: &str) -> String {
    format!(
        "--b\nContent-Type: application/octet-stream\nContent-Disposition: attachment; filename=\"{name}\"\n\n{content}\n"
    )
}

fn mixed(office: &Office, parts: &str) -> Mail {
    let body = format!("--b\nContent-Type: text/plain; charset=utf-8\n\nSee the files\n{parts}--b--\n");
    Mail::new(&office.reply_address()).with("Content-Type", "multipart/mixed; boundary=b").saying(&body)
}

async fn last(office: &Office) -> (String, Vec<String>) {
    let comments = office.comments_answer(office.request).await.json["comments"].clone();
    let last = comments.as_array().unwrap().last().unwrap().clone();
    let files = last["attachments"].as_array().unwrap().iter();
    let files = files.map(|file| file["file_name"].as_str().unwrap().to_owned()).collect();
    (last["body"].as_str().unwrap().to_owned(), files)
}

#[tokio::test]
async fn of_five_hundred_files_as_many_come_along_as_a_comment_takes_and_the_rest_is_told() {
    let office = Office::open().await;
    let parts = (0..500).fold(String::new(), |mut parts, n| {
        let _ = write!(parts, "{}", part(&format!("file-{n}.txt"), "content"));
        parts
    });
    assert!(matches!(office.take_in(&mixed(&office, &parts)).await, Outcome::Joined(_)));
    let (body, files) = last(&office).await;
    assert_eq!((files.len(), files[0].as_str(), files[19].as_str()), (20, "file-0.txt", "file-19.txt"));
    assert!(
        body.starts_with("See the files\n\nNot attached:\n\n- `file-20.txt`: a reply can have up to 20 files"),
        "{body}"
    );
    assert!(body.ends_with("and 440 more files"), "{body}");
}

#[tokio::test]
async fn files_go_through_the_same_rules_as_uploads() {
    let office = Office::with(|config| config.evidence.limits.max_bytes = 100).await;
    let parts = [
        part("setup.exe", "MZ"),
        part("../../etc/passwd.txt", "root"),
        part("empty.log", ""),
        part("large.log", &"x".repeat(101)),
        part("invoice\u{202e}fdp.pdf", "%PDF-1.4"),
        part("", "nameless"),
    ];
    office.take_in(&mixed(&office, &parts.concat())).await;
    let (body, files) = last(&office).await;
    assert_eq!(files, ["passwd.txt", "invoicefdp.pdf"]);
    for told in [
        "`setup.exe`: we do not accept this type of file",
        "`empty.log`: the file is empty",
        "`large.log`: larger than",
    ] {
        assert!(body.contains(told), "{told}: {body}");
    }
}

/// What somebody wrote never waits for room for their files.
#[tokio::test]
async fn a_mail_whose_files_find_no_room_joins_without_them() {
    let tight = [
        (5, 0, 0),
        (0, 5, 0),
        // No disk is wholly free.
        (0, 0, 100),
    ];
    for (user_bytes, account_bytes, min_free_percent) in tight {
        let office = Office::with(|config| {
            config.evidence.user_bytes = user_bytes;
            config.evidence.account_bytes = account_bytes;
            config.evidence.min_free_percent = min_free_percent;
        })
        .await;
        let mail = mixed(&office, &part("a.log", "too much"));
        assert!(matches!(office.take_in(&mail).await, Outcome::Joined(_)));
        let (body, files) = last(&office).await;
        assert_eq!(files, Vec::<String>::new());
        assert!(body.starts_with("See the files") && body.contains("`a.log`: there is no room"), "{body}");
    }
}

#[tokio::test]
async fn a_mail_of_25_megabytes_joins() {
    let office = Office::open().await;
    let line = format!("{}\n", "QUJD".repeat(19));
    let encoded = line.repeat(25 * 1024 * 1024 * 4 / 3 / line.len());
    let parts = format!(
        "--b\nContent-Type: video/mp4; name=screen.mp4\nContent-Transfer-Encoding: base64\nContent-Disposition: attachment; filename=screen.mp4\n\nAAAAGGZ0eXBpc29t\n{encoded}\n"
    );
    assert!(matches!(office.take_in(&mixed(&office, &parts)).await, Outcome::Joined(_)));
    let comments = office.comments_answer(office.request).await.json["comments"].clone();
    assert!(comments[1]["attachments"][0]["size"].as_u64().unwrap() > 24 * 1024 * 1024);
}

#[tokio::test]
async fn a_mail_that_is_too_large_is_kept_in_part_and_its_sender_told() {
    let office = Office::open().await;
    let mail = office.reply("1", &"much ".repeat(1000)).bytes();
    let outcome = office.inbox().take_in(mail[..2000].to_vec().into(), false).await.unwrap();
    assert!(matches!(outcome, Outcome::Quarantined(held) if held.name() == "too_large"), "{outcome:?}");
    assert_eq!((office.mails("reply_too_large").await, office.comments(office.request).await.len()), (1, 1));
}

#[tokio::test]
async fn a_text_too_long_for_a_comment_comes_along_as_a_file() {
    let office = Office::open().await;
    let text = "All of the log. ".repeat(10_000);
    office.take_in(&office.reply("1", &text)).await;
    let (body, files) = last(&office).await;
    assert_eq!(files, ["message.txt"]);
    assert!(body.ends_with("The file message.txt has all of it."), "{}", &body[body.len() - 100..]);
}

#[tokio::test]
async fn while_the_database_is_gone_nothing_is_taken_and_afterwards_everything_once() {
    let office = Office::open().await;
    let mails: Vec<Mail> = (0..5).map(|n| office.reply(&n.to_string(), &format!("Mail {n}"))).collect();
    let held = office.desk.app.store.begin().await.unwrap();
    // Somebody holds the only writer, as a dead disk would.
    let (first, ()) = tokio::join!(office.try_take_in(&mails[0]), async { drop(held) });
    first.unwrap();
    let inbox = office.inbox();
    office.desk.app.store.close().await;
    for mail in &mails {
        inbox.take_in(mail.bytes().into(), true).await.unwrap_err();
    }
}

#[tokio::test]
async fn whatever_a_stranger_sends_is_taken_and_kept_within_bounds() {
    let office = Office::open().await;
    let large = Mail::new("help@desk.example").saying(&"x".repeat(500_000));
    office.take_in(&large).await;
    let kept: (i64, i64, i64) = sqlx::query_as("SELECT length(raw), size, whole FROM mail_quarantine")
        .fetch_one(&mut *office.desk.app.store.read().await.unwrap())
        .await
        .unwrap();
    assert_eq!((kept.0, kept.1 > 500_000, kept.2), (64 * 1024, true, 0));
    for nothing in [&b""[..], b"\0\0\0", b"\xff\xfe", b"no header at all"] {
        let outcome = office.inbox().take_in(nothing.to_vec().into(), true).await.unwrap();
        assert_eq!(outcome, Outcome::NoMessage, "{nothing:?}");
    }
}
