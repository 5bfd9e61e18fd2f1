//! Setting a password by mail, and setting up a second factor with the first one.

use super::password::{PASSWORD, app_code, enrolled, prove_address, secret_on, set_password, with_password};
use super::*;
use chrono::TimeDelta;

#[tokio::test]
async fn a_password_is_set_with_a_code_and_no_address_holds_a_token() {
    let app = app().await;
    let mut ana = Browser::new(&app);
    let sent = ana.post("/support/reset", &[("email", ANA)]).await;
    assert_leads_to(&sent, "/support/reset/code");
    let mail = messages(&app, ANA, "password_code").await.pop().expect("a message");
    assert!(!mail.contains("://") && !mail.contains("token"), "a mail scanner finds nothing to open: {mail}");
    let code = newest_code_of(&app, ANA, "password_code").await;
    let page = ana.get("/support/reset/code").await;
    assert!(page.text().contains("autocomplete=\"one-time-code\"") && !page.text().contains(&code));
    // Looking uses nothing up, and skips nothing.
    for path in ["/support/password/new", "/support/enrol", "/support/password/new?token=whatever"] {
        assert!(!ana.get(path).await.text().contains("New password"), "{path}");
    }
    let early = ana.post("/support/password/new", &[("password", PASSWORD), ("token", &code)]).await;
    assert!(early.text().contains("Start again."), "{}", early.text());
    assert_leads_to(&ana.post("/support/reset/code", &[("code", &code)]).await, "/support/password/new");
    assert!(ana.get("/support/password/new").await.text().contains("New password"));
    assert_leads_to(&ana.post("/support/password/new", &[("password", PASSWORD)]).await, "/support/enrol");
}

#[tokio::test]
async fn a_code_for_a_password_is_good_in_its_browser_for_its_use_and_once() {
    let app = app().await;
    let (mut ana, mut thief) = (Browser::new(&app), Browser::new(&app).in_network("203.0.113.9"));
    ana.post("/support/reset", &[("email", ANA)]).await;
    let code = newest_code_of(&app, ANA, "password_code").await;
    // In another browser, which asked for nothing or for its own.
    assert!(thief.post("/support/reset/code", &[("code", &code)]).await.text().contains("Start again."));
    thief.post("/support/reset", &[("email", NOBODY)]).await;
    assert!(thief.post("/support/reset/code", &[("code", &code)]).await.text().contains("The code is not correct."));
    // It signs nobody in, and a code for signing in sets no password.
    assert!(ana.post("/support/code", &[("code", &code)]).await.text().contains("Start again."));
    let mut other = Browser::new(&app);
    other.post("/support/email", &[("email", ANA)]).await;
    let sign_in_code = newest_code(&app, ANA).await;
    let crossed = other.post("/support/reset/code", &[("code", &sign_in_code)]).await;
    assert!(crossed.text().contains("Start again."), "{}", crossed.text());
    // Who knew the cookie before the code was typed gets no further with it.
    let planted = ana.clone();
    assert_leads_to(&ana.post("/support/reset/code", &[("code", &code)]).await, "/support/password/new");
    let mut planted = planted;
    assert!(planted.get("/support/password/new").await.text().contains("Start again."));
    assert!(planted.post("/support/reset/code", &[("code", &code)]).await.text().contains("Start again."));
    // Of two who choose at once with one flow, one does.
    let (mut one, mut two) = (ana.clone(), ana.clone());
    let fields = [("password", PASSWORD)];
    let (first, second) =
        futures::future::join(one.post("/support/password/new", &fields), two.post("/support/password/new", &fields))
            .await;
    let taken = [&first, &second].iter().filter(|answer| answer.header("location") == "/support/enrol").count();
    assert_eq!(taken, 1, "{} {}", first.text(), second.text());
}

#[tokio::test]
async fn a_code_for_a_password_is_sent_again_as_it_was_and_guessed_at_five_times() {
    let app = app().await;
    let mut ana = Browser::new(&app);
    ana.post("/support/reset", &[("email", ANA)]).await;
    let code = newest_code_of(&app, ANA, "password_code").await;
    let early = ana.post("/support/reset/code/resend", &[]).await;
    assert_eq!(early.status, StatusCode::TOO_MANY_REQUESTS);
    app.wait(TimeDelta::seconds(40));
    assert_leads_to(&ana.post("/support/reset/code/resend", &[]).await, "/support/reset/code?sent=again");
    assert_eq!(newest_code_of(&app, ANA, "password_code").await, code);
    assert_eq!(messages(&app, ANA, "password_code").await.len(), 2);
    for guess in 1..=5 {
        let answer = ana.post("/support/reset/code", &[("code", &other_than(&code))]).await;
        let expected = if guess < 5 { "The code is not correct." } else { "This code is no longer valid." };
        assert!(answer.text().contains(expected), "{guess}: {}", answer.text());
    }
    app.wait(TimeDelta::seconds(40));
    let late = ana.post("/support/reset/code", &[("code", &code)]).await;
    assert!(late.text().contains("This code is no longer valid."), "{}", late.text());
    // Nor does the first one get a longer life.
    let mut bia = Browser::new(&app).in_network("203.0.113.7");
    app.wait(TimeDelta::hours(1));
    bia.post("/support/reset", &[("email", ANA)]).await;
    let code = newest_code_of(&app, ANA, "password_code").await;
    app.wait(TimeDelta::minutes(10));
    let late = bia.post("/support/reset/code", &[("code", &code)]).await;
    assert!(late.text().contains("This code is no longer valid."), "{}", late.text());
}

#[tokio::test]
async fn a_remembered_browser_is_forgotten_with_a_new_password() {
    let app = app().await;
    let mut ana = Browser::new(&app);
    let (secret, _) = enrolled(&app, &mut ana, ANA).await;
    let stolen = ana.cookies["balcao_device"].clone();
    // A browser that is known fails by itself: guesses from elsewhere do not slow it down, nor its own those elsewhere.
    let locked = async |device: Option<&str>, network: &str| {
        let mut browser = Browser::new(&app).in_network(network);
        if let Some(device) = device {
            browser.cookies.insert("balcao_device".to_owned(), device.to_owned());
        }
        with_password(&mut browser, ANA, "not her password").await.status
    };
    for _ in 0..5 {
        locked(None, "203.0.113.5").await;
    }
    assert_eq!(locked(None, "203.0.113.5").await, StatusCode::TOO_MANY_REQUESTS);
    assert_eq!(locked(Some(&stolen), "203.0.113.5").await, StatusCode::UNPROCESSABLE_ENTITY, "known");

    let mut elsewhere = Browser::new(&app);
    // Somebody who knows the old password waits before the second factor.
    let mut half_way = Browser::new(&app);
    assert_leads_to(&with_password(&mut half_way, ANA, PASSWORD).await, "/support/second-factor");
    set_password(&app, &mut elsewhere, ANA, "other words in a row").await;
    assert_eq!(messages(&app, ANA, "password_changed").await.len(), 1, "she is told");
    assert_eq!(locked(Some(&stolen), "203.0.113.5").await, StatusCode::TOO_MANY_REQUESTS, "known no more");
    let code = app_code(&secret, &app, 0);
    let late = half_way.post("/support/second-factor", &[("way", "app"), ("code", &code)]).await;
    assert!(late.text().contains("Start again."), "{}", late.text());
    // Who signs in with the new one is known again.
    let fields = [("way", "app"), ("code", code.as_str())];
    assert_leads_to(&elsewhere.post("/support/second-factor", &fields).await, "/panel/new");
    let fresh = elsewhere.cookies["balcao_device"].clone();
    assert_eq!(locked(Some(&fresh), "203.0.113.5").await, StatusCode::UNPROCESSABLE_ENTITY);
}

#[tokio::test]
async fn a_password_that_is_soon_guessed_is_not_taken_and_the_page_says_why_in_each_language() {
    let app = app().await;
    let mut ana = Browser::new(&app);
    prove_address(&app, &mut ana, ANA).await;
    for (password, language, told) in [
        ("Password1234", "en", "it is very common"),
        ("Senha@123456", "pt", "é muito comum"),
        ("Contraseña123", "es", "es muy común"),
        ("Souza@2026!!", "en", "uses your name, your address, your store"),
        ("acmestore2026", "pt", "usa seu nome, seu email, sua loja"),
        ("ana-ana-acmestore", "es", "usa tu nombre, tu email, tu tienda"),
        ("abcdefghijklmnop", "en", "it repeats itself, or follows the keyboard"),
        ("111111111111", "pt", "se repete ou segue o teclado"),
        ("qwertyuiopasdf", "es", "se repite o sigue el teclado"),
        ("short", "en", "at least 12 characters"),
        (&"x1y2z3".repeat(60), "en", "shorter password: 256 characters"),
        ("curta", "pt", "pelo menos 12 caracteres"),
        ("corta", "es", "al menos 12 caracteres"),
    ] {
        ana.get(&format!("/support?locale={language}")).await;
        let answer = ana.post("/support/password/new", &[("password", password)]).await;
        assert_eq!(answer.status, StatusCode::UNPROCESSABLE_ENTITY, "{password}");
        assert!(answer.text().contains(told), "{password}: {}", answer.text());
    }
    // Any character, and a sentence of more than 64 of them.
    let long = "çãé 漢字 🙂 and a sentence that is longer than sixty-four characters, with a tab\t in it";
    let taken = ana.post("/support/password/new", &[("password", long)]).await;
    assert_leads_to(&taken, "/support/enrol");
}

#[tokio::test]
async fn a_reset_asks_for_the_second_factor_and_ends_what_was_open() {
    let app = app().await;
    let mut ana = Browser::new(&app);
    let (secret, _) = enrolled(&app, &mut ana, ANA).await;
    let client = panel_session(&mut ana).await;
    app.wait(TimeDelta::minutes(1));
    let mut elsewhere = Browser::new(&app);
    set_password(&app, &mut elsewhere, ANA, "other words in a row").await;
    assert_leads_to(&elsewhere.get("/support/enrol").await, "/support/second-factor");
    assert_leads_to(&elsewhere.get("/support/enrol/app").await, "/support/second-factor");
    assert_eq!(messages(&app, ANA, "password_changed").await.len(), 1);
    assert_eq!(client.get("/api/panel/session").await.status, StatusCode::UNAUTHORIZED);
    assert_eq!(ana.open_panel(&json!({})).await.status, StatusCode::UNAUTHORIZED);
    assert_eq!(elsewhere.open_panel(&json!({})).await.status, StatusCode::UNAUTHORIZED);
    let code = app_code(&secret, &app, 0);
    assert_leads_to(&elsewhere.post("/support/second-factor", &[("way", "app"), ("code", &code)]).await, "/panel/new");
    assert_eq!(with_password(&mut ana, ANA, PASSWORD).await.status, StatusCode::UNPROCESSABLE_ENTITY);
}

#[tokio::test]
async fn a_password_without_its_second_factor_was_never_set() {
    let app = app().await;
    let mut ana = Browser::new(&app);
    set_password(&app, &mut ana, ANA, PASSWORD).await;
    // She leaves it there; and a wrong code of the app is none.
    let wrong = ana.post("/support/enrol/app", &[("code", "000000")]).await;
    assert_eq!(wrong.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert_eq!(with_password(&mut Browser::new(&app), ANA, PASSWORD).await.status, StatusCode::UNPROCESSABLE_ENTITY);
    for table in ["passwords", "second_factors", "recovery_codes"] {
        let rows: i64 = sqlx::query_scalar(&format!("SELECT count(*) FROM {table}"))
            .fetch_one(&mut *app.app.store.read().await.unwrap())
            .await
            .unwrap();
        assert_eq!(rows, 0, "{table}");
    }
    // Nor does the flow lead anywhere else.
    for path in ["/support/second-factor", "/support/recovery-codes", "/support/code"] {
        assert_eq!(ana.get(path).await.status, StatusCode::SEE_OTHER, "{path}");
    }
    assert_eq!(ana.post("/support/recovery-codes", &[]).await.header("location"), "/support");
    assert_eq!(ana.open_panel(&json!({})).await.status, StatusCode::UNAUTHORIZED);
}

#[tokio::test]
async fn of_two_who_set_up_at_once_the_first_counts() {
    let app = app().await;
    let (mut one, mut two) = (Browser::new(&app), Browser::new(&app).in_network("203.0.113.8"));
    set_password(&app, &mut one, ANA, PASSWORD).await;
    app.wait(TimeDelta::minutes(1));
    set_password(&app, &mut two, ANA, "other words in a row").await;
    let secret = |page: Answer| secret_on(&page.text());
    let (first, second) = (secret(one.get("/support/enrol/app").await), secret(two.get("/support/enrol/app").await));
    let code = app_code(&first, &app, 0);
    assert_leads_to(&one.post("/support/enrol/app", &[("code", &code)]).await, "/support/recovery-codes");
    let late = two.post("/support/enrol/app", &[("code", &app_code(&second, &app, 0))]).await;
    assert!(late.text().contains("Start again."), "{}", late.text());
    assert_eq!(with_password(&mut two, ANA, "other words in a row").await.status, StatusCode::UNPROCESSABLE_ENTITY);
}
