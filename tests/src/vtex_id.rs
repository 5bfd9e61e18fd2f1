//! A stand-in for VTEX ID on loopback: it knows one token for each person, and notes what it was asked.

use anyhow::{Context, Result};
use serde_json::{Value, json};
use std::sync::{Arc, Mutex, PoisonError};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};
use tokio::task::JoinHandle;

/// The store and the token of each call.
type Asked = Arc<Mutex<Vec<(String, String)>>>;

/// `POST /api/vtexid/credential/validate?an={account}` with `{"token"}`. A token is good if it reads
/// `{e-mail}|{account}`.
pub struct VtexId {
    /// Where it is, for the backend's `vtex_id.url`.
    pub url: String,
    asked: Asked,
    server: JoinHandle<()>,
}

impl VtexId {
    /// Opens a port.
    ///
    /// # Errors
    /// Where there is none.
    pub async fn start() -> Result<Self> {
        let listener = TcpListener::bind(("127.0.0.1", 0)).await?;
        let url = format!("http://{}", listener.local_addr()?);
        let asked = Asked::default();
        let noted = Arc::clone(&asked);
        let server = tokio::spawn(async move {
            while let Ok((stream, _)) = listener.accept().await {
                let noted = Arc::clone(&noted);
                tokio::spawn(async move { answer(stream, &noted).await.ok() });
            }
        });
        Ok(Self { url, asked, server })
    }

    /// What it was asked since the last time: store and token.
    #[must_use]
    pub fn asked(&self) -> Vec<(String, String)> {
        std::mem::take(&mut self.asked.lock().unwrap_or_else(PoisonError::into_inner))
    }
}

impl Drop for VtexId {
    fn drop(&mut self) {
        self.server.abort();
    }
}

async fn answer(mut stream: TcpStream, asked: &Asked) -> Result<()> {
    let mut bytes = Vec::new();
    let (head, body) = loop {
        let mut part = [0; 4096];
        let read = stream.read(&mut part).await?;
        bytes.extend_from_slice(part.get(..read).filter(|part| !part.is_empty()).context("the backend went away")?);
        let text = String::from_utf8_lossy(&bytes).into_owned();
        // Its body is one small piece of JSON: once that can be read it is whole.
        if let Some((head, body)) = text.split_once("\r\n\r\n")
            && let Ok(body) = serde_json::from_str::<Value>(body)
        {
            break (head.to_owned(), body);
        }
    };
    let account = head.split(' ').nth(1).and_then(|path| path.split_once("an=")).map(|(_, account)| account.to_owned());
    let (account, token) = (account.unwrap_or_default(), body["token"].as_str().unwrap_or_default().to_owned());
    let known = token.split_once('|').filter(|(_, of)| *of == account);
    let (status, said) = match known {
        Some((user, account)) => {
            let said = json!({ "authStatus": "Success", "id": "6a5f", "user": user, "account": account,
                "audience": "admin", "tokenType": "user" });
            ("200 OK", said)
        }
        None => ("401 Unauthorized", json!({ "authStatus": "InvalidToken" })),
    };
    asked.lock().unwrap_or_else(PoisonError::into_inner).push((account, token));
    let said = said.to_string();
    let head = format!(
        "HTTP/1.1 {status}\r\nContent-Type: application/json\r\nContent-Length: {}\r\nConnection: close\r\n\r\n{said}",
        said.len()
    );
    stream.write_all(head.as_bytes()).await?;
    stream.shutdown().await?;
    Ok(())
}
