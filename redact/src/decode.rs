//! Signs as they are looked at. Escapes of JSON, percent signs of addresses and entities of HTML are read, one within the
//! other, so that `%2522`, `\\u0022` and `&quot;` are all seen as a quote. What is kept is copied as it was written: each sign
//! knows how many bytes of the file it stands for.

/// The longest escape: two halves of a sign beyond the first 65,536, `\ud83d\ude00`.
const LONGEST: usize = 12;
const LENGTH: u16 = 0x3ff;
const DEPTH: u16 = 10;

/// Signs, and for each how many bytes it stands for and within how many escapes it was written.
#[derive(Debug, Default)]
pub struct Units {
    pub view: Vec<u8>,
    meta: Vec<u16>,
}

impl Units {
    /// Bytes that stand for themselves.
    pub fn extend_plain(&mut self, bytes: &[u8]) {
        self.view.extend_from_slice(bytes);
        self.meta.resize(self.view.len(), 1);
    }

    /// How many bytes the signs of a range stand for.
    pub fn bytes(&self, from: usize, to: usize) -> usize {
        self.meta[from..to].iter().map(|meta| usize::from(meta & LENGTH)).sum()
    }

    /// Within how many escapes a sign was written.
    pub fn depth(&self, at: usize) -> u16 {
        self.meta[at] >> DEPTH
    }

    pub fn clear(&mut self) {
        self.view.clear();
        self.meta.clear();
    }

    /// Forgets the first signs.
    pub fn drain(&mut self, count: usize) {
        self.view.drain(..count);
        self.meta.drain(..count);
    }

    fn append(&mut self, other: &mut Self) {
        self.view.append(&mut other.view);
        self.meta.append(&mut other.meta);
    }

    fn copy(&mut self, other: &Self, from: usize, to: usize) {
        self.view.extend_from_slice(&other.view[from..to]);
        self.meta.extend_from_slice(&other.meta[from..to]);
    }
}

/// Which escapes are read.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Escapes {
    /// Those of a JSON string.
    Json,
    /// Any, of what is within.
    Nested,
}

/// Reads one level of escapes.
#[derive(Debug)]
pub struct Decoder {
    pub escapes: Escapes,
    /// The beginning of what may be an escape.
    rest: Units,
}

impl Decoder {
    pub fn new(escapes: Escapes) -> Self {
        Self { escapes, rest: Units::default() }
    }

    pub fn is_idle(&self) -> bool {
        self.rest.view.is_empty()
    }

    /// Reads on; what may go on in what comes next waits, unless this is the last.
    pub fn read(&mut self, input: &mut Units, output: &mut Units, is_last: bool) {
        self.rest.append(input);
        let units = std::mem::take(&mut self.rest);
        let mut at = 0;
        while let Some(next) = units.view[at..].iter().position(|byte| self.is_special(*byte)) {
            output.copy(&units, at, at + next);
            at += next;
            if units.view.len() - at < LONGEST && !is_last {
                self.rest.copy(&units, at, units.view.len());
                return;
            }
            let text = &units.view[at..units.view.len().min(at + LONGEST)];
            let read = match self.escapes {
                Escapes::Json => json(text),
                Escapes::Nested => nested(text),
            };
            let taken = read.filter(|(_, length)| units.bytes(at, at + length) <= usize::from(LENGTH));
            match taken {
                Some((sign, length)) => {
                    let deeper = self.escapes == Escapes::Nested && text[0] != b'&' || text.starts_with(b"&q");
                    let depth = (units.depth(at) + u16::from(deeper)).min(63);
                    let bytes = units.bytes(at, at + length) as u16;
                    push(output, sign, bytes, depth << DEPTH);
                    at += length;
                }
                None => {
                    output.copy(&units, at, at + 1);
                    at += 1;
                }
            }
        }
        output.copy(&units, at, units.view.len());
    }

    fn is_special(&self, byte: u8) -> bool {
        is_special(byte) && (byte == b'\\' || self.escapes == Escapes::Nested)
    }
}

/// Whether an escape may begin here.
pub const fn is_special(byte: u8) -> bool {
    matches!(byte, b'\\' | b'%' | b'&')
}

/// What an escape means.
enum Sign {
    Byte(u8),
    Code(u32),
}

fn push(output: &mut Units, sign: Sign, bytes: u16, depth: u16) {
    let mut signs = [0_u8; 4];
    let count = match sign {
        Sign::Byte(byte) => {
            signs[0] = byte;
            1
        }
        Sign::Code(code) => utf8(code, &mut signs),
    };
    output.view.extend_from_slice(&signs[..count]);
    output.meta.push(bytes | depth);
    // Its further bytes stand for nothing more.
    output.meta.resize(output.view.len(), depth);
}

/// A half of a sign, alone, is written as if it were one: nothing is lost.
pub fn utf8(code: u32, to: &mut [u8; 4]) -> usize {
    let part = |shift: u32| 0x80 | (code >> shift & 0x3f) as u8;
    match code {
        0..0x80 => {
            to[0] = code as u8;
            1
        }
        0x80..0x800 => {
            to[..2].copy_from_slice(&[0xc0 | (code >> 6) as u8, part(0)]);
            2
        }
        0x800..0x1_0000 => {
            to[..3].copy_from_slice(&[0xe0 | (code >> 12) as u8, part(6), part(0)]);
            3
        }
        _ => {
            to.copy_from_slice(&[0xf0 | (code >> 18 & 7) as u8, part(12), part(6), part(0)]);
            4
        }
    }
}

fn json(text: &[u8]) -> Option<(Sign, usize)> {
    let sign = match text.get(1)? {
        b'n' => b'\n',
        b'r' => b'\r',
        b't' => b'\t',
        b'b' => 8,
        b'f' => 12,
        b'u' => return unicode(text),
        quoted @ (b'"' | b'\\' | b'/') => *quoted,
        _ => return None,
    };
    Some((Sign::Byte(sign), 2))
}

fn unicode(text: &[u8]) -> Option<(Sign, usize)> {
    let code = |at: usize| hex(text.get(at..at + 4)?);
    let first = code(2)?;
    if (0xd800..0xdc00).contains(&first)
        && text.get(6..8) == Some(b"\\u")
        && let Some(second) = code(8).filter(|second| (0xdc00..0xe000).contains(second))
    {
        return Some((Sign::Code(0x1_0000 + ((first - 0xd800) << 10) + (second - 0xdc00)), 12));
    }
    Some((Sign::Code(first), 6))
}

fn nested(text: &[u8]) -> Option<(Sign, usize)> {
    match text[0] {
        b'%' => Some((Sign::Byte(hex(text.get(1..3)?)? as u8), 3)),
        b'&' => {
            let entities: [(&[u8], u8); 7] = [
                (b"&quot;", b'"'),
                (b"&#34;", b'"'),
                (b"&#x22;", b'"'),
                (b"&#39;", b'\''),
                (b"&#x27;", b'\''),
                (b"&#61;", b'='),
                (b"&amp;", b'&'),
            ];
            let (entity, sign) = entities.into_iter().find(|(entity, _)| text.starts_with(entity))?;
            Some((Sign::Byte(sign), entity.len()))
        }
        _ => match text.get(1)? {
            b'x' => Some((Sign::Code(hex(text.get(2..4)?)?), 4)),
            b'\'' => Some((Sign::Byte(b'\''), 2)),
            // Too often the beginning of a folder's name.
            b'b' | b'f' => None,
            _ => json(text),
        },
    }
}

fn hex(digits: &[u8]) -> Option<u32> {
    digits.iter().try_fold(0, |number, digit| Some(number << 4 | char::from(*digit).to_digit(16)?))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(text: &str, levels: &[Escapes], piece: usize) -> Units {
        let mut decoders: Vec<_> = levels.iter().map(|level| Decoder::new(*level)).collect();
        let mut whole = Units::default();
        let pieces: Vec<_> = text.as_bytes().chunks(piece).collect();
        for (number, bytes) in pieces.iter().enumerate() {
            let mut units = Units::default();
            units.extend_plain(bytes);
            for decoder in &mut decoders {
                let mut read = Units::default();
                decoder.read(&mut units, &mut read, number + 1 == pieces.len());
                units = read;
            }
            whole.append(&mut units);
        }
        whole
    }

    #[test]
    fn escapes_within_escapes_are_read_in_any_pieces() {
        use Escapes::{Json, Nested};
        let cases: [(&str, &[Escapes], &str); 8] = [
            (r#"a\"b\u0041\n"#, &[Json], "a\"bA\n"),
            (r"\ud83d\ude00\u00e9", &[Json], "😀é"),
            (r#"{\\\"token\\\":1}"#, &[Json, Nested], "{\"token\":1}"),
            ("maria%40loja.com%2520x", &[Nested, Nested], "maria@loja.com x"),
            ("&quot;a&quot;&amp;b", &[Nested], "\"a\"&b"),
            (r"C:\bin\x41%zz%4", &[Nested], r"C:\binA%zz%4"),
            (r"\q\", &[Json], r"\q\"),
            (r"\\u0041", &[Json, Nested], "A"),
        ];
        for (text, levels, seen) in cases {
            for piece in 1..=text.len() {
                let units = read(text, levels, piece);
                assert_eq!(String::from_utf8_lossy(&units.view), seen, "{text} by {piece}");
                assert_eq!(units.bytes(0, units.view.len()), text.len(), "{text} by {piece}");
            }
        }
    }

    #[test]
    fn a_sign_knows_how_deep_it_was_written() {
        let units = read("=%3D%253D", &[Escapes::Nested, Escapes::Nested], 100);
        assert_eq!([0, 1, 2], [units.depth(0), units.depth(1), units.depth(2)]);
    }

    #[test]
    fn half_a_sign_is_kept() {
        let units = read(r"\ud83dx", &[Escapes::Json], 100);
        assert_eq!(units.view, b"\xed\xa0\xbdx");
    }
}
