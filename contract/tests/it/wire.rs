use balcao_contract::answers::AnswerValue;
use balcao_contract::id::{ID_LIMIT, IdError, RequestId};
use balcao_contract::rich_text::{Block, Inline};
use balcao_contract::status::{ShownStatus, Status};
use balcao_contract::time::Timestamp;
use balcao_contract::wire::{CustomField, ErrorBody, NewRequestEnvelope};
use proptest::prelude::*;
use serde_json::json;

#[test]
fn ids_stay_exact_in_javascript() {
    assert_eq!("35436".parse::<RequestId>().map(RequestId::get), Ok(35_436));
    assert_eq!(RequestId::try_from(0), Err(IdError::OutOfRange));
    assert_eq!(RequestId::try_from(ID_LIMIT), Err(IdError::OutOfRange));
    assert!(RequestId::try_from(ID_LIMIT - 1).is_ok());
    for text in ["", "-1", "1.5", "abc", "99999999999999999999"] {
        assert!(text.parse::<RequestId>().is_err(), "{text}");
    }
    assert!(serde_json::from_value::<RequestId>(json!(0)).is_err());
}

#[test]
fn moments_are_written_in_utc_with_whole_seconds() {
    let moment = Timestamp::from_unix_milliseconds(1_795_000_000_123).unwrap();
    assert_eq!(serde_json::to_value(moment).unwrap(), json!("2026-11-18T11:06:40Z"));
    let read: Timestamp = serde_json::from_value(json!("2026-11-18T08:06:40-03:00")).unwrap();
    assert_eq!(read.unix_milliseconds(), 1_795_000_000_000);
    assert!(serde_json::from_value::<Timestamp>(json!("yesterday")).is_err());
    assert_eq!(Timestamp::from_unix_milliseconds(i64::MAX), None);
}

#[test]
fn answers_take_every_shape_of_a_custom_field() {
    let value = |value: serde_json::Value| serde_json::from_value::<CustomField>(json!({ "id": 1, "value": value }));
    assert_eq!(value(json!("a")).unwrap().value, Some(AnswerValue::from("a")));
    assert_eq!(value(json!(["a"])).unwrap().value, Some(AnswerValue::Many(vec!["a".to_owned()])));
    assert_eq!(value(json!(true)).unwrap().value, Some(AnswerValue::Flag(true)));
    assert_eq!(value(json!(7)).unwrap().value, Some(AnswerValue::Number(7)));
    assert_eq!(value(json!(-7)).unwrap().value, Some(AnswerValue::Number(-7)));
    assert_eq!(value(json!(null)).unwrap().value, None);
    for wrong in [json!({ "a": 1 }), json!([1]), json!(1.5), json!(u64::MAX)] {
        assert!(value(wrong.clone()).is_err(), "{wrong}");
    }
}

#[test]
fn every_status_is_shown_as_one_of_four() {
    for status in Status::ALL {
        assert!(status.shown().statuses().contains(&status), "{status}");
        assert_eq!(Status::from_name(status.name()), Some(status));
    }
    let total: usize = ShownStatus::ALL.iter().map(|shown| shown.statuses().len()).sum();
    assert_eq!(total, Status::ALL.len());
    for shown in ShownStatus::ALL {
        assert_eq!(ShownStatus::from_name(shown.name()), Some(shown));
    }
}

#[test]
fn a_requesters_comment_moves_a_request_as_the_table_says() {
    use Status::{Closed, Hold, New, Open, Pending, Solved};
    let table = [
        (New, Some(New)),
        (Open, Some(Open)),
        (Pending, Some(Open)),
        (Hold, Some(Open)),
        (Solved, Some(Open)),
        (Closed, None),
    ];
    for (before, after) in table {
        assert_eq!(before.after_requester_comment(), after, "{before}");
    }
}

/// Only the backend reads what others write.
#[cfg(feature = "backend")]
#[test]
fn a_new_request_needs_no_more_than_subject_and_comment() {
    let body = json!({ "request": { "subject": "s", "comment": { "body": "b" } } });
    let read: NewRequestEnvelope = serde_json::from_value(body.clone()).unwrap();
    assert!(read.request.comment.uploads.is_nothing());
    let written = serde_json::to_value(&read).unwrap();
    assert_eq!(serde_json::from_value::<NewRequestEnvelope>(written).unwrap(), read);
}

#[test]
fn an_error_says_no_more_than_it_has() {
    let body =
        ErrorBody { error: "Couldn't authenticate you".to_owned(), description: None, details: Default::default() };
    assert_eq!(serde_json::to_value(body).unwrap(), json!({ "error": "Couldn't authenticate you" }));
}

fn inlines() -> impl Strategy<Value = Inline> {
    let leaf = prop_oneof![
        any::<String>().prop_map(|text| Inline::Text { text }),
        any::<String>().prop_map(|text| Inline::Code { text }),
        Just(Inline::Break),
    ];
    leaf.prop_recursive(3, 12, 3, |inner| {
        let content = proptest::collection::vec(inner, 0..3);
        prop_oneof![
            content.clone().prop_map(|content| Inline::Emphasis { content }),
            content.clone().prop_map(|content| Inline::Strong { content }),
            (any::<String>(), content).prop_map(|(href, content)| Inline::Link { href, content }),
        ]
    })
}

fn blocks() -> impl Strategy<Value = Block> {
    let line = || proptest::collection::vec(inlines(), 0..3);
    let leaf = prop_oneof![
        (2_u8..=4, line()).prop_map(|(level, content)| Block::Heading { level, content }),
        line().prop_map(|content| Block::Paragraph { content }),
        any::<String>().prop_map(|text| Block::Code { text }),
        proptest::collection::vec(proptest::collection::vec(line(), 0..2), 0..2).prop_map(|rows| Block::Table { rows }),
        Just(Block::Rule),
    ];
    leaf.prop_recursive(2, 8, 2, |inner| {
        let blocks = proptest::collection::vec(inner, 0..3);
        prop_oneof![
            blocks.clone().prop_map(|blocks| Block::Quote { blocks }),
            (any::<bool>(), proptest::collection::vec(blocks, 0..3))
                .prop_map(|(ordered, items)| Block::List { ordered, items }),
        ]
    })
}

proptest! {
    #[test]
    fn formatted_text_is_read_as_it_was_written(text in proptest::collection::vec(blocks(), 0..4)) {
        let written = serde_json::to_string(&text).unwrap();
        prop_assert_eq!(serde_json::from_str::<Vec<Block>>(&written).unwrap(), text);
    }
}

#[test]
fn formatted_text_names_its_types() {
    let text = vec![Block::Quote { blocks: vec![Block::Rule] }];
    assert_eq!(serde_json::to_value(&text).unwrap(), json!([{ "type": "quote", "blocks": [{ "type": "rule" }] }]));
    assert!(serde_json::from_value::<Block>(json!({ "type": "script", "text": "x" })).is_err());
    assert!(serde_json::from_value::<Block>(json!({ "text": "x" })).is_err());
}
