//! Rating a solved request. What counts as in time is the contract's rule, by the calendar that closes the request.

use super::Viewer;
use super::event::{Event, record};
use super::request_body::readable;
use super::search::{Query, Word};
use super::submission::InvalidField;
use crate::calendar::Calendar;
use balcao_contract::id::RequestId;
use balcao_contract::panel::SurveyAnswer;
use balcao_contract::survey::{self, LowReason, Satisfaction, Score, takes_answers};
use balcao_contract::text;
use balcao_contract::time::Timestamp;
use balcao_contract::validation::AnswerErrorKind;
use balcao_contract::wire::{Given, RatingToGive};
use balcao_store::surveys::{AnswerRow, AskedRow};
use balcao_store::{Connection, StoreError, surveys};
use chrono::{DateTime, Utc};

/// Why a rating was not taken. Nothing of it happened.
#[derive(Debug, thiserror::Error)]
pub enum RateError {
    /// No such request, or somebody else's.
    #[error("no such request")]
    NotFound,
    /// The request is not solved: there is nothing to rate yet, or it was reopened.
    #[error("the request is not solved")]
    NotSolved,
    /// The time is over.
    #[error("the survey has expired")]
    Expired,
    /// It was reopened and solved again since it was read: that is another survey.
    #[error("solved again in the meantime")]
    SolvedAgain,
    /// The database.
    #[error(transparent)]
    Store(#[from] StoreError),
}

/// Who rates, when, and by which calendar.
#[derive(Debug, Clone, Copy)]
pub struct Rating<'a> {
    /// Who.
    pub viewer: Viewer,
    /// When.
    pub now: DateTime<Utc>,
    /// The calendar of the account's support.
    pub calendar: &'a Calendar,
    /// The solving that is meant, to the second; `None` for whichever is the present one.
    pub solved_at: Option<Timestamp>,
}

/// A rating that was taken.
#[derive(Debug, Clone)]
pub struct Rated {
    /// The request and its survey, with the answer.
    pub asked: AskedRow,
    /// It is the first answer to this survey, not a change of one.
    pub is_new: bool,
}

/// An answer to a survey as a body brings it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct WantedRating {
    /// What is kept of it.
    pub answer: AnswerRow,
    /// The solving that it is about; `None` for whichever is the present one.
    pub solved_at: Option<Timestamp>,
    /// A reason says why a score is low: this one came with a high score, and is not kept.
    pub is_reason_idle: bool,
}

/// Reads Zendesk's rating.
///
/// # Errors
/// Every fault, each of its field.
pub fn rating_of(body: RatingToGive) -> Result<WantedRating, Vec<InvalidField>> {
    let mut faults = Vec::new();
    let score = chosen("score", body.score, &mut faults);
    let wanted = wanted(score, None, body.comment, body.reason_code, &mut faults);
    wanted.filter(|_| faults.is_empty()).ok_or(faults)
}

/// Reads the panel's answer, which has more steps than Zendesk's scores.
///
/// # Errors
/// Every fault, each of its field.
pub fn answer_of(body: SurveyAnswer) -> Result<WantedRating, Vec<InvalidField>> {
    let mut faults = Vec::new();
    let step = chosen("satisfaction", body.satisfaction, &mut faults);
    let wanted = wanted(step.map(Satisfaction::score), step, body.comment, body.reason_code, &mut faults);
    let solved_at = readable("solved_at", body.solved_at, &mut faults);
    wanted.filter(|_| faults.is_empty()).map(|wanted| WantedRating { solved_at, ..wanted }).ok_or(faults)
}

/// Without it there is no answer.
fn chosen<T>(key: &str, given: Given<T>, faults: &mut Vec<InvalidField>) -> Option<T> {
    let kind = match given {
        Given::Value(known) => return Some(known),
        Given::Nothing => AnswerErrorKind::Blank,
        Given::Unreadable => AnswerErrorKind::UnknownOption,
    };
    faults.push(InvalidField::base(key, kind));
    None
}

fn wanted(
    score: Option<Score>,
    satisfaction: Option<Satisfaction>,
    comment: Given<String>,
    reason: Given<LowReason>,
    faults: &mut Vec<InvalidField>,
) -> Option<WantedRating> {
    let comment = readable("comment", comment, faults).and_then(|written| {
        survey::comment(&written).unwrap_or_else(|actual| {
            faults.push(InvalidField::base("comment", AnswerErrorKind::TooLong { max: survey::MAX_COMMENT, actual }));
            None
        })
    });
    let reason = readable("reason_code", reason, faults);
    let score = score?;
    let is_reason_idle = score == Score::Good && reason.is_some();
    let reason = reason.filter(|_| score == Score::Bad);
    let answer = AnswerRow { score, satisfaction, reason, comment };
    Some(WantedRating { answer, solved_at: None, is_reason_idle })
}

/// Rates a solved request, or changes the rating. The same rating once more changes nothing.
///
/// # Errors
/// See [`RateError`].
pub async fn rate(
    write: &mut Connection,
    rating: &Rating<'_>,
    request: RequestId,
    answer: AnswerRow,
) -> Result<Rated, RateError> {
    let viewer = rating.viewer;
    let asked = surveys::of_request(write, viewer, request).await?.ok_or(RateError::NotFound)?;
    let Some(survey) = &asked.survey else { return Err(RateError::NotSolved) };
    if rating.solved_at.is_some_and(|seen| seen.0.timestamp() != survey.solved_at.0.timestamp()) {
        return Err(RateError::SolvedAgain);
    }
    let expires_at = rating.calendar.closes_at(survey.solved_at.0).map(Timestamp);
    if !takes_answers(asked.status, expires_at, Timestamp(rating.now)) {
        return Err(RateError::Expired);
    }
    let is_new = survey.answer.is_none();
    // A client that knows the score alone does not take the step away that it agrees with.
    let step = survey.answer.as_ref().and_then(|known| known.satisfaction);
    let satisfaction = answer.satisfaction.or(step.filter(|step| step.score() == answer.score));
    let answer = AnswerRow { satisfaction, ..answer };
    if survey.answer.as_ref() == Some(&answer) {
        return Ok(Rated { asked, is_new });
    }
    surveys::answer(write, survey.id, &answer, asked.assignee, rating.now).await?;
    let event = Event::Rated { rating: survey.id, score: answer.score, reason: answer.reason, again: !is_new };
    record(write, request, Some(viewer.user), &[event], rating.now).await?;
    let asked = surveys::of_request(write, viewer, request).await?.ok_or(RateError::NotFound)?;
    Ok(Rated { asked, is_new })
}

/// What is typed into the survey's search: a request's number, or words of its title. Nothing in it is a command.
#[must_use]
pub fn title_query(typed: &str) -> Query {
    let line = text::single_line(typed);
    let mut query = Query::default();
    let digits = line.strip_prefix('#').unwrap_or(&line).trim_start();
    if !digits.is_empty() && digits.bytes().all(|byte| byte.is_ascii_digit()) {
        // More digits than a number has are looked for all the same, and not found.
        let number = digits.parse().unwrap_or(u64::MAX);
        if line.starts_with('#') {
            query.number = Some(number);
            return query;
        }
        query.number_or_word = Some(number);
    }
    let words: Vec<&str> = line.split(' ').filter(|word| !word.is_empty()).take(MAX_WORDS).collect();
    // The last word may still be in the middle of being typed.
    let last = words.len();
    let words = words.into_iter().zip(1..);
    query.words = words.map(|(word, place)| Word { text: word.to_owned(), prefix: place == last }).collect();
    query
}

/// More words than these are not looked for.
const MAX_WORDS: usize = 32;

#[cfg(test)]
mod tests {
    use super::*;
    use crate::search::WordsExpression;
    use balcao_contract::wire::RatingToGiveEnvelope;
    use serde_json::{Value, json};

    fn read(body: Value) -> Result<AnswerRow, Vec<(String, String)>> {
        let body: RatingToGiveEnvelope = serde_json::from_value(body).unwrap();
        let read = rating_of(body.satisfaction_rating).map(|wanted| wanted.answer);
        let named = |fault: InvalidField| (fault.key, fault.kind.wire_name().to_owned());
        read.map_err(|faults| faults.into_iter().map(named).collect())
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
    fn the_search_takes_numbers_and_words_and_nothing_else() {
        let number = |typed: &str| title_query(typed).number;
        assert_eq!((number("#123"), number("# 7 "), number("#x"), number("123")), (Some(123), Some(7), None, None));
        assert_eq!(title_query(" 123 ").number_or_word, Some(123));
        assert_eq!(title_query("99999999999999999999999").number_or_word, Some(u64::MAX));
        let words = |typed: &str| title_query(typed).words_expression();
        let with = |words: &[&str]| {
            let with = words.iter().copied().map(str::to_owned).collect();
            Some(WordsExpression::Match { with, without: Vec::new() })
        };
        assert_eq!(words("pix fails"), with(&["\"pix\"", "\"fails\"*"]));
        assert_eq!(words("status:closed -1"), with(&["\"status:closed\"", "\"-1\"*"]));
        assert_eq!(words("say \"hi\""), with(&["\"say\"", "\"\"\"hi\"\"\"*"]));
        assert_eq!(words(" ?! "), Some(WordsExpression::Nothing));
        assert_eq!(words("  "), None);
        assert_eq!(words("a\u{0}b"), with(&["\"a\"", "\"b\"*"]));
    }
}
