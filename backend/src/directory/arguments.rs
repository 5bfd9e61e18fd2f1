//! The operators' commands, as they are typed.

use super::files::FilesCommand;
use super::groups::GroupCommand;
use super::outbox::OutboxCommand;
use super::webhooks::WebhookCommand;
use crate::personal_data::Words;
use balcao_contract::id::RequestId;
use balcao_contract::locale::Locale;
use balcao_contract::support::Region;
use clap::{Args, Subcommand, ValueEnum};
use std::path::PathBuf;

/// What an operator can do with the directory.
#[derive(Debug, Clone, Subcommand)]
pub enum DirectoryCommand {
    /// Store accounts: add, list, disable, name the sponsor, share requests.
    #[command(subcommand)]
    Account(AccountCommand),
    /// People: add, list, disable, sign out, reset a lost second factor.
    #[command(subcommand)]
    User(UserCommand),
    /// Who belongs to which account, and what they may open there.
    #[command(subcommand)]
    Member(MemberCommand),
    /// Groups of agents: add, list, remove, join, leave.
    #[command(subcommand)]
    Group(GroupCommand),
    /// Tokens of agents and integrations, for `Authorization: Basic <email>/token:<token>`.
    #[command(subcommand)]
    Token(TokenCommand),
    /// Takes accounts, people, memberships and sponsors from a CSV or JSON file: all of it, or nothing, unless told
    /// otherwise.
    Import {
        /// The file; `.json` is read as JSON, everything else as CSV.
        file: PathBuf,
        /// Says what would happen, and changes nothing.
        #[arg(long)]
        dry_run: bool,
        /// Takes the good lines although others are broken, or need one that is.
        #[arg(long)]
        skip_broken: bool,
    },
    /// Files: who keeps how many, and how much room the disk has.
    #[command(subcommand)]
    Files(FilesCommand),
    /// Deletes now what is older than the settings `retention.…` let it become; the server does so every six hours.
    Retention {
        /// Says how much that is, and deletes nothing.
        #[arg(long)]
        dry_run: bool,
    },
    /// Mail that was not sent: look at it, send it again.
    #[command(subcommand)]
    Outbox(OutboxCommand),
    /// Webhooks: stop, start, delete them; messages that did not arrive: look at them, send them again.
    #[command(subcommand)]
    Webhook(WebhookCommand),
    /// Who changed what in the directory, and who saw which ticket.
    #[command(subcommand)]
    Audit(AuditCommand),
}

impl DirectoryCommand {
    /// Whether it has a sense before there is a database: the first accounts and people.
    #[must_use]
    pub fn sets_up(&self) -> bool {
        matches!(
            self,
            Self::Account(AccountCommand::Add { .. }) | Self::User(UserCommand::Add { .. }) | Self::Import { .. }
        )
    }
}

/// Which messages that have not left are listed.
#[derive(Debug, Clone, Copy, Args)]
pub struct Unsent {
    /// Also those that were not given up, and only wait.
    #[arg(long)]
    pub waiting: bool,
    /// At most so many.
    #[arg(long, default_value_t = 50, value_parser = clap::value_parser!(u32).range(1..=100_000))]
    pub limit: u32,
    /// How.
    #[command(flatten)]
    pub shape: Shape,
}

/// What is tried again.
#[derive(Debug, Clone, Copy, Args)]
#[group(required = true, multiple = false)]
pub struct Again {
    /// Its number in the list.
    pub id: Option<i64>,
    /// Every one.
    #[arg(long)]
    pub all: bool,
}

/// For scripts.
#[derive(Debug, Clone, Copy, Args)]
pub struct Shape {
    /// Prints JSON.
    #[arg(long)]
    pub json: bool,
}

/// On or off.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum Switch {
    /// On.
    On,
    /// Off.
    Off,
}

impl Switch {
    /// Whether it is on.
    #[must_use]
    pub fn is_on(self) -> bool {
        self == Self::On
    }
}

fn region(text: &str) -> Result<Region, String> {
    Region::from_name(text).ok_or_else(|| {
        let names: Vec<&str> = Region::ALL.into_iter().map(Region::name).collect();
        format!("there are {}", names.join(", "))
    })
}

fn locale(text: &str) -> Result<Locale, String> {
    Locale::from_tag(text).ok_or_else(|| "there are en, pt and es".to_owned())
}

/// `account …`
#[derive(Debug, Clone, Subcommand)]
pub enum AccountCommand {
    /// Adds an account.
    Add {
        /// Its name: 1 to 64 letters, digits, `-` and `_`.
        name: String,
        /// Where its support sits: brazil, latin_america, united_states, emea or asia_pacific.
        #[arg(long, value_parser = region)]
        region: Region,
        /// The main account it belongs to, for a white label or a quality environment.
        #[arg(long, value_name = "ACCOUNT")]
        main: Option<String>,
    },
    /// Lists all accounts.
    List(#[command(flatten)] Shape),
    /// Switches an account off: its sessions end at once, its requests stay.
    Disable {
        /// Which.
        name: String,
    },
    /// Switches an account on again.
    Enable {
        /// Which.
        name: String,
    },
    /// Names the sponsor (Master Admin), who alone opens commercial requests. It replaces the one before.
    Sponsor {
        /// The account.
        name: String,
        /// A member's address.
        email: String,
    },
    /// Lets everybody in an account read and answer everybody's requests, or only their own.
    Share {
        /// The account.
        name: String,
        /// On or off.
        switch: Switch,
    },
}

/// `user …`
#[derive(Debug, Clone, Subcommand)]
pub enum UserCommand {
    /// Adds a person.
    Add {
        /// The address.
        email: String,
        /// First and last name.
        #[arg(long)]
        name: String,
        /// The language of mails: en, pt or es.
        #[arg(long, value_parser = locale, default_value = "en")]
        locale: Locale,
        /// An account they belong to; may be said several times.
        #[arg(long, value_name = "ACCOUNT")]
        account: Vec<String>,
        /// They work for support: their tokens open every account's requests. Needs no account.
        #[arg(long)]
        agent: bool,
        /// An agent who also sees to what concerns every ticket: webhooks, exports, every group's tickets.
        #[arg(long, visible_alias = "admin")]
        administrator: bool,
    },
    /// Makes a person an agent, or one no longer: their tokens open every account's requests, or their own again. Who is
    /// no agent any more is no administrator either.
    Agent {
        /// Who.
        email: String,
        /// On or off.
        switch: Switch,
    },
    /// Makes a person an administrator, and with that an agent, or an agent alone again: webhooks, exports, every
    /// group's tickets. Webhooks that they answer for are off with it.
    #[command(visible_alias = "admin")]
    Administrator {
        /// Who.
        email: String,
        /// On or off.
        switch: Switch,
    },
    /// Lists people.
    List {
        /// Only those of this account.
        #[arg(long, value_name = "ACCOUNT")]
        account: Option<String>,
        /// How.
        #[command(flatten)]
        shape: Shape,
    },
    /// Switches a person off: they are signed out everywhere at once, their tokens stop working.
    Disable {
        /// Who.
        email: String,
    },
    /// Switches a person on again.
    Enable {
        /// Who.
        email: String,
    },
    /// Takes a lost second factor away, and with it password and recovery codes: they set up both anew by mail. Signs
    /// them out everywhere.
    ResetSecondFactor {
        /// Who.
        email: String,
    },
    /// Signs a person out everywhere. They can sign in again.
    SignOut {
        /// Who.
        email: String,
    },
    /// Writes everything that is kept about a person into a folder, to be given to them.
    Export {
        /// Who.
        email: String,
        /// A folder that is empty or not there yet.
        #[arg(long, value_name = "FOLDER")]
        to: PathBuf,
        /// Also what agents noted in their tickets.
        #[arg(long)]
        with_notes: bool,
    },
    /// Says what erasing a person takes away; with --yes it is done. Their tickets stay, without them.
    Erase {
        /// Who.
        email: String,
        /// Does it. There is no way back.
        #[arg(long)]
        yes: bool,
        /// Which words of tickets go.
        #[arg(long, value_enum, default_value = "own")]
        words: Words,
        /// Rewrites the whole database afterwards. Others wait for it, and it needs as much room again.
        #[arg(long)]
        compact: bool,
    },
}

/// `member …`
#[derive(Debug, Clone, Subcommand)]
pub enum MemberCommand {
    /// Makes a person a member of an account.
    Add {
        /// The account.
        account: String,
        /// The person's address.
        email: String,
        /// Also gives the resource `open-support-ticket`, which technical requests need in Brazil.
        #[arg(long)]
        support_resource: bool,
    },
    /// Takes a person out of an account; their requests stay.
    Remove {
        /// The account.
        account: String,
        /// The person's address.
        email: String,
    },
    /// Gives or takes the resource `open-support-ticket`, which technical requests need in Brazil.
    Grant {
        /// The account.
        account: String,
        /// The person's address.
        email: String,
        /// On or off.
        switch: Switch,
    },
}

/// `token …`
#[derive(Debug, Clone, Subcommand)]
pub enum TokenCommand {
    /// Makes a token and prints it, this once.
    Add {
        /// Whom it speaks for.
        email: String,
        /// What it is for.
        #[arg(long)]
        description: String,
        /// Days until it is over; without it, it is good until it is revoked.
        #[arg(long, value_parser = clap::value_parser!(u32).range(1..=3650))]
        days: Option<u32>,
    },
    /// Lists all tokens, without the tokens themselves.
    List(#[command(flatten)] Shape),
    /// Takes a token back at once.
    Revoke {
        /// Its number in the list.
        id: i64,
    },
}

/// `audit …`
#[derive(Debug, Clone, Subcommand)]
pub enum AuditCommand {
    /// Lists who saw a ticket, and how: agents over the API, and whoever used the terminal.
    Readers {
        /// The ticket's number.
        ticket: RequestId,
        /// At most so many.
        #[arg(long, default_value_t = 200, value_parser = clap::value_parser!(u32).range(1..=100_000))]
        limit: u32,
        /// How.
        #[command(flatten)]
        shape: Shape,
    },
    /// Lists changes, newest first.
    List {
        /// Only those of a subject: `account:acmestore`, `user:7`.
        #[arg(long)]
        subject: Option<String>,
        /// At most so many.
        #[arg(long, default_value_t = 50, value_parser = clap::value_parser!(u32).range(1..=100_000))]
        limit: u32,
        /// How.
        #[command(flatten)]
        shape: Shape,
    },
}
