//! How a form stands in its file.

use super::FormsError;
use balcao_contract::answers::AnswerValue;
use balcao_contract::form::{FieldKey, FieldKind};
use balcao_contract::format::Format;
use balcao_contract::id::{FieldId, FormId, OptionId};
use balcao_contract::locale::Locale;
use balcao_contract::panel::Capability;
use balcao_contract::priority::PriorityRule;
use balcao_contract::support::Region;
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
    /// What somebody needs to open a request with it.
    pub capability: Capability,
    /// The choice whose label is the request's title, where the form asks for no title.
    #[serde(default)]
    pub subject_from: Option<FieldKey>,
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
    /// Folded away, as long as nothing has to be answered there.
    #[serde(default)]
    pub folded: bool,
    /// The label.
    pub title: Labels,
    /// A hint under the label.
    #[serde(default)]
    pub hint: Option<Labels>,
    /// The longest answer, in characters.
    #[serde(default)]
    pub max_length: Option<u32>,
    /// What a text must be.
    #[serde(default)]
    pub format: Option<Format>,
    /// How an account's name must begin.
    #[serde(default)]
    pub prefix: Option<Prefix>,
    /// What stands in a line, or is chosen, at first.
    #[serde(default)]
    pub prefill: Option<Prefill>,
    /// The first day or month that is taken.
    #[serde(default)]
    pub earliest: Option<DayLimit>,
    /// The last day or month that is taken.
    #[serde(default)]
    pub latest: Option<DayLimit>,
    /// The columns of a table.
    #[serde(default)]
    pub columns: Vec<RawColumn>,
    /// The most rows of a table.
    #[serde(default)]
    pub max_rows: Option<u32>,
    /// Mails hide its answer.
    #[serde(default)]
    pub sensitive: bool,
    /// The choices.
    #[serde(default)]
    pub options: Vec<RawOption>,
    /// Whom it is asked; everybody where nothing is said.
    #[serde(default)]
    pub only: Option<Only>,
}

/// A column of a table as its file has it.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct RawColumn {
    /// The stable name.
    pub key: String,
    /// The heading.
    pub title: Labels,
    /// What a cell must be.
    #[serde(default)]
    pub format: Option<Format>,
    /// How an account's name must begin.
    #[serde(default)]
    pub prefix: Option<Prefix>,
    /// No cell may be empty.
    #[serde(default)]
    pub required: bool,
    /// No two rows may have the same.
    #[serde(default)]
    pub unique: bool,
}

/// What an account's name begins with.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Prefix {
    /// The name of the main account. Asked from an account that is none, the name can begin as it likes.
    MainAccount,
}

/// What is known of whoever asks.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Prefill {
    /// First and last name.
    Name,
    /// The address that mails go to.
    Email,
    /// The account's name.
    Account,
    /// What they answered in their last request from this account.
    LastTime,
}

/// A day that depends on when the form is asked for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum DayLimit {
    /// The account's own day.
    Today,
}

/// Whom a field, an option or a condition is for. What is left out does not matter.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Only {
    /// Accounts of these regions.
    #[serde(default)]
    pub regions: Option<Vec<Region>>,
    /// Main accounts, or those that belong to one.
    #[serde(default)]
    pub main_account: Option<bool>,
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
    /// Whom it is offered.
    #[serde(default)]
    pub only: Option<Only>,
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
    /// For whom.
    #[serde(default)]
    pub only: Option<Only>,
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
