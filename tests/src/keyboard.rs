//! What somebody without a mouse does: Tab, keys, and knowing where the focus is.

use crate::page::{POLL, Page};
use anyhow::{Context, Result, bail};
use serde_json::json;
use thirtyfour::prelude::*;

/// The element with the focus, through open shadow roots; `null` for none worth the name.
const FOCUSED: &str = "let e = document.activeElement;
    while (e?.shadowRoot?.activeElement) e = e.shadowRoot.activeElement;
    if (!e || e === document.body || e.tagName === 'IFRAME') e = null;";

impl Page {
    /// Presses keys on whatever has the focus.
    ///
    /// # Errors
    /// Where the browser cannot.
    pub async fn press(&self, keys: impl Into<TypingData>) -> Result<()> {
        self.driver.action_chain().send_keys(keys).perform().await?;
        Ok(())
    }

    /// Presses Tab with Shift held: one stop back.
    ///
    /// # Errors
    /// Where the browser cannot.
    pub async fn shift_tab(&self) -> Result<()> {
        self.driver.action_chain().key_down(Key::Shift).send_keys(Key::Tab).key_up(Key::Shift).perform().await?;
        Ok(())
    }

    /// Presses Tab until what has the focus says these words, as somebody without a mouse does. Every stop on the way
    /// has to be seen.
    ///
    /// # Errors
    /// Where a hundred steps do not lead there, or a stop cannot be seen.
    pub async fn tab_to(&self, words: &str) -> Result<()> {
        for _ in 0..100 {
            if self.is_stop().await? && self.focused().await?.contains(words) {
                return self.focus_is_seen().await;
            }
            self.press(Key::Tab).await?;
        }
        bail!("Tab does not lead to {words:?}; it is on {:?}", self.focused().await?)
    }

    /// Goes with Tab from where the focus is to the end of the frame. Every stop has to be seen, and to come below or
    /// beside the one before, as one reads.
    ///
    /// # Errors
    /// What cannot be seen, what jumps back, or that there is no end.
    pub async fn tab_stops(&self, what: &str) -> Result<()> {
        let script = format!(
            "{FOCUSED} if (!e || !e.getClientRects().length) return null;
            const ring = e.tagName === 'INPUT' && e.getBoundingClientRect().width <= 4 ? e.closest('label') ?? e : e;
            const r = ring.getBoundingClientRect();
            return [r.top + scrollY, r.bottom + scrollY]"
        );
        let mut before = f64::MIN;
        for _ in 0..200 {
            self.press(Key::Tab).await?;
            let place = self.script(&script).await?;
            let (Some(top), Some(bottom)) = (place[0].as_f64(), place[1].as_f64()) else { return Ok(()) };
            let name = self.focused().await?;
            // What the focus has just left may still be on the screen for a frame.
            if self.until("the focus is seen", || async { Ok(self.focus_is_seen().await.is_ok()) }).await.is_err() {
                self.focus_is_seen().await.with_context(|| format!("{what}: {name:?}"))?;
            }
            if bottom < before {
                bail!("{what}: Tab jumps back up to {name:?}");
            }
            before = top;
        }
        bail!("{what}: no end of stops; it is on {:?}", self.focused().await?)
    }

    /// What has the focus is something Tab comes to, and not a heading or a summary that the page itself gave it.
    async fn is_stop(&self) -> Result<bool> {
        let script = format!("{FOCUSED} return Boolean(e) && e.getAttribute('tabindex') !== '-1'");
        Ok(self.script(&script).await? == true)
    }

    /// What has the focus in the current frame: its label, name or text; nothing for the page itself.
    ///
    /// # Errors
    /// Where there is no page.
    pub async fn focused(&self) -> Result<String> {
        let script = format!(
            "{FOCUSED} if (!e || e.tagName === 'MAIN') return '';
            const labels = [...(e.labels ?? [])].map((l) => l.innerText).join(' ');
            return [e.getAttribute('aria-label'), labels, e.innerText].filter(Boolean).join(' | ').replace(/\\s+/g, ' ')"
        );
        Ok(self.script(&script).await?.as_str().unwrap_or_default().to_owned())
    }

    /// The id of what has the focus, or its class where it has none.
    ///
    /// # Errors
    /// Where there is no page.
    pub async fn focused_id(&self) -> Result<String> {
        let script = format!("{FOCUSED} return e ? e.id || e.className : ''");
        Ok(self.script(&script).await?.as_str().unwrap_or_default().to_owned())
    }

    /// Waits until what has the focus says these words.
    ///
    /// # Errors
    /// Where it does not come.
    pub async fn has_focus(&self, words: &str) -> Result<()> {
        let mut focused = String::new();
        for _ in 0..100 {
            focused = self.focused().await?;
            if focused.contains(words) {
                return Ok(());
            }
            tokio::time::sleep(POLL).await;
        }
        bail!("the focus is not on {words:?} but on {focused:?}")
    }

    /// What has the focus shows it by a ring, within the window and not covered by anything.
    ///
    /// # Errors
    /// What is wrong with it.
    pub async fn focus_is_seen(&self) -> Result<()> {
        let script = format!(
            "{FOCUSED} if (!e) return 'nothing has the focus';
            // What only the page itself puts the focus on, a heading or an answer, needs no ring.
            if (e.getAttribute('tabindex') === '-1') return '';
            const rings = (x) => {{ const s = getComputedStyle(x); return s.outlineStyle !== 'none' && parseFloat(s.outlineWidth) > 0; }};
            // A file input is hidden, and its label stands for it.
            const large = (x) => x && x.getBoundingClientRect().width > 4;
            const ring = [e, e.closest('label'), e.nextElementSibling].filter(large).find(rings);
            if (!ring) return `no ring around ${{e.outerHTML.slice(0, 200)}}`;
            const r = ring.getBoundingClientRect();
            if (r.bottom <= 0 || r.top >= innerHeight || r.right <= 0 || r.left >= innerWidth) return `outside: ${{e.outerHTML.slice(0, 200)}}`;
            const x = Math.min(Math.max((r.left + r.right) / 2, 1), innerWidth - 1);
            const y = Math.min(Math.max((Math.max(r.top, 0) + Math.min(r.bottom, innerHeight)) / 2, 1), innerHeight - 1);
            const above = ring.getRootNode().elementFromPoint(x, y);
            return above && (ring.contains(above) || above.contains(ring)) ? '' : `covered by ${{above?.outerHTML.slice(0, 200)}}: ${{e.outerHTML.slice(0, 200)}}`"
        );
        let complaint = self.script(&script).await?;
        let complaint = complaint.as_str().unwrap_or("no answer");
        if complaint.is_empty() { Ok(()) } else { bail!("the focus cannot be seen: {complaint}") }
    }

    /// Puts text into the input of a label in one go, as a paste or an input method does: emoji too, which key by key
    /// the driver cannot type.
    ///
    /// # Errors
    /// Where there is no such input.
    pub async fn insert(&self, label: &str, text: &str) -> Result<()> {
        self.input(label).await?.focus().await?;
        self.driver.cdp().send_raw("Input.insertText", json!({ "text": text })).await?;
        Ok(())
    }
}
