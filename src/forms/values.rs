//! Answers in words, for the review.

use crate::text::{Language, Text};
use balcao_contract::answers::AnswerValue;
use balcao_contract::form::{Field, FieldKind};
use balcao_contract::normal::normal;

/// An answer as its field's options and the language have it, and as it will be stored; `None` for no answer.
pub fn answer_in_words(language: Language, field: &Field, answer: Option<&AnswerValue>) -> Option<String> {
    let answer = normal(field, answer.filter(|answer| !answer.is_blank())?.clone());
    let option = |key: &str| field.option_name(key).unwrap_or(key).to_owned();
    Some(match answer {
        AnswerValue::Flag(_) => language.text(Text::FormYes),
        AnswerValue::Number(number) => number.to_string(),
        AnswerValue::Many(keys) => keys.iter().map(|key| option(key)).collect::<Vec<_>>().join(", "),
        AnswerValue::Text(text) if field.kind == FieldKind::Tagger => option(&text),
        AnswerValue::Text(text) => language.answer(field, &text),
    })
}
