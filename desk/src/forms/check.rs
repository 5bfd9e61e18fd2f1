//! What must hold in a set of definitions before the backend starts with it.

use super::check_fields::{check_fields, has_options};
use super::definition::{Labels, Only, RawForm};
use super::exclusive;
use super::tailor::{self, Audience};
use balcao_contract::answers::AnswerValue;
use balcao_contract::file::FileLimits;
use balcao_contract::form::FieldKind;
use balcao_contract::locale::Locale;
use balcao_contract::support::Region;
use balcao_contract::text::is_blank;
use chrono::DateTime;
use std::collections::{BTreeMap, BTreeSet};

/// Why the forms cannot be used. Every message names the file or the form, and what to change.
#[derive(Debug, thiserror::Error)]
pub enum FormsError {
    /// A file or the folder cannot be read.
    #[error("{file}: cannot be read: {source}")]
    Unreadable {
        /// Which.
        file: String,
        /// Why.
        source: std::io::Error,
    },
    /// Not the JSON of a form.
    #[error("{file}: not a form definition: {source}")]
    Malformed {
        /// Which.
        file: String,
        /// Where and why.
        source: serde_json::Error,
    },
    /// There is no form at all.
    #[error("no form definition found")]
    None,
    /// A rule of a definition is broken.
    #[error("form {form}: {fault}")]
    Inconsistent {
        /// The form's key.
        form: String,
        /// What is wrong.
        fault: String,
    },
}

pub(super) fn check(forms: &[RawForm]) -> Result<(), FormsError> {
    if forms.is_empty() {
        return Err(FormsError::None);
    }
    let mut ids = BTreeSet::new();
    let mut keys = BTreeSet::new();
    let mut shared = BTreeMap::new();
    for form in forms {
        let broken = |fault: String| FormsError::Inconsistent { form: form.key.clone(), fault };
        if !ids.insert(form.id) {
            return Err(broken(format!("its id {} is used twice", form.id)));
        }
        if !keys.insert(&form.key) {
            return Err(broken("its key is used twice".to_owned()));
        }
        check_form(form).map_err(broken)?;
        for field in &form.fields {
            // A field that several forms ask is one field: one id, one key, one kind of answer.
            let (key, kind) = shared.entry(field.id).or_insert((&field.key, field.kind));
            if (*key, *kind) != (&field.key, field.kind) {
                return Err(broken(format!("field id {} means something else in another form", field.id)));
            }
        }
    }
    match forms.iter().filter(|form| form.default).count() {
        0 | 1 => Ok(()),
        _ => Err(FormsError::Inconsistent {
            form: forms[0].key.clone(),
            fault: "only one form can be the default".to_owned(),
        }),
    }
}

fn check_form(form: &RawForm) -> Result<(), String> {
    is_key(&form.key)?;
    labels(&form.name, "its name")?;
    labels(&form.submit_label, "its submit_label")?;
    check_fields(form)?;
    check_steps(form)?;
    for condition in &form.conditions {
        for key in std::iter::once(&condition.parent).chain(condition.children.iter().map(|child| &child.field)) {
            if form.field(key).is_none() {
                return Err(format!("a condition names the field {key}, which does not exist"));
            }
        }
        let Some(parent) = form.field(&condition.parent) else { continue };
        if !parent.kind.is_answered() {
            return Err(format!("a condition waits for {}, which nobody answers", parent.key));
        }
        if let Some(AnswerValue::Text(value)) = &condition.value
            && has_options(parent.kind)
            && !parent.options.iter().any(|option| &option.value == value)
        {
            return Err(format!("a condition waits for {value}, which is no option of {}", parent.key));
        }
        check_only(condition.only.as_ref(), &format!("a condition on {}", parent.key))?;
    }
    for kind in [FieldKind::Subject, FieldKind::Description] {
        if form.fields.iter().filter(|field| field.kind == kind).count() > 1 {
            return Err("it has two subjects or two descriptions".to_owned());
        }
    }
    if !form.fields.iter().any(|field| field.kind == FieldKind::Description) {
        return Err("it has no description: a request needs a first comment".to_owned());
    }
    check_subject(form)?;
    check_each_audience(form)
}

fn check_subject(form: &RawForm) -> Result<(), String> {
    let Some(key) = &form.subject_from else { return Ok(()) };
    let named =
        form.field(key.as_str()).ok_or_else(|| format!("its subject_from names {key}, which does not exist"))?;
    let waits = form.conditions.iter().any(|condition| condition.children.iter().any(|c| c.field == key.as_str()));
    if named.kind != FieldKind::Tagger || !named.required || waits || named.only.is_some() {
        return Err(format!("its subject_from names {key}, which must be a choice that everybody has to make"));
    }
    if form.fields.iter().any(|field| field.kind == FieldKind::Subject) {
        return Err("it asks for a subject and has a subject_from as well".to_owned());
    }
    Ok(())
}

/// What is left of the form for each kind of account must be a form still.
fn check_each_audience(form: &RawForm) -> Result<(), String> {
    for region in Region::ALL {
        for is_main_account in [true, false] {
            let audience = Audience {
                region,
                is_main_account,
                account_name: "store",
                name: "",
                email: "",
                now: DateTime::UNIX_EPOCH,
            };
            let tailored = tailor::build(form, Locale::En, &FileLimits::default(), Some(&audience));
            let whom = format!("in {} ({})", region.name(), if is_main_account { "main accounts" } else { "others" });
            if !tailored.fields.iter().any(|field| field.kind == FieldKind::Description) {
                return Err(format!("it has no description {whom}"));
            }
            if let Some(field) = tailored.fields.iter().find(|f| has_options(f.kind) && f.options.is_empty()) {
                return Err(format!("{} has no option left {whom}", field.key));
            }
            if let Some((one, other)) = exclusive::shown_together(&tailored, FieldKind::Evidence) {
                return Err(format!("{one} and {other} can be shown together {whom}: files have one list"));
            }
        }
    }
    Ok(())
}

pub(super) fn check_only(only: Option<&Only>, what: &str) -> Result<(), String> {
    match only {
        Some(Only { regions: None, main_account: None }) => Err(format!("the \"only\" of {what} says nothing")),
        Some(Only { regions: Some(regions), .. }) if regions.is_empty() => {
            Err(format!("the \"only\" of {what} names no region"))
        }
        _ => Ok(()),
    }
}

fn check_steps(form: &RawForm) -> Result<(), String> {
    let mut keys = BTreeSet::new();
    let mut asked = BTreeSet::new();
    for step in &form.steps {
        is_key(&step.key)?;
        // These two names are pages of their own in the panel's addresses.
        if matches!(step.key.as_str(), "review" | "sent") {
            return Err(format!("a step cannot be called {}", step.key));
        }
        if !keys.insert(&step.key) {
            return Err(format!("the step key {} is used twice", step.key));
        }
        if step.fields.is_empty() {
            return Err(format!("the step {} asks nothing", step.key));
        }
        labels(&step.title, &format!("the title of step {}", step.key))?;
        if let Some(hint) = &step.hint {
            labels(hint, &format!("the hint of step {}", step.key))?;
        }
        for field in &step.fields {
            if form.field(field).is_none() {
                return Err(format!("the step {} asks {field}, which does not exist", step.key));
            }
            if !asked.insert(field.as_str()) {
                return Err(format!("the field {field} is asked twice"));
            }
        }
    }
    match form.fields.iter().find(|field| !asked.contains(field.key.as_str())) {
        Some(field) => Err(format!("no step asks {}", field.key)),
        None => Ok(()),
    }
}

/// Keys stand in addresses, in the database and in element ids.
pub(super) fn is_key(key: &str) -> Result<(), String> {
    let fits = !key.is_empty() && key.chars().all(|c| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '_');
    if fits { Ok(()) } else { Err(format!("the key \"{key}\" may have only a-z, 0-9 and _")) }
}

pub(super) fn labels(labels: &Labels, what: &str) -> Result<(), String> {
    for (language, text) in [("en", &labels.en), ("pt", &labels.pt), ("es", &labels.es)] {
        if is_blank(text) {
            return Err(format!("{what} is empty in {language}"));
        }
    }
    Ok(())
}
