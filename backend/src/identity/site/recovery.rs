//! Recovery codes: ten that are written down, each for one time.

use balcao_contract::id::UserId;
use balcao_keys::KeyId;
use balcao_keys::SiteKey;
use balcao_keys::random;

/// How many there are.
pub const CODES: usize = 10;
/// Without the letters and digits that look alike; 32 of them, so that each byte gives one evenly.
const SIGNS: &[u8; 32] = b"23456789abcdefghjkmnpqrstuvwxyz2";
/// Signs of a code: 50 bits at least.
const LENGTH: usize = 10;

/// New ones, as they are shown: `abcde-fghjk`.
pub(super) fn new() -> std::io::Result<Vec<String>> {
    (0..CODES).map(|_| one()).collect()
}

fn one() -> std::io::Result<String> {
    let mut code = String::with_capacity(LENGTH + 1);
    while code.len() < LENGTH + 1 {
        // 31 signs: what would favour one is passed over.
        for byte in random::<16>()?.into_iter().filter(|byte| byte & 31 != 31) {
            if code.len() == LENGTH / 2 {
                code.push('-');
            }
            if code.len() < LENGTH + 1 {
                code.push(char::from(SIGNS[usize::from(byte & 31)]));
            }
        }
    }
    Ok(code)
}

/// What was typed, as it is hashed; `None` where it cannot be a code.
pub(super) fn normal(typed: &str) -> Option<zeroize::Zeroizing<String>> {
    let code: String =
        typed.chars().filter(|c| c.is_alphanumeric()).flat_map(char::to_lowercase).take(LENGTH + 1).collect();
    let is_code = code.len() == LENGTH && code.bytes().all(|b| SIGNS.contains(&b));
    is_code.then(|| zeroize::Zeroizing::new(code))
}

/// What is kept of a code, by each valid key, the newest first.
pub(super) fn hashes(key: &SiteKey, user: UserId, normal: &str) -> Vec<(KeyId, [u8; 32])> {
    key.macs("balcao recovery code", &[user.to_string().as_bytes(), normal.as_bytes()])
}

/// What is kept of a new code.
pub(super) fn hash(key: &SiteKey, user: UserId, normal: &str) -> [u8; 32] {
    key.mac("balcao recovery code", &[user.to_string().as_bytes(), normal.as_bytes()])
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn codes_are_ten_different_ones_and_read_however_they_are_typed() {
        let codes = new().unwrap();
        let different: std::collections::HashSet<&String> = codes.iter().collect();
        assert_eq!(different.len(), CODES);
        for code in &codes {
            assert_eq!((code.len(), code.find('-')), (11, Some(5)), "{code}");
            let plain = code.replace('-', "");
            for typed in [code.clone(), code.to_uppercase(), format!(" {plain} "), code.replace('-', " – ")] {
                assert_eq!(normal(&typed).unwrap().as_str(), plain, "{typed}");
            }
        }
        for typed in ["", "abcde", "abcde-fghjk2", "abcde-fghj0", "abcde-fghjé", "o0il1-abcde"] {
            assert!(normal(typed).is_none(), "{typed}");
        }
    }
}
