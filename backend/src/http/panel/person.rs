//! How somebody wants to be called.

use super::session::envelope;
use crate::http::{ApiError, App, ErrorDetail, Json, Message};
use crate::identity::SignedIn;
use axum::Router;
use axum::extract::State;
use axum::routing::put;
use balcao_contract::panel::{PersonUpdate, SessionEnvelope};
use balcao_contract::person::{LONGEST_NAME, NameError, PersonName};
use balcao_store::directory;

pub(super) fn router() -> Router<App> {
    Router::new().route("/api/panel/session/person", put(rename))
}

/// Corrects one's own name, on the support site.
#[utoipa::path(put, path = "/api/panel/session/person", tag = "panel", request_body = PersonUpdate,
    responses((status = 200, body = SessionEnvelope), (status = 401), (status = 403), (status = 422)))]
pub(in crate::http) async fn rename(
    State(app): State<App>,
    signed_in: SignedIn,
    Json(update): Json<PersonUpdate>,
) -> Result<Json<SessionEnvelope>, ApiError> {
    // The admin would overwrite it with the next sign-in.
    if !signed_in.door.is_support_site() {
        return Err(ApiError::Forbidden(Message::NameIsTheHosts));
    }
    let name = PersonName::parse(&update.name).map_err(fault)?;
    let mut write = app.store.begin().await?;
    directory::rename(&mut write, signed_in.user, name.as_str(), app.clock.now().timestamp_millis()).await?;
    write.commit().await?;
    let renamed = SignedIn { name: name.as_str().to_owned(), ..signed_in };
    Ok(Json(envelope(&app, &renamed).await?))
}

fn fault(fault: NameError) -> ApiError {
    let (error, message) = match fault {
        NameError::Blank => ("BlankValue", Message::NameIncomplete),
        NameError::Incomplete => ("InvalidValue", Message::NameIncomplete),
        NameError::TooLong(_) => {
            ("ValueTooLong", Message::TooLong { field: "name".to_owned(), limit: u64::from(LONGEST_NAME) })
        }
    };
    ApiError::Invalid(vec![ErrorDetail::new("name", error, message)])
}
