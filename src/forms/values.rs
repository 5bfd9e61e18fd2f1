//! Answers in words, for the review.

use super::compose::option_name;
use crate::text::{Language, Text};
use balcao_contract::answers::AnswerValue;
use balcao_contract::form::{Field, FieldKind};
use balcao_contract::time::Timestamp;

/// An answer as its field's options and the language have it; `None` for no answer.
pub fn answer_in_words(language: Language, field: &Field, answer: Option<&AnswerValue>) -> Option<String> {
    let answer = answer.filter(|answer| !answer.is_blank())?;
    Some(match answer {
        AnswerValue::Flag(_) => language.text(Text::FormYes),
        AnswerValue::Number(number) => number.to_string(),
        AnswerValue::Many(keys) => {
            let names = keys.iter().map(|key| option_name(field, key).unwrap_or(key));
            names.collect::<Vec<_>>().join(", ")
        }
        AnswerValue::Text(text) => match field.kind {
            FieldKind::Tagger => option_name(field, text).unwrap_or(text).to_owned(),
            FieldKind::Date => noon(text).map_or_else(|| text.clone(), |day| language.format_date(day)),
            _ => text.clone(),
        },
    })
}

/// Noon of a day: the same day on the calendar of nearly every time zone.
fn noon(day: &str) -> Option<Timestamp> {
    serde_json::from_value(serde_json::Value::String(format!("{day}T12:00:00Z"))).ok()
}

#[cfg(test)]
mod tests {
    #[test]
    fn only_days_of_the_calendar_have_a_noon() {
        assert!(super::noon("2026-11-21").is_some());
        for none in ["2026-02-30", "", "tomorrow", "2026-11-21T00:00"] {
            assert!(super::noon(none).is_none(), "{none}");
        }
    }
}
