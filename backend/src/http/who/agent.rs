//! The extractors of agents, who come with an API token of theirs, and of whoever may come either way.

use super::api_token::{self, Shown};
use crate::http::{ApiError, App, Message};
use crate::identity::{Agent, SignedIn};
use axum::extract::{FromRequestParts, OptionalFromRequestParts};
use axum::http::header;
use axum::http::request::Parts;
use balcao_store::api_tokens::GoodToken;
use balcao_store::{directory, groups};

/// Answers 401 to nobody and 403 to everybody else, also to an agent who acts for a requester.
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
    let mut read = app.store.read().await?;
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
