//! The satisfaction survey (lifecycle.md): who can still answer, the scale, the reasons. One solving is asked about once:
//! whoever reopens a request is asked again when it is solved again.

use crate::status::Status;
use crate::text;
use crate::time::Timestamp;
use crate::working_hours::REOPEN_WINDOW;
use chrono::TimeDelta;
use serde::{Deserialize, Serialize};

/// How long a survey can be answered and changed: so many working hours after solving, by the clock that closes the
/// request.
pub const ANSWER_WINDOW: TimeDelta = REOPEN_WINDOW;

/// The longest comment, in characters.
pub const MAX_COMMENT: u32 = 5_000;

/// Where a survey stands: the three tabs of the page.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "lowercase")]
pub enum SurveyState {
    /// Not answered, and there is time left.
    Pending,
    /// Answered; while there is time left, the answer can be changed.
    Reviewed,
    /// Not answered in time.
    Expired,
}

impl SurveyState {
    /// Every state, in the order of the tabs.
    pub const ALL: [Self; 3] = [Self::Pending, Self::Reviewed, Self::Expired];

    /// The name in addresses.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Pending => "pending",
            Self::Reviewed => "reviewed",
            Self::Expired => "expired",
        }
    }

    /// The state of that name, if there is one.
    #[must_use]
    pub fn from_name(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|state| state.name() == name)
    }

    /// The state of a survey.
    #[must_use]
    pub const fn of(is_answered: bool, takes_answers: bool) -> Self {
        match (is_answered, takes_answers) {
            (true, _) => Self::Reviewed,
            (false, true) => Self::Pending,
            (false, false) => Self::Expired,
        }
    }
}

/// Whether an answer is taken now: only while the request is solved, and before the moment at which it closes. Without
/// such a moment (a calendar that hardly ever works) it is taken for as long as the request stays solved.
#[must_use]
pub fn takes_answers(status: Status, expires_at: Option<Timestamp>, now: Timestamp) -> bool {
    status == Status::Solved && expires_at.is_none_or(|expires_at| now < expires_at)
}

/// What Zendesk keeps of an answer.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "lowercase")]
pub enum Score {
    /// Satisfied.
    Good,
    /// Dissatisfied.
    Bad,
}

impl Score {
    /// Both.
    pub const ALL: [Self; 2] = [Self::Good, Self::Bad];

    /// The name on the wire and in the database.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Good => "good",
            Self::Bad => "bad",
        }
    }

    /// The score of that name, if there is one.
    #[must_use]
    pub fn from_name(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|score| score.name() == name)
    }
}

/// A step of the scale that the page asks with. It has no middle: each step is one of Zendesk's two scores, and nobody
/// finds an answer counted as what they did not say.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "snake_case")]
pub enum Satisfaction {
    /// 4.
    VerySatisfied,
    /// 3.
    Satisfied,
    /// 2.
    Dissatisfied,
    /// 1.
    VeryDissatisfied,
}

impl Satisfaction {
    /// Every step, the best first.
    pub const ALL: [Self; 4] = [Self::VerySatisfied, Self::Satisfied, Self::Dissatisfied, Self::VeryDissatisfied];

    /// The name on the wire.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::VerySatisfied => "very_satisfied",
            Self::Satisfied => "satisfied",
            Self::Dissatisfied => "dissatisfied",
            Self::VeryDissatisfied => "very_dissatisfied",
        }
    }

    /// The step of that name, if there is one.
    #[must_use]
    pub fn from_name(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|step| step.name() == name)
    }

    /// Its number, from 1 for the worst: how the database keeps it.
    #[must_use]
    pub const fn number(self) -> u8 {
        match self {
            Self::VerySatisfied => 4,
            Self::Satisfied => 3,
            Self::Dissatisfied => 2,
            Self::VeryDissatisfied => 1,
        }
    }

    /// The step of that number, if there is one.
    #[must_use]
    pub fn from_number(number: u8) -> Option<Self> {
        Self::ALL.into_iter().find(|step| step.number() == number)
    }

    /// What Zendesk keeps of it.
    #[must_use]
    pub const fn score(self) -> Score {
        match self {
            Self::VerySatisfied | Self::Satisfied => Score::Good,
            Self::Dissatisfied | Self::VeryDissatisfied => Score::Bad,
        }
    }

    /// A reason is asked for.
    #[must_use]
    pub const fn asks_for_a_reason(self) -> bool {
        matches!(self.score(), Score::Bad)
    }
}

/// Why somebody is dissatisfied; on the wire Zendesk's `reason_code`
/// (<https://developer.zendesk.com/api-reference/ticketing/ticket-management/satisfaction_ratings/>).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(try_from = "u16", into = "u16")]
pub enum LowReason {
    /// It took too long.
    TooLong,
    /// It is not solved.
    NotSolved,
    /// The answers were of no help.
    NoHelp,
    /// They were not treated well.
    Treatment,
    /// Something else.
    Other,
}

/// Zendesk's code for a low score without a reason.
pub const NO_REASON: u16 = 0;

/// A number that is no reason's code.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("no such reason")]
pub struct UnknownReason;

impl LowReason {
    /// Every reason, as they are offered.
    pub const ALL: [Self; 5] = [Self::NotSolved, Self::TooLong, Self::NoHelp, Self::Treatment, Self::Other];

    /// The code on the wire and in the database.
    #[must_use]
    pub const fn code(self) -> u16 {
        match self {
            Self::TooLong => 5,
            Self::NotSolved => 6,
            Self::NoHelp => 7,
            Self::Treatment => 8,
            Self::Other => 100,
        }
    }
}

impl TryFrom<u16> for LowReason {
    type Error = UnknownReason;
    fn try_from(code: u16) -> Result<Self, UnknownReason> {
        Self::ALL.into_iter().find(|reason| reason.code() == code).ok_or(UnknownReason)
    }
}

impl From<LowReason> for u16 {
    fn from(reason: LowReason) -> Self {
        reason.code()
    }
}

/// A comment as it is kept: cleaned, `None` for one that says nothing.
///
/// # Errors
/// How long it is, in characters, where it is longer than [`MAX_COMMENT`].
pub fn comment(written: &str) -> Result<Option<String>, u32> {
    let written = text::several_lines(written);
    let length = u32::try_from(text::length(&written)).unwrap_or(u32::MAX);
    if text::is_blank(&written) {
        Ok(None)
    } else if length > MAX_COMMENT {
        Err(length)
    } else {
        Ok(Some(written))
    }
}
