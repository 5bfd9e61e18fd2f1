//! The description of the API that machines read: `GET /api/openapi.json`. Every handler describes itself with
//! `#[utoipa::path]`; here they are listed.

use super::panel::{articles, conversations, counts, forms as panel_forms, session};
use super::zendesk::{attachments, comments, forms, help_center, people, requests, uploads, writes};
use super::{App, Json};
use axum::Router;
use axum::extract::State;
use axum::routing::get;
use utoipa::openapi::security::{ApiKey, ApiKeyValue, HttpAuthScheme, HttpBuilder, SecurityScheme};
use utoipa::openapi::{SecurityRequirement, Server};
use utoipa::{Modify, OpenApi};

#[derive(OpenApi)]
#[openapi(
    info(
        title = "Balcão",
        description = "The support desk inside a store's admin. `/api/v2/` follows the documented shapes of Zendesk's \
            API as an end user sees it; every path answers with and without `.json`. `/api/panel/` is the panel's own."
    ),
    modifiers(&Security),
    paths(
        requests::list, requests::list_open, requests::list_solved, requests::list_ccd, requests::search,
        requests::show, requests::list_of_user, requests::list_of_organization,
        writes::create, writes::update,
        comments::list, comments::show,
        uploads::upload, uploads::withdraw, attachments::show, attachments::content,
        forms::forms, forms::some_forms, forms::form, forms::fields, forms::field, forms::statuses,
        people::me, people::some, people::user, people::memberships, people::memberships_of_user,
        people::organization,
        help_center::search, help_center::up, help_center::down,
        session::begin, session::show, session::end,
        panel_forms::show, counts::show,
        conversations::create, conversations::show, conversations::ask, conversations::feedback,
        conversations::send_code, conversations::check_code, conversations::handover,
        articles::show,
    ),
    components(schemas(balcao_contract::wire::ErrorBody, balcao_contract::wire::FieldError)),
    tags(
        (name = "requests", description = "Requests: one's own, in the account one works in"),
        (name = "comments", description = "The thread of a request"),
        (name = "uploads", description = "Files before and after they belong to a comment"),
        (name = "forms", description = "Forms, fields and statuses"),
        (name = "people", description = "People, accounts, memberships"),
        (name = "help center", description = "Articles: search and votes"),
        (name = "copilot", description = "Conversations, one-time codes, handover, articles"),
        (name = "panel", description = "What Zendesk's documents lack"),
    )
)]
struct Description;

/// A session's token, and the second one that every write by session brings.
struct Security;

impl Modify for Security {
    fn modify(&self, description: &mut utoipa::openapi::OpenApi) {
        let components = description.components.get_or_insert_default();
        let bearer = HttpBuilder::new()
            .scheme(HttpAuthScheme::Bearer)
            .description(Some("The session's token, from POST /api/panel/session"))
            .build();
        components.add_security_scheme("session", SecurityScheme::Http(bearer));
        let csrf = ApiKeyValue::with_description("X-CSRF-Token", "The session's csrf_token, on every write");
        components.add_security_scheme("csrf", SecurityScheme::ApiKey(ApiKey::Header(csrf)));
        let reading = SecurityRequirement::new::<_, [&str; 0], _>("session", []);
        description.security = Some(vec![reading]);
        for item in description.paths.paths.values_mut() {
            for operation in [&mut item.post, &mut item.put, &mut item.delete].into_iter().flatten() {
                if operation.security.is_none() {
                    let both =
                        SecurityRequirement::new::<_, [&str; 0], _>("session", []).add::<_, [&str; 0], _>("csrf", []);
                    operation.security = Some(vec![both]);
                }
            }
        }
    }
}

pub(super) fn router() -> Router<App> {
    Router::new().route("/api/openapi.json", get(show))
}

async fn show(State(app): State<App>) -> Json<utoipa::openapi::OpenApi> {
    let mut description = Description::openapi();
    description.servers = Some(vec![Server::new(app.config.link(""))]);
    Json(description)
}
