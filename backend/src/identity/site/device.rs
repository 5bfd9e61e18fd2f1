//! A browser that somebody signed in with before: what goes wrong elsewhere does not count against it. Its cookie lets
//! nobody in.

use balcao_contract::id::UserId;
use balcao_keys::SiteKey;
use balcao_keys::random;
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use chrono::{DateTime, TimeDelta, Utc};
use subtle::ConstantTimeEq as _;

/// How long a browser is known.
pub const REMEMBERED: TimeDelta = TimeDelta::days(180);
/// User, generation, time and a random number.
const BODY: usize = 8 + 8 + 8 + 16;
const PURPOSE: &str = "balcao device";

/// A known browser.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Device {
    /// Who signed in with it.
    pub user: UserId,
    /// Which of their generations it belongs to: a new password begins another one, and no browser of those before is known.
    pub generation: i64,
    body: [u8; BODY],
}

impl Device {
    /// A browser that somebody has just signed in with.
    ///
    /// # Errors
    /// The system gives no random numbers.
    pub fn new(user: UserId, generation: i64, now: DateTime<Utc>) -> std::io::Result<Self> {
        let mut body = [0; BODY];
        body[..8].copy_from_slice(&user.get().to_be_bytes());
        body[8..16].copy_from_slice(&generation.to_be_bytes());
        body[16..24].copy_from_slice(&now.timestamp().to_be_bytes());
        body[24..].copy_from_slice(&random::<16>()?);
        Ok(Self { user, generation, body })
    }

    /// The value of its cookie.
    #[must_use]
    pub fn cookie(&self, key: &SiteKey) -> String {
        URL_SAFE_NO_PAD.encode([self.body.as_slice(), &key.mac(PURPOSE, &[&self.body])].concat())
    }

    /// The browser of a cookie; `None` where we did not write it, or too long ago.
    #[must_use]
    pub fn of_cookie(value: &str, key: &SiteKey, now: DateTime<Utc>) -> Option<Self> {
        let bytes = URL_SAFE_NO_PAD.decode(value).ok()?;
        let (body, mac) = bytes.split_first_chunk::<BODY>()?;
        if !key.macs(PURPOSE, &[body]).iter().any(|(_, own)| bool::from(own.as_slice().ct_eq(mac))) {
            return None;
        }
        let number = |at: usize| body[at..at + 8].iter().fold(0_u64, |number, byte| number << 8 | u64::from(*byte));
        let since = DateTime::from_timestamp(i64::try_from(number(16)).ok()?, 0)?;
        let user = UserId::try_from(number(0)).ok()?;
        let generation = i64::try_from(number(8)).ok()?;
        (since + REMEMBERED > now).then_some(Self { user, generation, body: *body })
    }

    /// What its failures are counted by.
    #[must_use]
    pub fn as_bytes(&self) -> &[u8] {
        &self.body
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_device_is_known_by_a_cookie_of_ours_for_half_a_year() {
        let (key, user) = (SiteKey::new([7; 32]), UserId::try_from(12).unwrap());
        let now = DateTime::from_timestamp(1_800_000_000, 0).unwrap();
        let device = Device::new(user, 3, now).unwrap();
        let cookie = device.cookie(&key);
        assert_eq!(Device::of_cookie(&cookie, &key, now), Some(device));
        assert_eq!(device.generation, 3);
        assert_eq!(Device::of_cookie(&cookie, &key, now + TimeDelta::days(179)), Some(device));
        assert_eq!(Device::of_cookie(&cookie, &key, now + TimeDelta::days(180)), None);
        assert_eq!(Device::of_cookie(&cookie, &SiteKey::new([8; 32]), now), None);
        assert_ne!(Device::new(user, 3, now).unwrap(), device);
        // Somebody else's id under the same signature.
        let mut bytes = URL_SAFE_NO_PAD.decode(&cookie).unwrap();
        bytes[7] ^= 1;
        assert_eq!(Device::of_cookie(&URL_SAFE_NO_PAD.encode(bytes), &key, now), None);
        for wrong in ["", "x", &cookie[..cookie.len() - 2], &cookie[..40], "%%%"] {
            assert_eq!(Device::of_cookie(wrong, &key, now), None, "{wrong}");
        }
    }
}
