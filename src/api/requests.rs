//! The history, one request, its thread, and the reply.

use crate::api::forms::form_of_request_path;
use crate::api::{ApiError, Call, Client};
use balcao_contract::id::RequestId;
use balcao_contract::locale::Locale;
use balcao_contract::panel::{CountsEnvelope, FollowupsEnvelope, ReopenClockEnvelope, StatusCounts};
use balcao_contract::wire::{
    Comment, CommentPage, Request, RequestEnvelope, RequestPage, RequestUpdate, RequestUpdateEnvelope, User,
};
use gloo_net::http::Method;

/// The most pages of a thread that are fetched: 100 comments each, more than anybody reads.
const THREAD_PAGES: u32 = 50;

/// A request's comments, oldest first, and who wrote them.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Thread {
    /// The comments.
    pub comments: Vec<Comment>,
    /// The people behind them.
    pub people: Vec<User>,
}

fn request_path(id: RequestId) -> String {
    format!("/api/v2/requests/{id}")
}

fn comments_path(id: RequestId, page: u32) -> String {
    format!("/api/v2/requests/{id}/comments?include=rich_text&sort=created_at&per_page=100&page={page}")
}

fn clock_path(id: RequestId) -> String {
    format!("/api/panel/requests/{id}/clock")
}

impl Client {
    /// Begins what the page of a request asks first, before its code is there.
    pub fn request_early(self, id: RequestId, locale: Locale) {
        self.get_early(&request_path(id));
        self.get_early(&comments_path(id, 1));
        self.get_early(&form_of_request_path(id, locale));
        self.get_early(&clock_path(id));
    }

    /// A page of the list or of a search; `path` names it.
    ///
    /// # Errors
    /// As [`Client::send`].
    pub async fn requests(self, path: &str) -> Result<RequestPage, ApiError> {
        self.get(path).await
    }

    /// How many requests stand behind each filter; `path` names the search.
    ///
    /// # Errors
    /// As [`Client::send`].
    pub async fn request_counts(self, path: &str) -> Result<StatusCounts, ApiError> {
        Ok(self.get::<CountsEnvelope>(path).await?.counts)
    }

    /// One request.
    ///
    /// # Errors
    /// As [`Client::send`]; `NotFound` also for somebody else's.
    pub async fn request(self, id: RequestId) -> Result<Request, ApiError> {
        Ok(self.get::<RequestEnvelope>(&request_path(id)).await?.request)
    }

    /// By when a request is answered, and the clock of a solved one.
    ///
    /// # Errors
    /// As [`Client::send`].
    pub async fn clock(self, id: RequestId) -> Result<ReopenClockEnvelope, ApiError> {
        self.get(&clock_path(id)).await
    }

    /// The requests that go on from a closed one.
    ///
    /// # Errors
    /// As [`Client::send`].
    pub async fn followups(self, id: RequestId) -> Result<Vec<RequestId>, ApiError> {
        Ok(self.get::<FollowupsEnvelope>(&format!("/api/panel/requests/{id}/followups")).await?.request_ids)
    }

    /// Whether a request goes on in a follow-up: it is closed, or full.
    ///
    /// # Errors
    /// As [`Client::send`].
    pub async fn can_follow_up(self, id: RequestId) -> Result<bool, ApiError> {
        Ok(self.get::<FollowupsEnvelope>(&format!("/api/panel/requests/{id}/followups")).await?.can_follow_up)
    }

    /// The whole thread of a request.
    ///
    /// # Errors
    /// As [`Client::send`].
    pub async fn thread(self, id: RequestId) -> Result<Thread, ApiError> {
        let mut thread = Thread::default();
        for number in 1..=THREAD_PAGES {
            let path = comments_path(id, number);
            let page: CommentPage = self.get(&path).await?;
            thread.comments.extend(page.comments);
            for person in page.users {
                if !thread.people.iter().any(|known| known.id == person.id) {
                    thread.people.push(person);
                }
            }
            if page.next_page.is_none() {
                break;
            }
        }
        Ok(thread)
    }

    /// Takes a request back that support has not answered. Answers with the request as it is then.
    ///
    /// # Errors
    /// As [`Client::send`]; `Conflict` where an agent was faster.
    pub async fn withdraw(self, id: RequestId) -> Result<Request, ApiError> {
        let call = Call::new(Method::POST, &format!("/api/panel/requests/{id}/withdraw"));
        Ok(self.send::<RequestEnvelope>(call).await?.request)
    }

    /// Adds a comment, marks it as solved, or both. The same key on a second try does it only once. Answers with the request as it is then.
    ///
    /// # Errors
    /// As [`Client::send`]; `Conflict` where the request is closed or was changed in the same moment.
    pub async fn change_request(self, id: RequestId, update: RequestUpdate, key: &str) -> Result<Request, ApiError> {
        let call = Call::put(&format!("/api/v2/requests/{id}"), &RequestUpdateEnvelope { request: update });
        Ok(self.send::<RequestEnvelope>(call.idempotent(key)).await?.request)
    }
}
