use super::Office;
use balcao_mail::inbox::Outcome;
use serde_json::json;

const PASS: &str = "mx.desk.example; dmarc=pass header.from=store.example";

/// What it led to: the outcome's reason.
fn why(outcome: Outcome) -> &'static str {
    match outcome {
        Outcome::Joined(_) => "joined",
        Outcome::Known => "known",
        Outcome::Automatic(robot) => robot.name(),
        Outcome::Quarantined(held) => held.name(),
        Outcome::Returned(returned) => returned.name(),
        Outcome::NoMessage => "no_message",
    }
}

#[tokio::test]
async fn nobody_joins_a_request_without_being_who_they_say() {
    let office = Office::open().await;
    let mail = |id: &str| office.reply(id, "Send me the history");
    let results = "Authentication-Results";
    let cases = [
        (mail("a").without(results), "not_authenticated"),
        (
            mail("b").with(results, "mx.desk.example; spf=fail; dkim=none; dmarc=fail header.from=store.example"),
            "not_authenticated",
        ),
        (mail("c").with(results, "mx.evil.example; dmarc=pass header.from=store.example"), "not_authenticated"),
        // The server's word is the topmost one; what came with the mail stands below.
        (mail("d").topped(results, "mx.desk.example; dmarc=fail header.from=store.example"), "not_authenticated"),
        (mail("e").with(results, "mx.desk.example; spf=pass smtp.mailfrom=evil.example"), "not_authenticated"),
        (
            mail("f")
                .with("From", "Ana <ana@evil.example>")
                .with(results, "mx.desk.example; dmarc=pass header.from=evil.example"),
            "other_sender",
        ),
        (mail("g").with("From", "ana@store.example, mallory@evil.example"), "other_sender"),
        (mail("h").topped("From", "mallory@evil.example"), "other_sender"),
        (mail("i").with("From", "\"ana@store.example\" <mallory@evil.example>"), "other_sender"),
        (mail("j").with("Sender", "mallory@evil.example").with(results, PASS), "joined"),
    ];
    for (mail, expected) in cases {
        let mail = mail.with("Cc", "mallory@evil.example");
        assert_eq!(why(office.take_in(&mail).await), expected, "{}", String::from_utf8_lossy(&mail.bytes()));
    }
    assert_eq!(office.comments(office.request).await.len(), 2);
    // Nothing went out but the confirmation that the request was opened.
    assert_eq!(office.desk.count("outbox").await, 1);
    assert_eq!(office.desk.count("mail_quarantine").await, 9);
}

#[tokio::test]
async fn a_reply_address_opens_one_request_for_one_person() {
    let office = Office::open().await;
    let bruno = office.desk.sign_in("bruno", "store").await;
    let other = bruno.open("Another").await;
    let stranger = office.desk.sign_in("carla", "elsewhere").await;
    let own = office.reply_address();
    let forged = own.replacen("help+", "help+a", 1);
    let swapped = {
        let theirs = office.address(other, bruno.user);
        let at = "help+".len() + 20;
        format!("{}{}", &own[..at], &theirs[at..])
    };
    let cases = [
        // Ana writes to the address that was made for Bruno.
        (office.address(other, bruno.user), "other_sender"),
        (office.address(other, office.ana.user), "gone"),
        (office.address(office.request, stranger.user), "gone"),
        (office.address(424_242, office.ana.user), "gone"),
        (forged, "forged_address"),
        (swapped, "forged_address"),
        (format!("help+{}@desk.example", office.request), "forged_address"),
        ("help@desk.example".to_owned(), "no_reply_address"),
        ("support@desk.example".to_owned(), "no_reply_address"),
    ];
    for (number, (to, expected)) in cases.into_iter().enumerate() {
        // Its number in the subject and in the thread's headers is never enough.
        let mail = office
            .reply(&number.to_string(), "Mine")
            .with("To", &to)
            .with("Subject", &format!("Re: [#{}] Orders", office.request))
            .with("In-Reply-To", "<1@desk.example>");
        assert_eq!(why(office.take_in(&mail).await), expected, "{to}");
    }
    assert_eq!(office.comments(office.request).await.len(), 1);
    assert_eq!(bruno.get(&format!("/api/v2/requests/{other}/comments")).await.json["count"], 1);
}

#[tokio::test]
async fn who_is_switched_off_or_no_member_any_more_joins_nothing() {
    for change in [
        "UPDATE users SET disabled_at = 1 WHERE email = 'ana@store.example'",
        "UPDATE accounts SET disabled_at = 1 WHERE name = 'store'",
        "DELETE FROM memberships",
    ] {
        let office = Office::open().await;
        let mut write = office.desk.app.store.begin().await.unwrap();
        sqlx::query(change).execute(&mut *write).await.unwrap();
        write.commit().await.unwrap();
        assert_eq!(why(office.take_in(&office.reply("1", "Still here")).await), "gone", "{change}");
        assert_eq!(office.desk.count("comments").await, 1, "{change}");
    }
}

#[tokio::test]
async fn robots_get_no_comment_no_answer_and_no_place_in_quarantine() {
    let office = Office::open().await;
    let mail = |id: &str| office.reply(id, "I am away until Monday.");
    let cases = [
        (mail("a").with("Auto-Submitted", "auto-replied; owner-email=\"x@y.example\""), "auto_reply"),
        (mail("b").with("Auto-Submitted", "no"), "joined"),
        (mail("c").with("X-Auto-Response-Suppress", "All"), "auto_reply"),
        (mail("d").with("Precedence", "auto_reply"), "auto_reply"),
        (mail("e").with("Precedence", "bulk"), "bulk"),
        (mail("f").with("X-Autoreply", "yes"), "auto_reply"),
        (mail("g").with("Return-Path", "<>"), "report"),
        (mail("h").with("From", "Mail Delivery System <MAILER-DAEMON@mx.store.example>"), "report"),
        (mail("i").with("Content-Type", "multipart/report; report-type=delivery-status; boundary=x"), "report"),
        (mail("j").with("X-Loop", "help@desk.example"), "auto_reply"),
        (mail("k").with("From", "Store support <support@desk.example>"), "own"),
        (mail("l").with("From", &office.reply_address()), "own"),
        (mail("m").with("List-Id", "<news.store.example>"), "bulk"),
        // Only the subject says so: too little to throw it away.
        (mail("n").with("Subject", "Resposta automática: Orders are stuck"), "looks_automatic"),
    ];
    for (mail, expected) in cases {
        assert_eq!(why(office.take_in(&mail).await), expected, "{}", String::from_utf8_lossy(&mail.bytes()));
    }
    assert_eq!(office.comments(office.request).await.len(), 2);
    assert_eq!((office.desk.count("outbox").await, office.desk.count("mail_quarantine").await), (1, 1));
    assert_eq!(office.status(office.request).await, "new");
}

#[tokio::test]
async fn a_mail_of_ours_that_comes_back_is_known_by_its_identifier() {
    let office = Office::open().await;
    let id: String = sqlx::query_scalar("SELECT message_id FROM outbox")
        .fetch_one(&mut *office.desk.app.store.read().await.unwrap())
        .await
        .unwrap();
    let mail = office.reply("1", "Your request has a number").with("Message-ID", &format!("<{id}@desk.example>"));
    assert_eq!(why(office.take_in(&mail).await), "own");
    assert_eq!(office.comments(office.request).await.len(), 1);
}

/// Nobody learns by mail whether a request or a person exists.
#[tokio::test]
async fn strangers_are_answered_nothing() {
    let office = Office::open().await;
    for number in 0..30 {
        let mail = office.reply(&number.to_string(), "?").without("Authentication-Results");
        let mail = if number % 2 == 0 { mail } else { mail.with("To", "help+forged@desk.example") };
        office.take_in(&mail).await;
    }
    assert_eq!(office.desk.count("outbox").await, 1);
    assert_eq!(office.ana.get("/api/v2/requests").await.json["count"], json!(1));
}
