//! Taking a request back: before support has answered, and only one's own.

use super::Desk;
use axum::http::StatusCode;
use balcao_contract::id::{RequestId, UserId};
use balcao_store::comments;
use serde_json::json;

#[tokio::test]
async fn a_request_is_withdrawn_until_an_agent_has_answered() {
    let desk = Desk::open().await;
    let ana = desk.sign_in("ana", "acme").await;
    let bruno = desk.sign_in("bruno", "acme").await;
    let other = desk.sign_in("carla", "other").await;
    let agent = desk.agent("marina").await;
    let id = ana.open("By mistake").await;
    let path = format!("/api/panel/requests/{id}/withdraw");
    for somebody in [&bruno, &other] {
        assert_eq!(somebody.post(&path, &json!({})).await.status, StatusCode::NOT_FOUND);
    }
    // What one adds oneself is no answer, and neither is that somebody has it.
    ana.put(&format!("/api/v2/requests/{id}"), &json!({ "request": { "comment": { "body": "Wait" } } })).await;
    desk.set(id, "open", Some(agent)).await;
    let answer = ana.post(&path, &json!({})).await;
    assert_eq!(
        (answer.status, &answer.json["request"]["status"]),
        (StatusCode::OK, &json!("closed")),
        "{}",
        answer.text
    );
    assert_eq!(ana.post(&path, &json!({})).await.status, StatusCode::CONFLICT);
    // It goes on in a follow-up.
    let followups = ana.get(&format!("/api/panel/requests/{id}/followups")).await;
    assert_eq!(followups.json["can_follow_up"], true);

    let answered = ana.open("Answered").await;
    let mut tx = desk.app.store.begin().await.unwrap();
    let (request, author) = (RequestId::try_from(answered).unwrap(), UserId::try_from(agent).unwrap());
    comments::insert(&mut tx, request, author, "Hello", "web", desk.app.clock.now()).await.unwrap();
    tx.commit().await.unwrap();
    let refused = ana.post(&format!("/api/panel/requests/{answered}/withdraw"), &json!({})).await;
    assert_eq!(refused.status, StatusCode::CONFLICT);
    assert_eq!(ana.get(&format!("/api/v2/requests/{answered}")).await.json["request"]["status"], "new");
}
