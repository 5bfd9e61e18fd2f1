//! A name and its value in a text: `token=…`, `"senha": "…"`, `X-Api-Key: …`, `https://name:password@host`.

use crate::drops::{Drop, is_quote};
use crate::kind::marker_at;
use crate::masker::{APART, Masker, Mode};
use crate::names::{Verdict, judge, judge_header, judge_parameter};
use crate::{Kind, shapes};

/// What ends a value without quotes, besides blanks.
const ENDS: &[u8] = b"&,;)]}>|";
/// What ends it in the query of an address, or in a form.
const ENDS_OF_QUERY: &[u8] = b"&#>";
/// So much of a value is looked at.
const WINDOW: usize = 256;
/// What may stand between a name and its value.
const GAP: usize = 16;

/// A name and where its value may stand.
#[derive(Debug, Clone, Copy)]
struct Name {
    begin: usize,
    end: usize,
    /// The place of the quote behind it.
    quote: Option<usize>,
    is_query: bool,
    value: usize,
}

fn is_name(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || matches!(byte, b'_' | b'.' | b'-' | b'$') || byte >= 0x80
}

impl Masker {
    /// Something stands before a `:` or `=`, and something behind.
    pub(crate) fn named(&mut self, out: &mut Vec<u8>) {
        let text = &self.units.view[self.pos..self.front()];
        if text.starts_with(b"://") {
            return self.user(out);
        }
        let before = self.before(self.pos);
        let is_pair = text[0] == b':' && (before == b':' || text.get(1) == Some(&b':'));
        if is_pair || b"=!<>".contains(&before) {
            self.pos += 1;
            return;
        }
        let Some(name) = self.name() else {
            self.pos += 1;
            return;
        };
        let verdict = self.verdict(&name);
        self.remember(&name);
        let at = self.pos;
        if let Some(verdict) = verdict {
            self.value(&name, verdict, out);
        } else if self.mode == Mode::Address {
            self.chance(&name, out);
        }
        if self.pos == at && self.dropping.is_none() {
            self.pos += 1;
        }
    }

    fn name(&self) -> Option<Name> {
        let view = &self.units.view;
        let (back, front) = (self.back(), self.front());
        let mut end = self.pos;
        while end > back && self.pos - end < 2 && matches!(view[end - 1], b' ' | b'\t') {
            end -= 1;
        }
        let quote = (end > back && is_quote(view[end - 1])).then(|| end - 1);
        if quote.is_some() || end > back && view[end - 1] == b']' {
            end -= 1;
        }
        let mut begin = end;
        while begin > back && end - begin < 64 && is_name(view[begin - 1]) {
            begin -= 1;
        }
        if begin == end {
            return None;
        }
        // A body that begins with a name is a form.
        let is_start = self.base == 0 && begin == 0 && self.mode == Mode::Body;
        let is_query = view[self.pos] == b'=' && (is_start || b"?&#=[".contains(&self.before(begin)));
        let mut value = self.pos + 1;
        while value < front && value - self.pos < 3 && matches!(view[value], b'=' | b'>') {
            value += 1;
        }
        let from = value;
        let is_blank = |byte: u8| matches!(byte, b' ' | b'\t') || quote.is_some() && byte.is_ascii_whitespace();
        while value < front && value - from < GAP && is_blank(view[value]) {
            value += 1;
        }
        (value < front).then_some(Name { begin, end, quote, is_query, value })
    }

    fn verdict(&mut self, name: &Name) -> Option<Verdict> {
        let text = &self.units.view[name.begin..name.end];
        if let Some(verdict) = self.next_named.take() {
            return Some(verdict);
        }
        let verdict = if name.is_query { judge_parameter(text) } else { judge(text) };
        if verdict.is_some_and(|verdict| verdict.is_certain) {
            return verdict;
        }
        if matches!(text, b"value" | b"val" | b"content" | b"values" | b"newValue") {
            let (pending, until) = self.pending?;
            self.pending = None;
            return (self.distance() < until).then_some(pending);
        }
        // The last words of what is said so: "API key", "código de verificação".
        let ends: [&[u8]; 14] = [
            b"key",
            b"ode",
            b"igo",
            b"sso",
            b"eso",
            b"ion",
            "ção".as_bytes(),
            b"cao",
            "ón".as_bytes(),
            "ança".as_bytes(),
            b"dad",
            b"ber",
            b"ero",
            "tão".as_bytes(),
        ];
        let is_phrase = name.quote.is_none() && ends.iter().any(|end| text.ends_with(end));
        let phrase = if is_phrase { self.phrase(name) } else { None };
        phrase.or(verdict)
    }

    /// `Código de acesso: 123456`, `API key = …`: the words before belong to the name.
    fn phrase(&self, name: &Name) -> Option<Verdict> {
        let view = &self.units.view;
        let mut begin = name.begin;
        for _ in 0..3 {
            if begin <= self.back() || view[begin - 1] != b' ' {
                break;
            }
            let mut word = begin - 1;
            while word > self.back() && begin - word < 24 && is_name(view[word - 1]) {
                word -= 1;
            }
            if word == begin - 1 {
                break;
            }
            begin = word;
            let verdict = judge(&view[begin..name.end]).filter(|verdict| verdict.is_certain);
            if verdict.is_some_and(|verdict| verdict.kind != Kind::Cookie) {
                return verdict;
            }
        }
        None
    }

    /// `"name":"otp","value":"…"`, `<input name="senha" value="…">` and parts of a form: the value stands further on.
    fn remember(&mut self, name: &Name) {
        let view = &self.units.view;
        let is_field = matches!(&view[name.begin..name.end], b"name" | b"key" | b"id" | b"field" | b"header");
        if !is_field || !is_quote(view[name.value]) {
            return;
        }
        let quote = view[name.value];
        let rest = &view[name.value + 1..self.front()];
        let Some(end) = rest.iter().take(128).position(|byte| *byte == quote || *byte == b'\\') else { return };
        let of =
            judge_header(&rest[..end]).filter(|verdict| verdict.is_certain).or_else(|| judge_parameter(&rest[..end]));
        let distance = self.distance();
        self.pending = of.map(|verdict| (verdict, distance + (name.value - self.pos + end) as u64 + APART));
    }

    fn value(&mut self, name: &Name, verdict: Verdict, out: &mut Vec<u8>) {
        let view = &self.units.view;
        let rest = &view[name.value..self.front().min(name.value + WINDOW)];
        balcao_steps::take(rest.len());
        let is_code = self.mode == Mode::Code;
        let depth = self.units.depth(self.pos);
        // A private key has lines, and an end of its own.
        let is_header = view[self.pos] == b':'
            && (verdict.kind == Kind::Cookie || ends_with(&view[name.begin..name.end], b"authorization"));
        if !is_header && rest[usize::from(is_quote(rest[0]))..].starts_with(b"-----BEGIN ") {
            return;
        }
        let is_certain = verdict.is_certain && !is_code;
        if is_quote(rest[0]) {
            let (quote, depth) = (rest[0], self.units.depth(name.value));
            let is_end = |at: &usize| rest[*at] == quote && self.units.depth(name.value + at) <= depth;
            let end = (1..rest.len()).find(is_end).unwrap_or(rest.len());
            let inner = &rest[1..end];
            let is_secret = is_certain || shapes::looks(verdict.kind, inner);
            if !inner.is_empty() && is_secret {
                let drop = Drop::Quote { quote, depth, crosses_lines: false };
                self.remove(name.value + 1, name.value + 1, verdict.kind, Some(drop), out);
            }
            return;
        }
        let is_comparison = view[self.pos..].starts_with(b"==");
        if is_comparison || is_code && !name.is_query {
            return;
        }
        if matches!(rest[0], b'[' | b'{')
            && let Some(quote) = name.quote
        {
            let is_list = rest[0] == b'[' || matches!(verdict.kind, Kind::Password | Kind::Key | Kind::Cookie);
            if is_certain && is_list && !matches!(rest.get(1), Some(b']' | b'}')) {
                self.quoted(quote, name.value, verdict.kind, out);
                self.dropping = Some(Drop::Balanced { open: 0, quote: None });
            }
            return;
        }
        let is_opened =
            matches!(rest[0], b'[' | b'(' | b'{') && marker_at(rest) == 0 && number(verdict.kind, rest).is_none();
        let opened = usize::from(is_opened);
        let rest = &rest[opened..];
        let ends = match verdict.kind {
            _ if name.is_query => ENDS_OF_QUERY,
            // People put any sign into a password.
            Kind::Password if opened == 0 => b"",
            _ => ENDS,
        };
        let is_end = |at: &usize| {
            let byte = rest[*at];
            (byte.is_ascii_whitespace() || is_quote(byte) || byte == b'<' || ends.contains(&byte))
                && self.units.depth(name.value + opened + at) <= depth
        };
        let value = &rest[..(0..rest.len()).find(is_end).unwrap_or(rest.len())];
        let mut begin = name.value + opened;
        if value.is_empty() || is_nothing(value) && !name.is_query {
            return;
        }
        if name.quote.is_none()
            && let Some(length) = number(verdict.kind, rest)
        {
            return self.remove(begin, begin + length, verdict.kind, None, out);
        }
        if !is_certain && !shapes::looks(verdict.kind, value) {
            return;
        }
        if let Some(quote) = name.quote.filter(|_| value[0].is_ascii_digit() || value[0] == b'-') {
            self.quoted(quote, name.value, verdict.kind, out);
            self.dropping = Some(Drop::Value { depth, ends: ENDS });
            return;
        }
        let scheme =
            [&b"bearer"[..], b"basic", b"token", b"digest"].into_iter().find(|known| value.eq_ignore_ascii_case(known));
        if is_header {
            let quote = self.before(name.begin);
            let quote = if is_quote(quote) { quote } else { b'\n' };
            return self.remove(begin, begin, verdict.kind, Some(Drop::Line { depth, quote }), out);
        }
        if let Some(scheme) = scheme {
            let after = &rest[scheme.len()..];
            let blanks = after.iter().take_while(|byte| matches!(byte, b' ' | b'+')).count();
            if blanks > 0 && blanks < 4 && after.len() > blanks && !after[blanks].is_ascii_whitespace() {
                begin += scheme.len() + blanks;
            }
        }
        self.remove(begin, begin, verdict.kind, Some(Drop::Value { depth, ends }), out);
    }

    /// A marker in quotes like those of the name, in place of a number or list: JSON stays JSON.
    fn quoted(&mut self, quote: usize, value: usize, kind: Kind, out: &mut Vec<u8>) {
        let written = self.written(quote);
        let marker = [written.as_slice(), kind.marker().as_bytes(), written.as_slice()].concat();
        self.replace(value, &String::from_utf8_lossy(&marker), kind, out);
    }

    /// A value in an address that looks drawn by chance, or one beside a name: `"name":"k","value":"…"`.
    fn chance(&mut self, name: &Name, out: &mut Vec<u8>) {
        let view = &self.units.view;
        let is_pair = name.quote.is_some() && &view[name.begin..name.end] == b"value" && is_quote(view[name.value]);
        if !name.is_query && !is_pair {
            return;
        }
        let begin = name.value + usize::from(is_pair);
        let rest = &view[begin..self.front().min(begin + WINDOW).max(begin)];
        let value = &rest[..rest.iter().position(|byte| !shapes::is_token(*byte)).unwrap_or(rest.len())];
        balcao_steps::take(value.len());
        if shapes::is_random(value, 24) {
            let drop = Drop::Value { depth: self.units.depth(name.value), ends: ENDS_OF_QUERY };
            self.remove(begin, begin, Kind::Token, Some(drop), out);
        }
    }

    /// `https://name:password@host`.
    fn user(&mut self, out: &mut Vec<u8>) {
        let begin = self.pos + 3;
        let text = &self.units.view[begin..self.front().max(begin)];
        match shapes::user_end(&text[..text.len().min(512)]) {
            Some(end) => {
                let kind = if text[..end].contains(&b':') { Kind::Password } else { Kind::Token };
                self.remove(begin, begin + end, kind, None, out);
            }
            None => self.pos = begin.min(self.units.view.len()),
        }
    }
}

/// How long a number with blanks in it is, `+55 (11) 98765-4321`, where the name speaks of one.
fn number(kind: Kind, text: &[u8]) -> Option<usize> {
    if !matches!(kind, Kind::Phone | Kind::Card | Kind::Document) {
        return None;
    }
    let is_part = |byte: &&u8| byte.is_ascii_digit() || b" .-/()+".contains(byte);
    let run = text.iter().take(32).take_while(is_part).count();
    let is_end = |end: &usize| text[end - 1].is_ascii_digit() && !text.get(*end).is_some_and(u8::is_ascii_digit);
    (1..=run).filter(is_end).rfind(|end| shapes::looks(kind, &text[..*end]))
}

fn ends_with(name: &[u8], wanted: &[u8]) -> bool {
    name.len() >= wanted.len() && name[name.len() - wanted.len()..].eq_ignore_ascii_case(wanted)
}

/// What says that there is none.
fn is_nothing(value: &[u8]) -> bool {
    let words: [&[u8]; 8] = [b"true", b"false", b"null", b"undefined", b"none", b"nil", b"nan", b"empty"];
    words.iter().any(|word| value.eq_ignore_ascii_case(word)) || value.iter().all(|byte| *byte == b'*')
}
