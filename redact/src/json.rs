//! Reads JSON as it comes, as far as it takes to know where a string stands; nothing is built. What is no JSON is found out, and
//! read as text from there.

use crate::Kind;
use crate::drops::Drop;
use crate::har::{self, Class};
use crate::json_numbers::is_number;
use crate::masker::{Masker, Mode};
use crate::names::{LONGEST, Verdict, judge};

/// Deeper brackets are counted only: what they belong to is not known any more.
const DEEPEST: usize = 512;
/// A longer number is no number of a card or person.
pub const NUMBER: usize = 40;

#[derive(Debug, Clone, Copy, Default)]
pub struct Level {
    is_list: bool,
    class: Class,
    /// All that stands in it is secret.
    pub inherited: Option<Kind>,
    /// The name beside its value has come, and says this.
    pub named: Option<Mode>,
    is_code: bool,
    /// It tells of a session or token: `{"session":{"id":…}}`.
    is_session: bool,
}

/// What a string is for, besides what is in it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Role {
    Key,
    Name,
    Type,
    Address,
    Other,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum State {
    Between,
    Text {
        role: Role,
        is_escaped: bool,
    },
    Number,
    /// The rest of a very long one: it goes or stays.
    LongNumber {
        is_kept: bool,
    },
}

/// It is no JSON.
#[derive(Debug, PartialEq, Eq)]
pub struct Broken;

/// See the module.
#[derive(Debug)]
pub struct Json {
    pub(crate) state: State,
    /// The last that was neither blank nor within: a bracket, comma or colon, `"` for a string, `0` for a number, blank at first.
    pub(crate) last: u8,
    pub(crate) levels: Vec<Level>,
    deeper: u64,
    /// The last string that may turn out to be a key.
    said: Vec<u8>,
    pub(crate) key: Vec<u8>,
    /// The last string was a key.
    is_key: bool,
    /// Longer than a name can be.
    is_long: bool,
    pub(crate) verdict: Option<Verdict>,
    name: Vec<u8>,
    pub(crate) number: Vec<u8>,
    lines: u64,
}

impl Json {
    pub fn new() -> Self {
        Self {
            state: State::Between,
            last: b' ',
            levels: Vec::new(),
            deeper: 0,
            said: Vec::new(),
            key: Vec::new(),
            is_key: false,
            is_long: false,
            verdict: None,
            name: Vec::new(),
            number: Vec::new(),
            lines: 1,
        }
    }

    /// Reads on. Where it turns out to be no JSON: how much was read, and the masker goes on with the rest as text.
    pub fn feed(&mut self, bytes: &[u8], masker: &mut Masker, out: &mut Vec<u8>) -> Result<(), usize> {
        let mut at = 0;
        while at < bytes.len() {
            match self.state {
                State::Text { role, is_escaped } => {
                    let (length, ends) = inside(&bytes[at..], is_escaped);
                    masker.feed(&bytes[at..at + length], out);
                    at += length;
                    match ends {
                        Inside::GoesOn { is_escaped } => self.state = State::Text { role, is_escaped },
                        Inside::Closed => {
                            masker.end(out);
                            out.push(b'"');
                            self.ended(role, masker);
                            at += 1;
                        }
                        Inside::Broken => {
                            masker.go_on_as_text(self.is_secret_list(), out);
                            masker.context.line = self.lines;
                            return Err(at);
                        }
                    }
                }
                _ => {
                    if self.sign(bytes[at], masker, out).is_err() {
                        self.give_up(masker, out);
                        return Err(at);
                    }
                    at += 1;
                }
            }
        }
        Ok(())
    }

    /// The file ends. Whether something was left open.
    pub fn end(&mut self, masker: &mut Masker, out: &mut Vec<u8>) -> bool {
        match self.state {
            State::Text { .. } => masker.end(out),
            State::Number => self.number_ends(masker, out),
            _ => {}
        }
        !self.levels.is_empty() || matches!(self.state, State::Text { .. })
    }

    /// How many bytes are held back.
    pub fn kept(&self) -> usize {
        self.levels.len() * size_of::<Level>() + self.said.len() + self.key.len() + self.name.len() + self.number.len()
    }

    fn sign(&mut self, byte: u8, masker: &mut Masker, out: &mut Vec<u8>) -> Result<(), Broken> {
        balcao_steps::take(1);
        if matches!(self.state, State::Number | State::LongNumber { .. }) {
            if byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'+' | b'.') {
                return self.number_goes_on(byte, masker, out);
            }
            if self.state == State::Number {
                if !is_number(&self.number) {
                    return Err(Broken);
                }
                self.number_ends(masker, out);
            }
            self.state = State::Between;
        }
        match byte {
            b' ' | b'\t' | b'\r' | b'\n' => {
                self.lines += u64::from(byte == b'\n');
                out.push(byte);
                return Ok(());
            }
            b'"' => {
                self.may_begin(true)?;
                out.push(byte);
                self.begins(masker);
            }
            b'{' | b'[' => {
                self.may_begin(false)?;
                out.push(byte);
                self.open(byte == b'[', masker);
            }
            b'}' | b']' => {
                self.close(byte == b']')?;
                out.push(byte);
            }
            b':' if self.last == b'"'
                && (self.deeper > 0 || self.levels.last().is_some_and(|level| !level.is_list)) =>
            {
                out.push(byte);
                std::mem::swap(&mut self.key, &mut self.said);
                self.verdict = judge(&self.key);
            }
            b',' if matches!(self.last, b'"' | b'0' | b'}' | b']') && !self.levels.is_empty() => {
                out.push(byte);
                self.key.clear();
                self.verdict = None;
            }
            b'0'..=b'9' | b'-' | b't' | b'f' | b'n' => {
                self.may_begin(false)?;
                self.number.push(byte);
                self.state = State::Number;
                // It is known only at its end.
                return Ok(());
            }
            _ => return Err(Broken),
        }
        self.last = byte;
        Ok(())
    }

    /// Whether a value, or with `is_string` a key, may stand here.
    fn may_begin(&self, is_string: bool) -> Result<(), Broken> {
        let Some(level) = self.levels.last() else {
            // A log may have a value a line.
            return if matches!(self.last, b' ' | b'}' | b']') { Ok(()) } else { Err(Broken) };
        };
        let may = match self.last {
            b':' => true,
            b'{' => is_string,
            b'[' => true,
            b',' => is_string || level.is_list || self.deeper > 0,
            _ => false,
        };
        if may { Ok(()) } else { Err(Broken) }
    }

    fn open(&mut self, is_list: bool, masker: &mut Masker) {
        if self.levels.len() == DEEPEST {
            self.deeper += 1;
            return;
        }
        let parent = self.levels.last().copied().unwrap_or_default();
        let is_element = parent.is_list;
        let class = if is_element { parent.class } else { Class::of(&self.key) };
        if is_element && parent.class == Class::Entries && !is_list {
            masker.context.entry = masker.context.entry.saturating_add(1);
            masker.context.address.clear();
        }
        masker.report.is_har |= class == Class::Entries && is_list;
        let of_key = self.verdict.filter(|verdict| verdict.is_certain && !is_element).map(|verdict| verdict.kind);
        let of_pair = parent.named.filter(|_| har::is_value(&self.key)).and_then(certain);
        let inherited = parent.inherited.or(of_pair).or(match of_key {
            Some(Kind::Cookie) if is_list && class == Class::Cookies => None,
            // An object of that name tells of it, a list is it.
            Some(kind @ (Kind::Password | Kind::Key | Kind::Cookie)) => Some(kind),
            kind => kind.filter(|_| is_list),
        });
        let is_session = of_key == Some(Kind::Token);
        self.levels.push(Level { is_list, class, inherited, is_session, ..Level::default() });
        self.key.clear();
        self.verdict = None;
    }

    fn close(&mut self, is_list: bool) -> Result<(), Broken> {
        if matches!(self.last, b':' | b',') {
            return Err(Broken);
        }
        if self.deeper > 0 {
            self.deeper -= 1;
        } else if self.levels.last().is_some_and(|level| level.is_list == is_list) {
            self.levels.pop();
        } else {
            return Err(Broken);
        }
        self.key.clear();
        self.verdict = None;
        Ok(())
    }

    /// A string begins.
    fn begins(&mut self, masker: &mut Masker) {
        let mut level = self.levels.last().copied().unwrap_or_default();
        level.is_list &= self.deeper == 0;
        let is_value = self.last == b':' || level.is_list || self.levels.is_empty();
        let (mode, role) = if is_value { self.meaning(level) } else { (Mode::Text, Role::Key) };
        let mode = match level.inherited {
            Some(kind) if role != Role::Key || self.deeper > 0 => Mode::Named(Verdict { kind, is_certain: true }),
            _ => mode,
        };
        masker.begin(mode, true);
        self.tell_name(level, masker);
        self.state = State::Text { role, is_escaped: false };
    }

    /// What a value means that is a string.
    fn meaning(&self, level: Level) -> (Mode, Role) {
        if self.is_long {
            return (Mode::Text, Role::Other);
        }
        if level.is_list {
            let is_cookie = level.class == Class::Cookies && self.last != b':';
            return (if is_cookie { level.class.mode_without_name() } else { Mode::Text }, Role::Other);
        }
        match self.key.as_slice() {
            b"id" | b"value" | b"key" | b"raw" if level.is_session => (har::SECRET, Role::Other),
            key if har::is_value(key) => (level.named.unwrap_or(level.class.mode_without_name()), Role::Other),
            key if har::is_name(key) => (Mode::Text, Role::Name),
            b"mimeType" => (Mode::Text, Role::Type),
            b"text" if level.class == Class::Body => (if level.is_code { Mode::Code } else { Mode::Body }, Role::Other),
            b"data" if level.class == Class::WebSocket => (Mode::Body, Role::Other),
            key if har::is_address(key) => {
                let is_entry = level.class == Class::Request && key == b"url";
                (Mode::Address, if is_entry { Role::Address } else { Role::Other })
            }
            _ => (self.verdict.map_or(Mode::Text, Mode::Named), Role::Other),
        }
    }

    pub(crate) fn tell_name(&self, level: Level, masker: &mut Masker) {
        let is_pair = level.named.is_some() && har::is_value(&self.key);
        masker.context.name.clear();
        masker.context.name.extend_from_slice(if is_pair { &self.name } else { &self.key });
    }

    /// A string has ended.
    fn ended(&mut self, role: Role, masker: &mut Masker) {
        let is_whole = masker.base == 0 && masker.units.view.len() <= LONGEST;
        let text = &masker.units.view[..masker.units.view.len().min(LONGEST)];
        match role {
            Role::Key => {
                self.said.clear();
                self.said.extend_from_slice(text);
                self.is_long = !is_whole;
            }
            Role::Name => {
                if let Some(level) = self.levels.last_mut() {
                    level.named = Some(level.class.mode_of(text, is_whole));
                    self.name.clear();
                    self.name.extend_from_slice(text);
                }
            }
            Role::Type => {
                if let Some(level) = self.levels.last_mut() {
                    level.is_code = har::is_code(text);
                }
            }
            Role::Address => {
                let told = &masker.told;
                let begin = told.windows(3).position(|part| part == b"://").map_or(0, |at| at + 3);
                let path = told[begin..].split(|byte| matches!(byte, b'?' | b'#')).next().unwrap_or_default();
                masker.context.address.clear();
                masker.context.address.extend_from_slice(path);
            }
            Role::Other => {}
        }
        self.is_key = role == Role::Key;
        self.last = b'"';
        self.state = State::Between;
    }

    /// Whether something around is taken out as a whole.
    fn is_secret_list(&self) -> bool {
        self.levels.iter().any(|level| level.inherited.is_some() || level.class == Class::Cookies)
    }

    /// What comes is no JSON. What the place said of it still holds.
    fn give_up(&mut self, masker: &mut Masker, out: &mut Vec<u8>) {
        let level = self.levels.last().copied().unwrap_or_default();
        let is_value = self.last == b':' || self.last == b'"' && !self.is_key;
        let is_open = self.last == b'"' && masker.dropping.is_some();
        let kind = level.inherited.or_else(|| certain(self.meaning(level).0)).or(is_open.then_some(Kind::Token));
        let kind = kind.filter(|_| is_value);
        // `"senha": "a"b"` goes on behind its quote.
        let drop = match self.last {
            b'"' => Drop::Quote { quote: b'"', depth: 0, crosses_lines: false },
            _ => Drop::Value { depth: 0, ends: b",}]" },
        };
        let value = kind.map(|kind| (kind, drop));
        let is_list = self.is_secret_list();
        // Nothing may stand between a name and what follows it; something does.
        let key = if self.last == b'"' && self.is_key {
            judge(&self.said).filter(|verdict| verdict.is_certain)
        } else {
            None
        };
        masker.begin_within(value, [level.named.and_then(verdict), key], is_list, out);
        masker.context.line = self.lines;
        let number = std::mem::take(&mut self.number);
        masker.feed(&number, out);
    }
}

pub fn verdict(mode: Mode) -> Option<Verdict> {
    match mode {
        Mode::Named(verdict) => Some(verdict),
        Mode::Cookie | Mode::SetCookie => Some(Verdict { kind: Kind::Cookie, is_certain: true }),
        _ => None,
    }
}

/// The kind of what is secret whatever it is.
fn certain(mode: Mode) -> Option<Kind> {
    verdict(mode).filter(|verdict| verdict.is_certain).map(|verdict| verdict.kind)
}

/// How a piece of a string goes on.
enum Inside {
    GoesOn { is_escaped: bool },
    Closed,
    Broken,
}

/// How much of it belongs to the string.
fn inside(bytes: &[u8], mut is_escaped: bool) -> (usize, Inside) {
    for (at, byte) in bytes.iter().enumerate() {
        match byte {
            _ if is_escaped => is_escaped = false,
            b'\\' => is_escaped = true,
            b'"' => return (at, Inside::Closed),
            // No JSON has a line's end or a zero in a string.
            b'\n' | 0 => return (at, Inside::Broken),
            _ => {}
        }
    }
    (bytes.len(), Inside::GoesOn { is_escaped })
}
