//! Copilot: conversations, their one-time code, and the articles behind the answers.

use crate::api::{ApiError, Call, Client};
use balcao_contract::locale::Locale;
use balcao_contract::panel::{
    Article, ArticleEnvelope, ArticleList, CodeCheck, CodeSent, Conversation, ConversationEnvelope, Feedback, Handover,
    HandoverEnvelope, NewConversation, NewConversationEnvelope, NewHandover, NewQuestion, NewQuestionEnvelope, Turn,
    TurnEnvelope,
};
use gloo_net::http::Method;

fn address(conversation: &str, rest: &str) -> String {
    format!("/api/panel/conversations/{conversation}{rest}")
}

impl Client {
    /// Begins a conversation.
    ///
    /// # Errors
    /// As [`Client::send`].
    pub async fn begin_conversation(self, conversation: NewConversation) -> Result<Conversation, ApiError> {
        let body = NewConversationEnvelope { conversation };
        let envelope: ConversationEnvelope = self.post("/api/panel/conversations", &body).await?;
        Ok(envelope.conversation)
    }

    /// A conversation as it stands.
    ///
    /// # Errors
    /// As [`Client::send`].
    pub async fn conversation(self, id: &str) -> Result<Conversation, ApiError> {
        let envelope: ConversationEnvelope = self.get(&address(id, "")).await?;
        Ok(envelope.conversation)
    }

    /// Asks, and gives the answer.
    ///
    /// # Errors
    /// As [`Client::send`].
    pub async fn ask(self, id: &str, question: NewQuestion) -> Result<Turn, ApiError> {
        let envelope: TurnEnvelope = self.post(&address(id, "/questions"), &NewQuestionEnvelope { question }).await?;
        Ok(envelope.turn)
    }

    /// "Did this help?"
    ///
    /// # Errors
    /// As [`Client::send`].
    pub async fn rate_answer(self, id: &str, turn: u32, helped: bool) -> Result<(), ApiError> {
        self.post(&address(id, &format!("/turns/{turn}/feedback")), &Feedback { helped }).await
    }

    /// Has the one-time code sent, for the first time or again.
    ///
    /// # Errors
    /// As [`Client::send`].
    pub async fn send_code(self, id: &str) -> Result<CodeSent, ApiError> {
        self.send(Call::new(Method::POST, &address(id, "/code"))).await
    }

    /// Checks the code that was typed.
    ///
    /// # Errors
    /// As [`Client::send`]; a wrong or expired code is [`ApiError::Invalid`].
    pub async fn check_code(self, id: &str, code: &str) -> Result<(), ApiError> {
        self.post(&address(id, "/code/check"), &CodeCheck { code: code.to_owned() }).await
    }

    /// What the form takes over, with what was written and not asked.
    ///
    /// # Errors
    /// As [`Client::send`]; [`ApiError::Forbidden`] where a code is needed first.
    pub async fn handover(self, id: &str, question: NewQuestion) -> Result<Handover, ApiError> {
        let envelope: HandoverEnvelope = self.post(&address(id, "/handover"), &NewHandover { question }).await?;
        Ok(envelope.handover)
    }

    /// A page of the help center's list; `path` has its query.
    ///
    /// # Errors
    /// As [`Client::send`].
    pub async fn articles(self, path: &str) -> Result<ArticleList, ApiError> {
        self.get(path).await
    }

    /// An article, in the language or the nearest there is. `slug` must be one of an answer or a link.
    ///
    /// # Errors
    /// As [`Client::send`].
    pub async fn article(self, slug: &str, locale: Locale) -> Result<Article, ApiError> {
        let slug = js_sys::encode_uri_component(slug);
        let path = format!("/api/panel/articles/{slug}?locale={}", locale.code());
        let envelope: ArticleEnvelope = self.get(&path).await?;
        Ok(envelope.article)
    }
}
