//! The OpenID provider: who it says it is, its keys, and the tokens it gives for codes.

use balcao_config::Google as Settings;
use chrono::{DateTime, TimeDelta, Utc};
use openidconnect::core::{
    CoreAuthDisplay, CoreAuthPrompt, CoreAuthenticationFlow, CoreErrorResponseType, CoreGenderClaim, CoreJsonWebKey,
    CoreJweContentEncryptionAlgorithm, CoreJwsSigningAlgorithm, CoreProviderMetadata, CoreRevocableToken,
    CoreRevocationErrorResponse, CoreTokenIntrospectionResponse, CoreTokenType,
};
use openidconnect::{
    AuthorizationCode, ClaimsVerificationError, ClientId, ClientSecret, CsrfToken, EmptyExtraTokenFields,
    EndpointMaybeSet, EndpointNotSet, EndpointSet, IdTokenClaims, IdTokenFields, IssuerUrl, Nonce, PkceCodeChallenge,
    PkceCodeVerifier, RedirectUrl, Scope, StandardErrorResponse, StandardTokenResponse, TokenResponse as _,
};
use serde::{Deserialize, Serialize};
use std::time::Duration;
use tokio::sync::Mutex;
use url::Url;

/// The provider has so long for an answer: somebody waits for the page.
const TIMEOUT: Duration = Duration::from_secs(5);
/// So long it is believed to be as it was; keys are changed every few days, and published before.
const FRESH: TimeDelta = TimeDelta::hours(1);
/// A key that nobody knows is asked for at most this often.
const ASK_AGAIN: TimeDelta = TimeDelta::minutes(1);
/// How far its clock may differ from ours.
const LEEWAY: TimeDelta = TimeDelta::seconds(60);

const GOOGLE: &str = "https://accounts.google.com";

/// What Google adds to the standard's claims: the domain of the Workspace that somebody belongs to.
#[derive(Debug, Clone, Serialize, Deserialize)]
struct Hosted {
    hd: Option<String>,
}

impl openidconnect::AdditionalClaims for Hosted {}

type Fields = IdTokenFields<
    Hosted,
    EmptyExtraTokenFields,
    CoreGenderClaim,
    CoreJweContentEncryptionAlgorithm,
    CoreJwsSigningAlgorithm,
>;

/// `CoreClient` with those claims.
type Client = openidconnect::Client<
    Hosted,
    CoreAuthDisplay,
    CoreGenderClaim,
    CoreJweContentEncryptionAlgorithm,
    CoreJsonWebKey,
    CoreAuthPrompt,
    StandardErrorResponse<CoreErrorResponseType>,
    StandardTokenResponse<Fields, CoreTokenType>,
    CoreTokenIntrospectionResponse,
    CoreRevocableToken,
    CoreRevocationErrorResponse,
    EndpointSet,
    EndpointNotSet,
    EndpointNotSet,
    EndpointNotSet,
    EndpointMaybeSet,
    EndpointMaybeSet,
>;

/// Why somebody is not known by the provider.
#[derive(Debug, thiserror::Error)]
pub enum ProviderError {
    /// It does not answer, or not what the standard says.
    #[error("the provider cannot be asked: {0}")]
    Unavailable(&'static str),
    /// Its token proves nothing.
    #[error("token refused: {0}")]
    Refused(&'static str),
}

/// Who somebody is there.
#[derive(Clone, PartialEq, Eq)]
pub struct OuterIdentity {
    /// The provider.
    pub issuer: String,
    /// Their id there; it never changes.
    pub subject: String,
    /// Their address, if the provider calls it verified.
    pub email: Option<String>,
    /// Whether the provider answers for it that the address is theirs now.
    pub is_proved: bool,
}

/// What a browser is sent away with, and must come back with.
pub struct Departure {
    /// Where to.
    pub url: Url,
    /// Comes back in the address.
    pub state: String,
    /// Comes back in the token.
    pub nonce: String,
    /// Proves that who asks for the token is who asked for the code (PKCE).
    pub verifier: String,
}

/// The provider, as this application knows it.
pub struct Provider {
    issuer: IssuerUrl,
    id: ClientId,
    secret: ClientSecret,
    redirect: RedirectUrl,
    trusted_domains: Vec<String>,
    http: openidconnect::reqwest::Client,
    known: Mutex<Option<(DateTime<Utc>, CoreProviderMetadata)>>,
}

/// Neither secrets nor addresses.
impl std::fmt::Debug for Provider {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        formatter.debug_struct("Provider").field("issuer", &self.issuer.as_str()).finish_non_exhaustive()
    }
}

impl Provider {
    /// A provider that sends people back to `redirect`. It is asked for the first time when somebody wants to go there.
    ///
    /// # Errors
    /// TLS cannot be set up, or an address is none.
    pub fn new(settings: &Settings, redirect: String) -> std::io::Result<Self> {
        // No redirects: what answers at an address of the provider is the provider.
        let http = openidconnect::reqwest::Client::builder()
            .redirect(openidconnect::reqwest::redirect::Policy::none())
            .timeout(TIMEOUT)
            .build()
            .map_err(std::io::Error::other)?;
        // The standard compares issuers letter by letter; an address without a path has none here either.
        let issuer = settings.issuer.as_str().trim_end_matches('/').to_owned();
        Ok(Self {
            issuer: IssuerUrl::new(issuer).map_err(std::io::Error::other)?,
            id: ClientId::new(settings.client_id.clone()),
            secret: ClientSecret::new(settings.client_secret.clone()),
            redirect: RedirectUrl::new(redirect).map_err(std::io::Error::other)?,
            trusted_domains: settings.trusted_domains.clone(),
            http,
            known: Mutex::new(None),
        })
    }

    /// Who it says it is, without a slash at the end.
    #[must_use]
    pub fn issuer(&self) -> &str {
        self.issuer.as_str().trim_end_matches('/')
    }

    async fn metadata(&self, now: DateTime<Utc>, fresh: TimeDelta) -> Result<CoreProviderMetadata, ProviderError> {
        let mut known = self.known.lock().await;
        if let Some((since, metadata)) = known.as_ref()
            && now - *since < fresh
        {
            return Ok(metadata.clone());
        }
        let metadata = CoreProviderMetadata::discover_async(self.issuer.clone(), &self.http).await;
        let metadata = metadata.map_err(|_| ProviderError::Unavailable("discovery"))?;
        *known = Some((now, metadata.clone()));
        Ok(metadata)
    }

    /// Sends somebody there.
    ///
    /// # Errors
    /// The provider does not answer.
    pub async fn depart(&self, locale: &str, now: DateTime<Utc>) -> Result<Departure, ProviderError> {
        let metadata = self.metadata(now, FRESH).await?;
        let client = Client::from_provider_metadata(metadata, self.id.clone(), Some(self.secret.clone()))
            .set_redirect_uri(self.redirect.clone());
        let (challenge, verifier) = PkceCodeChallenge::new_random_sha256();
        let flow = CoreAuthenticationFlow::AuthorizationCode;
        let (url, state, nonce) = client
            .authorize_url(flow, CsrfToken::new_random, Nonce::new_random)
            .add_scope(Scope::new("email".to_owned()))
            .add_extra_param("ui_locales", locale)
            .set_pkce_challenge(challenge)
            .url();
        let (state, nonce) = (state.secret().clone(), nonce.secret().clone());
        Ok(Departure { url, state, nonce, verifier: verifier.secret().clone() })
    }

    /// Who came back with that code.
    ///
    /// # Errors
    /// The provider does not answer, or what it says proves nothing.
    pub async fn arrive(
        &self,
        code: String,
        nonce: String,
        verifier: String,
        now: DateTime<Utc>,
    ) -> Result<OuterIdentity, ProviderError> {
        let metadata = self.metadata(now, FRESH).await?;
        let client = Client::from_provider_metadata(metadata, self.id.clone(), Some(self.secret.clone()))
            .set_redirect_uri(self.redirect.clone());
        let request = client
            .exchange_code(AuthorizationCode::new(code))
            .map_err(|_| ProviderError::Unavailable("no token endpoint"))?
            .set_pkce_verifier(PkceCodeVerifier::new(verifier));
        let tokens = request.request_async(&self.http).await.map_err(|error| match error {
            openidconnect::RequestTokenError::ServerResponse(_) => ProviderError::Refused("the code was not taken"),
            _ => ProviderError::Unavailable("token endpoint"),
        })?;
        let token = tokens.id_token().ok_or(ProviderError::Refused("no id token"))?;
        let nonce = Nonce::new(nonce);
        // The verifier compares with one moment: the leeway is given by looking a little earlier.
        let checked = token.claims(&client.id_token_verifier().set_time_fn(move || now - LEEWAY), &nonce);
        let claims: IdTokenClaims<Hosted, CoreGenderClaim> = match checked {
            Ok(claims) => claims.clone(),
            // Signed with a key that is newer than what we know.
            Err(ClaimsVerificationError::SignatureVerification(_)) => {
                let metadata = self.metadata(now, ASK_AGAIN).await?;
                let client = Client::from_provider_metadata(metadata, self.id.clone(), Some(self.secret.clone()));
                let checked = token.claims(&client.id_token_verifier().set_time_fn(move || now - LEEWAY), &nonce);
                checked.map_err(|error| ProviderError::Refused(reason(&error)))?.clone()
            }
            Err(error) => return Err(ProviderError::Refused(reason(&error))),
        };
        if claims.issue_time() > now + LEEWAY {
            return Err(ProviderError::Refused("issued in the future"));
        }
        let email = claims.email().filter(|_| claims.email_verified() == Some(true));
        let email = email.map(|email| email.as_str().to_lowercase());
        let (issuer, hosted) = (claims.issuer().as_str(), claims.additional_claims().hd.as_deref());
        let answers_for = |email: &str| answers_for(issuer, email, hosted, &self.trusted_domains);
        Ok(OuterIdentity {
            issuer: issuer.to_owned(),
            subject: claims.subject().as_str().to_owned(),
            is_proved: email.as_deref().is_some_and(answers_for),
            email,
        })
    }
}

/// Whether a provider that calls an address verified knows that it belongs to that person today. For addresses that are not
/// its own Google checked that once, long ago perhaps; with another provider anybody may have registered anything. What
/// remains are Gmail, the domain of a Workspace, and the domains that the operator trusts the provider with.
/// (Google, "Verify the Google ID token on your server side": it is authoritative for these alone.)
fn answers_for(issuer: &str, email: &str, hosted: Option<&str>, trusted: &[String]) -> bool {
    let Some((_, domain)) = email.rsplit_once('@') else { return false };
    let is_google = issuer.trim_end_matches('/') == GOOGLE;
    let is_googles = ["gmail.com", "googlemail.com"].contains(&domain)
        || hosted.is_some_and(|hosted| hosted.eq_ignore_ascii_case(domain));
    (is_google && is_googles) || trusted.iter().any(|trusted| trusted == domain)
}

/// What is wrong, without what the token says.
const fn reason(error: &ClaimsVerificationError) -> &'static str {
    match error {
        ClaimsVerificationError::Expired(_) => "expired",
        ClaimsVerificationError::InvalidAudience(_) => "for another audience",
        ClaimsVerificationError::InvalidIssuer(_) => "another issuer",
        ClaimsVerificationError::InvalidNonce(_) => "another nonce",
        ClaimsVerificationError::SignatureVerification(_) => "wrong signature",
        _ => "not what the standard says",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_provider_answers_for_its_own_addresses_and_those_it_is_trusted_with_alone() {
        let trusted = ["trusted.example".to_owned()];
        let keycloak = "https://login.acme.example/realms/acme";
        for (issuer, email, hosted, expected) in [
            (GOOGLE, "ana@gmail.com", None, true),
            (GOOGLE, "ana@googlemail.com", None, true),
            ("https://accounts.google.com/", "ana@gmail.com", None, true),
            (GOOGLE, "ana@acme.example", Some("acme.example"), true),
            (GOOGLE, "ana@acme.example", Some("ACME.example"), true),
            (GOOGLE, "ana@trusted.example", None, true),
            // An account at Google under an address of somebody else's.
            (GOOGLE, "ana@acme.example", None, false),
            (GOOGLE, "ana@acme.example", Some("other.example"), false),
            (GOOGLE, "ana@acme.example", Some(""), false),
            (GOOGLE, "ana@gmail.com.evil.example", None, false),
            (GOOGLE, "ana@notgmail.com", None, false),
            (GOOGLE, "ana@sub.trusted.example", None, false),
            (GOOGLE, "ana", Some("ana"), false),
            // Another issuer says of itself what it likes.
            (keycloak, "ana@gmail.com", None, false),
            (keycloak, "ana@acme.example", Some("acme.example"), false),
            (keycloak, "ana@trusted.example", None, true),
        ] {
            assert_eq!(answers_for(issuer, email, hosted, &trusted), expected, "{issuer} {email} {hosted:?}");
        }
    }
}
