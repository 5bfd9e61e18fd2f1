//! Values of a body as they came. The panel writes plain values. The backend takes what any program sends, so it reads
//! them leniently (`read`): what has a wrong type is a fault of its field (422), never of the whole body (400).

use crate::answers::AnswerValue;
use crate::id::FieldId;
use crate::wire::CustomField;
use serde::{Serialize, Serializer};

/// A value of a body.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Given<T> {
    /// Not there, or `null`.
    #[default]
    Nothing,
    /// Of the type that the field has.
    Value(T),
    /// Of another type, or no value of it.
    Unreadable,
}

impl<T> Given<T> {
    /// Not there, or `null`.
    #[must_use]
    pub const fn is_nothing(&self) -> bool {
        matches!(self, Self::Nothing)
    }

    /// The value, where there is one that can be read.
    #[must_use]
    pub fn value(self) -> Option<T> {
        match self {
            Self::Value(value) => Some(value),
            Self::Nothing | Self::Unreadable => None,
        }
    }
}

impl<T> From<T> for Given<T> {
    fn from(value: T) -> Self {
        Self::Value(value)
    }
}

impl<T> From<Option<T>> for Given<T> {
    fn from(value: Option<T>) -> Self {
        value.map_or(Self::Nothing, Self::Value)
    }
}

/// A text is what a form answers.
impl From<String> for Given<AnswerValue> {
    fn from(text: String) -> Self {
        Self::Value(AnswerValue::Text(text))
    }
}

impl<T: Serialize> Serialize for Given<T> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        match self {
            Self::Value(value) => value.serialize(serializer),
            Self::Nothing | Self::Unreadable => serializer.serialize_none(),
        }
    }
}

/// What only other programs send: in the panel's build there is no code that would write it.
pub(super) const fn of_others<T>(_: &T) -> bool {
    true
}

/// Which field a value is for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum GivenField {
    /// A field's id.
    Id(FieldId),
    /// Something that is no id, as it was written.
    Unreadable(String),
    /// More fields than one write takes: so many were given, and none of them is read.
    TooMany(usize),
}

/// The answers of a body: `[{"id": 1, "value": "x"}]`.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct FieldAnswers(pub Vec<(GivenField, Given<AnswerValue>)>);

impl FromIterator<CustomField> for Given<FieldAnswers> {
    fn from_iter<I: IntoIterator<Item = CustomField>>(fields: I) -> Self {
        let answer = |field: CustomField| (GivenField::Id(field.id), field.value.into());
        Self::Value(FieldAnswers(fields.into_iter().map(answer).collect()))
    }
}

impl Serialize for FieldAnswers {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        #[derive(Serialize)]
        struct Answer<'a> {
            id: FieldId,
            value: &'a Given<AnswerValue>,
        }
        serializer.collect_seq(self.0.iter().filter_map(|(field, value)| match field {
            GivenField::Id(id) => Some(Answer { id: *id, value }),
            GivenField::Unreadable(_) | GivenField::TooMany(_) => None,
        }))
    }
}
