//! Takes a person out: sign-ins first, so that nothing new comes, then ticket by ticket in small transactions, the name at
//! last. Broken off, it is begun again and does the rest, for the address leads to them until the end.

use super::{PersonalDataError, names};
use balcao_evidence::Evidence;
use balcao_store::audit::{self, Entry};
use balcao_store::erasure::{self, Found, Goes, Ticket};
use balcao_store::personal_data::Person;
use balcao_store::{Connection, Store, StoreError, operators, places, words};
use chrono::{DateTime, Utc};
use serde_json::json;

/// What stands where their words and their name stood.
const NEUTRAL: &str = "[erased]";
/// What they are called from then on.
const NOBODY: &str = "Erased person";
/// So many tickets in one transaction: a write of a user never waits for longer than these take.
const BATCH: u32 = 20;
/// Steps of the index's clean-up; more than any index needs.
const MOST_MERGES: u32 = 100_000;

/// Which words of tickets go.
#[derive(Debug, Clone, Copy, PartialEq, Eq, clap::ValueEnum)]
pub enum Words {
    /// What they wrote: titles, descriptions, answers of forms, comments, ratings. In what others wrote in their tickets
    /// their address and full name are replaced.
    Own,
    /// Whatever anybody wrote in their tickets, notes, tags and files among it.
    All,
    /// None: only their address and full name are replaced.
    None,
}

impl Words {
    const fn name(self) -> &'static str {
        match self {
            Self::Own => "own",
            Self::All => "all",
            Self::None => "none",
        }
    }
}

/// What is to be done.
#[derive(Debug, Clone, Copy)]
pub struct Erasure<'a> {
    /// Who.
    pub person: &'a Person,
    /// They answer for support: what they wrote in others' tickets is the store's answer, and stays without their name.
    pub is_agent: bool,
    /// Which words go.
    pub words: Words,
    /// Rewrites the whole database at the end, so that no free page of it holds what older versions deleted.
    pub compact: bool,
    /// Who commands: `operator:<system user>`.
    pub actor: &'a str,
    /// Now.
    pub now: DateTime<Utc>,
}

/// What was done.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Erased {
    /// What there was.
    pub found: Found,
    /// Files whose bytes are gone.
    pub files_removed: u64,
    /// Files whose bytes could not be removed; the server's sweeper tries again.
    pub files_left: u64,
    /// The write-ahead log is empty: nothing of it remembers.
    pub log_is_empty: bool,
}

/// Erases a person.
///
/// # Errors
/// The database or a file. What was done stays done; called again, the rest is.
pub async fn erase(store: &Store, evidence: &Evidence, wanted: Erasure<'_>) -> Result<Erased, PersonalDataError> {
    let Erasure { person, now, .. } = wanted;
    let mut write = store.begin().await?;
    let found = erasure::find(&mut write, person).await?;
    // Nothing of theirs comes in any more, and no mail is written to them.
    operators::set_user_disabled(&mut write, person.user, Some(now.timestamp_millis())).await?;
    places::end_all(&mut write, person.user).await?;
    write.commit().await?;

    let mut after = 0;
    loop {
        let mut write = store.begin().await?;
        let tickets = erasure::tickets(&mut write, person.user, after, BATCH).await?;
        let Some(last) = tickets.last() else { break };
        after = last.id.get();
        for ticket in tickets {
            erase_in(&mut write, ticket, wanted).await?;
        }
        write.commit().await?;
    }

    let mut write = store.begin().await?;
    erasure::clear_person(&mut write, person, NOBODY, now.timestamp_millis()).await?;
    let data = json!({
        "words": wanted.words.name(), "tickets": found.tickets, "comments": found.comments, "files": found.files,
        "conversations": found.conversations, "mails": found.mails,
    });
    let subject = format!("user:{}", person.user);
    let entry = Entry { actor: wanted.actor, action: "user.erase", subject: &subject, data };
    audit::append(&mut write, entry, now.timestamp_millis()).await?;
    write.commit().await?;

    let swept = evidence.sweep_once(store, now).await?;
    forget_words(store).await?;
    let log_is_empty = store.leave_no_rests(wanted.compact).await?;
    Ok(Erased { found, files_removed: swept.removed, files_left: swept.left, log_is_empty })
}

async fn erase_in(write: &mut Connection, ticket: Ticket, wanted: Erasure<'_>) -> Result<(), StoreError> {
    let Erasure { person, is_agent, words: which, .. } = wanted;
    if !ticket.is_own && is_agent {
        return Ok(());
    }
    for text in erasure::texts(write, ticket, person.user).await? {
        let goes = match which {
            Words::Own => text.is_theirs,
            Words::All => text.is_theirs || ticket.is_own,
            Words::None => false,
        };
        let without = |written: &str| match goes {
            true => Some(NEUTRAL.to_owned()),
            // What others wrote in others' tickets is not looked through.
            false if ticket.is_own || text.is_theirs => names::without(written, &person.email, &person.name, NEUTRAL),
            false => None,
        };
        let (subject, body) = (text.subject.as_deref().and_then(without), without(&text.body));
        if subject.is_some() || body.is_some() {
            let subject = subject.or_else(|| text.subject.clone()).unwrap_or_default();
            erasure::write_text(write, ticket, &text, &subject, body.as_deref().unwrap_or(&text.body)).await?;
        }
    }
    if ticket.is_own {
        let goes = Goes { words: which != Words::None, all: which == Words::All };
        erasure::clear_own(write, ticket.id, person.user, goes).await?;
    }
    erasure::doom_files_in(write, ticket.id, person.user).await?;
    words::renew(write, ticket.id).await
}

/// Words that were taken out stay in the parts of the index until these are merged. In small steps, for others write too.
///
/// # Errors
/// The database refuses.
pub async fn forget_words(store: &Store) -> Result<(), StoreError> {
    for step in 0..MOST_MERGES {
        let mut write = store.begin().await?;
        let more = erasure::merge_words(&mut write, step == 0).await?;
        write.commit().await?;
        if !more && step > 0 {
            break;
        }
    }
    Ok(())
}
