//! Lists of tickets.

use super::arguments::Wanted;
use super::{TerminalError, acting, note_read, operator, reader};
use crate::directory::{Office, Shape, cut_at, table};
use crate::output;
use balcao_contract::id::{AccountId, GroupId, RequestId, UserId};
use balcao_contract::priority::Priority;
use balcao_contract::status::Status;
use balcao_contract::time::Timestamp;
use balcao_store::people;
use balcao_store::request_list::{Order, Window};
use balcao_store::requests::RequestRow;
use balcao_store::ticket_list::{self, TicketFilter};
use balcao_store::ticket_readers::Reader;
use balcao_store::{Connection, Reach, directory, groups, tickets};
use serde::Serialize;
use std::collections::{BTreeMap, BTreeSet};

/// A ticket in a list.
#[derive(Debug, Serialize)]
pub(super) struct Line {
    pub id: RequestId,
    pub status: Status,
    pub priority: Option<Priority>,
    pub account: String,
    pub requester: String,
    pub assignee: Option<String>,
    pub group: Option<String>,
    pub subject: String,
    pub created_at: Timestamp,
    pub updated_at: Timestamp,
}

/// What is neither solved nor closed.
const UNSOLVED: [Status; 4] = [Status::New, Status::Open, Status::Pending, Status::Hold];

pub(super) async fn tickets(office: &mut Office<'_>, wanted: &Wanted, shape: Shape) -> Result<(), TerminalError> {
    let mut read = reader(office).await?;
    let statuses = if wanted.status.is_empty() { UNSOLVED.to_vec() } else { wanted.status.clone() };
    let accounts = match &wanted.account {
        Some(name) => {
            let known = people::accounts_named(&mut read, std::slice::from_ref(name)).await?;
            if known.is_empty() {
                let sentence = format!("there is no account {name}; `account list` shows all");
                return Err(TerminalError::refused(sentence));
            }
            Some(known)
        }
        None => None,
    };
    let assignees = match wanted.assignee.as_deref() {
        None => None,
        Some("none") => Some(vec![None]),
        Some(email) => {
            let known = people::by_email(&mut read, &email.to_lowercase()).await?;
            let known = known.ok_or_else(|| TerminalError::refused(format!("nobody has the address {email}")))?;
            Some(vec![Some(known.id)])
        }
    };
    let groups = match wanted.group.as_deref() {
        None => None,
        Some("none") => Some(vec![None]),
        Some(name) => {
            let known = groups::named(&mut read, &[name.to_owned()]).await?;
            if known.is_empty() {
                let sentence = format!("there is no group {name}; `group list` shows all");
                return Err(TerminalError::refused(sentence));
            }
            Some(known.into_iter().map(Some).collect())
        }
    };
    let (reach, reader) = match &wanted.agent {
        Some(email) => {
            let agent = acting(&mut read, Some(email)).await?;
            (groups::reach(&mut read, agent).await?, Reader::Agent(agent))
        }
        None => (Reach::Everything, operator(office)),
    };
    let filter = TicketFilter { statuses: Some(statuses), accounts, assignees, groups, ..TicketFilter::within(reach) };
    let newest_first = Order { by_update: true, descending: true };
    let window = Window { limit: wanted.limit + 1, offset: 0, after: None };
    let mut rows = ticket_list::page(&mut read, &filter, newest_first, window).await?;
    let more = cut_at(&mut rows, wanted.limit);
    let ids: Vec<RequestId> = rows.iter().map(|row| row.id).collect();
    let rows = tickets::by_ids(&mut read, &ids).await?;
    let lines = lines(&mut read, &rows).await?;
    drop(read);
    note_read(office, reader, lines.iter().map(|line| line.id)).await;
    if lines.is_empty() && !shape.json {
        writeln!(office.out, "no tickets")?;
        return Ok(());
    }
    let heads = ["TICKET", "STATUS", "PRIORITY", "UPDATED (UTC)", "ACCOUNT", "REQUESTER", "ANSWERS", "SUBJECT"];
    table(office, shape, &heads, &lines, |line| {
        vec![
            line.id.to_string(),
            line.status.to_string(),
            line.priority.map(|priority| priority.to_string()).unwrap_or_default(),
            line.updated_at.0.format("%Y-%m-%d %H:%M").to_string(),
            line.account.clone(),
            line.requester.clone(),
            line.assignee.clone().unwrap_or_else(|| "nobody".to_owned()),
            line.subject.clone(),
        ]
    })?;
    more.iter().for_each(|more| output::aside(more));
    Ok(())
}

/// Rows with the names that belong to their ids.
pub(super) async fn lines(read: &mut Connection, rows: &[RequestRow]) -> Result<Vec<Line>, TerminalError> {
    let wanted: BTreeSet<UserId> = rows.iter().flat_map(|row| [Some(row.requester), row.assignee]).flatten().collect();
    let people: BTreeMap<UserId, String> =
        people::by_ids(read, &wanted).await?.into_iter().map(|person| (person.id, person.name)).collect();
    let mut accounts: BTreeMap<AccountId, String> = BTreeMap::new();
    for id in rows.iter().map(|row| row.account) {
        if !accounts.contains_key(&id)
            && let Some(account) = directory::account(read, id).await?
        {
            accounts.insert(id, account.name);
        }
    }
    let groups: BTreeMap<GroupId, String> =
        groups::list(read, None).await?.into_iter().map(|group| (group.id, group.name)).collect();
    let name = |id: UserId| people.get(&id).cloned().unwrap_or_default();
    let line = |row: &RequestRow| Line {
        id: row.id,
        status: row.status,
        priority: row.priority,
        account: accounts.get(&row.account).cloned().unwrap_or_default(),
        requester: name(row.requester),
        assignee: row.assignee.map(name),
        group: row.group.and_then(|id| groups.get(&id).cloned()),
        subject: row.subject.clone(),
        created_at: row.created_at,
        updated_at: row.updated_at,
    };
    Ok(rows.iter().map(line).collect())
}
