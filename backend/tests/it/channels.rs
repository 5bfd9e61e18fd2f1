//! What is going on around support, for whoever is signed in.

use crate::common::{ACCOUNT, TestApp};
use axum::http::StatusCode;
use balcao_channels::{Known, Part, SourceKind};
use balcao_contract::panel::{ComponentState, Health, HealthCheck, Incident, IncidentState};
use balcao_contract::time::Timestamp;
use balcao_runtime::clock::Clock as _;

fn incident(title: &str, state: IncidentState, at: &str) -> Incident {
    Incident {
        title: title.to_owned(),
        state,
        started_at: at.parse().unwrap(),
        resolved_at: None,
        components: Vec::new(),
        impact: ComponentState::MajorOutage,
        steps: Vec::new(),
        url: None,
    }
}

fn put(app: &TestApp, kind: SourceKind, part: Part) {
    app.app.board.put(kind, Known { part, updated_at: app.clock.now(), is_stale: false });
}

#[tokio::test]
async fn an_open_incident_is_part_of_the_session() {
    let app = TestApp::new().await;
    let ana = app.sign_in("ana@example.com", ACCOUNT).await;
    let session = ana.get("/api/panel/session").await.json()["session"].clone();
    assert!(session.get("incidents").is_none() && session.get("has_channels").is_none(), "{session}");
    let incidents = vec![
        incident("Checkout fails", IncidentState::Identified, "2026-11-23T11:00:00Z"),
        incident("Search was slow", IncidentState::Resolved, "2026-11-20T11:00:00Z"),
    ];
    put(&app, SourceKind::Status, Part::Status { components: Vec::new(), incidents });
    let session = ana.get("/api/panel/session").await.json()["session"].clone();
    assert_eq!(session["incidents"], serde_json::json!(["Checkout fails"]));
    assert_eq!(session["has_channels"], true);
}

#[tokio::test]
async fn channels_are_for_whoever_is_signed_in() {
    let app = TestApp::new().await;
    let checked_at = Some(Timestamp(app.clock.now()));
    let modules = vec![HealthCheck { module: "Checkout".to_owned(), health: Health::Degraded, checked_at }];
    put(&app, SourceKind::Health, Part::Health(modules));
    assert_eq!(app.nobody().get("/api/panel/channels").await.status, StatusCode::UNAUTHORIZED);
    let ana = app.sign_in("ana@example.com", ACCOUNT).await;
    let channels = ana.get("/api/panel/channels").await.json()["channels"].clone();
    assert_eq!(channels["health"]["updated_at"], "2026-11-23T12:00:00Z");
    assert_eq!(channels["health"]["items"][0]["health"], "degraded");
    assert!(channels.get("incidents").is_none(), "{channels}");
}
