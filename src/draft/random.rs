//! Names that nobody guesses and no two tabs share.

use std::fmt::Write as _;

/// 128 random bits in hexadecimal, from the browser's `crypto`. `crypto.randomUUID` would do the same, but exists on
/// secure origins only; a panel tried over plain HTTP in a company network must work too.
#[must_use]
pub fn unguessable() -> String {
    let mut bytes = [0_u8; 16];
    let filled = web_sys::window()
        .and_then(|window| window.crypto().ok())
        .is_some_and(|crypto| crypto.get_random_values_with_u8_array(&mut bytes).is_ok());
    if !filled {
        // No browser that runs WebAssembly lacks `crypto`; still better a weaker name than the same name twice.
        for byte in &mut bytes {
            *byte = (js_sys::Math::random() * 256.0) as u8;
        }
    }
    hexadecimal(&bytes)
}

fn hexadecimal(bytes: &[u8]) -> String {
    let mut text = String::with_capacity(bytes.len() * 2);
    for byte in bytes {
        // Writing into a String cannot fail.
        let _ = write!(text, "{byte:02x}");
    }
    text
}

#[cfg(test)]
mod tests {
    #[test]
    fn bytes_keep_their_leading_zeros() {
        assert_eq!(super::hexadecimal(&[0, 10, 255]), "000aff");
    }
}
