//! One change each: looked at, made, and noted in the audit, within the caller's transaction.

use super::error::DirectoryError;
use balcao_config::Config;
use balcao_contract::id::AccountId;
use balcao_contract::locale::Locale;
use balcao_contract::support::Region;
use balcao_desk::names;
use balcao_mail::messages::{self, Notice, Reader};
use balcao_store::audit::{self, Entry};
use balcao_store::operators::{self, AccountFacts, AccountRecord, Role, UserRecord};
use balcao_store::{Connection, credentials, flows, outbox, places, sign_ins};
use chrono::{DateTime, Utc};
use serde_json::{Value, json};
use uuid::Uuid;

type Outcome<T = ()> = Result<T, DirectoryError>;

/// A transaction in which the directory is changed.
pub(super) struct Changes<'a> {
    pub write: &'a mut Connection,
    pub config: &'a Config,
    /// `operator:<system user>`.
    pub actor: &'a str,
    pub now: DateTime<Utc>,
}

/// What is to change of an account; `None` leaves it as it is.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(super) struct AccountChanges {
    pub region: Option<Region>,
    pub main_account: Option<String>,
    pub shares_requests: Option<bool>,
}

pub(super) fn account_name(given: &str) -> Outcome<String> {
    names::account(given).ok_or_else(|| {
        DirectoryError::refused(format!(
            "`{}` is no account name: it has 1 to 64 letters, digits, `-` and `_`",
            given.escape_debug()
        ))
    })
}

pub(super) fn address(given: &str) -> Outcome<String> {
    names::email(given)
        .ok_or_else(|| DirectoryError::refused(format!("`{}` is no e-mail address", given.escape_debug())))
}

impl Changes<'_> {
    pub async fn note(&mut self, action: &str, subject: &str, data: Value) -> Outcome {
        audit::append(self.write, Entry { actor: self.actor, action, subject, data }, self.now.timestamp_millis())
            .await?;
        Ok(())
    }

    async fn note_account(&mut self, action: &str, name: &str, data: Value) -> Outcome {
        self.note(action, &format!("account:{name}"), data).await
    }

    async fn note_user(&mut self, action: &str, user: &UserRecord, data: Value) -> Outcome {
        self.note(action, &format!("user:{}", user.id), data).await
    }

    pub async fn account(&mut self, given: &str) -> Outcome<AccountRecord> {
        let name = account_name(given)?;
        operators::account(self.write, &name).await?.ok_or_else(|| {
            DirectoryError::refused(format!(
                "there is no account {name}; `account list` shows all, `account add {name} --region …` makes it"
            ))
        })
    }

    pub async fn user(&mut self, given: &str) -> Outcome<UserRecord> {
        let email = address(given)?;
        operators::user(self.write, &email).await?.ok_or_else(|| {
            DirectoryError::refused(format!(
                "nobody has the address {email}; `user list` shows all, `user add {email} --name …` makes them"
            ))
        })
    }

    /// Makes an account, or changes it. What was done, if anything.
    pub async fn put_account(&mut self, name: &str, account_changes: &AccountChanges) -> Outcome<Option<String>> {
        let known = operators::account(self.write, name).await?;
        let main_account = match &account_changes.main_account {
            Some(main) => Some(self.main_account(name, main).await?),
            None => None,
        };
        let Some(known) = known else {
            let region = account_changes.region.ok_or_else(|| {
                DirectoryError::refused(format!("the account {name} is new: say its region, such as latin_america"))
            })?;
            let shares_requests = account_changes.shares_requests.unwrap_or(false);
            let facts = AccountFacts { region, main_account, shares_requests };
            operators::insert_account(self.write, name, facts, self.now.timestamp_millis()).await?;
            let data =
                json!({ "region": region.name(), "main": account_changes.main_account, "shares": shares_requests });
            self.note_account("account.add", name, data).await?;
            return Ok(Some(format!("account {name} added")));
        };
        let before = match &known.main_account {
            Some(main) => operators::account(self.write, main).await?.map(|main| main.id),
            None => None,
        };
        let facts = AccountFacts {
            region: account_changes.region.unwrap_or(known.region),
            main_account: main_account.or(before),
            shares_requests: account_changes.shares_requests.unwrap_or(known.shares_requests),
        };
        let was = AccountFacts { region: known.region, main_account: before, shares_requests: known.shares_requests };
        if facts == was {
            return Ok(None);
        }
        operators::update_account(self.write, known.id, facts).await?;
        let data = json!({
            "region": facts.region.name(), "main": account_changes.main_account.as_ref().or(known.main_account.as_ref()),
            "shares": facts.shares_requests,
        });
        self.note_account("account.change", name, data).await?;
        Ok(Some(format!("account {name} changed")))
    }

    /// The account that `name` is to belong to: a main one, and not itself.
    async fn main_account(&mut self, name: &str, main: &str) -> Outcome<AccountId> {
        let main = self.account(main).await?;
        if main.name == name {
            return Err(DirectoryError::refused(format!("{name} cannot be its own main account")));
        }
        if let Some(above) = main.main_account {
            let sentence = format!("{} belongs to {above} itself; name {above} as the main account", main.name);
            return Err(DirectoryError::refused(sentence));
        }
        let all = operators::accounts(self.write).await?;
        if let Some(below) = all.iter().find(|account| account.main_account.as_deref() == Some(name)) {
            let sentence = format!("{} belongs to {name}, so {name} stays a main account", below.name);
            return Err(DirectoryError::refused(sentence));
        }
        Ok(main.id)
    }

    /// Switches an account off or on. False where it is so already.
    pub async fn switch_account(&mut self, account: &AccountRecord, on: bool) -> Outcome<bool> {
        if account.disabled_at.is_none() == on {
            return Ok(false);
        }
        operators::set_account_disabled(self.write, account.id, (!on).then_some(self.now.timestamp_millis())).await?;
        self.note_account(if on { "account.enable" } else { "account.disable" }, &account.name, json!({})).await?;
        Ok(true)
    }

    /// Names the sponsor. What was done, if anything.
    pub async fn name_sponsor(&mut self, account: &AccountRecord, user: &UserRecord) -> Outcome<Option<String>> {
        let (name, email) = (&account.name, &user.email);
        if account.sponsor.as_ref() == Some(email) {
            return Ok(None);
        }
        if user.disabled_at.is_some() {
            let sentence = format!("{email} is switched off; `user enable {email}` first, or name somebody else");
            return Err(DirectoryError::refused(sentence));
        }
        if operators::membership(self.write, account.id, user.id).await?.is_none() {
            let sentence = format!("{email} is no member of {name}; `member add {name} {email}` first");
            return Err(DirectoryError::refused(sentence));
        }
        let before = match &account.sponsor {
            Some(before) => operators::user(self.write, before).await?.map(|before| before.id),
            None => None,
        };
        operators::set_sponsor(self.write, account.id, user.id).await?;
        self.note_account("account.sponsor", name, json!({ "sponsor": user.id, "before": before })).await?;
        let instead = account.sponsor.as_ref().map(|before| format!(" instead of {before}")).unwrap_or_default();
        Ok(Some(format!("{email} is the sponsor of {name}{instead}")))
    }

    /// Makes a person, or changes name and language. What was done, if anything.
    pub async fn put_user(
        &mut self,
        email: &str,
        name: Option<&str>,
        locale: Option<Locale>,
    ) -> Outcome<Option<String>> {
        let Some(known) = operators::user(self.write, email).await? else {
            let name = name.unwrap_or_else(|| names::person_of_address(email));
            operators::insert_user(self.write, email, name, locale.unwrap_or_default(), self.now.timestamp_millis())
                .await?;
            let user = self.user(email).await?;
            self.note_user("user.add", &user, json!({ "locale": user.locale.code() })).await?;
            return Ok(Some(format!("{email} added")));
        };
        let (name, locale) = (name.unwrap_or(&known.name), locale.unwrap_or(known.locale));
        if name == known.name && locale == known.locale {
            return Ok(None);
        }
        operators::update_user(self.write, known.id, name, locale, self.now.timestamp_millis()).await?;
        let data = json!({ "name_changed": name != known.name, "locale": locale.code() });
        self.note_user("user.change", &known, data).await?;
        Ok(Some(format!("{email} changed")))
    }

    /// Switches a person off or on; off signs them out everywhere. False where it is so already.
    pub async fn switch_user(&mut self, user: &UserRecord, on: bool) -> Outcome<bool> {
        if user.disabled_at.is_none() == on {
            return Ok(false);
        }
        if let Some(account) = user.sponsor_of.first().filter(|_| !on) {
            let all = user.sponsor_of.join(", ");
            return Err(DirectoryError::refused(format!(
                "{} is the sponsor of {all}; name somebody else first: `account sponsor {account} <address>`",
                user.email
            )));
        }
        operators::set_user_disabled(self.write, user.id, (!on).then_some(self.now.timestamp_millis())).await?;
        if !on {
            places::end_all(self.write, user.id).await?;
        }
        self.note_user(if on { "user.enable" } else { "user.disable" }, user, json!({})).await?;
        Ok(true)
    }

    /// Makes somebody a requester, an agent or an administrator. False where it is so already.
    pub async fn give_role(&mut self, user: &UserRecord, role: Role) -> Outcome<bool> {
        if role == user.role() {
            return Ok(false);
        }
        operators::set_user_role(self.write, user.id, role, self.now.timestamp_millis()).await?;
        let (agent, administrator) = (role != Role::Requester, role == Role::Administrator);
        if agent != user.agent {
            self.note_user("user.agent", user, json!({ "agent": agent })).await?;
        }
        if administrator != user.administrator {
            self.note_user("user.administrator", user, json!({ "administrator": administrator })).await?;
        }
        Ok(true)
    }

    /// Takes second factors, recovery codes and password away, ends what is under way with them, and signs the person out
    /// everywhere: a password alone opens nothing, so it goes along. They are told by mail, since whoever talked an
    /// operator into it may be somebody else. False where there is nothing to take.
    pub async fn reset_second_factor(&mut self, user: &UserRecord) -> Outcome<bool> {
        if !credentials::remove_all(self.write, user.id).await? {
            return Ok(false);
        }
        flows::end_all(self.write, user.id).await?;
        sign_ins::forget_devices(self.write, user.id).await?;
        let ended = places::end_all(self.write, user.id).await?;
        self.note_user("user.reset_second_factor", user, json!({ "ended": ended })).await?;
        self.tell(user, Notice::SecondFactorReset, "/support/reset").await?;
        Ok(true)
    }

    /// Writes to somebody about their sign-in, with a way on.
    async fn tell(&mut self, user: &UserRecord, notice: Notice, way_on: &str) -> Outcome {
        let reader = Reader { email: &user.email, name: &user.name, locale: user.locale };
        let key = format!("{}:{}", notice.name(), Uuid::new_v4());
        let message = messages::notice(reader, notice, &self.config.link(way_on), &key)
            .map_err(|error| DirectoryError::refused(error.to_string()))?;
        outbox::enqueue(self.write, &message, self.now).await?;
        Ok(())
    }

    /// Signs a person out everywhere. How many sessions and sign-ins ended.
    pub async fn sign_out(&mut self, user: &UserRecord) -> Outcome<u64> {
        let ended = places::end_all(self.write, user.id).await?;
        self.note_user("user.sign_out", user, json!({ "ended": ended })).await?;
        Ok(ended)
    }

    /// Makes somebody a member, or gives or takes the resource. What was done, if anything.
    pub async fn put_member(
        &mut self,
        account: &AccountRecord,
        user: &UserRecord,
        support_resource: Option<bool>,
    ) -> Outcome<Option<String>> {
        let known = operators::membership(self.write, account.id, user.id).await?;
        let wanted = support_resource.or(known).unwrap_or(false);
        if known == Some(wanted) {
            return Ok(None);
        }
        operators::set_membership(self.write, account.id, user.id, wanted, self.now.timestamp_millis()).await?;
        let action = if known.is_none() { "member.add" } else { "member.grant" };
        self.note_account(action, &account.name, json!({ "user": user.id, "support_resource": wanted })).await?;
        let (email, name) = (&user.email, &account.name);
        Ok(Some(match (known, wanted) {
            (None, true) => format!("{email} is a member of {name}, with open-support-ticket"),
            (None, false) => format!("{email} is a member of {name}"),
            (Some(_), true) => format!("{email} has open-support-ticket in {name}"),
            (Some(_), false) => format!("{email} no longer has open-support-ticket in {name}"),
        }))
    }

    /// Takes somebody out of an account.
    pub async fn remove_member(&mut self, account: &AccountRecord, user: &UserRecord) -> Outcome {
        let (email, name) = (&user.email, &account.name);
        if operators::membership(self.write, account.id, user.id).await?.is_none() {
            return Err(DirectoryError::refused(format!("{email} is no member of {name}")));
        }
        if account.sponsor.as_ref() == Some(email) {
            return Err(DirectoryError::refused(format!(
                "{email} is the sponsor of {name}; name somebody else first: `account sponsor {name} <address>`"
            )));
        }
        operators::remove_membership(self.write, account.id, user.id).await?;
        self.note_account("member.remove", name, json!({ "user": user.id })).await
    }
}
