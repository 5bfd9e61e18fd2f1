//! The door of the host: a signed token (JWT, RFC 7519) that says who the user is.

use super::door::{Door, DoorError, HostIdentity, Proof};
use balcao_config::{HostToken, HostTokenAlgorithm, HostTokenKey};
use balcao_contract::locale::Locale;
use balcao_contract::panel::DoorName;
use balcao_contract::support::Region;
use balcao_desk::names;
use chrono::{DateTime, Utc};
use jsonwebtoken::errors::ErrorKind;
use jsonwebtoken::{Algorithm, DecodingKey, Validation};
use serde::Deserialize;

/// A token lives at most this long: one that leaks is soon worth nothing.
const LONGEST_LIFE_SECONDS: i64 = 3600;
/// No host needs a longer one.
const LONGEST_TOKEN: usize = 8 * 1024;

/// Why a door cannot be built.
#[derive(Debug, thiserror::Error)]
pub enum KeyError {
    /// The key's file holds no key of that algorithm.
    #[error("host_token.public_key_file: no {algorithm} public key in PEM: {source}")]
    Pem {
        /// The configured algorithm.
        algorithm: &'static str,
        /// What the reader said.
        source: jsonwebtoken::errors::Error,
    },
    /// A shared key with a public-key algorithm, or the other way round.
    #[error("host_token.algorithm {0} does not go with the configured key")]
    Mismatch(&'static str),
}

/// Checks the host's tokens with the configured key, and with nothing that a token says about itself.
pub struct JwtDoor {
    /// The newest first. Each is tried: a token's own word about its key (`kid`) is not asked for.
    keys: Vec<DecodingKey>,
    validation: Validation,
    leeway: i64,
    trust_email_verified: bool,
}

#[derive(Deserialize)]
struct Claims {
    exp: f64,
    #[serde(default)]
    nbf: Option<f64>,
    email: String,
    #[serde(default)]
    name: String,
    account: String,
    #[serde(default)]
    locale: Option<String>,
    #[serde(default)]
    region: Option<String>,
    #[serde(default)]
    resources: Option<Vec<String>>,
    #[serde(default)]
    sponsor: bool,
    /// OpenID Connect Core 1.0, section 5.1.
    #[serde(default)]
    email_verified: bool,
}

impl JwtDoor {
    /// The door for these settings.
    ///
    /// # Errors
    /// The key does not fit the algorithm.
    pub fn new(settings: &HostToken) -> Result<Self, KeyError> {
        let algorithm = match settings.algorithm {
            HostTokenAlgorithm::Hs256 => Algorithm::HS256,
            HostTokenAlgorithm::Rs256 => Algorithm::RS256,
            HostTokenAlgorithm::Es256 => Algorithm::ES256,
            HostTokenAlgorithm::EdDsa => Algorithm::EdDSA,
        };
        let name = settings.algorithm.name();
        let of_pem: fn(&[u8]) -> Result<DecodingKey, _> = match (&settings.key, algorithm) {
            (HostTokenKey::Shared(_), Algorithm::HS256) => |key| Ok(DecodingKey::from_secret(key)),
            (HostTokenKey::PublicPem(_), Algorithm::RS256) => DecodingKey::from_rsa_pem,
            (HostTokenKey::PublicPem(_), Algorithm::ES256) => DecodingKey::from_ec_pem,
            (HostTokenKey::PublicPem(_), Algorithm::EdDSA) => DecodingKey::from_ed_pem,
            _ => return Err(KeyError::Mismatch(name)),
        };
        let keys: Vec<&[u8]> = match &settings.key {
            HostTokenKey::Shared(key) => {
                let old = settings.old_key.as_ref().map(|old| old.as_slice());
                std::iter::once(key.as_slice()).chain(old).collect()
            }
            HostTokenKey::PublicPem(pem) => blocks(pem),
        };
        let keys: Result<Vec<_>, _> = keys.into_iter().map(of_pem).collect();
        let keys = keys.map_err(|source| KeyError::Pem { algorithm: name, source })?;
        let mut validation = Validation::new(algorithm);
        validation.set_issuer(&[&settings.issuer]);
        validation.set_audience(&[&settings.audience]);
        validation.set_required_spec_claims(&["exp", "iss", "aud", "sub"]);
        // Times are checked below, against the clock that is handed in.
        validation.validate_exp = false;
        validation.validate_nbf = false;
        let leeway = i64::try_from(settings.leeway_seconds).unwrap_or(0);
        Ok(Self { keys, validation, leeway, trust_email_verified: settings.trust_email_verified })
    }

    fn check(&self, token: &str, now: DateTime<Utc>) -> Result<HostIdentity, DoorError> {
        if token.len() > LONGEST_TOKEN {
            return Err(DoorError::Refused("too long"));
        }
        let claims = self.claims(token.trim())?;
        self.check_times(&claims, now.timestamp())?;
        let email = names::email(&claims.email).ok_or(DoorError::Refused("email is no address"))?;
        let account = names::account(&claims.account).ok_or(DoorError::Refused("account is no account name"))?;
        Ok(HostIdentity {
            name: names::person(&claims.name),
            email,
            account,
            locale: claims.locale.as_deref().and_then(Locale::from_tag),
            region: claims.region.as_deref().and_then(Region::from_name),
            resources: claims.resources,
            support_resource_by_default: true,
            sponsor: claims.sponsor,
            email_verified: claims.email_verified && self.trust_email_verified,
        })
    }

    /// What a token says that one of the keys signed.
    fn claims(&self, token: &str) -> Result<Claims, DoorError> {
        let mut refused = DoorError::Refused("no key");
        for key in &self.keys {
            match jsonwebtoken::decode::<Claims>(token, key, &self.validation) {
                Ok(decoded) => return Ok(decoded.claims),
                Err(error) => {
                    refused = DoorError::Refused(reason(error.kind()));
                    // Whatever else is wrong with it is wrong with every key.
                    if !matches!(error.kind(), ErrorKind::InvalidSignature) {
                        break;
                    }
                }
            }
        }
        Err(refused)
    }

    fn check_times(&self, claims: &Claims, now: i64) -> Result<(), DoorError> {
        let (now, leeway) = (now as f64, self.leeway as f64);
        if claims.exp.is_nan() || claims.exp + leeway <= now {
            return Err(DoorError::Refused("expired"));
        }
        if claims.exp > now + LONGEST_LIFE_SECONDS as f64 + leeway {
            return Err(DoorError::Refused("lives longer than an hour"));
        }
        if claims.nbf.is_some_and(|nbf| nbf > now + leeway) {
            return Err(DoorError::Refused("not valid yet"));
        }
        Ok(())
    }
}

#[async_trait::async_trait]
impl Door for JwtDoor {
    fn name(&self) -> DoorName {
        DoorName::Host
    }

    /// The token names the store itself.
    async fn identify(&self, proof: Proof<'_>, now: DateTime<Utc>) -> Result<HostIdentity, DoorError> {
        self.check(proof.token, now)
    }
}

/// The keys of a PEM file, which may hold several one after the other (RFC 7468); the whole where there is no end of one.
fn blocks(pem: &[u8]) -> Vec<&[u8]> {
    const END: &[u8] = b"-----END";
    let mut found = Vec::new();
    let mut rest = pem;
    while let Some(at) = rest.windows(END.len()).position(|window| window == END) {
        let line = rest[at..].iter().position(|byte| *byte == b'\n').map_or(rest.len(), |end| at + end + 1);
        let (block, after) = rest.split_at(line);
        found.push(block);
        rest = after;
    }
    if found.is_empty() { vec![pem] } else { found }
}

fn reason(kind: &ErrorKind) -> &'static str {
    match kind {
        ErrorKind::InvalidAlgorithm | ErrorKind::InvalidAlgorithmName => "another algorithm",
        ErrorKind::InvalidSignature => "wrong signature",
        ErrorKind::InvalidIssuer => "another issuer",
        ErrorKind::InvalidAudience => "for another audience",
        ErrorKind::MissingRequiredClaim(_) => "a claim is missing",
        _ => "not a token with the claims that are asked for",
    }
}
