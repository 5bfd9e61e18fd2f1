//! What agents do at the terminal, beside a server that runs: list, show, reply, solve. The same commands of `desk` as
//! over the API, so that mail, live updates and webhooks follow them just the same.

mod arguments;
mod error;
mod lists;
mod thread;

pub use arguments::AgentCommand;
pub use error::TerminalError;

use crate::directory::{Office, store_sentence};
use crate::output;
use arguments::Answer;
use balcao_contract::form::FieldKind;
use balcao_contract::id::{RequestId, UserId};
use balcao_contract::status::Status;
use balcao_contract::text;
use balcao_desk::agent::{self, AgentComment, Change};
use balcao_desk::{DeskError, NewComment, TransitionDenied, agent as desk_agent};
use balcao_store::people::{self, PeopleFilter, WholePerson};
use balcao_store::request_list::Window;
use balcao_store::requests::RequestRow;
use balcao_store::ticket_readers::{Access, Reader, Times, Way};
use balcao_store::{Connection, StoreError, ticket_readers, tickets};
use std::io::Read;

/// The longest comment, in characters.
const MAX_COMMENT: u32 = FieldKind::Description.default_max_length();
/// The longest comment in bytes: a character takes four at most. What is longer is not read to its end.
const MAX_BYTES: u64 = MAX_COMMENT as u64 * 4;

/// How these commands come in, as Zendesk names it.
const CHANNEL: &str = "api";

/// Where a reply comes from that is not given as an argument.
pub struct Input<'a> {
    /// What is read.
    pub from: &'a mut (dyn Read + Send),
    /// Somebody types it, and has to be told how to end.
    pub typed: bool,
}

/// Carries out a command.
///
/// # Errors
/// It was refused, or failed; nothing of it happened.
pub async fn run(mut office: Office<'_>, input: Input<'_>, command: AgentCommand) -> Result<(), TerminalError> {
    match command {
        AgentCommand::List { wanted, shape } => lists::tickets(&mut office, &wanted, shape).await,
        AgentCommand::Show { id, agent, shape } => {
            let mut read = reader(&office).await?;
            let (row, reader) = match agent {
                Some(email) => {
                    let agent = acting(&mut read, Some(&email)).await?;
                    (find_for(&mut read, agent, id).await?, Reader::Agent(agent))
                }
                None => (find(&mut read, id).await?, operator(&office)),
            };
            drop(read);
            note_read(&office, reader, [row.id]).await;
            thread::show(&mut office, &row, shape).await
        }
        AgentCommand::Reply { id, answer, note, status, shape } => {
            // First, so that nobody writes a long reply for nothing.
            can_be_answered(&office, id, &answer).await?;
            let body = body(&answer, input, true)?;
            let row = change(&office, id, &answer, body, !note, status).await?;
            let done = match note {
                true => "noted for agents alone",
                false => "replied, and the requester is told by mail",
            };
            thread::done(&mut office, &row, done, shape)
        }
        AgentCommand::Solve { id, answer, shape } => {
            let before = can_be_answered(&office, id, &answer).await?;
            let body = body(&answer, input, false)?;
            if before.status == Status::Solved && body.is_none() {
                return thread::done(&mut office, &before, "it was so already, and nobody is told again", shape);
            }
            let row = change(&office, id, &answer, body, true, Some(Status::Solved)).await?;
            thread::done(&mut office, &row, "the requester is told by mail", shape)
        }
    }
}

async fn reader(office: &Office<'_>) -> Result<balcao_store::Read, TerminalError> {
    Ok(office.store.read().await?)
}

fn operator(office: &Office<'_>) -> Reader {
    Reader::Operator(office.actor.to_owned())
}

/// Notes who saw tickets here. That it cannot be written now keeps nobody from reading, and is said.
async fn note_read(office: &Office<'_>, reader: Reader, tickets: impl IntoIterator<Item = RequestId>) {
    let times = Times { first: office.now, last: office.now, count: 1 };
    let seen = tickets.into_iter().map(|ticket| Access::new(ticket, reader.clone(), Way::Terminal, office.now));
    let seen: Vec<(Access, Times)> = seen.map(|seen| (seen, times)).collect();
    let noted = async {
        let mut write = office.store.begin().await?;
        ticket_readers::note(&mut write, seen.iter().map(|(seen, times)| (seen, times))).await?;
        write.commit().await
    };
    let noted: Result<(), StoreError> = noted.await;
    if let Err(error) = noted {
        output::aside(&format!("it could not be noted that you saw this: {}", store_sentence(&error)));
    }
}

/// Any ticket, for whoever runs the program: the operator.
async fn find(read: &mut Connection, id: RequestId) -> Result<RequestRow, TerminalError> {
    tickets::find(read, id).await?.ok_or_else(|| unknown(id))
}

/// A ticket that the agent reaches.
async fn find_for(read: &mut Connection, agent: UserId, id: RequestId) -> Result<RequestRow, TerminalError> {
    match agent::find(read, agent, id).await {
        Err(DeskError::NotFound) => Err(unknown(id)),
        found => Ok(found?),
    }
}

fn unknown(id: RequestId) -> TerminalError {
    TerminalError::refused(format!("there is no ticket {id}; `agent list` shows the open ones"))
}

/// The ticket, where it exists, is not closed, and somebody is there to answer it.
async fn can_be_answered(office: &Office<'_>, id: RequestId, answer: &Answer) -> Result<RequestRow, TerminalError> {
    let mut read = reader(office).await?;
    find(&mut read, id).await?;
    let agent = acting(&mut read, answer.agent.as_deref()).await?;
    let row = find_for(&mut read, agent, id).await?;
    if row.status == Status::Closed {
        return Err(DeskError::TransitionDenied(TransitionDenied::Closed).into());
    }
    Ok(row)
}

/// What is to be written: the argument, or else what stands at the input where there must be something.
fn body(answer: &Answer, input: Input<'_>, required: bool) -> Result<Option<String>, TerminalError> {
    let written = match (&answer.body, required) {
        (Some(body), _) if body != "-" => body.clone(),
        (None, false) => return Ok(None),
        _ => {
            if input.typed {
                output::aside("Write the reply; Ctrl-D on an empty line sends it, Ctrl-C does not.");
            }
            let mut written = Vec::new();
            // One byte more than fits tells that it is too long.
            input.from.take(MAX_BYTES + 1).read_to_end(&mut written)?;
            String::from_utf8(written).map_err(|_| TerminalError::refused("the reply is no UTF-8 text"))?
        }
    };
    let written = text::several_lines(&written);
    if text::is_blank(&written) {
        return Err(TerminalError::refused("the reply is empty: give it as --body, or at the standard input"));
    }
    if text::length(&written) > MAX_COMMENT as usize {
        return Err(TerminalError::refused(format!("the reply is longer than {MAX_COMMENT} characters")));
    }
    Ok(Some(written))
}

async fn change(
    office: &Office<'_>,
    id: RequestId,
    answer: &Answer,
    body: Option<String>,
    public: bool,
    status: Option<Status>,
) -> Result<RequestRow, TerminalError> {
    let mut write = office.store.begin().await?;
    let agent = acting(&mut write, answer.agent.as_deref()).await?;
    find_for(&mut write, agent, id).await?;
    let comment = body.map(|body| AgentComment { comment: NewComment { body, uploads: Vec::new() }, public });
    let change = Change { comment, status, ..Change::default() };
    let command = desk_agent::AgentCommand {
        agent,
        home: None,
        now: office.now,
        channel: CHANNEL,
        // Files come over the API.
        most_files: 0,
        calendars: &office.config.calendars,
    };
    let row = agent::change(&mut write, command, id, &change).await?;
    write.commit().await?;
    Ok(row)
}

/// Which agent acts: the one that is named, or the only one there is.
async fn acting(read: &mut Connection, named: Option<&str>) -> Result<UserId, TerminalError> {
    let is_good = |person: &WholePerson| person.agent && !person.disabled;
    if let Some(email) = named {
        let known = people::by_email(read, &email.trim().to_lowercase()).await?;
        let agent = known.filter(is_good).map(|person| person.id);
        return agent.ok_or_else(|| {
            TerminalError::refused(format!(
                "{email} is no agent; `user add {email} --name … --agent` or `user agent {email} on` makes them one"
            ))
        });
    }
    let all = Window { limit: 20, offset: 0, after: None };
    let agents =
        people::page(read, &PeopleFilter { agents: Some(true), ..PeopleFilter::default() }, all, false).await?;
    let agents: Vec<WholePerson> = agents.into_iter().filter(is_good).collect();
    match agents.as_slice() {
        [only] => Ok(only.id),
        [] => Err(TerminalError::refused("there is no agent yet; `user add <address> --name … --agent` makes one")),
        several => {
            let names: Vec<&str> = several.iter().map(|person| person.email.as_str()).collect();
            Err(TerminalError::refused(format!("say who answers with --as: {}", names.join(", "))))
        }
    }
}
