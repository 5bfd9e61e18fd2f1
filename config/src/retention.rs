//! How long is kept what nobody needs any more. Nothing goes by itself unless the operator says so.

use super::load::number;
use super::reader::Reader;

/// Days after which each kind goes; `None` where it is kept for ever.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Retention {
    /// Tickets, counted from when they were closed, with everything in them.
    pub closed_tickets: Option<u32>,
    /// Conversations with Copilot, counted from their beginning.
    pub conversations: Option<u32>,
    /// Mails that could not be sent and mails held for an operator.
    pub mails: Option<u32>,
    /// Entries of the operators' audit.
    pub audit: Option<u32>,
}

impl Retention {
    pub(super) fn read(reader: &mut Reader) -> Self {
        let days = |text: &str| number(text, (0, 36_500)).and_then(|days| u32::try_from(days).ok());
        let mut read = |name: &str| Some(reader.or(name, days, 0, "0")).filter(|days| *days > 0);
        Self {
            closed_tickets: read("retention.closed_tickets_days"),
            conversations: read("retention.conversations_days"),
            mails: read("retention.mails_days"),
            audit: read("retention.audit_days"),
        }
    }
}
