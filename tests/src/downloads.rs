//! What a page gives the browser to keep.

use crate::page::Page;
use anyhow::{Context, Result};
use serde_json::json;
use std::path::Path;

impl Page {
    /// Lets the browser keep what it is given in that folder, without asking.
    ///
    /// # Errors
    /// Where the browser cannot.
    pub async fn downloads_go_to(&self, folder: &Path) -> Result<()> {
        let behavior = json!({ "behavior": "allow", "downloadPath": folder.display().to_string() });
        self.driver.cdp().send_raw("Browser.setDownloadBehavior", behavior).await?;
        Ok(())
    }

    /// Waits until a file of that name is there, whole, and gives its bytes. The browser writes under another name and
    /// renames.
    ///
    /// # Errors
    /// Where it does not come.
    pub async fn downloaded(&self, folder: &Path, name: &str) -> Result<Vec<u8>> {
        let path = folder.join(name);
        self.until(&format!("{name} is kept"), || async { Ok(path.is_file()) }).await?;
        std::fs::read(&path).with_context(|| path.display().to_string())
    }

    /// Shows the page as it would be printed, or as it is on the screen again.
    ///
    /// # Errors
    /// Where the browser cannot.
    pub async fn as_printed(&self, printed: bool) -> Result<()> {
        let media = if printed { "print" } else { "" };
        self.driver.cdp().send_raw("Emulation.setEmulatedMedia", json!({ "media": media })).await?;
        Ok(())
    }
}
