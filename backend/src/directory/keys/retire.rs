//! The end of the key before: what still depends on it, and what becomes of that.

use crate::identity::code;
use crate::identity::site::password_key;
use balcao_keys::{KeyError, KeyName, KeyRing, SiteKey, reseal};
use balcao_store::Connection;
use balcao_store::known_keys::{self, KnownKey};
use chrono::{DateTime, TimeDelta, Utc};

/// What still needs the key before, in words; nothing where it can go.
pub(super) async fn dependents(
    write: &mut Connection,
    name: KeyName,
    keys: &KeyRing,
    known: &[KnownKey],
    now: DateTime<Utc>,
) -> Result<Vec<String>, KeyError> {
    let newest = keys.newest().id();
    let since = known.iter().find(|key| key.id == newest.0).map_or(now.timestamp_millis(), |key| key.since);
    let mut found = Vec::new();
    match name {
        KeyName::SignIn => {
            let lost = reseal(write, &SiteKey::with(keys.clone())).await?;
            let passwords = known_keys::passwords(write).await?;
            let older = passwords.iter().filter(|(_, hash)| password_key(hash) != Some(newest)).count();
            let codes = known_keys::people_with_older_recovery_codes(write, &newest.0).await?;
            push(&mut found, older as i64, "passwords (each is made anew when its owner signs in with it)");
            push(&mut found, codes, "people's recovery codes (they are made anew with a new second factor)");
            push(&mut found, lost.len() as i64, "second factors or webhooks that no key opens");
        }
        KeyName::Reply => {
            let open = known_keys::open_requests_before(write, since).await?;
            push(
                &mut found,
                open,
                "requests that were open before the rotation (until they close, their mails are answered)",
            );
        }
        KeyName::Code => {
            let end = DateTime::from_timestamp_millis(since).unwrap_or(now) + code::LIFE;
            if end > now {
                let minutes = (end - now + TimeDelta::seconds(59)).num_minutes();
                found.push(format!("codes that were sent before the rotation, for {minutes} minutes more"));
            }
        }
    }
    Ok(found)
}

fn push(found: &mut Vec<String>, count: i64, what: &str) {
    if count > 0 {
        found.push(format!("{count} {what}"));
    }
}

/// Takes away what only keys that are gone would open. How many people lose a password.
pub(super) async fn remove_what_is_lost(
    write: &mut Connection,
    name: KeyName,
    keys: &KeyRing,
) -> Result<u64, KeyError> {
    if name != KeyName::SignIn {
        return Ok(0);
    }
    let newest = keys.newest().id();
    let mut people = std::collections::BTreeSet::new();
    for location in reseal(write, &SiteKey::with(keys.clone())).await? {
        known_keys::give_up(write, &location).await?;
        if let known_keys::SecretLocation::Factor { user, .. } = location {
            people.insert(user);
        }
    }
    for (user, hash) in known_keys::passwords(write).await? {
        if password_key(&hash) != Some(newest) {
            people.insert(user);
        }
    }
    for user in &people {
        known_keys::remove_password(write, *user).await?;
    }
    known_keys::remove_older_recovery_codes(write, &newest.0).await?;
    Ok(people.len() as u64)
}
