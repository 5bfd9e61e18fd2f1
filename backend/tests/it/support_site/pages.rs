//! What every page of the support site has, and whom it serves.

use super::*;
use chrono::TimeDelta;

#[tokio::test]
async fn pages_run_nothing_are_framed_by_nobody_and_are_kept_nowhere() {
    let app = app().await;
    let mut browser = Browser::new(&app);
    for path in ["/support", "/support/sign-out", "/support/code", "/support/nowhere"] {
        let answer = browser.get(path).await;
        let policy = answer.header("content-security-policy");
        for part in [
            "default-src 'none'",
            "style-src 'self'",
            "form-action 'self'",
            "frame-ancestors 'none'",
            "base-uri 'none'",
        ] {
            assert!(policy.contains(part), "{path}: {policy}");
        }
        assert!(!policy.contains("unsafe") && !policy.contains("script-src"), "{policy}");
        assert_eq!(answer.header("cache-control"), "no-store");
        assert_eq!(answer.header("referrer-policy"), "same-origin");
        assert_eq!(answer.header("x-content-type-options"), "nosniff");
        assert!(!answer.text().contains("<script") && !answer.text().contains("style="), "{path}");
    }
    assert_eq!(browser.get("/support/nowhere").await.status, StatusCode::NOT_FOUND);
    let page = browser.get("/support").await.text();
    let style = page.split("href=\"").find_map(|part| part.strip_prefix("/support/style-")).unwrap();
    let style = browser.get(&format!("/support/style-{}", style.split('"').next().unwrap())).await;
    assert_eq!(style.header("content-type"), "text/css; charset=utf-8");
    assert!(style.header("cache-control").contains("immutable"));
}

#[tokio::test]
async fn a_page_speaks_the_language_that_was_chosen_or_is_asked_for() {
    let app = app().await;
    let mut browser = Browser::new(&app);
    for (locale, lang, title) in [
        ("pt", "pt-BR", "Entrar no suporte"),
        ("es", "es", "Iniciar sesión en soporte"),
        ("en", "en-US", "Sign in to support"),
    ] {
        let page = browser.get(&format!("/support?return_to=%2Fpanel%2Fsign-ins&locale={locale}")).await.text();
        assert!(page.contains(&format!("<html lang=\"{lang}\">")) && page.contains(title), "{page}");
        // The other languages are a link away, with everything else kept.
        let other = if locale == "es" { "pt" } else { "es" };
        let link = format!("href=\"/support?return_to=%2Fpanel%2Fsign-ins&amp;locale={other}\"");
        assert!(page.contains(&link), "{page}");
        // From now on without asking.
        assert!(browser.get("/support").await.text().contains(title));
    }
    let mut fresh = Browser::new(&app);
    fresh.headers.push(("accept-language", "pt-PT,pt;q=0.8".to_owned()));
    assert!(fresh.get("/support").await.text().contains("Entrar no suporte"));
    assert!(fresh.get("/support?locale=xx").await.text().contains("Entrar no suporte"));
    // And so does the mail.
    fresh.post("/support/email", &[("email", ANA)]).await;
    assert!(messages(&app, ANA, "sign_in_code").await[0].contains("Digite este código"));
}

#[tokio::test]
async fn a_form_from_another_site_is_refused() {
    let app = app().await;
    let mut ana = Browser::new(&app);
    let own = ana.origin.clone();
    for headers in [
        &[("origin", "https://evil.example")][..],
        &[("origin", "null")],
        &[("origin", own.as_str()), ("sec-fetch-site", "cross-site")],
        &[("sec-fetch-site", "same-site")],
    ] {
        for path in ["/support/email", "/support/code", "/support/code/resend", "/support/sign-out"] {
            let answer = ana.form(path, &[("email", ANA), ("code", "123456")], headers).await;
            assert_eq!(answer.status, StatusCode::FORBIDDEN, "{path} {headers:?}");
            assert!(answer.text().contains("a page that is not ours"), "{}", answer.text());
        }
    }
    assert!(messages(&app, ANA, "sign_in_code").await.is_empty());
    sign_in(&app, &mut ana, ANA).await;
    // The panel's session, too, is not to be had from elsewhere.
    for headers in [&[("origin", "https://evil.example")][..], &[("sec-fetch-site", "cross-site")]] {
        let all = [&[("content-type", "application/json")][..], headers].concat();
        let answer = ana.send(Method::POST, "/api/panel/session", &all, Body::from("{}")).await;
        assert_eq!(answer.status, StatusCode::FORBIDDEN, "{headers:?}");
    }
}

#[tokio::test]
async fn what_is_no_form_is_refused_as_a_page() {
    let app = app().await;
    let mut browser = Browser::new(&app);
    let json = [("content-type", "application/json")];
    let answer = browser.send(Method::POST, "/support/email", &json, Body::from("{}")).await;
    assert_eq!(answer.status, StatusCode::UNSUPPORTED_MEDIA_TYPE);
    assert!(answer.text().contains("<h1>"));
    let huge = "a".repeat(20_000);
    assert_eq!(browser.post("/support/email", &[("email", &huge)]).await.status, StatusCode::PAYLOAD_TOO_LARGE);
    for typed in ["", "ana", "ana@", "a b@c.example", "a@b.example\r\nBcc: c@d.example", "<script>@x.example"] {
        let answer = browser.post("/support/email", &[("email", typed)]).await;
        assert_eq!(answer.status, StatusCode::UNPROCESSABLE_ENTITY, "{typed:?}");
        assert!(answer.text().contains("Enter an email address") && !answer.text().contains("<script>"));
    }
    assert_eq!(browser.post("/support/email", &[]).await.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert_eq!(
        browser.send(Method::DELETE, "/support/code", &[], Body::empty()).await.status,
        StatusCode::METHOD_NOT_ALLOWED
    );
}

#[tokio::test]
async fn a_wish_to_go_elsewhere_is_not_followed() {
    let app = app().await;
    for wish in
        ["https://evil.example", "//evil.example/panel/", "/\\evil.example", "/panel/../support", "/panel/x\r\nA: b"]
    {
        let mut ana = Browser::new(&app);
        ana.post("/support/email", &[("email", ANA), ("return_to", wish)]).await;
        let code = newest_code(&app, ANA).await;
        assert_leads_to(&ana.post("/support/code", &[("code", &code)]).await, "/panel/new");
        app.wait(TimeDelta::minutes(15));
    }
}

#[tokio::test]
async fn on_https_cookies_are_for_this_host_alone() {
    let app = app_with(|config| config.public_url = "https://support.example.com".parse().unwrap()).await;
    let mut ana = Browser::new(&app);
    sign_in(&app, &mut ana, ANA).await;
    assert!(ana.cookies.contains_key("__Host-balcao_sign_in") && ana.cookies.contains_key("__Host-balcao_device"));
    // A cookie that a neighbour could have planted is none of ours.
    let token = ana.cookies["__Host-balcao_sign_in"].clone();
    let mut planted = Browser::new(&app);
    planted.cookies.insert("balcao_sign_in".to_owned(), token);
    assert_eq!(planted.open_panel(&json!({})).await.status, StatusCode::UNAUTHORIZED);
}

#[tokio::test]
async fn a_door_that_is_switched_off_is_not_there() {
    let app = app_with(|config| {
        config.support_site.email = false;
        config.support_site.password = false;
    })
    .await;
    let mut browser = Browser::new(&app);
    assert_eq!(browser.get("/support").await.status, StatusCode::NOT_FOUND);
    assert_eq!(browser.post("/support/email", &[("email", ANA)]).await.status, StatusCode::NOT_FOUND);
    let app = TestApp::with(|config| config.host_token_door = false).await;
    let token = app.host_token(ANA, ACCOUNT);
    let answer = app.nobody().post("/api/panel/session", &json!({ "token": token })).await;
    assert_eq!(answer.status, StatusCode::UNAUTHORIZED);
}
