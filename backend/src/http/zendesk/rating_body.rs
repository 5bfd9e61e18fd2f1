//! Bodies of ratings, read leniently: what has a wrong type is a fault of its field (422), not of the whole body.

use super::body::name_ignored;
use super::faults::field_fault;
use crate::http::{ApiError, FieldFault, Message, Notes};
use crate::store::surveys::AnswerRow;
use balcao_contract::locale::Locale;
use balcao_contract::survey::{self, LowReason, NO_REASON, Satisfaction, Score};
use balcao_contract::time::Timestamp;
use balcao_contract::validation::FaultKind;
use chrono::DateTime;
use serde_json::{Map, Value};

/// The object under `name`. A body without one says nothing: its missing fields are named.
fn object(body: Value, name: &'static str, notes: &Notes) -> Result<Map<String, Value>, ApiError> {
    let wrong = || ApiError::InvalidJson(Message::WrongJson { path: name.to_owned() });
    let Value::Object(mut body) = body else { return Err(wrong()) };
    let inner = match body.remove(name) {
        Some(Value::Object(inner)) => inner,
        None | Some(Value::Null) => Map::new(),
        Some(_) => return Err(wrong()),
    };
    name_ignored(notes, &body.into_iter().map(|(key, _)| key).collect::<Vec<_>>());
    Ok(inner)
}

/// `{"satisfaction_rating": {"score", "comment", "reason_code"}}`.
pub(super) fn rating(body: Value, notes: &Notes, locale: Locale) -> Result<AnswerRow, ApiError> {
    let mut rating = object(body, "satisfaction_rating", notes)?;
    let mut faults = Vec::new();
    let score = named(rating.remove("score"), "score", Score::from_name, locale, &mut faults);
    let answer = rest(&mut rating, score, None, notes, locale, &mut faults);
    name_ignored(notes, &rating.into_iter().map(|(key, _)| key).collect::<Vec<_>>());
    answer.filter(|_| faults.is_empty()).ok_or(ApiError::Invalid(faults))
}

/// `{"answer": {"satisfaction", "reason_code", "comment", "solved_at"}}`, and the solving that it is about.
pub(in crate::http) fn answer(
    body: Value,
    notes: &Notes,
    locale: Locale,
) -> Result<(AnswerRow, Option<Timestamp>), ApiError> {
    let mut answer = object(body, "answer", notes)?;
    let mut faults = Vec::new();
    let step = named(answer.remove("satisfaction"), "satisfaction", Satisfaction::from_name, locale, &mut faults);
    let row = rest(&mut answer, step.map(Satisfaction::score), step, notes, locale, &mut faults);
    let solved_at = match answer.remove("solved_at") {
        None | Some(Value::Null) => None,
        Some(value) => {
            let moment = value.as_str().and_then(|text| DateTime::parse_from_rfc3339(text).ok());
            if moment.is_none() {
                faults.push(field_fault(None, "solved_at", &FaultKind::WrongType, locale));
            }
            moment.map(|moment| Timestamp(moment.to_utc()))
        }
    };
    name_ignored(notes, &answer.into_iter().map(|(key, _)| key).collect::<Vec<_>>());
    let row = row.filter(|_| faults.is_empty()).ok_or(ApiError::Invalid(faults))?;
    Ok((row, solved_at))
}

/// A name out of a list of names; without it there is no answer.
fn named<T>(
    value: Option<Value>,
    key: &str,
    from_name: impl Fn(&str) -> Option<T>,
    locale: Locale,
    faults: &mut Vec<FieldFault>,
) -> Option<T> {
    let kind = match &value {
        None | Some(Value::Null) => FaultKind::Blank,
        Some(Value::String(name)) if name.trim().is_empty() => FaultKind::Blank,
        Some(Value::String(name)) => match from_name(name.trim()) {
            Some(known) => return Some(known),
            None => FaultKind::UnknownOption,
        },
        Some(_) => FaultKind::WrongType,
    };
    faults.push(field_fault(None, key, &kind, locale));
    None
}

fn rest(
    given: &mut Map<String, Value>,
    score: Option<Score>,
    satisfaction: Option<Satisfaction>,
    notes: &Notes,
    locale: Locale,
    faults: &mut Vec<FieldFault>,
) -> Option<AnswerRow> {
    let comment = match given.remove("comment") {
        None | Some(Value::Null) => Ok(None),
        Some(Value::String(written)) => {
            survey::comment(&written).map_err(|actual| FaultKind::TooLong { max: survey::MAX_COMMENT, actual })
        }
        Some(_) => Err(FaultKind::WrongType),
    };
    let comment = comment.unwrap_or_else(|kind| {
        faults.push(field_fault(None, "comment", &kind, locale));
        None
    });
    let reason = reason(given.remove("reason_code")).unwrap_or_else(|kind| {
        faults.push(field_fault(None, "reason_code", &kind, locale));
        None
    });
    let score = score?;
    // A reason says why a score is low; with a high one it is not kept, and named as every key that is not taken.
    if score == Score::Good && reason.is_some() {
        name_ignored(notes, &["reason_code".to_owned()]);
    }
    Some(AnswerRow { score, satisfaction, reason: reason.filter(|_| score == Score::Bad), comment })
}

/// A code as a number or, as some clients write it, as text.
fn reason(value: Option<Value>) -> Result<Option<LowReason>, FaultKind> {
    let code = match value {
        None | Some(Value::Null) => return Ok(None),
        Some(Value::Number(number)) => number.as_u64(),
        Some(Value::String(text)) => text.trim().parse().ok(),
        Some(_) => None,
    };
    let code = code.and_then(|code| u16::try_from(code).ok()).ok_or(FaultKind::UnknownOption)?;
    if code == NO_REASON {
        return Ok(None);
    }
    LowReason::try_from(code).map(Some).map_err(|_| FaultKind::UnknownOption)
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    fn read(body: Value) -> Result<AnswerRow, Vec<(String, String)>> {
        rating(body, &Notes::default(), Locale::En).map_err(|error| match error {
            ApiError::Invalid(faults) => faults.into_iter().map(|fault| (fault.field_key, fault.error)).collect(),
            other => panic!("{other}"),
        })
    }

    fn faults(rating: Value) -> Vec<(String, String)> {
        read(json!({ "satisfaction_rating": rating })).unwrap_err()
    }

    fn fault(key: &str, error: &str) -> Vec<(String, String)> {
        vec![(key.to_owned(), error.to_owned())]
    }

    #[test]
    fn each_fault_is_one_of_its_field() {
        assert_eq!(faults(json!({})), fault("score", "BlankValue"));
        assert_eq!(read(json!({})).unwrap_err(), fault("score", "BlankValue"));
        for score in [json!("offered"), json!("GOOD"), json!(1), json!(["good"])] {
            assert_eq!(faults(json!({ "score": score })), fault("score", "InvalidValue"), "{score}");
        }
        let long = "x".repeat(5_001);
        assert_eq!(faults(json!({ "score": "bad", "comment": long })), fault("comment", "ValueTooLong"));
        assert_eq!(faults(json!({ "score": "bad", "comment": { "a": 1 } })), fault("comment", "InvalidValue"));
        for code in [json!(9), json!("x"), json!(-5), json!(5.5), json!(99999999), json!([5])] {
            assert_eq!(faults(json!({ "score": "bad", "reason_code": code })), fault("reason_code", "InvalidValue"));
        }
        let all = faults(json!({ "score": "", "comment": 7, "reason_code": 9 }));
        assert_eq!(all.len(), 3, "{all:?}");
    }

    #[test]
    fn a_rating_is_kept_clean() {
        let row = read(json!({ "satisfaction_rating": {
            "score": " bad ", "comment": " a\r\nb\u{0} ", "reason_code": "5", "assignee_id": 7,
        } }));
        let expected = AnswerRow {
            score: Score::Bad,
            satisfaction: None,
            reason: Some(LowReason::TooLong),
            comment: Some("a\nb".to_owned()),
        };
        assert_eq!(row, Ok(expected));
        let row = read(json!({ "satisfaction_rating": { "score": "good", "comment": " ", "reason_code": 5 } }));
        let expected = AnswerRow { score: Score::Good, satisfaction: None, reason: None, comment: None };
        assert_eq!(row, Ok(expected.clone()));
        let row = read(json!({ "satisfaction_rating": { "score": "good", "comment": null, "reason_code": 0 } }));
        assert_eq!(row, Ok(expected));
    }

    #[test]
    fn what_is_no_rating_is_no_body() {
        for body in [json!([]), json!("good"), json!({ "satisfaction_rating": "good" })] {
            assert!(matches!(rating(body, &Notes::default(), Locale::En), Err(ApiError::InvalidJson(_))));
        }
    }
}
