//! The description of the API that machines read: `GET /api/openapi.json`. Every handler describes itself with
//! `#[utoipa::path]`; here they are listed.

use super::panel::{
    articles, channels, clock, conversations, counts, download, events, forms as panel_forms, home, person, session,
    sign_ins, surveys, unread,
};
use super::zendesk::agent::{
    comments as ticket_comments, export, groups, people as all_people, search as agent_search, tags, tickets, webhooks,
    writes as ticket_writes,
};
use super::zendesk::{attachments, comments, forms, help_center, people, ratings, reasons, requests, uploads, writes};
use super::{App, Json};
use axum::Router;
use axum::extract::State;
use axum::routing::get;
use utoipa::openapi::header::HeaderBuilder;
use utoipa::openapi::path::Operation;
use utoipa::openapi::schema::{Object, ObjectBuilder, Type};
use utoipa::openapi::security::{ApiKey, ApiKeyValue, HttpAuthScheme, HttpBuilder, SecurityScheme};
use utoipa::openapi::{Content, Ref, RefOr, ResponseBuilder, Schema, SecurityRequirement, Server};
use utoipa::{Modify, OpenApi};

#[derive(OpenApi)]
#[openapi(
    info(
        title = "Balcão",
        description = "The support desk inside a store's admin. `/api/v2/` follows the documented shapes of Zendesk's \
            API as an end user sees it; every path answers with and without `.json`. `/api/panel/` is the panel's own. \
            Sentences of errors are in the language of `Accept-Language`: `en-US`, `pt-BR` or `es`."
    ),
    modifiers(&Common),
    paths(
        requests::list, requests::list_open, requests::list_solved, requests::list_ccd, requests::search,
        requests::show, requests::list_of_user, requests::list_of_organization,
        writes::create, writes::update, writes::withdraw,
        comments::list, comments::show,
        uploads::upload, uploads::withdraw, attachments::show, attachments::content,
        forms::forms, forms::some_forms, forms::form, forms::fields, forms::field, forms::statuses,
        people::me, people::some, people::user, people::memberships, people::memberships_of_user,
        people::organization,
        tickets::list, tickets::count, tickets::some, tickets::show, tickets::list_requested, tickets::list_assigned,
        tickets::list_of_organization, ticket_writes::create, ticket_writes::update,
        ticket_comments::list, ticket_comments::list_audits, ticket_comments::show_audit,
        groups::list, groups::list_assignable, groups::show, groups::list_of_user, groups::list_memberships,
        groups::list_memberships_of_group, groups::list_memberships_of_user,
        export::export, export::export_by_time, tags::list, tags::set, tags::add, tags::remove, agent_search::search, agent_search::count,
        webhooks::list, webhooks::create, webhooks::show, webhooks::update, webhooks::delete,
        webhooks::signing_secret, webhooks::reset_signing_secret, webhooks::invocations,
        all_people::list, all_people::search, all_people::organizations,
        help_center::search, help_center::up, help_center::down,
        session::begin, session::show, session::end, person::rename,
        sign_ins::list, sign_ins::end, sign_ins::end_all,
        panel_forms::show, panel_forms::of_request, counts::show, channels::show, home::show, clock::show,
        clock::followups, download::download, events::listen, unread::show, unread::glance, unread::mark,
        conversations::create, conversations::show, conversations::ask, conversations::feedback,
        conversations::send_code, conversations::check_code, conversations::handover,
        articles::list, articles::show,
        ratings::create, ratings::list, ratings::received, ratings::show, reasons::list, reasons::show,
        surveys::list, surveys::show, surveys::answer,
    ),
    components(schemas(
        balcao_contract::wire::ErrorBody, balcao_contract::wire::FieldError, balcao_contract::panel::LiveEvent,
        balcao_contract::panel::LiveState,
    )),
    tags(
        (name = "requests", description = "Requests: one's own, in the account one works in"),
        (name = "tickets", description = "Requests as agents see them, in every account; for API tokens of agents"),
        (name = "webhooks", description = "Telling other programs what happens to tickets; for API tokens of agents"),
        (name = "comments", description = "The thread of a request"),
        (name = "uploads", description = "Files before and after they belong to a comment"),
        (name = "forms", description = "Forms, fields and statuses"),
        (name = "people", description = "People, accounts, memberships"),
        (name = "help center", description = "Articles: search and votes"),
        (name = "satisfaction", description = "The survey: one's own, and what agents read of it"),
        (name = "copilot", description = "Conversations, one-time codes, handover, articles"),
        (name = "panel", description = "What Zendesk's documents lack"),
    )
)]
struct Description;

/// What is the same everywhere: names, the two tokens, refusals, headers.
struct Common;

impl Modify for Common {
    fn modify(&self, description: &mut utoipa::openapi::OpenApi) {
        let components = description.components.get_or_insert_default();
        let bearer = HttpBuilder::new()
            .scheme(HttpAuthScheme::Bearer)
            .description(Some("The session's token, from POST /api/panel/session"))
            .build();
        components.add_security_scheme("session", SecurityScheme::Http(bearer));
        let csrf = ApiKeyValue::with_description("X-CSRF-Token", "The session's csrf_token, on every write");
        components.add_security_scheme("csrf", SecurityScheme::ApiKey(ApiKey::Header(csrf)));
        let token = HttpBuilder::new()
            .scheme(HttpAuthScheme::Basic)
            .description(Some(
                "`<email>/token` and an API token, for agents and integrations; on /api/v2/ only. \
                 The token alone as Bearer does, too",
            ))
            .build();
        components.add_security_scheme("token", SecurityScheme::Http(token));
        let on_behalf_of = ApiKeyValue::with_description(
            "X-On-Behalf-Of",
            "The address of a requester for whom an agent's API token acts, on what requesters can do",
        );
        components.add_security_scheme("on_behalf_of", SecurityScheme::ApiKey(ApiKey::Header(on_behalf_of)));
        description.security = Some(vec![SecurityRequirement::new::<_, [&str; 0], _>("session", [])]);
        for (path, item) in &mut description.paths.paths {
            let operations = [
                ("get", &mut item.get),
                ("post", &mut item.post),
                ("put", &mut item.put),
                ("delete", &mut item.delete),
            ];
            for (method, operation) in operations {
                if let Some(operation) = operation {
                    complete(method, path, operation);
                }
            }
        }
    }
}

fn complete(method: &str, path: &str, operation: &mut Operation) {
    operation.operation_id = Some(operation_id(method, path));
    let open = operation.security.is_some();
    let write = method != "get";
    if write && !open {
        let both = SecurityRequirement::new::<_, [&str; 0], _>("session", []).add::<_, [&str; 0], _>("csrf", []);
        operation.security = Some(vec![both]);
    }
    if operation.tags.as_ref().is_some_and(|tags| tags.iter().any(|tag| AGENTS.contains(&tag.as_str()))) {
        operation.security = Some(vec![SecurityRequirement::new::<_, [&str; 0], _>("token", [])]);
    } else if path.starts_with("/api/v2/") {
        let session = || vec![SecurityRequirement::new::<_, [&str; 0], _>("session", [])];
        let token = SecurityRequirement::new::<_, [&str; 0], _>("token", []);
        operation.security.get_or_insert_with(session).push(token);
    }
    for parameter in operation.parameters.iter_mut().flatten() {
        // Whole numbers without an upper end: what is more than the most is the most, and beside a cursor nobody looks.
        if PAGES.contains(&parameter.name.as_str())
            && let Some(RefOr::T(Schema::Object(schema))) = &mut parameter.schema
        {
            schema.format = None;
        }
    }
    let json = operation.request_body.as_ref().is_some_and(|body| body.content.contains_key("application/json"));
    let body = operation.request_body.is_some();
    let refusals = [
        ("400", "Not the JSON that is asked for, or a parameter that cannot be read", json),
        ("401", "Not signed in, or no longer", !open || ["/api/panel/session", "/api/panel/glance"].contains(&path)),
        // An agent's token asks for a requester, or a requester's for what is an agent's.
        ("403", "A write without its X-CSRF-Token, or not allowed", (write && !open) || path.starts_with("/api/v2/")),
        ("408", "It came too slowly", body),
        ("413", "Larger than is taken", body),
        ("415", "The body is not called JSON", json),
        ("422", "Faults of fields, each under its key", json),
        ("429", "Too often; see Retry-After", true),
        ("500", "A fault of the backend; nothing was done", true),
        ("503", "Busy for now; nothing was done; see Retry-After", true),
        ("507", "No room; nothing was done", write),
    ];
    let responses = &mut operation.responses.responses;
    for (status, what, _) in refusals.into_iter().filter(|(_, _, here)| *here) {
        responses.entry(status.to_owned()).or_insert_with(|| ResponseBuilder::new().description(what).build().into());
    }
    for (status, response) in responses.iter_mut() {
        let RefOr::T(response) = response else { continue };
        let known = refusals.iter().find(|(known, ..)| known == status).map(|(_, what, _)| *what);
        let what = match status.as_str() {
            "200" => "Here it is",
            "201" => "Made",
            "202" => "Taken",
            "204" => "Done",
            "206" => "The part that was asked for",
            "404" => "Not there, or somebody else's",
            "409" => "Somebody else changed it in the meantime",
            "416" => "There is no such part",
            _ => known.unwrap_or("Refused"),
        };
        if response.description.is_empty() {
            what.clone_into(&mut response.description);
        }
        // A refused range says all in its headers.
        if status.starts_with(['4', '5']) && status != "416" && response.content.is_empty() {
            let content = Content::new(Some(Ref::from_schema_name("ErrorBody")));
            response.content.insert("application/json".to_owned(), content);
        }
        if status == "201" && LOCATED.contains(&path) {
            let header = HeaderBuilder::new().description(Some("The address of what was made"));
            response.headers.insert("Location".to_owned(), header.schema(text()).build());
        }
        if matches!(status.as_str(), "429" | "503") {
            let header = HeaderBuilder::new().description(Some("Seconds")).schema(text());
            response.headers.insert("Retry-After".to_owned(), header.build());
        }
    }
}

fn text() -> Object {
    ObjectBuilder::new().schema_type(Type::String).build()
}

/// What is for API tokens of agents alone.
const AGENTS: [&str; 2] = ["tickets", "webhooks"];

/// The parameters of pages.
const PAGES: [&str; 3] = ["page", "per_page", "page[size]"];

/// What is made there has an address of its own.
const LOCATED: [&str; 7] = [
    "/api/v2/requests",
    "/api/v2/tickets",
    "/api/v2/webhooks",
    "/api/v2/uploads",
    "/api/panel/conversations",
    "/api/v2/help_center/articles/{id}/up",
    "/api/v2/help_center/articles/{id}/down",
];

/// A name for generated clients: `get_requests_id_comments`.
fn operation_id(method: &str, path: &str) -> String {
    let parts = path.trim_start_matches("/api/").split('/').filter(|part| *part != "v2");
    let parts: Vec<&str> = parts.map(|part| part.trim_matches(['{', '}'])).collect();
    format!("{method}_{}", parts.join("_"))
}

pub(super) fn router() -> Router<App> {
    Router::new().route("/api/openapi.json", get(show))
}

async fn show(State(app): State<App>) -> Json<utoipa::openapi::OpenApi> {
    let mut description = Description::openapi();
    description.servers = Some(vec![Server::new(app.config.link(""))]);
    Json(description)
}
