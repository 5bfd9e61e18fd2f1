//! Forms, fields and statuses in Zendesk's shapes. Steps and files are the panel's (`/api/panel/forms`).

use super::params::Params;
use super::requests::path_id;
use super::shapes::custom_status_id;
use super::wire::{
    CustomStatus, CustomStatusList, TicketField, TicketFieldEnvelope, TicketFieldList, TicketFieldOption, TicketForm,
    TicketFormEnvelope, TicketFormList,
};
use crate::http::who::Caller;
use crate::http::{ApiError, App, Json, ReaderLocale};
use axum::Router;
use axum::extract::{Path, State};
use axum::routing::get;
use balcao_contract::form::{Field, FieldKind, Form};
use balcao_contract::id::{FieldId, FormId};
use balcao_contract::locale::Locale;
use balcao_contract::status::Status;
use balcao_desk::forms::{RawField, RawForm};

pub(super) fn router() -> Router<App> {
    Router::new()
        .route("/api/v2/ticket_forms", get(forms))
        .route("/api/v2/ticket_forms/show_many", get(some_forms))
        .route("/api/v2/ticket_forms/{id}", get(form))
        .route("/api/v2/ticket_fields", get(fields))
        .route("/api/v2/ticket_fields/{id}", get(field))
        .route("/api/v2/custom_statuses", get(statuses))
}

/// The definitions carry no dates: they are part of the program, or of a folder beside it.
const WRITTEN_AT: &str = "2026-01-01T00:00:00Z";

/// `?locale=` before the reader's language.
pub(in crate::http) fn locale_of(params: &Params, reader: Locale) -> Locale {
    params.get("locale").and_then(Locale::from_tag).unwrap_or(reader)
}

/// The forms that the caller may open.
#[utoipa::path(get, path = "/api/v2/ticket_forms", tag = "forms",
    params(("locale" = Option<String>, Query, description = "en, pt or es")),
    responses((status = 200, body = TicketFormList)))]
pub(in crate::http) async fn forms(
    State(app): State<App>,
    caller: Caller,
    ReaderLocale(reader): ReaderLocale,
    params: Params,
) -> Json<TicketFormList> {
    let locale = locale_of(&params, reader);
    Json(form_list(own(&app, &caller, locale).map(|(raw, form)| form_shape(&app, raw, &form)).collect()))
}

/// Forms by their ids; unknown ones are left out.
#[utoipa::path(get, path = "/api/v2/ticket_forms/show_many", tag = "forms",
    params(("ids" = Option<String>, Query, description = "Comma-separated, at most 100"),
        ("locale" = Option<String>, Query, description = "en, pt or es")),
    responses((status = 200, body = TicketFormList), (status = 400)))]
pub(in crate::http) async fn some_forms(
    State(app): State<App>,
    caller: Caller,
    ReaderLocale(reader): ReaderLocale,
    params: Params,
) -> Result<Json<TicketFormList>, ApiError> {
    let ids: Vec<FormId> = params.ids("ids")?;
    let wanted = own(&app, &caller, locale_of(&params, reader)).filter(|(raw, _)| ids.contains(&raw.id));
    Ok(Json(form_list(wanted.map(|(raw, form)| form_shape(&app, raw, &form)).collect())))
}

fn form_list(ticket_forms: Vec<TicketForm>) -> TicketFormList {
    TicketFormList { count: ticket_forms.len(), ticket_forms, next_page: None, previous_page: None }
}

/// One form.
#[utoipa::path(get, path = "/api/v2/ticket_forms/{id}", tag = "forms",
    params(("id" = u64, Path, description = "The form's id"),
        ("locale" = Option<String>, Query, description = "en, pt or es")),
    responses((status = 200, body = TicketFormEnvelope), (status = 404)))]
pub(in crate::http) async fn form(
    State(app): State<App>,
    caller: Caller,
    ReaderLocale(reader): ReaderLocale,
    Path(id): Path<String>,
    params: Params,
) -> Result<Json<TicketFormEnvelope>, ApiError> {
    let id: FormId = path_id(&id)?;
    let (raw, form) =
        own(&app, &caller, locale_of(&params, reader)).find(|(raw, _)| raw.id == id).ok_or(ApiError::RecordNotFound)?;
    Ok(Json(TicketFormEnvelope { ticket_form: form_shape(&app, raw, &form) }))
}

/// The fields of the forms that the caller may open.
#[utoipa::path(get, path = "/api/v2/ticket_fields", tag = "forms",
    params(("locale" = Option<String>, Query, description = "en, pt or es")),
    responses((status = 200, body = TicketFieldList)))]
pub(in crate::http) async fn fields(
    State(app): State<App>,
    caller: Caller,
    ReaderLocale(reader): ReaderLocale,
    params: Params,
) -> Json<TicketFieldList> {
    let ticket_fields = own_fields(&app, &caller, locale_of(&params, reader));
    Json(TicketFieldList { count: ticket_fields.len(), ticket_fields, next_page: None, previous_page: None })
}

/// One field.
#[utoipa::path(get, path = "/api/v2/ticket_fields/{id}", tag = "forms",
    params(("id" = u64, Path, description = "The field's id"),
        ("locale" = Option<String>, Query, description = "en, pt or es")),
    responses((status = 200, body = TicketFieldEnvelope), (status = 404)))]
pub(in crate::http) async fn field(
    State(app): State<App>,
    caller: Caller,
    ReaderLocale(reader): ReaderLocale,
    Path(id): Path<String>,
    params: Params,
) -> Result<Json<TicketFieldEnvelope>, ApiError> {
    let id: FieldId = path_id(&id)?;
    let fields = own_fields(&app, &caller, locale_of(&params, reader));
    let ticket_field = fields.into_iter().find(|field| field.id == id).ok_or(ApiError::RecordNotFound)?;
    Ok(Json(TicketFieldEnvelope { ticket_field }))
}

/// The statuses, with what a requester reads for each.
#[utoipa::path(get, path = "/api/v2/custom_statuses", tag = "forms",
    params(("locale" = Option<String>, Query, description = "en, pt or es")),
    responses((status = 200, body = CustomStatusList)))]
pub(in crate::http) async fn statuses(
    State(app): State<App>,
    _caller: Caller,
    ReaderLocale(reader): ReaderLocale,
    params: Params,
) -> Json<CustomStatusList> {
    let locale = locale_of(&params, reader);
    let statuses = Status::ALL.into_iter().map(|status| {
        let id = custom_status_id(status);
        CustomStatus {
            id,
            url: app.config.link(&format!("/api/v2/custom_statuses/{id}.json")),
            status_category: status,
            agent_label: agent_label(status).to_owned(),
            raw_agent_label: agent_label(status).to_owned(),
            end_user_label: status_label(status, locale).to_owned(),
            raw_end_user_label: status_label(status, Locale::En).to_owned(),
            description: String::new(),
            raw_description: String::new(),
            end_user_description: String::new(),
            raw_end_user_description: String::new(),
            active: true,
            default: true,
            created_at: WRITTEN_AT.to_owned(),
            updated_at: WRITTEN_AT.to_owned(),
        }
    });
    Json(CustomStatusList { custom_statuses: statuses.collect() })
}

/// What the requester reads (lifecycle.md).
const fn status_label(status: Status, locale: Locale) -> &'static str {
    use balcao_contract::status::ShownStatus::{Closed, Open, Pending, Solved};
    match (status.shown(), locale) {
        (Open, Locale::En) => "Open",
        (Open, Locale::Pt) => "Aberto",
        (Open, Locale::Es) => "Abierto",
        (Pending, Locale::En) => "Awaiting your reply",
        (Pending, Locale::Pt) => "Aguardando resposta",
        (Pending, Locale::Es) => "Esperando tu respuesta",
        (Solved, Locale::En) => "Solved",
        (Solved, Locale::Pt) => "Resolvido",
        (Solved, Locale::Es) => "Resuelto",
        (Closed, Locale::En) => "Closed",
        (Closed, Locale::Pt) => "Fechado",
        (Closed, Locale::Es) => "Cerrado",
    }
}

const fn agent_label(status: Status) -> &'static str {
    match status {
        Status::New => "New",
        Status::Open => "Open",
        Status::Pending => "Pending",
        Status::Hold => "On-hold",
        Status::Solved => "Solved",
        Status::Closed => "Closed",
    }
}

/// The forms that the caller may open, as their account is asked them; all of each, for an agent.
fn own<'a>(app: &'a App, caller: &'a Caller, locale: Locale) -> impl Iterator<Item = (&'a RawForm, Form)> {
    let forms: Vec<_> = match caller {
        Caller::Agent(_) => app.forms.definitions().iter().zip(app.forms.all(locale).iter().cloned()).collect(),
        Caller::Requester(signed_in) => {
            let tailored = app.forms.tailored(locale, signed_in.audience(app.clock.now()));
            tailored.filter(|(_, form)| signed_in.can(form.capability)).collect()
        }
    };
    forms.into_iter()
}

/// Each field once, whichever forms ask it. Files are no field on this API, but a comment's uploads; a note is none.
fn own_fields(app: &App, caller: &Caller, locale: Locale) -> Vec<TicketField> {
    let mut fields: Vec<TicketField> = Vec::new();
    for (raw_form, form) in own(app, caller, locale) {
        for field in form.fields.iter().filter(|field| field.kind.is_answered()) {
            let Some(raw) = raw_form.fields.iter().find(|raw| raw.id == field.id) else { continue };
            if !fields.iter().any(|known| known.id == field.id) {
                fields.push(field_shape(app, raw, field, fields.len()));
            }
        }
    }
    fields
}

fn form_shape(app: &App, raw: &RawForm, form: &Form) -> TicketForm {
    let is_field = |id: FieldId| form.field_by_id(id).is_some_and(|field| field.kind.is_answered());
    let fields = form.fields.iter().map(|field| field.id).filter(|id| is_field(*id));
    let mut end_user_conditions = form.end_user_conditions.clone();
    end_user_conditions.iter_mut().for_each(|condition| condition.child_fields.retain(|child| is_field(child.id)));
    end_user_conditions.retain(|condition| !condition.child_fields.is_empty());
    TicketForm {
        id: raw.id,
        url: app.config.link(&format!("/api/v2/ticket_forms/{}.json", raw.id)),
        name: form.name.clone(),
        raw_name: raw.name.en.clone(),
        display_name: form.name.clone(),
        raw_display_name: raw.name.en.clone(),
        end_user_visible: true,
        active: true,
        default: raw.default,
        position: raw.position,
        ticket_field_ids: fields.collect(),
        in_all_brands: true,
        restricted_brand_ids: Vec::new(),
        end_user_conditions,
        agent_conditions: Vec::new(),
        created_at: WRITTEN_AT.to_owned(),
        updated_at: WRITTEN_AT.to_owned(),
    }
}

fn field_shape(app: &App, raw: &RawField, field: &Field, place: usize) -> TicketField {
    let options = field.options.iter().enumerate().map(|(position, option)| TicketFieldOption {
        id: option.id,
        name: option.name.clone(),
        raw_name: raw.options.iter().find(|raw| raw.id == option.id).map(|raw| raw.name.en.clone()).unwrap_or_default(),
        value: option.value.clone(),
        position,
        default: option.default,
    });
    TicketField {
        id: field.id,
        url: app.config.link(&format!("/api/v2/ticket_fields/{}.json", field.id)),
        key: field.key.clone(),
        // Zendesk knows no tables: its clients send and show them as the text that they are.
        kind: if field.kind == FieldKind::Table { FieldKind::Textarea } else { field.kind },
        title: field.title.clone(),
        raw_title: raw.title.en.clone(),
        description: field.description.clone(),
        raw_description: raw.hint.as_ref().map(|hint| hint.en.clone()).unwrap_or_default(),
        title_in_portal: field.title.clone(),
        raw_title_in_portal: raw.title.en.clone(),
        position: place,
        active: true,
        required: false,
        visible_in_portal: true,
        editable_in_portal: true,
        required_in_portal: field.required,
        collapsed_for_agents: false,
        regexp_for_validation: None,
        tag: None,
        removable: field.kind.is_custom(),
        custom_field_options: options.collect(),
        created_at: WRITTEN_AT.to_owned(),
        updated_at: WRITTEN_AT.to_owned(),
    }
}
