//! The answers that a request was opened with, as rows under the form's own labels.

use balcao_contract::answers::AnswerValue;
use balcao_contract::entries::{Row, rows};
use balcao_contract::form::{Field, FieldKind, Form};
use balcao_contract::format::Format;
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
    /// Labels of several options, or the entries of a list.
    Several(Vec<String>),
    /// A day, a month or an amount, as it is stored: the language writes it.
    Formatted(Field, String),
    /// Rows of a table.
    Table(Field, Vec<Row>),
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
        AnswerValue::Text(text) => shown_text(field, text),
        AnswerValue::Many(keys) => Shown::Several(keys.iter().map(|key| option_label(field, key)).collect()),
    };
    Some(AnswerRow { label: field.title.clone(), value })
}

fn shown_text(field: &Field, text: &str) -> Shown {
    match (field.kind, field.format) {
        (FieldKind::Table, _) => match rows(&field.columns, text) {
            Ok(rows) => Shown::Table(field.clone(), rows),
            Err(_) => Shown::Text(text.to_owned()),
        },
        (_, Some(Format::EmailList)) => Shown::Several(text.lines().map(str::to_owned).collect()),
        (FieldKind::Date, _) | (_, Some(Format::Month | Format::Money)) => {
            Shown::Formatted(field.clone(), text.to_owned())
        }
        _ => Shown::Text(option_label(field, text)),
    }
}

/// The option's label; the key itself where the form has dropped the option since.
fn option_label(field: &Field, key: &str) -> String {
    field.option_name(key).unwrap_or(key).to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    fn form() -> Form {
        serde_json::from_value(json!({
            "id": 1, "key": "technical", "name": "Technical", "capability": "open_technical_requests", "steps": [], "submit_label": "Send",
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
                {"id": 14, "key": "count", "type": "integer", "title_in_portal": "Count", "required_in_portal": false},
                {"id": 15, "key": "to", "type": "textarea", "title_in_portal": "To", "required_in_portal": false,
                 "format": "email_list"},
                {"id": 16, "key": "revenue", "type": "text", "title_in_portal": "Revenue", "required_in_portal": false,
                 "format": "money"},
                {"id": 17, "key": "sellers", "type": "table", "title_in_portal": "Sellers",
                 "required_in_portal": false, "columns": [
                    {"key": "name", "title": "Name", "required": true}, {"key": "shop", "title": "Shop"}]}
            ]
        }))
        .unwrap()
    }

    fn shown_rows(given: serde_json::Value) -> Vec<(String, Shown)> {
        let given: Vec<CustomField> = serde_json::from_value(given).unwrap();
        answer_rows(&form(), &given).into_iter().map(|row| (row.label, row.value)).collect()
    }

    #[test]
    fn answers_stand_under_their_labels_in_the_forms_order() {
        let shown = shown_rows(json!([
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
    fn lists_amounts_and_tables_are_told_apart_from_text() {
        let shown = shown_rows(json!([
            {"id": 15, "value": "a@x.example\nb@x.example"}, {"id": 16, "value": "1234.50"},
            {"id": 17, "value": "acmesul\tSul\nacmenorte\t"}
        ]));
        assert_eq!(shown[0].1, Shown::Several(vec!["a@x.example".into(), "b@x.example".into()]));
        assert!(
            matches!(&shown[1].1, Shown::Formatted(field, text) if field.key.as_str() == "revenue" && text == "1234.50")
        );
        assert!(matches!(&shown[2].1, Shown::Table(field, rows) if field.columns.len() == 2 && rows.len() == 2));
    }

    #[test]
    fn what_was_not_answered_is_not_shown() {
        let blank = json!([
            {"id": 10, "value": null}, {"id": 10, "value": " "}, {"id": 12, "value": []},
            {"id": 13, "value": false}, {"id": 99, "value": "field that is gone"}
        ]);
        assert!(shown_rows(blank).is_empty());
        assert!(shown_rows(json!([])).is_empty());
    }

    #[test]
    fn an_option_that_is_gone_shows_its_key() {
        assert_eq!(shown_rows(json!([{"id": 11, "value": "mainframe"}]))[0].1, Shown::Text("mainframe".into()));
    }

    #[test]
    fn a_checkbox_may_come_as_text() {
        assert_eq!(shown_rows(json!([{"id": 13, "value": "true"}])).len(), 1);
        assert!(shown_rows(json!([{"id": 13, "value": "false"}])).is_empty());
    }
}
