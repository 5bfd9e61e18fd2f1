//! The answers that a request was opened with, as rows under the form's own labels.

use balcao_contract::answers::AnswerValue;
use balcao_contract::form::{Field, FieldKind, Form};
use balcao_contract::wire::CustomField;

/// An answer with its label.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AnswerRow {
    /// The field's label.
    pub label: String,
    /// What was answered.
    pub value: Shown,
}

/// An answer, ready to be written in the reader's language.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Shown {
    /// Text, or the label of an option.
    Text(String),
    /// A ticked box.
    Yes,
    /// A whole number.
    Number(i64),
    /// Labels of several options.
    Several(Vec<String>),
}

/// The rows in the form's order. Blank answers and fields that the form no longer has are left out: an answer without
/// its question says nothing.
#[must_use]
pub fn answer_rows(form: &Form, given: &[CustomField]) -> Vec<AnswerRow> {
    form.fields.iter().filter_map(|field| row(field, given)).collect()
}

fn row(field: &Field, given: &[CustomField]) -> Option<AnswerRow> {
    let answer = given.iter().find(|answer| answer.id == field.id)?.value.as_ref()?;
    if answer.is_blank() {
        return None;
    }
    let value = match answer {
        AnswerValue::Flag(_) => Shown::Yes,
        AnswerValue::Number(number) => Shown::Number(*number),
        AnswerValue::Text(text) if field.kind == FieldKind::Checkbox => (text == "true").then_some(Shown::Yes)?,
        AnswerValue::Text(text) => Shown::Text(option_label(field, text)),
        AnswerValue::Many(keys) => Shown::Several(keys.iter().map(|key| option_label(field, key)).collect()),
    };
    Some(AnswerRow { label: field.title.clone(), value })
}

/// The option's label; the key itself where the form has dropped the option since.
fn option_label(field: &Field, key: &str) -> String {
    let option = field.options.iter().find(|option| option.value == key);
    option.map_or(key, |option| option.name.as_str()).to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    fn form() -> Form {
        serde_json::from_value(json!({
            "id": 1, "key": "technical", "name": "Technical", "steps": [], "submit_label": "Send",
            "priority_rule": "technical",
            "file_limits": {"max_bytes": 1, "max_files": 1, "extensions": []},
            "fields": [
                {"id": 10, "key": "agency", "type": "text", "title_in_portal": "Agency", "required_in_portal": false},
                {"id": 11, "key": "environment", "type": "tagger", "title_in_portal": "Environment",
                 "required_in_portal": true, "custom_field_options": [
                    {"id": 1, "name": "Production", "value": "production", "position": 0},
                    {"id": 2, "name": "Sandbox", "value": "sandbox", "position": 1}]},
                {"id": 12, "key": "stores", "type": "multiselect", "title_in_portal": "Stores",
                 "required_in_portal": false, "custom_field_options": [
                    {"id": 3, "name": "First store", "value": "first", "position": 0},
                    {"id": 4, "name": "Second store", "value": "second", "position": 1}]},
                {"id": 13, "key": "fee", "type": "checkbox", "title_in_portal": "Fee", "required_in_portal": false},
                {"id": 14, "key": "count", "type": "integer", "title_in_portal": "Count", "required_in_portal": false}
            ]
        }))
        .unwrap()
    }

    fn rows(given: serde_json::Value) -> Vec<(String, Shown)> {
        let given: Vec<CustomField> = serde_json::from_value(given).unwrap();
        answer_rows(&form(), &given).into_iter().map(|row| (row.label, row.value)).collect()
    }

    #[test]
    fn answers_stand_under_their_labels_in_the_forms_order() {
        let shown = rows(json!([
            {"id": 14, "value": 3},
            {"id": 13, "value": true},
            {"id": 12, "value": ["second", "first"]},
            {"id": 11, "value": "sandbox"},
            {"id": 10, "value": "ACME"}
        ]));
        let expected = [
            ("Agency", Shown::Text("ACME".into())),
            ("Environment", Shown::Text("Sandbox".into())),
            ("Stores", Shown::Several(vec!["Second store".into(), "First store".into()])),
            ("Fee", Shown::Yes),
            ("Count", Shown::Number(3)),
        ];
        assert_eq!(shown, expected.map(|(label, value)| (label.to_owned(), value)));
    }

    #[test]
    fn what_was_not_answered_is_not_shown() {
        let blank = json!([
            {"id": 10, "value": null}, {"id": 10, "value": " "}, {"id": 12, "value": []},
            {"id": 13, "value": false}, {"id": 99, "value": "field that is gone"}
        ]);
        assert!(rows(blank).is_empty());
        assert!(rows(json!([])).is_empty());
    }

    #[test]
    fn an_option_that_is_gone_shows_its_key() {
        assert_eq!(rows(json!([{"id": 11, "value": "mainframe"}]))[0].1, Shown::Text("mainframe".into()));
    }

    #[test]
    fn a_checkbox_may_come_as_text() {
        assert_eq!(rows(json!([{"id": 13, "value": "true"}])).len(), 1);
        assert!(rows(json!([{"id": 13, "value": "false"}])).is_empty());
    }
}
