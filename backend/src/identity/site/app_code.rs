//! The codes of an authenticator app (TOTP, RFC 6238): thirty seconds each, one step of leeway to either side.

use balcao_contract::panel::normalise_code;
use balcao_keys::random;
use chrono::{DateTime, Utc};
use qrcode::QrCode;
use qrcode::render::svg;
use serde::{Deserialize, Serialize};
use totp_rs::{Algorithm, Builder, Totp};
use url::form_urlencoded;

/// The secret that app and backend share: 160 bits (RFC 4226, 4).
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct AppSecret([u8; 20]);

impl AppSecret {
    /// A new one.
    ///
    /// # Errors
    /// The system gives no random numbers.
    pub fn random() -> std::io::Result<Self> {
        random().map(Self)
    }

    /// A secret that was kept.
    #[must_use]
    pub fn of(bytes: &[u8]) -> Option<Self> {
        bytes.try_into().ok().map(Self)
    }

    /// To be kept.
    #[must_use]
    pub const fn as_bytes(&self) -> &[u8; 20] {
        &self.0
    }

    /// The time step of a right code.
    #[must_use]
    pub fn step_of(&self, typed: &str, now: DateTime<Utc>) -> Option<i64> {
        let code = normalise_code(typed)?;
        let seconds = u64::try_from(now.timestamp()).ok()?;
        self.totp()?.check(&code, seconds).and_then(|step| i64::try_from(step).ok())
    }

    fn totp(&self) -> Option<Totp> {
        // SHA-1 and six digits are what every app can do; its weaknesses do not touch HMAC.
        Builder::new().with_algorithm(Algorithm::SHA1).with_secret(self.0).build().ok()
    }

    /// To be typed into an app by hand: base32 in groups of four.
    #[must_use]
    pub fn text(&self) -> String {
        const LETTERS: &[u8; 32] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZ234567";
        let mut text = String::with_capacity(40);
        for (at, group) in self.0.chunks(5).enumerate() {
            let bits = group.iter().fold(0_u64, |bits, byte| bits << 8 | u64::from(*byte));
            for letter in 0..8 {
                if letter % 4 == 0 && (at, letter) != (0, 0) {
                    text.push(' ');
                }
                text.push(char::from(LETTERS[(bits >> (35 - 5 * letter) & 31) as usize]));
            }
        }
        text
    }

    /// What the QR code says, and what a phone opens its app with.
    #[must_use]
    pub fn address(&self, email: &str) -> String {
        let encode =
            |text: &str| form_urlencoded::byte_serialize(text.as_bytes()).collect::<String>().replace('+', "%20");
        let secret = self.text().replace(' ', "");
        format!("otpauth://totp/{0}:{1}?secret={secret}&issuer={0}", encode("Balcão"), encode(email))
    }

    /// The QR code as a picture; `None` where it says too much for one.
    #[must_use]
    pub fn picture(&self, email: &str) -> Option<String> {
        let code = QrCode::new(self.address(email).as_bytes()).ok()?;
        Some(code.render::<svg::Color<'_>>().min_dimensions(200, 200).build())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// RFC 6238, appendix B, of which the last six digits count.
    #[test]
    fn codes_are_those_of_the_standard() {
        let secret = AppSecret::of(b"12345678901234567890").unwrap();
        for (seconds, code) in
            [(59, "287082"), (1_111_111_109, "081804"), (1_234_567_890, "005924"), (2_000_000_000, "279037")]
        {
            let now = DateTime::from_timestamp(seconds, 0).unwrap();
            assert_eq!(secret.step_of(code, now), Some(seconds / 30), "{seconds}");
            assert_eq!(secret.step_of(&format!("{} {}", &code[..3], &code[3..]), now), Some(seconds / 30));
            for (skew, taken) in [(-60, false), (-30, true), (30, true), (60, false)] {
                let skewed = DateTime::from_timestamp(seconds + skew, 0).unwrap();
                assert_eq!(secret.step_of(code, skewed).is_some(), taken, "{seconds} {skew}");
            }
            for wrong in ["", "28708", "2870822", "abcdef"] {
                assert_eq!(secret.step_of(wrong, now), None);
            }
        }
        assert_eq!(secret.text(), "GEZD GNBV GY3T QOJQ GEZD GNBV GY3T QOJQ");
        assert!(secret.picture(&"a".repeat(254)).unwrap().starts_with("<?xml"));
        assert!(
            secret
                .address("a+b@c.example")
                .ends_with(":a%2Bb%40c.example?secret=GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ&issuer=Balc%C3%A3o")
        );
    }
}
