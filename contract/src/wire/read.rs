//! How the backend reads the fields of a body: nothing that stands in one makes the others unreadable.

use super::Given;
use super::given::{FieldAnswers, GivenField};
use crate::answers::AnswerValue;
use crate::limits::MOST_FIELDS;
use crate::survey::{LowReason, NO_REASON};
use crate::text;
use serde::de::value::MapAccessDeserializer;
use serde::de::{DeserializeOwned, Error, MapAccess, SeqAccess, Visitor};
use serde::{Deserialize, Deserializer};
use serde_json::Value;
use std::fmt;
use std::marker::PhantomData;
use std::str::FromStr;

impl<'de, T: DeserializeOwned> Deserialize<'de> for Given<T> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        Value::deserialize(deserializer).map(given)
    }
}

fn given<T: DeserializeOwned>(value: Value) -> Given<T> {
    match value {
        Value::Null => Given::Nothing,
        value => serde_json::from_value(value).map_or(Given::Unreadable, Given::Value),
    }
}

/// What has a name within the body's own object; missing or `null` it is as good as empty.
pub(crate) fn object<'de, D: Deserializer<'de>, T: Deserialize<'de> + Default>(deserializer: D) -> Result<T, D::Error> {
    struct Object<T>(PhantomData<T>);

    impl<'de, T: Deserialize<'de> + Default> Visitor<'de> for Object<T> {
        type Value = T;

        fn expecting(&self, formatter: &mut fmt::Formatter) -> fmt::Result {
            formatter.write_str("an object")
        }

        fn visit_unit<E>(self) -> Result<T, E> {
            Ok(T::default())
        }

        fn visit_map<A: MapAccess<'de>>(self, map: A) -> Result<T, A::Error> {
            T::deserialize(MapAccessDeserializer::new(map))
        }
    }

    deserializer.deserialize_any(Object(PhantomData))
}

/// An object among values of any kind. What serde derives would take a list of its fields as well.
pub(crate) fn an_object<'de, D: Deserializer<'de>, T: DeserializeOwned>(deserializer: D) -> Result<Given<T>, D::Error> {
    Value::deserialize(deserializer).map(one_object)
}

/// A list of objects, each by itself.
pub(crate) fn objects<'de, D: Deserializer<'de>, T: DeserializeOwned>(
    deserializer: D,
) -> Result<Given<Vec<Given<T>>>, D::Error> {
    Ok(match Value::deserialize(deserializer)? {
        Value::Null => Given::Nothing,
        Value::Array(entries) => Given::Value(entries.into_iter().map(one_object).collect()),
        _ => Given::Unreadable,
    })
}

fn one_object<T: DeserializeOwned>(value: Value) -> Given<T> {
    match value {
        value @ (Value::Object(_) | Value::Null) => given(value),
        _ => Given::Unreadable,
    }
}

/// A comment: an object, or its text alone. What is neither says as much as it does in any other text field.
pub(crate) fn comment<'de, D, C>(deserializer: D) -> Result<C, D::Error>
where
    D: Deserializer<'de>,
    C: Deserialize<'de> + Default + From<Given<AnswerValue>>,
{
    deserializer.deserialize_any(Comment(given, PhantomData)).map(Option::unwrap_or_default)
}

/// The same, where `null` is none, and what is neither cannot be read.
pub(crate) fn some_comment<'de, D, C>(deserializer: D) -> Result<Option<C>, D::Error>
where
    D: Deserializer<'de>,
    C: Deserialize<'de> + From<Given<AnswerValue>>,
{
    let text = |value| if matches!(value, Value::String(_)) { given(value) } else { Given::Unreadable };
    deserializer.deserialize_any(Comment(text, PhantomData))
}

struct Comment<C>(fn(Value) -> Given<AnswerValue>, PhantomData<C>);

impl<C: From<Given<AnswerValue>>> Comment<C> {
    fn of_text<E>(self, value: Value) -> Result<Option<C>, E> {
        Ok(Some(C::from(self.0(value))))
    }
}

impl<'de, C: Deserialize<'de> + From<Given<AnswerValue>>> Visitor<'de> for Comment<C> {
    type Value = Option<C>;

    fn expecting(&self, formatter: &mut fmt::Formatter) -> fmt::Result {
        formatter.write_str("a comment")
    }

    fn visit_unit<E>(self) -> Result<Option<C>, E> {
        Ok(None)
    }

    fn visit_map<A: MapAccess<'de>>(self, map: A) -> Result<Option<C>, A::Error> {
        C::deserialize(MapAccessDeserializer::new(map)).map(Some)
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut values: A) -> Result<Option<C>, A::Error> {
        let mut all = Vec::new();
        while let Some(value) = values.next_element::<Value>()? {
            all.push(value);
        }
        self.of_text(Value::Array(all))
    }

    fn visit_bool<E: Error>(self, value: bool) -> Result<Option<C>, E> {
        self.of_text(value.into())
    }

    fn visit_i64<E: Error>(self, value: i64) -> Result<Option<C>, E> {
        self.of_text(value.into())
    }

    fn visit_u64<E: Error>(self, value: u64) -> Result<Option<C>, E> {
        self.of_text(value.into())
    }

    fn visit_f64<E: Error>(self, value: f64) -> Result<Option<C>, E> {
        self.of_text(value.into())
    }

    fn visit_str<E: Error>(self, value: &str) -> Result<Option<C>, E> {
        self.of_text(value.into())
    }
}

/// Where it counts whether a key is there at all.
pub(crate) fn present<'de, D: Deserializer<'de>, T: Deserialize<'de>>(deserializer: D) -> Result<Option<T>, D::Error> {
    T::deserialize(deserializer).map(Some)
}

/// An id as a number or, as some clients write it, as text.
pub(crate) fn id<'de, D, T>(deserializer: D) -> Result<Given<T>, D::Error>
where
    D: Deserializer<'de>,
    T: TryFrom<u64> + FromStr,
{
    Value::deserialize(deserializer).map(|value| one_id(&value))
}

/// An id that `null` takes away.
pub(crate) fn nullable_id<'de, D, T>(deserializer: D) -> Result<Given<Option<T>>, D::Error>
where
    D: Deserializer<'de>,
    T: TryFrom<u64> + FromStr,
{
    Ok(match one_id(&Value::deserialize(deserializer)?) {
        Given::Nothing => Given::Value(None),
        Given::Value(id) => Given::Value(Some(id)),
        Given::Unreadable => Given::Unreadable,
    })
}

/// A list of ids, each by itself.
pub(crate) fn ids<'de, D, T>(deserializer: D) -> Result<Given<Vec<Given<T>>>, D::Error>
where
    D: Deserializer<'de>,
    T: TryFrom<u64> + FromStr,
{
    Ok(match Value::deserialize(deserializer)? {
        Value::Null => Given::Nothing,
        Value::Array(entries) => Given::Value(entries.iter().map(one_id).collect()),
        _ => Given::Unreadable,
    })
}

fn one_id<T: TryFrom<u64> + FromStr>(value: &Value) -> Given<T> {
    let id = match value {
        Value::Null => return Given::Nothing,
        Value::String(text) => text.trim().parse().ok(),
        Value::Number(number) => number.as_u64().and_then(|number| T::try_from(number).ok()),
        _ => None,
    };
    id.map_or(Given::Unreadable, Given::Value)
}

/// One of a few names; `null` and an empty text take it away.
pub(crate) fn nullable<'de, D: Deserializer<'de>, T: DeserializeOwned>(
    deserializer: D,
) -> Result<Given<Option<T>>, D::Error> {
    Ok(match Value::deserialize(deserializer)? {
        Value::Null => Given::Value(None),
        Value::String(name) if name.is_empty() => Given::Value(None),
        value => serde_json::from_value(value).map_or(Given::Unreadable, |value| Given::Value(Some(value))),
    })
}

/// One of a few names; one that is blank says nothing.
pub(crate) fn name<'de, D: Deserializer<'de>, T: DeserializeOwned>(deserializer: D) -> Result<Given<T>, D::Error> {
    Ok(match Value::deserialize(deserializer)? {
        Value::Null => Given::Nothing,
        Value::String(name) if name.trim().is_empty() => Given::Nothing,
        Value::String(name) => given(Value::String(name.trim().to_owned())),
        _ => Given::Unreadable,
    })
}

/// A reason's code as a number or as text; Zendesk's code for none is none.
pub(crate) fn reason<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Given<LowReason>, D::Error> {
    let code = match Value::deserialize(deserializer)? {
        Value::Null => return Ok(Given::Nothing),
        Value::Number(number) => number.as_u64(),
        Value::String(text) => text.trim().parse().ok(),
        _ => None,
    };
    let code = code.and_then(|code| u16::try_from(code).ok());
    Ok(match code {
        Some(NO_REASON) => Given::Nothing,
        Some(code) => LowReason::try_from(code).map_or(Given::Unreadable, Given::Value),
        None => Given::Unreadable,
    })
}

/// Tokens of uploads; a single one may stand by itself.
pub(crate) fn tokens<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Given<Vec<String>>, D::Error> {
    Ok(match Value::deserialize(deserializer)? {
        Value::String(token) => Given::Value(vec![token]),
        value => given(value),
    })
}

impl<'de> Deserialize<'de> for FieldAnswers {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        /// One of them. Its id is kept as it is: what is no id is named in the fault.
        #[derive(Deserialize)]
        struct Answer {
            #[serde(default)]
            id: Value,
            #[serde(default)]
            value: Given<AnswerValue>,
        }
        Ok(Self(match Value::deserialize(deserializer)? {
            Value::Array(entries) if entries.len() > MOST_FIELDS => {
                vec![(GivenField::TooMany(entries.len()), Given::Unreadable)]
            }
            Value::Array(entries) => {
                let answer = |entry: Value| match one_object::<Answer>(entry.clone()) {
                    Given::Value(Answer { id, value }) => match one_id(&id) {
                        Given::Value(field) => (GivenField::Id(field), value),
                        Given::Nothing | Given::Unreadable => (GivenField::Unreadable(shown(&id)), value),
                    },
                    Given::Nothing | Given::Unreadable => (GivenField::Unreadable(shown(&entry)), Given::Unreadable),
                };
                entries.into_iter().map(answer).collect()
            }
            _ => vec![(GivenField::Unreadable(UNNAMED.to_owned()), Given::Unreadable)],
        }))
    }
}

/// Where a fault stands that is of no field.
const UNNAMED: &str = "custom_fields";

/// A name for what has none, short and on one line.
fn shown(id: &Value) -> String {
    let written = match id {
        Value::Null => String::new(),
        Value::String(text) => text.clone(),
        other => other.to_string(),
    };
    let line: String = text::single_line(&written).chars().take(40).collect();
    if text::is_blank(&line) { UNNAMED.to_owned() } else { line }
}
