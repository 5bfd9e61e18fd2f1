//! The doors of the support site, outside the admin: a code by mail, Google, a password with a second factor. Each ends
//! in a sign-in, which the panel's sessions are made from. The pages around them are `http::support`'s.

mod app_code;
mod code;
mod device;
mod email;
mod entry;
mod error;
mod factor;
mod flow;
mod google;
mod limits;
mod password;
mod provider;
mod recovery;
mod reset;
mod return_to;
mod sms;
mod token;

pub use device::{Device, REMEMBERED as DEVICE_REMEMBERED};
pub use email::EmailDoor;
pub use entry::{Entered, SignIns};
pub use error::SiteError;
pub use factor::{PasswordDoor, Way};
pub use flow::{Flow, LIFE as FLOW_LIFE, Step};
pub use google::{Arrived, GoogleDoor, Return};
pub use limits::Attempt;
pub use password::{Guessable, PasswordError, Passwords, SHORTEST as SHORTEST_PASSWORD, key_of as password_key};
pub use provider::Provider;
pub use reset::{Enrolment, NewPasswordError};
pub use return_to::ReturnTo;
pub use sms::{SmsError, SmsSender};
pub use token::Token;

use balcao_config::Config;
use balcao_contract::locale::Locale;
use balcao_keys::{KeyRing, SiteKey};
use balcao_runtime::work::Work;
use std::net::IpAddr;
use std::sync::Arc;

/// What the doors share.
#[derive(Debug)]
pub struct Site {
    /// What everything of theirs is sealed and signed with.
    pub key: SiteKey,
    /// Hashes passwords.
    pub passwords: Passwords,
    /// Sends text messages; `None` where nobody does.
    pub sms: Option<Arc<dyn SmsSender>>,
    /// The OpenID provider; `None` where there is none.
    pub provider: Option<Provider>,
}

impl Site {
    /// The doors of a configuration, with these keys.
    ///
    /// # Errors
    /// TLS cannot be set up.
    pub fn open(config: &Config, keys: KeyRing, work: Work) -> std::io::Result<Self> {
        let key = SiteKey::with(keys);
        let provider = config.support_site.google.as_ref();
        let provider =
            provider.map(|google| Provider::new(google, config.link("/support/google/callback"))).transpose()?;
        Ok(Self { passwords: Passwords::new(&key, work), sms: sms::sender(config)?, provider, key })
    }
}

/// A browser that asks for something.
#[derive(Debug, Clone)]
pub struct Visit {
    /// The network it asks from; see `http::limiter`.
    pub network: IpAddr,
    /// Who signed in with it before.
    pub device: Option<Device>,
    /// What it calls itself.
    pub user_agent: String,
    /// The language of its pages, and of the mails that are asked for here.
    pub locale: Locale,
}
