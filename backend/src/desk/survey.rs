//! Rating a solved request. What counts as in time is the contract's rule, by the calendar that closes the request.

use super::Viewer;
use super::event::{Event, record};
use super::search::{Query, Word};
use crate::calendar::Calendar;
use crate::store::surveys::{AnswerRow, AskedRow};
use crate::store::{Connection, StoreError, surveys};
use balcao_contract::id::RequestId;
use balcao_contract::survey::takes_answers;
use balcao_contract::text;
use balcao_contract::time::Timestamp;
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
    use crate::desk::search::WordsExpression;

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
