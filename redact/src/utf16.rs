//! UTF-16, as Windows writes logs: read as UTF-8 and written back as it came, half signs included.

use crate::decode::utf8;

/// Whether, and which way round, is told by the first two bytes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Order {
    Unknown,
    /// It is no UTF-16.
    None,
    Little,
    Big,
}

/// See the module.
#[derive(Debug)]
pub struct Utf16 {
    order: Order,
    /// The first byte of a pair.
    first: Option<u8>,
    /// The first half of a sign.
    half: Option<u32>,
    /// The beginning of a sign on its way out.
    sign: Vec<u8>,
}

impl Default for Utf16 {
    fn default() -> Self {
        Self { order: Order::Unknown, first: None, half: None, sign: Vec::new() }
    }
}

impl Utf16 {
    /// The next bytes of the file, as UTF-8. The mark at the beginning becomes one of UTF-8.
    pub fn read(&mut self, bytes: &[u8], out: &mut Vec<u8>) {
        if self.order == Order::None {
            out.extend_from_slice(bytes);
            return;
        }
        for byte in bytes {
            match (self.order, self.first.take()) {
                (Order::None, _) => out.push(*byte),
                (_, None) => self.first = Some(*byte),
                (Order::Unknown, Some(first)) => {
                    self.order = match (first, byte) {
                        (0xff, 0xfe) => Order::Little,
                        (0xfe, 0xff) => Order::Big,
                        _ => Order::None,
                    };
                    if self.order == Order::None {
                        out.extend([first, *byte]);
                    } else {
                        push(0xfeff, out);
                    }
                }
                (Order::Little, Some(first)) => self.unit(u32::from(*byte) << 8 | u32::from(first), out),
                (Order::Big, Some(first)) => self.unit(u32::from(first) << 8 | u32::from(*byte), out),
            }
        }
    }

    /// The end: what waited for its other half.
    pub fn read_rest(&mut self, out: &mut Vec<u8>) {
        if let Some(half) = self.half.take() {
            push(half, out);
        }
        if matches!(self.order, Order::Unknown | Order::None) {
            out.extend(self.first.take());
        }
    }

    fn unit(&mut self, unit: u32, out: &mut Vec<u8>) {
        let is_second = (0xdc00..0xe000).contains(&unit);
        match self.half.take() {
            Some(half) if is_second => return push(0x1_0000 + ((half - 0xd800) << 10) + (unit - 0xdc00), out),
            Some(half) => push(half, out),
            None => {}
        }
        if (0xd800..0xdc00).contains(&unit) { self.half = Some(unit) } else { push(unit, out) }
    }

    /// Writes UTF-8 as the file was.
    pub fn write(&mut self, bytes: &[u8], out: &mut Vec<u8>) {
        if matches!(self.order, Order::Unknown | Order::None) {
            out.extend_from_slice(bytes);
            return;
        }
        for byte in bytes {
            self.sign.push(*byte);
            let length = match self.sign[0] {
                0..0xc0 => 1,
                0xc0..0xe0 => 2,
                0xe0..0xf0 => 3,
                _ => 4,
            };
            if self.sign.len() < length {
                continue;
            }
            let first = u32::from(self.sign[0]) & (0xff >> (length + usize::from(length > 1)));
            let code = self.sign[1..].iter().fold(first, |code, byte| code << 6 | u32::from(byte & 0x3f));
            self.sign.clear();
            if code < 0x1_0000 {
                self.write_unit(code as u16, out);
            } else {
                self.write_unit(0xd800 + ((code - 0x1_0000) >> 10) as u16, out);
                self.write_unit(0xdc00 + (code & 0x3ff) as u16, out);
            }
        }
    }

    /// A single byte at the end is none of a sign, and goes as it came.
    pub fn write_rest(&mut self, out: &mut Vec<u8>) {
        out.extend(self.first.take());
    }

    fn write_unit(&self, unit: u16, out: &mut Vec<u8>) {
        out.extend(if self.order == Order::Little { unit.to_le_bytes() } else { unit.to_be_bytes() });
    }
}

fn push(code: u32, out: &mut Vec<u8>) {
    let mut sign = [0; 4];
    let length = utf8(code, &mut sign);
    out.extend_from_slice(&sign[..length]);
}

#[cfg(test)]
mod tests {
    use super::*;

    fn round(bytes: &[u8], piece: usize) -> (Vec<u8>, Vec<u8>) {
        let mut utf16 = Utf16::default();
        let (mut read, mut written) = (Vec::new(), Vec::new());
        for part in bytes.chunks(piece) {
            let mut text = Vec::new();
            utf16.read(part, &mut text);
            for byte in &text {
                utf16.write(&[*byte], &mut written);
            }
            read.extend(text);
        }
        let mut text = Vec::new();
        utf16.read_rest(&mut text);
        utf16.write(&text, &mut written);
        utf16.write_rest(&mut written);
        read.extend(text);
        (read, written)
    }

    #[test]
    fn it_comes_back_as_it_was_in_any_pieces() {
        let text = "\u{feff}Ação 😀 \u{7ff}\u{800}\u{ffff}";
        let little: Vec<u8> = text.encode_utf16().flat_map(u16::to_le_bytes).collect();
        let big: Vec<u8> = text.encode_utf16().flat_map(u16::to_be_bytes).collect();
        // Half a sign in the middle, one at the end, and half a pair.
        let odd = [&b"\xff\xfe"[..], &[0x3d, 0xd8, b'a', 0, 0x00, 0xde, 0x3d, 0xd8, b'x']].concat();
        for piece in 1..9 {
            assert_eq!(round(&little, piece), (text.as_bytes().to_vec(), little.clone()));
            assert_eq!(round(&big, piece), (text.as_bytes().to_vec(), big.clone()));
            assert_eq!(round(&odd, piece).1, odd);
            for plain in [&b"plain"[..], b"x", b"", b"\xff", b"\xef\xbb\xbf{}"] {
                assert_eq!(round(plain, piece), (plain.to_vec(), plain.to_vec()));
            }
        }
    }
}
