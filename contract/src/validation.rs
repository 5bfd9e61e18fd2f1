//! Whether answers may be sent. One fault a field; the same rule runs in the panel and in the backend.

use crate::answers::{AnswerValue, Answers};
use crate::entries::{self, EntryError};
use crate::form::{Field, FieldKey, FieldKind, Form, Step};
use crate::format::{self, Format, FormatError};
use crate::limits::MOST_FIELDS;
use crate::text;
use crate::visibility::{VisibleField, visible_fields, visible_fields_of_step};
use chrono::NaiveDate;

/// What is wrong with an answer.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AnswerError {
    /// Where.
    pub key: FieldKey,
    /// What.
    pub kind: AnswerErrorKind,
}

/// The ways an answer can be wrong.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub enum AnswerErrorKind {
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
    /// A day or month before the first that is taken.
    TooEarly {
        /// The first that is taken: a day, or a month.
        earliest: String,
    },
    /// A day or month after the last that is taken.
    TooLate {
        /// The last that is taken: a day, or a month.
        latest: String,
    },
    /// Not what the field's format asks.
    Format(FormatError),
    /// Entries of a list or a table are wrong: at least one.
    Entries(Vec<EntryError>),
    /// More entries or rows than the field takes.
    TooManyEntries {
        /// The limit.
        max: u32,
        /// How many there are.
        actual: u32,
    },
    /// The form has no such field, or it cannot be answered this way.
    UnknownField,
}

impl AnswerErrorKind {
    /// Zendesk's name for it in `details[].error`.
    #[must_use]
    pub const fn wire_name(&self) -> &'static str {
        match self {
            Self::Blank => "BlankValue",
            Self::TooLong { .. } => "ValueTooLong",
            Self::UnknownField => "UnknownField",
            _ => "InvalidValue",
        }
    }
}

/// The faults of a whole form, in its order, then fields it does not have. Evidence is checked with its uploads.
#[must_use]
pub fn validate(form: &Form, answers: &Answers) -> Vec<AnswerError> {
    let mut faults = faults_of(visible_fields(form, answers), answers);
    for (key, _) in answers.iter() {
        let known = form.field(key.as_str()).is_some_and(|field| field.kind.is_answered());
        if !known {
            faults.push(AnswerError { key: key.clone(), kind: AnswerErrorKind::UnknownField });
        }
    }
    faults
}

/// The evidence that is shown for these answers. Fields of that kind share one list of files, so that a form shows one
/// of them at a time.
#[must_use]
pub fn shown_evidence<'a>(form: &'a Form, answers: &Answers) -> Option<VisibleField<'a>> {
    visible_fields(form, answers).into_iter().find(|shown| shown.field.kind == FieldKind::Evidence)
}

/// What is wrong about the files, of which there are so many. They are not among the answers.
#[must_use]
pub fn fault_of_files(form: &Form, answers: &Answers, files: usize) -> Option<AnswerError> {
    let shown = shown_evidence(form, answers).filter(|shown| shown.required && files == 0)?;
    Some(AnswerError { key: shown.field.key.clone(), kind: AnswerErrorKind::Blank })
}

/// The faults of one step, in its order.
#[must_use]
pub fn validate_step(form: &Form, step: &Step, answers: &Answers) -> Vec<AnswerError> {
    faults_of(visible_fields_of_step(form, step, answers), answers)
}

fn faults_of(fields: Vec<VisibleField<'_>>, answers: &Answers) -> Vec<AnswerError> {
    fields
        .into_iter()
        .filter(|shown| shown.field.kind.is_answered())
        .filter_map(|shown| {
            let kind = fault(shown, answers.get(shown.field.key.as_str()))?;
            Some(AnswerError { key: shown.field.key.clone(), kind })
        })
        .collect()
}

fn fault(shown: VisibleField<'_>, answer: Option<&AnswerValue>) -> Option<AnswerErrorKind> {
    match answer.filter(|answer| !answer.is_blank()) {
        None => shown.required.then_some(AnswerErrorKind::Blank),
        Some(answer) => fault_of_value(shown.field, answer),
    }
}

/// What is wrong with an answer that is there.
#[must_use]
pub fn fault_of_value(field: &Field, answer: &AnswerValue) -> Option<AnswerErrorKind> {
    let is_option = |key: &String| field.options.iter().any(|option| &option.value == key);
    match (field.kind, answer) {
        (FieldKind::Tagger, AnswerValue::Text(key)) => (!is_option(key)).then_some(AnswerErrorKind::UnknownOption),
        (FieldKind::Multiselect, AnswerValue::Many(keys)) if keys.len() > MOST_FIELDS => {
            let number = |count: usize| u32::try_from(count).unwrap_or(u32::MAX);
            Some(AnswerErrorKind::TooManyEntries { max: number(MOST_FIELDS), actual: number(keys.len()) })
        }
        (FieldKind::Multiselect, AnswerValue::Many(keys)) => {
            (!keys.iter().all(is_option)).then_some(AnswerErrorKind::UnknownOption)
        }
        (FieldKind::Checkbox, AnswerValue::Flag(_)) | (FieldKind::Integer, AnswerValue::Number(_)) => None,
        (FieldKind::Integer, AnswerValue::Text(number)) => {
            number.trim().parse::<i64>().is_err().then_some(AnswerErrorKind::WrongType)
        }
        (FieldKind::Date, AnswerValue::Text(day)) => match is_day(day) {
            true => out_of_range(field, day),
            false => Some(AnswerErrorKind::NotADate),
        },
        (
            FieldKind::Subject | FieldKind::Description | FieldKind::Text | FieldKind::Textarea | FieldKind::Table,
            AnswerValue::Text(written),
        ) => {
            let max = field.max_length.unwrap_or(field.kind.default_max_length());
            let actual = u32::try_from(text::length(written)).unwrap_or(u32::MAX);
            if actual > max { Some(AnswerErrorKind::TooLong { max, actual }) } else { fault_of_text(field, written) }
        }
        _ => Some(AnswerErrorKind::WrongType),
    }
}

fn fault_of_text(field: &Field, written: &str) -> Option<AnswerErrorKind> {
    match field.format {
        _ if field.kind == FieldKind::Table => {
            let max = field.max_rows.unwrap_or(entries::MOST_ROWS);
            fault_of_entries(entries::read_table(field, written), max)
        }
        Some(Format::EmailList) => fault_of_entries(entries::read_addresses(written), entries::MOST_ADDRESSES),
        Some(Format::Month) => match format::read(Format::Month, None, written) {
            Ok(month) => out_of_range(field, &month),
            Err(fault) => Some(AnswerErrorKind::Format(fault)),
        },
        Some(format) => format::read(format, field.prefix.as_deref(), written).err().map(AnswerErrorKind::Format),
        None => None,
    }
}

fn fault_of_entries<T>(read: Result<Vec<T>, Vec<EntryError>>, max: u32) -> Option<AnswerErrorKind> {
    match read {
        Err(faults) => Some(AnswerErrorKind::Entries(faults)),
        // Nothing but a heading.
        Ok(entries) if entries.is_empty() => Some(AnswerErrorKind::Blank),
        Ok(entries) => {
            let actual = u32::try_from(entries.len()).unwrap_or(u32::MAX);
            (actual > max).then_some(AnswerErrorKind::TooManyEntries { max, actual })
        }
    }
}

/// `2026-11-21`, and on the calendar. By hand: chrono's reader of any format would cost each user of the panel 3 KB.
fn is_day(text: &str) -> bool {
    let number =
        |digits: &str| digits.bytes().all(|byte| byte.is_ascii_digit()).then(|| digits.parse::<u32>().ok()).flatten();
    let mut parts = text.split('-');
    let (Some(year), Some(month), Some(day), None) = (parts.next(), parts.next(), parts.next(), parts.next()) else {
        return false;
    };
    let date = || NaiveDate::from_ymd_opt(i32::try_from(number(year)?).ok()?, number(month)?, number(day)?);
    year.len() == 4 && date().is_some()
}

/// Days and months in this notation are in the order of the calendar as text; a month is the beginning of its days.
fn out_of_range(field: &Field, day: &str) -> Option<AnswerErrorKind> {
    let limit = |limit: &Option<String>| Some(limit.as_ref()?.get(..day.len())?.to_owned());
    let earliest = limit(&field.earliest).filter(|earliest| day < earliest.as_str());
    let latest = limit(&field.latest).filter(|latest| day > latest.as_str());
    match (earliest, latest) {
        (Some(earliest), _) => Some(AnswerErrorKind::TooEarly { earliest }),
        (None, Some(latest)) => Some(AnswerErrorKind::TooLate { latest }),
        (None, None) => None,
    }
}
