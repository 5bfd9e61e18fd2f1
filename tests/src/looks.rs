//! How a page looks at the three widths, and that nothing sticks out of it.

use crate::page::{Language, Page};
use anyhow::{Result, bail};

/// The widths that every page is looked at, the widest last: it is the one that goes on.
pub const WIDTHS: [u32; 3] = [360, 768, 1440];

/// A picture shows the top of a page; of a conversation, the newest of it.
const TO_WHAT_COUNTS: &str = "(document.querySelector('#copilot-step') ??
    document.querySelector('.copilot-turn:last-child') ?? document.documentElement).scrollIntoView()";

impl Page {
    /// Takes a picture at each width, makes sure that nothing is wider than the window, and has axe-core look.
    ///
    /// # Errors
    /// What sticks out, or what axe says.
    pub async fn looks_right(&self, name: &str, language: Language) -> Result<()> {
        for pixels in WIDTHS {
            self.width(pixels).await?;
            self.script(TO_WHAT_COUNTS).await?;
            self.picture(&format!("{name}-{}-{pixels}", language.code())).await?;
            self.fits(&format!("{name} at {pixels} px")).await?;
        }
        self.ids_are_unique(name).await?;
        self.accessible(name).await
    }

    /// No id names two elements of the current frame: a label, a link or a screen reader would find the wrong one.
    ///
    /// # Errors
    /// The ids that do.
    pub async fn ids_are_unique(&self, what: &str) -> Result<()> {
        let script = "const ids = [...document.querySelectorAll('[id]')].map((e) => e.id);
            return [...new Set(ids.filter((id, at) => ids.indexOf(id) < at))].join(', ')";
        let twice = self.script(script).await?;
        match twice.as_str().unwrap_or_default() {
            "" => Ok(()),
            twice => bail!("{what} has ids twice: {twice}"),
        }
    }

    /// Nothing is wider than the current frame.
    ///
    /// # Errors
    /// What sticks out.
    pub async fn fits(&self, what: &str) -> Result<()> {
        let script = "const room = document.documentElement.clientWidth;
            if (document.documentElement.scrollWidth <= room) return '';
            const wide = [...document.querySelectorAll('body *')].filter((e) => e.getBoundingClientRect().right > room + 1);
            return wide.slice(0, 3).map((e) => e.outerHTML.slice(0, 160)).join('\\n') || 'something'";
        let wide = self.script(script).await?;
        match wide.as_str().unwrap_or_default() {
            "" => Ok(()),
            wide => bail!("{what} is wider than its window: {wide}"),
        }
    }
}
