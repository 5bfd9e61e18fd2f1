//! Chromium, driven by its own chromedriver, with a fresh profile.

use crate::given;
use anyhow::{Context, Result};
use std::process::Stdio;
use std::time::Duration;
use thirtyfour::prelude::*;
use tokio::io::{AsyncBufReadExt, BufReader};
use tokio::process::{Child, Command};

/// Chromium's switches on a machine without a screen, as root, without its own calls to the outside.
const SWITCHES: [&str; 9] = [
    "--headless",
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--no-first-run",
    "--force-prefers-reduced-motion",
];

/// A browser and its driver; both end with it.
pub struct Browser {
    /// The session.
    pub driver: WebDriver,
    _profile: tempfile::TempDir,
    _chromedriver: Child,
}

impl Browser {
    /// Starts both.
    ///
    /// # Errors
    /// Where either is missing or does not start.
    pub async fn start() -> Result<Self> {
        Self::start_with(&[]).await
    }

    /// Starts both, the browser with more switches.
    ///
    /// # Errors
    /// As [`Browser::start`].
    pub async fn start_with(more: &[&str]) -> Result<Self> {
        let mut chromedriver = Command::new(given("BALCAO_E2E_CHROMEDRIVER")?)
            // In any other locale it does not find files whose names are not English.
            .env("LC_ALL", "C.UTF-8")
            .args(["--port=0", "--allowed-ips=127.0.0.1"])
            .stdin(Stdio::null())
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            .kill_on_drop(true)
            .spawn()
            .context("chromedriver does not start")?;
        let port = port_of(&mut chromedriver).await?;
        let profile = tempfile::tempdir()?;

        let mut capabilities = DesiredCapabilities::chrome();
        for switch in SWITCHES.iter().chain(more) {
            capabilities.add_arg(switch)?;
        }
        capabilities.add_arg(&format!("--user-data-dir={}", profile.path().display()))?;
        capabilities.set_binary(&given("BALCAO_E2E_CHROMIUM")?.display().to_string())?;
        capabilities.as_mut().set("goog:loggingPrefs", serde_json::json!({ "browser": "ALL" }))?;
        let driver = WebDriver::new(format!("http://127.0.0.1:{port}"), capabilities).await?;
        driver.set_page_load_timeout(Duration::from_secs(60)).await?;
        driver.set_script_timeout(Duration::from_secs(60)).await?;
        Ok(Self { driver, _profile: profile, _chromedriver: chromedriver })
    }

    /// Ends both now. A browser that is only dropped makes whoever drops it wait for a minute.
    pub async fn close(self) {
        self.driver.clone().quit().await.ok();
    }
}

/// Chromedriver chooses a free port and says which in a sentence that ends with it.
async fn port_of(chromedriver: &mut Child) -> Result<u16> {
    let output = chromedriver.stdout.take().context("chromedriver says nothing")?;
    let mut lines = BufReader::new(output).lines();
    while let Some(line) = lines.next_line().await? {
        if let Some((_, port)) = line.split_once("started successfully on port ") {
            let port = port.trim_end_matches('.').trim().parse().context("chromedriver's port")?;
            // Its further words must not fill the pipe.
            tokio::spawn(async move { while let Ok(Some(_)) = lines.next_line().await {} });
            return Ok(port);
        }
    }
    anyhow::bail!("chromedriver ended before it named its port")
}
