//! A connection to an IMAP server, signed in.

use crate::config::{Imap, ImapTls};
use async_imap::Client;
use rustls_pki_types::pem::PemObject as _;
use rustls_pki_types::{CertificateDer, ServerName};
use std::fmt;
use std::path::Path;
use std::sync::Arc;
use std::time::Duration;
use tokio::io::{AsyncRead, AsyncWrite};
use tokio::net::TcpStream;
use tokio::time::timeout;
use tokio_rustls::TlsConnector;
use tokio_rustls::rustls::{self, ClientConfig, RootCertStore};

/// For the whole way to being signed in.
const LIMIT: Duration = Duration::from_secs(30);

/// Encrypted or not.
pub(super) trait Stream: AsyncRead + AsyncWrite + fmt::Debug + Send + Unpin {}
impl<T: AsyncRead + AsyncWrite + fmt::Debug + Send + Unpin> Stream for T {}

/// Signed in.
pub(super) type Session = async_imap::Session<Box<dyn Stream>>;

/// Why there is no connection. No text of the server's: it may repeat the user's name.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum ConnectError {
    /// The network.
    #[error("imap: no connection: {0}")]
    Network(#[from] std::io::Error),
    /// The certificates.
    #[error("imap: TLS: {0}")]
    Tls(String),
    /// The server ended the conversation, or speaks something else.
    #[error("imap: the server is not understood")]
    Protocol,
    /// The user's name or password is wrong.
    #[error("imap: the server refuses mail_in.imap_user with this password")]
    Refused,
    /// It does not answer.
    #[error("imap: no answer in time")]
    Silent,
}

/// Connects and signs in.
pub(super) async fn open(imap: &Imap) -> Result<Session, ConnectError> {
    timeout(LIMIT, sign_in(imap)).await.map_err(|_| ConnectError::Silent)?
}

async fn sign_in(imap: &Imap) -> Result<Session, ConnectError> {
    let stream = TcpStream::connect((imap.host.as_str(), imap.port)).await?;
    stream.set_nodelay(true)?;
    let client = match imap.tls {
        ImapTls::Tls => greeted(encrypted(imap, stream).await?).await?,
        ImapTls::None => greeted(Box::new(stream)).await?,
        ImapTls::StartTls => {
            let mut client = Client::new(stream);
            greeting(client.read_response().await)?;
            client.run_command_and_check_ok("STARTTLS", None).await.map_err(|_| ConnectError::Protocol)?;
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
    Ok(Box::new(TlsConnector::from(Arc::new(config)).connect(name, stream).await?))
}

fn add(roots: &mut RootCertStore, file: &Path) -> Result<(), Box<dyn std::error::Error>> {
    for certificate in CertificateDer::pem_file_iter(file)? {
        roots.add(certificate?)?;
    }
    Ok(())
}
