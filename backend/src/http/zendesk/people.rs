//! People, accounts and memberships, as far as a requester may know of them.

use super::agent::people::{organization_shape, user_shape};
use super::params::Params;
use super::requests::{connection, path_id};
use super::wire::{
    AnonymousUser, KnownUser, Me, MeEnvelope, Membership, MembershipList, Organization, OrganizationEnvelope,
    OtherUser, OwnUser, UserEnvelope, UserList,
};
use crate::http::who::Caller;
use crate::http::{ApiError, App, Json, ReaderLocale};
use crate::identity::SignedIn;
use axum::Router;
use axum::extract::{Path, State};
use axum::routing::get;
use balcao_contract::id::{AccountId, UserId};
use balcao_contract::panel::Capability;
use balcao_store::Connection;
use balcao_store::directory::{self, MembershipRow, PersonRow};
use balcao_store::people;
use std::collections::{BTreeMap, BTreeSet};

pub(super) fn router() -> Router<App> {
    Router::new()
        .route("/api/v2/users/me", get(me))
        .route("/api/v2/users/show_many", get(some))
        .route("/api/v2/users/{id}", get(user))
        .route("/api/v2/users/{id}/organization_memberships", get(memberships_of_user))
        .route("/api/v2/organization_memberships", get(memberships))
        .route("/api/v2/organizations/{id}", get(organization))
}

/// Zendesk's name of a requester's role.
const END_USER: &str = "end-user";

/// Who is asking. Without a session Zendesk's anonymous user, whose id is `null`.
#[utoipa::path(get, path = "/api/v2/users/me", tag = "people", security((), ("session" = [])),
    responses((status = 200, body = MeEnvelope)))]
pub(in crate::http) async fn me(
    State(app): State<App>,
    caller: Option<Caller>,
    ReaderLocale(reader): ReaderLocale,
) -> Result<Json<MeEnvelope>, ApiError> {
    let Some(caller) = caller else {
        let nobody = AnonymousUser {
            id: None,
            name: "Anonymous user".to_owned(),
            email: None,
            role: END_USER.to_owned(),
            locale: reader.tag().to_owned(),
            organization_id: None,
            authenticity_token: None,
        };
        return Ok(Json(MeEnvelope { user: Me::Anonymous(nobody) }));
    };
    let signed_in = match caller {
        Caller::Requester(signed_in) => signed_in,
        Caller::Agent(agent) => {
            let person = people::by_id(&mut *connection(&app).await?, agent.user).await?;
            let person = person.ok_or(ApiError::Unauthenticated)?;
            return Ok(Json(MeEnvelope { user: Me::Agent(user_shape(&app, &person)) }));
        }
    };
    let wanted = BTreeSet::from([signed_in.user]);
    let mut read = connection(&app).await?;
    let people = directory::known_people(&mut read, signed_in.viewer(), &wanted).await?;
    let person = people.first().ok_or(ApiError::Unauthenticated)?;
    let authenticity_token = Some(signed_in.csrf_token.clone());
    Ok(Json(MeEnvelope { user: Me::Own(OwnUser { authenticity_token, ..own_shape(&app, &signed_in, person) }) }))
}

/// People by their ids; those one may not know are left out.
#[utoipa::path(get, path = "/api/v2/users/show_many", tag = "people",
    params(("ids" = Option<String>, Query, description = "Comma-separated, at most 100")),
    responses((status = 200, body = UserList), (status = 400)))]
pub(in crate::http) async fn some(
    State(app): State<App>,
    caller: Caller,
    params: Params,
) -> Result<Json<UserList>, ApiError> {
    let wanted: BTreeSet<UserId> = params.ids("ids")?.into_iter().collect();
    let mut read = connection(&app).await?;
    let users = known(&app, &mut read, &caller, &wanted).await?;
    Ok(Json(UserList { count: users.len(), users, next_page: None, previous_page: None }))
}

/// Oneself, or who opened, answers or wrote on requests that one may see.
#[utoipa::path(get, path = "/api/v2/users/{id}", tag = "people",
    params(("id" = u64, Path, description = "The id")),
    responses((status = 200, body = UserEnvelope), (status = 404)))]
pub(in crate::http) async fn user(
    State(app): State<App>,
    caller: Caller,
    Path(id): Path<String>,
) -> Result<Json<UserEnvelope>, ApiError> {
    let wanted = BTreeSet::from([path_id(&id)?]);
    let mut read = connection(&app).await?;
    let user = known(&app, &mut read, &caller, &wanted).await?.pop().ok_or(ApiError::RecordNotFound)?;
    Ok(Json(UserEnvelope { user }))
}

/// Those of `wanted` whom the caller may know: anybody, for an agent.
async fn known(
    app: &App,
    read: &mut Connection,
    caller: &Caller,
    wanted: &BTreeSet<UserId>,
) -> Result<Vec<KnownUser>, ApiError> {
    Ok(match caller {
        Caller::Agent(_) => {
            let people = people::by_ids(read, wanted).await?;
            people.iter().map(|person| KnownUser::Whole(user_shape(app, person))).collect()
        }
        Caller::Requester(signed_in) => {
            let people = directory::known_people(read, signed_in.viewer(), wanted).await?;
            people.iter().map(|person| shape(app, signed_in, person)).collect()
        }
    })
}

/// One's own memberships.
#[utoipa::path(get, path = "/api/v2/organization_memberships", tag = "people",
    responses((status = 200, body = MembershipList)))]
pub(in crate::http) async fn memberships(
    State(app): State<App>,
    signed_in: SignedIn,
) -> Result<Json<MembershipList>, ApiError> {
    let mut read = connection(&app).await?;
    let rows = directory::memberships(&mut read, signed_in.account, signed_in.user).await?;
    let organization_memberships: Vec<Membership> =
        rows.iter().map(|row| membership_shape(&app, &signed_in, row)).collect();
    let count = organization_memberships.len();
    Ok(Json(MembershipList { organization_memberships, count, next_page: None, previous_page: None }))
}

/// A user's memberships: one's own.
#[utoipa::path(get, path = "/api/v2/users/{id}/organization_memberships", tag = "people",
    params(("id" = String, Path, description = "One's own id, or me")),
    responses((status = 200, body = MembershipList), (status = 404)))]
pub(in crate::http) async fn memberships_of_user(
    State(app): State<App>,
    signed_in: SignedIn,
    Path(id): Path<String>,
) -> Result<Json<MembershipList>, ApiError> {
    if id != "me" && id != signed_in.user.to_string() {
        return Err(ApiError::RecordNotFound);
    }
    memberships(State(app), signed_in).await
}

/// The account one works in.
#[utoipa::path(get, path = "/api/v2/organizations/{id}", tag = "people",
    params(("id" = u64, Path, description = "The account's id")),
    responses((status = 200, body = OrganizationEnvelope), (status = 404)))]
pub(in crate::http) async fn organization(
    State(app): State<App>,
    caller: Caller,
    Path(id): Path<String>,
) -> Result<Json<OrganizationEnvelope>, ApiError> {
    let id: AccountId = path_id(&id)?;
    let signed_in = match &caller {
        Caller::Requester(signed_in) if id != signed_in.account => return Err(ApiError::RecordNotFound),
        Caller::Requester(signed_in) => Some(signed_in),
        Caller::Agent(_) => None,
    };
    let mut read = connection(&app).await?;
    let account = directory::account(&mut read, id).await?.ok_or(ApiError::RecordNotFound)?;
    let Some(signed_in) = signed_in else {
        return Ok(Json(OrganizationEnvelope { organization: organization_shape(&app, account) }));
    };
    let shared = signed_in.can(Capability::AnswerAccountRequests);
    let organization = Organization {
        id: account.id,
        url: app.config.link(&format!("/api/v2/organizations/{}.json", account.id)),
        name: account.name,
        shared_tickets: shared,
        shared_comments: shared,
        external_id: None,
        domain_names: Vec::new(),
        tags: Vec::new(),
        organization_fields: BTreeMap::new(),
        created_at: account.created_at,
        updated_at: account.created_at,
    };
    Ok(Json(OrganizationEnvelope { organization }))
}

/// Oneself whole; of others the name and that they work for support.
fn shape(app: &App, signed_in: &SignedIn, person: &PersonRow) -> KnownUser {
    if person.id == signed_in.user {
        return KnownUser::Own(own_shape(app, signed_in, person));
    }
    KnownUser::Other(OtherUser {
        id: person.id,
        url: user_url(app, person.id),
        name: person.name.clone(),
        role: if person.agent { "agent" } else { END_USER }.to_owned(),
        agent: person.agent,
        organization_id: None,
        photo: None,
    })
}

fn own_shape(app: &App, signed_in: &SignedIn, person: &PersonRow) -> OwnUser {
    OwnUser {
        id: person.id,
        url: user_url(app, person.id),
        name: person.name.clone(),
        email: person.email.clone(),
        role: END_USER.to_owned(),
        agent: false,
        locale: person.locale.tag().to_owned(),
        organization_id: signed_in.account,
        verified: true,
        active: true,
        photo: None,
        time_zone: None,
        created_at: person.created_at,
        updated_at: person.updated_at,
        authenticity_token: None,
    }
}

fn user_url(app: &App, id: UserId) -> String {
    app.config.link(&format!("/api/v2/users/{id}.json"))
}

fn membership_shape(app: &App, signed_in: &SignedIn, row: &MembershipRow) -> Membership {
    Membership {
        id: row.id,
        url: app.config.link(&format!("/api/v2/organization_memberships/{}.json", row.id)),
        user_id: row.user,
        organization_id: row.account,
        organization_name: row.account_name.clone(),
        default: true,
        view_tickets: signed_in.can(Capability::AnswerAccountRequests),
        created_at: row.created_at,
        updated_at: row.created_at,
    }
}
