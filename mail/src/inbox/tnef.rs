//! What Outlook packs into `winmail.dat` (MS-OXTNEF): files, and sometimes the text.

use balcao_steps as steps;
use mail_parser::MessageParser;

const SIGNATURE: u32 = 0x223E_9F78;
const BODY: u32 = 0x0002_800C;
const ATTACHMENT_BEGINS: u32 = 0x0006_9002;
const ATTACHMENT_TITLE: u32 = 0x0001_8010;
const ATTACHMENT_DATA: u32 = 0x0006_800F;
const ATTACHMENT_PROPERTIES: u32 = 0x0006_9005;
/// PidTagAttachLongFilename: the name before it was made fit for DOS.
const LONG_NAME: u16 = 0x3707;
/// Property types whose values have a fixed length, and that length with padding.
const FIXED: [(u16, usize); 9] = [(2, 4), (3, 4), (4, 4), (5, 8), (6, 8), (7, 8), (0xA, 4), (0xB, 4), (0x14, 8)];
const TIME: (u16, usize) = (0x40, 8);
const GUID: (u16, usize) = (0x48, 16);

/// What was packed.
#[derive(Debug, Default, PartialEq, Eq)]
pub(super) struct Unpacked {
    pub text: String,
    pub files: Vec<(String, Vec<u8>)>,
}

/// Reads bytes from the front.
struct Bytes<'a>(&'a [u8]);

impl<'a> Bytes<'a> {
    fn take(&mut self, count: usize) -> Option<&'a [u8]> {
        let (taken, rest) = self.0.split_at_checked(count)?;
        steps::take(count + 1);
        self.0 = rest;
        Some(taken)
    }

    fn u8(&mut self) -> Option<u8> {
        self.take(1).map(|bytes| bytes[0])
    }

    fn u16(&mut self) -> Option<u16> {
        self.take(2).map(|bytes| u16::from_le_bytes([bytes[0], bytes[1]]))
    }

    fn u32(&mut self) -> Option<u32> {
        self.take(4).map(|bytes| u32::from_le_bytes([bytes[0], bytes[1], bytes[2], bytes[3]]))
    }

    fn length(&mut self) -> Option<usize> {
        usize::try_from(self.u32()?).ok()
    }
}

/// Unpacks; `None` where it is no such file, or a broken one: then it is better shown as the file it is.
pub(super) fn unpack(bytes: &[u8]) -> Option<Unpacked> {
    let mut bytes = Bytes(bytes);
    if bytes.u32()? != SIGNATURE {
        return None;
    }
    bytes.u16()?;
    let mut unpacked = Unpacked::default();
    while !bytes.0.is_empty() {
        bytes.u8()?;
        let attribute = bytes.u32()?;
        let length = bytes.length()?;
        let value = bytes.take(length)?;
        let sum = bytes.u16()?;
        if value.iter().fold(0_u16, |sum, byte| sum.wrapping_add(u16::from(*byte))) != sum {
            return None;
        }
        match (attribute, unpacked.files.last_mut()) {
            (BODY, _) => unpacked.text = text(value),
            (ATTACHMENT_BEGINS, _) => unpacked.files.push((String::new(), Vec::new())),
            (ATTACHMENT_TITLE, Some((name, _))) if name.is_empty() => *name = text(value),
            (ATTACHMENT_DATA, Some((_, data))) => value.clone_into(data),
            (ATTACHMENT_PROPERTIES, Some((name, _))) => {
                if let Some(long) = long_name(value) {
                    *name = long;
                }
            }
            _ => {}
        }
    }
    unpacked.files.retain(|(_, data)| !data.is_empty());
    Some(unpacked)
}

/// Texts are in the sender's code page, mostly that of Western Windows, and end with a zero.
fn text(bytes: &[u8]) -> String {
    steps::take(bytes.len());
    let bytes = bytes.split(|byte| *byte == 0).next().unwrap_or_default();
    match std::str::from_utf8(bytes) {
        Ok(text) => text.to_owned(),
        Err(_) => {
            let mut message = b"Content-Type: text/plain; charset=windows-1252\r\n\r\n".to_vec();
            message.extend(bytes);
            let parsed = MessageParser::default().parse(&message);
            parsed.and_then(|parsed| parsed.body_text(0).map(|text| text.into_owned())).unwrap_or_default()
        }
    }
}

/// The long file name among an attachment's properties; `None` as well where a property is of a kind that is not known
/// here, for then nobody knows where the next one begins.
fn long_name(bytes: &[u8]) -> Option<String> {
    let mut bytes = Bytes(bytes);
    for _ in 0..bytes.u32()? {
        let (kind, id) = (bytes.u16()?, bytes.u16()?);
        if id >= 0x8000 {
            bytes.take(16)?;
            match bytes.u32()? {
                0 => bytes.take(4)?,
                _ => {
                    let length = bytes.length()?;
                    bytes.take(padded(length)?)?
                }
            };
        }
        let fixed = FIXED.iter().chain([&TIME, &GUID]).find(|(known, _)| *known == kind);
        if let Some((_, length)) = fixed {
            bytes.take(*length)?;
            continue;
        }
        if !matches!(kind, 0xD | 0x1E | 0x1F | 0x102) {
            return None;
        }
        for _ in 0..bytes.u32()? {
            let length = bytes.length()?;
            let value = bytes.take(padded(length)?)?.get(..length)?;
            if id == LONG_NAME {
                let wide = || value.chunks_exact(2).map(|pair| u16::from_le_bytes([pair[0], pair[1]]));
                let name =
                    if kind == 0x1F { String::from_utf16_lossy(&wide().collect::<Vec<_>>()) } else { text(value) };
                return Some(name.trim_end_matches('\0').to_owned());
            }
        }
    }
    None
}

fn padded(length: usize) -> Option<usize> {
    length.checked_next_multiple_of(4)
}

/// A file of these attributes: the first byte of each says which it is.
#[cfg(feature = "parsers")]
pub(super) fn packed<'a>(attributes: impl Iterator<Item = &'a [u8]>) -> Vec<u8> {
    let mut bytes = SIGNATURE.to_le_bytes().to_vec();
    bytes.extend([1, 0]);
    let kinds = [BODY, ATTACHMENT_BEGINS, ATTACHMENT_TITLE, ATTACHMENT_DATA, ATTACHMENT_PROPERTIES];
    for attribute in attributes {
        let (kind, value) = attribute.split_first().unwrap_or((&0, &[]));
        bytes.push(1);
        bytes.extend(kinds[usize::from(*kind) % kinds.len()].to_le_bytes());
        bytes.extend((value.len() as u32).to_le_bytes());
        bytes.extend(value);
        let sum = value.iter().fold(0_u16, |sum, byte| sum.wrapping_add(u16::from(*byte)));
        bytes.extend(sum.to_le_bytes());
    }
    bytes
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn attribute(level: u8, id: u32, value: &[u8]) -> Vec<u8> {
        let mut bytes = vec![level];
        bytes.extend(id.to_le_bytes());
        bytes.extend((value.len() as u32).to_le_bytes());
        bytes.extend(value);
        let sum = value.iter().fold(0_u16, |sum, byte| sum.wrapping_add(u16::from(*byte)));
        bytes.extend(sum.to_le_bytes());
        bytes
    }

    fn packed(attributes: &[Vec<u8>]) -> Vec<u8> {
        let mut bytes = SIGNATURE.to_le_bytes().to_vec();
        bytes.extend([1, 0]);
        bytes.extend(attributes.concat());
        bytes
    }

    fn properties(name: &str) -> Vec<u8> {
        let wide: Vec<u8> = name.encode_utf16().chain([0]).flat_map(u16::to_le_bytes).collect();
        let mut bytes = 2_u32.to_le_bytes().to_vec();
        bytes.extend([3, 0, 0x05, 0x37, 1, 0, 0, 0]);
        bytes.extend([0x1F, 0, 0x07, 0x37, 1, 0, 0, 0]);
        bytes.extend((wide.len() as u32).to_le_bytes());
        bytes.extend(&wide);
        bytes.resize(bytes.len().next_multiple_of(4), 0);
        bytes
    }

    #[test]
    fn files_come_out_with_their_long_names() {
        let bytes = packed(&[
            attribute(1, BODY, b"It is \xe0 la carte\0"),
            attribute(2, ATTACHMENT_BEGINS, &[0; 14]),
            attribute(2, ATTACHMENT_TITLE, b"RELATR~1.PDF\0"),
            attribute(2, ATTACHMENT_DATA, b"%PDF-1.4"),
            attribute(2, ATTACHMENT_PROPERTIES, &properties("relatório.pdf")),
            attribute(2, ATTACHMENT_BEGINS, &[0; 14]),
            attribute(2, ATTACHMENT_TITLE, b"note.txt\0"),
            attribute(2, ATTACHMENT_DATA, b"hello"),
        ]);
        let unpacked = unpack(&bytes).unwrap();
        assert_eq!(unpacked.text, "It is à la carte");
        let names: Vec<&str> = unpacked.files.iter().map(|(name, _)| name.as_str()).collect();
        assert_eq!(names, ["relatório.pdf", "note.txt"]);
        assert_eq!(unpacked.files[1].1, b"hello");
        assert_eq!(unpack(&bytes[..bytes.len() - 3]), None, "broken off");
    }

    proptest! {
        #[test]
        fn any_bytes_are_read(bytes: Vec<u8>) {
            let mut whole = SIGNATURE.to_le_bytes().to_vec();
            whole.extend(&bytes);
            let _ = unpack(&whole);
            let _ = long_name(&bytes);
        }
    }
}
