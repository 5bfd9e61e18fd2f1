//! A connection to an IMAP server, signed in.

use async_imap::Client;
use balcao_config::{Imap, ImapTls};
use rustls_pki_types::pem::PemObject as _;
use rustls_pki_types::{CertificateDer, ServerName};
use std::fmt;
use std::path::Path;
use std::sync::Arc;
use tokio::io::{AsyncRead, AsyncWrite};
use tokio::net::TcpStream;
use tokio_rustls::TlsConnector;
use tokio_rustls::rustls::{self, CertificateError, ClientConfig, RootCertStore};

/// Encrypted or not.
pub(super) trait Stream: AsyncRead + AsyncWrite + fmt::Debug + Send + Unpin {}
impl<T: AsyncRead + AsyncWrite + fmt::Debug + Send + Unpin> Stream for T {}

/// Signed in.
pub(super) type Session = async_imap::Session<Box<dyn Stream>>;

/// Why there is no connection. No text of the server's: it may repeat the user's name.
#[derive(Debug, thiserror::Error)]
pub enum ConnectError {
    /// The network.
    #[error("imap: no connection: {0}")]
    Network(#[from] std::io::Error),
    /// The certificates that are to be believed, or the server's TLS.
    #[error("imap: TLS: {0}")]
    Tls(String),
    /// The server does not prove who it is.
    #[error("imap: the server's certificate is not believed: {0}")]
    Untrusted(String),
    /// It cannot encrypt.
    #[error("imap: the server offers no STARTTLS, and the password is not sent without; see mail_in.imap_tls")]
    NoStartTls,
    /// The server ended the conversation, or speaks something else.
    #[error("imap: the server is not understood")]
    Protocol,
    /// The user's name or password is wrong.
    #[error("imap: the server refuses mail_in.imap_user with this password")]
    Refused,
}

/// Connects and signs in. How long that may take is the caller's to say.
pub(super) async fn open(imap: &Imap) -> Result<Session, ConnectError> {
    let stream = TcpStream::connect((imap.host.as_str(), imap.port)).await?;
    stream.set_nodelay(true)?;
    let client = match imap.tls {
        ImapTls::Tls => greeted(encrypted(imap, stream).await?).await?,
        ImapTls::None => greeted(Box::new(stream)).await?,
        ImapTls::StartTls => {
            let mut client = Client::new(stream);
            greeting(client.read_response().await)?;
            client.run_command_and_check_ok("STARTTLS", None).await.map_err(|_| ConnectError::NoStartTls)?;
            // What came in clear behind the answer is thrown away with the client: anybody may have put it there
            // (CVE-2011-0411).
            Client::new(encrypted(imap, client.into_inner()).await?)
        }
    };
    client.login(&imap.user, imap.password.as_str()).await.map_err(|(error, _)| match error {
        async_imap::error::Error::No(_) => ConnectError::Refused,
        _ => ConnectError::Protocol,
    })
}

async fn greeted(stream: Box<dyn Stream>) -> Result<Client<Box<dyn Stream>>, ConnectError> {
    let mut client = Client::new(stream);
    greeting(client.read_response().await)?;
    Ok(client)
}

fn greeting<T>(response: std::io::Result<Option<T>>) -> Result<(), ConnectError> {
    response?.map(|_| ()).ok_or(ConnectError::Protocol)
}

async fn encrypted(imap: &Imap, stream: TcpStream) -> Result<Box<dyn Stream>, ConnectError> {
    let mut roots = RootCertStore { roots: webpki_roots::TLS_SERVER_ROOTS.to_vec() };
    if let Some(file) = &imap.ca_file {
        add(&mut roots, file).map_err(|error| ConnectError::Tls(format!("mail_in.imap_ca_file: {error}")))?;
    }
    let tls = |error: rustls::Error| ConnectError::Tls(error.to_string());
    let config = ClientConfig::builder_with_provider(Arc::new(rustls::crypto::ring::default_provider()))
        .with_safe_default_protocol_versions()
        .map_err(tls)?
        .with_root_certificates(roots)
        .with_no_client_auth();
    let name = ServerName::try_from(imap.host.clone()).map_err(|error| ConnectError::Tls(error.to_string()))?;
    let connected = TlsConnector::from(Arc::new(config)).connect(name, stream).await;
    Ok(Box::new(connected.map_err(handshake_fault)?))
}

/// Says what an operator can do about it: rustls packs its reasons into an error of input and output.
fn handshake_fault(error: std::io::Error) -> ConnectError {
    let reason = error.get_ref().and_then(|inner| inner.downcast_ref::<rustls::Error>());
    match reason {
        None => ConnectError::Network(error),
        Some(rustls::Error::InvalidCertificate(reason)) => ConnectError::Untrusted(distrust(reason)),
        Some(rustls::Error::InvalidMessage(_)) => {
            ConnectError::Tls("the server does not speak it on this port; see mail_in.imap_tls".to_owned())
        }
        Some(other) => ConnectError::Tls(other.to_string()),
    }
}

fn distrust(reason: &CertificateError) -> String {
    let sentence = match reason {
        // An authority that was made anew under its old name did not sign what the old one did.
        CertificateError::UnknownIssuer | CertificateError::BadSignature => {
            "nobody who is believed signed it; name its authority's file in mail_in.imap_ca_file"
        }
        CertificateError::Expired | CertificateError::ExpiredContext { .. } => "it has expired",
        CertificateError::NotValidYet | CertificateError::NotValidYetContext { .. } => "it is not valid yet",
        CertificateError::NotValidForName | CertificateError::NotValidForNameContext { .. } => {
            "it is for another name than mail_in.imap_host"
        }
        other => return other.to_string(),
    };
    sentence.to_owned()
}

fn add(roots: &mut RootCertStore, file: &Path) -> Result<(), Box<dyn std::error::Error>> {
    for certificate in CertificateDer::pem_file_iter(file)? {
        roots.add(certificate?)?;
    }
    Ok(())
}
