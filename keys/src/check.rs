//! Opens a kind of keys for a database: they must be those that it was written with, or nothing may depend on them yet.

use super::{KeyId, KeyName, KeyRing, SiteKey, file, purpose};
use balcao_store::known_keys::{self, KnownKey, SecretLocation};
use balcao_store::{Connection, Store, StoreError};
use chrono::{DateTime, Utc};
use std::io;
use std::path::Path;

/// Why keys cannot be used. Nothing was changed.
#[derive(Debug, thiserror::Error)]
pub enum KeyError {
    /// There is no file, and rows depend on it.
    #[error(
        "{file} is missing in data_dir {folder}, and the database was used with it{ids}: without it {lost} work no more. \
         Put the file back from the backup (mode 600, owned by the user that this runs as). Only where it is lost for good: \
         `balcao-backend key accept-loss {name}`"
    )]
    Missing {
        /// The file.
        file: &'static str,
        /// The kind.
        name: &'static str,
        /// Where it should be.
        folder: String,
        /// Which keys, as far as it is known.
        ids: String,
        /// What depends on it.
        lost: &'static str,
    },
    /// The file holds other keys than rows depend on.
    #[error(
        "{file} in data_dir {folder} is another key than the database was used with{ids}: {lost} work with that one alone. \
         Put the right file back: database and keys of one backup belong together. Only where it is lost for good: \
         `balcao-backend key accept-loss {name}`"
    )]
    Another {
        /// The file.
        file: &'static str,
        /// The kind.
        name: &'static str,
        /// Where it is.
        folder: String,
        /// Which keys are missing.
        ids: String,
        /// What depends on them.
        lost: &'static str,
    },
    /// The file cannot be read or made.
    #[error("{file} in data_dir: {source}")]
    File {
        /// The file.
        file: &'static str,
        /// Why.
        source: io::Error,
    },
    /// The database.
    #[error("database in data_dir: {0}")]
    Store(#[from] StoreError),
}

/// The keys of a kind; made where nothing depends on them yet. What the key before sealed is sealed with the newest.
///
/// # Errors
/// They are not those that the database was written with, or cannot be read.
pub async fn open(data_dir: &Path, store: &Store, name: KeyName, now: DateTime<Utc>) -> Result<KeyRing, KeyError> {
    let path = name.path(data_dir);
    let unusable = |source| KeyError::File { file: name.file(), source };
    let mut read = store.read().await?;
    let known = known_keys::of(&mut read, name.name()).await?;
    let found = file::load(&path).map_err(unusable)?;
    let keys = match found {
        Some(keys) => {
            let missing: Vec<&KnownKey> = known.iter().filter(|key| !has(&keys, &key.id)).collect();
            if !missing.is_empty() && depends(&mut read, name, &known).await? {
                let (file, name, lost) = (name.file(), name.name(), name.what_depends());
                return Err(KeyError::Another { file, name, folder: shown(data_dir), ids: ids(&missing), lost });
            }
            keys
        }
        None if depends(&mut read, name, &known).await? => {
            let known: Vec<&KnownKey> = known.iter().collect();
            let (file, name, lost) = (name.file(), name.name(), name.what_depends());
            return Err(KeyError::Missing { file, name, folder: shown(data_dir), ids: ids(&known), lost });
        }
        None => file::create(&path).map_err(unusable)?,
    };
    drop(read);
    let is_noted = known.len() == keys.all().count() && known.iter().all(|key| has(&keys, &key.id));
    if !is_noted {
        let mut write = store.begin().await?;
        note(&mut write, name, &keys, &known, now).await?;
        write.commit().await?;
    }
    if name == KeyName::SignIn && keys.before().is_some() {
        let mut write = store.begin().await?;
        reseal(&mut write, &SiteKey::with(keys.clone())).await?;
        write.commit().await?;
    }
    Ok(keys)
}

/// Notes these keys as those that rows depend on from now on, and no others.
pub async fn note(
    write: &mut Connection,
    name: KeyName,
    keys: &KeyRing,
    known: &[KnownKey],
    now: DateTime<Utc>,
) -> Result<(), StoreError> {
    for gone in known.iter().filter(|key| !has(keys, &key.id)) {
        known_keys::forget(write, name.name(), &gone.id).await?;
    }
    for key in keys.all() {
        known_keys::note(write, name.name(), &key.id().0, now.timestamp_millis()).await?;
    }
    Ok(())
}

/// Seals with the newest key what the one before sealed. What no key opens is left; how much that is.
pub async fn reseal(write: &mut Connection, key: &SiteKey) -> Result<Vec<SecretLocation>, KeyError> {
    let mut lost = Vec::new();
    for sealed in known_keys::sealed(write).await? {
        let purpose = match &sealed.location {
            SecretLocation::Factor { user, kind, .. } => purpose::factor(user, kind),
            SecretLocation::Webhook(_) => purpose::WEBHOOK_SECRET.to_owned(),
        };
        if key.is_newest(&purpose, &sealed.bytes) {
            continue;
        }
        let Some(plain) = key.open(&purpose, &sealed.bytes) else {
            lost.push(sealed.location);
            continue;
        };
        let anew = key.seal(&purpose, &plain);
        let anew = anew.map_err(|source| KeyError::File { file: KeyName::SignIn.file(), source })?;
        known_keys::reseal(write, &sealed.location, &anew).await?;
    }
    Ok(lost)
}

/// Whether something is kept that is worth nothing without the key. Codes end by themselves within minutes.
async fn depends(read: &mut Connection, name: KeyName, known: &[KnownKey]) -> Result<bool, StoreError> {
    match name {
        KeyName::SignIn => known_keys::has_sign_in_secrets(read).await,
        // Before the first key no mail had an address of its own.
        KeyName::Reply => Ok(!known.is_empty() && known_keys::has_requests(read).await?),
        KeyName::Code => Ok(false),
    }
}

fn has(keys: &KeyRing, id: &[u8]) -> bool {
    keys.all().any(|key| key.id().0 == id)
}

fn ids(keys: &[&KnownKey]) -> String {
    let ids: Vec<String> =
        keys.iter().filter_map(|key| Some(KeyId(key.id.as_slice().try_into().ok()?).to_string())).collect();
    if ids.is_empty() { String::new() } else { format!(" (key {})", ids.join(", ")) }
}

fn shown(folder: &Path) -> String {
    folder.display().to_string()
}
