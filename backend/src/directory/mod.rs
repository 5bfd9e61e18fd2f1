//! What operators do with accounts, people, memberships, sponsors, tokens, unsent mail and messages of webhooks: the
//! subcommands of the program. One command is one transaction, with its audit. The statements are `store`'s.

mod arguments;
mod changes;
mod endpoints;
mod error;
mod files;
mod groups;
mod import;
#[cfg(test)]
pub(crate) use import::{parse_csv, parse_json};
pub mod keys;
mod lists;
mod outbox;
mod person;
mod retention;
mod table;
mod tokens;
mod webhooks;

pub use arguments::{
    AccountCommand, AuditCommand, DirectoryCommand, MemberCommand, Shape, Switch, TokenCommand, UserCommand,
};
pub use error::{DirectoryError, sentence as store_sentence};
pub use files::FilesCommand;
pub use groups::GroupCommand;
pub use outbox::OutboxCommand;
pub use table::{cut_at, table};
pub use webhooks::WebhookCommand;

use self::changes::{AccountChanges, Changes, account_name, address};
use balcao_config::Config;
use balcao_desk::names;
use balcao_store::operators::Role;
use balcao_store::{Connection, Store};
use chrono::{DateTime, Utc};
use std::io::Write;

/// Where a command works.
pub struct Office<'a> {
    /// The database.
    pub store: &'a Store,
    /// The settings.
    pub config: &'a Config,
    /// Now.
    pub now: DateTime<Utc>,
    /// Who commands: `operator:<system user>`.
    pub actor: &'a str,
    /// Where the answer goes.
    pub out: &'a mut (dyn Write + Send),
    /// How many columns there are for it; `None` where nobody looks at it as it is.
    pub width: Option<usize>,
}

/// Carries out a command.
///
/// # Errors
/// It was refused, or failed; nothing of it happened.
pub async fn run(mut office: Office<'_>, command: DirectoryCommand) -> Result<(), DirectoryError> {
    match command {
        DirectoryCommand::Account(AccountCommand::List(shape)) => lists::accounts(&mut office, shape).await,
        DirectoryCommand::User(UserCommand::List { account, shape }) => {
            lists::users(&mut office, account.as_deref(), shape).await
        }
        DirectoryCommand::User(UserCommand::Export { email, to, with_notes }) => {
            person::export(&mut office, &email, &to, with_notes).await
        }
        DirectoryCommand::User(UserCommand::Erase { email, yes, words, compact }) => {
            person::erase(&mut office, &email, person::EraseOptions { yes, words, compact }).await
        }
        DirectoryCommand::Token(TokenCommand::List(shape)) => lists::tokens(&mut office, shape).await,
        DirectoryCommand::Audit(AuditCommand::List { subject, limit, shape }) => {
            lists::audit(&mut office, subject.as_deref(), limit, shape).await
        }
        DirectoryCommand::Audit(AuditCommand::Readers { ticket, limit, shape }) => {
            lists::readers(&mut office, ticket, limit, shape).await
        }
        DirectoryCommand::Files(command) => files::run(&mut office, command).await,
        DirectoryCommand::Retention { dry_run } => retention::run(&mut office, dry_run).await,
        DirectoryCommand::Outbox(command) => outbox::run(&mut office, command).await,
        DirectoryCommand::Webhook(command) => webhooks::run(&mut office, command).await,
        DirectoryCommand::Group(command) => groups::run(&mut office, command).await,
        DirectoryCommand::Import { file, dry_run, skip_broken } => {
            import::run(&mut office, &file, import::Manner { dry_run, skip_broken }).await
        }
        change => {
            let mut transaction = office.store.begin().await?;
            let said = carry_out(changes(&mut transaction, &office), change).await?;
            transaction.commit().await?;
            writeln!(office.out, "{said}")?;
            Ok(())
        }
    }
}

fn changes<'a, 'b: 'a>(write: &'a mut Connection, office: &Office<'b>) -> Changes<'a> {
    Changes { write, config: office.config, actor: office.actor, now: office.now }
}

/// A change, and the sentence about it.
async fn carry_out(mut changes: Changes<'_>, command: DirectoryCommand) -> Result<String, DirectoryError> {
    match command {
        DirectoryCommand::Account(command) => account(&mut changes, command).await,
        DirectoryCommand::User(command) => user(&mut changes, command).await,
        DirectoryCommand::Member(command) => member(&mut changes, command).await,
        DirectoryCommand::Token(TokenCommand::Add { email, description, days }) => {
            tokens::add(&mut changes, &email, &description, days).await
        }
        DirectoryCommand::Token(TokenCommand::Revoke { id }) => tokens::revoke(&mut changes, id).await,
        // `run` has answered these.
        DirectoryCommand::Token(TokenCommand::List(_))
        | DirectoryCommand::Import { .. }
        | DirectoryCommand::Files(_)
        | DirectoryCommand::Retention { .. }
        | DirectoryCommand::Outbox(_)
        | DirectoryCommand::Webhook(_)
        | DirectoryCommand::Group(_)
        | DirectoryCommand::Audit(_) => Ok(String::new()),
    }
}

async fn account(changes: &mut Changes<'_>, command: AccountCommand) -> Result<String, DirectoryError> {
    match command {
        AccountCommand::Add { name, region, main } => {
            let name = account_name(&name)?;
            if changes.account(&name).await.is_ok() {
                return Err(DirectoryError::refused(format!("there is an account {name} already")));
            }
            let account_changes = AccountChanges { region: Some(region), main_account: main, shares_requests: None };
            let said = changes.put_account(&name, &account_changes).await?.unwrap_or_default();
            Ok(format!("{said}; its sponsor is named with `account sponsor {name} <address>`"))
        }
        AccountCommand::Disable { name } => {
            let account = changes.account(&name).await?;
            let done = changes.switch_account(&account, false).await?;
            Ok(format!("account {} {}", account.name, if done { "switched off" } else { "is switched off already" }))
        }
        AccountCommand::Enable { name } => {
            let account = changes.account(&name).await?;
            let done = changes.switch_account(&account, true).await?;
            Ok(format!("account {} {}", account.name, if done { "switched on" } else { "is switched on already" }))
        }
        AccountCommand::Sponsor { name, email } => {
            let (account, user) = (changes.account(&name).await?, changes.user(&email).await?);
            let said = changes.name_sponsor(&account, &user).await?;
            Ok(said.unwrap_or_else(|| format!("{} is the sponsor of {} already", user.email, account.name)))
        }
        AccountCommand::Share { name, switch } => {
            let account = changes.account(&name).await?;
            let account_changes = AccountChanges { shares_requests: Some(switch.is_on()), ..AccountChanges::default() };
            changes.put_account(&account.name, &account_changes).await?;
            Ok(match switch {
                Switch::On => format!("everybody in {} reads and answers everybody's requests", account.name),
                Switch::Off => format!("everybody in {} reads and answers their own requests only", account.name),
            })
        }
        AccountCommand::List(_) => Ok(String::new()),
    }
}

async fn user(changes: &mut Changes<'_>, command: UserCommand) -> Result<String, DirectoryError> {
    match command {
        UserCommand::Add { email, name, locale, account, agent, administrator } => {
            let email = address(&email)?;
            if changes.user(&email).await.is_ok() {
                return Err(DirectoryError::refused(format!(
                    "there is somebody with the address {email} already; `member add <account> {email}` makes them a member"
                )));
            }
            let name = names::person(&name).ok_or_else(|| DirectoryError::refused("--name is empty"))?;
            let mut said = vec![changes.put_user(&email, Some(&name), Some(locale)).await?.unwrap_or_default()];
            let user = changes.user(&email).await?;
            let (role, what) = match (administrator, agent) {
                (true, _) => (Role::Administrator, "an administrator"),
                (false, true) => (Role::Agent, "an agent"),
                (false, false) => (Role::Requester, ""),
            };
            if changes.give_role(&user, role).await? {
                said.push(format!("{email} is {what}; `token add {email} --description …` makes their token"));
            }
            for name in account {
                let account = changes.account(&name).await?;
                said.extend(changes.put_member(&account, &user, None).await?);
            }
            Ok(said.join("\n"))
        }
        UserCommand::Disable { email } => {
            let user = changes.user(&email).await?;
            let done = changes.switch_user(&user, false).await?;
            let said = if done { "switched off and signed out everywhere" } else { "is switched off already" };
            Ok(format!("{} {said}", user.email))
        }
        UserCommand::Enable { email } => {
            let user = changes.user(&email).await?;
            let done = changes.switch_user(&user, true).await?;
            Ok(format!("{} {}", user.email, if done { "switched on" } else { "is switched on already" }))
        }
        UserCommand::Agent { email, switch } => {
            let user = changes.user(&email).await?;
            let role = match (switch.is_on(), user.administrator) {
                (true, true) => Role::Administrator,
                (true, false) => Role::Agent,
                (false, _) => Role::Requester,
            };
            let done = changes.give_role(&user, role).await?;
            let said = match (switch.is_on(), done) {
                (true, true) => "is an agent",
                (true, false) => "is an agent already",
                (false, true) => "is no agent any more; what they answer stays theirs until somebody takes it",
                (false, false) => "is no agent",
            };
            Ok(format!("{} {said}", user.email))
        }
        UserCommand::Administrator { email, switch } => {
            let user = changes.user(&email).await?;
            let role = match (switch.is_on(), user.agent) {
                (true, _) => Role::Administrator,
                (false, true) => Role::Agent,
                (false, false) => Role::Requester,
            };
            let done = changes.give_role(&user, role).await?;
            let said = match (switch.is_on(), done) {
                (true, true) => "is an administrator",
                (true, false) => "is an administrator already",
                (false, true) => "is an agent and no administrator any more; webhooks that they answered for are off",
                (false, false) => "is no administrator",
            };
            Ok(format!("{} {said}", user.email))
        }
        UserCommand::ResetSecondFactor { email } => {
            let user = changes.user(&email).await?;
            if !changes.reset_second_factor(&user).await? {
                return Err(DirectoryError::refused(format!(
                    "{} has no second factor, and so no password",
                    user.email
                )));
            }
            let sentence = "signed out everywhere and told by mail; a new password and second factor are set up under \
                            `Set a password`";
            Ok(format!("{} {sentence}", user.email))
        }
        UserCommand::SignOut { email } => {
            let user = changes.user(&email).await?;
            let ended = changes.sign_out(&user).await?;
            Ok(format!("{} signed out everywhere ({ended} sessions and sign-ins)", user.email))
        }
        // `run` has answered these.
        UserCommand::List { .. } | UserCommand::Export { .. } | UserCommand::Erase { .. } => Ok(String::new()),
    }
}

async fn member(changes: &mut Changes<'_>, command: MemberCommand) -> Result<String, DirectoryError> {
    match command {
        MemberCommand::Add { account, email, support_resource } => {
            let (account, user) = (changes.account(&account).await?, changes.user(&email).await?);
            let said = changes.put_member(&account, &user, support_resource.then_some(true)).await?;
            Ok(said.unwrap_or_else(|| format!("{} is a member of {} already", user.email, account.name)))
        }
        MemberCommand::Remove { account, email } => {
            let (account, user) = (changes.account(&account).await?, changes.user(&email).await?);
            changes.remove_member(&account, &user).await?;
            Ok(format!("{} is no member of {} any more", user.email, account.name))
        }
        MemberCommand::Grant { account, email, switch } => {
            let (account, user) = (changes.account(&account).await?, changes.user(&email).await?);
            if !user.accounts.contains(&account.name) {
                let (name, email) = (&account.name, &user.email);
                return Err(DirectoryError::refused(format!(
                    "{email} is no member of {name}; `member add {name} {email} --support-resource` makes them one"
                )));
            }
            let said = changes.put_member(&account, &user, Some(switch.is_on())).await?;
            Ok(said.unwrap_or_else(|| "it is so already".to_owned()))
        }
    }
}
