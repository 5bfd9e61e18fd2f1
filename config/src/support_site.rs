//! The doors outside the admin.

use super::Mode;
use super::load::{line, number};
use super::reader::Reader;
use std::fmt;
use std::time::Duration;
use url::Url;

/// Which doors the support site has, and how long a sign-in lasts.
#[derive(Debug, Clone)]
pub struct SupportSite {
    /// A code by mail.
    pub email: bool,
    /// A password with a second factor.
    pub password: bool,
    /// Sign in with Google, or another provider of OpenID Connect.
    pub google: Option<Google>,
    /// How text messages leave; `None` where there are none, in development into the mailbox.
    pub sms: Option<Sms>,
    /// A sign-in ends so long after it was used last…
    pub idle: Duration,
    /// …and so long after it began in any case.
    pub absolute: Duration,
}

/// How this application is known to the provider.
#[derive(Clone)]
pub struct Google {
    /// Who it says it is.
    pub issuer: Url,
    /// Our id there.
    pub client_id: String,
    /// Our secret there.
    pub client_secret: String,
    /// Domains whose addresses are believed where it calls them verified, besides Google's own.
    pub trusted_domains: Vec<String>,
}

/// Never the secret.
impl fmt::Debug for Google {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.debug_struct("Google").field("issuer", &self.issuer.as_str()).finish_non_exhaustive()
    }
}

/// Who sends text messages.
#[derive(Clone)]
pub struct Sms {
    /// Where they are posted to.
    pub url: Url,
    /// For `Authorization: Bearer`.
    pub token: Option<String>,
    /// The sender: a number or a name.
    pub from: String,
}

/// Never the token.
impl fmt::Debug for Sms {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.debug_struct("Sms").field("url", &self.url.host_str()).finish_non_exhaustive()
    }
}

impl SupportSite {
    /// What can be tried without any provider.
    pub(super) fn development() -> Self {
        Self {
            email: true,
            password: true,
            google: None,
            sms: None,
            idle: Duration::from_secs(12 * 3600),
            absolute: Duration::from_secs(168 * 3600),
        }
    }

    /// Whether it has a door at all.
    #[must_use]
    pub const fn is_open(&self) -> bool {
        self.email || self.password || self.google.is_some()
    }

    pub(super) fn read(reader: &mut Reader, mode: Mode) -> Self {
        let mut site = Self::development();
        let development = mode == Mode::Development;
        let flag = |text: &str| text.parse::<bool>().ok();
        site.email = reader.or("support_site.email", flag, development, &development.to_string());
        site.password = reader.or("support_site.password", flag, development, &development.to_string());
        let minutes = |text: &str| number(text, (5, 43_200)).map(|n| Duration::from_secs(n * 60));
        site.idle = reader.or("support_site.idle_minutes", minutes, site.idle, "720");
        let hours = |text: &str| number(text, (1, 2160)).map(|n| Duration::from_secs(n * 3600));
        site.absolute = reader.or("support_site.absolute_hours", hours, site.absolute, "168");
        site.google = read_google(reader, mode);
        site.sms = read_sms(reader, mode);
        site
    }
}

fn read_google(reader: &mut Reader, mode: Mode) -> Option<Google> {
    let client_id = reader.optional("google.client_id", line);
    let client_secret = reader.optional("google.client_secret", line);
    #[expect(clippy::expect_used, reason = "an address that is written here")]
    let google = Url::parse("https://accounts.google.com").expect("Google's address");
    let issuer = reader.or("google.issuer", |text| provider_url(text, mode), google, "https://accounts.google.com");
    let trusted_domains = reader.or("google.trusted_domains", domains, Vec::new(), "none");
    match (client_id, client_secret) {
        (Some(client_id), Some(client_secret)) => Some(Google { issuer, client_id, client_secret, trusted_domains }),
        (None, None) => None,
        (Some(_), None) => missing(reader, "google.client_secret", "google.client_id"),
        (None, Some(_)) => missing(reader, "google.client_id", "google.client_secret"),
    }
}

/// `acme.example, acme.com.br`
fn domains(text: &str) -> Option<Vec<String>> {
    let domain = |text: &str| {
        let domain = text.trim().to_ascii_lowercase();
        let plain = domain.contains('.') && domain.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'.' || b == b'-');
        plain.then_some(domain)
    };
    text.split(',').map(domain).collect()
}

fn read_sms(reader: &mut Reader, mode: Mode) -> Option<Sms> {
    let url = reader.optional("sms.url", |text| provider_url(text, mode));
    let token = reader.optional("sms.token", line);
    let from = reader.optional("sms.from", line);
    match (url, from) {
        (Some(url), Some(from)) => Some(Sms { url, token, from }),
        (Some(_), None) => missing(reader, "sms.from", "sms.url"),
        (None, _) => None,
    }
}

/// One key is of no use without the other; unless it was given and could not be read, which was said already.
fn missing<T>(reader: &mut Reader, key: &str, given: &str) -> Option<T> {
    if !reader.is_given(key) {
        reader.fault(key, format!("required together with {given}"));
    }
    None
}

/// The address of somebody who is told secrets: only https, but on one's own machine.
fn provider_url(text: &str, mode: Mode) -> Option<Url> {
    let url = Url::parse(text).ok()?;
    let plain = url.has_host() && url.username().is_empty() && url.password().is_none() && url.fragment().is_none();
    let safe = url.scheme() == "https" || (url.scheme() == "http" && mode == Mode::Development);
    (plain && safe).then_some(url)
}
