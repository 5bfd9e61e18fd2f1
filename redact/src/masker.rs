//! Takes secrets out of a text that comes in pieces. It looks some way ahead and some way back, never further, so that it
//! keeps the same few kilobytes of a text of any length, and says the same however the text is cut.

use crate::decode::{Decoder, Escapes, Units, is_special};
use crate::drops::Drop;
use crate::encoded::{Content, body};
use crate::kind::marker_at;
use crate::names::Verdict;
use crate::report::{Context, Report};
use crate::{Kind, base64, numbers, shapes};

/// So many signs are looked at from where something may begin.
pub const AHEAD: usize = 1024;
/// So many signs before it are known.
pub const BACK: usize = 256;
/// So many bytes are taken at once.
const SLICE: usize = 16 * 1024;
/// How far apart a field's name and its value may stand: `"name":"otp","value":"1"`.
pub const APART: u64 = 256;
/// `(removed:body)` in base64, for a body that is read as base64.
const BODY: &str = "KHJlbW92ZWQ6Ym9keSk=";

/// What a text is, as far as what is around it tells.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Mode {
    /// Anything.
    Text,
    /// An address, or a whole text with some in it: what looks drawn by chance in a query is a secret, too.
    Address,
    /// A body; base64 is looked into.
    Body,
    /// A body of code: `token = next()` is no secret.
    Code,
    /// A value whose name says what it is.
    Named(Verdict),
    /// The value of a parameter whose name says nothing.
    Parameter,
    /// The value of the header `Cookie`.
    Cookie,
    /// The value of the header `Set-Cookie`.
    SetCookie,
}

/// See the module.
#[derive(Debug)]
pub struct Masker {
    pub(crate) decoders: Vec<Decoder>,
    raw: Vec<u8>,
    /// So many bytes of it have gone out.
    raw_done: usize,
    pub(crate) units: Units,
    /// What is looked at next.
    pub(crate) pos: usize,
    /// What stands before has gone out.
    done: usize,
    /// Nothing before is looked at any more: it was taken out.
    pub(crate) floor: usize,
    /// How many signs were forgotten.
    pub(crate) base: u64,
    /// How many signs went out, markers included.
    kept: u64,
    pub(crate) mode: Mode,
    pub(crate) is_fresh: bool,
    pub(crate) dropping: Option<Drop>,
    pub(crate) pending: Option<(Verdict, u64)>,
    /// The same, for whatever has the next name.
    pub(crate) next_named: Option<Verdict>,
    pub(crate) tag: Option<(Verdict, u64)>,
    /// Base64 up to here has been looked into; and where to look into it again.
    pub(crate) looked: u64,
    pub(crate) look_again: u64,
    /// Within what this text was found: base64 in base64 in base64 is enough.
    pub(crate) nesting: u8,
    /// What went out of this text so far, up to a few hundred bytes.
    pub(crate) told: Vec<u8>,
    pub(crate) report: Report,
    pub(crate) context: Context,
}

impl Masker {
    pub fn new() -> Self {
        Self {
            decoders: Vec::new(),
            raw: Vec::new(),
            raw_done: 0,
            units: Units::default(),
            pos: 0,
            done: 0,
            floor: 0,
            base: 0,
            kept: 0,
            mode: Mode::Text,
            is_fresh: true,
            dropping: None,
            pending: None,
            next_named: None,
            tag: None,
            looked: 0,
            look_again: u64::MAX,
            nesting: 0,
            told: Vec::new(),
            report: Report::default(),
            context: Context::default(),
        }
    }

    /// A text begins: the inside of a JSON string, or a file.
    pub fn begin(&mut self, mode: Mode, is_json: bool) {
        let levels = [if is_json { Escapes::Json } else { Escapes::Nested }, Escapes::Nested, Escapes::Nested];
        if self.decoders.is_empty() {
            self.decoders.extend(levels.map(Decoder::new));
        }
        self.decoders[0].escapes = levels[0];
        self.raw.clear();
        self.raw_done = 0;
        self.units.clear();
        (self.pos, self.done, self.floor, self.base, self.kept) = (0, 0, 0, 0, 0);
        (self.looked, self.look_again) = (0, u64::MAX);
        self.mode = mode;
        self.is_fresh = true;
        self.dropping = None;
        self.pending = None;
        self.next_named = None;
        self.tag = None;
        self.told.clear();
    }

    /// The text goes on.
    pub fn feed(&mut self, bytes: &[u8], out: &mut Vec<u8>) {
        for slice in bytes.chunks(SLICE) {
            self.raw.extend_from_slice(slice);
            if self.decoders.iter().all(Decoder::is_idle) && !slice.iter().any(|byte| is_special(*byte)) {
                self.units.extend_plain(slice);
            } else {
                let mut units = Units::default();
                units.extend_plain(slice);
                self.decode(units, false);
            }
            self.scan(false, out);
        }
    }

    /// The text ends.
    pub fn end(&mut self, out: &mut Vec<u8>) {
        if !self.decoders.iter().all(Decoder::is_idle) {
            self.decode(Units::default(), true);
        }
        self.scan(true, out);
        if matches!(self.dropping, None | Some(Drop::Pass(_))) {
            self.flush(self.units.view.len(), out);
        }
    }

    pub(crate) fn decode(&mut self, mut units: Units, is_last: bool) {
        let (last, before) = match self.decoders.split_last_mut() {
            Some(decoders) => decoders,
            None => return,
        };
        for decoder in before {
            let mut read = Units::default();
            decoder.read(&mut units, &mut read, is_last);
            units = read;
        }
        last.read(&mut units, &mut self.units, is_last);
    }

    fn scan(&mut self, is_last: bool, out: &mut Vec<u8>) {
        let limit = self.units.view.len().saturating_sub(if is_last { 0 } else { AHEAD });
        let begun = self.pos;
        if self.is_fresh && self.pos < limit {
            self.is_fresh = false;
            self.start(out);
        }
        while self.pos < limit {
            if self.dropping.is_some() {
                self.drop_on(limit);
            } else if matches!(self.mode, Mode::Cookie | Mode::SetCookie) {
                self.cookie(out);
            } else {
                self.look(out);
            }
        }
        balcao_steps::take(self.pos.saturating_sub(begun));
        if self.pos > 4 * BACK && !is_last {
            let forgotten = self.pos - BACK;
            self.flush(self.done.max(forgotten), out);
            self.units.drain(forgotten);
            self.raw.drain(..self.raw_done);
            self.raw_done = 0;
            self.pos -= forgotten;
            self.done -= forgotten;
            self.floor = self.floor.saturating_sub(forgotten);
            self.base += forgotten as u64;
        }
    }

    /// What is known of a text from its beginning.
    fn start(&mut self, out: &mut Vec<u8>) {
        let text = &self.units.view[..self.front()];
        match self.mode {
            Mode::Named(verdict) if verdict.is_certain || shapes::looks(verdict.kind, text) => {
                self.remove(0, 0, verdict.kind, Some(Drop::All), out);
            }
            Mode::Parameter if shapes::is_random(text, 24) => {
                self.remove(0, 0, Kind::Token, Some(Drop::All), out);
            }
            Mode::Body | Mode::Code => match body(text, text.len() < AHEAD, self.nesting) {
                Content::Media => self.dropping = Some(Drop::Pass(base64::is_sign)),
                Content::Opaque => {
                    self.replace(0, BODY, Kind::Body, out);
                    self.dropping = Some(Drop::All);
                }
                Content::Other => {}
            },
            _ => {}
        }
    }

    fn look(&mut self, out: &mut Vec<u8>) {
        let view = &self.units.view;
        let byte = view[self.pos];
        let before = self.before(self.pos);
        if self.position() == self.look_again {
            return self.base64(out);
        }
        match byte {
            b'0'..=b'9' if !before.is_ascii_digit() => self.digit(before, out),
            b'a'..=b'z' | b'A'..=b'Z' if !before.is_ascii_alphanumeric() => self.word(out),
            b':' | b'=' => self.named(out),
            b'@' => self.email(out),
            b'/' => self.path(out),
            b'<' | b'>' => self.tag(out),
            b'\n' => self.blank_line(out),
            b'-' if before != b'-' && view[self.pos..].starts_with(b"-----BEGIN ") => self.pem(out),
            _ => self.pos += 1,
        }
    }

    fn digit(&mut self, before: u8, out: &mut Vec<u8>) {
        let text = &self.units.view[self.pos..self.front()];
        // A fraction is no number of anything.
        let is_fraction = before == b'.' && self.pos > 1 && self.before(self.pos - 1).is_ascii_digit();
        match numbers::number_at(text) {
            Some((kind, length)) if !is_fraction => self.remove(self.pos, self.pos + length, kind, None, out),
            _ if !before.is_ascii_alphanumeric() => self.word(out),
            _ => self.pos += 1,
        }
    }

    /// A word begins.
    fn word(&mut self, out: &mut Vec<u8>) {
        let text = &self.units.view[self.pos..self.front()];
        if let Some((kind, kept)) = shapes::secret_at(text) {
            let begin = self.pos + kept;
            return self.remove(begin, begin, kind, Some(Drop::Run(shapes::is_token)), out);
        }
        if text[0].is_ascii_uppercase()
            && let Some(length) = numbers::document_at(text)
        {
            return self.remove(self.pos, self.pos + length, Kind::Document, None, out);
        }
        let run = text.iter().take_while(|byte| byte.is_ascii_alphanumeric()).count();
        balcao_steps::take(run);
        if run >= 14 && self.position() >= self.looked {
            return self.base64(out);
        }
        self.pos += 1;
    }

    fn email(&mut self, out: &mut Vec<u8>) {
        let is_local = |byte: u8| byte.is_ascii_alphanumeric() || b"._%+-".contains(&byte) || byte >= 0x80;
        let local =
            (1..=64).take_while(|back| self.pos >= self.back() + back && is_local(self.units.view[self.pos - back]));
        let local = local.count();
        balcao_steps::take(local);
        let domain = shapes::domain_at(&self.units.view[self.pos + 1..self.front().max(self.pos + 1)]);
        if local == 0 || domain == 0 {
            self.pos += 1;
            return;
        }
        self.remove(self.pos - local, self.pos + 1 + domain, Kind::Email, None, out);
    }

    fn pem(&mut self, out: &mut Vec<u8>) {
        let text = &self.units.view[self.pos..self.front()];
        let line = &text[..text.iter().skip(11).position(|byte| *byte == b'-').map_or(0, |at| at + 11)];
        if line.ends_with(b"PRIVATE KEY") || line.ends_with(b"PRIVATE KEY BLOCK") {
            self.remove(self.pos, self.pos + line.len(), Kind::Key, Some(Drop::Pem { left: 16 * 1024 }), out);
        } else {
            self.pos += 1;
        }
    }

    /// What stands before a place; a blank where nothing is known.
    pub(crate) fn before(&self, at: usize) -> u8 {
        if at > self.back() { self.units.view[at - 1] } else { b' ' }
    }

    /// How far back may be looked.
    pub(crate) fn back(&self) -> usize {
        self.floor.max(self.pos.saturating_sub(BACK))
    }

    /// How far ahead may be looked.
    pub(crate) fn front(&self) -> usize {
        self.units.view.len().min(self.pos + AHEAD)
    }

    pub(crate) fn position(&self) -> u64 {
        self.base + self.pos as u64
    }

    /// How far it is from the beginning in what goes out: the same when it is cleaned once more.
    pub(crate) fn distance(&self) -> u64 {
        self.kept + (self.pos - self.done) as u64
    }

    /// Takes out what stands from `begin` to `end`, and goes on as `drop` says. What is a marker already stays.
    pub(crate) fn remove(&mut self, begin: usize, end: usize, kind: Kind, drop: Option<Drop>, out: &mut Vec<u8>) {
        let known = marker_at(&self.units.view[begin..]);
        let mut drop = drop;
        if known > 0 {
            // What stands behind it was looked at when it was put there.
            drop = drop.filter(|drop| matches!(drop, Drop::All | Drop::Cookie { .. }));
            self.flush(begin + known, out);
            self.pos = begin + known;
            self.floor = self.pos;
        } else {
            self.replace(begin, kind.marker(), kind, out);
        }
        self.skip(end.max(self.pos));
        self.looked = 0;
        self.dropping = drop;
    }

    /// Puts something in place of what begins here.
    pub(crate) fn replace(&mut self, begin: usize, marker: &str, kind: Kind, out: &mut Vec<u8>) {
        self.flush(begin, out);
        self.report.add(kind, &self.context);
        self.tell(marker.as_bytes(), out);
        self.kept += marker.len() as u64;
        self.pos = begin;
        self.floor = begin;
    }

    pub(crate) fn tell(&mut self, bytes: &[u8], out: &mut Vec<u8>) {
        out.extend_from_slice(bytes);
        if self.told.len() < 256 {
            self.told.extend_from_slice(&bytes[..bytes.len().min(256)]);
        }
    }

    /// Lets everything before a place go out.
    fn flush(&mut self, to: usize, out: &mut Vec<u8>) {
        if to <= self.done {
            return;
        }
        self.kept += (to - self.done) as u64;
        let raw = std::mem::take(&mut self.raw);
        let begin = self.raw_done;
        self.advance(&raw, to);
        self.tell(&raw[begin..self.raw_done], out);
        self.raw = raw;
    }

    /// Lets nothing before a place go out.
    pub(crate) fn skip(&mut self, to: usize) {
        if to > self.done {
            let raw = std::mem::take(&mut self.raw);
            self.advance(&raw, to);
            self.raw = raw;
        }
        self.pos = self.pos.max(to);
        self.floor = self.floor.max(to);
    }

    fn advance(&mut self, raw: &[u8], to: usize) {
        let begin = self.raw_done;
        self.raw_done += self.units.bytes(self.done, to);
        self.done = to;
        if self.context.line > 0 {
            self.context.line += raw[begin..self.raw_done].iter().filter(|byte| **byte == b'\n').count() as u64;
        }
    }

    /// How many bytes are held back.
    pub fn kept_bytes(&self) -> usize {
        self.raw.len() + self.units.view.len() * 3
    }

    /// The bytes of a sign that has not gone out yet, as they were written.
    pub(crate) fn written(&self, at: usize) -> Vec<u8> {
        let begin = self.raw_done + self.units.bytes(self.done, at.max(self.done));
        self.raw[begin..begin + self.units.bytes(at, at + 1)].to_vec()
    }
}
