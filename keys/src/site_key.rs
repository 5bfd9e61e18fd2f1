//! The keys of the support site's doors, in a file beside the database. Who reads the database alone can use nothing that
//! was sealed or hashed with them. The newest seals and hashes; what the one before made is still opened and found right.

use super::{Key, KeyId, KeyRing, random};
use chacha20poly1305::XChaCha20Poly1305;
use chacha20poly1305::aead::{Aead as _, KeyInit as _, Payload};
use hmac::{Hmac, Mac as _};
use sha2::Sha256;
use std::fmt;
use zeroize::Zeroizing;

/// XChaCha20-Poly1305 takes nonces so long that random ones never meet.
const NONCE: usize = 24;

/// The keys.
#[derive(Clone)]
pub struct SiteKey(KeyRing);

/// Never logged.
impl fmt::Debug for SiteKey {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("SiteKey(***)")
    }
}

impl SiteKey {
    /// One key of these bytes.
    #[must_use]
    pub fn new(bytes: [u8; 32]) -> Self {
        Self(KeyRing::of(Key::new(bytes)))
    }

    /// These keys.
    #[must_use]
    pub fn with(keys: KeyRing) -> Self {
        Self(keys)
    }

    /// What tells the newest key from others.
    #[must_use]
    pub fn id(&self) -> KeyId {
        self.0.newest().id()
    }

    /// A keyed hash for a purpose, with the newest key.
    #[must_use]
    pub fn mac(&self, purpose: &str, parts: &[&[u8]]) -> [u8; 32] {
        mac(self.0.newest(), purpose, parts)
    }

    /// The same with each valid key, the newest first: what was hashed is one of them.
    #[must_use]
    pub fn macs(&self, purpose: &str, parts: &[&[u8]]) -> Vec<(KeyId, [u8; 32])> {
        self.0.all().map(|key| (key.id(), mac(key, purpose, parts))).collect()
    }

    /// Seals something for a purpose: it opens for that purpose alone.
    ///
    /// # Errors
    /// The system gives no random numbers.
    pub fn seal(&self, purpose: &str, plain: &[u8]) -> std::io::Result<Vec<u8>> {
        let nonce: [u8; NONCE] = random()?;
        let payload = Payload { msg: plain, aad: purpose.as_bytes() };
        let sealed = cipher(self.0.newest()).encrypt(&nonce.into(), payload).map_err(std::io::Error::other)?;
        Ok([nonce.as_slice(), &sealed].concat())
    }

    /// What was sealed for that purpose; `None` where it was not, or with another key.
    #[must_use]
    pub fn open(&self, purpose: &str, sealed: &[u8]) -> Option<Zeroizing<Vec<u8>>> {
        self.0.all().find_map(|key| open(key, purpose, sealed))
    }

    /// Whether the newest key sealed it for that purpose.
    #[must_use]
    pub fn is_newest(&self, purpose: &str, sealed: &[u8]) -> bool {
        open(self.0.newest(), purpose, sealed).is_some()
    }
}

fn mac(key: &Key, purpose: &str, parts: &[&[u8]]) -> [u8; 32] {
    // HMAC takes keys of any length, so the other arm is never taken; it would still be a hash of nothing.
    let Ok(mut mac) = Hmac::<Sha256>::new_from_slice(key.bytes()) else { return [0; 32] };
    for part in std::iter::once(purpose.as_bytes()).chain(parts.iter().copied()) {
        mac.update(&(part.len() as u64).to_be_bytes());
        mac.update(part);
    }
    mac.finalize().into_bytes().into()
}

fn open(key: &Key, purpose: &str, sealed: &[u8]) -> Option<Zeroizing<Vec<u8>>> {
    let (nonce, sealed) = sealed.split_first_chunk::<NONCE>()?;
    let payload = Payload { msg: sealed, aad: purpose.as_bytes() };
    cipher(key).decrypt(&(*nonce).into(), payload).ok().map(Zeroizing::new)
}

fn cipher(key: &Key) -> XChaCha20Poly1305 {
    let key = Zeroizing::new(mac(key, "balcao seal", &[]));
    XChaCha20Poly1305::new(&(*key).into())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_sealed_opens_for_its_purpose_and_key_alone() {
        let key = SiteKey::new([7; 32]);
        let sealed = key.seal("one", b"secret").unwrap();
        assert_eq!(key.open("one", &sealed).unwrap().as_slice(), b"secret");
        assert!(key.open("two", &sealed).is_none());
        assert!(SiteKey::new([8; 32]).open("one", &sealed).is_none());
        assert!(!sealed.windows(6).any(|window| window == b"secret"));
        assert_ne!(key.seal("one", b"secret").unwrap(), sealed);
        for at in 0..sealed.len() {
            let mut changed = sealed.clone();
            changed[at] ^= 1;
            assert!(key.open("one", &changed).is_none(), "{at}");
            assert!(key.open("one", &sealed[..at]).is_none(), "{at}");
        }
    }

    #[test]
    fn what_the_key_before_sealed_is_opened_until_it_is_gone() {
        let old = SiteKey::new([7; 32]);
        let both = SiteKey::with(KeyRing::of(Key::new([7; 32])).followed_by(Key::new([8; 32])));
        let sealed = old.seal("one", b"secret").unwrap();
        assert_eq!(both.open("one", &sealed).unwrap().as_slice(), b"secret");
        assert!(!both.is_newest("one", &sealed) && both.open("two", &sealed).is_none());
        let anew = both.seal("one", b"secret").unwrap();
        assert!(both.is_newest("one", &anew) && old.open("one", &anew).is_none());
        assert!(SiteKey::new([8; 32]).open("one", &anew).is_some());
        let macs = both.macs("one", &[b"x"]);
        assert_eq!(macs[0], (both.id(), both.mac("one", &[b"x"])));
        assert_eq!(macs[1], (old.id(), old.mac("one", &[b"x"])));
    }

    #[test]
    fn a_keyed_hash_tells_purposes_and_parts_apart() {
        let key = SiteKey::new([7; 32]);
        assert_eq!(key.mac("a", &[b"b", b"c"]), key.mac("a", &[b"b", b"c"]));
        for (purpose, parts) in [("a", [&b"bc"[..], b""]), ("ab", [b"", b"c"]), ("a", [b"c", b"b"])] {
            assert_ne!(key.mac(purpose, &parts), key.mac("a", &[b"b", b"c"]));
        }
    }
}
