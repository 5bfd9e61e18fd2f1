//! What the panel and its forms say, read from where they say it: a journey runs the same way in each language.

use crate::Language;
use anyhow::{Context, Result};
use serde_json::Value;
use std::path::Path;

/// The sentences and labels of one language.
pub struct Words {
    language: Language,
    /// Of the first page, and of the others.
    sentences: [Value; 2],
    form: Value,
}

impl Words {
    /// Reads the panel's sentences and the technical form.
    ///
    /// # Errors
    /// Where a file is missing or broken.
    pub fn of(language: Language) -> Result<Self> {
        Self::of_form("technical", language)
    }

    /// Reads the panel's sentences and a form.
    ///
    /// # Errors
    /// Where a file is missing or broken.
    pub fn of_form(form: &str, language: Language) -> Result<Self> {
        let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("..");
        let read = |path: &str| -> Result<Value> {
            Ok(serde_json::from_str(&std::fs::read_to_string(root.join(path)).with_context(|| path.to_owned())?)?)
        };
        Ok(Self {
            language,
            sentences: [
                read(&format!("locales/{}.json", language.code()))?,
                read(&format!("locales/pages/{}.json", language.code()))?,
            ],
            form: read(&format!("backend/forms/{form}.json"))?,
        })
    }

    /// A sentence of the panel.
    ///
    /// # Panics
    /// Where there is none of that key: the test is wrong.
    #[must_use]
    pub fn text(&self, key: &str) -> &str {
        let found = self.sentences.iter().find_map(|sentences| sentences[key].as_str());
        found.unwrap_or_else(|| panic!("no sentence {key:?} in {:?}", self.language))
    }

    /// The part of a sentence before its first placeholder.
    #[must_use]
    pub fn beginning(&self, key: &str) -> &str {
        let sentence = self.text(key);
        sentence.split('{').next().unwrap_or(sentence).trim_end()
    }

    /// A sentence with one placeholder filled in.
    #[must_use]
    pub fn filled(&self, key: &str, name: &str, value: &str) -> String {
        self.text(key).replace(&format!("{{{name}}}"), value)
    }

    /// The label of a field of the form.
    ///
    /// # Panics
    /// Where there is none of that key.
    #[must_use]
    pub fn field(&self, key: &str) -> &str {
        self.label(&self.definition(key)["title"])
    }

    /// The label of an option of the form.
    ///
    /// # Panics
    /// Where there is none of that key.
    #[must_use]
    pub fn option(&self, field: &str, value: &str) -> &str {
        let options = self.definition(field)["options"].as_array().map(Vec::as_slice).unwrap_or_default();
        let option = options.iter().find(|option| option["value"] == value);
        self.label(&option.unwrap_or_else(|| panic!("{field} has no option {value}"))["name"])
    }

    /// How many options a field has.
    ///
    /// # Panics
    /// Where there is no field of that key.
    #[must_use]
    pub fn options(&self, field: &str) -> usize {
        self.definition(field)["options"].as_array().map_or(0, Vec::len)
    }

    /// The title of a step of the form.
    ///
    /// # Panics
    /// Where there is none of that key.
    #[must_use]
    pub fn step(&self, key: &str) -> &str {
        let steps = self.form["steps"].as_array().map(Vec::as_slice).unwrap_or_default();
        self.label(&steps.iter().find(|step| step["key"] == key).unwrap_or_else(|| panic!("no step {key}"))["title"])
    }

    /// What the form's last button says.
    #[must_use]
    pub fn submit(&self) -> &str {
        self.label(&self.form["submit_label"])
    }

    fn definition(&self, key: &str) -> &Value {
        let fields = self.form["fields"].as_array().map(Vec::as_slice).unwrap_or_default();
        fields.iter().find(|field| field["key"] == key).unwrap_or_else(|| panic!("no field {key}"))
    }

    fn label<'a>(&self, labels: &'a Value) -> &'a str {
        labels[self.language.code()].as_str().unwrap_or_default()
    }
}
