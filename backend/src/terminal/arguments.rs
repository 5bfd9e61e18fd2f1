//! The agents' commands, as they are typed.

use crate::directory::Shape;
use balcao_contract::id::RequestId;
use balcao_contract::status::Status;
use clap::{Args, Subcommand};

/// What an agent can do at the terminal.
#[derive(Debug, Clone, Subcommand)]
pub enum AgentCommand {
    /// Lists tickets, the ones that changed last first.
    List {
        /// Which.
        #[command(flatten)]
        wanted: Wanted,
        /// How.
        #[command(flatten)]
        shape: Shape,
    },
    /// Shows a ticket with its whole thread, notes among agents included.
    Show {
        /// The number.
        id: RequestId,
        /// As this agent sees it; as the operator, who sees all, where it is left out.
        #[arg(long = "as", value_name = "EMAIL")]
        agent: Option<String>,
        /// How.
        #[command(flatten)]
        shape: Shape,
    },
    /// Replies to the requester, or writes a note among agents.
    Reply {
        /// The number.
        id: RequestId,
        /// What, and as whom.
        #[command(flatten)]
        answer: Answer,
        /// A note that only agents read.
        #[arg(long)]
        note: bool,
        /// Where the ticket stands afterwards: open, pending, hold or solved.
        #[arg(long, value_parser = status)]
        status: Option<Status>,
        /// How.
        #[command(flatten)]
        shape: Shape,
    },
    /// Marks a ticket as solved, with a last reply or without.
    Solve {
        /// The number.
        id: RequestId,
        /// What, and as whom.
        #[command(flatten)]
        answer: Answer,
        /// How.
        #[command(flatten)]
        shape: Shape,
    },
}

/// Which tickets.
#[derive(Debug, Clone, Args)]
pub struct Wanted {
    /// In these statuses, comma-separated; all but solved and closed where it is left out.
    #[arg(long, value_parser = status, value_delimiter = ',')]
    pub status: Vec<Status>,
    /// Of this store account.
    #[arg(long)]
    pub account: Option<String>,
    /// Answered by this agent, by address, or `none` for nobody.
    #[arg(long, value_name = "EMAIL")]
    pub assignee: Option<String>,
    /// Of this group, by name, or `none` for those without one.
    #[arg(long, value_name = "NAME")]
    pub group: Option<String>,
    /// Those that this agent sees; all, as the operator does, where it is left out.
    #[arg(long = "as", value_name = "EMAIL")]
    pub agent: Option<String>,
    /// At most so many.
    #[arg(long, default_value_t = 50, value_parser = clap::value_parser!(u32).range(1..=10_000))]
    pub limit: u32,
}

/// What is answered, and as whom.
#[derive(Debug, Clone, Args)]
pub struct Answer {
    /// The text, plain with a little Markdown; `-` reads it from the standard input, as `reply` does without this.
    #[arg(long, value_name = "TEXT")]
    pub body: Option<String>,
    /// The agent's address; not needed where there is only one agent.
    #[arg(long = "as", value_name = "EMAIL")]
    pub agent: Option<String>,
}

fn status(text: &str) -> Result<Status, String> {
    Status::from_name(text).ok_or_else(|| {
        let names: Vec<&str> = Status::ALL.into_iter().map(Status::name).collect();
        format!("there are {}", names.join(", "))
    })
}
