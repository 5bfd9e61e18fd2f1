//! The support site's cookies. None can be read by a script, and on https each has the `__Host-` prefix, so that no other
//! host of the same domain can plant one; but for the language, which proves nothing and which the panel shares.

use crate::http::origin;
use axum::http::{HeaderMap, HeaderValue, header};
use balcao_config::Config;
use chrono::TimeDelta;

/// A cookie of ours.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Cookie {
    /// Who is signed in.
    SignIn,
    /// A browser on its way in.
    Flow,
    /// A browser on its way to another provider and back: the way back begins on another site, so it is a lax one.
    GoogleFlow,
    /// A browser that somebody signed in with before.
    Device,
    /// The language that was chosen.
    Locale,
}

impl Cookie {
    fn name(self, config: &Config) -> String {
        let name = match self {
            Self::SignIn => "balcao_sign_in",
            Self::Flow => "balcao_flow",
            Self::GoogleFlow => "balcao_google_flow",
            Self::Device => "balcao_device",
            // The panel knows it by this name (`src/host/locale.rs`), reads it, and writes it when another is chosen there.
            Self::Locale => return "balcao_locale".to_owned(),
        };
        if is_secure(config) { format!("__Host-{name}") } else { name.to_owned() }
    }

    const fn same_site(self) -> &'static str {
        match self {
            Self::SignIn | Self::Flow | Self::Device => "Strict",
            Self::GoogleFlow | Self::Locale => "Lax",
        }
    }

    /// Its value in a request.
    pub fn read(self, config: &Config, headers: &HeaderMap) -> Option<String> {
        let value = origin::cookie(headers, &self.name(config))?;
        (!value.is_empty()).then(|| value.to_owned())
    }

    /// Sets it for so long.
    pub fn set(self, config: &Config, headers: &mut HeaderMap, value: &str, life: TimeDelta) {
        let secure = if is_secure(config) { "; Secure" } else { "" };
        let (name, same_site, life) = (self.name(config), self.same_site(), life.num_seconds());
        let hidden = if matches!(self, Self::Locale) { "" } else { "; HttpOnly" };
        let cookie = format!("{name}={value}; Path=/; Max-Age={life}{hidden}; SameSite={same_site}{secure}");
        if let Ok(cookie) = HeaderValue::from_str(&cookie) {
            headers.append(header::SET_COOKIE, cookie);
        }
    }

    /// Takes it away.
    pub fn clear(self, config: &Config, headers: &mut HeaderMap) {
        self.set(config, headers, "", TimeDelta::zero());
    }
}

fn is_secure(config: &Config) -> bool {
    config.public_url.scheme() == "https"
}
