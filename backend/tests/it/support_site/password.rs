//! The door that opens with a password and a second factor, and setting one up by mail.

use super::*;
use balcao_backend::identity::site::{SmsError, SmsSender};
use balcao_runtime::clock::Clock as _;
use chrono::{DateTime, TimeDelta, Utc};
use std::sync::{Arc, Mutex};

pub const PASSWORD: &str = "several words in a row";

/// Text messages as they arrive.
#[derive(Debug, Default)]
struct Phone(Mutex<Vec<(String, String)>>);

#[async_trait::async_trait]
impl SmsSender for Phone {
    async fn send(&self, to: &str, text: &str, _now: DateTime<Utc>) -> Result<(), SmsError> {
        self.0.lock().unwrap().push((to.to_owned(), text.to_owned()));
        Ok(())
    }
}

impl Phone {
    fn newest(&self) -> (String, String) {
        let (to, text) = self.0.lock().unwrap().last().cloned().expect("a text message");
        let code = text.split(|c: char| !c.is_ascii_digit()).find(|run| run.len() == 6).expect("a code");
        (to, code.to_owned())
    }
}

/// What an authenticator app shows now, worked out by itself (RFC 6238).
pub fn app_code(secret: &str, app: &TestApp, steps: i64) -> String {
    use hmac::{Hmac, Mac as _};
    let letters = "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567";
    let (mut bytes, mut bits, mut count) = (Vec::new(), 0_u64, 0);
    for letter in secret.chars().filter(|c| !c.is_whitespace()) {
        bits = bits << 5 | letters.find(letter).unwrap() as u64;
        count += 5;
        if count >= 8 {
            count -= 8;
            bytes.push((bits >> count & 0xff) as u8);
        }
    }
    let step = app.clock.now().timestamp() / 30 + steps;
    let mut mac = Hmac::<sha1::Sha1>::new_from_slice(&bytes).unwrap();
    mac.update(&step.to_be_bytes());
    let digest = mac.finalize().into_bytes();
    let at = usize::from(digest[19] & 15);
    let number = u32::from_be_bytes(digest[at..at + 4].try_into().unwrap()) & 0x7fff_ffff;
    format!("{:06}", number % 1_000_000)
}

pub fn secret_on(page: &str) -> String {
    page.split_once("class=\"secret\" translate=\"no\">").unwrap().1.split('<').next().unwrap().to_owned()
}

fn codes_on(page: &str) -> Vec<String> {
    let list = page.split_once("class=\"codes\"").unwrap().1.split("</ul>").next().unwrap();
    list.split("<li>").skip(1).map(|item| item.split('<').next().unwrap().to_owned()).collect()
}

/// Up to the page where a password is chosen.
pub async fn prove_address(app: &TestApp, browser: &mut Browser, email: &str) {
    assert_leads_to(&browser.post("/support/reset", &[("email", email)]).await, "/support/reset/code");
    let code = newest_code_of(app, email, "password_code").await;
    assert_leads_to(&browser.post("/support/reset/code", &[("code", &code)]).await, "/support/password/new");
}

/// Up to the page where the second factor is chosen.
pub async fn set_password(app: &TestApp, browser: &mut Browser, email: &str, password: &str) {
    prove_address(app, browser, email).await;
    assert_eq!(browser.get("/support/password/new").await.status, StatusCode::OK);
    let set = browser.post("/support/password/new", &[("password", password)]).await;
    assert_leads_to(&set, "/support/enrol");
}

/// Everything, with an app; its secret and the recovery codes.
pub async fn enrolled(app: &TestApp, browser: &mut Browser, email: &str) -> (String, Vec<String>) {
    set_password(app, browser, email, PASSWORD).await;
    let secret = secret_on(&browser.get("/support/enrol/app").await.text());
    let code = app_code(&secret, app, 0);
    assert_leads_to(&browser.post("/support/enrol/app", &[("code", &code)]).await, "/support/recovery-codes");
    let codes = codes_on(&browser.get("/support/recovery-codes").await.text());
    // As a file, they are the same; and only as long as they are shown.
    let file = browser.get("/support/recovery-codes.txt").await;
    assert_eq!((file.header("content-disposition"), file.header("cache-control")), ("attachment", "no-store"));
    assert_eq!(file.text().lines().collect::<Vec<_>>(), codes);
    assert_leads_to(&browser.post("/support/recovery-codes", &[]).await, "/panel/new");
    assert_leads_to(&browser.get("/support/recovery-codes.txt").await, "/support");
    app.wait(TimeDelta::seconds(60));
    (secret, codes)
}

pub async fn with_password(browser: &mut Browser, email: &str, password: &str) -> Answer {
    browser.post("/support/password", &[("email", email), ("password", password)]).await
}

#[tokio::test]
async fn a_first_password_comes_with_a_second_factor_and_both_open_the_panel() {
    let app = app().await;
    let mut ana = Browser::new(&app);
    let (secret, codes) = enrolled(&app, &mut ana, ANA).await;
    assert_eq!(codes.len(), 10);
    assert_eq!(ana.open_panel(&json!({})).await.json()["session"]["door"], "password");
    assert_eq!(messages(&app, ANA, "second_factor_added").await.len(), 1);

    let mut elsewhere = Browser::new(&app);
    assert_leads_to(&with_password(&mut elsewhere, ANA, PASSWORD).await, "/support/second-factor");
    assert_eq!(elsewhere.open_panel(&json!({})).await.status, StatusCode::UNAUTHORIZED, "not with a password alone");
    assert!(elsewhere.get("/support/second-factor").await.text().contains("Code from your authenticator app"));
    let code = app_code(&secret, &app, 0);
    assert_leads_to(&elsewhere.post("/support/second-factor", &[("way", "app"), ("code", &code)]).await, "/panel/new");
    assert_eq!(elsewhere.open_panel(&json!({})).await.status, StatusCode::CREATED);

    // Nothing readable is kept.
    let kept: Vec<Vec<u8>> = sqlx::query_scalar(
        "SELECT secret FROM second_factors UNION ALL SELECT code_hash FROM recovery_codes \
         UNION ALL SELECT CAST(hash AS BLOB) FROM passwords UNION ALL SELECT step FROM sign_in_flows",
    )
    .fetch_all(&mut *app.app.store.read().await.unwrap())
    .await
    .unwrap();
    for kept in kept {
        let text = String::from_utf8_lossy(&kept).into_owned();
        assert!(!text.contains(PASSWORD) && !text.contains(&secret.replace(' ', "")) && !text.contains(&codes[0]));
    }
}

#[tokio::test]
async fn a_code_of_the_app_works_once_and_for_a_step_to_either_side() {
    let app = app().await;
    let mut ana = Browser::new(&app);
    let (secret, _) = enrolled(&app, &mut ana, ANA).await;
    for (steps, gets_in) in
        [(-2, false), (2, false), (-1, true), (-1, false), (0, true), (0, false), (1, true), (1, false), (0, false)]
    {
        let mut browser = ana.clone();
        with_password(&mut browser, ANA, PASSWORD).await;
        let code = app_code(&secret, &app, steps);
        let answer = browser.post("/support/second-factor", &[("way", "app"), ("code", &code)]).await;
        assert_eq!(answer.status == StatusCode::SEE_OTHER, gets_in, "{steps}: {}", answer.text());
        if gets_in {
            ana.cookies.insert("balcao_device".to_owned(), browser.cookies["balcao_device"].clone());
        }
    }
}

#[tokio::test]
async fn of_one_code_of_the_app_sent_twice_at_once_one_gets_in() {
    let app = app().await;
    let mut ana = Browser::new(&app);
    let (secret, _) = enrolled(&app, &mut ana, ANA).await;
    let (mut one, mut two) = (Browser::new(&app), Browser::new(&app));
    with_password(&mut one, ANA, PASSWORD).await;
    with_password(&mut two, ANA, PASSWORD).await;
    let code = app_code(&secret, &app, 0);
    let fields = [("way", "app"), ("code", code.as_str())];
    let answers =
        futures::future::join(one.post("/support/second-factor", &fields), two.post("/support/second-factor", &fields))
            .await;
    let got_in = [answers.0.status, answers.1.status].iter().filter(|status| **status == StatusCode::SEE_OTHER).count();
    assert_eq!(got_in, 1);
}

#[tokio::test]
async fn a_recovery_code_works_once_and_its_owner_is_told() {
    let app = app().await;
    let mut ana = Browser::new(&app);
    let (_, codes) = enrolled(&app, &mut ana, ANA).await;
    let typed = codes[3].to_uppercase().replace('-', " ");
    for gets_in in [true, false] {
        let mut browser = Browser::new(&app);
        with_password(&mut browser, ANA, PASSWORD).await;
        assert!(browser.get("/support/second-factor?way=recovery").await.text().contains("Recovery code"));
        let answer = browser.post("/support/second-factor", &[("way", "recovery"), ("code", &typed)]).await;
        assert_eq!(answer.status == StatusCode::SEE_OTHER, gets_in, "{}", answer.text());
    }
    assert_eq!(messages(&app, ANA, "recovery_code_used").await.len(), 1);
    // Somebody else's is none of mine.
    member(&app, "bia@acmestore.example", ACCOUNT).await;
    let mut bia = Browser::new(&app);
    enrolled(&app, &mut bia, "bia@acmestore.example").await;
    with_password(&mut bia, "bia@acmestore.example", PASSWORD).await;
    let answer = bia.post("/support/second-factor", &[("way", "recovery"), ("code", &codes[4])]).await;
    assert!(answer.text().contains("not one of your recovery codes"), "{}", answer.text());
}

#[tokio::test]
async fn a_second_factor_is_guessed_at_five_times_and_then_from_the_password_on_again() {
    let app = app().await;
    let mut ana = Browser::new(&app);
    let (secret, _) = enrolled(&app, &mut ana, ANA).await;
    let mut thief = Browser::new(&app).in_network("203.0.113.5");
    with_password(&mut thief, ANA, PASSWORD).await;
    let right = app_code(&secret, &app, 0);
    for guess in 1..=5 {
        let answer = thief.post("/support/second-factor", &[("way", "app"), ("code", &other_than(&right))]).await;
        let expected = if guess < 5 { "The app shows another code now" } else { "Start again." };
        assert!(answer.text().contains(expected), "{guess}: {}", answer.text());
    }
    let late = thief.post("/support/second-factor", &[("way", "app"), ("code", &right)]).await;
    assert!(late.text().contains("Start again."), "{}", late.text());
    // A new flow with the right password does not give new guesses at once…
    with_password(&mut thief, ANA, PASSWORD).await;
    let waits = thief.post("/support/second-factor", &[("way", "app"), ("code", &right)]).await;
    assert_eq!(waits.status, StatusCode::TOO_MANY_REQUESTS);
    // …and Ana, with the browser that she signed in with before, is not kept waiting.
    ana.cookies.remove("balcao_sign_in");
    with_password(&mut ana, ANA, PASSWORD).await;
    assert_leads_to(&ana.post("/support/second-factor", &[("way", "app"), ("code", &right)]).await, "/panel/new");
}

#[tokio::test]
async fn wrong_passwords_make_their_sender_wait_and_nobody_else() {
    let app = app().await;
    let mut ana = Browser::new(&app);
    enrolled(&app, &mut ana, ANA).await;
    let mut thief = Browser::new(&app).in_network("203.0.113.5");
    for _ in 0..5 {
        let answer = with_password(&mut thief, ANA, "a wrong password").await;
        assert_eq!(answer.status, StatusCode::UNPROCESSABLE_ENTITY);
    }
    let waits = with_password(&mut thief, ANA, PASSWORD).await;
    assert_eq!((waits.status, waits.header("retry-after")), (StatusCode::TOO_MANY_REQUESTS, "30"));
    assert!(waits.text().contains("Wait 30 seconds"), "{}", waits.text());
    // Another browser of the same network waits as well; another network does not, and a known browser does not.
    let mut same = Browser::new(&app).in_network("203.0.113.5");
    assert_eq!(with_password(&mut same, ANA, PASSWORD).await.status, StatusCode::TOO_MANY_REQUESTS);
    let mut other = Browser::new(&app).in_network("198.51.100.1");
    assert_leads_to(&with_password(&mut other, ANA, PASSWORD).await, "/support/second-factor");
    let mut known = ana.clone().in_network("203.0.113.5");
    assert_leads_to(&with_password(&mut known, ANA, PASSWORD).await, "/support/second-factor");
    // After the wait one more try is free, and a wrong one makes the next wait longer.
    app.wait(TimeDelta::seconds(30));
    assert_eq!(with_password(&mut thief, ANA, "wrong again").await.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert_eq!(with_password(&mut thief, ANA, PASSWORD).await.header("retry-after"), "60");
}

#[tokio::test]
async fn a_thousand_networks_are_slowed_down_but_neither_a_known_browser_nor_the_way_by_mail() {
    let app = app().await;
    let mut ana = Browser::new(&app);
    enrolled(&app, &mut ana, ANA).await;
    // As if they had tried, without a hash for each.
    for network in 1..=60 {
        let mut bot = Browser::new(&app).in_network(&format!("203.0.113.{network}"));
        with_password(&mut bot, ANA, "wrong").await;
    }
    let mut fresh = Browser::new(&app).in_network("198.51.100.77");
    assert_eq!(with_password(&mut fresh, ANA, PASSWORD).await.status, StatusCode::TOO_MANY_REQUESTS);
    assert_leads_to(&with_password(&mut ana.clone(), ANA, PASSWORD).await, "/support/second-factor");
    sign_in(&app, &mut fresh, ANA).await;
}

#[tokio::test]
async fn a_device_cookie_of_somebody_else_counts_for_nothing() {
    let app = app().await;
    member(&app, "bia@acmestore.example", ACCOUNT).await;
    let mut bia = Browser::new(&app).in_network("203.0.113.5");
    sign_in(&app, &mut bia, "bia@acmestore.example").await;
    for _ in 0..5 {
        with_password(&mut bia, ANA, "a wrong password").await;
    }
    bia.cookies.remove("balcao_device");
    assert_eq!(with_password(&mut bia, ANA, "a wrong password").await.status, StatusCode::TOO_MANY_REQUESTS);
}

#[tokio::test]
async fn known_and_unknown_addresses_get_the_same_answers() {
    let app = app().await;
    let mut ana = Browser::new(&app);
    enrolled(&app, &mut ana, ANA).await;
    member(&app, "none@acmestore.example", ACCOUNT).await;
    app.wait(TimeDelta::hours(2));
    let mut told = Vec::new();
    for email in [ANA, "none@acmestore.example", NOBODY] {
        let mut browser = Browser::new(&app).in_network("192.0.2.44");
        let mut answers = Vec::new();
        for _ in 0..6 {
            answers.push(with_password(&mut browser, email, "a wrong password").await);
        }
        answers.push(browser.post("/support/reset", &[("email", email)]).await);
        answers.push(browser.get("/support/reset/code").await);
        answers.push(browser.post("/support/reset", &[("email", email)]).await);
        let shape = |answer: &Answer| {
            let names: Vec<String> = answer.headers.keys().map(ToString::to_string).collect();
            (answer.status, answer.header("location").to_owned(), names, answer.text().replace(email, "@"))
        };
        told.push(answers.iter().map(shape).collect::<Vec<_>>());
    }
    assert_eq!(told[0], told[1]);
    assert_eq!(told[0], told[2]);
    assert!(messages(&app, NOBODY, "password_code").await.is_empty());
}

#[tokio::test]
async fn a_phone_is_a_second_factor_too() {
    let phone = Arc::new(Phone::default());
    let app = {
        let phone = phone.clone();
        TestApp::with_part(move |parts| Arc::get_mut(&mut parts.identity.site).unwrap().sms = Some(phone)).await
    };
    member(&app, ANA, ACCOUNT).await;
    let mut ana = Browser::new(&app);
    set_password(&app, &mut ana, ANA, PASSWORD).await;
    assert!(ana.get("/support/enrol").await.text().contains("Use text messages"));
    for typed in ["", "11 98765-4321", "+55 11 9876 abc"] {
        let answer = ana.post("/support/enrol/phone", &[("phone", typed)]).await;
        assert!(answer.text().contains("Enter a phone number"), "{}", answer.text());
    }
    let sent = ana.post("/support/enrol/phone", &[("phone", "+55 (11) 98765-4321")]).await;
    assert_leads_to(&sent, "/support/enrol/phone/code");
    let (to, code) = phone.newest();
    assert_eq!(to, "+5511987654321");
    let soon = ana.post("/support/enrol/phone", &[("phone", "+5511987654322")]).await;
    assert_eq!(soon.status, StatusCode::TOO_MANY_REQUESTS);
    assert_eq!(
        ana.post("/support/enrol/phone/code", &[("code", &other_than(&code))]).await.status,
        StatusCode::UNPROCESSABLE_ENTITY
    );
    assert_leads_to(&ana.post("/support/enrol/phone/code", &[("code", &code)]).await, "/support/recovery-codes");
    assert_leads_to(&ana.post("/support/recovery-codes", &[]).await, "/panel/new");
    app.wait(TimeDelta::minutes(1));

    let mut elsewhere = Browser::new(&app);
    assert_leads_to(&with_password(&mut elsewhere, ANA, PASSWORD).await, "/support/second-factor");
    let page = elsewhere.get("/support/second-factor").await.text();
    assert!(page.contains("+55 ••• 21") && !page.contains("98765"), "{page}");
    assert_leads_to(
        &elsewhere.post("/support/second-factor/text", &[]).await,
        "/support/second-factor?way=phone&sent=1",
    );
    let (_, code) = phone.newest();
    let wrong = elsewhere.post("/support/second-factor", &[("way", "phone"), ("code", &other_than(&code))]).await;
    assert!(wrong.text().contains("The code is not correct."), "{}", wrong.text());
    let mut again = elsewhere.clone();
    assert_leads_to(
        &elsewhere.post("/support/second-factor", &[("way", "phone"), ("code", &code)]).await,
        "/panel/new",
    );
    assert!(
        again
            .post("/support/second-factor", &[("way", "phone"), ("code", &code)])
            .await
            .text()
            .contains("Start again.")
    );
    assert_eq!(phone.0.lock().unwrap().len(), 2);
}

#[tokio::test]
async fn somebody_switched_off_gets_nowhere_with_a_password() {
    let app = app().await;
    let mut ana = Browser::new(&app);
    let (secret, _) = enrolled(&app, &mut ana, ANA).await;
    let mut browser = Browser::new(&app);
    with_password(&mut browser, ANA, PASSWORD).await;
    prove_address(&app, &mut ana, ANA).await;
    run(&app, "UPDATE users SET disabled_at = 1").await;
    let code = app_code(&secret, &app, 0);
    let answer = browser.post("/support/second-factor", &[("way", "app"), ("code", &code)]).await;
    assert_ne!(answer.status, StatusCode::SEE_OTHER);
    assert_eq!(with_password(&mut Browser::new(&app), ANA, PASSWORD).await.status, StatusCode::UNPROCESSABLE_ENTITY);
    let reset = ana.post("/support/password/new", &[("password", "other words in a row")]).await;
    assert!(reset.text().contains("Start again."), "{}", reset.text());
}

#[tokio::test]
async fn what_was_sealed_with_a_lost_key_opens_nothing_and_breaks_nothing() {
    let app = app().await;
    let mut ana = Browser::new(&app);
    enrolled(&app, &mut ana, ANA).await;
    // As an older version left it, which started with a fresh key. A key that is known to be another is refused at start.
    std::fs::write(app.app.config.data_dir.join("sign_in.key"), [7; 32]).unwrap();
    run(&app, "DELETE FROM known_keys").await;
    let app = app.restarted().await;
    let mut ana = Browser::new(&app);
    assert_eq!(with_password(&mut ana, ANA, PASSWORD).await.status, StatusCode::UNPROCESSABLE_ENTITY);
    sign_in(&app, &mut ana, ANA).await;
}
