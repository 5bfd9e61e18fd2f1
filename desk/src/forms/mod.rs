//! The forms as data: reads the definitions, checks them at start, and hands out each form in each language.
//! What an answer means is the contract's rule; who may open a form is the desk's.

mod check;
mod check_fields;
mod definition;
mod exclusive;
mod names;
#[cfg(test)]
mod published_tests;
mod tailor;
#[cfg(test)]
mod tests;
mod wording;

pub use check::FormsError;
pub use definition::{Labels, RawField, RawForm};
pub use tailor::Audience;
pub use wording::{answer_lines, day_or_month, worded};

use balcao_contract::answers::Answers;
use balcao_contract::file::FileLimits;
use balcao_contract::form::{Field, Form};
use balcao_contract::id::{FieldId, FormId};
use balcao_contract::locale::Locale;
use std::path::Path;

/// The definitions that come with the program.
const EMBEDDED: [(&str, &str); 3] = [
    ("technical.json", include_str!("../../../backend/forms/technical.json")),
    ("financial.json", include_str!("../../../backend/forms/financial.json")),
    ("commercial.json", include_str!("../../../backend/forms/commercial.json")),
];

/// Every form, in every language.
#[derive(Debug, Clone)]
pub struct Forms {
    definitions: Vec<RawForm>,
    limits: FileLimits,
    /// With everything that any account is asked, to word what was answered. By locale, in the order of [`Locale::ALL`]; within it in the order of the definitions.
    forms: [Vec<Form>; Locale::ALL.len()],
}

impl Forms {
    /// The forms that come with the program.
    ///
    /// # Errors
    /// What is wrong with a definition.
    pub fn embedded(limits: &FileLimits) -> Result<Self, FormsError> {
        let definitions = EMBEDDED.iter().map(|(name, text)| definition::read(name, text));
        Self::new(definitions.collect::<Result<_, _>>()?, limits)
    }

    /// The forms of a folder: every `.json` file in it.
    ///
    /// # Errors
    /// The folder cannot be read or holds no form, or what is wrong with a definition.
    pub fn from_folder(folder: &Path, limits: &FileLimits) -> Result<Self, FormsError> {
        let unreadable = |source: std::io::Error| FormsError::Unreadable { file: folder.display().to_string(), source };
        let mut definitions = Vec::new();
        for entry in std::fs::read_dir(folder).map_err(unreadable)? {
            let path = entry.map_err(unreadable)?.path();
            if path.extension().is_some_and(|ending| ending == "json") {
                let name = path.display().to_string();
                let text = std::fs::read_to_string(&path)
                    .map_err(|source| FormsError::Unreadable { file: name.clone(), source })?;
                definitions.push(definition::read(&name, &text)?);
            }
        }
        Self::new(definitions, limits)
    }

    fn new(mut definitions: Vec<RawForm>, limits: &FileLimits) -> Result<Self, FormsError> {
        definitions.sort_by_key(|form| (form.position, form.id));
        check::check(&definitions)?;
        let in_locale = |locale| definitions.iter().map(|raw| tailor::build(raw, locale, limits, None)).collect();
        let forms = Locale::ALL.map(in_locale);
        Ok(Self { definitions, limits: limits.clone(), forms })
    }

    /// The forms as an account is asked them, in the order they are offered, each with its definition.
    pub fn tailored(&self, locale: Locale, audience: Audience<'_>) -> impl Iterator<Item = (&RawForm, Form)> {
        let build = move |raw| (raw, tailor::build(raw, locale, &self.limits, Some(&audience)));
        self.definitions.iter().map(build)
    }

    /// The form of that id as an account is asked it.
    #[must_use]
    pub fn tailored_by_id(&self, id: FormId, locale: Locale, audience: Audience<'_>) -> Option<Form> {
        let raw = self.definitions.iter().find(|raw| raw.id == id)?;
        Some(tailor::build(raw, locale, &self.limits, Some(&audience)))
    }

    /// Puts what somebody answered last time into the fields of a form that begin with it.
    pub fn recall(&self, form: &mut Form, last: &Answers) {
        if let Some(raw) = self.definitions.iter().find(|raw| raw.id == form.id) {
            tailor::recall(raw, form, last);
        }
    }

    /// Every form in one language, with everything that any account is asked, in the order they are offered.
    #[must_use]
    pub fn all(&self, locale: Locale) -> &[Form] {
        let place = Locale::ALL.iter().position(|known| *known == locale).unwrap_or_default();
        &self.forms[place]
    }

    /// The form of that name.
    #[must_use]
    pub fn by_key(&self, key: &str, locale: Locale) -> Option<&Form> {
        self.all(locale).iter().find(|form| form.key == key)
    }

    /// The form of that id.
    #[must_use]
    pub fn by_id(&self, id: FormId, locale: Locale) -> Option<&Form> {
        self.all(locale).iter().find(|form| form.id == id)
    }

    /// The form that a request belongs to where it names none.
    #[must_use]
    pub fn default_form(&self, locale: Locale) -> Option<&Form> {
        let id = self.definitions.iter().find(|raw| raw.default).or(self.definitions.first())?.id;
        self.by_id(id, locale)
    }

    /// A field of any form.
    #[must_use]
    pub fn field(&self, id: FieldId, locale: Locale) -> Option<&Field> {
        self.all(locale).iter().find_map(|form| form.field_by_id(id))
    }

    /// The definitions, which know the labels of every language.
    #[must_use]
    pub fn definitions(&self) -> &[RawForm] {
        &self.definitions
    }
}
