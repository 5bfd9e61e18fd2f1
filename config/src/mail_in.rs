//! How replies by mail come in: the address they go to, whose word about their senders counts, and the mailbox they are
//! fetched from.

use super::load::{line, number, path};
use super::reader::Reader;
use super::{Mode, keys};
use lettre::Address;
use std::fmt;
use std::path::PathBuf;
use zeroize::Zeroizing;

/// A token and its plus sign take 41 of the 64 octets that may stand before an at sign (RFC 5321, 4.5.3.1.1).
const LONGEST_LOCAL_PART: usize = 23;
/// A mail of 25 MB of attachments is a third larger on its way, as Base64.
pub(super) const MAX_BYTES: u64 = 36 * 1024 * 1024;

/// How replies by mail come in.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct MailIn {
    /// The address that replies go to, in lower case; each mail adds a token of its own to it.
    pub address: String,
    /// The name under which the operator's mail server writes `Authentication-Results`; without one nothing is believed.
    pub trusted_server: Option<String>,
    /// The largest message that is taken, in bytes.
    pub max_bytes: u64,
    /// How much mail is kept that waits for an operator.
    pub quarantine: QuarantineLimits,
    /// The mailbox that is watched; `None` where a mail server hands messages over by itself.
    pub imap: Option<Imap>,
}

/// How much mail is kept that waits for an operator.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct QuarantineLimits {
    /// Messages.
    pub mails: u64,
    /// Bytes of them.
    pub bytes: u64,
}

/// More than anybody looks through, and a disk that is not filled by strangers.
impl Default for QuarantineLimits {
    fn default() -> Self {
        Self { mails: 10_000, bytes: 1 << 30 }
    }
}

/// A mailbox on an IMAP server.
#[derive(Clone, PartialEq, Eq)]
pub struct Imap {
    /// The server's name.
    pub host: String,
    /// Its port.
    pub port: u16,
    /// Whether and how the connection is encrypted.
    pub tls: ImapTls,
    /// Authorities to believe besides the public ones, in PEM: for a server whose certificate the operator made.
    pub ca_file: Option<PathBuf>,
    /// Who signs in.
    pub user: String,
    /// With which password.
    pub password: Zeroizing<String>,
    /// Where messages arrive.
    pub folder: String,
}

/// The password is never logged.
impl fmt::Debug for Imap {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter
            .debug_struct("Imap")
            .field("host", &self.host)
            .field("port", &self.port)
            .field("tls", &self.tls)
            .field("folder", &self.folder)
            .finish_non_exhaustive()
    }
}

/// How a connection to an IMAP server is encrypted.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ImapTls {
    /// From the first byte.
    Tls,
    /// After a greeting in clear.
    StartTls,
    /// Not at all: for a server on the same machine.
    None,
}

impl ImapTls {
    fn from_name(name: &str) -> Option<Self> {
        match name {
            "tls" => Some(Self::Tls),
            "starttls" => Some(Self::StartTls),
            "none" => Some(Self::None),
            _ => None,
        }
    }

    const fn port(self) -> u16 {
        match self {
            Self::Tls => 993,
            Self::StartTls | Self::None => 143,
        }
    }
}

impl MailIn {
    /// What the sample mailbox of development answers through.
    #[must_use]
    pub fn development() -> Self {
        Self {
            address: "reply@localhost".to_owned(),
            trusted_server: Some("localhost".to_owned()),
            max_bytes: MAX_BYTES,
            quarantine: QuarantineLimits::default(),
            imap: None,
        }
    }
}

pub(super) fn read(reader: &mut Reader, mode: Mode) -> Option<MailIn> {
    let given = reader.optional("mail_in.address", address);
    let usual = if mode == Mode::Development { MailIn::development().trusted_server } else { None };
    let trusted_server = reader.optional("mail_in.trusted_server", server_name).or(usual);
    let bytes = |text: &str| number(text, (64 * 1024, 1 << 30));
    let max_bytes = reader.or("mail_in.max_bytes", bytes, MAX_BYTES, &MAX_BYTES.to_string());
    let quarantine = quarantine(reader, max_bytes);
    let imap = imap(reader, mode);
    let address = match given {
        Some(address) => address,
        None if reader.is_given("mail_in.address") => return None,
        None if imap.is_some() => {
            reader
                .fault("mail_in.address", "a mailbox is watched, but no mail names an address to reply to".to_owned());
            return None;
        }
        None if mode == Mode::Development => {
            return Some(MailIn { trusted_server, max_bytes, quarantine, ..MailIn::development() });
        }
        None => return None,
    };
    if trusted_server.is_none() && mode == Mode::Production && !reader.is_given("mail_in.trusted_server") {
        let expected = keys::find("mail_in.trusted_server").map_or("", |key| key.expected);
        reader.fault("mail_in.trusted_server", format!("required in production with mail_in.address: {expected}"));
    }
    Some(MailIn { address, trusted_server, max_bytes, quarantine, imap })
}

/// A file that is there.
pub(super) fn file(text: &str) -> Option<PathBuf> {
    path(text).filter(|path| path.is_file())
}

fn quarantine(reader: &mut Reader, max_bytes: u64) -> QuarantineLimits {
    let usual = QuarantineLimits::default();
    let mails = |text: &str| number(text, (10, 1_000_000));
    let bytes = |text: &str| number(text, (1 << 20, 1 << 40));
    let mails = reader.or("mail_in.quarantine_mails", mails, usual.mails, &usual.mails.to_string());
    let bytes = reader.or("mail_in.quarantine_bytes", bytes, usual.bytes, &usual.bytes.to_string());
    if bytes < max_bytes {
        let sentence = "is less than mail_in.max_bytes: a mail of that size would never find room";
        reader.fault("mail_in.quarantine_bytes", sentence.to_owned());
    }
    QuarantineLimits { mails, bytes }
}

fn imap(reader: &mut Reader, mode: Mode) -> Option<Imap> {
    let host = reader.optional("mail_in.imap_host", host);
    let tls = reader.or("mail_in.imap_tls", ImapTls::from_name, ImapTls::Tls, "tls");
    let port = |text: &str| text.parse::<u16>().ok().filter(|port| *port > 0);
    let port = reader.or("mail_in.imap_port", port, tls.port(), &tls.port().to_string());
    let ca_file = reader.optional("mail_in.imap_ca_file", file);
    let user = reader.optional("mail_in.imap_user", line);
    let password = reader.optional("mail_in.imap_password", line);
    let from_file = reader.optional("mail_in.imap_password_file", |text| {
        std::fs::read_to_string(text).ok().and_then(|content| line(content.trim_end_matches(['\r', '\n'])))
    });
    let folder = reader.or("mail_in.imap_folder", line, "INBOX".to_owned(), "INBOX");
    let host = host?;
    if password.is_some() && from_file.is_some() {
        let sentence = "either mail_in.imap_password or mail_in.imap_password_file, not both";
        reader.fault("mail_in.imap_password", sentence.to_owned());
    }
    let password = password.or(from_file);
    for (name, is_there) in [("mail_in.imap_user", user.is_some()), ("mail_in.imap_password", password.is_some())] {
        if !is_there && !reader.faults.iter().any(|fault| fault.key.starts_with(name)) {
            reader.fault(name, "required with mail_in.imap_host".to_owned());
        }
    }
    let is_local = host == "localhost" || host.parse::<std::net::IpAddr>().is_ok_and(|address| address.is_loopback());
    if tls == ImapTls::None && mode == Mode::Production && !is_local {
        reader
            .fault("mail_in.imap_tls", "none is for a server on the same machine: the password goes there".to_owned());
    }
    Some(Imap { host, port, tls, ca_file, user: user?, password: Zeroizing::new(password?), folder })
}

/// In lower case throughout: a token is added to it, and mail systems on the way may change the case.
fn address(text: &str) -> Option<String> {
    let address: Address = text.parse().ok()?;
    let plain = |byte: u8| byte.is_ascii_alphanumeric() || b"._-+".contains(&byte);
    let local = address.user();
    (local.len() <= LONGEST_LOCAL_PART && local.bytes().all(plain)).then(|| text.trim().to_ascii_lowercase())
}

/// RFC 8601, 2.2: an authserv-id; in practice a host's name.
fn server_name(text: &str) -> Option<String> {
    let plain = |byte: u8| byte.is_ascii_alphanumeric() || b"._-".contains(&byte);
    (!text.is_empty() && text.bytes().all(plain)).then(|| text.to_ascii_lowercase())
}

fn host(text: &str) -> Option<String> {
    url::Host::parse(text).ok().map(|_| text.to_ascii_lowercase())
}

#[cfg(test)]
mod tests {
    use super::super::{Sources, load};
    use super::*;

    fn loaded(pairs: &[(&str, &str)]) -> Result<Option<MailIn>, String> {
        let environment = pairs.iter().map(|(name, value)| (keys::variable(name), (*value).to_owned())).collect();
        let loaded = load(&Sources { file: None, environment });
        loaded.map(|loaded| loaded.config.mail_in).map_err(|error| error.to_string())
    }

    #[test]
    fn an_address_leaves_room_for_the_token() {
        assert_eq!(address("Help@Reply.Example.com").as_deref(), Some("help@reply.example.com"));
        assert!(address("a-local-part-of-24-octet@example.com").is_none());
        for wrong in ["help", "Help <help@example.com>", "\"a b\"@example.com", "help@"] {
            assert!(address(wrong).is_none(), "{wrong}");
        }
    }

    #[test]
    fn a_mailbox_needs_an_address_somebody_who_signs_in_and_a_password() {
        let refused = loaded(&[("mail_in.imap_host", "imap.example.com")]).unwrap_err();
        for key in ["mail_in.imap_user", "mail_in.imap_password"] {
            assert!(refused.contains(key), "{refused}");
        }
        let named =
            [("mail_in.imap_host", "imap.example.com"), ("mail_in.imap_user", "reply"), ("mail_in.imap_password", "s")];
        assert!(loaded(&named).unwrap_err().contains("mail_in.address"));
        let mut whole = named.to_vec();
        whole.push(("mail_in.address", "help@example.com"));
        let imap = loaded(&whole).unwrap().unwrap().imap.unwrap();
        assert_eq!((imap.port, imap.tls, imap.folder.as_str()), (993, ImapTls::Tls, "INBOX"));
        assert!(!format!("{imap:?}").contains("\"s\""));
    }

    #[test]
    fn development_believes_its_own_machine_whatever_the_address_is() {
        let mail_in = loaded(&[("mail_in.address", "help@example.com")]).unwrap().unwrap();
        assert_eq!(mail_in.trusted_server.as_deref(), Some("localhost"));
    }

    #[test]
    fn a_password_comes_from_one_place() {
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("password");
        std::fs::write(&file, "secret\n").unwrap();
        let file = file.display().to_string();
        let mut pairs = vec![
            ("mail_in.address", "help@example.com"),
            ("mail_in.imap_host", "imap.example.com"),
            ("mail_in.imap_user", "reply"),
            ("mail_in.imap_password_file", &file),
        ];
        assert_eq!(loaded(&pairs).unwrap().unwrap().imap.unwrap().password.as_str(), "secret");
        pairs.push(("mail_in.imap_password", "other"));
        assert!(loaded(&pairs).unwrap_err().contains("not both"));
    }

    #[test]
    fn production_believes_no_sender_without_a_word_from_the_own_server() {
        let refused = loaded(&[("mode", "production"), ("mail_in.address", "help@example.com")]).unwrap_err();
        assert!(refused.contains("mail_in.trusted_server"), "{refused}");
    }
}
