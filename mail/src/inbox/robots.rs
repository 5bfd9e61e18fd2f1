//! Messages that no person wrote to us: auto-replies, bounces, lists, and our own mail coming back. Answering them, or
//! opening anything for them, is how mail loops begin (RFC 3834).

use super::headers::Headers;
use mail_parser::{Message, MimeHeaders as _};

/// What kind of robot wrote it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Robot {
    /// An out-of-office note or another answer by itself.
    AutoReply,
    /// A report that something was not delivered, or was read.
    Report,
    /// A list or a newsletter.
    Bulk,
    /// Our own mail.
    Own,
}

impl Robot {
    /// The name it is kept under.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::AutoReply => "auto_reply",
            Self::Report => "report",
            Self::Bulk => "bulk",
            Self::Own => "own",
        }
    }
}

/// Mailboxes of mail servers.
const SERVERS: [&str; 3] = ["mailer-daemon", "postmaster", "mail-daemon"];
/// Headers that only robots write, whatever they say.
const ROBOTS_HEADERS: [&str; 6] =
    ["x-autoreply", "x-autorespond", "x-autoresponse", "x-auto-reply-from", "x-mail-autoreply", "x-loop"];
/// How clients begin the subject of an out-of-office note; a person's answer begins with `Re:`.
const SUBJECTS: [&str; 12] = [
    "automatic reply:",
    "auto reply:",
    "autoreply:",
    "out of office:",
    "out of the office:",
    "resposta automática:",
    "resposta automatica:",
    "fora do escritório:",
    "ausência temporária:",
    "respuesta automática:",
    "respuesta automatica:",
    "fuera de la oficina:",
];

/// The robot that its headers show.
pub(super) fn robot(message: &Message<'_>, headers: &Headers, sender: Option<&str>) -> Option<Robot> {
    let says = |name: &str| headers.all(name).map(str::to_ascii_lowercase).collect::<Vec<_>>();
    let local = sender.and_then(|sender| sender.split('@').next()).unwrap_or_default().to_ascii_lowercase();
    if message.is_content_type("multipart", "report")
        || headers.has("x-failed-recipients")
        || SERVERS.contains(&local.as_str())
    {
        return Some(Robot::Report);
    }
    // `no` is what a person's client may say; parameters follow a semicolon (RFC 3834, 5.1).
    let submitted = |value: &String| value.split(';').next().unwrap_or_default().trim() != "no";
    let suppresses = |value: &String| ["all", "oof", "autoreply"].iter().any(|word| value.contains(word));
    if says("auto-submitted").iter().any(submitted)
        || says("x-auto-response-suppress").iter().any(suppresses)
        || ROBOTS_HEADERS.iter().any(|name| headers.has(name))
        || says("precedence").iter().any(|value| matches!(value.trim(), "auto_reply" | "auto-reply"))
    {
        return Some(Robot::AutoReply);
    }
    // RFC 5321, 4.5.5: what must not be answered with a report has no sender in its envelope.
    if says("return-path").iter().any(|path| path.trim() == "<>") {
        return Some(Robot::Report);
    }
    if says("precedence").iter().any(|value| matches!(value.trim(), "bulk" | "junk" | "list")) || headers.has("list-id")
    {
        return Some(Robot::Bulk);
    }
    None
}

/// Whether only its subject says that it answers by itself. That is too little to throw it away, and too much to join it.
pub(super) fn looks_automatic(subject: &str) -> bool {
    let subject = subject.trim().to_lowercase();
    SUBJECTS.iter().any(|beginning| subject.starts_with(beginning))
}
