//! Tokens of agents and integrations: made, shown once, taken back.

use super::changes::Changes;
use super::error::DirectoryError;
use balcao_desk::names;
use balcao_store::{api_tokens, token};
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use rand::TryRngCore as _;
use serde_json::json;

const DAY_IN_MILLISECONDS: i64 = 24 * 60 * 60 * 1000;

pub(super) async fn add(
    changes: &mut Changes<'_>,
    email: &str,
    description: &str,
    days: Option<u32>,
) -> Result<String, DirectoryError> {
    let user = changes.user(email).await?;
    if user.disabled_at.is_some() {
        return Err(DirectoryError::refused(format!("{0} is switched off; `user enable {0}` first", user.email)));
    }
    if user.accounts.is_empty() && !user.agent {
        let sentence = format!("{0} belongs to no account; `member add <account> {0}` first", user.email);
        return Err(DirectoryError::refused(sentence));
    }
    let description = names::person(description).ok_or_else(|| DirectoryError::refused("--description is empty"))?;
    let mut bytes = [0_u8; 32];
    rand::rngs::OsRng
        .try_fill_bytes(&mut bytes)
        .map_err(|error| DirectoryError::refused(format!("the system gives no random numbers: {error}")))?;
    let secret = URL_SAFE_NO_PAD.encode(bytes);
    let now = changes.now.timestamp_millis();
    let expires_at = days.map(|days| now + i64::from(days) * DAY_IN_MILLISECONDS);
    let id = api_tokens::insert(changes.write, &token::hash(&secret), user.id, &description, expires_at, now).await?;
    changes.note("token.add", &format!("user:{}", user.id), json!({ "token": id, "days": days })).await?;
    Ok(format!(
        "token {id} for {}; it is shown this once:\n{secret}\n\nTry it: curl -u '{}/token:{secret}' …/api/v2/users/me.json",
        user.email, user.email
    ))
}

pub(super) async fn revoke(changes: &mut Changes<'_>, id: i64) -> Result<String, DirectoryError> {
    if !api_tokens::revoke(changes.write, id, changes.now.timestamp_millis()).await? {
        let sentence = format!("there is no token {id} that could be taken back; `token list` shows all");
        return Err(DirectoryError::refused(sentence));
    }
    changes.note("token.revoke", &format!("token:{id}"), json!({})).await?;
    Ok(format!("token {id} no longer works"))
}
