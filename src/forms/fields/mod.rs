//! A component for each kind of field. They hold no rule: what is shown, required and wrong is worked out elsewhere.

mod choice;
mod line;
mod question;
mod several;
mod text;
mod tick;

pub use question::Question;

use super::engine::Engine;
use crate::evidence::Evidence;
use balcao_contract::form::FieldKind;
use leptos::prelude::*;

/// The field of that key, whatever its kind.
#[component]
pub fn FieldView(engine: Engine, key: String) -> impl IntoView {
    let question = Question::new(engine, &key);
    // The kind of a field does not depend on the language: it is looked at once, and the focus stays.
    match question.kind() {
        None => ().into_any(),
        Some(FieldKind::Subject | FieldKind::Text) => line::view(question, "text", None),
        Some(FieldKind::Integer) => line::view(question, "text", Some("numeric")),
        Some(FieldKind::Date) => line::view(question, "date", None),
        Some(FieldKind::Description) => text::view(question, 8),
        Some(FieldKind::Textarea) => text::view(question, 4),
        Some(FieldKind::Tagger) => choice::view(question),
        Some(FieldKind::Multiselect) => several::view(question),
        Some(FieldKind::Checkbox) => tick::view(question),
        Some(FieldKind::Evidence) => view! {
            <Evidence
                uploads=engine.uploads
                id=question.ids().input
                title=question.title()
                optional=question.optional()
                hint=question.hint()
                error=question.error()
            />
        }
        .into_any(),
    }
}
