//! Numbers of JSON, and its words: a card or a code may stand without quotes.

use crate::har;
use crate::json::{Broken, Json, NUMBER, State, verdict};
use crate::masker::Masker;
use crate::names::Verdict;
use crate::{Kind, numbers, shapes};

impl Json {
    /// A number goes on.
    pub(crate) fn number_goes_on(&mut self, byte: u8, masker: &mut Masker, out: &mut Vec<u8>) -> Result<(), Broken> {
        if let State::LongNumber { is_kept } = self.state {
            if is_kept {
                out.push(byte);
            }
            return if byte.is_ascii_alphabetic() && byte != b'e' && byte != b'E' { Err(Broken) } else { Ok(()) };
        }
        self.number.push(byte);
        if self.number.len() > NUMBER {
            if !is_number(&self.number) {
                return Err(Broken);
            }
            let is_kept = self.number_kind().is_none();
            self.number_ends(masker, out);
            self.state = State::LongNumber { is_kept };
        }
        Ok(())
    }

    /// It has ended: it goes out, or what stands for it.
    pub(crate) fn number_ends(&mut self, masker: &mut Masker, out: &mut Vec<u8>) {
        match self.number_kind() {
            Some(kind) => {
                self.tell_name(self.levels.last().copied().unwrap_or_default(), masker);
                masker.report.add(kind, &masker.context);
                out.extend([b"\"", kind.marker().as_bytes(), b"\""].concat());
            }
            None => out.extend_from_slice(&self.number),
        }
        self.number.clear();
        self.last = b'0';
        self.state = State::Between;
    }

    /// What a number, or a word like `true`, is; none where it stays.
    fn number_kind(&self) -> Option<Kind> {
        let digits = self.number.iter().filter(|byte| byte.is_ascii_digit()).count();
        if digits == 0 {
            return None;
        }
        let level = self.levels.last().copied().unwrap_or_default();
        let named = level.named.filter(|_| har::is_value(&self.key));
        let of_name = match named.map_or(self.verdict, verdict) {
            // `"tokens": 3` counts them.
            Some(Verdict { kind: Kind::Token | Kind::Key | Kind::Cookie, .. }) if digits <= 3 => None,
            Some(verdict) if verdict.is_certain || shapes::looks(verdict.kind, &self.number) => Some(verdict.kind),
            _ => None,
        };
        let of_shape = || numbers::number_at(&self.number).filter(|_| digits == self.number.len());
        level.inherited.or(of_name).or_else(|| of_shape().map(|(kind, _)| kind))
    }
}

/// A number of JSON, or one of its three words. Of a number that is cut only the beginning has to be right.
pub fn is_number(text: &[u8]) -> bool {
    if matches!(text, b"true" | b"false" | b"null") {
        return true;
    }
    let digits = text.strip_prefix(b"-").unwrap_or(text);
    let part = |from: usize| digits[from..].iter().take_while(|byte| byte.is_ascii_digit()).count();
    let mut at = part(0);
    if at == 0 {
        return false;
    }
    if digits.get(at) == Some(&b'.') {
        at += 1 + part(at + 1);
    }
    if matches!(digits.get(at), Some(b'e' | b'E')) {
        at += 1 + usize::from(matches!(digits.get(at + 1), Some(b'+' | b'-')));
        at += part(at.min(digits.len()));
    }
    at >= digits.len()
}
