//! Groups of agents: made, joined, left, taken away.

use super::arguments::Shape;
use super::error::DirectoryError;
use super::lists::print;
use super::{Office, changes};
use balcao_desk::names;
use balcao_store::Connection;
use balcao_store::groups::{self, GroupRow};
use clap::Subcommand;
use serde_json::json;

/// `group …`
#[derive(Debug, Clone, Subcommand)]
pub enum GroupCommand {
    /// Adds a group. From the first one on agents see the tickets of their groups and those without a group; until then
    /// they see all.
    Add {
        /// Its name.
        name: String,
    },
    /// Lists all groups, with who belongs to them.
    List(#[command(flatten)] Shape),
    /// Takes a group away. One that has tickets needs another one that they go to.
    Remove {
        /// Which.
        name: String,
        /// The group that its tickets go to.
        #[arg(long, value_name = "GROUP")]
        tickets_to: Option<String>,
    },
    /// Takes an agent into a group: they see its tickets from the next call on.
    Join {
        /// The group.
        name: String,
        /// The agent's address.
        email: String,
    },
    /// Takes an agent out of a group; what they answer there stays theirs until somebody takes it.
    Leave {
        /// The group.
        name: String,
        /// The agent's address.
        email: String,
    },
}

pub(super) async fn run(office: &mut Office<'_>, command: GroupCommand) -> Result<(), DirectoryError> {
    if let GroupCommand::List(shape) = command {
        let mut read = office.store.read().await?;
        let all = groups::records(&mut read).await?;
        return print(office, shape, &["GROUP", "TICKETS", "MEMBERS"], &all, |group| {
            vec![group.name.clone(), group.tickets.to_string(), group.members.join(", ")]
        });
    }
    let mut transaction = office.store.begin().await?;
    let mut changes = changes(&mut transaction, office);
    let now = changes.now.timestamp_millis();
    let said = match command {
        GroupCommand::Add { name } => {
            let name = names::person(&name).ok_or_else(|| DirectoryError::refused("the name is empty"))?;
            if groups::by_name(changes.write, &name).await?.is_some() {
                return Err(DirectoryError::refused(format!("there is a group {name} already")));
            }
            groups::insert(changes.write, &name, now).await?;
            changes.note("group.add", &format!("group:{name}"), json!({})).await?;
            format!("group {name} added; `group join '{name}' <address>` takes agents in")
        }
        GroupCommand::Remove { name, tickets_to } => {
            let group = find(changes.write, &name).await?;
            if changes.config.routing.names(&name) {
                let sentence = format!("`tickets.groups` gives new tickets to {name}; change that first");
                return Err(DirectoryError::refused(sentence));
            }
            let tickets = groups::tickets(changes.write, group.id).await?;
            let other = match tickets_to {
                Some(other) => Some(find(changes.write, &other).await?),
                None => None,
            };
            match &other {
                Some(other) if other.id == group.id => {
                    return Err(DirectoryError::refused("its tickets need another group"));
                }
                Some(other) => groups::move_tickets(changes.write, group.id, other.id).await?,
                // Without a group every agent would see them.
                None if tickets > 0 => {
                    return Err(DirectoryError::refused(format!(
                        "{name} has {tickets} tickets; say which group they go to: `group remove '{name}' --tickets-to <group>`"
                    )));
                }
                None => {}
            }
            groups::delete(changes.write, group.id).await?;
            let data = json!({ "tickets": tickets, "tickets_to": other.map(|other| other.name) });
            changes.note("group.remove", &format!("group:{name}"), data).await?;
            format!("group {name} is gone")
        }
        GroupCommand::Join { name, email } => {
            let (group, user) = (find(changes.write, &name).await?, changes.user(&email).await?);
            if !user.agent {
                let email = &user.email;
                let sentence = format!("{email} is no agent; `user agent {email} on` makes them one");
                return Err(DirectoryError::refused(sentence));
            }
            if groups::join(changes.write, group.id, user.id, now).await? {
                changes.note("group.join", &format!("group:{name}"), json!({ "user": user.id })).await?;
                format!("{} belongs to {name}", user.email)
            } else {
                format!("{} belongs to {name} already", user.email)
            }
        }
        GroupCommand::Leave { name, email } => {
            let (group, user) = (find(changes.write, &name).await?, changes.user(&email).await?);
            if !groups::leave(changes.write, group.id, user.id).await? {
                return Err(DirectoryError::refused(format!("{} does not belong to {name}", user.email)));
            }
            changes.note("group.leave", &format!("group:{name}"), json!({ "user": user.id })).await?;
            format!("{} does not belong to {name} any more", user.email)
        }
        // Answered above.
        GroupCommand::List(_) => String::new(),
    };
    transaction.commit().await?;
    writeln!(office.out, "{said}")?;
    Ok(())
}

async fn find(read: &mut Connection, name: &str) -> Result<GroupRow, DirectoryError> {
    groups::by_name(read, name).await?.ok_or_else(|| {
        DirectoryError::refused(format!(
            "there is no group {name}; `group list` shows all, `group add '{name}'` makes it"
        ))
    })
}
