//! A component for each kind of field. They hold no rule: what is shown, required and wrong is worked out elsewhere.

mod choice;
mod line;
mod note;
mod question;
mod several;
mod table;
mod text;
mod tick;

pub use question::Question;

use super::engine::Engine;
use crate::evidence::Evidence;
use crate::later::later;
use crate::view::view;
use balcao_contract::form::FieldKind;
use balcao_contract::format::Format;
use leptos::prelude::*;

later!(table_field(question: Question), rest, table::view(question), part);

/// The field of that key, whatever its kind.
#[component]
pub fn FieldView(engine: Engine, key: String) -> impl IntoView {
    let question = Question::new(engine, &key);
    // The kind of a field does not depend on the language: it is looked at once, and the focus stays.
    match question.kind() {
        None => ().into_any(),
        Some(FieldKind::Subject | FieldKind::Text) => formatted(question),
        Some(FieldKind::Integer) => line::view(question, "text", Some("numeric")),
        Some(FieldKind::Date) => line::view(question, "date", None),
        Some(FieldKind::Description) => text::view(question, 8),
        Some(FieldKind::Textarea) => text::view(question, 4),
        Some(FieldKind::Tagger) => choice::view(question),
        Some(FieldKind::Multiselect) => several::view(question),
        Some(FieldKind::Checkbox) => tick::view(question),
        Some(FieldKind::Table) => table_field(question),
        Some(FieldKind::Note) => note::view(question),
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

/// The native input that fits a format, and the keyboard that a phone shows for it. An amount and a CNPJ stay text: a
/// number input would swallow the marks that people type, and a CNPJ has letters.
fn formatted(question: Question) -> AnyView {
    match question.format() {
        Some(Format::Email) => line::view(question, "email", Some("email")),
        Some(Format::Phone) => line::view(question, "tel", Some("tel")),
        Some(Format::Month) => line::view(question, "month", None),
        Some(Format::Money) => line::view(question, "text", Some("decimal")),
        Some(Format::Country | Format::Currency) => choice::view(question),
        Some(Format::Cpf) => line::view(question, "text", Some("numeric")),
        _ => line::view(question, "text", None),
    }
}
