//! The door that opens with a password and a second factor.

use super::app_code::AppSecret;
use super::flow::{Flow, Step};
use super::limits::{self, Attempt, AttemptOrigin};
use super::{Entered, ReturnTo, SignIns, SiteError, Token, Visit, code, email, password, recovery, sms};
use crate::identity::Identity;
use crate::identity::code::MAX_TRIES;
use balcao_contract::id::UserId;
use balcao_contract::panel::DoorName;
use balcao_keys::purpose;
use balcao_mail::{MailTexts, messages};
use balcao_store::credentials::{self, FactorRow};
use balcao_store::{Connection, flows, sign_ins};

/// A way to prove that one is more than a password.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Way {
    /// A code of an authenticator app.
    App,
    /// A code that came by text message.
    Phone,
    /// One of the codes that were written down.
    Recovery,
}

impl Way {
    /// The way of that name.
    #[must_use]
    pub fn from_name(name: &str) -> Option<Self> {
        [Self::App, Self::Phone, Self::Recovery].into_iter().find(|way| way.name() == name)
    }

    /// The name in addresses and in the database.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::App => "app",
            Self::Phone => "phone",
            Self::Recovery => "recovery",
        }
    }
}

/// The door.
#[derive(Clone, Copy)]
pub struct PasswordDoor<'a> {
    pub(super) identity: &'a Identity,
    pub(super) visit: &'a Visit,
}

impl<'a> PasswordDoor<'a> {
    /// The door, for one browser.
    #[must_use]
    pub const fn new(identity: &'a Identity, visit: &'a Visit) -> Self {
        Self { identity, visit }
    }

    /// Looks at address and password. The right ones lead to the second factor, and never further.
    ///
    /// # Errors
    /// Wrong, tried too often, or the database refuses.
    pub async fn check(&self, typed: &str, password: &str, return_to: &ReturnTo) -> Result<Token, SiteError> {
        let email = email::address(typed)?;
        if password.is_empty() {
            return Err(SiteError::Wrong);
        }
        let now = self.identity.clock.now();
        let key = &self.identity.site.key;
        let mut write = self.identity.store.begin().await?;
        limits::sweep(&mut write, now).await?;
        let user = sign_ins::known_by_email(&mut write, &email).await?;
        let id = user.as_ref().map(|user| user.id);
        let origin = AttemptOrigin::of(self.visit, user.as_ref());
        let guess = limits::count_guess(&mut write, key, Attempt::Password, &email, &origin, now).await?;
        let hash = match id {
            Some(id) => credentials::password(&mut write, id).await?,
            None => None,
        };
        // The guess counts only once it is on the disk, before it is looked at; and hashing holds up no other write.
        write.commit().await?;
        let is_sensible = password.chars().count() <= password::LONGEST;
        let passwords = &self.identity.site.passwords;
        let right = passwords.is_right(if is_sensible { password } else { "" }, hash.clone()).await?;
        let Some(id) = id.filter(|_| right && is_sensible) else { return Err(SiteError::Wrong) };
        // The key was rotated, and only now is the password there to be hashed with the newest.
        let outdated = hash.filter(|hash| passwords.is_outdated(hash));
        let anew = match &outdated {
            Some(_) => Some(passwords.hash(password).await?),
            None => None,
        };
        let mut write = self.identity.store.begin().await?;
        if let (Some(before), Some(anew)) = (&outdated, &anew) {
            credentials::rehash(&mut write, id, before, anew).await?;
        }
        limits::forgive(&mut write, &guess).await?;
        let token = self.begin(&mut write, id, &email, return_to, &Step::SecondFactor).await?;
        write.commit().await?;
        Ok(token)
    }

    pub(super) async fn begin(
        &self,
        write: &mut Connection,
        user: UserId,
        email: &str,
        return_to: &ReturnTo,
        step: &Step,
    ) -> Result<Token, SiteError> {
        let now = self.identity.clock.now();
        Ok(Flow::begin(write, &self.identity.site.key, Some(user), email, return_to, step, now).await?.0)
    }

    /// The ways that are open to who stands before the second factor, the best first, and the phone's number shortened.
    ///
    /// # Errors
    /// No such flow, or the database cannot be read.
    pub async fn ways(&self, flow: &Flow) -> Result<(Vec<Way>, Option<String>), SiteError> {
        let (Step::SecondFactor, Some(user)) = (&flow.step, flow.user) else { return Err(SiteError::Expired) };
        let mut read = self.identity.store.read().await?;
        let factors = credentials::factors(&mut read, user).await?;
        let mut ways: Vec<Way> = factors.iter().filter_map(|factor| Way::from_name(&factor.kind)).collect();
        ways.retain(|way| *way != Way::Phone || self.identity.site.sms.is_some());
        let number = find(&factors, Way::Phone).and_then(|factor| self.open_number(factor, user));
        ways.push(Way::Recovery);
        Ok((ways, number.as_deref().map(sms::masked)))
    }

    /// Sends a code to the phone of who stands before the second factor.
    ///
    /// # Errors
    /// No phone, too soon or too often, or the message was not taken.
    pub async fn send_text(&self, flow: &Flow) -> Result<(), SiteError> {
        let (Step::SecondFactor, Some(user)) = (&flow.step, flow.user) else { return Err(SiteError::Expired) };
        let mut read = self.identity.store.read().await?;
        let factors = credentials::factors(&mut read, user).await?;
        drop(read);
        let number = find(&factors, Way::Phone).and_then(|factor| self.open_number(factor, user));
        self.text(flow, &number.ok_or(SiteError::Malformed)?).await
    }

    /// Sends the flow's code to a number, or a new one where it is no longer good.
    pub(super) async fn text(&self, flow: &Flow, number: &str) -> Result<(), SiteError> {
        let sender = self.identity.site.sms.as_ref().ok_or(SiteError::Unavailable)?;
        let (now, user) = (self.identity.clock.now(), flow.user.ok_or(SiteError::Expired)?);
        let mut write = self.identity.store.begin().await?;
        limits::sweep(&mut write, now).await?;
        // By person, whatever number they name: text messages cost money.
        let (who, origin) = (user.to_string(), AttemptOrigin::of(self.visit, None));
        limits::count_message(&mut write, &self.identity.site.key, "text", &who, &origin, now).await?;
        let issued = code::again(&self.identity.code_key, flow, now)?;
        if flow.code.as_ref() != Some(&issued.kept) {
            flows::set_code(&mut write, flow.id, &issued.kept).await?;
        }
        write.commit().await?;
        let host = self.identity.config.public_url.host_str().unwrap_or_default().to_owned();
        let text = MailTexts::of(self.visit.locale)?.text("sms.code", &[("code", &issued.digits), ("host", &host)])?;
        sender.send(number, &text, now).await.map_err(|error| {
            tracing::warn!(%error, "code by text message");
            SiteError::Unavailable
        })
    }

    /// Looks at a second factor; the right one lets its sender in, once.
    ///
    /// # Errors
    /// Wrong, spent, tried too often, or the database refuses.
    pub async fn prove(&self, flow: &Flow, way: Way, typed: &str) -> Result<Entered, SiteError> {
        let (Step::SecondFactor, Some(user)) = (&flow.step, flow.user) else { return Err(SiteError::Expired) };
        let digits = match way {
            Way::Recovery => recovery::normal(typed).ok_or(SiteError::Malformed)?,
            _ => code::typed(typed)?,
        };
        let (now, key) = (self.identity.clock.now(), &self.identity.site.key);
        if way == Way::Phone {
            code::is_good(flow, now)?;
        }
        let mut write = self.identity.store.begin().await?;
        let known = sign_ins::known_by_id(&mut write, user).await?;
        let origin = AttemptOrigin::of(self.visit, known.as_ref());
        let who = user.to_string();
        let guess = limits::count_guess(&mut write, key, Attempt::SecondFactor, &who, &origin, now).await?;
        let right = self.is_right(&mut write, flow, user, way, &digits).await;
        match right {
            Ok(()) => {}
            Err(error @ (SiteError::Wrong | SiteError::Expired)) => {
                write.commit().await?;
                return Err(error);
            }
            Err(error) => return Err(error),
        }
        if !flows::end(&mut write, flow.id).await? {
            return Err(SiteError::Expired);
        }
        limits::forgive(&mut write, &guess).await?;
        let return_to = flow.return_to.clone();
        let entered =
            SignIns::new(self.identity).begin(&mut write, user, DoorName::Password, self.visit, return_to).await?;
        if way == Way::Recovery {
            self.notify(&mut write, user, messages::Notice::RecoveryCodeUsed).await?;
        }
        write.commit().await?;
        self.identity.outbox.wake();
        Ok(entered)
    }

    async fn is_right(
        &self,
        write: &mut Connection,
        flow: &Flow,
        user: UserId,
        way: Way,
        typed: &str,
    ) -> Result<(), SiteError> {
        let (now, key) = (self.identity.clock.now(), &self.identity.site.key);
        if way == Way::Phone {
            // A number that was taken away meanwhile proves nothing.
            find(&credentials::factors(write, user).await?, Way::Phone).ok_or(SiteError::Expired)?;
            return code::check(write, &self.identity.code_key, flow, typed, now).await;
        }
        let tries = flows::count_try(write, flow.id, MAX_TRIES).await?.ok_or(SiteError::Expired)?;
        let right = match way {
            Way::Recovery => {
                let mut spent = false;
                for (_, hash) in recovery::hashes(key, user, typed) {
                    spent |= credentials::spend_recovery_code(write, user, &hash, now.timestamp_millis()).await?;
                }
                spent
            }
            _ => {
                let factors = credentials::factors(write, user).await?;
                let factor = find(&factors, Way::App).ok_or(SiteError::Expired)?;
                let secret = key
                    .open(&purpose::factor(user, Way::App.name()), &factor.secret)
                    .and_then(|plain| AppSecret::of(&plain));
                match secret.and_then(|secret| secret.step_of(typed, now)) {
                    Some(step) => credentials::spend_step(write, factor.id, step).await?,
                    None => false,
                }
            }
        };
        match right {
            true => Ok(()),
            false if tries >= MAX_TRIES => {
                // From the password on again.
                flows::end(write, flow.id).await?;
                Err(SiteError::Expired)
            }
            false => Err(SiteError::Wrong),
        }
    }

    fn open_number(&self, factor: &FactorRow, user: UserId) -> Option<String> {
        let plain = self.identity.site.key.open(&purpose::factor(user, Way::Phone.name()), &factor.secret)?;
        String::from_utf8(plain.to_vec()).ok()
    }

    /// Tells somebody by mail what was done with their sign-in.
    pub(super) async fn notify(
        &self,
        write: &mut Connection,
        user: UserId,
        notice: messages::Notice,
    ) -> Result<(), SiteError> {
        let Some(user) = sign_ins::known_by_id(write, user).await? else { return Ok(()) };
        let reader = messages::Reader { email: &user.email, name: &user.name, locale: user.locale };
        let key = format!("{}:{}", notice.name(), uuid::Uuid::new_v4());
        let message = messages::notice(reader, notice, &self.identity.config.link("/support"), &key)?;
        balcao_store::outbox::enqueue(write, &message, self.identity.clock.now()).await?;
        Ok(())
    }
}

fn find(factors: &[FactorRow], way: Way) -> Option<&FactorRow> {
    factors.iter().find(|factor| factor.kind == way.name())
}
