//! The door that opens with a code sent by mail.

use super::flow::{Flow, Step};
use super::limits::{self, Attempt, Place};
use super::{Entered, ReturnTo, SignIns, SiteError, Token, Visit, code};
use crate::http::App;
use crate::identity::names;
use crate::mail::messages::{self, Reader};
use crate::store::sign_ins::{self, KnownUser};
use crate::store::{Connection, flows, outbox};
use balcao_contract::panel::DoorName;
use chrono::{DateTime, Utc};

/// The door.
#[derive(Clone, Copy)]
pub struct EmailDoor<'a> {
    app: &'a App,
    visit: &'a Visit,
}

/// An address as it is looked up.
pub(super) fn address(typed: &str) -> Result<String, SiteError> {
    names::email(typed).ok_or(SiteError::Malformed)
}

impl<'a> EmailDoor<'a> {
    /// The door, for one browser.
    #[must_use]
    pub const fn new(app: &'a App, visit: &'a Visit) -> Self {
        Self { app, visit }
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
        let now = self.app.clock.now();
        let email = address(typed)?;
        if let Some(Flow { step: Step::EmailCode { resend_at }, email: known, .. }) = before
            && *known == email
            && *resend_at > now.timestamp_millis()
        {
            return Ok(None);
        }
        let mut write = self.app.store.begin().await?;
        let user = sign_ins::known_by_email(&mut write, &email).await?;
        let resend_at = self.count_message(&mut write, &email, user.as_ref(), now).await?;
        if let Some(before) = before {
            flows::end(&mut write, before.id).await?;
        }
        let (key, id) = (&self.app.site.key, user.as_ref().map(|user| user.id));
        let step = Step::EmailCode { resend_at: resend_at.timestamp_millis() };
        let (token, flow) = Flow::begin(&mut write, key, id, &email, return_to, &step, now).await?;
        let issued = code::new(&self.app.code_key, now)?;
        flows::set_code(&mut write, flow, &issued.kept).await?;
        self.enqueue(&mut write, &email, user.as_ref(), &issued, now).await?;
        write.commit().await?;
        self.app.outbox.wake();
        Ok(Some(token))
    }

    /// Sends the code once more, or a new one where it is no longer good.
    ///
    /// # Errors
    /// No flow that waits for one, too soon or too often, or the database refuses.
    pub async fn resend(&self, flow: &Flow) -> Result<(), SiteError> {
        let Step::EmailCode { .. } = flow.step else { return Err(SiteError::Expired) };
        let now = self.app.clock.now();
        let mut write = self.app.store.begin().await?;
        let user = sign_ins::known_by_email(&mut write, &flow.email).await?.filter(|user| Some(user.id) == flow.user);
        let resend_at = self.count_message(&mut write, &flow.email, user.as_ref(), now).await?;
        let issued = code::again(&self.app.code_key, flow, now)?;
        if flow.code.as_ref() != Some(&issued.kept) {
            flows::set_code(&mut write, flow.id, &issued.kept).await?;
        }
        let step = Step::EmailCode { resend_at: resend_at.timestamp_millis() };
        Flow::go_on_waiting(&mut write, &self.app.site.key, flow.id, &step).await?;
        self.enqueue(&mut write, &flow.email, user.as_ref(), &issued, now).await?;
        write.commit().await?;
        self.app.outbox.wake();
        Ok(())
    }

    /// Looks at a code; the right one lets its sender in, once.
    ///
    /// # Errors
    /// Wrong, spent, guessed at too often, or the database refuses.
    pub async fn check(&self, flow: &Flow, typed: &str) -> Result<Entered, SiteError> {
        let Step::EmailCode { .. } = flow.step else { return Err(SiteError::Expired) };
        let typed = code::typed(typed)?;
        let now = self.app.clock.now();
        code::is_good(flow, now)?;
        let place = Place::of(self.visit, flow.user);
        // One writer: of two right guesses at once the second finds the flow gone.
        let mut write = self.app.store.begin().await?;
        let key = &self.app.site.key;
        let guess = limits::count_guess(&mut write, key, Attempt::EmailCode, &flow.email, &place, now).await?;
        match code::check(&mut write, &self.app.code_key, flow, &typed, now).await {
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
        let user = flow.user.ok_or(SiteError::Expired)?;
        let entered =
            SignIns::new(self.app).begin(&mut write, user, DoorName::Email, self.visit, flow.return_to.clone()).await?;
        write.commit().await?;
        Ok(entered)
    }

    async fn count_message(
        &self,
        write: &mut Connection,
        email: &str,
        user: Option<&KnownUser>,
        now: DateTime<Utc>,
    ) -> Result<DateTime<Utc>, SiteError> {
        limits::sweep(write, now).await?;
        let place = Place::of(self.visit, user.map(|user| user.id));
        limits::count_message(write, &self.app.site.key, "email code", email, &place, now).await
    }

    /// Puts the message into the outbox. For an address that nobody has it is written and taken out again, so that both
    /// take the same time.
    async fn enqueue(
        &self,
        write: &mut Connection,
        email: &str,
        user: Option<&KnownUser>,
        issued: &code::Issued,
        now: DateTime<Utc>,
    ) -> Result<(), SiteError> {
        let dedupe_key = format!("sign-in:{}", uuid::Uuid::new_v4());
        let message = messages::sign_in_code(&messages::Code {
            reader: Reader { email, name: user.map_or("", |user| &user.name), locale: self.visit.locale },
            code: &issued.digits,
            now,
            expires_at: issued.expires_at(),
            dedupe_key: &dedupe_key,
        })?;
        outbox::enqueue(write, &message, now).await?;
        if user.is_none() {
            outbox::take_back(write, &dedupe_key).await?;
        }
        Ok(())
    }
}
