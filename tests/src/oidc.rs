//! A real OpenID provider on loopback, whose tokens can be spoiled; see `oidc/provider.mjs`.

use crate::given;
use anyhow::{Context, Result};
use serde_json::Value;
use std::path::Path;
use std::process::Stdio;
use tokio::io::{AsyncBufReadExt as _, BufReader};
use tokio::process::{Child, Command};

/// A running provider; it ends with this.
pub struct OidcProvider {
    /// Who it says it is.
    pub issuer: String,
    _process: Child,
}

impl OidcProvider {
    /// Starts it on a free port.
    ///
    /// # Errors
    /// Where it does not start.
    pub async fn start() -> Result<Self> {
        let node = given("BALCAO_E2E_NODE").unwrap_or_else(|_| "node".into());
        let mut process = Command::new(node)
            .arg(Path::new(env!("CARGO_MANIFEST_DIR")).join("oidc/provider.mjs"))
            .env("BALCAO_E2E_OIDC_PROVIDER", given("BALCAO_E2E_OIDC_PROVIDER")?)
            .stdin(Stdio::null())
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            .kill_on_drop(true)
            .spawn()
            .context("the OpenID provider does not start")?;
        let mut lines = BufReader::new(process.stdout.take().context("the provider says nothing")?).lines();
        while let Some(line) = lines.next_line().await? {
            if let Ok(Value::Object(said)) = serde_json::from_str(&line) {
                let issuer = said["issuer"].as_str().unwrap_or_default().to_owned();
                tokio::spawn(async move { while let Ok(Some(_)) = lines.next_line().await {} });
                return Ok(Self { issuer, _process: process });
            }
        }
        anyhow::bail!("the OpenID provider ended before it listened")
    }

    /// Makes everybody who comes this person.
    ///
    /// # Errors
    /// Where it does not answer.
    pub async fn person(&self, person: &Value) -> Result<()> {
        self.tell("person", person.to_string()).await
    }

    /// Spoils its tokens in this way; the empty one is none.
    ///
    /// # Errors
    /// Where it does not answer.
    pub async fn spoil(&self, way: &str) -> Result<()> {
        self.tell("spoil", way.to_owned()).await
    }

    async fn tell(&self, what: &str, body: String) -> Result<()> {
        let address = format!("{}/test/{what}", self.issuer);
        reqwest::Client::new().post(address).body(body).send().await?.error_for_status()?;
        Ok(())
    }

    /// The settings of a backend that knows it.
    #[must_use]
    pub fn settings(&self) -> [(&str, &str); 3] {
        [
            ("GOOGLE_ISSUER", &self.issuer),
            ("GOOGLE_CLIENT_ID", "balcao"),
            ("GOOGLE_CLIENT_SECRET", "a secret of the tests"),
        ]
    }
}
