//! A conversation with Copilot, and the way from it to a person.

use crate::locale::Locale;
use crate::rich_text::Block;
use crate::time::Timestamp;
use serde::{Deserialize, Serialize};

/// What the user wants from support.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "lowercase")]
pub enum Scenario {
    /// "I have a doubt".
    Doubt,
    /// "I have an unexpected behavior".
    Unexpected,
    /// "I need VTEX to setup something".
    Setup,
}

impl Scenario {
    /// Every scenario, in the order they are offered.
    pub const ALL: [Self; 3] = [Self::Doubt, Self::Unexpected, Self::Setup];

    /// The name on the wire and in the database.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Doubt => "doubt",
            Self::Unexpected => "unexpected",
            Self::Setup => "setup",
        }
    }

    /// The scenario of that name, if there is one.
    #[must_use]
    pub fn from_name(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|scenario| scenario.name() == name)
    }

    /// The technical form's `problem_type` that it preselects.
    #[must_use]
    pub const fn problem_type(self) -> &'static str {
        match self {
            Self::Doubt => "question",
            Self::Unexpected => "incident",
            Self::Setup => "task",
        }
    }
}

/// `{"conversation": …}` of `POST /api/panel/conversations`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct NewConversationEnvelope {
    /// How it begins.
    pub conversation: NewConversation,
}

/// How a conversation begins.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct NewConversation {
    /// The language of its answers.
    pub locale: Locale,
    /// What the user wants.
    pub scenario: Scenario,
}

/// `{"conversation": …}`
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct ConversationEnvelope {
    /// The conversation.
    pub conversation: Conversation,
}

/// A conversation, whole: what a reload needs.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Conversation {
    /// Unguessable.
    pub id: String,
    /// The language of its answers.
    pub locale: Locale,
    /// What the user wants.
    pub scenario: Scenario,
    /// Questions and answers, oldest first.
    pub turns: Vec<Turn>,
}

/// `{"question": …}` of `POST /api/panel/conversations/{id}/questions`; answers with [`TurnEnvelope`].
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct NewQuestionEnvelope {
    /// The question.
    pub question: NewQuestion,
}

/// A question: the objective, and where the user gives them the problem and what was tried.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct NewQuestion {
    /// What is wanted: at most [`NewQuestion::MAX_LENGTH`] characters, not blank.
    pub text: String,
    /// What does not work: messages, behaviour.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub problem: String,
    /// What was already tried.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub tried: String,
}

impl NewQuestion {
    /// The longest of each of the three texts, in characters.
    pub const MAX_LENGTH: u32 = 4_000;
}

/// `{"turn": …}`
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct TurnEnvelope {
    /// The turn.
    pub turn: Turn,
}

/// A question and its answer.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Turn {
    /// Its place in the conversation, from 1.
    pub number: u32,
    /// What was asked.
    pub question: NewQuestion,
    /// What Copilot found.
    pub answer: Answer,
    /// "Did this help?", once answered.
    pub helped: Option<bool>,
}

/// What the help center says; no passage where nothing fits.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Answer {
    /// Best first, at most three.
    pub passages: Vec<Passage>,
}

/// A piece of an article that answers the question, quoted as it stands.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Passage {
    /// The article's address in the panel: `/articles/{slug}`.
    pub slug: String,
    /// The article's title.
    pub title: String,
    /// The heading that the piece stands under; empty for the beginning.
    pub heading: String,
    /// The piece.
    pub content: Vec<Block>,
    /// The article's language, where it is not the conversation's.
    pub locale: Locale,
}

/// `POST /api/panel/conversations/{id}/turns/{number}/feedback`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Feedback {
    /// "Did this help?"
    pub helped: bool,
}

/// `POST /api/panel/conversations/{id}/handover`; answers with [`HandoverEnvelope`].
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct NewHandover {
    /// What stands in the boxes and was not asked. Texts of any length: the form says what is too long for it.
    #[serde(default)]
    pub question: NewQuestion,
}

/// `{"handover": …}`; 403 [`crate::wire::error_name::CODE_REQUIRED`] before the code.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct HandoverEnvelope {
    /// The handover.
    pub handover: Handover,
}

/// What the form takes over from the conversation.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Handover {
    /// A title of at most 150 characters; empty where nothing was asked.
    pub subject: String,
    /// The description; empty where nothing was asked.
    pub description: String,
    /// Preselects the problem type.
    pub scenario: Scenario,
}

/// `{"article": …}` of `GET /api/panel/articles/{slug}?locale=`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct ArticleEnvelope {
    /// The article.
    pub article: Article,
}

/// A help-center article.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Article {
    /// The stable name, the same in every language.
    pub slug: String,
    /// The language it is in.
    pub locale: Locale,
    /// The title.
    pub title: String,
    /// When it was last changed.
    pub updated_at: Option<Timestamp>,
    /// The text.
    pub content: Vec<Block>,
}
