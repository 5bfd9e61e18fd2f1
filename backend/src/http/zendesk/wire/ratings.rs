//! Satisfaction ratings and reasons. Zendesk's own OpenAPI description calls a single one an array; its answers, and
//! these, are objects.

use super::lists::{CursorLinks, CursorMeta};
use balcao_contract::id::{GroupId, RequestId, UserId};
use balcao_contract::time::Timestamp;
use serde::Serialize;
use utoipa::{IntoParams, ToSchema};

/// A satisfaction rating: one for each solving of a ticket.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, ToSchema)]
pub struct SatisfactionRating {
    /// Its number.
    pub id: u64,
    /// The API address of this object.
    pub url: String,
    /// Who answered the ticket when it was rated.
    pub assignee_id: Option<UserId>,
    /// The group of agents that answers the ticket.
    pub group_id: Option<GroupId>,
    /// Who opened the ticket.
    pub requester_id: UserId,
    /// The ticket.
    pub ticket_id: RequestId,
    /// `offered`, `good` or `bad`.
    #[schema(value_type = String)]
    pub score: &'static str,
    /// What was written.
    pub comment: Option<String>,
    /// Why it is bad, in the reader's language.
    pub reason: Option<String>,
    /// The reason's code; 0 for a bad score without one.
    pub reason_code: Option<u16>,
    /// The reason's id.
    pub reason_id: Option<u64>,
    /// When it was given; while it is only offered, when that was.
    pub created_at: Timestamp,
    /// When it last changed.
    pub updated_at: Timestamp,
}

/// `{"satisfaction_rating": …}`
#[derive(Debug, Clone, PartialEq, Eq, Serialize, ToSchema)]
pub struct SatisfactionRatingEnvelope {
    /// The rating.
    pub satisfaction_rating: SatisfactionRating,
}

/// A page of ratings, in either pagination.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, ToSchema)]
#[serde(untagged)]
pub enum SatisfactionRatingList {
    /// With `page` and `per_page`, or neither.
    Offset(SatisfactionRatingPage),
    /// With `page[size]`, `page[after]` or `page[before]`.
    Cursor(SatisfactionRatingCursorPage),
}

/// A page of ratings, by offset.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, ToSchema)]
pub struct SatisfactionRatingPage {
    /// The ratings.
    pub satisfaction_ratings: Vec<SatisfactionRating>,
    /// How many there are in all.
    pub count: u64,
    /// The next page's address.
    pub next_page: Option<String>,
    /// The previous page's address.
    pub previous_page: Option<String>,
}

/// A page of ratings, by cursor.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, ToSchema)]
pub struct SatisfactionRatingCursorPage {
    /// The ratings.
    pub satisfaction_ratings: Vec<SatisfactionRating>,
    /// Where this page stands.
    pub meta: CursorMeta,
    /// The ways on.
    pub links: CursorLinks,
}

/// Which ratings.
#[derive(Debug, Clone, IntoParams)]
#[into_params(parameter_in = Query)]
pub struct RatingParams {
    /// offered, unoffered, received, good or bad; the last three also with `_with_comment` or `_without_comment`.
    #[param(required = false, pattern = "^(offered|unoffered|(received|good|bad)(_with_comment|_without_comment)?)?$")]
    pub score: Option<String>,
    /// Not before, in Unix seconds.
    #[param(required = false, format = Int64)]
    pub start_time: Option<i64>,
    /// Not after, in Unix seconds.
    #[param(required = false, format = Int64)]
    pub end_time: Option<i64>,
    /// created_at or updated_at.
    #[param(required = false, pattern = "^(created_at|updated_at)?$")]
    pub sort_by: Option<String>,
    /// asc or desc.
    #[param(required = false, pattern = "^(asc|desc)?$")]
    pub sort_order: Option<String>,
}

/// A reason for a low score.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, ToSchema)]
pub struct SatisfactionReason {
    /// Its number.
    pub id: u64,
    /// The API address of this object.
    pub url: String,
    /// The code that ratings name it by.
    pub reason_code: u16,
    /// What it says, in the reader's language.
    pub value: String,
    /// The same.
    pub raw_value: String,
    /// When it was made.
    pub created_at: Timestamp,
    /// When it last changed.
    pub updated_at: Timestamp,
    /// When it was taken away.
    pub deleted_at: Option<Timestamp>,
}

/// `{"reason": …}`
#[derive(Debug, Clone, PartialEq, Eq, Serialize, ToSchema)]
pub struct SatisfactionReasonEnvelope {
    /// The reason.
    pub reason: SatisfactionReason,
}

/// Every reason.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, ToSchema)]
pub struct SatisfactionReasonList {
    /// The reasons, as they are offered.
    pub reasons: Vec<SatisfactionReason>,
    /// How many there are.
    pub count: u64,
    /// They fit on one page.
    pub next_page: Option<String>,
    /// They fit on one page.
    pub previous_page: Option<String>,
}

/// What a ticket says about its last rating.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, ToSchema)]
pub struct TicketRating {
    /// `unoffered`, `offered`, `good` or `bad`.
    #[schema(value_type = String)]
    pub score: &'static str,
    /// The rating's number.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub id: Option<u64>,
    /// What was written.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub comment: Option<String>,
    /// Why it is bad, in the reader's language.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub reason: Option<String>,
    /// The reason's id.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub reason_id: Option<u64>,
}
