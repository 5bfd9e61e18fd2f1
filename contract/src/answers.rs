//! What a person answered.

use crate::form::FieldKey;
use serde::de::{self, SeqAccess, Unexpected, Visitor};
use serde::{Deserialize, Deserializer, Serialize};
use std::collections::BTreeMap;
use std::fmt;

/// One answer. On the wire a string, a list of strings, a boolean or a number, as Zendesk's custom fields have it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(untagged)]
pub enum AnswerValue {
    /// A ticked checkbox; an unticked one is no answer.
    Flag(bool),
    /// A whole number.
    Number(i64),
    /// Text, an option's key, or a day.
    Text(String),
    /// Keys of several options.
    Many(Vec<String>),
}

impl AnswerValue {
    /// Nothing a reader could see: blank text, no options, an unticked box.
    #[must_use]
    pub fn is_blank(&self) -> bool {
        match self {
            Self::Flag(ticked) => !ticked,
            Self::Number(_) => false,
            Self::Text(text) => crate::text::is_blank(text),
            Self::Many(keys) => keys.is_empty(),
        }
    }

    /// The text, where it is one.
    #[must_use]
    pub fn as_text(&self) -> Option<&str> {
        match self {
            Self::Text(text) => Some(text),
            _ => None,
        }
    }
}

/// By hand, because what serde derives for an untagged enum reads everything twice, with code for both.
impl<'de> Deserialize<'de> for AnswerValue {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct Any;

        impl<'de> Visitor<'de> for Any {
            type Value = AnswerValue;

            fn expecting(&self, formatter: &mut fmt::Formatter) -> fmt::Result {
                formatter.write_str("a string, a list of strings, a boolean or a whole number")
            }

            fn visit_bool<E>(self, value: bool) -> Result<AnswerValue, E> {
                Ok(AnswerValue::Flag(value))
            }

            fn visit_i64<E>(self, value: i64) -> Result<AnswerValue, E> {
                Ok(AnswerValue::Number(value))
            }

            fn visit_u64<E: de::Error>(self, value: u64) -> Result<AnswerValue, E> {
                i64::try_from(value)
                    .map(AnswerValue::Number)
                    .map_err(|_| E::invalid_value(Unexpected::Unsigned(value), &self))
            }

            fn visit_str<E>(self, value: &str) -> Result<AnswerValue, E> {
                Ok(AnswerValue::Text(value.to_owned()))
            }

            fn visit_seq<A: SeqAccess<'de>>(self, mut values: A) -> Result<AnswerValue, A::Error> {
                let mut keys = Vec::new();
                while let Some(key) = values.next_element()? {
                    keys.push(key);
                }
                Ok(AnswerValue::Many(keys))
            }
        }

        deserializer.deserialize_any(Any)
    }
}

impl From<&str> for AnswerValue {
    fn from(text: &str) -> Self {
        Self::Text(text.to_owned())
    }
}

/// Answers by field. Files are not among them: they are kept beside, as uploads.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(transparent)]
pub struct Answers(BTreeMap<FieldKey, AnswerValue>);

impl Answers {
    /// The answer to a field.
    #[must_use]
    pub fn get(&self, key: &str) -> Option<&AnswerValue> {
        self.0.get(key)
    }

    /// The answer to a field as text; empty where there is none.
    #[must_use]
    pub fn text(&self, key: &str) -> &str {
        self.get(key).and_then(AnswerValue::as_text).unwrap_or_default()
    }

    /// Takes an answer; a blank one takes the field's answer away.
    pub fn set(&mut self, key: FieldKey, value: AnswerValue) {
        if value == AnswerValue::Text(String::new()) || value == AnswerValue::Flag(false) {
            self.0.remove(&key);
        } else {
            self.0.insert(key, value);
        }
    }

    /// Takes a field's answer away.
    pub fn remove(&mut self, key: &str) {
        self.0.remove(key);
    }

    /// All answers, by key.
    pub fn iter(&self) -> impl Iterator<Item = (&FieldKey, &AnswerValue)> {
        self.0.iter()
    }

    /// Nobody has answered anything.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }
}

impl FromIterator<(FieldKey, AnswerValue)> for Answers {
    fn from_iter<I: IntoIterator<Item = (FieldKey, AnswerValue)>>(pairs: I) -> Self {
        Self(pairs.into_iter().collect())
    }
}
