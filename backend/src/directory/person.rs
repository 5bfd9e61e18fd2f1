//! What is kept about a person: given to them, or taken away.

use super::error::DirectoryError;
use super::{Office, changes};
use crate::output;
use crate::personal_data::{self, Erasure, PersonalDataError, Words};
use balcao_evidence::Evidence;
use balcao_runtime::work::Work;
use balcao_store::erasure;
use balcao_store::operators::UserRecord;
use balcao_store::personal_data::Person;
use serde_json::json;
use std::path::Path;

pub(super) async fn export(
    office: &mut Office<'_>,
    email: &str,
    folder: &Path,
    with_notes: bool,
) -> Result<(), DirectoryError> {
    let (user, person) = find(office, email).await?;
    let evidence = files(office)?;
    let exported = personal_data::export(office.store, &evidence, &person, folder, with_notes).await?;
    let mut write = office.store.begin().await?;
    let data = json!({ "entries": exported.entries, "files": exported.files, "notes": with_notes });
    changes(&mut write, office).note("user.export", &format!("user:{}", user.id), data).await?;
    write.commit().await?;
    let (entries, count, folder) = (exported.entries, exported.files, folder.display());
    writeln!(office.out, "{entries} entries and {count} files about {} are in {folder}", output::line(&user.email))?;
    Ok(())
}

/// How somebody is erased.
pub(super) struct EraseOptions {
    pub yes: bool,
    pub words: Words,
    pub compact: bool,
}

pub(super) async fn erase(office: &mut Office<'_>, email: &str, options: EraseOptions) -> Result<(), DirectoryError> {
    let (user, person) = find(office, email).await?;
    if let Some(account) = user.sponsor_of.first() {
        let all = user.sponsor_of.join(", ");
        return Err(DirectoryError::refused(format!(
            "{} is the sponsor of {all}; name somebody else first: `account sponsor {account} <address>`",
            user.email
        )));
    }
    if user.email.ends_with("@erased.invalid") {
        return Err(DirectoryError::refused(format!("{} is erased already", user.email)));
    }
    if !options.yes {
        let mut read = office.store.read().await?;
        let found = erasure::find(&mut read, &person).await?;
        drop(read);
        writeln!(office.out, "Of {} would go:", output::line(&user.email))?;
        said(office, &found, options.words)?;
        writeln!(
            office.out,
            "Nothing was changed; `user erase {} --yes` does it. Backups keep it until they are gone.",
            user.email
        )?;
        return Ok(());
    }
    let evidence = files(office)?;
    let wanted = Erasure {
        person: &person,
        is_agent: user.agent,
        words: options.words,
        compact: options.compact,
        actor: office.actor,
        now: office.now,
    };
    let erased = personal_data::erase(office.store, &evidence, wanted).await?;
    writeln!(office.out, "Person {} is erased. Gone are:", user.id)?;
    said(office, &erased.found, options.words)?;
    if erased.files_left > 0 {
        let left = erased.files_left;
        writeln!(office.out, "{left} files could not be removed from the folder; the server tries again by itself.")?;
    }
    if !erased.log_is_empty {
        let sentence =
            "The write-ahead log is in use and remembers for a while; it is emptied when the server is restarted.";
        writeln!(office.out, "{sentence}")?;
    }
    writeln!(office.out, "Backups from before still hold everything: let them lapse, or erase again after a restore.")?;
    Ok(())
}

fn said(office: &mut Office<'_>, found: &erasure::Found, words: Words) -> std::io::Result<()> {
    let erasure::Found { tickets, comments, files, file_bytes, conversations, mails, ways_in } = found;
    let of_tickets = match words {
        Words::Own => "stay, with [erased] for their words",
        Words::All => "stay, with [erased] for everybody's words",
        Words::None => "stay with all words; address and full name are replaced",
    };
    for line in [
        format!("{tickets} tickets {of_tickets}"),
        format!("{comments} comments, as the tickets"),
        format!("{files} files, {file_bytes} bytes"),
        format!("{conversations} conversations with Copilot"),
        format!("{mails} mails, waiting, kept or held"),
        format!("{ways_in} sessions, sign-ins, tokens, passwords and second factors"),
    ] {
        writeln!(office.out, "- {line}")?;
    }
    Ok(())
}

async fn find(office: &Office<'_>, email: &str) -> Result<(UserRecord, Person), DirectoryError> {
    let mut write = office.store.begin().await?;
    let user = changes(&mut write, office).user(email).await?;
    let person = Person { user: user.id, email: user.email.clone(), name: user.name.clone() };
    Ok((user, person))
}

fn files(office: &Office<'_>) -> Result<Evidence, DirectoryError> {
    Ok(Evidence::open_for_command(&office.config.evidence, Work::default()).map_err(PersonalDataError::from)?)
}
