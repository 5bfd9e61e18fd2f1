//! Who is known is not learned from how much work a sign-in is. What is counted is the work itself, hashing and rows
//! that are written: a clock on a busy machine proves nothing.

use super::password::{PASSWORD, enrolled, with_password};
use super::*;

/// Hashes that were worked out, and rows that were written, so far.
async fn work(app: &TestApp) -> (u64, i64) {
    let mut write = app.app.store.begin().await.unwrap();
    let rows = sqlx::query_scalar("SELECT total_changes()").fetch_one(&mut *write).await.unwrap();
    (app.app.identity.site.passwords.worked(), rows)
}

/// What somebody costs who types this into an empty browser, and what they see.
async fn cost(app: &TestApp, path: &str, fields: &[(&str, &str)]) -> ((u64, i64), StatusCode, Option<String>) {
    let before = work(app).await;
    let answer = Browser::new(app).post(path, fields).await;
    let after = work(app).await;
    let place = answer.header("location");
    ((after.0 - before.0, after.1 - before.1), answer.status, (!place.is_empty()).then(|| place.to_owned()))
}

#[tokio::test]
async fn a_wrong_password_is_as_much_work_as_an_unknown_address() {
    let app = app().await;
    enrolled(&app, &mut Browser::new(&app), ANA).await;
    member(&app, "bruno@acmestore.example", ACCOUNT).await;
    let sign_in = async |email: &str, password: &str| {
        cost(&app, "/support/password", &[("email", email), ("password", password)]).await
    };
    // The first one after the start makes what later ones are compared with, whoever it is.
    sign_in("first@acmestore.example", "whatever it is").await;
    let long = "x".repeat(1_000);
    let known = sign_in(ANA, "not her password").await;
    assert_eq!(known.0.0, 1, "one hash");
    for (email, password) in [
        (NOBODY, "not her password"),
        // Known, but without a password.
        ("bruno@acmestore.example", "not his password"),
        ("NOBODY2@acmestore.example", PASSWORD),
        ("nobody3@acmestore.example", &long),
    ] {
        assert_eq!(sign_in(email, password).await, known, "{email}");
    }
    // Until the second factor nothing is told apart by work either, but by the way it leads.
    let right = with_password(&mut Browser::new(&app), ANA, PASSWORD).await;
    assert_leads_to(&right, "/support/second-factor");
}

#[tokio::test]
async fn the_first_sign_in_after_a_start_costs_the_same_whoever_it_is() {
    for email in [ANA, NOBODY] {
        let app = app().await;
        enrolled(&app, &mut Browser::new(&app), ANA).await;
        let app = app.restarted().await;
        let first = cost(&app, "/support/password", &[("email", email), ("password", "not the password")]).await;
        assert_eq!(first.0.0, 2, "{email}: one hash to compare with, one to compare");
    }
}

#[tokio::test]
async fn a_code_by_mail_is_as_much_work_for_an_unknown_address() {
    let app = app().await;
    let fresh = |place: &str| place == "/support/code" || place == "/support/reset/code";
    for path in ["/support/email", "/support/reset"] {
        let known = cost(&app, path, &[("email", ANA)]).await;
        let unknown = cost(&app, path, &[("email", NOBODY)]).await;
        assert_eq!((unknown.1, &unknown.2), (known.1, &known.2), "{path}");
        assert!(known.2.as_deref().is_some_and(fresh), "{path}: {:?}", known.2);
        // The message to nobody is written and taken out again.
        let more = unknown.0.1 - known.0.1;
        assert_eq!(unknown.0.0, known.0.0, "{path}: hashes");
        assert!((0..=1).contains(&more), "{path}: {more} rows more");
    }
}
