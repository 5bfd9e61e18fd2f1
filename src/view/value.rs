//! What attributes, classes and properties are set to: once, or whenever a signal changes.

use leptos::prelude::*;
use wasm_bindgen::JsValue;

/// What something is set to now.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Datum {
    /// An attribute that is not there.
    Nothing,
    /// An attribute that is only there, a class, or a property.
    Truth(bool),
    /// A text that never changes.
    Fixed(&'static str),
    /// Any other text.
    Text(String),
}

impl Datum {
    /// As the value of an attribute; `None` where there is none.
    pub(super) fn as_attribute(&self) -> Option<&str> {
        match self {
            Self::Nothing | Self::Truth(false) => None,
            Self::Truth(true) => Some(""),
            Self::Fixed(text) => Some(text),
            Self::Text(text) => Some(text),
        }
    }

    pub(super) fn as_property(&self) -> JsValue {
        match self {
            Self::Truth(truth) => JsValue::from_bool(*truth),
            other => other.as_attribute().map_or(JsValue::UNDEFINED, JsValue::from_str),
        }
    }
}

/// What can be set.
pub trait IntoDatum {
    /// As that.
    fn into_datum(self) -> Datum;
}

impl IntoDatum for bool {
    fn into_datum(self) -> Datum {
        Datum::Truth(self)
    }
}

impl IntoDatum for &'static str {
    fn into_datum(self) -> Datum {
        Datum::Fixed(self)
    }
}

impl IntoDatum for String {
    fn into_datum(self) -> Datum {
        Datum::Text(self)
    }
}

impl IntoDatum for u32 {
    fn into_datum(self) -> Datum {
        Datum::Text(self.to_string())
    }
}

impl<T: IntoDatum> IntoDatum for Option<T> {
    fn into_datum(self) -> Datum {
        self.map_or(Datum::Nothing, T::into_datum)
    }
}

/// Set once, or followed.
pub enum Value {
    /// Once.
    Once(Datum),
    /// Whenever a signal changes that it reads.
    Live(Box<dyn FnMut() -> Datum>),
}

/// What may stand after the `=` of an attribute.
pub trait IntoValue {
    /// As that.
    fn into_value(self) -> Value;
}

macro_rules! once {
    ($($type:ty),*) => {
        $(
            impl IntoValue for $type {
                fn into_value(self) -> Value {
                    Value::Once(self.into_datum())
                }
            }
        )*
    };
}

once!(bool, &'static str, String, u32, Option<&'static str>, Option<String>, Option<u32>);

impl<F: FnMut() -> T + 'static, T: IntoDatum> IntoValue for F {
    fn into_value(mut self) -> Value {
        Value::Live(Box::new(move || self().into_datum()))
    }
}

macro_rules! followed {
    ($($type:ident)*) => {
        $(
            impl<T: IntoDatum + Clone + Send + Sync + 'static> IntoValue for $type<T> {
                fn into_value(self) -> Value {
                    Value::Live(Box::new(move || self.get().into_datum()))
                }
            }
        )*
    };
}

followed!(Signal Memo RwSignal);
