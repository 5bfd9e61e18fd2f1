//! The words of a name, however it is written: `accessToken`, `X-API-Key`, `CONTRASEÑA`.

use crate::names::LONGEST;

/// So many words are told apart.
const WORDS: usize = 16;

/// A name's words: small letters without accents.
pub struct Words {
    text: [u8; LONGEST],
    ends: [u8; WORDS],
    pub count: usize,
}

impl Words {
    pub fn of(name: &[u8]) -> Self {
        let mut words = Self { text: [0; LONGEST], ends: [0; WORDS], count: 0 };
        let mut length = 0;
        let mut begin = 0;
        let mut before = b' ';
        let mut rest = name;
        while let Some((sign, after)) = folded(rest) {
            rest = after;
            let Some(sign) = sign else { continue };
            let next = rest.first().copied().unwrap_or(b' ');
            let is_hump = sign.is_ascii_uppercase()
                && (before.is_ascii_lowercase() || before.is_ascii_uppercase() && next.is_ascii_lowercase());
            if (is_hump || !sign.is_ascii_alphabetic()) && length > begin {
                words.end(length);
                begin = length;
            }
            if sign.is_ascii_alphabetic() {
                words.text[length] = sign.to_ascii_lowercase();
                length += 1;
            }
            before = sign;
        }
        if length > begin {
            words.end(length);
        }
        words
    }

    /// Where there are more words than room, the last is kept: it says most.
    fn end(&mut self, length: usize) {
        self.count = (self.count + 1).min(WORDS);
        self.ends[self.count - 1] = length as u8;
    }

    fn word(&self, at: usize) -> &[u8] {
        let begin = if at == 0 { 0 } else { usize::from(self.ends[at - 1]) };
        &self.text[begin..usize::from(self.ends[at])]
    }

    pub fn iter(&self) -> impl Iterator<Item = &[u8]> {
        (0..self.count).map(|at| self.word(at))
    }

    pub fn last(&self) -> &[u8] {
        if self.count == 0 { &[] } else { self.word(self.count - 1) }
    }
}

/// The first sign of a name without its accent, none for one to be passed over, and what follows.
fn folded(name: &[u8]) -> Option<(Option<u8>, &[u8])> {
    let (first, rest) = name.split_first()?;
    if first.is_ascii() {
        return Some((Some(*first), rest));
    }
    let Some((second, after)) = rest.split_first() else { return Some((Some(b' '), rest)) };
    let folded = match (*first, *second | 0x20) {
        (0xc3, 0xa0..=0xa5) => b'a',
        (0xc3, 0xa7) => b'c',
        (0xc3, 0xa8..=0xab) => b'e',
        (0xc3, 0xac..=0xaf) => b'i',
        (0xc3, 0xb1) => b'n',
        (0xc3, 0xb2..=0xb6) => b'o',
        (0xc3, 0xb9..=0xbc) => b'u',
        // Accents that are signs of their own.
        (0xcc, _) => return Some((None, after)),
        _ => return Some((Some(b' '), rest)),
    };
    Some((Some(folded), after))
}
