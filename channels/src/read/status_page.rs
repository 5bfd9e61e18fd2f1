//! The JSON documents of a status page in Statuspage's shapes.

use super::text::{link, summary, title};
use super::{MOST, ReadError};
use crate::board::Part;
use balcao_contract::panel::{Component, ComponentState, Incident, IncidentState, IncidentStep};
use balcao_contract::time::Timestamp;
use serde::Deserialize;

#[derive(Deserialize)]
struct Summary {
    #[serde(default)]
    components: Vec<ComponentShape>,
}

#[derive(Deserialize)]
struct ComponentShape {
    name: String,
    #[serde(default)]
    status: String,
    /// A heading over others.
    #[serde(default)]
    group: bool,
}

#[derive(Deserialize)]
struct Incidents {
    #[serde(default)]
    incidents: Vec<IncidentShape>,
}

#[derive(Deserialize)]
struct IncidentShape {
    name: String,
    #[serde(default)]
    status: String,
    #[serde(default)]
    impact: Option<String>,
    created_at: String,
    started_at: Option<String>,
    resolved_at: Option<String>,
    shortlink: Option<String>,
    #[serde(default)]
    components: Vec<ComponentShape>,
    #[serde(default)]
    incident_updates: Vec<UpdateShape>,
}

#[derive(Deserialize)]
struct UpdateShape {
    #[serde(default)]
    status: String,
    #[serde(default)]
    body: Option<String>,
    created_at: String,
    display_at: Option<String>,
}

/// `summary.json` and `incidents.json`.
pub(crate) fn status_page(summary: &[u8], incidents: &[u8]) -> Result<Part, ReadError> {
    let summary: Summary = serde_json::from_slice(summary)?;
    let known: Incidents = serde_json::from_slice(incidents)?;
    let components = summary.components.into_iter().filter(|component| !component.group).take(MOST);
    let components = components.map(|component| Component {
        name: title(&component.name),
        state: component_state(&component.status),
        days: Vec::new(),
    });
    let components = components.collect();
    let mut incidents: Vec<Incident> = known.incidents.into_iter().filter_map(incident).collect();
    incidents.sort_by_key(|incident| std::cmp::Reverse(incident.started_at));
    incidents.truncate(MOST);
    Ok(Part::Status { components, incidents })
}

/// An incident that does not say when it began is left out: it has no place on a time line.
fn incident(shape: IncidentShape) -> Option<Incident> {
    let created: Timestamp = shape.created_at.parse().ok()?;
    let moment = |text: &Option<String>| text.as_deref().and_then(|text| text.parse::<Timestamp>().ok());
    let state = incident_state(&shape.status);
    let steps: Vec<IncidentStep> = shape.incident_updates.into_iter().take(MOST).filter_map(step).collect();
    // One that is over and does not say since when: since what was said last.
    let ended = moment(&shape.resolved_at).or_else(|| steps.first().map(|step| step.at)).unwrap_or(created);
    Some(Incident {
        title: title(&shape.name),
        state,
        started_at: moment(&shape.started_at).unwrap_or(created),
        resolved_at: (state == IncidentState::Resolved).then_some(ended),
        components: shape.components.into_iter().take(MOST).map(|component| title(&component.name)).collect(),
        impact: impact(shape.impact.as_deref().unwrap_or_default()),
        steps,
        url: shape.shortlink.as_deref().and_then(link),
    })
}

fn step(shape: UpdateShape) -> Option<IncidentStep> {
    let at = shape.display_at.as_deref().unwrap_or(&shape.created_at).parse().ok()?;
    Some(IncidentStep { state: incident_state(&shape.status), at, text: summary(&shape.body.unwrap_or_default()) })
}

fn component_state(status: &str) -> ComponentState {
    match status {
        "under_maintenance" => ComponentState::UnderMaintenance,
        "degraded_performance" => ComponentState::DegradedPerformance,
        "partial_outage" => ComponentState::PartialOutage,
        "major_outage" => ComponentState::MajorOutage,
        _ => ComponentState::Operational,
    }
}

/// A word that nobody knows is no reason to say that it is over.
fn incident_state(status: &str) -> IncidentState {
    match status {
        "identified" => IncidentState::Identified,
        "monitoring" | "verifying" => IncidentState::Monitoring,
        "resolved" | "postmortem" | "completed" => IncidentState::Resolved,
        _ => IncidentState::Investigating,
    }
}

fn impact(impact: &str) -> ComponentState {
    match impact {
        "none" => ComponentState::Operational,
        "maintenance" => ComponentState::UnderMaintenance,
        "major" => ComponentState::PartialOutage,
        "critical" => ComponentState::MajorOutage,
        _ => ComponentState::DegradedPerformance,
    }
}
