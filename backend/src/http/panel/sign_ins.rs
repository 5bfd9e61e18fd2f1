//! Where one is signed in, and signing out there or everywhere.

use crate::http::{ApiError, App, Json};
use crate::identity::{SignedIn, user_agent};
use axum::Router;
use axum::extract::{Path, State};
use axum::http::{HeaderMap, StatusCode};
use axum::routing::{delete, get};
use balcao_contract::panel::{SignInList, SignInPlace};
use balcao_store::places::{self, Alive, PlaceRow};
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use sha2::{Digest as _, Sha256};

pub(super) fn router() -> Router<App> {
    Router::new().route("/api/panel/sign_ins", get(list).delete(end_all)).route("/api/panel/sign_ins/{id}", delete(end))
}

/// Where one is signed in.
#[utoipa::path(get, path = "/api/panel/sign_ins", tag = "panel",
    responses((status = 200, body = SignInList), (status = 401)))]
pub(in crate::http) async fn list(
    State(app): State<App>,
    signed_in: SignedIn,
    headers: HeaderMap,
) -> Result<Json<SignInList>, ApiError> {
    let here = super::session::user_agent(&headers);
    let mut read = app.store.read().await?;
    let rows = places::of_user(&mut read, signed_in.user, alive(&app)).await?;
    let sign_ins = rows.into_iter().map(|row| SignInPlace {
        id: place_id(&row),
        door: row.door,
        browser: user_agent::browser(&row.user_agent).map(str::to_owned),
        system: user_agent::system(&row.user_agent).map(str::to_owned),
        created_at: row.created_at,
        last_seen_at: row.last_seen_at,
        current: match signed_in.sign_in {
            Some(sign_in) => row.sign_in == Some(sign_in),
            None => row.sign_in.is_none() && row.door == signed_in.door && row.user_agent == here,
        },
    });
    Ok(Json(SignInList { sign_ins: sign_ins.collect() }))
}

/// Signs out in one place.
#[utoipa::path(delete, path = "/api/panel/sign_ins/{id}", tag = "panel",
    params(("id" = String, Path, description = "The place's id")),
    responses((status = 204), (status = 401), (status = 403), (status = 404)))]
pub(in crate::http) async fn end(
    State(app): State<App>,
    signed_in: SignedIn,
    Path(id): Path<String>,
) -> Result<StatusCode, ApiError> {
    let mut write = app.store.begin().await?;
    let rows = places::of_user(&mut write, signed_in.user, alive(&app)).await?;
    let place = rows.into_iter().find(|row| place_id(row) == id).ok_or(ApiError::RecordNotFound)?;
    places::end(&mut write, signed_in.user, &place).await?;
    write.commit().await?;
    Ok(StatusCode::NO_CONTENT)
}

/// Signs out everywhere, here too.
#[utoipa::path(delete, path = "/api/panel/sign_ins", tag = "panel",
    responses((status = 204), (status = 401), (status = 403)))]
pub(in crate::http) async fn end_all(State(app): State<App>, signed_in: SignedIn) -> Result<StatusCode, ApiError> {
    let mut write = app.store.begin().await?;
    places::end_all(&mut write, signed_in.user).await?;
    write.commit().await?;
    Ok(StatusCode::NO_CONTENT)
}

fn alive(app: &App) -> Alive {
    let now = app.clock.now().timestamp_millis();
    let idle = i64::try_from(app.config.session.idle.as_millis()).unwrap_or(i64::MAX / 4);
    Alive { now, seen_after: now.saturating_sub(idle) }
}

/// A name for a place that stays the same while it is there. The browsers of the admin have no row of their own: what
/// they are told apart by is hashed, for it goes into an address.
fn place_id(row: &PlaceRow) -> String {
    match row.sign_in {
        Some(sign_in) => format!("s{sign_in}"),
        None => {
            let hash = Sha256::digest(format!("{}\n{}", row.door.name(), row.user_agent).as_bytes());
            format!("b{}", URL_SAFE_NO_PAD.encode(&hash[..12]))
        }
    }
}
