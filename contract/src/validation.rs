//! Whether answers may be sent. One fault a field; the same rule runs in the panel and in the backend.

use crate::answers::{AnswerValue, Answers};
use crate::form::{Field, FieldKey, FieldKind, Form, Step};
use crate::text;
use crate::visibility::{VisibleField, visible_fields, visible_fields_of_step};
use chrono::NaiveDate;

/// What is wrong with an answer.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Fault {
    /// Where.
    pub key: FieldKey,
    /// What.
    pub kind: FaultKind,
}

/// The ways an answer can be wrong.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum FaultKind {
    /// Required and not answered.
    Blank,
    /// Longer than the field takes; both in characters.
    TooLong {
        /// The limit.
        max: u32,
        /// What was given.
        actual: u32,
    },
    /// Not one of the options.
    UnknownOption,
    /// A list where text is asked, text where a number is asked, and so on.
    WrongType,
    /// Not a day of the calendar.
    NotADate,
    /// The form has no such field, or it cannot be answered this way.
    UnknownField,
}

impl FaultKind {
    /// Zendesk's name for it in `details[].error`.
    #[must_use]
    pub const fn wire_name(self) -> &'static str {
        match self {
            Self::Blank => "BlankValue",
            Self::TooLong { .. } => "ValueTooLong",
            Self::UnknownOption | Self::WrongType | Self::NotADate => "InvalidValue",
            Self::UnknownField => "UnknownField",
        }
    }
}

/// The faults of a whole form, in its order, then fields it does not have. Evidence is checked with its uploads.
#[must_use]
pub fn validate(form: &Form, answers: &Answers) -> Vec<Fault> {
    let mut faults = faults_of(visible_fields(form, answers), answers);
    for (key, _) in answers.iter() {
        let known = form.field(key.as_str()).is_some_and(|field| field.kind != FieldKind::Evidence);
        if !known {
            faults.push(Fault { key: key.clone(), kind: FaultKind::UnknownField });
        }
    }
    faults
}

/// The faults of one step, in its order.
#[must_use]
pub fn validate_step(form: &Form, step: &Step, answers: &Answers) -> Vec<Fault> {
    faults_of(visible_fields_of_step(form, step, answers), answers)
}

fn faults_of(fields: Vec<VisibleField<'_>>, answers: &Answers) -> Vec<Fault> {
    fields
        .into_iter()
        .filter(|shown| shown.field.kind != FieldKind::Evidence)
        .filter_map(|shown| {
            let kind = fault(shown, answers.get(shown.field.key.as_str()))?;
            Some(Fault { key: shown.field.key.clone(), kind })
        })
        .collect()
}

fn fault(shown: VisibleField<'_>, answer: Option<&AnswerValue>) -> Option<FaultKind> {
    match answer.filter(|answer| !answer.is_blank()) {
        None => shown.required.then_some(FaultKind::Blank),
        Some(answer) => fault_of_value(shown.field, answer),
    }
}

/// What is wrong with an answer that is there.
fn fault_of_value(field: &Field, answer: &AnswerValue) -> Option<FaultKind> {
    let is_option = |key: &String| field.options.iter().any(|option| &option.value == key);
    match (field.kind, answer) {
        (FieldKind::Tagger, AnswerValue::Text(key)) => (!is_option(key)).then_some(FaultKind::UnknownOption),
        (FieldKind::Multiselect, AnswerValue::Many(keys)) => {
            (!keys.iter().all(is_option)).then_some(FaultKind::UnknownOption)
        }
        (FieldKind::Checkbox, AnswerValue::Flag(_)) | (FieldKind::Integer, AnswerValue::Number(_)) => None,
        (FieldKind::Integer, AnswerValue::Text(number)) => {
            number.trim().parse::<i64>().is_err().then_some(FaultKind::WrongType)
        }
        (FieldKind::Date, AnswerValue::Text(day)) => {
            NaiveDate::parse_from_str(day, "%Y-%m-%d").is_err().then_some(FaultKind::NotADate)
        }
        (
            FieldKind::Subject | FieldKind::Description | FieldKind::Text | FieldKind::Textarea,
            AnswerValue::Text(written),
        ) => {
            let max = field.max_length.unwrap_or(field.kind.default_max_length());
            let actual = u32::try_from(text::length(written)).unwrap_or(u32::MAX);
            (actual > max).then_some(FaultKind::TooLong { max, actual })
        }
        _ => Some(FaultKind::WrongType),
    }
}
