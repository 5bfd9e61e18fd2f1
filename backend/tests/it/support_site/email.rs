//! The door that opens with a code sent by mail.

use super::*;
use chrono::TimeDelta;

#[tokio::test]
async fn a_code_by_mail_opens_the_panel_for_every_store_of_its_reader() {
    let app = app().await;
    member(&app, ANA, "zeta").await;
    let mut ana = Browser::new(&app);
    let start = ana.get("/support?return_to=/panel/requests%3Fstatus%3Dopen").await;
    assert_eq!(start.status, StatusCode::OK);
    assert!(start.text().contains("value=\"/panel/requests?status=open\""), "{}", start.text());
    let sent = ana
        .post("/support/email", &[("email", " Ana@ACMEstore.example "), ("return_to", "/panel/requests?status=open")]);
    assert_leads_to(&sent.await, "/support/code");
    let page = ana.get("/support/code").await;
    assert!(page.text().contains(ANA) && page.text().contains("autocomplete=\"one-time-code\""), "{}", page.text());
    let code = newest_code(&app, ANA).await;
    assert!(!page.text().contains(&code));
    let typed = format!(" {} {} ", &code[..3], &code[3..]);
    assert_leads_to(&ana.post("/support/code", &[("code", &typed)]).await, "/panel/requests?status=open");
    assert!(!ana.cookies.contains_key("balcao_flow"));

    let opened = ana.open_panel(&json!({})).await;
    assert_eq!(opened.status, StatusCode::CREATED, "{}", opened.text());
    let session = &opened.json()["session"];
    assert_eq!((&session["user"]["email"], &session["door"]), (&json!(ANA), &json!("email")));
    assert_eq!(session["account"]["name"], ACCOUNT);
    let names: Vec<&str> =
        session["accounts"].as_array().unwrap().iter().map(|a| a["name"].as_str().unwrap()).collect();
    assert_eq!(names, [ACCOUNT, "zeta"]);
    // Another store, which is then the one that is opened first.
    let other = ana.open_panel(&json!({ "account": "Zeta" })).await;
    assert_eq!(other.json()["session"]["account"]["name"], "zeta");
    assert_eq!(ana.open_panel(&json!({})).await.json()["session"]["account"]["name"], "zeta");
    // Somebody else's, and one that does not exist: the same answer.
    member(&app, "bia@other.example", "other").await;
    let (foreign, missing) =
        (ana.open_panel(&json!({ "account": "other" })).await, ana.open_panel(&json!({ "account": "nowhere" })).await);
    assert_eq!((foreign.status, missing.status), (StatusCode::FORBIDDEN, StatusCode::FORBIDDEN));
    assert_eq!(foreign.json(), missing.json());
    let client = panel_session(&mut ana).await;
    assert_eq!(client.get("/api/v2/requests").await.status, StatusCode::OK);
}

#[tokio::test]
async fn signing_out_of_the_panel_ends_the_sign_in_and_everything_that_came_from_it() {
    let app = app().await;
    let mut ana = Browser::new(&app);
    sign_in(&app, &mut ana, ANA).await;
    let (first, second) = (panel_session(&mut ana).await, panel_session(&mut ana).await);
    let out = first.delete("/api/panel/session").await;
    assert_eq!(out.status, StatusCode::NO_CONTENT);
    assert!(out.header("set-cookie").starts_with("balcao_sign_in=; Path=/; Max-Age=0;"), "{:?}", out.headers);
    for client in [first, second] {
        assert_eq!(client.get("/api/panel/session").await.status, StatusCode::UNAUTHORIZED);
    }
    assert_eq!(ana.open_panel(&json!({})).await.status, StatusCode::UNAUTHORIZED);
}

#[tokio::test]
async fn the_support_sites_own_page_signs_out_too() {
    let app = app().await;
    let mut ana = Browser::new(&app);
    assert_leads_to(&ana.get("/support/sign-out").await, "/support");
    sign_in(&app, &mut ana, ANA).await;
    let client = panel_session(&mut ana).await;
    assert!(ana.get("/support").await.text().contains("You are signed in as Ana Souza."));
    assert_eq!(ana.get("/support/sign-out").await.status, StatusCode::OK);
    assert!(ana.cookies.contains_key("balcao_sign_in"), "a GET signs nobody out");
    let kept = ana.cookies.clone();
    let out = ana.post("/support/sign-out", &[]).await;
    assert_leads_to(&out, "/support?signed_out=1");
    // The next one at this device may be somebody else: drafts and files go, unless they are to stay.
    assert_eq!(out.header("clear-site-data"), "\"storage\"");
    let keeps = ana.post("/support/sign-out", &[("keep", "1")]).await;
    assert_eq!(keeps.header("clear-site-data"), "");
    ana.cookies = kept;
    assert_eq!(ana.open_panel(&json!({})).await.status, StatusCode::UNAUTHORIZED);
    assert_eq!(client.get("/api/panel/session").await.status, StatusCode::UNAUTHORIZED);
}

#[tokio::test]
async fn a_sign_in_is_a_new_token_each_time_and_the_one_before_ends() {
    let app = app().await;
    let mut ana = Browser::new(&app);
    sign_in(&app, &mut ana, ANA).await;
    let first = ana.cookies["balcao_sign_in"].clone();
    app.wait(TimeDelta::minutes(1));
    sign_in(&app, &mut ana, ANA).await;
    assert_ne!(ana.cookies["balcao_sign_in"], first);
    let mut stale = Browser::new(&app);
    stale.cookies.insert("balcao_sign_in".to_owned(), first);
    assert_eq!(stale.open_panel(&json!({})).await.status, StatusCode::UNAUTHORIZED);
    assert_eq!(ana.open_panel(&json!({})).await.status, StatusCode::CREATED);
}

#[tokio::test]
async fn a_sign_in_ends_unused_and_in_any_case() {
    let app = app_with(|config| {
        config.support_site.idle = std::time::Duration::from_secs(3600);
        config.support_site.absolute = std::time::Duration::from_secs(3 * 3600);
    })
    .await;
    let (mut idle, mut busy) = (Browser::new(&app), Browser::new(&app));
    sign_in(&app, &mut idle, ANA).await;
    app.wait(TimeDelta::minutes(1));
    sign_in(&app, &mut busy, ANA).await;
    for _ in 0..5 {
        app.wait(TimeDelta::minutes(30));
        // Working in the panel counts as use of the sign-in that it came from.
        let client = panel_session(&mut busy).await;
        assert_eq!(client.get("/api/panel/session").await.status, StatusCode::OK);
    }
    assert_eq!(idle.open_panel(&json!({})).await.status, StatusCode::UNAUTHORIZED);
    let client = panel_session(&mut busy).await;
    app.wait(TimeDelta::minutes(31));
    assert_eq!(busy.open_panel(&json!({})).await.status, StatusCode::UNAUTHORIZED);
    assert_eq!(client.get("/api/panel/session").await.status, StatusCode::UNAUTHORIZED);
}

#[tokio::test]
async fn known_and_unknown_addresses_get_the_same_answers() {
    let app = app().await;
    member(&app, "off@acmestore.example", ACCOUNT).await;
    run(&app, "UPDATE users SET disabled_at = 1 WHERE email = 'off@acmestore.example'").await;
    member(&app, "shut@acmestore.example", "shut").await;
    run(&app, "UPDATE accounts SET disabled_at = 1 WHERE name = 'shut'").await;
    member(&app, "gone@acmestore.example", ACCOUNT).await;
    run(&app, "DELETE FROM memberships WHERE user_id = (SELECT id FROM users WHERE email = 'gone@acmestore.example')")
        .await;
    let mut told = Vec::new();
    for email in [ANA, NOBODY, "off@acmestore.example", "shut@acmestore.example", "gone@acmestore.example"] {
        let mut browser = Browser::new(&app);
        let mut answers = vec![browser.post("/support/email", &[("email", email)]).await];
        answers.push(browser.get("/support/code").await);
        answers.push(browser.post("/support/code", &[("code", "12345")]).await);
        for _ in 0..5 {
            answers.push(browser.post("/support/code", &[("code", "000000")]).await);
        }
        answers.push(browser.post("/support/code/resend", &[]).await);
        app.wait(TimeDelta::seconds(40));
        answers.push(browser.post("/support/code/resend", &[]).await);
        answers.push(browser.get("/support/code?sent=again").await);
        let shape = |answer: &Answer| {
            let names: Vec<String> = answer.headers.keys().map(ToString::to_string).collect();
            let length = answer.headers.get("set-cookie").map(|cookie| cookie.len());
            (answer.status, answer.header("location").to_owned(), names, length, answer.text().replace(email, "@"))
        };
        told.push(answers.iter().map(shape).collect::<Vec<_>>());
        let expected = if email == ANA { 2 } else { 0 };
        assert_eq!(messages(&app, email, "sign_in_code").await.len(), expected, "{email}");
    }
    for other in &told[1..] {
        assert_eq!(told[0], *other);
    }
}

#[tokio::test]
async fn a_code_is_guessed_at_five_times_and_then_no_more() {
    let app = app().await;
    let mut ana = Browser::new(&app);
    ana.post("/support/email", &[("email", ANA)]).await;
    let code = newest_code(&app, ANA).await;
    for guess in 1..=5 {
        let answer = ana.post("/support/code", &[("code", &other_than(&code))]).await;
        assert_eq!(answer.status, StatusCode::UNPROCESSABLE_ENTITY);
        let expected = if guess < 5 { "The code is not correct." } else { "This code is no longer valid." };
        assert!(answer.text().contains(expected), "{}", answer.text());
        assert!(answer.text().contains("role=\"alert\"") && answer.text().contains("aria-invalid=\"true\""));
    }
    app.wait(TimeDelta::seconds(40));
    let late = ana.post("/support/code", &[("code", &code)]).await;
    assert!(late.text().contains("This code is no longer valid."), "{}", late.text());
    // Another one works.
    assert_leads_to(&ana.post("/support/code/resend", &[]).await, "/support/code?sent=again");
    let new = newest_code(&app, ANA).await;
    assert_ne!(new, code);
    assert_leads_to(&ana.post("/support/code", &[("code", &new)]).await, "/panel/new");
}

#[tokio::test]
async fn what_is_no_code_costs_no_guess() {
    let app = app().await;
    let mut ana = Browser::new(&app);
    ana.post("/support/email", &[("email", ANA)]).await;
    for typed in ["", "12345", "1234567", "abcdef", "12345x", "' OR 1=1", "\0", &"1".repeat(2000)] {
        let answer = ana.post("/support/code", &[("code", typed)]).await;
        assert!(answer.text().contains("Enter the six digits from the message."), "{}", answer.text());
    }
    let code = newest_code(&app, ANA).await;
    assert_leads_to(&ana.post("/support/code", &[("code", &code)]).await, "/panel/new");
}

#[tokio::test]
async fn a_code_belongs_to_the_browser_that_asked_for_it_and_works_once() {
    let app = app().await;
    let (mut ana, mut thief) = (Browser::new(&app), Browser::new(&app).in_network("203.0.113.9"));
    ana.post("/support/email", &[("email", ANA)]).await;
    let code = newest_code(&app, ANA).await;
    // Without a flow, and within a flow of one's own for the same address.
    let without = thief.post("/support/code", &[("code", &code)]).await;
    assert!(without.text().contains("Start again."), "{}", without.text());
    thief.post("/support/email", &[("email", ANA)]).await;
    let own = thief.post("/support/code", &[("code", &code)]).await;
    assert!(own.text().contains("The code is not correct."), "{}", own.text());

    let used = ana.clone();
    assert_leads_to(&ana.post("/support/code", &[("code", &code)]).await, "/panel/new");
    let again = used.clone().post("/support/code", &[("code", &code)]).await;
    assert!(again.text().contains("Start again."), "{}", again.text());
}

#[tokio::test]
async fn of_many_right_codes_at_once_one_gets_in() {
    let app = app().await;
    let mut ana = Browser::new(&app);
    ana.post("/support/email", &[("email", ANA)]).await;
    let code = newest_code(&app, ANA).await;
    let all = (0..8).map(|_| {
        let (mut browser, code) = (ana.clone(), code.clone());
        async move { browser.post("/support/code", &[("code", &code)]).await.status }
    });
    let answers = futures::future::join_all(all).await;
    assert_eq!(answers.iter().filter(|status| **status == StatusCode::SEE_OTHER).count(), 1, "{answers:?}");
    let sign_ins: i64 = sqlx::query_scalar("SELECT count(*) FROM sign_ins")
        .fetch_one(&mut *app.app.store.read().await.unwrap())
        .await
        .unwrap();
    assert_eq!(sign_ins, 1);
}

#[tokio::test]
async fn guesses_at_once_are_counted_each() {
    let app = app().await;
    let mut ana = Browser::new(&app);
    ana.post("/support/email", &[("email", ANA)]).await;
    let code = newest_code(&app, ANA).await;
    let all = (0..30).map(|_| {
        let (mut browser, wrong) = (ana.clone(), other_than(&code));
        async move { browser.post("/support/code", &[("code", &wrong)]).await.text() }
    });
    let answers = futures::future::join_all(all).await;
    let looked_at = answers.iter().filter(|text| text.contains("The code is not correct.")).count();
    assert_eq!(looked_at, 4, "the fifth is the last");
}

#[tokio::test]
async fn a_code_lives_ten_minutes_by_the_servers_clock() {
    let app = app().await;
    let mut ana = Browser::new(&app);
    ana.post("/support/email", &[("email", ANA)]).await;
    let code = newest_code(&app, ANA).await;
    let mut late = ana.clone();
    app.wait(TimeDelta::minutes(9) + TimeDelta::seconds(59));
    // Sent again it is the same one, and lives no longer.
    assert_leads_to(&ana.post("/support/code/resend", &[]).await, "/support/code?sent=again");
    assert_eq!(newest_code(&app, ANA).await, code);
    app.wait(TimeDelta::seconds(1));
    let answer = late.post("/support/code", &[("code", &code)]).await;
    assert!(answer.text().contains("This code is no longer valid."), "{}", answer.text());
    // The whole way in takes half an hour at most.
    app.wait(TimeDelta::minutes(20));
    assert_leads_to(&late.get("/support/code").await, "/support");
}

#[tokio::test]
async fn somebody_switched_off_in_the_middle_does_not_get_in() {
    let app = app().await;
    let mut ana = Browser::new(&app);
    ana.post("/support/email", &[("email", ANA)]).await;
    let code = newest_code(&app, ANA).await;
    run(&app, "UPDATE users SET disabled_at = 1").await;
    let answer = ana.post("/support/code", &[("code", &code)]).await;
    assert!(answer.text().contains("This code is no longer valid."), "{}", answer.text());
    run(&app, "UPDATE users SET disabled_at = NULL").await;
    app.wait(TimeDelta::minutes(1));
    // And who is in is out from that moment on.
    sign_in(&app, &mut ana, ANA).await;
    let client = panel_session(&mut ana).await;
    run(&app, "UPDATE users SET disabled_at = 1").await;
    assert_eq!(client.get("/api/panel/session").await.status, StatusCode::UNAUTHORIZED);
    assert_eq!(ana.open_panel(&json!({})).await.status, StatusCode::UNAUTHORIZED);
    assert!(!ana.get("/support").await.text().contains("Ana Souza"));
}

#[tokio::test]
async fn an_address_is_written_to_every_half_minute_and_five_times_an_hour_from_one_place() {
    let app = app().await;
    let mut bot = Browser::new(&app).in_network("198.51.100.7");
    for round in 0..5 {
        let mut fresh = Browser::new(&app).in_network("198.51.100.7");
        assert_leads_to(&fresh.post("/support/email", &[("email", ANA)]).await, "/support/code");
        // Too soon, in whatever browser.
        let soon = bot.post("/support/email", &[("email", ANA)]).await;
        assert_eq!(soon.status, StatusCode::TOO_MANY_REQUESTS);
        let wait: u64 = soon.header("retry-after").parse().unwrap();
        assert!(if round < 4 { wait == 30 } else { wait > 3000 }, "{wait}");
        app.wait(TimeDelta::seconds(30));
    }
    let refused = bot.post("/support/email", &[("email", ANA)]).await;
    assert_eq!(refused.status, StatusCode::TOO_MANY_REQUESTS);
    assert!(refused.text().contains("minutes and try again"), "{}", refused.text());
    assert_eq!(messages(&app, ANA, "sign_in_code").await.len(), 5);
    // The address's owner, elsewhere, is not kept out by that.
    let mut ana = Browser::new(&app).in_network("192.0.2.1");
    sign_in(&app, &mut ana, ANA).await;
    // All strangers together are stopped before they fill a mailbox; a browser that Ana signed in with is not.
    for network in 1..=30 {
        Browser::new(&app).in_network(&format!("203.0.113.{network}")).post("/support/email", &[("email", ANA)]).await;
    }
    assert_eq!(messages(&app, ANA, "sign_in_code").await.len(), 15);
    ana.cookies.remove("balcao_sign_in");
    sign_in(&app, &mut ana, ANA).await;
}

#[tokio::test]
async fn asking_twice_in_one_browser_goes_on_with_the_code_that_is_on_its_way() {
    let app = app().await;
    let mut ana = Browser::new(&app);
    ana.post("/support/email", &[("email", ANA)]).await;
    assert_leads_to(&ana.post("/support/email", &[("email", ANA)]).await, "/support/code");
    assert_eq!(messages(&app, ANA, "sign_in_code").await.len(), 1);
    let code = newest_code(&app, ANA).await;
    assert_leads_to(&ana.post("/support/code", &[("code", &code)]).await, "/panel/new");
}

#[tokio::test]
async fn a_flow_outlives_a_restart() {
    let app = app().await;
    let mut ana = Browser::new(&app);
    ana.post("/support/email", &[("email", ANA)]).await;
    let code = newest_code(&app, ANA).await;
    let app = app.restarted().await;
    let mut ana = ana.after_restart(&app);
    assert_leads_to(&ana.post("/support/code", &[("code", &code)]).await, "/panel/new");
    let app = app.restarted().await;
    assert_eq!(ana.after_restart(&app).open_panel(&json!({})).await.status, StatusCode::CREATED);
}
