//! The satisfaction survey as the page shows it.

use crate::id::RequestId;
use crate::status::Status;
use crate::survey::{LowReason, Satisfaction, Score, SurveyState};
use crate::time::Timestamp;
use crate::wire::Given;
#[cfg(feature = "backend")]
use crate::wire::read;
use serde::{Deserialize, Serialize};

/// The survey of one request.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Survey {
    /// The request's number.
    pub id: RequestId,
    /// The request's title.
    pub subject: String,
    /// Where the request stands.
    pub status: Status,
    /// When it was solved; `null` where it is not solved now.
    pub solved_at: Option<Timestamp>,
    /// Until when the survey can be answered and changed.
    pub expires_at: Option<Timestamp>,
    /// Where the survey stands; `null` while the request is not solved.
    pub state: Option<SurveyState>,
    /// Whether an answer, or a change of it, is taken now, by the backend's clock.
    pub takes_answers: bool,
    /// What was answered about this solving.
    pub answer: Option<GivenAnswer>,
    /// What was answered about the solvings before, the latest first; only where one survey is asked for.
    #[serde(default)]
    #[cfg_attr(feature = "openapi", schema(required = true))]
    pub earlier: Vec<GivenAnswer>,
}

/// An answer that was given.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct GivenAnswer {
    /// The step of the scale; `null` where another client rated, which knows only the score.
    pub satisfaction: Option<Satisfaction>,
    /// Good or bad.
    pub score: Score,
    /// Why it is bad, where that was said.
    #[cfg_attr(feature = "openapi", schema(value_type = Option<u16>))]
    pub reason_code: Option<LowReason>,
    /// What was written.
    pub comment: Option<String>,
    /// When the request had been solved.
    pub solved_at: Timestamp,
    /// When this was last said.
    pub answered_at: Timestamp,
}

/// `{"survey": …}` of `GET` and `PUT /api/panel/surveys/{id}`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct SurveyEnvelope {
    /// The survey.
    pub survey: Survey,
}

/// How many surveys stand behind each tab; a search narrows them all.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct SurveyCounts {
    /// Pending review.
    pub pending: u64,
    /// Reviewed.
    pub reviewed: u64,
    /// Expired.
    pub expired: u64,
}

impl SurveyCounts {
    /// The count of one tab.
    #[must_use]
    pub const fn of(&self, state: SurveyState) -> u64 {
        match state {
            SurveyState::Pending => self.pending,
            SurveyState::Reviewed => self.reviewed,
            SurveyState::Expired => self.expired,
        }
    }
}

/// A page of `GET /api/panel/surveys`: of one tab where a state is asked for, the last solved first.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct SurveyPage {
    /// The surveys.
    pub surveys: Vec<Survey>,
    /// How many there are on all pages.
    pub count: u64,
    /// How many stand behind each tab.
    pub counts: SurveyCounts,
    /// The next page's address.
    pub next_page: Option<String>,
    /// The previous page's address.
    pub previous_page: Option<String>,
}

/// `{"answer": …}` of `PUT /api/panel/surveys/{id}`.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize)]
#[cfg_attr(feature = "backend", derive(Deserialize))]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct SurveyAnswerEnvelope {
    /// The answer.
    #[serde(default, deserialize_with = "read::object")]
    #[cfg_attr(feature = "openapi", schema(required = true))]
    pub answer: SurveyAnswer,
}

/// What somebody answers. The same once more changes nothing.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize)]
#[cfg_attr(feature = "backend", derive(Deserialize))]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct SurveyAnswer {
    /// The step of the scale.
    #[serde(default, deserialize_with = "read::name")]
    #[cfg_attr(feature = "openapi", schema(value_type = Satisfaction, required = true))]
    pub satisfaction: Given<Satisfaction>,
    /// Why it is low; not kept with a high one.
    #[serde(default, deserialize_with = "read::reason", skip_serializing_if = "Given::is_nothing")]
    #[cfg_attr(feature = "openapi", schema(value_type = Option<u16>))]
    pub reason_code: Given<LowReason>,
    /// At most 5,000 characters.
    #[serde(default, skip_serializing_if = "Given::is_nothing")]
    #[cfg_attr(feature = "openapi", schema(value_type = Option<String>, max_length = 5000))]
    pub comment: Given<String>,
    /// The solving that it is about, as the survey said: solved again meanwhile, the answer is refused (409).
    #[serde(default, skip_serializing_if = "Given::is_nothing")]
    #[cfg_attr(feature = "openapi", schema(value_type = Option<Timestamp>))]
    pub solved_at: Given<Timestamp>,
}
