//! The keys that lie outside the database: a file each in the data folder, two of a kind valid at once, and whether they are
//! those that the database was written with. What they sign and seal is `identity`'s and `mail`'s.

mod check;
mod file;
pub mod purpose;
mod random;
mod site_key;

pub use check::{KeyError, note, open, reseal};
pub use file::{create, load, replace};
pub use random::random;
pub use site_key::SiteKey;

use hmac::{Hmac, Mac as _};
use sha2::Sha256;
use std::fmt;
use std::path::{Path, PathBuf};
use zeroize::Zeroizing;

/// Bytes of a key.
pub const LENGTH: usize = 32;

/// A kind of key.
#[derive(Debug, Clone, Copy, PartialEq, Eq, clap::ValueEnum)]
#[value(rename_all = "snake_case")]
pub enum KeyName {
    /// Passwords, second factors, recovery codes, known browsers, secrets of webhooks.
    SignIn,
    /// The addresses that replies to mails go to.
    Reply,
    /// One-time codes.
    Code,
}

impl KeyName {
    /// Every kind.
    pub const ALL: [Self; 3] = [Self::SignIn, Self::Reply, Self::Code];

    /// Its name in commands and in the database.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::SignIn => "sign_in",
            Self::Reply => "reply",
            Self::Code => "code",
        }
    }

    /// Its file in the data folder.
    #[must_use]
    pub const fn file(self) -> &'static str {
        match self {
            Self::SignIn => "sign_in.key",
            Self::Reply => "reply.key",
            Self::Code => "code.key",
        }
    }

    /// Where it is.
    #[must_use]
    pub fn path(self, data_dir: &Path) -> PathBuf {
        data_dir.join(self.file())
    }

    /// What is lost with it.
    const fn what_depends(self) -> &'static str {
        match self {
            Self::SignIn => {
                "passwords, second factors and recovery codes of the support site, and the secrets of webhooks"
            }
            Self::Reply => "the reply addresses in mails that were sent",
            Self::Code => "one-time codes that are on their way",
        }
    }
}

/// What tells a key from another, and says nothing about it. It fits where an Argon2 hash names its key.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct KeyId(pub [u8; 8]);

impl fmt::Display for KeyId {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.iter().try_for_each(|byte| write!(formatter, "{byte:02x}"))
    }
}

/// A key: 256 random bits.
#[derive(Clone)]
pub struct Key(Zeroizing<[u8; LENGTH]>);

impl Key {
    /// A key of these bytes.
    #[must_use]
    pub fn new(bytes: [u8; LENGTH]) -> Self {
        Self(Zeroizing::new(bytes))
    }

    /// A new one.
    ///
    /// # Errors
    /// The system gives no random numbers.
    pub fn random() -> std::io::Result<Self> {
        random().map(Self::new)
    }

    /// Its bytes.
    #[must_use]
    pub fn bytes(&self) -> &[u8; LENGTH] {
        &self.0
    }

    /// What tells it from others.
    #[must_use]
    pub fn id(&self) -> KeyId {
        // HMAC takes keys of any length, so the other arm is never taken.
        let Ok(mac) = Hmac::<Sha256>::new_from_slice(self.0.as_slice()) else { return KeyId([0; 8]) };
        let digest = mac.chain_update(b"balcao key id").finalize().into_bytes();
        KeyId(digest.first_chunk().copied().unwrap_or_default())
    }
}

/// The keys of one kind that are valid: the newest signs and seals, the one before still opens what it made.
#[derive(Clone)]
pub struct KeyRing {
    newest: Key,
    before: Option<Key>,
}

/// Never logged.
impl fmt::Debug for KeyRing {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("KeyRing(***)")
    }
}

impl KeyRing {
    /// One key alone.
    #[must_use]
    pub fn of(newest: Key) -> Self {
        Self { newest, before: None }
    }

    /// A new key, with the newest so far as the one before.
    #[must_use]
    pub fn followed_by(&self, newest: Key) -> Self {
        Self { newest, before: Some(self.newest.clone()) }
    }

    /// Without the one before.
    #[must_use]
    pub fn newest_alone(&self) -> Self {
        Self::of(self.newest.clone())
    }

    /// The key that signs and seals.
    #[must_use]
    pub fn newest(&self) -> &Key {
        &self.newest
    }

    /// The key before, while it is valid.
    #[must_use]
    pub fn before(&self) -> Option<&Key> {
        self.before.as_ref()
    }

    /// Every valid key, the newest first.
    pub fn all(&self) -> impl DoubleEndedIterator<Item = &Key> {
        std::iter::once(&self.newest).chain(&self.before)
    }

    /// Whether a key is among them.
    #[must_use]
    pub fn has(&self, id: KeyId) -> bool {
        self.all().any(|key| key.id() == id)
    }
}
