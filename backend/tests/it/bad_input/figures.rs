//! Figures are for whoever runs it.

use crate::common::TestApp;
use axum::body::Body;
use axum::http::{Request, StatusCode};
use balcao_backend::http::figures_router;
use balcao_config::{MetricsDoor, Mode};
use tower::ServiceExt as _;

#[tokio::test]
async fn production_shows_its_figures_on_their_own_listener_only() {
    let app = TestApp::with(|config| {
        config.mode = Mode::Production;
        config.metrics = MetricsDoor::At("127.0.0.1:0".parse().unwrap());
    })
    .await;
    for path in ["/metrics", "/metrics/", "/metrics.json"] {
        assert_eq!(app.nobody().get(path).await.status, StatusCode::NOT_FOUND, "{path}");
    }
    balcao_backend::telemetry::figures();
    app.nobody().get("/healthz").await;
    let ask = async |path: &str| {
        let request = Request::get(path).body(Body::empty()).unwrap();
        let answer = figures_router().oneshot(request).await.unwrap();
        let status = answer.status();
        (status, String::from_utf8(axum::body::to_bytes(answer.into_body(), 1 << 20).await.unwrap().to_vec()).unwrap())
    };
    let (status, text) = ask("/metrics").await;
    assert_eq!(status, StatusCode::OK);
    assert!(text.contains("balcao_http_requests_total"), "{text}");
    assert_eq!(ask("/api/v2/requests").await.0, StatusCode::NOT_FOUND);
}

#[tokio::test]
async fn nowhere_is_nowhere() {
    let app = TestApp::with(|config| config.metrics = MetricsDoor::Nowhere).await;
    assert_eq!(app.nobody().get("/metrics").await.status, StatusCode::NOT_FOUND);
}
