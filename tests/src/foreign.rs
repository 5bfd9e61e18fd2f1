//! A host page on another site than the panel's, as a store's admin is: it frames the panel and speaks its protocol.

use crate::backend::Backend;
use anyhow::{Context, Result};
use std::sync::Arc;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::Mutex;
use tokio::task::JoinHandle;

/// The frame asks for a context; the admin's own server makes one, and only the panel's origin gets to see it.
const PAGE: &str = r#"<!doctype html><html lang="en"><meta charset="utf-8"><title>An admin elsewhere</title>
<style>html, body, main { height: 100%; margin: 0 } iframe { width: 100%; height: 99%; border: 0 }</style>
<main><iframe title="Support" allow="clipboard-write"></iframe></main>
<script>
  const frame = document.querySelector("iframe");
  const send = async () => {
    const data = await (await fetch("/context")).json();
    frame.contentWindow.postMessage({ type: "admin-iframe-message", data }, "PANEL");
  };
  addEventListener("message", ({ source, origin, data }) => {
    if (source !== frame.contentWindow || origin !== "PANEL") return;
    if (data.type === "contextRequest") send();
    if (data.type === "adminRelativeNavigation") history.replaceState(null, "", data.data.path);
  });
  frame.addEventListener("load", send);
  frame.src = "PANEL/panel" + (location.pathname.slice("/admin/support".length) || "/") + location.search;
</script></html>"#;

/// The page's server; it ends with it.
pub struct ForeignHost {
    /// `localhost` and `127.0.0.1` are two sites to a browser.
    pub origin: String,
    server: JoinHandle<()>,
}

impl ForeignHost {
    /// Opens a port; the backend is told its origin afterwards, and serves from then on.
    ///
    /// # Errors
    /// Where there is no port, or the backend does not come back.
    pub async fn around(backend: &Arc<Mutex<Backend>>) -> Result<Self> {
        let listener = TcpListener::bind(("127.0.0.1", 0)).await?;
        let origin = format!("http://localhost:{}", listener.local_addr()?.port());
        backend.lock().await.restart_with("HOST_ORIGINS", Some(&origin)).await?;
        let panel = backend.lock().await.url("");
        let server = tokio::spawn(async move {
            while let Ok((stream, _)) = listener.accept().await {
                let panel = panel.clone();
                tokio::spawn(async move { answer(stream, &panel).await.ok() });
            }
        });
        Ok(Self { origin, server })
    }
}

impl Drop for ForeignHost {
    fn drop(&mut self) {
        self.server.abort();
    }
}

async fn answer(mut stream: TcpStream, panel: &str) -> Result<()> {
    let mut head = Vec::new();
    while !head.windows(4).any(|end| end == b"\r\n\r\n") {
        let mut part = [0; 4096];
        let read = stream.read(&mut part).await?;
        head.extend_from_slice(part.get(..read).filter(|part| !part.is_empty()).context("the browser went away")?);
    }
    let head = String::from_utf8_lossy(&head);
    let path = head.split(' ').nth(1).unwrap_or("/");
    let (kind, body) = if path == "/context" {
        let context = reqwest::get(format!("{panel}/admin/context?user=ana&locale=en-US")).await?;
        ("application/json", context.error_for_status()?.text().await?)
    } else {
        ("text/html; charset=utf-8", PAGE.replace("PANEL", panel))
    };
    let head = format!(
        "HTTP/1.1 200 OK\r\nContent-Type: {kind}\r\nContent-Length: {}\r\nConnection: close\r\n\r\n",
        body.len()
    );
    stream.write_all(head.as_bytes()).await?;
    stream.write_all(body.as_bytes()).await?;
    stream.shutdown().await?;
    Ok(())
}
