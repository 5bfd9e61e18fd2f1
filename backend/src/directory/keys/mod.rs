//! `key list | rotate | retire | accept-loss`. Whatever changes keys takes the data folder: a server holds them in memory.

mod retire;

use super::{Office, Shape, store_sentence, table};
use crate::folder_lock::{FolderLock, LockError};
use balcao_keys::{self as files, Key, KeyError, KeyId, KeyName, KeyRing, note, open};
use balcao_store::audit::{self, Entry};
use balcao_store::known_keys::{self, KnownKey};
use balcao_store::{Connection, StoreError};
use chrono::{DateTime, SecondsFormat, Utc};
use clap::Subcommand;
use serde::Serialize;
use serde_json::json;
use std::path::Path;

/// What an operator can do with keys.
#[derive(Debug, Clone, Subcommand)]
pub enum KeyCommand {
    /// Lists the keys in data_dir, and whether they are those that the database was used with.
    List(#[command(flatten)] Shape),
    /// Makes a new key. The one before stays valid until it is retired. While nothing serves.
    Rotate {
        /// Which.
        name: KeyName,
    },
    /// Takes the key before away, once nothing depends on it. While nothing serves.
    Retire {
        /// Which.
        name: KeyName,
        /// Although something depends on it, which is lost then.
        #[arg(long)]
        accept_loss: bool,
    },
    /// Goes on although a key is lost: what depended on it is taken away. While nothing serves.
    AcceptLoss {
        /// Which.
        name: KeyName,
    },
}

/// A key as it is listed.
#[derive(Serialize)]
struct Listed {
    name: &'static str,
    key: String,
    state: &'static str,
    since: Option<String>,
}

/// Why a command was not carried out.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum CommandError {
    /// A server has the keys in memory.
    #[error("{0}; it has the keys in memory: stop it, repeat this, and start it again")]
    Serving(LockError),
    /// It makes no sense now; a sentence says why.
    #[error("{0}")]
    Refused(String),
    /// The keys.
    #[error(transparent)]
    Key(#[from] KeyError),
    /// The database.
    #[error("{}", store_sentence(.0))]
    Store(#[from] StoreError),
    /// The answer cannot be written.
    #[error("cannot write: {0}")]
    Output(#[from] std::io::Error),
}

/// Carries out a command.
///
/// # Errors
/// It was refused or failed.
pub async fn run(mut office: Office<'_>, command: KeyCommand) -> Result<(), CommandError> {
    let _folder = match command {
        KeyCommand::List(_) => None,
        _ => Some(FolderLock::take(&office.config.data_dir).map_err(CommandError::Serving)?),
    };
    match command {
        KeyCommand::List(shape) => list(&mut office, shape).await,
        KeyCommand::Rotate { name } => rotate(&mut office, name).await,
        KeyCommand::Retire { name, accept_loss } => retire_one(&mut office, name, accept_loss).await,
        KeyCommand::AcceptLoss { name } => accept_loss(&mut office, name).await,
    }
}

async fn list(office: &mut Office<'_>, shape: Shape) -> Result<(), CommandError> {
    let mut read = office.store.read().await?;
    let mut all = Vec::new();
    for name in KeyName::ALL {
        let known = known_keys::of(&mut read, name.name()).await?;
        let found = load(&office.config.data_dir, name)?;
        for (place, key) in found.iter().flat_map(KeyRing::all).enumerate() {
            let since = known.iter().find(|known| known.id == key.id().0).map(|known| moment(known.since));
            let state = if place == 0 { "in use" } else { "still valid" };
            all.push(Listed { name: name.name(), key: key.id().to_string(), state, since });
        }
        for lost in known.iter().filter(|known| !found.as_ref().is_some_and(|keys| has(keys, known))) {
            let key = lost.id.as_slice().try_into().map(|id| KeyId(id).to_string()).unwrap_or_default();
            all.push(Listed { name: name.name(), key, state: "missing", since: Some(moment(lost.since)) });
        }
    }
    table(office, shape, &["NAME", "KEY", "STATE", "SINCE"], &all, |key| {
        let since = key.since.clone().unwrap_or_default();
        vec![key.name.to_owned(), key.key.clone(), key.state.to_owned(), since]
    })?;
    Ok(())
}

async fn rotate(office: &mut Office<'_>, name: KeyName) -> Result<(), CommandError> {
    let keys = open(&office.config.data_dir, office.store, name, office.now).await?;
    if let Some(before) = keys.before() {
        let sentence = format!(
            "the key before of {0}, {1}, is still valid, and two are the most; `key retire {0}` takes it away",
            name.name(),
            before.id()
        );
        return Err(CommandError::Refused(sentence));
    }
    let keys = keys.followed_by(Key::random()?);
    files::replace(&name.path(&office.config.data_dir), &keys)?;
    // Notes the new key, and seals with it what the old one sealed. Stopped before that, the next start does it.
    let keys = open(&office.config.data_dir, office.store, name, office.now).await?;
    let mut write = office.store.begin().await?;
    audit(&mut write, office, "key.rotate", name).await?;
    write.commit().await?;
    writeln!(
        office.out,
        "{0}: key {1} is in use from the next start on; the one before stays valid until `key retire {0}`. Make a backup: \
         older ones do not hold the new key",
        name.name(),
        keys.newest().id()
    )?;
    Ok(())
}

async fn retire_one(office: &mut Office<'_>, name: KeyName, accept_loss: bool) -> Result<(), CommandError> {
    let keys = open(&office.config.data_dir, office.store, name, office.now).await?;
    let Some(before) = keys.before() else {
        return Err(CommandError::Refused(format!(
            "{0} has one key alone; `key rotate {0}` makes a new one first",
            name.name()
        )));
    };
    let mut write = office.store.begin().await?;
    let known = known_keys::of(&mut write, name.name()).await?;
    let dependents = retire::dependents(&mut write, name, &keys, &known, office.now).await?;
    if !dependents.is_empty() && !accept_loss {
        return Err(CommandError::Refused(format!(
            "the key before of {0} is still needed for {1}; wait, or lose them with `key retire {0} --accept-loss`",
            name.name(),
            dependents.join(", ")
        )));
    }
    let left = keys.newest_alone();
    retire::remove_what_is_lost(&mut write, name, &left).await?;
    note(&mut write, name, &left, &known, office.now).await?;
    audit(&mut write, office, "key.retire", name).await?;
    write.commit().await?;
    // Stopped before this, the file still holds both, and the next start notes the old one once more.
    files::replace(&name.path(&office.config.data_dir), &left)?;
    writeln!(office.out, "{}: key {} is not valid any more", name.name(), before.id())?;
    for lost in dependents {
        writeln!(office.out, "lost: {lost}")?;
    }
    Ok(())
}

async fn accept_loss(office: &mut Office<'_>, name: KeyName) -> Result<(), CommandError> {
    match open(&office.config.data_dir, office.store, name, office.now).await {
        Ok(_) => {
            let sentence = format!("nothing is lost: {} goes with the database", name.file());
            return Err(CommandError::Refused(sentence));
        }
        Err(KeyError::Missing { .. } | KeyError::Another { .. }) => {}
        Err(other) => return Err(other.into()),
    }
    let keys = match load(&office.config.data_dir, name)? {
        Some(keys) => keys,
        None => files::create(&name.path(&office.config.data_dir))?,
    };
    let mut write = office.store.begin().await?;
    let known = known_keys::of(&mut write, name.name()).await?;
    let people = retire::remove_what_is_lost(&mut write, name, &keys.newest_alone()).await?;
    note(&mut write, name, &keys, &known, office.now).await?;
    audit(&mut write, office, "key.accept_loss", name).await?;
    write.commit().await?;
    let key = keys.newest().id();
    match name {
        KeyName::SignIn => writeln!(
            office.out,
            "sign_in: key {key} is in use. {people} people set up password and second factor anew under `Set a password`; \
             webhooks whose secret is lost are switched off and have to be made anew"
        )?,
        KeyName::Reply => writeln!(
            office.out,
            "reply: key {key} is in use. Replies to mails that were sent before end in quarantine: `mail quarantine list`"
        )?,
        KeyName::Code => writeln!(office.out, "code: key {key} is in use")?,
    }
    Ok(())
}

async fn audit(write: &mut Connection, office: &Office<'_>, action: &str, name: KeyName) -> Result<(), StoreError> {
    let subject = format!("key:{}", name.name());
    let entry = Entry { actor: office.actor, action, subject: &subject, data: json!({}) };
    audit::append(write, entry, office.now.timestamp_millis()).await
}

fn load(data_dir: &Path, name: KeyName) -> Result<Option<KeyRing>, KeyError> {
    files::load(&name.path(data_dir)).map_err(|source| KeyError::File { file: name.file(), source })
}

fn has(keys: &KeyRing, known: &KnownKey) -> bool {
    keys.all().any(|key| key.id().0 == known.id.as_slice())
}

fn moment(moment: i64) -> String {
    let moment = DateTime::<Utc>::from_timestamp_millis(moment).unwrap_or_default();
    moment.to_rfc3339_opts(SecondsFormat::Secs, true)
}
