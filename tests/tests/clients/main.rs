//! The independent clients of Zendesk's API, unchanged as their registries have them, against the real backend. What they
//! do stands in `tests/clients/`, in their own languages.

use anyhow::{Context as _, Result, bail};
use balcao_tests::Backend;
use std::path::{Path, PathBuf};
use std::process::Stdio;
use tokio::process::Command;

const AGENT: &str = "marina.costa@support.example";
const REQUESTER: &str = "ana@acmestore.example";

#[tokio::test]
async fn zenpy_works_a_day() -> Result<()> {
    zenpy(&[], "").await
}

#[tokio::test]
async fn zenpy_waits_when_it_is_told_to() -> Result<()> {
    zenpy(&[("LIMITS_REQUESTS_PER_MINUTE", "5")], "limited").await
}

#[tokio::test]
async fn node_zendesk_works_a_day() -> Result<()> {
    node_zendesk(&[], "").await
}

#[tokio::test]
async fn node_zendesk_is_told_to_wait() -> Result<()> {
    node_zendesk(&[("LIMITS_REQUESTS_PER_MINUTE", "5")], "limited").await
}

async fn zenpy(settings: &[(&str, &str)], argument: &str) -> Result<()> {
    let backend = Backend::start_with(settings).await?;
    let mut python = Command::new(given("BALCAO_E2E_PYTHON")?);
    let address = backend.url("");
    python.env("ZENPY_FORCE_SCHEME", "http").env("ZENPY_FORCE_NETLOC", address.trim_start_matches("http://"));
    passes(&backend, python, "zenpy_client.py", argument).await
}

async fn node_zendesk(settings: &[(&str, &str)], argument: &str) -> Result<()> {
    let backend = Backend::start_with(settings).await?;
    let mut node = Command::new(given("BALCAO_E2E_NODE")?);
    node.env("NODE_ZENDESK", given("BALCAO_E2E_NODE_ZENDESK")?).env("BACKEND_URL", backend.url(""));
    passes(&backend, node, "node_zendesk.cjs", argument).await
}

/// Runs a client's day; what it said and the backend's log are the message where it fails.
async fn passes(backend: &Backend, mut command: Command, script: &str, argument: &str) -> Result<()> {
    let script = Path::new(env!("CARGO_MANIFEST_DIR")).join("clients").join(script);
    let output = command
        .arg(script)
        .arg(argument)
        .env("AGENT_EMAIL", AGENT)
        .env("AGENT_TOKEN", backend.api_token(AGENT).await?)
        .env("REQUESTER_EMAIL", REQUESTER)
        .env("REQUESTER_TOKEN", backend.api_token(REQUESTER).await?)
        .stdin(Stdio::null())
        .kill_on_drop(true)
        .output()
        .await
        .context("the client does not start")?;
    if !output.status.success() {
        let (said, failed) = (String::from_utf8_lossy(&output.stdout), String::from_utf8_lossy(&output.stderr));
        bail!("{said}\n{failed}\n{}", backend.log());
    }
    Ok(())
}

fn given(variable: &str) -> Result<PathBuf> {
    let value = std::env::var_os(variable).map(PathBuf::from);
    value.with_context(|| format!("{variable} is not set: run `cargo xtask test e2e`, which sets everything up"))
}
