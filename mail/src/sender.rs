//! The ways a message leaves: a mail server, or a folder of `.eml` files.

use async_trait::async_trait;
use balcao_config::MailConfig;
use balcao_runtime::durable;
use balcao_store::outbox::QueuedMessage;
use lettre::message::Message;
use lettre::transport::smtp;
use lettre::transport::smtp::client::{Certificate, Tls, TlsParameters};
use lettre::{AsyncSmtpTransport, AsyncTransport, Tokio1Executor};
use rustls_pki_types::CertificateDer;
use rustls_pki_types::pem::PemObject as _;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Duration;

/// The mail server has this long for one step of its protocol…
const STEP_TIMEOUT: Duration = Duration::from_secs(30);
/// …and this long for a message; well below the lease under which the worker holds it.
const MESSAGE_TIMEOUT: Duration = Duration::from_secs(120);

/// Why a message did not leave. The texts name no address: they go into logs and the database.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum SendError {
    /// Nothing can be sent now: no connection, no disk, wrong password. Every message waits.
    #[error("{0}")]
    Unavailable(String),
    /// This message was not taken this time.
    #[error("{0}")]
    Deferred(String),
    /// This message is refused; asking again will hardly help.
    #[error("{0}")]
    Refused(String),
}

/// Sends one message. It returns once somebody else answers for it: the server took it, or it is durable on disk.
#[async_trait]
pub trait Sender: Send + Sync {
    /// Sends it.
    async fn send(&self, queued: &QueuedMessage, letter: &Message) -> Result<(), SendError>;
}

/// The way that the configuration names.
///
/// # Errors
/// The mail server's address cannot be read, or the folder cannot be made. The message names the key, and no password.
pub fn sender_from_config(config: &MailConfig) -> Result<Arc<dyn Sender>, String> {
    Ok(match &config.smtp_url {
        Some(url) => {
            let sender = SmtpSender::new(url).map_err(|_| {
                "mail.smtp_url: not the address of a mail server, such as smtp://user:password@mail.example.com:587?tls=required"
                    .to_owned()
            })?;
            Arc::new(match &config.smtp_ca_file {
                None => sender,
                Some(file) => SmtpSender::believing(url, file)
                    .map_err(|error| format!("mail.smtp_ca_file: {} cannot be used: {error}", file.display()))?,
            })
        }
        None => Arc::new(MailboxFolder::new(&config.mailbox_dir).map_err(|error| {
            let folder = config.mailbox_dir.display();
            format!("mail.mailbox_dir: the folder {folder} cannot be used: {error}")
        })?),
    })
}

/// A mail server.
pub struct SmtpSender(AsyncSmtpTransport<Tokio1Executor>);

impl SmtpSender {
    /// For an address like `smtp://user:password@host:587?tls=required` or `smtps://…`.
    ///
    /// # Errors
    /// It cannot be read.
    pub fn new(url: &str) -> Result<Self, smtp::Error> {
        let builder = AsyncSmtpTransport::<Tokio1Executor>::from_url(url)?;
        Ok(Self(builder.timeout(Some(STEP_TIMEOUT)).build()))
    }

    /// The same, also where authorities of that file, in PEM, signed the server's certificate.
    ///
    /// # Errors
    /// The address or the file cannot be read. The text names neither.
    pub fn believing(url: &str, authorities: &Path) -> Result<Self, Box<dyn std::error::Error>> {
        let mut builder = AsyncSmtpTransport::<Tokio1Executor>::from_url(url)?;
        let read = url::Url::parse(url)?;
        let mut parameters = TlsParameters::builder(read.host_str().unwrap_or_default().to_owned());
        let mut found = false;
        for certificate in CertificateDer::pem_file_iter(authorities)? {
            parameters = parameters.add_root_certificate(Certificate::from_der(certificate?.to_vec())?);
            found = true;
        }
        if !found {
            return Err("it holds no certificate".into());
        }
        let parameters = parameters.build_rustls()?;
        let wanted = read.query_pairs().find(|(name, _)| name == "tls");
        builder = match (read.scheme(), wanted.as_ref().map(|(_, value)| &**value)) {
            ("smtps", _) => builder.tls(Tls::Wrapper(parameters)),
            (_, Some("required")) => builder.tls(Tls::Required(parameters)),
            (_, Some("opportunistic")) => builder.tls(Tls::Opportunistic(parameters)),
            _ => builder,
        };
        Ok(Self(builder.timeout(Some(STEP_TIMEOUT)).build()))
    }
}

#[async_trait]
impl Sender for SmtpSender {
    async fn send(&self, _queued: &QueuedMessage, letter: &Message) -> Result<(), SendError> {
        match tokio::time::timeout(MESSAGE_TIMEOUT, self.0.send_raw(letter.envelope(), &letter.formatted())).await {
            Ok(Ok(_)) => Ok(()),
            Ok(Err(error)) => Err(fault(&error)),
            Err(_) => Err(SendError::Unavailable("smtp: timed out".to_owned())),
        }
    }
}

/// A server's answer may repeat the address, so only its code is kept.
fn fault(error: &smtp::Error) -> SendError {
    let Some(code) = error.status() else {
        let what = if error.is_timeout() {
            "timed out"
        } else if error.is_tls() {
            "TLS failed"
        } else if error.is_client() {
            "the server lacks what is needed"
        } else {
            "no connection"
        };
        return SendError::Unavailable(format!("smtp: {what}"));
    };
    let code = code.to_string();
    let text = format!("smtp: {code}");
    match code.as_str() {
        // Closing; password asked for or wrong; needs encryption: it is the server or the configuration, not the message.
        "421" | "454" | "500" | "502" | "503" | "504" | "530" | "534" | "535" | "538" => SendError::Unavailable(text),
        _ if error.is_permanent() => SendError::Refused(text),
        _ => SendError::Deferred(text),
    }
}

/// A folder that gets a file for each message: for development and for trying out.
#[derive(Debug, Clone)]
pub struct MailboxFolder(PathBuf);

impl MailboxFolder {
    /// Makes the folder where it is missing.
    ///
    /// # Errors
    /// It cannot be made.
    pub fn new(folder: &Path) -> std::io::Result<Self> {
        std::fs::create_dir_all(folder)?;
        Ok(Self(folder.to_owned()))
    }
}

/// By time, then by row: in the order they were written. The same message has the same name at every attempt.
fn file_name(queued: &QueuedMessage) -> String {
    let kind: String = queued.message.kind.chars().filter(char::is_ascii_alphanumeric).collect();
    format!("{}-{:06}-{kind}.eml", queued.created_at.format("%Y%m%dT%H%M%S%3fZ"), queued.id)
}

#[async_trait]
impl Sender for MailboxFolder {
    async fn send(&self, queued: &QueuedMessage, letter: &Message) -> Result<(), SendError> {
        let (folder, name, bytes) = (self.0.clone(), file_name(queued), letter.formatted());
        let written = tokio::task::spawn_blocking(move || durable::write(&folder, &name, &bytes)).await;
        match written {
            Ok(Ok(())) => Ok(()),
            Ok(Err(error)) => Err(SendError::Unavailable(format!("mailbox folder: {}", error.kind()))),
            Err(_) => Err(SendError::Unavailable("mailbox folder: interrupted".to_owned())),
        }
    }
}
