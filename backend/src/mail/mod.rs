//! Mail going out: messages in the reader's language, the outbox's worker, and the ways a message can leave.
//! It leaves to `store::outbox` where a message waits, and to the callers what is worth telling.

pub mod answers;
mod backoff;
pub mod confirmation;
pub mod created;
pub mod inbox;
mod letter;
mod masked;
pub mod messages;
pub mod reply_address;
mod sealed;
mod sender;
mod templates;
pub mod terminal;
mod worker;

pub use backoff::pause;
pub use letter::{LetterError, Letterhead};
pub use reply_address::ReplyAddresses;
pub(crate) use sender::write_durably;
pub use sender::{MailboxFolder, SendError, Sender, SmtpSender, sender_from_config};
pub use templates::{MailTexts, TemplateError};
pub use worker::{Outbox, Worker, spawn_worker};

use balcao_contract::id::RequestId;
use balcao_contract::locale::Locale;
use chrono::{DateTime, Utc};
use std::fmt;

/// A message for the outbox; see [`messages`] for those that exist.
#[derive(Clone, PartialEq, Eq)]
pub struct NewMessage {
    /// The address.
    pub to: String,
    /// The reader's name; may be empty.
    pub to_name: String,
    /// The language it is written in.
    pub locale: Locale,
    /// `code`, `created`…: for figures and logs.
    pub kind: String,
    /// One line.
    pub subject: String,
    /// The plain text.
    pub text: String,
    /// The same as HTML.
    pub html: String,
    /// A second message of the same key is never sent.
    pub dedupe_key: String,
    /// The request it is about: its mails follow one another.
    pub request: Option<RequestId>,
    /// Written by a person; robots are told of every other that a program wrote it.
    pub by_person: bool,
    /// More headers, by name.
    pub headers: Vec<(String, String)>,
    /// Not sent any more after this moment.
    pub useful_until: Option<DateTime<Utc>>,
    /// Text and HTML, which are empty then, under the key of the support site's doors; see [`Self::sealed`].
    pub sealed: Option<Vec<u8>>,
}

impl NewMessage {
    /// About a request, and answered at that address, where mail is read.
    fn about(self, request: RequestId, reply_to: Option<&str>) -> Self {
        let header = reply_to.map(|address| ("Reply-To".to_owned(), address.to_owned()));
        Self { request: Some(request), headers: header.into_iter().collect(), ..self }
    }
}

/// Neither the reader nor what is said: a message may hold a code.
impl fmt::Debug for NewMessage {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter
            .debug_struct("NewMessage")
            .field("kind", &self.kind)
            .field("locale", &self.locale)
            .finish_non_exhaustive()
    }
}
