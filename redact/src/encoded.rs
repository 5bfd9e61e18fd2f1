//! Base64 within a text: looked into as far as it takes to see whether it hides something.

use crate::drops::Drop;
use crate::masker::{AHEAD, Masker, Mode};
use crate::{Kind, base64};

impl Masker {
    /// What may be base64 is looked into, a window after the other.
    pub(crate) fn base64(&mut self, out: &mut Vec<u8>) {
        self.look_again = u64::MAX;
        let text = &self.units.view[self.pos..self.front()];
        let run = text.iter().take_while(|byte| base64::is_sign(**byte)).count();
        balcao_steps::take(run);
        self.looked = self.position() + run as u64;
        if let Some(inner) = base64::text(&text[..run]) {
            if self.has_secret(&inner) {
                return self.remove(self.pos, self.pos, Kind::Token, Some(Drop::Run(base64::is_sign)), out);
            }
            if run == AHEAD {
                self.look_again = self.position() + AHEAD as u64 / 2;
            }
        } else if run == AHEAD {
            self.dropping = Some(Drop::Pass(base64::is_sign));
            return;
        }
        self.pos += 1;
    }

    fn has_secret(&self, text: &[u8]) -> bool {
        has_secret(text, self.nesting)
    }
}

/// Whether a whole text holds anything to be taken out.
fn has_secret(text: &[u8], nesting: u8) -> bool {
    if nesting > 1 {
        return true;
    }
    let mut masker = Masker::new();
    masker.nesting = nesting + 1;
    let mut out = Vec::new();
    masker.begin(Mode::Text, false);
    masker.feed(text, &mut out);
    masker.end(&mut out);
    masker.report.total() > 0
}

/// What a body in base64 is.
pub enum Content {
    /// A picture, video or font.
    Media,
    /// Nothing that can be looked into as it comes.
    Opaque,
    /// No base64, or short and harmless.
    Other,
}

/// Looks at the beginning of a body, or at all of it.
pub fn body(text: &[u8], is_whole: bool, nesting: u8) -> Content {
    let is_sign = |byte: &u8| base64::is_sign(*byte) || byte.is_ascii_whitespace();
    let signs = text.iter().filter(|byte| !byte.is_ascii_whitespace()).count();
    if signs < 24 || is_whole && signs % 4 != 0 || !text.iter().all(is_sign) {
        return Content::Other;
    }
    // A sentence has blanks; lines of base64 are long.
    if text.iter().take(60).any(u8::is_ascii_whitespace) {
        return Content::Other;
    }
    if base64::is_media(&base64::decode(&text[..24])) {
        return Content::Media;
    }
    match base64::text(text) {
        Some(inner) if is_whole && !has_secret(&inner, nesting) => Content::Other,
        _ => Content::Opaque,
    }
}
