//! The satisfaction survey.

use crate::api::{ApiError, Call, Client};
use balcao_contract::id::RequestId;
use balcao_contract::panel::{Survey, SurveyAnswer, SurveyAnswerEnvelope, SurveyEnvelope, SurveyPage};

impl Client {
    /// A page of surveys; `path` names it.
    ///
    /// # Errors
    /// As [`Client::send`].
    pub async fn surveys(self, path: &str) -> Result<SurveyPage, ApiError> {
        self.get(path).await
    }

    /// The survey of one request.
    ///
    /// # Errors
    /// As [`Client::send`]; `NotFound` also for what somebody else opened.
    pub async fn survey(self, id: RequestId) -> Result<Survey, ApiError> {
        Ok(self.get::<SurveyEnvelope>(&format!("/api/panel/surveys/{id}")).await?.survey)
    }

    /// Answers a survey, or changes the answer: sent twice, it is one answer. Gives the survey as it is then.
    ///
    /// # Errors
    /// As [`Client::send`]; `Conflict` where the request was solved again since, `Invalid` where the time is over.
    pub async fn answer_survey(self, id: RequestId, answer: SurveyAnswer) -> Result<Survey, ApiError> {
        let call = Call::put(&format!("/api/panel/surveys/{id}"), &SurveyAnswerEnvelope { answer });
        Ok(self.send::<SurveyEnvelope>(call).await?.survey)
    }
}
