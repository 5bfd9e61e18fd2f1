//! The one reminder: a line of the message that the request closes soon.

use super::*;

async fn closing_soon(app: &TestApp) -> Vec<(String, String)> {
    sqlx::query_as("SELECT text_body, html_body FROM outbox WHERE kind = 'closing_soon' ORDER BY id")
        .fetch_all(&mut *app.app.store.read().await.unwrap())
        .await
        .unwrap()
}

#[tokio::test]
async fn who_has_not_rated_is_reminded_once_and_who_has_is_not() {
    let app = open().await;
    let ana = ana(&app).await;
    let unrated = solved(&app, &ana, "Not rated").await;
    let rated = solved(&app, &ana, "Rated").await;
    assert_eq!(ana.post(&rating_of(rated), &score("good")).await.status, StatusCode::CREATED);
    app.clock.set(at("2026-11-25T15:00:00Z"));
    assert_eq!(tick(&app).await, Closed { closed: 0, reminded: 2 });
    app.clock.set(at("2026-11-26T14:00:00Z"));
    assert_eq!(tick(&app).await, Closed::default());
    let mails = closing_soon(&app).await;
    assert_eq!(mails.len(), 2);
    let (text, html) = mails.iter().find(|(text, _)| text.contains("Not rated")).unwrap();
    let link = app.app.config.survey_link(ACCOUNT, unrated.try_into().unwrap());
    assert!(text.contains(&link) && html.contains("Rate the support"), "{text}");
    assert!(text.contains("You can rate the support until then"), "{text}");
    let (text, html) = mails.iter().find(|(text, _)| !text.contains("Not rated")).unwrap();
    assert!(!text.contains("/survey/") && !html.contains("/survey/"), "{text}");
}

#[tokio::test]
async fn an_answer_about_the_solving_before_does_not_stand_for_the_new_one() {
    let app = open().await;
    let ana = ana(&app).await;
    let request = solved(&app, &ana, "Again").await;
    assert_eq!(ana.post(&rating_of(request), &score("bad")).await.status, StatusCode::CREATED);
    reopen(&ana, request).await;
    app.clock.set(at("2026-11-24T16:00:00Z"));
    solve(&ana, request).await;
    app.clock.set(at("2026-11-26T16:00:00Z"));
    assert_eq!(tick(&app).await.reminded, 1);
    assert!(closing_soon(&app).await[0].0.contains("/survey/"));
}
