//! The extractors of agents, who come with an API token of theirs, and of whoever may come either way.

use super::api_token::{self, Shown};
use super::signed_in::SignedIn;
use crate::http::{ApiError, App, Message};
use crate::store::api_tokens::GoodToken;
use crate::store::{Reach, directory, groups};
use axum::extract::{FromRequestParts, OptionalFromRequestParts};
use axum::http::header;
use axum::http::request::Parts;
use balcao_contract::id::{AccountId, UserId};
use balcao_contract::locale::Locale;
use std::fmt;

/// Somebody who works for support, in every account, as far as their groups reach. As an argument of a handler it answers 401 to nobody and 403 to
/// everybody else, also to an agent who acts for a requester.
#[derive(Clone, PartialEq, Eq)]
pub struct Agent {
    /// Who.
    pub user: UserId,
    /// First and last name.
    pub name: String,
    /// The address of the token.
    pub email: String,
    /// The language of sentences.
    pub locale: Locale,
    /// The number of the token.
    pub token: i64,
    /// How far they reach.
    pub reach: Reach,
    /// Whether they see to what concerns every ticket, too.
    pub administrator: bool,
    /// The store that their files and repeated writes are kept under; which one is of no matter. None where there is
    /// no store at all yet.
    pub home: Option<AccountId>,
}

impl FromRequestParts<App> for Agent {
    type Rejection = ApiError;

    async fn from_request_parts(parts: &mut Parts, app: &App) -> Result<Self, ApiError> {
        if let Some(shown) = api_token::shown(parts, app).await?
            && shown.is_agent()
        {
            return of_token(shown, app).await;
        }
        // Who is somebody, but no agent, is told so; nobody is told to say who they are.
        <SignedIn as FromRequestParts<App>>::from_request_parts(parts, app).await?;
        Err(ApiError::Forbidden(Message::ForAgents))
    }
}

async fn of_token(shown: Shown, app: &App) -> Result<Agent, ApiError> {
    let token = shown.token;
    tracing::Span::current().record("agent", tracing::field::display(token.user));
    let mut read = app.store.reader().acquire().await?;
    let home = match token.account {
        Some(account) => Some(account),
        None => directory::first_account(&mut read).await?,
    };
    let reach = groups::reach(&mut read, token.user).await?;
    drop(read);
    let GoodToken { id: number, user, name, email, locale, administrator, .. } = token;
    Ok(Agent { user, name, email, locale, token: number, reach, administrator, home })
}

/// An agent who sees to what concerns every ticket: webhooks and exports. As an argument of a handler it answers as
/// [`Agent`] does, and 403 to agents who are none.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Administrator(pub Agent);

impl FromRequestParts<App> for Administrator {
    type Rejection = ApiError;

    async fn from_request_parts(parts: &mut Parts, app: &App) -> Result<Self, ApiError> {
        let agent = Agent::from_request_parts(parts, app).await?;
        if agent.administrator { Ok(Self(agent)) } else { Err(ApiError::Forbidden(Message::ForAdministrators)) }
    }
}

/// No personal data in logs.
impl fmt::Debug for Agent {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.debug_struct("Agent").field("user", &self.user).finish_non_exhaustive()
    }
}

/// An agent, or somebody with a session or a token of their own.
#[derive(Debug, Clone)]
pub enum Caller {
    /// Works for support.
    Agent(Agent),
    /// Asks support.
    Requester(Box<SignedIn>),
}

impl FromRequestParts<App> for Caller {
    type Rejection = ApiError;

    async fn from_request_parts(parts: &mut Parts, app: &App) -> Result<Self, ApiError> {
        if let Some(shown) = api_token::shown(parts, app).await?
            && shown.is_agent()
        {
            return of_token(shown, app).await.map(Self::Agent);
        }
        let signed_in = <SignedIn as FromRequestParts<App>>::from_request_parts(parts, app).await?;
        Ok(Self::Requester(Box::new(signed_in)))
    }
}

impl OptionalFromRequestParts<App> for Caller {
    type Rejection = ApiError;

    async fn from_request_parts(parts: &mut Parts, app: &App) -> Result<Option<Self>, ApiError> {
        if !parts.headers.contains_key(header::AUTHORIZATION) {
            return Ok(None);
        }
        <Self as FromRequestParts<App>>::from_request_parts(parts, app).await.map(Some)
    }
}
