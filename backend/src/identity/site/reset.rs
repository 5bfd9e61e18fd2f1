//! Setting a password by mail, and with the first one a second factor.

use super::app_code::AppSecret;
use super::factor::{PasswordDoor, Way};
use super::flow::{Flow, Step};
use super::{EmailDoor, Entered, ReturnTo, SignIns, SiteError, Token, code, password, recovery, sms};
use crate::identity::code::MAX_TRIES;
use balcao_contract::id::UserId;
use balcao_contract::panel::DoorName;
use balcao_keys::purpose;
use balcao_mail::messages::Notice;
use balcao_store::{Connection, credentials, directory, flows, sign_ins};

/// What is being set up: nothing of it counts until the second factor is proved.
#[derive(Clone, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
pub struct Enrolment {
    /// The new password's hash.
    pub(super) password: String,
    /// What an authenticator app would be given.
    pub secret: AppSecret,
    /// The phone that a code was sent to.
    pub phone: Option<String>,
}

/// Why a password is not set.
#[derive(Debug, thiserror::Error)]
pub enum NewPasswordError {
    /// It is not taken.
    #[error("not taken: {0:?}")]
    Password(password::PasswordError),
    /// Anything else.
    #[error(transparent)]
    Site(#[from] SiteError),
}

impl PasswordDoor<'_> {
    /// Sends a code for setting a password, and begins a flow; see [`EmailDoor::send`].
    ///
    /// # Errors
    /// No address, too soon or too often, or the database refuses.
    pub async fn send_code(&self, typed: &str, before: Option<&Flow>) -> Result<Option<Token>, SiteError> {
        let step = Step::PasswordCode { resend_at: 0 };
        EmailDoor::new(self.identity, self.visit).begin(typed, &ReturnTo::default(), before, step).await
    }

    /// Looks at the code that came by mail. The right one leads to the new password, in a flow of its own: who knew the
    /// cookie of the one before gets no further.
    ///
    /// # Errors
    /// Wrong, spent, guessed at too often, or the database refuses.
    pub async fn check_code(&self, flow: &Flow, typed: &str) -> Result<Token, SiteError> {
        let Step::PasswordCode { .. } = flow.step else { return Err(SiteError::Expired) };
        let mut write = EmailDoor::new(self.identity, self.visit).prove(flow, typed).await?;
        let user = flow.user.ok_or(SiteError::Expired)?;
        let token = self.begin(&mut write, user, &flow.email, &ReturnTo::default(), &Step::NewPassword).await?;
        write.commit().await?;
        Ok(token)
    }

    /// Sets a password for who has proved their address. It opens nothing by itself: who has a second factor is asked for
    /// it, who has none sets one up, and the password counts from then on.
    ///
    /// # Errors
    /// They are not that far, the password is not taken, or the database refuses.
    pub async fn set_password(&self, flow: &Flow, password: &str) -> Result<Token, NewPasswordError> {
        let (Step::NewPassword, Some(user)) = (&flow.step, flow.user) else { return Err(SiteError::Expired.into()) };
        let (user, stores) = {
            let mut read = self.identity.store.read().await.map_err(SiteError::from)?;
            let known = sign_ins::known_by_id(&mut read, user).await.map_err(SiteError::from)?;
            let user = known.ok_or(SiteError::Expired)?;
            let stores = directory::accounts_of(&mut read, user.id).await.map_err(SiteError::from)?;
            (user, stores)
        };
        let here = self.identity.config.public_url.host_str().unwrap_or_default();
        let theirs = stores.iter().map(|store| store.name.as_str()).chain([&*user.name, &*user.email, here]);
        password::check(password, theirs).map_err(NewPasswordError::Password)?;
        let hash = self.identity.site.passwords.hash(password).await?;
        let mut write = self.identity.store.begin().await.map_err(SiteError::from)?;
        // Of two at once, one finds the flow gone.
        if !flows::end(&mut write, flow.id).await.map_err(SiteError::from)? {
            return Err(SiteError::Expired.into());
        }
        let has_factor = !credentials::factors(&mut write, user.id).await.map_err(SiteError::from)?.is_empty();
        let step = if has_factor {
            self.replace_password(&mut write, user.id, &hash).await?;
            Step::SecondFactor
        } else {
            let secret = AppSecret::random().map_err(SiteError::from)?;
            Step::Enrol(Enrolment { password: hash, secret, phone: None })
        };
        let flow = self.begin(&mut write, user.id, &user.email, &ReturnTo::default(), &step).await?;
        write.commit().await.map_err(SiteError::from)?;
        self.identity.outbox.wake();
        Ok(flow)
    }

    /// Whoever came in with the old password is out, or knew it and is half-way in; and no browser of theirs is known.
    async fn replace_password(&self, write: &mut Connection, user: UserId, hash: &str) -> Result<(), SiteError> {
        credentials::set_password(write, user, hash, self.identity.clock.now().timestamp_millis()).await?;
        sign_ins::end_all(write, user).await?;
        flows::end_all(write, user).await?;
        sign_ins::forget_devices(write, user).await?;
        self.notify(write, user, Notice::PasswordChanged).await
    }

    /// Sends a code to a phone that is to be the second factor.
    ///
    /// # Errors
    /// No number, too soon or too often, or the message was not taken.
    pub async fn send_text_to(&self, flow: &Flow, typed: &str) -> Result<(), SiteError> {
        let Step::Enrol(enrolment) = &flow.step else { return Err(SiteError::Expired) };
        let number = sms::number(typed).ok_or(SiteError::Malformed)?;
        // Another number gets another code.
        let same = enrolment.phone.as_deref() == Some(&number);
        let flow = Flow { code: flow.code.clone().filter(|_| same), ..flow.clone() };
        self.text(&flow, &number).await?;
        let step = Step::Enrol(Enrolment { phone: Some(number), ..enrolment.clone() });
        let mut write = self.identity.store.begin().await?;
        Flow::go_on_waiting(&mut write, &self.identity.site.key, flow.id, &step).await?;
        write.commit().await?;
        Ok(())
    }

    /// Looks at the first code of a new second factor. With the right one password, factor and recovery codes are
    /// written together.
    ///
    /// # Errors
    /// Wrong, over, or the database refuses.
    pub async fn enrol(&self, flow: &Flow, way: Way, typed: &str) -> Result<(), SiteError> {
        let (Step::Enrol(enrolment), Some(user)) = (&flow.step, flow.user) else { return Err(SiteError::Expired) };
        let typed = code::typed(typed)?;
        let now = self.identity.clock.now();
        let mut write = self.identity.store.begin().await?;
        let proved = match (way, &enrolment.phone) {
            (Way::App, _) => self.prove_app(&mut write, flow, &enrolment.secret, &typed).await,
            (Way::Phone, Some(number)) => {
                let proved = code::check(&mut write, &self.identity.code_key, flow, &typed, now).await;
                proved.map(|()| (number.clone().into_bytes(), 0))
            }
            _ => Err(SiteError::Expired),
        };
        let (secret, step) = match proved {
            Err(error @ (SiteError::Wrong | SiteError::Expired)) => {
                write.commit().await?;
                return Err(error);
            }
            proved => proved?,
        };
        sign_ins::known_by_id(&mut write, user).await?.ok_or(SiteError::Expired)?;
        let codes = recovery::new()?;
        self.write_down(&mut write, user, enrolment, way, &secret, step, &codes).await?;
        Flow::go_on(&mut write, &self.identity.site.key, flow.id, &Step::RecoveryCodes { codes }).await?;
        write.commit().await?;
        self.identity.outbox.wake();
        Ok(())
    }

    async fn prove_app(
        &self,
        write: &mut Connection,
        flow: &Flow,
        secret: &AppSecret,
        typed: &str,
    ) -> Result<(Vec<u8>, i64), SiteError> {
        // Not a guess at somebody's secret, for it is on the page; but an endless one is nobody's.
        flows::count_try(write, flow.id, MAX_TRIES * 4).await?.ok_or(SiteError::Expired)?;
        let step = secret.step_of(typed, self.identity.clock.now()).ok_or(SiteError::Wrong)?;
        Ok((secret.as_bytes().to_vec(), step))
    }

    #[expect(clippy::too_many_arguments, reason = "what is written together")]
    async fn write_down(
        &self,
        write: &mut Connection,
        user: UserId,
        enrolment: &Enrolment,
        way: Way,
        secret: &[u8],
        step: i64,
        codes: &[String],
    ) -> Result<(), SiteError> {
        let (now, key) = (self.identity.clock.now().timestamp_millis(), &self.identity.site.key);
        // Two links used at once: the factor that was there first counts, and is not replaced by a second way in.
        if !credentials::factors(write, user).await?.is_empty() {
            return Err(SiteError::Expired);
        }
        credentials::set_password(write, user, &enrolment.password, now).await?;
        let sealed = key.seal(&purpose::factor(user, way.name()), secret)?;
        credentials::set_factor(write, user, way.name(), &sealed, step, now).await?;
        let hashes: Vec<[u8; 32]> = codes
            .iter()
            .filter_map(|code| recovery::normal(code))
            .map(|code| recovery::hash(key, user, &code))
            .collect();
        credentials::set_recovery_codes(write, user, &hashes, &key.id().0).await?;
        self.notify(write, user, Notice::SecondFactorAdded).await
    }

    /// Lets somebody in who has kept their recovery codes.
    ///
    /// # Errors
    /// They are not that far, or the database refuses.
    pub async fn finish(&self, flow: &Flow) -> Result<Entered, SiteError> {
        let (Step::RecoveryCodes { .. }, Some(user)) = (&flow.step, flow.user) else { return Err(SiteError::Expired) };
        let mut write = self.identity.store.begin().await?;
        if !flows::end(&mut write, flow.id).await? {
            return Err(SiteError::Expired);
        }
        let return_to = flow.return_to.clone();
        let entered =
            SignIns::new(self.identity).begin(&mut write, user, DoorName::Password, self.visit, return_to).await?;
        write.commit().await?;
        Ok(entered)
    }
}
