//! What a conversation with Copilot takes: how long a question is, how many there are.

use super::commands::DeskError;
use super::submission::InvalidField;
use balcao_contract::panel::{Answer, NewQuestion, Turn};
use balcao_contract::text;
use balcao_contract::validation::AnswerErrorKind;
use balcao_store::{Connection, conversations};
use chrono::{DateTime, Utc};

/// A longer conversation is no longer one with a machine.
pub const MAX_TURNS: u32 = 50;

/// Whether a question can be asked.
///
/// # Errors
/// [`DeskError::Invalid`] with every fault.
pub fn check(question: &NewQuestion) -> Result<(), DeskError> {
    let mut faults = Vec::new();
    for (key, written) in [("text", &question.text), ("problem", &question.problem), ("tried", &question.tried)] {
        let actual = u32::try_from(text::length(written)).unwrap_or(u32::MAX);
        if key == "text" && text::is_blank(written) {
            faults.push(InvalidField::base(key, AnswerErrorKind::Blank));
        } else if actual > NewQuestion::MAX_LENGTH {
            faults.push(InvalidField::base(key, AnswerErrorKind::TooLong { max: NewQuestion::MAX_LENGTH, actual }));
        }
    }
    if faults.is_empty() { Ok(()) } else { Err(DeskError::Invalid { faults, form: None }) }
}

/// Keeps a question and its answer.
///
/// # Errors
/// [`DeskError::ConversationFull`], or the database.
pub async fn add_turn(
    write: &mut Connection,
    conversation: &str,
    question: NewQuestion,
    answer: Answer,
    now: DateTime<Utc>,
) -> Result<Turn, DeskError> {
    if conversations::count_turns(write, conversation).await? >= MAX_TURNS {
        return Err(DeskError::ConversationFull);
    }
    let number = conversations::add_turn(write, conversation, &question, &answer, now).await?;
    Ok(Turn { number, question, answer, helped: None })
}
