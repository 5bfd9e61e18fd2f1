//! From answers to what goes over the wire.

use balcao_contract::answers::Answers;
use balcao_contract::form::{FieldKind, Form};
use balcao_contract::normal::normal;
use balcao_contract::validation::shown_evidence;
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
    // Files that were chosen for a question that has gone are not sent with another.
    let uploads = if shown_evidence(form, &counting).is_some() { uploads } else { Vec::new() };
    let custom_fields = form
        .fields
        .iter()
        .filter(|field| field.kind.is_custom())
        .filter_map(|field| {
            let value = counting.get(field.key.as_str())?.clone();
            Some(CustomField { id: field.id, value: Some(normal(field, value)) })
        })
        .collect();
    NewRequest {
        subject: if subject.is_empty() { form.subject_of(&counting).to_owned() } else { subject }.into(),
        comment: CommentBody::new(text_of(FieldKind::Description), uploads),
        custom_fields,
        ticket_form_id: form.id.into(),
        ..NewRequest::default()
    }
}
