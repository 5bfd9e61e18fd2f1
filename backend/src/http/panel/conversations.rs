//! A conversation with Copilot: questions, answers, the one-time code, and the handover to a person.

use crate::http::zendesk::faults;
use crate::http::{ApiError, App, Json, Message, ReaderLocale};
use crate::identity::SignedIn;
use crate::identity::code::{Asker, CodeError, Codes};
use axum::Router;
use axum::extract::{Path, State};
use axum::http::{HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use axum::routing::{get, post};
use balcao_contract::locale::Locale;
use balcao_contract::panel::{
    Answer, Capability, CodeCheck, CodeSent, Conversation, ConversationEnvelope, Feedback, HandoverEnvelope,
    NewConversationEnvelope, NewHandover, NewQuestion, NewQuestionEnvelope, TurnEnvelope,
};
use balcao_contract::wire::{ErrorBody, error_name};
use balcao_copilot as copilot;
use balcao_desk::conversation;
use balcao_mail::{messages, sealed};
use balcao_runtime::work::Who;
use balcao_store::conversations::{self, Owner};
use balcao_store::{Connection, outbox};
use rand::TryRngCore as _;

pub(super) fn router() -> Router<App> {
    Router::new()
        .route("/api/panel/conversations", post(create))
        .route("/api/panel/conversations/{id}", get(show))
        .route("/api/panel/conversations/{id}/questions", post(ask))
        .route("/api/panel/conversations/{id}/turns/{number}/feedback", post(feedback))
        .route("/api/panel/conversations/{id}/code", post(send_code))
        .route("/api/panel/conversations/{id}/code/check", post(check_code))
        .route("/api/panel/conversations/{id}/handover", post(handover))
}

fn owner(signed_in: &SignedIn) -> Owner {
    Owner { user: signed_in.user, account: signed_in.account }
}

async fn find(db: &mut Connection, id: &str, signed_in: &SignedIn) -> Result<Conversation, ApiError> {
    conversations::find(db, id, owner(signed_in)).await?.ok_or(ApiError::RecordNotFound)
}

/// Begins a conversation.
#[utoipa::path(post, path = "/api/panel/conversations", tag = "copilot", request_body = NewConversationEnvelope,
    responses((status = 201, body = ConversationEnvelope), (status = 400, body = ErrorBody), (status = 401)))]
pub(in crate::http) async fn create(
    State(app): State<App>,
    signed_in: SignedIn,
    Json(new): Json<NewConversationEnvelope>,
) -> Result<Response, ApiError> {
    let mut bytes = [0_u8; 16];
    rand::rngs::OsRng.try_fill_bytes(&mut bytes).map_err(ApiError::internal)?;
    let id = format!("{:032x}", u128::from_be_bytes(bytes));
    let mut write = app.store.begin().await?;
    conversations::insert(&mut write, &id, owner(&signed_in), &new.conversation, app.clock.now()).await?;
    write.commit().await?;
    let location = app.config.link(&format!("/api/panel/conversations/{id}"));
    let location = HeaderValue::from_str(&location).map_err(ApiError::internal)?;
    let conversation =
        Conversation { id, locale: new.conversation.locale, scenario: new.conversation.scenario, turns: Vec::new() };
    let body = Json(ConversationEnvelope { conversation });
    Ok((StatusCode::CREATED, [(header::LOCATION, location)], body).into_response())
}

/// A conversation, whole.
#[utoipa::path(get, path = "/api/panel/conversations/{id}", tag = "copilot",
    params(("id" = String, Path, description = "The conversation")),
    responses((status = 200, body = ConversationEnvelope), (status = 401), (status = 404, body = ErrorBody)))]
pub(in crate::http) async fn show(
    State(app): State<App>,
    signed_in: SignedIn,
    Path(id): Path<String>,
) -> Result<Json<ConversationEnvelope>, ApiError> {
    let mut read = app.store.read().await?;
    Ok(Json(ConversationEnvelope { conversation: find(&mut read, &id, &signed_in).await? }))
}

/// Asks a question; answered with passages of articles, or with none where nothing fits.
#[utoipa::path(post, path = "/api/panel/conversations/{id}/questions", tag = "copilot",
    request_body = NewQuestionEnvelope, params(("id" = String, Path, description = "The conversation")),
    responses((status = 201, body = TurnEnvelope), (status = 401), (status = 404, body = ErrorBody), (status = 422, body = ErrorBody)))]
pub(in crate::http) async fn ask(
    State(app): State<App>,
    signed_in: SignedIn,
    ReaderLocale(reader): ReaderLocale,
    Path(id): Path<String>,
    Json(new): Json<NewQuestionEnvelope>,
) -> Result<(StatusCode, Json<TurnEnvelope>), ApiError> {
    let question = new.question;
    let locale = {
        let mut read = app.store.read().await?;
        let head = conversations::head(&mut read, &id, owner(&signed_in)).await?.ok_or(ApiError::RecordNotFound)?;
        head.locale
    };
    conversation::check(&question).map_err(|error| faults::refused(error, None, reader))?;
    let answer = answer(&app, &signed_in, locale, question.clone()).await?;
    let mut write = app.store.begin().await?;
    let turn = conversation::add_turn(&mut write, &id, question, answer, app.clock.now()).await;
    let turn = turn.map_err(|error| faults::refused(error, None, reader))?;
    write.commit().await?;
    Ok((StatusCode::CREATED, Json(TurnEnvelope { turn })))
}

/// The index is read on a thread that may block.
async fn answer(app: &App, signed_in: &SignedIn, locale: Locale, question: NewQuestion) -> Result<Answer, ApiError> {
    let reading = app.clone();
    let answer = move || reading.copilot.get().answer(locale, &question);
    Ok(app.work.run_long(Who::Person(signed_in.user), answer).await?)
}

/// "Did this help?"
#[utoipa::path(post, path = "/api/panel/conversations/{id}/turns/{number}/feedback", tag = "copilot",
    request_body = Feedback, params(("id" = String, Path, description = "The conversation"), ("number" = u32, Path, description = "The turn, from 1")),
    responses((status = 204), (status = 401), (status = 404, body = ErrorBody)))]
pub(in crate::http) async fn feedback(
    State(app): State<App>,
    signed_in: SignedIn,
    Path((id, number)): Path<(String, String)>,
    Json(feedback): Json<Feedback>,
) -> Result<StatusCode, ApiError> {
    let number = number.parse::<u32>().map_err(|_| ApiError::RecordNotFound)?;
    let mut write = app.store.begin().await?;
    conversations::head(&mut write, &id, owner(&signed_in)).await?.ok_or(ApiError::RecordNotFound)?;
    if !conversations::set_helped(&mut write, &id, number, feedback.helped).await? {
        return Err(ApiError::RecordNotFound);
    }
    write.commit().await?;
    Ok(StatusCode::NO_CONTENT)
}

/// Sends the one-time code to the session's own address, or the same code once more. Who may not open a ticket needs none.
#[utoipa::path(post, path = "/api/panel/conversations/{id}/code", tag = "copilot",
    params(("id" = String, Path, description = "The conversation")),
    responses((status = 202, body = CodeSent), (status = 401), (status = 403, body = ErrorBody), (status = 404, body = ErrorBody), (status = 429, body = ErrorBody)))]
pub(in crate::http) async fn send_code(
    State(app): State<App>,
    signed_in: SignedIn,
    Path(id): Path<String>,
) -> Result<(StatusCode, Json<CodeSent>), ApiError> {
    may_reach_a_person(&app, &signed_in, &id).await?;
    let codes = Codes::new(&app.store, app.clock.as_ref(), &app.identity.code_key);
    let sent = codes
        .send(asker(&signed_in), &id, async |write, message, now| {
            let letter = messages::code(&messages::Code {
                reader: messages::Reader { email: &signed_in.email, name: &signed_in.name, locale: message.locale },
                code: &message.code,
                now,
                expires_at: message.expires_at,
                dedupe_key: &message.dedupe_key,
            });
            let letter = letter.map_err(|error| CodeError::Message(error.into()))?;
            let letter = sealed::seal(letter, &app.identity.site.key)?;
            outbox::enqueue(write, &letter, now).await?;
            Ok(())
        })
        .await?;
    app.outbox.wake();
    Ok((StatusCode::ACCEPTED, Json(sent)))
}

/// Checks the one-time code.
#[utoipa::path(post, path = "/api/panel/conversations/{id}/code/check", tag = "copilot", request_body = CodeCheck,
    params(("id" = String, Path, description = "The conversation")),
    responses((status = 204), (status = 401), (status = 404, body = ErrorBody),
        (status = 422, body = ErrorBody, description = "CodeWrong or CodeExpired")))]
pub(in crate::http) async fn check_code(
    State(app): State<App>,
    signed_in: SignedIn,
    Path(id): Path<String>,
    Json(check): Json<CodeCheck>,
) -> Result<StatusCode, ApiError> {
    let codes = Codes::new(&app.store, app.clock.as_ref(), &app.identity.code_key);
    codes.check(asker(&signed_in), &id, &check.code).await?;
    Ok(StatusCode::NO_CONTENT)
}

fn asker(signed_in: &SignedIn) -> Asker<'_> {
    Asker { owner: owner(signed_in), session: signed_in.session_id, email: &signed_in.email }
}

/// What the form takes over, with what was written and not asked; only once the address is proved. An address that got
/// every code of an hour is not kept waiting for another one: the form itself asks for none.
#[utoipa::path(post, path = "/api/panel/conversations/{id}/handover", tag = "copilot", request_body = NewHandover,
    params(("id" = String, Path, description = "The conversation")),
    responses((status = 200, body = HandoverEnvelope), (status = 401),
        (status = 403, body = ErrorBody, description = "CodeRequired, or they may not open technical requests"), (status = 404, body = ErrorBody)))]
pub(in crate::http) async fn handover(
    State(app): State<App>,
    signed_in: SignedIn,
    Path(id): Path<String>,
    Json(new): Json<NewHandover>,
) -> Result<Json<HandoverEnvelope>, ApiError> {
    let conversation = may_reach_a_person(&app, &signed_in, &id).await?;
    let codes = Codes::new(&app.store, app.clock.as_ref(), &app.identity.code_key);
    if !signed_in.email_proved && !codes.is_exhausted(&signed_in.email).await? {
        return Err(ApiError::CodeRequired);
    }
    Ok(Json(HandoverEnvelope { handover: copilot::handover(&conversation, &new.question) }))
}

/// Their conversation, where what comes of it may be a ticket. Whose it is comes first: nobody learns from what they may
/// not do that another's conversation exists.
async fn may_reach_a_person(app: &App, signed_in: &SignedIn, id: &str) -> Result<Conversation, ApiError> {
    let mut read = app.store.read().await?;
    let conversation = find(&mut read, id, signed_in).await?;
    signed_in.must(Capability::OpenTechnicalRequests)?;
    Ok(conversation)
}

impl From<CodeError> for ApiError {
    fn from(error: CodeError) -> Self {
        let wrong = |message| Self::Refused {
            status: StatusCode::UNPROCESSABLE_ENTITY,
            error: error_name::CODE_WRONG,
            message,
        };
        match error {
            CodeError::NotFound => Self::RecordNotFound,
            CodeError::TooOften(seconds) => Self::TooManyRequests(seconds),
            CodeError::Malformed => wrong(Message::CodeMalformed),
            CodeError::Wrong { tries_left: 1 } => wrong(Message::CodeWrongLastTry),
            CodeError::Wrong { tries_left } => wrong(Message::CodeWrongTriesLeft { tries: tries_left }),
            CodeError::Expired => Self::CodeExpired,
            CodeError::Store(error) => error.into(),
            CodeError::Message(error) => Self::internal(error),
            CodeError::Random(error) => Self::internal(error),
        }
    }
}
