//! Reads JSON: the browser parses it, and what it parsed is read into the contract's types field by field. A parser of our
//! own, and the code that finds out which field comes next, would cost each user some 20 KB (docs/decisions/size.md).

use serde::de::DeserializeOwned;

/// The text is no JSON, or not what was expected.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Unreadable;

/// Reads a value of the contract. What its type does not know is skipped; an empty text reads as `null`.
///
/// # Errors
/// `Unreadable`.
#[cfg(target_arch = "wasm32")]
pub fn read<T: DeserializeOwned>(json: &str) -> Result<T, Unreadable> {
    let parsed = js_sys::JSON::parse(if json.is_empty() { "null" } else { json }).map_err(|_| Unreadable)?;
    T::deserialize(browser::Reader(parsed))
}

/// The same without a browser, for tests of the rules.
///
/// # Errors
/// `Unreadable`.
#[cfg(not(target_arch = "wasm32"))]
pub fn read<T: DeserializeOwned>(json: &str) -> Result<T, Unreadable> {
    serde_json::from_str(if json.is_empty() { "null" } else { json }).map_err(|_| Unreadable)
}

#[cfg(target_arch = "wasm32")]
mod browser {
    use super::Unreadable;
    use js_sys::{Array, Object, Reflect};
    use serde::de::value::U64Deserializer;
    use serde::de::{
        DeserializeSeed, Deserializer, EnumAccess, Error, IntoDeserializer as _, MapAccess, SeqAccess, VariantAccess,
        Visitor,
    };
    use std::fmt::Display;
    use wasm_bindgen::{JsCast as _, JsValue};

    /// Larger numbers are no longer exact in JavaScript.
    const MOST_EXACT: f64 = 9_007_199_254_740_991.0;

    impl std::fmt::Display for Unreadable {
        fn fmt(&self, _: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
            Ok(())
        }
    }

    impl std::error::Error for Unreadable {}

    /// What exactly was wrong is in nobody's interest: what is unreadable came from another version of the panel.
    impl Error for Unreadable {
        fn custom<T: Display>(_: T) -> Self {
            Self
        }
    }

    /// A value that the browser parsed.
    pub(super) struct Reader(pub(super) JsValue);

    impl Reader {
        fn array(&self) -> Result<Array, Unreadable> {
            self.0.dyn_ref::<Array>().cloned().ok_or(Unreadable)
        }

        fn is_object(&self) -> bool {
            self.0.is_object() && !Array::is_array(&self.0)
        }

        fn is_nothing(&self) -> bool {
            self.0.is_null() || self.0.is_undefined()
        }

        fn text(&self) -> Result<String, Unreadable> {
            self.0.as_string().ok_or(Unreadable)
        }
    }

    macro_rules! numbers {
        ($($method:ident)*) => {
            $(
                fn $method<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Unreadable> {
                    self.deserialize_f64(visitor)
                }
            )*
        };
    }

    macro_rules! texts {
        ($($method:ident)*) => {
            $(
                fn $method<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Unreadable> {
                    visitor.visit_string(self.text()?)
                }
            )*
        };
    }

    impl<'de> Deserializer<'de> for Reader {
        type Error = Unreadable;

        fn deserialize_any<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Unreadable> {
            if self.is_nothing() {
                visitor.visit_unit()
            } else if let Some(truth) = self.0.as_bool() {
                visitor.visit_bool(truth)
            } else if self.0.as_f64().is_some() {
                self.deserialize_f64(visitor)
            } else if self.0.is_string() {
                self.deserialize_string(visitor)
            } else if Array::is_array(&self.0) {
                self.deserialize_seq(visitor)
            } else {
                self.deserialize_map(visitor)
            }
        }

        fn deserialize_bool<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Unreadable> {
            visitor.visit_bool(self.0.as_bool().ok_or(Unreadable)?)
        }

        #[allow(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "whole, and exact")]
        fn deserialize_f64<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Unreadable> {
            let number = self.0.as_f64().ok_or(Unreadable)?;
            if number.fract() != 0.0 || number.abs() > MOST_EXACT {
                visitor.visit_f64(number)
            } else if number < 0.0 {
                visitor.visit_i64(number as i64)
            } else {
                visitor.visit_u64(number as u64)
            }
        }

        numbers!(
            deserialize_i8 deserialize_i16 deserialize_i32 deserialize_i64 deserialize_u8 deserialize_u16 deserialize_u32
            deserialize_u64 deserialize_f32
        );

        texts!(deserialize_char deserialize_str deserialize_string deserialize_bytes deserialize_byte_buf
            deserialize_identifier);

        fn deserialize_option<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Unreadable> {
            if self.is_nothing() { visitor.visit_none() } else { visitor.visit_some(self) }
        }

        fn deserialize_unit<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Unreadable> {
            if self.is_nothing() { visitor.visit_unit() } else { Err(Unreadable) }
        }

        fn deserialize_unit_struct<V: Visitor<'de>>(self, _: &'static str, visitor: V) -> Result<V::Value, Unreadable> {
            self.deserialize_unit(visitor)
        }

        fn deserialize_newtype_struct<V: Visitor<'de>>(
            self,
            _: &'static str,
            visitor: V,
        ) -> Result<V::Value, Unreadable> {
            visitor.visit_newtype_struct(self)
        }

        fn deserialize_seq<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Unreadable> {
            visitor.visit_seq(Items { all: self.array()?, next: 0 })
        }

        fn deserialize_tuple<V: Visitor<'de>>(self, _: usize, visitor: V) -> Result<V::Value, Unreadable> {
            self.deserialize_seq(visitor)
        }

        fn deserialize_tuple_struct<V: Visitor<'de>>(
            self,
            _: &'static str,
            _: usize,
            visitor: V,
        ) -> Result<V::Value, Unreadable> {
            self.deserialize_seq(visitor)
        }

        fn deserialize_map<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Unreadable> {
            if !self.is_object() {
                return Err(Unreadable);
            }
            visitor.visit_map(Entries {
                all: Object::entries(self.0.unchecked_ref()),
                next: 0,
                value: JsValue::UNDEFINED,
            })
        }

        fn deserialize_struct<V: Visitor<'de>>(
            self,
            _: &'static str,
            fields: &'static [&'static str],
            visitor: V,
        ) -> Result<V::Value, Unreadable> {
            if !self.is_object() {
                return Err(Unreadable);
            }
            visitor.visit_map(Fields { object: self.0, names: fields, next: 0, value: JsValue::UNDEFINED })
        }

        fn deserialize_enum<V: Visitor<'de>>(
            self,
            _: &'static str,
            variants: &'static [&'static str],
            visitor: V,
        ) -> Result<V::Value, Unreadable> {
            let (name, value) = match self.0.as_string() {
                Some(name) => (name, JsValue::UNDEFINED),
                None if self.is_object() => {
                    let entry: Array =
                        Object::entries(self.0.unchecked_ref()).get(0).dyn_into().map_err(|_| Unreadable)?;
                    (entry.get(0).as_string().ok_or(Unreadable)?, entry.get(1))
                }
                None => return Err(Unreadable),
            };
            // A name that nobody knows gets a number that none has.
            let number = variants.iter().position(|variant| *variant == name).unwrap_or(variants.len());
            visitor.visit_enum(Variant { number, value })
        }

        fn deserialize_ignored_any<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Unreadable> {
            visitor.visit_unit()
        }
    }

    /// The fields that a type has, as far as the value has them, by number: no name is compared.
    struct Fields {
        object: JsValue,
        names: &'static [&'static str],
        next: usize,
        value: JsValue,
    }

    impl Fields {
        /// The number of the next field that the value has; the field's value is kept.
        fn advance(&mut self) -> Option<u64> {
            while let Some(name) = self.names.get(self.next) {
                self.next += 1;
                self.value = Reflect::get(&self.object, &JsValue::from_str(name)).unwrap_or_default();
                if !self.value.is_undefined() {
                    return Some(self.next as u64 - 1);
                }
            }
            None
        }
    }

    impl<'de> MapAccess<'de> for Fields {
        type Error = Unreadable;

        fn next_key_seed<K: DeserializeSeed<'de>>(&mut self, seed: K) -> Result<Option<K::Value>, Unreadable> {
            let Some(number) = self.advance() else { return Ok(None) };
            let number: U64Deserializer<Unreadable> = number.into_deserializer();
            seed.deserialize(number).map(Some)
        }

        fn next_value_seed<S: DeserializeSeed<'de>>(&mut self, seed: S) -> Result<S::Value, Unreadable> {
            seed.deserialize(Reader(std::mem::take(&mut self.value)))
        }
    }

    /// All that an object holds.
    struct Entries {
        all: Array,
        next: u32,
        value: JsValue,
    }

    impl Entries {
        fn advance(&mut self) -> Option<Reader> {
            if self.next >= self.all.length() {
                return None;
            }
            let entry: Array = self.all.get(self.next).unchecked_into();
            self.next += 1;
            self.value = entry.get(1);
            Some(Reader(entry.get(0)))
        }
    }

    impl<'de> MapAccess<'de> for Entries {
        type Error = Unreadable;

        fn next_key_seed<K: DeserializeSeed<'de>>(&mut self, seed: K) -> Result<Option<K::Value>, Unreadable> {
            self.advance().map(|key| seed.deserialize(key)).transpose()
        }

        fn next_value_seed<S: DeserializeSeed<'de>>(&mut self, seed: S) -> Result<S::Value, Unreadable> {
            seed.deserialize(Reader(std::mem::take(&mut self.value)))
        }
    }

    struct Items {
        all: Array,
        next: u32,
    }

    impl Items {
        fn advance(&mut self) -> Option<Reader> {
            (self.next < self.all.length()).then(|| {
                self.next += 1;
                Reader(self.all.get(self.next - 1))
            })
        }
    }

    impl<'de> SeqAccess<'de> for Items {
        type Error = Unreadable;

        fn next_element_seed<S: DeserializeSeed<'de>>(&mut self, seed: S) -> Result<Option<S::Value>, Unreadable> {
            self.advance().map(|item| seed.deserialize(item)).transpose()
        }
    }

    /// `"name"`, or `{"name": value}`.
    struct Variant {
        number: usize,
        value: JsValue,
    }

    impl<'de> EnumAccess<'de> for Variant {
        type Error = Unreadable;
        type Variant = Reader;

        fn variant_seed<S: DeserializeSeed<'de>>(self, seed: S) -> Result<(S::Value, Reader), Unreadable> {
            let number: U64Deserializer<Unreadable> = (self.number as u64).into_deserializer();
            Ok((seed.deserialize(number)?, Reader(self.value)))
        }
    }

    impl<'de> VariantAccess<'de> for Reader {
        type Error = Unreadable;

        fn unit_variant(self) -> Result<(), Unreadable> {
            Ok(())
        }

        fn newtype_variant_seed<S: DeserializeSeed<'de>>(self, seed: S) -> Result<S::Value, Unreadable> {
            seed.deserialize(self)
        }

        fn tuple_variant<V: Visitor<'de>>(self, _: usize, visitor: V) -> Result<V::Value, Unreadable> {
            self.deserialize_seq(visitor)
        }

        fn struct_variant<V: Visitor<'de>>(
            self,
            fields: &'static [&'static str],
            visitor: V,
        ) -> Result<V::Value, Unreadable> {
            self.deserialize_struct("", fields, visitor)
        }
    }
}

#[cfg(all(test, target_arch = "wasm32"))]
#[allow(clippy::unwrap_used, reason = "a test may panic, its helpers too")]
mod tests {
    use super::*;
    use balcao_contract::answers::{AnswerValue, Answers};
    use balcao_contract::rich_text::Block;
    use serde::Deserialize;
    use std::collections::BTreeMap;
    use wasm_bindgen_test::wasm_bindgen_test;

    #[derive(Debug, PartialEq, Deserialize)]
    #[serde(rename_all = "snake_case")]
    enum Kind {
        Plain,
        Numbered(u32),
        Placed {
            at: (u8, u8),
        },
        #[serde(other)]
        Unknown,
    }

    #[derive(Debug, PartialEq, Deserialize)]
    struct Everything {
        #[serde(rename = "type")]
        kind: Kind,
        id: u64,
        #[serde(default)]
        offset: i32,
        share: f64,
        name: Option<String>,
        is_open: bool,
        tags: Vec<String>,
        counts: BTreeMap<String, u32>,
    }

    const WHOLE: &str = r#"{"tags":["a","ç"],"id":9007199254740991,"unknown":[{"a":1}],"offset":-3,"share":0.5,"name":"José",
        "is_open":true,"counts":{"new":2},"type":{"numbered":7}}"#;

    #[wasm_bindgen_test]
    fn every_kind_of_value_is_read_in_any_order() {
        let expected = Everything {
            kind: Kind::Numbered(7),
            id: 9_007_199_254_740_991,
            offset: -3,
            share: 0.5,
            name: Some("José".to_owned()),
            is_open: true,
            tags: vec!["a".to_owned(), "ç".to_owned()],
            counts: BTreeMap::from([("new".to_owned(), 2)]),
        };
        assert_eq!(read::<Everything>(WHOLE), Ok(expected));
        // The same as what the backend's reader makes of it.
        assert_eq!(read::<Everything>(WHOLE).ok(), serde_json::from_str(WHOLE).ok());
    }

    #[wasm_bindgen_test]
    fn what_may_be_missing_may_also_be_null() {
        let short = r#"{"type":"plain","id":1,"share":2,"name":null,"is_open":false,"tags":[],"counts":{}}"#;
        let read = read::<Everything>(short).unwrap();
        assert_eq!((read.kind, read.offset, read.share, read.name), (Kind::Plain, 0, 2.0, None));
        assert_eq!(super::read::<Kind>(r#"{"placed":{"at":[1,2]}}"#), Ok(Kind::Placed { at: (1, 2) }));
        assert_eq!(super::read::<Kind>(r#""newer""#), Ok(Kind::Unknown), "a newer backend's");
        assert_eq!(super::read::<Option<u8>>(""), Ok(None));
        assert_eq!(super::read::<()>(""), Ok(()));
    }

    #[wasm_bindgen_test]
    fn what_does_not_fit_is_unreadable() {
        for (what, fault) in [
            ("cut short", &WHOLE[..40]),
            ("no object", "[]"),
            ("null", "null"),
            ("a field is missing", r#"{"type":"plain","id":1}"#),
            ("a number is a text", &WHOLE.replace("9007199254740991", "\"9\"")),
            ("a number is negative", &WHOLE.replace("9007199254740991", "-9")),
            ("a number is not whole", &WHOLE.replace("9007199254740991", "9.5")),
            ("a number is too large", &WHOLE.replace(":7}", ":4294967296}")),
            ("a text is a number", &WHOLE.replace("\"José\"", "1")),
            ("a list is an object", &WHOLE.replace("[\"a\",\"ç\"]", "{}")),
            ("a truth is a number", &WHOLE.replace("true", "1")),
        ] {
            assert_eq!(read::<Everything>(fault), Err(Unreadable), "{what}: {fault}");
            assert!(serde_json::from_str::<Everything>(fault).is_err(), "{what}: the backend takes it");
        }
    }

    #[wasm_bindgen_test]
    fn the_contracts_own_readers_read_what_the_browser_parsed() {
        let answers: Answers = read(r#"{"a":"text","b":["x","y"],"c":true,"d":-4}"#).unwrap();
        assert_eq!(answers.get("b"), Some(&AnswerValue::Many(vec!["x".to_owned(), "y".to_owned()])));
        assert_eq!(
            (answers.get("c"), answers.get("d")),
            (Some(&AnswerValue::Flag(true)), Some(&AnswerValue::Number(-4)))
        );
        let blocks = r#"[{"type":"heading","level":2,"content":[{"type":"text","text":"T"}]},{"type":"rule"}]"#;
        assert_eq!(read::<Vec<Block>>(blocks).ok(), serde_json::from_str(blocks).ok());
    }
}
