//! What holds for any text, however it is cut.

#![allow(clippy::unwrap_used, reason = "a test may panic, its helpers too")]

mod common;

use common::{cleaned, cleaned_by};
use proptest::prelude::*;
use serde_json::Value;

/// Pieces of which texts are made that come close to what is looked for.
const PARTS: [&str; 62] = [
    "\"",
    "\\\"",
    "\\",
    "'",
    "{",
    "}",
    "[",
    "]",
    ":",
    ",",
    "=",
    "&",
    ";",
    " ",
    "\n",
    "\r\n\r\n",
    "--",
    "<",
    ">",
    "/",
    "?",
    "#",
    "@",
    "%22",
    "%3D",
    "%2540",
    "\\u0022",
    "&quot;",
    "token",
    "password",
    "\"senha\":",
    "name",
    "\"name\":\"otp\"",
    "value",
    "code",
    "Cookie: ",
    "cookies",
    "Authorization: ",
    "Bearer ",
    "abcdefgh1234",
    "123456",
    "4111111111111111",
    "52998224725",
    "529.982.247-25",
    "maria@loja.com",
    "eyJhbGciOiJIUzI1NiJ9abc",
    "https://",
    "u:p@h",
    "-----BEGIN PRIVATE KEY-----",
    "-----END PRIVATE KEY-----",
    "bWFyaWFAbG9qYS5jb20=",
    "(removed:token)",
    "(removed:",
    "é",
    "😀",
    "null",
    "true",
    "-1.5e3",
    "<password>",
    "reset/3f9a8b7c6d5e4f3a",
    "telefone: 11 98765-4321",
    "form-data; name=\"senha\"",
];

fn texts() -> impl Strategy<Value = String> {
    prop::collection::vec(prop::sample::select(PARTS.to_vec()), 0..40).prop_map(|parts| parts.concat())
}

/// The same; but where a number is glued to an address, what comes first is not told by any reader.
fn apart() -> impl Strategy<Value = String> {
    let is_glue = |sign: char| sign.is_alphanumeric() || "-_./+=".contains(sign);
    prop::collection::vec(prop::sample::select(PARTS.to_vec()), 0..40).prop_map(move |parts| {
        parts.into_iter().fold(String::new(), |text, part| {
            let is_glued = text.ends_with(is_glue) && part.starts_with(is_glue);
            text + if is_glued { " " } else { "" } + part
        })
    })
}

fn names() -> impl Strategy<Value = String> {
    let known =
        ["token", "name", "value", "headers", "cookies", "entries", "text", "content", "url", "total", "code", "cpf"];
    prop_oneof![prop::sample::select(known.to_vec()).prop_map(str::to_owned), "[a-z]{0,6}"]
}

fn values() -> impl Strategy<Value = Value> {
    let numbers = [4111111111111111_u64, 52998224725, 123456, 7, 0];
    let leaf = prop_oneof![
        Just(Value::Null),
        any::<bool>().prop_map(Value::from),
        prop::sample::select(numbers.to_vec()).prop_map(Value::from),
        any::<f64>().prop_map(Value::from),
        apart().prop_map(Value::from),
    ];
    leaf.prop_recursive(5, 48, 6, |inner| {
        prop_oneof![
            prop::collection::vec(inner.clone(), 0..6).prop_map(Value::from),
            prop::collection::vec((names(), inner), 0..6).prop_map(Value::from_iter),
        ]
    })
}

/// Whether a cleaned value is the one before, but for strings in place of strings and numbers, and of what is secret as a whole.
fn is_same_but_replaced(before: &Value, after: &Value) -> bool {
    match (before, after) {
        (Value::Array(before), Value::Array(after)) => {
            before.len() == after.len()
                && before.iter().zip(after).all(|(before, after)| is_same_but_replaced(before, after))
        }
        (Value::Object(before), Value::Object(after)) => before.iter().all(|(key, value)| {
            // A key that is a secret itself has another name now.
            after.get(key).is_none_or(|after| is_same_but_replaced(value, after))
        }),
        (Value::String(_) | Value::Number(_), Value::String(after)) if after.contains("(removed:") => true,
        // A body in base64 has its marker in base64.
        (Value::String(_), Value::String(after)) if after == "KHJlbW92ZWQ6Ym9keSk=" => true,
        _ => before == after,
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(2_000))]

    #[test]
    fn pieces_do_not_matter(text in texts(), pieces in prop::collection::vec(1..9_usize, 0..60)) {
        let (whole, report) = cleaned_by(text.as_bytes(), []);
        let (found, other) = cleaned_by(text.as_bytes(), pieces);
        prop_assert_eq!(String::from_utf8_lossy(&found), String::from_utf8_lossy(&whole));
        prop_assert_eq!(other, report);
    }

    #[test]
    fn pieces_do_not_matter_beyond_what_is_looked_at(parts in prop::collection::vec((texts(), 0..3_000_usize), 1..6), piece in 1..5_000_usize) {
        let text = parts.into_iter().map(|(text, blanks)| text + &".".repeat(blanks)).collect::<String>();
        let (whole, _) = cleaned_by(text.as_bytes(), []);
        let (found, _) = cleaned_by(text.as_bytes(), std::iter::repeat_n(piece, text.len() / piece));
        prop_assert_eq!(String::from_utf8_lossy(&found), String::from_utf8_lossy(&whole));
    }

    #[test]
    fn what_is_clean_stays_as_it_is(text in apart()) {
        let (once, _) = cleaned(&text);
        let (twice, _) = cleaned(&once);
        prop_assert_eq!(twice, once, "from {:?}", text);
    }

    #[test]
    fn json_stays_json_and_the_same_but_for_what_is_replaced(value in values()) {
        // A text alone is no JSON that anybody sends.
        let value = Value::from_iter([("all", value)]);
        for text in [serde_json::to_string(&value).unwrap(), serde_json::to_string_pretty(&value).unwrap()] {
            let before: Value = serde_json::from_str(&text).unwrap();
            let (found, report) = cleaned(&text);
            let after: Value = serde_json::from_str(&found).map_err(|error| TestCaseError::fail(format!("{error}: {found}")))?;
            prop_assert!(is_same_but_replaced(&before, &after), "{} became {}", text, found);
            prop_assert!(!report.is_broken());
        }
    }

    #[test]
    fn any_bytes_may_come(bytes in prop::collection::vec(any::<u8>(), 0..400), piece in 1..50_usize) {
        let (whole, _) = cleaned_by(&bytes, []);
        let (found, _) = cleaned_by(&bytes, std::iter::repeat_n(piece, bytes.len() / piece));
        prop_assert_eq!(found, whole);
    }
}
