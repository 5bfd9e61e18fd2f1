//! The real backend, in a folder of its own, on a port of its own.

use crate::given;
use anyhow::{Context, Result, bail};
use jsonwebtoken::{Algorithm, EncodingKey, Header};
use serde_json::{Value, json};
use std::net::{Ipv4Addr, TcpListener};
use std::path::Path;
use std::process::Stdio;
use std::time::{Duration, Instant, SystemTime, UNIX_EPOCH};
use tokio::io::AsyncWriteExt as _;
use tokio::process::{Child, Command};

/// A running backend in development mode. Its folder and its process end with it.
pub struct Backend {
    folder: tempfile::TempDir,
    port: u16,
    settings: Vec<(String, String)>,
    /// The most files it may have open; `None` for as many as this process.
    files: Option<u32>,
    child: Option<Child>,
    client: reqwest::Client,
}

impl Backend {
    /// Starts a backend on an empty folder: demo data comes by itself.
    ///
    /// # Errors
    /// Where it does not answer within 30 s; the log is in the message.
    pub async fn start() -> Result<Self> {
        Self::start_with(&[]).await
    }

    /// Starts a backend with settings of its own, as `BALCAO_…` names without the prefix.
    ///
    /// # Errors
    /// As [`Backend::start`].
    pub async fn start_with(settings: &[(&str, &str)]) -> Result<Self> {
        Self::start_limited(settings, None).await
    }

    /// The same, with so many open files at most.
    ///
    /// # Errors
    /// As [`Backend::start`].
    pub async fn start_limited(settings: &[(&str, &str)], files: Option<u32>) -> Result<Self> {
        let port = TcpListener::bind(("127.0.0.1", 0))?.local_addr()?.port();
        let settings = settings.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())).collect();
        let client = reqwest::Client::builder().timeout(Duration::from_secs(20)).build()?;
        let mut backend = Self { folder: tempfile::tempdir()?, port, settings, files, child: None, client };
        backend.run().await?;
        Ok(backend)
    }

    /// Starts the process again on the same folder and port.
    ///
    /// # Errors
    /// As [`Backend::start`].
    pub async fn run(&mut self) -> Result<()> {
        self.child = Some(self.command()?.spawn().context("the backend does not start")?);
        self.until_ready().await
    }

    /// The binary with this backend's settings and log.
    fn command(&self) -> Result<Command> {
        let log = std::fs::OpenOptions::new().create(true).append(true).open(self.folder.path().join("backend.log"))?;
        let binary = given("BALCAO_E2E_BACKEND")?;
        let mut command = match self.files {
            None => Command::new(binary),
            Some(files) => {
                // `exec`: the process that is killed and measured is the backend's own.
                let mut shell = Command::new("/bin/sh");
                shell.args(["-c", &format!("ulimit -n {files} && exec \"$0\" \"$@\"")]).arg(binary);
                shell
            }
        };
        // What is set for the machine, or for the tests themselves, is not this backend's.
        for (name, _) in std::env::vars_os().filter(|(name, _)| name.to_string_lossy().starts_with("BALCAO_")) {
            command.env_remove(name);
        }
        command
            .env("BALCAO_MODE", "development")
            .env("BALCAO_LISTEN", format!("127.0.0.1:{}", self.port))
            .env("BALCAO_PUBLIC_URL", self.url(""))
            .env("BALCAO_DATA_DIR", self.folder.path().join("data"))
            .env("BALCAO_PANEL_DIR", given("BALCAO_E2E_PANEL")?)
            // How full the disk of whoever runs the tests is must not decide about them.
            .env("BALCAO_EVIDENCE_MIN_FREE_PERCENT", "0")
            // An incident above every page is what one journey is about, and in the way of all others.
            .env("BALCAO_CHANNELS_SAMPLES", "false")
            .envs(self.settings.iter().map(|(name, value)| (format!("BALCAO_{name}"), value)))
            .current_dir(self.folder.path())
            .stdin(Stdio::null())
            .stdout(log.try_clone()?)
            .stderr(log)
            .kill_on_drop(true);
        Ok(command)
    }

    /// Kills the process without a word, as a power cut would.
    ///
    /// # Errors
    /// Where the process cannot be killed.
    pub async fn kill(&mut self) -> Result<()> {
        if let Some(mut child) = self.child.take() {
            child.kill().await?;
        }
        Ok(())
    }

    /// Stops it and starts it again with another setting, `None` for without it; all else stays.
    ///
    /// # Errors
    /// As [`Backend::start`].
    pub async fn restart_with(&mut self, name: &str, value: Option<&str>) -> Result<()> {
        self.kill().await?;
        self.settings.retain(|(known, _)| known != name);
        self.settings.extend(value.map(|value| (name.to_owned(), value.to_owned())));
        self.run().await
    }

    async fn until_ready(&mut self) -> Result<()> {
        let deadline = Instant::now() + Duration::from_secs(30);
        while Instant::now() < deadline {
            if let Some(child) = &mut self.child
                && let Some(status) = child.try_wait()?
            {
                bail!("the backend ended with {status}:\n{}", self.log());
            }
            if self.client.get(self.url("/readyz")).send().await.is_ok_and(|answer| answer.status().is_success()) {
                return Ok(());
            }
            tokio::time::sleep(Duration::from_millis(50)).await;
        }
        bail!("the backend is not ready after 30 s:\n{}", self.log())
    }

    /// An address of this backend.
    #[must_use]
    pub fn url(&self, path: &str) -> String {
        format!("http://127.0.0.1:{}{path}", self.port)
    }

    /// Its folder.
    #[must_use]
    pub fn folder(&self) -> &Path {
        self.folder.path()
    }

    /// What it has logged so far.
    #[must_use]
    pub fn log(&self) -> String {
        std::fs::read_to_string(self.folder.path().join("backend.log")).unwrap_or_default()
    }

    /// The process id, while it runs.
    #[must_use]
    pub fn process_id(&self) -> Option<u32> {
        self.child.as_ref()?.id()
    }

    /// Fills the database with made-up requests of one user, by the backend's own subcommand, while the process is
    /// stopped.
    ///
    /// # Errors
    /// Where the subcommand fails.
    pub async fn fill(&mut self, requester: &str, requests: usize) -> Result<()> {
        self.fill_with(requester, requests, None).await
    }

    /// The same, all of them in one status.
    ///
    /// # Errors
    /// As [`Backend::fill`].
    pub async fn fill_with(&mut self, requester: &str, requests: usize, status: Option<&str>) -> Result<()> {
        self.kill().await?;
        let status = self
            .command()?
            .args(["fill", "--requester", requester, "--requests", &requests.to_string()])
            .args(status.map(|status| format!("--status={status}")))
            .status()
            .await?;
        if !status.success() {
            bail!("`fill` ended with {status}:\n{}", self.log());
        }
        self.run().await
    }

    /// Types an operator's command beside the running backend, such as `account share acmestore on`.
    ///
    /// # Errors
    /// Where the command is refused; what it said is in the log.
    pub async fn operator(&self, arguments: &[&str]) -> Result<()> {
        let status = self.command()?.args(arguments).status().await?;
        if !status.success() {
            bail!("`{}` ended with {status}:\n{}", arguments.join(" "), self.log());
        }
        Ok(())
    }

    /// Hands a mail over as a mail server's pipe does: to a process of `mail ingest` beside the running backend.
    ///
    /// # Errors
    /// Where it is not taken.
    pub async fn ingest(&self, mail: String) -> Result<()> {
        let mut child = self.command()?.args(["mail", "ingest"]).stdin(Stdio::piped()).spawn()?;
        // Dropped at the end of the statement, which is the end of the mail.
        child.stdin.take().context("a pipe")?.write_all(mail.as_bytes()).await?;
        let status = child.wait().await?;
        if !status.success() {
            bail!("`mail ingest` ended with {status}:\n{}", self.log());
        }
        Ok(())
    }

    /// A new API token of a demo person, by the operator's command.
    ///
    /// # Errors
    /// Where the command is refused.
    pub async fn api_token(&self, email: &str) -> Result<String> {
        let arguments = ["token", "add", email, "--description", "tests"];
        let output = self.command()?.args(arguments).stdout(Stdio::piped()).output().await?;
        let said = String::from_utf8_lossy(&output.stdout).into_owned();
        // The first line says whose it is, the second is the token.
        said.lines().nth(1).map(str::to_owned).with_context(|| format!("no token: {said}\n{}", self.log()))
    }

    /// The newest mail to an address whose text contains a piece; waits until it is there.
    ///
    /// # Errors
    /// Where none comes within 20 s.
    pub async fn mail(&self, to: &str, containing: &str) -> Result<String> {
        let deadline = Instant::now() + Duration::from_secs(20);
        loop {
            let messages: Value = self.client.get(self.url("/dev/mailbox.json")).send().await?.json().await?;
            let found = messages.as_array().into_iter().flatten().find(|message| {
                message["to"].as_str().unwrap_or_default().contains(to)
                    && (message["text"].as_str().unwrap_or_default().contains(containing)
                        || message["subject"].as_str().unwrap_or_default().contains(containing))
            });
            if let Some(message) = found {
                return Ok(format!(
                    "{}\n{}",
                    message["subject"].as_str().unwrap_or_default(),
                    message["text"].as_str().unwrap_or_default()
                ));
            }
            if Instant::now() > deadline {
                bail!("no mail to {to} with {containing:?} came; there are: {messages:#}");
            }
            tokio::time::sleep(Duration::from_millis(100)).await;
        }
    }

    /// How many mails have gone to an address.
    ///
    /// # Errors
    /// Where the mailbox cannot be read.
    pub async fn mails(&self, to: &str) -> Result<usize> {
        let messages: Value = self.client.get(self.url("/dev/mailbox.json")).send().await?.json().await?;
        let all = messages.as_array().into_iter().flatten();
        Ok(all.filter(|message| message["to"].as_str().unwrap_or_default().contains(to)).count())
    }

    /// Signs in as a demo user of the sample admin, for calls beside the browser.
    ///
    /// # Errors
    /// Where the backend refuses.
    pub async fn sign_in(&self, user: &str) -> Result<ApiUser> {
        let context: Value = self
            .client
            .get(self.url(&format!("/admin/context?user={user}")))
            .send()
            .await?
            .error_for_status()?
            .json()
            .await?;
        let token = context["token"].as_str().context("a token of the sample admin")?;
        self.begin_session(self.client.clone(), token).await
    }

    /// Signs in as anybody, from a network address of this machine. The backend was started with `key` as the host's.
    ///
    /// # Errors
    /// Where the backend refuses.
    pub async fn sign_in_as(&self, email: &str, account: &str, key: &str, from: Ipv4Addr) -> Result<ApiUser> {
        let now = SystemTime::now().duration_since(UNIX_EPOCH)?.as_secs();
        let claims = json!({
            "sub": email, "email": email, "name": email, "account": account, "region": "latin_america",
            "iss": "balcao-dev-host", "aud": "balcao", "exp": now + 300,
        });
        let key = EncodingKey::from_secret(key.as_bytes());
        let token = jsonwebtoken::encode(&Header::new(Algorithm::HS256), &claims, &key)?;
        let client = reqwest::Client::builder().timeout(Duration::from_secs(20)).local_address(Some(from.into()));
        self.begin_session(client.build()?, &token).await
    }

    async fn begin_session(&self, client: reqwest::Client, token: &str) -> Result<ApiUser> {
        let answer = client.post(self.url("/api/panel/session")).json(&json!({ "token": token })).send().await?;
        let session: Value = answer.error_for_status()?.json().await?;
        let text = |key: &str| session["session"][key].as_str().unwrap_or_default().to_owned();
        Ok(ApiUser { client, base: self.url(""), token: text("token"), csrf: text("csrf_token") })
    }
}

/// A signed-in user of the API.
pub struct ApiUser {
    client: reqwest::Client,
    base: String,
    token: String,
    csrf: String,
}

impl ApiUser {
    /// What proves who this is, for calls beside the client.
    #[must_use]
    pub fn token(&self) -> &str {
        &self.token
    }

    /// A call of the API with this user's session.
    pub fn call(&self, method: reqwest::Method, path: &str) -> reqwest::RequestBuilder {
        self.client
            .request(method, format!("{}{path}", self.base))
            .bearer_auth(&self.token)
            .header("X-CSRF-Token", &self.csrf)
    }

    /// Reads something.
    ///
    /// # Errors
    /// Where the answer is no JSON or no success.
    pub async fn get(&self, path: &str) -> Result<Value> {
        Ok(self.call(reqwest::Method::GET, path).send().await?.error_for_status()?.json().await?)
    }

    /// Writes something.
    ///
    /// # Errors
    /// Where the answer is no JSON or no success.
    pub async fn post(&self, path: &str, body: &Value) -> Result<Value> {
        Ok(self.call(reqwest::Method::POST, path).json(body).send().await?.error_for_status()?.json().await?)
    }
}
