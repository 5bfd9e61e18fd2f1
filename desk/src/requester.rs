//! For whom an agent opens a ticket, and in which store.

use super::agent::AgentCommand;
use super::commands::DeskError;
use super::request_body::readable;
use super::submission::InvalidField;
use crate::names;
use balcao_contract::id::{AccountId, RequestId, UserId};
use balcao_contract::locale::Locale;
use balcao_contract::text;
use balcao_contract::validation::AnswerErrorKind;
use balcao_contract::wire::{Given, NewRequester, TicketToOpen};
use balcao_store::people::{self, WholePerson};
use balcao_store::{Connection, directory};

/// Where faults of the requester and of the store stand.
const REQUESTER: &str = "requester";
const ACCOUNT: &str = "organization_id";

/// For whom a ticket is opened.
#[derive(Debug, Default)]
pub(super) struct RequesterChoice {
    pub requester: Option<UserId>,
    /// Address and name of somebody who may not be known yet.
    pub person: Option<(String, Option<String>)>,
    pub account: Option<AccountId>,
    pub followup_source: Option<RequestId>,
}

impl RequesterChoice {
    /// What a body says by ids.
    pub fn read(body: &TicketToOpen, faults: &mut Vec<InvalidField>) -> Self {
        let requester = readable("requester_id", body.requester_id, faults);
        let account = readable(ACCOUNT, body.organization_id, faults);
        Self { requester, account, ..Self::default() }
    }

    /// And by name and address.
    pub fn or_requester(mut self, given: Given<NewRequester>, faults: &mut Vec<InvalidField>) -> Self {
        let Some(NewRequester { name, email, id }) = readable(REQUESTER, given, faults) else { return self };
        let says = |text: Given<String>| text.value().filter(|text| !text::is_blank(text));
        match says(email).as_deref().map(names::email) {
            Some(Some(email)) => self.person = Some((email, says(name))),
            Some(None) => faults.push(InvalidField::base(REQUESTER, AnswerErrorKind::WrongType)),
            None => match id {
                Given::Value(id) => self.requester = self.requester.or(Some(id)),
                Given::Nothing | Given::Unreadable => {
                    faults.push(InvalidField::base(REQUESTER, AnswerErrorKind::Blank))
                }
            },
        }
        self
    }
}

/// For whom, and in which store: the one that is named, or the one they have belonged to for longest. Somebody who is
/// not known yet becomes so, but a member of no store: that is the store's to say.
pub(super) async fn requester(
    write: &mut Connection,
    command: AgentCommand<'_>,
    choice: &RequesterChoice,
    locale: Locale,
) -> Result<(UserId, AccountId), DeskError> {
    let AgentCommand { agent, now, .. } = command;
    let one = |key: &str, kind: AnswerErrorKind| DeskError::Invalid {
        faults: vec![InvalidField::base(key, kind)],
        form: None,
    };
    let known: Option<WholePerson> = match (&choice.requester, &choice.person) {
        (Some(id), _) => {
            Some(people::by_id(write, *id).await?.ok_or_else(|| one(REQUESTER, AnswerErrorKind::UnknownOption))?)
        }
        (None, Some((email, _))) => people::by_email(write, email).await?,
        // As Zendesk has it, a ticket without a requester is the agent's own.
        (None, None) => people::by_id(write, agent).await?,
    };
    if known.as_ref().is_some_and(|person| person.disabled) {
        return Err(one(REQUESTER, AnswerErrorKind::UnknownOption));
    }
    let account = match (choice.account, known.as_ref().and_then(|person| person.account)) {
        // Whoever belongs to stores asks for one of them; whoever belongs to none yet may ask for any.
        (Some(named), Some(_)) => {
            let user = known.as_ref().map_or(agent, |person| person.id);
            let theirs = people::account_of(write, user, Some(named)).await?;
            theirs.ok_or_else(|| one(ACCOUNT, AnswerErrorKind::UnknownOption))?
        }
        (Some(named), None) => {
            let there = directory::account(write, named).await?;
            there.ok_or_else(|| one(ACCOUNT, AnswerErrorKind::UnknownOption))?.id
        }
        (None, Some(own)) => own,
        // With one store there is nothing to choose.
        (None, None) => {
            let only = people::only_account(write).await?;
            only.ok_or_else(|| one(ACCOUNT, AnswerErrorKind::Blank))?
        }
    };
    if let Some(person) = known {
        return Ok((person.id, account));
    }
    let Some((email, name)) = &choice.person else { return Err(one(REQUESTER, AnswerErrorKind::Blank)) };
    let name = name.as_deref().and_then(names::person);
    let name = name.unwrap_or_else(|| names::person_of_address(email).to_owned());
    let id = directory::ensure_person(write, email, &name, locale, false, now.timestamp_millis()).await?;
    Ok((id, account))
}
