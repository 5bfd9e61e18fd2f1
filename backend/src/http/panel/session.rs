//! Signing in with what the admin gives, and out again.

use crate::http::origin::{self, is_same_origin};
use crate::http::support::Cookie;
use crate::http::zendesk::shapes;
use crate::http::{ApiError, App, Json, Message, Notes, Peer};
use crate::identity::site::SignIns;
use crate::identity::{Arrival, DoorError, HostIdentity, NewSession, Proof, Sessions, SignedIn};
use axum::Router;
use axum::extract::State;
use axum::http::{HeaderMap, StatusCode, header};
use axum::response::{IntoResponse as _, Response};
use axum::routing::get;
use balcao_contract::panel::{Account, DoorName, FirstRequests, Person, Session, SessionEnvelope, SignIn};
use balcao_store::request_list::{self, Filter, Order, Window};
use balcao_store::{copies, directory, events};
use chrono::TimeDelta;

/// So far back hours are known to the panel: a request that was just sent is promised from its own beginning.
const HOURS_BEFORE: TimeDelta = TimeDelta::days(1);
/// So far ahead: longer than any promise and any session lasts, over holidays.
const HOURS_AHEAD: TimeDelta = TimeDelta::days(28);

/// The most requests that come with a session.
const MOST_FIRST: u32 = 100;

pub(super) fn router() -> Router<App> {
    Router::new().route("/api/panel/session", get(show).post(begin).delete(end))
}

/// Signs in with the host's token, with a cookie of the admin on its own origin, or with the support site's.
#[utoipa::path(post, path = "/api/panel/session", tag = "panel", request_body = SignIn, security(()),
    responses((status = 201, body = SessionEnvelope), (status = 400), (status = 401), (status = 403),
        (status = 429), (status = 503)))]
pub(in crate::http) async fn begin(
    State(app): State<App>,
    Peer(address): Peer,
    notes: Notes,
    headers: HeaderMap,
    Json(sign_in): Json<SignIn>,
) -> Result<(StatusCode, Json<SessionEnvelope>), ApiError> {
    app.limiter.take_sign_in(address, app.clock.now(), &notes)?;
    let new = match identify(&app, &headers, &sign_in).await {
        Ok((door, identity)) => {
            let arrival = Arrival { door, user_agent: user_agent(&headers), sign_in: None };
            Sessions::new(&app.identity).begin(&identity, &arrival).await?
        }
        Err(error) => match by_support_site(&app, &headers, &sign_in).await? {
            Some(new) => new,
            None => {
                tracing::info!(%error, "sign-in refused");
                return Err(match error {
                    DoorError::Unavailable { retry_after, .. } => ApiError::SignInUnavailable(retry_after),
                    _ => ApiError::Unauthenticated,
                });
            }
        },
    };
    let SignedIn { user, account, door, .. } = &new.signed_in;
    tracing::info!(%user, %account, ?door, "signed in");
    let mut envelope = envelope(&app, &new.signed_in).await?;
    envelope.session.token = Some(new.token.as_str().to_owned());
    if let Some(count) = sign_in.first_requests {
        envelope.session.first = Some(first_requests(&app, &new.signed_in, count.min(MOST_FIRST)).await?);
    }
    Ok((StatusCode::CREATED, Json(envelope)))
}

/// Read after the newest event was: nothing falls between the list and the stream that goes on from there.
async fn first_requests(app: &App, signed_in: &SignedIn, count: u32) -> Result<FirstRequests, ApiError> {
    let filter = Filter::own(signed_in.account, signed_in.user);
    let order = Order { by_update: true, descending: true };
    let mut read = app.store.read().await?;
    let rows = request_list::page(&mut read, &filter, order, Window { limit: count, offset: 0, after: None }).await?;
    let mut counts = request_list::status_counts(&mut read, &filter).await?;
    counts.in_copy = copies::is_anywhere(&mut read, signed_in.account, signed_in.user).await?;
    Ok(FirstRequests { requests: rows.into_iter().map(|row| shapes::request(app, signed_in, row)).collect(), counts })
}

/// Who asks, by the token of the body or by a cookie of the admin.
pub(super) async fn identify(
    app: &App,
    headers: &HeaderMap,
    sign_in: &SignIn,
) -> Result<(DoorName, HostIdentity), DoorError> {
    let now = app.clock.now();
    let account = sign_in.account.as_deref();
    if let Some(token) = &sign_in.token {
        return app.doors.by_token(Proof { token, account }, now).await;
    }
    if !app.doors.takes_cookies() || !is_same_origin(app, headers) {
        return Err(DoorError::Refused("no token"));
    }
    let mut refused = DoorError::Refused("no cookie of the admin");
    for proof in vtex_id_cookies(headers, account) {
        match app.doors.by_cookie(proof, now).await {
            Err(error @ DoorError::Refused(_)) => refused = error,
            known => return known,
        }
    }
    Err(refused)
}

/// A session from the support site's sign-in, where the request names nobody else; `None` without a sign-in.
async fn by_support_site(app: &App, headers: &HeaderMap, sign_in: &SignIn) -> Result<Option<NewSession>, ApiError> {
    if sign_in.token.is_some() || !app.config.support_site.is_open() {
        return Ok(None);
    }
    let Some(token) = Cookie::SignIn.read(&app.config, headers) else { return Ok(None) };
    if !origin::is_own(&app.config, headers) {
        return Err(ApiError::InvalidCsrfToken);
    }
    let sign_ins = SignIns::new(&app.identity);
    let Some(row) = sign_ins.resume(&token).await? else { return Ok(None) };
    let store = sign_ins.choose_store(row.user, sign_in.account.as_deref()).await?;
    let store = store.ok_or(ApiError::Forbidden(Message::AccessSwitchedOff))?;
    let arrival = Arrival { door: row.door, user_agent: user_agent(headers), sign_in: Some(row.id) };
    Sessions::new(&app.identity).begin_for(row.user, store, &arrival).await.map(Some).map_err(ApiError::from)
}

/// The cookies that VTEX ID sets, with the store each is for. The one with a store's name may be a shopper's of that
/// store, so the other one is tried as well.
fn vtex_id_cookies<'a>(headers: &'a HeaderMap, account: Option<&'a str>) -> Vec<Proof<'a>> {
    const NAME: &str = "VtexIdclientAutCookie";
    let named = origin::cookies(headers).filter_map(|(name, token)| {
        let store = name.strip_prefix(NAME)?.strip_prefix('_')?;
        account.is_none_or(|account| account.eq_ignore_ascii_case(store)).then_some((store, token))
    });
    let named: Vec<(&str, &str)> = named.collect();
    // Which of several stores is meant is not ours to guess.
    let only = match named.as_slice() {
        [(store, _)] => Some(*store),
        _ => account,
    };
    let plain = origin::cookie(headers, NAME).zip(only).map(|(token, store)| (store, token));
    let named = named.into_iter().filter(|(store, _)| only.is_some_and(|only| only.eq_ignore_ascii_case(store)));
    named.take(1).chain(plain).map(|(store, token)| Proof { token, account: Some(store) }).collect()
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

/// Ends the session; one that comes from the support site ends with its sign-in and all that came from it.
#[utoipa::path(delete, path = "/api/panel/session", tag = "panel", responses((status = 204), (status = 401), (status = 403)))]
pub(in crate::http) async fn end(State(app): State<App>, signed_in: SignedIn) -> Result<Response, ApiError> {
    let mut response = StatusCode::NO_CONTENT.into_response();
    match signed_in.sign_in {
        Some(sign_in) => {
            SignIns::new(&app.identity).end(sign_in).await?;
            Cookie::SignIn.clear(&app.config, response.headers_mut());
        }
        None => Sessions::new(&app.identity).end(signed_in.session_id).await?,
    }
    Ok(response)
}

/// What the browser calls itself; empty where it does not say.
pub(super) fn user_agent(headers: &HeaderMap) -> String {
    headers.get(header::USER_AGENT).and_then(|value| value.to_str().ok()).unwrap_or_default().to_owned()
}

pub(super) async fn envelope(app: &App, signed_in: &SignedIn) -> Result<SessionEnvelope, ApiError> {
    let own = Account { id: signed_in.account, name: signed_in.account_name.clone(), region: signed_in.region };
    // Inside the admin the store is the host's choice; there is no other one to change to.
    let accounts = match signed_in.door.is_support_site() {
        true => directory::accounts_of(&mut *app.store.read().await?, signed_in.user).await?,
        false => vec![own.clone()],
    };
    let now = app.clock.now();
    let last_event_id = events::newest(&mut *app.store.read().await?).await?;
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
            open_hours: app.config.calendars.of(signed_in.region).open_hours(now - HOURS_BEFORE, now + HOURS_AHEAD),
            incidents: app.board.open_incidents(),
            has_channels: !app.board.is_empty(),
            last_event_id: u64::try_from(last_event_id).unwrap_or_default(),
            first: None,
        },
    })
}
