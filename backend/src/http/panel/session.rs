//! Signing in with the host's token, and out again.

use crate::http::{ApiError, App, Json, Notes, Peer};
use crate::identity::{Arrival, DoorError, Sessions, SignedIn};
use crate::store::directory;
use axum::Router;
use axum::extract::State;
use axum::http::{HeaderMap, StatusCode, header};
use axum::routing::get;
use balcao_contract::panel::{Account, DoorName, Person, Session, SessionEnvelope, SignIn};

pub(super) fn router() -> Router<App> {
    Router::new().route("/api/panel/session", get(show).post(begin).delete(end))
}

/// Signs in with the host's token.
#[utoipa::path(post, path = "/api/panel/session", tag = "panel", request_body = SignIn, security(()),
    responses((status = 201, body = SessionEnvelope), (status = 400), (status = 401), (status = 429)))]
pub(in crate::http) async fn begin(
    State(app): State<App>,
    Peer(address): Peer,
    notes: Notes,
    headers: HeaderMap,
    Json(sign_in): Json<SignIn>,
) -> Result<(StatusCode, Json<SessionEnvelope>), ApiError> {
    app.limiter.take_sign_in(address, app.clock.now(), &notes)?;
    let token = sign_in.token.ok_or(ApiError::Unauthenticated)?;
    let identity = app.door.identify(&token, app.clock.now()).await.map_err(|error| {
        tracing::info!(%error, "sign-in refused");
        match error {
            DoorError::Unavailable => ApiError::Unavailable,
            _ => ApiError::Unauthenticated,
        }
    })?;
    let arrival = Arrival { door: DoorName::Host, user_agent: user_agent(&headers), sign_in: None };
    let new = Sessions::new(&app).begin(&identity, &arrival).await?;
    let mut envelope = envelope(&app, &new.signed_in).await?;
    envelope.session.token = Some(new.token.as_str().to_owned());
    Ok((StatusCode::CREATED, Json(envelope)))
}

/// The session one has.
#[utoipa::path(get, path = "/api/panel/session", tag = "panel",
    responses((status = 200, body = SessionEnvelope), (status = 401)))]
pub(in crate::http) async fn show(
    State(app): State<App>,
    signed_in: SignedIn,
) -> Result<Json<SessionEnvelope>, ApiError> {
    Ok(Json(envelope(&app, &signed_in).await?))
}

/// Ends the session.
#[utoipa::path(delete, path = "/api/panel/session", tag = "panel", responses((status = 204), (status = 401), (status = 403)))]
pub(in crate::http) async fn end(State(app): State<App>, signed_in: SignedIn) -> Result<StatusCode, ApiError> {
    Sessions::new(&app).end(signed_in.session_id).await?;
    Ok(StatusCode::NO_CONTENT)
}

/// What the browser calls itself; empty where it does not say.
fn user_agent(headers: &HeaderMap) -> String {
    headers.get(header::USER_AGENT).and_then(|value| value.to_str().ok()).unwrap_or_default().to_owned()
}

async fn envelope(app: &App, signed_in: &SignedIn) -> Result<SessionEnvelope, ApiError> {
    let own = Account { id: signed_in.account, name: signed_in.account_name.clone(), region: signed_in.region };
    // Inside the admin the store is the host's choice; there is no other one to change to.
    let accounts = match signed_in.door.is_support_site() {
        true => directory::accounts_of(&mut *app.store.reader().acquire().await?, signed_in.user).await?,
        false => vec![own.clone()],
    };
    Ok(SessionEnvelope {
        session: Session {
            token: None,
            csrf_token: signed_in.csrf_token.clone(),
            expires_at: signed_in.expires_at,
            user: Person {
                id: signed_in.user,
                name: signed_in.name.clone(),
                email: signed_in.email.clone(),
                locale: signed_in.locale,
            },
            account: own,
            accounts,
            door: signed_in.door,
            capabilities: signed_in.capabilities.clone(),
            missing: signed_in.missing.clone(),
            first_responses: app.config.first_responses(signed_in.region),
        },
    })
}
