//! A form as data: steps, fields, options and conditions, in Zendesk's shape plus steps (forms.md).

use crate::file::FileLimits;
use crate::id::{FieldId, FormId, OptionId};
use crate::priority::PriorityRule;
use serde::{Deserialize, Serialize};
use std::borrow::Borrow;
use std::fmt;

/// A field's stable name, such as `affected_users`.
#[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(transparent)]
pub struct FieldKey(String);

impl FieldKey {
    /// The key of that name. Keys come from form definitions, so nothing is refused here.
    #[must_use]
    pub fn new(name: &str) -> Self {
        Self(name.to_owned())
    }

    /// The key's name.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl Borrow<str> for FieldKey {
    fn borrow(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for FieldKey {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(&self.0)
    }
}

/// A form in one language.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Form {
    /// Zendesk's `ticket_form_id`.
    pub id: FormId,
    /// The form's stable name, used in addresses: `technical`.
    pub key: String,
    /// What the form is called.
    pub name: String,
    /// The steps in order; every field stands in exactly one.
    pub steps: Vec<Step>,
    /// The fields, in the order of the steps.
    pub fields: Vec<Field>,
    /// Which fields are shown only after certain answers.
    #[serde(default)]
    pub end_user_conditions: Vec<Condition>,
    /// What the last button says.
    pub submit_label: String,
    /// How the priority is worked out.
    pub priority_rule: PriorityRule,
    /// What may be attached.
    pub file_limits: FileLimits,
}

impl Form {
    /// The field of that key.
    #[must_use]
    pub fn field(&self, key: &str) -> Option<&Field> {
        self.fields.iter().find(|field| field.key.as_str() == key)
    }

    /// The field of that id.
    #[must_use]
    pub fn field_by_id(&self, id: FieldId) -> Option<&Field> {
        self.fields.iter().find(|field| field.id == id)
    }

    /// The step of that key.
    #[must_use]
    pub fn step(&self, key: &str) -> Option<&Step> {
        self.steps.iter().find(|step| step.key == key)
    }
}

/// A page of a form.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Step {
    /// The step's stable name, used in addresses.
    pub key: String,
    /// The step's heading.
    pub title: String,
    /// A sentence under the heading.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub hint: Option<String>,
    /// Which fields it asks.
    pub field_ids: Vec<FieldId>,
}

/// A question.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Field {
    /// Zendesk's field id.
    pub id: FieldId,
    /// The stable name.
    pub key: FieldKey,
    /// What kind of answer it takes.
    #[serde(rename = "type")]
    pub kind: FieldKind,
    /// The label.
    #[serde(rename = "title_in_portal")]
    pub title: String,
    /// A hint under the label; empty for none.
    #[serde(default)]
    pub description: String,
    /// Required wherever it is shown.
    #[serde(rename = "required_in_portal")]
    pub required: bool,
    /// The longest answer, in characters; `None` for the default of the kind.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub max_length: Option<u32>,
    /// The choices of a [`FieldKind::Tagger`] or [`FieldKind::Multiselect`].
    #[serde(rename = "custom_field_options", default, skip_serializing_if = "Vec::is_empty")]
    pub options: Vec<FieldOption>,
}

/// What kind of answer a field takes; the names are Zendesk's, but for `evidence`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "lowercase")]
pub enum FieldKind {
    /// The request's title, one line.
    Subject,
    /// The request's first comment.
    Description,
    /// One line of text.
    Text,
    /// Several lines of text.
    Textarea,
    /// One of the options.
    Tagger,
    /// Any number of the options.
    Multiselect,
    /// Yes or nothing.
    Checkbox,
    /// A whole number.
    Integer,
    /// A day, `2026-11-21`.
    Date,
    /// Files; on the wire they are the comment's uploads.
    Evidence,
}

impl FieldKind {
    /// The longest answer where the field itself sets none, in characters.
    #[must_use]
    pub const fn default_max_length(self) -> u32 {
        match self {
            Self::Subject => 150,
            Self::Description | Self::Textarea => 65_535,
            _ => 255,
        }
    }
}

/// A choice.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct FieldOption {
    /// Zendesk's option id.
    pub id: OptionId,
    /// The label.
    pub name: String,
    /// The stable key that is stored.
    pub value: String,
    /// The place in the list, from 0.
    pub position: u32,
    /// Chosen where the user has chosen nothing.
    #[serde(default)]
    pub default: bool,
}

/// After this answer, these fields are shown.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Condition {
    /// Whose answer decides.
    pub parent_field_id: FieldId,
    /// Which answer; `null` is an unticked checkbox or no answer.
    pub value: Option<crate::answers::AnswerValue>,
    /// What is shown then.
    pub child_fields: Vec<ChildField>,
}

/// A field that a condition shows.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct ChildField {
    /// Which field.
    pub id: FieldId,
    /// Whether this condition makes it required.
    #[serde(default)]
    pub is_required: bool,
}
