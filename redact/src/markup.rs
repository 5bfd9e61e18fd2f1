//! Secrets within tags, parts of a form, and paths of addresses.

use crate::Kind;
use crate::drops::Drop;
use crate::masker::{APART, Masker, Mode};
use crate::names::judge;
use crate::shapes;

impl Masker {
    /// `<password>…</password>`.
    pub(crate) fn tag(&mut self, out: &mut Vec<u8>) {
        let text = &self.units.view[self.pos..self.front()];
        if self.mode == Mode::Code {
            self.pos += 1;
            return;
        }
        if text[0] == b'<' {
            let is_name = |byte: &&u8| byte.is_ascii_alphanumeric() || b"_-:.".contains(byte) || **byte >= 0x80;
            let name = &text[1..=text[1..].iter().take(64).take_while(is_name).count()];
            let verdict = judge(name).filter(|_| text.get(name.len() + 1) != Some(&b'='));
            self.tag = verdict.map(|verdict| (verdict, self.distance() + APART));
            self.pos += 1;
            return;
        }
        let tag = self.tag.take().filter(|(_, until)| self.distance() < *until && self.before(self.pos) != b'/');
        let inner = &text[1..text.iter().position(|byte| *byte == b'<').unwrap_or(text.len())];
        let has_text = inner.iter().any(|byte| !byte.is_ascii_whitespace());
        match tag {
            Some((verdict, _)) if has_text && (verdict.is_certain || shapes::looks(verdict.kind, inner)) => {
                self.remove(self.pos + 1, self.pos + 1, verdict.kind, Some(Drop::Tag), out);
            }
            _ => self.pos += 1,
        }
    }

    /// The blank line before the content of a part: `Content-Disposition: form-data; name="senha"`.
    pub(crate) fn blank_line(&mut self, out: &mut Vec<u8>) {
        let text = &self.units.view[self.pos..self.front()];
        let length = if text.starts_with(b"\n\r\n") { 3 } else { 2 };
        let is_blank = length == 3 || text.starts_with(b"\n\n");
        self.pos += 1;
        if !is_blank {
            return;
        }
        let Some((verdict, until)) = self.pending.take() else { return };
        let begin = self.pos - 1 + length;
        let content = self.units.view.get(begin..self.front()).unwrap_or_default();
        let end = content.windows(3).position(|part| part == b"\n--").unwrap_or(content.len());
        let inner = content[..end].strip_suffix(b"\r").unwrap_or(&content[..end]);
        let is_secret = verdict.is_certain || shapes::looks(verdict.kind, inner);
        if self.distance() < until && is_secret && !inner.is_empty() {
            self.remove(begin, begin, verdict.kind, Some(Drop::Part), out);
        }
    }

    /// `/reset/3f9a8b7c6d5e4f3a`: what the part before says of the part behind.
    pub(crate) fn path(&mut self, out: &mut Vec<u8>) {
        let is_part = |byte: u8| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'_' | b'.' | b'~');
        let view = &self.units.view;
        let back = (1..=41).take_while(|back| self.pos >= self.back() + back && is_part(view[self.pos - back])).count();
        let name = &view[self.pos - back..self.pos];
        let rest = &view[self.pos + 1..self.front()];
        let length = rest.iter().take_while(|byte| is_part(**byte)).count();
        let is_one_time = || {
            let words: [&[u8]; 10] = [
                b"reset",
                b"verify",
                b"confirm",
                b"activate",
                b"invite",
                b"invitation",
                b"magic",
                b"unsubscribe",
                b"recover",
                b"orderForm",
            ];
            words.iter().any(|word| name.eq_ignore_ascii_case(word))
        };
        let is_path = back > 0 && back <= 40 && length >= 12 && self.before(self.pos - back) == b'/';
        let is_secret = is_path
            && (judge(name).is_some_and(|verdict| verdict.is_certain) || is_one_time())
            && shapes::looks(Kind::Token, &rest[..length]);
        if is_secret {
            self.remove(self.pos + 1, self.pos + 1 + length, Kind::Token, Some(Drop::Run(shapes::is_token)), out);
        } else {
            self.pos += 1;
        }
    }
}
