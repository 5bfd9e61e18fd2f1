//! Mail going out: messages in the reader's language, the outbox's worker, and the ways a message can leave.
//! It leaves to `balcao_store::outbox` where a message waits, and to the callers what is worth telling.

pub mod answers;
pub mod confirmation;
pub mod created;
pub mod inbox;
mod letter;
mod masked;
pub mod messages;
pub mod reply_address;
pub mod sealed;
mod sender;
mod templates;
pub mod terminal;
mod worker;

pub use letter::{LetterError, Letterhead};
pub use reply_address::ReplyAddresses;
pub use sender::{MailboxFolder, SendError, Sender, SmtpSender, sender_from_config};
pub use templates::{MailTexts, TemplateError};
pub use worker::{Outbox, Worker, spawn_worker};

pub use balcao_store::outbox::NewMessage;
