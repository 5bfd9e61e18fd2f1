//! Many made-up requests of one person, for benchmarks: varied words in three languages, every status, three years.
//! They go in through the store's own writes, so that counts, events and the words of the search are those of real ones.

use super::{CHANNEL, NEWS};
use crate::jobs::LETTERS;
use balcao_contract::answers::{AnswerValue, Answers};
use balcao_contract::form::{FieldKey, Form};
use balcao_contract::id::{AccountId, UserId};
use balcao_contract::locale::Locale;
use balcao_contract::priority::priority;
use balcao_contract::status::Status;
use balcao_desk::forms::Forms;
use balcao_desk::{Event, record};
use balcao_store::requests::NewRequestRow;
use balcao_store::{Connection, Store, StoreError, comments, directory, events, reads, requests};
use chrono::{DateTime, TimeDelta, Utc};
use rand::rngs::StdRng;
use rand::seq::IndexedRandom as _;
use rand::{Rng as _, SeedableRng as _};
use serde::Deserialize;
use std::collections::BTreeMap;

const WORDS: &str = include_str!("../../demo/words.json");
/// Requests of one transaction: each commit waits for the disk.
const BATCH: u32 = 2_000;
/// Requests are spread over so many days before now.
const DAYS: i64 = 3 * 365;
/// The same texts each time.
const SEED: u64 = 0x000b_a1ca_0000;
/// Of a hundred requests of a store that has been there for years.
const STATUSES: [(Status, u32); 6] = [
    (Status::Closed, 88),
    (Status::Solved, 5),
    (Status::Open, 3),
    (Status::Pending, 2),
    (Status::Hold, 1),
    (Status::New, 1),
];

/// Why nothing, or not everything, was filled in.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum FillError {
    /// The requests need a requester who has an account.
    #[error("nobody with the address {0} has signed in yet; start the backend once, with demo data or a host")]
    UnknownRequester(String),
    /// The texts or the form that come with the program are wrong.
    #[error("{0}")]
    Definition(String),
    /// The database.
    #[error(transparent)]
    Store(#[from] StoreError),
}

/// Texts of one language.
#[derive(Deserialize)]
struct Words {
    areas: Vec<String>,
    faults: Vec<String>,
    effects: Vec<String>,
    tried: Vec<String>,
    answers: Vec<String>,
    number: String,
}

/// What is filled in.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Filling {
    /// How many.
    pub requests: u32,
    /// All of them in this status; as those of a store that has been there for years, if not given.
    pub status: Option<Status>,
}

/// Adds requests of a person who is known already; `progress` hears after each batch how many there are.
///
/// # Errors
/// The person is unknown, or the database refuses; whole batches stay.
pub async fn fill(
    store: &Store,
    forms: &Forms,
    requester: &str,
    filling: Filling,
    now: DateTime<Utc>,
    mut progress: impl FnMut(u32),
) -> Result<(), FillError> {
    let count = filling.requests;
    let words: BTreeMap<String, Words> =
        serde_json::from_str(WORDS).map_err(|error| FillError::Definition(format!("words: {error}")))?;
    let form = forms.default_form(Locale::En).ok_or_else(|| FillError::Definition("no form".to_owned()))?;
    let mut tx = store.begin().await?;
    let person = directory::find_by_email(&mut tx, requester).await?;
    let (user, account) = person.ok_or_else(|| FillError::UnknownRequester(requester.to_owned()))?;
    let since = now - TimeDelta::days(DAYS);
    let agent = directory::ensure_person(
        &mut tx,
        "bench.agent@support.example",
        "Support",
        Locale::En,
        true,
        since.timestamp_millis(),
    )
    .await?;
    let scene = Scene { account, user, agent, form, status: filling.status, since, now };
    let mut random = StdRng::seed_from_u64(SEED);
    let languages: Vec<&Words> = words.values().collect();
    for number in 0..count {
        if number > 0 && number % BATCH == 0 {
            not_told(&mut tx).await?;
            tx.commit().await?;
            progress(number);
            tx = store.begin().await?;
        }
        let words = languages.choose(&mut random).ok_or_else(|| FillError::Definition("no words".to_owned()))?;
        let part = f64::from(number) / f64::from(count);
        scene.insert(&mut tx, words, part, &mut random).await?;
    }
    not_told(&mut tx).await?;
    reads::note_all_read_before(&mut tx, now - NEWS).await?;
    tx.commit().await?;
    progress(count);
    Ok(())
}

struct Scene<'a> {
    account: AccountId,
    user: UserId,
    agent: UserId,
    form: &'a Form,
    status: Option<Status>,
    since: DateTime<Utc>,
    now: DateTime<Utc>,
}

/// Nobody is written to about requests that were made up.
async fn not_told(write: &mut Connection) -> Result<(), StoreError> {
    let newest = events::newest(write).await?;
    events::note_read(write, LETTERS, newest).await
}

impl Scene<'_> {
    async fn insert(
        &self,
        write: &mut Connection,
        words: &Words,
        part: f64,
        random: &mut StdRng,
    ) -> Result<(), StoreError> {
        let one = |list: &[String], random: &mut StdRng| list.choose(random).cloned().unwrap_or_default();
        let (area, fault) = (one(&words.areas, random), one(&words.faults, random));
        let number = words
            .number
            .replace("{number}", &random.random_range(1_000_000..9_000_000_u32).to_string())
            .replace("{product}", &random.random_range(100..60_000_u32).to_string());
        let subject = format!("{area} {fault}");
        let body =
            format!("{area} {fault}. {}\n\n{}\n\n{number}", one(&words.effects, random), one(&words.tried, random));
        let answers = self.answers(random);
        let status = self.status.unwrap_or_else(|| any_status(random));
        let whole = (self.now - self.since).num_milliseconds() as f64;
        let created_at = self.since + TimeDelta::milliseconds((whole * part) as i64);
        // An answer comes within some days, and never after now.
        let answered = status != Status::New;
        let later = TimeDelta::minutes(random.random_range(10..4_000));
        let updated_at = if answered { (created_at + later).min(self.now) } else { created_at };
        let priority = priority(self.form.priority_rule, &answers);
        let new = NewRequestRow {
            account: self.account,
            requester: self.user,
            assignee: answered.then_some(self.agent),
            group: None,
            status,
            priority,
            kind: Some(answers.text("problem_type")).filter(|kind| !kind.is_empty()),
            channel: CHANNEL,
            locale: None,
            form: Some(self.form.id),
            followup_source: None,
            subject: &subject,
            answers: &answers,
            description: &body,
            created_at,
            updated_at,
        };
        let id = requests::insert(write, &new).await?;
        let first = comments::insert(write, id, self.user, &body, CHANNEL, created_at).await?;
        let opened = Event::Opened { comment: first, priority, followup_source: None, files: Vec::new() };
        record(write, id, Some(self.user), &[opened], created_at).await?;
        if answered {
            let answer = one(&words.answers, random);
            let comment = comments::insert(write, id, self.agent, &answer, CHANNEL, updated_at).await?;
            let happened = [
                Event::Commented { comment, public: true, files: Vec::new() },
                Event::StatusChanged { from: Status::New, to: status },
            ];
            record(write, id, Some(self.agent), &happened, updated_at).await?;
        }
        Ok(())
    }

    /// An answer to every question that has options.
    fn answers(&self, random: &mut StdRng) -> Answers {
        let mut answers = Answers::default();
        for field in &self.form.fields {
            if let Some(option) = field.options.choose(random) {
                answers.set(FieldKey::new(field.key.as_str()), AnswerValue::Text(option.value.clone()));
            }
        }
        answers
    }
}

fn any_status(random: &mut StdRng) -> Status {
    let mut left = random.random_range(0..STATUSES.iter().map(|(_, part)| part).sum());
    for (status, part) in STATUSES {
        if left < part {
            return status;
        }
        left -= part;
    }
    Status::Closed
}
