//! From answers to what goes over the wire.

use balcao_contract::answers::{AnswerValue, Answers};
use balcao_contract::form::{Field, FieldKind, Form};
use balcao_contract::visibility::answers_that_count;
use balcao_contract::wire::{CommentBody, CustomField, NewRequest};

/// The request that these answers and files make.
#[must_use]
pub fn compose(form: &Form, answers: &Answers, uploads: Vec<String>) -> NewRequest {
    let counting = answers_that_count(form, answers);
    let text_of = |kind: FieldKind| {
        let mut fields = form.fields.iter().filter(|field| field.kind == kind);
        fields.find_map(|field| counting.get(field.key.as_str())?.as_text()).unwrap_or_default().to_owned()
    };
    let subject = text_of(FieldKind::Subject);
    let custom_fields = form
        .fields
        .iter()
        .filter(|field| !matches!(field.kind, FieldKind::Subject | FieldKind::Description | FieldKind::Evidence))
        .filter_map(|field| {
            let value = counting.get(field.key.as_str())?.clone();
            Some(CustomField { id: field.id, value: Some(typed(field, value)) })
        })
        .collect();
    NewRequest {
        subject: if subject.is_empty() { headline(form, &counting) } else { subject },
        comment: CommentBody { body: text_of(FieldKind::Description), uploads },
        custom_fields,
        ticket_form_id: Some(form.id),
        via_followup_source_id: None,
    }
}

/// A title for a form that asks for none: its first choice says best what it is about.
fn headline(form: &Form, answers: &Answers) -> String {
    let choices = form.fields.iter().filter(|field| field.kind == FieldKind::Tagger);
    let mut chosen = choices.filter_map(|field| option_name(field, answers.text(field.key.as_str())));
    chosen.next().unwrap_or(&form.name).to_owned()
}

/// A number field's answer is kept as it was typed, so that a slip can be shown and mended; it travels as a number.
fn typed(field: &Field, value: AnswerValue) -> AnswerValue {
    match (field.kind, &value) {
        (FieldKind::Integer, AnswerValue::Text(typed)) => typed.trim().parse().map_or(value, AnswerValue::Number),
        _ => value,
    }
}

/// The label of an option.
#[must_use]
pub fn option_name<'a>(field: &'a Field, key: &str) -> Option<&'a str> {
    field.options.iter().find(|option| option.value == key).map(|option| option.name.as_str())
}
