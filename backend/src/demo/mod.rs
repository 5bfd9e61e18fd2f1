//! What a newcomer finds at the first start in development: one store, its people, and requests in every status.
//! The texts are in `demo/acmestore.json`; times are counted back from the start.

mod fill;

pub use fill::{FillError, Filling, fill};

use crate::jobs::LETTERS;
use balcao_contract::answers::Answers;
use balcao_contract::form::Form;
use balcao_contract::id::{AccountId, UserId};
use balcao_contract::locale::Locale;
use balcao_contract::priority::priority;
use balcao_contract::status::Status;
use balcao_contract::support::Region;
use balcao_desk::forms::Forms;
use balcao_desk::{Event, record};
use balcao_store::arrivals::{self, Arriving};
use balcao_store::operators::{self, Role};
use balcao_store::requests::NewRequestRow;
use balcao_store::{Connection, Store, StoreError, comments, directory, events, reads, requests};
use chrono::{DateTime, TimeDelta, Utc};
use serde::Deserialize;
use std::collections::BTreeMap;

const DATA: &str = include_str!("../../demo/acmestore.json");
const CHANNEL: &str = "web";
/// Answers that are not older than this have not been read yet.
const NEWS: TimeDelta = TimeDelta::hours(24);

#[derive(Deserialize)]
struct Demo {
    account: DemoAccount,
    people: Vec<DemoPerson>,
    requests: Vec<DemoRequest>,
}

#[derive(Deserialize)]
struct DemoAccount {
    name: String,
    region: Region,
}

#[derive(Deserialize)]
struct DemoPerson {
    key: String,
    email: String,
    name: String,
    locale: Locale,
    agent: bool,
    /// An agent who sees to what concerns every ticket.
    #[serde(default)]
    administrator: bool,
    /// The store's, and of those in `stores`.
    #[serde(default)]
    sponsor: bool,
    #[serde(default)]
    support_resource: bool,
    /// More stores that they ask for: somebody who has several chooses on the support site.
    #[serde(default)]
    stores: Vec<String>,
}

#[derive(Deserialize)]
struct DemoRequest {
    by: String,
    hours_ago: f64,
    status: Status,
    #[serde(default)]
    assignee: Option<String>,
    subject: String,
    answers: Answers,
    body: String,
    #[serde(default)]
    thread: Vec<DemoComment>,
}

#[derive(Deserialize)]
struct DemoComment {
    by: String,
    hours_ago: f64,
    body: String,
}

/// Fills an empty database. False where there is something in it already: nothing is touched then.
///
/// # Errors
/// The database refuses, or the data name somebody who is not among them.
pub async fn seed(store: &Store, forms: &Forms, now: DateTime<Utc>) -> Result<bool, StoreError> {
    let demo: Demo = serde_json::from_str(DATA).map_err(|error| StoreError::Corrupt(format!("demo data: {error}")))?;
    let form = forms.default_form(Locale::En).ok_or_else(|| StoreError::Corrupt("no form".to_owned()))?;
    let mut tx = store.begin().await?;
    if !directory::is_empty(&mut tx).await? {
        return Ok(false);
    }
    let since = (now - TimeDelta::days(90)).timestamp_millis();
    let account = directory::ensure_account(&mut tx, &demo.account.name, demo.account.region.name(), since).await?;
    let mut people = BTreeMap::new();
    for person in &demo.people {
        let DemoPerson { email, name, locale, agent, .. } = person;
        let id = directory::ensure_person(&mut tx, email, name, *locale, *agent, since).await?;
        people.insert(person.key.as_str(), id);
        if person.administrator {
            operators::set_user_role(&mut tx, id, Role::Administrator, since).await?;
        }
        if *agent {
            continue;
        }
        for store in std::iter::once(&demo.account.name).chain(&person.stores) {
            let arriving = Arriving {
                email,
                name: Some(name),
                name_otherwise: name,
                account: store,
                locale: Some(*locale),
                region: Some(demo.account.region),
                support_resource: Some(person.support_resource),
                support_resource_by_default: false,
                sponsor: person.sponsor,
            };
            arrivals::arrive(&mut tx, arriving, since).await?;
        }
    }
    let scene = Scene { account, people, form, now };
    // Oldest first, as their numbers are.
    let mut oldest_first: Vec<&DemoRequest> = demo.requests.iter().collect();
    oldest_first.sort_by(|one, other| other.hours_ago.total_cmp(&one.hours_ago));
    for request in oldest_first {
        scene.insert(&mut tx, request).await?;
    }
    reads::note_all_read_before(&mut tx, now - NEWS).await?;
    // They are a story from before: nobody is written to about it.
    let newest = events::newest(&mut tx).await?;
    events::note_read(&mut tx, LETTERS, newest).await?;
    tx.commit().await?;
    Ok(true)
}

struct Scene<'a> {
    account: AccountId,
    people: BTreeMap<&'a str, UserId>,
    form: &'a Form,
    now: DateTime<Utc>,
}

impl Scene<'_> {
    fn person(&self, key: &str) -> Result<UserId, StoreError> {
        self.people.get(key).copied().ok_or_else(|| StoreError::Corrupt(format!("demo data: nobody is called {key}")))
    }

    fn moment(&self, hours_ago: f64) -> DateTime<Utc> {
        self.now - TimeDelta::milliseconds((hours_ago * 3_600_000.0) as i64)
    }

    async fn insert(&self, write: &mut Connection, request: &DemoRequest) -> Result<(), StoreError> {
        let created_at = self.moment(request.hours_ago);
        let updated_at = request.thread.last().map_or(created_at, |last| self.moment(last.hours_ago));
        let requester = self.person(&request.by)?;
        let assignee = request.assignee.as_deref().map(|key| self.person(key)).transpose()?;
        let priority = priority(self.form.priority_rule, &request.answers);
        let kind = Some(request.answers.text("problem_type")).filter(|kind| !kind.is_empty());
        let id = requests::insert(
            write,
            &NewRequestRow {
                account: self.account,
                requester,
                assignee,
                group: None,
                status: request.status,
                priority,
                kind,
                channel: CHANNEL,
                locale: None,
                form: Some(self.form.id),
                followup_source: None,
                subject: &request.subject,
                answers: &request.answers,
                description: &request.body,
                created_at,
                updated_at,
            },
        )
        .await?;
        let first = comments::insert(write, id, requester, &request.body, CHANNEL, created_at).await?;
        let opened = Event::Opened { comment: first, priority, followup_source: None, files: Vec::new() };
        record(write, id, Some(requester), &[opened], created_at).await?;
        for comment in &request.thread {
            let (author, at) = (self.person(&comment.by)?, self.moment(comment.hours_ago));
            let written = comments::insert(write, id, author, &comment.body, CHANNEL, at).await?;
            let event = Event::Commented { comment: written, public: true, files: Vec::new() };
            record(write, id, Some(author), &[event], at).await?;
        }
        if request.status != Status::New {
            let event = Event::StatusChanged { from: Status::New, to: request.status };
            record(write, id, assignee, &[event], updated_at).await?;
        }
        Ok(())
    }
}
