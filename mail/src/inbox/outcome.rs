//! What can become of a message, and why it may not be taken.

use super::answers::Returned;
use super::robots::Robot;
use crate::TemplateError;
use balcao_contract::id::RequestId;
use balcao_desk::DeskError;
use balcao_evidence::TakeInError;
use balcao_store::StoreError;

/// What became of a message.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Outcome {
    /// It is a comment now.
    Joined(RequestId),
    /// It was taken before; nothing happened this time.
    Known,
    /// A robot wrote it.
    Automatic(Robot),
    /// It waits for an operator.
    Quarantined(QuarantineReason),
    /// Its sender was told that it could not be taken.
    Returned(Returned),
    /// It is no message.
    NoMessage,
}

/// Why a message waits for an operator.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum QuarantineReason {
    /// It has no reply address.
    NoReplyAddress,
    /// It has a reply address that was not made here.
    ForgedAddress,
    /// The request or the person is gone, or the person no longer belongs to the account.
    Gone,
    /// It is from another address than the person's.
    OtherSender,
    /// Nobody vouches for its sender.
    NotAuthenticated,
    /// Its subject is that of an out-of-office note.
    LooksAutomatic,
    /// The request was closed; its sender knows.
    Closed,
    /// The request holds as much as one may; its sender knows.
    Full,
    /// It is larger than what is taken; its sender knows.
    TooLarge,
    /// It cannot be read.
    Unreadable,
}

impl QuarantineReason {
    /// The name it is kept under.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::NoReplyAddress => "no_reply_address",
            Self::ForgedAddress => "forged_address",
            Self::Gone => "gone",
            Self::OtherSender => "other_sender",
            Self::NotAuthenticated => "not_authenticated",
            Self::LooksAutomatic => "looks_automatic",
            Self::Closed => "closed",
            Self::Full => "full",
            Self::TooLarge => "too_large",
            Self::Unreadable => "unreadable",
        }
    }
}

/// Why a message could not be taken this time. Nothing came of it: it is to be handed over again.
#[derive(Debug, thiserror::Error)]
pub enum InboxError {
    /// The database.
    #[error(transparent)]
    Store(#[from] StoreError),
    /// A file cannot be kept now.
    #[error("a file cannot be kept: {0}")]
    File(TakeInError),
    /// A comment cannot be written now.
    #[error("a comment cannot be written: {0}")]
    Desk(DeskError),
    /// Too much is being worked on to read it now.
    #[error("too much is being worked on")]
    Busy,
    /// The message belongs into quarantine, where there is no room.
    #[error("the quarantine is full: look through it with `mail quarantine list`")]
    Full,
    /// A sentence of ours is broken; a test makes sure none is.
    #[error(transparent)]
    Template(#[from] TemplateError),
}
