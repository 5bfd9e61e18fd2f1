//! What is kept of tokens.

use sha2::{Digest as _, Sha256};

/// The hash of a token, of an idempotency key, or of a request.
pub type Hash = [u8; 32];

/// What is kept of a token. It has 256 random bits, so a plain hash does: there is nothing to guess.
#[must_use]
pub fn hash(token: &str) -> Hash {
    Sha256::digest(token.as_bytes()).into()
}
