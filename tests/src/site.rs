//! The support site: in by a code that comes by mail.

use crate::page::Page;
use anyhow::{Context, Result, ensure};
use std::time::{Duration, Instant};
use thirtyfour::prelude::*;

impl Page {
    /// From the support site's first page, wherever it leads back to, into the panel.
    ///
    /// # Errors
    /// Where no code comes, or the panel does not.
    pub async fn sign_in_by_mail(&self, email: &str) -> Result<()> {
        // Mails of earlier sign-ins hold codes too.
        let before = self.backend.lock().await.mails(email).await?;
        // Whoever had a code a moment ago is asked to wait for the next one.
        let deadline = Instant::now() + Duration::from_secs(90);
        loop {
            let input = self.element(By::Id("email")).await?;
            input.clear().await?;
            input.send_keys(format!("{email}\n")).await?;
            if self.driver.query(By::Id("code")).nowait().exists().await? {
                break;
            }
            ensure!(Instant::now() < deadline, "no code is sent:\n{}", self.text().await?);
        }
        let backend = self.backend.lock().await;
        self.until("the code has come", async || Ok(backend.mails(email).await? > before)).await?;
        let mail = backend.mail(email, "").await?;
        drop(backend);
        let six = |part: &&str| part.len() == 6 && part.bytes().all(|byte| byte.is_ascii_digit());
        let code = mail.split(|c: char| !c.is_ascii_alphanumeric()).find(six).context("no code in the mail")?;
        self.element(By::Id("code")).await?.send_keys(format!("{code}\n")).await?;
        self.until("the panel is there", async || Ok(self.address().await?.starts_with("/panel/"))).await
    }
}
