//! Takes cookies, tokens, passwords, keys and personal numbers out of HAR files, JSON and logs, before somebody sends them
//! (docs/decisions/redaction.md). A file goes through in pieces; all else in it is copied byte for byte.
//!
//! ```
//! let mut cleaner = balcao_redact::Cleaner::default();
//! let mut out = Vec::new();
//! cleaner.push(b"GET /?to", &mut out);
//! cleaner.push(b"ken=abc HTTP/1.1", &mut out);
//! let report = cleaner.finish(&mut out);
//! assert_eq!(out, b"GET /?token=(removed:token) HTTP/1.1");
//! assert_eq!(report.count(balcao_redact::Kind::Token), 1);
//! ```

mod base64;
mod broken;
mod cookies;
mod decode;
mod drops;
mod encoded;
mod har;
mod json;
mod json_numbers;
mod kind;
mod markup;
mod masker;
mod names;
mod numbers;
mod report;
mod shapes;
mod utf16;
mod values;
mod words;

pub use har::begins_as_har;
pub use kind::Kind;
pub use report::{Place, Report};

use json::Json;
use masker::{Masker, Mode};
use utf16::Utf16;

/// How the file is read.
#[derive(Debug)]
enum Reading {
    /// Nothing but blanks has come.
    Begins,
    Json(Box<Json>),
    Text,
}

/// Cleans a file as it comes. It keeps some kilobytes of it, however long the file is and whatever is in it.
#[derive(Debug)]
pub struct Cleaner {
    utf16: Utf16,
    reading: Reading,
    masker: Box<Masker>,
    given: Vec<u8>,
    cleaned: Vec<u8>,
    is_broken: bool,
    is_binary: bool,
}

impl Default for Cleaner {
    fn default() -> Self {
        Self {
            utf16: Utf16::default(),
            reading: Reading::Begins,
            masker: Box::new(Masker::new()),
            given: Vec::new(),
            cleaned: Vec::new(),
            is_broken: false,
            is_binary: false,
        }
    }
}

impl Cleaner {
    /// The next piece of the file. What is clean of it so far is put at the end of `out`.
    pub fn push(&mut self, bytes: &[u8], out: &mut Vec<u8>) {
        let mut given = std::mem::take(&mut self.given);
        let mut cleaned = std::mem::take(&mut self.cleaned);
        // So that what stands between does not grow with the piece.
        for slice in bytes.chunks(16 * 1024) {
            self.utf16.read(slice, &mut given);
            self.clean(&given, &mut cleaned);
            self.utf16.write(&cleaned, out);
            given.clear();
            cleaned.clear();
        }
        (self.given, self.cleaned) = (given, cleaned);
    }

    /// The end of the file: the rest of it, and what was taken out.
    #[must_use]
    pub fn finish(mut self, out: &mut Vec<u8>) -> Report {
        let (mut given, mut cleaned) = (Vec::new(), Vec::new());
        self.utf16.read_rest(&mut given);
        self.clean(&given, &mut cleaned);
        match &mut self.reading {
            Reading::Begins => {}
            Reading::Json(json) => self.is_broken |= json.end(&mut self.masker, &mut cleaned),
            Reading::Text => self.masker.end(&mut cleaned),
        }
        self.utf16.write(&cleaned, out);
        self.utf16.write_rest(out);
        let mut report = std::mem::take(&mut self.masker.report);
        report.is_broken = self.is_broken;
        report.is_binary = self.is_binary;
        report
    }

    /// How many bytes are held back, about; for whoever tests that it is always a few.
    #[must_use]
    pub fn kept(&self) -> usize {
        let json = if let Reading::Json(json) = &self.reading { json.kept() } else { 0 };
        self.masker.kept_bytes() + self.given.capacity() + self.cleaned.capacity() + json
    }

    fn clean(&mut self, bytes: &[u8], out: &mut Vec<u8>) {
        self.is_binary |= bytes.contains(&0);
        let mut rest = bytes;
        if matches!(self.reading, Reading::Begins) {
            // Signs of the mark of UTF-8 count as blanks.
            let is_blank = |byte: &u8| byte.is_ascii_whitespace() || matches!(byte, 0xef | 0xbb | 0xbf);
            let blanks = rest.iter().take_while(|byte| is_blank(byte)).count();
            out.extend_from_slice(&rest[..blanks]);
            rest = &rest[blanks..];
            match rest.first() {
                None => return,
                Some(b'{' | b'[') => self.reading = Reading::Json(Box::new(Json::new())),
                Some(_) => {
                    self.masker.begin(Mode::Address, false);
                    self.masker.context.line = 1;
                    self.reading = Reading::Text;
                }
            }
        }
        if let Reading::Json(json) = &mut self.reading
            && let Err(read) = json.feed(rest, &mut self.masker, out)
        {
            rest = &rest[read..];
            self.is_broken = true;
            self.reading = Reading::Text;
        }
        if matches!(self.reading, Reading::Text) {
            self.masker.feed(rest, out);
        }
    }
}
