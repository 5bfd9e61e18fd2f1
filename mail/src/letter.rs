//! A queued message as the bytes that go over the wire (RFC 5322, MIME).

use super::messages;
use balcao_store::outbox::QueuedMessage;
use lettre::message::header::{ContentType, Header, HeaderName, HeaderValue};
use lettre::message::{Mailbox, Message, MultiPart, SinglePart};
use lettre::{Address, message::Mailboxes};
use std::time::SystemTime;

/// What every message of ours has in common.
#[derive(Debug, Clone)]
pub struct Letterhead {
    from: Mailbox,
    reminders_at: Option<String>,
}

/// Why no message can be made.
#[derive(Debug, thiserror::Error)]
pub enum LetterError {
    /// The sender's address of the configuration.
    #[error("the sender's address is not one")]
    From,
    /// The reader's address.
    #[error("the reader's address is not one")]
    To,
    /// The parts do not make a message.
    #[error("not a message: {0}")]
    Build(#[from] lettre::error::Error),
}

macro_rules! text_header {
    ($name:ident, $wire:literal) => {
        #[derive(Debug, Clone)]
        struct $name(String);
        impl Header for $name {
            fn name() -> HeaderName {
                HeaderName::new_from_ascii_str($wire)
            }
            fn parse(text: &str) -> Result<Self, Box<dyn std::error::Error + Send + Sync>> {
                Ok(Self(text.to_owned()))
            }
            fn display(&self) -> HeaderValue {
                HeaderValue::new(Self::name(), self.0.clone())
            }
        }
    };
}

// RFC 3834: keeps vacation notices and other robots from answering.
text_header!(AutoSubmitted, "Auto-Submitted");
// What Exchange listens to instead.
text_header!(AutoResponseSuppress, "X-Auto-Response-Suppress");
text_header!(ContentLanguage, "Content-Language");
text_header!(ListUnsubscribe, "List-Unsubscribe");
text_header!(ListUnsubscribePost, "List-Unsubscribe-Post");

impl Letterhead {
    /// For a sender's address, `Name <address>` or only the address.
    ///
    /// # Errors
    /// It is no address.
    pub fn new(from: &str) -> Result<Self, LetterError> {
        Ok(Self { from: from.parse().map_err(|_| LetterError::From)?, reminders_at: None })
    }

    /// Reminders say where they are switched off: under this origin.
    #[must_use]
    pub fn reminders_at(self, origin: &str) -> Self {
        Self { reminders_at: Some(origin.trim_end_matches('/').to_owned()), ..self }
    }

    /// Whether an address can be written to.
    #[must_use]
    pub fn is_address(text: &str) -> bool {
        text.parse::<Address>().is_ok()
    }

    fn message_id(&self, local_part: &str) -> String {
        format!("<{local_part}@{}>", self.from.email.domain())
    }

    /// The message. The same row gives the same `Message-ID` and `Date`, whenever it is sent.
    ///
    /// # Errors
    /// The reader's address is none, or the parts do not make a message.
    pub fn write(&self, queued: &QueuedMessage) -> Result<Message, LetterError> {
        let message = &queued.message;
        let address: Address = message.to.parse().map_err(|_| LetterError::To)?;
        let name = balcao_contract::text::single_line(&message.to_name);
        let to = Mailbox::new((!name.is_empty()).then_some(name), address);
        let mut builder = Message::builder()
            .from(self.from.clone())
            .mailbox(lettre::message::header::To::from(Mailboxes::from(to)))
            // One line, whatever went into it: a line break here would begin a header of the attacker's choice.
            .subject(balcao_contract::text::single_line(&message.subject))
            .date(SystemTime::from(queued.created_at))
            .message_id(Some(self.message_id(&queued.message_id)))
            .header(AutoResponseSuppress("All".to_owned()))
            .header(ContentLanguage(message.locale.tag().to_owned()));
        if !message.by_person {
            builder = builder.header(AutoSubmitted("auto-generated".to_owned()));
        }
        if let Some(last) = queued.follows.last() {
            let ids: Vec<String> = queued.follows.iter().map(|id| self.message_id(id)).collect();
            builder = builder.in_reply_to(self.message_id(last)).references(ids.join(" "));
        }
        if let Some(origin) = self.reminders_at.as_ref().filter(|_| messages::is_reminder(&message.kind)) {
            // RFC 2369, and RFC 8058 for one click.
            builder = builder
                .header(ListUnsubscribe(format!("<{origin}/reminders/{}>", queued.message_id)))
                .header(ListUnsubscribePost("List-Unsubscribe=One-Click".to_owned()));
        }
        for (name, value) in &message.headers {
            if let Ok(name) = HeaderName::new_from_ascii(name.clone()) {
                let value = balcao_contract::text::single_line(value);
                builder = builder.raw_header(HeaderValue::new(name, value));
            }
        }
        let parts = MultiPart::alternative()
            .singlepart(SinglePart::builder().header(ContentType::TEXT_PLAIN).body(message.text.clone()))
            .singlepart(SinglePart::builder().header(ContentType::TEXT_HTML).body(message.html.clone()));
        Ok(builder.multipart(parts)?)
    }
}
