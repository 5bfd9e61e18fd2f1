//! Giving files to a page: chosen, dropped, pasted; and how fast they go.

use crate::page::{PATIENCE, POLL, Page};
use anyhow::{Context, Result};
use serde_json::{Value, json};
use std::path::{Path, PathBuf};
use thirtyfour::prelude::*;

impl Page {
    /// Gives files to a file input, as the browser's chooser would.
    ///
    /// # Errors
    /// Where there is no such input.
    pub async fn choose_files(&self, files: &[&Path]) -> Result<()> {
        let paths: Vec<String> = files.iter().map(|file| file.display().to_string()).collect();
        let input = self.driver.query(By::Css("input[type=file]")).wait(PATIENCE, POLL).first().await?;
        input.send_keys(paths.join("\n")).await?;
        Ok(())
    }

    /// Gives files to the evidence, where a page has another file input as well.
    ///
    /// # Errors
    /// Where there is no evidence.
    pub async fn choose_evidence(&self, files: &[&Path]) -> Result<()> {
        let paths: Vec<String> = files.iter().map(|file| file.display().to_string()).collect();
        let input = self.driver.query(By::Css(".evidence input[type=file]")).wait(PATIENCE, POLL).first().await?;
        input.send_keys(paths.join("\n")).await?;
        Ok(())
    }

    /// Drags text files over an element and lets them go there.
    ///
    /// # Errors
    /// Where there is no such element.
    pub async fn drop_files(&self, css: &str, names: &[&str]) -> Result<()> {
        let script = "const [css, names] = arguments, over = document.querySelector(css), data = new DataTransfer();
            for (const name of names) data.items.add(new File([`what ${name} says`], name, { type: 'text/plain' }));
            for (const type of ['dragenter', 'dragover', 'drop'])
                over.dispatchEvent(new DragEvent(type, { dataTransfer: data, bubbles: true, cancelable: true }))";
        self.driver.execute(script, vec![json!(css), json!(names)]).await?;
        Ok(())
    }

    /// Pastes a picture into whatever has the focus, as after pressing Print Screen.
    ///
    /// # Errors
    /// Where the page cannot draw one.
    pub async fn paste_screenshot(&self) -> Result<()> {
        let script = "const done = arguments[arguments.length - 1], canvas = document.createElement('canvas');
            canvas.width = 320; canvas.height = 200;
            const pen = canvas.getContext('2d');
            pen.fillStyle = '#eef'; pen.fillRect(0, 0, 320, 200); pen.fillStyle = '#c33'; pen.fillRect(40, 60, 240, 30);
            canvas.toBlob((blob) => {
                const data = new DataTransfer();
                data.items.add(new File([blob], 'image.png', { type: 'image/png' }));
                document.activeElement.dispatchEvent(new ClipboardEvent('paste', { clipboardData: data, bubbles: true, cancelable: true }));
                done(true);
            })";
        self.driver.execute_async(script, Vec::new()).await?;
        Ok(())
    }

    /// Waits until every file of the list has arrived, and there are this many.
    ///
    /// # Errors
    /// Where they do not; how they stand is in the message.
    pub async fn files_arrived(&self, count: usize) -> Result<()> {
        let all = json!(vec!["sent"; count]);
        self.until(&format!("{count} files have arrived"), || async { Ok(self.file_states().await? == all) })
            .await
            .with_context(|| "files")?;
        Ok(())
    }

    /// How each file of the list stands.
    ///
    /// # Errors
    /// Where there is no page.
    pub async fn file_states(&self) -> Result<Value> {
        self.script("return [...document.querySelectorAll('.evidence-row')].map((row) => row.dataset.state)").await
    }

    /// Makes the way to the backend narrow, in bytes a second; `None` opens it again.
    ///
    /// # Errors
    /// Where the browser cannot.
    pub async fn upload_speed(&self, bytes: Option<u32>) -> Result<()> {
        let speed = bytes.map_or(-1, i64::from);
        let conditions = json!({ "offline": false, "latency": 0, "downloadThroughput": -1, "uploadThroughput": speed });
        self.driver.cdp().send_raw("Network.enable", json!({})).await?;
        self.driver.cdp().send_raw("Network.emulateNetworkConditions", conditions).await?;
        Ok(())
    }

    /// A picture of the window as a file in a folder: something real to attach.
    ///
    /// # Errors
    /// Where it cannot be taken or written.
    pub async fn screenshot_file(&self, folder: &Path, name: &str) -> Result<PathBuf> {
        let path = folder.join(name);
        std::fs::write(&path, self.driver.screenshot_as_png().await?)?;
        Ok(path)
    }
}
