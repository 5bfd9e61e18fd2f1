//! What a person does with a page: reads, clicks what it says, types under a label, waits for what comes.

use crate::backend::Backend;
use crate::given;
use crate::journey;
use anyhow::{Context, Result, bail};
use serde_json::{Value, json};
use std::sync::Arc;
use std::time::Duration;
use thirtyfour::components::SelectElement;
use thirtyfour::prelude::*;
use tokio::sync::Mutex;

/// How long a person would wait; a condition is polled, nothing sleeps a fixed time.
pub(crate) const PATIENCE: Duration = Duration::from_secs(20);
pub(crate) const POLL: Duration = Duration::from_millis(80);

/// A language of the panel, as the sample admin names it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Language {
    /// English.
    English,
    /// Portuguese.
    Portuguese,
    /// Spanish.
    Spanish,
}

impl Language {
    /// All three.
    pub const ALL: [Self; 3] = [Self::English, Self::Portuguese, Self::Spanish];

    /// The short code, as in the names of the locale files.
    #[must_use]
    pub const fn code(self) -> &'static str {
        match self {
            Self::English => "en",
            Self::Portuguese => "pt",
            Self::Spanish => "es",
        }
    }

    /// The host's locale.
    #[must_use]
    pub const fn tag(self) -> &'static str {
        match self {
            Self::English => "en-US",
            Self::Portuguese => "pt-BR",
            Self::Spanish => "es-AR",
        }
    }
}

/// The browser's one tab, and the backend behind it.
#[derive(Clone)]
pub struct Page {
    /// The driver, for what has no word here.
    pub driver: WebDriver,
    /// The backend, to stop, restart or ask it.
    pub backend: Arc<Mutex<Backend>>,
}

impl Page {
    pub(crate) fn new(driver: WebDriver, backend: Backend) -> Self {
        Self { driver, backend: Arc::new(Mutex::new(backend)) }
    }

    /// Opens an address of the backend.
    ///
    /// # Errors
    /// Where the browser cannot.
    pub async fn open(&self, path: &str) -> Result<()> {
        let url = self.backend.lock().await.url(path);
        self.driver.enter_default_frame().await?;
        self.driver.goto(url).await?;
        Ok(())
    }

    /// Opens a page of the sample admin as Ana, in a language, and goes into the panel's frame.
    ///
    /// # Errors
    /// Where the frame does not come.
    pub async fn open_support(&self, path: &str, language: Language) -> Result<()> {
        let separator = if path.contains('?') { '&' } else { '?' };
        self.open(&format!("/admin/support{path}{separator}locale={}&user=ana", language.tag())).await?;
        self.into_support_frame().await
    }

    /// Goes into the Support page's frame.
    ///
    /// # Errors
    /// Where there is none.
    pub async fn into_support_frame(&self) -> Result<()> {
        self.driver.enter_default_frame().await?;
        self.element(By::Css("main iframe")).await?.enter_frame().await?;
        Ok(())
    }

    /// Clicks the Copilot button in the host's bar and goes into the drawer's frame.
    ///
    /// # Errors
    /// Where there is no button or no frame.
    pub async fn open_copilot(&self) -> Result<()> {
        self.driver.enter_default_frame().await?;
        self.in_shadow("balcao-copilot", "button").await?.click().await?;
        self.into_copilot_frame().await
    }

    /// Goes into the Copilot drawer's frame.
    ///
    /// # Errors
    /// Where there is none.
    pub async fn into_copilot_frame(&self) -> Result<()> {
        self.driver.enter_default_frame().await?;
        self.in_shadow("balcao-copilot-drawer", "iframe").await?.enter_frame().await?;
        Ok(())
    }

    async fn in_shadow(&self, host: &str, inner: &str) -> Result<WebElement> {
        // A host of nothing but fixed content has no size of its own, and counts as not displayed.
        let host = self.driver.query(By::Css(host)).wait(PATIENCE, POLL).first().await?;
        let root = host.get_shadow_root().await?;
        Ok(root.query(By::Css(inner)).wait(PATIENCE, POLL).first().await?)
    }

    /// An element that is there and displayed, waited for.
    ///
    /// # Errors
    /// Where it does not come.
    pub async fn element(&self, by: By) -> Result<WebElement> {
        Ok(self.driver.query(by).wait(PATIENCE, POLL).and_displayed().first().await?)
    }

    /// A button or link by what it says.
    ///
    /// # Errors
    /// Where it does not come.
    pub async fn control(&self, words: &str) -> Result<WebElement> {
        let quoted = quote(words);
        let path = format!(
            "//*[self::button or self::a or self::summary or @role='button'][normalize-space()={quoted} or @aria-label={quoted}]"
        );
        self.element(By::XPath(path)).await.with_context(|| format!("no button or link says {words:?}"))
    }

    /// Clicks a button or link.
    ///
    /// # Errors
    /// Where it does not come.
    pub async fn click(&self, words: &str) -> Result<()> {
        // A view may be drawn anew between finding and clicking; the person would simply click again.
        self.until(&format!("{words:?} can be clicked"), || async {
            let control = self.control(words).await?;
            if control.click().await.is_ok() {
                return Ok(true);
            }
            // In the window, and under something that floats there: the person would scroll.
            control.scroll_into_view().await.ok();
            Ok(control.click().await.is_ok())
        })
        .await
    }

    /// The input that a label stands for; the label may go on after these words ("(optional)").
    ///
    /// # Errors
    /// Where there is none.
    pub async fn input(&self, label: &str) -> Result<WebElement> {
        let quoted = quote(label);
        let path = format!("//*[@id=//label[starts-with(normalize-space(), {quoted})]/@for]");
        let inside = format!(
            "//label[starts-with(normalize-space(), {quoted})]//*[self::input or self::textarea or self::select]"
        );
        let found = self.driver.query(By::XPath(path)).or(By::XPath(inside)).wait(PATIENCE, POLL).first().await;
        found.with_context(|| format!("no input has the label {label:?}"))
    }

    /// Types into the input of a label, after what is there.
    ///
    /// # Errors
    /// Where there is none.
    pub async fn fill(&self, label: &str, text: &str) -> Result<()> {
        // A view may be drawn anew between finding and typing.
        self.until(&format!("{label:?} can be typed into"), || async {
            Ok(self.input(label).await?.send_keys(text).await.is_ok())
        })
        .await
    }

    /// What stands in the input of a label.
    ///
    /// # Errors
    /// Where there is none.
    pub async fn value(&self, label: &str) -> Result<String> {
        Ok(self.input(label).await?.prop("value").await?.unwrap_or_default())
    }

    /// Puts a value into the input of a label at once, as a browser's calendar does, or somebody who pastes over what was
    /// there.
    ///
    /// # Errors
    /// Where there is none.
    pub async fn set(&self, label: &str, value: &str) -> Result<()> {
        let input = self.input(label).await?;
        let script = "const [input, value] = arguments;
            input.focus(); input.value = value; input.dispatchEvent(new Event('input', { bubbles: true }))";
        self.driver.execute(script, vec![input.to_json()?, json!(value)]).await?;
        Ok(())
    }

    /// Chooses a radio button, a checkbox or an option of a list by its label.
    ///
    /// # Errors
    /// Where there is none.
    pub async fn choose(&self, label: &str) -> Result<()> {
        let quoted = quote(label);
        let path = format!("//label[starts-with(normalize-space(), {quoted})]");
        let element = self.element(By::XPath(path)).await.with_context(|| format!("no choice says {label:?}"))?;
        element.scroll_into_view().await?;
        element.click().await?;
        Ok(())
    }

    /// Whether the radio button or checkbox of a label is chosen.
    ///
    /// # Errors
    /// Where there is none.
    pub async fn is_chosen(&self, label: &str) -> Result<bool> {
        Ok(self.input(label).await?.is_selected().await?)
    }

    /// Chooses in a `<select>` by its label and the option's words.
    ///
    /// # Errors
    /// Where there is none.
    pub async fn select(&self, label: &str, option: &str) -> Result<()> {
        let element = self.input(label).await?;
        SelectElement::new(&element).await?.select_by_exact_text(option).await?;
        Ok(())
    }

    /// Waits until the current frame shows these words, and gives all its text.
    ///
    /// # Errors
    /// Where they do not come; what is shown instead is in the message.
    pub async fn see(&self, words: &str) -> Result<String> {
        let mut shown = String::new();
        let deadline = std::time::Instant::now() + PATIENCE;
        while std::time::Instant::now() < deadline {
            shown = self.text().await.unwrap_or_default();
            if shown.contains(words) {
                return Ok(shown);
            }
            tokio::time::sleep(POLL).await;
        }
        bail!("{words:?} is not shown; instead:\n{shown}")
    }

    /// Waits until the current frame no longer shows these words.
    ///
    /// # Errors
    /// Where they stay.
    pub async fn gone(&self, words: &str) -> Result<()> {
        self.until(&format!("{words:?} is gone"), || async { Ok(!self.text().await?.contains(words)) }).await
    }

    /// All visible text of the current frame.
    ///
    /// # Errors
    /// Where there is no page.
    pub async fn text(&self) -> Result<String> {
        Ok(self.script("return document.body.innerText").await?.as_str().unwrap_or_default().to_owned())
    }

    /// The current frame's address without the origin.
    ///
    /// # Errors
    /// Where there is no page.
    pub async fn address(&self) -> Result<String> {
        Ok(self.script("return location.pathname + location.search").await?.as_str().unwrap_or_default().to_owned())
    }

    /// Waits for a condition.
    ///
    /// # Errors
    /// Where it does not come; the last error is in the message.
    pub async fn until<F, Fut>(&self, what: &str, mut condition: F) -> Result<()>
    where
        F: FnMut() -> Fut,
        Fut: Future<Output = Result<bool>>,
    {
        let deadline = std::time::Instant::now() + PATIENCE;
        let mut last = None;
        while std::time::Instant::now() < deadline {
            match condition().await {
                Ok(true) => return Ok(()),
                Ok(false) => {}
                Err(error) => last = Some(error),
            }
            tokio::time::sleep(POLL).await;
        }
        bail!("waited in vain until {what}: {last:?}")
    }

    /// Runs JavaScript in the current frame.
    ///
    /// # Errors
    /// Where the script throws.
    pub async fn script(&self, script: &str) -> Result<Value> {
        Ok(self.driver.execute(script, Vec::new()).await?.json().clone())
    }

    /// Cuts the browser's network, or gives it back.
    ///
    /// # Errors
    /// Where the browser cannot.
    pub async fn network(&self, connected: bool) -> Result<()> {
        let conditions =
            json!({ "offline": !connected, "latency": 0, "downloadThroughput": -1, "uploadThroughput": -1 });
        self.driver.cdp().send_raw("Network.enable", json!({})).await?;
        self.driver.cdp().send_raw("Network.emulateNetworkConditions", conditions).await?;
        Ok(())
    }

    /// Makes the viewport this many CSS pixels wide.
    ///
    /// # Errors
    /// Where the browser cannot.
    pub async fn width(&self, pixels: u32) -> Result<()> {
        let height = if pixels < 600 { 780 } else { 900 };
        let metrics = json!({ "width": pixels, "height": height, "deviceScaleFactor": 1, "mobile": false });
        self.driver.cdp().send_raw("Emulation.setDeviceMetricsOverride", metrics).await?;
        Ok(())
    }

    /// Keeps a picture of the whole window under `target/e2e/pictures/`.
    ///
    /// # Errors
    /// Where it cannot be taken or written.
    pub async fn picture(&self, name: &str) -> Result<()> {
        let folder = journey::folder("pictures");
        std::fs::create_dir_all(&folder)?;
        std::fs::write(folder.join(format!("{name}.png")), self.driver.screenshot_as_png().await?)?;
        Ok(())
    }

    /// Has axe-core look at the current frame.
    ///
    /// # Errors
    /// Every violation, with the elements it names.
    pub async fn accessible(&self, what: &str) -> Result<()> {
        let axe = std::fs::read_to_string(given("BALCAO_E2E_AXE")?)?;
        self.driver.execute(axe, Vec::new()).await?;
        let script = "const done = arguments[arguments.length - 1];
            axe.run(document, { resultTypes: ['violations'] }).then((r) => done(r.violations.map((v) =>
                `${v.id}: ${v.help}\\n` + v.nodes.map((n) => `  ${n.target.join(' ')}\\n  ${n.failureSummary}`).join('\\n'))),
                (error) => done([String(error)]))";
        let violations = self.driver.execute_async(script, Vec::new()).await?.json().clone();
        let violations: Vec<&str> = violations.as_array().into_iter().flatten().filter_map(Value::as_str).collect();
        if violations.is_empty() { Ok(()) } else { bail!("axe on {what}:\n{}", violations.join("\n")) }
    }

    /// What the browser's console holds since it was last asked.
    ///
    /// # Errors
    /// Where chromedriver does not say.
    pub async fn console(&self) -> Result<Vec<String>> {
        let url = format!("{}session/{}/se/log", self.driver.handle().server_url(), self.driver.session_id());
        let answer: Value =
            reqwest::Client::new().post(url).json(&json!({ "type": "browser" })).send().await?.json().await?;
        let lines = answer["value"].as_array().into_iter().flatten();
        Ok(lines
            .map(|line| format!("{} {}", line["level"].as_str().unwrap_or(""), line["message"].as_str().unwrap_or("")))
            .collect())
    }
}

/// A string as XPath writes it: XPath 1.0 knows no escapes.
fn quote(words: &str) -> String {
    if !words.contains('\'') {
        return format!("'{words}'");
    }
    let parts: Vec<String> = words.split('\'').map(|part| format!("'{part}'")).collect();
    format!("concat({})", parts.join(", \"'\", "))
}
