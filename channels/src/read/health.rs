//! The JSON document of a health check.

use super::text::title;
use super::{MOST, ReadError};
use balcao_contract::panel::{Health, HealthCheck};
use balcao_contract::time::Timestamp;
use serde::Deserialize;

/// `{"modules": [{"name": "Checkout", "status": "working", "checked_at": "2026-11-30T12:00:00Z"}]}`
#[derive(Deserialize)]
struct Document {
    modules: Vec<Module>,
}

#[derive(Deserialize)]
struct Module {
    name: String,
    status: String,
    checked_at: Option<String>,
}

pub(super) fn modules(bytes: &[u8]) -> Result<Vec<HealthCheck>, ReadError> {
    let document: Document = serde_json::from_slice(bytes)?;
    let modules = document.modules.into_iter().take(MOST).map(|module| HealthCheck {
        module: title(&module.name),
        health: health(&module.status),
        checked_at: module.checked_at.and_then(|moment| moment.parse::<Timestamp>().ok()),
    });
    Ok(modules.filter(|check| !check.module.is_empty()).collect())
}

/// The words that health documents use. One that nobody knows is no reason to say that all is well.
fn health(status: &str) -> Health {
    match status.to_ascii_lowercase().as_str() {
        "working" | "operational" | "ok" | "up" | "pass" | "healthy" => Health::Working,
        "unavailable" | "down" | "fail" | "error" | "major_outage" | "unhealthy" => Health::Unavailable,
        _ => Health::Degraded,
    }
}
