//! A browser on its way in: what it has shown so far, bound to it by a cookie.

use super::reset::Enrolment;
use super::{ReturnTo, SiteError, Token};
use balcao_contract::id::UserId;
use balcao_keys::SiteKey;
use balcao_store::flows::{self, FlowCode, NewFlow};
use balcao_store::{Connection, StoreError};
use chrono::{DateTime, TimeDelta, Utc};
use serde::{Deserialize, Serialize};

/// How long somebody may take from beginning to end.
pub const LIFE: TimeDelta = TimeDelta::minutes(30);

/// How far it has come, and what is needed to go on.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "at", rename_all = "snake_case")]
pub enum Step {
    /// A code is on its way by mail.
    EmailCode {
        /// From when it can be sent again, in Unix milliseconds.
        resend_at: i64,
        /// Who is known by the provider from then on, as issuer and subject.
        #[serde(default)]
        link: Option<(String, String)>,
    },
    /// A code for setting a password is on its way by mail.
    PasswordCode {
        /// As above.
        resend_at: i64,
    },
    /// The address is proved; a password is to be chosen.
    NewPassword,
    /// On the way to the OpenID provider and back.
    Google {
        /// Comes back in the address.
        state: String,
        /// Comes back in the token.
        nonce: String,
        /// Proves that who asks for the token is who asked for the code.
        verifier: String,
    },
    /// The password was right; the second factor is asked for.
    SecondFactor,
    /// A password was chosen; a second factor is being set up.
    Enrol(Enrolment),
    /// The recovery codes are shown until they are kept.
    RecoveryCodes {
        /// As they are shown.
        codes: Vec<String>,
    },
}

/// A flow.
#[derive(Clone)]
pub struct Flow {
    pub(super) id: i64,
    pub(super) code: Option<FlowCode>,
    pub(super) tries: u32,
    /// Whom it leads to; nobody where no one has the address.
    pub user: Option<UserId>,
    /// The address that was typed.
    pub email: String,
    /// Where it goes on after the sign-in.
    pub return_to: ReturnTo,
    /// How far it has come.
    pub step: Step,
}

impl Flow {
    /// Whether a code was sent.
    #[must_use]
    pub const fn has_code(&self) -> bool {
        self.code.is_some()
    }

    /// The flow of a cookie, if it has not ended.
    ///
    /// # Errors
    /// The database cannot be read.
    pub async fn find(
        read: &mut Connection,
        key: &SiteKey,
        cookie: &str,
        now: DateTime<Utc>,
    ) -> Result<Option<Self>, SiteError> {
        let Some(row) = flows::find(read, &Token::hash(cookie), now.timestamp_millis()).await? else { return Ok(None) };
        // Sealed with another key, or by another version: nothing that can be gone on with.
        let Some(plain) = key.open("flow", &row.step) else { return Ok(None) };
        let Ok(step) = serde_json::from_slice(&plain) else { return Ok(None) };
        Ok(Some(Self {
            id: row.id,
            code: row.code,
            tries: row.tries,
            user: row.user,
            email: row.email,
            return_to: ReturnTo::wished(&row.return_to),
            step,
        }))
    }

    /// Begins a flow; what its cookie is to hold, and its row.
    pub(super) async fn begin(
        write: &mut Connection,
        key: &SiteKey,
        user: Option<UserId>,
        email: &str,
        return_to: &ReturnTo,
        step: &Step,
        now: DateTime<Utc>,
    ) -> Result<(Token, i64), SiteError> {
        flows::sweep(write, now.timestamp_millis()).await?;
        let token = Token::random()?;
        let new = NewFlow {
            token_hash: &Token::hash(token.as_str()),
            user,
            email,
            return_to: return_to.as_str(),
            step: &sealed(key, step)?,
            now: now.timestamp_millis(),
            expires_at: (now + LIFE).timestamp_millis(),
        };
        let id = flows::insert(write, new).await?;
        Ok((token, id))
    }

    /// Stays where it is; a code that was sent stays good.
    pub(super) async fn go_on_waiting(
        write: &mut Connection,
        key: &SiteKey,
        flow: i64,
        step: &Step,
    ) -> Result<(), SiteError> {
        Ok(flows::note_step(write, flow, &sealed(key, step)?).await?)
    }

    /// Goes on.
    ///
    /// # Errors
    /// The database refuses.
    pub async fn go_on(write: &mut Connection, key: &SiteKey, flow: i64, step: &Step) -> Result<(), SiteError> {
        Ok(flows::set_step(write, flow, &sealed(key, step)?).await?)
    }
}

fn sealed(key: &SiteKey, step: &Step) -> Result<Vec<u8>, SiteError> {
    let plain = serde_json::to_vec(step).map_err(|error| StoreError::Corrupt(error.to_string()))?;
    Ok(key.seal("flow", &plain)?)
}
