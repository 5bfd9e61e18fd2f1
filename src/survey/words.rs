//! Which sentence says what: tabs, steps of the scale, reasons.

use crate::text::Text;
use balcao_contract::survey::{LowReason, Satisfaction, Score, SurveyState};

/// The name of a tab.
#[must_use]
pub const fn state(state: SurveyState) -> Text {
    match state {
        SurveyState::Pending => Text::SurveyStatePending,
        SurveyState::Reviewed => Text::SurveyStateReviewed,
        SurveyState::Expired => Text::SurveyStateExpired,
    }
}

/// What a step of the scale is called.
#[must_use]
pub const fn step(step: Satisfaction) -> Text {
    match step {
        Satisfaction::VerySatisfied => Text::SurveyStepVerySatisfied,
        Satisfaction::Satisfied => Text::SurveyStepSatisfied,
        Satisfaction::Dissatisfied => Text::SurveyStepDissatisfied,
        Satisfaction::VeryDissatisfied => Text::SurveyStepVeryDissatisfied,
    }
}

/// What was answered: the step, or the score alone where another client rated.
#[must_use]
pub fn answered(satisfaction: Option<Satisfaction>, score: Score) -> Text {
    match (satisfaction, score) {
        (Some(given), _) => step(given),
        (None, Score::Good) => Text::SurveyStepGood,
        (None, Score::Bad) => Text::SurveyStepBad,
    }
}

/// What a reason says.
#[must_use]
pub const fn reason(reason: LowReason) -> Text {
    match reason {
        LowReason::NotSolved => Text::SurveyReasonNotSolved,
        LowReason::TooLong => Text::SurveyReasonTooLong,
        LowReason::NoHelp => Text::SurveyReasonNoHelp,
        LowReason::Treatment => Text::SurveyReasonTreatment,
        LowReason::Other => Text::SurveyReasonOther,
    }
}
