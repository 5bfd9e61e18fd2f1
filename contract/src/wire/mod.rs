//! Zendesk's shapes under `/api/v2/` (tickets-api.md): only what both sides read or write.

mod attachment;
mod error;
mod request;

pub use attachment::{Attachment, AttachmentEnvelope, Upload, UploadEnvelope};
pub use error::{ErrorBody, FieldError, error_name};
pub use request::{
    Comment, CommentBody, CommentPage, CopyAction, CopyUpdate, CustomField, NewRequest, NewRequestEnvelope, Request,
    RequestEnvelope, RequestPage, RequestUpdate, RequestUpdateEnvelope, User, Via,
};
