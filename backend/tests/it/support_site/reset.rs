//! Setting a password by mail, and setting up a second factor with the first one.

use super::password::{PASSWORD, app_code, enrolled, link, secret_on, set_password, token_of, with_password};
use super::*;
use chrono::TimeDelta;

#[tokio::test]
async fn a_link_is_good_for_half_an_hour_and_one_time_and_looking_at_it_uses_nothing_up() {
    let app = app().await;
    let mut ana = Browser::new(&app);
    ana.post("/support/reset", &[("email", ANA)]).await;
    let first = link(&app, ANA).await;
    for _ in 0..3 {
        assert!(ana.get(&first).await.text().contains("New password"));
    }
    // A password that is not taken leaves the link as it is.
    for (password, told) in
        [("short", "longer password"), ("aaaaaaaaaaaaaaa", "too easy"), (&"x1y2z3".repeat(60), "shorter")]
    {
        let answer = ana.post("/support/password/new", &[("token", token_of(&first)), ("password", password)]).await;
        assert_eq!(answer.status, StatusCode::UNPROCESSABLE_ENTITY);
        assert!(answer.text().contains(told), "{}", answer.text());
    }
    app.wait(TimeDelta::minutes(1));
    ana.post("/support/reset", &[("email", ANA)]).await;
    let second = link(&app, ANA).await;
    assert_ne!(first, second);
    let used = ana.post("/support/password/new", &[("token", token_of(&second)), ("password", PASSWORD)]).await;
    assert_leads_to(&used, "/support/enrol");
    for (link, why) in [(&first, "a newer one was used"), (&second, "used")] {
        assert!(ana.get(link).await.text().contains("no longer valid"), "{why}");
        let again = ana.post("/support/password/new", &[("token", token_of(link)), ("password", PASSWORD)]).await;
        assert!(again.text().contains("no longer valid"), "{why}");
    }
    app.wait(TimeDelta::minutes(1));
    ana.post("/support/reset", &[("email", ANA)]).await;
    let third = link(&app, ANA).await;
    for wrong in
        [&third[..third.len() - 1], &format!("{third}A"), "/support/password/new?token=", "/support/password/new"]
    {
        assert!(ana.get(wrong).await.text().contains("no longer valid"), "{wrong}");
    }
    app.wait(TimeDelta::minutes(30));
    assert!(ana.get(&third).await.text().contains("no longer valid"));
}

#[tokio::test]
async fn a_password_that_is_soon_guessed_is_not_taken_and_the_page_says_why_in_each_language() {
    let app = app().await;
    let mut ana = Browser::new(&app);
    ana.post("/support/reset", &[("email", ANA)]).await;
    let link = link(&app, ANA).await;
    for (password, language, told) in [
        ("Password1234", "en", "one of the most used ones"),
        ("Senha@123456", "pt", "é uma das mais usadas"),
        ("Contraseña123", "es", "es una de las más usadas"),
        ("Souza@2026!!", "en", "made of your name, your address, your store"),
        ("acmestore2026", "pt", "é feita do seu nome, do seu endereço, da sua loja"),
        ("ana-ana-acmestore", "es", "está hecha de tu nombre, tu dirección, tu tienda"),
        ("abcdefghijklmnop", "en", "it repeats itself, or follows the keys"),
        ("111111111111", "pt", "ela se repete, ou segue o teclado"),
        ("qwertyuiopasdf", "es", "se repite, o sigue el teclado"),
        ("short", "en", "at least 12 characters"),
        ("curta", "pt", "pelo menos 12 caracteres"),
        ("corta", "es", "al menos 12 caracteres"),
    ] {
        ana.get(&format!("/support?locale={language}")).await;
        let answer = ana.post("/support/password/new", &[("token", token_of(&link)), ("password", password)]).await;
        assert_eq!(answer.status, StatusCode::UNPROCESSABLE_ENTITY, "{password}");
        assert!(answer.text().contains(told), "{password}: {}", answer.text());
    }
    // Any character, and a sentence of more than 64 of them.
    let long = "çãé 漢字 🙂 and a sentence that is longer than sixty-four characters, with a tab\t in it";
    let taken = ana.post("/support/password/new", &[("token", token_of(&link)), ("password", long)]).await;
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
            .fetch_one(app.app.store.reader())
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
    assert!(late.text().contains("Please begin again."), "{}", late.text());
    assert_eq!(with_password(&mut two, ANA, "other words in a row").await.status, StatusCode::UNPROCESSABLE_ENTITY);
}
