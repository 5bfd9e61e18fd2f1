//! Setting a password by mail, and with the first one a second factor.

use super::app_code::AppSecret;
use super::factor::{PasswordDoor, Way, purpose};
use super::flow::{Flow, Step};
use super::limits::{self, Place};
use super::{Entered, ReturnTo, SignIns, SiteError, Token, code, email, password, recovery, sms};
use crate::identity::code::MAX_TRIES;
use crate::mail::messages::{self, Notice, Reader};
use crate::store::sign_ins::KnownUser;
use crate::store::{Connection, credentials, flows, outbox, sign_ins};
use balcao_contract::id::UserId;
use balcao_contract::panel::DoorName;
use chrono::TimeDelta;

/// How long a link is good.
pub const LINK_LIFE: TimeDelta = TimeDelta::minutes(30);

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
    /// It is not taken; the sentence's name says why.
    #[error("{0}")]
    Password(&'static str),
    /// Anything else.
    #[error(transparent)]
    Site(#[from] SiteError),
}

impl PasswordDoor<'_> {
    /// Sends a link for setting a password. For an address that nobody has, everything is done just so, but the message
    /// stays here.
    ///
    /// # Errors
    /// No address, too soon or too often, or the database refuses.
    pub async fn send_link(&self, typed: &str) -> Result<(), SiteError> {
        let email = email::address(typed)?;
        let now = self.app.clock.now();
        let mut write = self.app.store.begin().await?;
        limits::sweep(&mut write, now).await?;
        let user = sign_ins::known_by_email(&mut write, &email).await?;
        let place = Place::of(self.visit, user.as_ref().map(|user| user.id));
        limits::count_message(&mut write, &self.app.site.key, "password link", &email, &place, now).await?;
        let token = Token::random()?;
        let link = self.app.config.link(&format!("/support/password/new?token={}", token.as_str()));
        let (hash, ends) = (Token::hash(token.as_str()), now + LINK_LIFE);
        if let Some(user) = &user {
            let (now, ends) = (now.timestamp_millis(), ends.timestamp_millis());
            credentials::insert_link(&mut write, user.id, &hash, now, ends).await?;
        }
        let dedupe_key = format!("password-link:{}", uuid::Uuid::new_v4());
        let name = user.as_ref().map_or("", |user| &user.name);
        let reader = Reader { email: &email, name, locale: self.visit.locale };
        let message = messages::notice(reader, Notice::PasswordLink, &link, &dedupe_key)?;
        outbox::enqueue(&mut write, &messages::until(message, ends), now).await?;
        if user.is_none() {
            outbox::take_back(&mut write, &dedupe_key).await?;
        }
        write.commit().await?;
        self.app.outbox.wake();
        Ok(())
    }

    /// Whether a link is still good. Looking at it uses nothing up: mail programs look at links, too.
    ///
    /// # Errors
    /// The database cannot be read.
    pub async fn is_good_link(&self, token: &str) -> Result<bool, SiteError> {
        let mut read = self.app.store.reader().acquire().await?;
        let now = self.app.clock.now().timestamp_millis();
        Ok(credentials::link(&mut read, &Token::hash(token), now).await?.is_some())
    }

    /// Sets the password that a link was sent for. It opens nothing by itself: who has a second factor is asked for it,
    /// who has none sets one up, and the password counts from then on.
    ///
    /// # Errors
    /// The link is not good any more, the password is not taken, or the database refuses.
    pub async fn set_password(&self, token: &str, password: &str) -> Result<Token, NewPasswordError> {
        let now = self.app.clock.now();
        let token_hash = Token::hash(token);
        let user = {
            let mut read = self.app.store.reader().acquire().await.map_err(SiteError::from)?;
            self.linked(&mut read, &token_hash).await?
        };
        password::check(password, &user.email).map_err(NewPasswordError::Password)?;
        let hash = self.app.site.passwords.hash(password).await?;
        let mut write = self.app.store.begin().await.map_err(SiteError::from)?;
        // Of two at once, one finds the link gone.
        let spent = credentials::spend_link(&mut write, &token_hash, now.timestamp_millis()).await;
        if spent.map_err(SiteError::from)? != Some(user.id) {
            return Err(SiteError::Expired.into());
        }
        let has_factor = !credentials::factors(&mut write, user.id).await.map_err(SiteError::from)?.is_empty();
        let step = if has_factor {
            let set = credentials::set_password(&mut write, user.id, &hash, now.timestamp_millis()).await;
            set.map_err(SiteError::from)?;
            // Whoever came in with the old one is out.
            sign_ins::end_all(&mut write, user.id).await.map_err(SiteError::from)?;
            self.notify(&mut write, user.id, Notice::PasswordChanged).await?;
            Step::SecondFactor
        } else {
            let secret = AppSecret::random().map_err(SiteError::from)?;
            Step::Enrol(Enrolment { password: hash, secret, phone: None })
        };
        let flow = self.begin(&mut write, user.id, &user.email, &ReturnTo::default(), &step).await?;
        write.commit().await.map_err(SiteError::from)?;
        self.app.outbox.wake();
        Ok(flow)
    }

    async fn linked(&self, read: &mut Connection, token_hash: &[u8]) -> Result<KnownUser, SiteError> {
        let now = self.app.clock.now().timestamp_millis();
        let user = credentials::link(read, token_hash, now).await?.ok_or(SiteError::Expired)?;
        sign_ins::known_by_id(read, user).await?.ok_or(SiteError::Expired)
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
        let mut write = self.app.store.begin().await?;
        Flow::go_on_waiting(&mut write, &self.app.site.key, flow.id, &step).await?;
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
        let now = self.app.clock.now();
        let mut write = self.app.store.begin().await?;
        let proved = match (way, &enrolment.phone) {
            (Way::App, _) => self.prove_app(&mut write, flow, &enrolment.secret, &typed).await,
            (Way::Phone, Some(number)) => {
                let proved = code::check(&mut write, &self.app.code_key, flow, &typed, now).await;
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
        Flow::go_on(&mut write, &self.app.site.key, flow.id, &Step::RecoveryCodes { codes }).await?;
        write.commit().await?;
        self.app.outbox.wake();
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
        let step = secret.step_of(typed, self.app.clock.now()).ok_or(SiteError::Wrong)?;
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
        let (now, key) = (self.app.clock.now().timestamp_millis(), &self.app.site.key);
        // Two links used at once: the factor that was there first counts, and is not replaced by a second way in.
        if !credentials::factors(write, user).await?.is_empty() {
            return Err(SiteError::Expired);
        }
        credentials::set_password(write, user, &enrolment.password, now).await?;
        let sealed = key.seal(&purpose(user, way.name()), secret)?;
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
        let mut write = self.app.store.begin().await?;
        if !flows::end(&mut write, flow.id).await? {
            return Err(SiteError::Expired);
        }
        let return_to = flow.return_to.clone();
        let entered = SignIns::new(self.app).begin(&mut write, user, DoorName::Password, self.visit, return_to).await?;
        write.commit().await?;
        Ok(entered)
    }
}
