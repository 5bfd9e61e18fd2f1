//! What must hold of each field of a definition.

use super::check::{check_only, is_key, labels};
use super::definition::{Prefill, RawField, RawForm};
use balcao_contract::form::FieldKind;
use balcao_contract::format::Format;
use std::collections::BTreeSet;

/// The most rows that a definition can ask for: as many as a person looks through in the review.
const MOST_ROWS: u32 = 2_000;

pub(super) fn check_fields(form: &RawForm) -> Result<(), String> {
    let mut ids = BTreeSet::new();
    let mut keys = BTreeSet::new();
    for field in &form.fields {
        let key = field.key.as_str();
        is_key(key)?;
        if !ids.insert(field.id) {
            return Err(format!("the field id {} is used twice", field.id));
        }
        if !keys.insert(key) {
            return Err(format!("the field key {key} is used twice"));
        }
        labels(&field.title, &format!("the title of {key}"))?;
        if let Some(hint) = &field.hint {
            labels(hint, &format!("the hint of {key}"))?;
        }
        check_only(field.only.as_ref(), key)?;
        check_options(field)?;
        check_format(field)?;
        check_columns(field)?;
        if field.folded && matches!(field.kind, FieldKind::Note | FieldKind::Subject | FieldKind::Description) {
            return Err(format!("{key} is what a page is read or filled in for: it cannot be folded away"));
        }
        if field.kind == FieldKind::Note && (field.required || field.hint.is_none()) {
            return Err(format!(
                "{key} is a note: it needs a text as its hint, and nobody can be required to answer it"
            ));
        }
    }
    Ok(())
}

fn check_options(field: &RawField) -> Result<(), String> {
    let key = &field.key;
    if has_options(field.kind) == field.options.is_empty() {
        return Err(format!("{key} needs options if it is a choice, and must not have any otherwise"));
    }
    let mut ids = BTreeSet::new();
    let mut values = BTreeSet::new();
    for option in &field.options {
        is_key(&option.value)?;
        if !ids.insert(option.id) || !values.insert(&option.value) {
            return Err(format!("the option {} of {key} has an id or a value that is used twice", option.value));
        }
        labels(&option.name, &format!("the option {} of {key}", option.value))?;
        check_only(option.only.as_ref(), &format!("the option {} of {key}", option.value))?;
    }
    if field.kind == FieldKind::Tagger && field.options.iter().filter(|option| option.default).count() > 1 {
        return Err(format!("{key} has two defaults"));
    }
    Ok(())
}

fn check_format(field: &RawField) -> Result<(), String> {
    let key = &field.key;
    let fits = match field.format {
        None => true,
        Some(Format::EmailList) => field.kind == FieldKind::Textarea,
        Some(_) => field.kind == FieldKind::Text,
    };
    if !fits {
        return Err(format!("{key} has a format that a field of its type cannot have"));
    }
    if field.prefix.is_some() && field.format != Some(Format::AccountName) {
        return Err(format!("{key} has a prefix, but its format is not account_name"));
    }
    let begins_with = match field.prefill {
        None => true,
        Some(Prefill::LastTime) => matches!(field.kind, FieldKind::Text | FieldKind::Tagger),
        Some(_) => field.kind == FieldKind::Text,
    };
    if !begins_with {
        return Err(format!("{key} has a prefill that a field of its type cannot have"));
    }
    let has_days = field.kind == FieldKind::Date || field.format == Some(Format::Month);
    if (field.earliest.is_some() || field.latest.is_some()) && !has_days {
        return Err(format!("{key} has an earliest or latest day, but asks neither a day nor a month"));
    }
    Ok(())
}

fn check_columns(field: &RawField) -> Result<(), String> {
    let key = &field.key;
    if (field.kind == FieldKind::Table) == field.columns.is_empty() {
        return Err(format!("{key} needs columns if it is a table, and must not have any otherwise"));
    }
    if field.max_rows.is_some_and(|rows| field.kind != FieldKind::Table || rows == 0 || rows > MOST_ROWS) {
        return Err(format!("{key} can set max_rows from 1 to {MOST_ROWS} if it is a table"));
    }
    let mut keys = BTreeSet::new();
    for column in &field.columns {
        is_key(&column.key)?;
        if !keys.insert(&column.key) {
            return Err(format!("{key} has two columns {}", column.key));
        }
        labels(&column.title, &format!("the column {} of {key}", column.key))?;
        if column.format == Some(Format::EmailList) {
            return Err(format!("the column {} of {key} cannot be a list", column.key));
        }
        if column.prefix.is_some() && column.format != Some(Format::AccountName) {
            return Err(format!("the column {} of {key} has a prefix, but its format is not account_name", column.key));
        }
    }
    if !field.columns.is_empty() && !field.columns.iter().any(|column| column.required) {
        return Err(format!("{key} needs a column that is required: a row of nothing is none"));
    }
    Ok(())
}

pub(super) const fn has_options(kind: FieldKind) -> bool {
    matches!(kind, FieldKind::Tagger | FieldKind::Multiselect)
}
