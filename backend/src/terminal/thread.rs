//! One ticket, with its thread.

use super::lists::{Line, lines};
use super::{TerminalError, reader};
use crate::directory::{Office, Shape};
use crate::output;
use balcao_contract::answers::AnswerValue;
use balcao_contract::id::{CommentId, RequestId, UserId};
use balcao_contract::time::Timestamp;
use balcao_store::comments::{self, Comments};
use balcao_store::requests::RequestRow;
use balcao_store::{files, people};
use serde::Serialize;
use std::collections::{BTreeMap, BTreeSet};

/// Before each line of what somebody wrote.
const INDENT: &str = "    ";

/// A ticket with its thread.
#[derive(Debug, Serialize)]
struct Thread {
    #[serde(flatten)]
    ticket: Line,
    answers: BTreeMap<String, AnswerValue>,
    followup_source_id: Option<RequestId>,
    comments: Vec<CommentLine>,
}

/// A comment.
#[derive(Debug, Serialize)]
struct CommentLine {
    id: CommentId,
    author: String,
    agent: bool,
    public: bool,
    body: String,
    files: Vec<String>,
    created_at: Timestamp,
}

pub(super) async fn show(office: &mut Office<'_>, row: &RequestRow, shape: Shape) -> Result<(), TerminalError> {
    let mut read = reader(office).await?;
    let all = Comments { request: row.id, since: None, descending: false, limit: u32::MAX, offset: 0, after: None };
    let rows = comments::list_with_notes(&mut read, &all).await?;
    let authors: BTreeSet<UserId> = rows.iter().map(|comment| comment.author).collect();
    let authors: BTreeMap<UserId, (String, bool)> = people::by_ids(&mut read, &authors)
        .await?
        .into_iter()
        .map(|person| (person.id, (person.name, person.agent)))
        .collect();
    let ids: Vec<CommentId> = rows.iter().map(|comment| comment.id).collect();
    let mut files = files::attachments_of_comments(&mut read, &ids).await?;
    let ticket = lines(&mut read, std::slice::from_ref(row)).await?.pop();
    drop(read);
    let Some(ticket) = ticket else { return Ok(()) };
    let said = rows.into_iter().map(|comment| {
        let (author, agent) = authors.get(&comment.author).cloned().unwrap_or_default();
        let files = files.remove(&comment.id).unwrap_or_default();
        CommentLine {
            id: comment.id,
            author,
            agent,
            public: comment.public,
            body: comment.body,
            files: files.into_iter().map(|file| file.file_name).collect(),
            created_at: comment.created_at,
        }
    });
    let thread = Thread {
        ticket,
        answers: row.answers.iter().map(|(key, value)| (key.as_str().to_owned(), value.clone())).collect(),
        followup_source_id: row.followup_source,
        comments: said.collect(),
    };
    if shape.json {
        return Ok(output::json(office.out, &thread)?);
    }
    print(office, &thread)
}

fn print(office: &mut Office<'_>, thread: &Thread) -> Result<(), TerminalError> {
    let Thread { ticket, answers, followup_source_id, comments } = thread;
    // Texts stand four columns in; a terminal narrower than a paragraph needs is left to break lines itself.
    let room = office.width.map_or(usize::MAX, |width| width.saturating_sub(INDENT.len()).max(24));
    let out = &mut office.out;
    writeln!(out, "#{}  {}", ticket.id, output::line(&ticket.subject))?;
    let priority = ticket.priority.map(|priority| format!(", {priority}")).unwrap_or_default();
    let assignee = output::line(ticket.assignee.as_deref().unwrap_or("nobody yet"));
    let requester = output::line(&ticket.requester);
    writeln!(out, "{}{priority}; {requester} of {}; answered by {assignee}", ticket.status, ticket.account)?;
    if let Some(source) = followup_source_id {
        writeln!(out, "goes on from #{source}")?;
    }
    for (key, value) in answers {
        let value = match value {
            AnswerValue::Flag(ticked) => if *ticked { "yes" } else { "no" }.to_owned(),
            AnswerValue::Number(number) => number.to_string(),
            AnswerValue::Text(text) => output::line(text),
            AnswerValue::Many(all) => output::line(&all.join(", ")),
        };
        writeln!(out, "  {key}: {value}")?;
    }
    for said in comments {
        let who = if said.agent { " (agent)" } else { "" };
        let note = if said.public { "" } else { ", a note among agents" };
        let when = said.created_at.0.format("%Y-%m-%d %H:%M UTC");
        writeln!(out, "\n{}{who}, {when}{note}", output::line(&said.author))?;
        for line in output::lines(&said.body).lines().flat_map(|line| output::wrapped(line, room)) {
            writeln!(out, "{}", format!("{INDENT}{line}").trim_end())?;
        }
        for file in &said.files {
            writeln!(out, "{INDENT}[file] {}", output::line(file))?;
        }
    }
    Ok(())
}

/// What a command did.
pub(super) fn done(office: &mut Office<'_>, row: &RequestRow, done: &str, shape: Shape) -> Result<(), TerminalError> {
    if shape.json {
        let said = serde_json::json!({ "id": row.id, "status": row.status, "updated_at": row.updated_at });
        output::json(office.out, &said)?;
    } else {
        writeln!(office.out, "#{}, now {}: {done}", row.id, row.status)?;
    }
    Ok(())
}
