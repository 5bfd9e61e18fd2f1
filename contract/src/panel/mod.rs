//! Shapes under `/api/panel/`: what Zendesk's documents lack.

mod channels;
mod clock;
mod code;
mod conversation;
mod counts;
mod help;
mod home;
mod live;
mod session;
mod survey;

pub use channels::{
    Channel, Channels, ChannelsEnvelope, Component, ComponentState, Entry, Feed, FeedKind, Health, HealthCheck,
    Incident, IncidentState, IncidentStep,
};
pub use clock::{FollowupsEnvelope, ReopenClock, ReopenClockEnvelope};
pub use code::{CODE_DIGITS, CodeCheck, CodeSent, normalise_code};
pub use conversation::{
    Answer, Article, ArticleEnvelope, Conversation, ConversationEnvelope, Feedback, Handover, HandoverEnvelope,
    NewConversation, NewConversationEnvelope, NewHandover, NewQuestion, NewQuestionEnvelope, Passage, Scenario, Turn,
    TurnEnvelope,
};
pub use counts::{CountsEnvelope, StatusCounts};
pub use help::{ARTICLE_SEARCH_LIMIT, ARTICLES_PER_PAGE, ArticleCount, ArticleKind, ArticleList, ArticleSummary};
pub use home::{Home, HomeEnvelope};
pub use live::{
    Glance, GlanceEnvelope, LiveEvent, LiveKind, LiveState, ReadMark, Unread, UnreadEnvelope, live_channel,
};
pub use session::{
    Account, Capability, DoorName, FirstRequests, FormEnvelope, MissingCapability, MissingReason, Person, PersonUpdate,
    Session, SessionEnvelope, SignIn, SignInList, SignInPlace,
};
pub use survey::{GivenAnswer, Survey, SurveyAnswer, SurveyAnswerEnvelope, SurveyCounts, SurveyEnvelope, SurveyPage};
