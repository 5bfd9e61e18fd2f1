//! The door of VTEX ID: whoever has a token of the VTEX Admin is who VTEX ID says they are. The network, a short
//! memory and a breaker are here; what a sign-in does with the answer is not.

mod breaker;
mod memory;

use self::breaker::Breaker;
use self::memory::Memory;
use super::door::{Door, DoorError, HostIdentity, Proof};
use balcao_config::VtexId;
use balcao_contract::panel::DoorName;
use balcao_desk::names;
use chrono::{DateTime, Utc};
use reqwest::redirect::Policy;
use reqwest::{Client, StatusCode};
use serde::Deserialize;
use std::time::Duration;

/// No token of theirs is longer.
const LONGEST_TOKEN: usize = 8 * 1024;
/// The answer is a few hundred bytes.
const LONGEST_ANSWER: usize = 64 * 1024;
/// A connection that is not there by then will not be.
const LONGEST_CONNECT: Duration = Duration::from_secs(3);
/// Seconds after which a provider that did not answer once is worth another try.
const RETRY_AFTER: u64 = 2;

/// Asks VTEX ID about tokens.
pub struct VtexIdDoor {
    client: Client,
    /// The address, in which `{account}` may stand.
    url: String,
    memory: Memory,
    breaker: Breaker,
}

/// What `POST /api/vtexid/credential/validate` answers. `id` and `tokenType` say nothing that is needed here.
#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Answer {
    #[serde(default)]
    auth_status: String,
    #[serde(default)]
    user: String,
    #[serde(default)]
    account: String,
    #[serde(default)]
    audience: String,
}

/// Why there is no identity.
enum Outcome {
    /// VTEX ID, or what it said, refuses the token.
    Refused(&'static str),
    /// There was no answer that says anything about the token.
    Failed(&'static str),
}

impl VtexIdDoor {
    /// The door for these settings.
    ///
    /// # Errors
    /// TLS cannot be set up.
    pub fn new(settings: &VtexId) -> Result<Self, reqwest::Error> {
        let client = Client::builder()
            .user_agent(concat!("balcao/", env!("CARGO_PKG_VERSION")))
            // A redirect would carry the token to whoever it names.
            .redirect(Policy::none())
            .connect_timeout(settings.timeout.min(LONGEST_CONNECT))
            .timeout(settings.timeout);
        // What is on this machine is never asked through a proxy of the environment.
        let client = if settings.is_local() { client.no_proxy() } else { client };
        Ok(Self {
            client: client.build()?,
            url: settings.url.trim_end_matches('/').to_owned(),
            memory: Memory::default(),
            breaker: Breaker::default(),
        })
    }

    async fn ask(&self, token: &str, account: &str) -> Result<HostIdentity, Outcome> {
        let url = format!("{}/api/vtexid/credential/validate", self.url.replace("{account}", account));
        let sent = self.client.post(url).query(&[("an", account)]).json(&serde_json::json!({ "token": token })).send();
        let mut response = sent.await.map_err(|error| Outcome::Failed(failure(&error)))?;
        match response.status() {
            StatusCode::OK => {}
            StatusCode::UNAUTHORIZED | StatusCode::FORBIDDEN | StatusCode::BAD_REQUEST | StatusCode::NOT_FOUND => {
                return Err(Outcome::Refused("VTEX ID refuses it"));
            }
            _ => return Err(Outcome::Failed("VTEX ID answers with an error")),
        }
        let mut body = Vec::new();
        while let Some(chunk) = response.chunk().await.map_err(|error| Outcome::Failed(failure(&error)))? {
            if body.len() + chunk.len() > LONGEST_ANSWER {
                return Err(Outcome::Failed("the answer is too long"));
            }
            body.extend_from_slice(&chunk);
        }
        let answer = serde_json::from_slice::<Answer>(&body).map_err(|_| Outcome::Failed("the answer is no answer"))?;
        identity(&answer, account).map_err(Outcome::Refused)
    }
}

/// Whom the answer names, if it speaks of an administrator of just this account.
fn identity(answer: &Answer, account: &str) -> Result<HostIdentity, &'static str> {
    if !answer.auth_status.eq_ignore_ascii_case("success") {
        return Err("authStatus is not success");
    }
    // A shopper of the store has a token, too.
    if answer.audience != "admin" {
        return Err("for another audience");
    }
    if !answer.account.eq_ignore_ascii_case(account) {
        return Err("for another account");
    }
    // Application keys are validated likewise; they are nobody.
    let email = names::email(&answer.user).ok_or("the user is no address")?;
    Ok(HostIdentity {
        email,
        name: None,
        account: account.to_owned(),
        locale: None,
        region: None,
        // VTEX ID says who somebody is, not what the License Manager gave them.
        resources: None,
        support_resource_by_default: false,
        sponsor: false,
        email_verified: false,
    })
}

#[async_trait::async_trait]
impl Door for VtexIdDoor {
    fn name(&self) -> DoorName {
        DoorName::VtexId
    }

    async fn identify(&self, proof: Proof<'_>, now: DateTime<Utc>) -> Result<HostIdentity, DoorError> {
        let token = proof.token.trim();
        if token.is_empty() || token.len() > LONGEST_TOKEN {
            return Err(DoorError::Refused("no token, or too long"));
        }
        let account = proof.account.ok_or(DoorError::Refused("no account is named"))?;
        let account = names::account(account).ok_or(DoorError::Refused("account is no account name"))?;
        if let Some(known) = self.memory.recall(token, &account, now) {
            return known.map_err(DoorError::Refused);
        }
        let attempt = match self.breaker.begin(now) {
            Ok(attempt) => attempt,
            Err(retry_after) => return Err(DoorError::Unavailable { what: "left alone for a while", retry_after }),
        };
        match self.ask(token, &account).await {
            Ok(identity) => {
                attempt.succeeded();
                self.memory.keep(token, &account, Ok(identity.clone()), now);
                Ok(identity)
            }
            Err(Outcome::Refused(reason)) => {
                attempt.succeeded();
                self.memory.keep(token, &account, Err(reason), now);
                Err(DoorError::Refused(reason))
            }
            // The attempt counts as failed when it is dropped, also where the caller went away in the middle.
            Err(Outcome::Failed(what)) => Err(DoorError::Unavailable { what, retry_after: RETRY_AFTER }),
        }
    }
}

/// What went wrong on the way, without the address: it may name the account.
fn failure(error: &reqwest::Error) -> &'static str {
    if error.is_timeout() {
        "too slow"
    } else if error.is_connect() {
        "cannot be reached"
    } else {
        "the connection broke"
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn answer(change: impl FnOnce(&mut Answer)) -> Result<String, &'static str> {
        let mut answer = Answer {
            auth_status: "Success".to_owned(),
            user: "Ana@Acmestore.example".to_owned(),
            account: "AcmeStore".to_owned(),
            audience: "admin".to_owned(),
        };
        change(&mut answer);
        identity(&answer, "acmestore").map(|identity| identity.email)
    }

    #[test]
    fn only_an_administrator_of_the_asked_account_is_somebody() {
        assert_eq!(answer(|_| {}).as_deref(), Ok("ana@acmestore.example"));
        assert!(answer(|answer| answer.auth_status = "Expired".to_owned()).is_err());
        assert!(answer(|answer| answer.auth_status.clear()).is_err());
        assert!(answer(|answer| answer.audience = "webstore".to_owned()).is_err());
        assert!(answer(|answer| answer.account = "acmestore2".to_owned()).is_err());
        assert!(answer(|answer| answer.account.clear()).is_err());
        assert!(answer(|answer| answer.user = "vtexappkey-acmestore-ABCDEF".to_owned()).is_err());
    }
}
