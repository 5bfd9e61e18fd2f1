//! Going on from a closed request: what is taken along from it, and that it is said.

use super::engine::Engine;
use crate::api::Client;
use crate::location::address;
use crate::text::{Language, Text};
use crate::view::view;
use balcao_contract::answers::{AnswerValue, Answers};
use balcao_contract::form::{Field, FieldKind, Form};
use balcao_contract::id::RequestId;
use balcao_contract::status::Status;
use balcao_contract::wire::Request;
use leptos::prelude::*;

/// The closed or full request of that number; `None` where it cannot be gone on from, and the form is an ordinary one.
pub async fn followed(client: Client, id: RequestId) -> Option<Request> {
    let request = client.request(id).await.ok()?;
    let goes_on = request.status == Status::Closed || client.can_follow_up(id).await.unwrap_or_default();
    goes_on.then_some(request)
}

/// The answers that a follow-up begins with: those of the request, as far as the form still asks for them, and as the
/// description what was written as a reply too late.
#[must_use]
pub fn carried_over(form: &Form, source: &Request, unsent: Option<&str>) -> Answers {
    let mut answers = Answers::default();
    for field in &form.fields {
        let answer = match field.kind {
            FieldKind::Subject => Some(AnswerValue::Text(source.subject.clone())),
            FieldKind::Description => unsent.map(|text| AnswerValue::Text(text.to_owned())),
            kind if kind.is_custom() => {
                let given = source.custom_fields.iter().find(|answer| answer.id == field.id);
                given.and_then(|answer| answer.value.clone()).filter(|value| is_still_asked(field, value))
            }
            _ => None,
        };
        if let Some(answer) = answer.filter(|answer| !answer.is_blank()) {
            answers.set(field.key.clone(), answer);
        }
    }
    answers
}

/// An option that the form has dropped since is no answer any more.
fn is_still_asked(field: &Field, value: &AnswerValue) -> bool {
    match value {
        AnswerValue::Text(key) if !field.options.is_empty() => field.option_name(key).is_some(),
        AnswerValue::Many(keys) => keys.iter().all(|key| field.option_name(key).is_some()),
        _ => true,
    }
}

/// "Follow-up to #123", above the form; nothing on an ordinary one.
pub fn followup_line(engine: Engine) -> Option<AnyView> {
    let language = Language::here();
    let source = engine.draft.with_value(|draft| draft.followup_source)?;
    let words = move || language.text_with(Text::FormFollowup, &[("number", &format!("#{source}"))]);
    Some(view! { <p class="form-followup"><a href=address(&format!("/requests/{source}"))>{words}</a></p> }.into_any())
}
