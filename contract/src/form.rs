//! A form as data: steps, fields, options and conditions, in Zendesk's shape plus steps (forms.md).

use crate::answers::Answers;
use crate::file::FileLimits;
use crate::format::Format;
use crate::id::{FieldId, FormId, OptionId};
use crate::panel::Capability;
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
    /// What somebody needs to open a request with it.
    pub capability: Capability,
    /// The choice whose label is the request's title, where the form asks for no title.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub subject_from: Option<FieldKey>,
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

    /// The title of a request that asks for none: the label of the choice that says what it is about, or what the form is
    /// called.
    #[must_use]
    pub fn subject_of(&self, answers: &Answers) -> &str {
        let choice = self.subject_from.as_ref().and_then(|key| self.field(key.as_str()));
        let chosen = choice.and_then(|field| field.option_name(answers.text(field.key.as_str())));
        chosen.unwrap_or(&self.name)
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
    /// Folded away, as long as nothing has to be answered there.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub folded: bool,
    /// The longest answer, in characters; `None` for the default of the kind.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub max_length: Option<u32>,
    /// What a text must be.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub format: Option<Format>,
    /// How an account's name must begin.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub prefix: Option<String>,
    /// What stands in a line, or is chosen, at first: as long as nothing else was answered.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub prefill: Option<String>,
    /// The first day that is taken, `2026-11-21`; of a month its month counts.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub earliest: Option<String>,
    /// The last day that is taken; of a month its month counts.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub latest: Option<String>,
    /// The columns of a [`FieldKind::Table`].
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub columns: Vec<Column>,
    /// The most rows of a table; `None` for the default.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub max_rows: Option<u32>,
    /// Its answer is nobody's business but support's and the requester's: mails hide it.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub sensitive: bool,
    /// The choices of a [`FieldKind::Tagger`] or [`FieldKind::Multiselect`].
    #[serde(rename = "custom_field_options", default, skip_serializing_if = "Vec::is_empty")]
    pub options: Vec<FieldOption>,
}

impl Field {
    /// The label of an option.
    #[must_use]
    pub fn option_name(&self, value: &str) -> Option<&str> {
        self.options.iter().find(|option| option.value == value).map(|option| option.name.as_str())
    }
}

/// A column of a table.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Column {
    /// The stable name.
    pub key: String,
    /// The heading.
    pub title: String,
    /// What a cell must be; `None` for any text.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub format: Option<Format>,
    /// How an account's name must begin.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub prefix: Option<String>,
    /// No cell may be empty.
    #[serde(default)]
    pub required: bool,
    /// No two rows may have the same.
    #[serde(default)]
    pub unique: bool,
}

/// What kind of answer a field takes; the names are Zendesk's, but for `table`, `evidence` and `note`.
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
    /// Rows and columns, as text: a row a line, tabs between cells.
    Table,
    /// Files; on the wire they are the comment's uploads.
    Evidence,
    /// A text to be read; nobody answers it.
    Note,
}

impl FieldKind {
    /// The longest answer where the field itself sets none, in characters.
    #[must_use]
    pub const fn default_max_length(self) -> u32 {
        match self {
            Self::Subject => 150,
            Self::Description | Self::Textarea | Self::Table => 65_535,
            _ => 255,
        }
    }

    /// Its answer is among the answers: files are kept beside, and a note has none.
    #[must_use]
    pub const fn is_answered(self) -> bool {
        !matches!(self, Self::Evidence | Self::Note)
    }

    /// Its answer is one of the request's custom fields: title and text have their own place in a request.
    #[must_use]
    pub const fn is_custom(self) -> bool {
        self.is_answered() && !matches!(self, Self::Subject | Self::Description)
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
