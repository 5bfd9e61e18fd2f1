//! What is taken out without looking at it any more, and where that ends.

use crate::masker::Masker;

/// Until when nothing goes out.
#[derive(Debug, Clone, Copy)]
pub enum Drop {
    /// To the end of the text.
    All,
    /// As long as the signs are of a class.
    Run(fn(u8) -> bool),
    /// Not taken out, but not looked at either, as long as the signs are of a class.
    Pass(fn(u8) -> bool),
    /// To the end of a value without quotes.
    Value {
        /// Within how many escapes the sign before it was written: what is deeper belongs to the value.
        depth: u16,
        /// What else than blanks and quotes ends it.
        ends: &'static [u8],
    },
    /// To the closing quote, or to the end of the line.
    Quote {
        /// Which.
        quote: u8,
        /// Within how many escapes it was written.
        depth: u16,
        /// It goes on over the end of a line.
        crosses_lines: bool,
    },
    /// To the end of the line, or to the quote that the line stands in.
    Line {
        /// Within how many escapes the name was written.
        depth: u16,
        /// Which; the end of a line where there is none.
        quote: u8,
    },
    /// To the bracket that closes the one here.
    Balanced {
        /// How many are open.
        open: u32,
        /// Within a quote: which one, and within how many escapes.
        quote: Option<(u8, u16)>,
    },
    /// To the next boundary of a multipart body.
    Part,
    /// To the next tag.
    Tag,
    /// To the end of a private key, or so many signs.
    Pem {
        /// How many more.
        left: u32,
    },
    /// To the end of a list whose beginning was understood.
    List,
    /// To the end of a cookie.
    Cookie {
        /// Lines hold one each.
        has_lines: bool,
    },
}

pub const fn is_quote(byte: u8) -> bool {
    matches!(byte, b'"' | b'\'' | b'`')
}

impl Masker {
    /// Goes on with what is taken out, up to `limit`.
    pub(crate) fn drop_on(&mut self, limit: usize) {
        let Some(mut drop) = self.dropping else { return };
        if let Drop::Pass(is_in) = drop {
            while self.pos < limit && is_in(self.units.view[self.pos]) {
                self.pos += 1;
            }
            self.dropping = (self.pos == limit).then_some(drop);
            return;
        }
        let mut at = self.pos;
        let mut is_over = false;
        while at < limit && !is_over {
            let length = self.step(&mut drop, at);
            is_over = length.is_none();
            at += length.unwrap_or(0);
            if is_closed(&drop) {
                is_over = true;
            }
        }
        self.skip(at.min(self.units.view.len()));
        self.dropping = (!is_over).then_some(drop);
    }

    /// How many signs here are taken out; none where it ends.
    fn step(&self, drop: &mut Drop, at: usize) -> Option<usize> {
        let view = &self.units.view;
        let byte = view[at];
        let depth = || self.units.depth(at);
        // A quote ends something only where nothing goes on behind it.
        let ends_quote = |known: u16| depth() <= known && !view.get(at + 1).is_some_and(u8::is_ascii_alphanumeric);
        let goes_on = match drop {
            Drop::All => true,
            Drop::Run(is_in) | Drop::Pass(is_in) => is_in(byte),
            Drop::Value { depth: known, ends } => {
                if is_quote(byte) {
                    !ends_quote(*known)
                } else {
                    !(byte.is_ascii_whitespace() || byte == b'<' || ends.contains(&byte)) || depth() > *known
                }
            }
            Drop::Quote { quote, depth: known, crosses_lines } => {
                !((byte == *quote || byte == b'\n' && !*crosses_lines) && depth() <= *known)
            }
            Drop::Line { depth: known, quote } => {
                !(byte == *quote && ends_quote(*known) || matches!(byte, b'\n' | b'\r') && depth() <= *known)
            }
            Drop::Balanced { open, quote } => {
                match *quote {
                    Some((known, level)) if byte == known && depth() <= level => *quote = None,
                    Some(_) => {}
                    None if byte == b'"' => *quote = Some((byte, depth())),
                    None if matches!(byte, b'[' | b'{') => *open = open.saturating_add(1),
                    None if matches!(byte, b']' | b'}') => *open = open.saturating_sub(1),
                    None => {}
                }
                true
            }
            Drop::Part => !(byte == b'\n' && view[at + 1..].starts_with(b"--") || view[at..].starts_with(b"\r\n--")),
            Drop::Tag => byte != b'<',
            Drop::Pem { left } => {
                if byte == b'-' && view[at..].starts_with(b"-----END") {
                    *left = 0;
                    let rest = &view[at + 8..view.len().min(at + 80)];
                    let end = rest.windows(5).position(|part| part == b"-----").map_or(rest.len(), |end| end + 5);
                    return Some(8 + end);
                }
                *left = left.saturating_sub(1);
                true
            }
            Drop::List => {
                let next = view[at + 1..].iter().take(64).find(|byte| !byte.is_ascii_whitespace());
                !(byte == b']' && next.is_none_or(|next| matches!(next, b',' | b'}' | b']')))
            }
            Drop::Cookie { has_lines } => !(byte == b';' || *has_lines && byte == b'\n'),
        };
        goes_on.then_some(1)
    }
}

/// The sign that ends it was taken out with it.
fn is_closed(drop: &Drop) -> bool {
    matches!(drop, Drop::Balanced { open: 0, .. } | Drop::Pem { left: 0 })
}
