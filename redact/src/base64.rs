//! Base64, read only as far as it takes to see what is in it.

/// A sign of base64, of either alphabet.
pub const fn is_sign(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || matches!(byte, b'+' | b'/' | b'-' | b'_' | b'=')
}

fn value(byte: u8) -> Option<u32> {
    Some(u32::from(match byte {
        b'A'..=b'Z' => byte - b'A',
        b'a'..=b'z' => byte - b'a' + 26,
        b'0'..=b'9' => byte - b'0' + 52,
        b'+' | b'-' => 62,
        b'/' | b'_' => 63,
        _ => return None,
    }))
}

/// The bytes, as far as there are any. Ends of lines are passed over.
pub fn decode(text: &[u8]) -> Vec<u8> {
    let mut bytes = Vec::with_capacity(text.len() / 4 * 3 + 2);
    let (mut bits, mut count) = (0_u32, 0);
    for byte in text.iter().filter(|byte| !byte.is_ascii_whitespace()) {
        let Some(value) = value(*byte) else { break };
        bits = bits << 6 | value;
        count += 6;
        if count >= 8 {
            count -= 8;
            bytes.push((bits >> count) as u8);
        }
    }
    bytes
}

/// What it says, where that is text. A letter that is cut at the end does not matter.
pub fn text(encoded: &[u8]) -> Option<Vec<u8>> {
    let bytes = decode(encoded);
    let whole = match std::str::from_utf8(&bytes) {
        Ok(text) => text,
        Err(error) if error.error_len().is_none() => std::str::from_utf8(&bytes[..error.valid_up_to()]).ok()?,
        Err(_) => return None,
    };
    let is_text =
        whole.len() >= 4 && !whole.chars().any(|sign| sign.is_control() && !matches!(sign, '\n' | '\r' | '\t'));
    is_text.then_some(bytes)
}

/// Whether bytes begin as a picture, sound, video or font does.
pub fn is_media(bytes: &[u8]) -> bool {
    let starts: [&[u8]; 16] = [
        b"\x89PNG",
        b"\xff\xd8\xff",
        b"GIF8",
        b"RIFF",
        b"wOFF",
        b"wOF2",
        b"\0\x01\0\0",
        b"OTTO",
        b"II*\0",
        b"MM\0*",
        b"ID3",
        b"OggS",
        b"\x1a\x45\xdf\xa3",
        b"\0\0\x01\0",
        b"fLaC",
        b"\xff\xfb",
    ];
    starts.iter().any(|start| bytes.starts_with(start)) || bytes.get(4..8) == Some(b"ftyp")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn text_and_pictures_are_told_apart() {
        assert_eq!(text(b"bWFyaWE6c2VncmVkbw==").unwrap(), b"maria:segredo");
        assert_eq!(text(b"bWFyaWE6c2Vn\ncmVkbw").unwrap(), b"maria:segredo");
        assert_eq!(text(b"iVBORw0KGgoAAAANSUhEUg"), None);
        assert!(is_media(&decode(b"iVBORw0KGgoAAAANSUhEUg")));
        assert!(!is_media(b"{\"a\":1}"));
    }
}
