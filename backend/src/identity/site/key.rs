//! The key of the support site's doors: 256 random bits in a file beside the database. Who reads the database alone can
//! use nothing that was sealed or hashed with it.

use crate::identity::secret_file;
use chacha20poly1305::XChaCha20Poly1305;
use chacha20poly1305::aead::{Aead as _, KeyInit as _, Payload};
use hmac::{Hmac, Mac as _};
use sha2::Sha256;
use std::fmt;
use std::path::Path;
use zeroize::Zeroizing;

/// XChaCha20-Poly1305 takes nonces so long that random ones never meet.
const NONCE: usize = 24;

/// The key.
#[derive(Clone)]
pub struct SiteKey(Zeroizing<[u8; 32]>);

/// Never logged.
impl fmt::Debug for SiteKey {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("SiteKey(***)")
    }
}

impl SiteKey {
    /// A key of these bytes.
    #[must_use]
    pub fn new(bytes: [u8; 32]) -> Self {
        Self(Zeroizing::new(bytes))
    }

    /// The key in `sign_in.key` of a folder; made at the first start, readable by its owner alone.
    ///
    /// # Errors
    /// The file cannot be read or made, or holds something else.
    pub fn load_or_create(folder: &Path) -> std::io::Result<Self> {
        secret_file::load_or_create(&folder.join("sign_in.key")).map(Self)
    }

    /// A keyed hash for a purpose.
    #[must_use]
    pub fn mac(&self, purpose: &str, parts: &[&[u8]]) -> [u8; 32] {
        // HMAC takes keys of any length, so the other arm is never taken; it would still be a hash of nothing.
        let Ok(mut mac) = Hmac::<Sha256>::new_from_slice(self.0.as_slice()) else { return [0; 32] };
        for part in std::iter::once(purpose.as_bytes()).chain(parts.iter().copied()) {
            mac.update(&(part.len() as u64).to_be_bytes());
            mac.update(part);
        }
        mac.finalize().into_bytes().into()
    }

    /// Seals something for a purpose: it opens for that purpose alone.
    ///
    /// # Errors
    /// The system gives no random numbers.
    pub fn seal(&self, purpose: &str, plain: &[u8]) -> std::io::Result<Vec<u8>> {
        let nonce: [u8; NONCE] = secret_file::random()?;
        let payload = Payload { msg: plain, aad: purpose.as_bytes() };
        let sealed = self.cipher().encrypt(&nonce.into(), payload).map_err(std::io::Error::other)?;
        Ok([nonce.as_slice(), &sealed].concat())
    }

    /// What was sealed for that purpose; `None` where it was not, or with another key.
    #[must_use]
    pub fn open(&self, purpose: &str, sealed: &[u8]) -> Option<Zeroizing<Vec<u8>>> {
        let (nonce, sealed) = sealed.split_first_chunk::<NONCE>()?;
        let payload = Payload { msg: sealed, aad: purpose.as_bytes() };
        self.cipher().decrypt(&(*nonce).into(), payload).ok().map(Zeroizing::new)
    }

    fn cipher(&self) -> XChaCha20Poly1305 {
        let key = Zeroizing::new(self.mac("balcao seal", &[]));
        XChaCha20Poly1305::new(&(*key).into())
    }
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
    fn a_keyed_hash_tells_purposes_and_parts_apart() {
        let key = SiteKey::new([7; 32]);
        assert_eq!(key.mac("a", &[b"b", b"c"]), key.mac("a", &[b"b", b"c"]));
        for (purpose, parts) in [("a", [&b"bc"[..], b""]), ("ab", [b"", b"c"]), ("a", [b"c", b"b"])] {
            assert_ne!(key.mac(purpose, &parts), key.mac("a", &[b"b", b"c"]));
        }
    }
}
