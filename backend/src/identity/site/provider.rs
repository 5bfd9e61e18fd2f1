//! The OpenID provider: who it says it is, its keys, and the tokens it gives for codes.

use crate::config::Google as Settings;
use chrono::{DateTime, TimeDelta, Utc};
use openidconnect::core::{CoreAuthenticationFlow, CoreClient, CoreIdTokenClaims, CoreProviderMetadata};
use openidconnect::{
    AuthorizationCode, ClaimsVerificationError, ClientId, ClientSecret, CsrfToken, IssuerUrl, Nonce, PkceCodeChallenge,
    PkceCodeVerifier, RedirectUrl, Scope, TokenResponse as _,
};
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
    /// Their address, if the provider has verified it.
    pub verified_email: Option<String>,
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
        let client = CoreClient::from_provider_metadata(metadata, self.id.clone(), Some(self.secret.clone()))
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
        let client = CoreClient::from_provider_metadata(metadata, self.id.clone(), Some(self.secret.clone()))
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
        let claims: CoreIdTokenClaims = match checked {
            Ok(claims) => claims.clone(),
            // Signed with a key that is newer than what we know.
            Err(ClaimsVerificationError::SignatureVerification(_)) => {
                let metadata = self.metadata(now, ASK_AGAIN).await?;
                let client = CoreClient::from_provider_metadata(metadata, self.id.clone(), Some(self.secret.clone()));
                let checked = token.claims(&client.id_token_verifier().set_time_fn(move || now - LEEWAY), &nonce);
                checked.map_err(|error| ProviderError::Refused(reason(&error)))?.clone()
            }
            Err(error) => return Err(ProviderError::Refused(reason(&error))),
        };
        if claims.issue_time() > now + LEEWAY {
            return Err(ProviderError::Refused("issued in the future"));
        }
        let email = claims.email().filter(|_| claims.email_verified() == Some(true));
        Ok(OuterIdentity {
            issuer: claims.issuer().as_str().to_owned(),
            subject: claims.subject().as_str().to_owned(),
            verified_email: email.map(|email| email.as_str().to_owned()),
        })
    }
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
