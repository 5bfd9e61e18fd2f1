//! Which message goes when, and that each is noted.

use super::*;

/// Somebody waits for a code while thousands are told that their requests were closed.
#[tokio::test]
async fn what_is_soon_of_no_use_goes_first() {
    let app = TestApp::new().await;
    let (server, stop) = (Arc::new(Server::default()), CancellationToken::new());
    for key in ["first", "second"] {
        enqueue(&app, &message(&app, key)).await;
    }
    app.wait(TimeDelta::seconds(5));
    let until = Some(app.clock.now() + TimeDelta::minutes(10));
    enqueue(&app, &NewMessage { useful_until: until, ..message(&app, "code") }).await;
    assert_eq!(worker(&app, server.clone()).run_due(&stop).await.unwrap().sent, 3);
    let order: Vec<String> = server.taken().into_iter().map(|(key, _)| key).collect();
    assert_eq!(order, ["code", "first", "second"]);
}

/// That one has left is noted together with taking the next one.
#[tokio::test]
async fn what_has_left_is_noted_although_the_next_one_cannot_be_read() {
    let app = TestApp::new().await;
    let (server, stop) = (Arc::new(Server::default()), CancellationToken::new());
    for key in ["m:1", "m:2"] {
        enqueue(&app, &message(&app, key)).await;
    }
    let mut tx = app.app.store.begin().await.unwrap();
    let broken = "UPDATE outbox SET locale = 'xx', due_at = due_at + 1 WHERE dedupe_key = 'm:2'";
    sqlx::query(broken).execute(&mut *tx).await.unwrap();
    tx.commit().await.unwrap();
    app.wait(TimeDelta::seconds(1));
    assert!(worker(&app, server.clone()).run_due(&stop).await.is_err());
    assert_eq!((server.taken().len(), depth(&app).await.waiting), (1, 1));
    // At the end of the program nothing more is taken.
    stop.cancel();
    worker(&app, server.clone()).run_due(&stop).await.unwrap();
    assert_eq!(server.asked(), 1);
}
