//! How a form stands in its file, and how it becomes the contract's form in one language.

use super::FormsError;
use balcao_contract::answers::AnswerValue;
use balcao_contract::file::FileLimits;
use balcao_contract::form::{ChildField, Condition, Field, FieldKey, FieldKind, FieldOption, Form, Step};
use balcao_contract::id::{FieldId, FormId, OptionId};
use balcao_contract::locale::Locale;
use balcao_contract::priority::PriorityRule;
use serde::Deserialize;

/// A sentence in the three languages.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Labels {
    /// English.
    pub en: String,
    /// Brazilian Portuguese.
    pub pt: String,
    /// Spanish.
    pub es: String,
}

impl Labels {
    /// The sentence in one language.
    #[must_use]
    pub fn get(&self, locale: Locale) -> &str {
        match locale {
            Locale::En => &self.en,
            Locale::Pt => &self.pt,
            Locale::Es => &self.es,
        }
    }
}

/// A form as its file has it.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct RawForm {
    /// Zendesk's `ticket_form_id`.
    pub id: FormId,
    /// The stable name.
    pub key: String,
    /// The place among the forms.
    pub position: u32,
    /// Requests that name no form belong to this one.
    #[serde(default)]
    pub default: bool,
    /// What it is called.
    pub name: Labels,
    /// What the last button says.
    pub submit_label: Labels,
    /// How the priority is worked out.
    pub priority_rule: PriorityRule,
    /// The pages.
    pub steps: Vec<RawStep>,
    /// The questions.
    pub fields: Vec<RawField>,
    /// Which questions wait for an answer to another.
    #[serde(default)]
    pub conditions: Vec<RawCondition>,
}

/// A page as its file has it.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct RawStep {
    /// The stable name.
    pub key: String,
    /// The heading.
    pub title: Labels,
    /// A sentence under it.
    #[serde(default)]
    pub hint: Option<Labels>,
    /// Keys of its fields.
    pub fields: Vec<String>,
}

/// A question as its file has it.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct RawField {
    /// Zendesk's field id.
    pub id: FieldId,
    /// The stable name.
    pub key: FieldKey,
    /// What kind of answer it takes.
    #[serde(rename = "type")]
    pub kind: FieldKind,
    /// Required wherever it is shown.
    pub required: bool,
    /// The label.
    pub title: Labels,
    /// A hint under the label.
    #[serde(default)]
    pub hint: Option<Labels>,
    /// The longest answer, in characters.
    #[serde(default)]
    pub max_length: Option<u32>,
    /// The choices.
    #[serde(default)]
    pub options: Vec<RawOption>,
}

/// A choice as its file has it.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct RawOption {
    /// Zendesk's option id.
    pub id: OptionId,
    /// The stable key that is stored.
    pub value: String,
    /// The label.
    pub name: Labels,
    /// Chosen where the user has chosen nothing.
    #[serde(default)]
    pub default: bool,
}

/// A condition as its file has it.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct RawCondition {
    /// The key of the field whose answer decides.
    pub parent: String,
    /// Which answer; `null` for none.
    pub value: Option<AnswerValue>,
    /// What is shown then.
    pub children: Vec<RawChild>,
}

/// A field that a condition shows.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct RawChild {
    /// The key of the field.
    pub field: String,
    /// Whether this condition makes it required.
    #[serde(default)]
    pub required: bool,
}

impl RawForm {
    pub(super) fn field(&self, key: &str) -> Option<&RawField> {
        self.fields.iter().find(|field| field.key.as_str() == key)
    }
}

pub(super) fn read(file: &str, text: &str) -> Result<RawForm, FormsError> {
    serde_json::from_str(text).map_err(|source| FormsError::Malformed { file: file.to_owned(), source })
}

/// The form in one language. The definition has been checked: what does not exist is left out here.
pub(super) fn build(raw: &RawForm, locale: Locale, limits: &FileLimits) -> Form {
    let id_of = |key: &String| raw.field(key).map(|field| field.id);
    Form {
        id: raw.id,
        key: raw.key.clone(),
        name: raw.name.get(locale).to_owned(),
        steps: raw
            .steps
            .iter()
            .map(|step| Step {
                key: step.key.clone(),
                title: step.title.get(locale).to_owned(),
                hint: step.hint.as_ref().map(|hint| hint.get(locale).to_owned()),
                field_ids: step.fields.iter().filter_map(id_of).collect(),
            })
            .collect(),
        fields: raw
            .steps
            .iter()
            .flat_map(|step| &step.fields)
            .filter_map(|key| raw.field(key))
            .map(|field| build_field(field, locale))
            .collect(),
        end_user_conditions: raw
            .conditions
            .iter()
            .filter_map(|condition| {
                Some(Condition {
                    parent_field_id: id_of(&condition.parent)?,
                    value: condition.value.clone(),
                    child_fields: condition
                        .children
                        .iter()
                        .filter_map(|child| Some(ChildField { id: id_of(&child.field)?, is_required: child.required }))
                        .collect(),
                })
            })
            .collect(),
        submit_label: raw.submit_label.get(locale).to_owned(),
        priority_rule: raw.priority_rule,
        file_limits: limits.clone(),
    }
}

fn build_field(raw: &RawField, locale: Locale) -> Field {
    let options = raw.options.iter().zip(0..).map(|(option, position)| FieldOption {
        id: option.id,
        name: option.name.get(locale).to_owned(),
        value: option.value.clone(),
        position,
        default: option.default,
    });
    Field {
        id: raw.id,
        key: raw.key.clone(),
        kind: raw.kind,
        title: raw.title.get(locale).to_owned(),
        description: raw.hint.as_ref().map(|hint| hint.get(locale).to_owned()).unwrap_or_default(),
        required: raw.required,
        max_length: raw.max_length,
        options: options.collect(),
    }
}
