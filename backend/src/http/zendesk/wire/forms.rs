//! Forms, fields and statuses.

use balcao_contract::form::{Condition, FieldKey, FieldKind};
use balcao_contract::id::{FieldId, FormId, OptionId};
use balcao_contract::status::Status;
use serde::Serialize;
use utoipa::ToSchema;

/// A form.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, ToSchema)]
pub struct TicketForm {
    /// Its id.
    pub id: FormId,
    /// The API address of this object.
    pub url: String,
    /// What it is called, in the reader's language.
    pub name: String,
    /// What it is called, in English.
    pub raw_name: String,
    /// As `name`.
    pub display_name: String,
    /// As `raw_name`.
    pub raw_display_name: String,
    /// Always true here.
    pub end_user_visible: bool,
    /// Always true here.
    pub active: bool,
    /// Requests that name no form belong to this one.
    pub default: bool,
    /// The place among the forms.
    pub position: u32,
    /// Its fields, in order.
    pub ticket_field_ids: Vec<FieldId>,
    /// Always true here.
    pub in_all_brands: bool,
    /// Always empty here.
    pub restricted_brand_ids: Vec<u64>,
    /// Which fields wait for an answer to another.
    pub end_user_conditions: Vec<Condition>,
    /// Always empty here.
    pub agent_conditions: Vec<Condition>,
    /// When it was written.
    pub created_at: String,
    /// When it last changed.
    pub updated_at: String,
}

/// `{"ticket_form": …}`
#[derive(Debug, Clone, PartialEq, Eq, Serialize, ToSchema)]
pub struct TicketFormEnvelope {
    /// The form.
    pub ticket_form: TicketForm,
}

/// Every form.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, ToSchema)]
pub struct TicketFormList {
    /// The forms.
    pub ticket_forms: Vec<TicketForm>,
    /// How many.
    pub count: usize,
    /// Always `null`: they stand on one page.
    pub next_page: Option<String>,
    /// Always `null`.
    pub previous_page: Option<String>,
}

/// A field.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, ToSchema)]
pub struct TicketField {
    /// Its id.
    pub id: FieldId,
    /// The API address of this object.
    pub url: String,
    /// The stable name that faults are told under.
    pub key: FieldKey,
    /// `subject`, `description`, `tagger`, `text`…
    #[serde(rename = "type")]
    pub kind: FieldKind,
    /// The label, in the reader's language.
    pub title: String,
    /// The label, in English.
    pub raw_title: String,
    /// The hint; may be empty.
    pub description: String,
    /// The hint, in English.
    pub raw_description: String,
    /// As `title`.
    pub title_in_portal: String,
    /// As `raw_title`.
    pub raw_title_in_portal: String,
    /// The place among the fields, from 0.
    pub position: usize,
    /// Always true here.
    pub active: bool,
    /// Whether an agent must fill it in.
    pub required: bool,
    /// Always true here.
    pub visible_in_portal: bool,
    /// Always true here.
    pub editable_in_portal: bool,
    /// Whether the requester must fill it in, where it is shown.
    pub required_in_portal: bool,
    /// Always false here.
    pub collapsed_for_agents: bool,
    /// Always `null` here.
    pub regexp_for_validation: Option<String>,
    /// Always `null` here.
    pub tag: Option<String>,
    /// False for the title and the description.
    pub removable: bool,
    /// The options, where it has any.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    #[schema(required = false)]
    pub custom_field_options: Vec<TicketFieldOption>,
    /// When it was written.
    pub created_at: String,
    /// When it last changed.
    pub updated_at: String,
}

/// An option of a field.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, ToSchema)]
pub struct TicketFieldOption {
    /// Its id.
    pub id: OptionId,
    /// The label, in the reader's language.
    pub name: String,
    /// The label, in English.
    pub raw_name: String,
    /// The stable key that is sent and stored.
    pub value: String,
    /// The place in the list, from 0.
    pub position: usize,
    /// Chosen where nothing else is.
    pub default: bool,
}

/// `{"ticket_field": …}`
#[derive(Debug, Clone, PartialEq, Eq, Serialize, ToSchema)]
pub struct TicketFieldEnvelope {
    /// The field.
    pub ticket_field: TicketField,
}

/// Every field.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, ToSchema)]
pub struct TicketFieldList {
    /// The fields.
    pub ticket_fields: Vec<TicketField>,
    /// How many.
    pub count: usize,
    /// Always `null`: they stand on one page.
    pub next_page: Option<String>,
    /// Always `null`.
    pub previous_page: Option<String>,
}

/// A status and what people read for it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, ToSchema)]
pub struct CustomStatus {
    /// Its id.
    pub id: u64,
    /// The API address of this object.
    pub url: String,
    /// The status on the wire.
    pub status_category: Status,
    /// What agents read.
    pub agent_label: String,
    /// What agents read, in English.
    pub raw_agent_label: String,
    /// What the requester reads, in the reader's language.
    pub end_user_label: String,
    /// What the requester reads, in English.
    pub raw_end_user_label: String,
    /// Always empty here.
    pub description: String,
    /// Always empty here.
    pub raw_description: String,
    /// Always empty here.
    pub end_user_description: String,
    /// Always empty here.
    pub raw_end_user_description: String,
    /// Always true here.
    pub active: bool,
    /// Always true here.
    pub default: bool,
    /// When it was written.
    pub created_at: String,
    /// When it last changed.
    pub updated_at: String,
}

/// Every status.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, ToSchema)]
pub struct CustomStatusList {
    /// The statuses.
    pub custom_statuses: Vec<CustomStatus>,
}
