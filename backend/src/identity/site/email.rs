//! The door that opens with a code sent by mail. The same kind of code lets somebody set a password; each is good for
//! what it was asked for alone.

use super::flow::{Flow, Step};
use super::limits::{self, Attempt, AttemptOrigin};
use super::provider::OuterIdentity;
use super::{Entered, ReturnTo, SignIns, SiteError, Token, Visit, code};
use crate::identity::Identity;
use balcao_contract::panel::DoorName;
use balcao_desk::names;
use balcao_mail::messages::{self, Reader};
use balcao_mail::sealed;
use balcao_store::sign_ins::{self, KnownUser};
use balcao_store::{Connection, Write, credentials, flows, outbox};
use chrono::{DateTime, Utc};

/// The door.
#[derive(Clone, Copy)]
pub struct EmailDoor<'a> {
    identity: &'a Identity,
    visit: &'a Visit,
}

/// An address as it is looked up.
pub(super) fn address(typed: &str) -> Result<String, SiteError> {
    names::email(typed).ok_or(SiteError::Malformed)
}

/// What a code by mail is for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Use {
    SignIn,
    Password,
}

impl Use {
    const fn of(step: &Step) -> Option<Self> {
        match step {
            Step::EmailCode { .. } => Some(Self::SignIn),
            Step::PasswordCode { .. } => Some(Self::Password),
            _ => None,
        }
    }

    /// What messages are counted as.
    const fn messages(self) -> &'static str {
        match self {
            Self::SignIn => "email code",
            Self::Password => "password code",
        }
    }

    const fn attempt(self) -> Attempt {
        match self {
            Self::SignIn => Attempt::EmailCode,
            Self::Password => Attempt::PasswordCode,
        }
    }
}

/// The step that waits for a code, with another moment for the next message.
fn waiting(step: &Step, at: DateTime<Utc>) -> Option<Step> {
    let resend_at = at.timestamp_millis();
    match step {
        Step::EmailCode { link, .. } => Some(Step::EmailCode { resend_at, link: link.clone() }),
        Step::PasswordCode { .. } => Some(Step::PasswordCode { resend_at }),
        _ => None,
    }
}

impl<'a> EmailDoor<'a> {
    /// The door, for one browser.
    #[must_use]
    pub const fn new(identity: &'a Identity, visit: &'a Visit) -> Self {
        Self { identity, visit }
    }

    /// Sends a code to an address, and begins a flow. For an address that nobody has, everything is done just so, but
    /// the message stays here. `None` where the browser's flow waits for a code to that address already: it goes on.
    ///
    /// # Errors
    /// No address, too soon or too often, or the database refuses.
    pub async fn send(
        &self,
        typed: &str,
        return_to: &ReturnTo,
        before: Option<&Flow>,
    ) -> Result<Option<Token>, SiteError> {
        self.begin(typed, return_to, before, Step::EmailCode { resend_at: 0, link: None }).await
    }

    /// The same for somebody whom a provider knows under that address without having proved it: with the code they are
    /// known by the provider from then on.
    pub(super) async fn send_for(
        &self,
        typed: &str,
        return_to: &ReturnTo,
        who: &OuterIdentity,
    ) -> Result<Token, SiteError> {
        let link = Some((who.issuer.clone(), who.subject.clone()));
        self.begin(typed, return_to, None, Step::EmailCode { resend_at: 0, link }).await?.ok_or(SiteError::Expired)
    }

    /// Sends a code to an address for what the step says, which waits for it.
    pub(super) async fn begin(
        &self,
        typed: &str,
        return_to: &ReturnTo,
        before: Option<&Flow>,
        step: Step,
    ) -> Result<Option<Token>, SiteError> {
        let (now, email) = (self.identity.clock.now(), address(typed)?);
        let is_for = Use::of(&step).ok_or(SiteError::Expired)?;
        let goes_on = |flow: &&Flow| {
            let resend_at = match flow.step {
                Step::EmailCode { resend_at, .. } | Step::PasswordCode { resend_at } => resend_at,
                _ => 0,
            };
            flow.email == email && resend_at > now.timestamp_millis() && waiting(&flow.step, now) == waiting(&step, now)
        };
        if before.filter(goes_on).is_some() {
            return Ok(None);
        }
        let mut write = self.identity.store.begin().await?;
        let user = sign_ins::known_by_email(&mut write, &email).await?;
        let resend_at = self.count_message(&mut write, is_for, &email, user.as_ref(), now).await?;
        if let Some(before) = before {
            flows::end(&mut write, before.id).await?;
        }
        let (key, id) = (&self.identity.site.key, user.as_ref().map(|user| user.id));
        let step = waiting(&step, resend_at).ok_or(SiteError::Expired)?;
        let (token, flow) = Flow::begin(&mut write, key, id, &email, return_to, &step, now).await?;
        let issued = code::new(&self.identity.code_key, now)?;
        flows::set_code(&mut write, flow, &issued.kept).await?;
        self.enqueue(&mut write, is_for, &email, user.as_ref(), &issued, now).await?;
        write.commit().await?;
        self.identity.outbox.wake();
        Ok(Some(token))
    }

    /// Sends the code once more, or a new one where it is no longer good.
    ///
    /// # Errors
    /// No flow that waits for one, too soon or too often, or the database refuses.
    pub async fn resend(&self, flow: &Flow) -> Result<(), SiteError> {
        let is_for = Use::of(&flow.step).ok_or(SiteError::Expired)?;
        let now = self.identity.clock.now();
        let mut write = self.identity.store.begin().await?;
        let user = sign_ins::known_by_email(&mut write, &flow.email).await?.filter(|user| Some(user.id) == flow.user);
        let resend_at = self.count_message(&mut write, is_for, &flow.email, user.as_ref(), now).await?;
        let issued = code::again(&self.identity.code_key, flow, now)?;
        if flow.code.as_ref() != Some(&issued.kept) {
            flows::set_code(&mut write, flow.id, &issued.kept).await?;
        }
        let step = waiting(&flow.step, resend_at).ok_or(SiteError::Expired)?;
        Flow::go_on_waiting(&mut write, &self.identity.site.key, flow.id, &step).await?;
        self.enqueue(&mut write, is_for, &flow.email, user.as_ref(), &issued, now).await?;
        write.commit().await?;
        self.identity.outbox.wake();
        Ok(())
    }

    /// Looks at a code; the right one lets its sender in, once.
    ///
    /// # Errors
    /// Wrong, spent, guessed at too often, or the database refuses.
    pub async fn check(&self, flow: &Flow, typed: &str) -> Result<Entered, SiteError> {
        let Step::EmailCode { link, .. } = &flow.step else { return Err(SiteError::Expired) };
        let mut write = self.prove(flow, typed).await?;
        let user = flow.user.ok_or(SiteError::Expired)?;
        let door = match link {
            Some((issuer, subject)) => {
                let now = self.identity.clock.now().timestamp_millis();
                credentials::bind_outer_identity(&mut write, issuer, subject, user, now).await?;
                DoorName::Google
            }
            None => DoorName::Email,
        };
        let return_to = flow.return_to.clone();
        let entered = SignIns::new(self.identity).begin(&mut write, user, door, self.visit, return_to).await?;
        write.commit().await?;
        Ok(entered)
    }

    /// Looks at a code. The right one ends the flow; what it opens is written in the same transaction.
    pub(super) async fn prove(&self, flow: &Flow, typed: &str) -> Result<Write, SiteError> {
        let is_for = Use::of(&flow.step).ok_or(SiteError::Expired)?;
        let typed = code::typed(typed)?;
        let now = self.identity.clock.now();
        code::is_good(flow, now)?;
        // One writer: of two right guesses at once the second finds the flow gone.
        let mut write = self.identity.store.begin().await?;
        let user = match flow.user {
            Some(user) => sign_ins::known_by_id(&mut write, user).await?,
            None => None,
        };
        let origin = AttemptOrigin::of(self.visit, user.as_ref());
        let key = &self.identity.site.key;
        let guess = limits::count_guess(&mut write, key, is_for.attempt(), &flow.email, &origin, now).await?;
        match code::check(&mut write, &self.identity.code_key, flow, &typed, now).await {
            Ok(()) => {}
            Err(error @ (SiteError::Wrong | SiteError::Expired)) => {
                // The guess counts only once it is on the disk: committed before it is answered.
                write.commit().await?;
                return Err(error);
            }
            Err(error) => return Err(error),
        }
        if !flows::end(&mut write, flow.id).await? {
            return Err(SiteError::Expired);
        }
        limits::forgive(&mut write, &guess).await?;
        Ok(write)
    }

    async fn count_message(
        &self,
        write: &mut Connection,
        is_for: Use,
        email: &str,
        user: Option<&KnownUser>,
        now: DateTime<Utc>,
    ) -> Result<DateTime<Utc>, SiteError> {
        limits::sweep(write, now).await?;
        let origin = AttemptOrigin::of(self.visit, user);
        limits::count_message(write, &self.identity.site.key, is_for.messages(), email, &origin, now).await
    }

    /// Puts the message into the outbox. For an address that nobody has it is written and taken out again, so that both
    /// take the same time.
    async fn enqueue(
        &self,
        write: &mut Connection,
        is_for: Use,
        email: &str,
        user: Option<&KnownUser>,
        issued: &code::Issued,
        now: DateTime<Utc>,
    ) -> Result<(), SiteError> {
        let dedupe_key = format!("{}:{}", is_for.messages(), uuid::Uuid::new_v4());
        let mail = messages::Code {
            reader: Reader { email, name: user.map_or("", |user| &user.name), locale: self.visit.locale },
            code: &issued.digits,
            now,
            expires_at: issued.expires_at(),
            dedupe_key: &dedupe_key,
        };
        let message = match is_for {
            Use::SignIn => messages::sign_in_code(&mail)?,
            Use::Password => messages::password_code(&mail)?,
        };
        outbox::enqueue(write, &sealed::seal(message, &self.identity.site.key)?, now).await?;
        if user.is_none() {
            outbox::take_back(write, &dedupe_key).await?;
        }
        Ok(())
    }
}
