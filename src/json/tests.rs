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
    assert_eq!((answers.get("c"), answers.get("d")), (Some(&AnswerValue::Flag(true)), Some(&AnswerValue::Number(-4))));
    let blocks = r#"[{"type":"heading","level":2,"content":[{"type":"text","text":"T"}]},{"type":"rule"}]"#;
    assert_eq!(read::<Vec<Block>>(blocks).ok(), serde_json::from_str(blocks).ok());
}
