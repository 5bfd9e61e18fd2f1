//! Zendesk's shapes under `/api/v2/` (tickets-api.md): only what both sides read or write.

#[cfg(feature = "backend")]
mod agent_bodies;
mod attachment;
mod error;
mod given;
#[cfg(feature = "backend")]
pub(crate) mod read;
mod request;
mod request_bodies;

#[cfg(feature = "backend")]
pub use agent_bodies::{
    NewRequester, TagsToWrite, TagsToWriteEnvelope, TicketChange, TicketChangeEnvelope, TicketToOpen,
    TicketToOpenEnvelope, WebhookStatus, WebhookToWrite, WebhookToWriteEnvelope,
};
pub use attachment::{Attachment, AttachmentEnvelope, Upload, UploadEnvelope};
pub use error::{ErrorBody, FieldError, error_name};
pub use given::{FieldAnswers, Given, GivenField};
pub use request::{Comment, CommentPage, CustomField, Request, RequestEnvelope, RequestPage, User, Via};
pub use request_bodies::{
    Collaborator, CollaboratorPerson, CommentBody, CopyAction, CopyUpdate, NewRequest, NewRequestEnvelope,
    RequestUpdate, RequestUpdateEnvelope,
};
#[cfg(feature = "backend")]
pub use request_bodies::{RatingToGive, RatingToGiveEnvelope};
