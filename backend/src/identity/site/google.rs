//! The door that opens with an account at Google, or at another OpenID provider (authorization code with PKCE).

use super::flow::{Flow, Step};
use super::provider::{OuterIdentity, Provider, ProviderError};
use super::{EmailDoor, Entered, ReturnTo, SignIns, SiteError, Token, Visit};
use crate::identity::Identity;
use balcao_contract::panel::DoorName;
use balcao_desk::names;
use balcao_store::sign_ins::KnownUser;
use balcao_store::{Connection, credentials, flows, sign_ins};
use subtle::ConstantTimeEq as _;

/// The door.
#[derive(Clone, Copy)]
pub struct GoogleDoor<'a> {
    identity: &'a Identity,
    visit: &'a Visit,
    provider: &'a Provider,
}

/// What has come of it.
#[derive(Debug)]
pub enum Arrived {
    /// They are in.
    In(Entered),
    /// The provider does not answer for their address: a code goes there, once. What their flow's cookie is to hold.
    Unproved(Token),
}

/// What the provider sends a browser back with.
#[derive(Debug, Default)]
pub struct Return<'a> {
    /// What the browser was sent away with.
    pub state: &'a str,
    /// What the token is asked for with.
    pub code: Option<&'a str>,
    /// Who sends it back, where the provider says so (RFC 9207).
    pub issuer: Option<&'a str>,
    /// The person said no, or the provider does.
    pub error: Option<&'a str>,
}

impl<'a> GoogleDoor<'a> {
    /// The door, for one browser; `None` where it is switched off.
    #[must_use]
    pub fn new(identity: &'a Identity, visit: &'a Visit) -> Option<Self> {
        Some(Self { identity, visit, provider: identity.site.provider.as_ref()? })
    }

    /// Where the browser is sent, and what its flow's cookie is to hold.
    ///
    /// # Errors
    /// The provider does not answer, or the database refuses.
    pub async fn depart(&self, return_to: &ReturnTo) -> Result<(String, Token), SiteError> {
        let now = self.identity.clock.now();
        let departure = self.provider.depart(self.visit.locale.tag(), now).await.map_err(failed)?;
        let step = Step::Google { state: departure.state, nonce: departure.nonce, verifier: departure.verifier };
        let mut write = self.identity.store.begin().await?;
        let (token, _) = Flow::begin(&mut write, &self.identity.site.key, None, "", return_to, &step, now).await?;
        write.commit().await?;
        Ok((departure.url.into(), token))
    }

    /// Lets somebody in who comes back with a code for us.
    ///
    /// # Errors
    /// They come with something else, are nobody here, or somebody does not answer.
    pub async fn arrive(&self, flow: &Flow, back: Return<'_>) -> Result<Arrived, SiteError> {
        let Step::Google { state, nonce, verifier } = &flow.step else { return Err(SiteError::Expired) };
        if !bool::from(state.as_bytes().ct_eq(back.state.as_bytes())) {
            return Err(SiteError::Expired);
        }
        // Whatever comes of it, nobody comes back with this state a second time.
        let mut write = self.identity.store.begin().await?;
        let first = flows::end(&mut write, flow.id).await?;
        write.commit().await?;
        if !first {
            return Err(SiteError::Expired);
        }
        if back.issuer.is_some_and(|issuer| issuer.trim_end_matches('/') != self.provider.issuer()) {
            return Err(refused("sent back by another issuer"));
        }
        let code = match (back.code, back.error) {
            (Some(code), None) => code.to_owned(),
            (_, Some("access_denied")) => return Err(SiteError::Declined),
            _ => return Err(refused("sent back without a code")),
        };
        let now = self.identity.clock.now();
        let known = self.provider.arrive(code, nonce.clone(), verifier.clone(), now).await.map_err(failed)?;
        let mut write = self.identity.store.begin().await?;
        let Some(user) = self.who_is(&mut write, &known).await? else {
            drop(write);
            let email = known.email.as_deref().and_then(names::email).ok_or(SiteError::Unknown)?;
            let door = EmailDoor::new(self.identity, self.visit);
            return Ok(Arrived::Unproved(door.send_for(&email, &flow.return_to, &known).await?));
        };
        let return_to = flow.return_to.clone();
        let entered =
            SignIns::new(self.identity).begin(&mut write, user.id, DoorName::Google, self.visit, return_to).await?;
        write.commit().await?;
        Ok(Arrived::In(entered))
    }

    /// Who that is here: whom we know by their id there, otherwise by an address that the provider answers for. `None`
    /// where it does not.
    async fn who_is(&self, write: &mut Connection, known: &OuterIdentity) -> Result<Option<KnownUser>, SiteError> {
        if let Some(user) = credentials::outer_identity(write, &known.issuer, &known.subject).await? {
            return sign_ins::known_by_id(write, user).await?.map(Some).ok_or(SiteError::Unknown);
        }
        if !known.is_proved {
            return Ok(None);
        }
        let email = known.email.as_deref().and_then(names::email).ok_or(SiteError::Unknown)?;
        let user = sign_ins::known_by_email(write, &email).await?.ok_or(SiteError::Unknown)?;
        let now = self.identity.clock.now().timestamp_millis();
        credentials::bind_outer_identity(write, &known.issuer, &known.subject, user.id, now).await?;
        Ok(Some(user))
    }
}

fn refused(why: &'static str) -> SiteError {
    failed(ProviderError::Refused(why))
}

/// The log says why; the visitor learns whether it is worth another try.
fn failed(error: ProviderError) -> SiteError {
    tracing::warn!(%error, "sign-in by the OpenID provider");
    match error {
        ProviderError::Unavailable(_) => SiteError::Unavailable,
        ProviderError::Refused(_) => SiteError::Refused,
    }
}
