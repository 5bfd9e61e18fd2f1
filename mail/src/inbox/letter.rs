//! A raw message, read: who wrote it, where it is to go, what it says and carries. Nothing is decided here.

use super::headers::Headers;
use super::robots::{self, Robot};
use super::{authentication, body, files, quotes};
use crate::ReplyAddresses;
use balcao_contract::id::{RequestId, UserId};
use balcao_contract::text;
use balcao_store::token::Hash;
use mail_parser::{Address, Message, MessageParser};
use sha2::{Digest as _, Sha256};

/// Where the address stands that a message was sent to: the envelope's, as mail servers note it, and the visible ones.
const RECIPIENTS: [&str; 8] =
    ["x-original-to", "delivered-to", "envelope-to", "x-envelope-to", "original-recipient", "to", "cc", "resent-to"];
/// A message to more requests than these was not written by a person.
const MOST_TARGETS: usize = 5;

/// A file that came along.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct File {
    pub name: String,
    pub bytes: bytes::Bytes,
}

/// What a message says.
#[derive(Debug, Clone)]
pub(super) struct Letter {
    /// The same for every copy of this message, whichever way it came.
    pub fingerprint: [u8; 32],
    /// Between the angle brackets; safe to stand in a header.
    pub message_id: Option<String>,
    /// The one address it says it is from, in lower case; `None` where there is not exactly one.
    pub sender: Option<String>,
    /// One line.
    pub subject: String,
    /// What kind of robot wrote it.
    pub robot: Option<Robot>,
    /// Only its subject says that it answers by itself.
    pub looks_automatic: bool,
    /// What its reply addresses name.
    pub targets: Vec<(RequestId, UserId)>,
    /// It has a reply address that was not made here.
    pub is_forged: bool,
    /// The trusted server vouches for the sender.
    pub is_vouched_for: bool,
    /// What its writer wrote.
    pub text: String,
    /// What came along.
    pub files: Vec<File>,
}

/// What is known when a message is read.
pub(super) struct Reading<'a> {
    pub addresses: &'a ReplyAddresses,
    /// The address that our own mail comes from.
    pub own_sender: &'a str,
    pub trusted_server: Option<&'a str>,
}

impl Letter {
    /// Reads; `None` where it is no message at all.
    pub(super) fn read(raw: &[u8], reading: &Reading<'_>) -> Option<Self> {
        let message = MessageParser::default().parse(raw)?;
        let headers = Headers::of(&message);
        if !["from", "to", "subject", "date", "message-id", "received"].iter().any(|name| headers.has(name)) {
            return None;
        }
        let sender = sender(&message, &headers);
        let addresses = reading.addresses;
        let mut targets = Vec::new();
        let mut is_forged = false;
        for address in headers.addresses(&RECIPIENTS) {
            match addresses.read(address) {
                Some(target) if !targets.contains(&target) => targets.push(target),
                Some(_) => {}
                None => is_forged |= addresses.is_one(address),
            }
        }
        targets.truncate(MOST_TARGETS);
        let is_own = sender
            .as_deref()
            .is_some_and(|sender| sender.eq_ignore_ascii_case(reading.own_sender) || addresses.is_ours(sender));
        let robot = robots::robot(&message, &headers, sender.as_deref()).or(is_own.then_some(Robot::Own));
        let results: Vec<String> = headers.all("authentication-results").map(str::to_owned).collect();
        let domain = sender.as_deref().and_then(|sender| sender.rsplit_once('@')).map(|(_, domain)| domain);
        let subject = text::single_line(message.subject().unwrap_or_default());
        let (written, shown) = body::text(&message);
        let (files, packed) = files::of(&message, &shown);
        let whole = if text::is_blank(&written) { packed } else { written };
        let is_ours = |line: &str| {
            let is_part = |sign: char| sign.is_ascii_alphanumeric() || "._+-@".contains(sign);
            line.split(|sign| !is_part(sign)).any(|word| word.contains('@') && addresses.is_ours(word))
        };
        Some(Self {
            fingerprint: fingerprint(&message, &headers),
            message_id: headers.all("message-id").next().and_then(identifier),
            looks_automatic: robots::looks_automatic(&subject),
            is_vouched_for: domain
                .is_some_and(|domain| authentication::is_vouched_for(&results, reading.trusted_server, domain)),
            text: text::several_lines(&quotes::own_words(&whole, is_ours)),
            sender,
            subject,
            robot,
            targets,
            is_forged,
            files,
        })
    }
}

impl Letter {
    /// What is known of bytes that the parser gave up on.
    pub(super) fn unreadable(raw: &[u8]) -> Self {
        Self {
            fingerprint: Sha256::digest(raw).into(),
            message_id: None,
            sender: None,
            subject: String::new(),
            robot: None,
            looks_automatic: false,
            targets: Vec::new(),
            is_forged: false,
            is_vouched_for: false,
            text: String::new(),
            files: Vec::new(),
        }
    }
}

/// Two senders are none: a check of the one would say nothing about the other.
fn sender(message: &Message<'_>, headers: &Headers) -> Option<String> {
    let mut addresses = message.from().map(Address::iter)?;
    let only = addresses.next()?;
    if addresses.next().is_some() || headers.all("from").count() != 1 {
        return None;
    }
    let address = only.address()?.trim().to_lowercase();
    address.contains('@').then_some(address)
}

/// `<…>` without what could begin another header or end this one.
fn identifier(value: &str) -> Option<String> {
    let id = value.trim().trim_start_matches('<').split('>').next()?;
    let plain = |byte: u8| byte.is_ascii_graphic() && !b"<>()\"\\".contains(&byte);
    (!id.is_empty() && id.len() <= 250 && id.bytes().all(plain)).then(|| id.to_owned())
}

/// What the writer's client made. What mail servers add on the way differs from copy to copy.
fn fingerprint(message: &Message<'_>, headers: &Headers) -> [u8; 32] {
    let mut hasher = Sha256::new();
    for name in ["message-id", "from", "date", "subject"] {
        for value in headers.all(name) {
            hasher.update(value.as_bytes());
            hasher.update([0]);
        }
        hasher.update([1]);
    }
    let body = message.root_part().raw_body_offset() as usize;
    // Line ends may be changed by whoever hands the message on, and blank lines added at the end.
    let body = message.raw_message().get(body..).unwrap_or_default().trim_ascii();
    for line in body.split(|byte| *byte == b'\n') {
        hasher.update(line.strip_suffix(b"\r").unwrap_or(line));
        hasher.update(b"\n");
    }
    hasher.finalize().into()
}

/// Under what a message for a request and a person counts as taken.
pub(super) fn key(letter: &Letter, target: Option<(RequestId, UserId)>) -> Hash {
    let (request, user) = target.map_or((0, 0), |(request, user)| (request.get(), user.get()));
    let mut hasher = Sha256::new();
    hasher.update(letter.fingerprint);
    hasher.update(request.to_be_bytes());
    hasher.update(user.to_be_bytes());
    hasher.finalize().into()
}

/// Under what a message counts that an operator released.
pub(super) fn released(key: &Hash) -> Hash {
    Sha256::new().chain_update(b"released").chain_update(key).finalize().into()
}
