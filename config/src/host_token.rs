//! How the tokens of the host are checked.

use std::fmt;
use zeroize::Zeroizing;

/// The signature of the host's tokens. It is fixed here and never taken from a token's header: otherwise a sender
/// could choose a weaker one, or none.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum HostTokenAlgorithm {
    /// HMAC with SHA-256: host and backend share a key.
    #[default]
    Hs256,
    /// RSA with SHA-256.
    Rs256,
    /// ECDSA on P-256 with SHA-256.
    Es256,
    /// Ed25519.
    EdDsa,
}

impl HostTokenAlgorithm {
    /// Every algorithm.
    pub const ALL: [Self; 4] = [Self::Hs256, Self::Rs256, Self::Es256, Self::EdDsa];

    /// The name in JWT headers and configuration.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Hs256 => "HS256",
            Self::Rs256 => "RS256",
            Self::Es256 => "ES256",
            Self::EdDsa => "EdDSA",
        }
    }
}

/// What a signature is checked with.
#[derive(Clone, PartialEq, Eq)]
pub enum HostTokenKey {
    /// The shared key's bytes, for HS256.
    Shared(Vec<u8>),
    /// One public key in PEM, or several one after the other, for the others.
    PublicPem(Vec<u8>),
}

/// Never the key itself.
impl fmt::Debug for HostTokenKey {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(match self {
            Self::Shared(_) => "Shared(***)",
            Self::PublicPem(_) => "PublicPem(…)",
        })
    }
}

/// How the tokens of the host are checked.
#[derive(Clone)]
pub struct HostToken {
    /// What the signature is checked with.
    pub key: HostTokenKey,
    /// The shared key before, whose tokens are taken as well while the host changes over.
    pub old_key: Option<Zeroizing<Vec<u8>>>,
    /// The only signature that is taken.
    pub algorithm: HostTokenAlgorithm,
    /// `iss` must be this.
    pub issuer: String,
    /// `aud` must be, or hold, this.
    pub audience: String,
    /// How far clocks may differ.
    pub leeway_seconds: u64,
    /// Whether a token that says `email_verified` is as good as a one-time code.
    pub trust_email_verified: bool,
}

/// Never a key.
impl fmt::Debug for HostToken {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter
            .debug_struct("HostToken")
            .field("key", &self.key)
            .field("old_key", &self.old_key.as_ref().map(|_| "***"))
            .field("algorithm", &self.algorithm)
            .field("issuer", &self.issuer)
            .field("audience", &self.audience)
            .field("leeway_seconds", &self.leeway_seconds)
            .field("trust_email_verified", &self.trust_email_verified)
            .finish()
    }
}

/// Without a key no token is taken.
impl Default for HostToken {
    fn default() -> Self {
        Self {
            key: HostTokenKey::Shared(Vec::new()),
            old_key: None,
            algorithm: HostTokenAlgorithm::default(),
            issuer: "balcao-dev-host".to_owned(),
            audience: "balcao".to_owned(),
            leeway_seconds: 30,
            trust_email_verified: true,
        }
    }
}
