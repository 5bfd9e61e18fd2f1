//! The one-time code: what it proves, and what it withstands.

use crate::common::{ACCOUNT, Answer, Client, TestApp, waiting_messages};
use crate::copilot::{ask, begin};
use axum::http::StatusCode;
use chrono::TimeDelta;
use serde_json::{Value, json};

async fn send(client: &Client, conversation: &str) -> Answer {
    client.post(&format!("/api/panel/conversations/{conversation}/code"), &json!({})).await
}

async fn check(client: &Client, conversation: &str, code: &str) -> Answer {
    client.post(&format!("/api/panel/conversations/{conversation}/code/check"), &json!({ "code": code })).await
}

/// The way to the form, with nothing written besides.
async fn hand_over(client: &Client, conversation: &str) -> Answer {
    client.post(&format!("/api/panel/conversations/{conversation}/handover"), &json!({})).await
}

/// Asks for a code in a conversation of its own, and types it.
async fn prove(app: &TestApp, client: &Client, email: &str) {
    let id = begin(client, "en", "doubt").await;
    assert_eq!(send(client, &id).await.status, StatusCode::ACCEPTED);
    let code = last_code(app, email).await;
    assert_eq!(check(client, &id, &code).await.status, StatusCode::NO_CONTENT);
}

/// Every code that waits in the outbox for an address, oldest first.
async fn codes_for(app: &TestApp, email: &str) -> Vec<String> {
    let texts = waiting_messages(app, email, "code").await;
    texts
        .iter()
        .map(|text| {
            let mut runs = text.split(|c: char| !c.is_ascii_digit()).filter(|run| run.len() == 6);
            let code = runs.next().expect("a code in the message").to_owned();
            assert_eq!(runs.next(), None, "{text}");
            code
        })
        .collect()
}

/// The code that was sent last.
async fn last_code(app: &TestApp, email: &str) -> String {
    codes_for(app, email).await.pop().expect("a message")
}

fn other_than(code: &str) -> String {
    let number: u32 = code.parse().unwrap();
    format!("{:06}", (number + 1) % 1_000_000)
}

fn assert_refused(answer: &Answer, status: StatusCode, error: &str) {
    assert_eq!((answer.status, answer.refusal().0.as_str()), (status, error), "{}", answer.text());
}

#[tokio::test]
async fn a_right_code_opens_the_way_to_a_person() {
    let app = TestApp::new().await;
    let ana = app.sign_in("ana@example.com", ACCOUNT).await;
    let id = begin(&ana, "es", "setup").await;
    ask(&ana, &id, json!({ "text": "Hola. Necesito activar un proveedor nuevo. Gracias", "problem": "No aparece", "tried": "Otro navegador" })).await;
    assert_refused(&hand_over(&ana, &id).await, StatusCode::FORBIDDEN, "CodeRequired");

    let sent = send(&ana, &id).await;
    assert_eq!(sent.status, StatusCode::ACCEPTED, "{}", sent.text());
    assert_eq!(
        sent.json(),
        json!({ "sent_to": "a•••@example.com", "expires_at": "2026-11-23T12:10:00Z", "minutes": 10, "resend_at": "2026-11-23T12:00:30Z" })
    );
    let code = last_code(&app, "ana@example.com").await;
    assert!(!sent.text().contains(&code));
    let typed = format!(" {}-{} ", &code[..3], &code[3..]);
    assert_eq!(check(&ana, &id, &typed).await.status, StatusCode::NO_CONTENT);

    let handover = hand_over(&ana, &id).await.json()["handover"].clone();
    assert_eq!(handover["subject"], "Necesito activar un proveedor nuevo");
    assert_eq!(handover["scenario"], "setup");
    let description = handover["description"].as_str().unwrap();
    for part in ["Objetivo:\nHola.", "Qué no funciona:\nNo aparece", "Qué ya se intentó:\nOtro navegador"] {
        assert!(description.contains(part), "{description}");
    }
}

#[tokio::test]
async fn one_confirmation_lasts_for_the_session_and_at_least_eight_hours() {
    for (absolute, lasts) in [(2, 8), (12, 12)] {
        let app = TestApp::with(|config| {
            config.session.absolute = std::time::Duration::from_secs(absolute * 3600);
            config.session.idle = config.session.absolute;
        })
        .await;
        prove(&app, &app.sign_in("ana@example.com", ACCOUNT).await, "ana@example.com").await;
        // A reload begins another session, and a question another conversation; a store of theirs is another account.
        app.wait(TimeDelta::hours(lasts) - TimeDelta::seconds(1));
        for account in [ACCOUNT, "otherstore"] {
            let ana = app.sign_in("ana@example.com", account).await;
            let id = begin(&ana, "en", "doubt").await;
            assert_eq!(hand_over(&ana, &id).await.status, StatusCode::OK, "{account}");
        }
        let bob = app.sign_in("bob@example.com", ACCOUNT).await;
        let his = begin(&bob, "en", "doubt").await;
        assert_refused(&hand_over(&bob, &his).await, StatusCode::FORBIDDEN, "CodeRequired");

        app.wait(TimeDelta::seconds(1));
        let ana = app.sign_in("ana@example.com", ACCOUNT).await;
        let id = begin(&ana, "en", "doubt").await;
        assert_refused(&hand_over(&ana, &id).await, StatusCode::FORBIDDEN, "CodeRequired");
    }
}

#[tokio::test]
async fn a_wrong_code_confirms_nothing() {
    let app = TestApp::new().await;
    let ana = app.sign_in("ana@example.com", ACCOUNT).await;
    let id = begin(&ana, "en", "doubt").await;
    send(&ana, &id).await;
    check(&ana, &id, &other_than(&last_code(&app, "ana@example.com").await)).await;
    assert_refused(&hand_over(&ana, &id).await, StatusCode::FORBIDDEN, "CodeRequired");
}

#[tokio::test]
async fn a_host_that_vouches_for_the_address_needs_no_code_where_it_is_believed() {
    for (trusted, claim, needs_none) in [
        (true, json!(true), true),
        (true, json!(false), false),
        (true, json!(null), false),
        (false, json!(true), false),
    ] {
        let app = TestApp::with(|config| config.host_token.trust_email_verified = trusted).await;
        let mut claims = app.claims("ana@example.com", ACCOUNT);
        if !claim.is_null() {
            claims["email_verified"] = claim.clone();
        }
        let ana = app.sign_in_with(&claims).await;
        let id = begin(&ana, "en", "doubt").await;
        let status = hand_over(&ana, &id).await.status;
        assert_eq!(status == StatusCode::OK, needs_none, "{trusted} {claim}: {status}");
        // It vouches for this session, and is not remembered: the next token may say something else.
        let ana = app.sign_in("ana@example.com", ACCOUNT).await;
        assert_refused(&hand_over(&ana, &id).await, StatusCode::FORBIDDEN, "CodeRequired");
    }
}

#[tokio::test]
async fn who_got_all_codes_of_an_hour_goes_on_without_one() {
    let app = TestApp::new().await;
    let ana = app.sign_in("ana@example.com", ACCOUNT).await;
    for _ in 0..4 {
        let id = begin(&ana, "en", "doubt").await;
        assert_eq!(send(&ana, &id).await.status, StatusCode::ACCEPTED);
        assert_refused(&hand_over(&ana, &id).await, StatusCode::FORBIDDEN, "CodeRequired");
        app.wait(TimeDelta::seconds(31));
    }
    let id = begin(&ana, "en", "doubt").await;
    assert_eq!(send(&ana, &id).await.status, StatusCode::ACCEPTED);
    assert_eq!(send(&ana, &id).await.status, StatusCode::TOO_MANY_REQUESTS);
    assert_eq!(hand_over(&ana, &id).await.status, StatusCode::OK);
    // It is no confirmation: an hour later there is a code to be had.
    app.wait(TimeDelta::hours(1));
    let ana = app.sign_in("ana@example.com", ACCOUNT).await;
    assert_refused(&hand_over(&ana, &id).await, StatusCode::FORBIDDEN, "CodeRequired");
}

#[tokio::test]
async fn who_may_not_open_a_ticket_is_sent_no_code_and_hears_who_can_allow_it() {
    let app = TestApp::new().await;
    let mut claims = app.claims("carla@example.com", ACCOUNT);
    claims["region"] = json!("brazil");
    claims["resources"] = json!([]);
    let carla = app.sign_in_with(&claims).await;
    let id = begin(&carla, "en", "doubt").await;
    for answer in [send(&carla, &id).await, hand_over(&carla, &id).await] {
        assert_refused(&answer, StatusCode::FORBIDDEN, "Forbidden");
        assert!(
            answer.text().contains("open-support-ticket") || answer.text().contains("sponsor"),
            "{}",
            answer.text()
        );
    }
    assert!(codes_for(&app, "carla@example.com").await.is_empty());
    // Answers are for everybody.
    ask(&carla, &id, json!({ "text": "How do I reopen a solved request?" })).await;
}

#[tokio::test]
async fn screen_and_mail_say_the_same_minutes() {
    let app = TestApp::new().await;
    let ana = app.sign_in("ana@example.com", ACCOUNT).await;
    let id = begin(&ana, "en", "doubt").await;
    for (after, minutes) in [(0, 10), (30, 9), (510, 1)] {
        app.wait(TimeDelta::seconds(after));
        assert_eq!(send(&ana, &id).await.json()["minutes"], minutes);
        let mail = waiting_messages(&app, "ana@example.com", "code").await.pop().unwrap();
        let says =
            if minutes == 1 { "valid for one minute".to_owned() } else { format!("valid for {minutes} minutes") };
        assert!(mail.contains(&says), "{mail}");
    }
}

#[tokio::test]
async fn a_code_is_guessed_at_five_times_and_then_no_more() {
    let app = TestApp::new().await;
    let ana = app.sign_in("ana@example.com", ACCOUNT).await;
    let id = begin(&ana, "en", "doubt").await;
    send(&ana, &id).await;
    let code = last_code(&app, "ana@example.com").await;
    let wrong = other_than(&code);
    for left in ["4 tries left", "3 tries left", "2 tries left", "one try left"] {
        let answer = check(&ana, &id, &wrong).await;
        assert_refused(&answer, StatusCode::UNPROCESSABLE_ENTITY, "CodeWrong");
        assert!(answer.text().contains(left), "{}", answer.text());
    }
    assert_refused(&check(&ana, &id, &wrong).await, StatusCode::UNPROCESSABLE_ENTITY, "CodeExpired");
    // Now the right one comes too late.
    assert_refused(&check(&ana, &id, &code).await, StatusCode::UNPROCESSABLE_ENTITY, "CodeExpired");
    // A new one is another one, and works.
    app.wait(TimeDelta::seconds(30));
    assert_eq!(send(&ana, &id).await.status, StatusCode::ACCEPTED);
    let new = last_code(&app, "ana@example.com").await;
    assert_ne!(new, code);
    assert_refused(&check(&ana, &id, &code).await, StatusCode::UNPROCESSABLE_ENTITY, "CodeWrong");
    assert_eq!(check(&ana, &id, &new).await.status, StatusCode::NO_CONTENT);
}

#[tokio::test]
async fn guesses_count_across_a_restart() {
    let app = TestApp::new().await;
    let ana = app.sign_in("ana@example.com", ACCOUNT).await;
    let id = begin(&ana, "en", "doubt").await;
    send(&ana, &id).await;
    let code = last_code(&app, "ana@example.com").await;
    for _ in 0..4 {
        check(&ana, &id, &other_than(&code)).await;
    }
    let app = app.restarted().await;
    let ana = Client { service: app.service.clone(), ..ana };
    assert_refused(&check(&ana, &id, &other_than(&code)).await, StatusCode::UNPROCESSABLE_ENTITY, "CodeExpired");
    assert_refused(&check(&ana, &id, &code).await, StatusCode::UNPROCESSABLE_ENTITY, "CodeExpired");
}

#[tokio::test]
async fn what_is_no_code_costs_no_guess() {
    let app = TestApp::new().await;
    let ana = app.sign_in("ana@example.com", ACCOUNT).await;
    let id = begin(&ana, "en", "doubt").await;
    send(&ana, &id).await;
    for typed in ["", "12345", "1234567", "abcdef", "12345x", "' OR 1=1", &"1".repeat(100_000)] {
        assert_refused(&check(&ana, &id, typed).await, StatusCode::UNPROCESSABLE_ENTITY, "CodeWrong");
    }
    let path = format!("/api/panel/conversations/{id}/code/check");
    assert_eq!(ana.post(&path, &json!({ "code": 123456 })).await.status, StatusCode::BAD_REQUEST);
    assert_eq!(ana.post(&path, &json!({})).await.status, StatusCode::BAD_REQUEST);
    let code = last_code(&app, "ana@example.com").await;
    let full_width: String = code.chars().map(|digit| char::from_u32(digit as u32 - 0x30 + 0xff10).unwrap()).collect();
    assert_eq!(check(&ana, &id, &full_width).await.status, StatusCode::NO_CONTENT);
}

#[tokio::test]
async fn a_code_works_once() {
    let app = TestApp::new().await;
    let ana = app.sign_in("ana@example.com", ACCOUNT).await;
    let id = begin(&ana, "en", "doubt").await;
    send(&ana, &id).await;
    let code = last_code(&app, "ana@example.com").await;
    assert_eq!(check(&ana, &id, &code).await.status, StatusCode::NO_CONTENT);
    assert_refused(&check(&ana, &id, &code).await, StatusCode::UNPROCESSABLE_ENTITY, "CodeExpired");
}

#[tokio::test]
async fn of_twenty_right_guesses_at_once_one_wins() {
    let app = TestApp::new().await;
    let ana = app.sign_in("ana@example.com", ACCOUNT).await;
    let id = begin(&ana, "en", "doubt").await;
    send(&ana, &id).await;
    let code = last_code(&app, "ana@example.com").await;
    let guesses = (0..20).map(|_| check(&ana, &id, &code));
    let answers = futures::future::join_all(guesses).await;
    let won = answers.iter().filter(|answer| answer.status == StatusCode::NO_CONTENT).count();
    assert_eq!(won, 1);
    for answer in answers.iter().filter(|answer| answer.status != StatusCode::NO_CONTENT) {
        assert_refused(answer, StatusCode::UNPROCESSABLE_ENTITY, "CodeExpired");
    }
}

#[tokio::test]
async fn of_many_wrong_guesses_at_once_five_are_looked_at() {
    let app = TestApp::new().await;
    let ana = app.sign_in("ana@example.com", ACCOUNT).await;
    let id = begin(&ana, "en", "doubt").await;
    send(&ana, &id).await;
    let code = last_code(&app, "ana@example.com").await;
    let wrong = other_than(&code);
    let answers = futures::future::join_all((0..30).map(|_| check(&ana, &id, &wrong))).await;
    let looked_at = answers.iter().filter(|answer| answer.refusal().0 == "CodeWrong").count();
    // The fifth is told that the code is spent.
    assert_eq!(looked_at, 4);
    assert_refused(&check(&ana, &id, &code).await, StatusCode::UNPROCESSABLE_ENTITY, "CodeExpired");
}

#[tokio::test]
async fn a_code_belongs_to_its_conversation_and_its_session() {
    let app = TestApp::new().await;
    let ana = app.sign_in("ana@example.com", ACCOUNT).await;
    let one = begin(&ana, "en", "doubt").await;
    let two = begin(&ana, "en", "doubt").await;
    send(&ana, &one).await;
    let code = last_code(&app, "ana@example.com").await;
    assert_refused(&check(&ana, &two, &code).await, StatusCode::UNPROCESSABLE_ENTITY, "CodeExpired");
    // The same person in another session, with the same conversation.
    let elsewhere = app.sign_in("ana@example.com", ACCOUNT).await;
    assert_refused(&check(&elsewhere, &one, &code).await, StatusCode::UNPROCESSABLE_ENTITY, "CodeExpired");
    // Both with codes of their own: neither takes the other's.
    app.wait(TimeDelta::seconds(30));
    send(&ana, &two).await;
    let code_of_two = last_code(&app, "ana@example.com").await;
    assert_ne!(code, code_of_two);
    assert_refused(&check(&ana, &one, &code_of_two).await, StatusCode::UNPROCESSABLE_ENTITY, "CodeWrong");
    assert_eq!(check(&ana, &one, &code).await.status, StatusCode::NO_CONTENT);
    assert_eq!(check(&ana, &two, &code_of_two).await.status, StatusCode::NO_CONTENT);
}

#[tokio::test]
async fn a_code_lives_ten_minutes_however_often_it_is_sent() {
    let app = TestApp::new().await;
    let ana = app.sign_in("ana@example.com", ACCOUNT).await;
    let id = begin(&ana, "en", "doubt").await;
    let first = send(&ana, &id).await.json();
    app.wait(TimeDelta::minutes(9));
    let again = send(&ana, &id).await.json();
    assert_eq!(again["expires_at"], first["expires_at"]);
    let codes = codes_for(&app, "ana@example.com").await;
    assert_eq!(codes.len(), 2);
    assert_eq!(codes[0], codes[1]);
    app.wait(TimeDelta::seconds(60));
    assert_refused(&check(&ana, &id, &codes[0]).await, StatusCode::UNPROCESSABLE_ENTITY, "CodeExpired");
    let new = send(&ana, &id).await;
    assert_eq!(new.status, StatusCode::ACCEPTED);
    assert_eq!(new.json()["expires_at"], "2026-11-23T12:20:00Z");
    let code = last_code(&app, "ana@example.com").await;
    assert_ne!(code, codes[0]);
    app.wait(TimeDelta::seconds(599));
    assert_eq!(check(&ana, &id, &code).await.status, StatusCode::NO_CONTENT);
}

#[tokio::test]
async fn a_storm_of_resends_reaches_the_address_five_times_an_hour() {
    let app = TestApp::new().await;
    let ana = app.sign_in("ana@example.com", ACCOUNT).await;
    let id = begin(&ana, "en", "doubt").await;
    let answers = futures::future::join_all((0..20).map(|_| send(&ana, &id))).await;
    assert_eq!(answers.iter().filter(|answer| answer.status == StatusCode::ACCEPTED).count(), 1);
    for refused in answers.iter().filter(|answer| answer.status != StatusCode::ACCEPTED) {
        assert_refused(refused, StatusCode::TOO_MANY_REQUESTS, "TooManyRequests");
        assert_eq!(refused.header("retry-after"), "30");
    }
    app.wait(TimeDelta::seconds(29));
    assert_eq!(send(&ana, &id).await.header("retry-after"), "1");
    for number in 2..=5 {
        app.wait(TimeDelta::seconds(31));
        // Other conversations and sessions do not help.
        let ana = app.sign_in("ana@example.com", ACCOUNT).await;
        let id = begin(&ana, "en", "doubt").await;
        let sent = send(&ana, &id).await;
        assert_eq!(sent.status, StatusCode::ACCEPTED, "{number}");
        if number == 5 {
            assert_eq!(sent.json()["resend_at"], "2026-11-23T13:00:00Z");
        }
    }
    app.wait(TimeDelta::seconds(31));
    let elsewhere = app.sign_in("ana@example.com", "otherstore").await;
    let other = begin(&elsewhere, "en", "doubt").await;
    let refused = send(&elsewhere, &other).await;
    assert_refused(&refused, StatusCode::TOO_MANY_REQUESTS, "TooManyRequests");
    let wait: i64 = refused.header("retry-after").parse().unwrap();
    assert!((3300..3600).contains(&wait), "{wait}");
    assert_eq!(codes_for(&app, "ana@example.com").await.len(), 5);
    // Somebody else is not held back, and after the wait it goes on.
    let bob = app.sign_in("bob@example.com", ACCOUNT).await;
    let his = begin(&bob, "en", "doubt").await;
    assert_eq!(send(&bob, &his).await.status, StatusCode::ACCEPTED);
    app.wait(TimeDelta::seconds(wait));
    let ana = app.sign_in("ana@example.com", ACCOUNT).await;
    let id = begin(&ana, "en", "doubt").await;
    assert_eq!(send(&ana, &id).await.status, StatusCode::ACCEPTED);
}

#[tokio::test]
async fn without_a_code_asked_for_nothing_is_right() {
    let app = TestApp::new().await;
    let ana = app.sign_in("ana@example.com", ACCOUNT).await;
    let id = begin(&ana, "pt", "doubt").await;
    let answer = check(&ana.speaking("pt-BR"), &id, "000000").await;
    assert_refused(&answer, StatusCode::UNPROCESSABLE_ENTITY, "CodeExpired");
    assert!(answer.text().contains("Peça um novo"), "{}", answer.text());
}

#[tokio::test]
async fn the_database_does_not_hold_the_code() {
    let app = TestApp::new().await;
    let ana = app.sign_in("ana@example.com", ACCOUNT).await;
    let id = begin(&ana, "en", "doubt").await;
    send(&ana, &id).await;
    let code = last_code(&app, "ana@example.com").await;
    let rows: Vec<(Vec<u8>, Vec<u8>)> = sqlx::query_as("SELECT nonce, code_hash FROM codes")
        .fetch_all(&mut *app.app.store.read().await.unwrap())
        .await
        .unwrap();
    assert_eq!(rows.len(), 1);
    let (nonce, hash) = &rows[0];
    let holds = |bytes: &[u8]| bytes.windows(6).any(|window| window == code.as_bytes());
    assert!(!holds(nonce) && !holds(hash) && nonce.len() == 32 && hash.len() == 32);
}

#[tokio::test]
async fn sent_is_said_only_when_the_message_is_in_the_outbox() {
    let app = TestApp::new().await;
    let ana = app.sign_in("ana@example.com", ACCOUNT).await;
    let id = begin(&ana, "en", "doubt").await;
    let mut write = app.app.store.begin().await.unwrap();
    sqlx::query("CREATE TRIGGER outbox_refuses BEFORE INSERT ON outbox BEGIN SELECT RAISE(ABORT, 'full'); END")
        .execute(&mut *write)
        .await
        .unwrap();
    write.commit().await.unwrap();
    assert_eq!(send(&ana, &id).await.status, StatusCode::INTERNAL_SERVER_ERROR);
    let mut write = app.app.store.begin().await.unwrap();
    let kept: (i64, i64) = sqlx::query_as("SELECT (SELECT COUNT(*) FROM codes), (SELECT COUNT(*) FROM code_messages)")
        .fetch_one(&mut *write)
        .await
        .unwrap();
    assert_eq!(kept, (0, 0));
    sqlx::query("DROP TRIGGER outbox_refuses").execute(&mut *write).await.unwrap();
    write.commit().await.unwrap();
    // What failed did not count: no need to wait.
    assert_eq!(send(&ana, &id).await.status, StatusCode::ACCEPTED);
    assert_eq!(codes_for(&app, "ana@example.com").await.len(), 1);
}

#[tokio::test]
async fn a_message_with_a_code_is_of_no_use_after_its_end() {
    let app = TestApp::new().await;
    let ana = app.sign_in("ana@example.com", ACCOUNT).await;
    let id = begin(&ana, "pt", "doubt").await;
    let sent: Value = send(&ana, &id).await.json();
    let row: (String, Option<i64>) = sqlx::query_as("SELECT locale, useful_until FROM outbox WHERE kind = 'code'")
        .fetch_one(&mut *app.app.store.read().await.unwrap())
        .await
        .unwrap();
    assert_eq!(row.0, "pt");
    let until = chrono::DateTime::from_timestamp_millis(row.1.unwrap()).unwrap();
    assert_eq!(sent["expires_at"], until.to_rfc3339_opts(chrono::SecondsFormat::Secs, true));
}
