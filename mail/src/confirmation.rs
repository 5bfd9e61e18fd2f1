//! The confirmation that a request was opened, whoever opened it: in the outbox with the request itself, or neither is.

use super::created::{CREATED, Created, answer_lines, created};
use super::messages::Reader;
use super::{ReplyAddresses, TemplateError};
use balcao_config::Config;
use balcao_contract::id::UserId;
use balcao_desk::Opened;
use balcao_desk::forms::{Audience, Forms};
use balcao_store::requests::RequestRow;
use balcao_store::{Connection, StoreError, files, letters, operators, outbox};
use chrono::{DateTime, TimeDelta, Utc};
use std::borrow::Cow;

/// More confirmations than these an address does not get in an hour: somebody who opens requests by the hundred would
/// otherwise fill a mailbox. The requests themselves are opened all the same.
const MOST_CONFIRMATIONS: u64 = 60;

/// Why none was written.
#[derive(Debug, thiserror::Error)]
pub enum ConfirmationError {
    /// The database.
    #[error(transparent)]
    Store(#[from] StoreError),
    /// A template of ours is broken; a test makes sure none is.
    #[error(transparent)]
    Template(#[from] TemplateError),
}

/// What a confirmation is made of, besides the request.
#[derive(Clone, Copy)]
pub struct Confirmations<'a> {
    /// Promises, calendars and addresses.
    pub config: &'a Config,
    /// The forms, which word the answers.
    pub forms: &'a Forms,
    /// Where replies go.
    pub reply_addresses: &'a ReplyAddresses,
}

impl Confirmations<'_> {
    /// Tells the requester, in the request's language. What an agent opened for themselves, or began with a note among
    /// agents, is told to nobody.
    ///
    /// # Errors
    /// See [`ConfirmationError`].
    pub async fn write(
        &self,
        write: &mut Connection,
        opened: &Opened,
        agent: Option<UserId>,
        now: DateTime<Utc>,
    ) -> Result<(), ConfirmationError> {
        let Opened { request, comment } = opened;
        if agent == Some(request.requester) || request.description.is_empty() {
            return Ok(());
        }
        let Some(addressee) = letters::addressee(write, request.id).await? else { return Ok(()) };
        let hour_ago = now - TimeDelta::hours(1);
        if outbox::count_since(write, &addressee.email, CREATED, hour_ago).await? >= MOST_CONFIRMATIONS {
            tracing::warn!(request = %request.id, "no confirmation: the address got too many within the hour");
            return Ok(());
        }
        let files = files::attachments_of_comments(&mut *write, &[*comment]).await?.remove(comment).unwrap_or_default();
        let names: Vec<String> = files.into_iter().map(|file| file.file_name).collect();
        let locale = addressee.locale;
        let form = match (request.form, agent) {
            (None, _) => None,
            // An agent answers what any account is asked.
            (Some(id), Some(_)) => self.forms.by_id(id, locale).map(Cow::Borrowed),
            (Some(id), None) => {
                let account = operators::account(write, &addressee.account_name).await?;
                let audience = Audience {
                    region: addressee.region,
                    is_main_account: account.is_some_and(|account| account.main_account.is_none()),
                    account_name: &addressee.account_name,
                    name: &addressee.name,
                    email: &addressee.email,
                    now,
                };
                self.forms.tailored_by_id(id, locale, audience).map(Cow::Owned)
            }
        };
        let RequestRow { subject, description, answers, .. } = request;
        let answers =
            form.map(|form| answer_lines(&form, locale, subject, description, answers, &names)).unwrap_or_default();
        let promises = self.config.first_responses(addressee.region);
        let promised = request.priority.map(|priority| promises.of(priority));
        let calendar = self.config.calendars.of(addressee.region);
        let link = self.config.request_link(&addressee.account_name, request.id);
        let letter = created(&Created {
            reader: Reader { email: &addressee.email, name: &addressee.name, locale },
            number: request.id,
            title: subject,
            answers,
            first_response: promised,
            first_response_by: promised.and_then(|promised| calendar.answered_by(request.created_at.0, promised)),
            zone: calendar.zone,
            link: &link,
            reply_to: self.reply_addresses.of(request.id, request.requester).as_deref(),
        })?;
        outbox::enqueue(write, &letter, now).await?;
        Ok(())
    }
}
